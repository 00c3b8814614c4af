/* SPDX-License-Identifier: Apache-2.0
 *
 * The door of the log: an append-only sequence of signed entries in one directory, with its Merkle tree, its signed
 * checkpoints, and the blobs that entries name by SHA-256. It does not know what an entry means.
 *
 *	DIR/log.db	entries, tree, checkpoints, blobs (SQLite)
 *	DIR/log.key	the organisation's key, mode 0600; signs checkpoints, and entries by log_sign
 *	DIR/checkpoint	the newest signed checkpoint once more: it shows when log.db was set back
 *
 * Invariants:
 * - An entry is a DSSE envelope in its one spelling (log/dsse.h), at most 65,535 bytes, stored and hashed verbatim,
 *   and never changed or removed. Every signature in it was verified before it was stored.
 * - Append = verify all, write, extend the tree, fsync, then sign the checkpoint, fsync it in its file, show it in log.db.
 *   Nothing is signed that is not durable; nothing is told to be done, or shown, whose checkpoint is not.
 * - A log does not open when its tree is smaller than its checkpoint or has another root.
 * - Failure changes nothing: after an error log_size is what it was. The one exception is told apart by log_size
 *   having grown: the entries are durable, but their checkpoint could not be written (a full disk, say). It is signed
 *   before anything else is appended, by this handle or by the next log_open for writing. (Likewise when the machine
 *   dies before log_append returns: entries that reached the disk are in, verified as all are, and signed on the next
 *   start.)
 * - A full disk stops appending, and nothing else; with space again, the next append goes on. After a sync
 *   that failed it is stopped until the log is opened again. log_stopped says which.
 *
 * Threads: a handle belongs to one thread at a time; different handles, also on one directory, are independent. (To
 * append from many threads: log/group.h.) One handle in all processes may write, any number may read beside it. Entries and hashes never change, so what a reading
 * handle knows stays right; log_refresh makes it see what was signed since.
 *
 * All functions: 0, or a negative code and *e filled. ERR_CORRUPT: stored bytes are not what was signed; log_verify
 * says which.
 */
#ifndef LOG_LOG_H
#define LOG_LOG_H

#include "log/dsse.h"
#include "log/merkle.h"
#include "log/tile.h"

enum { LOG_MAX_ENTRY = DSSE_MAX_BYTES, LOG_MAX_BLOB = 64 << 20 };

struct log;

enum log_mode {
	LOG_READ,
	LOG_WRITE,
	LOG_IMPORT, /* not for log_open: log/import.h */
};

/* Whose signatures count besides the log's own key: `find` gives the public key known by `keyid` and in force for the
 * entry at `index`, or false. The register answers from what it read in earlier entries, and in this one, if it registers
 * the key: who registers a key must show that he has it, by signing that entry with it too. */
struct log_keys {
	bool (*find)(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret);
	/* Says of a key that was not found what it knows more than that, if anything. May be NULL. */
	void (*why)(void *ctx, struct str keyid, uint64_t index, struct err *e);
	void *ctx;
};

/* How a log begins. */
struct log_genesis {
	struct str origin;   /* its name for ever, "register.example/acts": no scheme, blank, '+' or last slash */
	const uint8_t *seed; /* 32 bytes for the organisation's key; NULL: random */
	struct str type;     /* payload type of entry 0 */
	/* Writes the payload of entry 0. It should name the key (vkey, keyid), for whoever reads the log. */
	int (*payload)(void *ctx, struct str vkey, struct str keyid, struct buf *out, struct err *e);
	void *ctx;
};

/* Makes the directory (its parent must exist), or takes an empty one, and writes entry 0, signed by the new key.
 * ERR_CONFLICT if there is a log already or the directory holds anything else. */
int log_create(const char *dir, const struct log_genesis *g, struct err *e);

/* Opens. For writing, ERR_CONFLICT if somebody writes already, ERR_REFUSED if it is a copy that awaits log_confirm. ERR_ABSENT: no log here; ERR_CORRUPT: torn, foreign, set
 * back or changed, in words. */
int log_open(const char *dir, enum log_mode mode, struct log **ret, struct err *e);
void log_close(struct log *log); /* NULL is allowed */
int log_refresh(struct log *log, struct err *e);

/* What the log is. Views live as long as the handle; the checkpoint until the next append or refresh. */
struct str log_origin(const struct log *log);
struct str log_vkey(const struct log *log);  /* the log's public key in C2SP form: name+hash+base64 */
struct str log_keyid(const struct log *log); /* the same key as it stands in envelopes */
uint64_t log_size(const struct log *log);    /* entries; positions are 0 to size - 1 */
void log_root(const struct log *log, struct digest *ret);
int log_root_at(struct log *log, uint64_t size, struct digest *ret, struct err *e); /* when it had that many entries */
struct str log_checkpoint(const struct log *log); /* the signed note */

/* Appends to `out` an envelope over the payload, signed with the organisation's key. For LOG_WRITE handles. */
int log_sign(struct log *log, struct str type, struct str payload, struct buf *out, struct err *e);

struct log_entry {
	uint64_t index;
	struct str bytes; /* the envelope as stored */
	struct dsse dsse; /* the same, taken apart */
};

/* Appends n envelopes, all or none, with one fsync for all of them. Each is verified, also those made by log_sign a
 * moment ago: one rule, and a bit that fell over in memory is found before it is law. `keys` may be NULL: only the
 * log's own key. ERR_INPUT, ERR_LIMIT: no envelope in its one spelling; ERR_REFUSED: an unknown or wrong signature. */
int log_append(struct log *log, const struct str *envelopes, size_t n, const struct log_keys *keys, uint64_t *ret_first,
	struct err *e);

/* The same in two steps. Checking signatures takes most of the time of an append, and needs no writer. An envelope that
 * was found good for a supposed index is found good for another one by looking up its keys for that one: only if they
 * are no longer the same, because of what was appended meanwhile, are signatures checked anew. */
struct log_checked {
	struct log_entry entry;			/* `index`: the one it was found good for */
	struct pubkey keys[DSSE_MAX_SIGS]; /* those of its signatures, in their order */
};

/* As log_append checks. In any thread, beside everything else: of the log, only its identity is read. The envelope and
 * the arena must live as long as *ret. */
int log_check(const struct log *log, struct str envelope, uint64_t index, const struct log_keys *keys, struct arena *a,
	struct log_checked *ret, struct err *e);
/* For another index. ERR_REFUSED: not signed by keys that are in force there. */
int log_check_again(
	const struct log *log, struct log_checked *c, uint64_t index, const struct log_keys *keys, struct err *e);
/* As log_append. ERR_INPUT unless each was checked for the very index that it gets. */
int log_append_checked(
	struct log *log, struct log_checked *const *checked, size_t n, uint64_t *ret_first, struct err *e);

/* Did the last append fail for a reason that lies not in what was to be appended? Then *ret says why: nothing can be
 * appended now, all else goes on. The next append tries again, and ends this state if it can. */
bool log_stopped(const struct log *log, struct err *ret);

/* One entry, into the arena; checked against its leaf hash. ERR_ABSENT if index >= size. */
int log_read(struct log *log, uint64_t index, struct arena *a, struct log_entry *ret, struct err *e);
/* Calls `each` for the entries from `from` to the end; a return value other than 0 stops and is returned. The entry is
 * valid during the call, in which this handle may read single entries and prove, but not append, refresh or begin
 * another log_each. At the end all is checked against the signed root: on ERR_CORRUPT forget what was read.
 * `each` may be NULL: an audit by hashes alone, a microsecond or two an entry; log_verify looks at everything. */
int log_each(struct log *log, uint64_t from, int (*each)(void *ctx, const struct log_entry *entry, struct err *e),
	void *ctx, struct err *e);

/* Proofs (log/merkle.h) from the stored hashes; `size` up to log_size. */
int log_prove_inclusion(struct log *log, uint64_t index, uint64_t size, struct merkle_proof *ret, struct err *e);
int log_prove_leaves(struct log *log, struct merkle_leaves leaves, uint64_t size, void (*add)(void *ctx, const struct digest *d), void *ctx,
	struct err *e);
int log_prove_consistency(struct log *log, uint64_t from_size, uint64_t size, struct merkle_proof *ret, struct err *e);
/* Appends to `out` the proof of one entry as a file (log/proof.h), with the entry in it: under the newest checkpoint that has its
 * cosignatures (log/cosigned.h) if the entry is in its tree, else under the newest that the log signed. */
int log_proof_file(struct log *log, uint64_t index, struct buf *out, struct err *e);

/* Appends to `out` a tile of hashes or a bundle of entries. ERR_ABSENT unless some signed checkpoint is over a tree that consists of it
 * and others; so what log_checkpoint named at any time is there, for ever. Reads what is in the tile and no more: one row for each hash,
 * two for each entry of a bundle, which is checked against its leaf. */
int log_tile_read(struct log *log, const struct tlog_tile *t, struct buf *out, struct err *e);

struct log_blob {
	struct digest sha256;
	struct str type; /* media type; the hash does not cover it, the act that names the blob does */
	struct str bytes;
};

/* Stores n blobs with one fsync and fills in their hashes. One that is there already stays as it is. Put a blob before
 * the act that names it. ERR_LIMIT: longer than LOG_MAX_BLOB. */
int log_blob_put(struct log *log, struct log_blob *blobs, size_t n, struct err *e);
/* Into the arena; checked against its hash. ERR_ABSENT: no such blob. */
int log_blob_get(struct log *log, const struct digest *sha256, struct arena *a, struct log_blob *ret, struct err *e);

/* What log_verify found. */
enum log_fault {
	LOG_SOUND,
	LOG_BAD_ENTRY,      /* entry `index` was changed, replaced or removed: the first such */
	LOG_BAD_TREE,       /* the entries are those that were signed, but a stored hash is wrong */
	LOG_BAD_CHECKPOINT, /* entries and tree agree with each other, but not with what was signed */
	LOG_BAD_BLOB,       /* the blob `blob` does not have its hash */
	LOG_BAD_STORE,      /* the directory or database cannot be read as a log at all */
};

struct log_verdict {
	enum log_fault fault;
	uint64_t index;     /* LOG_BAD_ENTRY; LOG_BAD_CHECKPOINT: entries before it agree with an earlier checkpoint */
	struct digest blob; /* LOG_BAD_BLOB */
	uint64_t entries, checkpoints, blobs; /* read and found good */
	uint64_t uncovered; /* entries at the end that no checkpoint covers yet: a crash came between; not a fault */
	struct digest root; /* computed from the entries */
};

struct log_audit {
	struct str vkey;      /* the key known from outside; empty: the one that the directory names */
	struct log_keys keys; /* zero: only the log's own key */
	/* Called with each good entry in order, and about a hundred times on the way; either may be NULL. */
	int (*entry)(void *ctx, const struct log_entry *entry, struct err *e);
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

/* Reads everything again and trusts nothing: spelling and signatures of every entry, every hash of the tree, every
 * checkpoint, both places, every blob. 0: sound; ERR_CORRUPT: *ret says what, *e in words; else it could not be read.
 * If `entry` refuses an entry, that entry is the bad one. Works beside a running writer. */
int log_verify(const char *dir, const struct log_audit *audit, struct log_verdict *ret, struct err *e);

/* A copy of the log in one file: a tar archive (POSIX ustar) of log.db, checkpoint and, only if asked for, log.key. */
struct log_copy {
	uint64_t entries, uncovered; /* uncovered: as in log_verdict */
	uint64_t size;		     /* of the newest checkpoint in it */
	struct digest root;	     /* of that tree */
	bool with_key; /* the key is in the copy */
	bool has_key;  /* log.key is in the directory; in that of a mirror it never is */
};

/* Writes `file`, which must not exist (ERR_CONFLICT), for its owner alone: blobs may be secret. Works beside a running writer
 * and holds nobody up. The name appears when the file is whole and durable; `file`.part and `file`.part.db may be left behind
 * by a process that is killed, and are taken over by the next. */
int log_backup(const char *dir, const char *file, bool with_key, struct log_copy *ret, struct err *e);

struct log_restore {
	struct str newest; /* a signed checkpoint that somebody kept: ERR_CORRUPT if the backup is older; empty: none */
	/* Reads the directory again and trusts nothing (log_verify, or more). */
	int (*verify)(void *ctx, const char *dir, struct err *e);
	void *ctx;
};

/* Makes the directory, which must not exist (ERR_CONFLICT), from such a file. Without `newest` it can be read, not written, until
 * log_confirm: from the backup alone nobody can tell whether entries were signed after it, and a second one in the place of such an
 * entry could not be taken back. Until all is there, verified and durable it has
 * the name `dir`.restoring; one that a killed process left is taken over. ERR_INPUT: no such file as log_backup writes. */
int log_restore(const char *file, const char *dir, const struct log_restore *how, struct log_copy *ret, struct err *e);

/* Somebody says of a copy, a restored directory or a mirror's, that nothing was signed after it; `newest` as in log_restore, it may be
 * empty. From then on it is like any other. ERR_CORRUPT: it is older, or of another history; ERR_ABSENT: nothing awaits confirmation. */
int log_confirm(const char *dir, struct str newest, struct err *e);

struct log_rebuilt {
	uint64_t entries, hashes;
	uint64_t mended; /* hashes that were missing, wrong or too many */
	uint64_t size;	 /* of the newest signed checkpoint */
	struct digest root;
};

/* Makes anew from the entries alone all that is derived from them: every hash of the tree, and the index of the blobs. The result
 * must be what every signed checkpoint says, in both places, else nothing is changed and ERR_CORRUPT. All in one transaction:
 * readers beside it see it before or after. Takes the writer's lock, if log.key is there (without it nobody writes). `how`: as of
 * log_verify; its keys are asked about entries that no checkpoint covers, `entry` is called with every one (vkey: not looked at). */
int log_rebuild(const char *dir, const struct log_audit *how, struct log_rebuilt *ret, struct err *e);

#endif
