/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/acts.h"

#include "base/bisect.h"
#include "rules/rulebook.h"

#include <stdlib.h>

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool is_word(struct str s)
{
	if (s.n == 0 || s.n > MAX_NAME || s.p[0] < 'a' || s.p[0] > 'z')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

static int bad_value(struct err *e, const char *where, const char *what, const char *wanted, const json_t *v)
{
	struct buf got;
	buf_init(&got, 120);
	json_write(v, 0, &got);
	int code = err_set(e, ERR_INPUT, where, "%s must be %s, not %s", what, wanted, got.over ? ERR_N("this long value") : buf_str(&got).p);
	buf_done(&got);
	return code;
}

static int read_word(const struct rulebook *rb, struct syms *syms, const struct type *t, const json_t *v, const char *where,
	const char *what, struct value *ret, struct err *e)
{
	struct str s = json_str(v);
	if (!s.p || !is_word(s))
		return bad_value(e, where, what, ERR_N("a word (lower-case letters, digits, _)"), v);
	sym word = syms_intern(syms, s);
	if (t->kind == T_ENUM) {
		uint32_t i = 0;
		while (i < t->n && t->words[i] != word)
			i++;
		if (i == t->n) {
			struct buf list;
			buf_init(&list, 200);
			for (i = 0; i < t->n; i++)
				buf_addf(&list, "%s%.*s", i ? ", " : "", STR_ARG(syms_str(&rb->syms, t->words[i])));
			int code = err_set(e, ERR_INPUT, where, "%s has no value %.*s", what, STR_ARG(s));
			(void)err_hint(e, "it is one of: %s", buf_str(&list).p);
			buf_done(&list);
			return code;
		}
	}
	*ret = (struct value){.kind = V_WORD, .s = word};
	return 0;
}

int value_read(const struct rulebook *rb, struct syms *syms, uint32_t type, const json_t *v, const char *where,
	const char *what, struct value *ret, struct err *e)
{
	const struct type *t = &rb->types.v[type];
	struct str s = json_str(v);
	switch (t->kind) {
	case T_ENTITY:
	case T_UNION:
		if (!s.p || s.n == 0 || s.n > MAX_STRING)
			return bad_value(e, where, what, ERR_N("the name of an entity (a string that is not empty)"), v);
		*ret = (struct value){.kind = V_ENTITY, .s = syms_intern(syms, s)};
		return 0;
	case T_ENUM:
	case T_WORD: return read_word(rb, syms, t, v, where, what, ret, e);
	case T_INT:
		if (!json_is_integer(v) || json_integer_value(v) >= 1LL << 62 || json_integer_value(v) <= -(1LL << 62))
			return bad_value(e, where, what, ERR_N("a whole number below 2^62"), v);
		*ret = (struct value){.kind = V_INT, .i = json_integer_value(v)};
		return 0;
	case T_DATE: {
		civil at;
		if (!s.p || !date_parse(s, &at))
			return bad_value(e, where, what, ERR_N("a date of the calendar, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS"), v);
		*ret = (struct value){.kind = V_DATE, .t = at};
		return 0;
	}
	case T_SPAN: {
		struct span span;
		if (!s.p || !span_parse(s, &span))
			return bad_value(e, where, what, ERR_N("a period such as \"3 months\" or \"30 days\""), v);
		*ret = (struct value){.kind = V_SPAN, .span = span};
		return 0;
	}
	case T_BOOL: break; /* not a type of arguments */
	}
	return bad_value(e, where, what, ERR_N("of a type that acts can carry"), v);
}

const struct value *act_values(const struct act *act, uint32_t nparams, struct value out[MAX_ARGS])
{
	for (uint32_t i = 0; i < nparams; i++)
		out[i] = act_value(act, i);
	return out;
}

static int read_args(const struct rulebook *rb, struct syms *syms, const json_t *args, const char *where, struct arena *a,
	struct act *act, struct err *e)
{
	const struct act_kind *kind = &rb->acts.v[act->kind];
	struct str kind_name = syms_str(&rb->syms, kind->name);
	if (args && !json_is_object(args))
		return bad_value(e, where, "args", ERR_N("an object with one member per argument"), args);
	act->args = arena_array(a, kind->nparams ? kind->nparams : 1, packed);
	size_t used = 0;
	for (uint32_t i = 0; i < kind->nparams; i++) {
		const struct param *p = &kind->params[i];
		struct str name = syms_str(&rb->syms, p->name);
		char what[MAX_NAME + 8];
		(void)snprintf(what, sizeof what, "args.%.*s", STR_ARG(name));
		const json_t *v = json_object_getn(args, name.p, name.n);
		used += v != NULL;
		if (!v || json_is_null(v)) {
			if (p->optional)
				continue;
			(void)err_set(e, ERR_INPUT, where, "%s is missing", what);
			struct str type = syms_str(&rb->syms, rb->types.v[p->type].name);
			return err_hint(e, "%.*s needs %.*s: %.*s", STR_ARG(kind_name), STR_ARG(name),
				STR_ARG(type.n ? type : STR(ERR_N("one of its words"))));
		}
		struct value value;
		int r = value_read(rb, syms, p->type, v, where, what, &value, e);
		if (r < 0)
			return r;
		act->args[i] = value_pack(value);
	}
	if (used == json_object_size(args))
		return 0;
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)args, key, v) {
		uint32_t i = 0;
		while (i < kind->nparams && !str_eq(syms_str(&rb->syms, kind->params[i].name), str_of(key)))
			i++;
		if (i == kind->nparams)
			return err_set(e, ERR_INPUT, where, "args.%.60s: %.*s has no such argument", key, STR_ARG(kind_name));
	}
	return 0;
}

static int read_correction(const json_t *obj, uint64_t pos, const char *where, struct act *act, struct err *e)
{
	const json_t *corrects = json_object_get(obj, "corrects"), *annul = json_object_get(obj, "annul");
	if (annul && !json_is_boolean(annul))
		return bad_value(e, where, "annul", ERR_N("true or false"), annul);
	act->annul = json_is_true(annul);
	if (!corrects || json_is_null(corrects)) {
		if (!act->annul)
			return 0;
		return err_set(e, ERR_INPUT, where, "annul needs \"corrects\": the position of the act that is annulled");
	}
	json_int_t n = json_integer_value(corrects);
	if (!json_is_integer(corrects) || n < 0 || (uint64_t)n >= pos)
		return bad_value(e, where, "corrects", ERR_N("the position of an earlier act"), corrects);
	if (pos - (uint64_t)n > MAX_BACK)
		return err_set(e, ERR_LIMIT, where, "corrects an act more than %d places before it", MAX_BACK);
	act->back = (uint32_t)(pos - (uint64_t)n) & MAX_BACK;
	return 0;
}

int act_read(const struct rulebook *rb, struct syms *syms, const json_t *obj, uint64_t pos, const char *where,
	struct arena *a, struct act *ret, struct err *e)
{
	struct act act = {.pos = pos, .kind = NO_ID};
	if (!json_is_object(obj))
		return bad_value(e, where, ERR_N("an act"), ERR_N("a JSON object"), obj);
	int r = read_correction(obj, pos, where, &act, e);
	if (r < 0)
		return r;
	struct str date = json_get_str(obj, "date"), kind = json_get_str(obj, "kind");
	if (act.annul && !kind.p) { /* its date, if any, changes nothing: what it annuls is as if never written */
		*ret = act;
		return 0;
	}
	if (!kind.p)
		return err_set(e, ERR_INPUT, where, "kind is missing: the name of the kind of act");
	act.kind = rulebook_act(rb, kind);
	if (act.kind == NO_ID)
		return err_set(e, ERR_INPUT, where, "kind: the rulebook knows no act %.80s", kind.p);
	if (!date.p || !date_parse(date, &act.date)) {
		const json_t *d = json_object_get(obj, "date");
		return d ? bad_value(e, where, "date", ERR_N("a date of the calendar, YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS"), d)
			 : err_set(e, ERR_INPUT, where, "date is missing");
	}
	if ((r = read_args(rb, syms, json_object_get(obj, "args"), where, a, &act, e)) < 0)
		return r;
	*ret = act;
	return 0;
}

int acts_read_lines(const struct rulebook *rb, struct syms *syms, struct str text, const char *path, struct arena *a,
	struct act_list *list, struct err *e)
{
	enum { MAX_ACT = 65535 };
	struct str line;
	for (uint64_t at = 1, pos = 1; str_line(&text, &line); at++) {
		char where[128];
		(void)snprintf(where, sizeof where, "%.90s:%llu", path, (unsigned long long)at);
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (line.n > MAX_ACT)
			return err_set(e, ERR_LIMIT, where, "an act has at most %d bytes", MAX_ACT);
		AUTO_JSON json_t *obj = NULL;
		struct act act;
		int r = json_read(line, where, &obj, e);
		if (r == 0)
			r = act_read(rb, syms, obj, pos, where, a, &act, e);
		if (r < 0)
			return r;
		arena_push(a, list, act);
		pos++;
	}
	return 0;
}

/* ---- what stands at a place (reference 8.3) ---------------------------------------------------------------------- */

size_t acts_find(const struct act_list *list, size_t n, uint64_t pos)
{
	size_t at = n ? (size_t)(pos - list->v[0].pos) : 0;
	if (at < n && list->v[at].pos == pos)
		return at; /* as a rule none is missing */
	BISECT(i, n, list->v[i].pos < pos);
	return i < n && list->v[i].pos == pos ? i : SIZE_MAX;
}

static bool counts_before(const struct placed_act *a, const struct placed_act *b)
{
	return a->act->date != b->act->date ? a->act->date < b->act->date : a->place < b->place;
}

static int cmp_placed(const void *x, const void *y)
{
	return counts_before(x, y) ? -1 : counts_before(y, x);
}

/* A record is nearly in order of time: only the acts that came late are sorted, and merged into the others. */
struct queue {
	struct placed_act *v;
	struct { struct placed_act *v; size_t n, cap; } late;
	size_t n;
};

static void put_late(struct queue *q, struct placed_act act)
{
	if (q->late.n == q->late.cap) {
		q->late.cap = q->late.cap ? q->late.cap * 2 : 64;
		if (!(q->late.v = reallocarray(q->late.v, q->late.cap, sizeof *q->late.v)))
			arena_oom();
	}
	q->late.v[q->late.n++] = act;
}

static inline void put(struct queue *q, const struct act *act, uint64_t place)
{
	struct placed_act new = {act, place};
	if (!q->n || q->v[q->n - 1].act->date <= act->date)
		q->v[q->n++] = new;
	else
		put_late(q, new);
}

static size_t merge(struct queue *q)
{
	size_t n = q->n + q->late.n;
	if (q->late.n)
		qsort(q->late.v, q->late.n, sizeof *q->late.v, cmp_placed);
	for (size_t i = q->late.n; i-- > 0;) { /* the last first: those that count after it make room */
		struct placed_act late = q->late.v[i];
		for (; q->n && counts_before(&late, &q->v[q->n - 1]); q->n--)
			q->v[q->n + i] = q->v[q->n - 1];
		q->v[q->n + i] = late;
	}
	free(q->late.v);
	return n;
}

/* What stands at each of the first n acts; NULL: nothing. An annulment stands as itself. A correction stands later than what it
 * corrects, so going backwards each version is known when it is needed. */
static void standing(const struct act_list *list, size_t n, const struct act **stands)
{
	const struct act **latest = zeroed(n, sizeof *latest); /* latest standing correction of i */
	for (size_t i = n; i-- > 0;) {
		const struct act *act = &list->v[i], *by = latest[i];
		stands[i] = !by ? act : by->annul ? NULL : by;
		size_t target = act_is_correction(act) && stands[i] ? acts_find(list, i, act_corrects(act)) : SIZE_MAX;
		if (target != SIZE_MAX && !latest[target])
			latest[target] = stands[i];
	}
	free(latest);
}

/* How many acts are known at that position? They are in order of position. */
static size_t known_acts(const struct act_list *list, uint64_t known)
{
	BISECT(i, list->n, list->v[i].pos <= known);
	return i;
}

size_t acts_in_force(const struct act_list *list, uint64_t known, struct arena *a, struct placed_act **ret)
{
	size_t n = known_acts(list, known), i = 0;
	struct queue q = {.v = arena_array(a, n + 1, struct placed_act)};
	*ret = q.v;
	for (; i < n && !act_is_correction(&list->v[i]); i++)
		put(&q, &list->v[i], list->v[i].pos);
	if (i == n)
		return merge(&q);
	const struct act **stands = zeroed(n, sizeof *stands);
	standing(list, n, stands);
	q.n = q.late.n = 0;
	for (i = 0; i < n; i++)
		if (!act_is_correction(&list->v[i]) && stands[i])
			put(&q, stands[i], list->v[i].pos);
	free(stands);
	return merge(&q);
}
