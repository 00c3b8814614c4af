# SPDX-License-Identifier: Apache-2.0
"""The site of the sample as files, in three languages: all of it from nothing, again when nothing changed, and after one act."""
import json
import os
import statistics
import subprocess
import sys
import time

import served
from bench import Figure

LANGUAGES = ["en", "ru", "zh"]  # those that the goal names
RUNS, ACTS, SLOWEST = 3, 60, 4  # from nothing; the last acts of the record, one at a time, of some twenty kinds; how many of them are named


def comity(*words):
    return subprocess.run([served.COMITY, *words], capture_output=True, text=True, check=True).stdout


def publish(data, out):
    began = time.monotonic()
    told = json.loads(comity("publish", data, out, "--base", "https://register.example", "--json"))
    took = time.monotonic() - began
    print(f"site: published {told['files']:,} files, {told['written']:,} of them written, {took:.2f} s", file=sys.stderr, flush=True)
    return took, told


def load(data, folder, lines):
    path = os.path.join(folder, "acts.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines)
    comity("load", data, path)


def measure(folder):
    data = os.path.join(folder, "published-data")
    with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
        lines = file.readlines()
    comity("init", data, "--org", served.organisation(folder, LANGUAGES))
    load(data, folder, lines[:-ACTS])
    whole = []
    for k in range(RUNS):
        out = os.path.join(folder, f"published{k}") # kept until the end: a file system is slow where much was removed just before
        took, told = publish(data, out)
        whole.append(took)
    again, same = publish(data, out)
    assert same["written"] == 0, same
    acts = []
    for line in lines[-ACTS:]:
        load(data, folder, [line])
        took, more = publish(data, out)
        acts.append((took, f"{took:.2f} s after {json.loads(line)['kind']} ({more['made']:,} pages made, {more['written']:,} files written)"))
    after = [took for took, _ in acts]
    within = sum(took < 0.5 for took in after)
    return [Figure("published from nothing, three languages", whole, "s", 1, "< 10 s", statistics.median(whole) < 10),
            Figure("published again, nothing changed", [again], "s", 1),
            Figure("published after one act", after, "s", 2, "< 0.5 s", statistics.median(after) < 0.5)], [
        f"publishing: {told['files']:,} files (and a compressed copy of each that is worth it), every page of today, each on the days on which it "
        f"changes, reasons, data, tiles; {RUNS} runs into new folders, on all processors. After one act only those pages are made that it can have changed: "
        f"{within} of {ACTS} within 0.5 s; the slowest: {'; '.join(says for _, says in sorted(acts, reverse=True)[:SLOWEST])}."]
