# SPDX-License-Identifier: Apache-2.0
"""Sealed acts, with the sample record: how they are filed, who reads them, and that nothing else shows through.

The strongest point is at the end: two registers that are the same but for what a sealed act says, and every page, answer, feed, tile and
proof of the one is that of the other, but for the commitment itself and what is hashed or signed over it.

    test_sealed.py LIE
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import crawl
import keys
import served
import store
import tap
from keys import Pen, act, delegated, envelope, registered, seal

LIE = os.path.abspath(sys.argv[1])
ORIGIN = "register.sco.example/acts"
DONE, NO, CANNOT = 0, 1, 2
folder = tempfile.TemporaryDirectory(prefix="comity-sealed-")
WORD = "Zaoblachny"  # stands in what is secret, and nowhere else


def at(*parts):
    return os.path.join(folder.name, *parts)


def put(name, content):
    with open(at(name), "wb") as file:
        file.write(content)
    return name


def run(*words, stdin=b""):
    ran = subprocess.run([served.COMITY, *words], input=stdin, capture_output=True, cwd=folder.name, timeout=120)
    ran.stdout, ran.stderr = ran.stdout.decode(), ran.stderr.decode()
    return ran


def rows(data, sql, *values):
    return store.rows(at(data), sql, *values)


def size(data):
    return rows(data, "SELECT count(*) FROM entry")[0][0]


def file(data, signed, body=None):
    return run("file", data, "-", *(["--body", put("body", body)] if body is not None else []), stdin=signed)


def yes(data, what, signed, body=None):
    before = size(data)
    ran = file(data, signed, body)
    tap.ok(ran.returncode == DONE and size(data) == before + 1, what, f"exit status {ran.returncode}\n{ran.stdout[:600]}{ran.stderr}")
    return size(data) - 1


def no(data, what, signed, err, body=None):
    before, blobs = size(data), rows(data, "SELECT count(*) FROM blob")
    ran = file(data, signed, body)
    tap.ok(ran.returncode in (NO, CANNOT) and ran.stderr.startswith("comity: ") and re.search(err, ran.stderr) and not ran.stdout and size(data) == before
           and rows(data, "SELECT count(*) FROM blob") == blobs, what, f"exit status {ran.returncode}\n{ran.stdout[:600]}{ran.stderr}wanted: {err}")


def payload(data, index):
    return keys.base64.b64decode(json.loads(rows(data, "SELECT bytes FROM entry WHERE idx = ?", index)[0][0])["payload"])


kz1, kzd, ru1, cn1, la1, sec2, stray = (Pen(word) for word in "kz1 kzd ru1 cn1 la1 sec2 stray".split())
served.load(at("base"))
BARE = size("base")
with open(at("base", "log.key"), encoding="utf-8") as secret:
    org = keys.read_secret(secret.read())
for holder, pen in (("KZ", kz1), ("RU", ru1), ("CN", cn1), ("LA", la1)):
    file("base", envelope(registered(ORIGIN, holder, pen), pen, org))
file("base", envelope(delegated(ORIGIN, "KZ", kzd, ["consultation_requested"]), kzd, kz1))
KEYED = size("base")
tap.same(KEYED, BARE + 5, "a register with keys of four States")


def withdrawal(who="KZ", audience=("members",), date="2026-03-01", **more):
    return act(ORIGIN, "withdrawal_notified", date, {"for": list(audience), "text": {"en": f"In confidence: {WORD}."}, **more}, P=who)


def sealed(content, *pens):
    public, body = seal(content)
    return envelope(public, *pens), body


# ---- filed by the organisation -----------------------------------------------------------------------------------------------------------

shutil.copytree(at("base"), at("data"))
retreat = {"kind": "meeting_convened", "date": "2026-02-01", "args": {"M": "RETREAT-7", "B": "CHS", "first": "2026-05-01", "last": "2026-05-02"},
           "title": {"en": f"Retreat at {WORD}"}, "for": ["members"]}
index = yes("data", "the organisation files an act for the members", keys.text(retreat))
public = json.loads(payload("data", index))
tap.same(sorted(public), ["commitment", "kind"], "the log gets kind and commitment, and nothing else, not even for whom")
(body,) = rows("data", "SELECT bytes FROM blob WHERE sha256 = ?", bytes.fromhex(public["commitment"][7:]))
told = json.loads(body[0])
tap.same(told["act"], retreat, "the body is the act")
tap.ok(re.fullmatch(r"[0-9a-f]{64}", told["salt"]) and sorted(told) == ["act", "salt"], "and 32 random bytes", told)
yes("data", "the same act once more", keys.text({**retreat, "args": {**retreat["args"], "M": "RETREAT-8"}}))
tap.ok(json.loads(payload("data", index + 1))["commitment"] != public["commitment"], "has another commitment")
for who, status, pattern in (("public", CANNOT, "RETREAT-7"), ("partners", CANNOT, "RETREAT-7"), ("members", DONE, ""), ("KZ,members", DONE, ""), ("secretariat", DONE, "")):
    ran = run("ask", "data", 'sitting("RETREAT-7") on 2026-05-01', "--as", who)
    tap.ok(ran.returncode == status and pattern in ran.stderr and WORD not in (ran.stdout + ran.stderr if status else ""), f"asked by {who}", ran.stdout + ran.stderr)
for name, audience, err in (("nobody", [], "for"), ("a word that is none", ["friends"], "friends"), ("nobody known", ["XX"], "XX"), ("everybody and some", ["public", "members"], "for"),
                            ("a text", "members", "for")):
    no("data", f"for {name}: refused", keys.text({**retreat, "args": {**retreat["args"], "M": "RETREAT-9"}, "for": audience}), err)

# ---- filed by a member -----------------------------------------------------------------------------------------------------------------------

put("kz1.key", kz1.secret.encode())
os.chmod(at("kz1.key"), 0o600)
put("act.json", keys.text({"kind": "withdrawal_notified", "date": "2026-03-01", "args": {"P": "KZ"}, "for": ["RU", "secretariat"], "text": {"en": WORD}}))
ran = run("sign", "act.json", "--register", ORIGIN, "--key", "kz1.key", "--seal", "body.json")
tap.ok(ran.returncode == DONE and os.stat(at("body.json")).st_mode & 0o777 == 0o600, "sign --seal: the body is for its owner alone", ran.stderr)
signed = ran.stdout.encode()
public = json.loads(keys.base64.b64decode(json.loads(signed)["payload"]))
with open(at("body.json"), "rb") as opened:
    body = opened.read()
told = json.loads(body)
tap.same((sorted(public), public["commitment"]), (["commitment", "kind"], "sha256:" + hashlib.sha256(body).hexdigest()), "what is signed is the commitment, to these very bytes")
tap.ok(told["act"]["register"] == ORIGIN and len(told["act"]["id"]) >= 16 and re.fullmatch(r"[0-9a-f]{64}", told["salt"]), "the body names the register, has an id, and 32 random bytes", told)
again = run("sign", "act.json", "--register", ORIGIN, "--key", "kz1.key", "--seal", "body.json")
with open(at("body.json"), "rb") as opened:
    tap.ok(again.returncode != DONE and opened.read() == body, "a body is never written over", again.stderr)
ran = run("sign", "act.json", "--register", ORIGIN, "--key", "kz1.key")
tap.ok(ran.returncode != DONE and "--seal" in ran.stderr and not ran.stdout, "an act for some is not signed openly", ran.stdout[:200] + ran.stderr)
put("open.json", keys.text({"kind": "withdrawal_notified", "date": "2026-03-01", "args": {"P": "KZ"}}))
ran = run("sign", "open.json", "--register", ORIGIN, "--key", "kz1.key", "--seal", "body2.json")
tap.ok(ran.returncode != DONE and not os.path.exists(at("body2.json")), "an act for everybody is not sealed", ran.stdout[:200] + ran.stderr)

# with a key of OpenSSH, in the steps that docs/operating.md has for it
subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "id"], cwd=folder.name, stdin=subprocess.DEVNULL, check=True)
put("id.json", run("key", "register", "data", "id.pub", "--holder", "KZ", "--print").stdout.encode())


def ssh_signed(name):
    put("pae", run("sign", name, "--pae").stdout.encode())
    if os.path.exists(at("pae.sig")):
        os.remove(at("pae.sig"))
    subprocess.run(["ssh-keygen", "-Y", "sign", "-n", "comity", "-f", "id", "pae"], cwd=folder.name, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return run("sign", name, "--sshsig", "pae.sig")


put("id.dsse", ssh_signed("id.json").stdout.encode())
yes("data", "a key of OpenSSH", run("sign", "id.dsse", "--key", "kz1.key").stdout.encode())
put("ask.json", keys.text({"kind": "consultation_requested", "date": "2026-03-01", "args": {"P": "KZ", "Q": "RU", "A": "media"}, "for": ["RU"]}))
ran = run("sign", "ask.json", "--register", ORIGIN, "--seal", "ssh-body.json", "--print")
put("fixed.json", ran.stdout.encode())
ran = ssh_signed("fixed.json")
with open(at("ssh-body.json"), "rb") as opened:
    yes("data", "seals an act too", ran.stdout.encode(), opened.read())

no("data", "without its body: refused", signed, "body")
no("data", "with an empty one", signed, "body", b"")
no("data", "with one byte changed", signed, "body|commitment", body.replace(WORD.encode(), WORD.encode()[:-1] + b"i"))
no("data", "with another salt", signed, "body|commitment", body.replace(told["salt"].encode(), b"0" * 64))
no("data", "with blanks", signed, "body|commitment", body + b"\n")
no("data", "with the body of another act", signed, "body|commitment", sealed(withdrawal(), kz1)[1])
no("data", "with the act without its seal", signed, "body|commitment", json.dumps(told["act"]).encode())
with open(at("body.json"), "rb") as opened:
    body = opened.read()
first = yes("data", "filed", signed, body)
no("data", "and again: refused", signed, "id|record", body)
no("data", "with a signature more", sealed(keys.text(told["act"]), kz1, ru1)[0], "body|commitment|id", body)
no("data", "the same act under another salt", *(lambda s: (s[0], "id|record", s[1]))(sealed(keys.text(told["act"]), kz1)))
no("data", "the same act for everybody", envelope(keys.text({k: v for k, v in told["act"].items() if k != "for"}), kz1), "id|record")
for who, answer in (("public", "no"), ("members", "no"), ("CN,members", "no"), ("KZ", "no"), ("RU", "yes"), ("secretariat", "yes")):
    ran = run("ask", "data", 'leaving("KZ") on 2026-04-01', "--as", who)
    tap.ok(ran.stdout.startswith(answer + ":"), f"asked by {who}: {answer}", ran.stdout + ran.stderr)
ran = run("why", "data", 'leaving("KZ") on 2026-04-01', "--as", "RU")
tap.ok(ran.returncode == DONE and str(first) in ran.stdout, "the reason is the sealed act, for who may read it", ran.stdout[:800])


def refuse_sealed(what, content, err, *pens):
    public, body = sealed(content, *(pens or (kz1,)))
    no("data", f"sealed: {what}", public, err, body)


refuse_sealed("signed by another", withdrawal(), "signed by KZ", ru1)
refuse_sealed("signed by the registrar", withdrawal(), "signed by KZ", org)
refuse_sealed("signed by an unknown key", withdrawal(), stray.keyid, stray)
refuse_sealed("outside of a delegation", withdrawal(), kzd.keyid, kzd)
refuse_sealed("outside of a delegation, beside one that may", withdrawal(), kzd.keyid, kzd, kz1)
refuse_sealed("recorded by a member", withdrawal("RU", recorded=True, sources=[{"title": "Gazette"}]), "record|RU")
refuse_sealed("for everybody", act(ORIGIN, "withdrawal_notified", P="KZ"), "for")
refuse_sealed("for the public, by that word", withdrawal(audience=["public"]), "for|public")
refuse_sealed("for nobody", withdrawal(audience=[]), "for")
refuse_sealed("for friends", withdrawal(audience=["friends"]), "friends")
refuse_sealed("for another register", withdrawal(register="register.other.example/acts"), "register")
refuse_sealed("for no register", withdrawal(register=None), "register")
refuse_sealed("without an id", withdrawal(id=None), "id")
refuse_sealed("an unknown kind", withdrawal(kind="withdrawal_mentioned"), "withdrawal_mentioned")
refuse_sealed("a key act", keys.text({**json.loads(registered(ORIGIN, "KZ", stray)), "for": ["members"]}), "key_registered|for", kz1, stray)
refuse_sealed("a beginning", withdrawal(kind="genesis"), "genesis")
refuse_sealed("a rulebook", withdrawal(kind="rulebook_adopted", bundle="sha256:" + "0" * 64), "rulebook_adopted")
refuse_sealed("a sealed act", keys.text({**json.loads(seal(withdrawal())[0]), "for": ["members"], "register": ORIGIN, "id": "in-in"}), "sealed")
yes("data", "within a delegation", *sealed(act(ORIGIN, "consultation_requested", more={"for": ["RU"]}, P="KZ", Q="RU", A="media"), kzd))
yes("data", "by two holders", *sealed(act(ORIGIN, "consultation_requested", more={"for": ["RU"]}, P="KZ", Q="RU", A="tourism"), kz1, ru1))


def odd_body(what, made, err="body|salt|seal|commitment"):
    public = keys.text({"kind": "sealed", "commitment": "sha256:" + hashlib.sha256(made).hexdigest()})
    no("data", f"a body {what}", envelope(public, kz1), err, made)


salt = b"4b" * 32
odd_body("that is no JSON", b"body")
odd_body("that is a list", b"[]")
odd_body("without salt", b'{"act":' + withdrawal() + b"}")
odd_body("with an empty salt", b'{"salt":"","act":' + withdrawal() + b"}")
odd_body("with a short salt", b'{"salt":"4b4b","act":' + withdrawal() + b"}")
odd_body("with a salt that is no text", b'{"salt":7,"act":' + withdrawal() + b"}")
odd_body("with a salt of no digits", b'{"salt":"' + b"xy" * 32 + b'","act":' + withdrawal() + b"}")
odd_body("without an act", b'{"salt":"' + salt + b'"}')
odd_body("whose act is a text", b'{"salt":"' + salt + b'","act":"withdrawal_notified"}', "act|body|seal")
odd_body("with a member more", b'{"salt":"' + salt + b'","act":' + withdrawal() + b',"more":1}')
odd_body("with a member twice", b'{"salt":"' + salt + b'","act":' + withdrawal("RU") + b',"act":' + withdrawal() + b"}", "duplicate")
odd_body("that is too long", b'{"salt":"' + salt + b'","act":' + withdrawal(text={"en": "x" * 200000}) + b"}", "long|65,?535|bytes")
for name, more in (("for whom", {"for": ["members"]}), ("a title", {"title": {"en": "x"}}), ("its register", {"register": ORIGIN}), ("a date", {"date": "2026-03-01"}), ("an id", {"id": "x"})):
    public, body = seal(withdrawal(date="2026-06-01"))
    no("data", f"the public half says more: {name}", envelope(keys.text({**json.loads(public), **more}), kz1), "seal|member|" + "|".join(more), body)
no("data", "another hash in the public half", envelope(public.replace(b"sha256:", b"sha512:"), kz1), "commitment|sha256|seal", body)
no("data", "a body that nothing commits to", envelope(act(ORIGIN, "consultation_requested", P="KZ", Q="RU", A="media"), kz1), "body|seal", body)
no("data", "openly, though for some", envelope(withdrawal(), kz1), "for|seal|everybody")
no("data", "openly, though for some, with a body", envelope(withdrawal(), kz1), "for|seal|everybody|body", body)

# corrections go to the audience of what they correct
no("data", "corrected for everybody", envelope(act(ORIGIN, "withdrawal_notified", "2026-03-02", {"corrects": first}, P="KZ"), kz1), "for|audience|corrects")
refuse_sealed("corrected for others", withdrawal(audience=["CN"], corrects=first), "for|audience|corrects")
refuse_sealed("corrected by another", withdrawal(audience=["RU", "secretariat"], corrects=first), "signed|KZ", ru1)
no("data", "annulled by the registrar", keys.text({"corrects": first, "annul": True, "for": ["RU", "secretariat"]}), "signed|others")
yes("data", "corrected by who signed it", *sealed(withdrawal(audience=["RU", "secretariat"], corrects=first, date="2026-03-05"), kz1))
ran = run("verify", "data")
tap.ok(ran.returncode == DONE and ran.stdout.startswith(f"Sound: {size('data')} entries"), "all of it is sound", ran.stdout + ran.stderr)
tap.ok("sealed" not in ran.stdout, "with every body here", ran.stdout)

# ---- what the registrar had no right to, and what is lost ------------------------------------------------------------------------------------------


def lie(what, err, content, signed, *known):
    public, body = seal(content)
    shutil.copytree(at("data"), at("lie"))
    lines = b"blob application/vnd.comity.sealed.v1+json " + body + b"\n" + (signed(public) if signed else public) + b"\n"
    told = subprocess.run([LIE, at("lie"), *known], input=lines, capture_output=True, timeout=60)
    ran = run("verify", "lie")
    tap.ok(told.returncode == 0 and ran.returncode == NO and f"entry {size('lie') - 1}" in ran.stderr and re.search(err, ran.stderr), f"verify finds, sealed, {what}", told.stderr.decode() + ran.stdout + ran.stderr)
    shutil.rmtree(at("lie"))


lie("an act in a member's name", "KZ", withdrawal(register=None, id=None), None)
lie("an act by another", "KZ", withdrawal(), lambda public: envelope(public, ru1), ru1.text)
lie("an act outside of a delegation", kzd.keyid, withdrawal(), lambda public: envelope(public, kzd), kzd.text)
lie("an act that was filed before", "id", keys.text(told["act"]), lambda public: envelope(public, kz1), kz1.text)
lie("an act of another register", "register", withdrawal(register="register.other.example/acts"), lambda public: envelope(public, kz1), kz1.text)
lie("an act of no register", "register", withdrawal(register=None), lambda public: envelope(public, kz1), kz1.text)
ran = run("backup", "data", "all.tar")
ran = run("restore", "all.tar", "back")
tap.ok(ran.returncode == DONE and run("ask", "back", 'leaving("KZ") on 2026-04-01', "--as", "RU").stdout.startswith("yes:"), "backup and restore keep the bodies", ran.stdout + ran.stderr)
ran = run("rebuild", "back")
tap.ok(ran.returncode == DONE and run("ask", "back", 'leaving("KZ") on 2026-04-01', "--as", "RU").stdout.startswith("yes:"), "and so does rebuild", ran.stdout + ran.stderr)


def forge(data, sql, *values):
    store.forge(at(data), sql, *values)


body_hash = hashlib.sha256(body := json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()).digest()
tap.same(len(rows("back", "SELECT 1 FROM blob WHERE sha256 = ?", body_hash)), 1, "the body that was filed is kept as it came")
forge("back", "UPDATE blob SET bytes = ? WHERE sha256 = ?", body.replace(WORD.encode(), b"Zaoblachnx"), body_hash)
ran = run("verify", "back")
tap.ok(ran.returncode == NO and f"entry {first}: " in ran.stderr, "a body that was changed is named by its entry", ran.stdout + ran.stderr)
forge("back", "DELETE FROM blob WHERE sha256 = ?", body_hash)
ran = run("verify", "back")
tap.ok(ran.returncode == DONE and ran.stdout.startswith("Sound: "), "a register without a body is sound, as a public copy is", ran.stdout + ran.stderr)
tap.ok(re.search(r"^\d+ acts are sealed; of 1 the body is not here, and what it says was not checked\.$", ran.stdout, re.M), "and says so", ran.stdout)
told = json.loads(run("verify", "back", "--json").stdout)
tap.same(told["sealed"] - told["bodies"], 1, "in JSON too")
ran = run("ask", "back", 'leaving("KZ") on 2026-04-01', "--as", "RU")
tap.ok(ran.returncode in (DONE, NO) and ran.stdout, "and answers from what it has", ran.stdout + ran.stderr)

# ---- nothing shows through ---------------------------------------------------------------------------------------------------------------------------
# Two registers with one history and one key. What is sealed in the one has many consequences, in the other hardly any.

for name in ("much", "little"):
    shutil.copytree(at("base"), at(name))
much = [sealed(withdrawal(date="2026-01-10"), kz1), sealed(act(ORIGIN, "consultation_requested", "2026-01-11", {"for": ["members"], "title": {"en": WORD}}, P="RU", Q="KZ", A="media"), ru1)]
little = [sealed(act(ORIGIN, "consultation_requested", "2020-01-01", {"for": ["CN"]}, P="KZ", Q="CN", A="media"), kz1),
          sealed(act(ORIGIN, "voted", "2020-01-01", {"for": ["LA"]}, P="RU", D="DEC-046", vote="yes"), ru1)]
open_acts = [act(ORIGIN, "consultation_requested", f"2026-02-{day:02}", P="KZ", Q="RU", A="media") for day in (1, 2)]
plain = {"much": [retreat, {"kind": "guest_invited", "date": "2026-02-02", "args": {"P": "LA", "M": "RETREAT-7"}, "for": ["members"], "recorded": True, "sources": [{"title": WORD}]},
                  {"kind": "status_granted", "date": "2026-02-03", "args": {"P": "LA", "value": "member"}, "for": ["members"], "recorded": True, "sources": [{"title": WORD}]}],
         "little": [{"kind": "area_listed", "date": "2026-02-01", "args": {"A": area}, "for": ["CN"], "title": {"en": "x"}} for area in ("mud", "hay", "ash")]}
for name, acts in (("much", much), ("little", little)):
    for (signed, body), between in zip(acts, open_acts):
        file(name, signed, body)
        file(name, envelope(between, kz1))
    for more in plain[name]:
        file(name, keys.text(more))
FULL = KEYED + 7
tap.same((size("much"), size("little")), (FULL, FULL), "two registers, alike but for what is sealed")
tap.ok(run("ask", "much", 'status("KZ") is member on 2027-06-01', "--as", "members").stdout.startswith("no")
       and run("ask", "little", 'status("KZ") is member on 2027-06-01', "--as", "members").stdout.startswith("yes"), "which makes a difference for members")

MASKS = [(re.compile(rb'class="hash">[^<]*'), b"<hash>"), (re.compile(rb"[0-9a-f]{64}"), b"<hash>"), (re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}"), b"<base64>"), (re.compile(rb"\b[0-9a-f]{8,16}\b"), b"<hex>"),
         (re.compile(rb"127\.0\.0\.1:\d+"), b"<host>"), (re.compile(rb"<updated>[^<]*"), b"<time>")]


def masked(content):
    for pattern, word in MASKS:
        content = pattern.sub(word, content)
    return content


def some(found, pattern, n):
    """The first and last n of the addresses that fit."""
    fit = sorted((path for path in found if re.fullmatch(pattern, path)), key=lambda path: (len(path), path))
    return fit[:n] + fit[-n:]


def addresses(site):
    """Pages of every kind: those that others lead to, and those of the things that are secret in one of the two."""
    found = set()
    starts = ["/en/", "/en/participants", "/en/meetings", "/en/bodies", "/en/instruments", "/en/decisions", "/en/acts", "/en/keys", "/en/law", "/en/releases", "/en/entities",
              "/en/participants/KZ", "/en/participants/LA", "/en/participants/RU", "/en/bodies/CHS", "/en/decisions/DEC-046"]
    for start in starts:
        found |= {link for link in crawl.links(site.get(start).text) if "date" not in link}
    paths = set(starts)
    for kind in ("participants", "meetings", "bodies", "instruments", "decisions", "acts", "law", "releases", "entities", "why"):
        paths |= set(some(found, rf"/en/{kind}/[^?]*", 3))
    paths |= {f"{path}.json" for path in ("/en/index", "/en/participants", "/en/participants/KZ", "/en/participants/LA", "/en/meetings", "/en/bodies/CHS", "/en/instruments", "/en/decisions",
                                          "/en/acts", "/en/keys", "/en/entities", "/en/why/status/KZ")}
    paths |= {f"{path}?{when}" for path in ("/en/", "/en/participants/KZ", "/en/participants/LA", "/en/meetings", "/en/acts", "/en/why/status/KZ", "/en/participants.json")
              for when in ("on=2027-06-01", f"known={KEYED}", f"on=2027-06-01&known={FULL - 1}")}
    paths |= {f"/en/whynot/{fact}" for fact in ("leaving/KZ?on=2026-04-01", "status/LA?is=member")}
    for word in (WORD, "RETREAT-7", "mud", "withdrawal", 'leaving("KZ")', 'sitting("RETREAT-7") on 2026-05-01', 'status("LA") on 2026-06-01'):
        paths |= {f"/en/search?q={urllib.parse.quote(word)}", f"/api/ask?q={urllib.parse.quote(word)}"}
    paths |= {"/en/meetings/RETREAT-7", "/en/entities/mud", "/en/meetings?year=2026", "/en/acts?about=KZ", "/en/acts?about=RETREAT-7", "/en/acts?kind=withdrawal_notified", "/en/acts?year=2026",
              "/en/acts?year=2020", "/feed/acts.atom", "/feed/acts.atom?kind=withdrawal_notified", "/feed/releases.atom", "/api/facts", f"/api/facts?known={KEYED}", f"/api/facts?known={FULL - 1}",
              "/checkpoint", "/api/acts", "/api/bodies", "/robots.txt", "/en/participants.csv", "/en/instruments.csv"}
    # What is taken away is made of the same view: every set in every form, calendars, feeds, linked data, times.
    for name in json.loads(site.get("/en/data.json").body)["sets"]:
        paths |= {f"/data/{name['name']}.{form}" for form in ("csv", "json", "csv-metadata.json")} | {f"/data/{name['name']}.csv?on=2027-06-01&known={FULL - 1}"}
    paths |= {"/data/register.sqlite", "/data/register.sqlite?on=2027-06-01", "/data/catalog.jsonld", "/api/openapi.json", "/sitemap.xml", "/sitemap/1.xml", "/sitemap/news.xml", "/timemap/en/participants",
              "/timemap/data/acts.csv", "/id/RETREAT-7", "/id/mud", "/id/KZ", "/en/meetings.ics", "/en/meetings.ics?year=2026", "/en/meetings/RETREAT-7.ics", "/en/acts.atom?on=2027-06-01"}
    paths |= {f"/en/participants/{who}.{form}" for who in ("KZ", "LA") for form in ("ics", "atom", "feed.json", "jsonld", "bib", "ris", "csl.json")}
    paths |= {f"/en/acts/{entry}.jsonld" for entry in range(KEYED - 1, FULL)} | {"/en/why/status/LA.jsonld", "/en/decisions/DEC-046.akn.xml", "/en/bodies/CHS.ics", "/en/index.jsonld"}
    for entry in range(KEYED - 1, FULL):
        paths |= {f"/en/acts/{entry}", f"/en/acts/{entry}.json", f"/act/{entry}.json", f"/act/{entry}.dsse", f"/act/{entry}.tlog-proof"}
    return paths


with served.serve(at("much")) as one, served.serve(at("little")) as two:
    a, b = crawl.Site(one.url), crawl.Site(two.url)
    paths = sorted(addresses(a) | addresses(b))
    differ, leak, answered = [], [], 0
    for path in paths:
        here, there = a.get(path), b.get(path)
        answered += here.status == 200
        if (here.status, here.type, masked(here.body)) != (there.status, there.type, masked(there.body)):
            differ.append(path)
            lines = list(zip(masked(here.body).split(b"\n"), masked(there.body).split(b"\n")))
            tap.note(f"{path}: {here.status} {there.status} " + str(next(((x[:300], y[:300]) for x, y in lines if x != y), "another length")))
        if "search" not in path and "ask" not in path and WORD.encode() in here.body:
            leak.append(path)
    tap.ok(answered > 150, f"{len(paths)} addresses, {answered} of them answered", paths)
    tap.same(differ, [], "every page, answer, feed and proof is the same, whatever is sealed")
    tap.same(leak, [], "and none holds the secret word")
    for path in (f"/tile/entries/{(FULL - 1) // 256:03}.p/{FULL % 256}",):
        here, there = a.get(path), b.get(path)
        tap.ok(here.status == 200 and len(here.body) == len(there.body) and WORD.encode() not in here.body, "the bundle of entries has not even another length", (here.status, len(here.body), len(there.body)))
    for site, name in ((a, "much"), (b, "little")):
        secret = [row[0] for row in rows(name, "SELECT sha256 FROM blob WHERE type LIKE '%sealed%'")]
        tap.same((len(secret), {site.get(f"/blob/{digest.hex()}").status for digest in secret}), (5, {404}), f"no body is given out ({name})")
tap.ok(run("proof", "much", str(KEYED)).returncode == DONE and WORD not in run("proof", "much", str(KEYED)).stdout, "nor is it in a proof")
put("p", run("proof", "much", str(KEYED)).stdout.encode())
ran = run("verify", "p", "--key", open(at("much", "checkpoint"), encoding="utf-8").read() and json.loads(payload("much", 0))["key"]["vkey"], "--signer", kz1.text)
tap.ok(ran.returncode == DONE and WORD not in ran.stdout, "the proof of a sealed act verifies like any other", ran.stdout + ran.stderr)
tap.done()
