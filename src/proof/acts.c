/* SPDX-License-Identifier: Apache-2.0
 *
 * An act from its JSON, checked against the declaration of its kind (reference, sections 4 and 8).
 */
#include "proof/evidence.h"

static bool is_word(struct str s)
{
	bool ok = s.n && s.n <= MAX_NAME && s.p[0] >= 'a' && s.p[0] <= 'z';
	for (size_t i = 1; i < s.n && ok; i++)
		ok = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_';
	return ok;
}

bool ck_read_value(struct ck_book *b, enum value_kind kind, const struct jv *v, struct value *ret)
{
	struct str s = jv_str(v);
	int64_t n = jv_int(v);
	*ret = (struct value){.kind = kind};
	switch (kind) {
	case V_ENTITY:
	case V_WORD:
		if (!s.p || s.n == 0 || s.n > MAX_STRING || (kind == V_WORD && !is_word(s)))
			return false;
		ret->s = syms_intern(&b->rb->syms, s);
		return true;
	case V_INT: ret->i = n; return jv_is(v, JV_INT) && n < 1LL << 62 && n > -(1LL << 62);
	case V_DATE: return s.p && date_parse(s, &ret->t);
	case V_SPAN: return s.p && span_parse(s, &ret->span);
	default: return false;
	}
}

static int bad(uint64_t pos, struct err *e, const char *what, struct str name)
{
	char where[40];
	(void)snprintf(where, sizeof where, "act %llu", (unsigned long long)pos);
	return err_set(e, ERR_INPUT, where, "%s %.*s", what, STR_ARG(str_slice(name, 0, 100)));
}

static int read_args(struct ck_book *b, const struct jv *args, struct arena *a, struct ck_act *act, struct err *e)
{
	const struct ck_act_kind *k = &b->acts.v[act->kind];
	size_t used = 0;
	act->args = arena_array(a, k->nparams + 1, struct value);
	if (args && !jv_is(args, JV_OBJECT))
		return bad(act->pos, e, "its arguments are no object:", STR("args"));
	for (uint32_t i = 0; i < k->nparams; i++) {
		struct str name = ck_name(b, k->params[i].name);
		const struct jv *v = jv_getn(args, name);
		used += v != NULL;
		if ((!v || jv_is(v, JV_NULL)) && k->params[i].optional)
			continue;
		if (!v || !ck_read_value(b, k->params[i].kind, v, &act->args[i]))
			return bad(act->pos, e, "it lacks an argument, or it has another type:", name);
	}
	return used == jv_n(args, JV_OBJECT) ? 0 : bad(act->pos, e, "it has arguments that its kind does not know:", ck_name(b, k->name));
}

int ck_act_read(struct ck_book *b, const struct jv *obj, uint64_t pos, struct arena *a, struct ck_act *ret, struct err *e)
{
	struct ck_act act = {.pos = pos, .kind = NO_ID};
	const struct jv *corrects = jv_get(obj, "corrects"), *annul = jv_get(obj, "annul");
	struct str kind = jv_get_str(obj, "kind"), date = jv_get_str(obj, "date");
	act.annul = jv_is(annul, JV_TRUE);
	if (corrects && !jv_is(corrects, JV_NULL)) {
		int64_t n = jv_int(corrects);
		if (!jv_is(corrects, JV_INT) || n < 0 || (uint64_t)n >= pos)
			return bad(pos, e, "it corrects what is no earlier act", STR(""));
		act.is_correction = true;
		act.corrects = (uint64_t)n;
	}
	if ((annul && !jv_is_bool(annul)) || (act.annul && !act.is_correction))
		return bad(pos, e, "it annuls, but not an earlier act", STR(""));
	if (act.annul && !kind.p) {
		*ret = act;
		return 0;
	}
	act.kind = kind.p ? ck_act_named(b, kind) : NO_ID;
	if (act.kind == NO_ID)
		return bad(pos, e, "the rulebook knows no such kind of act:", kind);
	if (!date.p || !date_parse(date, &act.date))
		return bad(pos, e, "it has no date of the calendar:", date);
	int rc = read_args(b, jv_get(obj, "args"), a, &act, e);
	*ret = act;
	return rc;
}
