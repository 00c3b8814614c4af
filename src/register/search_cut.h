/* SPDX-License-Identifier: Apache-2.0
 *
 * Text cut into the words by which it is found: word breaks of ICU (UAX 29), without case and marks, in one form of each
 * letter; runs of Chinese characters as pairs; a word beside its stem.
 *
 *	"Саммит в Астане"	саммит | в | астане (астан)
 *	"上海合作组织"		上海 (上) | 海合 (海) | 合作 (合) | 作组 (作) | 组织 (组) | 织; "上海合作組織" the same
 *	"Türkiye's"		turkiye | s
 *	"گفت‌وگو"		گفتوگو (گفت) (وگو)
 *	"BY 2024"		by (BY) | 2024
 *
 * Pairs, because Chinese has no blanks and a dictionary does not know every name: any two or more characters that stand side by side are
 * found, whatever a dictionary would have made of them. Stems, because Russian bends its words: the ending is taken off by a table
 * (search_stem.c), the same way in a text and in a question. Words in capitals of ASCII as they stand too, because codes are written so, and
 * some codes are words.
 *
 * Invariants: any bytes may be given; what is not UTF-8 parts words like a blank. A word is 1 to CUT_WORD_MAX bytes of valid
 * UTF-8 without blanks at its ends or quotation marks. `from` and `to` are offsets into the text, in order, on borders of characters.
 * Nothing depends on where a process runs: no locale is asked. A cutter is used by one thread at a time.
 */
#ifndef REGISTER_SEARCH_CUT_H
#define REGISTER_SEARCH_CUT_H

#include "base/str.h"

#include <pthread.h>

enum { CUT_WORD_MAX = 96 };

enum cut_for {
	CUT_TEXT,  /* every form by which a word may be found */
	CUT_QUERY, /* the one form that is looked for: the stem; of Chinese characters the pairs alone, or a single one */
	CUT_WHOLE, /* as CUT_QUERY, but words whole, without their stems */
	CUT_PARTS, /* as CUT_WHOLE, but what a zero-width non-joiner holds together is parted as by a blank */
};

struct cut_word {
	struct str text; /* until the call returns */
	size_t from, to; /* where it stands */
	bool beside;	 /* another form of the word before it, at the same place: */
	bool part;	 /* a word of its own, if it were written apart */
};

/* Anything but 0 ends the cutting and is what cut_words returns. */
typedef int cut_fn(void *ctx, const struct cut_word *w);

struct cutter;

struct cutter *cutter_new(void); /* NULL: ICU has no data for it */
void cutter_free(struct cutter *c); /* NULL is fine */

enum { CUTTERS_IDLE = 8 };

/* Cutters that nobody uses just now: to make one takes longer than to cut a title. For all threads. */
struct cutters {
	pthread_mutex_t lock;
	struct cutter *idle[CUTTERS_IDLE];
	size_t n;
};

void cutters_init(struct cutters *p);
void cutters_done(struct cutters *p); /* all of them have been given back */
struct cutter *cutters_take(struct cutters *p);		/* as cutter_new; p may be NULL */
void cutters_give(struct cutters *p, struct cutter *c); /* to the same */

/* Gives `each` the words of the text in their order, other forms of a word right after it. 0: all of them. */
int cut_words(struct cutter *c, struct str text, enum cut_for how, cut_fn *each, void *ctx);

/* The stem of a word as cut_words gives it: a slice of it, or in `room`; itself if no ending is taken off. */
struct str cut_stem(struct str word, char room[CUT_WORD_MAX]);

#endif
