/* SPDX-License-Identifier: Apache-2.0
 *
 * The register behind the site: what the floor asks of its source (frame.h), answered from a register on disk. Follows
 * a log that others write: a request that comes after their commit sees it.
 *
 * All pages show the public view. Nothing here names an organisation: its words come from its org.json.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "register/reg.h"
#include "web/almanac.h"
#include "web/web.h"

struct register_site;
struct submit;

/* Opens the register in `dir` for reading. `base`: "https://register.example", without a slash at the end; it stands
 * before permanent addresses. */
int register_site_open(const char *dir, const char *base, struct register_site **ret, struct err *e);
void register_site_close(struct register_site *s); /* after web_stop; NULL is fine */
/* Makes the search ready in a thread of its own, so that the first who searches need not wait. Once. */
void register_site_warm(struct register_site *s);

/* What web_start wants; valid as long as the site. The caller may still choose address, port and limits. */
struct web_config register_site_config(struct register_site *s);

/* What an organisation calls itself and says over every page, in a language. Strings of the organisation, and of `a`. */
struct site_words site_words_of(const struct org *org, const struct tongue *t, struct arena *a);
/* Takes acts that were signed elsewhere, too: the register is opened for writing beside the one that is read, so that nobody who reads
 * waits for the disk. ERR_CONFLICT: somebody else files. */
int register_site_accept(struct register_site *s, struct err *e);
/* Takes what the log signs to the witnesses of the directory's policy, and publishes what has its quorum (mirror/submit.h). */
int register_site_witness(struct register_site *s, uint32_t deadline, void (*report)(void *ctx, const struct err *e), void *ctx, struct err *e);
struct submit *register_site_submit(struct register_site *s); /* NULL: what is signed is published */
struct reg *register_site_reg(struct register_site *s);
/* Looks whether acts can be taken, and why not (a full disk: log_stopped); pages say so. True: that has changed. */
bool register_site_look_at_door(struct register_site *s, struct err *ret);
struct reg *register_site_door(struct register_site *s); /* NULL: it only reads */
const char *register_site_dir(struct register_site *s);
bool is_this_log(struct register_site *s, struct str name); /* the SHA-256 of its origin, in 64 hexadecimal digits (tiles.c) */
/* The almanac of the public view as known at entry `known`, kept or made (shelf.h); give back with almanac_unref. */
int register_site_almanac(
	struct register_site *s, uint64_t known, const struct tongue *t, struct almanac **ret, struct err *e);

#endif
