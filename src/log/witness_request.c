/* SPDX-License-Identifier: Apache-2.0 */
#include "log/base64.h"
#include "log/witness.h"

#include <inttypes.h>

static const char where[] = "request";

static int read_proof(struct str *rest, struct merkle_proof *ret, struct err *e)
{
	struct str line;
	size_t n;
	ret->n = 0;
	while (str_cut(*rest, '\n', &line, rest)) {
		if (line.n == 0)
			return 0;
		if (ret->n == WITNESS_MAX_PROOF)
			return err_set(e, ERR_LIMIT, where, "more than %d hashes", WITNESS_MAX_PROOF);
		if (!base64_read(line, BASE64_STRICT, ret->v[ret->n++].b, DIGEST_LEN, &n) || n != DIGEST_LEN)
			return err_set(e, ERR_INPUT, where, "hash %zu is not 32 bytes in base64", ret->n);
	}
	return err_set(e, ERR_INPUT, where, "there is no blank line after the proof");
}

int witness_request_read(struct str body, struct arena *a, struct witness_request *ret, struct err *e)
{
	struct str line;
	if (body.n > WITNESS_MAX_REQUEST)
		return err_set(e, ERR_LIMIT, where, "%zu bytes; a request has at most %d", body.n, WITNESS_MAX_REQUEST);
	if (!str_cut(body, '\n', &line, &body) || !str_starts(line, STR("old ")) || !str_u64(str_slice(line, 4, line.n), &ret->old))
		return err_set(e, ERR_INPUT, where, "its first line must read 'old' and a decimal number without leading zeros");
	int rc = read_proof(&body, &ret->proof, e);
	if (rc == 0)
		rc = note_parse(body, a, &ret->note, e);
	return rc < 0 ? rc : checkpoint_read(ret->note.text, &ret->checkpoint, e);
}

void witness_request_write(uint64_t old, const struct merkle_proof *proof, struct str note, struct buf *out)
{
	buf_addf(out, "old %" PRIu64 "\n", old);
	for (size_t i = 0; i < proof->n; i++) {
		base64_add(out, proof->v[i].b, DIGEST_LEN);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
	buf_add(out, note);
}
