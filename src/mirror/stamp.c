/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror/stamp.h"

#include "log/timestamp.h"

/* The media type alone, without parameters; its letters may be of either case (RFC 9110, 8.3.1). */
static bool is_reply(struct str type)
{
	struct str want = STR(TIMESTAMP_REPLY_TYPE), rest;
	(void)str_cut(type, ';', &type, &rest);
	type = str_trim(type);
	for (size_t i = 0; i < type.n && i < want.n; i++)
		if ((type.p[i] >= 'A' && type.p[i] <= 'Z' ? type.p[i] + ('a' - 'A') : type.p[i]) != want.p[i])
			return false;
	return type.n == want.n;
}

int stamp_ask(struct fetch *f, struct str url, struct str query, struct arena *a, struct str *ret_reply, struct err *e)
{
	struct fetch_reply got;
	char where[160];
	int rc = fetch_post(f, url, TIMESTAMP_QUERY_TYPE, query, TIMESTAMP_MAX_BYTES, &got, e);
	if (rc < 0)
		return rc;
	(void)snprintf(where, sizeof where, "%.*s", url.n < 150 ? (int)url.n : 150, url.p);
	if (got.status != 200)
		return err_set(e, ERR_INPUT, where, "the authority answers with status %d instead of 200", got.status);
	if (!is_reply(got.type)) {
		(void)err_set(e, ERR_INPUT, where, "the answer is of the type \"%.*s\", not " TIMESTAMP_REPLY_TYPE, STR_ARG(got.type));
		return err_hint(e, "is this the address for requests by RFC 3161?");
	}
	*ret_reply = arena_str(a, got.body);
	return 0;
}
