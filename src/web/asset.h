/* SPDX-License-Identifier: Apache-2.0
 *
 * The style sheet, the icon and later the script, embedded in the program at build (tools/embed.py). The address of each
 * holds a hash of its bytes, so it may be kept for ever and a new release is seen at once.
 */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "web/html.h"

struct asset {
	struct str file, name; /* "comity.css", "comity.0123456789abcdef.css" */
	const char *media;
	struct str bytes;
};

extern const struct asset assets[];
extern const size_t assets_n;

struct url asset_url(struct arena *a, const char *file); /* empty when there is no such file */

#endif
