/* SPDX-License-Identifier: Apache-2.0 */
#include "web/finder.h"

#include "base/json.h"
#include "web/locale.h"

#include <stdlib.h>
#include <string.h>

struct folding {
	struct arena *keep, scratch; /* folding needs several times the room of its result */
};

static struct findable room_for(struct folding *f, size_t n)
{
	return (struct findable){arena_array(f->keep, n + 1, struct str), 0};
}

static void add_text(struct folding *f, struct findable *to, struct str text)
{
	struct str folded = fold_case(text, &f->scratch);
	for (size_t i = 0; i < to->n; i++)
		if (str_eq(to->texts[i], folded))
			folded.n = 0;
	if (folded.n)
		to->texts[to->n++] = arena_str(f->keep, folded);
	arena_reset(&f->scratch);
}

static void add_texts(struct folding *f, struct findable *to, const json_t *by_language)
{
	const char *lang;
	json_t *text;
	json_object_foreach((json_t *)by_language, lang, text)
	{
		add_text(f, to, json_str(text));
	}
}

static void fold_things(struct finder *x, struct folding *f, const struct record *r)
{
	x->nthings = record_entities(r, NO_ID, &x->arena, &x->things);
	x->thing = arena_array(&x->arena, x->nthings + 1, struct findable);
	for (size_t i = 0; i < x->nthings; i++) {
		const struct entity *en = x->things[i];
		x->thing[i] = room_for(f, en->ntitles + 1);
		add_text(f, &x->thing[i], syms_str(record_syms(r), en->name));
		for (size_t k = 0; k < en->ntitles; k++)
			add_text(f, &x->thing[i], en->titles[k].text);
	}
}

static void fold_parties(struct finder *x, struct folding *f, const struct record *r)
{
	x->party = arena_array(&x->arena, x->al->nparties + 1, struct findable);
	for (size_t i = 0; i < x->al->nparties; i++) {
		x->party[i] = room_for(f, 2);
		add_text(f, &x->party[i], syms_str(record_syms(r), x->al->parties[i].entity->name));
		add_text(f, &x->party[i], x->al->parties[i].title);
	}
}

static void fold_articles(struct finder *x, struct folding *f, const struct rulebook *rb)
{
	x->article = arena_array(&x->arena, rb->articles.n + 1, struct findable);
	for (uint32_t i = 0; i < rb->articles.n; i++) {
		const struct article *a = &rb->articles.v[i];
		x->article[i] = room_for(f, 1);
		add_text(f, &x->article[i], ARENA_JOIN(&f->scratch, a->title, STR(" "), a->body));
	}
}

static void fold_acts(struct finder *x, struct folding *f)
{
	x->act = arena_array(&x->arena, x->al->acts.n + 1, struct findable);
	for (size_t i = 0; i < x->al->acts.n; i++) {
		const json_t *titles = json_object_get(x->al->acts.v[i]->json, "title"),
			     *texts = json_object_get(x->al->acts.v[i]->json, "text");
		x->act[i] = room_for(f, json_object_size(titles) + json_object_size(texts));
		add_texts(f, &x->act[i], titles);
		add_texts(f, &x->act[i], texts);
	}
}

static int by_hash(const void *a, const void *b)
{
	const struct finder_hash *x = a, *y = b;
	int order = memcmp(x->hash.b, y->hash.b, DIGEST_LEN);
	if (order == 0)
		order = (x->pos > y->pos) - (x->pos < y->pos);
	return order ? order : (int)x->how - (int)y->how;
}

static void hash_entries(struct finder *x, struct folding *f, const struct record *r)
{
	LIST(struct finder_hash) all = {0};
	struct hasher h;
	hasher_init(&h);
	for (uint64_t pos = 0; pos < record_size(r); pos++) {
		const struct record_act *a = record_act(r, pos);
		struct genuine_things things = {0};
		if (a && a->json)
			genuine_list(a->json, &h, f->keep, &things);
		for (size_t i = 0; i < things.n; i++) {
			struct finder_hash one = {things.v[i].hash, things.v[i].how, things.v[i].path, pos};
			arena_push(f->keep, &all, one);
		}
	}
	hasher_done(&h);
	x->hashes = all.v;
	x->nhashes = all.n;
	if (all.n)
		qsort(all.v, all.n, sizeof *all.v, by_hash);
}

size_t finder_first(const struct finder *f, const struct digest *hash)
{
	size_t low = 0, high = f->nhashes;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memcmp(f->hashes[middle].hash.b, hash->b, DIGEST_LEN) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct finder *finder_new(struct almanac *al)
{
	const struct record *r = view_record(al->view);
	struct finder *x = zeroed(1, sizeof *x);
	struct folding f = {.keep = &x->arena};
	x->refs = 1;
	x->al = almanac_ref(al);
	fold_things(x, &f, r);
	fold_parties(x, &f, r);
	fold_articles(x, &f, record_rulebook(r));
	fold_acts(x, &f);
	hash_entries(x, &f, r);
	arena_done(&f.scratch);
	return x;
}

struct finder *finder_ref(struct finder *f)
{
	__atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
	return f;
}

void finder_unref(struct finder *f)
{
	if (!f || __atomic_sub_fetch(&f->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	almanac_unref(f->al);
	arena_done(&f->arena);
	free(f);
}

static bool all_in(struct str text, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find(text, words[i]) == text.n)
			return false;
	return true;
}

bool findable_has(const struct findable *f, const struct str *words, size_t n)
{
	for (size_t i = 0; n && i < f->n; i++)
		if (all_in(f->texts[i], words, n))
			return true;
	return false;
}

bool findable_is(const struct findable *f, struct str word)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->texts[i], word))
			return true;
	return false;
}
