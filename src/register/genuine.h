/* SPDX-License-Identifier: Apache-2.0
 *
 * Is a text, or a file, the one that an act speaks of? An act may carry texts itself (`text` and `title`, by language), and name any
 * file by its SHA-256 (documents, sources, a rulebook, the body of a sealed act). What is given is known by its hash alone, so that who
 * asks need not hand it over.
 *
 * Two texts have the same words if nothing but blanks and line ends parts them: a text that was pasted, or sent by mail, is still the text.
 */
#ifndef REGISTER_GENUINE_H
#define REGISTER_GENUINE_H

#include "base/arena.h"
#include "base/json.h"
#include "log/sha256.h"

/* Appends the text with one blank between its words and none around them. Blanks and line ends are those of Unicode, and the byte
 * order mark. */
void text_plain(struct str text, struct buf *out);

struct given { /* what somebody holds */
	struct digest bytes; /* SHA-256 of it as it is */
	struct digest words; /* of text_plain of it; meaningless unless has_words */
	bool has_words;
};

void given_of(struct str bytes, struct given *ret); /* no words: it is not UTF-8, or has none */

enum genuine {
	GENUINE_NO,
	GENUINE_NAMED, /* the act names its SHA-256 */
	GENUINE_EXACT, /* the act carries it, to the last character */
	GENUINE_WORDS, /* the act carries a text with the same words */
};

/* One thing of an act that may be asked for. */
struct genuine_thing {
	enum genuine how;
	struct digest hash;
	struct str path; /* where in the act: "documents.0.sha256", "text.en" */
};

/* Everything in an act that may be asked for, its own texts first: for an index. */
struct genuine_things {
	struct genuine_thing *v;
	size_t n, cap;
};

void genuine_list(const json_t *act, struct hasher *h, struct arena *a, struct genuine_things *ret); /* appends; the list and its paths are in the arena */
/* The best that the act says of it: exact before the same words. *ret_path is in the arena. */
enum genuine genuine_find(const json_t *act, const struct given *g, struct arena *a, struct str *ret_path);

#endif
