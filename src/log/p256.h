/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA over NIST P-256 with SHA-256 (FIPS 186-5, section 6.4.2; FIDO2's ES256): verification alone, by Nettle.
 *
 * Not by OpenSSL. Its EVP reads the configuration of the host first, and what that says must not decide which acts are in
 * force. And any of its functions for curves draws all of it into a program, tables of addresses that are filled in at each
 * start: a tenth of the time in which comity-proof checks a proof. A test holds the two libraries against each other.
 *
 * Invariant: what is good here, OpenSSL, Go and WebCrypto accept too. Beside the high s of below, Nettle refuses one thing that
 * they accept: a signature whose two points (hash/s times the base, r/s times the key) coincide. From such a one everybody can
 * work out the secret key; it comes about only on purpose.
 *
 * A signature is r and s, 32 bytes each. If (r, s) fits, so does (r, order - s), for whoever does the subtraction: no key is
 * needed. One act would have as many leaf hashes as anybody likes. So only the smaller of the two is good here (low s, as
 * in Bitcoin's BIP 146), and p256_lower makes it of what a token gave, which is the larger one half of the time. Every other
 * verifier takes it too.
 */
#ifndef LOG_P256_H
#define LOG_P256_H

#include "log/sha256.h"

enum { P256_PUB = 65, P256_SIG = 64 };

/* Is it 4, x, y (SEC 1, 2.3.3, not compressed) of a point of the curve? The group has prime order: no point is of small order. */
bool p256_pub_sound(const uint8_t pub[P256_PUB]);

bool p256_good(const uint8_t pub[P256_PUB], const struct digest *message, const uint8_t sig[P256_SIG]);

bool p256_is_low(const uint8_t sig[P256_SIG]);
void p256_lower(uint8_t sig[P256_SIG]); /* an s that is no number below the order stays as it is */

/* A positive number in its shortest form as ASN.1 and SSH have it (the sign is the first bit, so a zero byte may stand before),
 * as 32 bytes; false if it is longer, zero, negative or not in that form. */
bool p256_read_number(struct str bytes, uint8_t ret[P256_SIG / 2]);
struct str p256_number(const uint8_t number[P256_SIG / 2], char room[P256_SIG / 2 + 1]); /* back; a view into `room` */

/* The two numbers of a signature in DER (RFC 3279, 2.2.3), as WebAuthn has it; false if it is not in its one form. */
bool p256_read_der(struct str der, uint8_t ret[P256_SIG]);

#endif
