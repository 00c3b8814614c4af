# SPDX-License-Identifier: Apache-2.0
"""Backup, restore and rebuild with the command itself: what is in the file, what is refused, beside a writer and a server, and killed.

    test_backup.py COMITY ORGANISATION
"""
import fcntl
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import store  # noqa: E402
import tap  # noqa: E402

COMITY, ORG = map(os.path.abspath, sys.argv[1:3])
DONE, NO, CANNOT = 0, 1, 2
work = tempfile.mkdtemp(prefix="comity-backup-")
os.umask(0o022)
SOURCES = {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}
TABLES = {"identity": "one", "entry": "idx", "hash": "place", "checkpoint": "size", "blob": "sha256"}


UNSURE = r"^comity: WARNING: .* held against no newer checkpoint.*(?s:.*)second history(?s:.*)--confirm"


def at(*parts):
    return os.path.join(work, *parts)


def run(*words, stdin=""):
    return subprocess.run([COMITY, *words], input=stdin, capture_output=True, text=True, cwd=work, timeout=120)


def case(name, words, status, out="", err="", stdin=""):
    """Runs; `out` and `err` are patterns, "" means nothing at all, None means whatever."""
    ran = run(*words, stdin=stdin)
    good = ran.returncode == status
    for got, want in ((ran.stdout, out), (ran.stderr, err)):
        good = good and not (want == "" and got) and not (want and not re.search(want, got, re.M))
    tap.ok(good, name, f"exit status {ran.returncode}\n{ran.stdout[:1000]}\n{ran.stderr[:1000]}")
    return ran


def tables(data):
    """Everything that is in the database of a directory."""
    with tempfile.TemporaryDirectory(prefix="comity-look-") as copy:  # so that looking leaves no trace
        for name in os.listdir(data):
            if name.startswith("log.db"):
                shutil.copy(os.path.join(data, name), copy)
        db = sqlite3.connect(os.path.join(copy, "log.db"))
        rows = {table: db.execute(f"SELECT * FROM {table} ORDER BY {key}").fetchall() for table, key in TABLES.items()}
        rows["schema"] = sorted(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall(), key=str)
        db.close()
    return rows


def content(*parts):
    with open(at(*parts), "rb") as file:
        return file.read()


def forge(data, sql, *values):
    store.forge(at(data), sql, *values)


def listed(number):
    return {"kind": "state_listed", "date": "2000-01-01", "args": {"S": f"S{number}"}}


def file_one(data, value):
    ran = run("file", data, "-", stdin=json.dumps(value))
    if ran.returncode:
        sys.exit(f"filing: {ran.stderr}")


def left():
    """What lies about that is half-made."""
    return [name for name in os.listdir(work) if ".part" in name or ".restoring" in name]


with open(at("record.jsonl"), "w", encoding="utf-8") as file:
    for i in range(40):
        file.write(json.dumps(listed(i)) + "\n")
for words in (["init", "data", "--org", ORG], ["load", "data", "record.jsonl"]):
    if run(*words).returncode:
        sys.exit(" ".join(words))
SECRET = "in confidence, 4711"
file_one("data", {"kind": "thanked", "date": "2005-01-01", "args": {"P": "S1"}, "for": ["S1"], "title": {"en": SECRET}})

# ---- what is in it -------------------------------------------------------------------------------------------------------

case("a proof for some", ["why", "data", 'status("S1")', "--as", "S1", "--proof", "s1.json"], NO, None)
tap.same(stat.S_IMODE(os.stat(at("s1.json")).st_mode), 0o600, "is for its owner alone: bodies may be in it")
case("a proof for all", ["why", "data", 'status("S1")', "--proof", "all.json"], NO, None)
tap.same(stat.S_IMODE(os.stat(at("all.json")).st_mode), 0o644, "is not")
before = tables(at("data"))
case("backup says what it holds", ["backup", "data", "a.tar"], DONE,
     r"(?s)^Wrote a\.tar: 42 entries; the newest checkpoint is over 42, root [A-Za-z0-9+/]{43}=\.\n.*bodies of sealed acts.*key is not in it")
tap.same(stat.S_IMODE(os.stat(at("a.tar")).st_mode), 0o600, "a backup is for its owner alone")
with tarfile.open(at("a.tar")) as tar:
    tap.same(tar.getnames(), ["log.db", "checkpoint"], "any tar reads it; the key is not in it")
    tap.same(tar.extractfile("checkpoint").read(), content("data", "checkpoint"), "it has the newest checkpoint")
key = content("data", "log.key").strip()
tap.ok(key not in content("a.tar"), "no byte of the key is in it unasked")
tap.ok(SECRET.encode() in content("a.tar"), "the bodies of sealed acts are")
case("backup --with-key", ["backup", "data", "k.tar", "--with-key"], DONE, r"key is in it")
tap.ok(key in content("k.tar"), "the key is in it when asked for")
tap.same(tables(at("data")), before, "a backup changes nothing")
case("backup overwrites nothing", ["backup", "data", "a.tar"], CANNOT, "", r"^comity: a\.tar: it is there already")
case("backup of nothing", ["backup", "nowhere", "n.tar"], CANNOT, "", r"^comity: nowhere: ")
case("backup into nowhere", ["backup", "data", "nowhere/n.tar"], CANNOT, "", r"^comity: nowhere/n\.tar\.part: it could not be made")
os.rename(at("data", "log.key"), at("kept.key"))
ran = case("backup of a register without its key", ["backup", "data", "n.tar"], DONE, None)
tap.ok("key" not in ran.stdout, "of a copy that has no key, as a mirror's, none is spoken of", ran.stdout)
case("backup --with-key of a register without one", ["backup", "data", "n2.tar", "--with-key"], CANNOT, "", r"log\.key")
os.rename(at("kept.key"), at("data", "log.key"))
tap.same(left(), [], "nothing half-made is left")

# ---- restore ---------------------------------------------------------------------------------------------------------------

case("restore", ["restore", "a.tar", "back"], DONE, r"(?s)^Restored back, verified whole: 42 entries; .*key was not in the backup", UNSURE)
tap.same(tables(at("back")), before, "what was restored is what was there, row for row")
tap.same(sorted(os.listdir(at("back"))), ["checkpoint", "log.db", "unconfirmed"], "and nothing else, but a mark that it was held against nothing newer")
tap.same([stat.S_IMODE(os.stat(path).st_mode) for path in (at("back"), at("back", "log.db"))], [0o700, 0o600], "for its owner alone")
case("it is sound", ["verify", "back"], DONE, r"^Sound: 42 entries")
case("without the key nothing is filed", ["file", "back", "-"], CANNOT, "", r"log\.key is missing", json.dumps(listed(99)))
case("restore into what is there", ["restore", "a.tar", "back"], CANNOT, "", r"^comity: back: it is there already")
ran = case("restore with the key", ["restore", "k.tar", "back2/", "--json"], DONE, None, UNSURE)
tap.same({k: v for k, v in json.loads(ran.stdout).items() if k != "root"}, {"entries": 42, "uncovered": 0, "size": 42, "key": True}, "as JSON")
for words in (["file", "back2", "-"], ["load", "back2", "record.jsonl"], ["serve", "back2", "--port", "0", "--accept"], ["adopt", "back2", "--org", ORG],
              ["anchor", "back2", "--tsa", "http://127.0.0.1:1/", "--ca", "/etc/ssl/certs/ca-certificates.crt"]):
    ran = run(*words, stdin=json.dumps(listed(99)))
    tap.ok(ran.returncode == NO and re.search(r"^comity: back2: .*second history.* \(comity restore --confirm back2 .*operating\.md", ran.stderr) or words[0] == "anchor" and ran.returncode,
           f"{words[0]}: nothing is signed there before somebody confirms", ran.stderr)
tap.same(tables(at("back2")), before, "and nothing is changed")
case("it can be asked", ["ask", "back2", 'status("S1")'], NO, r"^no|none", "")
case("and verified", ["verify", "back2"], DONE, r"^Sound: 42 entries")
server = subprocess.Popen([COMITY, "serve", "back2", "--port", "0"], cwd=work, stderr=subprocess.PIPE, text=True)
url = re.search(r"http://[0-9.:]+", server.stderr.readline()).group()
tap.same(urllib.request.urlopen(url + "/checkpoint", timeout=30).read(), content("data", "checkpoint"), "and served")
server.terminate()
server.communicate(timeout=60)
case("confirmed against another log's checkpoint: refused", ["restore", "--confirm", "back2", "--checkpoint", "record.jsonl"], CANNOT, "",
     r"^comity: the checkpoint to hold it against: ")
case("confirmed against what is not there", ["restore", "--confirm", "back2", "--checkpoint", "none"], CANNOT, "", r"^comity: none: ")
case("confirmed with two directories", ["restore", "--confirm", "back2", "back"], CANNOT, "", r"one directory")
case("a register that was not restored", ["restore", "--confirm", "data"], CANNOT, "", r"^comity: data: nothing is to be confirmed here")
tap.ok(os.path.exists(at("back2", "unconfirmed")), "of all these nothing was confirmed")
case("confirmed against the newest checkpoint", ["restore", "--confirm", "back2/", "--checkpoint", "data/checkpoint"], DONE, r"^Confirmed: ")
case("it goes on", ["file", "back2", "-"], DONE, r"^Filed as act 42", "", json.dumps(listed(99)))
case("and need not be confirmed again", ["restore", "--confirm", "back2"], CANNOT, "", r"nothing is to be confirmed")
tap.same(stat.S_IMODE(os.stat(at("back2", "log.key")).st_mode), 0o600, "the key is for its owner alone")
os.mkdir(at("by-hand"))
with tarfile.open(at("k.tar")) as tar:
    for name in tar.getnames():
        with open(os.open(at("by-hand", name), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(tar.extractfile(name).read())
case("tar alone restores it too", ["file", "by-hand", "-"], DONE, r"^Filed as act 42", "", json.dumps(listed(99)))

# ---- an old backup ---------------------------------------------------------------------------------------------------------

file_one("data", listed(50))
file_one("data", listed(51))
older = r"log\.db holds 42 entries, but 44 were signed: an older copy was put back \(.*second history"
case("an old backup held against a newer checkpoint", ["restore", "k.tar", "old", "--checkpoint", "data/checkpoint"], NO, "", r"^comity: k\.tar: " + older)
tap.ok(not os.path.exists(at("old")) and not left(), "nothing was made")
case("restored without it", ["restore", "k.tar", "old"], DONE, None, UNSURE)
case("and held against it afterwards", ["restore", "--confirm", "old", "--checkpoint", "data/checkpoint"], NO, "", r"^comity: old/?: " + older)
case("stays as it is", ["file", "old", "-"], NO, "", r"second history", json.dumps(listed(52)))
case("unless somebody answers for it", ["restore", "--confirm", "old", "--json"], DONE, r'^\{"confirmed": true\}$')
case("and takes acts then", ["file", "old", "-"], DONE, r"^Filed as act 42", "", json.dumps(listed(52)))
shutil.copytree(at("back"), at("beside"))
for name in ("checkpoint", "log.key"):
    shutil.copy(at("data", name), at("beside"))
case("an old log.db beside a newer checkpoint does not open", ["file", "beside", "-"], CANNOT, "", older, json.dumps(listed(52)))
case("nor is it backed up", ["backup", "beside", "beside.tar"], CANNOT, "", older)
with open(at("kept"), "wb") as file:
    file.write(content("back", "checkpoint"))
case("a new backup", ["backup", "data", "b.tar", "--with-key"], DONE, r"^Wrote b\.tar: 44 entries")
case("held against an older checkpoint", ["restore", "b.tar", "new", "--checkpoint", "kept"], DONE, r"44 entries")
tap.same(content("new", "checkpoint"), content("data", "checkpoint"), "the newer checkpoint stays in the second place")
run("init", "other", "--org", ORG)
case("held against another log's checkpoint", ["restore", "b.tar", "no", "--checkpoint", "other/checkpoint"], NO, "", r"^comity: the checkpoint to hold it against: ")
case("held against nothing that is one", ["restore", "b.tar", "no", "--checkpoint", "record.jsonl"], CANNOT, "", r"^comity: the checkpoint to hold it against: ")
case("held against what is not there", ["restore", "b.tar", "no", "--checkpoint", "none"], CANNOT, "", r"^comity: none: ")

# ---- damaged ---------------------------------------------------------------------------------------------------------------

whole = content("b.tar")


def damaged(name, data, status, err):
    with open(at("bad.tar"), "wb") as file:
        file.write(data)
    case(f"restore of {name}", ["restore", "bad.tar", "no"], status, "", r"^comity: bad\.tar: " + err)


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1:]


damaged("nothing", b"", CANNOT, "it is no backup")
damaged("text", b"x" * 5000, CANNOT, "it is no backup")
damaged("half of it", whole[:len(whole) // 2], CANNOT, "it ends too early")
damaged("all but the end mark", whole.rstrip(b"\0"), CANNOT, "")
damaged("a changed header", flipped(whole, 3), CANNOT, "it is no backup")
entry = before["entry"][7][1]
damaged("a changed entry", flipped(whole, whole.index(entry[:200]) + 40), NO, "entry 7 was changed")
damaged("a changed sealed body", flipped(whole, whole.index(SECRET.encode())), NO, "")
damaged("a changed checkpoint", flipped(whole, whole.rindex(b"\n44\n") + 1), NO, "")
seen, rng = 0, random.Random(int(os.environ.get("SEED", "1")))
for _ in range(int(os.environ.get("N", "40"))):
    with open(at("bad.tar"), "wb") as file:
        file.write(flipped(whole, rng.randrange(len(whole))))
    ran = run("restore", "bad.tar", "no")
    if ran.returncode == DONE:  # a byte that means nothing, or the archive's padding
        if tables(at("no")) != tables(at("data")) or content("no", "log.key") != content("data", "log.key"):
            tap.note("restored what is not the log")
            seen = -1000
        shutil.rmtree(at("no"))
    elif ran.returncode in (NO, CANNOT) and ran.stderr.startswith("comity: ") and not os.path.exists(at("no")):
        seen += 1
    else:
        tap.note(f"exit status {ran.returncode}: {ran.stderr}")
        seen = -1000
tap.ok(seen > 0, "one byte changed anywhere: refused, or it made no difference")
for name in ("../evil", "extra"):
    with tarfile.open(at("bad.tar"), "w", format=tarfile.USTAR_FORMAT) as tar:
        tar.add(at("data", "log.db"), "log.db")
        tar.add(at("data", "checkpoint"), name)
    case(f"restore of an archive with {name}", ["restore", "bad.tar", "no"], CANNOT, "", r"^comity: bad\.tar: it holds something")
with tarfile.open(at("bad.tar"), "w", format=tarfile.USTAR_FORMAT) as tar:
    tar.add(at("data", "log.db"), "log.db")
case("restore of an archive without a checkpoint", ["restore", "bad.tar", "no"], CANNOT, "", r"^comity: bad\.tar: it holds no checkpoint")
tap.ok(not os.path.exists(at("no")) and not left() and not os.path.exists(at("evil")), "of all these nothing was made")

# ---- beside a writer and a server ------------------------------------------------------------------------------------------

server = subprocess.Popen([COMITY, "serve", "data", "--port", "0"], cwd=work, stderr=subprocess.PIPE, text=True)
server.stderr.readline()
with open(at("more.jsonl"), "w", encoding="utf-8") as file:
    for i in range(100, 2500):
        file.write(json.dumps(listed(i)) + "\n")
writer = subprocess.Popen(f"for i in $(seq 30); do head -n $((i * 80)) more.jsonl | tail -n 80 | '{COMITY}' load data - >>loads || exit 1; done",
                          shell=True, cwd=work)
sizes, n = [], 0
while writer.poll() is None:
    ran = run("backup", "data", f"live{n}.tar", "--json")
    sizes.append(json.loads(ran.stdout) if ran.returncode == DONE else ran.stderr)
    n += 1
tap.same(writer.returncode, 0, "the writer was not held up by backups")
server.terminate()
server.communicate(timeout=60)
tap.same(server.returncode, 0, "nor the server")
tap.ok(all(isinstance(s, dict) and s["uncovered"] == 0 for s in sizes) and sizes[0]["entries"] < sizes[-1]["entries"],
       f"{n} backups beside a writer, each up to a checkpoint", sizes)
good = 0
for i in {0, n // 3, n // 2, n - 1}:
    good += run("restore", f"live{i}.tar", f"live{i}", "--checkpoint", "kept").returncode == DONE
    held, now = tables(at(f"live{i}")), tables(at("data"))
    good -= held["entry"] != now["entry"][:sizes[i]["entries"]] or held["checkpoint"] != now["checkpoint"][:len(held["checkpoint"])]
tap.same(good, len({0, n // 3, n // 2, n - 1}), "each restores to the log as it was then")

# ---- what others left, and what is in the way --------------------------------------------------------------------------------

for name in ("p.tar.part", "p.tar.part.db", "p.tar.part.db-journal", "p.tar.part.db-wal"):
    with open(at(name), "wb") as file:
        file.write(b"left by a process that died" * 1000)
case("backup takes over what another left", ["backup", "data", "p.tar"], DONE, None)
os.mkdir(at("p.restoring"))
shutil.copy(at("a.tar"), at("p.restoring", "log.db"))
case("restore takes over what another left", ["restore", "p.tar", "p"], DONE, None, UNSURE)
tap.ok(tables(at("p")) == tables(at("data")) and not left(), "and all of it is new")
os.mkdir(at("q.restoring"))
for name in ("log.db", "letters"):
    shutil.copy(at("a.tar"), at("q.restoring", name))
case("restore takes over nothing else", ["restore", "p.tar", "q"], CANNOT, "", r"^comity: q\.restoring: it is in the way")
tap.same(sorted(os.listdir(at("q.restoring"))), ["letters", "log.db"], "and leaves it alone")
shutil.rmtree(at("q.restoring"))
with open(at("r.tar.part"), "wb") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    case("two backups of one name", ["backup", "data", "r.tar"], CANNOT, "", r"^comity: r\.tar\.part: another process is writing it")
os.remove(at("r.tar.part"))

# ---- rebuild -----------------------------------------------------------------------------------------------------------------


def fresh():
    """`d`, a register as it was, to be damaged."""
    shutil.rmtree(at("d"), ignore_errors=True)
    shutil.copytree(at("by-hand"), at("d"))


def mended(name, sql, count):
    fresh()
    forge("d", sql)
    tap.ok(tables(at("d")) != small, f"{name}: something is wrong before")
    case(f"{name}: verify says what helps", ["verify", "d"], NO, "", r"'comity rebuild' makes the tree anew")
    case(f"{name}: mended", ["rebuild", "d"], DONE, rf"^Rebuilt d from 43 entries: 82 hashes of the tree, {count} of which had been wrong")
    tap.ok(tables(at("d")) == small, f"{name}: row for row as it was")


def refused(name, err, *sql):
    fresh()
    for one in sql:
        forge("d", one)
    wrong = tables(at("d"))
    case(f"{name}: refused", ["rebuild", "d"], NO, "", rf"^comity: d: {err}.*\(nothing was changed; ")
    tap.ok(tables(at("d")) == wrong, f"{name}: nothing was changed")


large, small = tables(at("data")), tables(at("by-hand"))
size = len(large["entry"])
case("rebuild", ["rebuild", "data"], DONE, rf"^Rebuilt data from {size} entries: \d+ hashes of the tree, all as they were\.\n.*newest checkpoint, over {size}, root ")
tap.ok(tables(at("data")) == large, f"byte for byte the same from {size} entries")
case("it is sound", ["verify", "data"], DONE, rf"^Sound: {size} entries")
ran = case("rebuild as JSON", ["rebuild", "by-hand", "--json"], DONE, None)
tap.same({k: v for k, v in json.loads(ran.stdout).items() if k != "root"}, {"entries": 43, "hashes": 82, "mended": 0, "size": 43}, "as JSON")
case("rebuild of nothing", ["rebuild", "nowhere"], CANNOT, "", r"^comity: nowhere: ")

mended("a hash that is gone", "DELETE FROM hash WHERE place = 5", 1)
mended("hashes that are others", "UPDATE hash SET digest = zeroblob(32) WHERE place % 4 = 1", 21)
mended("hashes that are none", "UPDATE hash SET digest = x'00' WHERE place < 3", 3)
mended("hashes of nothing", "INSERT INTO hash VALUES (82, zeroblob(32)), (9000000000, zeroblob(32))", 2)
mended("no hash at all", "DELETE FROM hash", 82)
other = "CAST(replace(CAST(bytes AS TEXT), 'sig', 'gis') AS BLOB)"
unfit = r"entries were changed: those from {} to {} do not give the tree that was signed"
refused("an entry that was changed", unfit.format(1, 40), f"UPDATE entry SET bytes = {other} WHERE idx = 9")
refused("the last entry changed", unfit.format(42, 42), f"UPDATE entry SET bytes = {other} WHERE idx = 42")
refused("entries in another order", unfit.format(1, 40), "UPDATE entry SET idx = idx + 1000 WHERE idx IN (7, 8)", "UPDATE entry SET idx = 1015 - idx WHERE idx > 1000")
refused("an entry that is gone", "entry 9 is missing", "DELETE FROM entry WHERE idx = 9")
refused("the last entries gone", "43 entries were signed, 41 are here", "DELETE FROM entry WHERE idx > 40")
refused("and their checkpoints too", "43 entries were signed, 41 are here", "DELETE FROM entry WHERE idx > 40", "DELETE FROM checkpoint WHERE size > 41")
refused("a checkpoint that was changed", "the stored checkpoint over 42 entries is not", "UPDATE checkpoint SET note = substr(note, 2) WHERE size = 42")
refused("a checkpoint in another's place", unfit.format(41, 41), "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 41) WHERE size = 42")
refused("no checkpoint", "there is no entry, or no signed checkpoint", "DELETE FROM checkpoint")

fresh()
forge("d", "DELETE FROM checkpoint WHERE size > 41")
with open(at("d", "checkpoint"), "wb") as file:
    file.write(next(note for size, note in small["checkpoint"] if size == 41))
as_crashed = tables(at("d"))
case("entries without a checkpoint, as a crash leaves them", ["rebuild", "d"], DONE, r"(?s)from 43 entries: .*newest checkpoint, over 41, ")
tap.ok(tables(at("d")) == as_crashed, "stay as they are")
forge("d", "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"payload\":\"ey', '\"payload\":\"eY') AS BLOB) WHERE idx = 42")
case("unless they are not what was signed", ["rebuild", "d"], NO, "", r"^comity: d: entry 42 was changed or replaced")

# The index of the blobs, damaged in the file itself: found nowhere by its name, a document is there again.
fresh()
db = sqlite3.connect(at("d", "log.db"))
root, = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_blob_1'").fetchone()
page, = db.execute("PRAGMA page_size").fetchone()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
with open(at("d", "log.db"), "r+b") as file:
    file.seek((root - 1) * page)
    index = file.read(page)
    place = min(index.index(row[0]) for row in small["blob"])
    file.seek((root - 1) * page + place)
    file.write(bytes([index[place] ^ 0xff]))
case("a damaged index of documents", ["verify", "d"], NO, "", r"^comity: d")
case("is made anew", ["rebuild", "d"], DONE, r"^Rebuilt d from 43 entries")
case("and sound", ["verify", "d"], DONE, r"^Sound: 43 entries")

kept = {"entry", "hash", "checkpoint", "schema", "identity"}
done = faults = 0
fresh()
image = content("d", "log.db")
for _ in range(int(os.environ.get("N", "40"))):
    fresh()
    damage = bytearray(image)
    for _ in range(3):
        damage[rng.randrange(len(image))] ^= 1 << rng.randrange(8)
    with open(at("d", "log.db"), "wb") as file:
        file.write(damage)
    ran = run("rebuild", "d")
    if ran.returncode == DONE:
        now = tables(at("d"))
        done += 1
        faults += any(now[table] != small[table] for table in kept)
    else:
        faults += ran.returncode not in (NO, CANNOT) or not ran.stderr.startswith("comity: ") or content("d", "log.db") != bytes(damage)
tap.ok(faults == 0, f"three bits changed anywhere: {done} times rebuilt as it was, else refused with nothing changed", faults)

fresh()
with open(at("d", "log.key"), "rb") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    case("rebuild beside a writer", ["rebuild", "d"], CANNOT, "", r"another process is writing here")
server = subprocess.Popen([COMITY, "serve", "d", "--port", "0"], cwd=work, stderr=subprocess.PIPE, text=True)
url = re.search(r"http://[0-9.:]+", server.stderr.readline()).group()


def served():
    return [urllib.request.urlopen(url + path, timeout=30).read() for path in ("/checkpoint", "/act/7.tlog-proof", "/tile/0/000.p/43", "/tile/entries/000.p/43")]


seen = served()
case("rebuild beside a server", ["rebuild", "d"], DONE, None)
tap.same(served(), seen, "which goes on as before")
server.terminate()
server.communicate(timeout=60)
os.remove(at("d", "log.key"))
case("rebuild without the key", ["rebuild", "d"], DONE, None)
tap.ok(tables(at("d")) == small, "row for row as it was")

# ---- a full disk: no file may grow beyond 20 kB ---------------------------------------------------------------------------------


def in_little_room():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))


full = tables(at("p"))
ran = subprocess.run([COMITY, "rebuild", "p"], capture_output=True, text=True, cwd=work, preexec_fn=in_little_room, timeout=60)
tap.ok(ran.returncode == CANNOT and ran.stderr.startswith("comity: ") and tables(at("p")) == full, "rebuild without room says so, and changes nothing", ran.stderr)
for words in (["backup", "data", "full.tar"], ["restore", "p.tar", "full"]):
    ran = subprocess.run([COMITY, *words], capture_output=True, text=True, cwd=work, preexec_fn=in_little_room, timeout=60)
    tap.ok(ran.returncode == CANNOT and ran.stderr.startswith("comity: ") and not os.path.exists(at(words[2])) and not left(),
           f"{words[0]} without room says so, and leaves nothing", ran.stderr)

# ---- killed ------------------------------------------------------------------------------------------------------------------


def killed(words, made, sound, tries=25):
    """Kills the command at moments all over its run, and then between the last at which nothing was there and the first at which all was, until
    one of them left something half-made. What has the final name is whole; the half-made is taken over."""
    began = time.monotonic()
    run(*words)
    took = time.monotonic() - began
    half = whole_ones = faults = 0
    early, late = 0, took
    for i in range(20 * tries):
        if i >= tries and half:
            break
        moment = took * (i + 1) / tries if i < tries else random.uniform(min(early, late), max(early, late))
        (shutil.rmtree if os.path.isdir(at(made)) else os.remove)(at(made)) if os.path.exists(at(made)) else None
        process = subprocess.Popen([COMITY, *words], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        process.kill()
        process.wait()
        if os.path.exists(at(made)):
            whole_ones += 1
            late = min(late, moment)
            faults += not sound()
        elif left():
            half += 1
        else:
            early = max(early, moment)
    if not os.path.exists(at(made)):
        faults += run(*words).returncode != DONE
    faults += not sound() or bool(left())
    return faults, half, whole_ones


def backup_sound():
    shutil.rmtree(at("k"), ignore_errors=True)
    return run("restore", "k2.tar", "k").returncode == DONE and tables(at("k")) == newest


newest = tables(at("data"))
faults, half, good = killed(["backup", "data", "k2.tar"], "k2.tar", backup_sound)
tap.ok(faults == 0 and half > 0, f"backup killed: {half} times half-made, {good} times whole, never between", faults)
faults, half, good = killed(["restore", "k2.tar", "r9"], "r9", lambda: tables(at("r9")) == newest)
tap.ok(faults == 0 and half > 0, f"restore killed: {half} times half-made, {good} times whole, never between", faults)

began = time.monotonic()
run("rebuild", "data")
took, faults, tries = time.monotonic() - began, 0, 20
for i in range(tries):
    forge("data", "DELETE FROM hash WHERE place % 7 = 3")
    wrong = tables(at("data"))
    process = subprocess.Popen([COMITY, "rebuild", "data"], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(took * (i + 1) / tries)
    process.kill()
    process.wait()
    faults += tables(at("data")) not in (wrong, newest)
    faults += run("rebuild", "data").returncode != DONE or tables(at("data")) != newest
tap.same(faults, 0, "rebuild killed: as before or as made anew, never between")

shutil.rmtree(work)
tap.done()
