/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /api/bodies: bodies of sealed acts for those who may read them, who ask with a request signed by their key (register/bodies.h).
 */
#include "register/bodies.h"
#include "web/handlers.h"
#include "web/site.h"

#include <time.h>

int api_bodies_post(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	if (a->posted)
		return bodies_answer(register_site_reg(ctx), a->body, (int64_t)time(NULL), a->arena, &ret->body, e);
	(void)ASK_FAULT(a, ret, e, ERR_INPUT, "request", N_("Bodies of sealed acts are asked for by POST, with a request signed by a key of the register."), {0});
	return err_hint(e, "comity mirror --read-with does it");
}
