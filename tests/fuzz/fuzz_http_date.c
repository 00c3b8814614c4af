/* SPDX-License-Identifier: Apache-2.0
 *
 * The date of Accept-Datetime: what is read is written back byte for byte, so one instant has one spelling.
 */
#include "tests/fuzz/fuzz.h"

#include "web/memento.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	char again[HTTP_DATE_LEN];
	int64_t at = 0, same = 0;
	if (http_date_read(s, &at)) {
		must(at >= CIVIL_MIN && at <= CIVIL_MAX);
		must(str_eq(str_of(http_date_print(at, again)), s));
	}
	/* Any instant that a date can be written for is read as itself. */
	int64_t any = 0;
	memcpy(&any, data, size < sizeof any ? size : sizeof any);
	if (any >= CIVIL_MIN && any <= CIVIL_MAX) {
		must(http_date_read(str_of(http_date_print(any, again)), &same));
		must(same == any);
	}
	return 0;
}
