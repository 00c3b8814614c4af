/* SPDX-License-Identifier: Apache-2.0
 *
 * The command that serves the site: until it is told to stop (SIGINT, SIGTERM).
 */
#include "cli/serving.h"

int run_serve(const struct call *c)
{
	struct serving s;
	uint16_t port;
	int status = DONE;
	if (!port_given(c, 8080, &port, &status))
		return status;
	hold_signals();
	if ((status = serving_start(c, c->word[0], port, &s)) != DONE)
		return status;
	wait_for_stop();
	serving_stop(&s);
	return DONE;
}
