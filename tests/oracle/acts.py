# SPDX-License-Identifier: Apache-2.0
"""Records drawn at random, for the rulebooks of generate.py: acts of few kinds about few States and things."""

STATES, THINGS, LEVELS = ["A", "B", "C"], ["t1", "t2"], ["low", "mid", "high"]

ACTS = {"a": "S: State", "b": "S: State", "c": "T: Thing", "e": "T: Thing", "go": "S: State, T: Thing", "stop": "S: State, T: Thing",
        "grade": "S: State, v: optional Level", "when": "T: Thing, d: optional Date", "wait": "S: State, w: Span, r: optional Rounding",
        "count": "S: State, n: optional Int", "give": "T: Thing, S: optional State", "tick": "", "tock": "", "load": "S: State, T: Thing, n: Int"}


def date(rng, time=15):
    day = rng.choice([f"2020-{rng.randrange(1, 7):02}-{rng.choice([1, 10, 15, 20, 28]):02}", rng.choice(["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"])])
    return day + (rng.choice(["T12:00:00", "T23:59:59", "T00:00:01", "T15:30:00"]) if rng.random() * 100 < time else "")


def span(rng):
    return rng.choice(["1 month", "1 month", "2 months", "1 month", "3 months", "0 days", "1 day", "5 days", "10 days", "30 days", "12 hours", "90 minutes",
                       "45 days", rng.choice(["1 year", "0 months", "24 hours"])])


def literal(rng, of):
    return {"State": lambda: '"' + rng.choice(STATES) + '"', "Thing": lambda: '"' + rng.choice(THINGS) + '"', "Level": lambda: rng.choice(LEVELS),
            "Date": lambda: date(rng), "Int": lambda: str(rng.randrange(5)), "Span": lambda: "_",
            "Rounding": lambda: rng.choice(["exact", "month_of"])}[of]()


def argument(rng, of):
    values = {"State": lambda: rng.choice("AAABBC"), "Thing": lambda: rng.choice(["t1", "t1", "t2"]), "Level": lambda: rng.choice(LEVELS), "Date": lambda: date(rng),
              "Span": lambda: span(rng), "Rounding": lambda: rng.choice(["exact", "month_of", "month_end", "month_after"]), "Int": lambda: rng.randrange(5)}
    return values[of]()


def act(rng, kinds, days):
    kind = rng.choice(kinds)
    args = {}
    for param in filter(None, ACTS[kind].split(", ")):
        name, of = param.split(": ")
        if not of.startswith("optional") or rng.random() < .8:
            args[name] = argument(rng, of.split()[-1])
        elif rng.random() < .3:
            args[name] = None
    return {"kind": kind, "date": rng.choice(days) if rng.random() < .75 else date(rng), "args": args}


OPPOSITE = {"a": "b", "c": "e", "go": "stop", "tick": "tock"}
OPPOSITE.update({there: back for back, there in OPPOSITE.items()})


def record(rng, items):
    """Acts that the book asks for, mostly; some on one day, few in the order of time, some corrected, some taken back and done again."""
    text = "\n".join(item for item in items if item.startswith(("rule", "obligation", "procedure", "decision")))
    used = sorted(kind for kind in ACTS if f" {kind}(" in text)
    wanted = [kind for kind in used for _ in range(1 if kind in ("b", "e", "stop", "tock") else 3)]
    # Months are counted from one day of the month, so that what is due meets acts.
    same = rng.choice(["01", "10", "15", "28"])
    days = [f"2020-{month:02}-{same}" + ("T12:00:00" if rng.random() < .15 else "") for month in rng.sample(range(1, 8), rng.choice([3, 4, 6]))]
    acts, length = [], rng.choice([10, 15, 20, 25, 32])
    while len(acts) < length:
        if len(acts) > 1 and rng.random() < .16:
            corrected = rng.randrange(max(1, len(acts) - 5), len(acts) + 1)
            acts.append({"corrects": corrected, "annul": True} if rng.random() < .45 else {**act(rng, wanted, days), "corrects": corrected})
            continue
        acts.append(act(rng, wanted, days))
        back = OPPOSITE.get(acts[-1]["kind"])
        if back in used and rng.random() < .4:
            acts.append({**acts[-1], "kind": back, "date": rng.choice(days + [acts[-1]["date"], date(rng)])})
            if rng.random() < .6:
                acts.append({**acts[-2], "date": rng.choice(days + [acts[-1]["date"], date(rng)])})
    return acts


def any_act(rng, book, kind):
    """An act of any rulebook, by its declaration; the names of entities are few, so that they meet."""
    values = {"Int": lambda: rng.randrange(1, 60), "Date": lambda: date(rng), "Span": lambda: span(rng), "Word": lambda: rng.choice(["yes", "no"]),
              "Rounding": lambda: rng.choice(["exact", "month_of", "month_end", "month_after"])}
    args = {}
    for name, domain, optional in book.acts[kind]:
        words = book.types.get(domain) or (domain.split("|") if domain[0].islower() else None)
        if not optional or rng.random() < .3:
            args[name] = rng.choice(words) if words else values[domain]() if domain in values else rng.choice("AAABBC")
    return {"kind": kind, "date": date(rng, 5), "args": args}


def any_record(rng, book, length):
    """A record for any rulebook: some of its kinds of acts, again and again, a few of them corrected."""
    kinds = rng.sample(sorted(book.acts), min(len(book.acts), 8))
    acts = []
    for position in range(1, length + 1):
        made = any_act(rng, book, rng.choice(kinds))
        if position > 2 and rng.random() < .1:
            made = {**rng.choice([{"annul": True}, made]), "corrects": rng.randrange(max(1, position - 5), position)}
        acts.append(made)
    return acts
