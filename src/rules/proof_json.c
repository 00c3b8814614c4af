/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/proof_json.h"

#include "base/json.h"
#include "rules/rulebook.h"

enum { MAX_PRINTED = MAX_STRING + 1 };

struct writer {
	const struct proof_answer *q;
	const struct eval *e; /* of the reading that is written */
	struct buf *out;
	bool *rules; /* which are named by a node */
};

/* ---- small things -------------------------------------------------------------------------------------------------------- */

/* A comma, unless it comes first in its object or list. */
static void comma(struct writer *w)
{
	char last = w->out->n ? w->out->p[w->out->n - 1] : '{';
	if (last != '{' && last != '[')
		buf_addc(w->out, ',');
}

static void put_key(struct writer *w, const char *key)
{
	comma(w);
	buf_addf(w->out, "\"%s\":", key);
}

static void put_str(struct writer *w, const char *key, struct str s)
{
	put_key(w, key);
	json_quote(w->out, s);
}

static void put_text(struct writer *w, const char *key, struct str s) /* left out when empty */
{
	if (s.n)
		put_str(w, key, s);
}

static void put_name(struct writer *w, const char *key, sym name)
{
	put_str(w, key, syms_str(&w->q->evals[0]->rb->syms, name));
}

static void put_number(struct writer *w, const char *key, uint64_t n)
{
	put_key(w, key);
	buf_addf(w->out, "%llu", (unsigned long long)n);
}

static void put_bool(struct writer *w, const char *key, bool b)
{
	put_key(w, key);
	buf_adds(w->out, b ? "true" : "false");
}

/* As the language prints it; null for the beginning of time and an open end. */
static void put_date(struct writer *w, const char *key, civil t)
{
	char text[DATE_LEN];
	put_key(w, key);
	if (t == CIVIL_ALWAYS || t == CIVIL_NEVER)
		buf_adds(w->out, "null");
	else
		buf_addf(w->out, "\"%s\"", date_print(t, text));
}

/* Integers as numbers, none as null, all else as the language prints it. */
static void value(struct writer *w, struct value v)
{
	struct buf text;
	if (v.kind == V_NONE) {
		buf_adds(w->out, "null");
		return;
	}
	if (v.kind == V_INT) {
		buf_addf(w->out, "%lld", (long long)v.i);
		return;
	}
	buf_init(&text, MAX_PRINTED);
	value_print(w->e->syms, v, &text);
	json_quote(w->out, buf_str(&text));
	buf_done(&text);
}

static void put_value(struct writer *w, const char *key, struct value v)
{
	put_key(w, key);
	value(w, v);
}

static void put_values(struct writer *w, const char *key, const struct value *v, uint32_t n)
{
	put_key(w, key);
	buf_addc(w->out, '[');
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(w->out, i ? "," : "");
		value(w, v[i]);
	}
	buf_addc(w->out, ']');
}

/* An object of named arguments; without those that are not given. */
static void put_args(struct writer *w, uint32_t kind, const struct value *args)
{
	const struct act_kind *k = &w->e->rb->acts.v[kind];
	put_key(w, "args");
	buf_addc(w->out, '{');
	for (uint32_t i = 0; i < k->nparams; i++) {
		if (args[i].kind == V_NONE)
			continue;
		comma(w);
		json_quote(w->out, syms_str(&w->e->rb->syms, k->params[i].name));
		buf_addc(w->out, ':');
		value(w, args[i]);
	}
	buf_addc(w->out, '}');
}

static void put_fact(struct writer *w, uint32_t fact, const struct value *args)
{
	put_name(w, "fact", w->q->evals[0]->rb->facts.v[fact].name);
	put_values(w, "args", args, w->q->evals[0]->rb->facts.v[fact].nparams);
}

/* ---- nodes --------------------------------------------------------------------------------------------------------------- */

/* What a kind of node says beside kind, holds, text and kids. */
enum part { FACT = 1, VALUE = 2, HAVE = 4, SPAN = 8, AT = 16, RULE = 32, ACT = 64, KIND = 128, COMPARE = 256, OP_FLAG = 512, LEFT = 1024, FROM = 2048 };

static const struct form {
	const char *word;
	unsigned parts;
} forms[] = {
	[PROOF_FACT] = {"fact", FACT | VALUE | HAVE | SPAN | AT | RULE},
	[PROOF_RULE] = {"rule", RULE | AT | ACT},
	[PROOF_ACT] = {"act", ACT | KIND | AT},
	[PROOF_NO_ACT] = {"no_act", KIND | SPAN | RULE},
	[PROOF_TABLE] = {"table", FACT | VALUE},
	[PROOF_NEVER] = {"never", FACT | SPAN | AT},
	[PROOF_ALL] = {"all", 0},
	[PROOF_ANY] = {"any", 0},
	[PROOF_NOT] = {"not", 0},
	[PROOF_COUNT] = {"count", COMPARE},
	[PROOF_COMPARE] = {"compare", COMPARE},
	[PROOF_CLOCK] = {"clock", AT},
	[PROOF_DELAY] = {"delay", FROM | AT | RULE},
	[PROOF_WINDOW] = {"window", RULE | SPAN | AT},
	[PROOF_WITHOUT_EFFECT] = {"without_effect", ACT | KIND | AT},
	[PROOF_CUT] = {"cut", 0},
	[PROOF_VALUE] = {"value", VALUE | LEFT},
	[PROOF_SINCE] = {"since", FROM | AT},
	[PROOF_STILL] = {"still", FROM | AT | RULE | ACT},
	[PROOF_OVERRIDDEN] = {"overridden", RULE | AT},
	[PROOF_CORRECTED] = {"corrected", ACT | KIND | AT | OP_FLAG},
	[PROOF_LATER] = {"later", ACT | KIND | AT},
	[PROOF_OPEN] = {"open", 0},
};

static void put_no_act_bounds(struct writer *w, const struct proof *p)
{
	if (p->place)
		put_number(w, "after_place", p->place);
	if (p->act)
		put_number(w, "before_place", p->act);
}

static void put_cites(struct writer *w, const struct cite *v, uint32_t n)
{
	const struct rulebook *rb = w->q->evals[0]->rb;
	put_key(w, "cites");
	buf_addc(w->out, '[');
	for (uint32_t i = 0; i < n; i++) {
		buf_adds(w->out, i ? ",{" : "{");
		put_str(w, "text", v[i].text);
		if (v[i].article != NO_ID) {
			put_str(w, "article", rb->articles.v[v[i].article].slug);
			put_str(w, "title", rb->articles.v[v[i].article].title);
		} else if (v[i].source != NO_ID) {
			put_name(w, "source", rb->sources.v[v[i].source].name);
			put_str(w, "title", rb->sources.v[v[i].source].title);
		}
		buf_addc(w->out, '}');
	}
	buf_addc(w->out, ']');
}

/* What only one kind has. */
static void put_more(struct writer *w, const struct proof *p)
{
	const struct rulebook *rb = w->e->rb;
	switch (p->kind) {
	case PROOF_NO_ACT: put_no_act_bounds(w, p); break;
	case PROOF_DELAY:
		if (p->to != CIVIL_NEVER)
			put_date(w, "dropped", p->to);
		put_bool(w, "if_still_so", p->op);
		break;
	case PROOF_SINCE:
		if (p->to != CIVIL_NEVER)
			put_date(w, "ended", p->to);
		if (p->value.kind != V_NONE)
			put_value(w, "span", p->value);
		break;
	case PROOF_ANY:
	case PROOF_ALL:
		if (p->value.kind != V_NONE)
			put_value(w, "of", p->value);
		break;
	case PROOF_TABLE:
		for (size_t i = 0; i < rb->tables.n; i++)
			if (rb->tables.v[i].fact == p->fact) {
				put_cites(w, rb->tables.v[i].cites, rb->tables.v[i].ncites);
				put_str(w, "file", rb->files.v[rb->tables.v[i].at.file].path);
				put_number(w, "line", rb->tables.v[i].at.line);
			}
		break;
	default: break;
	}
}

static void put_parts(struct writer *w, const struct proof *p, unsigned parts)
{
	static const char *const cmp[] = {">=", ">", "=", "<", "<="};
	if (parts & RULE && p->rule != NO_ID)
		put_number(w, "rule", p->rule);
	if (parts & ACT && p->act) {
		put_number(w, "act", p->act);
		put_number(w, "place", p->place);
	}
	if (parts & KIND) {
		put_name(w, "act_kind", w->e->rb->acts.v[p->act_kind].name);
		put_args(w, p->act_kind, p->args);
	}
	if (parts & FACT)
		put_fact(w, p->fact, p->args);
	if (parts & VALUE)
		put_value(w, "value", p->value);
	if (parts & HAVE && !p->holds)
		put_value(w, "have", p->have);
	if (parts & COMPARE) {
		put_str(w, "left", p->left);
		put_str(w, "op", str_of(cmp[p->op]));
		put_str(w, "right", p->right);
	}
	if (parts & LEFT)
		put_str(w, "exact", p->left);
	if (parts & (SPAN | FROM))
		put_date(w, "from", p->from);
	if (parts & SPAN)
		put_date(w, "to", p->to);
	if (parts & AT)
		put_date(w, "at", p->at);
	if (parts & OP_FLAG)
		put_bool(w, "annulled", p->op);
	put_more(w, p);
}

static void put_binding(struct writer *w, const struct proof *p)
{
	const struct rule *r = &w->e->rb->rules.v[p->rule];
	uint64_t left = p->bound;
	put_key(w, "binding");
	buf_addc(w->out, '{');
	for (uint32_t v = 0; v < r->nvars; v++) {
		if (!(left >> v & 1))
			continue;
		comma(w);
		json_quote(w->out, syms_str(&w->e->rb->syms, r->vars[v].name));
		buf_addc(w->out, ':');
		value(w, p->env[v]);
		for (uint32_t o = v; o < r->nvars; o++) /* a name once */
			if (r->vars[o].name == r->vars[v].name)
				left &= ~((uint64_t)1 << o);
	}
	buf_addc(w->out, '}');
}

static void note_rules(struct writer *w, const struct proof *p)
{
	if (forms[p->kind].parts & RULE && p->rule != NO_ID)
		w->rules[p->rule] = true;
	for (size_t i = 0; i < p->nkids; i++)
		note_rules(w, p->kids[i]);
}

static void node(struct writer *w, const struct proof *p)
{
	buf_adds(w->out, p->id ? ",\n" : "\n");
	buf_addc(w->out, '{');
	put_number(w, "id", p->id);
	put_str(w, "kind", str_of(forms[p->kind].word));
	put_bool(w, "holds", p->holds);
	put_parts(w, p, forms[p->kind].parts);
	if (p->env && p->within == NO_ID && !p->shared)
		put_binding(w, p);
	put_text(w, "text", p->text);
	if (p->shared)
		put_number(w, "same", p->same->id);
	if (p->nkids) {
		put_key(w, "kids");
		buf_addc(w->out, '[');
		for (size_t i = 0; i < p->nkids; i++)
			buf_addf(w->out, "%s%u", i ? "," : "", p->kids[i]->id);
		buf_addc(w->out, ']');
	}
	buf_addc(w->out, '}');
	for (size_t i = 0; i < p->nkids; i++)
		node(w, p->kids[i]);
}

/* ---- what the nodes point to --------------------------------------------------------------------------------------------- */

static void put_readings(struct writer *w, const struct rule *r)
{
	const struct rulebook *rb = w->q->evals[0]->rb;
	if (!r->readings)
		return;
	put_key(w, "readings");
	buf_addc(w->out, '[');
	for (uint32_t i = 0; i < rb->readings.n; i++)
		if (r->readings >> i & 1) {
			comma(w);
			json_quote(w->out, syms_str(&rb->syms, rb->readings.v[i].name));
		}
	buf_addc(w->out, ']');
}

static void put_rules(struct writer *w)
{
	static const char *const form[] = {"effect", "definition", "forbidden"};
	static const char *const construct[] = {"rule", "obligation", "procedure", "decision"};
	const struct rulebook *rb = w->q->evals[0]->rb;
	bool first = true;
	put_key(w, "rules");
	buf_addc(w->out, '[');
	for (uint32_t i = 0; i < rb->rules.n; i++) {
		const struct rule *r = &rb->rules.v[i];
		if (!w->rules[i])
			continue;
		buf_adds(w->out, first ? "\n{" : ",\n{");
		first = false;
		put_number(w, "id", i);
		put_name(w, "label", r->label);
		put_str(w, "form", str_of(form[r->form]));
		put_str(w, "construct", str_of(construct[r->construct]));
		if (r->part)
			put_str(w, "part", str_of(r->part));
		put_cites(w, r->cites, r->ncites);
		put_date(w, "from", r->from);
		put_date(w, "until", r->until);
		if (r->retroactive)
			put_bool(w, "retroactive", true);
		put_readings(w, r);
		put_str(w, "file", rb->files.v[r->at.file].path);
		put_number(w, "line", r->at.line);
		put_str(w, "text", rule_text(rb, r));
		buf_addc(w->out, '}');
	}
	buf_addc(w->out, ']');
}

static void put_act(struct writer *w, const struct act *a)
{
	put_number(w, "pos", a->pos);
	if (a->kind != NO_ID) {
		put_name(w, "kind", w->e->rb->acts.v[a->kind].name);
		put_date(w, "date", a->date);
		struct value args[MAX_ARGS];
		put_args(w, a->kind, act_values(a, w->e->rb->acts.v[a->kind].nparams, args));
	}
	if (act_is_correction(a))
		put_number(w, "corrects", act_corrects(a));
	if (a->annul)
		put_bool(w, "annul", true);
}

static void put_acts(struct writer *w)
{
	struct arena a = {0};
	struct touched on;
	w->e = w->q->evals[0];
	explain_touched(w->e, w->q->fact, w->q->args, w->q->at, &a, &on);
	bool all = on.nacts <= PROOF_MAX_ACTS;
	put_bool(w, "acts_complete", all);
	put_key(w, "acts");
	buf_addc(w->out, '[');
	for (size_t i = 0; i < on.nacts && all; i++) {
		buf_adds(w->out, i ? ",\n{" : "\n{");
		put_act(w, &w->e->given.v[on.acts[i]]);
		buf_addc(w->out, '}');
	}
	buf_addc(w->out, ']');
	arena_done(&a);
}

/* ---- the answer ---------------------------------------------------------------------------------------------------------- */

static void put_basis(struct writer *w, const struct proof *p)
{
	struct arena a = {0};
	struct basis b;
	explain_basis(w->e, p, &a, &b);
	put_key(w, "basis");
	buf_adds(w->out, "{\"acts\":[");
	for (size_t i = 0; i < b.nacts; i++)
		buf_addf(w->out, "%s%llu", i ? "," : "", (unsigned long long)b.acts[i]);
	buf_adds(w->out, "],\"cites\":[");
	for (size_t i = 0; i < b.ncites; i++) {
		buf_adds(w->out, i ? "," : "");
		json_quote(w->out, b.cites[i]->text);
	}
	buf_adds(w->out, "]}");
	arena_done(&a);
}

static void put_reading(struct writer *w, uint32_t i)
{
	const struct proof *p = w->q->proofs[i];
	const struct rulebook *rb = w->q->evals[0]->rb;
	const struct change *c = NULL;
	w->e = w->q->evals[i];
	buf_adds(w->out, i ? ",\n{" : "\n{");
	if (rb->readings.n) {
		put_name(w, "reading", rb->readings.v[i].name);
		put_str(w, "reading_text", rb->readings.v[i].text);
	}
	put_value(w, "value", eval_at(w->e, eval_find(w->e, w->q->fact, w->q->args), w->q->at, &c));
	put_bool(w, "holds", p->holds);
	put_basis(w, p);
	put_key(w, "nodes");
	buf_addc(w->out, '[');
	node(w, p);
	buf_adds(w->out, "]}");
	note_rules(w, p);
}

static void put_question(struct writer *w)
{
	put_key(w, "question");
	buf_addc(w->out, '{');
	put_fact(w, w->q->fact, w->q->args);
	if (w->q->nis)
		put_values(w, "is", w->q->is, w->q->nis);
	if (w->q->nis && w->q->negated)
		put_bool(w, "negated", true);
	if (w->q->at == date_end(date_day(w->q->at)) - 1)
		put_date(w, "on", date_day(w->q->at));
	put_date(w, "at", w->q->at);
	if (w->e->known != UINT64_MAX)
		put_number(w, "known", w->e->known);
	buf_addc(w->out, '}');
}

static void put_rulebook(struct writer *w)
{
	const struct rulebook *rb = w->q->evals[0]->rb;
	put_key(w, "rulebook");
	buf_addc(w->out, '{');
	if (rb->name) {
		put_name(w, "name", rb->name);
		put_number(w, "version", (uint64_t)rb->version);
	}
	put_text(w, "sha256", w->q->rulebook);
	buf_addc(w->out, '}');
}

void proof_json(const struct proof_answer *q, struct buf *out)
{
	struct arena a = {0};
	struct writer w = {.q = q, .e = q->evals[0], .out = out};
	w.rules = arena_array(&a, q->evals[0]->rb->rules.n + 1, bool);
	buf_adds(out, "{\"format\":\"comity-proof/2\"");
	put_text(&w, "origin", q->origin);
	put_text(&w, "notice", q->notice);
	put_rulebook(&w);
	put_question(&w);
	put_key(&w, "readings");
	buf_addc(out, '[');
	for (uint32_t i = 0; i < q->n; i++)
		put_reading(&w, i);
	buf_addc(out, ']');
	put_rules(&w);
	if (q->acts)
		put_acts(&w);
	buf_adds(out, "}\n");
	arena_done(&a);
}
