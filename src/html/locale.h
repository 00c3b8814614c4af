/* SPDX-License-Identifier: Apache-2.0
 *
 * What ICU knows and pages need: the alphabetical order of a language, its name, and how it writes a day.
 */
#ifndef HTML_LOCALE_H
#define HTML_LOCALE_H

#include "base/arena.h"

struct alphabet;

struct alphabet *alphabet_new(
	const char *lang);              /* BCP 47; a language that ICU does not know gets the order of all others */
void alphabet_free(struct alphabet *a); /* NULL is fine */
/* A key whose bytewise order (str_cmp) is the order of the language. */
struct str alphabet_key(const struct alphabet *a, struct str text, struct arena *arena);

/* "Russian": the name of the language `lang` in the language `in`; `lang` itself if ICU does not know it. */
struct str language_name(struct str lang, const char *in, struct arena *a);
/* The language's name for itself, as it stands alone: "Русский"; `lang` itself if ICU does not know it. */
struct str language_own_name(struct str lang, struct arena *a);

/* The three letters of ISO 639-2/T: "rus"; `lang` itself if ICU knows none. */
struct str language_iso3(struct str lang, struct arena *a);

/* That day of each month, as the language `lang` writes it, with the month in full ("July 28, 2222") or brief; empty if ICU does not know it. */
void language_days(const char *lang, bool brief, int year, int day, struct arena *a, struct str ret[12]);

#endif
