/* SPDX-License-Identifier: Apache-2.0
 *
 * How far a party is bound by an instrument, from the facts of the standard vocabulary.
 */
#include "web/page_instruments.h"

static const char *const words[BOND_MAX] = {
	[BOND_NONE] = N_("no act on record"),
	[BOND_SIGNED] = N_("signed"),
	[BOND_APPROVED] = N_("approved at home"),
	[BOND_CONSENTED] = N_("consent deposited"),
	[BOND_PROVISIONAL] = N_("applied provisionally"),
	[BOND_PARTY] = N_("in force for it"),
};

const char *bond_words(enum bond b)
{
	return words[b];
}

uint32_t bond_fact(const struct model *m, enum bond b)
{
	switch (b) {
	case BOND_SIGNED: return m->voc->fact.signatory;
	case BOND_APPROVED: return m->voc->fact.approved;
	case BOND_CONSENTED: return m->voc->fact.consented;
	case BOND_PROVISIONAL: return m->voc->fact.provisional;
	case BOND_PARTY: return m->voc->fact.party;
	default: return NO_ID;
	}
}

struct bound bound_of(const struct model *m, sym party, sym instrument)
{
	const struct value *args = args_of(m, 2, entity_value(party), entity_value(instrument));
	struct bound found = {.bond = BOND_NONE, .fact = NO_ID};
	for (int b = BOND_SIGNED; b < BOND_MAX; b++) {
		uint32_t fact = bond_fact(m, (enum bond)b);
		if (fact == NO_ID || !(found.each[b] = model_now(m, fact, args)))
			continue;
		found.bond = (enum bond)b;
		found.fact = fact;
		found.now = found.each[b];
	}
	return found;
}

bool bound_ever(const struct model *m, sym party, sym instrument)
{
	const struct value *args = args_of(m, 2, entity_value(party), entity_value(instrument));
	for (int b = BOND_SIGNED; b < BOND_MAX; b++) {
		uint32_t fact = bond_fact(m, (enum bond)b);
		for (uint32_t k = 0; fact != NO_ID && k < view_readings(m->view); k++) {
			const struct inst *i = eval_find(view_eval(m->view, k), fact, args);
			if (i && i->n)
				return true;
		}
	}
	return false;
}

size_t bound_parties(const struct model *m, sym instrument, sym **ret)
{
	LIST(sym) who = {0};
	for (int b = BOND_SIGNED; b < BOND_MAX; b++) {
		uint32_t fact = bond_fact(m, (enum bond)b);
		struct instance *list;
		size_t n = fact == NO_ID ? 0 : view_instances(m->view, fact, entity_value(instrument), m->arena, &list);
		for (size_t i = 0; i < n; i++) {
			size_t k = 0;
			while (k < who.n && who.v[k] != list[i].args[0].s)
				k++;
			if (k == who.n && list[i].args[1].s == instrument && almanac_party(m->al, list[i].args[0].s))
				arena_push(m->arena, &who, list[i].args[0].s);
		}
	}
	*ret = who.v;
	return who.n;
}

struct str instrument_kind(const struct model *m, sym instrument, struct str *ret_word)
{
	const struct record_act *a = act_about(m, m->voc->act.instrument_adopted, "I", instrument);
	struct value v = a ? act_arg(m->rb, &a->act, "kind") : VALUE_NONE;
	if (ret_word)
		*ret_word = v.kind == V_WORD ? syms_str(m->syms, v.s) : STR("");
	return v.kind == V_WORD ? model_text(m, NO_ID, v) : STR("");
}
