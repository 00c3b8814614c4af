/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct table_out {
	struct libscols_table *table;
	size_t columns;
	bool *used; /* by column: some cell has text */
};

struct table_out *table_new(const char *const *columns, size_t n)
{
	struct table_out *t = calloc(1, sizeof *t);
	scols_init_debug(0);
	if (!t || !(t->table = scols_new_table()))
		arena_oom();
	t->columns = n;
	if (!(t->used = calloc(n, sizeof *t->used)))
		arena_oom();
	bool wide = isatty(STDOUT_FILENO);
	scols_table_set_termforce(t->table, wide ? SCOLS_TERMFORCE_AUTO : SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < n; i++)
		if (!scols_table_new_column(t->table, columns[i], 0, wide && i + 1 == n ? SCOLS_FL_WRAP : 0))
			arena_oom();
	return t;
}

void table_row(struct table_out *t, const struct str *cells)
{
	struct libscols_line *line = scols_table_new_line(t->table, NULL);
	if (!line)
		arena_oom();
	for (size_t i = 0; i < t->columns; i++) {
		char *text = strndup(cells[i].n ? cells[i].p : "", cells[i].n);
		t->used[i] = t->used[i] || cells[i].n;
		if (!text || scols_line_refer_data(line, i, text) != 0)
			arena_oom();
	}
}

void table_print(struct table_out *t, struct buf *out)
{
	char *text = NULL;
	for (size_t i = 0; i < t->columns; i++)
		if (!t->used[i])
			scols_column_set_flags(scols_table_get_column(t->table, i), SCOLS_FL_HIDDEN);
	if (scols_print_table_to_string(t->table, &text) != 0)
		arena_oom();
	buf_adds(out, text);
	buf_addc(out, '\n'); /* the library leaves the last one out */
	free(text);
	table_free(t);
}

void table_free(struct table_out *t)
{
	scols_unref_table(t->table);
	free(t->used);
	free(t);
}
