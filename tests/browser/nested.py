# SPDX-License-Identifier: Apache-2.0
"""Node's TAP made flat: Node prints a test inside a file (or inside another test) as indented points below one that sums
them up, and Node 18, 20 and 22 do not nest alike. Only the innermost points are tests, so only they are counted."""
import re

POINT = re.compile(r"( *)(not ok|ok) \d+(?: - (.*?))?(?: # (SKIP|TODO)\b *(.*))?$")
SUBTEST = re.compile(r"( *)# Subtest: (.*)$")


def short(name):
    """A file is named without its folders."""
    return name.split("/")[-1] if name.endswith(".mjs") else name


def flatten(lines):
    """Yields flat TAP lines without a plan: points, and the words of failed ones as comments."""
    names = []  # the name of the subtest that is open at each depth
    inner = {}  # depth -> [points seen below the open subtest of that depth, failed ones]
    words = None  # of a YAML block: whether they are to be shown
    failed_last = False
    for line in lines:
        if line.strip() == "---" and words is None:
            words = failed_last
        elif line.strip() == "..." and words is not None:
            words = None
        elif words is not None:
            if words:
                yield f"# {line}"
        elif match := SUBTEST.match(line):
            depth = len(match[1]) // 4
            names[depth:] = [short(match[2])]
        elif match := POINT.match(line):
            depth = len(match[1]) // 4
            bad = match[2] == "not ok"
            name = " > ".join(names[:depth] + [short(match[3] or "")])
            points, failures = inner.pop(depth + 1, (0, 0))
            empty = not bad and not points and depth == 0 and name.endswith(".mjs")
            if not points or (bad and not failures):
                # A test; or a file or suite that failed by itself; or a file without a test, which tests nothing.
                note = f" # {match[4]} {match[5] or ''}".rstrip() if match[4] else ""
                yield f"{'not ok' if bad or empty else 'ok'} - {name}{' (no test in this file)' if empty else ''}{note}"
                points, failures = points + 1, failures + bad
            failed_last = bad
            above = inner.get(depth, (0, 0))
            inner[depth] = (above[0] + points, above[1] + failures)
