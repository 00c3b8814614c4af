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
#define LOG_FILE_IMPORT "import.lock"
#define LOG_FILE_UNCONFIRMED "unconfirmed" /* is there: a copy, of which nobody has said yet that nothing was signed after it */

enum { LOG_MAX_KEY_FILE = NOTE_MAX_VKEY + 64 };

/* The log's own public key in its three forms. Not to be copied: key.name points into vkey. */
struct log_identity {
	char vkey[NOTE_MAX_VKEY + 1];
	struct note_key key;
	struct dsse_key own;
};

/* An import on its way from one checkpoint to a later one (import.c). */
struct log_step {
	bool open;		  /* its transaction is */
	struct merkle_range tree; /* of the entries that came */
	uint64_t held;		  /* entries in the store when it began: more than were signed, if a writer died on it once */
	struct checkpoint goal;	  /* points into `note` */
	struct str note;
	struct arena arena;
};

struct log {
	enum log_mode mode;
	struct err stopped; /* how the last append failed; code 0: it did not */
	int lock;	    /* of log.key, or of import.lock; -1: none */
	int also;	    /* of import.lock, where log.key came to the copy of a mirror; -1: none */
	struct dir dir;
	struct store *store;
	struct store_mark mark; /* of the reader's last look for new checkpoints */
	int64_t layout;		/* and how the tables were laid out then (store_layout) */
	struct log_recalled *recalled;
	unsigned recall_from; /* the level from which on */
	bool viewing; /* in a transaction for reading, which log_recall began */
	struct hasher hasher;
	struct log_identity id;
	struct ed25519_key secret; /* the writer's only */
	struct merkle_range tree;
	struct digest root; /* of `tree` */
	uint64_t signed_size;
	struct buf checkpoint; /* over signed_size entries */
	struct arena scratch;  /* reset by each use */
	struct log_step step;  /* the importer's only */
};

struct log *log_new(enum log_mode mode);

int log_identity_read(struct hasher *h, struct str vkey, struct log_identity *ret, struct err *e);
struct merkle_source log_hashes(struct store *s);
/* The same, with a memory for what was read before. To be ended by log_recall_end. */
struct merkle_source log_recall(struct log *log);
void log_recall_end(struct log *log);
void log_recall_forget(struct log *log);

/* log.db and checkpoint are there. ERR_ABSENT: neither is; ERR_CORRUPT: only one of them. */
int log_files_present(const struct dir *d, struct err *e);
/* Holds both checkpoints against the store, takes the newer, and the tree from there. In a transaction for reading. `file`: the second
 * place, read before that began. */
int log_take_stock(struct log *log, struct str file, struct err *e);
/* Marks a new copy (LOG_FILE_UNCONFIRMED): it is not written until log_confirm. */
int log_mark_copy(const struct dir *d, struct err *e);
/* The log must not be older than this checkpoint, which somebody kept, or of another history: ERR_CORRUPT. */
int log_hold_against(struct log *log, struct str note, struct err *e);
/* The newest checkpoint in the store, into the arena; empty: there is none. */
int log_newest_stored(struct store *s, struct arena *a, struct str *ret, struct err *e);
/* After a crash one of the two places may lag, or entries may wait for their checkpoint. */
int log_catch_up(struct log *log, struct err *e);
/* Spelling and signatures of one entry. */
int log_entry_check(const struct log_identity *id, const struct log_keys *more, uint64_t index, struct str bytes,
	struct arena *a, struct log_entry *ret, struct err *e);
/* One entry at the end of this tree, in a transaction for writing. */
int log_write_entry(struct log *log, struct merkle_range *tree, struct str bytes, struct err *e);
int log_blob_check(const struct log_blob *b, struct err *e); /* may it be stored? */
int log_may_write(const struct log *log, struct err *e);
/* Signs the tree and keeps the checkpoint in both places. */
int log_sign_tree(struct log *log, struct err *e);
/* Keeps a signed checkpoint in both places: durable in the file, then visible in the store. */
int log_keep_checkpoint(struct log *log, uint64_t size, struct str note, struct err *e);

#endif
