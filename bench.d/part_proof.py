# SPDX-License-Identifier: Apache-2.0
"""The time to check a proof of the sample record, as its reader waits for it: the whole program."""
import json
import os
import statistics
import subprocess

import served
from bench import Figure, quantile
from part_load import seconds

RUNS, WARM = 100, 5
GOAL = 5  # ms
CHECKER = os.environ.get("PROOF") or os.path.join(os.path.dirname(os.path.dirname(served.COMITY)), "proof", "comity-proof")
TYPICAL = 'status("KZ") on 2016-01-01'
LARGE = 'status("BY") on 2024-07-05'


def times_of(*command):
    return [1000 * seconds(*command) for _ in range(WARM + RUNS)][WARM:]


def made(data, folder, name, question, *options):
    """The proof file of a question, and its statements and entries."""
    path = os.path.join(folder, name + ".json")
    subprocess.run([served.COMITY, "why", data, question, "--proof", path, *options], check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        proof = json.load(file)
    return path, sum(len(reading["nodes"]) for reading in proof["readings"]), len(proof["evidence"]["entries"])


def measure(folder):
    data = os.path.join(folder, "proof")
    served.load(data)
    figures, notes = [], []
    for name, question, options, goal in (("typical, touched entries", TYPICAL, ("--touched",), GOAL), ("typical, whole record", TYPICAL, (), None),
                                          ("large, touched entries", LARGE, ("--touched",), None), ("large, whole record", LARGE, (), None)):
        path, nodes, entries = made(data, folder, name.replace(", ", "-").replace(" ", "-"), question, *options)
        times = times_of(CHECKER, path, "--quiet")
        met = () if goal is None else (f"< {goal} ms", statistics.median(times) < goal)
        figures.append(Figure(f"check of a proof, {name}", times, "ms", 1, *met))
        notes.append(f"proof: {name}: {question}, {nodes:,} statements, {entries:,} entries, {os.path.getsize(path) // 1024:,} KB; "
                     f"p99 {quantile(times, 0.99):.1f} ms")
    figures.append(Figure("of this, the start of a process", times_of(CHECKER, "--version"), "ms", 1))
    return figures, notes + [f"       {RUNS} runs of each, the whole program with reading the file. A proof of the whole record grows with the record: "
                             "each entry is decoded, hashed and read, so that none can be missing."]
