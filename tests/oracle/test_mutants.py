# SPDX-License-Identifier: Apache-2.0
"""Is the comparison worth anything? Evaluators with one mistake each must all be caught by the random cases of test_random.py,
and a case that shows a mistake must come out small.

    test_mutants.py COMITY         ($SEED, $N as there)
"""
import os
import re
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import cache

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402
from engine import Comity, reference  # noqa: E402
from evaluate import TooLong  # noqa: E402
from oracle import Record  # noqa: E402
from mutants import MUTANTS  # noqa: E402
from shrink import Case, shrink, without_acts  # noqa: E402
from test_random import N, SEED, cases  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
# As a program that loses what follows for one State: a check that says so must fail, and say what it found.
LOSES = """#!/bin/sh
[ "$1" = eval ] || exec "{comity}" "$@"
"{comity}" "$@" > "$0.out"; status=$?
sed '/^p,A,/d' "$0.out"
exit $status
"""


@cache
def case(number, known):
    """A case and what is right of it; None where time runs on without end."""
    found = cases(f"{SEED}/{number}")[known]
    try:
        return found, reference(found)
    except TooLong:
        return found, None


def caught(name):
    """The first case on which a mutant prints something else: (number of the rulebook, case), or None."""
    about, evaluation, record = MUTANTS[name]
    for number in range(N):
        # what is known matters to those that read the record wrong
        for known in range(1 if record is Record else 2):
            found, right = case(number, known)
            if right is None or not about.search(found.text()):
                continue
            try:
                if reference(found, evaluation, record) != right:
                    return number, found
            except TooLong:
                pass
    return None


def corrections():
    acts = ({"kind": "a"}, {"kind": "b"}, {"corrects": 1, "annul": True}, {"corrects": 2, "kind": "c"}, {"corrects": 4, "annul": True})
    tap.same(without_acts(acts, [0]), ({"kind": "b"}, {"corrects": 1, "kind": "c"}, {"corrects": 2, "annul": True}), "oracle: an act goes with what corrects it; the others are renumbered")
    tap.same(without_acts(acts, [1]), ({"kind": "a"}, {"corrects": 1, "annul": True}), "oracle: and with the corrections of its corrections")


def small():
    """The shrinker alone, on something that only looks at the text."""
    items = tuple(f"rule R{n} [C {n}]: x(S) begins once (p(S) and k(S, T)) if q(T) or z() with effect from that day + {n} months if still so" for n in range(30))
    acts = tuple({"kind": "abc"[n % 3], "date": f"2020-01-{n + 1:02}T12:00:00", "args": {"S": "A", "n": 1}} for n in range(12))
    acts += ({"corrects": 5, "kind": "c", "date": "2020-02-01", "args": {}}, {"corrects": 13, "annul": True}, {"kind": "a", "date": "2020-03-01", "args": {}})

    def wrong(case):
        return any("rule R17 " in item and "q(T)" in item for item in case.items) and any("k(S" in item and "R17" not in item for item in case.items) \
            and any(act.get("annul") and "kind" in case.acts[act["corrects"] - 1] for act in case.acts)
    made = shrink(Case(items, acts, 15), wrong)
    tap.ok(len(made.items) == 2 and made.known is None, "oracle: statements that do not matter are left out", made)
    tap.ok(len(made.text()) <= 50, "oracle: and the words that do not matter", made)
    tap.same([sorted(act) for act in made.acts], [["args", "date", "kind"], ["annul", "corrects"]], "oracle: and acts, with their times and arguments")
    tap.ok("T" not in made.acts[0]["date"] and not made.acts[0]["args"], "oracle: what is left of an act is plain", made)


def program(command):
    """The whole comparison against a program that is wrong."""
    comity = Comity(command)
    number = next(number for number in range(N) if b"\np,A," in (case(number, 0)[1] or b"") and not comity.check(case(number, 0)[0]))
    comity.close()
    with tempfile.TemporaryDirectory() as folder:
        wrong = os.path.join(folder, "comity")
        with open(wrong, "w", encoding="utf-8") as file:
            file.write(LOSES.format(comity=os.path.abspath(command)))
        os.chmod(wrong, os.stat(wrong).st_mode | stat.S_IXUSR)
        ran = subprocess.run([sys.executable, os.path.join(HERE, "test_random.py"), wrong, f"{SEED}/{number}"],
                             capture_output=True, text=True, env={key: value for key, value in os.environ.items() if key != "COMITY"})
    tap.ok(ran.returncode == 1 and re.search("^not ok .*print the same", ran.stdout, re.M), "oracle: a program that loses facts fails", ran.stdout + ran.stderr)
    rules = re.findall(r"^# rule .*", ran.stdout, re.M)
    acts = re.findall(r'^# \{"', ran.stdout, re.M)
    tap.ok(len(rules) == 1 and len(acts) == 1 and "again: python3" in ran.stdout, "oracle: and is shown by one rule and one act, and how to try again", ran.stdout)


def main():
    command = os.environ.get("COMITY") or sys.argv[1]
    corrections()
    small()
    names = list(MUTANTS)
    with ProcessPoolExecutor(2) as pool:
        for name, found in zip(names, pool.map(caught, names)):
            tap.ok(found, f"oracle: {name} is caught", f"not by {N} rulebooks with SEED={SEED}")
    program(command)
    tap.done()


if __name__ == "__main__":
    main()
