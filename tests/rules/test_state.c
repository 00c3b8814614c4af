/* SPDX-License-Identifier: Apache-2.0
 *
 * Instances, found by all arguments, by some, counted: beside a plain list in which everything is looked for from the beginning.
 */
#include "tests/test.h"

#include "rulebooks.h"
#include "rules/state_int.h"

enum { FACTS = 5, ARGS = 2, VALUES = 4, THINGS = 24, STEPS = 3000 };

/* Facts 0, 1 and 3 share rows, 2 and 4 stand alone; 4 has one argument. */
static const uint32_t NARGS[FACTS] = {2, 2, 2, 2, 1}, GROUPS[FACTS] = {0, 0, 2, 0, 4};

struct plain { /* what the state should say */
	packed args[ARGS];
	uint8_t v[STEPS]; /* which word after each round, 0: none */
	bool known;
};

struct fixture {
	struct arena arena;
	struct state *s;
	struct plain all[FACTS][THINGS * THINGS];
	uint64_t seed;
	uint32_t round;
};

static uint32_t draw(struct fixture *f, uint32_t n)
{
	return (uint32_t)(random_next(&f->seed) % n);
}

static packed thing(uint32_t i)
{
	return value_pack((struct value){.kind = V_ENTITY, .s = i + 1});
}

static packed word(uint32_t i) /* 0: none */
{
	return i ? value_pack((struct value){.kind = V_WORD, .s = i}) : 0;
}

static struct plain *plain_of(struct fixture *f, uint32_t fact, uint32_t a, uint32_t b)
{
	struct plain *p = &f->all[fact][NARGS[fact] == 2 ? a * THINGS + b : a];
	p->args[0] = thing(a);
	p->args[1] = thing(b);
	return p;
}

static size_t number_of(uint32_t fact)
{
	return NARGS[fact] == 2 ? THINGS * THINGS : THINGS;
}

static bool agrees(const packed *a, const packed *b, uint32_t mask)
{
	return (!(mask & 1) || a[0] == b[0]) && (!(mask & 2) || a[1] == b[1]);
}

static void check_one(struct fixture *f, uint32_t fact, const struct plain *p)
{
	const struct inst *i = state_find(f->s, fact, p->args);
	if (!p->known) {
		assert_true(!i || i->n == 0);
		return;
	}
	assert_non_null(i);
	assert_int_equal(i->fact, fact);
	assert_memory_equal(inst_packed(i), p->args, NARGS[fact] * sizeof *p->args);
	assert_ptr_equal(state_inst(f->s, fact, inst_id(i)), i);
	assert_int_equal(inst_now(i), word(p->v[f->round]));
	uint32_t then = draw(f, f->round + 1);
	assert_int_equal(inst_after(i, then), word(p->v[then]));
}

/* Every instance that agrees and has had a value is among those that match; the number with a value that counts is right. */
static void check_match(struct fixture *f, uint32_t fact, uint32_t mask, const packed *args, const struct node *is)
{
	const struct insts l = state_match(f->s, fact, mask, args);
	size_t expected = 0, met = 0, live = 0;
	for (size_t k = 0; k < number_of(fact); k++) {
		const struct plain *p = &f->all[fact][k];
		expected += p->known && agrees(p->args, args, mask);
		live += p->known && agrees(p->args, args, mask) && state_counts(is, word(p->v[f->round]));
	}
	for (size_t k = 0; k < l.n; k++) {
		const struct inst *i = insts_at(&l, k);
		met += i->n && agrees(inst_packed(i), args, mask);
		for (size_t other = 0; other < k; other++)
			assert_ptr_not_equal(insts_at(&l, other), i);
	}
	assert_int_equal(met, expected);
	assert_int_equal(state_count(f->s, fact, mask, args, is), live);
}

static void change(struct fixture *f, uint32_t fact, uint32_t a, uint32_t b, uint8_t v)
{
	struct plain *p = plain_of(f, fact, a, b);
	struct inst *i = state_make(f->s, fact, p->args);
	if (inst_now(i) == word(v))
		return;
	inst_change(f->s, i, (struct change){f->round, NO_ID, word(v)});
	p->known = true;
	p->v[f->round] = v;
}

static void a_random_history(void **unused)
{
	(void)unused;
	struct fixture *f = zeroed(1, sizeof *f);
	struct term values[] = {{.var = TERM_CONST, .value = word(1)}, {.var = TERM_CONST, .value = word(3)}};
	struct node is = {.kind = C_IS, .fixed = true, .nkids = 2, .values = values};
	f->seed = seed_from_env(88172645463325252u);
	f->s = state_new(&f->arena, FACTS, NARGS, GROUPS);
	for (f->round = 0; f->round < STEPS; f->round++) {
		for (uint32_t fact = 0; fact < FACTS && f->round; fact++)
			for (size_t k = 0; k < THINGS * THINGS; k++)
				f->all[fact][k].v[f->round] = f->all[fact][k].v[f->round - 1];
		uint32_t fact = draw(f, FACTS), a = draw(f, THINGS), b = draw(f, THINGS), mask = draw(f, 1u << NARGS[fact]);
		change(f, fact, a, b, (uint8_t)draw(f, VALUES));
		check_one(f, fact, plain_of(f, fact, a, b));
		uint32_t other = (fact + 1) % FACTS;
		check_one(f, other, plain_of(f, other, a, b));
		check_match(f, fact, mask, plain_of(f, fact, a, b)->args, draw(f, 2) ? &is : NULL);
	}
	f->round--;
	state_freeze(f->s);
	for (uint32_t fact = 0; fact < FACTS; fact++)
		for (uint32_t a = 0; a < THINGS; a++) {
			packed args[ARGS] = {thing(a), thing(a)};
			check_match(f, fact, 1, args, NULL);
		}
	state_free(f->s);
	arena_done(&f->arena);
	free(f);
}

/* Frozen, no index more is made: of the columns of single arguments the shortest serves. Values have a column too. */
static void frozen(void **unused)
{
	(void)unused;
	struct arena arena = {0};
	uint32_t nargs = 3, group = 0;
	struct state *s = state_new(&arena, 1, &nargs, &group);
	packed args[] = {thing(1), thing(2), thing(3)};
	for (uint32_t i = 0; i < 60; i++) {
		packed each[] = {thing(i % 3), thing(i % 4), thing(i)};
		inst_change(s, state_make(s, 0, each), (struct change){0, NO_ID, word(1)});
	}
	assert_int_equal(state_match(s, 0, 1, args).n, 20);
	state_freeze(s);
	assert_int_equal(state_match(s, 0, 3, args).n, 15);
	assert_int_equal(state_match(s, 0, 6, args).n, 1);
	assert_int_equal(state_count(s, 0, 3, args, NULL), 5);
	assert_int_equal(state_by(s, 0, 3, word(1)).n, 60);
	assert_int_equal(state_by(s, 0, 3, word(2)).n, 0);
	state_thaw(s); /* what changes now is seen once it stands still again: what it had counts, not what it has */
	packed first[] = {thing(0), thing(0), thing(0)};
	inst_change(s, state_make(s, 0, first), (struct change){1, NO_ID, word(2)});
	state_freeze(s);
	assert_int_equal(state_by(s, 0, 3, word(1)).n, 60);
	assert_int_equal(state_by(s, 0, 3, word(2)).n, 1);
	const struct insts two = state_by(s, 0, 3, word(2));
	assert_ptr_equal(insts_at(&two, 0), state_find(s, 0, first));
	state_free(s);
	arena_done(&arena);
}

/* Facts of one group stand side by side: whoever has one has the others of the same arguments. */
static void a_row(void **unused)
{
	(void)unused;
	struct arena arena = {0};
	struct state *s = state_new(&arena, FACTS, NARGS, GROUPS);
	packed args[ARGS] = {thing(1), thing(2)}, others[ARGS] = {thing(2), thing(1)};
	struct inst *i = state_make(s, 3, args), *first = state_make(s, 0, args);
	assert_ptr_equal(inst_row(i), inst_row(first));
	assert_int_equal(inst_id(i), inst_id(first));
	assert_ptr_equal(state_find(s, 1, args), first + 1); /* it is there too, without a value */
	assert_int_equal(state_find(s, 1, args)->n, 0);
	assert_null(state_find(s, 2, args));
	assert_null(state_find(s, 1, others));
	assert_ptr_not_equal(inst_row(state_make(s, 1, others)), inst_row(i));
	assert_ptr_equal(state_find(s, 3, args), i); /* after another was asked for */
	state_free(s);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row),
		cmocka_unit_test(frozen),
		cmocka_unit_test(a_random_history),
	};
	return test_main(tests);
}
