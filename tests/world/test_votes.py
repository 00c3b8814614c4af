# SPDX-License-Identifier: Apache-2.0
"""The Security Council: majority and veto predict what became of every draft, but two for which the source is at odds with itself."""
import collections
import os

import ask
import tap
import world

DATA = ask.data()
seats = world.table(world.HERE, "seats.csv")
permanent = {row["seat"] for row in seats if row["status"] == "permanent"}
votes = world.votes(DATA)
explained = {row["item"]: row for row in world.table(world.HERE, "outcomes.csv")}

# The ballots that were dealt say no more than the table: its tally, its vetoes, one vote a seat.
wrong = []
for row, decision, date in votes:
    seated = [seat["seat"] for seat in seats if seat["date"] <= date]
    dealt = world.ballots(row, seated)
    tally = collections.Counter(dealt.values())
    if row["yes"] and [tally[vote] for vote in ("yes", "no", "abstain")] != [int(row[vote]) for vote in ("yes", "no", "abstain")]:
        wrong.append(f"{decision}: another tally {dict(tally)}")
    if not set(dealt) <= set(seated):
        wrong.append(f"{decision}: votes without a seat")
    vetoes = {world.NAMES.get(name, name) for name in row["vetoed_by"].split(";") if name}
    if vetoes != {seat for seat in permanent if dealt.get(seat) == "no"} and row["reached_required"] != "no":
        wrong.append(f"{decision}: other permanent members against")
tap.ok(not wrong, f"votes: the ballots of {len(votes)} drafts give the tallies of the table", "\n".join(wrong))

facts = ask.Facts(os.path.join(ask.HERE, "security_council.md"), world.council(DATA), ["decision", "majority"])
wrong, right = [], collections.Counter()
for row, decision, date in votes:
    want = "rejected" if row["outcome"] == "not_adopted" else "adopted"
    got = facts.on("decision", decision, date)
    reason = explained.pop(row["item"], None)
    if reason:
        tap.same((got, want), (reason["computed"], reason["published"]), f"votes: {row['item']} is the other way round, and still needs its reason")
        tap.note(reason["reason"])
    elif got == want:
        right[want, bool(row["yes"]), bool(row["vetoed_by"])] += 1
    else:
        wrong.append(f"{decision}: {row['outcome']}, computed {got}")
tap.ok(not wrong, f"votes: {sum(right.values())} of {len(votes)} outcomes predicted", "\n".join(wrong))
tap.note(f"adopted {right['adopted', True, False]} with a tally and {right['adopted', False, False]} without; "
         f"not adopted {right['rejected', True, False]} for want of votes and {right['rejected', True, True]} with a veto")
tap.same(sorted(explained), [], "votes: every reason is about a row")
for row, decision, date in votes:
    if facts.on("majority", "", date) != row["required_yes"]:
        wrong.append(decision)
tap.same(wrong, [], "votes: seven votes were needed before 1966, nine since")
tap.done()
