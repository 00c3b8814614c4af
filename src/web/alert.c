/* SPDX-License-Identifier: Apache-2.0 */
#include "web/alert.h"

#include "mirror/state.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct alert {
	const char *dir;
	_Atomic int64_t looked; /* second of the last look */
	_Atomic uint64_t number;
	pthread_mutex_t lock; /* guards what follows */
	struct timespec written; /* the file, as it was read */
	ino_t file;
	uint64_t size; /* of what the mirror holds: with it comes who cosigned */
	char says[1000];
	char kind[20]; /* of the finding (mirror/evidence.h) */
};

/* What a finding means for the reader; the particulars are in English, in the mirror's own words. */
static const struct {
	const char *kind, *means;
} meanings[] = {
	{"facts", N_("This mirror found that the register says other things than follow from the signed acts.")},
	{"swap", N_("This mirror was given something else than the register signed.")},
	{"entry", N_("This mirror was given something else than the register signed.")},
	{"tile", N_("This mirror was given something else than the register signed.")},
	{"missing", N_("This mirror was not given all that the register signed.")},
	{"blob", N_("This mirror was given something else than the register signed.")},
	{"", N_("This mirror found that the register contradicts what it signed before.")},
};
enum { MEANINGS = sizeof meanings / sizeof *meanings };

struct alert *alert_new(const char *dir)
{
	struct alert *a = zeroed(1, sizeof *a);
	a->dir = dir;
	pthread_mutex_init(&a->lock, NULL);
	return a;
}

void alert_free(struct alert *a)
{
	if (!a)
		return;
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* Under the lock. The mirror replaces the file, so a change shows in its number or its time. */
static void look(struct alert *a)
{
	struct arena arena = {0};
	struct mirror_state s = {0};
	struct stat st;
	char says[sizeof a->says] = "";
	struct str path = arena_fmt(&arena, "%s/" MIRROR_STATE_FILE, a->dir);
	if (stat(path.p, &st) < 0)
		st = (struct stat){0};
	if (st.st_ino != a->file || memcmp(&st.st_mtim, &a->written, sizeof st.st_mtim) != 0) {
		if (st.st_ino && mirror_state_read(a->dir, &arena, &s, NULL) == 0)
			(void)snprintf(says, sizeof says, "%.*s", STR_ARG(s.says));
		(void)snprintf(a->kind, sizeof a->kind, "%.*s", STR_ARG(s.kind));
		(void)str_utf8_mend(says);
		if (strcmp(says, a->says) != 0 || s.size != a->size) {
			memcpy(a->says, says, sizeof says);
			a->size = s.size;
			atomic_fetch_add(&a->number, 1);
		}
		a->file = st.st_ino;
		a->written = st.st_mtim;
	}
	arena_done(&arena);
}

uint64_t alert_number(struct alert *a)
{
	int64_t now = (int64_t)time(NULL), last = atomic_load(&a->looked);
	if (now != last && atomic_compare_exchange_strong(&a->looked, &last, now)) {
		pthread_mutex_lock(&a->lock);
		look(a);
		pthread_mutex_unlock(&a->lock);
	}
	return atomic_load(&a->number);
}

void alert_dress(struct alert *a, const struct ask *q, struct frame *f)
{
	(void)alert_number(a);
	pthread_mutex_lock(&a->lock);
	if (a->says[0]) {
		struct out o = {NULL, q->arena, q->tongue};
		size_t i = 0;
		while (i + 1 < MEANINGS && strcmp(meanings[i].kind, a->kind) != 0)
			i++;
		f->alert = ARENA_JOIN(q->arena, tr(&o, meanings[i].means), tr_space(&o),
			tr(&o, N_("It takes in nothing more: what you read here is the record as it held it before.")));
		f->alert_says = arena_str(q->arena, str_of(a->says));
		f->alert_href = url_fmt(q->arena, "/api/mirror");
	}
	pthread_mutex_unlock(&a->lock);
}
