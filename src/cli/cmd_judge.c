/* SPDX-License-Identifier: Apache-2.0
 *
 * comity judge: what the evidence of a mirror or a witness is worth, offline.
 */
#include "cli/cli.h"

#include "base/json.h"
#include "mirror/evidence.h"
#include "register/bundle.h"

static const char *const heads[] = {[CLAIM_PROVED] = "Proved:", [CLAIM_WORD] = "On the mirror's word:", [CLAIM_CHECK] = "To be checked:",
	[CLAIM_FALSE] = "Not so:", [CLAIM_CARE] = "With care:"};
static const char *const names[] = {[CLAIM_PROVED] = "proved", [CLAIM_WORD] = "word", [CLAIM_CHECK] = "check", [CLAIM_FALSE] = "false", [CLAIM_CARE] = "care"};

static void print(const struct finding *f, const struct judgement *j, struct arena *a, struct buf *out)
{
	if (f->found.n)
		buf_addf(out, "Evidence of kind \"%s\", found %s.\n", finding_name(f->kind), evidence_shown(f->found, a));
	else
		buf_adds(out, "Two checkpoints.\n");
	for (size_t i = 0; i < j->claims.n; i++)
		buf_addf(out, "%-22s%.*s\n", heads[j->claims.v[i].kind], STR_ARG(j->claims.v[i].says));
	switch (j->verdict) {
	case VERDICT_PROVED: buf_addf(out, "%s alone proves it, against the key of %.*s.\n", f->found.n ? "This file" : "This", STR_ARG(j->by)); break;
	case VERDICT_WORD:
		buf_adds(out, "What is signed is proved; that a server gave out something else rests on the word of whoever kept this file, for no server "
			      "signs its answers.\n");
		break;
	case VERDICT_OPEN: buf_adds(out, "What is signed is proved; whether it contradicts itself is not to be seen from this alone.\n"); break;
	case VERDICT_FALSE: buf_addf(out, "%s.\n", f->found.n ? "This file does not show what it claims" : "This shows nothing wrong"); break;
	}
}

static void print_json(const struct finding *f, const struct judgement *j, struct arena *a, struct buf *out)
{
	static const char *const verdicts[] = {[VERDICT_PROVED] = "proved", [VERDICT_WORD] = "word", [VERDICT_OPEN] = "open", [VERDICT_FALSE] = "false"};
	(void)a;
	buf_addf(out, "{\"kind\": \"%s\", \"verdict\": \"%s\", \"claims\": [", finding_name(f->kind), verdicts[j->verdict]);
	for (size_t i = 0; i < j->claims.n; i++) {
		buf_addf(out, "%s\n {\"%s\": ", i ? "," : "", names[j->claims.v[i].kind]);
		json_quote(out, j->claims.v[i].says);
		buf_addc(out, '}');
	}
	buf_adds(out, "]}\n");
}

/* What a mirror kept is one file; what a witness did, two. */
static int read_finding(const struct call *c, struct finding *ret, struct err *e)
{
	struct evidence_file file[2] = {{c->word[0], {NULL, 0}}, {c->word[1], {NULL, 0}}};
	int rc = 0;
	for (int i = 0; i < 2 && file[i].where && rc == 0; i++)
		rc = file_read(file[i].where, EVIDENCE_MAX_BYTES, c->arena, &file[i].text, e);
	if (rc < 0)
		return rc;
	if (file[1].where)
		return evidence_of_two(file, c->arena, ret, e);
	rc = evidence_read(file[0].text, file[0].where, c->arena, ret, e);
	if (rc < 0 && !str_starts(str_trim(file[0].text), STR("{")))
		(void)err_hint(e, "of a witness's evidence name two files: comity judge 0001.signed 0001.request");
	return rc;
}

int run_judge(const struct call *c)
{
	struct finding f;
	struct judgement j;
	struct err e;
	if (!given(c, "key"))
		return usage(c, "--key VKEY is needed: the public key of the register, as its members know it (not as the file says it)");
	if (read_finding(c, &f, &e) < 0 || evidence_judge(&f, str_of(given(c, "key")), c->arena, &j, &e) < 0) {
		(void)fail_with(&e);
		return CANNOT;
	}
	(given(c, "json") ? print_json : print)(&f, &j, c->arena, c->out);
	return j.verdict == VERDICT_PROVED ? DONE : NO;
}
