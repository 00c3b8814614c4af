/* SPDX-License-Identifier: Apache-2.0 */
#include "register/keyring.h"

#include <inttypes.h>

/* The key that took the place of another, by the entry that ended it; NULL: none. */
static const struct held_key *successor(const struct keyring *k, uint64_t entry)
{
	for (size_t i = 0; i < k->keys.n; i++)
		if (k->keys.v[i].by == entry)
			return &k->keys.v[i];
	return NULL;
}

void keyring_words(const struct keyring *k, struct str keyid, uint64_t index, struct err *e)
{
	const struct held_key *key = keyring_known(k, keyid);
	struct err was;
	if (!key || !e)
		return;
	was = *e;
	if (index >= key->until && key->ended_by != UINT64_MAX) {
		const struct held_key *next = successor(k, key->ended_by);
		if (next)
			err_set(e, was.code, was.where, "the key %s of %.*s ended with entry %" PRIu64 ": %s took its place", key->keyid, STR_ARG(key->holder),
				key->ended_by, next->keyid);
		else
			err_set(e, was.code, was.where, "the key %s of %.*s ended with entry %" PRIu64 ": it was revoked", key->keyid, STR_ARG(key->holder), key->ended_by);
	} else if (index >= key->until) {
		err_set(e, was.code, was.where, "the key %s was given to sign for %.*s before entry %" PRIu64 " only", key->keyid, STR_ARG(key->holder),
			key->until);
	} else if (index < key->from) {
		err_set(e, was.code, was.where, "the key %s of %.*s signs from entry %" PRIu64 " on, not before", key->keyid, STR_ARG(key->holder), key->from);
	}
}
