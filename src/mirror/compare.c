/* SPDX-License-Identifier: Apache-2.0
 *
 * What the server gives out beside the new entries: tiles, bundles and blobs are those that follow from what is held, and so are all
 * derived facts.
 */
#include "mirror/follow_int.h"

#include "log/base64.h"
#include "register/facts.h"

#include <inttypes.h>
#include <string.h>

enum { PARTS = 64, LEAST = 16 }; /* of all that is held, this part (and so many) is compared again in each round */

int prove_held(struct follow *f, const struct shown *s, uint64_t index, struct merkle_proof *ret, struct err *e)
{
	return log_prove_inclusion(f->copy, index, s->c.size, ret, e);
}

/* ---- tiles -------------------------------------------------------------------------------------------------------------------- */

/* The first hash that differs. */
static int found_tile(struct follow *f, const struct shown *s, const struct tlog_tile *t, struct str own, struct str served, struct str path,
	struct err *e)
{
	struct finding x = {.kind = FOUND_TILE, .first = s->note, .path = path, .bytes = served};
	int rc = 0;
	while (x.index + 1 < t->width && (x.index + 1) * DIGEST_LEN <= served.n &&
		memcmp(own.p + x.index * DIGEST_LEN, served.p + x.index * DIGEST_LEN, DIGEST_LEN) == 0)
		x.index++;
	memcpy(x.hash.b, own.p + x.index * DIGEST_LEN, DIGEST_LEN);
	if (t->level == 0)
		rc = prove_held(f, s, t->index * TILE_WIDTH + x.index, &x.proof, e);
	if (rc < 0)
		return rc;
	return found(f, &x, "first path index hash proof bytes",
		"The tile %.*s that %.*s gives out is not that of the log which it signed: hash %" PRIu64 " of it is another.", STR_ARG(path),
		STR_ARG(f->remote.base), x.index);
}

/* The first entry that differs. A bundle that is cut off, or has something after its entries, is none. */
static int found_bundle(struct follow *f, const struct shown *s, const struct tlog_tile *t, struct str own, struct str served, struct str path,
	struct err *e)
{
	struct finding x = {.kind = FOUND_SWAP, .first = s->note, .index = t->index * TILE_WIDTH};
	struct str a, b;
	while (tile_entry_next(&own, &a)) {
		if (!tile_entry_next(&served, &b))
			return found_missing(f, s, path);
		if (!str_eq(a, b)) {
			x.bytes = b;
			merkle_leaf(&f->hasher, a, &x.hash);
			int rc = prove_held(f, s, x.index, &x.proof, e);
			return rc < 0 ? rc
				      : found(f, &x, "first index hash proof bytes",
						"Swapped: what %.*s gives out as entry %" PRIu64 " is not the entry that it gave out before, and that %.*s signed.",
						STR_ARG(f->remote.base), x.index, STR_ARG(f->key.name));
		}
		x.index++;
	}
	return found_missing(f, s, path);
}

static int compare_tile(struct follow *f, const struct shown *s, struct tlog_tile t, struct err *e)
{
	struct arena a = {0};
	struct str served, path;
	struct buf own;
	t.width = tile_width_at(&t, s->c.size);
	buf_init(&own, TILE_MAX_BYTES);
	int rc = log_tile_read(f->copy, &t, &own, e);
	if (rc == 0 && (rc = remote_tile(&f->remote, &t, &a, &served, &path, e)) == ERR_ABSENT)
		rc = found_missing(f, s, path);
	else if (rc == 0 && !str_eq(buf_str(&own), served))
		rc = (t.entries ? found_bundle : found_tile)(f, s, &t, buf_str(&own), served, path, e);
	buf_done(&own);
	arena_done(&a);
	return rc;
}

/* Tiles of hashes at a level. */
static uint64_t tiles_at(unsigned level, uint64_t size)
{
	uint64_t hashes = level < 8 ? size >> (8 * level) : 0;
	return hashes / TILE_WIDTH + (hashes % TILE_WIDTH != 0);
}

int compare_tiles(struct follow *f, const struct shown *s, uint64_t before, struct err *e)
{
	int rc = 0;
	for (unsigned level = 0; tiles_at(level, s->c.size) && rc == 0; level++)
		for (uint64_t i = (before >> (8 * level)) / TILE_WIDTH; i < tiles_at(level, s->c.size) && rc == 0; i++)
			rc = compare_tile(f, s, (struct tlog_tile){.level = level, .index = i}, e);
	return rc;
}

/* ---- blobs -------------------------------------------------------------------------------------------------------------------- */

static int found_blob(struct follow *f, const struct named *n, struct finding *x, struct str served, const struct digest *is)
{
	x->kind = FOUND_BLOB;
	x->hash = *is;
	if (served.n <= EVIDENCE_MAX_SERVED)
		x->bytes = served;
	return found(f, x, served.n <= EVIDENCE_MAX_SERVED ? "first index proof entry path hash bytes" : "first index proof entry path hash",
		n->rulebook ? "Another rulebook: what %.*s gives out as %.*s is not the rulebook that entry %" PRIu64 " of the log which it signed adopts."
			    : "What %.*s gives out as %.*s is not the document that entry %" PRIu64 " of the log which it signed names.",
		STR_ARG(f->remote.base), STR_ARG(x->path), n->by);
}

int fetch_blob(struct follow *f, const struct shown *s, const struct named *n, struct str entry,
	int (*prove)(struct follow *f, const struct shown *s, uint64_t index, struct merkle_proof *ret, struct err *e), struct arena *a,
	struct str *ret, struct err *e)
{
	struct digest is;
	struct buf path;
	struct finding x = {.kind = FOUND_MISSING, .first = s->note, .index = n->by, .entry = entry};
	buf_init(&path, 80);
	buf_adds(&path, "blob/");
	buf_add_hex(&path, n->sha256.b, sizeof n->sha256.b);
	x.path = arena_str(&f->round, buf_str(&path));
	buf_done(&path);
	int rc = remote_get(&f->remote, x.path, LOG_MAX_BLOB, a, ret, e);
	if (rc < 0 && rc != ERR_ABSENT)
		return rc;
	if (rc == 0)
		sha256(&f->hasher, *ret, &is);
	if (rc == 0 && digest_eq(&is, &n->sha256))
		return 0;
	x.status = (uint64_t)f->remote.status;
	int other = prove(f, s, n->by, &x.proof, e);
	if (other != 0)
		return other;
	if (rc == 0)
		return found_blob(f, n, &x, *ret, &is);
	return found(f, &x, "first index proof entry path status",
		"%.*s does not give out %.*s (status %" PRIu64 "), which entry %" PRIu64 " of the log names.", STR_ARG(f->remote.base), STR_ARG(x.path), x.status,
		n->by);
}

static int compare_blob(struct follow *f, const struct shown *s, const struct named *n, struct err *e)
{
	struct arena a = {0};
	struct log_entry by;
	struct str bytes;
	if (!is_public(n))
		return 0;
	int rc = log_read(f->copy, n->by, &a, &by, e);
	if (rc == 0)
		rc = fetch_blob(f, s, n, by.bytes, prove_held, &a, &bytes, e);
	arena_done(&a);
	return rc;
}

/* ---- again and again ---------------------------------------------------------------------------------------------------------- */

/* Was this tile or bundle already so wide with fewer entries? Else it was compared when it grew. */
static bool is_old(const struct tlog_tile *t, const struct shown *s, uint64_t before)
{
	return tile_width_at(t, before) == tile_width_at(t, s->c.size);
}

static int compare_old_tile(struct follow *f, const struct shown *s, struct tlog_tile t, uint64_t before, struct err *e)
{
	return is_old(&t, s, before) ? compare_tile(f, s, t, e) : 0;
}

/* Number i of all that the server has to give out: tiles of each level, bundles, blobs. */
static int compare_thing(struct follow *f, const struct shown *s, uint64_t i, uint64_t before, struct err *e)
{
	uint64_t bundles = tiles_at(0, s->c.size);
	for (unsigned level = 0; tiles_at(level, s->c.size); level++) {
		if (i < tiles_at(level, s->c.size))
			return compare_old_tile(f, s, (struct tlog_tile){.level = level, .index = i}, before, e);
		i -= tiles_at(level, s->c.size);
	}
	if (i < bundles)
		return compare_old_tile(f, s, (struct tlog_tile){.entries = true, .index = i}, before, e);
	const struct named *n = &f->names.v[i - bundles];
	return n->by < before ? compare_blob(f, s, n, e) : 0;
}

int compare_again(struct follow *f, const struct shown *s, uint64_t before, struct err *e)
{
	uint64_t all = tiles_at(0, s->c.size) + f->names.n;
	int rc = 0;
	for (unsigned level = 0; tiles_at(level, s->c.size); level++)
		all += tiles_at(level, s->c.size);
	uint64_t part = all / PARTS > LEAST ? all / PARTS : LEAST;
	uint64_t n = f->c.whole || part > all ? all : part;
	for (uint64_t i = 0; i < n && rc == 0; i++, f->next++)
		rc = compare_thing(f, s, f->next % all, before, e);
	return rc;
}

/* ---- facts -------------------------------------------------------------------------------------------------------------------- */

static void add_side(const struct facts_side *s, struct buf *out)
{
	if (!s->value.n) {
		buf_adds(out, "nothing");
		return;
	}
	buf_addf(out, "%.*s", (int)(s->value.n < 120 ? s->value.n : 120), s->value.p);
	if (s->from.n)
		buf_addf(out, " from %.*s", STR_ARG(s->from));
	if (s->to.n)
		buf_addf(out, " until %.*s", STR_ARG(s->to));
}

static struct str side_words(const struct facts_side *s, struct arena *a)
{
	struct buf b;
	buf_init(&b, 400);
	add_side(s, &b);
	struct str text = arena_str(a, buf_str(&b));
	buf_done(&b);
	return text;
}

static struct found_side keep_side(const struct facts_side *s)
{
	return (struct found_side){s->value, s->from, s->to};
}

static int found_facts(struct follow *f, const struct shown *s, const struct facts_parting *p)
{
	struct finding x = {.kind = FOUND_FACTS, .first = s->note, .index = s->c.size - 1, .fact = p->fact.n ? p->fact : STR("?"), .args = p->args,
		.reading = p->reading, .here = keep_side(&p->here), .there = keep_side(&p->there)};
	if (!p->fact.n)
		return found(f, &x, "first index", "What %.*s gives out as all facts known at entry %" PRIu64 " is no table of facts.",
			STR_ARG(f->remote.base), x.index);
	return found(f, &x, "first index",
		"Other rules: as known at entry %" PRIu64 ", %.*s(%.*s)%s%.*s is %.*s by the rulebook and the entries that are signed; %.*s says it is %.*s.",
		x.index, STR_ARG(p->fact), STR_ARG(p->args), p->reading.n ? ", in the reading " : "", STR_ARG(p->reading),
		STR_ARG(side_words(&p->here, &f->round)), STR_ARG(f->remote.base), STR_ARG(side_words(&p->there, &f->round)));
}

/* The text of all that follows from what is held. Neither it nor the view that it is made from is kept: they are as large as the log. */
static int own_facts(struct follow *f, struct buf *out, struct err *e)
{
	const struct view *v;
	int rc = intake_view(f->intake, STR("public"), &v, e);
	if (rc < 0)
		return rc;
	facts_csv(v, out);
	view_unref(v);
	if (out->over)
		return err_set(e, ERR_LIMIT, f->c.dir, "the facts are longer than %d bytes, and cannot be compared", FACTS_MAX_BYTES);
	sha256(&f->hasher, buf_str(out), &f->facts);
	f->facts_size = log_size(f->copy);
	return 0;
}

/* Those of the round before, if nothing has come since, are known by their hash. */
static int compare_with(struct follow *f, const struct shown *s, struct str served, struct err *e)
{
	struct facts_parting p;
	struct digest there;
	struct buf own;
	sha256(&f->hasher, served, &there);
	if (f->facts_size == s->c.size && digest_eq(&there, &f->facts))
		return 0;
	buf_init(&own, FACTS_MAX_BYTES);
	int rc = own_facts(f, &own, e);
	if (rc == 0 && facts_part(buf_str(&own), served, &f->round, &p))
		rc = found_facts(f, s, &p);
	buf_done(&own);
	return rc;
}

int compare_facts(struct follow *f, const struct shown *s, struct err *e)
{
	struct arena a = {0};
	struct str served, path = arena_fmt(&f->round, "api/facts?known=%" PRIu64, s->c.size - 1);
	int rc = remote_get(&f->remote, path, FACTS_MAX_BYTES, &a, &served, e);
	if (rc == 0)
		rc = compare_with(f, s, served, e);
	arena_done(&a);
	return rc;
}
