/* SPDX-License-Identifier: Apache-2.0
 *
 * Filing one act: what it would change is found before it is signed.
 */
#include "register/draft.h"

static int preview(struct reg *r, const struct draft *d, struct arena *a, struct filed *f, struct err *e)
{
	struct str audience = d->body.n ? r->bundle->org.registrar : STR("public");
	int rc = reg_view(r, audience, UINT64_MAX, &f->before, e);
	if (rc < 0)
		return rc;
	rc = reg_make_view(r, NULL, audience, f->pos, d->entry, &f->after, e);
	if (rc < 0)
		return rc;
	f->nchanges = view_diff(f->before, f->after, a, &f->changes);
	return 0;
}

static int file_locked(struct reg *r, const struct act_in *in, bool dry, struct arena *a, struct filed *f, struct err *e)
{
	struct draft d;
	int rc = draft_make(r, in, "", &d, a, e);
	if (rc < 0)
		return rc;
	rc = preview(r, &d, a, f, e);
	if (rc == 0 && r->mode == REG_WRITE && !d.envelope.n)
		rc = draft_sign(r, &d, "", a, e);
	if (rc == 0 && !dry && (rc = drafts_store(r, &d, 1, a, e)) == 0) {
		rc = reg_take(r, d.entry, e);
		reg_keep_view(r, f->after);
	}
	entry_unref(d.entry);
	return rc;
}

static int suppose_locked(struct reg *r, struct str json, struct str audience, struct arena *a, const struct view **ret, struct err *e)
{
	struct draft d;
	struct act_in in = {.text = json};
	int rc = draft_make(r, &in, "", &d, a, e);
	if (rc < 0)
		return rc;
	rc = reg_make_view(r, NULL, audience, r->entries.n, d.entry, ret, e);
	entry_unref(d.entry);
	return rc;
}

int reg_suppose(struct reg *r, struct str json, struct str audience, const struct view **ret, struct err *e)
{
	struct buf name;
	struct arena a = {0};
	buf_init(&name, MAX_AUDIENCE_BYTES);
	int rc = audience_spell(audience, &name, e);
	if (rc == 0) {
		reg_lock(r);
		rc = suppose_locked(r, json, buf_str(&name), &a, ret, e);
		reg_unlock(r);
	}
	buf_done(&name);
	arena_done(&a);
	return rc;
}

int reg_file(struct reg *r, const struct act_in *in, bool dry, struct arena *a, struct filed *ret, struct err *e)
{
	struct filed f = {0};
	int rc = dry ? 0 : reg_check_mode(r, e);
	if (rc < 0)
		return rc;
	reg_lock(r);
	if ((rc = reg_catch_up(r, e)) == 0) {
		f.pos = r->entries.n;
		rc = file_locked(r, in, dry, a, &f, e);
	}
	reg_unlock(r);
	if (rc < 0) {
		view_unref(f.before);
		view_unref(f.after);
		return rc;
	}
	*ret = f;
	return 0;
}
