/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom one trusts (C2SP tlog-policy): a file that each party holds for itself, which says whose checkpoints count and how many
 * witnesses must have cosigned one.
 *
 *	log <vkey> [<url>]
 *	witness <name> <vkey> [<url>]
 *	group <name> all|any|<k> <member>...
 *	quorum <name>|none
 *
 * One statement on a line, words parted by blanks and tabs; '#' opens a comment line. Names hold inside the file only; they are
 * bytes, compared as such.
 *
 * Invariants: names are defined once, before they are used, and each is in one group at most, so a witness counts once. A public
 * key stands once in the whole file, whatever its name: two names for one key would be one witness that counts twice, and a log
 * that witnesses itself is none. There is one quorum.
 */
#ifndef LOG_POLICY_H
#define LOG_POLICY_H

#include "log/cosign.h"

enum {
	POLICY_MAX_BYTES = 1 << 20,
	POLICY_MAX_LOGS = 64,
	POLICY_MAX_LOG_LIST = 2000,
	POLICY_MAX_WITNESSES = 240, /* with the log's own lines, they all fit into a note */
	POLICY_MAX_PARTIES = 480,   /* witnesses and groups */
	POLICY_MAX_URL = 1024,
};

struct policy_log {
	struct note_key key; /* its name is the origin */
	struct str url;	     /* empty: none */
};

/* A witness, or, with members, a group. */
struct policy_party {
	struct str name;
	struct note_key key; /* the witness's */
	struct str url;	     /* where it takes checkpoints; empty: none */
	size_t need, n;	     /* the group's: how many of its n members */
	size_t *member;	     /* where they stand in `parties`: all before the group */
};

struct policy {
	struct {
		struct policy_log *v;
		size_t n, cap;
	} logs; /* may be empty: the log is known from elsewhere then (policy_add_log) */
	struct {
		struct policy_party *v;
		size_t n, cap;
	} parties; /* in the order of the file */
	size_t witnesses;
	bool quorum_none;
	size_t quorum; /* of `parties`, unless quorum_none */
};

/* Reads the file's text, which must outlive *ret. Errors name `where` and the line: "policy:7". ERR_INPUT, ERR_LIMIT. */
int policy_read(struct str text, const char *where, struct arena *a, struct policy *ret, struct err *e);
/* The same for a file with `log` lines and comments alone, up to POLICY_MAX_LOG_LIST. */
int policy_read_logs(struct str text, const char *where, struct arena *a, struct policy *ret, struct err *e);
/* Appends its text, without the addresses: what others need to verify by it. policy_read reads back the same. */
void policy_write(const struct policy *p, struct buf *out);
/* One more log that counts; nothing if it is there already. */
void policy_add_log(struct policy *p, struct arena *a, const struct note_key *log);

struct policy_mark {
	enum cosign_state state; /* of a group: COSIGN_GOOD or COSIGN_ABSENT */
	uint64_t time;		 /* COSIGN_GOOD: when; of a group, when as many as it needs had cosigned */
};

struct policy_verdict {
	struct checkpoint checkpoint;
	size_t log; /* of the policy's: the first that signed */
	struct policy_mark *mark; /* as policy.parties; in the arena */
	size_t cosigned;	  /* witnesses that count */
	bool met;		  /* there is a quorum */
	uint64_t time;		  /* when there was, by the witnesses' clocks; 0: none, or none is needed */
};

/* Do those witnesses that count in `mark` (as policy.parties) make the quorum, and since when? Fills in the groups. */
bool policy_weigh(const struct policy *p, struct policy_mark *mark, uint64_t *ret_time);
/* What a signed checkpoint is worth under the policy. 0: *ret says, whether or not the quorum is met. ERR_INPUT: no checkpoint;
 * ERR_REFUSED: no log of the policy signed it, or a line of a key of the policy does not fit the text. Views point into `note`. */
int policy_judge(const struct policy *p, struct str note, struct cosign_times believed, struct arena *a, struct policy_verdict *ret,
	struct err *e);
/* What is missing, in words: "members (has 1, needs 2; missing: Astana, Delhi)". Nothing if the quorum is met. */
void policy_missing(const struct policy *p, const struct policy_verdict *v, struct buf *out);
/* policy_judge, and ERR_REFUSED with those words unless there is a quorum. */
int policy_satisfied(const struct policy *p, struct str note, struct cosign_times believed, struct arena *a,
	struct policy_verdict *ret, struct err *e);

#endif
