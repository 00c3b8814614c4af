#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server on a real socket: HTTP as it should be, and as it should not.

    test_http.py SERVE        (SEED, N: the random requests)
"""
import os
import random
import re
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

SEED = int(os.environ.get("SEED", "1"))
N = int(os.environ.get("N", "300"))
SECURITY = ("content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
            "cross-origin-resource-policy", "permissions-policy")

server = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
PORT = int(server.stdout.readline())


def connect():
    s = socket.create_connection(("127.0.0.1", PORT), timeout=20)
    return s


def read_reply(s, head_only=False, rest=b""):
    """(status, headers, body, what came after); status 0 when the connection ended before a reply."""
    data = rest
    while b"\r\n\r\n" not in data:
        try:
            more = s.recv(65536)
        except ConnectionResetError:
            more = b""
        if not more:
            return 0, {}, data, b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    status = int(lines[0].split()[1])
    length = 0 if head_only or status == 304 else int(headers.get("content-length", "0"))
    while len(body) < length:
        more = s.recv(65536)
        if not more:
            break
        body += more
    return status, headers, body[:length], body[length:]


def raw(request, head_only=False, patience=20):
    """One reply to these bytes on a connection of its own; status 0 when none comes."""
    with connect() as s:
        s.settimeout(patience)
        try:
            s.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was all sent: the reply may still be there
        try:
            return read_reply(s, head_only)[:3]
        except TimeoutError:
            return 0, {}, b""


def get(target, method="GET", **headers):
    lines = "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in headers.items())
    return raw(f"{method} {target} HTTP/1.1\r\nHost: t\r\n{lines}\r\n".encode(), method == "HEAD")


# As it should be
status, headers, body = get("/en/things/X")
tap.ok(status == 200 and b"<h1>X</h1>" in body and headers["content-type"] == "text/html; charset=utf-8", "http: a page", (status, headers))
tap.same(headers["cache-control"], "no-cache", "http: a page is asked for again each time")
tap.same(headers["vary"], "Accept", "http: a page with two forms varies by Accept")
etag = headers["etag"]
for target, more, want in (("/en/things/X", {}, 200), ("/", {}, 302), ("/en", {}, 301), ("/en/things/X", {"If_None_Match": etag}, 304),
                           ("/en/things?on=2025-02-30", {}, 400), ("/nowhere", {}, 404), ("/en/things/broken", {}, 500),
                           ("/en/" + "a" * 3000, {}, 414), ("/en/things/X.json", {}, 200)):
    got, headers, body = get(target, **more)
    lacking = [h for h in SECURITY if h not in headers]
    tap.ok(got == want and not lacking, f"http: {want} with the security headers for {target[:30]}", f"{got} {lacking}")
    if want == 304:
        tap.ok(headers.get("etag") == etag and body == b"", "http: 304 has the etag and no body", headers)
    if want in (301, 302):
        tap.ok(headers.get("location") == "/en/", f"http: {want} says where to", headers)

# Who may read it: data the scripts of any site, pages and what they are made of only ours, what is sent only who sent it. Each is said once.
READERS, SCRIPTS = "cross-origin-resource-policy", "access-control-allow-origin"
sheet = re.search(rb'href="(/asset/comity\.[0-9a-f]{16}\.css)"', get("/en/")[2])[1].decode()
data = get("/en/things/X.json")[1]
for target, method, more, want, is_open in (
        ("/en/things/X.json", "GET", {}, 200, True), ("/en/things/X", "GET", {"Accept": "application/json"}, 200, True), ("/en/things/X.json", "HEAD", {}, 200, True),
        ("/api/echo", "GET", {}, 200, True), ("/en/things/X.json", "GET", {"Origin": "https://elsewhere.example", "If_None_Match": data["etag"]}, 304, True),
        ("/en/things/none.json", "GET", {}, 404, True), ("/en/things/X", "GET", {}, 200, False), ("/en/things/X", "HEAD", {}, 200, False), (sheet, "GET", {}, 200, False),
        ("/nowhere", "GET", {}, 404, False), ("/api/echo", "POST", {"Origin": "https://elsewhere.example", "Content_Length": "0"}, 200, False),
        ("/api/echo", "OPTIONS", {"Origin": "https://elsewhere.example", "Access_Control_Request_Method": "POST"}, 405, False),
        ("/en/things/X.json", "POST", {}, 405, False), ("/en/things/X.json", "OPTIONS", {}, 405, False), ("/en/things/X.json", "DELETE", {}, 405, False)):
    got, headers, _ = get(target, method, **more)
    tap.same((got, headers.get(READERS), headers.get(SCRIPTS), any(h.startswith("access-control-allow-") and h != SCRIPTS for h in headers)),
             (want, "cross-origin", "*", False) if is_open else (want, "same-origin", None, False), f"http: {method} {target[:30]} {got}: {'open' if is_open else 'not open'} to other sites")
with connect() as s:
    s.sendall(b"GET /en/things/X.json HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
    head = b"".join(iter(lambda: s.recv(65536), b"")).split(b"\r\n\r\n")[0].lower()
    tap.same([head.count(h.encode() + b":") for h in (*SECURITY, SCRIPTS)], [1] * 7, "http: each of them once")
headers = get("/en/things/X")[1]
tap.ok("unsafe" not in headers["content-security-policy"], "http: the policy allows nothing inline")
status, headers, body = get("/", Accept_Language="ru, en;q=0.5")
tap.ok(status == 302 and headers["vary"] == "Accept-Language", "http: / varies by language", headers)
status, headers, body = get("/en/things/X", "HEAD")
tap.ok(status == 200 and body == b"" and int(headers["content-length"]) > 1000, "http: HEAD is GET without the body", (status, headers))
sheet = re.search(rb'href="(/asset/comity\.[0-9a-f]{16}\.css)"', get("/en/")[2])
status, headers, body = get(sheet[1].decode())
tap.ok(status == 200 and headers["content-type"].startswith("text/css") and "immutable" in headers["cache-control"] and len(body) < 36 << 10,
       "http: the style sheet stands at an address with its hash, for ever", (status, headers, len(body)))
often = [get(sheet[1].decode()) for _ in range(40)]  # what is asked often is known by its words in the end
tap.ok(len(body) >= 16 << 10 and all(s == status and {**h, "date": ""} == {**headers, "date": ""} and b == body for s, h, b in often),
       "http: a long answer is the same each time, headers and all", {(s, len(b)) for s, _, b in often})
again = get(sheet[1].decode(), "HEAD"), get(sheet[1].decode(), If_None_Match=headers["etag"])
tap.ok(again[0][0] == 200 and again[0][2] == b"" and again[0][1]["content-length"] == headers["content-length"] and again[1][0] == 304,
       "http: and so are its head and its 304", again)
for page in ("/en/things/X", "/en/date", "/nowhere", "/en/things?on=1"):
    html = get(page, Accept="text/html")[2]
    bad = re.findall(rb'<script|<style|\sstyle="|\son[a-z]+="|javascript:', html)
    tap.ok(not bad and html.startswith(b"<!DOCTYPE html>"), f"http: nothing inline in {page}", bad)
with connect() as s:
    one = b"GET /en/things/X HTTP/1.1\r\nHost: t\r\n\r\n"
    s.sendall(one * 3 + one.replace(b"/X", b"/Y"))
    rest, seen = b"", []
    for _ in range(4):
        status, headers, body, rest = read_reply(s, rest=rest)
        seen.append((status, b"<h1>X</h1>" in body, headers.get("connection", "keep-alive").lower()))
    tap.same(seen, [(200, True, "keep-alive")] * 3 + [(200, False, "keep-alive")], "http: one connection, four requests, answered in order")
server.stdin.write("x")  # an act is filed
server.stdin.flush()
time.sleep(0.2)
status, headers, body = get("/en/things/X", If_None_Match=etag)
tap.ok(status == 200 and headers["etag"] != etag and b"known at entry 10" in body, "http: a new entry makes the old etag stale", headers)

# As it should not be
for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"):
    status, headers, _ = get("/en/", method)
    tap.ok(status == 405 and headers.get("allow") == "GET, HEAD", f"http: {method} is refused with 405 and Allow", (status, headers))
status, _, body = raw(b"POST /en/ HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello")
tap.ok(status == 405, "http: POST with a body too", status)
status, _, body = raw(b"GET /en/ HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello")
tap.ok(status == 400 and b"takes no body" in body, "http: GET with a body", (status, body))
status, _, body = raw(b"GET /en/ HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
tap.ok(400 <= status < 500, "http: GET with a chunked body", status)
BAD = {
    "header of 20 kB": b"GET /en/ HTTP/1.1\r\nHost: t\r\nX: " + b"a" * 20000 + b"\r\n\r\n",
    "a thousand headers": b"GET /en/ HTTP/1.1\r\nHost: t\r\n" + b"X: 1\r\n" * 5000 + b"\r\n",
    "target of 20 kB": b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: t\r\n\r\n",
    "bad UTF-8": b"GET /en/%ff HTTP/1.1\r\nHost: t\r\n\r\n",
    "bad raw UTF-8": b"GET /en/\xff\xfe HTTP/1.1\r\nHost: t\r\n\r\n",
    "a NUL, encoded": b"GET /en/%00 HTTP/1.1\r\nHost: t\r\n\r\n",
    "half an escape": b"GET /en/things?q=%4 HTTP/1.1\r\nHost: t\r\n\r\n",
    "no such day": b"GET /en/things?on=2025-02-30 HTTP/1.1\r\nHost: t\r\n\r\n",
    "an unknown parameter": b"GET /en/things?utm=1 HTTP/1.1\r\nHost: t\r\n\r\n",
    "a target without a slash": b"GET en/ HTTP/1.1\r\nHost: t\r\n\r\n",
    "a star": b"GET * HTTP/1.1\r\nHost: t\r\n\r\n",
    "a line break in a parameter": b"GET /en/things?q=a%0d%0aX:y HTTP/1.1\r\nHost: t\r\n\r\n",
    "no host": b"GET /en/ HTTP/1.1\r\n\r\n",
    "a length that is no number": b"GET /en/ HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n",
    "a huge length": b"POST /en/ HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n",
}
for name, request in BAD.items():
    status, _, _ = raw(request)
    tap.ok(400 <= status < 500, f"http: {name} gets a 4xx", f"status {status}")
# What is no HTTP at all: refused, or the connection ends. Nothing more can be asked of it.
WORSE = {
    "a NUL in the request line": b"GET /en/\0x HTTP/1.1\r\nHost: t\r\n\r\n",
    "a NUL in a header": b"GET /en/ HTTP/1.1\r\nHost: t\r\nAccept: a\0b\r\n\r\n",
    "garbage": bytes(range(256)) * 8,
    "only line ends": b"\r\n" * 5000,
    "an empty request line": b" \r\n\r\n",
    "HTTP/9.9": b"GET /en/ HTTP/9.9\r\nHost: t\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500,
    "half a request": b"GET /en/ HT",
    "a folded header": b"GET /en/ HTTP/1.1\r\nHost: t\r\nAccept: a\r\n b\r\n\r\n",
    "a header without a name": b"GET /en/ HTTP/1.1\r\nHost: t\r\n: x\r\n\r\n",
    "a header with a bare LF": b"GET /en/ HTTP/1.1\nHost: t\n\n",
}
for name, request in WORSE.items():
    status, _, _ = raw(request, patience=0.5)  # of half a request the server waits for the rest
    tap.ok(status in (0, 505) or status < 500 and server.poll() is None, f"http: {name} does no harm", f"status {status}")

# Random requests made of pieces that mean something.
rng = random.Random(SEED)
PIECES = [b"/", b"en", b"things", b"date", b"?", b"&", b"=", b"on", b"known", b"2016-01-01", b"9", b"%", b"%00", b"%2F", b"%ff", b"..", b"\x80",
          b"\xe2\x82\xac", b"#", b"+", b".json", b"index", b"{lang}", b"q", b"open=all", b"'", b'"', b"<b>", b"a" * 300, b"\t", b";"]
HEADERS = [b"Accept: ", b"Accept-Language: ", b"If-None-Match: ", b"Host: ", b"Connection: ", b"Content-Length: ", b"Expect: "]
VALUES = [b"*/*", b"text/html", b"application/json;q=0", b";;,,q=", b'"', b"*", b"W/", b"close", b"0", b"en-GB,ru;q=0.x", b"\xff", b"100-continue", b""]
failed = []
for i in range(N):
    target = b"/" + b"".join(rng.choice(PIECES) for _ in range(rng.randrange(12)))
    lines = b"".join(rng.choice(HEADERS) + rng.choice(VALUES) + b"\r\n" for _ in range(rng.randrange(4)))
    request = rng.choice([b"GET", b"GET", b"HEAD", b"POST"]) + b" " + target + b" HTTP/1.1\r\nHost: t\r\n" + lines + b"\r\n"
    if rng.randrange(8) == 0:
        request = bytes(rng.randrange(256) if rng.randrange(30) == 0 else c for c in request)
    status, _, _ = raw(request, request.startswith(b"HEAD"), 0.5)
    if (status >= 500 and status != 505) or server.poll() is not None:
        failed.append((status, request))
        break
tap.ok(not failed, f"http: {N} random requests (SEED={SEED}) get an answer or nothing, never a 5xx", failed)

held = [connect() for _ in range(100)]  # idle connections are no reason to refuse others
tap.ok(get("/en/things/X")[0] == 200, "http: a hundred idle connections keep nobody out")
with connect() as s:
    s.sendall(b"GET /en/things/X HTTP/1.1\r\nHost: t\r\n\r\n")
    started = time.monotonic()
    server.stdin.close()
    status = read_reply(s)[0]
    code = server.wait(timeout=30)
    tap.ok(status in (200, 0) and code == 0, "http: a stop answers what is under way and ends well", f"status {status}, exit {code}")
    tap.ok(time.monotonic() - started < 10, "http: and does not wait for idle connections")
for s in held:
    s.close()
tap.done()
