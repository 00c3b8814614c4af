/* SPDX-License-Identifier: Apache-2.0
 *
 * Assertions of passkeys: verifying them never crashes, says why not, and what is accepted is accepted for one message and one
 * site alone.
 */
#include "log/webauthn.h"
#include "log/wire.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* The first signed valid-es256 of the corpus, the second valid-eddsa, both over "fuzz". */
static const char *const keys[] = {
	"webauthn ES256 BPnr5GQUfMEC2SMk0JnZJ8GlDkLVegihFv/sCimBnYxlcLr30SiIkCpqDB1nrdEDEjyFmrab+OlDHJOEkw1Lfu4= register.example https://register.example",
	"webauthn EdDSA A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg= register.example https://register.example",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err e = {0};
	struct str in = {(const char *)data, n}, rest = in;
	struct webauthn_response r;
	struct buf out;
	buf_init(&out, PUBKEY_MAX_SIG);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct pubkey k, elsewhere;
		must(pubkey_read(str_of(keys[i]), &k, &e) == 0);
		int rc = pubkey_good(&k, STR("fuzz"), in, &e);
		must(rc == 0 || (rc == ERR_REFUSED && e.what[0]));
		if (rc == 0) {
			elsewhere = k;
			strcpy(elsewhere.origin, "https://a.register.example");
			must(pubkey_good(&elsewhere, STR("fuzz"), in, &e) == ERR_REFUSED);
			must(pubkey_good(&k, STR("fuss"), in, &e) == ERR_REFUSED);
		}
		/* What a browser gave, packed: nothing but the signature changes. */
		rest = in;
		if (wire_str(&rest, &r.authenticator_data) && wire_str(&rest, &r.client_data) && wire_str(&rest, &r.signature)) {
			buf_clear(&out);
			if (webauthn_pack(&k, &r, &out, &e) == 0)
				must(str_starts(buf_str(&out), str_slice(in, 0, 8 + r.authenticator_data.n + r.client_data.n)));
		}
	}
	buf_done(&out);
	return 0;
}
