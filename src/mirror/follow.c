/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror/follow_int.h"

#include "log/dir.h"

#include <stdlib.h>
#include <string.h>

/* ---- open and close ---------------------------------------------------------------------------------------------------------- */

static int read_keys(struct follow *f, struct err *e)
{
	int rc = note_key_read(&f->hasher, NOTE_ED25519, f->c.vkey, &f->key, e);
	if (rc == 0 && f->c.policy.n) {
		rc = policy_read(f->c.policy, "policy", &f->arena, &f->policy, e);
		f->has_policy = rc == 0;
	}
	if (f->has_policy)
		policy_add_log(&f->policy, &f->arena, &f->key);
	if (rc == 0 && f->c.cosign.n) {
		rc = note_secret_read(&f->hasher, NOTE_COSIGNATURE, str_trim(f->c.cosign), &f->cosign_key, &f->cosign_secret, e);
		f->has_cosign = rc == 0;
	}
	if (rc == 0)
		rc = fetch_url_check(f->c.url, e);
	for (size_t i = 0; i < f->c.npeers && rc == 0; i++)
		rc = fetch_url_check(f->c.peers[i], e);
	return rc;
}

/* How it stood when it ended. A state that cannot be read is one that was never written: what it said is found again. */
static void recall(struct follow *f)
{
	struct mirror_state was;
	if (mirror_state_read(f->c.dir, &f->state_arena, &was, NULL) == 0) {
		f->state = was;
		if (f->c.resume)
			f->state.kind = f->state.says = f->state.evidence = f->state.found = (struct str){"", 0};
	}
	f->state.origin = f->key.name;
	f->state.url = f->remote.base;
	f->state.size = log_size(f->copy);
}

/* Whoever serves the copy can say who cosigned, as far as this mirror knows them. */
static int show_policy(struct follow *f, struct err *e)
{
	struct dir d = {0};
	struct buf now;
	int rc = f->has_policy ? dir_open(f->c.dir, &d, e) : 0;
	if (rc < 0 || !f->has_policy)
		return rc;
	buf_init(&now, POLICY_MAX_BYTES);
	if (dir_read(&d, MIRROR_POLICY_FILE, &now, NULL) < 0 || !str_eq(buf_str(&now), f->c.policy))
		rc = dir_write(&d, MIRROR_POLICY_FILE, f->c.policy, 0644, e);
	buf_done(&now);
	dir_close(&d);
	return rc;
}

int follow_open(const struct follow_config *c, struct follow **ret, struct err *e)
{
	struct follow *f = zeroed(1, sizeof *f);
	f->c = *c;
	hasher_init(&f->hasher);
	int rc = read_keys(f, e);
	if (rc == 0)
		rc = fetch_new(&(struct fetch_options){.stopped = c->stopped, .ctx = c->ctx}, &f->fetch, e);
	struct str base = c->url;
	while (str_ends(base, STR("/")))
		base = str_slice(base, 0, base.n - 1);
	f->remote = (struct remote){.fetch = f->fetch, .base = arena_str(&f->arena, base)};
	if (rc == 0)
		rc = log_import_open(c->dir, c->vkey, &f->copy, e);
	if (rc == 0)
		rc = show_policy(f, e);
	if (rc == 0)
		rc = intake_load(f, e);
	if (rc < 0) {
		follow_close(f);
		return rc;
	}
	recall(f);
	*ret = f;
	return 0;
}

void follow_close(struct follow *f)
{
	if (!f)
		return;
	intake_free(f->intake);
	log_cosigned_close(f->cosigned);
	log_close(f->copy);
	fetch_free(f->fetch);
	ed25519_key_wipe(&f->cosign_secret);
	hasher_done(&f->hasher);
	arena_done(&f->names_arena);
	arena_done(&f->round);
	arena_done(&f->state_arena);
	arena_done(&f->arena);
	free(f);
}

const struct mirror_state *follow_state(const struct follow *f)
{
	return &f->state;
}

/* ---- a round -------------------------------------------------------------------------------------------------------------------- */

/* What is signed first, then what is given out. */
static int go_round(struct follow *f, struct err *e)
{
	struct shown s;
	uint64_t before = log_size(f->copy);
	int rc = shown_read(f, &s, e);
	if (rc == 0)
		rc = shown_against_held(f, &s, e);
	if (rc == 0)
		rc = shown_against_policy(f, &s, e);
	if (rc == 0 && s.c.size > before)
		rc = copy_step(f, &s, e);
	if (rc == 0)
		rc = intake_load(f, e);
	if (rc == 0)
		rc = shown_keep(f, &s, e);
	if (rc == 0)
		rc = peers_compare(f, e);
	if (rc == 0 && s.c.size > before)
		rc = compare_tiles(f, &s, before, e);
	if (rc == 0)
		rc = compare_again(f, &s, before, e);
	if (rc == 0)
		rc = compare_facts(f, &s, e);
	if (rc == 0)
		rc = cosign(f, e);
	return rc == 0 ? bodies_fetch(f) : rc;
}

/* The strings of the state live on, those of the rounds before it do not. */
static void renew_state(struct follow *f)
{
	struct arena old = f->state_arena;
	struct mirror_state *s = &f->state;
	struct str *const texts[] = {&s->in_step, &s->trouble, &s->kind, &s->says, &s->evidence, &s->found, &s->peers, &s->tried, &s->unread};
	f->state_arena = (struct arena){0};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = arena_str(&f->state_arena, *texts[i]);
	s->origin = f->key.name;
	s->url = f->remote.base;
	arena_done(&old);
}

static enum follow_end say_alert(const struct follow *f, struct err *e)
{
	(void)err_set(e, ERR_CORRUPT, f->c.dir, "%.*s", (int)(f->state.says.n < 390 ? f->state.says.n : 390), f->state.says.p);
	(void)err_hint(e, "the evidence is in %s/%.*s", f->c.dir, STR_ARG(f->state.evidence));
	return FOLLOW_FRAUD;
}

enum follow_end follow_round(struct follow *f, struct err *e)
{
	struct mirror_state *s = &f->state;
	struct err why = {0}, unkept;
	if (s->kind.n)
		return say_alert(f, e);
	arena_reset(&f->round);
	renew_state(f);
	int rc = go_round(f, &why);
	s->size = log_size(f->copy);
	s->tried = utc_now(&f->state_arena);
	if (rc == 0)
		s->in_step = s->tried;
	s->trouble = rc < 0 ? arena_fmt(&f->state_arena, "%s: %s", why.where, why.what) : (struct str){"", 0};
	if (mirror_state_write(f->c.dir, s, &unkept) < 0 && rc == 0) {
		why = unkept;
		rc = why.code;
	}
	if (rc == FOUND)
		return say_alert(f, e);
	if (rc < 0 && e)
		*e = why;
	return rc == 0 ? FOLLOW_IN_STEP : FOLLOW_UNREADABLE;
}
