/* SPDX-License-Identifier: Apache-2.0
 *
 * The rulebook that was in force, and earlier ones where somebody signed under them who could not sign under it: each the text that an
 * entry names by its hash.
 */
#include "proof/reading.h"

/* As bundles name their files: beside the including one, then in the standard folder; NAME.md, then NAME.rules. */
static int read_bundled(void *ctx, struct arena *a, struct str from, struct str name, struct str *ret_path, struct str *ret_text)
{
	static const char *const suffixes[] = {".md", ".rules"};
	const struct jv *files = ctx;
	for (size_t k = str_starts(from, STR("standard:")); k < 2; k++)
		for (size_t i = 0; i < 2; i++) {
			struct str path = arena_fmt(a, "%s%.*s%s", k ? "standard:" : "", STR_ARG(name), suffixes[i]);
			*ret_text = jv_str(jv_getn(files, path));
			*ret_path = path;
			if (ret_text->p)
				return 0;
		}
	return ERR_ABSENT;
}

/* The hash of the text that entry `index` adopts. False: it is not here, or adopts none. */
static int read_adoption(struct intake *r, uint64_t index, struct digest *ret, bool *ret_does)
{
	const struct ck_entry *by = ck_entry_at(r->ev, index);
	struct arena a = {0};
	struct said said = {0};
	int rc = by ? ck_read_said(r, &a, by, &said) : 0;
	struct str hash = rc == 0 && said.adopts ? jv_get_str(said.json, "bundle") : STR("");
	*ret_does = said.adopts;
	if (rc == 0 && said.adopts && (!str_starts(hash, STR("sha256:")) || !hex_parse(str_slice(hash, 7, hash.n), ret->b, sizeof ret->b)))
		rc = ck_refuse_entry(r, index, "it adopts a rulebook, but names none by its hash", "no text can be shown to be the one");
	arena_done(&a);
	return rc;
}

/* Reads law and org.json of a bundle whose hash is right. */
static int read_bundle(struct intake *r, struct str text, const char *where, struct ck_book *ret, const struct jv **ret_org)
{
	const struct jv *bundle, *files;
	int rc = jv_read(&r->ev->arena, text, where, &bundle, r->e);
	if (rc < 0)
		return rc;
	files = jv_get(bundle, "files");
	struct str main = jv_get_str(bundle, "rulebook"), rules = jv_str(jv_getn(files, main));
	if (!rules.p)
		return ck_refuse(r, where, "it has no rulebook", "there are no rules to follow");
	rc = jv_read(&r->ev->arena, jv_get_str(files, "org.json"), "org.json", ret_org, r->e);
	if (rc < 0)
		return rc;
	struct rulebook_reader reader = {read_bundled, (void *)files};
	return ck_law_read(main, rules, &reader, ret, r->e);
}

/* ---- the one in force ---------------------------------------------------------------------------------------------------- */

static int check_said(struct intake *r, const struct jv *said, const struct digest *is)
{
	const struct ck_book *b = &r->ev->book;
	struct digest file;
	bool named = b->rb->name != 0;
	if (!hex_parse(jv_get_str(said, "sha256"), file.b, sizeof file.b) || !digest_eq(&file, is))
		return ck_refuse(r, "rulebook.sha256", "it is not the hash of the adopted text", "the answer claims to follow from another text");
	if (!str_eq(jv_get_str(said, "name"), named ? ck_name(b, b->rb->name) : (struct str){NULL, 0}) ||
		(named && jv_int(jv_get(said, "version")) != b->rb->version))
		return ck_refuse(r, "rulebook", "name and version are not those of the adopted text", "the answer claims to follow from another text");
	return 0;
}

static int read_adopted(struct intake *r, const struct jv *proof)
{
	const struct jv *adopted = jv_get(r->json, "adopted"), *at = jv_get(adopted, "index"), *said = jv_get(proof, "rulebook");
	struct str text = jv_get_str(adopted, "bundle");
	struct digest is, says;
	bool does = false;
	if (!jv_only(adopted, " index bundle ") || !jv_only(said, " name version sha256 "))
		return ck_refuse(r, "rulebook", "it has a member that means nothing, or is missing", "it is not known which text was in force");
	int rc = jv_is(at, JV_INT) && jv_int(at) >= 0 ? read_adoption(r, (uint64_t)jv_int(at), &says, &does) : 0;
	if (rc < 0)
		return rc;
	if (!does) /* that none after it adopts another is seen when all are read */
		return ck_refuse(r, "evidence.adopted", "it is not the last entry here that adopts a rulebook", "another text was in force then");
	r->ev->adopted = (uint64_t)jv_int(at);
	sha256(&r->h, text, &is);
	if (!digest_eq(&is, &says))
		return ck_refuse(r, "evidence.adopted.bundle", "this text is not the one that was adopted: its hash is another",
			"the rules were changed after their adoption");
	rc = read_bundle(r, text, "evidence.adopted.bundle", &r->ev->book, &r->ev->org);
	return rc < 0 ? rc : check_said(r, said, &is);
}

/* ---- earlier ones -------------------------------------------------------------------------------------------------------- */

static int read_earlier(struct intake *r)
{
	struct ck_evidence *ev = r->ev;
	const struct jv *list = jv_get(r->json, "earlier");
	if (list && !jv_n(list, JV_ARRAY))
		return ck_refuse(r, "evidence.earlier", "it is no list of texts", "it might be taken for part of the proof");
	for (size_t i = 0; i < jv_n(list, JV_ARRAY); i++) {
		const struct jv *one = jv_at(list, i), *at = jv_get(one, "index");
		struct ck_text t = {.adopted = (uint64_t)jv_int(at), .bundle = jv_get_str(one, "bundle")};
		struct digest is, says;
		bool does = false;
		if (!jv_only(one, " index bundle ") || !jv_is(at, JV_INT) || t.adopted >= ev->adopted || (i && t.adopted <= ev->earlier.v[i - 1]->adopted))
			return ck_refuse(r, "evidence.earlier", "a text in it is out of order, or has a member that means nothing", "it is not known when it was in force");
		int rc = read_adoption(r, t.adopted, &says, &does);
		if (rc < 0)
			return rc;
		sha256(&r->h, t.bundle, &is);
		if (!does || !digest_eq(&is, &says))
			return ck_refuse(r, "evidence.earlier", "a text in it is not the one that its entry adopted", "another text was in force then");
		arena_push(&ev->arena, &ev->earlier, arena_copy(&ev->arena, &t, sizeof t));
	}
	r->given = ev->earlier.n;
	return 0;
}

int ck_read_texts(struct intake *r, const struct jv *proof)
{
	int rc = read_adopted(r, proof);
	return rc < 0 ? rc : read_earlier(r);
}

/* Not in the file, but in the copy of the log. */
static int text_of_log(struct intake *r, uint64_t adopted, struct ck_text **ret)
{
	struct ck_evidence *ev = r->ev;
	struct digest hash;
	struct log_blob blob;
	bool does = false;
	int rc = r->log ? read_adoption(r, adopted, &hash, &does) : ERR_ABSENT;
	if (rc == 0)
		rc = log_blob_get(r->log, &hash, &ev->arena, &blob, r->e);
	if (rc < 0)
		return rc;
	*ret = arena_new(&ev->arena, struct ck_text);
	**ret = (struct ck_text){.adopted = adopted, .bundle = blob.bytes};
	arena_push(&ev->arena, &ev->earlier, *ret);
	return 0;
}

int ck_text_then(struct intake *r, uint64_t adopted, const struct ck_text **ret)
{
	struct ck_text *t = NULL;
	for (size_t i = 0; i < r->ev->earlier.n && !t; i++)
		t = r->ev->earlier.v[i]->adopted == adopted ? r->ev->earlier.v[i] : NULL;
	int rc = t ? 0 : text_of_log(r, adopted, &t);
	if (rc == 0 && !t->book) {
		struct ck_book b;
		if ((rc = read_bundle(r, t->bundle, "evidence.earlier", &b, &t->org)) == 0)
			t->book = arena_copy(&r->ev->arena, &b, sizeof b);
	}
	*ret = t;
	return rc;
}

int ck_texts_used(struct intake *r)
{
	for (size_t i = 0; i < r->given; i++)
		if (!r->ev->earlier.v[i]->book)
			return ck_refuse(r, "evidence.earlier", "nothing rests on a text in it", "it might be taken for part of the proof");
	return 0;
}
