/* SPDX-License-Identifier: Apache-2.0
 *
 * What a page says as linked data (JSON-LD 1.1): schema.org for things, W3C ORG for who holds which status, PROV for the reasons
 * of a fact; and the catalogue of the data sets (DCAT 3). The context stands in every document: nothing is fetched to read it.
 *
 * Invariants: a thing is named by its address without a language, /id/NAME, which leads to its page; what is said is what the page
 * says, of the same day and point of knowledge.
 */
#ifndef WEB_LINKED_H
#define WEB_LINKED_H

#include "web/model.h"

/* What a row of the route table may name as `linked`. NULL with *e filled: as a handler's error. */
typedef json_t *linked_maker(struct model *m, struct err *e);

linked_maker linked_site;  /* the organisation and its bodies */
linked_maker linked_thing; /* what the address names */
linked_maker linked_act;
linked_maker linked_why;

int linked_show(struct model *m, struct err *e); /* the answer in the form FORM_JSONLD */
/* The same as an element for the head of a page; empty where there is none. */
struct html linked_block(struct model *m);

/* Nodes, without a context. */
json_t *linked_entity(const struct model *m, const struct entity *en);
json_t *linked_membership(const struct model *m, sym who, const struct stretch *s); /* a span of a status */
json_t *linked_entry(const struct model *m, const struct record_act *a);

json_t *linked_catalog(struct model *m); /* with its context: a whole document */
json_t *linked_context(void); /* the prefixes of all documents */
struct str linked_iri(const struct model *m, struct str name); /* of a thing of that name in the record */
json_t *linked_words(const struct model *m, struct str text); /* in the language of the page */
json_t *linked_ref(struct str iri); /* {"@id": iri} */

#endif
