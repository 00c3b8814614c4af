/* SPDX-License-Identifier: Apache-2.0
 *
 * Who signs: every key that the record knows, whose it is, and from which entry to which it counts.
 */
#include "web/page_keys.h"

#include "register/keyring.h"
#include "register/phrase.h"
#include "web/data.h"
#include "web/handlers.h"
#include "web/pages.h"
#include "web/site.h"

static bool is_now(const struct model *m, const struct held_key *k)
{
	uint64_t next = record_size(m->record);
	return k->from <= next && next < k->until;
}

static struct html holder(const struct model *m, const struct held_key *k)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = phrase_holder(&p, k->holder);
	return model_phrase(m, &x);
}

static struct html signs(const struct model *m, const struct held_key *k)
{
	struct html *labels = arena_array(m->arena, k->nacts + 1, struct html);
	if (!k->acts)
		return model_plain(m, model_tr(m, N_("every act, and for its other keys")));
	for (size_t i = 0; i < k->nacts; i++)
		labels[i] = model_plain(m, words_act(m->words, m->lang, k->acts[i], m->arena));
	return join_statements(m, labels, k->nacts);
}

/* The entry; and if its holder had no part in it, that others spoke for it: whoever looks should see it. */
static struct html by_entry(const struct model *m, uint64_t entry, bool by_others)
{
	struct html act = model_act(m, entry);
	return by_others ? SENTENCE(m, tr_start(&m->o, N_("{entry}: by others, for a holder without keys")), {"entry", act}) : act;
}

static struct html until(const struct model *m, const struct held_key *k)
{
	if (k->ended_by != UINT64_MAX)
		return by_entry(m, k->ended_by, k->ended_by_others);
	if (k->until == UINT64_MAX)
		return model_plain(m, STR("–"));
	return SENTENCE(m, tr_start(&m->o, N_("before entry {n}")), {"n", number(m, k->until)});
}

/* The keyid, and below it the key itself, for whoever compares it with what the holder gave him. */
static struct html as_key(const struct model *m, const struct held_key *k)
{
	struct str id = model_plain(m, str_of(k->keyid)).s, text = model_plain(m, pubkey_text(&k->pub, m->arena)).s;
	return (struct html){arena_fmt(m->arena, "<code class=\"hash\">%.*s</code><br><code dir=\"ltr\" class=\"hash quiet\">%.*s</code>", STR_ARG(id), STR_ARG(text))};
}

static void add_key(const struct model *m, struct records *to, const struct held_key *k)
{
	struct html key = as_key(m, k);
	struct html cells[] = {holder(m, k), key, signs(m, k), by_entry(m, k->by, k->by_others), until(m, k)};
	struct record_row row = {0};
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
		arena_push(m->arena, &row.cells, cells[i]);
	arena_push(m->arena, &to->rows, row);
}

static void add_columns(const struct model *m, struct records *to)
{
	const char *const titles[] = {N_("Holder"), N_("Key"), N_("Signs"), N_("Put in force by"), N_("Until")};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		model_column(m, to, model_tr(m, titles[i]), false);
}

static int answer_json(struct model *m, const struct keyring *ring, struct err *e)
{
	json_t *page = data_page(m), *list = json_array();
	for (size_t i = 0; i < ring->keys.n; i++) {
		const struct held_key *k = &ring->keys.v[i];
		json_t *one = json_object(), *acts = k->acts ? json_array() : json_null();
		for (size_t j = 0; j < k->nacts; j++)
			json_array_append_new(acts, data_str(k->acts[j]));
		json_object_set_new(one, "keyid", data_str(str_of(k->keyid)));
		json_object_set_new(one, "holder", data_str(k->holder));
		json_object_set_new(one, "key", data_str(pubkey_text(&k->pub, m->arena)));
		json_object_set_new(one, "acts", acts);
		json_object_set_new(one, "entry", json_integer((json_int_t)k->by));
		json_object_set_new(one, "from", json_integer((json_int_t)k->from));
		json_object_set_new(one, "until", k->until == UINT64_MAX ? json_null() : json_integer((json_int_t)k->until));
		json_object_set_new(one, "by_others", json_boolean(k->by_others));
		json_object_set_new(one, "ended_by_others", json_boolean(k->ended_by_others));
		json_object_set_new(one, "in_force", json_boolean(is_now(m, k)));
		json_array_append_new(list, one);
	}
	json_object_set_new(page, "keys", list);
	return data_send(m, page, e);
}

static int show(struct model *m, struct err *e)
{
	struct keys_page p = {0};
	const struct keyring *ring = record_keys(m->record);
	size_t now = 0;
	if (m->a->form == FORM_JSON)
		return answer_json(m, ring, e);
	frame_init(&p.frame, m->a, model_tr(m, N_("Who signs")));
	add_columns(m, &p.now);
	add_columns(m, &p.ended);
	p.now.label = model_tr(m, N_("Keys in force"));
	p.ended.label = model_tr(m, N_("Keys that have ended"));
	for (size_t i = 0; i < ring->keys.n; i++) {
		const struct held_key *k = &ring->keys.v[i];
		now += is_now(m, k);
		add_key(m, is_now(m, k) ? &p.now : &p.ended, k);
	}
	p.lead = SENTENCE(m, tr_start_n(&m->o, now, "One key is in force as known at entry {entry}.", "{n} keys are in force as known at entry {entry}."),
		{"n", number(m, now)}, {"entry", number(m, ask_named(m->a))});
	struct reg *reg = register_site_reg(m->site);
	reg_lock(reg);
	p.vkey = arena_str(m->arena, log_vkey(reg_log(reg)));
	reg_unlock(reg);
	page_keys(&m->o, &p);
	return 0;
}

int keys_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
