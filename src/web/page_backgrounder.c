/* SPDX-License-Identifier: Apache-2.0
 *
 * A participant on one page, for those who write about it; the same as a card that any site may frame; and the answer to
 * a site that asks how (oEmbed, https://oembed.com).
 *
 * The card is the one page that others may frame (routes.c has its policy).
 */
#include "web/page_backgrounder.h"

#include "web/data.h"
#include "web/handlers.h"
#include "web/listing.h"
#include "web/pages.h"
#include "web/roster.h"

#include <string.h>

enum { STEPS = 6, ACTS = 5, CARD_WIDTH = 560, CARD_HEIGHT = 480, CARD_LEAST = 200 };

static int asked_party(struct model *m, const struct participant **ret, struct err *e)
{
	const struct entity *en;
	int rc = model_entity(m, m->a->id[0], m->voc->type.Party, N_("participant"), &en, e);
	if (rc == 0)
		*ret = almanac_party(m->al, en->name);
	return rc;
}

/* "https://register.example/en/participants/BY/card": the base may be missing where the site was not told its own. */
static struct url absolute(const struct model *m, const char *tongue, struct str name, const char *page, struct str query)
{
	return url_fmt(m->arena, "%.*s/%s/participants/%.*s/%s%.*s", STR_ARG(m->a->site->base.s), tongue, STR_ARG(name), page, STR_ARG(query));
}

/* The frame as it is pasted into another page. */
static struct str frame_code(const struct model *m, struct url card, struct str title, uint64_t width, uint64_t height)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	HTML(&o, "<iframe src=\"");
	html_attr(&o, card);
	buf_addf(&b, "\" width=\"%llu\" height=\"%llu\" title=\"", (unsigned long long)width, (unsigned long long)height);
	html_attr(&o, title);
	HTML(&o, "\" loading=\"lazy\" referrerpolicy=\"no-referrer\"></iframe>");
	return model_end(m, &b).s;
}

static struct str frame_title(const struct model *m, struct str organisation, struct str name)
{
	return SENTENCE(m, tr_start(&m->o, N_("{name} in the register: {organisation}")), {"name", {name}}, {"organisation", {organisation}}).s;
}

bool press_office(const struct model *m, struct contact *ret)
{
	const struct press_office *o = &m->org->press;
	*ret = (struct contact){title_pick(o->names, o->nnames, m->lang).text, o->email, o->telephone, {{NULL, 0}}, url_foreign(o->page)};
	if (o->email.n)
		ret->mail = url_foreign(ARENA_JOIN(m->arena, STR("mailto:"), o->email));
	return o->email.n || o->telephone.n || o->page.n;
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

static void fill_figures(const struct model *m, struct backgrounder_page *p)
{
	const struct participant_page *w = &p->who;
	add_pair(m, &p->figures, model_tr(m, N_("Instruments on record")), number(m, w->instruments.pager.all));
	add_pair(m, &p->figures, model_tr(m, N_("Party on record to")), number(m, w->party_to));
	add_pair(m, &p->figures, model_tr(m, N_("Decisions that concern it")), number(m, w->decisions.pager.all));
	add_pair(m, &p->figures, model_tr(m, N_("Acts that name it")), number(m, w->nacts));
}

static void fill_steps(const struct model *m, struct backgrounder_page *p)
{
	const milestones *all = &p->who.admission;
	for (size_t i = all->n > STEPS ? all->n - STEPS : 0; i < all->n; i++)
		arena_push(m->arena, &p->steps, all->v[i]);
}

static void fill_use(const struct model *m, const struct participant *who, struct backgrounder_page *p)
{
	const struct frame *f = &p->who.frame;
	struct str name = syms_str(m->syms, who->entity->name);
	struct url card = absolute(m, m->a->tongue->code, name, "card", ask_when(m->a).s);
	p->card = (struct url){str_slice(card.s, m->a->site->base.s.n, card.s.n)}; /* an address of this site: so a publication finds it */
	p->of_a_day = m->a->has_on;
	p->as_known = m->a->has_known;
	p->code = frame_code(m, card, frame_title(m, f->words->organisation, who->title), CARD_WIDTH, CARD_HEIGHT);
	struct link about[2] = {{.href = model_href(m, who->entity->name), .text = model_tr(m, N_("Everything on record about it"))},
		{.href = p->who.changes, .text = model_tr(m, N_("What changed for it between two days"))}};
	for (size_t i = 0; i < 2; i++)
		arena_push(m->arena, &p->more, about[i]);
	p->has_press = press_office(m, &p->press);
}

static int show(struct model *m, struct err *e)
{
	struct backgrounder_page p = {0};
	struct dossier d;
	const struct participant *who;
	struct link oembed = {.text = STR("oEmbed"), .media = STR("application/json+oembed")};
	int rc = asked_party(m, &who, e);
	if (rc < 0)
		return rc;
	if (m->a->form == FORM_JSON)
		return participant_json(m, who, e);
	struct tally c = roster_count(m, m->on);
	struct buf b;
	if ((rc = participant_outline(m, who, &d, &p.who, e)) < 0)
		return rc;
	p.who.acts.items.n = p.who.acts.items.n > ACTS ? ACTS : p.who.acts.items.n;
	p.counts = SENTENCE(m, tr_start(&m->o, m->a->on < m->a->today ? N_("On {day} {organisation} had {counts}.") : N_("On {day} {organisation} has {counts}.")),
		{"day", model_when(m, (struct when){m->a->on, BY_DAY, false})}, {"organisation", model_plain(m, p.who.frame.words->within)},
		{"counts", model_plain(m, roster_say(m, &c))});
	fill_figures(m, &p);
	fill_steps(m, &p);
	fill_use(m, who, &p);
	buf_init(&b, 8192);
	url_encode(&b, m->a->site->base.s);
	url_encode(&b, p.card.s);
	oembed.href = url_fmt(m->arena, "/oembed?url=%.*s", STR_ARG(buf_str(&b)));
	buf_done(&b);
	arena_push(m->arena, &p.who.frame.data, oembed);
	page_backgrounder(&m->o, &p);
	return 0;
}

int backgrounder_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}

/* ---- the card ---------------------------------------------------------------------------------------------------- */

static int show_card(struct model *m, struct err *e)
{
	struct card_page p = {0};
	const struct participant *who;
	int rc = asked_party(m, &who, e);
	if (rc < 0)
		return rc;
	participant_lead(m, who, &p.who);
	p.full = absolute(m, m->a->tongue->code, syms_str(m->syms, who->entity->name), "backgrounder", ask_when(m->a).s);
	p.permanent = p.who.frame.permanent;
	page_card(&m->o, &p);
	return 0;
}

int card_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_card);
}

/* ---- oEmbed ------------------------------------------------------------------------------------------------------ */

struct embedded {
	struct target t; /* what the address was cut into */
	const struct tongue *tongue;
	struct str name, query;
};

/* The pages that have a card: a participant's, its backgrounder, the card itself; by full address or from the first slash. */
static bool read_address(const struct ask *a, struct str url, struct embedded *ret)
{
	struct route_match match;
	const char *id;
	struct err e;
	struct str base = a->site->base.s;
	if (base.n && str_starts(url, base))
		url = str_slice(url, base.n, url.n);
	if (!url.n || url.p[0] != '/' || target_parse(url, &ret->t, &id, &e) < 0)
		return false;
	route_find(a->site->routes, &ret->t, &match);
	if (!match.route || match.moved || match.ids != 1 || !str_starts(str_of(match.route->pattern), STR("/{lang}/participants/{id}")))
		return false;
	ret->tongue = tongue_find(match.lang);
	ret->name = match.id[0];
	size_t mark = str_find(url, STR("?"));
	ret->query = mark < url.n ? str_slice(url, mark, url.n) : STR("");
	return ret->tongue && site_words(a->site, ret->tongue);
}

static uint64_t at_most(const struct ask *a, const char *param, uint64_t n)
{
	struct ask_value v = ask_param(a, param);
	uint64_t most = v.given ? v.number : n;
	return most > n ? n : most < CARD_LEAST ? CARD_LEAST : most;
}

static int no_card(struct model *m, struct err *e)
{
	m->ret->problem.id = STR("oembed.address");
	return MODEL_FAULT(m, e, ERR_ABSENT, "parameter url", N_("There is no card for this address: pages of participants have one."), {0});
}

static int answer(struct model *m, struct err *e)
{
	struct embedded x;
	struct str url = ask_param(m->a, "url").text;
	if (!read_address(m->a, url, &x))
		return no_card(m, e);
	struct model there = *m;
	struct ask a = *m->a;
	a.tongue = x.tongue;
	there.a = &a;
	there.lang = str_of(x.tongue->code);
	there.o.tongue = x.tongue;
	const struct entity *en = record_entity(m->record, x.name);
	const struct participant *who = en ? almanac_party(m->al, en->name) : NULL;
	if (!who)
		return no_card(m, e);
	uint64_t width = at_most(m->a, "maxwidth", CARD_WIDTH), height = at_most(m->a, "maxheight", CARD_HEIGHT);
	struct str organisation = site_words(m->a->site, x.tongue)->organisation, name = model_title(&there, en->name).text;
	struct url card = absolute(m, x.tongue->code, x.name, "card", x.query);
	struct str title = frame_title(&there, organisation, name);
	json_t *j = data_page(&there);
	json_object_set_new(j, "version", json_string("1.0"));
	json_object_set_new(j, "type", json_string("rich"));
	json_object_set_new(j, "title", data_str(title));
	json_object_set_new(j, "provider_name", data_str(organisation));
	json_object_set_new(j, "provider_url", data_str(url_fmt(m->arena, "%.*s/", STR_ARG(m->a->site->base.s)).s));
	json_object_set_new(j, "cache_age", json_integer(3600));
	json_object_set_new(j, "width", json_integer((json_int_t)width));
	json_object_set_new(j, "height", json_integer((json_int_t)height));
	json_object_set_new(j, "html", data_str(frame_code(m, card, title, width, height)));
	return data_send(m, j, e);
}

int oembed_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, answer);
}
