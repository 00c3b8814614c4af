/* SPDX-License-Identifier: Apache-2.0 */
#include "web/question.h"

#include "register/similar.h"
#include "web/site.h"

#define EXAMPLE "status(\"XX\") on 2016-01-01"

/* ---- what is wrong, for people ---------------------------------------------------------------------------------------------------- */

static struct out reader_of(const struct model *m)
{
	return (struct out){NULL, m->arena, ask_reader(m->a)};
}

static struct str wanted_words(const struct out *o, enum question_wanted wanted)
{
	static const char *const words[] = {
		[WANTED_FACT] = N_("the name of a fact"), [WANTED_OPEN] = N_("an opening bracket"), [WANTED_ARGUMENT] = N_("another argument"),
		[WANTED_CLOSE] = N_("a closing bracket"), [WANTED_NUMBER] = N_("a number"), [WANTED_DATE] = N_("a date, year-month-day"), [WANTED_SPAN] = N_("a span of time, such as 3 months"),
		[WANTED_VALUE] = N_("a value of this fact"), [WANTED_ENTITY] = N_("a name of the record in quotation marks"),
		[WANTED_NO_VALUE] = N_("no value, since this fact is so or not"), [WANTED_FEWER] = N_("fewer values"), [WANTED_KNOWN] = N_("the words “as known at” and the number of an entry"),
		[WANTED_END] = N_("the end of the question"),
	};
	return tr(o, words[wanted]);
}

static bool is_act(const struct record *r, struct str name)
{
	uint64_t pos;
	const struct record_act *a = str_u64(name, &pos) ? record_act(r, pos) : NULL;
	return a && a->entry == ENTRY_ACT;
}

/* It can be read: so it names what the record has not, or has otherwise. */
static struct str say_names(struct model *m, const struct view *v, struct str text)
{
	const struct out o = reader_of(m);
	const struct record *r = view_record(v);
	const struct rulebook *rb = record_rulebook(r);
	struct syms syms;
	struct question q;
	struct str near;
	syms_init(&syms, m->arena, record_syms(r));
	if (question_parse(rb, &syms, text, &q, NULL) < 0)
		return (struct str){NULL, 0};
	for (uint32_t i = 0; i < rb->facts.v[q.fact].nparams + q.nis; i++) {
		bool is = i >= rb->facts.v[q.fact].nparams;
		struct value x = is ? q.is[i - rb->facts.v[q.fact].nparams] : q.args[i];
		struct str name = x.kind == V_ENTITY || x.kind == V_WORD ? syms_str(&syms, x.s) : STR("");
		uint32_t type = is ? rb->facts.v[q.fact].value : rb->facts.v[q.fact].params[i].type;
		const struct entity *en = x.kind == V_ENTITY ? record_entity(r, name) : NULL;
		if (x.kind == V_WORD && syms_find(record_syms(r), name) == SYM_ABSENT)
			return TR_SAY(&o, N_("No act ever named the word “{name}”."), {"name", str_slice(name, 0, 80)});
		if (x.kind == V_ENTITY && type == TYPE_ACT && !is_act(r, name))
			return TR_SAY(&o, N_("As of entry {n} the record has no act “{name}”: an act is named by the number of its entry."),
				{"n", arena_fmt(m->arena, "%llu", (unsigned long long)view_known(v))}, {"name", str_slice(name, 0, 80)});
		if (x.kind == V_ENTITY && type != TYPE_ACT && !en)
			return record_similar(r, name, false, &near, 1)
				       ? TR_SAY(&o, N_("The record has nothing named “{name}”. Was “{other}” meant?"), {"name", str_slice(name, 0, 80)}, {"other", near})
				       : TR_SAY(&o, N_("The record has nothing named “{name}”."), {"name", str_slice(name, 0, 80)});
		if (en && type != TYPE_ACT && !type_accepts(rb, type, en->type))
			return TR_SAY(&o, N_("“{name}” is of the type {type}; the question asks for the type {other}."), {"name", name},
				{"type", words_type(m->words, str_of(o.tongue->code), syms_str(&rb->syms, rb->types.v[en->type].name), false, m->arena)},
				{"other", words_type(m->words, str_of(o.tongue->code), syms_str(&rb->syms, rb->types.v[type].name), false, m->arena)});
	}
	return (struct str){NULL, 0};
}

static struct str say_no_fact(const struct out *o, const struct rulebook *rb, struct str name)
{
	struct similar near;
	similar_start(&near, name);
	for (size_t i = 0; i < rb->facts.n; i++) {
		struct str known = syms_str(&rb->syms, rb->facts.v[i].name);
		similar_offer(&near, known, known);
	}
	return near.n ? TR_SAY(o, N_("The rulebook declares no fact “{name}”. Was “{other}” meant?"), {"name", str_slice(name, 0, 80)}, {"other", near.found[0]})
		      : TR_SAY(o, N_("The rulebook declares no fact “{name}”."), {"name", str_slice(name, 0, 80)});
}

/* Why the view cannot be asked this. */
static struct str say_why(struct model *m, const struct view *v, struct str text)
{
	const struct out o = reader_of(m);
	const struct rulebook *rb = record_rulebook(view_record(v));
	struct question_fault fault;
	struct str name, rest;
	if (str_cut(text, '(', &name, &rest) && (name = str_trim(name)).n && rulebook_fact(rb, name) == NO_ID)
		return say_no_fact(&o, rb, name);
	question_fault(rb, text, &fault);
	switch (fault.why) {
	case FAULT_NONE: return say_names(m, v, text);
	case FAULT_LEXICAL:
		return tr(&o, N_("The question holds what cannot be read: a sign that the rulebook does not use, a day that does not exist, or quotation marks that do not end."));
	case FAULT_NO_FACT: return say_no_fact(&o, rb, fault.found);
	case FAULT_WANTED: break;
	}
	return fault.found.n ? TR_SAY(&o, N_("Expected: {what}. Found: “{found}”."), {"what", wanted_words(&o, fault.wanted)}, {"found", str_slice(fault.found, 0, 80)})
			     : TR_SAY(&o, N_("Expected: {what}. The question ends before that."), {"what", wanted_words(&o, fault.wanted)});
}

static void say(struct model *m, struct str what)
{
	m->ret->problem.say = what;
}

static int twice(struct model *m, struct err *e, const char *what, const char *msgid)
{
	const struct out o = reader_of(m);
	say(m, tr(&o, msgid));
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
		const struct out o = reader_of(m);
		err_set(e, ERR_INPUT, "q",
			"As known at entry %llu, the record does not name all that the question names.",
			(unsigned long long)known);
		err_hint(e, "It does from entry %llu on.", (unsigned long long)first);
		say(m, TR_SAY(&o, N_("As known at entry {n}, the record does not name all that the question names. It does from entry {m} on."),
			{"n", arena_fmt(m->arena, "%llu", (unsigned long long)known)}, {"m", arena_fmt(m->arena, "%llu", (unsigned long long)first)}));
	}
	almanac_unref(newest);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------- */

/* Puts it to a view. */
static int put(struct model *m, const struct view *v, struct str text, uint64_t known, struct question *ret, struct err *e)
{
	int rc = view_question(v, text, ret, e);
	if (rc < 0) {
		say(m, say_why(m, v, text));
		say_from_where(m, text, known, e);
	}
	return rc;
}

static int read_it(struct model *m, struct str text, struct asked_question *q, struct err *e)
{
	int rc = put(m, m->view, text, m->a->known, &q->question, e);
	q->view = m->view;
	if (rc < 0 || !q->question.has_known || q->question.known == m->a->known)
		return rc;
	if (m->a->has_known)
		return twice(m, e, "points of knowledge", N_("The question and the address name different entries."));
	if (q->question.known > m->a->position)
		return MODEL_FAULT(m, e, ERR_INPUT, "q", N_("The record has entries 0 to {n}. Write the number of one of them."),
			{"n", arena_fmt(m->arena, "%llu", (unsigned long long)m->a->position)});
	rc = register_site_almanac(m->site, q->question.known, m->a->tongue, &q->held, e);
	if (rc < 0)
		return rc;
	q->view = q->held->view;
	return put(m, q->view, text, q->question.known, &q->question, e); /* its names are looked up in what was known then */
}

int question_read(struct model *m, struct str text, struct asked_question *ret, struct err *e)
{
	*ret = (struct asked_question){.date = m->a->on};
	int rc = text.n ? read_it(m, text, ret, e) : MODEL_FAULT(m, e, ERR_INPUT, "q", N_("No question was asked."), {0});
	if (rc == 0 && ret->question.has_on) {
		if (m->a->has_on && ret->question.on != m->a->on)
			rc = twice(m, e, "days", N_("The question and the address name different days."));
		ret->date = ret->question.on;
	}
	if (rc < 0) {
		const struct out o = reader_of(m);
		if (!e->hint[0])
			err_hint(e, "Ask in the words of the rulebook, as in: " EXAMPLE);
		struct str how = TR_SAY(&o, N_("Ask in the words of the rulebook, as in: {example}"), {"example", STR(EXAMPLE)});
		say(m, ARENA_JOIN(m->arena, m->ret->problem.say, m->ret->problem.say.n ? tr_space(&o) : STR(""), how));
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
