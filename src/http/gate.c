/* SPDX-License-Identifier: Apache-2.0 */
#include "http/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 500 }; /* between two looks at the clock */

struct seat {
	int fd;
	_Atomic int phase;
	_Atomic int64_t since, until; /* of the phase, in milliseconds; until: 0: no end */
};

struct gate {
	struct gate_config config;
	int fd, stop[2]; /* stop: a pipe; a byte: take nobody in; its end: go */
	uint16_t port;
	bool open, closed;
	pthread_t thread;
	pthread_cond_t shut;
	pthread_mutex_t lock; /* held while a seat is taken, given back or cut: so a socket that is shut down is the one that was meant */
	unsigned sitting; /* seats that are neither free nor cut */
	unsigned cut; /* seats */
	unsigned coming; /* connections that were taken in and have yet to sit down */
	unsigned hint; /* where a free seat may be */
	struct seat seats[];
};

/* A few milliseconds late, and cheap. */
static int64_t now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- seats ------------------------------------------------------------------------------------------------------- */

void gate_phase(struct seat *s, enum gate_phase p, unsigned seconds)
{
	int64_t now = now_ms();
	int was = atomic_load_explicit(&s->phase, memory_order_relaxed);
	atomic_store_explicit(&s->until, seconds ? now + (int64_t)seconds * 1000 : 0, memory_order_relaxed);
	atomic_store_explicit(&s->since, now, memory_order_relaxed);
	while (was != GATE_CUT && !atomic_compare_exchange_weak(&s->phase, &was, (int)p))
		;
}

struct seat *gate_sit(struct gate *g, int fd, unsigned seconds)
{
	struct seat *s = NULL;
	pthread_mutex_lock(&g->lock);
	g->coming--;
	for (unsigned i = 0; i < g->config.seats && !s; i++) {
		unsigned at = (g->hint + i) % g->config.seats;
		if (g->seats[at].phase == GATE_FREE) {
			s = &g->seats[at];
			g->hint = at + 1;
		}
	}
	if (s) {
		s->fd = fd;
		gate_phase(s, GATE_WAITING, seconds); /* free until now: nobody else looks at it without the lock */
		g->sitting++;
	}
	pthread_mutex_unlock(&g->lock);
	return s;
}

void gate_leave(struct gate *g, struct seat *s)
{
	pthread_mutex_lock(&g->lock);
	*(s->phase == GATE_CUT ? &g->cut : &g->sitting) -= 1;
	g->hint = (unsigned)(s - g->seats);
	s->phase = GATE_FREE;
	pthread_mutex_unlock(&g->lock);
}

void gate_forget(struct seat *s)
{
	const struct linger none = {.l_onoff = 1};
	(void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

/* Under the lock. */
static void cut(struct gate *g, struct seat *s)
{
	if (atomic_exchange(&s->phase, GATE_CUT) == GATE_SENDING)
		gate_forget(s);
	g->sitting--;
	g->cut++;
	(void)shutdown(s->fd, SHUT_RDWR);
}

static void cut_late(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	int64_t now = now_ms();
	for (unsigned i = 0; i < g->config.seats; i++) {
		struct seat *s = &g->seats[i];
		int64_t until = s->until;
		if (s->phase != GATE_FREE && s->phase != GATE_CUT && until && until <= now)
			cut(g, s);
	}
	pthread_mutex_unlock(&g->lock);
}

static struct seat *longest(struct gate *g, enum gate_phase p)
{
	struct seat *found = NULL;
	for (unsigned i = 0; i < g->config.seats; i++) {
		struct seat *s = &g->seats[i];
		if (s->phase == (int)p && (!found || s->since < found->since))
			found = s;
	}
	return found;
}

/* Somebody gives way, if anybody can. */
static bool cut_longest(struct gate *g)
{
	struct seat *s = longest(g, GATE_WAITING);
	s = s ? s : longest(g, GATE_SENDING);
	if (s)
		cut(g, s);
	return s != NULL;
}

/* Is there a place, if need be by cutting one off? It is the newcomer's, then. */
static bool make_room(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	bool room = g->sitting + g->coming < g->config.most || cut_longest(g);
	g->coming += room;
	pthread_mutex_unlock(&g->lock);
	return room;
}

/* In a moment those that are cut will be closed, or those that come will sit; until then nobody can be judged. */
static bool is_crammed(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	unsigned here = g->sitting + g->coming;
	bool crammed = here + g->cut >= g->config.seats || (here >= g->config.most && g->coming && !longest(g, GATE_WAITING));
	pthread_mutex_unlock(&g->lock);
	return crammed;
}

/* ---- the door ---------------------------------------------------------------------------------------------------- */

static int listen_on(const struct gate_config *c, uint16_t *ret_port, struct err *e)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE}, *a;
	char port[8], where[128];
	snprintf(port, sizeof port, "%u", c->port);
	snprintf(where, sizeof where, "%.80s port %u", c->address, c->port);
	if (getaddrinfo(c->address, port, &hints, &a) != 0)
		return err_set(e, ERR_INPUT, where, "this is not a numeric address such as 127.0.0.1 or ::1");
	int one = 1, bytes = (int)c->send_bytes, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
		  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) == 0 && /* connections inherit it */
		  bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 1024) == 0;
	int why = errno;
	struct sockaddr_storage got = {0};
	socklen_t n = sizeof got;
	char service[8] = "0";
	freeaddrinfo(a);
	if (ok && getsockname(fd, (struct sockaddr *)&got, &n) == 0 &&
		getnameinfo((struct sockaddr *)&got, n, NULL, 0, service, sizeof service, NI_NUMERICSERV) == 0) {
		*ret_port = (uint16_t)strtoul(service, NULL, 10);
		return fd;
	}
	if (fd >= 0)
		close(fd);
	err_set(e, why == EADDRINUSE ? ERR_CONFLICT : ERR_SYSTEM, where, "%s",
		why == EADDRINUSE ? "another program listens there" : strerror(why));
	return err_hint(e, "%s", why == EADDRINUSE ? "choose another port, or stop the other program" : "");
}

/* What was sent already is read, or closing would take the words back. */
static void tell_full(struct gate *g, int fd)
{
	char thrown[4096];
	(void)send(fd, g->config.full.p, g->config.full.n, MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)shutdown(fd, SHUT_WR);
	(void)recv(fd, thrown, sizeof thrown, MSG_DONTWAIT);
	close(fd);
}

static void take(struct gate *g, int fd, const struct sockaddr *peer, socklen_t n)
{
	if (!make_room(g)) {
		tell_full(g, fd);
	} else if (!g->config.take(g->config.ctx, fd, peer, n)) {
		pthread_mutex_lock(&g->lock);
		g->coming--;
		pthread_mutex_unlock(&g->lock);
	}
}

/* False: nobody stands there, or nobody can be taken in just now. */
static bool take_one(struct gate *g)
{
	const struct timespec moment = {0, 2000000};
	struct sockaddr_storage peer = {0};
	socklen_t n = sizeof peer;
	int fd = is_crammed(g) ? -1 : accept4(g->fd, (struct sockaddr *)&peer, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0) {
		take(g, fd, (struct sockaddr *)&peer, n);
		return true;
	}
	if (is_crammed(g)) {
		nanosleep(&moment, NULL);
	} else if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) { /* no descriptors left, or no memory */
		pthread_mutex_lock(&g->lock);
		(void)cut_longest(g);
		pthread_mutex_unlock(&g->lock);
		nanosleep(&moment, NULL);
	}
	return false;
}

static void shut(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	close(g->fd);
	g->fd = -1;
	g->closed = true;
	pthread_cond_signal(&g->shut);
	pthread_mutex_unlock(&g->lock);
}

/* Takes in and deals out in turn. Left to themselves, the HTTP library's threads share one listening socket, and
 * whichever wakes first takes all that wait: with few long connections, one thread then does all the work. */
static void *keep(void *arg)
{
	enum { AT_ONCE = 64 }; /* before the clock is looked at again */
	struct gate *g = arg;
	struct pollfd fds[2] = {{.fd = g->stop[0], .events = POLLIN}, {.fd = g->fd, .events = POLLIN}};
	int64_t looked = 0;
	for (;;) {
		int n = poll(fds, 2, LOOK_MS);
		char byte;
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0 && fds[0].revents) {
			if (read(g->stop[0], &byte, 1) != 1)
				break;
			fds[1].fd = -1;
			shut(g);
			continue;
		}
		for (int i = 0; n > 0 && fds[1].revents && i < AT_ONCE && take_one(g); i++)
			;
		if (now_ms() - looked >= LOOK_MS) {
			cut_late(g);
			looked = now_ms();
		}
	}
	return NULL;
}

int gate_new(const struct gate_config *c, struct gate **ret, struct err *e)
{
	struct gate *g = calloc(1, sizeof *g + c->seats * sizeof g->seats[0]);
	int rc = 0;
	if (!g)
		return err_set(e, ERR_SYSTEM, "server", "memory is short");
	g->config = *c;
	if ((g->fd = listen_on(c, &g->port, e)) < 0) {
		rc = g->fd;
		free(g);
		return rc;
	}
	if (pipe2(g->stop, O_CLOEXEC) < 0) {
		rc = err_set(e, ERR_SYSTEM, "server", "no pipe: %s", strerror(errno));
		close(g->fd);
		free(g);
		return rc;
	}
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->shut, NULL);
	*ret = g;
	return 0;
}

uint16_t gate_port(const struct gate *g)
{
	return g->port;
}

int gate_open(struct gate *g, struct err *e)
{
	int why = pthread_create(&g->thread, NULL, keep, g);
	g->open = why == 0;
	return why == 0 ? 0 : err_set(e, ERR_SYSTEM, "server", "no thread could be started: %s", strerror(why));
}

void gate_close(struct gate *g)
{
	if (!g->open || write(g->stop[1], "", 1) != 1)
		return;
	pthread_mutex_lock(&g->lock);
	while (!g->closed)
		pthread_cond_wait(&g->shut, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

void gate_free(struct gate *g)
{
	if (!g)
		return;
	close(g->stop[1]);
	if (g->open)
		pthread_join(g->thread, NULL);
	close(g->stop[0]);
	if (g->fd >= 0)
		close(g->fd);
	pthread_cond_destroy(&g->shut);
	pthread_mutex_destroy(&g->lock);
	free(g);
}
