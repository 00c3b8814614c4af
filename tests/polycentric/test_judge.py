# SPDX-License-Identifier: Apache-2.0
"""Evidence that somebody has tampered with proves nothing that the true one does not."""
import random

import polycentric as p
import tap

rng, tries = random.Random(int(p.os.environ.get("SEED", "1"))), int(p.os.environ.get("N", "150"))



def plain(claim):
    """Of bytes that were changed the judge rightly says another hash."""
    return p.re.sub(r"(The bytes in this file have the hash )\S+", r"\1...", claim)


with p.Park() as park:
    register = park.register(20)
    key, entries = register.key(), register.entries()
    doctor = park.doctor(register)
    witness = p.notes.Key("w.example/witness", 4)
    with open(park.at("policy"), "w", encoding="utf-8") as file:
        file.write(f"witness w {witness.vkey}\nquorum w\n")
    now = int(p.time.time())
    tap.same(park.mirror_once(register.url, "copy", register.vkey).status, p.IN_STEP, "a mirror")
    bad = p.notes.envelope(p.json.dumps(p.listed("X")).encode(), [key]).replace(b'"sig":"', b'"sig":"A', 1)
    made = {}
    for kind, log in (("fork", p.Log(key, entries[:9] + entries[10:] + [entries[9], entries[3]])), ("rollback", p.Log(key, entries[:15])),
                      ("entry", p.Log(key, entries + [bad])), ("swap", p.Log(key, entries))):
        doctor.alter = log.alter
        if kind == "swap":
            doctor.alter = lambda path, status, body, log=log: (status, body.replace(entries[4], entries[4][::-1])) if "entries" in path else log.alter(path, status, body)
        ran = park.mirror_once(doctor.url, "copy", register.vkey, "--resume")
        made[kind] = ran.evidence()[-1]
        tap.ok(kind in made[kind], f"evidence of kind {kind}", ran.err)
    doctor.alter = p.Log(key, entries, [(witness, now)]).alter
    park.mirror_once(doctor.url, "dated", register.vkey, "--policy", park.at("policy"))
    register.file(p.listed("MORE"))
    doctor.alter = p.Log(key, register.entries(), [(witness, now - 9999)]).alter
    made["date"] = park.mirror_once(doctor.url, "dated", register.vkey, "--policy", park.at("policy")).evidence()[-1]

    for kind, path in made.items():
        status, judged = park.judge(path, register.vkey)
        tap.ok(judged["verdict"] in ("proved", "word") and not p.claims(judged, "false"), f"{kind}: {judged['verdict']}")
        with open(path, "rb") as file:
            whole = file.read()
        status, judged_by_another = park.judge(path, p.notes.Key(key.name, 1, b"another").vkey)
        tap.ok(status == 1 and judged_by_another["verdict"] == "false", f"{kind}: to who knows another key it shows nothing", judged_by_another)
        worse, seen = [], {}
        for i in range(tries):
            at = rng.randrange(len(whole))
            changed = bytearray(whole)
            if i % 3 == 0:
                del changed[at:at + rng.randrange(1, 40)]
            else:
                changed[at] = rng.choice(b"0123456789ABCxyz+/=\",:\n \xff")
            with open(park.at("changed.json"), "wb") as file:
                file.write(changed)
            status, other = park.judge(park.at("changed.json"), register.vkey)
            seen[other["verdict"] if status < 2 else "unreadable"] = seen.get(other["verdict"] if status < 2 else "unreadable", 0) + 1
            if status not in (0, 1, 2) or (status < 2 and other["verdict"] != "false" and not set(map(plain, p.claims(other, "proved"))) <= set(map(plain, p.claims(judged, "proved")))):
                worse.append((at, other))
        tap.ok(not worse, f"{kind}: changed {tries} times, it never proves anything else {seen}", worse[:2])
    golden = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    corpus = p.os.path.join(p.os.path.dirname(p.os.path.abspath(__file__)), "..", "fuzz", "corpus", "evidence")
    proved = {"date-back", "entry-bad-signature", "entry-no-envelope", "fork-later", "fork-same-size"}
    two = {"two-of-one-size": (0, "proved"), "two-with-a-proof": (0, "proved"), "two-without-a-proof": (1, "open"), "two-that-are-none": (2, None)}
    for name, (status, verdict) in two.items():
        with open(p.os.path.join(corpus, name), "rb") as file:
            halves = file.read().split(b"\0")
        for half, bytes_ in zip("ab", halves):
            with open(park.at(half), "wb") as file:
                file.write(bytes_)
        ran = p.subprocess.run([p.COMITY, "judge", park.at("a"), park.at("b"), "--key", golden, "--json"], capture_output=True, text=True)
        tap.ok(ran.returncode == status and (not verdict or p.json.loads(ran.stdout)["verdict"] == verdict), f"two checkpoints: {name}", ran.stdout + ran.stderr)
    for name in sorted(set(p.os.listdir(corpus)) - set(two)):
        wanted = "proved" if name in proved else "false" if name.endswith("that-is-none") else "word"
        tap.same(park.judge(p.os.path.join(corpus, name), golden)[1]["verdict"], wanted, f"of every kind one: {name}")
    with open(p.os.path.join(corpus, "missing-tile"), encoding="utf-8") as file:
        text = file.read().replace("2026-07-01", "\\u001b[2J").replace("http://register", "http://\\u0007register")
    with open(park.at("escape.json"), "w", encoding="utf-8") as file:
        file.write(text)
    out = p.subprocess.run([p.COMITY, "judge", park.at("escape.json"), "--key", golden], capture_output=True, text=True).stdout
    tap.ok("register.example" in out and not set(out) & set("\x1b\x07"), "what is printed moves no cursor", repr(out))
    for name, text in (("nothing", b""), ("no JSON", b"fork"), ("a list", b"[]"), ("another file", b'{"evidence": 2}'), ("a kind that is none", b'{"evidence": 1, "kind": "murder"}'),
                       ("members missing", b'{"evidence": 1, "kind": "fork"}'), ("too much", b'{"evidence": 1, "kind": "' + b"x" * (5 << 20) + b'"}'),
                       ("too deep", b"[" * 1000 + b"]" * 1000)):
        with open(park.at("no.json"), "wb") as file:
            file.write(text)
        ran = p.subprocess.run([p.COMITY, "judge", park.at("no.json"), "--key", register.vkey], capture_output=True, text=True)
        tap.ok(ran.returncode == 2 and ran.stderr.startswith("comity: ") and not ran.stdout, f"what is no evidence: {name}", ran.stderr)
    ran = p.subprocess.run([p.COMITY, "judge", made["fork"], "--key", "nonsense"], capture_output=True, text=True)
    tap.ok(ran.returncode == 2, "a key that is none", ran.stderr)
tap.done()
