/* SPDX-License-Identifier: Apache-2.0
 *
 * Atom feeds: of releases, and of acts as they enter the log. They are made of the public view, as pages are.
 *
 * An entry's id is an address without a language that never changes; so a reader who takes a feed in two languages, or
 * through a correction, knows that it is the same thing.
 */
#include "press/atom.h"
#include "web/handlers.h"
#include "web/listing.h"
#include "web/site.h"

enum { FEED_ENTRIES = 50, LINKS = 8 };

typedef LIST(struct atom_entry) atom_entries;

static struct str absolute(const struct model *m, struct url path)
{
	return arena_fmt(m->arena, "%.*s%.*s", STR_ARG(m->a->site->base.s), STR_ARG(path.s));
}

/* The page, the act as data, and where it was published. */
static void add_links(const struct model *m, const struct record_act *a, struct url page, struct atom_entry *e)
{
	struct atom_link *l = arena_array(m->arena, LINKS, struct atom_link);
	size_t i, n = 0;
	json_t *v;
	l[n++] = (struct atom_link){.rel = "alternate", .href = absolute(m, page), .type = STR("text/html"), .lang = str_of(m->a->tongue->lang)};
	l[n++] = (struct atom_link){.rel = "alternate", .href = absolute(m, url_fmt(m->arena, "/act/%llu.json", (unsigned long long)a->pos)),
		.type = STR("application/json")};
	json_array_foreach(json_object_get(a->json, "sources"), i, v) {
		struct url href = url_foreign(json_get_str(v, "url"));
		if (href.s.n && n < LINKS)
			l[n++] = (struct atom_link){.rel = "related", .href = href.s, .title = json_get_str(v, "title")};
	}
	e->links = l;
	e->nlinks = n;
}

static void add_category(const struct model *m, struct str term, struct str label, struct atom_entry *e)
{
	struct atom_category *c = arena_new(m->arena, struct atom_category);
	if (!term.n)
		return;
	*c = (struct atom_category){.term = term, .label = label};
	e->categories = c;
	e->ncategories = 1;
}

static struct atom_entry entry_of(const struct model *m, const struct record_act *a, struct url page)
{
	struct str title = model_act_title(m, a), kind = act_kind_label(m, a), lang = model_said(m, a, "title").lang;
	struct atom_entry e = {.id = absolute(m, url_fmt(m->arena, "/act/%llu.json", (unsigned long long)a->pos)), .title = title.n ? title : kind,
		.lang = lang.n ? lang : m->lang, .updated = a->received, .published = a->act.date, .summary = model_said(m, a, "text").text};
	if (!e.summary.n)
		e.summary = kind;
	add_links(m, a, page, &e);
	return e;
}

static int send(struct model *m, struct str title, const atom_entries *entries, struct err *e)
{
	struct str self = absolute(m, ask_on_known(m->a, false, 0, false, 0)), home = absolute(m, url_fmt(m->arena, "/%s/", m->a->tongue->code));
	struct site_words of = site_words_of(m->org, m->a->tongue, m->arena), *words = &of;
	struct atom_link about[2] = {{.rel = "self", .href = self, .type = STR("application/atom+xml")},
		{.rel = "alternate", .href = home, .type = STR("text/html")}};
	struct atom_feed f = {.id = self, .title = arena_fmt(m->arena, "%.*s: %.*s", STR_ARG(words->organisation), STR_ARG(title)),
		.subtitle = words->notice, .lang = str_of(m->a->tongue->lang), .author = words->organisation, .updated = CIVIL_NEVER,
		.offset_minutes = org_offset(m->org) / 60, .links = about, .nlinks = 2, .entries = entries->v, .nentries = entries->n};
	if (entries->n == 0)
		f.updated = date_from(m->org->first_year, 1, 1);
	return atom_write(&f, &m->ret->body, e);
}

/* ---- acts ---------------------------------------------------------------------------------------------------------------------- */

static int show_acts(struct model *m, struct err *e)
{
	atom_entries entries = {0};
	struct str kind = ask_param(m->a, "kind").text;
	for (size_t i = 0; i < m->al->acts.n && entries.n < FEED_ENTRIES; i++) {
		const struct record_act *a = m->al->acts.v[i];
		struct str name = a->act.kind == NO_ID ? STR("") : syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].name);
		if (kind.n && !str_eq(kind, name))
			continue;
		struct atom_entry entry = entry_of(m, a, model_act_href(m, a->pos));
		add_category(m, name, act_kind_label(m, a), &entry);
		arena_push(m->arena, &entries, entry);
	}
	return send(m, model_tr(m, N_("Acts")), &entries, e);
}

int acts_feed_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_acts);
}

/* ---- releases -------------------------------------------------------------------------------------------------------------------- */

static bool wanted(const struct model *m, const struct record_act *a)
{
	struct str category = ask_param(m->a, "category").text, language = ask_param(m->a, "language").text;
	struct value v = act_arg(m->rb, &a->act, "category"), embargo = act_arg(m->rb, &a->act, "embargo");
	if (a->act.kind == NO_ID || a->act.kind != m->voc->act.release_issued || !act_counts(m, a))
		return false;
	if (embargo.kind == V_DATE && embargo.t > m->on)
		return false;
	return (!category.n || (v.kind == V_WORD && str_eq(syms_str(m->syms, v.s), category))) &&
	       (!language.n || json_object_getn(json_object_get(a->json, "title"), language.p, language.n));
}

static int show_releases(struct model *m, struct err *e)
{
	atom_entries entries = {0};
	if (ask_param(m->a, "language").given)
		m->lang = ask_param(m->a, "language").text;
	for (size_t i = 0; i < m->al->acts.n && entries.n < FEED_ENTRIES; i++) {
		const struct record_act *a = m->al->acts.v[i];
		if (!wanted(m, a))
			continue;
		struct value r = act_arg(m->rb, &a->act, "R"), category = act_arg(m->rb, &a->act, "category");
		struct atom_entry entry = entry_of(m, a, model_href(m, r.s));
		/* A correction is the same release. */
		entry.id = absolute(m, url_fmt(m->arena, "/act/%llu.json", (unsigned long long)record_place(m->record, a->pos)));
		if (category.kind == V_WORD)
			add_category(m, syms_str(m->syms, category.s), model_text(m, NO_ID, category), &entry);
		arena_push(m->arena, &entries, entry);
	}
	return send(m, model_tr(m, N_("Newsroom")), &entries, e);
}

int releases_feed_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_releases);
}
