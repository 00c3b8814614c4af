/* SPDX-License-Identifier: Apache-2.0
 *
 * Two checkpoints that somebody kept, as a finding: above all what a witness signed, and what it refused.
 */
#include "mirror/evidence.h"

#include "log/witness.h"

struct shown {
	const struct evidence_file *file;
	struct str note;
	struct checkpoint c;
	bool request; /* with a proof from `old` on */
	uint64_t old;
	struct merkle_proof proof;
};

static int named(struct err *e, const char *where)
{
	char why[sizeof e->what];
	if (!e)
		return ERR_INPUT;
	(void)snprintf(why, sizeof why, "it is no signed checkpoint: %.300s", e->what);
	return err_set(e, ERR_INPUT, where, "%s", why);
}

/* A note; or a request, which has one after its first blank line. */
static int read_one(const struct evidence_file *file, struct arena *a, struct shown *ret, struct err *e)
{
	struct witness_request *q = arena_new(a, struct witness_request);
	struct note *n = arena_new(a, struct note);
	*ret = (struct shown){.file = file, .note = file->text, .request = str_starts(file->text, STR("old "))};
	if (!file->text.n)
		return err_set(e, ERR_INPUT, file->where, "it is empty: the witness had signed nothing before, which could be contradicted");
	if (!ret->request)
		return note_parse(ret->note, a, n, e) < 0 || checkpoint_read(n->text, &ret->c, e) < 0 ? named(e, file->where) : 0;
	if (witness_request_read(file->text, a, q, e) < 0)
		return named(e, file->where);
	ret->note = str_slice(file->text, str_find(file->text, STR("\n\n")) + 2, file->text.n);
	ret->old = q->old;
	ret->proof = q->proof;
	ret->c = q->checkpoint;
	return 0;
}

/* What a proof says that the later tree was, when it was as large as the earlier: also one that the witness did not take, for it was
 * made from another history. */
static void take_past(const struct shown *first, const struct shown *second, struct finding *f)
{
	struct hasher h;
	if (!second->request || second->old != first->c.size || first->c.size == second->c.size)
		return;
	f->proof = second->proof;
	f->hash = first->c.root;
	hasher_init(&h);
	if (merkle_past_root(&h, first->c.size, second->c.size, &second->c.root, &second->proof, &f->hash) ||
		merkle_consistent(&h, first->c.size, &first->c.root, second->c.size, &second->c.root, &second->proof))
		f->has |= finding_bits("hash proof");
	hasher_done(&h);
}

int evidence_of_two(const struct evidence_file file[2], struct arena *a, struct finding *ret, struct err *e)
{
	struct shown one, two;
	bool empty = !file[0].text.n; /* a log of no entries needs no other to be contradicted */
	int rc = read_one(&file[1], a, &two, e);
	if (rc == 0 && empty && two.c.size == 0)
		one = two;
	else if (rc == 0)
		rc = read_one(&file[0], a, &one, e);
	if (rc < 0)
		return rc;
	if (one.request && two.request && !empty)
		return err_set(e, ERR_INPUT, file[0].where, "both are requests: name what the witness had signed, and one request");
	const struct shown *first = one.c.size <= two.c.size ? &one : &two, *second = first == &one ? &two : &one;
	*ret = (struct finding){.kind = FOUND_FORK, .first = first->note, .second = second->note, .has = finding_bits("first second")};
	take_past(first, second, ret);
	return 0;
}
