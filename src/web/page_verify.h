/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page that verifies shows: whom it trusts at first, and the acts that name a hash somebody asked for.
 */
#ifndef WEB_PAGE_VERIFY_H
#define WEB_PAGE_VERIFY_H

#include "web/listing.h"

struct verify_found {
	struct str number;
	struct html title;
	struct when when;
	struct url href, proof;
	struct html says; /* what of the act it is */
};

struct verify_page {
	struct frame frame;
	struct url site;   /* of the register, for links in a copy of the page */
	struct url action; /* of the form that asks by hash */
	struct str origin; /* of the register's log */
	struct str policy; /* whom the page trusts unless told otherwise (C2SP tlog-policy) */
	bool asked;	   /* by hash */
	struct str hash;
	bool limited; /* the acts found are those up to entry `known` */
	uint64_t known;
	LIST(struct verify_found) found;
	struct html scripts;
};

#endif
