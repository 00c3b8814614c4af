/* SPDX-License-Identifier: Apache-2.0
 *
 * Rulebooks and questions. The input is up to three texts with a byte 0x1e between them: a rulebook, what it gets for any
 * `include`, and a question. What loads keeps the invariants of program.h.
 */
#include "rules/rulebook.h"
#include "tests/fuzz/fuzz.h"

static int include(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text)
{
	(void)from;
	if (name.n > 1)
		return ERR_ABSENT;
	*ret_path = arena_str(a, name);
	*ret_text = arena_str(a, *(struct str *)ctx);
	return 0;
}

static void check_node(const struct rulebook *rb, const struct rule *r, const struct node *n, int depth)
{
	uint64_t all = r->nvars < 64 ? ((uint64_t)1 << r->nvars) - 1 : UINT64_MAX;
	must(depth < 100);
	must(n->from <= n->to && n->to <= rb->files.v[n->at.file].text.n);
	must((n->free & ~all) == 0 && (n->binds & ~n->free) == 0);
	must(n->fact == NO_ID || n->nargs == rb->facts.v[n->fact].nparams);
	for (uint32_t i = 0; i < n->nargs; i++)
		must(n->args[i] && (n->args[i]->kind == E_CONST || (n->args[i]->kind == E_VAR && n->args[i]->var < r->nvars)));
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i])
			check_node(rb, r, n->kids[i], depth + 1);
}

static void check_rule(const struct rulebook *rb, const struct rule *r)
{
	const struct node *parts[] = {r->trigger.cond, r->trigger.span, r->cond, r->value, r->effect};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i])
			check_node(rb, r, parts[i], 0);
	must(r->fact < rb->facts.n && r->ncites > 0 && r->from < r->until);
	must(rule_text(rb, r).n > 0);
	must((r->form == RULE_EFFECT) == (r->value != NULL));
	must(r->form != RULE_DEFINITION || (r->cond && rb->facts.v[r->fact].form == FACT_DEFINED));
	must(r->form == RULE_DEFINITION || r->trigger.kind == TRIGGER_ACT || r->trigger.cond);
	for (uint32_t i = 0; i < r->noverrides; i++)
		must(r->overrides[i] < rb->rules.n);
	for (uint32_t i = 0; r->form != RULE_FORBIDDEN && i < rb->facts.v[r->fact].nparams; i++)
		must(r->args[i]);
}

static void try_question(const struct rulebook *rb, struct str text)
{
	struct question q;
	struct err e = {0};
	uint32_t before = syms_count(&rb->syms);
	int rc = question_parse(rb, NULL, text, &q, &e);
	must(rc == 0 ? q.fact < rb->facts.n : rc == e.code && e.what[0]);
	must(syms_count(&rb->syms) == before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data, n}, included = {"", 0}, question = {"", 0};
	struct rulebook *rb;
	struct err e = {0};
	struct buf out;
	size_t errors = 0;
	if (str_cut(text, 0x1e, &text, &included))
		(void)str_cut(included, 0x1e, &included, &question);
	struct rulebook_reader reader = {include, &included};
	int rc = rulebook_load(STR("a"), text, &reader, &rb, &e);
	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < rb->diags.n; i++) {
		errors += rb->diags.v[i].error;
		must(rb->diags.v[i].at.line > 0);
		diag_print(rb, &rb->diags.v[i], &out);
	}
	must((rc == 0) == (errors == 0) && (rc == 0 || (rc == ERR_INPUT && e.what[0])));
	for (size_t i = 0; rc == 0 && i < rb->rules.n; i++)
		check_rule(rb, &rb->rules.v[i]);
	if (rc == 0)
		try_question(rb, question);
	buf_done(&out);
	rulebook_free(rb);
	return 0;
}
