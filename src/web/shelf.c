/* SPDX-License-Identifier: Apache-2.0 */
#include "web/shelf.h"

#include <pthread.h>
#include <stdlib.h>

struct kept {
	struct almanac *almanac;
	uint64_t used;
};

/* What is wanted: the almanac of a point of knowledge and a language. */
struct wanted {
	uint64_t known;
	const struct tongue *tongue;
	bool past; /* less than all was known */
};

enum { SHELF_NOWS = 16 }; /* that are made at once of all that is known: one for each language, and a few more */

struct shelf {
	struct reg *reg;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t made;  /* something was made, or could not be */
	struct kept kept[SHELF_PLACES];
	uint64_t clock; /* of uses */
	struct wanted making[SHELF_MAKES + SHELF_NOWS]; /* free where tongue is NULL */
	struct shelf_figures count;
};

struct shelf *shelf_new(struct reg *r)
{
	struct shelf *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->reg = r;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->made, NULL);
	return s;
}

static void clear(struct kept *p)
{
	almanac_unref(p->almanac);
	*p = (struct kept){0};
}

void shelf_free(struct shelf *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < SHELF_PLACES; i++)
		clear(&s->kept[i]);
	pthread_cond_destroy(&s->made);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- under the lock ---------------------------------------------------------------------------------------------- */

static bool same(const struct wanted *x, const struct wanted *y)
{
	return x->known == y->known && x->tongue == y->tongue;
}

static struct kept *find(struct shelf *s, const struct wanted *w)
{
	for (size_t i = 0; i < SHELF_PLACES; i++) {
		struct kept *p = &s->kept[i];
		if (p->almanac && p->almanac->tongue == w->tongue && view_known(p->almanac->view) == w->known)
			return p;
	}
	return NULL;
}

/* The place that holds what is wanted; else waits for one who makes it, or until it may be made, and *ret_turn is the
 * caller's until it is given back with end_turn. */
static struct kept *find_or_turn(struct shelf *s, const struct wanted *w, struct wanted **ret_turn)
{
	for (;;) {
		struct kept *p = find(s, w);
		bool made_elsewhere = false;
		if (p) {
			p->used = ++s->clock;
			return p;
		}
		*ret_turn = NULL;
		for (size_t i = 0; i < sizeof s->making / sizeof *s->making; i++) {
			if (!s->making[i].tongue)
				*ret_turn = &s->making[i];
			else if (same(&s->making[i], w))
				made_elsewhere = true;
		}
		if (*ret_turn && !made_elsewhere && (!w->past || s->count.making < SHELF_MAKES)) {
			**ret_turn = *w;
			s->count.making += w->past;
			s->count.most = s->count.making > s->count.most ? s->count.making : s->count.most;
			return NULL;
		}
		pthread_cond_wait(&s->made, &s->lock);
	}
}

static void end_turn(struct shelf *s, struct wanted *turn)
{
	s->count.making -= turn->past;
	*turn = (struct wanted){0};
	pthread_cond_broadcast(&s->made);
}

/* Whose place is taken by the next one: pasts go before what is known now. */
static struct kept *oldest(struct shelf *s)
{
	uint64_t now = reg_size(s->reg) - 1;
	struct kept *past = NULL, *any = &s->kept[0];
	for (size_t i = 0; i < SHELF_PLACES; i++) {
		struct kept *p = &s->kept[i];
		any = p->used < any->used ? p : any;
		if ((!p->almanac || view_known(p->almanac->view) != now) && (!past || p->used < past->used))
			past = p;
	}
	return past ? past : any;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

static int make_almanac(struct shelf *s, const struct wanted *w, struct almanac **ret, struct err *e)
{
	const struct view *v;
	int rc = reg_view(s->reg, STR("public"), w->known, &v, e);
	if (rc < 0)
		return rc;
	rc = almanac_new(v, w->tongue, ret, e);
	view_unref(v);
	return rc;
}

int shelf_almanac(struct shelf *s, uint64_t known, const struct tongue *t, struct almanac **ret, struct err *e)
{
	struct wanted w = {known, t, known != reg_size(s->reg) - 1}, *turn;
	struct kept out = {0};
	pthread_mutex_lock(&s->lock);
	struct kept *p = find_or_turn(s, &w, &turn);
	if (p) {
		*ret = almanac_ref(p->almanac);
		pthread_mutex_unlock(&s->lock);
		return 0;
	}
	pthread_mutex_unlock(&s->lock);
	int rc = make_almanac(s, &w, ret, e);
	pthread_mutex_lock(&s->lock);
	if (rc == 0) {
		p = oldest(s);
		out = *p;
		*p = (struct kept){almanac_ref(*ret), ++s->clock};
		s->count.almanacs++;
	}
	end_turn(s, turn);
	pthread_mutex_unlock(&s->lock);
	clear(&out); /* outside the lock: it frees a whole view */
	return rc;
}

bool shelf_has(struct shelf *s, uint64_t known, const struct tongue *t)
{
	struct wanted w = {.known = known, .tongue = t};
	pthread_mutex_lock(&s->lock);
	bool has = find(s, &w) != NULL;
	pthread_mutex_unlock(&s->lock);
	return has;
}

struct shelf_figures shelf_count(struct shelf *s)
{
	pthread_mutex_lock(&s->lock);
	struct shelf_figures f = s->count;
	pthread_mutex_unlock(&s->lock);
	return f;
}
