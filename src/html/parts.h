/* SPDX-License-Identifier: Apache-2.0
 *
 * The components of the design, as plain data: a page fills these structs (in its arena) and a template places them with
 * {{> name &p.member}}. C draws what needs arithmetic (charts.c, parts.c); the rest are templates (pages/part-*.html).
 * docs/parts.md shows each with an example.
 *
 * Invariants: no part knows the name of a status, a body or an organisation: it gets a rank (1 to 6, 0 = none), which
 * picks shape, colour and pattern, and the word beside it. No part writes a style attribute. Charts are in per cent of
 * their width, so that text never scales; positions are rounded to 0.01 per cent. Words come translated.
 */
#ifndef HTML_PARTS_H
#define HTML_PARTS_H

#include "base/date.h"
#include "html/html.h"

/* A list of T, in the shape that {{#each}} walks. */
#define LIST(T) \
	struct { \
		T *v; \
		size_t n, cap; \
	}

/* Dates */

enum precision { BY_DAY, BY_LATEST, BY_MONTH, BY_YEAR }; /* BY_LATEST: on that day or on one before it */

struct when { /* a date as the record knows it */
	civil at; /* by month or year: any instant of it; CIVIL_NEVER prints a dash */
	enum precision precision;
	bool unverified;
};

void part_when(struct out *o, struct when w);  /* in a sentence: <time datetime="2022-07">July 2022</time>, class unv when unverified;
						* a span for the latest day, which HTML has no form for */
void part_date(struct out *o, struct when w);  /* standing alone */
void part_day(struct out *o, civil day);       /* the same for a plain day */
struct str show_date(const struct out *o, struct when w); /* standing alone, in a cell or beside an act; in a sentence: */
struct str show_when(const struct out *o, struct when w); /* "4 July 2024", "July 2022", "2024" */
struct str show_day(const struct out *o, civil day);
struct str show_iso(const struct out *o, civil day);	  /* "2024-07-04" */
struct str show_iso_when(const struct out *o, struct when w); /* "2024-07-04", "2022-07", "2024": as exactly as it is known; of the latest day, that day */
struct str show_month(const struct out *o, int month); /* as it stands beside a day */
struct str show_year(const struct out *o, civil day);

/* Words with marks */

struct status {
	unsigned rank;
	bool disputed;
	struct str word; /* as it stands alone: "Member" */
};

struct link {
	struct url href;
	struct str text, lang; /* lang: of the text, when it is not the page's */
	struct str media;      /* of what it leads to: for <link rel="alternate"> */
	bool current;
	struct html says;      /* in place of the text, where part of it may be in another language */
};

typedef LIST(struct link) links;

enum tag_kind { TAG_NEUTRAL, TAG_DOUBT, TAG_DISPUTE, TAG_DONE };

struct tag {
	enum tag_kind kind;
	struct str text; /* two to four words */
};

void part_status(struct out *o, struct status s);
void part_status_mark(struct out *o, struct status s); /* the shape alone, where the word stands in the sentence */
void part_tag(struct out *o, struct tag t);	       /* nothing when it has no text */
void part_why(struct out *o, struct url href);	       /* nothing without an address */

/* Time axis of rulers and charts */

struct axis {
	civil from, to; /* the chart's two edges */
	bool rtl;	/* time runs from right to left */
};

/* The axis of a site or a page: from 1 January of the first year to 31 December of the year of `last`. */
struct axis axis_years(civil first, civil last, const struct tongue *t);

/* The ruler of the date bar: a tick for each day on which the page changes. */
struct ruler {
	struct axis axis;
	LIST(civil) ticks; /* in order */
	civil on;
	civil same_from, same_to; /* nothing that is watched changes from ... to; equal: no span */
};

void part_ruler(struct out *o, const struct ruler *r);

/* Charts need these once in a page, before the first of them: patterns of the ranks and the grid of `a`. */
void part_defs(struct out *o, const struct axis *a);

/* One entry of a key: what a fill means. */
enum swatch { SWATCH_FILL, SWATCH_PENDING, SWATCH_DISPUTED };

struct key_item {
	enum swatch swatch;
	unsigned rank;
	struct str text;
};

typedef LIST(struct key_item) chart_key;
void part_key(struct out *o, const chart_key *k);

/* Tile map: one tile for each participant, at a column and a row; or without places, side by side, as many in a row as there is room for. */
struct map_tile {
	unsigned col, row;
	struct str code, name;
	struct status status;
	struct url href;
};

struct tiles {
	struct str label; /* what the figure shows, for those who do not see it */
	bool unplaced;	  /* columns and rows are not read */
	LIST(struct map_tile) tiles;
};

void part_tiles(struct out *o, const struct tiles *t);

/* Intervals on the axis: in lanes (one row each) and in the timeline of one participant. */
struct bar {
	civil from, to; /* CIVIL_NEVER: still so; drawn up to the chart's `now` */
	unsigned rank;
	enum swatch kind; /* PENDING: decided, not yet in effect: a thin line */
};

struct lane {
	struct str name;
	struct url href;
	struct str label; /* the intervals in words */
	LIST(struct bar) bars;
};

struct lane_group {
	struct str title;
	LIST(struct lane) lanes;
};

struct lanes {
	struct axis axis;
	civil now;
	struct str caption, column; /* of the table and of its first column; both only heard */
	LIST(struct lane_group) groups;
};

void part_lanes(struct out *o, const struct lanes *l);

/* Timeline of statuses: bars labelled above, moments labelled below, placed so that labels do not collide. */
struct timeline_step {
	struct bar bar;
	struct str word; /* above the bar; empty for a pending line */
};

struct moment {
	civil at;
	struct str text;
};

struct timeline {
	struct axis axis; /* narrower than the site's where the story is */
	civil now;
	struct str label; /* the whole story in words */
	LIST(struct timeline_step) steps;
	LIST(struct moment) moments; /* in order of time */
};

void part_timeline(struct out *o, const struct timeline *t);

/* Number of participants by rank over time, stacked. */
enum { COUNT_RANKS = 4 };

struct count_step {
	civil from;
	uint16_t n[COUNT_RANKS]; /* n[0]: rank 1, at the bottom */
	uint16_t disputed;	 /* on top, dashed */
};

struct count_label { /* stands in the band of its rank */
	unsigned rank;
	struct str text;
	civil at;  /* CIVIL_NEVER: where the band has most room; beside it when it has none */
	bool wide; /* left out on a phone */
};

struct counts {
	struct axis axis;
	civil now;
	struct str label;
	LIST(struct count_step) steps; /* in order of time */
	LIST(struct count_label) labels;
	unsigned disputed_rank;	       /* whose colour the dashed outline has */
};

void part_counts(struct out *o, const struct counts *c);

/* Lists, tables, boxes: templates */

struct gazette_item {
	struct str number; /* place in the log; a list without numbers is `two` */
	struct when when;
	struct url href;
	struct str title, lang, text, text_lang; /* languages other than the page's */
	struct tag tag;
	struct html name, says;			 /* in place of title and text, where part of them is in another language */
};

struct gazette {
	bool two, reversed;
	LIST(struct gazette_item) items;
};

void part_gazette(struct out *o, const struct gazette *g);

struct column {
	struct str title;
	bool hidden; /* heard, not seen */
	bool plain;  /* its cells say by themselves what they are: on a phone they wear no label */
};

struct record_row {
	struct str group;	  /* a heading row instead of cells */
	struct str id;		  /* of the heading row, for links; may be empty */
	struct html shared;	  /* the same: what the rows below it share, with links */
	LIST(struct html) cells; /* the first is the row's heading; a single one stands across all columns */
};

/* Where in a long list a page of it stands, and the way on. */
struct pager {
	uint64_t first, last, all; /* of the rows shown, from 1; 0 when there are none */
	struct url prev, next;	   /* empty: there is none */
	bool by_name;		   /* not the newest first: those before are no newer */
};

struct records {
	struct str label; /* name of the region that scrolls */
	bool compared;	  /* its cells are compared with each other: on a phone it scrolls, and the first column stays */
	LIST(struct column) columns;
	LIST(struct record_row) rows;
	struct pager pager; /* where only some of the rows there are stand here (listing.h, records_pages) */
};

void part_records(struct out *o, const struct records *r);
void part_record_cells(struct out *o, const struct records *r, const struct record_row *row);

struct pair {
	struct str name;
	struct html value;
};

typedef LIST(struct pair) pairs;
void part_pairs(struct out *o, const pairs *p); /* dl.kv */

struct milestone {
	struct when when;
	struct str text, basis;
	enum { MILESTONE_DONE, MILESTONE_TODO, MILESTONE_LATE } state;
	struct url href;   /* of the text; may be absent */
	struct html cites; /* in place of `basis`, with links */
	struct html says; /* in place of the text, where part of it may be in another language */
};

typedef LIST(struct milestone) milestones;
void part_milestones(struct out *o, const milestones *m); /* ol.steps */

struct version {
	struct str name, lang, value; /* native name of the language; "authentic", "behind: revision 1" */
	struct url href;
	bool current;
};

struct versions {
	struct str label;
	LIST(struct version) items;
};

void part_versions(struct out *o, const struct versions *v);

/* Reasons */

/* A step of a proof. `by` is the line without links (it stands in the summary); `basis` the same with links. A leaf has
 * neither `basis` nor steps below. */
struct reason {
	struct html say;
	struct html by, basis;
	struct html quote; /* the source's words or ours for them, in <p> or text */
	bool open;
	struct reason *v; /* what it rests on */
	size_t n, cap;
};

void part_proof(struct out *o, const struct reason *top, struct str label);

struct condition {
	enum { CONDITION_YES, CONDITION_NO, CONDITION_OPEN } is;
	struct html say, basis;
};

typedef LIST(struct condition) conditions;
void part_conditions(struct out *o, const conditions *c);

struct reading_box {
	struct html title;
	struct html text, rests;
};

typedef LIST(struct reading_box) readings;
void part_readings(struct out *o, const readings *r);

struct verify {
	bool good;
	struct str verdict; /* in words */
	pairs rows;
	struct url proof; /* to download; may be absent */
	struct str command;
	struct url page; /* where it can be checked by the reader's own browser; may be absent */
};

void part_verify(struct out *o, const struct verify *v);

#endif
