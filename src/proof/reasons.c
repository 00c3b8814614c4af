/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes of a tree of reasons: read into a list, their members compared, the walk from the root.
 */
#include "proof/reasons.h"

#include <string.h>

/* ---- what a node may have ------------------------------------------------------------------------------------------------ */

static const struct {
	const char *word, *members; /* besides id, kind, holds, text, kids, same */
} kinds[N_KINDS] = {
	[N_FACT] = {"fact", " fact args value have from to at rule binding "},
	[N_RULE] = {"rule", " rule at binding act place "},
	[N_ACT] = {"act", " act place act_kind args at "},
	[N_WITHOUT_EFFECT] = {"without_effect", " act place act_kind args at "},
	[N_NO_ACT] = {"no_act", " act_kind args from to after_place before_place rule "},
	[N_NEVER] = {"never", " fact args from to at "},
	[N_STILL] = {"still", " from at rule act place "},
	[N_SINCE] = {"since", " from at span ended binding "},
	[N_DELAY] = {"delay", " rule from at if_still_so dropped "},
	[N_WINDOW] = {"window", " rule from to at "},
	[N_ALL] = {"all", " of "},
	[N_ANY] = {"any", " of "},
	[N_NOT] = {"not", " "},
	[N_COUNT] = {"count", " left op right "},
	[N_COMPARE] = {"compare", " left op right "},
	[N_CLOCK] = {"clock", " at "},
	[N_VALUE] = {"value", " value exact "},
	[N_TABLE] = {"table", " fact args value cites file line "},
	[N_OVERRIDDEN] = {"overridden", " rule at "},
	[N_CORRECTED] = {"corrected", " act place act_kind args at annulled "},
	[N_LATER] = {"later", " act place act_kind args at "},
	[N_OPEN] = {"open", " "},
	[N_CUT] = {"cut", " "},
};

static void describe(const struct ck_node *n, struct buf *out)
{
	const struct jv *args = jv_get(n->json, "args");
	struct str fact = jv_get_str(n->json, "fact"), kind = jv_get_str(n->json, "act_kind");
	buf_addf(out, "node %u (%s", n->id, kinds[n->kind].word);
	if (n->text.n)
		buf_addf(out, ": %.*s", STR_ARG(str_slice(n->text, 0, 70)));
	else if (fact.n && jv_is(args, JV_ARRAY)) {
		buf_addf(out, ": %.*s(", STR_ARG(str_slice(fact, 0, 40)));
		for (size_t i = 0; i < jv_n(args, JV_ARRAY); i++)
			buf_addf(out, "%s%.*s", i ? ", " : "", STR_ARG(str_slice(jv_str(jv_at(args, i)), 0, 20)));
		buf_addc(out, ')');
	} else if (kind.n)
		buf_addf(out, ": %.*s", STR_ARG(str_slice(kind, 0, 40)));
	buf_addc(out, ')');
}

bool ck_fail(struct ck_walk *w, const struct ck_node *n, const char *what, const char *meaning)
{
	struct buf where;
	if (w->failed)
		return false;
	w->failed = true;
	buf_init(&where, 150);
	if (*w->reading)
		buf_addf(&where, "reading %s, ", w->reading);
	if (n)
		describe(n, &where);
	else
		buf_adds(&where, "nodes");
	(void)err_set(w->e, ERR_REFUSED, where.p ? where.p : "nodes", "%s", what);
	(void)err_hint(w->e, "%s", meaning);
	buf_done(&where);
	return false;
}

static bool wrong(struct ck_walk *w, const struct ck_node *n, const char *member, const char *is)
{
	char what[300];
	(void)snprintf(what, sizeof what, "\"%s\" is not what follows from the acts and the rules; that is %s", member, is);
	return ck_fail(w, n, what, "the statement is false, or of another fact, rule, act or day");
}

/* ---- members ------------------------------------------------------------------------------------------------------------- */

bool ck_holds(struct ck_walk *w, const struct ck_node *n, bool expected)
{
	return n->holds == expected || wrong(w, n, "holds", expected ? "true" : "false");
}

bool ck_no_member(struct ck_walk *w, const struct ck_node *n, const char *member)
{
	return !jv_get(n->json, member) || wrong(w, n, member, "nothing: it has no meaning here");
}

bool ck_is_str(struct ck_walk *w, const struct ck_node *n, const char *member, struct str expected)
{
	char is[120];
	if (str_eq(jv_get_str(n->json, member), expected))
		return true;
	(void)snprintf(is, sizeof is, "%.*s", STR_ARG(str_slice(expected, 0, 100)));
	return wrong(w, n, member, is);
}

bool ck_is_number(struct ck_walk *w, const struct ck_node *n, const char *member, uint64_t expected)
{
	const struct jv *j = jv_get(n->json, member);
	char is[24];
	if (jv_is(j, JV_INT) && jv_int(j) >= 0 && (uint64_t)jv_int(j) == expected)
		return true;
	(void)snprintf(is, sizeof is, "%llu", (unsigned long long)expected);
	return wrong(w, n, member, is);
}

bool ck_date(struct ck_walk *w, const struct ck_node *n, const char *member, civil expected)
{
	const struct jv *j = jv_get(n->json, member);
	char is[DATE_LEN];
	bool open = expected == CIVIL_ALWAYS || expected == CIVIL_NEVER;
	if (open)
		return jv_is(j, JV_NULL) || wrong(w, n, member, "open (null)");
	return str_eq(jv_str(j), str_of(date_print(expected, is))) || wrong(w, n, member, is);
}

bool ck_json_is(const struct ck_book *b, const struct jv *j, struct value v)
{
	struct buf text;
	if (v.kind == V_NONE)
		return jv_is(j, JV_NULL);
	if (v.kind == V_INT)
		return jv_is(j, JV_INT) && jv_int(j) == v.i;
	if (v.kind == V_ENTITY || v.kind == V_WORD)
		return jv_is(j, JV_STRING) && str_eq(jv_str(j), ck_name(b, v.s));
	buf_init(&text, 100);
	value_print(&b->rb->syms, v, &text);
	bool is = jv_is(j, JV_STRING) && str_eq(jv_str(j), buf_str(&text));
	buf_done(&text);
	return is;
}

bool ck_is_value(struct ck_walk *w, const struct ck_node *n, const char *member, struct value expected)
{
	const struct jv *j = jv_get(n->json, member);
	struct buf is;
	if (j && ck_json_is(w->b, j, expected))
		return true;
	buf_init(&is, 200);
	value_print(&w->b->rb->syms, expected, &is);
	(void)wrong(w, n, member, is.over ? "another" : is.p);
	buf_done(&is);
	return false;
}

bool ck_is_rule(struct ck_walk *w, const struct ck_node *n, uint32_t law)
{
	if (law == NO_ID)
		return ck_no_member(w, n, "rule");
	w->named[law] = true;
	return ck_is_number(w, n, "rule", law);
}

bool ck_is_fact(struct ck_walk *w, const struct ck_node *n, uint32_t fact, const struct value *args)
{
	const struct jv *list = jv_get(n->json, "args");
	const struct ck_fact *f = &w->b->facts.v[fact];
	bool same = jv_is(list, JV_ARRAY) && jv_n(list, JV_ARRAY) == f->nparams;
	for (uint32_t i = 0; same && i < f->nparams; i++)
		same = ck_json_is(w->b, jv_at(list, i), args[i]);
	if (!ck_is_str(w, n, "fact", ck_name(w->b, f->name)))
		return false;
	return same || ck_fail(w, n, "\"args\" are not the names that the rule speaks of there", "the statement is about somebody else");
}

bool ck_is_act_args(struct ck_walk *w, const struct ck_node *n, uint32_t kind, const struct value *args)
{
	const struct ck_act_kind *k = &w->b->acts.v[kind];
	const struct jv *obj = jv_get(n->json, "args");
	size_t used = 0;
	bool same = jv_is(obj, JV_OBJECT);
	for (uint32_t i = 0; same && i < k->nparams; i++) {
		struct str name = ck_name(w->b, k->params[i].name);
		const struct jv *j = jv_getn(obj, name);
		same = args[i].kind == V_NONE ? !j : j && ck_json_is(w->b, j, args[i]);
		used += j != NULL;
	}
	if (!ck_is_str(w, n, "act_kind", ck_name(w->b, k->name)))
		return false;
	return (same && used == jv_n(obj, JV_OBJECT)) ||
	       ck_fail(w, n, "\"args\" are not those of the act, or not those that the rule asks for", "the statement is about another act");
}

static void add_big(struct buf *out, __int128 v)
{
	char digits[48];
	size_t n = sizeof digits;
	unsigned __int128 u = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;
	do
		digits[--n] = (char)('0' + (int)(u % 10));
	while (u /= 10);
	buf_adds(out, v < 0 ? "-" : "");
	buf_add(out, (struct str){digits + n, sizeof digits - n});
}

struct str ck_print_num(struct ck_walk *w, struct ck_num v)
{
	struct buf b;
	buf_init(&b, MAX_STRING + 3);
	if (v.kind == V_INT) {
		add_big(&b, v.num);
		if (v.den != 1) {
			buf_addc(&b, '/');
			add_big(&b, v.den);
		}
	} else {
		value_print(&w->b->rb->syms, v.v.kind == V_NONE ? VALUE_NONE : v.v, &b);
	}
	struct str s = arena_str(w->a, buf_str(&b));
	buf_done(&b);
	return s;
}

/* ---- bindings ------------------------------------------------------------------------------------------------------------ */

/* Is v the JSON value? Of a variable nothing more is known, so the kinds are tried. */
static bool value_of_json(struct ck_walk *w, const struct jv *j, bool word, struct value *ret)
{
	struct str s = jv_str(j);
	if (jv_is(j, JV_INT)) {
		*ret = (struct value){.kind = V_INT, .i = jv_int(j)};
		return true;
	}
	*ret = VALUE_NONE;
	if (jv_is(j, JV_NULL))
		return true;
	if (!s.p)
		return false;
	if (date_parse(s, &ret->t)) {
		ret->kind = V_DATE;
	} else if (span_parse(s, &ret->span)) {
		ret->kind = V_SPAN;
	} else {
		*ret = (struct value){.kind = word ? V_WORD : V_ENTITY, .s = syms_intern(&w->b->rb->syms, s)};
	}
	return true;
}

/* The kind of a variable's values, where the rule tells it: as an argument of an act, or after "is". An entity otherwise. */
static bool takes_words(const struct ck_walk *w, const struct ck_law *law, uint32_t var, const struct ck_form *f)
{
	for (uint32_t i = 0; f && f->kind == C_IS && i < f->nterms; i++)
		if (f->terms[i].kind == CK_VAR && f->terms[i].var == var)
			return w->b->facts.v[f->fact].value == V_WORD;
	for (uint32_t i = 0; f && f->kind == C_VAR_IS && f->var == var && i < f->nterms; i++)
		if (f->terms[i].kind == CK_VALUE)
			return f->terms[i].value.kind == V_WORD;
	for (uint32_t i = 0; f && i < f->nkids; i++)
		if (takes_words(w, law, var, f->kids[i]))
			return true;
	return false;
}

static bool is_word_var(const struct ck_walk *w, const struct ck_law *law, uint32_t var)
{
	for (uint32_t i = 0; law->pattern && i < w->b->acts.v[law->act].nparams; i++)
		if (law->pattern[i].kind == CK_VAR && law->pattern[i].var == var)
			return w->b->acts.v[law->act].params[i].kind == V_WORD;
	return takes_words(w, law, var, law->when) || takes_words(w, law, var, law->cond);
}

static uint32_t var_named(const struct ck_walk *w, const struct ck_law *law, struct str name)
{
	for (uint32_t i = 0; i < law->nvars; i++) /* the outermost of that name comes first */
		if (str_eq(ck_name(w->b, law->vars[i]), name))
			return i;
	return NO_ID;
}

static bool wrong_binding(struct ck_walk *w, const struct ck_node *n, struct str name, const char *how)
{
	char what[200];
	(void)snprintf(what, sizeof what, "\"binding\": %.*s %s", STR_ARG(str_slice(name, 0, MAX_NAME)), how);
	return ck_fail(w, n, what, "the rule was applied to something else");
}

bool ck_binding(struct ck_walk *w, const struct ck_node *n, struct ck_cx *c)
{
	const struct jv *obj = jv_get(n->json, "binding");
	if (obj && !jv_is(obj, JV_OBJECT))
		return ck_fail(w, n, "\"binding\" is not a list of variables with their values", "it is not known to what the rule was applied");
	for (size_t i = 0; i < jv_n(obj, JV_OBJECT); i++) {
		const struct jv *j = &obj->v[i];
		uint32_t var = var_named(w, c->w, obj->keys[i]);
		struct value v;
		if (var == NO_ID)
			return wrong_binding(w, n, obj->keys[i], "is no variable of the rule");
		if (c->s.bound & ck_bit(var)) {
			if (!ck_json_is(w->b, j, c->s.env[var]))
				return wrong_binding(w, n, obj->keys[i], "had another value when the rule was applied");
			continue;
		}
		if (!value_of_json(w, j, is_word_var(w, c->w, var), &v))
			return wrong_binding(w, n, obj->keys[i], "is given what is no value");
		c->s.env[var] = v;
		c->s.bound |= ck_bit(var);
	}
	return true;
}

bool ck_binding_whole(struct ck_walk *w, const struct ck_node *n, const struct ck_cx *c, uint64_t vars)
{
	const struct jv *obj = jv_get(n->json, "binding");
	for (uint32_t i = 0; i < c->w->nvars; i++) {
		struct str name = ck_name(w->b, c->w->vars[i]);
		if (!(vars & ck_bit(i)) || var_named(w, c->w, name) != i)
			continue;
		const struct jv *j = jv_getn(obj, name);
		if (!j || !ck_json_is(w->b, j, c->s.env[i]))
			return wrong_binding(w, n, name, "is missing, or had another value");
	}
	return true;
}

/* ---- the list ------------------------------------------------------------------------------------------------------------ */

static bool read_node(struct ck_walk *w, const struct jv *j, uint32_t id)
{
	struct ck_node *n = &w->nodes[id];
	const struct jv *kids = jv_get(j, "kids"), *same = jv_get(j, "same"), *holds = jv_get(j, "holds");
	struct str kind = jv_get_str(j, "kind");
	int k = 0;
	*n = (struct ck_node){.json = j, .id = id, .same = NO_ID, .parent = n->parent, .text = jv_get_str(j, "text"), .holds = jv_is(holds, JV_TRUE)};
	while (k < N_KINDS && !str_eq(kind, str_of(kinds[k].word)))
		k++;
	if (k == N_KINDS || !jv_is_bool(holds) || !jv_is(jv_get(j, "id"), JV_INT) ||
		jv_int(jv_get(j, "id")) != (int64_t)id || (kids && (!jv_is(kids, JV_ARRAY) || !jv_n(kids, JV_ARRAY))))
		return ck_fail(w, NULL, "a node is not of a kind that is known, or not at its place in the list", "the tree cannot be followed");
	n->kind = (enum ck_kind)k;
	n->nkids = jv_n(kids, JV_ARRAY);
	n->kids = arena_array(w->a, n->nkids + 1, uint32_t);
	for (size_t i = 0; i < n->nkids; i++) {
		const struct jv *kid = jv_at(kids, i);
		int64_t to = jv_int(kid);
		/* Kids come after their parent, and each node but the root has one parent: so the list is one tree. */
		int64_t last = i ? (int64_t)n->kids[i - 1] : (int64_t)id;
		if (!jv_is(kid, JV_INT) || to <= last || to >= (int64_t)w->n || w->nodes[to].parent != NO_ID)
			return ck_fail(w, n, "its kids are not nodes of its own that come after it, in order", "the tree cannot be followed");
		n->kids[i] = (uint32_t)to;
		w->nodes[to].parent = id;
	}
	if (same) {
		if (!jv_is(same, JV_INT) || jv_int(same) < 0 || jv_int(same) >= (int64_t)id)
			return ck_fail(w, n, "\"same\" is not a node that was stated before", "it would be a reason for itself");
		n->same = (uint32_t)jv_int(same);
	}
	char members[120];
	(void)snprintf(members, sizeof members, " id kind holds text kids same%s", kinds[n->kind].members);
	return jv_only(j, members) || ck_fail(w, n, "it has a member that a node of its kind does not have", "it might be taken for part of the proof");
}

static bool read_nodes(struct ck_walk *w, const struct jv *list)
{
	w->n = jv_n(list, JV_ARRAY);
	if (w->n == 0 || w->n > CK_MAX_NODES)
		return ck_fail(w, NULL, w->n ? "there are too many" : "there are none", "the answer has no reasons that can be checked");
	w->nodes = arena_array(w->a, w->n, struct ck_node);
	for (uint32_t i = 0; i < w->n; i++)
		w->nodes[i].parent = NO_ID;
	for (uint32_t i = 0; i < w->n; i++)
		if (!read_node(w, jv_at(list, i), i))
			return false;
	for (uint32_t i = 1; i < w->n; i++)
		if (w->nodes[i].parent == NO_ID)
			return ck_fail(w, &w->nodes[i], "no node names it as its kid", "a reason was cut off from what it is a reason for");
	return true;
}

struct ck_node *ck_peek(struct ck_walk *w, struct ck_node *n)
{
	return n->at < n->nkids ? &w->nodes[n->kids[n->at]] : NULL;
}

bool ck_is_cut(const struct ck_walk *w, const struct ck_node *n)
{
	return n->nkids && w->nodes[n->kids[n->nkids - 1]].kind == N_CUT && !w->nodes[n->kids[n->nkids - 1]].text.n;
}

static bool cut_here(struct ck_walk *w, struct ck_node *n)
{
	struct ck_node *k = ck_peek(w, n);
	return k && k->kind == N_CUT && !k->text.n && n->at + 1 == n->nkids;
}

struct ck_node *ck_next(struct ck_walk *w, struct ck_node *n, bool *ret_cut)
{
	struct ck_node *k = ck_peek(w, n);
	*ret_cut = cut_here(w, n);
	if (!k || *ret_cut)
		return NULL;
	n->at++;
	k->checked = true;
	return k;
}

struct ck_node *ck_need(struct ck_walk *w, struct ck_node *n, enum ck_kind kind)
{
	bool cut;
	struct ck_node *k = ck_next(w, n, &cut);
	char what[100];
	if (cut || (k && k->kind == kind))
		return k;
	(void)snprintf(what, sizeof what, "the next of its kids must be a node \"%s\", %s%s", kinds[kind].word, k ? "not " : "and there is none",
		k ? kinds[k->kind].word : "");
	(void)ck_fail(w, n, what, "a part of the reason is missing, or something else stands in its place");
	return NULL;
}

bool ck_no_more(struct ck_walk *w, struct ck_node *n)
{
	if (w->failed)
		return false;
	if (cut_here(w, n)) {
		ck_peek(w, n)->checked = true;
		n->at++;
	}
	return n->at == n->nkids || ck_fail(w, ck_peek(w, n), "it is no part of what its parent follows from", "something was added to the reason");
}

int ck_reasons(struct ck_walk *w, const struct jv *list, uint32_t fact, const struct value *args, const struct ck_wanted *asked, bool so, civil at)
{
	struct ck_sight m = {.p = w->p, .round = ck_round_at(w->p, at), .now = at, .fired = at};
	struct buf text;
	if (!read_nodes(w, list))
		return ERR_REFUSED;
	struct ck_node *root = &w->nodes[0];
	root->checked = true;
	buf_init(&text, 4 * MAX_STRING);
	buf_addf(&text, "%.*s(", STR_ARG(ck_name(w->b, w->b->facts.v[fact].name)));
	for (uint32_t i = 0; i < w->b->facts.v[fact].nparams; i++) {
		const char *quote = args[i].kind == V_ENTITY ? "\"" : "";
		buf_addf(&text, "%s%s", i ? ", " : "", quote);
		value_print(&w->b->rb->syms, args[i], &text);
		buf_adds(&text, quote);
	}
	buf_addc(&text, ')');
	struct value is = so ? ck_value(ck_find(w->p, fact, args), m.round) : asked->n ? asked->v[0] : VALUE_NONE;
	if (w->b->facts.v[fact].value != V_YES && is.kind != V_NONE) {
		const char *quote = is.kind == V_ENTITY ? "\"" : "";
		buf_addf(&text, " is %s", quote);
		value_print(&w->b->rb->syms, is, &text);
		buf_adds(&text, quote);
	}
	if (!str_eq(root->text, buf_str(&text)))
		(void)ck_fail(w, root, "its text is not the question", "the reasons are of another question");
	else if (so)
		(void)ck_fact_is(w, root, fact, args, &m);
	else
		(void)ck_fact_is_not(w, root, fact, args, asked, &m);
	buf_done(&text);
	for (uint32_t i = 0; i < w->n && !w->failed; i++)
		if (!w->nodes[i].checked)
			(void)ck_fail(w, &w->nodes[i], "it is no part of what its parent follows from", "something was added to the reason");
	return w->failed ? ERR_REFUSED : 0;
}
