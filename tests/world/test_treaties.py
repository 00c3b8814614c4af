# SPDX-License-Identifier: Apache-2.0
"""Entry into force of 130 treaties from their final clauses and deposits: computed equals published, day for day."""
import ask
import tap
import world

DATA = ask.data()
acts, late = world.treaties(DATA)
clauses = world.table(DATA, "entry_into_force", "clauses.csv")
facts = ask.Facts(ask.TREATIES, acts + late, ["in_force"])
explained = {row["treaty_id"]: row for row in world.table(world.HERE, "not_computed.csv") if row["treaty_id"]}


def computed(treaty, known=facts):
    return (known.begins("in_force", treaty) or [""])[0]


# Every row: either the published date, or a reason. A reason that is no longer needed is a mistake as well.
same = 0
for row in clauses:
    treaty, published = row["treaty_id"], row["eif_published"]
    if treaty in explained:
        tap.same(computed(treaty), explained[treaty]["computed"], f"treaties: {treaty} is not computed, and gives what its reason says")
        tap.ok(computed(treaty) != published, f"treaties: {treaty} still needs its reason")
        tap.note(f"published {published or 'never'}, computed {computed(treaty) or 'never'}: {explained[treaty]['reason']}")
    elif not published:
        same += tap.same(computed(treaty), "", f"treaties: {treaty} is not in force")
    else:
        asked = [facts.on("in_force", treaty, day) for day in (world.later(published, -1), published)]
        same += tap.same((computed(treaty), asked), (published, [None, "yes"]), f"treaties: {treaty} in force on {published}, not the day before")
matching = [row["treaty_id"] for row in clauses if row["check"].startswith("match")]
tap.note(f"{same} of {len(clauses)} as published; {len(matching)} are said to be computable")
tap.same([t for t in matching if t in explained], [], "treaties: no row that is said to match is explained away")
tap.same([t for t in explained if t not in {row["treaty_id"] for row in clauses}], [], "treaties: every reason is about a row")

# Conditions: every one that stands in words has been said in terms of acts or has a reason, and those that decide do decide.
said = {row["treaty_id"] for row in world.table(world.HERE, "conditions.csv")}
tap.same([row["treaty_id"] for row in clauses if row["extra_condition"] and row["treaty_id"] not in said], [], "treaties: every condition in words is in conditions.csv")
tap.ok(all(row["source"] for row in world.table(world.HERE, "conditions.csv")), "treaties: every condition has a source")

bare = [row for row in world.table(world.HERE, "conditions.csv") if not row["treaty_id"]]
without = ask.Facts(ask.TREATIES, sum(world.treaties(DATA, bare), []), ["in_force"])
decided = {row["treaty_id"]: computed(row["treaty_id"], without) != computed(row["treaty_id"]) for row in clauses if "condition" in row["check"]}
for treaty in decided:
    tap.note(f"{treaty}: {computed(treaty) or 'never'}; without its condition {computed(treaty, without) or 'never'}")
tap.same(sum(decided.values()), len(decided) - 1, "treaties: each day that needs a condition rests on it, but one where number and condition are reached on one day")

# Deposits that came to light late: until then the answer was another, and it can still be asked for.
before = ask.Facts(ask.TREATIES, acts + late, ["in_force"], known=len(acts))
for row in clauses:
    if "predecessors" in row["check"] or "history" in row["check"]:
        treaty, was = row["treaty_id"], computed(row["treaty_id"], before)
        tap.ok(was != computed(treaty), f"treaties: {treaty} corrects itself from {was or 'never'} to {computed(treaty)}")
tap.done()
