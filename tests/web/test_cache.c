/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache: names, bounds, threads; and what the server makes of a reply that is sent again and again.
 */
#include "tests/test.h"

#include "web/cache.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static struct http_reply *reply_of_size(size_t n)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_addc(&b, 'x');
	return http_reply_new(200, NULL, 0, NULL, &b);
}

/* A name lasts as long as the reply that it names, and for one position; the latest few are kept. */
static void replies_have_names(void **state)
{
	struct cache *c = cache_new(100000);
	struct http_reply *r = reply_of_size(3000), *got;
	char name[16];
	(void)state;
	cache_name(c, STR("n"), STR("k"), 1); /* of nothing */
	assert_null(cache_named(c, STR("n"), 1));
	cache_put(c, STR("k"), 1, r);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "n%d", i);
		cache_name(c, str_of(name), STR("k"), 1);
	}
	assert_null(cache_named(c, STR("n0"), 1));
	got = cache_named(c, STR("n19"), 1);
	assert_ptr_equal(got, r);
	http_reply_unref(got);
	assert_null(cache_named(c, STR("n19"), 2));
	assert_null(cache_named(c, STR("n19"), 1));
	for (int i = 0; i < 100; i++) { /* as long as it is asked for by a name, it stays */
		snprintf(name, sizeof name, "k%d", i);
		cache_put(c, str_of(name), 1, r);
		got = cache_named(c, STR("n18"), 1);
		assert_non_null(got);
		http_reply_unref(got);
	}
	assert_int_equal(cache_count(c).misses, 0);
	assert_null(cache_get(c, STR("k"), 2));
	assert_null(cache_named(c, STR("n18"), 1));
	cache_free(c);
	http_reply_unref(r);
}

/* What is forgotten leaves nothing behind: no byte that is counted still, no name that stands in the way of a new one, no reply that is held. */
static void what_is_forgotten_is_gone(void **state)
{
	enum { MOST = 100000 };
	struct cache *c = cache_new(MOST);
	struct http_reply *r = reply_of_size(3000), *got;
	char name[16];
	(void)state;
	cache_put(c, STR("k"), 1, r);
	const size_t bare = cache_count(c).bytes;
	cache_name(c, STR("n"), STR("k"), 1);
	assert_true(cache_count(c).bytes > bare);
	assert_null(cache_named(c, STR("n"), 2)); /* of another position: the name goes, the reply stays */
	assert_int_equal(cache_count(c).bytes, bare);
	cache_name(c, STR("n"), STR("k"), 1);
	got = cache_named(c, STR("n"), 1);
	assert_ptr_equal(got, r);
	http_reply_unref(got);
	for (int i = 0; i < 1000; i++) { /* the names, too, are within the bounds */
		snprintf(name, sizeof name, "k%d", i);
		cache_put(c, str_of(name), 1, r);
		assert_true(cache_count(c).bytes <= MOST);
		for (int k = 0; k < 8; k++) {
			char as[32];
			snprintf(as, sizeof as, "%s as %d", name, k);
			cache_name(c, str_of(as), str_of(name), 1);
			assert_true(cache_count(c).bytes <= MOST);
		}
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "k%d", i);
		assert_null(cache_get(c, str_of(name), 2));
	}
	assert_true(cache_count(c).entries == 0 && cache_count(c).bytes == 0);
	cache_free(c);
	http_reply_unref(r);
}

static void the_cache_is_bounded(void **state)
{
	struct cache *c = cache_new(100000);
	char key[16];
	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct http_reply *r = reply_of_size(3000);
		snprintf(key, sizeof key, "k%d", i);
		cache_put(c, str_of(key), 1, r);
		http_reply_unref(r);
		r = cache_get(c, STR("k0"), 1); /* used again and again: it stays */
		assert_non_null(r);
		http_reply_unref(r);
		assert_true(cache_count(c).bytes <= 100000);
	}
	assert_true(cache_count(c).entries >= 15 && cache_count(c).evicted >= 900);
	assert_null(cache_get(c, STR("k500"), 1));
	struct http_reply *big = reply_of_size(20000); /* more than an eighth */
	cache_put(c, STR("big"), 1, big);
	http_reply_unref(big);
	assert_null(cache_get(c, STR("big"), 1));
	assert_null(cache_get(c, STR("k0"), 2)); /* stale */
	assert_null(cache_get(c, STR("k0"), 1)); /* and forgotten */
	struct http_reply *r = reply_of_size(10), *got;
	cache_put(c, STR("k"), 1, r);
	cache_put(c, STR("k"), 1, r); /* put twice: held once */
	got = cache_get(c, STR("k"), 1);
	cache_free(c); /* a reply that somebody holds outlives the cache */
	assert_int_equal(http_reply_bytes(got), 10);
	http_reply_unref(got);
	http_reply_unref(r);
	cache_free(NULL);
}

struct worker {
	struct cache *cache;
	unsigned seed;
	int wrong;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	char key[16];
	for (int i = 0; i < 20000; i++) {
		w->seed = w->seed * 1664525u + 1013904223u;
		unsigned n = (w->seed >> 16) % 64, position = (w->seed >> 24) % 3;
		snprintf(key, sizeof key, "k%u", n);
		struct http_reply *r = cache_get(w->cache, str_of(key), position);
		if (!r) {
			r = reply_of_size(n + 1);
			cache_put(w->cache, str_of(key), position, r);
		}
		w->wrong += http_reply_bytes(r) != n + 1;
		http_reply_unref(r);
	}
	return NULL;
}

static void threads_share_the_cache(void **state)
{
	struct cache *c = cache_new(64 * 2048);
	struct worker w[4];
	pthread_t t[4];
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		w[i] = (struct worker){c, i + 1, 0};
		assert_int_equal(pthread_create(&t[i], NULL, work, &w[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(w[i].wrong, 0);
	}
	assert_true(cache_count(c).hits > 0 && cache_count(c).stale > 0 && cache_count(c).evicted > 0);
	cache_free(c);
}

/* Of a server whose only page is one kept reply. */
static struct http_reply *on_any(void *ctx, const struct http_request *rq, unsigned *ret_lane)
{
	(void)rq;
	(void)ret_lane;
	return cache_get(ctx, STR("k0"), 1);
}

/* Asks so often, one after the other on one connection, and reads each answer to its end. */
static void ask_often(uint16_t port, size_t body, int times)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char in[1 << 16];
	assert_int_equal(connect(s, (struct sockaddr *)&to, sizeof to), 0);
	for (int i = 0; i < times; i++) {
		size_t left = body;
		ssize_t n;
		assert_int_equal(write(s, request, sizeof request - 1), (ssize_t)sizeof request - 1);
		for (bool in_body = false; left && (n = read(s, in, sizeof in)) > 0;) {
			const char *end = in_body ? in : memmem(in, (size_t)n, "\r\n\r\n", 4);
			if (!end)
				continue;
			left -= (size_t)(in + n - end) - (in_body ? 0 : 4);
			in_body = true;
		}
		assert_int_equal(left, 0);
	}
	close(s);
}

/* A reply that is sent often is held once more, as a file; that counts, and what is used less makes room for it. */
static void files_count_too(void **state)
{
	enum { BODY = 40000, MOST = 400000 };
	struct cache *c = cache_new(MOST);
	struct http_config config = {.address = "127.0.0.1", .threads = 1, .answer = on_any, .ctx = c};
	struct http *h;
	struct err e;
	char key[16];
	(void)state;
	for (int i = 0; i < 9; i++) {
		struct http_reply *r = reply_of_size(BODY);
		snprintf(key, sizeof key, "k%d", i);
		cache_put(c, str_of(key), 1, r);
		http_reply_unref(r);
	}
	const size_t before = cache_count(c).bytes;
	assert_true(cache_count(c).entries == 9 && before + BODY > MOST);
	assert_int_equal(http_start(&config, &h, &e), 0);
	ask_often(http_port(h), BODY, 2);
	assert_int_equal(cache_count(c).bytes, before);
	ask_often(http_port(h), BODY, 100);
	const struct cache_figures now = cache_count(c);
	struct http_reply *r = cache_get(c, STR("k0"), 1), *other = cache_get(c, STR("k1"), 1);
	assert_int_equal(http_reply_bytes(r), 2 * BODY);
	assert_null(other);
	assert_true(now.entries == 8 && now.evicted == 1 && now.bytes <= MOST && now.bytes > before - 3000);
	http_reply_unref(r);
	http_stop(h);
	cache_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies_have_names),
		cmocka_unit_test(what_is_forgotten_is_gone),
		cmocka_unit_test(the_cache_is_bounded),
		cmocka_unit_test(threads_share_the_cache),
		cmocka_unit_test(files_count_too),
	};
	return test_main(tests);
}
