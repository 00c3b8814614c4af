/* SPDX-License-Identifier: Apache-2.0 */
#include "register/evidence.h"

#include "log/base64.h"
#include "register/reg_internal.h"
#include "rules/explain.h"

struct writing {
	struct reg *r;
	const struct view *v;
	bool *touched; /* by position; NULL: all */
	bool *earlier; /* by position: adoptions whose texts the acts rest on, besides the last */
	uint64_t known, size; /* size: of the checkpoint */
	struct arena *arena;
	struct buf *out;
	size_t bytes;
	bool first, opened; /* opened: a sealed entry was given with its body */
	struct err *e;
};

/* One more of a list that begins with '['. */
static void put_hash(void *ctx, const struct digest *d)
{
	struct buf *out = ctx;
	buf_adds(out, out->n && out->p[out->n - 1] == '[' ? "\"" : ",\"");
	base64_add(out, d->b, sizeof d->b);
	buf_addc(out, '"');
}

/* What a sealed entry says, if this audience reads it: the body that the entry commits to. */
static int put_body(struct writing *w, uint64_t pos, struct err *e)
{
	const struct record_slot *s = &view_record(w->v)->slots.v[pos];
	struct log_blob blob;
	if (s->entry->kind != ENTRY_SEALED || s->act.entry != ENTRY_ACT)
		return 0;
	int rc = log_blob_get(w->r->log, &s->entry->commitment, w->arena, &blob, e);
	if (rc < 0)
		return rc;
	w->opened = true;
	buf_adds(w->out, ",\"body\":");
	json_quote(w->out, blob.bytes);
	return 0;
}

static int put_entry(struct writing *w, const struct log_entry *entry, struct err *e)
{
	int rc;
	buf_addf(w->out, "%s{\"index\":%llu,\"entry\":", w->first ? "\n" : ",\n", (unsigned long long)entry->index);
	w->first = false;
	buf_add(w->out, entry->bytes); /* an object in its one spelling */
	if ((rc = put_body(w, entry->index, e)) < 0)
		return rc;
	buf_addc(w->out, '}');
	return 0;
}

enum { ENOUGH = 1 };

static int each_entry(void *ctx, const struct log_entry *entry, struct err *e)
{
	struct writing *w = ctx;
	if (entry->index > w->known)
		return ENOUGH;
	return put_entry(w, entry, e);
}

static int measure(void *ctx, const struct log_entry *entry, struct err *e)
{
	struct writing *w = ctx;
	(void)e;
	w->bytes += entry->bytes.n;
	return entry->index >= w->known || w->bytes > EVIDENCE_MAX_WHOLE ? ENOUGH : 0;
}

static int put_entries(struct writing *w, struct err *e)
{
	int rc = 0;
	w->first = true;
	buf_adds(w->out, ",\"entries\":[");
	if (!w->touched)
		rc = log_each(w->r->log, 0, each_entry, w, e);
	for (uint64_t pos = 0; w->touched && pos <= w->known && rc == 0; pos++) {
		struct arena a = {0};
		struct log_entry entry;
		if (w->touched[pos] && (rc = log_read(w->r->log, pos, &a, &entry, e)) == 0)
			rc = put_entry(w, &entry, e);
		arena_done(&a);
	}
	buf_addc(w->out, ']');
	return rc < 0 ? rc : 0;
}

/* What ties the entries to the checkpoint, where they are not all that it covers. */
static int put_ties(struct writing *w, struct err *e)
{
	struct merkle_proof path;
	int rc = 0;
	if (w->touched) {
		uint64_t *at = arena_array(w->arena, w->known + 1, uint64_t);
		struct merkle_leaves leaves = {.index = at};
		for (uint64_t pos = 0; pos <= w->known; pos++)
			if (w->touched[pos])
				at[leaves.n++] = pos;
		buf_adds(w->out, ",\"inclusion\":[");
		rc = log_prove_leaves(w->r->log, leaves, w->size, put_hash, w->out, e);
	} else if (w->known + 1 < w->size) {
		rc = log_prove_consistency(w->r->log, w->known + 1, w->size, &path, e);
		buf_adds(w->out, ",\"consistency\":[");
		for (size_t i = 0; rc == 0 && i < path.n; i++)
			put_hash(w->out, &path.v[i]);
	} else {
		return 0;
	}
	buf_addc(w->out, ']');
	return rc;
}

/* ---- rulebooks ------------------------------------------------------------------------------------------------------------- */

/* The last adoption up to this entry. */
static uint64_t adopted_at(const struct record *r, uint64_t pos)
{
	while (pos && r->slots.v[pos].entry->kind != ENTRY_ADOPTION)
		pos--;
	return pos;
}

static int put_text(struct writing *w, uint64_t pos, struct err *e)
{
	struct log_blob blob;
	int rc = log_blob_get(w->r->log, &view_record(w->v)->slots.v[pos].entry->bundle, w->arena, &blob, e);
	if (rc < 0)
		return rc;
	buf_addf(w->out, "{\"index\":%llu,\"bundle\":", (unsigned long long)pos);
	json_quote(w->out, blob.bytes);
	buf_addc(w->out, '}');
	return 0;
}

/* An act that those who signed it could not sign under the text of now, was filed under one that let them. */
static void find_earlier(struct writing *w, uint64_t adopted)
{
	const struct record *r = view_record(w->v);
	struct err ignored;
	w->earlier = arena_array(w->arena, w->known + 1, bool);
	for (uint64_t pos = 1; pos < adopted; pos++)
		if ((!w->touched || w->touched[pos]) && check_entitled(r, pos, &ignored) < 0)
			w->earlier[adopted_at(r, pos)] = true;
	for (uint64_t pos = 0; w->touched && pos < adopted; pos++)
		w->touched[pos] |= w->earlier[pos];
}

static int put_texts(struct writing *w, uint64_t adopted, struct err *e)
{
	bool first = true;
	buf_adds(w->out, ",\"adopted\":");
	int rc = put_text(w, adopted, e);
	for (uint64_t pos = 0; pos < adopted && rc == 0; pos++) {
		if (!w->earlier[pos])
			continue;
		buf_adds(w->out, first ? ",\n\"earlier\":[" : ",\n");
		first = false;
		rc = put_text(w, pos, e);
	}
	buf_adds(w->out, first ? "" : "]");
	return rc;
}

/* ---- what is touched ------------------------------------------------------------------------------------------------------- */

static bool signed_for(const struct keyring *k, const struct entry *n, struct str holder)
{
	for (size_t i = 0; i < n->nsigners; i++) {
		const struct held_key *key = keyring_find(k, n->signers[i], n->pos);
		if (key && !key->acts && str_eq(key->holder, holder))
			return true;
	}
	return false;
}

static bool had_key(const struct keyring *k, struct str holder, uint64_t pos)
{
	for (size_t i = 0; i < k->keys.n; i++)
		if (k->keys.v[i].by < pos && !k->keys.v[i].acts && str_eq(k->keys.v[i].holder, holder))
			return true;
	return false;
}

/* Was a key registered for a holder that has lost its own, by others who spoke for it? How many of them there must be, rests on all acts
 * about keys before. (The end of a key names none: it is here only with these.) */
static bool rests_on_help(const struct keyring *k, const struct entry *n)
{
	struct str holder = json_get_str(n->payload, "holder");
	return had_key(k, holder, n->pos) && !signed_for(k, n, holder);
}

/* The acts about keys on which the signatures under these entries rest, and those under these, and so on. A key is named before it signs. */
static void touch_keys(const struct record *r, bool *at, uint64_t known)
{
	const struct keyring *k = &r->keys;
	bool all = false;
	for (uint64_t pos = known + 1; pos-- > 0;) {
		const struct entry *n = r->slots.v[pos].entry;
		at[pos] |= all && n->kind == ENTRY_KEY;
		for (size_t i = 0; at[pos] && i < n->nsigners; i++) {
			const struct held_key *key = keyring_known(k, n->signers[i]);
			if (key)
				at[key->by] = true;
		}
		all |= at[pos] && n->kind == ENTRY_KEY && rests_on_help(k, n);
	}
}

/* Later days too: until when something lasts can rest on them. */
static bool *touched_by(const struct view *v, const struct question *q, uint64_t known, uint64_t adopted, struct arena *a)
{
	bool *at = arena_array(a, known + 1, bool);
	struct touched t;
	explain_touched(view_eval(v, 0), q->fact, q->args, CIVIL_MAX, a, &t);
	for (size_t i = 0; i < t.nacts; i++)
		at[view_eval(v, 0)->given.v[t.acts[i]].pos] = true;
	at[0] = at[adopted] = true; /* the first entry says whose register it is, and names the first key */
	return at;
}

static int put_evidence(struct writing *w, const struct question *q, enum evidence_form *form, struct err *e)
{
	struct log *log = w->r->log;
	uint64_t adopted = adopted_at(view_record(w->v), w->known);
	if (*form == EVIDENCE_WHOLE && log_each(log, 0, measure, w, e) < 0)
		return e->code;
	if (w->bytes > EVIDENCE_MAX_WHOLE)
		*form = EVIDENCE_TOUCHED;
	buf_addf(w->out, ",\n\"evidence\":{\"form\":\"%s\",\"known\":%llu,\"key\":", *form == EVIDENCE_WHOLE ? "whole" : "touched",
		(unsigned long long)w->known);
	json_quote(w->out, log_vkey(log));
	buf_adds(w->out, ",\"checkpoint\":");
	json_quote(w->out, log_checkpoint(log));
	if (*form == EVIDENCE_TOUCHED)
		w->touched = touched_by(w->v, q, w->known, adopted, w->arena);
	find_earlier(w, adopted);
	if (w->touched)
		touch_keys(view_record(w->v), w->touched, w->known);
	int rc = put_texts(w, adopted, e);
	if (rc == 0)
		rc = put_ties(w, e);
	if (rc == 0)
		rc = put_entries(w, e);
	/* An answer that rests on nothing sealed is the public's, whoever asked. */
	buf_adds(w->out, ",\"audience\":");
	json_quote(w->out, w->opened ? view_audience(w->v) : STR("public"));
	buf_adds(w->out, "}}\n");
	return rc;
}

int answer_proof_file(struct reg *r, const struct view *v, const struct question *q, const struct answer *a, bool whynot,
	enum evidence_form *form, struct arena *arena, struct buf *out, struct err *e)
{
	struct writing w = {.r = r, .v = v, .known = view_known(v), .arena = arena, .out = out};
	answer_proof_bare(v, q, a, whynot, arena, out);
	while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '}')) { /* the object goes on */
		bool end = out->p[out->n - 1] == '}';
		out->n--;
		if (end)
			break;
	}
	reg_lock(r);
	w.size = log_size(r->log);
	int rc = put_evidence(&w, q, form, e);
	reg_unlock(r);
	return rc;
}
