# SPDX-License-Identifier: Apache-2.0
"""A re-dated checkpoint: the time of a cosignature is altered, or a witness dates a later log before an earlier one; and a checkpoint that
somebody signed again."""
import base64
import time

import polycentric as p
import tap

NOW = int(time.time())


def altered(note, witness, change):
    """The note, with the bytes of that witness's line changed."""
    lines = note.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(f"\u2014 {witness.name} "))
    data = bytearray(base64.b64decode(lines[at].rsplit(" ", 1)[1]))
    change(data)
    lines[at] = f"\u2014 {witness.name} {base64.b64encode(bytes(data)).decode()}"
    return "\n".join(lines)


with p.Park() as park:
    register = park.register(10)
    doctor = park.doctor(register)
    key, w1, w2 = register.key(), p.notes.Key("w1.example/witness", 4), p.notes.Key("w2.example/witness", 4)
    with open(park.at("policy"), "w", encoding="utf-8") as file:
        file.write(f"log {register.vkey}\nwitness one {w1.vkey}\nwitness two {w2.vkey}\ngroup both all one two\nquorum both\n")
    told = {}

    def alter(path, status, body):
        return (200, told["note"].encode()) if path == "/checkpoint" and "note" in told else (status, body)

    doctor.alter = alter

    def tree(*when, signer=key):
        return p.notes.Tree(signer, register.entries(), list(zip((w1, w2), when))).checkpoint

    def mirror(*more):
        return park.mirror_once(doctor.url, "copy", register.vkey, "--policy", park.at("policy"), *more)

    ran = mirror()
    tap.ok(ran.status == p.UNREADABLE and "has not the quorum" in ran.err and not ran.evidence(), "without the quorum nothing is taken in, and nobody accused", ran.err)
    told["note"] = tree(NOW - 100, NOW + 4000)
    ran = mirror()
    tap.ok(ran.status == p.UNREADABLE and "two" in ran.err, "a time that is still to come does not count", ran.err)
    told["note"] = tree(NOW - 100, NOW - 90)
    tap.same(mirror().status, p.IN_STEP, "with it, it is")
    tap.ok(w1.name in open(park.at("copy", "checkpoint"), encoding="utf-8").read(), "the cosignatures are kept with the checkpoint")

    good = told["note"]
    told["note"] = altered(good, w2, lambda data: data.__setitem__(11, data[11] ^ 1))
    ran = mirror()
    judged = p.names_fraud(park, ran, "an altered time", rf"Re-dated: the cosignature of {w2.name} on the checkpoint over 11 entries .* does not fit", "date", "word",
                           register.vkey)
    tap.ok(any(w2.vkey in claim for claim in p.claims(judged, "check")), "the stranger is asked whether he knows that witness")
    told["note"] = altered(good, w1, lambda data: data.__setitem__(40, data[40] ^ 1))
    p.names_fraud(park, mirror("--resume"), "an altered cosignature", rf"Re-dated: the cosignature of {w1.name}", "date", "word", register.vkey)
    told["note"] = tree(NOW - 50, NOW - 40)
    tap.same(mirror("--resume").status, p.IN_STEP, "witnesses may cosign the same tree again")
    told["note"] = good
    tap.same(mirror().status, p.IN_STEP, "and an older note over the same tree is no fraud")

    register.file(p.listed("LATER"))
    told["note"] = tree(NOW - 100000, NOW - 10)
    judged = p.names_fraud(park, mirror(), "a witness that dates back", rf"Re-dated: {w1.name} cosigned the log of 12 entries with a time 99900 seconds before", "date",
                           "proved", register.vkey)
    status, text = 0, park.run("judge", p.Ran(0, "", park.at("copy")).evidence()[-1], "--key", register.vkey).stdout
    tap.ok(f"against the key of {w1.name}" in text, "it is proved against the witness, not against the log", text)
    told["note"] = tree(NOW - 10, NOW - 10)
    tap.same(mirror("--resume").status, p.IN_STEP, "rightly dated it is taken in")

    # The checkpoint itself.
    told["note"] = tree(NOW, NOW).replace("\n12\n", "\n13\n")
    p.names_fraud(park, mirror(), "an altered number of entries", r"bears the signature of league\.example/acts, but the signature does not fit", "signature", "word",
                  register.vkey)
    other = p.notes.Key(key.name, 1, b"another")
    told["note"] = tree(NOW, NOW, signer=other)
    p.names_fraud(park, mirror("--resume"), "a checkpoint signed again by another key", r"is not signed by the key of league\.example/acts, as all before were", "signature",
                  "word", register.vkey)
    ran = park.mirror_once(doctor.url, "newcomer", register.vkey)
    tap.ok(ran.status == p.UNREADABLE and "compare the address and the key" in ran.err, "to a newcomer it may be a wrong address", ran.err)
    del told["note"]
    ran = park.mirror_once(doctor.url, "other", other.vkey)
    tap.ok(ran.status == p.UNREADABLE and "compare the address and the key" in ran.err, "or a wrong key", ran.err)
tap.done()
