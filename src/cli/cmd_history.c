/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that show changes: timeline, diff, file, adopt.
 */
#include "cli/ask.h"
#include "cli/documents.h"
#include "register/answer.h"
#include "cli/table.h"
#include "register/bundle.h"
#include "register/phrase.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_DIAGS = 1 << 20 };

/* ---- what tables share ------------------------------------------------------------------------------------------------------ */

static struct str cell_date(struct arena *a, civil t, bool unverified)
{
	char text[DATE_LEN];
	return arena_fmt(a, "%s%s", date_or(t, "", text), unverified ? " ?" : "");
}

static struct str cell_value(struct arena *a, const struct rulebook *rb, const struct syms *syms, uint32_t fact, struct value v)
{
	struct buf b;
	buf_init(&b, MAX_STRING + 8);
	if (v.kind == V_NONE)
		buf_adds(&b, rb->facts.v[fact].value == TYPE_BOOL ? "no" : "none");
	else
		value_print(syms, v, &b);
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct str cell_fact(struct arena *a, const struct rulebook *rb, const struct syms *syms, uint32_t fact, const struct value *args)
{
	struct buf b;
	buf_init(&b, MAX_ARGS * (MAX_STRING + 8));
	print_fact(rb, syms, fact, args, &b);
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct str cell_readings(struct arena *a, const struct view *v, uint32_t readings)
{
	struct str s = STR("");
	for (uint32_t k = 0; k < view_readings(v); k++)
		if (readings >> k & 1)
			s = arena_fmt(a, "%.*s%s%.*s", STR_ARG(s), s.n ? ", " : "", STR_ARG(view_reading_name(v, k)));
	return s;
}

/* ---- timeline ------------------------------------------------------------------------------------------------------------------ */

/* The rule that began a step, and the act that was its occasion. */
static struct str cell_basis(const struct phrasing *p, const struct span_step *s)
{
	const struct change *c = s->step.begun;
	uint32_t rule = eval_rule(s->eval, c), firing = change_firing(c);
	if (rule == NO_ID)
		return STR("");
	const struct proof x = {.kind = PROOF_FACT, .holds = true, .rule = rule};
	struct phrase basis = phrase_basis(p, &x);
	uint32_t act = firing == NO_ID ? NO_ID : s->eval->rounds.v[s->eval->firings.v[firing].round].act;
	struct str text = phrase_text(p, &basis);
	return act == NO_ID ? text : arena_fmt(p->arena, "%.*s; act %" PRIu64, STR_ARG(text), s->eval->acts[act].act->pos);
}

static void print_steps(const struct asked *q, const struct span_step *steps, size_t n, struct arena *a, struct buf *out)
{
	static const char *const columns[] = {"FROM", "UNTIL", "VALUE", "READING", "BY"};
	const struct phrasing p = {q->view, STR("en"), a};
	const struct record *r = view_record(q->view);
	struct table_out *t = table_new(columns, 5);
	bool doubt = false;
	for (size_t i = 0; i < n; i++) {
		const struct span_step *s = &steps[i];
		const struct str cells[] = {cell_date(a, s->step.from, s->from_unverified), cell_date(a, s->step.to, s->to_unverified),
			cell_value(a, record_rulebook(r), record_syms(r), q->question.fact, s->step.value), cell_readings(a, q->view, s->readings), cell_basis(&p, s)};
		table_row(t, cells);
		doubt = doubt || s->from_unverified || s->to_unverified;
	}
	if (n)
		table_print(t, out);
	else
		table_free(t);
	if (doubt)
		buf_adds(out, "? the day is not verified\n");
}

static void json_steps(const struct asked *q, const struct span_step *steps, size_t n, struct arena *a, struct buf *out)
{
	const struct phrasing p = {q->view, STR("en"), a};
	buf_adds(out, "[");
	for (size_t i = 0; i < n; i++) {
		const struct span_step *s = &steps[i];
		buf_adds(out, i ? ",\n {\"from\": " : "\n {\"from\": ");
		json_date(out, s->step.from);
		buf_adds(out, ", \"until\": ");
		json_date(out, s->step.to);
		buf_adds(out, ", \"value\": ");
		json_value(out, record_syms(view_record(q->view)), s->step.value);
		buf_adds(out, ", \"readings\": ");
		json_readings(out, q->view, s->readings);
		buf_adds(out, ", \"by\": ");
		json_quote(out, cell_basis(&p, s));
		buf_addf(out, ", \"from_unverified\": %s, \"until_unverified\": %s}", s->from_unverified ? "true" : "false",
			s->to_unverified ? "true" : "false");
	}
	buf_adds(out, n ? "\n]\n" : "]\n");
}

int run_timeline(const struct call *c)
{
	struct asked q;
	struct span_step *steps;
	int status = ask_open(c, c->word[1], &q);
	if (status != DONE)
		return status;
	size_t n = view_steps(q.view, q.question.fact, q.question.args, c->arena, &steps);
	if (given(c, "json"))
		json_steps(&q, steps, n, c->arena, c->out);
	else
		print_steps(&q, steps, n, c->arena, c->out);
	ask_close(&q);
	return n ? DONE : NO;
}

/* ---- differences ---------------------------------------------------------------------------------------------------------------- */

static void print_differences(const struct view *v, const struct view_difference *d, size_t n, struct arena *a, struct buf *out)
{
	static const char *const columns[] = {"FROM", "UNTIL", "BEFORE", "AFTER", "READING", "FACT"};
	struct table_out *t = table_new(columns, 6);
	const struct rulebook *rb = record_rulebook(view_record(v));
	for (size_t i = 0; i < n; i++) {
		const struct difference *x = &d[i].d;
		const struct str cells[] = {cell_date(a, x->from, false), cell_date(a, x->to, false),
			cell_value(a, rb, x->of_before, x->fact, x->before), cell_value(a, rb, x->syms, x->fact, x->after),
			cell_readings(a, d[i].of, d[i].readings), cell_fact(a, rb, x->syms, x->fact, x->args)};
		table_row(t, cells);
	}
	if (n)
		table_print(t, out);
	else
		table_free(t);
}

static void json_differences(const struct view *v, const struct view_difference *d, size_t n, struct buf *out)
{
	const struct rulebook *rb = record_rulebook(view_record(v));
	buf_adds(out, "[");
	for (size_t i = 0; i < n; i++) {
		const struct difference *x = &d[i].d;
		buf_adds(out, i ? ",\n {\"fact\": " : "\n {\"fact\": ");
		json_quote(out, syms_str(&rb->syms, rb->facts.v[x->fact].name));
		buf_adds(out, ", \"args\": [");
		for (uint32_t k = 0; k < rb->facts.v[x->fact].nparams; k++) {
			buf_adds(out, k ? ", " : "");
			json_value(out, x->syms, x->args[k]);
		}
		buf_adds(out, "], \"before\": ");
		json_value(out, x->of_before, x->before);
		buf_adds(out, ", \"after\": ");
		json_value(out, x->syms, x->after);
		buf_adds(out, ", \"from\": ");
		json_date(out, x->from);
		buf_adds(out, ", \"until\": ");
		json_date(out, x->to);
		buf_adds(out, ", \"readings\": ");
		json_readings(out, d[i].of, d[i].readings);
		buf_adds(out, "}");
	}
	buf_adds(out, n ? "\n]" : "]");
}

/* ---- filing ---------------------------------------------------------------------------------------------------------------------- */

static void print_changes(const struct filed *f, bool preview, struct arena *a, struct buf *out)
{
	if (f->nchanges == 0) {
		buf_addf(out, "%s nothing.\n", preview ? "It would change" : "It changes");
		return;
	}
	buf_addf(out, "%s:\n", preview ? "It would change" : "It changes");
	print_differences(f->after, f->changes, f->nchanges, a, out);
}

static void print_filed(const struct filed *f, bool preview, struct arena *a, struct buf *out)
{
	const struct phrasing p = {f->after, STR("en"), a};
	const struct record_act *act = record_act(view_record(f->after), f->pos);
	struct phrase says = phrase_act(&p, act);
	buf_addf(out, "%s %" PRIu64 ": %.*s\n", preview ? "It would be act" : "Filed as act", f->pos, STR_ARG(phrase_sentence(&p, &says)));
	print_changes(f, preview, a, out);
}

static void json_filed(const struct filed *f, bool preview, struct buf *out)
{
	buf_addf(out, "{\"filed\": %s, \"position\": %" PRIu64 ", \"changes\": ", preview ? "false" : "true", f->pos);
	json_differences(f->after, f->changes, f->nchanges, out);
	buf_adds(out, "}\n");
}

int run_file(const struct call *c)
{
	bool preview = given(c, "preview") != NULL;
	struct reg *r;
	struct err e;
	struct act_in in = {0};
	const char *body = given(c, "body"), *documents = given(c, "documents");
	struct filed f;
	if (file_read(c->word[1], MAX_ACT_FILE, c->arena, &in.text, &e) < 0 || (body && file_read(body, MAX_ACT_FILE, c->arena, &in.body, &e) < 0) ||
		(documents && documents_find(documents, &in, c->arena, &e) < 0))
		return fail_with(&e);
	if (reg_open(c->word[0], preview ? REG_READ : REG_WRITE, &r, &e) < 0)
		return fail_with(&e);
	int rc = reg_file(r, &in, preview, c->arena, &f, &e);
	if (rc == 0) {
		if (given(c, "json"))
			json_filed(&f, preview, c->out);
		else
			print_filed(&f, preview, c->arena, c->out);
		view_unref(f.before);
		view_unref(f.after);
	}
	reg_close(r);
	return rc < 0 ? fail_with(&e) : DONE;
}

/* ---- adopting a rulebook --------------------------------------------------------------------------------------------------------- */

/* Which facts of a rulebook, if any, have no counterpart in another: their values are not compared. `reshaped`: because the other's
 * has other types; else because there is none. */
static size_t only_in(const struct rulebook *in, const struct rulebook *other, bool reshaped, struct arena *a, struct str **ret)
{
	size_t n = 0;
	*ret = arena_array(a, in->facts.n + 1, struct str);
	for (uint32_t i = 0; i < in->facts.n; i++) {
		struct str name = syms_str(&in->syms, in->facts.v[i].name);
		if (rulebook_fact_like(other, in, i) == NO_ID && (rulebook_fact(other, name) != NO_ID) == reshaped)
			(*ret)[n++] = name;
	}
	return n;
}

/* Readings that the text before had and the new one has not. */
static size_t readings_gone(const struct view *before, const struct view *after, struct arena *a, struct str **ret)
{
	size_t n = 0;
	*ret = arena_array(a, view_readings(before) + 1, struct str);
	for (uint32_t k = 0; k < view_readings(before); k++) {
		struct str name = view_reading_name(before, k);
		bool there = !name.n;
		for (uint32_t i = 0; i < view_readings(after) && !there; i++)
			there = str_eq(view_reading_name(after, i), name);
		if (!there)
			(*ret)[n++] = name;
	}
	return n;
}

/* What two rulebooks do not have in common. */
enum apart { FACTS_GONE, FACTS_NEW, FACTS_RETYPED, READINGS_GONE, READINGS_NEW, APART };

static const struct {
	const char *words, *member;
} aparts[APART] = {
	[FACTS_GONE] = {"Facts no longer computed", "facts_gone"},
	[FACTS_NEW] = {"Facts computed from now on", "facts_new"},
	[FACTS_RETYPED] = {"Facts of other types than before, not compared", "facts_retyped"},
	[READINGS_GONE] = {"Readings no longer told apart", "readings_gone"},
	[READINGS_NEW] = {"Readings told apart from now on", "readings_new"},
};

static size_t apart_of(const struct filed *f, enum apart kind, struct arena *a, struct str **ret)
{
	const struct rulebook *before = record_rulebook(view_record(f->before)), *after = record_rulebook(view_record(f->after));
	switch (kind) {
	case FACTS_GONE: return only_in(before, after, false, a, ret);
	case FACTS_NEW: return only_in(after, before, false, a, ret);
	case FACTS_RETYPED: return only_in(after, before, true, a, ret);
	case READINGS_GONE: return readings_gone(f->before, f->after, a, ret);
	case READINGS_NEW: return readings_gone(f->after, f->before, a, ret);
	case APART: break;
	}
	return 0;
}

static void print_adopted(const struct filed *f, bool preview, struct arena *a, struct buf *out)
{
	const struct rulebook *before = record_rulebook(view_record(f->before)), *after = record_rulebook(view_record(f->after));
	struct str *names;
	buf_addf(out, "%s %" PRIu64 ": rulebook %.*s, version %lld (before: version %lld).\n", preview ? "It would be entry" : "Adopted by entry",
		f->pos, STR_ARG(syms_str(&after->syms, after->name)), (long long)after->version, (long long)before->version);
	for (enum apart kind = 0; kind < APART; kind++) {
		size_t n = apart_of(f, kind, a, &names);
		for (size_t i = 0; i < n; i++)
			buf_addf(out, "%s%.*s%s", i ? ", " : arena_fmt(a, "%s: ", aparts[kind].words).p, STR_ARG(names[i]), i + 1 < n ? "" : ".\n");
	}
	print_changes(f, preview, a, out);
}

/* Rules that change the past: what only a preview shows, for the text would be refused. */
static void json_past(const struct past *past, struct buf *out)
{
	buf_adds(out, ", \"past\": [");
	for (size_t i = 0; i < past->n; i++) {
		const struct past_change *x = &past->v[i];
		const struct rulebook *rb = x->rulebook;
		buf_adds(out, i ? ",\n {\"rule\": " : "\n {\"rule\": ");
		json_quote(out, syms_str(&rb->syms, x->rule->label));
		buf_adds(out, ", \"article\": ");
		json_quote(out, x->rule->cites[0].text);
		buf_adds(out, ", \"file\": ");
		json_quote(out, rb->files.v[x->rule->at.file].path);
		buf_addf(out, ", \"line\": %u, \"gone\": %s, \"facts\": %zu, \"from\": ", x->rule->at.line, x->gone ? "true" : "false", x->facts);
		json_date(out, x->from);
		buf_addc(out, '}');
	}
	buf_adds(out, past->n ? "\n]" : "]");
}

/* `past`: of a preview; NULL: it was adopted. */
static void json_adopted(const struct filed *f, const struct past *past, struct arena *a, struct buf *out)
{
	struct str *names;
	buf_addf(out, "{\"filed\": %s, \"position\": %" PRIu64 ", \"version\": %lld", past ? "false" : "true", f->pos,
		(long long)record_rulebook(view_record(f->after))->version);
	for (enum apart kind = 0; kind < APART; kind++) {
		size_t n = apart_of(f, kind, a, &names);
		buf_addf(out, ", \"%s\": [", aparts[kind].member);
		for (size_t i = 0; i < n; i++) {
			buf_adds(out, i ? ", " : "");
			json_quote(out, names[i]);
		}
		buf_addc(out, ']');
	}
	if (past)
		json_past(past, out);
	buf_adds(out, ", \"changes\": ");
	json_differences(f->after, f->changes, f->nchanges, out);
	buf_adds(out, "}\n");
}

/* "2026-03-01"; CIVIL_NEVER if not given. */
static int date_of(const struct call *c, civil *ret)
{
	const char *date = given(c, "date");
	*ret = CIVIL_NEVER;
	return !date || (date_parse(str_of(date), ret) && date_is_day(*ret)) ? DONE : usage(c, "--date must be a date: YYYY-MM-DD");
}

int run_adopt(const struct call *c)
{
	const char *org = given(c, "org");
	struct buf diags;
	struct reg *r;
	struct err e;
	struct filed f;
	civil date;
	if (!org)
		return usage(c, "--org FOLDER is needed: the organisation's folder, with the new text");
	if (date_of(c, &date) != DONE)
		return CANNOT;
	if (reg_open(c->word[0], REG_WRITE, &r, &e) < 0)
		return fail_with(&e);
	buf_init(&diags, MAX_DIAGS);
	int rc = reg_adopt(r, org, date, &diags, c->arena, &f, &e);
	if (rc < 0 && e.code == ERR_REFUSED)
		warn_lines(buf_str(&diags));
	buf_done(&diags);
	if (rc == 0) {
		if (given(c, "json"))
			json_adopted(&f, NULL, c->arena, c->out);
		else
			print_adopted(&f, false, c->arena, c->out);
		view_unref(f.before);
		view_unref(f.after);
	}
	reg_close(r);
	return rc < 0 ? fail_with(&e) : DONE;
}

/* ---- diff: of two points of knowledge, or of two texts ------------------------------------------------------------------------- */

/* Two points of knowledge: `--known A B`, or `--known A` for what came after A. */
static int diff_known(const struct call *c)
{
	uint64_t from = UINT64_MAX, to = UINT64_MAX;
	int status = DONE;
	if (!number_given(c, "known", &from, &status))
		return status;
	if (c->n == 2 && !str_u64(str_of(c->word[1]), &to))
		return usage(c, "B must be a whole number, not \"%s\"", c->word[1]);
	struct reg *r;
	const struct view *before, *after;
	struct err e;
	const char *audience = given(c, "as");
	if ((status = view_open(c, from, &r, &before)) != DONE)
		return status;
	if (reg_view(r, str_of(audience ? audience : "public"), to, &after, &e) < 0) {
		view_unref(before);
		reg_close(r);
		return fail_with(&e);
	}
	struct view_difference *d;
	bool backwards = view_known(after) < view_known(before);
	size_t n = backwards ? 0 : view_diff(before, after, c->arena, &d);
	if (backwards)
		status = usage(c, "the earlier entry comes first: --known %" PRIu64 " %" PRIu64, to, from);
	else if (given(c, "json"))
		json_differences(after, d, n, c->out), buf_addc(c->out, '\n');
	else
		print_differences(after, d, n, c->arena, c->out);
	view_unref(before);
	view_unref(after);
	reg_close(r);
	return status;
}

/* The text in force, and the one in the file that --rulebook names. */
static int diff_rulebook(const struct call *c)
{
	const char *as = given(c, "as"), *path = given(c, "rulebook");
	struct str audience = str_of(as ? as : "public");
	const struct view *now;
	struct past past = {0};
	struct buf diags;
	struct reg *r;
	struct err e;
	struct filed f;
	civil date;
	int status = date_of(c, &date);
	if (status != DONE || (status = view_open(c, UINT64_MAX, &r, &now)) != DONE)
		return status;
	view_unref(now);
	buf_init(&diags, MAX_DIAGS);
	int rc = reg_preview(r, path, audience, date, &diags, c->arena, &f, &past, &e);
	if (rc == 0 && given(c, "json"))
		json_adopted(&f, &past, c->arena, c->out);
	else if (rc == 0)
		print_adopted(&f, true, c->arena, c->out);
	if ((rc < 0 && e.code == ERR_REFUSED) || past.n)
		warn_lines(buf_str(&diags));
	if (past.n)
		(void)err_set(&e, ERR_REFUSED, path, "it could not be adopted: it changes the past by rules that are not marked retroactive");
	buf_done(&diags);
	if (rc == 0) {
		view_unref(f.before);
		view_unref(f.after);
	}
	reg_close(r);
	return rc < 0 || past.n ? fail_with(&e) : DONE;
}

int run_diff(const struct call *c)
{
	bool known = given(c, "known") != NULL;
	if (known == (given(c, "rulebook") != NULL))
		return usage(c, known ? "--known and --rulebook are two questions: ask one" :
			"--known A B is needed, two entries, the earlier first; or --rulebook FILE, another text");
	if (known && given(c, "date"))
		return usage(c, "--date goes with --rulebook: when the text would be adopted");
	if (!known && c->n == 2)
		return usage(c, "\"%s\" is too much: comity diff %s", c->word[1], c->command->synopsis);
	return known ? diff_known(c) : diff_rulebook(c);
}
