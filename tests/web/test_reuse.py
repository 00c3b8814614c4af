# SPDX-License-Identifier: Apache-2.0
"""The data as a stranger takes them, with csv, json, sqlite3 and rdflib alone: does each cell mean what its description says, does each name lead somewhere,
is nothing made up? What can be known otherwise is taken from the acts themselves, one by one."""
import csv
import datetime
import io
import json
import os
import re
import sqlite3
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

rdflib = tap.debian("rdflib")
TODAY = "2026-11-26"
SPANS = ("participants", "memberships", "parties", "attendance", "facts")
LISTS = {"arguments": "|", "readings": "|", "articles": "; "}
EXACT = {10: "day", 7: "month", 4: "year"}
LAST = {"12": "31", "02": "28"}


def sets(site):
    return [s["name"] for s in json.loads(site.get("/en/data.json").body)["sets"]]


def columns(site, name):
    return {c["name"]: c for c in json.loads(site.get(f"/data/{name}.csv-metadata.json").body)["tableSchema"]["columns"]}


def cells(site, name):
    """Each row as a reader of CSV on the Web takes it: a list where the description names a separator; None where the cell is empty."""
    described = columns(site, name)
    for row in csv.DictReader(io.StringIO(site.get(f"/data/{name}.csv").text, newline="")):
        yield {k: (v.split(described[k]["separator"]) if v else []) if "separator" in described[k] else v or None for k, v in row.items()}


def acts_of(tables, site):
    """The acts as they were signed, by entry; those of days to come too, which ends of spans name."""
    rows = csv.DictReader(io.StringIO(site.get("/data/acts.csv?on=9999-12-31").text, newline=""))
    return {row["entry"]: json.loads(site.get(f"/act/{row['entry']}.json").body) for row in rows}


def lists(tables, site, acts):
    for name in tables:
        found = {k: c.get("separator") for k, c in columns(site, name).items() if k in LISTS or "separator" in c}
        tap.same(found, {k: v for k, v in LISTS.items() if k in found}, f"{name}: lists are described, and nothing else")
    bad = []
    for row in tables["acts"]:
        said = dict(item.split("=", 1) for item in row["arguments"])
        want = {k: str(v) for k, v in acts[row["entry"]].get("args", {}).items()}
        if {k: v.lower() for k, v in said.items()} != {k: {"True": "yes"}.get(v, v).lower() for k, v in want.items()}:
            bad.append(f"{row['entry']}: {said} {want}")
    tap.same(bad[:5], [], "acts: the arguments are those of the act that was signed")
    counts = {}
    for row in tables["facts"]:
        counts.setdefault(row["fact"], set()).add(len(row["arguments"]))
    tap.same({k: v for k, v in counts.items() if len(v) != 1}, {}, "facts: each has as many arguments in every row")
    page = json.loads(site.get("/en/why/party/BY/INS-CHARTER-2002.json").body)
    tap.ok(any(r["fact"] == "party" and r["arguments"] == ["BY", "INS-CHARTER-2002"] for r in tables["facts"]) and "party" in json.dumps(page), "facts: in the order in which the rulebook declares them")
    readings = {tuple(item.split("=")[0] for item in row["readings"]) for name in SPANS for row in tables[name] if row["readings"]}
    tap.same(readings, {("A", "B")}, "readings: NAME=VALUE for each reading of the law")
    tap.ok(all((row["disputed"] == "true") == bool(row["readings"]) for name in SPANS for row in tables[name]), "... where they differ, and nowhere else")
    titles = [a["title"] for a in json.loads(site.get("/en/law.json").body)["articles"]]
    cited = {item for name in tables for row in tables[name] for item in row.get("articles", [])}
    rules = os.path.join(served.ROOT, "rules")
    elsewhere = [s for f in os.listdir(rules) if f.endswith((".rules", ".md")) for s in re.findall(r"^source (\w+) ", open(os.path.join(rules, f), encoding="utf-8").read(), re.M)]
    tap.same(sorted(c for c in cited if not any(t == c or t.startswith(c + " ") for t in titles) and c.split()[0] not in elsewhere)[:5], [], f"articles: each of {len(cited)} that are cited is in the rulebook")


def exactness(tables, acts):
    """No day is made up: where the act names a month or a year, the precision says so, wherever its date comes up."""
    def of(entry, day):
        act = acts.get(entry, {})
        return act.get("date_precision", "day") if act.get("date", "")[:10] == day[:10] else "day"
    bad, marked = [], 0
    for name in SPANS:
        for row in tables[name]:
            for end in ("since", "until"):
                want = of(row[end + "_act"], row[end]) if row[end] else None
                marked += want in ("month", "year")
                if row[end + "_precision"] != want:
                    bad.append(f"{name}: {end} {row[end]} of entry {row[end + '_act']}: {row[end + '_precision']}, not {want}")
    for name in ("events", "status-events", "bodies", "instruments", "decisions", "releases"):
        day = {"events": "date", "status-events": "date", "bodies": "established", "instruments": "adopted", "decisions": "tabled", "releases": "date"}[name]
        for row in tables[name]:
            marked += row["date_precision"] != "day"
            if row["date_precision"] != of(row["act"], row[day]):
                bad.append(f"{name}: {row[day]} of entry {row['act']}: {row['date_precision']}")
    tap.same(bad[:5], [], "precision: as the act has it that the date comes from")
    tap.ok(marked > 250, "... and many are not exact to the day", str(marked))
    ends = {row["since"] for name in SPANS for row in tables[name] if row["since_precision"] == "month"}
    tap.ok(ends and all((datetime.date.fromisoformat(day[:10]) + datetime.timedelta(1)).day == 1 for day in ends), "of a month, the last day of it stands in the table", str(sorted(ends)))


def nothing_hidden(tables):
    """An empty cell is the only way to say nothing."""
    odd = {(name, k, v) for name, rows in tables.items() for row in rows for k, v in row.items() if k not in LISTS and v and (v != v.strip() or v.lower() in ("null", "none", "nan", "n/a", "na", "-", "–", "nil", "undefined"))}
    tap.same(sorted(odd)[:5], [], "no cell says that it is empty")


def meanings(tables, site):
    for name in tables:
        bare = [k for k, c in columns(site, name).items() if k.split("_")[0] in ("since", "until", "value", "readings", "arguments", "articles", "unverified", "certainty", "disputed", "stands", "received", "date", "first", "last")
                and not c.get("dc:description", {}).get("@value") and k not in ("first", "last")]
        tap.same(bare, [], f"{name}: what could be misread has a note")
    with tempfile.TemporaryDirectory(prefix="comity-reuse-") as folder:
        path = os.path.join(folder, "register.sqlite")
        with open(path, "wb") as file:
            file.write(site.get("/data/register.sqlite").body)
        db = sqlite3.connect(path)
        notes = {(t, c): n for t, c, n in db.execute("SELECT table_name, column_name, note FROM columns")}
        want = {(name.replace("-", "_"), k): c.get("dc:description", {}).get("@value") for name in tables for k, c in columns(site, name).items()}
        tap.same(notes, want, "the SQLite file has the same notes")
        counted = db.execute("SELECT count(*) FROM facts WHERE since_precision <> 'day'").fetchone()[0]
        tap.same(counted, sum(r["since_precision"] not in (None, "day") for r in tables["facts"]), "and the same precision")
        db.close()


def names(tables, site, acts):
    """Whatever a cell names is there, and leads to a page."""
    known = {row["id"] for row in tables["things"]}
    bad = {(name, k, row[k]) for name, rows in tables.items() for k, c in columns(site, name).items() if "/id/" in c.get("valueUrl", "") for row in rows if row[k] and row[k] not in known}
    tap.same(sorted(bad)[:5], [], "a thing that a cell names is among the things")
    bad = {(name, k, row[k]) for name, rows in tables.items() for k, c in columns(site, name).items() if "/act/" in c.get("valueUrl", "") for row in rows if row[k] and row[k] not in acts}
    tap.same(sorted(bad)[:5], [], "an entry that a cell names is an act")
    bad = [n for n in sorted(known) if site.get(f"/id/{n}").status != 303]
    tap.same(bad, [], f"each of {len(known)} names leads on")
    for name in ("participants", "bodies", "instruments", "meetings", "decisions", "releases", "things"):
        tap.same([r["id"] for r in tables[name] if r["address"] != f"http://{site.host}/id/{r['id']}"][:3], [], f"{name}: each row has its address")


def linked(site, tables):
    if not rdflib:
        tap.skip("python3-rdflib is not installed", "linked data")
        return
    from rdflib import XSD, Literal, Namespace, URIRef
    S, PROV = Namespace("https://schema.org/"), Namespace("http://www.w3.org/ns/prov#")
    instants = {PROV.generatedAtTime, PROV.invalidatedAtTime}
    bad = []
    for code in ("en", "ru", "zh", "fa", "ar"):
        for path in ("index", "participants/BY", "participants/LA", "bodies/CHS", "meetings/CHS-2024", "instruments/INS-CHARTER-2002", "instruments/COOP-012", "decisions/DEC-031", "releases/NEWS-001", "acts/1012", "acts/302",
                     "entities/BY-memo-1", "areas/trade", "why/status/BY", "why/status/LA"):
            g = rdflib.Graph().parse(data=site.get(f"/{code}/{path}.jsonld").text, format="json-ld")
            for s, p, o in g:
                months = {XSD.gYearMonth: r"\d{4}-\d\d", XSD.gYear: r"\d{4}"}
                if isinstance(o, Literal) and o.datatype and (not re.fullmatch(months[o.datatype], str(o)) if o.datatype in months else o.value is None):
                    bad.append(f"/{code}/{path}: {p} {o!r}")
                if p in instants and o.datatype != XSD.dateTime:
                    bad.append(f"/{code}/{path}: {p} is no instant: {o!r}")
                if p == rdflib.RDFS.comment and not o.language:
                    bad.append(f"/{code}/{path}: words of no language: {o}")
                if isinstance(o, URIRef) and not re.match(r"https?://[^\s<>\"{}|\\^`]+$", str(o)):
                    bad.append(f"/{code}/{path}: {p} is no address: {o}")
    tap.same(bad[:5], [], "linked data: every value is of its type, in every language")
    g = rdflib.Graph().parse(data=site.get("/data/instruments.jsonld").text, format="json-ld")
    dates = {str(s).rsplit("/", 1)[1]: str(o) for s, o in g.subject_objects(S.legislationDate)}
    want = {r["id"]: r["adopted"][:{"day": 10, "month": 7, "year": 4}[r["date_precision"]]] for r in tables["instruments"] if r["date_precision"] != "latest"}
    tap.ok(len(want) < len(tables["instruments"]), "linked data: some day is known only to be the latest")
    tap.same(dates, want, "linked data: a month is a month, a year a year, and a day that is only the latest is none")
    tap.same({o.datatype for o in g.objects(None, S.legislationDate)}, {XSD.date, XSD.gYearMonth, XSD.gYear}, "... of a type that says so")
    g = rdflib.Graph().parse(data=site.get("/data/parties.jsonld").text, format="json-ld")
    column = URIRef(f"http://{site.host}/data/parties.csv#articles")
    lists_of = sorted([str(i) for i in rdflib.collection.Collection(g, o)] for o in g.objects(None, column))
    tap.same(lists_of, sorted(r["articles"] for r in tables["parties"]), "linked data: a cell that is a list is a list")


def in_pages(site):
    facts = json.loads(site.get("/en/instruments/INS-LTT-2007.json").body)
    text = json.dumps(facts)
    tap.ok('"since_precision": "month"' in text and '"since": "2008-06-30"' in text, "pages as data say so, too", text[:500])


def calendars(site):
    """One event, one UID: in every language, and as it was known before."""
    def uids(path):
        return re.findall(r"\r\nUID:(.*)\r\n", re.sub("\r\n[ \t]", "", site.get(path).text))
    for path in ("meetings", "participants/IN", "bodies/CHS", "meetings/CHS-2024"):
        here = uids(f"/en/{path}.ics")
        tap.ok(here and len(here) == len(set(here)) and all(uids(f"/{code}/{path}.ics") == here for code in ("ru", "zh", "fa", "ar")) and set(uids(f"/en/{path}.ics?known=1100")) <= set(here), f"{path}.ics: each event has one UID for ever")


with served.sample() as running:
    visitor = crawl.Site(running.url)
    TABLES = {name: list(cells(visitor, name)) for name in sets(visitor)}
    SIGNED = acts_of(TABLES, visitor)
    lists(TABLES, visitor, SIGNED)
    exactness(TABLES, SIGNED)
    nothing_hidden(TABLES)
    meanings(TABLES, visitor)
    names(TABLES, visitor, SIGNED)
    linked(visitor, TABLES)
    in_pages(visitor)
    calendars(visitor)
tap.done()
