/* SPDX-License-Identifier: Apache-2.0
 *
 * The front page: the count of the day, the map, the counts over time, the latest acts, what is open, what comes.
 */
#include "web/data.h"
#include "web/handlers.h"
#include "web/page_home.h"
#include "web/page_releases.h"
#include "web/pages.h"
#include "web/roster.h"

#include <stdlib.h>

enum { ACTS = 6, RELEASES = 4, OPEN = 6, AHEAD = 3 };
static const civil LATE = 30 * DAY; /* between its date and its entry */

/* ---- the count ------------------------------------------------------------------------------------------------- */

static void fill_lead(const struct model *m, struct home_page *p)
{
	const participant_list *parties = almanac_ranked(m->al);
	struct tally c = roster_count(m, m->on);
	p->counts = model_whole(m, roster_say(m, &c));
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		const struct stretch *s = model_status_now(m, who);
		if (!s || !s->disputed)
			continue;
		struct home_disputed q = {who->title, model_readings(m, m->voc->fact.status, &who->who, s),
			model_why_href(m, m->voc->fact.status, &who->who)};
		arena_push(m->arena, &p->disputed, q);
	}
}

static void fill_form(const struct model *m, struct home_page *p)
{
	const participant_list *parties = almanac_ranked(m->al);
	bool chosen = false;
	p->ask = url_fmt(m->arena, "/%s/ask", m->a->tongue->code);
	p->day = show_day(&m->o, m->a->on);
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		if (!who->nstatuses)
			continue;
		struct home_choice c = {syms_str(m->syms, who->entity->name), who->title, !chosen};
		chosen = true;
		arena_push(m->arena, &p->choices, c);
	}
}

/* ---- acts and releases ------------------------------------------------------------------------------------------- */

/* Of what kind it is, where the act has no text of its own or stands for others of that kind. */
static void say_kind(const struct model *m, const struct record_act *a, size_t others, struct gazette_item *item)
{
	struct html text = item->says.s.n ? item->says : model_mark(m, (struct said){item->text, item->text_lang}),
		    kind = model_plain(m, act_kind_label(m, a));
	if (others) {
		struct html parts[2] = {text, SENTENCE(m, tr_start_n(&m->o, others, "{kind}: {n} more act on that day.", "{kind}: {n} more acts on that day."),
			{"kind", kind}, {"n", number(m, others)})};
		item->says = join(m, parts, 2, " ");
	} else if (!text.s.n) {
		item->says = kind;
	}
}

/* By its date it stands where it belongs; that the record came to know of it long after is told beside it. */
static void say_late(const struct model *m, const struct record_act *a, struct gazette_item *item)
{
	if (date_day(a->received) <= a->act.date + LATE)
		return;
	struct html parts[2] = {item->says, SENTENCE(m, tr_start(&m->o, N_("First known on {day}.")), {"day", when_told(m, (struct when){date_day(a->received), BY_DAY, false})})};
	item->says = join(m, parts, 2, " ");
}

/* The latest acts and releases, in the page and as data. */
struct news {
	const struct record_act *act;
	size_t others; /* of its kind and day that follow it */
};

typedef LIST(struct news) news_list;

/* The newest by their dates, those of one kind and day that follow each other as one item: fourteen attendances are one piece of news. What is
 * entered late does not stand before what happened since: who wants the order of the log has the list of all acts. */
static news_list latest_acts(const struct model *m)
{
	news_list all = {0};
	size_t n;
	const struct dated_act *dated = almanac_dated_until(m->al, m->on + 1, &n);
	while (n-- > 0) {
		const struct record_act *a = dated[n].act;
		almanac_look(m->al, &dated[n]);
		if (a->act.kind == m->voc->act.release_issued || a->act.kind == m->voc->act.attended) /* releases have a list of their own; who
													 * came stands with the meeting */
			continue;
		struct news *last = all.n ? &all.v[all.n - 1] : NULL;
		if (last && a->act.kind == last->act->act.kind && date_day(a->act.date) == date_day(last->act->act.date)) {
			last->others++;
			continue;
		}
		if (all.n == ACTS)
			break;
		arena_push(m->arena, &all, ((struct news){a, 0}));
	}
	return all;
}

static news_list latest_releases(const struct model *m)
{
	news_list all = {0};
	const act_refs *issued = acts_of_kind_now(m, m->voc->act.release_issued);
	for (size_t i = 0; i < issued->n && all.n < RELEASES; i++)
		if (release_out(m, issued->v[i]))
			arena_push(m->arena, &all, ((struct news){issued->v[i], 0}));
	return all;
}

static void fill_acts(const struct model *m, struct home_page *p)
{
	news_list latest = latest_acts(m);
	for (size_t i = 0; i < latest.n; i++) {
		struct gazette_item item = model_gazette_item(m, latest.v[i].act);
		say_kind(m, latest.v[i].act, latest.v[i].others, &item);
		say_late(m, latest.v[i].act, &item);
		arena_push(m->arena, &p->acts.items, item);
	}
}

static void fill_releases(const struct model *m, struct home_page *p)
{
	news_list latest = latest_releases(m);
	p->releases.two = true;
	for (size_t i = 0; i < latest.n; i++) {
		const struct record_act *a = latest.v[i].act;
		struct gazette_item item = model_gazette_item(m, a);
		struct value r = act_arg(m->rb, &a->act, "R");
		item.href = r.kind == V_ENTITY ? model_href(m, r.s) : item.href;
		item.text = (struct str){NULL, 0};
		item.says = (struct html){{NULL, 0}};
		arena_push(m->arena, &p->releases.items, item);
	}
}

/* ---- what is open ------------------------------------------------------------------------------------------------ */

static void add_open(const struct model *m, struct home_page *p, struct url href, struct said text, struct html more,
	enum tag_kind kind, struct str tag)
{
	struct home_question q = {href, text, more, {kind, tag}};
	if (p->open.n < OPEN)
		arena_push(m->arena, &p->open, q);
	else
		p->more_open++;
}

static struct said name_and(const struct model *m, const char *msgid, struct str name, struct str value)
{
	return (struct said){TR_FILL(&m->o, msgid, {"name", name}, {"value", value}), {NULL, 0}};
}

static void open_statuses(const struct model *m, struct home_page *p)
{
	const participant_list *parties = almanac_ranked(m->al);
	uint32_t f = m->voc->fact.status;
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		const struct stretch *s = model_status_now(m, who);
		if (s && s->disputed)
			add_open(m, p, model_why_href(m, f, &who->who),
				name_and(m, N_("{name}: {value}, or not?"), who->title,
					model_words(m, f, s->value, "phrase", model_text(m, f, s->value))),
				model_readings(m, f, &who->who, s), TAG_DISPUTE, model_tr(m, N_("Two readings")));
	}
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		const struct stretch *s = model_status_now(m, who);
		if (s && !s->disputed && s->from_unverified)
			add_open(m, p, model_href(m, who->entity->name),
				name_and(m, N_("{name}: {value} since when?"), who->title,
					model_words(m, f, s->value, "phrase", model_text(m, f, s->value))),
				model_plain(m, show_when(&m->o, model_from(s))), TAG_DOUBT, model_tr(m, N_("Date unverified")));
		for (size_t k = 0; k + 1 < who->nstatuses; k++)
			if (who->statuses[k].disputed && model_reached(m, who->statuses[k].to))
				add_open(m, p, model_href(m, who->entity->name),
					name_and(m, N_("{name}: {value} since when?"), who->title,
						model_words(m, f, who->statuses[k].value, "phrase",
							model_text(m, f, who->statuses[k].value))),
					model_mark(m, name_and(m, N_("{name} or {value}."),
						show_when(&m->o, model_from(&who->statuses[k])),
						show_when(&m->o, model_to(&who->statuses[k])))),
					TAG_DISPUTE, model_tr(m, N_("Two readings")));
	}
}

/* Instruments whose clause is on record and which are not in force on this day. */
static void open_instruments(const struct model *m, struct home_page *p)
{
	const act_refs *opened = acts_of_kind_now(m, m->voc->act.instrument_opened);
	for (size_t i = 0; i < opened->n; i++) {
		const struct record_act *a = opened->v[i];
		struct value in = act_arg(m->rb, &a->act, "I");
		if (in.kind != V_ENTITY || !act_counts(m, a) || model_now(m, m->voc->fact.in_force, &in))
			continue;
		add_open(m, p, model_whynot_href(m, m->voc->fact.in_force, &in, VALUE_YES), model_title(m, in.s),
			(struct html){{NULL, 0}}, TAG_NEUTRAL, model_tr(m, N_("Not on record as in force")));
	}
}

/* ---- what comes -------------------------------------------------------------------------------------------------- */

static int by_when(const void *x, const void *y)
{
	const struct home_ahead *a = x, *b = y;
	return (a->when.at > b->when.at) - (a->when.at < b->when.at);
}

static void fill_ahead(const struct model *m, struct home_page *p)
{
	const act_refs *convened = acts_of_kind_now(m, m->voc->act.meeting_convened);
	for (size_t i = 0; i < convened->n; i++) {
		const struct record_act *a = convened->v[i];
		if (record_standing(m->record, a->pos) != a)
			continue;
		struct value meeting = act_arg(m->rb, &a->act, "M"), last = act_arg(m->rb, &a->act, "last"),
			     first = act_arg(m->rb, &a->act, "first");
		if (meeting.kind != V_ENTITY || last.kind != V_DATE || first.kind != V_DATE)
			continue;
		bool begun = model_reached(m, a->act.date), over = model_reached(m, last.t + DAY);
		if (!begun || over || model_now(m, m->voc->fact.cancelled, args_of(m, 1, meeting)))
			continue;
		struct home_ahead next = {
			model_arg_when(a, STR("first"), first.t),
			model_href(m, meeting.s), model_title(m, meeting.s), model_place(m, json_get_str(a->json, "place")).text, meeting.s};
		arena_push(m->arena, &p->ahead, next);
	}
	if (p->ahead.n)
		qsort(p->ahead.v, p->ahead.n, sizeof *p->ahead.v, by_when);
	p->ahead.n = p->ahead.n > AHEAD ? AHEAD : p->ahead.n;
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static json_t *news_data(const struct model *m, const news_list *l)
{
	json_t *all = json_array();
	for (size_t i = 0; i < l->n; i++) {
		json_t *one = data_act(m, l->v[i].act);
		if (l->v[i].others)
			json_object_set_new(one, "others", json_integer((json_int_t)l->v[i].others));
		json_array_append_new(all, one);
	}
	return all;
}

static int show_json(struct model *m, struct err *e)
{
	const participant_list *parties = almanac_ranked(m->al);
	struct home_page p = {.on = m->a->on};
	struct tally c = roster_count(m, m->on);
	json_t *page = data_page(m), *disputed = json_array();
	news_list acts = latest_acts(m), releases = latest_releases(m);
	json_object_set_new(page, "counts", roster_data(m, &c));
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		const struct stretch *s = model_status_now(m, who);
		if (s && s->disputed)
			json_array_append_new(disputed, data_stretch(m, m->voc->fact.status, &who->who, s));
	}
	json_object_set_new(page, "disputed", disputed);
	json_object_set_new(page, "latest_acts", news_data(m, &acts));
	json_object_set_new(page, "latest_releases", news_data(m, &releases));
	fill_ahead(m, &p);
	json_t *ahead = json_array();
	for (size_t i = 0; i < p.ahead.n; i++)
		json_array_append_new(ahead, data_entity(m, p.ahead.v[i].meeting));
	json_object_set_new(page, "ahead", ahead);
	return data_send(m, page, e);
}

/* A reader of feeds who knows no more than the site's address finds them here. */
static void add_feeds(const struct model *m, const char *room, const char *name, struct frame *f)
{
	static const enum form forms[] = {FORM_ATOM, FORM_FEED};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct link l = {.href = url_fmt(m->arena, "/%s/%s.%s%.*s", m->a->tongue->code, room, form_suffix(forms[i]), STR_ARG(ask_when(m->a).s)),
			.text = ARENA_JOIN(m->arena, model_tr(m, name), tr_comma(&m->o), str_of(form_name(forms[i]))), .media = str_of(form_media(forms[i]))};
		arena_push(m->arena, &f->data, l);
	}
}

static int show(struct model *m, struct err *e)
{
	if (m->a->form == FORM_JSON)
		return show_json(m, e);
	struct home_page p = {.on = m->a->on};
	shown_list shown = roster_shown(m);
	frame_init(&p.frame, m->a, model_tr(m, N_("Home")));
	add_feeds(m, "releases", N_("Newsroom"), &p.frame);
	add_feeds(m, "acts", N_("Acts"), &p.frame);
	model_watch(m, &p.frame.bar, &shown, NULL);
	p.last = p.frame.bar.prev;
	fill_lead(m, &p);
	fill_map_figure(m, &p.map);
	fill_form(m, &p);
	fill_counts_figure(m, &p.chart);
	fill_acts(m, &p);
	fill_releases(m, &p);
	open_statuses(m, &p);
	open_instruments(m, &p);
	fill_ahead(m, &p);
	p.all_acts = model_url(m, "acts");
	p.changes = model_url(m, "changes");
	p.all_releases = model_url(m, "releases");
	p.verify = model_url(m, "verify");
	int rc = model_differ(m, &shown, &p.frame.bar, &p.differ, e);
	if (rc < 0)
		return rc;
	page_home(&m->o, &p);
	return 0;
}

int home_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
