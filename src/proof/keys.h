/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that sign: which are in force, for whom and for what, found again from the genesis entry and the acts about keys, one entry
 * after the other. docs/proof.md has the rules; nothing here is shared with the register.
 *
 * Invariant: after entry n was taken in, what is here is what counts for entry n + 1. Entries come in order of index.
 */
#ifndef PROOF_KEYS_H
#define PROOF_KEYS_H

#include "base/syms.h"
#include "log/dsse.h"
#include "log/note.h"
#include "proof/jv.h"

enum { CK_MAX_KEYS = 65536, CK_MAX_KEY_ACTS = 64, CK_MAX_REASON = 300 };

/* The keyids under one entry, each once. */
struct ck_signers {
	const struct str *v;
	size_t n;
};

struct ck_key {
	struct pubkey pub;
	sym holder;
	const struct str *acts; /* the kinds of acts that it was given for; NULL: every act, and its holder's other keys */
	size_t nacts;
	uint64_t by;	/* the entry that named it */
	uint64_t until; /* it signs entries before this one */
	bool ended;	/* by an act */
};

struct ck_keys {
	struct arena *arena;
	struct syms names; /* keyids and holders */
	struct ck_known { /* by name */
		struct ck_key *key;  /* that is called so */
		uint32_t now, ever;  /* keys for every act that this holder has, and has had */
		uint64_t since;	     /* the entry that named the first of these */
	} *of;
	size_t nof, nkeys;
	const struct ck_key *own; /* the log's, and its id */
	struct str own_id;
	sym registrar;
	struct str origin;
	uint64_t recovery; /* how many others help who has lost his keys */
	uint64_t able;	   /* holders with a key for every act */
};

/* From the genesis entry of the log of this key (vkey: its text form). ERR_REFUSED. */
int ck_keys_begin(struct ck_keys *k, struct arena *a, const struct jv *genesis, const struct note_key *own, struct str vkey, struct err *e);
bool ck_keys_is_act(struct str kind); /* key_registered and its like */
/* Takes in the act about keys that entry `index` is, signed by these. *ret_helped: others spoke for a holder without keys, so that it rests
 * on all acts about keys before. ERR_REFUSED, ERR_LIMIT: it is none, or was not theirs to say, and nothing was taken in. */
int ck_keys_take(struct ck_keys *k, const struct jv *act, struct ck_signers by, uint64_t index, bool *ret_helped, struct err *e);

/* The key of that id, in force or not; NULL: no entry so far has named it. */
const struct ck_key *ck_key_known(const struct ck_keys *k, struct str id);
/* Are all these in force for entry `index`? ERR_REFUSED. */
int ck_keys_in_force(const struct ck_keys *k, struct ck_signers by, uint64_t index, struct err *e);
/* Has one of this holder's keys signed, whichever? Those that signed were in force. */
bool ck_signed_by(const struct ck_keys *k, struct ck_signers by, struct str holder);
struct str ck_holder(const struct ck_keys *k, const struct ck_key *key);
bool ck_key_covers(const struct ck_key *key, struct str kind); /* may it sign acts of this kind? */
bool ck_name_ok(struct str s); /* of an entity, an office, a kind of act, the id of an act */

#endif
