/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror/fetch.h"

#include "base/arena.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP = 1 << 20 }; /* a longer buffer is given back before the next question */

struct fetch {
	CURL *curl;
	struct fetch_options o;
	struct buf body;
	size_t header_bytes;
	bool headers_over;
	char url[FETCH_MAX_URL + 1], type[FETCH_MAX_TYPE + 1], detail[CURL_ERROR_SIZE];
};

/* What comes in */

static size_t take_body(char *p, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;
	buf_add(&f->body, (struct str){p, size * n});
	return f->body.over ? 0 : size * n; /* less than given ends the transfer */
}

static size_t take_header(char *p, size_t size, size_t n, void *ctx)
{
	(void)p;
	struct fetch *f = ctx;
	f->header_bytes += size * n;
	f->headers_over = f->header_bytes > FETCH_MAX_HEADER_BYTES;
	return f->headers_over ? 0 : size * n;
}

static int ask_stopped(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	struct fetch *f = ctx;
	return f->o.stopped(f->o.ctx);
}

/* The handle */

static int prepare(struct fetch *f)
{
	/* The first that fails says it for all. */
	CURLcode rc = CURLE_OK;
#define SET(option, value) (rc = rc ? rc : curl_easy_setopt(f->curl, option, value))
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, ""); /* the empty one switches off what the environment says */
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_ACCEPT_ENCODING, "identity"); /* asks for none, and still unpacks one that comes unasked */
	SET(CURLOPT_USERAGENT, "comity");
	SET(CURLOPT_NOSIGNAL, 1L); /* timeouts without SIGALRM: there are threads */
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)f->o.connect_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)f->o.total_ms);
	SET(CURLOPT_ERRORBUFFER, f->detail);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, f);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, f);
	if (f->o.ca_file)
		SET(CURLOPT_CAINFO, f->o.ca_file);
	if (f->o.stopped) {
		SET(CURLOPT_XFERINFOFUNCTION, ask_stopped);
		SET(CURLOPT_XFERINFODATA, f);
		SET(CURLOPT_NOPROGRESS, 0L);
	}
#undef SET
	return rc ? -1 : 0;
}

int fetch_new(const struct fetch_options *o, struct fetch **ret, struct err *e)
{
	/* Counted, and safe from several threads since 7.84; undone in fetch_free. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return err_set(e, ERR_SYSTEM, "", "libcurl does not start");
	struct fetch *f = zeroed(1, sizeof *f);
	buf_init(&f->body, 0);
	if (o)
		f->o = *o;
	f->o.connect_ms = f->o.connect_ms ? f->o.connect_ms : FETCH_CONNECT_MS;
	f->o.total_ms = f->o.total_ms ? f->o.total_ms : FETCH_TOTAL_MS;
	f->curl = curl_easy_init();
	if (!f->curl || prepare(f)) {
		fetch_free(f);
		return err_set(e, ERR_SYSTEM, "", "libcurl cannot do what is needed of it here (HTTP with TLS)");
	}
	*ret = f;
	return 0;
}

void fetch_free(struct fetch *f)
{
	if (!f)
		return;
	if (f->curl)
		curl_easy_cleanup(f->curl);
	buf_done(&f->body);
	free(f);
	curl_global_cleanup();
}

/* Addresses */

int fetch_url_check(struct str url, struct err *e)
{
	char where[FETCH_MAX_TYPE + 1];
	(void)snprintf(where, sizeof where, "%.*s", (int)(url.n < FETCH_MAX_TYPE ? url.n : FETCH_MAX_TYPE), url.p);
	(void)str_utf8_mend(where);
	if (url.n > FETCH_MAX_URL)
		return err_set(e, ERR_LIMIT, where, "an address of %zu bytes: at most %d are allowed", url.n, FETCH_MAX_URL);
	size_t skip = str_starts(url, STR("http://")) ? 7 : str_starts(url, STR("https://")) ? 8 : 0;
	if (!skip) {
		(void)err_set(e, ERR_INPUT, where, "not an address of the web");
		return err_hint(e, "it begins with https:// or http://");
	}
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("\"<>\\^`{|}#", url.p[i]))
			return err_set(e, ERR_INPUT, where, "byte %zu of the address does not belong in one", i + 1);
	struct str rest = str_slice(url, skip, url.n);
	size_t host = 0;
	for (; host < rest.n && rest.p[host] != '/' && rest.p[host] != '?'; host++)
		if (rest.p[host] == '@')
			return err_set(e, ERR_INPUT, "", "an address with a name and password before the host: leave them out");
	if (!host || rest.p[0] == ':')
		return err_set(e, ERR_INPUT, where, "the address names no host");
	return 0;
}

/* Errors */

static const struct cause {
	CURLcode curl;
	int code;
	const char *what;
} causes[] = {
	{CURLE_URL_MALFORMAT, ERR_INPUT, "not an address of the web"},
	{CURLE_UNSUPPORTED_PROTOCOL, ERR_INPUT, "the server does not answer in HTTP"},
	{CURLE_WEIRD_SERVER_REPLY, ERR_INPUT, "the server does not answer in HTTP"},
	{CURLE_BAD_CONTENT_ENCODING, ERR_INPUT, "the answer is packed in a way that cannot be unpacked"},
	{CURLE_COULDNT_RESOLVE_HOST, ERR_SYSTEM, "no such host is known"},
	{CURLE_COULDNT_CONNECT, ERR_SYSTEM, "no connection"},
	{CURLE_GOT_NOTHING, ERR_SYSTEM, "the connection was closed without an answer"},
	{CURLE_PARTIAL_FILE, ERR_SYSTEM, "the connection broke off before the end of the answer"},
	{CURLE_RECV_ERROR, ERR_SYSTEM, "the connection broke off"},
	{CURLE_SEND_ERROR, ERR_SYSTEM, "the connection broke off"},
	{CURLE_ABORTED_BY_CALLBACK, ERR_SYSTEM, "stopped before there was an answer"},
	{CURLE_SSL_CONNECT_ERROR, ERR_SYSTEM, "no secure connection"},
	{CURLE_PEER_FAILED_VERIFICATION, ERR_REFUSED, "the server's certificate is not trusted"},
	{CURLE_SSL_CACERT_BADFILE, ERR_INPUT, "the file of certificate authorities cannot be read"},
};

static int explain(const struct fetch *f, CURLcode rc, const struct fetch_request *q, struct err *e)
{
	if (f->headers_over)
		return err_set(e, ERR_LIMIT, f->url, "the answer's headers are longer than %d bytes", FETCH_MAX_HEADER_BYTES);
	if (f->body.over || rc == CURLE_FILESIZE_EXCEEDED)
		return err_set(e, ERR_LIMIT, f->url, "the answer is longer than %zu bytes", q->max_bytes);
	if (rc == CURLE_OPERATION_TIMEDOUT) {
		long sent = 0; /* bytes of the question */
		(void)curl_easy_getinfo(f->curl, CURLINFO_REQUEST_SIZE, &sent);
		if (!sent)
			return err_set(e, ERR_SYSTEM, f->url, "no connection in time");
		return err_set(e, ERR_SYSTEM, f->url, "no whole answer within %g seconds", f->o.total_ms / 1000.0);
	}
	const char *detail = f->detail[0] ? f->detail : curl_easy_strerror(rc);
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (causes[i].curl == rc)
			return err_set(e, causes[i].code, f->url, "%s: %s", causes[i].what, detail);
	return err_set(e, ERR_SYSTEM, f->url, "no answer: %s", detail);
}

/* A question */

static int add_header(struct curl_slist **list, const char *name, const char *value)
{
	struct buf line;
	buf_init(&line, 16 << 10);
	buf_addf(&line, "%s:%s%s", name, *value ? " " : "", value);
	/* A line end in a value would be a header of its own. */
	struct curl_slist *more = line.over || strpbrk(line.p, "\r\n") ? NULL : curl_slist_append(*list, line.p);
	buf_done(&line);
	if (more)
		*list = more;
	return more ? 0 : -1;
}

static int set_question(struct fetch *f, const struct fetch_request *q, struct curl_slist **headers, struct err *e)
{
	int bad = q->nheaders > FETCH_MAX_HEADERS;
	for (size_t i = 0; !bad && i < q->nheaders; i++)
		bad = add_header(headers, q->headers[i].name, q->headers[i].value);
	if (!bad && q->type)
		/* Expect: none, or libcurl waits a second for leave to send a longer body. */
		bad = add_header(headers, "Content-Type", q->type) || add_header(headers, "Expect", "");
	if (bad)
		return err_set(e, ERR_INPUT, f->url, "a header of the question is too long, has a line end, or is one too many");
	CURLcode rc = curl_easy_setopt(f->curl, CURLOPT_URL, f->url);
	rc = rc ? rc : curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, *headers);
	rc = rc ? rc : curl_easy_setopt(f->curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)(q->max_bytes ? q->max_bytes : 1));
	if (!rc && q->type) {
		rc = curl_easy_setopt(f->curl, CURLOPT_POST, 1L);
		rc = rc ? rc : curl_easy_setopt(f->curl, CURLOPT_POSTFIELDS, q->body.n ? q->body.p : "");
		rc = rc ? rc : curl_easy_setopt(f->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
	} else if (!rc) {
		rc = curl_easy_setopt(f->curl, CURLOPT_HTTPGET, 1L);
	}
	return rc ? err_set(e, ERR_SYSTEM, f->url, "libcurl: %s", curl_easy_strerror(rc)) : 0;
}

static int read_answer(struct fetch *f, struct fetch_reply *ret, struct err *e)
{
	long status = 0;
	char *type = NULL, *other = NULL;
	if (curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status) ||
		curl_easy_getinfo(f->curl, CURLINFO_CONTENT_TYPE, &type) ||
		curl_easy_getinfo(f->curl, CURLINFO_REDIRECT_URL, &other))
		return err_set(e, ERR_SYSTEM, f->url, "libcurl does not say what was answered");
	if (status < 200 || status > 999)
		return err_set(e, ERR_INPUT, f->url, "the server answers with status %ld, which is none", status);
	if (status < 400 && status >= 300) {
		(void)err_set(e, ERR_REFUSED, f->url, "the server answers %ld and points elsewhere, to %.200s", status,
			other ? other : "no address");
		return err_hint(e, "no redirect is followed; give that address if you trust it");
	}
	(void)snprintf(f->type, sizeof f->type, "%s", type ? type : "");
	(void)str_utf8_mend(f->type);
	*ret = (struct fetch_reply){.status = (int)status, .type = str_of(f->type), .body = buf_str(&f->body)};
	return 0;
}

int fetch_ask(struct fetch *f, const struct fetch_request *q, struct fetch_reply *ret, struct err *e)
{
	int rc = fetch_url_check(q->url, e);
	if (rc)
		return rc;
	memcpy(f->url, q->url.p, q->url.n);
	f->url[q->url.n] = 0;
	f->detail[0] = 0;
	f->header_bytes = 0;
	f->headers_over = false;
	if (f->body.cap > KEEP)
		buf_done(&f->body);
	buf_clear(&f->body);
	f->body.over = false;
	f->body.max = q->max_bytes;

	struct curl_slist *headers = NULL;
	rc = set_question(f, q, &headers, e);
	if (!rc) {
		CURLcode got = curl_easy_perform(f->curl);
		rc = got ? explain(f, got, q, e) : read_answer(f, ret, e);
	}
	/* The handle must not keep what belongs to this question. */
	(void)curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, NULL);
	(void)curl_easy_setopt(f->curl, CURLOPT_POSTFIELDS, NULL);
	curl_slist_free_all(headers);
	return rc;
}

int fetch_get(struct fetch *f, struct str url, size_t max_bytes, struct fetch_reply *ret, struct err *e)
{
	return fetch_ask(f, &(struct fetch_request){.url = url, .max_bytes = max_bytes}, ret, e);
}

int fetch_post(struct fetch *f, struct str url, const char *type, struct str body, size_t max_bytes, struct fetch_reply *ret,
	struct err *e)
{
	return fetch_ask(f, &(struct fetch_request){.url = url, .max_bytes = max_bytes, .type = type, .body = body}, ret, e);
}
