/* SPDX-License-Identifier: Apache-2.0
 *
 * Adopting another rulebook: it is read as if it were adopted, and what it would change is found, before anything is written.
 */
#include "register/draft.h"

/* org.json and words may change under one version of the text; the rules may not. */
static bool is_law(struct str path)
{
	return !str_eq(path, STR("org.json")) && !str_starts(path, STR("words/")) && !str_ends(path, STR(".json"));
}

static bool has_file(const struct bundle *b, const struct bundle_file *f)
{
	for (size_t i = 0; i < b->files.n; i++)
		if (str_eq(b->files.v[i].path, f->path))
			return str_eq(b->files.v[i].text, f->text);
	return false;
}

static bool same_law(const struct bundle *b, const struct bundle *c)
{
	bool same = true;
	for (size_t i = 0; i < b->files.n && same; i++)
		same = !is_law(b->files.v[i].path) || has_file(c, &b->files.v[i]);
	for (size_t i = 0; i < c->files.n && same; i++)
		same = !is_law(c->files.v[i].path) || has_file(b, &c->files.v[i]);
	return same;
}

int bundle_follows(const struct bundle *now, const struct bundle *b, const char *dir, struct err *e)
{
	if (!str_eq(b->org.origin, now->org.origin))
		return err_set(e, ERR_REFUSED, dir, "it is of another register: its origin is %.*s, not %.*s", STR_ARG(b->org.origin),
			STR_ARG(now->org.origin));
	if (!str_eq(b->org.registrar, now->org.registrar))
		return err_set(e, ERR_REFUSED, dir, "the registrar, whose key signs, is %.*s and cannot become %.*s by a new text",
			STR_ARG(now->org.registrar), STR_ARG(b->org.registrar));
	if (b->rulebook->version <= now->rulebook->version && !same_law(b, now)) {
		(void)err_set(e, ERR_REFUSED, dir, "its rules are others than those in force, but its version is %lld as well, or older",
			(long long)b->rulebook->version);
		return err_hint(e, "the text in force has version %lld: give the new one a higher one", (long long)now->rulebook->version);
	}
	return 0;
}

static void write_entry(const struct bundle *b, civil date, struct buf *out)
{
	char day[DATE_LEN];
	buf_addf(out, "{\"kind\":\"rulebook_adopted\",\"date\":\"%s\",\"rulebook\":{\"name\":", date_print(date, day));
	json_quote(out, syms_str(&b->rulebook->syms, b->rulebook->name));
	buf_addf(out, ",\"version\":%lld},\"bundle\":\"sha256:", (long long)b->rulebook->version);
	buf_add_hex(out, b->sha256.b, sizeof b->sha256.b);
	buf_adds(out, "\"}");
}

/* Whatever is wrong with what the new text would make of the record is a reason not to adopt it. */
static int refuse(struct err *e, const char *hint)
{
	if (e)
		e->code = ERR_REFUSED;
	(void)err_hint(e, "%s", hint);
	return ERR_REFUSED;
}

/* Everything on record, read under the new text. */
static int read_under(const struct reg *r, const struct bundle *b, struct entry *more, struct record **ret, struct err *e)
{
	struct record *all = record_new(b, b->org.registrar);
	int rc = 0;
	for (size_t i = 0; i < r->entries.n && rc == 0; i++)
		rc = record_add(all, r->entries.v[i], e);
	if (rc == 0)
		rc = record_add(all, more, e);
	if (rc == 0)
		rc = record_check_names(all, e);
	if (rc == 0) {
		*ret = all;
		return 0;
	}
	record_unref(all);
	return refuse(e, "an act on record could not be read under the new text: keep the kinds and arguments that the record uses");
}

/* Does evaluation come to an end for whoever may read more than the public? Audiences are those of the sealed acts, and the registrar. */
static int try_audiences(struct reg *r, const struct bundle *b, uint64_t size, struct entry *more, struct err *e)
{
	struct str registrar = b->org.registrar;
	for (size_t i = 0; i <= r->entries.n; i++) {
		struct str audience = i < r->entries.n ? str_of(r->entries.v[i]->audiences) : registrar;
		bool seen = audience.n == 0;
		for (size_t k = 0; k < i && !seen; k++)
			seen = str_eq(str_of(r->entries.v[k]->audiences), audience);
		const struct view *v;
		if (seen)
			continue;
		if (reg_make_view(r, b, audience, size, more, &v, e) < 0)
			return refuse(e, "what follows from the record under the new text cannot be computed");
		view_unref(v);
	}
	return 0;
}

static int make_entry(struct reg *r, const struct bundle *b, civil date, struct draft *d, struct arena *a, struct err *e)
{
	struct buf text;
	buf_init(&text, MAX_ACT_BYTES);
	write_entry(b, date, &text);
	*d = (struct draft){.text = arena_str(a, buf_str(&text))};
	buf_done(&text);
	struct str keyid = log_keyid(r->log);
	return entry_read(r->entries.n, STR(ACT_TYPE), d->text, (struct signers){&keyid, 1}, &d->entry, e);
}

/* The text is known before the entry that adopts it is: nobody can read that entry under the text before. */
static int store(struct reg *r, const struct bundle *b, struct draft *d, uint64_t pos, struct arena *a, struct err *e)
{
	struct log_blob blob = {.type = STR(BUNDLE_TYPE), .bytes = b->text};
	int rc = draft_sign(r, d, "", a, e);
	if (rc == 0)
		rc = log_blob_put(r->log, &blob, 1, e);
	if (rc < 0)
		return rc;
	reg_adopted(r, pos, bundle_ref(b));
	if ((rc = drafts_store(r, d, 1, a, e)) < 0)
		reg_drop_adopted(r, r->adopted.n - 1);
	return rc;
}

/* A text on its way: how it was asked for, and what was found. */
struct adopting {
	const struct bundle *b;
	struct draft draft;
	struct record *all; /* read under the new text */
	civil date;
	struct buf *diags;
	struct arena *a;
	struct filed f;
	struct past past;
};

/* Which rules change the past? Judged by what the registrar can read, who reads everything. */
static int find_past(struct reg *r, struct adopting *x, struct err *e)
{
	const struct view *before, *after;
	struct str registrar = x->b->org.registrar;
	int rc = reg_view(r, registrar, UINT64_MAX, &before, e);
	if (rc < 0)
		return rc;
	if ((rc = reg_make_view(r, x->b, registrar, x->f.pos, x->draft.entry, &after, e)) == 0) {
		x->past.n = past_find(before, after, x->date, x->a, &x->past.v);
		view_unref(after);
	}
	view_unref(before);
	for (size_t i = 0; i < x->past.n; i++) {
		past_print(&x->past.v[i], x->date, x->diags);
		buf_addc(x->diags, '\n');
	}
	return rc < 0 ? refuse(e, "what follows from the record under the new text cannot be computed") : 0;
}

/* Everything that must be so before a text is adopted, and what it changes for this audience. */
static int prepare(struct reg *r, struct adopting *x, struct str audience, struct err *e)
{
	int rc = make_entry(r, x->b, x->date, &x->draft, x->a, e);
	if (rc < 0)
		return rc;
	if ((rc = read_under(r, x->b, x->draft.entry, &x->all, e)) == 0 && (rc = try_audiences(r, x->b, x->f.pos, x->draft.entry, e)) == 0 &&
		(rc = reg_view(r, audience, UINT64_MAX, &x->f.before, e)) == 0 &&
		(rc = reg_make_view(r, x->b, audience, x->f.pos, x->draft.entry, &x->f.after, e)) < 0)
		rc = refuse(e, "what follows from the record under the new text cannot be computed");
	if (rc == 0)
		rc = find_past(r, x, e);
	if (rc == 0)
		x->f.nchanges = view_diff(x->f.before, x->f.after, x->a, &x->f.changes);
	return rc;
}

static int refuse_past(const struct adopting *x, const char *where, struct err *e)
{
	char day[DATE_LEN];
	(void)err_set(e, ERR_REFUSED, where, "%s of before %s, and %s not marked retroactive",
		x->past.n == 1 ? "one rule changes facts" : "rules change facts", date_print(x->date, day), x->past.n == 1 ? "is" : "are");
	return err_hint(e, "comity diff with --rulebook lists the facts");
}

static void end(struct adopting *x, int rc, struct filed *ret)
{
	record_unref(x->all);
	entry_unref(x->draft.entry);
	if (rc == 0) {
		*ret = x->f;
		return;
	}
	view_unref(x->f.before);
	view_unref(x->f.after);
}

static int check_text(struct reg *r, struct adopting *x, const char *where, struct err *e)
{
	x->f.pos = r->entries.n;
	if (x->date == CIVIL_NEVER)
		x->date = date_day(org_now(&x->b->org));
	return digest_eq(&x->b->sha256, &r->bundle->sha256) ? err_set(e, ERR_REFUSED, where, "this is the rulebook in force")
							     : bundle_follows(r->bundle, x->b, where, e);
}

int reg_adopt(struct reg *r, const char *org_dir, civil date, struct buf *diags, struct arena *a, struct filed *ret, struct err *e)
{
	struct bundle *b = NULL;
	struct adopting x = {.date = date, .diags = diags, .a = a};
	int rc = reg_check_mode(r, e);
	if (rc < 0 || (rc = bundle_read_folder(org_dir, &b, diags, e)) < 0)
		return rc;
	buf_clear(diags); /* mere warnings */
	x.b = b;
	reg_lock(r);
	if ((rc = reg_catch_up(r, e)) == 0)
		rc = check_text(r, &x, org_dir, e);
	if (rc == 0 && x.date > date_day(org_now(&b->org)))
		rc = err_set(e, ERR_REFUSED, "date", "the text would be in force at once, before the day on which it was decided");
	if (rc == 0)
		rc = prepare(r, &x, STR("public"), e);
	if (rc == 0 && x.past.n)
		rc = refuse_past(&x, org_dir, e);
	if (rc == 0 && (rc = store(r, b, &x.draft, x.f.pos, a, e)) == 0) {
		record_unref(r->all);
		r->all = x.all;
		x.all = NULL;
		reg_keep_view(r, x.f.after);
	}
	end(&x, rc, ret);
	reg_unlock(r);
	bundle_unref(b);
	return rc;
}

int reg_preview(struct reg *r, const char *path, struct str audience, civil date, struct buf *diags, struct arena *a, struct filed *ret,
	struct past *ret_past, struct err *e)
{
	struct bundle *b = NULL;
	struct adopting x = {.date = date, .diags = diags, .a = a};
	int rc;
	reg_lock(r);
	if ((rc = bundle_read_text(path, r->bundle, &b, diags, e)) == 0) {
		buf_clear(diags);
		x.b = b;
		if ((rc = check_text(r, &x, path, e)) == 0)
			rc = prepare(r, &x, audience, e);
		end(&x, rc, ret);
	}
	reg_unlock(r);
	bundle_unref(b);
	if (rc == 0)
		*ret_past = x.past;
	return rc;
}
