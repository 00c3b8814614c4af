/* SPDX-License-Identifier: Apache-2.0
 *
 * Time-stamps on record: what is filed, what is refused, and how those on record are judged as years go by.
 */
#include "register/anchor.h"

#include "tests/log/authority.h"
#include "tests/register/fixture.h"

enum { Y2026 = 1767225600, HOUR = 3600, DAYS = 86400, YEAR = 31557600 };

struct ground {
	struct authority *vienna, *lisbon; /* Vienna's certificate is valid in 2026, Lisbon's from 2026 to 2036 */
	struct timestamp_roots *both, *only_vienna;
};

static struct ground ground;

static struct timestamp_roots *roots_of(const struct authority *a, const struct authority *b)
{
	struct timestamp_roots *r = NULL;
	struct buf pem;
	buf_init(&pem, TIMESTAMP_MAX_ROOTS);
	authority_root(a, &pem);
	if (b)
		authority_root(b, &pem);
	assert_int_equal(timestamp_roots_read(buf_str(&pem), &r, NULL), 0);
	buf_done(&pem);
	return r;
}

static int prepare(void **state)
{
	(void)state;
	ground.vienna = authority_new(&(struct authority_with){.name = "Vienna", .from = Y2026, .until = Y2026 + YEAR});
	ground.lisbon = authority_new(&(struct authority_with){.name = "Lisbon", .from = Y2026, .until = Y2026 + 10 * (int64_t)YEAR});
	ground.both = roots_of(ground.vienna, ground.lisbon);
	ground.only_vienna = roots_of(ground.vienna, NULL);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	authority_free(ground.vienna);
	authority_free(ground.lisbon);
	timestamp_roots_free(ground.both);
	timestamp_roots_free(ground.only_vienna);
	return 0;
}

static struct str reply(struct fix *f, struct authority *by, struct str query, int64_t at)
{
	struct buf b;
	buf_init(&b, TIMESTAMP_MAX_BYTES);
	authority_reply(by, query, at, &b);
	struct str s = arena_str(&f->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

static struct anchor_ask ask(struct fix *f)
{
	struct anchor_ask q = {0};
	assert_int_equal(reg_anchor_ask(f->reg, &f->arena, &q, &f->e), 0);
	assert_int_equal(q.over.size, reg_size(f->reg));
	return q;
}

/* Asks this authority at this time by the clocks of both sides, and files what it answers. */
static uint64_t anchor(struct fix *f, struct authority *by, int64_t at)
{
	struct anchor_ask q = ask(f);
	struct anchor_answer in = {.reply = reply(f, by, q.query, at), .roots = ground.both, .request = &q.request, .now = at, .asked = at - 5,
		.url = STR("https://tsa.example/")};
	struct anchor one = {0};
	uint64_t size = reg_size(f->reg);
	if (reg_anchor_file(f->reg, &in, &f->arena, &one, &f->e) < 0)
		fail_msg("%s: %s (%s)", f->e.where, f->e.what, f->e.hint);
	assert_int_equal(one.pos, size);
	assert_int_equal(one.size, size);
	assert_int_equal(one.stamp.time, at);
	return one.pos;
}

static size_t judge(struct fix *f, const struct timestamp_roots *roots, int64_t now, struct anchor **ret)
{
	size_t n = 99;
	if (reg_anchors(f->reg, roots, now, &f->arena, ret, &n, &f->e) < 0)
		fail_msg("%s: %s", f->e.where, f->e.what);
	return n;
}

static void test_filed(void **state)
{
	struct fix *f = *state;
	struct anchor *v;
	uint64_t pos = anchor(f, ground.vienna, Y2026 + 180 * DAYS + HOUR);
	const struct view *view = fix_view(f, "public", UINT64_MAX);
	const struct record_act *act = record_act(view_record(view), pos);
	char day[DATE_LEN];
	assert_string_equal(date_print(act->act.date, day), "2026-06-30T03:00:00"); /* summer at the seat, Vienna */
	const struct phrasing in = {view, STR("en"), &f->arena};
	struct phrase says = phrase_act(&in, act);
	assert_true(str_eq(phrase_text(&in, &says), STR("an outside authority time-stamped the first 8 entries of this record")));
	/* Both documents can be read by whoever reads the act: the token, and what it is over. */
	assert_int_equal(judge(f, ground.both, Y2026 + 181 * DAYS, &v), 1);
	assert_int_equal(v[0].fault.code, 0);
	struct log_blob blob;
	assert_int_equal(reg_blob(f->reg, view, &v[0].token, &f->arena, &blob, &f->e), 0);
	assert_true(str_eq(blob.bytes, v[0].bytes));
	assert_int_equal(reg_blob(f->reg, view, &v[0].stamp.imprint, &f->arena, &blob, &f->e), 0);
	assert_true(str_eq(blob.bytes, v[0].text));
	assert_true(str_starts(v[0].text, STR("league.example/acts\n8\n")));
	view_unref(view);
	fix_reopen(f, REG_READ);
	assert_int_equal(judge(f, ground.both, Y2026 + 181 * DAYS, &v), 1);
	assert_int_equal(v[0].fault.code, 0);
	struct anchor_answer in_reading = {.roots = ground.both};
	struct anchor one;
	assert_int_equal(reg_anchor_file(f->reg, &in_reading, &f->arena, &one, &f->e), ERR_REFUSED);
}

static void test_refused(void **state)
{
	struct fix *f = *state;
	struct anchor_ask old = ask(f);
	int64_t now = Y2026 + 100 * DAYS;
	struct str early = reply(f, ground.vienna, old.query, now);
	fix_file(f, "{\"kind\":\"state_listed\",\"date\":\"2020-01-01\",\"args\":{\"S\":\"FR\"}" SOURCES "}");
	struct anchor_ask q = ask(f);
	struct timestamp_request none = {.imprint = {{1}}};
	struct buf foreign;
	buf_init(&foreign, 1000);
	assert_int_equal(timestamp_request_make(&none.imprint, &none, &foreign, &f->e), 0);
	const struct {
		struct str reply;
		const struct timestamp_request *request;
		const struct timestamp_roots *roots;
		int64_t now;
		const char *words;
	} rows[] = {
		{reply(f, ground.lisbon, q.query, now), &q.request, ground.only_vienna, now, "not signed by an authority that you trust"},
		{early, &q.request, ground.both, now, "another checkpoint than the request"},
		{reply(f, ground.vienna, buf_str(&foreign), now), NULL, ground.both, now, "no signed checkpoint of this log"},
		{reply(f, ground.vienna, q.query, now + 301), &q.request, ground.both, now, "the token says 2026-04-11T00:05:01Z, and here it is 2026-04-11T00:00:00Z"},
		{reply(f, ground.vienna, q.query, now - 400), &q.request, ground.both, now, "and here it is"},
		{reply(f, ground.vienna, q.query, now + YEAR), NULL, ground.both, now + YEAR, "expired"},
		{STR("no answer"), &q.request, ground.both, now, "no answer of a time-stamping authority"},
	};
	uint64_t size = reg_size(f->reg);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct anchor_answer in = {.reply = rows[i].reply, .roots = rows[i].roots, .request = rows[i].request, .now = rows[i].now,
			.asked = rows[i].request ? rows[i].now - 5 : 0};
		struct anchor one = {.pos = 77};
		f->e = (struct err){0};
		int rc = reg_anchor_file(f->reg, &in, &f->arena, &one, &f->e);
		if (rc >= 0 || !strstr(f->e.what, rows[i].words))
			fail_msg("row %zu: %d: %s: %s", i, rc, f->e.where, f->e.what);
		assert_int_equal(one.pos, 77);
		assert_int_equal(reg_size(f->reg), size);
	}
	buf_done(&foreign);
	/* A token over an earlier checkpoint is good, if nobody says that it should be over the newest; but only once. */
	struct anchor_answer in = {.reply = early, .roots = ground.both, .request = &old.request, .now = now};
	struct anchor one;
	assert_int_equal(reg_anchor_file(f->reg, &in, &f->arena, &one, &f->e), 0);
	assert_int_equal(one.size, size - 1);
	assert_int_equal(reg_anchor_file(f->reg, &in, &f->arena, &one, &f->e), ERR_CONFLICT);
	assert_int_equal(reg_size(f->reg), size + 1);
	struct anchor *v;
	assert_int_equal(judge(f, ground.both, now, &v), 1);
	assert_int_equal(v[0].fault.code, 0);
}

/* RFC 4998: what a certificate vouched for stays proved after its end, if another token covered it before. */
static void test_renewal(void **state)
{
	struct fix *f = *state;
	struct anchor *v;
	anchor(f, ground.vienna, Y2026 + 10 * DAYS);
	int64_t later = Y2026 + YEAR + 50 * DAYS; /* Vienna's certificate is over */
	assert_int_equal(judge(f, ground.both, Y2026 + 20 * DAYS, &v), 1);
	assert_int_equal(v[0].fault.code, 0);
	assert_int_equal(v[0].judged, Y2026 + 20 * DAYS);
	assert_int_equal(judge(f, ground.both, later, &v), 1);
	assert_non_null(strstr(v[0].fault.what, "expired"));
	/* Too late: */
	anchor(f, ground.lisbon, later);
	assert_int_equal(judge(f, ground.both, later, &v), 2);
	assert_non_null(strstr(v[0].fault.what, "expired"));
	assert_int_equal(v[0].judged, later);
	assert_int_equal(v[1].fault.code, 0);
}

static void test_renewed_in_time(void **state)
{
	struct fix *f = *state;
	struct anchor *v;
	anchor(f, ground.vienna, Y2026 + 10 * DAYS);
	anchor(f, ground.lisbon, Y2026 + 11 * DAYS);
	anchor(f, ground.vienna, Y2026 + 12 * DAYS);
	int64_t later = Y2026 + 5 * (int64_t)YEAR;
	assert_int_equal(judge(f, ground.both, later, &v), 3);
	assert_int_equal(v[0].fault.code, 0);
	assert_int_equal(v[0].judged, Y2026 + 11 * DAYS);
	assert_int_equal(v[1].fault.code, 0); /* nothing good covers it; its own certificate is still valid */
	assert_int_equal(v[1].judged, later);
	assert_non_null(strstr(v[2].fault.what, "expired"));
	/* To somebody who does not trust Lisbon its token renews nothing. */
	assert_int_equal(judge(f, ground.only_vienna, later, &v), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(v[i].fault.code, ERR_REFUSED);
	assert_int_equal(judge(f, ground.only_vienna, Y2026 + 13 * DAYS, &v), 3);
	assert_int_equal(v[0].fault.code, 0);
	assert_int_equal(v[1].fault.code, ERR_REFUSED);
	assert_int_equal(v[2].fault.code, 0);
	assert_int_equal(judge(f, NULL, 0, &v), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(v[i].fault.code, 0);
}

/* A token that covers another cannot be the earlier of the two. */
static void test_clocks_disagree(void **state)
{
	struct fix *f = *state;
	struct anchor *v;
	anchor(f, ground.vienna, Y2026 + 20 * DAYS);
	anchor(f, ground.lisbon, Y2026 + 10 * DAYS);
	assert_int_equal(judge(f, ground.both, Y2026 + 30 * DAYS, &v), 2);
	assert_non_null(strstr(v[0].fault.what, "it says 2026-01-21T00:00:00Z, but a later token"));
	assert_int_equal(v[1].fault.code, 0);
	assert_int_equal(judge(f, ground.both, Y2026 + 5 * DAYS, &v), 2);
	assert_non_null(strstr(v[1].fault.what, "but now it is"));
}

/* Acts that anybody with the key can file by hand: what is wrong with each is found. */
static void test_lies(void **state)
{
	struct fix *f = *state;
	struct anchor *v;
	char token[DIGEST_HEX + 1], text[600];
	uint64_t pos = anchor(f, ground.vienna, Y2026 + 10 * DAYS);
	assert_int_equal(judge(f, NULL, 0, &v), 1);
	for (size_t i = 0; i < DIGEST_LEN; i++)
		(void)snprintf(token + 2 * i, 3, "%02x", v[0].token.b[i]);
	static const struct {
		const char *size, *type, *words;
	} rows[] = {
		{"5", TIMESTAMP_TOKEN_TYPE, "over something else than the first 5 entries"},
		{"1000", TIMESTAMP_TOKEN_TYPE, "1000 entries were stamped, which were not there"},
		{"0", TIMESTAMP_TOKEN_TYPE, "which were not there"},
		{"-3", TIMESTAMP_TOKEN_TYPE, "which were not there"},
		{"8", "text/plain", "names no document of the type"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		(void)snprintf(text, sizeof text, "{\"kind\":\"timestamped\",\"date\":\"2026-01-11\",\"args\":{\"size\":%s},\"documents\":[{\"sha256\":\"%s\","
			"\"type\":\"%s\",\"lang\":\"zxx\"}]%s}", rows[i].size, token, rows[i].type, SOURCES);
		fix_file(f, text);
	}
	/* The text of the checkpoint is no token. */
	for (size_t i = 0; i < DIGEST_LEN; i++)
		(void)snprintf(token + 2 * i, 3, "%02x", v[0].stamp.imprint.b[i]);
	(void)snprintf(text, sizeof text, "{\"kind\":\"timestamped\",\"date\":\"2026-01-11\",\"args\":{\"size\":8},\"documents\":[{\"sha256\":\"%s\",\"type\":\""
		TIMESTAMP_TOKEN_TYPE "\",\"lang\":\"zxx\"}]%s}", token, SOURCES);
	fix_file(f, text);
	size_t n = judge(f, ground.both, Y2026 + 12 * DAYS, &v);
	assert_int_equal(n, 7);
	assert_int_equal(v[0].fault.code, 0);
	for (size_t i = 1; i < 6; i++)
		if (!strstr(v[i].fault.what, rows[i - 1].words))
			fail_msg("row %zu: %s", i - 1, v[i].fault.what);
	assert_non_null(strstr(v[6].fault.what, "no time-stamp token"));
	/* One that was annulled is not told any more. */
	(void)snprintf(text, sizeof text, "{\"corrects\":%llu,\"annul\":true,\"date\":\"2026-01-12\"%s}", (unsigned long long)pos, SOURCES);
	fix_file(f, text);
	assert_int_equal(judge(f, ground.both, Y2026 + 12 * DAYS, &v), 6);
	assert_int_not_equal(v[0].pos, pos);
}

int main(void)
{
#define FIX(test) cmocka_unit_test_setup_teardown(test, fix_open, fix_close)
	const struct CMUnitTest tests[] = {
		FIX(test_filed),
		FIX(test_refused),
		FIX(test_renewal),
		FIX(test_renewed_in_time),
		FIX(test_clocks_disagree),
		FIX(test_lies),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, clear);
}
