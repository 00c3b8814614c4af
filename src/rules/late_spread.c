/* SPDX-License-Identifier: Apache-2.0
 *
 * A history is corrected at one moment; whoever reads it there, or as long as it differs, is put on the agenda.
 */
#include "rules/late_int.h"

#include "base/bisect.h"

/* ---- the agenda ---------------------------------------------------------------------------------------------------- */

bool late_sooner(const struct item *a, const struct item *b)
{
	int c = moment_cmp(&a->m, &b->m);
	if (c)
		return c < 0;
	return a->stage != b->stage ? a->stage < b->stage : a->seq < b->seq;
}

void late_push(struct late *l, const struct moment *m, uint32_t stage, void *what, uint32_t more, bool direct)
{
	struct item item = {.m = *m, .stage = stage, .what = what, .more = more, .direct = direct, .seq = l->seq++};
	arena_push(&l->arena, &l->agenda, item);
	size_t i = l->agenda.n - 1;
	for (; i && late_sooner(&item, &l->agenda.v[(i - 1) / 2]); i = (i - 1) / 2)
		l->agenda.v[i] = l->agenda.v[(i - 1) / 2];
	l->agenda.v[i] = item;
}

/* ---- old and new --------------------------------------------------------------------------------------------------- */

static struct looked *touched(struct late *l, const struct inst *i)
{
	const struct side *side = late_side(l, i);
	struct looked *t = side->touched && side->touched <= l->touched.n ? &l->touched.v[side->touched - 1] : NULL;
	return t && t->i == i ? t : NULL;
}

static struct looked *touch(struct late *l, struct inst *i)
{
	struct looked *known = touched(l, i), t = {.i = i};
	if (known)
		return known;
	t.old = arena_copy(&l->work, i->v, (t.nold = i->n) * sizeof *i->v);
	arena_push(&l->work, &l->touched, t);
	late_side(l, i)->touched = (uint32_t)l->touched.n;
	return &l->touched.v[l->touched.n - 1];
}

static void note_seen(struct late *l, const struct inst *i)
{
	struct side *side = late_side(l, i);
	l->stats.computed++;
	l->stats.looked_at += side->seen != l->append;
	side->seen = l->append;
}

static packed last_value(const struct change *v, uint32_t n)
{
	return n ? v[n - 1].value : 0;
}

bool late_differs(struct late *l, struct inst *i, const struct moment *m)
{
	const struct looked *t = touched(l, i);
	for (int before = 0; t && before < 2; before++) {
		uint32_t was = late_count(l, t->old, t->nold, m, before), is = late_count(l, i->v, i->n, m, before);
		if (last_value(t->old, was) != last_value(i->v, is))
			return true;
		if (l->endings[i->fact] && !was != !is)
			return true;
	}
	return false;
}

/* ---- who reads it -------------------------------------------------------------------------------------------------- */

/* Does the condition see the two values as one? */
static bool same(const struct node *atom, packed a, packed b)
{
	bool was = false, is = false;
	if (a == b || atom->kind != C_IS)
		return a == b;
	for (uint32_t i = 0; i < atom->nkids; i++) {
		if (atom->values[i].var != TERM_CONST)
			return false;
		was |= atom->values[i].value == a;
		is |= atom->values[i].value == b;
	}
	return was == is;
}

static bool differs_after(const struct node *atom, const struct turn *t)
{
	return !same(atom, t->old_after, t->after) || t->ever_after;
}

static bool differs_before(const struct node *atom, const struct turn *t)
{
	return !same(atom, t->old_before, t->before);
}

static void spread_to_defs(struct late *l, struct inst *x, const struct turn *t, const struct moment *m, const struct moment *until)
{
	const struct run *r = l->r;
	for (size_t k = 0; k < r->readers[x->fact].n; k++) {
		const struct reader *reader = &r->readers[x->fact].v[k];
		UNSET packed keys[MAX_ARGS];
		bool lasts = differs_after(reader->atom, t);
		if (r->defs.v[reader->def].watch || !(lasts || differs_before(reader->atom, t)))
			continue; /* late_watch.c looks at what is watched */
		if (reader_keys(reader, x, keys))
			late_activate(l, reader->def, keys, x, m, until, lasts);
	}
}

static void refire_acts(struct late *l, uint32_t kind, uint32_t mask, const packed *args, const struct moment *m, const struct moment *until)
{
	const struct eval *e = l->r->e;
	struct ids acts = late_acts(l, kind, mask, args);
	BISECT(i, acts.n, late_is_in(l, e->act_round[acts.v[i]], m, false)); /* the first after m */
	for (; i < acts.n && late_is_in(l, e->act_round[acts.v[i]], until, false); i++) {
		struct moment at = late_moment(l, e->act_round[acts.v[i]]);
		late_push(l, &at, STAGE_FIRE, NULL, 0, true);
	}
}

static void refire_trigger(struct late *l, const struct rule_reader *reader, struct inst *hidden, const struct moment *m, const struct moment *until)
{
	const struct eval *e = l->r->e;
	uint32_t n = late_count(l, hidden->v, hidden->n, m, false); /* what rose before the last of these has fired */
	for (uint32_t k = n ? n - 1 : 0; k < hidden->n && late_is_in(l, hidden->v[k].round, until, false); k++) {
		struct moment at;
		bool mine = !reader->span || !late_is_in(l, hidden->v[k].round, m, true);
		if (mine && late_fires_at(l, hidden, &hidden->v[k], &at) && moment_cmp(&at, m) > 0 &&
			(reader->span || moment_cmp(&at, until) <= 0))
			late_push(l, &at, STAGE_FIRE, hidden, 0, true);
	}
	const struct ids *fired = &late_side(l, hidden)->firings; /* those that fired may no longer, or later */
	for (uint32_t k = late_firing_after(l, fired, m, false); reader->span && k < fired->n; k++) {
		struct moment at = late_moment(l, e->firings.v[fired->v[k]].round);
		late_push(l, &at, STAGE_FIRE, hidden, 0, true);
	}
}

/* Whoever fires while it differs, fires again; a delayed change is looked at also when it ceases to differ, for it may be new. */
static void spread_to_rule(struct late *l, const struct rule_reader *reader, struct inst *x, bool lasts, const struct moment *m,
	const struct moment *until)
{
	struct run *r = l->r;
	const struct rule *rule = &l->rb->rules.v[reader->rule];
	UNSET packed args[MAX_ARGS];
	uint32_t mask = 0;
	for (uint32_t arg = 0; arg < reader->nargs; arg++) {
		uint8_t key = reader->key[arg];
		packed is = inst_packed(x)[arg];
		if (key == ARG_CONST && reader->atom->terms[arg].value != is)
			return;
		if (key == ARG_CONST || key == ARG_ANY)
			continue;
		args[key] = is;
		mask |= 1u << key;
	}
	if (rule->still_so && rule->cond && !reader->span) { /* numbers turn elsewhere from now on */
		struct moment end = late_end();
		late_watch_read(l, reader, x, m, late_has(rule->cond, E_COUNT, C_SOME) ? &end : lasts ? until : m);
	}
	if (!lasts)
		return;
	if (rule->trigger.kind == TRIGGER_ACT) {
		refire_acts(l, rule->trigger.act, mask, args, m, until);
		return;
	}
	const struct insts all = state_match(r->e->state, r->e->hidden[reader->rule], mask, args);
	for (size_t i = 0; i < all.n; i++)
		refire_trigger(l, reader, insts_at(&all, i), m, until);
}

static void spread_to_rules(struct late *l, struct inst *x, const struct turn *t, const struct moment *m, const struct moment *until)
{
	for (size_t k = 0; k < l->readers[x->fact].n; k++) {
		const struct rule_reader *reader = &l->readers[x->fact].v[k];
		bool lasts = differs_after(reader->atom, t);
		if (lasts || differs_before(reader->atom, t))
			spread_to_rule(l, reader, x, lasts, m, until);
	}
}

static void spread(struct late *l, struct inst *x, const struct turn *t, const struct moment *m)
{
	uint32_t next = late_count(l, x->v, x->n, m, false);
	struct moment until = next < x->n ? late_moment(l, x->v[next].round) : late_end();
	spread_to_defs(l, x, t, m, &until);
	spread_to_rules(l, x, t, m, &until);
	if (x->fact >= l->rb->facts.n)
		late_turned(l, x, m);
}

/* ---- setting ------------------------------------------------------------------------------------------------------- */

/* A changed fact that differs is resolved again when it is next asked to change. */
static void resolve_next(struct late *l, struct inst *i, const struct moment *m)
{
	const struct eval *e = l->r->e;
	const struct side *side = late_side(l, i);
	uint32_t k = late_firing_after(l, &side->firings, m, false);
	if (k < side->firings.n) {
		struct moment at = late_moment(l, e->firings.v[side->firings.v[k]].round);
		late_push(l, &at, STAGE_INST, i, 0, true);
	}
	for (k = 0; k < side->pendings.n; k++) {
		const struct pending *p = &e->pendings.v[side->pendings.v[k]];
		if (p->due > m->at || (p->due == m->at && m->phase < PHASE_PENDING))
			late_push_due(l, p);
	}
}

/* The first `at` of its changes are before the moment, after which it has the value. */
static struct turn turn_of(const struct late *l, const struct looked *t, const struct moment *m, uint32_t at, packed value)
{
	uint32_t before = late_count(l, t->old, t->nold, m, true), after = late_count(l, t->old, t->nold, m, false);
	struct turn turn = {.old_before = last_value(t->old, before), .old_after = last_value(t->old, after),
		.before = last_value(t->i->v, at), .after = value};
	turn.ever_after = l->endings[t->i->fact] && !(at + (turn.before != value)) != !after;
	return turn;
}

static bool is_defined(const struct late *l, const struct inst *i)
{
	return l->r->fact_defs[i->fact].n > 0;
}

/* there: change number `at` is of this moment. False: it is what was to be written. */
static bool write_change(struct late *l, struct inst *i, uint32_t at, bool there, struct moment *m, packed value, uint32_t cause)
{
	struct state *state = l->r->e->state;
	if (last_value(i->v, at) == value) {
		if (there)
			inst_remove(state, i, at);
		return there;
	}
	if (!there) {
		inst_insert(state, i, at, (struct change){late_round(l, m), cause, value});
		return true;
	}
	if (i->v[at].value == value && (i->v[at].cause == cause || is_defined(l, i))) /* of several definitions any may be named */
		return false;
	inst_replace(state, i, at, (struct change){i->v[at].round, cause, value});
	return true;
}

/* Likewise; with what goes by its history. */
static void rewrite(struct late *l, struct looked *t, uint32_t at, bool there, struct moment *m, packed value, uint32_t cause)
{
	struct inst *i = t->i;
	bool counted = l->groups[i->fact] != NULL;
	uint32_t nold = i->n;
	const struct change *old = counted ? arena_copy(&l->work, i->v, nold * sizeof *i->v) : NULL;
	if (!write_change(l, i, at, there, m, value, cause))
		return;
	if (!t->changed)
		arena_push(&l->work, &l->changed, i);
	t->changed = true;
	if (counted)
		late_count_again(l, i, old, nold);
}

void late_set(struct late *l, struct inst *i, struct moment *m, packed value, uint32_t cause)
{
	uint32_t at = late_count(l, i->v, i->n, m, true);
	bool there = at < i->n && late_is_in(l, i->v[at].round, m, false);
	note_seen(l, i);
	if (!there && last_value(i->v, at) == value && !touched(l, i))
		return; /* as it was, and nothing came to pass */
	struct looked *t = touch(l, i);
	struct turn turn = turn_of(l, t, m, at, value);
	rewrite(l, t, at, there, m, value, cause);
	bool differs = turn.after != turn.old_after, differed = turn.before != turn.old_before;
	if (differs && !is_defined(l, i))
		resolve_next(l, i, m);
	bool turns = turn.before != value || turn.old_before != turn.old_after;
	if (turns && (differs || differed))
		spread(l, i, &turn, m);
}
