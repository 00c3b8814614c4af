/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests to a witness: what is read is written back byte for byte, and one that does not verify is never signed.
 */
#include "log/witness.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct str in = {(const char *)data, n};
	struct witness_request *rq = arena_new(&a, struct witness_request);
	struct err e = {0};
	struct buf out;
	buf_init(&out, WITNESS_MAX_REQUEST + 1);
	if (witness_request_read(in, &a, rq, &e) == 0) {
		must(rq->proof.n <= WITNESS_MAX_PROOF && rq->note.nsigs > 0 && rq->note.nsigs <= NOTE_MAX_SIGS);
		must(rq->checkpoint.origin.n > 0);
		struct str note = str_slice(in, (size_t)(rq->note.text.p - in.p), in.n);
		witness_request_write(rq->old, &rq->proof, note, &out);
		must(str_eq(buf_str(&out), in));
	} else {
		must(e.code < 0 && e.what[0] && e.where[0]);
	}
	buf_done(&out);
	arena_done(&a);
	return 0;
}
