# SPDX-License-Identifier: Apache-2.0
"""Asks the rulebook of the sample organisation: `comity eval` on its record, or on the record with acts added or left out."""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SCO = os.path.join(ROOT, "orgs", "sco")
RULEBOOK = os.path.join(SCO, "rulebook.md")
RECORD = os.path.join(SCO, "record.jsonl")
COMITY = os.environ.get("COMITY", os.path.join(ROOT, "build", "src", "cli", "comity"))
READINGS = ("A", "B")


def record():
    with open(RECORD, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def comity(*args):
    return subprocess.run([COMITY, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


class Facts:
    """Intervals by fact, arguments and reading; dates compare as text, so a time of day stands behind its day."""

    def __init__(self, names, acts=None, known=None):
        path = RECORD
        with tempfile.TemporaryDirectory(prefix="comity-") as folder:
            if acts is not None:
                path = os.path.join(folder, "acts.jsonl")
                with open(path, "w", encoding="utf-8") as file:
                    file.writelines(json.dumps(a, ensure_ascii=False) + "\n" for a in acts)
            more = ["--known", str(known)] if known is not None else []
            done = comity("eval", RULEBOOK, path, "--facts", names, "--format", "csv", *more)
        if done.returncode:
            sys.exit("comity eval: exit status %d\n%s" % (done.returncode, done.stderr))
        self.spans = {}
        for row in csv.DictReader(io.StringIO(done.stdout)):
            for reading in [row["reading"]] if row["reading"] else READINGS:
                self.spans.setdefault((row["fact"], row["args"], reading), []).append((row["from"], row["to"] or "9999", row["value"]))

    def at(self, fact, args, day, reading):
        """On a day means at its end: what begins on it counts, what ends on it does not."""
        return next((v for since, until, v in self.spans.get((fact, args, reading), ()) if since[:10] <= day < until[:10]), "")

    def on(self, fact, args, day):
        """The value; where the readings differ, 'A=partner|B='"""
        values = [self.at(fact, args, day, r) for r in READINGS]
        return values[0] if len(set(values)) == 1 else "|".join("%s=%s" % x for x in zip(READINGS, values))

    def since(self, fact, args, reading="A"):
        return [s for s, _, _ in sorted(self.spans.get((fact, args, reading), ()))]
