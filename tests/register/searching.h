/* SPDX-License-Identifier: Apache-2.0
 *
 * Short ways to ask the search of a register of the League, and to say what it found.
 */
#ifndef TESTS_REGISTER_SEARCHING_H
#define TESTS_REGISTER_SEARCHING_H

#include "tests/register/fixture.h"

#include "register/search.h"

#define ACT(kind, date, args) "{\"kind\":\"" kind "\",\"date\":\"" date "\",\"args\":{" args "}"
#define STATE(s, date, titles) ACT("state_listed", date, "\"S\":\"" s "\"") ",\"title\":{" titles "}" SOURCES "}"

extern const struct search_query anything;

struct search_result ask(struct fix *f, const struct view *v, struct search_query q);
/* "BE 8 law:3 8/0 kind:sworn colour=red colour:red": hits in their order, entities by name, acts by number, articles, papers; labels of
 * kinds of acts, of values of facts, of arguments. */
const char *hits(struct fix *f, const struct view *v, const struct search_result *r);
const char *find_as(struct fix *f, const char *audience, uint64_t known, struct search_query q, const char *text);
const char *find(struct fix *f, const char *text);
/* The text around the words that are asked for, with these between brackets. */
const char *show(struct fix *f, const char *words, const char *text, size_t most);

#define assert_found(f, text, expected) assert_string_equal(find((f), (text)), (expected))

#endif
