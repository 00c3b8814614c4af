/* SPDX-License-Identifier: Apache-2.0 */
#include "web/question.h"

#include "web/site.h"

static int twice(struct err *e, const char *what)
{
	return err_set(e, ERR_INPUT, "q", "The question and the address name different %s.", what);
}

/* A question that only fails because it looks back to a point before its things were on record says from where on they
 * are. */
static void say_from_where(struct model *m, struct str text, uint64_t known, struct err *e)
{
	struct almanac *newest;
	struct question q;
	struct err other;
	uint64_t first = 0;
	if (known == m->a->position ||
		register_site_almanac(m->site, m->a->position, m->a->tongue, &newest, &other) < 0)
		return;
	const struct record *r = view_record(newest->view);
	/* Under another rulebook the question itself may have made no sense. */
	if (record_rulebook(r) == m->rb && view_question(newest->view, text, &q, &other) == 0) {
		for (uint32_t i = 0; i < record_rulebook(r)->facts.v[q.fact].nparams; i++) {
			const struct entity *en = q.args[i].kind == V_ENTITY
							  ? record_entity(r, syms_str(record_syms(r), q.args[i].s))
							  : NULL;
			first = en && en->introduced > first ? en->introduced : first;
		}
		err_set(e, ERR_INPUT, "q",
			"As known at entry %llu, the record does not name all that the question names.",
			(unsigned long long)known);
		err_hint(e, "It does from entry %llu on.", (unsigned long long)first);
	}
	almanac_unref(newest);
}

static int read_it(struct model *m, struct str text, struct asked_question *q, struct err *e)
{
	int rc = view_question(m->view, text, &q->question, e);
	q->view = m->view;
	if (rc < 0)
		say_from_where(m, text, m->a->known, e);
	if (rc < 0 || !q->question.has_known || q->question.known == m->a->known)
		return rc;
	if (m->a->has_known)
		return twice(e, "points of knowledge");
	if (q->question.known > m->a->position)
		return err_set(
			e, ERR_INPUT, "q", "The record has entries 0 to %llu.", (unsigned long long)m->a->position);
	rc = register_site_almanac(m->site, q->question.known, m->a->tongue, &q->held, e);
	if (rc < 0)
		return rc;
	q->view = q->held->view;
	rc = view_question(q->view, text, &q->question, e); /* its names are looked up in what was known then */
	if (rc < 0)
		say_from_where(m, text, q->question.known, e);
	return rc;
}

int question_read(struct model *m, struct str text, struct asked_question *ret, struct err *e)
{
	*ret = (struct asked_question){.date = m->a->on};
	int rc = text.n ? read_it(m, text, ret, e) : err_set(e, ERR_INPUT, "q", "No question was asked.");
	if (rc == 0 && ret->question.has_on) {
		if (m->a->has_on && ret->question.on != m->a->on)
			rc = twice(e, "days");
		ret->date = ret->question.on;
	}
	if (rc < 0) {
		if (!e->hint[0])
			err_hint(e, "Ask in the words of the rulebook, as in: status(\"XX\") on 2016-01-01");
		m->ret->problem.field = STR("q");
		m->ret->problem.value = text;
		question_done(ret);
		return rc;
	}
	view_ask(ret->view, ret->question.fact, ret->question.args, &ret->question, view_on(ret->date), m->arena,
		&ret->answer);
	return 0;
}

void question_done(struct asked_question *q)
{
	almanac_unref(q->held);
	q->held = NULL;
}
