/* SPDX-License-Identifier: Apache-2.0
 *
 * comity-proof FILE: accepts a proof that `comity why --proof` wrote, or says which step fails. Needs neither the register nor a network.
 */
#include "proof/proof.h"

#include "base/arena.h"

#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum { ACCEPTED = 0, REFUSED = 1, CANNOT = 2 };

static const char help[] =
	"usage: comity-proof [OPTION]... FILE\n"
	"\n"
	"Checks a proof that comity why --proof or comity whynot --proof wrote: ties its entries to the signed checkpoint and its rules to the\n"
	"adopted text, works out again what follows from them, and holds every statement of the proof against it. \"-\" reads standard input.\n"
	"Exit status: 0 accepted; 1 refused; 2 usage, or a file that cannot be read.\n"
	"\n"
	"    comity-proof by.json --key register.example/acts+1a2b3c4d+AfZk...\n"
	"\n"
	"options:\n"
	"  --key VKEY         the register's public key, as you know it from elsewhere\n"
	"  --log DIR          a copy of the log: shows that a proof of touched entries leaves nothing out\n"
	"  --all-signatures   verify the signatures of every entry, not only of those on which the answer can rest\n"
	"  --quiet            only the exit status, and why it was refused\n"
	"  --help             this text\n"
	"  --version          print the version\n";

static int complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static int complain(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("comity-proof: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	return CANNOT;
}

/* The bytes go to *ret, to be freed in any case. Room that is not used costs nothing. */
static int read_all(const char *path, char **ret, size_t *ret_n)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	size_t n = 0, cap = 1 << 20, got = f != NULL;
	char *p = malloc(cap);
	for (; p && got && n <= CK_MAX_FILE; n += got) {
		if (n == cap)
			p = realloc(p, cap *= 2);
		got = p ? fread(p + n, 1, cap - n, f) : 0;
	}
	if (!p)
		arena_oom();
	*ret = p;
	*ret_n = n;
	int rc = !f || ferror(f) ? complain("%s: %s", path, strerror(errno)) : 0;
	if (n > CK_MAX_FILE)
		rc = complain("%s: it is longer than %d bytes, the most that is read", path, CK_MAX_FILE);
	if (f && f != stdin)
		(void)fclose(f);
	return rc;
}

static void say(const struct ck_verdict *v)
{
	printf("Accepted: %s.\n", v->answer);
	printf("As known at entry %llu of the register %s, for the audience %s.\n", (unsigned long long)v->known, v->origin, v->audience);
	printf("Checked: %llu statements that rest on %llu acts and %llu citations; %llu entries of the log, %llu signatures of entries.\n",
		(unsigned long long)v->nodes, (unsigned long long)v->acts, (unsigned long long)v->cites, (unsigned long long)v->entries,
		(unsigned long long)v->signatures);
	if (v->basis)
		printf("It rests on %llu act%s, signed by %s", (unsigned long long)v->basis, v->basis == 1 ? "" : "s", v->signers);
	if (v->recorded)
		printf("; %llu of them recorded from sources", (unsigned long long)v->recorded);
	if (v->basis)
		puts(".");
	if (v->own_key)
		printf("No key was given: that the register signed this is shown only by the key in the file itself,\n%s\n"
		       "Compare it with the register's key as you know it, or give that with --key.\n",
			v->vkey);
	if (!v->whole)
		printf("Not shown: that no other act is on record. The file has only the entries on which it says that the answer can depend;\n"
		       "one left out could change it, and so could a later rulebook%s. A copy of the log (--log DIR) closes this gap.\n",
			v->keys ? ",\nor an act that had ended one of the keys before it signed" : "");
	if (v->sealed)
		printf("Sealed: what %llu entr%s is not told to this audience, and was not looked at.\n", (unsigned long long)v->sealed,
			v->sealed == 1 ? "y says" : "ies say");
}

static int check(const char *path, const struct ck_options *o, bool quiet)
{
	struct ck_verdict v;
	struct err e;
	char *file;
	size_t n;
	int status = read_all(path, &file, &n);
	if (status == 0) {
		int rc = ck_check((struct str){file, n}, o, &v, &e);
		if (rc == 0 && !quiet)
			say(&v);
		if (rc < 0) {
			printf("Refused at %s.\n%s: %s.\n", ck_step_words(v.step), e.where, e.what);
			if (*e.hint)
				printf("This means: %s.\n", e.hint);
			status = e.code == ERR_SYSTEM || e.code == ERR_ABSENT ? CANNOT : REFUSED;
		}
	}
	free(file);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {{"key", required_argument, NULL, 'k'}, {"log", required_argument, NULL, 'l'},
		{"all-signatures", no_argument, NULL, 'a'}, {"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'}, {0}};
	struct ck_options o = {0};
	bool quiet = false;
	int got;
	/* What was given back is used again. A fresh page takes as long as reading 10 KB of JSON, and the C library returns large blocks. */
	(void)mallopt(M_MMAP_THRESHOLD, 32 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, CK_MAX_FILE);
	opterr = 0;
	while ((got = getopt_long(argc, argv, ":h", longs, NULL)) != -1)
		switch (got) {
		case 'k': o.key = str_of(optarg); break;
		case 'l': o.log_dir = optarg; break;
		case 'a': o.all_signatures = true; break;
		case 'q': quiet = true; break;
		case 'h': fputs(help, stdout); return ACCEPTED;
		case 'v': puts("comity-proof " VERSION); return ACCEPTED;
		case ':': return complain("%s needs a value (see: comity-proof --help)", argv[optind - 1]);
		default: return complain("there is no option %s (see: comity-proof --help)", argv[optind - 1]);
		}
	if (optind + 1 != argc)
		return complain(optind == argc ? "which file? (see: comity-proof --help)" : "one file at a time (see: comity-proof --help)");
	int status = check(argv[optind], &o, quiet);
	return fflush(stdout) == 0 ? status : CANNOT;
}
