/* SPDX-License-Identifier: Apache-2.0
 *
 * The command that serves the site: until it is told to stop (SIGINT, SIGTERM).
 */
#include "cli/cli.h"
#include "web/site.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

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

/* Every page takes memory and gives it back at once. Given back to the system, it would be mapped and cleared anew for
 * the next page, which takes as long as many a page itself; so some is kept. */
static void keep_memory(void)
{
	enum { KEPT = 64 << 20, MAPPED = 32 << 20, AHEAD = 4 << 20 };
	(void)mallopt(M_TRIM_THRESHOLD, KEPT);
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED);
	(void)mallopt(M_TOP_PAD, AHEAD);
}

static void report(void *ctx, const struct err *e)
{
	(void)ctx;
	(void)fail_with(e);
}

/* One server for a directory: two would tell people two addresses, and one of them would be forgotten. The lock is on a
 * file of the directory, and ends with the process. Where nothing can be written (a mirror on a read-only disk),
 * nothing is locked. */
static int lock_directory(const struct call *c, int *ret_fd)
{
	struct err e;
	struct str path = arena_fmt(c->arena, "%s/server.lock", c->word[0]);
	int fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	*ret_fd = fd;
	if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
		return DONE;
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return DONE;
	if (fd >= 0 && errno == EWOULDBLOCK) {
		err_set(&e, ERR_CONFLICT, c->word[0], "another server serves this directory already");
		err_hint(&e, "use that one, or stop it first");
	} else {
		err_set(&e, ERR_SYSTEM, path.p, "%s", strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	return fail_with(&e);
}

/* As many acts wait together for one sync of the disk. */
enum { DOOR_THREADS = 128 };

static int serve(const struct call *c, const char *address, uint16_t port)
{
	struct register_site *site;
	struct web *web;
	struct err e;
	const char *base = given(c, "base");
	struct str here = arena_fmt(c->arena, strchr(address, ':') ? "http://[%s]:%u" : "http://%s:%u", address, port);
	hold_signals();
	keep_memory();
	if (register_site_open(c->word[0], base ? base : here.p, &site, &e) < 0)
		return fail_with(&e);
	int lock, status = lock_directory(c, &lock); /* after it was found to be a register */
	if (status != DONE) {
		register_site_close(site);
		return status;
	}
	if (given(c, "accept") && register_site_accept(site, &e) < 0) {
		register_site_close(site);
		if (lock >= 0)
			close(lock);
		return fail_with(&e);
	}
	struct web_config config = register_site_config(site);
	if (given(c, "accept"))
		config.workers = DOOR_THREADS;
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
	if (lock >= 0)
		close(lock);
	return DONE;
}

int run_serve(const struct call *c)
{
	const char *address = given(c, "address");
	uint16_t port;
	int status = DONE;
	if (!port_given(c, &port, &status))
		return status;
	return serve(c, address ? address : "127.0.0.1", port);
}
