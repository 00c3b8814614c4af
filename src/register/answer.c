/* SPDX-License-Identifier: Apache-2.0 */
#include "register/answer.h"

#include "register/org.h"
#include "rules/proof_json.h"

#include <inttypes.h>

void json_date(struct buf *out, civil t)
{
	char text[DATE_LEN];
	if (t == CIVIL_ALWAYS || t == CIVIL_NEVER)
		buf_adds(out, "null");
	else
		buf_addf(out, "\"%s\"", date_print(t, text));
}

void json_value(struct buf *out, const struct syms *syms, struct value v)
{
	struct buf text;
	if (v.kind == V_NONE) {
		buf_adds(out, "null");
		return;
	}
	buf_init(&text, MAX_STRING + 1);
	value_print(syms, v, &text);
	json_quote(out, buf_str(&text));
	buf_done(&text);
}

bool answer_true(const struct answer *a)
{
	for (uint32_t k = 0; k < a->n; k++)
		if (!a->readings[k].truth)
			return false;
	return true;
}

static struct str notice(const struct record *r, struct str lang)
{
	const struct org *org = record_org(r);
	return title_pick(org->notices, org->nnotices, lang).text;
}

static void json_question(const struct view *v, const struct question *q, civil date, struct str lang, struct buf *out)
{
	const struct record *r = view_record(v);
	const struct fact *f = &record_rulebook(r)->facts.v[q->fact];
	struct str says = notice(r, lang);
	buf_addc(out, '{');
	if (says.n) {
		buf_adds(out, "\"notice\": ");
		json_quote(out, says);
		buf_adds(out, ", ");
	}
	buf_adds(out, "\"fact\": ");
	json_quote(out, syms_str(&record_rulebook(r)->syms, f->name));
	buf_adds(out, ", \"args\": [");
	for (uint32_t i = 0; i < f->nparams; i++) {
		buf_adds(out, i ? ", " : "");
		json_value(out, record_syms(r), q->args[i]);
	}
	buf_adds(out, "], \"on\": ");
	json_date(out, date);
	buf_addf(out, ", \"known\": %" PRIu64 ", \"audience\": ", view_known(v));
	json_quote(out, view_audience(v));
}

static void json_interval(const struct view *v, const struct reading_answer *r, struct buf *out)
{
	buf_adds(out, "\"value\": ");
	json_value(out, record_syms(view_record(v)), r->value);
	buf_adds(out, ", \"since\": ");
	json_date(out, r->since);
	buf_adds(out, ", \"until\": ");
	json_date(out, r->until);
}

void answer_json(const struct view *v, const struct question *q, civil date, const struct answer *a, bool proof,
	struct str lang, struct arena *arena, struct buf *out)
{
	json_question(v, q, date, lang, out);
	buf_addf(out, ", \"true\": %s, \"disputed\": %s, ", answer_true(a) ? "true" : "false",
		a->disputed ? "true" : "false");
	if (!a->disputed) {
		json_interval(v, &a->readings[0], out);
		buf_adds(out, ", ");
	}
	buf_adds(out, "\"answers\": [");
	for (uint32_t k = 0; k < (a->disputed ? a->n : 1); k++) {
		const struct reading_answer *r = &a->readings[k];
		buf_addf(out, "%s\n  {\"reading\": ", k ? "," : "");
		if (a->disputed)
			json_quote(out, view_reading_name(v, k));
		else
			buf_adds(out, "null");
		buf_adds(out, ", ");
		json_interval(v, r, out);
		buf_addf(out, ", \"since_unverified\": %s, \"until_unverified\": %s}",
			r->since_unverified ? "true" : "false", r->until_unverified ? "true" : "false");
	}
	buf_adds(out, proof ? "\n], \"proof\": " : "\n]}\n");
	if (!proof)
		return;
	answer_proof_json(v, q, a, false, lang, arena, out);
	buf_adds(out, "}\n");
}

struct value answer_wanted(const struct view *v, const struct question *q)
{
	const struct fact *f = &record_rulebook(view_record(v))->facts.v[q->fact];
	if (f->value == TYPE_BOOL)
		return VALUE_YES;
	return q->nis && !q->negated ? q->is[0] : VALUE_NONE;
}

static void proof_file(const struct view *v, const struct question *q, const struct answer *a, bool whynot, struct str says, bool acts,
	struct arena *arena, struct buf *out)
{
	const struct record *r = view_record(v);
	const struct eval *evals[MAX_READINGS];
	const struct proof *proofs[MAX_READINGS];
	struct buf rulebook;
	buf_init(&rulebook, 2 * DIGEST_LEN);
	buf_add_hex(&rulebook, record_bundle(r)->b, DIGEST_LEN);
	for (uint32_t k = 0; k < a->n; k++) {
		evals[k] = view_eval(v, k);
		proofs[k] = whynot || !a->readings[k].truth
				    ? explain_whynot(evals[k], q->fact, q->args, answer_wanted(v, q), a->on, arena)
				    : explain_why(evals[k], q->fact, q->args, a->on, arena);
	}
	struct proof_answer answer = {.fact = q->fact,
		.args = q->args,
		.is = q->is,
		.nis = q->nis,
		.negated = q->negated,
		.at = a->on,
		.n = a->n,
		.evals = evals,
		.proofs = proofs,
		.rulebook = buf_str(&rulebook),
		.origin = record_org(r)->origin,
		.notice = says,
		.acts = acts};
	proof_json(&answer, out);
	buf_done(&rulebook);
}

void answer_proof_json(const struct view *v, const struct question *q, const struct answer *a, bool whynot,
	struct str lang, struct arena *arena, struct buf *out)
{
	proof_file(v, q, a, whynot, notice(view_record(v), lang), true, arena, out);
}

void answer_proof_bare(const struct view *v, const struct question *q, const struct answer *a, bool whynot, struct arena *arena, struct buf *out)
{
	proof_file(v, q, a, whynot, notice(view_record(v), STR("en")), false, arena, out);
}
