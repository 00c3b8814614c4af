/* SPDX-License-Identifier: Apache-2.0
 *
 * Appending from many threads: every entry once, at the index that was told, published when it was told; a refused one
 * spoils nothing; keys count by index, also within a group.
 */
#include "log/checkpoint.h"
#include "log/group.h"
#include "tests/log/fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 24, EACH = 20, KEYS = 3 };

/* The keys of a few signers, which entries put out of force: the one that says {"revoke":k}, from the next one on. */
struct signers {
	struct ed25519_key key[KEYS];
	struct dsse_key name[KEYS];
	pthread_mutex_t lock;
	uint64_t until[KEYS]; /* in force below this index */
	uint64_t taken, ended;
	atomic_int asked; /* calls of find */
	pthread_mutex_t gate;
};

static bool find(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	struct signers *s = ctx;
	bool found = false;
	(void)d;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < KEYS && !found; i++)
		if ((found = str_eq(keyid, str_of(s->name[i].keyid)) && index < s->until[i]))
			*ret = s->name[i].key;
	pthread_mutex_unlock(&s->lock);
	atomic_fetch_add(&s->asked, 1);
	return found;
}

static int take(void *ctx, const struct log_entry *entry, struct err *e)
{
	struct signers *s = ctx;
	struct str p = entry->dsse.payload;
	int rc = 0;
	pthread_mutex_lock(&s->gate);
	pthread_mutex_unlock(&s->gate);
	pthread_mutex_lock(&s->lock);
	if (str_starts(p, STR("{\"unlawful\":")))
		rc = err_set(e, ERR_REFUSED, "act", "it is unlawful");
	else if (str_starts(p, STR("{\"revoke\":")))
		s->until[p.p[10] - '0'] = entry->index + 1;
	if (rc == 0)
		s->taken = entry->index + 1;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

static void ended(void *ctx, uint64_t size)
{
	struct signers *s = ctx;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < KEYS; i++)
		if (s->until[i] > size) /* by an entry that is not in after all */
			s->until[i] = UINT64_MAX;
	s->ended = size;
	pthread_mutex_unlock(&s->lock);
}

static void make_signers(struct fixture *f, struct signers *s)
{
	struct hasher h;
	uint8_t seed[32] = {0};
	*s = (struct signers){0};
	hasher_init(&h);
	for (size_t i = 0; i < KEYS; i++) {
		seed[0] = (uint8_t)(i + 1);
		assert_done(ed25519_key_make(&s->key[i], seed, &f->err));
		dsse_key_ed25519(&h, &s->key[i].pub, &s->name[i]);
		s->until[i] = UINT64_MAX;
	}
	hasher_done(&h);
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->gate, NULL);
}

static int signed_by(const struct signers *s, size_t k, struct str payload, struct buf *out, struct err *e)
{
	struct dsse d = {.type = TEST_TYPE, .payload = payload};
	buf_init(out, LOG_MAX_ENTRY);
	struct arena a = {0};
	int rc = dsse_sign(&d, &a, str_of(s->name[k].keyid), &s->key[k], e);
	if (rc == 0)
		rc = dsse_write(&d, out, e);
	arena_done(&a);
	return rc;
}

static struct log_group_how how(struct signers *s)
{
	return (struct log_group_how){.delay = 20, .keys = {.find = find, .ctx = s}, .take = take, .ended = ended, .ctx = s};
}

/* Many threads ---- */

struct worker {
	struct fixture *f;
	struct signers *s;
	struct log_group *g;
	uint64_t number, index[EACH];
	bool in[EACH]; /* it was told to be in */
	const char *wrong;
	pthread_t id;
};

/* What a client may see at once: a reader knows the entry, and both places have a checkpoint over it. */
static bool is_published(struct worker *w, struct log *reader, uint64_t index, struct str envelope)
{
	struct arena a = {0};
	struct log_entry entry;
	char path[128];
	fixture_path(w->f, "checkpoint", path);
	struct buf note = fixture_file(path);
	struct str line, rest = buf_str(&note);
	uint64_t size = 0;
	bool good = str_line(&rest, &line) && str_line(&rest, &line) && str_u64(line, &size) && size > index;
	good = good && log_refresh(reader, NULL) == 0 && log_size(reader) > index &&
	       log_read(reader, index, &a, &entry, NULL) == 0 && str_eq(entry.bytes, envelope);
	buf_done(&note);
	arena_done(&a);
	return good;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct log *reader = NULL;
	struct err e;
	if (log_open(w->f->dir, LOG_READ, &reader, &e) < 0)
		w->wrong = "no reader";
	for (size_t i = 0; i < EACH && !w->wrong; i++) {
		struct buf b;
		char payload[64];
		bool bad = (w->number + i) % 5 == 0, unlawful = (w->number + i) % 7 == 0;
		(void)snprintf(payload, sizeof payload, "{\"%s\":\"%d.%d\"}", unlawful ? "unlawful" : "n",
			(int)w->number, (int)i);
		if (signed_by(w->s, w->number % KEYS, str_of(payload), &b, &e) < 0)
			w->wrong = "not signed";
		if (bad) /* another signature */
			b.p[b.n - 50] = b.p[b.n - 50] == 'A' ? 'B' : 'A';
		int rc = log_group_append(w->g, buf_str(&b), &w->index[i], &e);
		w->in[i] = rc == 0;
		if (rc != (bad || unlawful ? ERR_REFUSED : 0))
			w->wrong = "another answer than expected";
		else if (rc == 0 && !is_published(w, reader, w->index[i], buf_str(&b)))
			w->wrong = "not published when it was told";
		else if (rc < 0 && !strstr(e.what, bad ? "the signature of" : "unlawful"))
			w->wrong = "refused in other words";
		buf_done(&b);
	}
	log_close(reader);
	return NULL;
}

static void many_threads(void **state)
{
	struct fixture *f = *state;
	struct signers s;
	struct log_group *g;
	static struct worker w[THREADS];
	make_signers(f, &s);
	struct log_group_how h = how(&s);
	assert_done(log_group_new(f->log, &h, &g, &f->err));
	for (size_t i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.f = f, .s = &s, .g = g, .number = i};
		assert_int_equal(pthread_create(&w[i].id, NULL, work, &w[i]), 0);
	}
	uint64_t in = 0, size = 1 + THREADS * EACH;
	bool *seen = calloc(size, 1);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(w[i].id, NULL), 0);
	for (size_t i = 0; i < THREADS; i++) {
		if (w[i].wrong)
			fail_msg("thread %zu: %s", i, w[i].wrong);
		for (size_t j = 0; j < EACH; j++) {
			if (!w[i].in[j])
				continue;
			assert_true(w[i].index[j] > 0 && w[i].index[j] < size && !seen[w[i].index[j]]);
			seen[w[i].index[j]] = true;
			in++;
		}
	}
	free(seen);
	assert_int_equal(log_group_size(g), in + 1); /* every index up to the end once */
	assert_int_equal(s.ended, in + 1);
	assert_false(log_group_stopped(g, NULL));
	log_group_free(g);
	assert_int_equal(log_size(f->log), in + 1);
	fixture_append(f, in + 1, 1); /* the handle is free again */
	struct log_verdict v;
	struct log_audit audit = {.keys = {.find = find, .ctx = &s}};
	assert_done(log_verify(f->dir, &audit, &v, &f->err));
	assert_int_equal(v.entries, in + 2);
	print_message("# %llu of %d entries in, under %llu checkpoints\n", (unsigned long long)in, THREADS * EACH,
		(unsigned long long)v.checkpoints);
	assert_true(v.checkpoints < in / 2);
}

/* Keys within a group ---- */

struct caller {
	struct log_group *g;
	struct buf envelope;
	uint64_t index;
	int rc;
	struct err e;
	pthread_t id;
};

static void *call(void *arg)
{
	struct caller *c = arg;
	c->rc = log_group_append(c->g, buf_str(&c->envelope), &c->index, &c->e);
	return NULL;
}

static void come(
	struct fixture *f, struct signers *s, struct log_group *g, struct caller *c, size_t key, const char *payload)
{
	int before = atomic_load(&s->asked);
	*c = (struct caller){.g = g};
	assert_done(signed_by(s, key, str_of(payload), &c->envelope, &f->err));
	assert_int_equal(pthread_create(&c->id, NULL, call, c), 0);
	while (atomic_load(&s->asked) == before)
		usleep(1000);
	usleep(50000); /* its signature was checked long ago: it waits */
}

static void gone(struct caller *c)
{
	pthread_join(c->id, NULL);
	buf_done(&c->envelope);
}

/* While the first is being committed the others come, each with a good signature. They are one group: what stands
 * behind the revocation is refused, what stands before it is in, and those of other keys close up. */
static void a_key_ends_within_a_group(void **state)
{
	struct fixture *f = *state;
	struct signers s;
	struct log_group *g;
	struct caller c[6];
	make_signers(f, &s);
	struct log_group_how h = how(&s);
	assert_done(log_group_new(f->log, &h, &g, &f->err));
	pthread_mutex_lock(&s.gate);
	come(f, &s, g, &c[0], 0, "{\"n\":0}");
	come(f, &s, g, &c[1], 1, "{\"n\":1}");
	come(f, &s, g, &c[2], 0, "{\"revoke\":1}");
	come(f, &s, g, &c[3], 1, "{\"n\":3}");
	come(f, &s, g, &c[4], 2, "{\"n\":4}");
	pthread_mutex_unlock(&s.gate);
	for (size_t i = 0; i < 5; i++) {
		gone(&c[i]);
		assert_int_equal(c[i].rc, i == 3 ? ERR_REFUSED : 0);
		if (i != 3)
			assert_int_equal(c[i].index, i < 3 ? i + 1 : i);
	}
	assert_words(c[3].e, "which is not a registered key");
	come(f, &s, g, &c[5], 1, "{\"n\":5}");
	gone(&c[5]);
	assert_int_equal(c[5].rc, ERR_REFUSED);
	assert_int_equal(log_group_size(g), 5);
	log_group_free(g);
	struct log_verdict v;
	struct log_audit audit = {.keys = {.find = find, .ctx = &s}};
	assert_done(log_verify(f->dir, &audit, &v, &f->err));
	assert_int_equal(v.checkpoints, 3); /* genesis, the first, the group */
}

/* Failure ---- */

static void nobody_is_told_what_is_not_so(void **state)
{
	struct fixture *f = *state;
	struct signers s;
	struct log_group *g;
	struct caller c[3];
	struct err why;
	char path[128];
	make_signers(f, &s);
	struct log_group_how h = how(&s);
	assert_done(log_group_new(f->log, &h, &g, &f->err));
	fixture_path(f, "checkpoint.new", path);
	assert_int_equal(mkdir(path, 0700), 0);
	pthread_mutex_lock(&s.gate);
	come(f, &s, g, &c[0], 0, "{\"n\":0}");
	come(f, &s, g, &c[1], 1, "{\"n\":1}");
	come(f, &s, g, &c[2], 2, "{\"n\":2}");
	pthread_mutex_unlock(&s.gate);
	for (size_t i = 0; i < 3; i++) {
		gone(&c[i]);
		assert_int_equal(c[i].rc, ERR_SYSTEM);
		assert_words(c[i].e, i ? "nothing was added"
				       : "the 1 new entry is in"); /* the second group finds the first one's due */
	}
	assert_true(log_group_stopped(g, &why));
	assert_words(why, "nothing was added");
	assert_int_equal(log_group_size(g), 2);
	assert_int_equal(s.taken, 4);
	assert_int_equal(s.ended, 2);
	assert_int_equal(rmdir(path), 0);
	come(f, &s, g, &c[0], 0, "{\"n\":3}");
	gone(&c[0]);
	assert_int_equal(c[0].rc, 0);
	assert_int_equal(c[0].index, 2);
	assert_false(log_group_stopped(g, NULL));
	log_group_free(g);
}

static void only_a_writer(void **state)
{
	struct fixture *f = *state;
	struct log_group *g = NULL;
	struct log_group_how h = {.delay = LOG_GROUP_MAX_DELAY + 1};
	assert_int_equal(log_group_new(f->log, &h, &g, &f->err), ERR_INPUT);
	fixture_close(f);
	fixture_open(f, LOG_READ);
	h.delay = 0;
	assert_int_equal(log_group_new(f->log, &h, &g, &f->err), ERR_REFUSED);
	assert_null(g);
	log_group_free(g);
}

/* In two steps ---- */

static bool other_from_two_on(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	struct signers *s = ctx;
	(void)d;
	(void)keyid;
	*ret = s->name[index < 2 ? 0 : 1].key; /* one name for two keys, one after the other */
	return true;
}

static void checked_ahead(void **state)
{
	struct fixture *f = *state;
	struct signers s;
	struct buf b;
	struct log_checked c, *list[2] = {&c, &c};
	uint64_t first = 0;
	make_signers(f, &s);
	struct log_keys keys = {.find = other_from_two_on, .ctx = &s};
	assert_done(signed_by(&s, 0, STR("{}"), &b, &f->err));
	assert_int_equal(log_check(f->log, buf_str(&b), 2, &keys, &f->arena, &c, &f->err), ERR_REFUSED);
	assert_int_equal(log_check(f->log, STR("{}"), 0, &keys, &f->arena, &c, &f->err), ERR_INPUT);
	assert_done(log_check(f->log, buf_str(&b), 0, &keys, &f->arena, &c, &f->err));
	assert_int_equal(log_append_checked(f->log, list, 1, &first, &f->err), ERR_INPUT); /* the next one is 1 */
	assert_words(f->err, "for another place");
	assert_int_equal(log_size(f->log), 1);
	assert_done(log_check_again(f->log, &c, 1, &keys, &f->err));
	assert_int_equal(log_append_checked(f->log, list, 2, &first, &f->err), ERR_INPUT); /* and then 2 */
	assert_words(f->err, "entry 2 of 2");
	assert_done(log_append_checked(f->log, list, 1, &first, &f->err));
	assert_int_equal(first, 1);
	/* Another key has the name from there on: what the first one signed fits no more, and is not believed. */
	assert_int_equal(log_check_again(f->log, &c, 2, &keys, &f->err), ERR_REFUSED);
	assert_int_equal(log_append_checked(f->log, list, 1, &first, &f->err), ERR_INPUT);
	assert_int_equal(log_check_again(f->log, &c, 2, NULL, &f->err), ERR_REFUSED);
	assert_int_equal(log_size(f->log), 2);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(many_threads, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_key_ends_within_a_group, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(nobody_is_told_what_is_not_so, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(only_a_writer, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(checked_ahead, fixture_setup, fixture_teardown),
	};
	return test_main(tests);
}
