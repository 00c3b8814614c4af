/* SPDX-License-Identifier: Apache-2.0 */
#include "register/facts.h"

#include "rules/output.h"

void facts_csv(const struct view *v, struct buf *out)
{
	const struct eval *evals[MAX_READINGS];
	uint32_t n = view_readings(v);
	for (uint32_t i = 0; i < n; i++)
		evals[i] = view_eval(v, i);
	output_facts(evals, n, NULL, 0, OUTPUT_CSV, out);
}

/* ---- where two tables part ------------------------------------------------------------------------------------------------ */

enum { FACT, ARGS, VALUE, FROM, TO, READING, COLUMNS };

struct row {
	struct str column[COLUMNS];
};

/* One field (RFC 4180), cut from the front of *line. */
static bool take_field(struct str *line, struct arena *a, struct str *ret)
{
	struct buf b;
	if (!line->n || line->p[0] != '"') {
		struct str all = *line;
		if (!str_cut(all, ',', ret, line))
			*ret = all, *line = (struct str){NULL, 0};
		return true;
	}
	size_t i = 1;
	buf_init(&b, line->n);
	for (; i < line->n; i++) {
		if (line->p[i] == '"' && (i + 1 == line->n || line->p[i + 1] != '"'))
			break;
		i += line->p[i] == '"';
		buf_addc(&b, line->p[i]);
	}
	*ret = arena_str(a, buf_str(&b));
	buf_done(&b);
	bool ends = i + 1 == line->n || (i + 1 < line->n && line->p[i + 1] == ',');
	*line = str_slice(*line, i + 2, line->n);
	return ends;
}

static bool read_row(struct str line, struct arena *a, struct row *ret)
{
	size_t n = 0;
	*ret = (struct row){0};
	while (line.n && n < COLUMNS)
		if (!take_field(&line, a, &ret->column[n++]))
			return false;
	return n > TO - 1 && !line.n && ret->column[FACT].n;
}

/* The next line of a table; one may lie within quotes. */
static bool take_line(struct str *rest, struct str *ret)
{
	bool quoted = false;
	size_t i = 0;
	if (!rest->n)
		return false;
	for (; i < rest->n && (quoted || rest->p[i] != '\n'); i++)
		quoted ^= rest->p[i] == '"';
	*ret = str_slice(*rest, 0, i);
	*rest = str_slice(*rest, i + 1, rest->n);
	return true;
}

/* Does this interval hold at that instant? Dates in one spelling compare as their bytes; an open beginning is empty, hence first. */
static bool holds_at(const struct row *r, struct str at)
{
	return str_cmp(r->column[FROM], at) <= 0 && (!r->column[TO].n || str_cmp(at, r->column[TO]) < 0);
}

static struct facts_side side(const struct row *r)
{
	return (struct facts_side){r->column[VALUE], r->column[FROM], r->column[TO]};
}

/* What a table says about a fact at an instant in a reading. */
static struct facts_side side_in(struct str table, const struct row *like, struct arena *a)
{
	struct str line;
	while (take_line(&table, &line)) {
		struct row r;
		if (str_starts(line, like->column[FACT]) && read_row(line, a, &r) && str_eq(r.column[FACT], like->column[FACT]) &&
			str_eq(r.column[ARGS], like->column[ARGS]) && holds_at(&r, like->column[FROM]) &&
			(!r.column[READING].n || !like->column[READING].n || str_eq(r.column[READING], like->column[READING])))
			return side(&r);
	}
	return (struct facts_side){0};
}

bool facts_part(struct str here, struct str there, struct arena *a, struct facts_parting *ret)
{
	struct str rest_here = here, rest_there = there, x, y;
	bool has_x, has_y;
	if (str_eq(here, there))
		return false;
	do {
		x = y = (struct str){"", 0};
		has_x = take_line(&rest_here, &x);
		has_y = take_line(&rest_there, &y);
	} while (has_x && has_y && str_eq(x, y));
	/* Both are sorted: the line that comes first is the one that the other side has not. */
	struct row r;
	bool ours = has_x && (!has_y || str_cmp(x, y) < 0);
	*ret = (struct facts_parting){0};
	if (!read_row(ours ? x : y, a, &r))
		return true;
	*ret = (struct facts_parting){.fact = r.column[FACT], .args = r.column[ARGS], .reading = r.column[READING]};
	ret->here = ours ? side(&r) : side_in(here, &r, a);
	ret->there = ours ? side_in(there, &r, a) : side(&r);
	return true;
}
