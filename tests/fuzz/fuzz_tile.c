/* SPDX-License-Identifier: Apache-2.0
 *
 * Tiles: a line with a path, then a bundle. A path that is read is written back byte for byte, and its tile is the one that the trees
 * which have it have there; entries cut from a bundle make it again.
 */
#include "log/tile.h"
#include "tests/fuzz/fuzz.h"

static void try_path(struct str path)
{
	struct tlog_tile t;
	struct buf b;
	uint64_t from, to;
	if (!tile_path_read(path, &t))
		return;
	buf_init(&b, TILE_MAX_PATH);
	tile_path_write(&t, &b);
	must(str_eq(buf_str(&b), path));
	must(t.width >= 1 && t.width <= TILE_WIDTH && t.level < TILE_LEVELS && t.index >> 56 == 0 && !(t.entries && t.level));
	if (tile_sizes(&t, &from, &to)) {
		must(0 < from && from <= to);
		must(tile_width_at(&t, from) == t.width && tile_width_at(&t, to) == t.width);
		must(tile_width_at(&t, from - 1) == t.width - 1);
		must(to == UINT64_MAX || tile_width_at(&t, to + 1) == t.width + 1);
	} else {
		must(tile_width_at(&t, UINT64_MAX) < t.width);
	}
	buf_done(&b);
}

static void try_bundle(struct str bundle)
{
	struct str rest = bundle, entry;
	struct buf b;
	buf_init(&b, bundle.n);
	while (tile_entry_next(&rest, &entry))
		tile_entry_add(entry, &b);
	must(!b.over && b.n + rest.n == bundle.n && str_starts(bundle, buf_str(&b)));
	buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = {(const char *)data, n}, path = in, bundle = {"", 0};
	(void)str_cut(in, '\n', &path, &bundle);
	try_path(path);
	try_bundle(bundle);
	return 0;
}
