/* SPDX-License-Identifier: Apache-2.0 */
#include "web/worded.h"

#include "register/search.h"
#include "register/search_cut.h"
#include "web/found.h"
#include "web/site.h"
#include "web/typed.h"

#include <string.h>

/* ---- words ---------------------------------------------------------------------------------------------------------------- */

enum { LOOKS = 16, HITS = 32 }; /* into the index for one question, and what it may find there: what needs more is no clear question */

enum use { OPEN, SMALL, WORD, THING }; /* of each byte */

struct word {
	struct str text;
	size_t from, to, place; /* of several forms of a word the place is one */
};

typedef LIST(struct word) word_list;

struct wording {
	struct model *m;
	struct cutter *cutter;
	struct str text;
	word_list words, small;
	enum use *use;
	const struct entity *things[WORDED_ARGS + 1];
	size_t nthings;
};

struct taking {
	word_list *words;
	struct arena *a;
};

static int take(void *ctx, const struct cut_word *w)
{
	struct taking *t = ctx;
	size_t n = t->words->n, place = n ? t->words->v[n - 1].place + !w->beside : 0;
	struct word one = {arena_str(t->a, w->text), w->from, w->to, place};
	arena_push(t->a, t->words, one);
	return 0;
}

static void cut(const struct wording *r, struct str text, enum cut_for how, word_list *ret)
{
	struct taking t = {ret, r->m->arena};
	cut_words(r->cutter, text, how, take, &t);
}

static const struct word *form_at(const struct wording *r, size_t place, struct str form)
{
	for (size_t i = 0; i < r->words.n && r->words.v[i].place <= place; i++)
		if (r->words.v[i].place == place && str_eq(r->words.v[i].text, form))
			return &r->words.v[i];
	return NULL;
}

static bool is_open(const struct wording *r, size_t from, size_t to)
{
	bool open = true;
	for (size_t i = from; i < to; i++)
		open = open && r->use[i] == OPEN;
	return open;
}

/* A copy, to try a reading with. */
static enum use *uses(const struct wording *r)
{
	enum use *copy = arena_array(r->m->arena, r->text.n + 1, enum use);
	memcpy(copy, r->use, r->text.n * sizeof *copy);
	return copy;
}

/* Uses what is open of it; true: there was something. */
static bool use(struct wording *r, size_t from, size_t to, enum use as)
{
	bool any = false;
	for (size_t i = from; i < to; i++) {
		any = any || r->use[i] == OPEN;
		r->use[i] = r->use[i] == OPEN ? as : r->use[i];
	}
	return any;
}

/* Where these words stand side by side, beginning with that place. */
static bool stand_at(const struct wording *r, const word_list *words, size_t place, size_t *ret_from, size_t *ret_to)
{
	for (size_t k = 0; k < words->n; k++) {
		const struct word *w = form_at(r, place + k, words->v[k].text);
		if (!w)
			return false;
		*ret_from = k ? *ret_from : w->from;
		*ret_to = w->to;
	}
	return words->n > 0;
}

static size_t places(const struct wording *r)
{
	return r->words.n ? r->words.v[r->words.n - 1].place + 1 : 0;
}

/* Each of the words, wherever it stands. Those that stand nowhere count in *ret_missing, small ones aside; the result: how many were used. */
static size_t use_words(struct wording *r, struct str text, enum use as, size_t *ret_missing)
{
	word_list words = {0};
	size_t used = 0;
	cut(r, text, CUT_QUERY, &words);
	for (size_t i = 0; i < words.n; i++) {
		bool stands = false;
		for (size_t k = 0; k < r->small.n && !stands; k++)
			stands = str_eq(r->small.v[k].text, words.v[i].text);
		for (size_t k = 0; k < r->words.n; k++)
			if (str_eq(r->words.v[k].text, words.v[i].text)) {
				stands = true;
				used += use(r, r->words.v[k].from, r->words.v[k].to, as);
			}
		*ret_missing += !stands;
	}
	return used;
}

/* What nobody has used, in one line; `with_small`: with the small words in its midst. */
static struct str rest_of(const struct wording *r, bool with_small)
{
	struct str rest = {NULL, 0};
	for (size_t i = 0, from = 0; i < r->text.n; i = from) {
		size_t to = from = i;
		for (; from < r->text.n && (r->use[from] == OPEN || (with_small && r->use[from] == SMALL)); from++)
			to = r->use[from] == OPEN ? from + 1 : to;
		for (; i < to && r->use[i] != OPEN; i++)
			;
		if (to > i)
			rest = ARENA_JOIN(r->m->arena, rest, STR(" "), str_slice(r->text, i, to));
		from += from < r->text.n;
	}
	return str_trim(rest);
}

static bool all_used(const struct wording *r)
{
	for (size_t i = 0; i < r->words.n; i++)
		for (size_t k = r->words.v[i].from; k < r->words.v[i].to; k++)
			if (r->use[k] == OPEN)
				return false;
	return true;
}

/* ---- things --------------------------------------------------------------------------------------------------------------- */

static void add_thing(struct wording *r, const struct entity *en)
{
	for (size_t i = 0; i < r->nthings; i++)
		if (r->things[i] == en)
			return;
	if (r->nthings < sizeof r->things / sizeof *r->things)
		r->things[r->nthings++] = en;
}

static bool may_be_code(char c, bool *ret_tells)
{
	bool tells = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
	*ret_tells = *ret_tells || tells;
	return tells || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

/* A code is written with capitals or digits: "by" is a word. What stands alone may be one all the same. */
static void use_codes(struct wording *r)
{
	struct str alone = str_trim(r->text), upper = arena_str(r->m->arena, alone);
	for (size_t i = 0, to; i < r->text.n; i = to + 1) {
		bool tells = false;
		for (to = i; to < r->text.n && may_be_code(r->text.p[to], &tells); to++)
			;
		struct str word = str_slice(r->text, i, to);
		const struct entity *en = tells && word.n > 1 ? record_entity(r->m->record, word) : NULL;
		if (en && !found_hides_thing(r->m, en) && use(r, i, to, THING))
			add_thing(r, en);
	}
	for (size_t i = 0; i < upper.n; i++)
		((char *)upper.p)[i] = (char)(upper.p[i] >= 'a' && upper.p[i] <= 'z' ? upper.p[i] - 32 : upper.p[i]);
	const struct entity *en = r->nthings || !is_open(r, 0, r->text.n) ? NULL : record_entity(r->m->record, upper);
	if (en && !found_hides_thing(r->m, en) && use(r, 0, r->text.n, THING))
		add_thing(r, en);
}

struct standing {
	const struct entity *en;
	size_t from, to;
};

typedef LIST(struct standing) standing_list;

static void find_name(const struct wording *r, const struct entity *en, struct str name, standing_list *ret)
{
	word_list words = {0};
	struct standing s = {.en = en};
	cut(r, name, CUT_QUERY, &words);
	for (size_t i = 0; i < places(r); i++)
		if (stand_at(r, &words, i, &s.from, &s.to))
			arena_push(r->m->arena, ret, s);
}

/* The longer name first: "South Korea" is not "Korea". */
static void use_names(struct wording *r)
{
	const struct model *m = r->m;
	const participant_list *parties = almanac_ranked(m->al);
	standing_list all = {0};
	for (size_t i = 0; i < parties->n; i++) {
		const struct entity *en = parties->v[i]->entity;
		struct str names[SEARCH_NAMES];
		size_t n = search_names(m->record, en, m->arena, names);
		for (size_t k = 0; k < n; k++)
			if (names[k].n <= 2 * r->text.n)
				find_name(r, en, names[k], &all);
	}
	for (size_t longest = r->text.n; longest > 0; longest--)
		for (size_t i = 0; i < all.n; i++)
			if (all.v[i].to - all.v[i].from == longest && is_open(r, all.v[i].from, all.v[i].to) && use(r, all.v[i].from, all.v[i].to, THING))
				add_thing(r, all.v[i].en);
}

/* Are these words at least half of one of its names? Fewer are no name: "Charter" is not the protocol that amends it. */
static bool is_called(const struct wording *r, const struct entity *en)
{
	struct str names[SEARCH_NAMES];
	size_t n = search_names(r->m->record, en, r->m->arena, names);
	for (size_t i = 0; i < n; i++) {
		word_list words = {0};
		size_t said = 0;
		cut(r, names[i], CUT_QUERY, &words);
		for (size_t k = 0; k < words.n; k++) {
			const struct word *w = NULL;
			for (size_t place = 0; place < places(r) && !w; place++)
				w = form_at(r, place, words.v[k].text);
			said += w && r->use[w->from] != THING;
		}
		if (words.n && 2 * said >= words.n)
			return true;
	}
	return false;
}

/* The only thing of that type that is called by what is still open. */
static int use_rest(struct wording *r, uint32_t type, struct err *e)
{
	const struct model *m = r->m;
	int rc = 0;
	for (int small = 1; small >= 0 && rc == 0; small--) {
		struct search_query q = {.text = rest_of(r, small), .lang = m->lang, .strict = true, .kind = SEARCH_THING, .type = type, .from = CIVIL_ALWAYS, .to = CIVIL_NEVER,
			.on = m->on, .timeless = NO_ID, .hides = found_hides, .ctx = r->m};
		struct search_result found = {0};
		const struct entity *only = NULL;
		size_t called = 0;
		rc = q.text.n ? reg_search(register_site_reg(m->site), m->view, &q, m->arena, &found, e) : 0;
		for (size_t i = 0; rc == 0 && i < found.n && found.n <= HITS; i++)
			if (found.v[i].entity != only && is_called(r, found.v[i].entity)) {
				only = found.v[i].entity;
				called++;
			}
		if (called == 1 && !found.cut) {
			use(r, 0, r->text.n, THING);
			add_thing(r, only);
		}
		if (called)
			break;
	}
	return rc;
}

/* ---- facts ----------------------------------------------------------------------------------------------------------------- */

/* A sentence without its holes. */
static struct str plain(const struct model *m, struct str sentence)
{
	struct str s = arena_str(m->arena, sentence);
	bool hole = false;
	for (size_t i = 0; i < s.n; i++) {
		hole = hole || s.p[i] == '{';
		bool ends = s.p[i] == '}';
		if (hole || s.p[i] == '[' || s.p[i] == ']')
			((char *)s.p)[i] = ' ';
		hole = hole && !ends;
	}
	return s;
}

static size_t use_values(struct wording *r, const struct fact *f, struct str lang)
{
	static const char *const forms[] = {"label", "phrase", "one", "many"};
	const struct model *m = r->m;
	const struct type *t = &m->rb->types.v[f->value];
	size_t used = 0, missing;
	for (uint32_t i = 0; t->kind == T_ENUM && i < t->n; i++)
		for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
			struct wording trial = *r;
			struct str words = words_own(m->words, lang, "values", syms_str(&m->rb->syms, t->words[i]), forms[k]);
			missing = 0;
			trial.use = uses(r);
			size_t n = use_words(&trial, words, WORD, &missing);
			if (n && !missing) { /* all of its words: "dialogue" is no status */
				used += n;
				memcpy(r->use, trial.use, r->text.n * sizeof *r->use);
			}
		}
	return used;
}

/* The things in the order of the parameters. */
static bool take_args(const struct wording *r, const struct fact *f, struct value *ret)
{
	bool taken[WORDED_ARGS] = {false};
	for (uint32_t i = 0; i < f->nparams; i++) {
		size_t k = 0;
		for (; k < r->nthings && (taken[k] || !type_accepts(r->m->rb, f->params[i].type, r->things[k]->type)); k++)
			;
		if (k == r->nthings)
			return false;
		taken[k] = true;
		ret[i] = entity_value(r->things[k]->name);
	}
	return true;
}

/* The type of the parameter that no thing is named for. */
static uint32_t lacks(const struct wording *r, const struct fact *f)
{
	for (uint32_t i = 0; i < f->nparams; i++) {
		bool has = false;
		for (size_t k = 0; k < r->nthings; k++)
			has = has || type_accepts(r->m->rb, f->params[i].type, r->things[k]->type);
		if (!has)
			return f->params[i].type;
	}
	return NO_ID;
}

struct best {
	struct worded is;
	size_t missing, n, looks;
	bool other; /* words of a fact that may be asked about more than its name */
};

static int try_fact(const struct wording *r, uint32_t fact, struct str lang, struct best *best, struct err *e)
{
	const struct model *m = r->m;
	const struct fact *f = &m->rb->facts.v[fact];
	struct str name = syms_str(&m->rb->syms, f->name), says = words_own(m->words, lang, "facts", name, "is");
	struct wording trial = *r;
	struct worded w = {.read = true, .fact = fact};
	size_t missing = 0;
	if (!says.n || f->nparams < r->nthings || f->nparams > r->nthings + 1 || !f->nparams || f->nparams > WORDED_ARGS)
		return 0;
	trial.use = uses(r);
	size_t used = use_words(&trial, plain(m, says), WORD, &missing);
	used += use_words(&trial, words_own(m->words, lang, "facts", name, "label"), WORD, &missing);
	used += use_values(&trial, f, lang);
	if (!used && fact != m->voc->fact.status)
		return 0;
	best->other = best->other || fact != m->voc->fact.status;
	uint32_t type = f->nparams > r->nthings && r->nthings ? lacks(r, f) : NO_ID;
	int rc = type != NO_ID && !all_used(&trial) && best->looks++ < LOOKS ? use_rest(&trial, type, e) : 0;
	if (rc < 0 || !all_used(&trial) || trial.nthings != f->nparams || !take_args(&trial, f, w.args))
		return rc;
	bool same = best->n && best->is.fact == fact;
	if (best->n && missing > best->missing)
		return 0;
	best->n = best->n && missing == best->missing ? best->n + !same : 1;
	best->is = w;
	best->missing = missing;
	return 0;
}

static bool asks_status(const struct wording *r)
{
	const struct participant *p = r->nthings == 1 ? almanac_party(r->m->al, r->things[0]->name) : NULL;
	return p && p->nstatuses;
}

/* The organisation, whose facts they all are: "a member of the SCO". */
static void use_organisation(struct wording *r)
{
	const struct org *org = r->m->org;
	const struct { const struct title *v; size_t n; } all[] = {{org->names, org->nnames}, {org->shorts, org->nshorts}, {org->within, org->nwithin}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		for (size_t k = 0; k < all[i].n; k++) {
			word_list words = {0};
			size_t from, to;
			cut(r, all[i].v[k].text, CUT_QUERY, &words);
			for (size_t place = 0; place < places(r); place++)
				if (stand_at(r, &words, place, &from, &to))
					use(r, from, to, SMALL);
		}
}

static int read_words(struct wording *r, struct worded *ret, struct err *e)
{
	const struct model *m = r->m;
	const struct site *site = m->a->site;
	struct best best = {0};
	size_t missing = 0;
	int rc = 0;
	cut(r, r->text, CUT_TEXT, &r->words);
	use_organisation(r);
	use_codes(r);
	use_names(r);
	for (size_t i = 0; i < site->n && r->nthings; i++) {
		const struct out o = {NULL, m->arena, site->words[i].tongue};
		/* Translators: small words of questions, with blanks between them, that say nothing about what is asked. */
		struct str small = tr(&o, N_("a an the is are was were does do did has have had become became since of in on at to by as for what which who when"));
		cut(r, small, CUT_QUERY, &r->small);
		use_words(r, small, SMALL, &missing);
	}
	if (!r->nthings || r->nthings > WORDED_ARGS)
		return 0;
	for (uint32_t i = 0; i < m->rb->facts.n; i++)
		for (size_t k = 0; k < site->n && rc == 0; k++)
			if (i != m->voc->fact.status || asks_status(r))
				rc = try_fact(r, i, str_of(site->words[k].tongue->code), &best, e);
	if (best.n == 1 && best.looks <= LOOKS)
		*ret = best.is;
	ret->numbers = !best.n && !best.other && asks_status(r) && typed_digits(site->typed, rest_of(r, false), m->arena);
	return rc;
}

int worded_read(struct model *m, struct str text, struct worded *ret, struct err *e)
{
	struct wording r = {.m = m, .text = str_slice(text, 0, SEARCH_QUERY_BYTES)};
	*ret = (struct worded){0};
	if (text.n > SEARCH_QUERY_BYTES || !(r.cutter = cutter_new()))
		return 0;
	r.use = arena_array(m->arena, text.n + 1, enum use);
	for (size_t i = 0; i < text.n; i++)
		r.use[i] = OPEN;
	int rc = read_words(&r, ret, e);
	cutter_free(r.cutter);
	return rc;
}
