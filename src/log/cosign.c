/* SPDX-License-Identifier: Apache-2.0 */
#include "log/cosign.h"

#include <inttypes.h>
#include <string.h>

enum { TIME_LEN = 8 };

struct cosign_times cosign_any_time(void)
{
	return (struct cosign_times){1, COSIGN_MAX_TIME};
}

struct cosign_times cosign_until(uint64_t now)
{
	return (struct cosign_times){1, now < COSIGN_MAX_TIME - COSIGN_SKEW ? now + COSIGN_SKEW : COSIGN_MAX_TIME};
}

struct cosign_times cosign_around(uint64_t now)
{
	return (struct cosign_times){now > COSIGN_SKEW ? now - COSIGN_SKEW : 1, cosign_until(now).to};
}

static void write_message(struct str text, uint64_t time, struct buf *out)
{
	buf_addf(out, "cosignature/v1\ntime %" PRIu64 "\n", time);
	buf_add(out, text);
	if (out->over)
		arena_oom(); /* half a message must not be signed */
}

int cosign_write(struct str text, uint64_t time, const struct note_key *k, const struct ed25519_key *secret, struct buf *out,
	struct err *e)
{
	struct checkpoint c;
	struct ed25519_sig sig;
	struct buf message;
	char bytes[COSIGN_BYTES];
	if (k->type != NOTE_COSIGNATURE || !note_name_ok(k->name))
		return err_set(e, ERR_INPUT, "cosignature", "'%.*s' is not a key for cosignatures", STR_ARG(k->name));
	if (time == 0 || time > COSIGN_MAX_TIME)
		return err_set(e, ERR_INPUT, "cosignature", "%" PRIu64 " is not a time in seconds", time);
	int rc = checkpoint_read(text, &c, e);
	if (rc < 0)
		return rc;
	buf_init(&message, NOTE_MAX_BYTES + 64);
	write_message(text, time, &message);
	ed25519_sign(secret, buf_str(&message), &sig);
	buf_done(&message);
	for (int i = 0; i < TIME_LEN; i++)
		bytes[i] = (char)(time >> (56 - 8 * i));
	memcpy(bytes + TIME_LEN, sig.b, ED25519_SIG);
	note_sig_write(k, (struct str){bytes, sizeof bytes}, out);
	return out->over ? err_set(e, ERR_LIMIT, "cosignature", "the note is longer than %zu bytes", out->max) : 0;
}

/* One line that names the key. */
static bool line_good(struct str text, const struct note_sig *s, const struct note_key *k, uint64_t *ret_time)
{
	struct ed25519_sig sig;
	struct buf message;
	uint64_t time = 0;
	if (k->type != NOTE_COSIGNATURE || s->bytes.n != COSIGN_BYTES || text.n > NOTE_MAX_BYTES)
		return false;
	for (int i = 0; i < TIME_LEN; i++)
		time = time << 8 | (uint8_t)s->bytes.p[i];
	if (time == 0 || time > COSIGN_MAX_TIME)
		return false;
	memcpy(sig.b, s->bytes.p + TIME_LEN, ED25519_SIG);
	buf_init(&message, NOTE_MAX_BYTES + 64);
	write_message(text, time, &message);
	bool good = ed25519_good(&k->pub, buf_str(&message), &sig);
	buf_done(&message);
	*ret_time = time;
	return good;
}

static int line_bad(const struct note_sig *s, struct err *e)
{
	return err_set(e, ERR_REFUSED, "note", "the cosignature of '%.*s' does not fit the text", STR_ARG(s->name));
}

int cosign_check(const struct note *n, const struct note_key *k, struct cosign_times believed, enum cosign_state *ret,
	uint64_t *ret_time, struct err *e)
{
	enum cosign_state state = COSIGN_ABSENT;
	uint64_t first = 0, time;
	for (size_t i = 0; i < n->nsigs; i++) {
		if (!note_sig_by(&n->sigs[i], k))
			continue;
		if (!line_good(n->text, &n->sigs[i], k, &time))
			return line_bad(&n->sigs[i], e);
		bool good = time >= believed.from && time <= believed.to;
		if (good ? state != COSIGN_GOOD || time < first : state == COSIGN_ABSENT || (state == COSIGN_UNTIMELY && time < first))
			first = time;
		if (good)
			state = COSIGN_GOOD;
		else if (state == COSIGN_ABSENT)
			state = COSIGN_UNTIMELY;
	}
	*ret = state;
	*ret_time = first;
	return 0;
}

struct collect {
	struct note note;
	struct note_sig sigs[NOTE_MAX_SIGS];
	size_t nsigs;
};

static bool has_line_of(const struct note *n, const struct note_key *k)
{
	for (size_t i = 0; i < n->nsigs; i++)
		if (note_sig_by(&n->sigs[i], k))
			return true;
	return false;
}

/* The lines of one key: the first good one is taken, the others must be good too. */
static int take_from(const struct collect *c, const struct note_key *k, struct cosign_times believed, struct buf *out,
	size_t *added, struct err *e)
{
	uint64_t time;
	bool taken = has_line_of(&c->note, k);
	for (size_t i = 0; i < c->nsigs; i++) {
		if (!note_sig_by(&c->sigs[i], k))
			continue;
		if (!line_good(c->note.text, &c->sigs[i], k, &time))
			return line_bad(&c->sigs[i], e);
		if (time < believed.from || time > believed.to)
			return err_set(e, ERR_REFUSED, "note",
				"the cosignature of '%.*s' has the time %" PRIu64 ", which is not between %" PRIu64 " and %" PRIu64
				": is a clock wrong?",
				STR_ARG(k->name), time, believed.from, believed.to);
		if (!taken) {
			note_sig_write(k, c->sigs[i].bytes, out);
			taken = true;
			++*added;
		}
	}
	return 0;
}

static int collect(struct collect *c, struct arena *a, struct str note, struct str lines, const struct note_key *keys,
	size_t nkeys, struct cosign_times believed, struct buf *add, size_t *added, struct err *e)
{
	struct checkpoint cp;
	int rc = note_parse(note, a, &c->note, e);
	if (rc == 0)
		rc = checkpoint_read(c->note.text, &cp, e);
	if (rc == 0)
		rc = note_parse_sigs(lines, a, c->sigs, &c->nsigs, e);
	for (size_t i = 0; rc == 0 && i < nkeys; i++)
		rc = take_from(c, &keys[i], believed, add, added, e);
	if (rc == 0 && (c->note.nsigs + *added > NOTE_MAX_SIGS || note.n + add->n > NOTE_MAX_BYTES || add->over))
		rc = err_set(e, ERR_LIMIT, "note", "with %zu more lines it would be longer than a note may be", *added);
	return rc;
}

int cosign_collect(struct str note, struct str lines, const struct note_key *keys, size_t nkeys, struct cosign_times believed,
	struct buf *out, size_t *ret_added, struct err *e)
{
	struct arena a = {0};
	struct buf add;
	size_t added = 0;
	buf_init(&add, NOTE_MAX_BYTES);
	int rc = collect(arena_new(&a, struct collect), &a, note, lines, keys, nkeys, believed, &add, &added, e);
	if (rc == 0) {
		buf_add(out, note);
		buf_add(out, buf_str(&add));
		*ret_added = added;
		rc = out->over ? err_set(e, ERR_LIMIT, "note", "it is longer than %zu bytes", out->max) : 0;
	}
	buf_done(&add);
	arena_done(&a);
	return rc;
}
