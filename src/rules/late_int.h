/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside an evaluation that grows (late*.c only).
 *
 * The rounds of the first evaluation are numbered in order. A round that an append adds gets a number behind all these,
 * and a place in time: its `floor` is the latest first round that is not after it. Two moments of one floor are told
 * apart by what they are: instant, phase of the instant, place of the act, number in the cascade.
 *
 * Histories are corrected in place. At any time of an append, all that is before the moment at hand is final, all that is
 * after it is as it was; the agenda has every (moment, object) that may come out otherwise.
 */
#ifndef RULES_LATE_INT_H
#define RULES_LATE_INT_H

#include "rules/late.h"
#include "rules/run.h"
#include "rules/solve_int.h"

enum phase { PHASE_START, PHASE_CALENDAR, PHASE_TIMERS, PHASE_PENDING, PHASE_ACT, PHASE_UNKNOWN };

struct moment {
	uint32_t floor, round; /* round NO_ID: none so far; else round == floor exactly if it is a first round */
	civil at;	       /* the rest is not yet known of a first round whose phase is unknown */
	uint64_t place;	       /* PHASE_ACT: of the act */
	uint32_t cascade;      /* 0: the round that begins the step */
	enum phase phase;
};

enum { SAMPLE = 64 };

enum stage { STAGE_FIRE, STAGE_INST, STAGE_DEF /* plus the level */, STAGE_WATCH = 1 << 20 };

struct item {
	struct moment m;
	uint32_t stage, more; /* STAGE_WATCH: the pending change; STAGE_DEF: 1: the next of its events */
	void *what;	      /* STAGE_FIRE: the hidden instance, NULL: the act; STAGE_INST: the instance; STAGE_DEF: the active */
	bool direct;	      /* STAGE_DEF: something that it reads changed just now; else only if something still differs */
	uint32_t seq;
};

struct ids {
	uint32_t *v;
	uint32_t n, cap; /* cap 0: behind v other lists begin */
};

struct side { /* of an instance */
	struct ids firings;  /* those whose head it is; of a hidden one: those that it triggered. In order of rounds */
	struct ids pendings; /* likewise, in no order */
	uint32_t touched;    /* in l->touched, + 1 */
	uint32_t seen;	     /* the last append that computed it */
};

struct looked { /* an instance whose history was looked at in this append */
	struct inst *i;
	const struct change *old;
	uint32_t nold;
	bool changed;
};

struct turn { /* of one instance at one moment: before and after, as it was and as it is */
	packed old_before, old_after, before, after;
	bool ever_after; /* do they differ after it in whether it ever had a value? */
};

struct active { /* some keys of a def that read what came out otherwise */
	uint32_t def;
	const packed *keys;
	struct inst *head; /* if the keys are of one instance, and it is known */
	struct { struct inst **v; size_t n, cap; } sources;
	struct { struct active **v; size_t n, cap; } wider; /* keys of which these are some: their sources are these ones' too */
	struct { uint32_t *v; size_t n, cap; } events; /* rounds in which something that it reads changes, in order */
	size_t next_event;
	struct moment covered, done, queued; /* covered: up to where events are known; queued: when the next is on the agenda */
	bool is_covered, is_done, is_queued;
	uint64_t hash;
	struct active *next;
};

struct rule_reader { /* a place where a rule's `if`, value, effect date or span reads a fact */
	uint32_t rule;
	const struct node *atom;
	uint8_t nargs;
	bool span;
	uint8_t key[MAX_ARGS]; /* per argument: which parameter of the act or argument of the trigger, ARG_CONST, ARG_ANY */
};

struct map { /* number -> number */
	uint64_t *keys; /* + 1 */
	uint32_t *vals;
	size_t n, nslots;
};

struct act_index { /* the acts of a kind by some of their arguments; removed acts stay */
	uint32_t kind, mask;
	struct map map;
	struct { struct ids *v; size_t n, cap; } lists;
	struct act_index *next;
};

struct timeline { /* how many instances count, over time */
	const packed *args; /* of the fact, those in the group's mask */
	struct level { uint32_t floor, round, n; int32_t turn; } *v; /* in order; n: from that round on; turn: 1 or -1 */
	size_t n, cap;
};

struct count_group { /* counts of one kind: by the arguments in mask, of the values that `is` accepts */
	uint32_t mask;
	const struct node *is;
	struct map map;
	struct { struct timeline *v; size_t n, cap; } all;
	struct count_group *next;
};

struct late {
	const struct rulebook *rb;
	struct syms *syms;
	uint32_t reading;
	struct act_list given; /* what was last evaluated in full */
	struct act *own;       /* its acts, if they are not those of late_open. To be freed */
	struct { struct act **v; size_t n, cap; } extra; /* acts appended since then */
	struct { struct correction { const struct act *act; uint32_t before; } *v; size_t n, cap; } corrections;
	struct map corrected; /* position -> the latest correction of it; `before` is the one before that */
	struct run *r;
	struct arena acts, arena, work; /* of the acts; of the evaluation; of one append */
	uint32_t nbulk;		  /* rounds of the first evaluation */
	struct { struct moment *v; size_t n, cap; } added; /* the other rounds */
	struct map added_at;
	civil *samples; /* instants of every SAMPLE-th first round */
	uint32_t *first_firing; /* per first round: its first firing */
	struct { struct ids *v; size_t n, cap; } more_firings;
	struct map more_at;	/* round -> more_firings: those that an append added to it */
	struct { uint32_t *v; size_t n, cap; } heads; /* per firing: its head instance; NO_ID: it does not stand */
	struct sides { struct side *v; uint32_t n; } *sides; /* per fact, per instance */
	struct { struct rule_reader *v; size_t n, cap; } *readers; /* per fact */
	bool *clocks, *counts;	/* per def: does it read the clock, and numbers? */
	bool *endings;		/* per fact: is it somewhere read as an ending? */
	struct ids *rule_pendings; /* per rule with `if still so` and an `if` */
	struct { uint32_t *v; size_t n, cap; } void_acts; /* flags, per act */
	uint32_t *at_given;	/* per given act: its number among the acts of the evaluation */
	struct map at_place;	/* place -> act, of those placed since */
	size_t acts_cap;
	struct act_index *act_indexes;
	struct { struct item *v; size_t n, cap; } agenda;
	uint32_t seq, append;
	struct { struct looked *v; size_t n, cap; } touched;
	struct active **actives;
	struct count_group **groups; /* per fact */
	struct { struct inst **v; size_t n, cap; } changed;
	bool all_changed;
	struct late_stats stats;
};

struct view { /* the state just before or after a moment */
	struct past past;
	const struct late *l;
	struct moment m;
	bool before;
};

/* late_time.c */
int moment_cmp(const struct moment *a, const struct moment *b);
struct moment late_moment(const struct late *l, uint32_t round); /* of a first round: not yet filled */
void late_fill(const struct late *l, struct moment *m);
struct moment late_find(const struct late *l, civil at, enum phase phase, uint64_t place, uint32_t cascade);
struct moment late_next(const struct late *l, const struct moment *m); /* the next round of the cascade */
uint32_t late_round(struct late *l, struct moment *m); /* makes it a round if it is none */
int late_cmp_rounds(const struct late *l, uint32_t a, uint32_t b);
bool late_is_in(const struct late *l, uint32_t round, const struct moment *m, bool before); /* not after, or before, m */
uint32_t late_count(const struct late *l, const struct change *v, uint32_t n, const struct moment *m, bool before); /* changes in it */
struct view late_view(const struct late *l, const struct moment *m, bool before);
void late_sample(struct late *l);
void late_read(struct late *l, struct view *v); /* from now on the solver reads that; it must stay */
const uint32_t *map_get(const struct map *m, uint64_t key); /* NULL: not there */
void map_set(struct map *m, uint64_t key, uint32_t val);
void map_free(struct map *m);

static inline struct moment late_end(void)
{
	return (struct moment){.floor = UINT32_MAX, .round = NO_ID, .at = CIVIL_NEVER, .phase = PHASE_ACT, .place = UINT64_MAX};
}

static inline packed late_value(const struct late *l, const struct inst *i, const struct moment *m, bool before)
{
	uint32_t n = late_count(l, i->v, i->n, m, before);
	return n ? i->v[n - 1].value : 0;
}

/* late_index.c */
struct side *late_side(struct late *l, const struct inst *i);
void ids_add(struct late *l, struct ids *ids, uint32_t at, uint32_t id);
void ids_drop(struct ids *ids, uint32_t id);
void late_index(struct late *l);
void late_unindex(struct late *l);
uint32_t late_firing_after(const struct late *l, const struct ids *ids, const struct moment *m, bool at); /* the first (at or) after m */
uint32_t late_act_at(const struct late *l, uint64_t place); /* NO_ID: none stands there */
void late_index_act(struct late *l, uint32_t act);
/* The acts of a kind whose arguments in `mask` are these; among others maybe. In order of their moments. */
struct ids late_acts(struct late *l, uint32_t kind, uint32_t mask, const packed *args);
struct ids *late_more(struct late *l, uint32_t round, bool make); /* firings that appends added to it; NULL: none */
struct inst *late_head(const struct late *l, uint32_t firing);

/* late_count.c */
size_t late_how_many(const struct past *p, uint32_t fact, uint32_t mask, const packed *args, const struct node *is);
const struct timeline *late_timeline(struct late *l, uint32_t fact, uint32_t mask, const packed *args, const struct node *is);
void late_count_again(struct late *l, const struct inst *i, const struct change *old, uint32_t nold); /* its history was written to */
void late_draw_counts(struct late *l); /* all that definitions and triggers ask for */
void late_counts_free(struct late *l);
void late_expect(const struct insts *all); /* has them fetched into the cache */
void late_expect_one(struct late *l, uint32_t fact, const packed *args); /* the way to it */

/* late_spread.c */
void late_push(struct late *l, const struct moment *m, uint32_t stage, void *what, uint32_t more, bool direct);
void late_set(struct late *l, struct inst *i, struct moment *m, packed value, uint32_t cause);
bool late_sooner(const struct item *a, const struct item *b);
bool late_differs(struct late *l, struct inst *i, const struct moment *m); /* from its old history, just before m or at it */

/* late_def.c */
void late_activate(struct late *l, uint32_t def, const packed *keys, struct inst *source, const struct moment *m,
	const struct moment *until, bool lasts);
void late_compute(struct late *l, struct active *a, const struct moment *m, bool direct);
bool late_has(const struct node *n, enum node_kind one, enum node_kind other);
void late_note_clocks(struct late *l);
void late_compute_events(struct late *l, struct active *a, const struct moment *m);

/* late_inputs.c */
/* atom: where the condition reads the instance that changes; both NULL: a number turns. */
typedef void inputs_fn(struct late *l, uint32_t round, const struct node *atom, const struct inst *i, void *ctx);
/* Each round in (from, until] in which something changes that the condition reads under the variables bound in the solver. */
void late_inputs(struct late *l, const struct node *n, const struct moment *from, const struct moment *until, inputs_fn *fn, void *ctx);
void late_inputs_of(struct late *l, const struct node *atom, const struct insts *all, const struct moment *from, const struct moment *until,
	inputs_fn *fn, void *ctx); /* likewise, in which one of these changes */
void late_expect_read(struct late *l, const struct node *n); /* what it will read */

/* late_fire.c */
void late_fire(struct late *l, struct inst *hidden, struct moment *m);
void late_resolve(struct late *l, struct inst *i, struct moment *m);
bool late_fires_at(struct late *l, const struct inst *hidden, const struct change *rise, struct moment *ret);
void late_turned(struct late *l, struct inst *hidden, const struct moment *m); /* its history was changed there */

/* late_watch.c */
void late_watch_new(struct late *l, uint32_t pending);
void late_watch(struct late *l, uint32_t pending, struct moment *m);
void late_watch_read(struct late *l, const struct rule_reader *reader, const struct inst *x, const struct moment *m, const struct moment *until);
bool late_dropped_before(const struct late *l, const struct pending *p, const struct moment *m);
void late_push_due(struct late *l, const struct pending *p); /* its instance, at the time when it is due */

#endif
