# SPDX-License-Identifier: Apache-2.0
"""A fact that changes every minute for years: 100,000 changes, or with --long a million. It answers, rightly, within bounded memory.

    test_million.py COMITY
"""
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

COMITY = os.path.abspath(sys.argv[1])
CHANGES = 1_000_000 if int(os.environ.get("N") or 0) >= 10000 else 100_000
BEGIN = datetime.datetime(2000, 1, 1)
END = BEGIN + datetime.timedelta(minutes=CHANGES)
MEMORY = (256 << 20) + 2500 * CHANGES

ORG = {"origin": "beat.example/acts", "name": {"en": "The Beat"}, "self": "BEAT", "seat": {"time_zone": "UTC"}, "languages": {"pages": ["en"]},
       "registrar": "secretariat", "roles": {"secretariat": {"name": {"en": "the Secretariat"}}}, "introduces": {"made": ["L"]}, "first_year": 1990}
LAW = f"""# Beat

```rules
rulebook BEAT version 1
type Lamp
act made(L: Lamp) by secretariat, started(L: Lamp) by secretariat
fact state(L: Lamp): bright | dark, lit(L: Lamp)
```

## Act 1

```rules
rule START [Act 1]: state(L) becomes bright on started(L)
rule DARK [Act 1] until {END.isoformat()}: state(L) becomes dark after 1 minute of state(L) is bright
rule BRIGHT [Act 1] until {END.isoformat()}: state(L) becomes bright after 1 minute of state(L) is dark
rule LIT [Act 1]: lit(L) holds while state(L) is bright
```
"""
# The last act comes after the last change: time that acts begin may run on for longer than time that nothing begins.
RECORD = [("made", "1999-12-31", "L1"), ("made", "1999-12-31", "L2"), ("started", BEGIN.date().isoformat(), "L1"), ("started", END.isoformat(), "L2")]


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (1200, 1200))
    if not sanitized:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def comity(*words):
    return subprocess.run([COMITY, *words], cwd=work, capture_output=True, text=True, preexec_fn=limits, check=False)


def minute(n):
    return (BEGIN + datetime.timedelta(minutes=n)).isoformat()


sanitized = False
with tempfile.TemporaryDirectory(prefix="comity-beat-") as work:
    sanitized = comity("version").returncode != 0
    print(f"# {CHANGES} changes; memory is {'not bounded' if sanitized else f'bounded: {MEMORY >> 20} MB'}")
    os.mkdir(os.path.join(work, "org"))
    with open(os.path.join(work, "org", "org.json"), "w", encoding="utf-8") as file:
        json.dump(ORG, file)
    with open(os.path.join(work, "org", "rulebook.md"), "w", encoding="utf-8") as file:
        file.write(LAW)
    with open(os.path.join(work, "acts.jsonl"), "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"kind": kind, "date": date, "args": {"L": lamp}}) + "\n" for kind, date, lamp in RECORD)
    ran = comity("init", "data", "--org", "org")
    tap.same(ran.returncode, 0, "million: the register is made")
    ran = comity("load", "data", "acts.jsonl")
    tap.ok(ran.returncode == 0, "million: the record is filed", ran.stderr)
    for n in (2, 1, CHANGES // 2, CHANGES // 2 + 1, CHANGES - 2):
        ran = comity("ask", "data", f'state("L1") on {minute(n)}', "--json")
        said = json.loads(ran.stdout)["answers"][0] if ran.returncode == 0 else {}
        tap.ok(said.get("value") == ("dark" if n % 2 else "bright"), f"million: minute {n}", ran.stdout[:300] + ran.stderr)
    half = CHANGES // 2
    ran = comity("why", "data", f'state("L1") is bright on {minute(half)}')
    tap.ok(ran.returncode == 0 and "rule BRIGHT" in ran.stdout, "million: why", ran.stdout[:300] + ran.stderr)
    ran = comity("whynot", "data", f'state("L1") is bright on {minute(half + 1)}')
    tap.ok(ran.returncode == 0 and "rule BRIGHT" in ran.stdout, "million: why not", ran.stdout[:300] + ran.stderr)
    ran = comity("timeline", "data", 'state("L1")')
    rows = ran.stdout.splitlines()[1:]
    tap.ok(ran.returncode == 0 and len(rows) == CHANGES and all(("dark" if i % 2 else "bright") in row for i, row in enumerate(rows)),
           "million: the timeline has every change", f"{len(rows)} rows\n{ran.stderr}")
tap.done()
