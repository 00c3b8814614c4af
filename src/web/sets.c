/* SPDX-License-Identifier: Apache-2.0 */
#include "web/sets_int.h"

#include "web/listing.h"
#include "web/roster.h"

#include <stdlib.h>

/* ---- rows ----------------------------------------------------------------------------------------------------------------------- */

/* The next of the names in a list divided by blanks. */
static bool next_name(struct str *rest, struct str *ret)
{
	if (!rest->n)
		return false;
	if (!str_cut(*rest, ' ', ret, rest))
		*ret = *rest, *rest = STR("");
	return true;
}

static void walk_entities(const struct model *m, const char *of, row_found *found, void *ctx)
{
	const struct entity **list;
	uint32_t type = NO_ID;
	for (uint32_t i = 0; *of && i < m->rb->types.n && type == NO_ID; i++)
		if (str_eq(syms_str(&m->rb->syms, m->rb->types.v[i].name), str_of(of)))
			type = i;
	size_t n = *of && type == NO_ID ? 0 : record_entities(m->record, type, m->arena, &list);
	for (size_t i = 0; i < n; i++) {
		struct set_row r = {.entity = list[i], .act = introduced_by(m, list[i]), .fact = NO_ID};
		if (r.act)
			found(ctx, &r);
	}
}

static void walk_names(const struct model *m, const char *of, row_found *found, void *ctx)
{
	const struct entity **list;
	size_t n = record_entities(m->record, NO_ID, m->arena, &list);
	(void)of;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; introduced_by(m, list[i]) && k < list[i]->ntitles; k++)
			found(ctx, &(struct set_row){.entity = list[i], .fact = NO_ID, .title = &list[i]->titles[k]});
}

/* In the order of the record, not of an alphabet: a table has no language. */
static void walk_parties(const struct model *m, const char *of, row_found *found, void *ctx)
{
	const struct entity **list;
	size_t n = m->voc->type.Party == NO_ID ? 0 : record_entities(m->record, m->voc->type.Party, m->arena, &list);
	(void)of;
	for (size_t i = 0; i < n; i++) {
		const struct participant *p = almanac_party(m->al, list[i]->name);
		struct set_row r = {.entity = list[i], .act = introduced_by(m, list[i]), .fact = NO_ID};
		if (!r.act || !p || !p->nstatuses || !model_reached(m, p->statuses[0].from))
			continue;
		r.s = model_status_now(m, p);
		found(ctx, &r);
	}
}

static void walk_fact(const struct model *m, uint32_t fact, row_found *found, void *ctx)
{
	const struct instance *all;
	size_t n = view_instances(m->view, fact, VALUE_NONE, m->arena, &all);
	for (size_t i = 0; i < n; i++) {
		struct stretch *s;
		size_t k = model_stretches(m, all[i].fact, all[i].args, &s);
		for (size_t j = 0; j < k; j++)
			if (s[j].from <= m->on)
				found(ctx, &(struct set_row){.fact = all[i].fact, .args = all[i].args, .s = &s[j]});
	}
}

/* Every span of every instance of these facts; of all facts, where none is named. */
static void walk_facts(const struct model *m, const char *of, row_found *found, void *ctx)
{
	struct str rest = str_of(of), name;
	if (!rest.n)
		walk_fact(m, NO_ID, found, ctx);
	while (next_name(&rest, &name)) {
		uint32_t fact = set_fact(m, name);
		if (fact != NO_ID)
			walk_fact(m, fact, found, ctx);
	}
}

struct event {
	struct set_row row;
	size_t place; /* as found: keeps the order of those of one instant */
};

typedef LIST(struct event) event_list;

static int by_instant(const void *x, const void *y)
{
	const struct event *a = x, *b = y;
	return a->row.at != b->row.at ? (a->row.at > b->row.at) - (a->row.at < b->row.at) : (a->place > b->place) - (a->place < b->place);
}

static void add_event(const struct model *m, event_list *l, struct set_row r)
{
	struct event one = {r, l->n};
	if (r.at != CIVIL_ALWAYS && r.at <= m->on)
		arena_push(m->arena, l, one);
}

static void add_events(const struct model *m, uint32_t fact, event_list *l)
{
	const struct instance *all;
	size_t n = view_instances(m->view, fact, VALUE_NONE, m->arena, &all);
	for (size_t i = 0; i < n; i++) {
		struct stretch *s;
		size_t k = model_stretches(m, all[i].fact, all[i].args, &s);
		for (size_t j = 0; j < k; j++) {
			bool joins = j && s[j - 1].to == s[j].from;
			add_event(m, l, (struct set_row){.fact = all[i].fact, .args = all[i].args, .s = &s[j], .before = joins ? &s[j - 1] : NULL, .at = s[j].from});
			if (j + 1 == k || s[j + 1].from != s[j].to)
				add_event(m, l, (struct set_row){.fact = all[i].fact, .args = all[i].args, .before = &s[j], .at = s[j].to});
		}
	}
}

/* Each instant at which a fact changes, for each instance: what was before, what is then. In order of time; of all facts, where none is named. */
static void walk_events(const struct model *m, const char *of, row_found *found, void *ctx)
{
	event_list l = {0};
	uint32_t fact = *of ? set_fact(m, str_of(of)) : NO_ID;
	if (!*of || fact != NO_ID)
		add_events(m, fact, &l);
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, by_instant);
	for (size_t i = 0; i < l.n; i++)
		found(ctx, &l.v[i].row);
}

static void less_exact(struct when *w, struct when of)
{
	if (date_day(of.at) != w->at)
		return;
	w->precision = of.precision > w->precision ? of.precision : w->precision;
	w->unverified = w->unverified || of.unverified;
}

/* A day on which statuses change, as exactly as the record knows the least exact of these changes. */
static struct when changing_day(const struct model *m, civil day)
{
	const participant_list *parties = almanac_ranked(m->al);
	struct when w = {day, BY_DAY, false};
	for (size_t i = 0; i < parties->n; i++)
		for (size_t k = 0; k < parties->v[i]->nstatuses; k++) {
			less_exact(&w, model_from(&parties->v[i]->statuses[k]));
			less_exact(&w, model_to(&parties->v[i]->statuses[k]));
		}
	return w;
}

/* A status has a row from the first day on which anybody has it: so rows of earlier days stay what they are. */
static void walk_counts(const struct model *m, const char *of, row_found *found, void *ctx)
{
	tallied_list l = roster_counts(m, m->on);
	struct value status[ROSTER_RANKS + 1] = {{0}};
	(void)of;
	for (size_t i = 0; i < l.n; i++) {
		const struct tallied *t = &l.v[i];
		struct when when = changing_day(m, t->day);
		for (unsigned r = 1; r <= ROSTER_RANKS; r++) {
			status[r] = t->c.rank[r] ? t->c.value[r] : status[r];
			if (status[r].kind != V_NONE)
				found(ctx, &(struct set_row){.fact = NO_ID, .at = t->day, .tallied = t, .rank = r, .status = status[r], .when = when});
		}
	}
}

static bool kind_fits(const struct model *m, const struct record_act *a, struct str kinds)
{
	struct str name;
	if (!kinds.n)
		return a->entry != ENTRY_SEALED;
	while (next_name(&kinds, &name))
		if (a->act.kind != NO_ID && str_eq(syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].name), name) && act_out(m, a))
			return true;
	return false;
}

/* In the order of the log. Of all kinds where none is named: then also those that were corrected or annulled. */
static void walk_acts(const struct model *m, const char *of, row_found *found, void *ctx)
{
	const act_refs *acts = almanac_acts(m->al);
	for (size_t i = acts->n; i-- > 0;) {
		const struct record_act *a = acts->v[i];
		if (model_reached(m, a->act.date) && kind_fits(m, a, str_of(of)))
			found(ctx, &(struct set_row){.act = a, .fact = NO_ID});
	}
}

/* ---- the table ------------------------------------------------------------------------------------------------------------------ */

#define ID {"id", CELL_ID, get_id, NULL, N_("Name in the record"), false, true}
#define TITLE {"title", CELL_TEXT, get_title, NULL, N_("Title"), true, false}
#define ADDRESS {"address", CELL_URL, get_address, NULL, N_("Address"), false, false}
#define INTRODUCED {"act", CELL_ENTRY, get_introduced, NULL, N_("Act"), false, true}
#define CERTAINTY {"certainty", CELL_TEXT, get_certainty, NULL, N_("How certain"), false, true}
#define PLACE {"place", CELL_TEXT, get_place, NULL, N_("Place"), false, false}
#define PARTICIPANT {"participant", CELL_ID, get_arg, "P", N_("Participant"), false, true}
#define SPAN_COLUMNS \
	{"disputed", CELL_YES, get_disputed, NULL, N_("Disputed"), false, true}, \
	{"readings", CELL_TEXT, get_readings, NULL, N_("Value in each reading"), false, false}, \
	{"since", CELL_WHEN, get_since, NULL, N_("Since"), false, false}, \
	{"until", CELL_WHEN, get_until, NULL, N_("Until"), false, false}, \
	{"since_act", CELL_ENTRY, get_since_act, NULL, N_("Act with which it began"), false, false}, \
	{"until_act", CELL_ENTRY, get_until_act, NULL, N_("Act with which it ended"), false, false}, \
	{"articles", CELL_TEXT, get_articles, NULL, N_("Articles"), false, false}, \
	{"unverified", CELL_YES, get_unverified, NULL, N_("Rests on an unverified date"), false, true}
#define PRECISIONS \
	{"since_precision", CELL_TEXT, get_since_precision, NULL, N_("Precision of its beginning"), false, false}, \
	{"until_precision", CELL_TEXT, get_until_precision, NULL, N_("Precision of its end"), false, false}
#define EVENT_PRECISION {"date_precision", CELL_TEXT, get_event_precision, NULL, N_("Precision of the day"), false, true}
#define ACT_PRECISION {"date_precision", CELL_TEXT, get_precision, NULL, N_("Precision of the day"), false, true}

static const struct set_column participants[] = {ID, TITLE, {"type", CELL_TEXT, get_type, NULL, N_("Kind of thing"), false, true},
	{"status", CELL_TEXT, get_value, NULL, N_("Status"), false, false}, SPAN_COLUMNS, ADDRESS, PRECISIONS};
static const struct set_column memberships[] = {PARTICIPANT, {"status", CELL_TEXT, get_value, NULL, N_("Status"), false, false}, SPAN_COLUMNS, PRECISIONS};
static const struct set_column status_events[] = {{"date", CELL_WHEN, get_event_on, NULL, N_("Day"), false, true}, PARTICIPANT,
	{"before", CELL_TEXT, get_before, NULL, N_("Status before"), false, false}, {"after", CELL_TEXT, get_value, NULL, N_("Status after"), false, false},
	{"act", CELL_ENTRY, get_event_act, NULL, N_("Act"), false, false}, {"articles", CELL_TEXT, get_event_articles, NULL, N_("Articles"), false, false},
	{"unverified", CELL_YES, get_event_unverified, NULL, N_("Rests on an unverified date"), false, true}, EVENT_PRECISION};
static const struct set_column bodies[] = {ID, TITLE, {"parent", CELL_ID, get_arg, "parent", N_("Body it belongs to"), false, false},
	{"established", CELL_WHEN, get_introduced_on, NULL, N_("Established"), false, true}, INTRODUCED, CERTAINTY, ADDRESS, ACT_PRECISION};
static const struct set_column instruments[] = {ID, TITLE, {"kind", CELL_TEXT, get_arg, "kind", N_("Kind"), false, false},
	{"adopted", CELL_WHEN, get_introduced_on, NULL, N_("Adopted"), false, true}, {"meeting", CELL_ID, get_arg, "M", N_("Meeting"), false, false},
	{"amends", CELL_ID, get_arg, "amends", N_("Instrument it changes"), false, false},
	{"counterparty", CELL_ID, get_arg, "counterparty", N_("Concluded by the organisation with"), false, false},
	{"in_force", CELL_YES, get_now_is, "in_force", N_("In force"), false, true},
	{"in_force_since", CELL_WHEN, get_now_since, "in_force", N_("In force since"), false, false}, INTRODUCED, CERTAINTY, ADDRESS,
	ACT_PRECISION, {"in_force_since_precision", CELL_TEXT, get_now_precision, "in_force", N_("Precision of its beginning"), false, false},
	{"in_force_since_unverified", CELL_YES, get_now_unverified, "in_force", N_("Its beginning rests on an unverified date"), false, true}};
static const struct set_column parties[] = {{"instrument", CELL_ID, get_arg, "I", N_("Instrument"), false, true}, PARTICIPANT,
	{"bond", CELL_TEXT, get_fact, NULL, N_("Bond"), false, true}, SPAN_COLUMNS, PRECISIONS};
static const struct set_column meetings[] = {ID, TITLE, {"body", CELL_ID, get_arg, "B", N_("Body"), false, true},
	{"first", CELL_WHEN, get_arg, "first", N_("First day"), false, true}, {"last", CELL_WHEN, get_arg, "last", N_("Last day"), false, true}, PLACE,
	{"chair", CELL_ID, get_arg, "chair", N_("Chair"), false, false}, {"cancelled", CELL_YES, get_now_is, "cancelled", N_("Cancelled"), false, true},
	INTRODUCED, CERTAINTY, ADDRESS, {"first_precision", CELL_TEXT, get_arg_precision, "first", N_("Precision of the first day"), false, true},
	{"last_precision", CELL_TEXT, get_arg_precision, "last", N_("Precision of the last day"), false, true}};
static const struct set_column attendance[] = {{"meeting", CELL_ID, get_arg, "M", N_("Meeting"), false, true}, PARTICIPANT,
	{"fact", CELL_TEXT, get_fact, NULL, N_("Fact"), false, true}, {"value", CELL_TEXT, get_value, NULL, N_("Value"), false, false}, SPAN_COLUMNS,
	PRECISIONS};
static const struct set_column decisions[] = {ID, TITLE, {"body", CELL_ID, get_arg, "B", N_("Body"), false, true},
	{"meeting", CELL_ID, get_arg, "M", N_("Meeting"), false, false}, {"tabled", CELL_WHEN, get_introduced_on, NULL, N_("Tabled"), false, true},
	{"matter", CELL_TEXT, get_arg, "matter", N_("Matter"), false, false}, {"instrument", CELL_ID, get_arg, "I", N_("Instrument"), false, false},
	{"outcome", CELL_TEXT, get_now, "decision", N_("Outcome"), false, false},
	{"outcome_since", CELL_WHEN, get_now_since, "decision", N_("Outcome since"), false, false},
	{"outcome_act", CELL_ENTRY, get_now_act, "decision", N_("Act with which it began"), false, false}, INTRODUCED, CERTAINTY, ADDRESS,
	ACT_PRECISION, {"outcome_since_precision", CELL_TEXT, get_now_precision, "decision", N_("Precision of its beginning"), false, false}};
static const struct set_column acts[] = {{"entry", CELL_ENTRY, get_entry, NULL, N_("Entry"), false, true},
	{"kind", CELL_TEXT, get_kind, NULL, N_("Kind"), false, false}, {"date", CELL_WHEN, get_introduced_on, NULL, N_("Day"), false, true},
	{"date_precision", CELL_TEXT, get_precision, NULL, N_("Precision of the day"), false, true},
	{"received", CELL_WHEN, get_received, NULL, N_("Received"), false, true}, {"title", CELL_TEXT, get_said, NULL, N_("Title"), true, false},
	{"arguments", CELL_TEXT, get_arguments, NULL, N_("Arguments"), false, false}, PLACE, CERTAINTY,
	{"corrects", CELL_ENTRY, get_corrects, NULL, N_("Entry it corrects"), false, false},
	{"stands", CELL_YES, get_stands, NULL, N_("Stands as it is"), false, true}};
static const struct set_column releases[] = {{"id", CELL_ID, get_arg, "R", N_("Name in the record"), false, true},
	{"date", CELL_WHEN, get_introduced_on, NULL, N_("Day"), false, true}, {"category", CELL_TEXT, get_arg, "category", N_("Topic"), false, false},
	{"outlet", CELL_ID, get_arg, "O", N_("Reported by"), false, false}, {"title", CELL_TEXT, get_said, NULL, N_("Title"), true, false}, INTRODUCED, CERTAINTY,
	{"address", CELL_URL, get_arg_address, "R", N_("Address"), false, false}, ACT_PRECISION};
static const struct set_column things[] = {ID, {"type", CELL_TEXT, get_type, NULL, N_("Kind of thing"), false, true}, TITLE, INTRODUCED, ADDRESS};
static const struct set_column names[] = {ID, {"language", CELL_TEXT, get_lang, NULL, N_("Language"), false, true},
	{"title", CELL_TEXT, get_name, NULL, N_("Title"), false, true}, {"unverified", CELL_YES, get_name_unverified, NULL, N_("In the register’s words"), false, true}};
static const struct set_column events[] = {{"date", CELL_WHEN, get_event_on, NULL, N_("Day"), false, true},
	{"fact", CELL_TEXT, get_fact, NULL, N_("Fact"), false, true}, {"arguments", CELL_TEXT, get_args, NULL, N_("Arguments"), false, false},
	{"before", CELL_TEXT, get_before, NULL, N_("Value before"), false, false}, {"after", CELL_TEXT, get_value, NULL, N_("Value after"), false, false},
	{"was_disputed", CELL_YES, get_was_disputed, NULL, N_("Disputed before"), false, true}, {"disputed", CELL_YES, get_disputed, NULL, N_("Disputed"), false, true},
	{"act", CELL_ENTRY, get_event_act, NULL, N_("Act"), false, false},
	{"articles", CELL_TEXT, get_event_articles, NULL, N_("Articles"), false, false},
	{"unverified", CELL_YES, get_event_unverified, NULL, N_("Rests on an unverified date"), false, true}, EVENT_PRECISION};
static const struct set_column admissions[] = {PARTICIPANT, {"stage", CELL_TEXT, get_value, NULL, N_("Stage"), false, false}, SPAN_COLUMNS, PRECISIONS};
static const struct set_column facts[] = {{"fact", CELL_TEXT, get_fact, NULL, N_("Fact"), false, true},
	{"arguments", CELL_TEXT, get_args, NULL, N_("Arguments"), false, false}, {"value", CELL_TEXT, get_value, NULL, N_("Value"), false, false}, SPAN_COLUMNS,
	PRECISIONS};

static const struct set_column status_counts[] = {{"date", CELL_WHEN, get_event_on, NULL, N_("Day"), false, true},
	{"status", CELL_TEXT, get_count_status, NULL, N_("Status"), false, true}, {"participants", CELL_NUMBER, get_count, NULL, N_("Number"), false, true},
	{"disputed", CELL_NUMBER, get_count_disputed, NULL, N_("Disputed"), false, true}, {"all", CELL_NUMBER, get_count_all, NULL, N_("All"), false, true},
	{"unverified", CELL_YES, get_count_unverified, NULL, N_("Rests on an unverified date"), false, true},
	{"date_precision", CELL_TEXT, get_count_precision, NULL, N_("Precision of the day"), false, true}};

#define COLUMNS(x) x, sizeof x / sizeof *x

const struct dataset datasets[] = {
	{"participants", N_("Participants"), N_("Who has or had a status, and which it is on the day asked about."), walk_parties, "", COLUMNS(participants),
		"id", "membership,status", node_entity},
	{"memberships", N_("Statuses over time"), N_("Every span of time in which a participant held a status."), walk_facts, "status", COLUMNS(memberships),
		"participant since", "membership,status", node_membership},
	{"status-events", N_("Changes of status"), N_("One row for each day on which the status of a participant changed."), walk_events, "status",
		COLUMNS(status_events), "participant date", "membership,status,events", NULL},
	{"bodies", N_("Bodies"), N_("The bodies on record, with the one each belongs to."), walk_entities, "Body", COLUMNS(bodies), "id", "bodies", node_entity},
	{"instruments", N_("Instruments"), N_("Treaties and other texts, and whether they are in force."), walk_entities, "Instrument", COLUMNS(instruments),
		"id", "treaties,instruments", node_entity},
	{"parties", N_("Bonds to instruments"), N_("Who signed, consented to, applied provisionally and is a party to which instrument, and when."), walk_facts,
		"signatory approved consented provisional party", COLUMNS(parties), "instrument participant bond since", "treaties,ratification", NULL},
	{"meetings", N_("Meetings"), N_("The meetings on record, with days, place and chair."), walk_entities, "Meeting", COLUMNS(meetings), "id", "meetings,events", node_entity},
	{"attendance", N_("Attendance"), N_("Who may attend a meeting, must be invited, and was present."), walk_facts, "may_attend must_invite answer present",
		COLUMNS(attendance), "meeting participant fact since", "meetings,attendance", NULL},
	{"decisions", N_("Decisions"), N_("What was tabled, and what became of it."), walk_entities, "Decision", COLUMNS(decisions), "id", "decisions", node_entity},
	{"acts", N_("Acts"), N_("Every entry that the public may read, in the order of the log."), walk_acts, "", COLUMNS(acts), "entry", "acts,log", node_entry},
	{"releases", N_("Releases"), N_("Press releases and reports on record."), walk_acts, "release_issued", COLUMNS(releases), "id", "press,news", node_release},
	{"things", N_("Things on record"), N_("Whatever has a name in the record, of every type."), walk_entities, "", COLUMNS(things), "id", "names", node_entity},
	{"names", N_("Names by language"), N_("Every title that a thing has in the record, by language."), walk_names, "", COLUMNS(names), "id language",
		"names,languages", NULL},
	{"facts", N_("Facts"), N_("Every span of every fact that follows from the acts."), walk_facts, "", COLUMNS(facts), "fact arguments since",
		"facts,law", NULL},
	{"events", N_("Daily events"), N_("One row for each day on which any fact began, ended or changed its value, in order of time."), walk_events, "", COLUMNS(events),
		"date fact arguments", "events,facts,history", NULL},
	{"status-counts", N_("Number of participants by status"), N_("How many participants had each status, from each day on which one of these numbers changed."), walk_counts,
		"", COLUMNS(status_counts), "date status", "membership,status,numbers", NULL},
	{"admissions", N_("Stages of admissions"), N_("Every stage of every admission: since when, by which act, and under which article."), walk_facts, "admission",
		COLUMNS(admissions), "participant since", "membership,admission", NULL},
};

const size_t datasets_n = sizeof datasets / sizeof *datasets;

const struct dataset *set_find(struct str name)
{
	for (size_t i = 0; i < datasets_n; i++)
		if (str_eq(str_of(datasets[i].name), name))
			return &datasets[i];
	return NULL;
}

/* ---- fields and cells ------------------------------------------------------------------------------------------------------------- */

size_t set_fields(const struct model *m, const struct dataset *s, const struct set_field **ret)
{
	size_t n = 0, most = s->ncolumns * (m->org->nlanguages + 1);
	struct set_field *f = arena_array(m->arena, most + 1, struct set_field);
	for (size_t i = 0; i < s->ncolumns; i++) {
		const struct set_column *c = &s->columns[i];
		for (size_t k = 0; c->each_language && k < m->org->nlanguages; k++) {
			struct str lang = m->org->languages[k];
			struct set_column *own = arena_new(m->arena, struct set_column); /* whose getter is told the language */
			*own = *c;
			own->of = arena_str(m->arena, lang).p;
			f[n++] = (struct set_field){own, arena_fmt(m->arena, "%s_%.*s", c->name, STR_ARG(lang)), lang};
		}
		if (!c->each_language)
			f[n++] = (struct set_field){c, str_of(c->name), {NULL, 0}};
	}
	*ret = f;
	return n;
}

struct rows {
	const struct model *m;
	const struct set_field *f;
	size_t n;
	struct cell *cells;
	cells_found *found;
	void *ctx;
};

static void fill(void *ctx, const struct set_row *r)
{
	struct rows *w = ctx;
	for (size_t i = 0; i < w->n; i++)
		w->cells[i] = w->f[i].column->get(w->m, r, w->f[i].column);
	w->found(w->ctx, w->cells, w->n);
}

void set_rows(const struct model *m, const struct dataset *s, cells_found *found, void *ctx)
{
	struct rows w = {.m = m, .found = found, .ctx = ctx};
	w.n = set_fields(m, s, &w.f);
	w.cells = arena_array(m->arena, w.n + 1, struct cell);
	s->walk(m, s->of, fill, &w);
}
