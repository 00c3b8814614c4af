/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that need a rulebook and no register: eval, check.
 */
#include "cli/cli.h"
#include "register/bundle.h"
#include "register/similar.h"
#include "rules/output.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ACTS_BYTES = 1 << 30 };

/* ---- rulebooks ------------------------------------------------------------------------------------------------------------ */

static void print_diags(const struct rulebook *rb, bool json, struct buf *out)
{
	for (size_t i = 0; i < rb->diags.n; i++) {
		const struct diag *d = &rb->diags.v[i];
		if (!json) {
			diag_print(rb, d, out);
			buf_addc(out, '\n');
			continue;
		}
		buf_addf(out, "%s{\"severity\":\"%s\",\"file\":", i ? ",\n " : "\n ", d->error ? "error" : "warning");
		json_quote(out, rb->files.v[d->at.file].path);
		buf_addf(out, ",\"line\":%u,\"article\":", d->at.line);
		if (d->at.article == NO_ID)
			buf_adds(out, "null");
		else
			json_quote(out, rb->articles.v[d->at.article].title);
		buf_adds(out, ",\"message\":");
		json_quote(out, d->message);
		buf_adds(out, ",\"hint\":");
		if (d->hint.n)
			json_quote(out, d->hint);
		else
			buf_adds(out, "null");
		buf_addc(out, '}');
	}
}

static void count_diags(const struct rulebook *rb, size_t *ret_errors, size_t *ret_warnings)
{
	*ret_errors = *ret_warnings = 0;
	for (size_t i = 0; i < rb->diags.n; i++)
		*(rb->diags.v[i].error ? ret_errors : ret_warnings) += 1;
}

int run_check(const struct call *c)
{
	struct rulebook *rb;
	struct err e;
	bool json = given(c, "json") != NULL;
	int rc = rulebook_load_file(c->word[0], &rb, &e);
	if (!rb)
		return fail_with(&e);
	size_t errors, warnings;
	count_diags(rb, &errors, &warnings);
	if (json) {
		buf_addf(c->out, "{\"rulebook\":");
		json_quote(c->out, str_of(c->word[0]));
		buf_addf(c->out, ",\"errors\":%zu,\"warnings\":%zu,\"messages\":[", errors, warnings);
		print_diags(rb, true, c->out);
		buf_adds(c->out, rb->diags.n ? "\n]}\n" : "]}\n");
	} else {
		struct buf lines;
		buf_init(&lines, MAX_OUTPUT);
		print_diags(rb, false, &lines);
		warn_lines(buf_str(&lines));
		buf_done(&lines);
		buf_addf(c->out, "%s: %s%zu error%s, %s%zu warning%s\n", c->word[0], rb->more_errors ? "more than " : "", errors,
			errors == 1 ? "" : "s", rb->more_warnings ? "more than " : "", warnings, warnings == 1 ? "" : "s");
	}
	bool good = rc == 0 && !(given(c, "strict") && warnings);
	rulebook_free(rb);
	return good ? DONE : NO;
}

/* ---- eval ------------------------------------------------------------------------------------------------------------------- */

struct evaluation {
	const struct call *call;
	struct rulebook *rb;
	struct syms syms[MAX_READINGS];
	struct eval *evals[MAX_READINGS];
	uint32_t nevals;
	struct act_list acts;
	uint64_t known;
	enum output_format format;
	uint32_t *facts;
	size_t nfacts;
};

static int fact_unknown(const struct evaluation *v, struct str name)
{
	char hint[200];
	struct err e;
	struct similar near;
	similar_start(&near, name);
	for (size_t i = 0; i < v->rb->facts.n; i++) {
		struct str known = syms_str(&v->rb->syms, v->rb->facts.v[i].name);
		similar_offer(&near, known, known);
	}
	err_set(&e, ERR_INPUT, "--facts", "the rulebook has no fact %.*s", (int)(name.n > 80 ? 80 : name.n), name.p);
	err_hint(&e, "%s", similar_words(&near, hint, sizeof hint));
	return fail_with(&e);
}

static int choose_facts(struct evaluation *v, const char *list)
{
	struct str rest = str_of(list), name;
	if (!list)
		return DONE;
	v->facts = arena_array(v->call->arena, v->rb->facts.n + 1, uint32_t);
	for (bool more = true; more;) {
		more = str_cut(rest, ',', &name, &rest);
		if (!more)
			name = rest;
		uint32_t fact = rulebook_fact(v->rb, str_trim(name));
		if (fact == NO_ID)
			return fact_unknown(v, str_trim(name));
		size_t i = 0;
		while (i < v->nfacts && v->facts[i] != fact)
			i++;
		if (i == v->nfacts)
			v->facts[v->nfacts++] = fact;
	}
	return DONE;
}

static int read_choices(struct evaluation *v)
{
	const struct call *c = v->call;
	const char *format = given(c, "format");
	int status = DONE;
	v->known = UINT64_MAX;
	if (!number_given(c, "known", &v->known, &status))
		return status;
	if (format && strcmp(format, "csv") != 0 && strcmp(format, "json") != 0)
		return usage(c, "--format is csv or json, not \"%s\"", format);
	v->format = given(c, "json") || (format && strcmp(format, "json") == 0) ? OUTPUT_JSON : OUTPUT_CSV;
	return DONE;
}

static int load(struct evaluation *v)
{
	struct err e;
	struct buf lines;
	int rc = rulebook_load_file(v->call->word[0], &v->rb, &e);
	if (!v->rb)
		return fail_with(&e);
	buf_init(&lines, MAX_OUTPUT);
	print_diags(v->rb, false, &lines);
	warn_lines(buf_str(&lines));
	buf_done(&lines);
	return rc == 0 ? DONE : rc == ERR_INPUT ? NO : fail_with(&e);
}

static int evaluate(struct evaluation *v)
{
	const struct call *c = v->call;
	struct err e;
	struct str text;
	if (file_read(c->word[1], MAX_ACTS_BYTES, c->arena, &text, &e) < 0)
		return fail_with(&e);
	/* One table of names for all readings: each evaluation stands on it with its own. */
	struct syms *acts = arena_new(c->arena, struct syms);
	syms_init(acts, c->arena, &v->rb->syms);
	if (acts_read_lines(v->rb, acts, text, c->word[1], c->arena, &v->acts, &e) < 0)
		return fail_with(&e);
	uint32_t n = v->rb->readings.n ? (uint32_t)v->rb->readings.n : 1;
	for (; v->nevals < n; v->nevals++) {
		syms_init(&v->syms[v->nevals], c->arena, acts);
		if (eval_new(v->rb, &v->syms[v->nevals], &v->acts, v->known, v->nevals, &v->evals[v->nevals], &e) < 0)
			return fail_with(&e);
	}
	output_facts((const struct eval *const *)v->evals, v->nevals, v->facts, v->nfacts, v->format, c->out);
	return DONE;
}

int run_eval(const struct call *c)
{
	struct evaluation v = {.call = c};
	int status = read_choices(&v);
	if (status == DONE)
		status = load(&v);
	if (status == DONE)
		status = choose_facts(&v, given(c, "facts"));
	if (status == DONE)
		status = evaluate(&v);
	for (uint32_t i = 0; i < v.nevals; i++)
		eval_free(v.evals[i]);
	rulebook_free(v.rb);
	return status;
}
