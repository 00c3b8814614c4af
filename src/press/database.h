/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables as one SQLite file, for whoever would rather ask in SQL. Data in, bytes out: the file is made in memory.
 *
 * Invariants: names of tables and columns are words of C of the caller, and are checked to be words; values are bound, never written
 * into SQL. The same calls give the same bytes (with the same library).
 */
#ifndef PRESS_DATABASE_H
#define PRESS_DATABASE_H

#include "base/err.h"

enum database_type { DATABASE_TEXT, DATABASE_INTEGER };

struct database_column {
	struct str name;
	enum database_type type;
};

struct database;

int database_new(struct database **ret, struct err *e);
/* A table (STRICT). `key`: columns that name a row, divided by blanks; NULL: none. */
int database_table(struct database *d, struct str name, const struct database_column *columns, size_t n, const char *key, struct err *e);
/* A row of the table made last: a cell with an empty text is NULL; of a column of integers it is decimal. */
int database_row(struct database *d, const struct str *cells, struct err *e);
/* A view. `sql`: the caller's own words, after "CREATE VIEW name AS". */
int database_view(struct database *d, const char *name, const char *sql, struct err *e);
/* The file. ERR_LIMIT: it is longer than `out` may be. */
int database_file(struct database *d, struct buf *out, struct err *e);
void database_free(struct database *d); /* NULL is fine */

#endif
