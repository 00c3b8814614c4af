/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that answer: ask.
 */
#include "cli/ask.h"

#include <inttypes.h>

static bool is_true(const struct answer *a)
{
	for (uint32_t k = 0; k < a->n; k++)
		if (!a->readings[k].truth)
			return false;
	return true;
}

static void json_question(const struct asked *q, struct buf *out)
{
	const struct record *r = view_record(q->view);
	const struct fact *f = &record_rulebook(r)->facts.v[q->question.fact];
	buf_adds(out, "{\"fact\": ");
	json_quote(out, syms_str(&record_rulebook(r)->syms, f->name));
	buf_adds(out, ", \"args\": [");
	for (uint32_t i = 0; i < f->nparams; i++) {
		buf_adds(out, i ? ", " : "");
		json_value(out, record_syms(r), q->question.args[i]);
	}
	buf_adds(out, "], \"on\": ");
	json_date(out, q->date);
	buf_addf(out, ", \"known\": %" PRIu64 ", \"audience\": ", view_known(q->view));
	json_quote(out, view_audience(q->view));
}

static void json_answer(const struct asked *q, struct buf *out)
{
	const struct answer *a = &q->answer;
	json_question(q, out);
	buf_addf(out, ", \"true\": %s, \"disputed\": %s, \"answers\": [", is_true(a) ? "true" : "false", a->disputed ? "true" : "false");
	for (uint32_t k = 0; k < (a->disputed ? a->n : 1); k++) {
		const struct reading_answer *r = &a->readings[k];
		buf_addf(out, "%s\n  {\"reading\": ", k ? "," : "");
		if (a->disputed)
			json_quote(out, view_reading_name(q->view, k));
		else
			buf_adds(out, "null");
		buf_adds(out, ", \"value\": ");
		json_value(out, record_syms(view_record(q->view)), r->value);
		buf_adds(out, ", \"since\": ");
		json_date(out, r->since);
		buf_adds(out, ", \"until\": ");
		json_date(out, r->until);
		buf_addf(out, ", \"since_unverified\": %s, \"until_unverified\": %s}", r->since_unverified ? "true" : "false",
			r->until_unverified ? "true" : "false");
	}
	buf_adds(out, "\n]}\n");
}

static void print_answer(const struct asked *q, struct buf *out)
{
	const struct record *r = view_record(q->view);
	const struct answer *a = &q->answer;
	const struct fact *f = &record_rulebook(r)->facts.v[a->fact];
	char on[DATE_LEN], since[DATE_LEN], until[DATE_LEN];
	print_fact(r, a->fact, a->args, out);
	buf_addf(out, " on %s%s\n", date_print(q->date, on), a->disputed ? ": the readings of the law differ" : "");
	for (uint32_t k = 0; k < (a->disputed ? a->n : 1); k++) {
		const struct reading_answer *x = &a->readings[k];
		if (a->disputed)
			buf_addf(out, "reading %.*s\n", STR_ARG(view_reading_name(q->view, k)));
		buf_adds(out, "  value  ");
		if (x->value.kind == V_NONE)
			buf_adds(out, f->value == TYPE_BOOL ? "no" : "none");
		else
			value_print(record_syms(r), x->value, out);
		buf_addf(out, "\n  since  %s%s\n  until  %s%s\n", date_or(x->since, "the beginning", since), x->since_unverified ? " (unverified)" : "",
			date_or(x->until, "open", until), x->until_unverified ? " (unverified)" : "");
	}
}

int run_ask(const struct call *c)
{
	struct asked q;
	int status = ask_open(c, c->word[1], &q);
	if (status != DONE)
		return status;
	(given(c, "json") ? json_answer : print_answer)(&q, c->out);
	status = is_true(&q.answer) ? DONE : NO;
	ask_close(&q);
	return status;
}
