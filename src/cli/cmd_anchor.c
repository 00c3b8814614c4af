/* SPDX-License-Identifier: Apache-2.0
 *
 * anchor: time-stamps of the register by outside authorities.
 */
#include "cli/cli.h"
#include "cli/table.h"
#include "mirror/stamp.h"
#include "register/anchor.h"
#include "register/bundle.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- printing ---------------------------------------------------------------------------------------------------------------- */

static void json_anchor(const struct anchor *one, bool verified, struct buf *out)
{
	char when[TIMESTAMP_TIME];
	buf_addf(out, "{\"entry\": %" PRIu64 ", \"size\": %" PRIu64, one->pos, one->size);
	if (one->bytes.n) {
		buf_addf(out, ", \"time\": \"%s\", \"authority\": ", timestamp_time(one->stamp.time, when));
		json_quote(out, one->stamp.authority);
		buf_addf(out, ", \"serial\": \"%.*s\", \"policy\": \"%.*s\", \"token\": \"", STR_ARG(one->stamp.serial), STR_ARG(one->stamp.policy));
		buf_add_hex(out, one->token.b, sizeof one->token.b);
		buf_addc(out, '"');
	}
	if (verified)
		buf_addf(out, ", \"verified\": %s", one->fault.code ? "false" : "true");
	if (one->fault.code) {
		buf_adds(out, ", \"fault\": ");
		json_quote(out, str_of(one->fault.what));
	}
	buf_addc(out, '}');
}

static void print_filed(const struct call *c, const struct anchor *one)
{
	char when[TIMESTAMP_TIME];
	if (given(c, "json")) {
		json_anchor(one, true, c->out);
		buf_addc(c->out, '\n');
		return;
	}
	buf_addf(c->out, "Filed entry %" PRIu64 ". Entries 0 to %" PRIu64 " existed at %s, as attested by\n%.*s (serial %.*s, policy %.*s).\n", one->pos,
		one->size - 1, timestamp_time(one->stamp.time, when), STR_ARG(one->stamp.authority), STR_ARG(one->stamp.serial),
		STR_ARG(one->stamp.policy));
}

static void print_list(const struct call *c, const struct anchor *v, size_t n, bool verified)
{
	static const char *const columns[] = {"ENTRY", "SIZE", "TIME", "VERIFIED", "SERIAL", "AUTHORITY"};
	struct table_out *t = table_new(columns, 6);
	for (size_t i = 0; i < n; i++) {
		char when[TIMESTAMP_TIME];
		const struct str cells[] = {arena_fmt(c->arena, "%" PRIu64, v[i].pos), arena_fmt(c->arena, "%" PRIu64, v[i].size),
			v[i].bytes.n ? arena_fmt(c->arena, "%s", timestamp_time(v[i].stamp.time, when)) : STR("?"),
			!verified	  ? STR("")
			: v[i].fault.code ? STR("no")
					  : STR("yes"),
			v[i].stamp.serial, v[i].stamp.authority};
		table_row(t, cells);
	}
	table_print(t, c->out);
	for (size_t i = 0; i < n; i++)
		if (v[i].fault.code)
			buf_addf(c->out, "%s: %s.\n", v[i].fault.where, v[i].fault.what);
}

/* ---- what is read first ------------------------------------------------------------------------------------------------------- */

static int read_roots(const struct call *c, struct timestamp_roots **ret)
{
	const char *file = given(c, "ca");
	struct str pem;
	struct err e;
	if (!file)
		return usage(c, "--ca FILE is needed: the certificates of the authorities that you trust");
	if (file_bytes(file, TIMESTAMP_MAX_ROOTS, c->arena, &pem, &e) < 0)
		return fail_with(&e);
	if (timestamp_roots_read(pem, ret, &e) < 0) {
		(void)snprintf(e.where, sizeof e.where, "%s", file);
		return fail_with(&e);
	}
	return DONE;
}

/* ---- a new one ---------------------------------------------------------------------------------------------------------------- */

static int tell_filed(const struct call *c, int rc, const struct anchor *one, const struct err *e)
{
	if (rc < 0)
		return fail_with(e);
	print_filed(c, one);
	return DONE;
}

static int ask_and_file(const struct call *c, struct reg *r, struct fetch *f, struct anchor_answer *in)
{
	struct anchor_ask ask;
	struct anchor one;
	struct err e;
	int rc = reg_anchor_ask(r, c->arena, &ask, &e);
	in->request = &ask.request;
	in->asked = time(NULL);
	if (rc == 0 && (rc = stamp_ask(f, in->url, ask.query, c->arena, &in->reply, &e)) == 0) {
		in->now = time(NULL);
		rc = reg_anchor_file(r, in, c->arena, &one, &e);
	}
	return tell_filed(c, rc, &one, &e);
}

/* The register is held from the beginning, so that no authority is asked for what could not be filed then. */
static int ask_online(const struct call *c)
{
	enum { PATIENCE_MS = 30 * 1000 };
	struct timestamp_roots *roots = NULL;
	struct fetch *f = NULL;
	struct reg *r = NULL;
	struct err e;
	struct anchor_answer in = {.url = str_of(given(c, "tsa"))};
	if (fetch_url_check(in.url, &e) < 0)
		return fail_with(&e);
	int status = read_roots(c, &roots);
	in.roots = roots;
	if (status == DONE && (reg_open(c->word[0], REG_WRITE, &r, &e) < 0 || fetch_new(&(struct fetch_options){.total_ms = PATIENCE_MS}, &f, &e) < 0))
		status = fail_with(&e);
	if (status == DONE)
		status = ask_and_file(c, r, f, &in);
	fetch_free(f);
	reg_close(r);
	timestamp_roots_free(roots);
	return status;
}

static int write_request(const struct call *c)
{
	const char *file = given(c, "request");
	struct anchor_ask ask;
	struct err e;
	if (access(file, F_OK) == 0) {
		(void)err_set(&e, ERR_CONFLICT, file, "it exists already: give the request another name");
		return fail_with(&e);
	}
	struct reg *r;
	if (reg_open(c->word[0], REG_READ, &r, &e) < 0)
		return fail_with(&e);
	int rc = reg_anchor_ask(r, c->arena, &ask, &e);
	reg_close(r);
	if (rc < 0 || file_write(file, ask.query, false, &e) < 0)
		return fail_with(&e);
	if (given(c, "json"))
		buf_addf(c->out, "{\"size\": %" PRIu64 "}\n", ask.over.size);
	else
		buf_addf(c->out, "Wrote %s: a request (" TIMESTAMP_QUERY_TYPE ") for a token over entries 0 to %" PRIu64 ".\n", file,
			ask.over.size - 1);
	return DONE;
}

static int take_response(const struct call *c)
{
	const char *asked = given(c, "request");
	struct timestamp_roots *roots = NULL;
	struct timestamp_request request;
	struct anchor_answer in = {.now = time(NULL)};
	struct anchor one;
	struct reg *r = NULL;
	struct str der;
	struct err e;
	if (file_bytes(given(c, "response"), TIMESTAMP_MAX_BYTES, c->arena, &in.reply, &e) < 0 ||
		(asked && file_bytes(asked, TIMESTAMP_MAX_BYTES, c->arena, &der, &e) < 0))
		return fail_with(&e);
	if (asked) {
		if (timestamp_request_read(der, &request, &e) < 0) {
			(void)snprintf(e.where, sizeof e.where, "%s", asked);
			return fail_with(&e);
		}
		in.request = &request;
	}
	int status = read_roots(c, &roots);
	in.roots = roots;
	if (status == DONE && reg_open(c->word[0], REG_WRITE, &r, &e) < 0)
		status = fail_with(&e);
	if (status == DONE) {
		int rc = reg_anchor_file(r, &in, c->arena, &one, &e);
		status = tell_filed(c, rc, &one, &e);
	}
	reg_close(r);
	timestamp_roots_free(roots);
	return status;
}

/* ---- those on record ---------------------------------------------------------------------------------------------------------- */

/* What `openssl ts -verify` needs of one: the token, and what it is over. */
static int export_one(const struct call *c, const struct anchor *one, const char *folder)
{
	const char *token = arena_fmt(c->arena, "%s/%" PRIu64 ".tst", folder, one->pos).p;
	const char *text = arena_fmt(c->arena, "%s/%" PRIu64 ".txt", folder, one->pos).p;
	struct err e;
	if (!one->bytes.n || !one->text.n)
		return DONE;
	if (file_write(token, one->bytes, false, &e) < 0 || file_write(text, one->text, false, &e) < 0)
		return fail_with(&e);
	if (!given(c, "json"))
		buf_addf(c->out, "openssl ts -verify -token_in -in %s -data %s -CAfile CA.pem\n", token, text);
	return DONE;
}

static void print_all(const struct call *c, const struct anchor *v, size_t n, bool verified, size_t good)
{
	if (given(c, "json")) {
		buf_addc(c->out, '[');
		for (size_t i = 0; i < n; i++) {
			buf_adds(c->out, i ? ",\n " : "");
			json_anchor(&v[i], verified, c->out);
		}
		buf_adds(c->out, "]\n");
		return;
	}
	if (!n) {
		buf_adds(c->out, "No time-stamp is on record.\n");
		return;
	}
	print_list(c, v, n, verified);
	if (verified)
		buf_addf(c->out, "%zu of %zu verified.\n", good, n);
}

/* One that is there is written into: tokens never change. */
static int make_folder(const char *folder)
{
	struct err e;
	if (!folder || mkdir(folder, 0755) == 0 || errno == EEXIST)
		return DONE;
	(void)err_set(&e, ERR_SYSTEM, folder, "the folder could not be made: %s", strerror(errno));
	return fail_with(&e);
}

static int tell_all(const struct call *c, const struct timestamp_roots *roots, const char *folder)
{
	struct reg *r;
	struct anchor *v = NULL;
	struct err e;
	size_t n = 0, good = 0;
	if (reg_open(c->word[0], REG_READ, &r, &e) < 0)
		return fail_with(&e);
	int rc = reg_anchors(r, roots, time(NULL), c->arena, &v, &n, &e);
	reg_close(r);
	if (rc < 0)
		return fail_with(&e);
	int status = make_folder(folder);
	for (size_t i = 0; i < n; i++)
		good += v[i].fault.code == 0;
	for (size_t i = 0; folder && i < n && status == DONE; i++)
		status = export_one(c, &v[i], folder);
	if (status == DONE && (!folder || given(c, "json")))
		print_all(c, v, n, roots != NULL, good);
	return status == DONE && good < n ? NO : status;
}

static int verify_all(const struct call *c)
{
	struct timestamp_roots *roots = NULL;
	int status = read_roots(c, &roots);
	if (status == DONE)
		status = tell_all(c, roots, NULL);
	timestamp_roots_free(roots);
	return status;
}

int run_anchor(const struct call *c)
{
	const char *export = given(c, "export");
	bool request = given(c, "request") && !given(c, "response");
	int ways = (given(c, "tsa") != NULL) + request + (given(c, "response") != NULL) + (given(c, "list") != NULL) +
		   (given(c, "verify") != NULL) + (export != NULL);
	if (ways != 1)
		return usage(c, "give one of --tsa, --request, --response, --list, --verify, --export");
	if (given(c, "tsa"))
		return ask_online(c);
	if (request)
		return write_request(c);
	if (given(c, "response"))
		return take_response(c);
	return given(c, "verify") ? verify_all(c) : tell_all(c, NULL, export);
}
