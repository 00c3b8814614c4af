# SPDX-License-Identifier: Apache-2.0
"""Keys of members and offices with the command itself and the sample record: who may register, hand on, replace and end a key, from which entry
to which it counts, who signs which act, several signatures, replay, ssh-keygen; and that verifying finds what the registrar had no right to.

Keys, envelopes and acts are made by tests/keys.py, not by comity, except where comity's own commands are the subject.

    test_keys.py COMITY LIE
"""
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, ROOT)
import keys  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402
from keys import Pen, act, delegated, envelope, registered, revoked, rotated  # noqa: E402

COMITY, LIE = map(os.path.abspath, sys.argv[1:3])
SCO = os.path.join(os.path.dirname(os.path.abspath(ROOT)), "orgs", "sco")
ORIGIN = "register.sco.example/acts"
DONE, NO, CANNOT = 0, 1, 2
work = tempfile.mkdtemp(prefix="comity-keys-")
SOURCES = {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}


def at(*parts):
    return os.path.join(work, *parts)


def put(name, content):
    with open(at(name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return name


def secret(name, pen):
    put(name, pen.secret)
    os.chmod(at(name), 0o600)
    return name


def content(*parts):
    with open(at(*parts), "rb") as file:
        return file.read()


def run(*words, stdin=b""):
    ran = subprocess.run([COMITY, *words], input=stdin, capture_output=True, cwd=work, timeout=120)
    ran.stdout, ran.stderr = ran.stdout.decode(), ran.stderr.decode()
    return ran


def size(data):
    return store.rows(at(data), "SELECT count(*) FROM entry")[0][0]


def entry(data, index):
    """The payload as text, and who signed."""
    told = json.loads(store.rows(at(data), "SELECT bytes FROM entry WHERE idx = ?", index)[0][0])
    return keys.base64.b64decode(told["payload"]), [sig["keyid"] for sig in told["signatures"]]


def copy(data, name):
    shutil.copytree(at(data), at(name))
    return name


class Register:
    """A data directory, and how many entries it must have."""

    def __init__(self, name):
        self.name, self.size = name, size(name)

    def yes(self, what, signed, body=None):
        """It must be filed. Gives the index of the entry."""
        ran = self.file(signed, body)
        tap.ok(ran.returncode == DONE and size(self.name) == self.size + 1, what, f"exit status {ran.returncode}\n{ran.stdout[:500]}{ran.stderr}")
        self.size = size(self.name)
        return self.size - 1

    def no(self, what, signed, err, body=None, statuses=(NO,)):
        """It must be refused, with these words, and change nothing."""
        ran = self.file(signed, body)
        good = ran.returncode in statuses and ran.stderr.startswith("comity: ") and re.search(err, ran.stderr) and not ran.stdout and size(self.name) == self.size
        tap.ok(good, what, f"exit status {ran.returncode}\n{ran.stdout[:500]}{ran.stderr}wanted: {err}")
        self.size = size(self.name)

    def bad(self, what, signed, err, body=None):
        """It is not even what it should be."""
        self.no(what, signed, err, body, (CANNOT, NO))

    def file(self, signed, body=None):
        more = ["--body", put("body", body)] if body is not None else []
        return run("file", self.name, "-", *more, stdin=signed)


kz1, kz2, kz3, kz4, ru1, ru2, cn1, kg1, chs1, sec2, dep1, stray = (Pen(word) for word in "kz1 kz2 kz3 kz4 ru1 ru2 cn1 kg1 chs1 sec2 dep1 stray".split())
for words in (["init", "base", "--org", SCO], ["load", "base", os.path.join(SCO, "record.jsonl")]):
    if run(*words).returncode:
        sys.exit(" ".join(words))
org = keys.read_secret(content("base", "log.key").decode())


def consult(date="2026-03-01", more=None, who="KZ", whom="RU"):
    return act(ORIGIN, "consultation_requested", date, more, P=who, Q=whom, A="media")


# ---- making and showing keys ------------------------------------------------------------------------------------------------------------

ran = run("key", "new", "own.key", "--name", "KZ")
tap.ok(ran.returncode == DONE and re.fullmatch(r"ed25519:[0-9a-f]{16}\ned25519 [A-Za-z0-9+/]{43}=\n", ran.stdout), "key new tells the public half", ran.stdout + ran.stderr)
shown = ran.stdout
own = keys.read_secret(content("own.key").decode())
tap.same(shown, f"{own.keyid}\n{own.text}\n", "which is that of the secret half, by RFC 8032")
tap.same(stat.S_IMODE(os.stat(at("own.key")).st_mode), 0o600, "a secret key is for its owner alone")
kept = content("own.key")
ran = run("key", "new", "own.key", "--name", "KZ")
tap.ok(ran.returncode == CANNOT and content("own.key") == kept, "key new overwrites nothing", ran.stderr)
ran = run("key", "show", "own.key")
tap.same((ran.returncode, ran.stdout), (DONE, shown), "key show tells it again")
ran = run("key", "show", put("own.pub", shown))
tap.same((ran.returncode, ran.stdout), (DONE, shown), "and reads what it told")
tap.same(run("key", "show", put("text.pub", own.text)).stdout, shown, "or its text alone")
ran = run("key", "show", secret("kz1.key", kz1))
tap.same((ran.returncode, ran.stdout), (DONE, f"{kz1.keyid}\n{kz1.text}\n"), "a key that was made elsewhere")
for name, words in {"nothing": "", "noise": "noise", "a key cut short": kz1.secret[:-9], "another hash": kz1.secret.replace(kz1.id.hex(), "00000000"),
                    "a key of another kind": kz1.secret[:-46] + keys.notes.b64(b"\4" + kz1.seed),
                    "a name that is not the key's": f"{kz2.keyid}\n{kz1.text}\n", "a name alone": kz1.keyid}.items():
    put("bad.key", words)
    os.chmod(at("bad.key"), 0o600)
    ran = run("key", "show", "bad.key")
    tap.ok(ran.returncode in (NO, CANNOT) and ran.stderr.startswith("comity: ") and not ran.stdout, f"key show of {name} is refused", ran.stdout + ran.stderr)
os.chmod(at("kz1.key"), 0o640)
ran = run("sign", put("any.json", act(ORIGIN, "voted")), "--key", "kz1.key")
tap.ok(ran.returncode != DONE and "others may read" in ran.stderr, "a secret key that others may read is not used", ran.stderr)
os.chmod(at("kz1.key"), 0o600)
tap.ok(content("own.key").split(b"+", 4)[4].strip()[:20] not in run("key", "show", "own.key", "--json").stdout.encode(), "no command shows the secret half")

# ---- registering, as the documents say it -------------------------------------------------------------------------------------------------

data = copy("base", "data")
r = Register(data)
first = r.size
ran = run("key", "register", data, "own.pub", "--holder", "KZ", "--print")
tap.same((ran.returncode, ran.stdout.strip().encode()), (DONE, registered(ORIGIN, "KZ", own)), "key register --print: the act, to be signed elsewhere")
put("kz.json", ran.stdout)
one = run("sign", "kz.json", "--key", "own.key")
tap.same(one.stdout.strip().encode(), envelope(registered(ORIGIN, "KZ", own), own), "signed at the member")
r.no("and filed without the registrar: refused", one.stdout.encode(), "secretariat")
both = run("sign", put("kz.dsse", one.stdout), "--key", f"{data}/log.key")
tap.same(both.stdout.strip().encode(), envelope(registered(ORIGIN, "KZ", own), own, org), "then at the registrar")
tap.ok(r.yes("and filed", both.stdout.encode()) == first, "as the next entry")
r.no("a second time: refused", both.stdout.encode(), r"ed25519:[0-9a-f]{16}|there already|already")
tap.ok(run("sign", "kz.dsse", "--key", "own.key").returncode != DONE, "the same key does not sign twice")

ran = run("key", "register", data, secret("ru1.key", ru1), "--holder", "RU")
tap.ok(ran.returncode == DONE and f"entry {first + 1}" in ran.stdout, "key register: at once, where both keys are at hand", ran.stdout + ran.stderr)
r.size += 1
tap.same(entry(data, first + 1), (registered(ORIGIN, "RU", ru1), sorted([ru1.keyid, org.keyid])), "the entry is the act, by the registrar and the new key")
secret("kz2.key", kz2)
ran = run("key", "register", data, "kz2.key", "--holder", "KZ")
tap.ok(ran.returncode == NO and "KZ" in ran.stderr and size(data) == r.size, "the registrar cannot slip a further key in", ran.stderr)
ran = run("key", "register", data, "kz2.key", "--holder", "KZ", "--by", "own.key")
tap.ok(ran.returncode == DONE, "the holder adds one", ran.stderr)
ran = run("key", "register", data, "own.pub", "--holder", "RU")
tap.ok(ran.returncode != DONE, "a public half alone shows nothing", ran.stderr)
ran = run("key", "delegate", data, secret("kz3.key", kz3), "--holder", "KZ", "--by", "kz2.key", "--acts", "consultation_requested,voted", "--until", str(first + 100))
tap.ok(ran.returncode == DONE, "key delegate", ran.stderr)
ran = run("key", "rotate", data, secret("kz4.key", kz4), "--by", "kz2.key")
tap.ok(ran.returncode == DONE, "key rotate", ran.stderr)
ran = run("key", "revoke", data, own.keyid, "--by", "kz4.key", "--reason", "the disk was lost")
tap.ok(ran.returncode == DONE, "key revoke", ran.stderr)
tap.same(entry(data, first + 5), (revoked(ORIGIN, own, reason="the disk was lost"), [kz4.keyid]), "with the reason")
r.size = size(data)
told = {key["keyid"]: key for key in json.loads(run("key", "show", data, "--json").stdout)}
want = {org.keyid: ("secretariat", None, 0, 0, None, True), own.keyid: ("KZ", None, first, first + 1, first + 6, False), ru1.keyid: ("RU", None, first + 1, first + 2, None, True),
        kz2.keyid: ("KZ", None, first + 2, first + 3, first + 5, False),
        kz3.keyid: ("KZ", ["consultation_requested", "voted"], first + 3, first + 4, first + 100, True), kz4.keyid: ("KZ", None, first + 4, first + 5, None, True)}
tap.same({keyid: tuple(key[part] for part in ("holder", "acts", "entry", "from", "until", "in_force")) for keyid, key in told.items()}, want, "key show DIR: from which entry to which")
tap.same({keyid: key["key"] for keyid, key in told.items()}, {pen.keyid: pen.text for pen in (org, own, ru1, kz2, kz3, kz4)}, "and each key's text")
plain = run("key", "show", data).stdout
tap.ok(all(keyid in plain for keyid in want) and "ended" in plain or "until" in plain, "in words too", plain)

for name, words, err in (("an unknown holder", ["register", data, "kz1.key", "--holder", "XX"], "XX"), ("a holder that is almost one", ["register", data, "kz1.key", "--holder", "kz"], "kz"),
                         ("an office that is none", ["register", data, "kz1.key", "--holder", "treasurer"], "treasurer"),
                         ("a word for many", ["register", data, "kz1.key", "--holder", "members"], "members"), ("no holder", ["register", data, "kz1.key"], "holder"),
                         ("an act that no rulebook has", ["delegate", data, "kz1.key", "--holder", "KZ", "--by", "kz4.key", "--acts", "consultation_request"], "consultation_request"),
                         ("no acts", ["delegate", data, "kz1.key", "--holder", "KZ", "--by", "kz4.key"], "acts"),
                         ("an entry that is past", ["delegate", data, "kz1.key", "--holder", "KZ", "--by", "kz4.key", "--acts", "voted", "--until", "5"], "until"),
                         ("an entry that is no number", ["delegate", data, "kz1.key", "--holder", "KZ", "--by", "kz4.key", "--acts", "voted", "--until", "-1"], "until"),
                         ("acts about keys", ["delegate", data, "kz1.key", "--holder", "KZ", "--by", "kz4.key", "--acts", "key_registered"], "key_registered"),
                         ("what the log itself says", ["delegate", data, "kz1.key", "--holder", "KZ", "--by", "kz4.key", "--acts", "rulebook_adopted"], "rulebook_adopted"),
                         ("a key that is none", ["revoke", data, "ed25519:0000000000000000", "--by", "kz4.key"], "ed25519:0000000000000000"),
                         ("a word for a key", ["revoke", data, "KZ", "--by", "kz4.key"], "KZ"), ("the log's own key", ["revoke", data, org.keyid], org.keyid),
                         ("one that has ended", ["revoke", data, own.keyid, "--by", "kz4.key"], f"{own.keyid} of KZ ended with entry {first + 5}: it was revoked"), ("with one that has ended", ["register", data, "kz1.key", "--holder", "KZ", "--by", "own.key"], f"{own.keyid} of KZ ended with entry {first + 5}"),
                         ("with a delegated one", ["register", data, "kz1.key", "--holder", "KZ", "--by", "kz3.key"], "KZ"),
                         ("another's rotation", ["rotate", data, "kz1.key", "--by", secret("stray.key", stray)], stray.keyid), ("a verb that is none", ["sell", data, "kz1.key"], "sell"), ("a verb that is almost one", ["regster", data, "kz1.key"], "did you mean register?"), ("a verb without its words", ["rotate", data], "comity key rotate DIR KEY --by OLD"),
                         ("too long a reason", ["revoke", data, kz4.keyid, "--by", "kz4.key", "--reason", "x" * 301], "reason")):
    ran = run("key", *words)
    tap.ok(ran.returncode in (NO, CANNOT) and ran.stderr.startswith("comity: ") and err in ran.stderr and size(data) == r.size, f"key: {name} is refused", ran.stdout + ran.stderr)

# ---- from which entry to which -------------------------------------------------------------------------------------------------------------

data = copy("base", "when")
r = Register(data)
early = act(ORIGIN, "withdrawal_notified", P="KZ")
r.no("an act by a key that comes later", envelope(early, kz1), kz1.keyid)
r.yes("register a key", envelope(registered(ORIGIN, "KZ", kz1), kz1, org))
r.yes("it signs the next entry", envelope(early, kz1))
left = r.size - 1
r.yes("register another", envelope(registered(ORIGIN, "KZ", kz2), kz1, kz2))
at_entry = r.yes("rotate the first", envelope(rotated(ORIGIN, kz1, kz3), kz1, kz3))
ended = rf"the key {kz1.keyid} of KZ ended with entry {at_entry}: {kz3.keyid} took its place"
r.no("the old one signs no more, and it is said which took its place", envelope(consult(), kz1), ended)
r.no("nor together with a good one", envelope(consult(), kz1, kz3), ended)
r.yes("the new one does", envelope(consult(), kz3))
last = r.size + 3
r.yes("a key for few entries", envelope(delegated(ORIGIN, "KZ", kz4, ["consultation_requested"], until=last), kz2, kz4))
r.yes("the entry after", envelope(consult("2026-03-02"), kz4))
tap.same(r.size, last - 1, "one entry is left to it")
r.yes("that too", envelope(consult("2026-03-03"), kz4))
r.no("and none more", envelope(consult("2026-03-04"), kz4), f"the key {kz4.keyid} was given to sign for KZ before entry {last} only")
at_entry = r.yes("revoke the third by itself", envelope(revoked(ORIGIN, kz3), kz3))
r.no("it signs no more, and it is said since when", envelope(consult("2026-03-04"), kz3), f"the key {kz3.keyid} of KZ ended with entry {at_entry}: it was revoked")
ran = run("why", data, 'leaving("KZ") on 2026-04-01')
tap.ok(ran.returncode == DONE and str(left) in ran.stdout, "an act that was signed in time stays, also as a reason", ran.stdout[:600] + ran.stderr)
ran = run("verify", data)
tap.ok(ran.returncode == DONE and f"Sound: {r.size} entries" in ran.stdout, "and verifying finds it all good", ran.stdout + ran.stderr)

# ---- helping a holder that has lost its keys: every number that org.json may say --------------------------------------------------------------

helped = Pen("helped")
for recovery, helpers in ((None, 1), (0, 0), (1, 1), (2, 2), (99, 3)):
    folder = at(f"org-{recovery}")
    shutil.copytree(SCO, folder, ignore=shutil.ignore_patterns("sources", "record.jsonl"))
    with open(os.path.join(folder, "org.json"), encoding="utf-8") as file:
        told = json.load(file)
    if recovery is not None:
        told["keys"] = {"recovery": recovery}
    with open(os.path.join(folder, "org.json"), "w", encoding="utf-8") as file:
        json.dump(told, file)
    data = f"help-{recovery}"
    ran = run("init", data, "--org", folder)
    for state in ("KZ", "RU", "CN", "KG"):
        ran = run("file", data, "-", stdin=keys.text({"kind": "state_listed", "date": "2001-06-15", "args": {"S": state}}))
    r, log_key = Register(data), keys.read_secret(content(data, "log.key").decode())
    others = [ru1, cn1, kg1]
    for holder, pen in zip(("RU", "CN", "KG", "KZ"), (*others, kz1)):
        r.file(envelope(registered(ORIGIN, holder, pen), pen, log_key))
    r.file(envelope(delegated(ORIGIN, "RU", ru2, ["voted"]), ru1, ru2))
    r.size = size(data)
    name = f"recovery {recovery}"
    if helpers:
        r.no(f"{name}: too few revoke", envelope(revoked(ORIGIN, kz1), log_key, *others[:helpers - 1]), "KZ")
        r.no(f"{name}: the others alone do not", envelope(revoked(ORIGIN, kz1), *others), "KZ")
    if helpers == 2:
        r.no(f"{name}: two keys of one holder are one", envelope(revoked(ORIGIN, kz1), log_key, ru1, ru2), "KZ|ed25519")
    r.no(f"{name}: no new key as long as there is one", envelope(registered(ORIGIN, "KZ", helped), log_key, helped, *others), "KZ")
    r.yes(f"{name}: enough revoke", envelope(revoked(ORIGIN, kz1), log_key, *others[:helpers]))
    if helpers:
        r.no(f"{name}: too few register", envelope(registered(ORIGIN, "KZ", helped), log_key, helped, *others[:helpers - 1]), "KZ")
    r.no(f"{name}: nor the ended one", envelope(registered(ORIGIN, "KZ", helped), log_key, helped, kz1), kz1.keyid)
    r.yes(f"{name}: enough register", envelope(registered(ORIGIN, "KZ", helped), log_key, helped, *others[:helpers]))
    r.yes(f"{name}: and the holder goes on alone", envelope(registered(ORIGIN, "KZ", kz2), helped, kz2))
    tap.ok(run("verify", data).returncode == DONE, f"{name}: sound")

for value in (-1, 1.5, "1", None, [], 1001):
    told["keys"] = {"recovery": value}
    with open(os.path.join(folder, "org.json"), "w", encoding="utf-8") as file:
        json.dump(told, file)
    ran = run("init", "none", "--org", folder)
    tap.ok(ran.returncode in (NO, CANNOT) and "recovery" in ran.stderr and not os.path.exists(at("none", "log.db")), f"recovery {value!r} makes no register", ran.stdout + ran.stderr)
told["keys"] = {"recovery": 0}
with open(os.path.join(folder, "org.json"), "w", encoding="utf-8") as file:
    json.dump(told, file)
ran = run("adopt", data, "--org", folder)
r.size += ran.returncode == DONE
r.no("what was said when the register was made stays, whatever org.json says later", envelope(revoked(ORIGIN, helped), log_key), "KZ")

# ---- who signs which act ------------------------------------------------------------------------------------------------------------------------

data = copy("base", "acts")
r = Register(data)
kzd, rud = Pen("kzd"), Pen("rud")
for holder, pen in (("KZ", kz1), ("RU", ru1), ("CN", cn1), ("KG", kg1), ("CHS", chs1), ("depositary", dep1), ("secretariat", sec2)):
    r.yes(f"a key of {holder}", envelope(registered(ORIGIN, holder, pen), pen, org))
for pen in (kz2, kz3):
    r.yes("a further one", envelope(registered(ORIGIN, "KZ", pen), pen, kz1))
r.yes("one for a few kinds", envelope(delegated(ORIGIN, "KZ", kzd, ["consultation_requested"]), kzd, kz1))
mine = r.yes("by the one that the act names", envelope(consult(), kz1))
r.no("by another", envelope(consult(), ru1), "signed by KZ")
r.no("by the registrar", envelope(consult(), org), "signed by KZ")
r.no("by a key that nobody knows", envelope(consult(), stray), stray.keyid)
r.yes("by the delegated key", envelope(consult("2026-03-02"), kzd))
r.no("outside of what it was given", envelope(act(ORIGIN, "withdrawal_notified", P="KZ"), kzd), kzd.keyid)
r.no("also beside a key that may", envelope(act(ORIGIN, "withdrawal_notified", P="KZ"), kzd, kz1), kzd.keyid)
r.no("for another holder", envelope(consult(who="RU", whom="KZ"), kzd), "signed by RU")
r.no("about keys", envelope(registered(ORIGIN, "KZ", kz4), kzd, kz4), "KZ|ed25519")
r.yes("an office by its own key", envelope(act(ORIGIN, "in_force_certified", I="INS-BUDGET-P2024"), dep1))
r.yes("or by who holds it", envelope(act(ORIGIN, "in_force_certified", I="INS-BUDGET-P2024"), cn1))
r.no("by no other member", envelope(act(ORIGIN, "in_force_certified", I="INS-BUDGET-P2024"), kz1), "depositary")
r.yes("a body by its key", envelope(act(ORIGIN, "status_granted", P="LA", value="partner"), chs1))
r.yes("the registrar by its further key", envelope(act(ORIGIN, "area_listed", A="space", more={"title": {"en": "Space"}}), sec2))
r.no("which files nothing as another", envelope(consult(), sec2), "signed by KZ")

# several signatures
r.yes("two holders", envelope(consult("2026-03-05"), kz1, ru1))
r.yes("three, and the registrar", envelope(consult("2026-03-06"), kz1, ru1, cn1, org))
r.yes("two keys of one holder", envelope(consult("2026-03-07"), kz1, kz2))
r.no("others, but not the one it names", envelope(consult(), ru1, cn1, org), "signed by KZ")
r.no("one unknown among good ones", envelope(consult(), kz1, kz2, ru1, stray), stray.keyid)
one, two = keys.sign(consult(), kz1), keys.sign(consult(), kz2)
payload = consult()
good = sorted(keys.sign(payload, pen) for pen in (kz1, kz2, ru1))
r.no("one bad among good ones", keys.write(payload, [good[0], (good[1][0], good[2][1]), good[2]]), good[1][0])
r.bad("in another order", keys.write(payload, good[::-1]), "order|spelling|sorted|ascending")
r.bad("one twice", keys.write(payload, [good[0], *good]), "twice|order|once|spelling|ascending")
r.bad("none", keys.write(payload, []), "keyid|signature")
many = [Pen(f"many{i}") for i in range(17)]
for pen in many[:15]:
    r.file(envelope(registered(ORIGIN, "KZ", pen), pen, kz1))
r.size = size(data)
sixteen = r.yes("sixteen", envelope(consult("2026-03-08"), kz1, *many[:15]))
tap.same(len(entry(data, sixteen)[1]), 16, "are all on record")
r.bad("seventeen", envelope(consult("2026-03-09"), kz1, kz2, *many[:15]), "16|signatures")

# recorded, corrected, annulled
r.no("recorded by a member", envelope(act(ORIGIN, "withdrawal_notified", P="RU", more=SOURCES), kz1), "record|signed by RU")
r.no("recorded by the one it names, without the registrar", envelope(act(ORIGIN, "withdrawal_notified", P="KZ", more=SOURCES), kz1), "record")
taken = r.yes("recorded by the registrar", keys.text({"kind": "withdrawal_notified", "date": "2026-04-01", "args": {"P": "RU"}, **SOURCES}))
for name, more in (("", {}), (", from sources", SOURCES)):
    r.no(f"the registrar corrects what a member signed{name}", keys.text(
        {"kind": "consultation_requested", "date": "2026-03-01", "args": {"P": "KZ", "Q": "CN", "A": "media"}, "corrects": mine, **more}), "signed|KZ|corrects")
    r.no(f"the registrar annuls what a member signed{name}", keys.text({"corrects": mine, "annul": True, **more}), "signed|KZ|corrects")
annul = {"kind": None, "date": None, "args": None, "corrects": mine, "annul": True}
r.no("another member annuls it", envelope(act(ORIGIN, "x", more=annul), ru1), "signed by others")
r.no("another member corrects it", envelope(consult(more={"corrects": mine}, whom="CN"), ru1), "KZ")
r.no("another member puts itself there", envelope(consult(more={"corrects": mine}, who="RU", whom="CN"), ru1), "signed by others")
r.no("the member makes it another's", envelope(consult(more={"corrects": mine}, who="RU", whom="CN"), kz1), "RU")
change = r.yes("the member corrects it", envelope(consult(more={"corrects": mine}, whom="CN"), kz2))
r.no("the registrar corrects the correction", keys.text(
    {"kind": "consultation_requested", "date": "2026-03-01", "args": {"P": "KZ", "Q": "RU", "A": "media"}, "corrects": change, **SOURCES}), "signed|KZ|corrects")
r.no("or annuls it", keys.text({"corrects": change, "annul": True}), "signed|KZ|corrects")
r.yes("the member annuls it", envelope(act(ORIGIN, "x", more={**annul, "corrects": change}), kz1))
r.no("another member annuls what the registrar recorded of a third", envelope(act(ORIGIN, "x", more={**annul, "corrects": taken}), kz1), "signed by others")
r.yes("the registrar annuls what it recorded itself", keys.text({"corrects": taken, "annul": True}))
r.no("a key act is corrected by nobody", keys.text({"corrects": first, "annul": True}), "corrects")

# a key for some kinds reaches no other kind by correcting
left = r.yes("the member notifies its withdrawal", envelope(act(ORIGIN, "withdrawal_notified", P="KZ"), kz1))
r.no("a key for consultations puts none in its place", envelope(consult(more={"corrects": left}), kzd), f"{kzd.keyid}.*other acts than withdrawal_notified")
r.no("nor takes it back", envelope(act(ORIGIN, "x", more={**annul, "corrects": left}), kzd), f"{kzd.keyid}.*other acts than withdrawal_notified")
instead = r.yes("the member puts a consultation in its place", envelope(consult(more={"corrects": left}), kz1))
r.no("the key does not bring back what was there", envelope(act(ORIGIN, "x", more={**annul, "corrects": instead}), kzd), "other acts than withdrawal_notified")
r.no("nor corrects the consultation there", envelope(consult("2026-04-02", more={"corrects": instead}), kzd), "other acts than withdrawal_notified")
alone = r.yes("one that stands for itself", envelope(consult("2026-04-03"), kz1))
r.yes("it corrects", envelope(consult("2026-04-04", more={"corrects": alone}), kzd))
gone = r.yes("the member makes a withdrawal of it", envelope(act(ORIGIN, "withdrawal_notified", P="KZ", more={"corrects": alone}), kz1))
r.no("which the key does not move aside from below", envelope(consult("2026-04-05", more={"corrects": alone}), kzd), "other acts than withdrawal_notified")
r.yes("the member does", envelope(act(ORIGIN, "x", more={**annul, "corrects": gone}), kz1))
r.yes("and then the key may again", envelope(consult("2026-04-06", more={"corrects": alone}), kzd))

# what a member has annulled, the registrar does not record anew in its place
told = {"kind": "withdrawal_notified", "date": "2026-04-01", "args": {"P": "RU"}, **SOURCES}
taken = r.yes("recorded again by the registrar", keys.text(told))
void = r.yes("the member annuls it", envelope(act(ORIGIN, "x", more={**annul, "corrects": taken}), ru1))
for name, text in (("records it anew", {**told, "corrects": taken}), ("annuls it too", {"corrects": taken, "annul": True}), ("annuls the annulment", {"corrects": void, "annul": True})):
    r.no(f"the registrar {name}", keys.text(text), f"corrects: entry ({void}|{taken} stands in one line with entry {void}).*signed by others")
r.yes("the member takes the annulment back", envelope(act(ORIGIN, "x", more={**annul, "corrects": void}), ru1))
r.yes("then the registrar may", keys.text({**told, "corrects": taken}))

# ---- what a refusal tells ---------------------------------------------------------------------------------------------------------------------------

hidden = r.yes("a State that only members know of", keys.text({"kind": "state_listed", "date": "2026-01-01", "args": {"S": "SECRETIA"}, "title": {"en": "Republic of Hush"}, "for": ["members"]}))


def silent(what, signed, err):
    """Refused with these words, and not with others, that only members may know."""
    ran = r.file(signed)
    told = re.search(r"members|Hush|State|entry %d" % hidden, ran.stderr) or re.search(r"did you mean.*SECRETIA", ran.stderr, re.S)
    tap.ok(ran.returncode == NO and re.search(err, ran.stderr) and not told and size(data) == r.size, what, ran.stderr)


nobody = "has not been introduced, or not to those who read this act"
silent("a member that names it openly", envelope(consult(whom="SECRETIA"), kz1), f"SECRETIA {nobody}")
silent("one that names what there is not", envelope(consult(whom="SECRETLA"), kz1), f"SECRETLA {nobody}")
silent("or its title", envelope(consult(whom="Republic-of-Hus"), kz1), nobody)
silent("who may not sign learns that first", envelope(consult(who="RU", whom="SECRETIA"), kz1), "signed by RU")
silent("a name that is taken is taken", envelope(act(ORIGIN, "area_listed", A="SECRETIA", more={"title": {"en": "Space"}}), sec2), "SECRETIA is taken already")
silent("no key for it", envelope(registered(ORIGIN, "SECRETIA", kz4), kz4, org), "SECRETIA is no entity of the record")
silent("nor for one like it", envelope(registered(ORIGIN, "SECRETLA", kz4), kz4, org), "SECRETLA is no entity of the record")
silent("its correction is no member's", envelope(act(ORIGIN, "state_listed", S="SECRETIA", more={"corrects": hidden}), kz1), "signed by")
ran = r.file(keys.text({"kind": "consultation_requested", "date": "2026-03-01", "args": {"P": "KZ", "Q": "SECRETIA", "A": "media"}, **SOURCES}))
tap.ok(ran.returncode == NO and f"entry {hidden}, for members only" in ran.stderr, "the registrar is told where it is from", ran.stderr)

# ---- an envelope as it is, and as it is not -------------------------------------------------------------------------------------------------------

payload = consult("2026-03-10")
whole = envelope(payload, kz1)
for name, changed, err in (("no register", consult(more={"register": None}), "register"), ("another register", consult(more={"register": "register.nato.example/acts"}), "register.nato.example"),
                           ("no id", consult(more={"id": None}), "id"), ("an empty id", consult(more={"id": ""}), "id"), ("an id that is no text", consult(more={"id": 7}), "id"),
                           ("an id that is too long", consult(more={"id": "x" * 5000}), "id"), ("a register that is no text", consult(more={"register": 7}), "register")):
    r.bad(f"signed with {name}", envelope(changed, kz1), err)
r.no("another payload under the signature", keys.write(payload.replace(b"2026-03-10", b"2026-03-11"), [keys.sign(payload, kz1)]), kz1.keyid)
r.no("another key's name", keys.write(payload, [(kz2.keyid, keys.sign(payload, kz1)[1])]), kz2.keyid)
r.no("another signature", keys.write(payload, [(kz1.keyid, keys.sign(consult(), kz1)[1])]), kz1.keyid)
r.no("a signature over the payload alone", keys.write(payload, [(kz1.keyid, kz1.sign(payload))]), kz1.keyid)
r.no("for another media type", keys.write(payload, [keys.sign(payload, kz1, "application/json")]), kz1.keyid)
r.bad("of another media type", envelope(payload, kz1, kind="application/json"), "type")
r.bad("with blanks", whole.replace(b',"payload"', b', "payload"'), "spelling|envelope|JSON|blank")
r.bad("with a member more", whole[:-1] + b',"x":1}', "spelling|envelope|member")
r.bad("cut short", whole[:-40], "envelope|JSON|ends|spelling")
r.bad("with something behind it", whole + whole, "envelope|JSON|spelling|behind")
r.bad("of an act that is no JSON", envelope(b"no JSON", kz1), "JSON")
r.bad("too long", envelope(consult(more={"text": {"en": "x" * 60000}}), kz1), "65,?535|long")
r.yes("as it is", whole)
r.no("and again", whole, "id")
r.no("with a signature more", envelope(payload, kz1, kz2), "id")
r.yes("the same text with another id, signed anew", envelope(consult("2026-03-10"), kz1))
r.no("an old id with another text", envelope(payload.replace(b"2026-03-10", b"2026-03-12"), kz1), "id")
for kind in ("genesis", "rulebook_adopted"):
    r.bad(f"a {kind} by a member", envelope(keys.text({"kind": kind, "register": ORIGIN, "id": keys.fresh_id(), "date": "2026-03-01", "bundle": "sha256:" + "0" * 64}), kz1), "genesis|the register makes it")

# other registers
shutil.copytree(SCO, at("org-other"), ignore=shutil.ignore_patterns("sources"))
with open(at("org-other", "org.json"), encoding="utf-8") as file:
    told = json.load(file)
told["origin"] = "register.other.example/acts"
with open(at("org-other", "org.json"), "w", encoding="utf-8") as file:
    json.dump(told, file)
run("init", "other", "--org", "org-other")
run("load", "other", os.path.join(SCO, "record.jsonl"))
other, other_key = Register("other"), keys.read_secret(content("other", "log.key").decode())
other.yes("a key in another register", envelope(registered("register.other.example/acts", "KZ", kz1), kz1, other_key))
other.no("an act for the first is none there", whole, ORIGIN)
other.no("a key act neither", envelope(registered(ORIGIN, "RU", ru1), ru1, other_key), ORIGIN)
other.no("and not with a word changed", keys.write(payload.replace(ORIGIN.encode(), b"register.other.example/acts"), [keys.sign(payload, kz1)]), kz1.keyid)
run("init", "twin", "--org", SCO)
run("load", "twin", os.path.join(SCO, "record.jsonl"))
twin = Register("twin")
twin.no("one of the same name, where the key was never registered", whole, kz1.keyid)
twin.no("whose registrar is another", envelope(registered(ORIGIN, "KZ", kz1), kz1, org), org.keyid)

# ---- ssh-keygen ---------------------------------------------------------------------------------------------------------------------------------------


def ssh(*words):
    return subprocess.run(["ssh-keygen", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=work, timeout=60)


for name in ("id", "id2"):
    ssh("-q", "-t", "ed25519", "-N", "", "-C", "a comment", "-f", name)


def ssh_sign(fixed, name="id", namespace="comity"):
    put("pae", run("sign", fixed, "--pae").stdout)
    if os.path.exists(at("pae.sig")):
        os.remove(at("pae.sig"))
    made = ssh("-Y", "sign", "-n", namespace, "-f", name, "pae")
    return made.returncode == 0 and "pae.sig"


ran = run("key", "show", "id.pub")
sshid = ran.stdout.split("\n")[0]
printed = ssh("-l", "-E", "sha256", "-f", "id.pub").stdout.split()[1].removeprefix("SHA256:")
tap.same(sshid, "sshsig:" + keys.base64.b64decode(printed + "=").hex()[:16], "key show of a key of OpenSSH: the hash that ssh-keygen -l shows")
ran = run("key", "register", data, "id.pub", "--holder", "KZ", "--print")
tap.ok("a comment" not in ran.stdout, "what is registered has no comment", ran.stdout)
put("ssh.json", ran.stdout)
tap.same(run("sign", "ssh.json", "--pae").stdout.encode(), keys.pae(ran.stdout.strip().encode()), "sign --pae is DSSE's, byte for byte")
signed = run("sign", "ssh.json", "--sshsig", ssh_sign("ssh.json"))
ran = run("sign", put("ssh.dsse", signed.stdout), "--key", secret("kz1.key", kz1))
r.yes("a key of OpenSSH, registered by another of the holder", ran.stdout.encode())
fixed = put("fixed.json", run("sign", put("act.json", keys.text({"kind": "consultation_requested", "date": "2026-05-01", "args": {"P": "KZ", "Q": "RU", "A": "media"}})),
                              "--register", ORIGIN, "--print").stdout)
again = run("sign", fixed, "--print").stdout
tap.same(again, content(fixed).decode(), "what is fixed stays as it is")
good = run("sign", fixed, "--sshsig", ssh_sign(fixed)).stdout.encode()
ran = run("sign", fixed, "--sshsig", ssh_sign(fixed, namespace="file"))
tap.ok(ran.returncode == NO and "file" in ran.stderr and "comity" in ran.stderr and not ran.stdout, "a signature for another purpose is not taken in", ran.stdout + ran.stderr)
ran = run("sign", fixed, "--sshsig", ssh_sign(fixed, "id2"))
r.no("by a key of OpenSSH that nobody knows", ran.stdout.encode(), "sshsig:")
armour = content(ssh_sign(fixed)).decode().split("\n")
for name, line in (("a letter changed", 2), ("a letter changed at its end", len(armour) - 3)):
    broken = list(armour)
    broken[line] = ("B" if broken[line][8] != "B" else "C").join((broken[line][:8], broken[line][9:]))
    ran = run("sign", fixed, "--sshsig", put("broken.sig", "\n".join(broken)))
    tap.ok(ran.returncode in (NO, CANNOT) and ran.stderr.startswith("comity: ") and not ran.stdout, f"nor one with {name}", ran.stdout + ran.stderr)
ran = run("sign", put("act2.json", act(ORIGIN, "withdrawal_notified", P="KZ")), "--sshsig", ssh_sign(fixed))
tap.ok(ran.returncode == NO and "pae" in ran.stderr and not ran.stdout, "nor one of another act", ran.stdout + ran.stderr)
blob = keys.base64.b64decode("".join(armour[1:-2]))
r.no("put into the envelope of another act", keys.write(act(ORIGIN, "withdrawal_notified", P="KZ"), [(sshid, blob)]), sshid)
r.no("with its last byte changed, past comity sign", keys.write(content(fixed).strip(), [(sshid, blob[:-1] + bytes([blob[-1] ^ 1]))]), sshid)
r.yes("as ssh-keygen made it", good)
r.no("and once", good, "id")
tap.same(run("key", "revoke", data, "id.pub", "--by", "kz1.key", "--print").stdout, run("key", "revoke", data, sshid, "--by", "kz1.key", "--print").stdout, "a key to be revoked is named, or given as a file")
ran = run("key", "revoke", data, "id.pub", "--by", "kz1.key")
tap.ok(ran.returncode == DONE and sshid in entry(data, size(data) - 1)[0].decode(), "a key of OpenSSH is revoked", ran.stderr)
r.size = size(data)
tap.ok(f"Sound: {r.size} entries" in run("verify", data).stdout, "all of that is sound")

# ---- sign ------------------------------------------------------------------------------------------------------------------------------------------------

plain = put("plain.json", keys.text({"kind": "consultation_requested", "date": "2026-05-01", "args": {"P": "KZ", "Q": "RU", "A": "media"}}))
for name, words, err in (("without a register", ["sign", plain, "--key", "kz1.key"], "register"), ("with nothing to sign with", ["sign", plain, "--register", ORIGIN], "key"),
                         ("for another register than it says", ["sign", fixed, "--register", "register.other.example/acts", "--key", "kz1.key"], "register"),
                         ("with what is no key", ["sign", fixed, "--key", plain], "key"), ("with a public half", ["sign", fixed, "--key", "own.pub"], "key|secret"),
                         ("of what is no act", ["sign", put("none.json", "[]"), "--register", ORIGIN, "--key", "kz1.key"], "object"),
                         ("of what is not there", ["sign", "nowhere.json", "--key", "kz1.key"], "nowhere.json"),
                         ("of an act that is not for everybody, openly", ["sign", put("secret.json", keys.text({**json.loads(content(plain)), "for": ["members"]})), "--register", ORIGIN, "--key", "kz1.key"], "--seal")):
    ran = run(*words)
    tap.ok(ran.returncode in (NO, CANNOT) and not ran.stdout and re.search(err, ran.stderr), f"sign {name} is refused", ran.stdout[:300] + ran.stderr)
ran = run("sign", plain, "--register", ORIGIN, "--key", "kz1.key")
told = json.loads(keys.base64.b64decode(json.loads(ran.stdout)["payload"]))
tap.ok(told["register"] == ORIGIN and len(told["id"]) >= 16 and {k: told[k] for k in ("kind", "date", "args")} == {k: json.loads(content(plain))[k] for k in ("kind", "date", "args")},
       "sign --register gives the act its register and an id", told)
r.yes("and file takes it", ran.stdout.encode())

# ---- what the registrar had no right to --------------------------------------------------------------------------------------------------------------------

lies = 0


def lie(what, lines, err, *known, offset=0):
    """Verifying names the entry that should not be there; rebuild does not make it good; a backup with it is not restored."""
    global lies
    lies += 1
    bad = copy(data, f"lie{lies}")
    told = subprocess.run([LIE, bad, *known], input=b"\n".join(lines) + b"\n", capture_output=True, cwd=work, timeout=60)
    if told.returncode:
        tap.ok(False, f"lie: {what}", told.stderr.decode())
        return
    ran = run("verify", bad)
    tap.ok(ran.returncode == NO and f"entry {r.size + offset}" in ran.stderr and re.search(err, ran.stderr) and not ran.stdout.startswith("Sound"), f"verify finds {what}", ran.stdout + ran.stderr)
    if lies == 1:
        run("backup", bad, "lie.tar")
        back = run("restore", "lie.tar", "lie-back")
        tap.ok(back.returncode == NO and f"entry {r.size + offset}" in back.stderr and not os.path.exists(at("lie-back")), "and a backup with it is not restored", back.stdout + back.stderr)
    shutil.rmtree(at(bad))


withdrawal = {"kind": "withdrawal_notified", "date": "2026-03-01", "args": {"P": "KZ"}}
lie("an act in a member's name", [keys.text(withdrawal)], "KZ")
lie("also when more was filed after it", [keys.text(withdrawal), keys.text({"kind": "state_listed", "date": "2026-03-01", "args": {"S": "NR"}})], "KZ")
lie("an act recorded without sources", [keys.text({**withdrawal, "recorded": True})], "source")
lie("a correction of what a member signed", [keys.text({"kind": "consultation_requested", "date": "2026-03-02", "args": {"P": "KZ", "Q": "CN", "A": "media"}, "corrects": sixteen, **SOURCES})], "KZ|signed")
lie("an annulment of what a member signed", [keys.text({"corrects": sixteen, "annul": True})], "KZ|signed")
lie("a key that was slipped in", [envelope(registered(ORIGIN, "KZ", stray), stray, org)], "KZ", stray.text)
lie("and what it signed", [envelope(registered(ORIGIN, "KZ", stray), stray, org), envelope(consult("2026-06-01"), stray)], "KZ", stray.text)
lie("a key whose holder did not sign", [registered(ORIGIN, "IR", stray)], "ed25519|IR")
lie("a key act of another register", [envelope(registered("register.other.example/acts", "IR", stray), stray, org)], "register", stray.text)
lie("a key of nobody", [envelope(registered(ORIGIN, "NOBODY", stray), stray, org)], "NOBODY", stray.text)
lie("a member's key revoked by the registrar", [revoked(ORIGIN, kz1)], "KZ")
lie("an act signed by an unknown key", [envelope(consult("2026-06-01"), stray)], stray.keyid, stray.text)
lie("an act signed by a key that had ended", [revoked(ORIGIN, sec2), envelope(act(ORIGIN, "area_listed", A="sea", more={"title": {"en": "Sea"}}), sec2)], f"{sec2.keyid} of .* ended with entry [0-9]+: it was revoked", sec2.text, offset=1)
lie("an act outside of a delegation", [envelope(act(ORIGIN, "withdrawal_notified", P="KZ"), kzd)], kzd.keyid, kzd.text)
lie("an act of another register", [envelope(act("register.other.example/acts", "withdrawal_notified", P="KZ"), kz1)], "register", kz1.text)
lie("an act of no register", [envelope(act(ORIGIN, "withdrawal_notified", more={"register": None}, P="KZ"), kz1)], "register", kz1.text)
lie("an act without an id", [envelope(act(ORIGIN, "withdrawal_notified", more={"id": None}, P="KZ"), kz1)], "id", kz1.text)
lie("an act that names another register, though the registrar signed it", [keys.text({"kind": "area_listed", "date": "2026-03-01", "args": {"A": "sea"}, "register": "register.other.example/acts", "id": "12345678"})], "register")
lie("a key for acts that no rulebook has", [envelope(delegated(ORIGIN, "KZ", stray, ["consultation_request"]), kz1, stray)], "consultation_request", stray.text, kz1.text)
lie("an act that was filed before", [whole], "id", kz1.text)
lie("a rulebook by a member", [envelope(keys.text({"kind": "rulebook_adopted", "date": "2026-03-01", "bundle": "sha256:" + "0" * 64}), kz1)], "rulebook|ed25519|bundle", kz1.text)
lie("a second beginning", [entry(data, 0)[0]], "genesis")

# ---- kept, restored, made anew ------------------------------------------------------------------------------------------------------------------------------

before = run("key", "show", data, "--json").stdout
facts = run("ask", data, 'status("KZ") is member on 2030-01-01', "--json").stdout
ran = run("backup", data, "all.tar")
ran = run("restore", "all.tar", "restored", "--checkpoint", f"{data}/checkpoint")
tap.ok(ran.returncode == DONE and f"{r.size} entries" in ran.stdout, "backup and restore", ran.stdout + ran.stderr)
tap.same(run("key", "show", "restored", "--json").stdout, before, "with all keys")
tap.same(run("ask", "restored", 'status("KZ") is member on 2030-01-01', "--json").stdout, facts, "and all that follows")
db = sqlite3.connect(at("restored", "log.db"))
guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'hash'").fetchall()
for name, _ in guards:
    db.execute(f"DROP TRIGGER {name}")
db.execute("DELETE FROM hash WHERE place % 5 = 2")
for _, guard in guards:
    db.execute(guard)
db.commit()
db.close()
tap.ok(run("verify", "restored").returncode == NO, "hashes are lost")
tap.ok(run("rebuild", "restored").returncode == DONE and f"Sound: {r.size} entries" in run("verify", "restored").stdout, "and made anew")
shutil.copy(at(data, "log.key"), at("restored", "log.key"))
restored = Register("restored")
restored.yes("it goes on, with the keys that it has", envelope(consult("2026-07-01"), kz1))
restored.no("and without those that it has not", envelope(consult("2026-07-02"), stray), stray.keyid)

shutil.rmtree(work)
tap.done()
