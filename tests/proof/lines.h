/* SPDX-License-Identifier: Apache-2.0
 *
 * The acts of a random record as JSON lines.
 */
#ifndef TESTS_PROOF_LINES_H
#define TESTS_PROOF_LINES_H

#include "tests/rules/case.h"

#include "base/json.h"

static inline json_t *json_of(const struct kase *k, struct value v)
{
	struct buf b;
	if (v.kind == V_INT)
		return json_integer(v.i);
	buf_init(&b, 5000);
	value_print(&k->book.syms, v, &b);
	json_t *j = json_stringn(b.p, b.n);
	buf_done(&b);
	return j;
}

static inline void add_act(const struct kase *k, const struct act *act, struct buf *lines)
{
	json_t *obj = json_object();
	char date[DATE_LEN];
	if (act->kind != NO_ID) {
		const struct act_kind *kind = &k->book.rb->acts.v[act->kind];
		json_t *args = json_object();
		for (uint32_t i = 0; i < kind->nparams; i++)
			if (act->args[i])
				json_object_set_new(args, syms_str(&k->book.rb->syms, kind->params[i].name).p, json_of(k, act_value(act, i)));
		json_object_set_new(obj, "kind", json_string(syms_str(&k->book.rb->syms, kind->name).p));
		json_object_set_new(obj, "date", json_string(date_print(act->date, date)));
		json_object_set_new(obj, "args", args);
	}
	if (act_is_correction(act))
		json_object_set_new(obj, "corrects", json_integer((json_int_t)act_corrects(act)));
	if (act->annul)
		json_object_set_new(obj, "annul", json_true());
	json_write(obj, 0, lines);
	buf_addc(lines, '\n');
	json_decref(obj);
}

#endif
