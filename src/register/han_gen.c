/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes, at build, the table of Chinese characters that are written in two ways: of each that the transliteration of ICU from traditional to
 * simplified characters changes, the one that stands for both (search_cut.h). A table, since a transliterator costs a microsecond for each
 * character, and state that threads cannot share.
 *
 *	han_gen OUTPUT
 *
 * Character by character: where one traditional form depends on the word (乾 in 乾坤), texts and questions are still treated alike.
 */
#include <stdio.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { FIRST = 0x3400, LAST = 0x9fff, STEPS = 8 };

static UChar32 next_form(UTransliterator *t, UChar32 c, UErrorCode *status)
{
	UChar u[8] = {(UChar)c};
	int32_t n = 1, limit = 1;
	utrans_transUChars(t, u, &n, 8, 0, &limit, status);
	return n == 1 ? u[0] : c;
}

/* Where the changes of characters go round, the smallest of the round stands for all. */
static UChar32 form_of(UTransliterator *t, UChar32 c, UErrorCode *status)
{
	UChar32 at = c;
	for (int i = 0; i < STEPS; i++)
		at = next_form(t, at, status);
	UChar32 least = at;
	for (int i = 0; i < STEPS; i++) {
		at = next_form(t, at, status);
		least = at < least ? at : least;
	}
	return least;
}

int main(int argc, char **argv)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[32];
	u_uastrcpy(id, "Traditional-Simplified");
	UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
	if (!out || U_FAILURE(status)) {
		fprintf(stderr, "usage: %s OUTPUT, with ICU's data (%s)\n", argv[0], u_errorName(status));
		return 1;
	}
	fprintf(out, "/* Made by src/register/han_gen.c. */\n#include \"register/han.h\"\n\nconst struct han_form han_forms[] = {\n");
	for (UChar32 c = FIRST; c <= LAST; c++) {
		UChar32 form = form_of(t, c, &status);
		if (form != c)
			fprintf(out, "\t{0x%x, 0x%x},\n", (unsigned)c, (unsigned)form);
	}
	fprintf(out, "};\n\nconst size_t han_forms_n = sizeof han_forms / sizeof *han_forms;\n");
	utrans_close(t);
	return fclose(out) != 0 || U_FAILURE(status);
}
