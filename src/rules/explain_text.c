/* SPDX-License-Identifier: Apache-2.0
 *
 * Conditions as text: as a rule writes them, with the values in place of the variables. Constructs are printed as the rules
 * that they stand for, but the ballots of a decision by their own words, as its text has them.
 */
#include "rules/explain_int.h"

#include "rules/rulebook.h"

enum { MAX_TEXT = 2000, MAX_ITEMS = 12 };

struct printer {
	const struct ex *x;
	const struct cx *c; /* NULL: nothing is bound */
	struct buf out;
};

static void print(struct printer *p, const struct node *n);

static void print_value(struct printer *p, struct value v)
{
	if (v.kind == V_ENTITY)
		buf_addc(&p->out, '"');
	value_print(p->x->e->syms, v, &p->out);
	if (v.kind == V_ENTITY)
		buf_addc(&p->out, '"');
}

static void print_name(struct printer *p, sym name)
{
	buf_add(&p->out, syms_str(&p->x->rb->syms, name));
}

static void print_var(struct printer *p, uint32_t var)
{
	if (p->c && p->c->bound >> var & 1)
		print_value(p, p->c->env[var]);
	else if (p->c)
		print_name(p, ex_rule_of(p->x, p->c->rule)->vars[var].name);
}

static void print_atom(struct printer *p, const struct node *n)
{
	print_name(p, p->x->rb->facts.v[n->fact].name);
	buf_addc(&p->out, '(');
	for (uint32_t i = 0; i < n->nargs; i++) {
		buf_adds(&p->out, i ? ", " : "");
		print(p, n->args[i]);
	}
	buf_addc(&p->out, ')');
}

static void print_terms(struct printer *p, const struct node *n)
{
	buf_adds(&p->out, n->negated ? " is not " : " is ");
	for (uint32_t i = 0; i < n->nkids; i++) {
		buf_adds(&p->out, i ? " or " : "");
		print(p, n->kids[i]);
	}
}

static bool is_composite(const struct node *n)
{
	switch ((enum node_kind)n->kind) {
	case C_AND:
	case C_OR:
	case C_CMP:
	case E_ADD:
	case E_SUB:
	case E_MUL:
	case E_PERCENT:
	case E_ROUNDED: return true;
	default: return false;
	}
}

/* Brackets where the grammar needs them. */
static void print_simple(struct printer *p, const struct node *n)
{
	bool brackets = is_composite(n);
	buf_adds(&p->out, brackets ? "(" : "");
	print(p, n);
	buf_adds(&p->out, brackets ? ")" : "");
}

static void print_joined(struct printer *p, const struct node *n, const char *word)
{
	for (uint32_t i = 0; i < n->nkids; i++) {
		buf_adds(&p->out, i ? word : "");
		if (n->kind == C_AND && n->kids[i]->kind == C_OR)
			print_simple(p, n->kids[i]);
		else
			print(p, n->kids[i]);
	}
}

static void print_items(struct printer *p, const struct node *n)
{
	for (size_t i = 0; i < p->x->rb->sets.n; i++)
		if (p->x->rb->sets.v[i].items == n->items && n->nitems) {
			print_name(p, p->x->rb->sets.v[i].name);
			return;
		}
	buf_addc(&p->out, '{');
	for (uint32_t i = 0; i < n->nitems && i < MAX_ITEMS; i++) {
		buf_adds(&p->out, i ? ", " : "");
		print_value(p, (struct value){.kind = V_ENTITY, .s = n->items[i]});
	}
	buf_adds(&p->out, n->nitems > MAX_ITEMS ? ", ...}" : "}");
}

/* Its own variable may be bound (to the one that is spoken of) or open. */
static void print_binder(struct printer *p, const struct node *n)
{
	print_var(p, n->var);
	if (!n->kids[0])
		return;
	buf_adds(&p->out, " with ");
	print_simple(p, n->kids[0]);
}

static void print_month(struct printer *p, const char *words, const struct node *n)
{
	buf_adds(&p->out, words);
	print(p, n->kids[0]);
}

static void print_infix(struct printer *p, const struct node *n, const char *op)
{
	bool product = n->kind == E_MUL || n->kind == E_PERCENT;
	for (uint32_t i = 0; i < 2; i++) {
		const struct node *kid = n->kids[i];
		bool sum = kid->kind == E_ADD || kid->kind == E_SUB || kid->kind == E_ROUNDED;
		buf_adds(&p->out, i ? op : "");
		if (sum && (product || (i && n->kind == E_SUB)))
			print_simple(p, kid);
		else
			print(p, kid);
	}
}

/* The word by which a decision counts: "yes", "voters". */
static struct str count_word(const struct printer *p, const struct node *n)
{
	struct str s = n->to > n->from && n->to - n->from <= MAX_NAME ? node_text(p->x->rb, n) : (struct str){0};
	bool word = s.n > 0;
	for (size_t i = 0; i < s.n && word; i++)
		word = (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' || (i && s.p[i] >= '0' && s.p[i] <= '9');
	return word ? s : (struct str){0};
}

static void print_count(struct printer *p, const struct node *n)
{
	struct str word = count_word(p, n);
	if (word.n) {
		buf_add(&p->out, word);
		return;
	}
	if (n->kind == E_COUNT) {
		buf_adds(&p->out, "count of ");
	} else {
		buf_adds(&p->out, "sum of ");
		print(p, n->kids[1]);
		buf_adds(&p->out, " of ");
	}
	print_binder(p, n);
}

static void print_of(struct printer *p, const struct node *n)
{
	buf_adds(&p->out, n->kind == E_LATER ? "later of " : "earlier of ");
	print(p, n->kids[0]);
	buf_adds(&p->out, " and ");
	print(p, n->kids[1]);
}

static void print(struct printer *p, const struct node *n)
{
	static const char *const cmp[] = {" >= ", " > ", " = ", " < ", " <= "};
	switch ((enum node_kind)n->kind) {
	case C_AND: print_joined(p, n, " and "); break;
	case C_OR: print_joined(p, n, " or "); break;
	case C_NOT:
		buf_adds(&p->out, "not ");
		print_simple(p, n->kids[0]);
		break;
	case C_HOLDS:
	case E_FACT: print_atom(p, n); break;
	case C_IS:
		print_atom(p, n);
		print_terms(p, n);
		break;
	case C_VAR_IS:
		print_var(p, n->var);
		print_terms(p, n);
		break;
	case C_IN:
		print_var(p, n->var);
		buf_adds(&p->out, " in ");
		print_items(p, n);
		break;
	case C_SOME:
		buf_adds(&p->out, "some ");
		print_binder(p, n);
		break;
	case C_EVERY:
		buf_adds(&p->out, "every ");
		print_binder(p, n);
		buf_adds(&p->out, " has ");
		print_simple(p, n->kids[1]);
		break;
	case C_CMP: print_infix(p, n, cmp[n->op]); break;
	case C_REACHED: print_month(p, "reached ", n); break;
	case C_PASSED: print_month(p, "passed ", n); break;
	case E_CONST: print_value(p, n->value); break;
	case E_VAR: print_var(p, n->var); break;
	case E_ADD: print_infix(p, n, " + "); break;
	case E_SUB: print_infix(p, n, " - "); break;
	case E_MUL: print_infix(p, n, " * "); break;
	case E_PERCENT: print_infix(p, n, " percent of "); break;
	case E_ROUNDED: print_infix(p, n, " rounded by "); break;
	case E_FRACTION:
		buf_addf(&p->out, "%lld/%lld of ", (long long)n->num, (long long)n->den);
		print_simple(p, n->kids[0]);
		break;
	case E_MONTH_AFTER: print_month(p, "first of month after ", n); break;
	case E_MONTH_OF: print_month(p, "first of month of ", n); break;
	case E_MONTH_END: print_month(p, "end of month of ", n); break;
	case E_LATER:
	case E_EARLIER: print_of(p, n); break;
	case E_THAT_DAY: buf_adds(&p->out, "that day"); break;
	case E_THAT_INSTANT: buf_adds(&p->out, "that instant"); break;
	case E_COUNT:
	case E_SUM: print_count(p, n); break;
	}
}

static struct str finish(struct ex *x, struct printer *p)
{
	struct str s = buf_str(&p->out);
	s = p->out.over ? ARENA_JOIN(x->a, s, STR(" ...")) : arena_str(x->a, s);
	x->out = p->out;
	return s;
}

/* The buffer of the text before, empty again; until finish it is the printer's. */
static struct buf again(struct ex *x)
{
	struct buf b = x->out;
	if (!b.max)
		buf_init(&b, MAX_TEXT);
	buf_clear(&b);
	x->out = (struct buf){0};
	return b;
}

struct str ex_text(struct ex *x, const struct cx *c, const struct node *n)
{
	struct printer p = {x, c, again(x)};
	print(&p, n);
	return finish(x, &p);
}

struct str ex_fact_text(struct ex *x, uint32_t fact, const struct value *args, const struct wanted *w)
{
	struct printer p = {x, NULL, again(x)};
	const struct fact *f = &x->rb->facts.v[fact];
	print_name(&p, f->name);
	buf_addc(&p.out, '(');
	for (uint32_t i = 0; i < f->nparams; i++) {
		buf_adds(&p.out, i ? ", " : "");
		if (args[i].kind == V_NONE)
			print_name(&p, f->params[i].name);
		else
			print_value(&p, args[i]);
	}
	buf_addc(&p.out, ')');
	for (uint32_t i = 0; i < w->n && f->value != TYPE_BOOL; i++) {
		buf_adds(&p.out, i ? " or " : " is ");
		print_value(&p, w->v[i]);
	}
	return finish(x, &p);
}

static void print_big(struct buf *out, __int128 v)
{
	char digits[48];
	size_t n = sizeof digits;
	unsigned __int128 u = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;
	do
		digits[--n] = (char)('0' + (int)(u % 10));
	while (u /= 10);
	if (v < 0)
		buf_addc(out, '-');
	buf_add(out, (struct str){digits + n, sizeof digits - n});
}

struct str ex_print(struct ex *x, struct xval v)
{
	if (v.kind == V_NONE)
		return STR("none");
	struct printer p = {x, NULL, again(x)};
	if (v.kind == V_INT) {
		print_big(&p.out, v.num);
		if (v.den != 1) {
			buf_addc(&p.out, '/');
			print_big(&p.out, v.den);
		}
	} else {
		value_print(x->e->syms, v.v, &p.out);
	}
	return finish(x, &p);
}
