/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixed words of pages in the languages of the site. A message is named by its English words (msgid, as in gettext);
 * po/ holds the catalogues, and tools/poc.py makes tables of them at build. English has no table: a message without a
 * translation reads as its msgid.
 *
 * Invariants: no process-wide locale; every table is constant, so every thread may read it.
 */
#ifndef HTML_TR_H
#define HTML_TR_H

#include "base/str.h"

struct out;

struct tr_entry {
	const char *id;	     /* "context\004msgid" or msgid; bytewise order */
	const char *text[6]; /* one, or one for each plural form */
};

struct tongue {
	const char *code; /* as in addresses: "en" */
	const char *lang; /* as in HTML (BCP 47): "en", "zh-Hans" */
	const char *dir;  /* "ltr" or "rtl" */
	const char *name; /* its own name for itself */
	const struct tr_entry *entries;
	size_t n;
	unsigned (*plural)(uint64_t n); /* index into text; NULL: English, 0 for one */
	const char *digits; /* from zero to nine, each of as many bytes; NULL: those of ASCII */
};

extern const struct tongue tongues[]; /* English first */
extern const size_t tongues_n;
const struct tongue *tongue_find(struct str code); /* NULL if there is none */
struct str tongue_tag(struct str code);		   /* as in HTML: "zh" gives "zh-Hans"; what is no language of pages stays */

#define N_(words) words /* marks words in a table for the catalogue; translated where they are written */
#define NC_(context, words) words /* ... by trc, in this context */

/* The message in the language of the page, else as it is: constant, for as long as the program. */
struct str tr(const struct out *o, const char *msgid);
bool tr_known(const struct out *o, const char *msgid); /* does the language have its own words for it? English has none */
struct str trc(const struct out *o, const char *context, const char *msgid); /* where one msgid has several meanings */
struct str trn(const struct out *o, const char *one, const char *many, uint64_t n); /* by the plural forms of the language; slots are left as they are */

/* "In English": the language of a passage, in the page's language. */
struct str tr_language(const struct out *o, struct str lang);

/* Numbers for people, in the digits of the page's language: those of a text, and a number by itself. Never for what machines read. */
struct str tr_digits(const struct out *o, struct str text);
void tr_number(const struct out *o, struct buf *b, uint64_t n);

/* What stands between the items of a list (", "), between statements ("; "), and after a name (": "). */
struct str tr_comma(const struct out *o);
struct str tr_semicolon(const struct out *o);
struct str tr_colon(const struct out *o);
struct str tr_stop(const struct out *o);  /* after a sentence or a name that another follows (". ") */
struct str tr_space(const struct out *o); /* between sentences; nothing in a language that puts nothing there */

/* Walks through a message with slots ("On {day}, as known at entry {entry}"), in the order of the translation:
 *	for (struct tr_walk w = tr_start(o, msgid); tr_step(&w);) { write w.text; if (tr_at(&w, "day")) ...; }
 * `text` may be empty; the last piece has no slot. */
struct tr_walk {
	struct str rest, text, slot;
	bool over;
};

struct tr_walk tr_start(const struct out *o, const char *msgid);
struct tr_walk tr_start_n(const struct out *o, uint64_t n, const char *one, const char *many);
bool tr_step(struct tr_walk *w);
bool tr_at(const struct tr_walk *w, const char *slot);

/* The same as plain text, with its slots filled: TR_FILL(o, N_("There is no month {n}"), {"n", text}). A value that is a number alone is
 * written in the page's digits. From o's arena. */
struct tr_slot {
	const char *name;
	struct str value;
};
struct str tr_fill(const struct out *o, const char *msgid, const struct tr_slot *slots, size_t n);
/* ... for a sentence of plain text that holds what is in no language: where the page runs from right to left, each value stands isolated (U+2068 and
 * U+2069), so that it turns nothing around it and is not turned; but numbers alone, which are in the page's digits. */
struct str tr_say(const struct out *o, const char *msgid, const struct tr_slot *slots, size_t n);
#define TR_SAY(o, msgid, ...) \
	tr_say((o), (msgid), (const struct tr_slot[]){__VA_ARGS__}, sizeof (const struct tr_slot[]){__VA_ARGS__} / sizeof(struct tr_slot))
/* Words that are in no language, divided by blanks, as a list in such a sentence. */
struct str tr_list(const struct out *o, struct str words);
/* Names that are in no language, whatever is in them: "a, b and c". */
struct str tr_and(const struct out *o, const struct str *v, size_t n);
/* ... of a message with plural forms. */
struct str tr_fill_n(const struct out *o, uint64_t n, const char *one, const char *many, const struct tr_slot *slots, size_t count);
#define TR_FILL(o, msgid, ...) \
	tr_fill((o), (msgid), (const struct tr_slot[]){__VA_ARGS__}, sizeof (const struct tr_slot[]){__VA_ARGS__} / sizeof(struct tr_slot))

#endif
