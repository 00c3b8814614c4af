/* SPDX-License-Identifier: Apache-2.0
 *
 * The witness without sockets: the shared sequence of requests, every check in its order, what is remembered, and by whom.
 */
#include "base/json.h"
#include "tests/log/witnessed.h"

#include <fcntl.h>
#include <pthread.h>

static void the_shared_sequence(void **state)
{
	struct witnessed *f = *state;
	NEED_SHARED();
	AUTO_JSON json_t *v = NULL;
	json_t *step;
	struct note_key log;
	struct ed25519_pub pub;
	size_t i;
	assert_done(json_read(shared_read(&f->arena, "witness/add-checkpoint-sequence.json"), "sequence", &v, &f->err));
	assert_true(hex_parse(json_get_str(v, "log_public_key_hex"), pub.b, sizeof pub.b));
	note_key_make(&f->hasher, NOTE_ED25519, json_get_str(v, "origin"), &pub, &log);
	close_witness(f);
	assert_done(witness_add_log(f->dir, vkey_of(f, &log), &f->err));
	open_witness(f);
	json_array_foreach(json_object_get(v, "steps"), i, step)
	{
		int want = (int)json_integer_value(json_object_get(step, "want_status"));
		struct str words = json_get_str(step, "want_body_contains");
		int got = send(f, json_get_str(step, "request_body"));
		if (got != want)
			fail_msg("%s: %d %s, not %d", json_string_value(json_object_get(step, "name")), got, f->answer.body, want);
		if (want == 409)
			assert_true(str_eq(str_of(f->answer.body), words) && strcmp(f->answer.type, "text/x.tlog.size") == 0);
		else if (want == 200)
			assert_true(str_starts(str_of(f->answer.body), STR("\xe2\x80\x94 witness.example/w ")));
		else /* the words beside the status are everybody's own */
			assert_true(f->answer.body[0] && strcmp(f->answer.type, "text/plain; charset=utf-8") == 0);
	}
	assert_int_equal(i, 11);
}

static void requests_are_read(void **state)
{
	struct witnessed *f = *state;
	struct witness_request *rq = arena_new(&f->arena, struct witness_request);
	struct str good = request(f, 3, 7, signed_tree(f, 0, 7, 0));
	struct buf again;
	assert_done(witness_request_read(good, &f->arena, rq, &f->err));
	assert_true(rq->old == 3 && rq->checkpoint.size == 7 && rq->proof.n > 0);
	buf_init(&again, WITNESS_MAX_REQUEST);
	witness_request_write(rq->old, &rq->proof, signed_tree(f, 0, 7, 0), &again);
	assert_true(str_eq(buf_str(&again), good));
	static const char *const bad[] = {"", "\n", "old", "old 1", "old 1\n", "old 1\n\n", "old 01\n\n", "old -1\n\n", "old  1\n\n", "OLD 1\n\n",
		"old 1\r\n\r\n", "old 18446744073709551616\n\n", "old 1\nAAAA\n\n", "old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n",
		"old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \n\n", "old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(send(f, str_of(bad[i])), 400);
		/* and with a good checkpoint behind it */
		buf_clear(&again);
		buf_adds(&again, bad[i]);
		buf_add(&again, signed_tree(f, 0, 7, 0));
		int rc = witness_request_read(buf_str(&again), &f->arena, rq, &f->err);
		if (rc == 0 ? strcmp(bad[i], "old 1\n\n") != 0 : rc != ERR_INPUT)
			fail_msg("request %zu was taken: %d", i, rc);
	}
	for (size_t hashes = WITNESS_MAX_PROOF; hashes <= WITNESS_MAX_PROOF + 1; hashes++) {
		buf_clear(&again);
		buf_adds(&again, "old 1\n");
		for (size_t i = 0; i < hashes; i++)
			buf_adds(&again, "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
		buf_addc(&again, '\n');
		buf_add(&again, signed_tree(f, 0, 7, 0));
		assert_int_equal(send(f, buf_str(&again)), hashes > WITNESS_MAX_PROOF ? 400 : 409);
	}
	buf_done(&again);
	buf_init(&again, WITNESS_MAX_REQUEST + 1);
	while (again.n <= WITNESS_MAX_REQUEST)
		buf_addc(&again, 'x');
	assert_int_equal(send(f, buf_str(&again)), 400);
	assert_answer(400, "a request has at most");
	buf_done(&again);
}

/* Each request breaks one rule and all that are looked at later. */
static void in_this_order(void **state)
{
	struct witnessed *f = *state;
	assert_int_equal(grow(f, 0, 0, 10), 200);
	struct str stranger = signed_tree(f, 2, 5, 1), unsigned_note = arena_str(&f->arena, signed_tree(f, 0, 5, 1));
	((char *)unsigned_note.p)[unsigned_note.n - 10] ^= 1;
	assert_int_equal(send(f, request(f, 7, 5, STR("nothing\n"))), 400);
	assert_answer(400, "invalid ");
	assert_int_equal(send(f, request(f, 7, 5, stranger)), 404);
	assert_answer(404, "unknown log");
	assert_int_equal(send(f, request(f, 7, 5, unsigned_note)), 403);
	assert_answer(403, "invalid signature");
	assert_int_equal(send(f, request(f, 7, 5, signed_tree(f, 0, 5, 1))), 400);
	assert_answer(400, "above");
	assert_int_equal(send(f, request(f, 4, 5, signed_tree(f, 0, 5, 1))), 409);
	assert_answer(409, "10\n");
	assert_string_equal(f->answer.type, "text/x.tlog.size");
	assert_int_equal(send(f, request(f, 10, 15, signed_tree(f, 0, 15, 1))), 422);
	assert_int_equal(send(f, request(f, 10, 10, signed_tree(f, 0, 10, 1))), 422);
	assert_answer(422, "another tree of this size");
	assert_int_equal(grow(f, 0, 10, 15), 200);
	/* Signed by nobody whom we know, though the origin is known: and by somebody else too. */
	struct note_key other;
	note_key_make(&f->hasher, NOTE_ED25519, f->key[0].name, &f->secret[2].pub, &other);
	struct buf b;
	struct digest root = root_at(&f->tree, 20);
	buf_init(&b, NOTE_MAX_BYTES);
	assert_done(checkpoint_sign(20, &root, &other, &f->secret[2], &b, &f->err));
	assert_int_equal(send(f, request(f, 15, 20, buf_str(&b))), 403);
	assert_answer(403, "no key that is known");
	buf_add(&b, str_slice(signed_tree(f, 0, 20, 0), str_find(buf_str(&b), STR("\n\n")) + 2, 10000));
	assert_int_equal(send(f, request(f, 15, 20, buf_str(&b))), 200);
	assert_true(str_starts(held_checkpoint(f, 0), signed_tree(f, 0, 20, 0))); /* without the stranger's line */
	buf_done(&b);
}

static void from_nothing(void **state)
{
	struct witnessed *f = *state;
	assert_int_equal(held_checkpoint(f, 0).n, 0);
	assert_int_equal(send(f, request(f, 5, 7, signed_tree(f, 0, 7, 0))), 409);
	assert_answer(409, "0\n");
	/* Size 0 has the root of the empty tree, and may be asked for again. */
	assert_int_equal(send(f, request(f, 0, 0, signed_tree(f, 0, 0, 1))), 422);
	assert_int_equal(grow(f, 0, 0, 0), 200);
	assert_int_equal(grow(f, 0, 0, 0), 200);
	struct buf b;
	buf_init(&b, WITNESS_MAX_REQUEST);
	witness_request_write(0, &(struct merkle_proof){.n = 1}, signed_tree(f, 0, 7, 0), &b);
	assert_int_equal(send(f, buf_str(&b)), 422);
	assert_answer(422, "must be empty");
	buf_done(&b);
	assert_int_equal(grow(f, 0, 0, 7), 200);
	assert_int_equal(grow(f, 0, 0, 7), 409);
	assert_int_equal(grow(f, 0, 7, 7), 200);
}

static void what_is_answered_is_a_cosignature(void **state)
{
	struct witnessed *f = *state;
	struct note_key key;
	enum cosign_state s;
	uint64_t time;
	assert_done(note_key_read(&f->hasher, NOTE_COSIGNATURE, witness_vkey(f->w), &key, &f->err));
	assert_true(str_eq(key.name, STR("witness.example/w")));
	for (uint64_t old = 0, size = 1; size < TREE; old = size, size = size * 3 + 1) {
		struct note *n = arena_new(&f->arena, struct note);
		struct str note = signed_tree(f, 0, size, 0);
		witness_add_checkpoint(f->w, request(f, old, size, note), NOW + size, &f->answer);
		assert_answer(200, "witness.example/w");
		struct str both = ARENA_JOIN(&f->arena, note, str_of(f->answer.body));
		assert_done(note_parse(both, &f->arena, n, &f->err));
		assert_int_equal(n->nsigs, 2);
		assert_done(cosign_check(n, &key, cosign_around(NOW + size), &s, &time, &f->err));
		assert_true(s == COSIGN_GOOD && time == NOW + size);
		assert_true(str_eq(held_checkpoint(f, 0), both));
	}
	assert_int_equal(held_checkpoint(f, 1).n, 0);
	assert_int_equal(held_checkpoint(f, 2).n, 0);
}

struct list {
	struct witness_head v[8];
	char origin[8][64];
	size_t n;
};

static int add_head(void *ctx, const struct witness_head *h)
{
	struct list *l = ctx;
	(void)snprintf(l->origin[l->n], sizeof l->origin[0], "%.*s", STR_ARG(h->origin));
	l->v[l->n++] = *h;
	return 0;
}

static void heads_outlive_all(void **state)
{
	struct witnessed *f = *state;
	struct list l = {0};
	char path[128];
	assert_int_equal(grow(f, 0, 0, 100), 200);
	assert_int_equal(grow(f, 1, 0, 30), 200);
	assert_int_equal(grow(f, 1, 30, 40), 200);
	struct str held = held_checkpoint(f, 1);
	close_witness(f);
	open_witness(f);
	assert_true(str_eq(held_checkpoint(f, 1), held));
	assert_int_equal(grow(f, 1, 30, 50), 409);
	assert_answer(409, "40\n");
	close_witness(f);
	/* A log that is taken out of the list is not served any more, but not forgotten either. */
	(void)snprintf(path, sizeof path, "%s/logs", f->dir);
	fixture_write(path, ARENA_JOIN(&f->arena, STR("# only one\nlog "), vkey_of(f, &f->key[0]), STR("\n")));
	open_witness(f);
	assert_int_equal(grow(f, 1, 40, 50), 404);
	assert_int_equal(grow(f, 0, 100, 110), 200);
	assert_int_equal(witness_each(f->w, add_head, &l), 0);
	assert_int_equal(l.n, 2);
	assert_true(strcmp(l.origin[0], "one.example/acts") == 0 && l.v[0].keys == 1 && l.v[0].has && l.v[0].size == 110 && l.v[0].time == NOW);
	assert_true(strcmp(l.origin[1], "two.example/acts") == 0 && l.v[1].keys == 0 && l.v[1].has && l.v[1].size == 40);
	close_witness(f);
	assert_done(witness_add_log(f->dir, vkey_of(f, &f->key[1]), &f->err));
	open_witness(f);
	assert_int_equal(grow(f, 1, 0, 50), 409);
	assert_answer(409, "40\n");
	assert_int_equal(grow(f, 1, 40, 50), 200);
}

/* The old key, both, the new one: one log throughout. */
static void a_key_is_exchanged(void **state)
{
	struct witnessed *f = *state;
	char path[128];
	struct note_key fresh;
	note_key_make(&f->hasher, NOTE_ED25519, f->key[0].name, &f->secret[2].pub, &fresh);
	assert_int_equal(grow(f, 0, 0, 10), 200);
	assert_done(witness_add_log(f->dir, vkey_of(f, &fresh), &f->err));
	/* seen at the next second */
	struct digest root = root_at(&f->tree, 20);
	struct buf b;
	buf_init(&b, NOTE_MAX_BYTES);
	assert_done(checkpoint_sign(20, &root, &fresh, &f->secret[2], &b, &f->err));
	struct str by_fresh = arena_str(&f->arena, buf_str(&b));
	buf_add(&b, str_slice(signed_tree(f, 0, 20, 0), str_find(by_fresh, STR("\n\n")) + 2, 10000));
	witness_add_checkpoint(f->w, request(f, 10, 20, by_fresh), NOW + 1, &f->answer);
	assert_answer(200, "");
	witness_add_checkpoint(f->w, request(f, 20, 20, buf_str(&b)), NOW + 1, &f->answer);
	assert_answer(200, "");
	assert_int_equal(str_find(held_checkpoint(f, 0), str_slice(signed_tree(f, 0, 20, 0), by_fresh.n - 20, 10000)) <
				 held_checkpoint(f, 0).n,
		1); /* both lines are kept */
	(void)snprintf(path, sizeof path, "%s/logs", f->dir);
	fixture_write(path, ARENA_JOIN(&f->arena, STR("log "), vkey_of(f, &fresh), STR("\n")));
	witness_add_checkpoint(f->w, request(f, 20, 30, signed_tree(f, 0, 30, 0)), NOW + 2, &f->answer);
	assert_answer(403, "no key that is known");
	buf_done(&b);
}

static void a_list_that_cannot_be_read(void **state)
{
	struct witnessed *f = *state;
	struct err why;
	char path[128];
	(void)snprintf(path, sizeof path, "%s/logs", f->dir);
	assert_false(witness_stale(f->w, &why));
	fixture_write(path, STR("log nonsense\n"));
	witness_add_checkpoint(f->w, request(f, 0, 10, signed_tree(f, 0, 10, 0)), NOW + 1, &f->answer);
	assert_answer(200, ""); /* what stood there before counts on */
	assert_true(witness_stale(f->w, &why));
	assert_non_null(strstr(why.where, "logs:1"));
	fixture_write(path, ARENA_JOIN(&f->arena, STR("log "), vkey_of(f, &f->key[2]), STR("\n")));
	witness_add_checkpoint(f->w, request(f, 0, 10, signed_tree(f, 2, 10, 0)), NOW + 2, &f->answer);
	assert_answer(200, "");
	assert_false(witness_stale(f->w, &why));
	close_witness(f);
	fixture_write(path, STR("quorum none\n"));
	assert_int_equal(witness_open(f->dir, WITNESS_RUN, &f->w, &f->err), ERR_INPUT);
	assert_words(f->err, "logs:1");
	struct buf b;
	buf_init(&b, 1 << 20);
	for (int i = 0; i <= WITNESS_MAX_KEYS; i++) {
		struct ed25519_key secret;
		struct note_key k;
		assert_done(ed25519_key_make(&secret, NULL, &f->err));
		note_key_make(&f->hasher, NOTE_ED25519, STR("a.example"), &secret.pub, &k);
		buf_adds(&b, "log ");
		note_key_write(&k, &b);
		buf_addc(&b, '\n');
		fixture_write(path, buf_str(&b));
		int rc = witness_open(f->dir, WITNESS_LOOK, &f->w, &f->err);
		assert_int_equal(rc, i < WITNESS_MAX_KEYS ? 0 : ERR_LIMIT);
		if (rc == 0)
			close_witness(f);
	}
	assert_words(f->err, "more than 8 keys of the log 'a.example'");
	buf_done(&b);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(witness_open(f->dir, WITNESS_RUN, &f->w, &f->err), ERR_ABSENT);
}

static void adding_logs(void **state)
{
	struct witnessed *f = *state;
	assert_int_equal(witness_add_log(f->dir, vkey_of(f, &f->key[0]), &f->err), ERR_CONFLICT);
	assert_words(f->err, "is there already");
	assert_int_equal(witness_add_log(f->dir, STR("nonsense"), &f->err), ERR_INPUT);
	assert_int_equal(witness_add_log(f->dir, witness_vkey(f->w), &f->err), ERR_INPUT);
	assert_words(f->err, "its type byte is 4");
	struct note_key alias;
	note_key_make(&f->hasher, NOTE_ED25519, STR("alias.example"), &f->secret[0].pub, &alias);
	assert_int_equal(witness_add_log(f->dir, vkey_of(f, &alias), &f->err), ERR_INPUT);
	assert_words(f->err, "the same public key");
	assert_int_equal(witness_add_log(f->root, vkey_of(f, &f->key[2]), &f->err), ERR_ABSENT);
	assert_int_equal(witness_add_log("/nowhere/at/all", vkey_of(f, &f->key[2]), &f->err), ERR_ABSENT);
}

static void one_at_a_time_and_for_its_owner(void **state)
{
	struct witnessed *f = *state;
	struct witness *other;
	struct stat st;
	char path[128];
	assert_int_equal(witness_open(f->dir, WITNESS_RUN, &other, &f->err), ERR_CONFLICT);
	assert_words(f->err, "running already");
	assert_int_equal(grow(f, 0, 0, 10), 200);
	assert_done(witness_open(f->dir, WITNESS_LOOK, &other, &f->err));
	assert_true(str_eq(witness_vkey(other), witness_vkey(f->w)));
	witness_add_checkpoint(other, request(f, 10, 20, signed_tree(f, 0, 20, 0)), NOW, &f->answer);
	assert_answer(500, "");
	witness_close(other);
	close_witness(f);
	(void)snprintf(path, sizeof path, "%s/witness.key", f->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(witness_open(f->dir, WITNESS_RUN, &f->w, &f->err), ERR_REFUSED);
	assert_int_equal(chmod(path, 0600), 0);
	/* Another witness's key. */
	char two[96], moved[128];
	(void)snprintf(two, sizeof two, "%s/two", f->root);
	assert_done(witness_create(two, STR("witness.example/two"), NULL, &f->err));
	assert_int_equal(witness_create(two, STR("witness.example/two"), NULL, &f->err), ERR_CONFLICT);
	(void)snprintf(moved, sizeof moved, "%s/witness.key", two);
	assert_int_equal(rename(moved, path), 0);
	assert_int_equal(witness_open(f->dir, WITNESS_RUN, &f->w, &f->err), ERR_CORRUPT);
	assert_words(f->err, "does not fit");
	assert_int_equal(witness_open(two, WITNESS_RUN, &f->w, &f->err), ERR_ABSENT);
	static const char *const bad[] = {"", "a b", "a+b", "https://a", "a/", "a\nb"};
	(void)snprintf(two, sizeof two, "%s/three", f->root);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(witness_create(two, str_of(bad[i]), NULL, &f->err), ERR_INPUT);
		assert_int_equal(access(two, F_OK), -1);
	}
}

struct kept {
	size_t n, forks;
	struct evidence last;
	struct arena *a;
};

static int count_evidence(void *ctx, const struct evidence *v)
{
	struct kept *k = ctx;
	k->n++;
	k->forks += v->kind == EVIDENCE_FORK;
	k->last = *v;
	k->last.request = arena_str(k->a, v->request);
	k->last.held = arena_str(k->a, v->held);
	k->last.origin = arena_str(k->a, v->origin);
	return 0;
}

static struct kept evidence(struct witnessed *f)
{
	struct witness *look;
	struct kept k = {.a = &f->arena};
	assert_done(witness_open(f->dir, WITNESS_LOOK, &look, &f->err));
	assert_done(witness_evidence(look, count_evidence, &k, &f->err));
	witness_close(look);
	return k;
}

static void contradictions_are_kept(void **state)
{
	struct witnessed *f = *state;
	assert_int_equal(grow(f, 0, 0, 10), 200);
	assert_int_equal(grow(f, 0, 5, 10), 409);
	struct str unsigned_note = arena_str(&f->arena, signed_tree(f, 0, 10, 1));
	((char *)unsigned_note.p)[unsigned_note.n - 10] ^= 1;
	assert_int_equal(send(f, request(f, 10, 10, unsigned_note)), 403);
	assert_int_equal(evidence(f).n, 0); /* of these nothing follows */
	struct str fork = request(f, 10, 10, signed_tree(f, 0, 10, 1)), held = held_checkpoint(f, 0);
	assert_int_equal(send(f, fork), 422);
	struct kept k = evidence(f);
	assert_true(k.n == 1 && k.forks == 1 && k.last.time == NOW && str_eq(k.last.origin, f->key[0].name));
	assert_true(str_eq(k.last.request, fork) && str_eq(k.last.held, held));
	/* The same again is kept once; more than there is room for, up to the limit, and the first stay. */
	for (int i = 0; i < 3; i++)
		assert_int_equal(send(f, fork), 422);
	assert_int_equal(evidence(f).n, 1);
	for (unsigned i = 2; i < 2 * HEADS_MAX_FORKS; i++)
		assert_int_equal(send(f, request(f, 10, 10, signed_tree(f, 0, 10, (uint8_t)i))), 422);
	k = evidence(f);
	assert_int_equal(k.forks, HEADS_MAX_FORKS);
	assert_true(str_eq(k.last.request, request(f, 10, 10, signed_tree(f, 0, 10, HEADS_MAX_FORKS))));
	/* Of those without a proof the newest stay. */
	for (unsigned i = 1; i < 2 * HEADS_MAX_UNPROVED; i++)
		assert_int_equal(send(f, request(f, 10, 20, signed_tree(f, 0, 20, (uint8_t)i))), 422);
	k = evidence(f);
	assert_int_equal(k.n, HEADS_MAX_FORKS + HEADS_MAX_UNPROVED);
	assert_true(str_eq(k.last.request, request(f, 10, 20, signed_tree(f, 0, 20, 2 * HEADS_MAX_UNPROVED - 1))));
	assert_int_equal(grow(f, 1, 0, 10), 200);
	assert_int_equal(send(f, request(f, 10, 10, signed_tree(f, 1, 10, 1))), 422);
	assert_int_equal(evidence(f).n, HEADS_MAX_FORKS + HEADS_MAX_UNPROVED + 1); /* another log has room of its own */
	assert_int_equal(grow(f, 0, 10, 20), 200); /* and the true history goes on */
}

static void a_head_that_was_changed(void **state)
{
	struct witnessed *f = *state;
	struct heads *h;
	char path[128];
	assert_int_equal(grow(f, 0, 0, 10), 200);
	close_witness(f);
	(void)snprintf(path, sizeof path, "%s/witness.db", f->dir);
	assert_done(heads_open(path, true, &h, &f->err));
	assert_done(heads_begin(h, true, &f->err));
	assert_int_equal(heads_put(h, f->key[0].name, 9, signed_tree(f, 0, 9, 0), &f->err), ERR_CONFLICT); /* never back */
	heads_rollback(h);
	assert_done(heads_begin(h, true, &f->err));
	assert_done(heads_put(h, f->key[0].name, 11, signed_tree(f, 0, 11, 0), &f->err)); /* not cosigned by us */
	assert_done(heads_commit(h, &f->err));
	heads_close(h);
	assert_int_equal(witness_open(f->dir, WITNESS_RUN, &f->w, &f->err), ERR_CORRUPT);
	assert_words(f->err, "is not one that this witness cosigned");
}

/* Many at once, on one log and on several: each size is cosigned with one root, and sizes only grow. */
enum { THREADS = 8 };

struct runner {
	struct witnessed *f;
	struct str *bodies; /* of log `who`: from each size to each */
	pthread_t thread;
	unsigned number;
	size_t good, stale, other;
	uint64_t highest;
};

static void *run(void *arg)
{
	struct runner *r = arg;
	uint64_t size = 0, seed = r->number + 1;
	while (size < TREE) {
		struct witness_answer a;
		uint64_t next = size + 1 + test_random(&seed) % 3;
		next = next > TREE ? TREE : next;
		if (next <= size)
			break;
		witness_add_checkpoint(r->f->w, r->bodies[size * 4 + next - size], NOW, &a);
		if (a.status == 200) {
			r->good++;
			r->highest = size = next;
		} else if (a.status == 409) {
			r->stale++;
			uint64_t said = 0;
			assert_true(str_u64(str_slice(str_of(a.body), 0, strlen(a.body) - 1), &said));
			assert_true(said > size || (said == 0 && size == 0)); /* never back */
			size = said;
		} else {
			r->other++;
			break;
		}
	}
	return NULL;
}

static void many_at_once(void **state)
{
	struct witnessed *f = *state;
	struct runner r[2 * THREADS] = {{0}};
	struct str *bodies[2];
	size_t good = 0, stale = 0;
	for (int who = 0; who < 2; who++) {
		bodies[who] = arena_array(&f->arena, (TREE + 1) * 4, struct str);
		for (uint64_t old = 0; old < TREE; old++)
			for (uint64_t more = 1; more <= 3 && old + more <= TREE; more++)
				bodies[who][old * 4 + more] = request(f, old, old + more, signed_tree(f, who, old + more, 0));
	}
	for (unsigned i = 0; i < 2 * THREADS; i++) {
		r[i] = (struct runner){.f = f, .bodies = bodies[i % 2], .number = i};
		assert_int_equal(pthread_create(&r[i].thread, NULL, run, &r[i]), 0);
	}
	for (unsigned i = 0; i < 2 * THREADS; i++) {
		pthread_join(r[i].thread, NULL);
		assert_int_equal(r[i].other, 0);
		good += r[i].good;
		stale += r[i].stale;
	}
	print_message("# %zu cosignatures, %zu times somebody else was faster\n", good, stale);
	assert_true(good >= 200 && good <= 2 * TREE);
	assert_int_equal(grow(f, 0, 5, 10), 409);
	assert_answer(409, "300\n");
	close_witness(f);
	open_witness(f);
	assert_int_equal(grow(f, 1, 5, 10), 409);
	assert_answer(409, "300\n");
}

#define A_TEST(name) cmocka_unit_test_setup_teardown(name, witnessed_setup, witnessed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		A_TEST(the_shared_sequence),
		A_TEST(requests_are_read),
		A_TEST(in_this_order),
		A_TEST(from_nothing),
		A_TEST(what_is_answered_is_a_cosignature),
		A_TEST(heads_outlive_all),
		A_TEST(a_key_is_exchanged),
		A_TEST(a_list_that_cannot_be_read),
		A_TEST(adding_logs),
		A_TEST(one_at_a_time_and_for_its_owner),
		A_TEST(contradictions_are_kept),
		A_TEST(a_head_that_was_changed),
		A_TEST(many_at_once),
	};
	return test_main(tests);
}
