# SPDX-License-Identifier: Apache-2.0
"""The time to check a rulebook of 1,000 rules, as its drafter waits for it: the whole command."""
import os
import statistics

import served
from bench import Figure, quantile
from part_load import seconds

RUNS, WARM = 200, 10
RULES = 1000
GOAL = 20  # ms

# A small organisation in ten rules of ten kinds; each copy rests on the one before, so that definitions are deep, not only many.
RULES_OF_ONE = """
rule JOIN@ [Pact 1]: rank@(P) becomes member on admitted@(P) if stands@(P) and not barred@(P)
rule LEAVE@ [Pact 2]: rank@(P) becomes none on left@(P) if rank@(P) is member with effect from that day + 180 days if still so
rule OBSERVE@ [Pact 3]: rank@(P) becomes observer on observed@(P) if rank@(P) is none
rule BAR@ [Pact 4]: barred@(P) begins on left@(P) if rank@(P) is observer
rule UNBAR@ [Pact 4]: barred@(P) ends after 2 years of barred@(P)
rule STANDS@ [Pact 5]: stands@(P) holds while known@(P) and not barred@(P)
rule KNOWN@ [Pact 5]: known@(P) holds while rank@(P) is member or known#(P)
rule ENOUGH@ [Pact 6]: enough@() holds while count of P with rank@(P) is member >= 3
rule ALL@ [Pact 7]: all@() holds while enough@() and every P with rank@(P) is member has stands@(P)
obligation PAY@ [Pact 8]: pay@(P) arises on admitted@(P) due that day + 90 days fulfilled on paid@(P) lapses on left@(P)
"""


def rulebook():
    copies = range(1, RULES // len(RULES_OF_ONE.strip().splitlines()) + 1)
    acts = ", ".join(f"{act}{n}(P: Country)" for n in copies for act in ("admitted", "left", "observed", "paid"))
    facts = ", ".join(f"rank{n}(P: Country): member | observer, barred{n}(P: Country), stands{n}(P: Country), known{n}(P: Country), "
                      f"enough{n}(), all{n}()" for n in copies)
    rules = "".join(RULES_OF_ONE.replace("@", str(n)).replace("#", str(n - 1)) for n in copies)
    rules = rules.replace("known0(P)", "rank1(P) is observer")
    return f"# Bench\n\n```rules\nrulebook Bench version 1\n\nsource Pact \"The pact\"\ntype Country\nact {acts}\nfact {facts}\n{rules}```\n"


def measure(folder):
    path = os.path.join(folder, "bench.md")
    text = rulebook()
    with open(path, "w") as file:
        file.write(text)
    times = [1000 * seconds(served.COMITY, "check", path) for _ in range(WARM + RUNS)][WARM:]
    starts = [1000 * seconds(served.COMITY, "version") for _ in range(WARM + RUNS)][WARM:]
    return [Figure(f"check of {RULES:,} rules, the whole command", times, "ms", 1, f"< {GOAL} ms", statistics.median(times) < GOAL),
            Figure("of this, the start of a process", starts, "ms", 1),
            Figure("check, p99", [quantile(times, 0.99)], "ms", 1)], [
        f"check: a rulebook of {RULES:,} rules, {len(text) // 1024} KB, made for this: ten kinds of rule, definitions up to "
        f"{RULES // 10} deep; {RUNS} runs. An error in it ends the bench."]
