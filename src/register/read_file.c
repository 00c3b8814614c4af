/* SPDX-License-Identifier: Apache-2.0 */
#include "register/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *path, const char *what, struct err *e)
{
	int os = errno;
	return err_set(e, os == ENOENT || os == ENOTDIR ? ERR_ABSENT : ERR_SYSTEM, path, "%s: %s", what, strerror(os));
}

static int read_all(int fd, const char *path, size_t max, struct arena *a, struct str *ret, struct err *e)
{
	struct buf b;
	char chunk[1 << 16];
	ssize_t n;
	buf_init(&b, max);
	while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			buf_add(&b, (struct str){chunk, (size_t)n});
	int rc = 0;
	if (n < 0)
		rc = fail(path, "it cannot be read", e);
	else if (b.over)
		rc = err_set(e, ERR_LIMIT, path, "it is longer than %zu bytes", max);
	else
		*ret = arena_str(a, buf_str(&b));
	buf_done(&b);
	return rc;
}

int file_bytes(const char *path, size_t max, struct arena *a, struct str *ret, struct err *e)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(path, "it cannot be opened", e);
	struct stat st;
	int rc = 0;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		rc = err_set(e, ERR_INPUT, path, "it is a directory, not a file");
	else
		rc = read_all(fd, path, max, a, ret, e);
	close(fd);
	return rc;
}

int file_read(const char *path, size_t max, struct arena *a, struct str *ret, struct err *e)
{
	struct str text;
	int rc = file_bytes(path, max, a, &text, e);
	if (rc == 0 && !str_utf8(text))
		rc = err_set(e, ERR_INPUT, path, "it is not text in UTF-8");
	if (rc == 0)
		*ret = text;
	return rc;
}
