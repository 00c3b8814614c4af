#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads the sample record, serves it, and runs the browser tests (*.test.mjs) against it; prints TAP.

    COMITY=build/src/cli/comity tests/browser/run.py [FILE.test.mjs ...]
    COMITY=build/src/cli/comity tests/browser/run.py --but FILE.test.mjs ...   # all others

A second server has more in the rooms where the sample has little (furnished.jsonl): COMITY_FURNISHED_URL.
"""
import contextlib
import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import served  # noqa: E402
from nested import flatten  # noqa: E402

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")


def missing():
    """What keeps these tests from running at all, in words; None if nothing does."""
    if not shutil.which("node"):
        return "there is no node"
    if not os.path.exists(CHROMIUM):
        return f"there is no {CHROMIUM}"
    if not os.path.isdir(os.path.join(HERE, "node_modules", "playwright-core")):
        return "playwright-core is not installed: scripts/npm-ci tests/browser"
    return None


@contextlib.contextmanager
def furnished():
    """A server on the sample with the acts of furnished.jsonl filed after it."""
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        data = os.path.join(folder, "data")
        served.load(data)
        with open(os.path.join(HERE, "furnished.jsonl"), encoding="utf-8") as acts:
            for act in acts:
                done = subprocess.run([served.COMITY, "file", data, "-"], input=act, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                if done.returncode:
                    sys.exit(f"{act}{done.stdout}")
        with served.serve(data) as site:
            yield site


def chosen(words):
    """The test files that the command line names; all, or all but those after --but."""
    every = sorted(glob.glob(os.path.join(HERE, "*.test.mjs")))
    if words[:1] == ["--but"]:
        return [path for path in every if os.path.basename(path) not in words[1:]]
    return words or every


def main():
    if reason := missing():
        print(f"1..0 # SKIP {reason}")
        return 0
    tests = chosen(sys.argv[1:])
    points = 0
    with served.sample() as site, furnished() as second:
        # The reporter is named because its default differs between versions of Node.
        node = subprocess.Popen(["node", "--test", "--test-reporter=tap", *tests], stdout=subprocess.PIPE, text=True,
                                env={**os.environ, "COMITY": served.COMITY, "COMITY_URL": site.url, "COMITY_FURNISHED_URL": second.url}, cwd=HERE)
        for line in flatten(text.rstrip("\n") for text in node.stdout):
            points += not line.startswith("#")
            print(line, flush=True)
        status = node.wait()
        alive = site.alive() and second.alive()
    print(f"{'ok' if alive else 'not ok'} - the servers are still there after all tests")
    print(f"1..{points + 1}")
    return status or not alive


if __name__ == "__main__":
    sys.exit(main())
