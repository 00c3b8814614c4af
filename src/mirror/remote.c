/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror/remote.h"

#include <string.h>
#include <time.h>

enum { LEVEL_BITS = 8, MAX_KEPT = 256 }; /* tiles of one tree that are kept: proofs take a few */

/* Files ---- */

static bool is_refusal(int status)
{
	return status >= 400 && status < 500 && status != 408 && status != 429; /* later, says the one; less often, the other */
}

static int ask_once(struct remote *r, struct str url, size_t max, struct fetch_reply *ret, struct err *e)
{
	r->status = 0;
	int rc = fetch_get(r->fetch, url, max, ret, e);
	if (rc < 0)
		return rc;
	r->status = ret->status;
	if (ret->status == 200)
		return 0;
	return err_set(e, is_refusal(ret->status) ? ERR_ABSENT : ERR_SYSTEM, url.p, "the server answers with status %d", ret->status);
}

int remote_get(struct remote *r, struct str path, size_t max, struct arena *a, struct str *ret, struct err *e)
{
	struct fetch_reply reply;
	struct str url = arena_fmt(a, "%.*s/%.*s", STR_ARG(r->base), STR_ARG(path));
	int rc = 0;
	for (int i = 0; i < REMOTE_TRIES; i++) {
		if (i)
			nanosleep(&(struct timespec){0, i * REMOTE_PAUSE_MS * 1000000L}, NULL);
		if ((rc = ask_once(r, url, max, &reply, e)) == 0) {
			*ret = arena_str(a, reply.body);
			return 0;
		}
		if (rc != ERR_ABSENT && rc != ERR_SYSTEM)
			break;
	}
	return rc;
}

/* The first `width` entries of a bundle, or of a tile of hashes; what is shorter stays as it is. */
static struct str front(struct str bytes, const struct tlog_tile *t)
{
	struct str rest = bytes, one;
	if (!t->entries)
		return str_slice(bytes, 0, (size_t)t->width * DIGEST_LEN);
	for (unsigned i = 0; i < t->width; i++)
		if (!tile_entry_next(&rest, &one))
			return bytes;
	return str_slice(bytes, 0, bytes.n - rest.n);
}

static struct str tile_path(const struct tlog_tile *t, struct arena *a)
{
	struct buf b;
	buf_init(&b, TILE_MAX_PATH + 5);
	buf_adds(&b, "tile/");
	tile_path_write(t, &b);
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

int remote_tile(struct remote *r, const struct tlog_tile *t, struct arena *a, struct str *ret, struct str *ret_path, struct err *e)
{
	struct str path = tile_path(t, a), full;
	size_t max = t->entries ? TILE_MAX_BYTES : (size_t)TILE_WIDTH * DIGEST_LEN;
	int rc = remote_get(r, path, max, a, ret, e);
	*ret_path = path;
	if (rc != ERR_ABSENT || t->width == TILE_WIDTH)
		return rc;
	struct tlog_tile whole = *t;
	whole.width = TILE_WIDTH;
	int status = r->status;
	if (remote_get(r, tile_path(&whole, a), max, a, &full, NULL) == 0) {
		*ret = front(full, t);
		return 0;
	}
	r->status = status;
	return rc;
}

/* The tree ---- */

void remote_tree_init(struct remote_tree *t, struct remote *from, uint64_t size, struct hasher *h)
{
	*t = (struct remote_tree){.from = from, .size = size, .hasher = h};
}

void remote_tree_done(struct remote_tree *t)
{
	arena_done(&t->arena);
	*t = (struct remote_tree){0};
}

static int load(struct remote_tree *t, unsigned level, uint64_t index, struct str *ret, struct err *e)
{
	struct kept_tile k = {.t = {.level = level, .index = index}};
	for (size_t i = 0; i < t->tiles.n; i++)
		if (t->tiles.v[i].t.level == level && t->tiles.v[i].t.index == index) {
			*ret = t->tiles.v[i].bytes;
			return 0;
		}
	k.t.width = tile_width_at(&k.t, t->size);
	if (!k.t.width)
		return err_set(e, ERR_INPUT, "tile", "the tree has no such hash");
	if (t->tiles.n == MAX_KEPT) { /* a walk over all of them: what was read first is not asked for again */
		arena_reset(&t->arena);
		t->tiles.v = NULL;
		t->tiles.n = t->tiles.cap = 0;
	}
	int rc = remote_tile(t->from, &k.t, &t->arena, &k.bytes, &k.path, e);
	if (rc == 0 && k.bytes.n != (size_t)k.t.width * DIGEST_LEN)
		rc = err_set(e, ERR_ABSENT, k.path.p, "what is given out has %zu bytes, not %zu", k.bytes.n, (size_t)k.t.width * DIGEST_LEN);
	if (rc == ERR_ABSENT)
		t->absent = k.path;
	if (rc < 0)
		return rc;
	arena_push(&t->arena, &t->tiles, k);
	*ret = k.bytes;
	return 0;
}

/* A subtree of 2^level leaves is folded from those of the tile below it. */
static int read_hash(void *ctx, unsigned level, uint64_t index, struct digest *ret, struct err *e)
{
	struct remote_tree *t = ctx;
	struct str bytes = {0};
	struct digest row[TILE_WIDTH / 2];
	unsigned tile_level = level / LEVEL_BITS, fold = level % LEVEL_BITS;
	uint64_t first = index << fold;
	size_t n = (size_t)1 << fold, at = (size_t)(first % TILE_WIDTH) * DIGEST_LEN;
	int rc = load(t, tile_level, first / TILE_WIDTH, &bytes, e);
	if (rc < 0)
		return rc;
	if (at + n * DIGEST_LEN > bytes.n)
		return err_set(e, ERR_INPUT, "tile", "the tree has no such hash");
	memcpy(row, bytes.p + at, n * DIGEST_LEN);
	for (; n > 1; n /= 2)
		for (size_t i = 0; i < n / 2; i++)
			merkle_node(t->hasher, &row[2 * i], &row[2 * i + 1], &row[i]);
	*ret = row[0];
	return 0;
}

struct merkle_source remote_tree_source(struct remote_tree *t)
{
	return (struct merkle_source){read_hash, t};
}
