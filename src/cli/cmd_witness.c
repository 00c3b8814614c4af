/* SPDX-License-Identifier: Apache-2.0
 *
 * comity witness: makes a witness, tells it which logs to watch, runs it, and shows what it signed and what it refused.
 */
#include "cli/serving.h"
#include "log/base64.h"
#include "log/witness.h"
#include "web/witness_site.h"

#include "base/date.h"
#include "base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

static int witness_init(const struct call *c)
{
	const char *name = given(c, "name");
	struct witness *w;
	struct err e;
	if (!name)
		return usage(c, "--name NAME is needed: a host name and path, such as witness.example/astana; it stands in every signature");
	if (witness_create(c->word[1], str_of(name), NULL, &e) < 0 || witness_open(c->word[1], WITNESS_LOOK, &w, &e) < 0)
		return fail_with(&e);
	buf_addf(c->out, "%.*s\n", STR_ARG(witness_vkey(w)));
	witness_close(w);
	return DONE;
}

static int witness_add(const struct call *c)
{
	struct err e;
	return witness_add_log(c->word[1], str_of(c->word[2]), &e) < 0 ? fail_with(&e) : DONE;
}

/* ---- run ---------------------------------------------------------------------------------------------------------- */

/* As many requests wait together for one sync of the disk. */
enum { THREADS = 64 };

static void report(void *ctx, const struct err *e)
{
	(void)ctx;
	(void)fail_with(e);
}

static int serve(const struct call *c, struct witness *w, uint16_t port)
{
	const char *address = given(c, "address") ? given(c, "address") : "127.0.0.1", *base = given(c, "base");
	struct str here = arena_fmt(c->arena, strchr(address, ':') ? "http://[%s]:%u" : "http://%s:%u", address, port);
	struct witness_site *site = witness_site_new(w, base ? base : here.p, report, NULL);
	struct web_config config = witness_site_config(site);
	struct web *web;
	struct err e;
	hold_signals();
	config.address = address;
	config.port = port;
	config.posts = THREADS;
	int status = DONE;
	if (web_start(&config, &web, &e) < 0) {
		status = fail_with(&e);
	} else {
		fprintf(stderr, "Witnessing as %.*s on http://%s:%u (stop with Ctrl-C)\n", STR_ARG(witness_name(w)), address, web_port(web));
		wait_for_stop();
		web_stop(web);
	}
	witness_site_free(site);
	return status;
}

static int witness_run(const struct call *c)
{
	struct witness *w;
	struct err e;
	uint16_t port;
	int status = DONE;
	if (!port_given(c, 8081, &port, &status))
		return status;
	if (witness_open(c->word[1], WITNESS_RUN, &w, &e) < 0)
		return fail_with(&e);
	status = serve(c, w, port);
	witness_close(w);
	return status;
}

/* ---- show ---------------------------------------------------------------------------------------------------------- */

struct shown {
	const struct call *c;
	size_t n;
};

static struct str instant(struct arena *a, uint64_t time)
{
	char text[UTC_LEN];
	return arena_fmt(a, "%s", utc_print((int64_t)time, text));
}

static int show_json(void *ctx, const struct witness_head *h)
{
	struct shown *s = ctx;
	struct buf *b = s->c->out;
	buf_adds(b, s->n++ ? ",\n  {\"origin\": " : "\n  {\"origin\": ");
	json_quote(b, h->origin);
	buf_addf(b, ", \"keys\": %zu, \"contradictions\": %zu, \"unproved\": %zu", h->keys, h->kept[EVIDENCE_FORK], h->kept[EVIDENCE_UNPROVED]);
	if (h->has) {
		buf_addf(b, ", \"size\": %" PRIu64 ", \"root\": \"", h->size);
		base64_add(b, h->root.b, DIGEST_LEN);
		buf_addf(b, "\", \"time\": \"%.*s\"", STR_ARG(instant(s->c->arena, h->time)));
	}
	buf_addc(b, '}');
	return 0;
}

static int show_line(void *ctx, const struct witness_head *h)
{
	struct shown *s = ctx;
	struct buf *b = s->c->out;
	buf_addf(b, "%.*s: ", STR_ARG(h->origin));
	if (h->has)
		buf_addf(b, "%" PRIu64 " entries, signed %.*s", h->size, STR_ARG(instant(s->c->arena, h->time)));
	else
		buf_adds(b, "nothing signed yet");
	if (h->keys == 0)
		buf_adds(b, "; no longer witnessed");
	if (h->kept[EVIDENCE_FORK])
		buf_addf(b, "; contradicted itself %zu time%s", h->kept[EVIDENCE_FORK], h->kept[EVIDENCE_FORK] == 1 ? "" : "s");
	if (h->kept[EVIDENCE_UNPROVED])
		buf_addf(b, "; %zu newer tree%s without a proof", h->kept[EVIDENCE_UNPROVED], h->kept[EVIDENCE_UNPROVED] == 1 ? "" : "s");
	buf_addc(b, '\n');
	return 0;
}

static int witness_show(const struct call *c)
{
	struct witness *w;
	struct shown s = {.c = c};
	struct err e;
	if (witness_open(c->word[1], WITNESS_LOOK, &w, &e) < 0)
		return fail_with(&e);
	if (given(c, "json")) {
		buf_adds(c->out, "{\"key\": ");
		json_quote(c->out, witness_vkey(w));
		buf_adds(c->out, ", \"logs\": [");
		(void)witness_each(w, show_json, &s);
		buf_adds(c->out, "]}\n");
	} else {
		buf_addf(c->out, "%.*s\n", STR_ARG(witness_vkey(w)));
		(void)witness_each(w, show_line, &s);
	}
	witness_close(w);
	return DONE;
}

/* ---- evidence ------------------------------------------------------------------------------------------------------ */

struct export {
	const struct call *c;
	const char *folder; /* NULL: only say what there is */
	size_t n;
	struct err *e;
};

static int write_file(struct export *x, const char *suffix, struct str bytes)
{
	char name[64];
	(void)snprintf(name, sizeof name, "%04zu.%s", x->n, suffix);
	struct str path = arena_fmt(x->c->arena, "%s/%s", x->folder, name);
	FILE *f = fopen(path.p, "wx");
	bool good = f && fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
	if (f && fclose(f) != 0)
		good = false;
	if (good)
		return 0;
	int rc = err_set(x->e, ERR_SYSTEM, path.p, "it could not be written: %s", strerror(errno));
	err_hint(x->e, "name a new folder");
	return rc;
}

static int export_one(void *ctx, const struct evidence *v)
{
	struct export *x = ctx;
	/* The checkpoint follows the first blank line: old size and proof are lines before it. */
	struct str refused = str_slice(v->request, str_find(v->request, STR("\n\n")) + 2, v->request.n);
	x->n++;
	buf_addf(x->c->out, "%04zu %.*s %.*s: %s\n", x->n, STR_ARG(instant(x->c->arena, v->time)), STR_ARG(v->origin),
		v->kind == EVIDENCE_FORK ? "another tree of the same size, signed by the log"
					 : "a newer tree, signed by the log, without a proof that it grew out of the older one");
	if (!x->folder)
		return 0;
	int rc = write_file(x, "signed", v->held);
	if (rc == 0)
		rc = write_file(x, "refused", refused);
	return rc < 0 ? rc : write_file(x, "request", v->request);
}

static int witness_show_evidence(const struct call *c)
{
	struct witness *w;
	struct err e;
	struct export x = {.c = c, .folder = c->n > 2 ? c->word[2] : NULL, .e = &e};
	if (x.folder && mkdir(x.folder, 0755) < 0) {
		err_set(&e, ERR_SYSTEM, x.folder, "the folder could not be made: %s", strerror(errno));
		return fail_with(&e);
	}
	if (witness_open(c->word[1], WITNESS_LOOK, &w, &e) < 0)
		return fail_with(&e);
	int rc = witness_evidence(w, export_one, &x, &e);
	witness_close(w);
	return rc < 0 ? fail_with(&e) : DONE;
}

int run_witness(const struct call *c)
{
	static const struct {
		const char *verb;
		int words; /* verb and directory included */
		int most;
		int (*run)(const struct call *c);
	} verbs[] = {{"init", 2, 2, witness_init}, {"add", 3, 3, witness_add}, {"run", 2, 2, witness_run}, {"show", 2, 2, witness_show},
		{"evidence", 2, 3, witness_show_evidence}};
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(c->word[0], verbs[i].verb) != 0)
			continue;
		if (c->n < verbs[i].words)
			return usage(c, "the log's key is missing: comity witness add DIR VKEY");
		return c->n > verbs[i].most ? usage(c, "\"%s\" is too much", c->word[verbs[i].most]) : verbs[i].run(c);
	}
	return usage(c, "\"%s\" is none of init, add, run, show, evidence", c->word[0]);
}
