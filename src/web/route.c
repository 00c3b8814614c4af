/* SPDX-License-Identifier: Apache-2.0 */
#include "web/route.h"

#include <string.h>

/* Matching */

static bool is_hole(struct str part)
{
	return part.n > 2 && part.p[0] == '{';
}

/* Two letters (ISO 639-1), perhaps with a script: "en", "sr-latn". So "/api/..." and "/act/..." are no languages. */
static bool is_language(struct str s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] >= 'a' && s.p[n] <= 'z')
		n++;
	return n == 2 && (n == s.n || (s.p[n] == '-' && s.n <= 12));
}

/* Cuts ".json" off when the row offers JSON; of two suffixes that fit, the longer one: ".feed.json". */
static bool strip_suffix(const struct route *r, struct str *s, enum form *ret)
{
	size_t longest = 0;
	for (unsigned f = 0; f < FORM_MAX; f++) {
		struct str suffix = str_of(form_suffix((enum form)f));
		if (!(r->forms & FORMS(f)) || suffix.n == 0 || s->n <= suffix.n + 1 || !str_ends(*s, suffix) ||
			s->p[s->n - suffix.n - 1] != '.' || suffix.n < longest)
			continue;
		longest = suffix.n + 1;
		*ret = (enum form)f;
	}
	s->n -= longest;
	return longest != 0;
}

static bool take_hole(struct route_match *m, struct str part, struct str seg)
{
	if (seg.n == 0)
		return false;
	if (str_eq(part, STR("{lang}"))) {
		m->lang = seg;
		return is_language(seg);
	}
	if (m->ids < ASK_IDS)
		m->id[m->ids++] = seg;
	return true;
}

/* Do the words of the pattern stand in the address, as far as no form can be behind them? Most rows end here, before anything is copied. */
static bool may_match(const struct route *r, const struct target *t)
{
	const char *p = r->pattern + 1;
	for (size_t i = 0; i < t->segments; i++) {
		const char *end = strchr(p, '/');
		if (!end)
			return true;
		struct str part = {p, (size_t)(end - p)};
		if (!is_hole(part) && !str_eq(part, t->segment[i]))
			return false;
		p = end + 1;
	}
	return true;
}

static bool match_row(const struct route *r, const struct target *t, struct route_match *m)
{
	struct str pattern = str_of(r->pattern), rest = str_slice(pattern, 1, pattern.n), part;
	bool slash = str_ends(pattern, STR("/"));
	size_t i = 0;
	*m = (struct route_match){.route = r, .segments = t->segments};
	memcpy(m->segment, t->segment, sizeof m->segment);
	if (r->exact && (t->escaped || t->slash != slash))
		return false;
	while (rest.n) {
		if (!str_cut(rest, '/', &part, &rest))
			part = rest, rest = (struct str){NULL, 0};
		if (i == t->segments)
			return false;
		if (is_hole(part) && part.p[part.n - 2] == '*') {
			m->moved = t->slash;
			return true;
		}
		struct str *seg = &m->segment[i++];
		bool literal = !is_hole(part) && str_eq(*seg, part);
		if (!literal && rest.n == 0 && !slash && !r->exact)
			m->suffixed = strip_suffix(r, seg, &m->form);
		if (is_hole(part) ? !take_hole(m, part, *seg) : !str_eq(*seg, part))
			return false;
	}
	if (slash && !t->slash && i + 1 == t->segments) { /* "/en/index.json" */
		m->suffixed = strip_suffix(r, &m->segment[i], &m->form);
		m->segments = i;
		return m->suffixed && str_eq(m->segment[i], STR("index"));
	}
	m->moved = slash != t->slash;
	return i == t->segments;
}

void route_find(struct routes table, const struct target *t, struct route_match *ret)
{
	struct route_match moved = {0};
	for (size_t i = 0; i < table.n; i++) {
		if (!may_match(&table.v[i], t) || !match_row(&table.v[i], t, ret))
			continue;
		if (!ret->moved)
			return;
		if (!moved.route)
			moved = *ret;
	}
	*ret = moved;
}

size_t routes_body_max(struct routes table)
{
	size_t most = 0;
	for (size_t i = 0; i < table.n; i++)
		most = table.v[i].body_max > most ? table.v[i].body_max : most;
	return most;
}

bool route_takes(const struct query_param *p, enum form f)
{
	return !p->forms || (p->forms & FORMS(f));
}

/* Negotiation */

/* "text/html;q=0.8": the value before the first ';' and q in thousandths; a q that cannot be read counts as 0. */
static struct str weighed(struct str item, unsigned *ret_q)
{
	struct str value = item, params, one;
	*ret_q = 1000;
	if (!str_cut(item, ';', &value, &params))
		return str_trim(item);
	while (params.n) {
		if (!str_cut(params, ';', &one, &params))
			one = params, params = (struct str){NULL, 0};
		one = str_trim(one);
		if (one.n < 3 || (one.p[0] | 32) != 'q' || one.p[1] != '=')
			continue;
		unsigned q = one.p[2] == '1' ? 1000 : 0, unit = 100;
		for (size_t i = 4; one.p[2] == '0' && i < one.n && i < 7 && one.p[i] >= '0' && one.p[i] <= '9'; i++, unit /= 10)
			q += (unsigned)(one.p[i] - '0') * unit;
		*ret_q = q;
	}
	return str_trim(value);
}

static unsigned specificity(struct str range, struct str media)
{
	struct str type = media;
	(void)str_cut(media, ';', &media, &type);
	if (str_eq(range, media))
		return 3;
	if (range.n > 2 && str_ends(range, STR("/*")) && str_starts(media, str_slice(range, 0, range.n - 1)))
		return 2;
	return str_eq(range, STR("*/*")) ? 1 : 0;
}

enum form route_negotiate(unsigned forms, struct str accept)
{
	unsigned best_q = 0;
	enum form best = (enum form)__builtin_ctz(forms);
	for (unsigned f = 0; f < FORM_MAX; f++) {
		unsigned q = 0, spec = 0;
		struct str rest = accept, item;
		if (!(forms & FORMS(f)))
			continue;
		while (rest.n) {
			unsigned item_q;
			if (!str_cut(rest, ',', &item, &rest))
				item = rest, rest = (struct str){NULL, 0};
			item = weighed(item, &item_q);
			unsigned s = specificity(item, str_of(form_media((enum form)f)));
			if (s > spec)
				spec = s, q = item_q;
		}
		if (q > best_q)
			best_q = q, best = (enum form)f;
	}
	return best;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Does the range "zh-Hans-CN", shortened at a hyphen, name the language "zh"? */
static bool language_fits(struct str range, const char *code)
{
	struct str c = str_of(code);
	if (range.n < c.n || (range.n > c.n && range.p[c.n] != '-'))
		return false;
	for (size_t i = 0; i < c.n; i++)
		if (lower(range.p[i]) != lower(c.p[i]))
			return false;
	return true;
}

size_t route_language(const struct tongue *const *offered, size_t n, struct str accept_language)
{
	size_t best = 0;
	unsigned best_q = 0;
	struct str rest = accept_language, item;
	while (rest.n) {
		unsigned q;
		if (!str_cut(rest, ',', &item, &rest))
			item = rest, rest = (struct str){NULL, 0};
		item = weighed(item, &q);
		for (size_t i = 0; i < n; i++)
			if (q > best_q && language_fits(item, offered[i]->code))
				best = i, best_q = q;
	}
	return best;
}

/* Did you mean */

/* Edit distance (insert, delete, replace), given up beyond 3 or for long words. */
static unsigned distance(struct str a, struct str b)
{
	unsigned row[33];
	if (a.n > 32 || b.n > 32)
		return str_eq(a, b) ? 0 : 4;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned keep = diagonal + (a.p[i - 1] != b.p[j - 1]), up = row[j] + 1, left = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = keep < up ? keep < left ? keep : left : up < left ? up : left;
		}
	}
	return row[b.n];
}

/* A language, or one in capitals. */
static bool like_language(struct str s)
{
	return is_language(s) || (s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z');
}

/* How far is the target from the row? `skip`: the row's {lang} is missing in the target. 4 and more: too far. */
static unsigned row_distance(const struct route *r, const struct target *t, bool skip)
{
	struct str pattern = str_of(r->pattern), rest = str_slice(pattern, 1, pattern.n), part;
	unsigned sum = 0;
	size_t i = 0;
	for (size_t k = 0; rest.n; k++) {
		if (!str_cut(rest, '/', &part, &rest))
			part = rest, rest = (struct str){NULL, 0};
		if (k == 0 && skip)
			continue;
		if (i == t->segments)
			return 4;
		struct str seg = t->segment[i++];
		sum += is_hole(part) ? (seg.n && (k || like_language(seg)) ? 0 : 4) : distance(seg, part);
	}
	return i == t->segments ? sum : 4;
}

static struct url row_address(const struct route *r, const struct target *t, const struct tongue *lang, bool skip, struct arena *a)
{
	struct str pattern = str_of(r->pattern), rest = str_slice(pattern, 1, pattern.n), part;
	struct buf b;
	size_t i = 0;
	buf_init(&b, 4 * TARGET_MAX);
	while (rest.n) {
		if (!str_cut(rest, '/', &part, &rest))
			part = rest, rest = (struct str){NULL, 0};
		bool is_lang = str_eq(part, STR("{lang}"));
		buf_addc(&b, '/');
		url_encode(&b, is_lang ? str_of(lang->code) : is_hole(part) ? t->segment[i] : part);
		i += !(is_lang && skip);
	}
	if (str_ends(pattern, STR("/")))
		buf_addc(&b, '/');
	struct url u = {arena_str(a, buf_str(&b))};
	buf_done(&b);
	return u;
}

void route_near(struct routes table, const struct target *t, const struct tongue *fallback, struct arena *a, struct nears *ret)
{
	const struct tongue *own = t->segments ? tongue_find(t->segment[0]) : NULL;
	for (unsigned wanted = 0; wanted < 3; wanted++) {
		for (size_t i = 0; i < table.n && ret->n < 5; i++) {
			const struct route *r = &table.v[i];
			bool page = str_starts(str_of(r->pattern), STR("/{lang}/"));
			/* The code of a language is no mistyped word: "zh" would be two letters from "why". */
			for (int skip = 0; page && skip <= !own; skip++) {
				if (row_distance(r, t, skip) != wanted)
					continue;
				struct url u = row_address(r, t, own ? own : fallback, skip, a);
				struct near n = {u.s, u, {NULL, 0}};
				arena_push(a, ret, n);
				break;
			}
		}
	}
}

/* The document */

void param_says(const struct query_param *p, struct buf *out)
{
	buf_adds(out, p->says ? p->says : "");
	if (p->each)
		buf_addf(out, ", up to %u each", (unsigned)p->each);
}

static void print_params(const struct route *r, struct buf *out)
{
	size_t n = 0;
	if (r->when)
		buf_adds(out, r->typed ? "`on` day, `known` entry or day, both as people type them" : "`on` day, `known` entry"), n++;
	for (const struct query_param *p = r->params; p && p->name; p++, n++) {
		buf_addf(out, "%s`%s` ", n ? ", " : "", p->name);
		if (p->type == PARAM_WORD) {
			struct str rest = str_of(p->words), one;
			for (bool first = true; rest.n; first = false) {
				if (!str_cut(rest, ' ', &one, &rest))
					one = rest, rest = (struct str){NULL, 0};
				buf_addf(out, "%s`%.*s`", first ? "" : " or ", STR_ARG(one));
			}
		} else {
			buf_adds(out, p->type == PARAM_DATE ? "day" : p->type == PARAM_NUMBER ? "number" : "text");
		}
		if (p->says) {
			buf_adds(out, " (");
			param_says(p, out);
			buf_adds(out, ")");
		}
	}
}

void route_print(struct routes table, struct buf *out)
{
	buf_adds(out,
		"<!-- SPDX-License-Identifier: Apache-2.0 -->\n# Addresses\n\nPrinted from the route table (`src/web/routes.c`).\n\n"
		"Pages begin with their language; machine addresses carry none. The form follows from the `Accept` header, or from a\n"
		"suffix (`/en/participants/BY.json`, `/en/index.json`). `on` is a day, year-month-day, and answers as at the end of that\n"
		"day; `known` is an entry of the log, and answers from the entries up to it. Without them: today, and all that is known.\n"
		"Other days that a page asks for may be typed as pages write them, and lead to the address of the page that says them exactly.\n"
		"Every address answers GET and HEAD. A parameter that is not listed is refused with 400, but for the marks that newsletters\n"
		"and social networks put on links (`utm_source`, `fbclid` ...), which ask nothing. A value that neither the rulebook nor the\n"
		"record knows is refused too, with 400 and what there is, or where it names a thing with 404 and close names; one that is\n"
		"known, but not found on that day, has an empty list.\n\n"
		"| address | shows | forms | parameters |\n|---|---|---|---|\n");
	for (size_t i = 0; i < table.n; i++) {
		const struct route *r = &table.v[i];
		buf_addf(out, "| `%s` | %s | ", r->pattern, r->title);
		for (unsigned f = 0, n = 0; f < FORM_MAX; f++)
			if (r->forms & FORMS(f))
				buf_addf(out, "%s%s", n++ ? ", " : "", form_name((enum form)f));
		buf_adds(out, " | ");
		print_params(r, out);
		if (r->body_max)
			buf_addf(out, "%sPOST: up to %zu bytes", r->when || r->params ? ", " : "", r->body_max);
		buf_adds(out, " |\n");
	}
}
