#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A flood of questions that take long (points of knowledge that nobody asked for before, whole sets, wide differences) and the pages beside it.

What is compared is order and number, not time: how many pages others get while so many long answers are made.
"""
import os
import re
import socket
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import posting  # noqa: E402
import served  # noqa: E402
import tap  # noqa: E402

CLIENTS = 60  # more than may wait
PAGES = ["/en/", "/ru/participants", "/zh/participants/BY", "/en/meetings", "/ru/acts", "/en/participants/KZ?on=2016-05-1{}", "/zh/meetings?year=201{}", "/ru/acts/10{}"]
BUSY = {"en": "Ask again in", "ru": "Повторите через", "zh": "秒后再问"}


class Flood:
    """Clients that ask for one past after the other, each for one that was never asked for."""

    def __init__(self, site):
        self.site, self.over, self.lock, self.next = site, False, threading.Lock(), 100
        self.answers = {200: 0, 503: 0}
        self.turned_away, self.failed = {}, []
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(CLIENTS)]
        for t in self.threads:
            t.start()

    def run(self, i):
        wire, code = posting.Wire(self.site.url), ("en", "ru", "zh")[i % 3]
        while not self.over:
            with self.lock:
                self.next += 1
                known = self.next
            path = [f"/{code}/participants?known={known}", f"/api/facts?known={known}", f"/{code}/why/status/BY?known={known}",
                    f"/data/register.sqlite?known={known}", f"/{code}/search?q=summit&known={known}"][known % 5]
            try:
                status, headers, body = wire.get(path)
            except OSError as e:
                self.failed.append((path, e))
                return
            with self.lock:
                self.answers[status] = self.answers.get(status, 0) + 1
                if status == 503 and headers["content-type"].startswith("text/html"):
                    self.turned_away[code] = (headers, body.decode())
            if status == 503:
                time.sleep(0.05)  # not as long as it was asked to wait

    def stop(self):
        self.over = True
        for t in self.threads:
            t.join()


with served.sample() as site:
    ordinary = posting.Wire(site.url)
    for code in BUSY:
        ordinary.get(f"/{code}/")  # so that all rests on something that is there
    flood = Flood(site)
    end = time.monotonic() + 60
    while flood.answers[503] < 5 and time.monotonic() < end:
        time.sleep(0.02)
    before = dict(flood.answers)
    got = [ordinary.get(PAGES[i % len(PAGES)].format(i // len(PAGES) % 10))[0] for i in range(240)]
    after = dict(flood.answers)
    made = after[200] - before[200]
    tap.ok(set(got) == {200}, "flood: who reads pages gets them", {s: got.count(s) for s in set(got)})
    tap.ok(made < len(got) / 2, "flood: and does not wait for the long answers of others", f"{len(got)} pages while {made} long ones were made")
    end = time.monotonic() + 60
    while (flood.answers[200] == before[200] or len(flood.turned_away) < 3) and time.monotonic() < end:
        time.sleep(0.05)
    flood.stop()
    tap.ok(flood.answers[200] > before[200], "flood: those are answered too, a few at a time", flood.answers)
    tap.ok(flood.answers[503] > 0 and set(flood.answers) <= {200, 404, 503} and not flood.failed, "flood: whoever comes when too many wait is told", (flood.answers, flood.failed[:3]))
    for code, words in BUSY.items():
        headers, page = flood.turned_away.get(code, ({}, ""))
        tap.ok(words in page and f'<html lang="{code}' in page and int(headers.get("retry-after", "0")) >= 1 and headers["retry-after"] in re.sub("<[^>]*>", " ", page),
               f"flood: {code}: and told when to come again, in the language of the address", (headers, page[:300]))
    tap.ok(headers["cache-control"] == "no-cache" and "etag" not in headers, "flood: no cache keeps that", headers)
    status, _, _ = ordinary.get("/en/participants?known=77")
    tap.same(status, 200, "flood: afterwards there is time for each")

    # Those who ask and go away.
    for known in range(600, 700):
        s = socket.create_connection(("127.0.0.1", ordinary.port), timeout=60)
        s.sendall(f"GET /en/participants?known={known} HTTP/1.1\r\nHost: t\r\n\r\n".encode())
        s.close()
    end, status = time.monotonic() + 60, 503
    while status == 503 and time.monotonic() < end:
        status, _, _ = ordinary.get("/en/participants?known=700")
    tap.same(status, 200, "flood: for those who have gone nobody waits")
    tap.ok(site.alive(), "flood: the server lives")
tap.done()
