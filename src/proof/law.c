/* SPDX-License-Identifier: Apache-2.0
 *
 * Declarations and rules: what the parser read, with numbers for names.
 */
#include "proof/law.h"

#include <stdlib.h>
#include <string.h>

struct str ck_name(const struct ck_book *b, sym name)
{
	return syms_str(&b->rb->syms, name);
}

void ck_law_error(struct ck_book *b, const struct statement *st, const char *fmt, ...)
{
	char where[160], what[300];
	va_list ap;
	if (b->bad)
		return;
	b->bad = true;
	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (st)
		(void)snprintf(where, sizeof where, "%.*s:%u", STR_ARG(str_slice(b->rb->files.v[st->head->at.file].path, 0, 120)), st->head->at.line);
	else
		(void)snprintf(where, sizeof where, "the rules");
	(void)err_set(b->e, ERR_INPUT, where, "%s", what);
}

uint32_t ck_fact_named(const struct ck_book *b, struct str name)
{
	sym s = syms_find(&b->rb->syms, name);
	return s == SYM_ABSENT ? NO_ID : index_get(&b->fact_of, s);
}

uint32_t ck_act_named(const struct ck_book *b, struct str name)
{
	sym s = syms_find(&b->rb->syms, name);
	return s == SYM_ABSENT ? NO_ID : index_get(&b->act_of, s);
}

struct str ck_law_text(const struct ck_book *b, const struct ck_law *w)
{
	return str_slice(b->rb->files.v[w->st->head->at.file].text, w->st->head->from_byte, w->to_byte);
}

/* ---- declarations -------------------------------------------------------------------------------------------------------- */

uint32_t ck_fact_add(struct ck_book *b, sym name, uint32_t nparams, enum value_kind value)
{
	uint32_t id = index_get(&b->fact_of, name);
	if (id == NO_ID) {
		struct ck_fact f = {.name = name, .nparams = nparams, .params = arena_array(&b->l->scratch, nparams + 1, enum value_kind)};
		for (uint32_t i = 0; i < nparams; i++)
			f.params[i] = V_ENTITY;
		id = (uint32_t)b->facts.n;
		arena_push(&b->l->scratch, &b->facts, f);
		index_put(&b->l->scratch, &b->fact_of, name, id);
	}
	if (b->facts.v[id].nparams != nparams)
		ck_law_error(b, NULL, "%.*s is used with %u arguments and with %u", STR_ARG(ck_name(b, name)), nparams, b->facts.v[id].nparams);
	b->facts.v[id].value = value;
	return id;
}

/* Which values does a domain have? Words written out, a type that lists words, a built-in type; all else are entities. */
static enum value_kind kind_of(const struct ck_book *b, const struct syn_domain *d)
{
	static const struct { enum keyword word; enum value_kind kind; } builtin[] = {{KW_T_INT, V_INT}, {KW_T_DATE, V_DATE},
		{KW_T_SPAN, V_SPAN}, {KW_T_WORD, V_WORD}, {KW_T_ROUNDING, V_WORD}, {KW_T_ACT, V_ENTITY}};
	if (!d->given || d->words.n == 0)
		return V_YES;
	sym name = d->words.v[0].name;
	if (!is_variable(b->l, name))
		return V_WORD;
	for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
		if (name == (sym)builtin[i].word)
			return builtin[i].kind;
	uint32_t decl = index_get(&b->type_of, name);
	const struct syn_domain *is = decl == NO_ID ? NULL : &b->l->syntax.decls.v[decl].domain;
	return is && is->given && is->words.n && !is_variable(b->l, is->words.v[0].name) ? V_WORD : V_ENTITY;
}

static void declare_act(struct ck_book *b, const struct syn_decl *d)
{
	struct ck_act_kind k = {.name = d->name, .nparams = (uint32_t)d->params.n, .decl = d};
	k.params = arena_array(&b->l->scratch, d->params.n + 1, struct ck_param);
	for (size_t i = 0; i < d->params.n; i++)
		k.params[i] = (struct ck_param){d->params.v[i].name, d->params.v[i].optional, kind_of(b, &d->params.v[i].domain)};
	index_put(&b->l->scratch, &b->act_of, d->name, (uint32_t)b->acts.n);
	arena_push(&b->l->scratch, &b->acts, k);
}

static void declare_all_of(struct ck_book *b)
{
	const struct syntax *s = &b->l->syntax;
	for (uint32_t i = 0; i < s->decls.n; i++)
		if (s->decls.v[i].what == KW_TYPE || s->decls.v[i].what == KW_SET)
			index_put(&b->l->scratch, s->decls.v[i].what == KW_TYPE ? &b->type_of : &b->set_of, s->decls.v[i].name, i);
	for (uint32_t i = 0; i < s->decls.n && !b->bad; i++) {
		const struct syn_decl *d = &s->decls.v[i];
		if (d->what == KW_ACT)
			declare_act(b, d);
		if (d->what != KW_FACT && d->what != KW_TABLE)
			continue;
		uint32_t id = ck_fact_add(b, d->name, (uint32_t)d->params.n, kind_of(b, &d->domain));
		for (size_t k = 0; k < d->params.n && !b->bad; k++)
			b->facts.v[id].params[k] = kind_of(b, &d->params.v[k].domain);
		if (d->what == KW_TABLE) {
			b->facts.v[id].table = true;
			b->facts.v[id].decl = d;
			arena_push(&b->l->scratch, &b->tables, d);
			for (size_t k = 0; k < d->rows.n; k++)
				if (d->rows.v[k].nargs != d->params.n)
					ck_law_error(b, NULL, "a row of the table %.*s has too few or too many names", STR_ARG(ck_name(b, d->name)));
		}
	}
}

/* The facts that constructs bring along. */
static void declare_constructs(struct ck_book *b)
{
	const struct syntax *s = &b->l->syntax;
	for (size_t i = 0; i < s->statements.n; i++) {
		const struct statement *st = s->statements.v[i];
		uint32_t n = st->atom->n;
		sym name = st->atom->name;
		if (st->construct)
			(void)ck_fact_add(b, name, n, V_WORD);
		if (st->construct == CONSTRUCT_OBLIGATION) {
			(void)ck_fact_add(b, ck_joined(b, name, "_due"), n, V_DATE);
			(void)ck_fact_add(b, ck_joined(b, name, "_late"), n, V_YES);
		} else if (st->construct == CONSTRUCT_DECISION) {
			(void)ck_fact_add(b, ck_joined(b, name, "_ballot"), n + 1, V_WORD);
			if (ck_has_limit(b, st))
				(void)ck_fact_add(b, ck_joined(b, name, "_limit"), n, V_DATE);
		} else if (st->form == RULE_FORBIDDEN && !st->construct) {
			(void)ck_fact_add(b, KW_BREACH, 1, V_YES);
		}
	}
}

sym ck_joined(struct ck_book *b, sym name, const char *suffix)
{
	char text[MAX_NAME + 16];
	int n = snprintf(text, sizeof text, "%.*s%s", STR_ARG(str_slice(ck_name(b, name), 0, MAX_NAME)), suffix);
	return syms_intern(&b->rb->syms, (struct str){text, (size_t)n});
}

bool ck_span_fact(const struct ck_book *b, const struct syn *s)
{
	uint32_t fact = s->kind == S_ATOM ? index_get(&b->fact_of, s->name) : NO_ID;
	return (s->kind == E_CONST && s->value.kind == V_SPAN) || (fact != NO_ID && b->facts.v[fact].value == V_SPAN);
}

/* ---- rules --------------------------------------------------------------------------------------------------------------- */

static uint32_t readings_of(struct ck_book *b, const struct statement *st)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < st->head->readings.n; i++) {
		uint32_t id = index_get(&b->l->readings, st->head->readings.v[i].name);
		if (id == NO_ID)
			ck_law_error(b, st, "there is no reading %.*s", STR_ARG(ck_name(b, st->head->readings.v[i].name)));
		else
			bits |= (uint32_t)1 << id;
	}
	return bits;
}

/* By place or by name; what is not mentioned may be anything. */
static void read_pattern(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *atom)
{
	w->trigger = TRIGGER_ACT;
	w->act = index_get(&b->act_of, atom->name);
	if (w->act == NO_ID) {
		ck_law_error(b, w->st, "%.*s is no kind of act", STR_ARG(ck_name(b, atom->name)));
		return;
	}
	const struct ck_act_kind *k = &b->acts.v[w->act];
	w->pattern = arena_array(&b->l->scratch, k->nparams + 1, struct ck_term);
	for (uint32_t i = 0; i < atom->n; i++) {
		sym name = atom->arg_names ? atom->arg_names[i] : 0;
		uint32_t at = name ? 0 : i;
		while (name && at < k->nparams && k->params[at].name != name)
			at++;
		if (at >= k->nparams) {
			ck_law_error(b, w->st, "%.*s has no such argument", STR_ARG(ck_name(b, atom->name)));
			return;
		}
		if (atom->kids[i]->kind != S_ANY)
			w->pattern[at] = ck_term_of(b, w, visible, atom->kids[i]);
	}
	w->trigger_vars = ck_vars_of(w->pattern, k->nparams);
}

/* `on E` is once reached E, `after E` is once passed E. */
static struct ck_form *date_trigger(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn_trigger *t)
{
	struct ck_form *f = arena_new(&b->l->scratch, struct ck_form);
	f->kind = t->word == ON ? C_REACHED : C_PASSED;
	f->fact = NO_ID;
	f->nkids = 1;
	f->kids = arena_new(&b->l->scratch, struct ck_form *);
	f->kids[0] = ck_form_of(b, w, visible, t->what, true);
	return f;
}

static void read_trigger(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn_trigger *t)
{
	w->trigger = TRIGGER_ONCE;
	if (t->word == ON && t->what->kind == S_ATOM && index_get(&b->act_of, t->what->name) != NO_ID) {
		read_pattern(b, w, visible, t->what);
		return;
	}
	if (t->word == ONCE) {
		w->when = ck_form_of(b, w, visible, t->what, false);
	} else if (t->cond) {
		w->trigger = TRIGGER_AFTER;
		w->span = ck_form_of(b, w, visible, t->what, true);
		w->when = ck_form_of(b, w, visible, t->cond, false);
	} else {
		w->when = date_trigger(b, w, visible, t);
	}
	if (b->bad)
		return;
	ck_bind(w->when);
	ck_endings(w->when);
	w->trigger_vars = w->when->free & w->when->binds;
	if (w->span) {
		ck_bind(w->span);
		w->trigger_vars |= w->span->free;
	}
	if (__builtin_popcountll(w->trigger_vars) > MAX_ARGS)
		ck_law_error(b, w->st, "a trigger may use at most %d variables", MAX_ARGS);
}

static struct ck_form *read_value(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct statement *st)
{
	struct ck_form *f = arena_new(&b->l->scratch, struct ck_form);
	bool boolean = b->facts.v[w->fact].value == V_YES;
	bool word = st->change == BECOMES && (st->value->kind == S_NAME || st->value->kind == S_NONE) && !is_variable(b->l, st->value->name);
	*f = (struct ck_form){.kind = E_CONST, .fact = NO_ID};
	if (st->change == BEGINS || (boolean && word && st->value->name == KW_YES))
		f->value = VALUE_YES;
	else if (st->change == BECOMES && !(word && (st->value->name == KW_NONE || (boolean && st->value->name == KW_NO))))
		f = ck_form_of(b, w, visible, st->value, true);
	return f;
}

static void read_head(struct ck_book *b, struct ck_law *w, uint64_t *visible, const struct syn *atom)
{
	w->fact = index_get(&b->fact_of, atom->name);
	if (w->fact == NO_ID || b->facts.v[w->fact].nparams != atom->n || b->facts.v[w->fact].table) {
		ck_law_error(b, w->st, "%.*s is no fact with %u arguments that rules can set", STR_ARG(ck_name(b, atom->name)), atom->n);
		return;
	}
	w->head = arena_array(&b->l->scratch, atom->n + 1u, struct ck_term);
	for (uint32_t i = 0; i < atom->n; i++)
		w->head[i] = ck_term_of(b, w, visible, atom->kids[i]);
}

static void read_body(struct ck_book *b, struct ck_law *w, const struct statement *st)
{
	uint64_t visible = 0;
	const struct syn *parts[] = {st->trigger.what, st->trigger.cond, st->atom, st->cond, st->value, st->effect};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		ck_collect(b, w, &visible, parts[i]);
	if (st->form == RULE_FORBIDDEN) {
		read_pattern(b, w, &visible, st->atom);
		w->fact = index_get(&b->fact_of, KW_BREACH);
	} else {
		read_head(b, w, &visible, st->atom);
	}
	if (!b->bad && st->form == RULE_EFFECT)
		read_trigger(b, w, &visible, &st->trigger);
	if (b->bad)
		return;
	if (st->cond) {
		w->cond = ck_form_of(b, w, &visible, st->cond, false);
		if (b->bad)
			return;
		ck_bind(w->cond);
		w->cond_vars = w->cond->free & (w->cond->binds | w->trigger_vars);
	}
	if (st->form == RULE_EFFECT) {
		w->value = read_value(b, w, &visible, st);
		if (!b->bad)
			ck_bind(w->value);
	}
	if (st->effect && !b->bad) {
		w->effect = ck_form_of(b, w, &visible, st->effect, true);
		if (!b->bad)
			ck_bind(w->effect);
		w->still_so = st->choice == STILL_SO;
	}
	if (st->form == RULE_DEFINITION && !w->cond)
		ck_law_error(b, st, "a definition without a condition");
}

/* Of a stage that cites articles of its own: these, then those of its procedure, each once. */
static struct syn_cites cites_of_stage(struct ck_book *b, const struct syn_cites *own, const struct syn_cites *head)
{
	const struct syn_cites *both[] = {own, head};
	struct syn_cites all = {.at = own->at};
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < both[i]->n; k++) {
			size_t have = 0;
			while (have < all.n && !str_eq(all.v[have].text, both[i]->v[k].text))
				have++;
			if (have == all.n)
				arena_push(&b->l->scratch, &all, both[i]->v[k]);
		}
	return all;
}

void ck_law_add(struct ck_book *b, const struct statement *plain, const struct statement *from)
{
	struct ck_law law = {.id = (uint32_t)b->laws.n, .st = from, .part = plain->part, .cites = from->head->cites, .to_byte = from->to_byte, .form = plain->form,
		.act = NO_ID, .readings = readings_of(b, from)}, *w = &law;
	sym vars[MAX_VARS];
	law.vars = vars;
	if (plain->own && plain->own->n)
		law.cites = cites_of_stage(b, plain->own, &from->head->cites);
	if (b->laws.n == MAX_RULES)
		ck_law_error(b, from, "more than %d rules", MAX_RULES);
	if (b->bad)
		return;
	read_body(b, w, plain);
	if (b->bad)
		return;
	struct ck_fact *f = &b->facts.v[w->fact];
	if (f->laws.n && f->defined != (w->form == RULE_DEFINITION))
		ck_law_error(b, from, "%.*s is both defined and changed", STR_ARG(ck_name(b, f->name)));
	f->defined = w->form == RULE_DEFINITION;
	law.vars = arena_copy(&b->l->scratch, vars, law.nvars * sizeof *vars);
	arena_push(&b->l->scratch, &f->laws, w->id);
	arena_push(&b->l->scratch, &b->laws, law);
}

/* A rule overrides all versions of the labels that it names. */
static void read_overrides(struct ck_book *b)
{
	for (size_t i = 0; i < b->laws.n; i++) {
		struct ck_law *w = &b->laws.v[i];
		const struct syn_names *names = &w->st->head->overrides;
		struct { uint32_t *v; size_t n, cap; } ids = {0};
		for (size_t k = 0; k < names->n; k++)
			for (uint32_t j = 0; j < b->laws.n; j++)
				if (b->laws.v[j].st->head->label == names->v[k].name)
					arena_push(&b->l->scratch, &ids, j);
		w->overrides = ids.v;
		w->noverrides = ids.n;
	}
}

/* ---- no definition rests on itself --------------------------------------------------------------------------------------- */

struct chain {
	struct ck_book *b;
	uint8_t *seen; /* by fact: 1 under way, 2 done */
	uint32_t depth;
};

static bool reaches_itself(struct chain *c, uint32_t fact);

static bool reads_itself(struct chain *c, const struct ck_form *f)
{
	if (!f)
		return false;
	if (f->fact != NO_ID && reaches_itself(c, f->fact))
		return true;
	for (uint32_t i = 0; i < f->nkids; i++)
		if (reads_itself(c, f->kids[i]))
			return true;
	return false;
}

static bool reaches_itself(struct chain *c, uint32_t fact)
{
	const struct ck_fact *f = &c->b->facts.v[fact];
	if (!f->defined || c->seen[fact] == 2)
		return false;
	if (c->seen[fact] == 1)
		return true;
	if (++c->depth > CK_MAX_CHAIN)
		ck_law_error(c->b, NULL, "more than %d definitions rest on each other", CK_MAX_CHAIN);
	c->seen[fact] = 1;
	for (size_t i = 0; i < f->laws.n && !c->b->bad; i++)
		if (reads_itself(c, c->b->laws.v[f->laws.v[i]].cond))
			return true;
	c->seen[fact] = 2;
	c->depth--;
	return false;
}

static void check_cycles(struct ck_book *b)
{
	struct chain c = {b, arena_array(&b->l->scratch, b->facts.n + 1, uint8_t), 0};
	for (uint32_t i = 0; i < b->facts.n && !b->bad; i++)
		if (reaches_itself(&c, i))
			ck_law_error(b, NULL, "the definition of %.*s rests on itself", STR_ARG(ck_name(b, b->facts.v[i].name)));
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------- */

static int fail_text(struct ck_book *b, struct err *e)
{
	struct str path = b->rb->files.v[0].path, what = STR("cannot be read");
	uint32_t line = 1;
	for (size_t i = b->rb->diags.n; i-- > 0;)
		if (b->rb->diags.v[i].error) {
			path = b->rb->files.v[b->rb->diags.v[i].at.file].path;
			line = b->rb->diags.v[i].at.line;
			what = b->rb->diags.v[i].message;
		}
	char where[160];
	(void)snprintf(where, sizeof where, "%.*s:%u", STR_ARG(str_slice(path, 0, 120)), line);
	return err_set(e, ERR_INPUT, where, "%.*s", STR_ARG(what));
}

int ck_law_read(struct str path, struct str text, const struct rulebook_reader *reader, struct ck_book *ret, struct err *e)
{
	struct ck_book b = {.l = calloc(1, sizeof *b.l), .rb = calloc(1, sizeof *b.rb), .budget = CK_BUDGET, .e = e};
	if (!b.l || !b.rb)
		arena_oom();
	b.l->rb = b.rb;
	b.l->reader = reader;
	syms_init(&b.rb->syms, &b.rb->arena, NULL);
	words_intern(&b.rb->syms);
	load_file(b.l, path, text);
	if (b.l->errors == 0 && !b.l->full) {
		articles_sort(b.l);
		declare_all_of(&b);
		declare_constructs(&b);
		b.laws.cap = b.l->syntax.statements.n + 32; /* a construct becomes several */
		b.laws.v = arena_array(&b.l->scratch, b.laws.cap, struct ck_law);
		for (size_t i = 0; i < b.l->syntax.statements.n && !b.bad; i++)
			ck_plain(&b, b.l->syntax.statements.v[i]);
		if (!b.bad)
			read_overrides(&b);
		if (!b.bad)
			check_cycles(&b);
	}
	int rc = b.bad ? ERR_INPUT : b.l->errors || b.l->full ? fail_text(&b, e) : 0;
	if (rc < 0)
		ck_law_done(&b);
	else
		*ret = b;
	return rc;
}

void ck_law_done(struct ck_book *b)
{
	if (b->l)
		arena_done(&b->l->scratch);
	if (b->rb)
		arena_done(&b->rb->arena);
	free(b->l);
	free(b->rb);
	*b = (struct ck_book){0};
}
