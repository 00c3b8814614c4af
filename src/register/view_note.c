/* SPDX-License-Identifier: Apache-2.0
 *
 * A view of which it is noted what is asked, and on which days the answers change (register/reads.h).
 */
#include "register/internal.h"

#include <string.h>

const struct view *view_noted(const struct view *v, struct reads *r, struct arena *a)
{
	struct view *noted = arena_new(a, struct view);
	struct record *record = arena_new(a, struct record);
	/* all but the counts, which other threads change */
	memcpy(&noted->arena, &v->arena, sizeof *v - offsetof(struct view, arena));
	memcpy(&record->arena, &v->record->arena, sizeof *record - offsetof(struct record, arena));
	noted->record = record;
	noted->reads = record->reads = r;
	return noted;
}

void view_note(const struct view *v, enum read_of what, uint64_t which)
{
	if (v->reads)
		reads_note(v->reads, reads_key(what, which));
}

bool view_is_noted(const struct view *v)
{
	return v->reads != NULL;
}

void view_note_until(const struct view *v, enum read_of what, uint64_t which, civil last)
{
	uint64_t all = reads_key(what, which);
	if (v->reads)
		reads_note(v->reads, v->reads->undated ? reads_until(all, last) : all);
}

void view_note_dated(const struct view *v, civil date)
{
	if (v->reads)
		reads_note(v->reads, v->reads->undated ? reads_key(READ_ACTS_DATED, (uint64_t)date) : reads_key(READ_ACTS, 0));
}

void view_note_day(const struct view *v, civil t)
{
	if (v->reads)
		reads_note_day(v->reads, t);
}

void view_note_changes(const struct view *v, const struct eval *e, const struct inst *inst)
{
	for (size_t i = 0; v->reads && !v->reads->undated && inst && i < inst->n; i++)
		reads_note_day(v->reads, round_at(e, inst->v[i].round));
}

void view_note_days(const struct view *v, const struct instance *of)
{
	for (uint32_t k = 0; v->reads && !v->reads->undated && k < v->n; k++)
		view_note_changes(v, v->evals[k], v->courses[k][of->number].inst);
}

static bool facts_noted(const struct view *v, uint32_t fact, struct value about)
{
	return reads_have(v->reads, reads_facts(fact, about)) || reads_have(v->reads, reads_facts(NO_ID, about));
}

/* Nothing if all that are like it are noted. */
void view_note_instance(const struct view *v, enum read_of what, uint32_t fact, const struct value *args)
{
	if (!v->reads)
		return;
	uint32_t n = record_rulebook(v->record)->facts.v[fact].nparams;
	bool ever = what == READ_FACT;
	for (uint32_t k = 0; k < v->n && !ever; k++)
		ever = eval_find(v->evals[k], fact, args) != NULL;
	if (!ever) { /* what never was is in no list of instances by which its reasons could be compared */
		view_note(v, READ_ANYTHING, 0);
		return;
	}
	bool known = what == READ_FACT && facts_noted(v, fact, VALUE_NONE);
	for (uint32_t i = 0; i < n && what == READ_FACT && !known; i++)
		known = args[i].kind == V_ENTITY && facts_noted(v, fact, args[i]);
	if (!known)
		reads_note(v->reads, reads_instance(what, fact, args, n));
}

void view_note_name(const struct view *v, sym name)
{
	if (v->reads)
		reads_note(v->reads, reads_name(syms_str(&v->record->syms, name)));
}

void view_note_fact(const struct view *v, uint32_t fact, const struct value *args)
{
	if (fact != NO_ID)
		view_note_instance(v, READ_FACT, fact, args);
}

/* The last instant up to t at which one of them changes, in any reading; CIVIL_ALWAYS: none does. */
static civil last_change(const struct view *v, const struct instance *list, size_t n, civil t)
{
	civil last = CIVIL_ALWAYS;
	for (uint32_t k = 0; k < v->n; k++) {
		uint32_t round = eval_round_at(v->evals[k], t), latest = 0; /* nothing changes in round 0 */
		for (size_t i = 0; i < n; i++) {
			const struct change *c = course_last(&v->courses[k][list[i].number], round);
			latest = c && c->round > latest ? c->round : latest;
		}
		if (latest && round_at(v->evals[k], latest) > last)
			last = round_at(v->evals[k], latest);
	}
	return last;
}

void view_note_then(const struct view *v, uint32_t fact, struct value about, civil t, const struct instance *list, size_t n)
{
	uint64_t all = reads_facts(fact, about);
	if (v->reads) /* whoever wants to know the days on which they change reads all of them */
		reads_note(v->reads, v->reads->undated ? reads_until(all, last_change(v, list, n, t)) : all);
}
