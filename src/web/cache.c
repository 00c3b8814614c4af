/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	ENTRY_COST = 2048, /* the entry, the reply's headers in the library, the allocator's share */
	NAME_COST = 256,
	NAMES = 8, /* of one reply: programs ask in few ways */
};

struct entry {
	struct entry *next;	     /* in its bucket */
	struct entry *newer, *older; /* by last use; a name is not in this list */
	uint64_t hash, position;
	struct http_reply *reply; /* NULL: it is a name */
	struct entry *of;	  /* of a name: the entry that has the reply */
	struct entry *names;	  /* of an entry; by next_name */
	struct entry *next_name;
	unsigned nnames;
	size_t cost, key_n;
	char key[];
};

struct cache {
	pthread_mutex_t lock;
	struct entry **buckets;
	size_t nbuckets; /* a power of two */
	struct entry *newest, *oldest;
	size_t max;
	struct cache_figures count;
};

struct cache *cache_new(size_t max_bytes)
{
	struct cache *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->max = max_bytes;
	/* As many buckets as there can be entries, roughly: chains stay short without ever growing the table. */
	for (c->nbuckets = 64; c->nbuckets < max_bytes / (4 * ENTRY_COST) && c->nbuckets < 1u << 20;)
		c->nbuckets *= 2;
	c->buckets = calloc(c->nbuckets, sizeof *c->buckets);
	if (!c->buckets || pthread_mutex_init(&c->lock, NULL) != 0) {
		free(c->buckets);
		free(c);
		return NULL;
	}
	return c;
}

/* The following run under the lock. */

static size_t cost_of(const struct http_reply *r, size_t key_n)
{
	return http_reply_bytes(r) + key_n + ENTRY_COST;
}

static void unlink_use(struct cache *c, struct entry *n)
{
	*(n->newer ? &n->newer->older : &c->newest) = n->older;
	*(n->older ? &n->older->newer : &c->oldest) = n->newer;
}

static void link_newest(struct cache *c, struct entry *n)
{
	n->newer = NULL;
	n->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = n;
	c->newest = n;
}

static struct entry **place(struct cache *c, struct str key, uint64_t hash)
{
	struct entry **at = &c->buckets[hash & (c->nbuckets - 1)];
	while (*at && ((*at)->hash != hash || !str_eq((struct str){(*at)->key, (*at)->key_n}, key)))
		at = &(*at)->next;
	return at;
}

static void forget_name(struct cache *c, struct entry **at)
{
	struct entry *n = *at, **named = &n->of->names;
	while (*named != n)
		named = &(*named)->next_name;
	*named = n->next_name;
	n->of->nnames--;
	*at = n->next;
	c->count.bytes -= n->cost;
	free(n);
}

static struct entry **place_of(struct cache *c, const struct entry *n)
{
	return place(c, (struct str){n->key, n->key_n}, n->hash);
}

static void forget(struct cache *c, struct entry *n)
{
	while (n->names)
		forget_name(c, place_of(c, n->names));
	*place_of(c, n) = n->next;
	unlink_use(c, n);
	c->count.entries--;
	c->count.bytes -= n->cost;
	http_reply_unref(n->reply);
	free(n);
}

/* What stands at the key; NULL: nothing, or nothing from that position. */
static struct entry *look_up(struct cache *c, struct str key, uint64_t hash, uint64_t position)
{
	struct entry **at = place(c, key, hash), *n = *at;
	if (!n || n->position == position)
		return n && n->of ? n->of : n;
	c->count.stale += !n->of;
	if (n->of)
		forget_name(c, at);
	else
		forget(c, n);
	return NULL;
}

/* Until so many bytes more are not too many. */
static void make_room(struct cache *c, size_t bytes)
{
	while (c->oldest && c->count.bytes + bytes > c->max) {
		forget(c, c->oldest);
		c->count.evicted++;
	}
}

/* What it holds by now; if that is more than before, what was used less goes. */
static void use(struct cache *c, struct entry *n)
{
	size_t cost = cost_of(n->reply, n->key_n);
	if (n != c->newest) {
		unlink_use(c, n);
		link_newest(c, n);
	}
	c->count.bytes += cost - n->cost;
	n->cost = cost;
	make_room(c, 0);
}

static struct http_reply *get(struct cache *c, struct str key, uint64_t position, bool counts)
{
	uint64_t hash = str_hash(key);
	struct http_reply *r = NULL;
	pthread_mutex_lock(&c->lock);
	struct entry *n = look_up(c, key, hash, position);
	if (n) {
		r = http_reply_ref(n->reply);
		use(c, n);
	}
	c->count.hits += r != NULL;
	c->count.misses += counts && !r;
	pthread_mutex_unlock(&c->lock);
	return r;
}

struct http_reply *cache_get(struct cache *c, struct str key, uint64_t position)
{
	return get(c, key, position, true);
}

struct http_reply *cache_named(struct cache *c, struct str name, uint64_t position)
{
	return get(c, name, position, false);
}

static struct entry *entry_new(struct str key, uint64_t position, size_t cost)
{
	struct entry *n = malloc(sizeof *n + key.n);
	if (!n)
		return NULL;
	*n = (struct entry){.hash = str_hash(key), .position = position, .cost = cost, .key_n = key.n};
	memcpy(n->key, key.p, key.n);
	return n;
}

static void insert(struct cache *c, struct entry *n)
{
	struct entry **at = &c->buckets[n->hash & (c->nbuckets - 1)];
	n->next = *at;
	*at = n;
	c->count.bytes += n->cost;
}

void cache_put(struct cache *c, struct str key, uint64_t position, struct http_reply *r)
{
	size_t cost = cost_of(r, key.n);
	struct entry *n = cost <= c->max / 8 ? entry_new(key, position, cost) : NULL, *before;
	if (!n)
		return;
	n->reply = http_reply_ref(r);
	pthread_mutex_lock(&c->lock);
	if ((before = *place(c, key, n->hash)))
		forget(c, before);
	make_room(c, cost);
	insert(c, n);
	link_newest(c, n);
	c->count.entries++;
	pthread_mutex_unlock(&c->lock);
}

void cache_name(struct cache *c, struct str name, struct str key, uint64_t position)
{
	struct entry *n = entry_new(name, position, name.n + NAME_COST), *of;
	if (!n)
		return;
	pthread_mutex_lock(&c->lock);
	make_room(c, n->cost);
	of = *place(c, key, str_hash(key));
	if (of && !*place(c, name, n->hash)) {
		struct entry *last = of->names;
		while (last && last->next_name)
			last = last->next_name;
		if (of->nnames == NAMES)
			forget_name(c, place_of(c, last));
		n->of = of;
		n->next_name = of->names;
		of->names = n;
		of->nnames++;
		insert(c, n);
		n = NULL;
	}
	pthread_mutex_unlock(&c->lock);
	free(n);
}

struct cache_figures cache_count(struct cache *c)
{
	pthread_mutex_lock(&c->lock);
	struct cache_figures f = c->count;
	pthread_mutex_unlock(&c->lock);
	return f;
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	while (c->oldest)
		forget(c, c->oldest);
	pthread_mutex_destroy(&c->lock);
	free(c->buckets);
	free(c);
}
