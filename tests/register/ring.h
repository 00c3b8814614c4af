/* SPDX-License-Identifier: Apache-2.0
 *
 * A keyring as the genesis entry makes it, forty-eight keys ("pens", numbered; 0 is the log's own), and short ways to say an act about them.
 */
#ifndef TESTS_REGISTER_RING_H
#define TESTS_REGISTER_RING_H

#include "register/keyring.h"
#include "tests/test.h"

enum { NKEYS = 48 };

#define ORIGIN "league.example/acts"
#define REG "\"register\":\"" ORIGIN "\""

struct pen { /* a key: its text and its name */
	char text[100], id[KEYID_MAX + 1];
};

struct ring_test {
	struct arena arena;
	struct hasher hash;
	struct pen pens[NKEYS];
	struct keyring ring;
	struct { json_t **v; size_t n, cap; } held; /* acts, until the end of the test */
	struct err e;
};

int ring_open(void **state);
int ring_close(void **state);
void ring_forget(struct ring_test *f); /* all acts so far */

json_t *parsed(const char *text);
json_t *keep(struct ring_test *f, json_t *v);
/* The genesis entry; `keys`: its member of that name and a comma, or nothing. */
void genesis_of(struct ring_test *f, const char *keys, char ret[800]);
/* A keyring as it makes it; recovery < 0: it says nothing of that. */
void begin(struct ring_test *f, int recovery);

/* In an act, $3 is the text of pen 3, and #3 its name. Who signs: "0 3". */
const char *said(struct ring_test *f, const char *text);
struct signers by(struct ring_test *f, const char *pens);
/* Both functions must say the same, and what is refused must change nothing. */
int add(struct ring_test *f, const char *act, const char *pens, uint64_t at);
void good(struct ring_test *f, const char *act, const char *pens, uint64_t at);
void bad(struct ring_test *f, int code, const char *act, const char *pens, uint64_t at);

#endif
