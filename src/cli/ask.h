/* SPDX-License-Identifier: Apache-2.0
 *
 * A question put to a register on the command line: DIR 'fact("X") on DATE as known at N' --as AUDIENCE.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/cli.h"
#include "register/reg.h"

enum { MAX_ACT_FILE = 1 << 20 };

struct asked {
	struct reg *reg;
	const struct view *view;
	bool supposed; /* by --suppose: the newest entry of the view is an act that is not filed */
	struct question question;
	civil date; /* as asked, else today at the seat */
	struct answer answer;
};

/* Opens the register, finds the view, reads the question, answers it. DONE, or the exit status after the complaint. */
int ask_open(const struct call *c, const char *question, struct asked *ret);
/* Opens the register at a point of knowledge (UINT64_MAX: all) for the audience of --as. */
int view_open(const struct call *c, uint64_t known, struct reg **ret_reg, const struct view **ret);
void ask_close(struct asked *q);

const char *date_or(civil t, const char *open, char out[DATE_LEN]); /* the date, or `open` for an open end */
/* status("KZ"), as rules write it. */
void print_fact(const struct rulebook *rb, const struct syms *syms, uint32_t fact, const struct value *args, struct buf *out);
/* ["A"] or null: the readings of a bit set (0: all). */
void json_readings(struct buf *out, const struct view *v, uint32_t readings);

#endif
