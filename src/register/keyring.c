/* SPDX-License-Identifier: Apache-2.0 */
#include "register/keyring.h"

#include "log/note.h"
#include "register/internal.h"

#include <string.h>

enum key_act_kind { KEY_REGISTERED, KEY_DELEGATED, KEY_ROTATED, KEY_REVOKED };

static const struct shape {
	const char *kind;
	const char *members[8]; /* beside kind, register and reason; all needed but `until` */
} shapes[] = {
	[KEY_REGISTERED] = {"key_registered", {"holder", "key"}},
	[KEY_DELEGATED] = {"key_delegated", {"holder", "key", "acts", "until"}},
	[KEY_ROTATED] = {"key_rotated", {"old", "key"}},
	[KEY_REVOKED] = {"key_revoked", {"old"}},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* One, taken apart. */
struct key_act {
	enum key_act_kind kind;
	struct str holder, old;
	bool has_key;
	struct pubkey key;
	char keyid[KEYID_MAX + 1];
	const json_t *acts;
	uint64_t until;
};

static int find_shape(struct str kind)
{
	for (int i = 0; i < SHAPES; i++)
		if (str_eq(kind, str_of(shapes[i].kind)))
			return i;
	return -1;
}

bool keyring_is_act(struct str kind)
{
	return find_shape(kind) >= 0;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

static bool is_member(const struct shape *s, const char *name)
{
	if (strcmp(name, "kind") == 0 || strcmp(name, "register") == 0 || strcmp(name, "reason") == 0)
		return true;
	for (size_t i = 0; i < sizeof s->members / sizeof *s->members && s->members[i]; i++)
		if (strcmp(name, s->members[i]) == 0)
			return true;
	return false;
}

static bool is_line(struct str s, size_t most)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	return s.n <= most && str_trim(s).n;
}

static int check_members_of(const struct shape *s, const json_t *act, const char *where, struct err *e)
{
	const char *name;
	json_t *v;
	json_object_foreach((json_t *)act, name, v) {
		if (!is_member(s, name))
			return field_error(e, ERR_INPUT, where, name, "%s has no such member", s->kind);
	}
	for (size_t i = 0; i < sizeof s->members / sizeof *s->members && s->members[i]; i++)
		if (!json_object_get(act, s->members[i]) && strcmp(s->members[i], "until") != 0)
			return field_error(e, ERR_INPUT, where, s->members[i], "%s needs it", s->kind);
	const json_t *reason = json_object_get(act, "reason");
	if (reason && !is_line(json_str(reason), MAX_KEY_REASON))
		return field_error(e, ERR_INPUT, where, "reason", "must be a line of text of at most %d bytes", MAX_KEY_REASON);
	return 0;
}

static int read_acts(const json_t *acts, const char *where, struct err *e)
{
	size_t n = json_array_size(acts);
	if (n == 0 || n > MAX_KEY_ACTS)
		return field_error(e, ERR_INPUT, where, "acts", "must be a list of 1 to %d kinds of acts", MAX_KEY_ACTS);
	for (size_t i = 0; i < n; i++) {
		struct str kind = json_str(json_array_get(acts, i));
		if (!name_is_entity(kind))
			return field_error(e, ERR_INPUT, where, "acts", "must be names of kinds of acts");
		for (size_t j = 0; j < i; j++)
			if (str_eq(kind, json_str(json_array_get(acts, j))))
				return field_error(e, ERR_INPUT, where, "acts", "names %.*s twice", STR_ARG(kind));
	}
	return 0;
}

static int read_key(const json_t *act, struct key_act *ret, const char *where, struct err *e)
{
	struct hasher h;
	struct err why = {0};
	hasher_init(&h);
	int rc = pubkey_read(json_get_str(act, "key"), &ret->key, &why);
	if (rc == 0)
		pubkey_id(&h, &ret->key, ret->keyid);
	hasher_done(&h);
	ret->has_key = true;
	return rc < 0 ? field_error(e, rc, where, "key", "%s", why.what) : 0;
}

static int read_act(const json_t *act, const char *where, struct key_act *ret, struct err *e)
{
	struct key_act x = {.until = UINT64_MAX};
	int shape = find_shape(json_get_str(act, "kind"));
	if (shape < 0)
		return field_error(e, ERR_INPUT, where, "kind", "it is no act about keys");
	x.kind = (enum key_act_kind)shape;
	int rc = check_members_of(&shapes[shape], act, where, e);
	if (rc == 0 && json_object_get(act, "key"))
		rc = read_key(act, &x, where, e);
	x.acts = json_object_get(act, "acts");
	if (rc == 0 && x.acts)
		rc = read_acts(x.acts, where, e);
	if (rc < 0)
		return rc;
	x.holder = json_get_str(act, "holder");
	x.old = json_get_str(act, "old");
	if (json_object_get(act, "holder") && !name_is_entity(x.holder))
		return field_error(e, ERR_INPUT, where, "holder", "must be the name of an entity or of an office");
	if (json_object_get(act, "old") && !x.old.n)
		return field_error(e, ERR_INPUT, where, "old", "must be a keyid, as in ed25519:0123456789abcdef");
	const json_t *until = json_object_get(act, "until");
	if (until && (!json_is_integer(until) || json_integer_value(until) < 1))
		return field_error(e, ERR_INPUT, where, "until", "must be the number of an entry");
	if (until)
		x.until = (uint64_t)json_integer_value(until);
	*ret = x;
	return 0;
}

/* ---- finding ---------------------------------------------------------------------------------------------------------------- */

const struct held_key *keyring_known(const struct keyring *k, struct str keyid)
{
	for (size_t i = 0; i < k->keys.n; i++)
		if (str_eq(keyid, str_of(k->keys.v[i].keyid)))
			return &k->keys.v[i];
	return NULL;
}

static bool in_force(const struct held_key *key, uint64_t index)
{
	return key->from <= index && index < key->until;
}

const struct held_key *keyring_find(const struct keyring *k, struct str keyid, uint64_t index)
{
	const struct held_key *key = keyring_known(k, keyid); /* no id comes twice */
	return key && in_force(key, index) ? key : NULL;
}

/* The key that the payload names, if it has this id. */
static bool names_key(struct str payload, struct str keyid, struct pubkey *ret)
{
	AUTO_JSON json_t *act = NULL;
	struct key_act x;
	if (json_read(payload, "", &act, NULL) < 0 || read_act(act, "", &x, NULL) < 0 || !x.has_key || !str_eq(keyid, str_of(x.keyid)))
		return false;
	*ret = x.key;
	return true;
}

bool keyring_may_sign(const struct keyring *k, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct held_key *key = keyring_find(k, keyid, index);
	if (key)
		*ret = key->pub;
	return key || names_key(d->payload, keyid, ret);
}

bool held_key_covers(const struct held_key *key, struct str kind)
{
	for (size_t i = 0; i < key->nacts; i++)
		if (str_eq(key->acts[i], kind))
			return true;
	return !key->acts;
}

/* ---- who may ---------------------------------------------------------------------------------------------------------------- */

static bool has_signed(struct signers by, const char *keyid)
{
	for (size_t i = 0; i < by.n; i++)
		if (str_eq(by.v[i], str_of(keyid)))
			return true;
	return false;
}

/* Has the holder signed, with a key that was registered, not delegated? */
static bool signed_for(const struct keyring *k, struct str holder, struct signers by, uint64_t index)
{
	for (size_t i = 0; i < by.n; i++) {
		const struct held_key *key = keyring_find(k, by.v[i], index);
		if (key && !key->acts && str_eq(key->holder, holder))
			return true;
	}
	return false;
}

static struct key_holder *find_holder(const struct keyring *k, struct str name)
{
	for (size_t i = 0; i < k->holders.n; i++)
		if (str_eq(k->holders.v[i].name, name))
			return &k->holders.v[i];
	return NULL;
}

/* Besides this holder and the registrar: those who could help, those who signed, and the elders among these. */
struct helpers {
	uint64_t could, did, elders;
};

static struct helpers count_helpers(const struct keyring *k, const struct key_holder *helped, struct signers by, uint64_t index)
{
	struct helpers n = {0};
	for (size_t i = 0; i < k->holders.n; i++) {
		const struct key_holder *h = &k->holders.v[i];
		if (h->now == 0 || h == helped || str_eq(h->name, k->registrar))
			continue;
		bool did = signed_for(k, h->name, by, index);
		n.could++;
		n.did += did;
		n.elders += did && h->since < helped->since;
	}
	return n;
}

/* Only if the registrar has signed are the others looked at: anybody can send in what has no such signature. */
static int check_help(const struct keyring *k, const struct key_holder *helped, struct signers by, uint64_t index, const char *where, bool *ret_help,
	struct err *e)
{
	*ret_help = true;
	if (signed_for(k, k->registrar, by, index)) {
		struct helpers n = count_helpers(k, helped, by, index);
		if (n.elders >= k->recovery || n.did == n.could)
			return 0;
	}
	(void)err_set(e, ERR_REFUSED, where, "no key in force of %.*s has signed it", STR_ARG(helped->name));
	return err_hint(e, "if %.*s has lost its keys: signed by %.*s and, of the holders that had a key before it, by so many: %llu; or else by all other holders",
		STR_ARG(helped->name), STR_ARG(k->registrar), (unsigned long long)k->recovery);
}

static int check_new_key(const struct keyring *k, const struct key_act *x, struct signers by, const char *where, struct err *e)
{
	const struct held_key *known = keyring_known(k, str_of(x->keyid));
	if (known)
		return err_set(e, ERR_REFUSED, where, "the key %s was named by entry %llu already, for %.*s; a key comes once", x->keyid,
			(unsigned long long)known->by, STR_ARG(known->holder));
	if (k->keys.n == MAX_KEYS)
		return err_set(e, ERR_LIMIT, where, "the register has %d keys, and takes no more", MAX_KEYS);
	if (!has_signed(by, x->keyid)) {
		(void)err_set(e, ERR_REFUSED, where, "the new key %s has not signed it", x->keyid);
		return err_hint(e, "who registers a key shows that he has it: sign the act with it too");
	}
	return 0;
}

static int check_registering(const struct keyring *k, const struct key_act *x, struct signers by, uint64_t index, const char *where, bool *ret_help,
	struct err *e)
{
	if (signed_for(k, x->holder, by, index))
		return 0;
	if (x->kind == KEY_DELEGATED) {
		(void)err_set(e, ERR_REFUSED, where, "no registered key in force of %.*s has signed it", STR_ARG(x->holder));
		return err_hint(e, "a holder delegates its own signature, and nobody else does");
	}
	const struct key_holder *holder = find_holder(k, x->holder);
	if (holder && holder->now) {
		(void)err_set(e, ERR_REFUSED, where, "%.*s has a key, and none of its keys has signed it", STR_ARG(x->holder));
		return err_hint(e, "only its holder adds to it; one that was lost is first revoked");
	}
	if (holder)
		return check_help(k, holder, by, index, where, ret_help, e);
	if (signed_for(k, k->registrar, by, index))
		return 0;
	return err_set(e, ERR_REFUSED, where, "the first key of %.*s is registered by %.*s, which has not signed it", STR_ARG(x->holder),
		STR_ARG(k->registrar));
}

static int not_in_force(const struct keyring *k, struct str keyid, uint64_t index, const char *where, struct err *e)
{
	(void)err_set(e, ERR_REFUSED, where, "no key in force is called %.*s", (int)(keyid.n < KEYID_MAX ? keyid.n : KEYID_MAX), keyid.p);
	keyring_words(k, keyid, index, e);
	return ERR_REFUSED;
}

static int check_ending(const struct keyring *k, const struct key_act *x, struct signers by, uint64_t index, const char *where, bool *ret_help,
	struct err *e)
{
	const struct held_key *old = keyring_find(k, x->old, index);
	if (!old)
		return not_in_force(k, x->old, index, where, e);
	if (old->by == 0)
		return err_set(e, ERR_REFUSED, where, "%s is the key of the log itself: it signs the checkpoints, and stays", old->keyid);
	if (has_signed(by, old->keyid))
		return 0;
	if (x->kind == KEY_ROTATED) {
		(void)err_set(e, ERR_REFUSED, where, "the old key %s has not signed it", old->keyid);
		return err_hint(e, "a key that is lost is revoked, and another registered");
	}
	if (signed_for(k, old->holder, by, index))
		return 0;
	return check_help(k, find_holder(k, old->holder), by, index, where, ret_help, e); /* who has delegated has had a key */
}

/* Each signature counts, so each must be of a key that may sign such an act: one in force that was registered, the new key, or one that
 * was delegated and signs its own end. */
static int check_each_signer(const struct keyring *k, const struct key_act *x, struct signers by, uint64_t index, const char *where, struct err *e)
{
	for (size_t i = 0; i < by.n; i++) {
		const struct held_key *key = keyring_find(k, by.v[i], index);
		if ((key && (!key->acts || str_eq(by.v[i], x->old))) || (x->has_key && str_eq(by.v[i], str_of(x->keyid))))
			continue;
		if (!key)
			return not_in_force(k, by.v[i], index, where, e);
		return err_set(e, ERR_REFUSED, where, "the key %s of %.*s was given for some acts only, not for acts about keys", key->keyid, STR_ARG(key->holder));
	}
	return 0;
}

/* *ret_help: it rests on others, who spoke for its holder. */
static int check_read(const struct keyring *k, const json_t *act, const struct key_act *x, struct signers by, uint64_t index, const char *where,
	bool *ret_help, struct err *e)
{
	*ret_help = false;
	struct str origin = json_get_str(act, "register");
	if (!str_eq(origin, k->origin)) {
		(void)(origin.n ? field_error(e, ERR_REFUSED, where, "register", "it is meant for %.255s, not for this register", origin.p)
				: field_error(e, ERR_REFUSED, where, "register", "it is meant for no register by name"));
		return err_hint(e, "write \"register\": \"%.*s\"", STR_ARG(k->origin));
	}
	int rc = check_each_signer(k, x, by, index, where, e);
	if (rc == 0 && x->has_key)
		rc = check_new_key(k, x, by, where, e);
	if (rc < 0)
		return rc;
	if (x->until <= index + 1)
		return field_error(e, ERR_REFUSED, where, "until", "it would never count: this is entry %llu", (unsigned long long)index);
	return x->holder.n ? check_registering(k, x, by, index, where, ret_help, e) : check_ending(k, x, by, index, where, ret_help, e);
}

int keyring_check(const struct keyring *k, const json_t *act, struct signers by, uint64_t index, const char *where, struct err *e)
{
	struct key_act x;
	bool help;
	int rc = read_act(act, where, &x, e);
	return rc < 0 ? rc : check_read(k, act, &x, by, index, where, &help, e);
}

/* ---- taking in -------------------------------------------------------------------------------------------------------------- */

static void put_key(struct keyring *k, const struct held_key *key)
{
	struct key_holder *holder = find_holder(k, key->holder), new = {.name = key->holder, .since = key->by, .now = 1};
	arena_push(k->arena, &k->keys, *key);
	if (key->acts)
		return;
	if (holder)
		holder->now++;
	else
		arena_push(k->arena, &k->holders, new);
}

static void end_key(struct keyring *k, struct str keyid, uint64_t index, bool help, struct held_key *ret)
{
	for (size_t i = 0; i < k->keys.n; i++) {
		struct held_key *key = &k->keys.v[i];
		if (!str_eq(keyid, str_of(key->keyid)))
			continue;
		*ret = *key;
		key->until = index + 1; /* it may sign its own end */
		key->ended_by = index;
		key->ended_by_others = help;
		if (!key->acts)
			find_holder(k, key->holder)->now--;
	}
}

static const struct str *keep_acts(struct keyring *k, const json_t *acts)
{
	size_t n = json_array_size(acts);
	struct str *list = n ? arena_array(k->arena, n, struct str) : NULL;
	for (size_t i = 0; i < n; i++)
		list[i] = arena_str(k->arena, json_str(json_array_get(acts, i)));
	return list;
}

int keyring_add(struct keyring *k, const json_t *act, struct signers by, uint64_t index, const char *where, struct err *e)
{
	struct key_act x;
	struct held_key old = {.until = UINT64_MAX};
	bool help;
	int rc = read_act(act, where, &x, e);
	if (rc == 0)
		rc = check_read(k, act, &x, by, index, where, &help, e);
	if (rc < 0)
		return rc;
	if (x.old.n)
		end_key(k, x.old, index, help, &old);
	if (!x.has_key)
		return 0;
	struct held_key key = {.pub = x.key, .by = index, .from = index + 1, .until = x.until, .ended_by = UINT64_MAX, .by_others = help};
	memcpy(key.keyid, x.keyid, sizeof key.keyid);
	if (x.old.n) { /* in its place: for the same holder, the same acts, as long */
		key.holder = old.holder;
		key.acts = old.acts;
		key.nacts = old.nacts;
		key.until = old.until;
	} else {
		key.holder = arena_str(k->arena, x.holder);
		key.acts = keep_acts(k, x.acts);
		key.nacts = json_array_size(x.acts);
	}
	put_key(k, &key);
	return 0;
}

int keyring_begin(struct keyring *k, const json_t *genesis, struct arena *a, struct err *e)
{
	const json_t *said = json_object_get(genesis, "key"), *keys = json_object_get(genesis, "keys"), *recovery = json_object_get(keys, "recovery");
	struct str origin = arena_str(a, json_get_str(genesis, "origin")), registrar = arena_str(a, json_get_str(said, "role"));
	struct held_key key = {.until = UINT64_MAX, .ended_by = UINT64_MAX, .holder = registrar};
	struct note_key note;
	struct hasher h;
	hasher_init(&h);
	int rc = note_key_read(&h, NOTE_ED25519, json_get_str(said, "vkey"), &note, e);
	if (rc == 0) {
		pubkey_ed25519(&note.pub, &key.pub);
		pubkey_id(&h, &key.pub, key.keyid);
	}
	hasher_done(&h);
	if (rc < 0 || !registrar.n || !str_eq(json_get_str(said, "keyid"), str_of(key.keyid)) || !str_eq(note.name, origin))
		return err_set(e, ERR_CORRUPT, "entry 0", "it does not name the key of this log");
	if ((keys && !json_is_object(keys)) || (recovery && (!json_is_integer(recovery) || json_integer_value(recovery) < 0)))
		return err_set(e, ERR_CORRUPT, "entry 0", "keys.recovery must be a whole number");
	*k = (struct keyring){.arena = a, .origin = origin, .registrar = registrar, .recovery = recovery ? (uint64_t)json_integer_value(recovery) : 1};
	put_key(k, &key);
	return 0;
}
