/* SPDX-License-Identifier: Apache-2.0
 *
 * From files to a checked program: the order of the steps, and what is asked of a loaded rulebook.
 */
#include "rules/construct.h"

#include <stdlib.h>
#include <string.h>

/* ---- messages -------------------------------------------------------------------------------- */

/* By file and line; within a line what was found first. */
static int by_place(const void *pa, const void *pb, void *ctx)
{
	size_t i = *(const size_t *)pa, k = *(const size_t *)pb;
	const struct place *a = &((const struct diag *)ctx)[i].at, *b = &((const struct diag *)ctx)[k].at;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (i > k) - (i < k);
}

static bool same_message(const struct diag *a, const struct diag *b)
{
	return a->at.file == b->at.file && a->at.line == b->at.line && str_eq(a->message, b->message);
}

/* Puts the messages in order, and each once: the rules of one construct share its text and so its mistakes. */
static void sort_diags(struct rulebook *rb)
{
	enum { LOOK_BACK = 16 };
	size_t n = rb->diags.n, kept = 0, *order = arena_array(&rb->arena, n, size_t);
	struct diag *sorted = arena_array(&rb->arena, n, struct diag);
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof *order, by_place, rb->diags.v);
	for (size_t i = 0; i < n; i++) {
		const struct diag *d = &rb->diags.v[order[i]];
		bool again = false;
		for (size_t k = kept > LOOK_BACK ? kept - LOOK_BACK : 0; k < kept && !again; k++)
			again = same_message(&sorted[k], d);
		if (!again)
			sorted[kept++] = *d;
	}
	rb->diags.v = sorted;
	rb->diags.n = kept;
	rb->diags.cap = n;
}

void diag_print(const struct rulebook *rb, const struct diag *d, struct buf *out)
{
	buf_addf(out, "%.*s:%u: ", STR_ARG(rb->files.v[d->at.file].path), d->at.line);
	if (d->article.n)
		buf_addf(out, "[%.*s] ", STR_ARG(d->article));
	if (!d->error)
		buf_adds(out, "warning: ");
	buf_add(out, d->message);
	if (d->hint.n)
		buf_addf(out, " (%.*s)", STR_ARG(d->hint));
}

/* ---- loading --------------------------------------------------------------------------------- */

static void load(struct loader *l, struct str path, struct str text)
{
	types_builtin(l);
	load_file(l, path, text);
	if (!l->full) {
		articles_sort(l);
		declare_all(l);
		constructs_declare(l);
		desugar_all(l);
	}
	if (!l->full) {
		resolve_all(l);
		link_all(l);
		check_all(l);
	}
	if (l->errors == 0)
		warn_all(l);
}

int rulebook_load(
	struct str path, struct str text, const struct rulebook_reader *reader, struct rulebook **ret, struct err *e)
{
	struct rulebook *rb = calloc(1, sizeof *rb);
	struct loader *l = calloc(1, sizeof *l);
	if (!rb || !l) {
		free(rb);
		free(l);
		return err_set(e, ERR_SYSTEM, "rulebook", "out of memory");
	}
	l->rb = rb;
	l->reader = reader;
	syms_init(&rb->syms, &rb->arena, NULL);
	words_intern(&rb->syms);
	load(l, arena_str(&rb->arena, path), arena_str(&rb->arena, text));
	size_t errors = l->errors, listed = 0;
	rb->more_errors = errors > MAX_ERRORS;
	rb->more_warnings = l->warnings > MAX_WARNINGS;
	sort_diags(rb);
	arena_done(&l->scratch);
	free(l);
	*ret = rb;
	if (errors == 0)
		return 0;
	for (size_t i = 0; i < rb->diags.n; i++)
		listed += rb->diags.v[i].error;
	(void)err_set(e, ERR_INPUT, rb->files.v[0].path.p, "the rulebook has %s%zu error%s",
		rb->more_errors ? "more than " : "", listed, listed == 1 ? "" : "s");
	return ERR_INPUT;
}

void rulebook_free(struct rulebook *rb)
{
	if (!rb)
		return;
	arena_done(&rb->arena);
	free(rb);
}

/* ---- questions about the text ---------------------------------------------------------------- */

static uint32_t look_up(const struct rulebook *rb, const struct name_index *ix, struct str name)
{
	sym s = syms_find(&rb->syms, name);
	return s < ix->n ? ix->v[s] : NO_ID; /* SYM_ABSENT is beyond every index */
}

uint32_t rulebook_act(const struct rulebook *rb, struct str name)
{
	return look_up(rb, &rb->act_index, name);
}

uint32_t rulebook_fact(const struct rulebook *rb, struct str name)
{
	return look_up(rb, &rb->fact_index, name);
}

/* By name; an enumeration that a fact declares for itself has none. */
static bool same_type(const struct rulebook *a, uint32_t x, const struct rulebook *b, uint32_t y)
{
	const struct type *t = &a->types.v[x], *u = &b->types.v[y];
	return t->kind == u->kind && str_eq(syms_str(&a->syms, t->name), syms_str(&b->syms, u->name));
}

uint32_t rulebook_fact_like(const struct rulebook *in, const struct rulebook *of, uint32_t fact)
{
	const struct fact *f = &of->facts.v[fact];
	if (in == of)
		return fact;
	uint32_t id = rulebook_fact(in, syms_str(&of->syms, f->name));
	const struct fact *g = id == NO_ID ? NULL : &in->facts.v[id];
	bool same = g && g->nparams == f->nparams && same_type(in, g->value, of, f->value);
	for (uint32_t i = 0; same && i < f->nparams; i++)
		same = same_type(in, g->params[i].type, of, f->params[i].type);
	return same ? id : NO_ID;
}

uint32_t rulebook_article(const struct rulebook *rb, struct str slug)
{
	return look_up(rb, &rb->slug_index, slug);
}

struct str rule_text(const struct rulebook *rb, const struct rule *r)
{
	return str_slice(rb->files.v[r->at.file].text, r->from_byte, r->to_byte);
}

struct str node_text(const struct rulebook *rb, const struct node *n)
{
	return str_slice(rb->files.v[n->at.file].text, n->from, n->to);
}
