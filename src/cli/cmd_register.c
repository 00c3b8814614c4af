/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that make and fill a register: init, load.
 */
#include "cli/cli.h"
#include "register/bundle.h"
#include "register/reg.h"

#include <inttypes.h>

enum { MAX_DIAGS = 1 << 20, MAX_RECORD = 1 << 30 };

int run_init(const struct call *c)
{
	const char *org = given(c, "org");
	struct buf diags;
	struct err e;
	if (!org)
		return usage(c, "--org FOLDER is needed: the organisation's folder");
	buf_init(&diags, MAX_DIAGS);
	int rc = reg_create(c->word[0], org, &diags, &e);
	if (rc < 0 ? e.code == ERR_REFUSED : given(c, "warnings") != NULL)
		warn_lines(buf_str(&diags));
	buf_done(&diags);
	if (rc < 0)
		return fail_with(&e);
	struct reg *r;
	if (reg_open(c->word[0], REG_READ, &r, &e) < 0)
		return fail_with(&e);
	struct str origin = log_origin(reg_log(r)), vkey = log_vkey(reg_log(r));
	if (given(c, "json")) {
		buf_adds(c->out, "{\"origin\": ");
		json_quote(c->out, origin);
		buf_adds(c->out, ", \"vkey\": ");
		json_quote(c->out, vkey);
		buf_adds(c->out, "}\n");
	} else {
		buf_addf(c->out, "Made the register %.*s in %s.\nIts public key, for whoever verifies it:\n%.*s\n", STR_ARG(origin), c->word[0],
			STR_ARG(vkey));
	}
	reg_close(r);
	return DONE;
}

int run_load(const struct call *c)
{
	struct reg *r;
	struct err e;
	struct str text;
	uint64_t done = 0;
	if (file_read(c->word[1], MAX_RECORD, c->arena, &text, &e) < 0)
		return fail_with(&e);
	if (reg_open(c->word[0], REG_WRITE, &r, &e) < 0)
		return fail_with(&e);
	int rc = reg_load(r, text, c->word[1], progress, "filing act", &done, &e);
	progress_end();
	reg_close(r);
	if (given(c, "json"))
		buf_addf(c->out, "{\"filed\": %" PRIu64 "}\n", done);
	else
		buf_addf(c->out, "%" PRIu64 " act%s filed.\n", done, done == 1 ? "" : "s");
	return rc < 0 ? fail_with(&e) : DONE;
}
