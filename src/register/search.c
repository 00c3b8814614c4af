/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search.h"

#include "register/reg_internal.h"
#include "register/search_index.h"
#include "register/search_words.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the indexes of a register -------------------------------------------------------------------------------------------------- */

void searches_init(struct searches *s)
{
	pthread_mutex_init(&s->lock, NULL);
	cutters_init(&s->cutters);
}

void searches_done(struct searches *s)
{
	for (size_t i = 0; i < SEARCH_INDEXES; i++)
		search_index_free(s->kept[i].x);
	cutters_done(&s->cutters);
	pthread_mutex_destroy(&s->lock);
}

/* Both with the lock of the searches. */
static struct search_index *index_find(struct searches *s, const struct record *record)
{
	for (size_t i = 0; i < SEARCH_INDEXES; i++) {
		struct search_index *x = s->kept[i].x;
		if (x && str_eq(str_of(x->audience), record->audience) && digest_eq(&x->bundle->sha256, &record->bundle->sha256)) {
			s->kept[i].used = ++s->clock;
			x->refs++;
			return x;
		}
	}
	return NULL;
}

static struct search_index *index_keep(struct searches *s, struct search_index *x)
{
	size_t oldest = 0;
	for (size_t i = 1; i < SEARCH_INDEXES; i++)
		if (s->kept[i].used < s->kept[oldest].used)
			oldest = i;
	struct search_index *out = s->kept[oldest].x;
	s->kept[oldest].x = x;
	s->kept[oldest].used = ++s->clock;
	s->made++;
	x->refs++;
	return out && --out->refs == 0 ? out : NULL;
}

static void index_unref(struct searches *s, struct search_index *x)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SEARCH_INDEXES && x->broken; i++)
		if (s->kept[i].x == x) {
			s->kept[i].x = NULL;
			s->kept[i].used = 0;
			x->refs--;
		}
	bool last = --x->refs == 0;
	pthread_mutex_unlock(&s->lock);
	if (last)
		search_index_free(x);
}

static int index_lock(struct search_index *x, struct err *e)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until); /* what pthread_mutex_timedlock wants */
	until.tv_sec += SEARCH_WAIT;
	return pthread_mutex_timedlock(&x->lock, &until) == 0 ? 0 : err_set(e, ERR_CONFLICT, "search", "the index is being made; ask again in a moment");
}

/* The index of this view, grown up to it, and locked. */
static int index_take(struct reg *r, const struct view *v, struct search_index **ret, struct err *e)
{
	struct searches *s = &r->searches;
	struct search_index *x, *out = NULL;
	int rc = 0;
	pthread_mutex_lock(&r->cache_lock);
	bool on_record = view_known(v) < r->entries.n;
	pthread_mutex_unlock(&r->cache_lock);
	if (!on_record)
		return err_set(e, ERR_INPUT, "search", "what is only supposed cannot be searched");
	pthread_mutex_lock(&s->lock);
	if (!(x = index_find(s, v->record)) && (rc = search_index_new(v->record, &x, e)) == 0)
		out = index_keep(s, x);
	pthread_mutex_unlock(&s->lock);
	search_index_free(out);
	if (rc < 0)
		return rc;
	if ((rc = index_lock(x, e)) < 0) {
		index_unref(s, x);
		return rc;
	}
	rc = x->broken ? err_set(e, ERR_SYSTEM, "search", "the index failed; ask again") : search_index_grow(x, r, v->record, e);
	if (rc < 0) {
		pthread_mutex_unlock(&x->lock);
		index_unref(s, x);
		return rc;
	}
	*ret = x;
	return 0;
}

static void index_give_back(struct reg *r, struct search_index *x)
{
	pthread_mutex_unlock(&x->lock);
	index_unref(&r->searches, x);
}

/* ---- from candidates to hits --------------------------------------------------------------------------------------------------------- */

enum {
	SEEN_SLOTS = 1024,	/* a power of two, well above SEARCH_HITS */
	EXPRESSION = 256 << 10, /* bytes for FTS5: well above what the bounds of a question and of its ways leave */
	CODE_NAMES = 8,		/* of what a code stands for, that are looked for instead */
	CODE_NAME_BYTES = 200,	/* of each */
};

struct finding {
	struct search_index *x;
	const struct record *record;
	const struct search_query *q;
	const struct search_terms *terms;
	struct search_result *ret;
	size_t most;		 /* hits in all */
	enum fts_class class;	 /* looked through now */
	size_t looks, left;	 /* candidates seen in it; hits that it may still give */
	uint64_t key[SEEN_SLOTS];
	uint32_t hit[SEEN_SLOTS]; /* index + 1; 0: free */
};

/* An act that stands; or one that annuls, for then nothing stands in its place. */
static const struct record_act *act_found(const struct record *r, uint64_t pos)
{
	const struct record_act *a = record_act(r, pos);
	if (!a || (a->entry != ENTRY_ACT && a->entry != ENTRY_ADOPTION))
		return NULL;
	return record_standing(r, pos) == a || (a->act.annul && !record_replaced_by(r, pos, record_size(r))) ? a : NULL;
}

const struct record_act *search_introduced(const struct record *r, const struct entity *en)
{
	uint64_t place = en->named != UINT64_MAX ? en->named : en->introduced;
	const struct record_act *a = record_standing(r, place);
	return a ? a : record_act(r, place);
}

size_t search_names(const struct record *r, const struct entity *en, struct arena *a, struct str ret[SEARCH_NAMES])
{
	const struct org *org = &r->bundle->org;
	size_t n = 0;
	for (size_t i = 0; i < en->ntitles && n < SEARCH_NAMES; i++)
		ret[n++] = en->titles[i].text;
	for (size_t i = 0; i < org->nlanguages; i++) {
		struct str also[ALSO_CALLED];
		size_t more = also_called(r->bundle, en->type, syms_str(&r->syms, en->name), org->languages[i], a, also);
		for (size_t k = 0; k < more && n < SEARCH_NAMES; k++)
			ret[n++] = also[k];
	}
	return n;
}

/* Is it called so, though no page does? Somebody may have learnt another name: Киргизия. */
static bool is_also_called(const struct record *r, const struct entity *en, struct str title, struct str lang)
{
	struct arena a = {0};
	struct str also[ALSO_CALLED];
	size_t n = also_called(r->bundle, en->type, syms_str(&r->syms, en->name), lang, &a, also);
	bool is = false;
	for (size_t i = 0; i < n && !is; i++)
		is = str_eq(also[i], title);
	arena_done(&a);
	return is;
}

static bool thing_found(const struct finding *k, const struct search_doc *d, struct search_hit *h)
{
	struct str name = syms_str(&k->x->syms, d->name), title = syms_str(&k->x->syms, d->text), lang = syms_str(&k->x->syms, d->lang);
	h->entity = record_entity(k->record, name);
	bool has = h->entity && !title.n;
	for (size_t i = 0; h->entity && i < h->entity->ntitles && !has; i++)
		has = str_eq(h->entity->titles[i].lang, lang) && str_eq(h->entity->titles[i].text, title);
	has = has || (h->entity && is_also_called(k->record, h->entity, title, lang));
	h->act = has ? search_introduced(k->record, h->entity) : NULL;
	if (!h->act || h->entity->type != d->number || h->act->act.date != d->date)
		return false;
	h->named = true;
	h->whole = terms_are(k->terms, k->x->cutter, title.n ? title : name);
	return true;
}

static bool label_found(const struct finding *k, const struct search_doc *d, struct search_hit *h)
{
	struct arena a = {0};
	h->label = k->x->labels.v[d->number];
	h->named = true;
	h->whole = terms_are(k->terms, k->x->cutter, search_label_text(k->record, &h->label, h->lang, &a));
	arena_done(&a);
	return true;
}

/* Is it in this view, and what was asked for? */
static bool doc_found(const struct finding *k, const struct search_doc *d, struct search_hit *h)
{
	*h = (struct search_hit){.kind = d->kind, .lang = syms_str(&k->x->syms, d->lang)};
	if (d->pos >= record_size(k->record) || (k->q->only.n && !str_eq(k->q->only, h->lang)))
		return false;
	switch (d->kind) {
	case SEARCH_THING: return thing_found(k, d, h);
	case SEARCH_ARTICLE: h->article = d->number; h->named = k->class == FTS_HEADINGS; return true;
	case SEARCH_ACT: h->named = k->class == FTS_TITLES; return (h->act = act_found(k->record, d->pos)) != NULL;
	case SEARCH_PAPER: h->paper = d->number; return (h->act = act_found(k->record, d->pos)) != NULL;
	case SEARCH_LABEL: return label_found(k, d, h);
	case SEARCH_ANY: break;
	}
	return false;
}

static uint64_t key_of(const struct search_hit *h)
{
	uint64_t id = h->kind == SEARCH_THING	? h->entity->name
		      : h->kind == SEARCH_ARTICLE ? h->article
		      : h->kind == SEARCH_LABEL	? h->label.number
						: h->act->pos << 12 | (h->paper & 0xfff);
	return id << 3 | (uint64_t)h->kind;
}

/* Where it stands among the hits, or would: each thing is given once, whatever the number of its names. */
static size_t seen_slot(const struct finding *k, uint64_t key)
{
	size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 32) & (SEEN_SLOTS - 1);
	while (k->hit[at] && k->key[at] != key)
		at = (at + 1) & (SEEN_SLOTS - 1);
	return at;
}

static void add_hit(struct finding *k, const struct search_hit *h)
{
	uint64_t key = key_of(h);
	size_t at = seen_slot(k, key);
	k->key[at] = key;
	k->ret->v[k->ret->n] = *h;
	k->hit[at] = (uint32_t)++k->ret->n;
}

static int look(void *ctx, int64_t row)
{
	struct finding *k = ctx;
	struct search_hit h;
	if (k->looks++ == SEARCH_LOOKS)
		return k->ret->more = true;
	if (!doc_found(k, &k->x->docs.v[SEARCH_ROW_DOC(row)], &h) || (k->q->hides && k->q->hides(k->q->ctx, &h)))
		return 0;
	size_t at = seen_slot(k, key_of(&h));
	if (k->hit[at]) { /* of two names that fit alike, the one in the language that is preferred */
		struct search_hit *old = &k->ret->v[k->hit[at] - 1];
		if (old->named == h.named && (h.whole > old->whole || (h.whole == old->whole && str_eq(h.lang, k->q->lang))))
			*old = h;
		return 0;
	}
	if (k->left == 0)
		return k->ret->more = true;
	k->left--;
	add_hit(k, &h);
	return 0;
}

/* ---- finding ------------------------------------------------------------------------------------------------------------------------------ */

/* In the order in which hits are given, and how many each may give where all are looked through: names leave room for texts, labels for names. */
static const struct {
	enum search_kind kind;
	size_t share;
} classes[FTS_CLASSES] = {
	[FTS_LABELS] = {SEARCH_LABEL, 4}, [FTS_NAMES] = {SEARCH_THING, 80}, [FTS_HEADINGS] = {SEARCH_ARTICLE, 20}, [FTS_LAW] = {SEARCH_ARTICLE, 20},
	[FTS_TITLES] = {SEARCH_ACT, 60}, [FTS_TEXTS] = {SEARCH_ACT, 160}, [FTS_PAPERS] = {SEARCH_PAPER, 200},
};

/* " AND (one type OR another)": documents of names of this type, or of the union's. */
static void add_type(const struct finding *k, uint32_t type, struct buf *out)
{
	const struct rulebook *rb = k->record->bundle->rulebook;
	bool any = false;
	for (uint32_t i = 0; i < rb->types.n; i++) {
		struct buf mark;
		if (!type_accepts(rb, type, i))
			continue;
		buf_init(&mark, 40);
		search_type_mark(i, &mark);
		buf_adds(out, any ? " OR " : " AND (");
		fts_string(out, buf_str(&mark));
		buf_done(&mark);
		any = true;
	}
	buf_adds(out, any ? ")" : "");
}

static int find_rows(struct finding *k, enum fts_class c, struct str expression, civil from, civil to, struct err *e)
{
	size_t room = k->most - k->ret->n, share = k->q->kind == SEARCH_ANY ? classes[c].share : SEARCH_HITS;
	int64_t low = from == CIVIL_ALWAYS ? 0 : search_row(from, 0), high = to == CIVIL_NEVER ? INT64_MAX : search_row(to, UINT32_MAX);
	if (room == 0)
		return 0;
	k->class = c;
	k->looks = 0;
	k->left = room < share ? room : share;
	int rc = fts_find(k->x->fts, c, expression, low, high, look, k, e);
	return rc < 0 ? rc : 0;
}

/* Names: those of the days asked about; then what may be asked about on any day, and came later. */
static int find_names(struct finding *k, struct str words, civil last, struct err *e)
{
	const struct search_query *q = k->q;
	struct buf b;
	buf_init(&b, EXPRESSION);
	buf_add(&b, words);
	if (q->kind == SEARCH_THING && q->type != NO_ID)
		add_type(k, q->type, &b);
	int rc = find_rows(k, FTS_NAMES, buf_str(&b), q->from, last, e);
	if (rc == 0 && q->timeless != NO_ID && last < q->to) {
		add_type(k, q->timeless, &b);
		rc = find_rows(k, FTS_NAMES, buf_str(&b), last + 1 > q->from ? date_end(last) : q->from, q->to, e);
	}
	buf_done(&b);
	return rc;
}

static int find_in(struct finding *k, enum fts_class c, struct str words, struct err *e)
{
	const struct search_query *q = k->q;
	civil last = q->to < q->on ? q->to : q->on;
	bool dated = q->from != CIVIL_ALWAYS || q->to != CIVIL_NEVER;
	if ((q->kind != SEARCH_ANY && q->kind != classes[c].kind) || ((classes[c].kind == SEARCH_ARTICLE || classes[c].kind == SEARCH_LABEL) && dated))
		return 0;
	return c == FTS_NAMES ? find_names(k, words, last, e) : find_rows(k, c, words, q->from, last, e);
}

/* ---- codes ------------------------------------------------------------------------------------------------------------------------------ */

static bool has_title_in(const struct entity *en, struct str lang)
{
	bool has = false;
	for (size_t i = 0; i < en->ntitles && !has; i++)
		has = str_eq(en->titles[i].lang, lang);
	return has;
}

/* Does it fit what was asked for, its words aside? */
static bool is_asked(const struct finding *k, const struct entity *en, civil date)
{
	const struct search_query *q = k->q;
	const struct rulebook *rb = k->record->bundle->rulebook;
	bool timeless = q->timeless != NO_ID && type_accepts(rb, q->timeless, en->type);
	return (q->kind == SEARCH_ANY || q->kind == SEARCH_THING) && (q->type == NO_ID || type_accepts(rb, q->type, en->type)) && date >= q->from && date <= q->to &&
		(date <= q->on || timeless) && (!q->only.n || has_title_in(en, q->only));
}

/* What the record itself calls so, letter by letter, comes before all else: it was asked for by its code. */
static void add_named(struct finding *k)
{
	struct search_hit h = {.kind = SEARCH_THING, .entity = record_entity(k->record, str_trim(k->terms->text)), .named = true, .whole = true};
	h.act = h.entity ? search_introduced(k->record, h.entity) : NULL;
	if (h.act && is_asked(k, h.entity, h.act->act.date) && !(k->q->hides && k->q->hides(k->q->ctx, &h)))
		add_hit(k, &h);
}

/* "BY", "CHS": no letters but capitals of ASCII. */
static bool in_capitals(struct str word)
{
	size_t letters = 0;
	for (size_t i = 0; i < word.n; i++) {
		if (!(word.p[i] >= 'A' && word.p[i] <= 'Z') && !(word.p[i] >= '0' && word.p[i] <= '9'))
			return false;
		letters += word.p[i] >= 'A';
	}
	return letters > 0 && word.n > 1;
}

/* Of a code the capitals count: "BY" is not the word "by"; and what it stands for may be written instead. */
static void seek_code(struct search_group *g, struct str code, const struct entity *en, struct cutter *c, struct arena *a)
{
	g->v[0] = (struct search_term){code, code};
	for (size_t i = 0; i < en->ntitles && i < CODE_NAMES; i++)
		if (en->titles[i].text.n <= CODE_NAME_BYTES)
			terms_add_way(g, c, en->titles[i].text, a);
}

/* The question with the codes in it taken as such. NULL: there are none; or all of it is written in capitals, so that they say nothing. */
static struct search_terms *with_codes(const struct search_index *x, const struct record *record, const struct search_terms *t, struct arena *a)
{
	struct search_terms *codes = terms_copy(t, a);
	size_t found = 0, shouted = 0, others = 0;
	for (size_t i = 0; i < codes->groups.n; i++) {
		struct search_group *g = &codes->groups.v[i];
		struct str word = str_slice(t->text, g->from, g->to);
		const struct entity *en = in_capitals(word) ? record_entity(record, word) : NULL;
		if (en)
			seek_code(g, word, en, x->cutter, a);
		found += en != NULL;
		shouted += !en && in_capitals(word);
		others += !en && !in_capitals(word);
	}
	return found && (others || !shouted) ? codes : NULL;
}

/* ---- all classes, one after the other ---------------------------------------------------------------------------------------------------- */

/* Those that are the words and nothing more come first; all others stay in their order. */
static void order(struct search_result *ret, struct arena *a)
{
	struct search_hit *v = arena_array(a, ret->n + 1, struct search_hit);
	size_t n = 0;
	for (int whole = 1; whole >= 0; whole--)
		for (size_t i = 0; i < ret->n; i++)
			if (ret->v[i].whole == whole)
				v[n++] = ret->v[i];
	ret->v = v;
}

static int find(struct search_index *x, const struct record *record, const struct search_query *q, const struct search_terms *t, bool apart, size_t most,
	struct arena *a, struct search_result *ret, struct err *e)
{
	struct finding *k = zeroed(1, sizeof *k);
	struct buf expression;
	int rc = 0;
	*k = (struct finding){.x = x, .record = record, .q = q, .terms = t, .ret = ret, .most = most};
	buf_init(&expression, EXPRESSION);
	terms_write(t, apart, &expression);
	ret->v = arena_array(a, most + 1, struct search_hit);
	ret->n = 0;
	ret->more = false;
	add_named(k);
	for (int c = 0; c < FTS_CLASSES && rc == 0; c++)
		rc = find_in(k, (enum fts_class)c, buf_str(&expression), e);
	if (rc == 0)
		order(ret, a);
	buf_done(&expression);
	free(k);
	return rc;
}

/* What is close to a code that was typed is a code, if anything is called so. */
static struct str in_code(const struct record *record, struct str typed, struct str near, struct arena *a)
{
	char code[CUT_WORD_MAX];
	if (!in_capitals(typed) || near.n > sizeof code)
		return near;
	for (size_t i = 0; i < near.n; i++)
		code[i] = (char)(near.p[i] >= 'a' && near.p[i] <= 'z' ? near.p[i] - 32 : near.p[i]);
	struct str upper = {code, near.n};
	return record_entity(record, upper) ? arena_str(a, upper) : near;
}

/* Does the view hold something that has these words? */
static int finds(struct search_index *x, const struct record *record, const struct search_query *q, struct str text, struct arena *a, bool *ret, struct err *e)
{
	struct search_terms *t = terms_read(x->cutter, text, a), *codes;
	struct search_result found = {0};
	if (!t)
		return 0;
	terms_spell(t, x->cutter, x->fts, a);
	codes = with_codes(x, record, t, a);
	int rc = find(x, record, q, codes ? codes : t, false, 1, a, &found, e);
	*ret = found.n > 0;
	return rc;
}

/* The question with what is closest to each word that nothing has; how many such words there are. */
static size_t mended(const struct search_index *x, const struct record *record, const struct search_terms *t, struct arena *a, struct str *ret)
{
	size_t n = 0, from = 0;
	struct str near;
	*ret = STR("");
	for (size_t g = 0; g < t->groups.n; g++) {
		const struct search_group *group = &t->groups.v[g];
		if (group->n != 1 || fts_knows(x->fts, group->v[0].whole) || !fts_similar(x->fts, group->v[0].whole, &near, 1))
			continue;
		struct str typed = str_slice(t->text, group->from, group->to);
		*ret = ARENA_JOIN(a, *ret, str_slice(t->text, from, group->from), in_code(record, typed, near, a));
		from = group->to;
		n++;
	}
	*ret = ARENA_JOIN(a, *ret, str_slice(t->text, from, t->text.n));
	return n;
}

/* Words close to those of the question, where it then finds something in this view: in place of one of them or, where that helps nowhere, of each that
 * nothing has. */
static int suggest(struct search_index *x, const struct record *record, const struct search_query *q, const struct search_terms *t, struct arena *a,
	struct search_result *ret, struct err *e)
{
	int rc = 0;
	for (size_t g = 0; g < t->groups.n && ret->nnear == 0 && rc == 0; g++) {
		const struct search_group *group = &t->groups.v[g];
		struct str near[2 * SEARCH_NEAR], typed = str_slice(t->text, group->from, group->to);
		size_t n = group->n == 1 ? fts_similar(x->fts, group->v[0].whole, near, 2 * SEARCH_NEAR) : 0;
		for (size_t i = 0; i < n && ret->nnear < SEARCH_NEAR && rc == 0; i++) {
			bool any = false;
			struct str text = ARENA_JOIN(a, str_slice(t->text, 0, group->from), in_code(record, typed, near[i], a), str_slice(t->text, group->to, t->text.n));
			rc = finds(x, record, q, text, a, &any, e);
			if (any)
				ret->near[ret->nnear++] = (struct search_near){text};
		}
	}
	struct str text;
	bool any = false;
	if (rc == 0 && ret->nnear == 0 && mended(x, record, t, a, &text) > 1 && (rc = finds(x, record, q, text, a, &any, e)) == 0 && any)
		ret->near[ret->nnear++] = (struct search_near){text};
	return rc;
}

static int search(struct search_index *x, struct cutters *cutters, const struct record *record, const struct search_query *q, struct arena *a,
	struct search_result *ret, struct err *e)
{
	struct search_terms *t = terms_read(x->cutter, q->text, a), *wide = arena_new(a, struct search_terms), *codes;
	int rc = 0;
	if (!t)
		return 0;
	t->cutters = cutters;
	terms_spell(t, x->cutter, x->fts, a);
	ret->cut = t->cut;
	if ((codes = with_codes(x, record, t, a))) {
		ret->terms = codes;
		if ((rc = find(x, record, q, codes, false, SEARCH_HITS, a, ret, e)) < 0 || ret->n)
			return rc;
	}
	ret->terms = t;
	rc = find(x, record, q, t, false, SEARCH_HITS, a, ret, e);
	if (q->strict)
		return rc;
	if (rc == 0 && ret->n == 0 && terms_widen(t, x->fts, a, wide) && (rc = find(x, record, q, wide, false, SEARCH_HITS, a, ret, e)) == 0 && ret->n) {
		ret->begins = true;
		ret->terms = wide;
	}
	if (rc == 0 && ret->n == 0 && terms_together(t) && (rc = find(x, record, q, t, true, SEARCH_HITS, a, ret, e)) == 0)
		ret->apart = ret->n > 0;
	return rc == 0 && ret->n == 0 ? suggest(x, record, q, t, a, ret, e) : rc;
}

/* Languages and labels of hits stand in the index, which may go. */
static void keep_strings(struct search_result *ret, struct arena *a)
{
	for (size_t i = 0; i < ret->n; i++) {
		struct search_hit *h = &ret->v[i];
		h->lang = arena_str(a, h->lang);
		h->label.param = arena_str(a, h->label.param);
		h->label.word = arena_str(a, h->label.word);
	}
}

int reg_search(struct reg *r, const struct view *v, const struct search_query *q, struct arena *a, struct search_result *ret, struct err *e)
{
	struct search_index *x;
	struct search_result found = {0};
	int rc = index_take(r, v, &x, e);
	if (rc < 0)
		return rc;
	rc = search(x, &r->searches.cutters, v->record, q, a, &found, e);
	keep_strings(&found, a);
	index_give_back(r, x);
	if (rc == 0)
		*ret = found;
	return rc;
}

int reg_search_prepare(struct reg *r, const struct view *v, struct err *e)
{
	struct search_index *x;
	int rc = index_take(r, v, &x, e);
	if (rc == 0)
		index_give_back(r, x);
	return rc;
}

void reg_search_stop(struct reg *r)
{
	r->searches.stop = true;
}

/* ---- hashes ------------------------------------------------------------------------------------------------------------------------------- */

static int by_position(const void *a, const void *b)
{
	const struct search_named *x = a, *y = b;
	return x->pos != y->pos ? (x->pos > y->pos) - (x->pos < y->pos) : (int)x->how - (int)y->how;
}

int reg_search_hash(struct reg *r, const struct view *v, const struct digest *hash, size_t most, struct arena *a, struct search_named **ret,
	size_t *ret_n, struct err *e)
{
	struct search_index *x;
	struct { struct search_named *v; size_t n, cap; } all = {0};
	int rc = index_take(r, v, &x, e);
	if (rc < 0)
		return rc;
	uint64_t first;
	memcpy(&first, hash->b, sizeof first);
	for (size_t at = x->nslots ? (size_t)(first & (x->nslots - 1)) : 0; x->nslots && x->slots[at]; at = (at + 1) & (x->nslots - 1)) {
		const struct search_named_doc *d = &x->hashes.v[x->slots[at] - 1];
		struct search_named one = {d->pos, d->how, arena_str(a, syms_str(&x->syms, d->path))};
		if (d->pos < record_size(v->record) && digest_eq(&d->hash, hash))
			arena_push(a, &all, one);
	}
	index_give_back(r, x);
	if (all.n)
		qsort(all.v, all.n, sizeof *all.v, by_position);
	*ret = all.v;
	*ret_n = all.n < most ? all.n : most;
	return 0;
}

struct str reg_search_paper(struct reg *r, const struct view *v, const struct search_hit *h, struct arena *a)
{
	return search_paper_text(r, v->record, json_array_get(json_object_get(h->act->json, "documents"), h->paper), a);
}

struct search_figures reg_search_figures(struct reg *r)
{
	struct searches *s = &r->searches;
	struct search_figures f = {0};
	pthread_mutex_lock(&s->lock);
	f.made = s->made;
	for (size_t i = 0; i < SEARCH_INDEXES; i++) {
		struct search_index *x = s->kept[i].x;
		if (!x)
			continue;
		pthread_mutex_lock(&x->lock);
		f.indexes++;
		f.documents += x->docs.n;
		f.bytes += fts_bytes(x->fts) + x->arena.total + x->nslots * sizeof *x->slots + x->docs.cap * sizeof *x->docs.v + x->hashes.cap * sizeof *x->hashes.v;
		pthread_mutex_unlock(&x->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return f;
}
