# SPDX-License-Identifier: Apache-2.0
"""Registers, mirrors and those who cheat between them, each a process of its own on this machine.

    with Park() as park:
        register = park.register(300)
        doctor = park.doctor(register)                 # passes on what the register says, but for what is altered
        doctor.alter = lambda path, status, body: (404, b"") if path == "/tile/0/000" else (status, body)
        ran = park.mirror_once(doctor.url, "copy", register.vkey)

COMITY names the program, ORG the organisation's folder (the build passes them).
"""
import hashlib
import http.server
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import notes  # noqa: E402
import served  # noqa: E402
import tap  # noqa: E402

COMITY, ORG = os.path.abspath(os.environ["COMITY"]), os.path.abspath(os.environ["ORG"])
IN_STEP, FRAUD, UNREADABLE = 0, 1, 2
PATIENCE = served.PATIENCE


def listed(name):
    return {"kind": "state_listed", "date": "2000-01-01", "args": {"S": name}}


def get(url, posted=None):
    """Status and body, whatever the status."""
    try:
        with urllib.request.urlopen(url, posted, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


def wait_for(what, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class Server:
    """`comity serve` on a directory, at one port for as long as the test runs, also when it is stopped and started on another directory. What it says on
    standard error is kept beside that."""
    options = ()

    def __init__(self, data):
        self.data, self.port, self.process = data, served.free_port(), None
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, data=None):
        self.data = data or self.data
        with open(self.data + ".err", "ab") as file:
            self.process = subprocess.Popen([COMITY, "serve", self.data, "--port", str(self.port), *self.options], stderr=file)
        if not wait_for(self.answers):
            sys.exit(f"comity serve {self.data} does not answer")
        return self

    def err(self):
        with open(self.data + ".err", encoding="utf-8") as file:
            return file.read()

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None


class Register(Server):
    def __init__(self, park, name, acts, org=ORG):
        super().__init__(park.at(name))
        self.park = park
        park.run("init", self.data, "--org", org)
        with open(park.at("load.jsonl"), "w", encoding="utf-8") as file:
            for i in range(acts):
                file.write(json.dumps(listed(f"S{i}")) + "\n")
        if acts:
            park.run("load", self.data, park.at("load.jsonl"))
        self.vkey = self.row("SELECT vkey FROM identity")

    def row(self, sql, *values):
        db = sqlite3.connect(os.path.join(self.data, "log.db"))
        value = db.execute(sql, values).fetchone()[0]
        db.close()
        return value

    def entry(self, index):
        return self.row("SELECT bytes FROM entry WHERE idx = ?", index)

    def entries(self):
        db = sqlite3.connect(os.path.join(self.data, "log.db"))
        rows = [row[0] for row in db.execute("SELECT bytes FROM entry ORDER BY idx")]
        db.close()
        return rows

    def file(self, act, data=None):
        """Files an act; its number."""
        return int(re.search(r"act (\d+)", self.park.run("file", data or self.data, "-", stdin=json.dumps(act)).stdout)[1])

    def document(self, content, kind="text/plain"):
        """Puts a document where an act can name it; its name."""
        name = hashlib.sha256(content).digest()
        db = sqlite3.connect(os.path.join(self.data, "log.db"))
        db.execute("INSERT INTO blob (sha256, type, bytes) VALUES (?, ?, ?)", (name, kind, content))
        db.commit()
        db.close()
        return name.hex()

    def key(self):
        """The log's own key, for those who cheat with it."""
        with open(os.path.join(self.data, "log.key"), encoding="utf-8") as file:
            name, _, secret = file.read().strip().removeprefix("PRIVATE+KEY+").split("+", 2)
        return notes.Key(name, 1, notes.base64.b64decode(secret)[1:])

    def policy(self, text):
        """What it publishes by, from now on."""
        with open(os.path.join(self.data, "policy.new"), "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(os.path.join(self.data, "policy.new"), os.path.join(self.data, "policy"))

    def copy(self, name):
        """The directory as it is now, aside."""
        path = self.park.at(name)
        self.park.run("backup", self.data, path + ".tar", "--with-key")
        self.park.run("restore", path + ".tar", path)
        self.park.run("restore", "--confirm", path)
        return path


class Witness:
    """`comity witness`. `line`: how a policy names it."""

    def __init__(self, park, name, *vkeys):
        self.name, self.data, self.port, self.process = name, park.at(name), served.free_port(), None
        self.key = park.run("witness", "init", self.data, "--name", f"witness.example/{name}").stdout.strip()
        for vkey in vkeys:
            park.run("witness", "add", self.data, vkey)
        self.url = f"http://127.0.0.1:{self.port}"
        self.line = f"witness {name} {self.key} {self.url}\n"

    def start(self):
        self.process = subprocess.Popen([COMITY, "witness", "run", self.data, "--port", str(self.port)], stderr=subprocess.DEVNULL)
        if not wait_for(lambda: Server.answers(self)):
            raise SystemExit(f"{self.name} does not answer")
        return self

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, body, *headers):
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Stranger:
    """Who speaks HTTP and is not comity: each request is answered by a Handler."""

    def __init__(self, handler, path=""):
        class Loopback(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """Whoever hangs up, or is killed, is no fault of the stranger's."""

        self.server = Loopback(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}{path}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Doctor(Stranger):
    """Stands between a mirror and a register. `alter(path, status, body)` gives what it says instead."""

    def __init__(self, url):
        doctor, self.upstream, self.asked = self, url, []
        self.alter = lambda path, status, body: (status, body)

        class Passing(Handler):
            def do_POST(self):
                self.pass_on(self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self):
                self.pass_on(None)

            def pass_on(self, posted):
                doctor.asked.append(self.path)
                try:
                    status, body = get(doctor.upstream + self.path, posted)
                except OSError:
                    status, body = 502, b""
                self.reply(*doctor.alter(self.path, status, body))

        super().__init__(Passing)


class Log:
    """A log written by nothing of ours, as files: what a forger could serve. `files()` for Doctor.alter."""

    def __init__(self, key, entries, witnesses=()):
        self.entries, self.checkpoint = entries, notes.Tree(key, entries, witnesses).checkpoint.encode()
        self.levels = [[notes.sha(b"\0", entry) for entry in entries]]
        while len(self.levels[-1]) >= 256:
            row = self.levels[-1]
            self.levels.append([self.fold(row[i:i + 256]) for i in range(0, len(row) // 256 * 256, 256)])

    @staticmethod
    def fold(row):
        while len(row) > 1:
            row = [notes.sha(b"\1", row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    def get(self, path):
        if path == "/checkpoint":
            return 200, self.checkpoint
        found = re.fullmatch(r"/tile/(entries|\d+)/(\d{3})(?:\.p/(\d+))?", path)
        if not found:
            return None
        number, width = int(found[2]), int(found[3] or 256)
        if found[1] == "entries":
            rows = [len(entry).to_bytes(2, "big") + entry for entry in self.entries]
        else:
            rows = self.levels[int(found[1])] if int(found[1]) < len(self.levels) else []
        rows = rows[256 * number:256 * number + width]
        return (200, b"".join(rows)) if len(rows) == width else (404, b"")

    def alter(self, path, status, body):
        return self.get(path) or (status, body)


class Ran:
    def __init__(self, status, err, data):
        self.status, self.err, self.data = status, err, data

    def evidence(self):
        """Paths of what was kept, the newest last."""
        folder = os.path.join(self.data, "evidence")
        return sorted((os.path.join(folder, name) for name in os.listdir(folder)), key=os.path.getmtime) if os.path.isdir(folder) else []


class Mirror:
    """`comity mirror` in the background, serving."""

    def __init__(self, park, url, name, vkey, *options, every="1"):
        self.data, self.port, self.log = park.at(name), served.free_port(), park.at(name + ".err")
        self.url = f"http://127.0.0.1:{self.port}"
        self.words = [COMITY, "mirror", url, self.data, "--key", vkey, "--every", every, "--port", str(self.port), *options]
        self.process = None

    def start(self, *more):
        with open(self.log, "ab") as file:
            self.process = subprocess.Popen(self.words + list(more), stdout=subprocess.DEVNULL, stderr=file)
        return self

    def stop(self):
        """Asks it to stop; its exit status."""
        if not self.process:
            return None
        self.process.terminate()
        status = self.process.wait()
        self.process = None
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def err(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def state(self):
        try:
            with open(os.path.join(self.data, "mirror.json"), encoding="utf-8") as file:
                return json.load(file)
        except OSError:
            return {"size": 0, "alert": None, "in_step": None}

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def in_step_with(self, size):
        return wait_for(lambda: self.state()["size"] == size and self.state()["in_step"] and not self.state()["trouble"] and self.answers())

    def alerted(self):
        """Is there an alert, in its file and told?"""
        return wait_for(lambda: (self.state()["alert"] or {}).get("says", "\0") in self.err())

    def evidence(self):
        return Ran(0, "", self.data).evidence()


class Park:
    def __enter__(self):
        self.folder, self.running = tempfile.mkdtemp(prefix="comity-polycentric-"), []
        return self

    def __exit__(self, *_):
        for each in self.running:
            each.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def at(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, *words, stdin=None, status=0):
        ran = subprocess.run([COMITY, *words], input=stdin, capture_output=True, text=True, timeout=PATIENCE * 3)
        if ran.returncode != status:
            sys.exit(f"comity {' '.join(words)}: exit status {ran.returncode}\n{ran.stderr}")
        return ran

    def keep(self, thing):
        self.running.append(thing)
        return thing

    def register(self, acts, name="register", org=ORG):
        return self.keep(Register(self, name, acts, org)).start()

    def server(self, data):
        return self.keep(Server(data)).start()

    def doctor(self, server):
        return self.keep(Doctor(server.url))

    def mirror(self, url, name, vkey, *options, every="1"):
        return self.keep(Mirror(self, url, name, vkey, *options, every=every)).start()

    def mirror_once(self, url, name, vkey, *options):
        words = [COMITY, "mirror", url, self.at(name), "--key", vkey, "--once", *options]
        ran = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE * 3)
        return Ran(ran.returncode, ran.stderr, self.at(name))

    def judge(self, path, vkey):
        ran = subprocess.run([COMITY, "judge", path, "--key", vkey, "--json"], capture_output=True, text=True, timeout=PATIENCE)
        return ran.returncode, json.loads(ran.stdout) if ran.stdout else {"verdict": ran.stderr, "claims": []}


def claims(judged, kind):
    return [claim[kind] for claim in judged["claims"] if kind in claim]


def names_fraud(park, ran, name, words, kind, verdict, vkey):
    """The mirror ends with the right status, one sentence with these words, and evidence of this kind that a stranger judges so."""
    sentences = [line for line in ran.err.splitlines() if line.startswith("comity: ")]
    tap.ok(ran.status == FRAUD and len(sentences) == 1 and re.search(words, sentences[0]), f"{name}: named in one sentence",
           f"exit status {ran.status}\n{ran.err}")
    kept = ran.evidence()
    tap.ok(kept and re.search(rf"-{kind}(-\d+)?\.json$", kept[-1]), f"{name}: evidence is kept", kept)
    if not kept:
        return None
    status, judged = park.judge(kept[-1], vkey)
    tap.ok(judged["verdict"] == verdict and status == (0 if verdict == "proved" else 1) and not claims(judged, "false"),
           f"{name}: a stranger finds it {verdict}", f"exit status {status}\n{json.dumps(judged, indent=1)}")
    return judged
