# SPDX-License-Identifier: Apache-2.0
"""`comity eval` against the reference evaluator on rulebooks that people wrote, with records drawn at random.

    test_books.py [COMITY]         the program may also be named by $COMITY; $SEED, $N: the first record, how many for each rulebook
"""
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import acts as records  # noqa: E402
import language  # noqa: E402
import oracle  # noqa: E402
import tap  # noqa: E402

ROOT = os.path.join(HERE, "..", "..")
BOOKS = ["rules/std-treaties.rules", "orgs/sco/rulebook.md", "tests/world/membership.md", "tests/world/security_council.md", "tests/world/united_nations.md"]
SEED, N = os.environ.get("SEED", "1"), max(1, int(os.environ.get("N", "300")) // 60)
LENGTH = 20  # acts


def books():
    """The rulebooks of the project, and those of the vectors, each text once."""
    found = {}
    for path in [os.path.join(ROOT, book) for book in BOOKS]:
        found[os.path.relpath(path, ROOT)] = path
    folder, seen = tap.shared("conformance", "rules"), set()
    for name in sorted(os.listdir(folder)) if folder else []:
        path = os.path.join(folder, name, "rules.rules")
        if os.path.exists(path):
            with open(path, "rb") as file:
                text = file.read()
            if text not in seen:
                found[f"vectors {name}"] = path
                seen.add(text)
    return found


def evaluate(command, path, acts, known):
    """What the program prints."""
    with tempfile.TemporaryDirectory() as folder:
        record = os.path.join(folder, "acts.jsonl")
        with open(record, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(act) + "\n" for act in acts)
        ran = subprocess.run([command, "eval", path, record, "--format", "csv", "--known", str(known)], capture_output=True, timeout=60)
    return ran.stdout if ran.returncode == 0 else ran.stderr


def main():
    command = os.environ.get("COMITY") or sys.argv[1]
    lines = 0
    for name, path in books().items():
        book = language.load(path, oracle.STANDARD)
        wrong = []
        for number in range(N):
            rng = random.Random(f"{SEED}/{name}/{number}")
            acts = records.any_record(rng, book, LENGTH)
            for known in (LENGTH, rng.randrange(1, LENGTH)):
                expected = oracle.evaluate(book, acts, known)
                lines += expected.count(b"\n") - 1
                printed = evaluate(command, path, acts, known)
                if printed != expected and not wrong:
                    wrong = ["".join(json.dumps(act) + "\n" for act in acts[:known]), "the program:", printed.decode(), "the reference evaluator:", expected.decode()]
        tap.ok(not wrong, f"oracle: {name} with {N} random records (SEED={SEED})", "\n".join(wrong))
    if not tap.shared("conformance", "rules"):
        tap.skip("set COMITY_SHARED to the folder of test vectors", "oracle: the rulebooks of the vectors with random records")
    tap.note(f"{lines} lines")
    tap.ok(lines >= 20 * N, "oracle: much follows from the random records")
    tap.done()


if __name__ == "__main__":
    main()
