/* SPDX-License-Identifier: Apache-2.0
 *
 * Proof files are written back byte for byte; none proves an entry that is in no log, and none what its own `extra` line says, unless it
 * is one of the log.
 */
#include "log/proof.h"
#include "tests/fuzz/fuzz.h"

static const char vkey[] = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct hasher h;
	struct note_key k;
	struct arena a = {0};
	struct tlog_proof p;
	struct checkpoint c;
	struct err e = {0};
	struct buf out;
	struct str in = {(const char *)data, n};
	hasher_init(&h);
	buf_init(&out, 2 * TLOG_PROOF_MAX_BYTES);
	must(note_key_read(&h, NOTE_ED25519, str_of(vkey), &k, &e) == 0);
	if (tlog_proof_read(in, &a, &p, &e) == 0) {
		tlog_proof_write(&p, &out);
		must(str_eq(buf_str(&out), in));
		if (tlog_proof_check(&h, &p, p.extra, &k, &c, &e) == 0) /* the entries of that log are "entry 0", "entry 1", ... */
			must(str_starts(p.extra, STR("entry ")));
		must(tlog_proof_check(&h, &p, STR("an entry that is in no log"), &k, &c, &e) == ERR_REFUSED ||
			e.code == ERR_INPUT || e.code == ERR_LIMIT);
	} else {
		must(e.code < 0 && e.what[0]);
	}
	buf_done(&out);
	arena_done(&a);
	hasher_done(&h);
	return 0;
}
