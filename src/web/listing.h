/* SPDX-License-Identifier: Apache-2.0
 *
 * What pages of lists and of single things share: sentences with slots, acts as rows, facts about a thing, filters, and
 * long lists cut into pages.
 *
 * Invariants: as in model.h. Nothing that is dated after the day asked about is listed: on that day it had not happened.
 */
#ifndef WEB_LISTING_H
#define WEB_LISTING_H

#include "web/model.h"

/* ---- words ------------------------------------------------------------------------------------------------------------------ */

struct slot {
	const char *name;
	struct html is;
};

/* A sentence with markup in its slots: SENTENCE(m, tr_start(&m->o, N_("Adopted at {meeting}")), {"meeting", model_link(m, s)}) */
struct html sentence(const struct model *m, struct tr_walk w, const struct slot *slots, size_t n);
#define SENTENCE(m, walk, ...) \
	sentence((m), (walk), (const struct slot[]){__VA_ARGS__}, sizeof((const struct slot[]){__VA_ARGS__}) / sizeof(struct slot))

struct html join(const struct model *m, const struct html *v, size_t n, const char *between); /* those that are not empty */
struct html join_commas(const struct model *m, const struct html *v, size_t n);		      /* a list, as the language has it */
struct html join_statements(const struct model *m, const struct html *v, size_t n);	      /* the same, of statements */
struct html join_and(const struct model *m, const struct html *v, size_t n); /* "India, Iran and Pakistan" */
struct html number(const struct model *m, uint64_t n); /* for people, in the digits of the page; never for an address */
struct html when_told(const struct model *m, struct when w); /* a day; that nobody has verified it, or more than that it was no later, is said in words */
struct html in_strong(const struct model *m, struct html h);
struct html in_small(const struct model *m, struct html h); /* small and quiet */
struct html in_doubt(const struct model *m, struct html h, bool unverified); /* marked, where nobody has verified it */
struct html in_code(const struct model *m, struct str text);
struct str phrase_type(const struct model *m, uint32_t type, bool many); /* "Meeting", "Meetings" */
struct str capital(const struct model *m, struct str s); /* as the beginning of a cell */
struct str status_many(const struct model *m, struct value status); /* "Members" */
void add_pair(const struct model *m, pairs *p, struct str name, struct html value); /* left out when the value is empty */

/* ---- acts ------------------------------------------------------------------------------------------------------------------- */

bool act_counts(const struct model *m, const struct record_act *a); /* stands, and is dated up to the day asked about */
/* What an act says is under embargo until an instant is not public before, whatever the act is dated. */
bool act_embargoed(const struct model *m, const struct record_act *a); /* on the day asked about */
bool act_out(const struct model *m, const struct record_act *a);	/* counts, and is public: */
civil act_out_from(const struct model *m, const struct record_act *a); /* at the earliest from that instant on, when readers first could read it */
/* The acts that name it, those of a kind, the newest entry first, for whoever passes over those dated after the day asked about. */
const act_refs *acts_naming_now(const struct model *m, sym entity);
const act_refs *acts_of_kind_now(const struct model *m, uint32_t kind);
sym act_entity(const struct model *m, const struct record_act *a, const char *param); /* that its parameter is; SYM_ABSENT: none. a may be NULL */
bool act_names(const struct record_act *a, const struct rulebook *rb, sym entity);
/* The latest act of this kind that counts and whose parameter is this entity; NULL: none. */
const struct record_act *act_about(const struct model *m, uint32_t kind, const char *param, sym entity);
struct str act_kind_label(const struct model *m, const struct record_act *a);
/* Its title, linked, in the language it has, with the marks of doubt and of corrections. */
struct html act_heading(const struct model *m, const struct record_act *a, bool marks);
struct gazette_item act_item(const struct model *m, const struct record_act *a);
/* All acts that name the entity, the newest first, those that were corrected or annulled included. */
struct gazette acts_naming(const struct model *m, sym entity, size_t max, size_t *ret_all);
/* "All 34 acts that name it", linked; empty if there are no more than `shown`. */
struct html all_acts_link(const struct model *m, sym entity, size_t shown);
/* The act whose business it was to introduce the thing, as it stands; NULL: none, or it is not out on the day asked about. */
const struct record_act *introduced_by(const struct model *m, const struct entity *en);
void other_names(const struct model *m, const struct entity *en, links *ret); /* in languages other than the page's */

/* ---- facts ------------------------------------------------------------------------------------------------------------------ */

/* "Belarus is a member", with a capital; names, dates and acts linked. */
struct html say_fact(const struct model *m, uint32_t fact, const struct value *args, struct value v);
/* One row: sentence, since, by which act, article, why. */
struct records fact_table(const struct model *m, struct str label);
void fact_row(const struct model *m, struct records *r, uint32_t fact, const struct value *args, const struct stretch *s);
/* Every fact about the entity on the day asked about, except `without`, by pages ("facts"); notes them for the ruler. */
int facts_about(const struct model *m, sym entity, const uint32_t *without, size_t n, shown_list *shown, struct records *ret, struct err *e);
/* The date bar of a page that changes on these days: ticks, the days before and after, the span between. They may be added in any order;
 * those of one day stay in the order in which they are added. Of a day only what is first and last is kept. */
struct dated { /* what happens on a day: `text`, or the title of the act or of the thing */
	civil at;
	struct html text;
	const struct record_act *act;
	sym thing; /* SYM_ABSENT: none */
};
struct moment_list {
	struct dated *v;
	size_t n, cap;
};
void add_act_moment(const struct model *m, struct moment_list *l, const struct record_act *a);
void add_moment(const struct model *m, struct moment_list *l, civil day, struct html text);
void add_thing_moment(const struct model *m, struct moment_list *l, civil day, sym thing);
struct model whenever(const struct model *m); /* the same, but for the last of all days: what comes after the day asked about, too */
void watch_days(const struct model *m, struct moment_list *l, struct datebar *bar);

struct value entity_value(sym name);
const struct value *args_of(const struct model *m, size_t n, ...); /* of struct value, kept in the arena */

/* ---- filters and long lists --------------------------------------------------------------------------------------------------- */

struct choice {
	struct str value;
	struct said text;
	bool chosen;
};

typedef LIST(struct choice) choices;

struct choosing { /* one field of a form that filters */
	struct str name, label, all;
	choices options;
};

typedef LIST(struct choosing) choosings;

bool has_choice(const choices *c, struct str value); /* then it need not be added */
void add_choice(const struct model *m, choices *c, struct str value, struct str text, struct str chosen);
void add_choice_said(const struct model *m, choices *c, struct str value, struct said text, struct str chosen); /* perhaps in another language */
void sort_choices(const struct model *m, choices *c); /* by their text, in the order of the language */

struct day_fields { /* parameters "from" and "to": {{> days &p.days}} */
	struct str from_label, to_label; /* empty: there are none */
	struct str from, to;		 /* what stands in them */
	civil like;			 /* an example of what may */
};

struct filter { /* it keeps the dates: {{> filter &p.filter, &p.frame}} */
	struct url action;
	choosings fields;
	struct day_fields days;
	LIST(struct target_param) kept; /* what was asked for and is none of these */
};

struct filter filter_new(const struct model *m);
void filter_keep(const struct model *m, struct filter *f, const char *name); /* a parameter, if it was given */
struct day_fields days_asked(const struct model *m); /* of what is dated */

/* What a filter may be asked for, beside what it offers: whatever is known, though nothing of the list has it on that day. Only values are added. */
void add_words(const struct model *m, uint32_t type, choices *c); /* those that the rulebook lists as values of that type */
void add_argument_words(const struct model *m, uint32_t kind, const char *param, choices *c); /* ... as this argument of acts of that kind, and those that acts have there */
struct choosing language_choices(const struct model *m, const char *all); /* the organisation's; `all`: a message for whoever asks for none */
/* ERR_INPUT, with what it takes: the parameter of that name is given, and is none of these. `id` is that of the problem. */
int choice_check(struct model *m, const struct choosing *c, const char *id, struct err *e);
/* ERR_INPUT: "from" is given, and is a later day than "to". */
int days_check(struct model *m, struct err *e);

/* This address with another value of one of its parameters; of every list the first part, but for what is asked, and what comes before that of the same list.
 * What is no page of words keeps its form by a suffix: whoever follows it need not ask for the form again. */
struct url ask_with(const struct model *m, const char *name, struct str value);

/* Page `?page=` (from 1) of `all` rows; how many stand on one the row of the route table says. ERR_INPUT: there is no such page. */
int pager_new(const struct model *m, uint64_t all, struct pager *ret, struct err *e);
/* The same for a list that is not all of its page: `?NAME=2#NAME`, the parameter and the section of one name. */
int pager_named(const struct model *m, const char *name, uint64_t all, struct pager *ret, struct err *e);
/* The same for a table, which shows its pager below it: add the rows r->pager.first to r->pager.last. */
int records_pages(const struct model *m, struct records *r, const char *name, uint64_t all, struct err *e);
/* How far to read a list of `all` rows of which those up to `shown` are shown. No further; but to its end for a publication, which wants to know the days of
 * those behind, too: on an earlier day fewer things are on record, and some of these stand on this part. What is read of them goes into no row. */
uint64_t rows_read(const struct model *m, uint64_t shown, uint64_t all);
/* For a list that knows itself how many stand on a page of it. */
int pager_cut(const struct model *m, const char *name, uint64_t all, uint64_t each, struct pager *ret, struct err *e);

#endif
