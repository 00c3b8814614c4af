/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints docs/addresses.md from the route table.
 */
#include "web/route.h"

int main(void)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	route_print(web_routes, &b);
	fwrite(b.p, 1, b.n, stdout);
	buf_done(&b);
	return 0;
}
