/* SPDX-License-Identifier: Apache-2.0
 *
 * A register and its witnesses: takes the newest signed checkpoint to the witnesses of DIR/policy (log/policy.h, C2SP tlog-witness),
 * collects their cosignatures, and keeps what has its quorum (log/cosigned.h). That, and nothing newer, is then *published*.
 *
 * Without DIR/policy, or with `quorum none`, whatever the log signed is published at once.
 *
 * Invariants:
 * - What is published has the quorum of the policy in force, judged by signatures; it is durable before it is shown.
 * - One tree at a time is on its way; when it has its quorum, or has waited long while the log grew, the newest is next.
 * - Each witness is asked in a thread of its own, so that none waits for another, and is left in peace for longer each time it fails.
 * - When a signed tree has waited longer than the deadline, there is an alert, told once with what each witness said, and shown until
 *   the quorum is there again.
 * - When a witness says what means that it has signed another history, there is an alert at once, though the others are enough, until that
 *   witness signs again.
 *
 * The policy file is read again when it changes; one that cannot be read leaves the one before in force, and is an alert.
 */
#ifndef MIRROR_SUBMIT_H
#define MIRROR_SUBMIT_H

#include "log/policy.h"

enum {
	SUBMIT_DEADLINE = 60, /* seconds */
	SUBMIT_MAX_DEADLINE = 7 * 86400,
	SUBMIT_ALERT_MAX = 1000, /* bytes of the words */
};

struct submit_config {
	const char *dir;      /* of the register; must outlive the handle */
	const char *ca_file;  /* as in fetch_options */
	uint32_t deadline;    /* seconds; 0: SUBMIT_DEADLINE */
	/* Told, in a thread of ours, what whoever runs the register should know: an alert begins (one call for it, one for each witness),
	 * it is over, a witness refuses. May be NULL. */
	void (*report)(void *ctx, const struct err *e);
	void *ctx;
};

struct submit;

/* Errors as log_open; ERR_INPUT, ERR_LIMIT: the policy is wrong, or names logs but not this one. */
int submit_start(const struct submit_config *c, struct submit **ret, struct err *e);
void submit_stop(struct submit *s); /* NULL is allowed */

/* From any thread: */
uint64_t submit_number(const struct submit *s); /* another one whenever anything below has changed that readers are shown */
bool submit_holds(struct submit *s);		/* is there a quorum to wait for? If not, what is signed is published */
/* The newest published checkpoint, into the arena. False: there is none yet. For a register that holds. */
struct submit_published {
	struct str note;
	uint64_t size;
	size_t witnesses; /* that cosigned it */
};
bool submit_published(struct submit *s, struct arena *a, struct submit_published *ret);
enum submit_alert { SUBMIT_LATE, SUBMIT_CONTRADICTED, SUBMIT_POLICY /* cannot be read */ };
bool submit_alert(struct submit *s, char ret[SUBMIT_ALERT_MAX], enum submit_alert *ret_why); /* false: there is none */
bool submit_policy(struct submit *s, struct arena *a, struct policy *ret); /* in force, into the arena; false: as submit_holds */
/* What a note is worth under the policy in force; both into the arena. As policy_judge; ERR_ABSENT: there is no policy. */
int submit_judge(struct submit *s, struct str note, struct arena *a, struct policy *ret_policy, struct policy_verdict *ret, struct err *e);
void submit_json(struct submit *s, struct buf *out); /* how all of it stands, for programs */

#endif
