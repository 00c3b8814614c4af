/* SPDX-License-Identifier: Apache-2.0 */
#include "log/ed25519.h"

#include <sodium.h>
#include <string.h>

int ed25519_key_make(struct ed25519_key *ret, const uint8_t seed[ED25519_SEED], struct err *e)
{
	uint8_t fresh[ED25519_SEED];
	if (sodium_init() < 0)
		return err_set(e, ERR_SYSTEM, "libsodium",
			"the cryptographic library cannot start: no source of random bytes");
	if (!seed)
		randombytes_buf(fresh, sizeof fresh);
	crypto_sign_ed25519_seed_keypair(ret->pub.b, ret->secret, seed ? seed : fresh);
	sodium_memzero(fresh, sizeof fresh);
	return 0;
}

void ed25519_key_wipe(struct ed25519_key *k)
{
	sodium_memzero(k, sizeof *k);
}

void ed25519_sign(const struct ed25519_key *k, struct str message, struct ed25519_sig *ret)
{
	crypto_sign_ed25519_detached(ret->b, NULL, (const uint8_t *)message.p, message.n, k->secret);
}

bool ed25519_good(const struct ed25519_pub *pub, struct str message, const struct ed25519_sig *sig)
{
	return crypto_sign_ed25519_verify_detached(sig->b, (const uint8_t *)message.p, message.n, pub->b) == 0;
}

bool ed25519_pub_sound(const struct ed25519_pub *pub)
{
	return crypto_core_ed25519_is_valid_point(pub->b) == 1;
}
