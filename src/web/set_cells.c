/* SPDX-License-Identifier: Apache-2.0
 *
 * What can stand in a column of a data set. A getter that knows nothing of a row of this kind gives an empty cell.
 */
#include "web/sets_int.h"

#include "web/linked.h"
#include "web/listing.h"
#include "web/roster.h"

/* ---- cells ---------------------------------------------------------------------------------------------------------------------- */

static struct cell text(struct str s)
{
	return (struct cell){.text = s};
}

static struct cell when(const struct model *m, civil t)
{
	char day[DATE_LEN];
	return t == CIVIL_ALWAYS || t == CIVIL_NEVER ? text(STR("")) : text(arena_str(m->arena, str_of(date_print(t, day))));
}

static struct cell count(const struct model *m, uint64_t n)
{
	return (struct cell){arena_fmt(m->arena, "%llu", (unsigned long long)n), n};
}

static struct cell yes(bool is)
{
	return (struct cell){is ? STR("true") : STR("false"), is};
}

static struct cell value(const struct model *m, struct value v)
{
	struct buf b;
	if (v.kind == V_NONE)
		return text(STR(""));
	if (v.kind == V_DATE)
		return when(m, v.t);
	buf_init(&b, MAX_STRING);
	value_print(m->syms, v, &b);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return text(s);
}

static struct cell entry_of(const struct model *m, const struct record_act *a)
{
	return a ? count(m, a->pos) : text(STR(""));
}

uint32_t set_fact(const struct model *m, struct str name)
{
	for (uint32_t i = 0; i < m->rb->facts.n; i++)
		if (str_eq(syms_str(&m->rb->syms, m->rb->facts.v[i].name), name))
			return i;
	return NO_ID;
}

static struct value arg_named(const struct model *m, const struct set_row *r, const char *name)
{
	const struct fact *f = r->fact == NO_ID ? NULL : &m->rb->facts.v[r->fact];
	for (uint32_t i = 0; f && i < f->nparams; i++)
		if (str_eq(syms_str(&m->rb->syms, f->params[i].name), str_of(name)))
			return r->args[i];
	return r->act ? act_arg(m->rb, &r->act->act, name) : VALUE_NONE;
}

/* The title of a thing in that language and no other: a table must not pass one off for another. */
static struct str title_in(const struct model *m, struct str name, struct str lang)
{
	const struct entity *en = record_entity(m->record, name);
	for (size_t i = 0; en && i < en->ntitles; i++)
		if (str_eq(en->titles[i].lang, lang))
			return en->titles[i].text;
	/* Names of States come from ICU in every language; what has titles is not made up from another one. */
	return en && en->ntitles ? STR("") : record_title(m->record, name, lang).text;
}

#define GET(name) struct cell name(const struct model *m, const struct set_row *r, const struct set_column *c)

GET(get_id)
{
	(void)c;
	return text(syms_str(m->syms, r->entity->name));
}

GET(get_title) /* c->of: the language, put there by set_rows */
{
	return text(title_in(m, syms_str(m->syms, r->entity->name), str_of(c->of)));
}

GET(get_type)
{
	(void)c;
	return text(syms_str(&m->rb->syms, m->rb->types.v[r->entity->type].name));
}

GET(get_address)
{
	(void)c;
	return text(linked_iri(m, syms_str(m->syms, r->entity->name)));
}

GET(get_arg_address)
{
	struct value v = arg_named(m, r, c->of);
	return text(v.kind == V_ENTITY ? linked_iri(m, syms_str(m->syms, v.s)) : STR(""));
}

GET(get_arg)
{
	return value(m, arg_named(m, r, c->of));
}

GET(get_introduced)
{
	(void)c;
	return entry_of(m, r->act);
}

GET(get_introduced_on)
{
	(void)c;
	return r->act ? when(m, r->act->act.date) : text(STR(""));
}

GET(get_place)
{
	(void)m, (void)c;
	return text(r->act ? json_get_str(r->act->json, "place") : STR(""));
}

GET(get_said) /* of an act: what it says in the member `title`, in one language */
{
	struct str lang = str_of(c->of);
	(void)m;
	return text(json_str(json_object_getn(json_object_get(r->act->json, "title"), lang.p, lang.n)));
}

GET(get_certainty)
{
	(void)m, (void)c;
	return text(r->act && r->act->certainty.n ? r->act->certainty : STR("sourced"));
}

GET(get_fact)
{
	(void)c;
	return text(syms_str(&m->rb->syms, m->rb->facts.v[r->fact].name));
}

GET(get_args)
{
	struct buf b;
	(void)c;
	buf_init(&b, 4 * MAX_STRING);
	for (uint32_t i = 0; i < m->rb->facts.v[r->fact].nparams; i++) {
		buf_adds(&b, i ? "|" : "");
		value_print(m->syms, r->args[i], &b);
	}
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return text(s);
}

static struct cell value_of(const struct model *m, const struct stretch *s)
{
	return s && !s->disputed ? value(m, s->value) : text(STR(""));
}

GET(get_value)
{
	(void)c;
	return value_of(m, r->s);
}

GET(get_before)
{
	(void)c;
	return value_of(m, r->before);
}

GET(get_disputed)
{
	(void)m, (void)c;
	return yes(r->s && r->s->disputed);
}

GET(get_was_disputed)
{
	(void)m, (void)c;
	return yes(r->before && r->before->disputed);
}

GET(get_readings) /* "A=partner|B=none" */
{
	struct buf b;
	(void)c;
	if (!r->s || !r->s->disputed)
		return text(STR(""));
	buf_init(&b, 4 * MAX_STRING);
	for (uint32_t k = 0; k < view_readings(m->view); k++) {
		buf_addf(&b, "%s%.*s=", k ? "|" : "", STR_ARG(view_reading_name(m->view, k)));
		value_print(m->syms, r->s->readings[k], &b);
	}
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return text(s);
}

GET(get_since)
{
	(void)c;
	return r->s ? when(m, r->s->from) : text(STR(""));
}

GET(get_until)
{
	(void)c;
	return r->s ? when(m, r->s->to) : text(STR(""));
}

/* How exactly the record knows a day: of one that it knows by month or year, the last day of it stands in the cell. */
static struct cell precision(struct when w)
{
	return text(w.at == CIVIL_NEVER ? STR("") : str_of(precision_word(w.precision)));
}

GET(get_since_precision)
{
	(void)m, (void)c;
	return r->s ? precision(model_from(r->s)) : text(STR(""));
}

GET(get_until_precision)
{
	(void)m, (void)c;
	return r->s ? precision(model_to(r->s)) : text(STR(""));
}

GET(get_event_precision)
{
	(void)m, (void)c;
	return precision(r->s ? model_from(r->s) : model_to(r->before));
}

GET(get_arg_precision)
{
	struct value v = arg_named(m, r, c->of);
	return v.kind == V_DATE && r->act ? precision(model_arg_when(r->act, str_of(c->of), v.t)) : text(STR(""));
}

GET(get_since_act)
{
	(void)c;
	return entry_of(m, r->s ? r->s->cause.act : NULL);
}

GET(get_until_act)
{
	(void)c;
	return entry_of(m, r->s ? r->s->end.act : NULL);
}

GET(get_unverified)
{
	(void)m, (void)c;
	return yes(r->s && (r->s->from_unverified || r->s->to_unverified));
}

static struct cell articles(const struct model *m, const struct cause *cause)
{
	struct buf b;
	buf_init(&b, 1 << 16);
	for (size_t i = 0; cause->rule && i < cause->rule->ncites; i++) {
		buf_adds(&b, i ? "; " : "");
		buf_add(&b, cause->rule->cites[i].text);
	}
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return text(s);
}

GET(get_articles)
{
	(void)c;
	return r->s ? articles(m, &r->s->cause) : text(STR(""));
}

GET(get_event_on)
{
	(void)c;
	return when(m, r->at);
}

GET(get_count_status)
{
	(void)c;
	return value(m, r->status);
}

GET(get_count)
{
	(void)c;
	return count(m, r->tallied->c.rank[r->rank]);
}

GET(get_count_disputed)
{
	(void)c;
	return count(m, r->tallied->c.disputed);
}

GET(get_count_all)
{
	(void)c;
	return count(m, r->tallied->c.all);
}

GET(get_count_precision)
{
	(void)m, (void)c;
	return precision(r->when);
}

GET(get_count_unverified)
{
	(void)m, (void)c;
	return yes(r->when.unverified);
}

static const struct cause *event_cause(const struct set_row *r)
{
	return r->s ? &r->s->cause : &r->before->end;
}

GET(get_event_act)
{
	(void)c;
	return entry_of(m, event_cause(r)->act);
}

GET(get_event_articles)
{
	(void)c;
	return articles(m, event_cause(r));
}

GET(get_event_unverified)
{
	(void)m, (void)c;
	return yes(r->s ? r->s->from_unverified : r->before->to_unverified);
}

/* What another fact says of the thing on the day asked about. */
static const struct stretch *now_of(const struct model *m, const struct set_row *r, const struct set_column *c)
{
	uint32_t fact = set_fact(m, str_of(c->of));
	return fact == NO_ID ? NULL : model_now(m, fact, args_of(m, 1, entity_value(r->entity->name)));
}

GET(get_now)
{
	return value_of(m, now_of(m, r, c));
}

GET(get_now_is)
{
	const struct stretch *s = now_of(m, r, c);
	return yes(s && !s->disputed);
}

GET(get_now_since)
{
	const struct stretch *s = now_of(m, r, c);
	return s ? when(m, s->from) : text(STR(""));
}

GET(get_now_precision)
{
	const struct stretch *s = now_of(m, r, c);
	return s ? precision(model_from(s)) : text(STR(""));
}

GET(get_now_unverified)
{
	const struct stretch *s = now_of(m, r, c);
	return yes(s && s->from_unverified);
}

GET(get_now_act)
{
	const struct stretch *s = now_of(m, r, c);
	return entry_of(m, s ? s->cause.act : NULL);
}

GET(get_entry)
{
	(void)c;
	return count(m, r->act->pos);
}

GET(get_kind)
{
	(void)c;
	return text(r->act->act.kind == NO_ID ? STR("") : syms_str(&m->rb->syms, m->rb->acts.v[r->act->act.kind].name));
}

GET(get_arguments)
{
	struct buf b;
	(void)c;
	const struct act_kind *k = r->act->act.kind == NO_ID ? NULL : &m->rb->acts.v[r->act->act.kind];
	buf_init(&b, 8 * MAX_STRING);
	for (uint32_t i = 0; k && i < k->nparams; i++) {
		struct value v = act_value(&r->act->act, i);
		if (v.kind == V_NONE)
			continue;
		buf_addf(&b, "%s%.*s=", b.n ? "|" : "", STR_ARG(syms_str(&m->rb->syms, k->params[i].name)));
		value_print(m->syms, v, &b);
	}
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return text(s);
}

GET(get_received)
{
	(void)c;
	return when(m, r->act->received);
}

GET(get_precision)
{
	(void)m, (void)c;
	return text(r->act->precision.n ? r->act->precision : STR("day"));
}

GET(get_corrects)
{
	(void)c;
	return act_is_correction(&r->act->act) ? count(m, act_corrects(&r->act->act)) : text(STR(""));
}

GET(get_stands)
{
	(void)c;
	return yes(record_standing(m->record, r->act->pos) == r->act);
}

GET(get_lang)
{
	(void)m, (void)c;
	return text(r->title->lang);
}

GET(get_name)
{
	(void)m, (void)c;
	return text(r->title->text);
}

GET(get_name_unverified)
{
	(void)m, (void)c;
	return yes(r->title->unverified);
}

/* ---- what it means ---------------------------------------------------------------------------------------------------------------- */

#define PRECISION "day, latest, month or year. Of a date that the record knows by month or year, the last day of it stands in the table; latest: it was on the day that stands there, or before."

static const struct {
	cell_get *get;
	const char *separator; /* between the items of a cell that is a list; NULL: it is none */
	const char *note;
} meanings[] = {
	{get_readings, "|", "Only where the law can be read in more than one way, and the readings differ: the value in each, as NAME=VALUE; none: it has no value."},
	{get_args, "|", "The arguments of the fact, in the order in which the rulebook declares them: names of things, words, numbers or dates."},
	{get_arguments, "|", "The arguments of the act, each as NAME=VALUE, in the order in which the rulebook declares them."},
	{get_articles, "; ", "The articles of the rulebook by which it began."},
	{get_event_articles, "; ", "The articles of the rulebook by which it changed."},
	{get_value, NULL, "As the rulebook names it; yes: the fact is so, and has no other value; a span of time is a number and a unit (30 days). Empty: it has no value, or the readings of the law differ."},
	{get_before, NULL, "As the rulebook names it. Empty: it had no value, or the readings of the law differed."},
	{get_since, NULL, "The first day, or instant, of the span. Empty: it has no beginning."},
	{get_until, NULL, "The first day, or instant, after the span. Empty: no end is known."},
	{get_since_act, NULL, "The entry in whose step it began. Empty: no act but the calendar, or a rule that holds from the beginning."},
	{get_until_act, NULL, "The entry in whose step it ended. Empty: it has not ended, or no act but the calendar ended it."},
	{get_since_precision, NULL, PRECISION},
	{get_until_precision, NULL, PRECISION},
	{get_event_precision, NULL, PRECISION},
	{get_arg_precision, NULL, PRECISION},
	{get_now_precision, NULL, PRECISION},
	{get_precision, NULL, PRECISION},
	{get_now_unverified, NULL, "true: its beginning rests on a date that no source confirms; often it is known only to be no later."},
	{get_unverified, NULL, "true: its beginning or its end rests on a date that no source confirms."},
	{get_event_unverified, NULL, "true: the day rests on a date that no source confirms."},
	{get_disputed, NULL, "true: the readings of the law differ."},
	{get_was_disputed, NULL, "true: the readings of the law differed before that day."},
	{get_event_on, NULL, "From then on it is as the columns after this one say."},
	{get_event_act, NULL, "The entry in whose step it changed. Empty: no act but the calendar."},
	{get_count_status, NULL, "As the rulebook names it. From the first day on which anybody has it, it has a row for each day in the table."},
	{get_count, NULL, "Who has that status at the end of the day, where the readings of the law do not differ."},
	{get_count_disputed, NULL, "Whose status differs between the readings of the law on that day, whatever the status."},
	{get_count_all, NULL, "Who has any status on that day, the disputed among them."},
	{get_count_precision, NULL, PRECISION},
	{get_count_unverified, NULL, "true: a change of that day rests on a date that no source confirms."},
	{get_certainty, NULL, "sourced, unverified or disputed: of the act that introduces it."},
	{get_introduced, NULL, "The entry that introduces it."},
	{get_introduced_on, NULL, "The date of the act."},
	{get_received, NULL, "When the secretariat received the act."},
	{get_corrects, NULL, "The earlier entry that this one corrects or annuls. Empty: none."},
	{get_stands, NULL, "false: a later entry corrects or annuls it."},
	{get_lang, NULL, "The code of the language, as acts write it (ISO 639-1)."},
	{get_name_unverified, NULL, "true: no act names it so; the words are the register’s own."},
	{get_title, NULL, "In this language and no other. Empty: there is none."},
	{get_said, NULL, "In this language and no other. Empty: there is none."},
	{get_type, NULL, "A type of the rulebook."},
	{get_fact, NULL, "A fact that the rulebook declares."},
	{get_kind, NULL, "A kind of act that the rulebook declares. Empty: an entry of the log itself, or one that only annuls."},
	{get_now, NULL, "On the day asked about."},
	{get_now_is, NULL, "On the day asked about."},
	{get_now_since, NULL, "The first day of what is so on the day asked about."},
	{get_now_act, NULL, "The entry in whose step it began to be so. Empty: no act but the calendar."},
};

const char *set_note(const struct set_column *c)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].get == c->get)
			return meanings[i].note;
	return NULL;
}

const char *set_separator(const struct set_column *c)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].get == c->get)
			return meanings[i].separator;
	return NULL;
}
