# SPDX-License-Identifier: Apache-2.0
"""Writes random rulebooks and records into a folder: DIR/NUMBER.rules and DIR/NUMBER.jsonl.

    write_cases.py DIR [FROM] [N]      SEED as for test_random.py
"""
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import acts as records  # noqa: E402
import generate  # noqa: E402

SEED = os.environ.get("SEED", "1")


def write(folder, first, n):
    for number in range(first, first + n):
        rng = random.Random(f"{SEED}/{number}")
        items = tuple(generate.Book(rng).book())
        try:
            made = [json.dumps(act, ensure_ascii=False) for act in records.record(rng, items)]
        except IndexError:  # a book that asks for no act
            continue
        for ending, lines in (("rules", items), ("jsonl", made)):
            with open(os.path.join(folder, f"{number}.{ending}"), "w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    write(sys.argv[1], *(int(word) for word in (sys.argv[2:] + ["0", "100"][len(sys.argv) - 2:])[:2]))
