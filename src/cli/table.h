/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables on a terminal (libsmartcols): columns as wide as they need, long texts wrapped on a terminal only.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/arena.h"

struct table_out;

/* columns: names; the last one may be long and is wrapped. A column without any text is not printed. */
struct table_out *table_new(const char *const *columns, size_t n);
void table_row(struct table_out *t, const struct str *cells); /* one per column */
void table_print(struct table_out *t, struct buf *out);	      /* and frees it */
void table_free(struct table_out *t);

#endif
