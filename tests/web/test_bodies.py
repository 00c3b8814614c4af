# SPDX-License-Identifier: Apache-2.0
"""POST /api/bodies: who holds a key gets the bodies of the sealed acts that it may read, all of them, and no other; whoever has none gets nothing.
Requests are made here from the words of src/register/bodies.h.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import keys
import served
import store
import tap
from keys import Pen, act, delegated, envelope, registered, revoked, seal
from posting import Wire

ORIGIN = "register.sco.example/acts"
REQUEST = "application/vnd.comity.request.v1+json"
folder = tempfile.TemporaryDirectory(prefix="comity-bodies-")


def at(*parts):
    return os.path.join(folder.name, *parts)


def run(*words, stdin=b""):
    return subprocess.run([served.COMITY, *words], input=stdin, capture_output=True, cwd=folder.name, timeout=300)


def rows(sql, *values):
    return store.rows(at("data"), sql, *values)


def size():
    return rows("SELECT count(*) FROM entry")[0][0]


def file(signed, body=None):
    more = []
    if body is not None:
        with open(at("body"), "wb") as opened:
            opened.write(body)
        more = ["--body", "body"]
    ran = run("file", "data", "-", *more, stdin=signed)
    if ran.returncode:
        sys.exit(f"{signed[:300]}: {ran.stderr.decode()}")
    return size() - 1


def stamp(shift=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + shift))


def request(start=0, **changes):
    members = {"kind": "bodies_requested", "register": ORIGIN, "from": start, "time": stamp(), **changes}
    return keys.text({name: value for name, value in members.items() if value is not None})


names = "kz1 kzb kzd kz9 ru1 cn1 la1 tr1 uz1 chs1 dep1 sec2 stray"
kz1, kzb, kzd, kz9, ru1, cn1, la1, tr1, uz1, chs1, dep1, sec2, stray = (Pen(word) for word in names.split())
served.load(at("data"))
with open(at("data", "log.key"), encoding="utf-8") as secret:
    org = keys.read_secret(secret.read())
for holder, pen in (("KZ", kz1), ("RU", ru1), ("CN", cn1), ("LA", la1), ("TR", tr1), ("UZ", uz1), ("CHS", chs1), ("depositary", dep1), ("secretariat", sec2)):
    file(envelope(registered(ORIGIN, holder, pen), pen, org))
for pen, acts in ((kzb, ["bodies_requested"]), (kzd, ["consultation_requested", "withdrawal_notified"])):
    file(envelope(delegated(ORIGIN, "KZ", pen, acts), pen, kz1))
file(envelope(registered(ORIGIN, "KZ", kz9), kz9, kz1))
file(envelope(revoked(ORIGIN, kz9), kz1))
file(keys.text({"kind": "withdrawal_notified", "date": "2020-01-01", "args": {"P": "UZ"}, "recorded": True, "sources": [{"title": "Gazette"}]}))  # no member since 2021

# ---- sealed acts for every audience, some by the organisation, some by members; open ones between ------------------------------------------------

wanted = {}  # entry: for whom
for number, audience in enumerate((["members"], ["KZ"], ["RU", "CN"], ["partners"], ["depositary"], ["council"], ["secretariat"], ["observers"], ["members", "LA"], ["chair"], ["KZ", "members"])):
    where = file(keys.text({"kind": "area_listed", "date": "2026-02-01", "args": {"A": f"area-{number}"}, "title": {"en": f"Area {number}"}, "for": audience}))
    wanted[where] = audience
    if number % 3 == 0:
        file(envelope(act(ORIGIN, "consultation_requested", P="KZ", Q="RU", A="media"), kz1))
for who, pen, audience in (("KZ", kz1, ["RU"]), ("RU", ru1, ["members"]), ("LA", la1, ["secretariat"])):
    public, body = seal(act(ORIGIN, "withdrawal_notified" if who == "LA" else "consultation_requested", more={"for": audience}, **({"P": who} if who == "LA" else {"P": who, "Q": "CN", "A": "media"})))
    wanted[file(envelope(public, pen), body)] = audience
FULL = size()
bodies = {index: keys.base64.b64decode(json.loads(rows("SELECT bytes FROM entry WHERE idx = ?", index)[0][0])["payload"]) for index in wanted}
MAY = {"KZ": {"KZ", "members"}, "RU": {"RU", "members"}, "CN": {"CN", "members", "depositary"}, "LA": {"LA"}, "TR": {"TR", "partners"},  # of LA the readings of the law differ
       "UZ": {"UZ"}, "CHS": {"CHS", "council"},
       "depositary": {"depositary"}, "secretariat": {word for audience in wanted.values() for word in audience}}


def expect(holder):
    return sorted(index for index, audience in wanted.items() if MAY[holder] & set(audience))


def ask(wire, signed):
    status, head, answer = wire.post(signed, media=REQUEST, path="/api/bodies")
    return status, head, answer


def body_fits(index, body):
    """The commitment that stands in the log is to these bytes."""
    return json.loads(bodies[index])["commitment"] == "sha256:" + hashlib.sha256(body.encode()).hexdigest()


def gets(wire, name, pen, indexes, start=0, signed=None):
    status, head, answer = ask(wire, signed or envelope(request(start), pen, kind=REQUEST))
    told = json.loads(answer) if status == 200 else {"entries": []}
    got = [row["entry"] for row in told["entries"]]
    fine = status == 200 and got == indexes and all(body_fits(row["entry"], row["body"]) for row in told["entries"]) and told["next"] == told["size"] == size()
    tap.ok(fine and "no-store" in head.get("cache-control", ""), f"bodies: {name}", f"{status} {head.get('cache-control')} {got}, not {indexes}\n{answer[:300]}")


def refused(wire, name, signed, statuses=(403,), words=b""):
    status, _, answer = ask(wire, signed)
    tap.ok(status in statuses and words in answer and b"Area" not in answer and b'"body":' not in answer, f"bodies refused: {name}", f"{status} {answer[:400]}")


def signed(pen, *more, **changes):
    return envelope(request(**changes), pen, *more, kind=REQUEST)


with served.serve(at("data")) as site:
    wire = Wire(site.url)
    for holder, pen in (("KZ", kz1), ("RU", ru1), ("CN", cn1), ("LA", la1), ("TR", tr1), ("UZ", uz1), ("CHS", chs1), ("depositary", dep1), ("secretariat", sec2), ("secretariat", org)):
        gets(wire, f"{holder}: {len(expect(holder))} of {len(wanted)}", pen, expect(holder))
    tap.ok(len(expect("KZ")) > 3 and len(expect("UZ")) == 0 and len(expect("LA")) == 1 and len(expect("TR")) == 1 and len(expect("secretariat")) == len(wanted), "which differ")
    gets(wire, "a key for that alone", kzb, expect("KZ"))
    for start in (1, min(wanted), min(wanted) + 1, max(expect("KZ")), max(expect("KZ")) + 1, FULL - 1, FULL):
        gets(wire, f"from entry {start}", kz1, [index for index in expect("KZ") if index >= start], start)
    for shift in (-280, -200, 0, 200, 280):
        gets(wire, f"{shift} seconds off", kz1, expect("KZ"), signed=signed(kz1, time=stamp(shift)))
    same = signed(kz1)
    gets(wire, "a request may come twice", kz1, expect("KZ"), signed=same)
    gets(wire, "and gets the same", kz1, expect("KZ"), signed=same)

    refused(wire, "a stranger", signed(stray))
    refused(wire, "a key that has ended", signed(kz9))
    refused(wire, "a key for other things", signed(kzd))
    refused(wire, "two keys", signed(kz1, ru1), (400, 403))
    refused(wire, "two keys, one of them a stranger's", signed(kz1, stray), (400, 403))
    for shift in (-330, -86400, 330, 86400 * 365):
        refused(wire, f"{shift} seconds off", signed(kz1, time=stamp(shift)), (400, 403), b"minutes")
    refused(wire, "another register", signed(kz1, register="register.other.example/acts"), (400, 403), b"register")
    for name, changes in (("no register", {"register": None}), ("no time", {"time": None}), ("no kind", {"kind": None}), ("no start", {"from": None}), ("another kind", {"kind": "bodies_wanted"}),
                          ("a kind of act", {"kind": "withdrawal_notified"}), ("a start that is a text", {"from": "0"}), ("a start below", {"from": -1}), ("a start that is a fraction", {"from": 0.5}),
                          ("a start beyond the end", {"from": FULL + 1}), ("a start far beyond", {"from": 2**63 - 1}), ("a list of starts", {"from": [0]}), ("a time that is a number", {"time": int(time.time())}),
                          ("a time without its zone", {"time": stamp()[:-1]}), ("a time of another zone", {"time": stamp()[:-1] + "+00:00"}), ("a time with a fraction", {"time": stamp()[:-1] + ".5Z"}),
                          ("a day", {"time": stamp()[:10]}), ("a day that is none", {"time": "2026-02-30T07:00:00Z"}), ("an hour that is none", {"time": stamp()[:11] + "24:00:00Z"}),
                          ("a member more", {"for": ["members"]}), ("an audience", {"audience": "members"})):
        refused(wire, name, signed(kz1, **changes), (400, 403))
    payload = request()
    refused(wire, "the signature of another request", keys.write(payload, [keys.sign(request(1), kz1, REQUEST)], REQUEST))
    refused(wire, "another's name over it", keys.write(payload, [(ru1.keyid, keys.sign(payload, kz1, REQUEST)[1])], REQUEST))
    refused(wire, "signed as an act", keys.write(payload, [keys.sign(payload, kz1)], REQUEST))
    refused(wire, "an act", envelope(payload, kz1), (400, 403))
    refused(wire, "a real act", envelope(act(ORIGIN, "consultation_requested", P="KZ", Q="RU", A="media"), kz1), (400, 403))
    refused(wire, "no signature", keys.write(payload, [], REQUEST), (400,))
    refused(wire, "no envelope", payload, (400,))
    refused(wire, "nothing", b"", (400, 411))
    refused(wire, "noise", b"\xff" * 200, (400,))
    refused(wire, "a list", envelope(b"[]", kz1, kind=REQUEST), (400,))
    refused(wire, "a member twice", envelope(payload[:-1] + b',"from":0}', kz1, kind=REQUEST), (400,))
    refused(Wire(site.url), "too long", b"x" * 16385, (413,))
    refused(Wire(site.url), "a request that is padded", envelope(payload[:-1] + b" " * 8000 + b"}", stray, kind=REQUEST), (400, 403, 413))
    status, _, answer = wire.get("/api/bodies")
    tap.ok(400 <= status < 500 and b"Area" not in answer, "a GET gives nothing", (status, answer[:200]))
    for index in wanted:
        digest = json.loads(bodies[index])["commitment"][7:]
        if wire.get(f"/blob/{digest}")[0] != 404:
            tap.ok(False, f"the body of {index} lies open")
    tap.same(size(), FULL, "asking files nothing")
    # a request is no act, and an act no request
    ran = run("file", "data", "-", stdin=signed(kz1))
    tap.ok(ran.returncode in (1, 2) and size() == FULL, "a request is not filed", ran.stdout + ran.stderr)

    # the register follows: a key that ends, a status that ends, a body that is new
    new = file(keys.text({"kind": "area_listed", "date": "2026-02-01", "args": {"A": "area-new"}, "title": {"en": "Area new"}, "for": ["KZ"]}))
    wanted[new], bodies[new] = ["KZ"], keys.base64.b64decode(json.loads(rows("SELECT bytes FROM entry WHERE idx = ?", new)[0][0])["payload"])
    gets(wire, "what is new is there", kz1, expect("KZ"))
    file(envelope(revoked(ORIGIN, kzb), kz1))
    refused(wire, "a key that has just ended", signed(kzb))
    file(keys.text({"kind": "withdrawal_notified", "date": "2020-01-01", "args": {"P": "CN"}, "recorded": True, "sources": [{"title": "Gazette"}]}))
    MAY["CN"] -= {"members"}
    gets(wire, "who is a member no more reads no more", cn1, expect("CN"))
    wire.close()

# ---- more than one answer holds -------------------------------------------------------------------------------------------------------------------------

with open(at("many.jsonl"), "wb") as opened:
    for number in range(90):
        opened.write(keys.text({"kind": "area_listed", "date": "2026-02-01", "args": {"A": f"long-{number}"}, "title": {"en": f"Area {number}"}, "text": {"en": "x" * 55000}, "for": ["KZ"]}) + b"\n")
ran = run("load", "data", "many.jsonl")
tap.ok(ran.returncode == 0, "ninety long ones", ran.stderr)
for index in range(size() - 90, size()):
    wanted[index], bodies[index] = ["KZ"], keys.base64.b64decode(json.loads(rows("SELECT bytes FROM entry WHERE idx = ?", index)[0][0])["payload"])
with served.serve(at("data")) as site:
    wire, start, got, answers, largest = Wire(site.url), 0, [], 0, 0
    while start < size() and answers < 20:
        status, _, answer = ask(wire, signed(kz1, **{"from": start}))
        told = json.loads(answer)
        if not told["next"] > start:
            break
        got += [row["entry"] for row in told["entries"] if body_fits(row["entry"], row["body"])]
        start, answers, largest = told["next"], answers + 1, max(largest, len(answer))
    tap.ok(got == expect("KZ") and 2 <= answers < 6 and largest <= (4 << 20) + 2 * 65536, f"bodies: {len(got)} in {answers} answers, none lost between them", (got, expect("KZ"), answers, largest))
    wire.close()
tap.done()
