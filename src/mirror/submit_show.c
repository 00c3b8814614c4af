/* SPDX-License-Identifier: Apache-2.0
 *
 * What others are told of a register and its witnesses.
 */
#include "mirror/submit_int.h"

#include "base/date.h"
#include "base/json.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

uint64_t submit_number(const struct submit *s)
{
	return atomic_load(&s->number);
}

bool submit_holds(struct submit *s)
{
	pthread_mutex_lock(&s->lock);
	bool holds = s->holds;
	pthread_mutex_unlock(&s->lock);
	return holds;
}

bool submit_published(struct submit *s, struct arena *a, struct submit_published *ret)
{
	pthread_mutex_lock(&s->lock);
	bool there = s->has_published;
	if (there)
		*ret = (struct submit_published){arena_str(a, buf_str(&s->published)), s->published_size, s->published_by};
	pthread_mutex_unlock(&s->lock);
	return there;
}

bool submit_alert(struct submit *s, char ret[SUBMIT_ALERT_MAX], enum submit_alert *ret_why)
{
	pthread_mutex_lock(&s->lock);
	memcpy(ret, s->alert[0] ? s->alert : s->policy_fault, SUBMIT_ALERT_MAX);
	*ret_why = !s->alert[0] ? SUBMIT_POLICY : s->contradicted ? SUBMIT_CONTRADICTED : SUBMIT_LATE;
	pthread_mutex_unlock(&s->lock);
	return ret[0] != '\0';
}

/* The policy is changed under the lock; whoever needs it for longer copies it. */
static void copy_policy(const struct policy *p, struct arena *a, struct policy *ret)
{
	*ret = *p;
	ret->logs.v = arena_copy(a, p->logs.v, p->logs.n * sizeof *p->logs.v);
	ret->parties.v = arena_copy(a, p->parties.v, p->parties.n * sizeof *p->parties.v);
	for (size_t i = 0; i < ret->logs.n; i++) {
		ret->logs.v[i].key.name = arena_str(a, p->logs.v[i].key.name);
		ret->logs.v[i].url = arena_str(a, p->logs.v[i].url);
	}
	for (size_t i = 0; i < ret->parties.n; i++) {
		struct policy_party *to = &ret->parties.v[i];
		to->name = arena_str(a, to->name);
		to->url = arena_str(a, to->url);
		to->key.name = arena_str(a, to->key.name);
		to->member = arena_copy(a, to->member, to->n * sizeof *to->member);
	}
}

bool submit_policy(struct submit *s, struct arena *a, struct policy *ret)
{
	pthread_mutex_lock(&s->lock);
	bool holds = s->holds;
	if (holds)
		copy_policy(&s->policy, a, ret);
	pthread_mutex_unlock(&s->lock);
	return holds;
}

int submit_judge(struct submit *s, struct str note, struct arena *a, struct policy *ret_policy, struct policy_verdict *ret, struct err *e)
{
	if (!submit_policy(s, a, ret_policy))
		return err_set(e, ERR_ABSENT, SUBMIT_POLICY_FILE, "there is no policy of witnesses");
	return policy_judge(ret_policy, note, cosign_until((uint64_t)time(NULL)), a, ret, e);
}

static void put_string(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, ", \"%s\": ", name);
	json_quote(out, value);
}

static void put_station(const struct submit *s, const struct station *st, struct buf *out)
{
	static const char *const words[] = {[STATION_IDLE] = "not asked yet", [STATION_ASKING] = "being asked", [STATION_SIGNED] = "signed",
		[STATION_BEHIND] = "has signed a later tree", [STATION_REFUSED] = "refused", [STATION_SILENT] = "silent", [STATION_UNKNOWN] = "no address"};
	const struct policy_party *p = &s->policy.parties.v[st->party];
	char text[UTC_LEN];
	buf_adds(out, "{\"name\": ");
	json_quote(out, p->name);
	put_string(out, "key", p->key.name);
	put_string(out, "url", p->url);
	put_string(out, "state", str_of(words[st->state]));
	if (st->size) {
		buf_addf(out, ", \"signed\": %" PRIu64, st->size);
		put_string(out, "time", str_of(utc_print((int64_t)st->time, text)));
	}
	if (st->state == STATION_REFUSED || st->state == STATION_SILENT)
		put_string(out, "why", str_of(st->why));
	if (st->contradicts[0])
		put_string(out, "contradicts", str_of(st->contradicts));
	buf_addc(out, '}');
}

void submit_json(struct submit *s, struct buf *out)
{
	pthread_mutex_lock(&s->lock);
	buf_addf(out, "{\n  \"quorum\": %s,\n  \"signed\": %" PRIu64 ",\n  \"published\": ", s->holds ? "true" : "false", s->newest);
	if (!s->holds)
		buf_add_u64(out, s->newest);
	else if (s->has_published)
		buf_add_u64(out, s->published_size);
	else
		buf_adds(out, "null");
	if (s->waits_since >= 0)
		buf_addf(out, ",\n  \"waiting_seconds\": %lld", (long long)(submit_clock() - s->waits_since) / 1000);
	buf_addf(out, ",\n  \"deadline_seconds\": %" PRIu32 ",\n  \"alert\": ", s->c.deadline);
	if (s->alert[0] || s->policy_fault[0])
		json_quote(out, str_of(s->alert[0] ? s->alert : s->policy_fault));
	else
		buf_adds(out, "null");
	buf_adds(out, ",\n  \"witnesses\": [");
	for (size_t i = 0; i < s->nstations; i++) {
		buf_adds(out, i ? ",\n    " : "\n    ");
		put_station(s, &s->stations[i], out);
	}
	buf_adds(out, "]\n}\n");
	pthread_mutex_unlock(&s->lock);
}
