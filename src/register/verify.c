/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifying a register: the log as log_verify does it, and beside that every entry as an act. Likewise making anew what is derived.
 */
#include "register/intake.h"
#include "register/reg_internal.h"

/* What the log's own reader asks on the way: which keys may sign, and whether each entry is one of a register. Of a log that does
 * not open nothing but its keys is read. */
struct audit {
	struct intake *intake; /* NULL: only the keys */
	struct keyring keys;
	struct arena arena;
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

static int take_keys(struct audit *v, const struct log_entry *in, struct err *e)
{
	struct entry *n;
	int rc = entry_take(in, &n, e);
	if (rc < 0)
		return rc;
	if (n->kind == ENTRY_GENESIS)
		rc = keyring_begin(&v->keys, n->payload, &v->arena, e);
	else if (n->kind == ENTRY_KEY)
		rc = keyring_add(&v->keys, n->payload, entry_signers(n), n->pos, "key act", e);
	entry_unref(n);
	return rc;
}

static int check_entry(void *ctx, const struct log_entry *in, struct err *e)
{
	struct audit *v = ctx;
	return v->intake ? intake_take(v->intake, in, e) : take_keys(v, in, e);
}

static bool find_key(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct audit *v = ctx;
	struct log_keys read = v->intake ? intake_keys(v->intake) : (struct log_keys){0};
	return v->intake ? read.find(read.ctx, d, keyid, index, ret) : keyring_may_sign(&v->keys, d, keyid, index, ret);
}

static void say_why(void *ctx, struct str keyid, uint64_t index, struct err *e)
{
	const struct audit *v = ctx;
	struct log_keys read = v->intake ? intake_keys(v->intake) : (struct log_keys){0};
	if (v->intake)
		read.why(read.ctx, keyid, index, e);
	else
		keyring_words(&v->keys, keyid, index, e);
}

static void report(void *ctx, uint64_t done, uint64_t total)
{
	const struct audit *v = ctx;
	if (v->progress)
		v->progress(v->ctx, done, total);
}

static struct log_audit asking(struct audit *v)
{
	return (struct log_audit){.keys = {find_key, say_why, v}, .entry = check_entry, .progress = report, .ctx = v};
}

int reg_verify(const char *dir, void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
	struct reg_verdict *ret, struct err *e)
{
	struct audit v = {.progress = progress, .ctx = ctx};
	struct log *log = NULL; /* for the rulebook and sealed bodies */
	struct log_audit audit = asking(&v);
	struct err ignored;
	/* A log that does not open is still looked at byte by byte, to say what is wrong with it. */
	if (log_open(dir, LOG_READ, &log, &ignored) == 0)
		v.intake = intake_new(log);
	int rc = log_verify(dir, &audit, &ret->log, e);
	ret->sealed = ret->bodies = 0;
	if (v.intake)
		intake_count(v.intake, &ret->sealed, &ret->bodies);
	intake_free(v.intake);
	arena_done(&v.arena);
	log_close(log);
	return rc;
}

int reg_rebuild(const char *dir, void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct log_rebuilt *ret,
	struct err *e)
{
	struct audit v = {.progress = progress, .ctx = ctx};
	struct log_audit how = asking(&v);
	int rc = log_rebuild(dir, &how, ret, e);
	arena_done(&v.arena);
	return rc;
}
