/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/table.h"

#include "proof/evidence.h"
#include "tests/test.h"

#include <string.h>

struct lines {
	struct str *v;
	uint32_t *readings;
	size_t n, cap, rcap;
};

static void field(struct buf *out, struct str s)
{
	bool quote = false;
	for (size_t i = 0; i < s.n; i++)
		quote |= s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
	buf_adds(out, quote ? "\"" : "");
	for (size_t i = 0; i < s.n; i++) {
		buf_adds(out, quote && s.p[i] == '"' ? "\"" : "");
		buf_addc(out, s.p[i]);
	}
	buf_adds(out, quote ? "\"" : "");
}

static void add_date(struct buf *out, civil t)
{
	char text[DATE_LEN];
	if (t != CIVIL_ALWAYS && t != CIVIL_NEVER)
		buf_adds(out, date_print(t, text));
}

static void add_line(struct arena *a, struct lines *l, struct str s, uint32_t reading)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i], s)) {
			l->readings[i] |= 1u << reading;
			return;
		}
	l->v = arena_grow(a, l->v, l->n, &l->cap, sizeof *l->v);
	l->readings = arena_grow(a, l->readings, l->n, &l->rcap, sizeof *l->readings);
	l->v[l->n] = arena_str(a, s);
	l->readings[l->n++] = 1u << reading;
}

static void print_inst(const struct ck_past *p, const struct ck_inst *i, struct arena *a, struct lines *out)
{
	struct buf args, one, line;
	const struct ck_fact *f = &p->b->facts.v[i->fact];
	buf_init(&args, 100000);
	buf_init(&one, 100000);
	buf_init(&line, 300000);
	for (uint32_t k = 0; k < f->nparams; k++) {
		buf_clear(&one);
		buf_adds(&args, k ? "|" : "");
		value_print(&p->b->rb->syms, i->args[k], &one);
		for (size_t c = 0; c < one.n; c++) {
			buf_adds(&args, one.p[c] == '\\' || one.p[c] == '|' ? "\\" : "");
			buf_addc(&args, one.p[c]);
		}
	}
	for (size_t k = 0; k < i->n; k++) {
		civil from, to;
		ck_interval(p, i, &i->v[k], &from, &to);
		if (i->v[k].value.kind == V_NONE || from == to)
			continue;
		if (k + 1 < i->n && p->rounds.v[i->v[k + 1].round].at == from)
			continue; /* the last of an instant counts */
		civil before, begun;
		size_t earlier = k;
		while (earlier && p->rounds.v[i->v[earlier - 1].round].at == from)
			earlier--;
		if (earlier) {
			ck_interval(p, i, &i->v[earlier - 1], &begun, &before);
			if (value_eq(i->v[earlier - 1].value, i->v[k].value) && before != from)
				continue; /* it goes on */
		}
		buf_clear(&line);
		buf_clear(&one);
		field(&line, ck_name(p->b, f->name));
		buf_addc(&line, ',');
		field(&line, buf_str(&args));
		buf_addc(&line, ',');
		value_print(&p->b->rb->syms, i->v[k].value, &one);
		field(&line, buf_str(&one));
		buf_addc(&line, ',');
		add_date(&line, from);
		buf_addc(&line, ',');
		add_date(&line, to);
		add_line(a, out, buf_str(&line), p->reading);
	}
	buf_done(&args);
	buf_done(&one);
	buf_done(&line);
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The table of `comity eval`. */
static char *print_table(struct ck_book *b, const struct ck_act *acts, size_t n, uint64_t known)
{
	struct arena a = {0};
	struct lines all = {0};
	struct { struct str *v; size_t n, cap; } out = {0};
	uint32_t readings = b->rb->readings.n ? (uint32_t)b->rb->readings.n : 1;
	struct buf text;
	struct err e;
	for (uint32_t r = 0; r < readings; r++) {
		struct ck_past p;
		if (ck_past_make(b, acts, n, known, r, NULL, &p, &e) < 0)
			fail_msg("%s: %s", e.where, e.what);
		for (uint32_t f = 0; f < b->facts.n; f++)
			for (size_t i = 0; i < p.of_fact[f].n; i++)
				print_inst(&p, p.of_fact[f].v[i], &a, &all);
		ck_past_done(&p);
	}
	for (size_t i = 0; i < all.n; i++) {
		struct str with = all.v[i];
		if (b->rb->readings.n && all.readings[i] == (1u << readings) - 1)
			with = ARENA_JOIN(&a, all.v[i], STR(","));
		if (!b->rb->readings.n || all.readings[i] == (1u << readings) - 1) {
			arena_push(&a, &out, with);
			continue;
		}
		for (uint32_t r = 0; r < readings; r++)
			if (all.readings[i] >> r & 1) {
				with = ARENA_JOIN(&a, all.v[i], STR(","), ck_name(b, b->rb->readings.v[r].name));
				arena_push(&a, &out, with);
			}
	}
	if (out.n)
		qsort(out.v, out.n, sizeof *out.v, by_text);
	buf_init(&text, 64 << 20);
	buf_adds(&text, b->rb->readings.n ? "fact,args,value,from,to,reading\n" : "fact,args,value,from,to\n");
	for (size_t i = 0; i < out.n; i++) {
		buf_add(&text, out.v[i]);
		buf_addc(&text, '\n');
	}
	arena_done(&a);
	return text.p;
}

static size_t read_acts(struct ck_book *b, struct str text, struct arena *a, struct ck_act **ret)
{
	struct { struct ck_act *v; size_t n, cap; } acts = {0};
	struct str line;
	struct err e;
	while (str_line(&text, &line)) {
		const struct jv *obj;
		struct ck_act act = {0};
		if (!str_trim(line).n)
			continue;
		if (jv_read(a, line, "act", &obj, &e) < 0 || ck_act_read(b, obj, acts.n + 1, a, &act, &e) < 0)
			fail_msg("%s: %s", e.where, e.what);
		arena_push(a, &acts, act);
	}
	*ret = acts.v;
	return acts.n;
}

char *ck_table(const char *rules, const char *lines, uint64_t known)
{
	struct ck_book b;
	struct arena a = {0};
	struct ck_act *acts;
	struct err e;
	if (ck_law_read(STR("rules"), str_of(rules), NULL, &b, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	size_t n = read_acts(&b, str_of(lines), &a, &acts);
	char *table = print_table(&b, acts, n, known);
	ck_law_done(&b);
	arena_done(&a);
	return table;
}

char *ck_table_error(const char *rules, const char *lines)
{
	struct ck_book b;
	struct ck_past p;
	struct arena a = {0};
	struct ck_act *acts;
	struct err e;
	int rc = ck_law_read(STR("rules"), str_of(rules), NULL, &b, &e);
	if (rc == 0) {
		size_t n = read_acts(&b, str_of(lines), &a, &acts);
		b.budget = 1000000;
		rc = ck_past_make(&b, acts, n, UINT64_MAX, 0, NULL, &p, &e);
		if (rc == 0)
			ck_past_done(&p);
		ck_law_done(&b);
	}
	arena_done(&a);
	return rc < 0 ? strdup(e.what) : NULL;
}

struct ck_case {
	struct ck_evidence ev;
	const struct jv *file;
	struct ck_book book;
	struct arena a;
	struct ck_act *acts;
	size_t n;
	uint64_t known;
};

struct ck_case *ck_case_open(const char *rules, const char *lines, uint64_t known)
{
	struct ck_case *c = calloc(1, sizeof *c);
	struct err e;
	assert_non_null(c);
	if (ck_law_read(STR("rules"), str_of(rules), NULL, &c->book, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	c->n = read_acts(&c->book, str_of(lines), &c->a, &c->acts);
	c->known = known;
	return c;
}

struct ck_case *ck_case_of_file(const char *proof)
{
	struct ck_case *c = calloc(1, sizeof *c);
	struct ck_options none = {0};
	struct err e;
	assert_non_null(c);
	proof = arena_str(&c->a, str_of(proof)).p; /* views point into it */
	if (jv_read(&c->a, str_of(proof), "proof", &c->file, &e) < 0 || ck_evidence_read(c->file, &none, &c->ev, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	c->book = c->ev.book;
	c->acts = c->ev.acts;
	c->n = c->ev.nacts;
	c->known = c->ev.known;
	return c;
}

char *ck_case_check(struct ck_case *c, const char *proof)
{
	struct ck_verdict v = {0};
	struct err e;
	const struct jv *j;
	struct arena a = {0};
	char *why = NULL;
	int rc = jv_read(&a, str_of(proof), "proof", &j, &e);
	if (rc == 0)
		rc = ck_answer(&c->book, c->acts, c->n, c->known, true, j, &v, &e);
	arena_done(&a);
	if (rc < 0 && asprintf(&why, "%s: %s: %s (%s)", ck_step_words(v.step), e.where, e.what, e.hint) < 0)
		why = NULL;
	return why;
}

void ck_case_close(struct ck_case *c)
{
	if (c->file)
		ck_evidence_done(&c->ev);
	else
		ck_law_done(&c->book);
	arena_done(&c->a);
	free(c);
}

char *ck_evidence_refusal(const char *proof, enum ck_step *ret_step)
{
	struct ck_options all = {.all_signatures = true};
	struct ck_evidence ev = {0};
	struct arena a = {0};
	struct err e;
	const struct jv *j;
	char *why = NULL;
	if (jv_read(&a, str_of(proof), "proof", &j, &e) < 0)
		fail_msg("%s: %s", e.where, e.what);
	if (ck_evidence_read(j, &all, &ev, &e) < 0 && asprintf(&why, "%s: %s (%s)", e.where, e.what, e.hint) < 0)
		why = NULL;
	*ret_step = ev.step;
	ck_evidence_done(&ev);
	arena_done(&a);
	return why;
}
