# SPDX-License-Identifier: Apache-2.0
"""A register of papers: the smallest organisation there is, and as many acts as a test wants."""
import datetime
import json
import os

import third

ORG = {"origin": "ledger.example/acts", "name": {"en": "The Ledger"}, "self": "LEDGER", "seat": {"time_zone": "UTC"}, "languages": {"pages": ["en"]},
       "registrar": "secretariat", "roles": {"secretariat": {"name": {"en": "the Secretariat"}}}, "audiences": ["members"],
       "introduces": {"noted": ["P"], "joined": ["M"]}, "first_year": 1990}
LAW = """# The Ledger

```rules
rulebook LEDGER version 1
type Paper, Member
act noted(P: Paper) by secretariat, joined(M: Member) by secretariat, answered(M: Member, P: Paper) by M
fact filed(P: Paper), heard(M: Member, P: Paper)
```

## Article 1

```rules
rule FILED [Article 1]: filed(P) begins on noted(P)
rule HEARD [Article 1]: heard(M, P) begins on answered(M, P)
```
"""
# One word of each: what a byte, a letter and a sign of a text are differs.
TITLES = ["Note", "Записка", "备忘录", "Memorándum", "مذكرة"]


def line(n):
    """Act n as a line for `comity load`. Lengths differ; one in 5,000 is nearly as long as an entry may be, one is sealed."""
    act = {"kind": "noted", "date": (datetime.date(1990, 1, 1) + datetime.timedelta(days=n // 6)).isoformat(), "args": {"P": f"P-{n}"}}
    if n % 3 == 0:
        act["title"] = {"en": f"{TITLES[n // 3 % len(TITLES)]} {n}"}
    if n % 5000 == 250:
        act["text"] = {"en": "long " * 9600}
    if n % 5000 == 300:
        act["for"] = ["members"]
    return json.dumps(act, ensure_ascii=False) + "\n"


def make(folder):
    """An empty register: its data directory."""
    org, data = os.path.join(folder, "org"), os.path.join(folder, "data")
    os.mkdir(org)
    with open(os.path.join(org, "org.json"), "w", encoding="utf-8") as file:
        json.dump(ORG, file)
    with open(os.path.join(org, "rulebook.md"), "w", encoding="utf-8") as file:
        file.write(LAW)
    third.comity("init", data, "--org", org)
    return data


def load(data, first, n):
    """Files acts `first` to `first + n - 1` in one run."""
    with open(data + ".jsonl", "w", encoding="utf-8") as file:
        file.writelines(line(i) for i in range(first, first + n))
    third.comity("load", data, data + ".jsonl")
