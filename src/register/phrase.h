/* SPDX-License-Identifier: Apache-2.0
 *
 * Sentences for people, from facts, acts and proofs. The words are data (register/words.h: templates such as "{P} is {value}"), so that
 * another language or another organisation needs no C; what has no words is still said, from its declaration.
 *
 * A phrase is a list of pieces, so that a page can make links of names, dates and acts; phrase_text makes plain text of it. A
 * phrase is one statement that is true by itself: a clause without a capital or a full stop; phrase_sentence gives it both.
 *
 * Templates: {P} is the argument P; {value}, {from}, {to}, {at} ... as the template's place provides. [ ... ] is left out if a slot in
 * it is empty. A double {{ or [[ stands for itself. {n/10} is the whole number n divided by ten: "17.6". {last!first} is empty if it says the same as
 * {first}: of one day "{first}[ to {last!first}]" says it once.
 */
#ifndef REGISTER_PHRASE_H
#define REGISTER_PHRASE_H

#include "register/view.h"

enum piece_kind {
	PIECE_TEXT,
	PIECE_ENTITY,  /* text: its title; name: the entity */
	PIECE_VALUE,   /* text: "an observer"; name: the word */
	PIECE_DATE,    /* text: "4 July 2024"; date */
	PIECE_ACT,     /* text: "act 391"; act: its position */
	PIECE_ARTICLE, /* text: "Charter 13(2)"; article: of the rulebook, or NO_ID: it names a source only */
	PIECE_CODE,    /* text of the rulebook */
};

struct piece {
	enum piece_kind kind;
	struct str text, name;
	struct str lang; /* of the text, where it is not the phrase's (a title that has no translation); else empty */
	civil date;
	uint64_t act;
	uint32_t article;
	bool unverified; /* an entity whose title, or a date that, nobody has verified */
};

struct phrase {
	struct piece *v;
	size_t n, cap;
};

/* What every phrase needs. */
struct phrasing {
	const struct view *view;
	struct str lang;
	struct arena *arena;
};

/* With a capital and a full stop: a sentence. */
struct phrase phrase_full(const struct phrasing *p, const struct phrase *x);
struct str phrase_text(const struct phrasing *p, const struct phrase *x);
struct str phrase_sentence(const struct phrasing *p, const struct phrase *x); /* the text of phrase_full */

/* ---- facts and values ------------------------------------------------------------------------------------------------ */

/* "Belarus is an observer"; V_NONE: "Belarus has no status". Arguments V_NONE: "any State". */
struct phrase phrase_fact(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v);
/* "Belarus is not a member"; an argument V_NONE: "no State is a member". */
struct phrase phrase_fact_not(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v);
/* "Why is Belarus an observer?" with its question mark. */
struct phrase phrase_fact_why(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v);
/* Of a past day: "Why was Belarus not a member on 1 January 2024?"; without words for it "Belarus is not a member, on ...". */
struct phrase phrase_fact_whynot_past(const struct phrasing *p, uint32_t fact, const struct value *args, struct value v, civil day);
/* A value by itself: "an observer", "Kazakhstan", "4 July 2024", "44", "3 months"; none: "no". */
struct phrase phrase_value(const struct phrasing *p, uint32_t fact, struct value v);
/* A number as the words of the fact would have it beside its label, "17.6 per cent"; empty: they do not say. */
struct phrase phrase_fact_amount(const struct phrasing *p, uint32_t fact, struct value v);
struct phrase phrase_entity(const struct phrasing *p, sym name);

/* ---- time -------------------------------------------------------------------------------------------------------------- */

/* "4 July 2024"; with a time "4 July 2024, 18:00"; precision "month": "July 2022", "year": "2022" (empty: a day). */
struct phrase phrase_date(const struct phrasing *p, civil t, struct str precision);
/* "since 4 July 2024", "from 10 July 2015 to 4 July 2024" (the first day and the last), "until ...", "always". */
struct phrase phrase_interval(const struct phrasing *p, civil from, civil to);

/* ---- acts -------------------------------------------------------------------------------------------------------------- */

/* What it does: "Belarus deposited its consent to the Charter"; never empty. Its own title is the act's to give. */
struct phrase phrase_act(const struct phrasing *p, const struct record_act *a);
struct phrase phrase_act_date(const struct phrasing *p, const struct record_act *a); /* as precise as it is known */
struct phrase phrase_act_on(const struct phrasing *p, const struct record_act *a);   /* "on 4 July 2024", "in July 2022" */
/* An act of this kind with these arguments (V_NONE: any) as something that is not there: "no notice of withdrawal by Belarus". */
struct phrase phrase_act_none(const struct phrasing *p, uint32_t kind, const struct value *args);
/* Who signs acts of this kind, for these arguments: "Belarus", "the Council of Heads of State or the Secretariat". */
/* An entity, or an office by its name: who holds a key (register/keyring.h). */
struct phrase phrase_holder(const struct phrasing *p, struct str holder);
struct phrase phrase_signers(const struct phrasing *p, uint32_t kind, const struct value *args);

/* ---- proofs ------------------------------------------------------------------------------------------------------------ */

/* The one statement of a node, whatever its kids say. */
struct phrase phrase_proof(const struct phrasing *p, const struct proof *x);
/* A negation is said in the words of what is not so: the node whose statement, and reasons, stand for x; mostly x itself. */
const struct proof *phrase_stands_for(const struct proof *x);
/* Of a group those parts that decide, in one line. */
struct phrase phrase_parts(const struct phrasing *p, const struct proof *group);
/* What it rests on: "Charter 13, rule MEMBER" or "act 391"; empty if neither. */
struct phrase phrase_basis(const struct phrasing *p, const struct proof *x);
/* "Memorandum signed by Belarus; Belarus could sign it; it would count from 4 July 2024". */
struct phrase phrase_remedy(const struct phrasing *p, const struct remedy *r);

#endif
