# SPDX-License-Identifier: Apache-2.0
"""The time of the heaviest page, rendered anew for each request: as a client on the same machine sees it."""
import html
import os
import re
import socket
import time
from datetime import date, timedelta

import served
from bench import Figure, quantile

START, MOST = "/en/", 20000  # pages of the walk
REQUESTS = 1000             # each for another day, so that no cache can know it
RUNS = 3
WHOLE = "/en/why/status/BY?open=all"
HREF = re.compile(rb'href="(/en/[^"#?]*)"')


class Client:
    """One kept-alive connection; little enough code that its own time does not show."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path):
        """Status, body, and the milliseconds from the first byte sent to the last received."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode()
        started = time.perf_counter()
        self.socket.sendall(request)
        answer = self.socket.recv(1 << 20)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.socket.recv(1 << 20)
        head = answer[:end].lower()
        length = int(re.search(rb"\r\ncontent-length: *(\d+)", head)[1])
        parts, got = [answer[end + 4:]], len(answer) - end - 4
        while got < length:
            parts.append(self.socket.recv(1 << 20))
            assert parts[-1], "the server closed the connection"
            got += len(parts[-1])
        return int(head[9:12]), b"".join(parts), (time.perf_counter() - started) * 1000


def walk(client):
    """Every page that links reach, with the time of its first, uncached answer: {path: milliseconds}."""
    times, seen, todo = {}, {START}, [START]
    while todo and len(times) < MOST:
        path = todo.pop(0)
        status, body, took = client.get(path)
        if status != 200 or not body.lstrip().lower().startswith(b"<!doctype html"):
            continue
        times[path] = took
        for link in HREF.findall(body):
            link = html.unescape(link.decode())
            if link not in seen:
                seen.add(link)
                todo.append(link)
    return times


def days(run):
    """REQUESTS days of the last years, other ones in each run."""
    last = date(2025, 12, 31)
    return [last - timedelta(days=(RUNS + 1) * number + run) for number in range(REQUESTS)]


def kind(path):
    """The part of the site that a page belongs to: "participants" of /en/participants/BY."""
    return path.split("/")[2] or "home"


def heaviest_of(paths, times, client):
    """One answer alone may have been unlucky: of the twenty slowest, the page whose best answer of five is slowest."""
    best = {path: min(client.get(f"{path}?on=2025-{month:02}-01")[2] for month in range(1, 6))
            for path in sorted(paths, key=times.get)[-20:]}
    return max(best, key=best.get)


def middle(runs, q):
    """Of several runs the one in the middle, by their quantile q."""
    return sorted(quantile(run, q) for run in runs)[len(runs) // 2]


def measure(folder):
    data = os.path.join(folder, "page")
    served.load(data)
    with served.serve(data) as site:
        client = Client(int(site.url.rsplit(":", 1)[1]))
        times = walk(client)
        # Which is the heaviest depends on the day: the heaviest of each part of the site runs, and the slowest of these counts.
        kinds = [heaviest_of([path for path in times if kind(path) == name], times, client)
                 for name in sorted({kind(path) for path in times})]
        # The first run of each page is not counted: it fills the server's memory, which a server does once.
        runs = {path: [[client.get(f"{path}?on={day}")[2] for day in days(run)] for run in range(RUNS + 1)][1:] for path in kinds}
        heaviest = max(kinds, key=lambda path: middle(runs[path], 0.99))
        size = len(client.get(heaviest)[1])
        whole = [client.get(f"{WHOLE}&on={day}") for day in days(0)[:100]]
    p99 = [quantile(run, 0.99) for run in runs[heaviest]]
    every = list(times.values())
    return [Figure("heaviest page uncached, median", [quantile(run, 0.5) for run in runs[heaviest]], "ms", 2),
            Figure("heaviest page uncached, p99", p99, "ms", 2, "< 2 ms", sorted(p99)[len(p99) // 2] < 2),
            Figure("a whole proof opened at once, median", [quantile([took for _, _, took in whole], 0.5)], "ms", 2),
            Figure("all pages, first answer, median", [quantile(every, 0.5)], "ms", 2),
            Figure("all pages, first answer, p99", [quantile(every, 0.99)], "ms", 2)], [
        f"page: of {len(times)} pages that links reach from {START} the heaviest of each part ran, {heaviest} ({size:,} bytes) was "
        f"slowest; {REQUESTS} requests in each of {RUNS} runs (and one before that is not counted), each for another day, on one "
        "connection over loopback.",
        "      median and p99 of each, ms: " + ", ".join(
            f"{middle(runs[path], 0.5):.2f} {middle(runs[path], 0.99):.2f} {path}"
            for path in sorted(kinds, key=lambda path: -middle(runs[path], 0.99))),
        f"      {WHOLE} ({max(len(body) for _, body, _ in whole):,} bytes), asked for by whoever opens every step."]
