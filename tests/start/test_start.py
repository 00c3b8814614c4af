# SPDX-License-Identifier: Apache-2.0
"""./run on machines of all kinds: without apt, without root, offline, with a taken port, after an interrupted first run.

The machine is made of fakes: a PATH of links to the real tools, in which apt-get, dpkg-query, id, sudo, meson, ninja and
comity are scripts that write down how they were called.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import served  # noqa: E402
import tap  # noqa: E402

FAKES = {
    # What is missing stands in $MISSING; what apt-get installs is no longer missing.
    "dpkg-query": r'''shift 3; for name; do case " $MISSING " in *" $name "*) ;; *) echo "$name installed" ;; esac; done''',
    "apt-get": r'''echo "apt-get $*" >>"$CALLS"; [ -z "${OFFLINE:-}" ] || { echo "Could not resolve"; exit 100; }''',
    "id": r'''echo "${ID:-0}"''',
    "meson": r'''echo "meson $*" >>"$CALLS"; mkdir -p "$2/meson-info" && touch "$2/build.ninja" &&
echo "{\"source\": \"$(pwd -P)\"}" >"$2/meson-info/meson-info.json"''',
    "ninja": r'''echo "ninja $*" >>"$CALLS"; mkdir -p "$2/src/cli" && cp "$(dirname "$0")/comity" "$2/src/cli/"''',
    "sudo": r'''echo "sudo $*" >>"$CALLS"; [ "$1" != -n ] || exit "${SUDO_ASKS:-0}"; exec "$@"''',
    "comity": r'''echo "comity $*" >>"$CALLS"
case $1 in
init) mkdir "$2" && echo genesis >"$2/log.db" ;;
load) echo loading >>"$2/log.db"; sleep "${LOAD_TAKES:-0}"; [ -z "${LOAD_FAILS:-}" ] || { echo "record.jsonl:3: no such kind"; exit 1; }
      echo loaded >>"$2/log.db" ;;
esac''',
}


def hear_interrupts():
    """A shell cannot catch what was ignored when it began, as it is below a job in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Machine:
    """A checkout with ./run in it, and a folder of fakes, without those named in `without`."""

    def __init__(self, root, *without):
        self.root, self.calls_file = root, os.path.join(root, "calls")
        self.bin, self.checkout = os.path.join(root, "bin"), os.path.join(root, "checkout")
        self.data = os.path.join(self.checkout, "data")
        os.makedirs(self.bin)
        os.makedirs(self.checkout)
        for name, script in FAKES.items():
            if name not in without:
                path = os.path.join(self.bin, name)
                with open(path, "w") as file:
                    file.write(f"#!/bin/bash\n{script}\n")
                os.chmod(path, 0o755)
        shutil.copy(os.path.join(ROOT, "run"), self.checkout)
        shutil.copytree(os.path.join(ROOT, "scripts"), os.path.join(self.checkout, "scripts"))
        with open(os.path.join(self.checkout, "packages.txt"), "w") as file:
            file.write("# a comment\ngcc\nlibone-dev  # why\nlibtwo-dev\n")

    def start(self, *args, **env):
        env = {"PATH": f"{self.bin}:{tools}", "CALLS": self.calls_file, "MISSING": "", "TMPDIR": self.root, "PORT": str(served.free_port()), **env}
        return subprocess.Popen([os.path.join(self.checkout, "run"), *args], env=env, cwd=self.root, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                start_new_session=True, preexec_fn=hear_interrupts)

    def run(self, *args, **env):
        """Runs ./run to its end: exit status, all its words."""
        child = self.start(*args, **env)
        words, _ = child.communicate(timeout=20)
        return child.returncode, words

    def calls(self):
        """The calls of the fakes since the last time."""
        try:
            with open(self.calls_file) as file:
                lines = file.read().splitlines()
            os.remove(self.calls_file)
        except FileNotFoundError:
            lines = []
        self.builds = [line for line in lines if line.startswith(("meson", "ninja"))]
        return [line.replace(self.checkout + "/", "") for line in lines if line not in self.builds]

    def log(self):
        with open(os.path.join(self.data, "log.db")) as file:
            return file.read().split()


def link_tools():
    """A folder of links to every tool of this machine that has no fake."""
    folder = os.path.join(scratch, "tools")
    os.makedirs(folder)
    for tool in (os.path.join(at, name) for at in ("/usr/bin", "/usr/sbin") for name in os.listdir(at)):
        link = os.path.join(folder, os.path.basename(tool))
        if os.path.basename(tool) not in FAKES and not os.path.lexists(link):
            os.symlink(tool, link)
    return folder


def machine(*without):
    """A machine of its own for one story."""
    return Machine(tempfile.mkdtemp(dir=scratch), *without)


def first_run_and_second():
    here = machine()
    status, words = here.run(PORT="18080")
    tap.same((status, here.calls()), (0, ["comity init data.loading --org orgs/sco",
                                          "comity load data.loading orgs/sco/record.jsonl",
                                          "comity serve data --port 18080"]), "start: the first run loads and serves")
    tap.same(here.log(), ["genesis", "loading", "loaded"], "start: the data directory is whole")
    tap.same((here.run(PORT="18080")[0], here.calls()), (0, ["comity serve data --port 18080"]),
             "start: the second run only serves, and apt is not asked")
    tap.same(here.builds, ["ninja -C build src/cli/comity src/proof/comity-proof"], "start: it builds what changed, and configures nothing")
    elsewhere = os.path.join(here.root, "else", "where")
    here.run(DATA="else/where")
    tap.ok(os.path.exists(os.path.join(elsewhere, "log.db")), "start: DATA counts from where one stands")


def moved_checkout():
    here = machine()
    here.run()
    os.rename(here.checkout, here.checkout + "2")
    here.checkout += "2"
    here.data = os.path.join(here.checkout, "data")
    here.calls()
    status, words = here.run()
    tap.same((status, [call.split()[1] for call in here.calls()]), (0, ["serve"]), "start: a checkout that was moved serves its data")
    tap.ok(here.builds[0] == "meson setup build", "start: and is configured again", f"{here.builds}\n{words}")


def data_directories():
    here = machine()
    os.makedirs(here.data)
    tap.ok(here.run()[0] == 0 and here.log()[-1] == "loaded", "start: an empty data directory is filled")
    here = machine()
    os.makedirs(here.data)
    with open(os.path.join(here.data, "letter.txt"), "w") as file:
        file.write("mine")
    here.run()
    tap.ok(os.listdir(here.data) == ["letter.txt"] and "serve" in here.calls()[0],
           "start: a directory with something in it is left as it is (comity says what it thinks of it)")

    here = machine()
    status, words = here.run(LOAD_FAILS="1")
    tap.ok(status != 0 and "no such kind" in words and not os.path.exists(here.data),
           "start: a failed load shows its words and leaves no data directory", words)
    status, words = here.run()
    tap.ok(status == 0 and "interrupted" in words and here.log() == ["genesis", "loading", "loaded"],
           "start: the next run begins again", words)

    here = machine()
    os.makedirs(here.data + ".loading")
    letter = os.path.join(here.data + ".loading", "letter.txt")
    with open(letter, "w") as file:
        file.write("mine")
    status, words = here.run()
    tap.ok(status == 2 and "is in the way" in words and os.path.exists(letter) and not here.calls(),
           "start: what is no half-made register is not taken for one", words)

    here = machine()
    child = here.start(LOAD_TAKES="30")
    half = os.path.join(here.data + ".loading", "log.db")
    for _ in range(600):  # until it loads: whoever is interrupted while a command ends by itself goes on to the next
        time.sleep(0.1)
        if os.path.exists(half) and "loading" in open(half).read():
            break
    os.killpg(child.pid, signal.SIGINT)
    child.communicate(timeout=60)
    tap.ok(child.returncode and not os.path.exists(here.data), "start: an interrupted load leaves no data directory")
    tap.ok(here.run()[0] == 0 and here.log() == ["genesis", "loading", "loaded"], "start: and is begun again")


def ports():
    here = machine()
    for bad in ("0", "65536", "http", "-1", "80 80", "123456", "0x50"):
        status, words = here.run(PORT=bad)
        tap.ok(status == 2 and "is not a port" in words and not here.calls(), f"start: PORT={bad} is refused", words)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, words = here.run(PORT=str(port), MISSING="libone-dev")
    tap.ok(status == 2 and f"Port {port} is taken" in words and f"PORT={port + 1}" in words,
           "start: a taken port is said, with another one", words)
    tap.ok(not here.calls() and not os.path.exists(here.data), "start: before anything is installed or loaded")


def packages():
    update = "apt-get -q -y update"
    install = "apt-get -q -y install --no-install-recommends libone-dev libtwo-dev"
    missing = {"MISSING": "libone-dev libtwo-dev"}
    here = machine()
    tap.ok(here.run(**missing)[0] == 0 and here.calls()[:2] == [update, install], "start: root installs what is missing")
    here.run(ID="1000", **missing)
    tap.ok(any(call.startswith("sudo") and call.endswith(install) for call in here.calls()), "start: sudo does too")
    status, words = here.run(ID="1000", SUDO_ASKS="1", **missing)
    tap.ok(status == 2 and "apt-get install -y --no-install-recommends libone-dev libtwo-dev" in words,
           "start: nobody to give sudo its password: the one command is printed", words)
    here = machine("sudo")
    status, words = here.run(ID="1000", **missing)
    tap.ok(status == 2 and "\n  apt-get update && apt-get install" in words and not here.calls(),
           "start: no root and no sudo: the one command is printed", words)
    here = machine()
    status, words = here.run(OFFLINE="1", **missing)
    tap.ok(status == 2 and "online" in words and "Could not resolve" in words, "start: offline is said", words)
    status, words = machine("apt-get", "dpkg-query").run()
    tap.ok(status == 2 and "no apt" in words and "packages.txt" in words, "start: no apt is said", words)
    tap.same(machine("apt-get", "dpkg-query").run(SETUP="skip")[0], 0, "start: SETUP=skip goes on without apt")


def words():
    here = machine()
    status, said = here.run("--help")
    tap.ok(status == 0 and said.startswith("usage: ./run"), "start: --help", said)
    status, said = here.run("--prot=80")
    tap.ok(status == 2 and "usage" in said and not here.calls(), "start: an unknown word is refused", said)
    status, said = here.run(LOAD_TAKES="3")
    tap.ok(status == 0 and said.count("Loading the record") == 1 and "\r" not in said and "\033" not in said,
           "start: what takes longer than two seconds says so, in a plain line", said)
    tap.same(machine().run(), (0, ""), "start: what is quick says nothing")


with tempfile.TemporaryDirectory() as scratch:
    tools = link_tools()
    first_run_and_second()
    moved_checkout()
    data_directories()
    ports()
    packages()
    words()
tap.done()
