/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests, answers and tokens of RFC 3161 against an authority in this process. `openssl ts` judges in tests/cli/test_anchor.py.
 */
#include "log/timestamp.h"

#include "tests/log/authority.h"
#include "tests/log/fixture.h"

enum { Y2026 = 1767225600, HOUR = 3600, YEAR = 31557600 };

struct ground {
	struct authority *good, *other;
	struct timestamp_roots *roots;
	struct timestamp_request request;
	struct buf query, reply;
	struct str token;
	struct digest imprint;
	struct arena arena;
	struct err err;
};

static struct timestamp_roots *roots_of(const struct authority *a, const struct authority *b)
{
	struct timestamp_roots *r = NULL;
	struct buf pem;
	struct err e = {0};
	buf_init(&pem, TIMESTAMP_MAX_ROOTS);
	buf_adds(&pem, "# what stands around the certificates is no matter\n");
	authority_root(a, &pem);
	if (b)
		authority_root(b, &pem);
	assert_int_equal(timestamp_roots_read(buf_str(&pem), &r, &e), 0);
	buf_done(&pem);
	return r;
}

static int setup(void **state)
{
	struct ground *f = calloc(1, sizeof *f);
	struct checkpoint c = {.origin = STR("register.example/acts"), .size = 42};
	struct hasher h;
	hasher_init(&h);
	timestamp_imprint(&h, &c, &f->imprint);
	hasher_done(&h);
	f->good = authority_new(&(struct authority_with){.name = "Zeit Ö", .from = Y2026, .until = Y2026 + YEAR});
	f->other = authority_new(&(struct authority_with){.name = "Other", .from = Y2026, .until = Y2026 + YEAR});
	f->roots = roots_of(f->good, NULL);
	buf_init(&f->query, TIMESTAMP_MAX_BYTES);
	buf_init(&f->reply, 1 << 20);
	assert_int_equal(timestamp_request_make(&f->imprint, &f->request, &f->query, &f->err), 0);
	authority_reply(f->good, buf_str(&f->query), Y2026 + HOUR, &f->reply);
	assert_int_equal(timestamp_reply_read(buf_str(&f->reply), &f->token, &f->err), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct ground *f = *state;
	authority_free(f->good);
	authority_free(f->other);
	timestamp_roots_free(f->roots);
	buf_done(&f->query);
	buf_done(&f->reply);
	arena_done(&f->arena);
	free(f);
	return 0;
}

static void test_request(void **state)
{
	struct ground *f = *state;
	struct timestamp_request q;
	struct buf again;
	assert_int_equal(timestamp_request_read(buf_str(&f->query), &q, &f->err), 0);
	assert_true(digest_eq(&q.imprint, &f->imprint));
	assert_int_equal(q.nonce_n, 8);
	assert_memory_equal(q.nonce, f->request.nonce, 8);
	buf_init(&again, TIMESTAMP_MAX_BYTES);
	assert_int_equal(timestamp_request_make(&f->imprint, &q, &again, &f->err), 0);
	assert_memory_not_equal(q.nonce, f->request.nonce, 8);
	buf_clear(&again);
	again.max = 20;
	assert_int_equal(timestamp_request_make(&f->imprint, &q, &again, &f->err), ERR_SYSTEM);
	buf_done(&again);
	for (size_t n = 0; n < f->query.n; n++)
		assert_int_equal(timestamp_request_read(str_slice(buf_str(&f->query), 0, n), &q, &f->err), ERR_INPUT);
	buf_addc(&f->query, 0);
	assert_int_equal(timestamp_request_read(buf_str(&f->query), &q, &f->err), ERR_INPUT);
}

static void test_good(void **state)
{
	struct ground *f = *state;
	struct timestamp s, read;
	char when[TIMESTAMP_TIME];
	assert_done(timestamp_verify(f->token, f->roots, &f->request, Y2026 + 2 * HOUR, &f->arena, &s, &f->err));
	assert_int_equal(s.time, Y2026 + HOUR);
	assert_string_equal(timestamp_time(s.time, when), "2026-01-01T01:00:00Z");
	assert_string_equal(timestamp_time(Y2026, when), "2026-01-01T00:00:00Z");
	assert_true(str_eq(s.serial, STR("0x01")));
	assert_true(str_eq(s.policy, STR("1.2.3.4.1")));
	assert_true(str_eq(s.authority, STR("CN=Zeit Ö, C=AT")));
	assert_int_equal(s.valid_until, Y2026 + YEAR);
	assert_true(digest_eq(&s.imprint, &f->imprint));
	assert_done(timestamp_read(f->token, &f->arena, &read, &f->err));
	assert_int_equal(read.time, s.time);
	assert_true(str_eq(read.authority, s.authority));
	/* A file that holds the token alone; a request that is not known any more; one root among several. */
	struct str alone;
	assert_done(timestamp_reply_read(f->token, &alone, &f->err));
	assert_true(str_eq(alone, f->token));
	f->request.nonce_n = 0;
	assert_done(timestamp_verify(alone, f->roots, &f->request, Y2026 + HOUR, &f->arena, &s, &f->err));
	struct timestamp_roots *both = roots_of(f->other, f->good);
	assert_done(timestamp_verify(alone, both, &f->request, Y2026 + HOUR, &f->arena, &s, &f->err));
	timestamp_roots_free(both);
}

#define assert_refused(f, token, roots, at, words)                                                                     \
	do {                                                                                                           \
		struct timestamp s_ = {.time = 7};                                                                     \
		assert_int_equal(timestamp_verify(token, roots, &(f)->request, at, &(f)->arena, &s_, &(f)->err), ERR_REFUSED);  \
		assert_words((f)->err, words);                                                                         \
		assert_int_equal(s_.time, 7);                                                                          \
	} while (0)

static void test_not_to_be_believed(void **state)
{
	struct ground *f = *state;
	struct timestamp_roots *foreign = roots_of(f->other, NULL);
	assert_refused(f, f->token, foreign, Y2026 + HOUR, "not signed by an authority that you trust");
	timestamp_roots_free(foreign);
	assert_refused(f, f->token, f->roots, Y2026 - HOUR, "not yet valid");
	assert_refused(f, f->token, f->roots, Y2026 + YEAR + HOUR, "expired");
	/* The roots remember no time. */
	struct timestamp s;
	assert_done(timestamp_verify(f->token, f->roots, &f->request, Y2026 + YEAR - HOUR, &f->arena, &s, &f->err));
	f->request.nonce[3] ^= 1;
	assert_refused(f, f->token, f->roots, Y2026 + HOUR, "nonce");
	f->request.nonce[3] ^= 1;
	f->request.imprint.b[31] ^= 1;
	assert_refused(f, f->token, f->roots, Y2026 + HOUR, "other data");
}

static void reply_of(struct ground *f, const struct authority_with *w, struct timestamp_roots **ret)
{
	struct authority *a = authority_new(w);
	buf_clear(&f->reply);
	authority_reply(a, buf_str(&f->query), Y2026 + HOUR, &f->reply);
	*ret = roots_of(a, NULL);
	authority_free(a);
}

static void test_weak(void **state)
{
	struct ground *f = *state;
	struct timestamp_roots *roots;
	reply_of(f, &(struct authority_with){.name = "Small", .from = Y2026, .until = Y2026 + YEAR, .weak_key = true}, &roots);
	assert_done(timestamp_reply_read(buf_str(&f->reply), &f->token, &f->err));
	assert_refused(f, f->token, roots, Y2026 + HOUR, "key too weak");
	timestamp_roots_free(roots);
	reply_of(f, &(struct authority_with){.name = "Old", .from = Y2026, .until = Y2026 + YEAR, .weak_hash = true}, &roots);
	assert_done(timestamp_reply_read(buf_str(&f->reply), &f->token, &f->err));
	assert_refused(f, f->token, roots, Y2026 + HOUR, "a hash that is not safe");
	timestamp_roots_free(roots);
}

/* Whatever single byte is altered: it is refused, or says the same as before. */
static void test_altered(void **state)
{
	struct ground *f = *state;
	struct timestamp first, s;
	struct arena scratch = {0};
	size_t passed = 0;
	assert_done(timestamp_verify(f->token, f->roots, &f->request, Y2026 + HOUR, &f->arena, &first, &f->err));
	for (size_t i = 0; i < f->reply.n * 2; i++) {
		char mask = i & 1 ? 0x01 : (char)0x80;
		struct str token;
		f->reply.p[i / 2] ^= mask;
		int rc = timestamp_reply_read(buf_str(&f->reply), &token, &f->err);
		if (rc == 0)
			rc = timestamp_verify(token, f->roots, &f->request, Y2026 + HOUR, &scratch, &s, &f->err);
		assert_true(rc == 0 || f->err.what[0]);
		if (rc == 0) {
			passed++;
			assert_int_equal(s.time, first.time);
			assert_true(digest_eq(&s.imprint, &first.imprint));
			assert_true(str_eq(s.authority, first.authority) && str_eq(s.serial, first.serial) && str_eq(s.policy, first.policy));
		}
		arena_reset(&scratch);
		f->reply.p[i / 2] ^= mask;
	}
	arena_done(&scratch);
	assert_true(passed < 40); /* tags and the like that no signature covers */
}

static void test_torn(void **state)
{
	struct ground *f = *state;
	struct str token, whole = buf_str(&f->reply);
	struct timestamp s;
	for (size_t n = 0; n < whole.n; n++) {
		assert_int_equal(timestamp_reply_read(str_slice(whole, 0, n), &token, &f->err), ERR_INPUT);
		assert_words(f->err, "no answer of a time-stamping authority");
	}
	for (size_t n = 0; n < f->token.n; n++)
		assert_int_equal(timestamp_read(str_slice(f->token, 0, n), &f->arena, &s, &f->err), ERR_INPUT);
	buf_addc(&f->reply, 0);
	assert_int_equal(timestamp_reply_read(buf_str(&f->reply), &token, &f->err), ERR_INPUT);
	/* Granted, but with nothing in it; a status alone, of indefinite length; a token that is something else. */
	static const char nothing[] = {0x30, 5, 0x30, 3, 2, 1, 0}, endless[] = {0x30, (char)0x80, 0x30, 3, 2, 1, 0, 0, 0};
	static const char number[] = {0x30, 8, 0x30, 3, 2, 1, 0, 2, 1, 7}, data[] = {0x30, 11, 6, 9, 0x2a, (char)0x86, 0x48, (char)0x86, (char)0xf7, 0x0d, 1, 7, 1};
	assert_int_equal(timestamp_reply_read((struct str){nothing, sizeof nothing}, &token, &f->err), ERR_INPUT);
	assert_words(f->err, "holds none");
	assert_int_equal(timestamp_reply_read((struct str){endless, sizeof endless}, &token, &f->err), ERR_INPUT);
	assert_int_equal(timestamp_reply_read((struct str){number, sizeof number}, &token, &f->err), ERR_INPUT);
	assert_done(timestamp_reply_read((struct str){data, sizeof data}, &token, &f->err));
	assert_int_equal(timestamp_read(token, &f->arena, &s, &f->err), ERR_INPUT);
}

static void test_refused_with_words(void **state)
{
	struct ground *f = *state;
	struct str token;
	/* rejection, "no \x1b[m tea", failInfo timeNotAvailable (bit 14): by hand, after RFC 3161, 2.4.2 */
	static const char reply[] = "\x30\x18\x30\x16\x02\x01\x02\x30\x0c\x0c\x0ano \x1b[m tea\x03\x03\x01\x00\x02";
	assert_int_equal(timestamp_reply_read((struct str){reply, sizeof reply - 1}, &token, &f->err), ERR_REFUSED);
	assert_words(f->err, "(rejected): its clock is not available; it says \"no  [m tea\"");
	static const char strange[] = "\x30\x05\x30\x03\x02\x01\x7f", negative[] = "\x30\x05\x30\x03\x02\x01\xff";
	assert_int_equal(timestamp_reply_read((struct str){strange, sizeof strange - 1}, &token, &f->err), ERR_REFUSED);
	assert_words(f->err, "unknown status");
	assert_int_equal(timestamp_reply_read((struct str){negative, sizeof negative - 1}, &token, &f->err), ERR_REFUSED);
}

static void test_long(void **state)
{
	struct ground *f = *state;
	struct timestamp_roots *roots;
	struct str token;
	struct timestamp s;
	reply_of(f, &(struct authority_with){.name = "Long", .from = Y2026, .until = Y2026 + YEAR, .long_token = true}, &roots);
	assert_true(f->reply.n > 30000 && f->reply.n < TIMESTAMP_MAX_BYTES);
	assert_done(timestamp_reply_read(buf_str(&f->reply), &token, &f->err));
	assert_done(timestamp_verify(token, roots, &f->request, Y2026 + HOUR, &f->arena, &s, &f->err));
	timestamp_roots_free(roots);
	while (f->reply.n <= TIMESTAMP_MAX_BYTES)
		buf_addc(&f->reply, 0);
	assert_int_equal(timestamp_reply_read(buf_str(&f->reply), &token, &f->err), ERR_LIMIT);
	assert_int_equal(timestamp_read(buf_str(&f->reply), &f->arena, &s, &f->err), ERR_LIMIT);
	assert_int_equal(timestamp_verify(buf_str(&f->reply), f->roots, &f->request, Y2026, &f->arena, &s, &f->err), ERR_LIMIT);
	struct timestamp_request q;
	assert_int_equal(timestamp_request_read(buf_str(&f->reply), &q, &f->err), ERR_LIMIT);
}

static void test_roots(void **state)
{
	struct ground *f = *state;
	struct timestamp_roots *r = NULL;
	struct buf pem;
	static const char *const bad[] = {"", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
		 "-----END CERTIFICATE-----\n")};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(timestamp_roots_read(str_of(bad[i]), &r, &f->err), ERR_INPUT);
	buf_init(&pem, TIMESTAMP_MAX_ROOTS + 1);
	while (pem.n < TIMESTAMP_MAX_ROOTS)
		buf_adds(&pem, "................................................................");
	buf_addc(&pem, '.');
	assert_int_equal(timestamp_roots_read(buf_str(&pem), &r, &f->err), ERR_LIMIT);
	buf_done(&pem);
	assert_null(r);
}

int main(void)
{
#define GROUND(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		GROUND(test_request),
		GROUND(test_good),
		GROUND(test_not_to_be_believed),
		GROUND(test_weak),
		GROUND(test_altered),
		GROUND(test_torn),
		GROUND(test_refused_with_words),
		GROUND(test_long),
		GROUND(test_roots),
	};
	return test_main(tests);
}
