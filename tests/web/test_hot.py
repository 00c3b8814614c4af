#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replies that are sent again and again become files in memory (http.c): what is sent stays the same to the byte, and no more descriptors are held than is said."""
import os
import socket
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import posting  # noqa: E402
import served  # noqa: E402
import tap  # noqa: E402

PAGE, AFTER, MOST = "/en/participants/BY", 64, 128  # HOT_AFTER, HTTP_HOT_FILES


def files(site):
    """How many bodies are files in memory now: each is a descriptor."""
    folder = f"/proc/{site.process.pid}/fd"
    return sum(os.readlink(os.path.join(folder, fd)).startswith("/memfd:reply") for fd in os.listdir(folder))


def told(answer):
    """What does not change from one second to the next."""
    status, headers, body = answer
    return status, {k: v for k, v in headers.items() if k != "date"}, body


def asked(path, *lines, method="GET"):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: t", *lines, "", ""]).encode()


def head_of(wire, path, *lines, method="HEAD"):
    """Status and headers of a reply without a body, on a connection that ends with it."""
    wire.send(asked(path, "Connection: close", *lines, method=method))
    whole = b""
    while data := wire.socket.recv(1 << 16):
        whole += data
    wire.close()
    head, _, rest = whole.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    return int(lines[0].split()[1]), sorted(line for line in lines[1:] if not line.lower().startswith(("date:", "connection:"))), rest


with served.sample() as site:
    wire = posting.Wire(site.url)
    first = told(wire.get(PAGE))
    before = head_of(posting.Wire(site.url), PAGE), head_of(posting.Wire(site.url), PAGE, f"If-None-Match: {first[1]['etag']}", method="GET")
    tap.ok(first[0] == 200 and len(first[2]) > 16384, "a page of more than 16 KB", f"{first[0]}, {len(first[2])} bytes")
    tap.same(files(site), 0, "asked a few times it is no file")
    tap.ok(all(told(wire.get(PAGE)) == first for _ in range(2 * AFTER)), "asked over and over it is the same to the byte, headers and all")
    tap.same(files(site), 1, "... and then a file, once")
    tap.same((head_of(posting.Wire(site.url), PAGE), head_of(posting.Wire(site.url), PAGE, f"If-None-Match: {first[1]['etag']}", method="GET")), before,
             "HEAD and 304 say what they said")

    wire.send(asked(PAGE) * 5)  # one behind the other, before anything is read
    tap.ok(all(told(wire.reply()) == first for _ in range(5)), "five requests at once on one connection: five whole replies")

    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", wire.port))
    slow.sendall(asked(PAGE, "Connection: close"))
    gone = [socket.create_connection(("127.0.0.1", wire.port)) for _ in range(20)]
    for s in gone:
        s.sendall(asked(PAGE) * 3)
        s.recv(1000)
        s.close()  # in the middle
    whole = b""
    while data := slow.recv(1000):
        whole += data
    slow.close()
    tap.ok(whole.endswith(b"\r\n\r\n" + first[2]), "who reads in small pieces gets all of it, whoever else hangs up")

    wrong = []

    def ask_often():
        mine = posting.Wire(site.url)
        wrong.extend(answer for answer in (told(mine.get(PAGE)) for _ in range(500)) if answer != first)

    threads = [threading.Thread(target=ask_often) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    tap.ok(not wrong, "eight at once, 500 times each: the same", f"{len(wrong)} differ")

    days = [f"{PAGE}?on={year}-{month:02}-15" for year in range(2012, 2026) for month in range(1, 13)]
    pages = {path: told(wire.get(path)) for path in days}
    tap.ok(len(days) > MOST and all(status == 200 and len(body) > 16384 for status, _, body in pages.values()), f"{len(days)} other pages")
    for _ in range(AFTER):
        wire.send(b"".join(map(asked, days[:20])))
        for path in days[:20]:
            wire.reply()
    tap.same(files(site), 21, "each that is asked often is a file")
    wrong = [path for _ in range(2 * AFTER) for path in days if told(wire.get(path)) != pages[path]]
    tap.ok(not wrong, "all of them asked over and over: the same to the byte", str(wrong[:3]))
    tap.same(files(site), MOST, "... and files no more than there may be")
    tap.ok(site.alive() and told(wire.get(PAGE)) == first, "the server goes on")
tap.done()
