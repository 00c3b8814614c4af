/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the bench of the log share: signed acts, many threads, clocks. Nothing here or behind it is linked
 * but src/log.
 */
#ifndef BENCH_LOG_ACTS_H
#define BENCH_LOG_ACTS_H

#include "log/group.h"
#include "log/note.h"

enum { ACT_BYTES = 700, SIGNERS = 64 };

/* Delegations with a key each; the log finds them by keyid. */
struct signers {
	struct ed25519_key key[SIGNERS];
	struct dsse_key name[SIGNERS];
};

void signers_make(struct signers *s);
struct log_keys signers_keys(struct signers *s);
/* Act number n, ACT_BYTES long, signed by the one whose turn it is, appended to `out`. */
void act_sign(const struct signers *s, uint64_t n, struct buf *out);

void make_log(const char *dir);
struct log *open_log(const char *dir, enum log_mode mode);

double seconds(void);        /* by the wall */
double seconds_spent(void);  /* of processor time, all threads */
double peak_megabytes(void); /* the most that this process ever held */
void fail(const struct err *e) __attribute__((noreturn));
/* Sorts, and prints what stands at a share of them: "name value". */
void print_quantiles(const char *name, double *v, size_t n);

/* The parts: each a command. */
int run_append(const char *dir, uint64_t acts, uint32_t delay);
int run_raw(const char *dir, const char *file, uint64_t acts, bool singly);
int run_million(const char *dir, uint64_t acts);

#endif
