/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/output.h"

#include "base/json.h"

#include <stdlib.h>

enum { MAX_LINE = 80000 };

struct line {
	struct str text;
	uint32_t readings; /* bit set of the evaluations in which it is found */
};

struct lines {
	struct line *v;
	size_t n, cap;
};

static void add_value(const struct eval *e, struct value v, struct buf *out)
{
	value_print(e->syms, v, out);
}

void output_args(const struct eval *e, const struct inst *i, struct buf *out)
{
	struct buf one;
	buf_init(&one, MAX_LINE);
	for (uint32_t k = 0; k < e->rb->facts.v[i->fact].nparams; k++) {
		if (k)
			buf_addc(out, '|');
		buf_clear(&one);
		add_value(e, inst_arg(i, k), &one);
		struct str s = buf_str(&one);
		for (size_t c = 0; c < s.n; c++) {
			if (s.p[c] == '\\' || s.p[c] == '|')
				buf_addc(out, '\\');
			buf_addc(out, s.p[c]);
		}
	}
	buf_done(&one);
}

static void csv_field(struct buf *out, struct str s)
{
	bool quote = false;
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
	if (!quote) {
		buf_add(out, s);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, s.p[i]);
	}
	buf_addc(out, '"');
}

static void date_or_open(struct buf *out, civil t)
{
	char text[DATE_LEN];
	if (t != CIVIL_ALWAYS && t != CIVIL_NEVER)
		buf_adds(out, date_print(t, text));
}

static void csv_line(const struct eval *e, const struct inst *i, const struct step *s, struct buf *out)
{
	struct buf field;
	buf_init(&field, MAX_LINE);
	csv_field(out, syms_str(&e->rb->syms, e->rb->facts.v[i->fact].name));
	buf_addc(out, ',');
	output_args(e, i, &field);
	csv_field(out, buf_str(&field));
	buf_addc(out, ',');
	buf_clear(&field);
	add_value(e, s->value, &field);
	csv_field(out, buf_str(&field));
	buf_addc(out, ',');
	date_or_open(out, s->from);
	buf_addc(out, ',');
	date_or_open(out, s->to);
	buf_done(&field);
}

static void json_date(struct buf *out, civil t)
{
	struct buf text;
	buf_init(&text, DATE_LEN);
	date_or_open(&text, t);
	if (text.n)
		json_quote(out, buf_str(&text));
	else
		buf_adds(out, "null");
	buf_done(&text);
}

static void json_line(const struct eval *e, const struct inst *i, const struct step *s, struct buf *out)
{
	struct buf text;
	buf_init(&text, MAX_LINE);
	buf_adds(out, "{\"fact\":");
	json_quote(out, syms_str(&e->rb->syms, e->rb->facts.v[i->fact].name));
	buf_adds(out, ",\"args\":[");
	for (uint32_t k = 0; k < e->rb->facts.v[i->fact].nparams; k++) {
		buf_clear(&text);
		add_value(e, inst_arg(i, k), &text);
		buf_adds(out, k ? "," : "");
		json_quote(out, buf_str(&text));
	}
	buf_adds(out, "],\"value\":");
	buf_clear(&text);
	add_value(e, s->value, &text);
	json_quote(out, buf_str(&text));
	buf_adds(out, ",\"from\":");
	json_date(out, s->from);
	buf_adds(out, ",\"to\":");
	json_date(out, s->to);
	buf_done(&text);
}

static void collect(const struct eval *e, uint32_t reading, uint32_t fact, enum output_format format, struct arena *a,
	struct lines *lines)
{
	const struct insts all = eval_all(e, fact);
	struct buf text;
	buf_init(&text, MAX_LINE);
	for (size_t i = 0; i < all.n; i++) {
		struct step *steps;
		size_t n = eval_steps(e, insts_at(&all, i), a, &steps);
		for (size_t k = 0; k < n; k++) {
			buf_clear(&text);
			(format == OUTPUT_CSV ? csv_line : json_line)(e, insts_at(&all, i), &steps[k], &text);
			struct line line = {arena_str(a, buf_str(&text)), 1u << reading};
			arena_push(a, lines, line);
		}
	}
	buf_done(&text);
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(((const struct line *)x)->text, ((const struct line *)y)->text);
}

/* Sorts and makes equal lines one, with all their readings. */
static void merge(struct lines *l)
{
	size_t n = 0;
	if (l->n > 1)
		qsort(l->v, l->n, sizeof *l->v, by_text);
	for (size_t i = 0; i < l->n; i++)
		if (n && str_eq(l->v[n - 1].text, l->v[i].text))
			l->v[n - 1].readings |= l->v[i].readings;
		else
			l->v[n++] = l->v[i];
	l->n = n;
}

/* One printed line per reading, or one with no reading if all agree. */
static void finish(const struct rulebook *rb, const struct lines *in, uint32_t nevals, enum output_format format,
	struct arena *a, struct lines *out)
{
	const char *open = format == OUTPUT_CSV ? "," : ",\"reading\":\"";
	const char *close = format == OUTPUT_CSV ? "" : "\"}";
	const char *none = format == OUTPUT_CSV ? "," : "}";
	for (size_t i = 0; i < in->n; i++) {
		const struct line *l = &in->v[i];
		bool agree = l->readings == (nevals < 32 ? (1u << nevals) - 1 : UINT32_MAX);
		if (!rb->readings.n || agree) {
			const char *end = rb->readings.n || format == OUTPUT_JSON ? none : "";
			struct line line = {arena_fmt(a, "%.*s%s", STR_ARG(l->text), end), 0};
			arena_push(a, out, line);
			continue;
		}
		for (uint32_t k = 0; k < nevals; k++)
			if (l->readings >> k & 1) {
				struct str name = syms_str(&rb->syms, rb->readings.v[k].name);
				struct line line = {arena_fmt(a, "%.*s%s%.*s%s", STR_ARG(l->text), open, STR_ARG(name), close), 0};
				arena_push(a, out, line);
			}
	}
	if (out->n > 1)
		qsort(out->v, out->n, sizeof *out->v, by_text);
}

void output_facts(const struct eval *const *evals, uint32_t nevals, const uint32_t *facts, size_t nfacts,
	enum output_format format, struct buf *out)
{
	const struct rulebook *rb = evals[0]->rb;
	struct arena a = {0};
	struct lines found = {0}, printed = {0};
	for (uint32_t k = 0; k < nevals; k++)
		for (size_t i = 0; i < (facts ? nfacts : rb->facts.n); i++)
			collect(evals[k], k, facts ? facts[i] : (uint32_t)i, format, &a, &found);
	merge(&found);
	finish(rb, &found, nevals, format, &a, &printed);
	if (format == OUTPUT_CSV)
		buf_addf(out, "fact,args,value,from,to%s\n", rb->readings.n ? ",reading" : "");
	else
		buf_adds(out, "[");
	for (size_t i = 0; i < printed.n; i++) {
		if (format == OUTPUT_JSON)
			buf_adds(out, i ? ",\n " : "\n ");
		buf_add(out, printed.v[i].text);
		if (format == OUTPUT_CSV)
			buf_addc(out, '\n');
	}
	if (format == OUTPUT_JSON)
		buf_adds(out, "\n]\n");
	arena_done(&a);
}
