# SPDX-License-Identifier: Apache-2.0
"""The data sets: each as CSV, JSON and CSVW, held against one another, against the record they come from, and against the description
that goes with them. Nothing here shares a line with the program: the CSV is read by Python, the counts come from record.jsonl."""
import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

RECORD = os.path.join(served.ROOT, "orgs", "sco", "record.jsonl")
with open(RECORD, encoding="utf-8") as file:
    ACTS = [json.loads(line) for line in file]
QUERIES = ["", "?on=2016-01-01", "?known=500", "?on=2004-06-17&known=900"]
READERS = {"string": lambda v: True, "nonNegativeInteger": lambda v: re.fullmatch(r"0|[1-9][0-9]*", v), "boolean": lambda v: v in ("true", "false"),
           "anyURI": lambda v: re.fullmatch(r"https?://[^\s<>\"]+", v)}


def rows_of(page):
    return list(csv.reader(io.StringIO(page.text, newline="")))


def names(site):
    return [s["name"] for s in json.loads(site.get("/en/data.json").body)["sets"]]


def cell_fault(column, cell):
    kind = column["datatype"]
    if cell == "":
        return "empty" if column.get("required") else None
    if isinstance(kind, dict):
        return None if re.fullmatch(kind["format"], cell) else "format"
    return None if READERS[kind](cell) else kind


def as_json(column, cell):
    kind = column["datatype"]
    return None if cell == "" else int(cell) if kind == "nonNegativeInteger" else cell == "true" if kind == "boolean" else cell


def described(site, name, query):
    """The CSV is what its metadata say, and the JSON the same rows."""
    table, meta = site.get(f"/data/{name}.csv{query}"), site.get(f"/data/{name}.csv-metadata.json{query}")
    if table.status != 200 or meta.status != 200 or not meta.type.startswith("application/csvm+json") or not table.type.startswith("text/csv"):
        return [f"{table.status} {table.type}, {meta.status} {meta.type}"]
    rows, meta = rows_of(table), json.loads(meta.body)
    columns, faults = meta["tableSchema"]["columns"], []
    if rows[0] != [c["name"] for c in columns]:
        faults.append(f"header {rows[0]}")
    if not all(any(c["name"] in words for words in c["titles"].values()) for c in columns):
        faults.append("a name is none of the titles")
    if urllib.parse.urlsplit(meta["url"])._replace(scheme="", netloc="").geturl() != f"/data/{name}.csv{query}":
        faults.append(meta["url"])
    for n, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            faults.append(f"line {n}: {len(row)} cells")
        faults += [f"line {n}, {c['name']}: {cell!r} is {cell_fault(c, cell)}" for c, cell in zip(columns, row) if cell_fault(c, cell)]
    key = [rows[0].index(k) for k in meta["tableSchema"]["primaryKey"]]
    if len({tuple(row[k] for k in key) for row in rows[1:]}) != len(rows) - 1:
        faults.append(f"two rows have the same {meta['tableSchema']['primaryKey']}")
    answer = json.loads(site.get(f"/data/{name}.json{query}").body)
    plain = [[as_json(c, cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in "=+-@\t\r" else cell) for c, cell in zip(columns, row)] for row in rows[1:]]
    if [list(row.values()) for row in answer["rows"]] != plain or any(list(row) != rows[0] for row in answer["rows"]):
        faults.append("the JSON has other rows")
    return faults[:5]


def table(site, path):
    rows = rows_of(site.get(path))
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def against_the_record(site):
    def filed(kind):
        return [a for a in ACTS if a["kind"] == kind and "corrects" not in a]
    for name, kind in (("meetings", "meeting_convened"), ("decisions", "decision_tabled"), ("bodies", "body_established"), ("releases", "release_issued")):
        tap.same(len(table(site, f"/data/{name}.csv?on=9999-12-31")), len(filed(kind)), f"{name}: one row for each that was filed")
    acts = table(site, "/data/acts.csv?on=9999-12-31")
    want = [(a["kind"], a["date"]) for a in ACTS]
    tap.same([(a["kind"], a["date"]) for a in acts if a["kind"]], want, "acts: every act, in the order of the log")
    tap.same([a["title_ru"] for a in acts if a["kind"]], [a.get("title", {}).get("ru", "") for a in ACTS], "acts: the title in a language is that title, or nothing")
    tap.ok(all(int(a["entry"]) <= 500 for a in table(site, "/data/acts.csv?known=500&on=9999-12-31")), "known: nothing of a later entry")
    tap.ok(all(a["date"] <= "2016-01-01" for a in table(site, "/data/acts.csv?on=2016-01-01")), "on: nothing dated later")
    members = {r["id"] for r in table(site, "/data/participants.csv?on=2016-01-01") if r["status"] == "member"}
    tap.same(members, {"CN", "KG", "KZ", "RU", "TJ", "UZ"}, "participants: the six members of 2016")
    spans = table(site, "/data/memberships.csv")
    india = [(r["status"], r["since"], r["until"]) for r in spans if r["participant"] == "IN"]
    tap.same(india, [("observer", "2005-07-05", "2017-06-09"), ("member", "2017-06-09", "")], "memberships: India, to the day")
    stages = [(r["stage"], r["since"], r["until"], r["articles"].split("; ")[0]) for r in table(site, "/data/admissions.csv") if r["participant"] == "BY"]
    tap.same(stages, [("requested", "2022-07-31", "2022-09-16", "Admission 2010 Request"), ("started", "2022-09-16", "2023-07-04", "Charter 13"), ("signed", "2023-07-04", "2024-07-04", "Memorandum of obligations Model"),
                      ("completed", "2024-07-04", "", "Memorandum of obligations Effect")], "admissions: Belarus, each stage with its article")
    events = table(site, "/data/status-events.csv")
    tap.ok({"date": "2017-06-09", "participant": "IN", "before": "observer", "after": "member"}.items() <= next(
        e for e in events if e["participant"] == "IN" and e["date"] == "2017-06-09").items(), "status-events: India became a member on that day")
    # The events, played one after the other, give the statuses of any day.
    for day in ("2004-06-17", "2015-12-31", "2022-09-16", "2024-07-04"):
        now = {}
        for e in sorted(events, key=lambda e: e["date"]):
            if e["date"] <= day:
                now[e["participant"]] = e["after"]
        asked = {r["id"]: r["status"] for r in table(site, f"/data/participants.csv?on={day}")}
        tap.same({k: v for k, v in now.items()}, asked, f"status-events: played up to {day} they give the statuses of that day")


def every_day(site):
    """Every change of every fact, to the day: played in order they give what was so at the end of any day."""
    events = table(site, "/data/events.csv")
    tap.ok(len(events) > 3000 and [e["date"] for e in events] == sorted(e["date"] for e in events), "events: in order of time", str(len(events)))
    tap.ok(all((e["before"], e["was_disputed"]) != (e["after"], e["disputed"]) for e in events), "events: each is a change")
    status = {(e["date"], e["arguments"], e["before"], e["after"]) for e in events if e["fact"] == "status"}
    tap.same(status, {(e["date"], e["participant"], e["before"], e["after"]) for e in table(site, "/data/status-events.csv")}, "events: those of status are the changes of status")
    for day in ("2003-12-31", "2017-06-09", "2025-09-01"):
        now = {}
        for e in events:
            if e["date"][:10] <= day:
                now[e["fact"], e["arguments"]] = e["after"] or e["disputed"]
        got = {k: v for k, v in now.items() if v not in ("", "false")}
        want = {(r["fact"], r["arguments"]): r["value"] or r["disputed"] for r in table(site, f"/data/facts.csv?on={day}") if r["since"] and (not r["until"] or r["until"][:10] > day)}
        tap.same(sorted(got.items()), sorted(want.items()), f"events: played up to {day} they give the facts of that day")


def numbers(site):
    """status-counts: for each day of a change, who is counted by playing the changes of status; of each day on which a number changes, and of no other."""
    changes = [e for e in table(site, "/data/events.csv") if e["fact"] == "status"]
    now, played, seen = {}, {}, set()
    for day in sorted({e["date"][:10] for e in changes}):
        now.update({e["arguments"]: (e["after"], e["disputed"] == "true") for e in changes if e["date"][:10] == day})
        sure = [v for v, disputed in now.values() if v and not disputed]
        seen |= set(sure)
        numbers = {v: sure.count(v) for v in seen}, sum(disputed for _, disputed in now.values()), sum(bool(v) or disputed for v, disputed in now.values())
        if not played or numbers != list(played.values())[-1]:
            played[day] = numbers
    want = {(day, status): (str(n), str(d), str(all_)) for day, (counts, d, all_) in played.items() for status, n in counts.items()}
    rows = table(site, "/data/status-counts.csv")
    tap.same({(r["date"], r["status"]): (r["participants"], r["disputed"], r["all"]) for r in rows}, want, "status-counts: what the changes of status, played and counted, give")
    tap.same([r["date"] for r in rows], sorted(r["date"] for r in rows), "status-counts: in order of time")
    earlier = table(site, "/data/status-counts.csv?on=2016-01-01")
    tap.same(earlier, [r for r in rows if r["date"] <= "2016-01-01"], "status-counts: of an earlier day the same rows, as many as there were then")
    doubtful = {e["date"][:10] for e in changes if e["unverified"] == "true"}
    tap.same({r["date"] for r in rows if r["unverified"] == "true"}, doubtful & {r["date"] for r in rows}, "status-counts: a day that rests on an unverified date says so")
    for path, href in (("/en/", "/data/status-counts.csv"), ("/ru/participants?on=2016-01-01", "/data/status-counts.csv?on=2016-01-01")):
        tap.same(site.get(path).text.count(f'href="{href}"'), 1, f"{path}: the drawing of the numbers leads to them")


def as_pages_say(site):
    page = json.loads(site.get("/en/instruments/INS-CHARTER-2002.json").body)
    said = {(f["args"]["P"], f["since"]) for f in page["parties"] if f["fact"] == "party"}
    rows = {(r["participant"], r["since"]) for r in table(site, "/data/parties.csv") if r["instrument"] == "INS-CHARTER-2002" and r["bond"] == "party"}
    tap.same(rows, said, "parties: of the Charter, as its page says")
    listed = site.get("/en/data")
    tap.same(crawl.faults(listed), [], "the page that lists the sets is sound HTML")
    missing = [n for n in names(site) if f'href="/data/{n}.csv"' not in listed.text or f'href="/data/{n}.csv-metadata.json"' not in listed.text]
    tap.same(missing, [], "the page links every set and its description")
    dated = site.get("/en/data?on=2016-01-01&known=500").text
    tap.ok('href="/data/acts.csv?on=2016-01-01&amp;known=500"' in dated, "its links keep the dates")


def one_file(site, folder):
    """All sets as one database, read by Python's SQLite."""
    for query in ("", "?on=2016-01-01&known=500"):
        page = site.get("/data/register.sqlite" + query)
        tap.ok(page.status == 200 and page.type == "application/vnd.sqlite3", f"register.sqlite{query} answers", f"{page.status} {page.type}")
        path = os.path.join(folder, "register.sqlite")
        with open(path, "wb") as file:
            file.write(page.body)
        db = sqlite3.connect(path)
        tap.same(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)], f"register.sqlite{query} is sound")
        different = []
        for name in names(site):
            answer = json.loads(site.get(f"/data/{name}.json{query}").body)
            cursor = db.execute(f"SELECT * FROM {name.replace('-', '_')} ORDER BY rowid")
            heads = [c[0] for c in cursor.description]
            got = [dict(zip(heads, row)) for row in cursor]
            want = [{k: int(v) if isinstance(v, bool) else v for k, v in row.items()} for row in answer["rows"]]
            if got != want:
                different.append(name)
        tap.same(different, [], f"register.sqlite{query}: each table holds the rows of its set")
        about = dict(db.execute("SELECT name, value FROM about"))
        tap.same((about["on"], about["known"]), (answer["on"], str(answer["known"])), f"register.sqlite{query} says of which day and entry it is")
        now = dict(db.execute("SELECT participant, status FROM status_on_the_day"))
        said = {r["id"]: r["status"] for r in json.loads(site.get(f"/data/participants.json{query}").body)["rows"] if r["since"]}
        tap.same(now, said, f"register.sqlite{query}: the view of statuses says what the set of participants says")
        for view in ("bonds_on_the_day", "acts_by_year", "meetings_by_year"):
            tap.ok(db.execute(f"SELECT count(*) FROM {view}").fetchone()[0] > 0, f"register.sqlite{query}: the view {view} has rows")
        described = {tuple(r) for r in db.execute("SELECT table_name, column_name FROM columns")}
        tap.ok(("status_events", "date") in described and len(described) > 80, "its columns are described")
        db.close()
    tap.ok(site.get("/data/register.sqlite").body == site.get("/data/register.sqlite").body, "the same question gives the same file")


def what_is_refused(site):
    page = site.get("/data/memberschip.json")
    tap.ok(page.status == 404 and "/data/memberships.json" in json.loads(page.body)["near"], "a set that is not there: 404, and those that are", page.text)
    for query, status in (("?on=2016-13-01", 400), ("?known=999999", 400), ("?x=1", 400)):
        tap.same(site.get("/data/acts.csv" + query).status, status, f"/data/acts.csv{query} is refused")
    first, again = site.get("/data/facts.csv").body, site.get("/data/facts.csv").body
    tap.ok(first == again, "the same question gives the same bytes")


def formulas():
    """Titles that a spreadsheet would run."""
    with tempfile.TemporaryDirectory(prefix="comity-data-") as folder:
        data, record = os.path.join(folder, "data"), os.path.join(folder, "record.jsonl")
        bad = ["=HYPERLINK(\"http://x\",\"a\")", "+1", "-1", "@SUM(A1)", "\"quoted\", with a comma", "plain"]
        with open(record, "w", encoding="utf-8") as file:
            for act in ACTS[:60]:
                file.write(json.dumps(act) + "\n")
            for n, title in enumerate(bad):
                file.write(json.dumps({"kind": "release_issued", "date": "2026-01-01", "args": {"R": f"R-{n}", "category": "politics"}, "title": {"en": title},
                                       "sources": [{"title": "A source", "url": "https://source.example/"}], "recorded": True}) + "\n")
        for command in (["init", data, "--org", os.path.join(served.ROOT, "orgs", "sco")], ["load", data, record]):
            done = subprocess.run([served.COMITY, *command], capture_output=True, text=True)
            if done.returncode:
                tap.ok(False, "a record with formulas is loaded", done.stdout + done.stderr)
                return
        with served.serve(data) as running:
            site = crawl.Site(running.url)
            rows = table(site, "/data/releases.csv")
            tap.same([r["title_en"] for r in rows], ["'" + t if t[0] in "=+-@" else t for t in bad], "a title that is a formula stays text in a table")
            tap.same([r["title_en"] for r in json.loads(site.get("/data/releases.json").body)["rows"]], bad, "and is as it is in JSON")


with served.sample() as running:
    site = crawl.Site(running.url)
    for name in names(site):
        for query in QUERIES:
            tap.same(described(site, name, query), [], f"{name}{query}: the table is what its metadata say, in CSV and in JSON")
    against_the_record(site)
    every_day(site)
    numbers(site)
    as_pages_say(site)
    what_is_refused(site)
    with tempfile.TemporaryDirectory(prefix="comity-data-") as folder:
        one_file(site, folder)
formulas()
tap.done()
