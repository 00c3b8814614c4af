# SPDX-License-Identifier: Apache-2.0
"""An honest organisation: a register with two witnesses, two mirrors that follow it under that policy and compare with each other and with a
witness, one that follows a mirror. All stay in step over filings of every kind, and show the same."""
import shutil

import polycentric as p
import tap

SOURCES = {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}


def adopt_again(park, register):
    """The organisation adopts another text of its rulebook."""
    folder = park.at("org2")
    shutil.copytree(p.ORG, folder)
    path = p.os.path.join(folder, "rulebook.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("rulebook LEAGUE version 1", "rulebook LEAGUE version 2").replace("Small enough to know by heart", "Still small"))
    park.run("adopt", register.data, "--org", folder)


def plain(body, server):
    """Without the address, and without what pages say of the witnesses: a mirror speaks of those it knows."""
    body = body.replace(server.url.encode(), b"URL")
    body = p.re.sub(rb"Signed by the register[^<]*", b"Signed.", body)
    return p.re.sub(rb"(<dt>Cosigned</dt>).*?</dd>", rb"\1", body, flags=p.re.S)


def same_everywhere(register, mirrors, paths):
    """Every address gives the same bytes at all of them, but for the address itself."""
    wrong = []
    for path in paths:
        status, body = p.get(register.url + path)
        for mirror in mirrors:
            other = p.get(mirror.url + path)
            if (other[0], plain(other[1], mirror)) != (status, plain(body, register)):
                wrong.append((path, mirror.data, status, other[0]))
    return wrong


with p.Park() as park:
    register = park.register(260)
    astana, delhi = (park.keep(p.Witness(park, name, register.vkey)).start() for name in ("astana", "delhi"))
    policy = park.at("policy")
    with open(policy, "w", encoding="utf-8") as file:
        file.write(f"log {register.vkey}\n{astana.line}{delhi.line}group both all astana delhi\nquorum both\n")
    register.stop()
    shutil.copy(policy, p.os.path.join(register.data, "policy"))
    register.start()
    a, b = (park.keep(p.Mirror(park, register.url, name, register.vkey, "--policy", policy, "--cosign", park.at(name + ".key"), "--name",
                               f"league.example/mirrors/{name}")) for name in ("a", "b"))
    a.words += ["--peers", f"{b.url},{astana.url}"]
    b.words += ["--peers", f"{a.url},{delhi.url}"]
    mirrors = [a.start(), b.start()]
    tap.ok(all(mirror.in_step_with(261) for mirror in mirrors), "both mirrors are in step", a.err() + b.err())
    c = park.mirror(a.url, "c", register.vkey)
    mirrors.append(c)
    tap.ok(c.in_step_with(261), "so is one that follows a mirror", c.err())

    def finds(server, words):
        return [hit["is"] for hit in p.json.loads(p.get(f"{server.url}/en/search.json?q={words}")[1])["found"]]
    tap.ok(all(not finds(server, "authentic+text") for server in (register, *mirrors)), "nobody finds yet what a document says that comes later")
    text = b"The pact of the League, authentic text."
    name = register.document(text)
    for what, act in (("an act", p.listed("XX")), ("a fact", {"kind": "status_granted", "date": "2001-01-01", "args": {"P": "S1", "value": "member"}} | SOURCES),
                      ("a document", p.listed("XY") | {"documents": [{"sha256": name, "lang": "en", "type": "text/plain"}]}),
                      ("a sealed act", {"kind": "thanked", "date": "2005-01-01", "args": {"P": "S1"}, "for": ["S1"], "title": {"en": "in confidence, 4711"}}),
                      ("a key of a member", "key"), ("an act that the member signed", "signed"), ("another rulebook", None), ("an act after it", p.listed("XZ"))):
        if act == "key":
            park.run("key", "new", park.at("s2.key"), "--name", "S2")
            park.run("key", "register", register.data, park.at("s2.key"), "--holder", "S2")
        elif act == "signed":
            with open(park.at("own.json"), "w", encoding="utf-8") as file:
                p.json.dump({"kind": "status_applied", "date": "2006-01-01", "args": {"P": "S2", "value": "observer"}}, file)
            envelope = park.run("sign", park.at("own.json"), "--key", park.at("s2.key"), "--register", "league.example/acts").stdout
            park.run("file", register.data, "-", stdin=envelope)
        elif act:
            register.file(act)
        else:
            adopt_again(park, register)
        size = register.row("SELECT count(*) FROM entry")
        tap.ok(all(mirror.in_step_with(size) for mirror in mirrors), f"all are in step after {what}", [mirror.state() for mirror in mirrors])
    tap.same([finds(server, "authentic+text") for server in (register, *mirrors)], [["document"]] * 4, "the words of the document are found everywhere, by servers that ran all the while")
    tap.ok(all(not finds(server, "in+confidence+4711") for server in (register, *mirrors)), "those of the sealed act nowhere")
    paths = ["/checkpoint", f"/api/facts?known={size - 1}", "/api/facts?known=100", "/tile/0/000", "/tile/1/000.p/1", f"/tile/entries/001.p/{size - 256}",
             "/blob/" + name, "/en/", "/en/participants", "/en/acts", f"/en/acts/{size - 1}", "/en/why/status/S1?on=2002-01-01", "/en/law", "/fr/",
             "/en/participants.csv", "/feed/acts.atom", f"/act/{size - 1}.dsse", f"/act/{size - 1}.tlog-proof", "/en/nowhere"]
    wrong = same_everywhere(register, mirrors, paths)
    tap.ok(not wrong, f"{len(paths)} addresses say the same at the register and its mirrors", wrong)
    tap.same(p.get(f"{a.url}/blob/{name}")[1], text, "the document is there")
    with open(p.os.path.join(a.data, "log.db"), "rb") as file:
        tap.ok(b"in confidence, 4711" not in file.read(), "the body of the sealed act is not")
    tap.ok(all(b'class="alert"' not in p.get(mirror.url + "/en/")[1] for mirror in mirrors), "no alert anywhere")

    for mirror in mirrors[:2]:
        page = p.get(mirror.url + "/en/acts/5")[1].decode()
        tap.ok(all(f"witness.example/{name}" in page for name in ("astana", "delhi")) and "cosigned by 2 of its witnesses; held here by a mirror" in page,
               "a mirror that knows the witnesses says who cosigned", page[-3000:])
    page = p.get(c.url + "/en/acts/5")[1].decode()
    tap.ok("by nobody that the mirror here knows" in page and "Signed by the register; held here by a mirror" in page, "one that knows none says that", page[-3000:])

    # What a mirror says of itself.
    origin = p.notes.sha(b"league.example/acts").hex()
    for mirror in mirrors[:2]:
        note = p.get(f"{mirror.url}/{origin}/checkpoint")[1].decode()
        with open(mirror.data + ".key", encoding="utf-8") as file:
            own, _, secret = file.read().strip().removeprefix("PRIVATE+KEY+").split("+", 2)
        key = p.notes.Key(own, 4, p.notes.base64.b64decode(secret)[1:])
        body, lines = note.split("\n\n")
        line = next(line for line in lines.splitlines() if line.startswith(f"\u2014 {own} "))
        data = p.notes.base64.b64decode(line.rsplit(" ", 1)[1])
        stamp = int.from_bytes(data[4:12], "big")
        tap.ok(line + "\n" == key.cosign(body + "\n", stamp) and abs(stamp - p.time.time()) < 120 and body.split("\n")[1] == str(size),
               f"{own} co-signs all {size} entries, as C2SP says it", note)
        tap.same(p.get(f"{mirror.url}/{origin}/tile/0/000"), p.get(register.url + "/tile/0/000"), "and gives out the tiles below that address")
        state = p.json.loads(p.get(mirror.url + "/api/mirror")[1])
        tap.ok(state["size"] == size and state["url"] == register.url and not state["alert"] and state["peers"].count("the same up to entry") == 2,
               "its state: in step, and compared with a mirror and a witness", state)
    tap.same([p.get(f"{register.url}/{path}")[0] for path in ("api/mirror", f"{origin}/checkpoint", "evidence/x.json", "evidence/..%2flog.key", f"{'0' * 64}/tile/0/000")],
             [404] * 5, "a register is no mirror")
    tap.same([p.get(f"{a.url}/{path}")[0] for path in ("evidence/log.key", "evidence/../log.key", "evidence/..%2fmirror.json", f"{origin}/tile/0/999", f"{origin.upper()}/checkpoint")],
             [404] * 5, "and a mirror gives out nothing else")
    for mirror in mirrors:
        ran = park.run("verify", mirror.data)
        tap.ok(f"Sound: {size} entries" in ran.stdout, "the whole copy verifies", ran.stdout)
        tap.same(mirror.stop(), p.IN_STEP, "and the mirror ends in peace")
    register.stop()
    tap.same(park.mirror_once(a.url, "later", register.vkey).status, p.UNREADABLE, "(nobody serves)")
    served = park.server(a.data)
    ran = park.mirror_once(served.url, "later", register.vkey)
    tap.same(ran.status, p.IN_STEP, "the register is gone; its copy is served like a register, and can be copied")
tap.done()
