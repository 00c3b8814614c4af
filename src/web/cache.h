/* SPDX-License-Identifier: Apache-2.0
 *
 * Complete replies by key (address and content type), each with the log position it was made from. A reply may have other names:
 * what was asked, word for word, so that what is asked often need not be understood each time.
 *
 * Invariants: a reply is handed out only for the position that the caller names, so what is stale is known by comparison
 * and never by a timer. The bytes held never pass the maximum: the least recently used go first. A reply that became a file, too, since it
 * was handed out (http.h), counts with it from the next time on. Safe for all threads. A hit allocates nothing.
 */
#ifndef WEB_CACHE_H
#define WEB_CACHE_H

#include "http/http.h"

struct cache;

struct cache_figures {
	uint64_t hits, misses, stale, evicted;
	size_t entries, bytes; /* entries: replies, not their names */
};

struct cache *cache_new(size_t max_bytes); /* NULL when memory is short */
void cache_free(struct cache *c); /* gives its references back; NULL is fine */
/* A reference, or NULL. A reply made from another position is forgotten. */
struct http_reply *cache_get(struct cache *c, struct str key, uint64_t position);
/* Keeps its own reference. A reply larger than an eighth of the maximum is not kept. */
void cache_put(struct cache *c, struct str key, uint64_t position, struct http_reply *r);
/* As long as the reply of `key` is kept, `name` gives it too, for this position. No key is a name; a reply has a few, the latest. */
void cache_name(struct cache *c, struct str name, struct str key, uint64_t position);
struct http_reply *cache_named(struct cache *c, struct str name, uint64_t position); /* as cache_get; that there is none is no miss */
struct cache_figures cache_count(struct cache *c);

#endif
