# SPDX-License-Identifier: Apache-2.0
"""The memory of a server over a million requests of many kinds: resident at the start, and after the first hundred thousand, half a million, the whole."""
import os
import re
import subprocess
import sys

import served
from bench import HERE, Figure
from part_page import Client
from part_serve import cores, fetch

MARKS = (100_000, 500_000, 1_000_000)
SLICE, CONNECTIONS = 5, 16  # seconds of wrk at a time
FLAT = 1.05  # the million may take so many times what half of it took
PATHS = ("/", "/participants", "/participants/BY", "/participants/KZ/backgrounder", "/meetings", "/meetings/CHS-2025", "/instruments", "/bodies",
         "/instruments/INS-CHARTER-2002", "/decisions", "/acts", "/acts/500", "/changes", "/law", "/releases", "/admissions/IR", "/why/status/BY",
         "/whynot/status/AZ", "/search?q=council", "/cooperation", "/areas", "/entities", "/about", "/data", "/participants.csv", "/acts.json")


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1000


def run(url, ask_from, seed, etag):
    """One slice; returns how many requests were answered."""
    said = subprocess.run(["taskset", "-c", ask_from, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SLICE}s", "--timeout", "60s", "-s", os.path.join(HERE, "pages", "mixed.lua"), url,
                           "--", str(seed), etag, *PATHS], capture_output=True, text=True, check=True).stdout
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+)", said)
    assert not errors or not any(int(n) for n in errors.groups()), said
    return int(re.search(r"(\d+) requests in", said)[1])


def measure(folder):
    serve_on, ask_from = cores()
    data = os.path.join(folder, "memory")
    served.load(data)
    with served.serve(data, "taskset", "-c", serve_on) as site:
        port, pid = int(site.url.rsplit(":", 1)[1]), site.process.pid
        client = Client(port)
        for path in PATHS:
            client.get("/en" + path)
        etag = dict((name.lower(), value) for name, value in fetch(port, "/en/participants/BY")[1])["etag"]
        marks, done, seed = [("after the first request of each kind", resident(pid))], 0, 1
        for mark in MARKS:
            while done < mark:
                done += run(site.url, ask_from, seed, etag)
                seed += 1
            marks.append((f"after {mark:,} requests", resident(pid)))
            print(f"site: {mark:,} requests, {marks[-1][1]:.0f} MB", file=sys.stderr, flush=True)
        assert site.alive()
    last, half = marks[-1][1], marks[-2][1]
    return [Figure(f"resident memory, {when}", [mb], "MB", 1, *((f"<= {FLAT} x the one before", mb <= FLAT * half) if mb is last else ("", True)))
            for when, mb in marks], [
        f"memory: {done:,} requests on {CONNECTIONS} connections, all kinds in turn by chance: the same page again, 304, feeds, pages of other days in three "
        "languages, other points of knowledge, addresses that do not exist, parameters that are no good, POST where nothing is taken "
        f"(bench.d/pages/mixed.lua). The cache of answers takes up to 64 MB of it. At the end {last / half:.3f} times what half the requests took."]
