/* SPDX-License-Identifier: Apache-2.0
 *
 * Filing many acts, in groups: one fsync for each, and all or nothing of each.
 */
#include "register/draft.h"

enum { GROUP = 1000 };

struct loading {
	struct reg *r;
	const char *name;
	struct str rest;
	uint64_t line;
	struct arena arena; /* of the group */
	struct draft *drafts;
	size_t n;
	uint64_t evaluated; /* size of the record when it was last evaluated */
};

/* The next lines, checked and signed; each is added to `all`, so that later ones may rest on it. */
static int read_group(struct loading *l, struct err *e)
{
	struct str text;
	int rc = 0;
	l->n = 0;
	l->drafts = arena_array(&l->arena, GROUP, struct draft);
	while (l->n < GROUP && rc == 0 && str_line(&l->rest, &text)) {
		char prefix[100];
		struct draft *d = &l->drafts[l->n];
		l->line++;
		if (str_trim(text).n == 0)
			continue;
		(void)snprintf(prefix, sizeof prefix, "%.70s:%llu", l->name, (unsigned long long)l->line);
		struct act_in *in = arena_new(&l->arena, struct act_in);
		in->text = text;
		rc = draft_make(l->r, in, prefix, d, &l->arena, e);
		if (rc < 0)
			break;
		l->n++;
		if (!d->envelope.n)
			rc = draft_sign(l->r, d, prefix, &l->arena, e);
		if (rc == 0)
			rc = reg_take(l->r, d->entry, e);
	}
	return rc;
}

/* Do the rules come to an end on all of it? Asked when the record has doubled, and at the end. */
static int try_rules(struct loading *l, struct err *e)
{
	struct record *all = l->r->all;
	uint64_t size = record_size(all);
	if (l->rest.n && size < 2 * l->evaluated)
		return 0;
	l->evaluated = size;
	return record_try_rules(all, e);
}

static int load_group(struct loading *l, struct err *e)
{
	int rc = read_group(l, e);
	if (rc == 0 && l->n && (rc = try_rules(l, e)) == 0)
		rc = drafts_store(l->r, l->drafts, l->n, &l->arena, e);
	if (rc < 0 && record_size(l->r->all) > l->r->entries.n)
		reg_forget(l->r);
	for (size_t i = 0; i < l->n; i++)
		entry_unref(l->drafts[i].entry);
	arena_reset(&l->arena);
	return rc;
}

static uint64_t count_lines(struct str text)
{
	uint64_t n = 0;
	struct str line;
	while (str_line(&text, &line))
		n += str_trim(line).n > 0;
	return n;
}

int reg_load(struct reg *r, struct str text, const char *name, void (*progress)(void *ctx, uint64_t done, uint64_t total),
	void *ctx, uint64_t *ret_done, struct err *e)
{
	struct loading l = {.r = r, .name = name, .rest = text};
	uint64_t total = count_lines(text), done = 0;
	int rc = reg_check_mode(r, e);
	*ret_done = 0;
	if (rc < 0)
		return rc;
	reg_lock(r);
	rc = reg_catch_up(r, e);
	while (rc == 0 && l.rest.n) {
		rc = load_group(&l, e);
		if (rc == 0)
			done += l.n;
		if (rc == 0 && progress)
			progress(ctx, done, total);
	}
	reg_unlock(r);
	arena_done(&l.arena);
	*ret_done = done;
	return rc;
}
