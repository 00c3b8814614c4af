/* SPDX-License-Identifier: Apache-2.0
 *
 * What a mirror writes down is read again the same: how it stands, and what it found wrong.
 */
#include "mirror/evidence.h"
#include "mirror/state.h"
#include "tests/test.h"

#include <unistd.h>

static char dir[64];

static int make(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/comity-state-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int unmake(void **state)
{
	char path[128];
	(void)state;
	(void)snprintf(path, sizeof path, "%s/" MIRROR_STATE_FILE, dir);
	(void)unlink(path);
	return rmdir(dir);
}

static void write_text(const char *text)
{
	char path[128];
	(void)snprintf(path, sizeof path, "%s/" MIRROR_STATE_FILE, dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void same_state(const struct mirror_state *a, const struct mirror_state *b)
{
	assert_true(str_eq(a->origin, b->origin) && str_eq(a->url, b->url) && a->size == b->size && str_eq(a->in_step, b->in_step));
	assert_true(a->sealed == b->sealed && a->bodies == b->bodies && str_eq(a->unread, b->unread));
	assert_true(str_eq(a->tried, b->tried) && str_eq(a->trouble, b->trouble) && str_eq(a->peers, b->peers));
	assert_true(str_eq(a->kind, b->kind) && str_eq(a->says, b->says) && str_eq(a->evidence, b->evidence) && str_eq(a->found, b->found));
}

static void a_state_comes_back(void **state)
{
	const struct mirror_state states[] = {
		{0},
		{.origin = STR("register.example/acts"), .url = STR("https://register.example"), .size = 1199, .sealed = 40, .bodies = 7,
			.unread = STR("the server gives none"), .in_step = STR("2026-07-01T12:00:00Z"),
			.tried = STR("2026-07-01T12:05:00Z"), .trouble = STR("no connection"), .peers = STR("https://kz.example: \"the same\"\n")},
		{.size = INT64_MAX, .kind = STR("fork"), .says = STR("Fork: \xd0\xb4\xd0\xb2\xd0\xb5 \\ \"histories\""), .evidence = STR("evidence/x-fork.json"),
			.found = STR("2026-07-01T12:00:00Z")},
	};
	struct mirror_state got;
	struct arena a = {0};
	struct err e;
	(void)state;
	assert_int_equal(mirror_state_read(dir, &a, &got, &e), ERR_ABSENT);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		assert_int_equal(mirror_state_write(dir, &states[i], &e), 0);
		assert_int_equal(mirror_state_read(dir, &a, &got, &e), 0);
		same_state(&got, &states[i]);
	}
	arena_done(&a);
}

static void the_public_is_not_told_what_bodies_are_held(void **state)
{
	const struct mirror_state s = {.size = 1199, .sealed = 40, .bodies = 77, .unread = STR("nobody knows this key")};
	struct buf whole, shown;
	(void)state;
	buf_init(&whole, MIRROR_STATE_MAX_BYTES);
	buf_init(&shown, MIRROR_STATE_MAX_BYTES);
	mirror_state_json(&s, true, &whole);
	mirror_state_json(&s, false, &shown);
	assert_non_null(strstr(whole.p, "\"bodies\": 77"));
	assert_non_null(strstr(whole.p, "nobody knows"));
	assert_non_null(strstr(shown.p, "\"sealed\": 40"));
	assert_null(strstr(shown.p, "bodies"));
	assert_null(strstr(shown.p, "nobody"));
	buf_done(&whole);
	buf_done(&shown);
}

static void what_is_no_state_is_an_error(void **state)
{
	static const char *const texts[] = {"", "{", "[1, 2", "{\"size\": 1} and more"};
	struct mirror_state got;
	struct arena a = {0};
	struct err e;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		write_text(texts[i]);
		assert_int_equal(mirror_state_read(dir, &a, &got, &e), ERR_INPUT);
	}
	write_text("{\"size\": \"many\", \"alert\": 7, \"origin\": [], \"url\": null}"); /* nothing that it says is of the right type */
	assert_int_equal(mirror_state_read(dir, &a, &got, &e), 0);
	same_state(&got, &(struct mirror_state){0});
	assert_int_equal(mirror_state_read("/nowhere/at/all", &a, &got, &e), ERR_ABSENT);
	assert_int_equal(mirror_state_write("/nowhere/at/all", &got, &e), ERR_ABSENT);
	arena_done(&a);
}

static void a_finding_comes_back(void **state)
{
	struct finding f = {.kind = FOUND_SWAP, .log = STR("register.example/acts+00000000+AAAA"), .server = STR("https://register.example"),
		.found = STR("2026-07-01T12:00:00Z"), .says = STR("\"Swapped\""), .first = STR("a note\nof lines\n"), .index = 7, .bytes = STR("\0\x01\xff")};
	struct finding g;
	struct arena a = {0};
	struct buf out;
	struct err e;
	(void)state;
	f.hash.b[0] = 0xaa;
	f.proof.n = 2;
	f.proof.v[1].b[31] = 0xbb;
	f.bytes.n = 3;
	f.has = finding_bits("index hash proof bytes");
	buf_init(&out, EVIDENCE_MAX_BYTES);
	evidence_write(&f, &out);
	assert_int_equal(evidence_read(buf_str(&out), "test", &a, &g, &e), 0);
	assert_true(g.kind == f.kind && str_eq(g.log, f.log) && str_eq(g.server, f.server) && str_eq(g.found, f.found) && str_eq(g.says, f.says));
	assert_true(str_eq(g.first, f.first) && g.index == f.index && str_eq(g.bytes, f.bytes) && digest_eq(&g.hash, &f.hash));
	assert_true(g.proof.n == 2 && digest_eq(&g.proof.v[0], &f.proof.v[0]) && digest_eq(&g.proof.v[1], &f.proof.v[1]));
	assert_true(g.second.n == 0 && g.entry.n == 0);
	assert_true((g.has & f.has) == f.has);
	buf_done(&out);
	arena_done(&a);
}

static void a_file_that_is_none(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"[]", "no evidence"},
		{"{\"evidence\": 2, \"kind\": \"fork\"}", "no evidence"},
		{"{\"evidence\": 1, \"kind\": \"theft\"}", "\"kind\" is none"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"log\": \"a\", \"server\": \"b\", \"found\": \"c\", \"says\": \"d\", \"first\": \"e\"}", "\"hash\" is missing"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"log\": \"\"}", "\"log\" must be a text"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"hash\": \"AA==\"}", "\"hash\" must be 32 bytes"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"index\": -1}", "\"index\" must be a whole number"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"index\": 1.5}", "\"index\" must be a whole number"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"bytes\": \"A\"}", "\"bytes\" must be bytes in base64"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"proof\": [\"AAAA\"]}", "\"proof\" must be a list"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"proof\": {}}", "\"proof\" must be a list"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"colour\": \"red\"}", "\"colour\" is not known"},
		{"{\"evidence\": 1, \"kind\": \"tree\", \"kind\": \"fork\"}", "duplicate"},
	};
	struct finding f;
	struct arena a = {0};
	struct err e;
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(evidence_read(str_of(cases[i].text), "test", &a, &f, &e), ERR_INPUT);
		if (!strstr(e.what, cases[i].words))
			fail_msg("%s: %s", cases[i].text, e.what);
	}
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_state_comes_back, make, unmake),
		cmocka_unit_test_setup_teardown(what_is_no_state_is_an_error, make, unmake),
		cmocka_unit_test(the_public_is_not_told_what_bodies_are_held),
		cmocka_unit_test(a_finding_comes_back),
		cmocka_unit_test(a_file_that_is_none),
	};
	return test_main(tests);
}
