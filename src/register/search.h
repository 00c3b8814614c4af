/* SPDX-License-Identifier: Apache-2.0
 *
 * The search index: acts, articles, entities, texts and labels, found by words; and what an entry carries or names, by its SHA-256.
 *
 * One index for each audience and rulebook that was searched, in memory (SQLite FTS5 with the words of search_cut.h), made of the records
 * of that audience's views, so that it never held what the audience may not read. It grows by the acts that came since, and forgets
 * nothing: it serves every point of knowledge that is read under its rulebook.
 *
 * Invariants
 * - An index only proposes. What is given out is taken from the view that was asked: an act if it stands there, a name if the entity
 *   has it there or the words of that rulebook have it, an article if it is in its rulebook. So what came later, was corrected or is sealed is not found, whatever the index
 *   holds; and the words shown beside a hit are read from that view too.
 * - The order does not depend on what came later: labels, which are few, then names and titles that have all words before texts that have
 *   them, those that are the words and nothing more before all others, then the latest date, then the newest entry.
 * - What a user writes is cut into words. None of it is ever read as FTS5 syntax.
 * - Bounded: SEARCH_QUERY_BYTES and SEARCH_WORDS of a question, SEARCH_HITS hits, SEARCH_LOOKS candidates; what was left out is said
 *   (`more`, `cut`). Of a document no more than SEARCH_TEXT_BYTES can be found.
 * - An index is disposable: the truth is the log. Safe for all threads; an index answers one question at a time.
 */
#ifndef REGISTER_SEARCH_H
#define REGISTER_SEARCH_H

#include "register/genuine.h"
#include "register/reg.h"

enum {
	SEARCH_QUERY_BYTES = 300,
	SEARCH_WORDS = 12,
	SEARCH_HITS = 200,
	SEARCH_LOOKS = 4000,
	SEARCH_TEXT_BYTES = 256 << 10,
	SEARCH_NEAR = 3,
	SEARCH_WAIT = 2, /* seconds */
};

enum search_kind {
	SEARCH_ANY,
	SEARCH_THING,	/* an entity, by its names in all languages, or its name in the record */
	SEARCH_ARTICLE, /* of the rulebook */
	SEARCH_ACT,	/* by its title, text and place */
	SEARCH_PAPER,	/* a document of an act, by its name; if it is text (plain, Markdown, HTML), also by what it says */
	SEARCH_LABEL,	/* what acts or facts have in common, by the words for it; found beside the others, where no kind is asked for */
};

struct search_hit;

/* What pages have a word for: a kind of act, a value of a fact, a word that acts have as an argument. It costs the index a document in each
 * language, however many acts share it; who is asked for what has it (web/found.c) counts. */
struct search_label {
	enum { LABEL_KIND, LABEL_VALUE, LABEL_WORD } is;
	uint32_t of;	 /* LABEL_KIND: kind of act; LABEL_VALUE: the fact, whose values the rulebook lists */
	struct str param; /* LABEL_WORD: the argument's name */
	struct str word; /* LABEL_VALUE, LABEL_WORD: as the record has it */
	uint32_t number; /* each its own */
};

struct search_query {
	struct str text;	   /* words; "in quotes" side by side */
	struct str lang;	   /* preferred: of several names that fit, this language's is given */
	bool strict;		   /* nothing but these words: no beginnings of words, none apart, no suggestions */
	struct str only;	   /* nothing but texts in this language; empty: any */
	enum search_kind kind;
	uint32_t type;		   /* SEARCH_THING: of this type or union of types; NO_ID: any */
	civil from, to;		   /* of acts: their date; of entities and papers: of the act that introduced them. CIVIL_ALWAYS, CIVIL_NEVER */
	civil on;		   /* nothing dated after this day, */
	uint32_t timeless;	   /* but entities of this type, which may be asked about on any day; NO_ID: none */
	bool (*hides)(void *ctx, const struct search_hit *h); /* what is not to be given out all the same; NULL: nothing */
	void *ctx;
};

struct search_hit {
	enum search_kind kind;
	const struct entity *entity;   /* SEARCH_THING */
	const struct record_act *act;  /* SEARCH_ACT, SEARCH_PAPER: the act; SEARCH_THING: that introduced it */
	uint32_t article;	       /* SEARCH_ARTICLE */
	size_t paper;		       /* SEARCH_PAPER: index in `documents` of the act */
	struct search_label label;     /* SEARCH_LABEL */
	struct str lang;	       /* of the text in which the words stand; empty: none in particular */
	bool named;		       /* all words stand in its name or title */
	bool whole;		       /* and are all of it */
};

struct search_near { /* did you mean */
	struct str text; /* the question, with other words in it */
};

struct search_terms; /* the words of a question, as they are looked for */

struct search_result {
	struct search_hit *v;
	size_t n;
	bool more;   /* there may be more than these: the bound was reached */
	bool cut;    /* the question had more words than are looked for */
	bool begins; /* a word stands nowhere: words that begin with it were looked for */
	bool apart;  /* the words stand nowhere side by side as asked: found anywhere in the text */
	struct search_near near[SEARCH_NEAR];
	size_t nnear; /* only where nothing was found */
	const struct search_terms *terms; /* NULL: no words */
};

/* What the view holds that has all words. Everything in *ret is the view's, or in the arena. ERR_SYSTEM: memory, ICU without data.
 * ERR_CONFLICT: somebody else is making the index just now, which takes seconds where there are many acts; nobody is kept waiting longer than
 * SEARCH_WAIT. */
int reg_search(struct reg *r, const struct view *v, const struct search_query *q, struct arena *a, struct search_result *ret, struct err *e);

/* Makes the index of this view ready, so that the first search need not wait. ERR_REFUSED: reg_search_stop was called. */
int reg_search_prepare(struct reg *r, const struct view *v, struct err *e);
void reg_search_stop(struct reg *r); /* ends what is being made, and all later searches that would have to make something */

/* Are the words that were looked for this text and nothing more, whatever their endings? */
bool search_is(const struct search_terms *t, struct str text, struct arena *a);

/* Where the words stand: the text around the first of them, about `most` bytes, in pieces; "…" where something was left out. */
struct search_piece {
	struct str text;
	bool found; /* one of the words */
};
struct search_snippet {
	struct search_piece *v;
	size_t n, cap;
	bool any; /* one of the words is among them */
};
void search_show(const struct search_terms *t, struct str text, size_t most, struct arena *a, struct search_snippet *ret);
/* The words of a paper (stripped of markup), for search_show; empty: it is no text, or not here. */
struct str reg_search_paper(struct reg *r, const struct view *v, const struct search_hit *h, struct arena *a);

/* The same of an article: its Markdown without addresses and signs of form. */
struct str search_article(const struct article *article, struct arena *a);

/* The words for what a label stands for, in this language, else as words.h has it. */
struct str search_label_text(const struct record *r, const struct search_label *l, struct str lang, struct arena *a);

/* Entries that the view reads which carry or name something of this SHA-256, by position; at most `most`. */
struct search_named {
	uint64_t pos;
	enum genuine how;
	struct str path; /* in the entry: "text.en" */
};
int reg_search_hash(struct reg *r, const struct view *v, const struct digest *hash, size_t most, struct arena *a, struct search_named **ret,
	size_t *ret_n, struct err *e);

/* What it is called, in all languages, shown or not; at most SEARCH_NAMES, the titles first. */
enum { SEARCH_NAMES = 24 };
size_t search_names(const struct record *r, const struct entity *en, struct arena *a, struct str ret[SEARCH_NAMES]);
const struct record_act *search_introduced(const struct record *r, const struct entity *en); /* the act that made it known */

/* For tests and the bench. */
struct search_figures {
	unsigned indexes;    /* kept now */
	uint64_t made;	     /* since the register was opened */
	uint64_t documents;  /* in those kept */
	uint64_t bytes;	     /* of memory, of SQLite and our own */
};
struct search_figures reg_search_figures(struct reg *r);

#endif
