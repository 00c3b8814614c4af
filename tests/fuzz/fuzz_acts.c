/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts: what follows from them, and why. The first line picks a rulebook of acts_books.h by its letter and says up to which
 * position acts are known ("b 7"; without a number: all); the lines after it are acts, as `comity eval` reads them.
 *
 * What is refused says why. What is accepted is evaluated in every reading, and then:
 *  - every instance is a step function in its one form, each step begun by a rule with that head, or by a table;
 *  - the table at a position is that of the acts up to it alone: nothing later shows through;
 *  - why and why-not agree with the value, also in what they say about what would help;
 *  - what became of an act can be said, and two evaluations compared.
 */
#include "rules/explain.h"
#include "rules/output.h"
#include "rules/rulebook.h"
#include "tests/fuzz/acts_books.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { BOOKS = sizeof acts_books / sizeof *acts_books, MAX_INPUT = 8192, ASKED = 6 };

struct world {
	struct rulebook *rb;
	struct syms syms;
	struct arena arena;
	struct act_list acts;
	uint64_t known, pick; /* pick: by which to choose what is asked about */
	uint32_t readings;
};

static struct rulebook *book(size_t i)
{
	static struct rulebook *loaded[BOOKS];
	struct err e = {0};
	if (!loaded[i] && rulebook_load(STR("book"), str_of(acts_books[i]), NULL, &loaded[i], &e) < 0) {
		struct buf b;
		buf_init(&b, 1 << 16);
		for (size_t k = 0; k < loaded[i]->diags.n; k++) {
			diag_print(loaded[i], &loaded[i]->diags.v[k], &b);
			buf_addc(&b, '\n');
		}
		(void)fprintf(stderr, "book %c: %s", (char)('a' + i), b.p);
		abort();
	}
	return loaded[i];
}

static size_t choose(struct world *w, size_t n)
{
	w->pick ^= w->pick << 13;
	w->pick ^= w->pick >> 7;
	w->pick ^= w->pick << 17;
	return (size_t)((w->pick >> 11) % n);
}

/* ---- steps ----------------------------------------------------------------------------------------------------------------- */

static void check_steps(const struct eval *e, const struct fact *f, const struct inst *i, struct arena *a)
{
	struct step *s;
	size_t n = eval_steps(e, i, a, &s);
	for (size_t k = 0; k < n; k++) {
		const struct change *begun = s[k].begun;
		uint32_t rule = eval_rule(e, begun);
		must(s[k].from < s[k].to && s[k].value.kind != V_NONE);
		must(k == 0 || s[k - 1].to < s[k].from || (s[k - 1].to == s[k].from && !value_eq(s[k - 1].value, s[k].value)));
		must(begun && value_eq(change_value(begun), s[k].value) && (s[k].to == CIVIL_NEVER) == (s[k].ended == NULL));
		must(value_eq(eval_at(e, i, s[k].from, NULL), s[k].value));
		must(s[k].to == CIVIL_NEVER || value_eq(eval_at(e, i, s[k].to - 1, NULL), s[k].value));
		if (f->form == FACT_TABLE)
			must(rule == NO_ID && n == 1 && s[k].from == CIVIL_ALWAYS && s[k].to == CIVIL_NEVER);
		else
			must(rule < e->rb->rules.n && &e->rb->facts.v[e->rb->rules.v[rule].fact] == f);
	}
}

static void check_all_steps(const struct eval *e)
{
	struct arena a = {0};
	for (uint32_t f = 0; f < e->rb->facts.n; f++) {
		const struct insts all = eval_all(e, f);
		for (size_t i = 0; i < all.n; i++)
			check_steps(e, &e->rb->facts.v[f], insts_at(&all, i), &a);
	}
	arena_done(&a);
}

/* ---- nothing later shows through --------------------------------------------------------------------------------------------- */

static struct str table_of(const struct eval *e, struct arena *a)
{
	struct buf b;
	buf_init(&b, 1 << 22);
	output_facts(&e, 1, NULL, 0, OUTPUT_CSV, &b);
	must(!b.over);
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static void check_prefix(struct world *w, const struct eval *e)
{
	struct act_list some = w->acts;
	struct eval *alone;
	struct err err = {0};
	while (some.n && some.v[some.n - 1].pos > w->known)
		some.n--;
	if (some.n == w->acts.n)
		return;
	must(eval_new(w->rb, &w->syms, &some, UINT64_MAX, e->reading, &alone, &err) == 0);
	must(str_eq(table_of(e, &w->arena), table_of(alone, &w->arena)));
	struct difference *d;
	must(explain_diff(alone, e, &w->arena, &d) == 0);
	eval_free(alone);
}

/* ---- reasons ----------------------------------------------------------------------------------------------------------------- */

static void check_proof(const struct eval *e, const struct proof *p, int depth)
{
	must(p && depth <= 4 * PROOF_MAX_DEPTH);
	must(p->rule == NO_ID || p->rule < e->rb->rules.n);
	must(p->fact == NO_ID || p->fact < e->rb->facts.n);
	must(p->act_kind == NO_ID || p->act_kind < e->rb->acts.n);
	for (size_t i = 0; i < p->nkids; i++)
		check_proof(e, p->kids[i], depth + 1);
}

/* A date near something that happens to the instance, or anywhere. */
static civil some_instant(struct world *w, const struct eval *e, const struct inst *i)
{
	struct step *s;
	size_t n = eval_steps(e, i, &w->arena, &s);
	const struct step *one = n ? &s[choose(w, n)] : NULL;
	switch (choose(w, 4)) {
	case 0: return one && one->from != CIVIL_ALWAYS ? one->from - 1 : CIVIL_MAX;
	case 1: return one && one->to != CIVIL_NEVER ? one->to : CIVIL_MAX;
	case 2: return one && one->from != CIVIL_ALWAYS ? one->from : CIVIL_MAX;
	default: return date_from(2024, 1, 1) + (civil)choose(w, 800) * DAY;
	}
}

static void check_reasons(struct world *w, const struct eval *e, uint32_t fact, const struct inst *i)
{
	civil t = some_instant(w, e, i);
	struct value v = eval_at(e, i, t, NULL);
	struct remedy *r;
	struct value args[MAX_ARGS];
	(void)inst_args(i, args);
	const struct proof *why = explain_why(e, fact, args, t, &w->arena);
	check_proof(e, why, 0);
	must(why->holds == (v.kind != V_NONE));
	check_proof(e, explain_why_brief(e, fact, args, t, &w->arena), 0);
	const struct proof *any = explain_whynot(e, fact, args, VALUE_NONE, t, &w->arena);
	check_proof(e, any, 0);
	must(any->holds == (v.kind != V_NONE));
	if (v.kind != V_NONE) {
		const struct proof *same = explain_whynot(e, fact, args, v, t, &w->arena);
		must(same->holds);
	} else {
		size_t n = explain_remedies(e, any, fact, args, VALUE_NONE, t, &w->arena, &r);
		must(n <= MAX_REMEDIES);
		for (size_t k = 0; k < n; k++)
			must(r[k].act_kind < e->rb->acts.n);
	}
	struct basis b;
	explain_basis(e, why, &w->arena, &b);
	for (size_t k = 0; k < b.nacts; k++)
		must(b.acts[k] > 0 && (k == 0 || b.acts[k - 1] < b.acts[k]));
}

static void ask(struct world *w, const struct eval *e)
{
	for (int n = 0; n < ASKED; n++) {
		uint32_t fact = (uint32_t)choose(w, e->rb->facts.n);
		const struct insts all = eval_all(e, fact);
		if (all.n)
			check_reasons(w, e, fact, insts_at(&all, choose(w, all.n)));
	}
	if (e->nacts == 0)
		return;
	const struct placed_act *act = &e->acts[choose(w, e->nacts)];
	struct effect *effects;
	size_t n = explain_effects(e, act->place, &w->arena, &effects);
	const struct proof *p = explain_act(e, act->place, &w->arena);
	check_proof(e, p, 0);
	must(p->kind == PROOF_ACT || p->kind == PROOF_WITHOUT_EFFECT);
	must(n == 0 || effects[0].inst);
}

/* ---- the target ---------------------------------------------------------------------------------------------------------------- */

static void evaluate(struct world *w)
{
	for (uint32_t reading = 0; reading < w->readings; reading++) {
		struct eval *e;
		struct err err = {0};
		int rc = eval_new(w->rb, &w->syms, &w->acts, w->known, reading, &e, &err);
		must(rc == 0 || (rc == ERR_LIMIT && err.what[0]));
		if (rc < 0)
			continue;
		check_all_steps(e);
		check_prefix(w, e);
		ask(w, e);
		eval_free(e);
	}
}

static uint64_t hash(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h | 1;
}

static size_t book_of_line(struct str line)
{
	return line.n && line.p[0] >= 'a' && (size_t)(line.p[0] - 'a') < BOOKS ? (size_t)(line.p[0] - 'a') : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data, n < MAX_INPUT ? n : MAX_INPUT}, line = {"", 0};
	struct world w = {.known = UINT64_MAX, .pick = hash(text)};
	struct err e = {0};
	(void)str_line(&text, &line);
	w.rb = book(book_of_line(line));
	w.readings = w.rb->readings.n ? (uint32_t)w.rb->readings.n : 1;
	(void)str_u64(str_trim(str_slice(line, 1, line.n)), &w.known);
	syms_init(&w.syms, &w.arena, &w.rb->syms);
	int rc = acts_read_lines(w.rb, &w.syms, text, "acts", &w.arena, &w.acts, &e);
	must(rc == 0 || (rc == e.code && e.what[0] && str_starts(str_of(e.where), STR("acts:"))));
	if (rc == 0)
		evaluate(&w);
	arena_done(&w.arena);
	return 0;
}

/* ---- changes that leave acts acts ------------------------------------------------------------------------------------------------ */

size_t LLVMFuzzerMutate(uint8_t *data, size_t n, size_t max) __attribute__((weak)); /* libFuzzer's; not there in a replay */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t max, unsigned seed);

static void write_value(struct world *w, const struct type *t, struct buf *out)
{
	static const char *const spans[] = {"0 days", "1 day", "1 month", "3 months", "36 hours", "1 year"};
	char date[DATE_LEN];
	switch (t->kind) {
	case T_ENUM: buf_addf(out, "\"%.*s\"", STR_ARG(syms_str(&w->rb->syms, t->words[choose(w, t->n)]))); break;
	case T_WORD: buf_addf(out, "\"w%zu\"", choose(w, 3)); break;
	case T_INT: buf_addf(out, "%zu", choose(w, 5) ? choose(w, 5) : choose(w, 1u << 30)); break;
	case T_SPAN: buf_addf(out, "\"%s\"", spans[choose(w, sizeof spans / sizeof *spans)]); break;
	case T_DATE: buf_addf(out, "\"%s\"", date_print(date_from(2024, 1, 1) + (civil)choose(w, 400) * DAY, date)); break;
	default: buf_addf(out, "\"e%zu\"", choose(w, 4)); break;
	}
}

/* One act of any kind in 2024, now and then with a time or as a correction. */
static void write_act(struct world *w, uint64_t pos, struct buf *out)
{
	const struct act_kind *k = &w->rb->acts.v[choose(w, w->rb->acts.n)];
	char date[DATE_LEN];
	buf_addc(out, '{');
	if (pos > 1 && choose(w, 6) == 0)
		buf_addf(out, "\"corrects\":%zu,", 1 + choose(w, (size_t)pos - 1));
	if (out->p[out->n - 1] == ',' && choose(w, 2)) {
		buf_adds(out, "\"annul\":true}\n");
		return;
	}
	civil at = date_from(2024, 1, 1) + (civil)choose(w, 40) * 10 * DAY + (civil)(choose(w, 4) ? 0 : choose(w, 24) * 3600);
	buf_addf(out, "\"kind\":\"%.*s\",\"date\":\"%s\",\"args\":{", STR_ARG(syms_str(&w->rb->syms, k->name)), date_print(at, date));
	bool first = true;
	for (uint32_t i = 0; i < k->nparams; i++) {
		if (k->params[i].optional && choose(w, 2))
			continue;
		buf_addf(out, "%s\"%.*s\":", first ? "" : ",", STR_ARG(syms_str(&w->rb->syms, k->params[i].name)));
		write_value(w, &w->rb->types.v[k->params[i].type], out);
		first = false;
	}
	buf_adds(out, "}}\n");
}

/* The lines again, one of them left out, told twice, put elsewhere, or another act in its place. */
static void write_changed(struct world *w, struct str text, struct buf *out)
{
	struct str rest = text, line, held = {0};
	size_t lines = 0, at;
	while (str_line(&rest, &line))
		lines++;
	at = choose(w, lines + 1);
	size_t how = choose(w, 6);
	rest = text;
	for (size_t i = 0; i <= lines; i++) {
		bool got = i < lines && str_line(&rest, &line);
		if (i == at && how > 2)
			write_act(w, i + 1, out);
		if (got && i == at && how == 0)
			held = line;
		if (got && !(i == at && (how == 0 || how == 4)))
			buf_addf(out, "%.*s\n", STR_ARG(line));
		if (got && i == at && how == 1)
			buf_addf(out, "%.*s\n", STR_ARG(line));
		if (held.n && choose(w, 3) == 0) {
			buf_addf(out, "%.*s\n", STR_ARG(held));
			held.n = 0;
		}
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t max, unsigned seed)
{
	struct str text = {(const char *)data, n}, line = {"", 0};
	struct world w = {.pick = ((uint64_t)seed << 20) | 1};
	struct buf out;
	if (choose(&w, 4) == 0)
		return LLVMFuzzerMutate(data, n, max);
	buf_init(&out, max > 1 ? max : 1);
	(void)str_line(&text, &line);
	size_t i = choose(&w, 20) ? book_of_line(line) : choose(&w, BOOKS);
	w.rb = book(i);
	buf_addf(&out, "%c", (char)('a' + i));
	if (choose(&w, 3) == 0)
		buf_addf(&out, " %zu", choose(&w, 30));
	buf_addc(&out, '\n');
	write_changed(&w, text, &out);
	size_t made = out.over ? 0 : out.n;
	if (made)
		memcpy(data, out.p, made);
	buf_done(&out);
	return made ? made : LLVMFuzzerMutate(data, n, max);
}
