/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/keys.h"

#include <string.h>

static int refuse(struct err *e, const char *meaning, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static int refuse(struct err *e, const char *meaning, const char *fmt, ...)
{
	char what[300];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	(void)err_set(e, ERR_REFUSED, "", "%s", what);
	return err_hint(e, "%s", meaning);
}

/* A name from outside, cut to where it can be printed. */
static struct str shown(struct str s)
{
	return s.p ? str_slice(s, 0, 64) : STR("nobody");
}

bool ck_name_ok(struct str s)
{
	bool ok = s.n >= 1 && s.n <= 64;
	for (size_t i = 0; i < s.n && ok; i++) {
		char c = s.p[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		ok = plain || (i && (c == '.' || c == '_' || c == '-'));
	}
	return ok;
}

/* ---- names --------------------------------------------------------------------------------------------------------------- */

static struct ck_known *known(const struct ck_keys *k, struct str name)
{
	sym s = syms_find(&k->names, name);
	return s < k->nof ? &k->of[s] : NULL;
}

/* A name that stays; its place in `of` is there. */
static sym keep_name(struct ck_keys *k, struct str name)
{
	sym s = syms_intern(&k->names, name);
	if (s >= k->nof) {
		size_t n = 2 * (size_t)s + 16;
		struct ck_known *more = arena_array(k->arena, n, struct ck_known);
		if (k->nof)
			memcpy(more, k->of, k->nof * sizeof *more);
		k->of = more;
		k->nof = n;
	}
	return s;
}

const struct ck_key *ck_key_known(const struct ck_keys *k, struct str id)
{
	if (str_eq(id, k->own_id)) /* that of most entries */
		return k->own;
	const struct ck_known *x = known(k, id);
	return x ? x->key : NULL;
}

static bool in_force(const struct ck_key *key, uint64_t index)
{
	return key && !key->ended && index < key->until;
}

struct str ck_holder(const struct ck_keys *k, const struct ck_key *key)
{
	return syms_str(&k->names, key->holder);
}

bool ck_key_covers(const struct ck_key *key, struct str kind)
{
	bool covers = !key->acts;
	for (size_t i = 0; i < key->nacts && !covers; i++)
		covers = str_eq(key->acts[i], kind);
	return covers;
}

int ck_keys_in_force(const struct ck_keys *k, struct ck_signers by, uint64_t index, struct err *e)
{
	for (size_t i = 0; i < by.n; i++) {
		const struct ck_key *key = ck_key_known(k, by.v[i]);
		if (!key)
			return refuse(e, "nobody knows whose key that is", "it is signed with %.*s, a key that no entry here before it has named",
				STR_ARG(shown(by.v[i])));
		if (!in_force(key, index))
			return refuse(e, "whoever signed it could no longer sign for that holder", "it is signed with %.*s, a key of %.*s that was no longer in force",
				STR_ARG(shown(by.v[i])), STR_ARG(ck_holder(k, key)));
	}
	return 0;
}

bool ck_signed_by(const struct ck_keys *k, struct ck_signers by, struct str holder)
{
	for (size_t i = 0; i < by.n; i++) {
		const struct ck_key *key = ck_key_known(k, by.v[i]);
		if (key && str_eq(ck_holder(k, key), holder))
			return true;
	}
	return false;
}

/* ---- coming and going ---------------------------------------------------------------------------------------------------- */

static void put(struct ck_keys *k, struct str id, struct ck_key key)
{
	sym name = keep_name(k, id); /* may move `of` */
	struct ck_known *holder = &k->of[key.holder];
	k->of[name].key = arena_new(k->arena, struct ck_key);
	*k->of[name].key = key;
	k->nkeys++;
	if (key.acts)
		return;
	k->able += holder->now == 0;
	if (holder->ever == 0)
		holder->since = key.by;
	holder->now++;
	holder->ever++;
}

static void end(struct ck_keys *k, struct ck_key *key)
{
	struct ck_known *holder = &k->of[key->holder];
	key->ended = true;
	if (key->acts)
		return;
	holder->now--;
	k->able -= holder->now == 0;
}

/* ---- what an act about keys says ----------------------------------------------------------------------------------------- */

enum what { REGISTERED, DELEGATED, ROTATED, REVOKED, WHATS };

static const struct {
	const char *kind, *members;
} acts[WHATS] = {
	[REGISTERED] = {"key_registered", " kind register reason holder key "},
	[DELEGATED] = {"key_delegated", " kind register reason holder key acts until "},
	[ROTATED] = {"key_rotated", " kind register reason old key "},
	[REVOKED] = {"key_revoked", " kind register reason old "},
};

struct said {
	enum what what;
	struct str holder, old, id; /* id: of the new key; empty: none */
	char room[KEYID_MAX + 1];
	struct pubkey pub;
	const struct jv *acts;
	uint64_t until;
};

static bool find_what(struct str kind, enum what *ret)
{
	for (enum what i = 0; i < WHATS; i++)
		if (str_eq(kind, str_of(acts[i].kind))) {
			*ret = i;
			return true;
		}
	return false;
}

bool ck_keys_is_act(struct str kind)
{
	enum what w;
	return find_what(kind, &w);
}

static int no_such_act(struct err *e, const char *member)
{
	return refuse(e, "it is not known which key it puts in force, or ends", "as an act about keys its \"%s\" is missing, has another form, or means nothing", member);
}

static bool reason_ok(struct str s)
{
	bool ok = s.n <= CK_MAX_REASON && str_trim(s).n;
	for (size_t i = 0; i < s.n && ok; i++)
		ok = (unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7f;
	return ok;
}

static bool kinds_ok(const struct jv *list)
{
	size_t n = jv_n(list, JV_ARRAY);
	bool ok = n >= 1 && n <= CK_MAX_KEY_ACTS;
	for (size_t i = 0; i < n && ok; i++) {
		ok = ck_name_ok(jv_str(jv_at(list, i)));
		for (size_t j = 0; j < i && ok; j++) /* each once */
			ok = !str_eq(jv_str(jv_at(list, i)), jv_str(jv_at(list, j)));
	}
	return ok;
}

static int read_key(const struct jv *act, struct said *x, struct err *e)
{
	struct hasher h;
	struct err why = {0};
	if (pubkey_read(jv_get_str(act, "key"), &x->pub, &why) < 0)
		return refuse(e, "nothing can be signed with it that is beyond doubt", "the key that it names: %s", why.what);
	hasher_init(&h);
	pubkey_id(&h, &x->pub, x->room);
	hasher_done(&h);
	x->id = str_of(x->room);
	return 0;
}

static int read_act(const struct jv *act, struct said *x, struct err *e)
{
	const struct jv *until = jv_get(act, "until"), *reason = jv_get(act, "reason");
	*x = (struct said){.until = UINT64_MAX};
	if (!find_what(jv_get_str(act, "kind"), &x->what))
		return no_such_act(e, "kind");
	x->holder = jv_get_str(act, "holder");
	x->old = jv_get_str(act, "old");
	x->acts = jv_get(act, "acts");
	if (!jv_only(act, acts[x->what].members))
		return no_such_act(e, "kind");
	if (reason && !reason_ok(jv_str(reason)))
		return no_such_act(e, "reason");
	if (x->what <= DELEGATED && !ck_name_ok(x->holder))
		return no_such_act(e, "holder");
	if (x->what >= ROTATED && !x->old.n)
		return no_such_act(e, "old");
	if (x->what == DELEGATED && !kinds_ok(x->acts))
		return no_such_act(e, "acts");
	if (until && jv_int(until) < 1)
		return no_such_act(e, "until");
	if (until)
		x->until = (uint64_t)jv_int(until);
	return x->what == REVOKED ? 0 : read_key(act, x, e);
}

/* ---- whether they may ---------------------------------------------------------------------------------------------------- */

static bool has_signed(struct ck_signers by, struct str id)
{
	for (size_t i = 0; i < by.n; i++)
		if (str_eq(by.v[i], id))
			return true;
	return false;
}

/* The key for every act with which the i-th signature was made; NULL: it is none. */
static const struct ck_key *full_key(const struct ck_keys *k, struct ck_signers by, size_t i)
{
	const struct ck_key *key = ck_key_known(k, by.v[i]); /* the new key is not known yet */
	return key && !key->acts ? key : NULL;
}

static bool speaks_for(const struct ck_keys *k, struct ck_signers by, sym holder)
{
	for (size_t i = 0; i < by.n; i++) {
		const struct ck_key *key = full_key(k, by, i);
		if (key && key->holder == holder)
			return true;
	}
	return false;
}

/* Of how many holders beside this one and the registrar has one signed; of how many that had a key before it? */
static uint64_t count_helpers(const struct ck_keys *k, struct ck_signers by, sym holder, uint64_t *ret_elders)
{
	uint64_t n = 0;
	*ret_elders = 0;
	for (size_t i = 0; i < by.n; i++) {
		const struct ck_key *key = full_key(k, by, i);
		bool counts = key && key->holder != holder && key->holder != k->registrar;
		for (size_t j = 0; j < i && counts; j++)
			counts = !full_key(k, by, j) || full_key(k, by, j)->holder != key->holder;
		n += counts;
		*ret_elders += counts && k->of[key->holder].since < k->of[holder].since;
	}
	return n;
}

static int check_help(const struct ck_keys *k, struct ck_signers by, sym holder, bool *ret_helped, struct err *e)
{
	uint64_t could = k->able - (k->of[holder].now > 0) - (holder != k->registrar); /* the registrar always has its first key */
	uint64_t elders, did = count_helpers(k, by, holder, &elders);
	*ret_helped = true;
	if (speaks_for(k, by, k->registrar) && (elders >= k->recovery || did == could))
		return 0;
	return refuse(e, "others disposed of its keys",
		"no key of %.*s has signed it, nor did the registrar and %llu that had a key before it, or all others, in its place",
		STR_ARG(syms_str(&k->names, holder)), (unsigned long long)k->recovery);
}

static int check_coming(const struct ck_keys *k, const struct said *x, struct ck_signers by, bool *ret_helped, struct err *e)
{
	sym holder = syms_find(&k->names, x->holder);
	const struct ck_known *has = known(k, x->holder);
	if (speaks_for(k, by, holder))
		return 0;
	if (x->what == DELEGATED || (has && has->now))
		return refuse(e, "somebody else would sign in its name", "it gives a key to %.*s, and none of the keys of %.*s has signed it",
			STR_ARG(x->holder), STR_ARG(x->holder));
	if (has && has->ever)
		return check_help(k, by, holder, ret_helped, e);
	if (speaks_for(k, by, k->registrar))
		return 0;
	return refuse(e, "nobody has said whose key it is", "it names the first key of %.*s, and the registrar has not signed it", STR_ARG(x->holder));
}

static int check_going(const struct ck_keys *k, const struct said *x, struct ck_signers by, uint64_t index, bool *ret_helped, struct err *e)
{
	const struct ck_key *old = ck_key_known(k, x->old);
	if (!in_force(old, index))
		return refuse(e, "it ends what is not there", "it ends the key %.*s, which is not in force", STR_ARG(shown(x->old)));
	if (old->by == 0)
		return refuse(e, "the log would have no key", "it ends the key of the log itself");
	if (has_signed(by, x->old))
		return 0;
	if (x->what == ROTATED)
		return refuse(e, "somebody else would sign in its holder's name", "it puts a key in the place of %.*s, which has not signed it", STR_ARG(x->old));
	return speaks_for(k, by, old->holder) ? 0 : check_help(k, by, old->holder, ret_helped, e);
}

static int check_new_key(const struct ck_keys *k, const struct said *x, struct ck_signers by, struct err *e)
{
	if (ck_key_known(k, x->id))
		return refuse(e, "a key comes once, for one holder", "the key %.*s was named by an entry before", STR_ARG(x->id));
	if (k->nkeys == CK_MAX_KEYS)
		return err_set(e, ERR_LIMIT, "evidence.entries", "they name more than %d keys", CK_MAX_KEYS);
	if (!has_signed(by, x->id))
		return refuse(e, "nobody has shown that he has it", "the key %.*s that it names has not signed it", STR_ARG(x->id));
	return 0;
}

/* Those who signed are in force and may sign for everything, the new key aside, and the one that ends. */
static int check_others(const struct ck_keys *k, const struct said *x, struct ck_signers by, uint64_t index, struct err *e)
{
	for (size_t i = 0; i < by.n; i++) {
		if (str_eq(by.v[i], x->id))
			continue;
		int rc = ck_keys_in_force(k, (struct ck_signers){by.v + i, 1}, index, e);
		if (rc < 0)
			return rc;
		if (!full_key(k, by, i) && !str_eq(by.v[i], x->old))
			return refuse(e, "whoever signed it may not dispose of keys", "it is signed with %.*s, a key that was given for some acts only",
				STR_ARG(shown(by.v[i])));
	}
	return 0;
}

int ck_keys_take(struct ck_keys *k, const struct jv *act, struct ck_signers by, uint64_t index, bool *ret_helped, struct err *e)
{
	struct said x;
	*ret_helped = false;
	int rc = read_act(act, &x, e);
	if (rc == 0 && !str_eq(jv_get_str(act, "register"), k->origin))
		rc = refuse(e, "it counts there, and not here", "it was signed for another register, %.*s", STR_ARG(shown(jv_get_str(act, "register"))));
	if (rc == 0 && x.id.n)
		rc = check_new_key(k, &x, by, e);
	if (rc == 0)
		rc = check_others(k, &x, by, index, e);
	if (rc == 0 && x.until <= index + 1)
		rc = refuse(e, "the key was never in force", "its \"until\" is past");
	if (rc == 0)
		rc = x.what >= ROTATED ? check_going(k, &x, by, index, ret_helped, e) : check_coming(k, &x, by, ret_helped, e);
	if (rc < 0)
		return rc;
	struct ck_key key = {.pub = x.pub, .by = index, .until = x.until, .nacts = jv_n(x.acts, JV_ARRAY)};
	if (x.what >= ROTATED) {
		struct ck_key *old = known(k, x.old)->key;
		end(k, old);
		key.holder = old->holder; /* in its place */
		key.acts = old->acts;
		key.nacts = old->nacts;
		key.until = old->until;
	} else {
		struct str *list = key.nacts ? arena_array(k->arena, key.nacts, struct str) : NULL;
		for (size_t i = 0; i < key.nacts; i++)
			list[i] = arena_str(k->arena, jv_str(jv_at(x.acts, i)));
		key.acts = list;
		key.holder = keep_name(k, x.holder);
	}
	if (x.id.n)
		put(k, x.id, key);
	return 0;
}

/* ---- the beginning ------------------------------------------------------------------------------------------------------- */

int ck_keys_begin(struct ck_keys *k, struct arena *a, const struct jv *genesis, const struct note_key *own, struct str vkey, struct err *e)
{
	const struct jv *first = jv_get(genesis, "key"), *keys = jv_get(genesis, "keys"), *recovery = jv_get(keys, "recovery");
	struct str registrar = jv_get_str(first, "role"), origin = jv_get_str(genesis, "origin"), id = jv_get_str(first, "keyid");
	struct ck_key key = {.until = UINT64_MAX};
	char is[KEYID_MAX + 1];
	struct hasher h;
	pubkey_ed25519(&own->pub, &key.pub);
	hasher_init(&h);
	pubkey_id(&h, &key.pub, is);
	hasher_done(&h);
	if (!str_eq(jv_get_str(first, "vkey"), vkey) || !str_eq(id, str_of(is)) || !str_eq(origin, own->name) || !registrar.n)
		return refuse(e, "it begins another log", "as the first entry it does not name the key that signed the checkpoint, its origin and its office");
	if ((keys && !jv_is(keys, JV_OBJECT)) || (recovery && (!jv_is(recovery, JV_INT) || jv_int(recovery) < 0)))
		return refuse(e, "it is not known who helps a holder that has lost its keys", "its \"recovery\" is no number");
	*k = (struct ck_keys){.arena = a, .recovery = recovery ? (uint64_t)jv_int(recovery) : 1};
	syms_init(&k->names, a, NULL);
	k->origin = arena_str(a, origin);
	k->registrar = key.holder = keep_name(k, registrar);
	put(k, id, key);
	k->own = known(k, id)->key;
	k->own_id = syms_str(&k->names, syms_find(&k->names, id));
	return 0;
}
