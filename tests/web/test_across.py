# SPDX-License-Identifier: Apache-2.0
"""What the pages say that look across the record: what changed between two days, backgrounders and cards, admissions, the rooms of areas,
projects, goals and the like, cooperation, the press office, the colophon. The numbers come from the sources, counted in looking.py."""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap
from looking import ACTS, count, data_of, page_of, tables, under, words


def changes(site):
    path = "/en/changes?from=2024-06-01&on=2024-08-01"
    page = page_of(site, path)
    rows = tables(page)[0]
    tap.same([r[:4] for r in under(rows, "Status")], [["Belarus", "Observer", "Member", "4 July 2024"]], "June and July 2024: one status changed")
    tap.same(sorted(r[0].replace(" ,", ",") for r in under(rows, "Party:")), ["Belarus, Charter of the SCO",
             "Belarus, Shanghai Convention on Combating Terrorism, Separatism and Extremism"], "June and July 2024: one became party to two")
    between = sum("2024-06-01" < a["date"] <= "2024-08-01" for a in ACTS if "corrects" not in a)
    tap.ok("%d acts are dated in between" % between in words(page), "June and July 2024: every act in between is counted", words(page)[-400:])
    decided = sum(a["kind"] == "gavelled" and "2024-06-01" < a["date"] <= "2024-08-01" for a in ACTS)
    tap.same(len(under(tables(page_of(site, path + "&fact=decision"))[0], "Decision")), decided, "June and July 2024: every decision")
    data = data_of(site, path)
    tap.same([(c["args"], c["before"], c["after"]) for c in data["changes"] if c["fact"] == "status"], [({"P": "BY"}, "observer", "member")],
             "June and July 2024, as data: one status")
    tap.ok(data["from"] == "2024-06-01" and data["to"] == "2024-08-01" and len(data["changes"]) == data["changed"], "June and July 2024, as data: all of it",
           str((data["from"], data["to"], data["changed"])))
    tap.ok(all(c["before"] != c["after"] for c in data["changes"]), "what is the same at both ends is no change")
    mine = data_of(site, path + "&who=BY")["changes"]
    tap.ok(mine and all("BY" in c["args"].values() for c in mine), "of one participant: what names it", str(mine[:2]))
    one = data_of(site, path + "&fact=decision")
    tap.same(one["changed"], decided, "of one kind: that kind")
    tap.ok("Everything is on" in words(page_of(site, "/en/changes?from=2012-08-01&on=2012-08-02")), "two days alike: it says so")
    back = data_of(site, path + "&fact=may_attend")
    tap.ok(back["changed"] == 0 and back["only_in_between"] > 0, "what came and went in between is told apart", str((back["changed"], back["only_in_between"])))
    tap.ok("May attend" in words(page) and "Only in between" in words(page_of(site, path + "&fact=may_attend")), "and can be read")
    led = site.get("/en/changes?from=2024-06-01&to=2024-08-01&who=BY")
    tap.ok(led.status == 301 and led.location.endswith("/en/changes?from=2024-06-01&who=BY&on=2024-08-01"), "`to` leads to `on`", "%d %s" % (led.status, led.location))
    led = site.get("/en/changes.json?from=2024-06-01&to=2024-08-01")
    tap.same((led.status, led.location), (301, "/en/changes.json?from=2024-06-01&on=2024-08-01"), "and keeps the form that was asked for")
    whole = {lang: [r[0] for r in under(tables(page_of(site, f"/{lang}/changes?from=2025-08-31&on=2025-09-01"))[0], label)] for lang, label in (("en", "Status"), ("ru", "Статус"))}
    tap.ok(len(whole["en"]) == 17 and whole["en"] == sorted(whole["en"], key=lambda n: n.replace("ü", "u")), "the merger changed seventeen statuses at once: all stand here, by the alphabet", str(whole["en"]))
    tap.ok(len(whole["ru"]) == 17 and whole["ru"] == sorted(whole["ru"]) and whole["ru"] != whole["en"], "in Russian by the Russian one", str(whole["ru"]))
    wide = page_of(site, "/en/changes?from=2001-06-15&on=2026-02-02")
    shown = under(tables(wide)[0], "Status")
    count = int(re.search(r"Status: (\d+)", words(wide))[1])
    tap.ok(len(shown) < count and f"All {count} of this kind; here are the latest {len(shown)}" in words(wide), "where not all stand, the page says how many do", str(shown[-1]))
    tap.ok([f"All {count} of this kind; here are the latest {len(shown)}"] in tables(wide)[0], "across all columns")
    wrong = site.get("/en/changes?from=2024-08-01&on=2024-06-01")
    tap.ok(wrong.status == 400 and "/en/changes?from=2024-06-01&amp;on=2024-08-01" in wrong.text, "days the wrong way round: refused, and turned", wrong.text[-900:])
    for bad in ("who=ZZ", "fact=nothing", "from=2024-13-01", "from=2024"):
        tap.ok(site.get("/en/changes?" + bad).status in (400, 404), "%s is refused" % bad)
    tap.ok("/en/changes?from=2016-01-01" in crawl.links(page_of(site, "/en/participants?on=2016-01-01").text), "a page of the past leads to what changed since")


def quotations(site):
    """A title that is quoted, and quotes itself, has the marks of its language for within."""
    said = words(page_of(site, "/ru/acts/1133"))
    tap.ok("Решение «О статусе „партнер Шанхайской организации сотрудничества“»" in said.replace("\u00a0", " "), "Russian: «О статусе „партнер…“»", said[:300])


def backgrounders(site):
    page = page_of(site, "/en/participants/BY/backgrounder")
    text = words(page)
    for says in ("Belarus has been a member since 4 July 2024", "10 members, 16 partners, 1 disputed", "Quote it", "Belarus signs its memorandum of obligations"):
        tap.ok(says in text, "backgrounder: %s" % says, text)
    quoted = re.findall(r'<(?:p|dd) class="cite">(.*?)<[/u][pl]', page.text, re.S)
    tap.ok(len(quoted) == 2 and quoted[0] == quoted[1], "backgrounder: it is quoted as any page is cited", str(quoted))
    tap.ok("Laos State listed" in words(page_of(site, "/en/participants/LA")), "acts that name a participant: what was done, where the title does not say it")
    tap.ok("Belarus had been a dialogue partner since 28 April 2010" in words(page_of(site, "/en/participants/BY/backgrounder?on=2012-01-01")), "backgrounder of a day in the past")
    tap.ok("Press office Secretariat of the SCO, Beijing" in text, "backgrounder: whom to ask further", text)
    tap.ok("frame-ancestors 'none'" in page.policy, "backgrounder: nobody frames it", page.policy)
    link = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page.text)
    tap.ok(link, "backgrounder: sites find how to show the card")
    for query, says in (("", "A card that is always of the day, without"), ("?on=2023-07-01", "A card of 1 July 2023, without"), ("?on=2023-07-01&known=1000", "A card of 1 July 2023, as known at entry 1000"),
                        ("?known=1000", "A card that is always of the day, as known at entry 1000")):
        other = page_of(site, "/en/participants/BY/backgrounder" + query)
        code = re.search(r'<iframe src="([^"]+)"', html.unescape(re.search(r"<pre [^>]*>(.*?)</pre>", other.text, re.S).group(1)))
        tap.ok(says in words(other) and html.unescape(code.group(1)) == f"http://{site.host}/en/participants/BY/card{query}", f"backgrounder{query}: the frame to paste is of the day that the page shows", code.group(1))
        tap.ok("on=" not in query or "1 July 2023" in words(page_of(site, "/en/participants/BY/card" + query)), f"card{query}: of that day")
    card = page_of(site, "/en/participants/BY/card")
    tap.ok("frame-ancestors *" in card.policy and "form-action 'none'" in card.policy, "card: any site may frame it", card.policy)
    tap.ok("<script" not in card.text and "<form" not in card.text and '<base target="_blank">' in card.text, "card: no script, no form; links open outside")
    tap.ok("frame-ancestors 'none'" in page_of(site, "/en/participants/BY").policy, "other pages are framed by nobody")
    tap.ok("The status of Laos has been disputed since 1 September 2025" in words(page_of(site, "/en/participants/LA/card")), "card: a dispute is told")
    answer = json.loads(site.get(html.unescape(link.group(1))).body)
    tap.same((answer["type"], answer["version"], answer["width"]), ("rich", "1.0", 560), "oEmbed: a rich answer")
    found = re.search(r'<iframe src="([^"]+)"', answer["html"])
    tap.ok(found and found.group(1).endswith("/en/participants/BY/card") and "<script" not in answer["html"], "oEmbed: the frame of the card", answer["html"])
    small = data_of(site, "/oembed?url=%s&maxwidth=300&maxheight=5" % urllib.parse.quote("/en/participants/BY/backgrounder?on=2012-01-01", safe=""))
    tap.ok((small["width"], small["height"]) == (300, 200) and "/card?on=2012-01-01" in small["html"], "oEmbed: as narrow as asked, on the day asked", small["html"])
    for bad, status in (("url=http://example.org/x", 404), ("url=/en/participants/XX", 404), ("url=/en/bodies/CHS", 404), ("", 404), ("url=/en/participants/BY&format=xml", 400)):
        tap.ok(site.get("/oembed?" + bad).status == status, "oEmbed: %s is refused" % (bad or "no address"))


def admissions(site):
    rows = tables(page_of(site, "/en/admissions?on=2023-08-01"))[0]
    way, done = under(rows, "On the way"), under(rows, "Completed")
    tap.same([r[:3] for r in way], [["Afghanistan", "Requested", "2015"], ["Belarus", "Memorandum signed", "4 July 2023"]], "August 2023: two on the way")
    tap.same([r[0] for r in done], ["India", "Iran", "Pakistan"], "August 2023: three had come to the end")
    made = count("commitment_made", P="BY")
    tap.same(way[1][4], "%d of %d fulfilled" % (made, made), "August 2023: every commitment of Belarus is fulfilled")
    asked = {a["args"]["P"] for a in ACTS if a["kind"] == "admission_requested"}
    data = data_of(site, "/en/admissions")
    tap.ok(asked <= {a["id"] for a in data["admissions"]}, "whoever asked is on the way or at its end", str(asked))
    page = page_of(site, "/en/admissions/BY?on=2023-08-01")
    headed = {rows[0][0]: rows for rows in tables(page)}
    tap.same([(r[0], r[3]) for r in headed["Obligation"][1:]], [("Belarus: to accede to Charter, Shanghai Convention and protocols", "141 days early (day unverified)"),
             ("Belarus: to accede to annex 1 treaties", "186 days early (day unverified)"), ("Belarus: to accede to annex 2 treaties", "277 days early (day unverified)")], "Belarus: what it took on")
    missing = under(headed["Missing act"], "For the stage \u201cCompleted")
    tap.ok([r[1] for r in missing] == ["the Secretariat", "the Secretariat", "the chair"] and missing[0][0] == "Decision tabled: Completion of an admission",
           "Belarus: what is missing, and who could sign it", str(missing))
    tap.ok("\u0438\u044e\u043b\u044c 2022 \u0433\u043e\u0434\u0430" in words(page_of(site, "/ru/admissions/BY")).replace("\u00a0", " ") and
           "\u0441 \u0438\u044e\u043d\u044f 2011 \u0433\u043e\u0434\u0430" in words(page_of(site, "/ru/participants/ORG-UNODC")).replace("\u00a0", " "),
           "a month in Russian: its name as it is where it stands alone, declined in a sentence")
    tap.ok("Without an act on record: \u201cExamined\u201d" in words(page) and "What came next" in words(page), "Belarus: stages without an act are named", words(page)[:900])
    path = re.search(r'<ol class="steps">.*?</ol>', page.text, re.S).group()
    tap.same(len(re.findall(r'<li class="todo">', path)), 1, "Belarus: one stage is to come")
    iran = words(page_of(site, "/en/admissions/IR?on=2015-01-01"))
    tap.ok("no_sanctions" not in iran and "sanctions" in iran, "Iran: what was found about sanctions, in words", iran)
    ended = words(page_of(site, "/en/admissions/BY"))
    tap.ok("What is missing" not in ended and "is completed, since 4 July 2024" in ended, "at the end nothing is missing", ended[:500])
    never = words(page_of(site, "/en/admissions/TR"))
    tap.ok("No admission of" in never and "For the stage \u201cRequested" in never, "who never asked could ask", never[:900])
    tap.same([n["stage"] for n in data_of(site, "/en/admissions/AM")["next"]], ["examined", "started"], "Armenia, as data: what may follow")
    # What came of what was missing came about this applicant: the adoption of another's decision is none of it.
    concern = {(a["args"]["D"], a["args"]["P"]) for a in ACTS if a["kind"] == "subject_named"}
    for who, day in (("BY", "2023-01-01"), ("IR", "2020-01-01"), ("IN", "2014-09-11"), ("PK", "2015-01-01")):
        rows = next(t for t in tables(page_of(site, f"/en/admissions/{who}?on={day}")) if t[0][0] == "Missing act")
        came = [ACTS[int(r[3].split("act ")[1]) - 1] for r in rows if len(r) > 3 and ", act " in r[3]]
        tap.same([a["kind"] for a in came if a["args"].get("P", who) != who or "D" in a["args"] and (a["args"]["D"], who) not in concern], [],
                 f"{who}, asked on {day}: each of the {len(came)} acts that came is about it")
        last = next(n for n, a in enumerate(ACTS, 1) if a["kind"] == "subject_named" and a["args"]["P"] == who and "ompletion" in a["title"]["en"])
        tap.same([r[3].split("act ")[-1] for r in under(rows, "For the stage \u201cCompleted")], [str(last + i) for i in (-1, 0, 1)],
                 f"{who}, asked on {day}: by which acts it was completed")
    # Each stage to come stands with what is missing for it, who could sign that, and the article that is its own.
    page = page_of(site, "/en/admissions/AZ")
    rows = next(t for t in tables(page) if t[0][0] == "Missing act")
    heads = [r[0] for r in rows if len(r) == 1]
    tap.same(heads, ["For the stage \u201c%s\u201d" % s for s in ("Examined", "Started", "Memorandum drafted", "Consultations concluded", "Memorandum approved",
             "Signature authorised", "Memorandum signed", "Completed")], "Azerbaijan: every stage to come, in order")
    tap.same([(r[0], r[1], r[2]) for r in under(rows, "For the stage \u201cMemorandum drafted")],
             [("Memorandum drafted: Azerbaijan", "the chair", "not before the stage \u201cStarted\u201d")], "what a later stage needs, and after which one")
    tap.same([(r[0], r[1]) for r in under(rows, "For the stage \u201cMemorandum signed")], [("Memorandum signed: Azerbaijan", "Azerbaijan")], "what only the applicant can sign")
    tap.same([(r[0], r[1], r[2]) for r in under(rows, "For the stage \u201cCompleted")][0],
             ("Decision tabled: Completion of an admission", "the Secretariat", "not before the stage \u201cMemorandum signed\u201d"), "and by which decision it ends")
    missing = data_of(site, "/en/admissions/AZ")["missing"]
    tap.same([(x["stage"], x["articles"][0]) for x in missing], [("examined", "Admission 2010 Criteria"), ("started", "Charter 13"), ("drafted", "Memorandum of obligations Model"),
             ("consulted", "Procedure 2014"), ("approved", "Memorandum of obligations Model"), ("authorised", "Bodies 2003"), ("signed", "Memorandum of obligations Model"),
             ("completed", "Memorandum of obligations Effect")], "each with the article that is its own")
    tap.same(missing[6]["acts"], [{"kind": "memorandum_signed", "args": {"P": "AZ"}, "by": ["AZ"]}], "as data: the act, and who may sign it")
    tap.same([x.get("after") for x in missing], [None, None, "started", "started", "started", "started", "started", "signed"], "and after which stage")
    tap.same([(a["kind"], a["together"]) for a in missing[1]["acts"]], [("decision_tabled", True), ("subject_named", True), ("gavelled", True)], "what helps only together says so")
    steps = re.findall(r"<li.*?</li>", re.search(r'<ol class="steps">.*?</ol>', page.text, re.S).group(), re.S)
    tap.ok(len(steps) == 9 and "charter-13-membership" in steps[2] and "procedure-2014" in steps[2] and "charter-13" not in steps[3], "the path cites the same", str(steps))
    tap.same(data_of(site, "/en/admissions/BY")["missing"], [], "nothing is missing at the end")
    tap.same(site.get("/en/admissions/CHS").status, 404, "a body has no admission")


def begun():
    """A decision that was tabled for a stage lacks only what is still to be done to it: on the page and as data."""
    with tempfile.TemporaryDirectory(prefix="comity-across-") as folder:
        data = os.path.join(folder, "data")
        served.load(data)
        for act in ({"kind": "decision_tabled", "date": "2026-02-01", "args": {"D": "DEC-START", "B": "CHS", "matter": "start_admission"}, "title": {"en": "Start of the admission of Azerbaijan"}},
                    {"kind": "subject_named", "date": "2026-02-01", "args": {"D": "DEC-START", "P": "AZ"}},
                    {"kind": "decision_tabled", "date": "2026-02-01", "args": {"D": "DEC-SIGN", "B": "CHS", "matter": "sign_memorandum"}, "title": {"en": "Signature of the memorandum of Azerbaijan"}},
                    {"kind": "subject_named", "date": "2026-02-01", "args": {"D": "DEC-SIGN", "P": "AZ"}}):
            subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), text=True, check=True, capture_output=True)
        with served.serve(data) as running:
            site = crawl.Site(running.url)
            rows = next(t for t in tables(page_of(site, "/en/admissions/AZ?on=2026-02-02")) if t[0][0] == "Missing act")
            tap.same([r[:3] for r in under(rows, "For the stage \u201cStarted")], [["Adopted by consensus: Start of the admission of Azerbaijan", "the chair", "2 February 2026"]], "what was tabled lacks only to be adopted")
            missing = {x["stage"]: x["acts"] for x in data_of(site, "/en/admissions/AZ?on=2026-02-02")["missing"]}
            tap.same(missing["started"], [{"kind": "gavelled", "args": {"D": "DEC-START"}, "by": ["chair"], "from": "2026-02-02", "together": False}], "as data, too")
            tap.same(missing["authorised"], [{"kind": "gavelled", "args": {"D": "DEC-SIGN"}, "by": ["chair"]}], "and so for a stage to come")
            tap.same([a["kind"] for a in missing["approved"]], ["decision_tabled", "subject_named", "gavelled"], "for which nothing was tabled, a new decision is named")
            before = {x["stage"]: x["acts"] for x in data_of(site, "/en/admissions/AZ?on=2026-01-31")["missing"]}
            tap.same([a["args"].get("D") for a in before["started"]], [None, None, None], "the day before it was not tabled")


def colophon(site):
    page = page_of(site, "/en/about")
    text = words(page)
    recorded = sum(bool(a.get("recorded")) for a in ACTS)
    tap.same(recorded, len(ACTS), "the sample record is recorded from sources")
    for says in ("%d signed acts" % len(ACTS), "None of these acts was signed here", "comity verify 17.tlog-proof", "How to cite it", "register.sco.example/acts", "Apache-2.0"):
        tap.ok(says in text, "colophon: %s" % says, text)
    data = data_of(site, "/en/about")
    tap.same((data["acts"], data["recorded"], data["entries"], data["software"]["name"]), (len(ACTS), recorded, len(ACTS) + 1, "Comity"), "colophon, as data")
    tap.ok(data["key"].startswith("register.sco.example/acts+"), "colophon: the key of the log", data["key"])
    for link in re.findall(r'<a class="hash" href="([^"]+)"', page.text):
        path = "/" + html.unescape(link).split("/", 3)[3]
        dated = "on=" in path and "known=" in path and site.get(path).status == 200
        tap.ok(dated or (path.startswith("/id/") and site.get(path).status == 303), "colophon: %s can be followed" % path)
    acts = data_of(site, "/en/acts")
    later = data["acts"] - acts["all"]
    lead = re.search(r'<p class="lead">(.*?)</p>', page_of(site, "/en/acts").text)[1]
    tap.ok(later > 1 and f"{acts['all']} acts" in lead and f"{later} more on record are dated later." in lead, "the list of acts and the colophon count the same acts, but for those still to come", lead)
    tap.same([n for n in ("/en/", "/en/acts", "/en/acts/1") if f"ntries 0 to {data['entries'] - 1}" not in page_of(site, n).text], [], "the foot and the page of an act name the last entry, as the date bar does")
    tap.ok("dated later" not in page_of(site, "/en/acts?on=2999-01-01").text and "dated later" not in page_of(site, "/en/acts?kind=attended").text, "where none is still to come, none is said to be")
    tap.ok("/en/about#notice" in page_of(site, "/en/").text, "the notice leads to what it means")


def pressed(folder):
    """An organisation that names its press office in org.json; and one that names it badly."""
    org = os.path.join(folder, "pressed-org")
    shutil.copytree(os.path.join(served.ROOT, "orgs", "sco"), org)
    path = os.path.join(org, "org.json")
    with open(path, encoding="utf-8") as f:
        own = json.load(f)
    for press, right in (({"email": "nobody"}, False), ({"page": "ftp://example.org"}, False), ({}, False), ("press@example.org", False),
                         ({"name": {"en": "Press and information"}, "email": "press@example.org", "telephone": "+86 10 1", "page": "https://press.example.org/"}, True)):
        with open(path, "w", encoding="utf-8") as f:
            json.dump(dict(own, press=press), f)
        data = os.path.join(folder, "pressed")
        done = subprocess.run([served.COMITY, "init", data, "--org", org], capture_output=True, text=True)
        tap.ok((done.returncode == 0) == right and (right or "press" in done.stderr), "a press office %s is %s" % (json.dumps(press), "taken" if right else "refused"),
               done.stdout + done.stderr)
    with served.serve(data) as server:
        page = page_of(crawl.Site(server.url), "/en/releases")
        tap.ok("Press and information" in words(page) and 'href="mailto:press@example.org"' in page.text and 'href="https://press.example.org/"' in page.text,
               "the newsroom says how to reach the press office", words(page))
        tap.ok('href="#press"' in page.text and 'id="press"' in page.text, "and leads there from its head, past all releases")
        tap.same(data_of(crawl.Site(server.url), "/en/releases")["press"]["email"], "press@example.org", "and so does its data")
    with open(path, "w", encoding="utf-8") as f:
        json.dump({name: value for name, value in own.items() if name != "press"}, f)
    data = os.path.join(folder, "not-pressed")
    subprocess.run([served.COMITY, "init", data, "--org", org], check=True, capture_output=True)
    with served.serve(data) as server:
        tap.ok('href="#press"' not in page_of(crawl.Site(server.url), "/en/releases").text and "Press office" not in words(page_of(crawl.Site(server.url), "/en/releases")) and "press" not in data_of(crawl.Site(server.url), "/en/releases"),
               "who names no press office has none")


def rooms(site):
    projects = [a["args"]["J"] for a in ACTS if a["kind"] == "project_started"]
    page = page_of(site, "/en/projects")
    rows = tables(page)[0]
    tap.same(len(rows) - 1, len(projects), "every project is listed")
    tap.ok(rows[0][:4] == ["Project", "Introduced on", "Belongs to; place", "State"], "projects: the columns are read off the rulebook", str(rows[0]))
    one = next(r for r in rows if r[0] == "First SCO Media Forum")
    tap.same((one[2], one[3].split()[0], one[4]), ("Mass media ; Beijing", "Completed", "1"), "a project: its area, its state, who takes part")
    tap.same(len(tables(page_of(site, "/en/projects?on=2018-12-31"))[0]) - 1, 1, "projects of a day in the past")
    tap.same([h for h in tables(page_of(site, "/en/entities"))[0][0] if h == "Commitment"], ["Commitment"], "no two columns have the name of the things in them")
    data = data_of(site, "/en/projects")["entities"]
    tap.ok(sorted(e["id"] for e in data) == sorted(projects) and all(e["href"].startswith("/en/projects/") for e in data), "projects, as data")
    tap.same(site.get("/en/entities/EV-006").location, "/en/projects/EV-006", "a project has one address")
    text = words(page_of(site, "/en/projects/EV-006"))
    tap.ok("China takes part in" in text and "Mass media" in text, "a project: who takes part", text[:700])
    areas = tables(page_of(site, "/en/areas"))[0]
    tap.same(len(areas) - 1, count("area_listed"), "every area is listed")
    for area in ("media", "drugs"):
        held, under_way = count("area_assigned", A=area), count("project_started", A=area)
        text = words(page_of(site, "/en/areas/" + area))
        tap.ok(("Meetings: %d" % held in text) == (held > 0) and ("Projects: %d" % under_way in text) == (under_way > 0), "an area: what belongs to it", text[:500])
    for room, act, kind in (("consultations", "Consultation agreed", "consultation_agreed"), ("strategy", "Goal set", "goal_set"),
                            ("authorities", "Authority designated", "authority_designated")):
        tap.same(len(tables(page_of(site, "/en/" + room))[0]) - 1, count(kind), "%s: each is listed" % room)
        text = words(page_of(site, "/en/%s?on=2012-01-01" % room))
        tap.ok("the record holds none" in text and "\u201c%s\u201d would put one here" % act in text, "%s of a day before the first: none, and how one would come" % room, text)
    states = [r[-1].split()[0] for r in tables(page_of(site, "/en/consultations"))[0][1:]]
    tap.same(states, ["Concluded", "Concluded", "Agreed", "Concluded"], "consultations: what became of each")
    tap.same(site.get("/en/projects/no-such").status, 404, "no such project")


def cooperation(site):
    page = page_of(site, "/en/cooperation")
    drawn, with_, elsewhere = tables(page)
    signed = {a["args"]["O"] for a in ACTS if a["kind"] == "cooperation_signed"}
    tap.same(len(under(with_, "In effect")), len(signed), "each organisation with which something was signed")
    tap.ok(all(any(r[0] in cell for row in drawn for cell in row) for r in under(with_, "In effect")), "each of them stands in the drawing's table", drawn)
    tap.ok("%d documents were signed" % count("cooperation_signed") in words(page), "every document is counted")
    tap.same([r[:3] for r in elsewhere[1:]], [["Commonwealth of Independent States", "Observer", "10 October 2025"], ["United Nations", "Observer", "2 December 2004"]],
             "what the organisation itself is elsewhere")
    later = tables(page_of(site, "/en/cooperation?on=2028-06-01"))[1]
    tap.same([r[0] for r in under(later, "Not on record as in effect")], ["UNESCO"], "a document that ended ends cooperation")
    before = words(page_of(site, "/en/cooperation?on=2003-01-01"))
    tap.ok("no cooperation with another organisation is on record as in effect" in before, "before the first: none", before[:300])
    data = data_of(site, "/en/cooperation")["organisations"]
    tap.same(sum(len(o["documents"]) for o in data), count("cooperation_signed"), "cooperation, as data")


def furnished(folder):
    """Rooms that hold little in the sample record, with more in them; and what is not for everybody stays out."""
    data = os.path.join(folder, "furnished")
    served.load(data)
    acts = [
        {"kind": "authority_designated", "date": "2026-02-10", "args": {"U": "KZ-customs", "P": "KZ", "A": "drugs"}, "title": {"en": "Counter-drug department"}},
        {"kind": "authority_designated", "date": "2026-02-10", "args": {"U": "TJ-secret", "P": "TJ", "A": "drugs"}, "title": {"en": "Hidden agency"}, "for": ["members"]},
        {"kind": "contact_channel_set", "date": "2026-02-11", "args": {"U": "KZ-customs"}, "text": {"en": "Ring the red telephone."}, "for": ["members"]},
        {"kind": "consultation_agreed", "date": "2026-02-12", "args": {"K": "KZ-MN-2026"}, "title": {"en": "Kazakhstan and Mongolia on transit"}},
        {"kind": "goal_set", "date": "2026-02-13", "args": {"G": "strategy.3.4", "D": next(a["args"]["D"] for a in ACTS if a["kind"] == "decision_tabled")},
         "title": {"en": "Information for the media"}},
        {"kind": "indicator_set", "date": "2026-02-13", "args": {"N": "releases-a-year", "G": "strategy.3.4"}, "title": {"en": "Releases in a year"}},
        {"kind": "action_assigned", "date": "2026-02-14", "args": {"G": "strategy.3.4", "B": "SEC", "due": "2026-12-31"}},
    ]
    for act in acts:
        done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(dict(act, recorded=True, sources=[{"title": "Made for this test"}])), capture_output=True, text=True)
        tap.ok(done.returncode == 0, "%s is filed" % act["kind"], done.stdout + done.stderr)
    with served.serve(data) as server:
        site = crawl.Site(server.url)
        page = page_of(site, "/en/authorities")
        rows = [r for r in tables(page)[0] if r[0] == "Counter-drug department"]
        tap.ok(len(rows) == 1 and "Kazakhstan" in rows[0][2] and "Illicit drugs" in rows[0][2], "an authority: whose, and for what", str(rows))
        for path in ("/en/authorities", "/en/authorities/KZ-customs", "/en/authorities.json", "/en/areas/drugs", "/en/areas"):
            text = site.get(path).text
            tap.ok("Hidden agency" not in text and "TJ-secret" not in text and "red telephone" not in text, "%s: what is not for everybody stays out" % path)
        text = words(page_of(site, "/en/areas/drugs"))
        tap.ok("uthorities: %d" % (count("authority_designated", A="drugs") + 1) in text and "Counter-drug department" in text, "its area names it", text[:600])
        tap.same(site.get("/en/authorities/TJ-secret").status, 404, "one that is not for everybody has no page")
        strategy = page_of(site, "/en/strategy")
        goals, indicators = tables(strategy)
        tap.ok("Information for the media" in [r[0] for r in goals] and indicators[1][0] == "Releases in a year", "goals and indicators, each in a table", str(goals))
        text = words(page_of(site, "/en/strategy/strategy.3.4"))
        tap.ok("Indicators: 1" in text and "Bodies: 1" in text, "a goal: its indicators, and who has it in hand", text[:700])
        tap.ok("Kazakhstan and Mongolia on transit" in words(page_of(site, "/en/consultations")), "a consultation")
        tap.ok("Kazakhstan and Mongolia on transit" not in words(page_of(site, "/en/consultations?on=2026-02-01")), "which is not there before it was agreed")
        tap.ok("the record holds none" in words(page_of(site, "/en/consultations?on=2012-01-01")), "and none before the first was agreed")


with tempfile.TemporaryDirectory(prefix="comity-") as temporary:
    pressed(temporary)
    furnished(temporary)
begun()

with served.sample() as server:
    visit = crawl.Site(server.url)
    for look in (changes, quotations, backgrounders, admissions, colophon, rooms, cooperation):
        look(visit)
tap.done()
