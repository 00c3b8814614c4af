/* SPDX-License-Identifier: Apache-2.0 */
#include "web/parts.h"

/* Dates in words: "4 July 2024". The pattern and the months are messages, the months beside a day with a context of their own, for
 * languages that decline them. Inside a date stand no-break spaces. */
static struct str month(const struct out *o, int m, bool beside_day)
{
	static const char *const alone[] = {N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
		N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")};
	static const char *const beside[] = {NC_("month beside a day", "January"), NC_("month beside a day", "February"), NC_("month beside a day", "March"),
		NC_("month beside a day", "April"), NC_("month beside a day", "May"), NC_("month beside a day", "June"),
		NC_("month beside a day", "July"), NC_("month beside a day", "August"), NC_("month beside a day", "September"),
		NC_("month beside a day", "October"), NC_("month beside a day", "November"), NC_("month beside a day", "December")};
	return beside_day ? trc(o, "month beside a day", beside[m - 1]) : tr(o, alone[m - 1]);
}

struct str show_month(const struct out *o, int m)
{
	return month(o, m, true);
}

struct str show_when(const struct out *o, struct when w)
{
	int y, m, d;
	struct buf b;
	if (w.at == CIVIL_NEVER || w.at == CIVIL_ALWAYS)
		return STR("–");
	date_split(w.at, &y, &m, &d);
	buf_init(&b, 200);
	const char *pattern = w.precision == BY_DAY     ? N_("{day}\u00a0{month} {year}")
			      : w.precision == BY_MONTH ? N_("{month}\u00a0{year}")
							: N_("{year}");
	for (struct tr_walk walk = tr_start(o, pattern); tr_step(&walk);) {
		buf_add(&b, walk.text);
		if (tr_at(&walk, "day"))
			tr_number(o, &b, (uint64_t)d);
		if (tr_at(&walk, "month"))
			buf_add(&b, month(o, m, w.precision == BY_DAY));
		if (tr_at(&walk, "year"))
			tr_number(o, &b, (uint64_t)y);
	}
	struct str s = arena_str(o->arena, buf_str(&b));
	buf_done(&b);
	return s;
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

struct str show_year(const struct out *o, civil day)
{
	int y, m, d;
	date_split(day, &y, &m, &d);
	return tr_digits(o, arena_fmt(o->arena, "%d", y));
}

void part_when(struct out *o, struct when w)
{
	static const size_t length[] = {[BY_DAY] = 10, [BY_MONTH] = 7, [BY_YEAR] = 4}; /* of YYYY-MM-DD */
	if (w.at == CIVIL_NEVER || w.at == CIVIL_ALWAYS) {
		html_text(o, show_when(o, w));
		return;
	}
	HTML(o, "<time datetime=\"");
	html_attr(o, str_slice(show_iso(o, w.at), 0, length[w.precision]));
	buf_adds(o->b, w.unverified ? "\" class=\"unv\">" : "\">");
	html_text(o, show_when(o, w));
	HTML(o, "</time>");
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
