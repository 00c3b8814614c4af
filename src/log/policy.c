/* SPDX-License-Identifier: Apache-2.0 */
#include "log/policy.h"

#include <string.h>

enum { MAX_WORDS = POLICY_MAX_PARTIES + 3 };

struct reader {
	struct policy p;
	struct arena *a;
	struct hasher h;
	struct err *e;
	const char *file;
	char where[160]; /* file:line */
	size_t line;
	bool has_quorum, logs_only;
	bool *grouped; /* as p.parties: is it a member already? */
	struct str word[MAX_WORDS];
	size_t n;
};

/* The text as lines ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts the line into words. False: more than MAX_WORDS. */
static bool cut_words(struct reader *r, struct str line)
{
	r->n = 0;
	for (size_t i = 0; i < line.n;) {
		size_t from = i;
		while (i < line.n && !is_blank(line.p[i]))
			i++;
		if (i > from) {
			if (r->n == MAX_WORDS)
				return false;
			r->word[r->n++] = str_slice(line, from, i);
		}
		while (i < line.n && is_blank(line.p[i]))
			i++;
	}
	return true;
}

static int bad(struct reader *r, const char *what)
{
	return err_set(r->e, ERR_INPUT, r->where, "%s", what);
}

static int check_bytes(struct reader *r, struct str line)
{
	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];
		if (c == '\r')
			return bad(r, "the line ends as on Windows (CR LF); lines end with LF alone here");
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return err_set(r->e, ERR_INPUT, r->where, "byte 0x%02x: control characters other than tabs cannot stand here", c);
	}
	return 0;
}

/* Statements ---- */

/* An error of what was called, at our line. */
static int at_line(struct reader *r, int rc, const struct err *inner)
{
	return err_set(r->e, rc, r->where, "%s", inner->what);
}

/* "http[s]://host..." with nothing that would get in the way of a path behind it. */
static bool url_ok(struct str url)
{
	struct str rest = str_starts(url, STR("https://")) ? str_slice(url, 8, url.n)
			  : str_starts(url, STR("http://")) ? str_slice(url, 7, url.n)
							    : (struct str){"", 0};
	return url.n <= POLICY_MAX_URL && rest.n && rest.p[0] != '/' && str_find(rest, STR("?")) == rest.n &&
	       str_find(rest, STR("#")) == rest.n;
}

/* The last word, if there are `n` before it. */
static int read_url(struct reader *r, size_t n, struct str *ret)
{
	*ret = r->n > n ? r->word[n] : (struct str){"", 0};
	if (r->n > n && !url_ok(*ret))
		return err_set(r->e, ERR_INPUT, r->where,
			"'%.*s' is not an address: http:// or https://, host and path, without '?' and '#', up to %d bytes",
			(int)(ret->n < 200 ? ret->n : 200), ret->p, POLICY_MAX_URL);
	return 0;
}

static int key_is_new(struct reader *r, const struct note_key *k)
{
	const struct policy *p = &r->p;
	for (size_t i = 0; i < p->logs.n; i++)
		if (memcmp(&p->logs.v[i].key.pub, &k->pub, sizeof k->pub) == 0)
			return err_set(r->e, ERR_INPUT, r->where, "the log '%.*s' has the same public key", STR_ARG(p->logs.v[i].key.name));
	for (size_t i = 0; i < p->parties.n; i++)
		if (p->parties.v[i].n == 0 && memcmp(&p->parties.v[i].key.pub, &k->pub, sizeof k->pub) == 0)
			return err_set(r->e, ERR_INPUT, r->where, "the witness '%.*s' has the same public key", STR_ARG(p->parties.v[i].name));
	return 0;
}

static int read_key(struct reader *r, enum note_type type, struct str vkey, struct note_key *ret)
{
	struct err inner;
	int rc = note_key_read(&r->h, type, vkey, ret, &inner);
	return rc < 0 ? at_line(r, rc, &inner) : key_is_new(r, ret);
}

static bool find(const struct policy *p, struct str name, size_t *ret)
{
	for (size_t i = 0; i < p->parties.n; i++)
		if (str_eq(p->parties.v[i].name, name)) {
			*ret = i;
			return true;
		}
	return false;
}

static int name_is_new(struct reader *r, struct str name)
{
	size_t i;
	if (str_eq(name, STR("none")))
		return bad(r, "'none' cannot be a name: it stands for no quorum");
	if (find(&r->p, name, &i))
		return err_set(r->e, ERR_INPUT, r->where, "'%.*s' is defined already", STR_ARG(name));
	if (r->p.parties.n == POLICY_MAX_PARTIES)
		return err_set(r->e, ERR_LIMIT, r->where, "more than %d witnesses and groups", POLICY_MAX_PARTIES);
	return 0;
}

static int read_log(struct reader *r)
{
	struct policy_log log;
	if (r->n < 2 || r->n > 3)
		return bad(r, "a log must read: log <vkey> [<url>]");
	size_t most = r->logs_only ? POLICY_MAX_LOG_LIST : POLICY_MAX_LOGS;
	if (r->p.logs.n == most)
		return err_set(r->e, ERR_LIMIT, r->where, "more than %zu logs", most);
	int rc = read_key(r, NOTE_ED25519, r->word[1], &log.key);
	if (rc == 0)
		rc = read_url(r, 2, &log.url);
	if (rc == 0)
		arena_push(r->a, &r->p.logs, log);
	return rc;
}

static int read_witness(struct reader *r)
{
	struct policy_party w = {0};
	if (r->n < 3 || r->n > 4)
		return bad(r, "a witness must read: witness <name> <vkey> [<url>]");
	if (r->p.witnesses == POLICY_MAX_WITNESSES)
		return err_set(r->e, ERR_LIMIT, r->where, "more than %d witnesses", POLICY_MAX_WITNESSES);
	w.name = r->word[1];
	int rc = name_is_new(r, w.name);
	if (rc == 0)
		rc = read_key(r, NOTE_COSIGNATURE, r->word[2], &w.key);
	if (rc == 0)
		rc = read_url(r, 3, &w.url);
	if (rc < 0)
		return rc;
	arena_push(r->a, &r->p.parties, w);
	r->p.witnesses++;
	return 0;
}

static int read_need(struct reader *r, struct str word, size_t n, size_t *ret)
{
	uint64_t k;
	if (str_eq(word, STR("all")))
		k = n;
	else if (str_eq(word, STR("any")))
		k = 1;
	else if (!str_u64(word, &k))
		return err_set(r->e, ERR_INPUT, r->where, "'%.*s' must be all, any or a number", STR_ARG(word));
	if (k < 1 || k > n)
		return err_set(r->e, ERR_INPUT, r->where, "the group has %zu member%s; so many as %.*s cannot be needed", n,
			n == 1 ? "" : "s", STR_ARG(word));
	*ret = (size_t)k;
	return 0;
}

static int read_member(struct reader *r, struct str name, size_t *ret)
{
	if (str_eq(name, STR("none")))
		return bad(r, "'none' cannot be a member of a group");
	if (!find(&r->p, name, ret))
		return err_set(r->e, ERR_INPUT, r->where, "'%.*s' is not defined above this line", STR_ARG(name));
	if (r->grouped[*ret])
		return err_set(r->e, ERR_INPUT, r->where,
			"'%.*s' is a member of a group already; it can count in one place only", STR_ARG(name));
	r->grouped[*ret] = true;
	return 0;
}

static int read_group(struct reader *r)
{
	struct policy_party g = {0};
	if (r->n < 4)
		return bad(r, "a group must read: group <name> all|any|<k> <member>...");
	g.name = r->word[1];
	g.n = r->n - 3;
	int rc = name_is_new(r, g.name);
	if (rc == 0)
		rc = read_need(r, r->word[2], g.n, &g.need);
	if (rc < 0)
		return rc;
	g.member = arena_array(r->a, g.n, size_t);
	for (size_t i = 0; rc == 0 && i < g.n; i++)
		rc = read_member(r, r->word[3 + i], &g.member[i]);
	if (rc == 0)
		arena_push(r->a, &r->p.parties, g);
	return rc;
}

static int read_quorum(struct reader *r)
{
	if (r->n != 2)
		return bad(r, "the quorum must read: quorum <name>, or: quorum none");
	if (r->has_quorum)
		return bad(r, "there is a quorum already; a policy has one");
	r->has_quorum = true;
	r->p.quorum_none = str_eq(r->word[1], STR("none"));
	if (!r->p.quorum_none && !find(&r->p, r->word[1], &r->p.quorum))
		return err_set(r->e, ERR_INPUT, r->where, "'%.*s' is not defined above this line", STR_ARG(r->word[1]));
	return 0;
}

static int read_line(struct reader *r, struct str line)
{
	static const struct {
		const char *word;
		int (*read)(struct reader *r);
	} statements[] = {{"log", read_log}, {"witness", read_witness}, {"group", read_group}, {"quorum", read_quorum}};
	(void)snprintf(r->where, sizeof r->where, "%.120s:%zu", r->file, ++r->line);
	int rc = check_bytes(r, line);
	if (rc < 0)
		return rc;
	if (!cut_words(r, line))
		return err_set(r->e, ERR_LIMIT, r->where, "more than %d words on a line", MAX_WORDS);
	if (r->n == 0 || r->word[0].p[0] == '#')
		return 0;
	if (r->logs_only && !str_eq(r->word[0], STR("log")))
		return bad(r, "a line must begin with log or # here");
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		if (str_eq(r->word[0], str_of(statements[i].word)))
			return statements[i].read(r);
	return err_set(r->e, ERR_INPUT, r->where, "a line must begin with log, witness, group, quorum or #, not with '%.*s'",
		(int)(r->word[0].n < 80 ? r->word[0].n : 80), r->word[0].p);
}

static int read_all(struct reader *r, struct str text)
{
	struct str line;
	int rc = 0;
	if (text.n > POLICY_MAX_BYTES)
		return err_set(r->e, ERR_LIMIT, r->file, "%zu bytes; a policy has at most %d", text.n, POLICY_MAX_BYTES);
	/* "quorum none-of-ours" that lost its end would be "quorum none". */
	if (text.n && text.p[text.n - 1] != '\n')
		return err_set(r->e, ERR_INPUT, r->file, "the last line has no line end: was the file cut off?");
	while (rc == 0 && str_line(&text, &line))
		rc = read_line(r, line);
	if (rc == 0 && !r->has_quorum && !r->logs_only) {
		rc = err_set(r->e, ERR_INPUT, r->file, "there is no line 'quorum'");
		err_hint(r->e, "name a witness or group, or write: quorum none");
	}
	return rc;
}

static int read_file(struct str text, const char *where, bool logs_only, struct arena *a, struct policy *ret, struct err *e)
{
	struct reader *r = arena_new(a, struct reader);
	r->logs_only = logs_only;
	r->a = a;
	r->e = e;
	r->file = where;
	r->grouped = arena_array(a, POLICY_MAX_PARTIES, bool);
	hasher_init(&r->h);
	int rc = read_all(r, text);
	hasher_done(&r->h);
	if (rc == 0)
		*ret = r->p;
	return rc;
}

int policy_read(struct str text, const char *where, struct arena *a, struct policy *ret, struct err *e)
{
	return read_file(text, where, false, a, ret, e);
}

int policy_read_logs(struct str text, const char *where, struct arena *a, struct policy *ret, struct err *e)
{
	return read_file(text, where, true, a, ret, e);
}

static void write_group(const struct policy *p, const struct policy_party *g, struct buf *out)
{
	buf_adds(out, "group ");
	buf_add(out, g->name);
	if (g->need == g->n)
		buf_adds(out, " all");
	else
		buf_addf(out, g->need == 1 ? " any" : " %zu", g->need);
	for (size_t i = 0; i < g->n; i++) {
		buf_addc(out, ' ');
		buf_add(out, p->parties.v[g->member[i]].name);
	}
	buf_addc(out, '\n');
}

void policy_write(const struct policy *p, struct buf *out)
{
	for (size_t i = 0; i < p->logs.n; i++) {
		buf_adds(out, "log ");
		note_key_write(&p->logs.v[i].key, out);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < p->parties.n; i++) {
		const struct policy_party *one = &p->parties.v[i];
		if (one->n) {
			write_group(p, one, out);
			continue;
		}
		buf_adds(out, "witness ");
		buf_add(out, one->name);
		buf_addc(out, ' ');
		note_key_write(&one->key, out);
		buf_addc(out, '\n');
	}
	buf_adds(out, "quorum ");
	buf_add(out, p->quorum_none ? STR("none") : p->parties.v[p->quorum].name);
	buf_addc(out, '\n');
}

void policy_add_log(struct policy *p, struct arena *a, const struct note_key *log)
{
	for (size_t i = 0; i < p->logs.n; i++)
		if (note_key_same(&p->logs.v[i].key, log))
			return;
	struct policy_log one = {.key = *log};
	arena_push(a, &p->logs, one);
}

/* Judging ---- */

/* The checkpoint is of a log of the policy, and signed by it. */
static int judge_log(const struct policy *p, const struct note *n, struct policy_verdict *ret, struct err *e)
{
	bool known = false, found = false;
	int rc = checkpoint_read(n->text, &ret->checkpoint, e);
	for (size_t i = 0; rc == 0 && i < p->logs.n; i++) {
		const struct note_key *k = &p->logs.v[i].key;
		size_t good = 0;
		if (!str_eq(k->name, ret->checkpoint.origin))
			continue;
		known = true;
		rc = note_verify(n, k, 1, &good, e);
		if (good && !found)
			ret->log = i;
		found = found || good;
	}
	if (rc < 0 || found)
		return rc;
	return err_set(e, ERR_REFUSED, "checkpoint", known ? "it is not signed by a key that the policy names for the log '%.*s'"
							   : "it is of the log '%.*s', which the policy does not name",
		(int)(ret->checkpoint.origin.n < NOTE_MAX_NAME ? ret->checkpoint.origin.n : NOTE_MAX_NAME), ret->checkpoint.origin.p);
}

/* The need-th smallest time of those members that count; there are as many. */
static uint64_t group_time(const struct policy_party *g, const struct policy_mark *mark)
{
	uint64_t last = 0;
	for (size_t k = 0; k < g->need;) { /* from each time to the next later one */
		uint64_t next = UINT64_MAX;
		size_t same = 0;
		for (size_t i = 0; i < g->n; i++) {
			const struct policy_mark *m = &mark[g->member[i]];
			if (m->state != COSIGN_GOOD || (k && m->time <= last) || m->time > next)
				continue;
			same = m->time == next ? same + 1 : 1;
			next = m->time;
		}
		k += same;
		last = next;
	}
	return last;
}

static void judge_group(const struct policy_party *g, const struct policy_mark *mark, struct policy_mark *ret)
{
	size_t have = 0;
	for (size_t i = 0; i < g->n; i++)
		have += mark[g->member[i]].state == COSIGN_GOOD;
	*ret = have < g->need ? (struct policy_mark){COSIGN_ABSENT, 0} : (struct policy_mark){COSIGN_GOOD, group_time(g, mark)};
}

bool policy_weigh(const struct policy *p, struct policy_mark *mark, uint64_t *ret_time)
{
	for (size_t i = 0; i < p->parties.n; i++)
		if (p->parties.v[i].n)
			judge_group(&p->parties.v[i], mark, &mark[i]);
	bool met = p->quorum_none || mark[p->quorum].state == COSIGN_GOOD;
	*ret_time = p->quorum_none || !met ? 0 : mark[p->quorum].time;
	return met;
}

static int judge(const struct policy *p, struct str bytes, struct cosign_times believed, struct arena *a,
	struct policy_verdict *ret, struct err *e)
{
	struct note *n = arena_new(a, struct note);
	int rc = note_parse(bytes, a, n, e);
	if (rc == 0)
		rc = judge_log(p, n, ret, e);
	ret->mark = arena_array(a, p->parties.n + 1, struct policy_mark);
	for (size_t i = 0; rc == 0 && i < p->parties.n; i++) {
		const struct policy_party *party = &p->parties.v[i];
		struct policy_mark *m = &ret->mark[i];
		if (party->n)
			continue;
		rc = cosign_check(n, &party->key, believed, &m->state, &m->time, e);
		ret->cosigned += m->state == COSIGN_GOOD;
	}
	ret->met = policy_weigh(p, ret->mark, &ret->time);
	return rc;
}

int policy_judge(const struct policy *p, struct str note, struct cosign_times believed, struct arena *a, struct policy_verdict *ret,
	struct err *e)
{
	struct policy_verdict v = {0};
	int rc = judge(p, note, believed, a, &v, e);
	if (rc == 0)
		*ret = v;
	return rc;
}

static void name_missing(const struct policy *p, const struct policy_verdict *v, size_t i, struct buf *out)
{
	const struct policy_party *g = &p->parties.v[i];
	const char *between = "";
	size_t have = 0;
	buf_add(out, str_utf8(g->name) ? g->name : STR("(a name that is not UTF-8)"));
	if (g->n == 0) {
		if (v->mark[i].state == COSIGN_UNTIMELY)
			buf_adds(out, " (its time cannot be believed)");
		return;
	}
	for (size_t m = 0; m < g->n; m++)
		have += v->mark[g->member[m]].state == COSIGN_GOOD;
	buf_addf(out, " (has %zu, needs %zu; missing: ", have, g->need);
	for (size_t m = 0; m < g->n; m++)
		if (v->mark[g->member[m]].state != COSIGN_GOOD) {
			buf_adds(out, between);
			name_missing(p, v, g->member[m], out); /* as deep as groups are nested, at most POLICY_MAX_PARTIES */
			between = ", ";
		}
	buf_addc(out, ')');
}

void policy_missing(const struct policy *p, const struct policy_verdict *v, struct buf *out)
{
	if (!v->met)
		name_missing(p, v, p->quorum, out);
}

int policy_satisfied(const struct policy *p, struct str note, struct cosign_times believed, struct arena *a,
	struct policy_verdict *ret, struct err *e)
{
	struct policy_verdict v;
	struct buf words;
	int rc = policy_judge(p, note, believed, a, &v, e);
	if (rc < 0)
		return rc;
	if (v.met) {
		*ret = v;
		return 0;
	}
	buf_init(&words, 64 << 10);
	policy_missing(p, &v, &words);
	rc = err_set(e, ERR_REFUSED, "checkpoint", "its quorum of witnesses is missing: %.*s", STR_ARG(buf_str(&words)));
	buf_done(&words);
	return rc;
}
