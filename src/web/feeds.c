/* SPDX-License-Identifier: Apache-2.0
 *
 * Feeds, in Atom and as JSON Feed: of releases, of acts as they enter the log, of the acts about one thing. They are made of the public
 * view, as pages are; those of pages in the page's language, with its parameters and dates.
 *
 * An entry's id is an address without a language that never changes; so a reader who takes a feed in two languages, or
 * through a correction, knows that it is the same thing.
 */
#include "web/feeds.h"

#include "html/locale.h"
#include "press/jsonfeed.h"
#include "web/dossier.h"
#include "web/handlers.h"
#include "web/page_acts.h"
#include "web/page_releases.h"
#include "web/site.h"

#include <string.h>

enum { LINKS = 8 };

typedef LIST(struct atom_entry) entry_list;

/* Entries as they are found: those of earlier pages (RFC 5005, 3) are passed over, and one too many tells that there is a next. */
struct taking {
	entry_list entries;
	uint64_t skip, page, each;
	civil changed; /* when it last changed by what is no entry of it; CIVIL_ALWAYS: never */
	bool more;
};

static struct taking take_page(const struct model *m)
{
	struct ask_value page = ask_param(m->a, "page");
	uint64_t n = page.given && page.number ? page.number : 1, each = ask_each(m->a, "page");
	return (struct taking){.skip = (n - 1) * each, .page = n, .each = each, .changed = CIVIL_ALWAYS};
}

/* Is this one to be made? */
static bool takes(struct taking *t)
{
	if (t->skip)
		return t->skip--, false;
	t->more = t->entries.n == t->each;
	return !t->more;
}

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

static struct atom_entry entry_of(const struct model *m, const struct record_act *a, struct said title, struct url page)
{
	struct atom_entry e = {.id = absolute(m, url_fmt(m->arena, "/act/%llu.json", (unsigned long long)a->pos)), .title = title.text, .title_lang = title.lang,
		.updated = model_entered(m, a), .published = a->act.date};
	add_links(m, a, page, &e);
	return e;
}

/* Does it stand at the address of a page, as a form of it? */
static bool of_page(const struct model *m)
{
	return str_starts(str_of(m->a->route->pattern), STR("/{lang}/"));
}

/* The address of one of its pages; every row that has a feed takes `page`. */
static struct url feed_at(const struct model *m, uint64_t page)
{
	struct ask b = *m->a;
	size_t k = 0;
	while (strcmp(b.route->params[k].name, "page") != 0)
		k++;
	b.param[k] = (struct ask_value){.given = page > 1, .text = arena_fmt(m->arena, "%llu", (unsigned long long)page), .number = page};
	return of_page(m) ? ask_form(&b, b.form) : ask_on_known(&b, false, 0, false, 0);
}

static struct url page_of(const struct model *m)
{
	return of_page(m) ? ask_on_known(m->a, m->a->has_on, m->a->on, m->a->has_known, m->a->known) : url_fmt(m->arena, "/%s/", m->a->tongue->code);
}

/* Where its next page is. That of a publication is asked of the server: who harvests a feed reads no page of words that would name it. */
static struct str next_at(const struct model *m, uint64_t page)
{
	const struct published *p = m->a->published;
	return ARENA_JOIN(m->arena, p ? p->server.s : m->a->site->base.s, feed_at(m, page).s);
}

static civil updated(const struct model *m, const struct taking *t)
{
	civil last = t->changed;
	for (size_t i = 0; i < t->entries.n; i++)
		last = t->entries.v[i].updated > last ? t->entries.v[i].updated : last;
	return last == CIVIL_ALWAYS ? model_entered(m, NULL) : last;
}

static int send(struct model *m, struct str title, const struct taking *t, struct err *e)
{
	struct str self = absolute(m, feed_at(m, t->page)), home = absolute(m, page_of(m));
	struct site_words of = site_words_of(m->org, m->a->tongue, m->arena), *words = &of;
	struct atom_link about[3] = {{.rel = "self", .href = self, .type = str_of(form_media(m->a->form))},
		{.rel = "alternate", .href = home, .type = STR("text/html")}};
	struct atom_feed f = {.id = absolute(m, feed_at(m, 1)), .title = ARENA_JOIN(m->arena, words->organisation, tr_colon(&m->o), title),
		.subtitle = words->notice, .lang = str_of(m->a->tongue->lang), .author = words->organisation, .updated = updated(m, t),
		.offset_minutes = org_offset(m->org) / 60, .links = about, .nlinks = 2, .entries = t->entries.v, .nentries = t->entries.n};
	if (t->more) {
		about[2] = (struct atom_link){.rel = "next", .href = next_at(m, t->page + 1), .type = str_of(form_media(m->a->form))};
		f.nlinks = 3;
	}
	return m->a->form == FORM_FEED ? jsonfeed_write(&f, &m->ret->body, e) : atom_write(&f, &m->ret->body, e);
}

/* Whoever subscribes to the feeds of two choices tells them apart by their titles. */
static struct str choosing_too(const struct model *m, struct str title, struct str choice)
{
	return choice.n ? ARENA_JOIN(m->arena, title, STR(" · "), choice) : title;
}

/* The thing that the address asks for by `about`, which is there. */
static struct str about_title(const struct model *m)
{
	sym s = syms_find(m->syms, ask_param(m->a, "about").text);
	return s == SYM_ABSENT ? STR("") : model_title(m, s).text;
}

static void add_act(const struct model *m, const struct record_act *a, struct taking *t)
{
	struct str name = a->act.kind == NO_ID ? STR("") : syms_str(&m->rb->syms, m->rb->acts.v[a->act.kind].name);
	struct said kind = {act_kind_label(m, a), {NULL, 0}}, title = model_act_called(m, a), text = model_said(m, a, "text");
	struct atom_entry entry = entry_of(m, a, title.text.n ? title : kind, model_act_href(m, a->pos));
	entry.summary = text.text.n ? text.text : kind.text;
	entry.summary_lang = text.lang;
	add_category(m, name, kind.text, &entry);
	arena_push(m->arena, &t->entries, entry);
}

/* ---- acts ---------------------------------------------------------------------------------------------------------------------- */

/* As the page has them: up to the day asked about. */
static int show_acts(struct model *m, struct err *e)
{
	const act_refs *all_acts = almanac_acts(m->al);
	struct taking t = take_page(m);
	struct acts_wanted w;
	int rc = acts_wanted_read(m, &w, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < all_acts->n && !t.more; i++)
		if (acts_fit(m, &w, all_acts->v[i]) && takes(&t))
			add_act(m, all_acts->v[i], &t);
	struct str title = model_tr(m, N_("Acts"));
	if (w.kind.n)
		title = choosing_too(m, title, words_act(m->words, m->lang, w.kind, m->arena));
	return send(m, choosing_too(m, title, about_title(m)), &t, e);
}

/* As the log has them, whatever their date. */
static int show_log(struct model *m, struct err *e)
{
	struct model ever = whenever(m);
	return show_acts(&ever, e);
}

int acts_feed_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_log);
}

/* ---- releases -------------------------------------------------------------------------------------------------------------------- */

static int show_releases(struct model *m, struct err *e)
{
	const act_refs *acts = almanac_acts(m->al);
	struct taking t = take_page(m);
	struct str lang = !of_page(m) && ask_param(m->a, "language").given ? ask_param(m->a, "language").text : m->lang; /* of titles */
	int rc = releases_wanted(m, e);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < acts->n && !t.more; i++) {
		const struct record_act *a = acts->v[i];
		if (release_changed(m, a)) { /* one that was annulled leaves no entry */
			civil then = model_entered(m, a);
			t.changed = then > t.changed ? then : t.changed;
		}
		if (!release_listed(m, a) || !takes(&t))
			continue;
		struct value r = act_arg(m->rb, &a->act, "R"), category = act_arg(m->rb, &a->act, "category");
		/* What its act says beside the title is a remark on the source, and no summary of it. */
		struct said title = record_title(m->record, syms_str(m->syms, r.s), lang);
		if (!title.lang.n && !str_eq(lang, m->lang))
			title.lang = lang;
		struct atom_entry entry = entry_of(m, a, title, model_href(m, r.s));
		/* A correction is the same release. */
		entry.id = absolute(m, url_fmt(m->arena, "/act/%llu.json", (unsigned long long)record_place(m->record, a->pos)));
		if (category.kind == V_WORD)
			add_category(m, syms_str(m->syms, category.s), model_word(m, STR("category"), syms_str(m->syms, category.s)), &entry);
		arena_push(m->arena, &t.entries, entry);
	}
	struct str title = model_tr(m, N_("Newsroom")), topic = ask_param(m->a, "category").text, tongue = ask_param(m->a, "language").text;
	if (topic.n)
		title = choosing_too(m, title, model_word(m, STR("category"), topic));
	if (tongue.n)
		title = choosing_too(m, title, language_own_name(tongue, m->arena));
	return send(m, choosing_too(m, title, about_title(m)), &t, e);
}

int releases_feed_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_releases);
}

/* ---- of pages -------------------------------------------------------------------------------------------------------------------- */

/* The acts that name the thing of the address; of a participant all that concern it. */
static int show_thing(struct model *m, struct err *e)
{
	struct taking t = take_page(m);
	const struct entity *en;
	int rc = model_entity(m, m->a->id[0], ANY_TYPE, "thing", &en, e);
	if (rc < 0)
		return rc;
	const struct participant *who = almanac_party(m->al, en->name);
	struct dossier d;
	if (who)
		dossier_open(m, who, &d);
	const act_refs *all = who ? dossier_concerning(m, &d) : almanac_naming(m->al, en->name);
	for (size_t i = 0; i < all->n && !t.more; i++)
		if (model_reached(m, all->v[i]->act.date) && takes(&t))
			add_act(m, all->v[i], &t);
	return send(m, model_title(m, en->name).text, &t, e);
}

/* What else a page shows: its row is found by its handler, a page of one thing by the name in its address. */
static const struct {
	ask_handler *page;
	model_handler *feed;
} of_pages[] = {{acts_get, show_acts}, {releases_get, show_releases}};

int feed_show(struct model *m, struct err *e)
{
	for (size_t i = 0; i < sizeof of_pages / sizeof *of_pages; i++)
		if (of_pages[i].page == m->a->route->handler)
			return of_pages[i].feed(m, e);
	return show_thing(m, e);
}
