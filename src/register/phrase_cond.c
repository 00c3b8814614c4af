/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions and expressions of a rule in words: from their syntax and the values that their variables had.
 */
#include "register/phrase_internal.h"

#include "rules/rulebook.h"

enum { MAX_JOINED = 4 };

/* A condition as it was read: what its variables were, and which of those that were nothing yet is spoken of as "it". */
struct reading_of {
	const struct phrasing *p;
	const struct rule *rule;
	const struct value *env;
	uint64_t bound;
	uint64_t it; /* its bit; 0: none */
};

static struct reading_of read_with(const struct phrasing *p, const struct proof *x)
{
	const struct rulebook *rb = phrase_rulebook(p);
	return (struct reading_of){p, &rb->rules.v[x->within], x->env, x->bound, 0};
}

static struct phrase glue(const struct phrasing *p, const char *name, struct phrase a, struct phrase b)
{
	struct slots s = {0};
	slot_add(&s, STR("a"), a);
	slot_add(&s, STR("b"), b);
	return phrase_glue(p, name, &s);
}

/* ---- terms and facts ----------------------------------------------------------------------------------------------------- */

static bool is_bound(const struct reading_of *r, const struct node *term)
{
	return term->kind == E_CONST || (term->kind == E_VAR && r->bound >> term->var & 1);
}

static struct value value_of(const struct reading_of *r, const struct node *term)
{
	return term->kind == E_CONST ? term->value : is_bound(r, term) ? r->env[term->var] : VALUE_NONE;
}

static struct fact_words atom(const struct reading_of *r, const struct node *n, struct value *args)
{
	struct fact_words w = {.fact = n->fact, .args = args, .first = "any", .rest = "any"};
	bool seen = false;
	for (uint32_t i = 0; i < n->nargs; i++) {
		args[i] = value_of(r, n->args[i]);
		if (args[i].kind != V_NONE)
			continue;
		const char *as = n->args[i]->kind == E_VAR && r->it >> n->args[i]->var & 1 ? "it" : "any";
		if (seen)
			w.rest = as;
		else
			w.first = as;
		seen = true;
	}
	return w;
}

static struct phrase fact_said(const struct reading_of *r, const struct node *n, const char *member, const struct value *v, uint32_t nv)
{
	struct value args[MAX_ARGS];
	struct fact_words w = atom(r, n, args);
	w.member = member;
	w.v = v;
	w.nv = nv;
	return phrase_fact_words(r->p, &w);
}

static struct phrase not_so(const struct reading_of *r, struct phrase fact)
{
	struct slots s = {0};
	slot_add(&s, STR("fact"), fact);
	return phrase_glue(r->p, "not_so", &s);
}

/* fact(args) is v or w */
static struct phrase is_one_of(const struct reading_of *r, const struct node *n, bool negated)
{
	struct value v[MAX_ARGS];
	uint32_t nv = 0;
	for (uint32_t i = 0; i < n->nkids && nv < MAX_ARGS; i++)
		v[nv++] = value_of(r, n->kids[i]);
	bool none = nv == 1 && v[0].kind == V_NONE;
	if (none && n->kids[0]->kind == E_CONST)
		return negated ? not_so(r, fact_said(r, n, "none", NULL, 0)) : fact_said(r, n, "none", NULL, 0);
	if (none) /* any value will do */
		return negated ? fact_said(r, n, "none", NULL, 0) : not_so(r, fact_said(r, n, "none", NULL, 0));
	if (!negated)
		return fact_said(r, n, "is", v, nv);
	struct phrase no = fact_said(r, n, "not", v, nv);
	return no.n ? no : not_so(r, fact_said(r, n, "is", v, nv));
}

/* ---- conditions ------------------------------------------------------------------------------------------------------------ */

static struct phrase condition(const struct reading_of *r, const struct node *n, bool negated);
static struct phrase expression(const struct reading_of *r, const struct node *n);

static struct phrase joined(const struct reading_of *r, const struct node *n, const char *word)
{
	struct phrase x = condition(r, n->kids[0], false);
	for (uint32_t i = 1; i < n->nkids; i++) {
		struct phrase more = condition(r, n->kids[i], false);
		phrase_add_text(r->p, &x, phrase_word(r->p, "phrases", str_of(word), "text"));
		phrase_append(r->p, &x, &more);
	}
	return x;
}

static struct phrase yes_no(const struct reading_of *r, const char *name, bool yes, struct phrase a, struct phrase b)
{
	return glue(r->p, arena_fmt(r->p->arena, "%s_%s", name, yes ? "yes" : "no").p, a, b);
}

/* A set by its name: "the core treaties"; empty: it has none. */
static struct phrase set_name(const struct reading_of *r, const struct node *n)
{
	const struct rulebook *rb = phrase_rulebook(r->p);
	for (size_t i = 0; n->kind == C_IN && n->nitems && i < rb->sets.n; i++)
		if (rb->sets.v[i].items == n->items) {
			struct str name = syms_str(&rb->syms, rb->sets.v[i].name), words = phrase_word(r->p, "sets", name, "text");
			return phrase_plain(r->p, words.n ? words : words_plain(name, r->p->arena));
		}
	return (struct phrase){0};
}

static struct phrase list(const struct reading_of *r, const struct node *n)
{
	struct phrase x = {0};
	for (uint32_t i = 0; i < (n->kind == C_IN ? n->nitems : n->nkids); i++) {
		struct phrase one = n->kind == C_IN ? phrase_entity(r->p, n->items[i]) : expression(r, n->kids[i]);
		if (i)
			phrase_add_text(r->p, &x, phrase_word(r->p, "phrases", STR("or"), "text"));
		phrase_append(r->p, &x, &one);
	}
	return x;
}

static struct phrase variable(const struct reading_of *r, const struct node *n, bool negated)
{
	const struct node var = {.kind = E_VAR, .var = n->var};
	struct value v = value_of(r, &var);
	bool none = n->kind == C_VAR_IS && n->nkids == 1 && n->kids[0]->kind == E_CONST && n->kids[0]->value.kind == V_NONE;
	if (none || v.kind == V_NONE)
		return yes_no(r, "var_none", v.kind == V_NONE, expression(r, &var), (struct phrase){0});
	struct phrase set = set_name(r, n);
	return set.n ? yes_no(r, "in_set", !negated, expression(r, &var), set) : yes_no(r, "one_of", !negated, expression(r, &var), list(r, n));
}

static struct phrase compared(const struct reading_of *r, const struct node *n, bool negated)
{
	struct slots s = {0};
	bool dates = n->kids[0]->type == TYPE_DATE || n->kids[1]->type == TYPE_DATE;
	slot_add(&s, STR("left"), expression(r, n->kids[0]));
	slot_add(&s, STR("right"), expression(r, n->kids[1]));
	slot_add(&s, STR("op"), phrase_op(r->p, dates ? "date_ops" : "ops", n->op));
	return phrase_glue(r->p, negated ? "compare_no" : "compare_yes", &s);
}

static struct phrase condition(const struct reading_of *r, const struct node *n, bool negated)
{
	struct phrase x;
	switch ((enum node_kind)n->kind) {
	case C_HOLDS: return fact_said(r, n, negated ? "none" : "is", &VALUE_YES, !negated);
	case C_IS: return is_one_of(r, n, negated != n->negated);
	case C_VAR_IS:
	case C_IN: return variable(r, n, negated != n->negated);
	case C_NOT: return condition(r, n->kids[0], !negated);
	case C_CMP: return compared(r, n, negated);
	case C_REACHED: return yes_no(r, "reached", !negated, expression(r, n->kids[0]), (struct phrase){0});
	case C_PASSED: return yes_no(r, "passed", !negated, expression(r, n->kids[0]), (struct phrase){0});
	case C_AND: x = joined(r, n, "and"); break;
	case C_OR: x = joined(r, n, "or"); break;
	case C_SOME: x = n->kids[0] ? condition(r, n->kids[0], false) : (struct phrase){0}; break;
	case C_EVERY: x = glue(r->p, "every", condition(r, n->kids[0], false), condition(r, n->kids[1], false)); break;
	default: return expression(r, n);
	}
	return negated ? not_so(r, x) : x;
}

/* ---- expressions ----------------------------------------------------------------------------------------------------------- */

/* The word by which a decision counts: "voters". */
static struct str count_word(const struct phrasing *p, const struct node *n)
{
	struct str s = n->to > n->from && n->to - n->from <= MAX_NAME ? node_text(phrase_rulebook(p), n) : (struct str){0};
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' || (s.p[i] >= '0' && s.p[i] <= '9')))
			return (struct str){0};
	return s;
}

/* What is counted, as a noun: "consents to the Charter that count". */
static struct phrase quantity(const struct reading_of *r, const struct node *n)
{
	struct str word = count_word(r->p, n);
	const struct node *fact = n->kind == E_SUM ? n->kids[1] : n->kids[0];
	if (word.n)
		return phrase_plain(r->p, words_plain(word, r->p->arena));
	if (fact && (fact->kind == E_FACT || fact->kind == C_HOLDS)) {
		struct phrase x = fact_said(r, fact, n->kind == E_SUM ? "sum" : "count", NULL, 0);
		if (x.n)
			return x;
	}
	if (n->kind == E_SUM)
		return glue(r->p, "sum_of", expression(r, fact), (struct phrase){0});
	return glue(r->p, "count_of", condition(r, n->kids[0], false), (struct phrase){0});
}

static struct phrase fact_noun(const struct reading_of *r, const struct node *n)
{
	struct phrase x = fact_said(r, n, "of", NULL, 0);
	struct value args[MAX_ARGS];
	const struct fact *f = &phrase_rulebook(r->p)->facts.v[n->fact];
	if (x.n)
		return x;
	struct slots s = {0};
	struct fact_words w = atom(r, n, args);
	phrase_params(r->p, f->params, f->nparams, args, w.first, w.rest, &s);
	slot_text(r->p, &s, "label",
		words_fact(record_words(view_record(r->p->view)), r->p->lang, syms_str(&phrase_rulebook(r->p)->syms, f->name), r->p->arena));
	return phrase_glue(r->p, "fact_of", &s);
}

static struct phrase fraction(const struct reading_of *r, const struct node *n)
{
	struct phrase part = phrase_plain(r->p, phrase_digits(r->p, arena_fmt(r->p->arena, "%lld/%lld", (long long)n->num, (long long)n->den)));
	return glue(r->p, "fraction", part, expression(r, n->kids[0]));
}

static struct phrase expression(const struct reading_of *r, const struct node *n)
{
	static const char *const pairs[] = {[E_ADD] = "plus", [E_SUB] = "less", [E_MUL] = "times", [E_PERCENT] = "percent",
		[E_ROUNDED] = "rounded", [E_LATER] = "later_of", [E_EARLIER] = "earlier_of"};
	static const char *const months[] = {[E_MONTH_AFTER] = "month_after", [E_MONTH_OF] = "month_of", [E_MONTH_END] = "month_end"};
	switch ((enum node_kind)n->kind) {
	case E_CONST: return phrase_value(r->p, NO_ID, n->value);
	case E_VAR:
		if (r->bound >> n->var & 1)
			return phrase_value(r->p, NO_ID, r->env[n->var]);
		return phrase_filler(r->p, r->rule->vars[n->var].type, r->it >> n->var & 1 ? "it" : "any");
	case E_FACT: return fact_noun(r, n);
	case E_ADD:
	case E_SUB:
	case E_MUL:
	case E_PERCENT:
	case E_ROUNDED:
	case E_LATER:
	case E_EARLIER: return glue(r->p, pairs[n->kind], expression(r, n->kids[0]), expression(r, n->kids[1]));
	case E_FRACTION: return fraction(r, n);
	case E_MONTH_AFTER:
	case E_MONTH_OF:
	case E_MONTH_END: return glue(r->p, months[n->kind], expression(r, n->kids[0]), (struct phrase){0});
	case E_THAT_DAY: return phrase_glue(r->p, "that_day", NULL);
	case E_THAT_INSTANT: return phrase_glue(r->p, "that_instant", NULL);
	case E_COUNT:
	case E_SUM: return quantity(r, n);
	default: return condition(r, n, false);
	}
}

/* ---- statements of a proof ------------------------------------------------------------------------------------------------- */

bool phrase_has_words(const struct proof *x)
{
	return x->node && x->within != NO_ID;
}

struct phrase phrase_condition(const struct phrasing *p, const struct proof *x, bool negated)
{
	struct reading_of r = read_with(p, x);
	return condition(&r, x->node, negated);
}

/* The value of a side says enough where nothing but a value stands there. */
static bool is_plain(const struct node *n)
{
	return n->kind == E_CONST || n->kind == E_VAR || n->kind == E_THAT_DAY || n->kind == E_THAT_INSTANT;
}

/* "the last day of the meeting (4 July 2024)" */
static struct phrase side(const struct reading_of *r, const struct node *n, struct value v, struct str printed)
{
	struct phrase value = v.kind == V_INT || v.kind == V_NONE ? phrase_plain(r->p, printed) : phrase_value(r->p, NO_ID, v);
	return is_plain(n) ? value : glue(r->p, "with_value", expression(r, n), value);
}

/* A side without a value decides by itself: "the Charter names no day of entry into force". */
static bool says_nothing(const struct reading_of *r, const struct node *n, struct value v, struct phrase *ret)
{
	if (v.kind != V_NONE)
		return false;
	*ret = n->kind == E_FACT ? fact_said(r, n, "none", NULL, 0) : yes_no(r, "var_none", true, (struct phrase){0}, (struct phrase){0});
	return n->kind == E_FACT || is_plain(n);
}

struct phrase phrase_compare(const struct phrasing *p, const struct proof *x)
{
	struct reading_of r = read_with(p, x);
	struct phrase none;
	const struct node *n = x->node;
	if (n->kind != C_CMP)
		return condition(&r, n, !x->holds);
	if (says_nothing(&r, n->kids[0], x->have, &none) || says_nothing(&r, n->kids[1], x->need, &none))
		return none;
	struct slots s = {0};
	bool dates = x->have.kind == V_DATE || x->need.kind == V_DATE;
	slot_add(&s, STR("left"), side(&r, n->kids[0], x->have, x->left));
	slot_add(&s, STR("right"), side(&r, n->kids[1], x->need, x->right));
	slot_add(&s, STR("op"), phrase_op(p, dates ? "date_ops" : "ops", x->op));
	return phrase_glue(p, x->holds ? "compare_yes" : "compare_no", &s);
}

/* "at least 1", "exactly 0": nobody needs to be told, if it is so. */
static bool is_least(const struct proof *x)
{
	return x->need.kind == V_INT && x->need.i == (x->op == CMP_GE) && (x->op == CMP_GE || x->op == CMP_EQ || x->op == CMP_GT);
}

/* The words of a ballot: "nobody objects", "9 members take part". */
static struct phrase ballot(const struct reading_of *r, const struct proof *x, struct str word)
{
	const struct rulebook *rb = phrase_rulebook(r->p);
	const struct words *w = record_words(view_record(r->p->view));
	uint64_t n = x->have.i < 0 ? 0 : (uint64_t)x->have.i;
	struct str fact = syms_str(&rb->syms, rb->facts.v[r->rule->fact].name);
	struct str words = words_count(w, r->p->lang, "counts", ARENA_JOIN(r->p->arena, fact, STR("."), word), n);
	struct phrase said = {0};
	struct slots s = {0};
	if (!words.n)
		words = words_count(w, r->p->lang, "counts", word, n);
	slot_add(&s, STR("n"), phrase_plain(r->p, phrase_digits(r->p, x->left)));
	if (words.n)
		phrase_expand(r->p, words, &s, &said);
	return said;
}

struct phrase phrase_count(const struct phrasing *p, const struct proof *x)
{
	struct reading_of r = read_with(p, x);
	const struct node *left = x->node->kids[0];
	struct phrase none, said = {0};
	struct str word = left->kind == E_COUNT ? count_word(p, left) : (struct str){0};
	struct slots s = {0};
	if (says_nothing(&r, x->node->kids[1], x->need, &none))
		return none;
	if (word.n && x->have.kind == V_INT)
		said = ballot(&r, x, word);
	if (said.n && x->holds && is_least(x))
		return said;
	slot_add(&s, STR("text"), said.n ? said : expression(&r, left));
	slot_add(&s, STR("left"), phrase_plain(p, phrase_digits(p, x->left)));
	slot_add(&s, STR("right"), phrase_plain(p, phrase_digits(p, x->right)));
	slot_add(&s, STR("op"), phrase_op(p, "count_ops", x->op));
	return phrase_glue(p, said.n ? "ballot" : x->holds ? "count_yes" : "count_no", &s);
}

struct phrase phrase_clock(const struct phrasing *p, const struct proof *x)
{
	struct reading_of r = read_with(p, x);
	const struct node *when = x->node->kids[0];
	bool passed = x->node->kind == C_PASSED;
	if (x->at == CIVIL_NEVER)
		return when->kind == E_FACT ? fact_said(&r, when, "none", NULL, 0) : phrase_glue(p, "clock_never", NULL);
	struct phrase date = phrase_date(p, x->value.kind == V_DATE ? x->value.t : x->at, STR(""));
	if (!is_plain(when))
		date = glue(p, "with_day", expression(&r, when), date);
	return yes_no(&r, passed ? "passed" : "reached", x->holds, date, (struct phrase){0});
}

struct phrase phrase_value_of(const struct phrasing *p, const struct proof *x)
{
	struct reading_of r = read_with(p, x);
	struct slots s = {0};
	struct phrase value = x->value.kind == V_NONE && x->left.n ? phrase_plain(p, phrase_digits(p, x->left)) : phrase_value(p, NO_ID, x->value);
	if (x->node->kind == E_CONST || x->node->kind == E_VAR)
		return value;
	if (x->node->kind == E_FACT && x->value.kind == V_NONE)
		return fact_said(&r, x->node, "none", NULL, 0);
	slot_add(&s, STR("text"), expression(&r, x->node));
	slot_add(&s, STR("value"), value);
	return phrase_glue(p, "value_is", &s);
}

struct phrase phrase_open(const struct phrasing *p, const struct proof *x)
{
	struct reading_of r = read_with(p, x);
	uint64_t open = x->node->free & ~x->bound;
	struct slots s = {0};
	if (open) {
		uint32_t var = (uint32_t)__builtin_ctzll(open);
		r.it = (uint64_t)1 << var;
		slot_add(&s, STR("none"), phrase_filler(p, r.rule->vars[var].type, "no"));
	}
	slot_add(&s, STR("text"), condition(&r, x->node, false));
	return phrase_glue(p, open ? "open_it" : "open", &s);
}

/* ---- what stands for a negation ---------------------------------------------------------------------------------------------- */

/* The part of a group that decides: one that fails, or of alternatives the one that holds; NULL: all of them together. */
static const struct proof *decisive(const struct proof *x)
{
	if (x->kind != PROOF_ALL && x->kind != PROOF_ANY)
		return x;
	bool wanted = x->kind == PROOF_ANY;
	if (x->holds != wanted && x->nkids != 1)
		return NULL;
	for (size_t i = 0; i < x->nkids; i++)
		if (x->kids[i]->holds == x->holds)
			return decisive(x->kids[i]);
	return NULL;
}

const struct proof *phrase_stands_for(const struct proof *x)
{
	if (x->kind != PROOF_NOT || x->nkids == 0)
		return x;
	const struct proof *kid = decisive(x->kids[0]);
	if (!kid || kid->kind == PROOF_CUT || kid->kind == PROOF_OPEN || kid->kind == PROOF_RULE)
		return x;
	return kid->kind == PROOF_NOT ? phrase_stands_for(kid) : kid;
}

/* The parts of a group that hold or fail together, one after the other. */
struct phrase phrase_parts(const struct phrasing *p, const struct proof *group)
{
	struct phrase all = {0};
	size_t n = 0;
	for (size_t i = 0; i < group->nkids && n < MAX_JOINED; i++) {
		if (group->kids[i]->holds != group->holds)
			continue;
		struct phrase one = phrase_proof(p, group->kids[i]);
		if (n++)
			phrase_add_text(p, &all, phrase_word(p, "phrases", STR("semicolon"), "text"));
		phrase_append(p, &all, &one);
	}
	return all;
}
