/* SPDX-License-Identifier: Apache-2.0
 *
 * comity-bench-rows N FOLDER [SEED]: the record that ./bench engine derives facts from, made up and always the same:
 * N acts of 36 years about 200 States, N / 4000 organisations, N / 400 treaties and the obligations that arise.
 *
 *   rows.csv      seq,day,kind,party,x,value
 *                 S  the party's status in organisation x becomes value (0 none .. 3 member)
 *                 R  the party ratifies treaty x;  W  it withdraws
 *                 C  an obligation x of the party arises, due on day `value`;  F  it is fulfilled
 *   treaties.csv  treaty,threshold,months: how many must have ratified, and how many months later it enters into force
 *   acts.jsonl    both as acts, one JSON object a line: what `comity eval` reads
 *
 * One row in fifty is dated up to 400 days back; a day is counted from 1970-01-01.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "rows.h"

enum { STATES = 200 };

static const char *const STATUSES[] = {"none", "observer", "partner", "member"};

struct rng {
	uint64_t s;
};

static uint64_t rnd(struct rng *r, uint64_t n) /* xorshift64 (13, 7, 17) */
{
	r->s ^= r->s << 13;
	r->s ^= r->s >> 7;
	r->s ^= r->s << 17;
	return (r->s >> 11) % n;
}

/* ---- fulfilments to come, the earliest first ---------------------------------------------------------------------- */

struct fulfilment {
	int64_t day;
	uint32_t obligation, party;
};

struct queue {
	struct fulfilment *v;
	size_t n;
};

static bool earlier(const struct fulfilment *a, const struct fulfilment *b)
{
	return a->day != b->day ? a->day < b->day : a->obligation < b->obligation;
}

static void queue_swap(struct queue *q, size_t i, size_t j)
{
	struct fulfilment f = q->v[i];
	q->v[i] = q->v[j];
	q->v[j] = f;
}

static void queue_add(struct queue *q, struct fulfilment f)
{
	size_t i = q->n++;
	q->v[i] = f;
	for (; i && earlier(&q->v[i], &q->v[(i - 1) / 2]); i = (i - 1) / 2)
		queue_swap(q, i, (i - 1) / 2);
}

static struct fulfilment queue_take(struct queue *q)
{
	struct fulfilment first = q->v[0];
	q->v[0] = q->v[--q->n];
	for (size_t i = 0, kid; (kid = 2 * i + 1) < q->n; i = kid) {
		if (kid + 1 < q->n && earlier(&q->v[kid + 1], &q->v[kid]))
			kid++;
		if (!earlier(&q->v[kid], &q->v[i]))
			break;
		queue_swap(q, i, kid);
	}
	return first;
}

/* ---- what is written ---------------------------------------------------------------------------------------------- */

struct files {
	FILE *rows, *treaties, *acts;
};

static void act_begin(FILE *f, const char *kind, int64_t day)
{
	char date[DATE_LEN];
	fprintf(f, "{\"kind\":\"%s\",\"date\":\"%s\",\"args\":{", kind, date_print(day * DAY, date));
}

static void write_row(struct files *f, uint64_t seq, int64_t day, char kind, uint64_t party, uint64_t x, int64_t value)
{
	char due[DATE_LEN];
	fprintf(f->rows, "%" PRIu64 ",%" PRId64 ",%c,%" PRIu64 ",%" PRIu64 ",%" PRId64 "\n", seq, day, kind, party, x, value);
	act_begin(f->acts, kind == 'S'	 ? "status_decided"
			   : kind == 'R' ? "ratified"
			   : kind == 'W' ? "withdrew"
			   : kind == 'C' ? "obligation_arose"
					 : "obligation_fulfilled",
		day);
	fprintf(f->acts, "\"P\":\"p%" PRIu64 "\",", party);
	if (kind == 'S' && value)
		fprintf(f->acts, "\"G\":\"g%" PRIu64 "\",\"rank\":\"%s\"}}\n", x, STATUSES[value]);
	else if (kind == 'S')
		fprintf(f->acts, "\"G\":\"g%" PRIu64 "\"}}\n", x);
	else if (kind == 'C')
		fprintf(f->acts, "\"O\":\"o%" PRIu64 "\",\"due\":\"%s\"}}\n", x, date_print(value * DAY, due));
	else
		fprintf(f->acts, "\"%c\":\"%c%" PRIu64 "\"}}\n", kind == 'F' ? 'O' : 'T', kind == 'F' ? 'o' : 't', x);
}

static void write_treaties(struct files *f, uint64_t n)
{
	fprintf(f->treaties, "treaty,threshold,months\n");
	for (uint64_t t = 0; t < n; t++) {
		fprintf(f->treaties, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", t, 5 + t % 26, t % 4);
		act_begin(f->acts, "opened", OPENED_DAY);
		fprintf(f->acts, "\"T\":\"t%" PRIu64 "\",\"threshold\":%" PRIu64 ",\"period\":\"%" PRIu64 " months\"}}\n", t,
			5 + t % 26, t % 4);
	}
}

/* ---- the draws ------------------------------------------------------------------------------------------------------ */

struct world {
	struct rng rng;
	struct queue queue;
	uint64_t norgs, ntreaties;
	uint32_t nobligations;
};

static void draw_obligation(struct world *w, struct files *f, uint64_t seq, int64_t day, int64_t date)
{
	uint32_t o = w->nobligations++;
	uint64_t party = rnd(&w->rng, STATES);
	int64_t due = date + 30 + (int64_t)rnd(&w->rng, 700);
	if (rnd(&w->rng, 5) > 0)
		queue_add(&w->queue, (struct fulfilment){day + 1 + (int64_t)rnd(&w->rng, 900), o, (uint32_t)party});
	write_row(f, seq, date, 'C', party, o, due);
}

static void draw_row(struct world *w, struct files *f, uint64_t seq, int64_t day)
{
	int64_t date = rnd(&w->rng, 50) == 0 ? day - (1 + (int64_t)rnd(&w->rng, 400)) : day;
	if (w->queue.n && w->queue.v[0].day <= day) {
		struct fulfilment done = queue_take(&w->queue);
		write_row(f, seq, done.day, 'F', done.party, done.obligation, 0);
		return;
	}
	uint64_t r = rnd(&w->rng, 100);
	if (r < 50) {
		uint64_t party = rnd(&w->rng, STATES), org = rnd(&w->rng, w->norgs);
		write_row(f, seq, date, 'S', party, org, (int64_t)rnd(&w->rng, 4));
	} else if (r < 85) {
		char kind = rnd(&w->rng, 10) == 0 ? 'W' : 'R';
		uint64_t party = rnd(&w->rng, STATES);
		write_row(f, seq, date, kind, party, rnd(&w->rng, w->ntreaties), 0);
	} else {
		draw_obligation(w, f, seq, day, date);
	}
}

static int generate(struct files *f, uint64_t n, uint64_t seed)
{
	struct world w = {.rng = {seed}, .norgs = n / 4000 ? n / 4000 : 1, .ntreaties = n / 400 ? n / 400 : 1};
	w.queue.v = malloc((n + 1) * sizeof *w.queue.v);
	if (!w.queue.v)
		return -1;
	write_treaties(f, w.ntreaties);
	fprintf(f->rows, "seq,day,kind,party,x,value\n");
	for (uint64_t i = 0; i < n; i++)
		draw_row(&w, f, i + 1, FIRST_DAY + (int64_t)(i * DAYS / n));
	free(w.queue.v);
	return 0;
}

static FILE *create(const char *folder, const char *name)
{
	char path[4096];
	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return NULL;
	FILE *f = fopen(path, "w");
	if (!f)
		perror(path);
	return f;
}

int main(int argc, char **argv)
{
	uint64_t n = 0, seed = 88172645463325252u;
	if (argc < 3 || argc > 4 || !str_u64(str_of(argv[1]), &n) || n > 1u << 30 ||
		(argc == 4 && (!str_u64(str_of(argv[3]), &seed) || seed == 0))) {
		fputs("usage: comity-bench-rows N FOLDER [SEED]\n", stderr);
		return 2;
	}
	struct files f = {create(argv[2], "rows.csv"), create(argv[2], "treaties.csv"), create(argv[2], "acts.jsonl")};
	if (!f.rows || !f.treaties || !f.acts || generate(&f, n, seed) < 0)
		return 1;
	int bad = fclose(f.rows) | fclose(f.treaties) | fclose(f.acts);
	if (bad)
		perror(argv[2]);
	return bad ? 1 : 0;
}
