# SPDX-License-Identifier: Apache-2.0
"""comity verify PROOF: proofs made here by other code, and the vectors. What is good is accepted and told in full; everything else is refused,
and says at which step.

    test_proof.py COMITY
"""
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import notes  # noqa: E402
import tap  # noqa: E402

COMITY = os.path.abspath(sys.argv[1])
DONE, NO, CANNOT = 0, 1, 2
folder = tempfile.TemporaryDirectory(prefix="comity-proof-")


def write(name, text):
    path = os.path.join(folder.name, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return name


def verify(proof, *more, name="p.tlog-proof"):
    return subprocess.run([COMITY, "verify", write(name, proof), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder.name, timeout=60)


def case(name, proof, more, status, out=None, err=None):
    ran = verify(proof, *more)
    faults = [] if ran.returncode == status else [f"exit status {ran.returncode}, not {status}"]
    for what, got, want in (("output", ran.stdout, out), ("errors", ran.stderr, err)):
        if want == "" and got or want and not re.search(want, got, re.M):
            faults.append(f"{what} not as expected ({want!r}):\n{got[:1500]}")
    return tap.ok(not faults, f"proof: {name}", "\n".join(faults) + f"\nstandard error: {ran.stderr[:600]}")


TIME = 1767139200
log, member, other = notes.Key("register.example/acts"), notes.Key("member"), notes.Key("other")
w1, w2, w3 = (notes.Key(f"w{i}.example", 4) for i in (1, 2, 3))
TEXT = "Ten members met in Astana.\n\nThey agreed on twenty-four documents.\n"
DOCUMENT = b"%PDF-1.7 \xff\xfe a document"
ACT = json.dumps({"kind": "release_issued", "text": {"en": TEXT, "ru": "Десять"}, "documents": [{"sha256": hashlib.sha256(DOCUMENT).hexdigest()}]}).encode()
entries = [notes.envelope(b'{"kind":"genesis"}', [log]), notes.envelope(ACT, [log]), notes.envelope(ACT, [log, member]), b"an entry of another kind",
           notes.envelope(ACT, [member])]
tree = notes.Tree(log, entries, [(w1, TIME), (w2, TIME + 60)])
PARTIES = f"log {log.vkey}\nwitness one {w1.vkey}\nwitness two {w2.vkey} https://w2.example/log\nwitness three {w3.vkey}\n"


def policy(quorum):
    return ["--policy", write("policy", f"# whom we trust\n\n{PARTIES}{quorum}\n")]


key = ["--key", log.vkey]

# ---- what is good, and what is told of it ---------------------------------------------------------------------------------------------

for index in range(len(entries)):
    case(f"entry {index}", tree.proof(index), key, DONE, rf"^Verified: entry {index} of 5 in the log register\.example/acts\.$")
case("the log's key is named", tree.proof(1), key, DONE, rf"^  log +its checkpoint is signed by {re.escape(log.name)}\+{log.id.hex()}$", "")
case("no witness was asked for", tree.proof(1), key, DONE, r"^  witnesses  none asked for: ", "")
case("who cosigned, and when", tree.proof(1), policy("group g 2 one two three\nquorum g"), DONE,
     r"^  witnesses  cosigned by one at 2025-12-31T00:00:00Z, two at 2025-12-31T00:01:00Z; the policy asks for g$", "")
case("witnesses that nobody asked for", tree.proof(1), policy("quorum none"), DONE, r"^  witnesses  cosigned by one at .*; the policy asks for none$", "")
case("how it is included", tree.proof(1), key, DONE, rf"^  inclusion  3 hashes lead from the entry to the signed root {re.escape(notes.b64(notes.root(entries)))}$", "")
case("the act", tree.proof(1), key, DONE, r"^It says:\n\{\"kind\": \"release_issued\", ", "")
case("an entry that is no act", tree.proof(3), key, DONE, r"(?s)^  signature  none is known of.*^Its 24 bytes are not shown\.$", "")
ran = verify(tree.proof(2), *policy("quorum two"), "--json")
told = json.loads(ran.stdout)
tap.same({name: told[name] for name in ("verified", "entry", "size", "log", "root", "witnesses", "document", "act")},
         {"verified": True, "entry": 2, "size": 5, "log": log.name, "root": notes.root(entries).hex(), "document": None, "act": json.loads(ACT),
          "witnesses": [{"name": "one", "time": TIME}, {"name": "two", "time": TIME + 60}]}, "proof: all of it as JSON")
tap.same({s["keyid"]: s["by"] for s in told["signatures"]}, {log.keyid: "log", member.keyid: None}, "proof: who signed, as JSON")

# What an act says is shown without what would move a terminal's cursor; what is no JSON is not shown.
odd = [notes.envelope('{"kind":"x",\n"text":{"en":"a\u009b2J\u007fb"}}'.encode(), [log]), notes.envelope(b"no JSON \x1b[2J", [log]), notes.envelope(b'{"kind":1,"kind":2}', [log])]
shown = verify(notes.Tree(log, odd).proof(0), *key)
tap.ok(r"a\u009b2J\u007fb" in shown.stdout and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown.stdout), "proof: control characters are escaped", shown.stdout)
for index in (1, 2):
    case(f"what is no JSON ({index})", notes.Tree(log, odd).proof(index), key, DONE, r"^Its \d+ bytes are not shown\.$", "")
    tap.same(json.loads(verify(notes.Tree(log, odd).proof(index), *key, "--json").stdout)["act"], None, f"proof: what is no JSON, as JSON ({index})")

# ---- signatures ------------------------------------------------------------------------------------------------------------------------

UNKNOWN = r"^comity: 1 signature was not checked: the key is not known here \(give it with --signer\)$"
case("a signature by a key that is not known", tree.proof(2), key, DONE, rf"^  signature  {member.keyid}, NOT CHECKED: ", UNKNOWN)
case("only such signatures", tree.proof(4), key, DONE, r"^Verified: entry 4 ", UNKNOWN)
case("the signer's key", tree.proof(2), [*key, "--signer", member.text], DONE, rf"^  signature  {member.keyid}, given with --signer$", "")
case("a file of keys", tree.proof(4), [*key, "--signer", write("keys", f"# members\n\n{other.text}\n{member.text}\n")], DONE, r"given with --signer$", "")
case("a key that did not sign", tree.proof(2), [*key, "--signer", other.text], NO, "", r"^comity: signature: the act is in the log, but not signed by that key$")
case("keys that did not sign", tree.proof(1), [*key, "--signer", "keys"], NO, "", r"not signed by any of these keys$")
case("a signer asked for where nothing is signed", tree.proof(3), [*key, "--signer", member.text], NO, "", r"not signed by that key$")
case("the log's own key as the signer's", tree.proof(1), [*key, "--signer", log.text], DONE, r"the register's own key$", "")
case("a signer that is no key", tree.proof(1), [*key, "--signer", "ed25519 AAAA"], CANNOT, "", r"neither a public key nor a file of them$")
case("a signer of small order", tree.proof(1), [*key, "--signer", write("small", "ed25519 " + notes.b64(bytes(32)) + "\n")], CANNOT, "", r"it is no sound key: ")

# A key that another entry of the log names.
named = [notes.envelope(ACT, [member]), notes.envelope(json.dumps({"kind": "key_registered", "holder": "KZ", "key": member.text}).encode(), [log, member]),
         notes.envelope(ACT, [member]), notes.envelope(json.dumps({"kind": "key_rotated", "old": "x", "key": other.text}).encode(), [log]), notes.envelope(ACT, [other]),
         notes.envelope(json.dumps({"kind": "key_revoked", "old": "x"}).encode(), [log])]
keys = notes.Tree(log, named)
write("1.tlog-proof", keys.proof(1))
case("a key that an entry names", keys.proof(2), [*key, "--signer", "1.tlog-proof"], DONE, rf"^  signature  {member.keyid}, the key that entry 1 names for KZ; whether it had ended by then, ", "")
tap.same(json.loads(verify(keys.proof(2), *key, "--signer", "1.tlog-proof", "--json").stdout)["signatures"],
         [{"keyid": member.keyid, "by": "signer", "entry": 1, "holder": "KZ"}], "proof: a key that an entry names, as JSON")
case("a key that an entry names, without a holder", keys.proof(4), [*key, "--signer", write("3.tlog-proof", keys.proof(3))], DONE, rf"^  signature  {other.keyid}, the key that entry 3 names; ", "")
case("the entry itself", keys.proof(1), [*key, "--signer", "1.tlog-proof"], DONE, r"the key that entry 1 names for KZ", "")
case("an act before that entry", keys.proof(0), [*key, "--signer", "1.tlog-proof"], CANNOT, "", r"^comity: 1\.tlog-proof: it is the proof of entry 1 of .*, which names no key for this act$")
case("an entry that names no key", keys.proof(2), [*key, "--signer", write("0.tlog-proof", keys.proof(0))], CANNOT, "", r"the entry that it proves names no key$")
case("an entry that ends a key", keys.proof(5), [*key, "--signer", write("5.tlog-proof", keys.proof(5))], CANNOT, "", r"the entry that it proves names no key$")
case("an entry that is not proved", keys.proof(2), [*key, "--signer", write("bad.tlog-proof", keys.proof(1).replace("\nindex 1\n", "\nindex 0\n"))], NO, "", r"^comity: proof: the entry is not the one at index 0")
case("an entry of a log that is not trusted", keys.proof(2), [*key, "--signer", write("far.tlog-proof", notes.Tree(other, named).proof(1))], NO, "", r"which the policy does not name$")
case("a key that did not sign, named by an entry", keys.proof(2), [*key, "--signer", write("3.tlog-proof", notes.Tree(log, named[:2] + [named[3]]).proof(2))], NO, "", r"not signed by that key$")

member.keyid, kept = other.keyid, member.keyid  # its signature under another name
forged = notes.envelope(ACT, [member])
member.keyid = kept
case("a signature that does not fit", notes.Tree(log, [forged]).proof(0), [*key, "--signer", other.text], NO, "", r"^comity: envelope: the signature of ")
case("and one of the log's key", notes.Tree(log, [notes.envelope(ACT, [log]).replace(b"Im", b"In", 1)]).proof(0), key, NO, "", r"^comity: envelope: the signature of ")

# ---- witnesses -----------------------------------------------------------------------------------------------------------------------------

case("a quorum that is missing", tree.proof(1), policy("quorum three"), NO, "", r"^comity: checkpoint: its quorum of witnesses is missing: three$")
case("who is missing of a group", tree.proof(1), policy("group g all one two three\nquorum g"), NO, "", r"missing: g \(has 2, needs 3; missing: three\)$")
case("nested groups", tree.proof(1), policy("group a any one three\ngroup b all a two\nquorum b"), DONE, r"asks for b$", "")
for name, line in (("of another text", w1.cosign("another text\n", TIME)), ("at no time", w1.cosign(tree.text, 0)), ("of the wrong kind", w1.note(tree.text))):
    bad = notes.Tree(log, entries)
    bad.checkpoint += line + w2.cosign(bad.text, TIME)
    case(f"a cosignature {name} spoils the whole", bad.proof(1), policy("quorum two"), NO, "", r"^comity: note: the cosignature of 'w1\.example' does not fit")
ahead = notes.Tree(log, entries, [(w1, int(time.time()) + 90000)])
case("a cosignature from the future does not count", ahead.proof(1), policy("quorum one"), NO, "", r"missing: one \(its time cannot be believed\)$")
case("a policy without logs", tree.proof(1), ["--policy", write("open", f"witness one {w1.vkey}\nquorum one\n")], CANNOT, "", r"^comity: open: it names no log")
case("a policy without logs, and a key", tree.proof(1), ["--policy", "open", *key], DONE, r"asks for one$", "")
case("a policy that is none", tree.proof(1), ["--policy", write("bad", f"log {log.vkey}\nquorum one\n")], CANNOT, "", r"^comity: bad:2: ")
case("a policy that is not there", tree.proof(1), ["--policy", "nowhere"], CANNOT, "", r"^comity: nowhere: ")
case("neither policy nor key", tree.proof(1), [], CANNOT, "", r"--policy FILE .* or --key VKEY .* is needed")

# ---- text and documents ----------------------------------------------------------------------------------------------------------------------

case("the text, to the last character", tree.proof(1), [*key, "--document", write("text", TEXT)], DONE, r"^  document   text is what the act says, to the last character, in text\.en$", "")
case("its words, wrapped otherwise", tree.proof(1), [*key, "--document", write("wrapped", "\ufeff" + TEXT.replace(" met", "\u00a0met").replace("\n", "\r\n"))], DONE,
     r"^  document   wrapped has the words of what the act says; .* in text\.en$", "")
blanks = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
case("every blank there is", tree.proof(1), [*key, "--document", write("blanks", blanks.join(["", *TEXT.split(), ""]))], DONE, r"^  document   blanks has the words ")
for sign in "\u200b\u180e\u2060_":
    case(f"U+{ord(sign):04X} is no blank", tree.proof(1), [*key, "--document", write("signs", TEXT.replace(" ", sign, 1))], NO, "", r"^comity: signs: ")
case("a text with a word changed", tree.proof(1), [*key, "--document", write("forged", TEXT.replace("twenty-four", "twenty-two"))], NO, "",
     r"^comity: forged: the act is in the log, but neither names this file by its SHA-256 nor carries this text$")
case("the document that it names", tree.proof(1), [*key, "--document", write("document.pdf", DOCUMENT)], DONE, r"^  document   document\.pdf is the file that the act names by its SHA-256 in documents\.0\.sha256$", "")
case("a document with a byte changed", tree.proof(1), [*key, "--document", write("document.pdf", DOCUMENT + b" ")], NO, "", r"^comity: document\.pdf: the act is in the log, but")
case("an empty file", tree.proof(1), [*key, "--document", write("empty", "")], NO, "", r"^comity: empty: ")
case("a document of an entry that is no act", tree.proof(3), [*key, "--document", "text"], NO, "", r"^comity: text: ")
case("a document that is not there", tree.proof(1), [*key, "--document", "nowhere"], CANNOT, "", r"^comity: nowhere: ")
tap.same(json.loads(verify(tree.proof(1), *key, "--document", "text", "--json").stdout)["document"], {"is": "exact", "at": "text.en"}, "proof: a document as JSON")

# ---- what is wrong -----------------------------------------------------------------------------------------------------------------------------

good = tree.proof(1)
case("another log", notes.Tree(notes.Key("elsewhere.example"), entries).proof(1), key, NO, "", r"^comity: checkpoint: it is of the log 'elsewhere\.example', which the policy does not name$")
case("another key of that name", notes.Tree(notes.Key(log.name, seed=b"another"), entries).proof(1), key, NO, "", r"^comity: checkpoint: it is not signed by a key that the policy names")
case("another entry in it", tree.proof(1, entries[2]), key, NO, "", r"^comity: proof: the entry is not the one at index 1 of the signed tree$")
case("another index", good.replace("\nindex 1\n", "\nindex 2\n"), key, NO, "", r"^comity: proof: the entry is not the one at index 2")
case("an index beyond the tree", good.replace("\nindex 1\n", "\nindex 5\n"), key, NO, "", r"^comity: proof: ")
case("another size", good.replace("\n5\n", "\n6\n"), key, NO, "", r"^comity: note: the signature of 'register\.example/acts' does not fit the text$")
case("a hash too many", good.replace("\nindex 1\n", "\nindex 1\n" + notes.b64(bytes(32)) + "\n"), key, NO, "", r"^comity: proof: ")
for name, wrong in (("nothing", ""), ("another version", good.replace("@v1", "@v2")), ("no index", good.replace("\nindex 1\n", "\n")), ("an index with a zero before it", good.replace("\nindex 1\n", "\nindex 01\n")),
                    ("Windows line ends", good.replace("\n", "\r\n")), ("a blank in the entry", good.replace("\nextra ", "\nextra  ")), ("an empty entry", re.sub(r"\nextra .*", "\nextra ", good)),
                    ("no checkpoint", good[:good.index("\n\n") + 2]), ("a checkpoint cut off", good[:-1]), ("no signature", good[:good.index("\u2014")]), ("not UTF-8", good.encode().replace(b"index", b"\xffndex")),
                    ("a checkpoint with an extension", good.replace("=\n\n\u2014", "=\nmore\n\n\u2014"))):
    case(name, wrong, key, CANNOT, "", r"^comity: ")
case("too long", good + "x" * 200000, key, CANNOT, "", r"longer than \d+ bytes")
case("an entry longer than any", tree.proof(1, b"x" * 65536), key, CANNOT, "", r"holds more than 65535 bytes")
longest = notes.envelope(json.dumps({"kind": "thanked", "text": {"en": "x" * 48700}}).encode(), [log])
case("an entry as long as any", notes.Tree(log, [longest]).proof(0), key, DONE, r"^Verified: entry 0 of 1 ")
tap.same(json.loads(verify(tree.proof(1), *policy("quorum three"), "--json").stdout),
         {"verified": False, "entry": None, "size": None, "act": None, "where": "checkpoint", "why": "its quorum of witnesses is missing: three"}, "proof: a refusal as JSON")
case("a flag that is none", good, [*key, "--key", "nonsense"], CANNOT, "", r"^comity: public key: ")

# A bit turned anywhere in the file: refused each time. (Policies with witnesses, so that every line of the checkpoint counts.)
strict = policy("group g all one two\nquorum g")
taken = []
for at in range(0, len(good.encode()), 5):
    wrong = bytearray(good.encode())
    wrong[at] ^= 1
    if verify(bytes(wrong), *strict).returncode == DONE:
        taken.append(at)
# The last bits of the base64 of a signature line carry no byte, and whoever reads notes must read over them, as Go does.
spare = [at for at in taken if good.encode()[at + 1:at + 3] in (b"=\n", b"==")]
tap.same(taken, spare, "proof: a bit turned anywhere is seen")

# ---- vectors --------------------------------------------------------------------------------------------------------------------------------------

GOLDEN = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
if vectors := tap.shared("conformance", "tlog", "tlog-proof"):
    for name in sorted(os.listdir(vectors)):
        if not name.endswith(".tlog-proof"):
            continue
        with open(os.path.join(vectors, name), encoding="utf-8") as file:
            proof = file.read()
        size, index = re.findall(r"\d+", name)
        beside = write("entry", f"entry {index}")
        case(f"{name}, with its entry beside it", proof, [beside, "--key", GOLDEN], DONE, rf"^Verified: entry {index} of {size} in the log register\.example/golden\.$", "")
        case(f"{name}, without its entry", proof, ["--key", GOLDEN], CANNOT, "", r"the entry that it proves is not in it")
        extra = base64.b64encode(f"entry {index}".encode()).decode()
        case(f"{name}, with its entry in it", proof.replace("\n", f"\nextra {extra}\n", 1), ["--key", GOLDEN], DONE, rf"^Verified: entry {index} of {size} ", "")
        case(f"{name}, with another entry", proof, [write("entry", "entry X"), "--key", GOLDEN], NO, "", r"^comity: proof: ")
else:
    tap.skip("needs COMITY_SHARED", "proof: the vectors")

folder.cleanup()
tap.done()
