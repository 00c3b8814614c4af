# SPDX-License-Identifier: Apache-2.0
"""The log as others copy it, over a raw socket: checkpoint, tiles, bundles and blobs of the sample record (C2SP tlog-tiles, tlog-checkpoint).

The record is loaded in pieces, so that trees of many sizes were signed; the last piece while the server runs. What must be there, and how
wide, is counted here from the signed sizes; roots are computed here, from the bundles alone and from the tiles alone.
"""
import base64
import hashlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import served
import tap

PIECES = [254, 1, 1, 343]  # acts; with the genesis entry the signed sizes 1, 255, 256, 257, 600
SECRET = {"kind": "state_listed", "date": "2026-01-01", "args": {"S": "NR"}, "title": {"en": "Secretland"}, "for": ["members"]}
IMMUTABLE = "public, max-age=31536000, immutable"


class Wire:
    """Requests as they are written here, one after the other on one connection."""

    def __init__(self, url):
        self.port = int(url.rsplit(":", 1)[1])
        self.socket, self.rest = None, b""

    def ask(self, target, method="GET", **headers):
        """(status, headers, body) of the reply; the target goes out byte for byte."""
        lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
        if self.socket is None:
            self.socket, self.rest = socket.create_connection(("127.0.0.1", self.port), timeout=60), b""
        self.socket.sendall(f"{method} {target} HTTP/1.1\r\nHost: t\r\n{lines}\r\n".encode())
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        found = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        status = int(first.split()[1])
        length = 0 if method == "HEAD" or status == 304 else int(found["content-length"])
        while len(self.rest) < length:
            self.more()
        body, self.rest = self.rest[:length], self.rest[length:]
        if found.get("connection", "").lower() == "close":
            self.socket.close()
            self.socket = None
        return status, found, body

    def more(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the connection ended in the middle of a reply")
        self.rest += data

    def body(self, target):
        status, _, body = self.ask(target)
        return body if status == 200 else None


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def root(hashes):
    """Of these leaves, or of the roots of equally large full subtrees (RFC 6962, 2.1)."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(hashes[:k]) + root(hashes[k:])).digest()


def number(n):
    """1234067 -> x001/x234/067"""
    digits = f"{n:03d}" if n < 1000 else str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    return "/".join(["x" + g for g in groups[:-1]] + groups[-1:])


def files(size):
    """{(level or "entries", N): width} of a tree."""
    found, hashes, level = {}, size, 0
    while hashes:
        for n in range(-(-hashes // 256)):
            found[level, n] = min(256, hashes - 256 * n)
            if level == 0:
                found["entries", n] = found[level, n]
        hashes, level = hashes // 256, level + 1
    return found


def path(kind, n, width):
    return f"/tile/{kind}/{number(n)}" + (f".p/{width}" if width < 256 else "")


def unpack(bundle):
    entries, at = [], 0
    while at < len(bundle):
        n = int.from_bytes(bundle[at:at + 2], "big")
        assert at + 2 + n <= len(bundle), "a bundle ends within an entry"
        entries.append(bundle[at + 2:at + 2 + n])
        at += 2 + n
    return entries


def digests(tile):
    return [tile[i:i + 32] for i in range(0, len(tile), 32)]


def checkpoint(wire):
    status, headers, body = wire.ask("/checkpoint")
    origin, size, line, *rest = body.decode().split("\n")
    return status, headers, body, origin, int(size), base64.b64decode(line), rest


def rebuild(wire, size):
    """(what is missing, entries, root from the bundles alone, root from the tiles alone) of the tree of this size."""
    missing, got = [], {}
    for (kind, n), width in files(size).items():
        status, headers, got[kind, n] = wire.ask(path(kind, n, width))
        if (status, headers.get("content-type"), headers.get("cache-control")) != (200, "application/octet-stream", IMMUTABLE):
            missing.append("%s: %d %s" % (path(kind, n, width), status, headers))
        elif kind != "entries" and len(got[kind, n]) != 32 * width:
            missing.append("%s: %d bytes" % (path(kind, n, width), len(got[kind, n])))
    if missing:
        return missing, [], b"", b""
    level = {}
    for kind, n in sorted(k for k in got if k[0] != "entries"):
        level.setdefault(kind, []).extend(digests(got[kind, n]))
    for above in range(1, len(level)):  # each full tile below is a hash above
        made = [root(level[above - 1][256 * i:256 * i + 256]) for i in range(len(level[above - 1]) // 256)]
        if made != level[above]:
            missing.append("level %d is not made of level %d" % (above, above - 1))
    entries = [e for n in range(-(-size // 256)) for e in unpack(got["entries", n])]
    return missing, entries, root([leaf(e) for e in entries]), root(level[0])


def check_tree(wire, data, when):
    status, headers, body, origin, size, signed, rest = checkpoint(wire)
    tap.same((status, headers.get("content-type"), headers.get("cache-control")), (200, "text/plain; charset=utf-8", "no-cache"),
             when + ": the checkpoint may not be kept")
    tap.ok(rest[0] == "" and re.fullmatch("— " + re.escape(origin) + " [A-Za-z0-9+/]+=*", rest[1]) and rest[2:] == [""],
           when + ": the checkpoint is three lines and a signature", body)
    missing, entries, of_bundles, of_tiles = rebuild(wire, size)
    tap.ok(not missing, when + ": every tile and bundle of the tree is there", "\n".join(missing[:10]))
    tap.same(len(entries), size, when + ": the bundles hold every entry")
    tap.same(of_bundles.hex(), signed.hex(), when + ": the bundles alone give the signed root")
    tap.same(of_tiles.hex(), signed.hex(), when + ": the tiles alone give the signed root")
    with sqlite3.connect(f"file:{data}/log.db?mode=ro", uri=True) as db:
        stored = [row[0] for row in db.execute("SELECT bytes FROM entry ORDER BY idx")]
        sizes = [row[0] for row in db.execute("SELECT size FROM checkpoint ORDER BY size")]
    tap.ok(entries == stored[:size], when + ": entries are handed out as they are stored")
    return size, sizes, body


def check_widths(wire, sizes):
    """Every width of every tile up to one beyond the end: there if a signed tree has it, and the beginning of the wider ones."""
    wanted = {}
    for size in sizes:
        for key, width in files(size).items():
            wanted.setdefault(key, set()).add(width)
    wrong, asked = [], 0
    for kind, last in ((0, sizes[-1] // 256 + 1), (1, 1), (2, 0), (63, 0), ("entries", sizes[-1] // 256 + 1)):
        for n in range(last + 1):
            widest = b""
            for width in range(256, 0, -1):
                status, headers, body = wire.ask(path(kind, n, width))
                expected = width in wanted.get((kind, n), ())
                asked += 1
                if (status == 200) != expected or status not in (200, 404) or (status == 404 and "immutable" in headers["cache-control"]):
                    wrong.append("%s: %d, %s" % (path(kind, n, width), status, headers.get("cache-control")))
                elif expected and widest and not widest.startswith(body):
                    wrong.append("%s is not the beginning of a wider one" % path(kind, n, width))
                widest = max(widest, body, key=len) if expected else widest
    tap.ok(not wrong, "%d widths: there if a signed tree has it, else 404" % asked, "\n".join(wrong[:10]))
    tap.ok(any(w < 256 for w in wanted[1, 0]) and len(wanted[0, 0]) >= 3, "several partial tiles of one place are there", wanted)


def check_spellings(wire):
    bad = """/tile /tile/ /tile/0 /tile/0/ /tile/0/000/ /tile/0/000.p /tile/0/000.p/ /tile/0/000.p/0 /tile/0/000.p/00 /tile/0/000.p/0255
        /tile/0/000.p/256 /tile/0/000.p/257 /tile/0/000.p/-1 /tile/0/000.p/+255 /tile/0/000.p/255/ /tile/0/000.p/255/x /tile/00/000 /tile/01/000.p/1
        /tile/64/000 /tile/-0/000 /tile/+0/000 /tile/0/0 /tile/0/00 /tile/0/0000 /tile/0/x000/000 /tile/0/000/000 /tile/0/x000/x000/000
        /tile/0/X000/000 /tile/0/x001/000 /tile/8/0/000 /tile/data/000 /tile/entries /tile/entries/ /tile/entries/0 /tile/entries/000/
        /tile/entries/x000/000 /tile/entries/000.p/0 /tile/entries/000.p/256 /tile/entries/0/000 /tile/Entries/000 /tile//0/000 /tile/0//000
        //tile/0/000 /Tile/0/000 /tile/0/000?x=1 /tile/0/%30%30%30 /tile/%65ntries/000 /%74ile/0/000 /tile/0%2F000 /tile/0/000%00 /tile/0/000%20
        /tile/./0/000 /tile/1/../0/000 /tile/0/000.json /tile/0/000;a /en/tile/0/000 /tile/0/x999/x999/x999/x999/x999/x999/x999/999
        /checkpoint/ /%63heckpoint /checkpoint.txt /checkpoint?x=1 /Checkpoint /blob /blob/ /blob/0""".split()
    wrong = []
    for target in bad:
        status, headers, _ = wire.ask(target)
        if status not in (400, 404) or "location" in headers or "immutable" in headers.get("cache-control", ""):
            wrong.append("%s: %d, to %s" % (target, status, headers.get("location")))
    tap.ok(not wrong, "%d other spellings are refused, and lead nowhere" % len(bad), "\n".join(wrong))


def check_requests(wire, size):
    for target in ("/checkpoint", path(0, 0, 256), path("entries", 0, 256), path(0, size // 256, size % 256)):
        status, headers, body = wire.ask(target)
        head = wire.ask(target, "HEAD")
        same = {k: v for k, v in headers.items() if k != "date"} == {k: v for k, v in head[1].items() if k != "date"}
        tap.ok((status, head[0], head[2]) == (200, 200, b"") and same and int(headers["content-length"]) == len(body),
               "HEAD %s says what GET says" % target, (headers, head))
        tap.same(wire.ask(target, If_None_Match=headers["etag"])[0], 304, "%s: who has it is told so" % target)
        tap.same(wire.ask(target, "POST")[0], 405, "%s takes nothing" % target)
        tap.ok("content-encoding" not in headers and headers["x-content-type-options"] == "nosniff", "%s goes out as it is" % target)
    tap.same(wire.ask("/tile/0/999", "HEAD")[0], 404, "HEAD of a tile that is not there")


def check_blobs(wire, entries):
    """entries[0] is the genesis; the last but one was sealed, and the last open one names its body as a document."""
    acts = [json.loads(base64.b64decode(json.loads(entry)["payload"])) for entry in entries]
    book = acts[0]["bundle"].removeprefix("sha256:")
    status, headers, body = wire.ask("/blob/" + book)
    tap.same((status, headers["content-type"], hashlib.sha256(body).hexdigest()), (200, "application/octet-stream", book),
             "the rulebook that the genesis entry names")
    tap.same((headers["cache-control"], wire.ask("/blob/" + book, If_None_Match=headers["etag"])[0]), (IMMUTABLE, 304), "which caches may keep for ever")
    tap.same(wire.ask("/blob/" + book, "HEAD")[0], 200, "HEAD of a blob")
    sealed = [act for act in acts if act["kind"] == "sealed"]
    tap.same([sorted(act) for act in sealed], [["commitment", "kind"]], "a sealed entry says its commitment, and nothing else")
    body = sealed[0]["commitment"].removeprefix("sha256:")
    tap.ok(any(d["sha256"] == body for act in acts for d in act.get("documents", [])), "an open act names the sealed body as its document")
    for name, what in ((body, "a sealed body"), ("0" * 64, "a blob that is not here"), (book.upper(), "digits in upper case"), (book[:-1], "one digit less"),
                       (book + "0", "one digit more"), (book + "/", "a slash at the end"), ("%" + "%02x" % ord(book[0]) + book[1:], "a percent sign"),
                       ("sha256:" + book, "its algorithm before it")):
        status, headers, found = wire.ask("/blob/" + name)
        tap.ok(status == 404 and "location" not in headers and "immutable" not in headers["cache-control"], "no blob: " + what, (status, headers))
        tap.ok(b"Secretland" not in found, "nothing of the secret: " + what)
    tap.ok(not any(b"Secretland" in entry or b"Secretland" in base64.b64decode(json.loads(entry)["payload"]) for entry in entries),
           "no bundle holds a word of the sealed act")
    for index in (0, 255, 256, len(entries) - 1):
        tap.ok(wire.body("/act/%d.dsse" % index) == entries[index], "entry %d is the one of its own address" % index)


def comity(*args, text=None):
    done = subprocess.run([served.COMITY, *args], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"comity {' '.join(args)}: exit status {done.returncode}\n{done.stdout}")


def load(data, lines):
    piece = data + ".jsonl"
    with open(piece, "w", encoding="utf-8") as file:
        file.writelines(lines)
    comity("load", data, piece)


def never_outruns(wire, data, rest):
    """Between appends, whatever the checkpoint names just now is there at once; asked while a writer is at work."""
    wrong, seen = [], set()
    while rest:
        piece, rest = rest[:60], rest[60:]
        with open(data + ".more", "w", encoding="utf-8") as file:
            file.writelines(piece)
        writer = subprocess.Popen([served.COMITY, "load", data, data + ".more"], stdout=subprocess.DEVNULL)
        while True:
            ended = writer.poll() is not None
            size = checkpoint(wire)[4]
            if size not in seen:
                seen.add(size)
                wrong += [path(k, n, w) for (k, n), w in files(size).items() if wire.ask(path(k, n, w))[0] != 200]
            if ended:
                break
        if writer.returncode:
            sys.exit("comity load failed")
    tap.ok(not wrong, "no checkpoint names a tile that is not there", "\n".join(wrong[:10]))
    tap.ok(len(seen) >= 10, "many checkpoints were seen while they were new", seen)


def run(folder):
    data = os.path.join(folder, "data")
    sco = os.path.join(served.ROOT, "orgs", "sco")
    with open(os.path.join(sco, "record.jsonl"), encoding="utf-8") as file:
        lines = file.readlines()
    comity("init", data, "--org", sco)
    for n in PIECES:
        piece, lines = lines[:n], lines[n:]
        load(data, piece)
    with served.serve(data) as site:
        wire = Wire(site.url)
        size, sizes, first = check_tree(wire, data, "600 entries")
        tap.same((size, sizes), (600, [1, 255, 256, 257, 600]), "the signed sizes")
        check_widths(wire, sizes)
        old = {key: wire.body(path(*key, width)) for key, width in files(600).items()}
        never_outruns(wire, data, lines)
        comity("file", data, "-", text=json.dumps(SECRET))
        with sqlite3.connect(f"file:{data}/log.db?mode=ro", uri=True) as db:
            last = json.loads(db.execute("SELECT bytes FROM entry ORDER BY idx DESC LIMIT 1").fetchone()[0])
        body = json.loads(base64.b64decode(last["payload"]))["commitment"].removeprefix("sha256:")
        comity("file", data, "-", text=json.dumps({"kind": "state_listed", "date": "2026-01-01", "args": {"S": "TV"}, "title": {"en": "Tuvalu"},
                                                   "documents": [{"sha256": body, "lang": "en"}]}))
        size, sizes, second = check_tree(wire, data, "the whole record")
        tap.ok(first != second and size == len(lines) + 602 and sizes[-1] == size, "the checkpoint has moved on", (size, sizes))
        tap.ok(all(wire.body(path(*key, width)) == old[key] for key, width in files(600).items()),
               "what the tree of 600 consisted of is there, unchanged")
        check_widths(wire, sizes)
        check_spellings(wire)
        check_requests(wire, size)
        check_blobs(wire, rebuild(wire, size)[1])
        tap.ok(site.alive(), "the server is still there")


with tempfile.TemporaryDirectory(prefix="comity-") as scratch:
    run(scratch)
tap.done()
