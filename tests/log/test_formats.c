/* SPDX-License-Identifier: Apache-2.0
 *
 * Base64, keys, notes, checkpoints and proof files against the shared vectors and against bad input.
 */
#include "base/json.h"
#include "log/proof.h"
#include "tests/log/shared.h"

static void base64_one_spelling(void **state)
{
	(void)state;
	static const struct {
		const char *text, *bytes;
		bool strict, loose;
	} cases[] = {
		{"", "", true, true},
		{"Zg==", "f", true, true},
		{"Zm8=", "fo", true, true},
		{"Zm9v", "foo", true, true},
		{"Zh==", "f", false, true},
		{"Zm9=", "fo", false, true},
		{"Zm9vYh==", "foob", false, true},
		{"Zg=", "", false, false},
		{"Zg", "", false, false},
		{"Zg== ", "", false, false},
		{"Zm9v\n", "", false, false},
		{"Zm 9", "", false, false},
		{"Zm-_", "", false, false},
		{"====", "", false, false},
		{"Z===", "", false, false},
		{"Zg==Zg==", "", false, false},
		{"=Zm9", "", false, false},
		{"Zm9v\xe5m9v", "", false, false},
		{"Zg=\xbd", "", false, false},
		{"Zm9vZ*==", "", false, false},
		{"Zm9v====", "", false, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int rule = BASE64_STRICT; rule <= BASE64_LOOSE_BITS; rule++) {
			uint8_t out[16];
			size_t n;
			bool ok = base64_read(str_of(cases[i].text), (enum base64_rule)rule, out, sizeof out, &n);
			if (ok != (rule == BASE64_STRICT ? cases[i].strict : cases[i].loose))
				fail_msg("'%s' rule %d: %d", cases[i].text, rule, ok);
			if (ok)
				assert_true(str_eq((struct str){(char *)out, n}, str_of(cases[i].bytes)));
		}
	uint8_t two[2];
	size_t n;
	assert_false(base64_read(STR("Zm9v"), BASE64_STRICT, two, sizeof two, &n));
	assert_false(base64_read((struct str){"Zg\0=", 4}, BASE64_LOOSE_BITS, two, sizeof two, &n));
}

static void base64_there_and_back(void **state)
{
	(void)state;
	uint8_t bytes[2000], again[2000];
	struct buf b;
	buf_init(&b, 4000);
	for (size_t n = 0; n < sizeof bytes; n++)
		bytes[n] = (uint8_t)(n * 131 + n / 7);
	for (size_t n = 0; n <= sizeof bytes; n += n < 20 ? 1 : 97) {
		size_t m;
		buf_clear(&b);
		base64_add(&b, bytes, n);
		assert_int_equal(b.n, BASE64_LEN(n));
		assert_true(base64_read(buf_str(&b), BASE64_STRICT, again, n, &m));
		assert_int_equal(m, n);
		assert_memory_equal(bytes, again, n);
	}
	buf_done(&b);
}

static struct note_key read_key(struct hasher *h, const char *vkey)
{
	struct note_key k;
	struct err e;
	if (note_key_read(h, NOTE_ED25519, str_of(vkey), &k, &e) < 0)
		fail_msg("%s: %s", vkey, e.what);
	return k;
}

/* Each note with its key, with one bit changed, and with no key of its own. */
static void check_note(struct hasher *h, struct str bytes, const char *vkey)
{
	struct arena a = {0};
	struct note n;
	struct err e = {0};
	struct note_key k = read_key(h, vkey), other = k;
	size_t good;
	assert_int_equal(note_parse(bytes, &a, &n, &e), 0);
	assert_int_equal(note_verify(&n, &k, 1, &good, &e), 0);
	assert_int_equal(good, 1);
	other.id++;
	assert_int_equal(note_verify(&n, &other, 1, &good, &e), 0);
	assert_int_equal(good, 0);
	struct str changed = arena_str(&a, bytes);
	((char *)changed.p)[0] ^= 1;
	assert_int_equal(note_parse(changed, &a, &n, &e), 0);
	assert_int_equal(note_verify(&n, &k, 1, &good, &e), ERR_REFUSED);
	struct buf again;
	buf_init(&again, NOTE_MAX_VKEY);
	note_key_write(&k, &again);
	assert_string_equal(again.p, vkey);
	buf_done(&again);
	arena_done(&a);
}

static void note_vectors(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct hasher h;
	AUTO_JSON json_t *keys = NULL;
	struct err e;
	const char *name;
	json_t *v;
	size_t notes = 0, bad = 0;
	hasher_init(&h);
	assert_int_equal(json_read(shared_read(&a, "note/vkeys.json"), "vkeys.json", &keys, &e), 0);
	json_object_foreach(keys, name, v)
	{
		if (!strcmp(name, "bad_vkeys")) {
			for (; bad < json_array_size(v); bad++) {
				struct note_key k;
				assert_int_equal(
					note_key_read(&h, NOTE_ED25519, json_str(json_array_get(v, bad)), &k, &e), ERR_INPUT);
			}
		} else if (!strcmp(name, "tessera-testlog/*")) {
			for (int i = 0; i <= 15; i++, notes++) {
				char path[64];
				(void)snprintf(path, sizeof path, "tessera-testlog/checkpoint.%d", i);
				check_note(&h, shared_read(&a, path), json_string_value(v));
			}
		} else if (json_is_string(v)) {
			char path[64];
			(void)snprintf(path, sizeof path, "note/%s", name);
			check_note(&h, shared_read(&a, path), json_string_value(v));
			notes++;
		}
	}
	assert_int_equal(notes, 5 + 16);
	assert_int_equal(bad, 2);
	hasher_done(&h);
	arena_done(&a);
}

/* Two checkpoints of one log, and the proof that the first is the beginning of the second. */
static void checkpoints_that_grow(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct hasher h;
	AUTO_JSON json_t *keys = NULL;
	struct err e;
	struct checkpoint five, eight;
	struct merkle_proof p = {0};
	hasher_init(&h);
	assert_int_equal(json_read(shared_read(&a, "note/vkeys.json"), "vkeys.json", &keys, &e), 0);
	struct note_key k = read_key(&h, json_string_value(json_object_get(keys, "monkeys-5.checkpoint")));
	assert_int_equal(checkpoint_open(shared_read(&a, "note/monkeys-5.checkpoint"), &k, &five, &e), 0);
	assert_int_equal(checkpoint_open(shared_read(&a, "note/monkeys-8.checkpoint"), &k, &eight, &e), 0);
	assert_int_equal(five.size, 5);
	assert_int_equal(eight.size, 8);
	json_t *hashes = json_object_get(keys, "monkeys 5->8 consistency (hex)");
	for (; p.n < json_array_size(hashes); p.n++)
		assert_true(hex_parse(json_str(json_array_get(hashes, p.n)), p.v[p.n].b, DIGEST_LEN));
	assert_true(merkle_consistent(&h, five.size, &five.root, eight.size, &eight.root, &p));
	p.v[0].b[0] ^= 1;
	assert_false(merkle_consistent(&h, five.size, &five.root, eight.size, &eight.root, &p));
	hasher_done(&h);
	arena_done(&a);
}

/* The checkpoint of the sum database is signed under a name that is not its origin: a good note, but no log of ours. */
static void origin_is_the_name_of_the_key(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct hasher h;
	struct err e;
	struct checkpoint c;
	struct note n;
	struct str bytes = shared_read(&a, "note/sumdb-35225469.checkpoint");
	hasher_init(&h);
	struct note_key k = read_key(&h, "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
	assert_int_equal(note_parse(bytes, &a, &n, &e), 0);
	assert_int_equal(checkpoint_read(n.text, &c, &e), 0);
	assert_true(c.size == 35225469 && str_eq(c.origin, STR("go.sum database tree")));
	assert_int_equal(checkpoint_open(bytes, &k, &c, &e), ERR_REFUSED);
	hasher_done(&h);
	arena_done(&a);
}

/* Cosignatures and signatures of other kinds stand beside the log's own: their lines are read over. */
static void other_signatures_are_read_over(void **state)
{
	(void)state;
	NEED_SHARED();
	static const struct {
		const char *name;
		size_t lines;
	} files[] = {{"cosignature/rome.witness.checkpoint", 2}, {"cosignature/rome.mirror.checkpoint", 1},
		{"cosignature/milan.witness2.checkpoint", 1}, {"cosignature/rome.static-ct.checkpoint", 1}};
	struct arena a = {0};
	struct hasher h;
	struct err e;
	hasher_init(&h);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct note n;
		struct checkpoint c;
		struct str bytes = shared_read(&a, files[i].name);
		assert_int_equal(note_parse(bytes, &a, &n, &e), 0);
		assert_int_equal(n.nsigs, files[i].lines);
		assert_int_equal(checkpoint_read(n.text, &c, &e), 0);
		assert_int_equal(c.size, 300);
		/* The same text with a signature of ours after theirs. */
		struct ed25519_key secret;
		struct note_key k;
		struct buf mine, both;
		assert_int_equal(ed25519_key_make(&secret, NULL, &e), 0);
		note_key_make(&h, NOTE_ED25519, c.origin, &secret.pub, &k);
		buf_init(&mine, NOTE_MAX_BYTES);
		buf_init(&both, NOTE_MAX_BYTES);
		assert_int_equal(note_sign(n.text, &k, &secret, &mine, &e), 0);
		buf_add(&both, bytes);
		buf_add(&both, str_slice(buf_str(&mine), n.text.n + 1, mine.n));
		assert_int_equal(checkpoint_open(bytes, &k, &c, &e), ERR_REFUSED);
		assert_int_equal(checkpoint_open(buf_str(&both), &k, &c, &e), 0);
		buf_done(&mine);
		buf_done(&both);
	}
	hasher_done(&h);
	arena_done(&a);
}

/* golden-600 was signed by another program with a known seed: ours writes the same bytes. */
static void a_checkpoint_to_the_byte(void **state)
{
	(void)state;
	NEED_SHARED();
	struct arena a = {0};
	struct entry_tree t;
	struct ed25519_key secret;
	struct note_key k;
	struct digest root;
	struct err e;
	struct buf out, text;
	uint8_t seed[ED25519_SEED];
	for (size_t i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)i;
	entry_tree_init(&t);
	entry_tree_grow(&t, 600);
	merkle_root(&t.h, &t.range, &root);
	assert_int_equal(ed25519_key_make(&secret, seed, &e), 0);
	note_key_make(&t.h, NOTE_ED25519, STR("register.example/golden"), &secret.pub, &k);
	buf_init(&out, NOTE_MAX_BYTES);
	buf_init(&text, 1000);
	assert_int_equal(checkpoint_sign(600, &root, &k, &secret, &out, &e), 0);
	assert_true(str_eq(buf_str(&out), shared_read(&a, "golden-600/checkpoint")));
	note_key_write(&k, &text);
	assert_string_equal(text.p, "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
	struct note_key k2;
	struct ed25519_key secret2;
	buf_clear(&text);
	note_secret_write(&k, &secret, &text);
	assert_int_equal(note_secret_read(&t.h, NOTE_ED25519, buf_str(&text), &k2, &secret2, &e), 0);
	assert_memory_equal(&secret, &secret2, sizeof secret);
	assert_int_equal(k2.id, k.id);
	text.p[text.n - 3] ^= 1;
	assert_int_equal(note_secret_read(&t.h, NOTE_ED25519, buf_str(&text), &k2, &secret2, &e), ERR_INPUT);
	buf_done(&out);
	buf_done(&text);
	entry_tree_done(&t);
	arena_done(&a);
}

static void proof_files_to_the_byte(void **state)
{
	(void)state;
	NEED_SHARED();
	static const struct {
		uint64_t size, index;
	} cases[] = {{600, 0}, {600, 1}, {600, 255}, {600, 256}, {600, 511}, {600, 512}, {600, 598}, {600, 599},
		{70000, 65536}, {70000, 69999}};
	struct arena a = {0};
	struct entry_tree t;
	struct merkle_source from = {entry_tree_read, &t};
	struct err e = {0};
	entry_tree_init(&t);
	entry_tree_grow(&t, 70000);
	struct note_key k =
		read_key(&t.h, "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char name[64], entry[32];
		(void)snprintf(name, sizeof name, "tlog-proof/golden-%llu.%llu.tlog-proof",
			(unsigned long long)cases[i].size, (unsigned long long)cases[i].index);
		(void)snprintf(entry, sizeof entry, "entry %llu", (unsigned long long)cases[i].index);
		struct str file = shared_read(&a, name);
		struct tlog_proof p;
		struct checkpoint c;
		struct buf out;
		assert_int_equal(tlog_proof_read(file, &a, &p, &e), 0);
		assert_int_equal(p.extra.n, 0);
		assert_int_equal(tlog_proof_check(&t.h, &p, str_of(entry), &k, &c, &e), 0);
		assert_int_equal(tlog_proof_check(&t.h, &p, STR("entry X"), &k, &c, &e), ERR_REFUSED);
		struct tlog_proof mine = {.index = cases[i].index, .checkpoint = p.checkpoint};
		assert_int_equal(merkle_prove_inclusion(&t.h, &from, cases[i].index, cases[i].size, &mine.path, &e), 0);
		buf_init(&out, TLOG_PROOF_MAX_BYTES);
		tlog_proof_write(&mine, &out);
		assert_true(str_eq(buf_str(&out), file));
		buf_done(&out);
	}
	entry_tree_done(&t);
	arena_done(&a);
}

#define ID64 "AAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void notes_that_are_none(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "\n", "text", "text\n", "text\n\n", "text\n\n\n",
		"text\n\n- a " ID64 "\n", "text\n\n\xe2\x80\x94 a " ID64, "text\n\n\xe2\x80\x94 a  " ID64 "\n",
		"text\n\n\xe2\x80\x94  " ID64 "\n", "text\n\n\xe2\x80\x94 a+b " ID64 "\n", "text\n\n\xe2\x80\x94 a\n",
		"text\n\n\xe2\x80\x94 a AAAAAA==\n", "text\n\n\xe2\x80\x94 a AAAAAAA\n",
		"te\rxt\n\n\xe2\x80\x94 a " ID64 "\n", "te\x01xt\n\n\xe2\x80\x94 a " ID64 "\n",
		"te\xffxt\n\n\xe2\x80\x94 a " ID64 "\n",
		"text\n\n\xe2\x80\x94 a\xc2\xa0"
		"b " ID64 "\n",
		"text\n\n\xe2\x80\x94 a " ID64 "\nmore\n", "text\n\xe2\x80\x94 a " ID64 "\n",
		"text\n\n\xe2\x80\x94 a " ID64 " \n"};
	struct arena a = {0};
	struct note n;
	struct err e;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (note_parse(str_of(bad[i]), &a, &n, &e) != ERR_INPUT)
			fail_msg("bad note %zu was taken", i);
	assert_int_equal(note_parse(STR("a\n\nb\n\n\xe2\x80\x94 a " ID64 "\n"), &a, &n, &e), 0);
	assert_true(str_eq(n.text, STR("a\n\nb\n"))); /* the last blank line parts */
	assert_true(n.nsigs == 1 && n.sigs[0].id == 1 && n.sigs[0].bytes.n == 64);
	arena_done(&a);
}

static void notes_have_limits(void **state)
{
	(void)state;
	struct arena a = {0};
	struct note n;
	struct err e;
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "text\n\n");
	for (int i = 0; i < NOTE_MAX_SIGS; i++)
		buf_adds(&b, "\xe2\x80\x94 a " ID64 "\n");
	assert_int_equal(note_parse(buf_str(&b), &a, &n, &e), 0);
	assert_int_equal(n.nsigs, NOTE_MAX_SIGS);
	buf_adds(&b, "\xe2\x80\x94 a " ID64 "\n");
	assert_int_equal(note_parse(buf_str(&b), &a, &n, &e), ERR_LIMIT);
	while (b.n <= NOTE_MAX_BYTES)
		buf_adds(&b, "more text\n");
	assert_int_equal(note_parse(buf_str(&b), &a, &n, &e), ERR_LIMIT);
	buf_done(&b);
	arena_done(&a);
}

/* A key counts once; a good signature does not make up for a bad one of the same key. */
static void a_key_that_signs_twice(void **state)
{
	(void)state;
	struct arena a = {0};
	struct hasher h;
	struct ed25519_key secret;
	struct note_key k;
	struct note n;
	struct err e;
	struct buf b;
	size_t good;
	hasher_init(&h);
	assert_int_equal(ed25519_key_make(&secret, NULL, &e), 0);
	note_key_make(&h, NOTE_ED25519, STR("a"), &secret.pub, &k);
	buf_init(&b, NOTE_MAX_BYTES);
	assert_int_equal(note_sign(STR("text\n"), &k, &secret, &b, &e), 0);
	buf_add(&b, arena_str(&a, str_slice(buf_str(&b), 6, b.n)));
	assert_int_equal(note_parse(buf_str(&b), &a, &n, &e), 0);
	assert_int_equal(n.nsigs, 2);
	assert_int_equal(note_verify(&n, &k, 1, &good, &e), 0);
	assert_int_equal(good, 1);
	((char *)n.sigs[1].bytes.p)[5] ^= 1;
	assert_int_equal(note_verify(&n, &k, 1, &good, &e), ERR_REFUSED);
	n.sigs[1].bytes.n = 63;
	assert_int_equal(note_verify(&n, &k, 1, &good, &e), ERR_REFUSED);
	buf_done(&b);
	hasher_done(&h);
	arena_done(&a);
}

static void keys_that_are_none(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "a", "a+b", "a+00000001", "a+00000001+",
		"+4f6a3c6b+AQ==", "a b+00000001+AQ==",
		"register.example/golden+bbee142f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",  /* another hash */
		"register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG5",  /* another key */
		"register.example/golden+BBEE142E+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",  /* another spelling */
		"register.example/goldem+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",  /* another name */
		"register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4=", /* not base64 */
		"register.example/golden+bbee142e+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",  /* another type */
		"witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN"};
	struct hasher h;
	struct note_key k;
	struct err e;
	hasher_init(&h);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (note_key_read(&h, NOTE_ED25519, str_of(bad[i]), &k, &e) != ERR_INPUT)
			fail_msg("'%s' was taken", bad[i]);
	/* A key that fits its hash, but whose point has small order. */
	struct ed25519_pub zero = {.b = {1}};
	struct buf b;
	buf_init(&b, NOTE_MAX_VKEY);
	note_key_make(&h, NOTE_ED25519, STR("a"), &zero, &k);
	note_key_write(&k, &b);
	assert_int_equal(note_key_read(&h, NOTE_ED25519, buf_str(&b), &k, &e), ERR_INPUT);
	assert_non_null(strstr(e.what, "no sound"));
	buf_done(&b);
	hasher_done(&h);
}

static void names(void **state)
{
	(void)state;
	static const char *const good[] = {"a", "register.example/acts", "пример/акты", "\xe2\x80\x94", "\xe2\x80\x8b"};
	static const char *const bad[] = {"", "a b", "a+b", "a\tb", "a\nb", "a\x7f", "a\xc2\x85", "a\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xaf", "\xe2\x81\x9f",
		"\xe3\x80\x80", "\xff"};
	char longest[NOTE_MAX_NAME + 2];
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(note_name_ok(str_of(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (note_name_ok(str_of(bad[i])))
			fail_msg("name %zu was taken", i);
	memset(longest, 'x', sizeof longest);
	assert_true(note_name_ok((struct str){longest, NOTE_MAX_NAME}));
	assert_false(note_name_ok((struct str){longest, NOTE_MAX_NAME + 1}));
}

#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

static void checkpoints_that_are_none(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "a\n", "a\n0\n", "\n0\n" ROOT "\n", "a\n00\n" ROOT "\n",
		"a\n-1\n" ROOT "\n", "a\n+1\n" ROOT "\n", "a\n\n" ROOT "\n", "a\n18446744073709551616\n" ROOT "\n",
		"a\n0\n" ROOT, "a\n0\nAAAA\n", "a\n0\n" ROOT "\nextension\n", "a\n0\n" ROOT "\n\n",
		"a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", "a\r\n0\r\n" ROOT "\r\n"};
	struct checkpoint c;
	struct err e;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (checkpoint_read(str_of(bad[i]), &c, &e) != ERR_INPUT)
			fail_msg("checkpoint %zu was taken", i);
	assert_int_equal(checkpoint_read(STR("a\n18446744073709551615\n" ROOT "\n"), &c, &e), 0);
	assert_true(c.size == UINT64_MAX);
}

static void proofs_that_are_none(void **state)
{
	(void)state;
#define HEAD "c2sp.org/tlog-proof@v1\n"
	static const char *const bad[] = {"", HEAD, HEAD "index 1\n", HEAD "index 1\n\n", HEAD "index 01\n\nx",
		HEAD "index\n\nx", HEAD "extra AA==\nextra AA==\nindex 1\n\nx", HEAD "index 1\nAAAA\n\nx",
		HEAD "index 1\n" ROOT "\n", HEAD "index 1\n" ROOT "=\n\nx", "c2sp.org/tlog-proof@v2\nindex 1\n\nx",
		HEAD "\nindex 1\n\nx", HEAD "extra\nindex 1\n\nx", HEAD "extra \nindex 1\n\nx", HEAD "extra  AA==\nindex 1\n\nx",
		HEAD "extra AB==\nindex 1\n\nx", HEAD "extra AA\nindex 1\n\nx", HEAD "extra AA==\r\nindex 1\n\nx",
		HEAD "extra A\xc4==\nindex 1\n\nx", HEAD "Extra AA==\nindex 1\n\nx", HEAD "index 1\nextra AA==\n\nx",
		HEAD "extra AA==\n\nindex 1\n\nx", " " HEAD "index 1\n\nx"};
	struct arena a = {0};
	struct tlog_proof p;
	struct err e;
	struct buf b;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (tlog_proof_read(str_of(bad[i]), &a, &p, &e) != ERR_INPUT)
			fail_msg("proof %zu was taken", i);
	assert_int_equal(tlog_proof_read(STR(HEAD "extra AA==\nindex 7\n" ROOT "\n\nx"), &a, &p, &e), 0);
	assert_true(p.index == 7 && p.path.n == 1 && str_eq(p.checkpoint, STR("x")) && str_eq(p.extra, STR("\0")));
	buf_init(&b, 1 << 20);
	buf_adds(&b, HEAD "index 7\n");
	for (int i = 0; i <= MERKLE_MAX_PROOF; i++)
		buf_adds(&b, ROOT "\n");
	buf_adds(&b, "\nx");
	assert_int_equal(tlog_proof_read(buf_str(&b), &a, &p, &e), ERR_LIMIT);
	buf_done(&b);
	arena_done(&a);
}

/* The longest entry there is, under the longest checkpoint there is, of the largest tree there is. */
static void the_longest_proof(void **state)
{
	(void)state;
	struct arena a = {0};
	struct err e = {0};
	struct tlog_proof p = {.index = UINT64_MAX - 1, .path.n = MERKLE_MAX_PROOF}, q = {0};
	char *bytes = arena_alloc(&a, NOTE_MAX_BYTES);
	memset(bytes, 'x', NOTE_MAX_BYTES);
	p.checkpoint = (struct str){bytes, NOTE_MAX_BYTES};
	struct buf b;
	for (size_t n = TLOG_PROOF_MAX_EXTRA; n <= TLOG_PROOF_MAX_EXTRA + 1; n++) {
		p.extra = (struct str){bytes, n};
		buf_init(&b, 1 << 20);
		tlog_proof_write(&p, &b);
		assert_int_equal(tlog_proof_read(buf_str(&b), &a, &q, &e), n > TLOG_PROOF_MAX_EXTRA ? ERR_LIMIT : 0);
		buf_done(&b);
	}
	assert_true(q.extra.n == TLOG_PROOF_MAX_EXTRA && q.index == p.index && q.path.n == MERKLE_MAX_PROOF && q.checkpoint.n == NOTE_MAX_BYTES);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i <= TLOG_PROOF_MAX_BYTES; i++)
		buf_addc(&b, 'x');
	assert_int_equal(tlog_proof_read(buf_str(&b), &a, &q, &e), ERR_LIMIT);
	buf_done(&b);
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_one_spelling),
		cmocka_unit_test(base64_there_and_back),
		cmocka_unit_test(note_vectors),
		cmocka_unit_test(checkpoints_that_grow),
		cmocka_unit_test(origin_is_the_name_of_the_key),
		cmocka_unit_test(other_signatures_are_read_over),
		cmocka_unit_test(a_checkpoint_to_the_byte),
		cmocka_unit_test(proof_files_to_the_byte),
		cmocka_unit_test(notes_that_are_none),
		cmocka_unit_test(notes_have_limits),
		cmocka_unit_test(a_key_that_signs_twice),
		cmocka_unit_test(keys_that_are_none),
		cmocka_unit_test(names),
		cmocka_unit_test(checkpoints_that_are_none),
		cmocka_unit_test(proofs_that_are_none),
		cmocka_unit_test(the_longest_proof),
	};
	return test_main(tests);
}
