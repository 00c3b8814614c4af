# SPDX-License-Identifier: Apache-2.0
"""The command itself: help, options, exit statuses, errors, JSON, and one register from its making to its verification.

    test_cli.py COMITY ORGANISATION
"""
import base64
import hashlib
import html
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

COMITY, ORG = map(os.path.abspath, sys.argv[1:3])
DONE, NO, CANNOT = 0, 1, 2
work = tempfile.mkdtemp(prefix="comity-cli-")
SOURCES = {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}


def run(*words, stdin="", stdout=subprocess.PIPE):
    return subprocess.run([COMITY, *words], input=stdin, stdout=stdout, stderr=subprocess.PIPE, text=True, cwd=work, timeout=60)


def case(name, words, status, out=None, err=None, stdin=""):
    """Runs; `out` and `err` are patterns, "" means nothing at all, None means whatever."""
    ran = run(*words, stdin=stdin)
    faults = []
    if ran.returncode != status:
        faults.append(f"exit status {ran.returncode}, not {status}")
    for what, got, want in (("output", ran.stdout, out), ("errors", ran.stderr, err)):
        if want == "" and got or want and not re.search(want, got, re.M):
            faults.append(f"{what} not as expected ({want!r}):\n{got[:1500]}")
    tap.ok(not faults, f"cli: {name}", "\n".join(faults) + f"\nstandard error: {ran.stderr[:600]}")
    return ran


def json_case(name, words, status, check, stdin=""):
    ran = run(*words, "--json", stdin=stdin)
    try:
        value = json.loads(ran.stdout)
        good = ran.returncode == status and check(value)
        detail = f"exit status {ran.returncode}\n{ran.stdout[:1500]}"
    except (ValueError, KeyError, IndexError, TypeError) as error:
        good, detail = False, f"{error!r}\n{ran.stdout[:1500]}\n{ran.stderr[:500]}"
    tap.ok(good, f"cli: {name} (JSON)", detail)


def write(name, *lines):
    path = os.path.join(work, name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    return name


def act(kind, date, members=None, **args):
    return {"kind": kind, "date": date, "args": args, **(members or {})}


def granted(party, value, date):
    return act("status_granted", date, SOURCES, P=party, value=value)


# ---- help --------------------------------------------------------------------------------------------------------------

ran = case("help lists the commands", ["help"], DONE, r"^  ask  ", "")
names = re.findall(r"^  (\w+)  +\w", ran.stdout, re.M)
wanted = "init load serve sign key eval ask why whynot timeline diff check file adopt proof verify backup restore rebuild anchor mirror judge witness publish version help".split()
tap.same(sorted(names), sorted(wanted), "cli: the commands are all there")
for name in names:
    case(f"{name} --help", [name, "--help"], DONE, rf"(?s)^usage: comity {name}\b.*^    .*comity {name}\b.*^options:$.*--help", "")
    case(f"{name} with an unknown option", [name, "--nonsense"], CANNOT, "", rf"^comity: {name}: there is no option --nonsense")
    if name not in ("version", "help"):
        case(f"{name} without arguments", [name], CANNOT, "", rf"^comity: {name}: something is missing: comity {name} ")
        case(f"{name} with too many", [name, "a", "b", "c", "d"], CANNOT, "", rf"^comity: {name}: \"\w\" is too much")
case("no command", [], CANNOT, "", r"^usage: comity COMMAND")
case("--help", ["--help"], DONE, r"^usage: comity COMMAND", "")
case("--version", ["--version"], DONE, r"^comity \d+\.\d+\.\d+$", "")
case("an unknown command", ["aks"], CANNOT, "", r'^comity: there is no command "aks" \(did you mean ask\?\)$')
case("help for an unknown command", ["help", "everything"], CANNOT, "", r"no command \"everything\"")
case("an option that lacks its value", ["eval", "a", "b", "--known"], CANNOT, "", r"--known needs a value")
case("a number that is none", ["eval", "a", "b", "--known", "-1"], CANNOT, "", r'--known wants a whole number, not "-1"')
json_case("version", ["version"], DONE, lambda v: re.match(r"\d", v["comity"]))

# The manual page has every command with every option, and no other.
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "man", "comity.1"), encoding="utf-8") as file:
    page = file.read()
for name in names:
    entry = re.search(rf"^(?:\.It )?\.?Cm {name}\b(.*)$", page, re.M)
    options = set(re.findall(r"^  --([\w-]+)", run(name, "--help").stdout, re.M)) - {"help"}
    tap.same(set(re.findall(r"Fl -([\w-]+)", entry[1])) if entry else None, options, f"cli: the manual page knows {name}")

# ---- a rulebook and acts, without a register --------------------------------------------------------------------------

rules = write("small.rules", 'rulebook SMALL version 1\nsource P "Pact"\ntype State\nact joined(S: State)\nfact member(S: State)\n'
              "rule J [P 1]: member(S) begins on joined(S)\n")
acts = write("acts.jsonl", act("joined", "2001-02-03", S="KZ"), "\n", act("joined", "2001-02-04", S="AT"))
csv = "fact,args,value,from,to\nmember,AT,yes,2001-02-04,\nmember,KZ,yes,2001-02-03,\n"
tap.same(run("eval", rules, acts).stdout, csv, "cli: eval prints the table")
tap.same(run("eval", rules, "-", stdin=open(os.path.join(work, acts)).read()).stdout, csv, "cli: eval reads standard input")
tap.same(run("eval", rules, acts, "--known", "1").stdout, csv.replace("member,AT,yes,2001-02-04,\n", ""), "cli: eval --known 1")
json_case("eval", ["eval", rules, acts, "--facts", "member"], DONE, lambda v: v[0]["fact"] == "member" and v[0]["args"] == ["AT"])
tap.same(run("eval", rules, acts, "--format", "json").stdout, run("eval", rules, acts, "--json").stdout, "cli: --format json is --json")
case("eval --format xml", ["eval", rules, acts, "--format", "xml"], CANNOT, "", r"csv or json")
case("eval --facts of none such", ["eval", rules, acts, "--facts", "membr"], CANNOT, "",
     r"^comity: --facts: the rulebook has no fact membr \(did you mean member\?\)$")
case("eval without its files", ["eval", "nowhere.md", acts], CANNOT, "", r"^comity: nowhere.md: it cannot be opened: No such file")
case("eval without its acts", ["eval", rules, "nowhere"], CANNOT, "", r"^comity: nowhere: it cannot be opened")
bad = write("bad.jsonl", act("joined", "2001-02-03", S="KZ"), act("left", "2001-02-03", S="KZ"))
case("eval with a bad act", ["eval", rules, bad], CANNOT, "", r"^comity: bad.jsonl:2: kind: the rulebook knows no act left$")
broken = write("broken.rules", 'rulebook B version 1\nsource P "Pact"\ntype State\nact joined(S: State)\nfact member(S: State)\n'
               "rule J [Q 1]: member(S) begins on joined(S)\n")
case("eval with a broken rulebook", ["eval", broken, acts], NO, "", r"^broken.rules:6: .*\[Q 1\]")
case("check finds nothing", ["check", rules], DONE, r"^small.rules: 0 errors, 0 warnings$", "")
case("check finds errors", ["check", broken], NO, r"^broken.rules: 1 error, ", r"^broken.rules:6: ")
case("check finds warnings", ["check", os.path.join(ORG, "rulebook.md")], DONE, r": 0 errors, [1-9]", r"warning: ")
case("check --strict", ["check", os.path.join(ORG, "rulebook.md"), "--strict"], NO, None, r"warning: ")
json_case("check", ["check", broken], NO, lambda v: v["errors"] == 1 and v["messages"][0]["line"] == 6)
case("check of a directory", ["check", "."], CANNOT, "", r"it is a directory")
with open("/dev/full", "w") as full:
    ran = run("eval", rules, acts, stdout=full)
    tap.ok(ran.returncode == CANNOT and "standard output" in ran.stderr, "cli: a full standard output is an error", ran.stderr)

# ---- a register ----------------------------------------------------------------------------------------------------------

case("init without an organisation", ["init", "data"], CANNOT, "", r"--org FOLDER is needed")
case("init with a folder that is none", ["init", "data", "--org", "nowhere"], CANNOT, "", r"^comity: nowhere/org.json: it cannot be opened")
os.mkdir(os.path.join(work, "brokenorg"))
shutil.copy(os.path.join(ORG, "org.json"), os.path.join(work, "brokenorg"))
shutil.copy(os.path.join(work, broken), os.path.join(work, "brokenorg", "rulebook.md"))
case("init with a broken rulebook", ["init", "data", "--org", "brokenorg"], NO, "", r"(?s)^brokenorg/rulebook.md:6: .*^comity: .*has errors")
tap.ok(not os.path.exists(os.path.join(work, "data")), "cli: nothing was made")
case("init", ["init", "data", "--org", ORG], DONE, r"^league.example/acts\+[0-9a-f]{8}\+", "")
case("init again", ["init", "data", "--org", ORG], CANNOT, "", r"^comity: data: the directory is not empty")
json_case("init", ["init", "data2", "--org", ORG], DONE, lambda v: v["origin"] == "league.example/acts" and v["vkey"])
case("verify what holds one of each", ["verify", "data2"], DONE, r"^Sound: 1 entry, 1 checkpoint, \d+ blobs?\.\nRoot [A-Za-z0-9+/]{43}=$", "")
for command, mark in (("timeline", r'^.*"\?" after a day: '), ("ask", r'"\(unverified\)" after a day: '), ("why", r'"\(day unverified\)" after a day: ')):
    case(f"{command} explains its mark", [command, "--help"], DONE, mark, "")

record = write("record.jsonl", act("state_listed", "2000-01-01", {"title": {"en": "Kazakhstan"}}, S="KZ"), act("state_listed", "2000-01-01", S="AT"),
               granted("KZ", "observer", "2001-01-01"), granted("KZ", "member", "2002-02-02"),
               act("status_applied", "2003-03-03", SOURCES, P="AT", value="observer"))
case("load", ["load", "data", record], DONE, r"^5 acts filed\.$", "")
json_case("load", ["load", "data2", record], DONE, lambda v: v == {"filed": 5})
case("load what was loaded", ["load", "data", record], NO, r"^0 acts filed", r"^comity: record.jsonl:1: args.S: KZ was introduced by entry 1 already")
case("load of nothing", ["load", "data", write("empty.jsonl", "")], DONE, r"^0 acts filed", "")
case("load without a register", ["load", "nowhere", record], CANNOT, "", r"^comity: nowhere: ")

case("ask", ["ask", "data", 'status("KZ") on 2002-03-01'], DONE, r"^  value  member$\n  since  2002-02-02$\n  until  open$", "")
case("ask about the past", ["ask", "data", 'status("KZ") on 2001-03-01'], DONE, r"^  value  observer$\n  since  2001-01-01$\n  until  2002-02-02$", "")
case("ask as known earlier", ["ask", "data", 'status("KZ") on 2002-03-01 as known at 3'], DONE, r"^  value  observer$", "")
case("ask what is so", ["ask", "data", 'status("KZ") is member or observer on 2002-03-01'], DONE,
     r'\Ayes: status\("KZ"\) is member or observer on 2002-03-01\n  value  member\n', "")
case("ask what is not so", ["ask", "data", 'status("KZ") is observer on 2002-03-01'], NO,
     r'\Ano: status\("KZ"\) is observer on 2002-03-01\n  value  member\n', "")
case("ask what a reading says", ["ask", "data", 'status("AT") is observer on 2003-04-01'], NO, r'(?s)\Adiffers: status\("AT"\) is observer on 2003-04-01: .*^reading B$', "")
case("ask what is neither yes nor no", ["ask", "data", 'status("KZ") on 2002-03-01'], DONE, r'\Astatus\("KZ"\) on', "")
case("ask what has no value", ["ask", "data", 'status("KZ") on 2000-03-01'], NO, r"^  value  none$", "")
case("ask what is disputed", ["ask", "data", 'status("AT") on 2003-04-01'], NO, r"(?s)the readings of the law differ.*^reading A\n  value  observer.*^reading B\n  value  none", "")
case("ask about nobody", ["ask", "data", 'status("XX")'], CANNOT, "", r'^comity: question: the record knows no "XX"')
case("ask with a name", ["ask", "data", 'status("Kazakhstan")'], CANNOT, "", r'\(did you mean "KZ" \(Kazakhstan\)\?\)$')
case("ask nonsense", ["ask", "data", "what?"], CANNOT, "", r"^comity: question: ")
case("ask on no day", ["ask", "data", 'status("KZ") on 2002-02-30'], CANNOT, "", r"^comity: question: ")
case("ask beyond the record", ["ask", "data", 'status("KZ") as known at 99'], CANNOT, "", r"^comity: known: there is no entry 99 yet; the newest is 5$")
json_case("ask", ["ask", "data", 'status("AT") is observer on 2003-04-01'], NO,
          lambda v: v["disputed"] and not v["true"] and [a["value"] for a in v["answers"]] == ["observer", None] and v["known"] == 5)

case("why", ["why", "data", 'status("KZ") on 2002-03-01'], DONE,
     r"(?s)^Kazakhstan is a member, since 2 February 2002\.  \[Pact 1, rule GRANT\]\n  Kazakhstan was made a member on 2 February 2002\.  \[act 4\]$", "")
case("why of what is not so", ["why", "data", 'status("KZ") is member on 2001-03-01'], NO, r"(?s)^Kazakhstan is not a member: .*^           Kazakhstan is an observer.*^  not met  ", "")
case("whynot", ["whynot", "data", 'status("KZ") is member on 2001-03-01'], DONE, r"(?s)is not a member.*^What would help:\n  Status granted", "")
case("whynot of what is so", ["whynot", "data", 'status("KZ") is member on 2002-03-01'], NO, r"^Kazakhstan is a member", "")
case("why of what is disputed", ["why", "data", 'status("AT") is observer on 2003-04-01'], NO, r"(?s)^Reading A: .*^Reading B: ", "")
json_case("why", ["why", "data", 'status("KZ") on 2002-03-01'], DONE, lambda v: v["readings"][0]["value"] == "member" and v["readings"][0]["holds"])
json_case("whynot", ["whynot", "data", 'status("KZ") is member on 2001-03-01'], DONE, lambda v: not v["readings"][0]["holds"])
tap.ok(len(run("why", "data", 'status("KZ") on 2002-03-01', "--full").stdout.splitlines())
       > len(run("why", "data", 'status("KZ") on 2002-03-01').stdout.splitlines()), "cli: why --full says more")

case("timeline", ["timeline", "data", 'status("KZ")'], DONE, r"^2001-01-01 2002-02-02 observer .*act 3$\n^2002-02-02 .*member ", "")
case("timeline of what never was", ["timeline", "data", 'leaving("KZ")'], NO, "", "")
json_case("timeline", ["timeline", "data", 'status("AT")'], DONE, lambda v: v[0]["readings"] == ["A"] and v[0]["until"] is None)
case("diff", ["diff", "data", "--known", "3", "4"], DONE, r'^2002-02-02 +observer member +status\("KZ"\)$', "")
case("diff to the newest", ["diff", "data", "--known", "4"], DONE, r'A +status\("AT"\)$', "")
case("diff of nothing", ["diff", "data", "--known", "4", "4"], DONE, "", "")
case("diff backwards", ["diff", "data", "--known", "4", "3"], CANNOT, "", r"the earlier entry comes first")
case("diff without entries", ["diff", "data"], CANNOT, "", r"--known A B is needed")
json_case("diff", ["diff", "data", "--known", "3", "4"], DONE, lambda v: v[0]["before"] == "observer" and v[0]["after"] == "member")

# Filing: shown first, then done; refused with words.
leave = write("leave.json", act("withdrawal_notified", "2005-01-01", SOURCES, P="KZ"))
case("file --preview", ["file", "data", leave, "--preview"], DONE,
     r"(?s)^It would be act 6: Kazakhstan gave notice of withdrawal\.\nIt would change:\n.*^2006-01-01 +member none +status\(\"KZ\"\)$", "")
case("nothing was filed", ["ask", "data", 'leaving("KZ") on 2005-03-01'], NO, r"^  value  no$", "")
json_case("file --preview", ["file", "data", leave, "--preview"], DONE, lambda v: not v["filed"] and len(v["changes"]) == 2)

# What would follow if an act were filed: the answer of then, and the record as it was.
gone = 'status("KZ") is member on 2006-03-01'
log_before = open(os.path.join(work, "data", "log.db"), "rb").read()
case("ask before supposing", ["ask", "data", gone], DONE, r"\Ayes: ", "")
case("ask --suppose", ["ask", "data", gone, "--suppose", leave], NO,
     r'\ASupposing act 6, which is not filed: Kazakhstan gave notice of withdrawal\.\nno: status\("KZ"\) is member on 2006-03-01\n  value  none\n  since  2006-01-01$', "")
json_case("ask --suppose", ["ask", "data", gone, "--suppose", leave], NO,
          lambda v: v["supposed"] == 6 and v["answer"]["known"] == 6 and v["answer"]["since"] == "2006-01-01" and not v["answer"]["true"])
case("ask --suppose an act from standard input", ["ask", "data", 'leaving("KZ") on 2005-03-01', "--suppose", "-"], DONE, r"^yes: ", "",
     open(os.path.join(work, leave), encoding="utf-8").read())
case("ask --suppose of somebody new", ["ask", "data", 'status("NR")', "--suppose", "-"], NO, r"^  value  none$", "",
     json.dumps(act("state_listed", "2005-01-01", SOURCES, S="NR")))
case("ask --suppose what others may not read", ["ask", "data", gone, "--suppose", "-"], DONE,
     r"\ASupposing act 6, which is not filed: An act that is not for this audience\.\nyes: ", "",
     json.dumps(act("withdrawal_notified", "2005-01-01", dict(SOURCES, **{"for": ["AT"]}), P="KZ")))
case("ask --suppose as known earlier", ["ask", "data", gone + " as known at 5", "--suppose", leave], CANNOT, "",
     r'^comity: --suppose: .*newest entry \(ask without "as known at"\)$')
case("ask --suppose what would be refused", ["ask", "data", gone, "--suppose", "-"], CANNOT, "", r"^comity: signer: ",
     json.dumps(act("withdrawal_revoked", "2005-01-01", P="KZ")))
case("ask --suppose what is no act", ["ask", "data", gone, "--suppose", "-"], CANNOT, "", r"^comity: act: not valid JSON", "{")
case("ask --suppose what is not there", ["ask", "data", gone, "--suppose", "nothing.json"], CANNOT, "", r"^comity: nothing.json: ")
case("nothing that was supposed was filed", ["ask", "data", gone], DONE, r"\Ayes: ", "")
tap.ok(open(os.path.join(work, "data", "log.db"), "rb").read() == log_before, "cli: the log is as it was before supposing")

case("file", ["file", "data", leave], DONE, r"^Filed as act 6: ", "")
case("it was filed", ["ask", "data", 'leaving("KZ") on 2005-03-01'], DONE, r"^  value  yes$", "")
case("file from standard input", ["file", "data", "-"], DONE, r"(?s)^Filed as act 7: .*It changes nothing\.$", "", json.dumps(act("thanked", "2005-01-01", P="KZ")))
case("file what is refused", ["file", "data", "-"], NO, "", r"^comity: signer: .*signed by KZ.* \(record it from sources", json.dumps(act("withdrawal_revoked", "2005-01-01", P="KZ")))
papers = os.path.join(work, "papers")
os.mkdir(papers)
for paper, text in (("pact", b"The pact, authentic text."), ("other", b"Something else.")):
    with open(os.path.join(papers, paper), "wb") as out:
        out.write(text)
naming = write("naming.json", json.dumps({"kind": "state_listed", "date": "2001-01-01", "args": {"S": "NR"}, "documents": [
    {"sha256": hashlib.sha256(b"The pact, authentic text.").hexdigest(), "lang": "en", "type": "text/plain"}]}))
case("file an act whose document is not here", ["file", "data", naming, "--preview"], NO, "", r"there is no document with the hash [0-9a-f]{64} \(hand it in with the act")
case("file with documents that it does not name", ["file", "data", naming, "--preview", "--documents", os.path.join(papers, "other")], CANNOT, "", r"no document that the act names is here")
case("file with a folder that is not there", ["file", "data", naming, "--preview", "--documents", "nowhere"], CANNOT, "", r"^comity: nowhere: No such file")
case("file with its document", ["file", "data", naming, "--preview", "--documents", papers], DONE, r"^It would be act ", "")
case("file what is no act", ["file", "data", "-"], CANNOT, "", r"^comity: kind: the rulebook knows no act thankd \(did you mean thanked\?\)$",
     json.dumps(act("thankd", "2005-01-01", P="KZ")))
case("file what is no JSON", ["file", "data", "-"], CANNOT, "", r"^comity: act: not valid JSON", "{")
sealed = json.dumps(act("thanked", "2005-01-01", {"for": ["KZ"]}, P="KZ"))
case("file for a few", ["file", "data", "-"], DONE, r"^Filed as act 8: Thanked: Kazakhstan", "", sealed)
json_case("file", ["file", "data", "-"], DONE, lambda v: v["filed"] and v["position"] == 9 and v["changes"] == [], sealed)
case("--as", ["ask", "data", 'status("KZ") on 2002-03-01', "--as", "members,KZ"], DONE, r"member", "")
case("--as nonsense", ["ask", "data", 'status("KZ")', "--as", "a b"], CANNOT, "", r"^comity: audience: ")
case("--as nobody", ["ask", "data", 'status("KZ")', "--as", "nobody"], CANNOT, "", r'^comity: audience: there is no audience "nobody" \(name public, ')
case("--as nearly", ["timeline", "data", 'status("KZ")', "--as", "KZ,member"], CANNOT, "", r'no audience "member" \(did you mean members\?\)$')
case("--as an office", ["diff", "data", "--known", "4", "5", "--as", "council"], DONE, None, "")

# One server for a directory.
case("serve without a register", ["serve", "."], CANNOT, "", r"^comity: \.: there is no log here")
case("serve on a port that is none", ["serve", "data", "--port", "70000"], CANNOT, "", r"goes up to 65535")
first = subprocess.Popen([COMITY, "serve", "data", "--port", "0"], cwd=work, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
said = first.stderr.readline()
tap.ok(re.match(r"Serving data on http://127\.0\.0\.1:\d+ ", said), "cli: serve says where", said)
case("a second server", ["serve", "data", "--port", "0"], CANNOT, "", r"^comity: data: another server serves this directory already")
case("filing beside a server", ["file", "data", "-"], DONE, r"^Filed as act 10: ", "", sealed)
site = re.search(r"http://[0-9.:]+", said).group()
for name in ("2.tlog-proof", "2.dsse", "3.dsse"):
    with open(os.path.join(work, name), "wb") as f:
        f.write(urllib.request.urlopen(f"{site}/act/{name}", timeout=30).read())
page = urllib.request.urlopen(f"{site}/en/acts/2", timeout=30).read().decode()
shown = re.search(r"comity (verify 2\.tlog-proof --key [^<]+)", page)
tap.ok(shown, "cli: the page of an act shows how to verify it")
first.terminate()
first.communicate(timeout=30)
tap.same(first.returncode, 0, "cli: serve ends when told")
checked = html.unescape(shown.group(1)).split()
case("verify as the page of an act says", checked, DONE, r"^Verified: entry 2 of \d+ in the log ", "")
json_case("verify one entry", checked, DONE, lambda v: v["verified"] and v["entry"] == 2 and v["act"]["kind"])
case("verify one entry without a key", checked[:2], CANNOT, "", r"--policy FILE .* or --key VKEY .* is needed")
case("verify one entry by nonsense", [*checked[:3], "nonsense"], CANNOT, "", r"^comity: public key: ")

# The proof as a file: the same from the command as from the site, with the entry in it.
case("proof", ["proof", "data", "2", "mine.tlog-proof"], DONE, r"\A\Z", "")
with open(os.path.join(work, "mine.tlog-proof")) as mine, open(os.path.join(work, "2.tlog-proof")) as theirs, open(os.path.join(work, "2.dsse"), "rb") as dsse:
    proof = mine.read()
    tap.ok(proof == theirs.read() == run("proof", "data", "2").stdout, "cli: proof gives what the site gives")
    extra = "extra " + base64.b64encode(dsse.read()).decode() + "\n"
    tap.ok(extra in proof, "cli: the entry as signed is in it")
bare = write("bare.tlog-proof", proof.replace(extra, ""))
case("verify a proof without its entry", ["verify", bare, *checked[2:]], CANNOT, "", r"^comity: bare.tlog-proof: the entry .*second file")
case("verify a proof with its entry beside it", ["verify", bare, "2.dsse", *checked[2:]], DONE, r"^Verified: entry 2 of ", "")
case("verify another entry by that proof", ["verify", bare, "3.dsse", *checked[2:]], NO, "", r"^comity: proof: ")
case("the entry beside it counts, not the one in it", ["verify", "2.tlog-proof", "3.dsse", *checked[2:]], NO, "", r"^comity: proof: ")
case("verify from standard input", ["verify", "-", *checked[2:]], DONE, r"^Verified: entry 2 of ", "", proof)
with open(os.path.join(work, "3.dsse"), "rb") as dsse:
    foreign = write("foreign.tlog-proof", proof.replace(extra, "extra " + base64.b64encode(dsse.read()).decode() + "\n"))
case("verify a proof with another entry in it", ["verify", foreign, *checked[2:]], NO, "", r"^comity: proof: ")
case("proof of no entry", ["proof", "data", "99"], CANNOT, "", r"^comity: data: .*entr")
case("proof of no number", ["proof", "data", "two"], CANNOT, "", r'"two" is no number of an entry')
case("proof from nowhere", ["proof", "nowhere", "1"], CANNOT, "", r"^comity: nowhere: ")
write("data/policy", "quorum none\n")
case("proof where the policy wants no witness", ["proof", "data", "2"], DONE, r"^c2sp\.org/tlog-proof@v1$", "")
write("data/policy", "nonsense\n")
case("proof where the policy is none", ["proof", "data", "2"], CANNOT, "", r"^comity: data/policy:1: ")
os.remove(os.path.join(work, "data", "policy"))
case("proof with a wait that is none", ["proof", "data", "2", "--wait", "soon"], CANNOT, "", r"--wait wants a whole number")
case("proof into nowhere", ["proof", "data", "1", "no/where"], CANNOT, "", r"^comity: no/where: it cannot be written: ")
ran = subprocess.Popen([COMITY, "serve", "data", "--port", "0"], cwd=work, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
said = ran.stderr.readline()
tap.ok(said.startswith("Serving"), "cli: and can be started again")
with urllib.request.urlopen(re.search(r"http://[0-9.:]+", said).group() + "/checkpoint", timeout=30) as answer:
    root = answer.read().decode().split("\n")[2]  # origin, size, root
ran.terminate()
ran.communicate(timeout=30)

case("verify", ["verify", "data"], DONE, r"^Sound: 11 entries, \d+ checkpoints?, \d+ blobs?\.\nRoot " + re.escape(root) + "$", "")
json_case("verify", ["verify", "data"], DONE, lambda v: v["sound"] and v["entries"] == 11 and v["root"] == base64.b64decode(root).hex())
case("verify of nothing", ["verify", "nowhere"], CANNOT, "", r"^comity: nowhere: ")
with sqlite3.connect(os.path.join(work, "data", "log.db")) as db:
    guard, = db.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_same'").fetchone()
    db.execute("DROP TRIGGER entry_same")
    db.execute("UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'sig', 'gis') AS BLOB) WHERE idx = 4")
    db.execute(guard)
db.close()
case("verify finds what was changed", ["verify", "data"], NO, "", r"^comity: .*entry 4\b")
json_case("verify", ["verify", "data"], NO, lambda v: not v["sound"] and v["fault"] == "entry" and v["entry"] == 4)
case("a changed register does not open", ["ask", "data", 'status("KZ")'], CANNOT, "", r"^comity: ")
shutil.copytree(os.path.join(work, "data2"), os.path.join(work, "short"))
os.truncate(os.path.join(work, "short", "log.db"), 20000)
for command in ("ask", "why", "whynot", "timeline"):
    case(f"{command} on a register cut short", [command, "short", 'status("KZ")'], CANNOT, "", r"^comity: short")
os.remove(os.path.join(work, "short", "log.db"))
case("ask a register without its log", ["ask", "short", 'status("KZ")'], CANNOT, "", r"^comity: short")

shutil.rmtree(work)
tap.done()
