/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs whose entries were signed by members and offices, as a register would have taken them in or not: nobody looks at what is appended but
 * the log, and even that can be lied to. And proofs of one log made over another.
 */
#ifndef TESTS_PROOF_SIGNED_H
#define TESTS_PROOF_SIGNED_H

#include "tests/log/token.h"
#include "tests/proof/made.h"

struct pen { /* a key, and what holds it */
	const char *name; /* "KZ1": the first of KZ */
	struct token token;
	char keyid[KEYID_MAX + 1];
	char text[PUBKEY_MAX_TEXT + 1];
};

/* KZ1 and its like are ed25519 keys; AT1 of ssh-keygen, AT2 of a token with ssh-keygen, BE1 and BE2 passkeys. */
enum { PENS = 13 };
struct pens {
	struct pen v[PENS];
};

void pens_make(struct pens *p);
void pens_done(struct pens *p);
const struct pen *pen_named(const struct pens *p, struct str name); /* must be there */
struct str pen_sign(const struct pen *pen, struct str message, struct arena *a);

/* One entry. In `payload` "$KZ1" stands for the text of that key, "#KZ1" for its id ("#LOG": that of the log's own key). `by`: names of pens, "LOG" for the log's own key,
 * joined by blanks; "KZ1=AT1": said to be of the first, made with the second. */
struct signing {
	const char *payload, *by;
	bool sealed;
};

/* What is said in them. */
#define HERE ",\"register\":\"league.example/acts\""
#define ID(id) HERE ",\"id\":\"" id "\""
#define KEY(kind) "{\"kind\":\"key_" kind "\"" HERE

/* Entries 8 and on: every kind of act about keys, and acts of holders of all of them. */
enum { SIGNED_STEPS = 32 };
extern const struct signing signed_steps[SIGNED_STEPS];

/* Appends them; the register is closed and opened again. If it cannot be opened, f->reg is NULL, and f->e says why. */
void steps_append(struct fix *f, const struct pens *p, const struct signing *steps, size_t n);

/* A payload with its keys in it; `log`: id of the log's own. */
struct str filled_in(const struct pens *p, struct str log, const char *payload, struct arena *a);

/* Files one as the register takes it; f->reg is open for writing. */
int step_file(struct fix *f, const struct pens *p, const struct signing *s);

/* A proof over the log of f whose answer is that of `proof`: the same entries by number as they stand there, and if wished all about keys, tied to
 * its checkpoint. */
char *spliced(struct fix *f, const char *proof, bool all_keys);
bool log_is_sound(struct fix *f); /* comity verify; *f->e says what is wrong */
struct str log_key(struct fix *f);

#endif
