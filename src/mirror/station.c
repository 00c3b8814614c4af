/* SPDX-License-Identifier: Apache-2.0
 *
 * One witness: asked for its signature under the tree of the round, from the largest tree that it is known to have signed.
 */
#include "mirror/submit_int.h"

#include "log/witness.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum {
	ANSWER_MAX = 16 << 10, /* bytes: its line, and some of other keys */
	SIZES_MAX = 4,	       /* times that its size may change while it is asked */
	PAUSE_MS = 1000,
	PAUSE_MOST_MS = 30 * 1000,
	STACK = 512 << 10,
};

/* What a station is asked, copied so that the lock is free meanwhile. */
struct question {
	struct str note;
	uint64_t size, round;
	struct arena arena;
};

static const struct policy_party *party(const struct station *st)
{
	return &st->s->policy.parties.v[st->party];
}

__attribute__((format(printf, 3, 4))) static enum station_state because(
	struct station *st, enum station_state state, const char *fmt, ...)
{
	char why[WHY_MAX];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	(void)str_utf8_mend(why);
	pthread_mutex_lock(&st->s->lock);
	memcpy(st->why, why, sizeof why);
	pthread_mutex_unlock(&st->s->lock);
	return state;
}

static bool stopped(void *ctx)
{
	const struct station *st = ctx;
	return atomic_load(&st->s->stop_stations);
}

static int write_request(struct station *st, const struct question *q, struct buf *out, struct err *e)
{
	struct merkle_proof proof = {0};
	int rc = 0;
	if (st->old > 0 && st->old < q->size) {
		pthread_mutex_lock(&st->s->log_lock);
		rc = log_prove_consistency(st->s->log, st->old, q->size, &proof, e);
		pthread_mutex_unlock(&st->s->log_lock);
	}
	if (rc == 0)
		witness_request_write(st->old, &proof, q->note, out);
	return rc;
}

static int post(struct station *st, const struct question *q, struct fetch_reply *ret, struct err *e)
{
	struct arena a = {0};
	struct buf body;
	struct str url = party(st)->url;
	while (str_ends(url, STR("/")))
		url.n--;
	url = ARENA_JOIN(&a, url, STR("/add-checkpoint"));
	buf_init(&body, WITNESS_MAX_REQUEST);
	int rc = write_request(st, q, &body, e);
	if (rc == 0)
		rc = fetch_post(st->fetch, url, "text/plain; charset=utf-8", buf_str(&body), ANSWER_MAX, ret, e);
	buf_done(&body);
	arena_done(&a);
	return rc;
}

/* How many entries we have signed ourselves; if `wanted` are more than we knew a moment ago, we look again. */
static uint64_t newest_size(struct station *st, uint64_t wanted)
{
	struct buf note;
	pthread_mutex_lock(&st->s->lock);
	uint64_t newest = st->s->newest;
	pthread_mutex_unlock(&st->s->lock);
	if (wanted <= newest)
		return newest;
	buf_init(&note, NOTE_MAX_BYTES);
	submit_look(st->s, &note, &newest);
	buf_done(&note);
	return newest;
}

/* The witness says what it signed last. */
static enum station_state learn_size(struct station *st, const struct question *q, struct str body)
{
	uint64_t size;
	if (!str_ends(body, STR("\n")) || !str_u64(str_slice(body, 0, body.n - 1), &size))
		return because(st, STATION_REFUSED, "it answered 409 without the size that it signed last");
	uint64_t newest = newest_size(st, size);
	st->other = size > newest || (size == q->size && st->old == q->size);
	if (size > newest)
		return because(st, STATION_REFUSED,
			"it has signed a tree of %" PRIu64 " entries, and the log has %" PRIu64
			": an older copy was put back, or there are two histories",
			size, newest);
	if (st->other) /* not all say 422 here */
		return because(st, STATION_REFUSED, "it answered 409: it has signed another tree of %" PRIu64 " entries", size);
	bool same = size == st->old;
	st->old = size;
	if (same)
		return because(st, STATION_REFUSED, "it answered 409 with the size that was sent, %" PRIu64, size);
	return size > q->size ? STATION_BEHIND : STATION_ASKING;
}

/* Its line goes to the note of the round, if that is still the same. */
static enum station_state take_line(struct station *st, const struct question *q, struct str body)
{
	struct submit *s = st->s;
	uint64_t now = (uint64_t)time(NULL);
	struct buf note;
	struct err e;
	size_t added = 0;
	buf_init(&note, NOTE_MAX_BYTES);
	int rc = cosign_collect(q->note, body, &party(st)->key, 1, cosign_around(now), &note, &added, &e);
	enum station_state state = STATION_SIGNED;
	if (rc < 0)
		state = because(st, STATION_REFUSED, "its answer cannot be used: %s", e.what);
	else if (added == 0)
		state = because(st, STATION_REFUSED, "it answered without a signature by its key in the policy");
	pthread_mutex_lock(&s->lock);
	if (state == STATION_SIGNED) {
		st->old = st->size = q->size;
		st->time = now;
		if (s->open && s->round == q->round) {
			buf_add(&s->note, str_slice(buf_str(&note), q->note.n, note.n));
			s->mark[st->party] = (struct policy_mark){COSIGN_GOOD, now};
			st->answered = q->round;
		}
	}
	pthread_mutex_unlock(&s->lock);
	buf_done(&note);
	return state;
}

static enum station_state judge(struct station *st, const struct question *q, const struct fetch_reply *r)
{
	struct str line = r->body;
	if (r->status == 200)
		return take_line(st, q, r->body);
	if (r->status == 409)
		return learn_size(st, q, r->body);
	(void)str_cut(r->body, '\n', &line, &(struct str){0});
	line = str_utf8(line) ? str_slice(line, 0, 200) : STR("");
	st->other = r->status == 422; /* our proof fits our history: so what it holds is another */
	if (r->status >= 400 && r->status < 500)
		return because(st, STATION_REFUSED, "it refused (%d): %.*s", r->status, STR_ARG(line));
	return because(st, STATION_SILENT, "it failed (%d): %.*s", r->status, STR_ARG(line));
}

static enum station_state ask(struct station *st, const struct question *q)
{
	enum station_state state = STATION_ASKING;
	st->other = false;
	for (int i = 0; i < SIZES_MAX && state == STATION_ASKING; i++) {
		struct fetch_reply r;
		struct err e;
		if (st->old > q->size)
			return STATION_BEHIND;
		state = post(st, q, &r, &e) < 0 ? because(st, STATION_SILENT, "%s", e.what) : judge(st, q, &r);
	}
	return state == STATION_ASKING ? because(st, STATION_REFUSED, "its size changes each time it is asked") : state;
}

/* Under the lock. */
static void conclude(struct station *st, enum station_state state)
{
	bool failed = state == STATION_REFUSED || state == STATION_SILENT;
	st->state = state;
	st->failures = failed ? st->failures + 1 : 0;
	int64_t pause = PAUSE_MS << (st->failures < 6 ? st->failures : 6) >> 1;
	st->next = submit_clock() + (failed ? pause < PAUSE_MOST_MS ? pause : PAUSE_MOST_MS : state == STATION_BEHIND ? PAUSE_MS / 10 : 0);
	if (state != STATION_REFUSED)
		st->told = false;
	if (st->other)
		memcpy(st->contradicts, st->why, sizeof st->contradicts);
	else if (state == STATION_SIGNED)
		st->contradicts[0] = '\0';
}

/* Said once for each time that it begins to refuse: it may have seen something that all should know. */
static void tell_refusal(struct station *st)
{
	char why[WHY_MAX], where[160];
	(void)snprintf(where, sizeof where, "witness %.*s", STR_ARG(party(st)->name));
	pthread_mutex_lock(&st->s->lock);
	bool tell = st->state == STATION_REFUSED && !st->told && !stopped(st);
	st->told |= tell;
	memcpy(why, st->why, sizeof why);
	pthread_mutex_unlock(&st->s->lock);
	if (tell)
		submit_tell(st->s, where, "%s", why);
}

/* Under the lock: is there something to ask? */
static bool may_ask(const struct station *st)
{
	return st->s->open && st->answered < st->s->round && submit_clock() >= st->next;
}

static bool wait_for_question(struct station *st, struct question *ret)
{
	struct submit *s = st->s;
	pthread_mutex_lock(&s->lock);
	while (!stopped(st) && !may_ask(st)) {
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		(void)pthread_cond_timedwait(&s->change, &s->lock, &until);
	}
	if (!stopped(st)) {
		ret->note = arena_str(&ret->arena, buf_str(&s->base));
		ret->size = s->size;
		ret->round = s->round;
		st->state = STATION_ASKING;
	}
	pthread_mutex_unlock(&s->lock);
	return !stopped(st);
}

static void *run(void *arg)
{
	struct station *st = arg;
	struct question q = {0};
	while (wait_for_question(st, &q)) {
		enum station_state state = ask(st, &q);
		pthread_mutex_lock(&st->s->lock);
		conclude(st, state);
		pthread_cond_broadcast(&st->s->change);
		pthread_mutex_unlock(&st->s->lock);
		tell_refusal(st);
		arena_reset(&q.arena);
	}
	arena_done(&q.arena);
	return NULL;
}

static int start_one(struct station *st, pthread_attr_t *attr, struct err *e)
{
	struct fetch_options o = {.ca_file = st->s->c.ca_file, .stopped = stopped, .ctx = st};
	int rc = fetch_new(&o, &st->fetch, e);
	if (rc < 0)
		return rc;
	int why = pthread_create(&st->thread, attr, run, st);
	if (why != 0)
		return err_set(e, ERR_SYSTEM, "witnesses", "no thread could be started: %s", strerror(why));
	st->runs = true;
	return 0;
}

int stations_start(struct submit *s, struct err *e)
{
	pthread_attr_t attr;
	int rc = 0;
	atomic_store(&s->stop_stations, false);
	pthread_attr_init(&attr);
	(void)pthread_attr_setstacksize(&attr, STACK);
	for (size_t i = 0; i < s->nstations && rc == 0; i++)
		if (s->stations[i].state != STATION_UNKNOWN)
			rc = start_one(&s->stations[i], &attr, e);
	pthread_attr_destroy(&attr);
	if (rc < 0)
		stations_stop(s);
	return rc;
}

void stations_stop(struct submit *s)
{
	atomic_store(&s->stop_stations, true);
	pthread_mutex_lock(&s->lock);
	pthread_cond_broadcast(&s->change);
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < s->nstations; i++) {
		if (s->stations[i].runs)
			pthread_join(s->stations[i].thread, NULL);
		fetch_free(s->stations[i].fetch);
		s->stations[i].runs = false;
		s->stations[i].fetch = NULL;
	}
}
