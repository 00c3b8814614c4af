# SPDX-License-Identifier: Apache-2.0
"""A register of 70,000 acts, served, and read by a program that shares no line with it (verify.go): see README.md.

SEED sets what is drawn.
"""
import os
import tempfile
import time

import ledger
import third
from third import served, tap

ACTS = 70_000
PIECES = [1, 253, 1, 1, 65278, 1, 1]  # with the genesis entry the sizes 1, 2, 255, 256, 257, 65535, 65536, 65537 are signed; then the rest
BORDERS = [1, 2, 255, 256, 257, 65535, 65536, 65537, ACTS + 1]
SEED = os.environ.get("SEED") or "1"


def clock(what, since):
    tap.note(f"{what}: {time.monotonic() - since:.1f} s")


def counted(size):
    """How many tiles and bundles a tree has, counted here by the rule of tlog-tiles."""
    tiles, hashes = 0, size
    while hashes:
        tiles, hashes = tiles + -(-hashes // 256), hashes // 256
    return tiles, -(-size // 256)


def run(folder):
    verify = third.build(folder)
    if not verify:
        return
    begin = time.monotonic()
    data = ledger.make(folder)
    filed = 0
    for n in [*PIECES, ACTS - sum(PIECES)]:
        ledger.load(data, filed, n)
        filed += n
    clock(f"{filed} acts filed", begin)
    kept = third.keep(data, os.path.join(folder, "kept"))
    sizes = [row[0] for row in third.database(data, "SELECT size FROM checkpoint ORDER BY size")]
    longest = third.database(data, "SELECT max(length(bytes)) FROM entry")[0][0]
    sealed = third.database(data, "SELECT count(*) FROM blob")[0][0]
    tap.ok(set(BORDERS) <= set(sizes), "the borders of tiles were signed", sizes)
    tap.ok(60_000 < longest <= 65_535, "there are entries nearly as long as may be", longest)
    tap.ok(sealed > 10, "there are sealed acts", sealed)
    begin = time.monotonic()
    with served.serve(data) as site:
        clock("served", begin)
        ran = verify("-log", site.url, "-vkey", third.vkey(data), *third.SINGLE, "-random", "16", "-seed", SEED, *kept)
        tap.note(ran.text)
        tap.ok(ran.good, "70,000 acts: all agrees", ran.last)
        size = ACTS + 1
        tiles, bundles = counted(size)
        tap.same(ran.number("entries in"), size, "every entry was read, with its leaf hash")
        tap.same(ran.number("envelopes with every signature verified"), size, "every envelope was verified")
        tap.same(ran.number("tiles of 3 levels, hashed up to the signed root"), tiles, "every tile was hashed up to the root")
        tap.same(ran.number("tiles equal to those made from the entries"), tiles, "every tile was made again from the entries")
        tap.ok(f"entries in {bundles} bundles" in ran.text, "every bundle was read", ran.text)
        tap.same(ran.number("signed sizes, 1 to 70001"), len(sizes), "every checkpoint that was signed is of one history")
        partial = sum(s % 256 > 0 for s in sizes)  # of these, each has a bundle and a tile of level 0
        tap.ok((ran.number("partial tiles and bundles of signed sizes, 0 of them cut from full ones") or 0) >= 2 * partial + len(sizes) // 2,
               "the partial tiles of every signed size are there, as they were", ran.text)
        tap.ok((ran.number("inclusion proofs in trees") or 0) > sum(BORDERS), "every entry is proved at the borders of tiles, many at other sizes", ran.text)
        many = len(sizes) + 8
        tap.ok((ran.number("consistency proofs") or 0) >= many * (many + 1) // 2, "each signed size begins each larger one", ran.text)
        for what in ("inclusion proofs made from tiles alone", "proof files", "envelopes at their own address", "payloads at their own address"):
            tap.ok((ran.number(what + "$") or 0) > 150, what, ran.text)
        tap.same(ran.number("proof files that hold their entry$"), ran.number("proof files$"), "each proof file holds its entry")
        tap.ok((ran.number("tiles and bundles beyond the end, none of them there") or 0) >= 8, "nothing is served beyond the end", ran.text)
        tap.ok(site.alive(), "the server is still there")
        clock("verified", begin)


with tempfile.TemporaryDirectory(prefix="comity-third-") as scratch:
    run(scratch)
tap.done()
