/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed notes (C2SP signed-note v1.0.0): a text, a blank line, and one line for each signature. A checkpoint is one.
 *
 * Invariants: the signed message is the text with its last line end. Lines of unknown keys mean nothing, good or bad;
 * one line of a known key that does not verify spoils the whole note. A key counts once however often it signed.
 */
#ifndef LOG_NOTE_H
#define LOG_NOTE_H

#include "base/arena.h"
#include "base/err.h"
#include "log/ed25519.h"

enum {
	NOTE_MAX_BYTES = 64 << 10,
	NOTE_MAX_SIGS = 256, /* a log, and a witness of each member of a large organisation */
	NOTE_MAX_NAME = 255,
	NOTE_MAX_VKEY = NOTE_MAX_NAME + 1 + 8 + 1 + 44,
};

/* What a key signs: its type byte in vkeys, which its hash covers, so that no key serves for two things unseen. */
enum note_type {
	NOTE_ED25519 = 0x01,	 /* the text of a note; a log's key */
	NOTE_COSIGNATURE = 0x04, /* a checkpoint with a time (cosignature/v1); a witness's or mirror's key: log/cosign.h */
};

/* A key that may sign notes. Its text form ("vkey") is name+hash+base64(type || public key). */
struct note_key {
	struct str name;
	uint32_t id; /* first four bytes of SHA-256(name || LF || type || public key), big endian */
	enum note_type type;
	struct ed25519_pub pub;
};

bool note_name_ok(struct str name); /* 1 to 255 bytes of UTF-8 without blanks, control bytes and '+' */
/* Fit for what lasts, an origin or a witness: also without a scheme and a last slash. */
bool note_name_plain(struct str name);
void note_key_make(
	struct hasher *h, enum note_type type, struct str name, const struct ed25519_pub *pub, struct note_key *ret);
/* Reads a vkey of this type; ret->name points into `vkey`. ERR_INPUT: it is malformed, of another type, has another hash, or
 * the key is unsound. */
int note_key_read(struct hasher *h, enum note_type type, struct str vkey, struct note_key *ret, struct err *e);
void note_key_write(const struct note_key *k, struct buf *out);
bool note_key_same(const struct note_key *a, const struct note_key *b);

/* The secret form of Go's note package: PRIVATE+KEY+name+hash+base64(type || seed). */
void note_secret_write(const struct note_key *k, const struct ed25519_key *secret, struct buf *out);
int note_secret_read(struct hasher *h, enum note_type type, struct str text, struct note_key *ret,
	struct ed25519_key *ret_secret, struct err *e);

struct note_sig {
	struct str name;
	uint32_t id;
	struct str bytes; /* after the four bytes of the id; any length */
};

struct note {
	struct str text; /* with its last LF */
	size_t nsigs;
	struct note_sig sigs[NOTE_MAX_SIGS];
};

/* Takes a note apart without trusting it. Views point into `bytes`, signatures into the arena. */
int note_parse(struct str bytes, struct arena *a, struct note *ret, struct err *e);
/* Takes signature lines apart that stand by themselves, as a witness answers them; up to NOTE_MAX_SIGS. */
int note_parse_sigs(struct str lines, struct arena *a, struct note_sig *ret, size_t *ret_n, struct err *e);
/* Is this line by that key, going by what it says? */
bool note_sig_by(const struct note_sig *s, const struct note_key *k);
/* One signature line of the key, for bytes that were signed with it. */
void note_sig_write(const struct note_key *k, struct str bytes, struct buf *out);
/* How many of the keys, all of type NOTE_ED25519, signed. ERR_REFUSED if a line of one of them does not verify. */
int note_verify(const struct note *n, const struct note_key *keys, size_t nkeys, size_t *ret_good, struct err *e);
/* Writes the text, the blank line and one signature. ERR_INPUT if the text is not fit to be signed. */
int note_sign(
	struct str text, const struct note_key *k, const struct ed25519_key *secret, struct buf *out, struct err *e);

#endif
