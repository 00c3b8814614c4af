/* SPDX-License-Identifier: Apache-2.0
 *
 * Serves the demonstration site until its standard input ends: "serve [port]". Prints the port it got.
 */
#include "demo.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
	struct demo d = {0};
	struct web_config c = demo_config(&d);
	struct web *w;
	struct err e = {0};
	c.port = (uint16_t)(argc > 1 ? strtoul(argv[1], NULL, 10) : 0);
	if (web_start(&c, &w, &e) < 0) {
		fprintf(stderr, "%s: %s\n", e.where, e.what);
		return 1;
	}
	printf("%u\n", web_port(w));
	fflush(stdout);
	while (getchar() != EOF)
		atomic_fetch_add(&d.position, 1);
	web_stop(w);
	arena_done(&d.arena);
	return 0;
}
