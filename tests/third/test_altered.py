# SPDX-License-Identifier: Apache-2.0
"""What the third opinion finds: it is of no use if it agrees with everything.

Logs that lie though their own key signed them (forged.go); a true register behind a proxy that alters single answers; a proof file with a byte
altered. Each alteration must be found, and said. SEED and N set which, and how many.
"""
import json
import os
import random
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import ledger
import third
from third import served, tap

N = int(os.environ.get("N") or 40)
RANDOM = random.Random(int(os.environ.get("SEED") or 1))
PIECES = [1, 253, 1, 1, 254, 1, 1, 87]  # acts; with the genesis entry the signed sizes 2, 255, 256, 257, 511, 512, 513, 600
FEW = ["-samples", "4", "-sizes", "256", "-random", "0", "-each", "8"]
KINDS = {
    "the checkpoint": r"/checkpoint",
    "a full tile": r"/tile/0/\d+",
    "a partial tile": r"/tile/0/\d+\.p/\d+",
    "a tile of level 1": r"/tile/1/.*",
    "a full bundle": r"/tile/entries/\d+",
    "a partial bundle": r"/tile/entries/\d+\.p/\d+",
    "a proof file": r"/act/\d+\.tlog-proof",
    "an envelope": r"/act/\d+\.dsse",
    "a payload": r"/act/\d+\.json",
}


def flipped(body, at=None):
    at = RANDOM.randrange(len(body)) if at is None else at
    return body[:at] + bytes([body[at] ^ 1 << RANDOM.randrange(8)]) + body[at + 1:]


def forged(verify, folder):
    logs = os.path.join(folder, "forged")
    tap.ok(verify("-forge", logs).good, "logs that lie are made")

    def read(name):
        here = os.path.join(logs, name)
        with open(os.path.join(here, "args"), encoding="utf-8") as file:
            args = file.read().split("\n")
        kept = os.path.join(here, "kept")
        kept = [os.path.join("kept", k) for k in sorted(os.listdir(kept))] if os.path.isdir(kept) else []
        with third.static(os.path.join(here, "log")) as url:
            return verify("-log", url, *args, *kept, cwd=here)

    names = sorted(os.listdir(logs))
    with ThreadPoolExecutor(2) as pool:
        for name, ran in zip(names, pool.map(read, names)):
            with open(os.path.join(logs, name, "says"), encoding="utf-8") as file:
                says = file.read()
            if says:
                tap.ok(ran.status == 1 and ran.last.startswith("disagreement: ") and says in ran.last, f"forged: {name}: {says}", ran.text)
            else:
                tap.ok(ran.good, f"forged: {name}: is taken", ran.text)


# Where the Go program, which takes a log for one of acts, says that an entry is no act or its key is unknown, `comity verify` shows what is there.
NO_ACT = re.compile("no DSSE envelope|spelled in another way|of type|no JSON object|ascending order|nobody has signed|is not in force|member|no point of")


def judge(verify, key, policy, proof, signers=()):
    """The Go program, and comity, on one proof file."""
    given = [word for text in signers for word in ("-key", text)]
    mine = verify("-vkey", key, "-policy", policy, "-proof", proof, *given)
    by = ["--signer", signers[0]] if signers else []
    return mine, third.run(served.COMITY, "verify", proof, "--policy", policy, *by)


def of_one_mind(verify, folder):
    """`comity verify PROOF --policy FILE` and the Go program, on the proof files of every forged log."""
    logs = os.path.join(folder, "forged")
    cases = []
    for name in sorted(os.listdir(logs)):
        here = os.path.join(logs, name)
        with open(os.path.join(here, "args"), encoding="utf-8") as file:
            key = file.read().split("\n")[1]
        policy = os.path.join(here, "policy")
        if not os.path.exists(policy):
            with open(policy, "w", encoding="utf-8") as file:
                file.write(f"log {key}\nquorum none\n")
        with open(os.path.join(here, "keys"), encoding="utf-8") as file:
            signers = file.read().split("\n") if name.startswith("key-") else []
        signers = [text for text in signers if text]
        cases += [(key, policy, os.path.join(here, "log", "act", f"{n}.tlog-proof"), signers if n == 17 else []) for n in (17, 255)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda case: judge(verify, *case), cases))
    differ, took, refused = [], 0, 0
    for (_, _, proof, _), (mine, ours) in zip(cases, results):
        if mine.status and NO_ACT.search(mine.last):
            continue
        took += mine.good and ours.good
        refused += not mine.good and not ours.good
        if mine.good != ours.good:
            differ.append(f"{proof}\n  Go: {mine.last}\n  comity: {ours.text}")
    tap.ok(not differ, f"comity verify says the same of {took} proof files that are good and {refused} that are not", "\n".join(differ))
    tap.ok(took > 120 and refused > 40, "there were many of both", (took, refused))


def policies(verify, folder):
    """Policies in all spellings: the Go program and comity read the same in them."""
    with open(os.path.join(folder, "forged", "cosigned-true", "policy"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    log = next(line for line in lines if line.startswith("log")).split()[1]
    rome, milan, turin = (line.split()[2] for line in lines if line.startswith("witness"))
    two = f"log {log}\nwitness R {rome}\nwitness M {milan}\n"
    three = two + f"witness T {turin}\n"
    proof = os.path.join(folder, "forged", "cosigned-true", "log", "act", "255.tlog-proof")  # cosigned by R and M
    path = os.path.join(folder, "policy")

    def ask(text):
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return judge(verify, log, path, proof)

    for what, text in {
        "no quorum": two, "two quorums": two + "quorum R\nquorum M\n", "a quorum that is nobody": two + "quorum T\n", "an empty file": "",
        "a quorum before its group": two + "quorum G\ngroup G any R M\n", "a name twice": two + f"witness R {turin}\nquorum R\n",
        "a key under two names": two + f"witness X {rome}\nquorum R\n", "a member twice": two + "group G 2 R R\nquorum G\n",
        "a member of two groups": two + "group G any R\ngroup H any R M\nquorum H\n", "a threshold of none": two + "group G 0 R M\nquorum G\n",
        "a threshold beyond all": two + "group G 3 R M\nquorum G\n", "a threshold in another spelling": two + "group G 02 R M\nquorum G\n",
        "a group of nobody": two + "group G all\nquorum G\n", "a group that is named none": two + "group none any R\nquorum R\n",
        "none in a group": two + "group G any none\nquorum G\n", "a group within itself": two + "group G any G\nquorum G\n",
        "a log's key for a witness": two + f"witness L {log}\nquorum L\n", "a witness's key for a log": two + f"log {turin}\nquorum none\n",
        "a log twice": two + f"log {log}\nquorum none\n", "a hash of another key": two.replace(rome.split("+")[1], "00000000") + "quorum R\n",
        "a word that is none": two + "quorums R\n", "a control character": two + "quorum R\r\n", "a last line without an end": two + "quorum R",
        "a word too many": two + "quorum R M\n", "a comment behind a line": two + "quorum R # him\n",
    }.items():
        mine, ours = ask(text)
        tap.ok(mine.status == 2 and "policy" in mine.text and not ours.good, "policy: refused: " + what, mine.text + ours.text)
    for what, text, good in (
        ("one witness", two + "quorum R\n", True), ("one that has not signed", three + "quorum T\n", False), ("none", two + "quorum none\n", True),
        ("any of three", three + "group G any T M R\nquorum G\n", True), ("all of two", two + "group G all R M\nquorum G\n", True),
        ("all of three", three + "group G all R M T\nquorum G\n", False), ("two of three", three + "group G 2 R M T\nquorum G\n", True),
        ("three of three", three + "group G 3 R M T\nquorum G\n", False), ("a group in a group", three + "group G any R T\ngroup H all G M\nquorum H\n", True),
        ("a group in a group that is not met", three + "group G any T\ngroup H all G M R\nquorum H\n", False),
        ("a group that no quorum needs", three + "group G all T R\nquorum M\n", True),
        ("blanks, tabs, comments", f"# who\n\n \t\n\tlog {log}\thttps://x.example/ \n  # more\nwitness \t R {rome}\nquorum  R\t\n", True),
        ("names beyond ASCII", two.replace("witness R", "witness Рим") + "group Италия any Рим\nquorum Италия\n", True),
        ("a witness before the log", f"witness R {rome} https://w.example/\nquorum R\nlog {log}\n", True),
        ("another log", two.replace(log, "x.example+" + "0" * 8 + "+" + log.split("+", 2)[2]) + "quorum R\n", False),
    ):
        mine, ours = ask(text)
        tap.ok(mine.good == ours.good == good, f"policy: {'met' if good else 'not met'}: {what}", mine.text + ours.text)


def grow(verify, folder):
    """A register that grows while it is read: its data directory, and the checkpoints that were seen."""
    data = ledger.make(folder)
    kept = os.path.join(folder, "seen")
    os.mkdir(kept)
    filed = 0
    with served.serve(data) as site:
        for n in PIECES:
            ledger.load(data, filed, n)
            filed += n
            ran = verify("-log", site.url, "-vkey", third.vkey(data), "-keep", os.path.join(kept, f"{filed:05d}"), *FEW, *seen(kept))
            if not ran.good:
                tap.ok(False, f"{filed} acts: all agrees", ran.text)
        tap.same(len(seen(kept)), len(PIECES), "each checkpoint was seen and kept while the register grew")
    return data, seen(kept)


def beside_a_writer(verify, data, kept):
    """At no moment is a checkpoint served whose tree is not."""
    filed, sizes = sum(PIECES), set()
    with served.serve(data) as site:
        for _ in range(3):
            with open(data + ".jsonl", "w", encoding="utf-8") as file:
                file.writelines(ledger.line(n) for n in range(filed, filed + 1500))
            filed += 1500
            writer = subprocess.Popen([served.COMITY, "load", data, data + ".jsonl"], stdout=subprocess.DEVNULL)
            ended = False
            while not ended:
                ended = writer.poll() is not None
                ran = verify("-log", site.url, "-vkey", third.vkey(data), *FEW, *kept)
                if not ran.good:
                    writer.wait()
                    return tap.ok(False, "read beside a writer: all agrees", ran.text)
                sizes.add(int(re.search(r", (\d+) entries, root", ran.text)[1]))
        tap.ok(len(sizes) >= 3 and max(sizes) == filed + 1, f"read beside a writer, at {len(sizes)} sizes: all agrees", sizes)


def seen(folder):
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def proxied(verify, data, kept):
    with served.serve(data) as site:
        proxy = third.Proxy(site.url)
        with third.listen(proxy.handler) as url:
            arguments = ["-log", url, "-vkey", third.vkey(data), *third.SINGLE, *FEW, *kept]
            ran = verify(*arguments)
            tap.ok(ran.good and not proxy.altered, "through a proxy that alters nothing: all agrees", ran.text)
            seen_bodies = dict(proxy.seen)
            for kind, pattern in KINDS.items():
                paths = sorted(p for p in seen_bodies if re.fullmatch(pattern, p))
                tap.ok(paths, f"{kind} was read")
                for what, change in alterations(kind, paths, seen_bodies):
                    proxy.change, proxy.altered = change, 0
                    ran = verify(*arguments)
                    tap.ok(proxy.altered and ran.status == 1 and ran.last.startswith("disagreement: "), f"{kind}: {what}", f"altered {proxy.altered} times\n{ran.text}")
            gone = next(p for p in sorted(seen_bodies) if re.fullmatch(r"/tile/0/000\.p/\d+", p))
            proxy.change, proxy.altered = (lambda path, status, body: (404, b"") if path == gone else (status, body)), 0
            ran = verify(*arguments)
            tap.ok(ran.good and proxy.altered and re.search(r"[1-9]\d* of them cut from full ones", ran.text),
                   "a partial tile that is gone is cut from the full one, and counted", ran.text)
        tap.ok(site.alive(), "the server is still there")


def alterations(kind, paths, bodies):
    """(name, change) for answers of one kind."""
    def at(path, make):
        return lambda asked, status, body: make(status, body) if asked == path else (status, body)

    for _ in range(max(2, N // len(KINDS))):
        path = RANDOM.choice(paths)
        other = flipped(bodies[path])
        place = next(i for i, (a, b) in enumerate(zip(other, bodies[path])) if a != b)
        yield f"byte {place} of {path}", at(path, lambda status, body, other=other: (status, other))
    path = RANDOM.choice(paths)
    yield f"the end of {path}", at(path, lambda status, body: (status, body[:-1]))
    yield f"a byte after {path}", at(path, lambda status, body: (status, body + b"\n"))
    yield f"nothing of {path}", at(path, lambda status, body: (status, b""))
    yield f"an error for {path}", at(path, lambda status, body: (500, body))
    if kind in ("a full tile", "a full bundle") and len(paths) > 1:
        yield f"{paths[1]} for {paths[0]}", at(paths[0], lambda status, body: (status, bodies[paths[1]]))
    if kind in ("a full tile", "a full bundle", "a proof file", "an envelope"):
        yield f"no {path}", at(path, lambda status, body: (404, b""))


def proof_file(verify, data, folder):
    """Every line of a proof file counts; at least so many bytes of it are tried."""
    key = third.vkey(data)
    with served.serve(data) as site:
        wire = third.get(site.url + "/act/300.tlog-proof"), third.get(site.url + "/act/300.dsse")
    proof, entry = (os.path.join(folder, name) for name in ("300.tlog-proof", "300.dsse"))
    for path, body in zip((proof, entry), wire):
        with open(path, "wb") as file:
            file.write(body)
    ran = verify("-vkey", key, "-proof", proof, "-entry", entry)
    tap.ok(ran.good and "entry 300 of " in ran.text, "a proof file and its entry, without a log: agrees", ran.text)
    ran = verify("-vkey", key, "-proof", proof)
    tap.ok(ran.good and "entry 300 of " in ran.text, "a proof file alone, which holds its entry: agrees", ran.text)
    places = range(len(wire[0])) if N >= 10000 else sorted(RANDOM.sample(range(len(wire[0])), 2 * N))
    missed = []
    for at in places:
        with open(proof, "wb") as file:
            file.write(flipped(wire[0], at))
        if verify("-vkey", key, "-proof", proof).status != 1 or verify("-vkey", key, "-proof", proof, "-entry", entry).status != 1:
            missed.append(at)
    tap.ok(not missed, f"a byte altered in the proof file, {len(places)} times: found", f"not found: {missed}\n{wire[0].decode()}")
    with open(proof, "wb") as file:
        file.write(wire[0])
    with open(entry, "wb") as file:
        file.write(flipped(wire[1]))
    tap.same(verify("-vkey", key, "-proof", proof, "-entry", entry).status, 1, "a byte altered in the entry: found")
    envelope = json.loads(wire[1])
    with open(entry, "w", encoding="utf-8") as file:
        json.dump(envelope, file)
    tap.same(verify("-vkey", key, "-proof", proof, "-entry", entry).status, 1, "the entry in another spelling: found")


def run(folder):
    verify = third.build(folder)
    if not verify:
        return
    forged(verify, folder)
    of_one_mind(verify, folder)
    policies(verify, folder)
    data, kept = grow(verify, folder)
    proxied(verify, data, kept)
    proof_file(verify, data, folder)
    beside_a_writer(verify, data, kept)


with tempfile.TemporaryDirectory(prefix="comity-third-") as scratch:
    run(scratch)
tap.done()
