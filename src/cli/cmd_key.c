/* SPDX-License-Identifier: Apache-2.0
 *
 * comity key: making keys, showing them, and the acts that put them in force in a register and out of it.
 */
#include "cli/cli.h"
#include "cli/keyfile.h"
#include "cli/table.h"
#include "register/keyring.h"
#include "register/reg.h"
#include "register/similar.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

static void print_key(const struct call *c, const struct keyfile *k)
{
	struct str text = pubkey_text(&k->pub, c->arena);
	if (given(c, "json")) {
		buf_addf(c->out, "{\"keyid\": \"%s\", \"key\": ", k->keyid);
		json_quote(c->out, text);
		buf_addf(c->out, ", \"secret\": %s}\n", k->has_secret ? "true" : "false");
	} else {
		buf_addf(c->out, "%s\n%.*s\n", k->keyid, STR_ARG(text));
	}
}

static int key_new(const struct call *c)
{
	const char *name = given(c, "name");
	struct keyfile k;
	struct err e;
	if (!name)
		return usage(c, "--name NAME is needed: whose key it will be");
	if (keyfile_new(c->word[1], str_of(name), &k, &e) < 0)
		return fail_with(&e);
	print_key(c, &k);
	keyfile_wipe(&k);
	return DONE;
}

/* ---- showing ------------------------------------------------------------------------------------------------------------------ */

static struct str acts_of(const struct held_key *k, struct arena *a)
{
	struct buf list;
	if (!k->acts)
		return STR("every act");
	buf_init(&list, 8192);
	for (size_t i = 0; i < k->nacts; i++) {
		buf_adds(&list, i ? ", " : "");
		buf_add(&list, k->acts[i]);
	}
	struct str s = arena_str(a, buf_str(&list));
	buf_done(&list);
	return s;
}

static void json_keys(const struct keyring *ring, uint64_t size, struct arena *a, struct buf *out)
{
	for (size_t i = 0; i < ring->keys.n; i++) {
		const struct held_key *k = &ring->keys.v[i];
		buf_addf(out, "%s{\"keyid\": \"%s\", \"holder\": ", i ? ",\n " : "[", k->keyid);
		json_quote(out, k->holder);
		buf_adds(out, ", \"key\": ");
		json_quote(out, pubkey_text(&k->pub, a));
		buf_adds(out, ", \"acts\": ");
		for (size_t j = 0; j < k->nacts; j++) {
			buf_adds(out, j ? ", " : "[");
			json_quote(out, k->acts[j]);
		}
		buf_adds(out, k->acts ? "]" : "null");
		buf_addf(out, ", \"entry\": %" PRIu64 ", \"from\": %" PRIu64 ", \"until\": ", k->by, k->from);
		buf_addf(out, k->until == UINT64_MAX ? "null" : "%" PRIu64, k->until);
		buf_addf(out, ", \"in_force\": %s}", k->from <= size && size < k->until ? "true" : "false");
	}
	buf_adds(out, "]\n");
}

static void print_keys(const struct keyring *ring, uint64_t size, struct arena *a, struct buf *out)
{
	static const char *const columns[] = {"key", "holder", "from entry", "until", "signs"};
	struct table_out *t = table_new(columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < ring->keys.n; i++) {
		const struct held_key *k = &ring->keys.v[i];
		struct str until = k->until == UINT64_MAX ? STR("") : arena_fmt(a, "%" PRIu64 "%s", k->until, k->until <= size ? " (ended)" : "");
		struct str cells[] = {str_of(k->keyid), k->holder, arena_fmt(a, "%" PRIu64, k->from), until, acts_of(k, a)};
		table_row(t, cells);
	}
	table_print(t, out);
}

static int show_register(const struct call *c)
{
	struct reg *r;
	const struct view *v;
	struct err e;
	if (reg_open(c->word[1], REG_READ, &r, &e) < 0)
		return fail_with(&e);
	int rc = reg_view(r, STR("public"), UINT64_MAX, &v, &e);
	if (rc == 0) {
		const struct record *record = view_record(v);
		(given(c, "json") ? json_keys : print_keys)(record_keys(record), record_size(record), c->arena, c->out);
		view_unref(v);
	}
	reg_close(r);
	return rc < 0 ? fail_with(&e) : DONE;
}

static bool path_is_dir(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int key_show(const struct call *c)
{
	struct keyfile k;
	struct err e;
	if (path_is_dir(c->word[1]))
		return show_register(c);
	if (keyfile_read(c->word[1], &k, &e) < 0)
		return fail_with(&e);
	print_key(c, &k);
	keyfile_wipe(&k);
	return DONE;
}

/* ---- acts about keys ------------------------------------------------------------------------------------------------------------ */

/* What an act about keys needs: `key` is the new one, `by` signs; `old` is the one that is revoked. */
struct key_call {
	struct reg *r;
	struct keyfile key, by, old;
	bool has_key, has_by;
	struct buf act;
};

static void add_member(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, ",\"%s\":", name);
	json_quote(out, value);
}

static void add_acts(struct buf *out, struct str list)
{
	struct str one;
	buf_adds(out, ",\"acts\":[");
	for (bool more = true, first = true; more; first = false) {
		more = str_cut(list, ',', &one, &list);
		if (!more)
			one = list;
		buf_adds(out, first ? "" : ",");
		json_quote(out, str_trim(one));
	}
	buf_addc(out, ']');
}

static void write_act(const struct call *c, struct key_call *x)
{
	static const struct {
		const char *verb, *kind;
	} kinds[] = {{"register", "key_registered"}, {"delegate", "key_delegated"}, {"rotate", "key_rotated"}, {"revoke", "key_revoked"}};
	buf_adds(&x->act, "{\"kind\":\"");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(c->word[0], kinds[i].verb) == 0)
			buf_adds(&x->act, kinds[i].kind);
	buf_adds(&x->act, "\",\"register\":");
	json_quote(&x->act, log_origin(reg_log(x->r)));
	if (given(c, "holder"))
		add_member(&x->act, "holder", str_of(given(c, "holder")));
	if (strcmp(c->word[0], "revoke") == 0)
		add_member(&x->act, "old", str_of(x->old.keyid));
	else if (strcmp(c->word[0], "rotate") == 0)
		add_member(&x->act, "old", str_of(x->by.keyid));
	if (x->has_key)
		add_member(&x->act, "key", pubkey_text(&x->key.pub, c->arena));
	if (given(c, "acts"))
		add_acts(&x->act, str_of(given(c, "acts")));
	if (given(c, "until"))
		buf_addf(&x->act, ",\"until\":%s", given(c, "until"));
	if (given(c, "reason"))
		add_member(&x->act, "reason", str_of(given(c, "reason")));
	buf_addc(&x->act, '}');
}

/* Signed by whoever may: a key from a file, else the organisation's own; and by the new key. */
static int sign_act(const struct call *c, struct key_call *x, struct buf *out, struct err *e)
{
	struct dsse d = {.type = STR(REG_ACT_TYPE), .payload = buf_str(&x->act)};
	struct buf own;
	int rc = 0;
	buf_init(&own, LOG_MAX_ENTRY);
	if (x->has_by)
		rc = dsse_sign(&d, c->arena, str_of(x->by.keyid), &x->by.secret, e);
	else if ((rc = log_sign(reg_log(x->r), d.type, d.payload, &own, e)) == 0)
		rc = dsse_parse(arena_str(c->arena, buf_str(&own)), c->arena, &d, e);
	if (rc == 0 && x->has_key)
		rc = dsse_sign(&d, c->arena, str_of(x->key.keyid), &x->key.secret, e);
	buf_done(&own);
	return rc < 0 ? rc : dsse_write(&d, out, e);
}

static int file_act(const struct call *c, struct key_call *x, struct err *e)
{
	struct buf envelope;
	struct filed f;
	buf_init(&envelope, LOG_MAX_ENTRY);
	int rc = sign_act(c, x, &envelope, e);
	if (rc == 0)
		rc = reg_file(x->r, &(struct act_in){.text = buf_str(&envelope)}, false, c->arena, &f, e);
	buf_done(&envelope);
	if (rc < 0)
		return rc;
	if (given(c, "json"))
		buf_addf(c->out, "{\"entry\": %" PRIu64 "}\n", f.pos);
	else
		buf_addf(c->out, "Filed as entry %" PRIu64 ": it counts from the next entry on.\n", f.pos);
	view_unref(f.before);
	view_unref(f.after);
	return 0;
}

/* The key that ends: by its name, or a file that holds it. */
static int read_old(const char *word, struct keyfile *ret, struct err *e)
{
	enum carrier carrier;
	if (keyid_carrier(str_of(word), &carrier)) {
		(void)snprintf(ret->keyid, sizeof ret->keyid, "%s", word);
		return 0;
	}
	int rc = keyfile_read(word, ret, e);
	return rc == ERR_ABSENT ? err_set(e, ERR_INPUT, word, "it is neither the name of a key, as 'comity key show' tells it, nor a file of one") : rc;
}

static int read_keys(const struct call *c, struct key_call *x, struct err *e)
{
	bool print = given(c, "print") != NULL;
	const char *by = given(c, "by");
	int rc = 0;
	x->has_key = strcmp(c->word[0], "revoke") != 0;
	if (x->has_key)
		rc = print ? keyfile_read(c->word[2], &x->key, e) : keyfile_read_secret(c->word[2], &x->key, e);
	else
		rc = read_old(c->word[2], &x->old, e);
	if (rc == 0 && by) {
		rc = print ? keyfile_read(by, &x->by, e) : keyfile_read_secret(by, &x->by, e);
		x->has_by = rc == 0;
	}
	return rc;
}

/* Which options a verb needs. */
static int check_options(const struct call *c)
{
	static const struct {
		const char *verb, *opt, *why;
	} needed[] = {
		{"register", "holder", "whose key it is: an entity of the record, or an office"},
		{"delegate", "holder", "for whom it signs"},
		{"delegate", "acts", "which kinds of acts it may sign, joined by ','"},
		{"delegate", "by", "a key of the holder"},
		{"rotate", "by", "the key that it replaces"},
	};
	uint64_t until;
	int status = DONE;
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (strcmp(c->word[0], needed[i].verb) == 0 && !given(c, needed[i].opt))
			return usage(c, "--%s is needed: %s", needed[i].opt, needed[i].why);
	if (given(c, "acts") && strcmp(c->word[0], "delegate") != 0)
		return usage(c, "--acts is for delegate: a key that is registered signs every act");
	return number_given(c, "until", &until, &status) ? DONE : status;
}

static int key_act(const struct call *c)
{
	struct key_call x = {0};
	struct err e;
	bool print = given(c, "print") != NULL;
	int status = check_options(c);
	if (status != DONE)
		return status;
	buf_init(&x.act, LOG_MAX_ENTRY);
	int rc = read_keys(c, &x, &e);
	if (rc == 0)
		rc = reg_open(c->word[1], print ? REG_READ : REG_WRITE, &x.r, &e);
	if (rc == 0) {
		write_act(c, &x);
		if (print)
			buf_addf(c->out, "%.*s\n", STR_ARG(buf_str(&x.act)));
		else
			rc = file_act(c, &x, &e);
	}
	buf_done(&x.act);
	keyfile_wipe(&x.key);
	keyfile_wipe(&x.by);
	keyfile_wipe(&x.old);
	reg_close(x.r);
	return rc < 0 ? fail_with(&e) : DONE;
}

int run_key(const struct call *c)
{
	static const struct {
		const char *verb, *form;
		int words;
		int (*run)(const struct call *c);
	} verbs[] = {{"new", "FILE --name NAME", 2, key_new}, {"show", "FILE | DIR", 2, key_show}, {"register", "DIR KEY --holder H", 3, key_act},
		{"delegate", "DIR KEY --holder H --by BY --acts A,B", 3, key_act}, {"rotate", "DIR KEY --by OLD", 3, key_act},
		{"revoke", "DIR KEYID --by BY", 3, key_act}};
	struct similar near;
	char words[200];
	similar_start(&near, str_of(c->word[0]));
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		similar_offer(&near, str_of(verbs[i].verb), str_of(verbs[i].verb));
		if (strcmp(c->word[0], verbs[i].verb) != 0)
			continue;
		return c->n == verbs[i].words ? verbs[i].run(c) : usage(c, "it is used so: comity key %s %s", verbs[i].verb, verbs[i].form);
	}
	return usage(c, "\"%s\" is none of new, show, register, delegate, rotate, revoke%s%s", c->word[0], similar_words(&near, words, sizeof words)[0] ? ": " : "",
		similar_words(&near, words, sizeof words));
}
