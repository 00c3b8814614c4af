/* SPDX-License-Identifier: Apache-2.0
 *
 * Words for people, by language: labels of facts, values, kinds of acts and types, and the templates from which sentences
 * are made (register/phrase.h). They come from words/LANG.json of the organisation, its org.json, and the standard
 * folder, in this order; what none of them knows is made from the name ("dialogue_partner" reads "dialogue partner"), so
 * that a new kind of act or status needs no words to work.
 *
 *	{"types": {"State": {"one": "State", "many": "States"}},
 *	 "facts": {"status": {"label": "Status", "is": "{P} is {value}", "none": "{P} has no status"}},
 *	 "values": {"member": {"label": "Member", "phrase": "a member", "one": "member", "many": "members"}, "decision.open": {...}},
 *	 "acts": {"consent_deposited": {"label": "Consent deposited", "says": "{P} deposits its consent to {I}[ by {form}]"}},
 *	 "counts": {"decision.voters": {"zero": "nobody takes part", "one": "1 takes part", "many": "{n} take part"}},
 *	 "units": {"day": {"one": "{n} day", "many": "{n} days"}},
 *	 "sets": {"CoreTreaties": "the core treaties"},
 *	 "params": {"form": "Form"}, "readings": {"A": "Nothing more is awaited"}, "places": {"Moscow": "Москва"},
 *	 "names": {"CHS": "Совет глав государств"}, "also": {"BY": "Белоруссия"},
 *	 "sources": {"Charter": {"alone": "Хартия", "numbered": "Хартия, ст. {n}"}, "Charter 13 Membership": "Хартия, ст. 13. Членство"},
 *	 "phrases": {"since": "since {from}", "digits": "0123456789"}}
 *
 * Members of a fact, all but `is` and `none` optional: `label`; `value`, how a number stands beside the label ("{value/10} per cent"); sentences `is`, `not`, `none`, `no_A` of which there is no A (a
 * language that can put "no area" for {A} into `is` needs none); questions `why`, `why_none`,
 * `whynot_past` and `whynot_past_none` with {date}; nouns
 * `of` ("the last day of {M}"), `count` and `sum` (what is counted, "consents to {I} that count") for conditions; `follows` and
 * `follows_counted`, what the fact gives to whoever has a status that its rules ask for ("May withdraw").
 *
 * `names`: what a thing is called in a language in which no act on record names it; the acts come first. `also`: another name under which people
 * look for it, and which no page shows. `digits`: the ten digits in which
 * the language writes numbers.
 *
 * What is counted has a form for each plural category of its language (CLDR: zero, one, two, few, many, other; a language without
 * plural forms has "other" alone). Of a status "one" is also its name in a list, and "group" the heading over those who have it;
 * without "group" that is "many".
 *
 * Invariants: immutable once made. Strings live as long as the words.
 */
#ifndef REGISTER_WORDS_H
#define REGISTER_WORDS_H

#include "base/arena.h"
#include "base/json.h"
#include "base/said.h"

struct title {
	struct str lang, text;
	bool unverified;
};

/* The text in `lang`, else in English, else the first, and then its language; {NULL, 0} if there is none. */
struct said title_pick(const struct title *t, size_t n, struct str lang);

/* With a capital as the language has them (a language without capitals: as it is); what is no letter stays. */
struct str capital_first(struct str text, struct str lang, struct arena *a);

struct words;

/* `words/LANG.json` files of an organisation, and "words" of its org.json ({"member": {"en": "Member"}}; NULL: none). The
 * JSON is borrowed and must outlive the words. The standard words are added by themselves. */
struct words_file {
	struct str lang;
	const json_t *json;
};
int words_new(const struct words_file *files, size_t n, const json_t *org_words, struct words **ret, struct err *e);
void words_free(struct words *w);

/* The text at section/name/member in `lang`, else in English, the organisation's before the standard; {NULL, 0}: none. */
struct str words_get(const struct words *w, struct str lang, const char *section, struct str name, const char *member);

/* The same in `lang` alone. */
struct str words_own(const struct words *w, struct str lang, const char *section, struct str name, const char *member);

/* The form for the number n: of nothing "zero", else that of the language's plural category, else "other", else "many". The number
 * itself stands where the form has {n}. {NULL, 0}: none. */
struct str words_count(const struct words *w, struct str lang, const char *section, struct str name, uint64_t n);

/* What a rule cites, or the heading of an article ("Charter 13(2)", "Charter 13 Membership"), as the words' "sources" name it: the whole
 * of it, or its beginning, "numbered", with {n} for the number that follows ("Хартия, ст. {n}"); "alone" without one. What they do not name stays as the
 * rulebook has it, in the rulebook's language: English, as its keywords. */
struct said words_source(const struct words *w, struct str lang, struct str cite, struct arena *a);

/* Labels; never empty: names that have no words are returned as they are, with blanks for '_' (from `a`). */
struct str words_value(const struct words *w, struct str lang, struct str fact, struct str value, struct arena *a); /* "Dialogue partner" */
struct str words_fact(const struct words *w, struct str lang, struct str fact, struct arena *a);
struct str words_act(const struct words *w, struct str lang, struct str kind, struct arena *a);
struct str words_param(const struct words *w, struct str lang, struct str param, struct arena *a); /* of an act: "Form", "Threshold" */
struct str words_type(const struct words *w, struct str lang, struct str type, bool many, struct arena *a);
struct str words_plain(struct str name, struct arena *a); /* the name with blanks for '_' */

#endif
