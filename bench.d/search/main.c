/* SPDX-License-Identifier: Apache-2.0
 *
 * comity-bench-search DIR ORG QUERIES ACTS RUNS: makes a register in DIR whose acts have made-up texts in three languages, and asks its search
 * index every line of QUERIES as the page does: hits, and the words shown in the first twenty. Beside it the same texts in SQLite FTS5 with the
 * tokenizer that it brings (unicode61), the best twenty by bm25 of all that match, with its snippets. One figure a line: NAME VALUE.
 */
#include "base/json.h"
#include "register/search.h"
#include "texts.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ON_A_PAGE = 20 };

struct bench {
	struct reg *reg;
	struct arena arena;
	const struct view *view;
	sqlite3 *peer;
	sqlite3_stmt *ask;
	struct { struct str *v; size_t n, cap; } queries;
	uint64_t acts;
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* other work on the machine disturbs it least; one thread does all */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	(void)fprintf(stderr, "comity-bench-search: %s: %s (%s)\n", e->where, e->what, e->hint);
	exit(1);
}

static void check_peer(const struct bench *b, bool fine)
{
	if (fine)
		return;
	(void)fprintf(stderr, "comity-bench-search: SQLite: %s\n", sqlite3_errmsg(b->peer));
	exit(1);
}

/* ---- the record ---------------------------------------------------------------------------------------------------- */

static void add_member(struct buf *line, const char *name, struct buf *values)
{
	buf_addf(line, ",\"%s\":{", name);
	for (int k = 0; k < TEXT_LANGUAGES; k++) {
		buf_addf(line, "%s\"%s\":", k ? "," : "", text_languages[k]);
		json_quote(line, buf_str(&values[k]));
	}
	buf_adds(line, "}");
}

static void make_lines(uint64_t acts, struct buf *out)
{
	struct buf title[TEXT_LANGUAGES], text[TEXT_LANGUAGES];
	char day[DATE_LEN];
	for (int k = 0; k < TEXT_LANGUAGES; k++) {
		buf_init(&title[k], 1 << 16);
		buf_init(&text[k], 1 << 16);
	}
	for (uint64_t n = 0; n < acts; n++) {
		for (int k = 0; k < TEXT_LANGUAGES; k++)
			text_make(n, k, &title[k], &text[k]);
		date_print(date_from(2001, 6, 15) + (civil)(n * 9000 / acts) * DAY, day);
		buf_addf(out, "{\"kind\":\"release_issued\",\"date\":\"%s\",\"args\":{\"R\":\"R-%06llu\",\"category\":\"news\"},\"recorded\":true,"
			      "\"sources\":[{\"title\":\"made up\",\"url\":\"https://example.org/\"}]",
			day, (unsigned long long)n);
		add_member(out, "title", title);
		add_member(out, "text", text);
		buf_adds(out, "}\n");
	}
	for (int k = 0; k < TEXT_LANGUAGES; k++) {
		buf_done(&title[k]);
		buf_done(&text[k]);
	}
}

static void make_record(struct bench *b, const char *dir, const char *org)
{
	struct err e = {0};
	struct buf diags, lines;
	uint64_t done;
	buf_init(&diags, 1 << 20);
	buf_init(&lines, 1u << 30);
	make_lines(b->acts, &lines);
	check(reg_create(dir, org, &diags, &e), &e);
	check(reg_open(dir, REG_WRITE, &b->reg, &e), &e);
	check(reg_load(b->reg, buf_str(&lines), "made up", NULL, NULL, &done, &e), &e);
	check(reg_view(b->reg, STR("public"), UINT64_MAX, &b->view, &e), &e);
	buf_done(&lines);
	buf_done(&diags);
}

/* ---- ours ---------------------------------------------------------------------------------------------------------- */

static size_t ask_ours(struct bench *b, struct str words, struct arena *a)
{
	struct search_query q = {.text = words, .lang = STR("en"), .type = NO_ID, .from = CIVIL_ALWAYS, .to = CIVIL_NEVER, .on = CIVIL_NEVER, .timeless = NO_ID};
	struct search_result r;
	struct err e = {0};
	check(reg_search(b->reg, b->view, &q, a, &r, &e), &e);
	for (size_t i = 0; i < r.n && i < ON_A_PAGE; i++) {
		struct search_snippet s;
		if (!r.v[i].act)
			continue;
		search_show(r.terms, json_str(json_object_getn(json_object_get(r.v[i].act->json, "title"), r.v[i].lang.p, r.v[i].lang.n)), 400, a, &s);
		search_show(r.terms, json_str(json_object_getn(json_object_get(r.v[i].act->json, "text"), r.v[i].lang.p, r.v[i].lang.n)), 280, a, &s);
	}
	return r.n + r.nnear;
}

/* ---- the peer ------------------------------------------------------------------------------------------------------- */

static void make_peer(struct bench *b)
{
	struct buf title, text;
	sqlite3_stmt *add = NULL;
	buf_init(&title, 1 << 16);
	buf_init(&text, 1 << 16);
	check_peer(b, sqlite3_open(":memory:", &b->peer) == SQLITE_OK);
	check_peer(b, sqlite3_exec(b->peer, "CREATE VIRTUAL TABLE d USING fts5(title, text, tokenize='unicode61'); BEGIN", NULL, NULL, NULL) == SQLITE_OK);
	check_peer(b, sqlite3_prepare_v2(b->peer, "INSERT INTO d VALUES(?1, ?2)", -1, &add, NULL) == SQLITE_OK);
	for (uint64_t n = 0; n < b->acts; n++)
		for (int k = 0; k < TEXT_LANGUAGES; k++) {
			text_make(n, k, &title, &text);
			sqlite3_bind_text(add, 1, title.p, (int)title.n, SQLITE_STATIC);
			sqlite3_bind_text(add, 2, text.p, (int)text.n, SQLITE_STATIC);
			check_peer(b, sqlite3_step(add) == SQLITE_DONE);
			sqlite3_reset(add);
		}
	sqlite3_finalize(add);
	check_peer(b, sqlite3_exec(b->peer, "COMMIT; INSERT INTO d(d) VALUES('optimize')", NULL, NULL, NULL) == SQLITE_OK);
	check_peer(b, sqlite3_prepare_v2(b->peer, "SELECT rowid, highlight(d, 0, '[', ']'), snippet(d, 1, '[', ']', '...', 30) FROM d WHERE d MATCH ?1 ORDER BY rank LIMIT 20", -1,
			      &b->ask, NULL) == SQLITE_OK);
	buf_done(&title);
	buf_done(&text);
}

static size_t ask_peer(struct bench *b, struct str words, struct arena *a)
{
	struct buf q;
	struct str rest = words, one;
	size_t n = 0;
	(void)a;
	buf_init(&q, 4096);
	if (memchr(words.p, '"', words.n))
		buf_add(&q, words);
	else
		while (rest.n) {
			if (!str_cut(rest, ' ', &one, &rest))
				one = rest, rest = (struct str){NULL, 0};
			buf_addf(&q, "%s\"%.*s\"", q.n ? " " : "", STR_ARG(one));
		}
	sqlite3_bind_text(b->ask, 1, q.p, (int)q.n, SQLITE_STATIC);
	int rc;
	while ((rc = sqlite3_step(b->ask)) == SQLITE_ROW)
		n++;
	check_peer(b, rc == SQLITE_DONE);
	sqlite3_reset(b->ask);
	sqlite3_clear_bindings(b->ask);
	buf_done(&q);
	return n;
}

/* ---- measuring --------------------------------------------------------------------------------------------------------- */

static void measure(struct bench *b, const char *name, size_t (*ask)(struct bench *b, struct str words, struct arena *a), size_t runs)
{
	struct arena a = {0};
	for (size_t run = 0; run <= runs; run++) /* the first is not counted */
		for (size_t i = 0; i < b->queries.n; i++) {
			double begun = now();
			size_t n = ask(b, b->queries.v[i], &a);
			double took = now() - begun;
			arena_reset(&a);
			if (run)
				printf("%s.%zu.%zu %.6f\n", name, run - 1, i, took * 1e3);
			else
				printf("%s.hits.%zu %zu\n", name, i, n);
		}
	arena_done(&a);
}

static void measure_growth(struct bench *b, size_t runs)
{
	struct err e = {0};
	for (size_t i = 0; i < runs; i++) {
		struct filed filed;
		struct act_in in = {.text = arena_fmt(&b->arena, "{\"kind\":\"release_issued\",\"date\":\"2026-01-01\",\"args\":{\"R\":\"LATE-%zu\",\"category\":\"news\"},"
			"\"title\":{\"en\":\"A late word grown%zu\"},\"recorded\":true,\"sources\":[{\"title\":\"made up\",\"url\":\"https://example.org/\"}]}", i, i)};
		check(reg_file(b->reg, &in, false, &b->arena, &filed, &e), &e);
		view_unref(filed.before);
		view_unref(b->view);
		b->view = filed.after;
		struct str word = arena_fmt(&b->arena, "grown%zu", i);
		double begun = now();
		if (ask_ours(b, word, &b->arena) == 0) {
			(void)fprintf(stderr, "comity-bench-search: the new act is not found\n");
			exit(1);
		}
		printf("grow.%zu %.6f\n", i, (now() - begun) * 1e3);
	}
}

static void read_queries(struct bench *b, const char *path)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	struct str rest = {text, n}, line;
	if (f)
		(void)fclose(f);
	while (str_line(&rest, &line))
		if (line.n && line.p[0] != '#')
			arena_push(&b->arena, &b->queries, line);
}

int main(int argc, char **argv)
{
	struct bench b = {0};
	if (argc != 6) {
		(void)fprintf(stderr, "usage: comity-bench-search DIR ORG QUERIES ACTS RUNS\n");
		return 2;
	}
	size_t runs = strtoul(argv[5], NULL, 10);
	b.acts = strtoul(argv[4], NULL, 10);
	read_queries(&b, argv[3]);
	make_record(&b, argv[1], argv[2]);
	double begun = now();
	(void)ask_ours(&b, STR("council"), &b.arena);
	printf("make %.6f\n", now() - begun);
	struct search_figures f = reg_search_figures(b.reg);
	printf("documents %llu\nbytes %llu\n", (unsigned long long)b.acts * TEXT_LANGUAGES, (unsigned long long)f.bytes);
	measure(&b, "ours", ask_ours, runs);
	measure_growth(&b, 5);
	begun = now();
	make_peer(&b);
	printf("peer.make %.6f\npeer.bytes %lld\n", now() - begun, (long long)sqlite3_memory_used());
	measure(&b, "peer", ask_peer, runs);
	sqlite3_finalize(b.ask);
	sqlite3_close(b.peer);
	view_unref(b.view);
	reg_close(b.reg);
	arena_done(&b.arena);
	return 0;
}
