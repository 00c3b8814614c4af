/* SPDX-License-Identifier: Apache-2.0
 *
 * What is published: the front pages, and whatever their links lead to, each made by as many threads as there are processors.
 */
#include "web/publish.h"

#include "log/tile.h"
#include "web/publish_files.h"
#include "web/publish_nginx.h"
#include "web/witnesses.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 64, TARGETS_MAX = 20 << 20, LIST_MAX = 1 << 30 };

struct page {
	bool had;	 /* it was published before, */
	uint64_t before; /* and named this entry */
	bool due;	 /* it was found this time */
	bool has;	 /* and is a file */
	uint64_t entry;
};

struct publication {
	const struct publish_config *c;
	struct publish_figures *ret;
	struct web *web;
	struct register_site *site;
	struct folder *folder;
	civil today;
	uint64_t position;
	struct arena arena;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t more;
	struct syms targets; /* addresses, in the order in which they were found; of pages and files alike */
	struct { struct page *v; size_t n, cap; } pages; /* by number of their address */
	struct { sym *v; size_t n, cap; } due;
	size_t taken;
	unsigned working;
	struct odd_headers odd;
	bool failed;
	struct err why;
};

/* ---- addresses --------------------------------------------------------------------------------------------------------------------------- */

static sym known_target(struct publication *p, struct str target)
{
	sym id = syms_intern(&p->targets, target);
	while (p->pages.n <= id) {
		struct page none = {0};
		arena_push(&p->arena, &p->pages, none);
	}
	return id;
}

/* Under the lock. An address that was taken up before is not taken up again. */
static void take_up(struct publication *p, struct str target)
{
	if (syms_count(&p->targets) > TARGETS_MAX)
		return;
	sym id = known_target(p, target);
	if (p->pages.v[id].due)
		return;
	p->pages.v[id].due = true;
	arena_push(&p->arena, &p->due, id);
	pthread_cond_signal(&p->more);
}

/* Addresses on this site that a page links to, without those that ask something. What an address is, its bytes say: nothing in it needs
 * to be unescaped, but "&", which stands in no path here. */
static void follow(struct publication *p, struct str page)
{
	const char *end = page.p + page.n;
	pthread_mutex_lock(&p->lock);
	for (const char *at = page.p; (at = memmem(at, (size_t)(end - at), "=\"/", 3)) != NULL;) {
		at += 2;
		const char *stop = at;
		while (stop < end && *stop != '"' && *stop != '?' && *stop != '#' && *stop != '&')
			stop++;
		if (stop < end && *stop != '?' && *stop != '&')
			take_up(p, (struct str){at, (size_t)(stop - at)});
		at = stop;
	}
	pthread_mutex_unlock(&p->lock);
}

/* The page on each other day on which it changes. Reasons are asked for; what is only for people is part of another site (a card). */
static void follow_days(struct publication *p, struct str target, const struct published *made)
{
	char day[DATE_LEN];
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < made->days.n; i++)
		if (made->days_too && made->days.v[i] != p->today)
			take_up(p, arena_fmt(made->arena, "%.*s?on=%s", STR_ARG(target), date_print(made->days.v[i], day)));
	pthread_mutex_unlock(&p->lock);
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

/* What not every page says beside its bytes. */
static void take_odd(struct publication *p, struct str target, const struct http_reply *r)
{
	static const char *const names[] = {HTTP_POLICY, "Link"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = http_reply_header(r, names[i]);
		if (!value || strcmp(value, http_security[0].value) == 0)
			continue;
		pthread_mutex_lock(&p->lock);
		struct odd_header one = {names[i], arena_str(&p->arena, target), arena_str(&p->arena, str_of(value))};
		arena_push(&p->arena, &p->odd, one);
		pthread_mutex_unlock(&p->lock);
	}
}

static void count(struct publication *p, size_t made, size_t written, size_t files)
{
	pthread_mutex_lock(&p->lock);
	p->ret->made += made;
	p->ret->written += written;
	p->ret->files += files;
	pthread_mutex_unlock(&p->lock);
}

static int unanswered(const struct http_reply *r, struct str target, struct err *e)
{
	char where[200];
	(void)snprintf(where, sizeof where, "%.*s", (int)(target.n < 150 ? target.n : 150), target.p);
	return err_set(e, ERR_SYSTEM, where, "the page could not be made: status %d", http_reply_status(r));
}

/* The page as it was, naming the entry that it named; if that is not what is there, as it is, naming the newest. */
static struct http_reply *make(struct publication *p, struct str target, const struct page *before, struct published *made, char *name, bool *ret_same)
{
	made->entry = before->had ? before->before : p->position;
	struct http_reply *r = web_written(p->web, target, made);
	*ret_same = false;
	if (!r || http_reply_status(r) != 200 || !name_of(target, is_page(r), name))
		return r;
	*ret_same = folder_same(p->folder, name, http_reply_body(r));
	if (*ret_same || made->entry == p->position)
		return r;
	http_reply_unref(r);
	made->entry = p->position;
	return web_written(p->web, target, made);
}

static int publish_one(struct publication *p, struct str target, struct page *page, struct arena *a, struct err *e)
{
	struct published made = {.today = p->today, .position = p->position, .arena = a};
	char name[FILE_NAME_MAX] = "";
	bool same;
	if (web_lasts(p->web, target) && name_of(target, false, name) && folder_has(p->folder, name)) {
		page->has = true;
		count(p, 0, 0, 1);
		return 0;
	}
	struct http_reply *r = make(p, target, page, &made, name, &same);
	if (!r)
		return 0;
	int status = http_reply_status(r), rc = status >= 500 && status != 503 ? unanswered(r, target, e) : 0; /* 503: witnesses have to confirm it first */
	if (status == 200 && *name) {
		page->has = true;
		page->entry = made.entry;
		if (!same)
			rc = folder_write(p->folder, name, http_reply_body(r), !is_bytes(r), e);
		if (is_page(r) && memchr(target.p, '?', target.n) == NULL) {
			follow(p, http_reply_body(r));
			follow_days(p, target, &made);
		}
	}
	if (page->has)
		take_odd(p, target, r);
	count(p, 1, page->has && !same, page->has);
	http_reply_unref(r);
	return rc;
}

/* ---- all of them ------------------------------------------------------------------------------------------------------------------------ */

static void *work(void *ctx)
{
	struct publication *p = ctx;
	struct arena a = {0};
	pthread_mutex_lock(&p->lock);
	while (!p->failed) {
		if (p->taken == p->due.n) {
			if (!p->working)
				break;
			pthread_cond_wait(&p->more, &p->lock);
			continue;
		}
		sym id = p->due.v[p->taken++];
		struct page page = p->pages.v[id];
		struct str target = syms_str(&p->targets, id);
		struct err e;
		p->working++;
		pthread_mutex_unlock(&p->lock);
		int rc = publish_one(p, target, &page, &a, &e);
		arena_reset(&a);
		pthread_mutex_lock(&p->lock);
		p->pages.v[id].has = page.has;
		p->pages.v[id].entry = page.entry;
		p->working--;
		if (rc < 0 && !p->failed)
			p->failed = true, p->why = e;
	}
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
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
			take_up(p, buf_str(&b));
			buf_done(&b);
		}
	}
}

/* What no page links to, or only with a question behind it. */
static void take_up_first(struct publication *p, const struct site *s)
{
	static const char *const others[] = {"/robots.txt", "/sitemap.xml", "/sitemap/news.xml", "/data/catalog.jsonld", "/api/openapi.json"};
	pthread_mutex_lock(&p->lock);
	sym last = known_target(p, STR("/checkpoint")); /* pages lead to it, but it comes after all */
	p->pages.v[last].due = true;
	for (size_t i = 0; i < s->n; i++)
		take_up(p, arena_fmt(&p->arena, "/%s/", s->words[i].tongue->code));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		take_up(p, str_of(others[i]));
	for (uint64_t k = 1; k <= p->position / 1000 + 1; k++) /* a part has more pages than a thousand entries make; one too many is not there */
		take_up(p, arena_fmt(&p->arena, "/sitemap/%llu.xml", (unsigned long long)k));
	take_up_tiles(p);
	pthread_mutex_unlock(&p->lock);
}

/* ---- what was published before -------------------------------------------------------------------------------------------------------- */

#define LIST_NAME "published"

/* Lines of an entry and an address. What cannot be read is as if it had not been published. */
static int read_list(struct publication *p, const struct folder *above, struct err *e)
{
	struct str rest, line, entry, target;
	struct arena a = {0};
	int rc = folder_read(above, LIST_NAME, LIST_MAX, &a, &rest, e);
	if (rc == ERR_ABSENT)
		return 0;
	while (rc == 0 && str_line(&rest, &line)) {
		uint64_t before;
		if (!str_cut(line, ' ', &entry, &target) || !str_u64(entry, &before) || before > p->position)
			continue;
		sym id = known_target(p, target);
		p->pages.v[id].had = true;
		p->pages.v[id].before = before;
	}
	arena_done(&a);
	return rc;
}

static int write_list(struct publication *p, const struct folder *above, struct err *e)
{
	struct buf b;
	buf_init(&b, LIST_MAX);
	for (sym id = 1; id < p->pages.n; id++) {
		if (!p->pages.v[id].has)
			continue;
		buf_add_u64(&b, p->pages.v[id].entry);
		buf_addc(&b, ' ');
		buf_add(&b, syms_str(&p->targets, id));
		buf_addc(&b, '\n');
	}
	int rc = b.over ? err_set(e, ERR_LIMIT, LIST_NAME, "too many pages") : folder_write(above, LIST_NAME, buf_str(&b), false, e);
	buf_done(&b);
	return rc;
}

/* Pages that were and are not any more. Their form is not kept: a page and a file of one name are never both there. */
static int remove_others(struct publication *p, struct err *e)
{
	int rc = 0;
	for (sym id = 1; id < p->pages.n && rc == 0; id++) {
		char name[FILE_NAME_MAX];
		if (!p->pages.v[id].had || p->pages.v[id].has)
			continue;
		p->ret->removed++;
		for (int page = 0; page < 2 && rc == 0; page++)
			if (name_of(syms_str(&p->targets, id), page, name))
				rc = folder_remove(p->folder, name, e);
	}
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
		rc = folder_write(p->folder, "checkpoint", note, false, e);
	arena_done(&a);
	return rc;
}

static int refuse_pages(struct publication *p, const struct site *s, struct err *e)
{
	struct url server = {str_of(p->c->server ? p->c->server : "")};
	struct arena a = {0};
	int rc = 0;
	if (!server.s.n)
		server = s->base;
	for (size_t i = 0; i < s->n && rc == 0; i++) {
		struct published made = {.today = p->today, .position = p->position, .entry = p->position, .arena = &a};
		struct http_reply *r = web_unpublished(p->web, s->words[i].tongue, server, &made);
		char name[64];
		(void)snprintf(name, sizeof name, PUBLISH_REFUSALS "/%s.html", s->words[i].tongue->code);
		if (r && !folder_same(p->folder, name, http_reply_body(r)))
			rc = folder_write(p->folder, name, http_reply_body(r), true, e);
		http_reply_unref(r);
	}
	arena_done(&a);
	return rc;
}

/* So that the same pages give the same configuration, in whatever order they were made. */
static int by_target(const void *x, const void *y)
{
	const struct odd_header *a = x, *b = y;
	return str_cmp(a->target, b->target);
}

static int publish_all(struct publication *p, const struct folder *above, const struct site *s, struct err *e)
{
	int rc = read_list(p, above, e);
	take_up_first(p, s);
	if (rc == 0)
		rc = publish_due(p, e);
	if (rc == 0)
		rc = refuse_pages(p, s, e);
	if (p->odd.n)
		qsort(p->odd.v, p->odd.n, sizeof *p->odd.v, by_target);
	if (rc == 0)
		rc = publish_nginx(s, p->c, &p->odd, above, e);
	if (rc == 0)
		rc = publish_checkpoint(p, e);
	if (rc == 0)
		rc = remove_others(p, e);
	return rc == 0 ? write_list(p, above, e) : rc;
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
		.position = config.source.position(config.source.ctx)};
	struct folder *above;
	*ret = (struct publish_figures){.position = p.position};
	int rc = folder_open(c->dir, &above, e);
	if (rc < 0)
		return rc;
	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.more, NULL);
	syms_init(&p.targets, &p.arena, NULL);
	rc = in_folder(&p, above, &config, e);
	pthread_cond_destroy(&p.more);
	pthread_mutex_destroy(&p.lock);
	arena_done(&p.arena);
	folder_close(above);
	return rc;
}
