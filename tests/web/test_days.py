# SPDX-License-Identifier: Apache-2.0
"""A publication has a page of each day on which the page reads otherwise than the day before: pages of every kind are read on each day of the record."""
import collections
import csv
import html
import http.client
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import served
import tap

BASE = "https://register.example"
MONTHS = "January February March April May June July August September October November December".split()
EACH = 1 # pages of a kind, beside those that are named here
ALWAYS = ["/en/participants/KZ", "/en/participants/BY", "/en/meetings/CHS-2024", "/en/admissions/IR", "/en/instruments/INS-CHARTER-2002", "/en/bodies/CHS", "/en/law/charter-13-membership"]
TODAY_ONLY = {"acts", "search", "changes", "verify"} # kinds that say the same on every day, grow with every act on all of them, or answer a question
LINK = re.compile(r'(?:href|src|action)="(/[^"#?]*)(\?[^"#]*)?(?:#[^"]*)?"')
ASKED = re.compile(r"/[a-z]{2}/(whynot/|ask$|why/.*\.json$)|/oembed$") # never a file, on whatever day: what answers a question, and the proof as data

# What the manual excepts ("Which days have files"): what is compared of such a page, or what of it is not.
HEADING = re.compile(r"<h1>.*?</h1>", re.S)
YEARS = re.compile(r"\d{4} to \d{4}") # of a drawing's axis, which goes to the year of the day asked about


def comity(*words):
    done = subprocess.run([served.COMITY, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"comity {' '.join(words)}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout


class Reader:
    def __init__(self, url):
        self.link = http.client.HTTPConnection("127.0.0.1", urllib.parse.urlsplit(url).port, timeout=60)

    def get(self, address):
        self.link.request("GET", address)
        answer = self.link.getresponse()
        return answer.status, answer.read().decode()


def record_days(reader):
    """On which an act is dated, or any fact changes."""
    days = {row[end][:10] for row in csv.DictReader(io.StringIO(reader.get("/api/facts")[1])) for end in ("from", "to") if row[end]}
    days |= {row["date"][:10] for row in csv.DictReader(io.StringIO(reader.get("/data/acts.csv")[1])) if row["date"]}
    return sorted(d for d in days if "2000" < d < "2060")


def kind_of(address):
    parts = address.split("/")[2:]
    if parts[0] == "participants" and len(parts) == 3:
        return parts[2]
    return parts[0] + ("/x" if len(parts) > 1 else "")


def pages_of(www):
    kinds = collections.defaultdict(list)
    for folder, _, names in os.walk(os.path.join(www, "en")):
        for name in names:
            if name.endswith(".html"):
                address = os.path.join(folder, name)[len(www):-len(".html")]
                address = address[:-len("index")] if address.endswith("/index") else address
                kinds[kind_of(address)].append(address)
    return kinds


def spoken(day):
    y, m, d = day.split("-")
    return f"{int(d)} {MONTHS[int(m) - 1]} {y}"


def content(address, page, days):
    """What the page says, without the words that name the day asked about, its date bar, drawings (each has a table), and what is excepted."""
    text = re.search(r"<main.*?</main>", page, re.S).group(0).replace("\u00a0", " ")
    text = re.sub(r"<svg.*?</svg>", "", text, flags=re.S)
    for day in days:
        text = re.sub(rf"(?<!\d)({spoken(day)}|{day})", "DAY", re.sub(rf"(&amp;|\?)on={day}(&amp;)?", "", text))
    kind = kind_of(address)
    if kind == "why/x":
        return HEADING.search(text).group(0)
    return YEARS.sub("", text)


def counts_as_listed(page):
    """The number of facts that are said to differ today is that of the list to which it leads."""
    said = re.search(r"(\d+) facts? on this page differ[^<]*<a href=\"#differ\"", page)
    if not said:
        return True
    listed = page.partition('<section id="differ">')[2].partition("<h2>")[2].partition("<h2>")[0]
    of = re.search(r"\d+ to \d+ of (\d+)", listed) # in parts
    return int(said.group(1)) == (int(of.group(1)) if of else listed.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr"))


def changes(reader, address, days, today, miscounted):
    """Where the page says something else on one of these days than on the one before: by both. What is to come is said in other words than what was."""
    found, before = {}, None
    for day in days:
        now = (day, *reader.get(f"{address}?on={day}"))
        if not counts_as_listed(now[2]):
            miscounted.append((address, day))
        if before and (before[0] < today) == (day < today):
            both = [before[0], day]
            old, new = [x[1] if x[1] != 200 else content(address, x[2], both) for x in (before, now)]
            if old != new:
                at = next((i for i, (x, y) in enumerate(zip(old, new)) if x != y), 0) if isinstance(old, str) and isinstance(new, str) else 0
                found[before[0], day] = (str(old)[max(0, at - 80):at + 120], str(new)[max(0, at - 80):at + 120])
        before = now
    return found


def published_on(www, address):
    name = address + "index" if address.endswith("/") else address
    return {day for day in os.listdir(os.path.join(www, "at")) if os.path.exists(f"{www}/at/{day}{name}.html")}


def kinds_of_links(www):
    """Links of published pages that lead to no file, though they ask nothing, or nothing but a day of their own: by page and by what they lead to."""
    files, dead = set(), collections.defaultdict(set)
    for folder, _, names in os.walk(www):
        files |= {os.path.join(folder, name)[len(www):] for name in names}

    def is_file(address):
        return address in files or address + ("index.html" if address.endswith("/") else ".html") in files

    for name in files:
        if not name.endswith(".html") or name.startswith("/refused/"):
            continue
        shown, address = (name[4:14], name[14:]) if name.startswith("/at/") else ("", name)
        with open(www + name, encoding="utf-8") as file:
            page = file.read()
        for to, asked in LINK.findall(page):
            day = re.fullmatch(r"\?on=(\d{4}-\d\d-\d\d)", html.unescape(asked))
            if (asked and (not day or day.group(1) == shown)) or ASKED.match(to):
                continue
            if not is_file(f"/at/{day.group(1)}{to}" if day else to):
                dead[kind_of(address[:-len(".html")]), kind_of(to)].add((name, to + asked))
    return dead


def in_parts(folder):
    """What stands on the second part of a list now stood on the first when there were fewer: here the second body of a tree, which met before the first had many below it."""
    acts = [("body_established", "2001-06-15", {"B": "ONE"}), ("body_established", "2001-06-15", {"B": "OTHER"}),
            *(("body_established", "2020-01-01", {"B": f"GROUP-{n}", "parent": "ONE"}) for n in range(61)),
            ("meeting_convened", "2010-05-05", {"M": "MEETING", "B": "OTHER", "first": "2010-05-05", "last": "2010-05-05"})]
    record, data, out = (os.path.join(folder, name) for name in ("few.jsonl", "few", "few-out"))
    with open(record, "w", encoding="utf-8") as file:
        for kind, day, args in acts:
            file.write(json.dumps({"kind": kind, "date": day, "args": args, "title": {"en": next(iter(args.values()))}, "recorded": True,
                                   "sources": [{"title": "A source", "url": "https://source.example/"}]}) + "\n")
    comity("init", data, "--org", os.path.join(folder, "org"))
    comity("load", data, record)
    comity("publish", data, out, "--base", BASE)
    days = published_on(os.path.join(out, "www"), "/en/bodies")
    tap.ok("2010-05-05" in days, "a list in parts has a page of the days of what was on that part only once", sorted(days))


def main():
    seed = int(os.environ.get("SEED", "1"))
    random.seed(seed)
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        data, out = os.path.join(folder, "data"), os.path.join(folder, "out")
        comity("init", data, "--org", served.organisation(folder, ["en"]))
        comity("load", data, os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"))
        comity("publish", data, out, "--base", BASE)
        www = os.path.join(out, "www")
        dead = kinds_of_links(www)
        steps = [(page, to) for kinds in (("acts", "acts"), ("acts/x", "acts/x")) for page, to in dead.pop(kinds, ())] # what the manual excepts
        dead = {kinds: links for kinds, links in dead.items() if kinds[1] != "why/x"}
        tap.ok(all(page == to.split("?")[0] + ".html" for page, to in steps) and not dead, "every link that asks nothing, or nothing but a day other than the page's, leads to a file",
               [(kinds, len(links), sorted(links)[:2]) for kinds, links in sorted(dead.items())][:20])
        with served.serve(data, options=["--base", BASE]) as site:
            reader = Reader(site.url)
            days = record_days(reader)
            today = json.loads(reader.get("/en/participants.json")[1])["on"]
            tap.ok(len(days) > 200, "the record changes on many days", len(days))
            there = there_in_vain = 0
            miscounted = []
            for kind, pages in sorted(pages_of(www).items()):
                if kind.split("/")[0] in TODAY_ONLY:
                    continue
                some = random.sample(sorted(pages), min(EACH, len(pages)))
                for address in sorted({*some, *(a for a in ALWAYS if kind_of(a) == kind)}):
                    some_days = sorted(random.sample(days, len(days) // 2))
                    found, files = changes(reader, address, some_days, today, miscounted), published_on(www, address)
                    missing = [ends for ends in found if not any(ends[0] < day <= ends[1] for day in files)]
                    tap.ok(not missing, f"{address} has a page of each day on which it reads otherwise (SEED={seed})", [(ends, *found[ends]) for ends in missing[:3]])
                    if kind != "why/x":
                        between = [ends for ends in zip(some_days, some_days[1:]) if any(ends[0] < day <= ends[1] for day in files)]
                        there += len(between)
                        there_in_vain += len([ends for ends in between if ends not in found])
            tap.ok(not miscounted, "as many facts are said to differ today as are listed", miscounted[:5])
            tap.ok(there_in_vain < there // 3, "and seldom one on a day on which it does not", (there_in_vain, there))
        in_parts(folder)
    tap.done()


main()
