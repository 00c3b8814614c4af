/* SPDX-License-Identifier: Apache-2.0
 *
 * Who signs: the keys that entries of the log put in force and out of force, by log index. An index, not a clock, so that
 * everybody who replays the entries finds the same.
 *
 * The genesis entry names the organisation's key: its holder is the registrar. Every other key comes from an entry of one of
 * these kinds, with "register": the log's origin, so that none counts in another register:
 *
 *	{"kind":"key_registered","holder":H,"key":K}		K becomes a key of H: for every act, and for H's other keys
 *	{"kind":"key_delegated","holder":H,"key":K,"acts":[..],"until":N}	K signs for H acts of these kinds, before entry N
 *	{"kind":"key_rotated","old":ID,"key":K}			K takes the place of that key
 *	{"kind":"key_revoked","old":ID}				that key ends
 *
 * A key is in force from the entry after the one that names it, until and with the one that ends it; a signature made in time
 * stays good. A new key signs the very entry that names it, so nobody registers a key that he does not have, and no key
 * comes twice.
 *
 * Who may: the first key of a holder is registered by the registrar, who knows whose it is, every later one by a key of that
 * holder that was registered (not delegated), and by nobody else: the registrar cannot slip a key in. A key is rotated by itself.
 * It is revoked by itself, or by a registered key of its holder. A holder that has lost all its keys is helped by the registrar
 * and as many elder holders as the genesis entry asks for ("keys":{"recovery":N}, 1 if it says nothing), or else by the registrar and
 * all other holders; they may together revoke what was lost, or register a key where none is left. Elder is who had a key before that holder
 * had one: so the registrar, who names the first key of every holder, cannot make up those who help it to a member's signature; a holder
 * made up later only adds to all the others. Likewise the registrar's own further keys; that of the genesis entry is the log's and stays.
 *
 * The limit of this: the registrar and N elders who agree to it can take the place of a holder, and where there is no other holder, the
 * registrar alone can. Either stands in the log for everybody to see, signed by those who did it.
 */
#ifndef REGISTER_KEYRING_H
#define REGISTER_KEYRING_H

#include "base/json.h"
#include "log/dsse.h"

enum { MAX_KEY_ACTS = 64, MAX_KEYS = 65536, MAX_KEY_REASON = 300 };

struct held_key {
	char keyid[KEYID_MAX + 1];
	struct pubkey pub;
	struct str holder;	 /* an entity, an office, or the registrar */
	const struct str *acts;	 /* kinds that it may sign; NULL: all, and for the holder's other keys */
	size_t nacts;
	uint64_t by;		 /* the entry that named it */
	uint64_t from, until;	 /* in force for entries from <= index < until */
	uint64_t ended_by;	 /* the entry that ended it; UINT64_MAX: none */
	bool by_others, ended_by_others; /* who spoke for a holder that had lost its keys */
};

struct key_holder { /* that has, or had, a key for every act */
	struct str name;
	uint64_t since; /* the entry that named its first one */
	size_t now;	/* how many are in force */
};

struct keyring {
	struct arena *arena; /* of the record that it belongs to */
	struct str origin, registrar;
	uint64_t recovery;
	struct { struct held_key *v; size_t n, cap; } keys;
	struct { struct key_holder *v; size_t n, cap; } holders; /* the eldest first */
};

/* The keyids under an entry. */
struct signers {
	const struct str *v;
	size_t n;
};

bool keyring_is_act(struct str kind); /* key_registered and its like */

/* The genesis entry names the origin, the registrar and the first key. ERR_CORRUPT: it does not. */
int keyring_begin(struct keyring *k, const json_t *genesis, struct arena *a, struct err *e);
/* A key act, signed by these keys (the signatures were verified), at this index. ERR_INPUT: ill-formed; ERR_REFUSED: not theirs to say, or it
 * does not fit what is in force. The one changes nothing, the other takes it in. */
int keyring_check(const struct keyring *k, const json_t *act, struct signers by, uint64_t index, const char *where, struct err *e);
int keyring_add(struct keyring *k, const json_t *act, struct signers by, uint64_t index, const char *where, struct err *e);

/* The key of that id in force for the entry at `index`; NULL: none. */
const struct held_key *keyring_find(const struct keyring *k, struct str keyid, uint64_t index);
/* The same, whether in force or not. */
const struct held_key *keyring_known(const struct keyring *k, struct str keyid);
/* The key by which a signature under the envelope, to be or being entry `index`, is checked: one in force, or the one that this very entry
 * names. What log_append and log_verify ask. */
bool keyring_may_sign(const struct keyring *k, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret);
/* Of a key that is known and not in force there: from when to when it was, and which took its place, instead of what *e says. Of any other
 * key *e stays as it is. */
void keyring_words(const struct keyring *k, struct str keyid, uint64_t index, struct err *e);
bool held_key_covers(const struct held_key *key, struct str kind); /* may it sign acts of this kind? */

#endif
