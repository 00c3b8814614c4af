# SPDX-License-Identifier: Apache-2.0
"""The named answers with their reasons: by which rule, on which article, by which act; and why not."""
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402
import facts  # noqa: E402

DIALOGUE = ("DIALOGUE", "Dialogue partners Memorandum", "dialogue_memorandum_signed")
OBSERVER = ("OBSERVER", "Observers 4", "status_granted")
MEMBER = ("MEMBER", "Charter 13", "gavelled")
FOUNDER = ("FOUNDER", "Declaration 2001", "signed")
MERGED = ("MERGE", "Tianjin 2025 Merger", "gavelled")
TAKEN_IN = ("MERGE_GRANTED", "Tianjin 2025 Merger", "gavelled")
# party, day, and in each reading the value with the rule that gives it, an article and a kind of act that it rests on
NAMED = [
    ("BY", "2009-12-31", [None, None]),
    ("BY", "2012-01-01", [("dialogue_partner", *DIALOGUE)] * 2),
    ("BY", "2016-01-01", [("observer", *OBSERVER)] * 2),
    ("BY", "2023-01-01", [("observer", *OBSERVER)] * 2),
    ("BY", "2024-01-01", [("observer", *OBSERVER)] * 2),
    ("BY", "2024-07-05", [("member", *MEMBER)] * 2),
    ("IR", "2022-09-16", [("observer", *OBSERVER)] * 2),
    ("IR", "2023-07-05", [("member", *MEMBER)] * 2),
    ("IN", "2016-06-25", [("observer", *OBSERVER)] * 2),
    ("IN", "2017-06-10", [("member", *MEMBER)] * 2),
    ("KZ", "2025-12-31", [("member", *FOUNDER)] * 2),
    ("MN", "2025-08-31", [("observer", *OBSERVER)] * 2),
    ("MN", "2025-09-02", [("partner", *MERGED)] * 2),
    ("LA", "2025-08-31", [None, None]),
    ("LA", "2025-09-02", [("partner", *TAKEN_IN), None]),
]


def ask(*args):
    done = facts.comity(*args)
    if done.returncode > 1 or not done.stdout:
        sys.exit("comity %s: exit status %d\n%s" % (" ".join(args), done.returncode, done.stderr))
    return done.stdout


def answer_of(proof, reading):
    """Value and rule, and the articles and kinds of act that they rest on; None: no value."""
    root = reading["nodes"][0]
    if not reading["holds"]:
        return None
    rule = next(r for r in proof["rules"] if r["id"] == root["rule"])
    return reading["value"], rule["label"], reading["basis"]["cites"], {a["kind"] for a in proof["acts"] if a["pos"] in reading["basis"]["acts"]}


with tempfile.TemporaryDirectory(prefix="comity-") as folder:
    data = os.path.join(folder, "data")
    ask("init", data, "--org", facts.SCO)
    ask("load", data, facts.RECORD)
    for party, day, want in NAMED:
        proof = json.loads(ask("why", data, f'status("{party}") on {day}', "--json"))
        tap.same(len(proof["readings"]), len(want), f"{party} on {day}: both readings answer")
        for reading, expected in zip(proof["readings"], want):
            name = f"{party} on {day}, reading {reading['reading']}"
            got = answer_of(proof, reading)
            if expected is None:
                tap.ok(got is None and any(n["kind"] == "rule" and not n["holds"] for n in reading["nodes"]),
                       f"{name}: no status, and what each rule lacked", str(got))
                continue
            value, rule, cite, kind = expected
            tap.ok(got is not None and got[:2] == (value, rule) and cite in got[2] and kind in got[3],
                   f"{name}: {value} by {rule}, {cite}, an act {kind}", str(got))

    why_not = ask("whynot", data, 'status("IR") is member on 2022-09-16')
    tap.ok("“Signing the memorandum of Iran” is adopted, since 16 September 2022" in why_not, "Iran 2022: what was there is said", why_not)
    tap.ok("No tabling of “Signing the memorandum of Iran” for the completion of an admission is on record" in why_not,
           "Iran 2022: the missing decision is named", why_not)
    help_ = why_not.split("What would help:")[1].strip().split("\n")
    tap.ok(len(help_) == 3 and all("with the others of this list it would count from 16 September 2022" in x for x in help_),
           "Iran 2022: three acts would have helped, together, from that day", "\n".join(help_))
    tap.ok([x.split()[0] for x in help_] == ["Decision", "Subject", "Adopted"] and "Iran" in help_[1],
           "Iran 2022: a decision on the completion tabled, Iran named, the consensus declared", "\n".join(help_))
    # In words: what is asked and what is so, never the rule's own text.
    for question, says in (
            ('cooperates("ORG-UNESCO") on 2026-11-26', "The last day of “Memorandum between the SCO Secretariat and UNESCO 2023-2027”, 31 December 2027, has not passed."),
            ('decision("DEC-031") on 2024-07-05', "  No member objects.\n  9 members take part.\n    China is a member"),
            ('in_force("INS-CHARTER-2002") on 2004-01-01', "Consents to “Charter of the SCO” that count: 4 counted, at least 4 needed."),
            ('taken_by("DEC-031") on 2024-07-05', "“Completion of admission of Belarus” is before the Council of Heads of State, since 4 July 2024."),
            ('share("RU") on 2025-06-01', "Russia pays 17.6 per cent of the budget"),
            ('status("IR") on 2020-01-01', "Iran is an observer, from 5 July 2005 (day unverified) until 4 July 2023.")):
        told = ask("why", data, question)
        tap.ok(says in told, f"{question}: " + " / ".join(says.split("\n")), told[:3000])
    for command, question in (("why", 'decision("DEC-043")'), ("why", 'party("BY", "INS-SHCONV-2001")'), ("why", 'in_force("INS-CHARTER-2002")'),
                              ("why", 'cooperates("ORG-UNESCO")'), ("whynot", 'in_force("INS-UC-2025")'), ("whynot", 'status("MN") is member'),
                              ("whynot", 'status("LA") is observer'), ("whynot", 'may_attend("TM", "CHS-2024") on 2024-07-03'),
                              ("whynot", 'final("DEC-031") on 2024-07-03'), ("whynot", 'cooperates("ORG-CICA") on 2001-01-01'),
                              ("whynot", 'open("CHS-2024") on 2024-08-01')):
        told = ask(command, data, question, "--full")
        code = re.search(r'[a-z_]+\([A-Z"][^)]*\)|[A-Za-z0-9")] (>=|<=|>|=) ', told)
        tap.ok(not code, f"{command} {question}: no code of the rulebook", code and told[max(0, code.start() - 200):code.end() + 100])
    laos = ask("why", data, 'status("LA") on 2025-09-02')
    tap.ok("Reading A" in laos and "Reading B" in laos, "Laos: both readings are told apart in words", laos[:2000])
tap.done()
