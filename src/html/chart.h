/* SPDX-License-Identifier: Apache-2.0
 *
 * Arithmetic and small strokes that the charts share (charts.c, timeline.c). Positions are whole numbers of hundredths of
 * a per cent: exact, and no locale can change their point.
 */
#ifndef HTML_CHART_H
#define HTML_CHART_H

#include "html/draw.h"
#include "html/parts.h"

int64_t chart_at(const struct axis *a, civil t); /* 0 to 10000, clamped to the axis */
void chart_per_cent(struct out *o, const char *name, int64_t v); /* name="12.34%" */
/* x and width of an interval, whichever way time runs; `more` is added to the width, at the later end. */
void chart_interval(struct out *o, const struct axis *a, civil from, civil to, int64_t more);
void chart_vertical(struct out *o, const char *cls, int64_t x, int y1, int y2);
bool chart_next_year(const struct axis *a, int *year); /* the labelled year after *year; 0: the first */
void chart_year_label(struct out *o, const struct axis *a, const char *cls, int year, int y);
void chart_years(struct out *o, const struct axis *a, const char *cls, const char *first, int y); /* first: for a first year that is not round */
void chart_fill(struct out *o, unsigned rank); /* as attributes: solid, or pattern with an outline; ranks 1 to 4 */
/* A bar with its kind; y and height are those of a full one. Ranks beyond 4 are not drawn. */
void chart_bar(struct out *o, const struct axis *a, const struct bar *b, civil now, int y, int height);
/* A table of lanes over time, up to its first row: caption, the years over the lanes. Whoever opens it closes tbody and table. */
void chart_lanes_open(struct out *o, const struct axis *a, const char *cls, struct str caption, struct str column);
void chart_lanes_group(struct out *o, struct str title); /* a row over those that follow; nothing for an empty title */

#endif
