/* SPDX-License-Identifier: Apache-2.0
 *
 *	comity-bench-log append DIR ACTS [DELAY]	64 threads append to a new log in DIR
 *	comity-bench-log raw DIR FILE ACTS		SQLite alone takes the same acts in the same groups into FILE
 *	comity-bench-log raw-singly DIR FILE ACTS	and each by itself
 *	comity-bench-log million DIR ACTS		one process grows a log in DIR, proves, audits
 *
 * Prints "name value" a line, seconds and megabytes.
 */
#include "acts.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	const char *what = argc > 3 ? argv[1] : "";
	uint64_t n = argc > 3 ? strtoull(argv[argc - 1], NULL, 10) : 0;
	if (!strcmp(what, "append") && argc == 4)
		return run_append(argv[2], n, LOG_GROUP_DELAY);
	if (!strcmp(what, "append") && argc == 5)
		return run_append(argv[2], strtoull(argv[3], NULL, 10), (uint32_t)n);
	bool singly = !strcmp(what, "raw-singly");
	if ((singly || !strcmp(what, "raw")) && argc == 5)
		return run_raw(argv[2], argv[3], n, singly);
	if (!strcmp(what, "million") && argc == 4)
		return run_million(argv[2], n);
	fprintf(stderr, "usage: comity-bench-log append|raw|raw-singly|million ..., see main.c\n");
	return 2;
}
