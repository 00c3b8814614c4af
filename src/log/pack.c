/* SPDX-License-Identifier: Apache-2.0 */
#include "log/pack.h"

#include "log/dir.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 512, PIECE = 64 << 10, SIZE_LEN = 12, SUM_LEN = 8 };

/* The header block, field by field. */
struct head {
	char name[100], mode[8], uid[8], gid[8], size[SIZE_LEN], mtime[12], sum[SUM_LEN], type, link[100], magic[6], version[2],
		owner[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct head) == BLOCK, "a header is one block");

/* Everything, or -1 and errno. */
static int write_whole(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno != EINTR)
			return -1;
		if (w > 0) {
			p += w;
			n -= (size_t)w;
		}
	}
	return 0;
}

/* Up to n bytes, fewer only at the end of the file; -1 and errno. */
static ssize_t read_whole(int fd, char *p, size_t n)
{
	size_t got = 0;
	while (got < n) {
		ssize_t r = read(fd, p + got, n - got);
		if (r < 0 && errno != EINTR)
			return -1;
		if (r == 0)
			break;
		if (r > 0)
			got += (size_t)r;
	}
	return (ssize_t)got;
}

static size_t padding(uint64_t size)
{
	return (size_t)(-size % BLOCK);
}

/* The sum of all bytes of the header, its own field taken for blanks. */
static unsigned sum_of(const struct head *h)
{
	const unsigned char *p = (const unsigned char *)h;
	unsigned sum = 0;
	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= offsetof(struct head, sum) && i < offsetof(struct head, sum) + SUM_LEN ? ' ' : p[i];
	return sum;
}

/* A number in octal digits with leading zeros; the field keeps its last byte, a NUL. */
static void octal(char *field, size_t len, uint64_t n)
{
	for (size_t i = len - 1; i-- > 0; n >>= 3)
		field[i] = (char)('0' + (n & 7));
}

static void put_size(char field[SIZE_LEN], uint64_t n)
{
	if (n < (uint64_t)1 << 33) {
		octal(field, SIZE_LEN, n);
		return;
	}
	field[0] = (char)0x80;
	for (size_t i = SIZE_LEN; i-- > 1; n >>= 8)
		field[i] = (char)(n & 0xff);
}

static bool get_number(const char *field, size_t len, uint64_t *ret)
{
	uint64_t n = 0;
	bool binary = (unsigned char)field[0] == 0x80;
	for (size_t i = binary; i < len && (binary || (field[i] && field[i] != ' ')); i++) {
		if ((!binary && (field[i] < '0' || field[i] > '7')) || n >> 55)
			return false;
		n = binary ? n << 8 | (unsigned char)field[i] : n << 3 | (uint64_t)(field[i] - '0');
	}
	*ret = n;
	return n >> 62 == 0;
}

static int put_head(int fd, const char *path, const char *name, uint64_t size, struct err *e)
{
	struct head h = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
	memcpy(h.name, name, strnlen(name, sizeof h.name));
	octal(h.mode, sizeof h.mode, 0600);
	octal(h.uid, sizeof h.uid, 0);
	octal(h.gid, sizeof h.gid, 0);
	octal(h.mtime, sizeof h.mtime, 0);
	put_size(h.size, size);
	octal(h.sum, SUM_LEN - 1, sum_of(&h)); /* six digits, NUL, blank */
	h.sum[SUM_LEN - 1] = ' ';
	return write_whole(fd, (const char *)&h, BLOCK) < 0 ? dir_fail(path, NULL, "written", e) : 0;
}

static int put_padding(int fd, const char *path, uint64_t size, struct err *e)
{
	static const char zeros[BLOCK];
	return write_whole(fd, zeros, padding(size)) < 0 ? dir_fail(path, NULL, "written", e) : 0;
}

int pack_bytes(int fd, const char *path, const char *name, struct str bytes, struct err *e)
{
	int rc = put_head(fd, path, name, bytes.n, e);
	if (rc == 0 && write_whole(fd, bytes.p, bytes.n) < 0)
		rc = dir_fail(path, NULL, "written", e);
	return rc < 0 ? rc : put_padding(fd, path, bytes.n, e);
}

/* n bytes from one file to the other. ERR_INPUT: the first ends before. */
static int copy(int from, const char *from_path, int to, const char *to_path, uint64_t n, struct err *e)
{
	char piece[PIECE];
	while (n) {
		size_t want = n < PIECE ? (size_t)n : PIECE;
		ssize_t got = read_whole(from, piece, want);
		if (got < 0)
			return dir_fail(from_path, NULL, "read", e);
		if ((size_t)got < want)
			return err_set(e, ERR_INPUT, from_path, "it ends too early: it was cut off");
		if (write_whole(to, piece, want) < 0)
			return dir_fail(to_path, NULL, "written", e);
		n -= want;
	}
	return 0;
}

int pack_file(int fd, const char *path, const char *name, int from, struct err *e)
{
	struct stat st;
	if (fstat(from, &st) < 0)
		return dir_fail(name, NULL, "read", e);
	int rc = put_head(fd, path, name, (uint64_t)st.st_size, e);
	if (rc == 0)
		rc = copy(from, name, fd, path, (uint64_t)st.st_size, e);
	return rc < 0 ? rc : put_padding(fd, path, (uint64_t)st.st_size, e);
}

int pack_end(int fd, const char *path, struct err *e)
{
	static const char end[2 * BLOCK]; /* two blocks of zeros */
	return write_whole(fd, end, sizeof end) < 0 ? dir_fail(path, NULL, "written", e) : 0;
}

static int no_pack(const char *path, struct err *e)
{
	int rc = err_set(e, ERR_INPUT, path, "it is no backup of a register, or was damaged");
	err_hint(e, "'comity backup' writes them");
	return rc;
}

int pack_next(int fd, const char *path, struct pack_member *ret, struct err *e)
{
	static const struct head zeros;
	struct head h;
	uint64_t sum;
	ssize_t got = read_whole(fd, (char *)&h, BLOCK);
	if (got < 0)
		return dir_fail(path, NULL, "read", e);
	if (got < BLOCK)
		return no_pack(path, e);
	if (memcmp(&h, &zeros, BLOCK) == 0)
		return 0;
	if (memcmp(h.magic, "ustar", 5) != 0 || !get_number(h.sum, SUM_LEN, &sum) || sum != sum_of(&h) ||
		(h.type != '0' && h.type != 0) || h.prefix[0] || !get_number(h.size, SIZE_LEN, &ret->size))
		return no_pack(path, e);
	memcpy(ret->name, h.name, sizeof h.name);
	ret->name[PACK_MAX_NAME] = 0;
	return 1;
}

int pack_take(int fd, const char *path, const struct pack_member *m, int to, struct err *e)
{
	char pad[BLOCK];
	int rc = copy(fd, path, to, m->name, m->size, e);
	if (rc < 0)
		return rc;
	ssize_t got = read_whole(fd, pad, padding(m->size));
	if (got < 0)
		return dir_fail(path, NULL, "read", e);
	return (size_t)got == padding(m->size) ? 0 : err_set(e, ERR_INPUT, path, "it ends too early: it was cut off");
}
