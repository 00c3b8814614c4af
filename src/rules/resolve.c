/* SPDX-License-Identifier: Apache-2.0
 *
 * Names -> numbers in conditions and expressions.
 */
#include "rules/resolve.h"

/* ---- variables ------------------------------------------------------------------------------- */

static int find_variable(const struct resolver *r, sym name)
{
	for (const struct scope *s = r->scope; s; s = s->outer)
		for (uint64_t left = s->vars; left; left &= left - 1) {
			int i = __builtin_ctzll(left);
			if (r->vars[i].name == name)
				return i;
		}
	return -1;
}

static uint8_t new_variable(struct resolver *r, sym name, struct place at)
{
	if (r->nvars == MAX_VARS) {
		if (!r->vars[0].clashes)
			resolver_complain(r, r->st->head->at, "rule %.*s has more than %d variables",
				NAME_ARG(r->l, r->st->head->label), MAX_VARS);
		r->vars[0].clashes = true;
		return 0;
	}
	uint8_t i = (uint8_t)r->nvars++;
	r->vars[i] = (struct variable){.name = name, .type = NO_ID, .at = at};
	r->scope->vars |= VAR(i);
	return i;
}

static bool is_quantifier(const struct syn *t)
{
	return t->kind == C_SOME || t->kind == C_EVERY || t->kind == E_COUNT || t->kind == E_SUM;
}

void collect(struct resolver *r, const struct syn *t)
{
	if (!t || is_quantifier(t))
		return;
	if (t->kind == S_NAME && is_variable(r->l, t->name) && find_variable(r, t->name) < 0)
		(void)new_variable(r, t->name, t->at);
	for (uint32_t i = 0; i < t->n; i++)
		collect(r, t->kids[i]);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

struct node *node_new(struct resolver *r, int kind, const struct syn *like, size_t nkids)
{
	struct node *n = arena_new(&r->l->rb->arena, struct node);
	*n = (struct node){.kind = (uint8_t)kind,
		.nkids = (uint16_t)nkids,
		.at = like->at,
		.from = like->from,
		.to = like->to,
		.fact = NO_ID,
		.type = NO_ID};
	if (nkids)
		n->kids = arena_array(&r->l->rb->arena, nkids, struct node *);
	return n;
}

struct node *node_constant(struct resolver *r, const struct syn *like, struct value v, uint32_t type)
{
	struct node *n = node_new(r, E_CONST, like, 0);
	n->value = v;
	n->type = type;
	return n;
}

/* What stands where nothing usable could be made: it goes with everything, so that one error is one message. */
static struct node *nothing(struct resolver *r, const struct syn *like)
{
	return node_constant(r, like, VALUE_NONE, NO_ID);
}

static struct node *variable(struct resolver *r, const struct syn *t)
{
	struct node *n = node_new(r, E_VAR, t, 0);
	int i = find_variable(r, t->name);
	n->var = i < 0 ? new_variable(r, t->name, t->at) : (uint8_t)i;
	return n;
}

/* ---- messages -------------------------------------------------------------------------------- */

void unknown_name(struct resolver *r, const struct syn *t, bool acts, bool facts)
{
	struct loader *l = r->l;
	const struct rulebook *rb = l->rb;
	struct nearest near = nearest_to(l, t->name);
	r->broken = true;
	if (l->syntax.broken) /* its declaration may be among those that could not be read */
		return;
	if (!acts && index_get(&rb->act_index, t->name) != NO_ID) {
		resolver_complain(
			r, t->at, "unknown name %.*s: it is an act, and a fact is needed here", NAME_ARG(l, t->name));
		hint(l, "conditions read facts; a rule that begins on the act can set one");
		return;
	}
	if (!facts && index_get(&rb->fact_index, t->name) != NO_ID) {
		resolver_complain(
			r, t->at, "unknown name %.*s: it is a fact, and an act is needed here", NAME_ARG(l, t->name));
		return;
	}
	resolver_complain(r, t->at, "unknown name %.*s", NAME_ARG(l, t->name));
	for (size_t i = 0; i < rb->facts.n && facts; i++)
		nearest_offer(&near, name_of(l, rb->facts.v[i].name));
	for (size_t i = 0; i < rb->acts.n && acts; i++)
		nearest_offer(&near, name_of(l, rb->acts.v[i].name));
	hint_nearest(l, &near);
}

static void no_such_word(struct resolver *r, const struct syn *t, uint32_t type, sym of)
{
	struct nearest near = nearest_to(r->l, t->name);
	const struct type *ty = &r->l->rb->types.v[type];
	resolver_complain(
		r, t->at, "%.*s has no value %.*s", NAME_ARG(r->l, of ? of : ty->name), NAME_ARG(r->l, t->name));
	for (uint32_t i = 0; i < ty->n; i++)
		nearest_offer(&near, name_of(r->l, ty->words[i]));
	hint_nearest(r->l, &near);
}

/* ---- terms and arguments --------------------------------------------------------------------- */

static struct node *resolve_word(struct resolver *r, const struct syn *t, uint32_t type, sym of)
{
	if (type == NO_ID)
		return nothing(r, t);
	if (!type_is_word(r->l, type)) {
		resolver_complain(r, t->at, "%.*s takes %.*s here, not the word %.*s", NAME_ARG(r->l, of),
			STR_ARG(type_with_article(r->l, type)), NAME_ARG(r->l, t->name));
		hint(r->l, "a variable starts with a capital, an entity stands in quotes");
		return nothing(r, t);
	}
	if (!type_has_word(r->l, type, t->name))
		no_such_word(r, t, type, of);
	return node_constant(r, t, (struct value){.kind = V_WORD, .s = t->name}, type);
}

static bool value_is_of(const struct resolver *r, struct value v, uint32_t type)
{
	return v.kind == V_ENTITY ? type_is_entity(r->l, type)
	       : v.kind == V_INT  ? type == TYPE_INT
	       : v.kind == V_DATE ? type == TYPE_DATE
				  : type == TYPE_SPAN;
}

struct node *resolve_term(struct resolver *r, const struct syn *t, uint32_t type, sym of)
{
	if (t->kind == S_NAME && is_variable(r->l, t->name)) {
		struct node *n = variable(r, t);
		constrain(r, n->var, type, t->at);
		return n;
	}
	if (t->kind == S_NAME)
		return resolve_word(r, t, type, of);
	if (t->kind == S_ANY) {
		resolver_complain(r, t->at, "_ stands in patterns of acts only; %.*s needs all its arguments",
			NAME_ARG(r->l, of));
		return nothing(r, t);
	}
	if (t->kind == E_CONST && type != NO_ID && !value_is_of(r, t->value, type)) {
		struct str text = str_slice(r->l->rb->files.v[t->at.file].text, t->from, t->to);
		resolver_complain(r, t->at, "%.*s takes %.*s here, not %.*s", NAME_ARG(r->l, of),
			STR_ARG(type_with_article(r->l, type)), STR_ARG(str_slice(text, 0, 60)));
		return nothing(r, t);
	}
	return node_constant(r, t, t->kind == E_CONST ? t->value : VALUE_NONE, type);
}

/* The arguments of a fact, all of them, by place. */
void resolve_args(struct resolver *r, const struct syn *atom, struct node *into)
{
	struct loader *l = r->l;
	uint32_t id = index_get(&l->rb->fact_index, atom->name);
	const struct fact *f = id == NO_ID ? NULL : &l->rb->facts.v[id];
	into->fact = id;
	into->nargs = (uint8_t)atom->n;
	into->args = arena_array(&l->rb->arena, atom->n, struct node *);
	if (!f)
		unknown_name(r, atom, false, true);
	else if (f->nparams != atom->n)
		resolver_complain(
			r, atom->at, "%.*s takes %u arguments, %u given", NAME_ARG(l, atom->name), f->nparams, atom->n);
	if (f && atom->arg_names)
		resolver_complain(r, atom->at, "the arguments of a fact are given by place, without names");
	for (uint32_t i = 0; i < atom->n; i++)
		into->args[i] =
			resolve_term(r, atom->kids[i], f && i < f->nparams ? f->params[i].type : NO_ID, atom->name);
}

/* ---- quantifiers ----------------------------------------------------------------------------- */

static const char *quantifier_word(int kind)
{
	return kind == C_SOME ? "some" : kind == C_EVERY ? "every" : kind == E_COUNT ? "count" : "sum";
}

/* A part of a quantifier, with its own "for some" variables; they are added to the locals of n. */
static struct node *resolve_part(struct resolver *r, const struct syn *t, struct node *n,
	struct node *(*resolve)(struct resolver *, const struct syn *))
{
	if (!t)
		return NULL;
	struct scope part = {.outer = r->scope};
	r->scope = &part;
	collect(r, t);
	struct node *kid = resolve(r, t);
	n->locals |= part.vars;
	r->scope = (struct scope *)part.outer;
	return kid;
}

static struct node *resolve_quantifier(struct resolver *r, const struct syn *t)
{
	struct node *n = node_new(r, t->kind, t, t->n);
	struct scope *outer = r->scope, own = {.outer = outer};
	int clash = t->own ? -1 : find_variable(r, t->name);
	if (clash >= 0 && !r->vars[clash].clashes) {
		resolver_complain(r, t->at, "%.*s is already in use; choose another name in \"%s\"",
			NAME_ARG(r->l, t->name), quantifier_word(t->kind));
		r->vars[clash].clashes = true;
	}
	r->scope = &own;
	n->var = new_variable(r, t->name, t->at);
	n->locals = VAR(n->var);
	n->kids[0] = resolve_part(r, t->kids[0], n, resolve_cond);
	if (t->n > 1)
		n->kids[1] = resolve_part(r, t->kids[1], n, t->kind == E_SUM ? resolve_expr : resolve_cond);
	r->scope = outer;
	return n;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* And in and, or in or, become one list. */
static struct node *resolve_list(struct resolver *r, const struct syn *t)
{
	struct {
		struct node **v;
		size_t n, cap;
	} kids = {0};
	for (uint32_t i = 0; i < t->n; i++) {
		struct node *k = resolve_cond(r, t->kids[i]);
		bool same = k->kind == t->kind;
		for (size_t j = 0; j < (same ? k->nkids : 1); j++)
			arena_push(&r->l->scratch, &kids, same ? k->kids[j] : k);
	}
	if (kids.n > MAX_KIDS) {
		resolver_complain(r, t->at, "more than %d members in one list", MAX_KIDS);
		kids.n = MAX_KIDS;
	}
	struct node *list = node_new(r, t->kind, t, kids.n);
	for (size_t i = 0; i < kids.n; i++)
		list->kids[i] = kids.v[i];
	return list;
}

/* f(x) is v or w; S is T or "KZ" */
static struct node *resolve_is(struct resolver *r, const struct syn *t)
{
	const struct syn *subject = t->kids[0];
	bool of_fact = subject->kind == S_ATOM;
	if (!of_fact && !(subject->kind == S_NAME && is_variable(r->l, subject->name))) {
		resolver_complain(r, subject->at, "before \"is\" stands a fact or a variable");
		return nothing(r, t);
	}
	struct node *n = node_new(r, of_fact ? C_IS : C_VAR_IS, t, t->n - 1u);
	n->negated = t->negated;
	uint32_t type = NO_ID;
	if (of_fact) {
		resolve_args(r, subject, n);
		type = n->fact == NO_ID ? NO_ID : r->l->rb->facts.v[n->fact].value;
	} else {
		n->var = variable(r, subject)->var;
	}
	if (of_fact && type == TYPE_BOOL) {
		resolver_complain(r, t->at, "%.*s is boolean: write %.*s(...) without \"is\"",
			NAME_ARG(r->l, subject->name), NAME_ARG(r->l, subject->name));
		return nothing(r, t);
	}
	for (uint32_t i = 1; i < t->n; i++) {
		const struct syn *v = t->kids[i];
		bool word = !of_fact && v->kind == S_NAME && !is_variable(r->l, v->name);
		n->kids[i - 1] = word ? node_constant(r, v, (struct value){.kind = V_WORD, .s = v->name}, NO_ID)
				      : resolve_term(r, v, type, subject->name);
	}
	return n;
}

static struct node *resolve_in(struct resolver *r, const struct syn *t)
{
	struct loader *l = r->l;
	if (!is_variable(l, t->kids[0]->name)) {
		resolver_complain(
			r, t->at, "before \"in\" stands a variable: %.*s is none", NAME_ARG(l, t->kids[0]->name));
		return nothing(r, t);
	}
	struct node *n = node_new(r, C_IN, t, 0);
	n->var = variable(r, t->kids[0])->var;
	n->items = arena_copy(&l->rb->arena, t->items, t->nitems * sizeof *t->items);
	n->nitems = t->nitems;
	if (!t->name)
		return n;
	uint32_t set = index_get(&l->rb->set_index, t->name);
	if (set == NO_ID) {
		struct nearest near = nearest_to(l, t->name);
		resolver_complain(r, t->at, "unknown set %.*s", NAME_ARG(l, t->name));
		for (size_t i = 0; i < l->rb->sets.n; i++)
			nearest_offer(&near, name_of(l, l->rb->sets.v[i].name));
		hint_nearest(l, &near);
		return n;
	}
	n->items = l->rb->sets.v[set].items;
	n->nitems = l->rb->sets.v[set].n;
	constrain(r, n->var, l->rb->sets.v[set].type, t->at);
	return n;
}

/* f(x) by itself */
static struct node *resolve_holds(struct resolver *r, const struct syn *t)
{
	struct node *n = node_new(r, C_HOLDS, t, 0);
	resolve_args(r, t, n);
	uint32_t value = n->fact == NO_ID ? TYPE_BOOL : r->l->rb->facts.v[n->fact].value;
	if (value != TYPE_BOOL)
		resolver_complain(r, t->at, "%.*s has values: write %.*s(...) is V", NAME_ARG(r->l, t->name),
			NAME_ARG(r->l, t->name));
	return n;
}

static struct node *resolve_kids(
	struct resolver *r, const struct syn *t, struct node *(*resolve)(struct resolver *, const struct syn *))
{
	struct node *n = node_new(r, t->kind, t, t->n);
	n->op = t->op;
	n->num = t->num;
	n->den = t->den;
	for (uint32_t i = 0; i < t->n; i++)
		n->kids[i] = resolve(r, t->kids[i]);
	return n;
}

struct node *resolve_cond(struct resolver *r, const struct syn *t)
{
	switch (t->kind) {
	case C_AND:
	case C_OR: return resolve_list(r, t);
	case C_NOT: return resolve_kids(r, t, resolve_cond);
	case C_IS: return resolve_is(r, t);
	case C_IN: return resolve_in(r, t);
	case C_SOME:
	case C_EVERY: return resolve_quantifier(r, t);
	case C_CMP:
	case C_REACHED:
	case C_PASSED: return resolve_kids(r, t, resolve_expr);
	case S_ATOM: return resolve_holds(r, t);
	default:
		resolver_complain(r, t->at, "a condition is needed here, and this is a value");
		hint(r->l, "compare it, or say what it is");
		return nothing(r, t);
	}
}

/* ---- expressions ----------------------------------------------------------------------------- */

static struct node *resolve_that(struct resolver *r, const struct syn *t)
{
	if (r->timeless) {
		resolver_complain(r, t->at, "\"%s\" has no meaning in %s",
			t->kind == E_THAT_DAY ? "that day" : "that instant", r->timeless);
		hint(r->l, "write \"reached\" or \"passed\" with a date");
	}
	return node_new(r, t->kind, t, 0);
}

static struct node *resolve_rounded(struct resolver *r, const struct syn *t)
{
	struct node *n = node_new(r, E_ROUNDED, t, 2);
	const struct syn *by = t->kids[1];
	bool word = by->kind == S_NAME && !is_variable(r->l, by->name);
	n->kids[0] = resolve_expr(r, t->kids[0]);
	n->kids[1] = word ? resolve_word(r, by, TYPE_ROUNDING, KW_T_ROUNDING) : resolve_expr(r, by);
	return n;
}

static struct node *resolve_name(struct resolver *r, const struct syn *t)
{
	if (is_variable(r->l, t->name))
		return variable(r, t);
	resolver_complain(r, t->at, "unknown name %.*s", NAME_ARG(r->l, t->name));
	if (index_get(&r->l->rb->fact_index, t->name) != NO_ID)
		hint(r->l, "a fact is written with its arguments: %.*s(...)", NAME_ARG(r->l, t->name));
	else
		hint(r->l, "a variable starts with a capital");
	return nothing(r, t);
}

struct node *resolve_expr(struct resolver *r, const struct syn *t)
{
	switch (t->kind) {
	case E_CONST: {
		static const uint32_t type[] = {[V_INT] = TYPE_INT, [V_DATE] = TYPE_DATE, [V_SPAN] = TYPE_SPAN};
		if (t->value.kind != V_ENTITY)
			return node_constant(r, t, t->value, type[t->value.kind]);
		resolver_complain(r, t->at, "an entity is neither a number nor a date");
		return nothing(r, t);
	}
	case S_NAME: return resolve_name(r, t);
	case S_ATOM: {
		struct node *n = node_new(r, E_FACT, t, 0);
		resolve_args(r, t, n);
		return n;
	}
	case E_THAT_DAY:
	case E_THAT_INSTANT: return resolve_that(r, t);
	case E_ROUNDED: return resolve_rounded(r, t);
	case E_COUNT:
	case E_SUM: return resolve_quantifier(r, t);
	case E_ADD:
	case E_SUB:
	case E_MUL:
	case E_PERCENT:
	case E_FRACTION:
	case E_MONTH_AFTER:
	case E_MONTH_OF:
	case E_MONTH_END:
	case E_LATER:
	case E_EARLIER: return resolve_kids(r, t, resolve_expr);
	default:
		resolver_complain(r, t->at, "a number or a date is needed here, and this is a condition");
		return nothing(r, t);
	}
}
