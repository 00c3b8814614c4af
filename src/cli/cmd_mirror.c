/* SPDX-License-Identifier: Apache-2.0
 *
 * comity mirror: follows a register into a directory, and serves that on the side.
 */
#include "cli/keyfile.h"
#include "cli/serving.h"

#include "log/dir.h"
#include "log/note.h"
#include "mirror/follow.h"
#include "register/bundle.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { EVERY = 300, MAX_POLICY = 256 << 10, MAX_SECRET = NOTE_MAX_VKEY + 64 };

struct mirror {
	const struct call *c;
	struct follow_config config;
	struct str peers[FOLLOW_MAX_PEERS];
	struct keyfile read;
	uint64_t every; /* seconds */
	bool once, serve;
	uint16_t port;
	struct serving serving;
	uint64_t size;	  /* of what was told last */
	uint64_t bodies;  /* likewise */
	char trouble[600], unread[600]; /* what was told last */
};

/* ---- signals ------------------------------------------------------------------------------------------------------------------ */

static void stop_signals(sigset_t *ret)
{
	sigemptyset(ret);
	sigaddset(ret, SIGINT);
	sigaddset(ret, SIGTERM);
}

static bool stopped(void *ctx)
{
	sigset_t pending;
	(void)ctx;
	return sigpending(&pending) == 0 && (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM));
}

/* Until it is time for the next round; true: to be stopped. */
static bool pause_for(uint64_t seconds)
{
	sigset_t stop;
	stop_signals(&stop);
	return sigtimedwait(&stop, NULL, &(struct timespec){(time_t)seconds, 0}) > 0;
}

/* ---- options ------------------------------------------------------------------------------------------------------------------ */

/* The key is made, under that name, if it is not there. Its public half is told, for whoever should know it. */
static int read_cosign(struct mirror *m, const char *path, struct err *e)
{
	const char *name = given(m->c, "name"), *slash = strrchr(path, '/');
	struct str folder = slash ? arena_str(m->c->arena, (struct str){path, (size_t)(slash - path + 1)}) : STR(".");
	const char *file = slash ? slash + 1 : path;
	struct dir d = {0};
	struct hasher h;
	struct note_key k = {0};
	struct ed25519_key secret = {0};
	struct buf text;
	int fd = -1;
	hasher_init(&h);
	buf_init(&text, MAX_SECRET);
	int rc = dir_open(folder.p, &d, e);
	if (rc == 0 && dir_has(&d, file)) {
		rc = dir_read_secret(&d, file, &text, &fd, e);
	} else if (rc == 0 && !name) {
		rc = err_set(e, ERR_ABSENT, path, "there is no such key");
		(void)err_hint(e, "--name NAME makes it, under that name: as register.example/mirrors/kz");
	} else if (rc == 0 && !note_name_ok(str_of(name))) {
		rc = err_set(e, ERR_INPUT, "--name", "a name is 1 to %d bytes of text without blanks and '+'", NOTE_MAX_NAME);
	} else if (rc == 0 && (rc = ed25519_key_make(&secret, NULL, e)) == 0) {
		note_key_make(&h, NOTE_COSIGNATURE, str_of(name), &secret.pub, &k);
		note_secret_write(&k, &secret, &text);
		buf_addc(&text, '\n');
		rc = dir_write_secret(&d, file, buf_str(&text), &fd, e);
	}
	if (rc == 0)
		rc = note_secret_read(&h, NOTE_COSIGNATURE, str_trim(buf_str(&text)), &k, &secret, e);
	if (rc == 0) {
		struct buf vkey;
		buf_init(&vkey, NOTE_MAX_VKEY);
		note_key_write(&k, &vkey);
		fprintf(stderr, "Co-signs as %.*s, whose public key is %s\n", STR_ARG(k.name), vkey.p);
		buf_done(&vkey);
		m->config.cosign = arena_str(m->c->arena, buf_str(&text));
	}
	ed25519_key_wipe(&secret);
	if (text.p)
		explicit_bzero(text.p, text.n);
	buf_done(&text);
	dir_close(&d); /* the lock on the key stays, for it is one mirror's: fd is closed with the process */
	hasher_done(&h);
	return rc;
}

static bool same_address(struct str a, struct str b)
{
	while (str_ends(a, STR("/")))
		a.n--;
	while (str_ends(b, STR("/")))
		b.n--;
	return str_eq(a, b);
}

static int read_peers(struct mirror *m)
{
	struct str rest = str_of(given(m->c, "peers")), one;
	for (bool more = rest.n > 0; more;) {
		more = str_cut(rest, ',', &one, &rest);
		one = more ? one : rest;
		if (m->config.npeers == FOLLOW_MAX_PEERS)
			return usage(m->c, "--peers takes at most %d addresses", FOLLOW_MAX_PEERS);
		m->peers[m->config.npeers++] = one;
	}
	m->config.peers = m->peers;
	for (size_t i = 0; i < m->config.npeers; i++)
		if (same_address(m->peers[i], m->config.url))
			return usage(m->c, "--peers takes the addresses of other mirrors and of witnesses, and %.*s is that of the register itself", STR_ARG(m->peers[i]));
	return DONE;
}

/* Requests are signed while nobody is there, so with a key in a file, in this program's own form. */
static int read_reader(struct mirror *m, const char *path, struct err *e)
{
	int rc = keyfile_read(path, &m->read, e);
	bool other = rc == ERR_INPUT || rc == ERR_LIMIT || (rc == 0 && !m->read.has_secret);
	if (!other)
		return rc;
	rc = err_set(e, ERR_INPUT, path, "--read-with takes a secret key (Ed25519) that 'comity key new' made, and this is none: neither a public key nor a "
					 "key of OpenSSH will do");
	return err_hint(e, "make one for this alone, and let its holder delegate to it: comity key delegate ... --acts bodies_requested");
}

/* 1 says that a fraud was found. */
static int cannot(const struct err *e)
{
	(void)fail_with(e);
	return CANNOT;
}

static int read_files(struct mirror *m)
{
	struct err e;
	const char *policy = given(m->c, "policy"), *cosign = given(m->c, "cosign");
	if (policy && file_read(policy, MAX_POLICY, m->c->arena, &m->config.policy, &e) < 0)
		return cannot(&e);
	if (policy && !m->config.policy.n)
		return usage(m->c, "--policy %s: the file is empty", policy);
	if (given(m->c, "read-with")) {
		if (read_reader(m, given(m->c, "read-with"), &e) < 0)
			return cannot(&e);
		m->config.read = &m->read.secret;
	}
	return cosign && read_cosign(m, cosign, &e) < 0 ? cannot(&e) : DONE;
}

static void report_progress(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	progress("copying entry", done, total);
}

static int read_choices(struct mirror *m)
{
	const struct call *c = m->c;
	int status = DONE;
	m->once = given(c, "once") != NULL;
	m->serve = given(c, "port") != NULL;
	m->every = EVERY;
	if (!given(c, "key"))
		return usage(c, "--key VKEY is needed: the public key of the register, as its members know it (never as the server says it)");
	if (m->once && m->serve)
		return usage(c, "--once ends after one round, --port serves until it is stopped: only one of them");
	if (!number_given(c, "every", &m->every, &status) || !port_given(c, 8080, &m->port, &status))
		return status;
	if (m->every < 1 || m->every > 86400)
		return usage(c, "--every takes 1 to 86400 seconds");
	m->config = (struct follow_config){.dir = c->word[1], .url = str_of(c->word[0]), .vkey = str_of(given(c, "key")), .whole = m->once,
		.resume = given(c, "resume") != NULL, .stopped = stopped, .progress = report_progress};
	status = read_peers(m);
	return status == DONE ? read_files(m) : status;
}

/* ---- rounds ------------------------------------------------------------------------------------------------------------------- */

static void tell_alert(const struct mirror_state *s, const char *dir)
{
	fprintf(stderr, "comity: %.*s\n", STR_ARG(s->says));
	if (s->evidence.n)
		fprintf(stderr, "The evidence is in %s/%.*s (see: comity judge). Nothing more is taken in; after a look at it: --resume\n", dir,
			STR_ARG(s->evidence));
}

/* What is sealed is held as what the public sees of it. */
static void tell_sealed(const struct mirror *m, const struct mirror_state *s)
{
	if (!s->sealed)
		return;
	fprintf(stderr, "%" PRIu64 " of them %s sealed, and held as %s: ", s->sealed, s->sealed == 1 ? "is" : "are",
		s->sealed == 1 ? "a commitment" : "commitments");
	if (m->config.read || s->bodies)
		fprintf(stderr, "the bodies of %" PRIu64 " are held too.\n", s->bodies);
	else
		fputs("no body is held (--read-with asks for those that a key may read).\n", stderr);
}

/* Only what is new is told. */
static void tell(struct mirror *m, enum follow_end end, const struct mirror_state *s, const struct err *e)
{
	char unread[sizeof m->unread];
	(void)snprintf(unread, sizeof unread, "%.*s", STR_ARG(s->unread));
	if (end == FOLLOW_IN_STEP && (s->size != m->size || s->bodies != m->bodies || m->trouble[0])) {
		fprintf(stderr, "In step with %.*s: %" PRIu64 " entries, signed, complete, and every fact derived from them the same.\n", STR_ARG(s->url), s->size);
		tell_sealed(m, s);
		if (s->peers.n)
			fprintf(stderr, "Compared with %.*s.\n", STR_ARG(s->peers));
	}
	if (end == FOLLOW_IN_STEP && unread[0] && strcmp(m->unread, unread) != 0)
		fprintf(stderr, "Bodies of sealed acts could not be read; all that is public is in step. %s\n", unread);
	memcpy(m->unread, unread, sizeof unread);
	if (end == FOLLOW_UNREADABLE && strcmp(m->trouble, e->what) != 0)
		(void)fail_with(e);
	(void)snprintf(m->trouble, sizeof m->trouble, "%s", end == FOLLOW_UNREADABLE ? e->what : "");
	m->size = s->size;
	m->bodies = s->bodies;
}

/* As soon as there is something to show. */
static int serve(struct mirror *m, const struct mirror_state *s)
{
	if (!m->serve || m->serving.site || !s->size)
		return DONE;
	return serving_start(m->c, m->config.dir, m->port, &m->serving);
}

static int follow(struct mirror *m, struct follow *f)
{
	static const int statuses[] = {[FOLLOW_IN_STEP] = DONE, [FOLLOW_FRAUD] = NO, [FOLLOW_UNREADABLE] = CANNOT};
	const struct mirror_state *s = follow_state(f);
	int status = serve(m, s);
	for (enum follow_end end; status == DONE;) {
		struct err e = {0};
		end = follow_round(f, &e);
		progress_end();
		if (stopped(NULL) && end == FOLLOW_UNREADABLE)
			return DONE;
		tell(m, end, s, &e);
		if ((status = serve(m, s)) != DONE)
			break;
		if (end == FOLLOW_FRAUD) {
			tell_alert(s, m->config.dir);
			if (m->serving.site)
				wait_for_stop();
		}
		if (m->once || end == FOLLOW_FRAUD)
			return statuses[end];
		if (pause_for(m->every))
			return DONE;
	}
	return status;
}

int run_mirror(const struct call *c)
{
	struct mirror m = {.c = c};
	struct follow *f;
	struct err e;
	int status = read_choices(&m);
	if (status != DONE)
		return status;
	hold_signals();
	if (follow_open(&m.config, &f, &e) < 0)
		return cannot(&e);
	status = follow(&m, f);
	serving_stop(&m.serving);
	if (given(c, "json"))
		mirror_state_json(follow_state(f), true, c->out);
	follow_close(f);
	keyfile_wipe(&m.read);
	return status;
}
