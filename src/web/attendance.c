/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may attend a meeting, in what capacity and by which article; also when the capacity changes while it lasts.
 *
 * A capacity is the status that a party has during the meeting. The article is that of the rule by which the right holds in
 * that capacity, taken from the reasons of the fact at that time and not guessed from the status.
 */
#include "web/page_meetings.h"

#include "web/roster.h"

enum { MAX_PARTS = 8, NAMED = 20 };

struct part { /* of the meeting, in which a party has one status */
	civil from, to;
	const struct stretch *status; /* NULL: none */
	bool may, must, disputed;
	const struct rule *rule; /* by which it may */
};

struct guest {
	const struct participant *who;
	const struct record_act *invited, *attended;
	struct part part[MAX_PARTS];
	size_t nparts;
	bool may; /* at some time */
	struct value answer;
};

typedef LIST(struct guest) guests;

static const struct value *about(const struct model *m, const struct guest *g, const struct convened *c)
{
	return args_of(m, 2, g->who->who, entity_value(c->meeting));
}

/* The rule by which the right holds at t. */
static const struct rule *rule_at(const struct model *m, const struct value *args, civil t)
{
	for (uint32_t k = 0; k < view_readings(m->view); k++) {
		const struct proof *p = explain_why_top(view_reasons(m->view, k, m->voc->fact.may_attend, args), m->voc->fact.may_attend, args, t, m->arena);
		if (p && p->holds && p->rule != NO_ID)
			return &m->rb->rules.v[p->rule];
	}
	return NULL;
}

static void add_part(const struct model *m, const struct convened *c, struct guest *g, civil from, civil to, const struct stretch *status)
{
	struct stretch *rights, *duties = NULL;
	const struct value *args = about(m, g, c);
	if (from >= to || g->nparts == MAX_PARTS)
		return;
	struct part *p = &g->part[g->nparts++];
	*p = (struct part){.from = from, .to = to, .status = status};
	size_t nduties = m->voc->fact.must_invite == NO_ID ? 0 : model_stretches(m, m->voc->fact.must_invite, args, &duties);
	p->must = stretch_at(duties, nduties, to - 1) != NULL;
	size_t n = model_stretches(m, m->voc->fact.may_attend, args, &rights);
	const struct stretch *s = stretch_at(rights, n, to - 1);
	if (!s)
		return;
	p->may = g->may = true;
	p->disputed = s->disputed;
	p->rule = rule_at(m, args, to - 1);
}

/* Cuts the time of the meeting where the status changes. Of one to come the rights are those of the day asked about. */
static void cut(const struct model *m, const struct convened *c, struct guest *g)
{
	civil from = c->first < m->on ? c->first : date_day(m->on), end = c->last + DAY;
	if (end > m->on + 1)
		end = m->on + 1; /* what comes later was not known on that day */
	for (size_t i = 0; i < g->who->nstatuses; i++) {
		const struct stretch *s = &g->who->statuses[i];
		if (s->to <= from || s->from >= end)
			continue;
		if (s->from > from)
			add_part(m, c, g, from, s->from, NULL);
		add_part(m, c, g, s->from > from ? s->from : from, s->to < end ? s->to : end, s);
		from = s->to < end ? s->to : end;
	}
	add_part(m, c, g, from, end, NULL);
}

static const struct record_act *act_between(const struct model *m, uint32_t kind, sym party, sym meeting)
{
	const act_refs *naming = acts_naming_now(m, meeting);
	for (size_t i = 0; kind != NO_ID && i < naming->n; i++) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind == kind && act_counts(m, a) && act_names(a, m->rb, party))
			return a;
	}
	return NULL;
}

/* Everybody with a status during the meeting, and whoever has a fact or an act about it. */
static void collect(const struct model *m, const struct convened *c, guests *ret)
{
	const participant_list *parties = almanac_parties_about(m->al, c->meeting, true, m->arena);
	for (size_t i = 0; i < parties->n; i++) {
		struct guest g = {.who = parties->v[i]};
		const struct value *args = args_of(m, 2, g.who->who, entity_value(c->meeting));
		if (m->voc->fact.may_attend != NO_ID)
			cut(m, c, &g);
		g.invited = act_between(m, m->voc->act.guest_invited, g.who->entity->name, c->meeting);
		g.attended = act_between(m, m->voc->act.attended, g.who->entity->name, c->meeting);
		const struct stretch *answer = m->voc->fact.answer == NO_ID ? NULL : model_now(m, m->voc->fact.answer, args);
		g.answer = answer ? answer->value : VALUE_NONE;
		bool status = false;
		for (size_t k = 0; k < g.nparts; k++)
			status = status || g.part[k].status;
		if (status || g.may || g.invited || g.attended)
			arena_push(m->arena, ret, g);
	}
}

/* ---- rows -------------------------------------------------------------------------------------------------------------------- */

/* The mark of a right, and its word. */
static struct html right_mark(const struct model *m, const char *cls, const char *words)
{
	/* the swatch stays with the first word */
	return (struct html){arena_fmt(m->arena, "<span class=\"cell %s\"></span>\u00a0%.*s", cls,
		STR_ARG(model_plain(m, str_of(words)).s))};
}

static struct html capacity(const struct model *m, const struct guest *g, const struct part *p, bool last)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	if (p->status) {
		part_status(&o, model_status(m, p->status->value, p->status->disputed));
	} else {
		struct status none = {0, false, model_tr(m, N_("No status"))};
		if (g->invited) /* the shape of a guest, beside those of the statuses */
			none = (struct status){m->al->nranks < 5 ? 5 : 6, false, model_tr(m, N_("Guest"))};
		part_status(&o, none);
	}
	struct html when = {{NULL, 0}};
	if (p != g->part && p->status && p->status->cause.act)
		when = SENTENCE(m, tr_start(&m->o, N_("from {day}, {act}")), {"day", model_when(m, model_from(p->status))},
			{"act", model_act(m, p->status->cause.act->pos)});
	else if (!last)
		when = SENTENCE(m, tr_start(&m->o, N_("until {day}")), {"day", model_when(m, (struct when){p->to, BY_DAY, false})});
	if (when.s.n) {
		HTML(&o, "<br>");
		html_text(&o, in_small(m, when));
	}
	return model_end(m, &b);
}

static struct html right(const struct model *m, const struct guest *g, const struct part *p)
{
	if (p->disputed)
		return model_tag(m, TAG_DISPUTE, model_tr(m, N_("Disputed")));
	if (!p->may)
		return right_mark(m, "dot", model_tr(m, N_("no right on record")).p);
	struct html words = g->invited ? right_mark(m, "half", model_tr(m, N_("as invited")).p) : right_mark(m, "full", model_tr(m, N_("by right")).p);
	return (struct html){arena_fmt(m->arena, "<span class=\"nb\">%.*s</span>", STR_ARG(words.s))};
}

static struct html invitation(const struct model *m, const struct guest *g, const struct part *p)
{
	struct html parts[3] = {{{NULL, 0}}};
	if (g->invited)
		parts[0] = SENTENCE(m, tr_start(&m->o, N_("invited, {act}")), {"act", model_act(m, g->invited->pos)});
	else if (p->must)
		parts[0] = model_plain(m, p->to <= m->on ? model_tr(m, N_("was to be invited")) : model_tr(m, N_("to be invited")));
	if (g->answer.kind == V_WORD)
		parts[1] = model_plain(m, model_text(m, m->voc->fact.answer, g->answer));
	return join_statements(m, parts, 2);
}

/* Reasons at the time of the part, not of the day asked about. */
static struct html why_then(const struct model *m, const struct guest *g, const struct convened *c, const struct part *p)
{
	struct ask then = *m->a;
	struct model at = *m;
	then.on = date_day(p->to - 1);
	then.has_on = then.on != then.today;
	at.a = &then;
	if (p->may)
		return model_why(&at, m->voc->fact.may_attend, about(m, g, c));
	return model_anchor(m, model_whynot_href(&at, m->voc->fact.may_attend, about(m, g, c), VALUE_YES), model_tr(m, N_("Why not")), "why");
}

static void add_row(const struct model *m, const struct convened *c, const struct guest *g, const struct part *p, struct records *t)
{
	struct record_row row = {0};
	model_cell(m, &row, model_link(m, g->who->entity->name));
	model_cell(m, &row, capacity(m, g, p, p + 1 == g->part + g->nparts));
	model_cell(m, &row, right(m, g, p));
	model_cell(m, &row, model_rule_cites(m, p->rule));
	model_cell(m, &row, invitation(m, g, p));
	model_cell(m, &row, g->attended ? SENTENCE(m, tr_start(&m->o, N_("present, {act}")), {"act", model_act(m, g->attended->pos)})
			: model_plain(m, STR("–")));
	model_cell(m, &row, why_then(m, g, c, p));
	arena_push(m->arena, &t->rows, row);
}

/* ---- groups ------------------------------------------------------------------------------------------------------------------ */

static bool changes(const struct guest *g)
{
	return g->nparts > 1 && (g->may || g->attended);
}

static unsigned rank_of(const struct model *m, const struct guest *g)
{
	const struct part *p = g->nparts ? &g->part[g->nparts - 1] : NULL;
	return p && p->status ? almanac_rank(m->al, p->status->value) : 0;
}

static bool takes_part(const struct guest *g)
{
	return g->may || g->attended || g->invited;
}

/* A row of the table, under the title of its group. */
struct seat {
	struct str group;
	const struct guest *guest;
	const struct part *part;
};

typedef LIST(struct seat) seats;

static void add_seats(const struct model *m, struct str group, const struct guest *g, seats *ret)
{
	for (size_t i = 0; i < g->nparts; i++) {
		struct seat one = {group, g, &g->part[i]};
		arena_push(m->arena, ret, one);
	}
}

static void group_of_rank(const struct model *m, const guests *all, unsigned rank, seats *ret)
{
	size_t n = 0, of = 0;
	struct value last = VALUE_NONE;
	for (size_t i = 0; i < all->n; i++) {
		const struct guest *g = &all->v[i];
		if (changes(g) || rank_of(m, g) != rank)
			continue;
		of++;
		n += takes_part(g);
		last = g->part[g->nparts - 1].status->value;
	}
	if (n == 0)
		return;
	struct html title = n == of ? model_plain(m, roster_group(m, last, n))
				    : SENTENCE(m, tr_start(&m->o, N_("{group} of {all}")), {"group", model_plain(m, roster_group(m, last, n))},
					      {"all", number(m, of)});
	for (size_t i = 0; i < all->n; i++)
		if (!changes(&all->v[i]) && rank_of(m, &all->v[i]) == rank && takes_part(&all->v[i]))
			add_seats(m, title.s, &all->v[i], ret);
}

/* Those without any status: by what they are. */
static void groups_of_others(const struct model *m, const guests *all, seats *ret)
{
	for (uint32_t type = 0; type < m->rb->types.n; type++) {
		size_t n = 0;
		for (size_t i = 0; i < all->n; i++)
			n += !changes(&all->v[i]) && rank_of(m, &all->v[i]) == 0 && all->v[i].who->entity->type == type;
		if (n == 0)
			continue;
		struct html title = SENTENCE(m, tr_start(&m->o, N_("{type} without a status: {n}")), {"type", model_plain(m, phrase_type(m, type, true))},
			{"n", number(m, n)});
		for (size_t i = 0; i < all->n; i++)
			if (!changes(&all->v[i]) && rank_of(m, &all->v[i]) == 0 && all->v[i].who->entity->type == type)
				add_seats(m, title.s, &all->v[i], ret);
	}
}

/* Whose status changed while it lasted. */
static void group_of_changes(const struct model *m, const guests *all, seats *ret, struct meeting_page *p)
{
	LIST(struct html) names = {0};
	for (size_t i = 0; i < all->n; i++) {
		const struct guest *g = &all->v[i];
		if (!changes(g))
			continue;
		add_seats(m, model_tr(m, N_("Changed capacity during the meeting")), g, ret);
		struct html name = names.n < NAMED ? model_link(m, g->who->entity->name) : (struct html){{NULL, 0}};
		arena_push(m->arena, &names, name);
	}
	if (names.n && names.n <= NAMED) /* of more the table tells */
		p->changed = SENTENCE(m, tr_start_n(&m->o, names.n, "The capacity of {names} changed while it lasted.",
			"The capacities of {names} changed while it lasted."), {"names", join_and(m, names.v, names.n)});
}

/* ---- sentences --------------------------------------------------------------------------------------------------------------- */

static size_t count_by_right(const guests *all, const struct model *m, unsigned rank, struct value *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct guest *g = &all->v[i];
		if (rank_of(m, g) != rank || !g->part[g->nparts - 1].may || g->invited)
			continue;
		n++;
		*ret = g->part[g->nparts - 1].status->value;
	}
	return n;
}

/* "10 members, 2 observers could attend by right. The chair invited 12 more." */
static void fill_lead(const struct model *m, const struct convened *c, const guests *all, struct meeting_page *p)
{
	LIST(struct html) by_right = {0};
	struct html parts[2] = {{{NULL, 0}}};
	size_t invited = 0;
	bool over = is_over(m, c);
	for (unsigned rank = 1; rank <= m->al->nranks; rank++) {
		struct value v = VALUE_NONE;
		size_t n = count_by_right(all, m, rank, &v);
		if (n == 0)
			continue;
		struct html one = model_plain(m, model_whole(m, roster_counted(m, v, n)));
		arena_push(m->arena, &by_right, one);
	}
	for (size_t i = 0; i < all->n; i++)
		invited += all->v[i].invited != NULL;
	if (by_right.n)
		parts[0] = SENTENCE(m, tr_start(&m->o, over ? N_("{whom} could attend by right.") : N_("{whom} may attend by right.")),
			{"whom", join_and(m, by_right.v, by_right.n)});
	if (invited)
		parts[1] = SENTENCE(m, tr_start_n(&m->o, invited, "The chair invited one more.", "The chair invited {n} more."),
			{"n", in_strong(m, number(m, invited))});
	p->lead = join(m, parts, 2, arena_str(m->arena, tr_space(&m->o)).p);
}

static void fill_without(const struct model *m, const guests *all, struct meeting_page *p)
{
	LIST(struct html) names = {0};
	for (size_t i = 0; i < all->n; i++)
		if (!takes_part(&all->v[i])) {
			struct html name = names.n < NAMED ? model_link(m, all->v[i].who->entity->name) : (struct html){{NULL, 0}};
			arena_push(m->arena, &names, name);
		}
	if (names.n) /* of many only how many */
		p->without = SENTENCE(m, tr_start(&m->o, N_("With a status, but without a right or an invitation on record: {names}.")),
			{"names", names.n <= NAMED ? join_and(m, names.v, names.n) : number(m, names.n)});
}

int fill_attendance(const struct model *m, const struct convened *c, struct meeting_page *p, struct err *e)
{
	guests all = {0};
	seats order = {0};
	struct records *t = &p->attend;
	collect(m, c, &all);
	t->label = model_tr(m, N_("Who may attend, and why"));
	model_column(m, t, model_tr(m, N_("Name")), false);
	model_column(m, t, model_tr(m, N_("In what capacity")), false);
	model_column(m, t, model_tr(m, N_("May attend")), false);
	model_column(m, t, model_tr(m, N_("Article")), false);
	model_column(m, t, model_tr(m, N_("Invitation")), false);
	model_column(m, t, model_tr(m, N_("Was there")), false);
	model_column(m, t, model_tr(m, N_("Reasons")), true);
	group_of_rank(m, &all, 1, &order);
	group_of_changes(m, &all, &order, p);
	for (unsigned rank = 2; rank <= m->al->nranks; rank++)
		group_of_rank(m, &all, rank, &order);
	groups_of_others(m, &all, &order);
	int rc = records_pages(m, t, "attending", order.n, e);
	for (uint64_t i = t->pager.first; rc == 0 && i && i <= t->pager.last; i++) {
		const struct seat *s = &order.v[i - 1];
		struct record_row heading = {.group = s->group};
		if (i == t->pager.first || !str_eq(s->group, s[-1].group))
			arena_push(m->arena, &t->rows, heading);
		add_row(m, c, s->guest, s->part, t);
	}
	fill_lead(m, c, &all, p);
	fill_without(m, &all, p);
	return rc;
}

void capacity_days(const struct model *m, const struct convened *c, struct moment_list *ret)
{
	const participant_list *parties = almanac_ranked(m->al);
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		for (size_t k = 0; k < who->nstatuses; k++)
			if (who->statuses[k].from > c->first && who->statuses[k].from < c->last + DAY)
				add_moment(m, ret, who->statuses[k].from, model_say(m, m->voc->fact.status, &who->who, who->statuses[k].value));
	}
}
