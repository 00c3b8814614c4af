/* SPDX-License-Identifier: Apache-2.0 */
#include "log/proof.h"

#include <inttypes.h>

static const struct str first_line = STR_INIT("c2sp.org/tlog-proof@v1");

void tlog_proof_write(const struct tlog_proof *p, struct buf *out)
{
	buf_add(out, first_line);
	if (p->extra.n) {
		buf_adds(out, "\nextra ");
		base64_add(out, p->extra.p, p->extra.n);
	}
	buf_addf(out, "\nindex %" PRIu64 "\n", p->index);
	for (size_t i = 0; i < p->path.n; i++) {
		base64_add(out, p->path.v[i].b, DIGEST_LEN);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
	buf_add(out, p->checkpoint);
}

/* The rest of the line if it begins like this. */
static bool after(struct str line, const char *begin, struct str *ret)
{
	struct str b = str_of(begin);
	*ret = str_slice(line, b.n, line.n);
	return str_starts(line, b);
}

static int read_extra(struct str text, struct arena *a, struct str *ret, struct err *e)
{
	size_t cap = text.n / 4 * 3;
	uint8_t *bytes;
	if (text.n > BASE64_LEN(TLOG_PROOF_MAX_EXTRA))
		return err_set(e, ERR_LIMIT, "proof", "the line 'extra' holds more than %d bytes", TLOG_PROOF_MAX_EXTRA);
	bytes = arena_alloc(a, cap ? cap : 1);
	if (!text.n || !base64_read(text, BASE64_STRICT, bytes, cap, &ret->n))
		return err_set(e, ERR_INPUT, "proof", "the line 'extra' is not base64 in its one spelling");
	ret->p = (const char *)bytes;
	return 0;
}

int tlog_proof_read(struct str text, struct arena *a, struct tlog_proof *ret, struct err *e)
{
	static const char where[] = "proof";
	struct tlog_proof p = {0};
	struct str line = {0}, value;
	size_t n;
	int rc;
	if (text.n > TLOG_PROOF_MAX_BYTES)
		return err_set(e, ERR_LIMIT, where, "%zu bytes; a proof has at most %d", text.n, TLOG_PROOF_MAX_BYTES);
	if (!str_line(&text, &line) || !str_eq(line, first_line))
		return err_set(e, ERR_INPUT, where, "its first line must be %.*s", STR_ARG(first_line));
	bool more = str_line(&text, &line);
	if (more && after(line, "extra ", &value)) {
		if ((rc = read_extra(value, a, &p.extra, e)) < 0)
			return rc;
		more = str_line(&text, &line);
	}
	if (!more || !after(line, "index ", &value) || !str_u64(value, &p.index))
		return err_set(e, ERR_INPUT, where, "there is no line 'index' with a decimal number");
	while ((more = str_line(&text, &line)) && line.n) {
		if (p.path.n == MERKLE_MAX_PROOF)
			return err_set(e, ERR_LIMIT, where, "more than %d hashes", MERKLE_MAX_PROOF);
		if (!base64_read(line, BASE64_STRICT, p.path.v[p.path.n++].b, DIGEST_LEN, &n) || n != DIGEST_LEN)
			return err_set(e, ERR_INPUT, where, "hash %zu is not 32 bytes in base64", p.path.n);
	}
	if (!more || text.n == 0)
		return err_set(e, ERR_INPUT, where, "there is no blank line and checkpoint after the hashes");
	p.checkpoint = text;
	*ret = p;
	return 0;
}

/* Does the entry stand in the tree of this checkpoint? */
static int check_inclusion(struct hasher *h, const struct tlog_proof *p, struct str entry, const struct checkpoint *c, struct err *e)
{
	struct digest leaf;
	merkle_leaf(h, entry, &leaf);
	return merkle_included(h, &leaf, p->index, c->size, &p->path, &c->root)
		       ? 0
		       : err_set(e, ERR_REFUSED, "proof", "the entry is not the one at index %" PRIu64 " of the signed tree", p->index);
}

int tlog_proof_check(struct hasher *h, const struct tlog_proof *p, struct str entry, const struct note_key *k,
	struct checkpoint *ret, struct err *e)
{
	struct checkpoint c;
	int rc = checkpoint_open(p->checkpoint, k, &c, e);
	if (rc == 0)
		rc = check_inclusion(h, p, entry, &c, e);
	if (rc == 0)
		*ret = c;
	return rc;
}

int tlog_proof_judge(struct hasher *h, const struct tlog_proof *p, struct str entry, const struct policy *policy, struct cosign_times believed,
	struct arena *a, struct policy_verdict *ret, struct err *e)
{
	struct policy_verdict v;
	int rc = policy_satisfied(policy, p->checkpoint, believed, a, &v, e);
	if (rc == 0)
		rc = check_inclusion(h, p, entry, &v.checkpoint, e);
	if (rc == 0)
		*ret = v;
	return rc;
}
