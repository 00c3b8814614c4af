#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whatever comes in, what goes out is a helpful page in the language that was asked for, and nothing changes.

    SEED=7 N=5000 test_bad_input.py        (requests for each language)

Thousands of broken requests, made from a seed, over raw sockets at a real server with the sample record. Each answer is held against what was
asked: its status, its type, its language (that of the address, else that of Accept-Language), its words (test_tongues.py), the sentence that says what is wrong.
"""
import hashlib
import json
import os
import random
import re
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import crawl  # noqa: E402
import served  # noqa: E402
import tap  # noqa: E402
import tongue  # noqa: E402

SEED = int(os.environ.get("SEED", "1"))
N = int(os.environ.get("N", "300"))
TAGS = {"en": "en", **{code: tag for code, tag, *_ in tongue.languages()}}
LATIN = {"en": True, **{code: bool(re.match(r"[A-Za-z]", name)) for code, _, _, name in tongue.languages()}}
# What the HTTP library says itself, of what it cannot take in at all (http.h): a status and a line.
OWN_WORDS = re.compile(rb"(?:HTTP/1\.1 4.*\r\n\r\n)?<html><head><title>[^<>]{1,80}</title></head><body>(?:[^<>]|</?b>){1,200}</body></html>\Z", re.S)  # now and then with its head twice
OWN_STATUS = {400, 413, 414, 431, 505}

rng = random.Random(SEED)
word = lambda n=8: "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randrange(1, n)))  # noqa: E731


# ---- what is asked ----------------------------------------------------------------------------------------------------

PAGES = ["", "participants", "participants/BY", "meetings", "instruments", "decisions", "acts", "acts/17", "changes", "search", "law", "releases", "verify", "keys",
         "why/status/BY", "whynot/status/BY", "bodies", "about", "data", "date", "strategy", "admissions", "cooperation", "participants/BY/backgrounder"]
BAD_DATES = ["2025-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-04-31", "0000-01-01", "10000-01-01", "-2024-01-01", "2024-1-1",
             "20240101", "2024/01/01", "01.02.2024", "today", "2024-01-01T00:00:00", "２０２４-01-01", "2024-01-01 ", "9" * 40, "2024-06-31", "99999999999-01-01", "%", "’"]
BAD_KNOWN = ["-1", "+1", "99999999", "18446744073709551615", "18446744073709551616", "9" * 60, "1.0", "1e3", "0x10", "x", "１", " 1", "1 ", "NaN", "'"]
BAD_PAGES = ["0", "-1", "99999", "1000000", "1000001", "18446744073709551616", "x", "1.5", "1,2"]


def quoted(text):
    """Percent-encoded as a browser would, or here and there more than needed."""
    return "".join(f"%{b:02X}" if not (48 <= b < 58 or 65 <= b < 91 or 97 <= b < 123 or b in b"-._~/") or rng.randrange(30) == 0 else chr(b) for b in text.encode())


def broken_path(code):
    """(path, language that it asks for or None)"""
    page = rng.choice(PAGES)
    kind = rng.randrange(16)
    upper = {"en": "EN", "ru": "RU", "zh": "ZH"}.get(code, code.upper())
    return [
        lambda: (f"/{code}/{page}/{word()}/{word()}", code),
        lambda: (f"/{code}/{word()}", code),
        lambda: (f"/{code}/participants/{quoted(rng.choice(['ZZ', 'by', 'Беларусь', '白俄罗斯', '..', '.', 'a b', 'a;b', 'BY.xml', 'BY.json.json', 'é' * 40]))}", code),
        lambda: (f"/{code}/acts/{rng.choice(['0', '99999', '-1', '1.5', 'x', '18446744073709551616', '00017'])}", code),
        lambda: (f"/{code}/{page}%", code),
        lambda: (f"/{code}/{page}%{rng.choice(['0', 'g1', '1g', '%%', 'zz'])}", code),
        lambda: (f"/{code}/%00{word()}", code),
        lambda: (f"/{code}/{word()}%0d%0aSet-Cookie:%20a=b", code),
        lambda: (f"/{code}/%ff%fe{word()}", code),
        lambda: (f"/{code}/%c0%af..%c0%af", code),
        lambda: (f"/{code}/../{code}/{page}", code),
        lambda: (f"/{code}//{page}", code),
        lambda: (f"/{code}/" + "/".join("a" * rng.randrange(1, 4) for _ in range(rng.randrange(8, 40))), code),
        lambda: (f"/{code}/" + "a" * rng.choice([1990, 2048, 2060, 4000, 8000]), code),
        lambda: (f"/{rng.choice(['xx', 'en-xx', 'fr', 'de', 'qq', 'x' * 8, 'zz-hant'])}/{page}".replace("en-xx", "yy"), None),
        lambda: (f"/{upper}/{page}", code),
    ][kind]()


def broken_query(code):
    page = rng.choice(PAGES)
    kind = rng.randrange(15)
    query = [
        lambda: "on=" + quoted(rng.choice(BAD_DATES)),
        lambda: "known=" + quoted(rng.choice(BAD_KNOWN)),
        lambda: f"on=2016-01-01&known={quoted(rng.choice(BAD_KNOWN))}",
        lambda: f"known=17&on={quoted(rng.choice(BAD_DATES))}",
        lambda: f"{word()}={word()}",
        lambda: "on=2016-01-01&on=2016-01-01",
        lambda: "known=1&known=2",
        lambda: "page=" + quoted(rng.choice(BAD_PAGES)),
        lambda: rng.choice(["kind", "outcome", "body", "category", "language", "about", "fact"]) + "=" + word(),
        lambda: f"from={quoted(rng.choice(BAD_DATES))}&to=2020-01-01",
        lambda: "from=2020-01-01&to=2019-01-01&q=a",
        lambda: "q=" + "a" * rng.choice([301, 600, 1500]),
        lambda: "&".join(f"p{i}" for i in range(rng.choice([17, 40, 400]))),
        lambda: rng.choice(["=1", "&&=&", "on", "on=%", "on=%zz", "=%00", "q=%ff", "on=2016-01-01#x", "a=b=c", "%3d=%26", "on%00=1", ";on=2016"]),
        lambda: "year=" + quoted(rng.choice(["-1", "10000", "x", "٢٠٢٤"])),
    ][kind]()
    return f"/{code}/{page}?{query}", code


def machine_path():
    """Addresses without a language."""
    return rng.choice([
        lambda: "/" + word(),
        lambda: f"/api/{word()}",
        lambda: "/api/ask?q=" + quoted(rng.choice(["", "status(", 'status("BY") on 2024-02-30', 'status("BY") known 99999999', "'; drop table", 'status("BY")' * 30, "\u202e"])),
        lambda: "/api/facts?known=" + rng.choice(BAD_KNOWN).replace(" ", "%20").replace("１", "1x"),
        lambda: f"/data/{word()}.csv",
        lambda: "/data/register?on=" + quoted(rng.choice(BAD_DATES)),
        lambda: f"/act/{rng.choice(['99999.json', 'x.json', '1.exe', '-1.dsse', '17', '17.json?x=1'])}",
        lambda: f"/tile/{rng.choice(['0/999', '9/000', 'entries/x', '0/000.p/0', '0/000.p/257', '../x'])}",
        lambda: f"/blob/{rng.choice(['0' * 64, 'x', 'A' * 64, '0' * 63])}",
        lambda: f"/id/{word()}",
        lambda: f"/sitemap/{rng.choice(['0', '999', 'x', '-1'])}.xml",
        lambda: f"/timemap/{word()}/{word()}",
        lambda: f"/asset/{word()}",
        lambda: f"/?{word()}=1",
        lambda: "*",
        lambda: f"http://t/{word()}",
        lambda: f"//{word()}",
    ])(), None


GOOD_HEADERS = ["Accept: text/html", "Connection: close"]
BAD_HEADERS = [
    "Accept: " + ";;,,q=", "Accept: */*;q=x, text/html;q=9", "Accept: image/png", "Accept: application/json;q=0, text/html", "Accept: " + "a/b," * 300 + "text/html",
    "Accept-Datetime: yesterday", "Accept-Datetime: Thu, 31 Jun 2016 10:30:00 GMT", "Accept-Datetime: Fri, 16 Jun 2016 10:30:00 GMT", "Accept-Datetime: " + "9" * 300,
    "Accept-Datetime: \xff\xfe", 'If-None-Match: "', "If-None-Match: " + ",,,W/," * 50, "If-None-Match: *", "If-None-Match: \x01", "Range: bytes=9-1", "Range: bytes=-", "Range: x",
    "Range: bytes=0-0," * 40, "If-Modified-Since: yesterday", "Cookie: " + "a=b; " * 60, "Cookie: ;;==", "Expect: 200-ok", "Upgrade: h2c", "Connection: upgrade, x",
    "Authorization: Basic \xff", "X-Forwarded-For: ' or 1=1", "Content-Type: \x7f", "Accept-Encoding: gzip;q=x", "Referer: " + "x" * 2000, "User-Agent: " + "\\" * 500, "DNT:", "Date: x",
]


def spoken():
    """A header Accept-Language, and what it asks for: of the languages of the site, the one of highest weight."""
    codes = list(TAGS)
    first = rng.choice(codes)
    other = rng.choice([c for c in codes if c != first] or codes)
    return rng.choice([
        lambda: (f"Accept-Language: {first}", first),
        lambda: (f"Accept-Language: {first}-XX, {other};q=0.3", first),
        lambda: (f"Accept-Language: fr, {other};q=0.2, {first};q=0.7", first),
        lambda: (f"Accept-Language: {other};q=0, {first}", first),
        lambda: ("Accept-Language: fr-FR, de;q=0.9", "en"),
        lambda: ("Accept-Language: ;;q=,,-", "en"),
        lambda: ("Accept-Language: \xff\xfe" + "x" * 300, "en"),
        lambda: (None, "en"),
    ])()


class Asked:
    """A request, and what its answer must be."""

    def __init__(self, kind, data, language, statuses=range(300, 500), head=False, own=False, silence=False):
        self.kind, self.data, self.language = kind, data, language
        self.statuses, self.head, self.own, self.silence = statuses, head, own, silence
        self.ends = b"Connection: close" in data  # by itself


def plain(kind, target, language, method="GET", headers=(), **more):
    say, wanted = spoken()
    lines = [f"{method} {target} HTTP/1.1", "Host: t", *GOOD_HEADERS, *([say] if say else []), *headers]
    return Asked(kind, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") if isinstance(target, str) else b"", language or wanted, head=method == "HEAD", **more)


def framed(kind, head, body, language, **more):
    return Asked(kind, head.encode("latin-1") + body, language, **more)


def make(code):
    kind = rng.randrange(12)
    good = f"/{code}/{rng.choice(PAGES)}"
    if kind < 3:
        return plain("path", *broken_path(code), statuses=range(200, 500))
    if kind < 6:
        return plain("query", *broken_query(code), statuses=range(200, 500))  # an empty search is a page, too
    if kind == 6:
        return plain("machine", *machine_path(), statuses=range(200, 500))
    if kind == 7:
        return plain("header", good, code, headers=rng.sample(BAD_HEADERS, rng.randrange(1, 4)), statuses=range(200, 500))
    if kind == 8:
        method = rng.choice(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "BREW", "PROPFIND", "A" * 200])
        return plain("method", good, code, method=method, statuses=[400, 404, 405])
    if kind == 9:
        target, language = rng.choice([broken_path, broken_query])(code)
        return plain("head", target, language, method="HEAD", statuses=range(200, 500))
    base = f"{{}} {good} HTTP/1.1\r\nHost: t\r\nAccept: text/html\r\n"
    if kind == 10:
        return rng.choice([
            lambda: framed("no host", f"GET {good} HTTP/1.1\r\nAccept: text/html\r\n\r\n", b"", code, statuses=[400]),
            lambda: framed("two hosts", base.format("GET") + "Host: u\r\n\r\n", b"", code, statuses=[400]),
            lambda: framed("header name", base.format("GET") + rng.choice(["Content-Length : 36", "A b: c", "A(b): c", "\"x\": y"]) + "\r\n\r\n", b"GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n", code, statuses=[400]),
            lambda: framed("folded", base.format("GET") + "X: a\r\n b\r\n\r\n", b"", code, statuses=range(200, 500)),
            lambda: framed("many headers", base.format("GET") + "X: 1\r\n" * rng.randrange(101, 300) + "\r\n", b"", code, statuses=[431]),
            lambda: framed("long header", base.format("GET") + "X: " + "a" * rng.randrange(17000, 24000) + "\r\n\r\n", b"", code, statuses=[431]),
            lambda: framed("huge header", base.format("GET") + "X: " + "a" * rng.randrange(33000, 100000) + "\r\n\r\n", b"", code, statuses=[431], own=True, silence=True),
            lambda: framed("huge target", f"GET /{code}/" + "a" * rng.randrange(33000, 90000) + " HTTP/1.1\r\nHost: t\r\n\r\n", b"", code, statuses=[414, 431], own=True, silence=True),
            lambda: framed("a space in the address", f"GET {good} x HTTP/1.1\r\nHost: t\r\nAccept: text/html\r\n\r\n", b"", code, statuses=[404, 400, 301]),
            lambda: framed("version", f"GET {good} HTTP/{rng.choice(['9.9', '2.0', '0.9', '1.', 'x', '1.1.1', '11'])}\r\nHost: t\r\n\r\n", b"", code,
                           statuses=[200, 301, 302, 400, 404, 505], own=True, silence=True),
            lambda: framed("HTTP/1.0", f"GET {good}/{word()}x HTTP/1.0\r\nAccept: text/html\r\nConnection: close\r\n\r\n", b"", code, statuses=[400, 404]),
            lambda: framed("HTTP/0.9", f"GET {good}\r\n\r\n", b"", code, statuses=[400], own=True, silence=True),
            lambda: framed("no colon", base.format("GET") + "nonsense\r\n\r\n", b"", code, statuses=[400], own=True),
            lambda: framed("line ends alone", base.format("GET").replace("\r\n", "\n") + "\n", b"", code, statuses=range(200, 500), silence=True),
        ])()
    post = base.format("POST")
    return rng.choice([
        lambda: framed("two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", b"helloX", code, statuses=[405]),
        lambda: framed("length and chunks", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", b"0\r\n\r\nGET /x HTTP/1.1\r\n\r\n", code, statuses=[405]),
        lambda: framed("a length that is none", base.format("GET") + f"Content-Length: {rng.choice(['x', '-1', '+5', '5 5', '0x5', '9' * 30])}\r\n\r\n", b"hello", code,
                       statuses=[400, 413], own=True, silence=True),
        lambda: framed("an unknown coding", base.format("GET") + f"Transfer-Encoding: {rng.choice(['gzip', 'chunked, gzip', 'x', ''])}\r\n\r\n", b"", code, statuses=[200, 301, 400]),
        lambda: framed("GET with a body", base.format("GET") + "Content-Length: 5\r\n\r\n", b"hello", code, statuses=[301, 400]),
        lambda: framed("two lengths for a reader", base.format("GET") + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n", b"GET /smuggled HTTP/1.1\r\nHost: t\r\nX: aaaaaa\r\n\r\n", code,
                       statuses=[301, 400]),
        lambda: framed("chunks for a reader", base.format("GET") + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n", code, statuses=[301, 400]),
        lambda: framed("TLS", "", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rng.randbytes(500) + b"\r\n\r\n", code, statuses=[400], own=True, silence=True),
        lambda: framed("HTTP/2", "", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", code, statuses=[400, 505], own=True, silence=True),
        lambda: framed("garbage", "", rng.randbytes(rng.randrange(1, 3000)) + b"\r\n\r\n", code, statuses=range(200, 506), own=True, silence=True),
        lambda: framed("half a request", base.format("GET")[:rng.randrange(1, 40)], b"", code, statuses=[400], own=True, silence=True),
        lambda: framed("a NUL", f"GET {good}\0x HTTP/1.1\r\nHost: t\r\nAccept: te\0xt\r\n\r\n", b"", code, statuses=range(200, 500), own=True, silence=True),
        lambda: framed("bent", "", bent(plain("", *broken_query(code)).data), None, statuses=range(200, 506), own=True, silence=True),
    ])()


def bent(data):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


# ---- what is answered -------------------------------------------------------------------------------------------------

def ask(port, asked):
    """All that comes back until the connection ends, or says nothing more."""
    data = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as s:
        try:
            s.sendall(asked.data)
            if not asked.ends:
                s.shutdown(socket.SHUT_WR)  # no more will come: whatever waits for the rest of it need not
        except OSError:
            pass
        try:
            while True:
                more = s.recv(1 << 16)
                if not more:
                    break
                data += more
        except (ConnectionResetError, TimeoutError):
            pass
    return data


def sentence(text):
    """What the page says is wrong"""
    return re.search(r'<p class="lead">\s*(?:<span[^>]*>)?[^<\s]', text) and re.search(r"<h1>[^<]", text) and (
        'class="msg"' not in text or re.search(r'class="msg" id="fixm">(<span lang="en">)?[^<\s]', text))


WORDS = {code: tongue.english(code) for code in TAGS if code != "en"}


def wrong(asked, data):
    """What is wrong with this answer; None: nothing."""
    if not data:
        return None if asked.silence else "no answer"
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    found = re.fullmatch(r"HTTP/1\.[01] (\d\d\d) .*", lines[0])
    if not found:
        return "no status line"
    status = int(found[1])
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    if status not in asked.statuses or status == 500:
        return f"status {status}"
    media = headers.get("content-type", "")
    if asked.own and status in OWN_STATUS and not media:
        return None if OWN_WORDS.match(body) or not body else "the library's words are others"
    if b"smuggled" in asked.data and (len(re.findall(rb"HTTP/1\.1 \d\d\d ", data)) != 1 or headers.get("connection") != "close"):
        return "what was smuggled in is read"
    if status in (301, 302, 304) or status < 300:
        return None if status == 304 or media else "no type"
    if "x-content-type-options" not in headers or "content-security-policy" not in headers:
        return "no security headers"
    if asked.head:
        return "HEAD with a body" if body else None
    if len(body) < int(headers["content-length"]):
        return "cut short"
    body = body[:int(headers["content-length"])]
    if media == "application/json":
        said = json.loads(body)
        return None if said["status"] == status and said["error"] and said["what"] else "an error that says nothing"
    if media != "text/html; charset=utf-8":
        return f"type {media}"
    return wrong_page(asked, body.decode("utf-8"), headers)


def wrong_page(asked, text, headers):
    tag = re.search(r'<html lang="([^"]*)"', text)[1]
    if asked.language and tag != TAGS[asked.language]:
        return f"in {tag}, not {TAGS[asked.language]}"
    if headers.get("content-language", tag) != tag:
        return "Content-Language: " + headers["content-language"]
    if not sentence(text):
        return "no sentence"
    page = crawl.Page(asked.kind, 0, "", text.encode(), "")
    broken = crawl.faults(page)
    if broken:
        return broken[0]
    if asked.language and asked.language != "en":
        for fault in tongue.faults(page, tag, *WORDS[asked.language], LATIN[asked.language], letters=False):
            return fault
        if '<span lang="en">' in text:
            return "its sentence is in English"
    return None


def memory(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])


def files(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


with served.sample() as site:
    visitor = crawl.Site(site.url)
    port = int(site.url.rsplit(":", 1)[1])
    state = lambda: [hashlib.sha256(visitor.get(p).body).hexdigest() for p in ("/api/facts", "/checkpoint", "/en/participants.json")]  # noqa: E731
    speaks = [c for c in TAGS if visitor.get(f"/{c}/").status == 200]
    TAGS = {c: TAGS[c] for c in speaks}
    before, open_before = state(), files(site.process)
    seen, at_half = {}, 0
    for code in speaks:
        failed = {}
        for i in range(N):
            asked = make(code)
            if i == N // 2 and code == speaks[-1]:
                at_half = memory(site.process)
            why = wrong(asked, ask(port, asked))
            seen[asked.kind] = seen.get(asked.kind, 0) + 1
            if why and len(failed) < 40:
                failed.setdefault((asked.kind, why.split(":")[0]), (why, asked.data[:200]))
            if not site.alive():
                break
        tap.ok(not failed, f"bad input: {N} broken requests under /{code}/ (SEED={SEED}): each is answered in the language that it asks for",
               "\n".join(f"{k}: {why}\n    {data!r}" for (k, _), (why, data) in failed.items()))
    tap.ok(site.alive(), "bad input: the server lives")
    tap.note(", ".join(f"{n} {k}" for k, n in sorted(seen.items(), key=lambda x: -x[1])))
    tap.ok(len(seen) > 25 or N < 200, "bad input: of every kind", seen)
    tap.same(state(), before, "bad input: and nothing has changed")
    end = time.monotonic() + 40
    while files(site.process) > open_before + 2 and time.monotonic() < end:
        time.sleep(0.2)
    tap.ok(files(site.process) <= open_before + 2, "bad input: no connection is left over", (open_before, files(site.process)))
    grown = memory(site.process) - at_half
    tap.ok(grown < 32 << 10, "bad input: memory does not grow with them", f"{grown} kB in the second half of the last language")

    # Some in full, and the form that lets a reader correct what was wrong.
    page = visitor.get("/ru/acts?kind=state_listed&on=2025-02-30&known=17", Accept="text/html")
    fields = dict(re.findall(r'<input[^>]*name="([^"]*)" value="([^"]*)"', page.text))
    tap.ok(page.status == 400 and re.search(r"феврал[^<]*28-е", page.text) and fields.get("on") == "2025-02-30", "bad input: the wrong value stands in the form again, with what is wrong",
           page.text[:3000])
    tap.same((fields.get("kind"), fields.get("known")), ("state_listed", "17"), "bad input: with all the others")
    page = visitor.get("/zh/?known=99999", Accept="text/html")
    tap.ok(page.status == 400 and 'name="known"' in page.text and "99999" in page.text, "bad input: so does a number beyond the end of the record")
    page = visitor.get("/nowhere", **{"Accept": "text/html", "Accept-Language": "zh-CN, en;q=0.1"})
    tap.ok(page.status == 404 and '<html lang="zh-Hans"' in page.text, "bad input: where the address has no language, the reader's counts")
    page = visitor.get("/EN/participants", Accept="text/html")
    tap.ok(page.status == 404 and 'href="/en/participants"' in page.text, "bad input: what is written in capitals is found", page.text[:2000])
tap.done()
