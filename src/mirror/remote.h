/* SPDX-License-Identifier: Apache-2.0
 *
 * A log on another machine, as C2SP tlog-tiles lays it out: files below one address. And its tree, for proofs, read from its tiles.
 *
 * Invariants: nothing read here is believed; remote_tree only computes, and what it computes counts when it comes to a root that was
 * signed. What was asked for has a limit. A file that the server does not give out is told apart from a server that cannot be reached.
 */
#ifndef MIRROR_REMOTE_H
#define MIRROR_REMOTE_H

#include "base/arena.h"
#include "log/merkle.h"
#include "log/tile.h"
#include "mirror/fetch.h"

enum { REMOTE_TRIES = 3, REMOTE_PAUSE_MS = 200, REMOTE_MAX_PATH = 400 };

struct remote {
	struct fetch *fetch;
	struct str base; /* address, without a slash at the end */
	int status;	 /* of the last answer */
};

/* One file, into the arena. ERR_ABSENT: the server says, each time it is asked, that it does not give it out (4xx); else as fetch_ask, and
 * ERR_SYSTEM: it answers with an error of its own. `path` without a slash in front. */
int remote_get(struct remote *r, struct str path, size_t max, struct arena *a, struct str *ret, struct err *e);
/* A tile or bundle of a tree of this size; where the server has only the full one of a partial tile (C2SP: it may), the front of that.
 * The bytes are as they came, of whatever length. ret_path: "tile/0/000.p/7". */
int remote_tile(struct remote *r, const struct tlog_tile *t, struct arena *a, struct str *ret, struct str *ret_path, struct err *e);

/* A source of hashes for proofs (log/merkle.h) about the tree of `size` entries. Keeps the tiles it has read. */
struct remote_tree {
	struct remote *from;
	uint64_t size;
	struct arena arena;
	struct hasher *hasher;
	struct {
		struct kept_tile {
			struct tlog_tile t;
			struct str bytes, path;
		} *v;
		size_t n, cap;
	} tiles;
	struct str absent; /* path of a tile that was not given out, or not whole: the reason for ERR_ABSENT */
};
void remote_tree_init(struct remote_tree *t, struct remote *from, uint64_t size, struct hasher *h);
void remote_tree_done(struct remote_tree *t);
struct merkle_source remote_tree_source(struct remote_tree *t);

#endif
