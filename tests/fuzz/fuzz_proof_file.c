/* SPDX-License-Identifier: Apache-2.0
 *
 * Proof files. The input is one file as comity-proof reads it; or three texts with a byte 0x1e between them: rules, acts (one JSON object a
 * line) and an answer about them, so that what lies behind the signatures is reached too. A refusal says what is wrong.
 */
#include "proof/evidence.h"
#include "tests/fuzz/fuzz.h"

static void try_file(struct str text)
{
	struct ck_options none = {0};
	struct ck_verdict v;
	struct err e = {0};
	int rc = ck_check(text, &none, &v, &e);
	must(v.step < CK_STEPS && (rc == 0 ? v.own_key : rc == e.code && e.where[0] && e.what[0]));
}

static size_t read_acts(struct ck_book *b, struct str text, struct arena *a, struct ck_act **ret)
{
	struct { struct ck_act *v; size_t n, cap; } acts = {0};
	struct str line;
	while (str_line(&text, &line) && acts.n < 200) {
		const struct jv *obj;
		struct ck_act act;
		struct err e;
		if (jv_read(a, line, "act", &obj, &e) == 0 && ck_act_read(b, obj, acts.n + 1, a, &act, &e) == 0)
			arena_push(a, &acts, act);
	}
	*ret = acts.v;
	return acts.n;
}

static void try_answer(struct str rules, struct str lines, struct str answer)
{
	const struct jv *proof;
	struct ck_verdict v = {0};
	struct ck_book b;
	struct arena a = {0};
	struct ck_act *acts;
	struct err e = {0};
	if (ck_law_read(STR("rules"), rules, NULL, &b, &e) < 0) {
		must(e.where[0] && e.what[0]);
		return;
	}
	b.budget = 20000;
	size_t n = read_acts(&b, lines, &a, &acts);
	if (jv_read(&a, answer, "answer", &proof, &e) == 0) {
		int rc = ck_answer(&b, acts, n, UINT64_MAX, n % 2, proof, &v, &e);
		must(rc == 0 || (rc == e.code && e.where[0] && e.what[0]));
	}
	ck_law_done(&b);
	arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = {(const char *)data, n}, acts, answer;
	if (!str_cut(text, 0x1e, &text, &acts))
		try_file(text);
	else if (str_cut(acts, 0x1e, &acts, &answer))
		try_answer(text, acts, answer);
	return 0;
}
