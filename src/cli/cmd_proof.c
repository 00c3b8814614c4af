/* SPDX-License-Identifier: Apache-2.0
 *
 * comity proof: the proof of one entry as a file, which comity verify checks anywhere.
 */
#include "cli/cli.h"
#include "log/log.h"
#include "log/proof.h"

int run_proof(const struct call *c)
{
	struct log *log;
	struct buf file;
	struct err e;
	uint64_t n;
	if (!str_u64(str_of(c->word[1]), &n))
		return usage(c, "\"%s\" is no number of an entry", c->word[1]);
	if (log_open(c->word[0], LOG_READ, &log, &e) < 0)
		return fail_with(&e);
	buf_init(&file, TLOG_PROOF_MAX_BYTES);
	int rc = log_proof_file(log, n, &file, &e);
	log_close(log);
	if (rc == 0 && c->n == 3)
		rc = file_write(c->word[2], buf_str(&file), &e);
	else if (rc == 0)
		buf_add(c->out, buf_str(&file));
	buf_done(&file);
	return rc < 0 ? fail_with(&e) : DONE;
}
