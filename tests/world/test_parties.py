# SPDX-License-Identifier: Apache-2.0
"""From when each party is bound: computed day by day, compared with what the depositaries publish. Every difference has a reason."""
import calendar

import ask
import tap
import world

DATA = ask.data()
facts = ask.Facts(ask.TREATIES, sum(world.treaties(DATA), []), ["consented", "in_force", "met", "party"])
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
    # What the list showed in earlier years counts too: the first time of a party that left and came back.
    names = {row[source["code"]]: row[source["party"]] for row in published} if source["history"] else {}
    shown = [(world.NAMES.get(row["party"]) or names.get(row["party"], row["party"]), day)
             for row in world.table(DATA, source["history"] or "none") if row["field"] == source["published"] for day in (row["old"], row["new"]) if day]
    if shown:
        wrong = [entry for entry in shown if entry[1] not in facts.begins("party", f"{entry[0]}|{source['treaty_id']}")]
        tap.same(wrong, [], f"parties: {source['treaty_id']}: {len(shown)} days that the list has shown at one time or another")
tap.note(f"{total} of {rows} days as published")
tap.same(sorted(explained), [], "parties: every reason is about a row")

# A list of treaties without clauses is not compared; which they are is known.
loaded = {row["where"].partition("=")[2] for row in world.table(world.HERE, "published.csv")}
unsaid = {row["treaty"] for row in world.table(DATA, "wipo_treaties", "parties.csv")} - loaded
tap.same(sorted(unsaid), sorted(row["treaty"] for row in world.table(world.HERE, "no_clause.csv")), "parties: the treaties left out are those without a clause")

# Every party of every treaty in force, by arithmetic of our own: who consented by the day on which the conditions were met is bound with the
# treaty, who consented later after its own delay, nobody before the treaty.
def own_day(clause, day):
    number, unit = int(clause["later_delay_n"] or 0), clause["later_delay_unit"]
    if unit == "days" or not number:
        return world.later(day, number)
    months = int(day[:4]) * 12 + int(day[5:7]) - 1 + number * (12 if unit == "years" else 1)
    if clause["later_delay_rule"] == "first_of_month_following":
        months, day = months + 1, "0000-00-01"
    elif clause["later_delay_rule"] != "exact":
        day = "0000-00-01"
    year, month = months // 12, months % 12 + 1
    return f"{year:04}-{month:02}-{min(int(day[8:]), calendar.monthrange(year, month)[1]):02}"


checked, wrong = 0, []
for args, spans in facts.all("consented").items():
    party, treaty = args.split("|")
    day, first, met = spans[0][1], facts.begins("in_force", treaty), facts.begins("met", treaty)
    if first:
        want = max(first[0], own_day(clauses[treaty], day)) if day > met[0] else first[0]
        got = (facts.begins("party", args) or ["never"])[0]
        checked += 1
        wrong += [f"{args}: consented {day}, computed {got}, by hand {want}"] if got != want else []
tap.ok(not wrong and checked > 10000, f"parties: {checked} first days in all treaties in force are those of the clause", "\n".join(wrong[:20]))
tap.done()
