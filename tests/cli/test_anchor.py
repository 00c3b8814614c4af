# SPDX-License-Identifier: Apache-2.0
"""comity anchor against authorities made by `openssl ts`, which is also the judge of what is stored.

    test_anchor.py COMITY ORGANISATION
"""
import contextlib
import fcntl
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
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

COMITY, ORG = map(os.path.abspath, sys.argv[1:3])
os.environ["COMITY"] = COMITY
import served  # noqa: E402

DONE, NO, CANNOT = 0, 1, 2
work = tempfile.mkdtemp(prefix="comity-anchor-")
os.environ["OPENSSL_CONF"] = os.path.join(work, "openssl.cnf")
TOKEN = "application/vnd.etsi.timestamp-token"


def at(*parts):
    return os.path.join(work, *parts)


def put(name, data):
    with open(at(name), "wb") as file:
        file.write(data)
    return at(name)


def get(name):
    with open(at(name), "rb") as file:
        return file.read()


def openssl(*words, data=None, good=True):
    ran = subprocess.run(["openssl", *words], input=data, capture_output=True, cwd=work, timeout=60)
    if good and ran.returncode:
        sys.exit(f"openssl {' '.join(words)}: {ran.stderr.decode()}")
    return ran


# ---- authorities ------------------------------------------------------------------------------------------------------------------

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = nobody
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[between]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign
[tsa]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[service]
serial = serial
digests = sha256,sha512
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
accuracy = secs:1
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ca]
database = database
serial = ca.serial
new_certs_dir = .
default_md = sha256
policy = anything
[anything]
countryName = optional
organizationName = optional
commonName = supplied
"""


def certificate(name, subject, by, kind, start="20200101000000Z", end="20491231000000Z"):
    """NAME.key and NAME.pem; by: the name of who signs (itself: a root)."""
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", name + ".key")
    openssl("req", "-new", "-utf8", "-key", name + ".key", "-subj", subject, "-out", name + ".csr")
    own = ["-selfsign", "-keyfile", name + ".key"] if by == name else ["-cert", by + ".pem", "-keyfile", by + ".key"]
    openssl("ca", "-batch", "-notext", "-utf8", "-config", "openssl.cnf", "-name", "ca", "-create_serial", "-rand_serial", "-in", name + ".csr",
            "-out", name + ".pem", "-extensions", kind, "-startdate", start, "-enddate", end, *own)


def reply(query, signer, chain=(), token=False):
    """What this signer's authority answers to a request."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        asked, got = os.path.join(folder, "q"), os.path.join(folder, "r")
        with open(asked, "wb") as file:
            file.write(query)
        more = [word for name in chain for word in ("-chain", name + ".pem")]
        openssl("ts", "-reply", "-config", "openssl.cnf", "-section", "service", "-queryfile", asked, "-signer", signer + ".pem", "-inkey",
                signer + ".key", "-out", got, *more, *(["-token_out"] if token else []))
        with open(got, "rb") as file:
            return file.read()


put("openssl.cnf", CONFIG.encode())
put("serial", b"4711\n")
put("database", b"")
certificate("root-a", "/C=AT/O=Vienna Time/CN=Vienna Root", "root-a", "root")
certificate("a", "/C=AT/O=Vienna Time/CN=Zeitstempel Ö 1", "root-a", "tsa")
certificate("root-b", "/C=PT/O=Lisbon Time/CN=Lisbon Root", "root-b", "root")
certificate("between-b", "/C=PT/O=Lisbon Time/CN=Lisbon CA", "root-b", "between")
certificate("b", "/C=PT/O=Lisbon Time/CN=Lisbon TSA", "between-b", "tsa")
certificate("expired", "/C=AT/O=Vienna Time/CN=Old TSA", "root-a", "tsa", "20200101000000Z", "20210101000000Z")
put("both.pem", get("root-a.pem") + get("root-b.pem"))
openssl("ts", "-query", "-data", "both.pem", "-sha256", "-cert", "-out", "foreign.tsq")
FOREIGN = get("foreign.tsq")


def altered(data):
    """One bit of the signature, which ends a token, is another."""
    return data[:-5] + bytes([data[-5] ^ 1]) + data[-4:]


def renonced(query):
    """The same request with another nonce: the last number before the flag that asks for the certificate."""
    at_flag = query.rindex(b"\x01\x01\xff")
    return query[:at_flag - 2] + bytes([query[at_flag - 2] ^ 1]) + query[at_flag - 1:]


REPLIES = {  # path: (what is answered to a request, status, media type)
    "/a": (lambda q: reply(q, "a"), 200, "application/timestamp-reply"),
    "/b": (lambda q: reply(q, "b", ["between-b"]), 200, "Application/Timestamp-Reply; charset=binary"),
    "/expired": (lambda q: reply(q, "expired"), 200, "application/timestamp-reply"),
    "/altered": (lambda q: altered(reply(q, "a")), 200, "application/timestamp-reply"),
    "/foreign": (lambda q: reply(FOREIGN, "a"), 200, "application/timestamp-reply"),
    "/nonce": (lambda q: reply(renonced(q), "a"), 200, "application/timestamp-reply"),
    "/rejected": (lambda q: reply(b"not a request", "a"), 200, "application/timestamp-reply"),
    "/torn": (lambda q: reply(q, "a")[:-100], 200, "application/timestamp-reply"),
    "/more": (lambda q: reply(q, "a") + b"\0", 200, "application/timestamp-reply"),
    "/garbage": (lambda q: os.urandom(3000), 200, "application/timestamp-reply"),
    "/empty": (lambda q: b"", 200, "application/timestamp-reply"),
    "/huge": (lambda q: b"\x30\x83\x02\x00\x00" + bytes(1 << 17), 200, "application/timestamp-reply"),
    "/page": (lambda q: b"<h1>Welcome</h1>", 200, "text/html"),
    "/gone": (lambda q: b"", 404, "text/plain"),
    "/moved": (lambda q: b"", 302, "text/plain"),
}
asked = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        asked.append((self.path, self.headers["Content-Type"], query))
        make, status, media = REPLIES[self.path]
        body = make(query)
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/a")
        self.end_headers()
        with contextlib.suppress(OSError):  # the other side may have had enough
            self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{server.server_port}"


# ---- the command ----------------------------------------------------------------------------------------------------------------

def run(*words, stdin=""):
    return subprocess.run([COMITY, *words], input=stdin, capture_output=True, text=True, cwd=work, timeout=120)


def case(name, words, status, out="", err="", stdin=""):
    """Runs; `out` and `err` are patterns, "" means nothing at all, None means whatever."""
    ran = run(*words, stdin=stdin)
    good = ran.returncode == status
    for got, want in ((ran.stdout, out), (ran.stderr, err)):
        good = good and not (want == "" and got) and not (want and not re.search(want, got, re.M))
    tap.ok(good, "anchor: " + name, f"exit status {ran.returncode}\n{ran.stdout[:1000]}\n{ran.stderr[:1000]}")
    return ran


def holds(data):
    """Numbers of entries and blobs, and the newest checkpoint."""
    with contextlib.closing(sqlite3.connect(f"file:{at(data, 'log.db')}?mode=ro", uri=True)) as db:
        counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("entry", "blob")]
    return (*counts, get(os.path.join(data, "checkpoint")))


def judged(token, text, *roots, more=()):
    """What `openssl ts` says of a token."""
    said = openssl("ts", "-verify", "-token_in", "-in", token, "-data", text, "-CAfile", *roots, *more, good=False)
    return said.returncode == 0 and b"Verification: OK" in said.stdout


def listed(*words, data="data"):
    return json.loads(run("anchor", data, *words, "--json").stdout)


assert run("init", "data", "--org", ORG).returncode == 0
case("nothing on record", ["anchor", "data", "--list"], DONE, r"^No time-stamp is on record")
case("nothing on record, as JSON", ["anchor", "data", "--verify", "--ca", "both.pem", "--json"], DONE, r"^\[\]$")

case("a first authority", ["anchor", "data", "--tsa", URL + "/a", "--ca", "root-a.pem"], DONE,
     r"^Filed entry 1\. Entries 0 to 0 existed at 20..-..-..T..:..:..Z, as attested by\nCN=Zeitstempel Ö 1, O=Vienna Time, C=AT \(serial 0x4712, policy 1\.3\.6\.1\.4\.1\.99999\.1\)")
tap.same(asked[-1][:2], ("/a", "application/timestamp-query"), "anchor: the request is sent as RFC 3161, 3.4, says")
query = openssl("ts", "-query", "-in", put("sent.tsq", asked[-1][2]), "-text").stdout.decode()
tap.ok("Hash Algorithm: sha256" in query and "Nonce: 0x" in query and "Certificate required: yes" in query,
       "anchor: openssl reads the request", query)
case("a second one, over the act of the first, with a chain", ["anchor", "data", "--tsa", URL + "/b", "--ca", "root-b.pem", "--json"], DONE,
     r'^\{"entry": 2, "size": 2, "time": ".*Z", "authority": "CN=Lisbon TSA, O=Lisbon Time, C=PT", "serial": "0x4713", .*"verified": true\}$')
case("the register is sound", ["verify", "data"], DONE, r"^Sound: 3 entries")
case("the list", ["anchor", "data", "--list"], DONE, r"(?s)^1 +1 .*4712.*^2 +2 .*4713 +CN=Lisbon TSA, O=Lisbon Time, C=PT$")
case("all verified", ["anchor", "data", "--verify", "--ca", "both.pem"], DONE, r"(?s)yes.*yes.*^2 of 2 verified\.$")
case("one authority is not trusted", ["anchor", "data", "--verify", "--ca", "root-a.pem"], NO,
     r"(?s)^entry 2: the token is not signed by an authority that you trust \(certificate verify error: unable to get .*issuer.*\)\.\n1 of 2 verified")

# The independent judge, from what a third party gets over HTTP.
with served.serve(at("data")) as site:
    def fetch(path):
        with urllib.request.urlopen(site.url + path) as got:
            return got.read()
    act = json.loads(fetch("/act/2.json"))
    act = act.get("filed", act)
    tap.same([(d["type"], d["name"], d["lang"]) for d in act["documents"]],
             [(TOKEN, "checkpoint-2.tst", "zxx"), ("text/plain; charset=utf-8", "checkpoint-2.txt", "zxx")], "anchor: the act names token and text")
    tap.same([act["sources"], act["args"]], [[{"title": "CN=Lisbon TSA, O=Lisbon Time, C=PT", "url": URL + "/b"}], {"size": 2}],
             "anchor: the act names the authority, and the size of the tree")
    token, text = (fetch("/blob/" + d["sha256"]) for d in act["documents"])
    put("2.tst", token), put("2.txt", text)
    page = fetch("/en/acts/2").decode()
    tap.ok("An outside authority time-stamped the first 2 entries of this record" in page and "Lisbon TSA" in page and re.search(r"\d\d:\d\d:\d\dZ", page),
           "anchor: the page of the act says what it is", page[:3000])
    tap.ok(f'/blob/{act["documents"][0]["sha256"]}' in page and "checkpoint-2.tst" in page, "anchor: the page leads to the token")
    tap.ok(fetch("/checkpoint").decode().split("\n")[1] == "3", "anchor: the newest checkpoint is over all three entries")
tap.ok(judged("2.tst", "2.txt", "root-b.pem"), "anchor: openssl ts verifies the token over the text of the checkpoint")
tap.ok(not judged("2.tst", "2.txt", "root-a.pem"), "anchor: openssl ts refuses it with the other root")
tap.ok(not judged("2.tst", put("wrong.txt", text.replace(b"\n2\n", b"\n3\n")), "root-b.pem"), "anchor: openssl ts refuses it over an altered text")
tap.ok(not judged("2.tst", "2.txt", "root-b.pem", more=["-attime", "2600000000"]) and judged("2.tst", "2.txt", "root-b.pem", more=["-attime", "1800000000"]),
       "anchor: openssl ts judges as of another day")
tap.same(text.decode().split("\n")[:2], ["league.example/acts", "2"], "anchor: the text is origin, size and root")
with sqlite3.connect(at("data", "log.db")) as db:
    note = db.execute("SELECT note FROM checkpoint WHERE size = 2").fetchone()[0]
tap.ok(note.startswith(text + b"\n"), "anchor: the text is that of the checkpoint that was signed")
said = case("what openssl needs is written, into a folder that is made", ["anchor", "data", "--export", "out"], DONE, r"(?s)^openssl ts .*out/1\.tst.*out/2\.tst")
for line in said.stdout.splitlines():
    words = line.replace("CA.pem", "both.pem").split()
    tap.ok(b"Verification: OK" in openssl(*words[1:], good=False).stdout, "anchor: " + " ".join(words[:6]))
case("into one that is there", ["anchor", "data", "--export", "out"], DONE, r"out/2\.tst")
case("no place for a folder", ["anchor", "data", "--export", "nowhere/out"], CANNOT, "", r"^comity: nowhere/out: the folder could not be made")
case("a file where the folder should be", ["anchor", "data", "--export", "both.pem"], CANNOT, "", r"^comity: both\.pem/1\.tst: ")

# Refused, with words; nothing is filed, and no document is left behind.
CASES = [
    ("another root", "/a", "root-b.pem", NO, r"not signed by an authority that you trust"),
    ("an expired certificate", "/expired", "root-a.pem", NO, r"certificate has expired"),
    ("an altered token", "/altered", "root-a.pem", NO, r"not signed by an authority that you trust \(signature failure"),
    ("a token over other data", "/foreign", "root-a.pem", NO, r"over no signed checkpoint of this log"),
    ("the answer to another request", "/nonce", "root-a.pem", NO, r"answers another request: its nonce differs"),
    ("no token, and the reason", "/rejected", "root-a.pem", NO, r"gave no token \(rejected\): .*it says \".*[Bb]ad request"),
    ("a torn answer", "/torn", "root-a.pem", CANNOT, r"no answer of a time-stamping authority"),
    ("a byte too much", "/more", "root-a.pem", CANNOT, r"no answer of a time-stamping authority"),
    ("garbage", "/garbage", "root-a.pem", CANNOT, r"no answer of a time-stamping authority"),
    ("nothing", "/empty", "root-a.pem", CANNOT, r"no answer of a time-stamping authority"),
    ("an answer that is too long", "/huge", "root-a.pem", CANNOT, r"/huge: the answer is longer than 65536 bytes"),
    ("a page", "/page", "root-a.pem", CANNOT, r'/page: the answer is of the type "text/html", not application/timestamp-reply'),
    ("no such address", "/gone", "root-a.pem", CANNOT, r"/gone: the authority answers with status 404"),
    ("a redirect", "/moved", "root-a.pem", NO, r"/moved: the server answers 302 and points elsewhere, to http://.*/a"),
]
before = holds("data")
for name, path, roots, status, words in CASES:
    case(name, ["anchor", "data", "--tsa", URL + path, "--ca", roots], status, "", words)
tap.same(holds("data"), before, "anchor: what was refused left nothing behind")
with socket.create_server(("127.0.0.1", 0)) as closed:
    port = closed.getsockname()[1]
case("nobody there", ["anchor", "data", "--tsa", f"http://127.0.0.1:{port}/x", "--ca", "root-a.pem"], CANNOT, "", rf"http://127.0.0.1:{port}/x: no connection")
sent = len(asked)
for name, words, pattern in [
        ("no address", ["--tsa", "tsa.example", "--ca", "root-a.pem"], r"tsa\.example: not an address of the web"),
        ("no authorities", ["--tsa", URL + "/a"], r"--ca FILE is needed"),
        ("a file without certificates", ["--tsa", URL + "/a", "--ca", "serial"], r"serial: there is no certificate in the file"),
        ("a file that is not there", ["--tsa", URL + "/a", "--ca", "nothing.pem"], r"nothing\.pem: "),
        ("nothing to do", [], r"give one of --tsa, "),
        ("two things to do", ["--list", "--verify"], r"give one of --tsa, "),
        ("no authorities to judge by", ["--verify"], r"--ca FILE is needed"),
        ("a request over another one", ["--request", "serial"], r"serial: it exists already"),
        ("no request", ["--response", "2.tst", "--request", "2.txt", "--ca", "root-b.pem"], r"2\.txt: this is no request for a time-stamp"),
        ("no response", ["--response", "2.txt", "--ca", "root-b.pem"], r"no answer of a time-stamping authority")]:
    case(name, ["anchor", "data", *words], CANNOT, "", pattern)
case("no register", ["anchor", "nowhere", "--tsa", URL + "/a", "--ca", "root-a.pem"], CANNOT, "", r"^comity: nowhere")
with open(at("data", "log.key")) as key:
    fcntl.flock(key, fcntl.LOCK_EX)  # as one that writes holds it
    case("somebody else writes", ["anchor", "data", "--tsa", URL + "/a", "--ca", "root-a.pem"], CANNOT, "", r"another process is writing here")
tap.same(len(asked), sent, "anchor: whoever asks wrongly troubles no authority")
tap.same(holds("data"), before, "anchor: and leaves nothing behind")

# An authority that is reached by other means.
case("a request into a file", ["anchor", "data", "--request", "q.tsq"], DONE, r"^Wrote q\.tsq: a request .* over entries 0 to 2\.$")
put("r.tsr", reply(get("q.tsq"), "a"))
put("r2.tst", reply(get("q.tsq"), "b", ["between-b"], token=True))
put("r3.tsr", altered(get("r.tsr")))
case("an altered answer from a file", ["anchor", "data", "--response", "r3.tsr", "--ca", "root-a.pem"], NO, "", r"signature failure")
case("the answer to another request from a file", ["anchor", "data", "--response", "r.tsr", "--request", "foreign.tsq", "--ca", "root-a.pem"], NO, "",
     r"over another checkpoint than the request")
case("the answer from a file", ["anchor", "data", "--response", "r.tsr", "--request", "q.tsq", "--ca", "root-a.pem"], DONE, r"^Filed entry 3\. Entries 0 to 2 ")
case("the same again", ["anchor", "data", "--response", "r.tsr", "--ca", "root-a.pem"], CANNOT, "", r"on record already: entry 3")
case("a token alone, when the log has grown", ["anchor", "data", "--response", "r2.tst", "--ca", "root-b.pem"], DONE, r"^Filed entry 4\. Entries 0 to 2 ")
tap.same([(one["entry"], one["size"], one["verified"]) for one in listed("--verify", "--ca", "both.pem")],
         [(1, 1, True), (2, 2, True), (3, 3, True), (4, 3, True)], "anchor: all four verify")
with sqlite3.connect(at("data", "log.db")) as db:
    urls = [json.loads(__import__("base64").b64decode(json.loads(row[0])["payload"]))["sources"][0] for row in db.execute("SELECT bytes FROM entry WHERE idx IN (3, 4) ORDER BY idx")]
tap.same([sorted(u) for u in urls], [["title"], ["title"]], "anchor: a token from a file names no address")

# One who writes to the disk behind the register's back.
shutil.copytree(at("data"), at("forged"))
one = listed("--list", data="forged")[1]
with contextlib.closing(sqlite3.connect(at("forged", "log.db"), isolation_level=None)) as db:
    keep = db.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'blob'").fetchall()
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'blob'").fetchall()
    for (name,) in names:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE blob SET bytes = ? WHERE sha256 = ?", (altered(token), bytes.fromhex(one["token"])))
    for (sql,) in keep:
        db.execute(sql)
case("a token that was changed on the disk", ["anchor", "forged", "--verify", "--ca", "both.pem"], NO,
     r"(?s)^entry 2: the token that it names was changed where it is stored\.\n3 of 4 verified")

# A rulebook from before there was such an act.
shutil.copytree(ORG, at("old"))
rules = os.path.join(served.ROOT, "rules")
with open(os.path.join(rules, "std.md")) as file:
    std = file.read()
old = re.sub(r"(?s)## Time\n.*?(?=## Breach)", "", std)
assert old != std
put("old/std.md", old.encode())
shutil.copy(os.path.join(rules, "std-treaties.rules"), at("old"))
assert run("init", "past", "--org", "old").returncode == 0
case("a rulebook without the act", ["anchor", "past", "--tsa", URL + "/a", "--ca", "root-a.pem"], NO, "", r'the rulebook in force has no act "timestamped".*adopt a text')
case("nothing on record there", ["anchor", "past", "--list"], DONE, r"^No time-stamp")
tap.same(len(asked), sent, "anchor: nor is an authority asked for what could not be filed")

server.shutdown()
shutil.rmtree(work)
tap.done()
