/* SPDX-License-Identifier: Apache-2.0
 *
 * A public key that is read has one text: the text that was read begins with the one that is written, and has at most a comment
 * more; read again, it is the same key with the same name.
 */
#include "log/pubkey.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct hasher h;
	struct buf out;
	struct pubkey k, again;
	struct err e = {0};
	struct str in = {(const char *)data, n};
	char keyid[KEYID_MAX + 1];
	enum carrier c;
	buf_init(&out, PUBKEY_MAX_TEXT);
	hasher_init(&h);
	if (pubkey_read(in, &k, &e) == 0) {
		pubkey_write(&k, &out);
		must(!out.over && str_starts(in, buf_str(&out)));
		must(in.n == out.n || (k.carrier == CARRIER_SSHSIG && in.p[out.n] == ' '));
		must(pubkey_read(buf_str(&out), &again, &e) == 0 && pubkey_eq(&k, &again));
		pubkey_id(&h, &k, keyid);
		must(keyid_carrier(str_of(keyid), &c) && c == k.carrier);
		must(pubkey_good(&k, STR("fuzz"), in, &e) == ERR_REFUSED && e.what[0]);
	} else {
		must(e.code < 0 && e.what[0]);
	}
	hasher_done(&h);
	buf_done(&out);
	return 0;
}
