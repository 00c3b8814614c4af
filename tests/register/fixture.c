/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/register/fixture.h"

#include <ftw.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void remove_tree(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
	assert_int_equal(fclose(out), 0);
}

static const char first_acts[] =
	"{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"AT\"}}\n"
	"{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"KZ\"},\"title\":{\"en\":\"Kazakhstan\",\"fr\":\"Kazakhstan (fr)\"}}\n"
	"{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"BE\"}}\n"
	"{\"kind\":\"body_established\",\"date\":\"2000-01-01\",\"args\":{\"B\":\"COUNCIL\"},\"title\":{\"en\":\"Council\"}}\n"
	"{\"kind\":\"meeting_convened\",\"date\":\"2000-01-01\",\"args\":{\"M\":\"MEET-1\",\"B\":\"COUNCIL\",\"first\":\"2000-02-01\",\"last\":\"2000-02-02\"},\"title\":{\"en\":\"First meeting\"}}\n"
	"\n"
	"{\"kind\":\"decision_tabled\",\"date\":\"2000-02-01\",\"args\":{\"D\":\"DEC-1\",\"B\":\"COUNCIL\",\"M\":\"MEET-1\"},\"title\":{\"en\":\"Decision on seats\"}}\n"
	"{\"kind\":\"instrument_adopted\",\"date\":\"2000-02-02\",\"args\":{\"I\":\"PACT\",\"M\":\"MEET-1\"},\"title\":{\"en\":\"Pact of the League\"}}\n";

int fix_open(void **state)
{
	struct fix *f = calloc(1, sizeof *f);
	assert_non_null(f);
	strcpy(f->dir, "/tmp/register-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	struct buf diags;
	uint64_t done;
	buf_init(&diags, 1 << 20);
	if (reg_create(f->dir, ORG, &diags, &f->e) != 0)
		fail_msg("%s: %s\n%s", f->e.where, f->e.what, buf_str(&diags).p);
	buf_done(&diags);
	fix_reopen(f, REG_WRITE);
	if (reg_load(f->reg, str_of(first_acts), "first.jsonl", NULL, NULL, &done, &f->e) != 0)
		fail_msg("%s: %s", f->e.where, f->e.what);
	assert_int_equal(done, FIX_ACTS);
	*state = f;
	return 0;
}

int fix_close(void **state)
{
	struct fix *f = *state;
	reg_close(f->reg);
	arena_done(&f->arena);
	remove_tree(f->dir);
	free(f);
	return 0;
}

void fix_reopen(struct fix *f, enum reg_mode mode)
{
	reg_close(f->reg);
	f->reg = NULL;
	if (reg_open(f->dir, mode, &f->reg, &f->e) != 0)
		fail_msg("%s: %s (%s)", f->e.where, f->e.what, f->e.hint);
}

int fix_try(struct fix *f, const char *json)
{
	struct filed filed;
	f->e = (struct err){0};
	int rc = reg_file(f->reg, &(struct act_in){.text = str_of(json)}, false, &f->arena, &filed, &f->e);
	if (rc == 0) {
		view_unref(filed.before);
		view_unref(filed.after);
	}
	return rc;
}

uint64_t fix_file(struct fix *f, const char *json)
{
	uint64_t pos = reg_size(f->reg);
	if (fix_try(f, json) != 0)
		fail_msg("%s: %s: %s (%s)", json, f->e.where, f->e.what, f->e.hint);
	assert_int_equal(reg_size(f->reg), pos + 1);
	return pos;
}

const struct view *fix_view(struct fix *f, const char *audience, uint64_t known)
{
	const struct view *v;
	if (reg_view(f->reg, str_of(audience), known, &v, &f->e) != 0)
		fail_msg("%s: %s", f->e.where, f->e.what);
	return v;
}

const char *fix_ask(struct fix *f, const struct view *v, uint32_t reading, const char *question)
{
	struct question q;
	struct answer answer;
	struct buf text;
	if (view_question(v, str_of(question), &q, &f->e) != 0)
		fail_msg("%s: %s: %s", question, f->e.where, f->e.what);
	view_ask(v, q.fact, q.args, &q, view_on(q.has_on ? q.on : date_from(2020, 1, 1)), &f->arena, &answer);
	buf_init(&text, 4096);
	value_print(record_syms(view_record(v)), answer.readings[reading].value, &text);
	const char *z = arena_str(&f->arena, buf_str(&text)).p;
	buf_done(&text);
	return z;
}
