# SPDX-License-Identifier: Apache-2.0
"""What stands in the cells of lists, and in what order: what is counted, marked and linked there is what the record of the sample says, counted here."""
import csv
import io
import json
import os
import re
import subprocess
import sys

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap
from looking import ACTS, count, data_of, page_of, tables, words


def rows_of(page, path):
    """By the address of the first cell of a row, what stands in its cells."""
    return {key: re.findall(r"<t[dh].*?</t[dh]>", row, re.S) for row in re.findall(r"<tr>.*?</tr>", page.text, re.S)
            for key in re.findall(r'^<tr><th scope="row"><a href="/en/%s/([^"?]*)' % path, row)}


def bodies(site):
    today = data_of(site, "/en/bodies")["on"]
    text = words(page_of(site, "/en/bodies"))
    met = [a["args"] for a in ACTS if a["kind"] == "meeting_convened" and a["args"]["B"] == "CHS" and "corrects" not in a and a["date"] <= today]
    tap.ok(f"Council of Heads of State since 15 June 2001; {len(met)} meetings on record" in text, "bodies: how often each met", text[:400])
    tap.ok("Ministers of Culture since 7 June 2002; one meeting on record" in text, "bodies: one meeting is one", text[:900])
    page = page_of(site, "/en/bodies/CHS")
    listed = re.findall(r'<tr><th scope="row"><a href="/en/meetings/([^"]*)', page.text)
    tap.same(listed, [a["M"] for a in sorted(met, key=lambda a: a["first"], reverse=True)][:len(listed)], "a body: its meetings, the latest first")
    tabled = sum(a["kind"] == "decision_tabled" and a["args"].get("B") == "CHS" and a["date"] <= today for a in ACTS)
    tap.ok(tabled > 20 and f'<a href="/en/decisions?body=CHS">All {tabled} decisions of this body</a>' in page.text, "a body: the way to all its decisions", str(tabled))
    naming = data_of(site, "/en/acts?about=CHS")["all"]
    tap.ok(naming > 20 and f'<a href="/en/acts?about=CHS">All {naming} acts that name it</a>' in page.text, "a body: the way to all acts that name it", str(naming))
    for body, link in (("RATS", "/en/why/in_force/INS-RATS-2002"), ("ADC", "/en/whynot/in_force/INS-ADC-2025")):
        lead = re.search(r'<p class="lead">.*?</p>', page_of(site, f"/en/bodies/{body}").text, re.S).group()
        tap.ok(f'class="why" href="{link}' in lead, f"{body}: what it rests on, with its reasons", lead)


def instruments(site):
    page = page_of(site, "/en/instruments")
    tap.same(re.findall(r'<tr class="grp"><th scope="rowgroup">([^<]*)', page.text), ["Members"], "the matrix: its parties stand below their status")
    charter = page_of(site, "/en/instruments?kind=charter").text
    tap.ok('/en/why/in_force/INS-CHARTER-2002"><time datetime="2003-09-19" class="unv">' in charter, "the matrix: a day that nobody has verified is marked")
    states = {}
    for row in csv.DictReader(io.StringIO(site.get("/en/instruments.csv").text)):
        states.setdefault(row["instrument"], []).append(row["state"])
    told = {key: re.sub(r"<[^>]*>", "", cells[4]) for key, cells in rows_of(page, "instruments").items()}
    want = {key: "–" if key not in states else str(states[key].count("in force for it") or f"none; {len(states[key])} signed or approved") for key in told}
    tap.ok(told == want and any("none" in cell for cell in told.values()), "the list: how many are bound, or, where nobody is, how many signed or approved",
           str({key: (cell, want[key]) for key, cell in told.items() if cell != want[key]}))


def file_into(data, kind, **args):
    act = {"kind": kind, "date": "2025-12-01", "args": args, "recorded": True, "sources": [{"title": "A source", "url": "https://register.example/"}]}
    done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
    tap.ok(done.returncode == 0, f"filed: {kind}", done.stdout + done.stderr)


def reservations(site, data):
    """A reservation is marked in the matrix until so many object that it has no effect: what that is the rulebook says."""
    def mark():
        return '/en/why/reservation/R-1"' in page_of(site, "/en/instruments?kind=charter").text

    tap.ok(not mark(), "the matrix: no reservation, no mark")
    file_into(data, "reserved", P="IN", I="INS-CHARTER-2002", R="R-1")
    tap.ok(mark(), "the matrix: a reservation is marked, and leads to its reasons")
    for member in ("BY", "CN", "IR", "KZ", "KG", "PK", "RU"):
        file_into(data, "reservation_objected", P=member, R="R-1")
    tap.ok(not mark(), "the matrix: one that was rejected is none")


def waived(site, data):
    """What is no longer asked for is neither fulfilled nor owed, and is told apart from both."""
    def told():
        return re.search(r"\d+ of \d+ fulfilled[^<]*", "".join(rows_of(page_of(site, "/en/admissions"), "admissions")["BY"])).group()

    made = count("commitment_made", P="BY")
    file_into(data, "commitment_made", C="BY-memo-99", P="BY", I="INS-MEMO-BY-2023", due="2027-06-30")
    tap.same(told(), f"{made} of {made + 1} fulfilled", "admissions: a commitment that is pending")
    file_into(data, "commitment_waived", C="BY-memo-99")
    tap.same(told(), f"{made} of {made + 1} fulfilled (no longer owed: 1)", "admissions: one that was waived is not fulfilled")


def meetings(site):
    opened = {a["args"]["M"] for a in ACTS if a["kind"] == "session_opened"}
    listed = {}
    path = "/en/meetings"
    while path:
        page = page_of(site, path)
        listed.update(rows_of(page, "meetings"))
        onward = re.search(r'<a href="([^"]*)" rel="next"', page.text.split("<main")[1])
        path = onward and onward[1].replace("&amp;", "&")
    said = {key for key, cells in listed.items() if f'<a href="/en/why/open/{key}">open</a>' in cells[4]}
    tap.same(said, opened & set(listed), "meetings: those with an open session are marked, and no others")


def decisions(site):
    day = data_of(site, "/en/decisions")["on"]
    for year in ("2016", "2017"):
        want = sum(a["kind"] == "decision_tabled" and a["date"][:4] == year and a["date"] <= day for a in ACTS)
        tap.ok(0 < want == data_of(site, f"/en/decisions?year={year}")["all"] == len(rows_of(page_of(site, f"/en/decisions?year={year}"), "decisions")), f"decisions of {year}: those and no others", str(want))
    listed = rows_of(page_of(site, "/en/decisions"), "decisions")
    told = {key: set(re.findall(r'/en/participants/([^"?]*)', cells[4])) for key, cells in listed.items()}
    want = {key: {a["args"]["P"] for a in ACTS if a["kind"] == "subject_named" and a["args"]["D"] == key} for key in told}
    tap.ok(told == want and want["DEC-031"] == {"BY"}, "decisions: whom each concerns", str({key: told[key] for key in told if told[key] != want[key]}))
    merger = next(i for i, a in enumerate(ACTS, 1) if a["kind"] == "gavelled" and a["args"]["D"] == "DEC-043")
    facts = [row[0] for row in tables(page_of(site, f"/en/acts/{merger}"))[0][1:]]
    statuses = [fact.startswith("Status: ") for fact in facts]
    tap.ok(any(statuses) and statuses == sorted(statuses, reverse=True), "an act: what it did to statuses comes first", str(facts))


def organisations(site):
    page = page_of(site, "/en/participants")
    own = {p["id"]: p for p in data_of(site, "/en/cooperation").get("elsewhere", [])}
    part = page.text.split('id="organisations"')[1].split("</section>")[0]
    cells = {key: re.findall(r"<t[dh].*?</t[dh]>", row, re.S)[2] for row in re.findall(r"<tr>.*?</tr>", part, re.S) for key in re.findall(r"/en/participants/([^\"?]*)", row)[:1]}
    said = {key for key, cell in cells.items() if "<time" in cell}
    tap.ok(said and (not own or said == set(own)), "participants: where the organisation itself has a status, and since when", str(cells))


def cooperation(site):
    told = re.findall(r'<tr class="grp"><th[^>]*>([^<]*)', page_of(site, "/en/cooperation?on=2028-06-01").text)
    tap.same(told, ["In effect on this day", "Not on record as in effect on this day"], "cooperation: what is in effect comes first")
    tap.ok("status there: Observer" in page_of(site, "/en/cooperation").text, "its graph says which status the organisation has elsewhere")


def stages(site):
    """A stage of which no act is on record though a later one was reached is told from one that is still ahead."""
    page = site.get("/en/admissions/BY?on=2023-08-01").text
    said = dict(re.findall(r'<tr class="quiet"><th scope="row">([^<]*)</th><td><svg role="img" aria-label="([^"]*)"', page))
    tap.same((said.get("Examined"), said.get("Completed")), ("no act on record", "not reached"), "an admission: which stages were passed over, which lie ahead")


def sources(site):
    page = site.get("/en/law/charter-24-reservations").text
    aside = page.split("<h2>Sources</h2>")[1:]
    tap.ok(aside and "sinodefenceforum.com" in aside[0].split("</section>")[0] and "Sources:" not in page.split("<main")[1], "an article: its sources stand apart from its words", page[-2000:])


def keys(site):
    page = page_of(site, "/en/keys").text
    tap.ok('aria-label="Keys in force"' in page and 'aria-label="Keys that have ended"' not in page, "who signs: a key that is in force has not ended")


def names(site):
    """A title that stands in for that of the page's language is not told again among the names in others."""
    only = [a["args"]["I"] for a in ACTS if a["kind"] == "instrument_adopted" and set(a.get("title", {})) == {"en"}]
    page = page_of(site, f"/zh/instruments/{only[0]}").text.split("</h1>")[1]
    tap.ok(only and '<p class="quiet"><span class="vh">' not in page.split('<div class="cols">')[0], "a title in another language stands once", page[:400])


with served.sample() as server:
    visit = crawl.Site(server.url)
    for look in (bodies, instruments, meetings, decisions, organisations, cooperation, stages, sources, keys, names):
        look(visit)
    reservations(visit, server.data)
    waived(visit, server.data)
tap.done()
