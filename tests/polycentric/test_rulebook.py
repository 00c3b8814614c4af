# SPDX-License-Identifier: Apache-2.0
"""A different rulebook: another text is given out under the hash of the one that was adopted; or the server, whatever it gives out,
derives by other rules."""
import shutil

import polycentric as p
import tap


def granted(name, value, date="2001-01-01"):
    return {"kind": "status_granted", "date": date, "args": {"P": name, "value": value}, "recorded": True,
            "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}


def other_rules(park):
    """The organisation's folder with a change that nobody adopted: who leaves is gone after six months, not twelve."""
    folder = park.at("org")
    shutil.copytree(p.ORG, folder)
    path = p.os.path.join(folder, "rulebook.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert "after 12 months of leaving" in text
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("after 12 months of leaving", "after 6 months of leaving"))
    return folder


with p.Park() as park:
    register = park.register(20)
    secret = park.register(20, "secret", other_rules(park))
    for server in (register, secret):  # the same acts
        for act in (granted("S1", "member"), granted("S2", "observer"), {"kind": "withdrawal_notified", "date": "2020-01-01", "args": {"P": "S1"}} |
                    {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/2"}]}):
            server.file(act)
    doctor = park.doctor(register)
    bundle = register.row("SELECT hex(sha256) FROM blob").lower()
    honest = doctor.alter

    # The text.
    other = p.get(f"{secret.url}/blob/" + secret.row("SELECT hex(sha256) FROM blob").lower())[1]
    doctor.alter = lambda path, status, body: (200, other) if path == f"/blob/{bundle}" else (status, body)
    words = rf"Another rulebook: what http://\S+ gives out as blob/{bundle} is not the rulebook that entry 0 of the log which it signed adopts"
    ran = park.mirror_once(doctor.url, "first", register.vkey)
    judged = p.names_fraud(park, ran, "another text, first copy", words, "blob", "word", register.vkey)
    tap.ok(any("rulebook, which it adopts" in claim for claim in p.claims(judged, "proved")), "that the log adopts the one of that hash is proved")
    tap.ok(any("they are not what the entry names" in claim for claim in p.claims(judged, "proved")), "and that this text is another")
    doctor.alter = honest
    tap.same(park.mirror_once(doctor.url, "copy", register.vkey).status, p.IN_STEP, "an honest copy")
    doctor.alter = lambda path, status, body: (200, other) if path == f"/blob/{bundle}" else (status, body)
    p.names_fraud(park, park.mirror_once(doctor.url, "copy", register.vkey), "another text, later", words, "blob", "word", register.vkey)
    doctor.alter = lambda path, status, body: (404, b"") if path == f"/blob/{bundle}" else (status, body)
    p.names_fraud(park, park.mirror_once(doctor.url, "copy", register.vkey, "--resume"), "no text", r"does not give out blob/\w+ \(status 404\), which entry 0", "missing",
                  "word", register.vkey)

    # The rules: everything is given out as it was signed, but pages and facts come from a server that derives otherwise.
    signed = ("/checkpoint", "/tile/", "/blob/")
    doctor.alter = lambda path, status, body: (status, body) if path.startswith(signed) else p.get(secret.url + path)
    ran = park.mirror_once(doctor.url, "copy", register.vkey, "--resume")
    judged = p.names_fraud(park, ran, "other rules", r"Other rules: as known at entry 23, status\(S1\) is member from 2001-01-01 until 2021-01-01 by the rulebook and the "
                           r"entries that are signed; http://\S+ says it is member from 2001-01-01 until 2020-07-01\.", "facts", "word", register.vkey)
    tap.ok(any("comity timeline" in claim for claim in p.claims(judged, "check")), "the stranger is told how to find out himself")
    ran = park.mirror_once(doctor.url, "newcomer", register.vkey)
    p.names_fraud(park, ran, "other rules, first copy", r"Other rules: ", "facts", "word", register.vkey)
    tap.same(park.run("verify", park.at("newcomer")).stdout.split(",")[0], "Sound: 24 entries", "the record itself is taken in: it is signed")
    tap.ok("until  2021-01-01" in park.run("ask", park.at("newcomer"), 'status("S1") on 2020-08-01').stdout, "and answers by the rulebook that was adopted")

    # One line of many.
    def one_line(change):
        doctor.alter = lambda path, status, body: (status, change(body)) if path.startswith("/api/facts") else (status, body)
        return park.mirror_once(doctor.url, "copy", register.vkey, "--resume")

    for name, change, words in (
            ("a value", lambda body: body.replace(b"status,S2,observer,2001-01-01,,", b"status,S2,member,2001-01-01,,"),
             r"status\(S2\) is observer from 2001-01-01 by .* says it is member from 2001-01-01\."),
            ("a date", lambda body: body.replace(b"status,S2,observer,2001-01-01,,", b"status,S2,observer,2001-02-01,,"), r"status\(S2\) is observer from 2001-01-01 by .* says"),
            ("a line too few", lambda body: body.replace(b"status,S2,observer,2001-01-01,,\n", b""), r"status\(S2\) is observer from 2001-01-01 by .* says it is nothing\."),
            ("a line too many", lambda body: body.replace(b"status,S2,", b"status,S0,member,1999-01-01,,\nstatus,S2,"), r"status\(S0\) is nothing by .* says it is member from 1999"),
            ("a reading", lambda body: body.replace(b"status,S2,observer,2001-01-01,,", b"status,S2,observer,2001-01-01,,A"), r"status\(S2\)"),
            ("words for a terminal", lambda body: body.replace(b"status,S2,observer", b"status,S2,\x1b[2Jobserver"), r"says it is  \[2Jobserver"),
            ("no table", lambda body: b"<html>", r"is no table of facts"),
            ("nothing", lambda body: b"", r"known at entry 23")):
        p.names_fraud(park, one_line(change), f"facts, {name}", words, "facts", "word", register.vkey)
    doctor.alter = lambda path, status, body: (404, b"") if path.startswith("/api/facts") else (status, body)
    ran = park.mirror_once(doctor.url, "copy", register.vkey, "--resume")
    tap.ok(ran.status == p.UNREADABLE and "api/facts" in ran.err, "a server that does not say its facts is not in step, and no fraud", ran.err)
    doctor.alter = honest
    tap.same(park.mirror_once(doctor.url, "copy", register.vkey).status, p.IN_STEP, "all as it should be")
tap.done()
