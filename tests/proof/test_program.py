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


def test_members(folder):
    """Signed by a member away from the register, with a key that was registered, and one to which it gave some acts."""
    data, file = os.path.join(folder, "members"), os.path.join(folder, "members.json")
    key = run(COMITY, "init", data, "--org", ORG)[1].split()[-1]
    run(COMITY, "file", data, "-", text='{"kind":"state_listed","date":"2000-01-01","args":{"S":"AT"}}')
    one, two = os.path.join(folder, "at.key"), os.path.join(folder, "at-desk.key")
    for path in (one, two):
        run(COMITY, "key", "new", path, "--name", "AT")
    tap.same(run(COMITY, "key", "register", data, one, "--holder", "AT")[0], 0, "program: a key is registered")
    tap.same(run(COMITY, "key", "delegate", data, two, "--holder", "AT", "--acts", "status_applied", "--by", one)[0], 0, "program: and one delegated")
    status, envelope, err = run(COMITY, "sign", "-", "--register", "league.example/acts", "--key", two,
                                text='{"kind":"status_applied","date":"2003-01-01","args":{"P":"AT","value":"observer"}}')
    tap.same((status, run(COMITY, "file", data, "-", text=envelope)[0]), (0, 0), "program: a member's act is filed") or tap.note(err)
    for form in ((), ("--touched",)):
        run(COMITY, "why", data, 'status("AT") on 2004-01-01', "--proof", file, *form)
        status, out, _ = run(PROOF, file, "--key", key)
        tap.ok(status == 0 and "reading A: observer" in out and "It rests on 1 act, signed by AT." in out and "4 signatures" not in out,
               f"program: accepted, and says who signed {form}", out)
        tap.ok(("an act that had ended one of the keys" in out) == bool(form), f"program: says what it cannot show about keys {form}", out)
    with open(file) as f:
        proof = json.load(f)
    for entry in proof["evidence"]["entries"]:
        if entry["index"] == 4:
            entry["entry"]["signatures"][0]["keyid"] = proof["evidence"]["entries"][0]["entry"]["signatures"][0]["keyid"]
    status, out, _ = run(PROOF, "-", "--key", key, text=json.dumps(proof))
    tap.ok(status == 1 and "Refused at the entries of the log" in out, "program: signed by somebody else", out)


def adopt(data, org, version, *changes):
    """The next version of the rulebook, with some words changed."""
    path = os.path.join(org, "rulebook.md")
    with open(path) as f:
        text = f.read()
    text = text.replace(f"rulebook LEAGUE version {version - 1}", f"rulebook LEAGUE version {version}")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with open(path, "w") as f:
        f.write(text)
    status, out, err = run(COMITY, "adopt", data, "--org", org)
    tap.same(status, 0, f"program: version {version} is adopted") or tap.note(out + err)


def test_signer_of_then(folder):
    """Who could sign when he signed has signed well, though a later text names others; the file brings the text of then."""
    data, org, file = os.path.join(folder, "then"), os.path.join(folder, "then-org"), os.path.join(folder, "then.json")
    key = run(COMITY, "init", data, "--org", ORG)[1].split()[-1]
    shutil.copytree(ORG, org)
    listed = '{"kind":"state_listed","date":"2000-01-01","args":{"S":"AT"}}'
    noted = '{"kind":"note_made","date":"2000-01-0%d","args":{"A":"%d"}}'
    run(COMITY, "file", data, "-", text=listed)
    run(COMITY, "file", data, "-", text=noted % (2, 1))  # 2: by the secretariat, who may
    adopt(data, org, 2, ("note_made(A: Act, F: optional Flag) by secretariat", "note_made(A: Act, F: optional Flag) by council"))
    run(COMITY, "file", data, "-", text=listed.replace("AT", "KZ"))  # 4
    adopt(data, org, 3, ("note_made(A: Act, F: optional Flag) by council", "note_made(A: Act, F: optional Flag) by council or secretariat"))
    run(COMITY, "file", data, "-", text=noted % (3, 4))  # 6
    adopt(data, org, 4, ("note_made(A: Act, F: optional Flag) by council or secretariat", "note_made(A: Act, F: optional Flag) by council"))
    tap.same(run(COMITY, "verify", data)[0], 0, "program: by the register each was signed as it had to be")
    for question, known, earlier in (('noted("1") on 2004-01-01', 2, None), ('noted("1") on 2004-01-01', 3, [0]), ('noted("1") on 2004-01-01', 6, None),
                                     ('noted("1") on 2004-01-01', 7, [0]), ('noted("4") on 2004-01-01', 7, [5]), ('status("AT") on 2004-01-01', 7, None)):
        for form in ((), ("--touched",)):
            name = f"{question} as known at {known} {form}"
            run(COMITY, "why", data, f"{question} as known at {known}", "--proof", file, *form)
            with open(file) as f:
                proof = json.load(f)
            texts = [text["index"] for text in proof["evidence"].get("earlier", [])]
            wanted = earlier if form or known < 7 else [0, 5]
            tap.same(texts or None, wanted, f"program: texts of then: {name}")
            status, out, _ = run(PROOF, file, "--key", key)
            tap.same(status, 0, f"program: accepted by the text of then: {name}") or tap.note(out)
            tap.same(run(PROOF, file, "--key", key, "--log", data)[0], 0, f"program: and with the log: {name}")
            if not texts:
                continue
            part = proof["evidence"].pop("earlier")
            status, out, _ = run(PROOF, "-", "--key", key, text=json.dumps(proof))
            tap.ok(status == 1 and "is for council to sign" in out and "unless an earlier rulebook let him" in out,
                   f"program: refused without the text of then: {name}", out)
            for change, words in ((lambda t: t[0].update(index=proof["evidence"]["adopted"]["index"]), "out of order"),
                                  (lambda t: t[0].update(bundle=t[0]["bundle"].replace("council", "COUNCIL")), "not the one that its entry adopted"),
                                  (lambda t: t[0].update(index=1), "not the one that its entry adopted"), (lambda t: t[0].update(note=1), "out of order"),
                                  (lambda t: t.append(dict(t[0])), "out of order"), (lambda t: t.clear(), "no list of texts")):
                proof["evidence"]["earlier"] = json.loads(json.dumps(part))
                change(proof["evidence"]["earlier"])
                status, out, _ = run(PROOF, "-", "--key", key, text=json.dumps(proof))
                tap.ok(status == 1 and "Refused at the adopted rulebook" in out and words in out, f"program: a text of then changed ({words}): {name}", out)
    run(COMITY, "why", data, 'noted("1") on 2004-01-01 as known at 3', "--proof", file)
    with open(file) as f:
        first = json.load(f)["evidence"]["earlier"]
    run(COMITY, "why", data, 'noted("1") on 2004-01-01 as known at 6', "--proof", file)
    with open(file) as f:
        proof = json.load(f)
    proof["evidence"]["earlier"] = first
    status, out, _ = run(PROOF, "-", "--key", key, text=json.dumps(proof))
    tap.ok(status == 1 and "nothing rests on a text in it" in out, "program: a text of then that nobody needs", out)


def test_corrected_then(folder):
    """A correction too is judged by the text of then; and by who held the office then."""
    data, org, file = os.path.join(folder, "before"), os.path.join(folder, "before-org"), os.path.join(folder, "before.json")
    council, held = os.path.join(folder, "council.key"), os.path.join(org, "org.json")
    key = run(COMITY, "init", data, "--org", ORG)[1].split()[-1]
    shutil.copytree(ORG, org)
    run(COMITY, "file", data, "-", text='{"kind":"body_established","date":"2000-01-01","args":{"B":"COUNCIL"}}')
    for text in ('{"kind":"note_made","date":"2000-01-02","args":{"A":"1"}}', '{"kind":"note_made","date":"2000-01-03","args":{"A":"1"},"corrects":2}'):
        tap.same(run(COMITY, "file", data, "-", text=text)[0], 0, "program: a note, and its correction")
    run(COMITY, "key", "new", council, "--name", "COUNCIL")
    run(COMITY, "key", "register", data, council, "--holder", "COUNCIL")  # 4
    granted = run(COMITY, "sign", "-", "--register", "league.example/acts", "--key", council,
                  text='{"kind":"body_dissolved","date":"2001-01-01","args":{"B":"COUNCIL"}}')[1]
    tap.same(run(COMITY, "file", data, "-", text=granted)[0], 0, "program: signed for an office by who holds it")
    with open(held) as f:
        text = f.read()
    with open(held, "w") as f:
        f.write(text.replace(', "held_by": "COUNCIL"', ""))
    adopt(data, org, 2, ("note_made(A: Act, F: optional Flag) by secretariat", "note_made(A: Act, F: optional Flag) by council"))
    tap.same(run(COMITY, "verify", data)[0], 0, "program: by the register each was signed as it had to be, and corrected")
    for form in ((), ("--touched",)):
        run(COMITY, "why", data, 'noted("1") on 2004-01-01', "--proof", file, *form)
        with open(file) as f:
            tap.same([text["index"] for text in json.load(f)["evidence"]["earlier"]], [0], f"program: the text comes along {form}")
        status, out, _ = run(PROOF, file, "--key", key)
        tap.same(status, 0, f"program: accepted by the text and the offices of then {form}") or tap.note(out)


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
    test_members(place)
    test_signer_of_then(place)
    test_corrected_then(place)
    test_usage(place)
tap.done()
