/* SPDX-License-Identifier: Apache-2.0 */
#include "html/locale.h"

#include "base/date.h"

#include <stdlib.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

enum { MAX_UNITS = 1000, MAX_KEY = 4000 }; /* of a title; what is longer is compared by its beginning */

struct alphabet {
	UCollator *c;
};

struct alphabet *alphabet_new(const char *lang)
{
	UErrorCode status = U_ZERO_ERROR;
	struct alphabet *a = zeroed(1, sizeof *a);
	a->c = ucol_open(lang, &status);
	if (U_FAILURE(status))
		a->c = NULL; /* no data of ICU at all: bytewise */
	return a;
}

void alphabet_free(struct alphabet *a)
{
	if (a && a->c)
		ucol_close(a->c);
	free(a);
}

struct str alphabet_key(const struct alphabet *a, struct str text, struct arena *arena)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar units[MAX_UNITS];
	uint8_t key[MAX_KEY];
	int32_t n = 0;
	if (!a->c)
		return arena_str(arena, text);
	(void)u_strFromUTF8WithSub(units, MAX_UNITS, &n, text.p, (int32_t)text.n, 0xfffd, NULL, &status);
	if (n > MAX_UNITS)
		n = MAX_UNITS;
	int32_t size = ucol_getSortKey(a->c, units, n, key, MAX_KEY);
	if (size > MAX_KEY)
		size = MAX_KEY;
	return (struct str){arena_copy(arena, key, (size_t)size), size > 0 ? (size_t)size - 1 : 0};
}

struct str language_name(struct str lang, const char *in, struct arena *a)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar units[200];
	char name[600];
	int32_t n = 0;
	(void)uloc_getDisplayLanguage(arena_str(a, lang).p, in, units, 200, &status);
	if (U_FAILURE(status) || status == U_USING_DEFAULT_WARNING)
		return lang;
	(void)u_strToUTF8(name, sizeof name, &n, units, -1, &status);
	return U_FAILURE(status) || n == 0 || n >= (int32_t)sizeof name ? lang
									: arena_str(a, (struct str){name, (size_t)n});
}

struct str language_own_name(struct str lang, struct arena *a)
{
	UErrorCode status = U_ZERO_ERROR;
	UDisplayContext alone[] = {UDISPCTX_CAPITALIZATION_FOR_STANDALONE};
	UChar units[200];
	char name[600];
	int32_t n = 0;
	const char *code = arena_str(a, lang).p;
	ULocaleDisplayNames *names = uldn_openForContext(code, alone, 1, &status);
	if (names)
		(void)uldn_languageDisplayName(names, code, units, 200, &status);
	uldn_close(names);
	if (U_FAILURE(status))
		return lang;
	(void)u_strToUTF8(name, sizeof name, &n, units, -1, &status);
	return U_FAILURE(status) || n == 0 ? lang : arena_str(a, (struct str){name, (size_t)n});
}

struct str language_iso3(struct str lang, struct arena *a)
{
	const char *three = uloc_getISO3Language(arena_str(a, lang).p);
	return three && *three ? str_of(three) : lang;
}

void language_days(const char *lang, bool brief, int year, int day, struct arena *a, struct str ret[12])
{
	static const UChar full_parts[] = u"yMMMMd", brief_parts[] = u"yMMMd";
	const UChar *parts = brief ? brief_parts : full_parts;
	UErrorCode status = U_ZERO_ERROR;
	UChar pattern[100];
	const char *locale = arena_fmt(a, "%s@calendar=gregorian", lang).p;
	UDateTimePatternGenerator *patterns = udatpg_open(locale, &status);
	int32_t n = udatpg_getBestPattern(patterns, parts, -1, pattern, 100, &status);
	UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, u"UTC", -1, pattern, n, &status);
	for (int month = 1; month <= 12; month++) {
		UChar units[100];
		char text[300];
		int32_t bytes = 0;
		n = udat_format(format, (UDate)date_from(year, month, day) * 1000, units, 100, NULL, &status);
		(void)u_strToUTF8(text, sizeof text, &bytes, units, n, &status);
		ret[month - 1] = U_FAILURE(status) ? STR("") : arena_str(a, (struct str){text, (size_t)bytes});
	}
	udat_close(format);
	udatpg_close(patterns);
}
