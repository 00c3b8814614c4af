# SPDX-License-Identifier: Apache-2.0
"""The Test Anything Protocol for tests in Python: one line a point, the plan at the end.

    import tap
    tap.ok(1 + 1 == 2, "addition")
    tap.same(answer, "member", "Belarus in 2024")   # shows both sides when they differ
    tap.skip("needs COMITY_SHARED", "vectors")
    tap.done()
"""
import importlib
import os
import sys

_points = 0
_failed = 0


def _said(name):
    """A point is a line."""
    return " ".join(name.split()).replace("#", "\\#")


def note(text):
    """Lines for the reader; the runner shows them if the program fails."""
    for line in str(text).splitlines():
        print("#", line)


def ok(passed, name, detail=""):
    """One point. `detail` is shown when it failed."""
    global _points, _failed
    _points += 1
    _failed += not passed
    print("ok" if passed else "not ok", _points, "-", _said(name), flush=True)
    if not passed and detail:
        note(detail)
    return bool(passed)


def same(got, want, name):
    """One point: got equals want."""
    return ok(got == want, name, f"got:  {got!r}\nwant: {want!r}")


def skip(reason, name):
    """One point that could not be tried, and why."""
    global _points
    _points += 1
    print("ok", _points, "-", _said(name), "# SKIP", reason, flush=True)


def shared(*parts):
    """A path below the folder of shared vectors, or None when it is not there."""
    root = os.environ.get("COMITY_SHARED")
    path = root and os.path.join(root, *parts)
    return path if path and os.path.exists(path) else None


def debian(module):
    """Imports a module that Debian packages for its own Python: where another Python runs the test, begins it anew under that one."""
    try:
        return importlib.import_module(module)
    except ImportError:
        if os.path.exists("/usr/bin/python3") and not os.path.samefile(sys.executable, "/usr/bin/python3"):
            os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
        return None


def done():
    """Prints the plan and ends the program."""
    print(f"1..{_points}", flush=True)
    sys.exit(1 if _failed else 0)
