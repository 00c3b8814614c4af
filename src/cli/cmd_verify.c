/* SPDX-License-Identifier: Apache-2.0
 *
 * comity verify: a whole register, or one act by its proof file, without the register and without a network.
 */
#include "cli/cli.h"
#include "log/base64.h"
#include "log/proof.h"
#include "register/bundle.h"
#include "register/reg.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* What was read and is not right: the answer is no. */
static int fail_verdict(const struct err *e)
{
	int status = fail_with(e);
	return e->code == ERR_CORRUPT ? NO : status;
}

static void add_count(struct buf *out, uint64_t n, const char *one, const char *many)
{
	buf_addf(out, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

static void print_sound(const struct log_verdict *v, struct buf *out)
{
	buf_adds(out, "Sound: ");
	add_count(out, v->entries, "entry", "entries");
	buf_adds(out, ", ");
	add_count(out, v->checkpoints, "checkpoint", "checkpoints");
	buf_adds(out, ", ");
	add_count(out, v->blobs, "blob", "blobs");
	buf_adds(out, ".\nRoot "); /* as checkpoints write it */
	base64_add(out, v->root.b, sizeof v->root.b);
	buf_addc(out, '\n');
	if (!v->uncovered)
		return;
	add_count(out, v->uncovered, "entry at the end has", "entries at the end have");
	buf_adds(out, " no checkpoint yet: a writer was interrupted. The next one signs it.\n");
}

static int verify_register(const struct call *c)
{
	static const char *const faults[] = {[LOG_SOUND] = "sound", [LOG_BAD_ENTRY] = "entry", [LOG_BAD_TREE] = "tree",
		[LOG_BAD_CHECKPOINT] = "checkpoint", [LOG_BAD_BLOB] = "blob", [LOG_BAD_STORE] = "store"};
	struct log_verdict v = {0};
	struct err e;
	int rc = reg_verify(c->word[0], progress, "verifying entry", &v, &e);
	progress_end();
	if (rc < 0 && e.code != ERR_CORRUPT)
		return fail_with(&e);
	if (given(c, "json")) {
		buf_addf(c->out, "{\"sound\": %s, \"fault\": \"%s\", \"entry\": ", rc == 0 ? "true" : "false", faults[v.fault]);
		buf_addf(c->out, v.fault == LOG_BAD_ENTRY ? "%" PRIu64 : "null", v.index);
		buf_addf(c->out, ", \"entries\": %" PRIu64 ", \"checkpoints\": %" PRIu64 ", \"blobs\": %" PRIu64 ", \"uncovered\": %" PRIu64
				 ", \"root\": \"", v.entries, v.checkpoints, v.blobs, v.uncovered);
		buf_add_hex(c->out, v.root.b, sizeof v.root.b);
		buf_adds(c->out, "\"}\n");
	} else if (rc == 0) {
		print_sound(&v, c->out);
	}
	return rc < 0 ? fail_verdict(&e) : DONE;
}

/* Is the entry signed by this key, and what does it say? */
static int check_entry(struct hasher *h, struct str entry, const struct note_key *key, struct arena *a, struct dsse *ret, struct err *e)
{
	struct dsse_key known;
	dsse_key_ed25519(h, &key->pub, &known);
	struct dsse_keys keys = {dsse_only_key, &known};
	int rc = dsse_parse(entry, a, ret, e);
	return rc == 0 ? dsse_verify(ret, &keys, e) : rc;
}

static int check_file(const struct call *c, struct hasher *h, struct note_key *key, struct tlog_proof *p, struct checkpoint *top,
	struct dsse *act, struct err *e)
{
	struct str proof, entry = {NULL, 0};
	int rc = file_read(c->word[0], TLOG_PROOF_MAX_BYTES, c->arena, &proof, e);
	if (rc == 0 && c->n == 2)
		rc = file_read(c->word[1], LOG_MAX_ENTRY, c->arena, &entry, e);
	if (rc == 0)
		rc = note_key_read(h, NOTE_ED25519, str_of(given(c, "key")), key, e);
	if (rc == 0)
		rc = tlog_proof_read(proof, c->arena, p, e);
	if (rc == 0 && c->n == 1)
		entry = p->extra;
	if (rc == 0 && !entry.n) {
		(void)err_set(e, ERR_INPUT, c->word[0], "the entry that it proves is not in it");
		return err_hint(e, "give the entry as a second file");
	}
	if (rc == 0)
		rc = tlog_proof_check(h, p, entry, key, top, e);
	return rc == 0 ? check_entry(h, entry, key, c->arena, act, e) : rc;
}

static int verify_file(const struct call *c)
{
	struct hasher h;
	struct note_key key;
	struct tlog_proof p;
	struct checkpoint top;
	struct dsse act;
	struct err e;
	if (!given(c, "key"))
		return usage(c, "--key VKEY is needed: the public key of the register, as its members know it");
	hasher_init(&h);
	int rc = check_file(c, &h, &key, &p, &top, &act, &e);
	hasher_done(&h);
	if (rc < 0 && (e.code == ERR_ABSENT || e.code == ERR_SYSTEM))
		return fail_with(&e);
	if (given(c, "json")) {
		buf_addf(c->out, "{\"verified\": %s, \"entry\": ", rc == 0 ? "true" : "false");
		buf_addf(c->out, rc == 0 ? "%" PRIu64 ", \"size\": %" PRIu64 ", \"act\": %.*s" : "null, \"size\": null, \"act\": null", p.index,
			top.size, STR_ARG(act.payload));
		buf_adds(c->out, "}\n");
	} else if (rc == 0) {
		buf_addf(c->out, "Verified: entry %" PRIu64 " of %" PRIu64 " in the log %.*s, signed by its key. It says:\n%.*s\n", p.index, top.size,
			STR_ARG(top.origin), STR_ARG(act.payload));
	}
	return rc < 0 ? fail_verdict(&e) : DONE;
}

int run_verify(const struct call *c)
{
	struct stat st;
	bool file = stat(c->word[0], &st) == 0 && !S_ISDIR(st.st_mode);
	return c->n == 2 || file || strcmp(c->word[0], "-") == 0 ? verify_file(c) : verify_register(c);
}
