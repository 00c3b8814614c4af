/* SPDX-License-Identifier: Apache-2.0
 *
 * Rounds: which tree is on its way to the witnesses, when it is published, and when it waits too long.
 */
#include "mirror/submit_int.h"

#include "log/dir.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	TICK_MS = 100,
	LOOK_MS = 1000,	   /* between looks at the policy file */
	GRACE_MS = 300,	   /* after the quorum: for those who are about to answer */
	REST_MS = 250,	   /* from the beginning of a round to the next: each one costs the log's disk a sync */
	ROUND_MS = 10000,  /* with a later tree at hand, a round without a quorum lasts no longer */
	KEEP_PAUSE_MS = 5000,
};

int64_t submit_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void submit_tell(struct submit *s, const char *where, const char *fmt, ...)
{
	struct err e;
	char what[sizeof e.what];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	err_set(&e, ERR_REFUSED, where, "%s", what);
	if (s->c.report)
		s->c.report(s->c.ctx, &e);
}

static void changed(struct submit *s)
{
	atomic_fetch_add(&s->number, 1);
}

/* The policy ---- */

static int read_policy(struct submit *s, struct arena *a, struct policy *ret, struct stat *ret_file, struct err *e)
{
	struct dir d;
	struct buf text;
	struct stat st = {0};
	int rc = dir_open(s->c.dir, &d, e);
	if (rc < 0)
		return rc;
	buf_init(&text, POLICY_MAX_BYTES);
	if (fstatat(d.fd, SUBMIT_POLICY_FILE, &st, 0) < 0)
		rc = ERR_ABSENT;
	else
		rc = dir_read(&d, SUBMIT_POLICY_FILE, &text, e);
	if (rc == 0) {
		struct str where = arena_fmt(a, "%s/" SUBMIT_POLICY_FILE, s->c.dir);
		rc = policy_read(arena_str(a, buf_str(&text)), where.p, a, ret, e);
	}
	*ret_file = st;
	buf_done(&text);
	dir_close(&d);
	return rc;
}

/* Others who hold this file must be able to verify our checkpoints with it. */
static int names_us(struct submit *s, struct arena *a, struct policy *p, struct err *e)
{
	bool named = p->logs.n == 0;
	for (size_t i = 0; i < p->logs.n; i++)
		named |= note_key_same(&p->logs.v[i].key, &s->own);
	if (!named) {
		int rc = err_set(e, ERR_INPUT, SUBMIT_POLICY_FILE, "it names logs, but not this one");
		err_hint(e, "add the line: log %s", s->own_vkey);
		return rc;
	}
	policy_add_log(p, a, &s->own);
	return 0;
}

/* What was published before counts if the policy in force says so. */
static void take_published(struct submit *s)
{
	struct arena a = {0};
	struct str note;
	struct policy_verdict v;
	pthread_mutex_lock(&s->log_lock);
	bool there = log_cosigned_newest(s->log, &a, &note, NULL) == 0;
	pthread_mutex_unlock(&s->log_lock);
	there = there && policy_judge(&s->policy, note, cosign_until((uint64_t)time(NULL)), &a, &v, NULL) == 0;
	s->has_published = there && v.met;
	buf_clear(&s->published);
	s->published_size = 0;
	if (s->has_published) {
		buf_add(&s->published, note);
		s->published_size = v.checkpoint.size;
		s->published_by = v.cosigned;
	}
	for (size_t i = 0; i < s->nstations && there; i++)
		if (v.mark[s->stations[i].party].state == COSIGN_GOOD) {
			s->stations[i].old = s->stations[i].size = v.checkpoint.size;
			s->stations[i].time = v.mark[s->stations[i].party].time;
		}
	arena_done(&a);
}

/* Puts a policy in force. No station runs. */
static void install(struct submit *s, struct arena *a, const struct policy *p, bool holds, const struct stat *file)
{
	free(s->stations);
	arena_done(&s->arena);
	s->arena = *a;
	s->policy = *p;
	s->holds = holds;
	s->file = *file;
	s->mark = arena_array(&s->arena, p->parties.n + 1, struct policy_mark);
	s->before = arena_array(&s->arena, p->parties.n + 1, struct policy_mark);
	s->stations = zeroed(p->witnesses + 1, sizeof *s->stations);
	s->nstations = 0;
	for (size_t i = 0; i < p->parties.n && holds; i++)
		if (p->parties.v[i].n == 0)
			s->stations[s->nstations++] = (struct station){
				.s = s, .party = i, .state = p->parties.v[i].url.n ? STATION_IDLE : STATION_UNKNOWN};
	s->open = s->met = s->contradicted = false; /* what was said under the policy before may be said again */
	s->waits_since = s->grown_since = -1;
	if (holds)
		take_published(s);
	changed(s);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Reads the file and puts it in force; its absence too. */
static int load_policy(struct submit *s, struct err *e)
{
	struct arena a = {0};
	struct policy p = {0};
	struct stat file = {0};
	int rc = read_policy(s, &a, &p, &file, e);
	bool there = rc == 0;
	if (rc == 0)
		rc = names_us(s, &a, &p, e);
	if (rc < 0 && rc != ERR_ABSENT) {
		arena_done(&a);
		return rc;
	}
	stations_stop(s);
	pthread_mutex_lock(&s->lock);
	install(s, &a, &p, there && !p.quorum_none, &file);
	pthread_mutex_unlock(&s->lock);
	return stations_start(s, e);
}

static void look_at_policy(struct submit *s)
{
	struct arena a = {0};
	struct stat now;
	struct err e = {0};
	struct str path = arena_fmt(&a, "%s/" SUBMIT_POLICY_FILE, s->c.dir);
	char fault[SUBMIT_ALERT_MAX] = "";
	if (stat(path.p, &now) < 0)
		now = (struct stat){0};
	if (!same_file(&now, &s->file)) {
		if (load_policy(s, &e) < 0)
			(void)snprintf(fault, sizeof fault, "The policy was changed and cannot be used; the one before is in force. %s: %s", e.where, e.what);
		(void)str_utf8_mend(fault);
		if (*fault && strcmp(fault, s->policy_fault) != 0)
			submit_tell(s, e.where, "%s (the policy before stays in force)", e.what);
		pthread_mutex_lock(&s->lock);
		if (strcmp(fault, s->policy_fault) != 0)
			changed(s);
		memcpy(s->policy_fault, fault, sizeof fault);
		pthread_mutex_unlock(&s->lock);
	}
	arena_done(&a);
}

/* Rounds ---- */

/* The newest that the log signed. */
void submit_look(struct submit *s, struct buf *note, uint64_t *size)
{
	struct checkpoint c;
	struct err e;
	pthread_mutex_lock(&s->log_lock);
	(void)log_refresh(s->log, &e); /* a log that cannot be followed just now: the next look will tell */
	buf_clear(note);
	buf_add(note, log_checkpoint(s->log));
	pthread_mutex_unlock(&s->log_lock);
	*size = checkpoint_open(buf_str(note), &s->own, &c, &e) == 0 ? c.size : 0;
}

static void begin_round(struct submit *s, struct str note, uint64_t size)
{
	s->open = true;
	s->round++;
	s->size = size;
	s->met = false;
	s->began = submit_clock();
	s->grown_since = -1;
	buf_clear(&s->base);
	buf_clear(&s->note);
	buf_add(&s->base, note);
	buf_add(&s->note, note);
	for (size_t i = 0; i < s->policy.parties.n; i++) {
		if (s->mark[i].state == COSIGN_GOOD)
			s->before[i] = s->mark[i];
		s->mark[i] = (struct policy_mark){COSIGN_ABSENT, 0};
	}
	pthread_cond_broadcast(&s->change);
}

/* Is there a witness that has not answered in this round and has no trouble in doing so? */
static bool some_may_answer(const struct submit *s)
{
	for (size_t i = 0; i < s->nstations; i++)
		if (s->stations[i].runs && s->stations[i].answered < s->round && s->stations[i].failures == 0 &&
			s->stations[i].state != STATION_BEHIND)
			return true;
	return false;
}

static void set_published(struct submit *s, struct str note, size_t witnesses)
{
	s->has_published = true;
	s->published_size = s->size;
	s->published_by = witnesses;
	buf_clear(&s->published);
	buf_add(&s->published, note);
	s->open = false;
	s->waits_since = s->grown_since;
	s->keep_fault[0] = '\0';
	memset(s->mark, 0, s->policy.parties.n * sizeof *s->mark);
	memset(s->before, 0, s->policy.parties.n * sizeof *s->before);
	changed(s);
}

/* The round's tree has its quorum: judged as a whole once more, kept, shown. The lock is let go of while the disk works; nobody else
 * ends a round. */
static void publish(struct submit *s)
{
	struct arena a = {0};
	struct policy_verdict v;
	struct err e = {0};
	struct str note = arena_str(&a, buf_str(&s->note));
	pthread_mutex_unlock(&s->lock);
	int rc = policy_satisfied(&s->policy, note, cosign_until((uint64_t)time(NULL)), &a, &v, &e);
	if (rc == 0 && !s->keeper)
		rc = log_cosigned_open(s->c.dir, &s->keeper, &e);
	if (rc == 0)
		rc = log_cosigned_keep(s->keeper, note, &e);
	if (rc < 0) { /* a disk that failed is opened anew */
		log_cosigned_close(s->keeper);
		s->keeper = NULL;
	}
	pthread_mutex_lock(&s->lock);
	if (rc == 0) {
		set_published(s, note, v.cosigned);
	} else {
		s->keep_after = submit_clock() + KEEP_PAUSE_MS;
		(void)snprintf(s->keep_fault, sizeof s->keep_fault, "%.80s: %.200s", e.where, e.what);
		(void)str_utf8_mend(s->keep_fault);
	}
	arena_done(&a);
}

/* Has a witness signed a later tree than that of the round? Others may have taken it there. */
static bool some_are_ahead(const struct submit *s)
{
	for (size_t i = 0; i < s->nstations; i++)
		if (s->stations[i].state == STATION_BEHIND)
			return true;
	return false;
}

static bool waits(const struct submit *s)
{
	return s->newest > s->published_size || !s->has_published;
}

static void go_on(struct submit *s, struct str newest, uint64_t size)
{
	int64_t now = submit_clock();
	uint64_t time;
	s->newest = size;
	if (waits(s) && s->waits_since < 0)
		s->waits_since = now;
	if (s->open && size > s->size && s->grown_since < 0)
		s->grown_since = now;
	if (s->open && !s->met && policy_weigh(&s->policy, s->mark, &time)) {
		s->met = true;
		s->met_at = now;
	}
	if (s->open && s->met && now >= s->keep_after && (now - s->met_at >= GRACE_MS || !some_may_answer(s)))
		publish(s);
	bool stale = s->open && !s->met && size > s->size && (now - s->began >= ROUND_MS || some_are_ahead(s));
	bool rested = submit_clock() - s->began >= REST_MS;
	/* The first round asks though nothing waits: a register that was set back hears of it at once. */
	if (stale || s->round == 0 || (!s->open && waits(s) && rested))
		begin_round(s, newest, size);
}

/* The alert ---- */

static void words_of_waiting(const struct submit *s, struct buf *out)
{
	struct policy_mark mark[POLICY_MAX_PARTIES]; /* of this round, or of one before it that came to no end */
	struct policy_verdict v = {.mark = mark};
	uint64_t time;
	buf_addf(out, "The register has signed %" PRIu64 " entries, but ", s->newest);
	if (s->has_published)
		buf_addf(out, "the witnesses that its policy wants have confirmed only the first %" PRIu64 ". ", s->published_size);
	else
		buf_adds(out, "the witnesses that its policy wants have confirmed none yet. ");
	if (s->keep_fault[0]) {
		buf_addf(out, "Their signatures cannot be kept: %s", s->keep_fault);
		return;
	}
	for (size_t i = 0; i < s->policy.parties.n; i++)
		mark[i] = s->mark[i].state == COSIGN_GOOD ? s->mark[i] : s->before[i];
	v.met = policy_weigh(&s->policy, mark, &time);
	if (v.met) { /* but not all under one tree */
		buf_adds(out, "Their signatures came too late to fit together.");
		return;
	}
	buf_adds(out, "Missing: ");
	policy_missing(&s->policy, &v, out);
	buf_addc(out, '.');
}

/* Everybody by name, with what was heard of them. */
static void tell_all(struct submit *s)
{
	struct arena a = {0};
	struct line {
		struct str where, what;
	} *v = arena_array(&a, s->nstations + 1, struct line);
	size_t n = 0;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->nstations; i++) {
		const struct station *st = &s->stations[i];
		if (st->state == STATION_SIGNED)
			continue;
		v[n].where = arena_fmt(&a, "witness %.*s", STR_ARG(s->policy.parties.v[st->party].name));
		const char *what = st->state == STATION_UNKNOWN ? "the policy gives no address" : st->why[0] ? st->why : "it has not answered yet";
		v[n++].what = arena_fmt(&a, "%s", what);
	}
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < n; i++)
		submit_tell(s, v[i].where.p, "%s", v[i].what.p);
	arena_done(&a);
}

/* What a witness is there for: this is said at once, though others are enough. */
static void words_of_contradiction(const struct submit *s, struct buf *out)
{
	for (size_t i = 0; i < s->nstations; i++) {
		const struct station *st = &s->stations[i];
		if (st->contradicts[0])
			buf_addf(out, "%sThe witness %.*s has signed another history of this register than this one: %s", out->n ? ". " : "",
				STR_ARG(s->policy.parties.v[st->party].name), st->contradicts);
	}
	if (out->n)
		buf_adds(out, ". The register was set back, or somebody signs a second history with its key: stop the server, keep a copy of its "
			      "directory, ask the witness for its evidence, tell the members.");
}

static void set_words(char to[SUBMIT_ALERT_MAX], const struct buf *words)
{
	(void)snprintf(to, SUBMIT_ALERT_MAX, "%.*s", (int)words->n, words->n ? words->p : "");
	(void)str_utf8_mend(to);
}

/* What whoever runs the register is told when an alert begins; when one ends, that. */
struct news {
	bool late, contradicted, in_time, agreed;
	char waiting[SUBMIT_ALERT_MAX], contradiction[SUBMIT_ALERT_MAX];
};

/* Under the lock. */
static void look_at_alert(struct submit *s, struct news *ret)
{
	struct buf contradiction, waiting;
	char now[SUBMIT_ALERT_MAX];
	bool late = s->holds && s->waits_since >= 0 && submit_clock() - s->waits_since > (int64_t)s->c.deadline * 1000;
	buf_init(&contradiction, 64 << 10);
	buf_init(&waiting, 64 << 10);
	words_of_contradiction(s, &contradiction);
	if (late)
		words_of_waiting(s, &waiting);
	bool contradicted = contradiction.n > 0;
	*ret = (struct news){late && !s->late, contradicted && !s->contradicted, !late && s->late, !contradicted && s->contradicted, "", ""};
	set_words(ret->waiting, &waiting);
	set_words(ret->contradiction, &contradiction);
	if (contradicted && late)
		buf_addc(&contradiction, ' ');
	buf_add(&contradiction, buf_str(&waiting));
	set_words(now, &contradiction);
	if (strcmp(now, s->alert) != 0)
		changed(s);
	memcpy(s->alert, now, sizeof now);
	s->late = late;
	s->contradicted = contradicted;
	buf_done(&contradiction);
	buf_done(&waiting);
}

static void tell_news(struct submit *s, const struct news *n)
{
	if (n->contradicted)
		submit_tell(s, s->c.dir, "%s", n->contradiction);
	if (n->agreed)
		submit_tell(s, s->c.dir, "the witnesses agree with the register again");
	if (n->in_time)
		submit_tell(s, s->c.dir, "the quorum of witnesses is there again");
	if (n->late) {
		submit_tell(s, s->c.dir, "%s", n->waiting);
		tell_all(s);
	}
}

static void *run(void *arg)
{
	struct submit *s = arg;
	struct buf newest;
	int64_t looked = submit_clock();
	buf_init(&newest, NOTE_MAX_BYTES);
	for (bool stopping = false; !stopping;) {
		uint64_t size;
		struct news news;
		if (submit_clock() - looked >= LOOK_MS) {
			looked = submit_clock();
			look_at_policy(s);
		}
		submit_look(s, &newest, &size);
		pthread_mutex_lock(&s->lock);
		if (s->holds && size)
			go_on(s, buf_str(&newest), size);
		s->newest = size;
		look_at_alert(s, &news);
		pthread_mutex_unlock(&s->lock);
		tell_news(s, &news);
		pthread_mutex_lock(&s->lock);
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += TICK_MS * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		if (!s->stopping)
			(void)pthread_cond_timedwait(&s->change, &s->lock, &until);
		stopping = s->stopping;
		pthread_mutex_unlock(&s->lock);
	}
	buf_done(&newest);
	return NULL;
}

/* Start and stop ---- */

static int take_log(struct submit *s, struct err *e)
{
	int rc = log_open(s->c.dir, LOG_READ, &s->log, e);
	if (rc < 0)
		return rc;
	struct str vkey = log_vkey(s->log);
	if (vkey.n >= sizeof s->own_vkey)
		return err_set(e, ERR_CORRUPT, s->c.dir, "the log's key is too long");
	memcpy(s->own_vkey, vkey.p, vkey.n);
	return note_key_read(&s->hasher, NOTE_ED25519, str_of(s->own_vkey), &s->own, e);
}

static int start(struct submit *s, struct err *e)
{
	int rc = take_log(s, e);
	if (rc == 0)
		rc = load_policy(s, e);
	if (rc < 0)
		return rc;
	int why = pthread_create(&s->thread, NULL, run, s);
	if (why != 0)
		return err_set(e, ERR_SYSTEM, "witnesses", "no thread could be started: %s", strerror(why));
	s->runs = true;
	return 0;
}

int submit_start(const struct submit_config *c, struct submit **ret, struct err *e)
{
	pthread_condattr_t clock;
	struct submit *s = zeroed(1, sizeof *s);
	s->c = *c;
	if (s->c.deadline == 0)
		s->c.deadline = SUBMIT_DEADLINE;
	hasher_init(&s->hasher);
	buf_init(&s->base, NOTE_MAX_BYTES);
	buf_init(&s->note, NOTE_MAX_BYTES);
	buf_init(&s->published, NOTE_MAX_BYTES);
	s->waits_since = s->grown_since = -1;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->log_lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&s->change, &clock);
	pthread_condattr_destroy(&clock);
	int rc = start(s, e);
	if (rc < 0)
		submit_stop(s);
	else
		*ret = s;
	return rc;
}

void submit_stop(struct submit *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->change);
	pthread_mutex_unlock(&s->lock);
	if (s->runs)
		pthread_join(s->thread, NULL);
	stations_stop(s);
	log_cosigned_close(s->keeper);
	log_close(s->log);
	free(s->stations);
	arena_done(&s->arena);
	hasher_done(&s->hasher);
	buf_done(&s->base);
	buf_done(&s->note);
	buf_done(&s->published);
	pthread_cond_destroy(&s->change);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->log_lock);
	free(s);
}
