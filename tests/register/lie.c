/* SPDX-License-Identifier: Apache-2.0
 *
 * A registrar who does as he likes: signs whatever he is given with the register's own key and appends it, past every check but those
 * of the log. So tests make the records that verifying has to find.
 *
 *	lie DIR [KEY...] < LINES
 *
 * A line is a payload (signed here), an envelope (taken as it is; the keys that are named may have signed), or "blob TYPE " and the
 * bytes of a document.
 */
#include "log/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACT_TYPE "application/vnd.comity.act.v1+json"

struct lie {
	struct log *log;
	struct arena arena;
	char **keys;
	struct err e;
};

static bool find(void *ctx, const struct dsse *d, struct str keyid, uint64_t index, struct pubkey *ret)
{
	const struct lie *x = ctx;
	struct hasher h = {0};
	struct err e;
	bool found = false;
	(void)d;
	(void)index;
	hasher_init(&h);
	for (char **k = x->keys; *k && !found; k++) {
		char id[KEYID_MAX + 1];
		if (pubkey_read(str_of(*k), ret, &e) == 0) {
			pubkey_id(&h, ret, id);
			found = str_eq(keyid, str_of(id));
		}
	}
	hasher_done(&h);
	return found;
}

static int tell(struct lie *x, struct str line)
{
	struct str type, bytes;
	if (str_starts(line, STR("blob ")) && str_cut(str_slice(line, 5, line.n), ' ', &type, &bytes)) {
		struct log_blob blob = {.type = type, .bytes = bytes};
		return log_blob_put(x->log, &blob, 1, &x->e);
	}
	const struct log_keys keys = {.find = find, .ctx = x};
	uint64_t first;
	struct buf out;
	int rc = 0;
	buf_init(&out, LOG_MAX_ENTRY);
	if (str_starts(line, STR("{\"payloadType\":")))
		buf_add(&out, line);
	else
		rc = log_sign(x->log, STR(ACT_TYPE), line, &out, &x->e);
	struct str envelope = buf_str(&out);
	if (rc == 0)
		rc = log_append(x->log, &envelope, 1, &keys, &first, &x->e);
	buf_done(&out);
	return rc;
}

int main(int argc, char **argv)
{
	struct lie x = {.keys = argv + 2};
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int rc = argc < 2 ? ERR_INPUT : log_open(argv[1], LOG_WRITE, &x.log, &x.e);
	while (rc == 0 && (n = getline(&line, &cap, stdin)) > 0)
		rc = tell(&x, str_trim((struct str){line, (size_t)n}));
	if (rc < 0)
		(void)fprintf(stderr, "lie: %s: %s\n", x.e.where, x.e.what);
	log_close(x.log);
	free(line);
	return rc < 0;
}
