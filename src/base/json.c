/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

/* How deep it is nested; *ret_commas: those between values. */
static size_t depth_of(struct str s, size_t *ret_commas)
{
	size_t depth = 0, max = 0, commas = 0;
	bool quoted = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > max)
				max = depth;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		} else if (c == ',') {
			commas++;
		}
	}
	*ret_commas = commas;
	return max;
}

int json_read(struct str text, const char *where, json_t **ret, struct err *e)
{
	return json_read_few(text, where, SIZE_MAX, ret, e);
}

int json_read_few(struct str text, const char *where, size_t most, json_t **ret, struct err *e)
{
	json_error_t je;
	size_t commas;
	if (text.n > JSON_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "the JSON text is longer than %d bytes", JSON_MAX_BYTES);
	if (depth_of(text, &commas) > JSON_MAX_DEPTH)
		return err_set(e, ERR_LIMIT, where, "the JSON text is nested deeper than %d levels", JSON_MAX_DEPTH);
	if (commas >= most)
		return err_set(e, ERR_LIMIT, where, "the JSON text has more than %zu members and elements", most);
	json_t *v = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
	if (!v)
		return err_set(e, ERR_INPUT, where, "not valid JSON at byte %d: %s", je.position, je.text);
	*ret = v;
	return 0;
}

struct str json_str(const json_t *v)
{
	if (!json_is_string(v))
		return (struct str){NULL, 0};
	return (struct str){json_string_value(v), json_string_length(v)};
}

struct str json_get_str(const json_t *obj, const char *key)
{
	return json_str(json_object_get(obj, key));
}

static int add_chunk(const char *p, size_t n, void *out)
{
	buf_add(out, (struct str){p, n});
	return ((struct buf *)out)->over ? -1 : 0;
}

void json_write(const json_t *v, size_t flags, struct buf *out)
{
	if (json_dump_callback(v, add_chunk, out, flags | JSON_ENCODE_ANY) != 0)
		out->over = true;
}

void json_quote(struct buf *out, struct str s)
{
	buf_addc(out, '"');
	bool valid = str_utf8(s);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		switch (c) {
		case '"': buf_adds(out, "\\\""); break;
		case '\\': buf_adds(out, "\\\\"); break;
		case '\n': buf_adds(out, "\\n"); break;
		case '\t': buf_adds(out, "\\t"); break;
		default:
			if (c < 0x20)
				buf_addf(out, "\\u%04x", c);
			else if (c >= 0x80 && !valid)
				buf_adds(out, "\xef\xbf\xbd");
			else
				buf_addc(out, (char)c);
		}
	}
	buf_addc(out, '"');
}

void json_auto(json_t **v)
{
	json_decref(*v);
}
