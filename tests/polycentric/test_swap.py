# SPDX-License-Identifier: Apache-2.0
"""A swapped entry: other bytes are given out than were signed, on the first day or later; and, worse, a signed tree with an entry in it
that is no act."""
import polycentric as p
import tap


def in_bundle(entries, at, entry):
    """What alters the bundles: `entry` stands in the place of entry `at`."""
    def alter(path, status, body):
        found = p.re.fullmatch(r"/tile/entries/(\d{3})(?:\.p/(\d+))?", path)
        if not found or status != 200 or int(found[1]) != at // 256:
            return status, body
        first = 256 * int(found[1])
        rows = [entry if first + i == at else row for i, row in enumerate(entries[first:first + int(found[2] or 256)])]
        return status, b"".join(len(row).to_bytes(2, "big") + row for row in rows)
    return alter


with p.Park() as park:
    register = park.register(300)
    doctor = park.doctor(register)
    entries, key = register.entries(), register.key()
    signed = p.notes.envelope(p.json.dumps(p.listed("NOBODY")).encode(), [key])
    at = entries[280].index(b'"sig":"') + 20
    spoilt = entries[280][:at] + (b"B" if entries[280][at:at + 1] == b"A" else b"A") + entries[280][at + 1:]
    flipped = bytearray(entries[5])
    flipped[60] ^= 1
    says = r"Swapped: what http://\S+ gives out as entry {} is not the entry that"

    for name, at, entry in (("an act that the register signed, but not there", 280, signed), ("an entry with a bit changed", 5, bytes(flipped)),
                            ("an entry with another signature", 280, spoilt), ("the neighbour twice", 7, entries[8]),
                            ("no envelope", 299, b"{}"), ("an empty entry", 0, b"")):
        doctor.alter = in_bundle(entries, at, entry)
        ran = park.mirror_once(doctor.url, f"first{at}{len(entry)}", register.vkey)
        judged = p.names_fraud(park, ran, f"first copy, {name}", says.format(at), "swap", "word", register.vkey)
        tap.ok(not p.os.path.exists(p.os.path.join(ran.data, "checkpoint")), f"first copy, {name}: nothing was taken in")
        if entry == signed:
            tap.ok(any("the same key signed them as an act" in claim for claim in p.claims(judged, "proved")),
                   "and it is proved that the register signed that act too")

    doctor.alter = lambda path, status, body: (status, body)
    tap.same(park.mirror_once(doctor.url, "copy", register.vkey).status, p.IN_STEP, "an honest copy")
    doctor.alter = in_bundle(entries, 5, signed)
    ran = park.mirror_once(doctor.url, "copy", register.vkey)
    p.names_fraud(park, ran, "an old entry, later", says.format(5), "swap", "word", register.vkey)
    doctor.alter = lambda path, status, body: (status, body)
    tap.same(park.mirror_once(doctor.url, "copy", register.vkey, "--resume").status, p.IN_STEP, "given out rightly again, the mirror goes on when told so")

    for i in range(3):  # the bundle that holds old entries is read again for the new ones
        register.file(p.listed(f"NEW{i}"))
    doctor.alter = in_bundle(register.entries(), 290, signed)
    ran = park.mirror_once(doctor.url, "copy", register.vkey)
    p.names_fraud(park, ran, "an old entry beside new ones", says.format(290), "swap", "word", register.vkey)
    tap.same(park.run("verify", park.at("copy")).stdout.split(",")[0], "Sound: 301 entries", "and none of the new ones is taken in")

    # In the background, where a part is compared again in each round.
    doctor.alter = lambda path, status, body: (status, body)
    mirror = park.mirror(doctor.url, "background", register.vkey)
    tap.ok(mirror.in_step_with(304), "a mirror in the background", mirror.err())
    doctor.alter = in_bundle(register.entries(), 100, signed)
    tap.ok(mirror.alerted() and p.re.search(says.format(100), mirror.err()), "finds a swap in what it holds already", mirror.err())
    tap.same(mirror.stop(), p.FRAUD, "and stops")

    # The log's key signs a tree with something in it that is no act of it.
    def in_tree(name, words, verdict, *more):
        doctor.alter = p.Log(key, register.entries() + list(more)).alter
        target = f"tree{len(more[0])}"
        tap.same(park.mirror_once(register.url, target, register.vkey).status, p.IN_STEP, f"in the signed tree, {name}: before")
        ran = park.mirror_once(doctor.url, target, register.vkey)
        p.names_fraud(park, ran, f"in the signed tree, {name}", words, "entry", verdict, register.vkey)
        tap.same(park.run("verify", park.at(target)).stdout.split(",")[0], "Sound: 304 entries", f"in the signed tree, {name}: is not taken in")

    stranger = p.notes.Key("stranger")
    stands = r"Entry 304 stands in the log that league\.example/acts signed, and is no act of it: "
    in_tree("bytes that are no envelope", stands, "proved", b"no envelope")
    in_tree("a spoilt signature of the log", stands + ".*signature", "proved", spoilt)
    in_tree("an act signed by a stranger", stands + ".*key", "word", p.notes.envelope(p.json.dumps(p.listed("X")).encode(), [stranger]))
    in_tree("an act that no rulebook knows", stands + ".*crowned", "word",
            p.notes.envelope(b'{"kind":"crowned","date":"2001-01-01","args":{}}', [key]))
    in_tree("a second genesis", stands + ".*genesis", "word", p.notes.envelope(b'{"kind":"genesis"}', [key]))
tap.done()
