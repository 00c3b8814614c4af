/* SPDX-License-Identifier: Apache-2.0 */
#include "log/cosigned.h"

#include "log/internal.h"

#include <inttypes.h>
#include <stdlib.h>

struct log_cosigned {
	struct store *store;
	struct hasher hasher;
	struct log_identity id;
	struct dir dir;
};

static int open_in(struct log_cosigned *k, struct err *e)
{
	int rc = log_files_present(&k->dir, e);
	if (rc < 0)
		return rc;
	char *path = dir_path(&k->dir, LOG_FILE_DB);
	rc = store_open(path, true, &k->store, e);
	free(path);
	if (rc == 0 && (rc = log_identity_read(&k->hasher, store_vkey(k->store), &k->id, e)) < 0)
		rc = err_set(e, ERR_CORRUPT, k->dir.path, "log.db does not name the key of its log");
	return rc;
}

int log_cosigned_open(const char *dir, struct log_cosigned **ret, struct err *e)
{
	struct log_cosigned *k = zeroed(1, sizeof *k);
	hasher_init(&k->hasher);
	int rc = dir_open(dir, &k->dir, e);
	if (rc == 0)
		rc = open_in(k, e);
	if (rc < 0)
		log_cosigned_close(k);
	else
		*ret = k;
	return rc;
}

void log_cosigned_close(struct log_cosigned *k)
{
	if (!k)
		return;
	store_close(k->store);
	dir_close(&k->dir);
	hasher_done(&k->hasher);
	free(k);
}

/* The checkpoint that the log signed over as many entries has the same root. */
static int check(struct log_cosigned *k, struct str note, struct checkpoint *ret, struct arena *a, struct err *e)
{
	struct checkpoint signed_one;
	struct str stored;
	int rc = checkpoint_open(note, &k->id.key, ret, e);
	if (rc == 0)
		rc = store_get(k->store, STORE_CHECKPOINT, ret->size, a, &stored, e);
	if (rc == 0)
		rc = checkpoint_open(stored, &k->id.key, &signed_one, e);
	if (rc == ERR_ABSENT || (rc == 0 && !digest_eq(&signed_one.root, &ret->root)))
		rc = err_set(e, ERR_REFUSED, k->dir.path, "it is not the checkpoint that was signed over %" PRIu64 " entries", ret->size);
	return rc;
}

static int put(struct log_cosigned *k, struct str note, struct arena *a, struct err *e)
{
	struct checkpoint c;
	struct str there;
	int rc = check(k, note, &c, a, e);
	if (rc == 0 && store_get(k->store, STORE_COSIGNED, c.size, a, &there, NULL) == ERR_ABSENT)
		rc = store_put(k->store, STORE_COSIGNED, c.size, note, e);
	return rc;
}

int log_cosigned_keep(struct log_cosigned *k, struct str note, struct err *e)
{
	struct arena a = {0};
	int rc = store_begin(k->store, true, e);
	if (rc == 0) {
		rc = put(k, note, &a, e);
		if (rc == 0)
			rc = store_commit(k->store, e);
		else
			store_rollback(k->store);
	}
	arena_done(&a);
	return rc;
}

static int none(struct log *log, struct err *e)
{
	return err_set(e, ERR_ABSENT, log->dir.path, "no checkpoint with a quorum of witnesses is here");
}

/* The row at or after `size`, if it is over a tree that the handle knows. */
static int first_from(struct log *log, uint64_t size, struct arena *a, struct str *ret, struct err *e)
{
	uint64_t key = 0;
	struct str note;
	int rc = store_scan(log->store, STORE_COSIGNED, size, e);
	if (rc < 0)
		return rc;
	rc = store_next(log->store, STORE_COSIGNED, &key, &note, e);
	if (rc == 1 && key <= log->signed_size)
		*ret = arena_str(a, note);
	store_scan_end(log->store, STORE_COSIGNED);
	return rc < 0 ? rc : rc == 1 && key <= log->signed_size ? 0 : none(log, e);
}

int log_cosigned_newest(struct log *log, struct arena *a, struct str *ret, struct err *e)
{
	uint64_t size;
	int rc = store_last(log->store, STORE_COSIGNED, &size, e);
	if (rc == ERR_ABSENT)
		return none(log, e);
	if (rc == 0 && size > log->signed_size) /* it came after this handle looked: the one before is not worth a search */
		rc = log_refresh(log, e);
	return rc < 0 ? rc : first_from(log, size, a, ret, e);
}

int log_cosigned_over(struct log *log, uint64_t index, struct arena *a, struct str *ret, struct err *e)
{
	return index == UINT64_MAX ? none(log, e) : first_from(log, index + 1, a, ret, e);
}
