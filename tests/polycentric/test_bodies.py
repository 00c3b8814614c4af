# SPDX-License-Identifier: Apache-2.0
"""Sealed acts at mirrors: each owner gets the bodies that it may read, by a request signed with its key, and no others; what is compared and
public stays the same for all."""
import base64
import os
import shutil
import sqlite3

import polycentric as p
import tap

SOURCES = {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}
SEALED = "application/vnd.comity.sealed.v1+json"


def told(who, secret):
    return {"kind": "state_listed", "date": "2005-01-01", "args": {"S": secret}, "for": who}


def bodies(copy):
    """The secrets in the copy."""
    db = sqlite3.connect(os.path.join(copy, "log.db"))
    found = b" ".join(row[0] for row in db.execute("SELECT bytes FROM blob WHERE type = ?", (SEALED,)))
    return {secret for secret in ("QM", "QO", "QK", "QB", "QL") if f'"S": "{secret}"'.encode() in found}


with p.Park() as park:
    org = park.at("org")
    shutil.copytree(p.ORG, org)
    path = os.path.join(org, "org.json")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('["members", "observers"]', '[{"word": "members", "who": "status({P}) is member"}, {"word": "observers", "who": "status({P}) is observer"}]'))
    register = park.register(5)
    park.run("adopt", register.data, "--org", org)
    for party, value in (("S1", "member"), ("S2", "observer"), ("S3", "member")):
        register.file({"kind": "status_granted", "date": "2001-01-01", "args": {"P": party, "value": value}} | SOURCES)
    keys = {}
    for party in ("S1", "S2", "S3"):
        keys[party] = park.at(party + ".key")
        park.run("key", "new", keys[party], "--name", party)
        park.run("key", "register", register.data, keys[party], "--holder", party)
    for who, secret in ((["members"], "QM"), (["observers"], "QO"), (["S1"], "QK"), (["S1", "S2"], "QB")):
        register.file(told(who, secret))

    wanted = {"S1": {"QM", "QK", "QB"}, "S2": {"QO", "QB"}, "S3": {"QM"}}
    for party, secrets in wanted.items():
        ran = park.mirror_once(register.url, "copy-" + party, register.vkey, "--read-with", keys[party])
        tap.same(ran.status, p.IN_STEP, f"{party} is in step")
        tap.same(bodies(park.at("copy-" + party)), secrets, f"{party} holds the bodies that it may read, and no others")
        tap.ok(park.run("verify", park.at("copy-" + party)), f"what {party} holds verifies")
    ran = park.mirror_once(register.url, "copy-public", register.vkey)
    tap.ok(ran.status == p.IN_STEP and bodies(park.at("copy-public")) == set(), "who does not ask has none", ran.err)

    park.run("ask", park.at("copy-S1"), 'status("QM")', "--as", "members", status=1)
    ran = park.run("ask", park.at("copy-S1"), 'status("QM")', status=2)
    tap.ok('knows no "QM"' in ran.stderr, "a member asks its own copy about what was sealed, and the public knows nothing of it", ran.stderr)
    register.file(told(["members"], "QL"))
    ran = park.mirror_once(register.url, "copy-S1", register.vkey, "--read-with", keys["S1"])
    tap.ok(ran.status == p.IN_STEP and "QL" in bodies(park.at("copy-S1")), "what is sealed later comes with the next round", ran.err)

    # A key for this and nothing else; and keys that are not good for it.
    only = park.at("only.key")
    park.run("key", "new", only, "--name", "S3")
    park.run("key", "delegate", register.data, only, "--holder", "S3", "--by", keys["S3"], "--acts", "bodies_requested")
    ran = park.mirror_once(register.url, "copy-only", register.vkey, "--read-with", only)
    tap.ok(ran.status == p.IN_STEP and bodies(park.at("copy-only")) == {"QM", "QL"}, "a key that was delegated for reading reads", ran.err)
    other, stranger = park.at("other.key"), park.at("stranger.key")
    park.run("key", "new", other, "--name", "S3")
    park.run("key", "new", stranger, "--name", "S9")
    park.run("key", "delegate", register.data, other, "--holder", "S3", "--by", keys["S3"], "--acts", "objected")
    park.run("key", "revoke", register.data, p.re.search(r"\S+", park.run("key", "show", keys["S2"]).stdout)[0], "--by", keys["S2"])
    for name, key, word in (("other", other, "given for other things"), ("stranger", stranger, "not a registered key"), ("revoked", keys["S2"], "ended with entry")):
        ran = park.mirror_once(register.url, "copy-" + name, register.vkey, "--read-with", key, "--cosign", park.at(name + ".cosign"), "--name", "mirror.example/" + name)
        tap.ok(ran.status == p.IN_STEP and "In step" in ran.err and "could not be read" in ran.err and word in ran.err and bodies(park.at("copy-" + name)) == set(),
               f"{name}: in step with what is public, no bodies, and it says why", ran.err)
        tap.ok(os.path.exists(park.at("copy-" + name, "cosigned")), f"{name}: and it co-signs what it holds")
        tap.ok(word in (p.json.load(open(park.at("copy-" + name, "mirror.json")))["unread"] or ""), f"{name}: as its state says too")

    # The server gives out another body.
    doctor = park.doctor(register)
    doctor.alter = lambda path, status, body: (status, body.replace(b"QM", b"QX")) if path == "/api/bodies" else (status, body)
    ran = park.mirror_once(doctor.url, "copy-lied", register.vkey, "--read-with", keys["S1"])
    tap.ok(ran.status == p.IN_STEP and "not what it commits to" in ran.err and bodies(park.at("copy-lied")) == {"QK", "QB", "QL"},
           "a body that is not what the entry commits to is not taken, the others are", ran.err)
    for name, alter in (("names an entry that is not sealed", lambda body: body.replace(b'"entries":[', b'"entries":[0,')),
                        ("names one twice", lambda body: p.re.sub(rb'"entries":\[\n(\d+),', rb'"entries":[\1,\1,', body)),
                        ("goes back", lambda body: body.replace(b'"next":', b'"next":0,"was":')),
                        ("ends before its end", lambda body: body.replace(b'"size":', b'"size":0,"was":')),
                        ("is none", lambda body: b"[]"),
                        ("promises what it does not give", lambda body: p.re.sub(rb'\{"entry":.*\}', b"", body))):
        doctor.alter = lambda path, status, body, alter=alter: (status, alter(body)) if path == "/api/bodies" else (status, body)
        ran = park.mirror_once(doctor.url, "copy-list", register.vkey, "--read-with", keys["S1"])
        tap.ok(ran.status == p.IN_STEP and "could not be read" in ran.err and bodies(park.at("copy-list")) == set(), f"an answer that {name}: said, and no harm", ran.err)

    # How much is sealed, and what of it is held, is said; to the public not the latter.
    total = sum(p.json.loads(base64.b64decode(p.json.loads(entry)["payload"]))["kind"] == "sealed" for entry in register.entries())
    ran = park.mirror_once(register.url, "said-S1", register.vkey, "--read-with", keys["S1"])
    tap.ok(f"{total} of them are sealed" in ran.err and "the bodies of 4 are held" in ran.err, "a mirror says how much is sealed, and how many bodies it holds", ran.err)
    ran = park.mirror_once(register.url, "said-public", register.vkey)
    tap.ok(f"{total} of them are sealed, and held as commitments" in ran.err and "no body is held" in ran.err, "and that it holds commitments, if it holds no more", ran.err)

    # Gaining an audience: what was sealed before it came is fetched then, by a mirror that goes on and by one that is started again.
    going = park.mirror(register.url, "going-S2", register.vkey, "--read-with", keys["S3"])
    tap.ok(going.in_step_with(register.row("SELECT count(*) FROM entry")) and bodies(going.data) == {"QM", "QL"}, "(a member, which is no observer)", going.err())
    shown = p.json.loads(p.get(going.url + "/api/mirror")[1])
    tap.ok(shown["sealed"] == total and "bodies" not in shown and "unread" not in shown, "the public is told how much is sealed, not what is held of it", shown)
    doctor.alter, doctor.asked = (lambda path, status, body: (status, body)), []
    watching = park.mirror(doctor.url, "watching", register.vkey, "--read-with", keys["S3"])
    tap.ok(watching.in_step_with(register.row("SELECT count(*) FROM entry")), "(another)", watching.err())
    register.file({"kind": "status_granted", "date": "2002-01-01", "args": {"P": "S3", "value": "observer"}} | SOURCES)
    tap.ok(p.wait_for(lambda: bodies(going.data) == {"QM", "QL", "QO"}), "a mirror that goes on fetches what was sealed before its owner might read it", going.err())
    tap.ok(p.wait_for(lambda: watching.state()["bodies"] == 3), "and counts it", watching.state())
    p.wait_for(lambda: doctor.asked.count("/checkpoint") >= 6)
    tap.ok(doctor.asked.count("/api/bodies") <= 5, "it does not ask for bodies in every round", doctor.asked.count("/api/bodies"))
    asked = doctor.asked.count("/api/bodies"), doctor.asked.count("/checkpoint")
    tap.ok(p.wait_for(lambda: doctor.asked.count("/api/bodies") > asked[0]) and doctor.asked.count("/checkpoint") - asked[1] >= 3,
           "but now and then, for a day may come from which on it may read more", (asked, doctor.asked.count("/checkpoint")))
    ran = park.mirror_once(register.url, "copy-S3", register.vkey, "--read-with", keys["S3"])
    tap.ok(ran.status == p.IN_STEP and bodies(park.at("copy-S3")) == {"QM", "QO"}, "and so does one that is started again", ran.err)
tap.done()
