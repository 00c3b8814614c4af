/* SPDX-License-Identifier: Apache-2.0
 *
 * From the file to acts and law: the key, the checkpoint, the entries under it.
 */
#include "proof/reading.h"

#include "log/base64.h"
#include "log/log.h"

#include <string.h>

int ck_refuse(struct intake *r, const char *where, const char *what, const char *meaning)
{
	(void)err_set(r->e, ERR_REFUSED, where, "%s", what);
	return err_hint(r->e, "%s", meaning);
}

int ck_refuse_entry(struct intake *r, uint64_t index, const char *what, const char *meaning)
{
	(void)ck_refuse(r, "", what, meaning);
	return ck_at_entry(r->e, index);
}

/* ---- key and checkpoint -------------------------------------------------------------------------------------------------- */

static int read_checkpoint(struct intake *r, const struct jv *proof)
{
	struct ck_evidence *ev = r->ev;
	struct str own = jv_get_str(r->json, "key"), known = r->o->key.n ? r->o->key : own;
	const struct jv *at = jv_get(r->json, "known");
	if (!jv_only(r->json, " form known audience key checkpoint consistency inclusion adopted earlier entries "))
		return ck_refuse(r, "evidence", "it has a member that means nothing", "it might be taken for part of the proof");
	ev->own_key = !r->o->key.n;
	int rc = note_key_read(&r->h, NOTE_ED25519, known, &ev->key, r->e);
	if (rc < 0)
		return rc;
	if (r->o->key.n && !str_eq(own, known))
		return ck_refuse(r, "evidence.key", "the file names another key than the one that was given",
			"it is of another register, or of somebody who pretends to be this one");
	ev->vkey = known;
	rc = checkpoint_open(jv_get_str(r->json, "checkpoint"), &ev->key, &r->top, r->e);
	if (rc < 0) {
		return ck_refuse(r, "evidence.checkpoint", "the checkpoint is not signed by the register's key",
			"nothing ties the entries to the register");
	}
	ev->origin = r->top.origin;
	ev->size = r->top.size;
	if (!str_eq(jv_get_str(proof, "origin"), ev->origin))
		return ck_refuse(r, "origin", "it is not the origin of the checkpoint", "the answer claims to be of another register");
	if (!jv_is(at, JV_INT) || jv_int(at) < 0 || (uint64_t)jv_int(at) >= ev->size)
		return ck_refuse(r, "evidence.known", "it is no entry under the checkpoint", "the answer speaks of entries that nobody signed");
	ev->known = (uint64_t)jv_int(at);
	struct str form = jv_get_str(r->json, "form");
	ev->whole = str_eq(form, STR("whole"));
	const char *other = ev->whole ? "inclusion" : "consistency";
	if (jv_get(r->json, other))
		return ck_refuse(r, ev->whole ? "evidence.inclusion" : "evidence.consistency", "there is nothing to prove by it", "it might be taken for part of the proof");
	if (!ev->whole && !str_eq(form, STR("touched")))
		return ck_refuse(r, "evidence.form", "it is neither \"whole\" nor \"touched\"", "it is not known which entries should be here");
	return 0;
}

/* ---- entries ------------------------------------------------------------------------------------------------------------- */

static bool read_hashes(const struct jv *list, struct digest *out)
{
	for (size_t i = 0; i < jv_n(list, JV_ARRAY); i++) {
		size_t n;
		if (!base64_read(jv_str(jv_at(list, i)), BASE64_STRICT, out[i].b, DIGEST_LEN, &n) || n != DIGEST_LEN)
			return false;
	}
	return true;
}

static void add_leaf(struct intake *r, uint64_t index, struct str bytes)
{
	struct digest leaf, made[MERKLE_LEVELS];
	merkle_leaf(&r->h, bytes, &leaf);
	if (r->ev->whole) {
		(void)merkle_append(&r->h, &r->tree, &leaf, made);
		return;
	}
	r->touched.index[r->touched.n] = index;
	r->touched.leaf[r->touched.n++] = leaf;
}

static int read_entry(struct intake *r, const struct jv *obj, size_t i, uint64_t index, uint64_t *before, struct buf *bytes)
{
	struct ck_entry n = {.index = index, .envelope = jv_get(obj, "entry"), .body = jv_get_str(obj, "body")};
	const struct jv *at = jv_get(obj, "index");
	bool follows = r->ev->whole ? index == i : i == 0 || index > *before;
	if (!jv_only(obj, " index entry body "))
		return ck_refuse_entry(r, index, "it has a member that means nothing", "it might be taken for part of the proof");
	if (!jv_is(at, JV_INT) || jv_int(at) < 0 || index > r->ev->known || !follows) {
		int rc = ck_refuse(r, "evidence.entries", "the entries are not in their order, or one is missing",
			"with an act left out the answer could be another");
		return i ? ck_at_entry(r->e, index) : rc;
	}
	*before = index;
	if (!ck_envelope_is(&r->ev->arena, n.envelope, &n.by))
		return ck_refuse_entry(r, index, "it is no signed envelope of an act", "an entry of the log of a register cannot look like this");
	buf_clear(bytes);
	ck_envelope_spell(n.envelope, bytes);
	if (bytes->over)
		return ck_refuse_entry(r, index, "it is longer than any entry of a log", "it stands in none");
	add_leaf(r, index, buf_str(bytes));
	arena_push(&r->ev->arena, &r->entries, n);
	return 0;
}

static int read_entries(struct intake *r)
{
	const struct jv *list = jv_get(r->json, "entries");
	size_t n = jv_n(list, JV_ARRAY);
	uint64_t before = 0;
	struct buf bytes;
	int rc = 0;
	if (n > CK_MAX_ENTRIES)
		return err_set(r->e, ERR_LIMIT, "evidence.entries", "more than %d entries", CK_MAX_ENTRIES);
	r->entries.v = arena_array(&r->ev->arena, n, struct ck_entry);
	r->entries.cap = n;
	r->touched.index = arena_array(&r->ev->arena, n, uint64_t);
	r->touched.leaf = arena_array(&r->ev->arena, n, struct digest);
	buf_init(&bytes, DSSE_MAX_BYTES);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct jv *obj = jv_at(list, i);
		rc = read_entry(r, obj, i, (uint64_t)jv_int(jv_get(obj, "index")), &before, &bytes);
	}
	buf_done(&bytes);
	if (rc == 0 && r->ev->whole && n != r->ev->known + 1)
		return ck_refuse(r, "evidence.entries", "they end before the last that was known", "with an act left out the answer could be another");
	return rc;
}

/* The whole: the root over all entries must be that of the checkpoint, or the beginning of it. */
static bool whole_tied(struct intake *r, const struct jv *consistency)
{
	struct digest root;
	struct merkle_proof path = {.n = jv_n(consistency, JV_ARRAY)};
	merkle_root(&r->h, &r->tree, &root);
	if (r->tree.size == r->top.size)
		return digest_eq(&root, &r->top.root);
	return path.n <= MERKLE_MAX_PROOF && read_hashes(consistency, path.v) &&
	       merkle_consistent(&r->h, r->tree.size, &root, r->top.size, &r->top.root, &path);
}

/* Each of the touched at its index, and hashes in the place of all between, must give the root of the checkpoint. */
static bool touched_tied(struct intake *r, const struct jv *inclusion)
{
	struct merkle_leaves leaves = {r->touched.index, r->touched.n};
	size_t n = jv_n(inclusion, JV_ARRAY);
	struct digest root, *hashes = arena_array(&r->ev->arena, n, struct digest);
	return jv_is(inclusion, JV_ARRAY) && read_hashes(inclusion, hashes) &&
	       merkle_root_over(&r->h, leaves, r->touched.leaf, r->top.size, hashes, n, &root) && digest_eq(&root, &r->top.root);
}

static int tie_tree(struct intake *r)
{
	const struct jv *consistency = jv_get(r->json, "consistency");
	if (r->ev->whole && r->tree.size == r->top.size && consistency)
		return ck_refuse(r, "evidence.consistency", "there is nothing to prove by it", "it might be taken for part of the proof");
	if (r->ev->whole ? whole_tied(r, consistency) : touched_tied(r, jv_get(r->json, "inclusion")))
		return 0;
	return ck_refuse(r, "evidence.entries",
		r->ev->whole ? "together they do not give the root that the register signed" : "with the hashes of inclusion they do not give the root that the register signed",
		"an entry was left out, added, moved or changed");
}

/* ---- a copy of the log --------------------------------------------------------------------------------------------------- */

static int each_of_log(void *ctx, const struct log_entry *entry, struct err *e)
{
	struct intake *r = ctx;
	struct digest leaf, made[MERKLE_LEVELS];
	(void)e;
	if (entry->index >= r->top.size)
		return 1;
	merkle_leaf(&r->h, entry->bytes, &leaf);
	(void)merkle_append(&r->h, &r->tree, &leaf, made);
	if (entry->index > r->ev->known || r->entries.n > CK_MAX_ENTRIES)
		return 0;
	if (!str_eq(entry->dsse.type, STR(ACT_TYPE)))
		return ck_refuse_entry(r, entry->index, "its payload is no act of a register", "the log is of another kind");
	struct ck_entry n = {.index = entry->index, .bytes = arena_str(&r->ev->arena, entry->bytes),
		.payload = arena_str(&r->ev->arena, entry->dsse.payload)};
	struct str *by = arena_array(&r->ev->arena, entry->dsse.nsigs, struct str);
	for (size_t i = 0; i < entry->dsse.nsigs; i++)
		by[i] = arena_str(&r->ev->arena, entry->dsse.sigs[i].keyid);
	n.by = (struct ck_signers){by, entry->dsse.nsigs};
	arena_push(&r->ev->arena, &r->entries, n);
	return 0;
}

static void bodies_from_file(struct intake *r, const struct ck_entry *old, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (old[i].index < r->entries.n)
			r->entries.v[old[i].index].body = old[i].body;
}

/* All entries from the directory in the place of the touched ones: then nothing can be missing. */
static int read_log(struct intake *r)
{
	struct digest root;
	struct ck_entry *old = r->entries.v;
	size_t nold = r->entries.n;
	int rc = log_open(r->o->log_dir, LOG_READ, &r->log, r->e);
	if (rc < 0)
		return rc;
	r->entries.v = NULL;
	r->entries.n = r->entries.cap = 0;
	r->tree = (struct merkle_range){0};
	rc = log_each(r->log, 0, each_of_log, r, r->e);
	merkle_root(&r->h, &r->tree, &root);
	if (rc >= 0 && (r->tree.size != r->top.size || !digest_eq(&root, &r->top.root)))
		rc = ck_refuse(r, r->o->log_dir, "this log does not have the root of the checkpoint", "the answer was made over another log, or another history");
	if (rc >= 0) {
		bodies_from_file(r, old, nold);
		r->ev->whole = true;
	}
	return rc < 0 ? rc : 0;
}

/* ---- all together -------------------------------------------------------------------------------------------------------- */

static int read_all(struct intake *r, const struct jv *proof)
{
	struct ck_evidence *ev = r->ev;
	int rc;
	ev->step = CK_STEP_LOG;
	if ((rc = read_checkpoint(r, proof)) < 0)
		return rc;
	ev->step = CK_STEP_ENTRIES;
	rc = read_entries(r);
	if (rc == 0)
		rc = tie_tree(r);
	if (rc == 0 && r->o->log_dir)
		rc = read_log(r);
	ev->entries = r->entries.v;
	ev->n = r->entries.n;
	if (rc == 0 && !ev->n)
		rc = ck_refuse(r, "evidence.entries", "there are none", "nothing is proved");
	if (rc < 0)
		return rc;
	ev->step = CK_STEP_RULEBOOK;
	if ((rc = ck_read_texts(r, proof)) < 0)
		return rc;
	if ((rc = ck_read_record(r)) < 0)
		return rc;
	ev->step = CK_STEP_RULEBOOK;
	if ((rc = ck_texts_used(r)) < 0)
		return rc;
	ev->step = CK_STEP_SIGNERS;
	return r->o->all_signatures ? ck_evidence_all_signed(ev, r->e) : 0;
}

int ck_evidence_read(const struct jv *proof, const struct ck_options *o, struct ck_evidence *ret, struct err *e)
{
	struct intake r = {.ev = ret, .json = jv_get(proof, "evidence"), .o = o, .e = e};
	*ret = (struct ck_evidence){.step = CK_STEP_FILE};
	if (!jv_is(r.json, JV_OBJECT)) {
		(void)err_set(e, ERR_REFUSED, "evidence", "the file carries no entries of the log");
		return err_hint(e, "it is an answer without what it rests on; comity why --proof FILE writes one with it");
	}
	ret->audience = jv_get_str(r.json, "audience");
	if (!ret->audience.n)
		return ck_refuse(&r, "evidence.audience", "it is missing", "it is not known for whom the answer was made");
	hasher_init(&r.h);
	int rc = read_all(&r, proof);
	hasher_done(&r.h);
	log_close(r.log);
	return rc;
}

void ck_evidence_done(struct ck_evidence *ev)
{
	ck_law_done(&ev->book);
	for (size_t i = 0; i < ev->earlier.n; i++)
		if (ev->earlier.v[i]->book)
			ck_law_done(ev->earlier.v[i]->book);
	arena_done(&ev->arena);
}
