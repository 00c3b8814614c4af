# SPDX-License-Identifier: Apache-2.0
"""Search: 200 questions to 100,000 documents, beside SQLite FTS5 as it comes; and the whole page of each."""
import os
import re
import subprocess
import time
from urllib.parse import quote

import served
from bench import BUILD, HERE, ROOT, Figure, quantile
from part_page import Client

ACTS, RUNS, LANGUAGES = 33400, 3, 3
QUERIES = os.path.join(HERE, "search", "queries.txt")
COMMON = 20  # the first of them


def queries():
    with open(QUERIES, encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]


def run_program(data):
    """{name: value}, and the milliseconds of ours and of the peer, each a list of runs of one time for each question."""
    said = subprocess.run([os.path.join(BUILD, "bench.d", "comity-bench-search"), data, os.path.join(ROOT, "orgs", "sco"), QUERIES, str(ACTS), str(RUNS)],
                          check=True, capture_output=True, text=True).stdout
    figures = dict(line.split() for line in said.splitlines())
    count = len(queries())
    times = {who: [[float(figures[f"{who}.{run}.{i}"]) for i in range(count)] for run in range(RUNS)] for who in ("ours", "peer")}
    return figures, times["ours"], times["peer"]


def pages(data):
    """The same questions as pages of a running server, each once: a client on the same machine, by the wall."""
    with served.serve(data) as site:
        client = Client(int(site.url.rsplit(":", 1)[1]))
        ready(client)
        runs = [[client.get(f"/en/search?q={quote(words)}&on=2025-12-{10 + run}") for words in queries()] for run in range(RUNS)]
    assert all(status == 200 for answers in runs for status, _, _ in answers)
    return [[took for _, _, took in answers] for answers in runs]


def ready(client):
    """Waits until the index of the search is made."""
    while client.get("/en/search?q=council")[0] == 503:
        time.sleep(0.3)


def measure(folder):
    data = os.path.join(folder, "search")
    figures, ours, peer = run_program(data)
    asked = queries()
    p95 = [quantile(run, 0.95) for run in ours]
    grown = [float(value) for name, value in figures.items() if re.fullmatch(r"grow\.\d+", name)]
    whole = pages(data)

    def row(what, runs, q, **more):
        return Figure(what, [quantile(run, q) for run in runs], "ms", 2, **more)
    return [row("search, median", ours, 0.5),
            row("search, p95", ours, 0.95, goal="< 5 ms", met=sorted(p95)[len(p95) // 2] < 5),
            row("search, p99", ours, 0.99),
            row("search, p95 of common words", [run[:COMMON] for run in ours], 0.95),
            row("FTS5 unicode61, bm25 of all: median", peer, 0.5),
            row("FTS5 unicode61, bm25 of all: p95", peer, 0.95),
            row("FTS5 unicode61, bm25 of all: p99", peer, 0.99),
            row("FTS5 unicode61, p95 of common words", [run[:COMMON] for run in peer], 0.95),
            Figure("a search after one more act", grown, "ms", 2),
            Figure("the index made", [float(figures["make"])], "s", 1),
            Figure("FTS5 unicode61 made", [float(figures["peer.make"])], "s", 1),
            Figure("memory of the index", [int(figures["bytes"]) / 1e6], "MB"),
            Figure("memory of FTS5 unicode61, texts kept", [int(figures["peer.bytes"]) / 1e6], "MB"),
            row("whole page of a search, p95", whole, 0.95, goal="< 5 ms", met=sorted(quantile(run, 0.95) for run in whole)[RUNS // 2] < 5),
            row("whole page of a search, p99", whole, 0.99)], [
        f"search: {len(asked)} questions ({COMMON} of common words; English, Russian, Chinese; bench.d/search/queries.txt) to {int(figures['documents']):,} "
        f"made-up documents in {ACTS:,} acts; {RUNS} runs after one that is not counted; processor time, hits and the words shown in the first twenty. "
        f"We find something for {sum(int(figures[f'ours.hits.{i}']) > 0 for i in range(len(asked)))} of them, FTS5 with unicode61 for "
        f"{sum(int(figures[f'peer.hits.{i}']) > 0 for i in range(len(asked)))}: it bends no words and takes a Chinese sentence for one word. "
        "The whole page is by the wall, over loopback, uncached, each question once in each of as many runs."]
