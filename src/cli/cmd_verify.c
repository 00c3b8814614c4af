/* SPDX-License-Identifier: Apache-2.0
 *
 * comity verify: a whole register; or one entry by its proof file (cmd_proof.c).
 */
#include "cli/cli.h"
#include "log/base64.h"
#include "register/reg.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

static void add_count(struct buf *out, uint64_t n, const char *one, const char *many)
{
	buf_addf(out, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

static void print_sound(const struct reg_verdict *r, struct buf *out)
{
	const struct log_verdict *v = &r->log;
	buf_adds(out, "Sound: ");
	add_count(out, v->entries, "entry", "entries");
	buf_adds(out, ", ");
	add_count(out, v->checkpoints, "checkpoint", "checkpoints");
	buf_adds(out, ", ");
	add_count(out, v->blobs, "blob", "blobs");
	buf_adds(out, ".\nRoot "); /* as checkpoints write it */
	base64_add(out, v->root.b, sizeof v->root.b);
	buf_addc(out, '\n');
	if (r->sealed > r->bodies) {
		add_count(out, r->sealed, "act is sealed", "acts are sealed");
		buf_adds(out, "; of ");
		add_count(out, r->sealed - r->bodies, "the body is not here, and what it says was not checked.\n",
			"the bodies are not here, and what they say was not checked.\n");
	}
	if (!v->uncovered)
		return;
	add_count(out, v->uncovered, "entry at the end has", "entries at the end have");
	buf_adds(out, " no checkpoint yet: a writer was interrupted. The next one signs it.\n");
}

static int verify_register(const struct call *c)
{
	static const char *const faults[] = {[LOG_SOUND] = "sound", [LOG_BAD_ENTRY] = "entry", [LOG_BAD_TREE] = "tree",
		[LOG_BAD_CHECKPOINT] = "checkpoint", [LOG_BAD_BLOB] = "blob", [LOG_BAD_STORE] = "store"};
	struct reg_verdict verdict = {0};
	struct err e;
	int rc = reg_verify(c->word[0], progress, "verifying entry", &verdict, &e);
	const struct log_verdict v = verdict.log;
	progress_end();
	if (rc < 0 && e.code != ERR_CORRUPT)
		return fail_with(&e);
	if (given(c, "json")) {
		buf_addf(c->out, "{\"sound\": %s, \"fault\": \"%s\", \"entry\": ", rc == 0 ? "true" : "false", faults[v.fault]);
		buf_addf(c->out, v.fault == LOG_BAD_ENTRY ? "%" PRIu64 : "null", v.index);
		buf_addf(c->out, ", \"entries\": %" PRIu64 ", \"checkpoints\": %" PRIu64 ", \"blobs\": %" PRIu64 ", \"uncovered\": %" PRIu64
				 ", \"root\": \"", v.entries, v.checkpoints, v.blobs, v.uncovered);
		buf_add_hex(c->out, v.root.b, sizeof v.root.b);
		buf_addf(c->out, "\", \"sealed\": %" PRIu64 ", \"bodies\": %" PRIu64 "}\n", verdict.sealed, verdict.bodies);
	} else if (rc == 0) {
		print_sound(&verdict, c->out);
	}
	if (rc < 0)
		(void)fail_with(&e);
	return rc < 0 ? NO : DONE;
}

int run_verify(const struct call *c)
{
	struct stat st;
	bool file = stat(c->word[0], &st) == 0 && !S_ISDIR(st.st_mode);
	return c->n == 2 || file || strcmp(c->word[0], "-") == 0 ? verify_proof(c) : verify_register(c);
}
