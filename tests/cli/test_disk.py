# SPDX-License-Identifier: Apache-2.0
"""A full disk and a second writer, with the command itself and a server that takes acts: what is said, what goes on, and that it goes on by itself
when there is space again. On a small file system in memory where one can be mounted; elsewhere by the limit on the size of files.

    test_disk.py COMITY ORGANISATION
"""
import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

COMITY, ORG = map(os.path.abspath, sys.argv[1:3])
os.environ["COMITY"] = COMITY
import served  # noqa: E402

DONE, CANNOT = 0, 2
SIZE = 12  # megabytes of the small file system
LONG = "x" * 3000
work = tempfile.mkdtemp(prefix="comity-disk-")


def at(*parts):
    return os.path.join(work, *parts)


def mounted():
    """Mounts a small file system on work/small: as root, or as root of a name space of our own, in which this test then runs again."""
    os.makedirs(at("small"), exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=700", "tmpfs", at("small")]
    if os.geteuid() == 0:
        return subprocess.run(mount, capture_output=True).returncode == 0
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if "COMITY_ALONE" not in os.environ and subprocess.run([*alone, "true"], capture_output=True).returncode == 0:
        os.environ["COMITY_ALONE"] = "1"
        os.execvp(alone[0], [*alone, sys.executable, *sys.argv])
    return False


REAL = mounted()
DATA = at("small", "data")


def limits(process, most):
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def fill(process=None):
    """No byte is left: for everybody, or, where that cannot be, for one process."""
    if not REAL:
        if process:
            limits(process.pid, max(os.path.getsize(os.path.join(DATA, name)) for name in os.listdir(DATA)))
        return
    with open(at("small", "junk"), "ab", buffering=0) as junk:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    junk.write(b"x" * size)


def free(process=None):
    if REAL:
        os.unlink(at("small", "junk"))
    elif process:
        limits(process.pid, resource.RLIM_INFINITY)


def listed(number):
    return json.dumps({"kind": "state_listed", "date": "2000-01-01", "args": {"S": f"S{number}"}, "text": {"en": LONG}})


def run(*words, stdin="", full=False):
    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limits(0, max(os.path.getsize(os.path.join(DATA, name)) for name in os.listdir(DATA)))
    return subprocess.run([COMITY, *words], input=stdin, capture_output=True, text=True, cwd=work, timeout=120,
                          preexec_fn=small if full and not REAL else None, restore_signals=False)


def case(name, words, status, out="", err="", **more):
    ran = run(*words, **more)
    good = ran.returncode == status
    for got, want in ((ran.stdout, out), (ran.stderr, err)):
        good = good and not (want == "" and got) and not (want and not re.search(want, got, re.M))
    tap.ok(good, name, f"exit status {ran.returncode}\n{ran.stdout[:1000]}\n{ran.stderr[:1000]}")
    return ran


FULL = r"the disk is full.*free some space"

try:
    print(f"# {'a file system of ' + str(SIZE) + ' MB' if REAL else 'no small file system can be mounted here: the limit on the size of files'}")
    for words in (["init", DATA, "--org", ORG], ["file", DATA, "-"]):
        ran = run(*words, stdin=listed(0))
        if ran.returncode:
            sys.exit(f"{' '.join(words)}: {ran.stderr}")

    # ---- the command -----------------------------------------------------------------------------------------------------------

    fill()
    filed, refused = 1, None
    for number in range(1, 200):
        refused = run("file", DATA, "-", stdin=listed(number), full=True)
        if refused.returncode:
            break
        filed += 1
    tap.ok(refused.returncode == CANNOT and re.search(FULL, refused.stderr) and not refused.stdout, "file: a full disk is named, and what to do", refused.stderr)
    ran = run("verify", DATA, full=True)
    tap.ok(ran.returncode == DONE or re.search(FULL, ran.stderr), "verify reads, or says that the database cannot even be opened without a little space",
           ran.stderr)
    free()
    number += 1
    case("file: with space again it goes on", ["file", DATA, "-"], DONE, r"^Filed as act ", stdin=listed(number))
    case("nothing was lost, nothing forked", ["verify", DATA], DONE, r"^Sound: ")

    # ---- a server that takes acts --------------------------------------------------------------------------------------------------

    def envelope(number):
        ran = run("sign", "-", "--register", "league.example/acts", "--key", os.path.join(DATA, "log.key"), stdin=listed(number))
        if ran.returncode:
            sys.exit(f"sign: {ran.stderr}")
        return ran.stdout.encode()

    def get(url):
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read().decode(errors="replace")

    def post(site, body):
        request = urllib.request.Request(site.url + "/api/acts", body, {"Content-Type": "application/vnd.dsse.envelope.v1+json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as no:
            return no.code, no.read().decode()

    envelopes = [envelope(1000 + i) for i in range(60)]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with served.serve(DATA, options=("--accept",)) as site:
        case("a second writer is refused in words", ["file", DATA, "-"], CANNOT, "", r"another process is writing here: .*stop it first", stdin=listed(number + 1))
        case("and so is a second server that would write", ["serve", DATA, "--accept", "--port", str(served.free_port())], CANNOT, "",
             r"another server serves this directory already")
        status, said = post(site, envelopes.pop())
        tap.ok(status == 201, "the server takes an act", said)
        fill(site.process)
        taken, status = [], 201
        while status == 201 and len(envelopes) > 5:
            status, said = post(site, envelopes.pop())
            if status == 201:
                taken.append(json.loads(said)["entry"])
        tap.ok(status == 503 and re.search("the disk is full", said), f"then the disk is full, after {len(taken)} more: 503, in words", (status, said))
        status, said = get(site.url + "/api/acts")
        door = json.loads(said)
        tap.ok(door["accepts"] is False and "the disk is full" in door["reason"], "whoever asks whether acts are taken is told why not", said)
        status, said = post(site, envelopes.pop())
        tap.ok(status == 503 and "the disk is full" in said, "and whoever tries again", (status, said))
        pages = {path: get(site.url + path)[0] for path in ("/en/", "/en/acts", "/checkpoint", "/act/1.json", "/act/1.tlog-proof", "/tile/entries/000.p/1")}
        tap.same(set(pages.values()), {200}, "reading and serving go on")
        case("verify reads beside it", ["verify", DATA], DONE, r"^Sound: ")
        case("a backup to another disk is made", ["backup", DATA, at("b.tar")], DONE, r"entries")
        size = int(get(site.url + "/checkpoint")[1].splitlines()[1])
        tap.ok(not taken or size > taken[-1], "what was taken is under the checkpoint", (size, taken[-3:]))
        free(site.process)
        status, said = post(site, envelopes.pop())
        tap.ok(status == 201, "with space again the next act is taken, without a restart", (status, said))
        door = json.loads(get(site.url + "/api/acts")[1])
        tap.same(door["accepts"], True, "and whoever asks is told so")
        last = json.loads(said)["entry"] if status == 201 else 0
        tap.ok(int(get(site.url + "/checkpoint")[1].splitlines()[1]) > last, "it is published")
    case("the log is sound", ["verify", DATA], DONE, r"^Sound: ")
    case("and after a restart the next one is filed", ["file", DATA, "-"], DONE, r"^Filed as act ", stdin=listed(number + 1))
finally:
    if REAL:
        subprocess.run(["umount", "-l", at("small")], capture_output=True)
    shutil.rmtree(work, ignore_errors=True)
tap.done()
