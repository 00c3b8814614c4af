/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY_COST = 2048 }; /* the entry, the reply's headers in the library, the allocator's share */

struct entry {
	struct entry *next;	     /* in its bucket */
	struct entry *newer, *older; /* by last use */
	uint64_t hash, position;
	struct http_reply *reply;
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

static void forget(struct cache *c, struct entry **at)
{
	struct entry *n = *at;
	*at = n->next;
	unlink_use(c, n);
	c->count.entries--;
	c->count.bytes -= n->cost;
	http_reply_unref(n->reply);
	free(n);
}

struct http_reply *cache_get(struct cache *c, struct str key, uint64_t position)
{
	uint64_t hash = str_hash(key);
	struct http_reply *r = NULL;
	pthread_mutex_lock(&c->lock);
	struct entry **at = place(c, key, hash);
	if (*at && (*at)->position != position) {
		forget(c, at);
		c->count.stale++;
	} else if (*at) {
		r = http_reply_ref((*at)->reply);
		if (*at != c->newest) {
			struct entry *n = *at;
			unlink_use(c, n);
			link_newest(c, n);
		}
	}
	c->count.hits += r != NULL;
	c->count.misses += r == NULL;
	pthread_mutex_unlock(&c->lock);
	return r;
}

void cache_put(struct cache *c, struct str key, uint64_t position, struct http_reply *r)
{
	size_t cost = http_reply_bytes(r) + key.n + ENTRY_COST;
	struct entry *n = cost <= c->max / 8 ? malloc(sizeof *n + key.n) : NULL;
	if (!n)
		return;
	*n = (struct entry){.hash = str_hash(key), .position = position, .reply = http_reply_ref(r), .cost = cost, .key_n = key.n};
	memcpy(n->key, key.p, key.n);
	pthread_mutex_lock(&c->lock);
	struct entry **at = place(c, key, n->hash);
	if (*at)
		forget(c, at);
	while (c->oldest && c->count.bytes + cost > c->max) {
		struct entry *old = c->oldest;
		forget(c, place(c, (struct str){old->key, old->key_n}, old->hash));
		c->count.evicted++;
	}
	at = &c->buckets[n->hash & (c->nbuckets - 1)];
	n->next = *at;
	*at = n;
	link_newest(c, n);
	c->count.entries++;
	c->count.bytes += cost;
	pthread_mutex_unlock(&c->lock);
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
		forget(c, place(c, (struct str){c->oldest->key, c->oldest->key_n}, c->oldest->hash));
	pthread_mutex_destroy(&c->lock);
	free(c->buckets);
	free(c);
}
