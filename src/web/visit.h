/* SPDX-License-Identifier: Apache-2.0
 *
 * One request while it is answered: what was sent becomes a question that may be put to its handler (ask.h), or a problem.
 *
 * Invariants: nothing here is kept beyond the request, and nothing is answered; whatever is wrong is told in English for programs and in
 * the reader's language for people, which the address says, or else Accept-Language.
 */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "web/memento.h"
#include "web/web.h"

struct visit {
	const struct http_request *rq;
	struct target target;
	struct route_match match;
	struct ask ask;
	struct problem problem;
	struct url moved; /* where to, when the same question has a better address */
	struct memento memento;
	unsigned retry; /* seconds, with 503; 0: not said */
	bool chosen; /* the address has no language: it is by Accept-Language */
	struct arena arena;
};

/* Nothing is read yet: asked today, of all that is known, in the site's first language. Not to be copied or moved. */
void visit_init(struct visit *v, const struct web_config *c, const struct http_request *rq, civil today, uint64_t position);
void visit_done(struct visit *v);
/* 0: v->ask is a question that may be put to its handler, unless v->moved or v->memento.moved is set. Negative: v->problem says why not. */
int visit_understand(struct visit *v);
/* Fills v->problem and returns ERR_INPUT. `heading` and `what` are messages of the catalogue; `slot` may be filled in `what`. */
int visit_refuse(struct visit *v, int status, const char *id, const char *heading, const char *where, const char *what, struct tr_slot slot);
bool visit_only_asks(const struct visit *v); /* it is GET or HEAD */
/* Can it be answered without first working out a past? */
bool visit_ready(const struct visit *v);

#endif
