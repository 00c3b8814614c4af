/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept beside a publication: it is read as it was written, whatever is damaged is refused as a whole, and a key of the record has another
 * fingerprint whenever one of its questions has another answer.
 */
#include "tests/register/fixture.h"

#include "rules/explain.h"
#include "publish/fingerprint.h"
#include "publish/trace.h"

enum { PAGES = 40 };

/* ---- the file ---------------------------------------------------------------------------------------------------------------------------- */

static bool all_kept(void *ctx, sym page)
{
	(void)ctx, (void)page;
	return true;
}

static bool even_kept(void *ctx, sym page)
{
	(void)ctx;
	return page % 2 == 0;
}

/* Each page leads to the next two; every third is made again each time. */
static void fill(struct trace *t)
{
	trace_init(t);
	t->frame = 77;
	trace_target(t, STR(""));
	for (unsigned i = 1; i <= PAGES; i++) {
		sym id = trace_target(t, arena_fmt(&t->arena, "/en/%u", i));
		const uint64_t keys[] = {i % 7 + 1, 1000, i % 5 + 100};
		struct trace_page *p = &t->pages.v[id];
		p->before = i * 10;
		p->set = i % 3 ? trace_set_of(t, keys, 3) : SET_UNKNOWN;
		p->links = arena_array(&t->arena, 2, sym);
		p->nlinks = 2;
		p->links[0] = i % PAGES + 1;
		p->links[1] = (i + 1) % PAGES + 1;
		p->said[1] = i % 4 ? STR("") : arena_fmt(&t->arena, "</%u>", i);
	}
	for (size_t k = 0; k < t->keys.n; k++)
		t->keys.v[k].print = 3 * t->keys.v[k].key;
}

static struct str written(const struct trace *t, bool (*kept)(void *, sym), struct arena *a)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	assert_true(trace_write(t, kept, NULL, &b));
	struct str s = arena_str(a, buf_str(&b));
	buf_done(&b);
	return s;
}

static void is_read_as_it_was_written(void **state)
{
	struct trace t, back;
	struct arena a = {0};
	(void)state;
	fill(&t);
	trace_init(&back);
	assert_true(trace_read(&back, written(&t, all_kept, &a)));
	assert_int_equal(back.frame, 77);
	assert_int_equal(back.pages.n, PAGES + 1);
	for (sym id = 1; id <= PAGES; id++) {
		const struct trace_page *p = &back.pages.v[id], *old = &t.pages.v[id];
		assert_true(str_eq(syms_str(&back.targets, id), syms_str(&t.targets, id)));
		assert_true(p->had && p->before == old->before && p->nlinks == 2 && p->links[0] == old->links[0] && p->links[1] == old->links[1]);
		assert_true(str_eq(p->said[1], old->said[1]));
		assert_int_equal(p->set == SET_UNKNOWN, old->set == SET_UNKNOWN);
		for (uint32_t i = 0; i < back.sets.v[p->set].n; i++) {
			const struct fingerprint *k = &back.keys.v[back.sets.v[p->set].keys[i]];
			assert_int_equal(k->key, t.keys.v[t.sets.v[old->set].keys[i]].key);
			assert_int_equal(k->print, 3 * k->key);
		}
	}
	/* and is the same when it is written again; a set that is there already gets no other number */
	assert_true(str_eq(written(&back, all_kept, &a), written(&t, all_kept, &a)));
	const uint64_t keys[] = {101, 2, 1000}; /* of page 1 */
	assert_int_equal(trace_set_of(&back, keys, 3), back.pages.v[1].set);
	trace_done(&t);
	trace_done(&back);
	arena_done(&a);
}

static void what_is_not_kept_is_gone_with_all_that_leads_to_it(void **state)
{
	struct trace t, back;
	struct arena a = {0};
	(void)state;
	fill(&t);
	trace_init(&back);
	assert_true(trace_read(&back, written(&t, even_kept, &a)));
	assert_int_equal(back.pages.n, PAGES / 2 + 1);
	for (sym id = 1; id < back.pages.n; id++) {
		assert_int_equal(back.pages.v[id].nlinks, 1);
		assert_true(back.pages.v[id].links[0] < back.pages.n);
		assert_true(str_eq(syms_str(&back.targets, id), arena_fmt(&a, "/en/%u", 2 * id)));
	}
	trace_done(&t);
	trace_done(&back);
	arena_done(&a);
}

/* Cut anywhere, or one byte otherwise: it is refused, or all its numbers are of things that are there. */
static void damage_does_no_harm(void **state)
{
	struct trace t, back;
	struct arena a = {0};
	(void)state;
	fill(&t);
	struct str whole = written(&t, all_kept, &a);
	char *copy = arena_copy(&a, whole.p, whole.n);
	for (size_t n = 0; n < whole.n; n++) {
		trace_init(&back);
		assert_false(trace_read(&back, (struct str){copy, n}));
		assert_int_equal(back.pages.n, 0);
		trace_done(&back);
	}
	for (size_t i = 0; i < whole.n; i++) {
		copy[i] = (char)(copy[i] ^ 0xff);
		trace_init(&back);
		if (trace_read(&back, (struct str){copy, whole.n}))
			for (sym id = 1; id < back.pages.n; id++) {
				assert_true(back.pages.v[id].set < back.sets.n);
				for (uint32_t k = 0; k < back.pages.v[id].nlinks; k++)
					assert_true(back.pages.v[id].links[k] < back.pages.n);
			}
		trace_done(&back);
		copy[i] = whole.p[i];
	}
	trace_done(&t);
	arena_done(&a);
}

/* ---- fingerprints ------------------------------------------------------------------------------------------------------------------------ */

/* One question that many pages ask, its answer as one number. */
typedef uint64_t question(const struct almanac *al, const struct instance *of, struct arena *a);

static uint64_t steps(const struct almanac *al, const struct instance *of, struct arena *a)
{
	struct stretch *s;
	size_t n = stretches(al->view, of->fact, of->args, a, &s);
	uint64_t h = n;
	for (size_t i = 0; i < n; i++)
		h = hash_more(hash_more(hash_more(h, (uint64_t)s[i].from), (uint64_t)s[i].to), value_pack(s[i].value));
	return h;
}

static uint64_t instances_of(const struct almanac *al, const struct instance *of, struct arena *a)
{
	const struct instance *v;
	return view_instances(al->view, of->fact, VALUE_NONE, a, &v);
}

static uint64_t instances_about(const struct almanac *al, const struct instance *of, struct arena *a)
{
	const struct instance *v;
	return view_instances(al->view, NO_ID, of->args[0], a, &v);
}

static uint64_t nodes(const struct proof *p)
{
	uint64_t h = hash_more(p->kind, p->act);
	for (size_t i = 0; i < p->nkids; i++)
		h = hash_more(h, nodes(p->kids[i]));
	return h;
}

static uint64_t reasons(const struct almanac *al, const struct instance *of, struct arena *a)
{
	return nodes(explain_why(view_reasons(al->view, 0, of->fact, of->args), of->fact, of->args, date_from(2030, 1, 1), a));
}

static uint64_t proof(const struct almanac *al, const struct instance *of, struct arena *a)
{
	return nodes(explain_why_brief(view_proof(al->view, 0, of->fact, of->args), of->fact, of->args, view_on(date_from(2030, 1, 1)), a));
}

static uint64_t acts_naming(const struct almanac *al, const struct instance *of, struct arena *a)
{
	(void)a;
	return of->args[0].kind == V_ENTITY ? almanac_naming(al, of->args[0].s)->n : 0;
}

static uint64_t effects(const struct almanac *al, const struct instance *of, struct arena *a)
{
	struct effect *v;
	uint64_t place = of->number % 4 + 7;
	return explain_effects(view_effects(al->view, 0, place), place, a, &v);
}

static uint64_t names(const struct almanac *al, const struct instance *of, struct arena *a)
{
	const struct entity **v;
	(void)of;
	return record_entities(view_record(al->view), NO_ID, a, &v);
}

static uint64_t is_named(const struct almanac *al, const struct instance *of, struct arena *a)
{
	(void)of, (void)a;
	return record_entity(view_record(al->view), STR("FR")) != NULL;
}

static uint64_t next_entry(const struct almanac *al, const struct instance *of, struct arena *a)
{
	(void)of, (void)a;
	return record_act(view_record(al->view), FIX_ACTS + 2) != NULL;
}

static uint64_t standing(const struct almanac *al, const struct instance *of, struct arena *a)
{
	const struct record_act *s = record_standing(view_record(al->view), of->number % 9 + 1);
	(void)a;
	return s ? s->pos : 0;
}

static uint64_t size(const struct almanac *al, const struct instance *of, struct arena *a)
{
	(void)of, (void)a;
	return record_size(view_record(al->view));
}

static uint64_t dated_before(const act_refs *acts, civil end)
{
	uint64_t n = 0;
	for (size_t i = 0; i < acts->n; i++)
		n += acts->v[i]->act.date < end;
	return n;
}

static uint64_t acts_of_2001(const struct almanac *al, const struct instance *of, struct arena *a)
{
	size_t n;
	(void)of, (void)a;
	(void)almanac_dated_between(al, date_from(2000, 12, 31), date_from(2002, 1, 1) - 1, &n);
	return n;
}

static uint64_t last_of_2001(const struct almanac *al, const struct instance *of, struct arena *a)
{
	size_t n;
	(void)of, (void)a;
	const struct dated_act *dated = almanac_dated_until(al, date_from(2002, 1, 1), &n);
	uint64_t h = 1;
	for (size_t k = 0; k < 2 && n-- > 0; k++) {
		almanac_look(al, &dated[n]);
		h = hash_more(h, dated[n].act->pos);
	}
	return h;
}

static uint64_t acts_naming_of_2001(const struct almanac *al, const struct instance *of, struct arena *a)
{
	const civil end = date_from(2002, 1, 1);
	(void)a;
	return of->args[0].kind == V_ENTITY ? dated_before(almanac_naming_until(al, of->args[0].s, end), end) : 0;
}

static uint64_t applications_of_2001(const struct almanac *al, const struct instance *of, struct arena *a)
{
	const civil end = date_from(2002, 1, 1);
	(void)of, (void)a;
	return dated_before(almanac_of_kind_until(al, al->voc.act.status_applied, end), end);
}

/* How they stand, and when one of them changes next. */
static uint64_t then(const struct almanac *al, uint32_t fact, struct value about, struct arena *a)
{
	const struct instance *v;
	const civil on = view_on(date_from(2006, 6, 1));
	size_t n = view_instances_then(al->view, fact, about, on, a, &v);
	uint64_t h = 1;
	for (uint32_t k = 0; k < view_readings(al->view); k++) {
		const struct eval *e = view_rounds(al->view, k);
		civil before = CIVIL_ALWAYS, after = CIVIL_NEVER;
		for (size_t i = 0; i < n; i++) {
			const struct inst *inst = view_courses(al->view, k)[v[i].number].inst;
			const struct change *last = NULL;
			for (size_t c = 0; inst && c < inst->n; c++) {
				civil at = round_at(e, inst->v[c].round);
				last = at <= on ? &inst->v[c] : last;
				before = at <= on && at > before ? at : before;
				after = at > on && at < after ? at : after;
			}
			if (last && change_value(last).kind != V_NONE)
				h += hash_more(reads_instance(READ_FACT, v[i].fact, v[i].args, 1), value_pack(change_value(last)));
		}
		h = hash_more(hash_more(h, (uint64_t)before), (uint64_t)after);
	}
	return h;
}

static uint64_t of_fact_then(const struct almanac *al, const struct instance *of, struct arena *a)
{
	return then(al, of->fact, VALUE_NONE, a);
}

static uint64_t of_thing_then(const struct almanac *al, const struct instance *of, struct arena *a)
{
	return then(al, of->fact, of->args[0], a);
}

static uint64_t all_then(const struct almanac *al, const struct instance *of, struct arena *a)
{
	(void)of;
	return then(al, NO_ID, VALUE_NONE, a);
}

static uint64_t parties(const struct almanac *al, const struct instance *of, struct arena *a)
{
	(void)of, (void)a;
	return almanac_parties(al)->n;
}

static question *const questions[] = {steps, instances_of, instances_about, reasons, proof, acts_naming, effects, names, is_named, next_entry, standing, size,
	acts_of_2001, last_of_2001, acts_naming_of_2001, applications_of_2001, of_fact_then, of_thing_then, all_then, parties};

static const char *const acts[] = {
	"{\"kind\":\"weighed\",\"date\":\"2006-01-01\",\"args\":{\"S\":\"KZ\",\"n\":7}" SOURCES "}",
	"{\"kind\":\"weighed\",\"date\":\"2007-01-01\",\"args\":{\"S\":\"KZ\",\"n\":3}" SOURCES "}",
	"{\"kind\":\"weighed\",\"date\":\"2005-01-01\",\"args\":{\"S\":\"KZ\",\"n\":7}" SOURCES "}", /* now the first one changes nothing */
	"{\"kind\":\"status_applied\",\"date\":\"2003-03-03\",\"args\":{\"P\":\"KZ\",\"value\":\"observer\"}" SOURCES "}",
	"{\"kind\":\"state_listed\",\"date\":\"2001-05-01\",\"args\":{\"S\":\"FR\"}" SOURCES "}",
	"{\"kind\":\"status_applied\",\"date\":\"2004-03-03\",\"args\":{\"P\":\"FR\",\"value\":\"observer\"}" SOURCES "}",
	"{\"kind\":\"status_applied\",\"date\":\"2001-06-01\",\"args\":{\"P\":\"KZ\",\"value\":\"observer\"}" SOURCES "}",
	"{\"kind\":\"state_listed\",\"date\":\"2000-01-01\",\"args\":{\"S\":\"KZ\"},\"title\":{\"en\":\"Republic of Kazakhstan\"},\"corrects\":2}",
};

static struct almanac *almanac_at(struct fix *f, uint64_t known)
{
	struct almanac *al;
	const struct view *v = fix_view(f, "public", known);
	assert_int_equal(almanac_new(v, &tongues[0], &al, &f->e), 0);
	view_unref(v);
	return al;
}

static bool reads_otherwise(struct fingerprints *old, struct fingerprints *new, uint64_t key)
{
	struct fingerprint p = {.key = key};
	(void)fingerprint_renew(old, &p);
	return fingerprint_renew(new, &p);
}

/* Whatever is asked of every instance of the earlier view: another answer than before only where a key that was noted before is another now. */
static void compare(struct fix *f, uint64_t then, uint64_t now, size_t ret_changed[], size_t *ret_spared)
{
	struct almanac *before = almanac_at(f, then), *after = almanac_at(f, now);
	struct fingerprints *old = fingerprints_new(before, date_from(2030, 1, 1)), *new = fingerprints_new(after, date_from(2030, 1, 1));
	struct reads r = {.undated = true};
	struct arena a = {0};
	const struct instance *all;
	size_t n = view_instances(before->view, NO_ID, VALUE_NONE, &f->arena, &all);
	for (size_t i = 0; i < n; i++)
		for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
			reads_reset(&r);
			bool told = false;
			uint64_t was = questions[q](almanac_noted(before, &r, &a), &all[i], &a), is = questions[q](after, &all[i], &a);
			for (size_t k = 0; k < r.keys.n; k++)
				told = told || r.keys.v[k] == reads_key(READ_ANYTHING, 0) || reads_otherwise(old, new, r.keys.v[k]);
			if (was != is && !told)
				fail_msg("question %zu about instance %zu has another answer, and no key tells", q, i);
			ret_changed[q] += was != is;
			*ret_spared += !told;
			assert_true(r.keys.n > 0);
			arena_reset(&a);
		}
	reads_done(&r);
	arena_done(&a);
	fingerprints_free(old);
	fingerprints_free(new);
	almanac_unref(before);
	almanac_unref(after);
}

static void another_answer_has_another_fingerprint(void **state)
{
	struct fix *f = *state;
	size_t changed[sizeof questions / sizeof *questions] = {0}, spared = 0;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		fix_file(f, acts[i]);
	for (uint64_t k = FIX_ACTS; k < reg_size(f->reg) - 1; k++)
		compare(f, k, k + 1, changed, &spared);
	for (size_t q = 0; q < sizeof questions / sizeof *questions; q++)
		if (!changed[q]) /* there was something to tell, */
			fail_msg("question %zu never had another answer", q);
	assert_true(spared > 100); /* and much that need not be asked again */
}

static void the_same_view_has_the_same_fingerprints(void **state)
{
	struct fix *f = *state;
	size_t changed[sizeof questions / sizeof *questions] = {0}, spared = 0;
	fix_file(f, acts[0]);
	compare(f, FIX_ACTS + 1, FIX_ACTS + 1, changed, &spared);
	for (size_t q = 0; q < sizeof questions / sizeof *questions; q++)
		assert_int_equal(changed[q], 0);
	assert_true(spared > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read_as_it_was_written),
		cmocka_unit_test(what_is_not_kept_is_gone_with_all_that_leads_to_it),
		cmocka_unit_test(damage_does_no_harm),
		cmocka_unit_test_setup_teardown(another_answer_has_another_fingerprint, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(the_same_view_has_the_same_fingerprints, fix_open, fix_close),
	};
	return test_main(tests);
}
