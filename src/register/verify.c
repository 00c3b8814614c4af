/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifying a register: the log as log_verify does it, and beside that every entry as an act.
 */
#include "register/reg_internal.h"

struct audit {
	const char *dir;
	struct log *log; /* for the rulebook and sealed bodies */
	struct record *all;
	struct { struct entry **v; size_t n, cap; } entries; /* read again when another rulebook is adopted */
	struct arena arena;
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

/* From here on everything is an act of this rulebook. */
static int adopt(struct audit *v, const struct entry *by, struct err *e)
{
	struct bundle *b = NULL;
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)by->pos);
	int rc = adopted_bundle(v->log, by, &b, e);
	if (rc == 0 && v->all)
		rc = bundle_follows(v->all->bundle, b, where, e);
	if (rc == 0) {
		record_unref(v->all);
		v->all = record_new(b, b->org.registrar);
	}
	for (size_t i = 0; i < v->entries.n && rc == 0; i++)
		rc = record_add(v->all, v->entries.v[i], e);
	if (rc == 0)
		rc = record_check_names(v->all, e);
	bundle_unref(b);
	return rc;
}

static int check_entry(void *ctx, const struct log_entry *in, struct err *e)
{
	struct audit *v = ctx;
	struct entry *n;
	int rc = entry_read(in->index, in->dsse.type, in->dsse.payload, in->dsse.sigs[0].keyid, &n, e);
	if (rc < 0)
		return rc;
	if (n->kind == ENTRY_GENESIS || n->kind == ENTRY_ADOPTION)
		rc = adopt(v, n, e);
	if (rc == 0)
		rc = open_sealed(v->log, n, e);
	if (rc == 0)
		rc = record_add(v->all, n, e);
	arena_push(&v->arena, &v->entries, n);
	return rc;
}

static void report(void *ctx, uint64_t done, uint64_t total)
{
	const struct audit *v = ctx;
	if (v->progress)
		v->progress(v->ctx, done, total);
}

int reg_verify(const char *dir, void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
	struct log_verdict *ret, struct err *e)
{
	struct audit v = {.dir = dir, .progress = progress, .ctx = ctx};
	struct log_audit audit = {.progress = report, .ctx = &v};
	struct err ignored;
	/* A log that does not open is still looked at byte by byte, to say what is wrong with it. */
	if (log_open(dir, LOG_READ, &v.log, &ignored) == 0)
		audit.entry = check_entry;
	int rc = log_verify(dir, &audit, ret, e);
	record_unref(v.all);
	for (size_t i = 0; i < v.entries.n; i++)
		entry_unref(v.entries.v[i]);
	arena_done(&v.arena);
	log_close(v.log);
	return rc;
}
