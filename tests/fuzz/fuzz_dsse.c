/* SPDX-License-Identifier: Apache-2.0
 *
 * An envelope that is accepted has one spelling: it is written back byte for byte. And verifying it never crashes.
 */
#include "log/dsse.h"
#include "tests/fuzz/fuzz.h"

static bool find(void *ctx, const struct dsse *d, struct str keyid, struct pubkey *ret)
{
	(void)d;
	pubkey_ed25519(ctx, ret);
	return keyid.p[keyid.n - 1] & 1; /* half of all keys are known */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct buf out;
	struct dsse d;
	struct err e = {0};
	struct str in = {(const char *)data, n};
	static const uint8_t seed[ED25519_SEED] = {1};
	struct ed25519_key k;
	buf_init(&out, DSSE_MAX_BYTES);
	if (dsse_parse(in, &a, &d, &e) == 0) {
		must(dsse_write(&d, &out, &e) == 0);
		must(str_eq(buf_str(&out), in));
		must(ed25519_key_make(&k, seed, &e) == 0);
		(void)dsse_verify(&d, &(struct dsse_keys){find, &k.pub}, &e);
	} else {
		must(e.code < 0 && e.what[0]);
	}
	buf_done(&out);
	arena_done(&a);
	return 0;
}
