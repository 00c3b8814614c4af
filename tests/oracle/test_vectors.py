# SPDX-License-Identifier: Apache-2.0
"""The reference evaluator on the vectors of the rule language, byte for byte. It judges the program, so it is judged first."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import language  # noqa: E402
import oracle  # noqa: E402
import tap  # noqa: E402


def text(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def case(folder):
    known = re.search(r"--known[ =](\d+)", text(folder, "about.txt"))
    book = language.load(os.path.join(folder, "rules.rules"), oracle.STANDARD)
    printed = oracle.evaluate(book, oracle.read_acts(text(folder, "acts.jsonl")), int(known[1]) if known else None)
    tap.same(printed.decode(), text(folder, "expected.csv"), f"oracle: {os.path.basename(folder)} ({text(folder, 'about.txt').strip()})")


folder = tap.shared("conformance", "rules")
if not folder:
    tap.skip("set COMITY_SHARED to the folder of test vectors", "oracle: vectors")
else:
    for name in sorted(os.listdir(folder)):
        if os.path.isfile(os.path.join(folder, name, "expected.csv")):
            case(os.path.join(folder, name))
tap.done()
