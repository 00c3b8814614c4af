/* SPDX-License-Identifier: Apache-2.0
 *
 * A witness (log/witness.h) as a site of its own: the two addresses of C2SP tlog-witness, and a page that says in words what
 * this witness knows and what it signed last.
 *
 *	POST /add-checkpoint
 *	GET  /<hex SHA-256 of the origin>/checkpoint
 */
#ifndef WEB_WITNESS_SITE_H
#define WEB_WITNESS_SITE_H

#include "log/witness.h"
#include "web/web.h"

struct witness_site;

/* `base` as in register_site_open. `report` is told of what fails inside, in several threads; may be NULL. All must outlive the site. */
struct witness_site *witness_site_new(struct witness *w, const char *base, void (*report)(void *ctx, const struct err *e), void *ctx);
void witness_site_free(struct witness_site *s); /* after web_stop; NULL is fine */
/* What web_start wants; the caller may still choose address, port and limits. */
struct web_config witness_site_config(struct witness_site *s);

#endif
