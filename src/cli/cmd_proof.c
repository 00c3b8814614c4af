/* SPDX-License-Identifier: Apache-2.0
 *
 * comity proof: the proof of one entry as a file. comity verify FILE: such a file checked, without the register and without a network.
 */
#include "base/json.h"
#include "cli/cli.h"
#include "log/base64.h"
#include "log/cosigned.h"
#include "log/log.h"
#include "log/proof.h"
#include "register/bundle.h"
#include "register/genuine.h"
#include "register/keyring.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Does the register's own policy want witnesses? */
static int wants_witnesses(const struct call *c, bool *ret, struct err *e)
{
	const char *path = arena_fmt(c->arena, "%s/policy", c->word[0]).p;
	struct policy policy;
	struct str text;
	*ret = false;
	if (access(path, F_OK) < 0)
		return 0;
	int rc = file_read(path, POLICY_MAX_BYTES, c->arena, &text, e);
	if (rc == 0 && (rc = policy_read(text, path, c->arena, &policy, e)) == 0)
		*ret = !policy.quorum_none;
	return rc;
}

/* Looks for a checkpoint with the quorum over entry n, for so many seconds. *ret_late: it came meanwhile. */
static int wait_for_quorum(const struct call *c, struct log *log, uint64_t n, uint64_t seconds, bool *ret_late, struct err *e)
{
	enum { PAUSE = 100000000 }; /* nanoseconds */
	time_t began = time(NULL);
	struct str note;
	int rc;
	*ret_late = false;
	while ((rc = log_cosigned_over(log, n, c->arena, &note, e)) == ERR_ABSENT && (uint64_t)(time(NULL) - began) < seconds) {
		(void)nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
		if ((rc = log_refresh(log, e)) < 0)
			return rc;
		*ret_late = true;
	}
	if (rc != ERR_ABSENT)
		return rc;
	(void)err_set(e, ERR_REFUSED, c->word[0], "no checkpoint over entry %" PRIu64 " has the quorum of witnesses yet that its policy wants", n);
	return err_hint(e, "'comity serve' takes it to them: --wait SECONDS; or take it with the register's signature alone: --unconfirmed");
}

/* As the site does, it gives out no proof that the register's own policy would refuse. */
static int make_proof(const struct call *c, struct log *log, uint64_t n, uint64_t seconds, struct buf *out, struct err *e)
{
	bool wants = false, late = false;
	int rc = log_proof_file(log, n, out, e); /* is there such an entry? */
	if (rc == 0 && !given(c, "unconfirmed"))
		rc = wants_witnesses(c, &wants, e);
	if (rc == 0 && wants)
		rc = wait_for_quorum(c, log, n, seconds, &late, e);
	if (rc == 0 && late) {
		buf_clear(out);
		rc = log_proof_file(log, n, out, e);
	}
	return rc;
}

int run_proof(const struct call *c)
{
	struct log *log;
	struct buf file;
	struct err e;
	uint64_t n, seconds = 0;
	int status = DONE;
	if (!str_u64(str_of(c->word[1]), &n))
		return usage(c, "\"%s\" is no number of an entry", c->word[1]);
	if (!number_given(c, "wait", &seconds, &status))
		return status;
	if (log_open(c->word[0], LOG_READ, &log, &e) < 0)
		return fail_with(&e);
	buf_init(&file, TLOG_PROOF_MAX_BYTES);
	int rc = make_proof(c, log, n, seconds, &file, &e);
	log_close(log);
	if (rc == 0 && c->n == 3)
		rc = file_write(c->word[2], buf_str(&file), false, &e);
	else if (rc == 0)
		buf_add(c->out, buf_str(&file));
	buf_done(&file);
	return rc < 0 ? fail_with(&e) : DONE;
}

/* ---- what a proof is checked against, and what was found ---------------------------------------------------------------------- */

enum { MAX_SIGNERS = 256, MAX_SIGNERS_FILE = MAX_SIGNERS * (PUBKEY_MAX_TEXT + 1) };

enum signed_by { BY_UNKNOWN, BY_LOG, BY_SIGNER };

struct known_signer {
	struct dsse_key key;
	bool named; /* by an entry of the log, whose proof was given */
	uint64_t entry;
	struct str holder; /* as that entry says; empty: it does not */
};

struct checking {
	const struct call *c;
	struct hasher h;
	struct policy policy;
	struct known_signer signer[MAX_SIGNERS]; /* --signer */
	size_t nsigners;
	struct tlog_proof proof;
	struct str entry;
	struct policy_verdict verdict;
	bool is_act; /* the entry is an envelope */
	json_t *json; /* what it says; NULL: that is no JSON */
	struct dsse act;
	enum signed_by by[DSSE_MAX_SIGS]; /* as act.sigs */
	const struct known_signer *who[DSSE_MAX_SIGS]; /* BY_SIGNER */
	size_t unknown;			  /* signatures by keys that are not known here */
	enum genuine genuine;		  /* --document */
	struct str path;
};

/* --policy, --key or both: a log that the policy leaves open. */
static int read_trust(struct checking *k, struct err *e)
{
	const char *file = given(k->c, "policy"), *vkey = given(k->c, "key");
	struct note_key key;
	struct str text;
	int rc = file ? file_read(file, POLICY_MAX_BYTES, k->c->arena, &text, e) : 0;
	if (rc == 0 && file)
		rc = policy_read(text, file, k->c->arena, &k->policy, e);
	else if (rc == 0)
		k->policy.quorum_none = true;
	if (rc == 0 && vkey && (rc = note_key_read(&k->h, NOTE_ED25519, str_of(vkey), &key, e)) == 0)
		policy_add_log(&k->policy, k->c->arena, &key);
	if (rc == 0 && k->policy.logs.n == 0) {
		(void)err_set(e, ERR_INPUT, file, "it names no log");
		return err_hint(e, "add a line 'log VKEY', or give --key VKEY");
	}
	return rc;
}

static int read_proof(struct checking *k, struct err *e)
{
	const struct call *c = k->c;
	struct str text;
	int rc = file_read(c->word[0], TLOG_PROOF_MAX_BYTES, c->arena, &text, e);
	if (rc == 0)
		rc = tlog_proof_read(text, c->arena, &k->proof, e);
	if (rc == 0 && c->n == 2)
		rc = file_read(c->word[1], LOG_MAX_ENTRY, c->arena, &k->entry, e);
	else if (rc == 0)
		k->entry = k->proof.extra;
	if (rc == 0 && c->n == 1 && !k->entry.n) {
		(void)err_set(e, ERR_INPUT, c->word[0], "the entry that it proves is not in it");
		return err_hint(e, "give the entry as a second file");
	}
	return rc;
}

static int read_signer(struct checking *k, struct str text, struct err *e)
{
	if (k->nsigners == MAX_SIGNERS)
		return err_set(e, ERR_LIMIT, "--signer", "more than %d keys", MAX_SIGNERS);
	struct dsse_key *s = &k->signer[k->nsigners].key;
	int rc = pubkey_read(text, &s->key, e);
	if (rc < 0)
		return e->code = ERR_INPUT; /* an unsound key is no answer about the act */
	pubkey_id(&k->h, &s->key, s->keyid);
	k->nsigners++;
	return 0;
}

/* The key that a key act of the same log names (register/keyring.h), by the proof of that entry. */
static int read_named(struct checking *k, struct str text, struct err *e)
{
	const char *where = given(k->c, "signer");
	struct arena *a = k->c->arena;
	struct tlog_proof proof;
	struct policy_verdict verdict;
	struct dsse d;
	AUTO_JSON json_t *act = NULL;
	int rc = tlog_proof_read(text, a, &proof, e);
	if (rc == 0)
		rc = tlog_proof_judge(&k->h, &proof, proof.extra, &k->policy, cosign_until((uint64_t)time(NULL)), a, &verdict, e);
	if (rc < 0)
		return rc;
	if (!str_eq(verdict.checkpoint.origin, k->verdict.checkpoint.origin) || proof.index > k->proof.index)
		return err_set(e, ERR_INPUT, where, "it is the proof of entry %" PRIu64 " of %.*s, which names no key for this act", proof.index,
			STR_ARG(verdict.checkpoint.origin));
	if (dsse_parse(proof.extra, a, &d, NULL) < 0 || json_read(d.payload, where, &act, NULL) < 0 || !keyring_is_act(json_get_str(act, "kind")) ||
		!json_get_str(act, "key").n)
		return err_set(e, ERR_INPUT, where, "the entry that it proves names no key");
	rc = read_signer(k, json_get_str(act, "key"), e);
	if (rc == 0) {
		struct known_signer *s = &k->signer[k->nsigners - 1];
		s->named = true;
		s->entry = proof.index;
		s->holder = arena_str(a, json_get_str(act, "holder"));
	}
	return rc;
}

/* --signer: a key, else a file of keys, or the proof of an entry that names one. */
static int read_signers(struct checking *k, struct err *e)
{
	const char *value = given(k->c, "signer");
	struct str text, line;
	if (!value || read_signer(k, str_of(value), e) == 0)
		return 0;
	int rc = file_read(value, MAX_SIGNERS_FILE, k->c->arena, &text, e);
	if (rc == ERR_ABSENT)
		return err_set(e, ERR_INPUT, "--signer", "\"%.80s\" is neither a public key nor a file of them", value);
	if (rc == 0 && str_starts(text, STR("c2sp.org/tlog-proof@")))
		return read_named(k, text, e);
	while (rc == 0 && str_line(&text, &line)) {
		line = str_trim(line);
		if (line.n && line.p[0] != '#')
			rc = read_signer(k, line, e);
	}
	return rc;
}

/* ---- checking ------------------------------------------------------------------------------------------------------------------- */

static const struct known_signer *find_signer(const struct checking *k, struct str keyid)
{
	for (size_t i = 0; i < k->nsigners; i++)
		if (str_eq(keyid, str_of(k->signer[i].key.keyid)))
			return &k->signer[i];
	return NULL;
}

/* The key of a signature: the log's own, as the policy has it, or one of --signer. */
static enum signed_by find_key(struct checking *k, struct str keyid, struct dsse_key *ret)
{
	const struct known_signer *s = find_signer(k, keyid);
	for (size_t i = 0; i < k->policy.logs.n; i++) {
		const struct note_key *log = &k->policy.logs.v[i].key;
		dsse_key_ed25519(&k->h, &log->pub, ret);
		if (str_eq(log->name, k->verdict.checkpoint.origin) && str_eq(keyid, str_of(ret->keyid)))
			return BY_LOG;
	}
	if (s)
		*ret = s->key;
	return s ? BY_SIGNER : BY_UNKNOWN;
}

/* Each signature by itself: one by a known key must be good; one by another is only counted. With --signer one of these must be there. */
static int check_signatures(struct checking *k, struct err *e)
{
	size_t by_signer = 0;
	for (size_t i = 0; i < k->act.nsigs; i++) {
		struct dsse_key key;
		struct dsse one = {k->act.type, k->act.payload, 1, {k->act.sigs[i]}};
		k->by[i] = find_key(k, one.sigs[0].keyid, &key);
		k->unknown += k->by[i] == BY_UNKNOWN;
		k->who[i] = find_signer(k, one.sigs[0].keyid);
		by_signer += k->who[i] != NULL;
		if (k->by[i] != BY_UNKNOWN && dsse_verify(&one, &(struct dsse_keys){dsse_only_key, &key}, e) < 0)
			return e->code;
	}
	if (k->nsigners && !by_signer)
		return err_set(e, ERR_REFUSED, "signature", "the act is in the log, but not signed by %s", k->nsigners == 1 ? "that key" : "any of these keys");
	return 0;
}

static int check_document(struct checking *k, struct err *e)
{
	const char *name = given(k->c, "document");
	struct given held;
	struct str bytes;
	int rc = name ? file_bytes(name, LOG_MAX_BLOB, k->c->arena, &bytes, e) : 0;
	if (rc < 0 || !name)
		return rc;
	given_of(bytes, &held);
	if (k->json)
		k->genuine = genuine_find(k->json, &held, k->c->arena, &k->path);
	if (k->genuine != GENUINE_NO)
		return 0;
	return err_set(e, ERR_REFUSED, name, "the act is in the log, but neither names this file by its SHA-256 nor carries this text");
}

static int check(struct checking *k, struct err *e)
{
	int rc = read_trust(k, e);
	if (rc == 0)
		rc = read_proof(k, e);
	if (rc == 0)
		rc = tlog_proof_judge(&k->h, &k->proof, k->entry, &k->policy, cosign_until((uint64_t)time(NULL)), k->c->arena, &k->verdict, e);
	if (rc == 0)
		rc = read_signers(k, e);
	if (rc < 0)
		return rc;
	k->is_act = dsse_parse(k->entry, k->c->arena, &k->act, NULL) == 0;
	if (k->is_act)
		(void)json_read(k->act.payload, "act", &k->json, NULL);
	if (k->is_act || k->nsigners)
		rc = check_signatures(k, e);
	return rc == 0 ? check_document(k, e) : rc;
}

/* ---- telling -------------------------------------------------------------------------------------------------------------------- */

static struct str when(uint64_t seconds, struct arena *a)
{
	struct tm utc;
	time_t t = (time_t)seconds;
	if (!gmtime_r(&t, &utc) || utc.tm_year > 9999 - 1900)
		return arena_fmt(a, "%" PRIu64, seconds);
	return arena_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/* What an act says, for a terminal: control characters as JSON escapes them, but, with `lines`, for its line ends and tabs. */
static void add_shown(struct buf *out, struct str s, bool lines)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i], next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		bool wide = c == 0xc2 && next >= 0x80 && next < 0xa0; /* U+0080 to U+009F */
		if (wide || c == 0x7f || (c < ' ' && !(lines && (c == '\n' || c == '\t'))))
			buf_addf(out, "\\u%04x", wide ? next : c);
		else
			buf_addc(out, (char)c);
		i += wide;
	}
}

static bool cosigned(const struct checking *k, size_t party)
{
	return k->policy.parties.v[party].n == 0 && k->verdict.mark[party].state == COSIGN_GOOD;
}

static void tell_witnesses(const struct checking *k, struct buf *out)
{
	const char *between = "cosigned by ";
	const struct policy *p = &k->policy;
	buf_adds(out, "  witnesses  ");
	for (size_t i = 0; i < p->parties.n; i++) {
		if (!cosigned(k, i))
			continue;
		buf_addf(out, "%s%.*s at %.*s", between, STR_ARG(p->parties.v[i].name), STR_ARG(when(k->verdict.mark[i].time, k->c->arena)));
		between = ", ";
	}
	if (p->quorum_none)
		buf_adds(out, k->verdict.cosigned ? "; the policy asks for none\n" : "none asked for: that there is no second history, only the log itself says\n");
	else
		buf_addf(out, "; the policy asks for %.*s\n", STR_ARG(p->parties.v[p->quorum].name));
}

static void tell_signatures(const struct checking *k, struct buf *out)
{
	static const char *const by[] = {[BY_UNKNOWN] = "NOT CHECKED: this key is not known here", [BY_LOG] = "the register's own key",
		[BY_SIGNER] = "given with --signer"};
	for (size_t i = 0; i < k->act.nsigs; i++) {
		const struct known_signer *who = k->by[i] == BY_SIGNER ? k->who[i] : NULL;
		buf_addf(out, "  signature  %.*s, ", STR_ARG(k->act.sigs[i].keyid));
		if (who && who->named)
			buf_addf(out, "the key that entry %" PRIu64 " names%s", who->entry, who->holder.n ? " for " : "");
		if (who && who->named)
			add_shown(out, who->holder, false);
		buf_addf(out, "%s\n", who && who->named ? "; whether it had ended by then, only the whole log says" : by[k->by[i]]);
	}
	if (!k->is_act)
		buf_adds(out, "  signature  none is known of: the entry is no act of a register\n");
}

static void tell_document(const struct checking *k, struct buf *out)
{
	static const char *const how[] = {[GENUINE_NAMED] = "is the file that the act names by its SHA-256",
		[GENUINE_EXACT] = "is what the act says, to the last character,",
		[GENUINE_WORDS] = "has the words of what the act says; blanks and line ends differ;"};
	if (k->genuine == GENUINE_NO)
		return;
	buf_addf(out, "  document   %s %s in ", given(k->c, "document"), how[k->genuine]);
	add_shown(out, k->path, false);
	buf_addc(out, '\n');
}

static void tell(const struct checking *k, struct buf *out)
{
	const struct checkpoint *top = &k->verdict.checkpoint;
	const struct note_key *log = &k->policy.logs.v[k->verdict.log].key;
	buf_addf(out, "Verified: entry %" PRIu64 " of %" PRIu64 " in the log %.*s.\n", k->proof.index, top->size, STR_ARG(top->origin));
	buf_addf(out, "  log        its checkpoint is signed by %.*s+%08" PRIx32 "\n", STR_ARG(log->name), log->id);
	tell_witnesses(k, out);
	buf_addf(out, "  inclusion  %zu %s from the entry to the signed root ", k->proof.path.n, k->proof.path.n == 1 ? "hash leads" : "hashes lead");
	base64_add(out, top->root.b, DIGEST_LEN);
	buf_addc(out, '\n');
	tell_signatures(k, out);
	tell_document(k, out);
	if (!k->json) {
		buf_addf(out, "Its %zu bytes are not shown.\n", k->entry.n);
		return;
	}
	buf_adds(out, "It says:\n");
	add_shown(out, k->act.payload, true);
	buf_addc(out, '\n');
}

static void tell_signature(const struct checking *k, size_t i, struct buf *out)
{
	static const char *const by[] = {[BY_UNKNOWN] = "null", [BY_LOG] = "\"log\"", [BY_SIGNER] = "\"signer\""};
	const struct known_signer *who = k->by[i] == BY_SIGNER ? k->who[i] : NULL;
	buf_addf(out, "%s{\"keyid\": \"%.*s\", \"by\": %s", i ? ", " : "", STR_ARG(k->act.sigs[i].keyid), by[k->by[i]]);
	if (who && who->named) {
		buf_addf(out, ", \"entry\": %" PRIu64 ", \"holder\": ", who->entry);
		json_quote(out, who->holder);
	}
	buf_addc(out, '}');
}

static void tell_json(const struct checking *k, struct buf *out)
{
	static const char *const how[] = {[GENUINE_NAMED] = "named", [GENUINE_EXACT] = "exact", [GENUINE_WORDS] = "words"};
	const struct checkpoint *top = &k->verdict.checkpoint;
	bool first = true;
	buf_addf(out, "{\"verified\": true, \"entry\": %" PRIu64 ", \"size\": %" PRIu64 ", \"log\": ", k->proof.index, top->size);
	json_quote(out, top->origin);
	buf_adds(out, ", \"root\": \"");
	buf_add_hex(out, top->root.b, DIGEST_LEN);
	buf_adds(out, "\", \"witnesses\": [");
	for (size_t i = 0; i < k->policy.parties.n; i++) {
		if (!cosigned(k, i))
			continue;
		buf_adds(out, first ? "{\"name\": " : ", {\"name\": ");
		json_quote(out, k->policy.parties.v[i].name);
		buf_addf(out, ", \"time\": %" PRIu64 "}", k->verdict.mark[i].time);
		first = false;
	}
	buf_adds(out, "], \"signatures\": [");
	for (size_t i = 0; i < k->act.nsigs; i++)
		tell_signature(k, i, out);
	buf_adds(out, "], \"document\": ");
	if (k->genuine != GENUINE_NO) {
		buf_addf(out, "{\"is\": \"%s\", \"at\": ", how[k->genuine]);
		json_quote(out, k->path);
		buf_addc(out, '}');
	} else {
		buf_adds(out, "null");
	}
	buf_addf(out, ", \"act\": %.*s}\n", STR_ARG(k->json ? k->act.payload : STR("null")));
}

static void tell_failure(const struct err *e, struct buf *out)
{
	buf_adds(out, "{\"verified\": false, \"entry\": null, \"size\": null, \"act\": null, \"where\": ");
	json_quote(out, str_of(e->where));
	buf_adds(out, ", \"why\": ");
	json_quote(out, str_of(e->what));
	buf_adds(out, "}\n");
}

static int answer(const struct checking *k, int rc, const struct err *e)
{
	if (rc < 0) {
		if (given(k->c, "json") && e->code != ERR_ABSENT && e->code != ERR_SYSTEM)
			tell_failure(e, k->c->out);
		return fail_with(e);
	}
	if (given(k->c, "json"))
		tell_json(k, k->c->out);
	else
		tell(k, k->c->out);
	if (k->unknown) {
		struct str warning = arena_fmt(k->c->arena, "comity: %zu %s not checked: the key is not known here (give it with --signer)\n", k->unknown,
			k->unknown == 1 ? "signature was" : "signatures were");
		warn_lines(warning);
	}
	return DONE;
}

int verify_proof(const struct call *c)
{
	struct checking *k = arena_new(c->arena, struct checking);
	struct err e;
	k->c = c;
	if (!given(c, "policy") && !given(c, "key"))
		return usage(c, "--policy FILE (whom you trust) or --key VKEY (the register's public key, as its members know it) is needed");
	hasher_init(&k->h);
	int rc = check(k, &e);
	hasher_done(&k->h);
	int status = answer(k, rc, &e);
	json_decref(k->json);
	return status;
}
