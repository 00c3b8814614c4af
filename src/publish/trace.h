/* SPDX-License-Identifier: Apache-2.0
 *
 * What a publication was made from, kept beside it: for each address the entry that its page names, what was read of the view for it, and where
 * it leads; for each key (register/reads.h) the fingerprint of what it stood for then. So the next publication makes only those pages again
 * for which something reads otherwise now, and knows of the others without opening them. (Build tools call this verifying traces: Mokhov,
 * Mitchell, Peyton Jones, Build systems à la carte, 2018.)
 *
 * Invariants: a file for this machine alone, disposable: what cannot be read is as if nothing had been published. Numbers of addresses, keys and
 * sets are those of one trace.
 */
#ifndef PUBLISH_TRACE_H
#define PUBLISH_TRACE_H

#include "base/syms.h"
#include "publish/fingerprint.h"

enum { TRACE_MAX = 1 << 30, TARGETS_MAX = 20 << 20, SET_UNKNOWN = 0, TRACE_SAID = 2 };

struct trace_page {
	bool had;	 /* it was published before, */
	uint64_t before; /* and named this entry */
	uint32_t set;	 /* of keys; SET_UNKNOWN: it is made again each time */
	sym *links;	 /* where it leads, in the order of the page */
	uint32_t nlinks;
	struct str said[TRACE_SAID]; /* headers that not every page has: whoever publishes knows which; mostly empty */
};


struct trace_set {
	uint32_t *keys; /* by number, ascending */
	uint32_t n;
	uint64_t hash;
};

struct trace_places { /* of what is there once: number + 1; 0: free */
	uint32_t *v;
	size_t n; /* a power of two */
};

struct trace {
	struct arena arena;
	uint64_t frame; /* fingerprint of all that is the same for every page: the program, the day, the languages, the rulebook */
	struct syms targets; /* addresses, in the order in which they were found */
	struct { struct trace_page *v; size_t n, cap; } pages; /* by number of their address */
	struct { struct fingerprint *v; size_t n, cap; } keys;
	struct { struct trace_set *v; size_t n, cap; } sets; /* the first is SET_UNKNOWN */
	struct trace_places key_at, set_at;
};

void trace_init(struct trace *t);
void trace_done(struct trace *t);
sym trace_target(struct trace *t, struct str target); /* its page is there, if only as one that was not published */
uint32_t trace_set_of(struct trace *t, const uint64_t *keys, size_t n); /* the set of these keys, each once; never SET_UNKNOWN */

/* Reads what trace_write wrote, into a trace that is empty. False: it cannot be read, and the trace is empty. */
bool trace_read(struct trace *t, struct str bytes);
/* Those pages of which `kept` says so, with the sets and keys that they need; before is the entry that each names now. False: out of room. */
bool trace_write(const struct trace *t, bool (*kept)(void *ctx, sym page), void *ctx, struct buf *out);

#endif
