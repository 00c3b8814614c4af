/* SPDX-License-Identifier: Apache-2.0
 *
 * The page of a witness.
 */
#ifndef WEB_PAGE_WITNESS_H
#define WEB_PAGE_WITNESS_H

#include "web/frame.h"

struct witness_page {
	struct frame frame;
	struct str vkey;
	struct records logs;
	struct str stale; /* why the list of logs could not be read anew; empty: it could */
	bool contradicted; /* by some log */
};

#endif
