/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules that can never apply (reference, section 13): which they are, and why, in words. Those that wait for each other get one message.
 */
#include "rules/reach.h"

enum { CLIP = 80, MAX_KNOTS = 100, MAX_NAMED = 10 };

/* ---- messages -------------------------------------------------------------------------------- */

/* rule X; of a construct the part that is meant, for the others may apply */
static const char *subject(const struct reach *x, const struct rule *r, char out[160])
{
	(void)snprintf(out, 160, r->part ? "part \"%s\" of %.*s" : "%srule %.*s", r->part ? r->part : "", NAME_ARG(x->l, r->label));
	return out;
}

/* The text of a condition on one line, clipped. */
static const char *quoted(const struct reach *x, const struct node *n, char out[CLIP + 8])
{
	struct str s = node_text(x->l->rb, n);
	size_t k = 0;
	bool space = false;
	for (size_t i = 0; i < s.n && k < CLIP; i++) {
		bool blank = (unsigned char)s.p[i] <= ' ';
		if (!blank && space && k)
			out[k++] = ' ';
		if (!blank)
			out[k++] = s.p[i];
		space = blank;
	}
	bool cut = k == CLIP;
	while (cut && k && ((unsigned char)out[k - 1] & 0xc0) == 0x80) /* not in the middle of a letter */
		k--;
	k -= cut && k && (unsigned char)out[k - 1] >= 0xc0;
	(void)snprintf(out + k, 8, "%s", cut ? " ..." : "");
	return out;
}

static void when(struct hull h, char out[80])
{
	char lo[DATE_LEN], hi[DATE_LEN];
	(void)date_print(h.lo, lo);
	(void)date_print(date_day(h.hi), hi);
	if (h.lo == CIVIL_ALWAYS)
		(void)snprintf(out, 80, "until %s at the latest", hi);
	else if (h.hi == CIVIL_NEVER)
		(void)snprintf(out, 80, "from %s on at the earliest", lo);
	else
		(void)snprintf(out, 80, "between %s and %s only", lo, hi);
}

/* Which rule sets the bound of a condition on one value; "" if that cannot be said in one word. */
static void why(const struct reach *x, const struct node *n, bool late, char out[220])
{
	const struct rulebook *rb = x->l->rb;
	char who[160];
	bool one = n && (n->kind == C_HOLDS || (n->kind == C_IS && n->nkids == 1 && n->kids[0]->kind == E_CONST));
	out[0] = '\0';
	if (!one || rb->facts.v[n->fact].form == FACT_TABLE)
		return;
	uint32_t slot = n->kind == C_HOLDS ? x->slot[n->fact] : reach_slot(x, n->fact, n->kids[0]->value);
	uint32_t rule = late ? x->by[slot] : x->sweeper[slot];
	if (rule != NO_ID)
		(void)snprintf(out, 220, late ? "%s is the first to make it so; " : "%s ends it then; ",
			subject(x, &rb->rules.v[rule], who));
}

struct bound { /* something that narrows the time of a rule */
	const struct node *n; /* NULL: its window */
	struct hull h;
};

/* What narrows the time of the rule, as half a sentence. */
static void tell(const struct reach *x, struct bound b, bool late, char out[200])
{
	char text[CLIP + 8], time[80], day[DATE_LEN];
	if (b.n && hull_empty(b.h)) {
		(void)snprintf(out, 200, "\"%s\" can never be so", quoted(x, b.n, text));
		return;
	}
	if (b.n && b.h.hi == b.h.lo + 1) { /* `on DATE` */
		(void)snprintf(out, 200, "it could on %s only", date_print(b.h.lo, day));
		return;
	}
	when(b.h, time);
	if (b.n)
		(void)snprintf(out, 200, "\"%s\" can be so %s", quoted(x, b.n, text), time);
	else
		(void)snprintf(out, 200, late ? "its window begins on %s" : "its window ends on %s", date_print(late ? b.h.lo : b.h.hi, day));
}

static void report_pair(const struct reach *x, const struct rule *r, struct bound late, struct bound early)
{
	char a[200], b[200], because[220], who[160];
	tell(x, late, true, a);
	tell(x, early, false, b);
	warn_rule(x->l, r, "%s can never apply: %s, and %s", subject(x, r, who), a, b);
	why(x, late.n ? late.n : early.n, late.n != NULL, because);
	hint(x->l, "%schange one of the two, or delete the rule", because);
}

static void report_contradiction(const struct reach *x, const struct rule *r)
{
	char p[CLIP + 8], q[CLIP + 8], who[160];
	const struct node *a, *b;
	(void)contradicts_itself(r, &a, &b);
	warn_rule(x->l, r, "%s can never apply: \"%s\" and \"%s\" exclude each other", subject(x, r, who), quoted(x, a, p),
		quoted(x, b, q));
	hint(x->l, "one of them is too much, or the rule is");
}

/* ---- why a rule never applies ------------------------------------------------------------------ */

enum reason {
	APPLIES,
	FOR_UNSET, /* it asks for what nothing sets: told already, in other words */
	BY_ITSELF, /* its window and conditions do not meet, or exclude each other */
	WAITS,	   /* for what only rules set that never apply */
};

static bool asks_for_unset(const struct rulebook *rb, const struct node *n)
{
	bool reads = n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT;
	if (reads && rb->facts.v[n->fact].form == FACT_UNSET)
		return true;
	for (uint32_t i = 0; i < n->nkids; i++) {
		const struct node *v = n->kids[i];
		if (n->kind == C_IS && v->kind == E_CONST && v->value.kind == V_WORD && !is_set(rb, &rb->facts.v[n->fact], v->value))
			return true;
		if (v && asks_for_unset(rb, v))
			return true;
	}
	return false;
}

static void consider(struct bound b, struct bound *late, struct bound *early)
{
	if (b.h.lo > late->h.lo)
		*late = b;
	if (b.h.hi < early->h.hi)
		*early = b;
}

/* The bounds that leave a rule no time; both NULL and its window if none does. */
static void bounds_of(const struct reach *x, const struct rule *r, struct bound *late, struct bound *early)
{
	struct literals all = literals_of(r);
	civil t;
	*late = *early = (struct bound){NULL, {r->from, r->until}};
	for (uint32_t i = 0; i < all.n; i++) {
		bool only = all.v[i] == r->trigger.cond && r->trigger.kind == TRIGGER_ONCE && is_clock(all.v[i], &t);
		consider((struct bound){all.v[i], only ? (struct hull){t, t + 1} : reach_holds(x, all.v[i])}, late, early);
	}
	if (r->form == RULE_EFFECT && r->trigger.kind == TRIGGER_AFTER)
		consider((struct bound){r->trigger.cond, reach_trigger(x, &r->trigger)}, late, early);
	if (r->effect)
		consider((struct bound){r->effect, reach_value(x, r->effect)}, late, early);
}

static enum reason reason_of(const struct reach *x, uint32_t id, const struct node **ret_waits)
{
	const struct rule *r = &x->l->rb->rules.v[id];
	struct literals all = literals_of(r);
	if (!hull_empty(x->applies[id]))
		return APPLIES;
	for (uint32_t i = 0; i < all.n; i++)
		if (asks_for_unset(x->l->rb, all.v[i]))
			return FOR_UNSET;
	if (x->contradicts[id])
		return BY_ITSELF;
	for (uint32_t i = 0; i < all.n; i++)
		if (hull_empty(reach_holds(x, all.v[i]))) {
			*ret_waits = all.v[i];
			return WAITS;
		}
	return BY_ITSELF;
}

/* ---- rules that hang together -------------------------------------------------------------------- */

struct knots { /* rules that wait, and those they wait for, have one leader */
	const struct reach *x;
	uint32_t *leader;
	uint8_t *reason; /* by rule: enum reason */
	const struct node **waits;
	uint32_t *next; /* by rule: one that it waits for, or NO_ID */
	uint32_t *of_fact; /* by fact: one of the rules that would set it; NO_ID: not known yet */
};

static uint32_t leader_of(struct knots *k, uint32_t i)
{
	while (k->leader[i] != i)
		i = k->leader[i] = k->leader[k->leader[i]];
	return i;
}

/* The first of the rules of a fact that never apply, all of them tied to it; NO_ID if they do. */
static uint32_t tie_fact(struct knots *k, uint32_t fact)
{
	const struct fact *f = &k->x->l->rb->facts.v[fact];
	uint32_t first = k->of_fact[fact];
	for (uint32_t i = 0; first == NO_ID && i < f->nrules; i++)
		if (k->reason[f->rules[i]] != APPLIES)
			first = f->rules[i];
	if (first == NO_ID || k->of_fact[fact] != NO_ID)
		return first;
	k->of_fact[fact] = first;
	for (uint32_t i = 0; i < f->nrules; i++)
		if (k->reason[f->rules[i]] != APPLIES)
			k->leader[leader_of(k, f->rules[i])] = leader_of(k, first);
	return first;
}

static void tie(struct knots *k, uint32_t rule, const struct node *n)
{
	bool reads = n->kind == C_HOLDS || n->kind == C_IS || n->kind == E_FACT;
	uint32_t other = reads ? tie_fact(k, n->fact) : NO_ID;
	if (other != NO_ID) {
		k->leader[leader_of(k, other)] = leader_of(k, rule);
		if (k->next[rule] == NO_ID)
			k->next[rule] = other;
	}
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i])
			tie(k, rule, n->kids[i]);
}

static bool same_label(const struct knots *k, uint32_t a, uint32_t b)
{
	return k->x->l->rb->rules.v[a].label == k->x->l->rb->rules.v[b].label;
}

static void add_label(const struct knots *k, uint32_t rule, struct buf *out)
{
	const struct rule *r = &k->x->l->rb->rules.v[rule];
	buf_add(out, name_of(k->x->l, r->label));
	if (r->part)
		buf_addf(out, " (%s)", r->part);
}

/* The others of the knot that are not named yet. */
static void name_others(struct knots *k, uint32_t of, const bool *named, struct buf *out)
{
	const struct rulebook *rb = k->x->l->rb;
	uint32_t last = of, n = 0;
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		if (k->reason[i] != WAITS || named[i] || leader_of(k, i) != leader_of(k, of) || same_label(k, i, last) || same_label(k, i, of))
			continue;
		last = i;
		if (++n > MAX_NAMED)
			continue;
		buf_adds(out, n == 1 ? "; for want of that " : ", ");
		add_label(k, i, out);
	}
	if (n > MAX_NAMED)
		buf_addf(out, " and %u more", n - MAX_NAMED);
	buf_adds(out, n == 0 ? "" : n == 1 ? " does not apply either" : " do not apply either");
}

/* Following what each waits for one comes to a circle: the first of it in the text; or to a rule for which there is nothing to wait. */
static uint32_t where_it_ends(const struct knots *k, uint32_t at, bool *visited)
{
	while (k->next[at] != NO_ID && !visited[at]) {
		visited[at] = true;
		at = k->next[at];
	}
	uint32_t first = at;
	for (uint32_t i = k->next[at]; i != NO_ID && i != at; i = k->next[i])
		first = i < first ? i : first;
	return first;
}

static void report_knot(struct knots *k, uint32_t first)
{
	const struct rulebook *rb = k->x->l->rb;
	struct arena *a = &k->x->l->scratch;
	bool *visited = arena_array(a, rb->rules.n + 1, bool), *named = arena_array(a, rb->rules.n + 1, bool);
	uint32_t start = where_it_ends(k, first, visited), at = start, steps = 0;
	char text[CLIP + 8], who[160];
	struct buf way, rest;
	buf_init(&way, 500);
	buf_init(&rest, 1200);
	do {
		named[at] = true;
		if (++steps <= 4) {
			buf_adds(&way, steps == 1 ? "" : ", ");
			add_label(k, at, &way);
			buf_addf(&way, " for \"%s\"", quoted(k->x, k->waits[at], text));
		}
		at = k->next[at];
	} while (at != NO_ID && at != start);
	name_others(k, start, named, &rest);
	const struct rule *r = &rb->rules.v[rb->rules.v[start].at.file == 0 ? start : first];
	if (at == NO_ID)
		warn_rule(k->x->l, r, "%s can never apply: nothing ever makes \"%s\" so", subject(k->x, r, who), quoted(k->x, k->waits[start], text));
	else
		warn_rule(k->x->l, r, "%s can never apply: %s%.*s", subject(k->x, r, who), steps == 1 ? "it waits for itself, " :
			"rules wait for each other, ", STR_ARG(buf_str(&way)));
	hint(k->x->l, at == NO_ID ? "add a rule that does%.*s" : "one of them must be able to come first%.*s", STR_ARG(buf_str(&rest)));
	buf_done(&way);
	buf_done(&rest);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Is there one in the knot for this reason? */
static bool knot_has(struct knots *k, uint32_t of, enum reason why_not)
{
	for (uint32_t i = 0; i < k->x->l->rb->rules.n; i++)
		if (k->reason[i] == why_not && leader_of(k, i) == leader_of(k, of))
			return true;
	return false;
}

/* One message for a label: the parts of a construct hang together. And one for rules that wait for each other: the first in the text. */
static void report_all(struct knots *k)
{
	const struct rulebook *rb = k->x->l->rb;
	bool *told = arena_array(&k->x->l->scratch, rb->rules.n + 1, bool);
	const struct rule *last = NULL;
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *r = &rb->rules.v[i];
		struct bound late, early;
		if (k->reason[i] != BY_ITSELF || r->at.file != 0 || (last && r->construct && last->label == r->label))
			continue;
		bounds_of(k->x, r, &late, &early);
		last = r;
		if (k->x->contradicts[i])
			report_contradiction(k->x, r);
		else
			report_pair(k->x, r, late, early);
	}
	for (uint32_t i = 0, knots = 0; i < rb->rules.n && knots < MAX_KNOTS; i++) {
		if (k->reason[i] != WAITS || rb->rules.v[i].at.file != 0 || told[leader_of(k, i)])
			continue;
		told[leader_of(k, i)] = true;
		knots++;
		if (!knot_has(k, i, FOR_UNSET) && !knot_has(k, i, BY_ITSELF))
			report_knot(k, i);
	}
}

void warn_never_applies(struct loader *l)
{
	struct reach x;
	struct arena *a = &l->scratch;
	size_t n = l->rb->rules.n + 1;
	bool any = false;
	if (!reach_new(&x, l))
		return;
	for (uint32_t i = 0; i < l->rb->rules.n; i++)
		any |= hull_empty(x.applies[i]);
	if (!any)
		return;
	struct knots k = {.x = &x, .leader = arena_array(a, n, uint32_t), .reason = arena_array(a, n, uint8_t),
		.waits = arena_array(a, n, const struct node *), .next = arena_array(a, n, uint32_t), .of_fact = arena_array(a, l->rb->facts.n + 1, uint32_t)};
	for (size_t i = 0; i < l->rb->facts.n; i++)
		k.of_fact[i] = NO_ID;
	for (uint32_t i = 0; i < l->rb->rules.n; i++) {
		k.leader[i] = i;
		k.next[i] = NO_ID;
		k.reason[i] = (uint8_t)reason_of(&x, i, &k.waits[i]);
	}
	for (uint32_t i = 0; i < l->rb->rules.n; i++)
		if (k.reason[i] == WAITS)
			tie(&k, i, k.waits[i]);
	report_all(&k);
}
