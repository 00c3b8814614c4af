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


def policies(verify, folder):
    """Policies that say nothing clear are refused before anything is read."""
    keys = [line.split()[2] for line in open(os.path.join(folder, "forged", "cosigned-true", "policy"), encoding="utf-8") if line.startswith("witness")]
    rome, milan, _ = keys
    log = next(line.split()[1] for line in open(os.path.join(folder, "forged", "cosigned-true", "policy"), encoding="utf-8") if line.startswith("log"))
    two = f"witness R {rome}\nwitness M {milan}\n"
    path = os.path.join(folder, "policy")
    for what, text in {
        "no quorum": two, "two quorums": two + "quorum R\nquorum M\n", "a quorum that is nobody": two + "quorum T\n", "an empty file": "",
        "a quorum before its group": two + "quorum G\ngroup G any R M\n", "a name twice": two + f"witness R {keys[2]}\nquorum R\n",
        "a key under two names": two + f"witness X {rome}\nquorum R\n", "a member twice": two + "group G 2 R R\nquorum G\n",
        "a member of two groups": two + "group G any R\ngroup H any R M\nquorum H\n", "a threshold of none": two + "group G 0 R M\nquorum G\n",
        "a threshold beyond all": two + "group G 3 R M\nquorum G\n", "a threshold in another spelling": two + "group G 02 R M\nquorum G\n",
        "a group of nobody": two + "group G all\nquorum G\n", "a group that is named none": two + "group none any R\nquorum R\n",
        "none in a group": two + "group G any none\nquorum G\n", "a group within itself": two + "group G any G\nquorum G\n",
        "a log's key for a witness": f"witness L {log}\nquorum L\n", "a witness's key for a log": f"log {rome}\nquorum none\n",
        "a hash of another key": two.replace(rome.split("+")[1], "00000000") + "quorum R\n", "a word that is none": two + "quorums R\n",
        "a control character": two + "quorum R\r\n",
    }.items():
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        ran = verify("-vkey", log, "-policy", path, "-proof", path)
        tap.ok(ran.status == 2 and "policy" in ran.text, "policy: refused: " + what, ran.text)


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
    policies(verify, folder)
    data, kept = grow(verify, folder)
    proxied(verify, data, kept)
    proof_file(verify, data, folder)
    beside_a_writer(verify, data, kept)


with tempfile.TemporaryDirectory(prefix="comity-third-") as scratch:
    run(scratch)
tap.done()
