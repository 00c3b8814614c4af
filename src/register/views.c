/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache of views. A view of an audience at a position never changes, so it may be kept for as long as there is room;
 * the least recently used goes first. Whoever asks for one that is being made waits for it.
 */
#include "register/reg_internal.h"

#include <stdlib.h>
#include <string.h>

/* In force after the first `size` entries. */
static const struct bundle *bundle_of_then(const struct reg *r, uint64_t size)
{
	size_t i = r->adopted.n - 1;
	while (i && r->adopted.v[i].pos >= size)
		i--;
	return r->adopted.v[i].bundle;
}

int reg_make_view(struct reg *r, const struct bundle *b, struct str audience, uint64_t size, struct entry *more,
	const struct view **ret, struct err *e)
{
	struct entry **entries = zeroed(size + 1, sizeof *entries);
	pthread_mutex_lock(&r->cache_lock);
	for (uint64_t i = 0; i < size; i++)
		entries[i] = entry_ref(r->entries.v[i]);
	struct record *record = record_new(b ? b : bundle_of_then(r, size), audience);
	pthread_mutex_unlock(&r->cache_lock);
	int rc = 0;
	record_reserve(record, size + (more != NULL));
	for (uint64_t i = 0; i < size && rc == 0; i++)
		rc = record_add(record, entries[i], e);
	if (rc == 0 && more)
		rc = record_add(record, more, e);
	if (rc == 0)
		rc = view_new(record, ret, e);
	record_unref(record);
	for (uint64_t i = 0; i < size; i++)
		entry_unref(entries[i]);
	free(entries);
	return rc;
}

static struct cached *find(struct reg *r, struct str audience, uint64_t known)
{
	for (size_t i = 0; i < MAX_VIEWS; i++)
		if (r->views[i].audience && r->views[i].known == known && str_eq(str_of(r->views[i].audience), audience))
			return &r->views[i];
	return NULL;
}

static void empty(struct cached *c)
{
	view_unref(c->view);
	free(c->audience);
	*c = (struct cached){0};
}

/* A free place, or that of the least recently used view; what is known now gives way to no past. NULL: all are being made. */
static struct cached *make_room(struct reg *r)
{
	struct cached *oldest = NULL, *newest = NULL;
	for (size_t i = 0; i < MAX_VIEWS; i++) {
		struct cached *c = &r->views[i];
		if (!c->audience)
			return c;
		struct cached **o = c->known + 1 == r->entries.n ? &newest : &oldest;
		if (c->view && (!*o || c->used < (*o)->used))
			*o = c;
	}
	oldest = oldest ? oldest : newest;
	if (oldest)
		empty(oldest);
	return oldest;
}

static char *copy(struct str s)
{
	char *z = strndup(s.p, s.n);
	if (!z)
		arena_oom();
	return z;
}

static int make_and_keep(struct reg *r, struct cached *c, struct str audience, uint64_t known, const struct view **ret, struct err *e)
{
	if (c)
		*c = (struct cached){.audience = copy(audience), .known = known};
	pthread_mutex_unlock(&r->cache_lock);
	int rc = reg_make_view(r, NULL, audience, known + 1, NULL, ret, e);
	pthread_mutex_lock(&r->cache_lock);
	if (c && rc == 0) {
		c->view = view_ref(*ret);
		c->used = ++r->clock;
	} else if (c) {
		empty(c);
	}
	pthread_cond_broadcast(&r->built);
	return rc;
}

static int get(struct reg *r, struct str audience, uint64_t known, const struct view **ret, struct err *e)
{
	struct cached *c;
	uint64_t newest = r->entries.n - 1;
	if (known == UINT64_MAX)
		known = newest;
	if (known > newest)
		return err_set(e, ERR_INPUT, "known", "there is no entry %llu yet; the newest is %llu", (unsigned long long)known,
			(unsigned long long)newest);
	while ((c = find(r, audience, known)) && !c->view)
		pthread_cond_wait(&r->built, &r->cache_lock);
	if (!c)
		return make_and_keep(r, make_room(r), audience, known, ret, e);
	c->used = ++r->clock;
	*ret = view_ref(c->view);
	return 0;
}

void reg_keep_view(struct reg *r, const struct view *v)
{
	pthread_mutex_lock(&r->cache_lock);
	struct str audience = view_audience(v);
	struct cached *c = find(r, audience, view_known(v)) ? NULL : make_room(r);
	if (c)
		*c = (struct cached){copy(audience), view_known(v), ++r->clock, view_ref(v)};
	pthread_mutex_unlock(&r->cache_lock);
}

static int by_word(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static int no_words(struct err *e)
{
	return err_set(e, ERR_INPUT, "audience", "it must be words joined by commas, as in \"members,KZ\"");
}

int audience_spell(struct str audience, struct buf *out, struct err *e)
{
	enum { MAX_WORDS = 64 };
	struct str words[MAX_WORDS], rest = audience;
	size_t n = 0;
	for (bool more = true; more && audience.n;) {
		struct str one;
		more = str_cut(rest, ',', &one, &rest);
		if (!more)
			one = rest;
		if (n == MAX_WORDS || !name_is_entity(one))
			return no_words(e);
		if (!str_eq(one, STR("public")))
			words[n++] = one;
	}
	if (n)
		qsort(words, n, sizeof *words, by_word);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(words[i - 1], words[i])) {
			if (out->n)
				buf_addc(out, ',');
			buf_add(out, words[i]);
		}
	if (!out->n)
		buf_adds(out, "public");
	return out->over ? no_words(e) : 0;
}

int reg_view(struct reg *r, struct str audience, uint64_t known, const struct view **ret, struct err *e)
{
	struct buf name;
	buf_init(&name, MAX_AUDIENCE_BYTES);
	int rc = audience_spell(audience, &name, e);
	if (rc == 0) {
		pthread_mutex_lock(&r->cache_lock);
		rc = get(r, buf_str(&name), known, ret, e);
		pthread_mutex_unlock(&r->cache_lock);
	}
	buf_done(&name);
	return rc;
}
