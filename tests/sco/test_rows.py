# SPDX-License-Identifier: Apache-2.0
"""No row of the tables is forgotten: without it the record is another one, or orgs/sco/unused.csv says why not."""
import csv
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402
import facts  # noqa: E402

sys.dont_write_bytecode = True
sys.path.insert(0, facts.SCO)
import record  # noqa: E402

with open(os.path.join(facts.SCO, "unused.csv"), encoding="utf-8", newline="") as file:
    reasons = list(csv.DictReader(file))
used = set()


def says(acts):
    return sorted(json.dumps([a.get(k) for k in record.ORDER if k != "corrects"]) for a in acts)


def reason(table, row):
    for n, r in enumerate(reasons):
        column, value = r["match"].split("=")
        if r["table"] == table and row[column] == value and r["reason"]:
            return n
    return None


tables = record.tables(record.SOURCES)
acts = record.build(tables)
whole = says(acts)
for name in record.TABLES:
    forgotten = []
    for n, row in enumerate(tables[name]):
        why = reason(name, row)
        if why in used and name == "status_history":
            continue        # many rows of one kind: one is enough
        rest = dict(tables, **{name: tables[name][:n] + tables[name][n + 1:]})
        try:
            made = record.build(rest)
            if len(made) != len(acts) or says(made) != whole:
                continue
        except (KeyError, StopIteration, SystemExit, ValueError):
            continue        # needed by another row
        if why is None:
            forgotten.append(" ".join(list(row.values())[:4]))
        else:
            used.add(why)
    tap.ok(not forgotten, "rows: every row of %s.csv is in the record, or unused for a reason" % name, "\n".join(forgotten))
tap.same([r["match"] for n, r in enumerate(reasons) if n not in used], [], "rows: every reason of unused.csv is still one")
tap.done()
