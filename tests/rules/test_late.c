/* SPDX-License-Identifier: Apache-2.0
 *
 * An evaluation that grows act by act is after each of them what a full evaluation of all acts is: every instance, hidden ones
 * included, has the same changes in the same rounds, made by the same rules with the same bindings; and every delayed change
 * is made, dropped or carried out in the same rounds.
 *
 * Random records (SEED, N; or FROM and CASE, as a failure prints them) under the rulebooks of the conformance vectors, under small ones made for the purpose, and under
 * those of $LATE_BOOKS, a folder of *.rules; the conformance cases themselves.
 */
#include "tests/rules/late_cases.h"
#include "tests/rules/rulebooks.h"

#include "rules/late_int.h"

#include <dirent.h>
#include <unistd.h>

enum { ACTS = 30, MOST_ROUNDS = 20000, PATIENCE = 1000 };

static uint64_t seed;
static uint64_t appended, in_full, changed;

/* ---- comparing ----------------------------------------------------------------------------------------------------------- */

struct pair {
	const struct late *l;
	const struct eval *grown, *fresh;
	const char *what;
	uint64_t seed;
	size_t acts;
};

static struct moment fresh_moment(const struct eval *e, uint32_t round)
{
	struct late l = {.nbulk = UINT32_MAX};
	struct run r = {.e = (struct eval *)(uintptr_t)e};
	l.r = &r;
	struct moment m = late_moment(&l, round);
	late_fill(&l, &m);
	return m;
}

static struct moment grown_moment(const struct pair *p, uint32_t round)
{
	struct moment m = late_moment(p->l, round);
	late_fill(p->l, &m);
	return m;
}

static bool same_moment(const struct pair *p, uint32_t grown, uint32_t fresh)
{
	struct moment a = grown_moment(p, grown), b = fresh_moment(p->fresh, fresh);
	uint32_t act = p->grown->rounds.v[grown].act;
	if (a.phase == PHASE_ACT && (act == NO_ID || p->grown->acts[act].place != a.place))
		return false;
	return a.at == b.at && a.phase == b.phase && a.place == b.place && a.cascade == b.cascade;
}

static void add_moment(struct buf *b, const struct moment *m)
{
	char text[DATE_LEN];
	(void)date_print(m->at == CIVIL_ALWAYS ? CIVIL_MIN : m->at, text);
	buf_addf(b, "%s/%d/%llu/%u", text, m->phase, (unsigned long long)m->place, m->cascade);
}

static void add_inst(const struct eval *e, struct buf *b, const struct inst *i)
{
	if (i->fact < e->rb->facts.n)
		buf_addf(b, "%.*s(", STR_ARG(syms_str(&e->rb->syms, e->rb->facts.v[i->fact].name)));
	for (uint32_t r = 0; r < e->rb->rules.n && i->fact >= e->rb->facts.n; r++)
		if (e->hidden[r] == i->fact)
			buf_addf(b, "trigger of %.*s(", STR_ARG(syms_str(&e->rb->syms, e->rb->rules.v[r].label)));
	for (uint32_t k = 0; k < i->nargs; k++) {
		value_print(e->syms, inst_arg(i, k), b);
		buf_adds(b, k + 1u < i->nargs ? "," : "");
	}
	buf_adds(b, ")");
}

static void add_history(const struct pair *p, const struct eval *e, struct buf *b, const struct inst *i)
{
	buf_adds(b, "\n  ");
	for (uint32_t k = 0; i && k < i->n; k++) {
		struct moment m = e == p->grown ? grown_moment(p, i->v[k].round) : fresh_moment(e, i->v[k].round);
		uint32_t rule = eval_rule(e, &i->v[k]);
		value_print(e->syms, change_value(&i->v[k]), b);
		buf_addc(b, ' ');
		add_moment(b, &m);
		buf_addf(b, " %.*s; ", STR_ARG(rule == NO_ID ? STR("-") : syms_str(&e->rb->syms, e->rb->rules.v[rule].label)));
	}
}

static void add_pendings(const struct pair *p, const struct eval *e, struct buf *b, const struct inst *i)
{
	for (size_t k = 0; i && k < e->pendings.n; k++) {
		const struct pending *q = &e->pendings.v[k];
		if (q->inst != i)
			continue;
		const struct firing *f = &e->firings.v[q->firing];
		struct moment made = e == p->grown ? grown_moment(p, f->round) : fresh_moment(e, f->round);
		uint32_t ended = q->ended == NO_ID ? 0 : q->ended;
		struct moment end = e == p->grown ? grown_moment(p, ended) : fresh_moment(e, ended);
		char due[DATE_LEN];
		buf_addf(b, "\n  pending %.*s ", STR_ARG(syms_str(&e->rb->syms, e->rb->rules.v[f->rule].label)));
		value_print(e->syms, q->value, b);
		buf_adds(b, " made ");
		add_moment(b, &made);
		buf_addf(b, " due %s %s ", date_print(q->due, due), q->state == PENDING_APPLIED ? "applied" : "dropped");
		add_moment(b, &end);
	}
}

static void fail_at(const struct pair *p, const struct inst *grown, const struct inst *fresh, const char *why)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	add_inst(p->fresh, &b, grown ? grown : fresh);
	add_history(p, p->grown, &b, grown);
	add_history(p, p->fresh, &b, fresh);
	add_pendings(p, p->grown, &b, grown);
	buf_adds(&b, "\n  and");
	add_pendings(p, p->fresh, &b, fresh);
	fail_msg("%s (FROM %llu, %zu acts): %s: %s", p->what, (unsigned long long)p->seed, p->acts, why, buf_str(&b).p);
}

static bool same_firing(const struct pair *p, uint32_t grown, uint32_t fresh)
{
	const struct firing *a = &p->grown->firings.v[grown], *b = &p->fresh->firings.v[fresh];
	struct value x[MAX_VARS], y[MAX_VARS];
	if (a->rule != b->rule || !same_moment(p, a->round, b->round))
		return false;
	uint64_t bound = eval_binding(p->grown, a, x);
	(void)eval_binding(p->fresh, b, y);
	while (bound) {
		uint32_t v = take_var(&bound);
		if (!value_eq(x[v], y[v]))
			return false;
	}
	return true;
}

static bool same_cause(const struct pair *p, const struct change *a, const struct change *b)
{
	uint32_t x = change_firing(a), y = change_firing(b);
	if (x == NO_ID || y == NO_ID)
		return x == y && (change_definition(a) == NO_ID) == (change_definition(b) == NO_ID);
	return same_firing(p, x, y);
}

static const struct inst *same_inst(const struct eval *e, const struct inst *i)
{
	return state_find(e->state, i->fact, inst_packed(i));
}

static void compare_inst(const struct pair *p, const struct inst *fresh)
{
	const struct inst *grown = same_inst(p->grown, fresh);
	if ((grown ? grown->n : 0) != fresh->n)
		fail_at(p, grown, fresh, "other changes");
	for (uint32_t k = 0; k < fresh->n; k++) {
		if (grown->v[k].value != fresh->v[k].value || !same_moment(p, grown->v[k].round, fresh->v[k].round))
			fail_at(p, grown, fresh, "another change");
		if (!same_cause(p, &grown->v[k], &fresh->v[k]))
			fail_at(p, grown, fresh, "another cause");
	}
}

static bool same_pending(const struct pair *p, const struct pending *a, const struct pending *b)
{
	return a->inst && a->inst->fact == b->inst->fact && same_inst(p->fresh, a->inst) == b->inst && a->due == b->due &&
	       value_eq(a->value, b->value) && a->state == b->state && (!a->ended == !b->ended) &&
	       (!a->ended || same_moment(p, a->ended, b->ended)) && same_firing(p, a->firing, b->firing);
}

static void compare_pendings(const struct pair *p)
{
	size_t standing = 0, k;
	for (size_t i = 0; i < p->grown->pendings.n; i++)
		standing += p->grown->pendings.v[i].inst != NULL;
	if (standing != p->fresh->pendings.n)
		fail_msg("%s (FROM %llu, %zu acts): %zu delayed changes, not %zu", p->what, (unsigned long long)p->seed, p->acts, standing,
			p->fresh->pendings.n);
	for (size_t i = 0; i < p->fresh->pendings.n; i++) {
		for (k = 0; k < p->grown->pendings.n; k++)
			if (same_pending(p, &p->grown->pendings.v[k], &p->fresh->pendings.v[i]))
				break;
		if (k == p->grown->pendings.n)
			fail_at(p, same_inst(p->grown, p->fresh->pendings.v[i].inst), p->fresh->pendings.v[i].inst, "another delayed change");
	}
}

static void compare(const struct late *l, const struct eval *fresh, const char *what, uint64_t from, size_t acts)
{
	struct pair p = {l, late_eval(l), fresh, what, from, acts};
	for (uint32_t f = 0; f < l->r->first_watched; f++) {
		const struct insts a = state_all(fresh->state, f), b = state_all(p.grown->state, f);
		size_t alive[2] = {0};
		for (size_t i = 0; i < a.n; i++) {
			compare_inst(&p, insts_at(&a, i));
			alive[0] += insts_at(&a, i)->n > 0;
		}
		for (size_t i = 0; i < b.n; i++) {
			const struct inst *grown = insts_at(&b, i), *other = same_inst(fresh, grown);
			alive[1] += grown->n > 0;
			if (grown->n && !(other && other->n))
				fail_at(&p, grown, other, "changes");
		}
		assert_int_equal(alive[0], alive[1]);
	}
	compare_pendings(&p);
}

/* ---- growing ------------------------------------------------------------------------------------------------------------- */

/* As eval_new, but soon tired of rules that keep time running, which are left out: they would take most of the time. */
static struct eval *evaluate(struct book *b, const struct act_list *acts, uint32_t reading)
{
	struct run *r;
	struct err e;
	if (run_new(b->rb, &b->syms, acts, UINT64_MAX, reading, NULL, &r, &e) < 0)
		return NULL;
	r->patience = PATIENCE;
	sweep_start(r);
	int code = sweep(r, CIVIL_MAX, &e);
	struct eval *made = run_free(r);
	if (code == 0 && made->rounds.n <= MOST_ROUNDS)
		return made;
	eval_free(made);
	return NULL;
}

/* From the first acts on one by one; settled once, after act number `settle`. */
static void grow(struct book *b, struct act_list *acts, size_t first, size_t settle, uint32_t reading, const char *what, uint64_t from)
{
	struct act_list prefix = {acts->v, first, first}, known = *acts;
	struct late *l;
	struct err e;
	struct eval *fresh = evaluate(b, &prefix, reading);
	if (!fresh || late_open(b->rb, &b->syms, &prefix, reading, &l, &e) < 0)
		return;
	eval_free(fresh);
	for (size_t n = first; n < acts->n; n++) {
		known.n = n + 1;
		if (!(fresh = evaluate(b, &known, reading)))
			break;
		int code = late_append(l, &acts->v[n], &e);
		if (code < 0)
			fail_msg("%s (FROM %llu): %s", what, (unsigned long long)from, e.what);
		compare(l, fresh, what, from, n + 1);
		eval_free(fresh);
		struct inst *const *list;
		bool all;
		size_t histories = late_changed(l, &list, &all);
		assert_true(all || late_stats(l).looked_at >= histories);
		changed += histories;
		appended++;
		if (settle == n) { /* and it goes on growing from there */
			assert_int_equal(late_settle(l, &e), 0);
			assert_int_equal(late_eval(l)->rounds.n, l->nbulk);
			assert_int_equal(l->acts.total, 0); /* what was appended is kept once */
		}
	}
	if (late_stats(l).full && getenv("VERBOSE"))
		print_message("# in full: %s (FROM %llu)\n", what, (unsigned long long)from);
	in_full += late_stats(l).full;
	late_close(l);
}

static size_t somewhere(size_t from, size_t upto)
{
	return from + random_next(&seed) % (upto - from + 1);
}

static void grow_random(struct book *b, const char *what)
{
	for (unsigned i = 0; i < count_from_env(2) && b->rb->acts.n; i++) {
		uint64_t from = seed;
		struct act_list acts = {0};
		for (uint64_t pos = 1; pos <= ACTS; pos++)
			arena_push(&b->arena, &acts, random_act(b, &seed, pos));
		size_t first = random_next(&seed) % 12;
		for (uint32_t reading = 0; reading < book_readings(b); reading++)
			grow(b, &acts, first, somewhere(first, acts.n), reading, what, from);
	}
}

/* The same acts in another order of filing; a correction still comes after what it corrects. */
static void shuffle(struct book *b, struct act_list *acts)
{
	uint64_t *now_at = arena_array(&b->arena, acts->n + 1, uint64_t); /* of the act that was at that place: its new position */
	struct act_list out = {arena_array(&b->arena, acts->n + 1, struct act), 0, acts->n};
	while (out.n < acts->n) {
		size_t i = random_next(&seed) % acts->n;
		struct act act = acts->v[i];
		if (now_at[i] || (act_is_correction(&act) && (act_corrects(&act) < 1 || !now_at[act_corrects(&act) - 1])))
			continue;
		uint64_t target = act_is_correction(&act) ? now_at[act_corrects(&act) - 1] : out.n + 1;
		act.pos = now_at[i] = out.n + 1;
		act.back = (uint32_t)(act.pos - target) & MAX_BACK;
		out.v[out.n++] = act;
	}
	*acts = out;
}

static bool is_shuffled(const struct act_list *acts)
{
	for (size_t i = 0; i < acts->n; i++)
		if (acts->v[i].pos != i + 1)
			return false; /* a record with gaps */
	return true;
}

static void grow_record(struct book *b, struct act_list *acts, const char *what)
{
	for (unsigned order = 0; order < 2; order++) {
		uint64_t from = seed;
		if (order && !is_shuffled(acts))
			return;
		if (order)
			shuffle(b, acts);
		size_t first = order ? random_next(&seed) % (acts->n + 1) : 0;
		for (uint32_t reading = 0; reading < book_readings(b); reading++)
			grow(b, acts, first, somewhere(first, acts->n), reading, what, from);
	}
}

/* The conformance vectors, or $LATE_BOOKS, a folder with *.rules, beside each maybe its record, *.jsonl. */
static void each_book(const char *dir, bool vectors)
{
	DIR *d = opendir(dir);
	const char *only = getenv("CASE");
	assert_non_null(d);
	for (struct dirent *ent; (ent = readdir(d));) {
		char path[1000];
		struct str name = str_of(ent->d_name), stem = name, rest;
		if (name.p[0] == '.' || (vectors ? strchr(name.p, '.') != NULL : !str_cut(name, '.', &stem, &rest) || !str_eq(rest, STR("rules"))) ||
			(only && !str_eq(stem, str_of(only))))
			continue;
		(void)snprintf(path, sizeof path, vectors ? "%s/%.200s/rules.rules" : "%s/%.200s", dir, ent->d_name);
		struct arena a = {0};
		struct book b = {0};
		struct err e;
		static const struct rulebook_reader none = {0};
		if (rulebook_load(str_of(path), file_text(&a, path), &none, &b.rb, &e) < 0) {
			assert_false(vectors);
			rulebook_free(b.rb);
			arena_done(&a);
			continue; /* not lawful: those are drawn too */
		}
		book_ready(&b);
		grow_random(&b, path);
		(void)snprintf(path, sizeof path, vectors ? "%s/%.*s/acts.jsonl" : "%s/%.*s.jsonl", dir, STR_ARG(stem));
		struct act_list acts = {0};
		if (access(path, R_OK) == 0 && acts_read_lines(b.rb, &b.syms, file_text(&a, path), path, &b.arena, &acts, &e) == 0)
			grow_record(&b, &acts, path);
		book_done(&b);
		arena_done(&a);
	}
	(void)closedir(d);
}

static void report(void)
{
	print_message("# %llu acts appended, %llu histories changed, %llu evaluated in full\n", (unsigned long long)appended,
		(unsigned long long)changed, (unsigned long long)in_full);
	assert_true(getenv("CASE") || changed * 2 > appended);
	appended = in_full = changed = 0;
}

static void conformance_vectors(void **state)
{
	char dir[600];
	(void)state;
	NEED_SHARED();
	(void)snprintf(dir, sizeof dir, "%s/conformance/rules", test_shared());
	each_book(dir, true);
	report();
}

static void books_drawn(void **state)
{
	(void)state;
	if (!getenv("LATE_BOOKS"))
		skip();
	each_book(getenv("LATE_BOOKS"), false);
	report();
}

static void grow_case(const struct late_case *c)
{
	struct buf text;
	buf_init(&text, 1 << 16);
	buf_addf(&text, "%s%s", LATE_BEGINNING, c->rules);
	struct book b = book_of(str_of(c->what), buf_str(&text));
	struct act_list acts = {0};
	struct err e = {0};
	book_ready(&b);
	if (acts_read_lines(b.rb, &b.syms, str_of(c->acts), c->what, &b.arena, &acts, &e) < 0)
		fail_msg("%s", e.what);
	uint64_t before = appended;
	for (size_t first = 0; first < acts.n; first++)
		grow(&b, &acts, first, acts.n, 0, c->what, 0);
	assert_int_equal(appended - before, acts.n * (acts.n + 1) / 2);
	for (unsigned order = 0; order < 8; order++) {
		uint64_t from = seed;
		shuffle(&b, &acts);
		size_t first = random_next(&seed) % acts.n;
		grow(&b, &acts, first, somewhere(first, acts.n), 0, c->what, from);
	}
	assert_int_equal(in_full, 0);
	book_done(&b);
	buf_done(&text);
}

static void cases_made_for_the_purpose(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof LATE_CASES / sizeof *LATE_CASES; i++)
		grow_case(&LATE_CASES[i]);
}

/* What cannot be followed is evaluated in full, and goes on from there; what cannot be evaluated at all is an error. */
static void time_that_runs_on(void **state)
{
	(void)state;
	struct book b = book_of(STR("loop"), STR("source C \"c\"\ntype S\nact go(X: S), hurry(X: S)\nfact p(X: S), q(X: S), r(X: S)\n"
						"rule A [C 1]: p(X) begins on go(X)\n"
						"rule R [C 1]: r(X) begins on hurry(X)\n"
						"rule B [C 1] until 2030-01-01: q(X) begins after 1 hour of p(X)\n"
						"rule D [C 1]: p(X) ends once q(X)\n"
						"rule E [C 1]: q(X) ends once not p(X)\n"
						"rule F [C 1]: p(X) begins after 1 hour of not q(X) and not p(X)\n"
						"rule G [C 1]: p(X) ends once r(X) and p(X) and not q(X)\n"));
	book_ready(&b);
	packed x = value_pack((struct value){.kind = V_ENTITY, .s = syms_intern(&b.syms, STR("x"))}),
	       y = value_pack((struct value){.kind = V_ENTITY, .s = syms_intern(&b.syms, STR("y"))});
	struct act_list acts = {0}, none = {0};
	struct act list[] = {{.pos = 1, .date = date_from(2029, 1, 1), .args = &x, .kind = 0}, {.pos = 2, .date = date_from(2020, 1, 1), .args = &x, .kind = 0},
		{.pos = 3, .date = date_from(2025, 1, 1), .args = &y, .kind = 1}};
	struct late *l;
	struct err e;
	assert_int_equal(late_open(b.rb, &b.syms, &none, 0, &l, &e), 0);
	for (size_t n = 0; n < 3; n++) {
		arena_push(&b.arena, &acts, list[n]);
		struct eval *fresh;
		assert_int_equal(eval_new(b.rb, &b.syms, &acts, UINT64_MAX, 0, &fresh, &e), 0);
		assert_int_equal(late_append(l, &list[n], &e), 0);
		struct pair p = {l, late_eval(l), fresh, "loop", 0, n + 1};
		for (uint32_t f = 0; f < l->r->first_watched; f++) {
			const struct insts all = state_all(fresh->state, f);
			for (size_t i = 0; i < all.n; i++)
				compare_inst(&p, insts_at(&all, i));
		}
		eval_free(fresh);
	}
	assert_true(late_stats(l).full > 0);
	late_close(l);
	book_done(&b);
}

enum { MANY = 5000, DAYS_OF_MANY = 5 };

/* Thousands of acts on a few days, in any order: nothing adds up, neither what is looked at nor what is kept. */
static void many_acts(void **state)
{
	(void)state;
	struct book b = book_of(STR("many"), STR("source C \"c\"\ntype S\nact a(X: S), b(X: S)\nfact p(X: S), q(X: S), r()\n"
						"rule A [C 1]: p(X) begins on a(X)\nrule B [C 1]: p(X) ends on b(X)\n"
						"rule D [C 1]: q(X) begins once not p(X)\nrule E [C 1]: r() holds while count of X with p(X) >= 3\n"));
	book_ready(&b);
	struct act_list acts = {0}, first = {0};
	struct late *l;
	struct err e;
	uint64_t from = seed;
	size_t work = 0;
	for (uint64_t pos = 1; pos <= MANY; pos++) {
		struct act act = random_act(&b, &seed, pos);
		if (act.kind != NO_ID)
			act.date = date_from(2024, 1, 1) + (civil)(random_next(&seed) % DAYS_OF_MANY) * DAY;
		arena_push(&b.arena, &acts, act);
	}
	first = (struct act_list){acts.v, MANY / 8, MANY / 8};
	assert_int_equal(late_open(b.rb, &b.syms, &first, 0, &l, &e), 0);
	for (size_t n = first.n; n < acts.n; n++) {
		assert_int_equal(late_append(l, &acts.v[n], &e), 0);
		work = l->work.total > work ? l->work.total : work;
		if (n % 500)
			continue;
		struct act_list known = {acts.v, n + 1, n + 1};
		struct eval *fresh;
		assert_int_equal(eval_new(b.rb, &b.syms, &known, UINT64_MAX, 0, &fresh, &e), 0);
		compare(l, fresh, "many", from, n + 1);
		eval_free(fresh);
	}
	assert_int_equal(late_stats(l).full, 0);
	assert_in_range(work, 0, 4 << 20);
	late_close(l);
	book_done(&b);
}

/* A number that goes beyond all bounds is an error as in a full evaluation. */
static void numbers_too_large(void **state)
{
	(void)state;
	struct book b = book_of(STR("large"), STR("source C \"c\"\nact set(N: Int)\nfact n(): Int\nrule A [C 1]: n() becomes 4000000000000000000 * (4000000000000000000 * N) on set(N)\n"));
	book_ready(&b);
	packed large = value_pack((struct value){.kind = V_INT, .i = (int64_t)1 << 61});
	struct act act = {.pos = 1, .date = date_from(2020, 1, 1), .args = &large};
	struct act_list none = {0};
	struct late *l;
	struct err e = {0};
	assert_int_equal(late_open(b.rb, &b.syms, &none, 0, &l, &e), 0);
	assert_int_equal(late_append(l, &act, &e), ERR_LIMIT);
	late_close(l);
	book_done(&b);
}

int main(void)
{
	seed = getenv("FROM") ? strtoull(getenv("FROM"), NULL, 10) : seed_from_env(88172645463325252u);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_made_for_the_purpose),
		cmocka_unit_test(time_that_runs_on),
		cmocka_unit_test(many_acts),
		cmocka_unit_test(numbers_too_large),
		cmocka_unit_test(conformance_vectors),
		cmocka_unit_test(books_drawn),
	};
	return test_main(tests);
}
