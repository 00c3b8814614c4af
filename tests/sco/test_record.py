# SPDX-License-Identifier: Apache-2.0
"""record.jsonl is what record.py makes of the tables, and record.py never looks at the answers."""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402
import answers  # noqa: E402
import facts  # noqa: E402

SCRIPT = os.path.join(facts.SCO, "record.py")
SOURCES = os.path.join(facts.SCO, "sources")
ANSWER_COLUMNS = {"status_history": ("effective_from", "effective_to", "ended_by"), "parties": ("current_status", "current_status_since")}
ANSWER_ROWS = ("member", "sco_partner")


def made(folder):
    return subprocess.run([sys.executable, SCRIPT, folder], stdout=subprocess.PIPE, check=True).stdout


def copy(folder, change):
    """The tables, each row through `change(table, row)`, which returns the row to keep or None"""
    for name in sorted(os.listdir(SOURCES)):
        with open(os.path.join(SOURCES, name), encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [change(name[:-4], dict(row)) for row in reader]
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames)
            writer.writeheader()
            writer.writerows(row for row in rows if row)


def blanked(table, row):
    if table == "status_history" and row["status"] in ANSWER_ROWS:
        return None
    for column in ANSWER_COLUMNS.get(table, ()):
        row[column] = ""
    return row


def later_grant(table, row):
    if table == "status_history" and row["party"] == "MN" and row["status"] == "observer":
        row["decision_date"] = "2004-06-18"
    return row


with open(facts.RECORD, "rb") as file:
    committed = file.read()
tap.ok(made(SOURCES) == committed, "record: record.jsonl is what record.py prints",
       "make it anew: python3 orgs/sco/record.py > orgs/sco/record.jsonl")
with tempfile.TemporaryDirectory() as folder:
    copy(folder, blanked)
    tap.ok(made(folder) == committed, "record: the same bytes without the columns and rows that hold the answers")
with tempfile.TemporaryDirectory() as folder:
    copy(folder, later_grant)
    tap.ok(made(folder) != committed, "record: other bytes when a column is changed that it does read")

acts = facts.record()
grants = [n for n, a in enumerate(acts, 1) if "member" in [str(v) for v in a["args"].values()]]
tap.same(grants, [], "record: no act has `member` among its arguments, so none grants membership")

known = [a.get("received") or a["date"] for a in acts]
tap.ok(known == sorted(known), "record: in the order in which each act could first be known")
early = [n for n, a in enumerate(acts, 1) if a.get("received", "9999") < a["date"]]
tap.same(early, [], "record: nothing is received before it is done")
MUST = {"kind": str, "date": str, "args": dict, "title": dict, "sources": list, "certainty": str, "recorded": bool}
bad = [n for n, a in enumerate(acts, 1) if any(not isinstance(a.get(k), t) or not a[k] for k, t in MUST.items())]
tap.same(bad, [], "record: each act has kind, date, arguments, title, sources, certainty, and is recorded")
bad = [n for n, a in enumerate(acts, 1) if a["certainty"] not in ("sourced", "unverified", "disputed")
       or any(f not in ("date", "place", "title", "about") and f.split(".")[0] not in ("title",) and f not in a["args"] for f in a.get("unverified", ()))]
tap.same(bad, [], "record: certainty is one of three words, and unverified names fields that are there")
bad = [n for n, a in enumerate(acts, 1) if a.get("date_precision") == "month" and not re.search(r"-(28|29|30|31)$", a["date"])
       or a.get("date_precision") == "year" and not a["date"].endswith("-12-31")]
tap.same(bad, [], "record: a month or a year counts at its last day")
bad = [n for n, a in enumerate(acts, 1) if (a.get("date_precision") == "latest") != bool(re.search(r"in force by this day|at the latest", a.get("date_note", "")))]
tap.same(bad, [], "record: a day that the sources show only to be the latest is not told as the day")

corrections = [(n, a) for n, a in enumerate(acts, 1) if "corrects" in a]
tap.ok(len(corrections) >= 3, "record: three corrections or more", str(len(corrections)))
for n, a in corrections:
    first = acts[a["corrects"] - 1]
    changed = {k for k in ("date", "args", "certainty") if a[k] != first[k]}
    tap.ok(a["corrects"] < n and a["kind"] == first["kind"] and changed and a["sources"] != first["sources"],
           "record: correction %d of act %d (%s) changes %s on the strength of another source" % (n, a["corrects"], a["kind"], ", ".join(sorted(changed))))

# The words: for everything that the rulebook declares itself, and for nothing that nobody declares; `gavelled` is of the standard, and has a
# narrower sense here, where every body decides by consensus.
with open(os.path.join(facts.SCO, "words", "en.json"), encoding="utf-8") as file:
    words = json.load(file)
with open(facts.RULEBOOK, encoding="utf-8") as file:
    rulebook = file.read()
own = re.search(r"^fact (.*?)\n\nact (.*?)\n```", rulebook, re.S | re.M)
for section, text in (("facts", own[1]), ("acts", own[2])):
    declared = set(re.findall(r"(\w+)\(", text)) | ({"loss_notice", "loss_notice_due", "loss_notice_late"} if section == "facts" else {"gavelled"})
    tap.same(sorted(declared ^ set(words[section])), [], "record: words/en.json has all %s that the rulebook declares, and no others" % section)

with open(os.path.join(HERE, "answers.csv"), encoding="utf-8") as file:
    tap.ok(file.read() == answers.text(), "record: answers.csv is what answers.py derives from the key",
           "make it anew: python3 tests/sco/answers.py > tests/sco/answers.csv")
tap.done()
