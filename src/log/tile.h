/* SPDX-License-Identifier: Apache-2.0
 *
 * Tiles (C2SP tlog-tiles): the tree and its entries cut into files that anybody may fetch, keep and serve.
 *
 * Hash i of tile N at level L is the root of the entries [(256N + i) * 256^L, (256N + i + 1) * 256^L): the hashes of a level are
 * the roots of the full tiles below it. A bundle holds the entries of the tile of its number at level 0, each after its length
 * in two bytes, the higher first. The last tile of a level may be partial, 1 to 255 wide.
 *
 * Invariants: a tile has one path, and what is not spelled like it is no tile. What is in a tile never changes. An empty tile
 * does not exist.
 */
#ifndef LOG_TILE_H
#define LOG_TILE_H

#include "log/merkle.h"

enum {
	TILE_WIDTH = 256,
	TILE_LEVELS = 64,   /* that have a name; trees of up to 2^64 - 1 leaves have hashes on eight */
	TILE_MAX_PATH = 48, /* bytes */
	TILE_MAX_ENTRY = 65535,
	TILE_MAX_BYTES = TILE_WIDTH * (2 + TILE_MAX_ENTRY), /* of a bundle; a tile of hashes has at most 8,192 */
};

struct tlog_tile {
	bool entries;	/* a bundle; its level is 0 */
	unsigned level; /* 0 to 63 */
	uint64_t index; /* below 2^56 */
	unsigned width; /* 1 to 256: full */
};

/* Paths without the leading "tile/": "0/000", "1/x001/234.p/7", "entries/000.p/255". False: no path of a tile. */
bool tile_path_read(struct str path, struct tlog_tile *ret);
void tile_path_write(const struct tlog_tile *t, struct buf *out);

/* How wide this level and index are in a tree of this size: 0, there is nothing, to 256. The width of *t plays no part. */
unsigned tile_width_at(const struct tlog_tile *t, uint64_t size);
/* The trees that consist of *t and others: those of *ret_from to *ret_to entries; a full tile is in all later ones. False: none. */
bool tile_sizes(const struct tlog_tile *t, uint64_t *ret_from, uint64_t *ret_to);

/* Appends the hashes of a tile: `width` reads. */
int tile_hashes(const struct merkle_source *from, const struct tlog_tile *t, struct buf *out, struct err *e);
/* Appends one entry, at most TILE_MAX_ENTRY bytes, to a bundle. */
void tile_entry_add(struct str entry, struct buf *out);
/* The next entry of a bundle, cut from *rest. False: what is left holds no whole one; at the end of a bundle nothing is left. */
bool tile_entry_next(struct str *rest, struct str *ret);

#endif
