/* SPDX-License-Identifier: Apache-2.0
 *
 * The command that serves the site: until it is told to stop (SIGINT, SIGTERM).
 */
#include "cli/cli.h"
#include "web/site.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static bool port_given(const struct call *c, uint16_t *ret, int *ret_status)
{
	uint64_t port = 8080;
	if (!number_given(c, "port", &port, ret_status))
		return false;
	if (port > UINT16_MAX) {
		*ret_status = usage(c, "--port goes up to %d", UINT16_MAX);
		return false;
	}
	*ret = (uint16_t)port;
	return true;
}

static void wait_for_stop(void)
{
	sigset_t stop;
	int which;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	(void)sigwait(&stop, &which);
}

/* Threads that are started later inherit the mask, so the signals reach sigwait alone. */
static void hold_signals(void)
{
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
}

static void report(void *ctx, const struct err *e)
{
	(void)ctx;
	(void)fail_with(e);
}

int run_serve(const struct call *c)
{
	struct register_site *site;
	struct web *web;
	struct err e;
	uint16_t port;
	int status;
	const char *address = given(c, "address"), *base = given(c, "base");
	if (!port_given(c, &port, &status))
		return status;
	if (!address)
		address = "127.0.0.1";
	struct str here = arena_fmt(c->arena, strchr(address, ':') ? "http://[%s]:%u" : "http://%s:%u", address, port);
	hold_signals();
	if (register_site_open(c->word[0], base ? base : here.p, &site, &e) < 0)
		return fail_with(&e);
	struct web_config config = register_site_config(site);
	config.address = address;
	config.port = port;
	config.source.report = report;
	if (web_start(&config, &web, &e) < 0) {
		register_site_close(site);
		return fail_with(&e);
	}
	fprintf(stderr, "Serving %s on http://%s:%u (stop with Ctrl-C)\n", c->word[0], address, web_port(web));
	wait_for_stop();
	web_stop(web);
	register_site_close(site);
	return DONE;
}
