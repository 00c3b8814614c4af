/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong: said in a sentence, kept, and told to whoever looks at the mirror.
 */
#include "mirror/follow_int.h"

#include "log/dir.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>

struct str utc_now(struct arena *a)
{
	char text[32] = "";
	time_t now = time(NULL);
	struct tm t;
	if (gmtime_r(&now, &t))
		(void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t);
	return arena_str(a, str_of(text));
}

/* "20260701T120000Z-fork.json"; one more number if there are several of that second. */
static struct str file_name(const struct dir *d, const struct finding *x, struct arena *a)
{
	char day[32];
	size_t n = 0;
	for (size_t i = 0; i < x->found.n && n + 1 < sizeof day; i++)
		if (x->found.p[i] != '-' && x->found.p[i] != ':')
			day[n++] = x->found.p[i];
	day[n] = 0;
	struct str name = arena_fmt(a, "%s-%s.json", day, finding_name(x->kind));
	for (int i = 2; dir_has(d, name.p); i++)
		name = arena_fmt(a, "%s-%s-%d.json", day, finding_name(x->kind), i);
	return name;
}

static int make_folder(struct follow *f, const char *name, unsigned mode, struct str *ret, struct err *e)
{
	*ret = arena_fmt(&f->round, "%s/%s", f->c.dir, name);
	return mkdir(ret->p, mode) < 0 && errno != EEXIST ? dir_fail(ret->p, NULL, "made", e) : 0;
}

/* What is not for everybody lies in a folder of its own, which nobody serves. */
static int open_folder(struct follow *f, bool secret, struct dir *ret, struct err *e)
{
	struct str path;
	int rc = make_folder(f, MIRROR_EVIDENCE_DIR, 0755, &path, e);
	if (rc == 0 && secret)
		rc = make_folder(f, MIRROR_SEALED_DIR, 0700, &path, e);
	return rc < 0 ? rc : dir_open(path.p, ret, e);
}

static int keep(struct follow *f, const struct finding *x, struct str *ret, struct err *e)
{
	struct dir d = {0};
	struct buf text;
	int rc = open_folder(f, x->secret, &d, e);
	if (rc < 0)
		return rc;
	buf_init(&text, EVIDENCE_MAX_BYTES);
	evidence_write(x, &text);
	struct str name = file_name(&d, x, &f->round);
	rc = text.over ? err_set(e, ERR_LIMIT, name.p, "it would be longer than %d bytes", EVIDENCE_MAX_BYTES)
		       : dir_write(&d, name.p, buf_str(&text), x->secret ? 0600 : 0644, e);
	buf_done(&text);
	dir_close(&d);
	if (rc == 0)
		*ret = arena_fmt(&f->round, "%s/%s", x->secret ? MIRROR_SEALED_DIR : MIRROR_EVIDENCE_DIR, name.p);
	return rc;
}

int found(struct follow *f, struct finding *x, const char *members, const char *fmt, ...)
{
	enum { MAX_SENTENCE = 2000 };
	struct buf says;
	struct err e;
	struct str file = {"", 0};
	va_list ap;
	buf_init(&says, MAX_SENTENCE);
	va_start(ap, fmt);
	buf_addv(&says, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < says.n; i++) /* it is shown on terminals, and a server may have written parts of it */
		if ((unsigned char)says.p[i] < ' ' || says.p[i] == 0x7f)
			says.p[i] = ' ';
	x->has |= finding_bits(members);
	x->log = f->c.vkey;
	x->server = x->server.n ? x->server : f->remote.base;
	x->found = utc_now(&f->round);
	x->says = arena_str(&f->round, buf_str(&says));
	if (keep(f, x, &file, &e) < 0) /* what was found stands nevertheless */
		buf_addf(&says, " (The evidence could not be kept: %s: %s.)", e.where, e.what);
	struct mirror_state *s = &f->state;
	s->kind = arena_str(&f->state_arena, str_of(finding_name(x->kind)));
	s->says = arena_str(&f->state_arena, buf_str(&says));
	s->evidence = arena_str(&f->state_arena, file);
	s->found = arena_str(&f->state_arena, x->found);
	buf_done(&says);
	return FOUND;
}

int found_missing(struct follow *f, const struct shown *s, struct str path)
{
	struct finding x = {.kind = FOUND_MISSING, .first = s->note, .path = path, .status = (uint64_t)f->remote.status};
	return found(f, &x, "first path status",
		"%.*s does not give out %.*s (status %d), which the log of %" PRIu64 " entries that it signed has.", STR_ARG(f->remote.base), STR_ARG(path),
		f->remote.status, s->c.size);
}

int tree_error(struct follow *f, const struct shown *s, const struct remote_tree *t, int rc)
{
	return rc == ERR_ABSENT && t->absent.n ? found_missing(f, s, arena_str(&f->round, t->absent)) : rc;
}
