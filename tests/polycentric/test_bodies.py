# SPDX-License-Identifier: Apache-2.0
"""Sealed acts at mirrors: each owner gets the bodies that it may read, by a request signed with its key, and no others; what is compared and
public stays the same for all."""
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
        ran = park.mirror_once(register.url, "copy-" + name, register.vkey, "--read-with", key)
        tap.ok(ran.status == p.UNREADABLE and word in ran.err and bodies(park.at("copy-" + name)) == set(), f"{name}: no bodies, and it says why", ran.err)
        tap.ok(park.run("verify", park.at("copy-" + name)), f"{name}: all that is public was taken in all the same")

    # The server gives out another body.
    doctor = park.doctor(register)
    doctor.alter = lambda path, status, body: (status, body.replace(b"QM", b"QX")) if path == "/api/bodies" else (status, body)
    ran = park.mirror_once(doctor.url, "copy-lied", register.vkey, "--read-with", keys["S1"])
    tap.ok(ran.status == p.UNREADABLE and "not what it commits to" in ran.err and "QM" not in bodies(park.at("copy-lied")),
           "a body that is not what the entry commits to is not taken", ran.err)
tap.done()
