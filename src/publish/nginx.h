/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration with which nginx serves a publication (publish.h) as the server itself would: the same types, the same security headers,
 * and no file of today for a question about another day.
 */
#ifndef PUBLISH_NGINX_H
#define PUBLISH_NGINX_H

#include "web/almanac.h"
#include "publish/publish.h"
#include "publish/files.h"

#define PUBLISH_REFUSALS "refused" /* below www: 404.LANG.html, 404.LANG.json and so on, which say why there is no answer (enum refusal) */

struct odd_header { /* that not every page has */
	const char *name;
	struct str target, value;
};
struct odd_headers {
	struct odd_header *v;
	size_t n, cap;
};

int publish_nginx(const struct site *s, const struct publish_config *c, const struct almanac *al, const struct odd_headers *odd, const struct folder *above, struct err *e);

#endif
