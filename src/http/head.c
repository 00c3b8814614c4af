/* SPDX-License-Identifier: Apache-2.0 */
#include "http/head.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 32);
		if (!(low >= 'a' && low <= 'z') && !(c >= '0' && c <= '9') && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return s.n > 0;
}

static bool same_word(struct str s, struct str word)
{
	return s.n == word.n && strncasecmp(s.p, word.p, s.n) == 0;
}

void head_add(struct head *h, struct str name, struct str value)
{
	static const struct {
		struct str name;
		size_t value, count; /* in struct head; count: 0: not counted */
	} known[] = {
		{STR_INIT("Host"), offsetof(struct head, host), offsetof(struct head, hosts)},
		{STR_INIT("Accept"), offsetof(struct head, accept), 0},
		{STR_INIT("Accept-Language"), offsetof(struct head, language), 0},
		{STR_INIT("Accept-Datetime"), offsetof(struct head, datetime), 0},
		{STR_INIT("If-None-Match"), offsetof(struct head, none_match), 0},
		{STR_INIT("Content-Type"), offsetof(struct head, type), 0},
		{STR_INIT("Content-Length"), offsetof(struct head, length), offsetof(struct head, lengths)},
		{STR_INIT("Transfer-Encoding"), offsetof(struct head, coding), offsetof(struct head, codings)},
	};
	h->n++;
	h->bad = h->bad || !is_token(name);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (!same_word(name, known[i].name))
			continue;
		struct str *v = (struct str *)((char *)h + known[i].value);
		if (!v->p)
			*v = value;
		if (known[i].count)
			++*(size_t *)((char *)h + known[i].count);
	}
}

enum http_fault head_fault(const struct head *h)
{
	if (h->bytes > HTTP_HEAD_MAX)
		return HTTP_FAULT_LONG;
	if (h->n > HTTP_FIELDS_MAX)
		return HTTP_FAULT_MANY;
	if (h->bad)
		return HTTP_FAULT_FIELD;
	return h->hosts > 1 || (h->needs_host && !h->hosts) ? HTTP_FAULT_HOST : HTTP_FAULT_NONE;
}

bool head_has_body(const struct head *h)
{
	return (h->length.n && !str_eq(h->length, STR("0"))) || h->codings || h->lengths > 1;
}

/* Two who disagree about where a body ends would read two different next requests. */
bool head_frames(const struct head *h)
{
	return h->lengths + h->codings <= 1 && (!h->codings || same_word(h->coding, STR("chunked")));
}
