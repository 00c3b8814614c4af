# SPDX-License-Identifier: Apache-2.0
"""The calendars of the site, read by libical: meetings with the days they have on their pages; one that is called off or annulled, or whose days are
corrected, keeps its name and gets a higher number. Of a participant and of a body also what ends or is due, as the rules have it.

    test_calendar.py ICAL_READ
"""
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

READ = os.path.abspath(sys.argv[1])
with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
    ACTS = [json.loads(line) for line in file]


def events(site, path):
    page = site.get(path)
    if page.status != 200 or not page.type.startswith("text/calendar"):
        tap.ok(False, f"{path} answers", f"{page.status} {page.type}")
        return {}
    lines = page.body.split(b"\r\n")
    tap.ok(lines[-1] == b"" and b"\n" not in b"".join(lines) and all(len(line) <= 75 for line in lines), f"{path}: lines end in CRLF and are short")
    done = subprocess.run([READ], input=page.body, capture_output=True)
    tap.same(done.returncode, 0, f"{path}: libical reads it without complaint")
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    tap.same(len({r[0] for r in rows}), len(rows), f"{path}: each event once")
    return {r[0].split("@")[0]: r[1:] for r in rows}


def meetings(events):
    """Without what ends or begins by itself, whose names end in that."""
    return {k: v for k, v in events.items() if not k.endswith((".ends", ".begins"))}


def day_after(day):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(1)).strftime("%Y%m%d")


def against_pages(site):
    got = events(site, "/en/meetings.ics")
    listed = json.loads(site.get("/en/meetings.json").body)["meetings"]
    whole = {a["args"]["M"] for a in ACTS if a["kind"] == "meeting_convened" and not a.get("precisions")}
    want = {m["id"]: [m["first"].replace("-", ""), day_after(m["last"]), m["title"]] for m in listed if m["id"] in whole}
    tap.same({k: [v[0], v[1], v[4]] for k, v in got.items()}, want, "all meetings whose days are known, with those days")
    tap.ok("CHS-2026" not in got, "a meeting of which only the year is known has no day in a calendar")
    tap.same(got["CFM-2025"][2], "TENTATIVE", "days that nobody has verified are tentative")
    tap.same(set(meetings(events(site, "/en/bodies/CHS.ics"))), {m["id"] for m in listed if m["body"] == "CHS" and m["id"] in whole}, "of a body: its meetings")
    tap.same(set(events(site, "/en/meetings.ics?body=CHG&year=2012")), {"CHG-2012"}, "the parameters of the page count")
    tap.same(set(events(site, "/en/meetings/CHS-2024.ics")), {"CHS-2024"}, "one meeting")
    india = events(site, "/en/participants/IN.ics")
    tap.ok("CHS-2025" in india and "CHS-2001" not in india, "of a participant: where it may be, and not where it could not")
    chaired = {m["id"] for m in listed if m["chair"] == "RU" and m["id"] in whole}
    tap.ok(chaired <= set(events(site, "/en/participants/RU.ics")), "of a participant: what it chairs")
    tap.ok("CHS-2024" not in events(site, "/en/meetings.ics?on=2016-01-01"), "as of a day in the past: what was convened by then")
    tap.same(site.get("/en/bodies/NONE.ics").status, 404, "the calendar of a body that is not there: 404")
    text = site.get("/en/bodies/CHS.ics").text
    tap.ok("TZID:Asia/Shanghai\r\n" in text and "TZOFFSETTO:+0800" in text, "the seat's zone goes with it")


def by_the_calendar(site):
    """What the sample has of this kind: a commitment of Iran whose last day was 1 December 2022, and bonds that began on a day that a clause names."""
    iran = events(site, "/en/participants/IR.ics")
    tap.same(iran["owes.IR.IR-memo-1.pending.0.ends"][:3], ["20221201", "20221202", "CONFIRMED"], "the day on which a commitment was due")
    tap.ok(iran["owes.IR.IR-memo-1.pending.0.ends"][4].startswith("Last day: the commitment of Iran"), "and it says so", str(iran["owes.IR.IR-memo-1.pending.0.ends"]))
    tap.ok(not any(k.startswith(("late.", "owes_late.")) for k in iran), "that it then was late says no more")
    china = events(site, "/en/participants/CN.ics")
    tap.same(china["party.CN.INS-CHARTER-2002.yes.0.begins"][:3], ["20030919", "20030920", "TENTATIVE"], "a bond that began by itself, on a day that rests on an unverified one")
    tap.ok("party.CN.INS-CHARTER-2002.yes.0.begins" not in events(site, "/en/participants/CN.ics?on=2003-01-01"), "of a day before it: not there")
    tap.ok(not any(".CHS-2024." in k for k in china), "what begins or ends with a meeting is not said twice")
    tap.ok("последний день" in events(site, "/ru/participants/IR.ics")["owes.IR.IR-memo-1.pending.0.ends"][4].lower(), "in the page's language")
    for path, place in (("/en/bodies/CHG", "Zhengzhou"), ("/ru/bodies/CHG", "Чжэнчжоу"), ("/zh/bodies/CHG", "郑州")):
        tap.ok(f"LOCATION:{place}\r\n" in site.get(path + ".ics").text, f"{path}: places in the page's language")
    for path in ("/en/meetings", "/en/participants/IR", "/en/bodies/CHS"):
        page = site.get(path + "?on=2026-01-01").text
        tap.ok(f'href="webcal://{site.host}{path}.ics"' in page and f'href="{path}.ics?on=2026-01-01"' in page, f"{path}: the page leads to its calendar, of today to subscribe to")


class Filing:
    """A fresh sample, to which acts are added; each look is by a server of its own."""
    def __init__(self, folder, name):
        self.data, self.n = os.path.join(folder, name), len(ACTS)
        org = os.path.join(folder, name + "-org")
        shutil.copytree(os.path.join(served.ROOT, "orgs", "sco"), org)
        for command in (["init", self.data, "--org", org], ["load", self.data, os.path.join(org, "record.jsonl")]):
            subprocess.run([served.COMITY, *command], check=True, capture_output=True)

    def file(self, act):
        done = subprocess.run([served.COMITY, "file", self.data, "-"], input=json.dumps(act), capture_output=True, text=True)
        tap.ok(done.returncode == 0, f"filed: {act.get('kind', 'an annulment')}", done.stdout + done.stderr)
        self.n += 1
        return self.n

    def see(self, *paths):
        with served.serve(self.data) as running:
            site = crawl.Site(running.url)
            return [events(site, path) if site.get(path).status == 200 else site.get(path).status for path in paths]


def place_of(meeting):
    return next(n for n, a in enumerate(ACTS, 1) if a["kind"] == "meeting_convened" and a["args"]["M"] == meeting)


def moved_and_called_off(folder):
    f, place = Filing(folder, "moved"), place_of("CHG-2025")
    old = ACTS[place - 1]
    moved = {**old, "corrects": place, "args": {**old["args"], "first": "2025-11-18", "last": "2025-11-19"}}
    again = {**moved, "args": {**old["args"], "first": "2025-11-19", "last": "2025-11-20"}}
    seen = []
    for act in (None, moved, again, {"kind": "meeting_cancelled", "date": "2025-11-10", "args": {"M": "CHG-2025"}}):
        if act:
            f.file(act)
        seen.append(f.see("/en/bodies/CHG.ics")[0]["CHG-2025"][:4])
    tap.same(seen, [["20251117", "20251119", "CONFIRMED", "0"], ["20251118", "20251120", "CONFIRMED", "1"], ["20251119", "20251121", "CONFIRMED", "2"],
                    ["20251119", "20251121", "CANCELLED", "3"]], "moved twice, then called off: the same name, a higher number, and it says so")


def annulled(folder):
    """The act that convened it is annulled: in calendars that people have, the meeting is off. Convened anew, it is on again, under its old name."""
    f = Filing(folder, "annulled")
    convene = f.file({"kind": "meeting_convened", "date": "2026-11-01", "args": {"M": "CHG-2027", "B": "CHG", "first": "2027-03-01", "last": "2027-03-02", "chair": "TJ"},
                      "title": {"en": "A meeting that will not be"}})
    paths = ["/en/bodies/CHG.ics", "/en/meetings.ics", "/en/meetings/CHG-2027.ics", "/en/participants/TJ.ics", "/en/participants/KZ.ics", "/en/bodies/CHS.ics", "/en/participants/LK.ics"]
    seen = f.see(*paths)
    tap.ok(all(s["CHG-2027"][:4] == ["20270301", "20270303", "CONFIRMED", "0"] for s in seen[:5]), "convened: in each calendar that it concerns", str([s.get("CHG-2027") for s in seen[:5]]))
    f.file({"corrects": convene, "annul": True, "date": "2026-11-02"})
    seen = f.see(*paths)
    tap.same([s["CHG-2027"][:4] if s != 404 else s for s in seen[:5]], [["20270301", "20270303", "CANCELLED", "1"]] * 5, "annulled: it stays there, cancelled, with a higher number")
    tap.same(seen[0]["CHG-2027"][4], "A meeting that will not be", "with the title that it had")
    tap.ok(all("CHG-2027" not in s for s in seen[5:]), "nor is it now in the calendar of another body, or of one whom it did not concern")
    tap.ok("CHG-2027" not in f.see(f"/en/meetings.ics?known={convene - 1}")[0], "as known before it was convened: nothing")
    f.file({"kind": "meeting_convened", "date": "2026-11-03", "args": {"M": "CHG-2027", "B": "CHG", "first": "2027-04-01", "last": "2027-04-01"}, "title": {"en": "It will be"}})
    tap.same(f.see("/en/meetings.ics")[0]["CHG-2027"], ["20270401", "20270402", "CONFIRMED", "2", "It will be"], "convened anew: it is on again, the number higher still")


def deadlines(folder):
    """A commitment with a day to come is in the calendar until it is fulfilled; when that day is moved, under the same name."""
    f = Filing(folder, "deadlines")
    name = "owes.BY.BY-memo-9.pending.0.ends"
    made = {"kind": "commitment_made", "date": "2026-11-01", "args": {"C": "BY-memo-9", "P": "BY", "I": "INS-MEMO-BY-2024", "due": "2027-06-30"}, "title": {"en": "To do what was promised"}, "recorded": True, "sources": [{"title": "A source", "url": "https://register.example/"}]}
    memo = next((a["args"]["I"] for a in ACTS if a["kind"] == "memorandum_signed" and a["args"]["P"] == "BY"), None)
    made["args"]["I"] = memo or made["args"]["I"]
    first = f.file(made)
    one = f.see("/en/participants/BY.ics")[0][name]
    tap.same(one[:3], ["20270630", "20270701", "CONFIRMED"], "due on a day to come: in the calendar of who owes it")
    f.file({**made, "corrects": first, "args": {**made["args"], "due": "2027-09-30"}})
    two = f.see("/en/participants/BY.ics")[0][name]
    tap.ok(two[:3] == ["20270930", "20271001", "CONFIRMED"] and int(two[3]) > int(one[3]), "moved: the same name, a higher number", f"{one} {two}")
    f.file({"kind": "evidence_filed", "date": "2026-11-05", "args": {"C": "BY-memo-9"}})
    f.file({"kind": "evidence_accepted", "date": "2026-11-06", "args": {"C": "BY-memo-9"}})
    tap.ok(name not in f.see("/en/participants/BY.ics")[0], "fulfilled: no longer there")


def of_a_body(folder):
    """An action that is assigned to a body: what is due is found in the rules, not in names."""
    f = Filing(folder, "action")
    source = {"recorded": True, "sources": [{"title": "A source", "url": "https://register.example/"}]}
    f.file({"kind": "goal_set", "date": "2026-01-01", "args": {"G": "GOAL-1", "D": "DEC-040"}, "title": {"en": "A goal"}, **source})
    f.file({"kind": "action_assigned", "date": "2026-01-02", "args": {"G": "GOAL-1", "B": "RATS", "due": "2027-05-31"}, **source})
    rats, council = f.see("/en/bodies/RATS.ics", "/en/bodies/CHS.ics")
    tap.same(rats.get("action.GOAL-1.pending.0.ends", [])[:3], ["20270531", "20270601", "CONFIRMED"], "an action assigned to a body is in its calendar on the day it is due")
    tap.ok("action.GOAL-1.pending.0.ends" not in council, "and in nobody else's")


with served.sample() as running:
    against_pages(crawl.Site(running.url))
    by_the_calendar(crawl.Site(running.url))
with tempfile.TemporaryDirectory(prefix="comity-calendar-") as folder:
    moved_and_called_off(folder)
    annulled(folder)
    deadlines(folder)
    of_a_body(folder)
tap.done()
