/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the data sets (sets.c, set_cells.c). Not for others.
 */
#ifndef WEB_SETS_INT_H
#define WEB_SETS_INT_H

#include "web/sets.h"

struct set_row {
	const struct entity *entity;
	const struct record_act *act;	 /* introduced the entity, or is the row itself */
	const struct stretch *s, *before; /* of an event: `s` is what begins, NULL where nothing does */
	uint32_t fact;
	const struct value *args;
	const struct title *title;
	civil at; /* of an event */
	const struct tallied *tallied; /* the numbers from a day on; of them the row has the one of a rank, which is that status */
	unsigned rank;
	struct value status;
	struct when when; /* that day, as exactly as the record knows it */
};

uint32_t set_fact(const struct model *m, struct str name); /* NO_ID: the rulebook has none of that name */

/* set_cells.c */
cell_get get_id, get_title, get_type, get_address, get_arg, get_introduced, get_introduced_on, get_place,
	get_said, get_certainty, get_fact, get_args, get_value, get_before, get_disputed, get_was_disputed, get_since, get_until,
	get_since_act, get_until_act, get_unverified, get_articles, get_event_on, get_event_act, get_event_articles,
	get_event_unverified, get_now, get_now_is, get_now_since, get_now_act, get_entry, get_kind, get_arguments,
	get_received, get_precision, get_corrects, get_stands, get_lang, get_name, get_name_unverified, get_readings, get_since_precision, get_until_precision, get_event_precision,
	get_arg_precision, get_now_precision, get_now_unverified, get_arg_address,
	get_count_status, get_count, get_count_disputed, get_count_all, get_count_precision, get_count_unverified;

/* sets_linked.c */
set_node node_entity, node_membership, node_entry, node_release;
void set_jsonld(const struct model *m, const struct dataset *s, struct buf *out);

#endif
