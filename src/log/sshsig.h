/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and signatures of OpenSSH: what `ssh-keygen -Y sign -n comity` writes (PROTOCOL.sshsig, PROTOCOL.u2f of OpenSSH).
 *
 *	"SSHSIG", u32 1, string key, string namespace, string reserved, string hash, string signature
 *
 * over "SSHSIG", string namespace, string reserved, string hash, string H(message). With a FIDO2 token ("sk-") the signature
 * inside covers the hash of the application, flags, a counter, and the hash of these bytes.
 *
 * Kinds of keys: ssh-ed25519, sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com. Signatures of the last also
 * in the form that browsers make of it, webauthn-sk-ecdsa-sha2-nistp256@openssh.com.
 *
 * Invariants: a blob has one spelling: the key in it is the registered one, byte for byte; reserved is empty; numbers are in
 * their shortest form; nothing is left over; ECDSA has low s (log/p256.h). What sshsig_parse accepts, sshsig_write writes
 * back. ssh-keygen accepts what is accepted here. The counter is kept, not judged.
 */
#ifndef LOG_SSHSIG_H
#define LOG_SSHSIG_H

#include "base/arena.h"
#include "log/p256.h"
#include "log/pubkey.h"

enum {
	SSHSIG_MAX_NAMESPACE = 255,
	SSHSIG_MAX_CLIENT = 2048,     /* of the form that browsers make: client data, extensions */
	SSHSIG_MAX_EXTENSIONS = 1024, /* together with all else at most PUBKEY_MAX_SIG */
	SSHSIG_MAX_ARMOUR = 8192,     /* bytes of text */
};

enum sshsig_kind { SSHSIG_ED25519, SSHSIG_SK_ED25519, SSHSIG_SK_ECDSA, SSHSIG_WEBAUTHN, SSHSIG_KINDS };

/* A blob, taken apart. Views point into it. */
struct sshsig {
	struct str key, name_space, hash;
	enum sshsig_kind kind; /* of the signature */
	uint8_t sig[64];       /* Ed25519; or r and s */
	uint8_t flags;	       /* the rest: SSHSIG_SK_ED25519 and later */
	uint32_t counter;
	struct str origin, client, extensions; /* SSHSIG_WEBAUTHN */
};

/* What must be so beside the signature itself. */
struct sshsig_rule {
	struct str name_space; /* a signature for git or a file is none of an act */
	uint8_t flags;	       /* of tokens: log/webauthn.h */
};
extern const struct sshsig_rule sshsig_for_acts; /* "comity", TOKEN_FOR_ACTS */

/* Strictly: any other spelling is ERR_INPUT; a kind of signature that is not taken is ERR_REFUSED. */
int sshsig_parse(struct str blob, struct sshsig *ret, struct err *e);
void sshsig_write(const struct sshsig *s, struct buf *out);

/* 0, or ERR_REFUSED and why not. The key's carrier is sshsig. */
int sshsig_good(const struct pubkey *k, const struct sshsig_rule *rule, struct str message, struct str blob, struct err *e);

/* What ssh-keygen wrote, with "-----BEGIN SSH SIGNATURE-----", as the blob in its one spelling, into the arena: a high s is
 * changed. It is not verified; ret_key may be NULL, else it gets the key that stands in it, which says who should have signed.
 * ERR_INPUT, ERR_LIMIT, ERR_REFUSED as sshsig_parse and sshsig_key_read. */
int sshsig_read(struct str text, struct arena *a, struct str *ret_blob, struct pubkey *ret_key, struct err *e);

/* What pubkey.h does, for this carrier. */
bool sshsig_key_is(struct str type); /* does the first word of a line name a kind of key of OpenSSH, taken here or not? */
int sshsig_key_read(struct str line, struct pubkey *ret, struct err *e);
void sshsig_key_write(const struct pubkey *k, struct buf *out);
void sshsig_key_wire(const struct pubkey *k, struct buf *out);

#endif
