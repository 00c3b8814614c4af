/* SPDX-License-Identifier: Apache-2.0
 *
 * A fact in an address: "/en/why/status/BY" and "?is=member".
 */
#ifndef WEB_FACT_OF_H
#define WEB_FACT_OF_H

#include "web/model.h"

struct fact_asked {
	uint32_t fact;
	struct value args[MAX_ARGS];
	struct value wanted; /* of `is`; else V_YES for a fact that is so or not, V_NONE for any value */
};

/* Reads ids[0] as the name of a fact and the rest as its arguments. ERR_ABSENT, with close names: the rulebook has no
 * such fact, or the record no such thing. ERR_INPUT: too many or too few arguments, or a value that the fact cannot
 * have. */
int fact_of_address(
	struct model *m, const struct str *ids, size_t n, struct str is, struct fact_asked *ret, struct err *e);

#endif
