# SPDX-License-Identifier: Apache-2.0
"""`comity eval` against the reference evaluator, on random rulebooks and records, byte for byte: all known, and known at a position.

    test_random.py [COMITY]            the program may also be named by $COMITY; $SEED, $N: the first case, how many rulebooks
    test_random.py [COMITY] CASE       one case again, by the name that a failure prints (SEED/NUMBER)

A case on which they differ is made as small as possible and printed with both tables.
"""
import collections
import json
import os
import random
import re
import sys
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import acts as records  # noqa: E402
import generate  # noqa: E402
import tap  # noqa: E402
from conditions import forget  # noqa: E402
from engine import Comity, Refused, differ, reference  # noqa: E402
from evaluate import TooLong  # noqa: E402
from shrink import Case, shrink  # noqa: E402

SEED, N = os.environ.get("SEED", "1"), int(os.environ.get("N", "300"))
PATIENCE = 60  # seconds to shrink one case
SHOWN = 3  # differences
# Below these a run proves little, whatever it finds.
ACCEPTED, LINES, FIRED, DRAWN_FIRED = 0.9, 8, 20, 0.3


def cases(name):
    """What is compared under one name: a rulebook and a record, all of it and known at a position."""
    rng = random.Random(name)
    items = tuple(generate.Book(rng).book())
    acts = tuple(records.record(rng, items))
    return [Case(items, acts, None), Case(items, acts, rng.randrange(1, len(acts) + 1))]


def trial(command, name):
    """What happened to one name: a dict of counts, with `differs` or `refused` if it did."""
    comity = Comity(command)
    found = {"name": name, "refused": "", "lines": 0, "evaluations": 0, "fired": collections.Counter(), "rules": (), "never": set()}
    try:
        for case in cases(name):
            count = {}
            if case.known is None:
                found["refused"], found["never"] = comity.check(case), comity.never()
            if found["refused"]:
                return found
            try:
                expected = reference(case, count=count)
                printed = comity(case)
            except Refused as why:
                return {**found, "refused": f"though check takes it: {why}"}
            found["evaluations"] += 1
            found["lines"] += expected.count(b"\n") - 1
            found["fired"].update(count)
            found["rules"] = drawn(case)
            if printed != expected:
                return {**found, "differs": case}
    except TooLong:
        return {**found, "long": True}
    except Exception as error:
        raise RuntimeError(f"case {name}") from error
    finally:
        comity.close()
        forget()
    return found


def drawn(case):
    """The labels of the rules that change something, but for those that feed base facts."""
    return [item.split()[1] for item in case.items if re.match("(rule|obligation|procedure|decision) ", item) and "[C f]" not in item
            and "holds while" not in item and "forbidden" not in item]


def show(command, name, case):
    """The smallest case found that shows the difference, as notes."""
    comity = Comity(command)
    try:
        wrong = differ(comity, reference)
        if not wrong(case):
            tap.note("it did not differ when it was run again")
        case = shrink(case, wrong, PATIENCE)
        try:
            printed = comity(case)
        except Refused as why:
            printed = str(why).encode()
        tap.note(f"case {name}, made small:\n" + case.text() + "".join(json.dumps(act) + "\n" for act in case.acts) + (f"--known {case.known}\n" if case.known else ""))
        tap.note("the program prints:\n" + printed.decode("utf-8", "replace"))
        tap.note("the reference evaluator prints:\n" + reference(case).decode())
        tap.note(f"again: python3 tests/oracle/test_random.py {command} {name}")
    finally:
        comity.close()


def run(command, names, workers):
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(trial, [command] * len(names), names, chunksize=5))


def report(command, found):
    """The points of a run."""
    differing = [one for one in found if "differs" in one]
    taken = [one for one in found if not one["refused"]]
    evaluations = sum(one["evaluations"] for one in taken)
    lines = sum(one["lines"] for one in taken)
    rules = [(one["name"], label) for one in taken for label in one["rules"]]
    fired = [one["fired"][label] for one in taken for label in one["rules"]]
    live = sum(1 for times in fired if times)
    tap.note(f"SEED={SEED} N={len(found)}: {len(taken)} rulebooks taken, {len(found) - len(taken)} refused, {evaluations} evaluations, {lines} lines"
             + f", {sum('long' in one for one in found)} too long")
    tap.note(f"{sum(sum(one['fired'].values()) for one in taken)} firings; of {len(rules)} rules drawn {live} fired and {len(rules) - live} never did")
    for one in [one for one in found if one["refused"]][:SHOWN]:
        tap.note(f"refused: case {one['name']}: {one['refused'].splitlines()[0] if one['refused'] else ''}")
    if len(found) >= 50:
        tap.ok(len(taken) >= ACCEPTED * len(found), f"oracle: {100 * ACCEPTED:.0f} of 100 random rulebooks are lawful")
        tap.ok(sum("long" in one for one in found) <= 0.05 * len(found), "oracle: few keep time running")
        tap.ok(lines >= LINES * evaluations, f"oracle: {LINES} lines to a table")
        tap.ok(live >= DRAWN_FIRED * len(rules), f"oracle: {100 * DRAWN_FIRED:.0f} of 100 rules drawn fire")
        tap.ok(sum(sum(one["fired"].values()) for one in taken) >= FIRED * len(taken), f"oracle: {FIRED} firings to a rulebook")
    for one in differing[:SHOWN]:
        show(command, one["name"], one["differs"])
    never = [(one["name"], label) for one in taken for label in one["never"]]
    wrong = [f"{name} {label}" for name, label in never for one in taken if one["name"] == name and one["fired"][label]]
    tap.ok(not wrong, f"oracle: none of the {len(never)} rules that can never apply as the check says ever fires", f"{' '.join(wrong[:20])}")
    tap.ok(not differing, f"oracle: the program and the reference evaluator print the same on random rulebooks (SEED={SEED})",
           f"{len(differing)} of {len(taken)} differ: {' '.join(one['name'] for one in differing[:20])}")


def main():
    words = sys.argv[1:]
    command = os.environ.get("COMITY") or (words.pop(0) if words else sys.exit(__doc__))
    if words and os.path.exists(words[0]):
        words.pop(0)
    names = words or [f"{SEED}/{number}" for number in range(N)]
    found = run(command, names, min(2, len(names)))
    report(command, found)
    tap.done()


if __name__ == "__main__":
    main()
