/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keyfile.h"

#include "log/note.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE = 2048 };

static const struct str secret_mark = STR_INIT("PRIVATE+KEY+");

void keyfile_wipe(struct keyfile *k)
{
	ed25519_key_wipe(&k->secret);
	k->has_secret = false;
}

static void take_secret(struct hasher *h, struct keyfile *k)
{
	k->has_secret = true;
	pubkey_ed25519(&k->secret.pub, &k->pub);
	pubkey_id(h, &k->pub, k->keyid);
}

int secret_write(const char *path, struct str text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return err_set(e, ERR_CONFLICT, path, "there is such a file already; it is not written over");
	bool good = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	int rc = good ? 0 : err_set(e, ERR_SYSTEM, path, "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !good)
		(void)unlink(path);
	return rc;
}

int keyfile_new(const char *path, struct str name, struct keyfile *ret, struct err *e)
{
	struct keyfile k = {0};
	struct note_key note;
	struct hasher h;
	struct buf text;
	if (!note_name_ok(name))
		return err_set(e, ERR_INPUT, "name", "it must be a word of at most %d bytes, without '+'", NOTE_MAX_NAME);
	int rc = ed25519_key_make(&k.secret, NULL, e);
	if (rc < 0)
		return rc;
	hasher_init(&h);
	buf_init(&text, MAX_FILE);
	note_key_make(&h, NOTE_ED25519, name, &k.secret.pub, &note);
	note_secret_write(&note, &k.secret, &text);
	buf_addc(&text, '\n');
	take_secret(&h, &k);
	rc = secret_write(path, buf_str(&text), e);
	explicit_bzero(text.p, text.n);
	buf_done(&text);
	hasher_done(&h);
	if (rc < 0)
		keyfile_wipe(&k);
	else
		*ret = k;
	return rc;
}

static int read_bytes(const char *path, char *bytes, size_t *n, bool *ret_open, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 && fstat(fd, &st) == 0 ? read(fd, bytes, *n) : -1;
	int rc = got < 0 ? err_set(e, errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM, path, "%s", strerror(errno)) : 0;
	if (got >= 0 && (size_t)got == *n)
		rc = err_set(e, ERR_LIMIT, path, "it is too long to be a key");
	*ret_open = got >= 0 && (st.st_mode & 077);
	*n = got > 0 ? (size_t)got : 0;
	if (fd >= 0)
		close(fd);
	return rc;
}

/* A public key as text, or what `comity key show` says of one: its name and its text, which must fit each other. */
static int read_public(struct hasher *h, struct str text, struct keyfile *k, struct err *e)
{
	enum carrier carrier;
	struct str name = {0}, line, rest = text;
	if (str_line(&rest, &line) && keyid_carrier(str_trim(line), &carrier)) {
		name = str_trim(line);
		text = str_trim(rest);
	}
	int rc = pubkey_read(text, &k->pub, e);
	if (rc < 0)
		return rc;
	pubkey_id(h, &k->pub, k->keyid);
	if (name.n && !str_eq(name, str_of(k->keyid)))
		return err_set(e, ERR_INPUT, "", "it says %.*s, but the key in it is %s", STR_ARG(name), k->keyid);
	return 0;
}

int keyfile_read(const char *path, struct keyfile *ret, struct err *e)
{
	char bytes[MAX_FILE];
	size_t n = sizeof bytes;
	struct keyfile k = {0};
	struct note_key note;
	struct hasher h;
	bool open_to_others;
	int rc = read_bytes(path, bytes, &n, &open_to_others, e);
	struct str text = str_trim((struct str){bytes, n});
	bool secret = str_starts(text, secret_mark);
	hasher_init(&h);
	if (rc == 0 && secret && open_to_others) {
		rc = err_set(e, ERR_REFUSED, path, "others may read this secret key");
		(void)err_hint(e, "chmod 600 %s, and think whether somebody has read it", path);
	} else if (rc == 0 && secret) {
		if ((rc = note_secret_read(&h, NOTE_ED25519, text, &note, &k.secret, e)) == 0)
			take_secret(&h, &k);
	} else if (rc == 0) {
		rc = read_public(&h, text, &k, e);
	}
	explicit_bzero(bytes, sizeof bytes);
	hasher_done(&h);
	if (rc < 0 && e && e->code != ERR_ABSENT)
		(void)snprintf(e->where, sizeof e->where, "%s", path);
	if (rc == 0)
		*ret = k;
	return rc;
}

int keyfile_read_secret(const char *path, struct keyfile *ret, struct err *e)
{
	int rc = keyfile_read(path, ret, e);
	if (rc < 0 || ret->has_secret)
		return rc;
	rc = err_set(e, ERR_INPUT, path, "it holds a public key only; a secret one is needed to sign");
	return err_hint(e, "with a key of OpenSSH: ssh-keygen -Y sign, and comity sign --sshsig");
}
