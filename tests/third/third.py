# SPDX-License-Identifier: Apache-2.0
"""What the tests of the third opinion share: the Go program, built; files served as they are; a proxy that alters answers.

    verify = third.build(folder)              # None without Go; then third.skip() has said so
    ran = verify("-log", site.url, "-vkey", key)
    ran.good, ran.text, ran.number("entries in")
"""
import contextlib
import functools
import glob
import http.client
import http.server
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import served  # noqa: E402
import tap  # noqa: E402

MODULES = "/usr/share/gocode"  # Debian's golang-golang-x-mod-dev
SINGLE = ["-proofs", "act/%d.tlog-proof", "-envelopes", "act/%d.dsse", "-payloads", "act/%d.json"]


@dataclass
class Ran:
    status: int
    text: str

    @property
    def good(self):
        return self.status == 0

    def number(self, what):
        """The count before these words."""
        found = re.search(rf"^ *(\d+) {what}", self.text, re.M)
        return int(found[1]) if found else None

    @property
    def last(self):
        return (self.text.splitlines() or [""])[-1]


def run(program, *args, cwd=None):
    done = subprocess.run([program, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=cwd, timeout=600, check=False)
    return Ran(done.returncode, done.stdout)


def build(folder):
    """The Go program, as a function of its arguments, or None when there is no Go, which has then been said."""
    go = shutil.which("go")
    if not go or not os.path.isdir(os.path.join(MODULES, "src", "golang.org", "x", "mod", "sumdb")):
        tap.skip("needs the packages golang-go and golang-golang-x-mod-dev", "third: the Go program")
        return None
    program = os.path.join(folder, "verify")
    # Only what is on this machine: no module, no network, no cache but here.
    env = dict(os.environ, GO111MODULE="off", GOPATH=MODULES, GOPROXY="off", GOFLAGS="", GOCACHE=os.path.join(folder, "gocache"))
    done = subprocess.run([go, "build", "-o", program, *sorted(glob.glob(os.path.join(HERE, "*.go")))], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        sys.exit("go build:\n" + done.stdout)
    return functools.partial(run, program)


class Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextlib.contextmanager
def listen(handler):
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def static(folder):
    """A plain server of the files of a folder."""
    return listen(functools.partial(Files, directory=folder))


class Proxy:
    """Hands answers on, and alters those that `change` alters: change(path, status, body) gives (status, body)."""

    def __init__(self, url):
        self.to = urllib.parse.urlsplit(url).netloc
        self.change = None
        self.altered = 0
        self.seen = {}  # path to body, of what was there and was not altered
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # noqa: N802
                wire = http.client.HTTPConnection(proxy.to, timeout=60)
                wire.request("GET", self.path)
                reply = wire.getresponse()
                status, body = reply.status, reply.read()
                wire.close()
                if status == 200 and not proxy.change:
                    proxy.seen[self.path] = body
                if proxy.change:
                    was = status, body
                    status, body = proxy.change(self.path, status, body)
                    proxy.altered += (status, body) != was
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.handler = Handler


def get(url):
    with urllib.request.urlopen(url, timeout=60) as reply:
        return reply.read()


def comity(*args, text=None):
    done = subprocess.run([served.COMITY, *args], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        sys.exit(f"comity {' '.join(args)}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def database(data, query):
    with contextlib.closing(sqlite3.connect(f"file:{data}/log.db?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def vkey(data):
    return database(data, "SELECT vkey FROM identity")[0][0]


def keep(data, folder):
    """Every checkpoint that was ever signed, as whoever had kept each would have it: the names of the files."""
    os.makedirs(folder, exist_ok=True)
    names = []
    for size, note in database(data, "SELECT size, note FROM checkpoint ORDER BY size"):
        names.append(os.path.join(folder, f"{size:09d}"))
        with open(names[-1], "wb") as file:
            file.write(note)
    return names
