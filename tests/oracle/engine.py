# SPDX-License-Identifier: Apache-2.0
"""The program under test, and what it is compared with: both are functions of a case that give the printed bytes."""
import json
import os
import re
import shutil
import subprocess
import tempfile
from functools import lru_cache

import language
import oracle
from evaluate import INSTANTS, Evaluation, TooLong


SECONDS = 20  # for one call


class Refused(Exception):
    """The rulebook or the acts are not lawful."""


class Comity:
    """Runs the command in a folder of its own."""

    def __init__(self, command):
        self.command, self.folder, self.warned = command, tempfile.mkdtemp(prefix="oracle."), ""

    def close(self):
        shutil.rmtree(self.folder)

    def write(self, case):
        rules, acts = (os.path.join(self.folder, name) for name in ("rules.rules", "acts.jsonl"))
        with open(rules, "w", encoding="utf-8") as file:
            file.write(case.text())
        with open(acts, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(act, ensure_ascii=False) + "\n" for act in case.acts)
        return rules, acts

    def run(self, *words):
        return subprocess.run([self.command, *words], capture_output=True, timeout=SECONDS)

    def check(self, case):
        """The errors that it finds in the rulebook."""
        ran = self.run("check", self.write(case)[0])
        self.warned = ran.stderr.decode("utf-8", "replace")
        return ran.stderr.decode("utf-8", "replace") + ran.stdout.decode("utf-8", "replace") if ran.returncode else ""

    def never(self):
        """The labels of the rules that can never apply, as the last check said; of constructs it speaks part by part."""
        labels = set(re.findall(r"rule (\w+) can never apply", self.warned))
        for circle, others in re.findall(r"wait for each other, (.*?) \(one of them must .*?first(?:; for want of that (.*?) do)?", self.warned):
            circle, others = (re.sub(r"\w+ \(\w+\)", "", part) for part in (circle, others))
            labels |= set(re.findall(r'(\w+) for "', circle)) | set(re.findall(r"\w+", others))
        return labels

    def __call__(self, case):
        try:
            ran = self.run("eval", *self.write(case), "--format", "csv", *(["--known", str(case.known)] if case.known is not None else []))
        except subprocess.TimeoutExpired:
            return b"no answer\n"
        if ran.returncode == 1 or ran.returncode == 2 and b"without end" not in ran.stderr:
            raise Refused(ran.stderr.decode("utf-8", "replace"))
        return ran.stdout if ran.returncode == 0 else b"exit status %d\n" % ran.returncode + ran.stderr[:2000]


@lru_cache(maxsize=400)
def parsed(text):
    return language.parse(text)[0]


def reference(case, evaluation=Evaluation, record=oracle.Record, count=None):
    """The bytes that the language reference asks for."""
    evaluation.most_instants = INSTANTS
    return oracle.evaluate(parsed(case.text()), list(case.acts), case.known, evaluation, record, count)


def differ(one, other):
    """For the shrinker: do the two print different bytes for a case that both take?"""
    def wrong(case):
        try:
            return one(case) != other(case)
        except (Refused, TooLong, language.Wrong, LookupError, ValueError, TypeError, AttributeError):
            return False
    return wrong
