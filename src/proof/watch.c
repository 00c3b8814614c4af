/* SPDX-License-Identifier: Apache-2.0
 *
 * What is watched: definitions, and the conditions of `once` and `after` as hidden facts. When a fact changes, what may follow from it is
 * worked out again for the arguments that agree with it, definitions that rest on others after these.
 */
#include "proof/run.h"

#include <string.h>

/* ---- events, the earliest first ------------------------------------------------------------------------------------------ */

static bool earlier(const struct ck_event *a, const struct ck_event *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

void ck_event_add(struct ck_past *p, struct ck_event e)
{
	struct ck_run *r = p->run;
	e.seq = r->seq++;
	if (e.at > CIVIL_MAX)
		return;
	struct ck_event *n = arena_copy(&p->arena, &e, sizeof e);
	arena_push(&p->arena, &r->events, n);
	size_t i = r->events.n - 1;
	for (; i && earlier(n, r->events.v[(i - 1) / 2]); i = (i - 1) / 2)
		r->events.v[i] = r->events.v[(i - 1) / 2];
	r->events.v[i] = n;
}

struct ck_event *ck_event_take(struct ck_run *r)
{
	struct ck_event *top = r->events.v[0], *last = r->events.v[--r->events.n];
	size_t i = 0, k;
	while ((k = 2 * i + 1) < r->events.n) {
		k += k + 1 < r->events.n && earlier(r->events.v[k + 1], r->events.v[k]);
		if (!earlier(r->events.v[k], last))
			break;
		r->events.v[i] = r->events.v[k];
		i = k;
	}
	if (r->events.n)
		r->events.v[i] = last;
	return top;
}

/* ---- what is watched ----------------------------------------------------------------------------------------------------- */

static bool applies(const struct ck_past *p, const struct ck_law *w)
{
	return (!w->readings || w->readings >> p->reading & 1) && (!p->part || p->part[w->id]);
}

static void note_readers(struct ck_past *p, uint32_t watch, const struct ck_form *f)
{
	if (!f)
		return;
	if (f->fact != NO_ID) {
		struct ck_reader reader = {watch, f};
		arena_push(&p->arena, &p->run->readers[f->fact], reader);
	}
	for (uint32_t i = 0; i < f->nkids; i++)
		note_readers(p, watch, f->kids[i]);
}

static uint32_t level_of(struct ck_past *p, uint32_t fact);

static uint32_t level_read(struct ck_past *p, const struct ck_form *f)
{
	uint32_t level = f && f->fact != NO_ID ? level_of(p, f->fact) + 1 : 0;
	for (uint32_t i = 0; f && i < f->nkids; i++) {
		uint32_t l = level_read(p, f->kids[i]);
		level = l > level ? l : level;
	}
	return level;
}

/* No definition rests on itself: ck_law_read saw to it. */
static uint32_t level_of(struct ck_past *p, uint32_t fact)
{
	struct ck_watched *w = &p->run->of[fact];
	for (size_t i = 0; i < w->watches.n && !w->level; i++) {
		uint32_t l = level_read(p, p->run->watches.v[w->watches.v[i]].cond);
		w->level = l > w->level ? l : w->level;
	}
	return w->level;
}

static void add_watch(struct ck_past *p, struct ck_watch w)
{
	uint32_t id = (uint32_t)p->run->watches.n;
	arena_push(&p->arena, &p->run->watches, w);
	arena_push(&p->arena, &p->run->of[w.fact].watches, id);
	note_readers(p, id, w.cond);
}

static struct ck_term *hidden_head(struct ck_past *p, uint64_t vars)
{
	struct ck_term *t = arena_array(&p->arena, MAX_ARGS, struct ck_term);
	for (uint32_t n = 0; vars; vars &= vars - 1)
		t[n++] = (struct ck_term){.kind = CK_VAR, .var = (uint8_t)__builtin_ctzll(vars)};
	return t;
}

void ck_set_up(struct ck_past *p)
{
	const struct ck_book *b = p->b;
	struct ck_run *r = p->run;
	size_t most = b->facts.n + b->laws.n + 1;
	p->nfacts = (uint32_t)b->facts.n;
	p->of_fact = arena_array(&p->arena, most, struct ck_insts);
	p->nparams = arena_array(&p->arena, most, uint32_t);
	r->of = arena_array(&p->arena, most, struct ck_watched);
	r->readers = (void *)arena_alloc(&p->arena, most * sizeof *r->readers);
	r->on_act = (void *)arena_alloc(&p->arena, (b->acts.n + 1) * sizeof *r->on_act);
	r->law_of = arena_array(&p->arena, most, uint32_t);
	for (size_t i = 0; i < b->facts.n; i++)
		p->nparams[i] = b->facts.v[i].nparams;
	p->hidden = arena_array(&p->arena, b->laws.n + 1, uint32_t);
	for (uint32_t i = 0; i < b->laws.n; i++) {
		const struct ck_law *w = &b->laws.v[i];
		p->hidden[i] = NO_ID;
		if (!applies(p, w))
			continue;
		if (w->form == RULE_DEFINITION) {
			add_watch(p, (struct ck_watch){i, w->fact, p->nparams[w->fact], w->head, w->cond});
			for (int k = 0; k < 2; k++) {
				civil at = k ? w->st->head->until : w->st->head->from;
				if (at != CIVIL_ALWAYS)
					ck_event_add(p, (struct ck_event){.at = at, .kind = WAKE, .fact = w->fact});
			}
		} else if (w->when) {
			uint32_t n = (uint32_t)__builtin_popcountll(w->trigger_vars);
			p->hidden[i] = p->nfacts;
			p->nparams[p->nfacts] = n;
			r->law_of[p->nfacts] = i;
			add_watch(p, (struct ck_watch){i, p->nfacts++, n, hidden_head(p, w->trigger_vars), w->when});
		} else {
			arena_push(&p->arena, &r->on_act[w->act], i);
		}
	}
	for (uint32_t i = 0; i < p->nfacts; i++)
		(void)level_of(p, i);
}

/* ---- working out --------------------------------------------------------------------------------------------------------- */

void ck_work_out(struct ck_past *p, uint32_t fact, const struct ck_pattern *keys)
{
	struct ck_watched *w = &p->run->of[fact];
	ck_charge(p, w->todo.n / 16);
	for (size_t i = 0; i < w->todo.n; i++)
		if (memcmp(&w->todo.v[i], keys, sizeof *keys) == 0)
			return;
	arena_push(&p->arena, &w->todo, *keys);
	if (!w->queued)
		arena_push(&p->arena, &p->run->queue, fact);
	w->queued = true;
}

/* Does the atom say the same of both values, whatever stands around it? */
static bool says_same(const struct ck_form *atom, struct value a, struct value b)
{
	bool of_a = false, of_b = false;
	if (atom->kind != C_IS) /* a value that is reckoned with */
		return atom->kind == C_HOLDS && (a.kind == V_NONE) == (b.kind == V_NONE);
	for (uint32_t i = 0; i < atom->nterms; i++) {
		if (atom->terms[i].kind != CK_VALUE)
			return false;
		of_a |= value_eq(atom->terms[i].value, a);
		of_b |= value_eq(atom->terms[i].value, b);
	}
	return of_a == of_b;
}

/* An instance changed: what may follow for the arguments that agree with it? */
static void tell_readers(struct ck_past *p, const struct ck_inst *i, struct value old, struct value new)
{
	struct ck_run *r = p->run;
	for (size_t k = 0; k < r->readers[i->fact].n; k++) {
		const struct ck_reader *reader = &r->readers[i->fact].v[k];
		const struct ck_watch *w = &r->watches.v[reader->watch];
		struct ck_pattern keys;
		bool fits = true;
		if (says_same(reader->atom, old, new))
			continue;
		memset(&keys, 0, sizeof keys);
		for (uint32_t a = 0; a < reader->atom->nargs && fits; a++) {
			const struct ck_term *t = &reader->atom->args[a];
			if (t->kind == CK_VALUE)
				fits = value_eq(t->value, i->args[a]);
			for (uint32_t h = 0; h < w->nhead && t->kind == CK_VAR; h++)
				if (w->head[h].kind == CK_VAR && w->head[h].var == t->var) {
					fits = fits && (keys.args[h].kind == V_NONE || value_eq(keys.args[h], i->args[a]));
					keys.args[h] = i->args[a];
				}
		}
		if (fits)
			ck_work_out(p, w->fact, &keys);
	}
}

void ck_change(struct ck_past *p, struct ck_inst *i, struct value v, uint32_t law, uint32_t firing)
{
	struct ck_change c = {(uint32_t)p->rounds.n - 1, law, firing, v};
	struct value old = ck_value(i, CK_NOW);
	if (value_eq(old, v))
		return;
	if (i->n && i->v[i->n - 1].round == c.round)
		i->v[i->n - 1] = c; /* one change of an instance in a round */
	else
		arena_push(&p->arena, i, c);
	p->run->changes++;
	tell_readers(p, i, old, v);
}

struct finding {
	struct ck_past *p;
	const struct ck_watch *w;
	struct ck_insts found;
};

static bool found(struct ck_sight *s, void *ctx)
{
	struct finding *f = ctx;
	struct value args[MAX_ARGS];
	if (!ck_args(s, f->w->head, f->w->nhead, args))
		return true;
	struct ck_inst *i = ck_inst_make(f->p, f->w->fact, args);
	if (i->mark == f->p->run->mark)
		return true;
	i->mark = f->p->run->mark;
	arena_push(&f->p->arena, &f->found, i);
	return true;
}

/* A date that is not reached yet: work it out again then, for the arguments of the head that are known. */
static void wake_later(void *ctx, const struct ck_sight *s, civil at)
{
	const struct finding *f = ctx;
	struct ck_event e = {.at = at, .kind = WAKE, .fact = f->w->fact};
	for (uint32_t h = 0; h < f->w->nhead; h++) {
		const struct ck_term *t = &f->w->head[h];
		if (t->kind == CK_VALUE || (t->kind == CK_VAR && s->bound & ck_bit(t->var)))
			e.keys.args[h] = t->kind == CK_VALUE ? t->value : s->env[t->var];
	}
	ck_event_add(f->p, e);
}

bool ck_in_window(civil t, const struct ck_law *w)
{
	return t >= w->st->head->from && t < w->st->head->until;
}

static void set_watched(struct ck_past *p, struct ck_inst *i, bool yes, uint32_t law)
{
	struct ck_run *r = p->run;
	if ((ck_value(i, CK_NOW).kind == V_YES) == yes)
		return;
	uint32_t changes = r->changes;
	ck_change(p, i, yes ? VALUE_YES : VALUE_NONE, law, NO_ID);
	r->changes = changes; /* what follows is no change of its own */
	if (i->fact >= p->b->facts.n)
		arena_push(&p->arena, yes ? &r->rose : &r->fell, i);
}

static void work_out_one(struct ck_past *p, uint32_t fact, const struct ck_pattern *keys)
{
	struct ck_run *r = p->run;
	struct finding f = {.p = p};
	struct ck_sight *s = &r->s;
	uint32_t n = p->nparams[fact];
	r->mark++;
	for (size_t k = 0; k < r->of[fact].watches.n; k++) {
		const struct ck_watch *w = f.w = &r->watches.v[r->of[fact].watches.v[k]];
		const struct ck_law *law = &p->b->laws.v[w->law];
		bool fits = law->form != RULE_DEFINITION || ck_in_window(r->now, law); /* of an effect it is looked at when it fires */
		arena_reset(&p->scratch);
		ck_look(s, p, CK_NOW, r->now);
		s->wake = wake_later;
		s->wake_ctx = &f;
		for (uint32_t i = 0; i < n && fits; i++)
			fits = keys->args[i].kind == V_NONE || ck_match(s, w->head[i], keys->args[i]);
		size_t before = f.found.n;
		if (fits)
			(void)ck_solve(s, w->cond, found, &f);
		for (size_t i = before; i < f.found.n; i++)
			set_watched(p, f.found.v[i], true, w->law);
	}
	const struct ck_insts *l = ck_matching(p, fact, n, keys->args);
	for (size_t i = 0; i < l->n; i++) {
		bool fits = l->v[i]->mark != r->mark && l->v[i]->n;
		for (uint32_t k = 0; k < n && fits; k++)
			fits = keys->args[k].kind == V_NONE || value_eq(keys->args[k], l->v[i]->args[k]);
		if (fits)
			set_watched(p, l->v[i], false, ck_last(l->v[i], CK_NOW)->law);
	}
}

/* The lowest levels first, so that each is worked out once. */
void ck_settle(struct ck_past *p)
{
	struct ck_run *r = p->run;
	while (r->queue.n && !p->too_much) {
		size_t low = 0;
		for (size_t i = 1; i < r->queue.n; i++)
			if (r->of[r->queue.v[i]].level < r->of[r->queue.v[low]].level)
				low = i;
		uint32_t fact = r->queue.v[low];
		struct ck_watched *w = &r->of[fact];
		r->queue.v[low] = r->queue.v[--r->queue.n];
		w->queued = false;
		for (size_t i = 0; i < w->todo.n; i++) {
			struct ck_pattern keys = w->todo.v[i];
			work_out_one(p, fact, &keys);
		}
		w->todo.n = 0;
	}
}
