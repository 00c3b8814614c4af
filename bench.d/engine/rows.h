/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the engine's bench (rows.csv, treaties.csv), and how a measurement is printed. The hand-written sweep and the engine read
 * them by the same code; the engine makes acts of them one by one, the sweep needs them all at hand.
 */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIRST_DAY = 7305, DAYS = 13149 }; /* 1990 to 2025; a row may be dated up to 400 days before */
enum { OPENED_DAY = 6400 };		/* treaties are opened before that */

struct row { /* its act number is its place, from 1 */
	int32_t day;	/* since 1970-01-01 */
	char kind;	/* S R W C F */
	uint32_t party; /* and x: consecutive numbers from 0 */
	uint32_t x;	/* organisation, treaty, obligation */
	int32_t value;	/* S: the status; C: the day it is due */
};

struct treaty {
	int32_t threshold, months;
};

struct text {
	char *start, *p; /* a NUL behind the last byte */
};

struct rows {
	struct row *v; /* NULL: they are read one by one */
	struct treaty *treaties;
	size_t n, ntreaties; /* n: how many have been read */
	size_t most;	     /* how many there may be */
	struct text text;
	const char *path;
	uint32_t nparties, norgs, nobligations; /* one more than the greatest number met */
};

enum { MAX_NUMBER = 100000000 }; /* of a day, a party, a treaty ... */

/* Reads both files, the rows all to r->v or one by one: rows_next gives 1, or 0 when there is none left. Else 0 is success; -1 comes
 * after a message on standard error that names file and line. rows_free in any case. */
int rows_read(struct rows *r, const char *rows_path, const char *treaties_path);
int rows_open(struct rows *r, const char *rows_path, const char *treaties_path);
int rows_next(struct rows *r, struct row *row);
void rows_free(struct rows *r);

/* ---- what is measured --------------------------------------------------------------------------------------------- */

double seconds_now(void);   /* wall time of a steady clock */
double seconds_spent(void); /* processor time of this process, user and system */
double peak_megabytes(void); /* of this process so far */

enum { OPEN_END = 1000000 }; /* the day that stands for an open end in sums */

struct sums {
	uint64_t count;
	int64_t starts, ends; /* of days */
};

void sums_add(struct sums *s, int64_t from, int64_t to);
void sums_print(const char *fact, const struct sums *s); /* "fact NAME COUNT STARTS ENDS" */

#endif
