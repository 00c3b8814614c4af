/* SPDX-License-Identifier: Apache-2.0
 *
 * The register on disk: making, reopening, following, full disks, torn and foreign directories, a byte that was changed.
 */
#include "tests/register/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST(s) "{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"" s "\"}"

static struct str path_in(struct fix *f, const char *name)
{
	return arena_fmt(&f->arena, "%s/%s", f->dir, name);
}

static void makes(void **state)
{
	struct fix *f = *state;
	const struct view *v = fix_view(f, "public", UINT64_MAX);
	const json_t *genesis = record_act(view_record(v), 0)->json, *key = json_object_get(genesis, "key");
	struct log_blob blob;
	struct digest hash;
	struct str bundle = json_get_str(genesis, "bundle");
	assert_true(str_eq(json_get_str(genesis, "kind"), STR("genesis")));
	assert_true(str_eq(json_get_str(genesis, "origin"), STR("league.example/acts")));
	assert_true(str_eq(json_get_str(genesis, "organisation"), STR("The League")));
	assert_true(str_eq(json_get_str(key, "role"), STR("secretariat")));
	assert_true(str_eq(json_get_str(key, "vkey"), log_vkey(reg_log(f->reg))));
	assert_true(str_eq(json_get_str(key, "keyid"), log_keyid(reg_log(f->reg))));
	assert_int_equal(json_get_str(genesis, "created").n, strlen("2026-01-01T00:00:00Z"));
	/* The rulebook is a blob that everybody may have. */
	assert_true(hex_parse(str_slice(bundle, 7, bundle.n), hash.b, sizeof hash.b));
	assert_int_equal(reg_blob(f->reg, v, &hash, &f->arena, &blob, &f->e), 0);
	assert_true(str_find(blob.bytes, STR("The League: an organisation for tests")) < blob.bytes.n);
	const struct org *org = record_org(view_record(v));
	assert_true(str_eq(org->id, STR("LEAGUE")));
	assert_int_equal(org->ntiles, 2);
	assert_int_equal(org->first_year, 1990);
	assert_true(org_now(org) > date_from(2024, 1, 1));
	view_unref(v);
	assert_int_equal(reg_create(f->dir, ORG, NULL, &f->e), ERR_CONFLICT);
	assert_int_equal(reg_size(f->reg), FIX_ACTS + 1);
}

static void reopens(void **state)
{
	struct fix *f = *state;
	struct reg *second;
	(void)fix_file(f, LIST("FR") "}");
	assert_int_equal(reg_open(f->dir, REG_WRITE, &second, &f->e), ERR_CONFLICT); /* one writer */
	assert_int_equal(reg_open(f->dir, REG_READ, &second, &f->e), 0);
	reg_close(second);
	for (int i = 0; i < 3; i++) {
		fix_reopen(f, i == 1 ? REG_READ : REG_WRITE);
		assert_int_equal(reg_size(f->reg), FIX_ACTS + 2);
	}
	assert_int_equal(fix_try(f, LIST("FR") "}"), ERR_REFUSED);
	(void)fix_file(f, LIST("ES") "}");
}

static void follows(void **state)
{
	struct fix *f = *state;
	struct reg *reader;
	const struct view *v;
	assert_int_equal(reg_open(f->dir, REG_READ, &reader, &f->e), 0);
	assert_int_equal(reg_refresh(reader, &f->e), 0);
	assert_int_equal(reg_size(reader), FIX_ACTS + 1);
	(void)fix_file(f, LIST("FR") "}");
	(void)fix_file(f, LIST("ES") ",\"for\":[\"KZ\"]}");
	assert_int_equal(reg_size(reader), FIX_ACTS + 1);
	assert_int_equal(reg_refresh(reader, &f->e), 0);
	assert_int_equal(reg_size(reader), FIX_ACTS + 3);
	struct str mine = reg_checkpoint(reader, &f->arena), theirs = reg_checkpoint(f->reg, &f->arena);
	assert_true(str_eq(mine, theirs));
	assert_int_equal(reg_view(reader, STR("KZ"), UINT64_MAX, &v, &f->e), 0);
	assert_non_null(record_entity(view_record(v), STR("ES")));
	view_unref(v);
	assert_int_equal(reg_view(reader, STR("public"), UINT64_MAX, &v, &f->e), 0);
	assert_non_null(record_entity(view_record(v), STR("FR")));
	assert_null(record_entity(view_record(v), STR("ES")));
	reg_close(reader);
	assert_non_null(record_entity(view_record(v), STR("FR"))); /* a view outlives its register */
	view_unref(v);
}

/* ---- what is no register --------------------------------------------------------------------------------------------------------- */

static void refuses_strangers(void **state)
{
	struct fix *f = *state;
	struct reg *r;
	char dir[] = "/tmp/stranger-XXXXXX";
	assert_non_null(mkdtemp(dir));
	assert_int_equal(reg_open("/nonexistent/place", REG_READ, &r, &f->e), ERR_ABSENT);
	assert_int_equal(reg_open(dir, REG_READ, &r, &f->e), ERR_ABSENT);
	assert_non_null(strstr(f->e.what, "no log here"));
	char *path = (char *)arena_fmt(&f->arena, "%s/notes.txt", dir).p;
	write_file(path, "mine");
	assert_int_equal(reg_create(dir, ORG, NULL, &f->e), ERR_CONFLICT);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(reg_create("/nonexistent/place/x", ORG, NULL, &f->e), ERR_ABSENT);
	remove_tree(dir);
}

static int plain_payload(void *ctx, struct str vkey, struct str keyid, struct buf *out, struct err *e)
{
	(void)vkey;
	(void)keyid;
	(void)e;
	buf_adds(out, ctx);
	return 0;
}

static void refuses_other_logs(void **state)
{
	static const struct { const char *type, *payload, *what; } logs[] = {
		{"text/plain", "hello", "payload type is text/plain"},
		{"application/vnd.comity.act.v1+json", "{\"kind\":\"state_listed\"}", "it is no register"},
		{"application/vnd.comity.act.v1+json", "{\"kind\":\"genesis\"}", "names no rulebook"},
		{"application/vnd.comity.act.v1+json",
			"{\"kind\":\"genesis\",\"bundle\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}",
			"the register was not completed"},
		{"application/vnd.comity.act.v1+json", "not json", "not valid JSON"},
	};
	struct fix *f = *state;
	for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
		char dir[] = "/tmp/stranger-XXXXXX";
		struct reg *r;
		struct reg_verdict v;
		assert_non_null(mkdtemp(dir));
		struct log_genesis g = {.origin = STR("other.example/log"), .type = str_of(logs[i].type), .payload = plain_payload,
			.ctx = (void *)logs[i].payload};
		assert_int_equal(log_create(dir, &g, &f->e), 0);
		if (reg_open(dir, REG_READ, &r, &f->e) != ERR_CORRUPT || !strstr(f->e.what, logs[i].what))
			fail_msg("%s: %d, %s", logs[i].payload, f->e.code, f->e.what);
		assert_int_equal(reg_verify(dir, NULL, NULL, &v, &f->e), ERR_CORRUPT);
		assert_int_equal(v.log.fault, LOG_BAD_ENTRY);
		assert_int_equal(v.log.index, 0);
		remove_tree(dir);
	}
}

static void refuses_torn(void **state)
{
	static const char *const files[] = {"log.db", "checkpoint"};
	struct fix *f = *state;
	struct reg *r = NULL;
	reg_close(f->reg);
	f->reg = NULL;
	for (size_t i = 0; i < 2; i++) {
		struct str path = path_in(f, files[i]), kept = path_in(f, "kept");
		assert_int_equal(rename(path.p, kept.p), 0);
		assert_true(reg_open(f->dir, REG_READ, &r, &f->e) < 0);
		assert_true(strlen(f->e.what) > 10);
		write_file(path.p, "torn");
		assert_true(reg_open(f->dir, REG_READ, &r, &f->e) < 0);
		assert_int_equal(rename(kept.p, path.p), 0);
		assert_int_equal(reg_open(f->dir, REG_READ, &r, &f->e), 0);
		reg_close(r);
	}
	assert_int_equal(unlink(path_in(f, "log.key").p), 0);
	assert_int_equal(reg_open(f->dir, REG_WRITE, &r, &f->e), ERR_SYSTEM);
	assert_non_null(strstr(f->e.what, "key"));
	assert_int_equal(reg_open(f->dir, REG_READ, &r, &f->e), 0); /* reading needs no key */
	reg_close(r);
}

/* ---- a full disk ------------------------------------------------------------------------------------------------------------------ */

/* Lets files grow to `bytes` and no further. */
static void limit_files(rlim_t bytes)
{
	struct rlimit l;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void survives_full_disk(void **state)
{
	struct fix *f = *state;
	struct rlimit old;
	struct stat st;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	uint64_t size = reg_size(f->reg), done;
	fix_reopen(f, REG_WRITE); /* the write-ahead log begins anew */
	assert_int_equal(stat(path_in(f, "log.db").p, &st), 0);
	struct buf act;
	buf_init(&act, 1 << 20);
	buf_adds(&act, LIST("FR") ",\"text\":{\"en\":\"");
	for (int i = 0; i < 30000; i++)
		buf_addc(&act, 'x');
	buf_adds(&act, "\"}}");
	limit_files(8192);
	int filed = fix_try(f, buf_str(&act).p);
	int loaded = reg_load(f->reg, buf_str(&act), "acts.jsonl", NULL, NULL, &done, &f->e);
	limit_files(old.rlim_cur);
	assert_int_equal(filed, ERR_SYSTEM);
	assert_int_equal(loaded, ERR_SYSTEM);
	assert_int_equal(done, 0);
	assert_int_equal(reg_size(f->reg), size);
	/* With room again the same handle goes on, and nothing of the attempt is there. */
	assert_int_equal(fix_file(f, buf_str(&act).p), size);
	struct reg_verdict v;
	assert_int_equal(reg_verify(f->dir, NULL, NULL, &v, &f->e), 0);
	assert_int_equal(v.log.entries, size + 1);
	buf_done(&act);
	char dir[] = "/tmp/full-XXXXXX";
	assert_non_null(mkdtemp(dir));
	limit_files(4096);
	int made = reg_create(dir, ORG, NULL, &f->e);
	limit_files(old.rlim_cur);
	assert_true(made < 0);
	assert_true(strlen(f->e.what) > 10);
	remove_tree(dir);
}

/* ---- verify ------------------------------------------------------------------------------------------------------------------------ */

/* One byte of one entry, in its place in the database: verify names that entry, and nothing reads it as if it were good. */
static void finds_changed_bytes(void **state)
{
	struct fix *f = *state;
	uint64_t seed = 7;
	reg_close(f->reg);
	f->reg = NULL;
	for (int i = 0; i < 12; i++) {
		uint64_t entry = (uint64_t)i % (FIX_ACTS + 1);
		sqlite3 *db;
		sqlite3_blob *blob;
		char byte;
		struct reg_verdict v;
		assert_int_equal(sqlite3_open(path_in(f, "log.db").p, &db), SQLITE_OK);
		/* The table of entries is keyed by index; triggers forbid changes by SQL, but not to one who writes the bytes. */
		assert_int_equal(sqlite3_blob_open(db, "main", "entry", "bytes", (sqlite3_int64)entry, 1, &blob), SQLITE_OK);
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		int at = (int)((seed >> 33) % (uint64_t)sqlite3_blob_bytes(blob));
		assert_int_equal(sqlite3_blob_read(blob, &byte, 1, at), SQLITE_OK);
		byte ^= 4;
		assert_int_equal(sqlite3_blob_write(blob, &byte, 1, at), SQLITE_OK);
		assert_int_equal(sqlite3_blob_close(blob), SQLITE_OK);
		assert_int_equal(reg_verify(f->dir, NULL, NULL, &v, &f->e), ERR_CORRUPT);
		assert_int_equal(v.log.fault, LOG_BAD_ENTRY);
		assert_int_equal(v.log.index, entry);
		struct reg *r;
		assert_int_equal(reg_open(f->dir, REG_READ, &r, &f->e), ERR_CORRUPT);
		assert_int_equal(sqlite3_blob_open(db, "main", "entry", "bytes", (sqlite3_int64)entry, 1, &blob), SQLITE_OK);
		byte ^= 4;
		assert_int_equal(sqlite3_blob_write(blob, &byte, 1, at), SQLITE_OK);
		sqlite3_blob_close(blob);
		sqlite3_close(db);
		assert_int_equal(reg_verify(f->dir, NULL, NULL, &v, &f->e), 0);
	}
}

/* An act that the key's holder put into the log past every check is found by verify, and not opened. */
static void finds_foreign_acts(void **state)
{
	static const char *const payloads[] = {
		"{\"kind\":\"status_granted\",\"date\":\"2001-01-01\",\"args\":{\"P\":\"KZ\",\"value\":\"emperor\"}}",
		"{\"kind\":\"coronation\",\"date\":\"2001-01-01\"}",
		"{\"kind\":\"state_listed\",\"date\":\"2001-01-01\",\"args\":{\"S\":\"FR\"},\"for\":[\"KZ\"]}",
		"{\"kind\":\"sealed\",\"commitment\":\"md5:1\"}",
		"{\"corrects\":0,\"annul\":true}",
		"{\"kind\":",
	};
	struct fix *f = *state;
	for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
		struct fix *g;
		struct buf envelope;
		uint64_t first;
		struct log *log;
		struct reg_verdict v;
		assert_int_equal(fix_open((void **)&g), 0);
		reg_close(g->reg);
		g->reg = NULL;
		buf_init(&envelope, LOG_MAX_ENTRY);
		assert_int_equal(log_open(g->dir, LOG_WRITE, &log, &f->e), 0);
		assert_int_equal(log_sign(log, STR("application/vnd.comity.act.v1+json"), str_of(payloads[i]), &envelope, &f->e), 0);
		struct str bytes = buf_str(&envelope);
		assert_int_equal(log_append(log, &bytes, 1, NULL, &first, &f->e), 0);
		log_close(log);
		buf_done(&envelope);
		assert_int_equal(reg_open(g->dir, REG_READ, &g->reg, &f->e), ERR_CORRUPT);
		assert_int_equal(reg_verify(g->dir, NULL, NULL, &v, &f->e), ERR_CORRUPT);
		assert_int_equal(v.log.fault, LOG_BAD_ENTRY);
		assert_int_equal(v.log.index, FIX_ACTS + 1);
		g->reg = NULL;
		fix_close((void **)&g);
	}
}

/* A reader that meets such an entry while following keeps what it had. */
static void keeps_its_state(void **state)
{
	struct fix *f = *state;
	struct reg *reader;
	struct buf envelope;
	uint64_t first;
	assert_int_equal(reg_open(f->dir, REG_READ, &reader, &f->e), 0);
	(void)fix_file(f, LIST("FR") "}");
	buf_init(&envelope, LOG_MAX_ENTRY);
	reg_lock(f->reg);
	assert_int_equal(log_sign(reg_log(f->reg), STR("application/vnd.comity.act.v1+json"), STR("{\"kind\":\"x\"}"), &envelope, &f->e), 0);
	struct str bytes = buf_str(&envelope);
	assert_int_equal(log_append(reg_log(f->reg), &bytes, 1, NULL, &first, &f->e), 0);
	reg_unlock(f->reg);
	buf_done(&envelope);
	assert_int_equal(reg_refresh(reader, &f->e), ERR_CORRUPT);
	assert_int_equal(reg_size(reader), FIX_ACTS + 1);
	const struct view *v;
	assert_int_equal(reg_view(reader, STR("public"), UINT64_MAX, &v, &f->e), 0);
	assert_answer(f, v, "status(\"KZ\")", "none");
	view_unref(v);
	assert_int_equal(reg_refresh(reader, &f->e), ERR_CORRUPT);
	reg_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(reopens, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(follows, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(refuses_strangers, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(refuses_other_logs, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(refuses_torn, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(survives_full_disk, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(finds_changed_bytes, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(finds_foreign_acts, fix_open, fix_close),
		cmocka_unit_test_setup_teardown(keeps_its_state, fix_open, fix_close),
	};
	return test_main(tests);
}
