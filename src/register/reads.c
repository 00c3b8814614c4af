/* SPDX-License-Identifier: Apache-2.0 */
#include "register/reads.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024 };

/* Far enough from each other that what follows cannot make them meet by a few bits. */
static uint64_t begin(enum read_of what)
{
	return hash_more(hash_more(1, what), 1);
}

static uint64_t finish(uint64_t h)
{
	h = hash_more(h, h >> 32);
	return h ? h : 1;
}

uint64_t hash_str(uint64_t h, struct str s)
{
	return hash_more(h, str_hash(s));
}

uint64_t reads_key(enum read_of what, uint64_t which)
{
	return finish(hash_more(begin(what), which));
}

uint64_t reads_instance(enum read_of what, uint32_t fact, const struct value *args, uint32_t n)
{
	uint64_t h = hash_more(begin(what), fact);
	for (uint32_t i = 0; i < n; i++)
		h = hash_more(h, value_pack(args[i]));
	return finish(h);
}

uint64_t reads_facts(uint32_t fact, struct value about)
{
	return finish(hash_more(hash_more(begin(READ_FACTS), fact), value_pack(about)));
}

uint64_t reads_until(uint64_t key, civil last)
{
	return finish(hash_more(hash_more(key, 1), (uint64_t)last));
}

uint64_t reads_name(struct str name)
{
	return finish(hash_str(begin(READ_NAME), name));
}

/* Where the key is, or would be. There are slots, and one is free. */
static uint32_t *slot_of(const struct number_set *r, uint64_t key)
{
	size_t i = key & (r->nslots - 1);
	while (r->slots[i] && r->v[r->slots[i] - 1] != key)
		i = (i + 1) & (r->nslots - 1);
	return &r->slots[i];
}

bool reads_have(const struct reads *r, uint64_t key)
{
	return r && r->keys.nslots && *slot_of(&r->keys, key) != 0;
}

static void more_slots(struct number_set *r)
{
	free(r->slots);
	r->nslots = r->nslots ? 2 * r->nslots : SLOTS;
	r->slots = zeroed(r->nslots, sizeof *r->slots);
	for (size_t i = 0; i < r->n; i++)
		*slot_of(r, r->v[i]) = (uint32_t)i + 1;
}

static void add(struct number_set *r, uint64_t number)
{
	if (r->n >= r->nslots / 2)
		more_slots(r);
	uint32_t *slot = slot_of(r, number);
	if (*slot)
		return;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : SLOTS / 2;
		uint64_t *more = realloc(r->v, r->cap * sizeof *more);
		if (!more)
			arena_oom();
		r->v = more;
	}
	r->v[r->n++] = number;
	*slot = (uint32_t)r->n;
}

void reads_note(struct reads *r, uint64_t key)
{
	if (r)
		add(&r->keys, key);
}

void reads_note_day(struct reads *r, civil t)
{
	if (r && !r->undated && t != CIVIL_ALWAYS && t != CIVIL_NEVER)
		add(&r->days, (uint64_t)(date_day(t) / DAY));
}

static void empty(struct number_set *r)
{
	if (r->n)
		memset(r->slots, 0, r->nslots * sizeof *r->slots);
	r->n = 0;
}

void reads_reset(struct reads *r)
{
	empty(&r->keys);
	empty(&r->days);
}

void reads_done(struct reads *r)
{
	free(r->keys.v);
	free(r->keys.slots);
	free(r->days.v);
	free(r->days.slots);
	*r = (struct reads){0};
}
