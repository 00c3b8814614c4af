# SPDX-License-Identifier: Apache-2.0
"""comity-proof as a program: what it says, its exit status, and that no part of the engine is linked into it."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

COMITY, PROOF, ENGINE = os.environ["COMITY"], os.environ["PROOF"], os.environ["ENGINE"]
ORG = os.path.join(ROOT, "tests", "register", "org")


def run(*command, text=None):
    done = subprocess.run(command, text=True, input=text, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def symbols(path):
    """Functions that a library or program offers."""
    lines = run("nm", "--defined-only", path)[1].splitlines()
    return {line.split()[2] for line in lines if len(line.split()) == 3 and line.split()[1] == "T"}


def test_linked():
    engine, checker = symbols(ENGINE), symbols(PROOF)
    tap.ok(len(engine) > 50 and "eval_new" in engine and "resolve_all" in engine, "program: the engine has symbols to look for")
    tap.ok("ck_check" in checker and "parse_tokens" in checker, "program: the checker's own and the parser's are in it")
    tap.same(sorted(engine & checker), [], "program: nothing of the compiler, the evaluator or the explainer is linked in")


def test_verdicts(folder):
    data, file = os.path.join(folder, "data"), os.path.join(folder, "proof.json")
    key = run(COMITY, "init", data, "--org", ORG)[1].split()[-1]
    for act in ('{"kind":"state_listed","date":"2000-01-01","args":{"S":"AT"}}',
                '{"kind":"status_granted","date":"2003-01-01","args":{"P":"AT","value":"member"},"recorded":true,'
                '"sources":[{"title":"Gazette","url":"https://gazette.example/1"}]}'):
        tap.same(run(COMITY, "file", data, "-", text=act)[0], 0, "program: an act is filed")
    question = 'status("AT") on 2004-01-01'
    tap.same(run(COMITY, "why", data, question, "--touched")[0], 2, "program: --touched without --proof is a mistake")
    tap.same(run(COMITY, "why", data, question, "--proof", os.path.join(folder, "no", "such"))[0], 2, "program: a file that cannot be written")
    tap.same(run(COMITY, "why", data, question, "--proof", file)[0], 0, "program: why writes a proof")
    status, out, _ = run(PROOF, file)
    tap.ok(status == 0 and out.startswith('Accepted: status("AT") at the end of 2004-01-01: reading A: member') and "No key was given" in out,
           "program: accepted, and the missing key is spoken of", out)
    status, out, _ = run(PROOF, file, "--key", key)
    tap.ok(status == 0 and "No key" not in out and "Not shown" not in out, "program: accepted by the key", out)
    with open(file) as f:
        text = f.read()
    tap.same(run(PROOF, "-", "--quiet", text=text)[:2], (0, ""), "program: standard input, quietly")
    status, out, _ = run(PROOF, file, "--key", "register.league.example/acts+00000000+AAAA")
    tap.ok(status == 1 and "Refused at the signed checkpoint" in out, "program: a key that is none", out)
    proof = json.loads(text)
    proof["readings"][0]["nodes"][0]["from"] = "2002-01-01"
    status, out, _ = run(PROOF, "-", text=json.dumps(proof))
    tap.ok(status == 1 and out.startswith("Refused at the reasons.\nreading A, node 0 (fact") and '"from"' in out and "2003-01-01" in out
           and "This means:" in out, "program: refused, with the node, what is wrong, and what it means", out)
    run(COMITY, "why", data, question, "--proof", file, "--touched")
    status, out, _ = run(PROOF, file, "--key", key)
    tap.ok(status == 0 and "Not shown: that no other act is on record" in out, "program: the touched form says what it cannot show", out)
    status, out, _ = run(PROOF, file, "--key", key, "--log", data)
    tap.ok(status == 0 and "Not shown" not in out, "program: a copy of the log closes the gap", out)
    status, _, err = run(PROOF, file, "--log", folder)
    tap.ok(status == 2 or status == 1, "program: a folder that is no log", err)
    status, _, _ = run(COMITY, "whynot", data, 'status("AT") is observer on 2004-01-01', "--proof", file)
    tap.same((status, run(PROOF, file, "--key", key)[0]), (0, 0), "program: whynot writes a proof too")


def test_another_rulebook(folder):
    """A question as known earlier rests on the text of then; a later one on the text that was adopted last."""
    data, org, file = os.path.join(folder, "other"), os.path.join(folder, "org"), os.path.join(folder, "other.json")
    key = run(COMITY, "init", data, "--org", ORG)[1].split()[-1]
    for act in ('{"kind":"state_listed","date":"2000-01-01","args":{"S":"AT"}}', '{"kind":"weighed","date":"2003-01-01","args":{"S":"AT","n":4}}',
                '{"kind":"state_listed","date":"2000-01-01","args":{"S":"KZ"}}', '{"kind":"weighed","date":"2003-01-01","args":{"S":"KZ","n":4}}'):
        run(COMITY, "file", data, "-", text=act)
    shutil.copytree(ORG, org)
    path = os.path.join(org, "rulebook.md")
    with open(path) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(text.replace("rulebook LEAGUE version 1", "rulebook LEAGUE version 2").replace("load(S) * 2 >= 10", "load(S) * 2 >= 8")
                .replace("rule HEAVY [Pact 4]:", "rule HEAVY [Pact 4] retroactive:"))
    status, out, err = run(COMITY, "adopt", data, "--org", org)
    tap.same(status, 0, "program: another text is adopted") or tap.note(out + err)
    for known, answer in ((4, "no"), (5, "yes")):
        for form in ((), ("--touched",)):
            run(COMITY, "why", data, f'heavy("KZ") on 2004-01-01 as known at {known}', "--proof", file, *form)
            status, out, _ = run(PROOF, file, "--key", key)
            tap.ok(status == 0 and f"reading A: {answer}" in out and f"As known at entry {known}" in out,
                   f"program: the text in force at entry {known} {form}", out)
            tap.same(run(PROOF, file, "--key", key, "--log", data)[0], 0, f"program: with the log, at entry {known} {form}")
    with open(file) as f:
        proof = json.load(f)
    proof["evidence"]["adopted"]["index"] = 0
    status, out, _ = run(PROOF, "-", "--key", key, text=json.dumps(proof))
    tap.ok(status == 1 and "Refused at the adopted rulebook" in out, "program: an adoption passed over", out)


def test_usage(folder):
    for args, status, words in (((), 2, "which file"), (("a", "b"), 2, "one file"), (("--no",), 2, "no option"), (("--key",), 2, "needs a value"),
                                ((os.path.join(folder, "none"),), 2, "No such file")):
        got, out, err = run(PROOF, *args)
        tap.ok(got == status and words in err and not out, f"program: {args}", err)
    tap.ok(run(PROOF, "--help")[1].startswith("usage: comity-proof"), "program: help")
    tap.ok(run(PROOF, "--version")[1].startswith("comity-proof "), "program: version")
    for text in ("", "{", "{}", "[1,2]", '{"format": "comity-proof/2"}', '{"a":' * 1000):
        status, out, _ = run(PROOF, "-", text=text)
        tap.ok(status == 1 and out.startswith("Refused at the file."), f"program: no proof: {text[:20]}", out)


with tempfile.TemporaryDirectory() as place:
    test_linked()
    test_verdicts(place)
    test_another_rulebook(place)
    test_usage(place)
tap.done()
