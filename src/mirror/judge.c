/* SPDX-License-Identifier: Apache-2.0
 *
 * What a finding is worth. Each kind has one function that checks all that signatures and hashes can show, and says it in sentences of
 * its own; what is left is told apart as the word of whoever kept the file.
 */
#include "mirror/evidence.h"

#include "log/base64.h"
#include "log/cosign.h"
#include "log/dsse.h"
#include "log/tile.h"
#include "register/bodies.h"
#include "register/intake.h"

#include <inttypes.h>
#include <string.h>

struct judge {
	const struct finding *f;
	struct arena *a;
	struct hasher h;
	struct note_key key;
	struct judgement *ret;
	bool wrong; /* a claim of the file is false */
};

__attribute__((format(printf, 3, 4))) static void claim(struct judge *j, enum claim_kind kind, const char *fmt, ...)
{
	struct buf b;
	va_list ap;
	buf_init(&b, 4000);
	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	struct judged_claim c = {kind, arena_str(j->a, buf_str(&b))};
	arena_push(j->a, &j->ret->claims, c);
	buf_done(&b);
	j->wrong |= kind == CLAIM_FALSE;
}

static const char *show(struct judge *j, const struct digest *d)
{
	struct buf b;
	buf_init(&b, BASE64_LEN(DIGEST_LEN));
	base64_add(&b, d->b, sizeof d->b);
	struct str s = arena_str(j->a, buf_str(&b));
	buf_done(&b);
	return s.p;
}

const char *evidence_shown(struct str s, struct arena *a)
{
	enum { MOST = 300 };
	char *copy = arena_copy(a, arena_str(a, s).p, s.n + 1);
	if (s.n > MOST)
		copy[MOST] = 0;
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	(void)str_utf8_mend(copy);
	return copy;
}

static const char *shown(struct judge *j, struct str s)
{
	return evidence_shown(s, j->a);
}

/* Whatever a server did rests on the word of who was there. */
static void say_served(struct judge *j, const char *what)
{
	claim(j, CLAIM_WORD, "That %s %s, at %s.", shown(j, j->f->server), what, shown(j, j->f->found));
}

static bool open_note(struct judge *j, struct str note, const char *which, struct checkpoint *ret)
{
	struct err e;
	if (checkpoint_open(note, &j->key, ret, &e) == 0)
		return true;
	claim(j, CLAIM_FALSE, "The %s is no checkpoint signed by the key of %.*s: %s.", which, STR_ARG(j->key.name), e.what);
	return false;
}

/* Does the entry stand at its place under the checkpoint? */
static bool stands(struct judge *j, const struct checkpoint *c, const struct digest *leaf)
{
	if (merkle_included(&j->h, leaf, j->f->index, c->size, &j->f->proof, &c->root))
		return true;
	claim(j, CLAIM_FALSE, "The proof does not show that entry %" PRIu64 " stands under the checkpoint over %" PRIu64 " entries.",
		j->f->index, c->size);
	return false;
}

/* Two checkpoints of the log, the first over no more entries than the second. */
static bool open_both(struct judge *j, struct checkpoint *c, struct checkpoint *d)
{
	if (!open_note(j, j->f->first, "first note", c) || !open_note(j, j->f->second, "second note", d))
		return false;
	if ((c->size || j->f->kind == FOUND_ROLLBACK) && c->size <= d->size)
		return true;
	claim(j, CLAIM_FALSE, "The first checkpoint is not the smaller one.");
	return false;
}

/* `hash`, which the later tree had when it was as large as the earlier. */
static bool shows_past(struct judge *j, const struct checkpoint *c, const struct checkpoint *d)
{
	if (merkle_consistent(&j->h, c->size, &j->f->hash, d->size, &d->root, &j->f->proof))
		return true;
	claim(j, CLAIM_FALSE, "The proof does not show what the tree of %" PRIu64 " entries was when it had %" PRIu64 ".", d->size, c->size);
	return false;
}

/* ---- the kinds -------------------------------------------------------------------------------------------------------------- */

/* A log of no entries has one root. */
static enum verdict judge_empty(struct judge *j, const struct checkpoint *c)
{
	struct digest empty;
	sha256(&j->h, STR(""), &empty);
	if (digest_eq(&c->root, &empty)) {
		claim(j, CLAIM_FALSE, "The first checkpoint is that of a log without entries: every log has begun so.");
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED, "The key of %.*s signed that its log has no entries and the root %s, which no such log has.", STR_ARG(j->key.name),
		show(j, &c->root));
	return VERDICT_PROVED;
}

/* Nothing shows what the larger tree was when it was as large as the smaller. */
static enum verdict unproved(struct judge *j, const struct checkpoint *c, const struct checkpoint *d)
{
	const struct checkpoint *both[] = {c, d};
	for (int i = 0; i < 2; i++)
		claim(j, CLAIM_PROVED, "The key of %.*s signed a log of %" PRIu64 " entries with the root %s.", STR_ARG(j->key.name), both[i]->size,
			show(j, &both[i]->root));
	claim(j, CLAIM_CHECK,
		"Did the second grow out of the first? Here is nothing that shows it. Whoever holds the key owes a proof of consistency from %" PRIu64
		" to %" PRIu64 " entries; whoever has a copy of the entries can compute the root of the first %" PRIu64 ".",
		c->size, d->size, c->size);
	return VERDICT_OPEN;
}

static enum verdict judge_fork(struct judge *j)
{
	struct checkpoint c, d;
	if (open_note(j, j->f->first, "first note", &c) && c.size == 0)
		return judge_empty(j, &c);
	if (j->wrong || !open_both(j, &c, &d))
		return VERDICT_FALSE;
	bool one_size = c.size == d.size;
	if (!one_size && !(j->f->has & finding_bits("hash")))
		return unproved(j, &c, &d);
	const struct digest *then = one_size ? &d.root : &j->f->hash;
	if (!one_size && !shows_past(j, &c, &d))
		return VERDICT_FALSE;
	if (digest_eq(&c.root, then)) {
		claim(j, CLAIM_FALSE, "The two checkpoints do not contradict each other: the second continues the first.");
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED, "The key of %.*s signed that the first %" PRIu64 " entries of its log have the root %s.", STR_ARG(j->key.name), c.size,
		show(j, &c.root));
	claim(j, CLAIM_PROVED, "The same key signed a log of %" PRIu64 " entries, the first %" PRIu64 " of which have the root %s.", d.size, c.size,
		show(j, then));
	claim(j, CLAIM_PROVED, "No log has both: whoever holds that key wrote two histories.");
	return VERDICT_PROVED;
}

static enum verdict judge_rollback(struct judge *j)
{
	struct checkpoint c, d;
	if (!open_both(j, &c, &d) || (c.size && !shows_past(j, &c, &d))) /* an empty log is an earlier state of every log */
		return VERDICT_FALSE;
	if (c.size == d.size || !digest_eq(&c.root, &j->f->hash)) {
		claim(j, CLAIM_FALSE, "The first checkpoint is not an earlier state of the second.");
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED, "The key of %.*s signed a log of %" PRIu64 " entries, and its earlier state of %" PRIu64 " entries.", STR_ARG(j->key.name),
		d.size, c.size);
	say_served(j, "gave out the earlier of the two after the later, and so the entries between them were no longer there");
	return VERDICT_WORD;
}

static enum verdict judge_signature(struct judge *j)
{
	struct note n;
	struct checkpoint c;
	struct err e;
	bool claims = false;
	if (checkpoint_open(j->f->first, &j->key, &c, &e) == 0) {
		claim(j, CLAIM_FALSE, "The checkpoint is signed by the key of %.*s.", STR_ARG(j->key.name));
		return VERDICT_FALSE;
	}
	if (note_parse(j->f->first, j->a, &n, NULL) == 0)
		for (size_t i = 0; i < n.nsigs; i++)
			claims |= note_sig_by(&n.sigs[i], &j->key);
	if (claims)
		claim(j, CLAIM_PROVED, "The note bears a signature in the name of %.*s that does not fit its text: one of the two was altered.",
			STR_ARG(j->key.name));
	else
		claim(j, CLAIM_PROVED, "The note is no checkpoint signed by the key of %.*s: %s.", STR_ARG(j->key.name), e.what);
	say_served(j, "gave it out as the checkpoint of that log");
	return VERDICT_WORD;
}

static bool cosigned(struct judge *j, struct str bytes, const struct note_key *witness, uint64_t *ret_time)
{
	struct note n;
	enum cosign_state state;
	return note_parse(bytes, j->a, &n, NULL) == 0 && cosign_check(&n, witness, cosign_any_time(), &state, ret_time, NULL) == 0 &&
	       state == COSIGN_GOOD;
}

/* One witness, two cosignatures: the larger tree has the earlier time. */
static enum verdict dated(struct judge *j, const struct note_key *w)
{
	struct checkpoint c, d;
	uint64_t t, u;
	if (!open_both(j, &c, &d))
		return VERDICT_FALSE;
	if (c.size == d.size || !cosigned(j, j->f->first, w, &t) || !cosigned(j, j->f->second, w, &u) || u + COSIGN_SKEW >= t) {
		claim(j, CLAIM_FALSE, "The witness %.*s did not date the larger of the two trees before the smaller.", STR_ARG(w->name));
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED, "The key of the witness %.*s signed that it saw the log with %" PRIu64 " entries at %" PRIu64 ".", STR_ARG(w->name), c.size, t);
	claim(j, CLAIM_PROVED,
		"The same key signed that it saw the log with %" PRIu64 " entries at %" PRIu64 ", which is %" PRIu64
		" seconds earlier (both in seconds since 1970). One of the two times is false.",
		d.size, u, t - u);
	return VERDICT_PROVED;
}

static enum verdict judge_date(struct judge *j)
{
	struct note_key w;
	struct note n;
	struct checkpoint c;
	struct err e;
	enum cosign_state state;
	uint64_t time;
	if (note_key_read(&j->h, NOTE_COSIGNATURE, j->f->witness, &w, &e) < 0) {
		claim(j, CLAIM_FALSE, "The witness's key cannot be read: %s.", e.what);
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_CHECK, "Is %s the key of a witness that you know?", shown(j, j->f->witness));
	if (j->f->second.n) {
		enum verdict v = dated(j, &w);
		if (v == VERDICT_PROVED)
			j->ret->by = arena_str(j->a, w.name);
		return v;
	}
	if (!open_note(j, j->f->first, "note", &c) || note_parse(j->f->first, j->a, &n, NULL) < 0)
		return VERDICT_FALSE;
	if (cosign_check(&n, &w, cosign_any_time(), &state, &time, NULL) == 0) {
		claim(j, CLAIM_FALSE, "No cosignature in the note is wrong.");
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED,
		"The checkpoint over %" PRIu64 " entries bears a cosignature in the name of the witness %.*s that does not fit: its time, or the text, was "
		"altered after the witness signed.",
		c.size, STR_ARG(w.name));
	say_served(j, "gave it out");
	return VERDICT_WORD;
}

/* Who signed these bytes, as far as the log's own key can tell? */
static bool signed_by_log(struct judge *j, struct str bytes, struct dsse *ret, bool *ret_alone)
{
	struct dsse_key own;
	*ret_alone = false;
	if (dsse_parse(bytes, j->a, ret, NULL) < 0)
		return false;
	dsse_key_ed25519(&j->h, &j->key.pub, &own);
	*ret_alone = ret->nsigs == 1 && str_eq(ret->sigs[0].keyid, str_of(own.keyid));
	return dsse_verify(ret, &(struct dsse_keys){dsse_only_key, &own}, NULL) == 0;
}

static enum verdict judge_swap(struct judge *j)
{
	struct checkpoint c;
	struct digest served;
	struct dsse d;
	bool alone;
	if (!open_note(j, j->f->first, "note", &c) || !stands(j, &c, &j->f->hash))
		return VERDICT_FALSE;
	merkle_leaf(&j->h, j->f->bytes, &served);
	if (digest_eq(&served, &j->f->hash)) {
		claim(j, CLAIM_FALSE, "The bytes are those of entry %" PRIu64 ".", j->f->index);
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED, "Under the checkpoint over %" PRIu64 " entries that the key of %.*s signed, entry %" PRIu64 " has the hash %s.", c.size,
		STR_ARG(j->key.name), j->f->index, show(j, &j->f->hash));
	claim(j, CLAIM_PROVED, "The bytes in this file have the hash %s: they are not that entry.", show(j, &served));
	if (signed_by_log(j, j->f->bytes, &d, &alone))
		claim(j, CLAIM_PROVED, "Yet the same key signed them as an act: it says %s.", shown(j, d.payload));
	say_served(j, "gave them out as that entry");
	return VERDICT_WORD;
}

/* The entry is sealed, and the file holds what it commits to. */
static enum verdict judge_body(struct judge *j, struct log_entry *entry)
{
	struct log_blob body = {.bytes = j->f->body};
	struct str act, audience;
	struct err e;
	if (sealed_body_check(entry, &body, &e) < 0) {
		claim(j, CLAIM_FALSE, "The body in this file is not what the entry commits to: %s.", e.what);
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED, "The entry is sealed, and the body in this file is the one that it commits to.");
	if (sealed_body_read(entry, body.bytes, j->a, &act, &audience, &e) < 0) {
		claim(j, CLAIM_PROVED, "That body is no act for a named audience, as that of every sealed entry must be: %s.", e.what);
		return VERDICT_PROVED;
	}
	claim(j, CLAIM_CARE, "The body is for %s. Show this file, and this answer, only to those who may read it.", shown(j, audience));
	claim(j, CLAIM_PROVED, "The body says: %s.", shown(j, act));
	for (size_t i = 0; i < entry->dsse.nsigs; i++)
		claim(j, CLAIM_PROVED, "The entry names the key %s as one that signed it.", shown(j, entry->dsse.sigs[i].keyid));
	claim(j, CLAIM_CHECK, "Whoever has the entries before it, and may read it, can find out why it is no act of the register (comity mirror "
			      "--read-with): %s.",
		shown(j, j->f->why));
	return VERDICT_WORD;
}

static enum verdict judge_entry(struct judge *j)
{
	struct checkpoint c;
	struct digest leaf;
	struct dsse d;
	bool alone, spelled = dsse_parse(j->f->entry, j->a, &d, NULL) == 0;
	merkle_leaf(&j->h, j->f->entry, &leaf);
	if (!open_note(j, j->f->first, "note", &c) || !stands(j, &c, &leaf))
		return VERDICT_FALSE;
	claim(j, CLAIM_PROVED, "The key of %.*s signed a log of %" PRIu64 " entries whose entry %" PRIu64 " is the one in this file.",
		STR_ARG(j->key.name), c.size, j->f->index);
	if (!spelled) {
		claim(j, CLAIM_PROVED, "That entry is no envelope as every entry must be: nobody can have signed it as an act.");
		return VERDICT_PROVED;
	}
	if (!signed_by_log(j, j->f->entry, &d, &alone) && alone) {
		claim(j, CLAIM_PROVED, "Its one signature is in the name of that key, and does not fit what it says.");
		return VERDICT_PROVED;
	}
	if (finding_bits("body") & j->f->has)
		return judge_body(j, &(struct log_entry){.index = j->f->index, .bytes = j->f->entry, .dsse = d});
	claim(j, CLAIM_CHECK, "Whoever has the entries before it can find out why it is no act of the register (comity verify): %s.", shown(j, j->f->why));
	return VERDICT_WORD;
}

static enum verdict judge_tile(struct judge *j)
{
	struct checkpoint c;
	struct tlog_tile t;
	struct str path = j->f->path;
	if (!open_note(j, j->f->first, "note", &c))
		return VERDICT_FALSE;
	bool is = str_starts(path, STR("tile/")) && tile_path_read(str_slice(path, 5, path.n), &t) && !t.entries && t.width <= tile_width_at(&t, c.size) &&
		  j->f->index < t.width;
	if (!is) {
		claim(j, CLAIM_FALSE, "A log of %" PRIu64 " entries has no such tile, or no such hash in it.", c.size);
		return VERDICT_FALSE;
	}
	size_t at = (size_t)j->f->index * DIGEST_LEN;
	bool same = j->f->bytes.n == (size_t)t.width * DIGEST_LEN && memcmp(j->f->bytes.p + at, j->f->hash.b, DIGEST_LEN) == 0;
	if (same) {
		claim(j, CLAIM_FALSE, "The hash in question is the right one.");
		return VERDICT_FALSE;
	}
	if (t.level == 0 && merkle_included(&j->h, &j->f->hash, t.index * TILE_WIDTH + j->f->index, c.size, &j->f->proof, &c.root))
		claim(j, CLAIM_PROVED, "Under the checkpoint over %" PRIu64 " entries that the key of %.*s signed, entry %" PRIu64
				       " has the hash %s; the tile in this file has another.",
			c.size, STR_ARG(j->key.name), t.index * TILE_WIDTH + j->f->index, show(j, &j->f->hash));
	else
		claim(j, CLAIM_CHECK, "Whoever has a copy of the %" PRIu64 " entries can find out whether hash %" PRIu64 " of %s is %s.", c.size, j->f->index,
			shown(j, path), show(j, &j->f->hash));
	say_served(j, "gave that tile out");
	return VERDICT_WORD;
}

static enum verdict judge_tree(struct judge *j)
{
	struct checkpoint c;
	if (!open_note(j, j->f->first, "note", &c))
		return VERDICT_FALSE;
	if (digest_eq(&c.root, &j->f->hash)) {
		claim(j, CLAIM_FALSE, "The root that the tiles are said to come to is the one that was signed.");
		return VERDICT_FALSE;
	}
	claim(j, CLAIM_PROVED, "The key of %.*s signed a log of %" PRIu64 " entries with the root %s.", STR_ARG(j->key.name), c.size, show(j, &c.root));
	claim(j, CLAIM_WORD, "That the tiles which %s gave out at %s come to %s instead.", shown(j, j->f->server), shown(j, j->f->found),
		show(j, &j->f->hash));
	return VERDICT_WORD;
}

/* Does the entry name this hash, as everybody can read? */
static bool names(struct judge *j, const struct digest *wanted, bool *ret_rulebook)
{
	struct entry_names n;
	struct log_entry entry = {.index = j->f->index, .bytes = j->f->entry};
	if (dsse_parse(entry.bytes, j->a, &entry.dsse, NULL) < 0 || entry_names(&entry, j->a, &n, NULL) < 0)
		return false;
	*ret_rulebook = n.adopts && digest_eq(&n.rulebook.sha256, wanted);
	bool found = *ret_rulebook;
	for (size_t i = 0; i < n.ndocuments; i++)
		found |= digest_eq(&n.documents[i].sha256, wanted);
	return found;
}

/* "blob/<sha256>", named by an entry that stands in the log. */
static bool named_blob(struct judge *j, const struct checkpoint *c, struct digest *ret, bool *ret_rulebook)
{
	struct digest leaf;
	struct str path = j->f->path;
	merkle_leaf(&j->h, j->f->entry, &leaf);
	if (!stands(j, c, &leaf))
		return false;
	if (str_starts(path, STR("blob/")) && hex_parse(str_slice(path, 5, path.n), ret->b, sizeof ret->b) && names(j, ret, ret_rulebook)) {
		claim(j, CLAIM_PROVED, "Entry %" PRIu64 " of the log that the key of %.*s signed names a %s by the SHA-256 %s.", j->f->index,
			STR_ARG(j->key.name), *ret_rulebook ? "rulebook, which it adopts," : "document", path.p + 5);
		return true;
	}
	claim(j, CLAIM_FALSE, "Entry %" PRIu64 " does not name %s.", j->f->index, shown(j, path));
	return false;
}

static enum verdict judge_missing(struct judge *j)
{
	struct checkpoint c;
	struct tlog_tile t;
	struct digest wanted;
	bool rulebook;
	struct str path = j->f->path;
	char what[80];
	if (!open_note(j, j->f->first, "note", &c))
		return VERDICT_FALSE;
	if (str_starts(path, STR("tile/")) && tile_path_read(str_slice(path, 5, path.n), &t) && t.width <= tile_width_at(&t, c.size)) {
		claim(j, CLAIM_PROVED, "The key of %.*s signed a log of %" PRIu64 " entries; such a log has the file %s (C2SP tlog-tiles).", STR_ARG(j->key.name),
			c.size, path.p);
	} else if (!j->f->entry.n || !named_blob(j, &c, &wanted, &rulebook)) {
		if (!j->wrong)
			claim(j, CLAIM_FALSE, "A log of %" PRIu64 " entries has no file %s.", c.size, shown(j, path));
		return VERDICT_FALSE;
	}
	(void)snprintf(what, sizeof what, "did not give it out, but answered with status %" PRIu64, j->f->status);
	say_served(j, what);
	return VERDICT_WORD;
}

static enum verdict judge_blob(struct judge *j)
{
	struct checkpoint c;
	struct digest wanted, served = j->f->hash;
	bool rulebook;
	if (!open_note(j, j->f->first, "note", &c) || !named_blob(j, &c, &wanted, &rulebook))
		return VERDICT_FALSE;
	if (j->f->bytes.n)
		sha256(&j->h, j->f->bytes, &served);
	if (digest_eq(&served, &wanted) || !digest_eq(&served, &j->f->hash)) {
		claim(j, CLAIM_FALSE, "The bytes in this file do not have another hash, or not the one it says.");
		return VERDICT_FALSE;
	}
	if (j->f->bytes.n)
		claim(j, CLAIM_PROVED, "The bytes in this file have another hash: they are not what the entry names.");
	say_served(j, "gave out something else under that hash");
	return VERDICT_WORD;
}

static void add_side(const struct found_side *s, struct buf *out)
{
	if (!s->value.n) {
		buf_adds(out, "nothing");
		return;
	}
	buf_addf(out, "\"%.*s\"", (int)(s->value.n < 120 ? s->value.n : 120), s->value.p);
	if (s->from.n)
		buf_addf(out, " from %.20s", s->from.p);
	if (s->to.n)
		buf_addf(out, " until %.20s", s->to.p);
}

static enum verdict judge_facts(struct judge *j)
{
	const struct finding *f = j->f;
	struct checkpoint c;
	struct buf here, there;
	if (!open_note(j, f->first, "note", &c))
		return VERDICT_FALSE;
	if (f->index >= c.size) {
		claim(j, CLAIM_FALSE, "The checkpoint is over %" PRIu64 " entries; there is no entry %" PRIu64 ".", c.size, f->index);
		return VERDICT_FALSE;
	}
	buf_init(&here, 400);
	buf_init(&there, 400);
	add_side(&f->here, &here);
	add_side(&f->there, &there);
	claim(j, CLAIM_PROVED, "The key of %.*s signed a log of %" PRIu64 " entries with the root %s.", STR_ARG(j->key.name), c.size, show(j, &c.root));
	claim(j, CLAIM_CHECK,
		"From its entries up to %" PRIu64 ", and the rulebook they adopt, it follows that %s(%s) is %s%s%s. Whoever has a copy of the log can "
		"find out: comity timeline COPY '%s(...) as known at %" PRIu64 "'.",
		f->index, shown(j, f->fact), shown(j, f->args), shown(j, buf_str(&here)), f->reading.n ? ", in the reading " : "",
		f->reading.n ? shown(j, f->reading) : "", shown(j, f->fact), f->index);
	struct str what = arena_fmt(j->a, "said that it is %s", shown(j, buf_str(&there)));
	say_served(j, what.p);
	buf_done(&here);
	buf_done(&there);
	return VERDICT_WORD;
}

int evidence_judge(const struct finding *f, struct str vkey, struct arena *a, struct judgement *ret, struct err *e)
{
	static enum verdict (*const kinds[FINDINGS])(struct judge *) = {[FOUND_FORK] = judge_fork,
		[FOUND_ROLLBACK] = judge_rollback, [FOUND_SIGNATURE] = judge_signature, [FOUND_DATE] = judge_date, [FOUND_SWAP] = judge_swap,
		[FOUND_ENTRY] = judge_entry, [FOUND_TILE] = judge_tile, [FOUND_TREE] = judge_tree, [FOUND_MISSING] = judge_missing, [FOUND_BLOB] = judge_blob,
		[FOUND_FACTS] = judge_facts};
	struct judge j = {.f = f, .a = a, .ret = ret};
	*ret = (struct judgement){0};
	hasher_init(&j.h);
	int rc = note_key_read(&j.h, NOTE_ED25519, vkey, &j.key, e);
	if (rc == 0) {
		ret->by = j.key.name;
		ret->verdict = kinds[f->kind](&j);
		if (j.wrong)
			ret->verdict = VERDICT_FALSE;
	}
	hasher_done(&j.h);
	return rc;
}
