/* SPDX-License-Identifier: Apache-2.0
 *
 * A register of the League (tests/register/org) in a new directory, and short ways to fill and ask it.
 */
#ifndef TESTS_REGISTER_FIXTURE_H
#define TESTS_REGISTER_FIXTURE_H

#include "tests/test.h"

#include "register/org.h"
#include "register/phrase.h"
#include "register/reg.h"

struct fix {
	char dir[64];
	struct reg *reg;
	struct arena arena; /* until the end of the test */
	struct err e;
};

int fix_open(void **state);  /* a new register, with the acts of fix_begin */
int fix_close(void **state); /* closes it and removes the directory */
void remove_tree(const char *path);
void write_file(const char *path, const char *text);

/* The first acts of every register here: AT, KZ, BE listed (1 2 3), COUNCIL (4), MEET-1 (5), DEC-1 (6), PACT (7). */
enum { FIX_ACTS = 7 };

uint64_t fix_file(struct fix *f, const char *json); /* must be accepted; gives its position */
int fix_try(struct fix *f, const char *json);	    /* as reg_file gives it, *f->e filled */
void fix_reopen(struct fix *f, enum reg_mode mode);
const struct view *fix_view(struct fix *f, const char *audience, uint64_t known); /* to be given back */

/* The value of a question under a reading, as rules write it ("none"). */
const char *fix_ask(struct fix *f, const struct view *v, uint32_t reading, const char *question);
#define assert_answer(f, v, question, expected) assert_string_equal(fix_ask((f), (v), 0, (question)), (expected))

/* The same for the public view of everything. */
#define assert_public(f, question, expected) \
	do { \
		const struct view *view_ = fix_view((f), "public", UINT64_MAX); \
		assert_answer((f), view_, (question), (expected)); \
		view_unref(view_); \
	} while (0)

#define SOURCES ",\"recorded\":true,\"sources\":[{\"title\":\"Gazette\",\"url\":\"https://gazette.example/1\"}]"

#endif
