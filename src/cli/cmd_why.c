/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that give reasons: why, whynot.
 */
#include "cli/ask.h"
#include "register/evidence.h"
#include "register/org.h"
#include "register/phrase.h"

#include <errno.h>
#include <string.h>

struct telling {
	struct phrasing p;
	struct buf *out;
	bool full;  /* else checks that nothing happened are not unfolded */
	bool marks; /* say before each statement whether it holds */
	bool *told; /* by number of the node: what follows from it was unfolded */
};

/* Where a statement was stated first: there stands what it follows from. */
static const struct proof *source(const struct proof *x)
{
	return x->shared && x->same ? x->same : x;
}

/* Of what is asked for, is it there? The question itself needs no mark, nor what is there in the place of what is asked. */
static const char *mark(const struct telling *t, const struct proof *x, const struct proof *above)
{
	bool instead = above && !above->holds && (above->kind == PROOF_FACT || above->kind == PROOF_STILL);
	if (!t->marks || !above)
		return "";
	return instead && x->kind == PROOF_FACT ? "         " : x->holds ? "met      " : "not met  ";
}

static void tell_line(const struct telling *t, const struct proof *x, const struct proof *above, int depth)
{
	struct phrase say = phrase_proof(&t->p, x), basis = phrase_basis(&t->p, x);
	buf_addf(t->out, "%*s%s%.*s", 2 * depth, "", mark(t, x, above),
		STR_ARG(phrase_sentence(&t->p, &say)));
	if (basis.n)
		buf_addf(t->out, "  [%.*s]", STR_ARG(phrase_text(&t->p, &basis)));
	if (x->shared && t->told[source(x)->id])
		buf_adds(t->out, "  (as above)");
	buf_addc(t->out, '\n');
}

/* Checks that nothing else happened fill most of a proof; the statement above them says so in one line. Where something is not so,
 * what is so needs no reasons. */
static bool unfolds(const struct telling *t, const struct proof *x)
{
	bool check = x->kind == PROOF_STILL || x->kind == PROOF_NEVER || x->kind == PROOF_NOT;
	return t->full || !x->holds || (!check && !t->marks);
}

/* Of what was counted, the first statement of each: China is a member. */
static const struct proof *headline(const struct proof *x)
{
	while ((x->kind == PROOF_ALL || x->kind == PROOF_ANY) && x->nkids)
		x = x->kids[0];
	return x;
}

static void tell(const struct telling *t, const struct proof *x, const struct proof *above, int depth);

/* `of`: whose kids are told; `above`: the statement that they stand below. */
static void tell_kids(const struct telling *t, const struct proof *of, const struct proof *above, int depth)
{
	for (size_t i = 0; i < of->nkids; i++)
		tell(t, of->kids[i], above, depth);
}

static void tell(const struct telling *t, const struct proof *x, const struct proof *above, int depth)
{
	const struct proof *from = source(x);
	/* A group of conditions says nothing by itself: its parts stand in its place. */
	if ((x->kind == PROOF_ALL && x->nkids) || (x->kind == PROOF_ANY && x->nkids == 1)) {
		tell_kids(t, x, above, depth);
		return;
	}
	tell_line(t, x, above, depth);
	if (phrase_stands_for(x) != x) /* it was said in the words of what stands below it */
		from = source(phrase_stands_for(x));
	if (x->kind == PROOF_COUNT && x->holds && !t->full) {
		for (size_t i = 0; i < x->nkids; i++)
			tell_line(t, headline(x->kids[i]), x, depth + 1);
	} else if (unfolds(t, x)) {
		bool again = t->told[from->id];
		t->told[from->id] = true;
		if (!again)
			tell_kids(t, from, x, depth + 1);
		if (from != x && x->shared)
			tell_kids(t, x, x, depth + 1); /* what must be added since it was first stated */
	}
}

static void tell_remedies(const struct telling *t, const struct remedy *r, size_t n)
{
	if (n)
		buf_adds(t->out, "What would help:\n");
	for (size_t i = 0; i < n; i++) {
		struct phrase x = phrase_remedy(&t->p, &r[i]);
		buf_addf(t->out, "  %.*s\n", STR_ARG(phrase_sentence(&t->p, &x)));
	}
}

static void tell_reading(const struct asked *q, struct telling *t, uint32_t k, bool whynot)
{
	const struct eval *e = view_eval(q->view, k);
	const struct question *ask = &q->question;
	const struct rulebook *rb = record_rulebook(view_record(q->view));
	if (q->answer.disputed)
		buf_addf(t->out, "%sReading %.*s: %.*s\n", k ? "\n" : "", STR_ARG(view_reading_name(q->view, k)), STR_ARG(rb->readings.v[k].text));
	bool so = q->answer.readings[k].truth;
	struct value v = answer_wanted(q->view, &q->question);
	const struct proof *x = !so || whynot ? explain_whynot(e, ask->fact, ask->args, v, view_on(q->date), t->p.arena)
					      : explain_why(e, ask->fact, ask->args, view_on(q->date), t->p.arena);
	t->marks = !x->holds;
	t->told = arena_array(t->p.arena, PROOF_MAX_NODES + 1, bool);
	tell(t, x, NULL, 0);
	struct remedy *remedies;
	if (!x->holds && v.kind != V_NONE) {
		size_t n = explain_remedies(e, x, ask->fact, ask->args, v, view_on(q->date), t->p.arena, &remedies);
		tell_remedies(t, remedies, n);
	}
}

/* --proof: the answer with all that it rests on, for comity-proof. */
static int write_proof(const struct call *c, struct asked *q, bool whynot)
{
	enum evidence_form form = given(c, "touched") ? EVIDENCE_TOUCHED : EVIDENCE_WHOLE, wanted = form;
	struct buf out;
	struct err e;
	buf_init(&out, MAX_OUTPUT);
	int rc = answer_proof_file(q->reg, q->view, &q->question, &q->answer, whynot, &form, c->arena, &out, &e);
	if (rc == 0 && out.over)
		rc = err_set(&e, ERR_LIMIT, given(c, "proof"), "the proof is longer than %d bytes", MAX_OUTPUT);
	if (rc == 0)
		rc = file_write(given(c, "proof"), buf_str(&out), !str_eq(view_audience(q->view), STR("public")), &e);
	buf_done(&out);
	if (rc < 0)
		return fail_with(&e);
	if (form != wanted)
		warn_lines(STR("comity: the record is too large for one file: the proof has the touched entries only, as with --touched\n"));
	return DONE;
}

static int answer_why(const struct call *c, bool whynot)
{
	struct asked q;
	if (given(c, "touched") && !given(c, "proof"))
		return usage(c, "--touched goes with --proof FILE");
	int status = ask_open(c, c->word[1], &q);
	if (status != DONE)
		return status;
	struct telling t = {{q.view, STR("en"), c->arena}, c->out, given(c, "full") != NULL, false, NULL};
	bool so = true;
	bool json = given(c, "json") != NULL;
	if (json)
		answer_proof_json(q.view, &q.question, &q.answer, whynot, STR("en"), c->arena, c->out);
	for (uint32_t k = 0; k < q.answer.n; k++) {
		if (!json && (k == 0 || q.answer.disputed))
			tell_reading(&q, &t, k, whynot);
		so = so && q.answer.readings[k].truth;
	}
	status = given(c, "proof") ? write_proof(c, &q, whynot) : DONE;
	ask_close(&q);
	return status != DONE ? status : so != whynot ? DONE : NO;
}

int run_why(const struct call *c)
{
	return answer_why(c, false);
}

int run_whynot(const struct call *c)
{
	return answer_why(c, true);
}
