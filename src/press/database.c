/* SPDX-License-Identifier: Apache-2.0 */
#include "press/database.h"

#include <sqlite3.h>
#include <stdlib.h>

enum { SQL_MAX = 16384, COLUMNS_MAX = 100 };

struct database {
	sqlite3 *db;
	sqlite3_stmt *insert; /* into the table made last */
	size_t columns;
	enum database_type types[COLUMNS_MAX];
};

static int failed(struct database *d, struct err *e)
{
	return err_set(e, sqlite3_errcode(d->db) == SQLITE_NOMEM ? ERR_SYSTEM : ERR_INPUT, "database", "%s", sqlite3_errmsg(d->db));
}

static int run(struct database *d, const char *sql, struct err *e)
{
	return sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(d, e);
}

int database_new(struct database **ret, struct err *e)
{
	struct database *d = calloc(1, sizeof *d);
	if (!d || sqlite3_open_v2(":memory:", &d->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, NULL) != SQLITE_OK) {
		database_free(d);
		return err_set(e, ERR_SYSTEM, "database", "memory is short");
	}
	int rc = run(d, "BEGIN", e);
	if (rc < 0)
		database_free(d);
	else
		*ret = d;
	return rc;
}

static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '_' || s.p[i] == '-' || (i && s.p[i] >= '0' && s.p[i] <= '9')))
			return false;
	return s.n != 0 && s.n <= 64;
}

/* "\"a\", \"b\"": names divided by blanks. */
static void add_names(struct buf *b, const char *names)
{
	struct str rest = str_of(names), one;
	for (bool first = true; rest.n; first = false) {
		if (!str_cut(rest, ' ', &one, &rest))
			one = rest, rest = STR("");
		buf_addf(b, "%s\"%.*s\"", first ? "" : ", ", STR_ARG(one));
	}
}

int database_table(struct database *d, struct str name, const struct database_column *columns, size_t n, const char *key, struct err *e)
{
	struct buf create, insert;
	bool sound = is_word(name) && n && n <= COLUMNS_MAX;
	for (size_t i = 0; i < n && sound; i++)
		sound = is_word(columns[i].name);
	if (!sound)
		return err_set(e, ERR_INPUT, "table", "its name, or that of a column, is no word, or it has none or more than %d", COLUMNS_MAX);
	buf_init(&create, SQL_MAX);
	buf_init(&insert, SQL_MAX);
	buf_addf(&create, "CREATE TABLE \"%.*s\" (", STR_ARG(name));
	buf_addf(&insert, "INSERT INTO \"%.*s\" VALUES (", STR_ARG(name));
	for (size_t i = 0; i < n; i++) {
		buf_addf(&create, "%s\"%.*s\" %s", i ? ", " : "", STR_ARG(columns[i].name), columns[i].type == DATABASE_INTEGER ? "INTEGER" : "TEXT");
		buf_adds(&insert, i ? ",?" : "?");
		d->types[i] = columns[i].type;
	}
	if (key) {
		buf_adds(&create, ", UNIQUE (");
		add_names(&create, key);
		buf_adds(&create, ")");
	}
	buf_adds(&create, ") STRICT");
	buf_adds(&insert, ")");
	d->columns = n;
	sqlite3_finalize(d->insert);
	d->insert = NULL;
	int rc = create.over || insert.over ? err_set(e, ERR_LIMIT, "table", "it has too many columns") : run(d, create.p, e);
	if (rc == 0 && sqlite3_prepare_v2(d->db, insert.p, -1, &d->insert, NULL) != SQLITE_OK)
		rc = failed(d, e);
	buf_done(&create);
	buf_done(&insert);
	return rc;
}

int database_row(struct database *d, const struct str *cells, struct err *e)
{
	int rc = SQLITE_OK;
	for (size_t i = 0; i < d->columns && rc == SQLITE_OK; i++) {
		int at = (int)i + 1;
		uint64_t number;
		if (!cells[i].n)
			rc = sqlite3_bind_null(d->insert, at);
		else if (d->types[i] == DATABASE_INTEGER && str_u64(cells[i], &number) && number <= INT64_MAX)
			rc = sqlite3_bind_int64(d->insert, at, (sqlite3_int64)number);
		else
			rc = sqlite3_bind_text64(d->insert, at, cells[i].p, cells[i].n, SQLITE_STATIC, SQLITE_UTF8);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_step(d->insert) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
	int told = rc == SQLITE_OK ? 0 : failed(d, e);
	sqlite3_reset(d->insert);
	return told;
}

int database_view(struct database *d, const char *name, const char *sql, struct err *e)
{
	struct buf b;
	if (!is_word(str_of(name)))
		return err_set(e, ERR_INPUT, "view", "its name is no word");
	buf_init(&b, SQL_MAX);
	buf_addf(&b, "CREATE VIEW \"%s\" AS %s", name, sql);
	int rc = b.over ? err_set(e, ERR_LIMIT, "view", "it is too long") : run(d, b.p, e);
	buf_done(&b);
	return rc;
}

int database_file(struct database *d, struct buf *out, struct err *e)
{
	sqlite3_int64 n = 0;
	sqlite3_finalize(d->insert);
	d->insert = NULL;
	int rc = run(d, "COMMIT", e);
	if (rc < 0)
		return rc;
	unsigned char *bytes = sqlite3_serialize(d->db, "main", &n, 0);
	if (!bytes)
		return err_set(e, ERR_SYSTEM, "database", "memory is short");
	buf_add(out, (struct str){(const char *)bytes, (size_t)n});
	sqlite3_free(bytes);
	return out->over ? err_set(e, ERR_LIMIT, "database", "it is longer than %zu bytes", out->max) : 0;
}

void database_free(struct database *d)
{
	if (!d)
		return;
	sqlite3_finalize(d->insert);
	sqlite3_close(d->db);
	free(d);
}
