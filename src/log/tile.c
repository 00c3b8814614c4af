/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tile.h"

enum { INDEX_BITS = 56, GROUPS = 6 }; /* 2^56 has 17 digits */

/* Paths ---- */

/* "x001/x234/067", read loosely: the caller compares spellings. */
static bool read_index(struct str s, uint64_t *ret)
{
	uint64_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == 'x' || s.p[i] == '/')
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.p[i] - '0');
		if (n >> INDEX_BITS)
			return false;
	}
	*ret = n;
	return true;
}

bool tile_path_read(struct str path, struct tlog_tile *ret)
{
	struct tlog_tile t = {.width = TILE_WIDTH};
	struct str level, index;
	uint64_t n = 0;
	if (path.n > TILE_MAX_PATH || !str_cut(path, '/', &level, &index))
		return false;
	t.entries = str_eq(level, STR("entries"));
	if (!t.entries && (!str_u64(level, &n) || n >= TILE_LEVELS))
		return false;
	t.level = (unsigned)n;
	size_t at = str_find(index, STR(".p/"));
	if (at < index.n) {
		if (!str_u64(str_slice(index, at + 3, index.n), &n) || n < 1 || n >= TILE_WIDTH)
			return false;
		t.width = (unsigned)n;
		index.n = at;
	}
	if (!read_index(index, &t.index))
		return false;
	struct buf own; /* one tile, one path: zeros, groups and marks are right when it is written like this */
	buf_init(&own, TILE_MAX_PATH);
	tile_path_write(&t, &own);
	bool same = str_eq(buf_str(&own), path);
	buf_done(&own);
	if (same)
		*ret = t;
	return same;
}

void tile_path_write(const struct tlog_tile *t, struct buf *out)
{
	unsigned group[GROUPS], n = 0;
	uint64_t rest = t->index;
	do {
		group[n++] = (unsigned)(rest % 1000);
		rest /= 1000;
	} while (rest && n < GROUPS);
	if (t->entries)
		buf_adds(out, "entries/");
	else
		buf_addf(out, "%u/", t->level);
	while (n-- > 0)
		buf_addf(out, n ? "x%03u/" : "%03u", group[n]);
	if (t->width < TILE_WIDTH)
		buf_addf(out, ".p/%u", t->width);
}

/* Which tiles a tree has ---- */

/* Leaves under one hash of the level, as a shift; 64 and more: more than any tree has. */
static unsigned shift_of(const struct tlog_tile *t)
{
	return 8 * t->level;
}

unsigned tile_width_at(const struct tlog_tile *t, uint64_t size)
{
	uint64_t hashes = shift_of(t) < 64 ? size >> shift_of(t) : 0, first = t->index * TILE_WIDTH;
	if (hashes <= first)
		return 0;
	return hashes - first < TILE_WIDTH ? (unsigned)(hashes - first) : TILE_WIDTH;
}

bool tile_sizes(const struct tlog_tile *t, uint64_t *ret_from, uint64_t *ret_to)
{
	unsigned shift = shift_of(t);
	uint64_t hashes = t->index * TILE_WIDTH + t->width; /* 0: one more than a uint64_t counts */
	if (shift >= 64 || hashes == 0 || hashes > UINT64_MAX >> shift)
		return false;
	*ret_from = hashes << shift;
	*ret_to = t->width == TILE_WIDTH ? UINT64_MAX : *ret_from + (((uint64_t)1 << shift) - 1);
	return true;
}

/* What is in them ---- */

int tile_hashes(const struct merkle_source *from, const struct tlog_tile *t, struct buf *out, struct err *e)
{
	for (unsigned i = 0; i < t->width; i++) {
		struct digest d;
		int rc = from->read(from->ctx, shift_of(t), t->index * TILE_WIDTH + i, &d, e);
		if (rc < 0)
			return rc;
		buf_add(out, (struct str){(const char *)d.b, DIGEST_LEN});
	}
	return 0;
}

void tile_entry_add(struct str entry, struct buf *out)
{
	buf_addc(out, (char)(entry.n >> 8));
	buf_addc(out, (char)(entry.n & 0xff));
	buf_add(out, entry);
}

bool tile_entry_next(struct str *rest, struct str *ret)
{
	if (rest->n < 2)
		return false;
	size_t n = (size_t)(uint8_t)rest->p[0] << 8 | (uint8_t)rest->p[1];
	if (rest->n - 2 < n)
		return false;
	*ret = str_slice(*rest, 2, 2 + n);
	*rest = str_slice(*rest, 2 + n, rest->n);
	return true;
}
