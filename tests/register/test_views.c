/* SPDX-License-Identifier: Apache-2.0
 *
 * Views: what each audience may know, and when; corrections; readings; lists.
 */
#include "tests/register/fixture.h"

#include <pthread.h>

#define LIST(s) "{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"" s "\"}"
#define GRANT(p, v, date) \
	"{\"kind\":\"status_granted\",\"date\":\"" date "\",\"args\":{\"P\":\"" p "\",\"value\":\"" v "\"}" SOURCES

/* ---- sealed acts ------------------------------------------------------------------------------------------------------------ */

static size_t count_entities(const struct view *v, struct arena *a)
{
	const struct entity **list;
	return record_entities(view_record(v), NO_ID, a, &list);
}

/* Everything that the public can come by: no list, title, count, fact, date, phrase, difference or byte of the log may differ from
 * what it was, but for one entry that says nothing. */
static void seals(void **state)
{
	struct fix *f = *state;
	(void)fix_file(f, GRANT("AT", "member", "2003-01-01") "}");
	const struct view *before = fix_view(f, "public", UINT64_MAX);
	uint64_t state_pos = fix_file(f, LIST("ZZ") ",\"title\":{\"en\":\"Secretland\"},\"for\":[\"members\",\"KZ\"]}");
	uint64_t grant_pos = fix_file(f, GRANT("ZZ", "member", "2004-04-04") ",\"for\":[\"members\"]}");
	const struct view *public = fix_view(f, "public", UINT64_MAX), *members = fix_view(f, "members", UINT64_MAX);
	const struct view *kz = fix_view(f, "KZ", UINT64_MAX), *office = fix_view(f, "secretariat", UINT64_MAX), *at = fix_view(f, "AT,BE", UINT64_MAX);

	/* Who is named sees it; being a member or not is for the one who asks for the view to know. */
	assert_answer(f, members, "status(\"ZZ\")", "member");
	assert_answer(f, members, "crowd()", "yes");
	assert_answer(f, office, "status(\"ZZ\")", "member");
	assert_answer(f, kz, "status(\"ZZ\")", "none"); /* KZ may know of the State, not of the grant */
	assert_answer(f, kz, "crowd()", "none");
	assert_answer(f, public, "crowd()", "none"); /* not even in a count */

	const struct view *blind[] = {public, at};
	for (size_t i = 0; i < 2; i++) {
		const struct view *v = blind[i];
		const struct record *r = view_record(v);
		struct question q;
		struct value none;
		const struct instance *instances, *instances_before;
		struct str near[3];
		assert_int_equal(view_question(v, STR("status(\"ZZ\")"), &q, &f->e), ERR_INPUT);
		assert_null(strstr(f->e.hint, "ZZ"));
		assert_false(view_entity(v, STR("ZZ"), &none));
		assert_null(record_entity(r, STR("ZZ")));
		assert_int_equal(syms_find(record_syms(r), STR("ZZ")), SYM_ABSENT);
		assert_true(str_eq(record_title(r, STR("ZZ"), STR("en")).text, STR("ZZ")));
		assert_int_equal(record_similar(r, STR("Secretlan"), false, near, 3), 0);
		assert_int_equal(count_entities(v, &f->arena), count_entities(before, &f->arena));
		assert_int_equal(view_instances(v, NO_ID, VALUE_NONE, &f->arena, &instances),
			view_instances(before, NO_ID, VALUE_NONE, &f->arena, &instances_before));
		struct view_difference *d;
		assert_int_equal(view_diff(before, v, &f->arena, &d), 0);
		assert_int_equal(record_size(r), grant_pos + 1); /* positions are not renumbered */
		assert_int_equal(record_acts(r)->n, record_acts(view_record(before))->n);
		for (uint64_t pos = state_pos; pos <= grant_pos; pos++) {
			const struct record_act *act = record_act(r, pos);
			const struct phrasing p = {v, STR("en"), &f->arena};
			struct phrase says = phrase_act(&p, act);
			assert_int_equal(act->entry, ENTRY_SEALED);
			assert_int_equal(act->act.kind, NO_ID);
			assert_int_equal(act->audiences.n, 0); /* not even for whom */
			assert_int_equal(json_object_size(act->json), 2);
			assert_null(record_standing(r, pos));
			assert_int_equal(act_said(act, "title", STR("en")).text.n, 0);
			assert_string_equal(phrase_sentence(&p, &says).p, "An act that is not for this audience.");
		}
	}

	/* The log itself, and the bodies. */
	for (uint64_t pos = state_pos; pos <= grant_pos; pos++) {
		struct log_entry entry;
		struct log_blob blob;
		struct digest body;
		struct str commitment = json_get_str(record_act(view_record(public), pos)->json, "commitment");
		reg_lock(f->reg);
		assert_int_equal(log_read(reg_log(f->reg), pos, &f->arena, &entry, &f->e), 0);
		reg_unlock(f->reg);
		assert_int_equal(str_find(entry.dsse.payload, STR("ZZ")), entry.dsse.payload.n);
		assert_int_equal(str_find(entry.dsse.payload, STR("members")), entry.dsse.payload.n);
		assert_true(hex_parse(str_slice(commitment, 7, commitment.n), body.b, sizeof body.b));
		assert_int_equal(reg_blob(f->reg, public, &body, &f->arena, &blob, &f->e), ERR_ABSENT);
		assert_int_equal(reg_blob(f->reg, at, &body, &f->arena, &blob, &f->e), ERR_ABSENT);
		assert_int_equal(reg_blob(f->reg, members, &body, &f->arena, &blob, &f->e), 0);
		assert_true(str_find(blob.bytes, STR("ZZ")) < blob.bytes.n);
		assert_int_equal(reg_blob(f->reg, kz, &body, &f->arena, &blob, &f->e), pos == state_pos ? 0 : ERR_ABSENT);
	}
	view_unref(before);
	view_unref(public);
	view_unref(members);
	view_unref(kz);
	view_unref(office);
	view_unref(at);

	/* And all of it again after reading the log anew. */
	fix_reopen(f, REG_READ);
	members = fix_view(f, "BE,members", UINT64_MAX);
	assert_answer(f, members, "status(\"ZZ\")", "member");
	assert_public(f, "crowd()", "none");
	view_unref(members);
	struct reg_verdict v;
	assert_int_equal(reg_verify(f->dir, NULL, NULL, &v, &f->e), 0);
}

/* Everybody knows the commitment. An open act that names it as its document opens nothing. */
static void naming_a_body_opens_nothing(void **state)
{
	struct fix *f = *state;
	uint64_t pos = fix_file(f, LIST("ZZ") ",\"for\":[\"members\"]}");
	const struct view *public = fix_view(f, "public", UINT64_MAX);
	struct str commitment = json_get_str(record_act(view_record(public), pos)->json, "commitment");
	struct str hex = arena_str(&f->arena, str_slice(commitment, 7, commitment.n));
	struct digest body;
	struct log_blob blob;
	view_unref(public);
	assert_true(hex_parse(hex, body.b, sizeof body.b));
	(void)fix_file(f, arena_fmt(&f->arena, LIST("FR") ",\"documents\":[{\"sha256\":\"%s\",\"type\":\"text/plain\",\"lang\":\"en\",\"value\":\"official\"}]}", hex.p).p);
	const struct view *members = fix_view(f, "members", UINT64_MAX);
	public = fix_view(f, "public", UINT64_MAX);
	assert_int_equal(reg_blob(f->reg, public, &body, &f->arena, &blob, &f->e), ERR_ABSENT);
	assert_int_equal(reg_blob(f->reg, members, &body, &f->arena, &blob, &f->e), 0);
	view_unref(public);
	view_unref(members);
}

/* Equal acts have unlike commitments: nobody can try out what one may say. */
static void salts(void **state)
{
	struct fix *f = *state;
	const char *act = "{\"kind\":\"thanked\",\"date\":\"2001-01-01\",\"args\":{\"P\":\"KZ\"},\"for\":[\"KZ\"]}";
	uint64_t first = fix_file(f, act), second = fix_file(f, act);
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	struct str a = json_get_str(record_act(view_record(v), first)->json, "commitment");
	struct str b = json_get_str(record_act(view_record(v), second)->json, "commitment");
	assert_int_equal(a.n, 7 + 64);
	assert_false(str_eq(a, b));
	view_unref(v);
}

/* Filing must not undo it: a name, a correction or an introduction that would show a sealed act to others is refused. */
static void keeps_seals(void **state)
{
	struct fix *f = *state;
	uint64_t pos = fix_file(f, LIST("ZZ") ",\"for\":[\"members\"]}");
	char correction[200];
	assert_int_equal(fix_try(f, GRANT("ZZ", "member", "2004-01-01") "}"), ERR_REFUSED);
	assert_string_equal(f->e.where, "args.P");
	assert_non_null(strstr(f->e.what, "would show it to others"));
	assert_int_equal(fix_try(f, GRANT("ZZ", "member", "2004-01-01") ",\"for\":[\"members\",\"observers\"]}"), ERR_REFUSED);
	assert_int_equal(fix_try(f, LIST("ZZ") "}"), ERR_REFUSED);
	(void)snprintf(correction, sizeof correction, LIST("ZZ") ",\"corrects\":%d}", (int)pos);
	assert_int_equal(fix_try(f, correction), ERR_REFUSED);
	assert_string_equal(f->e.where, "for");
	(void)snprintf(correction, sizeof correction, "{\"corrects\":%d,\"annul\":true}", (int)pos);
	assert_int_equal(fix_try(f, correction), ERR_REFUSED);
	(void)snprintf(correction, sizeof correction, "{\"corrects\":%d,\"annul\":true,\"for\":[\"members\"]}", (int)pos);
	(void)fix_file(f, correction);
	const struct view *v = fix_view(f, "members", UINT64_MAX);
	assert_null(record_entity(view_record(v), STR("ZZ")));
	view_unref(v);
	assert_int_equal(reg_size(f->reg), pos + 2);
}

/* The preview of a sealed act is the registrar's; the public one would show nothing. */
static void previews(void **state)
{
	struct fix *f = *state;
	struct filed filed;
	uint64_t size = reg_size(f->reg);
	assert_int_equal(reg_file(f->reg, &(struct act_in){.text = STR(GRANT("KZ", "member", "2003-01-01") "}")}, true, &f->arena, &filed, &f->e), 0);
	assert_int_equal(filed.pos, size);
	assert_int_equal(filed.nchanges, 1);
	assert_int_equal(filed.changes[0].readings, 0);
	assert_int_equal(filed.changes[0].d.from, date_from(2003, 1, 1));
	assert_true(str_eq(syms_str(record_syms(view_record(filed.after)), filed.changes[0].d.after.s), STR("member")));
	assert_answer(f, filed.before, "status(\"KZ\")", "none");
	assert_answer(f, filed.after, "status(\"KZ\")", "member");
	view_unref(filed.before);
	view_unref(filed.after);
	assert_int_equal(reg_size(f->reg), size);
	assert_public(f, "status(\"KZ\")", "none");
	assert_int_equal(reg_file(f->reg, &(struct act_in){.text = STR(GRANT("KZ", "member", "2003-01-01") ",\"for\":[\"KZ\"]}")}, false, &f->arena, &filed, &f->e), 0);
	assert_string_equal(arena_str(&f->arena, view_audience(filed.after)).p, "secretariat");
	assert_int_equal(filed.nchanges, 1);
	view_unref(filed.before);
	view_unref(filed.after);
	assert_public(f, "status(\"KZ\")", "none");
	/* Only reading A lets an application count. */
	assert_int_equal(reg_file(f->reg, &(struct act_in){.text = STR("{\"kind\":\"status_applied\",\"date\":\"2003-01-01\",\"args\":{\"P\":\"AT\",\"value\":\"observer\"}" SOURCES "}")},
		true, &f->arena, &filed, &f->e), 0);
	assert_int_equal(filed.nchanges, 1);
	assert_int_equal(filed.changes[0].readings, 1);
	view_unref(filed.before);
	view_unref(filed.after);
}

/* ---- two dates ---------------------------------------------------------------------------------------------------------------- */

static void knows_at(void **state)
{
	struct fix *f = *state;
	const struct view *v;
	uint64_t granted = fix_file(f, GRANT("KZ", "member", "2003-01-01") "}");
	char text[400];
	(void)snprintf(text, sizeof text, GRANT("KZ", "member", "2003-06-01") ",\"corrects\":%d}", (int)granted);
	uint64_t moved = fix_file(f, text);
	(void)snprintf(text, sizeof text, "{\"corrects\":%d,\"annul\":true,\"recorded\":true,\"sources\":[{\"title\":\"G\",\"url\":\"https://g.example/1\"}]}", (int)granted);
	uint64_t annulled = fix_file(f, text);
	(void)snprintf(text, sizeof text, "{\"corrects\":%d,\"annul\":true}", (int)annulled);
	uint64_t restored = fix_file(f, text);
	static const struct { int step; const char *march, *july; } known[] = {
		{-1, "none", "none"}, {0, "member", "member"}, {1, "none", "member"}, {2, "none", "none"}, {3, "none", "member"}};
	assert_int_equal(restored, granted + 3);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		v = fix_view(f, "public", granted + (uint64_t)known[i].step);
		assert_int_equal(view_known(v), granted + (uint64_t)known[i].step);
		assert_answer(f, v, "status(\"KZ\") on 2003-03-01", known[i].march);
		assert_answer(f, v, "status(\"KZ\") on 2003-07-01", known[i].july);
		view_unref(v);
	}
	v = fix_view(f, "public", UINT64_MAX);
	const struct record *r = view_record(v);
	assert_int_equal(record_place(r, restored), granted);
	assert_int_equal(record_standing(r, granted)->pos, moved);
	assert_int_equal(record_standing(r, annulled)->pos, moved);
	assert_int_equal(record_act(r, granted)->ncorrected_by, 2);
	assert_int_equal(record_act(r, granted)->corrected_by[0], moved);
	assert_int_equal(record_act(r, granted)->corrected_by[1], annulled);
	assert_int_equal(record_act(r, annulled)->corrected_by[0], restored);
	view_unref(v);
	v = fix_view(f, "public", annulled);
	assert_null(record_standing(view_record(v), granted));
	assert_int_equal(record_act(view_record(v), annulled)->ncorrected_by, 0);
	view_unref(v);
	assert_int_equal(reg_view(f->reg, STR("public"), restored + 1, &v, &f->e), ERR_INPUT);
	assert_non_null(strstr(f->e.what, "there is no entry 12 yet; the newest is 11"));
	assert_int_equal(reg_view(f->reg, STR("a b"), UINT64_MAX, &v, &f->e), ERR_INPUT);
}

/* What came later cannot be seen from before: not an entity, not a title, not a correction. */
static void sees_no_later(void **state)
{
	struct fix *f = *state;
	uint64_t newest = reg_size(f->reg) - 1;
	(void)fix_file(f, LIST("FR") "}");
	(void)fix_file(f, "{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"KZ\"},\"title\":{\"en\":\"Republic of Kazakhstan\"},\"corrects\":2}");
	const struct view *then = fix_view(f, "public", newest), *now = fix_view(f, "public", UINT64_MAX);
	assert_null(record_entity(view_record(then), STR("FR")));
	assert_non_null(record_entity(view_record(now), STR("FR")));
	assert_int_equal(count_entities(now, &f->arena), count_entities(then, &f->arena) + 1);
	assert_true(str_eq(record_title(view_record(then), STR("KZ"), STR("en")).text, STR("Kazakhstan")));
	assert_true(str_eq(record_title(view_record(now), STR("KZ"), STR("en")).text, STR("Republic of Kazakhstan")));
	assert_int_equal(record_act(view_record(then), 2)->ncorrected_by, 0);
	assert_int_equal(record_act(view_record(now), 2)->ncorrected_by, 1);
	assert_null(record_act(view_record(then), newest + 1));
	view_unref(then);
	view_unref(now);
}

static void disputes(void **state)
{
	struct fix *f = *state;
	struct question q;
	struct answer a;
	struct span_step *steps;
	(void)fix_file(f, "{\"kind\":\"status_applied\",\"date\":\"2003-03-03\",\"args\":{\"P\":\"KZ\",\"value\":\"observer\"}" SOURCES "}");
	(void)fix_file(f, GRANT("KZ", "observer", "2004-04-04") "}");
	(void)fix_file(f, GRANT("KZ", "member", "2005-05-05") "}");
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	assert_int_equal(view_readings(v), 2);
	assert_int_equal(view_question(v, STR("status(\"KZ\") is observer on 2003-06-01"), &q, &f->e), 0);
	view_ask(v, q.fact, q.args, &q, view_on(q.on), &f->arena, &a);
	assert_true(a.disputed);
	assert_int_equal(a.n, 2);
	assert_true(a.readings[0].truth && !a.readings[1].truth);
	assert_int_equal(a.readings[0].since, date_from(2003, 3, 3));
	assert_int_equal(a.readings[0].until, date_from(2005, 5, 5));
	assert_int_equal(a.readings[1].since, CIVIL_ALWAYS);
	assert_int_equal(a.readings[1].until, date_from(2004, 4, 4));
	assert_int_equal(view_question(v, STR("status(\"KZ\") is not observer or member on 2005-06-01"), &q, &f->e), 0);
	view_ask(v, q.fact, q.args, &q, view_on(q.on), &f->arena, &a);
	assert_false(a.disputed || a.readings[0].truth || a.readings[1].truth);
	/* One interval is common to both readings, one each their own. */
	assert_int_equal(view_steps(v, q.fact, q.args, &f->arena, &steps), 3);
	assert_int_equal(steps[0].readings, 1);
	assert_int_equal(steps[1].readings, 2);
	assert_int_equal(steps[2].readings, 0);
	assert_int_equal(steps[2].step.from, date_from(2005, 5, 5));
	assert_int_equal(steps[2].step.to, CIVIL_NEVER);
	view_unref(v);
}

/* An interval whose end was decided by an unverified date says so, also when a delay lies between. */
static void marks_doubt(void **state)
{
	struct fix *f = *state;
	struct question q;
	struct answer a;
	struct span_step *steps;
	(void)fix_file(f, GRANT("KZ", "observer", "2003-01-01") "}");
	(void)fix_file(f, GRANT("KZ", "member", "2004-01-01") ",\"unverified\":[\"date\"]}");
	(void)fix_file(f, "{\"kind\":\"withdrawal_notified\",\"date\":\"2005-01-01\",\"args\":{\"P\":\"KZ\"},\"certainty\":\"unverified\"" SOURCES "}");
	(void)fix_file(f, GRANT("AT", "member", "2004-01-01") ",\"unverified\":[\"P\"]}");
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	assert_int_equal(view_question(v, STR("status(\"KZ\") on 2004-06-01"), &q, &f->e), 0);
	assert_int_equal(view_steps(v, q.fact, q.args, &f->arena, &steps), 2);
	assert_false(steps[0].from_unverified);
	assert_true(steps[0].to_unverified);
	assert_true(steps[1].from_unverified);
	assert_true(steps[1].to_unverified); /* twelve months after an unverified notice */
	assert_int_equal(steps[1].step.to, date_from(2006, 1, 1));
	view_ask(v, q.fact, q.args, &q, view_on(q.on), &f->arena, &a);
	assert_true(a.readings[0].since_unverified && a.readings[0].until_unverified);
	view_ask(v, q.fact, q.args, &q, view_on(date_from(2007, 1, 1)), &f->arena, &a);
	assert_int_equal(a.readings[0].value.kind, V_NONE);
	assert_int_equal(a.readings[0].since, date_from(2006, 1, 1));
	assert_true(a.readings[0].since_unverified && !a.readings[0].until_unverified);
	assert_int_equal(view_question(v, STR("status(\"AT\") on 2004-06-01"), &q, &f->e), 0);
	view_ask(v, q.fact, q.args, &q, view_on(q.on), &f->arena, &a);
	assert_false(a.readings[0].since_unverified);
	view_unref(v);
}

/* ---- lists and questions -------------------------------------------------------------------------------------------------------- */

static void lists(void **state)
{
	struct fix *f = *state;
	(void)fix_file(f, GRANT("KZ", "member", "2003-01-01") "}");
	(void)fix_file(f, GRANT("AT", "observer", "2004-01-01") "}");
	(void)fix_file(f, GRANT("AT", "member", "2004-01-01") "}"); /* observer for no time at all */
	uint64_t note = fix_file(f, "{\"kind\":\"note_made\",\"date\":\"2005-01-01\",\"args\":{\"A\":\"2\"}}");
	(void)fix_file(f, "{\"kind\":\"objected\",\"date\":\"2006-01-01\",\"args\":{\"P\":\"BE\",\"D\":\"DEC-1\"}" SOURCES "}");
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	const struct record *r = view_record(v);
	const struct rulebook *rb = record_rulebook(r);
	struct value kz;
	const struct instance *list;
	struct span_step *steps;
	assert_true(view_entity(v, STR("KZ"), &kz));
	assert_int_equal(view_instances(v, rulebook_fact(rb, STR("status")), VALUE_NONE, &f->arena, &list), 2);
	assert_int_equal(view_instances(v, rulebook_fact(rb, STR("status")), kz, &f->arena, &list), 1);
	assert_int_equal(list[0].args[0].s, kz.s);
	assert_int_equal(view_instance_steps(v, &list[0], &f->arena, &steps), 1);
	assert_int_equal(steps[0].step.from, date_from(2003, 1, 1));
	assert_int_equal(view_instances(v, rulebook_fact(rb, STR("crowd")), VALUE_NONE, &f->arena, &list), 1);
	assert_int_equal(view_instances(v, rulebook_fact(rb, STR("crowd")), kz, &f->arena, &list), 0);
	assert_int_equal(view_instances(v, rulebook_fact(rb, STR("in_force")), VALUE_NONE, &f->arena, &list), 0);
	/* Facts about acts. */
	assert_answer(f, v, "noted(\"2\")", "yes");
	assert_answer(f, v, "breach(\"12\")", "yes");
	assert_answer(f, v, "last_note() is \"2\"", "2");
	assert_int_equal(note, 11);
	/* Entities by type. */
	const struct entity **entities;
	uint32_t party = NO_ID, state_type = NO_ID;
	for (uint32_t t = 0; t < rb->types.n; t++) {
		if (str_eq(syms_str(&rb->syms, rb->types.v[t].name), STR("Party")))
			party = t;
		if (str_eq(syms_str(&rb->syms, rb->types.v[t].name), STR("State")))
			state_type = t;
	}
	assert_int_equal(record_entities(r, state_type, &f->arena, &entities), 3);
	assert_int_equal(record_entities(r, party, &f->arena, &entities), 3);
	assert_int_equal(entities[1]->introduced, 2);
	/* Titles: own, by ICU, by the organisation's languages, the name itself. */
	assert_true(str_eq(record_title(r, STR("KZ"), STR("fr")).text, STR("Kazakhstan (fr)")));
	assert_true(str_eq(record_title(r, STR("AT"), STR("en")).text, STR("Austria")));
	assert_true(str_eq(record_title(r, STR("AT"), STR("fr")).text, STR("Autriche")));
	assert_true(str_eq(record_title(r, STR("AT"), STR("de")).text, STR("Austria")));
	assert_true(str_eq(record_title(r, STR("nobody"), STR("en")).text, STR("nobody")));
	view_unref(v);
}

static void questions(void **state)
{
	static const struct { const char *text, *what, *hint; } bad[] = {
		{"status(\"XX\")", "knows no \"XX\"", ""},
		{"status(\"Kazakhstn\")", "knows no \"Kazakhstn\"", "did you mean \"KZ\" (Kazakhstan)?"},
		{"status(\"COUNCIL\")", "COUNCIL is of the type Body, not Party", ""},
		{"statis(\"KZ\")", "no fact statis", "did you mean status?"},
		{"noted(\"0\")", "knows no \"0\"", ""},
		{"noted(\"99\")", "knows no \"99\"", ""},
		{"last_note() is \"99\"", "knows no \"99\"", ""},
		{"own_status(\"KZ\") is prince", "KZ is of the type State, not Organisation", ""},
		{"meets(\"KZ\", never_named)", "no act ever named the word never_named", ""},
		{"status(\"KZ\") is king", "", ""},
		{"status(\"KZ\"", "", ""},
		{"status(\"KZ\") on 2001-02-30", "", ""},
		{"", "", ""},
	};
	struct fix *f = *state;
	struct question q;
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (view_question(v, str_of(bad[i].text), &q, &f->e) != ERR_INPUT || !strstr(f->e.what, bad[i].what) || !strstr(f->e.hint, bad[i].hint))
			fail_msg("%s: %s (%s)", bad[i].text, f->e.what, f->e.hint);
	}
	view_unref(v);
}

/* ---- sharing ------------------------------------------------------------------------------------------------------------------------ */

static void shares_views(void **state)
{
	struct fix *f = *state;
	const struct view *a = fix_view(f, "members,KZ", UINT64_MAX), *b = fix_view(f, "KZ,public,members,KZ", FIX_ACTS);
	assert_ptr_equal(a, b);
	view_unref(b);
	for (uint64_t k = 0; k <= FIX_ACTS; k++) /* more than the cache holds */
		for (int i = 0; i < 3; i++)
			view_unref(fix_view(f, i == 0 ? "public" : i == 1 ? "members" : "KZ", k));
	assert_answer(f, a, "status(\"KZ\")", "none"); /* held, so still there */
	view_unref(a);
}

struct crowd {
	struct reg *reg;
	int bad;
};

/* Asks while others file: each view must be whole, and of the size that it says. */
static void *ask_much(void *ctx)
{
	struct crowd *c = ctx;
	for (int i = 0; i < 60; i++) {
		const struct view *v;
		struct err e;
		uint64_t known = i % 3 ? UINT64_MAX : (uint64_t)i % FIX_ACTS;
		if (reg_view(c->reg, i % 2 ? STR("public") : STR("members"), known, &v, &e) < 0) {
			__atomic_add_fetch(&c->bad, 1, __ATOMIC_RELAXED);
			continue;
		}
		const struct entity **list;
		struct arena a = {0};
		size_t n = record_entities(view_record(v), NO_ID, &a, &list);
		if (n != view_known(v)) /* every act here introduces one */
			__atomic_add_fetch(&c->bad, 1, __ATOMIC_RELAXED);
		arena_done(&a);
		view_unref(v);
	}
	return NULL;
}

static void serves_many(void **state)
{
	struct fix *f = *state;
	struct crowd c = {f->reg, 0};
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_much, &c), 0);
	for (int i = 0; i < 20; i++) {
		char act[100];
		(void)snprintf(act, sizeof act, LIST("S-%d") "}", i);
		(void)fix_file(f, act);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(c.bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(seals, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(naming_a_body_opens_nothing, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(salts, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(keeps_seals, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(previews, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(knows_at, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(sees_no_later, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(disputes, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(marks_doubt, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(lists, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(questions, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(shares_views, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(serves_many, fix_open, fix_close),
	};
	return test_main(tests);
}
