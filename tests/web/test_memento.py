# SPDX-License-Identifier: Apache-2.0
"""The record at a time (RFC 7089): with Accept-Datetime a page leads to itself as known at the last entry received by then, on the date of
then at the seat. The expected entry is counted here from record.jsonl."""
import datetime
import email.utils
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import zoneinfo

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import served
import tap

SEAT = zoneinfo.ZoneInfo("Asia/Shanghai")
with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
    ACTS = [json.loads(line) for line in file]


def times():
    """When each act came to the record: as received; else on its day; where that is known by its month or year only, or is that of what it corrects,
    when the one before it came, within that period."""
    day = datetime.date.fromisoformat
    last, found = day(ACTS[0]["date"]), []
    for act in ACTS:
        date, precision = day(act["date"][:10]), act.get("date_precision", "day")
        if "received" in act:
            last = day(act["received"][:10])
        elif "corrects" in act:
            last = max(last, date.replace(day=1) if precision == "month" else date.replace(month=1, day=1) if precision == "year" else date)
        elif precision in ("day", "latest"):
            last = date
        else:
            last = min(max(last, date.replace(day=1) if precision == "month" else date.replace(month=1, day=1)), date)
        found.append(datetime.datetime.combine(last, datetime.time(), SEAT))
    return found


RECEIVED = times()


def http_date(t):
    return email.utils.format_datetime(t.astimezone(datetime.timezone.utc), usegmt=True)


def expected(t):
    now = datetime.datetime.now(datetime.timezone.utc).astimezone(SEAT)
    t = min(t.astimezone(SEAT), now.replace(hour=23, minute=59, second=59))
    known = max((n for n, came in enumerate(RECEIVED, 1) if came <= t), default=0)
    return f"on={t.date().isoformat()}&known={known}"


class Site:
    def __init__(self, url):
        self.base, self.connection = url, http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)

    def get(self, path, **headers):
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        answer.content = answer.read()
        return answer

    def at(self, path, t, **headers):
        return self.get(path, **{"Accept-Datetime": t if isinstance(t, str) else http_date(t), **headers})


def links(text):
    """Of a Link header or a time map: (target, relations, attributes)."""
    found = []
    for target, rest in re.findall(r"<([^>]*)>((?:\s*;\s*[a-z]+=\"[^\"]*\")*)", text):
        attributes = dict(re.findall(r"([a-z]+)=\"([^\"]*)\"", rest))
        found.append((target, set(attributes.pop("rel", "").split()), attributes))
    return found


def gate(site):
    utc = datetime.timezone.utc
    times = [datetime.datetime(2016, 6, 24, 3, 4, 5, tzinfo=utc), datetime.datetime(2017, 6, 8, 15, 59, 59, tzinfo=utc), datetime.datetime(2017, 6, 8, 16, 0, 0, tzinfo=utc),
             datetime.datetime(2001, 6, 15, tzinfo=utc), datetime.datetime(1850, 1, 1, tzinfo=utc), datetime.datetime(2999, 1, 1, tzinfo=utc), datetime.datetime(2024, 7, 4, 12, tzinfo=utc)]
    for path in ("/en/participants", "/en/", "/en/index.json", "/en/participants/IN.jsonld", "/data/memberships.csv", "/data/acts.csv-metadata.json", "/en/acts?kind=gavelled", "/en/why/status/BY"):
        bad = []
        for t in times:
            page = site.at(path, t)
            want = path + ("&" if "?" in path else "?") + expected(t)
            if (page.status, page.getheader("Location")) != (302, want) or "accept-datetime" not in (page.getheader("Vary") or "").lower():
                bad.append(f"{http_date(t)}: {page.status} {page.getheader('Location')}, want {want}; Vary: {page.getheader('Vary')}")
        tap.same(bad, [], f"{path}: each time leads to its date and its entry")
    page = site.at("/en/participants", times[0])
    said = links(page.getheader("Link"))
    tap.ok(any(rel == {"original", "timegate"} and target == site.base + "/en/participants" for target, rel, _ in said), "the gate says what it is the gate of", str(said))
    tap.ok(any(rel == {"timemap"} and a.get("type") == "application/link-format" for _, rel, a in said), "and where the time map is")
    there = site.get(page.getheader("Location"))
    told = email.utils.parsedate_to_datetime(there.getheader("Memento-Datetime"))
    tap.ok(there.status == 200 and told <= times[0], "what it leads to says from when on it was so", there.getheader("Memento-Datetime"))
    tap.same(site.at("/en/participants", told).getheader("Location"), page.getheader("Location"), "asked for that very time the gate leads to the same")
    tap.ok("accept-datetime" not in (there.getheader("Vary") or "").lower(), "a memento does not vary with the time asked for")
    tap.same(site.at(page.getheader("Location"), times[-1]).status, 200, "nor does it lead to another one")
    now = site.get("/en/participants")
    tap.ok(now.status == 200 and "accept-datetime" in now.getheader("Vary").lower() and not now.getheader("Memento-Datetime"), "without a time: today's page, which says that it varies")
    for query in ("?on=2016-01-01", "?known=500", "?on=2016-01-01&known=1100"):
        tap.ok(site.get("/en/participants" + query).getheader("Memento-Datetime") is None, f"{query}: no time led there, and none is claimed")
    members = json.loads(site.get(site.at("/en/participants.json", datetime.datetime(2016, 6, 24, tzinfo=utc)).getheader("Location")).content)
    tap.same(f"on={members['on']}&known={members['known']}", expected(datetime.datetime(2016, 6, 24, tzinfo=utc)), "what is shown is of that day and that knowledge")


def refused(site):
    for text in ("yesterday", "Thu, 31 Jun 2016 10:30:00 GMT", "Fri, 16 Jun 2016 10:30:00 GMT", "Thu, 16 Jun 2016 10:30:00 UTC", "Thu, 16 Jun 2016 10:30:00", "2016-06-16",
                 "Thursday, 16-Jun-16 10:30:00 GMT", "Thu, 16 Jun 2016 24:00:00 GMT", "Thu, 16 Jun 2016 10:30:00 GMT, Thu, 16 Jun 2016 10:30:00 GMT", "x" * 3000, "\xff\xfe"):
        page = site.at("/en/participants", text, Accept="application/json")
        problem = json.loads(page.content) if page.status == 400 else {}
        tap.ok(problem.get("error") == "accept_datetime" and "GMT" in problem.get("hint", ""), f"refused with a hint: {text[:40]!r}", f"{page.status} {page.content[:200]}")
    tap.same(site.at("/en/participants", "yesterday").status, 400, "in HTML too")
    tap.same(site.at("/checkpoint", "yesterday").status, 200, "an address without dates has no times, and does not mind")
    tap.same(site.at("/en/participants?on=2016-01-01", "yesterday").status, 200, "nor does one that names its own")


def time_map(site):
    page = site.get("/timemap/en/participants")
    tap.same((page.status, page.getheader("Content-Type")), (200, "application/link-format"), "the time map answers")
    said = links(page.content.decode())
    mementos = [(t, rel, a["datetime"]) for t, rel, a in said if "memento" in rel]
    days = {came.date() for came in RECEIVED if came <= datetime.datetime.now(datetime.timezone.utc)}
    tap.same(len(mementos), len(days), "one memento for each day on which something was received")
    tap.ok("first" in mementos[0][1] and "last" in mementos[-1][1] and all("original" not in r for _, r, _ in mementos), "the first and the last are named")
    bad = []
    for target, _, when in mementos[:: max(1, len(mementos) // 40)]:
        path = target[len(site.base):]
        there = site.get(path)
        if there.status != 200 or there.getheader("Memento-Datetime") != when:
            bad.append(f"{path}: {there.status} {there.getheader('Memento-Datetime')}, the map says {when}")
        if site.at("/en/participants", when).getheader("Location") != path:
            bad.append(f"{when}: {site.at('/en/participants', when).getheader('Location')}")
    tap.same(bad, [], "each says itself the time that the map gives it, and the gate leads there")
    tap.ok(links(site.get("/timemap/en/index.html").content.decode())[0][0] == site.base + "/en/", "the front page has one too")
    tap.ok(site.get("/timemap/data/acts.csv").status == 200, "and a data set")
    for path in ("/timemap/checkpoint", "/timemap/nowhere", "/timemap/timemap/en/participants", "/timemap/en"):
        tap.same(site.get(path).status, 404, f"{path}: no times")
    for path in ("/en/", "/data/acts.csv", "/en/bodies/CHS.ics"):
        for target, rel, _ in links(site.get(path).getheader("Link")):
            tap.same(site.get(target[len(site.base):]).status, 200, f"{path}: its link {'/'.join(sorted(rel))} answers")
    for path, accept in (("/en/areas.json", "*/*"), ("/en/areas", "application/json"), ("/en/bodies", "*/*"), ("/en/bodies.html", "*/*")):
        tap.same(links(site.get(path, Accept=accept).getheader("Link"))[0][0], site.base + path, f"{path} is its own original, whoever asked for the same page by another address before")


def corrected_late(site, data):
    """A correction that does not say when it came was not known before the entry that stands before it."""
    act = dict(ACTS[0], corrects=1, title={"en": "Corrected"})
    done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
    tap.ok(done.returncode == 0, "a correction of the first act, with its date", done.stdout + done.stderr)
    then = datetime.datetime(2010, 1, 1, 12, tzinfo=SEAT)
    tap.ok(site.at("/en/participants", then).getheader("Location").endswith(expected(then)), "is not among what was known in 2010")


def out_of_order():
    """The time map names the last moment of a day, and none of an entry that came later than one behind it: what is known only grows."""
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        data, record = os.path.join(folder, "data"), os.path.join(folder, "record.jsonl")
        with open(record, "w", encoding="utf-8") as file:
            for number, received in enumerate(("2024-01-05", "2024-03-01T10:00:00", "2024-03-01T15:00:00", "2024-05-01", "2024-04-01"), 1):
                file.write(json.dumps({"kind": "area_listed", "date": "2024-01-01", "received": received, "args": {"A": f"AREA-{number}"}, "title": {"en": f"Area {number}"},
                                       "recorded": True, "sources": [{"title": "A source", "url": "https://source.example/"}]}) + "\n")
        for command in (["init", data, "--org", os.path.join(served.ROOT, "orgs", "sco")], ["load", data, record]):
            subprocess.run([served.COMITY, *command], check=True, capture_output=True)
        with served.serve(data) as running:
            said = links(Site(running.url).get("/timemap/en/areas").content.decode())
            told = [target.partition("?")[2] for target, rel, _ in said if "memento" in rel]
            tap.same(told, ["on=2024-01-05&known=1", "on=2024-03-01&known=3", "on=2024-04-01&known=5"], "of a day the last moment, and nothing that is known later as less")


with served.sample() as running:
    site = Site(running.url)
    gate(site)
    refused(site)
    time_map(site)
    corrected_late(site, running.data)
out_of_order()
tap.done()
