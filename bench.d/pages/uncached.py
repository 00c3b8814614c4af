# SPDX-License-Identifier: Apache-2.0
"""The heaviest page of every type, rendered anew for each request: in processor time, and by the wall, as a client on the same machine sees it.

A type is a row of the route table with the names of the parameters that links give it: "/{lang}/acts?kind". Links are followed in English; of each
type the pages that took longest are tried again, and the slowest of them runs in every language, each request for another day. The goal is for the
processor time: other work on the machine disturbs it least. A proof of which every step is opened is as long as its reader wants: it is told apart.
"""
import html
import os
import re
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import served
from bench import ROOT, Figure, quantile
from pages.record import make
from pages.searching import ready
from part_page import Client

ACTS, REQUESTS, WARM = 100_000, 300, 20
SMALL_GOAL, LARGE_GOAL = 2, 10  # milliseconds
START, A_TYPE, SLOWEST = "/en/", 250, 12  # where the walk begins; pages of a type that it takes; how many of the slowest are tried again
LANGUAGES = ("en", "ru", "zh")
REASONS, ALL_OPEN = re.compile(r"/\{lang\}/(why|whynot|admissions/)"), "?open"
HREF = re.compile(rb'href="(/en/[^"#]*)"')
# Addresses that no link has: everything between the first day and the last, a whole proof opened at once.
EXTRA = ("/en/changes?from=2001-06-15", "/en/why/status/BY?open=all")


@dataclass
class Times:
    """Of one page in one language: milliseconds of each request."""
    path: str
    language: str
    wall: list
    cpu: list
    size: int


def patterns():
    """The rows of the route table that are pages: [(regular expression, pattern)], in their order."""
    rows = []
    with open(os.path.join(ROOT, "docs", "addresses.md"), encoding="utf-8") as file:
        for line in file:
            row = re.match(r"\| `(/\{lang\}/[^`]*)` \|[^|]*\| HTML", line)
            if row:
                rows.append((re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(row[1])) + "$"), row[1]))
    return rows


def type_of(path, rows):
    path, _, query = path.partition("?")
    pattern = next((pattern for expression, pattern in rows if expression.match(path)), None)
    names = [word.partition("=")[0] for word in query.split("&") if word]
    return pattern and pattern + ("?" + "&".join(names) if names else "")


def with_day(path, day, known=None):
    known = "" if known is None else f"&known={known}"
    return f"{path}{'&' if '?' in path else '?'}on={day}{known}"


def in_language(path, language):
    return f"/{language}/" + path.split("/", 2)[2]


class Meter:
    """The processor time of a process, with all threads that it has or had, in milliseconds: clock_getcpuclockid(3) of another process."""

    def __init__(self, pid):
        self.clock = (~pid << 3) | 2

    def read(self):
        return time.clock_gettime(self.clock) * 1000


def walk(client):
    """{type: {path: milliseconds of the first answer}}."""
    rows, times, count = patterns(), {}, Counter()
    seen, todo = {START, *EXTRA}, [START, *EXTRA]
    while todo:
        path = todo.pop(0)
        kind = type_of(path, rows)
        if not kind or count[kind] >= A_TYPE:
            continue
        count[kind] += 1
        status, body, took = client.get(path)
        if status != 200 or not body.lstrip()[:15].lower().startswith(b"<!doctype html"):
            continue
        times.setdefault(kind, {})[path] = took
        for link in HREF.findall(body):
            link = html.unescape(link.decode())
            if link not in seen and not re.search(r"[?&](on|known)=", link):
                seen.add(link)
                todo.append(link)
    return times


def heaviest(client, pages):
    """Of one type: the page whose best answer of three, for other days, is slowest. None: no page answers on all of them."""
    best = {}
    for path in sorted(pages, key=pages.get)[-SLOWEST:]:
        answers = [client.get(with_day(path, f"{year}-03-01")) for year in (2023, 2024, 2025)]
        if all(status == 200 for status, _, _ in answers):
            best[path] = min(took for _, _, took in answers)
    return max(best, key=best.get, default=None)


def run(client, meter, path, n, first=0, known=None):
    """`n` requests, each for another day: counted from the `first` before the end of 2025."""
    wall, cpu, size = [], [], 0
    last = date(2025, 12, 31)
    for number in range(n):
        before = meter.read()
        status, body, took = client.get(with_day(path, last - timedelta(first + number), known))
        if status != 200:  # a list had fewer pages on that day
            continue
        wall.append(took)
        cpu.append(meter.read() - before)
        size = max(size, len(body))
    if 2 * len(wall) < n:
        return None
    return Times(path, path.split("/")[1], wall, cpu, size)


def every_type(client, pid, requests, known=None, found=None):
    """{type: [Times of its heaviest page in each language]}; `found`: {type: path}, where they are known already."""
    meter, result = Meter(pid), {}
    for kind, path in (found or {kind: heaviest(client, times) for kind, times in walk(client).items()}).items():
        if not path:
            continue
        for language in LANGUAGES:
            here = in_language(path, language)
            run(client, meter, here, min(WARM, requests // 4), requests, known)  # fills the server's memory, which a server does once
            times = run(client, meter, here, requests, known=known)
            if times:
                result.setdefault(kind, []).append(times)
    return result


def table(title, result, goal):
    """Lines of text, the heaviest type first: of each in the language of the highest p99, which is judged, the median and p99 in processor time and by the wall."""
    lines = [title, "  cpu p50     p99  wall p50     p99      bytes  page"]
    for _, times in sorted(result.items(), key=lambda item: -max(quantile(t.cpu, 0.5) for t in item[1])):
        t = max(times, key=lambda t: quantile(t.cpu, 0.99))
        lines.append(f"{quantile(t.cpu, 0.5):9.2f} {quantile(t.cpu, 0.99):7.2f} {quantile(t.wall, 0.5):9.2f} {quantile(t.wall, 0.99):7.2f} "
                     f"{t.size:10,}  {t.path}{'' if quantile(t.cpu, 0.99) < goal else '  *'}")
    return lines


def p99_of(times):
    """Of the page's heaviest language: p99 of processor time, and by the wall."""
    return max(quantile(t.cpu, 0.99) for t in times), max(quantile(t.wall, 0.99) for t in times)


def figures_of(what, result, goal):
    all_open = {kind: p99_of(times) for kind, times in result.items() if kind.endswith(ALL_OPEN)}
    reasons = {kind: p99_of(times) for kind, times in result.items() if REASONS.match(kind) and kind not in all_open}
    others = {kind: p99_of(times) for kind, times in result.items() if kind not in reasons and kind not in all_open}
    figures = []
    for name, group, judged in (("pages", others, True), ("reasons: why, why not, admissions", reasons, True), ("proofs with every step open", all_open, False)):
        if not group:
            continue
        cpu, over = max(c for c, _ in group.values()), sum(c >= goal for c, _ in group.values())
        figures += [Figure(f"{what}: {name}, p99 of the heaviest", [cpu], "ms", 2, *((f"< {goal} ms", cpu < goal) if judged else ())),
                    Figure(f"{what}: {name}, by the wall", [max(w for _, w in group.values())], "ms", 2),
                    Figure(f"{what}: {name}, types over {goal} ms", [over], f"of {len(group)}")]
    return figures


def serve_and_ask(data, what, goal, requests, a_type, past):
    """Figures and lines for the register in `data`: as known now, and at entry `past` once that view is there."""
    global A_TYPE
    A_TYPE = a_type
    with served.serve(data) as site:
        client = Client(int(site.url.rsplit(":", 1)[1]))
        ready(client)
        found = {kind: heaviest(client, times) for kind, times in walk(client).items()}
        now = every_type(client, site.process.pid, requests, found=found)
        fresh = [client.get(with_day("/en/participants", date(2025, 1, 1), known))[2] for known in range(past - 5, past)]
        then = every_type(client, site.process.pid, requests, past, found)
        with open(f"/proc/{site.process.pid}/status") as file:
            memory = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) / 1000
    return [*figures_of(what, now, goal), *figures_of(f"{what}, as known at entry {past:,}", then, goal),
            Figure(f"{what}: a page at a point of knowledge that nobody asked for yet", fresh, "ms", 1),
            Figure(f"{what}: most memory", [memory], "MB")], [
        *table(f"uncached: {what}, {requests} requests for each page, each for another day:", now, goal),
        *table(f"uncached: {what}, as known at entry {past:,}:", then, goal)]


def measure(folder):
    small, large = os.path.join(folder, "small"), os.path.join(folder, "large")
    served.load(small)
    figures, notes = serve_and_ask(small, "the SCO", SMALL_GOAL, REQUESTS, 250, 900)
    sco = os.path.join(ROOT, "orgs", "sco")
    lines = os.path.join(folder, "large.jsonl")
    with open(lines, "w", encoding="utf-8") as file:
        file.write("\n".join(make(os.path.join(sco, "record.jsonl"), ACTS)) + "\n")
    for command in (["init", large, "--org", sco], ["load", large, lines]):
        subprocess.run([os.environ["COMITY"], *command], check=True, stdout=subprocess.DEVNULL)
    more, said = serve_and_ask(large, f"{ACTS:,} acts", LARGE_GOAL, REQUESTS // 3, 40, ACTS // 2)
    return figures + more, notes + said + ["uncached: * marks what is over the goal. Pages of other days, other answers: nothing of them is in the cache."]
