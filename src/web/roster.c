/* SPDX-License-Identifier: Apache-2.0 */
#include "web/roster.h"

#include "web/listing.h"

#include <string.h>

struct tally roster_count(const struct model *m, civil t)
{
	const participant_list *parties = almanac_ranked(m->al);
	struct tally c = {0};
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *p = parties->v[i];
		const struct stretch *s = t == m->on ? model_status_now(m, p) : stretch_at(p->statuses, p->nstatuses, t);
		if (!s)
			continue;
		c.all++;
		unsigned rank = almanac_rank(m->al, s->value);
		rank = rank > ROSTER_RANKS ? ROSTER_RANKS : rank;
		c.disputed += s->disputed;
		if (s->disputed)
			continue;
		c.rank[rank]++;
		c.value[rank] = s->value;
	}
	return c;
}

static bool same_counts(const struct tally *a, const struct tally *b)
{
	return a->all == b->all && a->disputed == b->disputed && memcmp(a->rank, b->rank, sizeof a->rank) == 0;
}

tallied_list roster_counts(const struct model *m, civil last)
{
	const changing_days *days = almanac_days(m->al);
	tallied_list l = {0};
	for (size_t i = 0; i < days->n && days->v[i] <= last; i++) {
		struct tallied t = {days->v[i], roster_count(m, view_on(days->v[i]))};
		if (!l.n || !same_counts(&l.v[l.n - 1].c, &t.c))
			arena_push(m->arena, &l, t);
	}
	return l;
}

struct str roster_noun(const struct model *m, struct value status)
{
	struct str group = model_words(m, m->voc->fact.status, status, "group", (struct str){NULL, 0});
	return group.n ? group : model_words(m, m->voc->fact.status, status, "many", model_text(m, m->voc->fact.status, status));
}

struct str roster_titled(const struct model *m, struct str title, size_t n)
{
	return ARENA_JOIN(m->arena, title, tr_colon(&m->o), tr_digits(&m->o, arena_fmt(m->arena, "%zu", n)));
}

struct str roster_counted(const struct model *m, struct value status, size_t n)
{
	struct str noun = model_counted(m, m->voc->fact.status, status, n);
	const struct tr_slot slots[] = {{"n", arena_fmt(m->arena, "%zu", n)}, {"noun", noun}};
	if (!noun.n)
		return roster_titled(m, model_text(m, m->voc->fact.status, status), n);
	return tr_fill_n(&m->o, n, "{n}\u00a0{noun}", "{n}\u00a0{noun}", slots, 2); /* the number does not part from its word */
}

struct str roster_group(const struct model *m, struct value status, size_t n)
{
	return roster_titled(m, status_many(m, status), n);
}

struct str roster_say(const struct model *m, const struct tally *c)
{
	struct buf b;
	struct str comma = tr_comma(&m->o);
	buf_init(&b, 2000);
	for (unsigned r = 1; r <= ROSTER_RANKS; r++)
		if (c->rank[r])
			buf_addf(&b, "%.*s%.*s", STR_ARG(b.n ? comma : STR("")),
				STR_ARG(roster_counted(m, c->value[r], c->rank[r])));
	if (c->disputed)
		buf_addf(&b, "%.*s%.*s", STR_ARG(b.n ? comma : STR("")),
			STR_ARG(TR_FILL(&m->o, N_("{n}\u00a0disputed"), {"n", arena_fmt(m->arena, "%zu", c->disputed)})));
	struct str s = b.n ? arena_str(m->arena, buf_str(&b)) : model_tr(m, N_("No participants"));
	buf_done(&b);
	return s;
}

participant_list roster_with(const struct model *m, struct value status, civil t)
{
	const participant_list *parties = almanac_ranked(m->al);
	participant_list l = {0};
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *p = parties->v[i];
		const struct stretch *s = t == m->on ? model_status_now(m, p) : stretch_at(p->statuses, p->nstatuses, t);
		if (s && !s->disputed && almanac_rank(m->al, s->value) == almanac_rank(m->al, status))
			arena_push(m->arena, &l, p);
	}
	return l;
}

size_t roster_on_a_page(const struct model *m)
{
	const participant_list *parties = almanac_ranked(m->al);
	size_t n = 0;
	for (size_t i = 0; i < parties->n; i++)
		n += parties->v[i]->nstatuses > 0;
	return n <= ROSTER_WHOLE ? ROSTER_WHOLE : ROSTER_EACH;
}

struct str roster_anchor(const struct model *m, struct value status)
{
	return ARENA_JOIN(m->arena, STR("status-"), syms_str(m->syms, status.s));
}

struct url roster_href(const struct model *m, struct value status, civil day)
{
	struct tally c = roster_count(m, view_on(day));
	struct ask a = *m->a;
	size_t before = 0, each = roster_on_a_page(m);
	a.has_on = a.has_on || day != a.on;
	a.on = day;
	for (unsigned r = 1; r <= ROSTER_RANKS && r < almanac_rank(m->al, status); r++)
		before += c.rank[r];
	struct str page = before < each ? STR("") : arena_fmt(m->arena, "&page=%zu", before / each + 1), when = ask_also(&a).s;
	struct str query = ARENA_JOIN(m->arena, when, page);
	return url_fmt(m->arena, "/%s/participants%s%.*s#%.*s", a.tongue->code, query.n ? "?" : "", STR_ARG(str_slice(query, query.n > 0, query.n)),
		STR_ARG(roster_anchor(m, status)));
}

json_t *roster_data(const struct model *m, const struct tally *c)
{
	json_t *j = json_object();
	for (unsigned r = 1; r <= ROSTER_RANKS; r++)
		if (c->rank[r]) {
			struct str name = syms_str(m->syms, c->value[r].s);
			json_object_setn_new(j, name.p, name.n, json_integer((json_int_t)c->rank[r]));
		}
	json_object_set_new(j, "disputed", json_integer((json_int_t)c->disputed));
	return j;
}

/* ---- intervals --------------------------------------------------------------------------------------------------- */

static struct str year_or_open(const struct model *m, civil t)
{
	return t == CIVIL_NEVER || t == CIVIL_ALWAYS ? STR("") : show_year(&m->o, t);
}

struct str roster_story(const struct model *m, const struct participant *p, civil before)
{
	struct buf b;
	buf_init(&b, 2000);
	for (size_t i = 0; i < p->nstatuses; i++) {
		const struct stretch *s = &p->statuses[i];
		if (s->to > before)
			break;
		struct str word = s->disputed ? model_tr(m, N_("disputed"))
					      : model_words(m, m->voc->fact.status, s->value, "one",
							model_status(m, s->value, false).word);
		buf_addf(&b, "%.*s%.*s %.*s–%.*s", STR_ARG(b.n ? tr_semicolon(&m->o) : STR("")), STR_ARG(word), STR_ARG(year_or_open(m, s->from)),
			STR_ARG(year_or_open(m, s->to)));
	}
	struct str text = b.n ? arena_str(m->arena, buf_str(&b)) : STR("–");
	buf_done(&b);
	return text;
}

void roster_bars(const struct model *m, const struct participant *p, struct lane *l)
{
	struct phrasing ph = model_phrasing(m);
	struct buf label;
	buf_init(&label, 4000);
	for (size_t i = 0; i < p->nwaiting; i++) {
		struct bar bar = {
			p->waiting[i].from, p->waiting[i].to, almanac_rank(m->al, p->waiting[i].value), SWATCH_PENDING};
		arena_push(m->arena, &l->bars, bar);
	}
	for (size_t i = 0; i < p->nstatuses; i++) {
		const struct stretch *s = &p->statuses[i];
		struct bar bar = {
			s->from, s->to, almanac_rank(m->al, s->value), s->disputed ? SWATCH_DISPUTED : SWATCH_FILL};
		struct phrase when = phrase_interval(&ph, s->from, s->to);
		arena_push(m->arena, &l->bars, bar);
		buf_addf(&label, "%.*s%.*s %.*s", STR_ARG(i ? tr_semicolon(&m->o) : STR("")), STR_ARG(model_status(m, s->value, s->disputed).word),
			STR_ARG(phrase_text(&ph, &when)));
	}
	l->label = label.n ? arena_str(m->arena, buf_str(&label)) : model_tr(m, N_("No status yet"));
	buf_done(&label);
}

chart_key roster_key(const struct model *m, bool waiting)
{
	const participant_list *parties = almanac_ranked(m->al);
	chart_key k = {0};
	struct value of[ROSTER_RANKS + 1] = {{0}};
	bool any = false;
	unsigned disputed = 0;
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *p = parties->v[i];
		any = any || p->nwaiting;
		for (size_t s = 0; s < p->nstatuses; s++) {
			unsigned rank = almanac_rank(m->al, p->statuses[s].value);
			if (p->statuses[s].disputed)
				disputed = rank;
			else if (rank <= ROSTER_RANKS)
				of[rank] = p->statuses[s].value;
		}
	}
	for (unsigned r = 1; r <= COUNT_RANKS; r++) {
		struct key_item item = {SWATCH_FILL, r, model_text(m, m->voc->fact.status, of[r])};
		if (of[r].kind == V_WORD)
			arena_push(m->arena, &k, item);
	}
	struct key_item pending = {SWATCH_PENDING, 5, model_tr(m, N_("Decided, not yet in effect"))};
	struct key_item doubt = {SWATCH_DISPUTED, disputed, model_tr(m, N_("Disputed"))};
	if (waiting && any)
		arena_push(m->arena, &k, pending);
	if (disputed)
		arena_push(m->arena, &k, doubt);
	return k;
}

civil roster_now(const struct model *m)
{
	return m->a->on > m->a->today ? m->a->on : m->a->today;
}

struct axis roster_axis(const struct model *m)
{
	return axis_years(date_from(m->al->first_year, 1, 1), roster_now(m), m->a->tongue);
}

shown_list roster_shown(const struct model *m)
{
	const participant_list *parties = almanac_ranked(m->al);
	shown_list l = {0};
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *p = parties->v[i];
		struct shown one = {m->voc->fact.status, &p->who, p->statuses, p->nstatuses, NULL};
		if (p->nstatuses)
			arena_push(m->arena, &l, one);
	}
	return l;
}
