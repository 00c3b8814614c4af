/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* ---- text ----------------------------------------------------------------------------------------------------------- */

static int text_open(struct text *t, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size = -1;
	*t = (struct text){0};
	if (f && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0)
		t->start = malloc((size_t)size + 1);
	if (!t->start || fread(t->start, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		free(t->start);
		if (f)
			fclose(f);
		return -1;
	}
	fclose(f);
	t->start[size] = 0;
	t->p = t->start;
	return 0;
}

static void text_close(struct text *t)
{
	free(t->start);
	*t = (struct text){0};
}

static int text_bad(const struct text *t, const char *path)
{
	size_t line = 1;
	for (const char *p = t->start; p + 1 < t->p; p++) /* its own line end may have been read */
		line += *p == '\n';
	fprintf(stderr, "%s:%zu: not a row of the bench\n", path, line);
	return -1;
}

/* A decimal number and the byte behind it. -1: it is something else. */
static inline int32_t number(struct text *t, char end)
{
	uint32_t n = 0;
	char *p = t->p;
	for (; (unsigned char)(*p - '0') < 10 && n < MAX_NUMBER; p++)
		n = n * 10 + (unsigned char)(*p - '0');
	bool good = p > t->p && *p == end;
	t->p = p + good;
	return good ? (int32_t)n : -1;
}

static inline bool greater(uint32_t *most, uint32_t n)
{
	if (n >= *most)
		*most = n + 1;
	return true;
}

static size_t skip_header(struct text *t) /* how many lines there may be behind it */
{
	size_t lines = 0;
	t->p += strcspn(t->p, "\n");
	t->p += *t->p == '\n';
	for (const char *p = t->p; (p = strchr(p, '\n')); p++)
		lines++;
	return lines;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) bool read_row(struct rows *r, struct text *t, struct row *row)
{
	int32_t seq = number(t, ','), day = number(t, ',');
	row->kind = *t->p;
	if (seq != (int32_t)r->n + 1 || day < 0 || !*t->p || t->p[1] != ',')
		return false;
	t->p += 2;
	int32_t party = number(t, ','), x = number(t, ','), value = number(t, '\n');
	if (party < 0 || x < 0 || value < 0)
		return false;
	row->day = day;
	row->party = (uint32_t)party;
	row->x = (uint32_t)x;
	row->value = value;
	greater(&r->nparties, row->party);
	switch (row->kind) {
	case 'S': return value <= 3 && greater(&r->norgs, row->x);
	case 'R':
	case 'W': return row->x < r->ntreaties;
	case 'C': return greater(&r->nobligations, row->x);
	case 'F': return row->x < r->nobligations;
	default: return false;
	}
}

static bool read_treaty(struct rows *r, struct text *t, struct treaty *treaty)
{
	int32_t n = number(t, ',');
	treaty->threshold = number(t, ',');
	treaty->months = number(t, '\n');
	return n == (int32_t)r->ntreaties && treaty->threshold >= 0 && treaty->months >= 0;
}

static int read_treaties(struct rows *r, const char *path)
{
	struct text t;
	if (text_open(&t, path) < 0)
		return -1;
	r->treaties = malloc((skip_header(&t) + 1) * sizeof *r->treaties);
	bool good = r->treaties != NULL;
	while (good && *t.p) {
		good = read_treaty(r, &t, &r->treaties[r->ntreaties]);
		r->ntreaties += good;
	}
	int rc = good ? 0 : text_bad(&t, path);
	free(t.start);
	return rc;
}

int rows_open(struct rows *r, const char *rows_path, const char *treaties_path)
{
	*r = (struct rows){.path = rows_path};
	if (read_treaties(r, treaties_path) == 0 && text_open(&r->text, rows_path) == 0) {
		r->most = skip_header(&r->text);
		return 0;
	}
	rows_free(r);
	return -1;
}

int rows_next(struct rows *r, struct row *row)
{
	if (!*r->text.p)
		return 0;
	if (!read_row(r, &r->text, row))
		return text_bad(&r->text, r->path);
	r->n++;
	return 1;
}

int rows_read(struct rows *r, const char *rows_path, const char *treaties_path)
{
	if (rows_open(r, rows_path, treaties_path) < 0)
		return -1;
	r->v = malloc((r->most + 1) * sizeof *r->v);
	struct text t = r->text;
	bool good = r->v != NULL;
	while (good && *t.p) {
		good = read_row(r, &t, &r->v[r->n]);
		r->n += good;
	}
	int rc = good ? 0 : text_bad(&t, rows_path);
	text_close(&r->text);
	if (rc < 0)
		rows_free(r);
	return rc;
}

void rows_free(struct rows *r)
{
	text_close(&r->text);
	free(r->v);
	free(r->treaties);
	*r = (struct rows){0};
}

/* ---- measuring ----------------------------------------------------------------------------------------------------- */

double seconds_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double seconds_spent(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double peak_megabytes(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / 1024;
}

void sums_add(struct sums *s, int64_t from, int64_t to)
{
	s->count++;
	s->starts += from;
	s->ends += to;
}

void sums_print(const char *fact, const struct sums *s)
{
	printf("fact %s %" PRIu64 " %" PRId64 " %" PRId64 "\n", fact, s->count, s->starts, s->ends);
}
