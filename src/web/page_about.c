/* SPDX-License-Identifier: Apache-2.0
 *
 * About the register: what it rests on, how to verify it, how to cite it, under which licence its data stand, by which
 * program it is kept.
 */
#include "web/page_about.h"

#include "register/reg.h"
#include "web/data.h"
#include "web/handlers.h"
#include "web/linked.h"
#include "web/pages.h"
#include "web/site.h"

struct tally_of_acts {
	uint64_t acts, recorded;
};

static struct tally_of_acts count_acts(const struct model *m)
{
	const act_refs *all_acts = almanac_acts(m->al);
	struct tally_of_acts t = {0};
	for (size_t i = 0; i < all_acts->n; i++) {
		t.acts++;
		t.recorded += all_acts->v[i]->recorded;
	}
	return t;
}

static struct log_names names_of_log(const struct model *m)
{
	struct reg *reg = register_site_reg(m->site);
	reg_lock(reg);
	struct log_names n = {arena_str(m->arena, log_origin(reg_log(reg))), arena_str(m->arena, log_vkey(reg_log(reg)))};
	reg_unlock(reg);
	return n;
}

static struct url lasting(const struct model *m, struct url page)
{
	return url_fmt(m->arena, "%.*s%.*s", STR_ARG(m->a->site->base.s), STR_ARG(page.s));
}

/* The same page for the dates of the question, named. */
static struct url dated(const struct model *m, const char *path, struct str name)
{
	char day[DATE_LEN];
	return lasting(m, url_fmt(m->arena, "/%s/%s%.*s?on=%s&known=%llu", m->a->tongue->code, path, STR_ARG(name), date_print(m->a->on, day),
		(unsigned long long)model_known(m)));
}

static void fill_examples(const struct model *m, struct about_page *p)
{
	const act_refs *all_acts = almanac_acts(m->al);
	const participant_list *parties = almanac_ranked(m->al);
	for (size_t i = 0; i < all_acts->n && !p->act.s.n; i++)
		if (all_acts->v[i]->entry == ENTRY_ACT)
			p->act = dated(m, "acts/", arena_fmt(m->arena, "%llu", (unsigned long long)all_acts->v[i]->pos));
	for (size_t i = 0; i < parties->n && !p->participant.s.n; i++)
		if (parties->v[i]->nstatuses) {
			struct str name = syms_str(m->syms, parties->v[i]->entity->name);
			p->participant = dated(m, "participants/", name);
			p->thing = (struct url){linked_iri(m, name)};
		}
	for (uint32_t i = 0; i < m->rb->articles.n && !p->article.s.n; i++)
		if (m->rb->articles.v[i].level > 1)
			p->article = dated(m, "law/", m->rb->articles.v[i].slug);
}

static void fill_glance(const struct model *m, struct about_page *p)
{
	LIST(struct html) languages = {0};
	for (size_t i = 0; i < m->a->site->n; i++) {
		const struct tongue *t = m->a->site->words[i].tongue;
		struct html one = {arena_fmt(m->arena, "<span class=\"nb\" lang=\"%s\" dir=\"auto\">%.*s</span>", t->lang, STR_ARG(model_plain(m, str_of(t->name)).s))};
		arena_push(m->arena, &languages, one);
	}
	add_pair(m, &p->glance, model_tr(m, N_("Organisation")), model_plain(m, p->frame.words->organisation));
	add_pair(m, &p->glance, model_tr(m, N_("Name of the log")), in_code(m, p->log.origin));
	add_pair(m, &p->glance, model_tr(m, N_("Entries")), SENTENCE(m, tr_start(&m->o, N_("0 to {last}; the first founds the register")), {"last", number(m, model_known(m))}));
	add_pair(m, &p->glance, model_tr(m, N_("Rulebook")), SENTENCE(m, tr_start(&m->o, N_("{name}, version {version}")),
		{"name", in_code(m, syms_str(&m->rb->syms, m->rb->name))}, {"version", number(m, (uint64_t)m->rb->version)}));
	add_pair(m, &p->glance, model_tr(m, N_("Time zone")), m->org->time_zone.n ? in_code(m, m->org->time_zone) : (struct html){{NULL, 0}});
	add_pair(m, &p->glance, model_tr(m, N_("Languages")), join_commas(m, languages.v, languages.n));
}

static void fill_words(const struct model *m, struct about_page *p)
{
	struct tally_of_acts t = count_acts(m);
	p->lead = SENTENCE(m, tr_start_n(&m->o, t.acts, "One signed act is all that this register holds. Everything else on these pages follows from it by the rulebook, and says how.",
			"{n} signed acts are all that this register holds. Everything else on these pages follows from them by the rulebook, and says how."),
		{"n", in_strong(m, number(m, t.acts))});
	if (t.recorded)
		p->recorded = t.recorded == t.acts
			? model_plain(m, model_tr(m, N_("None of these acts was signed here by those who acted: the registrar recorded each from the sources that its page names.")))
			: SENTENCE(m, tr_start_n(&m->o, t.recorded, "{n} of these acts was not signed here by those who acted: the registrar recorded it from the sources that its page names.",
				"{n} of these acts were not signed here by those who acted: the registrar recorded each from the sources that its page names."),
				{"n", number(m, t.recorded)});
}

static int send_json(struct model *m, struct err *e)
{
	struct tally_of_acts t = count_acts(m);
	json_t *page = data_page(m), *software = json_object(), *languages = json_array();
	json_object_set_new(page, "organisation", data_str(site_words(m->a->site, m->a->tongue)->organisation));
	struct log_names log = names_of_log(m);
	json_object_set_new(page, "origin", data_str(log.origin));
	json_object_set_new(page, "key", data_str(log.key));
	json_object_set_new(page, "entries", json_integer((json_int_t)model_known(m) + 1));
	json_object_set_new(page, "acts", json_integer((json_int_t)t.acts));
	json_object_set_new(page, "recorded", json_integer((json_int_t)t.recorded));
	for (size_t i = 0; i < m->a->site->n; i++)
		json_array_append_new(languages, json_string(m->a->site->words[i].tongue->lang));
	json_object_set_new(page, "languages", languages);
	json_object_set(page, "licence", json_object_get(m->org->json, "licence"));
	json_object_set_new(software, "name", json_string("Comity"));
	json_object_set_new(software, "version", json_string(VERSION));
	json_object_set_new(software, "licence", json_string("Apache-2.0"));
	json_object_set_new(page, "software", software);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct about_page p = {.version = VERSION, .log = names_of_log(m), .base = m->a->site->base};
	const json_t *licence = json_object_get(m->org->json, "licence");
	if (m->a->form == FORM_JSON)
		return send_json(m, e);
	frame_init(&p.frame, m->a, model_tr(m, N_("About this register")));
	p.licence = (struct link){.href = url_foreign(json_get_str(licence, "url")), .text = json_get_str(licence, "name")};
	p.has_press = press_office(m, &p.press);
	p.verify = model_url(m, "verify");
	p.keys = model_url(m, "keys");
	p.data = model_url(m, "data");
	fill_words(m, &p);
	fill_examples(m, &p);
	fill_glance(m, &p);
	page_about(&m->o, &p);
	return 0;
}

int about_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
