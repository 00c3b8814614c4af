/* SPDX-License-Identifier: Apache-2.0 */
#include "log/checkpoint.h"

#include "log/base64.h"

#include <inttypes.h>

void checkpoint_write(const struct checkpoint *c, struct buf *out)
{
	buf_add(out, c->origin);
	buf_addf(out, "\n%" PRIu64 "\n", c->size);
	base64_add(out, c->root.b, DIGEST_LEN);
	buf_addc(out, '\n');
}

int checkpoint_read(struct str text, struct checkpoint *ret, struct err *e)
{
	static const char where[] = "checkpoint";
	struct checkpoint c;
	struct str line;
	size_t n;
	if (!str_cut(text, '\n', &c.origin, &text) || c.origin.n == 0)
		return err_set(e, ERR_INPUT, where, "its first line, the origin, is missing");
	if (!str_cut(text, '\n', &line, &text) || !str_u64(line, &c.size))
		return err_set(e, ERR_INPUT, where,
			"its second line must be the size, a decimal number without leading zeros");
	if (!str_cut(text, '\n', &line, &text) || !base64_read(line, BASE64_STRICT, c.root.b, DIGEST_LEN, &n) ||
		n != DIGEST_LEN)
		return err_set(e, ERR_INPUT, where, "its third line must be the root, 32 bytes in base64");
	if (text.n)
		return err_set(e, ERR_INPUT, where, "there are lines after the root; extensions are not used here");
	*ret = c;
	return 0;
}

int checkpoint_sign(uint64_t size, const struct digest *root, const struct note_key *k,
	const struct ed25519_key *secret, struct buf *out, struct err *e)
{
	struct buf text;
	buf_init(&text, NOTE_MAX_NAME + 128);
	checkpoint_write(&(struct checkpoint){.origin = k->name, .size = size, .root = *root}, &text);
	if (text.over)
		arena_oom(); /* half a checkpoint must never be signed */
	int rc = note_sign(buf_str(&text), k, secret, out, e);
	buf_done(&text);
	return rc;
}

static int open_note(const struct note *n, const struct note_key *k, struct checkpoint *ret, struct err *e)
{
	struct checkpoint c;
	size_t good;
	int rc = checkpoint_read(n->text, &c, e);
	if (rc < 0)
		return rc;
	if (!str_eq(c.origin, k->name))
		return err_set(e, ERR_REFUSED, "checkpoint", "it is of the log '%.*s', not of '%.*s'",
			(int)(c.origin.n < NOTE_MAX_NAME ? c.origin.n : NOTE_MAX_NAME), c.origin.p, STR_ARG(k->name));
	if ((rc = note_verify(n, k, 1, &good, e)) < 0)
		return rc;
	if (good == 0)
		return err_set(e, ERR_REFUSED, "checkpoint", "it is not signed by the key of '%.*s'", STR_ARG(k->name));
	*ret = c;
	return 0;
}

int checkpoint_open(struct str bytes, const struct note_key *k, struct checkpoint *ret, struct err *e)
{
	struct arena a = {0};
	struct note n;
	int rc = note_parse(bytes, &a, &n, e);
	if (rc == 0)
		rc = open_note(&n, k, ret, e);
	arena_done(&a);
	return rc;
}
