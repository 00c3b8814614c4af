# SPDX-License-Identifier: Apache-2.0
"""A server that misbehaves on purpose: each path is one way. Prints its port, ends when standard input does.

It counts connections, so that a test can see whether one was used again: /count says how many there were.
"""
import gzip
import itertools
import os
import socket
import sys
import threading
import time

connections = itertools.count(1)
seen = 0


def answer(body, status="200 OK", headers=(), type="text/plain"):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    if type:
        lines.append(f"Content-Type: {type}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def endless(conn, piece, pause=0.0):
    while True:
        conn.sendall(piece)
        time.sleep(pause)


def slow(conn):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    endless(conn, b"x", 0.2)


def half(conn):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")


def silent(conn):
    time.sleep(30)


def unending(conn):
    conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    endless(conn, b"x" * 1024)


def headers(conn):
    conn.sendall(b"HTTP/1.1 200 OK\r\n")
    endless(conn, b"X-More: " + b"y" * 500 + b"\r\n")


def one_header(conn):
    conn.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    endless(conn, b"y" * 1024)


def interim(conn):
    endless(conn, b"HTTP/1.1 100 Continue\r\n\r\n")


def bomb(conn):
    packed = gzip.compress(bytes(20 << 20))
    conn.sendall(answer(packed, headers=["Content-Encoding: gzip"]))


RAW = {  # bytes as they are, then the end
    "/none": b"",
    "/text": b"good morning\r\n\r\n",
    "/version": b"HTTP/7.3 200 OK\r\nContent-Length: 2\r\n\r\nno",
    "/status": b"HTTP/1.1 two hundred\r\nContent-Length: 2\r\n\r\nno",
    "/length": b"HTTP/1.1 200 OK\r\nContent-Length: minus one\r\n\r\nno",
    "/chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno\r\n0\r\n\r\n",
    "/binary": bytes(range(256)) * 4,
    "/header": b"HTTP/1.1 200 OK\r\n\xff\x01: \x02\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
    "/unpack": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
    "/strange": b"HTTP/1.1 200 OK\r\nContent-Encoding: rot13\r\nContent-Length: 5\r\n\r\nplain",
    "/huge": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx",
}
GOOD = {
    "/": answer(b"hello"),
    "/empty": answer(b"", type=None),
    "/missing": answer(b"no such thing", "404 Not Found"),
    "/broken": answer(b"size\n", "500 Internal Server Error", type="text/x.tlog.size"),
    "/moved": answer(b"", "302 Found", ["Location: http://127.0.0.2/elsewhere"]),
    "/same": answer(b"", "301 Moved Permanently", ["Location: /"]),
    "/file": answer(b"", "302 Found", ["Location: file:///etc/passwd"]),
    "/unchanged": answer(b"", "304 Not Modified"),
    "/packed": answer(gzip.compress(b"a" * 1000), headers=["Content-Encoding: gzip"]),
    "/exact": answer(b"x" * 1000),
    "/type": answer(b"", type="x/" + "long" * 100),
}
ACTS = {"/slow": slow, "/half": half, "/silent": silent, "/endless": unending, "/headers": headers, "/one-header": one_header,
        "/interim": interim, "/bomb": bomb}


def question(conn, kept):
    """The next question: (bytes kept for later, head, body), or None at the end."""
    while b"\r\n\r\n" not in kept:
        piece = conn.recv(65536)
        if not piece:
            return None
        kept += piece
    head, _, kept = kept.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(kept) < length:
        kept += conn.recv(65536)
    return kept[length:], head, kept[:length]


def serve(conn):
    kept = b""
    try:
        while (asked := question(conn, kept)) is not None:
            kept, head, body = asked
            method, path = head.split(b" ")[:2]
            path = path.decode()
            if path == "/echo":
                conn.sendall(answer(head + b"\n\n" + body, type="application/octet-stream"))
            elif path == "/count":
                conn.sendall(answer(str(seen).encode()))
            elif path in GOOD:
                conn.sendall(GOOD[path])
            else:
                if path in RAW:
                    conn.sendall(RAW[path])
                else:
                    ACTS[path](conn)
                break
    except OSError:
        pass  # the other side had enough
    try:
        conn.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    conn.close()


def main():
    global seen
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept():
        global seen
        while True:
            conn, _ = listener.accept()
            seen = next(connections)
            threading.Thread(target=serve, args=(conn,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
