# SPDX-License-Identifier: Apache-2.0
"""Derives answers.csv, the questions and their answers, from status_history.csv, the only reader of its answer columns.

    python3 tests/sco/answers.py > tests/sco/answers.csv

For every statement of the table (a status from a day, until a day, decided on a day, a memorandum on a day, an application, a
guest, a status elsewhere) it asks on that day and on the day before. `expected` is the value of the fact, empty for none;
`pending` for an admission under way; `unclear` where the table says that the day of effect is not known.
"""
import calendar
import csv
import os
import re
import sys
from datetime import date, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SOURCES = os.path.join(ROOT, "orgs", "sco", "sources")
NEWEST = "2026-02-12"   # the newest page among the sources
VALUE = {"member": "member", "observer": "observer", "dialogue_partner": "dialogue_partner", "sco_partner": "partner"}
FIELDS = ("row", "fact", "args", "date", "expected")


def table(name):
    with open(os.path.join(SOURCES, name + ".csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def before(day):
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def bounds(text):
    """First and last day of '2014-09', '2015' or a day"""
    parts = [int(x) for x in text.split("-")]
    if len(parts) == 3:
        return text, text
    first = date(parts[0], parts[1] if len(parts) > 1 else 1, 1)
    month = parts[1] if len(parts) > 1 else 12
    return first.isoformat(), date(parts[0], month, calendar.monthrange(parts[0], month)[1]).isoformat()


def derive():
    rows = table("status_history")
    meetings = {m["id"]: m for m in table("meetings")}
    spans = {}
    for r in rows:
        if r["status"] in VALUE:
            since, until = r["effective_from"], r["effective_to"]
            if not since and until:
                since = before(until)       # held on its last day at the latest
            if since:
                spans.setdefault(r["party"], []).append((since, until or "9999", VALUE[r["status"]]))

    def held(party, day):
        return next((v for since, until, v in sorted(spans.get(party, ()), reverse=True) if since <= day < until), "")

    for r in rows:
        party, kind = r["party"], r["status"]
        if kind in VALUE:
            days = set()
            for column in ("effective_from", "effective_to", "decision_date", "memorandum_signed_date"):
                if r[column]:
                    days |= {before(r[column]), r[column]}
            if not r["effective_to"]:
                days.add(NEWEST)
            open_from = None if r["effective_from"] else r["memorandum_signed_date"] or r["decision_date"]
            for day in sorted(days):
                last = r["effective_to"] and before(r["effective_to"])
                unclear = open_from and open_from <= day and not (last and day >= last)
                yield r["id"], "status", party, day, "unclear" if unclear else held(party, day)
        elif kind == "applicant_member":
            first, last = bounds(r["effective_from"])
            yield r["id"], "admission", party, before(first), ""
            yield r["id"], "admission", party, last, "pending"
            if r["effective_to"]:
                yield r["id"], "admission", party, before(r["effective_to"]), "pending"
                yield r["id"], "admission", party, r["effective_to"], "completed"
            else:
                yield r["id"], "admission", party, NEWEST, "pending"
        elif kind in ("applicant_partner", "applicant_observer"):
            first, last = bounds(r["effective_from"])
            value = "observer" if kind == "applicant_observer" else "dialogue_partner"
            ended = r["effective_to"] and r["effective_to"] <= last
            yield r["id"], "applied_for", party, before(first), ""
            yield r["id"], "applied_for", party, last, "" if ended else value
        elif kind == "guest_of_host":
            named = [r["meeting_id"]]
            for body, years in re.findall(r"(CH[SG]) ([\d, ]+)", r["note"]):
                named += ["%s-%s" % (body, y) for y in re.findall(r"\d{4}", years) if "%s-%s" % (body, y) not in named]
            for m in named:
                day = meetings[m]["end_date"]
                yield r["id"], "guest", "%s|%s" % (party, m), day, "yes"
                yield r["id"], "may_attend", "%s|%s" % (party, m), day, "yes"
                yield r["id"], "status", party, day, held(party, day)
        elif kind.startswith("observer_at:"):
            yield r["id"], "own_status", kind.split(":")[1], before(r["effective_from"]), ""
            yield r["id"], "own_status", kind.split(":")[1], r["effective_from"], "observer"
        else:
            raise SystemExit("status_history.csv: %s: unknown kind of row %s" % (r["id"], kind))


def answers():
    seen, found = set(), []
    for a in derive():
        if a[1:] not in seen:
            seen.add(a[1:])
            found.append(dict(zip(FIELDS, a)))
    return found


def text():
    return "".join(",".join(a) + "\n" for a in [FIELDS] + [tuple(a.values()) for a in answers()])


if __name__ == "__main__":
    sys.stdout.write(text())
