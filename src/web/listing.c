/* SPDX-License-Identifier: Apache-2.0 */
#include "web/listing.h"

#include "base/quotes.h"
#include "web/roster.h"

#include <string.h>

/* ---- words ------------------------------------------------------------------------------------------------------------------ */

struct html sentence(const struct model *m, struct tr_walk w, const struct slot *slots, size_t n)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	while (tr_step(&w)) {
		html_text(&o, w.text);
		for (size_t i = 0; i < n; i++)
			if (tr_at(&w, slots[i].name))
				html_text(&o, (struct html){quotes_within(w.text, slots[i].is.s, str_of(m->a->tongue->code), m->arena)});
	}
	return model_end(m, &b);
}

struct html join(const struct model *m, const struct html *v, size_t n, const char *between)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		if (!v[i].s.n)
			continue;
		if (any)
			html_text(&o, between);
		html_text(&o, v[i]);
		any = true;
	}
	return model_end(m, &b);
}

struct html join_commas(const struct model *m, const struct html *v, size_t n)
{
	return join(m, v, n, arena_str(m->arena, tr_comma(&m->o)).p);
}

struct html join_statements(const struct model *m, const struct html *v, size_t n)
{
	return join(m, v, n, arena_str(m->arena, tr_semicolon(&m->o)).p);
}

struct html join_and(const struct model *m, const struct html *v, size_t n)
{
	if (n < 2)
		return n ? v[0] : (struct html){{NULL, 0}};
	return SENTENCE(m, tr_start(&m->o, N_("{first} and {last}")), {"first", join_commas(m, v, n - 1)}, {"last", v[n - 1]});
}

struct html number(const struct model *m, uint64_t n)
{
	struct buf b;
	(void)model_begin(m, &b);
	tr_number(&m->o, &b, n);
	return model_end(m, &b);
}

static struct html wrap(const struct model *m, const char *open, struct html h, const char *close)
{
	if (!h.s.n)
		return h;
	return (struct html){ARENA_JOIN(m->arena, str_of(open), h.s, str_of(close))};
}

struct html when_told(const struct model *m, struct when w)
{
	struct html day = model_when(m, w);
	return w.unverified && w.precision != BY_LATEST ? SENTENCE(m, tr_start(&m->o, N_("{what} (day unverified)")), {"what", day}) : day;
}

struct html in_strong(const struct model *m, struct html h)
{
	return wrap(m, "<strong>", h, "</strong>");
}

struct html in_small(const struct model *m, struct html h)
{
	return wrap(m, "<span class=\"small quiet\">", h, "</span>");
}

struct html in_doubt(const struct model *m, struct html h, bool unverified)
{
	return unverified ? wrap(m, "<span class=\"unv\">", h, "</span>") : h;
}

struct html in_code(const struct model *m, struct str text)
{
	return wrap(m, "<code>", model_plain(m, text), "</code>");
}

struct str phrase_type(const struct model *m, uint32_t type, bool many)
{
	return words_type(m->words, m->lang, syms_str(&m->rb->syms, m->rb->types.v[type].name), many, m->arena);
}

struct str capital(const struct model *m, struct str s)
{
	return capital_first(s, m->lang, m->arena);
}

struct str status_many(const struct model *m, struct value status)
{
	return capital(m, roster_noun(m, status));
}

void add_pair(const struct model *m, pairs *p, struct str name, struct html value)
{
	struct pair one = {name, value};
	if (value.s.n)
		arena_push(m->arena, p, one);
}

/* ---- acts ------------------------------------------------------------------------------------------------------------------- */

bool act_counts(const struct model *m, const struct record_act *a)
{
	return model_reached(m, a->act.date) && record_standing(m->record, a->pos) == a;
}

static civil embargo_of(const struct model *m, const struct record_act *a)
{
	struct value until = a->act.kind == NO_ID ? VALUE_NONE : act_arg(m->rb, &a->act, "embargo");
	return until.kind == V_DATE ? until.t : CIVIL_ALWAYS;
}

civil act_out_from(const struct model *m, const struct record_act *a)
{
	civil embargo = embargo_of(m, a);
	return embargo > a->act.date ? embargo : a->act.date;
}

bool act_embargoed(const struct model *m, const struct record_act *a)
{
	return !model_reached(m, embargo_of(m, a));
}

bool act_out(const struct model *m, const struct record_act *a)
{
	return model_reached(m, act_out_from(m, a)) && record_standing(m->record, a->pos) == a;
}

sym act_entity(const struct model *m, const struct record_act *a, const char *param)
{
	struct value v = a ? act_arg(m->rb, &a->act, param) : VALUE_NONE;
	return v.kind == V_ENTITY ? v.s : SYM_ABSENT;
}

const act_refs *acts_naming_now(const struct model *m, sym entity)
{
	return almanac_naming_until(m->al, entity, m->on + 1);
}

const act_refs *acts_of_kind_now(const struct model *m, uint32_t kind)
{
	return almanac_of_kind_until(m->al, kind, m->on + 1);
}

bool act_names(const struct record_act *a, const struct rulebook *rb, sym entity)
{
	if (a->act.kind == NO_ID)
		return false;
	for (uint32_t i = 0; i < rb->acts.v[a->act.kind].nparams; i++)
		if (value_eq(act_value(&a->act, i), (struct value){.kind = V_ENTITY, .s = entity}))
			return true;
	return false;
}

const struct record_act *act_about(const struct model *m, uint32_t kind, const char *param, sym entity)
{
	const act_refs *naming = acts_naming_now(m, entity);
	for (size_t i = 0; kind != NO_ID && i < naming->n; i++) {
		const struct record_act *a = naming->v[i];
		if (a->act.kind != kind || !act_counts(m, a))
			continue;
		struct value v = act_arg(m->rb, &a->act, param);
		if (v.kind == V_ENTITY && v.s == entity)
			return a;
	}
	return NULL;
}

struct str act_kind_label(const struct model *m, const struct record_act *a)
{
	if (a->entry == ENTRY_ADOPTION)
		return model_tr(m, N_("Rulebook adopted"));
	if (a->act.kind == NO_ID)
		return a->act.annul ? model_tr(m, N_("Annulment")) : model_tr(m, N_("Entry"));
	return words_act(m->words, m->lang, syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].name), m->arena);
}

static void write_marks(const struct model *m, struct out *o, const struct record_act *a)
{
	const struct record_act *stands = record_standing(m->record, a->pos);
	if (!stands)
		part_tag(o, (struct tag){TAG_DISPUTE, model_tr(m, N_("Annulled"))});
	else if (stands != a)
		part_tag(o, (struct tag){TAG_DOUBT, model_tr(m, N_("Corrected"))});
	else if (act_is_correction(&a->act))
		part_tag(o, (struct tag){TAG_NEUTRAL, model_tr(m, N_("Correction"))});
	if (str_eq(a->certainty, STR("disputed")))
		part_tag(o, (struct tag){TAG_DISPUTE, model_tr(m, N_("Disputed"))});
	else if (str_eq(a->certainty, STR("unverified")))
		part_tag(o, (struct tag){TAG_DOUBT, model_tr(m, N_("Unverified"))});
}

struct html act_heading(const struct model *m, const struct record_act *a, bool marks)
{
	struct buf b;
	struct out o = model_begin(m, &b);
	struct html name = model_act_name(m, a);
	HTML(&o, "<a href=\"");
	html_url(&o, model_act_href(m, a->pos));
	HTML(&o, "\">");
	html_text(&o, name.s.n ? name : model_plain(m, act_kind_label(m, a)));
	HTML(&o, "</a>");
	if (marks) {
		HTML(&o, " ");
		write_marks(m, &o, a);
	}
	return model_end(m, &b);
}

struct gazette_item act_item(const struct model *m, const struct record_act *a)
{
	struct gazette_item item = model_gazette_item(m, a);
	struct str kind = act_kind_label(m, a);
	if (!item.title.n)
		item.title = kind;
	item.text = str_eq(item.title, kind) ? (struct str){NULL, 0} : kind;
	item.text_lang = (struct str){NULL, 0};
	item.says = (struct html){{NULL, 0}};
	return item;
}

struct gazette acts_naming(const struct model *m, sym entity, size_t max, size_t *ret_all)
{
	struct gazette g = {0};
	size_t all = 0;
	const act_refs *naming = acts_naming_now(m, entity);
	for (size_t i = 0; i < naming->n; i++) {
		const struct record_act *a = naming->v[i];
		if (!model_reached(m, a->act.date) || all++ >= max)
			continue;
		struct gazette_item item = act_item(m, a);
		arena_push(m->arena, &g.items, item);
	}
	if (ret_all)
		*ret_all = all;
	return g;
}

struct html all_acts_link(const struct model *m, sym entity, size_t shown)
{
	size_t n = 0;
	const act_refs *naming = acts_naming_now(m, entity);
	for (size_t i = 0; i < naming->n; i++)
		n += model_reached(m, naming->v[i]->act.date);
	if (n <= shown)
		return (struct html){{NULL, 0}};
	struct html text = SENTENCE(m, tr_start(&m->o, N_("All {n} acts that name it")), {"n", number(m, n)});
	struct buf b;
	buf_init(&b, 4096);
	url_encode(&b, syms_str(m->syms, entity));
	struct url href = url_fmt(m->arena, "/%s/acts?about=%.*s%.*s", m->a->tongue->code, STR_ARG(buf_str(&b)), STR_ARG(ask_also(m->a).s));
	buf_done(&b);
	b = (struct buf){0};
	struct out o = model_begin(m, &b);
	HTML(&o, "<a href=\"");
	html_url(&o, href);
	HTML(&o, "\">");
	html_text(&o, text);
	HTML(&o, "</a>");
	return model_end(m, &b);
}

const struct record_act *introduced_by(const struct model *m, const struct entity *en)
{
	const struct record_act *a = en->named == UINT64_MAX ? NULL : record_standing(m->record, en->named);
	return a && act_out(m, a) ? a : NULL;
}

void other_names(const struct model *m, const struct entity *en, links *ret)
{
	for (size_t i = 0; i < en->ntitles; i++) {
		struct link l = {.text = en->titles[i].text, .lang = tongue_tag(en->titles[i].lang)};
		if (!str_eq(en->titles[i].lang, m->lang) && !str_eq(l.text, model_title(m, en->name).text))
			arena_push(m->arena, ret, l);
	}
}

/* ---- facts ------------------------------------------------------------------------------------------------------------------ */

static void add_dated(const struct model *m, struct moment_list *l, struct dated one)
{
	bool third = l->n > 1 && l->v[l->n - 1].at == one.at && l->v[l->n - 2].at == one.at;
	if (third)
		l->v[l->n - 1] = one;
	else
		arena_push(m->arena, l, one);
}

void add_moment(const struct model *m, struct moment_list *l, civil day, struct html text)
{
	add_dated(m, l, (struct dated){.at = date_day(day), .text = text, .thing = SYM_ABSENT});
}

void add_thing_moment(const struct model *m, struct moment_list *l, civil day, sym thing)
{
	add_dated(m, l, (struct dated){.at = date_day(day), .thing = thing});
}

void add_act_moment(const struct model *m, struct moment_list *l, const struct record_act *a)
{
	add_dated(m, l, (struct dated){.at = date_day(a->act.date), .act = a, .thing = SYM_ABSENT});
}

struct model whenever(const struct model *m)
{
	struct model ever = *m;
	ever.on = CIVIL_MAX;
	return ever;
}

static struct html says_of(const struct model *m, const struct dated *x)
{
	if (x->act)
		return model_act_name(m, x->act);
	return x->thing != SYM_ABSENT ? model_mark(m, model_title(m, x->thing)) : x->text;
}

static struct link link_to_day(const struct model *m, const struct dated *x)
{
	if (!x)
		return (struct link){0};
	return (struct link){.href = ask_on(m->a, x->at),
		.text = show_day(&m->o, x->at),
		.says = {ARENA_JOIN(m->arena, show_day(&m->o, x->at), tr_colon(&m->o), says_of(m, x).s)}};
}

/* By merging, which keeps the order of what happens on one day; a list in order costs one walk. */
static void sort_moments(const struct model *m, struct dated *v, size_t n)
{
	bool sorted = true;
	for (size_t i = 1; i < n && sorted; i++)
		sorted = v[i - 1].at <= v[i].at;
	if (sorted)
		return;
	size_t half = n / 2, i = 0, k = half, to = 0;
	struct dated *left = arena_array(m->arena, half, struct dated);
	sort_moments(m, v, half);
	sort_moments(m, v + half, n - half);
	memcpy(left, v, half * sizeof *v);
	while (i < half)
		v[to++] = k < n && v[k].at < left[i].at ? v[k++] : left[i++];
}

void watch_days(const struct model *m, struct moment_list *l, struct datebar *bar)
{
	sort_moments(m, l->v, l->n);
	const struct dated *prev = NULL, *next = NULL;
	civil latest = m->a->on > m->a->today ? m->a->on : m->a->today;
	struct axis axis = model_axis(m, l->n ? l->v[l->n - 1].at : CIVIL_ALWAYS);
	bar->ruler = (struct ruler){.axis = axis, .on = m->a->on, .same_from = axis.from, .same_to = latest};
	bar->differ = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct dated *x = &l->v[i];
		model_changes_on(m, date_day(x->at));
		if (x->at >= axis.from && x->at <= axis.to && (i == 0 || l->v[i - 1].at != x->at))
			arena_push(m->arena, &bar->ruler.ticks, x->at);
		if (x->at < m->a->on)
			prev = x;
		if (x->at <= m->a->on)
			bar->ruler.same_from = x->at;
		if (x->at > m->a->on && !next) {
			next = x;
			bar->ruler.same_to = x->at - DAY;
		}
	}
	bar->prev = link_to_day(m, prev);
	bar->next = link_to_day(m, next);
}

struct value entity_value(sym name)
{
	return (struct value){.kind = V_ENTITY, .s = name};
}

const struct value *args_of(const struct model *m, size_t n, ...)
{
	struct value *v = arena_array(m->arena, MAX_ARGS, struct value);
	va_list ap;
	va_start(ap, n);
	for (size_t i = 0; i < n && i < MAX_ARGS; i++)
		v[i] = va_arg(ap, struct value);
	va_end(ap);
	return v;
}

struct records fact_table(const struct model *m, struct str label)
{
	struct records r = {.label = label};
	model_column(m, &r, model_tr(m, N_("Fact")), false);
	model_column(m, &r, model_tr(m, N_("Since")), false);
	model_column(m, &r, model_tr(m, N_("By which act")), false);
	model_column(m, &r, model_tr(m, N_("Article")), false);
	model_column(m, &r, model_tr(m, N_("Reasons")), true);
	return r;
}

struct html say_fact(const struct model *m, uint32_t fact, const struct value *args, struct value v)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = phrase_fact(&p, fact, args, v);
	if (x.n && x.v[0].kind == PIECE_TEXT)
		x.v[0].text = capital(m, x.v[0].text);
	return model_phrase(m, &x);
}

void fact_row(const struct model *m, struct records *r, uint32_t fact, const struct value *args, const struct stretch *s)
{
	struct record_row row = {0};
	struct html say = say_fact(m, fact, args, s->value);
	if (s->disputed)
		say = SENTENCE(m, tr_start(&m->o, N_("{fact} {tag} {readings}")), {"fact", model_plain(m, model_fact(m, fact))},
			{"tag", model_tag(m, TAG_DISPUTE, model_tr(m, N_("Disputed")))},
			{"readings", in_small(m, model_readings(m, fact, args, s))});
	model_cell(m, &row, say);
	model_cell(m, &row, model_date(m, model_from(s)));
	model_cell(m, &row, s->cause.act ? model_act(m, s->cause.act->pos) : model_cause(m, &s->cause));
	model_cell(m, &row, model_rule_cites(m, s->cause.rule));
	model_cell(m, &row, model_why(m, fact, args));
	arena_push(m->arena, &r->rows, row);
}

int facts_about(const struct model *m, sym entity, const uint32_t *without, size_t n, shown_list *shown, struct records *ret, struct err *e)
{
	const struct instance *all;
	LIST(const struct instance *) hold = {0};
	size_t count = view_instances(m->view, NO_ID, entity_value(entity), m->arena, &all);
	for (size_t i = 0; i < count; i++) {
		bool skip = false;
		for (size_t k = 0; k < n; k++)
			skip = skip || all[i].fact == without[k];
		if (skip)
			continue;
		model_show(m, shown, all[i].fact, all[i].args);
		const struct instance *one = &all[i];
		if (model_now(m, one->fact, one->args))
			arena_push(m->arena, &hold, one);
	}
	*ret = fact_table(m, model_tr(m, N_("What follows for it")));
	int rc = records_pages(m, ret, "facts", hold.n, e);
	for (uint64_t i = ret->pager.first; rc == 0 && i && i <= ret->pager.last; i++)
		fact_row(m, ret, hold.v[i - 1]->fact, hold.v[i - 1]->args, model_now(m, hold.v[i - 1]->fact, hold.v[i - 1]->args));
	return rc;
}
