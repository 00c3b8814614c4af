/* SPDX-License-Identifier: Apache-2.0
 *
 * The strokes of every drawing: one way to write a number, a rectangle, a line, a path, a word, a link. Charts over time
 * (chart.h) use them in per cent of their width, drawings of a fixed size in pixels.
 *
 * Invariants: no style attribute, only classes of the sheet, so both colour schemes, print and forced colours are its
 * business. Every word is escaped. A drawing of a fixed size is described as if written from left to right: the sheet of
 * paper (struct paper) turns it for the other direction, text and all. Numbers never depend on a locale.
 */
#ifndef HTML_DRAW_H
#define HTML_DRAW_H

#include "html/html.h"

enum { DRAW_LETTER = 7 }; /* pixels that a letter takes at most on average, at the size of charts; a full-width one twice that */

void draw_number(struct out *o, const char *name, int64_t hundredths, const char *unit); /* ` name="12.34UNIT"` */
int draw_width(struct str words); /* in pixels, estimated on the safe side */

/* A drawing of a fixed size. */
struct paper {
	struct out *o;
	int width;
	bool rtl;
};

/* As a figure of its own (role=img, described by `label`); `group`: with links in it that can be walked. A pixel is left
 * around it for outlines. The size scales only where the sheet says so. */
struct paper draw_open(struct out *o, const char *cls, int width, int height, struct str label, bool group);
void draw_close(const struct paper *p);

void draw_rect(const struct paper *p, const char *cls, int x, int y, int width, int height);
void draw_line(const struct paper *p, const char *cls, int x1, int y1, int x2, int y2);
void draw_disc(const struct paper *p, const char *cls, int x, int y, int tenths); /* of radius tenths / 10 */
void draw_shape(const struct paper *p, const char *cls, const char *d); /* the same in both directions */
/* From one point to the other as a curve that leaves and arrives level. */
void draw_curve(const struct paper *p, const char *cls, int x1, int y1, int x2, int y2);
/* Starts at x, whichever way it is read. */
void draw_text(const struct paper *p, const char *cls, int x, int y, struct str text, struct str lang);
void draw_link(const struct paper *p, struct url href, struct said name); /* what is drawn until draw_link_end leads there */
void draw_link_end(const struct paper *p);

/* The words cut into lines of at most `width` pixels, at spaces where there are any; the last ends with "…" if `most` lines do
 * not hold all. Returns how many; lines stand in `words` or in o's arena. */
size_t draw_lines(struct out *o, struct str words, int width, struct str *ret, size_t most);

#endif
