/* SPDX-License-Identifier: Apache-2.0
 *
 * Evidence of a mirror: what is read is written and read again the same, and judged the same; and a fork is only proved where there are two
 * checkpoints of the key, or one of no entries. Two files, parted by a NUL byte, are two checkpoints that somebody kept.
 */
#include "mirror/evidence.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const char vkey[] = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

static void check_fork(const struct finding *f)
{
	struct hasher h;
	struct note_key k;
	struct checkpoint c, d;
	struct err e;
	hasher_init(&h);
	must(note_key_read(&h, NOTE_ED25519, str_of(vkey), &k, &e) == 0);
	must(checkpoint_open(f->first, &k, &c, &e) == 0);
	if (c.size == 0)
		sha256(&h, STR(""), &d.root);
	else
		must(checkpoint_open(f->second, &k, &d, &e) == 0 && d.size >= c.size);
	must(!digest_eq(&c.root, &d.root));
	hasher_done(&h);
}

static void check(const struct finding *f, struct arena *a)
{
	struct judgement j, again;
	struct finding g;
	struct err e = {0};
	struct buf out;
	buf_init(&out, 2 * EVIDENCE_MAX_BYTES);
	must(evidence_judge(f, str_of(vkey), a, &j, &e) == 0);
	must(j.claims.n > 0);
	for (size_t i = 0; i < j.claims.n; i++)
		must(j.claims.v[i].says.n && str_utf8(j.claims.v[i].says));
	if (j.verdict == VERDICT_PROVED && f->kind == FOUND_FORK)
		check_fork(f);
	if (f->found.n) /* not two files */
		evidence_write(f, &out);
	if (out.n && out.n <= EVIDENCE_MAX_BYTES) { /* other spellings may be shorter */
		must(evidence_read(buf_str(&out), "again", a, &g, &e) == 0);
		must(evidence_judge(&g, str_of(vkey), a, &again, &e) == 0);
		must(again.verdict == j.verdict && again.claims.n == j.claims.n);
	}
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct finding f;
	struct err e = {0};
	struct str text = {(const char *)data, n};
	struct evidence_file two[2] = {{.where = "one"}, {.where = "two"}};
	bool both = str_cut(text, '\0', &two[0].text, &two[1].text);
	if ((both ? evidence_of_two(two, &a, &f, &e) : evidence_read(text, "evidence", &a, &f, &e)) == 0)
		check(&f, &a);
	else
		must(e.code < 0 && e.what[0]);
	arena_done(&a);
	return 0;
}
