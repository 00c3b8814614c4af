/* SPDX-License-Identifier: Apache-2.0
 *
 * The log for those who copy and verify it: checkpoint, tiles, bundles of entries, and the blobs that public entries name.
 *
 * All of it comes from one handle of the log, which only moves forward: the checkpoint that was given out names no tile that is not
 * there. Tiles are made when they are asked for, from the rows of their own hashes or entries and no others (256 rows of hashes, or twice
 * as many with the entries), and the cache keeps them as it keeps pages.
 */
#include "web/handlers.h"
#include "web/site.h"
#include "web/witnesses.h"

int checkpoint_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct str note;
	if (!witnesses_checkpoint(ctx, a->arena, &note))
		return witnesses_wait(ret, e, "No checkpoint has the quorum of witnesses yet that the register's policy wants.");
	buf_add(&ret->body, note);
	ret->media = "text/plain; charset=utf-8";
	return 0;
}

/* Sixty-four hexadecimal digits, in lower case only: one blob, one address. */
static bool read_name(struct str name, struct digest *ret)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] >= 'A' && name.p[i] <= 'F')
			return false;
	return hex_parse(name, ret->b, sizeof ret->b);
}

/* What stands after "tile/", in its one spelling: the segments from `first` on. */
static bool read_tile(const struct ask *a, size_t first, struct tlog_tile *ret)
{
	struct buf path;
	buf_init(&path, TILE_MAX_PATH);
	for (size_t i = first; i < a->segments; i++) {
		if (i > first)
			buf_addc(&path, '/');
		buf_add(&path, a->segment[i]);
	}
	bool is_tile = !path.over && tile_path_read(buf_str(&path), ret);
	buf_done(&path);
	return is_tile;
}

static int send_tile(const struct ask *a, size_t first, void *ctx, struct response *ret, struct err *e)
{
	struct reg *reg = register_site_reg(ctx);
	struct tlog_tile t;
	if (!read_tile(a, first, &t)) {
		(void)ASK_FAULT(a, ret, e, ERR_ABSENT, "tile", N_("Tiles have addresses like {a}, {b} and {c}."), {"a", STR("/tile/0/x001/234")}, {"b", STR("/tile/1/000.p/17")}, {"c", STR("/tile/entries/000")});
		return err_hint(e, "C2SP tlog-tiles says how they are spelled");
	}
	ret->body.max = TILE_MAX_BYTES; /* a full bundle of the longest entries */
	reg_lock(reg);
	int rc = log_tile_read(reg_log(reg), &t, &ret->body, e);
	reg_unlock(reg);
	if (rc == ERR_ABSENT) {
		(void)ASK_FAULT(a, ret, e, rc, "tile", N_("No signed checkpoint has this tile."), {0});
		return err_hint(e, "read /checkpoint: a tree of n entries has the tiles that n gives, and partial ones only as wide as n ends");
	}
	ret->media = "application/octet-stream";
	return rc;
}

int tile_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return send_tile(a, 1, ctx, ret, e);
}

bool is_this_log(struct register_site *s, struct str name)
{
	struct reg *reg = register_site_reg(s);
	struct digest named, own;
	struct hasher h;
	if (!read_name(name, &named))
		return false;
	hasher_init(&h);
	reg_lock(reg);
	sha256(&h, log_origin(reg_log(reg)), &own);
	reg_unlock(reg);
	hasher_done(&h);
	return digest_eq(&named, &own);
}

int mirrored_tile_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	if (!is_this_log(ctx, a->id[0]))
		return ASK_FAULT(a, ret, e, ERR_ABSENT, "tile", N_("No log of that hash is here."), {0});
	return send_tile(a, 2, ctx, ret, e);
}

/* What the public view may read: for ever, since no entry that names it ever goes away, and the address says what the bytes are. So caches
 * may keep it; a proxy that asked again after each new entry would fetch up to 64 MB again. (What must not be public for ever does
 * not belong into an open document: every mirror has it too.) The hash does not cover a media type, and a document by whoever filed it
 * must not be taken for a page of this site: it is bytes. */
int blob_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct reg *reg = register_site_reg(ctx);
	const struct view *v;
	struct log_blob blob;
	struct digest hash;
	if (!read_name(a->id[0], &hash))
		return ASK_FAULT(a, ret, e, ERR_ABSENT, "blob", N_("A blob is named by its SHA-256: 64 hexadecimal digits in lower case."), {0});
	int rc = reg_view(reg, STR("public"), a->position, &v, e);
	if (rc < 0)
		return rc;
	rc = reg_blob(reg, v, &hash, a->arena, &blob, e);
	view_unref(v);
	if (rc == ERR_ABSENT)
		return ASK_FAULT(a, ret, e, rc, "blob", N_("No public entry of the record names a blob of this hash."), {0});
	if (rc < 0)
		return rc;
	ret->body.max = LOG_MAX_BLOB;
	buf_add(&ret->body, blob.bytes);
	ret->media = "application/octet-stream";
	return 0;
}
