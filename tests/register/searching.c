/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/register/searching.h"

const struct search_query anything = {.type = NO_ID, .from = CIVIL_ALWAYS, .to = CIVIL_NEVER, .on = CIVIL_NEVER, .timeless = NO_ID};

struct search_result ask(struct fix *f, const struct view *v, struct search_query q)
{
	struct search_result found = {0};
	int rc = reg_search(f->reg, v, &q, &f->arena, &found, &f->e);
	if (rc < 0)
		print_message("# %s: %s\n", f->e.where, f->e.what);
	assert_int_equal(rc, 0);
	return found;
}

static void add_label(const struct rulebook *rb, const struct search_label *l, struct buf *b)
{
	if (l->is == LABEL_KIND)
		buf_addf(b, "kind:%.*s", STR_ARG(syms_str(&rb->syms, rb->acts.v[l->of].name)));
	else if (l->is == LABEL_VALUE)
		buf_addf(b, "%.*s=%.*s", STR_ARG(syms_str(&rb->syms, rb->facts.v[l->of].name)), STR_ARG(l->word));
	else
		buf_addf(b, "%.*s:%.*s", STR_ARG(l->param), STR_ARG(l->word));
}

const char *hits(struct fix *f, const struct view *v, const struct search_result *r)
{
	struct buf b;
	buf_init(&b, 10000);
	for (size_t i = 0; i < r->n; i++) {
		const struct search_hit *h = &r->v[i];
		buf_adds(&b, i ? " " : "");
		if (h->kind == SEARCH_THING)
			buf_add(&b, syms_str(record_syms(view_record(v)), h->entity->name));
		else if (h->kind == SEARCH_ARTICLE)
			buf_addf(&b, "law:%.*s", STR_ARG(record_rulebook(view_record(v))->articles.v[h->article].slug));
		else if (h->kind == SEARCH_LABEL)
			add_label(record_rulebook(view_record(v)), &h->label, &b);
		else
			buf_addf(&b, h->kind == SEARCH_PAPER ? "%llu/%zu" : "%llu", (unsigned long long)h->act->pos, h->paper);
	}
	const char *s = arena_str(&f->arena, buf_str(&b)).p;
	buf_done(&b);
	return s;
}

const char *find_as(struct fix *f, const char *audience, uint64_t known, struct search_query q, const char *text)
{
	const struct view *v = fix_view(f, audience, known);
	q.text = str_of(text);
	struct search_result r = ask(f, v, q);
	const char *s = hits(f, v, &r);
	view_unref(v);
	return s;
}

const char *find(struct fix *f, const char *text)
{
	return find_as(f, "public", UINT64_MAX, anything, text);
}

const char *show(struct fix *f, const char *words, const char *text, size_t most)
{
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	struct search_query q = anything;
	struct search_snippet s;
	struct buf b;
	q.text = str_of(words);
	struct search_result r = ask(f, v, q);
	search_show(r.terms, str_of(text), most, &f->arena, &s);
	buf_init(&b, 10000);
	for (size_t i = 0; i < s.n; i++) {
		buf_adds(&b, s.v[i].found ? "[" : "");
		buf_add(&b, s.v[i].text);
		buf_adds(&b, s.v[i].found ? "]" : "");
	}
	const char *z = arena_str(&f->arena, buf_str(&b)).p;
	assert_true(str_utf8(buf_str(&b)));
	buf_done(&b);
	view_unref(v);
	return z;
}
