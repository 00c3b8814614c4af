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
from keys import Pen, envelope, read_secret, registered, revoked, rotated
from looking import ACTS, count, data_of, page_of, tables, under, words


ORIGIN = "register.sco.example/acts"


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
    tap.ok('/en/why/in_force/INS-CHARTER-2002"><span class="unv">2003-09-19</span></a>' in charter, "the matrix: a day that nobody has verified is marked")
    states = {}
    for row in csv.DictReader(io.StringIO(site.get("/en/instruments.csv").text)):
        states.setdefault(row["instrument"], []).append(row["state"])
    told = {key: re.sub(r"<[^>]*>", "", cells[4]) for key, cells in rows_of(page, "instruments").items()}
    want = {key: "–" if key not in states else str(states[key].count("in force for it") or f"none; {len(states[key])} signed or approved") for key in told}
    tap.ok(told == want and any("none" in cell for cell in told.values()), "the list: how many are bound, or, where nobody is, how many signed or approved",
           str({key: (cell, want[key]) for key, cell in told.items() if cell != want[key]}))


def file_into(data, kind, date="2025-12-01", **args):
    """Gives the number of the entry."""
    return hand_in(data, kind, {"kind": kind, "date": date, "args": args, "recorded": True, "sources": [{"title": "A source", "url": "https://register.example/"}]})


def annul(data, entry):
    return hand_in(data, f"that {entry} is annulled", {"corrects": entry, "annul": True, "recorded": True, "sources": [{"title": "A source", "url": "https://register.example/"}]})


def hand_in(data, what, act):
    done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
    tap.ok(done.returncode == 0, f"filed: {what}", done.stdout + done.stderr)
    return int((re.search(r"\d+", done.stdout) or ["0"])[0])


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


def taken(site, data):
    """A decision that is taken later than it is tabled: since when it is so, who objected by the day, and whom it does not concern any more."""
    file_into(data, "decision_tabled", "2025-11-01", D="DEC-T", B="CHS")
    named = file_into(data, "subject_named", "2025-11-01", D="DEC-T", P="KZ")
    file_into(data, "objected", "2025-11-20", P="IN", D="DEC-T")
    tap.same(rows_of(page_of(site, "/en/decisions"), "decisions")["DEC-T"][4].count("/en/participants/KZ"), 1, "decisions: whom it concerns")
    annul(data, named)
    tap.ok("/en/participants/KZ" not in rows_of(page_of(site, "/en/decisions"), "decisions")["DEC-T"][4], "decisions: once that is annulled, nobody")
    objecting = ["/en/participants/IN" in page_of(site, f"/en/decisions/DEC-T?on={day}").text.split("Objections and views")[-1].split("</section>")[0] if "Objections and views" in page_of(site, f"/en/decisions/DEC-T?on={day}").text else False
                 for day in ("2025-11-19", "2025-11-20")]
    tap.same(objecting, [False, True], "a decision: an objection, from its day on")
    file_into(data, "objection_lifted", "2025-11-25", P="IN", D="DEC-T")
    file_into(data, "gavelled", D="DEC-T")
    cells = rows_of(page_of(site, "/en/decisions"), "decisions")["DEC-T"]
    tap.ok("Adopted" in cells[1] and 'datetime="2025-12-01"' in cells[2], "decisions: since when it is what it is, not since when it is tabled", str(cells[:3]))


def applied(site, data):
    """Who asked for a status is listed as long as the act stands."""
    entry = file_into(data, "status_applied", P="TM", value="partner")
    listed = 'href="/en/acts/%d"' % entry in page_of(site, "/en/participants").text
    annul(data, entry)
    tap.ok(listed and 'href="/en/acts/%d"' % entry not in page_of(site, "/en/participants").text, "participants: who asked, and not once that is annulled")
    page = words(page_of(site, f"/en/acts/{entry}"))
    tap.ok(f"Annulled by act {entry + 1}." in page, "an act: by which it is annulled", page[:400])


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
    both = [row for row in re.findall(r"<tr>.*?</tr>", part, re.S) if row.count("<time") == 2]
    tap.ok(both and all('class="why" href="/en/why/cooperates/' in row for row in both), "participants: where there is cooperation and a status, the reasons are those of the article that stands there", str(both))
    tap.ok(said and (not own or said == set(own)), "participants: where the organisation itself has a status, and since when", str(cells))


def guests(site):
    """Who has no status and was invited: how often, and when last; nobody who has one."""
    data = data_of(site, "/en/participants")
    having = {p["id"] for p in data["participants"] if p.get("status")}
    want = {}
    for act in ACTS:
        if act["kind"] == "guest_invited" and act["args"]["P"] not in having and act["date"] <= data["on"] and "corrects" not in act:
            n, last = want.get(act["args"]["P"], (0, ""))
            want[act["args"]["P"]] = (n + 1, max(last, act["date"]))
    told, path = {}, "/en/participants"
    while path:
        part = page_of(site, path).text.split('id="guests"')[1].split('id="organisations"')[0]
        for row in re.findall(r"<tr>.*?</tr>", part, re.S):
            for key in re.findall(r'<th scope="row"><a href="/en/participants/([^"?]*)', row):
                told[key] = (int(re.search(r'<td data-l="Invitations">(\d+)', row)[1]), re.search(r'datetime="([^"]*)"', row)[1])
        onward = re.search(r'<a href="([^"]*)"[^>]*rel="next"', part)
        path = onward and onward[1].replace("&amp;", "&").split("#")[0]
    tap.ok(len(want) > 10 and told == want, "participants: guests, how often each was invited, and when last", str({key: (told.get(key), want.get(key)) for key in told.keys() | want.keys() if told.get(key) != want.get(key)}))


def last_days(site):
    """A meeting is over when its last day is; what comes after it, and who changes while it lasts, is told on that day."""
    for day, words_of, ahead in (("2025-11-18", "10 members may attend by right. The chair invited 9 more.", True), ("2025-11-19", "10 members could attend by right. The chair invited 9 more.", False)):
        text = words(page_of(site, f"/en/meetings/CHG-2025?on={day}"))
        tap.ok(words_of in text, f"{day}: a meeting of two days, on its last and after it: members by right, the others as guests", text[:500])
        home = words(page_of(site, f"/en/?on={day}")).split("Ahead", 1)[1].split("Newsroom")[0]
        tap.same("Moscow 2025" in home, ahead, f"{day}: and whether it is still ahead")
    page = page_of(site, "/en/meetings/CHS-2025?on=2025-08-31")
    tap.ok('href="/en/meetings/CHS-2025?on=2025-09-01" rel="next"' in page.text, "a meeting: that statuses change on its last day is told", page.text[:200])
    tap.ok("to be invited" in words(page) and "was to be invited" not in words(page), "a meeting: while it lasts, who is to be invited")
    tap.ok("was to be invited" in words(page_of(site, "/en/meetings/CHS-2025")), "a meeting: afterwards, who was to be")
    beside = [set(re.findall(r'href="/en/meetings/([^"?]*)[^"]*" rel="(?:prev|next)"', page_of(site, f"/en/meetings/CHS-2024{on}").text.split('class="prevnext"')[1])) for on in ("?on=2024-07-04", "")]
    tap.same(beside, [{"CHS-2023"}, {"CHS-2023", "CHS-2025"}], "a meeting: those before and after it, once they are convened")


def questions(site):
    """What is open on the front page: a status that nobody has verified, a dispute once it is over, an instrument that is not in force; and no others."""
    def asked(day):
        text = words(page_of(site, f"/en/?on={day}")).split("Open questions", 1)[1]
        return re.split(r"Ahead|Newsroom", text)[0]

    def doubtful(day):
        return [p["title"] for p in data_of(site, f"/en/participants?on={day}")["participants"] if p.get("status") and p["status"].get("since_unverified")]

    tap.ok(doubtful("2004-12-01") == ["Mongolia"] and asked("2004-12-01").count("since when?") == 1 and "Mongolia: an observer since when?" in asked("2004-12-01"), "open: a status of an unverified day, and none of another", asked("2004-12-01"))
    opened = {a["args"]["I"] for a in ACTS if a["kind"] == "instrument_opened"}
    today = page_of(site, "/en/").text.split('id="open"')[-1]
    told = set(re.findall(r'href="/en/whynot/in_force/([^"?]*)', today))
    want = {i for i in opened if not any(span["until"] is None for span in data_of(site, f"/en/instruments/{i}")["in_force"])}
    tap.ok(want and told == want and "more." not in asked(data_of(site, "/en/")["on"]), "open: the instruments with a clause that are not in force", f"{told} {want}")
    tap.ok("Saudi Arabia: a dialogue partner, or not?" in asked("2023-01-01") and "And 2 more." in asked("2023-01-01"), "open: while a dispute lasts it is one question", asked("2023-01-01"))
    tap.ok("Saudi Arabia: a dialogue partner since when?" in asked(data_of(site, "/en/")["on"]), "open: afterwards, since when")


def doubts(site):
    """What nobody has verified is marked where it stands, by its own name."""
    clause = page_of(site, "/en/instruments/INS-CHARTER-2002").text.split("Consents needed</dt>")[1].split("</dl>")[0]
    act = next(a for a in ACTS if a["kind"] == "instrument_opened" and a["args"]["I"] == "INS-CHARTER-2002")
    tap.same(clause.count('<dd><span class="unv">'), len(act["unverified"]), "an instrument: so many parts of its clause are unverified")
    number = ACTS.index(act) + 1
    tap.ok("Not verified in a source: Threshold, Delay, Later delay." in words(page_of(site, f"/en/acts/{number}")), "an act: which they are", words(page_of(site, f"/en/acts/{number}"))[:700])
    where = next(i for i, a in enumerate(ACTS, 1) if a["kind"] == "instrument_adopted" and "place" in a.get("unverified", []))
    tap.ok('<dt>Where</dt><dd><span class="unv">' in page_of(site, f"/en/acts/{where}").text, "an act: its place is")
    merger = next(i for i, a in enumerate(ACTS, 1) if a["kind"] == "decision_tabled" and a["args"]["D"] == "DEC-043")
    told = [("Dated after 31 August 2025: on that day it had not happened." in words(page_of(site, f"/en/acts/{merger}?on={day}"))) for day in ("2025-08-31", "2025-09-01")]
    tap.same(told, [True, False], "an act: that it had not happened is told on the day before, and not on its day")
    amending = {a["args"]["I"] for a in ACTS if a["kind"] == "instrument_adopted" and a["args"].get("amends") == "INS-CHARTER-2002"}
    part = page_of(site, "/en/instruments/INS-CHARTER-2002").text.split('aria-label="Amendments"')[1].split("</section>")[0]
    tap.same(set(re.findall(r'<th scope="row"><a href="/en/instruments/([^"?]*)', part)), amending, "an instrument: what amends it, and nothing else")
    road = page_of(site, "/en/instruments/INS-ROAD-2014").text
    tap.same(re.findall(r'whynot/party/([A-Z]*)/INS-ROAD-2014[^"]*">[^<]*</a> <span class="tag[^"]*">Disputed', road), ["LA"], "an instrument: of those to whom it is open, whose status is disputed")
    rows = re.findall(r"<tr>.*?</tr>", page_of(site, "/en/participants/BY").text.split('aria-label="Statuses over time"')[-1].split("</table>")[0], re.S)
    tap.same([re.search(r'href="/en/why/status/BY([^"]*)"', row)[1] for row in rows if "/en/why/status/BY" in row], ["?on=2010-04-28", "?on=2015-07-10", ""], "a participant: the reasons of each status on a day on which it had it")


def cooperation(site):
    told = re.findall(r'<tr class="grp"><th[^>]*>([^<]*)', page_of(site, "/en/cooperation?on=2028-06-01").text)
    tap.same(told, ["In effect on this day", "Not on record as in effect on this day"], "cooperation: what is in effect comes first")
    tap.ok("status there: Observer" in page_of(site, "/en/cooperation").text, "its graph says which status the organisation has elsewhere")


def stages(site):
    """A stage of which no act is on record though a later one was reached is told from one that is still ahead."""
    page = site.get("/en/admissions/BY?on=2023-08-01").text
    said = dict(re.findall(r'<tr class="quiet"><th scope="row">([^<]*)</th><td><svg role="img" aria-label="([^"]*)"', page))
    tap.same((said.get("Examined"), said.get("Completed")), ("no act on record", "not reached"), "an admission: which stages were passed over, which lie ahead")


def steps(site):
    """What changes next: one thing by its words, several by their number, of which kind they are only if all are of one."""
    told = [re.search(r'rel="next">(.*?)</a>', page_of(site, path).text)[1].replace("\u00a0", " ") for path in ("/en/participants?on=2024-07-03", "/en/participants?on=2025-08-31", "/en/participants/BY?on=2024-07-03")]
    tap.ok(told[:2] == ["4 July 2024: Belarus is a member", "1 September 2025: Status: 17 changes"] and re.fullmatch(r"4 July 2024: [2-9] changes", told[2]), "the step to the next day tells what changes then", str(told))


def law(site):
    """An article stands under its own name, between those that stand beside it; its rules and the facts that rest on it are headed and counted."""
    articles = data_of(site, "/en/law")["articles"]
    at = next(i for i, a in enumerate(articles) if a["slug"] == "charter-5-council-of-heads-of-state")
    for lang in ("en", "ru"):
        with open(os.path.join(served.ROOT, "orgs", "sco", "words", f"{lang}.json"), encoding="utf-8") as file:
            called = json.load(file)["sources"]
        want = [called.get(a["title"], a["title"]) for a in articles[at - 1:at + 2]]
        text = page_of(site, f"/{lang}/law/{articles[at]['slug']}").text
        told = [re.search(at_, text)[1] for at_ in (r"<h1>(.*?)</h1>", r"<title>(.*?) · ", r'<pre [^>]*aria-label="\w+: ([^"]*)"')]
        tap.same(told, [want[1]] * 3, f"law, {lang}: the page, its tab and its rules have the name of the article")
        beside = {rel: (slug, name) for slug, rel, name in re.findall(r'<a href="/\w+/law/([^"]*)" rel="(prev|next)">(.*?)</a>', text.split('class="prevnext"')[1])}
        tap.same(beside, {"prev": (articles[at - 1]["slug"], want[0]), "next": (articles[at + 1]["slug"], want[2])}, f"law, {lang}: it leads to those before and after it")
        inside = text.split("<details")[1].split("</details>")[0]
        tap.same(re.findall(r"<strong>(.*?)</strong>", inside), [want[1]], f"law, {lang}: among the articles of its source it is the one that is marked")
    data = data_of(site, f"/en/law/{articles[at]['slug']}")
    page = page_of(site, f"/en/law/{articles[at]['slug']}")
    rules = re.findall(r"^rule \w+", data["text"], re.M)
    tap.ok(len(rules) > 5 and re.findall(r"<b>(.*?)</b>", page.text.split("<pre")[1].split("</pre>")[0]) == rules, "law: each rule begins with its word and its name, and nothing else is bold", str(rules))
    numbers = {}
    for fact in data["facts"]:
        numbers[fact["fact"]] = numbers.get(fact["fact"], 0) + 1
    rows = tables(page)[0]
    heads = {row[0].split(":")[0]: row[0].split(": ")[1] for row in rows if len(row) == 1}
    for fact, label in (("present", "Present"), ("may_attend", "May attend"), ("convened", "Convened")):
        n, shown = numbers[fact], len(under(rows, label + ":"))
        tap.same((heads[label], shown), (f"{n}, of which 20 are shown", 20) if n > 20 else (str(n), n), f"law: {label}: how many, and how many of them are here")
    tap.ok(f"{len(data['facts'])} facts on" in words(page) and sum(len(row) > 1 for row in rows[1:]) < 90, "law: how many rest on it in all, and not all of them are here", words(page)[-300:])
    tap.same([row for row in page_of(site, "/en/law/std-treaties").text.split("<pre")[1].split("\n") if re.search(r"</span><span>(rule|fact|act|type) ", row)], [], "law: in a file of its own, too")


def sources(site):
    page = site.get("/en/law/charter-24-reservations").text
    aside = page.split("<h2>Sources</h2>")[1:]
    tap.ok(aside and "sinodefenceforum.com" in aside[0].split("</section>")[0] and "Sources:" not in page.split("<main")[1], "an article: its sources stand apart from its words", page[-2000:])


def keys(site):
    page = page_of(site, "/en/keys").text
    tap.ok('aria-label="Keys in force"' in page and 'aria-label="Keys that have ended"' not in page, "who signs: a key that is in force has not ended")


def keys_by_others(site, data):
    """A State whose only key was taken from it got its next one from the others: whoever looks at its keys sees which entries were not its own."""
    def put(payload, *by):
        done = subprocess.run([served.COMITY, "file", data, "-"], input=envelope(payload, *by), capture_output=True)
        tap.ok(done.returncode == 0, f"filed: {json.loads(payload)['kind']}", done.stderr.decode())

    with open(os.path.join(data, "log.key"), encoding="utf-8") as file:
        registrar = read_secret(file.read())
    first, second, third = Pen("first"), Pen("second"), Pen("third")
    at = data_of(site, "/en/keys")["known"] + 1
    put(registered(ORIGIN, "KZ", first), first, registrar)
    put(revoked(ORIGIN, first), registrar)
    put(registered(ORIGIN, "KZ", second), second, registrar)
    put(rotated(ORIGIN, second, third), second, third)
    told = {row[1].split()[0]: (row[0], row[3], row[4]) for table in tables(page_of(site, "/en/keys")) for row in table[1:]}
    others = "by others, for a holder without keys"
    tap.same({word: told[pen.keyid] for word, pen in (("first", first), ("second", second), ("third", third))},
             {"first": ("Kazakhstan", f"act {at}", f"act {at + 1} : {others}"), "second": ("Kazakhstan", f"act {at + 2} : {others}", f"act {at + 3}"), "third": ("Kazakhstan", f"act {at + 3}", "–")},
             "who signs: by which entries a key came and went, and which of them others made")
    page = page_of(site, "/en/keys")
    kept = [{row[1].split()[0] for row in table[1:]} for table in tables(page)]
    tap.ok(third.keyid in kept[0] and kept[1] == {first.keyid, second.keyid}, "who signs: those that have ended stand apart", str(kept))
    tap.ok("2 keys are in force as known at entry" in words(page), "who signs: how many are in force", words(page)[:300])
    said = {k["keyid"]: (k["by_others"], k["ended_by_others"], k["in_force"]) for k in data_of(site, "/en/keys")["keys"]}
    tap.same([said[pen.keyid] for pen in (first, second, third)], [(False, True, False), (True, False, False), (False, False, True)], "who signs: as data the same")


def names(site):
    """A title that stands in for that of the page's language is not told again among the names in others."""
    only = [a["args"]["I"] for a in ACTS if a["kind"] == "instrument_adopted" and set(a.get("title", {})) == {"en"}]
    page = page_of(site, f"/zh/instruments/{only[0]}").text.split("</h1>")[1]
    tap.ok(only and '<p class="quiet"><span class="vh">' not in page.split('<div class="cols">')[0], "a title in another language stands once", page[:400])


with served.sample() as server:
    visit = crawl.Site(server.url)
    for look in (bodies, instruments, meetings, decisions, organisations, guests, last_days, questions, doubts, cooperation, stages, steps, law, sources, keys, names):
        look(visit)
    reservations(visit, server.data)
    taken(visit, server.data)
    applied(visit, server.data)
    waived(visit, server.data)
    keys_by_others(visit, server.data)
tap.done()
