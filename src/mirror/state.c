/* SPDX-License-Identifier: Apache-2.0 */
#include "mirror/state.h"

#include "base/json.h"
#include "log/dir.h"

#include <inttypes.h>
#include <stddef.h>

static const struct {
	const char *name;
	size_t at;
	bool owners; /* business, and nobody else's */
} texts[] = {
	{"origin", offsetof(struct mirror_state, origin), false},
	{"url", offsetof(struct mirror_state, url), false},
	{"in_step", offsetof(struct mirror_state, in_step), false},
	{"tried", offsetof(struct mirror_state, tried), false},
	{"trouble", offsetof(struct mirror_state, trouble), false},
	{"unread", offsetof(struct mirror_state, unread), true},
	{"peers", offsetof(struct mirror_state, peers), false},
	{"kind", offsetof(struct mirror_state, kind), false},
	{"says", offsetof(struct mirror_state, says), false},
	{"evidence", offsetof(struct mirror_state, evidence), false},
	{"found", offsetof(struct mirror_state, found), false},
};
enum { TEXTS = sizeof texts / sizeof *texts, FIRST_OF_ALERT = 7 };

static const struct {
	const char *name;
	size_t at;
	bool owners; /* business, and nobody else's */
} numbers[] = {
	{"size", offsetof(struct mirror_state, size), false},
	{"sealed", offsetof(struct mirror_state, sealed), false},
	{"bodies", offsetof(struct mirror_state, bodies), true},
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static int read_from(const struct dir *d, struct buf *text, struct arena *a, struct mirror_state *ret, struct err *e)
{
	AUTO_JSON json_t *obj = NULL;
	int rc = dir_read(d, MIRROR_STATE_FILE, text, e);
	if (rc == 0)
		rc = json_read(buf_str(text), MIRROR_STATE_FILE, &obj, e);
	if (rc < 0)
		return rc;
	const json_t *alert = json_object_get(obj, "alert");
	*ret = (struct mirror_state){0};
	for (size_t i = 0; i < NUMBERS; i++)
		*(uint64_t *)(void *)((char *)ret + numbers[i].at) = (uint64_t)json_integer_value(json_object_get(obj, numbers[i].name));
	for (size_t i = 0; i < TEXTS; i++)
		*(struct str *)(void *)((char *)ret + texts[i].at) =
			arena_str(a, json_get_str(i < FIRST_OF_ALERT ? obj : alert, texts[i].name));
	return 0;
}

int mirror_state_read(const char *dir, struct arena *a, struct mirror_state *ret, struct err *e)
{
	struct dir d = {0};
	struct buf text;
	buf_init(&text, MIRROR_STATE_MAX_BYTES);
	int rc = dir_open(dir, &d, e);
	if (rc == 0)
		rc = read_from(&d, &text, a, ret, e);
	buf_done(&text);
	dir_close(&d);
	return rc;
}

static void add(const struct mirror_state *s, size_t i, bool owner, struct buf *out)
{
	const struct str *text = (const void *)((const char *)s + texts[i].at);
	bool hidden = !owner && text == &s->evidence && str_starts(*text, STR(MIRROR_SEALED_DIR "/"));
	buf_addf(out, "\"%s\": ", texts[i].name);
	if (text->n && !hidden)
		json_quote(out, *text);
	else
		buf_adds(out, "null");
}

void mirror_state_json(const struct mirror_state *s, bool owner, struct buf *out)
{
	buf_adds(out, "{");
	for (size_t i = 0; i < FIRST_OF_ALERT; i++) {
		if (!owner && texts[i].owners)
			continue;
		add(s, i, owner, out);
		buf_adds(out, ",\n ");
		for (size_t k = 0; k < NUMBERS && i == 1; k++)
			if (owner || !numbers[k].owners)
				buf_addf(out, "\"%s\": %" PRIu64 ",\n ", numbers[k].name, *(const uint64_t *)(const void *)((const char *)s + numbers[k].at));
	}
	buf_adds(out, "\"alert\": ");
	if (!s->kind.n) {
		buf_adds(out, "null}\n");
		return;
	}
	for (size_t i = FIRST_OF_ALERT; i < TEXTS; i++) {
		buf_adds(out, i == FIRST_OF_ALERT ? "{" : ", ");
		add(s, i, owner, out);
	}
	buf_adds(out, "}}\n");
}

int mirror_state_write(const char *dir, const struct mirror_state *s, struct err *e)
{
	struct dir d = {0};
	struct buf text;
	buf_init(&text, MIRROR_STATE_MAX_BYTES);
	mirror_state_json(s, true, &text);
	int rc = text.over ? err_set(e, ERR_LIMIT, MIRROR_STATE_FILE, "it is longer than %d bytes", MIRROR_STATE_MAX_BYTES) : dir_open(dir, &d, e);
	if (rc == 0)
		rc = dir_write(&d, MIRROR_STATE_FILE, buf_str(&text), 0644, e);
	buf_done(&text);
	dir_close(&d);
	return rc;
}
