/* SPDX-License-Identifier: Apache-2.0
 *
 * The log as its callers see it: make, append, read, reopen, prove; and every way in which it must refuse.
 */
#include "log/checkpoint.h"
#include "log/proof.h"
#include "tests/log/fixture.h"

static void a_new_log_holds_its_genesis(void **state)
{
	struct fixture *f = *state;
	struct log_entry entry;
	assert_int_equal(log_size(f->log), 1);
	assert_done(log_read(f->log, 0, &f->arena, &entry, &f->err));
	assert_true(str_eq(entry.dsse.type, TEST_TYPE));
	assert_true(str_find(entry.dsse.payload, log_vkey(f->log)) < entry.dsse.payload.n);
	assert_int_equal(entry.dsse.nsigs, 1);
	assert_true(str_eq(entry.dsse.sigs[0].keyid, log_keyid(f->log)));
	assert_true(str_eq(log_origin(f->log), STR("register.example/acts")));
}

static int count(void *ctx, const struct log_entry *entry, struct err *e)
{
	(void)e;
	uint64_t *n = ctx;
	char payload[64];
	if (entry->index > 0) {
		(void)snprintf(payload, sizeof payload, "{\"n\":%llu}", (unsigned long long)entry->index);
		assert_true(str_eq(entry->dsse.payload, str_of(payload)));
	}
	++*n;
	return 0;
}

static void entries_are_there_again(void **state)
{
	struct fixture *f = *state;
	struct digest before, after;
	uint64_t n = 0;
	fixture_append(f, 1, 1);
	fixture_append(f, 2, 600);
	log_root(f->log, &before);
	fixture_close(f);
	fixture_open(f, LOG_READ);
	assert_int_equal(log_size(f->log), 602);
	log_root(f->log, &after);
	assert_true(digest_eq(&before, &after));
	assert_done(log_each(f->log, 0, count, &n, &f->err));
	assert_int_equal(n, 602);
	n = 0;
	assert_done(log_each(f->log, 600, count, &n, &f->err));
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_log_holds_its_genesis, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(entries_are_there_again, fixture_setup, fixture_teardown),
	};
	return test_main(tests);
}
