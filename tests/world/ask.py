# SPDX-License-Identifier: Apache-2.0
"""Asks Comity: writes the acts, runs `comity eval` once, answers from the intervals that it prints."""
import collections
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True
import tap  # noqa: E402

ROOT = os.path.join(HERE, "..", "..")
TREATIES = os.path.join(ROOT, "rules", "std-treaties.rules")


class Facts:
    """The intervals of every fact, by name and arguments: (value, first day, day on which it is over or "")."""

    def __init__(self, rulebook, acts, names, known=None):
        self.spans = collections.defaultdict(list)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "acts.jsonl")
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(act, ensure_ascii=False) + "\n" for act in acts)
            command = [os.environ["COMITY"], "eval", rulebook, path, "--facts", ",".join(names)]
            ran = subprocess.run(command + (["--known", str(known)] if known else []), capture_output=True, timeout=300)
        if ran.returncode != 0:
            raise SystemExit(f"comity eval: exit status {ran.returncode}\n{ran.stderr.decode('utf-8', 'replace')}")
        for row in csv.DictReader(io.StringIO(ran.stdout.decode("utf-8"))):
            self.spans[row["fact"], row["args"]].append((row["value"], row["from"], row["to"]))

    def on(self, fact, args, day):
        """The value on a day; None for none."""
        for value, start, end in self.spans.get((fact, args), []):
            if start <= day and (not end or day < end):
                return value
        return None

    def begins(self, fact, args):
        """The days on which an interval begins, in order."""
        return sorted(start for _, start, _ in self.spans.get((fact, args), []))

    def all(self, fact):
        """args -> intervals, for every instance of a fact."""
        return {args: spans for (name, args), spans in self.spans.items() if name == fact}


def data():
    """The folder of public data, or the end of the program: a skipped point that says so."""
    folder = tap.shared("data")
    if not folder:
        tap.skip("set COMITY_SHARED to the folder with the tables", "world: data")
        tap.done()
    return folder
