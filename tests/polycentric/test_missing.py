# SPDX-License-Identifier: Apache-2.0
"""A missing tile: something is not given out that the signed tree has, or is given out cut off, or altered."""
import polycentric as p
import tap

GONE = (404, b"gone")

with p.Park() as park:
    register = park.register(600)
    content = b"The text of the pact."
    name = register.document(content)
    act = register.file(p.listed("DOCUMENTED") | {"documents": [{"sha256": name, "lang": "en", "type": "text/plain"}]})
    doctor = park.doctor(register)
    taken = [0]

    def tries(what, path, change, words, kind, verdict="word"):
        """First copy, and later in a copy that is whole."""
        doctor.alter = lambda asked, status, body: change(status, body) if asked == path else (status, body)
        taken[0] += 1
        ran = park.mirror_once(doctor.url, f"first{taken[0]}", register.vkey)
        p.names_fraud(park, ran, f"{what}, first copy", words, kind, verdict, register.vkey)
        ran = park.mirror_once(doctor.url, "whole", register.vkey, "--resume")
        return p.names_fraud(park, ran, f"{what}, later", words, kind, verdict, register.vkey)

    tap.same(park.mirror_once(doctor.url, "whole", register.vkey).status, p.IN_STEP, "an honest copy of 602 entries")
    lacks = r"does not give out {} \(status {}\), which the log of 602 entries that it signed has"
    for path in ("tile/0/001", "tile/0/002.p/90", "tile/1/000.p/2", "tile/entries/000", "tile/entries/002.p/90"):
        tries(path, "/" + path, lambda status, body: GONE, lacks.format(p.re.escape(path), 404), "missing")
    tries("a withheld tile", "/tile/0/000", lambda status, body: (403, b""), lacks.format("tile/0/000", 403), "missing")
    doctor.alter = lambda asked, status, body: (status, body[:-1]) if asked == "/tile/0/002.p/90" else (status, body)
    ran = park.mirror_once(doctor.url, "half", register.vkey)
    p.names_fraud(park, ran, "half a tile, first copy", lacks.format(r"tile/0/002\.p/90", 200), "missing", "word", register.vkey)
    ran = park.mirror_once(doctor.url, "whole", register.vkey, "--resume")
    p.names_fraud(park, ran, "half a tile, later", r"The tile tile/0/002\.p/90 .* hash 89 of it is another", "tile", "word", register.vkey)
    tries("half a bundle", "/tile/entries/001", lambda status, body: (status, body[:len(body) // 2]), lacks.format("tile/entries/001", 200), "missing")

    flip = lambda at: lambda status, body: (status, body[:at] + bytes([body[at] ^ 1]) + body[at + 1:])  # noqa: E731
    tile = r"The tile {} that http://\S+ gives out is not that of the log which it signed: hash {} of it is another"
    judged = tries("another hash of an entry", "/tile/0/001", flip(32 * 7 + 3), tile.format("tile/0/001", 7), "tile")
    tap.ok(any("entry 263" in claim for claim in p.claims(judged, "proved")), "what stands there is proved by the tree itself")

    doctor.alter = lambda asked, status, body: flip(40)(status, body) if asked == "/tile/1/000.p/2" else (status, body)
    ran = park.mirror_once(doctor.url, "upper", register.vkey)
    p.names_fraud(park, ran, "another hash above, first copy", r"The tiles that http://\S+ gives out do not make the tree of 602 entries", "tree", "word", register.vkey)
    ran = park.mirror_once(doctor.url, "whole", register.vkey, "--resume")
    p.names_fraud(park, ran, "another hash above, later", tile.format(r"tile/1/000\.p/2", 1), "tile", "word", register.vkey)
    doctor.alter = lambda asked, status, body: (status, body + b"\0\0") if asked == "/tile/entries/000" else (status, body)
    ran = park.mirror_once(doctor.url, "whole", register.vkey, "--resume")
    p.names_fraud(park, ran, "something after the entries", lacks.format("tile/entries/000", 200), "missing", "word", register.vkey)

    blob = f"/blob/{name}"
    tries("a document", blob, lambda status, body: GONE, rf"does not give out blob/{name} \(status 404\), which entry {act} of the log names", "missing")
    judged = tries("another document", blob, lambda status, body: (200, b"Another text."), rf"is not the document that entry {act} of the log", "blob")
    tap.ok(any(f"Entry {act}" in claim and name in claim for claim in p.claims(judged, "proved")), "that the entry names it is proved")

    # What is no fraud.
    doctor.alter = lambda asked, status, body: GONE if p.re.search(r"\.p/", asked) else (status, body)
    ran = park.mirror_once(doctor.url, "whole", register.vkey, "--resume")
    tap.same(ran.status, p.FRAUD, "partial tiles may not be gone before the full ones are there")
    for i in range(166):
        register.file(p.listed(f"FULL{i}"))
    tap.same(register.row("SELECT count(*) FROM entry"), 768, "(three full tiles)")
    tap.same(park.mirror_once(doctor.url, "whole", register.vkey, "--resume").status, p.FRAUD, "(the upper one is still partial)")
    doctor.alter = lambda asked, status, body: GONE if p.re.search(r"(0|entries)/\d+\.p/", asked) else (status, body)
    tap.same(park.mirror_once(doctor.url, "whole", register.vkey, "--resume").status, p.IN_STEP, "then they may")
    for what, change in (("a server that fails", lambda status, body: (500, b"")), ("one that is overworked", lambda status, body: (503, b"")),
                         ("one that wants to be asked less", lambda status, body: (429, b""))):
        doctor.alter = lambda asked, status, body: change(status, body) if "/tile/" in asked else (status, body)
        ran = park.mirror_once(doctor.url, "whole", register.vkey)
        tap.ok(ran.status == p.UNREADABLE and "status 5" in ran.err or "status 429" in ran.err, f"{what} is no fraud", ran.err)
    doctor.alter = lambda asked, status, body: (200, b"x" * 20000) if "/tile/0" in asked else (status, body)
    ran = park.mirror_once(doctor.url, "whole", register.vkey)
    tap.ok(ran.status == p.UNREADABLE and "longer than 8192 bytes" in ran.err, "nor is an answer without end, which is not read", ran.err)
    doctor.alter = lambda asked, status, body: (200, b"<html>") if asked == "/checkpoint" else (status, body)
    tap.same(park.mirror_once(doctor.url, "whole", register.vkey).status, p.UNREADABLE, "nor something else in the place of the checkpoint")
    register.stop()
    ran = park.mirror_once(register.url, "whole", register.vkey)
    tap.ok(ran.status == p.UNREADABLE and "no connection" in ran.err, "nor a server that is not there", ran.err)
    tap.same(len(ran.evidence()), 15, "and of none of this evidence is kept")
tap.done()
