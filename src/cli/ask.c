/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ask.h"

#include "register/bundle.h"
#include "register/org.h"
#include "register/similar.h"

/* Is it a word for which acts can be kept: an office, an audience of org.json, a name of the record? */
static bool is_audience(const struct view *v, struct str word)
{
	const struct org *org = record_org(view_record(v));
	struct value entity;
	for (size_t i = 0; i < org->naudiences; i++)
		if (str_eq(org->audiences[i].word, word))
			return true;
	return str_eq(word, STR("public")) || org_role(org, word) || view_entity(v, word, &entity);
}

static int no_such_audience(const struct org *org, struct str word, struct err *e)
{
	char hint[200];
	struct similar near;
	similar_start(&near, word);
	for (size_t i = 0; i < org->nroles; i++)
		similar_offer(&near, org->roles[i].word, org->roles[i].word);
	for (size_t i = 0; i < org->naudiences; i++)
		similar_offer(&near, org->audiences[i].word, org->audiences[i].word);
	(void)err_set(e, ERR_INPUT, "audience", "there is no audience \"%.*s\"", (int)(word.n > 80 ? 80 : word.n), word.p);
	return err_hint(e, "%s", *similar_words(&near, hint, sizeof hint)
					 ? hint
					 : "name public, an office or an audience of org.json, or a participant by its code");
}

static int check_audience(const struct view *v, struct str audience, struct err *e)
{
	struct str word, rest = audience;
	for (bool more = true; more;) {
		more = str_cut(rest, ',', &word, &rest);
		if (!more)
			word = rest;
		if (!is_audience(v, word))
			return no_such_audience(record_org(view_record(v)), word, e);
	}
	return 0;
}

static struct str asker(const struct call *c)
{
	const char *as = given(c, "as");
	return str_of(as ? as : "public");
}

int view_open(const struct call *c, uint64_t known, struct reg **ret_reg, const struct view **ret)
{
	struct err e;
	if (reg_open(c->word[0], REG_READ, ret_reg, &e) < 0)
		return fail_with(&e);
	int rc = reg_view(*ret_reg, asker(c), known, ret, &e);
	if (rc == 0 && given(c, "as") && (rc = check_audience(*ret, asker(c), &e)) < 0)
		view_unref(*ret);
	if (rc == 0)
		return DONE;
	reg_close(*ret_reg);
	return fail_with(&e);
}

/* --suppose: the question is put to what would be known if that act were filed. */
static int suppose(const struct call *c, struct asked *q, struct err *e)
{
	const struct view *after;
	struct str text;
	if (!given(c, "suppose"))
		return 0;
	int rc = file_read(given(c, "suppose"), MAX_ACT_FILE, c->arena, &text, e);
	if (rc == 0)
		rc = reg_suppose(q->reg, text, asker(c), &after, e);
	if (rc < 0)
		return rc;
	view_unref(q->view);
	q->view = after;
	q->supposed = true;
	return 0;
}

/* The question says as known when; then its names are looked up in what was known then. */
static int read_question(const struct call *c, struct str text, struct asked *q, struct err *e)
{
	int rc = view_question(q->view, text, &q->question, e);
	if (rc < 0 || !q->question.has_known)
		return rc;
	if (q->supposed) {
		(void)err_set(e, ERR_INPUT, "--suppose", "what is supposed would be the newest entry");
		return err_hint(e, "ask without \"as known at\"");
	}
	view_unref(q->view);
	q->view = NULL;
	rc = reg_view(q->reg, asker(c), q->question.known, &q->view, e);
	return rc < 0 ? rc : view_question(q->view, text, &q->question, e);
}

int ask_open(const struct call *c, const char *question, struct asked *ret)
{
	struct err e;
	struct asked q = {0};
	int status = view_open(c, UINT64_MAX, &q.reg, &q.view);
	if (status != DONE)
		return status;
	int rc = suppose(c, &q, &e);
	if (rc == 0)
		rc = read_question(c, str_of(question), &q, &e);
	if (rc < 0) {
		ask_close(&q);
		(void)fail_with(&e);
		return CANNOT; /* also where what is supposed would be refused: there is no answer, which is not the answer no */
	}
	q.date = q.question.has_on ? q.question.on : date_day(org_now(record_org(view_record(q.view))));
	view_ask(q.view, q.question.fact, q.question.args, &q.question, view_on(q.date), c->arena, &q.answer);
	*ret = q;
	return DONE;
}

void ask_close(struct asked *q)
{
	view_unref(q->view);
	reg_close(q->reg);
}

const char *date_or(civil t, const char *open, char out[DATE_LEN])
{
	return t == CIVIL_ALWAYS || t == CIVIL_NEVER ? open : date_print(t, out);
}

void print_fact(const struct rulebook *rb, const struct syms *syms, uint32_t fact, const struct value *args, struct buf *out)
{
	const struct fact *f = &rb->facts.v[fact];
	buf_addf(out, "%.*s(", STR_ARG(syms_str(&rb->syms, f->name)));
	for (uint32_t i = 0; i < f->nparams; i++) {
		buf_adds(out, i ? ", " : "");
		if (args[i].kind == V_ENTITY)
			buf_addf(out, "\"%.*s\"", STR_ARG(syms_str(syms, args[i].s)));
		else
			value_print(syms, args[i], out);
	}
	buf_addc(out, ')');
}

void json_readings(struct buf *out, const struct view *v, uint32_t readings)
{
	bool first = true;
	if (readings == 0) {
		buf_adds(out, "null");
		return;
	}
	buf_addc(out, '[');
	for (uint32_t k = 0; k < view_readings(v); k++)
		if (readings >> k & 1) {
			buf_adds(out, first ? "" : ", ");
			json_quote(out, view_reading_name(v, k));
			first = false;
		}
	buf_addc(out, ']');
}
