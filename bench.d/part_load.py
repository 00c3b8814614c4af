# SPDX-License-Identifier: Apache-2.0
"""Acts per second into a fresh register: checked, signed, hashed into the tree, and on disk before the next group."""
import os
import subprocess
import time

import served
from bench import Figure

RUNS = 7


def measure(folder):
    record = os.path.join(served.ROOT, "orgs", "sco", "record.jsonl")
    with open(record) as file:
        acts = sum(1 for _ in file)
    loads, verifies = [], []
    for run in range(RUNS):
        data = os.path.join(folder, f"load{run}")
        subprocess.run([served.COMITY, "init", data, "--org", os.path.dirname(record)], check=True, stdout=subprocess.DEVNULL)
        loads.append(acts / seconds(served.COMITY, "load", data, record))
        verifies.append(acts / seconds(served.COMITY, "verify", data))
    return [Figure("acts loaded, signed and durable", loads, "acts/s"),
            Figure("acts verified", verifies, "acts/s")], [
        f"load, verify: the {acts} acts of orgs/sco as whole commands, the start of the process included; {RUNS} runs."]


def seconds(*command):
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
