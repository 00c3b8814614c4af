/* SPDX-License-Identifier: Apache-2.0 */
#include "web/relations.h"

#include "html/draw.h"
#include "web/listing.h"

enum { MOST_NODES = 40, NAME_LINES = 2 };

/* Pixels. */
enum {
	SIDE = 330,   /* a column of organisations or bodies */
	MIDDLE = 200, /* the organisation itself */
	SPACE = 95,   /* between two columns, for the lines */
	INDENT = 26,  /* of what belongs to a body */
	PAD = 9,
	LINE = 17,
	GAP = 8,      /* between two nodes */
	RISE = 4,     /* from the baseline of a letter to the middle of its line */
};

/* ---- what there is ----------------------------------------------------------------------------------------------- */

static struct html name_of(const struct model *m, const struct relations_figure *f, sym thing)
{
	return thing == SYM_ABSENT ? model_link_to(m, f->self_href, (struct said){f->self, f->self_lang}, NULL) : model_link(m, thing);
}

static void add_row(const struct model *m, struct relations_figure *f, const struct relation *x)
{
	struct record_row row = {0};
	model_cell(m, &row, name_of(m, f, x->who));
	model_cell(m, &row, model_plain(m, x->says));
	model_cell(m, &row, name_of(m, f, x->whom));
	model_cell(m, &row, model_date(m, x->since));
	model_cell(m, &row, x->fact == NO_ID ? model_act(m, x->act) : model_why(m, x->fact, args_of(m, 1, entity_value(x->of))));
	arena_push(m->arena, &f->table.rows, row);
}

static void add_fact(const struct model *m, struct relations_figure *f, const struct participant *who, uint32_t fact, struct str relation,
	const struct stretch *s)
{
	sym name = who->entity->name;
	struct relation one = {name, SYM_ABSENT, s->disputed ? model_tr(m, N_("disputed")) : relation, model_from(s), fact, name, 0};
	arena_push(m->arena, &f->relations, one);
}

static void fill_organisations(const struct model *m, struct relations_figure *f)
{
	const uint32_t facts[] = {m->voc->fact.cooperates, m->voc->fact.own_status};
	const participant_list *parties = almanac_parties_with(m->al, facts, 2, false, m->arena);
	for (size_t i = 0; i < parties->n; i++) {
		const struct participant *who = parties->v[i];
		if (who->entity->type != m->voc->type.Organisation)
			continue;
		const struct stretch *c = model_now(m, m->voc->fact.cooperates, &who->who), *s = model_now(m, m->voc->fact.own_status, &who->who);
		if (!c && !s)
			continue;
		struct said title = model_title(m, who->entity->name);
		struct relation_node n = {title.text, title.lang, .href = model_href(m, who->entity->name), .agreement = c, .holds = s};
		n.note = TR_FILL(&m->o, N_("since {day}"), {"day", show_when(&m->o, model_from(c ? c : s))});
		if (s && s->value.kind != V_YES)
			n.note = arena_fmt(m->arena, "%.*s · %.*s", STR_ARG(n.note),
				STR_ARG(TR_FILL(&m->o, N_("status there: {status}"), {"status", model_text(m, m->voc->fact.own_status, s->value)})));
		if (c)
			add_fact(m, f, who, m->voc->fact.cooperates, model_tr(m, N_("has agreements in effect with")), c);
		if (s)
			add_fact(m, f, who, m->voc->fact.own_status,
				s->value.kind == V_YES ? model_tr(m, N_("gives a status to"))
						       : TR_FILL(&m->o, N_("gives this status: {status}, to"), {"status", model_text(m, m->voc->fact.own_status, s->value)}),
				s);
		f->agreements = f->agreements || c;
		f->statuses = f->statuses || s;
		if (f->organisations.n < MOST_NODES)
			arena_push(m->arena, &f->organisations, n);
		else
			f->more++;
	}
}

int fill_relations_figure(const struct model *m, struct str self, bool bodies, struct relations_figure *f, struct err *e)
{
	const struct entity *own = m->org->id.n ? record_entity(m->record, m->org->id) : NULL;
	struct said title = own ? model_title(m, own->name) : (struct said){self, {NULL, 0}};
	f->self = title.text;
	f->self_lang = title.lang;
	f->self_href = own ? model_href(m, own->name) : (struct url){{NULL, 0}};
	f->label = TR_FILL(&m->o, bodies ? N_("Organisations with which {name} has relations on {day}, and its bodies")
					 : N_("Organisations with which {name} has relations on {day}"),
		{"name", f->self}, {"day", show_day(&m->o, m->a->on)});
	f->table.label = model_tr(m, N_("The graph as a table"));
	model_column(m, &f->table, model_tr(m, N_("Who")), false);
	model_column(m, &f->table, model_tr(m, N_("Relation")), false);
	model_column(m, &f->table, model_tr(m, N_("With or to whom")), false);
	model_column(m, &f->table, model_tr(m, N_("Since")), false);
	model_column(m, &f->table, model_tr(m, N_("Reasons")), true);
	fill_organisations(m, f);
	if (bodies)
		fill_body_relations(m, MOST_NODES, f);
	int rc = records_pages(m, &f->table, "relations", f->relations.n, e);
	for (uint64_t i = f->table.pager.first; rc == 0 && i && i <= f->table.pager.last; i++)
		add_row(m, f, &f->relations.v[i - 1]);
	return rc;
}

void relation_days(const struct model *m, struct moment_list *ret)
{
	const uint32_t facts[] = {m->voc->fact.cooperates, m->voc->fact.own_status};
	const participant_list *parties = almanac_parties_with(m->al, facts, 2, false, m->arena);
	for (size_t i = 0; i < parties->n; i++)
		for (size_t k = 0; k < 2 && parties->v[i]->entity->type == m->voc->type.Organisation; k++) {
			struct html title = model_mark(m, model_title(m, parties->v[i]->entity->name));
			struct stretch *s;
			size_t n = model_stretches(m, facts[k], &parties->v[i]->who, &s);
			for (size_t j = 0; j < n; j++) {
				if (s[j].from != CIVIL_ALWAYS)
					add_moment(m, ret, s[j].from, title);
				if (s[j].to != CIVIL_NEVER)
					add_moment(m, ret, s[j].to, title);
			}
		}
}

/* ---- how it is drawn --------------------------------------------------------------------------------------------- */

struct box {
	struct str lines[NAME_LINES];
	size_t n;
	int x, y, width, height;
};

static struct box box_of(struct out *o, const struct relation_node *n, int x, int y, int width)
{
	struct box b = {.x = x, .y = y, .width = width};
	b.n = draw_lines(o, n->name, width - 2 * PAD, b.lines, NAME_LINES);
	b.height = (int)(b.n + (n->note.n > 0)) * LINE + PAD;
	return b;
}

static void draw_box(const struct paper *p, const char *cls, const struct relation_node *n, const struct box *b)
{
	bool linked = n->href.s.n > 0;
	if (linked)
		draw_link(p, n->href, (struct said){n->note.n ? arena_fmt(p->o->arena, "%.*s %.*s", STR_ARG(n->name), STR_ARG(n->note)) : n->name, n->lang});
	draw_rect(p, cls, b->x, b->y, b->width, b->height);
	for (size_t i = 0; i < b->n; i++) {
		draw_text(p, "", b->x + PAD, b->y + PAD / 2 + (int)i * LINE + LINE - RISE, b->lines[i], n->lang);
		HTML(p->o, "\n"); /* heard as one name, with a space between its lines */
	}
	if (n->note.n)
		draw_text(p, "q", b->x + PAD, b->y + PAD / 2 + (int)b->n * LINE + LINE - RISE, n->note, STR(""));
	if (linked)
		draw_link_end(p);
}

static int middle(const struct box *b)
{
	return b->y + b->height / 2;
}

/* Places a column from the top down; returns its height. */
static int place(struct out *o, const struct relation_node *v, size_t n, int x, int width, struct box *ret)
{
	int y = 0;
	for (size_t i = 0; i < n; i++) {
		int indent = (int)v[i].depth * INDENT;
		ret[i] = box_of(o, &v[i], x + indent, y, width - indent);
		y += ret[i].height + GAP;
	}
	return n ? y - GAP : 0;
}

/* The shorter column stands in the middle of the longer one. */
static void lower(struct box *v, size_t n, int by)
{
	for (size_t i = 0; i < n; i++)
		v[i].y += by;
}

/* Lines to one thing leave it side by side, in order, so that they do not cross. */
static int berth(const struct box *self, size_t i, size_t n)
{
	return self->y + (int)((2 * i + 1) * (size_t)self->height / (2 * n));
}

/* From a column of organisations, before or behind the middle one. */
static void tie_lines(const struct paper *p, const struct relation_node *v, size_t n, const struct box *at, const struct box *self)
{
	for (size_t i = 0; i < n; i++) {
		bool before = at[i].x < self->x;
		int from = before ? at[i].x + at[i].width : at[i].x, to = before ? self->x : self->x + self->width;
		int y = middle(&at[i]), end = berth(self, i, n), apart = v[i].agreement && v[i].holds ? 3 : 0;
		if (v[i].agreement)
			draw_curve(p, "e1", from, y - apart, to, end - apart);
		if (v[i].holds)
			draw_curve(p, "e2", from, y + apart, to, end + apart);
	}
}

static size_t first_ones(const struct relations_figure *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->bodies.n; i++)
		n += f->bodies.v[i].depth == 0;
	return n;
}

/* The body that this one belongs to: the last before it that is less deep. */
static size_t above(const struct relations_figure *f, size_t i)
{
	size_t k = i;
	while (k && f->bodies.v[k].depth >= f->bodies.v[i].depth)
		k--;
	return k;
}

static void body_lines(const struct paper *p, const struct relations_figure *f, const struct box *v, const struct box *self)
{
	size_t n = first_ones(f), k = 0;
	for (size_t i = 0; i < f->bodies.n; i++) {
		if (f->bodies.v[i].depth == 0) {
			draw_curve(p, "e3", self->x + self->width, berth(self, k, n), v[i].x, middle(&v[i]));
			k++;
			continue;
		}
		size_t up = i - 1, parent = above(f, i);
		while (f->bodies.v[up].depth > f->bodies.v[i].depth)
			up--;
		int x = v[parent].x + INDENT / 2; /* one line from the parent down, past each of them */
		draw_line(p, "e3", x, up == parent ? v[up].y + v[up].height : middle(&v[up]), x, middle(&v[i]));
		draw_line(p, "e3", x, middle(&v[i]), v[i].x, middle(&v[i]));
	}
}

void part_relations(struct out *o, const struct relations_figure *f)
{
	const struct relation_node *v = f->organisations.v;
	size_t n = f->organisations.n, before = f->bodies.n ? n : (n + 1) / 2; /* where there are no bodies, the rest stands in their place */
	struct box *left = arena_array(o->arena, n + 1, struct box), *right = left + before, *bodies = arena_array(o->arena, f->bodies.n + 1, struct box);
	struct relation_node own = {.name = f->self, .href = f->self_href};
	struct str words[8];
	if (n + f->bodies.n == 0)
		return;
	int at = n ? SIDE + SPACE : 0, behind = at + MIDDLE + SPACE; /* without a column, no room for it */
	int width = f->bodies.n || before < n ? behind + SIDE : at + MIDDLE;
	int l = place(o, v, before, 0, SIDE, left);
	int r = f->bodies.n ? place(o, f->bodies.v, f->bodies.n, behind, SIDE, bodies) : place(o, v + before, n - before, behind, SIDE, right);
	size_t lines = draw_lines(o, f->self, MIDDLE - 2 * PAD, words, sizeof words / sizeof *words);
	struct box self = {.x = at, .width = MIDDLE, .height = (int)lines * LINE + 2 * PAD};
	int most = l > r ? l : r;
	if (self.height < most / 3)
		self.height = most / 3;
	most = most > self.height ? most : self.height;
	self.y = (most - self.height) / 2;
	lower(left, before, (most - l) / 2);
	lower(right, n - before, (most - r) / 2);
	lower(bodies, f->bodies.n, (most - r) / 2);

	struct paper p = draw_open(o, "graph", width, most, f->label, true);
	tie_lines(&p, v, before, left, &self);
	tie_lines(&p, v + before, n - before, right, &self);
	body_lines(&p, f, bodies, &self);
	for (size_t i = 0; i < n; i++)
		draw_box(&p, "nd", &v[i], &left[i]);
	for (size_t i = 0; i < f->bodies.n; i++)
		draw_box(&p, "nd", &f->bodies.v[i], &bodies[i]);
	if (own.href.s.n)
		draw_link(&p, own.href, (struct said){own.name, own.lang});
	draw_rect(&p, "nd own", self.x, self.y, self.width, self.height);
	for (size_t i = 0; i < lines; i++) {
		draw_text(&p, "own", self.x + PAD, middle(&self) - (int)lines * LINE / 2 + (int)i * LINE + LINE - RISE, words[i], f->self_lang);
		HTML(p.o, "\n");
	}
	if (own.href.s.n)
		draw_link_end(&p);
	draw_close(&p);
}
