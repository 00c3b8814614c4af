#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the test programs of one or more build directories and counts their single points.

    tests/run.py [--long] [--no-skip] [--tap FILE] [--jobs 2] [--only TEXT] BUILD[:SUITE[,SUITE...]] ...

A build directory alone gives all its tests; `:unit,sanitized` only those of these suites, `:-unit,sanitized` all but
those. Each program speaks TAP (testanything.org) on its standard output. A program that prints no plan, prints another
number of points than it planned, dies, fails without a failed point, or does not end in time, counts as one more failure.
--tap adds the points of a file to the sum (the builds themselves). The last line is always the sum.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

POINT = re.compile(r"(not )?ok\b *(\d+)? *-? *([^#]*)(#.*)?", re.S)
DIRECTIVE = re.compile(r"# *(skip|todo)\S*[ :]*(.*)", re.I)
PLAN = re.compile(r"1\.\.(\d+) *(?:# *skip\S* *(.*))?$", re.I)
PATIENCE = 3  # a test may take so many times its time limit: the machine may be slow, or the build sanitized
PATIENCE_LONG = 60


@dataclass
class Result:
    """What one program said."""
    name: str
    passed: int = 0
    failed: list = field(default_factory=list)  # a sentence each
    skipped: list = field(default_factory=list)
    seconds: float = 0.0
    output: str = ""


def read_tap(text, result):
    """Adds the points of `text` to `result`; returns how many points were planned (None: no plan) and printed.

    Several plans in one output are several runs, one after the other (cmocka prints one for each group of tests).
    Indented lines belong to a point that follows them, and are not counted.
    """
    planned, printed = None, 0
    for line in text.splitlines():
        if plan := PLAN.match(line):
            planned = (planned or 0) + int(plan[1])
            if plan[1] == "0":
                result.skipped.append(plan[2] or "the whole program")
        elif line.startswith("Bail out!"):
            result.failed.append(line)
        elif (point := POINT.match(line)) and (line.startswith("ok") or line.startswith("not ok")):
            printed += 1
            directive = DIRECTIVE.match(point[4] or "")
            kind = directive[1].lower() if directive else ""
            name = (point[3] + (point[4] or "" if not directive else "")).replace("\\", "").strip()
            if kind == "skip":
                result.skipped.append(": ".join(filter(None, (name, directive[2]))))
            elif point[1] and kind != "todo":
                result.failed.append(name or f"point {printed}")
            else:
                result.passed += 1
    return planned, printed


def judge(result, status, text, limit=None):
    """Turns the output and the exit status of an ended program into points. limit: it was stopped after so long."""
    planned, printed = read_tap(text, result)
    if limit is not None:
        result.failed.append(f"did not end within {limit:.0f} seconds")
    elif status < 0:
        result.failed.append(f"died: {signal.Signals(-status).name}")
    elif planned is None:
        result.failed.append(f"printed no TAP plan (exit status {status})")
    elif planned != printed:
        result.failed.append(f"planned {planned} points, printed {printed} (exit status {status})")
    elif status and not result.failed:
        result.failed.append(f"ended with exit status {status}, though no point failed")


def run(test, patience):
    """Runs one entry of `meson introspect --tests`."""
    result = Result(test["name"])
    limit = test["timeout"] * patience if test["timeout"] > 0 else None
    started = time.monotonic()
    # Output goes to a file: a server left behind by the test can then not keep a pipe open.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            child = subprocess.Popen(test["cmd"], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                     env={**os.environ, **test["env"]}, cwd=test["workdir"] or test["build"], start_new_session=True)
        except OSError as error:
            result.failed.append(f"could not be started: {error}")
            return result
        late = None
        try:
            child.wait(limit)
        except subprocess.TimeoutExpired:
            late = limit
        try:
            os.killpg(child.pid, signal.SIGKILL)  # the program, if it is late, and whatever it left behind
        except ProcessLookupError:
            pass
        status = child.wait()
        out.seek(0)
        err.seek(0)
        text, errors = (f.read().decode(errors="replace") for f in (out, err))
    result.seconds = time.monotonic() - started
    result.output = text + errors
    judge(result, status, text, late)
    return result


def tests_of(selection):
    """The tests of BUILD[:SUITES], as meson lists them."""
    build, _, suites = selection.partition(":")
    names = set(suites.lstrip("-").split(",")) if suites else None
    listed = json.loads(subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True).stdout)
    for test in listed:
        of = {suite.split(":")[-1] for suite in test["suite"]}
        if names is None or bool(of & names) != suites.startswith("-"):
            yield {**test, "build": build}  # like meson, from where relative paths of a test count


class Progress:
    """One line about what is going on: on a terminal it is rewritten, elsewhere it comes every ten seconds."""

    def __init__(self, total):
        self.total, self.ended, self.running = total, 0, []
        self.terminal = sys.stdout.isatty()
        self.said = time.monotonic()
        self.lock = threading.Lock()

    def begin(self, name):
        with self.lock:
            self.running.append(name)
            self.show()

    def end(self, result):
        with self.lock:
            self.running.remove(result.name)
            self.ended += 1
            if result.failed:
                self.clear()
                report_failure(result)
            if self.running:
                self.show()

    def show(self):
        line = f"{self.ended} of {self.total} programs; running: {', '.join(self.running)}"
        if self.terminal:
            self.clear()
            print(line[:100], end="", flush=True)
        elif time.monotonic() - self.said >= 10:
            self.said = time.monotonic()
            print(line, flush=True)

    def clear(self):
        if self.terminal:
            print("\r\033[K", end="")


def report_failure(result):
    print(f"FAILED {result.name}")
    for what in result.failed:
        print(f"    {what}")
    lines = [line for line in result.output.splitlines() if not line.startswith("ok ")]
    for line in lines[-60:]:
        print(f"  | {line}")


def run_all(tests, jobs, patience):
    """Runs the tests, `jobs` at a time; those that want to be alone come last, one by one."""
    progress = Progress(len(tests))

    def one(test):
        progress.begin(test["name"])
        result = run(test, patience)
        progress.end(result)
        return result

    # The ones allowed the longest time go first, so that none of them is left over at the end.
    tests = sorted(tests, key=lambda test: -test["timeout"])
    with ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(one, (t for t in tests if t["is_parallel"])))
    results += [one(test) for test in tests if not test["is_parallel"]]
    progress.clear()
    return results


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--no-skip", action="store_true")
    parser.add_argument("--tap", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("builds", nargs="+")
    args = parser.parse_args()

    results = []
    for path in args.tap:
        with open(path) as file:
            text = file.read()
        result = Result(os.path.basename(path).partition(".")[0])
        judge(result, 0, f"{text}1..{len(text.splitlines())}\n")
        if result.failed:
            report_failure(result)
        results.append(result)
    tests = [test for build in args.builds for test in tests_of(build) if args.only in test["name"]]
    results += run_all(tests, args.jobs, PATIENCE_LONG if args.long else PATIENCE)
    if not tests:
        results.append(Result("all", failed=["there is no test to run"]))
        report_failure(results[-1])

    for result in results:
        for what in result.skipped:
            print(f"SKIPPED {result.name}: {what}")
    slowest = [r for r in sorted(results, key=lambda r: -r.seconds)[:8] if r.seconds >= 0.1]
    if slowest:
        print("slowest:", ", ".join(f"{r.name} {r.seconds:.1f} s" for r in slowest))
    passed, failed, skipped = (sum(r.passed for r in results), sum(len(r.failed) for r in results),
                               sum(len(r.skipped) for r in results))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or (skipped and args.no_skip) else 0)


if __name__ == "__main__":
    main()
