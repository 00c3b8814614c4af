/* SPDX-License-Identifier: Apache-2.0
 *
 * Sitemaps: every page of today without parameters, in every language. One file has a bounded number of pages, so that it stays
 * within what the protocol allows and what a reply may be.
 */
#include "press/sitemap.h"
#include "web/handlers.h"
#include "web/page_releases.h"
#include "web/site.h"

enum { PAGES_IN_A_FILE = 4000, PATH_MAX_BYTES = 4096 };

typedef LIST(struct sitemap_page) page_list;

/* The address of a page without its language; it lies in the arena already. */
static struct str below_language(const struct model *m, struct url u)
{
	struct str path = str_slice(u.s, 1 + str_of(m->a->tongue->code).n, u.s.n);
	return path;
}

static void add(const struct model *m, page_list *l, struct url u, civil changed)
{
	struct sitemap_page p = {below_language(m, u), changed};
	if (u.s.n && u.s.n < PATH_MAX_BYTES)
		arena_push(m->arena, l, p);
}

/* Pages that are also data hold something; those that are only for people ask something (search, another date). */
static void add_rooms(const struct model *m, page_list *l)
{
	const struct routes *t = &m->a->site->routes;
	for (size_t i = 0; i < t->n; i++) {
		struct str pattern = str_of(t->v[i].pattern), tail = str_slice(pattern, STR("/{lang}").n, pattern.n);
		unsigned both = FORMS(FORM_HTML) | FORMS(FORM_JSON);
		if (!str_starts(pattern, STR("/{lang}/")) || str_find(tail, STR("{")) < tail.n || (t->v[i].forms & both) != both)
			continue;
		add(m, l, url_fmt(m->arena, "/%s%.*s", m->a->tongue->code, STR_ARG(tail)), CIVIL_NEVER);
	}
}

static void all_pages(const struct model *m, page_list *l)
{
	const act_refs *all_acts = almanac_acts(m->al);
	const struct entity **list;
	size_t n = record_entities(m->record, NO_ID, m->arena, &list);
	add_rooms(m, l);
	for (size_t i = 0; i < n; i++) {
		const act_refs *acts = almanac_naming(m->al, list[i]->name);
		add(m, l, model_href(m, list[i]->name), acts->n ? model_entered(m, acts->v[0]) : CIVIL_NEVER);
	}
	for (size_t i = 0; i < m->rb->articles.n; i++)
		add(m, l, model_article_href(m, (uint32_t)i), CIVIL_NEVER);
	for (size_t i = all_acts->n; i-- > 0;)
		add(m, l, model_act_href(m, all_acts->v[i]->pos), model_entered(m, all_acts->v[i]));
}

static struct sitemap_language *languages(const struct model *m)
{
	const struct site *s = m->a->site;
	struct sitemap_language *l = arena_array(m->arena, s->n + 1, struct sitemap_language);
	for (size_t i = 0; i < s->n; i++)
		l[i] = (struct sitemap_language){str_of(s->words[i].tongue->lang), arena_fmt(m->arena, "%.*s/%s", STR_ARG(s->base.s), s->words[i].tongue->code)};
	return l;
}

static int show_index(struct model *m, struct err *e)
{
	page_list all = {0};
	all_pages(m, &all);
	size_t n = (all.n + PAGES_IN_A_FILE - 1) / PAGES_IN_A_FILE;
	struct str *files = arena_array(m->arena, n + 1, struct str);
	for (size_t i = 0; i < n; i++)
		files[i] = arena_fmt(m->arena, "%.*s/sitemap/%zu.xml", STR_ARG(m->a->site->base.s), i + 1);
	return sitemap_index(files, n, &m->ret->body, e);
}

static int show_part(struct model *m, struct err *e)
{
	page_list all = {0};
	uint64_t k;
	all_pages(m, &all);
	if (!str_u64(m->a->id[0], &k) || k < 1 || k > (all.n + PAGES_IN_A_FILE - 1) / PAGES_IN_A_FILE)
		return MODEL_FAULT(m, e, ERR_ABSENT, "sitemap", N_("There is no such part. {address} names them all."), {"address", STR("/sitemap.xml")});
	size_t from = (size_t)(k - 1) * PAGES_IN_A_FILE, n = all.n - from < PAGES_IN_A_FILE ? all.n - from : PAGES_IN_A_FILE;
	return sitemap_write(all.v + from, n, languages(m), m->a->site->n, &m->ret->body, e);
}

/* ---- news ------------------------------------------------------------------------------------------------------------------------ */

/* Is it the organisation's own, of yesterday or today, and out? What others reported is theirs to announce. */
static bool is_news(const struct model *m, const struct record_act *a)
{
	if (a->act.date < m->a->today - DAY || !release_listed(m, a) || act_arg(m->rb, &a->act, "O").kind == V_ENTITY)
		return false;
	uint32_t fact = m->voc->fact.release;
	struct value r = act_arg(m->rb, &a->act, "R");
	const struct stretch *s = fact == NO_ID ? NULL : model_now(m, fact, &r);
	return !s || !is_word(s->value, m->voc->word.killed);
}

/* A page in each language of the site in which it has a title. */
static struct sitemap_news news_of(const struct model *m, const struct record_act *a)
{
	const struct site *s = m->a->site;
	struct sitemap_version *v = arena_array(m->arena, s->n + 1, struct sitemap_version);
	struct sitemap_news one = {.versions = v, .published = a->act.date};
	struct str page = below_language(m, model_href(m, act_arg(m->rb, &a->act, "R").s));
	for (size_t i = 0; i < s->n; i++) {
		const struct tongue *t = s->words[i].tongue;
		struct str title = json_get_str(json_object_get(a->json, "title"), t->code);
		if (title.n)
			v[one.nversions++] = (struct sitemap_version){str_of(t->lang), arena_fmt(m->arena, "%.*s/%s%.*s", STR_ARG(s->base.s), t->code, STR_ARG(page)), title,
				site_words_of(m->org, t, m->arena).organisation};
	}
	return one;
}

static int show_news(struct model *m, struct err *e)
{
	const act_refs *acts = almanac_acts(m->al);
	LIST(struct sitemap_news) all = {0};
	size_t most = SITEMAP_NEWS_MAX / (m->a->site->n ? m->a->site->n : 1);
	for (size_t i = 0; i < acts->n && all.n < most; i++)
		if (is_news(m, acts->v[i])) {
			struct sitemap_news one = news_of(m, acts->v[i]);
			if (one.nversions)
				arena_push(m->arena, &all, one);
		}
	if (!all.n) /* a sitemap names something, and robots.txt names this one for ever: the page on which the next will stand, which is no news */
		return sitemap_write(&(struct sitemap_page){STR("/releases"), CIVIL_NEVER}, 1, languages(m), m->a->site->n, &m->ret->body, e);
	return sitemap_news(all.v, all.n, org_offset(m->org) / 60, &m->ret->body, e);
}

int sitemap_news_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_news);
}

/* ---- all pages ------------------------------------------------------------------------------------------------------------------- */

int sitemap_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_index);
}

int sitemap_part_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show_part);
}
