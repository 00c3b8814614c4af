/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of the register share: one way to name a thing, to link to it, to say a fact, to date an interval.
 *
 *	int body_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
 *	{
 *		return model_run(a, ctx, ret, e, show_body);
 *	}
 *
 * calls show_body with a model of the question: the public view at the point of knowledge, the day, the language. All
 * strings, addresses and markup that functions here return live as long as the request (m->arena) or longer.
 *
 * Invariants: no name of a status, a body or an organisation; names of the standard vocabulary only (m->voc). What a
 * page says depends on the question and the view at m->a->known alone, so that it may be cached by position.
 */
#ifndef WEB_MODEL_H
#define WEB_MODEL_H

#include "register/org.h"
#include "register/phrase.h"
#include "web/almanac.h"
#include "web/frame.h"

struct model {
	const struct ask *a;
	struct response *ret;
	struct out o; /* writes to ret->body */
	struct arena *arena;
	struct almanac *al;
	const struct vocabulary *voc;
	const struct view *view;
	const struct record *record;
	const struct rulebook *rb;
	const struct syms *syms;
	const struct words *words;
	const struct org *org;
	struct str lang; /* for titles and words */
	civil on;        /* the instant asked about: the end of the day a->on */
	struct register_site *site;
	struct almanac *newest; /* all that is known, where the question asks for less; else NULL */
};

typedef int model_handler(struct model *m, struct err *e);
int model_run(const struct ask *a, void *ctx, struct response *ret, struct err *e, model_handler *show);

uint64_t model_known(const struct model *m); /* the newest entry that counts, for a page that says how much is known */

/* ---- names and links --------------------------------------------------------------------------------------------- */

struct said model_title(const struct model *m, sym entity); /* in the page's language, else in another, which it names */
struct str model_text(
	const struct model *m, uint32_t fact, struct value v); /* of a value of that fact, or an argument (NO_ID) */
struct str model_word(const struct model *m, struct str param, struct str word); /* as the argument of an act under that parameter */
struct said model_said_value(const struct model *m, struct value v); /* an argument, with its language if it is a title */
struct url model_href(const struct model *m, sym entity);      /* empty: entities of its type have no pages */
struct html model_link(const struct model *m, sym entity);     /* its title, linked if there is a page */
struct html model_value(const struct model *m, uint32_t fact, struct value v); /* as model_text; entities linked */
struct url model_act_href(const struct model *m, uint64_t pos);
struct html model_act(const struct model *m, uint64_t pos); /* "act 391", linked */
/* An act by name: its title in the page's language, else what it does, in words; where there are none, its title in another language. */
struct str model_act_title(const struct model *m, const struct record_act *a); /* for <title>, attributes, data */
struct said model_act_called(const struct model *m, const struct record_act *a); /* the same with its language, if all of it is in another than the page's */
struct html model_act_name(const struct model *m, const struct record_act *a); /* with languages marked, without links */
/* What an act says in its member "title" or "text": in the page's language, else in English, else in the first it has. */
struct said model_said(const struct model *m, const struct record_act *a, const char *member);
struct said model_date_note(const struct model *m, const struct record_act *a); /* why its date is what it is; a remark in the language of the law */
struct html model_act_text(const struct model *m, const struct record_act *a); /* its text, marked with a foreign language */
struct str model_law_language(const struct model *m); /* of the rulebook's prose; empty where it is the page's */
struct url model_article_href(const struct model *m, uint32_t article);
struct html model_cites(
	const struct model *m, const struct cite *cites, size_t n);        /* "Charter 13; Observers 4", linked */
struct html model_rule_cites(const struct model *m, const struct rule *r); /* r may be NULL: nothing */
struct url model_why_href(const struct model *m, uint32_t fact, const struct value *args);
struct url model_why_on_href(
	const struct model *m, uint32_t fact, const struct value *args, civil on); /* on another day */
struct url model_whynot_href(const struct model *m, uint32_t fact, const struct value *args, struct value wanted);
struct url model_whynot_on_href(const struct model *m, uint32_t fact, const struct value *args, struct value wanted, civil on);
struct url model_url(const struct model *m, const char *path); /* "/en/PATH?on=..." */

#define ANY_TYPE (UINT32_MAX - 1)

/* The entity of the address, of a type (ANY_TYPE; NO_ID, a type that the rulebook lacks, fits none). ERR_ABSENT, with
 * close names offered, if this view knows none; `what` is the type's word in a sentence: "participant". */
int model_entity(struct model *m, struct str id, uint32_t type, const char *what, const struct entity **ret, struct err *e);
/* ... of a type that the rulebook named: `what` for programs, `says` for the reader. */
int model_entity_called(struct model *m, struct str id, uint32_t type, const char *what, struct str says, const struct entity **ret, struct err *e);

/* Fails with a message of the catalogue: return MODEL_FAULT(m, e, ERR_ABSENT, "article", N_("There is no {name}."), {"name", s}); */
#define MODEL_FAULT(m, e, code, where, msgid, ...) \
	(PROBLEM((m)->a, &(m)->ret->problem, (code), (where), (msgid), __VA_ARGS__), *(e) = (m)->ret->problem.err, (code))

/* ---- facts and dates --------------------------------------------------------------------------------------------- */

struct status model_status(
	const struct model *m, struct value status, bool disputed); /* rank, and the word that stands alone */
struct html model_say(
	const struct model *m, uint32_t fact, const struct value *args, struct value v); /* "Belarus is a member" */
struct str model_fact(const struct model *m, uint32_t fact);                             /* its label: "May attend" */
/* "3 members": the words of a value that are counted; empty if it has none. */
struct str model_counted(const struct model *m, uint32_t fact, struct value v, uint64_t n);
struct str model_words(const struct model *m, uint32_t fact, struct value v, const char *member, struct str fallback);
struct str model_say_text(const struct model *m, uint32_t fact, const struct value *args, struct value v); /* for data */
struct phrasing model_phrasing(const struct model *m); /* for phrases of any kind */
struct html model_phrase(
	const struct model *m, const struct phrase *x); /* its names, dates, acts and articles linked */
/* Without links, for where they cannot stand; with a capital and a full stop. */
struct html model_spoken(const struct model *m, const struct phrase *x);
struct html model_sentence(const struct model *m, const struct phrase *x);
size_t model_stretches(const struct model *m, uint32_t fact, const struct value *args, struct stretch **ret);
/* Has that instant come by the one asked about? Whatever a page compares with the day asked about, it asks here: so a publication is told that the
 * page reads otherwise from then on. Who asks whether something is going on asks of both its ends, whatever the first answer is. */
bool model_reached(const struct model *m, civil t);
bool model_in_force(const struct model *m, const struct rule *r); /* then */
/* The span of its status at the instant asked about; NULL: none. */
const struct stretch *model_status_now(const struct model *m, const struct participant *p);
/* The value at the instant asked about; where readings differ that of the highest rank. V_NONE: none. It costs less than the span. */
struct value model_value_now(const struct model *m, uint32_t fact, const struct value *args);
/* The span at the instant asked about; NULL: no value. */
const struct stretch *model_now(const struct model *m, uint32_t fact, const struct value *args);
const char *precision_word(enum precision p); /* as acts have it in `date_precision` */
struct when model_from(const struct stretch *s);
struct when model_to(const struct stretch *s);
struct when model_act_when(const struct record_act *a);
/* When the record came to hold it, for machines that want an instant: never later than the day asked about, nor than today. NULL: as of
 * what always was there. */
civil model_entered(const struct model *m, const struct record_act *a);
struct when model_arg_when(const struct record_act *a, struct str arg, civil t); /* t: its argument of that name */
struct html model_when(const struct model *m, struct when w); /* in a sentence */
struct html model_date(const struct model *m, struct when w); /* standing alone, as in a cell */
/* "Adopted: Completion of admission (act 955)"; where no act: "the calendar". */
struct html model_cause(const struct model *m, const struct cause *c);
struct html model_cause_quoted(const struct model *m, const struct cause *c); /* for use in a sentence */
/* "Reading A: Laos is a partner. Reading B: Laos has no status." Empty when they agree. */
struct html model_reading_text(const struct model *m, uint32_t k); /* what the reading says, in the rulebook's words or the language's own */
struct str model_readings_text(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s); /* for data */
struct html model_readings(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s);

/* ---- markup ------------------------------------------------------------------------------------------------------ */

/* struct buf b; struct out o = model_begin(m, &b); ... return model_end(m, &b); */
struct str model_tr(const struct model *m, const char *msgid); /* fixed words: model_tr(m, N_("From")) */
struct out model_begin(const struct model *m, struct buf *b);
struct html model_end(const struct model *m, struct buf *b);
struct str model_whole(const struct model *m, struct str word); /* for a page: no line ends at a hyphen in it ("member-/State") */
struct html model_plain(const struct model *m, struct str text); /* escaped */
struct said model_place(const struct model *m, struct str place); /* as the words of the page's language have it, else as the act has it */
struct html model_mark(const struct model *m, struct said text); /* escaped, with its language if it is not the page's */
struct html model_anchor(
	const struct model *m, struct url href, struct str text, const char *cls); /* cls may be NULL */
struct html model_link_to(const struct model *m, struct url href, struct said text, const char *cls); /* the same */
struct html model_tag(const struct model *m, enum tag_kind kind, struct str text);
struct html model_status_cell(const struct model *m, const struct stretch *s); /* the mark of a status and its word; NULL: none */
struct html model_why(const struct model *m, uint32_t fact, const struct value *args);

/* An act in a list: its number, date, title; as text what its own text says first, and its place; a mark if it was
 * corrected or is in doubt. */
struct gazette_item model_gazette_item(const struct model *m, const struct record_act *a);

void model_cell(const struct model *m, struct record_row *row, struct html cell);
void model_column(const struct model *m, struct records *r, struct str title, bool hidden);
void model_column_plain(const struct model *m, struct records *r, struct str title); /* its cells say what they are */

/* ---- where a page changes ---------------------------------------------------------------------------------------- */

struct shown { /* an instance that a page shows, with all its spans */
	uint32_t fact;
	const struct value *args;
	const struct stretch *v;
	size_t n;
	const struct instance *of; /* NULL: not noted. With it, the spans may be left out until somebody wants them: model_spans */
};

typedef LIST(struct shown) shown_list;

void model_spans(const struct model *m, struct shown *s);

/* An instant in each reading, for whoever asks of many facts whether they hold then. */
struct then {
	const struct view *view;
	uint32_t n, round[MAX_READINGS]; /* the last round of then */
	const struct eval *evals[MAX_READINGS];
	const struct course *courses[MAX_READINGS];
};
struct then then_of(const struct model *m, civil t);
/* The change that made its value then; NULL: none yet. */
static inline const struct change *then_last(const struct then *t, uint32_t reading, const struct instance *of)
{
	return course_last(&t->courses[reading][of->number], t->round[reading]);
}
bool then_holds(const struct then *t, const struct instance *of); /* has it a value, in any reading? */
bool then_began(const struct then *t, const struct instance *of); /* had it one by then? */

void model_show(const struct model *m, shown_list *l, uint32_t fact, const struct value *args);
const struct stretch *shown_now(
	const struct model *m, const struct shown *s); /* at the instant asked about; NULL: no value */
/* What it is in that span, as a cell: a status with its mark, "no", "none", the readings where they differ. */
struct html shown_value(const struct model *m, const struct shown *s, const struct stretch *x);
/* For a publication: the page becomes another on that day, and is a file of that day, too. What is read of the view says so by itself (register/reads.h),
 * rulers of the days that they mark, model_reached of whatever else a page compares with the day asked about. */
void model_changes_on(const struct model *m, civil day);
bool model_wants_days(const struct model *m); /* does it want to know these days? Of a list in parts: rows_read (listing.h) */
/* Completes the date bar: a tick for each day on which one of `ticks` changes, the changes before and after, the span
 * in which neither these nor `also` change (NULL: none), how many of `ticks` differ today: those that model_differ lists. */
void model_watch(const struct model *m, struct datebar *bar, const shown_list *ticks, const shown_list *also);
/* The years of a ruler: from the organisation's first to this one, or to that of the latest change if the rules already know of later ones. */
struct axis model_axis(const struct model *m, civil latest);
/* After that, for many facts beside the list that are not worth their spans: narrows the span in which nothing changes. */
void model_watch_beside(const struct model *m, struct datebar *bar, const struct instance *const *v, size_t n);
/* What differs today: a row for each fact that has another value today, by pages ("differ"); the bar leads there. No rows: nothing does, or today
 * was asked. */
int model_differ(const struct model *m, const shown_list *l, struct datebar *bar, struct records *ret, struct err *e);
void model_dress(
	struct almanac *al, const struct ask *a, struct datebar *bar); /* for pages without changes of their own */

#endif
