/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/rules/text.h"

static int text_reader(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text)
{
	(void)from;
	for (const struct included *i = ctx; i && i->name; i++) {
		if (!str_eq(str_of(i->name), name))
			continue;
		*ret_path = arena_fmt(a, "%s.rules", i->name);
		*ret_text = arena_str(a, str_of(i->text));
		return 0;
	}
	return ERR_ABSENT;
}

struct rulebook *text_load(const char *text, const struct included *others, int *ret_code)
{
	struct rulebook_reader reader = {text_reader, (void *)(uintptr_t)others};
	struct rulebook *rb = NULL;
	struct err e = {0};
	*ret_code = rulebook_load(STR("test.rules"), str_of(text), &reader, &rb, &e);
	assert_non_null(rb);
	assert_true(*ret_code == 0 || (*ret_code == ERR_INPUT && e.what[0]));
	return rb;
}

/* All messages, one a line. */
char *text_messages(const struct rulebook *rb)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "");
	for (size_t i = 0; i < rb->diags.n; i++) {
		diag_print(rb, &rb->diags.v[i], &b);
		buf_addc(&b, '\n');
	}
	return b.p;
}

struct rulebook *text_good(const char *text)
{
	int code;
	struct rulebook *rb = text_load(text, NULL, &code);
	if (code) {
		char *m = text_messages(rb);
		print_message("# unexpected messages:\n%s", m);
		free(m);
	}
	assert_int_equal(code, 0);
	return rb;
}

/* ---- a rule, written out ------------------------------------------------------------------------------------------------ */

static const char *const text_op[] = {
	[C_AND] = "and", [C_OR] = "or", [C_NOT] = "not", [C_SOME] = "some", [C_EVERY] = "every", [C_REACHED] = "reached",
	[C_PASSED] = "passed", [E_ADD] = "+", [E_SUB] = "-", [E_MUL] = "*", [E_PERCENT] = "percent", [E_ROUNDED] = "rounded",
	[E_MONTH_AFTER] = "month-after", [E_MONTH_OF] = "month-of", [E_MONTH_END] = "month-end", [E_LATER] = "later",
	[E_EARLIER] = "earlier", [E_THAT_DAY] = "that-day", [E_THAT_INSTANT] = "that-instant", [E_COUNT] = "count", [E_SUM] = "sum"};

struct text_rule {
	const struct rulebook *rb;
	const struct rule *rule;
	struct buf *out;
};

/* A variable's name; with its number where two of the rule have that name. */
static void text_var(const struct text_rule *t, uint8_t v)
{
	uint32_t same = 0;
	for (uint32_t i = 0; i < t->rule->nvars; i++)
		same += t->rule->vars[i].name == t->rule->vars[v].name;
	buf_add(t->out, syms_str(&t->rb->syms, t->rule->vars[v].name));
	if (same > 1)
		buf_addf(t->out, "'%u", v);
}

static void text_node(const struct text_rule *t, const struct node *n);

static void text_nodes(const struct text_rule *t, struct node *const *v, uint32_t n, const char *between)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(t->out, i ? between : "");
		text_node(t, v[i]);
	}
}

static void text_fact(const struct text_rule *t, const struct node *n)
{
	buf_add(t->out, syms_str(&t->rb->syms, t->rb->facts.v[n->fact].name));
	buf_addc(t->out, '(');
	text_nodes(t, n->args, n->nargs, ",");
	buf_addc(t->out, ')');
}

static void text_list(const struct text_rule *t, const struct node *n)
{
	static const char *const cmp[] = {">=", ">", "=", "<", "<="};
	buf_addc(t->out, '(');
	if (n->kind == C_CMP)
		buf_adds(t->out, cmp[n->op]);
	else if (n->kind == E_FRACTION)
		buf_addf(t->out, "%lld/%lld", (long long)n->num, (long long)n->den);
	else
		buf_adds(t->out, text_op[n->kind]);
	if (n->kind == C_SOME || n->kind == C_EVERY || n->kind == E_COUNT || n->kind == E_SUM) {
		buf_addc(t->out, ' ');
		text_var(t, n->var);
	}
	for (uint32_t i = 0; i < n->nkids; i++) {
		buf_addc(t->out, ' ');
		text_node(t, n->kids[i]);
	}
	buf_addc(t->out, ')');
}

static void text_node(const struct text_rule *t, const struct node *n)
{
	if (!n) {
		buf_adds(t->out, "_");
		return;
	}
	switch (n->kind) {
	case C_HOLDS:
	case E_FACT: text_fact(t, n); break;
	case C_IS:
	case C_VAR_IS:
		if (n->kind == C_IS)
			text_fact(t, n);
		else
			text_var(t, n->var);
		buf_adds(t->out, n->negated ? "!=" : "=");
		text_nodes(t, n->kids, n->nkids, "|");
		break;
	case C_IN:
		text_var(t, n->var);
		for (uint32_t i = 0; i < n->nitems; i++)
			buf_addf(t->out, "%c%.*s", i ? ',' : '{', STR_ARG(syms_str(&t->rb->syms, n->items[i])));
		buf_addc(t->out, '}');
		break;
	case E_CONST: value_print(&t->rb->syms, n->value, t->out); break;
	case E_VAR: text_var(t, n->var); break;
	case E_THAT_DAY:
	case E_THAT_INSTANT: buf_adds(t->out, text_op[n->kind]); break;
	default: text_list(t, n);
	}
	if (n->ending)
		buf_adds(t->out, "^");
}

static void text_trigger(const struct text_rule *t)
{
	const struct trigger *g = &t->rule->trigger;
	if (g->kind == TRIGGER_ACT) {
		const struct act_kind *act = &t->rb->acts.v[g->act];
		buf_addf(t->out, " on %.*s(", STR_ARG(syms_str(&t->rb->syms, act->name)));
		text_nodes(t, g->pattern, act->nparams, ",");
		buf_addc(t->out, ')');
		return;
	}
	buf_adds(t->out, g->kind == TRIGGER_ONCE ? " once " : " after ");
	if (g->span) {
		text_node(t, g->span);
		buf_adds(t->out, " of ");
	}
	text_node(t, g->cond);
}

/* "status(S) := member on granted(S) if not leaving(S) from (+ that-day 3 days) regardless". The caller frees it. */
char *text_of_rule(const struct rulebook *rb, size_t i)
{
	const struct rule *r = &rb->rules.v[i];
	struct buf b;
	struct text_rule t = {rb, r, &b};
	buf_init(&b, 1 << 16);
	if (r->part)
		buf_addf(&b, "%s: ", r->part);
	if (r->form != RULE_FORBIDDEN) {
		struct node head = {.fact = r->fact, .args = r->args, .nargs = (uint8_t)rb->facts.v[r->fact].nparams};
		text_fact(&t, &head);
	} else {
		buf_adds(&b, "forbidden");
	}
	if (r->value) {
		buf_adds(&b, " := ");
		text_node(&t, r->value);
	}
	if (r->form != RULE_DEFINITION)
		text_trigger(&t);
	if (r->cond) {
		buf_adds(&b, r->form == RULE_EFFECT ? " if " : " while ");
		text_node(&t, r->cond);
	}
	if (r->effect) {
		buf_adds(&b, " from ");
		text_node(&t, r->effect);
		buf_adds(&b, r->still_so ? " still-so" : " regardless");
	}
	return b.p;
}

void assert_rule(const struct rulebook *rb, size_t i, const char *expected)
{
	assert_true(i < rb->rules.n);
	char *s = text_of_rule(rb, i);
	assert_string_equal(s, expected);
	free(s);
}

void assert_messages(const char *text, const char *const *expected)
{
	int code;
	struct rulebook *rb = text_load(text, NULL, &code);
	char *all = text_messages(rb);
	struct str rest = str_of(all), line;
	bool good = true;
	for (; *expected; expected++) {
		struct str want = str_of(*expected);
		good &= str_line(&rest, &line) && str_starts(line, STR("test.rules:")) && str_starts(str_slice(line, 11, line.n), want);
		if (!good)
			print_message("# wanted: %s\n", *expected);
	}
	good &= rest.n == 0;
	if (!good)
		print_message("# for: %s\n# found:\n%s", text, all);
	free(all);
	rulebook_free(rb);
	assert_true(good);
}
