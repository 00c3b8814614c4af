#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many at once, and slow ones: answers that take long wait in a lane of their own, who dawdles is cut off, who stands idle keeps nobody out.

    test_crowd.py CROWD

Nothing here is a question of speed: what must come first is seen to come first, and patience has only a lower bound and a very generous upper one.
"""
import contextlib
import os
import resource
import select
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

IDLE = 2  # seconds
LATE = 30  # seconds: by then it has happened, on any machine
MANY = 2000


class Server:
    def __init__(self, connections, idle, waiting, files):
        self.process = subprocess.Popen([sys.argv[1], str(connections), str(idle), str(waiting)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        preexec_fn=None if not files else (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))))
        self.port = int(self.process.stdout.readline())

    def tell(self, words):
        self.process.stdin.write(words)
        self.process.stdin.flush()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def ask(self, path):
        s = self.connect()
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: t\r\n\r\n".encode())
        return s

    def get(self, path):
        with self.ask(path) as s:
            return reply(s)

    def seen(self):
        return self.get("/seen")[2].decode().split()

    def until_seen(self, n):
        end = time.monotonic() + LATE
        while len(self.seen()) < n and time.monotonic() < end:
            time.sleep(0.02)
        return self.seen()


@contextlib.contextmanager
def server(connections, idle, waiting, files=0):
    s = Server(connections, idle, waiting, files)
    yield s
    s.process.stdin.close()
    tap.same(s.process.wait(timeout=60), 0, f"crowd: the server of {connections} connections ends well")


def reply(s):
    """(status, headers, body); status 0 when the connection ended before."""
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            more = s.recv(65536)
            if not more:
                return 0, {}, data
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        while len(body) < int(headers.get("content-length", "0")):
            more = s.recv(65536)
            if not more:
                break
            body += more
    except (ConnectionResetError, BrokenPipeError):
        return 0, {}, data
    return int(lines[0].split()[1]), headers, body


def ended(s, patience=0.0):
    """Has the other side closed it (within so many seconds)?"""
    s.settimeout(patience or 0.01)
    try:
        return s.recv(1) == b""
    except (ConnectionResetError, BrokenPipeError):
        return True
    except (TimeoutError, BlockingIOError):
        return False
    finally:
        s.settimeout(60)


def drip(s, piece, pause=0.2):
    """Sends piece after piece until the other side has had enough: after how many seconds."""
    began = time.monotonic()
    while time.monotonic() - began < LATE:
        try:
            s.sendall(piece)
        except OSError:
            break
        if ended(s, pause):
            break
    return time.monotonic() - began


def sip(s, rate):
    """Reads so many bytes a second, and not many in advance, until the other side ends: how it did, after how many bytes and seconds."""
    began, n = time.monotonic(), 0
    while time.monotonic() - began < LATE:
        try:
            data = s.recv(20000)
        except ConnectionResetError:
            return "reset", n, time.monotonic() - began
        if not data:
            return "end", n, time.monotonic() - began
        n += len(data)
        time.sleep(max(0, began + n / rate - time.monotonic()))
    return "late", n, LATE


# A lane: two are made, three wait, the sixth is told.
with server(100, 60, 3) as it:
    askers = []
    for i in range(5):
        askers.append(it.ask(f"/long/{i}"))
        if i < 2:
            it.until_seen(i + 1)
        time.sleep(0.05)  # so that they stand in this order
    tap.same(it.seen(), ["/long/0", "/long/1"], "crowd: two long answers are made at once")
    got = [it.get("/") for _ in range(200)]
    tap.same([g[0] for g in got], [200] * 200, "crowd: two hundred others are answered meanwhile")
    tap.ok(not any(ended(s) for s in askers) and len(it.seen()) == 2, "crowd: and all the long ones wait still")
    status, _, body = it.get("/long/5")
    tap.ok(status == 503 and int(body) >= 1, "crowd: where too many wait, the next one is told at once when to come back", (status, body))
    askers[3].close()  # who asked has gone
    it.tell("g")
    status, _, body = reply(askers[0])
    tap.same((status, body), (200, b"/long/0"), "crowd: the first is answered first")
    tap.same(it.until_seen(3), ["/long/0", "/long/1", "/long/2"], "crowd: the next in the queue is begun")
    askers.append(it.ask("/long/6"))
    time.sleep(0.1)
    tap.ok(not ended(askers[-1]), "crowd: and there is a place in it again")
    it.tell("gg")
    tap.same([reply(askers[i])[2] for i in (1, 2)], [b"/long/1", b"/long/2"], "crowd: each gets its own answer")
    tap.same(it.until_seen(5), ["/long/0", "/long/1", "/long/2", "/long/4", "/long/6"], "crowd: for who has gone nothing is made")
    late = it.ask("/long/7")
    time.sleep(0.3)  # it stands in the queue when the server is told to end
tap.same([reply(askers[i])[0] for i in (4, 5)], [200, 200], "crowd: what has begun when the server ends is answered")
tap.same(reply(late)[0], 503, "crowd: what waits then is told to come again")

# Those that dawdle.
with server(100, IDLE, 3) as it:
    s = it.connect()
    began = time.monotonic()
    tap.ok(ended(s, LATE) and time.monotonic() - began > IDLE / 2, "crowd: a connection that says nothing is closed", time.monotonic() - began)
    s = it.connect()
    s.sendall(b"GET / HTTP/1.1\r\nHost: t\r\nX: ")
    took = drip(s, b"x")
    tap.ok(IDLE / 2 < took < LATE, "crowd: a head that drips in is cut off, however steadily it drips", took)
    s = it.connect()
    took = drip(s, b"\r\n")
    tap.ok(IDLE / 2 < took < LATE, "crowd: so are line ends before a request", took)
    s = it.ask("/")
    tap.same(reply(s)[0], 200, "crowd: after a good request")
    s.sendall(b"GET / HTTP/1.1\r\n")
    took = drip(s, b"X: y\r\n")
    tap.ok(IDLE / 2 < took < LATE, "crowd: a second one that drips is cut off too", took)
    s = it.connect()
    s.sendall(b"GET /a")
    s.shutdown(socket.SHUT_WR)
    tap.ok(ended(s, LATE), "crowd: who ends in the middle of a request is let go")
    s = it.ask("/big")
    end = select.poll()
    end.register(s, 0)  # nothing but that it has been cut, whatever is still to be read here
    began, n = time.monotonic(), 0
    while time.monotonic() - began < LATE and not end.poll(100):
        n += len(s.recv(100))
    took = time.monotonic() - began
    tap.ok(IDLE < took < LATE and n > 1000, "crowd: a reply that is hardly read is cut off, though a little is read all the time", (took, n))
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    s.connect(("127.0.0.1", it.port))
    s.sendall(b"GET /big HTTP/1.1\r\nHost: t\r\n\r\n")
    how, n, took = sip(s, 300000)  # a third of what is asked of it, and no pause
    tap.ok(how == "reset" and IDLE < took < LATE and n < 4000000, "crowd: one that is read steadily but too slowly, too, and what was under way is thrown away, not kept for it", (how, n, took))
    status, _, body = it.get("/big")
    tap.same((status, len(body)), (200, 4000000), "crowd: who reads gets all of it")
    s = it.ask("/long/0")
    time.sleep(IDLE * 2)
    it.tell("g")
    tap.same(reply(s)[0], 200, "crowd: who waits for a long answer is not cut off for being silent")

# Those that stand idle.
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
want = MANY + 500
resource.setrlimit(resource.RLIMIT_NOFILE, (want if hard == resource.RLIM_INFINITY else min(hard, want), hard)) if soft < want else None
with server(2500, 600, 3) as it:
    idle = [it.connect() for _ in range(MANY)]
    got = [it.get("/")[0] for _ in range(100)]
    tap.same(got, [200] * 100, f"crowd: {MANY} idle connections, and a hundred pages beside them")
    tap.ok(not any(ended(s) for s in (idle[0], idle[MANY // 2], idle[-1])), "crowd: none of them was closed for it")
    idle[-1].sendall(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
    idle[0].sendall(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
    tap.same([reply(idle[-1])[0], reply(idle[0])[0]], [200, 200], "crowd: and each of them may still ask")
    for s in idle:
        s.close()
with server(50, 600, 3) as it:
    idle = []
    for i in range(50):
        idle.append(it.ask("/"))
        reply(idle[-1])
        time.sleep(0.01)  # longer than the clock is coarse
    tap.same([it.get("/")[0] for _ in range(5)], [200] * 5, "crowd: when no place is left, newcomers are taken in all the same")
    tap.ok(ended(idle[0], LATE), "crowd: the one that was idle for longest gave way")
    tap.ok(not ended(idle[-1]) and sum(ended(s) for s in idle) <= 6, "crowd: one for each, and the newest stay", [i for i, s in enumerate(idle) if ended(s)])
    flood = [it.connect() for _ in range(300)]
    tap.same(it.get("/")[0], 200, "crowd: six times as many as there are places, and a page")
    for s in idle + flood:
        s.close()
with server(4096, 600, 3, files=100) as it:
    idle = [it.connect() for _ in range(300)]
    tap.same([it.get("/")[0] for _ in range(20)], [200] * 20, "crowd: where the system lets it open no more files, the longest idle give way too")
    for s in idle:
        s.close()
with server(5, 600, 3) as it:
    askers = []
    for i in range(5):
        askers.append(it.ask(f"/long/{i}"))
        time.sleep(0.05)
    end, status = time.monotonic() + LATE, 200
    while status == 200 and time.monotonic() < end:  # until all five wait for their answers
        status, headers, body = it.get("/")
    tap.ok(status == 503 and headers.get("retry-after") and body == b"", "crowd: where all places wait for answers, who comes is told to come back",
           (status, headers, body))
    it.tell("a")
    tap.same([reply(s)[0] for s in askers], [200] * 5, "crowd: they get theirs")
    tap.same(it.get("/")[0], 200, "crowd: and then there is room")
tap.done()
