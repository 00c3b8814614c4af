# SPDX-License-Identifier: Apache-2.0
"""Runs the parts of the bench named on the command line (all without), and prints their figures. ./bench calls it."""
import importlib
import mmap
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BUILD = os.path.join(ROOT, "build")
os.environ.setdefault("COMITY", os.path.join(BUILD, "src", "cli", "comity"))
sys.path.insert(0, os.path.join(ROOT, "tests"))

PARTS = ("load", "check", "eval", "engine", "proof", "page", "serve", "log", "site", "lighthouse")


@dataclass
class Figure:
    what: str
    values: list        # of the runs; the median counts
    unit: str
    digits: int = 0
    goal: str = ""      # as printed
    met: bool = True    # whether the goal is met

    def row(self):
        numbers = [f"{value:,.{self.digits}f}" for value in (statistics.median(self.values), min(self.values), max(self.values))]
        spread = f"{numbers[1]} to {numbers[2]}" if len(self.values) > 1 else ""
        verdict = "" if not self.goal else "met" if self.met else "MISSED"
        return [self.what, numbers[0], self.unit, spread, self.goal, verdict]


def quantile(values, q):
    """The value that a share of q of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.splitlines()[0].strip() if done.returncode == 0 and done.stdout else "unknown"


def touch():
    """Microseconds until a page of memory that nobody had is there. Above one or two, the host of a virtual machine is short of memory, and no other figure is
    worth much."""
    pages = 16384
    with mmap.mmap(-1, pages * mmap.PAGESIZE) as memory:
        began = time.perf_counter()
        for at in range(0, len(memory), mmap.PAGESIZE):
            memory[at] = 1
        return (time.perf_counter() - began) / pages * 1e6


def machine(folder):
    """What the figures were measured on, in two lines."""
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown processor")
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 1024 ** 2
    disk = first_line("findmnt", "-n", "-o", "SOURCE,FSTYPE", "-T", folder)
    commit = first_line("git", "-C", ROOT, "describe", "--always", "--dirty")
    return (f"{os.cpu_count()} x {model}, {memory:.0f} GB; kernel {os.uname().release}; data on {' '.join(disk.split())}; a new page of memory {touch():.1f} us\n"
            f"commit {commit}; {first_line('gcc', '--version')}; build: {first_line('meson', 'introspect', BUILD, '--projectinfo') and buildtype()}")


def buildtype():
    import json
    options = json.loads(subprocess.run(["meson", "introspect", "--buildoptions", BUILD], capture_output=True, text=True).stdout)
    return next(option["value"] for option in options if option["name"] == "buildtype")


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [cell.rjust(width) if i == 1 else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def main():
    parts = sys.argv[1:] or PARTS
    for part in parts:
        if part not in PARTS:
            sys.exit(f"bench: no part {part}; there are: {' '.join(PARTS)}")
    rows, notes = [["", "median", "", "runs", "goal", ""]], []
    # On the disk of the checkout, not on a /tmp that may be memory: fsync is part of what is measured.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=BUILD) as folder:
        print(machine(folder), flush=True)
        for part in parts:
            print(f"{part} ...", file=sys.stderr, flush=True)
            figures, said = importlib.import_module(f"part_{part}").measure(folder)
            rows += [figure.row() for figure in figures]
            notes += said
    print()
    table(rows)
    print()
    for note in notes:
        print(note)


if __name__ == "__main__":
    main()
