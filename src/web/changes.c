/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a page changes: the ruler of the date bar, the changes before and after, and what differs today.
 */
#include "web/model_int.h"
#include "web/listing.h"
#include "web/roster.h"

#include <stdlib.h>
#include <string.h>

typedef LIST(civil) days;

void model_show(const struct model *m, shown_list *l, uint32_t fact, const struct value *args)
{
	struct stretch *s;
	size_t n = model_stretches(m, fact, args, &s);
	if (n == 0)
		return;
	struct shown one = {fact, args, s, n, NULL};
	arena_push(m->arena, l, one);
}

void model_spans(const struct model *m, struct shown *s)
{
	struct stretch *v;
	if (s->v || !s->of)
		return;
	s->n = stretches_of(m->view, s->of, m->arena, &v);
	s->v = v;
}

const struct stretch *shown_now(const struct model *m, const struct shown *s)
{
	return stretch_at(s->v, s->n, m->on);
}

static void collect(const struct model *m, const shown_list *l, days *ret)
{
	for (size_t i = 0; l && i < l->n; i++)
		for (size_t k = 0; k < l->v[i].n; k++) {
			const struct stretch *s = &l->v[i].v[k];
			if (s->from != CIVIL_ALWAYS)
				arena_push(m->arena, ret, date_day(s->from));
			if (s->to != CIVIL_NEVER)
				arena_push(m->arena, ret, date_day(s->to));
		}
	size_t kept = 0;
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, date_order);
	for (size_t i = 0; i < ret->n; i++)
		if (kept == 0 || ret->v[kept - 1] != ret->v[i])
			ret->v[kept++] = ret->v[i];
	ret->n = kept;
}

static civil last_before(const days *d, civil on)
{
	civil found = CIVIL_ALWAYS;
	for (size_t i = 0; i < d->n && d->v[i] < on; i++)
		found = d->v[i];
	return found;
}

static civil first_after(const days *d, civil on)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i] > on)
			return d->v[i];
	return CIVIL_NEVER;
}

/* ---- what changes on a day --------------------------------------------------------------------------------------- */

struct day_change {
	const struct shown *shown;
	struct value value;
	bool disputed, one_fact;
	size_t n;
};

static void look(const struct shown *s, civil day, struct day_change *c)
{
	bool changes = false;
	for (size_t k = 0; k < s->n && !changes; k++)
		changes = (s->v[k].from != CIVIL_ALWAYS && date_day(s->v[k].from) == day) ||
			  (s->v[k].to != CIVIL_NEVER && date_day(s->v[k].to) == day);
	if (!changes)
		return;
	const struct stretch *then = stretch_at(s->v, s->n, view_on(day));
	if (c->n == 0) {
		c->shown = s;
		c->value = then ? then->value : VALUE_NONE;
		c->disputed = then && then->disputed;
		c->one_fact = true;
	}
	c->one_fact = c->one_fact && s->fact == c->shown->fact;
	c->n++;
}

/* "Belarus is a member"; of several changes their number. */
static struct html say_change(const struct model *m, const struct day_change *c)
{
	if (c->n == 1 && !c->disputed)
		return model_say(m, c->shown->fact, c->shown->args, c->value);
	struct buf b;
	struct out o = model_begin(m, &b);
	struct tr_walk w = c->n == 1     ? tr_start(&o, N_("{fact} of {whom} disputed"))
			   : c->one_fact ? tr_start_n(&o, c->n, "{fact}: {n} change", "{fact}: {n} changes")
					 : tr_start_n(&o, c->n, "{n} change", "{n} changes");
	while (tr_step(&w)) {
		html_text(&o, w.text);
		if (tr_at(&w, "fact"))
			html_text(&o, model_fact(m, c->shown->fact));
		if (tr_at(&w, "n"))
			html_text(&o, c->n);
		if (tr_at(&w, "whom") && m->rb->facts.v[c->shown->fact].nparams)
			html_text(&o, model_said_value(m, c->shown->args[0]));
	}
	return model_end(m, &b);
}

static struct link neighbour(const struct model *m, const shown_list *l, civil day)
{
	struct out o = {NULL, m->arena, m->a->tongue};
	struct day_change c = {0};
	for (size_t i = 0; i < l->n; i++)
		look(&l->v[i], day, &c);
	if (c.n == 0)
		return (struct link){0};
	struct str date = show_day(&o, day);
	return (struct link){
		.href = ask_on(m->a, day), .text = date, .says = {ARENA_JOIN(m->arena, date, tr_colon(&o), say_change(m, &c).s)}};
}

/* ---- the bar ----------------------------------------------------------------------------------------------------- */

struct axis model_axis(const struct model *m, civil latest)
{
	civil last = latest > m->a->today ? latest : m->a->today;
	int most = date_year(m->a->today) + 10, first = m->al->first_year;
	if (date_year(last) > most)
		last = date_from(most < 9999 ? most : 9999, 1, 1);
	return axis_years(date_from(first, 1, 1), last, m->a->tongue);
}

/* What is so today, as far as is known today. Where less is known on the page, another record says it, in numbers of
 * its own. */
struct present {
	struct model m;
	civil at;
};

static struct present present_of(const struct model *m)
{
	struct present p = {.m = *m, .at = view_on(m->a->today)};
	if (m->newest)
		model_make(&p.m, m->newest, m->a);
	return p;
}

/* The same value in the numbers of the other record; V_NONE: it knows no such name. Both numbered their names in the order of the acts,
 * so mostly alike. */
static struct value carried(const struct model *from, const struct model *to, struct value v)
{
	if (v.kind != V_ENTITY && v.kind != V_WORD)
		return v;
	struct str name = syms_str(from->syms, v.s);
	if (v.s < syms_count(to->syms) && str_eq(syms_str(to->syms, v.s), name))
		return v;
	v.s = syms_find(to->syms, name);
	return v.s == SYM_ABSENT ? VALUE_NONE : v;
}

/* An instance in the numbers of the present. False: its rulebook may be another, without such a fact; nothing can be compared. */
static bool carry_name(const struct model *m, const struct present *p, uint32_t fact, const struct value *args, struct shown *ret)
{
	const uint32_t n = m->rb->facts.v[fact].nparams;
	*ret = (struct shown){.fact = rulebook_fact_like(p->m.rb, m->rb, fact)};
	if (ret->fact == NO_ID)
		return false;
	struct value *there = arena_array(m->arena, n + 1, struct value);
	for (uint32_t i = 0; i < n; i++)
		if ((there[i] = carried(m, &p->m, args[i])).kind == V_NONE && args[i].kind != V_NONE)
			return false;
	ret->args = there;
	return true;
}

/* The same with its spans. */
static bool carry(const struct model *m, const struct present *p, const struct shown *s, struct shown *ret)
{
	*ret = *s;
	if (!m->newest)
		return true;
	if (!carry_name(m, p, s->fact, s->args, ret))
		return false;
	struct stretch *v;
	ret->n = model_stretches(&p->m, ret->fact, ret->args, &v);
	ret->v = v;
	return true;
}

static bool differs(
	const struct model *m, const struct present *p, const struct stretch *then, const struct stretch *now)
{
	if (!then || !now)
		return then != now;
	return then != now &&
	       (then->disputed != now->disputed || !value_eq(carried(m, &p->m, then->value), now->value));
}

static bool is_present(const struct model *m)
{
	return m->a->on == m->a->today && !m->newest;
}

static size_t count_differing(const struct model *m, const shown_list *l)
{
	size_t n = 0;
	struct present p = present_of(m);
	struct shown now;
	for (size_t i = 0; l && i < l->n; i++)
		n += carry(m, &p, &l->v[i], &now) && differs(m, &p, shown_now(m, &l->v[i]), stretch_at(now.v, now.n, p.at));
	return n;
}

static civil later(civil a, civil b)
{
	return a > b ? a : b;
}

static civil earlier(civil a, civil b)
{
	return a < b ? a : b;
}

bool model_wants_days(const struct model *m)
{
	return m->a->published && !m->a->published->reads.undated;
}

void model_changes_on(const struct model *m, civil day)
{
	if (m->a->published)
		reads_note_day(&m->a->published->reads, day);
}

static void tell_days(const struct model *m, const days *d)
{
	for (size_t i = 0; i < d->n; i++)
		model_changes_on(m, d->v[i]);
}

void model_watch(const struct model *m, struct datebar *bar, const shown_list *ticks, const shown_list *also)
{
	days mine = {0}, other = {0};
	civil before, after;
	collect(m, ticks, &mine);
	bar->prev = neighbour(m, ticks, last_before(&mine, m->a->on));
	bar->next = neighbour(m, ticks, first_after(&mine, m->a->on));
	collect(m, also, &other);
	before = later(last_before(&mine, m->a->on + DAY), last_before(&other, m->a->on + DAY));
	after = earlier(first_after(&mine, m->a->on), first_after(&other, m->a->on));
	bar->ruler.axis = model_axis(m, mine.n ? mine.v[mine.n - 1] : CIVIL_ALWAYS);
	bar->ruler.ticks.v = mine.v;
	bar->ruler.ticks.n = mine.n;
	bar->ruler.on = m->a->on;
	tell_days(m, &mine);
	tell_days(m, &other);
	bar->ruler.same_from = before == CIVIL_ALWAYS ? bar->ruler.axis.from : before;
	bar->ruler.same_to = after == CIVIL_NEVER ? (m->a->on > m->a->today ? m->a->on : m->a->today) : after - DAY;
	bar->differ = is_present(m) ? 0 : count_differing(m, ticks);
}

/* ---- many facts beside the list ---------------------------------------------------------------------------------- */

struct then then_of(const struct model *m, civil t)
{
	struct then then = {.view = m->view, .n = view_readings(m->view)};
	for (uint32_t k = 0; k < then.n; k++) {
		then.evals[k] = view_rounds(m->view, k);
		then.courses[k] = view_courses(m->view, k);
		then.round[k] = eval_round_at(then.evals[k], t);
	}
	return then;
}

bool then_holds(const struct then *t, const struct instance *of)
{
	bool holds = false;
	view_note_days(t->view, of);
	for (uint32_t k = 0; k < t->n && !holds; k++) {
		const struct course *c = &t->courses[k][of->number];
		const struct change *last = c->inst && c->last <= t->round[k] ? NULL : then_last(t, k, of);
		holds = last ? change_value(last).kind != V_NONE : c->inst && c->last <= t->round[k] && !c->over;
	}
	return holds;
}

bool then_began(const struct then *t, const struct instance *of)
{
	bool began = false;
	view_note_days(t->view, of);
	for (uint32_t k = 0; k < t->n && !began; k++)
		began = t->courses[k][of->number].inst && t->courses[k][of->number].first <= t->round[k];
	return began;
}

/* The rounds in which it changes, the last up to that one and the first after it. */
static void narrow(const struct course *c, uint32_t round, uint32_t *before, uint32_t *after)
{
	uint32_t last = 0, next = NO_ID;
	if (!c->inst)
		return;
	if (c->last <= round) {
		last = c->last;
	} else if (c->first > round) {
		next = c->first;
	} else {
		const struct change *at = inst_last(c->inst, round);
		last = at->round;
		next = at[1].round;
	}
	*before = last > *before ? last : *before;
	*after = next < *after ? next : *after;
}

void model_watch_beside(const struct model *m, struct datebar *bar, const struct instance *const *v, size_t n)
{
	struct then then = then_of(m, m->on);
	for (uint32_t k = 0; k < then.n; k++) {
		uint32_t before = 0, after = NO_ID; /* nothing changes in round 0 */
		for (size_t i = 0; i < n; i++)
			narrow(&then.courses[k][v[i]->number], then.round[k], &before, &after);
		if (before)
			bar->ruler.same_from = later(bar->ruler.same_from, date_day(round_at(then.evals[k], before)));
		if (after != NO_ID)
			bar->ruler.same_to = earlier(bar->ruler.same_to, date_day(round_at(then.evals[k], after)) - DAY);
	}
}

void model_dress(struct almanac *al, const struct ask *a, struct datebar *bar)
{
	struct model m;
	struct ask untold = *a;
	untold.published = NULL; /* these days are not the page's own */
	model_make(&m, al, &untold);
	shown_list l = roster_shown(&m);
	model_watch(&m, bar, &l, NULL);
	bar->differ = 0; /* the page need not show statuses at all */
}

/* ---- what differs today ------------------------------------------------------------------------------------------ */

struct html shown_value(const struct model *m, const struct shown *s, const struct stretch *x)
{
	if (s->fact == m->voc->fact.status)
		return model_status_cell(m, x);
	if (!x)
		return model_plain(m,
			m->rb->facts.v[s->fact].value == TYPE_BOOL ? model_tr(m, N_("no")) : model_tr(m, N_("none")));
	if (x->disputed)
		return model_readings(m, s->fact, s->args, x);
	return model_value(m, s->fact, x->value);
}

static struct html value_today(const struct model *m, const struct shown *s, const struct stretch *x)
{
	struct html parts[2] = {shown_value(m, s, x)};
	if (x && x->from != CIVIL_ALWAYS)
		parts[1] = SENTENCE(m, tr_start(&m->o, N_(" since {day}")), {"day", model_when(m, model_from(x))});
	return join(m, parts, 2, "");
}

static struct html name_instance(const struct model *m, const struct shown *s)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	const struct fact *f = &m->rb->facts.v[s->fact];
	if (s->fact == m->voc->fact.status)
		return buf_done(&b), model_link(m, s->args[0].s);
	html_text(&o, model_fact(m, s->fact));
	for (uint32_t i = 0; i < f->nparams; i++) {
		html_text(&o, i ? tr_comma(&o) : tr_colon(&o));
		html_text(&o, model_value(m, NO_ID, s->args[i]));
	}
	return model_end(m, &b);
}

int model_differ(const struct model *m, const shown_list *l, struct datebar *bar, struct records *ret, struct err *e)
{
	shown_list differing = {0}, today = {0};
	*ret = (struct records){.label = model_tr(m, N_("What differs today"))};
	if (is_present(m))
		return 0;
	struct present p = present_of(m);
	bool same_day = m->a->on == m->a->today;
	model_column(m, ret, model_tr(m, N_("What")), false);
	model_column(m, ret, same_day ? model_tr(m, N_("As known then")) : show_day(&m->o, m->a->on), false);
	model_column(m, ret, same_day ? model_tr(m, N_("As known now")) : model_tr(m, N_("Today")), false);
	for (size_t i = 0; i < l->n; i++) {
		struct shown present;
		if (!carry(m, &p, &l->v[i], &present) || !differs(m, &p, shown_now(m, &l->v[i]), stretch_at(present.v, present.n, p.at)))
			continue;
		arena_push(m->arena, &differing, l->v[i]);
		arena_push(m->arena, &today, present);
	}
	int rc = records_pages(m, ret, "differ", differing.n, e);
	for (uint64_t i = ret->pager.first; rc == 0 && i && i <= ret->pager.last; i++) {
		const struct shown *s = &differing.v[i - 1], *present = &today.v[i - 1];
		struct record_row row = {0};
		model_cell(m, &row, name_instance(m, s));
		model_cell(m, &row, shown_value(m, s, shown_now(m, s)));
		model_cell(m, &row, value_today(&p.m, present, stretch_at(present->v, present->n, p.at)));
		arena_push(m->arena, &ret->rows, row);
	}
	if (differing.n)
		bar->differ_href = (struct url){STR("#differ")};
	return rc;
}
