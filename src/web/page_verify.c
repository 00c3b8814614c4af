/* SPDX-License-Identifier: Apache-2.0
 *
 * The page that verifies by itself, and the acts that name a hash.
 *
 * The page must work from a copy on somebody's disk, so style, icon and scripts stand inside it, and its policy names their hashes
 * instead of this site. The policy also forbids it to ask any server for anything: what a reader gives it stays with him. It is said
 * twice: in the header, and in the page, where it goes along with a copy.
 */
#include "web/page_verify.h"

#include "log/base64.h"
#include "mirror/submit.h"
#include "web/asset.h"
#include "web/data.h"
#include "web/found.h"
#include "web/handlers.h"
#include "web/pages.h"
#include "web/site.h"

#include <string.h>

static const char *const scripts[] = {"verify-core.js", "verify-keys.js", "verify-text.js", "verify-page.js"};

/* ---- a page that is whole by itself ---------------------------------------------------------------------------------------------- */

/* What the page may do; `framed`: in the header, which alone can say who may frame it. */
static struct str page_policy(const struct model *m, bool framed)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_adds(&b, "default-src 'none'; script-src");
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		buf_addf(&b, " '%s'", asset_find(scripts[i])->source);
	buf_addf(&b, "; style-src '%s'; img-src data:; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
		asset_find("comity.css")->source);
	if (framed)
		buf_adds(&b, "; frame-ancestors 'none'");
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static void add_inside(struct buf *b, const char *before, const char *file, const char *after)
{
	buf_adds(b, before);
	buf_add(b, asset_find(file)->bytes);
	buf_adds(b, after);
}

static struct html page_head(const struct model *m)
{
	struct buf b;
	struct str icon = asset_find("icon.svg")->bytes;
	struct out o = model_begin(m, &b);
	buf_adds(&b, "<meta http-equiv=\"Content-Security-Policy\" content=\"");
	html_attr(&o, page_policy(m, false));
	buf_adds(&b, "\">\n");
	add_inside(&b, "<style>", "comity.css", "</style>\n");
	buf_adds(&b, "<link rel=\"icon\" href=\"data:image/svg+xml;base64,");
	base64_add(&b, icon.p, icon.n);
	buf_adds(&b, "\">");
	return model_end(m, &b);
}

static struct html page_scripts(const struct model *m)
{
	struct buf b;
	(void)model_begin(m, &b);
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		add_inside(&b, "<script>", scripts[i], "</script>\n");
	return model_end(m, &b);
}

/* ---- acts by hash ------------------------------------------------------------------------------------------------------------------ */

/* A hash in the address. ERR_INPUT, with the field to correct. */
static int read_hash(struct model *m, const char *name, struct digest *ret, bool *ret_given, struct err *e)
{
	struct ask_value v = ask_param(m->a, name);
	struct str text = str_trim(v.text);
	*ret_given = v.given && text.n;
	if (!*ret_given || hex_parse(text, ret->b, DIGEST_LEN))
		return 0;
	m->ret->problem.id = STR("hash");
	m->ret->problem.field = str_of(name);
	m->ret->problem.value = v.text;
	(void)MODEL_FAULT(m, e, ERR_INPUT, name, N_("A SHA-256 has 64 digits 0-9 and a-f; this has {n} characters, or others among them."),
		{"n", arena_fmt(m->arena, "%zu", text.n)});
	return err_hint(e, "sha256sum FILE prints it");
}

/* "carries it, to the last character: text.en" */
static struct html what_it_is(const struct model *m, const struct search_named *f)
{
	static const char *const says[] = {[GENUINE_NAMED] = N_("It names this file, in {where}."),
		[GENUINE_EXACT] = N_("It carries this text, to the last character, in {where}."),
		[GENUINE_WORDS] = N_("It carries a text with these words, in {where}; blanks and line ends may differ.")};
	return SENTENCE(m, tr_start(&m->o, says[f->how]), {"where", in_code(m, f->path)});
}

static struct verify_found found_act(const struct model *m, const struct search_named *f)
{
	const struct record_act *a = record_act(m->record, f->pos);
	bool act = a->entry == ENTRY_ACT || a->entry == ENTRY_ADOPTION;
	struct verify_found one = {.number = number(m, f->pos).s, .href = model_act_href(m, f->pos), .says = what_it_is(m, f),
		.when = act ? model_act_when(a) : (struct when){.at = CIVIL_NEVER}};
	one.title = act ? model_act_name(m, a)
			: model_plain(m, model_tr(m, a->entry == ENTRY_GENESIS ? N_("The beginning of the record")
									     : N_("An entry that is not public")));
	one.proof = url_fmt(m->arena, "/act/%llu.tlog-proof", (unsigned long long)f->pos);
	return one;
}

static json_t *named_json(const struct search_named *f)
{
	static const char *const is[] = {[GENUINE_NAMED] = "named", [GENUINE_EXACT] = "exact", [GENUINE_WORDS] = "words"};
	json_t *one = json_object();
	json_object_set_new(one, "act", json_integer((json_int_t)f->pos));
	json_object_set_new(one, "is", json_string(is[f->how]));
	json_object_set_new(one, "at", data_str(f->path));
	return one;
}

enum { FOUND_MAX = 100 };

typedef LIST(struct search_named) hits;

/* Acts of this hash of bytes or of words, each once. What was found before stays. */
static int add_hits(const struct model *m, const struct digest *hash, bool words, hits *ret, struct err *e)
{
	struct search_named *named;
	size_t n = 0;
	int rc = reg_search_hash(register_site_reg(m->site), m->view, hash, 4 * FOUND_MAX, m->arena, &named, &n, e);
	for (size_t i = 0; rc == 0 && i < n && ret->n < FOUND_MAX; i++) {
		bool seen = (named[i].how == GENUINE_WORDS) != words;
		for (size_t k = 0; k < ret->n && !seen; k++)
			seen = ret->v[k].pos == named[i].pos;
		if (!seen)
			arena_push(m->arena, ret, named[i]);
	}
	return rc;
}

struct asked {
	bool bytes, words; /* which of the two was given */
	struct digest bytes_hash, words_hash;
};

static int find_acts(const struct model *m, const struct asked *q, hits *ret, struct err *e)
{
	int rc = q->bytes ? add_hits(m, &q->bytes_hash, false, ret, e) : 0;
	return rc == 0 && q->words ? add_hits(m, &q->words_hash, true, ret, e) : rc;
}

/* ---- whom the page trusts at first -------------------------------------------------------------------------------------------------- */

struct trust {
	struct str origin, policy;
};

static void read_trust(const struct model *m, struct trust *ret)
{
	struct reg *reg = register_site_reg(m->site);
	struct submit *submit = register_site_submit(m->site);
	struct policy policy;
	struct buf text;
	reg_lock(reg);
	ret->origin = arena_str(m->arena, log_origin(reg_log(reg)));
	ret->policy = arena_fmt(m->arena, "log %.*s\nquorum none\n", STR_ARG(log_vkey(reg_log(reg))));
	reg_unlock(reg);
	if (!submit || !submit_policy(submit, m->arena, &policy))
		return;
	buf_init(&text, POLICY_MAX_BYTES);
	policy_write(&policy, &text);
	if (!text.over && str_utf8(buf_str(&text))) /* names in a policy are bytes; a page is text */
		ret->policy = arena_str(m->arena, buf_str(&text));
	buf_done(&text);
}

/* ---- the page ------------------------------------------------------------------------------------------------------------------------ */

static int answer_json(struct model *m, const hits *found, const struct trust *t, struct err *e)
{
	json_t *page = data_page(m), *list = json_array();
	for (size_t i = 0; i < found->n; i++)
		json_array_append_new(list, named_json(&found->v[i]));
	json_object_set_new(page, "policy", data_str(t->policy));
	json_object_set_new(page, "found", list);
	return data_send(m, page, e);
}

static void answer_page(struct model *m, const struct asked *q, const hits *found, const struct trust *t)
{
	struct verify_page p = {0};
	frame_init(&p.frame, m->a, model_tr(m, N_("Verify")));
	p.frame.has_bar = false; /* what is verified here is of no day; and a copy is kept for many */
	p.frame.permanent = (struct str){NULL, 0};
	p.frame.head = page_head(m);
	p.scripts = page_scripts(m);
	p.site = m->a->site->base;
	p.action = url_fmt(m->arena, "/%s/verify", m->a->tongue->code);
	p.origin = t->origin;
	p.policy = t->policy;
	p.asked = q->bytes || q->words;
	p.known = model_known(m);
	p.limited = m->a->has_known && m->a->known != m->a->position;
	p.hash = str_trim(ask_param(m->a, "sha256").text);
	for (size_t i = 0; i < found->n; i++) {
		struct verify_found one = found_act(m, &found->v[i]);
		arena_push(m->arena, &p.found, one);
	}
	m->ret->policy = page_policy(m, true).p;
	page_verify(&m->o, &p);
}

static int show(struct model *m, struct err *e)
{
	struct asked q = {0};
	struct trust t;
	hits found = {0};
	int rc = read_hash(m, "sha256", &q.bytes_hash, &q.bytes, e);
	if (rc == 0)
		rc = read_hash(m, "words", &q.words_hash, &q.words, e);
	if (rc == 0)
		rc = found_failed(m, find_acts(m, &q, &found, e));
	if (rc < 0)
		return rc;
	read_trust(m, &t);
	if (m->a->form == FORM_JSON)
		return answer_json(m, &found, &t, e);
	answer_page(m, &q, &found, &t);
	return 0;
}

int verify_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
