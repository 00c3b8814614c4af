/* SPDX-License-Identifier: Apache-2.0
 *
 * The site of a directory, served by this process: what `comity serve` does, and `comity mirror --port` beside following.
 */
#ifndef CLI_SERVING_H
#define CLI_SERVING_H

#include "cli/cli.h"
#include "web/site.h"

struct serving {
	struct register_site *site;
	struct web *web;
	int lock;
};

/* SIGINT and SIGTERM wait for whoever asks for them: before any thread is started. */
void hold_signals(void);
void wait_for_stop(void); /* for one of them */
/* --port; false: said already. */
bool port_given(const struct call *c, uint16_t otherwise, uint16_t *ret, int *ret_status);

/* Serves at --address and --base of the command; says where on standard error. DONE, or the exit status of what went wrong (said already). */
int serving_start(const struct call *c, const char *dir, uint16_t port, struct serving *ret);
void serving_stop(struct serving *s); /* an all-zero one is allowed */

#endif
