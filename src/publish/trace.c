/* SPDX-License-Identifier: Apache-2.0
 *
 * The file is a line, then numbers and strings as they lie in memory here, one after the other; each list begins with its length.
 */
#include "publish/trace.h"

#include <stdlib.h>
#include <string.h>

static const struct str magic = {"comity publication 2\n", 21};

enum { PLACES = 1 << 12 };

void trace_init(struct trace *t)
{
	*t = (struct trace){0};
	syms_init(&t->targets, &t->arena, NULL);
	arena_push(&t->arena, &t->sets, (struct trace_set){0});
}

void trace_done(struct trace *t)
{
	free(t->key_at.v);
	free(t->set_at.v);
	arena_done(&t->arena);
	*t = (struct trace){0};
}

sym trace_target(struct trace *t, struct str target)
{
	sym id = syms_intern(&t->targets, target);
	while (t->pages.n <= id)
		arena_push(&t->arena, &t->pages, (struct trace_page){0});
	return id;
}

/* ---- keys and sets, each once ------------------------------------------------------------------------------------------------------------ */

typedef bool is_it(const struct trace *t, uint32_t number, const void *what);

static bool is_key(const struct trace *t, uint32_t number, const void *what)
{
	return t->keys.v[number].key == *(const uint64_t *)what;
}

static bool is_set(const struct trace *t, uint32_t number, const void *what)
{
	const struct trace_set *x = &t->sets.v[number], *y = what;
	return x->hash == y->hash && x->n == y->n && (x->n == 0 || memcmp(x->keys, y->keys, x->n * sizeof *x->keys) == 0);
}

/* Where the number + 1 of what has that hash stands, or would. */
static uint32_t *place_of(const struct trace *t, const struct trace_places *p, uint64_t hash, is_it *is, const void *what)
{
	size_t at = hash & (p->n - 1);
	while (p->v[at] && !is(t, p->v[at] - 1, what))
		at = (at + 1) & (p->n - 1);
	return &p->v[at];
}

/* True: there are others now, all of them free. */
static bool more_places(struct trace_places *p, size_t taken)
{
	if (taken < p->n / 2)
		return false;
	free(p->v);
	for (p->n = p->n ? p->n : PLACES; taken >= p->n / 2;)
		p->n *= 2;
	p->v = zeroed(p->n, sizeof *p->v);
	return true;
}

static uint32_t key_number(struct trace *t, uint64_t key)
{
	if (more_places(&t->key_at, t->keys.n))
		for (uint32_t i = 0; i < t->keys.n; i++)
			*place_of(t, &t->key_at, t->keys.v[i].key, is_key, &t->keys.v[i].key) = i + 1;
	uint32_t *place = place_of(t, &t->key_at, key, is_key, &key);
	if (!*place) {
		arena_push(&t->arena, &t->keys, ((struct fingerprint){.key = key}));
		*place = (uint32_t)t->keys.n;
	}
	return *place - 1;
}

static int ascending(const void *x, const void *y)
{
	const uint32_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

uint32_t trace_set_of(struct trace *t, const uint64_t *keys, size_t n)
{
	struct trace_set s = {.keys = zeroed(n + 1, sizeof *s.keys), .n = (uint32_t)n};
	for (size_t i = 0; i < n; i++)
		s.keys[i] = key_number(t, keys[i]);
	if (n)
		qsort(s.keys, n, sizeof *s.keys, ascending);
	for (size_t i = 0; i < n; i++)
		s.hash = hash_more(s.hash, s.keys[i]);
	if (more_places(&t->set_at, t->sets.n))
		for (uint32_t i = 1; i < t->sets.n; i++)
			*place_of(t, &t->set_at, t->sets.v[i].hash, is_set, &t->sets.v[i]) = i + 1;
	uint32_t *place = place_of(t, &t->set_at, s.hash, is_set, &s), *own = s.keys;
	if (!*place) {
		s.keys = arena_copy(&t->arena, s.keys, n * sizeof *s.keys);
		arena_push(&t->arena, &t->sets, s);
		*place = (uint32_t)t->sets.n;
	}
	free(own);
	return *place - 1;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------------ */

static bool take(struct str *rest, void *ret, size_t n)
{
	if (rest->n < n)
		return false;
	memcpy(ret, rest->p, n);
	*rest = str_slice(*rest, n, rest->n);
	return true;
}

/* A length, and so many things of `size` bytes, which are there. */
static bool take_list(struct str *rest, size_t size, uint32_t *ret_n, struct str *ret)
{
	if (!take(rest, ret_n, sizeof *ret_n) || rest->n / size < *ret_n)
		return false;
	*ret = str_slice(*rest, 0, *ret_n * size);
	*rest = str_slice(*rest, ret->n, rest->n);
	return true;
}

static bool read_keys(struct trace *t, struct str *rest)
{
	uint32_t n;
	struct str list;
	if (!take_list(rest, sizeof *t->keys.v, &n, &list))
		return false;
	t->keys.v = arena_copy(&t->arena, list.p, list.n);
	t->keys.n = t->keys.cap = n;
	return true;
}

static bool read_set(struct trace *t, struct str *rest)
{
	struct trace_set s = {0};
	struct str list;
	bool good = take_list(rest, sizeof *s.keys, &s.n, &list);
	if (good)
		s.keys = arena_copy(&t->arena, list.p, list.n);
	for (uint32_t i = 0; i < s.n && good; i++) {
		good = s.keys[i] < t->keys.n;
		s.hash = hash_more(s.hash, s.keys[i]);
	}
	arena_push(&t->arena, &t->sets, s);
	return good;
}

static bool read_page(struct trace *t, struct str *rest, uint32_t npages)
{
	struct trace_page p = {.had = true};
	struct str target, list;
	uint32_t n;
	bool good = take_list(rest, 1, &n, &target) && take(rest, &p.before, sizeof p.before) && take(rest, &p.set, sizeof p.set) && p.set < t->sets.n &&
		    take_list(rest, sizeof *p.links, &p.nlinks, &list);
	if (good)
		p.links = arena_copy(&t->arena, list.p, list.n);
	for (uint32_t i = 0; i < p.nlinks && good; i++)
		good = p.links[i] > 0 && p.links[i] <= npages;
	for (size_t i = 0; i < TRACE_SAID && good; i++) {
		good = take_list(rest, 1, &n, &list);
		p.said[i] = good && n ? arena_str(&t->arena, list) : STR("");
	}
	size_t before = t->pages.n;
	sym id = good ? trace_target(t, target) : 0;
	if (id != before) /* each comes once */
		return false;
	t->pages.v[id] = p;
	return true;
}

bool trace_read(struct trace *t, struct str bytes)
{
	uint32_t n = 0;
	struct str rest = str_slice(bytes, magic.n, bytes.n);
	bool good = str_starts(bytes, magic) && take(&rest, &t->frame, sizeof t->frame) && read_keys(t, &rest) && take(&rest, &n, sizeof n);
	for (uint32_t i = 0; i < n && good; i++)
		good = read_set(t, &rest);
	good = good && take(&rest, &n, sizeof n);
	trace_target(t, STR(""));
	for (uint32_t i = 0; i < n && good; i++)
		good = read_page(t, &rest, n);
	if (good && rest.n == 0)
		return true;
	trace_done(t);
	trace_init(t);
	return false;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------------ */

static void put(struct buf *out, const void *p, size_t n)
{
	buf_add(out, (struct str){p, n});
}

static void put_list(struct buf *out, const void *p, uint32_t n, size_t size)
{
	put(out, &n, sizeof n);
	put(out, p, n * size);
}

struct numbers { /* by number here: number in the file + 1; 0: it is left out */
	uint32_t *keys, *sets, *pages;
	uint32_t nkeys, nsets, npages;
};

static void number_all(const struct trace *t, bool (*kept)(void *ctx, sym page), void *ctx, struct numbers *ret)
{
	*ret = (struct numbers){zeroed(t->keys.n + 1, sizeof(uint32_t)), zeroed(t->sets.n + 1, sizeof(uint32_t)), zeroed(t->pages.n + 1, sizeof(uint32_t)), 0, 0, 0};
	for (sym id = 1; id < t->pages.n; id++)
		if (kept(ctx, id)) {
			uint32_t *set = &ret->sets[t->pages.v[id].set];
			ret->pages[id] = ++ret->npages;
			*set = 1;
		}
	for (uint32_t s = 1; s < t->sets.n; s++) {
		ret->sets[s] = ret->sets[s] ? ++ret->nsets : 0;
		for (uint32_t i = 0; ret->sets[s] && i < t->sets.v[s].n; i++)
			ret->keys[t->sets.v[s].keys[i]] = 1;
	}
	for (uint32_t k = 0; k < t->keys.n; k++)
		ret->keys[k] = ret->keys[k] ? ++ret->nkeys : 0;
}

static void put_page(const struct trace *t, const struct numbers *to, sym id, struct arena *scratch, struct buf *out)
{
	const struct trace_page *p = &t->pages.v[id];
	struct str target = syms_str(&t->targets, id);
	uint32_t set = p->set ? to->sets[p->set] : SET_UNKNOWN, n = 0, *leads = arena_array(scratch, p->nlinks + 1, uint32_t);
	put_list(out, target.p, (uint32_t)target.n, 1);
	put(out, &p->before, sizeof p->before);
	put(out, &set, sizeof set);
	for (uint32_t i = 0; i < p->nlinks; i++)
		if (to->pages[p->links[i]])
			leads[n++] = to->pages[p->links[i]];
	put_list(out, leads, n, sizeof *leads);
	for (size_t i = 0; i < TRACE_SAID; i++)
		put_list(out, p->said[i].p, (uint32_t)p->said[i].n, 1);
	arena_reset(scratch);
}

bool trace_write(const struct trace *t, bool (*kept)(void *ctx, sym page), void *ctx, struct buf *out)
{
	struct numbers to;
	struct arena scratch = {0};
	number_all(t, kept, ctx, &to);
	buf_add(out, magic);
	put(out, &t->frame, sizeof t->frame);
	put(out, &to.nkeys, sizeof to.nkeys);
	for (uint32_t k = 0; k < t->keys.n; k++)
		if (to.keys[k])
			put(out, &t->keys.v[k], sizeof t->keys.v[k]);
	put(out, &to.nsets, sizeof to.nsets);
	for (uint32_t s = 1; s < t->sets.n; s++) {
		uint32_t *keys = arena_array(&scratch, t->sets.v[s].n + 1, uint32_t);
		for (uint32_t i = 0; to.sets[s] && i < t->sets.v[s].n; i++)
			keys[i] = to.keys[t->sets.v[s].keys[i]] - 1;
		if (to.sets[s])
			put_list(out, keys, t->sets.v[s].n, sizeof *keys);
		arena_reset(&scratch);
	}
	put(out, &to.npages, sizeof to.npages);
	for (sym id = 1; id < t->pages.n; id++)
		if (to.pages[id])
			put_page(t, &to, id, &scratch, out);
	arena_done(&scratch);
	free(to.keys);
	free(to.sets);
	free(to.pages);
	return !out->over;
}
