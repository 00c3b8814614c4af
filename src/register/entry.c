/* SPDX-License-Identifier: Apache-2.0 */
#include "register/internal.h"

#include <stdlib.h>
#include <string.h>

static bool is_audience_word(struct str s)
{
	return name_is_entity(s);
}

bool audiences_join(const json_t *act, struct buf *out)
{
	const json_t *v = json_object_get(act, "for");
	if (!v || str_eq(json_str(v), STR("public")))
		return true;
	size_t n = json_array_size(v);
	if (!json_is_array(v) || n == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct str word = json_str(json_array_get(v, i));
		if (!is_audience_word(word) || str_eq(word, STR("public")))
			return false;
		if (i)
			buf_addc(out, ',');
		buf_add(out, word);
	}
	return !out->over;
}

static bool holds(struct str words, struct str word)
{
	struct str one, rest = words;
	while (str_cut(rest, ',', &one, &rest))
		if (str_eq(one, word))
			return true;
	return str_eq(rest, word);
}

bool audience_reads(const struct org *org, struct str audience, struct str words)
{
	struct str one, rest = audience;
	if (words.n == 0 || holds(audience, org->registrar))
		return true;
	while (str_cut(rest, ',', &one, &rest))
		if (holds(words, one))
			return true;
	return holds(words, rest);
}

/* "sha256:..." */
static bool read_hash(const json_t *payload, const char *member, struct digest *ret)
{
	struct str c = json_get_str(payload, member);
	return str_starts(c, STR("sha256:")) && hex_parse(str_slice(c, 7, c.n), ret->b, sizeof ret->b);
}

static const struct {
	const char *kind;
	enum entry_kind is;
} reserved[] = {{"genesis", ENTRY_GENESIS}, {"rulebook_adopted", ENTRY_ADOPTION}, {"sealed", ENTRY_SEALED}};

bool entry_is_reserved(struct str kind)
{
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (str_eq(kind, str_of(reserved[i].kind)))
			return true;
	return keyring_is_act(kind);
}

/* {"kind":"sealed","commitment":"sha256:..."}, {"kind":"rulebook_adopted","date":"...","bundle":"sha256:..."} */
static int read_kind(struct entry *n, const char *where, struct buf *words, struct err *e)
{
	struct str kind = json_get_str(n->payload, "kind");
	n->kind = keyring_is_act(kind) ? ENTRY_KEY : ENTRY_ACT;
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (str_eq(kind, str_of(reserved[i].kind)))
			n->kind = reserved[i].is;
	if ((n->kind == ENTRY_GENESIS) != (n->pos == 0))
		return n->pos ? err_set(e, ERR_CORRUPT, where, "a genesis entry stands only at the beginning")
			      : err_set(e, ERR_CORRUPT, where, "the log does not begin with a genesis entry: it is no register");
	if (n->kind == ENTRY_SEALED && (!read_hash(n->payload, "commitment", &n->commitment) || json_object_size(n->payload) != 2))
		return err_set(e, ERR_CORRUPT, where, "a sealed entry holds its kind, a commitment (sha256:...), and nothing else");
	if ((n->kind == ENTRY_GENESIS || n->kind == ENTRY_ADOPTION) && !read_hash(n->payload, "bundle", &n->bundle))
		return err_set(e, ERR_CORRUPT, where, "it names no rulebook (bundle: sha256:...)");
	if (n->kind == ENTRY_ADOPTION && !date_parse(json_get_str(n->payload, "date"), &n->date))
		return err_set(e, ERR_CORRUPT, where, "it adopts a rulebook, but on no date");
	if (n->kind == ENTRY_ACT && (!audiences_join(n->payload, words) || words->n))
		return err_set(e, ERR_CORRUPT, where, "an act that is not for everybody stands open in the log");
	return 0;
}

static char *copy(struct str s)
{
	char *z = strndup(s.n ? s.p : "", s.n);
	if (!z)
		arena_oom();
	return z;
}

static void take_signers(struct entry *n, struct signers by)
{
	n->signers = zeroed(by.n + 1, sizeof *n->signers);
	for (; n->nsigners < by.n; n->nsigners++)
		n->signers[n->nsigners] = (struct str){copy(by.v[n->nsigners]), by.v[n->nsigners].n};
}

struct signers entry_signers(const struct entry *n)
{
	return (struct signers){n->signers, n->nsigners};
}

int entry_take(const struct log_entry *in, struct entry **ret, struct err *e)
{
	struct str ids[DSSE_MAX_SIGS];
	for (size_t i = 0; i < in->dsse.nsigs; i++)
		ids[i] = in->dsse.sigs[i].keyid;
	return entry_read(in->index, in->dsse.type, in->dsse.payload, (struct signers){ids, in->dsse.nsigs}, ret, e);
}

int entry_read(uint64_t pos, struct str type, struct str payload, struct signers by, struct entry **ret, struct err *e)
{
	char where[40];
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)pos);
	if (!str_eq(type, STR(ACT_TYPE)))
		return err_set(e, ERR_CORRUPT, where, "its payload type is %.*s, not %s", STR_ARG(type), ACT_TYPE);
	struct entry *n = zeroed(1, sizeof *n);
	n->pos = pos;
	n->refs = 1;
	take_signers(n, by);
	struct buf words;
	buf_init(&words, MAX_AUDIENCE_BYTES);
	int rc = json_read(payload, where, &n->payload, e);
	if (rc == 0)
		rc = read_kind(n, where, &words, e);
	n->audiences = copy(STR(""));
	buf_done(&words);
	if (rc < 0)
		entry_unref(n);
	else
		*ret = n;
	return rc;
}

/* The salt keeps everybody from trying out what the act may say. */
static json_t *sealed_act(const json_t *body)
{
	uint8_t salt[SEAL_SALT];
	json_t *act = json_object_get(body, "act");
	return hex_parse(json_get_str(body, "salt"), salt, sizeof salt) && json_is_object(act) && json_object_size(body) == 2 ? act : NULL;
}

int entry_open(struct entry *n, struct str blob, struct err *e)
{
	char where[40];
	AUTO_JSON json_t *obj = NULL;
	(void)snprintf(where, sizeof where, "entry %llu", (unsigned long long)n->pos);
	int rc = json_read(blob, where, &obj, e);
	if (rc < 0)
		return rc;
	json_t *act = sealed_act(obj);
	struct buf words;
	buf_init(&words, MAX_AUDIENCE_BYTES);
	if (!act)
		rc = err_set(e, ERR_CORRUPT, where, "its sealed body is not a salt of %d hexadecimal digits and an act", 2 * SEAL_SALT);
	else if (!audiences_join(act, &words) || !words.n)
		rc = err_set(e, ERR_CORRUPT, where, "its sealed body is no act for a named audience");
	else {
		n->opened = json_incref(act);
		free(n->audiences);
		n->audiences = copy(buf_str(&words));
	}
	buf_done(&words);
	return rc;
}

struct entry *entry_ref(struct entry *n)
{
	__atomic_add_fetch(&n->refs, 1, __ATOMIC_RELAXED);
	return n;
}

void entry_unref(struct entry *n)
{
	if (!n || __atomic_sub_fetch(&n->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	json_decref(n->payload);
	json_decref(n->opened);
	for (size_t i = 0; i < n->nsigners; i++)
		free((char *)n->signers[i].p);
	free(n->signers);
	free(n->audiences);
	free(n);
}

const json_t *entry_act(const struct entry *n)
{
	return n->kind == ENTRY_ACT ? n->payload : n->kind == ENTRY_SEALED ? n->opened : NULL;
}
