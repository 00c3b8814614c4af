/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/proof/made.h"

#include "base/json.h"

#include <string.h>

char *made_proof(struct reg *r, const char *audience, uint64_t known, const char *question, bool whynot, enum evidence_form form)
{
	const struct view *v;
	struct question q;
	struct answer a;
	struct arena arena = {0};
	struct buf out;
	struct err e;
	if (reg_view(r, str_of(audience), known, &v, &e) < 0 || view_question(v, str_of(question), &q, &e) < 0)
		fail_msg("%s: %s: %s", question, e.where, e.what);
	view_ask(v, q.fact, q.args, &q, view_on(q.has_on ? q.on : date_from(2020, 1, 1)), &arena, &a);
	buf_init(&out, 1 << 28);
	if (answer_proof_file(r, v, &q, &a, whynot, &form, &arena, &out, &e) < 0)
		fail_msg("%s: %s: %s", question, e.where, e.what);
	arena_done(&arena);
	view_unref(v);
	return out.p;
}

char *made_answer(const struct view *v, uint32_t fact, const struct value *args, struct value is, bool whynot, civil on)
{
	struct question q = {.fact = fact, .is = {is}, .nis = is.kind != V_NONE, .has_is = is.kind != V_NONE};
	struct answer a;
	struct arena arena = {0};
	struct buf out;
	memcpy(q.args, args, record_rulebook(view_record(v))->facts.v[fact].nparams * sizeof *args);
	view_ask(v, fact, args, &q, on, &arena, &a);
	buf_init(&out, 1 << 28);
	answer_proof_bare(v, &q, &a, whynot, &arena, &out);
	arena_done(&arena);
	return out.p;
}

/* ---- changes ------------------------------------------------------------------------------------------------------------- */

uint64_t made_random(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (*seed >> 11) % below;
}

struct site {
	json_t *in; /* the object or list that holds it */
	const char *key;
	size_t index;
	char path[160];
};

struct sites {
	struct site *v;
	size_t n, cap;
};

static void collect(struct sites *s, json_t *in, const char *path)
{
	const char *key;
	json_t *j;
	size_t i;
	if (json_is_object(in)) {
		json_object_foreach(in, key, j) {
			struct site x = {.in = in, .key = key};
			(void)snprintf(x.path, sizeof x.path, "%.120s.%.30s", path, key);
			if (s->n == s->cap)
				s->v = realloc(s->v, (s->cap = s->cap ? 2 * s->cap : 1024) * sizeof *s->v);
			s->v[s->n++] = x;
			collect(s, j, x.path);
		}
	}
	if (json_is_array(in)) {
		json_array_foreach(in, i, j) {
			struct site x = {.in = in, .index = i};
			(void)snprintf(x.path, sizeof x.path, "%.130s[%zu]", path, i);
			if (s->n == s->cap)
				s->v = realloc(s->v, (s->cap = s->cap ? 2 * s->cap : 1024) * sizeof *s->v);
			s->v[s->n++] = x;
			collect(s, j, x.path);
		}
	}
}

static json_t *value_at(const struct site *x)
{
	return x->key ? json_object_get(x->in, x->key) : json_array_get(x->in, x->index);
}

static void put(const struct site *x, json_t *v)
{
	if (x->key)
		json_object_set_new(x->in, x->key, v);
	else
		json_array_set_new(x->in, x->index, v);
}

/* A date moved by a day; else a string of the same member elsewhere, or one letter more or another. */
static json_t *other_string(const struct sites *all, const struct site *x, const char *s, uint64_t *seed)
{
	civil t;
	char day[DATE_LEN];
	if (date_parse(str_of(s), &t) && t < CIVIL_MAX - 2 * DAY && made_random(seed, 3))
		return json_string(date_print(t + (civil)(1 + made_random(seed, 2)) * (made_random(seed, 2) ? DAY : 1), day));
	for (int i = 0; x->key && i < 50; i++) {
		const struct site *o = &all->v[made_random(seed, all->n)];
		const char *other = o->key && strcmp(o->key, x->key) == 0 ? json_string_value(value_at(o)) : NULL;
		if (other && strcmp(other, s) != 0)
			return json_string(other);
	}
	char *copy = malloc(strlen(s) + 2);
	strcpy(copy, s);
	if (*s && made_random(seed, 2)) {
		size_t at = made_random(seed, strlen(s));
		copy[at] = copy[at] == 'x' ? 'y' : 'x';
		if ((unsigned char)s[at] >= 0x80)
			strcpy(copy, "x");
	} else {
		strcat(copy, "x");
	}
	json_t *j = json_string(copy);
	free(copy);
	return j;
}

static json_t *other_value(const struct sites *all, const struct site *x, const json_t *v, uint64_t *seed)
{
	switch (json_typeof(v)) {
	case JSON_STRING: return other_string(all, x, json_string_value(v), seed);
	case JSON_INTEGER: return json_integer(json_integer_value(v) + (made_random(seed, 2) ? 1 : -1) * (json_int_t)(1 + made_random(seed, 3)));
	case JSON_TRUE: return json_false();
	case JSON_FALSE: return json_true();
	case JSON_NULL: return made_random(seed, 2) ? json_string("2024-01-01") : json_integer(1);
	default: return NULL;
	}
}

static const char *change(const struct sites *all, const struct site *x, json_t *v, uint64_t *seed)
{
	size_t n = json_array_size(v);
	json_t *new;
	switch (made_random(seed, 6)) {
	case 0: /* out with it */
		if (x->key)
			json_object_del(x->in, x->key);
		else
			json_array_remove(x->in, x->index);
		return "removed";
	case 1: /* twice */
		if (x->key)
			return NULL;
		json_array_insert_new(x->in, x->index, json_deep_copy(v));
		return "said twice";
	case 2: /* two change places */
		if (n < 2)
			return NULL;
		size_t i = made_random(seed, n - 1);
		json_t *a = json_incref(json_array_get(v, i));
		json_array_remove(v, i);
		json_array_insert_new(v, i + 1, a);
		return "two in another order";
	case 3: /* something more */
		if (!json_is_object(v))
			return NULL;
		json_object_set_new(v, made_random(seed, 2) ? "have" : "binding", json_string("x"));
		return "a member more";
	default:
		new = other_value(all, x, v, seed);
		if (new)
			put(x, new);
		return new ? "changed" : NULL;
	}
}

/* ---- whole branches ------------------------------------------------------------------------------------------------------ */

static void mark(const json_t *nodes, size_t id, bool *out)
{
	const json_t *kids = json_object_get(json_array_get(nodes, id), "kids");
	out[id] = true;
	for (size_t i = 0; i < json_array_size(kids); i++)
		mark(nodes, (size_t)json_integer_value(json_array_get(kids, i)), out);
}

/* Takes a node away with all below it, and numbers the others anew, so that the list is a tree as before. */
static bool drop_branch(json_t *nodes, size_t id)
{
	size_t n = json_array_size(nodes), next = 0;
	bool *gone = calloc(n, sizeof *gone), ok = true;
	json_int_t *now = calloc(n, sizeof *now);
	mark(nodes, id, gone);
	for (size_t i = 0; i < n; i++)
		now[i] = gone[i] ? -1 : (json_int_t)next++;
	for (size_t i = 0; i < n; i++) /* what points into the branch cannot be made to point elsewhere */
		if (!gone[i] && json_object_get(json_array_get(nodes, i), "same"))
			ok = ok && now[json_integer_value(json_object_get(json_array_get(nodes, i), "same"))] >= 0;
	for (size_t i = n; i-- > 0 && ok;) {
		json_t *node = json_array_get(nodes, i), *kids = json_object_get(node, "kids"), *same = json_object_get(node, "same");
		if (gone[i]) {
			json_array_remove(nodes, i);
			continue;
		}
		json_object_set_new(node, "id", json_integer(now[i]));
		if (same)
			json_object_set_new(node, "same", json_integer(now[json_integer_value(same)]));
		for (size_t k = json_array_size(kids); k-- > 0;) {
			json_int_t to = now[json_integer_value(json_array_get(kids, k))];
			if (to < 0)
				json_array_remove(kids, k);
			else
				json_array_set_new(kids, k, json_integer(to));
		}
		if (kids && !json_array_size(kids))
			json_object_del(node, "kids");
	}
	free(gone);
	free(now);
	return ok;
}

/* A node beside one that says "the rest was too much to show" may be among what was not shown. */
static bool beside_cut(const json_t *nodes, size_t id)
{
	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const json_t *kids = json_object_get(json_array_get(nodes, i), "kids");
		for (size_t k = 0; k + 1 < json_array_size(kids); k++) {
			const json_t *next = json_array_get(nodes, (size_t)json_integer_value(json_array_get(kids, k + 1)));
			if ((size_t)json_integer_value(json_array_get(kids, k)) == id)
				return strcmp(json_string_value(json_object_get(next, "kind")), "cut") == 0;
		}
	}
	return false;
}

static bool holds_at(const json_t *nodes, const json_t *kid)
{
	return json_is_true(json_object_get(json_array_get(nodes, (size_t)json_integer_value(kid)), "holds"));
}

/* Of the thing that came closest to what a rule asks for, the parts that hold are told beside one that does not: that one alone refutes it. */
static bool beside_refutation(const json_t *nodes, size_t id)
{
	bool found = false;
	for (size_t i = 0; i < json_array_size(nodes) && !found; i++) {
		const json_t *node = json_array_get(nodes, i), *kids = json_object_get(node, "kids");
		bool mine = false, refuted = false;
		if (strcmp(json_string_value(json_object_get(node, "kind")), "since") != 0 || json_is_true(json_object_get(node, "holds")))
			continue;
		for (size_t k = 0; k < json_array_size(kids); k++) {
			const json_t *kid = json_array_get(kids, k);
			mine = mine || ((size_t)json_integer_value(kid) == id && holds_at(nodes, kid));
			refuted = refuted || !holds_at(nodes, kid);
		}
		found = mine && refuted;
	}
	return found;
}

char *made_cut(const char *proof, uint64_t *seed, char what[200])
{
	json_t *j = json_loads(proof, 0, NULL), *readings = json_object_get(j, "readings");
	size_t r = made_random(seed, json_array_size(readings));
	json_t *nodes = json_object_get(json_array_get(readings, r), "nodes");
	size_t n = json_array_size(nodes), id = n > 1 ? 1 + made_random(seed, n - 1) : 0;
	char *text = NULL;
	if (id && !beside_cut(nodes, id) && !beside_refutation(nodes, id)) {
		(void)snprintf(what, 200, "reading %zu: node %zu (%s) dropped", r, id, json_string_value(json_object_get(json_array_get(nodes, id), "kind")));
		if (drop_branch(nodes, id))
			text = json_dumps(j, 0);
	}
	json_decref(j);
	return text;
}

char *made_change(const char *proof, uint64_t *seed, char what[200])
{
	json_t *j = json_loads(proof, 0, NULL), *before = json_deep_copy(j);
	struct sites all = {0};
	char *text = NULL;
	assert_non_null(j);
	collect(&all, j, "");
	struct site x = all.v[made_random(seed, all.n)];
	const char *how = change(&all, &x, value_at(&x), seed);
	if (how && !json_equal(before, j)) {
		text = json_dumps(j, 0);
		(void)snprintf(what, 200, "%s %s", x.path, how);
	}
	free(all.v);
	json_decref(j);
	json_decref(before);
	return text;
}
