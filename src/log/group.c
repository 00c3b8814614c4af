/* SPDX-License-Identifier: Apache-2.0 */
#include "log/group.h"

#include "base/gather.h"
#include "log/internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct log_group {
	struct log *log;
	struct log_group_how how;
	struct gather *gather;
	struct log_checked **taken; /* of the commit that runs */
	atomic_uint_fast64_t size;  /* of the log, for those who check ahead */
	pthread_mutex_t lock;       /* of `stopped` */
	struct err stopped;
};

/* One call of log_group_append. */
struct item {
	struct log_checked checked;
	int rc;
	struct err *e;
	uint64_t index;
};

static int take(struct log_group *g, struct item *it, uint64_t index)
{
	int rc = log_check_again(g->log, &it->checked, index, &g->how.keys, it->e);
	if (rc == 0 && g->how.take)
		rc = g->how.take(g->how.ctx, &it->checked.entry, it->e);
	return rc;
}

static void publish_state(struct log_group *g)
{
	atomic_store_explicit(&g->size, log_size(g->log), memory_order_release);
	pthread_mutex_lock(&g->lock);
	g->stopped.code = 0;
	(void)log_stopped(g->log, &g->stopped);
	pthread_mutex_unlock(&g->lock);
}

static void commit(void *ctx, void *const *items, size_t n)
{
	struct log_group *g = ctx;
	struct err why = {0};
	uint64_t size = log_size(g->log);
	size_t taken = 0;
	for (size_t i = 0; i < n; i++) {
		struct item *it = items[i];
		it->index = size + taken;
		it->rc = take(g, it, it->index);
		if (it->rc == 0)
			g->taken[taken++] = &it->checked;
	}
	int rc = log_append_checked(g->log, g->taken, taken, NULL, &why);
	for (size_t i = 0; rc < 0 && i < n; i++) {
		struct item *it = items[i];
		if (it->rc == 0 && it->e)
			*it->e = why;
		it->rc = it->rc == 0 ? rc : it->rc;
	}
	if (g->how.ended)
		g->how.ended(g->how.ctx, log_size(g->log));
	publish_state(g);
}

int log_group_new(struct log *log, const struct log_group_how *how, struct log_group **ret, struct err *e)
{
	int rc = log_may_write(log, e);
	if (rc == 0 && how->delay > LOG_GROUP_MAX_DELAY)
		rc = err_set(e, ERR_INPUT, log->dir.path, "a commit waits for others for at most %d ms, not %u",
			LOG_GROUP_MAX_DELAY, how->delay);
	if (rc < 0)
		return rc;
	struct log_group *g = zeroed(1, sizeof *g);
	size_t most = how->most ? how->most : LOG_GROUP_MOST;
	g->log = log;
	g->how = *how;
	g->taken = zeroed(most, sizeof *g->taken);
	g->gather =
		gather_new(&(struct gather_rule){.delay = how->delay * 1000, .most = most, .commit = commit, .ctx = g});
	pthread_mutex_init(&g->lock, NULL);
	publish_state(g);
	*ret = g;
	return 0;
}

void log_group_free(struct log_group *g)
{
	if (!g)
		return;
	gather_free(g->gather);
	pthread_mutex_destroy(&g->lock);
	free(g->taken);
	free(g);
}

int log_group_append(struct log_group *g, struct str envelope, uint64_t *ret_index, struct err *e)
{
	struct arena a = {0};
	struct item it = {.e = e};
	int rc = log_check(g->log, envelope, log_group_size(g), &g->how.keys, &a, &it.checked, e);
	if (rc == 0) {
		gather_add(g->gather, &it);
		rc = it.rc;
	}
	arena_done(&a);
	if (rc == 0 && ret_index)
		*ret_index = it.index;
	return rc;
}

uint64_t log_group_size(const struct log_group *g)
{
	return atomic_load_explicit(&g->size, memory_order_acquire);
}

bool log_group_stopped(struct log_group *g, struct err *ret)
{
	pthread_mutex_lock(&g->lock);
	bool stopped = g->stopped.code != 0;
	if (stopped && ret)
		*ret = g->stopped;
	pthread_mutex_unlock(&g->lock);
	return stopped;
}
