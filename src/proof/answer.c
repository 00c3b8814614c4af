/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole of a proof: what is asked, the answer under each reading, its reasons, what they rest on, the rules that they name.
 */
#include "proof/evidence.h"
#include "proof/reasons.h"

#include <stdlib.h>
#include <string.h>

struct asked {
	uint32_t fact;
	struct value args[MAX_ARGS], is[MAX_ARGS];
	uint32_t nis;
	bool negated;
	civil at;
};

struct checking {
	struct ck_book *b;
	const struct ck_act *acts;
	size_t nacts;
	uint64_t known;
	bool all; /* acts up to it */
	const struct jv *proof;
	struct asked q;
	struct arena a;
	bool *named, *part;
	struct { uint64_t *v; size_t n, cap; } basis;
	struct ck_verdict *verdict;
	struct err *e;
};

static int refuse(struct checking *c, const char *where, const char *what, const char *meaning)
{
	(void)err_set(c->e, ERR_REFUSED, where, "%s", what);
	return err_hint(c->e, "%s", meaning);
}

/* ---- the question -------------------------------------------------------------------------------------------------------- */

/* A value as the file prints it; `kind`: what the rules declare. */
static bool read_value(struct checking *c, enum value_kind kind, const struct jv *j, struct value *ret)
{
	return ck_read_value(c->b, kind, j, ret);
}

static int read_question(struct checking *c)
{
	const struct jv *q = jv_get(c->proof, "question"), *args = jv_get(q, "args"), *is = jv_get(q, "is");
	const struct jv *known = jv_get(q, "known"), *on = jv_get(q, "on"), *negated = jv_get(q, "negated");
	struct asked *a = &c->q;
	char day[DATE_LEN];
	if (!jv_only(q, " fact args is negated on at known "))
		return refuse(c, "question", "it is no question, or has a member that means nothing", "what is answered is not clear");
	a->fact = ck_fact_named(c->b, jv_get_str(q, "fact"));
	if (a->fact == NO_ID || !jv_is(args, JV_ARRAY) || jv_n(args, JV_ARRAY) != c->b->facts.v[a->fact].nparams || jv_n(is, JV_ARRAY) > MAX_ARGS)
		return refuse(c, "question.fact", "the rules know no such fact with so many names", "the answer is about nothing");
	const struct ck_fact *f = &c->b->facts.v[a->fact];
	for (uint32_t i = 0; i < f->nparams; i++)
		if (!read_value(c, f->params[i], jv_at(args, i), &a->args[i]))
			return refuse(c, "question.args", "a name in it is of no kind that the fact takes", "the answer is about nothing");
	a->nis = (uint32_t)jv_n(is, JV_ARRAY);
	a->negated = jv_is(negated, JV_TRUE);
	for (uint32_t i = 0; i < a->nis; i++) {
		const struct jv *v = jv_at(is, i);
		bool none = jv_is(v, JV_NULL) || str_eq(jv_str(v), STR("none"));
		if (!none && !read_value(c, f->value == V_YES ? V_WORD : f->value, v, &a->is[i]))
			return refuse(c, "question.is", "it is no value of the fact", "what is answered is not clear");
	}
	if ((negated && (!jv_is_bool(negated) || !a->nis)) || !date_parse(jv_get_str(q, "at"), &a->at))
		return refuse(c, "question.at", "it is no instant", "what is answered is not clear");
	bool whole_day = a->at == date_end(date_day(a->at)) - 1;
	if (whole_day ? !str_eq(jv_str(on), str_of(date_print(date_day(a->at), day))) : on != NULL)
		return refuse(c, "question.on", "it is not the day whose end is the instant asked about", "the answer is about another day");
	bool same = c->known == UINT64_MAX ? known == NULL : jv_is(known, JV_INT) && (uint64_t)jv_int(known) == c->known;
	return same ? 0 : refuse(c, "question.known", "it is not the last entry that counts here", "the answer is about what was known at another time");
}

/* ---- which rules can matter ---------------------------------------------------------------------------------------------- */

static void mark_fact(bool *facts, uint32_t fact, uint32_t *queue, size_t *n)
{
	if (!facts[fact])
		queue[(*n)++] = fact;
	facts[fact] = true;
}

static void mark_form(bool *facts, const struct ck_form *f, uint32_t *queue, size_t *n)
{
	if (!f)
		return;
	if (f->fact != NO_ID)
		mark_fact(facts, f->fact, queue, n);
	for (uint32_t i = 0; i < f->nkids; i++)
		mark_form(facts, f->kids[i], queue, n);
}

/* The rules of the fact, of what these read, and so on. What they give is the same with all others left aside. */
static void mark_rules(struct checking *c)
{
	const struct ck_book *b = c->b;
	bool *facts = arena_array(&c->a, b->facts.n + 1, bool);
	uint32_t *queue = arena_array(&c->a, b->facts.n + 1, uint32_t);
	size_t n = 0;
	c->part = arena_array(&c->a, b->laws.n + 1, bool);
	mark_fact(facts, c->q.fact, queue, &n);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < b->facts.v[queue[i]].laws.n; k++) {
			const struct ck_law *w = &b->laws.v[b->facts.v[queue[i]].laws.v[k]];
			c->part[w->id] = true;
			mark_form(facts, w->when, queue, &n);
			mark_form(facts, w->span, queue, &n);
			mark_form(facts, w->cond, queue, &n);
			mark_form(facts, w->value, queue, &n);
			mark_form(facts, w->effect, queue, &n);
		}
}

/* ---- one answer ---------------------------------------------------------------------------------------------------------- */

static bool in_list(const struct asked *q, struct value v)
{
	for (uint32_t i = 0; i < q->nis; i++)
		if (value_eq(q->is[i], v))
			return true;
	return false;
}

/* What the root speaks of: that the fact has its value, or that it is not what was asked for. */
static bool root_is_right(const struct checking *c, struct value v, bool holds, struct ck_wanted *asked)
{
	const struct asked *q = &c->q;
	bool boolean = c->b->facts.v[q->fact].value == V_YES, given = q->nis && !q->negated;
	*asked = (struct ck_wanted){.n = 0};
	if (boolean)
		*asked = (struct ck_wanted){.v = {VALUE_YES}, .n = 1};
	else if (given)
		*asked = (struct ck_wanted){.v = {q->is[0]}, .n = q->is[0].kind != V_NONE};
	if (holds)
		return v.kind != V_NONE && (!given || in_list(q, v));
	return asked->n ? !value_eq(v, asked->v[0]) : v.kind == V_NONE;
}

struct gather {
	struct checking *c;
	const struct ck_walk *w;
	bool all;
	struct { uint64_t *v; size_t n, cap; } acts;
	struct { struct str *v; size_t n, cap; } cites;
};

static void add_cites(struct gather *g, const struct syn_cites *c)
{
	for (size_t k = 0; k < c->n; k++) {
		size_t i = 0;
		while (i < g->cites.n && !str_eq(g->cites.v[i], c->v[k].text))
			i++;
		if (i == g->cites.n)
			arena_push(&g->c->a, &g->cites, c->v[k].text);
	}
}

static void add_act(struct gather *g, uint64_t pos)
{
	size_t i = 0;
	while (i < g->acts.n && g->acts.v[i] < pos)
		i++;
	if (i < g->acts.n && g->acts.v[i] == pos)
		return;
	arena_push(&g->c->a, &g->acts, pos);
	memmove(g->acts.v + i + 1, g->acts.v + i, (g->acts.n - 1 - i) * sizeof *g->acts.v);
	g->acts.v[i] = pos;
}

/* Acts and citations that the tree rests on; what did not happen is no basis. The nodes were checked before. */
static void gather(struct gather *g, const struct ck_node *n)
{
	const struct jv *rule = jv_get(n->json, "rule");
	if (n->kind == N_ACT || n->kind == N_WITHOUT_EFFECT)
		add_act(g, (uint64_t)jv_int(jv_get(n->json, "act")));
	if ((n->kind == N_FACT || n->kind == N_RULE || n->kind == N_OVERRIDDEN) && rule && (n->holds || g->all)) {
		const struct ck_law *w = &g->c->b->laws.v[jv_int(rule)];
		add_cites(g, &w->cites);
	}
	if (n->kind == N_TABLE) {
		const struct ck_fact *f = &g->c->b->facts.v[ck_fact_named(g->c->b, jv_get_str(n->json, "fact"))];
		add_cites(g, &f->decl->cites);
	}
	if ((n->kind == N_STILL && n->holds) || n->kind == N_NEVER || (n->kind == N_RULE && !n->holds && !g->all))
		return;
	for (size_t i = 0; i < n->nkids; i++)
		gather(g, &g->w->nodes[n->kids[i]]);
}

static int check_basis(struct checking *c, const struct ck_walk *w, const struct jv *answer)
{
	struct gather g = {.c = c, .w = w, .all = !w->nodes[0].holds};
	const struct jv *basis = jv_get(answer, "basis"), *acts = jv_get(basis, "acts"), *cites = jv_get(basis, "cites");
	gather(&g, &w->nodes[0]);
	bool same = jv_n(basis, JV_OBJECT) == 2 && jv_n(acts, JV_ARRAY) == g.acts.n && jv_n(cites, JV_ARRAY) == g.cites.n;
	for (size_t i = 0; same && i < g.acts.n; i++)
		same = jv_is(jv_at(acts, i), JV_INT) && (uint64_t)jv_int(jv_at(acts, i)) == g.acts.v[i];
	for (size_t i = 0; same && i < g.cites.n; i++)
		same = str_eq(jv_str(jv_at(cites, i)), g.cites.v[i]);
	if (!same)
		return refuse(c, "basis", "it is not the list of acts and citations that the reasons rest on", "an act or an article is passed over, or claimed without need");
	for (size_t i = 0; i < g.acts.n; i++)
		arena_push(&c->a, &c->basis, g.acts.v[i]);
	c->verdict->acts = c->verdict->acts > g.acts.n ? c->verdict->acts : g.acts.n;
	c->verdict->cites = c->verdict->cites > g.cites.n ? c->verdict->cites : g.cites.n;
	return 0;
}

static int check_tree(struct checking *c, struct ck_past *p, const struct jv *answer, const char *name, bool *unsure)
{
	struct value v = ck_value(ck_find(p, c->q.fact, c->q.args), ck_round_at(p, c->q.at));
	const struct jv *nodes = jv_get(answer, "nodes"), *value = jv_get(answer, "value"), *holds = jv_get(answer, "holds");
	struct ck_wanted asked;
	bool so = jv_is(jv_get(jv_at(nodes, 0), "holds"), JV_TRUE);
	c->verdict->step = CK_STEP_ANSWER;
	if (!value || !ck_json_is(c->b, value, v)) {
		struct buf is;
		char what[300];
		buf_init(&is, 200);
		value_print(&c->b->rb->syms, v, &is);
		(void)snprintf(what, sizeof what, "the acts and the rules give another value: %s", is.over ? "one that is too long to print" : is.p);
		buf_done(&is);
		return refuse(c, "value", what, "the answer is wrong");
	}
	if (!jv_is_bool(holds) || jv_is(holds, JV_TRUE) != so || !root_is_right(c, v, so, &asked))
		return refuse(c, "holds", "the first statement is not an answer to the question", "the reasons are of another question");
	c->verdict->step = CK_STEP_REASONS;
	struct ck_walk w = {.p = p, .b = c->b, .a = &c->a, 
		.named = c->named, .some = !c->all, .unsure = unsure, .reading = name, .e = c->e};
	int rc = ck_reasons(&w, nodes, c->q.fact, c->q.args, &asked, so, c->q.at);
	c->verdict->nodes += w.n;
	return rc < 0 || *unsure ? rc : check_basis(c, &w, answer);
}

static int check_reading(struct checking *c, uint32_t k, const struct jv *answer)
{
	const struct rulebook *rb = c->b->rb;
	struct str name = rb->readings.n ? ck_name(c->b, rb->readings.v[k].name) : STR("");
	bool unsure = false;
	c->verdict->step = CK_STEP_ANSWER;
	if (!jv_only(answer, " reading reading_text value holds basis nodes "))
		return refuse(c, "readings", "an answer has a member that means nothing", "it is not clear what is claimed");
	if (!str_eq(jv_get_str(answer, "reading"), name) ||
		!str_eq(jv_get_str(answer, "reading_text"), rb->readings.n ? rb->readings.v[k].text : STR("")))
		return refuse(c, "readings", "they are not the readings of the rulebook, in its order", "an interpretation was left out or renamed");
	/* With the rules that can matter, which is quicker. What other rules do can show in a proof all the same (a round more within an
	 * instant, an act that changes something else): before anything is refused, all are carried out. */
	for (int all = 0; all < 2; all++) {
		struct ck_past p;
		c->verdict->step = CK_STEP_HISTORY;
		uint64_t nodes = c->verdict->nodes;
		int rc = ck_past_make(c->b, c->acts, c->nacts, c->known, k, all ? NULL : c->part, &p, c->e);
		if (rc < 0)
			return rc;
		p.budget = c->b->budget;
		rc = check_tree(c, &p, answer, name.n ? name.p : "", &unsure);
		if (p.too_much)
			rc = err_set(c->e, ERR_LIMIT, "rules", "what the reasons rest on is too much to check");
		ck_past_done(&p);
		if (all || (rc == 0 && !unsure))
			return rc;
		unsure = false;
		c->verdict->nodes = nodes;
	}
	return 0;
}

/* ---- the list of rules --------------------------------------------------------------------------------------------------- */

bool ck_cites_are(const struct ck_book *b, const struct jv *list, const struct syn_cites *c)
{
	struct cite *v; /* what they name is looked up here alone: most rules are never named */
	uint32_t n;
	cites_resolve(b->l, NULL, c, &v, &n);
	bool same = jv_n(list, JV_ARRAY) == n;
	for (size_t i = 0; same && i < n; i++) {
		const struct jv *j = jv_at(list, i);
		same = str_eq(jv_get_str(j, "text"), v[i].text);
		if (v[i].article != NO_ID)
			same = same && jv_n(j, JV_OBJECT) == 3 && str_eq(jv_get_str(j, "article"), b->rb->articles.v[v[i].article].slug) &&
			       str_eq(jv_get_str(j, "title"), b->rb->articles.v[v[i].article].title);
		else if (v[i].source != NO_ID)
			same = same && jv_n(j, JV_OBJECT) == 3 && str_eq(jv_get_str(j, "source"), ck_name(b, b->rb->sources.v[v[i].source].name)) &&
			       str_eq(jv_get_str(j, "title"), b->rb->sources.v[v[i].source].title);
		else
			same = same && jv_n(j, JV_OBJECT) == 1;
	}
	return same;
}

static bool date_is(const struct jv *obj, const char *member, civil t)
{
	const struct jv *j = jv_get(obj, member);
	char text[DATE_LEN];
	return t == CIVIL_ALWAYS || t == CIVIL_NEVER ? jv_is(j, JV_NULL) : str_eq(jv_str(j), str_of(date_print(t, text)));
}

static bool number_is(const struct jv *obj, const char *member, uint64_t n)
{
	const struct jv *j = jv_get(obj, member);
	return jv_is(j, JV_INT) && jv_int(j) >= 0 && (uint64_t)jv_int(j) == n;
}

static bool readings_are(const struct ck_book *b, const struct jv *list, uint32_t bits)
{
	size_t n = 0;
	for (uint32_t i = 0; i < b->rb->readings.n; i++)
		if (bits >> i & 1 && !str_eq(jv_str(jv_at(list, n++)), ck_name(b, b->rb->readings.v[i].name)))
			return false;
	return bits ? jv_n(list, JV_ARRAY) == n : list == NULL;
}

static const char *wrong_member(const struct ck_book *b, const struct ck_law *w, const struct jv *j)
{
	static const char *const form[] = {"effect", "definition", "forbidden"};
	static const char *const construct[] = {"rule", "obligation", "procedure", "decision"};
	const struct syn_head *h = w->st->head;
	if (!jv_only(j, " id label form construct part cites from until retroactive readings file line text "))
		return "(another member)";
	if (!str_eq(jv_get_str(j, "label"), ck_name(b, h->label)))
		return "label";
	if (!str_eq(jv_get_str(j, "form"), str_of(form[w->form])))
		return "form";
	if (!str_eq(jv_get_str(j, "construct"), str_of(construct[w->st->construct])))
		return "construct";
	if (!str_eq(jv_get_str(j, "part"), str_of(w->part)))
		return "part";
	if (!ck_cites_are(b, jv_get(j, "cites"), &w->cites))
		return "cites";
	if (!date_is(j, "from", h->from))
		return "from";
	if (!date_is(j, "until", h->until))
		return "until";
	if (h->retroactive ? !jv_is(jv_get(j, "retroactive"), JV_TRUE) : jv_get(j, "retroactive") != NULL)
		return "retroactive";
	if (!readings_are(b, jv_get(j, "readings"), w->readings))
		return "readings";
	if (!str_eq(jv_get_str(j, "file"), b->rb->files.v[h->at.file].path))
		return "file";
	if (!number_is(j, "line", h->at.line))
		return "line";
	return str_eq(jv_get_str(j, "text"), ck_law_text(b, w)) ? NULL : "text";
}

static int check_rules(struct checking *c)
{
	const struct jv *list = jv_get(c->proof, "rules");
	size_t at = 0;
	char where[80], what[120];
	for (uint32_t i = 0; i < c->b->laws.n; i++) {
		const struct ck_law *w = &c->b->laws.v[i];
		const struct jv *j = jv_at(list, at);
		if (!c->named[i])
			continue;
		(void)snprintf(where, sizeof where, "rules, %.*s", STR_ARG(str_slice(ck_name(c->b, w->st->head->label), 0, 60)));
		if (!j || !number_is(j, "id", i))
			return refuse(c, where, "a node names this rule, and it is not in the list at its place", "the reader cannot see the rule that was applied");
		const char *wrong = wrong_member(c->b, w, j);
		(void)snprintf(what, sizeof what, "\"%s\" is not what the adopted text says", wrong ? wrong : "");
		if (wrong)
			return refuse(c, where, what, "the rule was misquoted, or its article is another");
		at++;
	}
	return at == jv_n(list, JV_ARRAY) ? 0 : refuse(c, "rules", "there are rules that no node names", "something was added");
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------- */

static void say_answer(struct checking *c, const struct jv *readings)
{
	struct buf b;
	char day[DATE_LEN];
	buf_init(&b, sizeof c->verdict->answer - 1);
	buf_addf(&b, "%.*s(", STR_ARG(str_slice(ck_name(c->b, c->b->facts.v[c->q.fact].name), 0, MAX_NAME)));
	for (uint32_t i = 0; i < c->b->facts.v[c->q.fact].nparams; i++) {
		const char *quote = c->q.args[i].kind == V_ENTITY ? "\"" : "";
		buf_addf(&b, "%s%s", i ? ", " : "", quote);
		value_print(&c->b->rb->syms, c->q.args[i], &b);
		buf_adds(&b, quote);
	}
	buf_addf(&b, ") at the end of %s: ", date_print(c->q.at == date_end(date_day(c->q.at)) - 1 ? date_day(c->q.at) : c->q.at, day));
	for (size_t i = 0; i < jv_n(readings, JV_ARRAY); i++) {
		const struct jv *r = jv_at(readings, i), *v = jv_get(r, "value");
		struct str name = jv_get_str(r, "reading"), text = jv_str(v);
		buf_adds(&b, i ? "; " : "");
		if (name.n)
			buf_addf(&b, "reading %.*s: ", STR_ARG(str_slice(name, 0, MAX_NAME)));
		if (jv_is(v, JV_INT))
			buf_addf(&b, "%lld", (long long)jv_int(v));
		else
			buf_add(&b, text.p ? str_slice(text, 0, 100) : c->b->facts.v[c->q.fact].value == V_YES ? STR("no") : STR("none"));
	}
	(void)snprintf(c->verdict->answer, sizeof c->verdict->answer, "%.*s", STR_ARG(buf_str(&b)));
	buf_done(&b);
}

static int answer(struct checking *c)
{
	const struct jv *readings = jv_get(c->proof, "readings");
	uint32_t n = c->b->rb->readings.n ? (uint32_t)c->b->rb->readings.n : 1;
	c->verdict->step = CK_STEP_ANSWER;
	int rc = read_question(c);
	if (rc < 0)
		return rc;
	if (jv_n(readings, JV_ARRAY) != n)
		return refuse(c, "readings", "there is not one answer for each reading of the rulebook", "an interpretation was left out");
	c->named = arena_array(&c->a, c->b->laws.n + 1, bool);
	mark_rules(c);
	for (uint32_t k = 0; k < n && rc == 0; k++)
		rc = check_reading(c, k, jv_at(readings, k));
	if (rc == 0) {
		c->verdict->step = CK_STEP_REASONS;
		rc = check_rules(c);
	}
	if (rc == 0)
		say_answer(c, readings);
	return rc;
}

int ck_answer(struct ck_book *b, const struct ck_act *acts, size_t n, uint64_t known, bool all, const struct jv *proof, struct ck_verdict *ret, struct err *e)
{
	struct checking c = {.b = b, .acts = acts, .nacts = n, .known = known, .all = all, .proof = proof, .verdict = ret, .e = e};
	int rc = answer(&c);
	arena_done(&c.a);
	return rc;
}

const char *ck_step_words(enum ck_step step)
{
	static const char *const words[CK_STEPS] = {[CK_STEP_FILE] = "the file", [CK_STEP_LOG] = "the signed checkpoint",
		[CK_STEP_ENTRIES] = "the entries of the log", [CK_STEP_RULEBOOK] = "the adopted rulebook", [CK_STEP_ACTS] = "the acts",
		[CK_STEP_SIGNERS] = "the keys and signatures", [CK_STEP_HISTORY] = "what happened", [CK_STEP_ANSWER] = "the answer", [CK_STEP_REASONS] = "the reasons"};
	return words[step];
}

/* The organisation says something about its whole register; a file may not say something else. */
static bool notice_is(const struct jv *proof, const struct jv *org)
{
	struct str says = jv_get_str(proof, "notice");
	const struct jv *all = jv_get(org, "notice");
	bool is = jv_n(all, JV_OBJECT) == 0 && !jv_get(proof, "notice");
	for (size_t i = 0; i < jv_n(all, JV_OBJECT) && says.p && !is; i++)
		is = str_eq(jv_str(&all->v[i]), says);
	return is;
}

static int check_evidence(const struct jv *proof, const struct ck_options *o, struct ck_evidence *ev, struct ck_verdict *ret, struct err *e)
{
	int rc = ck_evidence_read(proof, o, ev, e);
	ret->step = ev->step;
	ret->own_key = ev->own_key;
	ret->whole = ev->whole;
	ret->known = ev->known;
	ret->size = ev->size;
	ret->entries = ev->n;
	ret->sealed = ev->nsealed;
	ret->keys = ev->key_acts.n > 0;
	(void)snprintf(ret->origin, sizeof ret->origin, "%.*s", STR_ARG(str_slice(ev->origin, 0, sizeof ret->origin - 1)));
	(void)snprintf(ret->vkey, sizeof ret->vkey, "%.*s", STR_ARG(str_slice(ev->vkey, 0, sizeof ret->vkey - 1)));
	(void)snprintf(ret->audience, sizeof ret->audience, "%.*s", STR_ARG(str_slice(ev->audience, 0, sizeof ret->audience - 1)));
	if (rc == 0 && !notice_is(proof, ev->org)) {
		(void)err_set(e, ERR_REFUSED, "notice", "the organisation does not say this about its register");
		(void)err_hint(e, "a warning was taken away, or made up");
		ret->step = CK_STEP_FILE;
		rc = ERR_REFUSED;
	}
	return rc;
}

/* Of the first entry and the adoption; of the acts that the answer rests on; and of all of the kinds on which it can depend, unless the log's
 * own key signed alone, for that key signed the checkpoint over all entries. */
static int check_signatures(struct checking *c, struct ck_evidence *ev, struct err *e)
{
	uint64_t first[] = {0, ev->adopted};
	bool *kinds = arena_array(&c->a, c->b->acts.n + 1, bool);
	for (size_t i = 0; i < c->b->laws.n; i++)
		if (c->part[i] && c->b->laws.v[i].pattern)
			kinds[c->b->laws.v[i].act] = true;
	c->verdict->step = CK_STEP_SIGNERS;
	int rc = ck_evidence_signed(ev, first, 2, e);
	if (rc == 0)
		rc = ck_evidence_signed(ev, c->basis.v, c->basis.n, e);
	return rc < 0 ? rc : ck_evidence_kinds_signed(ev, kinds, e);
}

static void say_signers(const struct checking *c, struct ck_evidence *ev)
{
	struct ck_verdict *v = c->verdict;
	struct buf who;
	buf_init(&who, sizeof v->signers - 20);
	v->basis = ck_evidence_who(ev, c->basis.v, c->basis.n, &who, &v->recorded);
	(void)snprintf(v->signers, sizeof v->signers, "%.*s%s", STR_ARG(buf_str(&who)), who.over ? " and others" : "");
	buf_done(&who);
}

static int check_file(const struct jv *proof, const struct ck_options *o, struct ck_verdict *ret, struct err *e)
{
	struct ck_evidence ev;
	if (!str_eq(jv_get_str(proof, "format"), STR("comity-proof/2")))
		return err_set(e, ERR_REFUSED, "format", "this is no proof file that can be read here: \"comity-proof/2\" is expected");
	if (!jv_only(proof, " format origin notice rulebook question readings rules evidence "))
		return err_set(e, ERR_REFUSED, "the file", "it has a member that is no part of a proof: it cannot be checked, and might be taken for one");
	int rc = check_evidence(proof, o, &ev, ret, e);
	struct checking c = {.b = &ev.book, .acts = ev.acts, .nacts = ev.nacts, .known = ev.known, .all = ev.whole,
		.proof = proof, .verdict = ret, .e = e};
	if (rc == 0)
		rc = answer(&c);
	if (rc == 0)
		rc = check_signatures(&c, &ev, e);
	if (rc == 0)
		say_signers(&c, &ev);
	ret->signatures = ev.nsignatures;
	arena_done(&c.a);
	ck_evidence_done(&ev);
	return rc;
}

int ck_check(struct str file, const struct ck_options *o, struct ck_verdict *ret, struct err *e)
{
	const struct jv *proof;
	struct arena a = {0};
	*ret = (struct ck_verdict){.step = CK_STEP_FILE};
	int rc = jv_read(&a, file, "the file", &proof, e);
	if (rc == 0)
		rc = check_file(proof, o, ret, e);
	arena_done(&a);
	return rc;
}
