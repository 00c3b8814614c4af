/* SPDX-License-Identifier: Apache-2.0
 *
 * Markdown prose as HTML, by md4c; this file's source is the only one that names it. Raw HTML is off: a rulebook cannot put
 * markup, script or style into a page. Links lead to http, https and mailto only.
 *
 * The result is a list of blocks, because a page of law sets them side by side with the rules:
 *
 *	a block of code fenced ```rules	PROSE_RULES	its text, not markup
 *	a paragraph that is all emphasis	PROSE_STANDING	how far the text can be relied on: *Partly seen: the first sentence.*
 *	a paragraph that begins "Not computed"	PROSE_NOT_COMPUTED	where the law calls for a judgement
 *	a paragraph that begins "Sources:"	PROSE_SOURCES
 *	everything else			PROSE_TEXT
 */
#ifndef HTML_PROSE_H
#define HTML_PROSE_H

#include "html/parts.h"

enum prose_kind { PROSE_TEXT, PROSE_RULES, PROSE_STANDING, PROSE_NOT_COMPUTED, PROSE_SOURCES };

struct prose_block {
	enum prose_kind kind;
	struct html html; /* complete elements; of PROSE_STANDING, _NOT_COMPUTED and _SOURCES what stands inside the paragraph */
	struct str rules; /* PROSE_RULES */
};

typedef LIST(struct prose_block) prose_blocks;

/* Text that md4c refuses (never for valid UTF-8 of any length a rulebook may have) gives no block. */
void prose_read(struct str markdown, struct arena *a, prose_blocks *ret);

#endif
