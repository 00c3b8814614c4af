/* SPDX-License-Identifier: Apache-2.0
 *
 * The facts that obligations, procedures and decisions bring along (reference, section 9): o, o_due, o_late; p;
 * d, d_ballot, d_limit. Their arguments have the types declared under `fact`, else those of the acts and facts that the
 * construct names.
 */
#include "rules/construct.h"

#include <string.h>

/* ---- what a construct calls its facts -------------------------------------------------------- */

sym construct_fact(struct loader *l, const struct statement *st, const char *suffix)
{
	char name[2 * MAX_NAME + 1];
	int n = snprintf(name, sizeof name, "%.*s%s", NAME_ARG(l, st->atom->name), suffix);
	return syms_intern(&l->rb->syms, (struct str){name, (size_t)n});
}

const char *construct_word(enum construct_kind kind)
{
	static const char *const word[] = {"rule", "obligation", "procedure", "decision"};
	return word[kind];
}

/* ---- what it says about the types of its variables ------------------------------------------- */

struct search {
	struct loader *l;
	sym var;
	uint32_t type; /* found so far */
};

static void found(struct search *s, uint32_t type)
{
	uint32_t met;
	if (type_meet(s->l, s->type, type, &met)) /* a contradiction is reported when the rules are resolved */
		s->type = met;
}

static void search_args(struct search *s, const struct syn *atom, const struct param *params, uint32_t nparams)
{
	for (uint32_t i = 0; i < atom->n; i++) {
		sym name = atom->arg_names ? atom->arg_names[i] : 0;
		uint32_t k = name ? 0 : i;
		while (name && k < nparams && params[k].name != name)
			k++;
		if (k < nparams && atom->kids[i]->kind == S_NAME && atom->kids[i]->name == s->var)
			found(s, params[k].type);
	}
}

static void search_atom(struct search *s, const struct syn *atom)
{
	const struct rulebook *rb = s->l->rb;
	uint32_t act = index_get(&rb->act_index, atom->name), fact = index_get(&rb->fact_index, atom->name);
	if (fact != NO_ID)
		search_args(s, atom, rb->facts.v[fact].params, rb->facts.v[fact].nparams);
	else if (act != NO_ID)
		search_args(s, atom, rb->acts.v[act].params, rb->acts.v[act].nparams);
}

static void search_tree(struct search *s, const struct syn *t)
{
	if (!t)
		return;
	bool quantifier = t->kind == C_SOME || t->kind == C_EVERY || t->kind == E_COUNT || t->kind == E_SUM;
	if (quantifier && t->name == s->var)
		return; /* another variable of that name */
	if (t->kind == S_ATOM) {
		search_atom(s, t);
		return;
	}
	if (t->kind == C_IS && t->kids[0]->kind == S_ATOM) { /* f(x) is V */
		uint32_t fact = index_get(&s->l->rb->fact_index, t->kids[0]->name);
		for (uint32_t i = 1; i < t->n && fact != NO_ID; i++)
			if (t->kids[i]->kind == S_NAME && t->kids[i]->name == s->var)
				found(s, s->l->rb->facts.v[fact].value);
	}
	for (uint32_t i = 0; i < t->n; i++)
		search_tree(s, t->kids[i]);
}

static void search_trigger(struct search *s, const struct syn_trigger *t)
{
	search_tree(s, t->what);
	search_tree(s, t->cond);
}

/* The type of variable `var` of the construct; the voter is a variable of the electorate and the ballots only. */
static uint32_t type_of_variable(struct loader *l, const struct statement *st, sym var, bool voter)
{
	struct search s = {.l = l, .var = var, .type = NO_ID};
	search_tree(&s, st->voters);
	for (size_t i = 0; i < st->clauses.n; i++) {
		search_trigger(&s, &st->clauses.v[i].trigger);
		search_tree(&s, st->clauses.v[i].cond);
	}
	if (voter)
		return s.type;
	search_trigger(&s, &st->trigger);
	search_trigger(&s, &st->closes);
	search_trigger(&s, &st->lapses);
	search_tree(&s, st->cond);
	search_tree(&s, st->due);
	search_tree(&s, st->fulfilled);
	search_tree(&s, st->waived);
	return s.type;
}

/* ---- declaring ------------------------------------------------------------------------------- */

/* The arguments of the construct's head as parameters; with a voter, that one first. False if the type of one is not
 * known (yet). */
static bool head_params(struct loader *l, const struct statement *st, bool voter, struct param *out, uint32_t *n)
{
	bool known = true;
	*n = 0;
	if (voter)
		out[(*n)++] = (struct param){.name = st->voter, .type = type_of_variable(l, st, st->voter, true)};
	for (uint32_t i = 0; i < st->atom->n; i++) {
		const struct syn *arg = st->atom->kids[i];
		bool var = arg->kind == S_NAME && is_variable(l, arg->name);
		out[(*n)++] = (struct param){.name = var ? arg->name : KW_A,
			.type = var ? type_of_variable(l, st, arg->name, false) : NO_ID};
	}
	for (uint32_t i = 0; i < *n; i++)
		known &= out[i].type != NO_ID;
	return known;
}

static void complain_unknown(struct loader *l, const struct statement *st, const struct param *params, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (params[i].type != NO_ID)
			continue;
		complain(l, st->head, st->atom->at,
			"the type of %.*s in %.*s is not known: no act or fact of this %s has it",
			NAME_ARG(l, params[i].name), NAME_ARG(l, st->atom->name), construct_word(st->construct));
		hint(l, "declare it: fact %.*s(...)", NAME_ARG(l, st->atom->name));
	}
}

/* The words of `type` and those of `more` that it lacks. */
static uint32_t joined_words(struct loader *l, uint32_t type, const struct syn_names *more, struct place at)
{
	struct syn_names all = {0};
	const struct type *t = &l->rb->types.v[type];
	for (uint32_t i = 0; i < t->n && t->kind == T_ENUM; i++)
		arena_push(&l->scratch, &all, ((struct syn_name){t->words[i], at}));
	for (size_t i = 0; i < more->n; i++)
		if (!type_has_word(l, type, more->v[i].name))
			arena_push(&l->scratch, &all, more->v[i]);
	return type_of_words(l, 0, &all, at);
}

/* Makes `name` a fact of the construct; `words`: its values, else `value`. */
static void claim(struct loader *l, const struct statement *st, sym name, const struct param *params, uint32_t nparams,
	uint32_t value, const struct syn_names *words)
{
	struct rulebook *rb = l->rb;
	uint32_t id = index_get(&rb->fact_index, name);
	struct owner me = {st->construct, st->head->label};
	if (id == NO_ID) {
		struct fact f = {.name = name,
			.at = st->atom->at,
			.nparams = nparams,
			.value = value,
			.params = arena_copy(&rb->arena, params, nparams * sizeof *params)};
		if (nparams > MAX_ARGS)
			complain(l, st->head, st->atom->at, "%.*s has more than %d arguments", NAME_ARG(l, name),
				MAX_ARGS);
		id = fact_add(l, f);
	}
	struct owner *owner = &l->owners.v[id];
	struct fact *f = &rb->facts.v[id];
	if (owner->kind && (owner->kind != me.kind || owner->label != me.label)) {
		complain(l, st->head, st->atom->at, "%.*s already belongs to %s %.*s", NAME_ARG(l, name),
			construct_word(owner->kind), NAME_ARG(l, owner->label));
		return;
	}
	if (f->nparams != nparams)
		complain(l, st->head, st->atom->at, "%.*s takes %u arguments, %u given", NAME_ARG(l, name), f->nparams,
			nparams);
	if (words)
		value = owner->kind ? joined_words(l, f->value, words, st->atom->at)
				    : type_of_words(l, 0, words, st->atom->at);
	f->value = value; /* also where it is declared under `fact` */
	f->construct = st->construct;
	*owner = me;
}

static struct syn_names words_of(struct loader *l, const enum keyword *words, size_t n, struct place at)
{
	struct syn_names out = {0};
	for (size_t i = 0; i < n; i++)
		arena_push(&l->scratch, &out, ((struct syn_name){(sym)words[i], at}));
	return out;
}

/* Stages or ballots, each once, without none. */
static struct syn_names words_of_clauses(struct loader *l, const struct statement *st)
{
	struct syn_names out = {0};
	for (size_t i = 0; i < st->clauses.n; i++) {
		sym w = st->clauses.v[i].word;
		bool again = w == KW_NONE;
		for (size_t k = 0; k < out.n && !again; k++)
			again = out.v[k].name == w;
		if (!again)
			arena_push(&l->scratch, &out, ((struct syn_name){w, st->clauses.v[i].at}));
	}
	return out;
}

static void claim_all(struct loader *l, const struct statement *st, const struct param *params, uint32_t n)
{
	static const enum keyword obligation[] = {KW_PENDING, KW_OVERDUE, KW_FULFILLED, KW_WAIVED, KW_LAPSED};
	static const enum keyword decision[] = {KW_OPEN, KW_ADOPTED, KW_REJECTED};
	struct syn_names words = st->construct == CONSTRUCT_OBLIGATION ? words_of(l, obligation, 5, st->atom->at)
				 : st->construct == CONSTRUCT_DECISION ? words_of(l, decision, 3, st->atom->at)
								       : words_of_clauses(l, st);
	claim(l, st, st->atom->name, params, n, TYPE_WORD, &words);
	if (st->construct == CONSTRUCT_OBLIGATION) {
		claim(l, st, construct_fact(l, st, "_due"), params, n, TYPE_DATE, NULL);
		claim(l, st, construct_fact(l, st, "_late"), params, n, TYPE_BOOL, NULL);
	} else if (st->construct == CONSTRUCT_DECISION) {
		struct param with_voter[MAX_ARGS + 1];
		uint32_t m;
		(void)head_params(l, st, true, with_voter, &m);
		memcpy(with_voter + 1, params, n * sizeof *params);
		struct syn_names ballots = words_of_clauses(l, st);
		if (index_get(&l->rb->fact_index, construct_fact(l, st, "_ballot")) == NO_ID)
			complain_unknown(l, st, with_voter, 1);
		claim(l, st, construct_fact(l, st, "_ballot"), with_voter, m, TYPE_WORD, &ballots);
		if (decision_keeps_limit(l, st))
			claim(l, st, construct_fact(l, st, "_limit"), params, n, TYPE_DATE, NULL);
	}
}

/* The parameters of the construct's own fact: as declared, else as found out. */
static bool try_construct(struct loader *l, const struct statement *st, bool last_try)
{
	struct param params[MAX_ARGS];
	uint32_t n, id = index_get(&l->rb->fact_index, st->atom->name);
	bool known = head_params(l, st, false, params, &n);
	if (id != NO_ID) {
		const struct fact *f = &l->rb->facts.v[id];
		for (uint32_t i = 0; i < n && i < f->nparams; i++)
			params[i].type = f->params[i].type;
	} else if (!known && !last_try) {
		return false;
	} else if (!known && !l->syntax.broken) {
		complain_unknown(l, st, params, n);
	}
	claim_all(l, st, params, n);
	return true;
}

void constructs_declare(struct loader *l)
{
	enum { MAX_ROUNDS = 16 }; /* a construct may take its types from the fact of another one */
	size_t n = l->syntax.statements.n, left = n, before = n + 1;
	bool *done = arena_array(&l->scratch, n, bool);
	for (int round = 0; left && round <= MAX_ROUNDS; round++) {
		bool last_try = left == before || round == MAX_ROUNDS;
		before = left;
		for (size_t i = 0; i < n; i++) {
			const struct statement *st = l->syntax.statements.v[i];
			if (done[i])
				continue;
			done[i] = !st->construct || try_construct(l, st, last_try);
			left -= done[i];
		}
		if (last_try)
			break;
	}
}
