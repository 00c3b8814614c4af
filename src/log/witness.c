/* SPDX-License-Identifier: Apache-2.0
 *
 * The witness: making and opening it, and its answer to a request. Signatures are checked in the threads of the callers;
 * comparison, signing and writing are done by one commit at a time, for all requests that came together.
 */
#include "log/witness.h"

#include "base/gather.h"
#include "log/witness_logs.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_KEY "witness.key"
#define FILE_DB "witness.db"

enum { DELAY = 2000 /* microseconds that a commit waits for those of the last one: about one sync of a disk */ };

struct witness {
	struct dir dir;
	int lock; /* of witness.key; -1: none */
	char vkey[NOTE_MAX_VKEY + 1];
	struct note_key key;
	struct ed25519_key secret;
	struct heads *heads;
	struct logs logs;
	struct gather *gather;
	struct hasher hasher; /* the running commit's */
	pthread_mutex_t looking; /* `logs` is read anew */
	atomic_uint_fast64_t looked; /* when, in seconds */
	pthread_mutex_t shown; /* of every head's `now`, between the commit and those who read */
};

/* One request on its way. */
struct item {
	struct witness_request *rq;
	struct head *head;
	struct str request;
	struct buf note; /* the checkpoint with the signatures of the log that are known to be good; or what it contradicts */
	uint64_t now;
	struct witness_answer *answer;
	bool contradicts; /* keep it as evidence */
	enum evidence_kind kind;
};

/* Answers ---- */

static const char plain[] = "text/plain; charset=utf-8";

static void say(struct witness_answer *a, int status, const char *what, const char *more)
{
	a->status = status;
	a->type = plain;
	(void)snprintf(a->body, sizeof a->body - 1, "%s%s", what, more);
	size_t n = str_utf8_mend(a->body);
	memcpy(a->body + n, "\n", 2);
}

static void say_size(struct witness_answer *a, uint64_t size)
{
	a->status = 409;
	a->type = "text/x.tlog.size";
	(void)snprintf(a->body, sizeof a->body, "%" PRIu64 "\n", size);
}

static void say_failed(struct witness_answer *a, const struct err *why)
{
	say(a, 500, "the witness could not keep this: nothing was signed", "");
	a->failed = *why;
}

/* One commit ---- */

static const struct tree_head *current(const struct head *h)
{
	return h->next.has ? &h->next : &h->now;
}

static void contradict(struct item *it, enum evidence_kind kind, const char *words)
{
	it->contradicts = true;
	it->kind = kind;
	buf_clear(&it->note); /* nothing will be signed: room for what is contradicted, which the commit may yet change */
	buf_add(&it->note, buf_str(&current(it->head)->note));
	say(it->answer, 422, words, "");
}

/* Does the tree of the request grow out of the one that we hold? If not, the answer is given. */
static bool grows_out(struct witness *w, struct item *it, const struct tree_head *held)
{
	const struct witness_request *rq = it->rq;
	const struct checkpoint *c = &rq->checkpoint;
	struct digest empty;
	sha256(&w->hasher, STR(""), &empty);
	if (held->has && c->size == held->size && !digest_eq(&c->root, &held->root))
		contradict(it, EVIDENCE_FORK, "another tree of this size was cosigned before");
	else if (c->size == 0 && !digest_eq(&c->root, &empty))
		contradict(it, EVIDENCE_FORK, "a tree of size 0 has no such root");
	else if ((rq->old == 0 || rq->old == c->size) && rq->proof.n)
		contradict(it, EVIDENCE_UNPROVED, "the consistency proof must be empty here");
	else if (rq->old > 0 && rq->old < c->size &&
		 !merkle_consistent(&w->hasher, rq->old, &held->root, c->size, &c->root, &rq->proof))
		contradict(it, EVIDENCE_UNPROVED, "the consistency proof does not lead from the tree that was cosigned to this one");
	return !it->contradicts;
}

/* Puts the cosigned tree in the place of the one before, for this commit. */
static void cosign(struct witness *w, struct item *it, const struct tree_head *held)
{
	struct head *h = it->head;
	struct buf line;
	struct err e;
	bool same = held->has && held->size == it->rq->checkpoint.size;
	buf_init(&line, sizeof it->answer->body - 1);
	int rc = cosign_write(it->rq->note.text, it->now, &w->key, &w->secret, &line, &e);
	buf_add(&it->note, buf_str(&line));
	if (rc == 0 && it->note.over)
		rc = err_set(&e, ERR_LIMIT, "note", "with one more line it would be longer than a note may be");
	if (rc == 0) {
		h->grows |= !same;
		buf_clear(&h->next.note);
		buf_add(&h->next.note, buf_str(&it->note));
		h->next = (struct tree_head){true, it->rq->checkpoint.size, it->now, it->rq->checkpoint.root, h->next.note};
		it->answer->status = 200;
		it->answer->type = plain;
		memcpy(it->answer->body, line.p, line.n + 1);
	} else {
		say_failed(it->answer, &e);
	}
	buf_done(&line);
}

static void judge(struct witness *w, struct item *it)
{
	const struct tree_head *held = current(it->head);
	if (it->rq->old != (held->has ? held->size : 0))
		say_size(it->answer, held->has ? held->size : 0);
	else if (grows_out(w, it, held))
		cosign(w, it, held);
}

static int put_item(struct witness *w, struct item *it, struct err *e)
{
	struct head *h = it->head;
	if (it->contradicts) {
		struct evidence v = {.time = it->now, .kind = it->kind, .origin = str_of(h->origin), .request = it->request, .held = buf_str(&it->note)};
		struct hasher *hash = &w->hasher;
		sha256(hash, it->rq->note.text, &v.text);
		int rc = heads_evidence_put(w->heads, &v, e);
		h->keeps[it->kind] += rc == 1;
		return rc < 0 ? rc : 0;
	}
	if (!h->next.has || !h->grows)
		return 0;
	h->grows = false; /* one row for each log, with its last tree */
	return heads_put(w->heads, str_of(h->origin), h->next.size, buf_str(&h->next.note), e);
}

/* Makes durable what the commit changed. */
static int keep(struct witness *w, void *const *items, size_t n, struct err *e)
{
	bool any = false;
	for (size_t i = 0; i < n; i++)
		any |= ((const struct item *)items[i])->contradicts || ((const struct item *)items[i])->head->grows;
	if (!any)
		return 0;
	int rc = heads_begin(w->heads, true, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = put_item(w, items[i], e);
	if (rc == 0)
		return heads_commit(w->heads, e);
	heads_rollback(w->heads);
	return rc;
}

static size_t at_most(size_t n, size_t most)
{
	return n < most ? n : most;
}

static void publish(struct witness *w, struct head *h, bool kept)
{
	pthread_mutex_lock(&w->shown);
	if (kept && h->next.has) {
		struct buf old = h->now.note;
		h->now = h->next;
		h->next.note = old;
	}
	if (kept) {
		h->kept[EVIDENCE_FORK] += h->keeps[EVIDENCE_FORK];
		h->kept[EVIDENCE_UNPROVED] = at_most(h->kept[EVIDENCE_UNPROVED] + h->keeps[EVIDENCE_UNPROVED], HEADS_MAX_UNPROVED);
	}
	pthread_mutex_unlock(&w->shown);
	h->next.has = h->grows = false;
	memset(h->keeps, 0, sizeof h->keeps);
}

static void commit(void *ctx, void *const *items, size_t n)
{
	struct witness *w = ctx;
	struct err why = {0};
	for (size_t i = 0; i < n; i++)
		judge(w, items[i]);
	bool kept = keep(w, items, n, &why) == 0;
	for (size_t i = 0; i < n && !kept; i++) { /* what was said of trees that are not there is taken back */
		struct item *it = items[i];
		if (it->head->next.has)
			say_failed(it->answer, &why);
	}
	for (size_t i = 0; i < n; i++)
		publish(w, ((struct item *)items[i])->head, kept);
}

/* One request ---- */

/* Which of the log's keys signed; writes the note with their lines alone. False: the answer is given. */
static bool signed_by_log(struct item *it, const struct head *h)
{
	const struct note *n = &it->rq->note;
	struct err e;
	size_t good = 0, one;
	buf_add(&it->note, n->text);
	buf_addc(&it->note, '\n');
	for (size_t k = 0; k < h->nkeys; k++) {
		if (note_verify(n, &h->keys[k], 1, &one, &e) < 0) {
			say(it->answer, 403, "invalid signature: ", e.what);
			return false;
		}
		for (size_t i = 0; i < n->nsigs && one; i++)
			if (note_sig_by(&n->sigs[i], &h->keys[k])) {
				note_sig_write(&h->keys[k], n->sigs[i].bytes, &it->note);
				break;
			}
		good += one;
	}
	if (good == 0)
		say(it->answer, 403, "invalid signature: no key that is known of this log signed the checkpoint", "");
	return good > 0;
}

/* Whose it is, and whether it may be compared. False: the answer is given. */
static bool admit(struct witness *w, struct item *it)
{
	const struct checkpoint *c = &it->rq->checkpoint;
	bool good = false;
	pthread_rwlock_rdlock(&w->logs.lock);
	it->head = logs_find(&w->logs, c->origin);
	if (!it->head || it->head->nkeys == 0)
		say(it->answer, 404, "unknown log", "");
	else
		good = signed_by_log(it, it->head);
	pthread_rwlock_unlock(&w->logs.lock);
	if (good && it->rq->old > c->size) {
		say(it->answer, 400, "invalid request: the old size is above that of the checkpoint", "");
		good = false;
	}
	return good;
}

/* Once a second, by whoever comes first. */
static void look_again(struct witness *w, uint64_t now)
{
	struct err e = {0};
	if (atomic_exchange(&w->looked, now) == now || pthread_mutex_trylock(&w->looking) != 0)
		return;
	(void)logs_refresh(&w->logs, &w->dir, &e);
	pthread_rwlock_wrlock(&w->logs.lock);
	w->logs.stale = e;
	pthread_rwlock_unlock(&w->logs.lock);
	pthread_mutex_unlock(&w->looking);
}

void witness_add_checkpoint(struct witness *w, struct str request, uint64_t now, struct witness_answer *ret)
{
	struct arena a = {0};
	struct item it = {.request = request, .now = now, .answer = ret};
	struct err e;
	ret->failed = (struct err){0};
	if (!w->gather) {
		say_failed(ret, &(struct err){.code = ERR_REFUSED, .what = "the witness is open for reading only"});
		return;
	}
	look_again(w, now);
	it.rq = arena_new(&a, struct witness_request);
	buf_init(&it.note, NOTE_MAX_BYTES);
	if (witness_request_read(request, &a, it.rq, &e) < 0) {
		char what[sizeof e.where + sizeof e.what + 3];
		(void)snprintf(what, sizeof what, "%s: %s", e.where, e.what);
		say(ret, 400, "invalid ", what);
	} else if (admit(w, &it)) {
		gather_add(w->gather, &it);
	}
	buf_done(&it.note);
	arena_done(&a);
}

/* Reading ---- */

struct str witness_vkey(const struct witness *w)
{
	return str_of(w->vkey);
}

struct str witness_name(const struct witness *w)
{
	return w->key.name;
}

int witness_checkpoint(struct witness *w, const struct digest *origin, struct buf *out, struct err *e)
{
	int rc = ERR_ABSENT;
	pthread_rwlock_rdlock(&w->logs.lock);
	for (size_t i = 0; i < w->logs.n && rc < 0; i++) {
		struct head *h = w->logs.v[i];
		if (!digest_eq(&h->id, origin))
			continue;
		pthread_mutex_lock(&w->shown);
		if (h->now.has) {
			buf_add(out, buf_str(&h->now.note));
			rc = 0;
		}
		pthread_mutex_unlock(&w->shown);
	}
	pthread_rwlock_unlock(&w->logs.lock);
	return rc < 0 ? err_set(e, rc, "checkpoint", "no checkpoint of such a log was cosigned here") : 0;
}

int witness_each(struct witness *w, int (*each)(void *ctx, const struct witness_head *h), void *ctx)
{
	int rc = 0;
	pthread_rwlock_rdlock(&w->logs.lock);
	for (size_t i = 0; i < w->logs.n && rc == 0; i++) {
		struct head *h = w->logs.v[i];
		pthread_mutex_lock(&w->shown);
		struct witness_head one = {str_of(h->origin), h->nkeys, h->now.has, h->now.size, h->now.time, h->now.root, h->id,
			{h->kept[EVIDENCE_FORK], h->kept[EVIDENCE_UNPROVED]}};
		pthread_mutex_unlock(&w->shown);
		rc = each(ctx, &one);
	}
	pthread_rwlock_unlock(&w->logs.lock);
	return rc;
}

bool witness_stale(struct witness *w, struct err *ret)
{
	pthread_rwlock_rdlock(&w->logs.lock);
	*ret = w->logs.stale;
	pthread_rwlock_unlock(&w->logs.lock);
	return ret->code != 0;
}

int witness_evidence(struct witness *w, int (*each)(void *ctx, const struct evidence *v), void *ctx, struct err *e)
{
	struct evidence v;
	if (w->gather)
		return err_set(e, ERR_REFUSED, w->dir.path, "evidence is read with a handle of its own");
	int rc = heads_evidence_scan(w->heads, e);
	while (rc == 0 && (rc = heads_evidence_next(w->heads, &v, e)) == 1)
		rc = each(ctx, &v);
	return rc;
}

/* Making and opening ---- */

static int write_files(struct dir *d, const struct note_key *k, const struct ed25519_key *secret, struct err *e)
{
	static const struct str logs = STR_INIT("# The logs that this witness knows, one line for each key of a log:\n"
						"# log <vkey> [<url>]\n");
	struct buf key, vkey;
	struct heads *heads = NULL;
	char *path = dir_path(d, FILE_DB);
	int lock = -1;
	buf_init(&key, NOTE_MAX_VKEY + 64);
	buf_init(&vkey, NOTE_MAX_VKEY);
	note_secret_write(k, secret, &key);
	buf_addc(&key, '\n');
	note_key_write(k, &vkey);
	int rc = dir_write_secret(d, FILE_KEY, buf_str(&key), &lock, e);
	if (rc == 0)
		rc = dir_write(d, WITNESS_FILE_LOGS, logs, 0644, e);
	if (rc == 0)
		rc = heads_create(path, buf_str(&vkey), &heads, e);
	heads_close(heads);
	if (lock >= 0)
		close(lock);
	explicit_bzero(key.p, key.n);
	buf_done(&key);
	buf_done(&vkey);
	free(path);
	return rc;
}

static void unmake(struct dir *d, const char *path, bool made)
{
	static const char *const names[] = {FILE_DB, FILE_DB "-journal", FILE_DB "-wal", FILE_DB "-shm", WITNESS_FILE_LOGS, FILE_KEY};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)unlinkat(d->fd, names[i], 0);
	if (made)
		(void)rmdir(path);
}

int witness_create(const char *dir, struct str name, const uint8_t *seed, struct err *e)
{
	struct ed25519_key secret;
	struct note_key key;
	struct hasher h;
	struct dir d;
	bool made;
	int rc = note_name_plain(name) ? ed25519_key_make(&secret, seed, e) : err_set(e, ERR_INPUT, "name",
		"a witness cannot be called '%.*s'", (int)(name.n < NOTE_MAX_NAME ? name.n : NOTE_MAX_NAME), name.p ? name.p : "");
	if (rc < 0) {
		err_hint(e, "a host name and path without scheme, blanks, '+' and last slash: witness.example/astana");
		return rc;
	}
	hasher_init(&h);
	note_key_make(&h, NOTE_COSIGNATURE, name, &secret.pub, &key);
	hasher_done(&h);
	if ((rc = dir_make(dir, &d, &made, e)) == 0) {
		if ((rc = write_files(&d, &key, &secret, e)) < 0)
			unmake(&d, dir, made);
		dir_close(&d);
	}
	ed25519_key_wipe(&secret);
	return rc;
}

static int add_line(const struct dir *d, struct str vkey, struct arena *a, struct err *e)
{
	struct hasher h;
	struct note_key k;
	struct policy p;
	struct buf text;
	hasher_init(&h);
	int rc = note_key_read(&h, NOTE_ED25519, vkey, &k, e);
	hasher_done(&h);
	if (rc < 0)
		return rc;
	char *where = dir_path(d, WITNESS_FILE_LOGS);
	buf_init(&text, POLICY_MAX_BYTES);
	rc = dir_read(d, WITNESS_FILE_LOGS, &text, e);
	if (rc == 0)
		rc = logs_read(arena_str(a, buf_str(&text)), where, a, &p, e);
	for (size_t i = 0; rc == 0 && i < p.logs.n; i++)
		if (note_key_same(&p.logs.v[i].key, &k))
			rc = err_set(e, ERR_CONFLICT, where, "this key of '%.*s' is there already", STR_ARG(k.name));
	if (rc == 0) {
		buf_adds(&text, "log ");
		buf_add(&text, vkey);
		buf_addc(&text, '\n');
		rc = text.over ? err_set(e, ERR_LIMIT, where, "the file would be longer than %d bytes", POLICY_MAX_BYTES)
			       : logs_read(buf_str(&text), where, a, &p, e);
	}
	if (rc == 0)
		rc = dir_write(d, WITNESS_FILE_LOGS, buf_str(&text), 0644, e);
	buf_done(&text);
	free(where);
	return rc;
}

static int no_witness(const char *dir, struct err *e)
{
	int rc = err_set(e, ERR_ABSENT, dir, "there is no witness here");
	err_hint(e, "check the name of the directory, or make one with 'comity witness init'");
	return rc;
}

int witness_add_log(const char *dir, struct str vkey, struct err *e)
{
	struct arena a = {0};
	struct dir d;
	int rc = dir_open(dir, &d, e);
	if (rc < 0)
		return rc;
	rc = dir_has(&d, FILE_DB) ? add_line(&d, vkey, &a, e) : no_witness(dir, e);
	dir_close(&d);
	arena_done(&a);
	return rc;
}

static int take_key(struct witness *w, struct err *e)
{
	struct note_key k;
	struct buf text;
	buf_init(&text, NOTE_MAX_VKEY + 64);
	int rc = dir_read_secret(&w->dir, FILE_KEY, &text, &w->lock, e);
	if (rc == ERR_CONFLICT) {
		err_set(e, rc, w->dir.path, "this witness is running already");
		err_hint(e, "stop it first: two would sign two histories");
	}
	if (rc == 0)
		rc = note_secret_read(&w->hasher, NOTE_COSIGNATURE, str_trim(buf_str(&text)), &k, &w->secret, e);
	if (rc == 0 && !note_key_same(&k, &w->key))
		rc = err_set(e, ERR_CORRUPT, w->dir.path, "%s does not fit %s: it is the key of '%.*s', hash %08x", FILE_KEY, FILE_DB,
			STR_ARG(k.name), k.id);
	if (text.p)
		explicit_bzero(text.p, text.n);
	buf_done(&text);
	return rc;
}

/* A row of witness.db must be a checkpoint that we cosigned. */
static int take_head(struct witness *w, struct str origin, uint64_t size, struct str note, struct err *e)
{
	struct arena a = {0};
	struct note *n = arena_new(&a, struct note);
	struct checkpoint c;
	enum cosign_state state = COSIGN_ABSENT;
	uint64_t time = 0;
	bool good = note_parse(note, &a, n, NULL) == 0 && checkpoint_read(n->text, &c, NULL) == 0 && str_eq(c.origin, origin) &&
		    c.size == size && cosign_check(n, &w->key, cosign_any_time(), &state, &time, NULL) == 0 && state == COSIGN_GOOD;
	if (good) {
		struct head *h = logs_head(&w->logs, &w->hasher, origin);
		buf_add(&h->now.note, note);
		h->now = (struct tree_head){true, c.size, time, c.root, h->now.note};
	}
	arena_done(&a);
	return good ? 0
		    : err_set(e, ERR_CORRUPT, w->dir.path, "%s: the head of '%.*s' is not one that this witness cosigned", FILE_DB,
			      (int)(origin.n < NOTE_MAX_NAME ? origin.n : NOTE_MAX_NAME), origin.p);
}

static int take_heads(struct witness *w, struct err *e)
{
	struct str origin, note;
	uint64_t size;
	int rc = heads_scan(w->heads, e);
	while (rc == 0 && (rc = heads_next(w->heads, &origin, &size, &note, e)) == 1)
		rc = take_head(w, origin, size, note, e);
	return rc;
}

static int count_evidence(struct witness *w, struct err *e)
{
	struct evidence v;
	int rc = heads_evidence_scan(w->heads, e);
	while (rc == 0 && (rc = heads_evidence_next(w->heads, &v, e)) == 1) {
		logs_head(&w->logs, &w->hasher, v.origin)->kept[v.kind]++;
		rc = 0;
	}
	return rc;
}

static int open_files(struct witness *w, enum witness_mode mode, struct err *e)
{
	if (!dir_has(&w->dir, FILE_DB))
		return no_witness(w->dir.path, e);
	char *path = dir_path(&w->dir, FILE_DB);
	int rc = heads_open(path, mode == WITNESS_RUN, &w->heads, e);
	free(path);
	if (rc < 0)
		return rc;
	struct str vkey = heads_vkey(w->heads);
	if (vkey.n < sizeof w->vkey)
		memcpy(w->vkey, vkey.p, vkey.n);
	if (note_key_read(&w->hasher, NOTE_COSIGNATURE, str_of(w->vkey), &w->key, NULL) < 0)
		return err_set(e, ERR_CORRUPT, w->dir.path, "%s does not name the key of a witness", FILE_DB);
	if (mode == WITNESS_RUN)
		rc = take_key(w, e); /* from here on nobody else changes the heads */
	if (rc == 0)
		rc = take_heads(w, e);
	if (rc == 0)
		rc = count_evidence(w, e);
	return rc < 0 ? rc : logs_refresh(&w->logs, &w->dir, e);
}

int witness_open(const char *dir, enum witness_mode mode, struct witness **ret, struct err *e)
{
	struct witness *w = zeroed(1, sizeof *w);
	w->lock = -1;
	hasher_init(&w->hasher);
	logs_init(&w->logs);
	pthread_mutex_init(&w->looking, NULL);
	pthread_mutex_init(&w->shown, NULL);
	int rc = dir_open(dir, &w->dir, e);
	if (rc == 0)
		rc = open_files(w, mode, e);
	if (rc < 0) {
		witness_close(w);
		return rc;
	}
	if (mode == WITNESS_RUN)
		w->gather = gather_new(&(struct gather_rule){.delay = DELAY, .most = WITNESS_MOST, .commit = commit, .ctx = w});
	*ret = w;
	return 0;
}

void witness_close(struct witness *w)
{
	if (!w)
		return;
	gather_free(w->gather);
	heads_close(w->heads);
	logs_done(&w->logs);
	if (w->lock >= 0)
		close(w->lock);
	dir_close(&w->dir);
	hasher_done(&w->hasher);
	ed25519_key_wipe(&w->secret);
	pthread_mutex_destroy(&w->looking);
	pthread_mutex_destroy(&w->shown);
	free(w);
}
