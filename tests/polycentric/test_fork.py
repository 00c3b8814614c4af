# SPDX-License-Identifier: Apache-2.0
"""A fork: the holder of the log's key writes two histories, one after the other or to two members at once."""
import polycentric as p
import tap

with p.Park() as park:
    register = park.register(300)
    ran = park.mirror_once(register.url, "copy", register.vkey)
    tap.same(ran.status, p.IN_STEP, "the mirror holds 301 entries")

    # The register is set back to what it was before, and goes on with other acts.
    older = register.copy("older")
    register.file(p.listed("TRUE1"))
    register.file(p.listed("TRUE2"))
    tap.same(park.mirror_once(register.url, "copy", register.vkey).status, p.IN_STEP, "and 303 after two more")
    for i in range(5):
        register.file(p.listed(f"FALSE{i}"), older)
    register.stop()
    register.start(older)
    ran = park.mirror_once(register.url, "copy", register.vkey)
    judged = p.names_fraud(park, ran, "another continuation", r"Fork: the key of league\.example/acts signed two histories\. .*303 .*306", "fork", "proved",
                           register.vkey)
    tap.ok(any("wrote two histories" in claim for claim in p.claims(judged, "proved")), "it says what that means")
    tap.same(park.run("verify", park.at("copy")).stdout.split(",")[0], "Sound: 303 entries", "the copy keeps the true history")
    again = park.mirror_once(register.url, "copy", register.vkey)
    tap.ok(again.status == p.FRAUD and len(again.evidence()) == 1, "it does not go on by itself", again.err)
    again = park.mirror_once(register.url, "copy", register.vkey, "--resume")
    tap.ok(again.status == p.FRAUD and len(again.evidence()) == 2, "told to go on, it finds the same again", again.err)
    ran = park.mirror_once(register.url, "newcomer", register.vkey)
    tap.same(ran.status, p.IN_STEP, "who comes later sees one history only")

    # A tree of the same size.
    even = register.copy("even")
    register.file(p.listed("ONE"))
    ran = park.mirror_once(register.url, "newcomer", register.vkey)
    register.stop()
    register.file(p.listed("OTHER"), even)
    register.start(even)
    ran = park.mirror_once(register.url, "newcomer", register.vkey)
    p.names_fraud(park, ran, "another tree of one size", r"Fork: .* of 307 entries and the one of 307", "fork", "proved", register.vkey)

    # A shorter one that never was.
    short = park.keep(p.Doctor(register.url))
    short.alter = p.Log(register.key(), register.entries()[:100] + [register.entry(200)]).alter
    tap.same(park.mirror_once(register.url, "third", register.vkey).status, p.IN_STEP, "a third mirror")
    ran = park.mirror_once(short.url, "third", register.vkey)
    p.names_fraud(park, ran, "a shorter log that never was", r"Fork: .* of 307 entries and that of 101", "fork", "proved", register.vkey)

    # Trees of three levels of tiles, which nobody filed act by act: the proofs are read from the tiles.
    many = register.entries() + [b"entry %d" % i for i in range(66000)]
    large = park.keep(p.Doctor(register.url))
    large.alter = p.Log(register.key(), many).alter
    ran = park.mirror_once(large.url, "many", register.vkey)
    p.names_fraud(park, ran, "66,307 entries that continue it and are no acts", r"Entry 307 stands in the log", "entry", "proved", register.vkey)
    tap.same(park.mirror_once(register.url, "whole", register.vkey).status, p.IN_STEP, "a mirror of all that was filed")
    ran = park.mirror_once(large.url, "whole", register.vkey)
    p.names_fraud(park, ran, "the same to who holds the beginning", r"Entry 307 stands in the log", "entry", "proved", register.vkey)
    large.alter = p.Log(register.key(), many[:200] + [many[201], many[200]] + many[202:]).alter
    ran = park.mirror_once(large.url, "whole", register.vkey, "--resume")
    p.names_fraud(park, ran, "66,307 entries, two of which changed places", r"Fork: .* of 307 entries and that of 66307", "fork", "proved", register.vkey)

    # A peer that shows a true checkpoint over tiles of its own invention accuses nobody.
    tap.same(park.mirror_once(register.url, "calm", register.vkey).status, p.IN_STEP, "a mirror that will compare")
    invented, log = park.keep(p.Doctor(register.url)), p.Log(register.key(), many)
    origin = "/" + p.notes.sha(b"league.example/acts").hex()
    invented.alter = lambda path, status, body: (200, log.checkpoint) if path == origin + "/checkpoint" else (200, b"x" * 8192)
    ran = park.mirror_once(register.url, "calm", register.vkey, "--peers", invented.url)
    tap.ok(ran.status == p.IN_STEP and "is compared when they are here too" in ran.err, "a peer with invented tiles is not compared, and stops nobody", ran.err)
    invented.alter = lambda path, status, body: (200, b"\x1b[2J" * 100)
    ran = park.mirror_once(register.url, "calm", register.vkey, "--peers", f"{invented.url},http://127.0.0.1:1")
    tap.ok(ran.status == p.IN_STEP and ran.err.count("not compared") == 2 and "\x1b" not in ran.err, "nor does one that talks nonsense, or is not there", ran.err)

    # Two members are shown different histories: each by itself sees nothing wrong, until they compare.
    left, right = park.server(park.at("register")), register
    a, b = (park.keep(p.Mirror(park, server.url, name, register.vkey, "--cosign", park.at(name + ".key"), "--name", f"league.example/mirrors/{name}"))
            for server, name in ((left, "a"), (right, "b")))
    for mirror, other, size in ((a, b, 303), (b, a, 307)):
        tap.ok(mirror.start().in_step_with(size), f"{mirror.data[-1]} is in step with what it is shown", mirror.err())
        mirror.words += ["--peers", other.url]
    for mirror, words in ((a, r"Fork: .*303 entries and that of 307 that http://127"), (b, r"Fork: .*307 entries and that of 303 that http://127")):
        mirror.stop()
        ran = p.Ran(0, "", mirror.data)
        mirror.start()
        tap.ok(mirror.alerted() and p.re.search(words, mirror.state()["alert"]["says"]), f"{mirror.data[-1]} compares, and finds the fork", mirror.err())
        status, judged = park.judge(mirror.evidence()[-1], register.vkey)
        tap.same((status, judged["verdict"]), (0, "proved"), f"the evidence of {mirror.data[-1]} is proof for anybody")
        status, page = p.get(mirror.url + "/en/")
        tap.ok(status == 200 and b'class="alert"' in page and b"Fork: " in page, "its copy is served, with the alert on each page")
        name = mirror.state()["alert"]["evidence"]
        tap.same(p.get(f"{mirror.url}/{name}")[1], open(mirror.evidence()[-1], "rb").read(), "and the evidence for everybody to fetch")
        tap.same(p.json.loads(p.get(mirror.url + "/api/mirror")[1])["alert"]["kind"], "fork", "and for programs")
        tap.same(mirror.stop(), p.FRAUD, "it ends with the status of a fraud")
        mirror.start()
        tap.ok(p.wait_for(mirror.answers) and b'class="alert"' in p.get(mirror.url + "/en/")[1],
               "started again, it serves with the alert, and goes on with nothing")
tap.done()
