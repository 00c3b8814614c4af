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

int checkpoint_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	(void)e;
	buf_add(&ret->body, reg_checkpoint(register_site_reg(ctx), a->arena));
	ret->media = "text/plain; charset=utf-8";
	return 0;
}

/* What stands after "/tile/", in its one spelling. */
static bool read_tile(const struct ask *a, struct tlog_tile *ret)
{
	struct buf path;
	buf_init(&path, TILE_MAX_PATH);
	for (size_t i = 1; i < a->segments; i++) {
		if (i > 1)
			buf_addc(&path, '/');
		buf_add(&path, a->segment[i]);
	}
	bool is_tile = !path.over && tile_path_read(buf_str(&path), ret);
	buf_done(&path);
	return is_tile;
}

int tile_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct reg *reg = register_site_reg(ctx);
	struct tlog_tile t;
	if (!read_tile(a, &t)) {
		(void)err_set(e, ERR_ABSENT, "tile", "Tiles have addresses like /tile/0/x001/234, /tile/1/000.p/17 and /tile/entries/000.");
		return err_hint(e, "C2SP tlog-tiles says how they are spelled");
	}
	ret->body.max = TILE_MAX_BYTES; /* a full bundle of the longest entries */
	reg_lock(reg);
	int rc = log_tile_read(reg_log(reg), &t, &ret->body, e);
	reg_unlock(reg);
	if (rc == ERR_ABSENT) {
		(void)err_set(e, rc, "tile", "No signed checkpoint has this tile.");
		return err_hint(e, "read /checkpoint: a tree of n entries has the tiles that n gives, and partial ones only as wide as n ends");
	}
	ret->media = "application/octet-stream";
	return rc;
}

/* Sixty-four hexadecimal digits, in lower case only: one blob, one address. */
static bool read_name(struct str name, struct digest *ret)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] >= 'A' && name.p[i] <= 'F')
			return false;
	return hex_parse(name, ret->b, sizeof ret->b);
}

/* What the public view may read. The hash does not cover a media type, and a document by whoever filed it must not be taken for a page
 * of this site: it is bytes. */
int blob_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct reg *reg = register_site_reg(ctx);
	const struct view *v;
	struct log_blob blob;
	struct digest hash;
	if (!read_name(a->id[0], &hash))
		return err_set(e, ERR_ABSENT, "blob", "A blob is named by its SHA-256: 64 hexadecimal digits in lower case.");
	int rc = reg_view(reg, STR("public"), a->position, &v, e);
	if (rc < 0)
		return rc;
	rc = reg_blob(reg, v, &hash, a->arena, &blob, e);
	view_unref(v);
	if (rc == ERR_ABSENT)
		return err_set(e, rc, "blob", "No public entry of the record names a blob of this hash.");
	if (rc < 0)
		return rc;
	ret->body.max = LOG_MAX_BLOB;
	buf_add(&ret->body, blob.bytes);
	ret->media = "application/octet-stream";
	return 0;
}
