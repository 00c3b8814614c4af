/* SPDX-License-Identifier: Apache-2.0
 *
 * The insides of a register (reg.c, views.c, filing.c, door.c).
 *
 * Locks: `lock` guards the log, `all` and filing, and is taken first; `cache_lock` guards the list of entries and the
 * cache of views, and `told_lock` what is told of the log to those who do not wait for a filing; both are held for moments only.
 * Entries and views themselves need no lock.
 */
#ifndef REGISTER_REG_INTERNAL_H
#define REGISTER_REG_INTERNAL_H

#include "register/internal.h"
#include "register/search_index.h"

#include <pthread.h>

enum { MAX_VIEWS = 16 };

struct cached {
	char *audience; /* NULL: free */
	uint64_t known, used;
	const struct view *view; /* NULL: being made */
};

struct adopted { /* a rulebook, and the entry from which on it governs */
	uint64_t pos;
	const struct bundle *bundle;
};

struct reg {
	struct arena arena;
	const char *dir;
	enum reg_mode mode;
	struct log *log;
	uint64_t unreadable; /* size of the log whose newest entries could not be read: not tried again at each question */
	const struct bundle *bundle; /* in force: the last of those adopted */
	pthread_mutex_t lock;
	struct record *all; /* everything that this machine can read; grows with the log */
	struct { struct entry **v; size_t n, cap; } fresh; /* being read */
	pthread_rwlock_t keys_lock; /* guards the keys of `all` where the lock is not held: door.c only reads them so */
	struct gather *door;
	pthread_mutex_t told_lock;
	struct err stopped; /* log_stopped, as of the last reg_unlock; code 0: no */
	struct buf note;    /* log_checkpoint, likewise */
	pthread_mutex_t cache_lock;
	pthread_cond_t built;
	struct { struct entry **v; size_t n, cap; } entries; /* everything known */
	struct { struct adopted *v; size_t n, cap; } adopted; /* in order of position */
	struct cached views[MAX_VIEWS];
	uint64_t clock; /* of uses */
	struct searches searches; /* it has a lock of its own, taken before `lock` */
};

void reg_publish(struct reg *r, struct entry *const *entries, size_t n); /* takes the references over */
/* After an append whose checkpoint could not be written (log.h): the entries are in all the same. Before anything is filed. */
int reg_catch_up(struct reg *r, struct err *e);
int reg_take(struct reg *r, struct entry *n, struct err *e); /* record_add to `all` */
void reg_forget(struct reg *r); /* makes `all` again, from what is known */
void reg_adopted(struct reg *r, uint64_t pos, const struct bundle *b); /* takes the reference over */
void reg_drop_adopted(struct reg *r, size_t n);				       /* all but the first n */
/* The rulebook that a genesis entry or an adoption names. */
int adopted_bundle(struct log *log, const struct entry *by, struct bundle **ret, struct err *e);
int open_sealed(struct log *log, struct entry *n, struct err *e);

/* The one spelling of an audience: its words in order, each once, "public" for none. ERR_INPUT: they are not words. */
int audience_spell(struct str audience, struct buf *out, struct err *e);

/* A view of the first `size` entries and, if it is not NULL, one more; under the rulebook b, or if NULL the one of then. */
int reg_make_view(struct reg *r, const struct bundle *b, struct str audience, uint64_t size, struct entry *more,
	const struct view **ret, struct err *e);
/* Keeps a view that was made elsewhere. */
void reg_keep_view(struct reg *r, const struct view *v);

#endif
