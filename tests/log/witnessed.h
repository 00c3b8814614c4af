/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of witnesses: a scratch directory, a witness, and logs whose trees of any size can be signed, truly or not.
 */
#ifndef TESTS_LOG_WITNESSED_H
#define TESTS_LOG_WITNESSED_H

#include "log/witness.h"
#include "tests/log/fixture.h"
#include "tests/log/shared.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW ((uint64_t)1767139200)
enum { TREE = 300 };

struct witnessed {
	char root[64], dir[80];
	struct witness *w;
	struct entry_tree tree;
	struct hasher hasher;
	struct ed25519_key secret[3]; /* of logs */
	struct note_key key[3];
	struct arena arena;
	struct err err;
	struct witness_answer answer;
};

static inline struct str vkey_of(struct witnessed *f, const struct note_key *k)
{
	struct buf b;
	buf_init(&b, NOTE_MAX_VKEY);
	note_key_write(k, &b);
	struct str s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static inline void open_witness(struct witnessed *f)
{
	assert_done(witness_open(f->dir, WITNESS_RUN, &f->w, &f->err));
}

static inline void close_witness(struct witnessed *f)
{
	witness_close(f->w);
	f->w = NULL;
}

static inline int witnessed_setup(void **state)
{
	static const char *const names[] = {"one.example/acts", "two.example/acts", "three.example/acts"};
	struct witnessed *f = calloc(1, sizeof *f);
	uint8_t seed[ED25519_SEED] = {9};
	(void)snprintf(f->root, sizeof f->root, "%s/comity-witness-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(f->root));
	(void)snprintf(f->dir, sizeof f->dir, "%s/w", f->root);
	hasher_init(&f->hasher);
	entry_tree_init(&f->tree);
	entry_tree_grow(&f->tree, TREE);
	assert_done(witness_create(f->dir, STR("witness.example/w"), seed, &f->err));
	for (int i = 0; i < 3; i++) {
		seed[0]++;
		assert_done(ed25519_key_make(&f->secret[i], seed, &f->err));
		note_key_make(&f->hasher, NOTE_ED25519, str_of(names[i]), &f->secret[i].pub, &f->key[i]);
		if (i < 2)
			assert_done(witness_add_log(f->dir, vkey_of(f, &f->key[i]), &f->err));
	}
	open_witness(f);
	*state = f;
	return 0;
}

static inline void remove_all(const char *dir)
{
	DIR *d = opendir(dir);
	char path[1024];
	for (struct dirent *x; d && (x = readdir(d));) {
		if (x->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%.700s/%s", dir, x->d_name);
		if (x->d_type == DT_DIR)
			remove_all(path);
		else
			(void)unlink(path);
	}
	if (d)
		closedir(d);
	(void)rmdir(dir);
}

static inline int witnessed_teardown(void **state)
{
	struct witnessed *f = *state;
	witness_close(f->w);
	remove_all(f->root);
	entry_tree_done(&f->tree);
	hasher_done(&f->hasher);
	arena_done(&f->arena);
	free(f);
	return 0;
}

static inline struct digest root_at(struct entry_tree *t, uint64_t size)
{
	struct merkle_source from = {entry_tree_read, t};
	struct merkle_range range;
	struct digest root;
	assert_int_equal(merkle_load(&from, size, &range, NULL), 0);
	merkle_root(&t->h, &range, &root);
	return root;
}

/* A checkpoint of the log `who`; `flip` makes it that of another tree. */
static inline struct str signed_tree(struct witnessed *f, int who, uint64_t size, uint8_t flip)
{
	struct digest root = root_at(&f->tree, size);
	struct buf b;
	root.b[31] ^= flip;
	buf_init(&b, NOTE_MAX_BYTES);
	assert_done(checkpoint_sign(size, &root, &f->key[who], &f->secret[who], &b, &f->err));
	struct str s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

/* A request; the proof is that of the tree, whatever the note says. */
static inline struct str request(struct witnessed *f, uint64_t old, uint64_t size, struct str note)
{
	struct merkle_source from = {entry_tree_read, &f->tree};
	struct merkle_proof proof = {0};
	struct buf b;
	if (old > 0 && old < size)
		assert_done(merkle_prove_consistency(&f->tree.h, &from, old, size, &proof, &f->err));
	buf_init(&b, WITNESS_MAX_REQUEST);
	witness_request_write(old, &proof, note, &b);
	struct str s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static inline int send(struct witnessed *f, struct str body)
{
	witness_add_checkpoint(f->w, body, NOW, &f->answer);
	return f->answer.status;
}

static inline int grow(struct witnessed *f, int who, uint64_t old, uint64_t size)
{
	return send(f, request(f, old, size, signed_tree(f, who, size, 0)));
}

static inline struct str held_checkpoint(struct witnessed *f, int who)
{
	struct digest id;
	struct buf b;
	sha256(&f->hasher, f->key[who].name, &id);
	buf_init(&b, NOTE_MAX_BYTES);
	struct str s = {"", 0};
	if (witness_checkpoint(f->w, &id, &b, &f->err) == 0)
		s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

#define assert_answer(want, words)                                                                                     \
	do {                                                                                                           \
		if (f->answer.status != (want) || !strstr(f->answer.body, words))                                      \
			fail_msg("%d: %s; expected %d: %s", f->answer.status, f->answer.body, want, words);            \
	} while (0)

#endif
