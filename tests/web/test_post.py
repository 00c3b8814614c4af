#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bodies of POST on a real socket: whole, bounded in bytes and in time, and never mixed up.

    test_post.py POST [WORKERS]        (SEED, N: the random requests)
"""
import os
import random
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

SEED = int(os.environ.get("SEED", "1"))
N = int(os.environ.get("N", "300"))
server = subprocess.Popen(sys.argv[1:3], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
PORT = int(server.stdout.readline())


def fnv(data):
    h = 0xcbf29ce484222325
    for c in data:
        h = (h ^ c) * 0x100000001b3 & (1 << 64) - 1
    return f"{h:016x}"


class Wire:
    def __init__(self, patience=20):
        self.s = socket.create_connection(("127.0.0.1", PORT), timeout=patience)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.s.close()

    def send(self, data):
        try:
            self.s.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was all sent: the reply may still be there

    def more(self):
        try:
            data = self.s.recv(65536)
        except ConnectionResetError:
            data = b""
        self.rest += data
        return bool(data)

    def reply(self):
        """(status, words of the body); (0, []) when the connection ends before."""
        while b"\r\n\r\n" not in self.rest:
            if not self.more():
                return 0, []
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        status = int(lines[0].split()[1])
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
        while len(self.rest) < length:
            if not self.more():
                break
        body, self.rest = self.rest[:length], self.rest[length:]
        return status, body.decode().split()


def head(path="/small", *lines, method="POST"):
    return (f"{method} {path} HTTP/1.1\r\nHost: t\r\n" + "".join(line + "\r\n" for line in lines) + "\r\n").encode()


def sized(body, path="/small"):
    return head(path, f"Content-Length: {len(body)}", "Content-Type: a/b") + body


def chunked(body, cuts, path="/small", extension=""):
    out = head(path, "Transfer-Encoding: chunked", "Content-Type: a/b")
    for a, b in zip([0] + cuts, cuts + [len(body)]):
        if b > a:
            out += f"{b - a:x}{extension}\r\n".encode() + body[a:b] + b"\r\n"
    return out + b"0\r\n\r\n"


def one(request, patience=20):
    with Wire(patience) as w:
        w.send(request)
        return w.reply()


def said(body):
    return ["POST", str(len(body)), fnv(body), "a/b"]


some = bytes(range(256)) * 3
status, words = one(sized(some))
tap.same((status, words[:4]), (200, said(some)), "post: a body comes whole, with its type")
status, words = one(chunked(some, [1, 2, 300, 301]))
tap.same((status, words[:4]), (200, said(some)), "post: chunked too")
status, words = one(chunked(some, [7], extension=";name=value"))
tap.ok((status, words[:4]) == (200, said(some)) or status == 400, "post: with an extension of a chunk, or refused", (status, words))
status, words = one(head("/small", "Content-Length: 0"))
tap.same((status, words[:3]), (200, ["POST", "0", fnv(b"")]), "post: an empty one")
status, words = one(head("/small"))
tap.same((status, words[:3]), (200, ["POST", "0", fnv(b"")]), "post: none at all")
for n, want in ((1000, 200), (1001, 413), (5000, 413), (3000000, 413), (10 ** 15, 413), (10 ** 25, (413, 400))):
    body = b"x" * min(n, 5000)
    with Wire() as w:
        w.send(head("/small", f"Content-Length: {n}") + body)
        status, words = w.reply()
        tap.ok(status in (want if isinstance(want, tuple) else (want,)), f"post: {n} bytes by their length: {want}", (status, words))
        if want == 413:
            tap.same(words[1], "0", f"post: nothing of {n} bytes is handed on")
for n, want in ((1000, 200), (1001, 413), (100000, 413)):
    status, words = one(chunked(b"x" * n, list(range(0, n, 997))))
    tap.same(status, want, f"post: {n} bytes in chunks: {want}")
with Wire() as w:
    w.send(head("/small", "Transfer-Encoding: chunked"))
    sent, ended = 0, False
    while sent < 50 << 20 and not ended:
        try:
            w.s.sendall(b"ffff\r\n" + b"x" * 0xffff + b"\r\n")
            sent += 0xffff
        except (BrokenPipeError, ConnectionResetError):
            ended = True
    tap.ok(ended and sent < 16 << 20, "post: chunks without end are cut off", f"{sent} bytes")
status, words = one(head("/small", "Content-Length: 3", "Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n")
tap.same(status, 400, "post: a length and chunks together are refused")
status, words = one(head("/small", "Content-Length: 3", "Content-Length: 4") + b"abcd")
tap.ok(status == 400 or words[1] in ("3", "4") and status == 200, "post: two lengths are refused, or one is taken", (status, words))
for bad in ("x", "-1", "+3", "3 4", "0x3"):
    status, _ = one(head("/small", f"Content-Length: {bad}") + b"abc", 1)
    tap.ok(status in (400, 413), f"post: no length is {bad!r}", status)
for bad in (b"x\r\nabc\r\n", b"3\r\nabcd\r\n", b"fffffffffffffffff\r\n", b"-1\r\n"):
    with Wire(4) as w:
        w.send(head("/small", "Transfer-Encoding: chunked") + bad + b"0\r\n\r\n")
        try:
            status, words = w.reply()
        except TimeoutError:
            status = 0
        tap.ok(status == 0 or 400 <= status < 500, f"post: no chunk is {bad[:20]!r}", status)
for path, method, want in (("/none", "POST", 200), ("/small", "PUT", 200), ("/small", "GET", 200)):
    status, words = one(head(path, "Content-Length: 5", method=method) + b"hello")
    tap.ok(status == want and words[1] == "0", f"post: {method} {path} is answered without its body", (status, words))

# Several on one connection, in order, each with its own.
with Wire() as w:
    bodies = [b"a", b"", b"b" * 999, b"c" * 1000]
    w.send(b"".join(sized(b) if i % 2 else chunked(b, []) for i, b in enumerate(bodies)) + head("/x", method="GET"))
    got = [w.reply() for _ in range(5)]
    tap.same([(s, x[:4]) for s, x in got[:4]], [(200, said(b)) for b in bodies], "post: one connection, four bodies, each its own")
    tap.same(got[4][1][:2], ["GET", "0"], "post: and a question after them has none")

# Expect: 100-continue
with Wire() as w:
    w.send(head("/small", "Content-Length: 5", "Expect: 100-continue"))
    status, _ = w.reply()
    tap.same(status, 100, "post: who asks whether to send is told to go on")
    w.send(b"hello")
    status, words = w.reply()
    tap.same((status, words[2]), (200, fnv(b"hello")), "post: and then answered")
with Wire() as w:
    w.send(head("/small", "Content-Length: 5000", "Expect: 100-continue"))
    status, _ = w.reply()
    tap.same(status, 413, "post: or told at once that it is too much")
with Wire() as w:
    w.send(head("/none", "Content-Length: 5", "Expect: 100-continue"))
    status, _ = w.reply()
    tap.same(status, 200, "post: or answered at once where no body is taken")

# Slow ones
with Wire() as w:
    started = time.monotonic()
    w.send(head("/small", "Content-Length: 500") + b"x" * 100)
    status, _ = w.reply()
    took = time.monotonic() - started
    tap.ok(status in (0, 408) and 1 < took < 8, "post: a body that stops coming is cut off", f"status {status} after {took:.1f} s")
with Wire() as w:
    started = time.monotonic()
    w.send(head("/small", "Content-Length: 900"))
    ended = False
    while not ended and time.monotonic() - started < 15:
        try:
            w.s.sendall(b"x")
            w.s.settimeout(0.5)
            ended = w.s.recv(100) == b""
        except TimeoutError:
            pass
        except (BrokenPipeError, ConnectionResetError):
            ended = True
    took = time.monotonic() - started
    tap.ok(ended and 3 < took < 9, "post: and one that drips for ever too", f"{took:.1f} s")

# Half a body is never answered.
before = int(one(head("/x", method="GET"))[1][-1])
for _ in range(20):
    with Wire() as w:
        w.send(head("/small", "Content-Length: 500") + b"x" * 499)
after = int(one(head("/x", method="GET"))[1][-1])
tap.same(after, before + 1, "post: whose sender goes away in the middle of it, nobody answers")

# More than all bodies together may hold.
wires = [Wire() for _ in range(4)]
piece = b"y" * (1 << 20)
for w in wires:
    w.send(head("/large", "Content-Length: 30000000"))
for _ in range(28):
    for w in wires:
        w.send(piece)
for w in wires:
    w.send(b"y" * (30000000 - 28 * len(piece)))
got = sorted(w.reply()[0] for w in wires)
tap.ok(set(got) <= {0, 200, 503} and got.count(200) >= 1 and got != [200] * 4, "post: the whole has a limit as well", got)
for w in wires:
    w.s.close()
time.sleep(0.3)
status, words = one(sized(b"z" * 25000000, "/large"))
tap.ok(status == 200 and words[1] == "25000000", "post: what they held is free again", (status, words[:2]))

rng = random.Random(SEED)
failed = []
with Wire() as w:
    for i in range(N):
        body = rng.randbytes(rng.randrange(1001))
        cuts = sorted(rng.randrange(len(body) + 1) for _ in range(rng.randrange(5)))
        request = chunked(body, cuts) if rng.randrange(2) else sized(body)
        while request:
            n = rng.choice((1, 10, 100, 5000))
            w.send(request[:n])
            request = request[n:]
        status, words = w.reply()
        if (status, words[:4]) != (200, said(body)):
            failed.append((i, status, words))
            break
tap.ok(not failed, f"post: {N} random bodies (SEED={SEED}), cut anywhere, come as they were sent", failed)
if len(sys.argv) > 2:
    waiting = [Wire() for _ in range(8)]
    began = time.monotonic()
    for w in waiting:
        w.send(sized(b"w", "/slow"))
    with Wire() as w:
        w.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        status, _ = w.reply()
    read = time.monotonic() - began
    got = [w.reply()[0] for w in waiting]
    took = time.monotonic() - began
    tap.ok(status == 200 and read < 0.4, "post: who reads does not wait for what is posted", (status, read))
    tap.ok(got == [200] * 8 and took < 3.5, "post: what waits, waits together", (got, took))
    gone = Wire()
    gone.send(sized(b"w", "/slow"))
    time.sleep(0.1)
    gone.s.close()  # who asked is gone before the answer is there
    left = [Wire() for _ in range(4)]
    for w in left:
        w.send(sized(b"w", "/slow"))
    time.sleep(0.1)  # the server is told to end while these are under way
server.stdin.close()
if len(sys.argv) > 2:
    tap.same([w.reply()[0] for w in left], [200] * 4, "post: what is under way when the server ends, ends well")
tap.same(server.wait(timeout=30), 0, "post: the server ends well")
tap.done()
