# SPDX-License-Identifier: Apache-2.0
"""When a party is bound, case by case: what the world's lists show only in passing."""
import ask
import tap
from world import act

T = "treaty"


def parties(deposits, **clause):
    """State -> the days from which it is a party, for deposits (date, State) and acts, under one clause of two instruments."""
    acts = [act("instrument_opened", "2000-01-01", I=T, **dict(dict(threshold=2, delay="90 days", rounding="exact"), **clause))]
    acts += [d if isinstance(d, dict) else act("consent_deposited", d[0], P=d[1], I=T) for d in deposits]
    facts = ask.Facts(ask.TREATIES, acts, ["party", "in_force"])
    return {args.split("|")[0]: facts.begins("party", args) for args in sorted(facts.all("party"))}, facts.begins("in_force", T)


later = {"later_delay": "90 days", "later_rounding": "exact"}
early, second, third = ("2000-03-01", "A"), ("2000-10-17", "B"), ("2000-10-17", "C")

tap.same(parties([early, second], **later), ({"A": ["2001-01-15"], "B": ["2001-01-15"]}, ["2001-01-15"]), "clocks: both are bound with the treaty")
tap.same(parties([early, second], fixed="2001-01-01", **later), ({"A": ["2001-01-01"], "B": ["2001-01-01"]}, ["2001-01-01"]),
         "clocks: on a fixed day those who met the conditions are bound at once, their own ninety days or not")
for order in [early, second, third], [early, third, second]:
    tap.same(parties(order, fixed="2001-01-01", **later)[0], dict.fromkeys("ABC", ["2001-01-01"]), f"clocks: {order[1][1]} before {order[2][1]} on one day makes no difference")
tap.same(parties([early, second, ("2000-10-18", "C")], fixed="2001-01-01", **later)[0]["C"], ["2001-01-16"], "clocks: a day later runs its own clock")
tap.same(parties([early, second, ("2000-10-18", "C")], later_delay="10 days", later_rounding="exact")[0]["C"], ["2001-01-15"], "clocks: but nobody is bound before the treaty")
tap.same(parties([early, second, ("2002-05-05", "C")])[0]["C"], ["2002-05-05"], "clocks: where the clause is silent, a later State is bound on the day of its consent")
gone = act("consent_withdrawn", "2000-12-01", P="A", I=T, effect="1 year")
tap.same(parties([early, second, gone], **later), ({"B": ["2001-01-15"]}, ["2001-01-15"]), "clocks: who withdraws before the day never becomes a party; the day stays")
back = ("2002-01-01", "A")
tap.same(parties([early, second, gone, back], **later)[0]["A"], ["2002-04-01"], "clocks: and when it returns it runs its own clock")
gone = act("consent_withdrawn", "2002-06-01", P="A", I=T, effect="1 year")
tap.same(parties([early, second, ("2002-05-01", "C"), act("consent_withdrawn", "2002-05-15", P="B", I=T, effect="1 year"), gone], **later)[0]["C"], ["2002-07-30"],
         "clocks: a clock runs on when the number of parties falls below that of the clause")
tap.done()
