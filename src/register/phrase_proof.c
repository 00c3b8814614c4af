/* SPDX-License-Identifier: Apache-2.0
 *
 * One sentence for each node of a proof, true by itself.
 */
#include "register/phrase_internal.h"

static struct phrase code(const struct phrasing *p, struct str text)
{
	struct phrase x = {0};
	phrase_add(p, &x, (struct piece){.kind = PIECE_CODE, .text = text, .article = NO_ID});
	return x;
}

static struct phrase cites(const struct phrasing *p, const struct cite *c, uint32_t n)
{
	struct phrase x = {0};
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			phrase_add_text(p, &x, phrase_word(p, "phrases", STR("semicolon"), "text"));
		struct said name = words_source(record_words(view_record(p->view)), p->lang, c[i].text, p->arena);
		phrase_add(p, &x, (struct piece){.kind = PIECE_ARTICLE, .text = name.text, .lang = name.lang, .article = c[i].article});
	}
	return x;
}

static void slot_rule(const struct phrasing *p, struct slots *s, uint32_t rule)
{
	const struct rulebook *rb = phrase_rulebook(p);
	if (rule == NO_ID)
		return;
	slot_text(p, s, "rule", syms_str(&rb->syms, rb->rules.v[rule].label));
	slot_add(s, STR("cites"), cites(p, rb->rules.v[rule].cites, rb->rules.v[rule].ncites));
}

/* A question asks at the end of a day: its last second names the day. */
static civil named(civil t)
{
	return t != CIVIL_NEVER && t != CIVIL_ALWAYS && t == date_day(t) + DAY - 1 ? date_day(t) : t;
}

/* A day on which a fact changed, with its mark if it rests on a date that nobody has verified. */
static struct phrase day_of(const struct phrasing *p, const struct proof *x, civil t)
{
	struct phrase day = phrase_date(p, t, STR(""));
	bool all = x->kind == PROOF_FACT && x->args && day.n;
	for (uint32_t i = 0; all && i < phrase_rulebook(p)->facts.v[x->fact].nparams; i++)
		all = x->args[i].kind != V_NONE;
	if (!all || !view_unverified(p->view, x->fact, x->args, t))
		return day;
	struct slots s = {0};
	day.v[0].unverified = true;
	slot_add(&s, STR("date"), day);
	return phrase_glue(p, "day_unverified", &s);
}

static void slot_dates(const struct phrasing *p, struct slots *s, const struct proof *x)
{
	struct phrase from = day_of(p, x, x->from), to = day_of(p, x, x->to);
	slot_add(s, STR("from"), from);
	slot_add(s, STR("to"), to);
	slot_add(s, STR("at"), phrase_date(p, named(x->at), STR("")));
	slot_add(s, STR("interval"), x->from == CIVIL_ALWAYS && x->to == CIVIL_NEVER ? (struct phrase){0}
										     : phrase_between(p, x->from, from, x->to, to));
}

static struct phrase say(const struct phrasing *p, const char *name, bool holds, const struct slots *s)
{
	return phrase_glue(p, ARENA_JOIN(p->arena, str_of(name), holds ? STR("_yes") : STR("_no")).p, s);
}

/* ---- facts ------------------------------------------------------------------------------------------------------------------ */

static struct phrase say_fact(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_dates(p, &s, x);
	if (x->holds) {
		slot_add(&s, STR("fact"), phrase_fact(p, x->fact, x->args, x->value));
		return say(p, "fact", true, &s);
	}
	if (x->value.kind == V_NONE && x->have.kind != V_NONE) { /* it should have had none */
		slot_add(&s, STR("fact"), phrase_fact(p, x->fact, x->args, x->have));
		return say(p, "fact", true, &s);
	}
	slot_add(&s, STR("fact"), phrase_fact_not(p, x->fact, x->args, x->value));
	if (x->have.kind != V_NONE)
		slot_add(&s, STR("have"), phrase_fact(p, x->fact, x->args, x->have));
	return say(p, "fact", false, &s);
}

static struct phrase say_never(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_dates(p, &s, x);
	slot_add(&s, STR("fact"), phrase_fact(p, x->fact, x->args, VALUE_NONE));
	return phrase_glue(p, "never", &s);
}

static struct phrase say_table(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_add(&s, STR("fact"), phrase_fact(p, x->fact, x->args, x->value));
	return phrase_glue(p, "table", &s);
}

/* ---- acts -------------------------------------------------------------------------------------------------------------------- */

static struct phrase say_act(const struct phrasing *p, const struct proof *x)
{
	const struct record_act *a = record_act(view_record(p->view), x->act);
	struct slots s = {0};
	if (!a)
		return phrase_act_ref(p, x->act);
	slot_add(&s, STR("act"), phrase_act(p, a));
	slot_add(&s, STR("date"), phrase_act_on(p, a));
	return phrase_glue(p, x->kind == PROOF_WITHOUT_EFFECT ? "without_effect" : "act_on", &s);
}

/* Of the interval [from, to) the days: what ends at the first second of a day ends with the day before it. */
static struct phrase days(const struct phrasing *p, civil from, civil to)
{
	struct slots s = {0};
	civil last = to == CIVIL_NEVER ? to : date_day(to - 1), first = from == CIVIL_ALWAYS ? from : date_day(from);
	slot_add(&s, STR("from"), phrase_date(p, first, STR("")));
	slot_add(&s, STR("to"), phrase_date(p, last, STR("")));
	if (first == CIVIL_ALWAYS)
		return last == CIVIL_NEVER ? (struct phrase){0} : phrase_glue(p, "up_to", &s);
	if (last == CIVIL_NEVER)
		return phrase_glue(p, "since", &s);
	return phrase_glue(p, first == last ? "on" : "from_to", &s);
}

static struct phrase say_no_act(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_add(&s, STR("act"), phrase_act_none(p, x->act_kind, x->args));
	slot_add(&s, STR("days"), days(p, x->from, x->to));
	return phrase_glue(p, "no_act", &s);
}

static struct phrase say_corrected(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_add(&s, STR("place"), phrase_act_ref(p, x->place));
	slot_add(&s, STR("act"), phrase_act_ref(p, x->act));
	slot_dates(p, &s, x);
	return say(p, x->op ? "annulled" : "corrected", x->holds, &s);
}

static struct phrase say_later(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_add(&s, STR("act"), phrase_act_ref(p, x->act));
	slot_dates(p, &s, x);
	return phrase_glue(p, "later", &s);
}

/* ---- rules and conditions ---------------------------------------------------------------------------------------------------- */

static struct phrase say_rule(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_rule(p, &s, x->rule);
	slot_dates(p, &s, x);
	return say(p, x->kind == PROOF_RULE ? "rule" : x->kind == PROOF_WINDOW ? "window" : "overridden", x->holds, &s);
}

static struct phrase say_group(const struct phrasing *p, const struct proof *x)
{
	return say(p, x->kind == PROOF_ALL ? "all" : "any_of", x->holds, NULL);
}

/* What is not so is said in the words of the statement that decides it, which is true by itself. */
static struct phrase say_not(const struct phrasing *p, const struct proof *x)
{
	const struct proof *kid = x->nkids ? x->kids[0] : NULL, *stands = phrase_stands_for(x);
	struct slots s = {0};
	if (stands != x)
		return phrase_proof(p, stands);
	if (kid && (kid->kind == PROOF_ALL || kid->kind == PROOF_ANY) && kid->nkids)
		return phrase_parts(p, kid);
	if (kid && kid->kind == PROOF_OPEN)
		return phrase_proof(p, kid);
	if (phrase_has_words(x))
		return phrase_condition(p, x, !x->holds);
	if (kid && kid->kind == PROOF_RULE) {
		slot_rule(p, &s, kid->rule);
		return say(p, "rule_idle", x->holds, &s);
	}
	slot_add(&s, STR("text"), code(p, x->text.n || !kid ? x->text : kid->text));
	return say(p, "not", x->holds, &s);
}

struct phrase phrase_op(const struct phrasing *p, const char *section, uint8_t cmp)
{
	static const char *const ops[] = {[CMP_GE] = "ge", [CMP_GT] = "gt", [CMP_EQ] = "eq", [CMP_LT] = "lt", [CMP_LE] = "le"};
	return phrase_plain(p, phrase_word(p, section, str_of(ops[cmp]), "text"));
}

static struct phrase say_comparison(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	if (phrase_has_words(x))
		return x->kind == PROOF_COUNT ? phrase_count(p, x) : phrase_compare(p, x);
	bool dates = x->have.kind == V_DATE || x->need.kind == V_DATE;
	slot_add(&s, STR("text"), code(p, x->text));
	slot_add(&s, STR("left"), dates ? phrase_value(p, NO_ID, x->have) : phrase_plain(p, phrase_digits(p, x->left)));
	slot_add(&s, STR("right"), dates ? phrase_value(p, NO_ID, x->need) : phrase_plain(p, phrase_digits(p, x->right)));
	slot_add(&s, STR("op"), phrase_op(p, x->kind == PROOF_COUNT ? "count_ops" : dates ? "date_ops" : "ops", x->op));
	if (x->right.n == 0) /* "is one of": there is no other side */
		return say(p, "not", x->holds, &s);
	return say(p, x->kind == PROOF_COUNT ? "count" : "compare", x->holds, &s);
}

static struct phrase say_clock(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	if (phrase_has_words(x))
		return phrase_clock(p, x);
	slot_add(&s, STR("a"), phrase_date(p, named(x->at), STR("")));
	return x->at == CIVIL_NEVER ? phrase_glue(p, "clock_never", &s) : say(p, "reached", x->holds, &s);
}

static struct phrase say_delay(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_dates(p, &s, x);
	return !x->holds && x->to != CIVIL_NEVER ? phrase_glue(p, "delay_dropped", &s) : say(p, "delay", x->holds, &s);
}

static struct phrase say_value(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	if (phrase_has_words(x))
		return phrase_value_of(p, x);
	slot_add(&s, STR("text"), code(p, x->text));
	slot_add(&s, STR("value"), x->value.kind == V_NONE && x->left.n ? phrase_plain(p, phrase_digits(p, x->left)) : phrase_value(p, NO_ID, x->value));
	return phrase_glue(p, "value_is", &s);
}

/* Where a rule asks for some thing, and none on record does all that is asked: its type, and the one that came closest. */
static bool slot_closest(const struct phrasing *p, struct slots *s, const struct proof *x)
{
	const struct rulebook *rb = phrase_rulebook(p);
	if (!x->bound || x->rule == NO_ID)
		return false;
	const struct rule *r = &rb->rules.v[x->rule];
	uint64_t open = r->trigger_vars;
	for (uint32_t i = 0; i < rb->facts.v[r->fact].nparams; i++)
		if (r->args[i]->kind == E_VAR)
			open &= ~((uint64_t)1 << r->args[i]->var);
	uint32_t v = (uint32_t)__builtin_ctzll(open);
	struct str no = phrase_word(p, "types", syms_str(&rb->syms, rb->types.v[r->vars[v].type].name), "no");
	slot_text(p, s, "none", no.n ? no : phrase_word(p, "phrases", STR("nothing"), "text"));
	if (x->bound >> v & 1)
		slot_add(s, STR("closest"), phrase_entity(p, x->env[v].s));
	return true;
}

static struct phrase say_since(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_dates(p, &s, x);
	slot_add(&s, STR("value"), x->value.kind == V_NONE ? (struct phrase){0} : phrase_value(p, NO_ID, x->value));
	if (!x->holds && x->at != CIVIL_NEVER && x->at != CIVIL_ALWAYS)
		return phrase_glue(p, "since_not_over", &s);
	if (!x->holds && slot_closest(p, &s, x))
		return phrase_glue(p, "since_closest", &s);
	return say(p, "since_true", x->holds, &s);
}

static struct phrase say_still(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	slot_dates(p, &s, x);
	bool same = x->from != CIVIL_ALWAYS && date_day(x->from) == date_day(x->at);
	return say(p, same ? "still_same_day" : "still", x->holds, &s);
}

static struct phrase say_open(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	if (x->kind == PROOF_OPEN && x->op != OPEN_UNKNOWN)
		return phrase_glue(p, x->op == OPEN_ALWAYS ? "open_always" : "open_other", NULL);
	if (x->kind == PROOF_OPEN && phrase_has_words(x))
		return phrase_open(p, x);
	slot_add(&s, STR("text"), code(p, x->text));
	return phrase_glue(p, x->kind == PROOF_CUT ? "cut" : "open", &s);
}

static struct phrase (*const sayings[])(const struct phrasing *p, const struct proof *x) = {
	[PROOF_FACT] = say_fact, [PROOF_RULE] = say_rule, [PROOF_ACT] = say_act, [PROOF_NO_ACT] = say_no_act, [PROOF_TABLE] = say_table,
	[PROOF_NEVER] = say_never, [PROOF_ALL] = say_group, [PROOF_ANY] = say_group, [PROOF_NOT] = say_not, [PROOF_COUNT] = say_comparison,
	[PROOF_COMPARE] = say_comparison, [PROOF_CLOCK] = say_clock, [PROOF_DELAY] = say_delay, [PROOF_WINDOW] = say_rule,
	[PROOF_WITHOUT_EFFECT] = say_act, [PROOF_CUT] = say_open, [PROOF_VALUE] = say_value, [PROOF_SINCE] = say_since,
	[PROOF_STILL] = say_still, [PROOF_OVERRIDDEN] = say_rule, [PROOF_CORRECTED] = say_corrected, [PROOF_LATER] = say_later,
	[PROOF_OPEN] = say_open,
};

struct phrase phrase_proof(const struct phrasing *p, const struct proof *x)
{
	return sayings[x->kind](p, x);
}

struct phrase phrase_basis(const struct phrasing *p, const struct proof *x)
{
	struct slots s = {0};
	switch (x->kind) {
	case PROOF_ACT:
	case PROOF_WITHOUT_EFFECT: return phrase_act_ref(p, x->act);
	case PROOF_FACT:
	case PROOF_OVERRIDDEN:
		if (x->rule == NO_ID)
			return (struct phrase){0};
		slot_rule(p, &s, x->rule);
		return phrase_glue(p, "basis", &s);
	case PROOF_TABLE: {
		const struct rulebook *rb = phrase_rulebook(p);
		for (size_t i = 0; i < rb->tables.n; i++)
			if (rb->tables.v[i].fact == x->fact)
				return cites(p, rb->tables.v[i].cites, rb->tables.v[i].ncites);
		return (struct phrase){0};
	}
	default: return (struct phrase){0};
	}
}
