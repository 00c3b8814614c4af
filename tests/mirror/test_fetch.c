/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP client against a server that misbehaves on purpose (rude.py): argv is the Python and that file.
 */
#include "mirror/fetch.h"

#include "tests/test.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 1000 };

static struct {
	char **argv;
	pid_t pid;
	int in;
	int port;
} server;

static int start(void **state)
{
	(void)state;
	int in[2], out[2];
	if (pipe(in) || pipe(out))
		return -1;
	server.pid = fork();
	if (!server.pid) {
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		(void)close(in[1]);
		(void)execv(server.argv[1], server.argv + 1);
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	server.in = in[1];
	char line[16] = "";
	for (size_t n = 0; n < sizeof line - 1 && read(out[0], line + n, 1) == 1 && line[n] != '\n';)
		n++;
	(void)close(out[0]);
	server.port = (int)strtol(line, NULL, 10);
	return server.port > 0 ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	(void)close(server.in);
	return waitpid(server.pid, NULL, 0) == server.pid ? 0 : -1;
}

static struct str address(const char *path)
{
	static char url[256];
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%d%s", server.port, path);
	return str_of(url);
}

static struct fetch *client(unsigned ms)
{
	struct fetch *f = NULL;
	struct err e = {0};
	assert_int_equal(fetch_new(&(struct fetch_options){.total_ms = ms}, &f, &e), 0);
	return f;
}

static void test_answers(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		int status;
		const char *type, *body;
	} rows[] = {
		{"/", 200, "text/plain", "hello"},
		{"/empty", 200, "", ""},
		{"/missing", 404, "text/plain", "no such thing"},
		{"/broken", 500, "text/x.tlog.size", "size\n"},
		{"/header", 200, "", "ok"},
	};
	struct fetch *f = client(5000);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fetch_reply r = {0};
		struct err e = {0};
		if (fetch_get(f, address(rows[i].path), LIMIT, &r, &e))
			fail_msg("%s: %s: %s", rows[i].path, e.where, e.what);
		assert_int_equal(r.status, rows[i].status);
		assert_true(str_eq(r.type, str_of(rows[i].type)));
		if (!str_eq(r.body, str_of(rows[i].body)))
			fail_msg("%s: '%.*s'", rows[i].path, STR_ARG(r.body));
	}
	fetch_free(f);
}

/* Each ends with the right code, names the address and the cause, and leaves the reply and the handle as they were. */
static void test_faults(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		int code;
		const char *words;
	} rows[] = {
		{"/slow", ERR_SYSTEM, "no whole answer within 0.7 seconds"},
		{"/silent", ERR_SYSTEM, "no whole answer within 0.7 seconds"},
		{"/half", ERR_SYSTEM, "broke off"},
		{"/none", ERR_SYSTEM, "closed without an answer"},
		{"/endless", ERR_LIMIT, "longer than 1000 bytes"},
		{"/huge", ERR_LIMIT, "longer than 1000 bytes"},
		{"/bomb", ERR_LIMIT, "longer than 1000 bytes"},
		{"/headers", ERR_LIMIT, "headers are longer"},
		{"/one-header", 0, ""}, /* libcurl has a limit of its own for one line */
		{"/interim", ERR_LIMIT, "headers are longer"},
		{"/text", ERR_INPUT, "not answer in HTTP"},
		{"/binary", ERR_INPUT, "not answer in HTTP"},
		{"/version", ERR_INPUT, "not answer in HTTP"},
		{"/status", ERR_INPUT, "not answer in HTTP"},
		{"/length", ERR_INPUT, "not answer in HTTP"},
		{"/chunk", ERR_SYSTEM, "broke off"},
		{"/unpack", ERR_INPUT, "packed in a way"},
		{"/strange", ERR_INPUT, "packed in a way"},
		{"/moved", ERR_REFUSED, "302 and points elsewhere, to http://127.0.0.2/elsewhere"},
		{"/same", ERR_REFUSED, "301 and points elsewhere"},
		{"/file", ERR_REFUSED, "file:///etc/passwd"},
		{"/unchanged", ERR_REFUSED, "304"},
	};
	struct fetch *hasty = client(700), *patient = client(20000); /* what is not about time must not fail of it on a busy machine */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fetch_reply r = {.status = 7};
		struct err e = {0};
		struct fetch *f = strstr(rows[i].words, "seconds") ? hasty : patient;
		int rc = fetch_get(f, address(rows[i].path), LIMIT, &r, &e);
		if (rc >= 0 || (rows[i].code && rc != rows[i].code) || !strstr(e.what, rows[i].words) || !strstr(e.where, rows[i].path))
			fail_msg("%s: %d: %s: %s (expected %d: %s)", rows[i].path, rc, e.where, e.what, rows[i].code, rows[i].words);
		assert_int_equal(r.status, 7);
		assert_int_equal(fetch_get(patient, address("/"), LIMIT, &r, &e), 0);
		assert_true(str_eq(r.body, STR("hello")));
	}
	fetch_free(hasty);
	fetch_free(patient);
}

static void test_limit_is_exact(void **state)
{
	(void)state;
	struct fetch *f = client(5000);
	struct fetch_reply r;
	struct err e = {0};
	assert_int_equal(fetch_get(f, address("/exact"), 1000, &r, &e), 0);
	assert_int_equal(r.body.n, 1000);
	assert_int_equal(fetch_get(f, address("/exact"), 999, &r, &e), ERR_LIMIT);
	assert_int_equal(fetch_get(f, address("/empty"), 0, &r, &e), 0);
	assert_int_equal(fetch_get(f, address("/"), 0, &r, &e), ERR_LIMIT);
	/* What came packed without being asked for is unpacked, and counted so. */
	assert_int_equal(fetch_get(f, address("/packed"), 1000, &r, &e), 0);
	assert_int_equal(r.body.n, 1000);
	assert_int_equal(r.body.p[999], 'a');
	assert_int_equal(fetch_get(f, address("/packed"), 999, &r, &e), ERR_LIMIT);
	assert_int_equal(fetch_get(f, address("/type"), 10, &r, &e), 0);
	assert_int_equal(r.type.n, FETCH_MAX_TYPE);
	fetch_free(f);
}

static void test_post(void **state)
{
	(void)state;
	struct fetch *f = client(5000);
	struct fetch_reply r;
	struct err e = {0};
	char body[5000];
	memset(body, 'b', sizeof body); /* beyond 1024 bytes libcurl would first ask for leave */
	body[7] = 0;
	assert_int_equal(fetch_post(f, address("/echo"), "application/x-thing", (struct str){body, sizeof body}, 10000, &r, &e), 0);
	assert_true(str_starts(r.body, STR("POST /echo HTTP/1.1\r\n")));
	assert_true(str_find(r.body, STR("\r\nContent-Type: application/x-thing\r\n")) < r.body.n);
	assert_true(str_find(r.body, STR("\r\nAccept-Encoding: identity\r\n")) < r.body.n);
	assert_int_equal(str_find(r.body, STR("Expect:")), r.body.n);
	assert_memory_equal(r.body.p + r.body.n - sizeof body, body, sizeof body);
	/* The same handle asks for something else, with nothing left over. */
	struct fetch_header own = {"X-Own", "yes"};
	struct fetch_request q = {.url = address("/echo"), .max_bytes = 10000, .headers = &own, .nheaders = 1};
	assert_int_equal(fetch_ask(f, &q, &r, &e), 0);
	assert_true(str_starts(r.body, STR("GET /echo HTTP/1.1\r\n")));
	assert_true(str_find(r.body, STR("\r\nX-Own: yes")) < r.body.n);
	assert_int_equal(str_find(r.body, STR("Content-Type")), r.body.n);
	assert_int_equal(str_find(r.body, STR("Content-Length")), r.body.n);
	assert_int_equal(fetch_get(f, address("/echo"), 10000, &r, &e), 0);
	assert_int_equal(str_find(r.body, STR("X-Own")), r.body.n);
	assert_int_equal(fetch_post(f, address("/echo"), "a/b", (struct str){NULL, 0}, 10000, &r, &e), 0);
	assert_true(str_find(r.body, STR("\r\nContent-Length: 0")) < r.body.n);
	own.value = "yes\r\nX-Smuggled: 1";
	assert_int_equal(fetch_ask(f, &q, &r, &e), ERR_INPUT);
	fetch_free(f);
}

static void test_connection_is_used_again(void **state)
{
	(void)state;
	struct fetch *f = client(5000);
	struct fetch_reply r;
	struct err e = {0};
	uint64_t first = 0, last = 0;
	assert_int_equal(fetch_get(f, address("/count"), LIMIT, &r, &e), 0);
	assert_true(str_u64(r.body, &first));
	for (int i = 0; i < 20; i++)
		assert_int_equal(fetch_post(f, address("/echo"), "a/b", STR("x"), LIMIT, &r, &e), 0);
	assert_int_equal(fetch_get(f, address("/count"), LIMIT, &r, &e), 0);
	assert_true(str_u64(r.body, &last));
	assert_int_equal(first, last);
	fetch_free(f);
}

static void test_nobody_there(void **state)
{
	(void)state;
	struct fetch *f = client(5000);
	struct fetch_reply r;
	struct err e = {0};
	assert_int_equal(fetch_get(f, STR("http://127.0.0.1:1/x"), LIMIT, &r, &e), ERR_SYSTEM);
	assert_non_null(strstr(e.what, "no connection"));
	assert_string_equal(e.where, "http://127.0.0.1:1/x");
	assert_int_equal(fetch_get(f, STR("http://no-such-host.invalid/"), LIMIT, &r, &e), ERR_SYSTEM);
	assert_string_equal(e.where, "http://no-such-host.invalid/");
	/* TLS to somebody who does not speak it. */
	char url[64];
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%d/text", server.port);
	assert_true(fetch_get(f, str_of(url), LIMIT, &r, &e) < 0);
	fetch_free(f);
}

static bool after_a_while(void *ctx)
{
	return ++*(int *)ctx > 1;
}

static void test_stopped(void **state)
{
	(void)state;
	int asked = 0;
	struct fetch *f = NULL;
	struct err e = {0};
	struct fetch_reply r;
	assert_int_equal(fetch_new(&(struct fetch_options){.stopped = after_a_while, .ctx = &asked}, &f, &e), 0);
	time_t began = time(NULL);
	assert_int_equal(fetch_get(f, address("/silent"), LIMIT, &r, &e), ERR_SYSTEM);
	assert_non_null(strstr(e.what, "stopped"));
	assert_true(time(NULL) - began < 20);
	fetch_free(f);
}

/* What the environment says of proxies would go nowhere: an answer shows that it has no say. */
static void test_environment(void **state)
{
	(void)state;
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1/", 1), 0);
	assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1/", 1), 0);
	struct fetch *f = client(5000);
	struct fetch_reply r;
	struct err e = {0};
	assert_int_equal(fetch_get(f, address("/"), LIMIT, &r, &e), 0);
	fetch_free(f);
	(void)unsetenv("http_proxy");
	(void)unsetenv("ALL_PROXY");
}

static void test_addresses(void **state)
{
	(void)state;
	static const char *bad[] = {"", "http://", "https:///x", "ftp://a/", "file:///etc/passwd", "HTTP://a/", "http://a b/",
		"http://a/\n", "http://a/\xc3\xa9", "http://user:secret@a/", "http://user@a/", "http://a/#part", "http://:80/", "a.example",
		"http://a/{1..9}", "gopher://a/", "http://\x7f/"};
	static const char *good[] = {"http://a", "https://a.example/tsr", "http://[::1]:80/x?a=b&c=@d", "http://127.0.0.1:8080/a/b"};
	struct err e;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		e = (struct err){0};
		if (fetch_url_check(str_of(bad[i]), &e) != ERR_INPUT)
			fail_msg("accepted: %s", bad[i]);
		assert_null(strstr(e.where, "secret"));
		assert_null(strstr(e.what, "secret"));
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (fetch_url_check(str_of(good[i]), &e))
			fail_msg("refused: %s: %s", good[i], e.what);
	char longest[FETCH_MAX_URL + 2];
	memset(longest, 'a', sizeof longest);
	memcpy(longest, "http://", 7);
	assert_int_equal(fetch_url_check((struct str){longest, FETCH_MAX_URL}, &e), 0);
	assert_int_equal(fetch_url_check((struct str){longest, FETCH_MAX_URL + 1}, &e), ERR_LIMIT);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 1;
	server.argv = argv;
	(void)signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_limit_is_exact),
		cmocka_unit_test(test_post),
		cmocka_unit_test(test_connection_is_used_again),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_addresses),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
