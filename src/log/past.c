/* SPDX-License-Identifier: Apache-2.0 */
#include "log/past.h"

#include "log/internal.h"

#include <inttypes.h>

int log_past(struct log *log, uint64_t size, struct checkpoint *ret, struct err *e)
{
	struct merkle_source from = log_hashes(log->store);
	struct merkle_range tree;
	if (size > log->signed_size)
		return err_set(e, ERR_ABSENT, log->dir.path, "no checkpoint is over %" PRIu64 " entries; the newest is over %" PRIu64, size,
			log->signed_size);
	int rc = store_begin(log->store, false, e);
	if (rc < 0)
		return rc;
	rc = merkle_load(&from, size, &tree, e);
	store_rollback(log->store);
	if (rc < 0)
		return rc;
	*ret = (struct checkpoint){.origin = log_origin(log), .size = size};
	merkle_root(&log->hasher, &tree, &ret->root);
	return 0;
}

/* A note begins with its text, which ends before the first blank line: a checkpoint's has none in it. */
static bool is_text(struct log *log, struct str note, const struct digest *text)
{
	struct digest hash;
	size_t end = str_find(note, STR("\n\n"));
	sha256(&log->hasher, str_slice(note, 0, end + 1), &hash);
	return end < note.n && digest_eq(&hash, text);
}

int log_past_find(struct log *log, const struct digest *text, struct checkpoint *ret, struct err *e)
{
	uint64_t size = log->signed_size;
	struct str note;
	if (is_text(log, log_checkpoint(log), text))
		return log_past(log, size, ret, e);
	int rc = store_scan(log->store, STORE_CHECKPOINT, 0, e);
	if (rc < 0)
		return rc;
	bool found = false;
	while (!found && (rc = store_next(log->store, STORE_CHECKPOINT, &size, &note, e)) == 1 && size <= log->signed_size)
		found = is_text(log, note, text);
	store_scan_end(log->store, STORE_CHECKPOINT);
	if (rc < 0)
		return rc;
	if (!found)
		return err_set(e, ERR_ABSENT, log->dir.path, "no signed checkpoint of this log has that text");
	return log_past(log, size, ret, e);
}
