/* SPDX-License-Identifier: Apache-2.0
 *
 * What the entries say, in their order: genesis, adoptions, acts about keys, acts; and for each whether it was theirs to say who signed it.
 */
#include "proof/reading.h"

/* ---- what an entry says -------------------------------------------------------------------------------------------------- */

static int open_body(struct intake *r, struct arena *a, const struct ck_entry *n, struct said *ret)
{
	struct str hash = jv_get_str(ret->json, "commitment");
	struct digest says, is;
	uint8_t salt[32];
	const struct jv *opened;
	sha256(&r->h, n->body, &is);
	if (!str_starts(hash, STR("sha256:")) || !hex_parse(str_slice(hash, 7, hash.n), says.b, sizeof says.b) || !digest_eq(&says, &is))
		return ck_refuse_entry(r, n->index, "its sealed body is not the one that the entry commits to", "the act was made up or changed");
	if (jv_read(a, n->body, "", &opened, r->e) < 0)
		return ck_at_entry(r->e, n->index);
	ret->act = jv_get(opened, "act");
	if (!jv_is(ret->act, JV_OBJECT) || !jv_only(opened, " salt act ") || !hex_parse(jv_get_str(opened, "salt"), salt, sizeof salt))
		return ck_refuse_entry(r, n->index, "its sealed body is not an act and 32 random bytes", "what it says cannot be told");
	return 0;
}

int ck_read_said(struct intake *r, struct arena *a, const struct ck_entry *n, struct said *ret)
{
	struct str payload = n->payload;
	arena_reset(a);
	if (n->envelope && !ck_envelope_payload(a, n->envelope, &payload))
		return ck_refuse_entry(r, n->index, "its payload is no base64", "an entry of a log cannot look like this");
	if (jv_read(a, payload, "", &ret->json, r->e) < 0)
		return ck_at_entry(r->e, n->index);
	struct str kind = jv_get_str(ret->json, "kind");
	ret->sealed = str_eq(kind, STR("sealed"));
	ret->adopts = n->index == 0 || str_eq(kind, STR("rulebook_adopted"));
	ret->about_keys = ck_keys_is_act(kind);
	ret->act = ret->sealed || ret->adopts || ret->about_keys ? NULL : ret->json;
	if ((n->index == 0) != str_eq(kind, STR("genesis")))
		return ck_refuse_entry(r, n->index, "a genesis entry stands first in a log, and only there", "this is the log of no register");
	if (ret->sealed && !jv_only(ret->json, " kind commitment "))
		return ck_refuse_entry(r, n->index, "it is sealed, and says more than its commitment", "part of it lies open");
	if (n->body.p && !ret->sealed)
		return ck_refuse_entry(r, n->index, "it has a sealed body, but is not sealed", "what it says stands in the entry itself");
	return n->body.p ? open_body(r, a, n, ret) : 0;
}

/* ---- keys ---------------------------------------------------------------------------------------------------------------- */

/* The key of the checkpoint is that of the genesis entry, which signed that very entry. */
static int begin_keys(struct intake *r, const struct ck_entry *n, const struct said *said)
{
	struct ck_evidence *ev = r->ev;
	struct str registrar = jv_get_str(ev->org, "registrar"), role = jv_get_str(jv_get(said->json, "key"), "role");
	int rc = ck_keys_begin(&ev->keys, &ev->arena, said->json, &ev->key, ev->vkey, r->e);
	if (rc == 0)
		rc = ck_keys_in_force(&ev->keys, n->by, 0, r->e);
	if (rc < 0)
		return ck_at_entry(r->e, n->index);
	return str_eq(role, registrar.n ? registrar : STR("secretariat")) ? 0
		: ck_refuse(r, "org.json", "it names another registrar than the genesis entry", "somebody else would keep the register");
}

static int check_keys(struct intake *r, struct ck_entry *n, const struct said *said)
{
	struct ck_evidence *ev = r->ev;
	int rc;
	ev->step = CK_STEP_SIGNERS;
	if (n == ev->entries)
		return n->index == 0 ? begin_keys(r, n, said) : ck_refuse(r, "evidence.entries", "the genesis entry is missing", "it is not known whose keys may sign");
	if (said->about_keys) {
		rc = ck_keys_take(&ev->keys, said->json, n->by, n->index, &n->helped, r->e);
		arena_push(&ev->arena, &ev->key_acts, n->index);
	} else {
		rc = ck_keys_in_force(&ev->keys, n->by, n->index, r->e);
	}
	if (rc < 0)
		return ck_at_entry(r->e, n->index);
	for (size_t i = 0; i < n->by.n; i++)
		n->others |= ck_key_known(&ev->keys, n->by.v[i])->by != 0;
	return 0;
}

/* ---- acts ---------------------------------------------------------------------------------------------------------------- */

static bool has_word(struct str list, struct str word)
{
	struct str one;
	while (str_cut(list, ',', &one, &list))
		if (str_eq(one, word))
			return true;
	return str_eq(list, word);
}

/* May this audience read an act with these words in `for`? The registrar reads all. */
static bool may_read(const struct ck_evidence *ev, const struct jv *act)
{
	const struct jv *list = jv_get(act, "for");
	bool may = has_word(ev->audience, syms_str(&ev->keys.names, ev->keys.registrar));
	for (size_t i = 0; i < jv_n(list, JV_ARRAY) && !may; i++)
		may = has_word(ev->audience, jv_str(jv_at(list, i)));
	return may;
}

/* Sealed is what is for some, open what is for everybody. */
static bool is_for_whom(const struct said *said)
{
	const struct jv *list = jv_get(said->act, "for");
	size_t n = jv_n(list, JV_ARRAY);
	bool some = n > 0;
	for (size_t i = 0; i < n && some; i++)
		some = ck_name_ok(jv_str(jv_at(list, i))) && !str_eq(jv_str(jv_at(list, i)), STR("public"));
	return said->sealed ? some : !list || str_eq(jv_str(list), STR("public"));
}

static int read_act(struct intake *r, struct ck_entry *n, const struct said *said)
{
	struct ck_evidence *ev = r->ev;
	struct ck_act *act = &ev->acts[ev->nacts];
	struct ck_entry *of = NULL;
	ev->step = CK_STEP_ACTS;
	if (!is_for_whom(said))
		return ck_refuse_entry(r, n->index, said->sealed ? "it is sealed, and for nobody in particular" : "it is not for everybody, and stands open in the log",
			"a register has no such entry");
	if (said->sealed && !may_read(ev, said->act))
		return ck_refuse_entry(r, n->index, "it is sealed, and not for the audience that the answer was made for",
			"the answer rests on what its reader may not know");
	int rc = ck_act_read(&ev->book, said->act, n->index, &ev->arena, act, r->e);
	if (rc < 0)
		return rc;
	n->depth = 1;
	if (act->is_correction) {
		of = ck_entry_at(ev, act->corrects);
		if (!of || of->depth == 0 || of->depth > CK_MAX_CORRECTION_DEPTH)
			return ck_refuse_entry(r, n->index, "it corrects an entry that is no act here, or one too deep in corrections",
				"what stands there cannot be told");
		n->depth = (uint8_t)(of->depth + 1);
	}
	n->act = (uint32_t)ev->nacts++;
	ev->step = CK_STEP_SIGNERS;
	rc = ck_check_signer(r, n, said, act);
	if (of) { /* its own line is what stood before it */
		n->beside = of->corrected;
		of->corrected = n;
	}
	return rc;
}

static int not_last(struct intake *r)
{
	r->ev->step = CK_STEP_RULEBOOK;
	return ck_refuse(r, "evidence.adopted", "it is not the last entry here that adopts a rulebook", "another text was in force then");
}

/* That each key that signed it may sign adoptions, is looked at as for acts. */
static int check_adoption(struct intake *r, const struct ck_entry *n)
{
	const struct ck_keys *k = &r->ev->keys;
	bool by_registrar = false;
	for (size_t i = 0; i < n->by.n; i++) {
		const struct ck_key *key = ck_key_known(k, n->by.v[i]);
		by_registrar |= key->holder == k->registrar && ck_key_covers(key, STR("rulebook_adopted"));
	}
	if (n->index > r->ev->adopted)
		return not_last(r);
	return by_registrar ? 0 : ck_refuse_entry(r, n->index, "it adopts a rulebook, and the registrar has not signed it", "somebody else changed the rules");
}

static int read_one(struct intake *r, struct ck_entry *n, const struct said *said, bool *opened)
{
	int rc = check_keys(r, n, said);
	r->ev->nsealed += said->sealed && !n->body.p;
	*opened |= n->body.p != NULL;
	if (rc < 0)
		return rc;
	if (said->adopts) {
		rc = check_adoption(r, n);
		r->governs = n->index;
	}
	return rc == 0 && said->act ? read_act(r, n, said) : rc;
}

int ck_read_record(struct intake *r)
{
	struct ck_evidence *ev = r->ev;
	struct arena one = {0};
	bool opened = false;
	int rc = 0;
	ev->acts = arena_array(&ev->arena, ev->n, struct ck_act);
	syms_init(&r->ids, &ev->arena, NULL);
	for (size_t i = 0; i < ev->n && rc == 0; i++) {
		struct said said;
		ev->step = CK_STEP_ACTS;
		rc = ck_read_said(r, &one, &ev->entries[i], &said);
		if (rc == 0)
			rc = read_one(r, &ev->entries[i], &said, &opened);
	}
	arena_done(&one);
	if (rc == 0 && !opened && !str_eq(ev->audience, STR("public"))) {
		ev->step = CK_STEP_ACTS;
		return ck_refuse(r, "evidence.audience", "nothing sealed is opened here, so this is what the public reads", "the answer claims to be for others");
	}
	return rc;
}
