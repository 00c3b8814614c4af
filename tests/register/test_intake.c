/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries that come from elsewhere are held to what the register holds its own to; all facts as one text, and where two part.
 */
#include "register/facts.h"
#include "register/intake.h"
#include "tests/register/fixture.h"

struct taking {
	struct intake *t;
	uint64_t stop; /* at this entry `change` is done to it */
	struct str payload; /* instead of its own; empty: as it is */
	struct arena *arena;
};

static int take(void *ctx, const struct log_entry *in, struct err *e)
{
	struct taking *x = ctx;
	struct log_entry entry = *in;
	if (in->index == x->stop && x->payload.n)
		entry.dsse.payload = x->payload;
	return intake_take(x->t, &entry, e);
}

/* What becomes of the record if entry `at` said something else. */
static int taken(struct fix *f, uint64_t at, const char *payload, uint64_t *ret_size)
{
	struct taking x = {.t = intake_new(reg_log(f->reg)), .stop = at, .payload = str_of(payload), .arena = &f->arena};
	f->e = (struct err){0};
	int rc = log_each(reg_log(f->reg), 0, take, &x, &f->e);
	*ret_size = intake_size(x.t);
	intake_free(x.t);
	return rc;
}

static void all_that_was_filed_is_taken(void **state)
{
	struct fix *f = *state;
	uint64_t size;
	fix_file(f, "{\"kind\":\"thanked\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"AT\"},\"for\":[\"AT\"]}");
	assert_int_equal(taken(f, UINT64_MAX, "", &size), 0);
	assert_int_equal(size, FIX_ACTS + 2);
}

static void what_is_no_act_is_not(void **state)
{
	static const struct {
		uint64_t at;
		const char *payload, *words;
	} cases[] = {
		{3, "{}", ""},
		{3, "no JSON", ""},
		{3, "{\"kind\":\"state_sunk\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"BE\"}}", "state_sunk"},
		{3, "{\"kind\":\"state_listed\",\"date\":\"2000-13-01\",\"args\":{\"S\":\"BE\"}}", "2000-13-01"},
		{3, "{\"kind\":\"genesis\"}", "genesis"},
		{3, "{\"kind\":\"rulebook_adopted\",\"date\":\"2000-01-01\",\"bundle\":\"sha256:"
		    "0000000000000000000000000000000000000000000000000000000000000000\"}", "is not here"},
		{3, "{\"kind\":\"sealed\",\"commitment\":\"sha256:00\"}", "commitment"},
		{3, "{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"BE\"},\"for\":[\"AT\"]}", "not for everybody"},
		{0, "{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"BE\"}}", "does not begin with a genesis entry"},
	};
	struct fix *f = *state;
	uint64_t size;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(taken(f, cases[i].at, cases[i].payload, &size) < 0);
		if (!strstr(f->e.what, cases[i].words))
			fail_msg("%s: %s", cases[i].payload, f->e.what);
		assert_true(size <= cases[i].at + 1);
	}
}

static void what_an_entry_names(void **state)
{
	struct fix *f = *state;
	struct entry_names n;
	struct log_blob blob = {.type = STR("application/pdf"), .bytes = STR("%PDF-1.4")};
	struct log_entry entry;
	char act[500], hex[2 * DIGEST_LEN + 1];
	reg_lock(f->reg);
	assert_int_equal(log_blob_put(reg_log(f->reg), &blob, 1, &f->e), 0);
	reg_unlock(f->reg);
	for (size_t i = 0; i < DIGEST_LEN; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", blob.sha256.b[i]);
	(void)snprintf(act, sizeof act, "{\"kind\":\"thanked\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"AT\"},\"documents\":[{\"sha256\":\"%s\",\"lang\":\"en\","
		"\"type\":\"application/pdf\"},{\"sha256\":\"%s\",\"lang\":\"fr\"}]}", hex, hex);
	uint64_t open = fix_file(f, act);
	(void)snprintf(act, sizeof act, "{\"kind\":\"thanked\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"AT\"},\"for\":[\"AT\"],\"documents\":[{\"sha256\":\"%s\","
		"\"lang\":\"en\"}]}", hex);
	uint64_t sealed = fix_file(f, act);
	assert_int_equal(log_read(reg_log(f->reg), 0, &f->arena, &entry, &f->e), 0);
	assert_int_equal(entry_names(&entry, &f->arena, &n, &f->e), 0);
	assert_true(n.adopts && !n.sealed && n.ndocuments == 0 && n.rulebook.type.n);
	assert_int_equal(log_blob_get(reg_log(f->reg), &n.rulebook.sha256, &f->arena, &blob, &f->e), 0);
	assert_int_equal(log_read(reg_log(f->reg), open, &f->arena, &entry, &f->e), 0);
	assert_int_equal(entry_names(&entry, &f->arena, &n, &f->e), 0);
	assert_true(!n.adopts && !n.sealed && n.ndocuments == 2);
	assert_true(str_eq(n.documents[0].type, STR("application/pdf")) && str_eq(n.documents[1].type, STR("application/octet-stream")));
	assert_int_equal(log_read(reg_log(f->reg), sealed, &f->arena, &entry, &f->e), 0);
	assert_int_equal(entry_names(&entry, &f->arena, &n, &f->e), 0);
	assert_true(!n.adopts && n.sealed && n.ndocuments == 0); /* what its body names is not for everybody */
	assert_int_equal(log_blob_get(reg_log(f->reg), &n.commitment, &f->arena, &blob, &f->e), 0);
}

/* ---- facts ------------------------------------------------------------------------------------------------------------------- */

static void facts_as_one_text(void **state)
{
	struct fix *f = *state;
	struct buf a, b;
	buf_init(&a, FACTS_MAX_BYTES);
	buf_init(&b, FACTS_MAX_BYTES);
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	facts_csv(v, &a);
	view_unref(v);
	assert_true(str_starts(buf_str(&a), STR("fact,args,value,from,to")));
	fix_file(f, "{\"kind\":\"thanked\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"AT\"},\"for\":[\"AT\"]}"); /* nothing for the public */
	v = fix_view(f, "public", UINT64_MAX);
	facts_csv(v, &b);
	view_unref(v);
	assert_true(str_eq(buf_str(&a), buf_str(&b)));
	buf_done(&a);
	buf_done(&b);
}

static void what_was_taken_in_has_the_same_views(void **state)
{
	static const char *const audiences[] = {"public", "AT", "secretariat"};
	struct fix *f = *state;
	const struct view *v;
	uint64_t sealed, bodies;
	fix_file(f, "{\"kind\":\"thanked\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"AT\"},\"for\":[\"AT\"]}");
	uint64_t pos = fix_file(f, "{\"kind\":\"state_listed\",\"date\":\"2005-01-01\",\"args\":{\"S\":\"ZZ\"},\"for\":[\"AT\"]}");
	fix_file(f, "{\"kind\":\"weighed\",\"date\":\"2005-01-01\",\"args\":{\"S\":\"AT\",\"n\":7}}");
	struct taking x = {.t = intake_new(reg_log(f->reg)), .stop = UINT64_MAX, .arena = &f->arena};
	assert_int_equal(log_each(reg_log(f->reg), 0, take, &x, &f->e), 0);
	intake_count(x.t, &sealed, &bodies);
	assert_true(sealed == 2 && bodies == 2);
	assert_true(intake_sealed(x.t, pos) == INTAKE_BODY_HELD && intake_sealed(x.t, pos + 1) == INTAKE_OPEN);
	for (size_t i = 0; i < sizeof audiences / sizeof *audiences; i++) {
		struct buf a, b;
		buf_init(&a, FACTS_MAX_BYTES);
		buf_init(&b, FACTS_MAX_BYTES);
		v = fix_view(f, audiences[i], UINT64_MAX);
		facts_csv(v, &a);
		view_unref(v);
		assert_int_equal(intake_view(x.t, str_of(audiences[i]), &v, &f->e), 0);
		facts_csv(v, &b);
		view_unref(v);
		assert_true(a.n > 40 && str_eq(buf_str(&a), buf_str(&b)));
		buf_done(&a);
		buf_done(&b);
	}
	intake_free(x.t);
}

#define HEAD "fact,args,value,from,to,reading\n"
#define SAME "party,BY|X,yes,2001-01-01,,\n"

static void where_two_texts_part(void **state)
{
	static const struct {
		const char *here, *there, *fact, *args, *reading;
		const char *us[3], *them[3]; /* value, from, to */
	} cases[] = {
		{HEAD SAME "status,BY,member,2024-07-04,,\n", HEAD SAME "status,BY,observer,2024-07-04,,\n", "status", "BY", "",
			{"member", "2024-07-04", ""}, {"observer", "2024-07-04", ""}},
		{HEAD SAME "status,BY,member,2024-07-04,,\n", HEAD SAME, "status", "BY", "", {"member", "2024-07-04", ""}, {"", "", ""}},
		{HEAD SAME, HEAD SAME "status,BY,member,2024-07-04,,\n", "status", "BY", "", {"", "", ""}, {"member", "2024-07-04", ""}},
		{HEAD "s,A,x,2001-01-01,2002-01-01,\ns,A,y,2002-01-01,,\n", HEAD "s,A,x,2001-01-01,,\n", "s", "A", "",
			{"x", "2001-01-01", "2002-01-01"}, {"x", "2001-01-01", ""}},
		{HEAD "s,A,y,2002-01-01,,\n", HEAD "s,A,x,,,\n", "s", "A", "", {"", "", ""}, {"x", "", ""}},
		{HEAD "s,A,x,,,\n", HEAD "s,A,x,,2003-01-01,\ns,A,y,2003-01-01,2004-01-01,\n", "s", "A", "", {"x", "", ""}, {"x", "", "2003-01-01"}},
		{HEAD "s,A,y,2002-01-01,,I\n", HEAD "s,A,x,2002-01-01,,II\n", "s", "A", "II", {"", "", ""}, {"x", "2002-01-01", ""}},
		{HEAD "\"s\",\"A,\"\"B\"\"\",\"two\nlines\",2002-01-01,,\n", HEAD, "s", "A,\"B\"", "", {"two\nlines", "2002-01-01", ""}, {"", "", ""}},
		{HEAD SAME, "<html>", "", "", "", {"", "", ""}, {"", "", ""}},
		{HEAD SAME, "", "fact", "args", "reading", {"value", "from", "to"}, {"", "", ""}},
		{HEAD SAME, HEAD "party,BY", "", "", "", {"", "", ""}, {"", "", ""}},
		{HEAD SAME, HEAD "\"", "", "", "", {"", "", ""}, {"", "", ""}},
	};
	struct fix *f = *state;
	struct facts_parting p;
	assert_false(facts_part(STR(HEAD SAME), STR(HEAD SAME), &f->arena, &p));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(facts_part(str_of(cases[i].here), str_of(cases[i].there), &f->arena, &p));
		const struct {
			struct str got;
			const char *want;
		} pairs[] = {{p.fact, cases[i].fact}, {p.args, cases[i].args}, {p.reading, cases[i].reading},
			{p.here.value, cases[i].us[0]}, {p.here.from, cases[i].us[1]}, {p.here.to, cases[i].us[2]},
			{p.there.value, cases[i].them[0]}, {p.there.from, cases[i].them[1]}, {p.there.to, cases[i].them[2]}};
		for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
			if (!str_eq(pairs[k].got, str_of(pairs[k].want)))
				fail_msg("case %zu, part %zu: \"%.*s\", not \"%s\"", i, k, STR_ARG(pairs[k].got), pairs[k].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_that_was_filed_is_taken, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(what_is_no_act_is_not, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(what_an_entry_names, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(facts_as_one_text, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(what_was_taken_in_has_the_same_views, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(where_two_texts_part, fix_open, fix_close),
	};
	return test_main(tests);
}
