/* SPDX-License-Identifier: Apache-2.0
 *
 * comity-bench-sweep ROWS.csv TREATIES.csv [RUNS]: the eight facts of ./bench engine derived by a program written for them
 * alone: the honest limit. One thread, one walk over the days. Every interval keeps the act that began it and the one that
 * ended it.
 *
 * The value of a day is what stands at its end: the acts of a day only mark what they touch, and the marks are settled when
 * the day is over.
 */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fact { STATUS, RATIFIED, IN_FORCE, PARTY, PENDING, OVERDUE, FULFILLED, MAY_ATTEND, NFACTS };
static const char *const NAMES[NFACTS] = {"status", "ratified", "in_force", "party", "pending", "overdue", "fulfilled", "may_attend"};

enum { PARTNER = 2 }; /* the least status that may attend */

struct interval {
	uint32_t key;
	int32_t from, to; /* days; OPEN_END */
	uint32_t begun, ended; /* acts; 0: a date that was reached */
	int32_t value;
};

struct list {
	struct interval *v;
	size_t n, cap;
};

struct cell { /* one instance whose acts change it: status, ratified */
	int32_t since;
	uint32_t act;	   /* that gave it its value */
	uint32_t next_act; /* the last act of the day that is being read; 0: none */
	uint8_t value, next;
};

struct count { /* of the parties that have ratified a treaty */
	int32_t n;
	int32_t in_force; /* from when; OPEN_END: not yet */
	uint32_t act;	  /* that made up the number */
};

struct duty {
	int32_t from, due, done; /* OPEN_END: not */
	uint32_t arose, fulfilled; /* acts */
	uint32_t party;
	uint32_t next; /* of those due on the same day, + 1 */
};

struct standing { /* of a party */
	uint32_t noverdue;
	bool in_default; /* as of the last day settled */
	bool touched;
	uint32_t act; /* of the obligation that changed it last */
};

struct sweep {
	const struct rows *r;
	int32_t first, last; /* days */
	uint32_t *order;     /* rows by day */
	size_t *days;	     /* per day: where its rows begin in `order` */
	uint32_t *due;	     /* per day: the first obligation due, + 1 */
	struct cell *status, *ratified, *attends;
	struct count *counts;
	struct duty *duties;
	struct standing *parties;
	uint32_t *marked[4]; /* what the day has touched: keys of status and ratified, treaties, parties */
	size_t nmarked[4];
	struct list facts[NFACTS];
};

static void *need(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);
	if (!p) {
		fputs("comity-bench-sweep: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static void emit(struct sweep *s, enum fact f, struct interval i)
{
	struct list *l = &s->facts[f];
	if (i.from >= i.to)
		return;
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 1024;
		l->v = realloc(l->v, l->cap * sizeof *l->v);
		if (!l->v) {
			fputs("comity-bench-sweep: out of memory\n", stderr);
			exit(1);
		}
	}
	l->v[l->n++] = i;
}

/* ---- days and months ------------------------------------------------------------------------------------------------ */

static void civil_of(int32_t day, int *year, int *month) /* of the proleptic Gregorian calendar; days since 1970 */
{
	int64_t z = day + 719468, era = z / 146097, of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

static int32_t first_of(int year, int month)
{
	int64_t y = year - (month <= 2), era = y / 400, of_era_year = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
	return (int32_t)(era * 146097 + of_era_year * 365 + of_era_year / 4 - of_era_year / 100 + of_year - 719468);
}

static int32_t first_of_month_after(int32_t day, int months) /* the first of the month following the one `months` later */
{
	int year, month;
	civil_of(day, &year, &month);
	month += months;
	return first_of(year + month / 12, month % 12 + 1);
}

/* ---- acts by day ------------------------------------------------------------------------------------------------------ */

static void find_range(struct sweep *s)
{
	const struct rows *r = s->r;
	s->first = INT32_MAX;
	for (size_t i = 0; i < r->n; i++) {
		int32_t far = r->v[i].kind == 'C' && r->v[i].value > r->v[i].day ? r->v[i].value : r->v[i].day;
		if (r->v[i].day < s->first)
			s->first = r->v[i].day;
		if (far > s->last)
			s->last = far;
	}
	if (!r->n)
		s->first = s->last;
}

static void sort_by_day(struct sweep *s)
{
	const struct rows *r = s->r;
	size_t ndays = (size_t)(s->last - s->first) + 1;
	s->days = need(ndays + 1, sizeof *s->days);
	for (size_t i = 0; i < r->n; i++)
		s->days[r->v[i].day - s->first + 1]++;
	for (size_t d = 0; d < ndays; d++)
		s->days[d + 1] += s->days[d];
	s->order = need(r->n, sizeof *s->order);
	for (size_t i = 0; i < r->n; i++)
		s->order[s->days[r->v[i].day - s->first]++] = (uint32_t)i;
	memmove(s->days + 1, s->days, ndays * sizeof *s->days);
	s->days[0] = 0;
}

/* ---- one day ------------------------------------------------------------------------------------------------------------ */

enum mark { MARK_STATUS, MARK_RATIFIED, MARK_TREATY, MARK_PARTY };

static void mark_cell(struct sweep *s, enum mark m, struct cell *cells, uint32_t key, uint32_t act, uint8_t value)
{
	if (!cells[key].next_act)
		s->marked[m][s->nmarked[m]++] = key;
	cells[key].next_act = act;
	cells[key].next = value;
}

static void mark_party(struct sweep *s, uint32_t party, uint32_t act, int change)
{
	struct standing *p = &s->parties[party];
	p->noverdue += (uint32_t)change;
	p->act = act;
	if (!p->touched)
		s->marked[MARK_PARTY][s->nmarked[MARK_PARTY]++] = party;
	p->touched = true;
}

static void arise(struct sweep *s, const struct row *row, uint32_t act)
{
	s->duties[row->x] = (struct duty){row->day, row->value, OPEN_END, act, 0, row->party, s->due[row->value - s->first]};
	s->due[row->value - s->first] = row->x + 1;
}

static void fulfil(struct sweep *s, const struct row *row, uint32_t act)
{
	struct duty *d = &s->duties[row->x];
	d->done = row->day;
	d->fulfilled = act;
	if (d->due < row->day) /* one due today is counted, or not, after the acts of the day */
		mark_party(s, d->party, act, -1);
}

static void read_acts(struct sweep *s, int32_t day)
{
	const struct rows *r = s->r;
	size_t d = (size_t)(day - s->first);
	for (size_t i = s->days[d]; i < s->days[d + 1]; i++) {
		const struct row *row = &r->v[s->order[i]];
		uint32_t act = s->order[i] + 1;
		switch (row->kind) {
		case 'S': mark_cell(s, MARK_STATUS, s->status, row->party * r->norgs + row->x, act, (uint8_t)row->value); break;
		case 'C': arise(s, row, act); break;
		case 'F': fulfil(s, row, act); break;
		default:
			mark_cell(s, MARK_RATIFIED, s->ratified, row->x * r->nparties + row->party, act, row->kind == 'R');
		}
	}
	for (uint32_t o = s->due[d]; o; o = s->duties[o - 1].next)
		if (s->duties[o - 1].done > day)
			mark_party(s, s->duties[o - 1].party, s->duties[o - 1].arose, 1);
}

static bool settle_cell(struct sweep *s, enum fact f, struct cell *cells, uint32_t key, int32_t day)
{
	struct cell *c = &cells[key];
	bool changed = c->next != c->value;
	if (changed) {
		if (c->value)
			emit(s, f, (struct interval){key, c->since, day, c->act, c->next_act, c->value});
		c->since = day;
		c->value = c->next;
		c->act = c->next_act;
	}
	c->next_act = 0;
	return changed;
}

static void settle_attends(struct sweep *s, uint32_t key, int32_t day, uint32_t act)
{
	struct cell *c = &s->attends[key];
	c->next = s->status[key].value >= PARTNER && !s->parties[key / s->r->norgs].in_default;
	c->next_act = act;
	settle_cell(s, MAY_ATTEND, s->attends, key, day);
}

static void settle_ratified(struct sweep *s, int32_t day)
{
	for (size_t i = 0; i < s->nmarked[MARK_RATIFIED]; i++) {
		uint32_t key = s->marked[MARK_RATIFIED][i], treaty = key / s->r->nparties;
		if (!settle_cell(s, RATIFIED, s->ratified, key, day))
			continue;
		s->counts[treaty].n += s->ratified[key].value ? 1 : -1;
		if (s->counts[treaty].in_force != OPEN_END)
			continue;
		s->counts[treaty].act = s->ratified[key].act;
		s->marked[MARK_TREATY][s->nmarked[MARK_TREATY]++] = treaty;
	}
	for (size_t i = 0; i < s->nmarked[MARK_TREATY]; i++) {
		struct count *c = &s->counts[s->marked[MARK_TREATY][i]];
		const struct treaty *t = &s->r->treaties[s->marked[MARK_TREATY][i]];
		if (c->in_force == OPEN_END && c->n >= t->threshold)
			c->in_force = first_of_month_after(day, t->months);
	}
}

static void settle_parties(struct sweep *s, int32_t day)
{
	for (size_t i = 0; i < s->nmarked[MARK_PARTY]; i++) {
		uint32_t party = s->marked[MARK_PARTY][i];
		struct standing *p = &s->parties[party];
		p->touched = false;
		if (p->in_default == (p->noverdue > 0))
			continue;
		p->in_default = p->noverdue > 0;
		for (uint32_t o = 0; o < s->r->norgs; o++)
			settle_attends(s, party * s->r->norgs + o, day, p->act);
	}
}

static void settle(struct sweep *s, int32_t day)
{
	for (size_t i = 0; i < s->nmarked[MARK_STATUS]; i++)
		settle_cell(s, STATUS, s->status, s->marked[MARK_STATUS][i], day);
	settle_ratified(s, day);
	settle_parties(s, day);
	for (size_t i = 0; i < s->nmarked[MARK_STATUS]; i++)
		settle_attends(s, s->marked[MARK_STATUS][i], day, s->status[s->marked[MARK_STATUS][i]].act);
	memset(s->nmarked, 0, sizeof s->nmarked);
}

/* ---- what is left open, and what follows from whole intervals --------------------------------------------------------- */

static void close_cells(struct sweep *s, enum fact f, const struct cell *cells, size_t n)
{
	for (size_t key = 0; key < n; key++)
		if (cells[key].value)
			emit(s, f, (struct interval){(uint32_t)key, cells[key].since, OPEN_END, cells[key].act, 0, cells[key].value});
}

static void derive_treaties(struct sweep *s)
{
	for (uint32_t t = 0; t < s->r->ntreaties; t++)
		emit(s, IN_FORCE, (struct interval){t, s->counts[t].in_force, OPEN_END, s->counts[t].act, 0, 1});
	for (size_t i = 0; i < s->facts[RATIFIED].n; i++) {
		struct interval p = s->facts[RATIFIED].v[i];
		const struct count *c = &s->counts[p.key / s->r->nparties];
		if (p.from < c->in_force) {
			p.from = c->in_force;
			p.begun = c->act;
		}
		emit(s, PARTY, p);
	}
}

static void derive_duties(struct sweep *s)
{
	for (uint32_t o = 0; o < s->r->nobligations; o++) {
		const struct duty *d = &s->duties[o];
		bool late = d->due < d->done;
		if (!d->arose)
			continue;
		emit(s, PENDING, (struct interval){o, d->from, late ? d->due : d->done, d->arose, late ? 0 : d->fulfilled, 1});
		emit(s, OVERDUE, (struct interval){o, d->due, d->done, 0, d->fulfilled, 1});
		emit(s, FULFILLED, (struct interval){o, d->done, OPEN_END, d->fulfilled, 0, 1});
	}
}

static void sweep_run(struct sweep *s)
{
	const struct rows *r = s->r;
	size_t nstatus = (size_t)r->nparties * r->norgs, nratified = (size_t)r->nparties * r->ntreaties;
	find_range(s);
	sort_by_day(s);
	s->due = need((size_t)(s->last - s->first) + 1, sizeof *s->due);
	s->status = need(nstatus, sizeof *s->status);
	s->attends = need(nstatus, sizeof *s->attends);
	s->ratified = need(nratified, sizeof *s->ratified);
	s->counts = need(r->ntreaties, sizeof *s->counts);
	s->duties = need(r->nobligations, sizeof *s->duties);
	s->parties = need(r->nparties, sizeof *s->parties);
	for (size_t i = 0; i < 4; i++)
		s->marked[i] = need(i == MARK_PARTY ? r->nparties : r->n, sizeof *s->marked[i]);
	for (size_t t = 0; t < r->ntreaties; t++)
		s->counts[t].in_force = OPEN_END;
	for (int32_t day = s->first; day <= s->last; day++) {
		read_acts(s, day);
		settle(s, day);
	}
	close_cells(s, STATUS, s->status, nstatus);
	close_cells(s, MAY_ATTEND, s->attends, nstatus);
	close_cells(s, RATIFIED, s->ratified, nratified);
	derive_treaties(s);
	derive_duties(s);
}

static void sweep_free(struct sweep *s)
{
	void *all[] = {s->days, s->order, s->due, s->status, s->attends, s->ratified, s->counts, s->duties, s->parties};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
	for (size_t i = 0; i < 4; i++)
		free(s->marked[i]);
	for (size_t f = 0; f < NFACTS; f++)
		free(s->facts[f].v);
}

static void print(const struct sweep *s)
{
	for (size_t f = 0; f < NFACTS; f++) {
		struct sums sums = {0};
		for (size_t i = 0; i < s->facts[f].n; i++)
			sums_add(&sums, s->facts[f].v[i].from, s->facts[f].v[i].to);
		sums_print(NAMES[f], &sums);
	}
}

int main(int argc, char **argv)
{
	int runs = argc == 4 ? atoi(argv[3]) : 1;
	if (argc < 3 || argc > 4 || runs < 1) {
		fputs("usage: comity-bench-sweep ROWS.csv TREATIES.csv [RUNS]\n", stderr);
		return 2;
	}
	for (int i = 0; i < runs; i++) {
		struct rows rows;
		double began = seconds_now(), spent = seconds_spent();
		if (rows_read(&rows, argv[1], argv[2]) < 0)
			return 1;
		struct sweep s = {.r = &rows};
		double loaded = seconds_now();
		sweep_run(&s);
		printf("load %.4f\nderive %.4f\nspent %.4f\n", loaded - began, seconds_now() - loaded, seconds_spent() - spent);
		if (i == runs - 1)
			print(&s);
		sweep_free(&s);
		rows_free(&rows);
	}
	printf("peak %.0f\n", peak_megabytes());
	return 0;
}
