/* SPDX-License-Identifier: Apache-2.0 */
#include "acts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define TYPE STR("application/vnd.comity.act.v1+json")

void fail(const struct err *e)
{
	fprintf(stderr, "comity-bench-log: %s: %s (%s)\n", e->where, e->what, e->hint);
	exit(1);
}

void signers_make(struct signers *s)
{
	struct hasher h;
	struct err e;
	uint8_t seed[ED25519_SEED] = {7};
	hasher_init(&h);
	for (int i = 0; i < SIGNERS; i++) {
		seed[1] = (uint8_t)i;
		if (ed25519_key_make(&s->key[i], seed, &e) < 0)
			fail(&e);
		dsse_key_ed25519(&h, &s->key[i].pub, &s->name[i]);
	}
	hasher_done(&h);
}

static bool find(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct signers *s = ctx;
	(void)d;
	(void)index;
	for (int i = 0; i < SIGNERS; i++)
		if (str_eq(keyid, str_of(s->name[i].keyid))) {
			*ret = s->name[i].key;
			return true;
		}
	return false;
}

struct log_keys signers_keys(struct signers *s)
{
	return (struct log_keys){.find = find, .ctx = s};
}

void act_sign(const struct signers *s, uint64_t n, struct buf *out)
{
	char text[ACT_BYTES + 1];
	struct arena a = {0};
	struct err e;
	size_t who = n % SIGNERS;
	int used = snprintf(text, sizeof text,
		"{\"kind\":\"consent_deposited\",\"date\":\"2026-07-01\",\"args\":{\"P\":\"XX\",\"I\":\"INS-%016llx\"},"
		"\"text\":{\"en\":\"",
		(unsigned long long)(n * 0x9e3779b97f4a7c15u));
	memset(text + used, 'x', ACT_BYTES - (size_t)used);
	memcpy(text + ACT_BYTES - 3, "\"}}", 3);
	struct dsse d = {.type = TYPE, .payload = {text, ACT_BYTES}};
	if (dsse_sign(&d, &a, str_of(s->name[who].keyid), &s->key[who], &e) < 0 || dsse_write(&d, out, &e) < 0)
		fail(&e);
	arena_done(&a);
}

static int genesis(void *ctx, struct str vkey, struct str keyid, struct buf *out, struct err *e)
{
	(void)ctx;
	(void)e;
	buf_addf(out, "{\"kind\":\"genesis\",\"vkey\":\"%.*s\",\"keyid\":\"%.*s\"}", STR_ARG(vkey), STR_ARG(keyid));
	return 0;
}

void make_log(const char *dir)
{
	struct err e;
	struct log_genesis g = {.origin = STR("bench.example/acts"), .type = TYPE, .payload = genesis};
	if (log_create(dir, &g, &e) < 0)
		fail(&e);
}

struct log *open_log(const char *dir, enum log_mode mode)
{
	struct log *log;
	struct err e;
	if (log_open(dir, mode, &log, &e) < 0)
		fail(&e);
	return log;
}

static double clock_seconds(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double seconds(void)
{
	return clock_seconds(CLOCK_MONOTONIC);
}

double seconds_spent(void)
{
	return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double peak_megabytes(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return (double)used.ru_maxrss / 1024;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void print_quantiles(const char *name, double *v, size_t n)
{
	qsort(v, n, sizeof *v, ascending);
	printf("%s_p50 %.6f\n%s_p99 %.6f\n%s_max %.6f\n", name, v[n / 2], name, v[n * 99 / 100], name, v[n - 1]);
}
