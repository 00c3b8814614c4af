/* SPDX-License-Identifier: Apache-2.0
 *
 * A register and its witnesses, as the site shows them: who cosigned an entry and when, what is not published yet, and how all stands.
 */
#include "web/witnesses.h"

#include "base/date.h"
#include "log/cosigned.h"
#include "log/dir.h"
#include "mirror/state.h"
#include "mirror/submit.h"
#include "web/handlers.h"

int witnesses_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct submit *submit = register_site_submit(ctx);
	if (!submit)
		return ASK_FAULT(a, ret, e, ERR_ABSENT, "witnesses", N_("This server asks no witnesses: it does not hold the register’s key."), {0});
	submit_json(submit, &ret->body);
	return 0;
}

static bool is_copy(struct register_site *s)
{
	struct dir d = {0};
	bool is = dir_open(register_site_dir(s), &d, NULL) == 0 && dir_has(&d, MIRROR_STATE_FILE);
	dir_close(&d);
	return is;
}

/* The policy of the directory. False: it has none. */
static bool read_policy(struct register_site *s, struct arena *a, struct policy *ret)
{
	struct dir d = {0};
	struct buf text;
	buf_init(&text, POLICY_MAX_BYTES);
	bool known = dir_open(register_site_dir(s), &d, NULL) == 0 && dir_read(&d, MIRROR_POLICY_FILE, &text, NULL) == 0 &&
		     policy_read(arena_str(a, buf_str(&text)), MIRROR_POLICY_FILE, a, ret, NULL) == 0;
	dir_close(&d);
	buf_done(&text);
	return known;
}

/* This process asks no witnesses. Do those that the register's policy names have to confirm what is published all the same? */
static bool others_ask(struct register_site *s, struct arena *a)
{
	struct policy p;
	return !is_copy(s) && read_policy(s, a, &p) && !p.quorum_none;
}

bool witnesses_checkpoint(struct register_site *s, struct arena *a, struct str *ret)
{
	struct submit *submit = register_site_submit(s);
	struct reg *reg = register_site_reg(s);
	struct submit_published p = {0};
	bool holds = submit ? submit_holds(submit) : others_ask(s, a);
	*ret = holds ? STR("") : reg_checkpoint(reg, a);
	if (holds && submit)
		return submit_published(submit, a, &p) && (*ret = p.note, true);
	if (!holds)
		return true;
	reg_lock(reg);
	int rc = log_cosigned_newest(reg_log(reg), a, ret, NULL);
	reg_unlock(reg);
	return rc == 0;
}

bool witnesses_have(struct register_site *s, uint64_t pos, struct arena *a)
{
	struct str note, rest, line, size;
	uint64_t n = 0;
	if (!witnesses_checkpoint(s, a, &note))
		return false;
	rest = note;
	return str_line(&rest, &line) && str_line(&rest, &size) && str_u64(size, &n) && pos < n;
}

int witnesses_wait(struct response *ret, struct err *e, const char *what)
{
	(void)err_set(e, ERR_SYSTEM, "witnesses", "%s", what);
	(void)err_hint(e, "try again in a minute; /api/witnesses says who is waited for");
	ret->problem = (struct problem){.status = 503, .id = STR("quorum"), .heading = STR("The witnesses have not confirmed this yet"), .err = *e};
	return ERR_SYSTEM;
}

void witnesses_dress(struct register_site *s, const struct ask *q, struct frame *f)
{
	char words[SUBMIT_ALERT_MAX];
	struct submit *submit = register_site_submit(s);
	static const char *const means[] = {[SUBMIT_LATE] = N_("The witnesses of this register have not confirmed its newest entries yet."),
		[SUBMIT_CONTRADICTED] = N_("A witness has signed another history of this register than this one."),
		[SUBMIT_POLICY] = N_("The policy that names the witnesses of this register cannot be read; the one before counts on.")};
	enum submit_alert why;
	if (!submit || f->alert.n || !submit_alert(submit, words, &why))
		return;
	f->alert = tr(&(struct out){NULL, q->arena, q->tongue}, means[why]);
	f->alert_says = arena_str(q->arena, str_of(words));
	f->alert_href = url_fmt(q->arena, "/api/witnesses");
}

/* Of a copy that a mirror keeps (mirror/follow.h): what a note is worth under the policy of that mirror. False: it has none, or the
 * note no cosignature that counts for it. */
static bool copy_judge(struct register_site *s, struct str note, struct arena *a, struct policy *ret_policy, struct policy_verdict *ret)
{
	struct hasher h;
	struct note_key own;
	hasher_init(&h);
	bool known = read_policy(s, a, ret_policy);
	if (known) {
		struct reg *reg = register_site_reg(s);
		reg_lock(reg);
		known = note_key_read(&h, NOTE_ED25519, arena_str(a, log_vkey(reg_log(reg))), &own, NULL) == 0;
		reg_unlock(reg);
	}
	if (known)
		policy_add_log(ret_policy, a, &own);
	hasher_done(&h);
	return known && policy_judge(ret_policy, note, cosign_any_time(), a, ret, NULL) == 0 && ret->cosigned;
}

static const char *copy_sentence(struct register_site *s, struct arena *a, struct str *ret_n)
{
	struct reg *reg = register_site_reg(s);
	struct policy p;
	struct policy_verdict v;
	struct str note;
	reg_lock(reg);
	int rc = log_cosigned_newest(reg_log(reg), a, &note, NULL);
	reg_unlock(reg);
	if (rc < 0 || !copy_judge(s, note, a, &p, &v))
		return N_("Entries 0 to {last} (root {root}). Signed by the register; held here by a mirror. {check}");
	*ret_n = arena_fmt(a, "%zu", v.cosigned);
	return N_("Entries 0 to {last} (root {root}). Signed by the register, and cosigned by {witnesses} of its witnesses; held here by a mirror. {check}");
}

const char *witnesses_sentence(struct register_site *s, uint64_t size, struct arena *a, struct str *ret_n, struct str *ret_confirmed)
{
	struct submit *submit = register_site_submit(s);
	struct submit_published p;
	*ret_n = *ret_confirmed = (struct str){"", 0};
	if (!submit && is_copy(s))
		return copy_sentence(s, a, ret_n);
	if (!submit || !submit_holds(submit) || !submit_published(submit, a, &p))
		return N_("Entries 0 to {last} (root {root}). Signed by the register; no witness has cosigned it yet. {check}");
	*ret_n = arena_fmt(a, "%zu", p.witnesses);
	*ret_confirmed = arena_fmt(a, "%llu", (unsigned long long)(p.size - !!p.size));
	return p.size >= size ? N_("Entries 0 to {last} (root {root}). Signed by the register, and cosigned by {witnesses} of its witnesses. {check}")
			      : N_("Entries 0 to {last} (root {root}). Signed by the register; its witnesses have confirmed those up to {confirmed}. {check}");
}

static struct html who_and_when(const struct model *m, const struct policy *p, const struct policy_verdict *v)
{
	struct buf b;
	const char *between = "";
	char text[UTC_LEN];
	buf_init(&b, 64 << 10);
	for (size_t i = 0; i < p->parties.n; i++) {
		if (p->parties.v[i].n || v->mark[i].state != COSIGN_GOOD)
			continue;
		buf_addf(&b, "%s%.*s <time>%s</time>", between, STR_ARG(model_plain(m, p->parties.v[i].key.name).s),
			utc_print((int64_t)v->mark[i].time, text));
		between = "<br>";
	}
	struct html h = {arena_str(m->arena, buf_str(&b))};
	buf_done(&b);
	return h;
}

struct html witnesses_of(const struct model *m, uint64_t pos)
{
	struct submit *submit = register_site_submit(m->site);
	struct reg *reg = register_site_reg(m->site);
	struct policy p;
	struct policy_verdict v;
	struct str note;
	bool copy = !submit && is_copy(m->site);
	if (!copy && (!submit || !submit_holds(submit)))
		return model_tag(m, TAG_DOUBT, model_tr(m, N_("by no witness yet")));
	view_note(m->view, READ_ANYTHING, 0); /* signatures come between entries */
	reg_lock(reg);
	int rc = log_cosigned_over(reg_log(reg), pos, m->arena, &note, NULL);
	reg_unlock(reg);
	if (copy && (rc < 0 || !copy_judge(m->site, note, m->arena, &p, &v)))
		return model_tag(m, TAG_DOUBT, model_tr(m, N_("by nobody that the mirror here knows")));
	if (!copy && (rc < 0 || submit_judge(submit, note, m->arena, &p, &v, NULL) < 0 || v.cosigned == 0))
		return model_tag(m, TAG_DOUBT, model_tr(m, N_("not yet: it waits for the witnesses")));
	return who_and_when(m, &p, &v);
}
