/* SPDX-License-Identifier: Apache-2.0
 *
 * Time carried out: instants, at each the calendar, timers, pending changes, acts; rounds and cascades (reference, section 7).
 *
 * Definitions, and the conditions of `once` and `after` as hidden facts, are *watched*: when a fact changes, what may follow from it is
 * worked out again for the arguments that agree with it, definitions that rest on others after these.
 */
#include "proof/past.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_INSTANTS_AFTER = 1000000 };

struct watch { /* head holds while cond */
	uint32_t law, fact, nhead;
	const struct ck_term *head;
	const struct ck_form *cond;
};

struct pattern { /* of a fact's arguments; V_NONE: any */
	struct value args[MAX_ARGS];
};

struct watched { /* one fact and its definitions */
	struct { uint32_t *v; size_t n, cap; } watches; /* in the order of the text */
	struct { struct pattern *v; size_t n, cap; } todo;
	uint32_t level; /* above those that it reads */
	bool queued;
};

struct reader {
	uint32_t watch;
	const struct ck_form *atom;
};

enum event_kind { WAKE, TIMER, DUE };

struct event {
	civil at;
	enum event_kind kind;
	uint64_t seq;
	uint32_t fact, generation, pending; /* WAKE: fact (NO_ID: only look at pending changes); DUE */
	struct pattern keys;		    /* WAKE */
	struct ck_inst *inst;		    /* TIMER */
};

struct proposal {
	uint32_t law, firing;
	struct ck_inst *inst;
	struct value value;
	civil effect;
	bool dropped;
};

struct ck_run {
	struct { struct watch *v; size_t n, cap; } watches;
	struct watched *of; /* by fact */
	struct { struct reader *v; size_t n, cap; } *readers;
	struct { uint32_t *v; size_t n, cap; } *on_act;
	uint32_t *law_of; /* a hidden fact's */
	struct { struct event **v; size_t n, cap; } events; /* heap */
	struct { uint32_t *v; size_t n, cap; } queue, waiting; /* watched facts to work out; pending changes with an `if` to look at */
	struct { struct proposal *v; size_t n, cap; } proposals;
	struct ck_insts rose, fell, fire;
	uint64_t seq, step;
	uint32_t mark, changes;
	civil now;
	struct ck_sight s;
};

/* ---- events, the earliest first ------------------------------------------------------------------------------------------ */

static bool earlier(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void event_add(struct ck_past *p, struct event e)
{
	struct ck_run *r = p->run;
	e.seq = r->seq++;
	if (e.at > CIVIL_MAX)
		return;
	struct event *n = arena_copy(&p->arena, &e, sizeof e);
	arena_push(&p->arena, &r->events, n);
	size_t i = r->events.n - 1;
	for (; i && earlier(n, r->events.v[(i - 1) / 2]); i = (i - 1) / 2)
		r->events.v[i] = r->events.v[(i - 1) / 2];
	r->events.v[i] = n;
}

static struct event *event_take(struct ck_run *r)
{
	struct event *top = r->events.v[0], *last = r->events.v[--r->events.n];
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
		struct reader reader = {watch, f};
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
	struct watched *w = &p->run->of[fact];
	for (size_t i = 0; i < w->watches.n && !w->level; i++) {
		uint32_t l = level_read(p, p->run->watches.v[w->watches.v[i]].cond);
		w->level = l > w->level ? l : w->level;
	}
	return w->level;
}

static void add_watch(struct ck_past *p, struct watch w)
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
		t[n++] = (struct ck_term){.kind = TERM_VAR, .var = (uint8_t)__builtin_ctzll(vars)};
	return t;
}

static void set_up(struct ck_past *p)
{
	const struct ck_book *b = p->b;
	struct ck_run *r = p->run;
	size_t most = b->facts.n + b->laws.n + 1;
	p->nfacts = (uint32_t)b->facts.n;
	p->of_fact = arena_array(&p->arena, most, struct ck_insts);
	p->nparams = arena_array(&p->arena, most, uint32_t);
	r->of = arena_array(&p->arena, most, struct watched);
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
			add_watch(p, (struct watch){i, w->fact, p->nparams[w->fact], w->head, w->cond});
			for (int k = 0; k < 2; k++) {
				civil at = k ? w->st->head->until : w->st->head->from;
				if (at != CIVIL_ALWAYS)
					event_add(p, (struct event){.at = at, .kind = WAKE, .fact = w->fact});
			}
		} else if (w->when) {
			uint32_t n = (uint32_t)__builtin_popcountll(w->trigger_vars);
			p->hidden[i] = p->nfacts;
			p->nparams[p->nfacts] = n;
			r->law_of[p->nfacts] = i;
			add_watch(p, (struct watch){i, p->nfacts++, n, hidden_head(p, w->trigger_vars), w->when});
		} else {
			arena_push(&p->arena, &r->on_act[w->act], i);
		}
	}
	for (uint32_t i = 0; i < p->nfacts; i++)
		(void)level_of(p, i);
}

/* ---- working out --------------------------------------------------------------------------------------------------------- */

static void work_out(struct ck_past *p, uint32_t fact, const struct pattern *keys)
{
	struct watched *w = &p->run->of[fact];
	for (size_t i = 0; i < w->todo.n; i++)
		if (memcmp(&w->todo.v[i], keys, sizeof *keys) == 0)
			return;
	arena_push(&p->arena, &w->todo, *keys);
	if (!w->queued)
		arena_push(&p->arena, &p->run->queue, fact);
	w->queued = true;
}

/* An instance changed: what may follow for the arguments that agree with it? */
static void tell_readers(struct ck_past *p, const struct ck_inst *i)
{
	struct ck_run *r = p->run;
	for (size_t k = 0; k < r->readers[i->fact].n; k++) {
		const struct reader *reader = &r->readers[i->fact].v[k];
		const struct watch *w = &r->watches.v[reader->watch];
		struct pattern keys;
		bool fits = true;
		memset(&keys, 0, sizeof keys);
		for (uint32_t a = 0; a < reader->atom->nargs && fits; a++) {
			const struct ck_term *t = &reader->atom->args[a];
			if (t->kind == TERM_VALUE)
				fits = value_eq(t->value, i->args[a]);
			for (uint32_t h = 0; h < w->nhead && t->kind == TERM_VAR; h++)
				if (w->head[h].kind == TERM_VAR && w->head[h].var == t->var) {
					fits = fits && (keys.args[h].kind == V_NONE || value_eq(keys.args[h], i->args[a]));
					keys.args[h] = i->args[a];
				}
		}
		if (fits)
			work_out(p, w->fact, &keys);
	}
}

static void change(struct ck_past *p, struct ck_inst *i, struct value v, uint32_t law, uint32_t firing)
{
	struct ck_change c = {(uint32_t)p->rounds.n - 1, law, firing, v};
	if (value_eq(ck_value(i, CK_NOW), v))
		return;
	if (i->n && i->v[i->n - 1].round == c.round)
		i->v[i->n - 1] = c; /* one change of an instance in a round */
	else
		arena_push(&p->arena, i, c);
	p->run->changes++;
	tell_readers(p, i);
}

struct finding {
	struct ck_past *p;
	const struct watch *w;
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
	struct event e = {.at = at, .kind = WAKE, .fact = f->w->fact};
	for (uint32_t h = 0; h < f->w->nhead; h++) {
		const struct ck_term *t = &f->w->head[h];
		if (t->kind == TERM_VALUE || (t->kind == TERM_VAR && s->bound & ck_bit(t->var)))
			e.keys.args[h] = t->kind == TERM_VALUE ? t->value : s->env[t->var];
	}
	event_add(f->p, e);
}

static bool in_window(civil t, const struct ck_law *w)
{
	return t >= w->st->head->from && t < w->st->head->until;
}

static void set_watched(struct ck_past *p, struct ck_inst *i, bool yes, uint32_t law)
{
	struct ck_run *r = p->run;
	if ((ck_value(i, CK_NOW).kind == V_YES) == yes)
		return;
	uint32_t changes = r->changes;
	change(p, i, yes ? VALUE_YES : VALUE_NONE, law, NO_ID);
	r->changes = changes; /* what follows is no change of its own */
	if (i->fact >= p->b->facts.n)
		arena_push(&p->arena, yes ? &r->rose : &r->fell, i);
}

static void work_out_one(struct ck_past *p, uint32_t fact, const struct pattern *keys)
{
	struct ck_run *r = p->run;
	struct finding f = {.p = p};
	struct ck_sight *s = &r->s;
	uint32_t n = p->nparams[fact];
	r->mark++;
	for (size_t k = 0; k < r->of[fact].watches.n; k++) {
		const struct watch *w = f.w = &r->watches.v[r->of[fact].watches.v[k]];
		const struct ck_law *law = &p->b->laws.v[w->law];
		bool fits = law->form != RULE_DEFINITION || in_window(r->now, law); /* of an effect it is looked at when it fires */
		arena_reset(&p->scratch);
		*s = (struct ck_sight){.p = p, .round = CK_NOW, .now = r->now, .fired = r->now, .wake = wake_later, .wake_ctx = &f};
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
static void settle(struct ck_past *p)
{
	struct ck_run *r = p->run;
	while (r->queue.n && !p->too_much) {
		size_t low = 0;
		for (size_t i = 1; i < r->queue.n; i++)
			if (r->of[r->queue.v[i]].level < r->of[r->queue.v[low]].level)
				low = i;
		uint32_t fact = r->queue.v[low];
		struct watched *w = &r->of[fact];
		r->queue.v[low] = r->queue.v[--r->queue.n];
		w->queued = false;
		for (size_t i = 0; i < w->todo.n; i++) {
			struct pattern keys = w->todo.v[i];
			work_out_one(p, fact, &keys);
		}
		w->todo.n = 0;
	}
}

/* ---- firing -------------------------------------------------------------------------------------------------------------- */

struct ways {
	struct ck_past *p;
	uint64_t vars;
	struct { struct value **v; size_t n, cap; } rows;
};

static bool take_way(struct ck_sight *s, void *ctx)
{
	struct ways *w = ctx;
	struct value row[MAX_VARS];
	for (uint32_t i = 0; i < MAX_VARS; i++)
		row[i] = w->vars & s->bound & ck_bit(i) ? s->env[i] : VALUE_NONE;
	for (size_t i = 0; i < w->rows.n; i++) {
		uint32_t k = 0;
		while (k < MAX_VARS && value_eq(w->rows.v[i][k], row[k]))
			k++;
		if (k == MAX_VARS)
			return true;
	}
	struct value *copy = arena_copy(&w->p->scratch, row, sizeof row);
	arena_push(&w->p->scratch, &w->rows, copy);
	return true;
}

static void propose_way(struct ck_past *p, const struct ck_law *law, struct ck_inst *trigger, uint64_t place)
{
	struct ck_run *r = p->run;
	struct ck_sight *s = &r->s;
	struct value args[MAX_ARGS];
	struct proposal new = {.law = law->id, .value = VALUE_YES, .effect = r->now};
	if (law->form == RULE_FORBIDDEN) {
		char text[24];
		int n = snprintf(text, sizeof text, "%llu", (unsigned long long)place);
		args[0] = (struct value){.kind = V_ENTITY, .s = syms_intern(&p->b->rb->syms, (struct str){text, (size_t)n})};
	} else if (!ck_args(s, law->head, p->nparams[law->fact], args)) {
		return;
	}
	if (law->form == RULE_EFFECT)
		new.value = ck_expr_value(s, law->value);
	if (law->effect) {
		struct ck_num when = ck_expr(s, law->effect);
		if (when.kind != V_DATE)
			return;
		new.effect = when.v.t;
	}
	struct ck_firing f = {.law = law->id, .round = (uint32_t)p->rounds.n, .bound = s->bound, .trigger = trigger};
	f.env = arena_copy(&p->arena, s->env, sizeof s->env);
	new.inst = ck_inst_make(p, law->fact, args);
	new.firing = (uint32_t)p->firings.n;
	arena_push(&p->arena, &p->firings, f);
	arena_push(&p->arena, &r->proposals, new);
}

/* The variables of the trigger are bound; every way to satisfy `if` fires. */
static void propose(struct ck_past *p, const struct ck_law *law, struct ck_inst *trigger, uint64_t place)
{
	struct ck_run *r = p->run;
	struct ways w = {.p = p, .vars = law->trigger_vars | law->cond_vars};
	if (!in_window(r->now, law))
		return;
	(void)ck_solve(&r->s, law->cond, take_way, &w);
	for (size_t i = 0; i < w.rows.n; i++) {
		r->s.bound = w.vars;
		memcpy(r->s.env, w.rows.v[i], sizeof r->s.env);
		propose_way(p, law, trigger, place);
	}
}

static void look(struct ck_past *p)
{
	arena_reset(&p->scratch);
	p->run->s = (struct ck_sight){.p = p, .round = CK_NOW, .now = p->run->now, .fired = p->run->now};
}

static void propose_for_act(struct ck_past *p, const struct ck_placed *a)
{
	struct ck_run *r = p->run;
	for (size_t i = 0; i < r->on_act[a->act->kind].n; i++) {
		const struct ck_law *law = &p->b->laws.v[r->on_act[a->act->kind].v[i]];
		bool fits = true;
		look(p);
		for (uint32_t k = 0; k < p->b->acts.v[a->act->kind].nparams && fits; k++)
			fits = ck_match(&r->s, law->pattern[k], a->act->args[k]);
		if (fits)
			propose(p, law, NULL, a->place);
	}
}

static void bind_trigger(struct ck_past *p, const struct ck_law *law, const struct ck_inst *hidden)
{
	uint32_t n = 0;
	look(p);
	for (uint64_t left = law->trigger_vars; left; left &= left - 1)
		p->run->s.env[__builtin_ctzll(left)] = hidden->args[n++];
	p->run->s.bound = law->trigger_vars;
}

static void propose_for_trigger(struct ck_past *p, struct ck_inst *hidden)
{
	const struct ck_law *law = &p->b->laws.v[p->run->law_of[hidden->fact]];
	bind_trigger(p, law, hidden);
	propose(p, law, hidden, 0);
}

/* ---- rounds -------------------------------------------------------------------------------------------------------------- */

static int by_name(const void *x, const void *y, void *ctx)
{
	const struct ck_past *p = ((void **)ctx)[0];
	const struct ck_law *w = ((void **)ctx)[1];
	return str_cmp(ck_name(p->b, w->vars[*(const uint32_t *)x]), ck_name(p->b, w->vars[*(const uint32_t *)y]));
}

/* Place in the text, then the binding as pairs (name, printed value) in the order of the names (6.7). */
static int by_text(const void *x, const void *y, void *ctx)
{
	const struct proposal *a = x, *b = y;
	struct ck_past *p = ctx;
	uint32_t vars[MAX_VARS], n = 0;
	if (a->law != b->law)
		return a->law < b->law ? -1 : 1;
	const struct ck_law *w = &p->b->laws.v[a->law];
	for (uint32_t i = 0; i < w->nvars; i++)
		if ((w->trigger_vars | w->cond_vars) & ck_bit(i))
			vars[n++] = i;
	void *with[] = {p, (void *)w};
	if (n > 1)
		qsort_r(vars, n, sizeof *vars, by_name, with);
	for (uint32_t i = 0; i < n; i++) {
		int c = value_cmp_printed(&p->b->rb->syms, p->firings.v[a->firing].env[vars[i]], p->firings.v[b->firing].env[vars[i]]);
		if (c)
			return c;
	}
	return 0;
}

static bool overridden(const struct ck_past *p, const struct proposal *a)
{
	for (size_t i = 0; i < p->run->proposals.n; i++) {
		const struct proposal *o = &p->run->proposals.v[i];
		const struct ck_law *w = &p->b->laws.v[o->law];
		for (size_t k = 0; k < w->noverrides && o->inst == a->inst; k++)
			if (w->overrides[k] == a->law)
				return true;
	}
	return false;
}

static void queue_change(struct ck_past *p, const struct proposal *a)
{
	struct ck_pending new = {.firing = a->firing, .inst = a->inst, .value = a->value, .due = a->effect};
	uint32_t id = (uint32_t)p->pendings.n;
	arena_push(&p->arena, &p->pendings, new);
	if (p->b->laws.v[a->law].still_so)
		arena_push(&p->arena, &p->run->waiting, id);
	event_add(p, (struct event){.at = a->effect, .kind = DUE, .pending = id});
	p->run->changes++;
}

static void wake_pending(void *ctx, const struct ck_sight *s, civil at)
{
	(void)s;
	event_add(ctx, (struct event){.at = at, .kind = WAKE, .fact = NO_ID});
}

/* Are the trigger's condition and `if`, under the binding of then, still true? */
static bool still_so(struct ck_past *p, const struct ck_pending *a)
{
	const struct ck_firing *f = &p->firings.v[a->firing];
	const struct ck_law *w = &p->b->laws.v[f->law];
	if (f->trigger && ck_value(f->trigger, CK_NOW).kind == V_NONE)
		return false;
	if (!w->cond)
		return true;
	look(p);
	p->run->s.fired = p->rounds.v[f->round].at;
	p->run->s.bound = f->bound;
	p->run->s.wake = wake_pending;
	p->run->s.wake_ctx = p;
	memcpy(p->run->s.env, f->env, sizeof p->run->s.env);
	return ck_true(&p->run->s, w->cond);
}

static void drop_pending(struct ck_past *p)
{
	struct ck_run *r = p->run;
	size_t kept = 0;
	for (size_t i = 0; i < r->waiting.n; i++) {
		struct ck_pending *a = &p->pendings.v[r->waiting.v[i]];
		const struct ck_inst *trigger = p->firings.v[a->firing].trigger;
		bool fell = false; /* it may have turned and turned again within the round */
		for (size_t k = 0; trigger && k < r->fell.n; k++)
			fell |= r->fell.v[k] == trigger;
		if (a->fate == CK_WAITING && (fell || !still_so(p, a))) {
			a->fate = CK_DROPPED;
			a->ended = (uint32_t)p->rounds.n - 1;
		}
		if (a->fate == CK_WAITING)
			r->waiting.v[kept++] = r->waiting.v[i];
	}
	r->waiting.n = kept;
}

static void start_timer(struct ck_past *p, struct ck_inst *hidden)
{
	const struct ck_law *law = &p->b->laws.v[p->run->law_of[hidden->fact]];
	civil due;
	bind_trigger(p, law, hidden);
	if (!ck_due(ck_expr_value(&p->run->s, law->span), p->run->now, &due))
		return;
	if (due <= p->run->now)
		arena_push(&p->arena, &p->run->fire, hidden);
	else
		event_add(p, (struct event){.at = due, .kind = TIMER, .inst = hidden, .generation = hidden->generation});
}

static void begin_round(struct ck_past *p, enum ck_round_kind kind, uint32_t act)
{
	struct ck_round round = {p->run->now, kind, act};
	arena_push(&p->arena, &p->rounds, round);
	p->run->rose.n = p->run->fell.n = 0;
}

static void end_round(struct ck_past *p)
{
	struct ck_run *r = p->run;
	settle(p);
	drop_pending(p);
	for (size_t i = 0; i < r->fell.n; i++)
		r->fell.v[i]->generation++;
	for (size_t i = 0; i < r->rose.n; i++) {
		if (p->b->laws.v[r->law_of[r->rose.v[i]->fact]].span)
			start_timer(p, r->rose.v[i]);
		else
			arena_push(&p->arena, &r->fire, r->rose.v[i]);
	}
}

/* Carries out what was proposed, all at once. */
static void carry_out(struct ck_past *p, enum ck_round_kind kind, uint32_t act)
{
	struct ck_run *r = p->run;
	begin_round(p, kind, act);
	if (r->proposals.n > 1)
		qsort_r(r->proposals.v, r->proposals.n, sizeof *r->proposals.v, by_text, p);
	for (uint32_t i = 0; i < r->proposals.n; i++) {
		struct proposal *a = &r->proposals.v[i];
		a->dropped = overridden(p, a);
		if (!a->dropped && a->effect <= r->now)
			a->inst->chosen = i; /* the later in the text stands */
	}
	for (uint32_t i = 0; i < r->proposals.n; i++) {
		const struct proposal *a = &r->proposals.v[i];
		if (!a->dropped && a->effect > r->now)
			queue_change(p, a);
		else if (!a->dropped && a->inst->chosen == i)
			change(p, a->inst, a->value, a->law, a->firing);
	}
	r->proposals.n = 0;
	end_round(p);
}

static void cascade(struct ck_past *p, uint32_t act)
{
	struct ck_run *r = p->run;
	while (r->fire.n && !p->too_much) {
		struct ck_insts now = r->fire;
		r->fire = (struct ck_insts){0};
		for (size_t i = 0; i < now.n; i++)
			if (now.v[i]->stamp != r->step) { /* once in a step */
				now.v[i]->stamp = r->step;
				propose_for_trigger(p, now.v[i]);
			}
		if (r->proposals.n)
			carry_out(p, CK_CASCADE, act);
	}
}

/* ---- instants ------------------------------------------------------------------------------------------------------------ */

struct due_now {
	struct { struct event **v; size_t n, cap; } of[3];
};

static void take_events(struct ck_past *p, struct due_now *d)
{
	struct ck_run *r = p->run;
	while (r->events.n && r->events.v[0]->at == r->now) {
		struct event *e = event_take(r);
		arena_push(&p->arena, &d->of[e->kind], e);
	}
}

static void begin_step(struct ck_past *p)
{
	p->run->step++;
	p->run->changes = 0;
}

static void step_calendar(struct ck_past *p, const struct due_now *d)
{
	if (!d->of[WAKE].n)
		return;
	begin_step(p);
	for (size_t i = 0; i < d->of[WAKE].n; i++)
		if (d->of[WAKE].v[i]->fact != NO_ID)
			work_out(p, d->of[WAKE].v[i]->fact, &d->of[WAKE].v[i]->keys);
	carry_out(p, CK_CALENDAR, NO_ID);
	cascade(p, NO_ID);
}

static void step_timers(struct ck_past *p, const struct due_now *d)
{
	bool any = false;
	for (size_t i = 0; i < d->of[TIMER].n; i++) {
		struct event *e = d->of[TIMER].v[i];
		if (e->generation != e->inst->generation)
			continue; /* it was stopped */
		if (!any)
			begin_step(p);
		any = true;
		e->inst->stamp = p->run->step;
		propose_for_trigger(p, e->inst);
	}
	if (!any)
		return;
	carry_out(p, CK_TIMERS, NO_ID);
	cascade(p, NO_ID);
}

static void step_pending(struct ck_past *p, const struct due_now *d)
{
	struct ck_run *r = p->run;
	if (!d->of[DUE].n)
		return;
	begin_step(p);
	begin_round(p, CK_PENDING, NO_ID);
	for (int pass = 0; pass < 2; pass++) /* of two for one instance the later-made stands */
		for (size_t i = 0; i < d->of[DUE].n; i++) {
			uint32_t id = d->of[DUE].v[i]->pending;
			struct ck_pending *a = &p->pendings.v[id];
			if (pass == 0 && a->fate == CK_WAITING) {
				a->fate = CK_APPLIED;
				a->ended = (uint32_t)p->rounds.n - 1;
				a->inst->chosen = id;
			} else if (pass == 1 && a->fate == CK_APPLIED && a->inst->chosen == id) {
				change(p, a->inst, a->value, p->firings.v[a->firing].law, a->firing);
			}
		}
	(void)r;
	end_round(p);
	cascade(p, NO_ID);
}

static void step_act(struct ck_past *p, uint32_t i)
{
	begin_step(p);
	p->act_round[i] = (uint32_t)p->rounds.n;
	propose_for_act(p, &p->acts[i]);
	carry_out(p, CK_ACT, i);
	cascade(p, i);
	p->act_changes[i] = p->run->changes;
}

static void start(struct ck_past *p)
{
	const struct pattern all = {0};
	p->run->now = CIVIL_ALWAYS;
	begin_step(p);
	begin_round(p, CK_START, NO_ID);
	for (size_t t = 0; t < p->b->tables.n; t++) {
		const struct syn_decl *d = p->b->tables.v[t];
		for (size_t i = 0; i < d->rows.n; i++) {
			struct value args[MAX_ARGS];
			for (uint32_t k = 0; k < d->rows.v[i].nargs; k++)
				args[k] = (struct value){.kind = V_ENTITY, .s = d->rows.v[i].args[k]};
			change(p, ck_inst_make(p, index_get(&p->b->fact_of, d->name), args), d->rows.v[i].value, NO_ID, NO_ID);
		}
	}
	for (uint32_t i = 0; i < p->nfacts; i++)
		if (p->run->of[i].watches.n)
			work_out(p, i, &all);
	settle(p); /* what is true from the beginning of time never becomes true */
	p->run->rose.n = p->run->fell.n = 0;
}

static void sweep(struct ck_past *p)
{
	struct ck_run *r = p->run;
	uint32_t after = 0, next = 0;
	start(p);
	while ((r->events.n || next < p->nacts) && !p->too_much) {
		struct due_now due = {0};
		r->now = r->events.n ? r->events.v[0]->at : CIVIL_NEVER;
		if (next < p->nacts && p->acts[next].act->date < r->now)
			r->now = p->acts[next].act->date;
		take_events(p, &due);
		step_calendar(p, &due);
		step_timers(p, &due);
		step_pending(p, &due);
		for (; next < p->nacts && p->acts[next].act->date == r->now; next++)
			step_act(p, next);
		if (next == p->nacts && ++after > MAX_INSTANTS_AFTER)
			p->too_much = true;
	}
	for (size_t i = 0; i < p->pendings.n; i++)
		if (p->pendings.v[i].fate == CK_WAITING) /* due after the year 9999 */
			p->pendings.v[i].fate = CK_DROPPED;
}

int ck_past_make(const struct ck_book *b, const struct ck_act *acts, size_t n, uint64_t known, uint32_t reading, const bool *part,
	struct ck_past *ret, struct err *e)
{
	struct ck_run run = {0};
	*ret = (struct ck_past){.b = b, .given = acts, .ngiven = n, .known = known, .reading = reading, .part = part, .run = &run, .budget = CK_BUDGET};
	ck_acts_in_force(ret);
	ret->act_round = arena_array(&ret->arena, ret->nacts + 1, uint32_t);
	ret->act_changes = arena_array(&ret->arena, ret->nacts + 1, uint32_t);
	set_up(ret);
	sweep(ret);
	ret->run = NULL;
	if (!ret->too_much && !ret->too_large)
		return 0;
	(void)err_set(e, ERR_LIMIT, "rules", ret->too_large ? "a number goes beyond 2^126" : "what follows from the acts has no end, or is too much to check");
	ck_past_done(ret);
	return ERR_LIMIT;
}

void ck_past_done(struct ck_past *p)
{
	arena_done(&p->arena);
	arena_done(&p->scratch);
}
