/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON for reading only, fast: strings are views of the text where they have no escapes, all else lives in an arena. A proof of a whole
 * record is megabytes of it, and reading it is most of a check.
 *
 * Strict as base/json.h: UTF-8, no member twice, one value and nothing after it, depth and size limited.
 */
#ifndef PROOF_JV_H
#define PROOF_JV_H

#include "base/arena.h"
#include "base/err.h"

#include <string.h>

enum { JV_MAX_DEPTH = 32, JV_MAX_MEMBERS = 600, JV_MAX_VALUES = 4 << 20 };

enum jv_kind { JV_NULL, JV_FALSE, JV_TRUE, JV_INT, JV_REAL, JV_STRING, JV_ARRAY, JV_OBJECT };

struct jv {
	enum jv_kind kind;
	uint32_t n; /* of elements or members */
	union {
		int64_t i;
		struct str s;
		struct {
			struct jv *v;
			struct str *keys; /* of an object */
		};
	};
};

/* Reads one value; the text must live as long as the arena. `where` goes into the error. ERR_INPUT, ERR_LIMIT. */
int jv_read(struct arena *a, struct str text, const char *where, const struct jv **ret, struct err *e);

/* All of these take NULL and values of another kind, and give nothing then. */
const struct jv *jv_getn(const struct jv *obj, struct str key);
static inline const struct jv *jv_get(const struct jv *obj, const char *key)
{
	return jv_getn(obj, (struct str){key, strlen(key)}); /* a constant, of a constant */
}
const struct jv *jv_at(const struct jv *list, size_t i);
struct str jv_str(const struct jv *v); /* {NULL, 0} if it is no string */
static inline struct str jv_get_str(const struct jv *obj, const char *key)
{
	return jv_str(jv_get(obj, key));
}
bool jv_equal(const struct jv *a, const struct jv *b);
bool jv_only(const struct jv *obj, const char *members); /* is an object without others than these: " a b c " */

static inline bool jv_is(const struct jv *v, enum jv_kind kind)
{
	return v && v->kind == kind;
}

static inline bool jv_is_bool(const struct jv *v)
{
	return v && (v->kind == JV_TRUE || v->kind == JV_FALSE);
}

static inline size_t jv_n(const struct jv *v, enum jv_kind kind)
{
	return jv_is(v, kind) ? v->n : 0;
}

static inline int64_t jv_int(const struct jv *v)
{
	return jv_is(v, JV_INT) ? v->i : 0;
}

#endif
