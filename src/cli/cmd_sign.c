/* SPDX-License-Identifier: Apache-2.0
 *
 * comity sign: an act is signed away from the register, by one holder after the other, and handed in later.
 */
#include "cli/cli.h"
#include "cli/keyfile.h"
#include "log/sshsig.h"
#include "register/bundle.h"
#include "register/keyring.h"
#include "register/reg.h"

#include <string.h>
#include <sys/random.h>

enum { MAX_FILE = 128 << 10 };

static const struct str envelope_mark = STR_INIT("{\"payloadType\"");

/* The act begins with its register and a name of its own, so that it counts there only, and once; nothing else of it is touched. */
static int add_marks(const struct call *c, struct str *text, struct err *e)
{
	uint8_t id[16];
	struct buf out;
	if (getrandom(id, sizeof id, 0) != (ssize_t)sizeof id)
		return err_set(e, ERR_SYSTEM, "id", "the system gives no random bytes");
	buf_init(&out, MAX_FILE);
	buf_adds(&out, "{\"register\":");
	json_quote(&out, str_of(given(c, "register")));
	buf_adds(&out, ",\"id\":\"");
	buf_add_hex(&out, id, sizeof id);
	buf_adds(&out, "\",");
	buf_add(&out, str_trim(str_slice(*text, 1, text->n)));
	*text = arena_str(c->arena, buf_str(&out));
	buf_done(&out);
	return 0;
}

/* Whatever is not for everybody is sealed, and nothing else is: an open envelope would say it to whoever sees it. */
static int check_seal(const struct call *c, const json_t *act, struct err *e)
{
	const json_t *to = json_object_get(act, "for");
	bool secret = to && !str_eq(json_str(to), STR("public"));
	if (secret && !given(c, "seal")) {
		(void)err_set(e, ERR_REFUSED, c->word[0], "it is not for everybody, and would be signed for everybody to read");
		return err_hint(e, "--seal FILE keeps what it says in FILE, and signs a commitment to it");
	}
	if (!secret && given(c, "seal")) {
		(void)err_set(e, ERR_REFUSED, c->word[0], "it is for everybody: there is nothing to seal");
		return err_hint(e, "an act for some says whom: \"for\": [\"members\"]");
	}
	return 0;
}

/* The act as it will be signed. */
static int read_act(const struct call *c, struct str *text, struct err *e)
{
	AUTO_JSON json_t *act = NULL;
	int rc = json_read(*text, c->word[0], &act, e);
	if (rc < 0)
		return rc;
	struct str origin = json_get_str(act, "register");
	struct str kind = json_get_str(act, "kind");
	bool sealed = str_eq(kind, STR("sealed")) && !given(c, "seal"); /* a moment ago, with --print: its body has both */
	bool marked = sealed || (origin.n && (keyring_is_act(kind) || json_get_str(act, "id").n));
	if (!json_is_object(act) || json_object_size(act) == 0)
		return err_set(e, ERR_INPUT, c->word[0], "an act must be a JSON object");
	if ((rc = check_seal(c, act, e)) < 0)
		return rc;
	if (marked && !sealed && given(c, "register") && !str_eq(origin, str_of(given(c, "register"))))
		return err_set(e, ERR_REFUSED, c->word[0], "it names another register, %.*s", STR_ARG(origin));
	if (marked)
		return 0;
	if (!given(c, "register") || origin.n || json_get_str(act, "id").n) {
		(void)err_set(e, ERR_REFUSED, c->word[0], "it must name its register and have an id, so that it counts there only, and once");
		return err_hint(e, "give neither and --register ORIGIN: it is told by 'comity init' and stands in the register's checkpoint");
	}
	return add_marks(c, text, e);
}

/* The act, or an envelope that others have signed already. */
static int begin(const struct call *c, struct dsse *d, struct err *e)
{
	struct str text, body;
	int rc = file_read(c->word[0], MAX_FILE, c->arena, &text, e);
	text = str_trim(text);
	if (rc == 0 && str_starts(text, envelope_mark))
		return given(c, "seal") ? err_set(e, ERR_INPUT, c->word[0], "it is signed already, and cannot be sealed any more")
					: dsse_parse(text, c->arena, d, e);
	if (rc == 0)
		rc = read_act(c, &text, e);
	if (rc == 0 && given(c, "seal") && (rc = act_seal(text, c->arena, &text, &body, e)) == 0)
		rc = secret_write(given(c, "seal"), body, e);
	d->type = STR(REG_ACT_TYPE);
	d->payload = text;
	return rc;
}

static int sign_with_key(const struct call *c, struct dsse *d, struct err *e)
{
	struct keyfile k;
	int rc = keyfile_read_secret(given(c, "key"), &k, e);
	if (rc < 0)
		return rc;
	rc = dsse_sign(d, c->arena, arena_str(c->arena, str_of(k.keyid)), &k.secret, e);
	keyfile_wipe(&k);
	return rc;
}

/* What ssh-keygen -Y sign wrote, over the bytes that --pae wrote. It holds the public key. */
static int add_sshsig(const struct call *c, struct dsse *d, struct err *e)
{
	struct hasher h;
	struct str text, blob;
	struct pubkey key;
	struct buf pae;
	char keyid[KEYID_MAX + 1];
	const char *path = given(c, "sshsig");
	int rc = file_read(path, MAX_FILE, c->arena, &text, e);
	if (rc == 0)
		rc = sshsig_read(text, c->arena, &blob, &key, e);
	if (rc < 0)
		return rc;
	hasher_init(&h);
	pubkey_id(&h, &key, keyid);
	hasher_done(&h);
	buf_init(&pae, MAX_FILE);
	dsse_pae(d->type, d->payload, &pae);
	rc = pubkey_good(&key, buf_str(&pae), blob, e);
	buf_done(&pae);
	if (rc < 0 && !*e->hint)
		(void)err_hint(e, "ssh-keygen -Y sign -n comity -f KEY FILE, where FILE is what 'comity sign --pae' wrote of this very act");
	return rc < 0 ? rc : dsse_add(d, arena_str(c->arena, str_of(keyid)), blob, e);
}


int run_sign(const struct call *c)
{
	struct dsse d = {0};
	struct err e;
	const char *key = given(c, "key"), *ssh = given(c, "sshsig");
	bool pae = given(c, "pae") != NULL, text = given(c, "print") != NULL;
	if ((key != NULL) + (ssh != NULL) + pae + text != 1)
		return usage(c, "give one of --key, --sshsig, --print and --pae");
	int rc = begin(c, &d, &e);
	if (rc == 0 && key)
		rc = sign_with_key(c, &d, &e);
	if (rc == 0 && ssh)
		rc = add_sshsig(c, &d, &e);
	if (rc < 0)
		return fail_with(&e);
	if (pae) {
		dsse_pae(d.type, d.payload, c->out); /* these bytes and no line end */
		return DONE;
	}
	if (text)
		buf_add(c->out, d.payload);
	else if (dsse_write(&d, c->out, &e) < 0)
		return fail_with(&e);
	buf_addc(c->out, '\n');
	return DONE;
}
