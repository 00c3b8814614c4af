/* SPDX-License-Identifier: Apache-2.0
 *
 * Assertions of passkeys and FIDO2 tokens made in a browser (W3C Web Authentication, Level 3), the half that verifies.
 *
 * A key is registered as "webauthn <algorithm> <base64 of the key> <rp id> <origin>":
 *
 *	algorithm	ES256: the key is 4, x, y of P-256, 65 bytes; EdDSA: the 32 bytes of Ed25519
 *	rp id		the domain for which the passkey was made, in lower case
 *	origin		the one site that may ask it to sign acts, "https://" and a host that is the rp id or below it, and a port if
 *			it is not 443; "http://localhost" for trying things out
 *
 * Its own encoding, for the keyid: the four as strings with a length before them (log/wire.h), the key in bytes.
 *
 * A signature is three such strings: authenticatorData and clientDataJSON as the browser gave them, and the signature in 64
 * bytes, for ES256 r and s with low s (log/p256.h), for EdDSA as in RFC 8032. It is over authenticatorData and the SHA-256 of
 * clientDataJSON, whose challenge must be the SHA-256 of the message (dsse_pae), in base64url.
 *
 * Invariants: what is accepted says that it is an assertion (webauthn.get), for this message, made at this origin and not in a
 * frame of another, for this rp id, by somebody who touched the device and showed it who he is (PIN, finger, face). The counter
 * is kept, not judged: it tells of copied keys only if every use comes here. Whether the device may copy the key to others
 * (BE, BS) is for whoever registers keys to ask.
 */
#ifndef LOG_WEBAUTHN_H
#define LOG_WEBAUTHN_H

#include "log/pubkey.h"

enum {
	WEBAUTHN_MAX_AUTH = 1024,   /* bytes of authenticatorData; 37 without extensions */
	WEBAUTHN_MAX_CLIENT = 2048, /* bytes of clientDataJSON */
	WEBAUTHN_MAX_CHALLENGE = 512,
};

/* Bits of the flags that devices sign (section 6.1); OpenSSH's tokens have the same. */
enum {
	TOKEN_TOUCHED = 0x01,  /* UP: somebody was there */
	TOKEN_VERIFIED = 0x04, /* UV: and was asked for PIN, finger or face */
	TOKEN_MAY_COPY = 0x08, /* BE */
	TOKEN_COPIED = 0x10,   /* BS */
	TOKEN_ATTESTED = 0x40, /* AT: the data of a registration, none of an assertion */
	TOKEN_EXTENDED = 0x80, /* ED: extensions follow */
	TOKEN_FOR_ACTS = TOKEN_TOUCHED | TOKEN_VERIFIED, /* an act binds: a device that lies about in an office must not do */
};

/* Does a device's signature say all that is needed? ERR_REFUSED names what is missing. */
int token_flags_good(uint8_t flags, uint8_t needed, struct err *e);

/* Does this clientDataJSON say that it is an assertion with this challenge (bytes), asked for by this origin itself? Strict JSON of
 * at most WEBAUTHN_MAX_CLIENT bytes; members that mean nothing here are left aside, as browsers may add some. ERR_REFUSED. */
int webauthn_client_good(struct str json, struct str challenge, struct str origin, struct err *e);
/* Is it a site that may ask for signatures of passkeys made for this rp id? */
bool webauthn_origin_of(struct str origin, struct str rp_id);

/* What pubkey.h does, for this carrier. `text`: behind "webauthn ". */
int webauthn_key_read(struct str text, struct pubkey *ret, struct err *e);
void webauthn_key_write(const struct pubkey *k, struct buf *out);
void webauthn_key_wire(const struct pubkey *k, struct buf *out);
int webauthn_good(const struct pubkey *k, struct str message, struct str sig, struct err *e);

/* The same for any challenge and rule: `flags` must all be set. */
int webauthn_assertion_good(const struct pubkey *k, uint8_t flags, const struct digest *challenge, struct str sig, struct err *e);

/* What a browser gave, as the one signature that it is here, appended to `out`: the form of `signature` (in DER for ES256) is
 * changed, and a high s. It is not verified. ERR_INPUT, ERR_LIMIT: no such thing. */
struct webauthn_response {
	struct str authenticator_data, client_data, signature;
};
int webauthn_pack(const struct pubkey *k, const struct webauthn_response *r, struct buf *out, struct err *e);

#endif
