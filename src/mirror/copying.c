/* SPDX-License-Identifier: Apache-2.0
 *
 * Taking in what is new, under a checkpoint that has been found to continue what is held. Each entry is held to its signatures and to
 * the rulebook before it counts. If one does not pass, or the whole does not come to the signed root, the signed tree itself tells who
 * is to blame: whether the entry stands in it so, or was given out in place of another.
 */
#include "mirror/follow_int.h"

#include "log/dir.h"

#include <inttypes.h>
#include <string.h>

/* ---- what is held already --------------------------------------------------------------------------------------------------- */

static void drop_intake(struct follow *f)
{
	intake_free(f->intake);
	f->intake = NULL;
	arena_done(&f->names_arena);
	f->names.v = NULL;
	f->names.n = f->names.cap = 0;
	f->slot = NULL;
	f->nslot = 0;
}

/* Where a hash stands in the table of slots, or would. */
static size_t place(const struct follow *f, const struct digest *d)
{
	uint64_t h;
	memcpy(&h, d->b, sizeof h); /* it is as random as any hash of it */
	size_t i = h & (f->nslot - 1);
	while (f->slot[i] && !digest_eq(&f->names.v[f->slot[i] - 1].sha256, d))
		i = (i + 1) & (f->nslot - 1);
	return i;
}

static void grow_slots(struct follow *f)
{
	f->nslot = f->nslot ? 2 * f->nslot : 64;
	f->slot = arena_array(&f->names_arena, f->nslot, uint32_t);
	for (size_t i = 0; i < f->names.n; i++)
		f->slot[place(f, &f->names.v[i].sha256)] = (uint32_t)i + 1;
}

static struct named *name_of(struct follow *f, const struct digest *d, uint64_t by)
{
	if (2 * f->names.n >= f->nslot)
		grow_slots(f);
	size_t i = place(f, d);
	if (!f->slot[i]) {
		struct named n = {.sha256 = *d, .by = by};
		arena_push(&f->names_arena, &f->names, n);
		f->slot[i] = (uint32_t)f->names.n;
	}
	return &f->names.v[f->slot[i] - 1];
}

/* The first entry to name it is the one that is shown for it. */
static void add_name(struct follow *f, const struct named_blob *b, uint64_t by, bool rulebook)
{
	struct named *n = name_of(f, &b->sha256, by);
	if (n->type.n)
		return;
	n->by = by;
	n->rulebook = rulebook;
	n->type = arena_str(&f->names_arena, b->type);
}

static void take_names(struct follow *f, const struct entry_names *n, uint64_t by)
{
	if (n->adopts)
		add_name(f, &n->rulebook, by, true);
	if (n->sealed)
		name_of(f, &n->commitment, by)->sealed = true;
	for (size_t i = 0; i < n->ndocuments; i++)
		add_name(f, &n->documents[i], by, false);
}

bool is_public(const struct named *n)
{
	return n->type.n && !n->sealed;
}

static int take_held(void *ctx, const struct log_entry *entry, struct err *e)
{
	struct follow *f = ctx;
	struct entry_names n;
	struct arena a = {0};
	int rc = entry_names(entry, &a, &n, e);
	if (rc == 0)
		take_names(f, &n, entry->index);
	if (rc == 0)
		rc = intake_take(f->intake, entry, e);
	arena_done(&a);
	return rc;
}

int intake_load(struct follow *f, struct err *e)
{
	if (f->intake)
		return 0;
	f->intake = intake_new(f->copy);
	int rc = log_each(f->copy, 0, take_held, f, e);
	if (rc == 0)
		return 0;
	drop_intake(f);
	(void)err_hint(e, "comity verify %s says what is wrong with it", f->c.dir);
	return ERR_CORRUPT;
}

/* ---- one step ----------------------------------------------------------------------------------------------------------------- */

struct copying {
	struct follow *f;
	const struct shown *s;
	uint64_t held;
	struct digest *leaf; /* of the entries that came, from `held` on */
	size_t nleaf, cap;
	struct arena bundle;
	struct err *e;
};

/* Proof from the tiles of the server, checked: entry `index` has this leaf hash under the checkpoint. */
static int prove_there(struct follow *f, const struct shown *s, uint64_t index, struct digest *ret_leaf, struct merkle_proof *ret, struct err *e)
{
	struct remote_tree t;
	remote_tree_init(&t, &f->remote, s->c.size, &f->hasher);
	struct merkle_source from = remote_tree_source(&t);
	int rc = merkle_prove_inclusion(&f->hasher, &from, index, s->c.size, ret, e);
	if (rc == 0)
		rc = from.read(from.ctx, 0, index, ret_leaf, e);
	if (rc < 0)
		rc = tree_error(f, s, &t, rc);
	if (rc == 0 && !merkle_included(&f->hasher, ret_leaf, index, s->c.size, ret, &s->c.root)) {
		struct finding x = {.kind = FOUND_TREE, .first = s->note};
		rc = found(f, &x, "first hash", "The tiles that %.*s gives out for entry %" PRIu64 " do not belong to the tree of %" PRIu64 " entries that it signed.",
			STR_ARG(f->remote.base), index, s->c.size);
	}
	remote_tree_done(&t);
	return rc;
}

static int prove_index(struct follow *f, const struct shown *s, uint64_t index, struct merkle_proof *ret, struct err *e)
{
	struct digest leaf;
	return prove_there(f, s, index, &leaf, ret, e);
}

/* Does what is wrong with the entry follow from acts that are not for everybody? Of all that comes in, a rulebook alone is read together with
 * what the bodies say that are held. */
static bool is_secret(struct copying *p, struct str bytes)
{
	struct log_entry entry = {.index = log_import_next(p->f->copy), .bytes = bytes};
	struct entry_names n;
	uint64_t sealed, bodies = 0;
	if (p->f->intake)
		intake_count(p->f->intake, &sealed, &bodies);
	return bodies && dsse_parse(bytes, &p->bundle, &entry.dsse, NULL) == 0 && entry_names(&entry, &p->bundle, &n, NULL) == 0 && n.adopts;
}

/* The entry does not pass: is it in the signed tree, or was it swapped on the way? The step is over. */
static int blame(struct copying *p, uint64_t index, struct str bytes, const char *what)
{
	struct follow *f = p->f;
	struct digest leaf;
	struct str why = arena_str(&f->round, str_of(what));
	struct finding x = {.first = p->s->note, .index = index, .secret = is_secret(p, bytes)};
	log_import_abort(f->copy);
	int rc = prove_there(f, p->s, index, &x.hash, &x.proof, p->e);
	if (rc != 0)
		return rc;
	merkle_leaf(&f->hasher, bytes, &leaf);
	if (digest_eq(&leaf, &x.hash)) {
		x.kind = FOUND_ENTRY;
		x.entry = bytes;
		x.why = why;
		return found(f, &x, "first index proof entry why", "Entry %" PRIu64 " stands in the log that %.*s signed, and is no act of it: %s.", index,
			STR_ARG(f->key.name), x.secret ? "what is wrong is in the evidence, for it follows from sealed acts too" : why.p);
	}
	x.kind = FOUND_SWAP;
	x.secret = false;
	x.bytes = bytes;
	return found(f, &x, "first index hash proof bytes",
		"Swapped: what %.*s gives out as entry %" PRIu64 " is not the entry that %.*s signed.", STR_ARG(f->remote.base), index, STR_ARG(f->key.name));
}

/* A disk that fails is nobody's fraud. */
static int judge_entry(struct copying *p, uint64_t index, struct str bytes, int rc)
{
	if (rc == 0 || rc == ERR_SYSTEM || rc == ERR_CONFLICT)
		return rc;
	return blame(p, index, arena_str(&p->f->round, bytes), p->e->what);
}

static int put_blob(struct copying *p, const struct named *n, struct str entry)
{
	struct follow *f = p->f;
	struct log_blob blob = {.sha256 = n->sha256, .type = n->type};
	struct arena a = {0};
	int rc = log_blob_get(f->copy, &n->sha256, &a, &blob, p->e);
	if (rc == ERR_ABSENT && (rc = fetch_blob(f, p->s, n, entry, prove_index, &a, &blob.bytes, p->e)) == 0) {
		blob.type = n->type;
		rc = log_import_blob(f->copy, &blob, p->e);
	}
	arena_done(&a);
	return rc;
}

/* One entry. What it adopts must be here before it is read. */
static int take(struct copying *p, struct str bytes)
{
	struct follow *f = p->f;
	struct log_keys keys = intake_keys(f->intake);
	struct log_entry entry;
	struct entry_names n;
	struct err *e = p->e;
	uint64_t index = log_import_next(f->copy);
	int rc = log_import_entry(f->copy, bytes, &keys, &entry, e);
	if (rc == 0)
		rc = entry_names(&entry, &p->bundle, &n, e);
	if (rc < 0)
		return judge_entry(p, index, bytes, rc);
	take_names(f, &n, index);
	struct named rulebook = {.sha256 = n.rulebook.sha256, .by = index, .rulebook = true, .type = n.rulebook.type};
	if (n.adopts && (rc = put_blob(p, &rulebook, bytes)) != 0)
		return rc;
	if ((rc = intake_take(f->intake, &entry, e)) < 0)
		return judge_entry(p, index, bytes, rc);
	p->leaf = p->nleaf < p->cap ? p->leaf : arena_grow(&f->round, p->leaf, p->nleaf, &p->cap, sizeof *p->leaf);
	merkle_leaf(&f->hasher, bytes, &p->leaf[p->nleaf++]);
	if (f->c.progress)
		f->c.progress(f->c.ctx, index + 1, p->s->c.size);
	return 0;
}

/* An entry of a bundle that is held already. */
static int meet_held(struct copying *p, uint64_t index, struct str bytes)
{
	struct follow *f = p->f;
	struct log_entry own;
	int rc = log_read(f->copy, index, &p->bundle, &own, p->e);
	if (rc < 0 || str_eq(own.bytes, bytes))
		return rc;
	struct finding x = {.kind = FOUND_SWAP, .first = log_checkpoint(f->copy), .index = index, .bytes = arena_str(&f->round, bytes)};
	log_import_abort(f->copy);
	merkle_leaf(&f->hasher, own.bytes, &x.hash);
	if ((rc = log_prove_inclusion(f->copy, index, p->held, &x.proof, p->e)) < 0)
		return rc;
	return found(f, &x, "first index hash proof bytes",
		"Swapped: what %.*s gives out as entry %" PRIu64 " is not the entry that it gave out before, and that %.*s signed.", STR_ARG(f->remote.base),
		index, STR_ARG(f->key.name));
}

/* A bundle that was fetched before the mirror was killed, if it still is what the server has: its entries have the hashes of the tile. */
static bool get_kept(struct copying *p, const struct tlog_tile *t, struct str *ret)
{
	struct follow *f = p->f;
	struct tlog_tile hashes = {.index = t->index, .width = t->width};
	struct str kept, tile, path, rest, one;
	struct digest leaf;
	if (!incoming_get(f, t->index, &p->bundle, &kept) || remote_tile(&f->remote, &hashes, &p->bundle, &tile, &path, NULL) < 0)
		return false;
	rest = kept;
	for (size_t i = 0; i < tile.n; i += DIGEST_LEN) {
		if (!tile_entry_next(&rest, &one))
			return false;
		merkle_leaf(&f->hasher, one, &leaf);
		if (i + DIGEST_LEN > tile.n || memcmp(leaf.b, tile.p + i, DIGEST_LEN) != 0)
			return false;
	}
	*ret = kept;
	return rest.n == 0;
}

/* A full one is kept for the case that the mirror is killed before the step ends. */
static int get_bundle(struct copying *p, const struct tlog_tile *t, struct str *ret, struct str *ret_path)
{
	bool full = t->width == TILE_WIDTH;
	if (full && get_kept(p, t, ret)) {
		*ret_path = STR("incoming");
		return 0;
	}
	int rc = remote_tile(&p->f->remote, t, &p->bundle, ret, ret_path, p->e);
	return rc == 0 && full ? incoming_put(p->f, t->index, *ret, p->e) : rc;
}

static int take_bundle(struct copying *p, uint64_t number)
{
	struct tlog_tile t = {.entries = true, .index = number};
	struct str rest, path, one;
	t.width = tile_width_at(&t, p->s->c.size);
	arena_reset(&p->bundle);
	int rc = get_bundle(p, &t, &rest, &path);
	if (rc == ERR_ABSENT)
		return found_missing(p->f, p->s, arena_str(&p->f->round, path));
	for (unsigned i = 0; i < t.width && rc == 0; i++) {
		uint64_t index = number * TILE_WIDTH + i;
		if (!tile_entry_next(&rest, &one)) /* given out, but cut off */
			return found_missing(p->f, p->s, arena_str(&p->f->round, path));
		rc = index < p->held ? meet_held(p, index, one) : take(p, one);
	}
	return rc;
}

/* What acts name for everybody, and is not here yet. */
static int take_documents(struct copying *p, size_t from)
{
	struct follow *f = p->f;
	int rc = 0;
	for (size_t i = from; i < f->names.n && rc == 0; i++) {
		struct named n = f->names.v[i];
		struct log_entry by;
		arena_reset(&p->bundle);
		if (n.rulebook || !is_public(&n))
			continue;
		if ((rc = log_read(f->copy, n.by, &p->bundle, &by, p->e)) == 0)
			rc = put_blob(p, &n, by.bytes);
	}
	return rc;
}

/* All entries are signed and well formed, but do not come to the signed root: which one is not in the signed tree? */
static int find_stranger(struct copying *p)
{
	struct follow *f = p->f;
	struct remote_tree t;
	struct digest there;
	uint64_t i = 0;
	remote_tree_init(&t, &f->remote, p->s->c.size, &f->hasher);
	struct merkle_source from = remote_tree_source(&t);
	int rc = 0;
	for (; i < p->nleaf && rc == 0; i++)
		if ((rc = from.read(from.ctx, 0, p->held + i, &there, p->e)) == 0 && !digest_eq(&there, &p->leaf[i]))
			break;
	if (rc < 0)
		rc = tree_error(f, p->s, &t, rc);
	remote_tree_done(&t);
	if (rc != 0)
		return rc;
	if (i == p->nleaf) { /* the lowest tiles are those of the entries, those above belong to another tree */
		struct finding x = {.kind = FOUND_TREE, .first = p->s->note};
		return found(f, &x, "first hash", "The tiles that %.*s gives out contradict each other: those of the entries do not make the tree of %" PRIu64
						  " entries that it signed.",
			STR_ARG(f->remote.base), p->s->c.size);
	}
	struct tlog_tile b = {.entries = true, .index = (p->held + i) / TILE_WIDTH};
	struct str rest, path, one = {"", 0};
	b.width = tile_width_at(&b, p->s->c.size);
	if ((rc = remote_tile(&f->remote, &b, &f->round, &rest, &path, p->e)) < 0)
		return rc;
	for (uint64_t k = 0; k <= (p->held + i) % TILE_WIDTH && tile_entry_next(&rest, &one); k++)
		;
	return blame(p, p->held + i, one, "it is in the tree");
}

static int take_all(struct copying *p)
{
	struct follow *f = p->f;
	size_t names = f->names.n;
	int rc = 0;
	for (uint64_t b = p->held / TILE_WIDTH; b * TILE_WIDTH < p->s->c.size && rc == 0; b++)
		rc = take_bundle(p, b);
	if (rc == 0)
		rc = take_documents(p, names);
	if (rc != 0)
		return rc;
	rc = log_import_end(f->copy, p->e);
	return rc == ERR_CORRUPT ? find_stranger(p) : rc;
}

int copy_step(struct follow *f, const struct shown *s, struct err *e)
{
	struct copying p = {.f = f, .s = s, .held = log_size(f->copy), .e = e};
	int rc = intake_load(f, e);
	if (rc == 0)
		rc = log_import_begin(f->copy, s->note, e);
	if (rc == 0)
		rc = take_all(&p);
	log_import_abort(f->copy);
	arena_done(&p.bundle);
	if (log_size(f->copy) != s->c.size)
		drop_intake(f); /* it has taken in what is not held */
	if (rc >= 0) /* what could not be read for now goes on from there */
		incoming_clear(f);
	return rc;
}
