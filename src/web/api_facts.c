/* SPDX-License-Identifier: Apache-2.0
 *
 * GET /api/facts?known=N: everything that follows from the public entries up to N, as one table in one order. A mirror computes it too
 * and compares it byte for byte.
 */
#include "register/facts.h"
#include "web/handlers.h"
#include "web/site.h"

int api_facts_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	const struct view *v;
	struct ask_value known = ask_param(a, "known");
	if (known.given && known.number > a->position)
		return ASK_FAULT(a, ret, e, ERR_INPUT, "known", N_("The record has entries 0 to {n}. Write the number of one of them."), {"n", arena_fmt(a->arena, "%llu", (unsigned long long)a->position)});
	int rc = reg_view(register_site_reg(ctx), STR("public"), known.given ? known.number : a->position, &v, e);
	if (rc < 0)
		return rc;
	ret->body.max = FACTS_MAX_BYTES;
	facts_csv(v, &ret->body);
	view_unref(v);
	return 0;
}
