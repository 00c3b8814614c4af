/* SPDX-License-Identifier: Apache-2.0
 *
 * Making a view, and the questions that one instance of a fact answers.
 */
#include "register/internal.h"
#include "base/bisect.h"
#include "register/similar.h"

#include <stdlib.h>
#include <string.h>

/* ---- making it ------------------------------------------------------------------------------------------------------------ */

/* Facts that have a value at some time, each once, and for each entity those that name it. */
static void index_instances(struct view *v)
{
	const struct rulebook *rb = record_rulebook(v->record);
	struct arena scratch = {0};
	v->nabout = syms_count(&v->record->syms);
	v->about = arena_array(&v->arena, v->nabout + 1, struct instance_list);
	v->first_of = arena_array(&v->arena, rb->facts.n + 1, size_t);
	for (uint32_t f = 0; f < rb->facts.n; f++) {
		v->first_of[f] = v->all.n;
		for (uint32_t k = 0; k < v->n; k++) {
			const struct insts list = eval_all(v->evals[k], f);
			for (size_t i = 0; i < list.n; i++) {
				const struct inst *inst = insts_at(&list, i);
				struct value args[MAX_ARGS];
				struct step *steps;
				bool seen = false;
				for (uint32_t before = 0; before < k && !seen; before++) {
					const struct inst *same = eval_find(v->evals[before], f, inst_args(inst, args));
					seen = same && eval_steps(v->evals[before], same, &scratch, &steps) > 0;
				}
				if (seen || eval_steps(v->evals[k], inst, &scratch, &steps) == 0)
					continue;
				struct instance one = {f, (uint32_t)v->all.n, inst_args(inst, arena_array(&v->arena, inst->nargs, struct value))};
				arena_push(&v->arena, &v->all, one);
			}
			arena_reset(&scratch);
		}
	}
	v->first_of[rb->facts.n] = v->all.n;
	for (size_t i = 0; i < v->all.n; i++)
		for (uint32_t p = 0; p < rb->facts.v[v->all.v[i].fact].nparams; p++) {
			struct value arg = v->all.v[i].args[p];
			struct instance_list *l = arg.kind == V_ENTITY && arg.s < v->nabout ? &v->about[arg.s] : NULL;
			if (l && !(l->n && l->v[l->n - 1] == i)) /* f(X, X) once */
				arena_push(&v->arena, l, i);
		}
	arena_done(&scratch);
}

static int by_end(const void *x, const void *y)
{
	const struct pending *a = *(const struct pending *const *)x, *b = *(const struct pending *const *)y;
	return a->ended != b->ended ? (a->ended > b->ended) - (a->ended < b->ended) : (a > b) - (a < b);
}

static void index_applied(struct view *v)
{
	for (uint32_t k = 0; k < v->n; k++) {
		const struct eval *e = v->evals[k];
		size_t n = 0;
		v->applied[k] = arena_array(&v->arena, e->pendings.n + 1, const struct pending *);
		for (size_t i = 0; i < e->pendings.n; i++)
			if (e->pendings.v[i].state == PENDING_APPLIED)
				v->applied[k][n++] = &e->pendings.v[i];
		qsort(v->applied[k], n, sizeof *v->applied[k], by_end);
		v->napplied[k] = n;
	}
}

static void note_courses(struct view *v)
{
	for (uint32_t k = 0; k < v->n; k++) {
		const struct eval *e = v->evals[k];
		v->courses[k] = arena_array(&v->arena, v->all.n + 1, struct course);
		for (size_t i = 0; i < v->all.n; i++) {
			const struct inst *inst = eval_find(e, v->all.v[i].fact, v->all.v[i].args);
			const struct change *last = inst && inst->n ? &inst->v[inst->n - 1] : NULL;
			if (last)
				v->courses[k][i] = (struct course){inst, inst->v[0].round, last->round, eval_rule(e, last), change_value(last).kind == V_NONE};
		}
	}
}

int view_new(struct record *r, const struct view **ret, struct err *e)
{
	struct view *v = zeroed(1, sizeof *v);
	v->refs = 1;
	v->record = record_ref(r);
	uint32_t n = r->bundle->rulebook->readings.n ? (uint32_t)r->bundle->rulebook->readings.n : 1;
	int rc = 0;
	for (; v->n < n && rc == 0; v->n += rc == 0) {
		syms_init(&v->syms[v->n], &v->arena, &r->syms);
		rc = eval_new(r->bundle->rulebook, &v->syms[v->n], &r->list, r->slots.n - 1, v->n, &v->evals[v->n], e);
	}
	if (rc < 0) {
		view_unref(v);
		return rc;
	}
	index_instances(v);
	note_courses(v);
	index_applied(v);
	*ret = v;
	return 0;
}

const struct view *view_ref(const struct view *v)
{
	__atomic_add_fetch(&((struct view *)v)->refs, 1, __ATOMIC_RELAXED);
	return v;
}

void view_unref(const struct view *shared)
{
	struct view *v = (struct view *)shared;
	if (!v || __atomic_sub_fetch(&v->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (uint32_t i = 0; i < v->n; i++)
		eval_free(v->evals[i]);
	record_unref(v->record);
	arena_done(&v->arena);
	free(v);
}

const struct record *view_record(const struct view *v)
{
	return v->record;
}

uint64_t view_known(const struct view *v)
{
	return record_size(v->record) - 1;
}

const struct syms *view_syms(const struct view *v)
{
	return &v->syms[0];
}

struct str view_audience(const struct view *v)
{
	return v->record->audience;
}

uint32_t view_readings(const struct view *v)
{
	return v->n;
}

const struct eval *view_eval(const struct view *v, uint32_t reading)
{
	view_note(v, READ_ANYTHING, 0);
	return reading < v->n ? v->evals[reading] : NULL;
}

const struct eval *view_reasons(const struct view *v, uint32_t reading, uint32_t fact, const struct value *args)
{
	view_note_instance(v, READ_REASONS, fact, args);
	return v->evals[reading];
}

const struct eval *view_proof(const struct view *v, uint32_t reading, uint32_t fact, const struct value *args)
{
	view_note_instance(v, READ_PROOF, fact, args);
	return v->evals[reading];
}

const struct eval *view_effects(const struct view *v, uint32_t reading, uint64_t place)
{
	view_note(v, READ_EFFECTS, place);
	return v->evals[reading];
}

struct value view_value(const struct view *v, uint32_t reading, uint32_t fact, const struct value *args, civil t)
{
	const struct eval *e = v->evals[reading];
	const struct inst *inst = eval_find(e, fact, args);
	view_note_instance(v, READ_FACT, fact, args);
	view_note_changes(v, e, inst);
	return eval_at(e, inst, t, NULL);
}

struct str view_reading_name(const struct view *v, uint32_t reading)
{
	const struct rulebook *rb = record_rulebook(v->record);
	return reading < rb->readings.n ? syms_str(&rb->syms, rb->readings.v[reading].name) : STR("");
}

/* ---- is a moment certain? ---------------------------------------------------------------------------------------------------- */

enum { MAX_CAUSES = 16 };

static bool moment_unverified(const struct view *v, const struct eval *e, uint32_t round, const struct inst *inst, int depth);

static bool act_unverified(const struct view *v, const struct eval *e, uint32_t act)
{
	const struct record_act *a = record_act(v->record, e->acts[act].act->pos);
	return a && record_unverified(a, STR("date"));
}

/* The act behind what became true in this round (NO_ID: none, it was the calendar). */
static bool firing_unverified(const struct view *v, const struct eval *e, const struct firing *f, int depth)
{
	if (e->rounds.v[f->round].kind != ROUND_TIMERS || f->trigger == NO_ID)
		return moment_unverified(v, e, f->round, NULL, depth + 1);
	const struct change *since = f->round ? inst_last(eval_trigger(e, f), f->round - 1) : NULL;
	return since && moment_unverified(v, e, since->round, NULL, depth + 1);
}

/* Does the instant of this round rest on a date that nobody has verified? The first round of its step says what made it:
 * an act, a timer that an earlier moment started, or a change that was decided at an earlier moment. */
/* Firings stand in the order of their rounds. */
static size_t first_firing(const struct eval *e, uint32_t round)
{
	BISECT(i, e->firings.n, e->firings.v[i].round < round);
	return i;
}

static const struct pending *const *first_applied(const struct pending *const *v, const struct pending *const *end, uint32_t round)
{
	BISECT(i, (size_t)(end - v), v[i]->ended < round);
	return v + i;
}

static bool moment_unverified(const struct view *v, const struct eval *e, uint32_t round, const struct inst *inst, int depth)
{
	uint32_t root = round;
	if (depth > MAX_CAUSES || !v->record->unverified)
		return false;
	while (e->rounds.v[root].kind == ROUND_CASCADE)
		root--;
	const struct round *r = &e->rounds.v[root];
	if (r->act != NO_ID)
		return act_unverified(v, e, r->act);
	if (r->kind == ROUND_PENDING) {
		const struct pending *const *p = v->applied[e->reading], *const *end = p + v->napplied[e->reading];
		for (p = first_applied(p, end, root); p < end && (*p)->ended == root; p++)
			if ((root != round || !inst || (*p)->inst == inst) && firing_unverified(v, e, &e->firings.v[(*p)->firing], depth))
				return true;
	}
	if (r->kind == ROUND_TIMERS)
		for (size_t i = first_firing(e, root); i < e->firings.n && e->firings.v[i].round == root; i++)
			if (firing_unverified(v, e, &e->firings.v[i], depth))
				return true;
	return false;
}

static bool change_unverified(const struct view *v, const struct eval *e, const struct inst *i, const struct change *c)
{
	return c && moment_unverified(v, e, c->round, i, 0);
}

bool view_unverified(const struct view *v, uint32_t fact, const struct value *args, civil t)
{
	view_note_instance(v, READ_FACT, fact, args);
	for (uint32_t k = 0; k < v->n; k++) {
		const struct eval *e = v->evals[k];
		const struct inst *i = eval_find(e, fact, args);
		for (size_t c = 0; i && c < i->n; c++)
			if (round_at(e, i->v[c].round) == t && change_unverified(v, e, i, &i->v[c]))
				return true;
	}
	return false;
}

/* ---- asking -------------------------------------------------------------------------------------------------------------------- */

bool view_entity(const struct view *v, struct str name, struct value *ret)
{
	const struct entity *en = record_entity(v->record, name);
	if (en)
		*ret = (struct value){.kind = V_ENTITY, .s = en->name};
	return en != NULL;
}

/* Known: introduced, or (for an argument that is an act) the position of one. */
static bool is_known(const struct view *v, uint32_t type, struct str name)
{
	uint64_t pos;
	if (type != TYPE_ACT)
		return record_entity(v->record, name) != NULL;
	const struct record_act *a = str_u64(name, &pos) ? record_act(v->record, pos) : NULL;
	return a && a->entry == ENTRY_ACT;
}

static int unknown_name(const struct view *v, struct str name, struct err *e)
{
	struct str near[1];
	err_set(e, ERR_INPUT, "question", "the record knows no \"%.*s\"", (int)(name.n > 80 ? 80 : name.n), name.p);
	if (record_similar(v->record, name, false, near, 1)) {
		struct str title = record_title(v->record, near[0], STR("en")).text;
		(void)err_hint(e, str_eq(title, near[0]) ? "did you mean \"%.*s\"?" : "did you mean \"%.*s\" (%.*s)?", STR_ARG(near[0]),
			(int)(title.n > 100 ? 100 : title.n), title.p);
	}
	return ERR_INPUT;
}

static int wrong_type(const struct view *v, uint32_t type, struct str name, struct err *e)
{
	const struct rulebook *rb = record_rulebook(v->record);
	const struct entity *en = record_entity(v->record, name);
	return err_set(e, ERR_INPUT, "question", "%.*s is of the type %.*s, not %.*s", STR_ARG(name),
		STR_ARG(syms_str(&rb->syms, rb->types.v[en->type].name)), STR_ARG(syms_str(&rb->syms, rb->types.v[type].name)));
}

/* The parser says that there is no such fact; here is what it might have been. */
static int check_fact(const struct rulebook *rb, struct str text, struct err *e)
{
	struct str name, rest;
	struct similar near;
	char hint[200];
	if (!str_cut(text, '(', &name, &rest) || (name = str_trim(name)).n == 0 || rulebook_fact(rb, name) != NO_ID)
		return 0;
	similar_start(&near, name);
	for (size_t i = 0; i < rb->facts.n; i++) {
		struct str known = syms_str(&rb->syms, rb->facts.v[i].name);
		similar_offer(&near, known, known);
	}
	err_set(e, ERR_INPUT, "question", "the rulebook has no fact %.*s", (int)(name.n > 80 ? 80 : name.n), name.p);
	return err_hint(e, "%s", similar_words(&near, hint, sizeof hint));
}

int view_question(const struct view *v, struct str text, struct question *ret, struct err *e)
{
	const struct rulebook *rb = record_rulebook(v->record);
	const uint32_t known = syms_count(&v->record->syms);
	struct arena a = {0};
	struct syms syms;
	syms_init(&syms, &a, &v->record->syms);
	int rc = check_fact(rb, text, e);
	if (rc == 0)
		rc = question_parse(rb, &syms, text, ret, e);
	for (uint32_t i = 0; rc == 0 && i < rb->facts.v[ret->fact].nparams; i++) {
		struct value x = ret->args[i];
		struct str name = x.kind == V_ENTITY ? syms_str(&syms, x.s) : STR("");
		uint32_t type = rb->facts.v[ret->fact].params[i].type;
		if (x.kind == V_ENTITY && (x.s >= known || !is_known(v, type, name)))
			rc = unknown_name(v, name, e);
		else if (x.kind == V_ENTITY && type != TYPE_ACT && !type_accepts(rb, type, record_entity(v->record, name)->type))
			rc = wrong_type(v, type, name, e);
		else if (x.kind == V_WORD && x.s >= known)
			rc = err_set(e, ERR_INPUT, "question", "no act ever named the word %.*s", STR_ARG(syms_str(&syms, x.s)));
	}
	for (uint32_t i = 0; rc == 0 && i < ret->nis; i++)
		if ((ret->is[i].kind == V_ENTITY || ret->is[i].kind == V_WORD) && ret->is[i].s >= known)
			rc = unknown_name(v, syms_str(&syms, ret->is[i].s), e);
	arena_done(&a);
	return rc;
}

civil view_on(civil date)
{
	return date_end(date) - 1;
}

static bool fits(const struct question *is, struct value v)
{
	bool any = false;
	if (!is || !is->has_is)
		return v.kind != V_NONE;
	for (uint32_t i = 0; i < is->nis && !any; i++)
		any = value_eq(is->is[i], v);
	return any != is->negated;
}

static void answer_one(const struct view *v, const struct eval *e, const struct inst *inst, civil on, struct arena *a,
	struct reading_answer *r)
{
	struct step *steps;
	size_t n = inst ? eval_steps(e, inst, a, &steps) : 0;
	const struct change *ended = NULL;
	view_note_changes(v, e, inst);
	*r = (struct reading_answer){.eval = e, .inst = inst, .value = VALUE_NONE, .since = CIVIL_ALWAYS, .until = CIVIL_NEVER};
	for (size_t i = 0; i < n; i++) {
		if (steps[i].from > on) { /* the first value that comes later */
			r->until = steps[i].from;
			ended = steps[i].begun;
			break;
		}
		if (steps[i].to > on) {
			r->value = steps[i].value;
			r->since = steps[i].from;
			r->until = steps[i].to;
			r->begun = steps[i].begun;
			ended = steps[i].ended;
			break;
		}
		r->since = steps[i].to;
		r->begun = steps[i].ended;
	}
	r->since_unverified = change_unverified(v, e, inst, r->begun);
	r->until_unverified = change_unverified(v, e, inst, ended);
}

void view_ask(const struct view *v, uint32_t fact, const struct value *args, const struct question *is, civil on, struct arena *a,
	struct answer *ret)
{
	view_note_instance(v, READ_FACT, fact, args);
	*ret = (struct answer){.fact = fact, .on = on, .n = v->n, .readings = arena_array(a, v->n, struct reading_answer)};
	memcpy(ret->args, args, record_rulebook(v->record)->facts.v[fact].nparams * sizeof *args);
	for (uint32_t k = 0; k < v->n; k++) {
		struct reading_answer *r = &ret->readings[k];
		answer_one(v, v->evals[k], eval_find(v->evals[k], fact, args), on, a, r);
		r->truth = fits(is, r->value);
		ret->disputed = ret->disputed || !value_eq(r->value, ret->readings[0].value);
	}
}

/* ---- intervals -------------------------------------------------------------------------------------------------------------------- */

static int by_time(const void *x, const void *y)
{
	const struct span_step *a = x, *b = y;
	if (a->step.from != b->step.from)
		return a->step.from < b->step.from ? -1 : 1;
	if (a->step.to != b->step.to)
		return a->step.to < b->step.to ? -1 : 1;
	return (a->readings > b->readings) - (a->readings < b->readings);
}

/* The step that is as this one, among n in order of time; n if there is none. */
static size_t same_step(const struct span_step *v, size_t n, const struct step *s)
{
	BISECT(i, n, v[i].step.from < s->from);
	for (; i < n && v[i].step.from == s->from; i++)
		if (v[i].step.to == s->to && value_eq(v[i].step.value, s->value))
			return i;
	return n;
}

/* `insts`: of each reading; NULL where it never has a value. */
static size_t join_steps(const struct view *v, const struct inst *const *insts, struct arena *a, struct span_step **ret)
{
	struct { struct span_step *v; size_t n, cap; } found = {0};
	const uint32_t all = v->n < 32 ? (1u << v->n) - 1 : UINT32_MAX;
	for (uint32_t k = 0; k < v->n; k++) {
		const struct eval *e = v->evals[k];
		const struct inst *inst = insts[k];
		struct step *steps;
		size_t n = inst ? eval_steps(e, inst, a, &steps) : 0, known = found.n; /* in order of time: those of the readings before */
		view_note_changes(v, e, inst);
		for (size_t i = 0; i < n; i++) {
			size_t same = same_step(found.v, known, &steps[i]);
			if (same == known) {
				same = found.n;
				struct span_step new = {.step = steps[i], .eval = e,
					.from_unverified = change_unverified(v, e, inst, steps[i].begun),
					.to_unverified = change_unverified(v, e, inst, steps[i].ended)};
				arena_push(a, &found, new);
			}
			found.v[same].readings |= 1u << k;
		}
		if (found.n > known)
			qsort(found.v, found.n, sizeof *found.v, by_time);
	}
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i].readings == all)
			found.v[i].readings = 0;
	if (found.n > 1)
		qsort(found.v, found.n, sizeof *found.v, by_time);
	*ret = found.v;
	return found.n;
}

size_t view_steps(const struct view *v, uint32_t fact, const struct value *args, struct arena *a, struct span_step **ret)
{
	const struct inst *insts[MAX_READINGS];
	view_note_instance(v, READ_FACT, fact, args);
	for (uint32_t k = 0; k < v->n; k++)
		insts[k] = eval_find(v->evals[k], fact, args);
	return join_steps(v, insts, a, ret);
}

size_t view_instance_steps(const struct view *v, const struct instance *of, struct arena *a, struct span_step **ret)
{
	const struct inst *insts[MAX_READINGS];
	view_note_instance(v, READ_FACT, of->fact, of->args);
	for (uint32_t k = 0; k < v->n; k++)
		insts[k] = v->courses[k][of->number].inst;
	return join_steps(v, insts, a, ret);
}

/* ---- lists -------------------------------------------------------------------------------------------------------------------------- */

static size_t list_instances(const struct view *v, uint32_t fact, struct value about, struct arena *a, const struct instance **ret)
{
	size_t n = 0, from = fact == NO_ID ? 0 : v->first_of[fact], to = fact == NO_ID ? v->all.n : v->first_of[fact + 1];
	if (about.kind == V_NONE) {
		*ret = v->all.v + from;
		return to - from;
	}
	const struct instance_list *l = about.kind == V_ENTITY && about.s < v->nabout ? &v->about[about.s] : NULL;
	struct instance *list = arena_array(a, (l ? l->n : 0) + 1, struct instance);
	for (size_t i = 0; l && i < l->n; i++)
		if (l->v[i] >= from && l->v[i] < to)
			list[n++] = v->all.v[l->v[i]];
	*ret = list;
	return n;
}

size_t view_instances(const struct view *v, uint32_t fact, struct value about, struct arena *a, const struct instance **ret)
{
	if (v->reads)
		reads_note(v->reads, reads_facts(fact, about));
	return list_instances(v, fact, about, a, ret);
}

size_t view_instances_then(const struct view *v, uint32_t fact, struct value about, civil t, struct arena *a, const struct instance **ret)
{
	size_t n = list_instances(v, fact, about, a, ret);
	view_note_then(v, fact, about, t, *ret, n);
	return n;
}

const struct eval *view_rounds(const struct view *v, uint32_t reading)
{
	return v->evals[reading];
}

bool view_ever(const struct view *v, uint32_t fact, const struct value *args)
{
	bool ever = false;
	view_note_instance(v, READ_FACT, fact, args);
	for (uint32_t k = 0; k < v->n && !ever; k++) {
		const struct inst *i = eval_find(v->evals[k], fact, args);
		ever = i && i->n;
	}
	return ever;
}

const struct course *view_courses(const struct view *v, uint32_t reading)
{
	return v->courses[reading];
}

/* ---- blobs -------------------------------------------------------------------------------------------------------------------------- */

bool view_may_read_blob(const struct view *v, const struct digest *sha256)
{
	if (record_seals(v->record, sha256))
		return false;
	for (size_t i = 0; i < v->record->slots.n; i++) {
		const struct record_slot *s = &v->record->slots.v[i];
		bool adopts = s->act.entry == ENTRY_GENESIS || s->act.entry == ENTRY_ADOPTION;
		if (adopts && digest_eq(&s->entry->bundle, sha256))
			return true;
		const json_t *documents = s->act.entry == ENTRY_ACT ? json_object_get(s->act.json, "documents") : NULL;
		struct digest named;
		if (s->act.entry == ENTRY_ACT && s->entry->kind == ENTRY_SEALED && digest_eq(&s->entry->commitment, sha256))
			return true;
		for (size_t k = 0; k < json_array_size(documents); k++)
			if (hex_parse(json_get_str(json_array_get(documents, k), "sha256"), named.b, sizeof named.b) &&
				digest_eq(&named, sha256))
				return true;
	}
	return false;
}
