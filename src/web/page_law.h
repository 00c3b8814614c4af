/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages of the legal basis show.
 */
#ifndef WEB_PAGE_LAW_H
#define WEB_PAGE_LAW_H

#include "web/listing.h"
#include "html/prose.h"

struct law_entry { /* an article in a list */
	struct url href;
	struct said title;
	uint32_t level;
	size_t rules, facts;
	bool current, own_facts; /* own_facts: its count is shown */
};

struct law_source { /* a heading of the second level with the articles below it */
	struct law_entry entry;
	struct law_entry *v;
	size_t n, cap;
};

typedef LIST(struct law_source) law_sources;

struct laws_page {
	struct frame frame;
	law_sources sources, standard;
	LIST(struct html) readings;
	struct html rulebook; /* its name and version */
};

struct rule_text {
	struct html html; /* the rules of one block, their names in bold */
};

struct law_page {
	struct frame frame;
	struct html over;
	struct said title;
	struct str lang, in; /* of the prose, where it is not the page's, and the words for it: "In English" */
	LIST(struct html) standing, prose, not_computed, sources;
	LIST(struct rule_text) rules;
	struct str rules_label;
	struct records facts;
	struct html facts_lead;
	struct law_source family; /* the source and its articles */
	pairs cited;		  /* rules elsewhere that rest on it, by article */
	struct link before, after;
};

#endif
