/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <string.h>

enum { MARKED_MAX = 1024 };

/* Stand around each value while it is looked for. */
static const char begin = '\x01', end = '\x02';

/* The same pattern with marks around each of its conversions, *ret_values of them; as it is, if it is too long or no pattern. */
__attribute__((format_arg(1))) static const char *mark(const char *fmt, char out[MARKED_MAX], size_t *ret_values)
{
	size_t n = 0, values = 0;
	*ret_values = SIZE_MAX;
	for (const char *p = fmt; *p; p++) {
		size_t spec = *p == '%' ? 1 + strcspn(p + 1, "diuoxXcsp%") : 0;
		bool value = spec && p[spec] != '%';
		if (n + spec + 4 > MARKED_MAX || (spec && !p[spec]))
			return fmt;
		values += value;
		if (value)
			out[n++] = begin;
		memcpy(out + n, p, spec + 1);
		n += spec + 1;
		p += spec;
		if (value)
			out[n++] = end;
	}
	out[n] = '\0';
	*ret_values = values;
	return out;
}

/* Where the values are. False: the text without its marks is not what was said; it was cut, or a value had marks of its own. */
static bool find(const char *marked, const char *said, struct err_made *ret)
{
	size_t n = 0, open = 0;
	for (const char *p = marked; *p; p++) {
		if (*p == begin) {
			if (open++ || ret->n == ERR_VALUES)
				return false;
			ret->value[ret->n].from = (uint16_t)n;
		} else if (*p == end) {
			if (open-- != 1)
				return false;
			ret->value[ret->n++].to = (uint16_t)n;
		} else if (said[n++] != *p) {
			return false;
		}
	}
	return open == 0 && said[n] == '\0';
}

__attribute__((format(printf, 4, 0))) static void say(char *out, size_t size, struct err_made *made, const char *fmt, va_list values)
{
	char marked[MARKED_MAX], text[MARKED_MAX];
	size_t n;
	va_list again;
	va_copy(again, values);
	(void)vsnprintf(out, size, fmt, values);
	(void)str_utf8_mend(out); /* what was cut short may end inside a character */
	*made = (struct err_made){0};
	(void)vsnprintf(text, sizeof text, mark(fmt, marked, &n), again);
	made->fmt = find(text, out, made) && made->n == n ? fmt : NULL;
	va_end(again);
}

int err_setv(struct err *e, int code, const char *where, const char *fmt, va_list values)
{
	struct err made = {.code = code}; /* a value may stand in the error that is overwritten */
	if (!e)
		return code;
	(void)snprintf(made.where, sizeof made.where, "%s", where ? where : "");
	(void)str_utf8_mend(made.where);
	say(made.what, sizeof made.what, &made.made, fmt, values);
	*e = made;
	return code;
}

int err_set(struct err *e, int code, const char *where, const char *fmt, ...)
{
	va_list values;
	va_start(values, fmt);
	err_setv(e, code, where, fmt, values);
	va_end(values);
	return code;
}

int err_hint(struct err *e, const char *fmt, ...)
{
	if (!e)
		return ERR_INPUT;
	va_list values;
	va_start(values, fmt);
	say(e->hint, sizeof e->hint, &e->hint_made, fmt, values);
	va_end(values);
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
