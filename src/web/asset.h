/* SPDX-License-Identifier: Apache-2.0
 *
 * The style sheet, the icon and the scripts, embedded in the program at build (tools/embed.py). The address of each
 * holds a hash of its bytes, so it may be kept for ever and a new release is seen at once.
 *
 * A script runs only on a page that holds it inside itself and names its hash in its content security policy: no page
 * loads one by its address.
 */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "html/html.h"

struct asset {
	struct str file, name; /* "comity.css", "comity.0123456789abcdef.css" */
	const char *media;
	struct str bytes;
	const char *source; /* 'sha256-...' as a policy has it, without the quotes */
};

extern const struct asset assets[];
extern const size_t assets_n;

const struct asset *asset_find(const char *file); /* NULL: there is no such file */

#endif
