/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside a mirror: follow.c (the round), checkpoints.c (what is signed), copying.c (taking in), compare.c (tiles, blobs, facts), bodies.c,
 * finding.c (what is wrong). Functions return 0, a negative code for what could not be read, or FOUND.
 */
#ifndef MIRROR_FOLLOW_INT_H
#define MIRROR_FOLLOW_INT_H

#include "log/cosigned.h"
#include "log/import.h"
#include "log/policy.h"
#include "mirror/evidence.h"
#include "mirror/follow.h"
#include "mirror/remote.h"
#include "register/intake.h"

enum { FOUND = 1 };

/* A hash that entries name. */
struct named {
	struct digest sha256;
	uint64_t by;	 /* the first entry that does */
	struct str type; /* of a rulebook, or of a document that an act for everybody names; empty: none does */
	bool rulebook;
	bool sealed; /* it is the commitment to an act that is not for everybody: nor is then what is named */
};

struct follow {
	struct follow_config c;
	struct arena arena; /* as long as the handle */
	struct arena round; /* as long as a round */
	struct arena state_arena;
	struct mirror_state state;
	struct hasher hasher;
	struct note_key key; /* the log's */
	struct policy policy;
	bool has_policy, has_cosign;
	struct note_key cosign_key;
	struct ed25519_key cosign_secret;
	uint64_t listed_size; /* entries that were held when bodies were last all asked for; 0: they were not, or not to the end */
	unsigned listed_ago;  /* rounds */
	struct fetch *fetch;
	struct remote remote;

	struct log *copy;
	struct log_cosigned *cosigned; /* NULL: nothing to keep yet */
	uint64_t cosigned_size;	       /* of the newest that is kept */
	struct intake *intake; /* has taken in what is in the copy; NULL: to be made again */
	struct digest facts;   /* of the text of all that follows from the first `facts_size` entries */
	uint64_t facts_size;   /* 0: it is not known */
	struct arena names_arena; /* as long as the intake */
	struct { struct named *v; size_t n, cap; } names;
	uint32_t *slot; /* of names by hash: number + 1, 0: free */
	size_t nslot;	/* a power of two */
	uint64_t next; /* of the things that are compared again in turn */
};

/* The checkpoint of this round. */
struct shown {
	struct str note;
	struct checkpoint c;
};

/* finding.c: completes the finding with a sentence, keeps it, raises the alert. Returns FOUND, or a negative code if it could not be kept. */
int found(struct follow *f, struct finding *x, const char *members, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* A file that the signed tree has was not given out. */
int found_missing(struct follow *f, const struct shown *s, struct str path);
/* Says it in a sentence if rc says that the tree's tile was not given out; hands any other error on. */
int tree_error(struct follow *f, const struct shown *s, const struct remote_tree *t, int rc);
struct str utc_now(struct arena *a);

/* checkpoints.c */
int shown_read(struct follow *f, struct shown *ret, struct err *e);
int shown_against_held(struct follow *f, const struct shown *s, struct err *e); /* is it the same, or a continuation? */
int shown_against_policy(struct follow *f, const struct shown *s, struct err *e);
int shown_keep(struct follow *f, const struct shown *s, struct err *e); /* with the cosignatures that made its quorum */
int peers_compare(struct follow *f, struct err *e); /* what they were shown with what is held */
int cosign(struct follow *f, struct err *e);

/* bodies.c: those of sealed acts that the owner may read, as far as they are given out. What could not be read is said in the state;
 * FOUND: an act came to light that is none. */
int bodies_fetch(struct follow *f);

/* copying.c */
int intake_load(struct follow *f, struct err *e); /* of what is held */
bool is_public(const struct named *n);
int copy_step(struct follow *f, const struct shown *s, struct err *e);

/* incoming.c: bundles that were fetched, for whoever goes on after a kill */
bool incoming_get(struct follow *f, uint64_t number, struct arena *a, struct str *ret);
int incoming_put(struct follow *f, uint64_t number, struct str bytes, struct err *e);
void incoming_clear(struct follow *f);

/* compare.c: what the server gives out, with what is held. `before`: entries that were held before this round;
 * what came after has been compared when it was taken in. */
int compare_tiles(struct follow *f, const struct shown *s, uint64_t before, struct err *e);
int compare_again(struct follow *f, const struct shown *s, uint64_t before, struct err *e);
int compare_facts(struct follow *f, const struct shown *s, struct err *e);
/* Fetches a blob that the entry names: 0 and its bytes; FOUND if it is missing or another one. `entry` and `proof` under s. */
int fetch_blob(struct follow *f, const struct shown *s, const struct named *n, struct str entry,
	int (*prove)(struct follow *f, const struct shown *s, uint64_t index, struct merkle_proof *ret, struct err *e), struct arena *a,
	struct str *ret, struct err *e);
int prove_held(struct follow *f, const struct shown *s, uint64_t index, struct merkle_proof *ret, struct err *e); /* from the copy */

#endif
