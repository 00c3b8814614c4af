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

#endif
