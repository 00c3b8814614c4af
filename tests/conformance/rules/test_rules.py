# SPDX-License-Identifier: Apache-2.0
"""The vectors of the rule language: `comity eval` on each case must print its expected.csv, byte for byte.

    test_rules.py COMITY [CASE...]

A case is a folder NNN with rules.rules, acts.jsonl, expected.csv and about.txt, where options such as --known may stand.
"""
import difflib
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
import tap  # noqa: E402

OPTION = re.compile(r"--known[ =](\d+)")


def case(comity, folder, name):
    def path(file):
        return os.path.join(folder, name, file)
    with open(path("about.txt"), encoding="utf-8") as file:
        about = file.read().strip()
    with open(path("expected.csv"), "rb") as file:
        expected = file.read()
    known = OPTION.search(about)
    command = [comity, "eval", path("rules.rules"), path("acts.jsonl")] + (["--known", known[1]] if known else [])
    try:
        ran = subprocess.run(command, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        tap.ok(False, f"rules: {name} ({about})", "no answer in 60 seconds")
        return
    detail = ""
    if ran.returncode != 0:
        detail = f"exit status {ran.returncode}\n"
    if ran.stdout != expected:
        detail += "\n".join(list(difflib.unified_diff(expected.decode().splitlines(), ran.stdout.decode("utf-8", "replace").splitlines(),
                                                      "expected", "printed", lineterm=""))[:30])
    tap.ok(not detail, f"rules: {name} ({about})", detail + ran.stderr.decode("utf-8", "replace")[:2000] if detail else "")


folder = tap.shared("conformance", "rules")
if not folder:
    tap.skip("set COMITY_SHARED to the folder of test vectors", "rules: vectors")
else:
    wanted = sys.argv[2:]
    for name in sorted(os.listdir(folder)):
        if os.path.isfile(os.path.join(folder, name, "expected.csv")) and (not wanted or name in wanted):
            case(sys.argv[1], folder, name)
tap.done()
