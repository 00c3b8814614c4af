/* SPDX-License-Identifier: Apache-2.0
 *
 * What is signed: the checkpoint that the register shows now, against the one that is held, the policy, and what others were shown.
 */
#include "mirror/follow_int.h"

#include "log/dir.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

static bool names_the_key(struct follow *f, struct str bytes)
{
	struct note n;
	bool claims = false;
	if (note_parse(bytes, &f->round, &n, NULL) == 0)
		for (size_t i = 0; i < n.nsigs; i++)
			claims |= note_sig_by(&n.sigs[i], &f->key);
	return claims;
}

/* A note that the log's key did not sign. On the first day it may be a wrong address or key; later, or with the key's name on it, it is not. */
static int not_signed(struct follow *f, struct str note, struct err *e)
{
	struct finding x = {.kind = FOUND_SIGNATURE, .first = note};
	if (names_the_key(f, note))
		return found(f, &x, "first",
			"The checkpoint that %.*s shows bears the signature of %.*s, but the signature does not fit: the text was altered after it was signed.",
			STR_ARG(f->remote.base), STR_ARG(f->key.name));
	if (log_size(f->copy))
		return found(f, &x, "first", "The checkpoint that %.*s shows is not signed by the key of %.*s, as all before were.", STR_ARG(f->remote.base),
			STR_ARG(f->key.name));
	(void)err_hint(e, "compare the address and the key with those that the organisation gave its members");
	return ERR_INPUT;
}

int shown_read(struct follow *f, struct shown *ret, struct err *e)
{
	int rc = remote_get(&f->remote, STR("checkpoint"), NOTE_MAX_BYTES, &f->round, &ret->note, e);
	if (rc < 0)
		return rc == ERR_ABSENT ? ERR_SYSTEM : rc;
	rc = checkpoint_open(ret->note, &f->key, &ret->c, e);
	return rc == ERR_REFUSED ? not_signed(f, ret->note, e) : rc;
}

/* ---- against what is held ------------------------------------------------------------------------------------------------- */

static int found_fork(struct follow *f, struct finding *x, uint64_t size, uint64_t other)
{
	bool one = size == other;
	x->kind = FOUND_FORK;
	return found(f, x, one ? "first second" : "first second hash proof",
		"Fork: the key of %.*s signed two histories. The log of %" PRIu64 " entries and %s of %" PRIu64
		" that %.*s shows have not the same beginning.",
		STR_ARG(f->key.name), size, one ? "the one" : "that", other, STR_ARG(x->server.n ? x->server : f->remote.base));
}

/* A log that is shorter than what is held: an earlier state of it, or another history? `server`: who shows it. */
static int shorter(struct follow *f, struct str server, const struct shown *s, bool may_lag, struct err *e)
{
	uint64_t held = log_size(f->copy);
	struct finding x = {.kind = FOUND_ROLLBACK, .first = s->note, .second = log_checkpoint(f->copy), .server = server};
	int rc = log_root_at(f->copy, s->c.size, &x.hash, e);
	if (rc == 0 && s->c.size && s->c.size < held)
		rc = log_prove_consistency(f->copy, s->c.size, held, &x.proof, e);
	if (rc < 0)
		return rc;
	if (!digest_eq(&x.hash, &s->c.root))
		return found_fork(f, &x, held, s->c.size);
	if (may_lag || s->c.size == held)
		return 0;
	return found(f, &x, "first second hash proof",
		"Rollback: %.*s shows the log with %" PRIu64 " entries; it had %" PRIu64 " before. Entries %" PRIu64 " to %" PRIu64 " were taken away.",
		STR_ARG(f->remote.base), s->c.size, held, s->c.size, held - 1);
}

static int bad_tiles(const struct remote_tree *t, struct err *e)
{
	return err_set(e, ERR_CORRUPT, t->from->base.p, "its tiles do not make the tree that it shows");
}

/* A log that is longer: its beginning must be what is held. ERR_CORRUPT and *ret_root: its tiles come to that, not to what was signed. */
static int longer(struct follow *f, struct remote_tree *t, const struct shown *s, struct digest *ret_root, struct err *e)
{
	struct merkle_source from = remote_tree_source(t);
	struct merkle_range range;
	struct digest held_root;
	uint64_t held = log_size(f->copy);
	struct finding x = {.first = log_checkpoint(f->copy), .second = s->note, .server = t->from->base};
	int rc = merkle_load(&from, s->c.size, &range, e);
	if (rc < 0)
		return rc;
	merkle_root(&f->hasher, &range, ret_root);
	if (!digest_eq(ret_root, &s->c.root))
		return bad_tiles(t, e);
	if (held == 0)
		return 0;
	if ((rc = merkle_prove_consistency(&f->hasher, &from, held, s->c.size, &x.proof, e)) < 0)
		return rc;
	log_root(f->copy, &held_root);
	if (merkle_consistent(&f->hasher, held, &held_root, s->c.size, &s->c.root, &x.proof))
		return 0;
	if ((rc = merkle_load(&from, held, &range, e)) < 0)
		return rc;
	merkle_root(&f->hasher, &range, &x.hash);
	if (merkle_consistent(&f->hasher, held, &x.hash, s->c.size, &s->c.root, &x.proof))
		return found_fork(f, &x, held, s->c.size);
	*ret_root = x.hash;
	return bad_tiles(t, e);
}

static int against_held(struct follow *f, struct remote *at, const struct shown *s, struct err *e)
{
	struct remote_tree t;
	if (s->c.size <= log_size(f->copy))
		return shorter(f, at->base, s, false, e);
	struct finding x = {.kind = FOUND_TREE, .first = s->note};
	remote_tree_init(&t, at, s->c.size, &f->hasher);
	int rc = longer(f, &t, s, &x.hash, e);
	if (rc == ERR_CORRUPT)
		rc = found(f, &x, "first hash", "The tiles that %.*s gives out do not make the tree of %" PRIu64 " entries that it signed.", STR_ARG(at->base),
			s->c.size);
	else if (rc < 0)
		rc = tree_error(f, s, &t, rc);
	remote_tree_done(&t);
	return rc;
}

int shown_against_held(struct follow *f, const struct shown *s, struct err *e)
{
	if (s->c.size == 0 && log_size(f->copy) == 0)
		return err_set(e, ERR_SYSTEM, f->remote.base.p, "the log is empty: there is nothing to hold yet");
	return against_held(f, &f->remote, s, e);
}

/* ---- against the policy --------------------------------------------------------------------------------------------------- */

static struct str vkey_of(struct follow *f, const struct note_key *k)
{
	struct buf b;
	buf_init(&b, NOTE_MAX_VKEY);
	note_key_write(k, &b);
	struct str s = arena_str(&f->round, buf_str(&b));
	buf_done(&b);
	return s;
}

static int found_altered(struct follow *f, const struct shown *s, const struct note_key *witness)
{
	struct finding x = {.kind = FOUND_DATE, .first = s->note, .witness = vkey_of(f, witness)};
	return found(f, &x, "first witness",
		"Re-dated: the cosignature of %.*s on the checkpoint over %" PRIu64 " entries that %.*s shows does not fit. Its time, or the text, was altered.",
		STR_ARG(witness->name), s->c.size, STR_ARG(f->remote.base));
}

/* Two cosignatures of one witness: of two trees, the larger cannot have been seen earlier, but for the little that clocks go wrong. */
static int check_order(struct follow *f, const struct shown *s, const struct note *held, const struct note *now, const struct note_key *witness)
{
	enum cosign_state x, y;
	uint64_t before, after;
	struct finding d = {.kind = FOUND_DATE, .first = log_checkpoint(f->copy), .second = s->note, .witness = vkey_of(f, witness)};
	bool both = cosign_check(held, witness, cosign_any_time(), &x, &before, NULL) == 0 && x == COSIGN_GOOD &&
		    cosign_check(now, witness, cosign_any_time(), &y, &after, NULL) == 0 && y == COSIGN_GOOD;
	if (!both || after + COSIGN_SKEW >= before)
		return 0;
	return found(f, &d, "first second witness",
		"Re-dated: %.*s cosigned the log of %" PRIu64 " entries with a time %" PRIu64 " seconds before that with which it had cosigned %" PRIu64
		" entries.",
		STR_ARG(witness->name), s->c.size, before - after, log_size(f->copy));
}

static int check_witnesses(struct follow *f, const struct shown *s, struct err *e)
{
	struct note now, held;
	int rc = note_parse(s->note, &f->round, &now, e);
	bool has_held = log_size(f->copy) && log_size(f->copy) < s->c.size && note_parse(log_checkpoint(f->copy), &f->round, &held, NULL) == 0;
	for (size_t i = 0; i < f->policy.parties.n && rc == 0; i++) {
		const struct note_key *w = &f->policy.parties.v[i].key;
		enum cosign_state state;
		uint64_t time;
		if (f->policy.parties.v[i].n)
			continue; /* a group */
		if (cosign_check(&now, w, cosign_any_time(), &state, &time, NULL) < 0)
			return found_altered(f, s, w);
		if (has_held)
			rc = check_order(f, s, &held, &now, w);
	}
	return rc;
}

int shown_against_policy(struct follow *f, const struct shown *s, struct err *e)
{
	struct policy_verdict v;
	struct buf missing;
	if (!f->has_policy)
		return 0;
	int rc = check_witnesses(f, s, e);
	if (rc == 0)
		rc = policy_judge(&f->policy, s->note, cosign_until((uint64_t)time(NULL)), &f->round, &v, e);
	if (rc != 0 || v.met)
		return rc;
	buf_init(&missing, 300);
	policy_missing(&f->policy, &v, &missing);
	rc = err_set(e, ERR_SYSTEM, f->remote.base.p, "the checkpoint over %" PRIu64 " entries has not the quorum of the policy: %.*s", s->c.size,
		(int)missing.n, missing.n ? missing.p : "");
	(void)err_hint(e, "it is not taken in before it has");
	buf_done(&missing);
	return rc;
}

int shown_keep(struct follow *f, const struct shown *s, struct err *e)
{
	int rc = 0;
	if (!f->has_policy || f->policy.quorum_none || s->c.size == f->cosigned_size)
		return 0;
	if (!f->cosigned)
		rc = log_cosigned_open(f->c.dir, &f->cosigned, e);
	if (rc == 0)
		rc = log_cosigned_keep(f->cosigned, s->note, e);
	if (rc == 0)
		f->cosigned_size = s->c.size;
	return rc;
}

/* ---- against what others were shown ----------------------------------------------------------------------------------------- */

/* Where a mirror or witness shows the log: "<its address>/<hex sha256(origin)>" (C2SP tlog-mirror, tlog-witness). */
static struct str monitoring_address(struct follow *f, struct str peer)
{
	struct digest d;
	struct buf b;
	sha256(&f->hasher, f->key.name, &d);
	buf_init(&b, FETCH_MAX_URL);
	buf_add(&b, str_ends(peer, STR("/")) ? str_slice(peer, 0, peer.n - 1) : peer);
	buf_addc(&b, '/');
	buf_add_hex(&b, d.b, sizeof d.b);
	struct str s = arena_str(&f->round, buf_str(&b));
	buf_done(&b);
	return s;
}

/* Some of them hold no tiles (witnesses) or lag behind: then there is nothing to compare today, for what they were shown will still be
 * theirs when this mirror has as much. */
static int peer_compare(struct follow *f, struct str peer, struct buf *told, struct err *e)
{
	struct remote at = {.fetch = f->fetch, .base = monitoring_address(f, peer)};
	struct remote_tree t;
	struct shown s;
	struct digest root;
	struct err why;
	int rc = remote_get(&at, STR("checkpoint"), NOTE_MAX_BYTES, &f->round, &s.note, &why);
	if (rc == 0)
		rc = checkpoint_open(s.note, &f->key, &s.c, &why);
	buf_addf(told, "%s%.*s: ", told->n ? "; " : "", STR_ARG(peer));
	if (rc == ERR_ABSENT) {
		buf_addf(told,
			"not compared (it shows no checkpoint as a witness does, or a mirror that co-signs: status %d; the address of one is expected, "
			"not of a register)",
			at.status);
		return 0;
	}
	if (rc < 0) {
		buf_addf(told, "not compared (%s)", why.what);
		return 0;
	}
	if (s.c.size == 0) {
		buf_adds(told, "has nothing yet");
		return 0;
	}
	if (s.c.size <= log_size(f->copy)) {
		rc = shorter(f, peer, &s, true, e);
	} else {
		remote_tree_init(&t, &at, s.c.size, &f->hasher);
		rc = longer(f, &t, &s, &root, &why);
		remote_tree_done(&t);
		if (rc < 0) { /* also if its tiles are wrong: they are its own, and say nothing of the log */
			buf_addf(told, "has %" PRIu64 " entries, and is compared when they are here too", s.c.size);
			return 0;
		}
	}
	if (rc == 0)
		buf_addf(told, "the same up to entry %" PRIu64, (s.c.size < log_size(f->copy) ? s.c.size : log_size(f->copy)) - 1);
	return rc;
}

int peers_compare(struct follow *f, struct err *e)
{
	struct buf told;
	int rc = 0;
	buf_init(&told, 8000);
	for (size_t i = 0; i < f->c.npeers && rc == 0 && log_size(f->copy); i++)
		rc = peer_compare(f, f->c.peers[i], &told, e);
	f->state.peers = arena_str(&f->state_arena, buf_str(&told));
	buf_done(&told);
	return rc;
}

/* ---- the mirror's own word ------------------------------------------------------------------------------------------------ */

int cosign(struct follow *f, struct err *e)
{
	struct note n;
	struct dir d = {0};
	struct buf out;
	if (!f->has_cosign)
		return 0;
	int rc = note_parse(log_checkpoint(f->copy), &f->round, &n, e);
	if (rc < 0)
		return rc;
	buf_init(&out, NOTE_MAX_BYTES);
	buf_add(&out, log_checkpoint(f->copy));
	rc = cosign_write(n.text, (uint64_t)time(NULL), &f->cosign_key, &f->cosign_secret, &out, e);
	if (rc == 0)
		rc = dir_open(f->c.dir, &d, e);
	if (rc == 0)
		rc = dir_write(&d, MIRROR_COSIGNED_FILE, buf_str(&out), 0644, e);
	dir_close(&d);
	buf_done(&out);
	return rc;
}
