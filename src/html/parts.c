/* SPDX-License-Identifier: Apache-2.0 */
#include "html/parts.h"

/* Dates in words: "4 July 2024". The pattern and the months are messages, the months beside a day, and all of a date that stands alone, with
 * contexts of their own, for languages that decline them. Inside a date stand no-break spaces. */
enum month_place { IN_SENTENCE, BESIDE_DAY, ALONE };

static struct str month(const struct out *o, int m, enum month_place place)
{
	static const char *const within[] = {N_("January"), N_("February"), N_("March"), N_("April"),
		N_("May"), N_("June"), N_("July"), N_("August"),
		N_("September"), N_("October"), N_("November"), N_("December")};
	static const char *const beside[] = {NC_("month beside a day", "January"), NC_("month beside a day", "February"), NC_("month beside a day", "March"), NC_("month beside a day", "April"),
		NC_("month beside a day", "May"), NC_("month beside a day", "June"), NC_("month beside a day", "July"), NC_("month beside a day", "August"),
		NC_("month beside a day", "September"), NC_("month beside a day", "October"), NC_("month beside a day", "November"), NC_("month beside a day", "December")};
	static const char *const alone[] = {NC_("date that stands alone", "January"), NC_("date that stands alone", "February"), NC_("date that stands alone", "March"), NC_("date that stands alone", "April"),
		NC_("date that stands alone", "May"), NC_("date that stands alone", "June"), NC_("date that stands alone", "July"), NC_("date that stands alone", "August"),
		NC_("date that stands alone", "September"), NC_("date that stands alone", "October"), NC_("date that stands alone", "November"), NC_("date that stands alone", "December")};
	return place == BESIDE_DAY ? trc(o, "month beside a day", beside[m - 1])
	       : place == ALONE	   ? trc(o, "date that stands alone", alone[m - 1])
				   : tr(o, within[m - 1]);
}

struct str show_month(const struct out *o, int m)
{
	return month(o, m, BESIDE_DAY);
}

/* `alone`: in a cell or beside an act. In a sentence words stand before it that decline a month in some languages: it has the form there that follows "since". */
static struct str say_when(const struct out *o, struct when w, bool alone)
{
	int y, m, d;
	struct buf b;
	if (w.at == CIVIL_NEVER || w.at == CIVIL_ALWAYS)
		return STR("–");
	date_split(w.at, &y, &m, &d);
	buf_init(&b, 200);
	struct str pattern = w.precision == BY_DAY	? tr(o, N_("{day}\u00a0{month} {year}"))
			     : w.precision == BY_LATEST ? tr(o, N_("{day}\u00a0{month} {year} at the latest"))
			     : w.precision == BY_YEAR	? tr(o, N_("{year}"))
			     : alone			? trc(o, "date that stands alone", "{month}\u00a0{year}")
							: tr(o, N_("{month}\u00a0{year}"));
	for (struct tr_walk walk = {.rest = pattern}; tr_step(&walk);) {
		buf_add(&b, walk.text);
		if (tr_at(&walk, "day"))
			tr_number(o, &b, (uint64_t)d);
		if (tr_at(&walk, "month"))
			buf_add(&b, month(o, m, w.precision <= BY_LATEST ? BESIDE_DAY : alone ? ALONE : IN_SENTENCE));
		if (tr_at(&walk, "year"))
			tr_number(o, &b, (uint64_t)y);
	}
	struct str s = arena_str(o->arena, buf_str(&b));
	buf_done(&b);
	return s;
}

struct str show_when(const struct out *o, struct when w)
{
	return say_when(o, w, false);
}

struct str show_date(const struct out *o, struct when w)
{
	return say_when(o, w, true);
}

struct str show_day(const struct out *o, civil day)
{
	return show_when(o, (struct when){day, BY_DAY, false});
}

struct str show_iso(const struct out *o, civil day)
{
	char iso[DATE_LEN];
	return arena_str(o->arena, str_of(date_print(date_day(day), iso)));
}

struct str show_iso_when(const struct out *o, struct when w)
{
	static const size_t length[] = {[BY_DAY] = 10, [BY_LATEST] = 10, [BY_MONTH] = 7, [BY_YEAR] = 4}; /* of YYYY-MM-DD */
	return w.at == CIVIL_NEVER || w.at == CIVIL_ALWAYS ? STR("–") : str_slice(show_iso(o, w.at), 0, length[w.precision]);
}

struct str show_year(const struct out *o, civil day)
{
	int y, m, d;
	date_split(day, &y, &m, &d);
	return tr_digits(o, arena_fmt(o->arena, "%d", y));
}

static void write_when(struct out *o, struct when w, bool alone)
{
	if (w.at == CIVIL_NEVER || w.at == CIVIL_ALWAYS) {
		html_text(o, say_when(o, w, alone));
		return;
	}
	bool exact = w.precision != BY_LATEST;
	buf_adds(o->b, exact ? "<time datetime=\"" : "<span");
	if (exact) {
		html_attr(o, show_iso_when(o, w));
		HTML(o, "\"");
	}
	buf_adds(o->b, w.unverified ? " class=\"unv\">" : ">");
	html_text(o, say_when(o, w, alone));
	buf_adds(o->b, exact ? "</time>" : "</span>");
}

void part_when(struct out *o, struct when w)
{
	write_when(o, w, false);
}

void part_date(struct out *o, struct when w)
{
	write_when(o, w, true);
}

void part_day(struct out *o, civil day)
{
	part_when(o, (struct when){day, BY_DAY, false});
}

static void status_class(struct out *o, struct status s)
{
	if (s.disputed)
		HTML(o, "<span class=\"st sq\"");
	else
		buf_addf(o->b, "<span class=\"st s%u\"", s.rank <= 6 ? s.rank : 0);
}

void part_status(struct out *o, struct status s)
{
	status_class(o, s);
	HTML(o, ">");
	html_text(o, s.word);
	HTML(o, "</span>");
}

void part_status_mark(struct out *o, struct status s)
{
	status_class(o, s);
	HTML(o, " aria-hidden=\"true\"></span>");
}

void part_tag(struct out *o, struct tag t)
{
	static const char kinds[] = {[TAG_NEUTRAL] = 'n', [TAG_DOUBT] = 'w', [TAG_DISPUTE] = 'x', [TAG_DONE] = 'g'};
	if (!t.text.n)
		return;
	buf_addf(o->b, "<span class=\"tag %c\">", kinds[t.kind]);
	html_text(o, t.text);
	HTML(o, "</span>");
}

void part_why(struct out *o, struct url href)
{
	if (!href.s.n)
		return;
	HTML(o, "<a class=\"why\" href=\"");
	html_url(o, href);
	HTML(o, "\">");
	html_text(o, tr(o, "Why"));
	HTML(o, "</a>");
}

/* The cells of one row: the first is its heading; the others carry their column's title for the folded form. */
void part_record_cells(struct out *o, const struct records *r, const struct record_row *row)
{
	for (size_t i = 0; i < row->cells.n; i++) {
		const struct column *c = i < r->columns.n ? &r->columns.v[i] : NULL;
		if (row->cells.n == 1 && r->columns.n > 1) { /* it says something of all columns */
			buf_addf(o->b, "<td colspan=\"%zu\">", r->columns.n);
			html_text(o, row->cells.v[i]);
			HTML(o, "</td>");
			continue;
		}
		if (i == 0) {
			HTML(o, "<th scope=\"row\">");
			html_text(o, row->cells.v[i]);
			HTML(o, "</th>");
			continue;
		}
		HTML(o, "<td");
		if (c && c->plain && str_eq(row->cells.v[i].s, STR("–")))
			HTML(o, " class=\"no\""); /* nothing on record: without a label it says nothing on a phone */
		if (c && c->title.n && !c->hidden && !c->plain && !r->compared) { /* what is compared keeps its columns */
			HTML(o, " data-l=\"");
			html_attr(o, c->title);
			HTML(o, "\"");
		}
		HTML(o, ">");
		html_text(o, row->cells.v[i]);
		HTML(o, "</td>");
	}
}
