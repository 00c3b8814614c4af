# SPDX-License-Identifier: Apache-2.0
"""Who is a member where: 12,292 spells of 352 organisations against their head-counts, and the 193 members of the United Nations."""
import collections
import os

import ask
import tap
import world

DATA = ask.data()
RULES = os.path.join(ask.HERE, "membership.md")

# Head-counts: for each organisation and year of the table the number of States in each status, on the first and the last day of that year.
expected = collections.defaultdict(dict)
for row in world.table(DATA, "igo_membership", "expected_counts.csv"):
    expected[row["igo"]][row["year"], row["status"]] = int(row["members"])
records = world.organisations(DATA)
spells = world.table(DATA, "igo_membership", "spells.csv")
tap.same(sum(act["kind"] == "status_granted" for acts in records.values() for act in acts), len(spells), "membership: every spell is an act")
tap.same(sorted(set(expected) - set(records)), [], "membership: every organisation with a head-count has a record")
counts, wrong, interrupted = 0, [], set()
for igo, acts in records.items():
    facts = ask.Facts(RULES, acts, ["seated", "status"])
    seated = facts.all("seated")
    whole = {(f"{state}|{value}", start, end) for state, held in facts.all("status").items() for value, start, end in held}
    interrupted |= {args.split("|")[0] for args, start, end in whole if ("yes", start, end) not in seated.get(args, [])}
    for year in sorted({year for year, _ in expected[igo]}):
        days = [collections.Counter(args.split("|")[1] for args, spans in seated.items() for _, start, end in spans if start <= day and (not end or day < end))
                for day in (f"{year}-01-01", f"{year}-12-31")]
        want = {status: number for (y, status), number in expected[igo].items() if y == year}
        counts += len(want)
        if any(day != want for day in days):
            wrong.append(f"{igo} {year}: want {want}, got {[dict(day) for day in days]}")
tap.ok(not wrong, f"membership: {counts} head-counts of {len(records)} organisations", "\n".join(wrong[:20]))
tap.same(counts, sum(map(len, expected.values())), "membership: every head-count was compared")
tap.same(sorted(row["state"] for row in world.table(world.HERE, "absences.csv")), sorted(interrupted), "membership: every absence interrupts a membership")

# The United Nations: one act a member.
rows = world.table(DATA, "un_membership", "acts.csv")
acts = world.members(DATA)
un = ask.Facts(os.path.join(ask.HERE, "united_nations.md"), acts, ["status"])
tap.same(len(acts), len(rows), f"membership: {len(rows)} members, an act each")
first = "1945-10-24"
wrong = [row["state"] for row, act in zip(rows, acts) if un.begins("status", act["args"]["P"]) != [max(row["date_adopted"], first)]]
tap.same(wrong, [], "membership: each is a member from its admission or ratification, none before the Charter was in force")


def members(day):
    return sum(un.on("status", args, day) == "member" for args in un.all("status"))


tap.same(members(world.later(first, -1)), 0, "membership: nobody is a member the day before the Charter")
for year, number in (1945, 49), (1955, 74), (1960, 98), (1991, 164), (2011, 193):
    tap.same(members(f"{year}-12-31"), number, f"membership: {number} of the States of the list at the end of {year}")
tap.same(len(world.flagged(DATA)), 2, "membership: the two pairs of impossible dates are noticed")
tap.note("registered before they were admitted: " + ", ".join(world.flagged(DATA)))
tap.done()
