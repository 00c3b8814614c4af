/* SPDX-License-Identifier: Apache-2.0
 *
 * Properties that hold for every rulebook and every record, tried on the rulebooks of the conformance vectors with acts
 * drawn at random: recomputing only what a change touches gives what recomputing everything gives; what is known at a
 * position depends on nothing later; acts of different instants may come in any order.
 */
#include "rulebooks.h"

#include "rules/run.h"

#include <dirent.h>

enum { MAX_BOOKS = 200, ACTS = 40 };

static uint64_t seed;

static struct act_list random_acts(struct book *b)
{
	struct act_list list = {0};
	for (uint64_t pos = 1; pos <= ACTS; pos++)
		arena_push(&b->arena, &list, random_act(b, &seed, pos));
	return list;
}

typedef int eval_fn(const struct rulebook *, struct syms *, const struct act_list *, uint64_t, uint32_t, struct eval **, struct err *);

/* All facts as a table. An evaluation may fail (a rule that keeps time running): then the error is the result. */
static void table(struct book *b, eval_fn *fn, const struct act_list *acts, uint64_t known, struct buf *out)
{
	struct eval *evals[MAX_READINGS] = {0};
	struct err e = {0};
	uint32_t n = book_readings(b), k = 0;
	while (k < n && fn(b->rb, &b->syms, acts, known, k, &evals[k], &e) == 0)
		k++;
	if (k == n)
		output_facts((const struct eval *const *)evals, n, NULL, 0, OUTPUT_CSV, out);
	else
		err_print(&e, out);
	while (k--)
		eval_free(evals[k]);
}

static void same(const char *what, const char *path, uint64_t from_seed, struct buf *x, struct buf *y)
{
	if (str_eq(buf_str(x), buf_str(y)))
		return;
	struct str a = buf_str(x), b = buf_str(y), la = {0}, lb = {0};
	while (str_line(&a, &la) && str_line(&b, &lb) && str_eq(la, lb))
		;
	fail_msg("%s: %s (seed %llu): %.*s | %.*s", what, path, (unsigned long long)from_seed, STR_ARG(la), STR_ARG(lb));
}

/* "if still so" means without break: a delayed change of a `once` or `after` rule that came had its condition true after
 * every round since the rule fired; one that was dropped had it, or its `if`, false after that very round. */
static void check_pendings(const struct eval *e, const char *path, uint64_t from_seed)
{
	for (size_t i = 0; i < e->pendings.n; i++) {
		const struct pending *p = &e->pendings.v[i];
		const struct firing *f = &e->firings.v[p->firing];
		const struct rule *rule = &e->rb->rules.v[f->rule];
		if (!rule->still_so || f->trigger == NO_ID || !p->ended)
			continue;
		const struct change *c = inst_last(eval_trigger(e, f), p->ended - 1);
		bool held = c && c->value && c->round < f->round;
		bool fell = inst_value(eval_trigger(e, f), p->ended).kind == V_NONE;
		if (!held || (p->state == PENDING_DROPPED && !fell && !rule->cond))
			fail_msg("%s (seed %llu): pending %zu of rule %u", path, (unsigned long long)from_seed, i, f->rule);
	}
}

static void try_pendings(struct book *b, const char *path)
{
	uint64_t from = seed;
	struct act_list acts = random_acts(b);
	for (uint32_t k = 0; k < book_readings(b); k++) {
		struct eval *e;
		if (eval_new(b->rb, &b->syms, &acts, UINT64_MAX, k, &e, NULL) < 0)
			continue;
		check_pendings(e, path, from);
		eval_free(e);
	}
}

static void try_book(struct book *b, const char *path)
{
	uint64_t from = seed;
	struct act_list acts = random_acts(b);
	struct buf x, y;
	buf_init(&x, 8 << 20);
	buf_init(&y, 8 << 20);

	table(b, eval_new, &acts, UINT64_MAX, &x);
	table(b, eval_new_thorough, &acts, UINT64_MAX, &y);
	same("touched keys and all keys", path, from, &x, &y);

	uint64_t known = random_next(&seed) % ACTS;
	struct act_list prefix = {.v = acts.v, .n = known};
	buf_clear(&x);
	buf_clear(&y);
	table(b, eval_new, &acts, known, &x);
	table(b, eval_new, &prefix, UINT64_MAX, &y);
	same("known at and cut off", path, from, &x, &y);
	buf_done(&x);
	buf_done(&y);
}

/* Two neighbours of different instants, neither corrected nor correcting, change places. */
static void try_order(struct book *b, const char *path)
{
	uint64_t from = seed;
	struct act_list acts = random_acts(b);
	struct buf x, y;
	for (size_t i = 0; i < acts.n; i++)
		if (act_is_correction(&acts.v[i])) {
			acts.v[i] = random_act(b, &seed, 1);
			acts.v[i].pos = i + 1;
		}
	buf_init(&x, 8 << 20);
	buf_init(&y, 8 << 20);
	table(b, eval_new, &acts, UINT64_MAX, &x);
	for (size_t i = 0; i + 1 < acts.n; i++)
		if (acts.v[i].date != acts.v[i + 1].date) {
			struct act t = acts.v[i];
			acts.v[i] = acts.v[i + 1];
			acts.v[i + 1] = t;
			acts.v[i].pos = i + 1;
			acts.v[i + 1].pos = i + 2;
		}
	table(b, eval_new, &acts, UINT64_MAX, &y);
	/* a breach is named by its place, so such a rulebook may tell the two records apart */
	if (rulebook_fact(b->rb, STR("breach")) == NO_ID)
		same("order of filing", path, from, &x, &y);
	buf_done(&x);
	buf_done(&y);
}

static void for_each_book(void (*fn)(struct book *b, const char *path))
{
	char dir[600];
	NEED_SHARED();
	(void)snprintf(dir, sizeof dir, "%s/conformance/rules", test_shared());
	DIR *d = opendir(dir);
	assert_non_null(d);
	unsigned found = 0;
	for (struct dirent *ent; (ent = readdir(d));) {
		char path[1000];
		if (ent->d_name[0] == '.' || strchr(ent->d_name, '.'))
			continue;
		(void)snprintf(path, sizeof path, "%s/%.200s/rules.rules", dir, ent->d_name);
		struct arena a = {0};
		struct book b = book_of(str_of(path), file_text(&a, path));
		book_ready(&b);
		for (unsigned i = 0; i < count_from_env(4); i++)
			fn(&b, path);
		book_done(&b);
		arena_done(&a);
		found++;
	}
	(void)closedir(d);
	assert_true(found >= 80);
}

static void touched_keys_are_enough(void **state)
{
	(void)state;
	for_each_book(try_book);
}

static void order_of_filing_does_not_matter(void **state)
{
	(void)state;
	for_each_book(try_order);
}

static void delayed_changes_hold_without_break(void **state)
{
	(void)state;
	for_each_book(try_pendings);
}

static void endless_time_is_refused(void **state)
{
	(void)state;
	struct book b = book_of(STR("loop"), STR("source C \"c\"\ntype S\nact go(X: S)\nfact p(X: S), q(X: S)\n"
						  "rule A [C 1]: p(X) begins on go(X)\n"
						  "rule B [C 1]: q(X) begins after 1 minute of p(X)\n"
						  "rule D [C 1]: p(X) ends once q(X)\n"
						  "rule E [C 1]: q(X) ends once not p(X)\n"
						  "rule F [C 1]: p(X) begins after 1 minute of not q(X)\n"));
	book_ready(&b);
	struct act act = {.pos = 1, .date = date_from(2024, 1, 1)};
	packed x = value_pack((struct value){.kind = V_ENTITY, .s = syms_intern(&b.syms, STR("x"))});
	act.args = &x;
	struct act_list list = {&act, 1, 1};
	struct eval *e = NULL;
	struct err err = {0};
	assert_int_equal(eval_new(b.rb, &b.syms, &list, UINT64_MAX, 0, &e, &err), ERR_LIMIT);
	assert_null(e);
	assert_non_null(strstr(err.what, "keeps time running without end"));
	book_done(&b);
}

/* Each instance of a trigger fires once in a step; but here one follows another, with the next number. */
static void endless_steps_are_refused(void **state)
{
	(void)state;
	struct book b = book_of(STR("loop"), STR("source C \"c\"\nact go()\nfact n(): Int\nrule A [C 1]: n() becomes 0 on go()\n"
						 "rule B [C 1]: n() becomes n() + 1 once n() is N\n"));
	book_ready(&b);
	struct act act = {.pos = 1, .date = date_from(2024, 1, 1)};
	struct act_list list = {&act, 1, 1};
	struct eval *e = NULL;
	struct err err = {0};
	assert_int_equal(eval_new(b.rb, &b.syms, &list, UINT64_MAX, 0, &e, &err), ERR_LIMIT);
	assert_null(e);
	assert_non_null(strstr(err.what, "rule B fires at one instant without end"));
	book_done(&b);
}

/* "parent(I) is none or parent(I) is J and in_force(J)": J belongs to one branch, and is no part of what fires. */
static void a_variable_of_one_branch(void **state)
{
	(void)state;
	struct book b = book_of(STR("branch"), STR("source C \"c\"\ntype I\nact ready(X: I), child(X: I, Y: I)\n"
						    "fact up(X: I), parent(X: I): I, in_force(X: I)\n"
						    "rule A [C 1]: up(X) begins on ready(X)\n"
						    "rule B [C 1]: parent(X) becomes Y on child(X, Y)\n"
						    "rule D [C 1]: in_force(X) begins\n"
						    "  once up(X) and (parent(X) is none or parent(X) is Y and in_force(Y))\n"));
	book_ready(&b);
	struct act_list acts = {0};
	struct err e = {0};
	assert_int_equal(acts_read_lines(b.rb, &b.syms,
				 STR("{\"kind\":\"child\",\"date\":\"2020-01-01\",\"args\":{\"X\":\"c\",\"Y\":\"p\"}}\n"
				     "{\"kind\":\"ready\",\"date\":\"2020-02-01\",\"args\":{\"X\":\"c\"}}\n"
				     "{\"kind\":\"ready\",\"date\":\"2020-03-01\",\"args\":{\"X\":\"p\"}}\n"),
				 "acts", &b.arena, &acts, &e), 0);
	struct buf out;
	buf_init(&out, 10000);
	table(&b, eval_new, &acts, UINT64_MAX, &out);
	assert_non_null(strstr(buf_str(&out).p, "in_force,c,yes,2020-03-01,\nin_force,p,yes,2020-03-01,\n"));
	buf_done(&out);
	book_done(&b);
}

int main(void)
{
	seed = seed_from_env(88172645463325252u);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(touched_keys_are_enough),
		cmocka_unit_test(order_of_filing_does_not_matter),
		cmocka_unit_test(delayed_changes_hold_without_break),
		cmocka_unit_test(a_variable_of_one_branch),
		cmocka_unit_test(endless_time_is_refused),
		cmocka_unit_test(endless_steps_are_refused),
	};
	return test_main(tests);
}
