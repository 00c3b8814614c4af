/* SPDX-License-Identifier: Apache-2.0
 *
 * All participants: who has which status, since when, by which act and article; their statuses over time; who asked for
 * one; guests; organisations.
 */
#include "web/data.h"
#include "web/handlers.h"
#include "web/page_participants.h"
#include "web/pages.h"
#include "web/roster.h"

/* One list of the page: those with the same status, the disputed, and those that have none on this day. */
struct group {
	struct value status;
	bool disputed, none;
	struct str title;
	participant_list members;
};

typedef LIST(struct group) groups;

static void add_group(const struct model *m, groups *l, struct group g)
{
	const participant_list *parties = almanac_ranked(m->al);
	for (size_t i = 0; i < parties->n && (g.none || g.disputed); i++) {
		const struct participant *p = parties->v[i];
		const struct stretch *s = model_status_now(m, p);
		if (g.none ? !s && p->nstatuses : s && s->disputed)
			arena_push(m->arena, &g.members, p);
	}
	if (!g.none && !g.disputed)
		g.members = roster_with(m, g.status, m->on);
	if (g.members.n == 0)
		return;
	g.title = g.none       ? roster_titled(m, model_tr(m, N_("No status on this day")), g.members.n)
		  : g.disputed ? roster_titled(m, model_tr(m, N_("Disputed")), g.members.n)
			       : roster_group(m, g.status, g.members.n);
	arena_push(m->arena, l, g);
}

static groups group(const struct model *m)
{
	groups l = {0};
	struct tally c = roster_count(m, m->on);
	for (unsigned r = 1; r <= ROSTER_RANKS; r++)
		if (c.rank[r])
			add_group(m, &l, (struct group){.status = c.value[r]});
	add_group(m, &l, (struct group){.disputed = true});
	add_group(m, &l, (struct group){.none = true});
	return l;
}

/* The groups with those of their members that stand on this page of the list. */
static int cut(const struct model *m, const groups *all, struct pager *ret_pager, groups *ret, struct err *e)
{
	uint64_t n = 0;
	for (size_t i = 0; i < all->n; i++)
		n += all->v[i].members.n;
	int rc = pager_cut(m, "page", n, roster_on_a_page(m), ret_pager, e);
	if (rc < 0)
		return rc;
	n = 0;
	for (size_t i = 0; i < all->n; i++) {
		struct group g = all->v[i];
		g.members.v = NULL;
		g.members.n = g.members.cap = 0;
		for (size_t k = 0; k < all->v[i].members.n; k++) {
			n++;
			if (n >= ret_pager->first && n <= ret_pager->last)
				arena_push(m->arena, &g.members, all->v[i].members.v[k]);
		}
		if (g.members.n)
			arena_push(m->arena, ret, g);
	}
	return 0;
}

/* "Albania – Chad", linked to the page that has them. */
static struct html page_link(const struct model *m, const struct participant *first, const struct participant *last, uint64_t page)
{
	struct url href = ask_with(m, "page", page > 1 ? arena_fmt(m->arena, "%llu", (unsigned long long)page) : STR(""));
	struct str text = first == last ? first->title : ARENA_JOIN(m->arena, first->title, STR(" – "), last->title);
	return model_anchor(m, url_fmt(m->arena, "%.*s#table", STR_ARG(href.s)), model_plain(m, text).s, NULL);
}

/* So that a name is found without a walk through the pages: in each group names stand in alphabetical order. */
static void fill_index(const struct model *m, const groups *all, struct participants_page *p)
{
	uint64_t each = roster_on_a_page(m), n = 0;
	for (size_t i = 0; i < all->n && p->pager.all > each; i++) {
		const participant_list *l = &all->v[i].members;
		LIST(struct html) pages = {0};
		for (size_t k = 0, first = 0; k < l->n; k++) {
			if (++n % each && k + 1 < l->n)
				continue;
			struct html one = page_link(m, l->v[first], l->v[k], (n - 1) / each + 1);
			arena_push(m->arena, &pages, one);
			first = k + 1;
		}
		add_pair(m, &p->index, all->v[i].title, join(m, pages.v, pages.n, " · "));
	}
}

/* ---- lanes ------------------------------------------------------------------------------------------------------- */

static void fill_lanes(const struct model *m, const groups *l, struct participants_page *p)
{
	p->lanes = (struct lanes){.axis = roster_axis(m),
		.now = roster_now(m),
		.caption = model_tr(m, N_("Status of each participant over time")),
		.column = model_tr(m, N_("Participant"))};
	p->key = roster_key(m, true);
	for (size_t i = 0; i < l->n; i++) {
		struct lane_group g = {.title = l->v[i].title};
		for (size_t k = 0; k < l->v[i].members.n; k++) {
			const struct participant *who = l->v[i].members.v[k];
			struct lane lane = {.name = who->title, .href = model_href(m, who->entity->name)};
			roster_bars(m, who, &lane);
			arena_push(m->arena, &g.lanes, lane);
		}
		arena_push(m->arena, &p->lanes.groups, g);
	}
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

static void add_row(const struct model *m, const struct participant *who, struct records *r)
{
	const struct stretch *s = model_status_now(m, who);
	struct record_row row = {0};
	model_cell(m, &row, model_link(m, who->entity->name));
	model_cell(m, &row, model_status_cell(m, s));
	model_cell(m, &row, s ? model_date(m, model_from(s)) : model_plain(m, STR("–")));
	model_cell(m, &row, s ? model_cause(m, &s->cause) : model_plain(m, STR("–")));
	model_cell(m, &row, s ? model_rule_cites(m, s->cause.rule) : model_plain(m, STR("–")));
	model_cell(m, &row, model_plain(m, roster_story(m, who, s ? s->from : m->on)));
	model_cell(m, &row, model_why(m, m->voc->fact.status, &who->who));
	arena_push(m->arena, &r->rows, row);
}

static void fill_table(const struct model *m, const groups *l, struct participants_page *p)
{
	struct records *r = &p->who;
	r->label = model_tr(m, N_("Participants"));
	model_column(m, r, model_tr(m, N_("Participant")), false);
	model_column_plain(m, r, model_tr(m, N_("Status")));
	model_column(m, r, model_tr(m, N_("Since")), false);
	model_column_plain(m, r, model_tr(m, N_("By which act")));
	model_column_plain(m, r, model_tr(m, N_("Article")));
	model_column(m, r, model_tr(m, N_("Held before")), false);
	model_column(m, r, model_tr(m, N_("Reasons")), true);
	for (size_t i = 0; i < l->n; i++) {
		const struct group *g = &l->v[i];
		struct record_row heading = {.group = g->title, .id = g->none || g->disputed ? STR("") : roster_anchor(m, g->status)};
		arena_push(m->arena, &r->rows, heading);
		for (size_t k = 0; k < l->v[i].members.n; k++)
			add_row(m, l->v[i].members.v[k], r);
	}
}

/* ---- who asked, who came, who cooperates ------------------------------------------------------------------------- */

static bool counts_as(const struct model *m, const struct record_act *a, uint32_t kind)
{
	return kind != NO_ID && a->act.kind == kind && act_counts(m, a);
}

/* NULL: it names none. */
static const struct participant *named_party(const struct model *m, const struct record_act *a)
{
	sym who = act_entity(m, a, "P");
	return who == SYM_ABSENT ? NULL : almanac_party(m->al, who);
}

/* The party that asks for a status by this act; NULL: it does not, or counts no more. */
static const struct participant *applicant(const struct model *m, const struct record_act *a)
{
	if (!counts_as(m, a, m->voc->act.status_applied) && !counts_as(m, a, m->voc->act.admission_requested))
		return NULL;
	return named_party(m, a);
}

static int fill_applicants(const struct model *m, struct participants_page *p, struct err *e)
{
	const uint32_t kinds[] = {m->voc->act.status_applied, m->voc->act.admission_requested};
	const act_refs *acts = almanac_of_kinds_until(m->al, kinds, 2, m->on + 1, m->arena);
	struct records *r = &p->applicants;
	uint64_t all = 0, n = 0;
	r->label = model_tr(m, N_("Who asked for a status"));
	model_column(m, r, model_tr(m, N_("Who")), false);
	model_column_plain(m, r, model_tr(m, N_("Day")));
	model_column_plain(m, r, model_tr(m, N_("Act")));
	model_column(m, r, model_tr(m, N_("Status on this day")), false);
	for (size_t i = 0; i < acts->n; i++)
		all += applicant(m, acts->v[i]) != NULL;
	int rc = records_pages(m, r, "asked", all, e);
	for (size_t i = 0; rc == 0 && i < acts->n && n < r->pager.last; i++) {
		const struct record_act *a = acts->v[i];
		const struct participant *party = applicant(m, a);
		struct cause cause = {a, NULL};
		struct record_row row = {0};
		if (!party || ++n < r->pager.first)
			continue;
		model_cell(m, &row, model_link(m, party->entity->name));
		model_cell(m, &row, model_date(m, model_act_when(a)));
		model_cell(m, &row, model_cause(m, &cause));
		model_cell(m, &row, model_status_cell(m, model_status_now(m, party)));
		arena_push(m->arena, &r->rows, row);
	}
	return rc;
}

struct visits {
	size_t n;
	const struct record_act *last;
};

/* Parties without a status on this day that came to meetings or were invited to them. */
static int fill_guests(const struct model *m, struct participants_page *p, struct err *e)
{
	const act_refs *invited = acts_of_kind_now(m, m->voc->act.guest_invited);
	const participant_list *parties = almanac_parties_in(m->al, invited, m->arena);
	struct visits *v = arena_array(m->arena, parties->n ? parties->v[parties->n - 1]->place + 1 : 1, struct visits);
	struct records *r = &p->guests;
	uint64_t all = 0, n = 0;
	for (size_t i = 0; i < invited->n; i++) { /* the newest entry first */
		const struct record_act *a = invited->v[i];
		if (!counts_as(m, a, m->voc->act.guest_invited))
			continue;
		const struct participant *party = named_party(m, a);
		if (!party || model_status_now(m, party))
			continue;
		struct visits *of = &v[party->place];
		of->last = of->last && of->last->act.date >= a->act.date ? of->last : a;
		all += of->n++ == 0;
	}
	r->label = model_tr(m, N_("Guests"));
	model_column(m, r, model_tr(m, N_("Who")), false);
	model_column(m, r, model_tr(m, N_("Invitations")), false);
	model_column(m, r, model_tr(m, N_("The last")), false);
	model_column_plain(m, r, model_tr(m, N_("To")));
	int rc = records_pages(m, r, "guests", all, e);
	for (size_t i = 0; rc == 0 && i < parties->n && n < r->pager.last; i++) {
		struct record_row row = {0};
		if (v[parties->v[i]->place].n == 0 || ++n < r->pager.first)
			continue;
		struct value to = act_arg(m->rb, &v[parties->v[i]->place].last->act, "M");
		model_cell(m, &row, model_link(m, parties->v[i]->entity->name));
		model_cell(m, &row, number(m, v[parties->v[i]->place].n));
		model_cell(m, &row, model_date(m, model_act_when(v[parties->v[i]->place].last)));
		model_cell(m, &row, model_value(m, NO_ID, to));
		arena_push(m->arena, &r->rows, row);
	}
	return rc;
}

static struct html fact_cell(const struct model *m, uint32_t fact, const struct stretch *s)
{
	if (!s)
		return model_plain(m, STR("–"));
	struct html parts[2] = {s->value.kind == V_YES ? (struct html){{NULL, 0}} : model_plain(m, model_text(m, fact, s->value)),
		SENTENCE(m, tr_start(&m->o, N_("since {day}")), {"day", model_when(m, model_from(s))})};
	return join_commas(m, parts, 2);
}

/* What it is to this organisation on the day asked about. */
struct tie {
	const struct stretch *cooperates, *status;
};

static bool tied(const struct model *m, const struct participant *o, struct tie *ret)
{
	if (o->entity->type != m->voc->type.Organisation)
		return false;
	*ret = (struct tie){model_now(m, m->voc->fact.cooperates, &o->who), model_now(m, m->voc->fact.own_status, &o->who)};
	return ret->cooperates || ret->status;
}

static int fill_organisations(const struct model *m, struct participants_page *p, struct err *e)
{
	const uint32_t facts[] = {m->voc->fact.cooperates, m->voc->fact.own_status};
	const participant_list *parties = almanac_parties_with(m->al, facts, 2, false, m->arena);
	struct records *r = &p->organisations;
	uint64_t all = 0, n = 0;
	struct tie t;
	r->label = model_tr(m, N_("Organisations"));
	model_column(m, r, model_tr(m, N_("Organisation")), false);
	model_column(m, r, model_tr(m, N_("Cooperation")), false);
	model_column(m, r, model_tr(m, N_("Own status there")), false);
	model_column_plain(m, r, model_tr(m, N_("Article")));
	model_column(m, r, model_tr(m, N_("Reasons")), true);
	for (size_t i = 0; i < parties->n; i++)
		all += tied(m, parties->v[i], &t);
	int rc = records_pages(m, r, "organisations", all, e);
	for (size_t i = 0; rc == 0 && i < parties->n && n < r->pager.last; i++) {
		const struct participant *o = parties->v[i];
		struct record_row row = {0};
		if (!tied(m, o, &t) || ++n < r->pager.first)
			continue;
		model_cell(m, &row, model_link(m, o->entity->name));
		model_cell(m, &row, fact_cell(m, m->voc->fact.cooperates, t.cooperates));
		model_cell(m, &row, fact_cell(m, m->voc->fact.own_status, t.status));
		model_cell(m, &row, model_rule_cites(m, (t.cooperates ? t.cooperates : t.status)->cause.rule));
		model_cell(m, &row, model_why(m, t.cooperates ? m->voc->fact.cooperates : m->voc->fact.own_status, &o->who));
		arena_push(m->arena, &r->rows, row);
	}
	return rc;
}

/* ---- the forms --------------------------------------------------------------------------------------------------- */

static int show_page(struct model *m, struct err *e)
{
	struct participants_page p = {.on = m->a->on};
	struct tally c = roster_count(m, m->on);
	groups all = group(m), l = {0};
	int rc = cut(m, &all, &p.pager, &l, e);
	if (rc < 0)
		return rc;
	shown_list shown = roster_shown(m);
	frame_init(&p.frame, m->a, model_tr(m, N_("Participants")));
	p.counts = model_whole(m, roster_say(m, &c));
	fill_map_figure(m, &p.map);
	fill_counts_figure(m, &p.chart);
	fill_index(m, &all, &p);
	fill_lanes(m, &l, &p);
	fill_table(m, &l, &p);
	if ((rc = fill_applicants(m, &p, e)) < 0 || (rc = fill_guests(m, &p, e)) < 0 || (rc = fill_organisations(m, &p, e)) < 0)
		return rc;
	model_watch(m, &p.frame.bar, &shown, NULL);
	if ((rc = model_differ(m, &shown, &p.frame.bar, &p.differ, e)) < 0)
		return rc;
	p.admissions = model_url(m, "admissions");
	page_participants(&m->o, &p);
	return 0;
}

/* RFC 4180. One row for each party that ever had a status. */
static int show_csv(struct model *m)
{
	const participant_list *parties = almanac_ranked(m->al);
	struct buf *b = m->o.b;
	buf_adds(b, "code,name,status,disputed,since,act,rule\r\n");
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *p = parties->v[i];
		const struct stretch *s = model_status_now(m, p);
		if (!p->nstatuses)
			continue;
		data_csv(b, syms_str(m->syms, p->entity->name), ",");
		data_csv(b, p->title, ",");
		data_csv(
			b, s && !s->disputed && s->value.kind == V_WORD ? syms_str(m->syms, s->value.s) : STR(""), ",");
		buf_adds(b, s && s->disputed ? "yes," : "no,");
		data_csv(b, s ? data_known(m, model_from(s)) : STR(""), ",");
		if (s && s->cause.act)
			buf_addf(b, "%llu", (unsigned long long)s->cause.act->pos);
		buf_addc(b, ',');
		data_csv(b, s && s->cause.rule ? syms_str(&m->rb->syms, s->cause.rule->label) : STR(""), "\r\n");
	}
	return 0;
}

static int show_json(struct model *m, struct err *e)
{
	const participant_list *parties = almanac_ranked(m->al);
	struct tally c = roster_count(m, m->on);
	json_t *page = data_page(m), *list = json_array();
	json_object_set_new(page, "counts", roster_data(m, &c));
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *p = parties->v[i];
		const struct stretch *s = model_status_now(m, p);
		if (!p->nstatuses)
			continue;
		json_t *one = data_entity(m, p->entity->name);
		json_object_set_new(one, "status", s ? data_stretch(m, m->voc->fact.status, &p->who, s) : json_null());
		json_object_set_new(one, "history", data_history(m, m->voc->fact.status, &p->who));
		json_array_append_new(list, one);
	}
	json_object_set_new(page, "participants", list);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	return m->a->form == FORM_CSV ? show_csv(m) : m->a->form == FORM_JSON ? show_json(m, e) : show_page(m, e);
}

int participants_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
