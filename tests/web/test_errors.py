# SPDX-License-Identifier: Apache-2.0
"""What is wrong is said to the reader in the reader's language, whichever form was asked for: at a page in its own language, at an address without
one in that of Accept-Language. What is for programs stays English, and the same for everybody."""
import html
import http.client
import json
import os
import re
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import keys
import posting
import served
import tap

ORIGIN = "register.sco.example/acts"
TAGS = {"en": "en", "ru": "ru", "zh": "zh-Hans", "fa": "fa", "ar": "ar"}
LETTERS = {"ru": "[а-яё]", "zh": "[\u4e00-\u9fff]", "fa": "[\u0600-\u06ff]", "ar": "[\u0600-\u06ff]"}
RIGHT_TO_LEFT = ("fa", "ar")
SIGNS = re.compile("[\u2066-\u2069\u200e\u200f]")

QUESTIONS = ["", "status", "status(", 'status("XX")', 'status("BZ")', 'statu("BY")', "zzzzzz(1)", 'status("BY") on 2016-13-01', 'status("BY") on today', 'status("BY") as known at 99999', 'status("BY") as known at 2',
             'status("BY") as known at 9&known=7', 'status("BY") on 2016-01-01&on=2017-01-01', "status(BY", 'status("BY", "KZ")', 'party("BY")', 'party("BY", "CHS")', 'status("BY") is nothing', 'breach("99999")',
             'party("BY", "INS-CHARTER-2002") is member', 'status("BY") is member or member or', "§", 'status("BY', "status(\"BY\") is \u062d"]
MACHINE = ["/api/ask?q=x&foo=1", "/api/facts?foo=1", "/api/facts?known=99999999", "/api/acts?from=x", "/api/nowhere", "/api/bodies", "/act/99999.json", "/act/x", "/act/2.xml", "/data/nothing.csv", "/data/acts.csv?on=2016-02-30",
           "/data/acts.json?on=2016-13-30", "/data/acts.json?known=x", "/data/acts.json?on=1&on=2", "/blob/xyz", "/blob/" + "0" * 64, "/oembed", "/timemap/nowhere", "/tile/9/9", "/tile/0/x999/999", "/sitemap/99.xml", "/api/mirror", "/feed/nothing.atom", "/feed/releases.atom?category=nothing", "/feed/releases.atom?language=qq", "/%zz", "/data/acts.csv?%00", "/checkpoint?a=1"]
PAGES = ["participants/ZZ", "law?foo=1", "participants/BY?on=2016-02-30", "participants/BY?on=x", "participants/BY?known=99999", "participants/LA?known=887", "acts?kind=nothing", "acts?about=ZZ", "acts/99999", "why/statu/BY",
         "why/status/ZZ", "why/status", "why/status/BY?open=some", "whynot/status/SA?is=nothing", "law/nothing", "search?q=x&kind=nothing", "search?q=x&from=2020-01-01&to=2019-01-01", "changes?from=2020-01-01&on=2019-01-01",
         "changes?fact=nothing", "meetings?year=x", "verify?sha256=1", "acts?page=99", "entities/ZZ", "admissions/ZZ", "releases/ZZ",
         "decisions?outcome=nothing", "decisions?body=ZZ", "meetings?body=CHZ", "releases?category=nothing", "releases?language=qq",
         "releases?from=2020-01-01&to=2019-01-01"]


def quoted(text):
    return "".join(c if c.isalnum() and ord(c) < 128 or c in "&=" else "".join(f"%{b:02X}" for b in c.encode()) for c in text)


def faults(code, said, page):
    """What is wrong with the words for people in an error."""
    say, out = said.get("say", ""), []
    if said.get("lang") != TAGS[code]:
        out.append(f"lang is {said.get('lang')}")
    if not re.search(r"[.!?。؟？]\S?$|\d[\u2069]?$|\)$", say) and not page:
        out.append("no sentence")
    if code in LETTERS and not re.search(LETTERS[code], say.lower()):
        out.append("in another language")
    plain = re.sub("[\u2066-\u2068][^\u2069]*\u2069", "", say)
    if say.count("\u2068") != say.count("\u2069"):
        out.append("isolates do not end")
    if code in RIGHT_TO_LEFT:
        plain = re.sub("\u200e\\S+|SHA-256", "", plain)
        words = set(re.findall(r"[A-Za-z][A-Za-z0-9+./-]*", plain)) - {"POST", "GET", "HEAD", "HTTP", "UTF-8", "API", "NUL", "Comity"}
        if words:
            out.append(f"not isolated: {words}")
        if re.search(r"[0-9]", plain):
            out.append("digits of another language")
        if re.search("[\u0600-\u06ff], | ,|, ", plain):
            out.append("an ASCII comma")
    elif SIGNS.search(say):
        out.append("signs of direction where nothing turns")
    if code == "zh" and re.search(r", |[\u4e00-\u9fff][,.?!:](?!\d)", plain):
        out.append("an ASCII sign between Chinese words")
    for name in ("what", "hint", "where"):
        if re.search("[\u0400-\u04ff\u0600-\u06ff\u4e00-\u9fff]", said.get(name, "")) and "\u062d" not in said.get(name, ""):
            out.append(f"{name} is not English: {said[name]}")
    return out


def ask(site, path, code):
    """The status, Vary, and what an error says as JSON; None: it is none."""
    connection = http.client.HTTPConnection(site.host, timeout=60)
    connection.request("GET", path, headers={"Accept-Language": code, "Accept": "application/json"})
    answer = connection.getresponse()
    body, kind = answer.read(), answer.headers.get("Content-Type", "")
    connection.close()
    return answer.status, answer.headers.get("Vary", ""), json.loads(body) if answer.status >= 400 and kind == "application/json" else None


def machines(site):
    paths = [f"/api/ask?q={quoted(q)}" for q in QUESTIONS] + MACHINE
    english = {}
    for code in TAGS:
        bad = []
        for path in paths:
            status, vary, said = ask(site, path, code)
            if said is None:
                bad.append(f"{path}: {status}, no error as JSON")
                continue
            if "Accept-Language" not in vary:
                bad.append(f"{path}: Vary: {vary}")
            bad += [f"{path}: {fault}: {said}" for fault in faults(code, said, False)]
            own = {k: said.get(k) for k in ("status", "error", "where", "what", "hint", "near")}
            if english.setdefault(path, own) != own:
                bad.append(f"{path}: other words for programs: {own}, in English {english[path]}")
        tap.same(bad, [], f"{code}: at addresses of machines")
    tap.ok(len(english) > 45, "they were errors", str(len(english)))


def pages(site):
    for code in TAGS:
        bad = []
        for path in PAGES:
            name, _, query = path.partition("?")
            target = f"/{code}/{name}" + ("?" + query if query else "")
            status, _, said = ask(site, target, "en")
            if said is None:
                bad.append(f"{target}: {status}, no error as JSON")
                continue
            bad += [f"{target}: {fault}: {said}" for fault in faults(code, said, True)]
            shown = site.get(target) if not name.endswith(".xml") else None
            text = html.unescape(re.sub(r"<[^>]*>", "", shown.text.split("<main", 1)[1].split('<details class="gap">')[0])) if shown else said["say"]
            if said["say"] not in text or shown and '<span lang="en"' in shown.text:
                bad.append(f"{target}: the page says something else: {said['say']}")
        tap.same(bad, [], f"{code}: at pages, and in what they show")


def searched(site):
    """A question with a mistake, typed in the search."""
    for code in TAGS:
        text = site.get(f"/{code}/search?q={quoted('status(BY')}").text
        found = re.search(r'<p class="note w">(.*?)</p>', text)
        tap.same(faults(code, {"say": html.unescape(found[1]) if found else "", "lang": TAGS[code]}, False), [], f"{code}: a question that cannot be read, in the search")


def offered(site):
    """A day that is wrong: the same question with one that exists, for the parameter that was wrong."""
    for query, want in (("on=2024-02-30", ["on=2024-02-29", "on=2024-03-01"]), ("q=summit&from=2024-13-01", ["q=summit&from=2024-12-01"]),
                        ("from=2024-13-01&q=summit&on=2024-01-01&known=500", ["q=summit&from=2024-12-01&on=2024-01-01&known=500"]),
                        ("q=summit&to=2023-02-29&kind=Meeting", ["q=summit&kind=Meeting&to=2023-02-28", "q=summit&kind=Meeting&to=2023-03-01"])):
        _, _, said = ask(site, f"/en/search.json?{query}", "en")
        near = [n.partition("?")[2] for n in (said or {}).get("near", [])]
        tap.same(near, want, f"{query}: a day that exists is offered in its place")
        tap.same([site.get("/en/search.json?" + n).status for n in near], [200] * len(want), f"{query}: and answers")


def not_yet(site):
    """A thing that came on record later than the point asked about: from which entry on, and no other in its place."""
    _, _, said = ask(site, "/en/participants/LA.json?known=887", "en")
    first = re.search(r"it is named from entry (\d+) on", said["what"])
    tap.ok(first and not said.get("near"), "LA as known at entry 887: it is named later, and no other is offered", str(said))
    tap.same([site.get(f"/en/participants/LA.json?known={int(first[1]) + k}").status for k in (-1, 0)], [404, 200], "and it is from that entry on")
    box = "If a link brought you here"
    tap.same([box in site.get(f"/en/participants/{path}?known=887").text for path in ("LA", "LX")], [False, True], "only of what is named nowhere it is said that the address was mistyped")


def bad_acts(own):
    """What is handed in, one thing wrong with each: bytes of an envelope, or parts."""
    good = {"recorded": True, "sources": [{"title": "A source", "url": "https://source.example/"}]}
    stranger = keys.Pen("stranger")

    def a(kind="state_listed", date="2026-03-01", args=None, **more):
        return keys.envelope(keys.act(ORIGIN, kind, date, {**good, **more}, **({"S": "NRU"} if args is None else args)), own)

    yield from (b"", b"x", b'{"payloadType":"x"}', keys.envelope(b"{", own), keys.envelope(b"[]", own), keys.envelope(b'{"kind":"x"}', own), keys.write(b"{}", []))
    yield keys.envelope(keys.act(ORIGIN, "state_listed", more=good, S="NRU"), stranger)
    yield keys.envelope(keys.act(ORIGIN, "state_listed", more=good, S="NRU"), own).replace(b'"sig":"', b'"sig":"AAAA', 1)
    yield keys.write(keys.act(ORIGIN, "state_listed", more=good, S="NRU"), [(own.keyid, keys.sign(b"other", own)[1])])
    yield from (a(kind="state_liste"), a(kind="zzzzzzzzzz"), a(kind=None), a(date=None), a(date="2026-02-30"), a(date=7), a(args={}), a(args={"S": 7}), a(args={"S": ""}), a(args={"S": "a b"}), a(args={"S": "NRU", "X": "1"}), a(args={"S": "CHS"}))
    yield from (a("joined", args={"P": "BZ", "I": "INS-CHARTER-2002"}), a("dialogue_memorandum_signed", args={"P": "SA", "I": "INS-DPM-SA", "subject_to": "nothing"}), a("release_issued", args={"R": "N-1", "category": 7}),
                a("meeting_convened", args={"M": "M-1", "B": "CHS", "first": "x", "last": "x"}), a("status_applied", args={"P": "BY"}))
    yield from (a(title="x"), a(title={"english": "x"}), a(title={"en": ""}), a(title={"en": "x" * 1001}), a(place=7), a(certainty="sure"), a(date_precision="year"), a(date_precision="month", date="2026-03-02"), a(received="x"), a(received="2025-01-01"))
    yield from (a(about="BY"), a(about=[""]), a(unverified=["nothing"]), a(recorded=1), a(sources="x"), a(sources=["x"]), a(sources=[{"title": "x", "by": "y"}]), a(sources=[{"title": "x", "url": "ftp://x"}]), a(sources=[{"title": "x", "retrieved": "x"}]))
    yield from (a(documents="x"), a(documents=["x"]), a(documents=[{"sha256": "0" * 64}]), a(documents=[{"sha256": "0" * 64, "by": 1}]), a(documents=[{"sha256": "0" * 64, "lang": "english!"}]), a(documents=[{"sha256": "0" * 64, "type": "x"}]))
    yield from (a(**{"for": "x"}), a(**{"for": ["nobody"]}), a(register=7), a(register="other/acts"), a(id="x"), a(id=None), a(register=None), a(corrects=99999), a(corrects="x"), a(corrects=0), a(annul=True), a(annul=1), a(nothing=1), a(dat="2026-01-01"))
    yield from (a(sources=None), a(precisions=7), a(precisions={"S": "year"}), a("joined", args={"P": "KZ", "I": "INS-CHARTER-2002"}, recorded=None, sources=None), a(corrects=5), a(text={"en": "x" * 70000}))
    key = keys.Pen("new")
    yield from (keys.envelope(keys.registered(ORIGIN, "KZ", key), own), keys.envelope(keys.registered(ORIGIN, "NOBODY", key), own, key), keys.envelope(keys.registered(ORIGIN, "KZ", key, reason=""), own, key), keys.envelope(keys.registered("x", "KZ", key), own, key))
    yield from (keys.envelope(keys.delegated(ORIGIN, "KZ", key, []), own, key), keys.envelope(keys.delegated(ORIGIN, "KZ", key, ["joinde"]), own, key), keys.envelope(keys.revoked(ORIGIN, own), own), keys.envelope(keys.revoked(ORIGIN, key), own))
    yield from (keys.envelope(keys.text({"kind": "key_registered", "register": ORIGIN, "holder": "KZ", "key": "x"}), own), keys.envelope(keys.text({"kind": "key_registered", "register": ORIGIN, "holder": "KZ"}), own))
    public, body = keys.seal(keys.act(ORIGIN, "consultation_requested", more={"for": ["KZ", "RU"]}, P="KZ", Q="RU", A="media"))
    yield keys.envelope(public, own)
    yield from ({"body": "x"}, {"envelope": a().decode(), "documents": "x"}, {"envelope": a().decode(), "documents": ["?"]}, {"envelope": a().decode(), "documents": ["eA=="]}, {"envelope": a().decode(), "body": "x"},
                {"envelope": keys.envelope(public, own).decode(), "body": body.decode() + " "})


def handed_in(folder):
    """Acts that are refused: why, in the language asked for, wherever in the rooms below it was found out."""
    data = os.path.join(folder, "data")
    served.load(data)
    with open(os.path.join(data, "log.key"), encoding="utf-8") as file:
        own = keys.read_secret(file.read())
    acts = list(bad_acts(own))
    with served.serve(data, options=["--accept"]) as running:
        english, bad = {}, {code: [] for code in TAGS}
        for n, sent in enumerate(acts):
            for code in TAGS:
                parts = isinstance(sent, dict)
                connection = http.client.HTTPConnection(running.url.split("//")[1], timeout=60)
                connection.request("POST", "/api/acts", json.dumps(sent).encode() if parts else sent, {"Accept-Language": code, "Content-Type": posting.JSON if parts else posting.DSSE})
                answer = connection.getresponse()
                said = json.loads(answer.read())
                connection.close()
                if answer.status < 400:
                    bad[code].append(f"{n}: it was taken: {sent}")
                    continue
                bad[code] += [f"{n}: {fault}: {said}" for fault in faults(code, said, False)]
                words = {k: said.get(k, "") for k in ("where", "what", "hint", "error", "status")}
                if code == "en":
                    english[n] = words
                    bad[code] += [f"{n}: not the whole: {said}"] if any(words[k] not in said["say"] for k in ("where", "what", "hint")) else []
                elif words != english.get(n):
                    bad[code].append(f"{n}: other words for programs: {words}")
        for code in TAGS:
            tap.same(bad[code], [], f"{code}: what is wrong with an act that is handed in")
        tap.ok(len({e["what"] for e in english.values()}) > 60, "of many kinds", str(len({e["what"] for e in english.values()})))


with served.sample() as running:
    visitor = crawl.Site(running.url)
    machines(visitor)
    pages(visitor)
    searched(visitor)
    offered(visitor)
    not_yet(visitor)
with tempfile.TemporaryDirectory(prefix="comity-errors-") as folder:
    handed_in(folder)
tap.done()
