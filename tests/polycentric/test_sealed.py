# SPDX-License-Identifier: Apache-2.0
"""What a mirror makes of a record of which it can read some: it accuses nobody because it lacks a body, whatever depends on it, and it opens
what it is given later; but what is sealed must be an act by who might sign it, as what is open."""
import base64
import json
import os
import shutil
import sqlite3

import polycentric as p
import tap

SOURCES = {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}
SEALED = "application/vnd.comity.sealed.v1+json"


def organisation(park, name, **members):
    """The League with these members of org.json."""
    folder = park.at(name)
    shutil.copytree(p.ORG, folder)
    path = os.path.join(folder, "org.json")
    with open(path, encoding="utf-8") as file:
        org = json.load(file)
    org["audiences"] = [{"word": "members", "who": "status({P}) is member"}, {"word": "observers", "who": "status({P}) is observer"}]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(org | members, file)
    return folder


def bodies(copy):
    db = sqlite3.connect(os.path.join(copy, "log.db"))
    count = db.execute("SELECT count(*) FROM blob WHERE type = ?", (SEALED,)).fetchone()[0]
    db.close()
    return count


def act(kind, who=None, **args):
    return {"kind": kind, "date": "2005-01-01", "args": args} | ({"for": who} if who else {})


def holder(park, register, name):
    key = park.at(name + ".key")
    park.run("key", "new", key, "--name", name)
    park.run("key", "register", register.data, key, "--holder", name)
    return key


with p.Park() as park:
    # Three mirrors of one register: one reads nothing, one reads as a member from the first, one asks for bodies only at the end.
    register = park.register(5, org=organisation(park, "org", may_introduce={"note_made": ["F"]}))
    for party in ("S1", "S2"):
        register.file(act("status_granted", P=party, value="member" if party == "S1" else "observer") | SOURCES)
    member, observer = holder(park, register, "S1"), holder(park, register, "S2")

    def step(what, asks=True):
        """All three are in step, also when they are started again."""
        for copy, options in (("public", ()), ("member", ("--read-with", member)), ("observer", ("--read-with", observer) if asks else ())):
            for again in ("", ", and started again"):
                ran = park.mirror_once(register.url, copy, register.vkey, *options)
                tap.ok(ran.status == p.IN_STEP and not ran.evidence() and "could not" not in ran.err, f"{what}: {copy}{again}: in step", ran.err)

    step("before anything is sealed")
    first = register.file(act("state_listed", ["members"], S="HIDDEN"))
    register.file(act("state_listed", ["members", "observers"], S="SHADE"))
    step("sealed acts")
    register.file(act("state_listed", ["members"], S="HIDDEN2") | {"corrects": first})
    step("a sealed correction of a sealed act", asks=False)

    # Under the next text the name in an open act is introduced by a sealed one alone.
    register.file(act("note_made", A="1", F="RED"))
    register.file(act("flag_raised", ["members"], F="RED", colour="red"))
    step("a name that an open act and then a sealed one introduces", asks=False)
    park.run("adopt", register.data, "--org", organisation(park, "org2"))
    step("a rulebook under which the sealed act alone introduces it", asks=False)
    ran = park.mirror_once(register.url, "fresh", register.vkey)
    tap.ok(ran.status == p.IN_STEP and bodies(ran.data) == 0, "a new copy without bodies of all that", ran.err)
    tap.same([bodies(park.at(copy)) for copy in ("public", "member", "observer")], [0, 4, 1], "each holds what it may read")
    for copy, key in (("fresh", member), ("observer", observer)):
        ran = park.mirror_once(register.url, copy, register.vkey, "--read-with", key)
        tap.ok(ran.status == p.IN_STEP, f"{copy}: bodies are asked for now", ran.err)
    tap.same([bodies(park.at(copy)) for copy in ("fresh", "observer")], [4, 1], "they come")
    for copy in ("public", "member", "observer", "fresh"):
        tap.ok("Sound: " in park.run("verify", park.at(copy)).stdout, f"{copy}: verifies")
        park.run("ask", park.at(copy), 'status("S1")')
    park.run("ask", park.at("fresh"), 'status("HIDDEN2")', "--as", "members", status=1)

    # The correction's body comes, that of the act that it corrects does not; then both.
    doctor = park.doctor(register)

    def without_first(path, status, body):
        if path != "/api/bodies" or b'"body"' not in body:
            return status, body
        answer = json.loads(body)
        answer["entries"] = [one for one in answer["entries"] if one["entry"] != first]
        return status, json.dumps(answer).encode()

    doctor.alter = without_first
    for again in ("", " once more"):
        ran = park.mirror_once(doctor.url, "half", register.vkey, "--read-with", member)
        tap.ok(ran.status == p.IN_STEP and f"the body of entry {first} can be read, and does not give it out" in ran.err and bodies(ran.data) == 3,
               f"an act is kept back{again}: its correction is held, and stays shut", ran.err)
    tap.ok("Sound: " in park.run("verify", park.at("half")).stdout, "the copy verifies")
    ran = park.mirror_once(register.url, "half", register.vkey, "--read-with", member)
    tap.ok(ran.status == p.IN_STEP and bodies(ran.data) == 4, "when it is given out, both are open", ran.err)
    park.run("ask", park.at("half"), 'status("HIDDEN2")', "--as", "members", status=1)

    # The register signs, sealed, what it might not.
    key, entries = register.key(), register.entries()

    def fraud(name, body, words, verdict, proved):
        text = json.dumps(body).encode()
        pos = len(entries)
        entry = p.notes.envelope(b'{"kind":"sealed","commitment":"sha256:' + p.hashlib.sha256(text).hexdigest().encode() + b'"}', [key])
        log = p.Log(key, entries + [entry])

        def alter(path, status, answer):
            if path.startswith("/api/facts"):
                return p.get(f"{register.url}/api/facts?known={pos - 1}")
            if path == "/api/bodies":
                answer = json.loads(answer)
                listed = not answer["entries"] or isinstance(answer["entries"][0], int)
                answer["entries"].append(pos if listed else {"entry": pos, "body": text.decode()})
                return 200, json.dumps(answer | {"next": pos + 1, "size": pos + 1}).encode()
            return log.alter(path, status, answer)

        cheat = park.doctor(register)
        cheat.alter = alter
        copy = "fraud-" + name.replace(" ", "-")
        tap.same(park.mirror_once(cheat.url, copy, register.vkey).status, p.IN_STEP, f"{name}: who cannot read it sees nothing wrong")
        ran = park.mirror_once(cheat.url, copy, register.vkey, "--read-with", member)
        said = [line for line in ran.err.splitlines() if line.startswith("comity: ")]
        tap.ok(ran.status == p.FRAUD and len(said) == 1 and f"Entry {pos} stands in the log" in said[0], f"{name}: who can does", ran.err)
        shown = ran.err + json.dumps(p.json.load(open(park.at(copy, "mirror.json"))))
        tap.ok(not any(word in shown for word in ("SECRET", "praised", words)), f"{name}: what is said aloud gives nothing away", shown)
        folder = park.at(copy, "evidence", "sealed")
        kept = os.listdir(folder) if os.path.isdir(folder) else []
        tap.ok(len(kept) == 1 and os.listdir(park.at(copy, "evidence")) == ["sealed"] and os.stat(os.path.join(folder, kept[0])).st_mode & 0o077 == 0,
               f"{name}: evidence is kept, for its owner's eyes", kept)
        path = os.path.join(folder, kept[0])
        status, judged = park.judge(path, register.vkey)
        tap.ok(judged["verdict"] == verdict and status == (0 if verdict == "proved" else 1) and not p.claims(judged, "false"), f"{name}: a stranger finds it {verdict}", judged)
        tap.ok(any("the one that it commits to" in claim for claim in p.claims(judged, "proved")) and any(proved in claim for claim in p.claims(judged, "proved")),
               f"{name}: what is proved of it", judged)
        if verdict == "word":
            tap.ok(any("for members" in claim for claim in p.claims(judged, "care")), f"{name}: and who may see it", judged)
            tap.ok(any(words in claim for claim in p.claims(judged, "check")), f"{name}: and what whoever has a copy can check", judged)
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        found["body"] = base64.b64encode(text.replace(b"SECRET", b"OTHERS")).decode()
        with open(park.at("changed.json"), "w", encoding="utf-8") as file:
            json.dump(found, file)
        tap.same(park.judge(park.at("changed.json"), register.vkey)[1]["verdict"], "false", f"{name}: with another body the file shows nothing")
        tap.ok("Sound: " in park.run("verify", park.at(copy)).stdout and text not in [row[0] for row in sqlite3.connect(park.at(copy, "log.db")).execute("SELECT bytes FROM blob")],
               f"{name}: the body was not taken in")
        server = park.server(park.at(copy))
        tap.ok(p.get(f"{server.url}/evidence/{kept[0]}")[0] == 404 and p.get(f"{server.url}/evidence/sealed/{kept[0]}")[0] == 404 and
               json.loads(p.get(f"{server.url}/api/mirror")[1])["alert"]["evidence"] is None, f"{name}: nor is the evidence served")
        tap.same(park.mirror_once(cheat.url, copy, register.vkey, "--resume").status, p.IN_STEP, f"{name}: told to go on without bodies, it does")
        tap.same(park.mirror_once(cheat.url, copy, register.vkey, "--read-with", member).status, p.FRAUD, f"{name}: with them, it is found again")

    salt = "ab" * 32
    fraud("an act that others sign", {"salt": salt, "act": act("praised", ["members"], P="S2") | {"title": {"en": "SECRET"}}}, "no key of it has signed", "word", "SECRET")
    fraud("no act of the rulebook", {"salt": salt, "act": act("praised_aloud", ["members"], P="SECRET")}, "praised_aloud", "word", "SECRET")
    fraud("an act for nobody", {"salt": salt, "act": act("praised", P="SECRET")}, "praised", "proved", "no act for a named audience")
    fraud("no act at all", {"salt": "SECRET"}, "salt of", "proved", "no act for a named audience")
tap.done()
