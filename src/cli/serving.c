/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/serving.h"
#include "mirror/submit.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

bool port_given(const struct call *c, uint16_t otherwise, uint16_t *ret, int *ret_status)
{
	uint64_t port = otherwise;
	if (!number_given(c, "port", &port, ret_status))
		return false;
	if (port > UINT16_MAX) {
		*ret_status = usage(c, "--port goes up to %d", UINT16_MAX);
		return false;
	}
	*ret = (uint16_t)port;
	return true;
}

/* Threads that are started later inherit the mask, so the signals reach sigwait alone. */
void hold_signals(void)
{
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
}

void wait_for_stop(void)
{
	sigset_t stop;
	int which;
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	(void)sigwait(&stop, &which);
}

/* Every page takes memory and gives it back at once. Given back to the system, it would be mapped and cleared anew for
 * the next page, which takes as long as many a page itself; so some is kept. Threads share it, an arena for every two
 * processors: the cache of answers wanders from the arena of one thread to that of another, and each keeps room for it. */
static void keep_memory(void)
{
	enum { KEPT = 64 << 20, MAPPED = 32 << 20, AHEAD = 4 << 20 };
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	(void)mallopt(M_ARENA_MAX, processors > 2 ? (int)(processors / 2) : 1);
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
static int lock_directory(const char *dir, int *ret_fd)
{
	struct err e;
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/server.lock", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	*ret_fd = fd;
	if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
		return DONE;
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return DONE;
	if (fd >= 0 && errno == EWOULDBLOCK) {
		err_set(&e, ERR_CONFLICT, dir, "another server serves this directory already");
		err_hint(&e, "use that one, or stop it first");
	} else {
		err_set(&e, ERR_SYSTEM, path, "%s", strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	return fail_with(&e);
}

/* Each connection is an open file; the limit for those is often set low for programs of another age, and may be raised by who needs it. Where it
 * cannot be raised far enough, there are fewer connections, and that is said. */
static int make_room(const struct call *c, unsigned *ret_connections)
{
	enum { OTHERS = HTTP_HOT_FILES + 256, LEAST = 16, MOST = 1000000 }; /* OTHERS: also the log, its index, what is copied or fetched meanwhile */
	uint64_t connections = HTTP_CONNECTIONS;
	struct rlimit files;
	int status = DONE;
	if (!number_given(c, "connections", &connections, &status))
		return status;
	if (connections < LEAST || connections > MOST)
		return usage(c, "--connections is from %d to %d", LEAST, MOST);
	*ret_connections = (unsigned)connections;
	rlim_t wanted = HTTP_SEATS(connections) + OTHERS;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted)
		return DONE;
	files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &files);
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted)
		return DONE;
	unsigned most = files.rlim_cur > OTHERS ? (unsigned)(files.rlim_cur - OTHERS) : 0;
	*ret_connections = most > HTTP_SEATS(LEAST) ? (most - HTTP_SEATS(0)) * 8 / 9 : LEAST;
	fprintf(stderr, "comity: %u connections at once, not %u: the system allows this program %llu open files (ulimit -n, LimitNOFILE)\n", *ret_connections,
		(unsigned)connections, (unsigned long long)files.rlim_cur);
	return DONE;
}

/* As many acts wait together for one sync of the disk. */
enum { DOOR_THREADS = 128 };

/* Who holds the register's key asks its witnesses; a copy does not. */
static int witness_given(const struct call *c, const char *dir, struct register_site *site)
{
	struct err e;
	char path[4096];
	uint64_t deadline = SUBMIT_DEADLINE;
	int status = DONE;
	(void)snprintf(path, sizeof path, "%s/log.key", dir);
	if (access(path, F_OK) != 0)
		return DONE;
	if (!number_given(c, "deadline", &deadline, &status))
		return status;
	if (deadline < 1 || deadline > SUBMIT_MAX_DEADLINE)
		return usage(c, "--deadline is in seconds, from 1 to %d", SUBMIT_MAX_DEADLINE);
	return register_site_witness(site, (uint32_t)deadline, report, NULL, &e) < 0 ? fail_with(&e) : DONE;
}

int serving_start(const struct call *c, const char *dir, uint16_t port, struct serving *ret)
{
	struct serving s = {.lock = -1};
	struct err e;
	const char *base = given(c, "base"), *address = given(c, "address");
	address = address ? address : "127.0.0.1";
	struct str here = arena_fmt(c->arena, strchr(address, ':') ? "http://[%s]:%u" : "http://%s:%u", address, port);
	keep_memory();
	if (register_site_open(dir, base ? base : here.p, &s.site, &e) < 0)
		return fail_with(&e);
	int status = lock_directory(dir, &s.lock); /* after it was found to be a register */
	if (status != DONE) {
		register_site_close(s.site);
		return status;
	}
	if (given(c, "accept") && register_site_accept(s.site, &e) < 0) {
		serving_stop(&s);
		return fail_with(&e);
	}
	if ((status = witness_given(c, dir, s.site)) != DONE) {
		serving_stop(&s);
		return status;
	}
	struct web_config config = register_site_config(s.site);
	if ((status = make_room(c, &config.connections)) != DONE) {
		serving_stop(&s);
		return status;
	}
	config.address = address;
	config.port = port;
	if (given(c, "accept"))
		config.posts = DOOR_THREADS;
	config.source.report = report;
	if (web_start(&config, &s.web, &e) < 0) {
		serving_stop(&s);
		return fail_with(&e);
	}
	register_site_warm(s.site);
	fprintf(stderr, "Serving %s on http://%s:%u (stop with Ctrl-C)\n", dir, address, web_port(s.web));
	*ret = s;
	return DONE;
}

void serving_stop(struct serving *s)
{
	if (!s->site)
		return;
	web_stop(s->web);
	register_site_close(s->site);
	if (s->lock >= 0)
		close(s->lock);
	*s = (struct serving){0};
}
