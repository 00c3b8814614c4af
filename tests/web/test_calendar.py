# SPDX-License-Identifier: Apache-2.0
"""The calendars of the site, read by libical: meetings with the days they have on their pages; one that is called off, or whose days are
corrected, keeps its name and gets a higher number.

    test_calendar.py ICAL_READ
"""
import datetime
import json
import os
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
    tap.same(set(events(site, "/en/bodies/CHS.ics")), {m["id"] for m in listed if m["body"] == "CHS" and m["id"] in whole}, "of a body: its meetings")
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


def changes(folder):
    data = os.path.join(folder, "data")
    served.load(data)
    place = next(n for n, a in enumerate(ACTS, 1) if a["kind"] == "meeting_convened" and a["args"]["M"] == "CHG-2025")
    old = ACTS[place - 1]
    moved = {**old, "corrects": place, "date": old["date"], "args": {**old["args"], "first": "2025-11-18", "last": "2025-11-19"}}

    def file(act):
        done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
        tap.ok(done.returncode == 0, f"filed: {act['kind']}", done.stdout + done.stderr)

    seen = []
    for act in (None, moved, {"kind": "meeting_cancelled", "date": "2025-11-10", "args": {"M": "CHG-2025"}}):
        if act:
            file(act)
        with served.serve(data) as running:
            seen.append(events(crawl.Site(running.url), "/en/bodies/CHG.ics")["CHG-2025"][:4])
    tap.same(seen, [["20251117", "20251119", "CONFIRMED", "0"], ["20251118", "20251120", "CONFIRMED", "1"], ["20251118", "20251120", "CANCELLED", "2"]],
             "moved, then called off: the same name, a higher number, and it says so")


with served.sample() as running:
    against_pages(crawl.Site(running.url))
with tempfile.TemporaryDirectory(prefix="comity-calendar-") as folder:
    changes(folder)
tap.done()
