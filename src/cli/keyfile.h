/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys of people and offices in files: the secret form that log.key has too (PRIVATE+KEY+name+hash+base64), or a public key as
 * text (log/pubkey.h: "ed25519 ...", OpenSSH's "ssh-ed25519 ..."), also as `comity key show` prints it, with its name before it.
 */
#ifndef CLI_KEYFILE_H
#define CLI_KEYFILE_H

#include "base/arena.h"
#include "log/pubkey.h"

struct keyfile {
	struct pubkey pub;
	char keyid[KEYID_MAX + 1];
	bool has_secret;
	struct ed25519_key secret; /* keyfile_wipe when done */
};

/* Writes what is for its owner's eyes only into a new file, durable. ERR_CONFLICT: the file is there; nothing is written over. */
int secret_write(const char *path, struct str text, struct err *e);

/* Makes a key and writes it into a new file, for its owner alone, durable. ERR_CONFLICT: the file is there. */
int keyfile_new(const char *path, struct str name, struct keyfile *ret, struct err *e);
/* ERR_REFUSED: a secret that others may read. */
int keyfile_read(const char *path, struct keyfile *ret, struct err *e);
/* The same, of a file that must hold a secret. */
int keyfile_read_secret(const char *path, struct keyfile *ret, struct err *e);
void keyfile_wipe(struct keyfile *k);

#endif
