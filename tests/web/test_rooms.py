# SPDX-License-Identifier: Apache-2.0
"""The rooms that hold little in the sample: strategy, consultations, competent authorities. Here its rulebook has more rules for them, and acts fill them: what
a page shows is what the rules declare, in every language."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

RULES = """
### Strategy 2035 Actions

What is proved by acts; the procedure of an action is that of the sample.

```rules
rule PROVED_ALSO [Strategy 2035 Actions]: proved(G) begins on progress_declared(G, reached) if action(G) is pending
rule SIGNED_ALSO [Strategy 2035 Actions] in reading A: approved(P, I) begins on signed(P, I) if status(P) is partner
rule MAY_ALSO [Strategy 2035 Actions] in reading B: may_attend(P, M) holds while present(P, M) and body_of(M) is "CFM"
```
"""
SOURCE = {"recorded": True, "sources": [{"title": "A source", "url": "https://register.example/"}]}
ACTS = [("goal_set", "2026-01-01", {"G": "GOAL-1", "D": "DEC-040"}, "One goal"), ("goal_set", "2026-01-01", {"G": "GOAL-2", "D": "DEC-040"}, "Another goal"),
        ("indicator_set", "2026-01-02", {"N": "IND-1", "G": "GOAL-1"}, "Share of a thing"), ("indicator_reported", "2026-02-02", {"N": "IND-1", "value": 40}, None),
        ("indicator_reported", "2026-03-02", {"N": "IND-1", "value": 41}, None), ("action_assigned", "2026-01-02", {"G": "GOAL-1", "B": "RATS", "due": "2027-05-31"}, None),
        ("goal_set", "2026-01-01", {"G": "GOAL-3", "D": "DEC-040"}, "A goal that was reached"), ("action_assigned", "2026-01-02", {"G": "GOAL-3", "B": "RATS", "due": "2027-05-31"}, None),
        ("progress_declared", "2026-04-02", {"G": "GOAL-3", "value": "reached"}, None), ("progress_declared", "2026-03-02", {"G": "GOAL-2", "value": "halfway"}, None), ("consultation_agreed", "2026-03-02", {"K": "KZ-MN-2026"}, "On transit"),
        ("consultation_held", "2026-04-02", {"K": "KZ-MN-2026"}, None), ("authority_designated", "2026-04-02", {"U": "KZ-customs", "P": "KZ", "A": "drugs"}, "An authority"),
        ("signed", "2026-04-02", {"P": "MN", "I": "INS-CHARTER-2002"}, None), ("attended", "2025-07-15", {"P": "MN", "M": "CFM-2025"}, None)]


def rows(text):
    """The cells of the tables of a page, as a reader has them, a list for each row."""
    main = text[text.index("<main"):text.index("</main>")]
    return [[re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", cell)).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)] for row in re.findall(r"<tr[^>]*>(.*?)</tr>", main, re.S)]


def row_of(text, name):
    return next((r for r in rows(text) if r and r[0] == name), [])


def fill(folder):
    org, data = os.path.join(folder, "org"), os.path.join(folder, "data")
    shutil.copytree(os.path.join(served.ROOT, "orgs", "sco"), org)
    with open(os.path.join(org, "rulebook.md"), "a", encoding="utf-8") as rulebook:
        rulebook.write(RULES)
    for command in (["init", data, "--org", org], ["load", data, os.path.join(org, "record.jsonl")]):
        subprocess.run([served.COMITY, *command], check=True, capture_output=True)
    for kind, date, args, title in ACTS:
        act = {"kind": kind, "date": date, "args": args, **({"title": {"en": title}} if title else {}), **SOURCE}
        done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
        tap.ok(done.returncode == 0, f"filed: {kind}", done.stdout + done.stderr)
    return data


def strategy(site):
    page = site.get("/en/strategy").text
    one, other, indicator = row_of(page, "One goal"), row_of(page, "Another goal"), row_of(page, "Share of a thing")
    tap.ok(any(c.startswith("Pending") for c in one) and "Halfway" not in " ".join(one) and any(c.startswith("31 May 2027") for c in one), "a goal: its action, and by when it is due", str(one))
    tap.ok(any(c.startswith("Halfway") for c in other) and "Pending" not in " ".join(other), "what is declared of another stands apart", str(other))
    heads = next(r for r in rows(page) if "Declared" in r)
    tap.ok("Action" in heads and "Declared" in heads, "in columns of their own", str(heads))
    at = heads.index("Proved by acts") if "Proved by acts" in heads else None
    proved = {name: at and row_of(page, name)[at] for name in ("One goal", "Another goal", "A goal that was reached")}
    tap.ok(at and proved["A goal that was reached"] not in ("", "–") and proved["One goal"] == proved["Another goal"] != proved["A goal that was reached"],
           "what acts prove stands apart from what is declared", f"{heads} {proved}")
    before = row_of(site.get("/en/strategy?on=2026-04-01").text, "A goal that was reached")
    tap.same(before[at], "–", "and did not stand there on the day before")
    tap.ok(any(re.fullmatch(r"41, 2 March 2026, act \d+", c) for c in indicator), "an indicator: the latest number, of which day, by which act", str(indicator))
    tap.ok(any(re.fullmatch(r"40, 2 February 2026, act \d+", c) for c in row_of(site.get("/en/strategy?on=2026-02-15").text, "Share of a thing")), "and on an earlier day the one before")
    tap.ok("41" in site.get("/en/strategy/IND-1").text and "One goal" in site.get("/en/strategy/IND-1").text, "its own page says so, and of which goal it is")
    said = {(f["fact"], f.get("value")) for e in json.loads(site.get("/en/strategy.json").body)["entities"] for f in e["facts"]}
    tap.ok(("action", "pending") in said and ("declared", "halfway") in said, "the same as data", str(said))
    why = site.get("/en/why/action/GOAL-1")
    tap.ok(why.status == 200 and "act" in why.text, "each with its reasons")


def others(site):
    tap.ok(any(c.startswith("Held") for c in row_of(site.get("/en/consultations").text, "On transit")), "a consultation and its state")
    tap.ok(any(c.startswith("Agreed") for c in row_of(site.get("/en/consultations?on=2026-03-15").text, "On transit")), "on the day before it was held: agreed")
    authority = row_of(site.get("/en/authorities").text, "An authority")
    tap.ok(any("Kazakhstan" in c and "drugs" in c for c in authority), "an authority: of which State, for what", str(authority))
    for path in ("/en/strategy/GOAL-1.atom", "/en/consultations/KZ-MN-2026.feed.json", "/en/authorities/KZ-customs.jsonld"):
        tap.same(site.get(path).status, 200, f"{path} answers")


def disputed(site):
    """Where the readings of the law differ, a cell says so, in place of a day or beside the article, and from the day on from which they do."""
    for day, differ in (("2026-04-02", True), ("2026-04-01", False)):
        signed = row_of(site.get(f"/en/participants/MN?on={day}").text, "Charter of the SCO")
        tap.same(signed[2:6], ["2 April 2026", "Two readings", "–", "–"] if differ else [], f"{day}: an instrument: signed, and approved by one reading only")
    for day, differ in (("2025-07-15", True), ("2025-07-14", False)):
        party = site.get(f"/en/participants/MN?on={day}").text
        met = [row for row in rows(party) if row and row[0].startswith("Council of Ministers of Foreign Affairs, 2025")]
        told = [row[2] for row in rows(party) if len(row) > 3 and row[0].startswith("Council of Heads of ")]
        tap.ok(told and not any("Two readings" in cell for cell in told), f"{day}: a meeting that it may attend by both is not marked", str(told))
        tap.same([row[2] for row in met], ["Strategy 2035 Actions Two readings"] if differ else [], f"{day}: a meeting: it may attend by one reading only, and by which article")
    tap.same(row_of(site.get("/en/meetings/CFM-2025").text, "Mongolia")[2], "Disputed", "the meeting itself says so, too")


def in_every_language(site):
    for lang in ("en", "ru", "zh"):
        bad = []
        for path in ("strategy", "strategy/GOAL-1", "strategy/IND-1", "consultations", "consultations/KZ-MN-2026", "authorities", "authorities/KZ-customs"):
            page = site.get(f"/{lang}/{path}")
            bad += [f"{path}: {page.status}"] if page.status != 200 else [f"{path}: {f}" for f in crawl.faults(page) + crawl.fragments(page.text)]
            bad += [f"{path}: {word}" for word in ("Pending", "Held", "Goal set", "Reported", "Declared") if lang != "en" and f">{word}<" in page.text]
        tap.same(bad, [], f"{lang}: the rooms are sound, and speak the language of the page")
    for room in ("areas", "projects", "consultations", "strategy", "authorities", "entities"):
        text = site.get(f"/ru/{room}?on=2000-01-01").text
        tap.ok("записей здесь нет" in text and "решений в реестре нет" not in text, f"/ru/{room}: of a day with nothing in it, it says so, and not that there were no decisions")
    text = site.get("/ru/projects").text
    tap.ok("Пекин" in text and "Beijing" not in text, "places of projects are named in the language of the page")


with tempfile.TemporaryDirectory(prefix="comity-rooms-") as folder:
    with served.serve(fill(folder)) as running:
        site = crawl.Site(running.url)
        strategy(site)
        others(site)
        disputed(site)
        in_every_language(site)
tap.done()
