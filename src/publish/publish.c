/* SPDX-License-Identifier: Apache-2.0
 *
 * What is published: the front pages, and whatever their links lead to, each made by as many threads as there are processors.
 */
#include "publish/publish.h"

#include "log/tile.h"
#include "publish/fingerprint.h"
#include "publish/files.h"
#include "publish/hole.h"
#include "publish/nginx.h"
#include "publish/trace.h"
#include "web/witnesses.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS_MAX = 64 };

/* What not every page says beside its bytes. */
static const char *const said_names[TRACE_SAID] = {HTTP_POLICY, "Link"};

/* An address, beside what the trace knows of it. */
struct state {
	bool due; /* it was found this time */
	bool has; /* it is a file */
};

struct publication {
	const struct publish_config *c;
	struct publish_figures *ret;
	struct web *web;
	struct register_site *site;
	struct folder *folder;
	civil today;
	uint64_t position;
	uint64_t hole;	   /* what pages write for the entry that they name (hole.h) */
	struct url server; /* who answers what is no file */
	struct arena arena;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t more;
	struct trace trace;
	struct { struct state *v; size_t n, cap; } states; /* by number of their address */
	struct { sym *v; size_t n, cap; } due; /* to be made */
	size_t taken;
	unsigned working;
	bool *stale; /* by set of keys: one of them reads otherwise now */
	struct { sym *v; size_t n, cap; } way; /* kept pages whose links are still to be followed */
	bool failed;
	struct err why;
};

/* ---- addresses --------------------------------------------------------------------------------------------------------------------------- */

static sym known_target(struct publication *p, struct str target)
{
	sym id = trace_target(&p->trace, target);
	while (p->states.n <= id)
		arena_push(&p->arena, &p->states, (struct state){0});
	return id;
}

/* Of a page that was published, and made from nothing that reads otherwise now, all is known; of what lasts, that it is there. */
static bool is_kept(const struct publication *p, sym id)
{
	const struct trace_page *page = &p->trace.pages.v[id];
	return p->stale && page->had && page->set != SET_UNKNOWN && !p->stale[page->set];
}

/* Under the lock. An address that was taken up before is not taken up again. */
static void take_up(struct publication *p, sym id)
{
	struct state *s = &p->states.v[id];
	if (s->due)
		return;
	s->due = true;
	if (is_kept(p, id)) {
		s->has = true;
		arena_push(&p->arena, &p->way, id);
		return;
	}
	arena_push(&p->arena, &p->due, id);
	pthread_cond_signal(&p->more);
}

/* Under the lock: whatever kept pages lead to. */
static void follow_kept(struct publication *p)
{
	while (p->way.n) {
		const struct trace_page *page = &p->trace.pages.v[p->way.v[--p->way.n]];
		for (uint32_t i = 0; i < page->nlinks; i++)
			take_up(p, page->links[i]);
	}
}

typedef LIST(sym) sym_list;

/* Under the lock: takes up an address that a page leads to, and notes that it does. */
static void lead_to(struct publication *p, struct str target, sym_list *leads, struct arena *a)
{
	if (syms_count(&p->trace.targets) > TARGETS_MAX)
		return;
	sym id = known_target(p, target);
	arena_push(a, leads, id);
	take_up(p, id);
}

/* Under the lock. Addresses on this site that a page links to, without those that ask something. What an address is, its bytes say: nothing in it needs
 * to be unescaped, but "&", which stands in no path here. */
static void follow(struct publication *p, struct str page, sym_list *leads, struct arena *a)
{
	const char *end = page.p + page.n;
	for (const char *at = page.p; (at = memmem(at, (size_t)(end - at), "=\"/", 3)) != NULL;) {
		at += 2;
		const char *stop = at;
		while (stop < end && *stop != '"' && *stop != '?' && *stop != '#' && *stop != '&')
			stop++;
		if (stop < end && *stop != '?' && *stop != '&')
			lead_to(p, (struct str){at, (size_t)(stop - at)}, leads, a);
		at = stop;
	}
}

/* Under the lock. The page on each other day on which it reads otherwise. */
static void follow_days(struct publication *p, struct str target, const struct published *made, sym_list *leads)
{
	char day[DATE_LEN];
	const struct number_set *days = &made->reads.days;
	for (size_t i = 0; i < days->n; i++) {
		civil t = (civil)days->v[i] * DAY;
		if (made->days_too && t != p->today)
			lead_to(p, arena_fmt(made->arena, "%.*s?on=%s", STR_ARG(target), date_print(t, day)), leads, made->arena);
	}
}

/* The name of the file, below www: "/en/x" as a page is en/x.html, "/en/x?on=2024-07-04" at/2024-07-04/en/x.html. */
static bool name_of(struct str target, bool page, char out[FILE_NAME_MAX])
{
	struct target t;
	const char *id;
	struct err e;
	struct buf b;
	if (target_parse(target, &t, &id, &e) < 0)
		return false;
	buf_init(&b, FILE_NAME_MAX - 16);
	if (t.params)
		buf_addf(&b, "at/%.*s/", STR_ARG(t.param[0].value));
	for (size_t i = 0; i < t.segments; i++) {
		buf_adds(&b, i ? "/" : "");
		buf_add(&b, t.segment[i]);
	}
	if (t.slash)
		buf_adds(&b, "/index");
	if (page)
		buf_adds(&b, ".html");
	bool fits = !b.over && b.n;
	if (fits)
		(void)snprintf(out, FILE_NAME_MAX, "%.*s", STR_ARG(buf_str(&b)));
	buf_done(&b);
	if (!fits || !folder_can_hold(out)) /* it stays with the server */
		*out = 0;
	return *out != 0;
}

/* ---- one address ------------------------------------------------------------------------------------------------------------------------ */

static bool is_page(const struct http_reply *r)
{
	const char *media = http_reply_header(r, "Content-Type");
	return media && strncmp(media, "text/html", strlen("text/html")) == 0;
}

/* Bytes that are what they are: tiles, documents. */
static bool is_bytes(const struct http_reply *r)
{
	const char *media = http_reply_header(r, "Content-Type");
	return media && strcmp(media, form_media(FORM_BYTES)) == 0;
}

static void count(struct publication *p, size_t made, size_t written)
{
	pthread_mutex_lock(&p->lock);
	p->ret->made += made;
	p->ret->written += written;
	pthread_mutex_unlock(&p->lock);
}

static int unanswered(const struct http_reply *r, struct str target, struct err *e)
{
	char where[200];
	(void)snprintf(where, sizeof where, "%.*s", (int)(target.n < 150 ? target.n : 150), target.p);
	return err_set(e, ERR_SYSTEM, where, "the page could not be made: status %d", http_reply_status(r));
}

/* A page as it stands, or will. */
struct leaf {
	struct http_reply *r;
	struct str text; /* naming its entry */
	uint64_t entry;
	bool same; /* it is what is there */
};

static struct str filled(struct str text, const struct published *made, uint64_t entry)
{
	return hole_fill(made->arena, text, made->tongue, made->named, entry);
}

/* The page as if it named the entry that it named; if that is not what is there, naming the newest. False: it is no page to be published, and maybe a
 * refusal. */
static bool make(struct publication *p, struct str target, const struct trace_page *page, struct published *made, char *name, struct leaf *ret)
{
	made->entry = page->had ? page->before : p->position;
	made->reads.undated = memchr(target.p, '?', target.n) != NULL; /* the page of today tells the days */
	*ret = (struct leaf){.r = web_written(p->web, target, made), .entry = made->entry};
	if (!ret->r || http_reply_status(ret->r) != 200 || !name_of(target, is_page(ret->r), name))
		return false;
	ret->text = filled(http_reply_body(ret->r), made, ret->entry);
	ret->same = folder_same(p->folder, name, ret->text);
	if (ret->same || ret->entry == p->position)
		return true;
	ret->entry = made->entry = p->position;
	if (made->reckons) {
		http_reply_unref(ret->r);
		if (!(ret->r = web_written(p->web, target, made)) || http_reply_status(ret->r) != 200)
			return false;
	}
	ret->text = filled(http_reply_body(ret->r), made, ret->entry);
	return true;
}

/* What is published now, what it was made from, and where it leads. */
static void note_page(struct publication *p, sym id, struct str target, bool lasts, const struct leaf *leaf, const struct published *made)
{
	struct trace_page *page;
	sym_list leads = {0};
	pthread_mutex_lock(&p->lock);
	if (is_page(leaf->r) && memchr(target.p, '?', target.n) == NULL) {
		follow(p, leaf->text, &leads, made->arena);
		follow_days(p, target, made, &leads);
		follow_kept(p);
	}
	bool narrowed = lasts || (made->all_noted && !reads_have(&made->reads, reads_key(READ_ANYTHING, 0)));
	page = &p->trace.pages.v[id];
	page->before = leaf->entry;
	page->links = arena_copy(&p->trace.arena, leads.v, leads.n * sizeof *leads.v);
	page->nlinks = (uint32_t)leads.n;
	page->set = narrowed ? trace_set_of(&p->trace, made->reads.keys.v, made->reads.keys.n) : SET_UNKNOWN;
	for (size_t i = 0; i < TRACE_SAID; i++) {
		const char *value = http_reply_header(leaf->r, said_names[i]);
		bool odd = value && strcmp(value, http_security[0].value) != 0;
		page->said[i] = odd ? arena_str(&p->trace.arena, filled(str_of(value), made, leaf->entry)) : STR("");
	}
	p->states.v[id].has = true;
	pthread_mutex_unlock(&p->lock);
}

/* What lasts and is there: it leads nowhere, and nothing that is read can change it. */
static void note_lasting(struct publication *p, sym id)
{
	pthread_mutex_lock(&p->lock);
	p->trace.pages.v[id].set = trace_set_of(&p->trace, NULL, 0);
	p->states.v[id].has = true;
	pthread_mutex_unlock(&p->lock);
}

static int publish_one(struct publication *p, sym id, struct str target, struct trace_page page, struct published *made, struct shortener *by,
	struct err *e)
{
	char name[FILE_NAME_MAX] = "";
	bool lasts = web_lasts(p->web, target);
	if (lasts && !p->c->all && name_of(target, false, name) && folder_has(p->folder, name)) {
		note_lasting(p, id);
		return 0;
	}
	struct leaf leaf;
	int rc = 0;
	bool has = make(p, target, &page, made, name, &leaf), fresh = has && !leaf.same;
	if (!leaf.r)
		return 0;
	if (fresh)
		rc = folder_write(p->folder, name, leaf.text, is_bytes(leaf.r) ? NULL : by, e);
	if (has)
		note_page(p, id, target, lasts, &leaf, made);
	else if (http_reply_status(leaf.r) >= 500 && http_reply_status(leaf.r) != 503) /* 503: witnesses have to confirm it first */
		rc = unanswered(leaf.r, target, e);
	count(p, 1, fresh);
	http_reply_unref(leaf.r);
	return rc;
}

/* ---- all of them ------------------------------------------------------------------------------------------------------------------------ */

static void *work(void *ctx)
{
	struct publication *p = ctx;
	struct arena a = {0};
	struct shortener by = {0};
	struct published made = {.today = p->today, .position = p->position, .server = p->server, .named = p->hole, .arena = &a};
	pthread_mutex_lock(&p->lock);
	while (!p->failed) {
		if (p->taken == p->due.n) {
			if (!p->working)
				break;
			pthread_cond_wait(&p->more, &p->lock);
			continue;
		}
		sym id = p->due.v[p->taken++];
		struct trace_page page = p->trace.pages.v[id];
		struct str target = syms_str(&p->trace.targets, id);
		struct err e;
		p->working++;
		pthread_mutex_unlock(&p->lock);
		int rc = publish_one(p, id, target, page, &made, &by, &e);
		arena_reset(&a);
		pthread_mutex_lock(&p->lock);
		p->working--;
		if (rc < 0 && !p->failed)
			p->failed = true, p->why = e;
	}
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	shortener_done(&by);
	reads_done(&made.reads);
	arena_done(&a);
	return NULL;
}

static int publish_due(struct publication *p, struct err *e)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = p->c->threads ? p->c->threads : processors > 0 ? (unsigned)processors : 1, started = 0;
	pthread_t threads[THREADS_MAX];
	for (; started < n && started < THREADS_MAX; started++)
		if (pthread_create(&threads[started], NULL, work, p) != 0)
			break;
	if (!started)
		return err_set(e, ERR_SYSTEM, "threads", "none can be started");
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (p->failed)
		*e = p->why;
	return p->failed ? p->why.code : 0;
}

/* Every tile of the tree that /checkpoint will name, full or as wide as it ends. */
static void take_up_tiles(struct publication *p)
{
	struct str note, line;
	uint64_t size = 0;
	if (!witnesses_checkpoint(p->site, &p->arena, &note) || !str_line(&note, &line) || !str_line(&note, &line) || !str_u64(line, &size))
		return;
	for (unsigned k = 0; k < 9; k++) { /* eight levels, and the bundles */
		struct tlog_tile t = {.entries = k == 8, .level = k == 8 ? 0 : k};
		for (; (t.width = tile_width_at(&t, size)) > 0; t.index++) {
			struct buf b;
			buf_init(&b, 2 * TILE_MAX_PATH);
			buf_adds(&b, "/tile/");
			tile_path_write(&t, &b);
			take_up(p, known_target(p, buf_str(&b)));
			buf_done(&b);
		}
	}
}

/* What no page links to, or only with a question behind it. */
static void take_up_first(struct publication *p, const struct site *s)
{
	static const char *const others[] = {"/robots.txt", "/sitemap.xml", "/sitemap/news.xml", "/data/catalog.jsonld", "/api/openapi.json"};
	pthread_mutex_lock(&p->lock);
	sym last = known_target(p, STR("/checkpoint"));
	p->states.v[last].due = true; /* pages lead to it, but it comes after all */
	for (size_t i = 0; i < s->n; i++)
		take_up(p, known_target(p, arena_fmt(&p->arena, "/%s/", s->words[i].tongue->code)));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		take_up(p, known_target(p, str_of(others[i])));
	for (uint64_t k = 1; k <= p->position / 1000 + 1; k++) /* a part has more pages than a thousand entries make; one too many is not there */
		take_up(p, known_target(p, arena_fmt(&p->arena, "/sitemap/%llu.xml", (unsigned long long)k)));
	take_up_tiles(p);
	follow_kept(p);
	pthread_mutex_unlock(&p->lock);
}

/* ---- what was published before -------------------------------------------------------------------------------------------------------- */

#define TRACE_NAME "published"
#define UNFINISHED "unfinished" /* there while a publication is written: if it is there before, nobody knows which files are newer than the trace */

/* Since when the system runs (proc(5)): what it had no time to write before it crashed is missing, and nothing but the files themselves tells. */
static uint64_t boot_print(void)
{
	UNSET char id[64];
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, id, sizeof id);
	if (fd >= 0)
		close(fd);
	return hash_str(1, (struct str){id, n > 0 ? (size_t)n : 0});
}

/* All that is the same for every page. Another program may say the same things otherwise. */
static uint64_t frame_print(const struct publication *p, const struct site *s, const struct almanac *al)
{
	struct stat program = {0};
	(void)stat("/proc/self/exe", &program);
	const uint64_t numbers[] = {(uint64_t)program.st_size, (uint64_t)program.st_mtim.tv_sec, (uint64_t)program.st_mtim.tv_nsec, (uint64_t)p->today,
		(uint64_t)al->first_year, s->n, boot_print()};
	uint64_t h = hash_str(hash_str(1, s->base.s), p->server.s);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		h = hash_more(h, numbers[i]);
	for (size_t i = 0; i < s->n; i++)
		h = hash_str(h, str_of(s->words[i].tongue->code));
	return hash_str(h, (struct str){(const char *)record_bundle(view_record(al->view))->b, DIGEST_LEN});
}

/* Which sets of keys have one that reads otherwise now. */
static void find_stale(struct publication *p, struct fingerprints *now)
{
	const struct trace *t = &p->trace;
	bool *changed = arena_array(&p->arena, t->keys.n + 1, bool);
	p->stale = arena_array(&p->arena, t->sets.n + 1, bool);
	for (size_t k = 0; k < t->keys.n; k++)
		changed[k] = fingerprint_renew(now, &t->keys.v[k]);
	for (size_t s = 0; s < t->sets.n; s++)
		for (uint32_t i = 0; i < t->sets.v[s].n && !p->stale[s]; i++)
			p->stale[s] = changed[t->sets.v[s].keys[i]];
}

/* What was published, and by which words; what cannot be read is as if it had not been. */
static int read_trace(struct publication *p, const struct folder *above, uint64_t frame, struct fingerprints *now, struct err *e)
{
	struct arena a = {0};
	struct str bytes;
	int rc = folder_read(above, TRACE_NAME, TRACE_MAX, &a, &bytes, e);
	if (rc == 0 && trace_read(&p->trace, bytes) && p->trace.frame == frame && !p->c->all && !folder_has(above, UNFINISHED))
		find_stale(p, now);
	if (rc == 0 || rc == ERR_ABSENT)
		rc = folder_write(above, UNFINISHED, STR("a publication is being written, or was stopped\n"), NULL, e);
	p->trace.frame = frame;
	for (sym id = 0; id < p->trace.pages.n; id++)
		arena_push(&p->arena, &p->states, (struct state){0});
	arena_done(&a);
	return rc;
}

static bool is_file(void *ctx, sym id)
{
	const struct publication *p = ctx;
	return p->states.v[id].has;
}

static int write_trace(struct publication *p, const struct folder *above, struct fingerprints *now, struct err *e)
{
	struct buf b;
	buf_init(&b, TRACE_MAX);
	for (size_t k = 0; k < p->trace.keys.n; k++)
		(void)fingerprint_renew(now, &p->trace.keys.v[k]);
	int rc = trace_write(&p->trace, is_file, p, &b) ? folder_write(above, TRACE_NAME, buf_str(&b), NULL, e)
							: err_set(e, ERR_LIMIT, TRACE_NAME, "too many pages");
	buf_done(&b);
	return rc;
}

/* Pages that were and are not any more. Their form is not kept: a page and a file of one name are never both there. */
static int remove_others(struct publication *p, struct err *e)
{
	int rc = 0;
	for (sym id = 1; id < p->states.n && rc == 0; id++) {
		char name[FILE_NAME_MAX];
		p->ret->files += p->states.v[id].has;
		if (!p->trace.pages.v[id].had || p->states.v[id].has)
			continue;
		p->ret->removed++;
		for (int page = 0; page < 2 && rc == 0; page++)
			if (name_of(syms_str(&p->trace.targets, id), page, name))
				rc = folder_remove(p->folder, name, e);
	}
	return rc;
}

/* What lies among its files and is none of them: the trace knows nothing of it where that was lost, or where it was a publication that did not end that
 * wrote it. What lies beside their folders is not looked at. */
static int sweep(struct publication *p, struct err *e)
{
	struct syms kept, rooms;
	int rc = 0;
	syms_init(&kept, &p->arena, NULL);
	syms_init(&rooms, &p->arena, NULL);
	for (sym id = 1; id < p->states.n; id++) {
		char name[FILE_NAME_MAX];
		for (int page = 0; p->states.v[id].has && page < 2 && name_of(syms_str(&p->trace.targets, id), page, name); page++) {
			struct str room, rest;
			(void)syms_intern(&kept, str_of(name));
			if (str_cut(str_of(name), '/', &room, &rest))
				(void)syms_intern(&rooms, room);
		}
	}
	for (sym id = 1; id < syms_count(&rooms) && rc == 0; id++)
		rc = folder_sweep(p->folder, arena_fmt(&p->arena, "%.*s", STR_ARG(syms_str(&rooms, id))).p, &kept, &p->ret->removed, e);
	return rc;
}

/* ---- from outside ------------------------------------------------------------------------------------------------------------------------ */

/* The last file, and none before the witnesses have confirmed it. */
static int publish_checkpoint(struct publication *p, struct err *e)
{
	struct arena a = {0};
	struct str note;
	int rc = 0;
	if (witnesses_checkpoint(p->site, &a, &note) && !folder_same(p->folder, "checkpoint", note))
		rc = folder_write(p->folder, "checkpoint", note, NULL, e);
	arena_done(&a);
	return rc;
}

static int refuse_page(struct publication *p, const struct tongue *t, enum refusal why, enum form f, struct err *e)
{
	struct arena a = {0};
	struct published made = {.today = p->today, .position = p->position, .named = p->position, .entry = p->position, .server = p->server, .arena = &a};
	struct http_reply *r = web_refusal(p->web, t, why, f, &made);
	struct shortener by = {0};
	char name[64];
	int rc = 0;
	(void)snprintf(name, sizeof name, PUBLISH_REFUSALS "/%d.%s.%s", http_reply_status(r), t->code, f == FORM_HTML ? "html" : form_suffix(f));
	if (!folder_same(p->folder, name, http_reply_body(r)))
		rc = folder_write(p->folder, name, http_reply_body(r), &by, e);
	shortener_done(&by);
	http_reply_unref(r);
	reads_done(&made.reads);
	arena_done(&a);
	return rc;
}

static int refuse_pages(struct publication *p, const struct site *s, struct err *e)
{
	int rc = 0;
	for (size_t i = 0; i < s->n; i++)
		for (enum refusal why = 0; why < REFUSAL_N && rc == 0; why++)
			if ((rc = refuse_page(p, s->words[i].tongue, why, FORM_HTML, e)) == 0)
				rc = refuse_page(p, s->words[i].tongue, why, FORM_JSON, e);
	return rc;
}

/* So that the same pages give the same configuration, in whatever order they were made. */
static int by_target(const void *x, const void *y)
{
	const struct odd_header *a = x, *b = y;
	return str_cmp(a->target, b->target);
}

static void list_odd(struct publication *p, struct odd_headers *ret)
{
	for (sym id = 1; id < p->states.n; id++)
		for (size_t i = 0; i < TRACE_SAID && p->states.v[id].has; i++) {
			struct odd_header one = {said_names[i], syms_str(&p->trace.targets, id), p->trace.pages.v[id].said[i]};
			if (one.value.n)
				arena_push(&p->arena, ret, one);
		}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_target);
}

static int publish_all(struct publication *p, const struct folder *above, const struct site *s, struct err *e)
{
	struct almanac *al;
	struct odd_headers odd = {0};
	int rc = register_site_almanac(p->site, p->position, s->words[0].tongue, &al, e);
	if (rc < 0)
		return rc;
	struct fingerprints *now = fingerprints_new(al, p->today);
	rc = read_trace(p, above, frame_print(p, s, al), now, e);
	if (rc == 0) {
		take_up_first(p, s);
		rc = publish_due(p, e);
	}
	if (rc == 0)
		rc = refuse_pages(p, s, e);
	list_odd(p, &odd);
	if (rc == 0)
		rc = publish_nginx(s, p->c, al, &odd, above, e);
	if (rc == 0)
		rc = publish_checkpoint(p, e);
	if (rc == 0)
		rc = remove_others(p, e);
	if (rc == 0 && !p->stale)
		rc = sweep(p, e);
	if (rc == 0)
		rc = write_trace(p, above, now, e);
	if (rc == 0)
		rc = folder_remove(above, UNFINISHED, e);
	fingerprints_free(now);
	almanac_unref(al);
	return rc;
}

static int in_folder(struct publication *p, struct folder *above, const struct web_config *config, struct err *e)
{
	char www[FILE_NAME_MAX];
	(void)snprintf(www, sizeof www, "%s/www", p->c->dir);
	int rc = folder_lock(above, "publishing.lock", e);
	if (rc == 0)
		rc = folder_open(www, &p->folder, e);
	if (rc == 0)
		rc = web_open(config, &p->web, e);
	if (rc == 0)
		rc = publish_all(p, above, &config->site, e);
	web_stop(p->web);
	folder_close(p->folder);
	return rc;
}

int publish(struct register_site *s, const struct publish_config *c, struct publish_figures *ret, struct err *e)
{
	struct web_config config = register_site_config(s);
	struct publication p = {.c = c, .ret = ret, .site = s, .today = config.source.today(config.source.ctx),
		.position = config.source.position(config.source.ctx), .hole = hole_draw(),
		.server = c->server && *c->server ? (struct url){str_of(c->server)} : config.site.base};
	struct folder *above;
	*ret = (struct publish_figures){.position = p.position};
	if (!p.hole)
		return err_set(e, ERR_SYSTEM, "random numbers", "the system gives none");
	int rc = folder_open(c->dir, &above, e);
	if (rc < 0)
		return rc;
	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.more, NULL);
	trace_init(&p.trace);
	rc = in_folder(&p, above, &config, e);
	pthread_cond_destroy(&p.more);
	pthread_mutex_destroy(&p.lock);
	trace_done(&p.trace);
	arena_done(&p.arena);
	folder_close(above);
	return rc;
}
