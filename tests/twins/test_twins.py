# SPDX-License-Identifier: Apache-2.0
"""The engine against two programs of other kinds: SQL with window functions, and interval lists in Prolog.

    test_twins.py COMITY ROWS        (SEED, N: the random records)

From the record of the engine's bench (bench.d/engine) all three derive eight facts; every interval must be the same, line by line. The
engine does it by two texts of the rules: the one as it is measured, and one that says by delayed effects what there is an obligation.
Then the same as known at a position, and on records in which acts were corrected, annulled, and corrections corrected: the twins know
nothing of corrections; they get the rows as this file reads the reference (section 8.3).
"""
import csv
import datetime
import functools
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ENGINE = os.path.join(ROOT, "bench.d", "engine")
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True
import tap  # noqa: E402

COMITY, ROWS = sys.argv[1:3]
SEED = int(os.environ.get("SEED", "1"))
CASES = max(3, int(os.environ.get("N", "0")) // 500)
SWIPL = shutil.which("swipl")

OPEN = 1_000_000  # the day that stands for an open end
RANKS = ("", "observer", "partner", "member")
KINDS = {"S": "status_decided", "R": "ratified", "W": "withdrew", "C": "obligation_arose", "F": "obligation_fulfilled"}
LETTERS = {"S": "g", "R": "t", "W": "t", "C": "o", "F": "o"}

# fact of the twins: how Comity calls it, its value there, and the letter of the names of its second argument
FACTS = {"status": ("status", None, "g"), "ratified": ("has_ratified", "yes", "t"), "in_force": ("in_force", "yes", None),
         "party": ("party", "yes", "t"), "pending": ("duty", "pending", "o"), "overdue": ("duty", "overdue", "o"),
         "fulfilled": ("duty", "fulfilled", "o"), "may_attend": ("may_attend", "yes", "g")}


BY_OBLIGATION = """obligation DUTY [Pact 5]: duty(P, O) arises on obligation_arose(P, O, D)
  due D - 1 day fulfilled on obligation_fulfilled(P, O)
"""
BY_EFFECTS = """fact duty_pending(P: Party, O: Obligation), duty_overdue(P: Party, O: Obligation), duty_fulfilled(P: Party, O: Obligation)
rule ARISE [Pact 5]: duty_pending(P, O) begins on obligation_arose(P, O)
rule DUE [Pact 5]: duty_pending(P, O) ends on obligation_arose(P, O, D) with effect from D regardless
rule LATE [Pact 5]: duty_overdue(P, O) begins on obligation_arose(P, O, D) if not duty_fulfilled(P, O) with effect from D if still so
rule DONE [Pact 5]: duty_fulfilled(P, O) begins on obligation_fulfilled(P, O) if duty_pending(P, O) or duty_overdue(P, O)
rule IN_TIME [Pact 5]: duty_pending(P, O) ends on obligation_fulfilled(P, O)
rule MADE_GOOD [Pact 5]: duty_overdue(P, O) ends on obligation_fulfilled(P, O)
"""


@dataclass(frozen=True)
class Row:
    seq: int
    day: int
    kind: str
    party: int
    x: int
    value: int


def date(day):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).isoformat()


def act(row):
    """A row as an act of pact.md."""
    args = {"P": f"p{row.party}", LETTERS[row.kind].upper(): f"{LETTERS[row.kind]}{row.x}"}
    if row.kind == "S" and row.value:
        args["rank"] = RANKS[row.value]
    if row.kind == "C":
        args["due"] = date(row.value)
    return {"kind": KINDS[row.kind], "date": date(row.day), "args": args}


def line(fact, first, second, value, start, end):
    """An interval of a twin as Comity prints it."""
    name, fixed, letter = FACTS[fact]
    args = f"p{first}|{letter}{second}" if letter else f"t{first}"
    return f"{name},{args},{fixed or RANKS[int(value)]},{date(int(start))},{date(int(end)) if int(end) < OPEN else ''}"


# ---- the three ------------------------------------------------------------------------------------------------------------

def evaluate(rulebook, names, acts, known):
    command = [COMITY, "eval", rulebook, acts, "--facts", ",".join(dict.fromkeys(names))]
    ran = subprocess.run(command + (["--known", str(known)] if known else []), capture_output=True, text=True)
    if ran.returncode != 0:
        raise SystemExit(f"comity eval: exit status {ran.returncode}\n{ran.stderr}")
    return ran.stdout.splitlines()[1:]


def comity(acts, known=None):
    return evaluate(os.path.join(ENGINE, "pact.md"), [name for name, _, _ in FACTS.values()], acts, known)


def comity_by_effects(acts, known=None):
    """By the other text, as the first would print it."""
    text = script("pact.md").replace(BY_OBLIGATION, BY_EFFECTS).replace("duty(P, O) is overdue", "duty_overdue(P, O)")
    path = os.path.join(os.path.dirname(acts), "effects.md")
    with open(path, "w") as file:
        file.write(text)
    names = [f"duty_{value}" if name == "duty" else name for name, value, _ in FACTS.values()]
    lines = evaluate(path, names, acts, known)
    return sorted(re.sub(r"^duty_(\w+),(.*),yes,", r"duty,\2,\1,", text) for text in lines)


@functools.lru_cache(None)
def script(name):
    with open(os.path.join(ENGINE, name)) as file:
        return file.read()


COLUMNS = {"in_force": "treaty, 0, 1", "status": "party, org, value", "may_attend": "party, org, 1",
           "ratified": "party, treaty, 1", "party": "party, treaty, 1"}


def sql(rows, treaties):
    db = sqlite3.connect(":memory:")
    db.executescript(script("twin_load.sql"))
    db.executemany("INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?)", [(r.seq, r.day, r.kind, r.party, r.x, r.value) for r in rows])
    db.executemany("INSERT INTO treaties VALUES (?, ?, ?)", treaties)
    db.executescript(script("twin.sql"))
    return sorted(line(fact, *interval) for fact in FACTS
                  for interval in db.execute(f"SELECT {COLUMNS.get(fact, 'party, obligation, 1')}, a, b FROM {fact}"))


def prolog(rows, treaties, folder):
    paths = [os.path.join(folder, name) for name in ("twin_rows.csv", "twin_treaties.csv")]
    with open(paths[0], "w") as file:
        file.write("seq,day,kind,party,x,value\n")
        file.writelines(f"{r.seq},{r.day},{r.kind},{r.party},{r.x},{r.value}\n" for r in rows)
    with open(paths[1], "w") as file:
        file.write("treaty,threshold,months\n")
        file.writelines(f"{','.join(map(str, treaty))}\n" for treaty in treaties)
    ran = subprocess.run([SWIPL, "-O", os.path.join(ENGINE, "twin.pl"), "lines", *paths], capture_output=True, text=True)
    if ran.returncode != 0 or ran.stderr:
        raise SystemExit(f"swipl: exit status {ran.returncode}\n{ran.stderr}")
    return sorted(line(*text.split(",")) for text in ran.stdout.splitlines())


def compare(name, acts, rows, treaties, folder, known=None):
    ours = comity(acts, known)

    def point(twin, theirs):
        only = [f"Comity:     {text}" for text in sorted(set(ours) - set(theirs))] + \
               [f"{twin}: {text}" for text in sorted(set(theirs) - set(ours))]
        tap.ok(ours == theirs and ours, f"twins: {name}: {len(ours):,} intervals as by {twin}", "\n".join(only[:20]))

    point("the text with delayed effects", comity_by_effects(acts, known))
    point("SQL", sql(rows, treaties))
    if SWIPL:
        point("Prolog", prolog(rows, treaties, folder))
    else:
        tap.skip("swipl is not installed", f"twins: {name}: Prolog")


# ---- records ----------------------------------------------------------------------------------------------------------------

def read(folder):
    with open(os.path.join(folder, "rows.csv")) as file:
        rows = [Row(*(text if column == "kind" else int(text) for column, text in row.items())) for row in csv.DictReader(file)]
    with open(os.path.join(folder, "treaties.csv")) as file:
        treaties = [tuple(int(text) for text in row) for row in list(csv.reader(file))[1:]]
    return rows, treaties


def generate(folder, size, *seed):
    subprocess.run([ROWS, str(size), folder, *map(str, seed)], check=True)
    return *read(folder), os.path.join(folder, "acts.jsonl")


def another(row, rng, rows):
    """What may stand in place of a row: another day and, where nothing else hangs on it, another party, thing or kind."""
    moved = replace(row, day=max(6600, row.day + rng.choice((0, 1, -1, rng.randint(-300, 300)))), party=rng.choice((row.party, rng.randrange(200))))
    if row.kind in "CF":
        return moved
    other = rng.choice([one for one in rng.choices(rows, k=20) if one.kind in "SRW"] or [row])
    return rng.choice((moved, replace(other, seq=row.seq, day=moved.day)))


ANNUL = "annul"


def correct(rows, first, count, rng):
    """`count` corrections behind a record whose first row is at position `first`: [(position corrected, Row or ANNUL)]."""
    made = []
    for _ in range(count):
        # Half of them about few acts, so that corrections meet.
        place = rng.randrange(len(rows)) if rng.random() < 0.5 else rng.randrange(20)
        target = first + (len(rows) + rng.randrange(len(made)) if made and rng.random() < 0.4 else place)
        of = target
        while of >= first + len(rows):
            of = made[of - first - len(rows)][0]
        made.append((target, ANNUL if rng.random() < 0.4 else another(rows[of - first], rng, rows)))
    return made


def standing(rows, first, made, known):
    """The rows that stand as known at a position, by the reference: the latest standing correction of an act alone decides."""
    correcting = {}
    for i, (target, _) in enumerate(made):
        if first + len(rows) + i <= known:
            correcting.setdefault(target, []).append(first + len(rows) + i)

    def version(position):  # a Row, ANNUL, or None: void
        for c in reversed(correcting.get(position, [])):
            one = version(c)
            if one is ANNUL:
                return None
            if one is not None:
                return one
        return rows[position - first] if position < first + len(rows) else made[position - first - len(rows)][1]

    all_known = (version(first + i) for i in range(len(rows)) if first + i <= known)
    return [one for one in all_known if one is not None]


# ---- tests --------------------------------------------------------------------------------------------------------------------

def as_drawn(folder):
    for size in (1_000, 10_000):
        rows, treaties, acts = generate(folder, size)
        compare(f"{size:,} acts", acts, rows, treaties, folder)
        for known in (size // 3, size - 1):
            compare(f"{size:,} acts as known at {known + len(treaties):,}", acts, [row for row in rows if row.seq <= known], treaties,
                    folder, known + len(treaties))


def at_random(folder, rng):
    for _ in range(CASES):
        seed = rng.randrange(1, 2 ** 63)
        size = rng.choice((300, 1_000, 3_000))
        rows, treaties, acts = generate(folder, size, seed)
        compare(f"{size:,} acts, generator seed {seed}", acts, rows, treaties, folder)
        first = len(treaties) + 1
        made = correct(rows, first, size // 5, rng)
        with open(acts, "a") as file:
            file.writelines(json.dumps({"corrects": target, **({"annul": True} if one is ANNUL else act(one))}) + "\n" for target, one in made)
        last = len(treaties) + len(rows) + len(made)
        for known in (last, last - len(made) // 2):
            compare(f"{size:,} acts with {len(made)} corrections, generator seed {seed}, as known at {known:,}", acts,
                    standing(rows, first, made, known), treaties, folder, known)


with tempfile.TemporaryDirectory() as folder:
    tap.note(f"SEED={SEED}; SQLite {sqlite3.sqlite_version}")
    as_drawn(folder)
    at_random(folder, random.Random(SEED))
tap.done()
