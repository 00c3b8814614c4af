# SPDX-License-Identifier: Apache-2.0
"""The door: POST /api/acts of `comity serve --accept`, by many clients at once, with what is good and what is not; killed in the middle; and that
what was answered 201 is there, under the checkpoint that was answered, and nothing else is.

    test_door.py [COUNT]     acts of each client (10)
"""
import base64
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import keys
import served
import store
import tap
from keys import Pen, act, delegated, envelope, registered, revoked, rotated, seal
from posting import DSSE, JSON, Wire

ORIGIN = "register.sco.example/acts"
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10
CLIENTS = 12
folder = tempfile.TemporaryDirectory(prefix="comity-door-")


def at(*parts):
    return os.path.join(folder.name, *parts)


def run(*words, stdin=b""):
    return subprocess.run([served.COMITY, *words], input=stdin, capture_output=True, cwd=folder.name, timeout=120)


def rows(data, sql, *values):
    return store.rows(at(data), sql, *values)


def size(data):
    return rows(data, "SELECT count(*) FROM entry")[0][0]


def entries(data):
    return [row[0] for row in rows(data, "SELECT bytes FROM entry ORDER BY idx")]


def consult(date="2026-03-01", more=None, who="KZ", whom="RU"):
    return act(ORIGIN, "consultation_requested", date, more, P=who, Q=whom, A="media")


kz1, kz2, kz3, kzd, ru1, ru2, cn1, stray = (Pen(word) for word in "kz1 kz2 kz3 kzd ru1 ru2 cn1 stray".split())
served.load(at("data"))
BARE = size("data")
with open(at("data", "log.key"), encoding="utf-8") as secret:
    org = keys.read_secret(secret.read())
for holder, pen in (("KZ", kz1), ("RU", ru1), ("CN", cn1)):
    run("file", "data", "-", stdin=envelope(registered(ORIGIN, holder, pen), pen, org))
run("file", "data", "-", stdin=envelope(delegated(ORIGIN, "KZ", kzd, ["consultation_requested"]), kzd, kz1))
tap.same(size("data"), BARE + 4, "a register with keys of three States")
shutil.copytree(at("data"), at("killed"))


def open_to_all(head):
    """May the scripts of other sites read it?"""
    return "access-control-allow-origin" in head or head.get("cross-origin-resource-policy") != "same-origin"


def refused(wire, what, body, statuses, words=b"", media=DSSE, data="data"):
    """It is answered with one of these statuses, in words, and nothing is filed."""
    before = size(data)
    status, head, answer = wire.post(body, media)
    good = status in statuses and words in answer and size(data) == before and answer and head.get("content-type", "").startswith("application/") and not open_to_all(head)
    tap.ok(good, f"refused: {what}", f"{status} {head.get('content-type')} {answer[:400]}; {size(data) - before} filed")


def accepted(wire, what, body, media=DSSE, data="data"):
    before = size(data)
    status, head, answer = wire.post(body, media)
    told = json.loads(answer) if status == 201 else {}
    good = told.get("entry") == before and not open_to_all(head) and size(data) == before + 1 and told.get("href") == f"/act/{before}.json" and f"\n{before + 1}\n" in told.get("checkpoint", "")
    tap.ok(good, f"taken: {what}", f"{status} {answer[:400]}")
    return before


# ---- one after the other ------------------------------------------------------------------------------------------------------------------

with served.serve(at("data")) as site:
    wire = Wire(site.url)
    status, _, told = wire.get("/api/acts")
    tap.ok(status == 200 and json.loads(told)["accepts"] is False and json.loads(told)["reason"], "a server that only reads says that it takes none")
    refused(wire, "by a server that only reads", envelope(consult(), kz1), (403, 405, 503))
    wire.close()
with served.serve(at("data"), options=["--accept"]) as site:
    wire = Wire(site.url)
    status, _, told = wire.get("/api/acts")
    told = json.loads(told)
    tap.same((status, told["register"], told["accepts"]), (200, ORIGIN, True), "a GET says that acts are taken, and for which register")
    signed = envelope(consult(), kz1)
    index = accepted(wire, "an act of a member", signed)
    status, _, told = wire.get(f"/act/{index}.dsse")
    tap.same((status, told), (200, signed), "it is there at once, byte for byte")
    tap.ok(wire.get(f"/act/{index}.tlog-proof")[0] == 200 and wire.get(f"/en/acts/{index}")[0] == 200 and f"\n{index + 1}\n".encode() in wire.get("/checkpoint")[2], "with its page, its proof and its checkpoint")
    ran = run("timeline", "data", 'status("KZ")', "--json")
    tap.ok(ran.returncode == 0, "whoever reads the directory beside it can", ran.stderr)
    tap.same(run("proof", "data", str(index)).stdout, wire.get(f"/act/{index}.tlog-proof")[2], "and has the same proof")
    refused(wire, "the same once more", signed, (403, 409), b"id")
    accepted(wire, "as JSON with the envelope as a text", json.dumps({"envelope": envelope(consult(), kz1).decode()}).encode(), JSON)
    accepted(wire, "media type with a parameter", envelope(consult(), kz1), DSSE + "; charset=utf-8")
    public, body = seal(consult(more={"for": ["RU"]}))
    refused(wire, "a sealed act without its body", envelope(public, kz1), (400, 403, 422), b"body")
    sealed_at = accepted(wire, "a sealed act with its body", json.dumps({"envelope": envelope(public, kz1).decode(), "body": body.decode()}).encode(), JSON)
    tap.ok(b"consultation" not in wire.get(f"/act/{sealed_at}.json")[2] and wire.get("/blob/" + json.loads(public)["commitment"][7:])[0] == 404, "which stays sealed")
    index = accepted(wire, "a key act", envelope(registered(ORIGIN, "KZ", kz2), kz2, kz1))
    accepted(wire, "signed by the key that it named", envelope(consult(), kz2))
    accepted(wire, "a key act that ends it", envelope(revoked(ORIGIN, kz2), kz1))
    refused(wire, "signed by the key that it ended", envelope(consult(), kz2), (403,), f"{kz2.keyid} of KZ ended with entry ".encode())
    accepted(wire, "the rotation of a key", envelope(rotated(ORIGIN, kz1, kz3), kz1, kz3))
    refused(wire, "signed by the one before", envelope(consult(), kz1), (403,), f": {kz3.keyid} took its place".encode())
    for what, body, statuses, words in (
            ("signed by another", envelope(consult(), ru1), (403,), b"KZ"), ("signed by the registrar", envelope(consult(), org), (403,), b"KZ"),
            ("signed by a stranger", envelope(consult(), stray), (403,), stray.keyid.encode()), ("a stranger among good ones", envelope(consult(), kz3, stray), (403,), stray.keyid.encode()),
            ("outside of a delegation", envelope(act(ORIGIN, "withdrawal_notified", P="KZ"), kzd), (403,), kzd.keyid.encode()),
            ("for another register", envelope(act("register.other.example/acts", "withdrawal_notified", P="KZ"), kz3), (403,), b"register"),
            ("for no register", envelope(consult(more={"register": None}), kz3), (400, 403), b"register"), ("without an id", envelope(consult(more={"id": None}), kz3), (400, 403), b"id"),
            ("a key slipped in", envelope(registered(ORIGIN, "KZ", stray), stray, org), (403,), b"KZ"), ("a key of nobody", envelope(registered(ORIGIN, "NOBODY", stray), stray, org), (403,), b"NOBODY"),
            ("a signature of another act", keys.write(consult(), [keys.sign(consult(), kz3)]), (403,), kz3.keyid.encode()),
            ("an act that is not signed", consult(), (400,), b""), ("an act for some, openly", envelope(consult(more={"for": ["RU"]}), kz3), (400, 403), b"for"),
            ("nothing", b"", (400, 411), b""), ("noise", b"\0\xff" * 50, (400,), b""), ("an envelope cut short", envelope(consult(), kz3)[:-1], (400,), b""),
            ("an envelope with blanks", envelope(consult(), kz3).replace(b",", b", ", 1), (400,), b""), ("an act of a kind that is none", envelope(act(ORIGIN, "sunk", P="KZ"), kz3), (400, 403), b"sunk"),
            ("an act about what is not there", envelope(consult(whom="XX"), kz3), (403, 400), b"XX"), ("too long an act", envelope(consult(more={"text": {"en": "x" * 60000}}), kz3), (400, 403, 413), b"")):
        refused(wire, what, body, statuses, words)
    accepted(wire, "with blanks around it, as a file of it has them", b"\r\n " + envelope(consult(), kz3) + b"\n")
    tap.ok(entries("data")[-1].startswith(b"{") and entries("data")[-1].endswith(b"}"), "which are not kept")
    # documents
    document, another = b"%PDF-1.7 the request", b"%PDF-1.7 another"
    named = [{"sha256": hashlib.sha256(document).hexdigest(), "lang": "en", "type": "application/pdf"}]

    def with_documents(signed, *documents, body=None):
        return json.dumps({"envelope": signed.decode(), "documents": [base64.b64encode(one).decode() for one in documents], **({"body": body.decode()} if body else {})}).encode()

    blobs = rows("data", "SELECT count(*) FROM blob")
    signed = envelope(consult(more={"documents": named}), kz3)
    refused(wire, "an act whose document is not here", signed, (403,), b"document")
    refused(wire, "or is another", with_documents(signed, another), (400, 403), b"document", JSON)
    refused(wire, "or one more than it names", with_documents(signed, document, another), (400, 403), b"", JSON)
    refused(wire, "a document that no act names", with_documents(envelope(consult(), kz3), document), (400, 403), b"", JSON)
    refused(wire, "documents in another form", json.dumps({"envelope": signed.decode(), "documents": document.decode()}).encode(), (400,), b"", JSON)
    refused(wire, "documents that are no base64", json.dumps({"envelope": signed.decode(), "documents": ["no base64"]}).encode(), (400,), b"", JSON)
    refused(wire, "with a document, of a stranger", with_documents(envelope(consult(more={"documents": named}), stray), document), (403,), b"", JSON)
    tap.same(rows("data", "SELECT count(*) FROM blob"), blobs, "of what was refused no document stays")
    accepted(wire, "an act with its document", with_documents(signed, document), JSON)
    tap.same(wire.get("/blob/" + named[0]["sha256"])[2], document, "which is there for everybody")
    secret = b"%PDF-1.7 in confidence"
    public, body = seal(consult(more={"for": ["RU"], "documents": [{**named[0], "sha256": hashlib.sha256(secret).hexdigest()}]}))
    accepted(wire, "a sealed act with its document", with_documents(envelope(public, kz3), secret, body=body), JSON)
    tap.same(wire.get("/blob/" + hashlib.sha256(secret).hexdigest())[0], 404, "which is not")
    good = envelope(consult(), kz3)
    for media in ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx", "application/vnd.dsse.envelope.v1"):
        refused(wire, f"media type {media or 'none'}", good, (400, 415), media=media)
    for what, told in (("no envelope", {"body": "x"}), ("an envelope that is an object", {"envelope": json.loads(good)}), ("a list", [good.decode()]), ("a text", good.decode()), ("nothing", {}),
                       ("a member that nobody knows", {"envelope": good.decode(), "recorded": True}), ("a body that is no text", {"envelope": good.decode(), "body": 7}),
                       ("a body that nothing commits to", {"envelope": good.decode(), "body": "{}"})):
        refused(wire, f"JSON: {what}", json.dumps(told).encode(), (400, 403), media=JSON)
    refused(wire, "JSON cut short", json.dumps({"envelope": good.decode()}).encode()[:-1], (400,), media=JSON)
    before = size("data")
    for length in ((16 << 20) + 1, 10**12):
        w = Wire(site.url)
        w.send(f"POST /api/acts HTTP/1.1\r\nHost: t\r\nContent-Type: {DSSE}\r\nContent-Length: {length}\r\n\r\n".encode())
        tap.same(w.reply()[0], 413, f"a body of {length} bytes is not even read")
        w.close()
    refused(Wire(site.url), "a body as long as it may be, of noise", b"x" * (16 << 20), (400,))
    for cut in (1, len(good) // 2, len(good) - 1):
        w = Wire(site.url)
        w.send(f"POST /api/acts HTTP/1.1\r\nHost: t\r\nContent-Type: {DSSE}\r\nContent-Length: {len(good)}\r\n\r\n".encode() + good[:cut])
        w.close()
    for method in ("PUT", "DELETE", "PATCH"):
        w = Wire(site.url)
        w.send(f"{method} /api/acts HTTP/1.1\r\nHost: t\r\nContent-Length: {len(good)}\r\nContent-Type: {DSSE}\r\n\r\n".encode() + good)
        tap.ok(w.reply()[0] in (400, 405, 501), f"{method} is no way to file")
        w.close()
    time.sleep(0.3)
    tap.same(size("data"), before, "half bodies and other methods file nothing")
    for path in ("/api/acts?x=1", "/api/act", "/en/acts"):
        tap.ok(Wire(site.url).post(good, path=path)[0] in (400, 404, 405), f"nor does a POST to {path}")
    accepted(wire, "what was refused for its wrapping only", good)

    # another writer
    for words in (["file", "data", "-"], ["load", "data", "-"], ["key", "revoke", "data", kz3.keyid, "--by", "data/log.key"]):
        ran = run(*words, stdin=envelope(consult(), kz3))
        tap.ok(ran.returncode == 2 and b"comity: " in ran.stderr, f"{words[0]} is refused while the door is open", ran.stderr)
    ran = subprocess.run([served.COMITY, "serve", at("data"), "--port", str(served.free_port()), "--accept"], capture_output=True, timeout=30)
    tap.ok(ran.returncode == 2 and ran.stderr.startswith(b"comity: "), "so is a second door", ran.stderr)
    ran = run("verify", "data")
    tap.ok(ran.returncode == 0 and f"Sound: {size('data')} entries".encode() in ran.stdout, "verify beside the open door", ran.stdout + ran.stderr)
    wire.close()

    # readers, while an act waits for the disk
    other = sqlite3.connect(at("data", "log.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = []
    filer = threading.Thread(target=lambda: answers.append(Wire(site.url).post(envelope(consult(), kz3))))
    filer.start()
    time.sleep(0.5)
    began = time.monotonic()
    told = [Wire(site.url).get(path)[0] for path in ("/api/acts", "/en/", "/checkpoint", "/api/acts")]
    took = time.monotonic() - began
    waiting = not answers
    other.execute("ROLLBACK")
    other.close()
    filer.join()
    tap.ok(waiting and told == [200] * 4 and took < 2, "while an act is being filed nobody waits who reads", (waiting, told, took))
    tap.same(answers[0][0], 201, "and it is filed when the disk lets it")

# ---- many at once ------------------------------------------------------------------------------------------------------------------------------

shutil.copy(at("data", "log.key"), at("kept.key"))


def crowd(data, url, stop=None):
    """Each client sends good and bad acts, some the same as another's. What was answered: [(envelope, status, answer)]."""
    got, lock = [], threading.Lock()
    shared = [envelope(consult(f"2025-01-{n + 1:02}", who="RU", whom="KZ"), ru1) for n in range(COUNT)]
    mine = {}
    for client in range(CLIENTS):
        rng = random.Random(client)
        signed = []
        for n in range(COUNT):
            payload = consult(f"2025-02-{n + 1:02}", who="CN", whom="KZ", more={"id": f"{keys.fresh_id()}-{client}-{n}"})
            signed += [(201, envelope(payload, cn1))]
            kind = rng.randrange(4)
            signed += [(403, envelope(consult(who="CN"), ru1)) if kind == 0 else (403, envelope(consult(), stray)) if kind == 1 else (400, b"noise") if kind == 2 else (None, shared[n])]
        mine[client] = signed

    def go(client):
        wire = Wire(url)
        for want, signed in mine[client]:
            if stop and stop.is_set():
                break
            try:
                status, _, answer = wire.post(signed)
            except OSError:
                break
            with lock:
                got.append((client, want, signed, status, answer))
        wire.close()

    threads = [threading.Thread(target=go, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    return threads, got, shared


def judge(name, data, before, got, shared, killed=False):
    now = entries(data)
    there = {signed: index for index, signed in enumerate(now)}
    tap.same(len(there), len(now), f"{name}: no entry comes twice")
    faults = []
    for client, want, signed, status, answer in got:
        if status == 201:
            index = json.loads(answer)["entry"]
            if index >= len(now) or now[index] != signed or int(json.loads(answer)["checkpoint"].split("\n")[1]) <= index:
                faults.append((client, "lost", index))
        elif signed in there and signed not in shared:
            faults.append((client, "refused, but there", status, answer[:200]))
        if want and status != want:
            faults.append((client, want, status, answer[:200]))
    for signed in shared:
        statuses = [status for _, _, s, status, _ in got if s == signed]
        if statuses and (statuses.count(201) != 1 and not killed or statuses.count(201) > 1 or set(statuses) - {201, 403, 409}):
            faults.append(("shared", statuses))
    tap.same(faults, [], f"{name}: what was answered 201 is there where it was said, once; nothing else is")
    order = {}
    for client, _, signed, status, answer in got:
        if status == 201:
            index = json.loads(answer)["entry"]
            faults += [(client, index)] if index <= order.get(client, before - 1) else []
            order[client] = index
    tap.same(faults, [], f"{name}: in the order in which each client sent")
    ran = run("verify", data)
    tap.ok(ran.returncode == 0 and f"Sound: {len(now)} entries".encode() in ran.stdout, f"{name}: all of it verifies", ran.stdout + ran.stderr)


with served.serve(at("data"), options=["--accept"]) as site:
    before = size("data")
    threads, got, shared = crowd("data", site.url)
    reader, seen = Wire(site.url), []
    while any(thread.is_alive() for thread in threads):
        seen.append(int(reader.get("/checkpoint")[2].split(b"\n")[1]))
        if reader.get(f"/act/{seen[-1] - 1}.dsse")[0] != 200:
            seen.append(-1)
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    reader.close()
    tap.ok(seen == sorted(seen) and -1 not in seen, "at once: a reader sees a log that grows, each entry with its checkpoint", seen[:50])
    tap.same(len(got), CLIENTS * COUNT * 2, f"at once: {CLIENTS} clients, {len(got)} answers")
    judge("at once", "data", before, got, shared)
    filed = [answer for *_, status, answer in got if status == 201]
    tap.ok(size("data") == before + len(filed) and len(filed) >= CLIENTS * COUNT, f"at once: {len(filed)} were filed", (size("data"), before))
    # A key that is revoked while others sign with it: each act is before or after.
    w = Wire(site.url)
    w.post(envelope(registered(ORIGIN, "RU", ru2), ru2, ru1))
    acts_of = [envelope(consult(who="RU", whom="KZ"), ru2) for _ in range(24)]
    told = []

    def sign_with(part):
        wire = Wire(site.url)
        for signed in part:
            told.append((signed, wire.post(signed)[0]))
        wire.close()

    threads = [threading.Thread(target=sign_with, args=(acts_of[i::6],)) for i in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    status, _, answer = w.post(envelope(revoked(ORIGIN, ru2), ru1))
    for thread in threads:
        thread.join()
    w.close()
    cut = json.loads(answer)["entry"]
    places = {signed: index for index, signed in enumerate(entries("data"))}
    tap.ok(status == 201 and all((signed in places) == (answered == 201) and places.get(signed, 0) < cut for signed, answered in told), "at once: no act by a key comes after the entry that ended it",
           (cut, [(places.get(signed), answered) for signed, answered in told]))
    tap.ok(run("verify", "data").returncode == 0, "at once: and that verifies too")

# ---- killed -----------------------------------------------------------------------------------------------------------------------------------------

for round_ in range(3):
    before, stop = size("killed"), threading.Event()
    with served.serve(at("killed"), options=["--accept"]) as site:
        threads, got, shared = crowd("killed", site.url, stop)
        while len([1 for row in list(got) if row[3] == 201]) < 5 + 12 * round_ and any(thread.is_alive() for thread in threads):
            time.sleep(0.002)
        site.process.kill()
        stop.set()
        for thread in threads:
            thread.join()
    with served.serve(at("killed"), options=["--accept"]) as site:
        judge(f"killed {round_ + 1}", "killed", before, got, shared, killed=True)
        wire = Wire(site.url)
        again = [wire.post(signed) for _, want, signed, status, _ in got if status == 201][:5]
        tap.ok(all(status in (403, 409) for status, *_ in again), "what was filed is refused when it comes again", [row[2][:200] for row in again])
        accepted(wire, "and the door goes on", envelope(consult(who="CN", whom="RU"), cn1), data="killed")
        wire.close()
tap.done()
