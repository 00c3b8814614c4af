/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search_index.h"

#include "register/reg_internal.h"
#include "register/search_cut.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_BYTES = 16 << 20, MANY = 2000 };

/* ---- batches: documents on their way into FTS5, which takes them fastest in order --------------------------------------- */

struct item {
	enum fts_class class;
	int64_t row;
	struct str text;
};

struct growing {
	struct search_index *x;
	struct reg *reg;
	const struct record *record;
	struct hasher hasher;
	struct arena arena; /* of a batch */
	struct { struct item *v; size_t n, cap; } items;
	size_t bytes;
};

static int by_row(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static int flush(struct growing *g, bool many, struct err *e)
{
	int rc = fts_begin(g->x->fts, e);
	if (g->items.n)
		qsort(g->items.v, g->items.n, sizeof *g->items.v, by_row);
	for (size_t i = 0; i < g->items.n && rc == 0; i++)
		rc = fts_add(g->x->fts, g->items.v[i].class, g->items.v[i].row, g->items.v[i].text, e);
	if (rc == 0)
		rc = fts_end(g->x->fts, many, e);
	g->items.v = NULL;
	g->items.n = g->items.cap = 0;
	g->bytes = 0;
	arena_reset(&g->arena);
	return rc;
}

int64_t search_row(civil date, size_t doc)
{
	int64_t day = date == CIVIL_ALWAYS ? 0 : date < CIVIL_MIN ? 1 : ((date > CIVIL_MAX ? CIVIL_MAX : date) - CIVIL_MIN) / DAY + 1;
	return (int64_t)((uint64_t)day << 32 | (uint64_t)doc);
}

static void add_text(struct growing *g, enum fts_class class, civil date, size_t doc, struct str text)
{
	struct item one = {class, search_row(date, doc), text};
	arena_push(&g->arena, &g->items, one);
	g->bytes += text.n;
}

static void *grown(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? *cap + *cap / 2 : 256;
	v = reallocarray(v, *cap, size);
	if (!v)
		arena_oom();
	return v;
}

static size_t add_doc(struct growing *g, struct search_doc d)
{
	struct search_index *x = g->x;
	x->docs.v = grown(x->docs.v, x->docs.n, &x->docs.cap, sizeof *x->docs.v);
	x->docs.v[x->docs.n] = d;
	return x->docs.n++;
}

/* ---- names of entities -------------------------------------------------------------------------------------------------- */

void search_type_mark(uint32_t type, struct buf *out)
{
	buf_addf(out, "%c%u", FTS_MARK, (unsigned)type);
}

static void chain(struct search_index *x, sym name, size_t doc)
{
	while (x->newest.n <= name) {
		uint32_t none = 0;
		arena_push(&x->arena, &x->newest, none);
	}
	x->docs.v[doc].before = x->newest.v[name];
	x->newest.v[name] = (uint32_t)doc + 1;
}

/* A name that an entity has, or had, or will have once an act is corrected, with the date of an act that introduces it: whether it is so is
 * asked of a view. Once each. */
static void add_name(struct growing *g, const struct record_act *act, uint32_t type, struct str name, struct str lang, struct str title)
{
	struct buf mark;
	char date[DATE_LEN];
	struct str zero = {"", 1};
	buf_init(&mark, 40);
	search_type_mark(type, &mark);
	struct str key = ARENA_JOIN(&g->arena, name, zero, lang, zero, title, zero, buf_str(&mark), str_of(date_print(act->act.date, date)));
	size_t known = syms_count(&g->x->titles);
	if (syms_intern(&g->x->titles, key) >= known) {
		struct search_doc d = {.pos = act->pos, .kind = SEARCH_THING, .number = type, .name = syms_intern(&g->x->syms, name),
			.text = syms_intern(&g->x->syms, title), .lang = syms_intern(&g->x->syms, lang), .date = act->act.date};
		size_t doc = add_doc(g, d);
		chain(g->x, d.name, doc);
		add_text(g, FTS_NAMES, act->act.date, doc, ARENA_JOIN(&g->arena, buf_str(&mark), STR("\n"), title.n ? title : name));
	}
	buf_done(&mark);
}

/* What it is called in the organisation's languages, beside what acts name it. */
static void add_other_names(struct growing *g, const struct record_act *act, uint32_t type, struct str name)
{
	const struct org *org = &g->record->bundle->org;
	for (size_t i = 0; i <= org->nlanguages; i++) {
		struct str lang = i < org->nlanguages ? org->languages[i] : STR("en");
		struct str also[ALSO_CALLED];
		size_t n = also_called(g->record->bundle, type, name, lang, &g->arena, also);
		for (size_t k = 0; k < n; k++)
			add_name(g, act, type, name, lang, also[k]);
	}
}

/* Every name that it may have while this act introduces it: those that the act gives, and those that earlier ones gave. */
static void add_entity(struct growing *g, const struct record_act *act, uint32_t type, struct str name)
{
	const json_t *titles = json_object_get(act->json, "title");
	const char *lang;
	json_t *title;
	sym known = syms_intern(&g->x->syms, name);
	uint32_t earlier = known < g->x->newest.n ? g->x->newest.v[known] : 0;
	add_name(g, act, type, name, STR(""), STR(""));
	json_object_foreach((json_t *)titles, lang, title) {
		add_name(g, act, type, name, str_of(lang), json_str(title));
	}
	add_other_names(g, act, type, name);
	while (earlier) {
		struct search_doc d = g->x->docs.v[earlier - 1];
		add_name(g, act, type, name, syms_str(&g->x->syms, d.lang), syms_str(&g->x->syms, d.text));
		earlier = d.before;
	}
}

static void add_entities(struct growing *g, const struct record_act *act)
{
	const struct bundle *b = g->record->bundle;
	if (act->act.kind == NO_ID)
		return;
	for (uint32_t p = 0; p < b->rulebook->acts.v[act->act.kind].nparams; p++) {
		struct value v = act_value(&act->act, p);
		if (b->introduces[act->act.kind][p] != INTRO_NO && v.kind == V_ENTITY)
			add_entity(g, act, b->rulebook->acts.v[act->act.kind].params[p].type, syms_str(&g->record->syms, v.s));
	}
}

/* ---- acts and their documents ----------------------------------------------------------------------------------------------- */

static struct str all_in(const json_t *by_language, struct arena *a)
{
	struct str all = {NULL, 0};
	const char *lang;
	json_t *text;
	json_object_foreach((json_t *)by_language, lang, text) {
		all = all.n ? ARENA_JOIN(a, all, STR("\n"), json_str(text)) : json_str(text);
	}
	return all;
}

static void add_act_text(struct growing *g, const struct record_act *act, const char *lang, struct str title, struct str text, struct str place)
{
	struct search_doc d = {.pos = act->pos, .kind = SEARCH_ACT, .lang = syms_intern(&g->x->syms, str_of(lang))};
	size_t doc = add_doc(g, d);
	if (title.n)
		add_text(g, FTS_TITLES, act->act.date, doc, title);
	if (text.n || place.n)
		add_text(g, FTS_TEXTS, act->act.date, doc, ARENA_JOIN(&g->arena, title, STR("\n"), str_slice(text, 0, SEARCH_TEXT_BYTES), STR("\n"), place));
}

static void add_act(struct growing *g, const struct record_act *act)
{
	const json_t *titles = json_object_get(act->json, "title"), *texts = json_object_get(act->json, "text");
	struct str place = json_get_str(act->json, "place");
	const char *lang;
	json_t *text;
	json_object_foreach((json_t *)titles, lang, text) {
		add_act_text(g, act, lang, json_str(text), json_get_str(texts, lang), place);
	}
	json_object_foreach((json_t *)texts, lang, text) {
		if (!json_object_get(titles, lang))
			add_act_text(g, act, lang, STR(""), json_str(text), place);
	}
	if (place.n && !json_object_size(titles) && !json_object_size(texts))
		add_act_text(g, act, "", STR(""), STR(""), place);
}

static void add_papers(struct growing *g, const struct record_act *act)
{
	const json_t *list = json_object_get(act->json, "documents");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *d = json_array_get(list, i);
		struct str text = search_paper_text(g->reg, g->record, d, &g->arena);
		struct str all = ARENA_JOIN(&g->arena, all_in(json_object_get(d, "title"), &g->arena), STR("\n"), json_get_str(d, "name"), STR("\n"), text);
		if (all.n == 2)
			continue;
		struct search_doc one = {.pos = act->pos, .kind = SEARCH_PAPER, .number = (uint32_t)i, .lang = syms_intern(&g->x->syms, json_get_str(d, "lang"))};
		add_text(g, FTS_PAPERS, act->act.date, add_doc(g, one), all);
	}
}

/* ---- hashes -------------------------------------------------------------------------------------------------------------------- */

static size_t slot_of(const struct search_index *x, const struct digest *hash)
{
	uint64_t first;
	memcpy(&first, hash->b, sizeof first);
	return (size_t)(first & (x->nslots - 1));
}

static void place(struct search_index *x, size_t i)
{
	size_t at = slot_of(x, &x->hashes.v[i].hash);
	while (x->slots[at])
		at = (at + 1) & (x->nslots - 1);
	x->slots[at] = (uint32_t)i + 1;
}

static void add_hash(struct search_index *x, const struct genuine_thing *thing, uint64_t pos)
{
	struct search_named_doc one = {thing->hash, pos, thing->how, syms_intern(&x->syms, thing->path)};
	x->hashes.v = grown(x->hashes.v, x->hashes.n, &x->hashes.cap, sizeof *x->hashes.v);
	x->hashes.v[x->hashes.n++] = one;
	if (x->hashes.n * 2 <= x->nslots) {
		place(x, x->hashes.n - 1);
		return;
	}
	free(x->slots);
	x->nslots = x->nslots ? 2 * x->nslots : 1024;
	x->slots = zeroed(x->nslots, sizeof *x->slots);
	for (size_t i = 0; i < x->hashes.n; i++)
		place(x, i);
}

static void add_hashes(struct growing *g, const struct record_act *act)
{
	struct genuine_things things = {0};
	if (act->json)
		genuine_list(act->json, &g->hasher, &g->arena, &things);
	for (size_t i = 0; i < things.n; i++)
		add_hash(g->x, &things.v[i], act->pos);
}

/* ---- labels ------------------------------------------------------------------------------------------------------------------- */

struct str search_label_text(const struct record *r, const struct search_label *l, struct str lang, struct arena *a)
{
	const struct bundle *b = r->bundle;
	const struct rulebook *rb = b->rulebook;
	switch (l->is) {
	case LABEL_KIND: return words_act(b->words, lang, syms_str(&rb->syms, rb->acts.v[l->of].name), a);
	case LABEL_VALUE: return words_value(b->words, lang, syms_str(&rb->syms, rb->facts.v[l->of].name), l->word, a);
	case LABEL_WORD: return words_value(b->words, lang, l->param, l->word, a);
	}
	return l->word;
}

/* Those who have a status are called by other forms of its word, which no table of endings makes of it in each language. */
static struct str other_form(const struct growing *g, const struct search_label *l, struct str lang, const char *form)
{
	return l->is == LABEL_VALUE ? words_own(g->record->bundle->words, lang, "values", l->word, form) : (struct str){NULL, 0};
}

enum { LABEL_BYTES = 255, LABEL_SORTS = 3 };

/* Labels have no date, and one of the oldest days that there are says which comes first: the shorter is closer to what was typed, so that the bound
 * leaves out no label that is just that; of one length a value comes before a kind of act, and that before a word. */
static civil place_of_label(const struct search_label *l, struct str text)
{
	static const unsigned places[LABEL_SORTS] = {[LABEL_WORD] = 0, [LABEL_KIND] = 1, [LABEL_VALUE] = 2};
	size_t shorter = text.n < LABEL_BYTES ? LABEL_BYTES - text.n : 0;
	return CIVIL_MIN + (civil)(shorter * LABEL_SORTS + places[l->is]) * DAY;
}

/* In each language that has a word of its own for it. */
static void add_label(struct growing *g, uint64_t pos, struct search_label l)
{
	const struct org *org = &g->record->bundle->org;
	struct str english = search_label_text(g->record, &l, STR("en"), &g->arena);
	l.number = (uint32_t)g->x->labels.n;
	l.param = arena_str(&g->x->arena, l.param);
	l.word = arena_str(&g->x->arena, l.word);
	arena_push(&g->x->arena, &g->x->labels, l);
	for (size_t i = 0; i <= org->nlanguages; i++) {
		struct str lang = i < org->nlanguages ? org->languages[i] : STR("en");
		struct str text = search_label_text(g->record, &l, lang, &g->arena);
		struct search_doc d = {.pos = pos, .kind = SEARCH_LABEL, .number = l.number, .lang = syms_intern(&g->x->syms, lang)};
		if (str_eq(lang, STR("en")) ? i == org->nlanguages : !str_eq(text, english))
			add_text(g, FTS_LABELS, place_of_label(&l, text), add_doc(g, d),
				ARENA_JOIN(&g->arena, text, STR("\n"), other_form(g, &l, lang, "group"), STR("\n"), other_form(g, &l, lang, "many")));
	}
}

/* Of what the rulebook declares, the last first: a higher value comes before a lower one. */
static void add_labels(struct growing *g)
{
	const struct rulebook *rb = g->record->bundle->rulebook;
	for (uint32_t i = (uint32_t)rb->acts.n; i-- > 0;)
		add_label(g, 0, (struct search_label){.is = LABEL_KIND, .of = i});
	for (uint32_t i = (uint32_t)rb->facts.n; i-- > 0;) {
		const struct type *t = &rb->types.v[rb->facts.v[i].value];
		for (uint32_t k = t->kind == T_ENUM ? t->n : 0; k-- > 0;)
			add_label(g, 0, (struct search_label){.is = LABEL_VALUE, .of = i, .word = syms_str(&rb->syms, t->words[k])});
	}
}

/* Words that the act has as arguments: each from the first entry on that has it so. */
static void add_words(struct growing *g, const struct record_act *act)
{
	const struct rulebook *rb = g->record->bundle->rulebook;
	const struct act_kind *kind = act->act.kind == NO_ID ? NULL : &rb->acts.v[act->act.kind];
	for (uint32_t p = 0; kind && p < kind->nparams; p++) {
		struct value v = act_value(&act->act, p);
		size_t known = syms_count(&g->x->titles);
		if (v.kind != V_WORD)
			continue;
		struct str param = syms_str(&rb->syms, kind->params[p].name), word = syms_str(&g->record->syms, v.s);
		if (syms_intern(&g->x->titles, ARENA_JOIN(&g->arena, param, STR("."), word)) < known)
			continue;
		add_label(g, act->pos, (struct search_label){.is = LABEL_WORD, .param = param, .word = word});
	}
}

/* ---- the index --------------------------------------------------------------------------------------------------------------------- */

static size_t add_heading(struct growing *g, uint32_t article, struct str lang, struct str title)
{
	struct search_doc d = {.kind = SEARCH_ARTICLE, .number = article, .lang = syms_intern(&g->x->syms, lang)};
	size_t doc = add_doc(g, d);
	add_text(g, FTS_HEADINGS, CIVIL_ALWAYS, doc, title);
	return doc;
}

/* By what it says, in the rulebook's language (words_source), and by its heading in each language that has words for it. */
static void add_articles(struct growing *g)
{
	const struct bundle *b = g->record->bundle;
	for (uint32_t i = 0; i < b->rulebook->articles.n; i++) {
		const struct article *one = &b->rulebook->articles.v[i];
		size_t doc = add_heading(g, i, STR("en"), one->title);
		add_text(g, FTS_LAW, CIVIL_ALWAYS, doc, ARENA_JOIN(&g->arena, one->title, STR("\n"), search_article(one, &g->arena)));
		for (size_t k = 0; k < b->org.nlanguages; k++) {
			struct said title = words_source(b->words, b->org.languages[k], one->title, &g->arena);
			if (!title.lang.n && !str_eq(title.text, one->title))
				(void)add_heading(g, i, b->org.languages[k], title.text);
		}
	}
}

static void add_entry(struct growing *g, uint64_t pos)
{
	const struct record_act *act = record_act(g->record, pos);
	add_hashes(g, act);
	if (act->entry != ENTRY_ACT && act->entry != ENTRY_ADOPTION)
		return;
	add_entities(g, act);
	add_act(g, act);
	add_words(g, act);
	add_papers(g, act);
}

int search_index_grow(struct search_index *x, struct reg *r, const struct record *record, struct err *e)
{
	uint64_t size = record_size(record);
	struct growing g = {.x = x, .reg = r, .record = record};
	int rc = 0;
	bool many = size > x->size + MANY;
	if (size <= x->size)
		return 0;
	hasher_init(&g.hasher);
	if (x->size == 0) {
		add_articles(&g);
		add_labels(&g);
	}
	for (uint64_t pos = x->size; pos < size && rc == 0; pos++) {
		if (r->searches.stop) {
			rc = err_set(e, ERR_REFUSED, "search", "the register is being closed");
			break;
		}
		add_entry(&g, pos);
		if (g.bytes > BATCH_BYTES)
			rc = flush(&g, false, e);
	}
	if (rc == 0)
		rc = flush(&g, many, e);
	hasher_done(&g.hasher);
	arena_done(&g.arena);
	x->size = size;
	x->broken = rc < 0;
	return rc;
}

int search_index_new(const struct record *record, struct search_index **ret, struct err *e)
{
	struct search_index *x = zeroed(1, sizeof *x);
	struct fts *fts;
	int rc = fts_open(&fts, e);
	if (rc < 0 || !(x->cutter = cutter_new())) {
		if (rc == 0)
			fts_close(fts);
		free(x);
		return rc < 0 ? rc : err_set(e, ERR_SYSTEM, "search", "memory is short");
	}
	x->fts = fts;
	x->refs = 1;
	pthread_mutex_init(&x->lock, NULL);
	x->bundle = bundle_ref(record->bundle);
	syms_init(&x->syms, &x->arena, NULL);
	syms_init(&x->titles, &x->arena, NULL);
	x->audience = strndup(record->audience.p, record->audience.n);
	if (!x->audience)
		arena_oom();
	*ret = x;
	return 0;
}

void search_index_free(struct search_index *x)
{
	if (!x)
		return;
	fts_close(x->fts);
	cutter_free(x->cutter);
	bundle_unref(x->bundle);
	free(x->audience);
	free(x->slots);
	free(x->docs.v);
	free(x->hashes.v);
	pthread_mutex_destroy(&x->lock);
	arena_done(&x->arena);
	free(x);
}
