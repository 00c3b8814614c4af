/* SPDX-License-Identifier: Apache-2.0 */
#include "register/intake.h"

#include "register/reg_internal.h"

#include <stdlib.h>
#include <string.h>

struct intake {
	struct arena arena;
	struct log *log;
	struct record *all; /* NULL before the genesis entry */
	const struct log_blob **tried; /* in order of their hashes */
	size_t ntried;
	uint64_t sealed, bodies;
	struct { struct entry **v; size_t n, cap; } entries; /* read again when another rulebook is adopted */
};

struct intake *intake_new(struct log *log)
{
	struct intake *t = zeroed(1, sizeof *t);
	t->log = log;
	return t;
}

void intake_free(struct intake *t)
{
	if (!t)
		return;
	record_unref(t->all);
	for (size_t i = 0; i < t->entries.n; i++)
		entry_unref(t->entries.v[i]);
	arena_done(&t->arena);
	free(t);
}

uint64_t intake_size(const struct intake *t)
{
	return t->entries.n;
}

/* From here on everything is an act of this rulebook. */
static int adopt(struct intake *t, const struct entry *by, struct err *e)
{
	struct bundle *b = NULL;
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)by->pos);
	int rc = adopted_bundle(t->log, by, &b, e);
	if (rc == 0 && t->all)
		rc = bundle_follows(t->all->bundle, b, where, e);
	if (rc == 0) {
		record_unref(t->all);
		t->all = record_new(b, b->org.registrar);
	}
	for (size_t i = 0; i < t->entries.n && rc == 0; i++)
		rc = record_add(t->all, t->entries.v[i], e);
	if (rc == 0)
		rc = record_check_names(t->all, e);
	bundle_unref(b);
	return rc;
}

static int by_hash(const void *x, const void *y)
{
	const struct log_blob *const *a = x, *const *b = y;
	return memcmp((*a)->sha256.b, (*b)->sha256.b, DIGEST_LEN);
}

void intake_try_bodies(struct intake *t, const struct log_blob *v, size_t n)
{
	t->tried = arena_array(&t->arena, n + 1, const struct log_blob *);
	t->ntried = n;
	for (size_t i = 0; i < n; i++)
		t->tried[i] = &v[i];
	qsort(t->tried, n, sizeof *t->tried, by_hash);
}

enum intake_sealed intake_sealed(const struct intake *t, uint64_t pos)
{
	const struct entry *n = t->entries.v[pos];
	return n->kind != ENTRY_SEALED ? INTAKE_OPEN : n->opened ? INTAKE_BODY_HELD : INTAKE_COMMITMENT;
}

void intake_count(const struct intake *t, uint64_t *ret_sealed, uint64_t *ret_bodies)
{
	*ret_sealed = t->sealed;
	*ret_bodies = t->bodies;
}

static int open_body(struct intake *t, struct entry *n, struct err *e)
{
	const struct log_blob key = {.sha256 = n->commitment}, *wanted = &key;
	bool may = t->ntried && n->kind == ENTRY_SEALED;
	const struct log_blob *const *tried = may ? bsearch(&wanted, t->tried, t->ntried, sizeof *t->tried, by_hash) : NULL;
	int rc = tried ? entry_open(n, (*tried)->bytes, e) : open_sealed(t->log, n, e);
	t->sealed += n->kind == ENTRY_SEALED;
	t->bodies += n->opened != NULL;
	return rc;
}

int intake_take(struct intake *t, const struct log_entry *in, struct err *e)
{
	struct entry *n;
	int rc = entry_take(in, &n, e);
	if (rc < 0)
		return rc;
	if (n->kind == ENTRY_GENESIS || n->kind == ENTRY_ADOPTION)
		rc = adopt(t, n, e);
	if (rc == 0)
		rc = open_body(t, n, e);
	if (rc == 0)
		rc = record_add(t->all, n, e);
	if (rc == 0)
		rc = check_entitled(t->all, n->pos, e);
	arena_push(&t->arena, &t->entries, n);
	return rc;
}

int intake_view(const struct intake *t, struct str audience, const struct view **ret, struct err *e)
{
	struct record *r = record_new(t->all->bundle, audience);
	int rc = 0;
	record_reserve(r, t->entries.n);
	for (size_t i = 0; i < t->entries.n && rc == 0; i++)
		rc = record_add(r, t->entries.v[i], e);
	if (rc == 0)
		rc = view_new(r, ret, e);
	record_unref(r);
	return rc;
}

static bool find_key(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct intake *t = ctx;
	return t->all && keyring_may_sign(&t->all->keys, d, keyid, index, ret);
}

static void say_why(void *ctx, struct str keyid, uint64_t index, struct err *e)
{
	const struct intake *t = ctx;
	if (t->all)
		keyring_words(&t->all->keys, keyid, index, e);
}

struct log_keys intake_keys(struct intake *t)
{
	return (struct log_keys){find_key, say_why, t};
}

/* ---- what an entry names ---------------------------------------------------------------------------------------------- */

static struct str media_type(struct str said)
{
	bool plain = said.n > 0 && said.n <= DSSE_MAX_TYPE;
	for (size_t i = 0; i < said.n && plain; i++)
		plain = said.p[i] >= ' ' && said.p[i] <= '~';
	return plain ? said : STR("application/octet-stream");
}

static void take_documents(const struct entry *n, struct arena *a, struct entry_names *ret)
{
	const json_t *list = json_object_get(n->payload, "documents");
	ret->documents = arena_array(a, json_array_size(list) + 1, struct named_blob);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *d = json_array_get(list, i);
		struct named_blob *b = &ret->documents[ret->ndocuments];
		if (!hex_parse(json_get_str(d, "sha256"), b->sha256.b, sizeof b->sha256.b))
			continue;
		b->type = arena_str(a, media_type(json_get_str(d, "type")));
		ret->ndocuments++;
	}
}

int entry_names(const struct log_entry *in, struct arena *a, struct entry_names *ret, struct err *e)
{
	struct entry *n;
	int rc = entry_take(in, &n, e);
	if (rc < 0)
		return rc;
	*ret = (struct entry_names){.adopts = n->kind == ENTRY_GENESIS || n->kind == ENTRY_ADOPTION, .sealed = n->kind == ENTRY_SEALED};
	if (ret->adopts)
		ret->rulebook = (struct named_blob){n->bundle, STR(BUNDLE_TYPE)};
	if (ret->sealed)
		ret->commitment = n->commitment;
	if (n->kind == ENTRY_ACT)
		take_documents(n, a, ret);
	entry_unref(n);
	return 0;
}
