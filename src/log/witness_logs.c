/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness_logs.h"

#include "base/bisect.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

void logs_init(struct logs *l)
{
	*l = (struct logs){0};
	pthread_rwlock_init(&l->lock, NULL);
}

void logs_done(struct logs *l)
{
	for (size_t i = 0; i < l->n; i++) {
		buf_done(&l->v[i]->now.note);
		buf_done(&l->v[i]->next.note);
		free(l->v[i]->origin);
		free(l->v[i]);
	}
	free(l->v);
	arena_done(&l->arena);
	pthread_rwlock_destroy(&l->lock);
}

/* Where the origin stands, or would. */
static size_t place_of(const struct logs *l, struct str origin)
{
	BISECT(i, l->n, str_cmp(str_of(l->v[i]->origin), origin) < 0);
	return i;
}

struct head *logs_find(const struct logs *l, struct str origin)
{
	size_t i = place_of(l, origin);
	return i < l->n && str_eq(str_of(l->v[i]->origin), origin) ? l->v[i] : NULL;
}

struct head *logs_head(struct logs *l, struct hasher *h, struct str origin)
{
	size_t i = place_of(l, origin);
	if (i < l->n && str_eq(str_of(l->v[i]->origin), origin))
		return l->v[i];
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 16;
		if (!(l->v = realloc(l->v, l->cap * sizeof(struct head *))))
			arena_oom();
	}
	memmove(l->v + i + 1, l->v + i, (l->n++ - i) * sizeof(struct head *));
	struct head *head = zeroed(1, sizeof *head);
	if (!(head->origin = strndup(origin.p, origin.n)))
		arena_oom();
	sha256(h, origin, &head->id);
	buf_init(&head->now.note, NOTE_MAX_BYTES);
	buf_init(&head->next.note, NOTE_MAX_BYTES);
	return l->v[i] = head;
}

static int by_origin(const void *a, const void *b)
{
	return str_cmp((*(const struct policy_log *const *)a)->key.name, (*(const struct policy_log *const *)b)->key.name);
}

int logs_read(struct str text, const char *where, struct arena *a, struct policy *ret, struct err *e)
{
	int rc = policy_read_logs(text, where, a, ret, e);
	if (rc < 0 || ret->logs.n == 0)
		return rc;
	const struct policy_log **sorted = arena_array(a, ret->logs.n, const struct policy_log *);
	for (size_t i = 0; i < ret->logs.n; i++)
		sorted[i] = &ret->logs.v[i];
	qsort(sorted, ret->logs.n, sizeof *sorted, by_origin);
	for (size_t i = WITNESS_MAX_KEYS; i < ret->logs.n; i++)
		if (str_eq(sorted[i]->key.name, sorted[i - WITNESS_MAX_KEYS]->key.name))
			return err_set(e, ERR_LIMIT, where, "more than %d keys of the log '%.*s'", WITNESS_MAX_KEYS,
				STR_ARG(sorted[i]->key.name));
	return 0;
}

static void take(struct logs *l, struct arena *a, const struct policy *p)
{
	struct hasher h;
	hasher_init(&h);
	pthread_rwlock_wrlock(&l->lock);
	for (size_t i = 0; i < l->n; i++)
		l->v[i]->nkeys = 0;
	for (size_t i = 0; i < p->logs.n; i++) {
		struct head *head = logs_head(l, &h, p->logs.v[i].key.name);
		head->keys[head->nkeys++] = p->logs.v[i].key;
	}
	arena_done(&l->arena);
	l->arena = *a;
	pthread_rwlock_unlock(&l->lock);
	hasher_done(&h);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

int logs_refresh(struct logs *l, const struct dir *d, struct err *e)
{
	struct stat now;
	struct arena a = {0};
	struct policy p;
	struct buf text;
	if (fstatat(d->fd, WITNESS_FILE_LOGS, &now, 0) < 0)
		return dir_fail(d->path, WITNESS_FILE_LOGS, "read", e);
	if (same_file(&now, &l->file))
		return 0;
	char *where = dir_path(d, WITNESS_FILE_LOGS);
	buf_init(&text, POLICY_MAX_BYTES);
	int rc = dir_read(d, WITNESS_FILE_LOGS, &text, e);
	if (rc == 0)
		rc = logs_read(arena_str(&a, buf_str(&text)), where, &a, &p, e);
	if (rc == 0) {
		take(l, &a, &p);
		l->file = now; /* looked at before it was read: what came in between is seen next time */
	} else {
		arena_done(&a);
	}
	buf_done(&text);
	free(where);
	return rc;
}
