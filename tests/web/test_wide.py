#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A large organisation: two hundred States, hundreds of bodies, a treaty with two hundred parties. No page of any type is heavy, whatever the day;
what does not fit on one stands on the next, once, and nothing is left out; data stay whole.

The register is made up (bench.d/pages/record.py), and wide rather than long, so that it is made in a second.
"""
import html
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "bench.d", "pages")]

import crawl
import served
import tap
import weighing
from record import FIRST, Record

SEED = int(os.environ.get("SEED", "1"))
ACTS, BODIES, SERIES, A_TYPE = 9000, 150, 60, 6
LANGUAGES = ["en", "ru", "zh", "fa", "ar"]
DAYS = ("", "2024-12-01", "2015-01-01")  # today, before the merger of statuses, long ago
HEAVY = ("", "participants", "participants/CF", "participants/KZ", "participants/CF/backgrounder", "meetings", "meetings/CHS-2025", "bodies", "bodies/CHS", "bodies/EXP-trade",
         "instruments", "instruments/INS-WIDE", "instruments/INS-CHARTER-2002", "decisions", "acts", "acts?about=KZ", "acts/1133", "areas", "areas/politics", "projects",
         "consultations", "authorities", "strategy", "entities", "cooperation", "admissions", "releases", "changes", "changes?from=2001-06-15", "changes?from=2001-06-15&who=CF",
         "changes?from=2001-06-15&fact=may_attend", "changes?from=2001-06-15&who=CF&fact=party", "why/status/BY", "why/party/KZ/INS-WIDE", "why/in_force/INS-WIDE",
         "why/may_attend/CF/CHS-2025", "whynot/status/FJ?is=member", "search?q=trade", "law/charter-5-council-of-heads-of-state", "keys", "data", "about")
CELL = r'<tr><th scope="row"><a [^>]*?href="/en/%s/([^"?#]*)'
WHY = r'href="/en/why/([^"]*)">Why</a></td></tr>'
# Lists in parts: the page, the parameter, what stands before the list, and what names an item of it.
LISTS = (("participants", "page", 'id="table"', CELL % "participants"), ("participants", "asked", "", r'\(<a class="nb" href="/en/acts/([0-9]*)'),
         ("participants", "organisations", "", CELL % "participants"), ("projects", "page", "<h1>", CELL % "projects"), ("authorities", "page", "<h1>", CELL % "authorities"),
         ("entities", "page", "<h1>", CELL % "entities"), ("cooperation", "with", "", CELL % "participants"), ("cooperation", "relations", "", WHY),
         ("bodies", "page", '<ul class="tree">', r'<li><a href="/en/bodies/([^"?#]*)"(?:(?!<li>).)*?<span class="small quiet">'),
         ("bodies/EXP-trade", "below", "", CELL % "bodies"), ("bodies/EXP-trade", "meetings", "", CELL % "meetings"),
         ("instruments/INS-WIDE", "parties", "", CELL % "participants"),
         ("instruments/INS-CHARTER-2002", "others", 'id="others"', r'<a href="/en/whynot/party/([^/"]*)'), ("instruments", "rows", "", r'<tr><th scope="row"><a href="/en/participants/([^"?#]*)'),
         ("instruments", "list", "", CELL % "instruments"), ("participants/CF", "meetings", "", CELL % "meetings"), ("participants/CF", "instruments", "", CELL % "instruments"),
         ("participants/CF", "rest", "", WHY), ("areas/politics", "facts", "", WHY), ("areas/politics", "belonging", "", r'<li><a href="([^"?#]*)'),
         ("acts/1133", "effects", "", WHY), ("meetings/CHS-2025", "attending", "", r'href="/en/why(?:not)?/([^"]*)">Why(?: not)?</a></td></tr>'))
SHOWN = re.compile(r"<span>[^<]*?([0-9]+) to ([0-9]+) of ([0-9]+)")


def made_up(sample):
    """The lines of the record."""
    r = Record(ACTS, sample)
    r.begin()
    for number in range(len(r.states)):
        r.statuses(FIRST + timedelta(100 + 50 * number), number)
    r.statuses = lambda *_: None
    day = FIRST + timedelta(300)
    r.act("instrument_adopted", day, {"I": "INS-WIDE", "kind": "treaty"}, {"en": "Treaty of all"})
    r.act("instrument_opened", day, {"I": "INS-WIDE", "threshold": 20, "delay": "30 days", "rounding": "exact", "later_delay": "30 days", "later_rounding": "exact"})
    for state in [*r.states, "KZ", "UZ"]:
        r.act("signed", day, {"P": state, "I": "INS-WIDE"})
        r.act("consent_deposited", day + timedelta(400), {"P": state, "I": "INS-WIDE", "form": "ratification"})
    for number in range(BODIES):
        r.act("body_established", day, {"B": f"GROUP-{number}", "parent": "EXP-trade"}, {"en": f"Working group {number}"})
    r.bodies += ["EXP-trade"] * len(r.bodies)  # so that one of them meets often,
    r.areas += ["politics"] * len(r.areas)  # and about one thing
    for number in range(SERIES):
        for add in (r.project, r.commitment, r.cooperation, r.consultation):
            add(FIRST + timedelta(400 + 100 * number))
        r.members.append("CF")  # so that one of them is everywhere
    r.go_on()
    return r.lines


def weigh(site, random_):
    """Pages of every type, on several days, in every language."""
    kinds, heavy, read = {}, [], 0
    for path in weighing.addresses(site)["en"]:
        words = path.split("?")[0].split("/")
        kinds.setdefault((words[2], len(words)), []).append(path[4:])
    paths = {*HEAVY, *(path for all_ in kinds.values() for path in random_.sample(all_, min(A_TYPE, len(all_))))}
    onward = {link[4:] for path in sorted(paths) for link in crawl.links(site.get("/en/" + path).text) if re.search(r"[?&](page|list|%s)=" % "|".join({name for _, name, *_ in LISTS}), link)}
    for path in sorted(paths | {link for link in onward if "on=" not in link and "known=" not in link}):
        for day in DAYS if path in paths else ("",):
            for lang in LANGUAGES if path in HEAVY else ("en", "ru"):
                page = site.get(f"/{lang}/{path}{'&' if '?' in path else '?'}on={day}" if day else f"/{lang}/{path}", Accept="text/html")
                read += page.status == 200
                weight = weighing.bare(page)
                heavy += [f"{page.path}: {weight} bytes"] if weight > weighing.MOST else []
    tap.ok(read > 1000 and len(kinds) > 20 and len(onward) > 60, f"{read} pages of {len(kinds)} kinds were read, {len(onward)} links lead to other parts of lists")
    tap.ok(not heavy, f"every page is under {weighing.MOST // 1000} KB without its drawings", "\n".join(heavy))


def parts(site, path, name, before):
    """Of each page of a list: its part of the page, and what is told below it."""
    link = f"/en/{path}"
    while link:
        page = site.get(link).text
        part, _, rest = page.split(before or f'id="{name}"', 1)[1].partition('<nav class="prevnext"')
        nav = rest.partition("</nav>")[0]
        yield part, nav
        onward = re.search(r'<a href="([^"#]*)[^"]*" rel="next"', nav)
        link = onward and html.unescape(onward[1])


def rows_promised():
    """How many rows a part of a list holds, by the pattern of its page and its parameter, as the table of addresses says it to whoever reads the document."""
    with open(os.path.join(HERE, "..", "..", "docs", "addresses.md"), encoding="utf-8") as file:
        rows = re.findall(r"^\| `/\{lang\}/([^`]*)` \|(.*)$", file.read(), re.M)
    return {(pattern, name): int(n) for pattern, row in rows for name, n in re.findall(r"`(\w+)` number \([^)]*, up to (\d+) each\)", row)}


def lists(site):
    promised = rows_promised()
    for path, name, before, item in LISTS:
        told, items = [], Counter()
        for part, nav in parts(site, path, name, before):
            shown = SHOWN.search(nav)
            told.append(tuple(map(int, shown.groups())) if shown else (0, 0, 0))
            items.update(re.findall(item, part, re.S))
        joined = told[0][0] == 1 and all(b[0] == a[1] + 1 for a, b in zip(told, told[1:])) and told[-1][1] == told[-1][2]
        tap.ok(len(told) > 1 and joined, f"{path}, {name}: {len(told)} pages, each begins where the one before it ends", str(told))
        room, _, thing = path.partition("/")
        most = promised[room + ("/{entry}" if room == "acts" else "/{id}" if thing else ""), name]
        tap.same({last - first + 1 for first, last, _ in told[:-1]}, {most}, f"{path}, {name}: as many on a page as the table of addresses says")
        twice = [x for x, n in items.items() if n > 1]
        tap.ok(len(items) == told[0][2] and not twice, f"{path}, {name}: each of {told[0][2]} once", f"{len(items)} of them; twice: {twice[:9]}")


def finding(site):
    """A State is found by its name: the index of pages leads to the page that has it."""
    page = site.get("/en/participants").text
    index = re.search(r'<nav aria-label="Pages">(.*?)</nav>', page, re.S)[1]
    found = {}
    for href, first, last in re.findall(r'<a href="([^"#]*)#table">([^<]*?)(?: – ([^<]*))?</a>', index):
        names = re.findall(r'<tr><th scope="row"><a [^>]*>([^<]*)', site.get(href).text.split('id="table"')[1].split("</table>")[0])
        found[href, first] = first in names and (not last or last in names)
    tap.ok(len(found) > 8 and all(found.values()), f"participants: {len(found)} links of the index lead to whom they name", str([k for k, v in found.items() if not v]))
    first = site.get("/en/participants?asked=2").text
    back = re.findall(r'href="(/en/participants[^"]*on=[^"]*)"', first)
    tap.ok(back and not any("asked=" in link and "known=" not in link for link in back), "on another day a list begins anew", str(back[:5]))


def whole(site):
    """Data are not cut."""
    people = json.loads(site.get("/en/participants.json").body)["participants"]
    tap.ok(len(people) > 150, f"participants as JSON: all {len(people)}")
    for path in ("/en/", "/ar/participants"):  # most have no place on the map of the sample organisation: so all stand in strips
        strips = site.get(path).text.split('<div class="strips"')[1].split("</figure>")[0].split('<svg class="tiles"')[1:]
        drawn = [re.findall(r'href="[^"]*/participants/([\w-]+)', strip) for strip in strips]
        held = {p["id"] for p in people if p.get("status")}
        tap.ok(len(held) > 150 and {who for strip in drawn for who in strip} == held and {len(strip) for strip in drawn[:-1]} == {5}, f"{path}: a tile for each of {len(held)}, five in a piece", str(drawn))
    bodies = json.loads(site.get("/en/bodies.json").body)["bodies"]
    tap.ok(len(bodies) > BODIES, f"bodies as JSON: all {len(bodies)}")
    tap.same(site.get("/en/bodies.json?relations=2").status, 400, "which knows no parts of tables")
    tap.same(site.get("/en/bodies?relations=99").status, 400, "a part that is not there is refused")


with tempfile.TemporaryDirectory(prefix="comity-") as folder:
    org, data, lines = served.organisation(folder, LANGUAGES), os.path.join(folder, "data"), os.path.join(folder, "record.jsonl")
    with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as sample, open(lines, "w", encoding="utf-8") as file:
        file.write("\n".join(made_up(sample.read().splitlines())) + "\n")
    for command in (["init", data, "--org", org], ["load", data, lines]):
        subprocess.run([served.COMITY, *command], check=True, stdout=subprocess.DEVNULL)
    with served.serve(data) as server:
        visitor = crawl.Site(server.url)
        lists(visitor)
        finding(visitor)
        whole(visitor)
        weigh(visitor, random.Random(SEED))
tap.done()
