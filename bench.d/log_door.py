# SPDX-License-Identifier: Apache-2.0
"""The whole door: acts that a member signed, handed in by POST, checked, evaluated by the rulebook, durable and signed, while people read."""
import json
import os
import subprocess
import threading
import time
import urllib.request

import served
from bench import BUILD, ROOT, Figure, quantile

PROGRAM = os.path.join(BUILD, "bench.d", "comity-bench-door")
COMITY = os.environ["COMITY"]
ORG = os.path.join(ROOT, "orgs", "sco")
ACTS, THREADS = 20_000, 128
GOAL = 1_000
PAUSE = 0.25  # seconds between two readers' questions
ASKED = ("/en/", "/en/participants/KZ", "/en/search?q=Kazakhstan", "/api/ask?q=status(%22KZ%22)", "/en/acts", "/feed/acts.atom")


def comity(*words):
    return subprocess.run([COMITY, *words], check=True, capture_output=True, text=True).stdout


def acts(origin):
    """Acts of one member, about meetings, instruments and decisions on record, about 700 bytes each."""
    things = {"meeting_convened": [], "instrument_adopted": [], "decision_tabled": []}
    with open(os.path.join(ORG, "record.jsonl"), encoding="utf-8") as file:
        for line in file:
            act = json.loads(line)
            if act.get("kind") in things:
                name = {"meeting_convened": "M", "instrument_adopted": "I", "decision_tabled": "D"}[act["kind"]]
                things[act["kind"]].append((name, act["args"][name]))
    kinds = (("invitation_answered", things["meeting_convened"], {"answer": "yes"}), ("signed", things["instrument_adopted"], {}),
             ("view_recorded", things["decision_tabled"], {}))
    for i in range(ACTS):
        kind, names, more = kinds[i % 3]
        name, thing = names[i // 3 % len(names)]
        yield {"register": origin, "id": f"bench-{i:012}", "kind": kind, "date": f"2026-{i % 9 + 1:02}-{i % 28 + 1:02}", "args": {"P": "KZ", name: thing, **more},
               "text": {"en": f"Note number {i} of the delegation. " + "It is as long as such notes are. " * 13}}


class Reader(threading.Thread):
    """Somebody who reads meanwhile."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.times, self.over = url, [], threading.Event()

    def run(self):
        while not self.over.is_set():
            for path in ASKED:
                began = time.perf_counter()
                with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                    answer.read()
                self.times.append(1000 * (time.perf_counter() - began))
                self.over.wait(PAUSE)


def measure(folder):
    data, key = os.path.join(folder, "door"), os.path.join(folder, "kz.key")
    comity("init", data, "--org", ORG)
    comity("load", data, os.path.join(ORG, "record.jsonl"))
    comity("key", "new", key, "--name", "KZ")
    comity("key", "register", data, key, "--holder", "KZ")
    with open(os.path.join(ORG, "org.json"), encoding="utf-8") as file:
        origin = json.load(file)["origin"]
    given = "\n".join(json.dumps(act, separators=(",", ":")) for act in acts(origin))
    with served.serve(data, options=("--accept",)) as site:
        reader = Reader(site.url)
        reader.start()
        said = subprocess.run([PROGRAM, site.url.rsplit(":", 1)[1], key, str(THREADS)], input=given, check=True, capture_output=True, text=True).stdout
        reader.over.set()
        reader.join()
    said = {name: float(value) for name, value in (line.split() for line in said.splitlines())}
    if said["refused"]:
        raise SystemExit(f"bench: {said['refused']:.0f} acts were refused at the door")
    comity("verify", data)
    rate = said["acts"] / said["wall"]
    return [
        Figure("door: signed acts filed by POST, whole rulebook", [rate], "acts/s", 0, f">= {GOAL:,}", rate >= GOAL),
        Figure("door: from request to answer, p99", [1000 * said["p99"]], "ms", 1),
        Figure("door: the same, median", [1000 * said["p50"]], "ms", 1),
        Figure("door: a page for who reads meanwhile, p99", [quantile(reader.times, 0.99)], "ms", 1),
        Figure("door: the same, median", [quantile(reader.times, 0.5)], "ms", 1),
    ], [
        f"door: {ACTS:,} acts of about {len(given) // ACTS} bytes onto the record of the SCO, signed by a member's key, from {THREADS} connections that each wait for "
        "their answer: signature, form, names and who may sign checked, every reading of the rulebook evaluated anew over the whole record for each "
        "group, durable, under a signed checkpoint. Meanwhile somebody reads pages, search, feed and answers, each of the newest entry: each is made "
        f"from a view that is derived anew. {len(reader.times)} such questions. At the end the whole register was verified."]
