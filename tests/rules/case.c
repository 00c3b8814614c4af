/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/rules/case.h"

#include "base/json.h"

#include <dirent.h>

/* ---- acts ---------------------------------------------------------------------------------------------------------------- */

static json_t *argument(const struct rulebook *rb, const struct param *p, struct str text)
{
	uint64_t n;
	if (rb->types.v[p->type].kind == T_INT && str_u64(text, &n))
		return json_integer((json_int_t)n);
	return json_stringn(text.p, text.n);
}

/* KIND(ARG, ...) DATE */
static void read_short(struct kase *k, struct str line, json_t *obj)
{
	struct str kind, args, arg, date;
	assert_true(str_cut(line, '(', &kind, &args) && str_cut(args, ')', &args, &date));
	uint32_t id = rulebook_act(k->book.rb, kind);
	if (id == NO_ID)
		fail_msg("no act %.*s", STR_ARG(kind));
	json_t *list = json_object();
	for (uint32_t i = 0; args.n; i++) {
		struct str rest = {0};
		const struct param *p = &k->book.rb->acts.v[id].params[i];
		if (!str_cut(args, ',', &arg, &rest))
			arg = args;
		arg = str_trim(arg);
		args = rest;
		assert_true(i < k->book.rb->acts.v[id].nparams);
		struct str name = syms_str(&k->book.rb->syms, p->name);
		if (!str_eq(arg, STR("-")))
			json_object_setn_new(list, name.p, name.n, argument(k->book.rb, p, arg));
	}
	date = str_trim(date);
	json_object_set_new(obj, "kind", json_stringn(kind.p, kind.n));
	json_object_set_new(obj, "date", json_stringn(date.p, date.n));
	json_object_set_new(obj, "args", list);
}

static void read_line(struct kase *k, struct str line, uint64_t *pos)
{
	json_t *obj = json_object();
	struct str word, rest;
	struct act act;
	struct err e;
	uint64_t n;
	++*pos;
	while (str_cut(line, ' ', &word, &rest) && (word.p[0] == '@' || word.p[0] == '>')) {
		assert_true(str_u64(str_slice(word, 1, word.n), &n));
		if (word.p[0] == '@')
			*pos = n;
		else
			json_object_set_new(obj, "corrects", json_integer((json_int_t)n));
		line = str_trim(rest);
	}
	if (str_eq(line, STR("void")))
		json_object_set_new(obj, "annul", json_true());
	else
		read_short(k, line, obj);
	if (act_read(k->book.rb, &k->book.syms, obj, *pos, "act", &k->book.arena, &act, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	arena_push(&k->book.arena, &k->acts, act);
	json_decref(obj);
}

static void read_acts(struct kase *k, const char *text)
{
	struct str rest = str_of(text), line;
	struct err e;
	uint64_t pos = 0;
	if (text[0] == '{') {
		if (acts_read_lines(k->book.rb, &k->book.syms, rest, "acts", &k->book.arena, &k->acts, &e) < 0)
			fail_msg("%s: %s", e.where, e.what);
		return;
	}
	while (str_line(&rest, &line)) {
		line = str_trim(line);
		if (line.n)
			read_line(k, line, &pos);
	}
}

/* ---- opening ------------------------------------------------------------------------------------------------------------- */

void kase_open(struct kase *k, const char *rulebook, const char *acts)
{
	struct err e;
	*k = (struct kase){0};
	int r = rulebook_load(STR("rules"), str_of(rulebook), NULL, &k->book.rb, &e);
	if (r < 0) {
		struct buf b;
		buf_init(&b, 4000);
		for (size_t i = 0; i < k->book.rb->diags.n; i++)
			if (k->book.rb->diags.v[i].error) {
				diag_print(k->book.rb, &k->book.rb->diags.v[i], &b);
				buf_addc(&b, '\n');
			}
		fail_msg("%s", b.p ? b.p : e.what);
	}
	book_ready(&k->book);
	read_acts(k, acts);
	kase_known(k, UINT64_MAX);
}

bool kase_random(struct kase *k, const char *rulebook, uint64_t *seed)
{
	struct err e;
	kase_open(k, rulebook, "\n");
	for (uint64_t pos = 1; pos <= RANDOM_ACTS && k->book.rb->acts.n; pos++)
		arena_push(&k->book.arena, &k->acts, random_act(&k->book, seed, pos));
	eval_free(k->eval);
	k->eval = NULL;
	return eval_new(k->book.rb, &k->book.syms, &k->acts, RANDOM_ACTS - random_next(seed) % 4, 0, &k->eval, &e) == 0;
}

void kase_reading(struct kase *k, uint64_t known, uint32_t reading)
{
	struct err e;
	eval_free(k->eval);
	k->eval = NULL;
	if (eval_new(k->book.rb, &k->book.syms, &k->acts, known, reading, &k->eval, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
}

void kase_known(struct kase *k, uint64_t known)
{
	kase_reading(k, known, 0);
}

void kase_close(struct kase *k)
{
	eval_free(k->eval);
	book_done(&k->book);
}

/* ---- questions ----------------------------------------------------------------------------------------------------------- */

struct question kase_question(struct kase *k, const char *text, civil *ret_at)
{
	struct question q;
	struct err e;
	if (question_parse(k->book.rb, &k->book.syms, str_of(text), &q, &e) < 0)
		fail_msg("%s: %s: %s", text, e.where, e.what);
	if (ret_at)
		*ret_at = q.has_on ? date_end(q.on) - 1 : CIVIL_MAX;
	return q;
}

static const char *keep(struct kase *k, struct buf *b)
{
	const char *s = arena_str(&k->book.arena, buf_str(b)).p;
	assert_false(b->over);
	buf_done(b);
	return s;
}

const char *kase_value(struct kase *k, const char *text)
{
	civil at;
	struct buf b;
	struct question q = kase_question(k, text, &at);
	buf_init(&b, 200);
	value_print(&k->book.syms, eval_at(k->eval, eval_find(k->eval, q.fact, q.args), at, NULL), &b);
	return keep(k, &b);
}

static void add_date(struct buf *b, civil t)
{
	char text[DATE_LEN];
	if (t != CIVIL_ALWAYS && t != CIVIL_NEVER)
		buf_adds(b, date_print(t, text));
}

const char *kase_steps(struct kase *k, const char *text)
{
	struct question q = kase_question(k, text, NULL);
	const struct inst *i = eval_find(k->eval, q.fact, q.args);
	struct step *steps = NULL;
	size_t n = i ? eval_steps(k->eval, i, &k->book.arena, &steps) : 0;
	struct buf b;
	buf_init(&b, 4000);
	for (size_t s = 0; s < n; s++) {
		buf_adds(&b, s ? ", " : "");
		value_print(&k->book.syms, steps[s].value, &b);
		buf_addc(&b, ' ');
		add_date(&b, steps[s].from);
		buf_adds(&b, "..");
		add_date(&b, steps[s].to);
	}
	buf_adds(&b, n ? "" : "never");
	return keep(k, &b);
}

const struct proof *kase_why(struct kase *k, const char *text)
{
	civil at;
	struct question q = kase_question(k, text, &at);
	const struct proof *p = explain_why(k->eval, q.fact, q.args, at, &k->book.arena);
	assert_sound(k, p, at);
	return p;
}

const struct proof *kase_whynot(struct kase *k, const char *text)
{
	civil at;
	struct question q = kase_question(k, text, &at);
	const struct proof *p = explain_whynot(k->eval, q.fact, q.args, q.has_is ? q.is[0] : VALUE_YES, at, &k->book.arena);
	assert_sound(k, p, at);
	return p;
}

/* ---- the tree as text ---------------------------------------------------------------------------------------------------- */

static const char *const kind_words[] = {"fact", "rule", "act", "no-act", "table", "never", "all", "any", "not", "count", "compare",
	"clock", "delay", "window", "without-effect", "cut", "value", "since", "still", "overridden", "corrected", "later", "open"};

static void add_span(struct buf *b, civil from, civil to)
{
	buf_adds(b, " [");
	add_date(b, from);
	buf_adds(b, "..");
	add_date(b, to);
	buf_adds(b, "]");
}

static void add_args(const struct kase *k, struct buf *b, sym name, const struct value *args, uint32_t n)
{
	buf_addf(b, " %.*s(", STR_ARG(syms_str(&k->book.rb->syms, name)));
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(b, i ? "," : "");
		if (args[i].kind == V_NONE)
			buf_addc(b, '_');
		else
			value_print(&k->book.syms, args[i], b);
	}
	buf_addc(b, ')');
}

static void add_rule_label(const struct kase *k, struct buf *b, uint32_t rule)
{
	if (rule != NO_ID)
		buf_addf(b, " %.*s", STR_ARG(syms_str(&k->book.rb->syms, k->book.rb->rules.v[rule].label)));
}

static void add_node(const struct kase *k, struct buf *b, const struct proof *p)
{
	static const char *const cmp[] = {">=", ">", "=", "<", "<="};
	switch (p->kind) {
	case PROOF_FACT:
	case PROOF_TABLE:
	case PROOF_NEVER:
		add_args(k, b, k->book.rb->facts.v[p->fact].name, p->args, k->book.rb->facts.v[p->fact].nparams);
		buf_addc(b, ' ');
		value_print(&k->book.syms, p->value, b);
		if (!p->holds) {
			buf_adds(b, " but ");
			value_print(&k->book.syms, p->have, b);
		}
		add_span(b, p->from, p->to);
		add_rule_label(k, b, p->rule);
		break;
	case PROOF_RULE:
		add_rule_label(k, b, p->rule);
		if (k->book.rb->rules.v[p->rule].part)
			buf_addf(b, " %s", k->book.rb->rules.v[p->rule].part);
		break;
	case PROOF_ACT:
	case PROOF_WITHOUT_EFFECT:
	case PROOF_CORRECTED:
	case PROOF_LATER:
		buf_addf(b, " %llu", (unsigned long long)p->act);
		if (p->place != p->act)
			buf_addf(b, " at %llu", (unsigned long long)p->place);
		add_args(k, b, k->book.rb->acts.v[p->act_kind].name, p->args, k->book.rb->acts.v[p->act_kind].nparams);
		buf_addc(b, ' ');
		add_date(b, p->at);
		buf_adds(b, p->kind == PROOF_CORRECTED && p->op ? " annulled" : "");
		break;
	case PROOF_NO_ACT:
		add_args(k, b, k->book.rb->acts.v[p->act_kind].name, p->args, k->book.rb->acts.v[p->act_kind].nparams);
		add_span(b, p->from, p->to);
		break;
	case PROOF_COUNT:
	case PROOF_COMPARE: buf_addf(b, " %.*s %s %.*s", STR_ARG(p->left), cmp[p->op], STR_ARG(p->right)); break;
	case PROOF_VALUE: buf_addf(b, " = %.*s", STR_ARG(p->left)); break;
	case PROOF_CLOCK:
		buf_addc(b, ' ');
		add_date(b, p->at);
		break;
	case PROOF_DELAY:
		buf_addc(b, ' ');
		add_date(b, p->from);
		buf_adds(b, " to ");
		add_date(b, p->at);
		if (p->to != CIVIL_NEVER) {
			buf_adds(b, " dropped ");
			add_date(b, p->to);
		}
		break;
	case PROOF_WINDOW:
		add_rule_label(k, b, p->rule);
		add_span(b, p->from, p->to);
		buf_addc(b, ' ');
		add_date(b, p->at);
		break;
	case PROOF_SINCE:
		buf_addc(b, ' ');
		add_date(b, p->from);
		buf_adds(b, " to ");
		add_date(b, p->at);
		break;
	case PROOF_STILL:
		add_span(b, p->from, p->at);
		add_rule_label(k, b, p->rule);
		if (p->act)
			buf_addf(b, " act %llu", (unsigned long long)p->act);
		break;
	case PROOF_OVERRIDDEN: add_rule_label(k, b, p->rule); break;
	case PROOF_ALL:
	case PROOF_ANY:
	case PROOF_NOT:
	case PROOF_CUT:
	case PROOF_OPEN: break;
	}
	if (p->shared)
		buf_addf(b, " see %u", p->same->id);
	if (p->text.n)
		buf_addf(b, " | %.*s", STR_ARG(p->text));
}

static void add_tree(const struct kase *k, struct buf *b, const struct proof *p, int depth)
{
	buf_addf(b, "%*s%c %s", 2 * depth, "", p->holds ? '+' : '-', kind_words[p->kind]);
	add_node(k, b, p);
	buf_addc(b, '\n');
	for (size_t i = 0; i < p->nkids; i++)
		add_tree(k, b, p->kids[i], depth + 1);
}

const char *kase_tree(struct kase *k, const struct proof *p)
{
	struct buf b;
	buf_init(&b, 8 << 20);
	add_tree(k, &b, p, 0);
	return keep(k, &b);
}

static size_t count_lines(const char *tree, const char *what)
{
	struct str rest = str_of(tree), line;
	size_t n = 0;
	while (str_line(&rest, &line))
		n += str_find(line, str_of(what)) < line.n;
	return n;
}

void assert_lines(struct kase *k, const struct proof *p, const char *what, size_t expected)
{
	const char *tree = kase_tree(k, p);
	size_t n = count_lines(tree, what);
	if (expected == SIZE_MAX ? n == 0 : n != expected)
		fail_msg("%zu lines with \"%s\" in\n%s", n, what, tree);
}

void assert_no_line(struct kase *k, const struct proof *p, const char *what)
{
	assert_lines(k, p, what, 0);
}

/* ---- soundness ----------------------------------------------------------------------------------------------------------- */

struct check {
	struct kase *k;
	const struct proof *root;
	civil t;
	uint32_t next;
};

#define REQUIRE(c, p, cond) \
	do { \
		if (!(cond)) \
			fail_msg("node %u: not " #cond "\n%s", (p)->id, kase_tree((c)->k, (c)->root)); \
	} while (0)

static size_t failing(const struct proof *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->nkids; i++)
		n += !p->kids[i]->holds;
	return n;
}

/* A value that was so for more than an instant is what the evaluation says; one that was not is only a trace. */
static void check_fact(const struct check *c, const struct proof *p)
{
	struct value v = p->holds ? p->value : p->have;
	for (uint32_t i = 0; i < c->k->book.rb->facts.v[p->fact].nparams; i++)
		if (p->args[i].kind == V_NONE)
			return; /* of nobody in particular */
	const struct inst *i = eval_find(c->k->eval, p->fact, p->args);
	if (p->from == CIVIL_ALWAYS) {
		REQUIRE(c, p, p->kind == PROOF_FACT ? !i || i->n == 0 || round_at(c->k->eval, i->v[0].round) > CIVIL_MIN || v.kind : true);
		return;
	}
	if (p->from < p->to) {
		REQUIRE(c, p, value_eq(eval_at(c->k->eval, i, p->from, NULL), v));
		if (p->to != CIVIL_NEVER)
			REQUIRE(c, p, !value_eq(eval_at(c->k->eval, i, p->to, NULL), v) && value_eq(eval_at(c->k->eval, i, p->to - 1, NULL), v));
	}
	REQUIRE(c, p, p->at >= p->from);
	if (!p->holds && p->value.kind != V_NONE)
		REQUIRE(c, p, !value_eq(p->value, p->have));
}

static void check_act(const struct check *c, const struct proof *p)
{
	const struct eval *e = c->k->eval;
	for (size_t i = 0; i < e->nacts; i++)
		if (e->acts[i].place == p->place) {
			REQUIRE(c, p, e->acts[i].act->pos == p->act && e->acts[i].act->date == p->at && e->acts[i].act->kind == p->act_kind);
			REQUIRE(c, p, (p->kind == PROOF_ACT) == e->act_works[i]);
			return;
		}
	REQUIRE(c, p, false && "act in the evaluation");
}

/* There must be no act in force that the pattern describes in the time that it names. A variable that stands twice in a
 * pattern is not shown by it; so a pattern with open places says nothing that could be checked here. */
static void check_no_act(const struct check *c, const struct proof *p)
{
	const struct eval *e = c->k->eval;
	for (size_t i = 0; i < e->nacts; i++) {
		const struct act *a = e->acts[i].act;
		bool fits = a->kind == p->act_kind && a->date >= p->from && a->date < p->to;
		fits = fits && !(p->place && a->date == p->from && e->acts[i].place <= p->place);
		fits = fits && !(p->act && a->date == p->to - 1 && e->acts[i].place >= p->act);
		for (uint32_t k = 0; k < e->rb->acts.v[p->act_kind].nparams && fits; k++)
			fits = p->args[k].kind != V_NONE && value_eq(p->args[k], act_value(a, k));
		REQUIRE(c, p, !fits);
	}
}

static bool compares(const struct proof *p)
{
	bool dates = p->have.kind == V_DATE;
	int64_t a = dates ? p->have.t : p->have.i, b = dates ? p->need.t : p->need.i;
	if (p->have.kind != p->need.kind || (!dates && p->have.kind != V_INT))
		return p->holds; /* absent, or names */
	switch ((enum cmp)p->op) {
	case CMP_GE: return a >= b;
	case CMP_GT: return a > b;
	case CMP_EQ: return a == b;
	case CMP_LT: return a < b;
	case CMP_LE: return a <= b;
	}
	return false;
}

/* Why does it not hold? Some of its kids say so, or it says so itself. */
static bool has_reason(const struct proof *p, size_t bad)
{
	switch (p->kind) {
	case PROOF_FACT: /* not what it should be, but this; or no rule makes it so */
		if (p->nkids && p->kids[0]->holds)
			return p->kids[0]->fact == p->fact && value_eq(p->kids[0]->value, p->have) && bad == p->nkids - 1;
		return p->shared || bad == p->nkids;
	case PROOF_RULE: return bad > 0;
	case PROOF_NOT: return p->nkids == 1 && p->kids[0]->holds;
	case PROOF_ALL: return bad > 0;
	case PROOF_ANY: return bad == p->nkids || bad > 0;
	case PROOF_SINCE: return bad > 0 || p->at > p->from;
	case PROOF_STILL: return p->nkids == 1 && p->kids[0]->holds;
	case PROOF_WINDOW: return p->at < p->from || p->at >= p->to;
	case PROOF_COUNT:
	case PROOF_COMPARE: return !compares(p) || str_eq(p->left, STR("none")) || str_eq(p->right, STR("none"));
	default: return true;
	}
}

static void check_node(struct check *c, const struct proof *p)
{
	size_t bad = failing(p);
	REQUIRE(c, p, p->id == c->next);
	c->next++;
	REQUIRE(c, p, !p->shared || (p->same && p->same->kind == p->kind && p->same->id < p->id));
	switch (p->kind) {
	case PROOF_FACT: check_fact(c, p); break;
	case PROOF_ACT:
	case PROOF_WITHOUT_EFFECT:
		if (p != c->root)
			check_act(c, p);
		break;
	case PROOF_NO_ACT: check_no_act(c, p); break;
	default: break;
	}
	bool cut = p->nkids && p->kids[p->nkids - 1]->kind == PROOF_CUT;
	if (!p->holds)
		REQUIRE(c, p, cut || has_reason(p, bad));
	else if (p->kind == PROOF_NOT)
		REQUIRE(c, p, p->nkids == 1 && !p->kids[0]->holds);
	else if (p->kind == PROOF_ANY)
		REQUIRE(c, p, bad < p->nkids || !p->nkids);
	else if (p->kind == PROOF_COUNT || p->kind == PROOF_COMPARE)
		REQUIRE(c, p, bad == 0 && compares(p));
	else if (p->kind == PROOF_WINDOW)
		REQUIRE(c, p, p->at >= p->from && p->at < p->to);
	else if (p->kind != PROOF_WITHOUT_EFFECT && p->kind != PROOF_ACT)
		REQUIRE(c, p, bad == 0);
	for (size_t i = 0; i < p->nkids; i++)
		check_node(c, p->kids[i]);
}

void assert_sound(struct kase *k, const struct proof *p, civil t)
{
	struct check c = {.k = k, .root = p, .t = t};
	check_node(&c, p);
	assert_true(c.next <= PROOF_MAX_NODES);
}

/* ---- the conformance cases ---------------------------------------------------------------------------------------------- */

enum { MAX_TEXT = 8 << 20 };

char *case_file(const char *dir, const char *name, const char *file)
{
	char path[600];
	(void)snprintf(path, sizeof path, "%s/rules/%s/%s", dir, name, file);
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	char *text = malloc(MAX_TEXT);
	assert_non_null(text);
	size_t n = fread(text, 1, MAX_TEXT - 1, f);
	text[n] = 0;
	(void)fclose(f);
	return text;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_case(const struct dirent *d)
{
	return d->d_name[0] >= '0' && d->d_name[0] <= '9';
}

void each_case(case_fn *fn)
{
	char path[512];
	struct dirent **list;
	const char *dir = getenv("COMITY_SHARED"), *only = getenv("CASE");
	char conformance[400];
	(void)snprintf(conformance, sizeof conformance, "%s/conformance", dir);
	(void)snprintf(path, sizeof path, "%s/rules", conformance);
	int n = scandir(path, &list, is_case, by_name);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		if (!only || strcmp(only, list[i]->d_name) == 0)
			fn(conformance, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

