/* SPDX-License-Identifier: Apache-2.0
 *
 * The file: one table of members says how each is written and read, one of kinds what each kind must have.
 */
#include "mirror/evidence.h"

#include "base/json.h"
#include "log/base64.h"

#include <stddef.h>
#include <string.h>

enum member_type { TEXT, BYTES, NUMBER, DIGEST, PROOF };

static const struct member {
	const char *name;
	enum member_type type;
	size_t at;
} members[] = {
#define MEMBER(name, type, field) {name, type, offsetof(struct finding, field)}
	MEMBER("log", TEXT, log),
	MEMBER("server", TEXT, server),
	MEMBER("found", TEXT, found),
	MEMBER("says", TEXT, says),
	MEMBER("first", TEXT, first),
	MEMBER("second", TEXT, second),
	MEMBER("index", NUMBER, index),
	MEMBER("hash", DIGEST, hash),
	MEMBER("proof", PROOF, proof),
	MEMBER("entry", BYTES, entry),
	MEMBER("body", BYTES, body),
	MEMBER("bytes", BYTES, bytes),
	MEMBER("path", TEXT, path),
	MEMBER("status", NUMBER, status),
	MEMBER("witness", TEXT, witness),
	MEMBER("why", TEXT, why),
	MEMBER("fact", TEXT, fact),
	MEMBER("args", TEXT, args),
	MEMBER("reading", TEXT, reading),
	MEMBER("here", TEXT, here.value),
	MEMBER("here_from", TEXT, here.from),
	MEMBER("here_until", TEXT, here.to),
	MEMBER("there", TEXT, there.value),
	MEMBER("there_from", TEXT, there.from),
	MEMBER("there_until", TEXT, there.to),
#undef MEMBER
};
enum { MEMBERS = sizeof members / sizeof *members };

static const struct kind {
	const char *name;
	const char *needs; /* beside log, server, found, says */
} kinds[FINDINGS] = {
	[FOUND_FORK] = {"fork", "first second"}, /* and hash and proof, unless both are of one size */
	[FOUND_ROLLBACK] = {"rollback", "first second hash proof"},
	[FOUND_SIGNATURE] = {"signature", "first"},
	[FOUND_DATE] = {"date", "first witness"},
	[FOUND_SWAP] = {"swap", "first index hash proof bytes"},
	[FOUND_ENTRY] = {"entry", "first index proof entry why"},
	[FOUND_TILE] = {"tile", "first path index hash bytes"},
	[FOUND_TREE] = {"tree", "first hash"},
	[FOUND_MISSING] = {"missing", "first path status"},
	[FOUND_BLOB] = {"blob", "first index proof entry path hash"},
	[FOUND_FACTS] = {"facts", "first index fact"},
};

const char *finding_name(enum finding_kind kind)
{
	return kinds[kind].name;
}

/* Writing ---- */

static void write_base64(struct buf *out, const void *bytes, size_t n)
{
	buf_addc(out, '"');
	base64_add(out, bytes, n);
	buf_addc(out, '"');
}

static void write_member(const struct member *m, const struct finding *f, struct buf *out)
{
	const char *at = (const char *)f + m->at;
	const struct str *s = (const void *)at;
	const struct merkle_proof *p = (const void *)at;
	buf_addf(out, ",\n\"%s\": ", m->name);
	switch (m->type) {
	case TEXT: json_quote(out, *s); break;
	case BYTES: write_base64(out, s->p, s->n); break;
	case NUMBER: buf_add_u64(out, *(const uint64_t *)(const void *)at); break;
	case DIGEST: write_base64(out, at, DIGEST_LEN); break;
	case PROOF:
		buf_addc(out, '[');
		for (size_t i = 0; i < p->n; i++) {
			buf_adds(out, i ? ", " : "");
			write_base64(out, p->v[i].b, DIGEST_LEN);
		}
		buf_addc(out, ']');
	}
}

/* Is it there to be written? Text speaks for itself; of numbers and hashes the finding says it. */
static bool is_there(const struct member *m, size_t i, const struct finding *f)
{
	const struct str *s = (const void *)((const char *)f + m->at);
	return m->type == TEXT ? s->n > 0 : (f->has >> i & 1) != 0;
}

void evidence_write(const struct finding *f, struct buf *out)
{
	buf_addf(out, "{\"evidence\": 1,\n\"kind\": \"%s\"", kinds[f->kind].name);
	for (size_t i = 0; i < MEMBERS; i++)
		if (is_there(&members[i], i, f))
			write_member(&members[i], f, out);
	buf_adds(out, "}\n");
}

uint64_t finding_bits(const char *names)
{
	uint64_t bits = 0;
	struct str rest = str_of(names), one;
	for (bool more = rest.n > 0; more;) {
		more = str_cut(rest, ' ', &one, &rest);
		one = more ? one : rest;
		for (size_t i = 0; i < MEMBERS; i++)
			if (str_eq(one, str_of(members[i].name)))
				bits |= (uint64_t)1 << i;
	}
	return bits;
}

/* Reading ---- */

struct reading {
	const char *where;
	struct arena *arena;
	struct err *e;
};

static int bad(const struct reading *r, const char *name, const char *what)
{
	return err_set(r->e, ERR_INPUT, r->where, "its member \"%s\" %s", name, what);
}

static bool read_digest(const json_t *v, struct digest *ret)
{
	size_t n;
	return base64_read(json_str(v), BASE64_STRICT, ret->b, sizeof ret->b, &n) && n == DIGEST_LEN;
}

static int read_proof(const struct reading *r, const char *name, const json_t *v, struct merkle_proof *ret)
{
	if (!json_is_array(v) || json_array_size(v) > MERKLE_MAX_PROOF)
		return bad(r, name, "must be a list of at most 65 hashes");
	for (ret->n = 0; ret->n < json_array_size(v); ret->n++)
		if (!read_digest(json_array_get(v, ret->n), &ret->v[ret->n]))
			return bad(r, name, "must be a list of hashes in base64");
	return 0;
}

static int read_bytes(const struct reading *r, const char *name, const json_t *v, struct str *ret)
{
	struct str text = json_str(v);
	size_t cap = text.n / 4 * 3 + 3, n;
	char *bytes = arena_alloc(r->arena, cap);
	if (!json_is_string(v) || !base64_read(text, BASE64_STRICT, (uint8_t *)bytes, cap, &n))
		return bad(r, name, "must be bytes in base64");
	*ret = (struct str){bytes, n};
	return 0;
}

static int read_member(const struct reading *r, const struct member *m, const json_t *v, struct finding *f)
{
	void *at = (char *)f + m->at;
	switch (m->type) {
	case TEXT:
		if (!json_is_string(v) || !json_string_length(v))
			return bad(r, m->name, "must be a text");
		*(struct str *)at = arena_str(r->arena, json_str(v));
		return 0;
	case BYTES: return read_bytes(r, m->name, v, at);
	case NUMBER:
		if (!json_is_integer(v) || json_integer_value(v) < 0)
			return bad(r, m->name, "must be a whole number");
		*(uint64_t *)at = (uint64_t)json_integer_value(v);
		return 0;
	case DIGEST: return read_digest(v, at) ? 0 : bad(r, m->name, "must be 32 bytes in base64");
	case PROOF: return read_proof(r, m->name, v, at);
	}
	return 0;
}

static int read_kind(const struct reading *r, const json_t *obj, enum finding_kind *ret)
{
	struct str name = json_get_str(obj, "kind");
	for (size_t i = 0; i < FINDINGS; i++)
		if (str_eq(name, str_of(kinds[i].name))) {
			*ret = (enum finding_kind)i;
			return 0;
		}
	return bad(r, "kind", "is none that this program knows");
}

static int read_all(const struct reading *r, json_t *obj, struct finding *f)
{
	const char *name;
	json_t *v;
	int rc = read_kind(r, obj, &f->kind);
	json_object_foreach(obj, name, v) {
		size_t i = 0;
		while (i < MEMBERS && strcmp(members[i].name, name) != 0)
			i++;
		if (rc < 0 || strcmp(name, "evidence") == 0 || strcmp(name, "kind") == 0)
			continue;
		if (i == MEMBERS)
			rc = bad(r, name, "is not known");
		else if ((rc = read_member(r, &members[i], v, f)) == 0)
			f->has |= (uint64_t)1 << i;
	}
	uint64_t missing = (finding_bits(kinds[f->kind].needs) | finding_bits("log server found says")) & ~f->has;
	for (size_t i = 0; i < MEMBERS && rc == 0; i++)
		if (missing >> i & 1)
			rc = bad(r, members[i].name, "is missing");
	return rc;
}

int evidence_read(struct str text, const char *where, struct arena *a, struct finding *ret, struct err *e)
{
	struct reading r = {where, a, e};
	AUTO_JSON json_t *obj = NULL;
	struct finding f = {0};
	if (text.n > EVIDENCE_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "the file is longer than %d bytes", EVIDENCE_MAX_BYTES);
	int rc = json_read(text, where, &obj, e);
	if (rc < 0)
		return rc;
	if (!json_is_object(obj) || json_integer_value(json_object_get(obj, "evidence")) != 1)
		return err_set(e, ERR_INPUT, where, "it is no evidence that a mirror kept: {\"evidence\": 1, ...}");
	if ((rc = read_all(&r, obj, &f)) == 0)
		*ret = f;
	return rc;
}
