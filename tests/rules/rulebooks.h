/* SPDX-License-Identifier: Apache-2.0
 *
 * What tests of the rules share: rulebooks from text or file, acts, the table of all facts, a seeded generator of acts.
 */
#ifndef TESTS_RULES_RULEBOOKS_H
#define TESTS_RULES_RULEBOOKS_H

#include "tests/test.h"

#include "rules/eval.h"
#include "rules/output.h"
#include "rules/rulebook.h"

struct book { /* a rulebook with the strings of its acts */
	struct rulebook *rb;
	struct arena arena;
	struct syms syms;
};

/* Fails the test if the rulebook has errors. No includes. */
static inline struct book book_of(struct str path, struct str text)
{
	static const struct rulebook_reader none = {0};
	struct book b = {0};
	struct err e = {0};
	if (rulebook_load(path, text, &none, &b.rb, &e) < 0)
		fail_msg("%.*s: %s", STR_ARG(path), e.what);
	return b;
}

static inline void book_ready(struct book *b) /* once the book stands where it will stay */
{
	syms_init(&b->syms, &b->arena, &b->rb->syms);
}

static inline void book_done(struct book *b)
{
	arena_done(&b->arena);
	rulebook_free(b->rb);
}

static inline struct str file_text(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	struct buf text;
	buf_init(&text, 8 << 20);
	char chunk[4096];
	for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
		buf_add(&text, (struct str){chunk, n});
	(void)fclose(f);
	struct str s = arena_str(a, buf_str(&text));
	buf_done(&text);
	return s;
}

static inline uint32_t book_readings(const struct book *b)
{
	return b->rb->readings.n ? (uint32_t)b->rb->readings.n : 1;
}

/* xorshift64: the same numbers on every machine */
static inline uint64_t random_next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s >> 11;
}

static inline uint64_t seed_from_env(uint64_t standard)
{
	const char *s = getenv("SEED");
	return s && *s ? strtoull(s, NULL, 10) * 2654435761u + 88172645463325252u : standard;
}

static inline unsigned count_from_env(unsigned standard)
{
	const char *s = getenv("N");
	return s && *s ? (unsigned)strtoul(s, NULL, 10) : standard;
}

/* A value of that type: few, so that they meet. */
static inline struct value random_value(struct book *b, uint64_t *seed, uint32_t type)
{
	const struct type *t = &b->rb->types.v[type];
	char name[16];
	switch (t->kind) {
	case T_ENUM: return (struct value){.kind = V_WORD, .s = t->words[random_next(seed) % t->n]};
	case T_WORD: return (struct value){.kind = V_WORD, .s = syms_intern(&b->syms, STR("yes"))};
	case T_INT: return (struct value){.kind = V_INT, .i = (int64_t)(random_next(seed) % 7)};
	case T_DATE: return (struct value){.kind = V_DATE, .t = date_from(2024, 1, 1) + (civil)(random_next(seed) % 500) * DAY};
	case T_SPAN:
		return (struct value){.kind = V_SPAN,
			.span = {(uint32_t)(random_next(seed) % 4), random_next(seed) % 2 ? SPAN_DAY : SPAN_MONTH}};
	default: break;
	}
	(void)snprintf(name, sizeof name, "e%u", (unsigned)(random_next(seed) % 4));
	return (struct value){.kind = V_ENTITY, .s = syms_intern(&b->syms, str_of(name))};
}

/* Any act that the rulebook declares, in 2024 or the month after; now and then a correction. */
static inline struct act random_act(struct book *b, uint64_t *seed, uint64_t pos)
{
	struct act act = {.pos = pos};
	if (pos > 3 && random_next(seed) % 8 == 0) {
		act.back = (uint32_t)(pos - 1 - random_next(seed) % (pos - 1)) & MAX_BACK;
		if (random_next(seed) % 2) {
			act.annul = true;
			act.kind = NO_ID;
			return act;
		}
	}
	act.kind = (uint32_t)(random_next(seed) % b->rb->acts.n);
	act.date = date_from(2024, 1, 1) + (civil)(random_next(seed) % 400) * DAY;
	const struct act_kind *kind = &b->rb->acts.v[act.kind];
	act.args = arena_array(&b->arena, kind->nparams + 1, packed);
	for (uint32_t i = 0; i < kind->nparams; i++)
		if (!kind->params[i].optional || random_next(seed) % 2)
			act.args[i] = value_pack(random_value(b, seed, kind->params[i].type));
	return act;
}

#endif
