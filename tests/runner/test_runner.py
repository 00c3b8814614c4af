# SPDX-License-Identifier: Apache-2.0
"""The runner is only worth its green line if it also turns red: programs that crash, lie, hang and skip."""
import os
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, TESTS)
import run as runner  # noqa: E402
import tap  # noqa: E402

# name, the program, words that what it is told of must contain, its sum (passed, failed, skipped)
PROGRAMS = [
    ("good", "echo 1..2; echo ok 1 - a; echo ok 2 - b", "", (2, 0, 0)),
    ("plan-last", "echo ok 1; echo 1..1", "", (1, 0, 0)),
    ("two-groups", "echo 1..1; echo ok 1 - a; echo 1..2; echo ok 1 - b; echo ok 2 - c", "", (3, 0, 0)),
    ("one-fails", "echo 1..2; echo ok 1 - a; echo not ok 2 - the reason; exit 1", "the reason", (1, 1, 0)),
    ("fails-quietly", "echo 1..1; echo not ok 1 - exit status says nothing", "exit status says nothing", (0, 1, 0)),
    ("exit-status", "echo 1..1; echo ok 1; exit 3", "exit status 3", (1, 1, 0)),
    ("crash", "echo 1..2; echo ok 1 - a; kill -SEGV $$", "SIGSEGV", (1, 1, 0)),
    ("silent", "true", "no TAP plan", (0, 1, 0)),
    ("no-plan", "echo ok 1 - a", "no TAP plan", (1, 1, 0)),
    ("too-few", "echo 1..3; echo ok 1; echo ok 2", "planned 3 points, printed 2", (2, 1, 0)),
    ("too-many", "echo 1..1; echo ok 1; echo ok 2", "planned 1 points, printed 2", (2, 1, 0)),
    ("bail-out", "echo 1..1; echo ok 1; echo Bail out! no disk", "no disk", (1, 1, 0)),
    ("hangs", "echo 1..1; echo ok 1; sleep 60", "did not end", (1, 1, 0)),
    ("leaves-a-child", "sleep 60 & echo 1..1; echo ok 1", "", (1, 0, 0)),
    ("skip", "echo 1..2; echo ok 1 - a; echo 'ok 2 - b # SKIP no vectors'", "b: no vectors", (1, 0, 1)),
    ("skip-cmocka", "echo 1..1; echo 'ok 1 # SKIP the_case'", "the_case", (0, 0, 1)),
    ("skip-all", "echo '1..0 # SKIP no browser'", "no browser", (0, 0, 1)),
    ("todo", "echo 1..1; echo 'not ok 1 - later # TODO known'", "", (1, 0, 0)),
    ("nested", "echo '# Subtest: x'; echo '    not ok 1 - inner'; echo '    1..1'; echo ok 1 - x; echo 1..1", "", (1, 0, 0)),
    ("in-the-build", "test -f build.ninja && echo 1..1 && echo ok 1", "", (1, 0, 0)),
    ("odd-words", "echo okay then; echo notes; echo 1..1; echo 'ok 1 - a'", "", (1, 0, 0)),
]


def make_build(root):
    """A meson project without a compiler, whose tests are the programs above, each in a suite of its own name."""
    with open(os.path.join(root, "meson.build"), "w") as file:
        file.write("project('fake')\nsh = find_program('sh')\n")
        for name, program, _, _ in PROGRAMS:
            quoted = program.replace("\\", "\\\\").replace("'", "\\'")
            file.write(f"test('{name}', sh, args: ['-c', '{quoted}'], suite: '{name}', timeout: 1, protocol: 'tap')\n")
    build = os.path.join(root, "build")
    subprocess.run(["meson", "setup", build, root], check=True, stdout=subprocess.DEVNULL)
    return build


def run(*args):
    """Runs the runner: exit status, output, last line."""
    done = subprocess.run([sys.executable, os.path.join(TESTS, "run.py"), *args], capture_output=True, text=True)
    return done.returncode, done.stdout, (done.stdout.splitlines() or [""])[-1]


def sum_line(passed, failed, skipped):
    return f"{passed} passed, {failed} failed, {skipped} skipped"


with tempfile.TemporaryDirectory() as root:
    build = make_build(root)
    listed = {test["name"]: test for test in runner.tests_of(build)}
    for name, _, words, counts in PROGRAMS:
        result = runner.run(listed[name], 1)
        said = " ".join(result.failed + result.skipped)
        got = (result.passed, len(result.failed), len(result.skipped))
        tap.ok(got == counts and words in said, f"runner: {name}", f"want {counts} {words!r}, got {got} {said!r}")

    bad = [name for name, _, _, counts in PROGRAMS if counts[1]]
    good = [p for p in PROGRAMS if not p[3][1]]
    total = [sum(p[3][i] for p in good) for i in range(3)]
    status, output, last = run(f"{build}:-{','.join(bad)}")
    tap.ok(status == 0 and last == sum_line(*total), "runner: all but the bad ones", output)
    tap.ok("FAILED" not in output, "runner: success is short", output)
    tap.same(run("--no-skip", f"{build}:good,skip")[0], 1, "runner: --no-skip makes a skip fail")
    tap.same(run("--no-skip", f"{build}:good")[0], 0, "runner: --no-skip lets the others pass")
    tap.same(run(f"{build}:nothing")[2], sum_line(0, 1, 0), "runner: no test is a failure")
    builds = os.path.join(root, "builds")
    with open(builds, "w") as file:
        file.write("ok - gcc\nnot ok - clang\n")
    status, output, last = run("--tap", builds, f"{build}:good")
    tap.ok(status == 1 and last == sum_line(3, 1, 0) and "clang" in output, "runner: builds are counted too", output)
tap.done()
