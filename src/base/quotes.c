/* SPDX-License-Identifier: Apache-2.0 */
#include "base/quotes.h"

#include <string.h>

struct marks {
	struct str lang; /* empty: every one that is not named before */
	struct str open, close, inner_open, inner_close;
};

#define MARKS(lang, open, close, inner_open, inner_close) {STR_INIT(lang), STR_INIT(open), STR_INIT(close), STR_INIT(inner_open), STR_INIT(inner_close)}

static const struct marks all[] = {
	MARKS("", "“", "”", "‘", "’"),
	MARKS("ru", "«", "»", "„", "“"),
	MARKS("", "«", "»", "‹", "›"),
	MARKS("", "《", "》", "〈", "〉"),
};

static const struct marks *opened(struct str before, struct str lang)
{
	if (!before.n || (unsigned char)before.p[before.n - 1] < 0x80) /* most do not end so */
		return NULL;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (str_ends(before, all[i].open) && (!all[i].lang.n || str_eq(all[i].lang, lang)))
			return &all[i];
	return NULL;
}

struct str quotes_within(struct str before, struct str text, struct str lang, struct arena *a)
{
	const struct marks *k = opened(before, lang);
	if (!k || (str_find(text, k->open) == text.n && str_find(text, k->close) == text.n))
		return text;
	char *p = arena_alloc(a, 2 * text.n + 1); /* a mark within is at most half as long again as the one it stands for */
	size_t n = 0;
	for (size_t i = 0; i < text.n;) {
		struct str rest = str_slice(text, i, text.n);
		bool opens = str_starts(rest, k->open), closes = str_starts(rest, k->close);
		struct str put = opens ? k->inner_open : closes ? k->inner_close : str_slice(rest, 0, 1);
		memcpy(p + n, put.p, put.n);
		n += put.n;
		i += opens ? k->open.n : closes ? k->close.n : 1;
	}
	p[n] = '\0';
	return (struct str){p, n};
}
