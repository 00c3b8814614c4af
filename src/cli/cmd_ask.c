/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that answer: ask.
 */
#include "cli/ask.h"
#include "register/answer.h"
#include "register/phrase.h"

#include <inttypes.h>

static void add_value(const struct record *r, const struct fact *f, struct value v, struct buf *out)
{
	if (v.kind == V_NONE)
		buf_adds(out, f->value == TYPE_BOOL ? "no" : "none");
	else
		value_print(record_syms(r), v, out);
}

/* Of a question that asks for one or the other: "differs" where the readings of the law do not answer alike. */
static const char *yes_or_no(const struct answer *a)
{
	uint32_t yes = 0;
	for (uint32_t k = 0; k < a->n; k++)
		yes += a->readings[k].truth;
	return yes == a->n ? "yes" : yes ? "differs" : "no";
}

static void print_answer(const struct asked *q, struct buf *out)
{
	const struct record *r = view_record(q->view);
	const struct answer *a = &q->answer;
	const struct fact *f = &record_rulebook(r)->facts.v[a->fact];
	char on[DATE_LEN], since[DATE_LEN], until[DATE_LEN];
	if (q->question.has_is || f->value == TYPE_BOOL)
		buf_addf(out, "%s: ", yes_or_no(a));
	print_fact(record_rulebook(r), record_syms(r), a->fact, a->args, out);
	for (uint32_t i = 0; i < q->question.nis; i++) {
		buf_adds(out, i ? " or " : q->question.negated ? " is not " : " is ");
		add_value(r, f, q->question.is[i], out);
	}
	buf_addf(out, " on %s%s\n", date_print(q->date, on), a->disputed ? ": the readings of the law differ" : "");
	for (uint32_t k = 0; k < (a->disputed ? a->n : 1); k++) {
		const struct reading_answer *x = &a->readings[k];
		if (a->disputed)
			buf_addf(out, "reading %.*s\n", STR_ARG(view_reading_name(q->view, k)));
		buf_adds(out, "  value  ");
		add_value(r, f, x->value, out);
		buf_addf(out, "\n  since  %s%s\n  until  %s%s\n", date_or(x->since, "the beginning", since), x->since_unverified ? " (unverified)" : "",
			date_or(x->until, "open", until), x->until_unverified ? " (unverified)" : "");
	}
}

/* What is supposed is told before the answer, so that nobody takes it for the record. */
static void print_supposed(const struct asked *q, struct arena *a, struct buf *out)
{
	const struct phrasing p = {q->view, STR("en"), a};
	struct phrase says = phrase_act(&p, record_act(view_record(q->view), view_known(q->view)));
	buf_addf(out, "Supposing act %" PRIu64 ", which is not filed: %.*s\n", view_known(q->view),
		STR_ARG(phrase_sentence(&p, &says)));
}

int run_ask(const struct call *c)
{
	struct asked q;
	int status = ask_open(c, c->word[1], &q);
	if (status != DONE)
		return status;
	if (given(c, "json")) {
		if (q.supposed)
			buf_addf(c->out, "{\"supposed\": %" PRIu64 ", \"answer\": ", view_known(q.view));
		answer_json(q.view, &q.question, q.date, &q.answer, false, STR("en"), c->arena, c->out);
		buf_adds(c->out, q.supposed ? "}\n" : "");
	} else {
		if (q.supposed)
			print_supposed(&q, c->arena, c->out);
		print_answer(&q, c->out);
	}
	status = answer_true(&q.answer) ? DONE : NO;
	ask_close(&q);
	return status;
}
