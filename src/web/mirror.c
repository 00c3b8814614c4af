/* SPDX-License-Identifier: Apache-2.0
 *
 * What a mirror says of itself: how it stands, the evidence that it keeps, and, below the hash of the log's origin, the checkpoint with its
 * own cosignature (C2SP tlog-mirror: "I hold and serve all of this").
 */
#include "log/checkpoint.h"
#include "log/dir.h"
#include "mirror/evidence.h"
#include "mirror/state.h"
#include "web/handlers.h"
#include "web/site.h"

int mirror_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct mirror_state s;
	int rc = mirror_state_read(register_site_dir(ctx), a->arena, &s, e);
	if (rc == 0)
		mirror_state_json(&s, false, &ret->body);
	return rc == ERR_ABSENT ? ASK_FAULT(a, ret, e, rc, "mirror", N_("This is no mirror: what is served here is not followed from elsewhere."), {0}) : rc;
}

/* A file below the directory, by names of ours alone. */
static int send_file(const char *dir, const char *name, size_t max, struct buf *out, struct err *e)
{
	struct dir d = {0};
	int rc = dir_open(dir, &d, e);
	out->max = max;
	if (rc == 0)
		rc = dir_read(&d, name, out, e);
	dir_close(&d);
	return rc;
}

/* "20260701T120000Z-fork.json": nothing that leads out of the folder. */
static bool is_evidence(struct str name)
{
	if (name.n > 80 || !str_ends(name, STR(".json")))
		return false;
	for (size_t i = 0; i < name.n - 5; i++) {
		char c = name.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'T' || c == 'Z' || c == '-'))
			return false;
	}
	return true;
}

int evidence_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	struct str dir = arena_fmt(a->arena, "%s/" MIRROR_EVIDENCE_DIR, register_site_dir(ctx));
	int rc = is_evidence(a->id[0]) ? send_file(dir.p, arena_str(a->arena, a->id[0]).p, EVIDENCE_MAX_BYTES, &ret->body, e) : ERR_ABSENT;
	ret->media = "application/json";
	return rc == ERR_ABSENT ? ASK_FAULT(a, ret, e, rc, "evidence", N_("No such evidence is kept here."), {0}) : rc;
}

int cosigned_get(const struct ask *a, void *ctx, struct response *ret, struct err *e)
{
	int rc = is_this_log(ctx, a->id[0]) ? send_file(register_site_dir(ctx), MIRROR_COSIGNED_FILE, NOTE_MAX_BYTES, &ret->body, e) : ERR_ABSENT;
	ret->media = "text/plain; charset=utf-8";
	if (rc != ERR_ABSENT)
		return rc;
	(void)ASK_FAULT(a, ret, e, rc, "checkpoint", N_("No mirror’s checkpoint of such a log is here."), {0});
	return err_hint(e, "its address begins with the SHA-256 of the log's name, in hexadecimal (C2SP tlog-mirror); the log's own is /checkpoint");
}
