/* SPDX-License-Identifier: Apache-2.0
 *
 * Made-up titles and texts in English, Russian and Chinese, always the same: the words of the field by frequency, the commonest in nearly every
 * text; and 20,000 names, each rarer than the one before, spelled in syllables.
 */
#ifndef BENCH_SEARCH_TEXTS_H
#define BENCH_SEARCH_TEXTS_H

#include "base/str.h"

enum { TEXT_LANGUAGES = 3 };
extern const char *const text_languages[TEXT_LANGUAGES]; /* "en", "ru", "zh" */

/* Title and text of document `n` in a language. The buffers are cleared before. */
void text_make(uint64_t n, int language, struct buf *title, struct buf *text);

#endif
