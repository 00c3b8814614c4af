# SPDX-License-Identifier: Apache-2.0
"""What the pages of things, lists and entries must say about the sample record. The numbers come from the sources, not from the
program: orgs/sco/record.jsonl counted here, and what tests/sco asks of the rulebook."""
import base64
import csv
import hashlib
import html
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap
from looking import ACTS, count, data_of, page_of, tables, under, words

def meetings(site):
    for path, says in (("/en/meetings/CHS-2025", "31 August and 1 September 2025"), ("/ru/meetings/CHS-2025", "31 \u0430\u0432\u0433\u0443\u0441\u0442\u0430 \u0438 1 \u0441\u0435\u043d\u0442\u044f\u0431\u0440\u044f 2025 \u0433\u043e\u0434\u0430"),
                       ("/zh/meetings/CHS-2025", "2025\u5e748\u670831\u65e5 \u548c9\u67081\u65e5")):
        tap.ok(says in words(page_of(site, path)).replace("\u00a0", " "), "%s: its days say the year once" % path, words(page_of(site, path))[:600])
    tap.ok("Share of the budget 5.8 per cent" in words(page_of(site, "/en/participants/BY")), "a share is shown as a share, not in the tenths in which rules count")
    rows = tables(page_of(site, "/en/meetings/CHS-2017"))[0]
    tap.same([r[0] for r in under(rows, "Members")], ["China", "Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan", "Uzbekistan"],
             "CHS-2017: six members all through")
    changed = under(rows, "Changed capacity")
    tap.same([r[0] for r in changed], ["India", "India", "Pakistan", "Pakistan"], "CHS-2017: two changed capacity")
    tap.ok(changed[0][1].startswith("Observer until 9 June 2017") and changed[0][3].startswith("Observers 5"),
           "CHS-2017: India came as an observer, by Observers 5", str(changed[0]))
    tap.ok(changed[1][1].startswith("Member from 9 June 2017") and changed[1][3] == "Charter 5", "CHS-2017: India left as a member, by Charter 5",
           str(changed[1]))
    tap.ok(all(r[2] == "by right" for r in changed), "CHS-2017: both by right")
    tap.same([r[0] for r in under(rows, "Observers")], ["Afghanistan", "Belarus", "Iran", "Mongolia"], "CHS-2017: four observers")
    guests = under(rows, "States without") + under(rows, "Organisations without")
    tap.same(len(guests), count("guest_invited", M="CHS-2017"), "CHS-2017: every guest of the chair is listed")
    tap.ok(all(r[2] == "as invited" and r[3] == "Guests of the chair" for r in guests), "CHS-2017: guests as invited, by the rule on guests")
    present = sum("present" in r[5] for r in rows if len(r) > 5 and r[0] not in ("India", "Pakistan"))
    tap.same(present + 2, count("attended", M="CHS-2017"), "CHS-2017: every attendance on record is shown")

    rows = tables(page_of(site, "/en/meetings/CHS-2024"))[0]
    changed = under(rows, "Changed capacity")
    tap.same([(r[0], r[1].split()[0], r[3].split(";")[0].strip()) for r in changed],
             [("Belarus", "Observer", "Observers 5"), ("Belarus", "Member", "Charter 5")], "CHS-2024: Belarus changed capacity in the middle")
    tap.same(len(under(rows, "Dialogue partners")), 4, "CHS-2024: four dialogue partners were invited")
    tap.ok("had not been convened" in words(page_of(site, "/en/meetings/CHS-2024?on=2020-01-01")), "CHS-2024: not yet convened in 2020")
    ahead = page_of(site, "/en/meetings/CHS-2026?on=2026-03-01")
    tap.same([r[0] for r in under(tables(ahead)[0], "Members")],
             ["Belarus", "China", "India", "Iran", "Kazakhstan", "Kyrgyzstan", "Pakistan", "Russia", "Tajikistan", "Uzbekistan"],
             "a meeting to come: whoever may attend it as things stand")
    tap.ok("Meeting, 2026, Bishkek" in words(ahead), "a meeting to come in a year: no day is made up", words(ahead)[:600])
    tap.ok("10 members may attend by right" in words(ahead), "a meeting to come: its lead says so", words(ahead)[:600])
    data = data_of(site, "/en/meetings/CHS-2024")
    tap.same((data["first"], data["last"], data["place"]), ("2024-07-03", "2024-07-04", "Astana"), "CHS-2024: its days and place in JSON")
    listed = data_of(site, "/en/meetings")["meetings"]
    tap.same(len(listed), count("meeting_convened"), "every meeting is listed")
    tap.same(len(data_of(site, "/en/meetings?on=2010-01-01")["meetings"]),
             sum(a["kind"] == "meeting_convened" and a["date"] <= "2010-01-01" for a in ACTS), "on a day in 2010 only those convened by then")


def rulers(site):
    """The bar of a past day knows what came before and what comes after."""
    for path, before, after in (("meetings", "2016-06-23", "2016-11-02"), ("decisions", "2016-05-24", "2017-06-09"),
                                ("bodies", "2014-05-20", "2017-06-09"), ("releases", "2016-03-18", "2017-03-13"),
                                ("meetings/CHS-2017", None, "2017-06-08"), ("instruments/INS-CHARTER-2002", "2003-09-19", "2017-06-09")):
        text = page_of(site, "/en/%s?on=2016-06-24" % path).text
        found = [re.search(r'on=([0-9-]+)" rel="%s"' % rel, text) for rel in ("prev", "next")]
        tap.same([f and f.group(1) for f in found], [before, after], "%s: the changes before and after 24 June 2016" % path)
    for path in ("about", "data", "keys", "search?q=Belarus", "law/the-standard-vocabulary"):
        text = page_of(site, "/en/" + path).text
        tap.ok('class="asof-date"' in text and 'class="ruler"' not in text and 'rel="prev"' not in text.split("<main")[0], "%s: no ruler, since nothing that it is about changes on a day" % path)


def instruments(site):
    page = page_of(site, "/en/instruments/INS-CHARTER-2002")
    tap.ok("\u201cCharter of the SCO\u201d has been in force since 19 September 2003" in words(page), "the Charter is in force since 19 September 2003", words(page)[:300])
    rows = next(t for t in tables(page) if t[0][0] == "Party")
    bound = {r[0]: r[4] for r in rows[1:]}
    tap.same(len(bound), 10, "ten parties of the Charter")
    tap.ok(bound["India"].startswith("9 June 2017") and bound["Belarus"].startswith("4 July 2024"), "India and Belarus are bound from their admission",
           str(bound))
    tap.ok("20 August 2003" in next(r for r in rows if r[0] == "China")[3], "the day of deposit that is counted back")
    past = words(page_of(site, "/en/instruments/INS-CHARTER-2002?on=2003-01-01"))
    tap.ok("was not on record as in force: 0 of the 4 consents" in past, "on 1 January 2003 no consent was on record", past[:400])
    between = words(page_of(site, "/en/instruments/INS-CHARTER-2002?on=2003-09-01"))
    tap.ok("was not yet in force: it had had the consents it needed since 20 August 2003, and was to enter into force on 19 September 2003" in between,
           "between the fourth deposit and that day it waits", between[:400])
    centre = words(page_of(site, "/en/instruments/INS-UC-2025"))
    tap.ok("is not on record as in force: 0 of the 10 consents" in centre, "the Universal Centre has none of ten consents", centre[:300])
    days = [row[3] for row in tables(page_of(site, "/en/instruments"))[-1][1:]]
    tap.ok("1 September 2025" in days and not any(re.search(r"\d{4}-\d\d", day) for day in days), "the list of all says days in words, only the matrix compares them", str(days))
    all_ = data_of(site, "/en/instruments")["instruments"]
    tap.same(len(all_), len({a["args"]["I"] for a in ACTS if a["kind"] == "instrument_adopted"}), "every instrument adopted is listed")
    charter = next(i for i in all_ if i["id"] == "INS-CHARTER-2002")
    tap.same(charter["in_force"]["since"], "2003-09-19", "the same day in JSON")
    tap.ok(charter["in_force"]["since_unverified"], "and the mark that it is not verified")
    csv = site.get("/en/instruments.csv")
    tap.ok(csv.type.startswith("text/csv") and 'BY,Belarus,INS-CHARTER-2002,' in csv.text, "the matrix as CSV")
    tap.ok("Agreement on cooperation in agriculture,in force for it,2014-08-15," in csv.text, "and what was found later")
    early = site.get("/en/instruments.csv?known=1218").text
    tap.ok("Agreement on cooperation in agriculture,approved at home,2011,yes\r\n" in early and not re.search(r"2011-12-31", early),
           "and no day in it where the record knew a year")


def untied(site):
    """To whom an instrument is open, and who of them did nothing about it, stands on its page as the rulebook says it; each name leads to why it is no party."""
    page = page_of(site, "/en/instruments/INS-CTC-2009")
    tied = {a["args"]["P"] for a in ACTS if a["args"].get("I") == "INS-CTC-2009" and "P" in a["args"]}
    having = {p["id"]: p["status"]["value"] for p in data_of(site, "/en/participants")["participants"] if p.get("status") and not p["status"].get("disputed")}
    members = {p for p, status in having.items() if status == "member"}
    listed = re.findall(r'<a href="/en/whynot/party/(\w+)/INS-CTC-2009">([^<]+)</a>', page.text.split('id="others"')[1].split("</section>")[0])
    tap.same([name for _, name in listed], ["India", "Iran", "Pakistan"], "INS-CTC-2009: the members of whom nothing is on record")
    tap.same({code for code, _ in listed}, members - tied, "all of them, and nobody to whom it is not open")
    tap.ok('<a href="/en/why/open_to/INS-CTC-2009/member">Members</a>' in page.text, "the page says to whom it is open, and leads to why")
    why = words(page_of(site, "/en/why/open_to/INS-CTC-2009/member"))
    tap.ok("is open to whoever is a member" in why and "Treaties Open to members" in why, "which cites the article", why[:300])
    why = words(page_of(site, "/en/whynot/party/IN/INS-CTC-2009"))
    tap.ok("India is not on record as a party" in why, "a name leads to why it is no party", why[:300])
    tap.ok("no proof that they are not bound" in words(page), "and nobody is said not to be bound")
    data = data_of(site, "/en/instruments/INS-CTC-2009")
    tap.same([o["id"] for o in data["others"]], [code for code, _ in listed], "the same list in JSON")
    tap.same([(o["args"]["S"], o["since"], o["articles"][0]) for o in data["open_to"]], [("member", "2009-06-16", "Treaties Open to members")], "with to whom it is open")
    then = data_of(site, "/en/instruments/INS-CTC-2009?on=2013-01-01")["others"]
    tap.same({o["id"] for o in then}, set(), "in 2013: nobody, for all members of that day had signed")
    early = page_of(site, "/en/instruments/INS-CTC-2009?on=2009-12-31")
    # One approval, or none: what counts is to whom it is open.
    for path in ("INS-HEALTH-2011", "INS-CULT-2007"):
        tied = {a["args"]["P"] for a in ACTS if a["args"].get("I") == path and "P" in a["args"]}
        tap.same({o["id"] for o in data_of(site, "/en/instruments/" + path)["others"]}, members - tied, "%s: all members that did nothing about it" % path)
    # Any State may accede to it, from its entry into force.
    road = data_of(site, "/en/instruments/INS-ROAD-2014")
    tap.same([(o["args"]["S"], o["articles"]) for o in road["open_to"]],
             [("member", ["Treaties Open to members", "Memorandum of obligations Model"]), ("partner", ["Treaties Road transport"])], "INS-ROAD-2014: any State")
    tap.ok({"IN", "TR"} <= {o["id"] for o in road["others"]}, "so partners are told, too")
    then = data_of(site, "/en/instruments/INS-ROAD-2014?on=2016-12-31")
    tap.same([o["args"]["S"] for o in then["open_to"]], ["member"], "before it was in force members alone")
    # A memorandum of obligations: those who are members while the admission is under way.
    then = data_of(site, "/en/instruments/INS-MEMO-BY-2023?on=2024-01-01")["others"]
    tap.same({o["id"] for o in then}, members - {"BY", "KZ"}, "a memorandum is open to the members of its day")
    tap.same(data_of(site, "/en/instruments/INS-MEMO-BY-2023")["others"], [], "until the admission is complete")
    for path in ("INS-DECL-2001", "INS-DPM-SA", "INS-DECL-2022", "INS-HQ-2004", "INS-REG-ADM-2010"):
        data = data_of(site, "/en/instruments/" + path)
        tap.ok('id="others"' not in page_of(site, "/en/instruments/" + path).text and not data["others"] and not data["open_to"],
               "%s: it is open to nobody" % path)
    tap.ok('<dt>Concluded with</dt><dd><a href="/en/participants/CN">China</a></dd>' in page_of(site, "/en/instruments/INS-HQ-2004").text, "with whom the organisation concluded it")
    row = next(re.split("<td ", r) for r in early.text.split("<tr>") if ">China</a></th>" in r)
    tap.ok("/en/why/signatory/CN/" in row[1] and "/en/whynot/party/CN/" in row[4], "reasons stand in the column of the fact that they are of", str(row))


def acts(site):
    first = data_of(site, "/en/acts")
    tap.same(len(first["acts"]), 50, "fifty acts on a page")
    total = sum(a["date"] <= first["on"] for a in ACTS)
    undated = sum(a.get("date_precision") in ("year", "month") for a in ACTS)
    tap.ok(total - undated <= first["all"] <= len(ACTS), "as many acts as are dated up to today", "%d, %d on record" % (first["all"], len(ACTS)))
    number = next(i for i, a in enumerate(ACTS, 1) if a["kind"] == "gavelled" and a["args"]["D"] == "DEC-031")
    page = page_of(site, "/en/acts/%d" % number)
    effects = tables(page)[0]
    status = next(r for r in effects if r[0].startswith("Status"))
    tap.same(status[:4], ["Status: Belarus", "Observer", "Member", "4 July 2024"], "what the completion of the admission of Belarus did")
    tap.ok("In the log, signed, unaltered" in page.text, "its verdict")
    tap.same(sorted(a["entry"] for a in data_of(site, "/en/acts?about=BY")["acts"])[0],
             next(i for i, a in enumerate(ACTS, 1) if "BY" in a["args"].values()), "the first act that names Belarus")
    narrowed = site.get("/en/acts?about=BY&with=form.ratification&on=2025-01-01").text
    form = narrowed[narrowed.index('<form class="row"'):]
    kept = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[:form.index("</form>")]))
    tap.same(kept, {"about": "BY", "with": "form.ratification", "on": "2025-01-01"}, "who narrows a list by year keeps what it was narrowed by")
    corrected = next(a for a in ACTS if "corrects" in a)
    page = page_of(site, "/en/acts/%d" % corrected["corrects"])
    tap.ok("Corrected by" in words(page), "an act that was corrected says so")
    tap.same(data_of(site, "/en/acts/%d" % corrected["corrects"])["standing"], ACTS.index(corrected) + 1, "and what stands in its place")
    before = page_of(site, "/en/acts/%d?known=%d" % (corrected["corrects"], ACTS.index(corrected)))
    tap.ok("Corrected by" not in words(before), "before the correction was known it does not")
    doubted = next(i + 1 for i, a in enumerate(ACTS) if a.get("certainty") == "unverified" and not a.get("about"))
    tap.ok('<span class="unv"></span>' not in site.get("/en/acts/%d" % doubted).text, "an act that is not verified: what it does not say is not doubted")
    tap.same(site.get("/en/acts/%d?known=100" % number).status, 404, "what is not yet known is not there")
    for lost in ("zh/nowhere", "zh/participant/BY", "ru/act"):
        offered = re.findall(r'href="([^"?]*)', site.get("/" + lost).text.split("<main")[1].split("</main>")[0])
        tap.same([(h, site.get(h).status) for h in offered if site.get(h).status >= 400], [], f"/{lost}: what is offered in its place is there")
    tap.same(site.get("/en/acts/99999").status, 404, "what does not exist is not there")
    tap.same(site.get("/en/acts?kind=nonsense").status, 400, "a kind that does not exist is refused")
    tap.same(site.get("/en/acts?page=99").status, 400, "a page that does not exist is refused")


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def proofs(site):
    """The files of an entry, checked here by RFC 6962 and nothing of ours."""
    for number in (0, 1, 777, len(ACTS)):
        envelope = site.get("/act/%d.dsse" % number).body
        act = site.get("/act/%d.json" % number).body
        tap.same(base64.b64decode(json.loads(envelope)["payload"]), act, "entry %d: the envelope holds the act" % number)
        if number:
            tap.same(json.loads(act), ACTS[number - 1], "entry %d is the act of the record" % number)
        head, checkpoint = site.get("/act/%d.tlog-proof" % number).text.split("\n\n", 1)
        lines = head.split("\n")
        extra = "extra " + base64.b64encode(envelope).decode()
        tap.same(lines[:3], ["c2sp.org/tlog-proof@v1", extra, "index %d" % number], "entry %d: the form of its proof" % number)
        size, root = int(checkpoint.split("\n")[1]), base64.b64decode(checkpoint.split("\n")[2])
        tap.same(size, len(ACTS) + 1, "entry %d: the proof leads to the newest checkpoint" % number)
        at, last, hash_ = number, size - 1, hashlib.sha256(b"\x00" + envelope).digest()
        for line in lines[3:]:
            other = base64.b64decode(line)
            if at & 1 or at == last:
                hash_ = node(other, hash_)
                while not at & 1 and at:
                    at, last = at >> 1, last >> 1
            else:
                hash_ = node(hash_, other)
            at, last = at >> 1, last >> 1
        tap.ok(last == 0 and hash_ == root, "entry %d leads to the root" % number)
        shown = site.get("/en/acts/%d" % number).text
        tap.ok(hashlib.sha256(b"\x00" + envelope).hexdigest() in shown, "entry %d: the page shows that leaf" % number)
    tap.ok(site.get("/checkpoint").text.startswith("register.sco.example/acts\n%d\n" % (len(ACTS) + 1)), "the checkpoint")
    tap.same(site.get("/act/%d.json" % (len(ACTS) + 1)).status, 404, "no file of an entry that is not there")
    tap.same(site.get("/act/7.txt").status, 404, "no file of another kind")


PROOF = re.compile(r'<section class="proof".*?</section>', re.S)


def long_proofs(site):
    """A proof with every step open has a bound, says so and leads on: along its links all acts are reached on which the proof file says that it rests."""
    numbers = {}
    for lang, file in (("en", "proof file (JSON)"), ("ru", "файле доказательства (JSON)"), ("zh", "证明文件（JSON）"), ("fa", "فایل اثبات (JSON)"), ("ar", "ملف البرهان (JSON)")):
        text = site.get(f"/{lang}/why/status/BY?open=all").text
        steps = "".join(PROOF.findall(text))
        told = steps.count("<details") + steps.count('class="leaf"')
        note = [n for n in re.findall(r'<p class="note">(.*?)</p>', text) if file in n]
        shown = re.findall(r"[0-9۰-۹٠-٩]+", re.sub(r"<[^>]*>", "", note[0])) if note else []
        numbers[lang] = (told, [int(n) for n in shown])
        tap.ok(note and f'href="/{lang}/why/status/BY.json' in note[0], f"{lang}: a proof that is cut says so, and where the whole is", str(note))
    tap.same(numbers, {lang: (200, [200]) for lang in numbers}, "as many steps as are told, in every language the same")
    tap.ok("nearest to the question" not in site.get("/en/why/status/KZ?open=all").text, "a short proof says nothing of it")
    for first in ("status/BY", "status/LA"):
        rests = {a for r in json.loads(site.get(f"/en/why/{first}.json").body)["readings"] for a in r["basis"]["acts"]}
        todo, met, wrong = [f"/en/why/{first}?open=all"], set(), []
        for path in todo:
            page = site.get(path)
            steps = "".join(PROOF.findall(page.text))
            links = [html.unescape(link) for link in re.findall(r'class="why" href="([^"]*)"', steps)]
            wrong += [f"{path}: {page.status}"] if page.status != 200 or path in links else []
            met |= {int(n) for n in re.findall(r'href="/en/acts/(\d+)', steps)}
            todo += [link for link in dict.fromkeys(links) if ".json" not in link and link not in todo]
        tap.same(wrong, [], f"{first}: each step that stops leads to another page")
        tap.ok(len(rests) > 40 and rests <= met, f"{first}: and so to all {len(rests)} acts, over {len(todo)} pages", str(sorted(rests - met)))


def decisions(site):
    all_ = data_of(site, "/en/decisions")
    tap.same(all_["all"], count("decision_tabled"), "every decision is listed")
    tap.ok(all(d["state"]["value"] == "adopted" for d in all_["decisions"]), "all were adopted")
    page = page_of(site, "/en/decisions/DEC-043")
    text = words(page)
    tap.ok("was adopted by the Council of Heads of State on 1 September 2025" in text, "the merger of statuses was adopted", text[:300])
    tap.ok("No member objects" in text and "10 members take part China, Kazakhstan" in text, "by consensus of ten", text[:700])
    rows = next(t for t in tables(page) if t[0][0] == "Fact")
    merged = [r for r in rows if r[0].startswith("Status: ")]
    tap.same(len(merged), 17, "seventeen statuses changed")
    laos = [r for r in merged if r[0] == "Status: Laos"]
    tap.ok(len(laos) == 1 and "Reading A only" in laos[0][3], "that of Laos by one reading only", str(laos))
    start = words(page_of(site, "/en/decisions/DEC-043?on=2025-08-31"))
    tap.ok("had not been tabled" in start, "the day before, it had not been tabled", start[:200])


def law(site):
    page = page_of(site, "/en/law/charter-13-membership")
    text = words(page)
    rows = tables(page)[0]
    tap.same([r[0] for r in under(rows, "Status")], ["India is a member", "Pakistan is a member", "Iran is a member", "Belarus is a member"],
             "four members rest on Charter 13")
    tap.ok("rule MEMBER" in text and "Not computed" in text, "Charter 13: its rules, and what is not computed")
    tap.ok("is a member" not in words(page_of(site, "/en/law/charter-13-membership?on=2016-06-01")), "none in 2016")
    tap.same([r[0] for r in under(tables(page_of(site, "/en/law/declaration-2001"))[0], "Status")],
             ["%s is a member" % s for s in ("China", "Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan", "Uzbekistan")], "six on the Declaration")
    laos = words(page_of(site, "/en/law/tianjin-2025-merger"))
    tap.ok("Reading A: Laos is a partner. Reading B: Laos has no status." in laos, "both readings about Laos", laos[-1500:])
    articles = {a["slug"]: a for a in data_of(site, "/en/law")["articles"]}
    tap.same(articles["charter-13-membership"]["rules"], 9, "nine rules under Charter 13")
    tap.same(site.get("/en/law/charter-99").status, 404, "no article that is not there")
    words_of = words(page_of(site, "/en/why/party/KZ/INS-CHARTER-2002"))
    page = page_of(site, "/en/why/party/KZ/INS-CHARTER-2002").text
    tap.ok('/en/law/vclt-24-entry-into-force' in page and "Entry into force" in words_of, "an article of the law of treaties is cited with its page", words_of[-600:])
    vclt = page_of(site, "/en/law/vclt-24-entry-into-force").text
    tap.ok("treaties.un.org" in vclt and "A summary, not the authentic text." in vclt, "... which says where its text stands")
    tap.ok("/en/law/std-treaties" in vclt and ">EIF<" in vclt and "No rule is written here." not in vclt, "... and which rules cite it, in a file without headings")
    page_of(site, "/en/law/std-treaties")
    tap.ok("rule EIF" in data_of(site, "/en/law/std-treaties")["text"], "a file of rules without headings has a page too")


def newsroom(site):
    all_ = data_of(site, "/en/releases")
    tap.same(all_["all"], count("release_issued"), "every release is listed")
    tap.same(data_of(site, "/en/releases?language=zh")["all"], sum(a["kind"] == "release_issued" and "zh" in a["title"] for a in ACTS),
             "those in Chinese")
    year = sum(a["kind"] == "release_issued" and a["date"].startswith("2024") for a in ACTS)
    tap.ok(0 < year == data_of(site, "/en/releases?year=2024")["all"], "those of a year", str(year))
    feed = xml.etree.ElementTree.fromstring(site.get("/en/releases.atom?year=2024").body)
    tap.same(len(feed.findall("{http://www.w3.org/2005/Atom}entry")), year, "those of a year as a feed")
    room = page_of(site, "/en/releases")
    told = sum(int(n) for n in re.findall(r'category=[^>]+>[^<]+</a> <span class="quiet">([0-9]+)<', room.text))
    tap.same(told, all_["all"], "each release is counted in its topic")
    tap.ok("Secretariat of the SCO, Beijing" in words(room) and f'href="{all_["press"]["page"]}"' in room.text and "email" not in all_["press"],
           "whom the media ask: as far as it is known", str(all_["press"]))
    text = words(page_of(site, "/en/releases/NEWS-026"))
    tap.ok("Русский" in text and "24.kg" in text, "a release in two languages, with its source", text[:400])
    for name, most in (("releases", count("release_issued")), ("acts", 50)):
        feed = site.get("/feed/%s.atom" % name)
        root = xml.etree.ElementTree.fromstring(feed.body)
        entries = root.findall("{http://www.w3.org/2005/Atom}entry")
        tap.same(len(entries), min(most, 50), "the feed of %s" % name)
        ids = [e.find("{http://www.w3.org/2005/Atom}id").text for e in entries]
        tap.same(len(set(ids)), len(ids), "each entry of the feed of %s once" % name)


def things(site):
    page = page_of(site, "/en/entities/BY-memo-1")
    tap.ok("Commitment" in words(page) and tables(page), "a commitment has a page, though no C knows it")
    tap.same(site.get("/en/entities/BY").location, "/en/participants/BY", "a thing has one address")
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page_of(site, "/en/entities").text.split('id="Commitment"')[1].split("</table>")[0], re.S)
    tap.ok(len(rows) == 4 and all("Fulfilled" in row and "<time" in row.split('data-l="Due"')[1] for row in rows),
           "a commitment that one participant has shows its state and the day it is due, not how many", "\n".join(rows))
    bodies = data_of(site, "/en/bodies")["bodies"]
    tap.same(len(bodies), count("body_established"), "every body is listed")
    text = words(page_of(site, "/en/bodies"))
    tap.ok("SCO Anti-Drug Centre does not stand yet" in text, "a body whose instrument is not in force does not stand")
    tap.same(site.get("/en/instruments/INS-CHARTER-2003").status, 404, "an instrument that is not there")
    tap.ok("INS-CHARTER-2002" in site.get("/en/instruments/INS-CHARTER-2003").text, "and the nearest that is")


def cancelled(folder):
    """A meeting that was called off is not ahead, and is said to be cancelled wherever it is named."""
    data = os.path.join(folder, "data")
    served.load(data)
    act = {"kind": "meeting_cancelled", "date": "2025-12-01", "args": {"M": "CHS-2026"}}
    done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
    tap.ok(done.returncode == 0, "a meeting is called off", done.stdout + done.stderr)
    with served.serve(data) as server:
        site = crawl.Site(server.url)
        ahead = {day: data_of(site, f"/en/?on={day}")["ahead"] for day in ("2025-11-30", "2025-12-01")}
        tap.ok([m["id"] for m in ahead["2025-11-30"]] == ["CHS-2026"], "it was ahead until the day before", str(ahead))
        tap.same(ahead["2025-12-01"], [], "it is not ahead from that day on")
        for day, so in (("2025-11-30", False), ("2025-12-01", True)):
            listed = {m["id"]: m.get("cancelled", False) for m in data_of(site, f"/en/meetings?on={day}")["meetings"]}
            tap.same(listed["CHS-2026"], so, f"the list of {day} knows")
            tap.same("Cancelled" in words(page_of(site, f"/en/meetings?on={day}")), so, f"and its page of {day} marks it")
            tap.same("Cancelled" in words(page_of(site, f"/en/meetings/CHS-2026?on={day}")), so, f"and the meeting's own page of {day}")


def one_form(site):
    """A question is answered in the same bytes at every door, and the answer carries the organisation's notice."""
    with open(os.path.join(served.ROOT, "orgs", "sco", "org.json"), encoding="utf-8") as file:
        notice = json.load(file)["notice"]["en"]
    for command, path, question in (("why", "why/status/BY", 'status("BY")'), ("whynot", "whynot/status/BY?is=partner", 'status("BY") is partner')):
        ran = subprocess.run([served.COMITY, command, DATA, question + " on 2016-01-01", "--json"], capture_output=True)
        page = site.get("/en/%s%son=2016-01-01" % (path, "&" if "?" in path else "?"), Accept="application/json")
        tap.ok(page.status == 200 and page.body == ran.stdout, "%s: the command and the page give the same bytes" % command,
               "%s\n%s" % (page.text[:300], ran.stdout.decode()[:300] + ran.stderr.decode()))
        proof = json.loads(page.body)
        tap.same((proof["format"], proof.get("notice")), ("comity-proof/2", notice), "%s: the proof carries the notice" % command)
    answer = data_of(site, "/api/ask?q=" + urllib.parse.quote('status("BY")'))
    tap.same((answer.get("notice"), answer["proof"].get("notice")), (notice, notice), "the API's answer and its proof carry the notice")


def front_page(site):
    """The latest acts stand by their dates, also those that were entered long after; which says so."""
    for query in ("", "?on=2025-10-01", "?on=2016-12-31&known=600"):
        latest = data_of(site, "/en/" + query)["latest_acts"]
        tap.same([a["date"] for a in latest], sorted((a["date"] for a in latest), reverse=True), "front page%s: the latest acts by their dates" % query)
    until = [a for a in ACTS if a["date"] <= "2025-10-01"]
    tap.same(data_of(site, "/en/?on=2025-10-01")["latest_acts"][0]["entry"], max(n for n, a in enumerate(ACTS, 1) if a["date"] == max(x["date"] for x in until)),
             "front page: of one day the last entry first")
    text = words(page_of(site, "/en/?on=2025-10-01"))
    tap.ok("Goal set: 2 more acts on that day. First known on 26 November 2026." in text, "front page: goals of 2025, entered in 2026, stand on their day", text[:900])
    tap.ok("First known" not in words(page_of(site, "/en/")), "... and not before what happened since")


def plain_words(site):
    """What a reader sees is said in words, and says who did what."""
    text = words(page_of(site, "/en/decisions/DEC-031"))
    tap.ok("Met No member objects Met 9 members take part China , Kazakhstan".replace(" ,", ",") in text and "counted" not in text,
           "DEC-031: consensus in words", text[:900])
    tap.ok("is before the Council of Heads of State" in text and "the the" not in text, "DEC-031: it is before the Council", text[-900:])
    for path, lead in (("why/cooperates/ORG-UNESCO", "31 December 2027, has not passed."), ("why/in_force/INS-CHARTER-2002", ""),
                       ("whynot/in_force/INS-UC-2025", "3 rules could make it so, but none has all of its conditions met on this day."),
                       ("whynot/in_force/INS-UC-2025", "Security” that count: 0 counted, at least 10 needed."),
                       ("whynot/status/IR?is=member&on=2022-09-16", "Why was Iran not a member on 16 September 2022? One condition of the rule that comes nearest is not met"),
                       ("whynot/status/LA?is=partner", "Status of Laos: disputed The law is unclear here. The register computes every reading and does not choose between them. Reading A: Laos is a partner. Reading B: Laos has no status."),
                       ("whynot/status/LA", "Reading B: Laos has no status 7 rules could make it so"),
                       ("whynot/status/SA?is=dialogue_partner&on=2022-12-01", "Reading A: Saudi Arabia is a dialogue partner. Reading B: Saudi Arabia has no status."),
                       ("whynot/status/LA?is=observer", "Laos is not an observer 2 conditions of the rule are not met on this day. Instead: Reading A: Laos is a partner. Reading B"),
                       ("whynot/status/TR?is=member", "No signature of a memorandum on its admission by Türkiye is on record"),
                       ("whynot/in_force/INS-EDU-2006?on=2020-01-01", "It became so on 13 July 2023 at the latest, by"),
                       ("whynot/status/BY?is=observer", "Met Belarus is not a member: Belarus is a dialogue partner")):
        page = page_of(site, "/en/" + path)
        text = words(page)
        tap.ok(lead in text, "%s: %s" % (path, lead), text[:600])
        code = re.search(r'<code|[a-z_]+\((?:&quot;|")[A-Z]| (?:&gt;|&lt;)=? |(?:Yes|No) <', page.text.split("<main", 1)[1].split("</main>")[0])
        tap.ok(not code, "%s: no code of the rulebook" % path, code and code.group())
    tap.ok("has been in force since 13 July 2023 at the latest, by" in words(page_of(site, "/en/instruments/INS-EDU-2006")), "an instrument: its day is known only to be no later")
    matrix = page_of(site, "/en/instruments").text
    heads = matrix.split("<thead>")[1].split("</thead>")[0]
    tap.same((heads.count("≤ 2023-07-13") > 0, heads.count(">2023-07-13"), "≤ On that day at the latest" in matrix), (True, 0, True), "the matrix marks such days, and its key explains the mark")
    tap.ok("≤" not in page_of(site, "/en/instruments?on=2010-01-01").text, "... and does not where there are none")
    tap.ok("13 July 2023 at the latest" in page_of(site, "/en/instruments?list=3").text.split('id="list"')[1].replace("\u00a0", " "), "... and the list says it in words")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(site.get("/data/instruments.csv").body.decode()))}
    tap.same([rows[name]["in_force_since_unverified"] for name in ("INS-EDU-2006", "INS-CTC-2009")], ["true", "false"], "... and so do the data")
    laos = page_of(site, "/en/why/status/LA?on=2025-10-01").text
    acts = re.findall(r'<li><a [^>]*>act ([0-9]+)</a>', laos.split("Acts it rests on</h2>")[1].split("</aside>")[0])
    told = re.search(r"Acts that it rests on: ([0-9]+)", laos)
    more = re.search(r"([0-9]+) more in the <a", laos)
    tap.ok(acts and len(set(acts)) == len(acts) == int(told.group(1)) - int(more.group(1) if more else 0), "Laos: each act of both readings once, or in the file", str(acts))
    text = words(page_of(site, "/en/acts/1012"))
    tap.ok("Signed with the key of this register (role: secretariat), ed25519:" in text and "Recorded from sources; not signed by those who acted" in text,
           "an act says with which key it was signed, and that it was recorded", text)
    text = words(page_of(site, "/en/releases"))
    tap.ok("reported by RIA Novosti" in text and "press reports about it" in text, "the newsroom tells reports from releases", text[:400])
    tap.ok("Press report" in words(page_of(site, "/en/releases/NEWS-%s" % next(a["args"]["R"][5:] for a in ACTS if a["kind"] == "release_issued" and "O" in a["args"]))),
           "a report says that it is one")
    tap.ok("Resolution of the UN General Assembly" in words(page_of(site, "/en/instruments/COOP-003")), "kinds of instruments have words")
    for who in ("BY", "MN?on=2024-01-01", "TR"):
        text = words(page_of(site, "/en/participants/" + who)).split("What follows from being")[1].split("Read off the rules")[0]
        tap.ok("Counts in" not in text and "Admission since" not in text and "May attend meetings" in text or who == "TR", "%s: what follows, in words" % who, text)


def codes(site):
    def ask(words):
        return json.loads(site.get("/en/search.json?q=" + urllib.parse.quote(words)).body)
    for code, to in (("BY", "participants/BY"), ("CHS", "bodies/CHS"), ("CHS-2022", "meetings/CHS-2022"), ("INS-MEMO-BY-2023", "instruments/INS-MEMO-BY-2023"), ("trade", "areas/trade")):
        tap.same(ask(code)["found"][0]["href"], "/en/" + to, "search: %s leads to what has this code" % code)
    heading = {"en": "Power to sign", "ru": "Полномочия на подписание", "zh": "签署权", "fa": "اختیار امضا"}
    for lang, words in heading.items():
        found = ask(words)["found"]
        tap.ok(any(f.get("article") == "power-to-sign" and f["lang"] == lang for f in found), f"search: an article is found by its heading in {lang}", str(found)[:300])
    found = ask("полномоч")["found"]
    tap.ok(any(f.get("article") == "power-to-sign" for f in found), "search: and by how a word of it begins", str(found)[:300])
    one = {lang: json.loads(site.get(f"/en/search.json?kind=article&language={lang}&q=membership").body)["all"] for lang in ("en", "ru")}
    tap.same(one, {"en": 2, "ru": 0}, "search: in one language, by the words of that language")
    shown = page_of(site, "/zh/search?kind=article&q=" + urllib.parse.quote("Полномочия")).text
    tap.ok('<p lang="ru" dir="auto"><mark>Полномочия</mark>' in shown, "search: the heading in which it was found stands below that of the page, marked", shown[-3000:])
    shown = page_of(site, "/en/search?q=BY").text
    tap.ok("<mark>by</mark>" not in shown and "<mark>Belarus</mark>" in shown, "search: BY is not the word “by”, and stands for Belarus", shown)
    tap.same(ask("BY memorandum")["found"][0]["href"], "/en/instruments/INS-MEMO-BY-2023", "search: a code among words stands for its names")
    tap.ok("answer" not in ask("adopted by consensus 2016-01-01") and "Belarus" in ask("status BY 2016-01-01")["answer"]["says"],
           "search: a word in small letters within others asks for no participant")


def searched(site):
    def found(query):
        return json.loads(site.get("/en/search.json?q=" + query).body)["found"]
    for day, status in (("2012-01-01", "dialogue_partner"), ("2016-01-01", "observer"), ("2025-01-01", "member")):
        told = next(f for f in found(f"belarus&on={day}") if f.get("id") == "BY")
        tap.same(told["state"]["value"], status, f"search: a result has the status of the day asked about, {day}")
    all_, dates = found("belarus"), [f["date"][:10] for f in found("belarus&kind=act&from=2024-07-04&to=2024-12-31")]
    tap.ok(dates and all("2024-07-04" <= d <= "2024-12-31" for d in dates) and len(dates) < len(all_), "search: within the span of dates", str(dates))
    tap.same({f["is"] for f in found("summit&kind=act")}, {"act"}, "search: of one kind")
    russian = found(urllib.parse.quote("саммит") + "&language=ru")
    tap.ok(russian and all(f["lang"] == "ru" for f in russian), "search: in one language", str(russian)[:300])
    many = len(found("membership"))
    for lang, query, said in (("en", "MOU&kind=article", "1 result"), ("en", "membership", f"{many} results"), ("ru", "MOU&kind=article", "Найден 1 результат"),
                              ("ru", "membership&kind=article", "Найдено 2 результата"), ("ru", "membership", f"Найдено {many} результатов")):
        heading = re.search(r"<h2>([^<]*)</h2>", site.get(f"/{lang}/search?q={query}").text)[1]
        tap.same(heading, said, f"search: {lang}: counted by the forms of the language")


def alphabets(site):
    """Lists in the order of the language: Chinese ones by how the names are said."""
    order = {"en": "AF BY CN IN KZ RU TJ UZ", "ru": "AF BY IN KZ CN RU TJ UZ", "zh": "AF BY RU KZ TJ UZ IN CN"}
    for lang, want in order.items():
        names = re.findall(r'<option value="([A-Z]{2})"', site.get(f"/{lang}/changes").text)
        tap.same(" ".join(n for n in names if n in want.split()), want, f"{lang}: participants in the order of its alphabet")


def empty_fields(site):
    for path, to in (("/ru/participants?on=2016-06-24&known=", "/ru/participants?on=2016-06-24"), ("/en/acts?kind=&year=2024&about=", "/en/acts?year=2024"),
                     ("/en/search?q=", "/en/search"), ("/fa/changes.html?from=2024-06-01&on=&who=", "/fa/changes?from=2024-06-01")):
        page = site.get(path)
        tap.same((page.status, page.location), (301, to), "what a form left empty is no part of the address: %s" % path)
    tap.same(site.get("/en/acts.json?kind=&year=2024").status, 200, "programs may send empty parameters")
    tap.same(site.get("/en/acts?year=&colour=").status, 400, "an unknown parameter is one even when it is empty")


def unknown_values(site):
    """What neither the rulebook nor the record knows is refused in every form, with what there is; what they know may have an empty list."""
    for query, status, error, where, near in (
            ("decisions?outcome=zz", 400, "outcome.unknown", "open, adopted, rejected", []), ("decisions?body=CHZ", 404, "absent", "body", ["/en/bodies/CHS", "/en/bodies/CHG"]),
            ("decisions?body=BC", 200, None, None, []), ("meetings?body=CHZ", 404, "absent", "body", ["/en/bodies/CHS", "/en/bodies/CHG"]),
            ("meetings?body=IN", 404, "absent", "body", []),
            ("releases?category=zz", 400, "category.unknown", "politics", []), ("releases?language=qq", 400, "language.unknown", "en, ru", []),
            ("releases?from=2025-01-01&to=2024-01-01&page=2", 400, "to.before_from", "ends before it begins", ["/en/releases.json?from=2024-01-01&to=2025-01-01"]),
            ("search?q=a&from=2025-01-01&to=2024-01-01", 400, "to.before_from", "ends before it begins", ["/en/search.json?q=a&from=2024-01-01&to=2025-01-01"]),
            ("decisions?outcome=adopted&on=1999-01-01", 200, None, None, []), ("decisions?body=CHS&on=1999-01-01", 200, None, None, []),
            ("meetings?body=CHS&on=1999-01-01", 200, None, None, []),
            ("releases?category=politics&on=1999-01-01", 200, None, None, []), ("releases?language=fa&on=1999-01-01", 200, None, None, []),
            ("releases?from=2024-01-01&to=2024-01-01", 200, None, None, [])):
        room, _, asked = query.partition("?")
        said = json.loads(site.get(f"/en/{room}.json?{asked}").body)
        shown = site.get(f"/en/{query}", Accept="text/html")
        tap.same((said.get("status", 200), shown.status, said.get("error")), (status, status, error), f"{query}: {status}")
        if status != 200:
            tap.ok(where in said["what"] and said["say"] in words(shown), f"{query}: says what there is", str(said))
            links = [link.replace(".json", "") for link in near]
            tap.ok(said.get("near", [])[:len(near)] == near and all(link.replace("&", "&amp;") in shown.text for link in links), f"{query}: and what may be meant", str(said))
        for form in {"meetings": ("ics",), "releases": ("atom", "feed.json")}.get(room, ()):
            tap.same(site.get(f"/en/{room}.{form}?{asked}").status, status, f"{query}: as {form}")
    led = [site.get(f"/at/2024-07-04/{path}") for path in ("en", "en/", "en/participants", "en/participants/")]
    tap.same([(p.status, p.location) for p in led], [(301, "/en/?on=2024-07-04"), (301, "/at/2024-07-04/en"), (301, "/en/participants?on=2024-07-04"), (301, "/at/2024-07-04/en/participants")],
             "a page on a day is found with a last slash, as its file is, and without")
    tap.same([site.get(f"/en/instruments?kind={kind}", Accept="text/html").status for kind in ("charter", "charter&on=1999-01-01", "zz")], [200, 200, 400], "the matrix has the instruments of a kind that there is")
    tap.ok('href="/en/instruments.csv?kind=charter"' in site.get("/en/instruments?kind=charter", Accept="text/html").text, "its table is of the same kind")
    whole, some = (site.get("/en/instruments.csv" + query).text.split("\r\n") for query in ("", "?kind=charter"))
    charters = {a["args"]["I"] for a in ACTS if a["kind"] == "instrument_adopted" and a["args"].get("kind") == "charter"}
    tap.ok(some == whole[:1] + [row for row in whole[1:] if row.split(",")[2:3] and row.split(",")[2] in charters] + [""] and len(whole) > len(some) > 6, "as CSV: the rows of that kind, and no others", str(some))
    tap.same({x["id"] for x in data_of(site, "/en/instruments?kind=charter")["instruments"]}, charters, "as data: the instruments of that kind")
    tap.same([site.get(f"/en/instruments.{form}?kind=zz").status for form in ("json", "csv")], [400, 400], "and of no kind that there is not")
    for query, label in (("ru/decisions?outcome=zz", "Итог"), ("en/releases?category=zz", "Topic"), ("en/search?q=a&kind=zz", "Kind")):
        text = site.get("/" + query).text
        tap.ok(f'<label for="fix">{label}</label>' in text, f"{query}: the field to correct is called as in the filter")
        tap.ok('<select id="fix"' in text and not re.search(r"[a-z]+_[a-z]+</option>", text), f"{query}: what there is stands in it to choose from, in words")
    for query, label in (("ru/releases?from=zz", "Дата не ранее"), ("en/changes?from=2020-13-01", "From the end of"), ("zh/acts?year=zz", "年份"), ("fa/acts?page=zz", "صفحه")):
        tap.ok(f'<label for="fix">{label}</label>' in site.get("/" + query, Accept="text/html").text.replace("\u00a0", " "), f"{query}: the field of what cannot be read has its label")
    for query, status in (("category=zz", 400), ("language=qq", 400), ("category=politics&language=en", 200)):
        tap.same(site.get(f"/feed/releases.atom?{query}").status, status, f"the feed of releases, {query}")


def parts_of_data(site):
    """Whoever follows `next` stays with JSON, whatever is asked by the header."""
    for path, name in (("/en/acts", "acts"), ("/en/acts.json?on=2020-01-01", "acts"), ("/ru/search.json?q=the", "found")):
        at, parts, rows = path, 0, []
        page = site.get(path, Accept="application/json") if ".json" not in path else site.get(path)
        while True:
            tap.ok(page.type.startswith("application/json"), f"{at}: is JSON", page.type)
            told = json.loads(page.body)
            rows += [json.dumps(row) for row in told[name]]
            parts, at = parts + 1, told.get("next")
            if not at:
                break
            page = site.get(at, Accept="*/*")
        tap.ok(parts > 1 and len(rows) == told["all"] == len(set(rows)), f"{path}: its {parts} parts are all of it", f"{len(rows)} of {told['all']}")


def crawlers(site):
    page = page_of(site, "/robots.txt")
    tap.ok(page.type.startswith("text/plain"), "robots.txt is text", page.type)
    allowed = crawl.robots(page.text)
    links = crawl.links(page_of(site, "/en/participants/BY?on=2016-01-01&known=700").text)
    for path in sorted(link for link in links if "on=2" in link or "known=" in link)[:8] + [
            "/en/acts?about=BY&on=2016-01-01", "/en/acts.json?known=7", "/api/ask?q=status", "/en/why/status/BY?open=all&known=3", "/en/changes?from=2016-01-01", "/en/changes?who=BY&from=2016-01-01"]:
        tap.ok(not allowed(path), "robots.txt asks to leave %s alone" % path, page.text)
    for path in ("/", "/en/", "/en/participants/BY", "/en/acts?kind=gavelled", "/en/acts?page=3", "/en/acts?notion=7", "/en/law/on=7", "/feed/acts.atom",
                 "/act/7.json", "/checkpoint", "/en/releases?language=zh"):
        tap.ok(allowed(path), "robots.txt leaves %s open" % path, page.text)


with tempfile.TemporaryDirectory(prefix="comity-") as temporary:
    cancelled(temporary)

with served.sample() as server:
    DATA = server.data
    visit = crawl.Site(server.url)
    for look in (meetings, rulers, instruments, untied, acts, proofs, long_proofs, decisions, law, newsroom, things, one_form, front_page, plain_words, codes, searched, alphabets, empty_fields, unknown_values, parts_of_data, crawlers):
        look(visit)
tap.done()
