/* SPDX-License-Identifier: Apache-2.0
 *
 * What watch.c and sweep.c share while time is carried out; gone afterwards.
 */
#ifndef PROOF_RUN_H
#define PROOF_RUN_H

#include "proof/past.h"

struct ck_watch { /* head holds while cond */
	uint32_t law, fact, nhead;
	const struct ck_term *head;
	const struct ck_form *cond;
};

struct ck_pattern { /* of a fact's arguments; V_NONE: any */
	struct value args[MAX_ARGS];
};

struct ck_watched { /* one fact and its definitions */
	struct { uint32_t *v; size_t n, cap; } watches; /* in the order of the text */
	struct { struct ck_pattern *v; size_t n, cap; } todo;
	uint32_t level; /* above those that it reads */
	bool queued;
};

struct ck_reader {
	uint32_t watch;
	const struct ck_form *atom;
};

enum ck_event_kind { WAKE, TIMER, DUE };

struct ck_event {
	civil at;
	enum ck_event_kind kind;
	uint64_t seq;
	uint32_t fact, generation, pending; /* WAKE: fact (NO_ID: only look at pending changes); DUE */
	struct ck_pattern keys;		    /* WAKE */
	struct ck_inst *inst;		    /* TIMER */
};

struct ck_proposal {
	uint32_t law, firing;
	struct ck_inst *inst;
	struct value value;
	civil effect;
	bool dropped;
};

struct ck_run {
	struct { struct ck_watch *v; size_t n, cap; } watches;
	struct ck_watched *of; /* by fact */
	struct { struct ck_reader *v; size_t n, cap; } *readers;
	struct { uint32_t *v; size_t n, cap; } *on_act;
	uint32_t *law_of; /* a hidden fact's */
	struct { struct ck_event **v; size_t n, cap; } events; /* heap */
	struct { uint32_t *v; size_t n, cap; } queue, waiting; /* watched facts to work out; pending changes with an `if` to look at */
	struct { struct ck_proposal *v; size_t n, cap; } proposals;
	struct ck_insts rose, fell, fire;
	uint64_t seq, step;
	uint32_t mark, changes;
	civil now;
	struct ck_sight s;
};

/* ---- watch.c ------------------------------------------------------------------------------------------------------------- */

void ck_event_add(struct ck_past *p, struct ck_event e);
struct ck_event *ck_event_take(struct ck_run *r);
void ck_set_up(struct ck_past *p);
bool ck_in_window(civil t, const struct ck_law *w);
void ck_change(struct ck_past *p, struct ck_inst *i, struct value v, uint32_t law, uint32_t firing);
void ck_work_out(struct ck_past *p, uint32_t fact, const struct ck_pattern *keys); /* later, by ck_settle */
void ck_settle(struct ck_past *p);

#endif
