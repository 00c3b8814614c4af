/* SPDX-License-Identifier: Apache-2.0 */
#include "http/target.h"

#include "html/tr.h"

#include <string.h>

struct reader {
	struct str raw;
	struct target *t;
	size_t used; /* of t->bytes */
	const char **id;
	struct err *e;
};

/* `what`: a message of the catalogue; whoever has a language translates it. */
static int refuse(struct reader *r, const char *id, size_t at, const char *what)
{
	char where[64];
	*r->id = id;
	snprintf(where, sizeof where, "address, character %zu", at + 1);
	return err_set(r->e, ERR_INPUT, where, "%s", what);
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes raw[from, to) into t->bytes. The decoded text is never longer than the raw one, so it always fits. */
static int decode(struct reader *r, size_t from, size_t to, bool query, struct str *ret)
{
	char *out = r->t->bytes + r->used;
	size_t n = 0;
	for (size_t i = from; i < to; i++) {
		size_t at = i;
		char c = r->raw.p[i];
		if (c == '%') {
			int high = to - i > 2 ? hex(r->raw.p[i + 1]) : -1, low = to - i > 2 ? hex(r->raw.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return refuse(r, "address.percent", i, N_("In an address a percent sign is followed by two hexadecimal digits; the sign itself is written %25."));
			c = (char)(high << 4 | low);
			if (c == 0)
				return refuse(r, "address.nul", i, N_("No address holds a NUL byte (%00). Leave it out."));
			i += 2;
		} else if (c == '+' && query) {
			c = ' ';
		}
		if ((unsigned char)c < 0x20 || c == 0x7f)
			return refuse(r, "address.control", at, N_("No address holds a control character, such as a line break. Leave it out."));
		out[n++] = c;
	}
	*ret = (struct str){out, n};
	if (!str_utf8(*ret))
		return refuse(r, "address.utf8", from, N_("The text of an address is UTF-8, and this is not. Write the address anew, or begin at the front page."));
	r->used += n;
	return 0;
}

static int read_path(struct reader *r, size_t from, size_t to)
{
	struct target *t = r->t;
	int rc;
	t->slash = from == to && from > 0;
	if (t->slash)
		return 0;
	if (from == to || r->raw.p[from] != '/')
		return refuse(r, "address.form", from, N_("An address begins with a slash."));
	t->escaped = memchr(r->raw.p + from, '%', to - from) != NULL;
	for (size_t at = from + 1; at <= to;) {
		const char *slash = at < to ? memchr(r->raw.p + at, '/', to - at) : NULL;
		size_t end = slash ? (size_t)(slash - r->raw.p) : to;
		if (end == to && at == to) {
			t->slash = true;
			break;
		}
		if (t->segments == TARGET_SEGMENTS)
			return refuse(r, "address.depth", at, N_("No address here has so many parts. Begin at the front page."));
		if ((rc = decode(r, at, end, false, &t->segment[t->segments])) < 0)
			return rc;
		t->segments++;
		at = end + 1;
	}
	return 0;
}

static int read_query(struct reader *r, size_t from)
{
	struct target *t = r->t;
	int rc;
	for (size_t at = from, end; at < r->raw.n; at = end + 1) {
		const char *amp = memchr(r->raw.p + at, '&', r->raw.n - at);
		end = amp ? (size_t)(amp - r->raw.p) : r->raw.n;
		const char *eq = memchr(r->raw.p + at, '=', end - at);
		size_t name_end = eq ? (size_t)(eq - r->raw.p) : end;
		if (at == end)
			continue;
		if (t->params == TARGET_PARAMS)
			return refuse(r, "address.parameters", at, N_("An address takes at most 16 parameters. Leave out those that ask nothing."));
		if (name_end == at)
			return refuse(r, "address.name", at, N_("A parameter has no name. After “?” and “&” stands a name, then “=” and a value."));
		struct target_param *p = &t->param[t->params];
		if ((rc = decode(r, at, name_end, true, &p->name)) < 0)
			return rc;
		p->value = (struct str){"", 0};
		if (eq && (rc = decode(r, name_end + 1, end, true, &p->value)) < 0)
			return rc;
		t->params++;
	}
	return 0;
}

/* Where the path begins: after "http://host" in the absolute form, which a server must accept (RFC 9112 3.2.2). Where nothing follows the host, it ends
 * there, too, and means "/" (RFC 9110 4.2.3). */
static size_t path_start(struct str raw)
{
	size_t scheme = str_starts(raw, STR("http://")) ? 7 : str_starts(raw, STR("https://")) ? 8 : 0;
	const char *slash = scheme ? memchr(raw.p + scheme, '/', raw.n - scheme) : NULL;
	if (scheme && !slash && raw.n > scheme)
		return raw.n;
	return slash ? (size_t)(slash - raw.p) : 0;
}

int target_parse(struct str raw, struct target *ret, const char **ret_id, struct err *e)
{
	struct reader r = {raw, ret, 0, ret_id, e};
	int rc;
	ret->segments = ret->params = 0;
	ret->slash = ret->escaped = false;
	if (raw.n > TARGET_MAX) {
		*ret_id = "address.length";
		return err_set(e, ERR_LIMIT, "address", "the address has %zu bytes, and at most %d are read", raw.n, TARGET_MAX);
	}
	const char *hash = raw.n ? memchr(raw.p, '#', raw.n) : NULL;
	if (hash)
		return refuse(&r, "address.form", (size_t)(hash - raw.p), N_("A “#” is not sent to a server. As a part of an address it is written %23."));
	const char *mark = raw.n ? memchr(raw.p, '?', raw.n) : NULL;
	size_t path_end = mark ? (size_t)(mark - raw.p) : raw.n;
	if ((rc = read_path(&r, path_start((struct str){raw.p, path_end}), path_end)) < 0)
		return rc;
	return mark ? read_query(&r, path_end + 1) : 0;
}
