# SPDX-License-Identifier: Apache-2.0
"""A register whose newest entries are lost: an older backup does not pass for the newest, and each way on that docs/operating.md describes is
gone here by the commands that stand there.

    test_lost.py COMITY ORGANISATION
"""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

COMITY, ORG = map(os.path.abspath, sys.argv[1:3])
os.environ["COMITY"] = COMITY
import served  # noqa: E402

DONE, NO, CANNOT = 0, 1, 2
OLDER = r"log\.db holds 42 entries, but 44 were signed: an older copy was put back"
work = tempfile.mkdtemp(prefix="comity-lost-")


def at(*parts):
    return os.path.join(work, *parts)


def run(*words, stdin=""):
    return subprocess.run([COMITY, *words], input=stdin, capture_output=True, text=True, cwd=work, timeout=120)


def must(*words, stdin=""):
    ran = run(*words, stdin=stdin)
    if ran.returncode:
        sys.exit(f"{' '.join(words)}: {ran.stderr}")
    return ran.stdout


def listed(number):
    return json.dumps({"kind": "state_listed", "date": "2000-01-01", "args": {"S": f"S{number}"}})


# ---- what the document says ---------------------------------------------------------------------------------------------------

PORT = served.free_port()
os.makedirs(at("bin"))
os.symlink(COMITY, at("bin", "comity"))
with open(os.path.join(served.ROOT, "docs", "operating.md"), encoding="utf-8") as file:
    TEXT = file.read()


def blocks(section):
    """The commands under a heading, block by block, at home here: other folders, another port."""
    body = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)[1]
    found, lines = [], []
    for line in body.splitlines() + [""]:
        if re.match(r" {4,}(comity|cp|curl|for) ", line):
            lines.append(line.strip())
        elif lines:
            found.append("\n".join(lines))
            lines = []
    return [re.sub(r"/(backups|safe|lost)/", lambda name: at(name[1]) + "/", text).replace("127.0.0.1:8080", f"127.0.0.1:{PORT}") for text in found]


def shell(commands):
    return subprocess.run(["bash", "-ec", commands], capture_output=True, text=True, cwd=work, timeout=120,
                          env={**os.environ, "PATH": at("bin") + ":" + os.environ["PATH"]})


restoring, = blocks("Restore")
from_disk, for_reading, anew = blocks("When the backup is older than the newest checkpoint")

# ---- a register, a backup of it, and two acts more -----------------------------------------------------------------------------

for name in ("backups", "safe", "lost"):
    os.makedirs(at(name))
must("init", "data", "--org", ORG)
must("load", "data", "-", stdin="".join(listed(i) + "\n" for i in range(41)))
must("backup", "data", at("backups", "2026-07-01.tar"))
shutil.copy(at("data", "log.key"), at("safe"))
shutil.copy(at("data", "checkpoint"), at("checkpoint-2026-07-02"))
os.rename(at("data"), at("first"))
ran = shell(restoring)
tap.ok(ran.returncode == 0, "restore, as the document says", ran.stderr)
tap.ok(re.match(r"Sound: 42 entries", must("verify", "data")), "all of it is there")
shutil.rmtree(at("first"))

# The disk that will be lost, as a crash leaves it: what is newest is in the write-ahead log alone.
holder = sqlite3.connect(at("data", "log.db"))
holder.execute("SELECT count(*) FROM entry").fetchone()
for number in (50, 51):
    must("file", "data", "-", stdin=listed(number))
for name in ("log.db", "log.db-wal"):
    shutil.copy(at("data", name), at("lost"))
holder.close()
shutil.copy(at("data", "checkpoint"), at("checkpoint-2026-07-02"))

# ---- the backup is older -------------------------------------------------------------------------------------------------------

os.rename(at("data"), at("whole"))
ran = shell(restoring)
tap.ok(ran.returncode == NO and re.search(OLDER, ran.stderr) and "second history" in ran.stderr, "the older backup is refused in words", ran.stderr)
tap.ok(not os.path.exists(at("data")), "and nothing is made of it")

# 1: somebody has the lost disk. What is in the directory is the backup, with the newest checkpoint beside it.
must("restore", at("backups", "2026-07-01.tar"), "data")
must("restore", "--confirm", "data")
shutil.copy(at("safe", "log.key"), at("data"))
shutil.copy(at("checkpoint-2026-07-02"), at("data", "checkpoint"))
for words in (["file", "data", "-"], ["serve", "data", "--port", str(PORT)], ["backup", "data", "b.tar"]):
    ran = run(*words, stdin=listed(60))
    tap.ok(ran.returncode == CANNOT and re.search(OLDER, ran.stderr), f"{words[0]}: an old log.db beside a newer checkpoint is refused", ran.stderr)
shutil.copy(at("lost", "log.db"), at("data"))
ran = run("verify", "data")
tap.ok(ran.returncode == NO and "44" in ran.stderr + ran.stdout, "one of the two files alone is not enough", ran.stdout + ran.stderr)
ran = shell(from_disk)
tap.ok(ran.returncode == 0 and re.search(r"^Sound: 44 entries", ran.stdout, re.M), "1: from the lost disk, as the document says", ran.stdout + ran.stderr)
tap.ok(re.match(r"Filed as act 44", must("file", "data", "-", stdin=listed(60))), "and it goes on")
shutil.rmtree(at("data"))

# 2: the old one, for reading.
restore, serve = for_reading.split("\n")
ran = shell(restore)
tap.ok(ran.returncode == 0, "2: the old one is restored without a checkpoint and without the key, as the document says", ran.stderr)
process = subprocess.Popen(["bash", "-c", f"exec {serve} --port {PORT}"], stdout=subprocess.DEVNULL, cwd=work,
                           env={**os.environ, "PATH": at("bin") + ":" + os.environ["PATH"]})
try:
    page = ""
    for _ in range(600):
        try:
            page = urllib.request.urlopen(f"http://127.0.0.1:{PORT}/checkpoint", timeout=60).read().decode()
            break
        except OSError:
            time.sleep(0.1)
    tap.same(page.splitlines()[1:2], ["42"], "it is served as it was then")
    ran = run("file", "old", "-", stdin=listed(60))
    tap.ok(ran.returncode == CANNOT and "log.key is missing" in ran.stderr, "and nothing is filed in it", ran.stderr)

    # 3: nobody has what is missing.
    shutil.copytree(ORG, at("org-new"))
    with open(at("org-new", "org.json"), encoding="utf-8") as file:
        org = json.load(file)
    org["origin"] = "league.example/acts-2"
    with open(at("org-new", "org.json"), "w", encoding="utf-8") as file:
        json.dump(org, file)
    ran = shell(anew)
    tap.ok(ran.returncode == 0, "3: a new register under another origin, as the document says", ran.stdout + ran.stderr)
    said = must("verify", "new")
    tap.ok(re.match(r"Sound: 42 entries", said), "it has all acts that were left", said)
    facts = [urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/facts", timeout=60).read()]
finally:
    process.terminate()
    process.wait()
with served.serve(at("new")) as site:
    facts.append(urllib.request.urlopen(site.url + "/api/facts", timeout=60).read())
    note = urllib.request.urlopen(site.url + "/checkpoint", timeout=60).read().decode()
tap.same(facts[0], facts[1], "and the same follows from them")
tap.same(note.splitlines()[0], "league.example/acts-2", "under its own name: no checkpoint of the old one contradicts it")
shutil.rmtree(work)
tap.done()
