/* SPDX-License-Identifier: Apache-2.0
 *
 * A log of many entries in one process: append, open, prove, check, cut into tiles, audit; and how much memory the
 * process ever held after each step.
 */
#include "acts.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 256 };

/* Growing ---- */

struct work {
	const struct signers *s;
	struct log_group *group;
	uint64_t from, n;
	pthread_t id;
};

static void *append_some(void *arg)
{
	const struct work *w = arg;
	struct buf b;
	struct err e;
	buf_init(&b, LOG_MAX_ENTRY);
	for (uint64_t i = w->from; i < w->n; i += THREADS) {
		buf_clear(&b);
		act_sign(w->s, i, &b);
		if (log_group_append(w->group, buf_str(&b), NULL, &e) < 0)
			fail(&e);
	}
	buf_done(&b);
	return NULL;
}

static void grow(const char *dir, uint64_t acts)
{
	static struct signers s;
	static struct work w[THREADS];
	struct log_group *g;
	struct err e;
	signers_make(&s);
	make_log(dir);
	struct log *log = open_log(dir, LOG_WRITE);
	if (log_group_new(log, &(struct log_group_how){.delay = LOG_GROUP_DELAY, .keys = signers_keys(&s)}, &g, &e) < 0)
		fail(&e);
	double began = seconds();
	for (size_t i = 0; i < THREADS; i++) {
		w[i] = (struct work){.s = &s, .group = g, .from = i, .n = acts - 1}; /* the genesis is there already */
		pthread_create(&w[i].id, NULL, append_some, &w[i]);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(w[i].id, NULL);
	printf("grown %.6f\n", seconds() - began);
	log_group_free(g);
	log_close(log);
	printf("peak_append %.1f\n", peak_megabytes());
}

/* Proving ---- */

enum { AT_ONCE = 1000, MOST_PROVERS = 64 };

/* A thread with a handle of its own, as a server has. What is made is kept and checked afterwards, so that neither time
 * is in the other; both are of the processor. */
struct prover {
	const char *dir;
	uint64_t from, step, n; /* proofs number from, from + step, ... below n */
	uint64_t done, hashes;
	double making, checking;
	pthread_t id;
};

static double thread_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t somewhere(uint64_t i, uint64_t size) /* all over the log, in no order */
{
	return (i * 0x9e3779b97f4a7c15u >> 11) % size;
}

static void make(struct prover *p, struct log *log, const uint64_t *index, struct merkle_proof *proof, size_t n)
{
	struct err e;
	double began = thread_seconds();
	for (size_t i = 0; i < n; i++)
		if (log_prove_inclusion(log, index[i], log_size(log), &proof[i], &e) < 0)
			fail(&e);
	p->making += thread_seconds() - began;
}

static void check(struct prover *p, struct log *log, const uint64_t *index, const struct merkle_proof *proof, size_t n)
{
	struct digest root, leaf[AT_ONCE];
	struct log_entry entry;
	struct arena a = {0};
	struct hasher h;
	struct err e;
	size_t good = 0;
	hasher_init(&h);
	log_root(log, &root);
	for (size_t i = 0; i < n; i++) {
		arena_reset(&a);
		if (log_read(log, index[i], &a, &entry, &e) < 0)
			fail(&e);
		merkle_leaf(&h, entry.bytes, &leaf[i]);
		p->hashes += proof[i].n;
	}
	double began = thread_seconds();
	for (size_t i = 0; i < n; i++)
		good += merkle_included(&h, &leaf[i], index[i], log_size(log), &proof[i], &root);
	p->checking += thread_seconds() - began;
	if (good != n) {
		fprintf(stderr, "comity-bench-log: a proof does not hold\n");
		exit(1);
	}
	hasher_done(&h);
	arena_done(&a);
}

static void *prove_some(void *arg)
{
	struct prover *p = arg;
	struct log *log = open_log(p->dir, LOG_READ);
	struct merkle_proof *proof = zeroed(AT_ONCE, sizeof *proof);
	uint64_t index[AT_ONCE];
	for (uint64_t i = p->from; i < p->n;) {
		size_t n = 0;
		for (; n < AT_ONCE && i < p->n; i += p->step)
			index[n++] = somewhere(i, log_size(log));
		make(p, log, index, proof, n);
		check(p, log, index, proof, n);
		p->done += n;
	}
	free(proof);
	log_close(log);
	return NULL;
}

static void prove(const char *dir, uint64_t proofs)
{
	static struct prover p[MOST_PROVERS];
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t threads = processors < 1 ? 1 : processors < MOST_PROVERS ? (size_t)processors : MOST_PROVERS;
	double made = 0, checked = 0;
	uint64_t done = 0, hashes = 0;
	for (size_t i = 0; i < threads; i++) {
		p[i] = (struct prover){.dir = dir, .from = i, .step = threads, .n = proofs};
		pthread_create(&p[i].id, NULL, prove_some, &p[i]);
	}
	for (size_t i = 0; i < threads; i++) {
		pthread_join(p[i].id, NULL);
		made += (double)p[i].done / p[i].making;
		checked += (double)p[i].done / p[i].checking;
		done += p[i].done;
		hashes += p[i].hashes;
	}
	printf("proofs %llu\nprovers %zu\nhashes %.2f\nmade %.0f\nchecked %.0f\n", (unsigned long long)done, threads,
		(double)hashes / (double)done, made, checked);
}

/* Tiles ---- */

static void cut(struct log *log)
{
	struct buf out;
	struct err e;
	uint64_t bytes = 0, size = log_size(log), tiles = 0;
	double began = seconds_spent();
	buf_init(&out, TILE_MAX_BYTES);
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		struct tlog_tile t = {.level = level};
		for (; (t.width = tile_width_at(&t, size)) > 0; t.index++, tiles++) {
			buf_clear(&out);
			if (log_tile_read(log, &t, &out, &e) < 0)
				fail(&e);
			bytes += out.n;
		}
		if (t.index == 0)
			break;
	}
	printf("tiles %llu\ntile_bytes %.4f\ncutting %.6f\n", (unsigned long long)tiles, (double)bytes / (double)size,
		seconds_spent() - began);
	buf_done(&out);
}

/* Auditing ---- */

static void audit(struct log *log)
{
	struct err e;
	double began = seconds(), spent = seconds_spent();
	if (log_each(log, 0, NULL, NULL, &e) < 0)
		fail(&e);
	printf("audit %.6f\naudit_spent %.6f\n", seconds() - began, seconds_spent() - spent);
}

int run_million(const char *dir, uint64_t acts)
{
	grow(dir, acts);
	double began = seconds();
	struct log *log = open_log(dir, LOG_READ);
	printf("open %.6f\npeak_open %.1f\n", seconds() - began, peak_megabytes());
	prove(dir, acts);
	printf("peak_prove %.1f\n", peak_megabytes());
	cut(log);
	audit(log);
	log_close(log);
	printf("peak_audit %.1f\n", peak_megabytes());
	return 0;
}
