/* SPDX-License-Identifier: Apache-2.0 */
#include "register/search_fts.h"

#include "register/search_cut.h"
#include "register/similar.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

enum { BUCKETS = 256, BUCKET_LOOKS = 50000 };

struct seen { /* a word */
	uint32_t times;
	uint8_t letters; /* 255: that or more */
	bool whole;	 /* it stood somewhere as it is, not only as a stem */
	sym written;	 /* how people write it, if otherwise than it was folded; 0: as it is */
};

struct bucket { /* words by the remainder of their first letter */
	sym *v;
	size_t n, cap;
};

struct fts {
	sqlite3 *db;
	struct cutter *cutter;
	sqlite3_stmt *add[FTS_CLASSES], *find[FTS_CLASSES];
	struct arena arena; /* of words */
	struct syms words, written;
	struct { struct seen *v; size_t n, cap; } seen; /* by word */
	struct bucket buckets[BUCKETS];
};

/* ---- words --------------------------------------------------------------------------------------------------------- */

static UChar32 first_letter(struct str word)
{
	UChar32 c = 0;
	size_t i = 0;
	U8_NEXT_OR_FFFD((const uint8_t *)word.p, i, word.n, c);
	return c;
}

static struct bucket *bucket_of(const struct fts *f, struct str word)
{
	return (struct bucket *)&f->buckets[(uint32_t)first_letter(word) % BUCKETS];
}

static uint8_t count_letters(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n < 255 ? (uint8_t)n : 255;
}

/* Folded, a word in Arabic letters has those of no one language, and nothing that parts it within: nobody would write it so. */
static bool is_arabic(struct str word)
{
	UChar32 c = first_letter(word);
	return c >= 0x600 && c <= 0x6ff;
}

/* Of what was ever written in small letters a capital says that a sentence began there; of what never was, that it is a name ("Kazakhstan"; not
 * "KAZAKHSTAN" of a heading). Small letters and those with marks come after the others in Unicode: so the last in its order is kept. */
static void remember_written(struct fts *f, struct seen *seen, struct str word, struct str as)
{
	struct str so_far = seen->written ? syms_str(&f->written, seen->written) : word;
	if (as.n <= CUT_WORD_MAX && (!seen->whole || (!is_arabic(word) && str_cmp(as, so_far) > 0)))
		seen->written = str_eq(as, word) ? 0 : syms_intern(&f->written, as);
	seen->whole = true;
}

/* Chinese characters, in pairs as they are cut, begin no word and are not misspelt; nor are codes. */
static void remember(struct fts *f, const struct cut_word *w, struct str text)
{
	UChar32 first = first_letter(w->text);
	if (first >= 0x2e80 || (first >= 'A' && first <= 'Z'))
		return;
	sym s = syms_intern(&f->words, w->text);
	while (f->seen.n <= s) {
		struct seen none = {0};
		arena_push(&f->arena, &f->seen, none);
	}
	struct seen *seen = &f->seen.v[s];
	if (seen->times == 0) {
		struct bucket *b = bucket_of(f, w->text);
		seen->letters = count_letters(w->text);
		arena_push(&f->arena, b, s);
	}
	seen->times += seen->times < UINT32_MAX;
	if (!w->beside || w->part)
		remember_written(f, seen, w->text, str_slice(text, w->from, w->to));
}

bool fts_knows(const struct fts *f, struct str word)
{
	return syms_find(&f->words, word) != SYM_ABSENT;
}

size_t fts_beginning(const struct fts *f, struct str word, struct str *ret, size_t most)
{
	const struct bucket *b = bucket_of(f, word);
	uint32_t times[16];
	size_t n = 0;
	if (most > 16)
		most = 16;
	for (size_t i = 0; i < b->n && i < BUCKET_LOOKS; i++) {
		struct str known = syms_str(&f->words, b->v[i]);
		uint32_t t = f->seen.v[b->v[i]].times;
		if (!str_starts(known, word) || (n == most && t <= times[n - 1]))
			continue;
		size_t at = n < most ? n++ : n - 1;
		for (; at && times[at - 1] < t; at--) {
			times[at] = times[at - 1];
			ret[at] = ret[at - 1];
		}
		times[at] = t;
		ret[at] = known;
	}
	return n;
}

size_t fts_similar(const struct fts *f, struct str word, struct str *ret, size_t most)
{
	const struct bucket *b = bucket_of(f, word);
	const unsigned letters = count_letters(word), apart = letters < 4 ? 1 : 2;
	struct similar s;
	similar_start(&s, word);
	for (size_t i = 0; i < b->n && i < BUCKET_LOOKS; i++) {
		const struct seen *seen = &f->seen.v[b->v[i]];
		struct str known = syms_str(&f->words, b->v[i]);
		if (seen->whole && !str_eq(known, word) && seen->letters + apart >= letters && seen->letters <= letters + apart && first_letter(known) == first_letter(word))
			similar_offer(&s, seen->written ? syms_str(&f->written, seen->written) : known, known);
	}
	size_t n = 0;
	for (; n < most && n < s.n; n++)
		ret[n] = s.found[n];
	return n;
}

/* ---- the tokenizer --------------------------------------------------------------------------------------------------- */

struct feeding {
	struct fts *f;
	struct str text;
	void *ctx;
	int (*token)(void *, int, const char *, int, int, int);
};

static int feed(void *ctx, const struct cut_word *w)
{
	struct feeding *k = ctx;
	remember(k->f, w, k->text);
	return k->token(k->ctx, w->beside ? FTS5_TOKEN_COLOCATED : 0, w->text.p, (int)w->text.n, (int)w->from, (int)w->to);
}

/* A document is cut. A question was cut before (search_words.c): each string in it is one word, as it stands. */
static int tokenize(Fts5Tokenizer *self, void *ctx, int flags, const char *text, int n, int (*token)(void *, int, const char *, int, int, int))
{
	struct str words = {text, (size_t)(n > 0 ? n : 0)}, mark;
	if (n <= 0)
		return SQLITE_OK;
	if (flags & FTS5_TOKENIZE_QUERY)
		return token(ctx, 0, text, n, 0, n);
	if (text[0] == FTS_MARK && str_cut(words, '\n', &mark, &words)) {
		int rc = token(ctx, 0, mark.p, (int)mark.n, 0, (int)mark.n);
		if (rc != SQLITE_OK)
			return rc;
	}
	struct feeding k = {(struct fts *)self, words, ctx, token};
	return cut_words(k.f->cutter, words, CUT_TEXT, feed, &k);
}

static int tokenizer_new(void *f, const char **args, int n, Fts5Tokenizer **ret)
{
	(void)args;
	(void)n;
	*ret = f;
	return SQLITE_OK;
}

static void tokenizer_free(Fts5Tokenizer *self)
{
	(void)self; /* the database's, which closes first */
}

/* ---- the database ------------------------------------------------------------------------------------------------------ */

static int failed(const struct fts *f, struct err *e)
{
	return err_set(e, ERR_SYSTEM, "search", "the index failed: %s", f->db ? sqlite3_errmsg(f->db) : "memory is short");
}

static int run(struct fts *f, const char *sql, struct err *e)
{
	return sqlite3_exec(f->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(f, e);
}

static int add_tokenizer(struct fts *f, struct err *e)
{
	static const fts5_tokenizer functions = {tokenizer_new, tokenizer_free, tokenize};
	sqlite3_stmt *s = NULL;
	fts5_api *api = NULL;
	int rc = sqlite3_prepare_v2(f->db, "SELECT fts5(?1)", -1, &s, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(s, 1, &api, "fts5_api_ptr", NULL);
	if (rc == SQLITE_OK)
		(void)sqlite3_step(s);
	sqlite3_finalize(s);
	if (!api)
		return err_set(e, ERR_SYSTEM, "search", "this SQLite was built without FTS5");
	return api->xCreateTokenizer(api, "comity", f, (fts5_tokenizer *)&functions, NULL) == SQLITE_OK ? 0 : failed(f, e);
}

static const struct {
	const char *make, *bulk, *shortest, *add, *find;
} sql[FTS_CLASSES] = {
#define CLASS(name) \
	{"CREATE VIRTUAL TABLE " name " USING fts5(t, content='', columnsize=0, tokenize='comity')", \
		"INSERT INTO " name "(" name ", rank) VALUES('hashsize', 4194304)", "INSERT INTO " name "(" name ") VALUES('optimize')", \
		"INSERT INTO " name "(rowid, t) VALUES(?1, ?2)", \
		"SELECT rowid FROM " name " WHERE " name " MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC"}
	[FTS_NAMES] = CLASS("names"), [FTS_HEADINGS] = CLASS("headings"), [FTS_LAW] = CLASS("law"), [FTS_TITLES] = CLASS("titles"), [FTS_TEXTS] = CLASS("texts"),
	[FTS_PAPERS] = CLASS("papers"), [FTS_LABELS] = CLASS("labels"),
#undef CLASS
};

static int make_tables(struct fts *f, struct err *e)
{
	int rc = run(f, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY", e);
	for (size_t i = 0; i < FTS_CLASSES && rc == 0; i++)
		if ((rc = run(f, sql[i].make, e)) == 0 && (rc = run(f, sql[i].bulk, e)) == 0 &&
			(sqlite3_prepare_v3(f->db, sql[i].add, -1, SQLITE_PREPARE_PERSISTENT, &f->add[i], NULL) != SQLITE_OK ||
				sqlite3_prepare_v3(f->db, sql[i].find, -1, SQLITE_PREPARE_PERSISTENT, &f->find[i], NULL) != SQLITE_OK))
			rc = failed(f, e);
	return rc;
}

int fts_open(struct fts **ret, struct err *e)
{
	struct fts *f = zeroed(1, sizeof *f);
	syms_init(&f->words, &f->arena, NULL);
	syms_init(&f->written, &f->arena, NULL);
	f->cutter = cutter_new();
	int rc = f->cutter ? 0 : err_set(e, ERR_SYSTEM, "search", "ICU has no data for the borders of words");
	if (rc == 0 && sqlite3_open_v2(":memory:", &f->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		rc = failed(f, e);
	if (rc == 0)
		rc = add_tokenizer(f, e);
	if (rc == 0)
		rc = make_tables(f, e);
	if (rc == 0)
		*ret = f;
	else
		fts_close(f);
	return rc;
}

void fts_close(struct fts *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < FTS_CLASSES; i++) {
		sqlite3_finalize(f->add[i]);
		sqlite3_finalize(f->find[i]);
	}
	sqlite3_close(f->db);
	cutter_free(f->cutter);
	arena_done(&f->arena);
	free(f);
}

int fts_begin(struct fts *f, struct err *e)
{
	return run(f, "BEGIN", e);
}

int fts_end(struct fts *f, bool many, struct err *e)
{
	int rc = 0;
	for (size_t i = 0; i < FTS_CLASSES && many && rc == 0; i++)
		rc = run(f, sql[i].shortest, e);
	return rc == 0 ? run(f, "COMMIT", e) : rc;
}

int fts_add(struct fts *f, enum fts_class c, int64_t row, struct str text, struct err *e)
{
	sqlite3_stmt *s = f->add[c];
	sqlite3_bind_int64(s, 1, row);
	sqlite3_bind_text(s, 2, text.n ? text.p : "", (int)text.n, SQLITE_STATIC);
	int rc = sqlite3_step(s) == SQLITE_DONE ? 0 : failed(f, e);
	(void)sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return rc;
}

void fts_string(struct buf *out, struct str word)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, word.p[i]);
	}
	buf_addc(out, '"');
}

int fts_find(struct fts *f, enum fts_class c, struct str expression, int64_t low, int64_t high, int (*each)(void *ctx, int64_t row), void *ctx,
	struct err *e)
{
	sqlite3_stmt *s = f->find[c];
	int rc = 0, step = SQLITE_DONE;
	sqlite3_bind_text(s, 1, expression.p, (int)expression.n, SQLITE_STATIC);
	sqlite3_bind_int64(s, 2, low);
	sqlite3_bind_int64(s, 3, high);
	while (rc == 0 && (step = sqlite3_step(s)) == SQLITE_ROW)
		rc = each(ctx, sqlite3_column_int64(s, 0));
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		rc = failed(f, e);
	(void)sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return rc;
}

uint64_t fts_bytes(const struct fts *f)
{
	int now = 0, most = 0;
	sqlite3_int64 pages = 0;
	sqlite3_stmt *s = NULL;
	(void)sqlite3_db_status(f->db, SQLITE_DBSTATUS_CACHE_USED, &now, &most, 0);
	if (sqlite3_prepare_v2(f->db, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", -1, &s, NULL) == SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW)
		pages = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return (uint64_t)(pages > now ? pages : now) + f->arena.total;
}
