/* SPDX-License-Identifier: Apache-2.0
 *
 * The API's question: GET /api/ask?q=status("BY")&on=2023-01-01&known=200. The answer is that of `comity ask --json`,
 * with the proof file (docs/proof.md) as its last member.
 */
#include "register/answer.h"
#include "web/handlers.h"
#include "web/question.h"

static int show(struct model *m, struct err *e)
{
	struct asked_question q;
	int rc = question_read(m, ask_param(m->a, "q").text, &q, e);
	if (rc < 0)
		return rc;
	answer_json(q.view, &q.question, q.date, &q.answer, true, m->lang, m->arena, &m->ret->body);
	question_done(&q);
	return 0;
}

int api_ask_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	return model_run(a, ctx, ret, e, show);
}
