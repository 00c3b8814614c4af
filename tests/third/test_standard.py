# SPDX-License-Identifier: Apache-2.0
"""The third opinion reads the standard, and not only us: logs, notes, cosignatures and proofs that others made, from the shared vectors."""
import glob
import json
import os
import shutil
import tempfile

import third
from third import tap

GOLDEN = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
TLOG = tap.shared("conformance", "tlog")


def read(*parts):
    with open(os.path.join(TLOG, *parts), encoding="utf-8") as file:
        return file.read()


def arithmetic(verify):
    ran = verify("-vectors", os.path.join(TLOG, "merkle"))
    tap.ok(ran.good and (ran.number("vectors of inclusion"), ran.number("vectors of consistency")) == (98, 98),
           "its own arithmetic gives the verdict of all Merkle vectors, up to 2^64 - 1", ran.text)


def tessera(verify, key):
    """A log that Tessera wrote: entries are words, and a checkpoint was kept at each of its sizes."""
    kept = sorted(glob.glob(os.path.join(TLOG, "tessera-testlog", "checkpoint.*")))
    with third.static(os.path.join(TLOG, "tessera-testlog")) as url:
        arguments = ["-log", url, "-vkey", key, "-entries", "raw", *kept]
        ran = verify(*arguments)
        tap.ok(ran.good and ran.number("signed sizes") == len(kept) == 16, "Tessera's log: all agrees, at every size", ran.text)
        tap.same(ran.number("entries in"), 15, "Tessera's log: every entry was read")
        ran = verify(*[a for a in arguments if a not in ("-entries", "raw")])
        tap.ok(ran.status == 1 and "no DSSE envelope" in ran.last, "Tessera's log: its entries are not taken for acts", ran.text)
        ran = verify("-log", url, "-vkey", GOLDEN, "-entries", "raw")
        tap.ok(ran.status == 1 and "no verifiable signatures" in ran.last, "Tessera's log: under another log's key it is refused", ran.text)


def golden(verify, folder):
    """A log of 600 entries that tlog-scales wrote, with proof files beside it."""
    log = os.path.join(folder, "golden")
    shutil.copytree(os.path.join(TLOG, "golden-600"), log)
    for file in glob.glob(os.path.join(TLOG, "tlog-proof", "golden-600.*.tlog-proof")):
        shutil.copy(file, log)
    at = "0,1,255,256,511,512,598,599"
    with third.static(log) as url:
        arguments = ["-log", url, "-vkey", GOLDEN, "-entries", "raw", "-proofs", "golden-600.%d.tlog-proof", "-only", at, "-random", "40"]
        ran = verify(*arguments)
        tap.ok(ran.good and ran.number("proof files") == 8, "the golden log of 600: all agrees, its proof files too", ran.text)
        tap.same((ran.number("entries in"), ran.number("tiles of 2 levels")), (600, 4), "the golden log: every entry and tile was read")
        # What is in an extra line is the application's affair: no part of the proof.
        file = os.path.join(log, "golden-600.511.tlog-proof")
        with open(file, encoding="utf-8") as was:
            text = was.read()
        with open(file, "w", encoding="utf-8") as now:
            now.write(text.replace("\n", "\nextra YW55dGhpbmcgYXQgYWxs\n", 1))
        ran = verify(*arguments)
        tap.ok(ran.good and ran.number("proof files that hold their entry") == 1, "a proof file with an extra line is read", ran.text)


def proof_files(verify, folder):
    entry = os.path.join(folder, "entry")
    for file in sorted(glob.glob(os.path.join(TLOG, "tlog-proof", "*.tlog-proof"))):
        index = int(file.split(".")[-2])
        for n, good in ((index, True), (index ^ 1, False)):
            with open(entry, "w", encoding="utf-8") as out:
                out.write(f"entry {n}")
            ran = verify("-vkey", GOLDEN, "-entries", "raw", "-proof", file, "-entry", entry)
            tap.ok(ran.good == good and ran.status < 2, f"{os.path.basename(file)} {'proves' if good else 'does not prove'} entry {n}", ran.text)


def roots(verify):
    """Trees of "entry 0", "entry 1", ...: made here, and their roots as others computed them."""
    ran = verify("-roots", os.path.join(TLOG, "roots", "entry-decimal-roots.tsv"))
    tap.ok(ran.good and ran.number("roots of trees") == 29, "29 roots of trees of up to 131,072 entries", ran.text)


def notes(verify):
    keys = json.loads(read("note", "vkeys.json"))
    for name, key in sorted(keys.items()):
        if not isinstance(key, str) or "/" in name:
            continue
        file = os.path.join(TLOG, "note", name)
        ran = verify("-note", file, "-vkey", key)
        tap.ok(ran.good and ran.number("signatures verified") == 1, f"{name}: signed", ran.text)
        ran = verify("-note", file, "-vkey", GOLDEN)
        tap.ok(ran.status == 1, f"{name}: not by another key", ran.text)
    for key in keys["bad_vkeys"]:
        tap.ok(verify("-note", os.path.join(TLOG, "note", "monkeys-5.checkpoint"), "-vkey", key).status == 2, f"{key[:24]}...: no key")


def cosignatures(verify):
    """Sunlight's checkpoints, each cosigned by one of three."""
    keys = {name: json.loads(read("cosignature", name + ".v0.json"))["verifier_keys"][0] for name in ("witness", "witness2", "mirror")}
    for file in sorted(glob.glob(os.path.join(TLOG, "cosignature", "*.checkpoint"))):
        for name, key in keys.items():
            ran = verify("-note", file, "-witness", key)
            good = os.path.basename(file).split(".")[1] == name
            tap.ok(ran.good == good and ran.status < 2, f"{os.path.basename(file)}: {'' if good else 'not '}cosigned by {name}", ran.text)


def run(folder):
    if not TLOG:
        return tap.skip("needs COMITY_SHARED", "third: the standard's vectors")
    verify = third.build(folder)
    if verify:
        arithmetic(verify)
        tessera(verify, json.loads(read("note", "vkeys.json"))["tessera-testlog/*"])
        golden(verify, folder)
        proof_files(verify, folder)
        roots(verify)
        notes(verify)
        cosignatures(verify)


with tempfile.TemporaryDirectory(prefix="comity-third-") as scratch:
    run(scratch)
tap.done()
