/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/fingerprint.h"

#include "rules/explain.h"

#include <stdlib.h>

enum { SLOTS = 1 << 14, LISTS_MAX = 2 * (MAX_ARGS + 1) };

enum later { NOW, REASONS, PROOF, EFFECTS };

struct print {
	uint64_t key, print; /* key 0: free */
	enum later later;    /* what is still to be worked out, */
	uint64_t of;	     /* of this instance, or this act; for the time being, the place of a list + 1 */
};

struct fingerprints {
	const struct almanac *al;
	const struct view *view;
	const struct record *record;
	struct print *slots;
	size_t n, nslots; /* a power of two */
	civil at;	  /* the end of the day */
	struct arena arena, scratch;
};

/* ---- the table --------------------------------------------------------------------------------------------------------------------------- */

static struct print *slot_of(const struct fingerprints *f, uint64_t key)
{
	size_t i = key & (f->nslots - 1);
	while (f->slots[i].key && f->slots[i].key != key)
		i = (i + 1) & (f->nslots - 1);
	return &f->slots[i];
}

static void grow(struct fingerprints *f)
{
	struct print *old = f->slots;
	size_t n = f->nslots;
	f->nslots = n ? 2 * n : SLOTS;
	f->slots = zeroed(f->nslots, sizeof *f->slots);
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			*slot_of(f, old[i].key) = old[i];
	free(old);
}

static struct print *print_of(struct fingerprints *f, uint64_t key)
{
	if (f->n >= f->nslots / 2)
		grow(f);
	struct print *p = slot_of(f, key);
	f->n += p->key == 0;
	p->key = key;
	return p;
}

static void put(struct fingerprints *f, uint64_t key, uint64_t print)
{
	print_of(f, key)->print = print;
}

/* What is a list grows by one. */
static void add(struct fingerprints *f, uint64_t key, uint64_t print)
{
	struct print *p = print_of(f, key);
	p->print = hash_more(p->print, print);
}

static void put_later(struct fingerprints *f, uint64_t key, enum later later, uint64_t of)
{
	struct print *p = print_of(f, key);
	p->later = later;
	p->of = of;
}

/* ---- facts ------------------------------------------------------------------------------------------------------------------------------- */

static uint64_t hash_cause(uint64_t h, const struct fingerprints *f, const struct cause *c)
{
	h = hash_more(h, c->act ? c->act->pos + 1 : 0);
	return hash_more(h, c->rule ? (uint64_t)(c->rule - record_rulebook(f->record)->rules.v) + 1 : 0);
}

static uint64_t hash_stretches(struct fingerprints *f, const struct instance *of)
{
	struct stretch *s;
	size_t n = stretches_of(f->view, of, &f->scratch, &s);
	uint64_t h = n;
	for (size_t i = 0; i < n; i++) {
		h = hash_more(h, (uint64_t)s[i].from);
		h = hash_more(h, (uint64_t)s[i].to);
		h = hash_more(h, value_pack(s[i].value));
		for (uint32_t k = 0; s[i].disputed && k < view_readings(f->view); k++)
			h = hash_more(h, value_pack(s[i].readings[k]));
		h = hash_more(hash_more(hash_more(h, s[i].from_unverified), s[i].to_unverified), s[i].disputed);
		h = hash_cause(h, f, &s[i].cause);
		h = hash_cause(h, f, &s[i].end);
	}
	arena_reset(&f->scratch);
	return h;
}

/* What is known without being worked out. */
static uint64_t plain_print(const struct fingerprints *f, uint64_t key)
{
	return slot_of(f, key)->print;
}

static const struct instance *instance_at(struct fingerprints *f, size_t i)
{
	const struct instance *all;
	(void)view_instances(f->view, NO_ID, VALUE_NONE, &f->arena, &all); /* all of them lie ready */
	return &all[i];
}

/* Each of the lists in which the instance is: by fact and by what it names. */
static size_t lists_of(const struct rulebook *rb, const struct instance *of, uint64_t ret[LISTS_MAX])
{
	size_t n = 0;
	ret[n++] = reads_facts(of->fact, VALUE_NONE);
	ret[n++] = reads_facts(NO_ID, VALUE_NONE);
	for (uint32_t k = 0; k < rb->facts.v[of->fact].nparams; k++) {
		bool again = of->args[k].kind != V_ENTITY;
		for (uint32_t i = 0; i < k && !again; i++)
			again = value_eq(of->args[i], of->args[k]);
		if (again)
			continue;
		ret[n++] = reads_facts(of->fact, of->args[k]);
		ret[n++] = reads_facts(NO_ID, of->args[k]);
	}
	return n;
}

static void put_facts(struct fingerprints *f)
{
	const struct rulebook *rb = record_rulebook(f->record);
	const struct instance *all;
	size_t n = view_instances(f->view, NO_ID, VALUE_NONE, &f->arena, &all);
	for (size_t i = 0; i < n; i++) {
		uint32_t nargs = rb->facts.v[all[i].fact].nparams;
		uint64_t key = reads_instance(READ_FACT, all[i].fact, all[i].args, nargs), h = hash_more(key, hash_stretches(f, &all[i]));
		uint64_t lists[LISTS_MAX];
		put(f, key, h);
		put_later(f, reads_instance(READ_REASONS, all[i].fact, all[i].args, nargs), REASONS, i);
		put_later(f, reads_instance(READ_PROOF, all[i].fact, all[i].args, nargs), PROOF, i);
		for (size_t k = lists_of(rb, &all[i], lists); k-- > 0;)
			add(f, lists[k], h);
	}
}

/* ---- as they stood at a moment ------------------------------------------------------------------------------------------------------------ */

struct turn { /* one of them changes */
	civil at;
	uint32_t of; /* instance */
};

typedef LIST(struct turn) turns;

static int by_turn(const void *x, const void *y)
{
	const struct turn *a = x, *b = y;
	return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : (a->of > b->of) - (a->of < b->of);
}

/* How it stands at the instant t: what the latest change made of it in each reading, when, and by which rule. */
static uint64_t then_print(const struct fingerprints *f, const struct instance *of, civil t)
{
	uint64_t h = reads_instance(READ_FACT, of->fact, of->args, record_rulebook(f->record)->facts.v[of->fact].nparams);
	for (uint32_t k = 0; k < view_readings(f->view); k++) {
		const struct eval *e = view_rounds(f->view, k);
		const struct change *c = course_last(&view_courses(f->view, k)[of->number], eval_round_at(e, t));
		h = hash_more(h, c ? value_pack(change_value(c)) : 0);
		h = hash_more(h, c ? (uint64_t)round_at(e, c->round) : 0);
		h = hash_more(h, c ? eval_rule(e, c) : 0);
	}
	return h;
}

/* Each instant at which an instance changes, in order. */
static turns turns_of(struct fingerprints *f, size_t n)
{
	turns ret = {0};
	size_t kept = 0;
	for (uint32_t k = 0; k < view_readings(f->view); k++)
		for (uint32_t i = 0; i < n; i++) {
			const struct inst *inst = view_courses(f->view, k)[i].inst;
			for (size_t c = 0; inst && c < inst->n; c++) {
				struct turn one = {round_at(view_rounds(f->view, k), inst->v[c].round), i};
				arena_push(&f->scratch, &ret, one);
			}
		}
	if (ret.n)
		qsort(ret.v, ret.n, sizeof *ret.v, by_turn);
	for (size_t i = 0; i < ret.n; i++)
		if (kept == 0 || by_turn(&ret.v[kept - 1], &ret.v[i]) != 0)
			ret.v[kept++] = ret.v[i];
	ret.n = kept;
	return ret;
}

struct list_then { /* a list of instances while time passes */
	uint64_t key, sum; /* of the prints of all in it: so one can be exchanged */
	civil last;	   /* when one of them changed */
};

typedef LIST(struct list_then) lists_then;

static struct list_then *list_then(struct fingerprints *f, lists_then *lists, uint64_t key)
{
	struct print *p = print_of(f, key);
	if (p->of)
		return &lists->v[p->of - 1];
	struct list_then one = {key, 0, CIVIL_ALWAYS};
	arena_push(&f->scratch, lists, one);
	p->of = lists->n;
	return &lists->v[lists->n - 1];
}

static void put_then(struct fingerprints *f, const struct list_then *l, civil next)
{
	put(f, reads_until(l->key, l->last), hash_more(hash_more(1, l->sum), (uint64_t)next));
}

static void put_facts_then(struct fingerprints *f)
{
	const struct rulebook *rb = record_rulebook(f->record);
	const struct instance *all;
	size_t n = view_instances(f->view, NO_ID, VALUE_NONE, &f->arena, &all);
	turns when = turns_of(f, n);
	uint64_t *now = arena_array(&f->scratch, n + 1, uint64_t); /* the print of each */
	lists_then lists = {0};
	for (size_t i = 0; i < when.n; i++) {
		const struct turn *m = &when.v[i];
		uint64_t keys[LISTS_MAX], print = then_print(f, &all[m->of], m->at);
		for (size_t k = lists_of(rb, &all[m->of], keys); k-- > 0;) {
			struct list_then *l = list_then(f, &lists, keys[k]);
			if (m->at > l->last) {
				put_then(f, l, m->at);
				l->last = m->at;
			}
			l->sum += print - now[m->of];
		}
		now[m->of] = print;
	}
	for (size_t i = 0; i < lists.n; i++)
		put_then(f, &lists.v[i], CIVIL_NEVER);
	arena_reset(&f->scratch);
}

/* ---- reasons ---------------------------------------------------------------------------------------------------------------------------- */

/* Which acts it can depend on. The rules are the same, and so is what each of these acts says. */
static uint64_t reasons_print(struct fingerprints *f, const struct instance *of)
{
	const struct eval *e = view_eval(f->view, 0); /* what a reading adds is among the rules of all */
	struct touched on;
	uint64_t h = plain_print(f, reads_instance(READ_FACT, of->fact, of->args, e->rb->facts.v[of->fact].nparams));
	explain_touched(e, of->fact, of->args, CIVIL_MAX, &f->scratch, &on);
	for (size_t i = 0; i < on.nacts; i++)
		h = hash_more(h, e->given.v[on.acts[i]].pos);
	arena_reset(&f->scratch);
	return h;
}

/* ---- acts -------------------------------------------------------------------------------------------------------------------------------- */

static uint64_t hash_args(uint64_t h, const struct value *args, uint32_t n)
{
	for (uint32_t i = 0; args && i < n; i++)
		h = hash_more(h, value_pack(args[i]));
	return h;
}

static uint64_t hash_proof(uint64_t h, const struct rulebook *rb, const struct proof *p)
{
	const uint64_t says[] = {p->kind, p->holds, p->shared, p->fact, p->act_kind, p->rule, value_pack(p->value), (uint64_t)p->from, (uint64_t)p->to,
		(uint64_t)p->at, p->act, p->place, p->op, value_pack(p->have), value_pack(p->need), p->nkids};
	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		h = hash_more(h, says[i]);
	if (p->fact != NO_ID)
		h = hash_args(h, p->args, rb->facts.v[p->fact].nparams);
	else if (p->act_kind != NO_ID)
		h = hash_args(h, p->args, rb->acts.v[p->act_kind].nparams);
	h = hash_str(hash_str(hash_str(h, p->left), p->right), p->text);
	for (size_t i = 0; i < p->nkids; i++)
		h = hash_proof(h, rb, p->kids[i]);
	return h;
}

/* Where the readings differ, in each of them. */
static uint64_t proof_print(struct fingerprints *f, const struct instance *of)
{
	struct answer answer;
	uint64_t h = plain_print(f, reads_instance(READ_FACT, of->fact, of->args, record_rulebook(f->record)->facts.v[of->fact].nparams));
	view_ask(f->view, of->fact, of->args, NULL, f->at, &f->scratch, &answer);
	for (uint32_t k = 0; k < (answer.disputed ? answer.n : 1); k++) {
		const struct proof *p = explain_why_brief(view_eval(f->view, k), of->fact, of->args, f->at, &f->scratch);
		h = p ? hash_proof(h, record_rulebook(f->record), p) : hash_more(h, 0);
	}
	arena_reset(&f->scratch);
	return h;
}

static uint64_t effects_print(struct fingerprints *f, uint64_t place)
{
	const struct rulebook *rb = record_rulebook(f->record);
	size_t found = 0;
	uint64_t h = 1;
	for (uint32_t k = 0; k < view_readings(f->view); k++) {
		struct effect *v;
		size_t n = explain_effects(view_eval(f->view, k), place, &f->scratch, &v);
		found += n;
		h = hash_more(h, n);
		for (size_t i = 0; i < n; i++) {
			const uint64_t says[] = {v[i].inst->fact, value_pack(v[i].before), value_pack(v[i].after), (uint64_t)v[i].at, v[i].rule, v[i].dropped};
			struct value args[MAX_ARGS];
			for (size_t s = 0; s < sizeof says / sizeof *says; s++)
				h = hash_more(h, says[s]);
			h = hash_args(h, inst_args(v[i].inst, args), v[i].inst->nargs);
		}
	}
	const struct proof *nothing = found ? NULL : explain_act(view_eval(f->view, 0), place, &f->scratch);
	h = nothing ? hash_proof(h, rb, nothing) : h;
	arena_reset(&f->scratch);
	return h;
}

/* An entry never changes, but what stands in its place does. */
static uint64_t entry_print(const struct fingerprints *f, const struct record_act *a)
{
	const struct record_act *stands = record_standing(f->record, a->pos);
	uint64_t h = hash_more(a->pos + 1, a->entry);
	h = hash_more(h, stands ? stands->pos + 1 : 0);
	for (size_t i = 0; i < a->ncorrected_by; i++)
		h = hash_more(h, a->corrected_by[i]);
	return h;
}

static int by_date(const void *x, const void *y)
{
	const struct record_act *const *a = x, *const *b = y;
	return ((*a)->act.date > (*b)->act.date) - ((*a)->act.date < (*b)->act.date);
}

/* All of them, and those up to each date: whoever asked up to a day between two dates must be told of one that comes between. */
static void put_acts(struct fingerprints *f, const act_refs *acts, uint64_t key)
{
	const struct record_act **dated = arena_array(&f->scratch, acts->n + 1, const struct record_act *);
	uint64_t h = 1;
	for (size_t i = 0; i < acts->n; i++)
		add(f, key, plain_print(f, reads_key(READ_ENTRY, acts->v[i]->pos)));
	if (acts->n) {
		memcpy(dated, acts->v, acts->n * sizeof *dated);
		qsort(dated, acts->n, sizeof *dated, by_date);
	}
	for (size_t i = 0; i <= acts->n; i++) {
		civil before = i ? dated[i - 1]->act.date : CIVIL_ALWAYS, next = i < acts->n ? dated[i]->act.date : CIVIL_NEVER;
		if (next != before)
			put(f, reads_until(key, before), hash_more(h, (uint64_t)next));
		h += i < acts->n ? hash_more(1, plain_print(f, reads_key(READ_ENTRY, dated[i]->pos))) : 0;
	}
	arena_reset(&f->scratch);
}

/* Whoever went through them from one date back to another is told of one that comes between. */
static void put_dates(struct fingerprints *f)
{
	const struct dated_act *dated = almanac_dated(f->al);
	size_t n = almanac_acts(f->al)->n, to = 0; /* the first of the next date */
	civil before = CIVIL_NEVER, date = CIVIL_ALWAYS, next;
	do {
		uint64_t h = 1;
		for (; to < n && dated[to].date == date; to++)
			h = hash_more(h, plain_print(f, reads_key(READ_ENTRY, dated[to].act->pos)));
		next = to < n ? dated[to].date : CIVIL_NEVER;
		put(f, reads_key(READ_ACTS_DATED, (uint64_t)date), hash_more(hash_more(h, (uint64_t)before), (uint64_t)next));
		before = date;
		date = next;
	} while (next != CIVIL_NEVER);
}

static void put_entries(struct fingerprints *f)
{
	const struct rulebook *rb = record_rulebook(f->record);
	for (uint64_t pos = 0; pos < record_size(f->record); pos++) {
		const struct record_act *a = record_act(f->record, pos);
		put(f, reads_key(READ_ENTRY, pos), entry_print(f, a));
		if (a->entry == ENTRY_ACT)
			put_later(f, reads_key(READ_EFFECTS, pos), EFFECTS, pos);
	}
	put_acts(f, almanac_acts(f->al), reads_key(READ_ACTS, 0));
	put_dates(f);
	for (uint32_t k = 0; k < rb->acts.n; k++)
		put_acts(f, almanac_of_kind(f->al, k), reads_key(READ_ACTS_OF, k));
	for (sym s = 0; s < syms_count(record_syms(f->record)); s++)
		put_acts(f, almanac_speaking(f->al, s), reads_key(READ_ACTS_NAMING, s)); /* those that name it are among them */
}

/* ---- names ------------------------------------------------------------------------------------------------------------------------------- */

static uint64_t name_print(const struct entity *en)
{
	uint64_t h = hash_more(en->type + 1, en->introduced);
	h = hash_more(hash_more(h, en->named), en->ntitles);
	for (size_t i = 0; i < en->ntitles; i++)
		h = hash_str(hash_str(h, en->titles[i].lang), en->titles[i].text);
	return h;
}

static void put_names(struct fingerprints *f)
{
	const struct rulebook *rb = record_rulebook(f->record);
	const struct entity **all;
	size_t n = record_entities(f->record, NO_ID, &f->arena, &all);
	for (size_t i = 0; i < n; i++) {
		uint64_t key = reads_name(syms_str(record_syms(f->record), all[i]->name)), h = hash_more(key, name_print(all[i]));
		put(f, key, h);
		add(f, reads_key(READ_NAMES, NO_ID), h);
		for (uint32_t t = 0; t < rb->types.n; t++)
			if (type_accepts(rb, t, all[i]->type))
				add(f, reads_key(READ_NAMES, t), h);
	}
	const participant_list *parties = almanac_ranked(f->al);
	for (size_t i = 0; i < parties->n; i++)
		add(f, reads_key(READ_RANKED, 0), name_print(parties->v[i]->entity));
}

/* ---- from outside ------------------------------------------------------------------------------------------------------------------------ */

/* Reasons by instance are the guard of its proof; worked out once. */
static uint64_t reasons_of(struct fingerprints *f, size_t i)
{
	const struct instance *of = instance_at(f, i);
	struct print *p = slot_of(f, reads_instance(READ_REASONS, of->fact, of->args, record_rulebook(f->record)->facts.v[of->fact].nparams));
	if (p->later == REASONS)
		p->print = reasons_print(f, of);
	p->later = NOW;
	return p->print;
}

bool fingerprint_renew(struct fingerprints *f, struct fingerprint *io)
{
	struct print *p = slot_of(f, io->key);
	struct fingerprint old = *io;
	io->guard = p->later == PROOF ? reasons_of(f, p->of) : 0;
	if (io->guard && io->guard == old.guard)
		return false;
	switch (p->later) {
	case NOW: io->print = p->print; break;
	case REASONS: io->print = reasons_of(f, p->of); break;
	case PROOF: io->print = proof_print(f, instance_at(f, p->of)); break;
	case EFFECTS: io->print = effects_print(f, p->of); break;
	}
	if (p->later == EFFECTS) {
		p->print = io->print;
		p->later = NOW;
	}
	return io->print != old.print;
}

struct fingerprints *fingerprints_new(const struct almanac *al, civil on)
{
	struct fingerprints *f = zeroed(1, sizeof *f);
	f->al = al;
	f->view = al->view;
	f->record = view_record(al->view);
	f->at = view_on(on);
	grow(f);
	put_facts(f);
	put_facts_then(f);
	put_entries(f);
	put_names(f);
	return f;
}

void fingerprints_free(struct fingerprints *f)
{
	if (!f)
		return;
	arena_done(&f->arena);
	arena_done(&f->scratch);
	free(f->slots);
	free(f);
}
