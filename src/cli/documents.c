/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/documents.h"

#include "register/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_FILES = 10000 };

struct search {
	const struct digest *names;
	size_t n;
	struct { struct log_blob *v; size_t n, cap; } found;
	struct hasher h;
	struct arena *a;
};

static bool is_named(const struct search *s, const struct digest *d)
{
	for (size_t i = 0; i < s->found.n; i++)
		if (digest_eq(&s->found.v[i].sha256, d)) /* twice under two names */
			return false;
	for (size_t i = 0; i < s->n; i++)
		if (digest_eq(&s->names[i], d))
			return true;
	return false;
}

static int look_at(struct search *s, const char *path, struct err *e)
{
	struct arena own = {0};
	struct log_blob b = {0};
	int rc = file_read(path, LOG_MAX_BLOB, &own, &b.bytes, e);
	if (rc == 0)
		sha256(&s->h, b.bytes, &b.sha256);
	if (rc == 0 && is_named(s, &b.sha256)) {
		b.bytes = arena_str(s->a, b.bytes);
		arena_push(s->a, &s->found, b);
	}
	arena_done(&own);
	return rc;
}

static int look_through(struct search *s, const char *path, DIR *folder, struct err *e)
{
	struct dirent *d;
	struct stat st;
	int rc = 0;
	for (size_t i = 0; rc == 0 && (d = readdir(folder)); i++) {
		const char *file = arena_fmt(s->a, "%s/%s", path, d->d_name).p;
		if (i == MAX_FILES)
			return err_set(e, ERR_LIMIT, path, "there are more than %d files", MAX_FILES);
		if (stat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= LOG_MAX_BLOB)
			rc = look_at(s, file, e);
	}
	return rc;
}

int documents_find(const char *path, struct act_in *in, struct arena *a, struct err *e)
{
	struct search s = {.a = a};
	struct digest *names;
	int rc = act_documents(in, a, &names, &s.n, e);
	if (rc < 0)
		return rc;
	s.names = names;
	hasher_init(&s.h);
	DIR *folder = opendir(path);
	rc = folder ? look_through(&s, path, folder, e) : errno == ENOTDIR ? look_at(&s, path, e) : err_set(e, ERR_ABSENT, path, "%s", strerror(errno));
	if (folder)
		closedir(folder);
	hasher_done(&s.h);
	if (rc == 0 && s.found.n == 0) {
		rc = err_set(e, ERR_ABSENT, path, "no document that the act names is here");
		(void)err_hint(e, "an act names a document by its SHA-256, as sha256sum prints it");
	}
	in->documents = s.found.v;
	in->ndocuments = s.found.n;
	return rc;
}
