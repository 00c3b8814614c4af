/* SPDX-License-Identifier: Apache-2.0 */
#include "log/note.h"

#include "log/base64.h"

#include <sodium.h>
#include <string.h>

enum { ID_LEN = 4, KEY_LEN = 1 + ED25519_PUB };

static const struct str dash = STR_INIT("\xe2\x80\x94 "); /* U+2014 and a blank open each signature line */
static const struct str secret_mark = STR_INIT("PRIVATE+KEY+");

bool note_name_ok(struct str name)
{
	/* Unicode White_Space beyond ASCII, as UTF-8. U+2000 to U+200A are told by their last byte. */
	static const char *const blanks[] = {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
		"\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
	if (name.n == 0 || name.n > NOTE_MAX_NAME || !str_utf8(name))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		if (c <= ' ' || c == 0x7f || c == '+')
			return false;
		if (c == 0xe2 && (unsigned char)name.p[i + 1] == 0x80 && (unsigned char)name.p[i + 2] <= 0x8a)
			return false;
	}
	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
		if (str_find(name, str_of(blanks[i])) < name.n)
			return false;
	return true;
}

bool note_name_plain(struct str name)
{
	return note_name_ok(name) && !str_ends(name, STR("/")) && str_find(name, STR("://")) == name.n;
}

static uint32_t read_id(const uint8_t b[ID_LEN])
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

void note_key_make(
	struct hasher *h, enum note_type type, struct str name, const struct ed25519_pub *pub, struct note_key *ret)
{
	struct digest d;
	sha256_start(h);
	sha256_add(h, name.p, name.n);
	sha256_add(h, (const char[]){'\n', (char)type}, 2);
	sha256_add(h, pub->b, ED25519_PUB);
	sha256_end(h, &d);
	*ret = (struct note_key){.name = name, .id = read_id(d.b), .type = type, .pub = *pub};
}

/* Eight digits, and no other spelling of them. */
static bool read_hash(struct str hash, uint8_t id[ID_LEN])
{
	for (size_t i = 0; i < hash.n; i++)
		if (hash.p[i] >= 'A' && hash.p[i] <= 'F')
			return false;
	return hex_parse(hash, id, ID_LEN);
}

static const char *type_words(unsigned type)
{
	switch (type) {
	case NOTE_ED25519: return "Ed25519 for notes, as a log has";
	case 0x02: return "ECDSA";
	case NOTE_COSIGNATURE: return "Ed25519 for cosignatures, as a witness has";
	case 0x05: return "for tree heads of RFC 6962";
	case 0x06: return "ML-DSA-44 for cosignatures, which is not supported yet";
	}
	return "unknown";
}

/* `data` is not a key of this type: what it is instead. */
static int wrong_type(enum note_type type, struct str data, const char *what, struct err *e)
{
	uint8_t three[3];
	size_t n;
	if (base64_read(str_slice(data, 0, 4), BASE64_STRICT, three, sizeof three, &n) && n == 3 && three[0] != type)
		return err_set(e, ERR_INPUT, what, "its type byte is %u (%s); needed is %u (%s)", three[0],
			type_words(three[0]), (unsigned)type, type_words(type));
	return err_set(e, ERR_INPUT, what, "it is not an Ed25519 key (type byte %u and 32 bytes, in base64)", (unsigned)type);
}

/* name+hash+base64(type || 32 bytes): the shape that public and secret keys share. `what` is for errors. */
static int read_key_text(enum note_type type, struct str text, const char *what, struct str *ret_name, uint32_t *ret_id,
	uint8_t ret[ED25519_PUB], struct err *e)
{
	struct str hash, data;
	uint8_t id[ID_LEN], key[KEY_LEN];
	size_t n = 0;
	if (!str_cut(text, '+', ret_name, &data) || !str_cut(data, '+', &hash, &data) || !note_name_ok(*ret_name) ||
		!read_hash(hash, id))
		return err_set(
			e, ERR_INPUT, what, "it must read name+hash+base64, the hash with eight digits 0-9 and a-f");
	bool fits = base64_read(data, BASE64_STRICT, key, KEY_LEN, &n) && n == KEY_LEN && key[0] == type;
	if (fits)
		memcpy(ret, key + 1, ED25519_PUB);
	sodium_memzero(key, sizeof key);
	if (!fits)
		return wrong_type(type, data, what, e);
	*ret_id = read_id(id);
	return 0;
}

static void write_key_text(const struct note_key *k, const uint8_t bytes[ED25519_PUB], struct buf *out)
{
	uint8_t key[KEY_LEN] = {(uint8_t)k->type};
	memcpy(key + 1, bytes, ED25519_PUB);
	buf_add(out, k->name);
	buf_addf(out, "+%08x+", k->id);
	base64_add(out, key, KEY_LEN);
	sodium_memzero(key, sizeof key);
}

int note_key_read(struct hasher *h, enum note_type type, struct str vkey, struct note_key *ret, struct err *e)
{
	struct ed25519_pub pub;
	struct note_key k;
	struct str name;
	uint32_t id;
	int rc = read_key_text(type, vkey, "public key", &name, &id, pub.b, e);
	if (rc < 0)
		return rc;
	note_key_make(h, type, name, &pub, &k);
	if (k.id != id)
		return err_set(
			e, ERR_INPUT, "public key", "its hash does not fit its name and bytes: it was copied wrongly");
	if (!ed25519_pub_sound(&pub))
		return err_set(e, ERR_INPUT, "public key", "its bytes are no sound Ed25519 key");
	*ret = k;
	return 0;
}

void note_key_write(const struct note_key *k, struct buf *out)
{
	write_key_text(k, k->pub.b, out);
}

bool note_key_same(const struct note_key *a, const struct note_key *b)
{
	return a->type == b->type && a->id == b->id && str_eq(a->name, b->name) && memcmp(&a->pub, &b->pub, sizeof a->pub) == 0;
}

void note_secret_write(const struct note_key *k, const struct ed25519_key *secret, struct buf *out)
{
	buf_add(out, secret_mark);
	write_key_text(k, secret->secret, out); /* the seed is the first half */
}

int note_secret_read(struct hasher *h, enum note_type type, struct str text, struct note_key *ret,
	struct ed25519_key *ret_secret, struct err *e)
{
	uint8_t seed[ED25519_SEED];
	struct ed25519_key secret;
	struct note_key k;
	struct str name;
	uint32_t id;
	if (!str_starts(text, secret_mark))
		return err_set(e, ERR_INPUT, "secret key", "it must begin with %.*s", STR_ARG(secret_mark));
	int rc = read_key_text(type, str_slice(text, secret_mark.n, text.n), "secret key", &name, &id, seed, e);
	if (rc < 0)
		return rc;
	rc = ed25519_key_make(&secret, seed, e);
	sodium_memzero(seed, sizeof seed);
	if (rc < 0)
		return rc;
	note_key_make(h, type, name, &secret.pub, &k);
	if (k.id != id)
		rc = err_set(
			e, ERR_INPUT, "secret key", "its hash does not fit its name and bytes: it was copied wrongly");
	if (rc == 0) {
		*ret = k;
		*ret_secret = secret;
	}
	ed25519_key_wipe(&secret);
	return rc;
}

/* UTF-8 without control bytes other than LF, and an LF at the end. */
static bool text_ok(struct str s)
{
	if (s.n == 0 || s.n > NOTE_MAX_BYTES || s.p[s.n - 1] != '\n' || !str_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n')
			return false;
	return true;
}

static int parse_sig(struct str line, struct arena *a, struct note_sig *ret, struct err *e)
{
	struct str text;
	size_t n;
	if (!str_starts(line, dash) || !str_cut(str_slice(line, dash.n, line.n), ' ', &ret->name, &text) ||
		!note_name_ok(ret->name))
		return err_set(e, ERR_INPUT, "note", "a signature line must read: U+2014, blank, name, blank, base64");
	uint8_t *bytes = arena_alloc(a, text.n + 1);
	if (!base64_read(text, BASE64_LOOSE_BITS, bytes, text.n, &n) || n <= ID_LEN)
		return err_set(e, ERR_INPUT, "note",
			"the signature of '%.*s' is not base64 of a key hash and a signature", STR_ARG(ret->name));
	ret->id = read_id(bytes);
	ret->bytes = (struct str){(char *)bytes + ID_LEN, n - ID_LEN};
	return 0;
}

int note_parse_sigs(struct str lines, struct arena *a, struct note_sig *ret, size_t *ret_n, struct err *e)
{
	size_t n = 0;
	struct str line;
	if (lines.n > NOTE_MAX_BYTES)
		return err_set(e, ERR_LIMIT, "note", "%zu bytes of signatures; there are at most %d", lines.n, NOTE_MAX_BYTES);
	if (lines.n && !text_ok(lines))
		return err_set(e, ERR_INPUT, "note",
			"the signatures must be UTF-8 text without control characters that ends in a line end");
	for (; str_line(&lines, &line); n++) {
		if (n == NOTE_MAX_SIGS)
			return err_set(e, ERR_LIMIT, "note", "more than %d signatures", NOTE_MAX_SIGS);
		int rc = parse_sig(line, a, &ret[n], e);
		if (rc < 0)
			return rc;
	}
	*ret_n = n;
	return 0;
}

int note_parse(struct str bytes, struct arena *a, struct note *ret, struct err *e)
{
	if (bytes.n > NOTE_MAX_BYTES)
		return err_set(e, ERR_LIMIT, "note", "%zu bytes; a note has at most %d", bytes.n, NOTE_MAX_BYTES);
	if (!text_ok(bytes))
		return err_set(e, ERR_INPUT, "note",
			"it must be UTF-8 text without control characters that ends in a line end");
	/* The last blank line parts text and signatures: a text may hold blank lines itself. */
	const char *blank = NULL;
	for (size_t i = bytes.n - 1; i > 0 && !blank; i--)
		if (bytes.p[i] == '\n' && bytes.p[i - 1] == '\n')
			blank = bytes.p + i;
	if (!blank)
		return err_set(e, ERR_INPUT, "note", "there is no blank line before the signatures");
	struct str lines = str_slice(bytes, (size_t)(blank - bytes.p) + 1, bytes.n);
	if (lines.n == 0)
		return err_set(e, ERR_INPUT, "note", "there is no signature");
	ret->text = (struct str){bytes.p, (size_t)(blank - bytes.p)};
	return note_parse_sigs(lines, a, ret->sigs, &ret->nsigs, e);
}

bool note_sig_by(const struct note_sig *s, const struct note_key *k)
{
	return s->id == k->id && str_eq(s->name, k->name);
}

static bool sig_good(const struct note *n, const struct note_sig *s, const struct note_key *k)
{
	struct ed25519_sig sig;
	if (k->type != NOTE_ED25519 || s->bytes.n != ED25519_SIG)
		return false;
	memcpy(sig.b, s->bytes.p, ED25519_SIG);
	return ed25519_good(&k->pub, n->text, &sig);
}

int note_verify(const struct note *n, const struct note_key *keys, size_t nkeys, size_t *ret_good, struct err *e)
{
	size_t good = 0;
	for (size_t i = 0; i < nkeys; i++) {
		bool signed_it = false;
		for (size_t j = 0; j < n->nsigs; j++) {
			const struct note_sig *s = &n->sigs[j];
			if (!note_sig_by(s, &keys[i]))
				continue;
			if (!sig_good(n, s, &keys[i]))
				return err_set(e, ERR_REFUSED, "note", "the signature of '%.*s' does not fit the text",
					STR_ARG(s->name));
			signed_it = true;
		}
		good += signed_it;
	}
	*ret_good = good;
	return 0;
}

void note_sig_write(const struct note_key *k, struct str bytes, struct buf *out)
{
	struct buf both;
	buf_init(&both, NOTE_MAX_BYTES);
	buf_add(&both, (struct str){(const char[]){(char)(k->id >> 24), (char)(k->id >> 16), (char)(k->id >> 8), (char)k->id}, ID_LEN});
	buf_add(&both, bytes);
	if (both.over)
		arena_oom(); /* no signature is as long */
	buf_add(out, dash);
	buf_add(out, k->name);
	buf_addc(out, ' ');
	base64_add(out, both.p, both.n);
	buf_addc(out, '\n');
	buf_done(&both);
}

int note_sign(
	struct str text, const struct note_key *k, const struct ed25519_key *secret, struct buf *out, struct err *e)
{
	struct ed25519_sig sig;
	if (!text_ok(text) || !note_name_ok(k->name) || k->type != NOTE_ED25519)
		return err_set(e, ERR_INPUT, "note",
			"the text must be UTF-8 without control characters and end in a line end, and the key one for notes");
	ed25519_sign(secret, text, &sig);
	buf_add(out, text);
	buf_addc(out, '\n');
	note_sig_write(k, (struct str){(const char *)sig.b, ED25519_SIG}, out);
	return out->over ? err_set(e, ERR_LIMIT, "note", "the signed note is longer than %zu bytes", out->max) : 0;
}
