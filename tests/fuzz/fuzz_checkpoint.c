/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkpoints: what is read is written back byte for byte, and nothing opens that the key did not sign.
 */
#include "log/checkpoint.h"
#include "tests/fuzz/fuzz.h"

static const char vkey[] = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct hasher h;
	struct note_key k;
	struct checkpoint c;
	struct err e = {0};
	struct buf out;
	struct str in = {(const char *)data, n};
	hasher_init(&h);
	buf_init(&out, NOTE_MAX_BYTES);
	must(note_key_read(&h, NOTE_ED25519, str_of(vkey), &k, &e) == 0);
	if (n <= NOTE_MAX_BYTES && checkpoint_read(in, &c, &e) == 0) {
		checkpoint_write(&c, &out);
		must(str_eq(buf_str(&out), in));
	}
	buf_clear(&out);
	if (checkpoint_open(in, &k, &c, &e) == 0) {
		checkpoint_write(&c, &out);
		must(str_eq(c.origin, k.name));
		must(str_starts(in, buf_str(&out)));
	} else {
		must(e.code < 0 && e.what[0]);
	}
	buf_done(&out);
	hasher_done(&h);
	return 0;
}
