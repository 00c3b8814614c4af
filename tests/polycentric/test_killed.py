# SPDX-License-Identifier: Apache-2.0
"""A mirror that is killed at any moment goes on from what it holds, and never shows half of a step. And two mirrors do not write into
one directory."""
import random
import sqlite3
import threading

import polycentric as p
import tap

rng, tries = random.Random(int(p.os.environ.get("SEED", "1"))), int(p.os.environ.get("N", "30"))



class Moment:
    """The moment at which a mirror has asked for `wanted` things: it waits for the answer to the last of them until it is let go."""

    def __init__(self):
        self.wanted, self.asked, self.reached, self.go = 0, 0, threading.Event(), threading.Event()
        self.go.set()

    def set(self, wanted):
        self.wanted, self.asked = wanted, 0
        self.reached.clear()
        self.go.clear()

    def alter(self, path, status, body):
        self.asked += 1
        if self.asked == self.wanted:
            self.reached.set()
            self.go.wait(p.PATIENCE)
        return status, body


with p.Park() as park:
    register = park.register(300)
    doctor = park.doctor(register)
    moment = Moment()
    doctor.alter = moment.alter
    park.mirror_once(doctor.url, "measured", register.vkey)
    things = moment.asked
    words = [p.COMITY, "mirror", doctor.url, park.at("copy"), "--key", register.vkey, "--once"]
    sizes, wrong, cut = [0], [], 0
    for i in range(tries):
        if i % 3 == 0:
            register.file(p.listed(f"KILL{i}"))
        moment.set(rng.randint(1, things))
        process = p.subprocess.Popen(words, stdout=p.subprocess.DEVNULL, stderr=p.subprocess.DEVNULL)
        # In the middle of a question; or some moments after it, while what came is written down.
        p.wait_for(lambda process=process: moment.reached.is_set() or process.poll() is not None, 3 * p.PATIENCE)
        if i % 2:
            moment.go.set()
            p.time.sleep(rng.random() * 0.05)
        cut += process.poll() is None
        process.kill()
        process.wait()
        moment.go.set()
        if not p.os.path.exists(park.at("copy", "checkpoint")):
            continue
        ran = p.subprocess.run([p.COMITY, "verify", park.at("copy"), "--json"], capture_output=True, text=True)
        verdict = p.json.loads(ran.stdout)
        if ran.returncode or verdict["uncovered"] or verdict["entries"] < sizes[-1]:
            wrong.append((ran.stderr, verdict))
        sizes.append(verdict["entries"])
    tap.ok(cut >= tries / 4 and not wrong, f"killed {cut} times in the middle: always sound, never less than before, never half a step", wrong)
    ran = park.mirror_once(doctor.url, "copy", register.vkey)
    tap.ok(ran.status == p.IN_STEP and not ran.evidence(), "and it goes on", ran.err)
    size = register.row("SELECT count(*) FROM entry")
    mine, theirs = (sqlite3.connect(park.at(name, "log.db")) for name in ("copy", "register"))
    for table, key in (("entry", "idx"), ("hash", "place"), ("blob", "sha256")):
        rows = [db.execute(f"SELECT * FROM {table} ORDER BY {key}").fetchall() for db in (mine, theirs)]
        tap.ok(rows[0] == rows[1] and rows[0], f"row for row what the register holds: {table}")
    mine.close()
    theirs.close()

    # What was fetched before the server was gone is not fetched again.
    doctor.alter = lambda path, status, body: (500, b"") if path.startswith("/tile/entries/001") else (status, body)
    ran = park.mirror_once(doctor.url, "broken", register.vkey)
    tap.ok(ran.status == p.UNREADABLE and p.os.listdir(park.at("broken", "incoming")) == ["0"], "a copy that breaks off keeps what has come", ran.err)
    doctor.alter = lambda path, status, body: (status, body)
    doctor.asked.clear()
    tap.same(park.mirror_once(doctor.url, "broken", register.vkey).status, p.IN_STEP, "and goes on")
    tap.ok("/tile/entries/000" not in doctor.asked and not p.os.path.exists(park.at("broken", "incoming")), "without fetching it again", doctor.asked)
    for name, spoil in (("spoilt by the disk", lambda data: data[:100] + b"x" + data[101:]), ("changed with care", lambda data: p.notes.sha(b"") + data[32:]),
                        ("another bundle", lambda data: p.notes.sha(data[32:400]) + data[32:400])):
        doctor.alter = lambda path, status, body: (500, b"") if path.startswith("/tile/entries/001") else (status, body)
        park.mirror_once(doctor.url, "b" + name[:3], register.vkey)
        kept = park.at("b" + name[:3], "incoming", "0")
        with open(kept, "rb") as file:
            data = file.read()
        with open(kept, "wb") as file:
            file.write(spoil(data))
        doctor.alter = lambda path, status, body: (status, body)
        ran = park.mirror_once(doctor.url, "b" + name[:3], register.vkey)
        tap.ok(ran.status == p.IN_STEP and not ran.evidence(), f"what was kept is {name}: it is fetched, and nobody accused", ran.err)

    mirror = park.mirror(register.url, "copy", register.vkey)
    tap.ok(mirror.in_step_with(size), "a mirror that runs", mirror.err())
    ran = park.mirror_once(register.url, "copy", register.vkey)
    tap.ok(ran.status == p.UNREADABLE and "another process is writing here" in ran.err, "and a second one into the same directory, which is refused", ran.err)
    ran = park.mirror_once(register.url, "register", register.vkey)
    tap.ok(ran.status == p.UNREADABLE and "the log's own key is here" in ran.err, "nor does it write into the register itself", ran.err)
    backup = park.run("backup", mirror.data, park.at("copy.tar"))
    tap.ok(f"{size} entries" in backup.stdout, "a copy is backed up while it is followed into")
    park.run("rebuild", mirror.data)
    register.file(p.listed("AFTER"))
    tap.ok(mirror.in_step_with(size + 1), "and goes on after its tree was made anew beside it", mirror.err())
    park.run("restore", park.at("copy.tar"), park.at("back"))
    tap.same(park.mirror_once(register.url, "back", register.vkey).status, p.IN_STEP, "a backup of a copy, restored, goes on as a mirror")
    mirror.kill()
    mirror.start()
    register.file(p.listed("AGAIN"))
    tap.ok(mirror.in_step_with(size + 2), "killed and started, it serves and follows", mirror.err())
    tap.same(mirror.stop(), p.IN_STEP, "and ends when it is told to")
tap.done()
