/* SPDX-License-Identifier: Apache-2.0
 *
 * The place of an entry in the log: leaf, root, path, signature; and the machine's files of one entry.
 */
#include "log/base64.h"
#include "register/keyring.h"
#include "register/phrase.h"
#include "web/handlers.h"
#include "web/page_acts.h"
#include "web/site.h"
#include "web/witnesses.h"

struct place_found {
	struct log_entry entry;
	struct digest leaf, root;
	struct merkle_proof path;
	uint64_t size;
	struct str keyid, vkey; /* the log's own */
	const struct keyring *keys;
	bool included, is_signed;
};

static bool find_key(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	const struct place_found *p = ctx;
	return keyring_may_sign(p->keys, d, keyid, p->entry.index, ret);
}

static int read_place(const struct model *m, uint64_t pos, struct place_found *f, struct err *e)
{
	struct reg *reg = register_site_reg(m->site);
	struct hasher h = {0};
	reg_lock(reg);
	struct log *log = reg_log(reg);
	int rc = log_read(log, pos, m->arena, &f->entry, e);
	if (rc == 0) {
		/* As known at an entry, the log ends with it: whoever is led here by the page's permanent address sees the same numbers. */
		f->size = ask_entry(m->a) < pos ? pos + 1 : ask_entry(m->a) + 1;
		f->keyid = arena_str(m->arena, log_keyid(log));
		f->vkey = arena_str(m->arena, log_vkey(log));
		rc = log_root_at(log, f->size, &f->root, e);
		if (rc == 0)
			rc = log_prove_inclusion(log, pos, f->size, &f->path, e);
	}
	reg_unlock(reg);
	if (rc < 0)
		return rc;
	struct dsse_keys keys = {find_key, f};
	f->keys = record_keys(m->record);
	hasher_init(&h);
	merkle_leaf(&h, f->entry.bytes, &f->leaf);
	f->included = merkle_included(&h, &f->leaf, pos, f->size, &f->path, &f->root);
	f->is_signed = dsse_verify(&f->entry.dsse, &keys, NULL) == 0;
	hasher_done(&h);
	return 0;
}

static struct str as_hex(const struct model *m, const void *bytes, size_t n)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_add_hex(&b, bytes, n);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct str as_base64(const struct model *m, const void *bytes, size_t n)
{
	struct buf b;
	buf_init(&b, 4096);
	base64_add(&b, bytes, n);
	struct str s = arena_str(m->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct html as_hash(const struct model *m, struct str text)
{
	return (struct html){arena_fmt(m->arena, "<code class=\"hash\">%.*s</code>", STR_ARG(model_plain(m, text).s))};
}

static struct html holder_name(const struct model *m, struct str holder)
{
	struct phrasing p = model_phrasing(m);
	struct phrase x = phrase_holder(&p, holder);
	return model_phrase(m, &x);
}

/* A role by its word, in English as the organisation's file has it. */
static struct str role_word(const struct model *m, struct str role)
{
	struct str own = str_eq(m->lang, STR("en")) ? (struct str){NULL, 0} : words_own(m->words, m->lang, "roles", role, "text");
	return own.n ? own : words_plain(role, m->arena);
}

/* Which key it is. The register's own says in which role it files, not that the office itself has signed. */
static struct html key_name(const struct model *m, const struct place_found *f, struct str keyid)
{
	struct html key = (struct html){arena_fmt(m->arena, "<a href=\"%.*s\">%.*s</a>", STR_ARG(model_url(m, "keys").s), STR_ARG(as_hash(m, keyid).s))};
	const struct held_key *held = keyring_known(f->keys, keyid);
	if (held && held->by)
		return SENTENCE(m, tr_start(&m->o, N_("a key of {holder}, {key}")), {"holder", holder_name(m, held->holder)}, {"key", key});
	if (!str_eq(keyid, f->keyid))
		return SENTENCE(m, tr_start(&m->o, N_("key {key}")), {"key", key});
	return SENTENCE(m, tr_start(&m->o, N_("the key of this register (role: {role}), {key}")), {"role", model_plain(m, role_word(m, m->org->registrar))},
		{"key", key});
}

static void fill_rows(const struct model *m, const struct place_found *f, struct verify *v)
{
	const struct record_act *a = record_act(m->record, f->entry.index);
	add_pair(m, &v->rows, model_tr(m, N_("Place")), SENTENCE(m, tr_start(&m->o, N_("entry {n} in a log of entries 0 to {last}")),
		{"n", number(m, f->entry.index)}, {"last", number(m, f->size - 1)}));
	add_pair(m, &v->rows, model_tr(m, N_("Size")), SENTENCE(m, tr_start_n(&m->o, f->entry.bytes.n, "{n} byte", "{n} bytes"),
		{"n", number(m, f->entry.bytes.n)}));
	add_pair(m, &v->rows, model_tr(m, N_("Leaf")), as_hash(m, as_hex(m, f->leaf.b, DIGEST_LEN)));
	add_pair(m, &v->rows, model_tr(m, N_("Root")), as_hash(m, as_base64(m, f->root.b, DIGEST_LEN)));
	for (size_t i = 0; i < f->entry.dsse.nsigs; i++) {
		const struct dsse_sig *s = &f->entry.dsse.sigs[i];
		add_pair(m, &v->rows, model_tr(m, N_("Signed with")), key_name(m, f, s->keyid));
		add_pair(m, &v->rows, model_tr(m, N_("Signature")), as_hash(m, as_base64(m, s->sig.p, s->sig.n)));
	}
	if (a && a->recorded)
		add_pair(m, &v->rows, model_tr(m, N_("Recorded")), model_plain(m, model_tr(m, N_("from sources; not signed by those who acted"))));
	add_pair(m, &v->rows, model_tr(m, N_("Cosigned")), witnesses_of(m, f->entry.index));
}

static void fill_path(const struct model *m, const struct place_found *f, struct act_page *p)
{
	uint64_t index = f->entry.index, last = f->size - 1;
	/* Upwards: a left child has its sibling at its right, unless the level ends with it (RFC 9162, 2.1.3.2). */
	for (size_t i = 0; i < f->path.n; i++) {
		bool right = !(index & 1) && index != last;
		struct hash_step s = {as_hex(m, f->path.v[i].b, DIGEST_LEN), right};
		while (!right && !(index & 1) && index) { /* levels without a sibling are skipped */
			index >>= 1;
			last >>= 1;
		}
		arena_push(m->arena, &p->path, s);
		index >>= 1;
		last >>= 1;
	}
}

static void fill_beside(const struct model *m, uint64_t pos, struct act_page *p)
{
	uint64_t from = pos ? pos - 1 : 0;
	for (uint64_t i = from; i <= pos + 1; i++) {
		const struct record_act *a = record_act(m->record, i);
		if (!a)
			break;
		bool named = a->entry == ENTRY_ACT || a->entry == ENTRY_ADOPTION || a->entry == ENTRY_KEY;
		struct html title = named ? model_act_name(m, a)
					  : model_plain(m, model_tr(m, a->entry == ENTRY_GENESIS ? N_("The beginning of the record")
												     : N_("An entry that is not public")));
		struct beside b = {number(m, i).s, title, model_act_href(m, i), i == pos};
		arena_push(m->arena, &p->beside, b);
	}
}

bool act_place(const struct model *m, uint64_t pos, struct act_page *p)
{
	struct place_found *f = arena_new(m->arena, struct place_found);
	struct err e;
	unsigned long long n = pos;
	fill_beside(m, pos, p);
	p->raw_json = url_fmt(m->arena, "/act/%llu.json", n);
	p->raw_dsse = url_fmt(m->arena, "/act/%llu.dsse", n);
	if (read_place(m, pos, f, &e) < 0) {
		p->verify.verdict = arena_fmt(m->arena, "%s", e.what);
		return false;
	}
	p->verify.good = f->included && f->is_signed;
	p->verify.verdict = p->verify.good ? model_tr(m, N_("In the log, signed, unaltered"))
			    : f->included  ? model_tr(m, N_("In the log, but a signature is of no key in force here. Do not rely on it."))
					   : model_tr(m, N_("This entry does not lead to the signed root. Do not rely on it."));
	fill_rows(m, f, &p->verify);
	fill_path(m, f, p);
	p->verify.proof = url_fmt(m->arena, "/act/%llu.tlog-proof", n);
	p->verify.page = model_url(m, "verify");
	p->verify.command = arena_fmt(m->arena, "comity verify %llu.tlog-proof --key %.*s", n, STR_ARG(f->vkey));
	return p->verify.good;
}

/* ---- files for machines ------------------------------------------------------------------------------------------------------- */

enum file_kind { FILE_JSON, FILE_DSSE, FILE_PROOF };

static const struct {
	const char *suffix, *media;
} files[] = {
	[FILE_JSON] = {".json", "application/json"},
	[FILE_DSSE] = {".dsse", "application/vnd.dsse.envelope.v1+json"},
	[FILE_PROOF] = {".tlog-proof", "text/plain; charset=utf-8"},
};

static int read_name(struct str name, enum file_kind *kind, uint64_t *pos)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct str suffix = str_of(files[i].suffix);
		*kind = (enum file_kind)i;
		if (str_ends(name, suffix) && str_u64(str_slice(name, 0, name.n - suffix.n), pos))
			return 0;
	}
	return -1;
}

/* What the log holds at that place is the same for everybody: of a kept act it holds a commitment only. */
int act_file_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct reg *reg = register_site_reg(ctx);
	struct log_entry entry;
	enum file_kind kind;
	uint64_t pos;
	if (read_name(a->id[0], &kind, &pos) < 0)
		return ASK_FAULT(a, ret, e, ERR_ABSENT, "act", N_("Files of an entry are named like {a}, {b} and {c}."), {"a", STR("17.json")}, {"b", STR("17.dsse")}, {"c", STR("17.tlog-proof")});
	if (pos > a->position)
		return ASK_FAULT(a, ret, e, ERR_ABSENT, "act", N_("The record has entries 0 to {n}. Write the number of one of them."), {"n", arena_fmt(a->arena, "%llu", (unsigned long long)a->position)});
	if (kind == FILE_PROOF && !witnesses_have(ctx, pos, a->arena))
		return witnesses_wait(ret, e, "The entry is in the log, signed. A proof goes up to a tree that the witnesses confirmed, and they have not yet "
					      "confirmed one with this entry.");
	reg_lock(reg);
	int rc = kind == FILE_PROOF ? log_proof_file(reg_log(reg), pos, &ret->body, e) : log_read(reg_log(reg), pos, a->arena, &entry, e);
	reg_unlock(reg);
	if (rc < 0)
		return rc;
	if (kind != FILE_PROOF)
		buf_add(&ret->body, kind == FILE_JSON ? entry.dsse.payload : entry.bytes);
	ret->media = files[kind].media;
	return 0;
}
