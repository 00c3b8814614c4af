/* SPDX-License-Identifier: Apache-2.0
 *
 * How a page is cited: by its permanent address, which names the day and the entry, so that whoever looks it up sees what was cited.
 * As words, as BibTeX, as RIS, as CSL-JSON.
 */
#ifndef WEB_CITE_H
#define WEB_CITE_H

#include "web/frame.h"

/* Organisation, “Title”, Public register, on 24 June 2016, as known at entry 463, https://... */
struct html cite_text(const struct frame *f, const struct ask *a);
void cite_bib(const struct frame *f, const struct ask *a, struct buf *out);
/* A reference of the format of Research Information Systems (its description of 2004, and that of 2011 for LA, ET and DA): one tag a line, two
 * letters, two blanks, a hyphen, a blank; TY first, ER last; lines end with CR LF. UTF-8, as everybody writes it since, and as the media type says. */
void cite_ris(const struct frame *f, const struct ask *a, struct buf *out);
void cite_csl(const struct frame *f, const struct ask *a, struct buf *out);

/* The answer to an ask for one of CITES, made from the page itself: `page` is its handler's answer, thrown away. */
int cite_answer(const struct ask *a, void *ctx, struct response *ret, struct err *e);

#endif
