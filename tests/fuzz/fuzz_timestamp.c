/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests, answers and tokens of RFC 3161. What is read of a token holds words fit for a terminal; what verifies says the same as
 * what was read without verifying. The corpus was made by `openssl ts` with the authority whose root stands here.
 */
#include "log/timestamp.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const char root[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIDSDCCAjCgAwIBAgIUUVEtKqikdYo991QdwBxqenysFOgwDQYJKoZIhvcNAQEL\n"
	"BQAwPDELMAkGA1UEBhMCQVQxFjAUBgNVBAoMDUV4YW1wbGUgVHJ1c3QxFTATBgNV\n"
	"BAMMDEV4YW1wbGUgUm9vdDAeFw0yNjExMjYwNjQ2MDRaFw0zNjExMjMwNjQ2MDRa\n"
	"MDwxCzAJBgNVBAYTAkFUMRYwFAYDVQQKDA1FeGFtcGxlIFRydXN0MRUwEwYDVQQD\n"
	"DAxFeGFtcGxlIFJvb3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQC4\n"
	"17Jsp2NJb+xQulSkeWyq1VMyxanethuucHzPsnSr5Y7putVZ3aLBfhO6R8mGDdZU\n"
	"H6GgL9bQth2BGhRPTMT/lvyOMP1dTQiA2Xp3fDlrHDkTNu6GTI1Jd3jxwcD+H0Tm\n"
	"oUMUfAxWk0PasHowLK6nfnc04Qi9iskp/k3njx+aDyKaKkMaOB+tAdcVTXErTQN1\n"
	"lYqS1mjmuGJ5Do2HCV2kZZ4nVqpRO+BCREFR1DyQN2DoZQk1n8/bfHBndjD6YX2h\n"
	"XKHpjMyZPROp0oZrklMD1/5bMororB6yrSzTItq7qhGhXnv+Q0TVxVqthveCZoCx\n"
	"Jrm7d1NouIxfMkYjykVLAgMBAAGjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0P\n"
	"AQH/BAQDAgEGMB0GA1UdDgQWBBTzrZGCeaKulzj5zdrKb20b996QaDANBgkqhkiG\n"
	"9w0BAQsFAAOCAQEAmvkUX6OS95hFLWdA2OcMU8t/204hpZxi5g6gqPksqZjYseFE\n"
	"Nb++mFW85D+0LxATAhDX2CFkKxqWGzbW3I/WAiDCySNo+eAvAXZJILwWokn0IM+M\n"
	"Axji+kbKugNI6EdfIGpsHV3DPBS22kzQxmxs0JsAXhI4cfdrzVK0zCF55MaYmK5B\n"
	"SNntclmUQ2kubPzVUsB3PhywlDySQlUUucP25CFFpbNzTLSvKbC54OnsOeHceik8\n"
	"qT8H4mxD5Z9rG8YqaBzCLaHI+62mmY6FNaroEvLnPFIkttF6pXQ6WN8bdALSfkMa\n"
	"YlsEoQbn02UbhUYW1nZ/hzlr/c5SmqBdwH173Q==\n"
	"-----END CERTIFICATE-----\n";

static bool fit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return str_utf8(s);
}

static void try_token(struct str token)
{
	struct arena a = {0};
	struct timestamp_roots *roots = NULL;
	struct timestamp read, verified = {.time = -7};
	struct err e = {0};
	if (timestamp_read(token, &a, &read, &e) < 0) {
		must(e.code < 0 && e.what[0] && fit(str_of(e.what)));
		arena_done(&a);
		return;
	}
	char when[TIMESTAMP_TIME];
	must(read.time > 0 && strlen(timestamp_time(read.time, when)) == 20);
	must(fit(read.authority) && read.authority.n <= TIMESTAMP_MAX_NAME && fit(read.policy) && fit(read.serial));
	must(timestamp_roots_read(str_of(root), &roots, &e) == 0);
	struct timestamp_request q = {.imprint = read.imprint};
	if (timestamp_verify(token, roots, &q, read.time, &a, &verified, &e) == 0) {
		must(verified.time == read.time && str_eq(verified.serial, read.serial) && str_eq(verified.authority, read.authority));
		must(digest_eq(&verified.imprint, &read.imprint));
	} else {
		must(e.code == ERR_REFUSED && e.what[0] && fit(str_of(e.what)) && verified.time == -7);
	}
	q.imprint.b[0] ^= 1;
	must(timestamp_verify(token, roots, &q, read.time, &a, &verified, &e) == ERR_REFUSED);
	timestamp_roots_free(roots);
	arena_done(&a);
}

static void try_request(struct str in)
{
	struct timestamp_request q = {.nonce_n = 77};
	struct err e = {0};
	if (timestamp_request_read(in, &q, &e) == 0)
		must(q.nonce_n <= TIMESTAMP_MAX_NONCE && (!q.nonce_n || q.nonce[0]));
	else
		must(e.code < 0 && e.what[0] && q.nonce_n == 77);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = {(const char *)data, n}, token = {NULL, 0};
	struct err e = {0};
	if (timestamp_reply_read(in, &token, &e) == 0) {
		must(token.n > 0 && token.p >= in.p && token.p + token.n == in.p + in.n);
		try_token(token);
	} else {
		must(e.code < 0 && e.what[0] && fit(str_of(e.what)));
	}
	try_token(in);
	try_request(in);
	return 0;
}
