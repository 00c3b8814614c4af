/* SPDX-License-Identifier: Apache-2.0
 *
 * The public keys that sign entries, and the carriers in which their signatures come.
 *
 *	carrier		signature in the envelope				made by
 *	ed25519		64 bytes over the message (RFC 8032)			comity, openssl, a browser's WebCrypto
 *	sshsig		the blob of OpenSSH's PROTOCOL.sshsig (log/sshsig.h)	ssh-keygen -Y sign, also with a FIDO2 token
 *	webauthn	an assertion (log/webauthn.h)				a passkey in a browser
 *
 * A key has one text and one name. The text (what a key act holds, what a command prints):
 *
 *	ed25519 <base64 of the 32 bytes>
 *	ssh-ed25519 <base64>			OpenSSH's line of a public key; a comment behind it is read over, never written
 *	sk-ssh-ed25519@openssh.com <base64>
 *	sk-ecdsa-sha2-nistp256@openssh.com <base64>
 *	webauthn <algorithm> <base64 of the key> <rp id> <origin>
 *
 * The name, keyid: "<carrier>:" and the first 16 hexadecimal digits of SHA-256 over the key's own encoding: the 32 bytes; the
 * bytes behind OpenSSH's base64 (so that `ssh-keygen -l` shows the same hash); for webauthn see log/webauthn.h.
 *
 * Invariants: carrier and algorithm are of the key, fixed when it is registered; nothing in a signature chooses them. What
 * pubkey_read takes, pubkey_write writes back (without the comment). No key is taken whose encoding is not canonical, that
 * is no point of its curve, or that is of small order: for such keys one signature can fit many messages, and libraries
 * disagree. A key is a plain value: no pointers, to be copied freely. Nobody but the holder of the key can turn a signature
 * that pubkey_good takes into another one that it takes for the same message.
 */
#ifndef LOG_PUBKEY_H
#define LOG_PUBKEY_H

#include "base/arena.h"
#include "base/err.h"
#include "log/ed25519.h"

enum carrier { CARRIER_ED25519, CARRIER_SSHSIG, CARRIER_WEBAUTHN, CARRIERS };

enum key_algorithm {
	KEY_ED25519,
	KEY_P256, /* ECDSA with SHA-256 (FIPS 186-4): what FIDO2 calls ES256 */
};

enum {
	PUBKEY_MAX_BYTES = 65,	 /* P-256: 4, x, y (SEC 1, 2.3.3); Ed25519: 32 */
	PUBKEY_MAX_APP = 253,	 /* the longest name in the DNS */
	PUBKEY_MAX_ORIGIN = 267, /* "https://", such a name, ":65535" */
	PUBKEY_MAX_TEXT = 1023,
	PUBKEY_MAX_SIG = 4096, /* bytes of a signature in its carrier */
	KEYID_HEX = 16,
	KEYID_MAX = 9 + KEYID_HEX, /* "webauthn:" */
};

struct pubkey {
	enum carrier carrier;
	enum key_algorithm algorithm;
	bool token; /* sshsig: of a FIDO2 token ("sk-"), which says whether it was touched */
	uint8_t bytes[PUBKEY_MAX_BYTES];
	size_t n;			    /* of `bytes` */
	char app[PUBKEY_MAX_APP + 1];	    /* sshsig of a token: its application, "ssh:"; webauthn: the rp id */
	char origin[PUBKEY_MAX_ORIGIN + 1]; /* webauthn: where it may sign, "https://register.example" */
};

struct str carrier_name(enum carrier c);
/* Which carrier a keyid names; false if it is no keyid at all: exactly "<carrier>:" and 16 digits 0-9a-f. */
bool keyid_carrier(struct str keyid, enum carrier *ret);
/* How long signatures of a carrier may be, in bytes. */
bool carrier_sig_fits(enum carrier c, size_t n);

/* Reads the text form. ERR_INPUT: no such text; ERR_REFUSED: a key, but one that must not be registered. */
int pubkey_read(struct str text, struct pubkey *ret, struct err *e);
/* Appends the one spelling: at most PUBKEY_MAX_TEXT bytes, no line end. */
void pubkey_write(const struct pubkey *k, struct buf *out);
struct str pubkey_text(const struct pubkey *k, struct arena *a); /* the same, into the arena */

/* NUL-terminated. */
void pubkey_id(struct hasher *h, const struct pubkey *k, char ret[KEYID_MAX + 1]);

/* A bare Ed25519 key, as the log's own is; not judged (ed25519_pub_sound does). */
void pubkey_ed25519(const struct ed25519_pub *pub, struct pubkey *ret);

bool pubkey_eq(const struct pubkey *a, const struct pubkey *b);

/* Is this the key's signature over the message (dsse_pae)? 0, or ERR_REFUSED and why not, in words that fit after the name
 * of the key: "the token was not touched". */
int pubkey_good(const struct pubkey *k, struct str message, struct str sig, struct err *e);

#endif
