/* SPDX-License-Identifier: Apache-2.0
 *
 * Complete replies by key (address and content type), each with the log position it was made from.
 *
 * Invariants: a reply is handed out only for the position that the caller names, so what is stale is known by comparison
 * and never by a timer. The bytes held never pass the maximum: the least recently used go first. Safe for all threads.
 * A hit allocates nothing.
 */
#ifndef WEB_CACHE_H
#define WEB_CACHE_H

#include "web/http.h"

struct cache;

struct cache_figures {
	uint64_t hits, misses, stale, evicted;
	size_t entries, bytes;
};

struct cache *cache_new(size_t max_bytes); /* NULL when memory is short */
void cache_free(struct cache *c);
/* A reference, or NULL. A reply made from another position is forgotten. */
struct http_reply *cache_get(struct cache *c, struct str key, uint64_t position);
/* Keeps its own reference. A reply larger than an eighth of the maximum is not kept. */
void cache_put(struct cache *c, struct str key, uint64_t position, struct http_reply *r);
struct cache_figures cache_count(struct cache *c);

#endif
