/* SPDX-License-Identifier: Apache-2.0
 *
 * The comity command: one table of commands (main.c); each command is a function that asks the rooms below and prints.
 * It decides nothing. Answers go to standard output, everything else to standard error.
 *
 * Exit status: 0 done, or the answer is yes; 1 the answer is no: false, refused, not verified, rulebook with errors;
 * 2 usage, or input that cannot be read.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/arena.h"
#include "base/err.h"

enum { DONE = 0, NO = 1, CANNOT = 2 };
enum { MAX_OPTS = 16, MAX_OUTPUT = 1 << 30 };

struct opt {
	const char *name;  /* without the dashes */
	const char *value; /* "N", "F,G"; NULL: a flag */
	const char *what;  /* it does, in one line */
};

struct call; /* of a command */

struct command {
	const char *name, *synopsis; /* synopsis: "DIR QUESTION" */
	const char *summary;	     /* one line, for the list of commands */
	const char *details;	     /* paragraphs and an example, for --help */
	struct opt opts[MAX_OPTS];
	int min, max; /* words besides options */
	int (*run)(const struct call *c);
};

struct call {
	const struct command *command;
	char **word;
	int n;
	const char *value[MAX_OPTS]; /* as opts: NULL if not given; "" for a flag */
	struct arena *arena;	     /* lives until the command ends */
	struct buf *out;	     /* becomes standard output */
};

extern const struct command commands[];
extern const size_t ncommands;

const char *given(const struct call *c, const char *opt); /* NULL: not given */

/* Standard error: "comity: where: what (hint)"; returns the exit status that fits the error. */
int fail_with(const struct err *e);
int usage(const struct call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* returns CANNOT */
void warn_lines(struct str lines); /* as they are */

/* ERR_SYSTEM; what was in the file is gone. `secret`: it is for its owner alone. */
int file_write(const char *path, struct str bytes, bool secret, struct err *e);

/* --known N and the like. False: *ret is not a number (said already). */
bool number_given(const struct call *c, const char *opt, uint64_t *ret, int *ret_status);

/* Progress on standard error, if it is a terminal, from the third second on. ctx: what is done, as "filing". */
void progress(void *ctx, uint64_t done, uint64_t total);
void progress_end(void);

int run_publish(const struct call *c);
int run_serve(const struct call *c);
int run_mirror(const struct call *c);
int run_judge(const struct call *c);
int run_init(const struct call *c);
int run_load(const struct call *c);
int run_verify(const struct call *c);
int run_proof(const struct call *c);
int verify_proof(const struct call *c); /* what run_verify does for a file */
int run_key(const struct call *c);
int run_witness(const struct call *c);
int run_sign(const struct call *c);
int run_backup(const struct call *c);
int run_restore(const struct call *c);
int run_rebuild(const struct call *c);
int run_anchor(const struct call *c);
int run_ask(const struct call *c);
int run_why(const struct call *c);
int run_whynot(const struct call *c);
int run_timeline(const struct call *c);
int run_diff(const struct call *c);
int run_file(const struct call *c);
int run_adopt(const struct call *c);
int run_eval(const struct call *c);
int run_check(const struct call *c);

#endif
