/* SPDX-License-Identifier: Apache-2.0 */
#include "web/fact_of.h"

#include "register/similar.h"

#include <string.h>

static int no_fact(struct model *m, struct str name, struct err *e)
{
	struct similar near;
	similar_start(&near, name);
	for (size_t i = 0; i < m->rb->facts.n; i++) {
		struct str known = syms_str(&m->rb->syms, m->rb->facts.v[i].name);
		similar_offer(&near, known, known);
	}
	(void)MODEL_FAULT(m, e, ERR_ABSENT, "fact", N_("The rulebook declares no fact “{name}”."), {"name", str_slice(name, 0, 80)});
	for (size_t i = 0; i < near.n; i++) {
		struct str rest = {NULL, 0};
		for (size_t k = 1; k < m->a->ids; k++)
			rest = arena_fmt(m->arena, "%.*s/%.*s", STR_ARG(rest), STR_ARG(m->a->id[k]));
		struct near n = {near.found[i],
			url_fmt(m->arena, "/%s/%.*s/%.*s%.*s%.*s", m->a->tongue->code, STR_ARG(m->a->segment[1]),
				STR_ARG(near.found[i]), STR_ARG(rest), STR_ARG(ask_when(m->a).s)), {NULL, 0}};
		arena_push(m->arena, &m->ret->problem.near, n);
	}
	return ERR_ABSENT;
}

/* "status(P: Party)", for messages. */
static struct str signature(const struct model *m, const struct fact *f)
{
	struct str s = arena_fmt(m->arena, "%.*s(", STR_ARG(syms_str(&m->rb->syms, f->name)));
	for (uint32_t i = 0; i < f->nparams; i++) {
		struct str name = syms_str(&m->rb->syms, f->params[i].name),
			   type = syms_str(&m->rb->syms, m->rb->types.v[f->params[i].type].name);
		s = arena_fmt(m->arena, "%.*s%s%.*s%s%.*s", STR_ARG(s), i ? ", " : "", STR_ARG(name),
			type.n ? ": " : "", STR_ARG(type));
	}
	return arena_fmt(m->arena, "%.*s)", STR_ARG(s));
}

static bool word_of(const struct model *m, struct str text, struct value *ret)
{
	sym s = syms_find(m->syms, text);
	*ret = (struct value){.kind = V_WORD, .s = s};
	return s != SYM_ABSENT;
}

static bool has_word(const struct type *t, sym word)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->words[i] == word)
			return true;
	return false;
}

/* Values other than entities of a register: their text is as value_print writes it. */
static bool plain_value(const struct model *m, const struct type *t, struct str text, struct value *ret)
{
	uint64_t n;
	switch (t->kind) {
	case T_ENUM: return word_of(m, text, ret) && has_word(t, ret->s);
	case T_WORD: return word_of(m, text, ret);
	case T_BOOL: *ret = VALUE_YES; return str_eq(text, STR("yes"));
	case T_DATE: ret->kind = V_DATE; return date_parse(text, &ret->t);
	case T_SPAN: ret->kind = V_SPAN; return span_parse(text, &ret->span);
	case T_INT: {
		bool minus = text.n && text.p[0] == '-';
		ret->kind = V_INT;
		if (!str_u64(str_slice(text, minus, text.n), &n) || n > INT64_MAX / 2)
			return false;
		ret->i = minus ? -(int64_t)n : (int64_t)n;
		return true;
	}
	case T_ENTITY:
	case T_UNION: break;
	}
	return false;
}

/* The position of an act on record, which is a name to the rules. */
static int read_act(struct model *m, struct str text, const char *where, struct value *ret, struct err *e)
{
	uint64_t pos;
	const struct record_act *a = str_u64(text, &pos) ? record_act(m->record, pos) : NULL;
	if (!a || a->entry != ENTRY_ACT)
		return MODEL_FAULT(m, e, ERR_ABSENT, where,
			N_("As of entry {n} the record has no act “{name}”: an act is named by the number of its entry."),
			{"n", arena_fmt(m->arena, "%llu", (unsigned long long)m->a->known)}, {"name", str_slice(text, 0, 80)});
	*ret = (struct value){.kind = V_ENTITY, .s = syms_find(m->syms, text)};
	return ret->s != SYM_ABSENT ? 0 : MODEL_FAULT(m, e, ERR_ABSENT, where, N_("No act or rule speaks of act {name}."), {"name", text});
}

static int read_value(
	struct model *m, uint32_t type, struct str text, const char *where, struct value *ret, struct err *e)
{
	const struct type *t = &m->rb->types.v[type];
	const struct entity *en;
	if (type == TYPE_ACT)
		return read_act(m, text, where, ret, e);
	if (t->kind == T_ENTITY || t->kind == T_UNION) {
		struct str name = syms_str(&m->rb->syms, t->name);
		int rc = model_entity_called(m, text, type, arena_str(m->arena, words_type(m->words, STR("en"), name, false, m->arena)).p,
			words_type(m->words, m->lang, name, false, m->arena), &en, e);
		if (rc == 0)
			*ret = (struct value){.kind = V_ENTITY, .s = en->name};
		m->ret->problem.near.n = 0; /* they lead to the things, not to the question */
		return rc;
	}
	if (plain_value(m, t, text, ret))
		return 0;
	(void)MODEL_FAULT(m, e, ERR_INPUT, where, N_("“{name}” is no value that it can have."), {"name", str_slice(text, 0, 80)});
	if (t->kind == T_ENUM) {
		struct out english = {NULL, m->arena, NULL};
		struct buf b;
		buf_init(&b, 4096);
		for (uint32_t i = 0; i < t->n; i++)
			buf_addf(&b, "%.*s ", STR_ARG(syms_str(&m->rb->syms, t->words[i])));
		m->ret->problem.say = TR_SAY(&m->o, N_("“{name}” is no value that it can have. It takes one of: {words}."),
			{"name", str_slice(text, 0, 80)}, {"words", tr_list(&m->o, buf_str(&b))});
		err_hint(e, "It takes one of: %.*s.", STR_ARG(tr_list(&english, buf_str(&b))));
		buf_done(&b);
	}
	return ERR_INPUT;
}

int fact_of_address(
	struct model *m, const struct str *ids, size_t n, struct str is, struct fact_asked *ret, struct err *e)
{
	*ret = (struct fact_asked){.fact = rulebook_fact(m->rb, ids[0]), .wanted = VALUE_NONE};
	if (ret->fact == NO_ID)
		return no_fact(m, ids[0], e);
	const struct fact *f = &m->rb->facts.v[ret->fact];
	if (f->nparams != n - 1)
		return MODEL_FAULT(m, e, ERR_INPUT, "arguments", N_("This address names {n}, and the fact takes {m}: {names}."),
			{"n", arena_fmt(m->arena, "%zu", n - 1)}, {"m", arena_fmt(m->arena, "%u", f->nparams)}, {"names", signature(m, f)});
	for (uint32_t i = 0; i < f->nparams; i++) {
		int rc = read_value(m, f->params[i].type, ids[i + 1], "arguments", &ret->args[i], e);
		if (rc < 0)
			return rc;
	}
	if (f->value == TYPE_BOOL)
		ret->wanted = VALUE_YES;
	return is.n ? read_value(m, f->value, is, "is", &ret->wanted, e) : 0;
}
