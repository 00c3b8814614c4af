/* SPDX-License-Identifier: Apache-2.0
 *
 * Facts and acts in words.
 */
#include "register/keyring.h"
#include "register/phrase_internal.h"

static struct str fact_name(const struct phrasing *p, uint32_t fact)
{
	const struct rulebook *rb = phrase_rulebook(p);
	return syms_str(&rb->syms, rb->facts.v[fact].name);
}

static struct phrase values(const struct phrasing *p, const struct fact_words *w)
{
	struct phrase x = {0};
	for (uint32_t i = 0; i < w->nv; i++) {
		struct phrase one = w->v[i].kind == V_NONE ? (struct phrase){0} : phrase_value(p, w->fact, w->v[i]);
		if (i)
			phrase_add_text(p, &x, phrase_word(p, "phrases", STR("or"), "text"));
		phrase_append(p, &x, &one);
	}
	return x;
}

/* Is there a general sentence for facts without words? */
static bool is_general(const struct phrasing *p, const char *general)
{
	return phrase_word(p, "phrases", str_of(general), "text").n > 0;
}

struct phrase phrase_fact_words(const struct phrasing *p, const struct fact_words *w)
{
	const struct rulebook *rb = phrase_rulebook(p);
	const struct fact *f = &rb->facts.v[w->fact];
	const char *member = w->member;
	struct slots s = {0};
	struct phrase x = {0};
	struct str name = fact_name(p, w->fact), template = {NULL, 0};
	phrase_params(p, f->params, f->nparams, w->args, w->first, w->rest, &s);
	slot_add(&s, STR("value"), values(p, w));
	slot_add(&s, STR("date"), w->date);
	if (w->nv == 1 && w->v[0].kind == V_WORD) /* "decision.adopted": a sentence of its own */
		template = phrase_word(p, "facts",
			ARENA_JOIN(p->arena, name, STR("."), syms_str(record_syms(view_record(p->view)), w->v[0].s)), member);
	if (!template.n)
		template = phrase_word(p, "facts", name, member);
	if (template.n) {
		phrase_expand(p, template, &s, &x);
		return x;
	}
	const char *general = arena_fmt(p->arena, "fact_%s_%s", f->value == TYPE_BOOL ? "bool" : "value", member).p;
	bool worded = phrase_word(p, "facts", name, "is").n > 0; /* then its own sentences are made of that */
	if (!is_general(p, general) || (worded && str_eq(str_of(member), STR("not"))))
		return x;
	slot_text(p, &s, "label", words_fact(record_words(view_record(p->view)), p->lang, name, p->arena));
	return phrase_glue(p, general, &s);
}

/* The template `member` of a fact, or, where it has no words, the general one. */
static struct phrase fact_in(const struct phrasing *p, uint32_t fact, const char *member, const struct value *args, struct value v,
	const char *first_filler)
{
	const struct fact_words w = {fact, member, first_filler, "any", args, &v, v.kind != V_NONE, {0}};
	return phrase_fact_words(p, &w);
}

struct phrase phrase_fact(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v)
{
	return fact_in(p, fact, v.kind == V_NONE ? "none" : "is", args, v, "any");
}

struct phrase phrase_fact_amount(const struct phrasing *p, uint32_t fact, struct value v)
{
	struct str template = phrase_word(p, "facts", fact_name(p, fact), "value");
	struct slots s = {0};
	struct phrase x = {0};
	slot_add(&s, STR("value"), phrase_value(p, fact, v));
	phrase_expand(p, template, &s, &x);
	return x;
}

/* The member that speaks of no parameter `i` at all: where a language has words of its own for that, "no_A", else "is". */
static const char *no_such(const struct phrasing *p, const struct fact *f, uint32_t i)
{
	const struct rulebook *rb = phrase_rulebook(p);
	const char *member = arena_fmt(p->arena, "no_%.*s", STR_ARG(syms_str(&rb->syms, f->params[i].name))).p;
	return phrase_word(p, "facts", syms_str(&rb->syms, f->name), member).n ? member : "is";
}

struct phrase phrase_fact_not(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v)
{
	const struct fact *f = &phrase_rulebook(p)->facts.v[fact];
	for (uint32_t i = 0; i < f->nparams && v.kind != V_NONE; i++)
		if (args[i].kind == V_NONE) /* "no State is a member" */
			return fact_in(p, fact, no_such(p, f, i), args, v, "no");
	if (f->value == TYPE_BOOL || v.kind == V_NONE)
		return fact_in(p, fact, "none", args, VALUE_NONE, "any");
	if (phrase_word(p, "facts", fact_name(p, fact), "not").n || !phrase_word(p, "facts", fact_name(p, fact), "is").n)
		return fact_in(p, fact, "not", args, v, "any");
	struct slots s = {0};
	slot_add(&s, STR("fact"), fact_in(p, fact, "is", args, v, "any"));
	return phrase_glue(p, "not_so", &s);
}

/* Where a fact has words but none for the question, the question is put before its sentence. */
struct phrase phrase_fact_why(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v)
{
	const char *why = v.kind == V_NONE ? "why_none" : "why";
	struct str name = fact_name(p, fact);
	if (phrase_word(p, "facts", name, why).n || !phrase_word(p, "facts", name, "is").n)
		return fact_in(p, fact, why, args, v, "any");
	struct slots s = {0};
	slot_add(&s, STR("fact"), phrase_fact(p, fact, args, v));
	return phrase_glue(p, "why", &s);
}

/* A fact without words for it says what is not so, and the day. */
struct phrase phrase_fact_whynot_past(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v, civil day)
{
	bool none = v.kind == V_NONE && phrase_rulebook(p)->facts.v[fact].value != TYPE_BOOL;
	const struct fact_words w = {fact, none ? "whynot_past_none" : "whynot_past", "any", "any", args, &v, v.kind != V_NONE,
		phrase_date(p, day, STR(""))};
	struct phrase x = phrase_fact_words(p, &w);
	struct slots s = {0};
	if (x.n)
		return x;
	slot_add(&s, STR("fact"), phrase_fact_not(p, fact, args, v));
	slot_add(&s, STR("date"), w.date);
	return phrase_glue(p, "on_that_day", &s);
}

/* ---- acts -------------------------------------------------------------------------------------------------------------------- */

static struct phrase act_in(const struct phrasing *p, uint32_t kind, const char *member, const struct value *args)
{
	const struct rulebook *rb = phrase_rulebook(p);
	const struct act_kind *k = &rb->acts.v[kind];
	struct str name = syms_str(&rb->syms, k->name), template = phrase_word(p, "acts", name, member);
	struct slots s = {0};
	struct phrase x = {0};
	phrase_params(p, k->params, k->nparams, args, "any", "any", &s);
	if (template.n) {
		phrase_expand(p, template, &s, &x);
		return x;
	}
	slot_text(p, &s, "label", words_act(record_words(view_record(p->view)), p->lang, name, p->arena));
	return phrase_glue(p, arena_fmt(p->arena, "act_%s", member).p, &s);
}

/* Whose key it is, and what became of it. */
static struct phrase key_act(const struct phrasing *p, const struct record_act *a)
{
	const struct record *r = view_record(p->view);
	const struct held_key *old = keyring_known(record_keys(r), json_get_str(a->json, "old"));
	struct str holder = old ? old->holder : json_get_str(a->json, "holder");
	struct slots s = {0};
	slot_add(&s, STR("holder"), phrase_holder(p, holder));
	return phrase_glue(p, json_get_str(a->json, "kind").p, &s);
}

struct phrase phrase_act(const struct phrasing *p, const struct record_act *a)
{
	struct slots s = {0};
	switch (a->entry) {
	case ENTRY_GENESIS: return phrase_glue(p, "genesis", NULL);
	case ENTRY_ADOPTION: return phrase_glue(p, "adoption", NULL);
	case ENTRY_KEY: return key_act(p, a);
	case ENTRY_SEALED: return phrase_glue(p, "sealed", NULL);
	case ENTRY_ACT: break;
	}
	struct value args[MAX_ARGS];
	if (a->act.kind != NO_ID)
		return act_in(p, a->act.kind, "says", act_values(&a->act, phrase_rulebook(p)->acts.v[a->act.kind].nparams, args));
	slot_add(&s, STR("act"), phrase_act_ref(p, act_corrects(&a->act)));
	return phrase_glue(p, "annuls", &s);
}

struct phrase phrase_act_date(const struct phrasing *p, const struct record_act *a)
{
	struct phrase x = a->act.kind == NO_ID ? (struct phrase){0} : phrase_date(p, a->act.date, a->precision);
	for (size_t i = 0; i < x.n; i++)
		x.v[i].unverified = record_unverified(a, STR("date"));
	return x;
}

struct phrase phrase_act_on(const struct phrasing *p, const struct record_act *a)
{
	struct slots s = {0};
	struct phrase date = phrase_act_date(p, a);
	slot_add(&s, STR("date"), date);
	if (a->act.kind == NO_ID)
		return date;
	bool latest = str_eq(a->precision, STR("latest")), day = latest || str_eq(a->precision, STR("day"));
	if (date.n && date.v[0].unverified && !latest)
		return phrase_glue(p, day ? "on_day_unverified" : "in_month_unverified", &s);
	return phrase_glue(p, day ? "on_day" : "in_month", &s);
}

struct phrase phrase_act_none(const struct phrasing *p, uint32_t kind, const struct value *args)
{
	return act_in(p, kind, "none", args);
}

static struct phrase role_name(const struct phrasing *p, struct str word)
{
	const struct role *role = org_role(record_org(view_record(p->view)), word);
	struct str name = role ? title_pick(role->names, role->nnames, p->lang).text : (struct str){NULL, 0};
	if (!name.n)
		name = phrase_word(p, "roles", word, "text");
	return phrase_plain(p, name.n ? name : words_plain(word, p->arena));
}

struct phrase phrase_holder(const struct phrasing *p, struct str holder)
{
	const struct record *r = view_record(p->view);
	return record_entity(r, holder) ? phrase_entity(p, syms_find(record_syms(r), holder)) : role_name(p, holder);
}

struct phrase phrase_signers(const struct phrasing *p, uint32_t kind, const struct value *args)
{
	const struct rulebook *rb = phrase_rulebook(p);
	const struct act_kind *k = &rb->acts.v[kind];
	struct phrase x = {0};
	if (k->nsigners == 0)
		return role_name(p, record_org(view_record(p->view))->registrar);
	for (uint32_t i = 0; i < k->nsigners; i++) {
		const struct signer *by = &k->signers[i];
		struct phrase one;
		if (i)
			phrase_add_text(p, &x, phrase_word(p, "phrases", STR("or"), "text"));
		if (by->kind == SIGNER_ROLE || by->kind == SIGNER_BODY) {
			struct str word = syms_str(&rb->syms, by->name);
			sym body = by->kind == SIGNER_BODY ? syms_find(record_syms(view_record(p->view)), word) : SYM_ABSENT;
			one = body == SYM_ABSENT ? role_name(p, word) : phrase_entity(p, body);
		} else {
			struct slots s = {0};
			phrase_params(p, &k->params[by->param], 1, &args[by->param], "any", "any", &s);
			one = s.v[0].is;
		}
		phrase_append(p, &x, &one);
	}
	return x;
}

struct phrase phrase_remedy(const struct phrasing *p, const struct remedy *r)
{
	const struct rulebook *rb = phrase_rulebook(p);
	const struct act_kind *k = &rb->acts.v[r->act_kind];
	struct slots s = {0};
	phrase_params(p, k->params, k->nparams, r->args, "any", "any", &s);
	slot_text(p, &s, "label", words_act(record_words(view_record(p->view)), p->lang, syms_str(&rb->syms, k->name), p->arena));
	slot_add(&s, STR("signers"), phrase_signers(p, r->act_kind, r->args));
	slot_add(&s, STR("from"), r->works ? phrase_date(p, r->from, STR("")) : (struct phrase){0});
	return phrase_glue(p, !r->works ? "remedy_part" : r->together ? "remedy_together" : "remedy", &s);
}
