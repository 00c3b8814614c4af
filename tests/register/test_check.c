/* SPDX-License-Identifier: Apache-2.0
 *
 * Every refusal: the error names the field and the reason, and nothing is written.
 */
#include "tests/register/fixture.h"

struct refusal {
	const char *act;
	int code;
	const char *where, *what, *hint; /* parts of the error; NULL: not looked at */
};

#define KIND(kind, args) "{\"kind\":\"" kind "\",\"date\":\"2001-01-01\",\"args\":{" args "}"
#define CONVENED KIND("meeting_convened", "\"M\":\"M1\",\"B\":\"COUNCIL\",\"first\":\"2002-06-07\",\"last\":\"2002-12-31\"")
#define LIST(s) KIND("state_listed", "\"S\":\"" s "\"")

/* What is not there to be read as an act. */
static const struct refusal shapes[] = {
	{"", ERR_INPUT, "act", "not valid JSON", NULL},
	{"{", ERR_INPUT, "act", "not valid JSON", NULL},
	{"[]", ERR_INPUT, "act", "must be a JSON object", NULL},
	{"\"state_listed\"", ERR_INPUT, "act", "must be a JSON object", NULL},
	{LIST("FR") "} {}", ERR_INPUT, "act", "not valid JSON", NULL},
	{"{\"kind\":\"state_listed\",\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"FR\"}}", ERR_INPUT, "act", "duplicate", NULL},
	{"{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"\xff\xff\"}}", ERR_INPUT, "act", "not valid JSON", NULL},
	{"{\"date\":\"2001-01-01\"}", ERR_INPUT, NULL, "kind is missing", NULL},
	{"{\"kind\":7,\"date\":\"2001-01-01\"}", ERR_INPUT, NULL, "kind", NULL},
	{"{\"kind\":\"state_listd\",\"date\":\"2001-01-01\"}", ERR_INPUT, "kind", "knows no act state_listd", "did you mean state_listed?"},
	{"{\"kind\":\"genesis\"}", ERR_INPUT, "kind", "knows no act genesis", NULL},
	{"{\"kind\":\"sealed\",\"commitment\":\"sha256:00\"}", ERR_INPUT, "kind", "knows no act sealed", NULL},
	{"{\"kind\":\"state_listed\",\"args\":{\"S\":\"FR\"}}", ERR_INPUT, NULL, "date is missing", NULL},
	{"{\"kind\":\"state_listed\",\"date\":\"2025-02-30\",\"args\":{\"S\":\"FR\"}}", ERR_INPUT, NULL, "date must be a date of the calendar", NULL},
	{"{\"kind\":\"state_listed\",\"date\":\"1 May 2001\",\"args\":{\"S\":\"FR\"}}", ERR_INPUT, NULL, "date must be", NULL},
	{"{\"kind\":\"state_listed\",\"date\":\"2001-01-01T25:00:00\",\"args\":{\"S\":\"FR\"}}", ERR_INPUT, NULL, "date must be", NULL},
	{"{\"kind\":\"state_listed\",\"date\":20010101,\"args\":{\"S\":\"FR\"}}", ERR_INPUT, NULL, "date must be", NULL},
	{KIND("state_listed", "") "}", ERR_INPUT, NULL, "args.S is missing", NULL},
	{KIND("state_listed", "\"S\":null") "}", ERR_INPUT, NULL, "args.S is missing", NULL},
	{KIND("state_listed", "\"S\":\"FR\",\"T\":\"x\"") "}", ERR_INPUT, NULL, "args.T", NULL},
	{"{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":[\"FR\"]}", ERR_INPUT, NULL, "args must be an object", NULL},
	{KIND("state_listed", "\"S\":5") "}", ERR_INPUT, NULL, "args.S must be the name", NULL},
	{KIND("state_listed", "\"S\":\"\"") "}", ERR_INPUT, NULL, "args.S must be the name", NULL},
	{KIND("flag_raised", "\"F\":\"F-1\",\"colour\":\"blue\"") "}", ERR_INPUT, NULL, "args.colour has no value blue", "red, green"},
	{KIND("meeting_convened", "\"M\":\"M-2\",\"B\":\"COUNCIL\",\"first\":\"2001-02-30\",\"last\":\"2001-03-01\"") "}", ERR_INPUT, NULL,
		"args.first must be a date", NULL},
	{LIST("FR") ",\"certanty\":\"sourced\"}", ERR_INPUT, "certanty", "no such member", "did you mean certainty?"},
	{LIST("FR") ",\"nonsense\":1}", ERR_INPUT, "nonsense", "no such member", NULL},
};

/* Members that every act may carry. */
static const struct refusal members[] = {
	{LIST("FR") ",\"title\":\"France\"}", ERR_INPUT, "title", "one text per language", NULL},
	{LIST("FR") ",\"title\":{}}", ERR_INPUT, "title", "one text per language", NULL},
	{LIST("FR") ",\"title\":{\"english\":\"France\"}}", ERR_INPUT, "title", "english is not a language tag", NULL},
	{LIST("FR") ",\"title\":{\"EN\":\"France\"}}", ERR_INPUT, "title", "EN is not a language tag", NULL},
	{LIST("FR") ",\"title\":{\"e\":\"France\"}}", ERR_INPUT, "title", "not a language tag", NULL},
	{LIST("FR") ",\"title\":{\"en-\":\"France\"}}", ERR_INPUT, "title", "not a language tag", NULL},
	{LIST("FR") ",\"title\":{\"en\":\" \"}}", ERR_INPUT, "title", "with text", NULL},
	{LIST("FR") ",\"title\":{\"en\":\"a\\u0007b\"}}", ERR_INPUT, "title", "control characters", NULL},
	{LIST("FR") ",\"title\":{\"en\":\"a\\nb\"}}", ERR_INPUT, "title", "control characters", NULL},
	{LIST("FR") ",\"text\":{\"en\":5}}", ERR_INPUT, "text", "must be a string", NULL},
	{LIST("FR") ",\"place\":{\"en\":\"Paris\"}}", ERR_INPUT, "place", "must be a string", NULL},
	{LIST("FR") ",\"certainty\":\"sure\"}", ERR_INPUT, "certainty", "sourced, unverified or disputed", NULL},
	{LIST("FR") ",\"date_precision\":\"week\"}", ERR_INPUT, "date_precision", "day, latest, month or year", NULL},
	{LIST("FR") ",\"date_precision\":\"month\"}", ERR_INPUT, "date_precision", "last day of it", "2001-01-31"},
	{LIST("FR") ",\"date_precision\":\"year\"}", ERR_INPUT, "date_precision", "last day of it", "2001-12-31"},
	{LIST("FR") ",\"precisions\":\"year\"}", ERR_INPUT, "precisions", "must be an object", NULL},
	{LIST("FR") ",\"precisions\":{\"S\":\"year\"}}", ERR_INPUT, "precisions", "S is no argument with a date", NULL},
	{CONVENED ",\"precisions\":{\"first\":\"week\"}}", ERR_INPUT, "precisions", "day, latest, month or year", NULL},
	{CONVENED ",\"precisions\":{\"first\":\"month\"}}", ERR_INPUT, "precisions", "last day of it", "\"first\": \"2002-06-30\""},
	{LIST("FR") ",\"received\":\"soon\"}", ERR_INPUT, "received", "must be a date", NULL},
	{LIST("FR") ",\"received\":\"2000-12-31\"}", ERR_REFUSED, "received", "before the act itself (2001-01-01)", NULL},
	{LIST("FR") ",\"unverified\":\"date\"}", ERR_INPUT, "unverified", "list of strings", NULL},
	{LIST("FR") ",\"unverified\":[\"colour\"]}", ERR_INPUT, "unverified", "colour is no field of this act", NULL},
	{LIST("FR") ",\"unverified\":[\"title.english\"]}", ERR_INPUT, "unverified", "no field", NULL},
	{LIST("FR") ",\"recorded\":\"yes\"}", ERR_INPUT, "recorded", "true or false", NULL},
	{LIST("FR") ",\"about\":\"KZ\"}", ERR_INPUT, "about", "list of strings", NULL},
	{LIST("FR") ",\"sources\":{\"title\":\"x\"}}", ERR_INPUT, "sources", "list of objects", NULL},
	{LIST("FR") ",\"sources\":[{\"url\":\"https://x.example/\"}]}", ERR_INPUT, "sources[0]", "title that names the source", NULL},
	{LIST("FR") ",\"sources\":[{\"title\":\"a\"},{\"title\":\"x\",\"url\":\"javascript:alert(1)\"}]}", ERR_INPUT, "sources[1]", "https://", NULL},
	{LIST("FR") ",\"sources\":[{\"title\":\"x\",\"url\":\"https://a b\"}]}", ERR_INPUT, "sources[0]", "https://", NULL},
	{LIST("FR") ",\"sources\":[{\"title\":\"x\",\"link\":\"https://x.example\"}]}", ERR_INPUT, "sources[0]", "link is not known here", NULL},
	{LIST("FR") ",\"sources\":[{\"title\":\"x\",\"retrieved\":\"2001-13-01\"}]}", ERR_INPUT, "sources[0]", "retrieved", NULL},
	{LIST("FR") ",\"documents\":[{\"sha256\":\"abc\",\"lang\":\"en\"}]}", ERR_INPUT, "documents[0]", "64 hexadecimal digits", NULL},
	{LIST("FR") ",\"documents\":[{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"lang\":\"en\"}]}", ERR_REFUSED,
		"documents[0]", "no document with the hash 0000", "hand it in with the act"},
	{LIST("FR") ",\"documents\":[{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"lang\":\"english\"}]}", ERR_INPUT,
		"documents[0]", "language tag", NULL},
	{LIST("FR") ",\"documents\":[{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"lang\":\"en\",\"value\":\"real\"}]}",
		ERR_INPUT, "documents[0]", "authentic, official or translation", NULL},
	{LIST("FR") ",\"for\":\"members\"}", ERR_INPUT, "for", "list of audiences", NULL},
	{LIST("FR") ",\"for\":[]}", ERR_INPUT, "for", "list of audiences", NULL},
	{LIST("FR") ",\"for\":[\"public\",\"KZ\"]}", ERR_INPUT, "for", "list of audiences", NULL},
	{LIST("FR") ",\"for\":[\"member\"]}", ERR_REFUSED, "for", "no audience member", NULL},
	{LIST("FR") ",\"for\":[\"FR\"]}", ERR_REFUSED, "for", "no audience FR", NULL},
};

/* Entities, signers, corrections. */
static const struct refusal meanings[] = {
	{LIST("a b") "}", ERR_INPUT, "args.S", "a b cannot be the name of an entity", NULL},
	{LIST("-KZ") "}", ERR_INPUT, "args.S", "cannot be the name of an entity", "1 to 64"},
	{LIST("K/Z") "}", ERR_INPUT, "args.S", "cannot be the name", NULL},
	{LIST("\xd0\x9a\xd0\x97") "}", ERR_INPUT, "args.S", "cannot be the name", NULL},
	{LIST("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") "}", ERR_INPUT, "args.S", "cannot be the name", NULL},
	{LIST("KZ") "}", ERR_REFUSED, "args.S", "KZ was introduced by entry 2 already", "\"corrects\": 2"},
	{KIND("body_established", "\"B\":\"KZ\"") "}", ERR_REFUSED, "args.B", "KZ is taken already, for the type State (entry 2)", NULL},
	{KIND("meeting_convened", "\"M\":\"M-2\",\"B\":\"COUNCL\",\"first\":\"2001-02-01\",\"last\":\"2001-03-01\"") "}", ERR_REFUSED, "args.B",
		"COUNCL has not been introduced", "did you mean COUNCIL"},
	{KIND("area_assigned", "\"M\":\"MEET-1\",\"A\":\"zebra\"") "}", ERR_REFUSED, "args.A", "zebra has not been introduced", "file the act area_listed"},
	{KIND("status_granted", "\"P\":\"COUNCIL\",\"value\":\"member\"") SOURCES "}", ERR_REFUSED, "args.P", "COUNCIL is of the type Body, not Party", NULL},
	{KIND("status_granted", "\"P\":\"Kazakhstan\",\"value\":\"member\"") SOURCES "}", ERR_REFUSED, "args.P", "has not been introduced", "did you mean KZ"},
	{KIND("note_made", "\"A\":\"99\"") "}", ERR_REFUSED, "args.A", "99 is not the position of an act", NULL},
	{KIND("note_made", "\"A\":\"0\"") "}", ERR_REFUSED, "args.A", "not the position of an act", NULL},
	{KIND("note_made", "\"A\":\"KZ\"") "}", ERR_REFUSED, "args.A", "not the position of an act", NULL},
	{KIND("status_applied", "\"P\":\"KZ\",\"value\":\"member\"") "}", ERR_REFUSED, "signer", "signed by KZ, and no key of it has signed this", "\"recorded\": true"},
	{KIND("status_granted", "\"P\":\"KZ\",\"value\":\"member\"") "}", ERR_REFUSED, "signer", "signed by council", NULL},
	{KIND("sworn", "\"P\":\"KZ\"") "}", ERR_REFUSED, "signer", "signed by COUNCIL", NULL},
	{KIND("status_applied", "\"P\":\"KZ\",\"value\":\"member\"") ",\"recorded\":true}", ERR_REFUSED, "recorded", "needs sources or a document", NULL},
	{KIND("status_applied", "\"P\":\"KZ\",\"value\":\"member\"") ",\"recorded\":true,\"sources\":[]}", ERR_REFUSED, "recorded", "needs sources", NULL},
	{LIST("FR") ",\"recorded\":true}", ERR_REFUSED, "recorded", "needs sources", NULL},
	{LIST("FR") ",\"corrects\":0}", ERR_REFUSED, "corrects", "entry 0 is no act", NULL},
	{LIST("FR") ",\"corrects\":8}", ERR_INPUT, NULL, "corrects must be the position of an earlier act", NULL},
	{LIST("FR") ",\"corrects\":-1}", ERR_INPUT, NULL, "corrects must be", NULL},
	{LIST("FR") ",\"corrects\":\"2\"}", ERR_INPUT, NULL, "corrects must be", NULL},
	{LIST("FR") ",\"annul\":true}", ERR_INPUT, NULL, "annul needs \"corrects\"", NULL},
	{"{\"corrects\":5,\"annul\":true}", ERR_REFUSED, "corrects", "entry 5 introduces MEET-1, which entry 6 names", "correct that one first"},
	{KIND("body_established", "\"B\":\"SENATE\"") ",\"corrects\":4}", ERR_REFUSED, "corrects", "introduces COUNCIL, which entry 5 names", NULL},
	{LIST("KZ") ",\"corrects\":3}", ERR_REFUSED, "args.S", "introduced by entry 2 already", NULL},
	{LIST("BE") ",\"corrects\":3,\"for\":[\"members\"]}", ERR_REFUSED, "for", "audience of the act that it corrects", "entry 3 is public"},
	{KIND("metronome_started", "\"S\":\"KZ\"") "}", ERR_LIMIT, NULL, "keeps time running without end", NULL},
};

static void root_of(struct fix *f, struct digest *ret)
{
	reg_lock(f->reg);
	log_root(reg_log(f->reg), ret);
	reg_unlock(f->reg);
}

static void refuse_each(struct fix *f, const struct refusal *list, size_t n)
{
	struct digest before, after;
	uint64_t size = reg_size(f->reg);
	root_of(f, &before);
	for (size_t i = 0; i < n; i++) {
		const struct refusal *r = &list[i];
		int rc = fix_try(f, r->act);
		if (rc != r->code || f->e.code != rc || (r->where && strcmp(f->e.where, r->where) != 0) || (r->what && !strstr(f->e.what, r->what)) ||
			(r->hint && !strstr(f->e.hint, r->hint)))
			fail_msg("%s\n  gave %d, \"%s\": \"%s\" (%s)", r->act, rc, f->e.where, f->e.what, f->e.hint);
		root_of(f, &after);
		if (reg_size(f->reg) != size || !digest_eq(&before, &after))
			fail_msg("%s: something was written", r->act);
	}
	/* Nothing stuck in memory either: the same register, read again, takes a good act. */
	struct reg_verdict v;
	assert_int_equal(reg_verify(f->dir, NULL, NULL, &v, &f->e), 0);
	assert_int_equal(v.log.entries, size);
	assert_int_equal(v.log.blobs, 1);
	fix_reopen(f, REG_WRITE);
	assert_int_equal(reg_size(f->reg), size);
	assert_int_equal(fix_file(f, LIST("FR") "}"), size);
}

static void refuses_shapes(void **state)
{
	refuse_each(*state, shapes, sizeof shapes / sizeof *shapes);
}

static void refuses_members(void **state)
{
	refuse_each(*state, members, sizeof members / sizeof *members);
}

static void refuses_meanings(void **state)
{
	refuse_each(*state, meanings, sizeof meanings / sizeof *meanings);
}

static void refuses_long_acts(void **state)
{
	struct fix *f = *state;
	struct buf act;
	buf_init(&act, 1 << 20);
	for (size_t length = 40000; length <= 70000; length += 10000) {
		buf_clear(&act);
		buf_adds(&act, LIST("FR") ",\"text\":{\"en\":\"");
		for (size_t i = 0; i < length; i++)
			buf_addc(&act, 'x');
		buf_adds(&act, "\"}}");
		int rc = fix_try(f, buf_str(&act).p);
		if (length == 40000) {
			assert_int_equal(rc, 0);
			continue;
		}
		assert_int_equal(rc, length == 50000 || length == 60000 ? ERR_REFUSED : ERR_LIMIT);
	}
	assert_int_equal(reg_size(f->reg), FIX_ACTS + 2);
	/* A new State this time: 60,000 bytes fit an act, but not the entry that would hold it. */
	char *at = strstr(act.p, "\"FR\"");
	memcpy(at, "\"ES\"", 4);
	act.p[60000] = '\0';
	strcpy(act.p + 59997, "\"}}");
	assert_int_equal(fix_try(f, act.p), ERR_LIMIT);
	assert_non_null(strstr(f->e.what, "signed it would be longer"));
	assert_int_equal(reg_size(f->reg), FIX_ACTS + 2);
	buf_done(&act);
}

/* What must pass, beside what the other tests file. */
static void accepts(void **state)
{
	static const char *const acts[] = {
		LIST("Fr.an_ce-9") ",\"title\":{\"en\":\"France\",\"zh-Hans\":\"\xe6\xb3\x95\xe5\x9b\xbd\"},\"text\":{\"en\":\"a\\nb\\tc\"},\"place\":\"Paris\"}",
		LIST("ES") ",\"unverified\":[\"date\",\"S\",\"title.en\",\"title\"],\"about\":[\"anything at all\"],\"date_note\":\"about then\"}",
		"{\"kind\":\"state_listed\",\"date\":\"2001-02-03\",\"args\":{\"S\":\"MT\"},\"date_precision\":\"latest\"}",
		"{\"kind\":\"state_listed\",\"date\":\"2001-02-28\",\"args\":{\"S\":\"IT\"},\"date_precision\":\"month\",\"received\":\"2001-02-03\"}",
		"{\"kind\":\"state_listed\",\"date\":\"2001-12-31\",\"args\":{\"S\":\"PT\"},\"date_precision\":\"year\",\"received\":\"2001-01-01T09:00:00\"}",
		KIND("thanked", "\"P\":\"KZ\"") "}", /* nobody is named as signer */
		KIND("status_applied", "\"P\":\"KZ\",\"value\":\"observer\"") SOURCES "}",
		KIND("note_made", "\"A\":\"3\",\"F\":null") ",\"corrects\":null,\"title\":null}",
		KIND("instrument_opened", "\"I\":\"PACT\",\"threshold\":1,\"delay\":\"0 days\",\"rounding\":\"exact\"") SOURCES "}",
		KIND("instrument_opened", "\"I\":\"NEW\",\"threshold\":1,\"delay\":\"0 days\",\"rounding\":\"exact\"") SOURCES "}",
		KIND("instrument_adopted", "\"I\":\"NEW\"") ",\"title\":{\"en\":\"New treaty\"}}",
		KIND("group_joined", "\"G\":\"big\",\"P\":\"KZ\"") SOURCES "}",
		KIND("group_joined", "\"G\":\"big\",\"P\":\"AT\"") SOURCES "}",
		"  " LIST("NL") ",\"for\":\"public\"}\n",
	};
	struct fix *f = *state;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		(void)fix_file(f, acts[i]);
	/* Who comes first introduces; who comes to introduce gives the name. */
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	struct str title = record_title(view_record(v), STR("NEW"), STR("en")).text;
	assert_int_equal(title.n, strlen("New treaty"));
	view_unref(v);
	assert_int_equal(fix_try(f, KIND("instrument_adopted", "\"I\":\"NEW\"") "}"), ERR_REFUSED);
}

static void loads_in_groups(void **state)
{
	struct fix *f = *state;
	uint64_t done, size = reg_size(f->reg);
	const char *text = LIST("FR") "}\n\n" LIST("ES") "}\n" LIST("ES") "}\n";
	assert_int_equal(reg_load(f->reg, str_of(text), "more.jsonl", NULL, NULL, &done, &f->e), ERR_REFUSED);
	assert_string_equal(f->e.where, "more.jsonl:4: args.S");
	assert_int_equal(done, 0);
	assert_int_equal(reg_size(f->reg), size);
	assert_int_equal(reg_load(f->reg, STR("{\"kind\":"), "more.jsonl", NULL, NULL, &done, &f->e), ERR_INPUT);
	assert_string_equal(f->e.where, "more.jsonl:1");
	/* Acts may rest on earlier ones of the same file; the group before a bad line stays. */
	struct buf many;
	buf_init(&many, 1 << 20);
	for (int i = 0; i < 1200; i++)
		buf_addf(&many, LIST("S-%d") "}\n", i);
	buf_adds(&many, LIST("S-7") "}\n");
	assert_int_equal(reg_load(f->reg, buf_str(&many), "many.jsonl", NULL, NULL, &done, &f->e), ERR_REFUSED);
	assert_string_equal(f->e.where, "many.jsonl:1201: args.S");
	assert_int_equal(done, 1000);
	assert_int_equal(reg_size(f->reg), size + 1000);
	assert_int_equal(fix_file(f, LIST("S-1000") "}"), size + 1000);
	buf_done(&many);
	const char *endless = LIST("UA") "}\n" KIND("metronome_started", "\"S\":\"UA\"") "}\n";
	assert_int_equal(reg_load(f->reg, str_of(endless), "endless.jsonl", NULL, NULL, &done, &f->e), ERR_LIMIT);
	assert_int_equal(reg_size(f->reg), size + 1001);
	assert_int_equal(fix_file(f, LIST("UA") "}"), size + 1001);
}

/* Acts with random damage: each is taken or refused with words, nothing is written, and what is taken evaluates. SEED and N. */
static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static uint64_t from_env(const char *name, uint64_t otherwise)
{
	uint64_t n;
	const char *text = getenv(name);
	return text && str_u64(str_of(text), &n) ? n : otherwise;
}

static void damage(struct buf *act, uint64_t *seed)
{
	static const char *const parts[] = {"null", "\"\"", "{}", "[]", "-1", "1e400", "\"KZ\"", "true", "\\u0000", "\xc3\x28", ",", "\"", "}", ":",
		"\"for\":[\"KZ\"]", "\"corrects\":2", "\"annul\":true", "\"recorded\":true", "9999-12-31", "0001-01-01"};
	char text[2000];
	size_t n = act->n, at = next_random(seed) % (n + 1), cut = next_random(seed) % 8;
	if (cut > n - at)
		cut = n - at;
	const char *part = next_random(seed) % 3 ? parts[next_random(seed) % (sizeof parts / sizeof *parts)] : "";
	(void)snprintf(text, sizeof text, "%.*s%s%s", (int)at, act->p, part, act->p + at + cut);
	buf_clear(act);
	buf_adds(act, text);
}

static void takes_damage(void **state)
{
	static const char *const acts[] = {
		LIST("FR") ",\"title\":{\"en\":\"France\"},\"sources\":[{\"title\":\"x\",\"url\":\"https://x.example/\"}]}",
		KIND("status_granted", "\"P\":\"KZ\",\"value\":\"member\"") SOURCES ",\"for\":[\"members\",\"KZ\"]}",
		KIND("meeting_convened", "\"M\":\"M-2\",\"B\":\"COUNCIL\",\"first\":\"2001-02-01\",\"last\":\"2001-03-01\"") ",\"received\":\"2001-02-01\"}",
		KIND("instrument_opened", "\"I\":\"PACT\",\"threshold\":1,\"delay\":\"30 days\",\"rounding\":\"exact\"") SOURCES ",\"unverified\":[\"delay\"]}",
		KIND("state_listed", "\"S\":\"KZ\"") ",\"corrects\":2,\"date_precision\":\"day\"}",
		"{\"corrects\":7,\"annul\":true}",
	};
	struct fix *f = *state;
	uint64_t seed = from_env("SEED", 1), n = from_env("N", 400), size = reg_size(f->reg), taken = 0;
	struct buf act;
	buf_init(&act, 1 << 16);
	for (uint64_t i = 0; i < n; i++) {
		struct filed filed;
		buf_clear(&act);
		buf_adds(&act, acts[next_random(&seed) % (sizeof acts / sizeof *acts)]);
		for (uint64_t k = next_random(&seed) % 4; k > 0; k--)
			damage(&act, &seed);
		f->e = (struct err){0};
		int rc = reg_file(f->reg, &(struct act_in){.text = buf_str(&act)}, true, &f->arena, &filed, &f->e);
		if (rc == 0) {
			taken++;
			view_unref(filed.before);
			view_unref(filed.after);
		} else if (f->e.code != rc || strlen(f->e.what) < 5 || rc == ERR_SYSTEM || rc == ERR_CORRUPT) {
			fail_msg("%s: %d %s: %s", buf_str(&act).p, rc, f->e.where, f->e.what);
		}
		assert_int_equal(reg_size(f->reg), size);
	}
	assert_true(taken > n / 20 && taken < n);
	buf_done(&act);
}

static void needs_writing(void **state)
{
	struct fix *f = *state;
	struct filed filed;
	fix_reopen(f, REG_READ);
	assert_int_equal(fix_try(f, LIST("FR") "}"), ERR_REFUSED);
	assert_non_null(strstr(f->e.what, "for reading only"));
	assert_int_equal(reg_file(f->reg, &(struct act_in){.text = STR(LIST("FR") "}")}, true, &f->arena, &filed, &f->e), 0);
	assert_int_equal(filed.pos, FIX_ACTS + 1);
	view_unref(filed.before);
	view_unref(filed.after);
	assert_int_equal(reg_size(f->reg), FIX_ACTS + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(refuses_shapes, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(refuses_members, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(refuses_meanings, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(refuses_long_acts, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(accepts, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(loads_in_groups, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(takes_damage, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(needs_writing, fix_open, fix_close),
	};
	return test_main(tests);
}
