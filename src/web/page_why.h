/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of reasons show: why a fact is so, and why it is not.
 */
#ifndef WEB_PAGE_WHY_H
#define WEB_PAGE_WHY_H

#include "web/frame.h"

struct why_reading {      /* one reading of the law, or the only one */
	struct str name;  /* "A"; empty when the readings agree */
	struct str label; /* of the tree, for those who do not see it */
	struct reason tree;
};

struct why_act {
	struct html act;
	struct when when;
	struct html title;
};

struct why_article {
	struct html link;
	struct said title;
	struct html standing; /* how far its text was seen */
};

struct why_page {
	struct frame frame;
	civil on;
	bool past;
	struct html title, lead;
	struct html rests; /* what it rests on that there is no value */
	bool disputed;
	readings boxes; /* disputed: the readings side by side */
	LIST(struct why_reading) trees;
	links more;   /* open every step, why not another value */
	links settle; /* what would settle a dispute */
	LIST(struct why_act) acts, more_acts;
	LIST(struct why_article) articles;
	size_t steps, nacts;
	size_t told; /* of the steps; 0: all */
	size_t unlisted; /* of the acts */
	struct url file; /* the whole as data */
	struct str law_lang; /* of what `standing` says, if it is not the page's */
	bool standing; /* any of the articles says how far its text was seen */
	bool whole; /* with the checks that nothing else happened */
};

struct whynot_rule {
	struct str title; /* "MEMBER" */
	struct html cites;
	struct html nearest; /* "No decision on record does all that is asked; ... comes closest." */
	conditions asks;
};

struct whynot_page {
	struct frame frame;
	civil on;
	struct html title, lead, instead; /* "Iran is not a member"; what it is instead */
	struct html rests;               /* and if it is nothing, what that rests on */
	bool so;                         /* it is so after all */
	bool disputed;		   /* in one reading of the law it is so, */
	struct html readings, reading; /* and what stands below holds for one in which it is not */
	struct url why;
	LIST(struct whynot_rule) rules, far; /* far: of what they ask for nothing is there */
	struct html later;                   /* when it became so, and by what */
	struct records remedies;
	struct html deciding; /* of an act among them that closes a decision: by what rule */
	struct reason tree;
	links more;
};

#endif
