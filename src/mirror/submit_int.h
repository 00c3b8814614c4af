/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside submit.h: submit.c (rounds, publishing, the alert), station.c (one witness), submit_show.c (what others are told).
 */
#ifndef MIRROR_SUBMIT_INT_H
#define MIRROR_SUBMIT_INT_H

#include "log/cosigned.h"
#include "mirror/fetch.h"
#include "mirror/submit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define SUBMIT_POLICY_FILE "policy"

enum { WHY_MAX = 300 };

enum station_state {
	STATION_IDLE,	/* nothing was asked yet */
	STATION_ASKING,
	STATION_SIGNED,
	STATION_BEHIND, /* it has signed a later tree than the one asked for: the next round will do */
	STATION_REFUSED,
	STATION_SILENT, /* no answer, or an error of its own */
	STATION_UNKNOWN, /* the policy gives no address */
};

/* A witness of the policy. */
struct station {
	struct submit *s;
	size_t party; /* of policy.parties */
	pthread_t thread;
	bool runs;
	struct fetch *fetch; /* the thread's */
	uint64_t old;	     /* the thread's: the largest tree that it is known to have signed */
	bool other;	     /* the thread's: what it said last means that it signed another history */
	/* under submit.lock */
	enum station_state state;
	uint64_t answered; /* the last round that it signed */
	uint64_t size, time; /* of its newest signature for us */
	int64_t next;	   /* milliseconds: not asked before */
	unsigned failures; /* in a row */
	bool told;	   /* that it refuses */
	char contradicts[WHY_MAX]; /* what it said that means that, if it has signed nothing since */
	char why[WHY_MAX]; /* REFUSED, SILENT */
};

struct submit {
	struct submit_config c;
	pthread_t thread;
	bool runs;
	struct hasher hasher;
	struct note_key own; /* of the log; name in own_vkey */
	char own_vkey[NOTE_MAX_VKEY + 1];
	pthread_mutex_t log_lock;
	struct log *log;
	struct log_cosigned *keeper;

	/* The policy in force: changed by the thread of submit.c alone, while no station runs and under the lock. */
	struct arena arena;
	struct policy policy;
	bool holds;
	struct stat file; /* all zero: there is none */
	struct station *stations;
	size_t nstations;
	atomic_bool stop_stations;

	pthread_mutex_t lock; /* of all that follows, and of what stations say */
	pthread_cond_t change;
	bool stopping;
	uint64_t newest; /* entries under the newest signature of the log */
	bool open;	 /* a round is on its way */
	uint64_t round;	 /* its number */
	uint64_t size;	 /* of its tree */
	struct buf base; /* the checkpoint as the log signed it */
	struct buf note; /* the same with the cosignatures so far */
	struct policy_mark *mark, *before; /* as policy.parties: in this round; in those before it that came to no end */
	bool met;
	int64_t began, met_at; /* milliseconds */
	int64_t waits_since;   /* milliseconds: since when a signed tree waits; -1: none does */
	int64_t grown_since;   /* milliseconds: since when there is a later tree than the round's; -1: there is none */
	int64_t keep_after;    /* milliseconds: publishing failed, not tried before */
	bool has_published;
	struct buf published;
	uint64_t published_size;
	size_t published_by; /* witnesses */
	char alert[SUBMIT_ALERT_MAX];
	bool late, contradicted; /* what the alert is about */
	char policy_fault[SUBMIT_ALERT_MAX]; /* the file was changed and cannot be used */
	char keep_fault[WHY_MAX];
	atomic_uint_fast64_t number;
};

int64_t submit_clock(void); /* milliseconds of a clock that only goes forward */
void submit_look(struct submit *s, struct buf *note, uint64_t *size); /* at the newest that the log signed; from any thread */
/* Starts and ends the threads of all stations. */
int stations_start(struct submit *s, struct err *e);
void stations_stop(struct submit *s);
void submit_tell(struct submit *s, const char *where, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
