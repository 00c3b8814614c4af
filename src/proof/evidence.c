/* SPDX-License-Identifier: Apache-2.0
 *
 * From the file to acts and law: the key, the checkpoint, the entries under it, the rulebook that they adopted.
 */
#include "proof/evidence.h"

#include "log/base64.h"
#include "log/checkpoint.h"
#include "log/log.h"
#include "log/merkle.h"

#include <string.h>

struct intake {
	struct ck_evidence *ev;
	const struct jv *json; /* the member `evidence` */
	const struct ck_options *o;
	struct hasher h;
	struct checkpoint top;
	struct merkle_range tree;
	struct { struct ck_entry *v; size_t n, cap; } entries;
	struct { uint64_t *index; struct digest *leaf; size_t n; } touched; /* entries to be tied together (touched form) */
	struct err *e;
};

static int refuse(struct intake *r, const char *where, const char *what, const char *meaning)
{
	(void)err_set(r->e, ERR_REFUSED, where, "%s", what);
	return err_hint(r->e, "%s", meaning);
}

static int refuse_entry(struct intake *r, uint64_t index, const char *what, const char *meaning)
{
	(void)refuse(r, "", what, meaning);
	return ck_at_entry(r->e, index);
}

/* ---- key and checkpoint -------------------------------------------------------------------------------------------------- */

static int read_checkpoint(struct intake *r, const struct jv *proof)
{
	struct ck_evidence *ev = r->ev;
	struct str own = jv_get_str(r->json, "key"), known = r->o->key.n ? r->o->key : own;
	const struct jv *at = jv_get(r->json, "known");
	if (!jv_only(r->json, " form known audience key checkpoint consistency inclusion adopted entries "))
		return refuse(r, "evidence", "it has a member that means nothing", "it might be taken for part of the proof");
	ev->own_key = !r->o->key.n;
	int rc = note_key_read(&r->h, NOTE_ED25519, known, &ev->key, r->e);
	if (rc < 0)
		return rc;
	if (r->o->key.n && !str_eq(own, known))
		return refuse(r, "evidence.key", "the file names another key than the one that was given",
			"it is of another register, or of somebody who pretends to be this one");
	ev->vkey = known;
	rc = checkpoint_open(jv_get_str(r->json, "checkpoint"), &ev->key, &r->top, r->e);
	if (rc < 0) {
		return refuse(r, "evidence.checkpoint", "the checkpoint is not signed by the register's key",
			"nothing ties the entries to the register");
	}
	ev->origin = r->top.origin;
	ev->size = r->top.size;
	if (!str_eq(jv_get_str(proof, "origin"), ev->origin))
		return refuse(r, "origin", "it is not the origin of the checkpoint", "the answer claims to be of another register");
	if (!jv_is(at, JV_INT) || jv_int(at) < 0 || (uint64_t)jv_int(at) >= ev->size)
		return refuse(r, "evidence.known", "it is no entry under the checkpoint", "the answer speaks of entries that nobody signed");
	ev->known = (uint64_t)jv_int(at);
	struct str form = jv_get_str(r->json, "form");
	ev->whole = str_eq(form, STR("whole"));
	const char *other = ev->whole ? "inclusion" : "consistency";
	if (jv_get(r->json, other))
		return refuse(r, ev->whole ? "evidence.inclusion" : "evidence.consistency", "there is nothing to prove by it", "it might be taken for part of the proof");
	if (!ev->whole && !str_eq(form, STR("touched")))
		return refuse(r, "evidence.form", "it is neither \"whole\" nor \"touched\"", "it is not known which entries should be here");
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
		return refuse_entry(r, index, "it has a member that means nothing", "it might be taken for part of the proof");
	if (!jv_is(at, JV_INT) || jv_int(at) < 0 || index > r->ev->known || !follows) {
		int rc = refuse(r, "evidence.entries", "the entries are not in their order, or one is missing",
			"with an act left out the answer could be another");
		return i ? ck_at_entry(r->e, index) : rc;
	}
	*before = index;
	if (!ck_envelope_is(n.envelope))
		return refuse_entry(r, index, "it is no signed envelope of an act", "an entry of the log of a register cannot look like this");
	buf_clear(bytes);
	ck_envelope_spell(n.envelope, bytes);
	if (bytes->over)
		return refuse_entry(r, index, "it is longer than any entry of a log", "it stands in none");
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
		return refuse(r, "evidence.entries", "they end before the last that was known", "with an act left out the answer could be another");
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
		return refuse(r, "evidence.consistency", "there is nothing to prove by it", "it might be taken for part of the proof");
	if (r->ev->whole ? whole_tied(r, consistency) : touched_tied(r, jv_get(r->json, "inclusion")))
		return 0;
	return refuse(r, "evidence.entries",
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
		return refuse_entry(r, entry->index, "its payload is no act of a register", "the log is of another kind");
	struct ck_entry n = {.index = entry->index, .bytes = arena_str(&r->ev->arena, entry->bytes),
		.payload = arena_str(&r->ev->arena, entry->dsse.payload)};
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
	struct log *log;
	struct digest root;
	struct ck_entry *old = r->entries.v;
	size_t nold = r->entries.n;
	int rc = log_open(r->o->log_dir, LOG_READ, &log, r->e);
	if (rc < 0)
		return rc;
	r->entries.v = NULL;
	r->entries.n = r->entries.cap = 0;
	r->tree = (struct merkle_range){0};
	rc = log_each(log, 0, each_of_log, r, r->e);
	log_close(log);
	merkle_root(&r->h, &r->tree, &root);
	if (rc >= 0 && (r->tree.size != r->top.size || !digest_eq(&root, &r->top.root)))
		rc = refuse(r, r->o->log_dir, "this log does not have the root of the checkpoint", "the answer was made over another log, or another history");
	if (rc >= 0) {
		bodies_from_file(r, old, nold);
		r->ev->whole = true;
	}
	return rc < 0 ? rc : 0;
}

/* ---- what an entry says -------------------------------------------------------------------------------------------------- */

struct said {
	const struct jv *json;
	const struct jv *act; /* the same; of a sealed entry what its body says, NULL if it was not given */
	bool sealed, adopts;
};

static int open_body(struct intake *r, struct arena *a, const struct ck_entry *n, struct said *ret)
{
	struct str hash = jv_get_str(ret->json, "commitment");
	struct digest says, is;
	const struct jv *opened;
	sha256(&r->h, n->body, &is);
	if (!str_starts(hash, STR("sha256:")) || !hex_parse(str_slice(hash, 7, hash.n), says.b, sizeof says.b) || !digest_eq(&says, &is))
		return refuse_entry(r, n->index, "its sealed body is not the one that the entry commits to", "the act was made up or changed");
	if (jv_read(a, n->body, "", &opened, r->e) < 0)
		return ck_at_entry(r->e, n->index);
	ret->act = jv_get(opened, "act");
	return ret->act ? 0 : refuse_entry(r, n->index, "its sealed body holds no act", "what it says cannot be told");
}

/* *ret lives in the arena, which holds one entry at a time. */
static int read_said(struct intake *r, struct arena *a, const struct ck_entry *n, struct said *ret)
{
	struct str payload = n->payload;
	arena_reset(a);
	if (n->envelope && !ck_envelope_payload(a, n->envelope, &payload))
		return refuse_entry(r, n->index, "its payload is no base64", "an entry of a log cannot look like this");
	if (jv_read(a, payload, "", &ret->json, r->e) < 0)
		return ck_at_entry(r->e, n->index);
	struct str kind = jv_get_str(ret->json, "kind");
	ret->sealed = str_eq(kind, STR("sealed"));
	ret->adopts = n->index == 0 || str_eq(kind, STR("rulebook_adopted"));
	ret->act = ret->sealed ? NULL : ret->json;
	if ((n->index == 0) != str_eq(kind, STR("genesis")))
		return refuse_entry(r, n->index, "a genesis entry stands first in a log, and only there", "this is the log of no register");
	if (n->body.p && !ret->sealed)
		return refuse_entry(r, n->index, "it has a sealed body, but is not sealed", "what it says stands in the entry itself");
	return n->body.p ? open_body(r, a, n, ret) : 0;
}

/* ---- the rulebook -------------------------------------------------------------------------------------------------------- */

/* As bundles name their files: beside the including one, then in the standard folder; NAME.md, then NAME.rules. */
static int read_bundled(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text)
{
	static const char *const suffixes[] = {".md", ".rules"};
	const struct jv *files = ctx;
	for (size_t k = str_starts(from, STR("standard:")); k < 2; k++)
		for (size_t i = 0; i < 2; i++) {
			struct str path = arena_fmt(a, "%s%.*s%s", k ? "standard:" : "", STR_ARG(name), suffixes[i]);
			*ret_text = jv_str(jv_getn(files, path));
			*ret_path = path;
			if (ret_text->p)
				return 0;
		}
	return ERR_ABSENT;
}

static int not_last(struct intake *r)
{
	return refuse(r, "evidence.adopted", "it is not the last entry here that adopts a rulebook", "another text was in force then");
}

/* Does this entry adopt this text? That none after it adopts another is seen when all are read. */
static int check_adoption(struct intake *r, uint64_t index, const struct digest *is)
{
	const struct ck_entry *by = ck_entry_at(r->ev, index);
	struct digest says;
	struct said said;
	struct arena a = {0};
	int rc = by ? read_said(r, &a, by, &said) : not_last(r);
	if (rc == 0 && !said.adopts)
		rc = not_last(r);
	struct str hash = rc == 0 ? jv_get_str(said.json, "bundle") : STR("");
	if (rc == 0 && (!str_starts(hash, STR("sha256:")) || !hex_parse(str_slice(hash, 7, hash.n), says.b, sizeof says.b) || !digest_eq(&says, is)))
		rc = refuse(r, "evidence.adopted.bundle", "this text is not the one that was adopted: its hash is another",
			"the rules were changed after their adoption");
	arena_done(&a);
	return rc;
}

static int read_law(struct intake *r, const struct jv *proof)
{
	struct ck_evidence *ev = r->ev;
	const struct jv *adopted = jv_get(r->json, "adopted"), *at = jv_get(adopted, "index"), *said = jv_get(proof, "rulebook");
	struct digest is, file;
	ev->bundle = jv_get_str(adopted, "bundle");
	if (!jv_only(adopted, " index bundle ") || !jv_only(said, " name version sha256 "))
		return refuse(r, "rulebook", "it has a member that means nothing, or is missing", "it is not known which text was in force");
	if (!jv_is(at, JV_INT) || jv_int(at) < 0)
		return not_last(r);
	ev->adopted = (uint64_t)jv_int(at);
	sha256(&r->h, ev->bundle, &is);
	int rc = check_adoption(r, ev->adopted, &is);
	if (rc < 0)
		return rc;
	if (!hex_parse(jv_get_str(said, "sha256"), file.b, sizeof file.b) || !digest_eq(&file, &is))
		return refuse(r, "rulebook.sha256", "it is not the hash of the adopted text", "the answer claims to follow from another text");
	const struct jv *bundle, *files;
	rc = jv_read(&ev->arena, ev->bundle, "evidence.adopted.bundle", &bundle, r->e);
	if (rc < 0)
		return rc;
	files = jv_get(bundle, "files");
	struct str main = jv_get_str(bundle, "rulebook"), text = jv_str(jv_getn(files, main));
	if (!text.p)
		return refuse(r, "evidence.adopted.bundle", "it has no rulebook", "there are no rules to follow");
	rc = jv_read(&ev->arena, jv_get_str(files, "org.json"), "org.json", &ev->org, r->e);
	if (rc < 0)
		return rc;
	struct rulebook_reader reader = {read_bundled, (void *)files};
	rc = ck_law_read(main, text, &reader, &ev->book, r->e);
	if (rc < 0)
		return rc;
	bool named = ev->book.rb->name != 0;
	if (!str_eq(jv_get_str(said, "name"), named ? ck_name(&ev->book, ev->book.rb->name) : (struct str){NULL, 0}) ||
		(named && jv_int(jv_get(said, "version")) != ev->book.rb->version))
		return refuse(r, "rulebook", "name and version are not those of the adopted text", "the answer claims to follow from another text");
	return 0;
}

/* ---- acts ---------------------------------------------------------------------------------------------------------------- */

static bool has_word(struct str list, struct str word)
{
	struct str one;
	while (str_cut(list, ',', &one, &list))
		if (str_eq(one, word))
			return true;
	return str_eq(list, word);
}

/* May this audience read an act with these words in `for`? The registrar reads all. */
static bool may_read(const struct ck_evidence *ev, const struct jv *act)
{
	const struct jv *list = jv_get(act, "for");
	struct str registrar = jv_get_str(ev->org, "registrar");
	bool may = has_word(ev->audience, registrar.n ? registrar : STR("secretariat"));
	for (size_t i = 0; i < jv_n(list, JV_ARRAY) && !may; i++)
		may = has_word(ev->audience, jv_str(jv_at(list, i)));
	return may;
}

/* The act of the i-th entry. depth, by entry: of corrections; 0: no act, else 1 + depth. */
static int read_act(struct intake *r, size_t i, const struct said *said, uint8_t *depth, struct ck_act *ret)
{
	struct ck_evidence *ev = r->ev;
	const struct ck_entry *n = &ev->entries[i];
	if (said->sealed && !may_read(ev, said->act))
		return refuse_entry(r, n->index, "it is sealed, and not for the audience that the answer was made for",
			"the answer rests on what its reader may not know");
	int rc = ck_act_read(&ev->book, said->act, n->index, &ev->arena, ret, r->e);
	if (rc < 0)
		return rc;
	depth[i] = 1;
	if (ret->is_correction) {
		const struct ck_entry *of = ck_entry_at(ev, ret->corrects);
		size_t d = of ? depth[of - ev->entries] : 0;
		if (d == 0 || d > CK_MAX_CORRECTION_DEPTH)
			return refuse_entry(r, n->index, "it corrects an entry that is no act here, or one too deep in corrections",
				"what stands there cannot be told");
		depth[i] = (uint8_t)(d + 1);
	}
	return 0;
}

static int read_acts(struct intake *r)
{
	struct ck_evidence *ev = r->ev;
	uint8_t *depth = arena_array(&ev->arena, ev->n + 1, uint8_t);
	struct arena one = {0};
	bool opened = false;
	int rc = 0;
	ev->acts = arena_array(&ev->arena, ev->n, struct ck_act);
	for (size_t i = 0; i < ev->n && rc == 0; i++) {
		struct said said;
		if ((rc = read_said(r, &one, &ev->entries[i], &said)) < 0)
			break;
		ev->nsealed += said.sealed && !ev->entries[i].body.p;
		opened |= ev->entries[i].body.p != NULL;
		if (said.adopts && ev->entries[i].index > ev->adopted) {
			ev->step = CK_STEP_RULEBOOK;
			rc = not_last(r);
		} else if (said.act && !said.adopts && (rc = read_act(r, i, &said, depth, &ev->acts[ev->nacts])) == 0) {
			ev->nacts++;
		}
	}
	arena_done(&one);
	if (rc == 0 && !opened && !str_eq(ev->audience, STR("public")))
		return refuse(r, "evidence.audience", "nothing sealed is opened here, so this is what the public reads", "the answer claims to be for others");
	return rc;
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
		rc = refuse(r, "evidence.entries", "there are none", "nothing is proved");
	if (rc == 0 && r->o->all_signatures)
		rc = ck_evidence_signed(ev, NULL, 0, r->e);
	if (rc < 0)
		return rc;
	ev->step = CK_STEP_RULEBOOK;
	if ((rc = read_law(r, proof)) < 0)
		return rc;
	ev->step = CK_STEP_ACTS;
	return read_acts(r);
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
		return refuse(&r, "evidence.audience", "it is missing", "it is not known for whom the answer was made");
	hasher_init(&r.h);
	int rc = read_all(&r, proof);
	hasher_done(&r.h);
	return rc;
}

void ck_evidence_done(struct ck_evidence *ev)
{
	ck_law_done(&ev->book);
	arena_done(&ev->arena);
}
