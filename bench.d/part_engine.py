# SPDX-License-Identifier: Apache-2.0
"""The rule engine on a large record, beside programs that derive the same facts from the same rows."""
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import curve
from bench import BUILD, Figure, quantile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "engine")
SIZES = (1_000, 10_000, 100_000, 1_000_000)
LARGE = SIZES[-1]
RUNS = 5            # of Comity and the sweep at the largest size; of the peers half
QUESTIONS = 1000
LATE = 100_000
FACTS = ("status", "ratified", "in_force", "party", "pending", "overdue", "fulfilled", "may_attend")

# Numbers of intervals known of this record, so that it is seen if another one was made.
KNOWN = {
    100_000: {"status": 26_314, "ratified": 21_652},
    1_000_000: {"status": 261_750, "ratified": 216_612, "in_force": 2_500, "party": 216_337, "pending": 134_506, "overdue": 90_268,
                "fulfilled": 103_869, "may_attend": 3_337},
}


@dataclass
class Run:
    load: float = 0         # seconds of wall time, as the program measured it
    derive: float = 0
    spent: float = 0        # of processor time, for both
    processor: float = 0    # of the whole process
    megabytes: float = 0
    facts: dict = field(default_factory=dict)   # name: (intervals, sum of starts, sum of ends)
    derives: list = field(default_factory=list) # `derive` of each time, if it did so several times
    lines: list = field(default_factory=list)   # whatever else it printed

    @property
    def seconds(self):
        return self.load + self.derive


def run(command, text=None):
    """Runs one program and reads what it measured of itself; its memory is what the system saw. A failure ends the bench."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdin=subprocess.PIPE if text else subprocess.DEVNULL, stdout=out, text=True)
        if text:
            process.stdin.write(text)
            process.stdin.close()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().splitlines()
    done = Run(processor=used.ru_utime + used.ru_stime, megabytes=used.ru_maxrss / 1024)
    for line in said:
        word, _, rest = line.partition(" ")
        if word in ("load", "derive", "spent"):
            setattr(done, word, float(rest))
            done.derives += [done.derive] if word == "derive" else []
        elif word == "fact":
            name, *numbers = rest.split()
            done.facts[name] = tuple(int(number) for number in numbers)
        else:
            done.lines.append(line)
    if process.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}")
    return done


# ---- the programs ---------------------------------------------------------------------------------------------------------

def at(folder, size):
    return [os.path.join(folder, f"engine-{size}", name) for name in ("rows.csv", "treaties.csv")]


def comity(rows, treaties):
    return run([os.path.join(BUILD, "bench.d", "comity-bench"), "engine", rows, treaties, os.path.join(HERE, "pact.md")])


def sweep(rows, treaties):
    return run([os.path.join(BUILD, "bench.d", "comity-bench-sweep"), rows, treaties])


NOW = "SELECT 'at', (julianday('now') - 2440587.5) * 86400;\n"


def sqlite(rows, treaties):
    """The shell's own import into memory, then one table a fact."""
    done = run(["sqlite3", ":memory:"], ".mode list\n.separator ' '\n" + NOW + f".read {HERE}/twin_load.sql\n"
               f".import --csv --skip 1 {rows} acts\n.import --csv --skip 1 {treaties} treaties\n.mode list\n.separator ' '\n" + NOW +
               f".read {HERE}/twin.sql\n" + NOW + f".timer on\n.read {HERE}/twin_sums.sql\n")
    times = [float(line.split()[1]) for line in done.lines if line.startswith("at ")]
    done.load, done.derive = times[1] - times[0], times[2] - times[1]
    # The shell tells the processor time of statements but not of an import: all but that of adding up.
    summing = [line.split() for line in done.lines if line.startswith("Run Time:")]
    done.spent = done.processor - sum(float(words[5]) + float(words[7]) for words in summing)
    return done


def prolog(rows, treaties):
    return run(["swipl", "-O", "--stack-limit=4g", os.path.join(HERE, "twin.pl"), "sums", rows, treaties])


def clingo(rows, treaties):
    return run(["clingo", "--verbose=0", "-c", f'rows="{rows}"', "-c", f'treaties="{treaties}"', os.path.join(HERE, "twin.lp")])


@dataclass
class Engine:
    name: str
    measure: object
    program: str        # "" if it is built here
    times: int          # runs at the largest size
    runs: dict = field(default_factory=dict)    # size: list of Run

    def all_of(self, what, size=LARGE):
        return [getattr(one, what) for one in self.runs[size]]

    def best(self, size=LARGE):
        """Processor time of the run that took least: what other work on the machine disturbs least. Ratios are of these."""
        return min(self.all_of("spent", size))


def installed():
    engines = [Engine("Comity", comity, "", RUNS), Engine("sweep", sweep, "", RUNS),
               Engine("SQLite", sqlite, "sqlite3", (RUNS + 1) // 2), Engine("SWI-Prolog", prolog, "swipl", (RUNS + 1) // 2),
               Engine("clingo", clingo, "clingo", 1)]
    there = [engine for engine in engines if not engine.program or shutil.which(engine.program)]
    return there, [engine.name for engine in engines if engine not in there]


def measure_all(folder, engines):
    """In turns, so that what else the machine does falls on all of them."""
    for size in SIZES:
        where = os.path.join(folder, f"engine-{size}")
        os.mkdir(where)
        subprocess.run([os.path.join(BUILD, "bench.d", "comity-bench-rows"), str(size), where], check=True)
        for turn in range(RUNS):
            for engine in engines:
                if turn < (engine.times if size == LARGE else min(engine.times, 3)):
                    print(f"  {size:,} acts, {engine.name}", file=sys.stderr, flush=True)
                    engine.runs.setdefault(size, []).append(engine.measure(*at(folder, size)))


# ---- do they agree ----------------------------------------------------------------------------------------------------------

def agree(engines):
    """Every run of every program against the sweep, and the sweep against what is known. What differs ends the bench."""
    differences = []
    for size in SIZES:
        truth = next(engine for engine in engines if engine.name == "sweep").runs[size][0].facts
        for fact, count in KNOWN.get(size, {}).items():
            if truth[fact][0] != count:
                differences.append(f"{size:,} acts, {fact}: {truth[fact][0]:,} intervals; this record is known to have {count:,}")
        for engine in engines:
            for one in engine.runs[size]:
                if engine.name != "clingo" and set(one.facts) != set(FACTS):
                    differences.append(f"{size:,} acts: {engine.name} gave {sorted(one.facts)}")
                differences += [f"{size:,} acts, {fact}: {engine.name} {numbers}, sweep {truth[fact]}"
                                for fact, numbers in one.facts.items() if numbers != truth[fact]]
    if differences:
        sys.exit("bench: the programs do not agree (intervals, sum of starts, sum of ends):\n" + "\n".join(differences))
    shares = ", ".join(f"{engine.name} ({len(engine.runs[LARGE][0].facts)} facts)" for engine in engines)
    return f"engine: checksums of all intervals agree at {len(SIZES)} sizes: {shares}."


# ---- questions ----------------------------------------------------------------------------------------------------------------

def ask(folder, *words):
    return run([os.path.join(BUILD, "bench.d", "comity-bench"), words[0], *at(folder, LARGE), *words[1:]])


def reasons(folder):
    times, nodes = {}, "no"
    for word, number in map(str.split, ask(folder, "why", os.path.join(HERE, "pact_deep.md"), "may_preside", "8", str(QUESTIONS)).lines):
        if word == "nodes":
            nodes = number
        else:
            times.setdefault(word, []).append(1000 * float(number))
    if len(times.get("why", ())) < QUESTIONS:
        sys.exit(f"bench: only {len(times.get('why', ()))} of {QUESTIONS} reasons were 8 facts deep")
    first, p99 = times["why"][0], quantile(times["why"], 0.99)
    return [Figure("engine: why, 8 facts deep", times["why"], "ms", 3),
            Figure("engine: why, p99", [p99], "ms", 3, "< 1 ms", p99 < 1),
            Figure("engine: why not", times["whynot"], "ms", 3),
            Figure("engine: what would help, tried out", times["remedies"], "ms", 3),
            Figure("engine: what an act did", times["effects"], "ms", 1)], \
        (f"engine: why: {QUESTIONS:,} facts spread over the record, whole proofs of {nodes} nodes in the mean, one evaluation of pact_deep.md; "
         f"the first took {first:.1f} ms, for it looks up acts by their arguments for the first time.")


def late(folder):
    said = ask(folder, "late", os.path.join(HERE, "pact.md"), str(LATE)).lines
    times = [(float(words[1]), int(words[2])) for words in map(str.split, said) if words[0] == "late"]
    other = dict(line.split() for line in said if not line.startswith("late "))
    if other["same"] != "1":
        sys.exit("bench: the evaluation with the late acts is not that of all acts at once")
    few = [1e6 * seconds for seconds, dependants in times if dependants <= 50]
    many = [1e6 * seconds / dependants for seconds, dependants in times if dependants > 50]
    figures = [Figure("engine: one late act, p99 (to 50 dependants)", [quantile(few, 0.99)], "us", 1, "< 50 us", quantile(few, 0.99) < 50)]
    if many:
        figures.append(Figure("engine: late act, each dependant (over 50)", many, "us", 2, "< 1 us", statistics.median(many) < 1))
    return figures, (f"engine: late: {len(times):,} acts added to a record of {LARGE:,}, median {1e6 * statistics.median(t for t, _ in times):.1f} us; "
                     f"{len(many):,} with more than 50 dependants, at most {max(d for _, d in times):,}; {other['full']} evaluated in full; "
                     "afterwards every fact as in a full evaluation of all acts.")


# ---- figures ------------------------------------------------------------------------------------------------------------------

def growth(engines):
    """Seconds by size, and how they grow beside n log n: 1.00 is as n log n does from one size to the next."""
    rows = ["engine: seconds of processor time to load and derive, and the growth from 10,000 acts on beside n log n (1.00: as n log n)",
            "  " + "".join(f"{text:>14}" for text in ["", *(f"{size:,}" for size in SIZES), "growth"])]
    for engine in engines:
        rows.append("  " + f"{engine.name:>14}" + "".join(f"{engine.best(size):14.4f}" for size in SIZES) + f"{slope(engine):14.2f}")
    path = os.path.join(BUILD, "bench-engine.svg")
    lines = {engine.name: [engine.best(size) for size in SIZES] for engine in engines}
    with open(path, "w") as file:
        file.write(curve.svg(SIZES, lines, "Seconds of processor time to load and derive, by number of acts"))
    return rows + curve.text(SIZES, {"Comity": lines["Comity"]}) + [f"  drawn: {os.path.relpath(path, os.path.dirname(BUILD))}"]


def slope(engine, small=10_000):
    expected = LARGE * math.log(LARGE) / (small * math.log(small))
    return engine.best(LARGE) / engine.best(small) / expected


def measure(folder):
    engines, absent = installed()
    measure_all(folder, engines)
    named = {engine.name: engine for engine in engines}
    ours, limit = named["Comity"], named["sweep"]
    notes = [agree(engines)]

    size = f"{LARGE:,} acts"
    figures = [Figure(f"engine: {size}, load and derive", ours.all_of("seconds"), "s", 3),
               Figure("engine: of this, to derive", ours.all_of("derive"), "s", 3),
               Figure("engine: memory", ours.all_of("megabytes"), "MB", 0, "<= 250 MB", max(ours.all_of("megabytes")) <= 250),
               Figure("sweep, written for these facts alone", limit.all_of("seconds"), "s", 3, "< 0.40 s", min(limit.all_of("seconds")) < 0.40)]
    for engine in engines[2:]:
        figures += [Figure(f"{engine.name}: {size}", engine.all_of("seconds"), "s", 3),
                    Figure(f"{engine.name}: memory", engine.all_of("megabytes"), "MB")]
    rivals = [named[name] for name in ("SQLite", "SWI-Prolog") if name in named]
    if rivals:
        rival = min(rivals, key=Engine.best)
        times = rival.best() / ours.best()
        figures.append(Figure(f"engine: times faster than {rival.name}", [times], "", 1, ">= 10", times >= 10))
        figures.append(Figure("engine: the same, at the very least", [times], "", 1, ">= 5", times >= 5))
    times = ours.best() / limit.best()
    figures.append(Figure("engine: times the sweep", [times], "", 1, "<= 4", times <= 4))
    figures.append(Figure("engine: growth beside n log n", [slope(ours)], "", 2, "<= 1", slope(ours) <= 1))

    lines = run([os.environ["COMITY"], "eval", os.path.join(HERE, "pact.md"), os.path.join(folder, f"engine-{LARGE}", "acts.jsonl")])
    figures += [Figure("comity eval, JSON lines in, table out", [lines.processor], "s", 2),
                Figure("comity eval: memory", [lines.megabytes], "MB")]
    seconds = ask(folder, "known", os.path.join(HERE, "pact.md"), str(LARGE // 2), "3").derives
    figures.append(Figure("engine: all as known at half of the record", seconds, "s", 3, "< 1 s", statistics.median(seconds) < 1))
    for more, note in (reasons(folder), late(folder)):
        figures += more
        notes.append(note)
    if absent:
        notes.append(f"engine: not installed, so not measured: {', '.join(absent)}.")
    notes.append("engine: ratios and growth are of processor time, the least of the runs; all programs are single-threaded. By wall time: " +
                 ", ".join(f"{engine.name} {min(engine.all_of('seconds')):.2f} s" for engine in engines) + ".")
    return figures, notes + growth(engines)
