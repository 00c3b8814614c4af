/* SPDX-License-Identifier: Apache-2.0 */
#include "http/marks.h"

/* A name that ends in "_" stands for all that begin with it. */
static const struct str marks[] = {STR_INIT("utm_"), STR_INIT("fbclid"), STR_INIT("gclid"), STR_INIT("gbraid"), STR_INIT("wbraid"), STR_INIT("dclid"), STR_INIT("gad_"),
	STR_INIT("msclkid"), STR_INIT("yclid"), STR_INIT("ysclid"), STR_INIT("_openstat"), STR_INIT("twclid"), STR_INIT("igsh"), STR_INIT("igshid"), STR_INIT("ttclid"),
	STR_INIT("li_fat_id"), STR_INIT("mc_cid"), STR_INIT("mc_eid"), STR_INIT("mkt_tok"), STR_INIT("_hsenc"), STR_INIT("_hsmi")};

bool is_mark(struct str name)
{
	bool is = false;
	for (size_t i = 0; i < sizeof marks / sizeof *marks && !is; i++)
		is = str_ends(marks[i], STR("_")) ? str_starts(name, marks[i]) : str_eq(name, marks[i]);
	return is;
}

void marks_pattern(struct buf *b)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		buf_addf(b, "%s%.*s%s", i ? "|" : "(?:", STR_ARG(marks[i]), str_ends(marks[i], STR("_")) ? "[^=&]*+" : "");
	buf_adds(b, ")");
}
