/* SPDX-License-Identifier: Apache-2.0
 *
 * A bundle: everything that fixes how the acts of a register are read, as one text with one SHA-256: the rulebook with
 * all that it includes, std.json, and org.json and words/LANG.json of the organisation. The genesis entry adopts it.
 *
 *	{"bundle": 1, "rulebook": "rulebook.md", "files": {"rulebook.md": "...", "standard:std.md": "...", ...}}
 *
 * Files of the standard folder are named "standard:NAME". A bundle once made needs nothing from outside: a later program with another
 * standard folder reads the same law.
 *
 * Invariants: a bundle that bundle_read gave has a rulebook without errors and a sound org.json; it never changes; it is
 * counted, so that records may share it.
 */
#ifndef REGISTER_BUNDLE_H
#define REGISTER_BUNDLE_H

#include "log/sha256.h"
#include "register/org.h"
#include "rules/rulebook.h"

#define BUNDLE_TYPE "application/vnd.comity.bundle+json"

enum introduction { INTRO_NO, INTRO_MAY, INTRO_DOES }; /* MAY: if it comes first; DOES: once for each entity */

struct bundle_file {
	struct str path, text;
};

struct bundle {
	struct arena arena;
	struct str text; /* as stored */
	struct digest sha256; /* of the text: by this a log names it */
	struct { struct bundle_file *v; size_t n, cap; } files;
	struct rulebook *rulebook;
	struct org org;
	struct words *words;
	uint8_t **introduces; /* by kind of act, by parameter: enum introduction */
	bool *country_code;   /* by type: names come from ICU by country code */
	json_t **json;	      /* parsed files that the members above point into */
	size_t njson;
	int refs; /* atomic */
};

/* Reads an organisation's folder (org.json, the rulebook it names, words/LANG.json). Diagnostics of the rulebook, warnings
 * too, go to `diags`, one a line. ERR_ABSENT, ERR_INPUT, ERR_REFUSED: the rulebook has errors. */
int bundle_read_folder(const char *dir, struct bundle **ret, struct buf *diags, struct err *e);
/* The same with the rulebook in the file `path`; org.json and the words are those beside it, or if there is no org.json those of `now`. */
int bundle_read_text(const char *path, const struct bundle *now, struct bundle **ret, struct buf *diags, struct err *e);
/* Reads a bundle as stored. */
int bundle_read(struct str text, const char *where, struct bundle **ret, struct err *e);
const struct bundle *bundle_ref(const struct bundle *b);
void bundle_unref(const struct bundle *b); /* NULL is allowed */

/* Loads the rulebook in a file by itself, with what it includes from beside it and from the standard folder. *ret is made
 * as by rulebook_load, so that its diags can be printed; NULL if the file cannot be read. */
int rulebook_load_file(const char *path, struct rulebook **ret, struct err *e);

/* The whole file, into the arena. ERR_ABSENT, ERR_SYSTEM, ERR_LIMIT (more than max bytes), ERR_INPUT (not UTF-8). */
int file_read(const char *path, size_t max, struct arena *a, struct str *ret, struct err *e);
int file_bytes(const char *path, size_t max, struct arena *a, struct str *ret, struct err *e); /* the same; not UTF-8 is fine */

#endif
