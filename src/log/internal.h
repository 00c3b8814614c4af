/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files behind log/log.h share: the handle, the names in the directory, and the checks that opening, appending
 * and verifying have in common. Not for other rooms.
 */
#ifndef LOG_INTERNAL_H
#define LOG_INTERNAL_H

#include "log/checkpoint.h"
#include "log/dir.h"
#include "log/log.h"
#include "log/store.h"

#define LOG_FILE_DB "log.db"
#define LOG_FILE_KEY "log.key"
#define LOG_FILE_CHECKPOINT "checkpoint"

enum { LOG_MAX_KEY_FILE = NOTE_MAX_VKEY + 64 };

/* The log's own public key in its three forms. Not to be copied: key.name points into vkey. */
struct log_identity {
	char vkey[NOTE_MAX_VKEY + 1];
	struct note_key key;
	struct dsse_key own;
};

struct log {
	enum log_mode mode;
	bool stopped; /* entries are durable that no checkpoint covers: open again to append more */
	int lock;     /* of log.key, -1: none; the writer's only */
	struct dir dir;
	struct store *store;
	struct store_mark mark; /* of the reader's last look for new checkpoints */
	struct hasher hasher;
	struct log_identity id;
	struct ed25519_key secret; /* the writer's only */
	struct merkle_range tree;
	struct digest root; /* of `tree` */
	uint64_t signed_size;
	struct buf checkpoint; /* over signed_size entries */
	struct arena scratch;  /* reset by each use */
};

int log_identity_read(struct hasher *h, struct str vkey, struct log_identity *ret, struct err *e);
struct merkle_source log_hashes(struct store *s);

/* log.db and checkpoint are there. ERR_ABSENT: neither is; ERR_CORRUPT: only one of them. */
int log_files_present(const struct dir *d, struct err *e);
/* Spelling and signatures of one entry. */
int log_entry_check(const struct log_identity *id, const struct log_keys *more, uint64_t index, struct str bytes,
	struct arena *a, struct log_entry *ret, struct err *e);
/* Signs the tree and stores the checkpoint in both places. */
int log_sign_tree(struct log *log, struct err *e);
/* Stores a signed checkpoint in both places. */
int log_keep_checkpoint(struct log *log, uint64_t size, struct str note, struct err *e);

#endif
