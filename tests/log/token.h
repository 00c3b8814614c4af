/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices that sign, for tests: keys of P-256 by OpenSSL's EVP, FIDO2 tokens as OpenSSH and browsers use them.
 */
#ifndef TESTS_LOG_TOKEN_H
#define TESTS_LOG_TOKEN_H

#include "log/p256.h"
#include "log/pubkey.h"
#include "log/sshsig.h"
#include "tests/test.h"

#include <openssl/evp.h>

struct p256_key {
	EVP_PKEY *evp;
	uint8_t pub[P256_PUB];
};

void p256_key_make(struct p256_key *ret);
void p256_key_done(struct p256_key *k);
void p256_sign(const struct p256_key *k, const struct digest *d, uint8_t ret[P256_SIG]); /* s as it falls */
bool p256_evp_good(const uint8_t pub[P256_PUB], const struct digest *d, const uint8_t sig[P256_SIG]);
void p256_negate(uint8_t sig[P256_SIG]); /* s := order - s, by OpenSSL */
void p256_write_der(const uint8_t sig[P256_SIG], struct buf *out); /* by OpenSSL */

/* A key and all that its device does. `key` may be changed before it signs. */
struct token {
	struct pubkey key;
	struct ed25519_key ed;
	struct p256_key ec;
	uint8_t flags;
	uint32_t counter;
};

void token_make(struct token *t, enum carrier carrier, enum key_algorithm algorithm, bool is_token);
void token_done(struct token *t);

/* One signature of OpenSSH, as ssh-keygen would write it, in its binary form; low s. `kind` may be SSHSIG_WEBAUTHN, then `client_end`
 * ends its client data. */
void token_sshsig(const struct token *t, enum sshsig_kind kind, struct str name_space, struct str hash, struct str message, const char *client_end,
	struct buf *out);

/* An assertion in the form of log/webauthn.h, low s. */
void token_assertion(const struct token *t, struct str client, struct str extensions, struct buf *out);
/* The client data that a browser makes for this message. */
void token_client(const struct token *t, struct str message, const char *end, struct buf *out);

#endif
