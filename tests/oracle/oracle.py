#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `comity eval --format csv` must print, found slowly: sections 8, 10 and 12 of docs/rules-reference.md.

    oracle.py RULEBOOK ACTS.jsonl [--known N] [--mutant NAME]
"""
import argparse
import json
import os
import sys

import language
from dates import date_from, span_from
from evaluate import Act, Evaluation, printed

STANDARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "rules")
ANNUL, VOID = "annul", "void"


def read_acts(text):
    """The acts of a record, in order: position 1 is the first."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


class Record:
    """What stands at each place, known at a position (section 8.3)."""

    def __init__(self, acts, known):
        self.acts = acts if known is None else acts[:known]

    def version(self, place):
        for at in self.corrections(place):
            found = self.version(at)
            if found != VOID:
                return VOID if found == ANNUL else found
        act = self.acts[place - 1]
        return ANNUL if act.get("annul") else act

    def corrections(self, place):
        """The positions that correct a place, the latest first."""
        return [at for at in range(len(self.acts), 0, -1) if self.acts[at - 1].get("corrects") == place]

    def in_force(self):
        for place, act in enumerate(self.acts, 1):
            if not act.get("corrects"):
                found = self.version(place)
                if found != VOID:
                    yield place, found


def argument(value, domain):
    if value is None:
        return None
    return {"Date": date_from, "Span": span_from}.get(domain, lambda same: same)(value)


def acts_of(book, record):
    for place, act in record.in_force():
        given = act.get("args", {})
        args = {name: argument(given.get(name), domain) for name, domain, _ in book.acts[act["kind"]]}
        yield Act(place, date_from(act["date"]), act["kind"], args)


def cell(text):
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text


def line(fact, args, value, start, end, *reading):
    args = "|".join(printed(arg).replace("\\", "\\\\").replace("|", "\\|") for arg in args)
    return ",".join(cell(text) for text in (fact, args, printed(value), str(start or ""), str(end or ""), *reading))


def evaluate(book, acts, known=None, evaluation=Evaluation, record=Record, count=None):
    """The bytes of the table. `count`: a dict that is told how often each rule fired."""
    acts = list(acts_of(book, record(acts, known)))
    tables = {}
    for reading in book.readings or [None]:
        run = evaluation(book, reading)
        tables[reading] = set(run.run(acts))
        if count is not None:
            for label, fired in run.firings.items():
                count[label] = count.get(label, 0) + fired
    lines = []
    everywhere = set.intersection(*tables.values())
    for reading, found in tables.items():
        for row in found - everywhere if book.readings else found:
            lines.append(line(*row, reading) if book.readings else line(*row))
    if book.readings:
        lines += [line(*row, "") for row in everywhere]
    head = "fact,args,value,from,to" + (",reading" if book.readings else "")
    return "".join(text + "\n" for text in [head] + sorted(lines, key=str.encode)).encode()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("rulebook")
    options.add_argument("acts")
    options.add_argument("--known", type=int)
    given = options.parse_args()
    book = language.load(given.rulebook, STANDARD)
    with open(given.acts, encoding="utf-8") as file:
        sys.stdout.buffer.write(evaluate(book, read_acts(file.read()), given.known))


if __name__ == "__main__":
    main()
