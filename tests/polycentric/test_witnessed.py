# SPDX-License-Identifier: Apache-2.0
"""A witness that was shown another history: the register says so at once, though others are enough and its deadline is far; and what the
witness keeps convinces whoever has the register's key, as the evidence of a mirror does."""
import json
import os
import re
import subprocess

import polycentric as p
import tap

FAR = 7 * 86400  # the deadline plays no part here


class Register(p.Register):
    options = ("--deadline", str(FAR))

    def published(self):
        status, body = p.get(self.url + "/checkpoint")
        return int(body.split(b"\n")[1]) if status == 200 else None

    def alert(self):
        found = re.search(r'<aside class="alert".*?</aside>', p.get(self.url + "/en/")[1].decode(), re.S)
        return re.sub(r"<[^>]*>", "", found[0]) if found else ""

    def states(self):
        return [witness["state"] for witness in json.loads(p.get(self.url + "/api/witnesses")[1])["witnesses"]]


def judge(park, vkey, *files):
    ran = subprocess.run([p.COMITY, "judge", *files, "--key", vkey, "--json"], capture_output=True, text=True, timeout=p.PATIENCE)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else {"verdict": ran.stderr, "claims": []}


with p.Park() as park:
    register = park.keep(Register(park, "register", 20))
    a, c = (park.keep(p.Witness(park, name, register.vkey)).start() for name in "ac")
    register.policy(f"log {register.vkey}\n{a.line}{c.line}group g any a c\nquorum g\n")
    register.start()
    tap.ok(p.wait_for(lambda: register.states() == ["signed", "signed"]) and register.alert() == "", "(two witnesses confirm, and there is no alert)", register.states())

    # Somebody has a copy with the key, and shows another history to one of them.
    register.stop()
    other = park.keep(Register(park, "unused", 0))
    older = register.copy("older")
    other.data = older
    other.file(p.listed("FALSE"))
    other.policy(f"log {register.vkey}\n{c.line}quorum c\n")
    other.start(older)
    tap.ok(p.wait_for(lambda: other.published() == 22), "(a second history is shown to one witness)")
    other.stop()

    # A tree of the same size, then later ones.
    register.file(p.listed("TRUE1"))
    register.start()
    tap.ok(p.wait_for(lambda: "has signed another history" in register.alert()), "alert: it is on the page at once, long before the deadline", register.alert())
    words = register.alert()
    tap.ok("The witness c " in words and "422" in words and "stop the server" in words and "another tree of this size" in words, "alert: who says so, what it said, what to do", words)
    tap.ok(p.wait_for(lambda: register.published() == 22), "alert: what the others confirm is published all the same", register.published())
    tap.ok(p.wait_for(lambda: "has signed another history" in register.err() and "witness c: it refused (422)" in register.err()), "alert: standard error says it", register.err())

    def filed_until(what):
        """A witness that refused is asked again with a later tree, after a while."""
        def one_more():
            filed_until.n = register.file(p.listed(f"TRUE-{register.row('SELECT count(*) FROM entry')}"))
            return p.wait_for(what, 2)
        return p.wait_for(one_more)

    tap.ok(filed_until(lambda: "consistency proof" in register.alert()) and p.wait_for(lambda: register.published() == filed_until.n + 1), "alert: it stays, as long as that witness contradicts",
           register.alert())
    c.stop()
    tap.ok(filed_until(lambda: register.states()[1] == "silent"), "(that witness is gone)", register.states())
    tap.ok("has signed another history" in register.alert(), "alert: also when it says nothing any more", register.alert())
    tap.ok("422" in register.alert() and "422" in json.loads(p.get(register.url + "/api/witnesses")[1])["witnesses"][1]["contradicts"], "alert: in the words that it said then", register.alert())
    tap.same(register.err().count("has signed another history"), 1, "alert: it is told once")

    # A register that was set back: the witness has signed more than there is.
    register.stop()
    back = park.keep(Register(park, "back", 0))
    back.data = park.at("older2")
    park.run("restore", older + ".tar", back.data)
    back.policy(f"log {register.vkey}\n{a.line}quorum a\n")
    back.start(back.data)
    tap.ok(p.wait_for(lambda: "and the log has 21" in back.alert() and "set back" in back.alert()), "alert: a witness that has signed more than the register has", back.alert())
    back.stop()

    # What the witness kept is worth as much as what a mirror keeps.
    folder = park.at("evidence")
    told = park.run("witness", "evidence", c.data, folder).stdout
    kinds = {line[:4]: "same size" in line for line in told.splitlines()}
    tap.ok(sorted(kinds.values()) == [False, True], "(the witness kept a tree of the same size, and a later one)", told)
    for number, same in kinds.items():
        held, refused, request = (os.path.join(folder, f"{number}.{kind}") for kind in ("signed", "refused", "request"))
        name = "same size" if same else "a later tree"
        for files in ((held, request), (request, held)) + (((held, refused),) if same else ()):
            status, judged = judge(park, register.vkey, *files)
            tap.ok(status == 0 and judged["verdict"] == "proved" and any("two histories" in claim for claim in p.claims(judged, "proved")),
                   f"judge: {name}: a stranger finds it proved", (judged, told))
            status, judged = judge(park, p.notes.Key("league.example/acts", 1, b"another").vkey, *files)
            tap.ok(status == 1 and judged["verdict"] == "false", f"judge: {name}: to who knows another key it shows nothing", judged)
        if not same:
            status, judged = judge(park, register.vkey, held, refused)
            tap.ok(status == 1 and judged["verdict"] == "open" and p.claims(judged, "check"), f"judge: {name}, without the proof: nobody is accused", judged)
        with open(request, "rb") as file:
            text = file.read()
        shown = judge(park, register.vkey, held, request)[1]["claims"]  # notes leave the last bits of base64 free: then it is the same signature
        for at in range(0, len(text), 7):
            with open(park.at("changed"), "wb") as file:
                file.write(text[:at] + bytes([text[at] ^ 1]) + text[at + 1:])
            status, judged = judge(park, register.vkey, held, park.at("changed"))
            if judged["verdict"] == "proved" and not same and judged["claims"] != shown:
                break
            if status not in (0, 1, 2):
                break
        else:
            at = None
        tap.ok(at is None, f"judge: {name}: a request that was changed proves nothing else", (at, judged))
    print_out = subprocess.run([p.COMITY, "judge", held, request, "--key", register.vkey], capture_output=True, text=True).stdout
    tap.ok(print_out.startswith("Two checkpoints.") and "proves it, against the key of league.example/acts" in print_out, "judge: in words", print_out)

    def signed(text):
        return text + "\n" + register.key().note(text)

    # Checkpoints that do not contradict each other, and what is none.
    early, late = park.at("early"), park.at("late")
    entries = register.entries()
    key = register.key()
    for path, log in ((early, p.Log(key, entries[:9])), (late, p.Log(key, entries))):
        with open(path, "wb") as file:
            file.write(log.checkpoint)
    tap.same(judge(park, register.vkey, early, late)[1]["verdict"], "open", "judge: two sizes without a proof")
    tap.same(judge(park, register.vkey, late, late)[1]["verdict"], "false", "judge: the same twice")
    with open(park.at("nothing"), "wb"):
        pass
    for name, files, words in (("one of two", (held,), "name two files"), ("an empty one", (park.at("nothing"), late), "is empty"), ("two requests", (request, request), "both are requests"),
                               ("no note", (os.path.join(register.data, "log.db"), late), ""), ("three", (held, request, late), "too much")):
        status, judged = judge(park, register.vkey, *files)
        tap.ok(status == 2 and words in judged["verdict"], f"judge: {name}: said", judged)
    note = signed("league.example/acts\n0\n" + p.notes.b64(p.notes.sha(b"nothing")) + "\n")
    with open(park.at("none"), "w", encoding="utf-8") as file:
        file.write("old 0\n\n" + note)
    for files in ((park.at("nothing"), park.at("none")), (late, park.at("none"))):
        tap.same(judge(park, register.vkey, *files)[1]["verdict"], "proved", "judge: a log of no entries with a root that it cannot have")
    note = signed("league.example/acts\n0\n" + p.notes.b64(p.notes.sha(b"")) + "\n")
    with open(park.at("none"), "w", encoding="utf-8") as file:
        file.write(note)
    tap.same(judge(park, register.vkey, late, park.at("none"))[1]["verdict"], "false", "judge: and with the one that it has")
tap.done()
