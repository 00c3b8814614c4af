/* SPDX-License-Identifier: Apache-2.0
 *
 * What people type as pages write it, in any language of the pages: a day ("1 July 2023", "2022年1月1日"), an act ("act 921").
 *
 * It is read by writing: a text names a day if a page would write that day so, or ICU would, in full or briefly ("Jul 1, 2023", "1 июл. 2023 г."),
 * whatever its capitals, marks, blanks and digits; of a word its beginning will do ("Sept"). So no names of months stand here, and a language that is
 * added is read. Besides, a day may be written in digits alone: the year first, parted by hyphens, slashes or full stops (2023-7-1, with a time of
 * day or without), or the day first, parted by full stops (01.07.2023).
 *
 * Invariants: nothing is guessed: what could be two days is none (01/07/2023, 1.7.23), nor is a day that does not exist, which is told apart. What stands
 * inside a longer name (2017-06-09-astana-declaration) is none. What a text is compared with is made once, for all threads.
 */
#ifndef WEB_TYPED_H
#define WEB_TYPED_H

#include "base/arena.h"
#include "base/date.h"

enum { TYPED_MAX = 64 }; /* bytes of a day or a number that stands alone: what is longer is none */

struct typed;

struct typed_date {
	int year, month, day;
};

struct typed *typed_new(void); /* writes every day of a year in every language: some time, once a process */
void typed_free(struct typed *t); /* NULL is fine */

/* With NULL no day is read, and a number in the digits of ASCII alone. */
bool typed_day(struct typed *t, struct str text, struct arena *a, civil *ret); /* the text and nothing else */
/* What would be a day if its month had it: "31 June 2020". The year and the month are on the calendar. */
bool typed_no_day(struct typed *t, struct str text, struct arena *a, struct typed_date *ret);
bool typed_number(struct typed *t, struct str text, struct arena *a, uint64_t *ret); /* in the digits of any language */

/* In a text of any length, which the caller bounds: */
/* The first day in it; *ret_rest: the text without that. */
bool typed_day_within(struct typed *t, struct str text, struct arena *a, civil *ret, struct str *ret_rest);
bool typed_digits(struct typed *t, struct str text, struct arena *a);		 /* is there a number in it? */
bool typed_act(struct typed *t, struct str text, struct arena *a, uint64_t *ret); /* its number, alone or as pages name it */

#endif
