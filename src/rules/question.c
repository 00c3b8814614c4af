/* SPDX-License-Identifier: Apache-2.0
 *
 * question = atom [ "is" [ "not" ] term { "or" term } ] [ "on" DATE ] [ "as" "known" "at" INT ]
 *
 * The rulebook stays as it is: new names go into the caller's table, or into one that lives only here, and are then
 * SYM_ABSENT in the answer.
 */
#include "rules/lex.h"
#include "rules/rulebook.h"

#include <stdlib.h>

struct asking {
	const struct rulebook *rb;
	struct syms *syms;
	struct str text;
	const struct token *tok;
	struct err *err;
	int code; /* of the first error */
	struct question_fault fault;
};

enum { MAX_QUESTION = 8192 };

static void lexical_error(void *ctx, uint32_t line, uint32_t article, const char *message)
{
	struct asking *q = ctx;
	(void)line;
	(void)article;
	if (q->code)
		return;
	q->code = err_set(q->err, ERR_INPUT, "question", "%s", message);
	q->fault.why = FAULT_LEXICAL;
}

static const char *const wanted_words[] = {
	[WANTED_FACT] = "the name of a fact", [WANTED_OPEN] = "(", [WANTED_ARGUMENT] = "another argument", [WANTED_CLOSE] = ")", [WANTED_NUMBER] = "a number",
	[WANTED_DATE] = "a date (2016-01-01)", [WANTED_SPAN] = "a span such as 3 months", [WANTED_VALUE] = "a value of this fact",
	[WANTED_ENTITY] = "an entity in quotes", [WANTED_NO_VALUE] = "no value: the fact is true or not; the end of the question",
	[WANTED_FEWER] = "a shorter list of values", [WANTED_KNOWN] = "\"as known at\" and a position", [WANTED_END] = "the end of the question",
};

static int refuse(struct asking *q, enum question_wanted wanted)
{
	struct str found = str_slice(q->text, q->tok->from, q->tok->to);
	const char *what = wanted_words[wanted];
	if (q->code)
		return q->code;
	q->fault = (struct question_fault){.why = FAULT_WANTED, .wanted = wanted, .found = q->tok->kind == TOKEN_END ? (struct str){NULL, 0} : found};
	if (q->tok->kind == TOKEN_END)
		q->code = err_set(q->err, ERR_INPUT, "question", "%s is expected, but the question ends", what);
	else
		q->code = err_set(q->err, ERR_INPUT, "question", "%s is expected, not %.*s", what,
			STR_ARG(str_slice(found, 0, 80)));
	(void)err_hint(q->err, "ask like this: status(\"BY\") is observer on 2016-01-01 as known at 120");
	return q->code;
}

static bool accept_word(struct asking *q, enum keyword w)
{
	if (q->tok->kind != TOKEN_NAME || q->tok->name != (sym)w)
		return false;
	q->tok++;
	return true;
}

static bool accept(struct asking *q, uint16_t kind)
{
	if (q->tok->kind != kind)
		return false;
	q->tok++;
	return true;
}

static bool has_word(const struct type *t, sym word)
{
	if (t->kind == T_WORD)
		return true;
	for (uint32_t i = 0; i < t->n; i++)
		if (t->kind == T_ENUM && t->words[i] == word)
			return true;
	return false;
}

/* A constant of the type: "BY", member, 3, 2016-01-01. Only "is" allows none. */
static int constant(struct asking *q, uint32_t type, bool may_be_none, struct value *ret)
{
	const struct type *t = &q->rb->types.v[type];
	const struct token *tok = q->tok;
	enum question_wanted wanted = t->kind == T_INT				 ? WANTED_NUMBER
				      : t->kind == T_DATE			 ? WANTED_DATE
				      : t->kind == T_SPAN			 ? WANTED_SPAN
				      : t->kind == T_ENUM || t->kind == T_WORD ? WANTED_VALUE
									 : WANTED_ENTITY;
	const struct token *unit = tok + 1;
	bool span = t->kind == T_SPAN && tok->kind == TOKEN_INT && tok->num <= UINT32_MAX && unit->kind == TOKEN_NAME &&
		    unit->name >= KW_MINUTE && unit->name <= KW_YEARS;
	if (may_be_none && tok->kind == TOKEN_NAME && tok->name == KW_NONE)
		*ret = VALUE_NONE;
	else if (tok->kind == TOKEN_STRING && (t->kind == T_ENTITY || t->kind == T_UNION))
		*ret = (struct value){.kind = V_ENTITY, .s = tok->name};
	else if (tok->kind == TOKEN_NAME && has_word(t, tok->name))
		*ret = (struct value){.kind = V_WORD, .s = tok->name};
	else if (tok->kind == TOKEN_INT && t->kind == T_INT)
		*ret = (struct value){.kind = V_INT, .i = tok->num};
	else if (tok->kind == TOKEN_DATE && t->kind == T_DATE)
		*ret = (struct value){.kind = V_DATE, .t = tok->date};
	else if (span)
		*ret = (struct value){.kind = V_SPAN,
			.span = {(uint32_t)tok->num, (enum span_unit)((unsigned)(unit->name - KW_MINUTE) / 2)}};
	else
		return refuse(q, wanted);
	q->tok += span ? 2 : 1;
	return 0;
}

static int arguments(struct asking *q, const struct fact *f, struct question *ret)
{
	if (!accept(q, SIGN('(')))
		return refuse(q, WANTED_OPEN);
	for (uint32_t i = 0; i < f->nparams; i++) {
		if (i && !accept(q, SIGN(',')))
			return refuse(q, WANTED_ARGUMENT);
		int rc = constant(q, f->params[i].type, false, &ret->args[i]);
		if (rc < 0)
			return rc;
	}
	return accept(q, SIGN(')')) ? 0 : refuse(q, WANTED_CLOSE);
}

static int values(struct asking *q, const struct fact *f, struct question *ret)
{
	if (f->value == TYPE_BOOL)
		return refuse(q, WANTED_NO_VALUE);
	ret->has_is = true;
	ret->negated = accept_word(q, KW_NOT);
	do {
		if (ret->nis == MAX_ARGS)
			return refuse(q, WANTED_FEWER);
		int rc = constant(q, f->value, true, &ret->is[ret->nis]);
		if (rc < 0)
			return rc;
		ret->nis++;
	} while (accept_word(q, KW_OR));
	return 0;
}

static int point_in_time(struct asking *q, struct question *ret)
{
	if (accept_word(q, KW_ON)) {
		ret->has_on = true;
		ret->on = q->tok->date;
		if (!accept(q, TOKEN_DATE))
			return refuse(q, WANTED_DATE);
	}
	if (accept_word(q, KW_AS)) {
		if (!accept_word(q, KW_KNOWN) || !accept_word(q, KW_AT) || q->tok->kind != TOKEN_INT)
			return refuse(q, WANTED_KNOWN);
		ret->has_known = true;
		ret->known = (uint64_t)q->tok++->num;
	}
	return q->tok->kind == TOKEN_END ? 0 : refuse(q, WANTED_END);
}

static int read_question(struct asking *q, struct question *ret)
{
	const struct rulebook *rb = q->rb;
	if (q->code)
		return q->code;
	if (q->tok->kind != TOKEN_NAME)
		return refuse(q, WANTED_FACT);
	sym name = q->tok->name;
	ret->fact = name < rb->fact_index.n ? rb->fact_index.v[name] : NO_ID;
	if (ret->fact == NO_ID) {
		q->code = err_set(q->err, ERR_ABSENT, "question", "the rulebook has no fact %.*s",
			STR_ARG(str_slice(syms_str(q->syms, name), 0, MAX_NAME)));
		q->fault = (struct question_fault){.why = FAULT_NO_FACT, .found = str_slice(q->text, q->tok->from, q->tok->to)};
		return q->code;
	}
	q->tok++;
	const struct fact *f = &rb->facts.v[ret->fact];
	int rc = arguments(q, f, ret);
	if (rc == 0 && accept_word(q, KW_IS))
		rc = values(q, f, ret);
	return rc < 0 ? rc : point_in_time(q, ret);
}

static void forget_new(struct value *v, uint32_t known)
{
	if ((v->kind == V_ENTITY || v->kind == V_WORD) && v->s >= known)
		v->s = SYM_ABSENT;
}

static int read_all(const struct rulebook *rb, struct syms *syms, struct str text, struct question *ret, struct question_fault *ret_fault, struct err *e)
{
	struct arena a = {0};
	struct syms own;
	struct tokens tokens = {0};
	struct question out = {0};
	if (text.n > MAX_QUESTION || !str_utf8(text)) {
		ret_fault->why = FAULT_LEXICAL;
		return err_set(e, ERR_INPUT, "question", "a question is valid UTF-8 of at most %d bytes", MAX_QUESTION);
	}
	if (!syms)
		syms_init(&own, &a, &rb->syms);
	struct asking q = {.rb = rb, .syms = syms ? syms : &own, .text = text, .err = e};
	struct lexer lx = {.text = text, .syms = q.syms, .arena = &a, .complain = lexical_error, .ctx = &q};
	lex_block(&lx, (struct block){.to = (uint32_t)text.n, .line = 1, .article = NO_ID}, &tokens);
	lex_end(&lx, 1, NO_ID, &tokens);
	lex_end(&lx, 1, NO_ID, &tokens); /* one may look one token ahead */
	q.tok = tokens.v;
	int rc = read_question(&q, &out);
	if (rc == 0 && !syms) {
		for (uint32_t i = 0; i < MAX_ARGS; i++) {
			forget_new(&out.args[i], syms_count(&rb->syms));
			forget_new(&out.is[i], syms_count(&rb->syms));
		}
	}
	if (rc == 0)
		*ret = out;
	*ret_fault = q.fault;
	arena_done(&a);
	return rc;
}

int question_parse(const struct rulebook *rb, struct syms *syms, struct str text, struct question *ret, struct err *e)
{
	struct question_fault fault = {0};
	return read_all(rb, syms, text, ret, &fault, e);
}

void question_fault(const struct rulebook *rb, struct str text, struct question_fault *ret)
{
	struct question q;
	*ret = (struct question_fault){0};
	(void)read_all(rb, NULL, text, &q, ret, NULL);
}
