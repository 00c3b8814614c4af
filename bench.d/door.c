/* SPDX-License-Identifier: Apache-2.0
 *
 * comity-bench-door PORT KEYFILE THREADS < ACTS: signs each act, one a line, with the key; then hands them in by POST /api/acts from so
 * many threads, each of which waits for its answer before it hands in the next. Prints "name value" lines.
 */
#include "log/dsse.h"
#include "log/note.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ACTS = 1000000, MAX_THREADS = 1000, MAX_LINE = 65536 };

static struct str requests[MAX_ACTS];
static double took[MAX_ACTS];
static size_t nacts;
static atomic_size_t next, refused;
static uint16_t port;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void read_key(const char *path, struct ed25519_key *ret, char keyid[KEYID_MAX + 1])
{
	char text[1000];
	struct hasher h;
	struct note_key name;
	struct pubkey pub;
	struct err e;
	FILE *f = fopen(path, "r");
	if (!f || !fgets(text, sizeof text, f))
		die(path);
	fclose(f);
	hasher_init(&h);
	if (note_secret_read(&h, NOTE_ED25519, str_trim(str_of(text)), &name, ret, &e) < 0)
		die("key");
	pubkey_ed25519(&ret->pub, &pub);
	pubkey_id(&h, &pub, keyid);
	hasher_done(&h);
}

static struct str request_of(struct str act, const struct ed25519_key *key, const char *keyid, struct arena *a)
{
	struct dsse d = {.type = STR("application/vnd.comity.act.v1+json"), .payload = act};
	struct buf envelope;
	struct err e;
	buf_init(&envelope, MAX_LINE);
	if (dsse_sign(&d, a, str_of(keyid), key, &e) < 0 || dsse_write(&d, &envelope, &e) < 0)
		die("sign");
	struct str r = arena_fmt(a, "POST /api/acts HTTP/1.1\r\nHost: bench\r\nContent-Type: application/vnd.dsse.envelope.v1+json\r\nContent-Length: %zu\r\n\r\n%.*s",
		envelope.n, STR_ARG(buf_str(&envelope)));
	buf_done(&envelope);
	return r;
}

static int connect_to(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

/* The whole answer: its status. */
static int read_answer(int fd)
{
	char b[8192];
	size_t n = 0;
	while (n < sizeof b - 1) {
		ssize_t got = read(fd, b + n, sizeof b - 1 - n);
		if (got <= 0)
			return 0;
		n += (size_t)got;
		b[n] = 0;
		const char *end = strstr(b, "\r\n\r\n"), *length = strcasestr(b, "Content-Length: ");
		if (end && length && n >= (size_t)(end + 4 - b) + strtoul(length + 16, NULL, 10))
			return atoi(b + 9);
	}
	return 0;
}

static void *hand_in(void *arg)
{
	int fd = connect_to();
	(void)arg;
	for (size_t i; (i = atomic_fetch_add(&next, 1)) < nacts;) {
		double began = now();
		if (write(fd, requests[i].p, requests[i].n) != (ssize_t)requests[i].n)
			die("write");
		if (read_answer(fd) != 201)
			atomic_fetch_add(&refused, 1);
		took[i] = now() - began;
	}
	close(fd);
	return NULL;
}

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static char line[MAX_LINE];
	struct arena a = {0};
	struct ed25519_key key;
	char keyid[KEYID_MAX + 1];
	pthread_t t[MAX_THREADS];
	size_t threads = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	if (threads < 1 || threads > MAX_THREADS)
		return fprintf(stderr, "usage: comity-bench-door PORT KEYFILE THREADS < ACTS\n"), 2;
	port = (uint16_t)strtoul(argv[1], NULL, 10);
	read_key(argv[2], &key, keyid);
	while (nacts < MAX_ACTS && fgets(line, sizeof line, stdin))
		requests[nacts++] = request_of(str_trim(str_of(line)), &key, keyid, &a);
	double began = now();
	for (size_t i = 0; i < threads; i++)
		if (pthread_create(&t[i], NULL, hand_in, NULL) != 0)
			die("thread");
	for (size_t i = 0; i < threads; i++)
		pthread_join(t[i], NULL);
	double wall = now() - began;
	qsort(took, nacts, sizeof *took, by_time);
	printf("acts %zu\nrefused %zu\nwall %.6f\np50 %.6f\np99 %.6f\n", nacts, (size_t)refused, wall, took[nacts / 2], took[nacts * 99 / 100]);
	arena_done(&a);
	return 0;
}
