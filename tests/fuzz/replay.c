/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over its corpus: one TAP point for each file, and one for N random changes of them from SEED.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <string.h>

enum { MAX_FILE = 1 << 20 };

struct input {
	char name[256];
	uint8_t *p;
	size_t n;
};

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	return *seed ^= *seed << 17;
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	uint64_t v;
	return str_u64(str_of(getenv(name)), &v) ? v : otherwise;
}

static bool load(const char *dir, struct input *in)
{
	char path[1024];
	(void)snprintf(path, sizeof path, "%s/%s", dir, in->name);
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	in->p = malloc(MAX_FILE);
	in->n = fread(in->p, 1, MAX_FILE, f);
	(void)fclose(f);
	return true;
}

/* On a copy of exact size, so that the address sanitizer sees a step too far. */
static void run(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);
	if (n)
		memcpy(copy, p, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

/* Flips, replacements, cuts, doublings, splices: a few at once. */
static void run_changed(const struct input *all, size_t count, uint64_t *seed)
{
	static uint8_t b[2 * MAX_FILE];
	const struct input *in = &all[next(seed) % count], *other = &all[next(seed) % count];
	size_t n = in->n;
	memcpy(b, in->p, n);
	for (uint64_t steps = 1 + next(seed) % 3; steps > 0; steps--) {
		size_t at = n ? next(seed) % n : 0, len = n ? next(seed) % (n - at + 1) : 0;
		switch (next(seed) % 5) {
		case 0:
			if (n)
				b[at] ^= (uint8_t)(1u << next(seed) % 8);
			break;
		case 1:
			if (n)
				b[at] = (uint8_t)next(seed);
			break;
		case 2:
			memmove(b + at, b + at + len, n - at - len);
			n -= len;
			break;
		case 3:
			if (n + len <= MAX_FILE) {
				memmove(b + at + len, b + at, n - at);
				n += len;
			}
			break;
		default:
			if (other->n > at) {
				memcpy(b + at, other->p + at, other->n - at);
				n = other->n;
			}
		}
	}
	run(b, n);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->name, ((const struct input *)b)->name);
}

int main(int argc, char **argv)
{
	struct input *all = NULL;
	size_t count = 0;
	DIR *list = argc == 2 ? opendir(argv[1]) : NULL;
	if (!list) {
		(void)fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
		return 2;
	}
	for (struct dirent *d; (d = readdir(list));) {
		struct input in = {0};
		(void)snprintf(in.name, sizeof in.name, "%s", d->d_name);
		if (d->d_name[0] == '.' || !load(argv[1], &in))
			continue;
		all = realloc(all, (count + 1) * sizeof *all);
		all[count++] = in;
	}
	(void)closedir(list);
	if (count)
		qsort(all, count, sizeof *all, by_name);
	(void)printf("1..%zu\n", count + 1);
	for (size_t i = 0; i < count; i++) {
		run(all[i].p, all[i].n);
		(void)printf("ok %zu - %s\n", i + 1, all[i].name);
		(void)fflush(stdout);
	}
	uint64_t seed = setting("SEED", 1) * 0x9e3779b97f4a7c15u | 1, n = setting("N", 2000);
	for (uint64_t i = 0; i < n && count; i++)
		run_changed(all, count, &seed);
	(void)printf("%s %zu - %llu random changes\n", count ? "ok" : "not ok", count + 1, (unsigned long long)n);
	for (size_t i = 0; i < count; i++)
		free(all[i].p);
	free(all);
	return count ? 0 : 1;
}
