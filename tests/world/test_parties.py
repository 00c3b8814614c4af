# SPDX-License-Identifier: Apache-2.0
"""From when each party is bound: computed day by day, compared with what the depositaries publish. Every difference has a reason."""
import ask
import tap
import world

DATA = ask.data()
facts = ask.Facts(ask.TREATIES, sum(world.treaties(DATA), []), ["in_force", "party"])
clauses = {row["treaty_id"]: row for row in world.table(DATA, "entry_into_force", "clauses.csv")}
explained = {(row["treaty_id"], row["party"]): row for row in world.table(world.HERE, "differences.csv")}

# What a reason claims, so far as the row can show it: computed (c), published (p), the day of the deposit (d), the treaty's own day (t).
REASONS = {
    "succession": lambda c, p, d, t: p < d,                         # a successor is bound from the succession, not from its notice
    "notified": lambda c, p, d, t: c < p <= world.later(c, 45),     # the clock runs from the depositary's notice of the deposit
    "treaty": lambda c, p, d, t: p == t != c,                       # bound from the first day of the treaty, which is not computed itself
    "own_day": lambda c, p, d, t: c < p,                            # the instrument names a later day
    "organisation": lambda c, p, d, t: c < (p or "9999"),           # an organisation to which the State left the matter must consent first
    "list": lambda c, p, d, t: p == world.later(c, -1),             # the list is a day short of the clause
}


def compare(treaty, published, column):
    """Every row of `published` against the last day on which the party began to be bound."""
    same, wrong = 0, []
    for row in published:
        key = treaty, world.NAMES.get(row[column["party"]], row[column["party"]])
        got = (facts.begins("party", "|".join(reversed(key))) or [""])[-1]
        want, reason = row[column["published"]], explained.pop(key, None)
        if not reason:
            same += got == want
            wrong += [] if got == want else [f"{key}: published {want or 'never'}, computed {got or 'never'}"]
        elif got == want:
            wrong.append(f"{key}: the difference has gone")
        elif (reason["published"], reason["computed"]) != (want, got):
            wrong.append(f"{key}: another difference now: published {want}, computed {got}")
        elif not REASONS[reason["reason"]](got, want, row[column["deposit"]], clauses[treaty]["eif_published"]):
            wrong.append(f"{key}: not a case of {reason['reason']}: published {want}, computed {got}")
    tap.ok(not wrong, f"parties: {treaty}: {same} of {len(published)} as published, the others for a reason", "\n".join(wrong))
    return same


total = rows = 0
for source in world.table(world.HERE, "published.csv"):
    where, _, value = source["where"].partition("=")
    published = [row for row in world.table(DATA, source["table"]) if not where or row[where] == value]
    tap.ok(published, f"parties: {source['treaty_id']} has rows")
    total, rows = total + compare(source["treaty_id"], published, source), rows + len(published)
tap.note(f"{total} of {rows} days as published")
tap.same(sorted(explained), [], "parties: every reason is about a row")

# A list of treaties without clauses is not compared; which they are is known.
loaded = {row["where"].partition("=")[2] for row in world.table(world.HERE, "published.csv")}
unsaid = {row["treaty"] for row in world.table(DATA, "wipo_treaties", "parties.csv")} - loaded
tap.same(sorted(unsaid), sorted(row["treaty"] for row in world.table(world.HERE, "no_clause.csv")), "parties: the treaties left out are those without a clause")

# Where no day is published for each party: whoever was in time is bound from the first day, the others after their own delay, none before.
for row in world.table(world.HERE, "lists.csv"):
    treaty = row["treaty_id"]
    first = (facts.begins("in_force", treaty) or [""])[0]
    if treaty in clauses and first and treaty not in {s["treaty_id"] for s in world.table(world.HERE, "published.csv")}:
        clause, wrong = clauses[treaty], []
        for deposit in world.table(DATA, row["table"]):
            day = deposit[row["deposit"]]
            own = world.later(day, int(clause["later_delay_n"])) if day else ""
            got = (facts.begins("party", f"{deposit[row['party']]}|{treaty}") or [""])[0]
            if got != (max(first, own) if day else ""):
                wrong.append(f"{deposit[row['party']]}: {got}")
        tap.same(wrong, [], f"parties: {treaty}: {len(world.table(DATA, row['table']))} parties, none before {first}, later ones after their delay")
tap.done()
