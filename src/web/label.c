/* SPDX-License-Identifier: Apache-2.0 */
#include "web/label.h"

#include "web/page_acts.h"
#include "web/roster.h"

enum { NAMED = 30 }; /* participants; of more the number must do */

/* ---- acts --------------------------------------------------------------------------------------------------------------------- */

static struct acts_wanted acts_of(const struct model *m, const struct search_label *l)
{
	return l->is == LABEL_KIND ? acts_of_kind(m, l->of) : acts_with(m, l->param, l->word);
}

static struct labelled acts_stand_for(const struct model *m, const struct search_label *l)
{
	struct acts_wanted w = acts_of(m, l);
	struct str argument = words_param(m->words, m->lang, l->param, m->arena);
	struct labelled is = {.kind = l->is == LABEL_KIND ? model_tr(m, N_("Kind of act")) : TR_FILL(&m->o, N_("Word in acts: {argument}"), {"argument", argument}),
		.n = acts_count(m, &w, SIZE_MAX)};
	struct buf query;
	buf_init(&query, 1000);
	buf_adds(&query, l->is == LABEL_KIND ? "kind=" : "with=");
	url_encode(&query, l->is == LABEL_KIND ? w.kind : ARENA_JOIN(m->arena, l->param, STR("."), l->word));
	is.href = url_fmt(m->arena, "/%s/acts?%.*s%.*s", m->a->tongue->code, STR_ARG(buf_str(&query)), STR_ARG(ask_also(m->a).s));
	buf_done(&query);
	struct tr_slot n = {"n", arena_fmt(m->arena, "%zu", is.n)};
	is.counted = tr_fill_n(&m->o, is.n, "{n}\u00a0act", "{n}\u00a0acts", &n, 1);
	return is;
}

/* ---- participants --------------------------------------------------------------------------------------------------------------- */

static struct value status_of(const struct model *m, const struct search_label *l)
{
	return (struct value){.kind = V_WORD, .s = syms_find(m->syms, l->word)};
}

/* The last instant up to the one asked about at which somebody had it; CIVIL_ALWAYS: nobody yet. */
static civil last_had(const struct model *m, struct value status)
{
	const participant_list *parties = almanac_ranked(m->al);
	unsigned rank = almanac_rank(m->al, status);
	civil last = CIVIL_ALWAYS;
	for (size_t i = 0; i < parties->n; i++)
		for (size_t k = 0; k < parties->v[i]->nstatuses; k++) {
			const struct stretch *s = &parties->v[i]->statuses[k];
			civil end = s->to > m->on ? m->on : s->to - 1;
			if (!s->disputed && s->from <= m->on && almanac_rank(m->al, s->value) == rank && end > last)
				last = end;
		}
	return last;
}

static struct html names_of(const struct model *m, const participant_list *l)
{
	struct html *v = arena_array(m->arena, l->n + 1, struct html);
	for (size_t i = 0; i < l->n; i++)
		v[i] = model_link(m, l->v[i]->entity->name);
	return l->n <= NAMED ? join_commas(m, v, l->n) : (struct html){{NULL, 0}};
}

static struct labelled participants_stand_for(const struct model *m, const struct search_label *l)
{
	struct value status = status_of(m, l);
	civil last = last_had(m, status);
	participant_list who = roster_with(m, status, last);
	bool now = last == m->on;
	civil day = view_on(date_day(last)) > last ? date_day(last) - DAY : date_day(last); /* a page shows how things stand as its day ends */
	struct labelled is = {.kind = model_fact(m, l->of), .n = now ? who.n : 0, .counted = now ? roster_counted(m, status, who.n) : model_tr(m, N_("nobody on this day")),
		.who = names_of(m, &who), .href = roster_href(m, status, now ? m->a->on : day)};
	if (!now && is.who.s.n)
		is.who = SENTENCE(m, tr_start(&m->o, N_("Until {day}: {names}")), {"day", model_when(m, (struct when){last + 1, BY_DAY, false})}, {"names", is.who});
	return is;
}

/* ---- both ----------------------------------------------------------------------------------------------------------------------- */

bool label_any(const struct model *m, const struct search_label *l)
{
	if (l->is == LABEL_VALUE)
		return l->of == m->voc->fact.status && last_had(m, status_of(m, l)) != CIVIL_ALWAYS;
	struct acts_wanted w = acts_of(m, l);
	return acts_count(m, &w, 1) > 0;
}

struct labelled label_stands_for(const struct model *m, const struct search_label *l)
{
	return l->is == LABEL_VALUE ? participants_stand_for(m, l) : acts_stand_for(m, l);
}
