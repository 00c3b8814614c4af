# SPDX-License-Identifier: Apache-2.0
"""The sample organisation in a fresh data directory, and a server on it, for as long as a test needs them.

    with served.sample() as site:
        urllib.request.urlopen(site.url + "/en/")

COMITY names the program (the build passes it).
"""
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMITY = os.path.abspath(os.environ.get("COMITY", os.path.join(ROOT, "build", "src", "cli", "comity")))
PATIENCE = 60  # seconds for the server to answer at all; a sanitized build on a busy machine is slow


@dataclass
class Site:
    url: str
    data: str
    process: subprocess.Popen

    def alive(self):
        return self.process.poll() is None


def load(data):
    """Makes the data directory `data` with the sample record in it."""
    sco = os.path.join(ROOT, "orgs", "sco")
    for command in (["init", data, "--org", sco], ["load", data, os.path.join(sco, "record.jsonl")]):
        done = subprocess.run([COMITY, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            sys.exit(f"comity {' '.join(command)}: exit status {done.returncode}\n{done.stdout}")


def organisation(folder, languages):
    """The sample organisation with its pages in these languages, copied below `folder`; returns where."""
    own = os.path.join(folder, "org")
    shutil.copytree(os.path.join(ROOT, "orgs", "sco"), own)
    path = os.path.join(own, "org.json")
    with open(path, encoding="utf-8") as file:
        org = json.load(file)
    org["languages"]["pages"] = languages
    with open(path, "w", encoding="utf-8") as file:
        json.dump(org, file, ensure_ascii=False)
    return own


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serve(data, *under, options=()):
    """A server on the data directory `data`, started under the words `under` (taskset ...); it is stopped at the end."""
    port = free_port()
    process = subprocess.Popen([*under, COMITY, "serve", data, "--port", str(port), *options], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None:
                    sys.exit(f"comity serve ended with exit status {process.returncode}")
                if time.monotonic() > deadline:
                    sys.exit(f"comity serve does not answer after {PATIENCE} seconds")
                time.sleep(0.05)
        yield Site(f"http://127.0.0.1:{port}", data, process)
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def sample():
    """load() and serve() in a temporary directory."""
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        data = os.path.join(folder, "data")
        load(data)
        with serve(data) as site:
            yield site
