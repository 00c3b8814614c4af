/* SPDX-License-Identifier: Apache-2.0 */
#include "web/http.h"

#include "web/crew.h"
#include "web/target.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* On every reply. Nothing is loaded from elsewhere, nothing runs that is not a file of ours, nobody frames a page, and
 * a page's address (which holds a question) is not told to other sites. What looks a page over from within (Lighthouse) may fetch from here. */
static const struct http_header security[] = { /* the policy is the first */
	{HTTP_POLICY, "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
		      "base-uri 'none'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

struct http_reply {
	atomic_uint refs;
	int status;
	struct MHD_Response *full, *unchanged; /* `unchanged`: the 304, with an etag only */
	struct MHD_Response *_Atomic file; /* as `full`, of a body in a file: see full_of */
	atomic_uint sent;
	struct str body, etag;
};

struct http {
	struct MHD_Daemon *daemon;
	http_answer *answer;
	http_body_max *body_max;
	void *ctx;
	struct crew *crew; /* answers each POST; NULL: the library's threads do */
	atomic_uint working; /* requests that the crew has */
	atomic_bool closing; /* it gets no more */
	atomic_uint busy; /* requests answered but not yet sent */
	atomic_size_t bodies; /* bytes of bodies held */
	unsigned body_seconds;
	uint16_t port;
	int listen_fd, stop[2]; /* stop: a pipe; its end says that no connection is accepted any more */
	pthread_t acceptor;
};

/* One for each connection, so that a request on a kept-alive connection allocates nothing of ours. */
struct connection {
	size_t target_n;
	bool busy;
	struct buf body;
	size_t held, dropped; /* bytes: counted in http.bodies; read and thrown away */
	enum http_body state;
	time_t until; /* the body must be there (CLOCK_MONOTONIC) */
	struct crew_job job;
	struct MHD_Connection *of; /* while the crew has it, suspended; the request's views live as long */
	struct http_request request;
	struct http_reply *reply;
	bool answered; /* by the crew */
	char target[TARGET_MAX];
};

/* Replies */

static bool add_headers(struct MHD_Response *r, const struct http_header *h, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (MHD_add_response_header(r, h[i].name, h[i].value) != MHD_YES)
			return false;
	return true;
}

/* The security headers, but for a policy that the reply brings itself. */
static bool add_security(struct MHD_Response *r, const struct http_header *h, size_t n)
{
	bool own = false;
	for (size_t i = 0; i < n; i++)
		own = own || strcmp(h[i].name, HTTP_POLICY) == 0;
	return add_headers(r, security + own, sizeof security / sizeof *security - own);
}

static struct MHD_Response *respond(
	struct str body, bool owned, const struct http_header *h, size_t n, const char *etag)
{
	struct MHD_Response *r = owned ? MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_FREE)
				       : MHD_create_response_from_buffer(
						 body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
	if (!r) {
		if (owned)
			free((void *)(uintptr_t)body.p);
		return NULL;
	}
	if (!add_headers(r, h, n) || !add_security(r, h, n) ||
		(etag && MHD_add_response_header(r, "ETag", etag) != MHD_YES)) {
		MHD_destroy_response(r); /* frees an owned body too */
		return NULL;
	}
	return r;
}

static struct http_reply *reply_of(
	int status, const struct http_header *h, size_t n, const char *etag, struct str body, bool owned)
{
	size_t etag_n = etag ? strlen(etag) : 0;
	struct http_reply *r = malloc(sizeof *r + etag_n + 1);
	if (!r) {
		if (owned)
			free((void *)(uintptr_t)body.p);
		return NULL;
	}
	char *copy = (char *)(r + 1);
	memcpy(copy, etag ? etag : "", etag_n + 1);
	*r = (struct http_reply){.refs = 1, .status = status, .body = body, .etag = {copy, etag_n}};
	r->full = respond(body, owned, h, n, etag);
	if (r->full && etag)
		r->unchanged = respond((struct str){"", 0}, false, h, n, etag);
	if (!r->full || (etag && !r->unchanged)) {
		http_reply_unref(r);
		return NULL;
	}
	return r;
}

struct http_reply *http_reply_new(int status, const struct http_header *h, size_t n, const char *etag, struct buf *body)
{
	struct str bytes = {body->p, body->n};
	size_t max = body->max;
	buf_init(body, max); /* forgets the bytes: the reply has them now */
	return reply_of(status, h, n, etag, bytes.n ? bytes : (struct str){"", 0}, bytes.n > 0);
}

struct http_reply *http_reply_static(int status, const struct http_header *h, size_t n, const char *etag, struct str body)
{
	return reply_of(status, h, n, etag, body, false);
}

struct http_reply *http_reply_ref(struct http_reply *r)
{
	atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
	return r;
}

void http_reply_unref(struct http_reply *r)
{
	if (!r || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (r->full)
		MHD_destroy_response(r->full);
	if (r->unchanged)
		MHD_destroy_response(r->unchanged);
	if (r->file)
		MHD_destroy_response(r->file);
	free(r);
}

size_t http_reply_bytes(const struct http_reply *r)
{
	return r->body.n;
}

int http_reply_status(const struct http_reply *r)
{
	return r->status;
}

struct str http_reply_body(const struct http_reply *r)
{
	return r->body;
}

bool http_etag_matches(struct str list, struct str etag)
{
	struct str one, rest = list;
	if (str_eq(str_trim(list), STR("*")))
		return true;
	while (rest.n) {
		if (!str_cut(rest, ',', &one, &rest))
			one = rest, rest = (struct str){NULL, 0};
		one = str_trim(one);
		if (str_starts(one, STR("W/")))
			one = str_slice(one, 2, one.n);
		if (str_eq(one, etag))
			return true;
	}
	return false;
}

/* A long body that is sent again and again goes into a file in memory, from which the kernel sends it without copying it once more. Each
 * takes a descriptor; only numbers below a limit are used, which leaves the rest for connections. */
enum { FILE_AFTER = 16, FILE_LEAST = 16 << 10, FILE_BELOW = 128 };

static enum MHD_Result copy_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	return MHD_add_response_header(cls, name, value);
}

static struct MHD_Response *respond_from_file(const struct http_reply *r)
{
	int fd = memfd_create("reply", MFD_CLOEXEC);
	struct str left = r->body;
	ssize_t n = 0;
	while (fd >= 0 && fd < FILE_BELOW && left.n && (n = write(fd, left.p, left.n)) > 0)
		left = str_slice(left, (size_t)n, left.n);
	struct MHD_Response *file = fd >= 0 && !left.n ? MHD_create_response_from_fd(r->body.n, fd) : NULL; /* has the descriptor then */
	if (!file && fd >= 0)
		close(fd);
	if (file && MHD_get_response_headers(r->full, NULL, NULL) != MHD_get_response_headers(r->full, copy_header, file)) {
		MHD_destroy_response(file);
		file = NULL;
	}
	return file;
}

/* The response to send: once it was sent often enough, the one from a file, if there can be one. */
static struct MHD_Response *full_of(struct http_reply *r)
{
	struct MHD_Response *there = atomic_load(&r->file), *made;
	if (there || r->body.n < FILE_LEAST || atomic_fetch_add_explicit(&r->sent, 1, memory_order_relaxed) != FILE_AFTER || !(made = respond_from_file(r)))
		return there ? there : r->full;
	atomic_store(&r->file, made); /* nobody else makes one: the count passes that number once */
	return made;
}

/* Requests */

static struct connection *connection_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

static void forget_body(struct http *h, struct connection *k)
{
	atomic_fetch_sub(&h->bodies, k->held);
	buf_done(&k->body);
	k->held = k->dropped = 0;
	k->state = HTTP_BODY_GOOD;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	(void)c;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = calloc(1, sizeof(struct connection));
	} else {
		struct connection *k = *socket_context;
		if (k) {
			forget_body(cls, k);
			http_reply_unref(k->reply);
		}
		free(k);
		*socket_context = NULL;
	}
}

/* Called with the target as it was sent, before the library cuts and decodes it in place. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *c)
{
	struct connection *k = connection_of(c);
	(void)cls;
	if (k) {
		k->target_n = strlen(target);
		memcpy(k->target, target, k->target_n < TARGET_MAX ? k->target_n : TARGET_MAX);
	}
	return NULL;
}

static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls, (void)c;
	return strlen(s);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **request, enum MHD_RequestTerminationCode code)
{
	struct http *h = cls;
	struct connection *k = connection_of(c);
	(void)request, (void)code;
	if (k)
		forget_body(h, k);
	if (k && k->busy) {
		k->busy = false;
		atomic_fetch_sub(&h->busy, 1);
	}
}

static struct str header(struct MHD_Connection *c, const char *name)
{
	return str_of(MHD_lookup_connection_value(c, MHD_HEADER_KIND, name));
}

static time_t seconds_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static enum http_method method_of(const char *name)
{
	static const char *const names[] = {[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST"};
	for (int m = HTTP_GET; m <= HTTP_POST; m++)
		if (strcmp(name, names[m]) == 0)
			return (enum http_method)m;
	return HTTP_OTHER;
}

/* The head of a request with a body has come. Will it be read? If not, the reply to it closes the connection. */
static bool begin_body(struct http *h, struct connection *k, const struct http_request *rq, struct str length, bool chunked)
{
	size_t max = rq->method == HTTP_POST && h->body_max ? h->body_max(h->ctx, rq) : 0;
	uint64_t n = 0;
	if (max == 0)
		return false;
	if (chunked && length.n) /* two who disagree about where it ends would read two different next requests */
		k->state = HTTP_BODY_BAD;
	else if (!chunked && (!str_u64(length, &n) || n > max))
		k->state = HTTP_BODY_LONG;
	buf_init(&k->body, max);
	k->until = seconds_now() + h->body_seconds;
	return k->state == HTTP_BODY_GOOD;
}

/* One more piece of the body. False: no more patience. */
static bool take_body(struct http *h, struct connection *k, struct str piece)
{
	if (seconds_now() > k->until)
		return false;
	if (k->state == HTTP_BODY_GOOD && piece.n > k->body.max - k->body.n)
		k->state = HTTP_BODY_LONG;
	if (k->state == HTTP_BODY_GOOD) {
		k->held += piece.n;
		if (atomic_fetch_add(&h->bodies, piece.n) + piece.n > HTTP_BODIES_MAX)
			k->state = HTTP_BODY_BUSY;
		else
			buf_add(&k->body, piece);
		if (k->body.over) /* of memory, as there is room */
			k->state = HTTP_BODY_BUSY;
	}
	if (k->state == HTTP_BODY_GOOD)
		return true;
	enum http_body state = k->state;
	size_t dropped = k->dropped + piece.n;
	forget_body(h, k);
	k->state = state;
	k->dropped = dropped;
	return dropped <= HTTP_DROP_MAX;
}

/* In a thread of the crew. From the last call on the connection is the library's again. */
static void work(void *ctx, struct crew_job *job)
{
	struct http *h = ctx;
	struct connection *k = (struct connection *)((char *)job - offsetof(struct connection, job));
	struct MHD_Connection *c = k->of;
	k->reply = h->answer(h->ctx, &k->request);
	k->answered = true;
	MHD_resume_connection(c);
	atomic_fetch_sub(&h->working, 1);
}

static struct http_reply *take_reply(struct connection *k)
{
	struct http_reply *r = k->reply;
	k->reply = NULL;
	k->answered = false;
	return r;
}

static enum MHD_Result send_reply(struct http *h, struct connection *k, struct MHD_Connection *c, const struct http_request *rq)
{
	struct http_reply *r = k->answered ? take_reply(k) : h->answer(h->ctx, rq);
	if (!r)
		return MHD_NO;
	k->busy = true;
	atomic_fetch_add(&h->busy, 1);
	bool asks = rq->method == HTTP_GET || rq->method == HTTP_HEAD;
	bool unchanged = asks && r->unchanged && r->status == MHD_HTTP_OK && rq->if_none_match.n &&
			 http_etag_matches(rq->if_none_match, r->etag);
	enum MHD_Result rc = unchanged ? MHD_queue_response(c, MHD_HTTP_NOT_MODIFIED, r->unchanged)
				       : MHD_queue_response(c, (unsigned)r->status, full_of(r));
	http_reply_unref(r); /* the library keeps its own reference until it has sent */
	return rc;
}

/* What is posted may take its time: it waits for a disk, together with others. Nobody who reads shall wait with it. */
static enum MHD_Result hand_to_crew(struct http *h, struct connection *k, struct MHD_Connection *c, const struct http_request *rq)
{
	atomic_fetch_add(&h->working, 1);
	if (atomic_load(&h->closing)) { /* looked at after it was counted: a stop that does not wait for us is seen here */
		atomic_fetch_sub(&h->working, 1);
		return send_reply(h, k, c, rq);
	}
	k->of = c;
	k->request = *rq;
	MHD_suspend_connection(c);
	crew_add(h->crew, &k->job);
	return MHD_YES;
}

/* Called with the head of a request, with each piece of its body, and when all of it is there. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_n, void **request)
{
	struct http *h = cls;
	struct connection *k = connection_of(c);
	(void)url, (void)version;
	if (!k)
		return MHD_NO;
	if (*request && *upload_n) {
		struct str piece = {upload, *upload_n};
		*upload_n = 0;
		return take_body(h, k, piece) ? MHD_YES : MHD_NO;
	}
	struct str length = header(c, "Content-Length");
	bool chunked = header(c, "Transfer-Encoding").n;
	struct http_request rq = {
		.method = method_of(method),
		.target = {k->target, k->target_n},
		.host = header(c, "Host"),
		.accept = header(c, "Accept"),
		.accept_language = header(c, "Accept-Language"),
		.accept_datetime = header(c, "Accept-Datetime"),
		.if_none_match = header(c, "If-None-Match"),
		.content_type = header(c, "Content-Type"),
		.has_body = (length.n && !str_eq(length, STR("0"))) || chunked,
	};
	/* A reply at the first call closes the connection: right for a body that nobody reads, and only for that. */
	if (!*request && (!rq.has_body || begin_body(h, k, &rq, length, chunked))) {
		*request = k;
		return MHD_YES;
	}
	rq.body = buf_str(&k->body);
	rq.body_state = k->state;
	bool waits = h->crew && rq.method == HTTP_POST && rq.body_state == HTTP_BODY_GOOD && k->body.max && !k->answered;
	return waits ? hand_to_crew(h, k, c, &rq) : send_reply(h, k, c, &rq);
}

/* The server */

static int listen_on(const struct http_config *c, uint16_t *ret_port, struct err *e)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE}, *a;
	char port[8], where[128];
	snprintf(port, sizeof port, "%u", c->port);
	snprintf(where, sizeof where, "%.80s port %u", c->address, c->port);
	if (getaddrinfo(c->address, port, &hints, &a) != 0)
		return err_set(e, ERR_INPUT, where, "this is not a numeric address such as 127.0.0.1 or ::1");
	int one = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
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

/* Accepts and deals connections out in turn. Left to themselves, the library's threads share one listening socket, and
 * whichever wakes first takes all that wait: with few long connections, one thread then does all the work. */
static void *accept_all(void *arg)
{
	struct http *h = arg;
	struct pollfd fds[2] = {{.fd = h->listen_fd, .events = POLLIN}, {.fd = h->stop[0], .events = POLLIN}};
	while (poll(fds, 2, -1) >= 0 || errno == EINTR) {
		struct sockaddr_storage peer = {0};
		socklen_t n = sizeof peer;
		if (fds[1].revents)
			break;
		int fd = accept4(h->listen_fd, (struct sockaddr *)&peer, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			(void)MHD_add_connection(h->daemon, fd, (struct sockaddr *)&peer, n); /* closes it beyond the limit */
		else if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
			nanosleep(&(struct timespec){0, 10000000}, NULL); /* no descriptors left: let some connections end */
	}
	return NULL;
}

static void no_log(void *cls, const char *format, va_list ap)
{
	(void)cls, (void)format, (void)ap;
}

static int start_threads(struct http *h, const struct http_config *c, struct err *e)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned threads = c->threads ? c->threads : processors > 0 ? (unsigned)processors : 1;
	unsigned connections = c->connections ? c->connections : 1000;
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
		NULL, on_request, h, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT,
		connections < threads ? threads : connections, MHD_OPTION_CONNECTION_TIMEOUT,
		c->idle_seconds ? c->idle_seconds : (unsigned)HTTP_IDLE_SECONDS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_HEADERS_MAX, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_EXTERNAL_LOGGER,
		no_log, NULL, MHD_OPTION_END);
	if (!h->daemon)
		return err_set(e, ERR_SYSTEM, "server", "the HTTP library did not start: %s", strerror(errno));
	if (c->workers)
		h->crew = crew_new(c->workers, work, h);
	int why = c->workers && !h->crew ? errno : pthread_create(&h->acceptor, NULL, accept_all, h);
	if (why == 0)
		return 0;
	crew_free(h->crew);
	MHD_stop_daemon(h->daemon);
	return err_set(e, ERR_SYSTEM, "server", "no thread could be started: %s", strerror(why));
}

int http_start(const struct http_config *c, struct http **ret, struct err *e)
{
	struct http *h = calloc(1, sizeof *h);
	sigset_t all, before;
	int rc;
	if (!h)
		return err_set(e, ERR_SYSTEM, "server", "memory is short");
	h->answer = c->answer;
	h->body_max = c->body_max;
	h->body_seconds = c->body_seconds ? c->body_seconds : HTTP_BODY_SECONDS;
	h->ctx = c->ctx;
	if ((rc = h->listen_fd = listen_on(c, &h->port, e)) < 0) {
		free(h);
		return rc;
	}
	if (pipe2(h->stop, O_CLOEXEC) < 0) {
		rc = err_set(e, ERR_SYSTEM, "server", "no pipe: %s", strerror(errno));
	} else {
		sigfillset(&all); /* signals are for the program's own thread */
		pthread_sigmask(SIG_BLOCK, &all, &before);
		rc = start_threads(h, c, e);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
		if (rc == 0) {
			*ret = h;
			return 0;
		}
		close(h->stop[0]);
		close(h->stop[1]);
	}
	close(h->listen_fd);
	free(h);
	return rc;
}

uint16_t http_port(const struct http *h)
{
	return h->port;
}

void http_stop(struct http *h)
{
	if (!h)
		return;
	close(h->stop[1]);
	pthread_join(h->acceptor, NULL);
	close(h->listen_fd);
	struct timespec pause = {0, 5000000};
	atomic_store(&h->closing, true);
	/* The library ends only when nothing is suspended. Each job ends: its work does, whatever it is. */
	for (int i = 0; atomic_load(&h->working) > 0 || (i < HTTP_STOP_SECONDS * 200 && atomic_load(&h->busy) > 0); i++)
		nanosleep(&pause, NULL);
	crew_free(h->crew);
	MHD_stop_daemon(h->daemon);
	close(h->stop[0]);
	free(h);
}
