/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that keep a register safe: backup, restore, rebuild.
 */
#include "cli/cli.h"
#include "log/base64.h"
#include "register/bundle.h"
#include "register/reg.h"

#include <inttypes.h>

static void print_json(const struct log_copy *v, struct buf *out)
{
	buf_addf(out, "{\"entries\": %" PRIu64 ", \"uncovered\": %" PRIu64 ", \"size\": %" PRIu64 ", \"root\": \"", v->entries, v->uncovered,
		v->size);
	buf_add_hex(out, v->root.b, sizeof v->root.b);
	buf_addf(out, "\", \"key\": %s}\n", v->with_key ? "true" : "false");
}

static void print_copy(const struct log_copy *v, struct buf *out)
{
	buf_addf(out, "%" PRIu64 " %s; the newest checkpoint is over %" PRIu64 ", root ", v->entries, v->entries == 1 ? "entry" : "entries",
		v->size);
	base64_add(out, v->root.b, sizeof v->root.b); /* as checkpoints write it */
	buf_adds(out, ".\n");
	if (v->uncovered)
		buf_addf(out, "%" PRIu64 " at the end without a checkpoint yet: a writer was interrupted. The next one signs it.\n", v->uncovered);
}

int run_backup(const struct call *c)
{
	struct log_copy v;
	struct err e;
	if (log_backup(c->word[0], c->word[1], given(c, "with-key") != NULL, &v, &e) < 0)
		return fail_with(&e);
	if (given(c, "json")) {
		print_json(&v, c->out);
		return DONE;
	}
	buf_addf(c->out, "Wrote %s: ", c->word[1]);
	print_copy(&v, c->out);
	buf_adds(c->out, "The bodies of sealed acts are in it: keep it where only those who run the register can read it.\n");
	if (v.has_key) /* a mirror has none to keep */
		buf_adds(c->out, v.with_key ? "The organisation's key is in it: whoever has this file can sign in its name.\n"
					    : "The organisation's key is not in it: keep a copy of log.key in another place.\n");
	return DONE;
}

static int verify(void *ctx, const char *dir, struct err *e)
{
	struct reg_verdict verdict;
	(void)ctx;
	int rc = reg_verify(dir, progress, "verifying entry", &verdict, e);
	progress_end();
	return rc;
}

static int fail_to_restore(const struct err *e)
{
	int status = fail_with(e);
	return e->code == ERR_CORRUPT ? NO : status;
}

/* What a person must know who means to go on from a backup. */
static void warn_unconfirmed(const struct call *c, const struct log_copy *v)
{
	warn_lines(arena_fmt(c->arena,
		"comity: WARNING: %s was held against no newer checkpoint, and nobody can file in it yet. If anything was published after entry %" PRIu64
		",\n"
		"filing now would make a second history, which every mirror and witness would call a fork. Get the newest checkpoint that one of them,\n"
		"or a member, has; then: comity restore --confirm %s --checkpoint FILE. Reading and serving need none of this.\n"
		"See docs/operating.md, \"Restore\".\n",
		c->word[1], v->entries - 1, c->word[1]));
}

/* --confirm: a copy may be written from now on. */
static int confirm(const struct call *c, struct str newest)
{
	struct err e;
	if (log_confirm(c->word[0], newest, &e) < 0)
		return fail_to_restore(&e);
	if (given(c, "json"))
		buf_adds(c->out, "{\"confirmed\": true}\n");
	else
		buf_addf(c->out, "Confirmed: acts may be filed in %s again.\n", c->word[0]);
	return DONE;
}

int run_restore(const struct call *c)
{
	enum { MAX_CHECKPOINT = 64 << 10 };
	struct log_restore how = {.verify = verify};
	struct log_copy v;
	struct err e;
	const char *newest = given(c, "checkpoint");
	bool confirms = given(c, "confirm") != NULL;
	if (c->n != (confirms ? 1 : 2))
		return usage(c, confirms ? "--confirm takes one directory: a restored one, or that of a mirror" : "FILE and DIR are needed");
	if (newest && file_read(newest, MAX_CHECKPOINT, c->arena, &how.newest, &e) < 0)
		return fail_with(&e);
	if (newest && !how.newest.n)
		return usage(c, "--checkpoint %s: the file is empty", newest);
	if (confirms)
		return confirm(c, how.newest);
	if (log_restore(c->word[0], c->word[1], &how, &v, &e) < 0)
		return fail_to_restore(&e);
	if (!newest)
		warn_unconfirmed(c, &v);
	if (given(c, "json")) {
		print_json(&v, c->out);
		return DONE;
	}
	buf_addf(c->out, "Restored %s, verified whole: ", c->word[1]);
	print_copy(&v, c->out);
	if (!v.with_key)
		buf_adds(c->out, "The organisation's key was not in the backup: to file acts, put log.key into the directory (mode 0600).\n");
	return DONE;
}

int run_rebuild(const struct call *c)
{
	struct log_rebuilt v;
	struct err e;
	int rc = reg_rebuild(c->word[0], progress, "reading entry", &v, &e);
	progress_end();
	if (rc < 0) {
		int status = fail_with(&e);
		return e.code == ERR_CORRUPT ? NO : status;
	}
	if (given(c, "json")) {
		buf_addf(c->out, "{\"entries\": %" PRIu64 ", \"hashes\": %" PRIu64 ", \"mended\": %" PRIu64 ", \"size\": %" PRIu64 ", \"root\": \"", v.entries,
			v.hashes, v.mended, v.size);
		buf_add_hex(c->out, v.root.b, sizeof v.root.b);
		buf_adds(c->out, "\"}\n");
		return DONE;
	}
	buf_addf(c->out, "Rebuilt %s from %" PRIu64 " %s: %" PRIu64 " %s of the tree, ", c->word[0], v.entries, v.entries == 1 ? "entry" : "entries",
		v.hashes, v.hashes == 1 ? "hash" : "hashes");
	if (v.mended)
		buf_addf(c->out, "%" PRIu64 " of which had been wrong, missing or too many.\n", v.mended);
	else
		buf_adds(c->out, "all as they were.\n");
	buf_addf(c->out, "They are those of the newest checkpoint, over %" PRIu64 ", root ", v.size);
	base64_add(c->out, v.root.b, sizeof v.root.b);
	buf_adds(c->out, ".\n");
	return DONE;
}
