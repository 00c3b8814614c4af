# SPDX-License-Identifier: Apache-2.0
"""Three witnesses (`comity witness`) of a register, asked by the Go program as a log asks (C2SP tlog-witness); what they sign is verified by it, and by
WebCrypto. A second history under the same key gets no signature.
"""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
from hashlib import sha256

import ledger
import third
from test_tools import node, write
from third import served, tap

NAMES = ["rome.example/witness", "milan.example/witness", "turin.example/witness"]
SIZES = [2, 256, 257, 600]


@contextlib.contextmanager
def witness(folder, name, vkey):
    """(URL, key) of one that knows this log, if a key of a log is given."""
    data = os.path.join(folder, name.split(".")[0])
    key = next(word for word in third.comity("witness", "init", data, "--name", name).split() if word.startswith(name + "+"))
    if vkey:
        third.comity("witness", "add", data, vkey)
    port = served.free_port()
    process = subprocess.Popen([served.COMITY, "witness", "run", data, "--port", str(port)], stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + served.PATIENCE
        while True:
            try:
                third.get(url + "/")
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit("comity witness run does not answer")
                time.sleep(0.05)
        yield url, key
    finally:
        process.terminate()
        process.wait()


def policy(folder, vkey, keys, least):
    lines = [f"log {vkey}"] + [f"witness {'RMTX'[i]} {key}" for i, key in enumerate(keys)]
    return write(folder, "policy", data=("\n".join(lines + [f"group G {least} {' '.join('RMTX'[:len(keys)])}", "quorum G"]) + "\n").encode())


def grow(folder, data, verify, site, witnesses, kept):
    """At each size all three sign; `kept` gets the checkpoints with their lines."""
    vkey = third.vkey(data)
    asked = [word for url, key in witnesses for word in ("-submit", url, "-witness", key)]
    for size in SIZES:
        now = third.database(data, "SELECT count(*) FROM entry")[0][0]
        ledger.load(data, now - 1, size - now)
        for n, again in enumerate(("", ", and again")):
            kept.append(os.path.join(folder, f"cosigned-{size}-{n}"))
            ran = verify("-log", site.url, "-vkey", vkey, *asked, "-keep", kept[-1])
            tap.ok(ran.good and ran.number(f"witnesses have cosigned the tree of {size}") == 3, f"three witnesses sign the tree of {size}{again}", ran.text)


def check(folder, data, verify, site, witnesses, kept):
    vkey, keys = third.vkey(data), [key for _, key in witnesses]
    newest = kept[-1]
    for key in keys:
        tap.same(node("cosigned", newest, key).get("good"), True, f"WebCrypto: cosigned by {key.split('+')[0]}")
    proxy = third.Proxy(site.url)
    with open(newest, "rb") as file:
        cosigned = file.read()
    proxy.change = lambda path, status, body: (status, cosigned if path == "/checkpoint" else body)
    with third.listen(proxy.handler) as url:  # a register that publishes what its witnesses signed
        ran = verify("-log", url, "-vkey", vkey, "-policy", policy(folder, vkey, keys, "all"), *kept)
        tap.ok(ran.good and ran.number("cosignatures of the served checkpoint") == 3 and ran.number("cosignatures of kept checkpoints") == 3 * len(kept),
               "a log with a quorum at each size: all agrees", ran.text)
        ran = verify("-log", site.url, "-vkey", vkey, "-policy", policy(folder, vkey, keys, 1))
        tap.ok(ran.status == 1 and "no quorum" in ran.last, "the same log without their lines is refused", ran.text)
        proxy.change = lambda path, status, body: (status, cosigned.replace(b"rome.example", b"roma.example") if path == "/checkpoint" else body)
        ran = verify("-log", url, "-vkey", vkey, "-policy", policy(folder, vkey, keys, "all"))
        tap.ok(ran.status == 1 and "no quorum" in ran.last, "under another name it is no signature of the witness", ran.text)
    for url, key in witnesses:
        own = third.get(f"{url}/{sha256(vkey.split('+')[0].encode()).hexdigest()}/checkpoint")
        ran = verify("-note", write(folder, "own", data=own), "-vkey", vkey, "-witness", key)
        tap.ok(ran.good, f"{key.split('+')[0]} serves what it signed last, with the log's signature", ran.text)


def fork(folder, data, verify, witnesses):
    """The register's own key, another history."""
    other = os.path.join(folder, "young")
    ledger.load(other, 5000, 650)
    (url, key), vkey = witnesses[0], third.vkey(data)
    with served.serve(other) as site:
        ran = verify("-log", site.url, "-vkey", vkey)
        tap.ok(ran.good, "a second history agrees with itself", ran.text)
        ran = verify("-log", site.url, "-vkey", vkey, "-submit", url, "-witness", key, "-keep", os.path.join(folder, "never"))
        tap.ok(ran.status == 1 and "it refuses: 422" in ran.last, "no witness of the first signs the second", ran.text)
        ran = verify("-log", site.url, "-vkey", vkey, os.path.join(folder, "cosigned-600-0"))
        tap.ok(ran.status == 1 and "history was rewritten" in ran.last, "and whoever kept a checkpoint sees it", ran.text)


def main(folder):
    verify = third.build(folder)
    if not verify:
        return
    data = ledger.make(folder)
    shutil.copytree(data, os.path.join(folder, "young"))
    vkey = third.vkey(data)
    with contextlib.ExitStack() as stack:
        witnesses = [stack.enter_context(witness(folder, name, vkey)) for name in NAMES]
        kept = []
        with served.serve(data) as site:
            grow(folder, data, verify, site, witnesses, kept)
            check(folder, data, verify, site, witnesses, kept)
            url, key = stack.enter_context(witness(folder, "pisa.example/witness", None))
            ran = verify("-log", site.url, "-vkey", vkey, "-submit", url, "-witness", key, "-keep", os.path.join(folder, "never"))
            tap.ok(ran.status == 1 and "it refuses: 404" in ran.last, "a witness that does not know the log signs nothing", ran.text)
        fork(folder, data, verify, witnesses)


with tempfile.TemporaryDirectory(prefix="comity-third-") as scratch:
    main(scratch)
tap.done()
