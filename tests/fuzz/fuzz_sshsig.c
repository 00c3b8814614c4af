/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures of OpenSSH: a blob that is accepted is written back byte for byte; of armoured text comes a blob that is accepted, and
 * that stays what it is when it is armoured again. Verifying never crashes, and takes nothing of another key.
 */
#include "log/base64.h"
#include "log/sshsig.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void armour(struct str blob, struct buf *out)
{
	buf_adds(out, "-----BEGIN SSH SIGNATURE-----\n");
	base64_add(out, blob.p, blob.n);
	buf_adds(out, "\n-----END SSH SIGNATURE-----\n");
}

/* The key that stands in the blob is the registered one, so that the reader comes as far as it can. */
static void verify(const struct sshsig *s, struct str blob, struct buf *out)
{
	struct pubkey k, other;
	struct err e = {0};
	struct str type, key = s->key;
	buf_clear(out);
	if (key.n < 4 || key.p[3] > 50 || key.n < 4 + (size_t)(uint8_t)key.p[3])
		return;
	type = str_slice(key, 4, 4 + (size_t)(uint8_t)key.p[3]);
	buf_add(out, type);
	buf_addc(out, ' ');
	base64_add(out, key.p, key.n);
	if (pubkey_read(buf_str(out), &k, &e) < 0)
		return;
	struct sshsig_rule rule = {s->name_space, 0};
	int rc = sshsig_good(&k, &rule, STR("fuzz"), blob, &e), strict = pubkey_good(&k, STR("fuzz"), blob, &e);
	must(rc == 0 || rc == ERR_REFUSED);
	must(strict == ERR_REFUSED || rc == 0);
	other = k;
	other.bytes[5] ^= 1;
	must(sshsig_good(&other, &rule, STR("fuzz"), blob, &e) == ERR_REFUSED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct buf out;
	struct str in = {(const char *)data, n}, blob, again;
	struct sshsig s;
	struct pubkey k;
	struct err e = {0};
	buf_init(&out, 2 * SSHSIG_MAX_ARMOUR);
	if (n > 0 && data[0] != 'S' && sshsig_read(in, &a, &blob, &k, &e) == 0) {
		must(k.carrier == CARRIER_SSHSIG);
		must(sshsig_parse(blob, &s, &e) == 0);
		armour(blob, &out);
		must(sshsig_read(buf_str(&out), &a, &again, NULL, &e) == 0 && str_eq(again, blob));
		in = blob;
	}
	buf_clear(&out);
	if (sshsig_parse(in, &s, &e) == 0) {
		sshsig_write(&s, &out);
		must(str_eq(buf_str(&out), in));
		verify(&s, in, &out);
	} else {
		must(e.code < 0 && e.what[0]);
	}
	buf_done(&out);
	arena_done(&a);
	return 0;
}
