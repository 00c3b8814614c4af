/* SPDX-License-Identifier: Apache-2.0
 *
 * The same pages for programs: tables, and JSON with the names of the rulebook, not words for people.
 *
 *	{"notice": "Unofficial demonstration.", "on": "2026-02-02", "known": 1198, ...}
 *
 * Dates are year-month-day (with a time where one is known), null for an open end; entities, words and facts are named as
 * in the record and the rulebook; a fact carries `why`, the address of its reasons.
 */
#ifndef WEB_DATA_H
#define WEB_DATA_H

#include "web/model.h"

json_t *data_page(const struct model *m); /* begins with the organisation's notice, if it has one, and the two dates of the question */
void data_next(json_t *page, const struct pager *p); /* of a list in parts: the address of the next one, if there is one */
/* Writes it as the answer and releases it. */
int data_send(struct model *m, json_t *page, struct err *e);

/* A page that ends with a long list, written item by item, each on a line of its own: the whole of it is never held. */
struct data_list {
	struct buf *out;
	size_t n;
};
struct data_list data_list_begin(json_t *page, const char *name, struct buf *out); /* releases the page, which has members */
void data_list_next(struct data_list *l); /* the caller writes one item to `out` */
void data_list_end(struct data_list *l);

/* One field of a table (RFC 4180) and what ends it, "," or "\r\n": in quotes where it holds a comma, a quote or a line end. A
 * name from the record that a spreadsheet would run as a formula gets an apostrophe before it, so that it stays text. */
void data_csv(struct buf *b, struct str s, const char *end);

json_t *data_str(struct str s); /* null when empty */
json_t *data_date(civil t); /* null: always, never */
struct str data_known(const struct model *m, struct when w); /* "2024-07-04", "2022-07", "2024": as exactly as it is known; empty: an open end */
json_t *data_value(const struct model *m, struct value v); /* a word or a name as text, a number, a date, true; V_NONE: null */
json_t *data_args(const struct model *m, const struct param *params, uint32_t n, const struct value *args);
json_t *data_entity(const struct model *m, sym name); /* {"id","type","title","href"} */
/* One span of one instance of a fact. */
json_t *data_stretch(const struct model *m, uint32_t fact, const struct value *args, const struct stretch *s);
json_t *data_history(const struct model *m, uint32_t fact, const struct value *args); /* all of them */
json_t *data_facts_about(const struct model *m, sym entity); /* on the day asked about */
json_t *data_act(const struct model *m, const struct record_act *a); /* {"entry","kind","date","args","title",...}: a summary */
json_t *data_cites(const struct cite *cites, size_t n);

#endif
