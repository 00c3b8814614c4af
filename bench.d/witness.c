/* SPDX-License-Identifier: Apache-2.0
 *
 * How many checkpoints a witness takes in a second, each durable before it is answered.
 *
 *	comity-bench-witness DIR [THREADS [REQUESTS [LOGS]]]
 *
 * Makes a witness in DIR (which must not exist) and LOGS logs that grow by one entry at a time; signs and proves all REQUESTS first, then
 * hands them in from THREADS threads, each for logs of its own where there are as many. Prints one line of JSON: what was
 * measured, and how many times a second the same disk syncs a small write.
 */
#include "log/witness.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct bench {
	struct witness *w;
	struct str *body;     /* of log i, step j: [j * logs + i] */
	double *took;	      /* seconds, as body */
	size_t logs, steps, threads;
};

struct runner {
	struct bench *b;
	size_t first, refused;
	pthread_t thread;
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static _Noreturn void fail(const char *what, const struct err *e)
{
	(void)fprintf(stderr, "%s: %s: %s\n", what, e->where, e->what);
	exit(1);
}

static void *run(void *arg)
{
	struct runner *r = arg;
	struct bench *b = r->b;
	for (size_t step = 0; step < b->steps; step++)
		for (size_t log = r->first; log < b->logs; log += b->threads) {
			struct witness_answer a;
			double start = now();
			witness_add_checkpoint(b->w, b->body[step * b->logs + log], (uint64_t)time(NULL), &a);
			b->took[step * b->logs + log] = now() - start;
			r->refused += a.status != 200;
		}
	return NULL;
}

struct tree {
	struct digest *hashes;
	size_t n;
};

static int read_hash(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e)
{
	const struct tree *t = ctx;
	uint64_t place = merkle_place(level, index);
	if (place >= t->n)
		return err_set(e, ERR_ABSENT, "tree", "no such hash");
	*ret = t->hashes[place];
	return 0;
}

/* One log: its line for the witness, and its requests. All logs have the same entries. */
static void make_log(struct bench *b, size_t i, const char *dir, struct tree *t, struct arena *a)
{
	struct hasher h;
	struct ed25519_key secret;
	struct note_key key;
	struct merkle_range range = {0};
	struct merkle_source from = {read_hash, t};
	struct buf out;
	struct err e = {0};
	hasher_init(&h);
	buf_init(&out, WITNESS_MAX_REQUEST);
	if (ed25519_key_make(&secret, NULL, &e) < 0)
		fail("key", &e);
	note_key_make(&h, NOTE_ED25519, arena_fmt(a, "log%zu.example/bench", i), &secret.pub, &key);
	note_key_write(&key, &out);
	if (witness_add_log(dir, buf_str(&out), &e) < 0)
		fail("log", &e);
	t->n = 0;
	for (size_t step = 0; step < b->steps; step++) {
		struct digest leaf, root;
		struct merkle_proof proof = {0};
		struct buf note;
		sha256(&h, (struct str){(const char *)&step, sizeof step}, &leaf);
		t->n += merkle_append(&h, &range, &leaf, t->hashes + t->n);
		merkle_root(&h, &range, &root);
		buf_init(&note, NOTE_MAX_BYTES);
		buf_clear(&out);
		if (step && merkle_prove_consistency(&h, &from, step, step + 1, &proof, &e) < 0)
			fail("proof", &e);
		if (checkpoint_sign(step + 1, &root, &key, &secret, &note, &e) < 0)
			fail("checkpoint", &e);
		witness_request_write(step, &proof, buf_str(&note), &out);
		b->body[step * b->logs + i] = arena_str(a, buf_str(&out));
		buf_done(&note);
	}
	buf_done(&out);
	hasher_done(&h);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* What the disk can do: writes of a page, each synced, one after the other for a second. */
static double syncs(const char *dir, struct arena *a)
{
	char page[4096] = {1};
	struct str path = arena_fmt(a, "%s/sync", dir);
	int fd = open(path.p, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	double start = now(), took;
	size_t n = 0;
	for (took = 0; fd >= 0 && took < 1; n++, took = now() - start)
		if (pwrite(fd, page, sizeof page, (off_t)(n % 256) * (off_t)sizeof page) != sizeof page || fdatasync(fd) < 0)
			break;
	(void)close(fd);
	(void)unlink(path.p);
	return took > 0 ? (double)n / took : 0;
}

static size_t number(int argc, char **argv, int i, size_t otherwise)
{
	uint64_t v;
	return argc > i && str_u64(str_of(argv[i]), &v) && v > 0 ? (size_t)v : otherwise;
}

int main(int argc, char **argv)
{
	struct arena a = {0};
	struct err e = {0};
	struct tree t;
	if (argc < 2) {
		(void)fprintf(stderr, "usage: comity-bench-witness DIR [THREADS [REQUESTS [LOGS]]]\n");
		return 2;
	}
	struct bench b = {.threads = number(argc, argv, 2, 64)};
	size_t requests = number(argc, argv, 3, 20000);
	b.logs = number(argc, argv, 4, b.threads);
	b.threads = b.threads < b.logs ? b.threads : b.logs; /* a log's steps are in order: one thread for each */
	b.steps = (requests + b.logs - 1) / b.logs;
	requests = b.steps * b.logs;
	b.body = arena_array(&a, requests, struct str);
	b.took = arena_array(&a, requests, double);
	t.hashes = arena_array(&a, 2 * b.steps + 64, struct digest);
	if (witness_create(argv[1], STR("witness.example/bench"), NULL, &e) < 0)
		fail("witness", &e);
	for (size_t i = 0; i < b.logs; i++)
		make_log(&b, i, argv[1], &t, &a);
	if (witness_open(argv[1], WITNESS_RUN, &b.w, &e) < 0)
		fail("witness", &e);
	struct runner *r = arena_array(&a, b.threads, struct runner);
	size_t refused = 0;
	double start = now();
	for (size_t i = 0; i < b.threads; i++) {
		r[i] = (struct runner){.b = &b, .first = i};
		if (pthread_create(&r[i].thread, NULL, run, &r[i]) != 0)
			return 1;
	}
	for (size_t i = 0; i < b.threads; i++) {
		pthread_join(r[i].thread, NULL);
		refused += r[i].refused;
	}
	double took = now() - start;
	witness_close(b.w);
	qsort(b.took, requests, sizeof *b.took, by_size);
	(void)printf("{\"requests\": %zu, \"refused\": %zu, \"threads\": %zu, \"logs\": %zu, \"seconds\": %.3f, \"per_second\": %.0f, "
		     "\"p50_ms\": %.2f, \"p99_ms\": %.2f, \"disk_syncs_per_second\": %.0f}\n",
		requests, refused, b.threads, b.logs, took, (double)requests / took, 1e3 * b.took[requests / 2],
		1e3 * b.took[requests * 99 / 100], syncs(argv[1], &a));
	arena_done(&a);
	return refused ? 1 : 0;
}
