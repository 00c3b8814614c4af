/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/signed.h"

#include "base/json.h"
#include "log/base64.h"
#include "register/reg.h"

static const struct {
	const char *name;
	enum carrier carrier;
	enum key_algorithm algorithm;
	bool token;
} kinds[PENS] = {{"KZ1", CARRIER_ED25519, KEY_ED25519, false}, {"KZ2", CARRIER_ED25519, KEY_ED25519, false}, {"KZ3", CARRIER_ED25519, KEY_ED25519, false},
	{"KZ4", CARRIER_ED25519, KEY_ED25519, false}, {"AT1", CARRIER_SSHSIG, KEY_ED25519, false}, {"AT2", CARRIER_SSHSIG, KEY_P256, true},
	{"AT3", CARRIER_ED25519, KEY_ED25519, false}, {"BE1", CARRIER_WEBAUTHN, KEY_P256, false}, {"BE2", CARRIER_WEBAUTHN, KEY_ED25519, false},
	{"CO1", CARRIER_ED25519, KEY_ED25519, false}, {"SE1", CARRIER_ED25519, KEY_ED25519, false}, {"SE2", CARRIER_ED25519, KEY_ED25519, false},
	{"XX1", CARRIER_ED25519, KEY_ED25519, false}};

void pens_make(struct pens *p)
{
	struct hasher h;
	struct buf text;
	hasher_init(&h);
	buf_init(&text, PUBKEY_MAX_TEXT);
	for (size_t i = 0; i < PENS; i++) {
		struct pen *pen = &p->v[i];
		pen->name = kinds[i].name;
		token_make(&pen->token, kinds[i].carrier, kinds[i].algorithm, kinds[i].token);
		pubkey_id(&h, &pen->token.key, pen->keyid);
		buf_clear(&text);
		pubkey_write(&pen->token.key, &text);
		strcpy(pen->text, text.p);
	}
	buf_done(&text);
	hasher_done(&h);
}

void pens_done(struct pens *p)
{
	for (size_t i = 0; i < PENS; i++)
		token_done(&p->v[i].token);
}

const struct pen *pen_named(const struct pens *p, struct str name)
{
	for (size_t i = 0; i < PENS; i++)
		if (str_eq(name, str_of(p->v[i].name)))
			return &p->v[i];
	fail_msg("there is no pen %.*s", STR_ARG(name));
	return NULL;
}

const struct signing signed_steps[SIGNED_STEPS] = {
	{KEY("registered") ",\"holder\":\"KZ\",\"key\":\"$KZ1\"}", "LOG KZ1", false},
	{KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT1\"}", "LOG AT1", false},
	{KEY("registered") ",\"holder\":\"BE\",\"key\":\"$BE1\",\"reason\":\"as its note of 3 May says\"}", "LOG BE1", false},
	{KEY("registered") ",\"holder\":\"COUNCIL\",\"key\":\"$CO1\"}", "LOG CO1", false},
	{"{\"kind\":\"status_granted\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"KZ\",\"value\":\"member\"}" ID("council-1") "}", "CO1", false}, /* 12 */
	{"{\"kind\":\"status_granted\",\"date\":\"2003-02-01\",\"args\":{\"P\":\"AT\",\"value\":\"member\"}" SOURCES "}", "LOG", false},
	{KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ2\",\"acts\":[\"withdrawal_notified\",\"withdrawal_revoked\"],\"until\":90}", "KZ1 KZ2", false},
	{KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT2\"}", "AT1 AT2", false},
	{"{\"kind\":\"withdrawal_notified\",\"date\":\"2005-02-28\",\"args\":{\"P\":\"KZ\"}" ID("KZ.2005-1") "}", "KZ2", false}, /* 16 */
	{"{\"kind\":\"objected\",\"date\":\"2004-04-01\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"}" ID("BE.2004-1") "}", "AT1 BE1", false},
	{KEY("rotated") ",\"old\":\"#KZ2\",\"key\":\"$KZ3\"}", "KZ2 KZ3", false},
	{"{\"kind\":\"withdrawal_revoked\",\"date\":\"2005-06-01\",\"args\":{\"P\":\"KZ\"}" ID("KZ.2005-2") "}", "KZ3", false}, /* 19 */
	{"{\"kind\":\"withdrawal_notified\",\"date\":\"2005-07-01\",\"args\":{\"P\":\"AT\"},\"for\":[\"members\"]" ID("AT.2005-1") "}", "AT2", true},
	{KEY("revoked") ",\"old\":\"#AT1\"}", "AT2", false},
	{"{\"kind\":\"status_applied\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"BE\",\"value\":\"observer\"}" ID("BE.2005-1") "}", "BE1", false}, /* 22 */
	{"{\"kind\":\"withdrawal_notified\",\"date\":\"2005-03-01\",\"args\":{\"P\":\"KZ\"},\"corrects\":16" ID("KZ.2005-3") "}", "KZ1", false},
	{"{\"annul\":true,\"corrects\":17" ID("BE.2005-2") "}", "BE1", false}, /* 24 */
	{KEY("registered") ",\"holder\":\"secretariat\",\"key\":\"$SE1\"}", "LOG SE1", false},
	{"{\"kind\":\"weighed\",\"date\":\"2004-03-01\",\"args\":{\"S\":\"KZ\",\"n\":176}" ID("secretariat-1") "}", "SE1", false}, /* 26 */
	{KEY("revoked") ",\"old\":\"#AT2\"}", "LOG KZ1", false},
	{KEY("registered") ",\"holder\":\"AT\",\"key\":\"$AT3\"}", "LOG KZ1 AT3", false},
	{"{\"kind\":\"withdrawal_notified\",\"date\":\"2006-01-01\",\"args\":{\"P\":\"AT\"}" ID("AT.2006-1") "}", "AT3", false}, /* 29 */
	{"{\"kind\":\"thanked\",\"date\":\"2006-01-02\",\"args\":{\"P\":\"AT\"}}", "LOG", false},
	{"{\"annul\":true,\"corrects\":24" ID("BE.2006-1") "}", "BE1", false}, /* 31: the annulment is taken back */
	{"{\"kind\":\"objected\",\"date\":\"2006-02-01\",\"args\":{\"P\":\"KZ\",\"D\":\"DEC-1\"}" ID("KZ.2006-1") "}", "KZ1", false},
	{"{\"kind\":\"view_recorded\",\"date\":\"2006-02-01\",\"args\":{\"P\":\"KZ\",\"D\":\"DEC-1\"},\"corrects\":32" ID("KZ.2006-2") "}", "KZ1", false},
	{KEY("delegated") ",\"holder\":\"KZ\",\"key\":\"$KZ4\",\"acts\":[\"objected\",\"view_recorded\"]}", "KZ1 KZ4", false}, /* 34 */
	{"{\"annul\":true,\"corrects\":33" ID("KZ.2006-3") "}", "KZ4", false}, /* a key for both kinds: what was corrected, and how */
	{"{\"kind\":\"objected\",\"date\":\"2006-03-01\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"}" SOURCES "}", "LOG", false}, /* 36 */
	{"{\"annul\":true,\"corrects\":36" ID("BE.2006-2") "}", "BE1", false},
	{"{\"annul\":true,\"corrects\":37" ID("BE.2006-3") "}", "BE1", false},
	{"{\"kind\":\"objected\",\"date\":\"2006-03-02\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"},\"corrects\":36" SOURCES "}", "LOG", false}, /* 39 */
};

/* ---- signing ------------------------------------------------------------------------------------------------------------- */

struct str pen_sign(const struct pen *pen, struct str message, struct arena *a)
{
	const struct token *t = &pen->token;
	struct ed25519_sig sig;
	struct buf out, client;
	buf_init(&out, PUBKEY_MAX_SIG);
	buf_init(&client, 4096);
	if (t->key.carrier == CARRIER_ED25519) {
		ed25519_sign(&t->ed, message, &sig);
		buf_add(&out, (struct str){(const char *)sig.b, sizeof sig.b});
	} else if (t->key.carrier == CARRIER_SSHSIG) {
		token_sshsig(t, t->key.token ? SSHSIG_SK_ECDSA : SSHSIG_ED25519, STR("comity"), STR("sha512"), message, "}", &out);
	} else {
		token_client(t, message, ",\"crossOrigin\":false}", &client);
		token_assertion(t, buf_str(&client), STR(""), &out);
	}
	struct str s = arena_str(a, buf_str(&out));
	buf_done(&client);
	buf_done(&out);
	return s;
}

/* Whose signature a keyid is said to be, and by what it is found good. */
struct claims {
	const struct pens *pens;
	struct { const struct pen *said, *made; } v[DSSE_MAX_SIGS];
	size_t n;
};

static bool find_claimed(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct claims *c = ctx;
	(void)d;
	(void)index;
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(keyid, str_of(c->v[i].said->keyid))) {
			*ret = c->v[i].made->token.key;
			return true;
		}
	return false;
}

struct str filled_in(const struct pens *p, struct str log, const char *payload, struct arena *a)
{
	struct buf out;
	buf_init(&out, DSSE_MAX_BYTES);
	for (const char *c = payload; *c; c++) {
		if (*c != '$' && *c != '#') {
			buf_addc(&out, *c);
			continue;
		}
		struct str name = {c + 1, 3};
		if (str_eq(name, STR("LOG")))
			buf_add(&out, log);
		else
			buf_adds(&out, *c == '$' ? pen_named(p, name)->text : pen_named(p, name)->keyid);
		c += 3;
	}
	struct str s = arena_str(a, buf_str(&out));
	buf_done(&out);
	return s;
}

static struct str seal(struct log *log, struct str act, struct arena *a)
{
	struct str open, body;
	struct err e;
	assert_int_equal(act_seal(act, a, &open, &body, &e), 0);
	struct log_blob blob = {.type = STR("application/vnd.comity.sealed.v1+json"), .bytes = body};
	assert_int_equal(log_blob_put(log, &blob, 1, &e), 0);
	return open;
}

/* The envelope, into the arena. */
static struct str envelope_of(struct log *log, const struct pens *p, const struct signing *s, struct claims *claims, struct arena *a)
{
	struct dsse d = {.type = STR(REG_ACT_TYPE)};
	struct buf own, pae, envelope;
	struct str by = str_of(s->by), one;
	struct err e;
	buf_init(&own, DSSE_MAX_BYTES);
	buf_init(&pae, DSSE_MAX_BYTES);
	buf_init(&envelope, DSSE_MAX_BYTES);
	d.payload = filled_in(p, log_keyid(log), s->payload, a);
	if (s->sealed)
		d.payload = seal(log, d.payload, a);
	dsse_pae(d.type, d.payload, &pae);
	for (bool more = true; more;) {
		more = str_cut(by, ' ', &one, &by);
		one = more ? one : by;
		if (str_eq(one, STR("LOG"))) {
			struct dsse by_log;
			assert_int_equal(log_sign(log, d.type, d.payload, &own, &e), 0);
			assert_int_equal(dsse_parse(arena_str(a, buf_str(&own)), a, &by_log, &e), 0);
			assert_int_equal(dsse_add(&d, by_log.sigs[0].keyid, by_log.sigs[0].sig, &e), 0);
			continue;
		}
		const struct pen *said = pen_named(p, str_slice(one, 0, 3)), *made = one.n > 3 ? pen_named(p, str_slice(one, 4, 7)) : said;
		claims->v[claims->n].said = said;
		claims->v[claims->n++].made = made;
		assert_int_equal(dsse_add(&d, str_of(said->keyid), pen_sign(made, buf_str(&pae), a), &e), 0);
	}
	assert_int_equal(dsse_write(&d, &envelope, &e), 0);
	struct str bytes = arena_str(a, buf_str(&envelope));
	buf_done(&envelope);
	buf_done(&pae);
	buf_done(&own);
	return bytes;
}

static void append(struct log *log, const struct pens *p, const struct signing *s)
{
	struct claims claims = {.pens = p};
	struct arena a = {0};
	struct str bytes = envelope_of(log, p, s, &claims, &a);
	struct log_keys keys = {.find = find_claimed, .ctx = &claims};
	struct err e;
	uint64_t at;
	if (log_append(log, &bytes, 1, &keys, &at, &e) < 0)
		fail_msg("%s by %s: %s: %s", s->payload, s->by, e.where, e.what);
	arena_done(&a);
}

int step_file(struct fix *f, const struct pens *p, const struct signing *s)
{
	struct claims claims = {.pens = p};
	struct arena a = {0};
	struct filed filed;
	reg_lock(f->reg);
	struct str bytes = envelope_of(reg_log(f->reg), p, s, &claims, &a);
	reg_unlock(f->reg);
	int rc = reg_file(f->reg, &(struct act_in){.text = bytes}, false, &a, &filed, &f->e);
	if (rc == 0) {
		view_unref(filed.before);
		view_unref(filed.after);
	}
	arena_done(&a);
	return rc;
}

void steps_append(struct fix *f, const struct pens *p, const struct signing *steps, size_t n)
{
	struct log *log;
	reg_close(f->reg);
	f->reg = NULL;
	if (log_open(f->dir, LOG_WRITE, &log, &f->e) < 0)
		fail_msg("%s: %s", f->e.where, f->e.what);
	for (size_t i = 0; i < n; i++)
		append(log, p, &steps[i]);
	log_close(log);
	f->e = (struct err){0};
	if (reg_open(f->dir, REG_READ, &f->reg, &f->e) < 0)
		f->reg = NULL;
}

/* ---- one answer over another log ----------------------------------------------------------------------------------------- */

static void add_hash(void *ctx, const struct digest *d)
{
	struct buf b;
	buf_init(&b, 100);
	base64_add(&b, d->b, sizeof d->b);
	json_array_append_new(ctx, json_string(b.p));
	buf_done(&b);
}

static void set_str(json_t *obj, const char *member, struct str s)
{
	json_object_set_new(obj, member, json_stringn(s.p, s.n));
}

static bool is_wanted(const json_t *entries, const struct log_entry *entry, bool all_keys)
{
	for (size_t i = 0; i < json_array_size(entries); i++)
		if ((uint64_t)json_integer_value(json_object_get(json_array_get(entries, i), "index")) == entry->index)
			return true;
	return all_keys && str_starts(entry->dsse.payload, STR("{\"kind\":\"key_"));
}

static json_t *body_of(const json_t *entries, uint64_t index)
{
	for (size_t i = 0; i < json_array_size(entries); i++)
		if ((uint64_t)json_integer_value(json_object_get(json_array_get(entries, i), "index")) == index)
			return json_incref(json_object_get(json_array_get(entries, i), "body"));
	return NULL;
}

char *spliced(struct fix *f, const char *proof, bool all_keys)
{
	json_t *j = json_loads(proof, 0, NULL), *ev = json_object_get(j, "evidence"), *old = json_object_get(ev, "entries"), *entries = json_array();
	uint64_t known = (uint64_t)json_integer_value(json_object_get(ev, "known")), *index = calloc(known + 1, sizeof *index);
	bool touched = json_object_get(ev, "inclusion") != NULL, more = touched && all_keys;
	struct merkle_leaves leaves = {.index = index};
	struct merkle_proof path;
	struct arena a = {0};
	struct log *log;
	struct err e;
	assert_int_equal(log_open(f->dir, LOG_READ, &log, &e), 0);
	set_str(ev, "key", log_vkey(log));
	set_str(ev, "checkpoint", log_checkpoint(log));
	for (uint64_t i = 0; i <= known; i++) {
		struct log_entry entry;
		assert_int_equal(log_read(log, i, &a, &entry, &e), 0);
		if (!is_wanted(old, &entry, more))
			continue;
		json_t *one = json_pack("{s:I,s:o}", "index", (json_int_t)i, "entry", json_loadb(entry.bytes.p, entry.bytes.n, 0, NULL)), *body = body_of(old, i);
		if (body)
			json_object_set_new(one, "body", body);
		json_array_append_new(entries, one);
		index[leaves.n++] = i;
	}
	json_object_set_new(ev, "entries", entries);
	json_t *hashes = json_array();
	if (touched) {
		assert_int_equal(log_prove_leaves(log, leaves, log_size(log), add_hash, hashes, &e), 0);
		json_object_set(ev, "inclusion", hashes);
	} else if (json_object_get(ev, "consistency")) {
		assert_int_equal(log_prove_consistency(log, known + 1, log_size(log), &path, &e), 0);
		for (size_t i = 0; i < path.n; i++)
			add_hash(hashes, &path.v[i]);
		json_object_set(ev, "consistency", hashes);
	}
	json_decref(hashes);
	log_close(log);
	char *text = json_dumps(j, 0);
	json_decref(j);
	free(index);
	arena_done(&a);
	return text;
}

bool log_is_sound(struct fix *f)
{
	struct reg_verdict v;
	return reg_verify(f->dir, NULL, NULL, &v, &f->e) == 0;
}

struct str log_key(struct fix *f)
{
	struct log *log;
	struct err e;
	assert_int_equal(log_open(f->dir, LOG_READ, &log, &e), 0);
	struct str key = arena_str(&f->arena, log_vkey(log));
	log_close(log);
	return key;
}
