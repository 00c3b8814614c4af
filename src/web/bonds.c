/* SPDX-License-Identifier: Apache-2.0
 *
 * How far a party is bound by an instrument, from the facts of the standard vocabulary.
 */
#include "web/page_instruments.h"

#include "html/draw.h"

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

/* Squares that fill as the bond grows; what has ended is crossed out. */
static const char *const filling[SIGNS] = {
	[BOND_APPROVED] = "M2 14V2L14 14z",
	[BOND_CONSENTED] = "M2 8h12v6H2z",
	[BOND_PROVISIONAL] = "M5.5 5.5h5v5h-5z",
	[BOND_PARTY] = "M2 2h12v12H2z",
};

static const char *const outline[SIGNS] = {
	[BOND_SIGNED] = "M2 2h12v12H2z",
	[BOND_APPROVED] = "M2 2h12v12H2z",
	[BOND_CONSENTED] = "M2 2h12v12H2z",
	[BOND_PROVISIONAL] = "M2 2h12v12H2z",
	[BOND_PARTY] = "M2 2h12v12H2z",
	[SIGN_LEFT] = "M2 2h12v12H2zM2 2L14 14M14 2L2 14",
	[SIGN_RESERVATION] = "M8 2L14.5 14H1.5zM8 6v4M8 11v1.5",
};

void part_bond_signs(struct out *o)
{
	struct paper p = {.o = o};
	HTML(o, "<svg class=\"defs\" aria-hidden=\"true\" focusable=\"false\"><defs>");
	for (int i = BOND_SIGNED; i < SIGNS; i++) {
		buf_addf(o->b, "<g id=\"b%d\">", i);
		if (filling[i])
			draw_shape(&p, "f1", filling[i]);
		draw_shape(&p, "sl", outline[i]);
		HTML(o, "</g>");
	}
	HTML(o, "</defs></svg>");
}

void part_bond_sign(struct out *o, unsigned sign)
{
	if (sign != BOND_NONE && sign < SIGNS)
		buf_addf(o->b, "<svg class=\"sg\" aria-hidden=\"true\"><use href=\"#b%u\"/></svg>", sign);
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

/* The last span that had ended by the day asked about. */
static const struct stretch *last_ended(const struct model *m, uint32_t fact, const struct value *args)
{
	struct stretch *v;
	size_t n = model_stretches(m, fact, args, &v);
	while (n && v[n - 1].to > m->on)
		n--;
	return n ? &v[n - 1] : NULL;
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
	if (!found.each[BOND_PARTY])
		found.left = last_ended(m, m->voc->fact.party, args);
	if (!found.left && !found.each[BOND_CONSENTED] && !found.each[BOND_PARTY])
		found.left = last_ended(m, m->voc->fact.consented, args);
	return found;
}

bool bound_ever(const struct model *m, sym party, sym instrument)
{
	const struct value *args = args_of(m, 2, entity_value(party), entity_value(instrument));
	for (int b = BOND_SIGNED; b < BOND_MAX; b++) {
		uint32_t fact = bond_fact(m, (enum bond)b);
		if (fact != NO_ID && view_ever(m->view, fact, args))
			return true;
	}
	return false;
}

size_t bound_parties(const struct model *m, sym instrument, sym **ret)
{
	LIST(sym) who = {0};
	for (int b = BOND_SIGNED; b < BOND_MAX; b++) {
		uint32_t fact = bond_fact(m, (enum bond)b);
		const struct instance *list;
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
	struct str word = v.kind == V_WORD ? syms_str(m->syms, v.s) : STR("");
	if (ret_word)
		*ret_word = word;
	return word.n ? model_word(m, STR("kind"), word) : word;
}
