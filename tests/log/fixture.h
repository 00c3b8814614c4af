/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs for tests: a scratch directory for each test, a log with a fixed key, and entries that differ.
 */
#ifndef TESTS_LOG_FIXTURE_H
#define TESTS_LOG_FIXTURE_H

#include "log/log.h"
#include "log/note.h"
#include "tests/test.h"

#define TEST_TYPE STR("application/vnd.example.act.v1+json")

struct fixture {
	char root[64]; /* scratch directory */
	char dir[80];  /* of the log in it */
	struct log *log;
	struct arena arena;
	struct err err;
};

int fixture_setup(void **state); /* a log with its genesis entry, open for writing */
int fixture_setup_in(const char *parent, void **state);
int fixture_teardown(void **state);
void fixture_close(struct fixture *f);
void fixture_open(struct fixture *f, enum log_mode mode); /* must work */
/* Appends n entries with payloads {"n":from}, ... in one batch. */
void fixture_append(struct fixture *f, uint64_t from, size_t n);
int fixture_genesis(void *ctx, struct str vkey, struct str keyid, struct buf *out, struct err *e);
void fixture_path(const struct fixture *f, const char *name, char out[128]);

/* Runs SQL on log.db as a forger would: the triggers that keep it are taken away, and put back afterwards. */
void fixture_sql(struct fixture *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int64_t fixture_sql_number(struct fixture *f, const char *sql);
struct buf fixture_file(const char *path); /* its bytes; buf_done by the caller */
void fixture_write(const char *path, struct str bytes);
void fixture_copy(const struct fixture *f, const char *from, const char *to); /* names in the log's directory */

/* A sequence of numbers from a seed (splitmix64), the same on every machine. */
uint64_t test_random(uint64_t *seed);
uint64_t test_env(const char *name, uint64_t otherwise);

/* *e.what or e.where holds these words. */
#define assert_words(e, words)                                                                                         \
	do {                                                                                                           \
		if (!strstr((e).what, words) && !strstr((e).where, words))                                             \
			fail_msg("expected '%s' in: %s: %s (%s)", words, (e).where, (e).what, (e).hint);               \
	} while (0)

#define assert_done(call)                                                                                              \
	do {                                                                                                           \
		int rc_ = (call);                                                                                      \
		if (rc_ < 0)                                                                                           \
			fail_msg("%s: %d: %s: %s (%s)", #call, rc_, f->err.where, f->err.what, f->err.hint);           \
	} while (0)

#endif
