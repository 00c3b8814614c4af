/* SPDX-License-Identifier: Apache-2.0
 *
 * The doors: an evaluation is made, asked, freed.
 */
#include "rules/run.h"

#include "base/bisect.h"
#include "rules/act_index.h"
#include "rules/change_index.h"

#include <stdlib.h>

enum { MAX_INSTANTS_AFTER_ACTS = 1000000 };

static int check_sizes(const struct rulebook *rb, const struct act_list *acts, struct err *err)
{
	if (acts->n > MAX_ACTS)
		return err_set(err, ERR_LIMIT, "acts", "an evaluation takes at most %d acts", MAX_ACTS);
	for (size_t i = 0; i < rb->rules.n; i++)
		if (__builtin_popcountll(rb->rules.v[i].trigger_vars) > MAX_ARGS)
			return err_set(err, ERR_LIMIT, "rules", "rule %.*s: a trigger may use at most %d variables",
				STR_ARG(syms_str(&rb->syms, rb->rules.v[i].label)), MAX_ARGS);
	for (size_t i = 0; i < rb->rules.n; i++)
		if (rb->rules.v[i].still_so && rb->rules.v[i].cond &&
			__builtin_popcountll(rule_watched(&rb->rules.v[i])) >= MAX_ARGS)
			return err_set(err, ERR_LIMIT, "rules", "rule %.*s: the `if` of a delayed effect may use at most %d variables",
				STR_ARG(syms_str(&rb->syms, rb->rules.v[i].label)), MAX_ARGS - 1);
	return 0;
}

void *eval_grow(void *v, size_t *cap, size_t size)
{
	*cap = *cap ? *cap * 2 : 64;
	v = reallocarray(v, *cap, size);
	if (!v)
		arena_oom();
	return v;
}

int run_new(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known, uint32_t reading,
	const bool *part, struct run **ret, struct err *err)
{
	int code = check_sizes(rb, acts, err);
	if (code < 0)
		return code;
	struct eval *e = zeroed(1, sizeof *e);
	struct run *r = zeroed(1, sizeof *r);
	*e = (struct eval){.rb = rb, .syms = syms, .known = known, .reading = reading, .part = part, .given = *acts};
	e->nacts = acts_in_force(acts, known, &e->arena, &e->acts);
	e->act_works = arena_array(&e->arena, e->nacts + 1, bool);
	e->act_round = arena_array(&e->arena, e->nacts + 1, uint32_t);
	/* of these there will be about as many as acts; what is not used of the room costs nothing */
	e->rounds.cap = e->firings.cap = e->nacts * 3 / 2 + 64;
	e->rounds.v = zeroed(e->rounds.cap, sizeof *e->rounds.v);
	e->firings.v = zeroed(e->firings.cap, sizeof *e->firings.v);
	r->e = e;
	r->last_rule = NO_ID;
	r->lowest = UINT32_MAX;
	r->patience = MAX_INSTANTS_AFTER_ACTS;
	prepare(r);
	r->solver = (struct solver){.rb = rb, .syms = syms, .state = e->state, .scratch = &r->scratch, .round = ROUND_NOW};
	*ret = r;
	return 0;
}

struct eval *run_free(struct run *r)
{
	struct eval *e = r->e;
	state_freeze(e->state);
	arena_done(&r->arena);
	arena_done(&r->scratch);
	arena_done(&r->instant_arena);
	free(r);
	return e;
}

static int eval_with(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known,
	uint32_t reading, bool thorough, struct eval **ret, struct err *err)
{
	struct run *r;
	int code = run_new(rb, syms, acts, known, reading, NULL, &r, err);
	if (code < 0)
		return code;
	r->thorough = thorough;
	sweep_start(r);
	code = sweep(r, CIVIL_MAX, err);
	struct eval *e = run_free(r);
	if (code < 0)
		eval_free(e);
	else
		*ret = e;
	return code;
}

int eval_new(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known, uint32_t reading,
	struct eval **ret, struct err *err)
{
	return eval_with(rb, syms, acts, known, reading, false, ret, err);
}

int eval_new_thorough(const struct rulebook *rb, struct syms *syms, const struct act_list *acts, uint64_t known,
	uint32_t reading, struct eval **ret, struct err *err)
{
	return eval_with(rb, syms, acts, known, reading, true, ret, err);
}

void eval_free(struct eval *e)
{
	if (!e)
		return;
	act_index_free(e->act_index);
	change_index_free(e->change_index);
	state_free(e->state);
	free(e->rounds.v);
	free(e->instants.v);
	free(e->firings.v);
	free(e->pendings.v);
	free(e->more.v);
	arena_done(&e->arena);
	free(e);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

struct insts eval_all(const struct eval *e, uint32_t fact)
{
	return state_all(e->state, fact);
}

const struct inst *eval_find(const struct eval *e, uint32_t fact, const struct value *args)
{
	UNSET packed p[MAX_ARGS];
	for (uint32_t i = 0; i < state_nargs(e->state, fact); i++)
		p[i] = value_pack(args[i]);
	const struct inst *i = state_find(e->state, fact, p);
	return i && i->n ? i : NULL;
}

uint32_t eval_round_at(const struct eval *e, civil t)
{
	BISECT(i, e->rounds.n, round_at(e, (uint32_t)i) <= t); /* first round after t */
	return i ? (uint32_t)i - 1 : 0;
}

uint32_t eval_rule(const struct eval *e, const struct change *c)
{
	uint32_t firing = change_firing(c);
	return firing == NO_ID ? change_definition(c) : e->firings.v[firing].rule;
}

const struct inst *eval_trigger(const struct eval *e, const struct firing *f)
{
	return f->trigger == NO_ID ? NULL : state_inst(e->state, e->hidden[f->rule], f->trigger);
}

uint64_t eval_env(const struct eval *e, const struct firing *f, packed env[MAX_VARS])
{
	const struct rule *r = &e->rb->rules.v[f->rule];
	const struct inst *trigger = eval_trigger(e, f);
	uint32_t more = f->more, arg = 0;
	for (uint32_t i = 0; i < r->nvars; i++)
		env[i] = 0;
	if (trigger) {
		for (uint64_t left = r->trigger_vars; left;)
			env[take_var(&left)] = inst_packed(trigger)[arg++];
	} else {
		const struct act *act = e->acts[e->rounds.v[f->round].act].act;
		for (uint32_t i = 0; i < e->rb->acts.v[act->kind].nparams; i++)
			if (r->trigger.terms[i].var < MAX_VARS)
				env[r->trigger.terms[i].var] = act->args[i];
	}
	for (uint64_t left = r->cond_vars & ~r->trigger_vars; left;)
		env[take_var(&left)] = e->more.v[more++];
	return r->trigger_vars | r->cond_vars;
}

uint64_t eval_binding(const struct eval *e, const struct firing *f, struct value env[MAX_VARS])
{
	packed kept[MAX_VARS];
	uint64_t bound = eval_env(e, f, kept);
	for (uint32_t i = 0; i < e->rb->rules.v[f->rule].nvars; i++)
		env[i] = value_unpack(kept[i]);
	return bound;
}

struct value eval_at(const struct eval *e, const struct inst *i, civil t, const struct change **ret_change)
{
	BISECT(at, i ? i->n : 0, round_at(e, i->v[at].round) <= t); /* first change after t */
	const struct change *c = at ? &i->v[at - 1] : NULL;
	if (ret_change)
		*ret_change = c;
	return c ? change_value(c) : VALUE_NONE;
}

size_t eval_steps(const struct eval *e, const struct inst *i, struct arena *a, struct step **ret)
{
	struct step *steps = arena_array(a, i->n + 1, struct step);
	size_t n = 0;
	bool open = false;
	for (size_t k = 0; k < i->n; k++) {
		const struct change *c = &i->v[k];
		civil at = round_at(e, c->round);
		if (k + 1 < i->n && round_at(e, i->v[k + 1].round) == at)
			continue; /* lived only inside this instant */
		struct value value = change_value(c);
		if (open && value_eq(steps[n - 1].value, value))
			continue;
		if (open) {
			steps[n - 1].to = at;
			steps[n - 1].ended = c;
		}
		open = value.kind != V_NONE;
		if (open)
			steps[n++] = (struct step){.from = at, .to = CIVIL_NEVER, .value = value, .begun = c};
	}
	*ret = steps;
	return n;
}
