# SPDX-License-Identifier: Apache-2.0
"""The rules give the history: every statement of status_history.csv against what the rulebook derives from the record.

Where they differ, orgs/sco/differences.csv says so and why; a difference that it does not name fails, and so does one
that it names and that is gone.
"""
import csv
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402
import facts  # noqa: E402


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


checked = facts.comity("check", facts.RULEBOOK)
tap.ok(checked.returncode == 0, "answers: the rulebook has no errors", checked.stdout + checked.stderr)
derived = facts.Facts("status,admission,applied_for,guest,may_attend,own_status")


def answer(fact, args, day):
    value = derived.on(fact, args, day)
    if fact == "admission" and value and value != "completed":
        return "pending"
    return value


def agree(expected, value):
    return expected == value or expected == "unclear" and "|" in value


explained = {(d["row"], d["fact"], d["args"], d["date"]): d for d in rows(os.path.join(facts.SCO, "differences.csv"))}
used = set()
by_row = {}
for a in rows(os.path.join(HERE, "answers.csv")):
    by_row.setdefault(a["row"], []).append(a)
for row, statements in by_row.items():
    wrong = []
    for a in statements:
        key = (row, a["fact"], a["args"], a["date"])
        value = answer(*key[1:])
        d = explained.get(key)
        if d:
            used.add(key)
            if (d["expected"], d["derived"]) != (a["expected"], value) or agree(a["expected"], value) or not d["reason"]:
                wrong.append("%s %s on %s: differences.csv has %r for %r, but it is %r for %r" % (
                    a["fact"], a["args"], a["date"], d["derived"], d["expected"], value, a["expected"]))
        elif not agree(a["expected"], value):
            wrong.append("%s %s on %s: expected %r, derived %r" % (a["fact"], a["args"], a["date"], a["expected"], value))
    tap.ok(not wrong, "answers: %s, %d statements" % (row, len(statements)), "\n".join(wrong))
tap.same(sorted(set(explained) - used), [], "answers: every explained difference is still there")

NAMED = [
    ("BY", "2009-12-31", ""), ("BY", "2012-01-01", "dialogue_partner"), ("BY", "2016-01-01", "observer"), ("BY", "2023-01-01", "observer"),
    ("BY", "2024-01-01", "observer"), ("BY", "2024-07-05", "member"), ("IR", "2022-09-16", "observer"), ("IR", "2023-07-05", "member"),
    ("IN", "2016-06-25", "observer"), ("IN", "2017-06-10", "member"), ("KZ", "2025-12-31", "member"), ("MN", "2025-08-31", "observer"),
    ("MN", "2025-09-02", "partner"), ("LA", "2025-09-02", "A=partner|B="), ("LA", "2025-08-31", ""),
]
for party, day, want in NAMED:
    tap.same(derived.on("status", party, day), want, "answers: %s on %s: %s" % (party, day, want or "none"))
tap.done()
