/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader of proof files against jansson: what one of the two accepts, the other does, and both read the same from it. What differs on
 * purpose stands in its own test.
 */
#include "tests/test.h"

#include "proof/jv.h"

#include <jansson.h>
#include <stdlib.h>

static uint64_t next(uint64_t *seed, uint64_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % below;
}

static bool same(const struct jv *a, const json_t *b)
{
	const char *key;
	json_t *v;
	bool is = true;
	switch (a->kind) {
	case JV_NULL: return json_is_null(b);
	case JV_FALSE: return json_is_false(b);
	case JV_TRUE: return json_is_true(b);
	case JV_INT: return json_is_integer(b) && json_integer_value(b) == a->i;
	case JV_REAL: return json_is_real(b);
	case JV_STRING: return json_is_string(b) && str_eq(a->s, (struct str){json_string_value(b), json_string_length(b)});
	case JV_ARRAY:
		is = json_is_array(b) && json_array_size(b) == a->n;
		for (size_t i = 0; is && i < a->n; i++)
			is = same(jv_at(a, i), json_array_get(b, i));
		return is;
	case JV_OBJECT:
		is = json_is_object(b) && json_object_size(b) == a->n;
		json_object_foreach((json_t *)b, key, v)
			is = is && jv_get(a, key) && same(jv_get(a, key), v);
		return is;
	}
	return false;
}

static bool reads_alike(struct str text)
{
	struct arena a = {0};
	const struct jv *mine;
	struct err e;
	char *copy = malloc(text.n ? text.n : 1); /* nothing may be read behind it: the sanitizers look */
	memcpy(copy, text.p, text.n);
	json_t *other = json_loadb(copy, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	int rc = jv_read(&a, (struct str){copy, text.n}, "text", &mine, &e);
	bool alike = rc == 0 ? other && same(mine, other) : !other && e.what[0];
	json_decref(other);
	arena_done(&a);
	free(copy);
	return alike;
}

/* Each sign that a reader of several bytes at once may stumble over, at each place of strings of each length. */
static void test_places(void **state)
{
	static const char *const signs[] = {"\"", "\\\"", "\\\\", "\\n", "\\", "\n", "\x01", "\x1f", " ", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
		"\xff", "\xc3", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\u12", "\\x", "\\\\\\\"", "\\\"\\\""};
	(void)state;
	for (size_t n = 0; n < 40; n++)
		for (size_t at = 0; at <= n; at++)
			for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
				char text[128] = "\"";
				size_t len = 1, sign = strlen(signs[i]);
				memset(text + len, 'a', at), len += at;
				memcpy(text + len, signs[i], sign), len += sign;
				memset(text + len, 'b', n - at), len += n - at;
				if (!reads_alike((struct str){text, len}))
					fail_msg("%.*s is read otherwise", (int)len, text);
				text[len++] = '"';
				if (!reads_alike((struct str){text, len}))
					fail_msg("%.*s is read otherwise", (int)len, text);
			}
}

static void test_values(void **state)
{
	static const char *const texts[] = {"", " ", "null", "true", "false", "nul", "truex", "0", "-0", "01", "-", "1.", "1.5", "1e3", "1E-2", ".5", "12345678901234567",
		"[]", "[ ]", "[1,]", "[,1]", "[1 2]", "[1,2", "{}", "{ }", "{\"a\":1}", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{\"a\":1,\"a\":2}",
		"{\"a\":1,\"\\u0061\":2}", "{\"a\":{\"a\":[{\"a\":\"a\"}]}} ", "[] []", "\"\"", "[\"\",\"\\/\\b\\f\\r\\t\"]", "{\"\":0,\"b\":[null,true,-7]}"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!reads_alike(str_of(texts[i])))
			fail_msg("%s is read otherwise", texts[i]);
}

/* Texts made of pieces of JSON by chance: most are none, and both must say so. */
static void test_random(void **state)
{
	static const char *const pieces[] = {"{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "\\", "\\n", "\\\"", "1", "-2", "true", "null", " ", "\n", "\"\\u0041\"",
		"aaaaaaaaaaaaaaaa", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "\xc3\xa9"};
	uint64_t seed = 20261126;
	size_t whole = 0;
	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct buf b;
		buf_init(&b, 1000);
		for (uint64_t n = 1 + next(&seed, 12); n; n--)
			buf_adds(&b, pieces[next(&seed, sizeof pieces / sizeof *pieces)]);
		if (!reads_alike(buf_str(&b)))
			fail_msg("%s is read otherwise", b.p);
		json_t *j = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
		whole += j != NULL;
		json_decref(j);
		buf_done(&b);
	}
	assert_true(whole > 1000);
}

/* Stricter than jansson: a null character has no place in a text, depth and size have an end. */
static void test_own(void **state)
{
	struct arena a = {0};
	const struct jv *v;
	struct err e;
	char deep[200];
	(void)state;
	assert_true(jv_read(&a, STR("\"\\u0000\""), "text", &v, &e) == ERR_INPUT);
	memset(deep, '[', sizeof deep);
	assert_true(jv_read(&a, (struct str){deep, sizeof deep}, "text", &v, &e) == ERR_INPUT && strstr(e.what, "deep"));
	assert_true(jv_read(&a, STR("123456789012345678901"), "text", &v, &e) == ERR_INPUT && strstr(e.what, "too large"));
	arena_done(&a);
}

static void test_only(void **state)
{
	static const struct { const char *text; bool only; } cases[] = {{"{}", true}, {"{\"ab\":1}", true}, {"{\"c\":1,\"ab\":1,\"def\":1}", true}, {"{\"a\":1}", false},
		{"{\"abc\":1}", false}, {"{\"b\":1}", false}, {"{\"\":1}", false}, {"{\" \":1}", false}, {"{\"ab c\":1}", false}, {"{\"ab \":1}", false}, {"{\" ab\":1}", false},
		{"{\"def\":1,\"de\":1}", false}, {"{\"defg\":1}", false}, {"[]", false}, {"\"ab\"", false}};
	struct arena a = {0};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct jv *v;
		assert_int_equal(jv_read(&a, str_of(cases[i].text), "text", &v, NULL), 0);
		if (jv_only(v, " ab c def ") != cases[i].only)
			fail_msg("%s", cases[i].text);
	}
	assert_false(jv_only(NULL, " ab "));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_places), cmocka_unit_test(test_values), cmocka_unit_test(test_random), cmocka_unit_test(test_own), cmocka_unit_test(test_only)};
	return test_main(tests);
}
