/* SPDX-License-Identifier: Apache-2.0
 *
 * The door: acts that were signed elsewhere come in from many threads, and go into the record in groups. What a group costs once (an
 * evaluation of the rules, a few syncs of the disk, a checkpoint) is paid once for all of them.
 */
#include "base/gather.h"
#include "register/draft.h"

enum { DELAY = 10000, MOST = 1000 }; /* microseconds; acts */

/* One act at the door. Its signatures are checked by the thread that brings it. */
struct caller {
	struct log_checked checked;
	const struct act_in *in;
	struct draft draft;
	uint64_t pos;
	int rc;
	struct err e;
};

/* The keys, looked up beside whoever files. */
static bool find_key(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	struct reg *r = ctx;
	pthread_rwlock_rdlock(&r->keys_lock);
	bool known = keyring_may_sign(&r->all->keys, d, keyid, index, ret);
	pthread_rwlock_unlock(&r->keys_lock);
	return known;
}

static void say_why(void *ctx, struct str keyid, uint64_t index, struct err *e)
{
	struct reg *r = ctx;
	pthread_rwlock_rdlock(&r->keys_lock);
	keyring_words(&r->all->keys, keyid, index, e);
	pthread_rwlock_unlock(&r->keys_lock);
}

/* Checks them one after the other, each as if those before it were filed, and lists those that may be. */
static size_t take_all(struct reg *r, struct caller **callers, size_t n, struct caller **ret)
{
	size_t taken = 0;
	for (size_t i = 0; i < n; i++) {
		struct caller *c = callers[i];
		c->rc = draft_take_checked(r, &c->checked, c->in, "", &c->draft, &c->e);
		if (c->rc < 0)
			continue;
		c->pos = c->draft.entry->pos;
		if ((c->rc = reg_take(r, c->draft.entry, &c->e)) == 0)
			ret[taken++] = c;
		else
			entry_unref(c->draft.entry);
	}
	return taken;
}

static int store(struct reg *r, struct caller **taken, size_t n, struct err *e)
{
	struct arena a = {0};
	struct draft *drafts = arena_array(&a, n, struct draft);
	for (size_t i = 0; i < n; i++)
		drafts[i] = taken[i]->draft;
	int rc = drafts_store(r, drafts, n, &a, e);
	arena_done(&a);
	return rc;
}

/* May the reason be one act of the group? A disk, another program that holds the file, and damage stop each of them alike. */
static bool lies_in_an_act(int rc)
{
	return rc < 0 && rc != ERR_SYSTEM && rc != ERR_CONFLICT && rc != ERR_CORRUPT;
}

/* Files what may be filed of a group. False: nothing was filed, and it may be for the sake of one of them: the rules do not come to an
 * end, or the log does not take it. */
static bool file_group(struct reg *r, struct caller **callers, size_t n, struct err *e)
{
	struct arena a = {0};
	struct caller **taken = arena_array(&a, n, struct caller *);
	uint64_t size = log_size(r->log);
	int rc = reg_catch_up(r, e);
	bool spoilt = false;
	if (rc < 0) {
		for (size_t i = 0; i < n; i++) {
			callers[i]->rc = rc;
			callers[i]->e = *e;
		}
		arena_done(&a);
		return true;
	}
	size_t ntaken = take_all(r, callers, n, taken);
	if (ntaken && (rc = record_try_rules(r->all, e)) < 0)
		spoilt = true;
	else if (ntaken && (rc = store(r, taken, ntaken, e)) < 0)
		spoilt = lies_in_an_act(rc) && log_size(r->log) == size;
	if (rc < 0)
		reg_forget(r);
	for (size_t i = 0; i < ntaken; i++) {
		entry_unref(taken[i]->draft.entry);
		taken[i]->rc = rc;
		if (rc < 0)
			taken[i]->e = *e;
	}
	arena_done(&a);
	return !spoilt;
}

static void commit(void *ctx, void *const *items, size_t n)
{
	struct reg *r = ctx;
	struct caller **callers = (struct caller **)(uintptr_t)items;
	struct err e;
	reg_lock(r);
	/* Whose act it is that spoils the group is found by filing them one by one: then one alone is refused. */
	if (!file_group(r, callers, n, &e) && n > 1)
		for (size_t i = 0; i < n; i++)
			(void)file_group(r, &callers[i], 1, &e);
	reg_unlock(r);
}

struct gather *reg_door_new(struct reg *r)
{
	return gather_new(&(struct gather_rule){.delay = DELAY, .most = MOST, .commit = commit, .ctx = r});
}

int reg_submit(struct reg *r, const struct act_in *in, uint64_t *ret_pos, struct err *e)
{
	struct arena a = {0};
	struct log_keys keys = {find_key, say_why, r};
	int rc = reg_check_mode(r, e);
	if (rc < 0)
		return rc;
	struct caller *c = arena_new(&a, struct caller);
	c->in = in;
	if ((rc = log_check(r->log, str_trim(in->text), reg_size(r), &keys, &a, &c->checked, e)) == 0) {
		gather_add(r->door, c);
		rc = c->rc;
		if (rc < 0 && e)
			*e = c->e;
		else if (rc == 0)
			*ret_pos = c->pos;
	}
	arena_done(&a);
	return rc;
}
