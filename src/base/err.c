/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

int err_set(struct err *e, int code, const char *where, const char *fmt, ...)
{
	if (!e)
		return code;
	*e = (struct err){.code = code};
	(void)snprintf(e->where, sizeof e->where, "%s", where ? where : "");
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(e->what, sizeof e->what, fmt, ap);
	va_end(ap);
	(void)str_utf8_mend(e->where); /* what was cut short may end inside a character */
	(void)str_utf8_mend(e->what);
	return code;
}

int err_hint(struct err *e, const char *fmt, ...)
{
	if (!e)
		return ERR_INPUT;
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(e->hint, sizeof e->hint, fmt, ap);
	va_end(ap);
	(void)str_utf8_mend(e->hint);
	return e->code;
}

void err_print(const struct err *e, struct buf *out)
{
	if (e->where[0])
		buf_addf(out, "%s: ", e->where);
	buf_adds(out, e->what);
	if (e->hint[0])
		buf_addf(out, " (%s)", e->hint);
}
