/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/register/ring.h"

#include "log/base64.h"

static void make_pen(struct ring_test *f, unsigned seed, struct pen *ret)
{
	uint8_t bytes[ED25519_SEED] = {(uint8_t)seed, (uint8_t)(seed >> 8), 7};
	struct ed25519_key key;
	struct pubkey pub;
	struct buf text;
	assert_int_equal(ed25519_key_make(&key, bytes, &f->e), 0);
	pubkey_ed25519(&key.pub, &pub);
	buf_init(&text, sizeof ret->text - 1);
	pubkey_write(&pub, &text);
	(void)snprintf(ret->text, sizeof ret->text, "%.*s", STR_ARG(buf_str(&text)));
	buf_done(&text);
	pubkey_id(&f->hash, &pub, ret->id);
}

json_t *parsed(const char *text)
{
	json_error_t error;
	json_t *v = json_loads(text, JSON_ALLOW_NUL, &error);
	if (!v)
		fail_msg("%s: %s", text, error.text);
	return v;
}

json_t *keep(struct ring_test *f, json_t *v)
{
	arena_push(&f->arena, &f->held, v);
	return v;
}

/* The key of a log in C2SP's form: name+hash+base64 of a byte 1 and the key. */
static void vkey_of(struct ring_test *f, const struct pen *p, char ret[200])
{
	char text[120] = ORIGIN "\n\001";
	struct pubkey pub;
	struct digest d;
	struct buf out;
	size_t n = strlen(text);
	assert_int_equal(pubkey_read(str_of(p->text), &pub, &f->e), 0);
	memcpy(text + n, pub.bytes, 32);
	sha256(&f->hash, (struct str){text, n + 32}, &d);
	buf_init(&out, 199);
	buf_addf(&out, ORIGIN "+%02x%02x%02x%02x+", d.b[0], d.b[1], d.b[2], d.b[3]);
	base64_add(&out, text + n - 1, 33);
	(void)snprintf(ret, 200, "%.*s", STR_ARG(buf_str(&out)));
	buf_done(&out);
}

void genesis_of(struct ring_test *f, const char *keys, char ret[800])
{
	char vkey[200];
	vkey_of(f, &f->pens[0], vkey);
	(void)snprintf(ret, 800, "{\"kind\":\"genesis\",\"origin\":\"" ORIGIN "\",\"organisation\":\"The League\",\"key\":{\"vkey\":\"%s\",\"keyid\":\"%s\","
		"\"role\":\"secretariat\"},%s\"bundle\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}", vkey, f->pens[0].id, keys);
}

void begin(struct ring_test *f, int recovery)
{
	char keys[40] = "", text[800];
	if (recovery >= 0)
		(void)snprintf(keys, sizeof keys, "\"keys\":{\"recovery\":%d},", recovery);
	genesis_of(f, keys, text);
	f->ring = (struct keyring){0};
	if (keyring_begin(&f->ring, keep(f, parsed(text)), &f->arena, &f->e) != 0)
		fail_msg("%s: %s: %s", text, f->e.where, f->e.what);
}

int ring_open(void **state)
{
	struct ring_test *f = calloc(1, sizeof *f);
	assert_non_null(f);
	hasher_init(&f->hash);
	for (unsigned i = 0; i < NKEYS; i++)
		make_pen(f, i, &f->pens[i]);
	begin(f, -1);
	*state = f;
	return 0;
}

void ring_forget(struct ring_test *f)
{
	for (size_t i = 0; i < f->held.n; i++)
		json_decref(f->held.v[i]);
	memset(&f->held, 0, sizeof f->held);
	arena_reset(&f->arena);
}

int ring_close(void **state)
{
	struct ring_test *f = *state;
	ring_forget(f);
	hasher_done(&f->hash);
	arena_done(&f->arena);
	free(f);
	return 0;
}

const char *said(struct ring_test *f, const char *text)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	for (const char *c = text; *c; c++) {
		if (*c != '$' && *c != '#') {
			buf_addc(&out, *c);
			continue;
		}
		char *end;
		const struct pen *p = &f->pens[strtoul(c + 1, &end, 10)];
		buf_adds(&out, *c == '$' ? p->text : p->id);
		c = end - 1;
	}
	const char *z = arena_str(&f->arena, buf_str(&out)).p;
	buf_done(&out);
	return z;
}

struct signers by(struct ring_test *f, const char *pens)
{
	struct str *ids = arena_array(&f->arena, strlen(pens) + 1, struct str);
	size_t n = 0;
	char *end;
	for (const char *c = pens; *c; c = *end ? end + 1 : end)
		ids[n++] = str_of(f->pens[strtoul(c, &end, 10)].id);
	return (struct signers){ids, n};
}

int add(struct ring_test *f, const char *act, const char *pens, uint64_t at)
{
	json_t *v = keep(f, parsed(said(f, act)));
	struct err e = {0};
	size_t n = f->ring.keys.n;
	int first = keyring_check(&f->ring, v, by(f, pens), at, "entry", &e);
	assert_int_equal(f->ring.keys.n, n);
	f->e = (struct err){0};
	int rc = keyring_add(&f->ring, v, by(f, pens), at, "entry", &f->e);
	assert_int_equal(rc, first);
	assert_string_equal(e.what, f->e.what);
	if (rc < 0) {
		assert_int_equal(f->ring.keys.n, n);
		assert_int_equal(rc, f->e.code);
		assert_true(f->e.what[0] && f->e.where[0]);
	}
	return rc;
}

void good(struct ring_test *f, const char *act, const char *pens, uint64_t at)
{
	if (add(f, act, pens, at) != 0)
		fail_msg("%s by %s at %llu: %s: %s", said(f, act), pens, (unsigned long long)at, f->e.where, f->e.what);
}

void bad(struct ring_test *f, int code, const char *act, const char *pens, uint64_t at)
{
	int rc = add(f, act, pens, at);
	if (rc != code)
		fail_msg("%s by %s at %llu gave %d, not %d: %s", said(f, act), pens, (unsigned long long)at, rc, code, f->e.what);
}
