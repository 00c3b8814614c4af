/* SPDX-License-Identifier: Apache-2.0
 *
 * What an organisation says about itself that is no law: org.json of its folder. Pages and checks read it; the meaning of
 * each member stands in docs (and in orgs/sco/README.md). Immutable; lives as long as the bundle it came with.
 */
#ifndef REGISTER_ORG_H
#define REGISTER_ORG_H

#include "base/date.h"
#include "base/json.h"
#include "register/words.h"

struct tile {
	struct str entity;
	int col, row;
};

struct role { /* an office that acts name after `by`: "secretariat", "depositary" */
	struct str word, held_by; /* held_by: an entity; may be empty */
	struct title *names;
	size_t nnames;
};

/* A word that stands for several, and who they are: a question with {P} for the name of each, "status({P}) is member". Empty: nobody is told
 * by it alone. */
struct audience {
	struct str word, who;
};

/* Whom the press asks. All members may be empty. */
struct press_office {
	struct title *names;
	size_t nnames;
	struct str email, telephone, page;
};

struct org {
	struct str id;	   /* the organisation as an entity of its own record (`self`); may be empty */
	struct str origin; /* names the log for ever */
	struct title *names, *shorts, *notices; /* by language */
	struct title *within; /* the name as it stands inside a sentence, where it is not the name: "the Shanghai Cooperation Organisation" */
	size_t nnames, nshorts, nnotices, nwithin;
	struct press_office press;
	struct str *languages; /* of pages */
	size_t nlanguages;
	int first_year; /* of rulers and charts */
	struct tile *tiles; /* the tile map */
	size_t ntiles;
	struct role *roles;
	size_t nroles;
	unsigned recovery; /* other holders whose keys help one that has lost its own (register/keyring.h) */
	struct str registrar; /* the role whose key files acts */
	struct audience *audiences; /* words that `for` may hold besides roles and entities */
	size_t naudiences;
	struct str time_zone;  /* of the seat, as in the IANA database: "Asia/Shanghai"; empty: UTC */
	const json_t *json; /* all of it */
};

/* Reads org.json. Strings point into `obj`, arrays come from `a`. `where` names the file. */
int org_read(const json_t *obj, const char *where, struct arena *a, struct org *ret, struct err *e);
const struct role *org_role(const struct org *o, struct str word); /* NULL: no such office */

int org_offset(const struct org *o); /* of civil time at the seat from UTC, now, in seconds: +28800 */
civil org_now(const struct org *o); /* the present moment, in civil time at the seat */
civil org_civil(const struct org *o, int64_t at); /* the same of another one: seconds since 1970-01-01T00:00:00Z */
int64_t org_next_shift(const struct org *o, int64_t at); /* the first moment after `at`, so counted, at which the seat's clocks may shift; INT64_MAX: none */

#endif
