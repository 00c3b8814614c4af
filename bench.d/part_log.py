# SPDX-License-Identifier: Apache-2.0
"""The log by itself: acts appended by 64 threads beside raw SQLite, and a log of a million entries proved, cut and audited."""
import json
import os
import shutil
import statistics
import subprocess
import time

import log_door
from bench import BUILD, Figure

PROGRAM = os.path.join(BUILD, "bench.d", "comity-bench-log")
WITNESS = os.path.join(BUILD, "bench.d", "comity-bench-witness")
RUNS, ACTS = 3, 30_000
SINGLY = 2_000
SMALL, LARGE = 100_000, 1_000_000

# Figures that others published, of their own machines: two shared processors and 1 GB, the nearest to ours (POSIX files, durable); a
# Go program over a log's tiles on a machine like this; a witness with a key in software.
TESSERA, TESSERA_DELAY = 1_587, "1.2 s on average, 1.9 s at most"
GO_PROOFS = 1_900
SIGSUM_WITNESS = 295


def run(*arguments):
    """What comity-bench-log says: {name: value}."""
    said = subprocess.run([PROGRAM, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: float(value) for name, value in (line.split() for line in said.splitlines())}


def sync_of(folder):
    """Milliseconds that the disk needs to sync a small write: half of them at most."""
    path, times = os.path.join(folder, "sync"), []
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    for i in range(200):
        os.pwrite(file, b"x" * 4096, i % 16 * 4096)
        began = time.perf_counter()
        os.fdatasync(file)
        times.append(1000 * (time.perf_counter() - began))
    os.close(file)
    os.unlink(path)
    return statistics.median(times)


def appends(folder):
    ours, raw, singly, syncs = [], [], [], []
    for i in range(RUNS):
        data, file = os.path.join(folder, f"log{i}"), os.path.join(folder, f"raw{i}.db")
        syncs.append(sync_of(folder))
        ours.append(run("append", data, ACTS))
        raw.append(run("raw", data, file, ACTS))
        singly.append(run("raw-singly", data, file + ".singly", SINGLY))
        shutil.rmtree(data)
        for name in (file, file + ".singly"):
            os.unlink(name)
    rates = [ACTS / one["wall"] for one in ours]
    others = [one["acts"] / one["wall"] for one in raw]
    p99 = [1000 * one["call_p99"] for one in ours]
    groups = statistics.median(ACTS / one["groups"] for one in raw)
    envelope = int(ours[0]["envelope"])
    goal = statistics.median(rates) >= 5_000
    return [
        Figure("log: acts appended, 64 threads, every signature checked", rates, "acts/s", 0, ">= 5,000", goal),
        Figure("log: the same, beside Tessera's published 1,587", [statistics.median(rates) / TESSERA], "times", 1, "> 1",
               statistics.median(rates) > TESSERA),
        Figure("log: from call to published checkpoint, p99", p99, "ms", 1, "< 500 ms", statistics.median(p99) < 500),
        Figure("log: the same, median", [1000 * one["call_p50"] for one in ours], "ms", 1),
        Figure("SQLite alone: the same bytes, in the same groups", others, "rows/s"),
        Figure("log : SQLite alone", [a / b for a, b in zip(rates, others)], "", 2),
        Figure("SQLite alone: each row by itself", [one["acts"] / one["wall"] for one in singly], "rows/s"),
        Figure("processor per act, log", [1e6 * one["spent"] / ACTS for one in ours], "us", 1),
    ], [
        f"log: {ACTS:,} acts of 700 bytes, signed before by 64 keys (envelopes of {envelope:,} bytes); each of 64 threads waits until its act is under a "
        f"durable, signed and published checkpoint before it appends the next; {groups:.0f} acts a commit; {RUNS} runs in turn with SQLite.",
        "     SQLite alone has one table in the same mode (WAL, synchronous = FULL, pages of 8 KB) and the bytes in memory: one sync a commit, no "
        "signature, no tree, no checkpoint. The log syncs three times a commit: entries, checkpoint, its directory (src/log/append.c says why).",
        f"     A sync of 4 KB took {statistics.median(syncs):.2f} ms on this disk just before each run (median; {min(syncs):.2f} to {max(syncs):.2f}): 64 threads that "
        f"wait for three of them get {64 / (3 * statistics.median(syncs) / 1000):,.0f} acts/s at most, before anything is computed.",
        f"     Tessera on POSIX files, two shared processors, durable: {TESSERA:,}/s, integrated after {TESSERA_DELAY} (its own figures).",
    ]


def million(folder):
    small = run("million", os.path.join(folder, "small"), SMALL)
    shutil.rmtree(os.path.join(folder, "small"))
    large = run("million", os.path.join(folder, "large"), LARGE)
    shutil.rmtree(os.path.join(folder, "large"))
    return [
        Figure(f"log: inclusion proofs made, {LARGE:,} entries, in no order", [large["made"]], "proofs/s", 0, ">= 100,000", large["made"] >= 100_000),
        Figure("log: inclusion proofs checked", [large["checked"]], "proofs/s", 0, ">= 100,000", large["checked"] >= 100_000),
        Figure(f"log: audit of {LARGE:,} entries by hashes", [large["audit_spent"]], "s", 2, "< 2 s", large["audit_spent"] < 2),
        Figure("log: the same, by the wall", [large["audit"]], "s", 2),
        Figure("log: tiles of hashes", [large["tile_bytes"]], "bytes/entry", 2, "<= 32.2", large["tile_bytes"] <= 32.2),
        Figure(f"log: memory at {LARGE:,} entries, src/log alone", [large["peak_audit"]], "MB", 1, "< 50 MB", large["peak_audit"] < 50),
        Figure(f"log: memory at {SMALL:,} entries", [small["peak_audit"]], "MB", 1),
        Figure("log: opened for reading", [1000 * large["open"]], "ms", 1),
        Figure(f"log: grown to {LARGE:,}, 256 threads, signing included", [LARGE / large["grown"]], "acts/s"),
    ], [
        f"log: one process appends {LARGE:,} acts, opens the log anew, proves every entry once, cuts every tile and audits; memory is the most it ever held "
        f"(after appending {large['peak_append']:.0f}, proving {large['peak_prove']:.0f}, auditing {large['peak_audit']:.0f} MB). "
        "What is more than for 100,000 is room of a fixed size in which each handle remembers hashes (10 MB; all of the tree from subtrees of eight entries on, up to a million).",
        f"     Proofs of {large['hashes']:.1f} hashes, from log.db, by {large['provers']:.0f} threads with a handle each; processor time of making and checking, "
        f"each by itself. A Go program over the tiles of a log of 70,000, made and checked on such a machine: {GO_PROOFS:,}/s.",
        f"     The audit reads every entry and holds the tree of all hashes against the signed root: processor time of one thread; by the wall other work on "
        f"the machine is in it. {large['tiles']:,.0f} tiles cut in {large['cutting']:.2f} s.",
    ]


def witness(folder):
    said = json.loads(subprocess.run([WITNESS, os.path.join(folder, "witness")], check=True, stdout=subprocess.PIPE, text=True).stdout)
    rate = said["per_second"]
    return [
        Figure("witness: add-checkpoint", [rate], "requests/s", 0, ">= 1,000", rate >= 1_000),
        Figure("witness: p99", [said["p99_ms"]], "ms", 1),
    ], [f"witness: {said['requests']:,} requests over {said['logs']} logs from {said['threads']} threads, each proved, durable and cosigned before it is answered; "
        f"the disk made {said['disk_syncs_per_second']:,} small syncs a second. Sigsum's witness with a key in software: {SIGSUM_WITNESS}/s (its own figure)."]


def measure(folder):
    figures, notes = [], []
    for part in (appends, million, witness, log_door.measure):
        more, said = part(folder)
        figures += more
        notes += said
    return figures, notes
