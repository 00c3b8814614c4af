/* SPDX-License-Identifier: Apache-2.0
 *
 * Types of variables and expressions (reference 4.5, 4.6 and 13). NO_ID goes with everything: its error is told
 * already.
 */
#include "rules/resolve.h"

void constrain(struct resolver *r, uint8_t var, uint32_t type, struct place at)
{
	struct variable *v = &r->vars[var];
	if (type_meet(r->l, v->type, type, &v->type) || v->clashes)
		return;
	v->clashes = true;
	resolver_complain(r, at, "%.*s is %.*s here and %.*s there", NAME_ARG(r->l, v->name),
		STR_ARG(type_with_article(r->l, type)), STR_ARG(type_with_article(r->l, v->type)));
	hint(r->l, "the other place is in line %u", v->at.line);
}

static bool is(uint32_t type, uint32_t wanted)
{
	return type == wanted || type == NO_ID;
}

void check_needs(struct resolver *r, struct node *n, uint32_t type, const char *where)
{
	uint32_t found = check_type(r, n);
	if (!is(found, type))
		resolver_complain(r, n->at, "%.*s where %.*s is needed (%s)", TYPE_ARG(r->l, found),
			STR_ARG(type_with_article(r->l, type)), where);
}

static void does_not_go(struct resolver *r, const struct node *n, uint32_t a, uint32_t b, const char *sign)
{
	resolver_complain(r, n->at, "%.*s does not go with %.*s in '%s'", TYPE_ARG(r->l, a), TYPE_ARG(r->l, b), sign);
}

/* number + number, Date + Span, Date - Span; nothing else */
static uint32_t check_sum(struct resolver *r, struct node *n)
{
	uint32_t a = check_type(r, n->kids[0]), b = check_type(r, n->kids[1]);
	if (is(a, TYPE_INT) && is(b, TYPE_INT))
		return a == NO_ID && b == NO_ID ? NO_ID : TYPE_INT;
	if (is(a, TYPE_DATE) && is(b, TYPE_SPAN))
		return TYPE_DATE;
	does_not_go(r, n, a, b, n->kind == E_ADD ? "+" : "-");
	return NO_ID;
}

static uint32_t check_product(struct resolver *r, struct node *n, const char *sign)
{
	uint32_t a = check_type(r, n->kids[0]), b = check_type(r, n->kids[1]);
	if (!is(a, TYPE_INT) || !is(b, TYPE_INT))
		does_not_go(r, n, a, b, sign);
	return TYPE_INT;
}

static uint32_t check_fact(struct resolver *r, const struct node *n)
{
	if (n->fact == NO_ID)
		return NO_ID;
	const struct fact *f = &r->l->rb->facts.v[n->fact];
	if (f->value != TYPE_BOOL)
		return f->value;
	resolver_complain(
		r, n->at, "%.*s is boolean: it has no value to compare or to count with", NAME_ARG(r->l, f->name));
	return NO_ID;
}

static void check_comparison(struct resolver *r, struct node *n)
{
	uint32_t a = check_type(r, n->kids[0]), b = check_type(r, n->kids[1]);
	bool numbers = is(a, TYPE_INT) && is(b, TYPE_INT), dates = is(a, TYPE_DATE) && is(b, TYPE_DATE);
	if (numbers || dates)
		return;
	resolver_complain(r, n->at, "%.*s is compared with %.*s", TYPE_ARG(r->l, a), TYPE_ARG(r->l, b));
	hint(r->l, a == b ? "only numbers and dates are compared; otherwise write \"is\""
			  : "numbers are compared with numbers, dates with dates");
}

/* S is T, S is "KZ": what it is compared with must be able to be S. */
static void check_var_is(struct resolver *r, struct node *n)
{
	struct variable *v = &r->vars[n->var];
	for (uint32_t i = 0; i < n->nkids; i++) {
		struct node *k = n->kids[i];
		if (k->kind == E_VAR)
			constrain(r, n->var, r->vars[k->var].type, k->at);
		else if (v->type == NO_ID || k->value.kind == V_NONE)
			continue;
		else if (k->value.kind == V_WORD     ? !type_has_word(r->l, v->type, k->value.s)
			 : k->value.kind == V_ENTITY ? !type_is_entity(r->l, v->type)
						     : v->type != (k->value.kind == V_INT ? TYPE_INT : TYPE_DATE))
			resolver_complain(r, k->at, "%.*s is %.*s and cannot be this", NAME_ARG(r->l, v->name),
				STR_ARG(type_with_article(r->l, v->type)));
	}
}

uint32_t check_type(struct resolver *r, struct node *n)
{
	uint32_t type = TYPE_BOOL;
	switch (n->kind) {
	case C_HOLDS:
	case C_IS:
	case C_IN: break;
	case C_VAR_IS: check_var_is(r, n); break;
	case C_CMP: check_comparison(r, n); break;
	case C_REACHED: check_needs(r, n->kids[0], TYPE_DATE, "reached"); break;
	case C_PASSED: check_needs(r, n->kids[0], TYPE_DATE, "passed"); break;
	case E_CONST: type = n->type; break;
	case E_VAR: type = r->vars[n->var].type; break;
	case E_FACT: type = check_fact(r, n); break;
	case E_ADD:
	case E_SUB: type = check_sum(r, n); break;
	case E_MUL: type = check_product(r, n, "*"); break;
	case E_PERCENT: type = check_product(r, n, "percent of"); break;
	case E_FRACTION:
		check_needs(r, n->kids[0], TYPE_INT, "a fraction of");
		type = TYPE_INT;
		break;
	case E_ROUNDED:
		check_needs(r, n->kids[0], TYPE_DATE, "rounded");
		check_needs(r, n->kids[1], TYPE_ROUNDING, "rounded by");
		type = TYPE_DATE;
		break;
	case E_MONTH_AFTER:
	case E_MONTH_OF:
	case E_MONTH_END:
		check_needs(r, n->kids[0], TYPE_DATE, n->kind == E_MONTH_END ? "end of month" : "first of month");
		type = TYPE_DATE;
		break;
	case E_LATER:
	case E_EARLIER:
		check_needs(r, n->kids[0], TYPE_DATE, n->kind == E_LATER ? "later of" : "earlier of");
		check_needs(r, n->kids[1], TYPE_DATE, n->kind == E_LATER ? "later of" : "earlier of");
		type = TYPE_DATE;
		break;
	case E_THAT_DAY:
	case E_THAT_INSTANT: type = TYPE_DATE; break;
	case E_SUM: check_needs(r, n->kids[1], TYPE_INT, "sum of"); __attribute__((fallthrough));
	case E_COUNT:
		if (n->kids[0])
			(void)check_type(r, n->kids[0]);
		type = TYPE_INT;
		break;
	default: /* and, or, not, some, every */
		for (uint32_t i = 0; i < n->nkids; i++)
			if (n->kids[i])
				(void)check_type(r, n->kids[i]);
	}
	n->type = type;
	return type;
}

bool has_fraction(const struct node *n)
{
	if (n->kind == E_FRACTION || n->kind == E_PERCENT)
		return true;
	if (n->kind == E_COUNT || n->kind == E_SUM)
		return false;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (has_fraction(n->kids[i]))
			return true;
	return false;
}
