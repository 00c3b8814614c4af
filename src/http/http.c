/* SPDX-License-Identifier: Apache-2.0 */
#include "http/http.h"

#include "http/crew.h"
#include "http/gate.h"
#include "http/head.h"
#include "http/target.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Of the library, for each connection: the head of a request in its own terms (a header takes some 64 bytes beside its text), and that of the reply. */
enum { POOL = 2 * HTTP_HEAD_MAX };
/* Of a reply, in the system's hands: what a slow reader can make it keep. Faster than a reader at the other side of the world can read at once. */
enum { SEND_BYTES = 256 << 10 };
/* A body of so many bytes that was sent so often becomes a file in memory: the system sends its pages as they are, where to copy it into
 * each connection was two fifths of the work of an answer. Not before, for each takes a descriptor; and the library sends from a file in one
 * thread at a time. */
enum { HOT_BYTES = 16 << 10, HOT_AFTER = 64 };

/* On every reply that brings none of its own. Nothing is loaded from elsewhere, nothing runs that is not a file of ours, nobody frames a page, and
 * a page's address (which holds a question) is not told to other sites. What looks a page over from within (Lighthouse) may fetch from here. */
const struct http_header http_security[] = { /* the policy is the first */
	{HTTP_POLICY, "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
		      "base-uri 'none'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{HTTP_READERS, HTTP_READERS_OWN},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};
const size_t http_security_n = sizeof http_security / sizeof *http_security;

struct http_reply {
	atomic_uint refs;
	int status;
	struct MHD_Response *full, *unchanged; /* `unchanged`: the 304, with an etag only */
	_Atomic(struct MHD_Response *) hot;    /* `full` once more, its body a file; NULL: not yet */
	atomic_uint sent;
	struct str body, etag;
};

static atomic_uint hot_files; /* of all servers in the process, as its descriptors are */

struct http {
	struct MHD_Daemon *daemon;
	http_answer *answer;
	http_body_max *body_max;
	void *ctx;
	struct gate *gate;
	struct http_lane lane[HTTP_LANES];
	struct crew *crew[HTTP_LANES]; /* NULL: the library's threads do it */
	atomic_uint working; /* requests that the crews have, or have answered and nobody has taken back yet */
	atomic_bool closing; /* they get no more */
	atomic_uint busy; /* requests answered but not yet sent */
	atomic_size_t bodies; /* bytes of bodies held */
	unsigned idle_seconds, body_seconds, read_rate;
};

/* One for each connection, so that a request on a kept-alive connection allocates nothing of ours. */
struct connection {
	struct seat *seat;
	int fd;
	size_t target_n;
	bool busy, corked;
	struct buf body;
	size_t held, dropped; /* bytes: counted in http.bodies; read and thrown away */
	enum http_body state;
	struct crew_job job;
	struct MHD_Connection *of; /* while a crew has it, suspended; the request's views live as long */
	struct http_request request;
	struct http_reply *reply;
	bool answered; /* by a crew */
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

/* The security headers, but for those that the reply brings itself. */
static bool add_security(struct MHD_Response *r, const struct http_header *h, size_t n)
{
	for (size_t i = 0; i < http_security_n; i++) {
		bool own = false;
		for (size_t k = 0; k < n; k++)
			own = own || strcmp(h[k].name, http_security[i].name) == 0;
		if (!own && !add_headers(r, &http_security[i], 1))
			return false;
	}
	return true;
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

struct http_reply *http_reply_new(int status, const struct http_header *h, size_t n, const char *etag, struct buf *body)
{
	struct str bytes = {body->n ? body->p : "", body->n};
	size_t max = body->max, etag_n = etag ? strlen(etag) : 0;
	bool owned = bytes.n > 0;
	if (!owned)
		buf_done(body); /* it may have room for what never came */
	buf_init(body, max); /* forgets the bytes: the reply has them now */
	struct http_reply *r = malloc(sizeof *r + etag_n + 1);
	if (!r) {
		if (owned)
			free((void *)(uintptr_t)bytes.p);
		return NULL;
	}
	char *copy = (char *)(r + 1);
	memcpy(copy, etag ? etag : "", etag_n + 1);
	*r = (struct http_reply){.refs = 1, .status = status, .body = bytes, .etag = {copy, etag_n}};
	r->full = respond(bytes, owned, h, n, etag);
	if (r->full && etag)
		r->unchanged = respond((struct str){"", 0}, false, h, n, etag);
	if (!r->full || (etag && !r->unchanged)) {
		http_reply_unref(r);
		return NULL;
	}
	return r;
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
	struct MHD_Response *hot = atomic_load(&r->hot);
	if (hot) {
		MHD_destroy_response(hot);
		atomic_fetch_sub(&hot_files, 1);
	}
	if (r->full)
		MHD_destroy_response(r->full);
	if (r->unchanged)
		MHD_destroy_response(r->unchanged);
	free(r);
}

static enum MHD_Result copy_header(void *to, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	return MHD_add_response_header(to, name, value);
}

/* The reply as a file. NULL: not now, the system or the memory has no room. */
static struct MHD_Response *as_file(const struct http_reply *r)
{
	int fd = memfd_create("reply", MFD_CLOEXEC);
	struct MHD_Response *file = NULL;
	if (fd >= 0 && write(fd, r->body.p, r->body.n) == (ssize_t)r->body.n)
		file = MHD_create_response_from_fd(r->body.n, fd);
	if (!file && fd >= 0)
		close(fd);
	int all = file ? MHD_get_response_headers(r->full, copy_header, file) : 0;
	if (file && all != MHD_get_response_headers(file, NULL, NULL)) {
		MHD_destroy_response(file); /* closes it */
		file = NULL;
	}
	return file;
}

/* What is sent of a reply in full. Two threads may come to the same thought at once; one of them has its way. */
static struct MHD_Response *full_of(struct http_reply *r)
{
	struct MHD_Response *hot = atomic_load_explicit(&r->hot, memory_order_acquire), *none = NULL;
	if (hot || r->body.n < HOT_BYTES || (atomic_fetch_add_explicit(&r->sent, 1, memory_order_relaxed) + 1) % HOT_AFTER)
		return hot ? hot : r->full;
	if (atomic_fetch_add(&hot_files, 1) < HTTP_HOT_FILES && (hot = as_file(r)) != NULL) {
		if (atomic_compare_exchange_strong(&r->hot, &none, hot))
			return hot;
		MHD_destroy_response(hot);
	}
	atomic_fetch_sub(&hot_files, 1);
	return r->full;
}

size_t http_reply_bytes(const struct http_reply *r)
{
	return atomic_load_explicit(&r->hot, memory_order_relaxed) ? 2 * r->body.n : r->body.n;
}

int http_reply_status(const struct http_reply *r)
{
	return r->status;
}

struct str http_reply_body(const struct http_reply *r)
{
	return r->body;
}

const char *http_reply_header(const struct http_reply *r, const char *name)
{
	return MHD_get_response_header(r->full, name);
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

/* What a crew has answered is the connection's again. */
static void take_back(struct http *h, struct connection *k)
{
	k->answered = false;
	atomic_fetch_sub(&h->working, 1);
}

static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	struct http *h = cls;
	struct connection *k = *socket_context;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
		*socket_context = k = calloc(1, sizeof *k);
		if (k && info) {
			k->fd = info->connect_fd;
			k->seat = gate_sit(h->gate, k->fd, h->idle_seconds);
		}
	} else if (k) {
		forget_body(h, k);
		if (k->answered)
			take_back(h, k);
		http_reply_unref(k->reply);
		if (k->seat)
			gate_leave(h->gate, k->seat);
		free(k);
		*socket_context = NULL;
	}
}

/* Called with the target as it was sent, before the library cuts and decodes it in place. It would make a list of the parameters, which
 * nobody here reads, in the memory that it has for the whole head; many of them would leave it none to answer in. So it gets to see one. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *c)
{
	struct connection *k = connection_of(c);
	(void)cls;
	if (k) {
		k->target_n = strlen(target);
		memcpy(k->target, target, k->target_n < TARGET_MAX ? k->target_n : TARGET_MAX);
	}
	for (char *p = strchr(target, '&'); p; p = strchr(p + 1, '&'))
		*p = '_'; /* in the library's buffer for what it reads */
	return NULL;
}

static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls, (void)c;
	return strlen(s);
}

/* The library sends the head of a reply whose body is a file by itself: a packet more, and a reader woken for it. The system keeps it until
 * the body is there (tcp(7)). That it fails is no harm. */
static void cork(struct connection *k, bool on)
{
	int value = on;
	if (k->corked != on)
		(void)setsockopt(k->fd, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
	k->corked = on;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **request, enum MHD_RequestTerminationCode code)
{
	struct http *h = cls;
	struct connection *k = connection_of(c);
	(void)request;
	if (k) {
		forget_body(h, k);
		cork(k, false);
	}
	if (k && k->busy) {
		if (code == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED && k->seat) /* nothing of it was read for a while */
			gate_forget(k->seat);
		k->busy = false;
		atomic_fetch_sub(&h->busy, 1);
	}
	if (k && k->seat)
		gate_phase(k->seat, GATE_WAITING, h->idle_seconds);
}

static enum http_method method_of(const char *name)
{
	static const char *const names[] = {[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST"};
	for (int m = HTTP_GET; m <= HTTP_POST; m++)
		if (strcmp(name, names[m]) == 0)
			return (enum http_method)m;
	return HTTP_OTHER;
}

static enum MHD_Result read_field(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *value, size_t value_n)
{
	(void)kind;
	head_add(cls, (struct str){name, name_n}, (struct str){value ? value : "", value ? value_n : 0});
	return MHD_YES;
}

static void read_head(struct MHD_Connection *c, const char *version, struct head *ret)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	*ret = (struct head){.bytes = info ? info->header_size : 0, .needs_host = strcmp(version, MHD_HTTP_VERSION_1_1) == 0};
	(void)MHD_get_connection_values_n(c, MHD_HEADER_KIND, read_field, ret);
}

/* The head of a request with a body has come. Will it be read? If not, the reply to it closes the connection. */
static bool begin_body(struct http *h, struct connection *k, const struct http_request *rq, const struct head *f)
{
	size_t max = rq->method == HTTP_POST && !rq->fault && h->body_max ? h->body_max(h->ctx, rq) : 0;
	uint64_t n = 0;
	if (!head_frames(f))
		k->state = HTTP_BODY_BAD;
	if (max == 0 || k->state != HTTP_BODY_GOOD)
		return false;
	if (!f->codings && (!str_u64(f->length, &n) || n > max))
		k->state = HTTP_BODY_LONG;
	buf_init(&k->body, max);
	gate_phase(k->seat, GATE_READING, h->body_seconds);
	return k->state == HTTP_BODY_GOOD;
}

/* One more piece of the body. False: no more patience. */
static bool take_body(struct http *h, struct connection *k, struct str piece)
{
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

/* Answers */

/* Has who asked gone? Whoever closes its side while it waits is taken to have. */
static bool has_gone(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLRDHUP};
	return poll(&p, 1, 0) > 0;
}

/* In a thread of a crew. From the last call on the connection is the library's again. */
static void work(void *ctx, struct crew_job *job)
{
	struct http *h = ctx;
	struct connection *k = (struct connection *)((char *)job - offsetof(struct connection, job));
	struct MHD_Connection *c = k->of;
	unsigned none = 0;
	bool keeps = h->lane[k->request.lane].keeps;
	k->request.full = !keeps && atomic_load(&h->closing);
	k->request.seconds = HTTP_STOP_SECONDS;
	k->reply = !keeps && has_gone(k->fd) ? NULL : h->answer(h->ctx, &k->request, &none);
	k->answered = true;
	MHD_resume_connection(c);
}

static enum MHD_Result send_reply(struct http *h, struct connection *k, struct MHD_Connection *c, struct http_reply *r)
{
	const struct http_request *rq = &k->request;
	if (!r)
		return MHD_NO;
	k->busy = true;
	atomic_fetch_add(&h->busy, 1);
	bool asks = rq->method == HTTP_GET || rq->method == HTTP_HEAD;
	bool unchanged = asks && r->unchanged && r->status == MHD_HTTP_OK && rq->if_none_match.n &&
			 http_etag_matches(rq->if_none_match, r->etag);
	gate_phase(k->seat, GATE_SENDING, h->idle_seconds + (unsigned)(r->body.n / h->read_rate));
	struct MHD_Response *full = unchanged ? NULL : full_of(r);
	cork(k, full && full != r->full);
	enum MHD_Result rc = unchanged ? MHD_queue_response(c, MHD_HTTP_NOT_MODIFIED, r->unchanged) : MHD_queue_response(c, (unsigned)r->status, full);
	http_reply_unref(r); /* the library keeps its own reference until it has sent */
	return rc;
}

/* Into a lane; else the answer is asked again here, to refuse. */
static enum MHD_Result hand_over(struct http *h, struct connection *k, struct MHD_Connection *c, unsigned lane)
{
	unsigned none = 0;
	struct crew *crew = h->crew[lane];
	atomic_fetch_add(&h->working, 1);
	/* `closing` is looked at after it was counted: a stop that does not wait for us is seen here */
	if (crew && !atomic_load(&h->closing) && crew_claim(crew)) {
		k->of = c;
		k->request.lane = lane;
		MHD_suspend_connection(c);
		crew_add(crew, &k->job);
		return MHD_YES;
	}
	atomic_fetch_sub(&h->working, 1);
	k->request.full = crew && !h->lane[lane].keeps;
	k->request.seconds = crew ? crew_seconds(crew) : 0;
	k->request.lane = crew ? 0 : lane;
	return send_reply(h, k, c, h->answer(h->ctx, &k->request, &none));
}

static enum MHD_Result answer(struct http *h, struct connection *k, struct MHD_Connection *c)
{
	unsigned lane = 0;
	struct http_reply *r = k->reply;
	if (k->answered) {
		k->reply = NULL;
		enum MHD_Result rc = send_reply(h, k, c, r);
		take_back(h, k); /* not before it counts as busy: a stop waits for both */
		return rc;
	}
	gate_phase(k->seat, GATE_ANSWERING, 0);
	r = h->answer(h->ctx, &k->request, &lane);
	return !r && lane ? hand_over(h, k, c, lane) : send_reply(h, k, c, r);
}

/* Called with the head of a request, with each piece of its body, and when all of it is there. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_n, void **request)
{
	struct http *h = cls;
	struct connection *k = connection_of(c);
	struct head f;
	(void)url;
	if (!k || !k->seat)
		return MHD_NO;
	if (*request && *upload_n) {
		struct str piece = {upload, *upload_n};
		*upload_n = 0;
		return take_body(h, k, piece) ? MHD_YES : MHD_NO;
	}
	if (*request) {
		k->request.body = buf_str(&k->body);
		k->request.body_state = k->state;
		return answer(h, k, c);
	}
	read_head(c, version, &f);
	k->request = (struct http_request){
		.method = method_of(method),
		.fault = head_fault(&f),
		.target = {k->target, k->target_n},
		.host = f.host,
		.accept = f.accept,
		.accept_language = f.language,
		.accept_datetime = f.datetime,
		.if_none_match = f.none_match,
		.content_type = f.type,
		.has_body = head_has_body(&f),
	};
	/* A reply at the first call closes the connection: right for a body that nobody reads, and only for that. */
	if (!k->request.has_body || begin_body(h, k, &k->request, &f)) {
		*request = k;
		return MHD_YES;
	}
	k->request.body_state = k->state;
	return answer(h, k, c);
}

/* The server */

static bool take_in(void *ctx, int fd, const struct sockaddr *peer, unsigned peer_n)
{
	struct http *h = ctx;
	return MHD_add_connection(h->daemon, fd, peer, peer_n) == MHD_YES; /* else it has closed it */
}

static void no_log(void *cls, const char *format, va_list ap)
{
	(void)cls, (void)format, (void)ap;
}

/* One for each processor that this process may run on, for more would only wait for each other; two at least: while one makes a page, the
 * other sends what is there. */
static unsigned threads_for_processors(void)
{
	enum { LEAST = 2 };
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN); /* a set that is too small for this machine */
	return n > LEAST ? (unsigned)n : LEAST;
}

static int start_threads(struct http *h, const struct http_config *c, unsigned seats, struct err *e)
{
	unsigned threads = c->threads ? c->threads : threads_for_processors();
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
		NULL, on_request, h, MHD_OPTION_THREAD_POOL_SIZE, threads,
		/* The gate counts. A thread of the library that finds its share of the limit used up waits for itself for ever (0.9.75). */
		MHD_OPTION_CONNECTION_LIMIT, (seats + 1) * threads,
		MHD_OPTION_CONNECTION_TIMEOUT, h->idle_seconds,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_EXTERNAL_LOGGER,
		no_log, NULL, MHD_OPTION_END);
	if (!h->daemon)
		return err_set(e, ERR_SYSTEM, "server", "the HTTP library did not start: %s", strerror(errno));
	for (unsigned i = 1; i < HTTP_LANES; i++) {
		const struct http_lane *l = &c->lane[i];
		h->lane[i] = *l;
		if (l->threads && !(h->crew[i] = crew_new(&(struct crew_config){l->threads, l->waiting, l->gives_way, work, h})))
			return err_set(e, ERR_SYSTEM, "server", "no thread could be started: %s", strerror(errno));
	}
	return gate_open(h->gate, e);
}

static void end_threads(struct http *h)
{
	for (unsigned i = 0; i < HTTP_LANES; i++)
		crew_free(h->crew[i]);
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	gate_free(h->gate);
	free(h);
}

int http_start(const struct http_config *c, struct http **ret, struct err *e)
{
	struct http *h = calloc(1, sizeof *h);
	unsigned most = c->connections ? c->connections : HTTP_CONNECTIONS;
	struct gate_config gate = {.address = c->address, .port = c->port, .most = most, .seats = HTTP_SEATS(most), .send_bytes = SEND_BYTES, .take = take_in, .ctx = h,
		.full = STR("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")};
	sigset_t all, before;
	if (!h)
		return err_set(e, ERR_SYSTEM, "server", "memory is short");
	h->answer = c->answer;
	h->body_max = c->body_max;
	h->idle_seconds = c->idle_seconds ? c->idle_seconds : HTTP_IDLE_SECONDS;
	h->body_seconds = c->body_seconds ? c->body_seconds : HTTP_BODY_SECONDS;
	h->read_rate = c->read_rate ? c->read_rate : HTTP_READ_RATE;
	h->ctx = c->ctx;
	int rc = gate_new(&gate, &h->gate, e);
	if (rc == 0) {
		sigfillset(&all); /* signals are for the program's own thread */
		pthread_sigmask(SIG_BLOCK, &all, &before);
		rc = start_threads(h, c, gate.seats, e);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	if (rc == 0)
		*ret = h;
	else
		end_threads(h);
	return rc;
}

uint16_t http_port(const struct http *h)
{
	return gate_port(h->gate);
}

void http_stop(struct http *h)
{
	if (!h)
		return;
	gate_close(h->gate);
	struct timespec pause = {0, 5000000};
	atomic_store(&h->closing, true);
	/* The library ends only when nothing is suspended. Each job ends: its work does, whatever it is. */
	for (int i = 0; atomic_load(&h->working) > 0 || (i < HTTP_STOP_SECONDS * 200 && atomic_load(&h->busy) > 0); i++)
		nanosleep(&pause, NULL);
	end_threads(h);
}
