# SPDX-License-Identifier: Apache-2.0
"""What the site draws must say what its data say, be heard as well as seen, and stay small: every drawing is held against the JSON of its page, on
several days, and against the table beside it. A register of two hundred participants shows whether pages grow with them."""
import datetime
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import served
import tap

DAYS = ["2002-01-01", "2016-06-24", "2022-09-20", "2026-02-02"]
with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as record:
    ACTS = [json.loads(line) for line in record]
with open(os.path.join(served.ROOT, "orgs", "sco", "rulebook.md"), encoding="utf-8") as rulebook:
    STAGES = len(re.findall(r"^  stage ", rulebook.read().split("procedure ADMISSION", 1)[1].split("```", 1)[0], re.M))
MOST = 60 * 1024  # of a page without its pictures
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Node:
    def __init__(self, tag, attrs):
        self.tag, self.attrs, self.children = tag, dict(attrs), []

    def all(self, tag, cls=None):
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag and (cls is None or cls in child.attrs.get("class", "").split()):
                    yield child
                yield from child.all(tag, cls)

    def one(self, tag, cls=None):
        return next(self.all(tag, cls), None)

    def by_id(self, name):
        for child in self.children:
            if isinstance(child, Node):
                found = child if child.attrs.get("id") == name else child.by_id(name)
                if found:
                    return found
        return None

    @property
    def words(self):
        text = "".join((" " if c.tag == "br" else c.words) if isinstance(c, Node) else c for c in self.children)
        return " ".join(text.replace("\u00a0", " ").split())

    def rows(self):
        """Of a table: the words of each row's cells."""
        return [[c.words for c in row.children if isinstance(c, Node)] for row in self.all("tr")]


class Tree(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open = [Node("", [])]
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        node = Node(tag, attrs)
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Node(tag, attrs))

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read(site, path):
    with urllib.request.urlopen(site.url + path, timeout=60) as answer:
        return answer.read().decode()


def page(site, path):
    return Tree(read(site, path)).open[0]


def data(site, path):
    return json.loads(read(site, path))


def words(iso):
    """2024-07-04 as an English page writes it."""
    day = datetime.date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


# ---- what holds for every drawing ---------------------------------------------------------------------------------


def heard(tree, where):
    """A drawing is decoration, or says what it shows; a link in it has a name. None brings its own style."""
    faults = []
    parts = {id(svg) for group in tree.all("div") if group.attrs.get("role") == "group" and group.attrs.get("aria-label") for svg in group.all("svg") if svg.attrs.get("role") == "none"}
    for svg in (svg for svg in tree.all("svg") if id(svg) not in parts):
        label = svg.attrs.get("aria-label", "")
        if svg.attrs.get("aria-hidden") != "true" and (svg.attrs.get("role") not in ("img", "group") or not label):
            faults.append(f"neither hidden nor named: {svg.attrs}")
        if svg.attrs.get("role") == "img" and svg.one("a"):
            faults.append(f"a link that nobody hears: {svg.attrs}")
        faults += [f"a link without a name: {a.attrs}" for a in svg.all("a") if not a.attrs.get("aria-label") or not a.attrs.get("href")]
    tap.same(faults, [], f"{where}: every drawing is heard or hidden, and its links have names")


def size(site, path, tree=None):
    text = read(site, path)
    pictures = sum(len(svg.encode()) for svg in re.findall(r"<svg.*?</svg>", text, re.S))
    rest = len(text.encode()) - pictures
    tap.ok(rest <= MOST, f"{path}: under 60 KB without pictures", f"{rest} bytes, and {pictures} of pictures")


# ---- each drawing ---------------------------------------------------------------------------------------------------


def status_in(participant, day):
    """What the data say that it had on a day: a word, "disputed", or nothing."""
    for s in participant["history"]:
        if s["since"] <= day and (s["until"] is None or day < s["until"]):
            return "disputed" if s.get("disputed") else s["value"]
    return None


def the_map(site, path, day, people, labels):
    """One tile for each participant of the day, with its status in words; nobody on another's place; the table has them all."""
    tree = page(site, f"{path}?on={day}")
    pieces = list(tree.all("svg", "tiles"))  # one, or strips in a box
    tiles = tree.one("div", "strips") or pieces[0]
    want = sorted((p["id"], p["title"], labels[status_in(p, day)]) for p in people if status_in(p, day))
    got, places = [], []
    for piece, a in ((piece, a) for piece in pieces for a in piece.all("a")):
        code = a.one("text").words if a.one("text").words != "?" else list(a.all("text"))[1].words
        name = a.attrs["aria-label"].removeprefix(code + " ")
        status = next(s for s in labels.values() if name.endswith(" " + s))
        got.append((code, name.removesuffix(" " + status), status))
        places.append((pieces.index(piece), round(float(a.one("rect").attrs["x"])), round(float(a.one("rect").attrs["y"]))))
    tap.same(sorted(got), want, f"{path} on {day}: a tile for each participant, with its status")
    tap.same(len(set(places)), len(places), f"{path} on {day}: each has a place of its own")
    tap.same(len(list(tiles.all("a"))), len(places), f"{path} on {day}: all of them in one box")
    rows = tiles_table(tree)
    counted = {status: sum(s == status for _, _, s in want) for _, _, status in want}
    tap.same({r[0]: int(r[1]) for r in rows}, counted, f"{path} on {day}: the table beside it has the same numbers")
    missing = [name for _, name, status in want if not any(r[0] == status and name in r[2] for r in rows)]
    tap.same(missing, [], f"{path} on {day}: and the same names")
    heard(tree, f"{path} on {day}")


def tiles_table(tree):
    figure = next(f for f in tree.all("figure") if f.one("svg", "tiles"))
    return figure.one("table").rows()[1:]


def the_counts(site, path, people):
    """A row for each day on which a number changes, and no other; each adds up."""
    tree = page(site, path)
    figure = next(f for f in tree.all("figure") if f.one("svg", "tl"))
    head, *rows = figure.one("table").rows()
    days = sorted({d for p in people for s in p["history"] for d in (s["since"], s["until"]) if d})
    want, before = [], None
    for day in days:
        now = [status_in(p, day) for p in people]
        counts = {s: now.count(s) for s in set(now) if s}
        if counts != before:
            want.append((words(day), len([s for s in now if s]), sorted(counts.values())))
        before = counts
    got = [(r[0], int(r[-1]), sorted(int(n) for n in r[1:-1] if n != "0")) for r in reversed(rows)]
    tap.same(got, want, f"{path}: the table of numbers changes when the data do")
    steps = {r.attrs["x"] for r in figure.one("svg", "tl").all("rect")}
    tap.same(len(steps), len(want), f"{path}: so does the chart")
    heard(tree, path)


def the_ruler(site, people):
    """The date bar has a tick for each day on which the list changes, and stepping through it meets each of them."""
    days = sorted({d for p in people for s in p["history"] for d in (s["since"], s["until"]) if d})
    tree = page(site, "/en/participants?on=2026-02-02")
    tap.same(len(list(tree.one("svg", "ruler").all("line", "tick"))), len(days), "date bar: as many ticks as days on which the list changes")
    met, at = [], "/en/participants?on=2026-02-02"
    while len(met) <= len(days):
        step = next((a for a in page(site, at).one("p", "step").all("a") if a.attrs.get("rel") == "prev"), None)
        if not step:
            break
        at = step.attrs["href"]
        met.append(re.search(r"on=([0-9-]+)", at)[1])
    tap.same(met[::-1], days, "date bar: stepping back meets each of them once")
    wrong = []
    for day in met:
        eve = (datetime.date.fromisoformat(day) - datetime.timedelta(1)).isoformat()
        if data(site, f"/en/participants.json?on={eve}")["counts"] == data(site, f"/en/participants.json?on={day}")["counts"]:
            a, b = ([(p["id"], p["status"] and (p["status"]["value"], p["status"]["since"])) for p in
                     data(site, f"/en/participants.json?on={d}")["participants"]] for d in (eve, day))
            if a == b:
                wrong.append(day)
    tap.same(wrong, [], "date bar: on each of them the list differs from that of the day before")


def the_lanes(site, people):
    """A lane for each, which says its statuses in words and has a bar for each span that has begun."""
    tree = page(site, "/en/participants")
    lanes = {row.one("th").words: row.one("svg") for row in tree.one("table", "lanes").all("tr") if row.one("th") and row.one("svg") and row.one("a")}
    tap.same(sorted(lanes), sorted(p["title"] for p in people), "lanes: one for each")
    today = data(site, "/en/participants.json")["on"]
    wrong = []
    for p in people:
        bars = [r for r in lanes[p["title"]].all("rect") if r.attrs.get("height") != "2"]
        label = lanes[p["title"]].attrs["aria-label"].replace("\u00a0", " ")
        if len(bars) != sum(s["since"] <= today for s in p["history"]) or any(words(s["since"]) not in label for s in p["history"]):
            wrong.append((p["title"], len(bars), label))
    tap.same(wrong, [], "lanes: a bar for each span, and its first day in words")


SIGNS = {"signatory": "signed", "approved": "approved at home", "consented": "consent deposited", "provisional": "applied provisionally",
         "party": "in force for it"}


def the_matrix(site, day):
    """Each cell says the bond of the data and since when; each sign has a form of its own."""
    listed = data(site, f"/en/instruments.json?on={day}")["instruments"]
    want = {(b["args"]["P"], i["id"]): (SIGNS[b["fact"]], b["since"][:10]) for i in listed for b in i["parties"]}
    seen, forms, wrong = set(), {}, []
    for path, tree in pages_of(site, f"/en/instruments?on={day}"):
        table = tree.one("table", "mx")
        heads = [a.attrs["href"].split("/")[-1].split("?")[0] for a in next(table.all("tr")).all("a")]
        for row in table.all("tr"):
            if not row.one("td") or not row.one("th").one("a"):
                continue
            party = row.one("th").one("a").attrs["href"].split("/")[-1].split("?")[0]
            for name, cell in zip(heads, row.all("td")):
                seen.add(name)
                got = cell.words
                sign = cell.one("svg") and cell.one("use").attrs["href"]
                if (party, name) in want:
                    what, since = want[party, name]
                    forms.setdefault(sign, what)
                    if got != f"{what} {since}"[:len(got)] or len(got) < len(what) + 5 or forms[sign] != what:
                        wrong.append((party, name, got, sign, what, since))
                elif got != "–" or sign:
                    wrong.append((party, name, got, sign))
        heard(tree, path)
    tap.same(wrong, [], f"matrix on {day}: each cell says what the data say, each bond with its own sign")
    tap.ok(len(seen) > 1 and forms, f"matrix on {day}: many were compared", f"{seen} {forms}")
    several = {i["id"] for i in listed if len(i["parties"]) > 1}
    tap.same(several - seen, set(), f"matrix on {day}: every instrument of several parties has a column")


def left_and_reserved(site):
    """What is rare in the sample: who has left, and who made a reservation."""
    cells = {}
    for _, tree in pages_of(site, "/en/instruments"):
        table = tree.one("table", "mx")
        heads = [a.attrs["href"].split("/")[-1] for a in next(table.all("tr")).all("a")]
        for row in table.all("tr"):
            if row.one("td") and row.one("th").one("a"):
                cells |= {(row.one("th").one("a").attrs["href"].split("/")[-1], name): cell for name, cell in zip(heads, row.all("td"))}
    left, reserved = cells["UZ", "INS-SHCONV-2001"], cells["KZ", "INS-CHARTER-2002"]
    tap.same(left.words, "no longer bound 2025-01-01", "matrix: who has left is no longer bound, since")
    tap.ok("whynot/party/UZ/INS-SHCONV-2001" in left.one("a").attrs["href"], "matrix: and it leads to the reasons", left.one("a").attrs)
    tap.ok(reserved.words.startswith("in force for it with a reservation 2003-"), "matrix: a reservation stands beside the bond", reserved.words)
    signs = [[u.attrs["href"] for u in c.all("use")] for c in (left, reserved)]
    tap.same(len(set(sum(signs, []))), 3, "matrix: three signs, each of its own form")
    eve = page(site, "/en/instruments?on=2024-12-31&page=1").one("table", "mx")
    tap.ok("no longer bound" not in eve.words, "matrix: on the day before it was bound")


def the_graph(site, path, day):
    """A node for each organisation with an agreement in effect or a status there, by the acts of the record; a line for each relation, and a row."""
    agreed, given = set(), set()
    for act in ACTS:
        if act["date"] <= day and act["kind"] == "cooperation_signed" and act["args"].get("ends", "9999") >= day:
            agreed.add(act["args"]["O"])
        if act["date"] <= day and act["kind"] == "own_status_obtained":
            given.add(act["args"]["O"])
    tree = page(site, f"{path}?on={day}")
    graph, figure = tree.one("svg", "graph"), next((f for f in tree.all("figure") if f.one("svg", "graph")), None)
    if not graph:
        return tap.same((agreed | given, figure), (set(), None), f"{path}: graph on {day}: there is nothing to draw")
    nodes = [a.attrs["href"].split("?")[0].split("/")[-2:] for a in graph.all("a")]
    organisations = [name for kind, name in nodes if kind == "participants" and name != "ORG-SCO"]
    bodies = [name for kind, name in nodes if kind == "bodies"]
    tap.same((sorted(organisations), len(set(organisations))), (sorted(agreed | given), len(organisations)), f"{path}: graph on {day}: a node for each organisation")
    tap.same([len(list(graph.all("path", c))) for c in ("e1", "e2")], [len(agreed), len(given)], f"{path}: graph on {day}: a line for each relation, of its own kind")
    standing = {b["id"] for b in data(site, f"/en/bodies.json?on={day}")["bodies"]}
    tap.ok(set(bodies) <= standing and len(set(bodies)) == len(bodies) and bool(bodies) == (path == "/en/bodies"), f"{path}: graph on {day}: bodies that stand, each once", bodies)
    tap.same(len(figure.one("table").rows()) - 1, len(agreed) + len(given) + len(bodies), f"{path}: graph on {day}: the table has a row for each")
    boxes = [[float(r.attrs[k]) for k in ("x", "y", "width", "height")] for r in graph.all("rect")]
    over = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]]
    tap.same(over, [], f"{path}: graph on {day}: no box stands on another")
    heard(tree, f"{path}: graph on {day}")


def the_way(site, who, day):
    """A row for each stage of the rulebook; a sign where the path entered one, in the order of time; a deadline for each commitment, the late ones told apart."""
    has = data(site, f"/en/admissions/{who}.json?on={day}")
    past = [s for s in has["history"] if s["since"] <= day and not s.get("disputed")]
    for path in (f"/en/participants/{who}?on={day}", f"/en/admissions/{who}?on={day}"):
        tree = page(site, path)
        table = tree.one("table", "ways")
        if not past:
            tap.same(table, None, f"{path}: no path has begun")
            continue
        rows = [r for r in table.all("tr") if r.one("th").attrs.get("scope") == "row"]
        stages = [r for r in rows if r.one("svg").attrs.get("role") == "img"]
        dues = [r for r in rows if r not in stages]
        tap.same(len(stages), STAGES, f"{path}: a row for each stage")
        stops = sorted((float(c.attrs["cx"].rstrip("%")), i) for i, r in enumerate(stages) for c in r.all("circle"))
        tap.same(len(stops), len(past), f"{path}: a sign for each stage that began")
        here = [r for r in stages if r.one("circle", "here")]
        named = here[0].one("th").words.lower() if len(here) == 1 else here
        tap.ok(past[-1]["value"] in named, f"{path}: the full one is where it stands", (past[-1]["value"], named))
        tap.same([r.one("svg").attrs["aria-label"] for r in stages if not r.one("circle")].count(""), 0, f"{path}: a stage without one says so")
        crossed = sum(len([c for c in r.all("line", "way") if c.attrs["x1"] == c.attrs["x2"]]) for r in stages)
        tap.same(crossed, sum(abs(a[1] - b[1]) + 1 for a, b in zip(stops, stops[1:]) if a[1] != b[1]), f"{path}: the path crosses every row between two stages")
        tap.same(len(dues), len(has["owes"]), f"{path}: a row for each commitment")
        late = sum(o["value"] == "overdue" or "late" in r.one("th").words for o, r in zip(has["owes"], dues))
        tap.same(sum(r.one("line", "late") is not None for r in dues), late, f"{path}: the late ones are told apart")
        heard(tree, path)


# ---- two hundred ------------------------------------------------------------------------------------------------------


def crowd(where, wanted):
    """The sample organisation with so many participants: States that nobody knows, observers from different days."""
    org = os.path.join(where, "org")
    shutil.copytree(os.path.join(served.ROOT, "orgs", "sco"), org)
    with open(os.path.join(org, "record.jsonl"), encoding="utf-8") as file:
        acts = [json.loads(line) for line in file]
    source = {"sources": [{"title": "Made for this test", "url": "https://example.org/"}], "certainty": "sourced", "recorded": True}
    listed, granted = [], []
    for i in range(wanted):
        day = (datetime.date(2005, 1, 3) + datetime.timedelta(35 * i)).isoformat()
        listed.append({"kind": "state_listed", "date": "2001-06-15", "args": {"S": f"X{i:03}"}, "title": {"en": f"State of the Islands {i:03}"}, **source})
        granted.append({"kind": "status_granted", "date": day, "args": {"P": f"X{i:03}", "value": "observer"},
                        "title": {"en": f"State of the Islands {i:03}: status of observer granted"}, **source})
    acts += [{"kind": "reserved", "date": "2024-06-01", "args": {"P": "KZ", "I": "INS-CHARTER-2002", "R": "RSV-1"}, "title": {"en": "A reservation"}, **source},
             {"kind": "consent_withdrawn", "date": "2024-01-01", "args": {"P": "UZ", "I": "INS-SHCONV-2001", "effect": "1 year"},
              "title": {"en": "A withdrawal"}, **source}]
    with open(os.path.join(org, "record.jsonl"), "w", encoding="utf-8") as file:
        for act in acts + listed + granted:  # acts that correct others name them by their place
            file.write(json.dumps(act, ensure_ascii=False) + "\n")
    directory = os.path.join(where, "data")
    for command in (["init", directory, "--org", org], ["load", directory, os.path.join(org, "record.jsonl")]):
        done = subprocess.run([served.COMITY, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            sys.exit(f"comity {' '.join(command)}: {done.stdout}")
    return directory


def languages(site):
    """Those of its pages, besides English."""
    found = page(site, "/en/").all("a")
    return sorted({a.attrs["href"].split("/")[1] for a in found if a.attrs.get("hreflang")} - {"en"})


def pages_of(site, path):
    """A list with all its pages."""
    while path:
        tree = page(site, path)
        yield path, tree
        onward = next((a for nav in tree.all("nav", "prevnext") for a in nav.all("a") if a.attrs.get("rel") == "next" and "page=" in a.attrs["href"]), None)
        path = onward and onward.attrs["href"]


def main():
    with served.sample() as site:
        people = data(site, "/en/participants.json")["participants"]
        labels = {"member": "Member", "partner": "Partner", "observer": "Observer", "dialogue_partner": "Dialogue partner", "disputed": "Disputed"}
        for path in ("/en/", "/en/participants"):
            for day in DAYS:
                the_map(site, path, day, people, labels)
            the_counts(site, path, people)
        the_ruler(site, people)
        the_lanes(site, people)
        for day in DAYS:
            the_matrix(site, day)
            the_graph(site, "/en/bodies", day)
            the_graph(site, "/en/cooperation", day)
        for who in ("BY", "IN", "IR", "PK"):
            for day in (*DAYS, "2024-01-01"):
                the_way(site, who, day)
        for path in ("/en/", "/en/participants", "/en/participants/BY", "/en/participants/IR", "/en/admissions/BY", "/en/participants?on=2016-06-24", "/en/instruments", "/en/instruments?list=2",
                     "/en/bodies", "/en/cooperation"):
            size(site, path)
        for lang in languages(site):
            size(site, f"/{lang}/participants")
    with tempfile.TemporaryDirectory() as where, served.serve(crowd(where, 173)) as site:
        people = data(site, "/en/participants.json")["participants"]
        tap.same(len(people), 200, "a register of two hundred participants")
        the_map(site, "/en/participants", "2020-01-01", people, labels)
        met = []
        for path, tree in pages_of(site, "/en/participants"):
            size(site, path)
            table = tree.by_id("table").one("table")
            met += [row.one("th").words for row in table.all("tr") if row.one("td")]
            lanes = [row.one("th").words for row in tree.one("table", "lanes").all("tr") if row.one("th") and row.one("a")]
            tap.same(lanes, [row.one("th").words for row in table.all("tr") if row.one("td")], f"{path}: lanes and table show the same")
        tap.same(sorted(met), sorted(p["title"] for p in people), "the pages of the list together have everybody once")
        left_and_reserved(site)
        for path, _ in pages_of(site, "/en/instruments"):
            size(site, path)
        size(site, "/en/")
    tap.done()


main()
