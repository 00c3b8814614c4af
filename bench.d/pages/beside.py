# SPDX-License-Identifier: Apache-2.0
"""A cached page, its 304 and the feeds from Comity, and the same bytes from nginx, which has them as files: requests per second under wrk."""
import contextlib
import http.client
import os
import re
import statistics
import subprocess

import served
from bench import Figure
from part_serve import NGINX, cores, cpu_seconds, header_bytes, quote, wait_for

ROUNDS, SECONDS, CONNECTIONS, GOAL = 7, 3, 32, 0.9
PAGE = "/en/participants/BY"
# What is asked for: name, address, is it asked for with the etag that the client has?
KINDS = (("a cached page", PAGE, False), ("304 of that page", PAGE, True), ("feed of releases", "/feed/releases.atom", False),
         ("feed of acts", "/feed/acts.atom", False))
SERVER = re.compile(r"location = /page \{\{.*?\n        \}\}\n", re.S)
LOCATION = """location = /{name} {{
            types {{ }}
            default_type "{type}";
            max_ranges 0;
            etag {etag};
{headers}
        }}
"""


def fetch(port, path, etag=None):
    """Status, header lines as they came, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Accept": "*/*", **({"If-None-Match": etag} if etag else {})})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.getheaders(), body


def etag_of(headers):
    return dict((name.lower(), value) for name, value in headers)["etag"]


def location(name, answer, conditional, spare):
    """What nginx sends besides what it says itself; `spare` bytes of padding make its answer as long as ours."""
    own = {"server", "date", "content-type", "content-length", "connection", "last-modified"} | ({"etag"} if conditional else set())
    lines = [(key, value) for key, value in answer[1] if key.lower() not in own]
    if spare > len("X-Padding: \r\n"):
        lines.append(("X-Padding", "x" * (spare - len("X-Padding: \r\n"))))
    elif spare < 0:  # nginx says more of its own: take that off the longest line
        longest = max(range(len(lines)), key=lambda i: len(lines[i][1]))
        key, value = lines[longest]
        lines[longest] = (key, value[:len(value) + spare])
    kind = dict((key.lower(), value) for key, value in answer[1]).get("content-type", "text/html")
    said = [f"            add_header {key} {quote(value)};" for key, value in lines]
    if not conditional:
        said.append('            add_header Last-Modified "";')
    return LOCATION.format(name=name, type=kind, etag="on" if conditional else "off", headers="\n".join(said))


@contextlib.contextmanager
def started(folder, locations, serve_on):
    port = served.free_port()
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w") as file:
        whole = SERVER.sub("{locations}", NGINX).format(folder=folder, port=port, user="user root;" if os.geteuid() == 0 else "", locations="".join(locations))
        file.write(whole)
    process = subprocess.Popen(["taskset", "-c", serve_on, "nginx", "-c", path, "-p", folder], stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait()


def asked_of(port, kinds):
    """The answers that count: [(status, headers, body)], each asked as a client would that has the etag."""
    answers = []
    for path, conditional in kinds:
        first = fetch(port, path)
        answers.append(fetch(port, path, etag_of(first[1])) if conditional else first)
    return answers


@contextlib.contextmanager
def nginx(folder, ours, serve_on):
    """nginx with each body as a file, whose answers are as long as ours, headers and all."""
    os.makedirs(os.path.join(folder, "www"))
    names = [f"file{i}" for i in range(len(KINDS))]
    for name, (_, path, conditional), answer in zip(names, KINDS, ours):
        with open(os.path.join(folder, "www", name), "wb") as file:
            file.write(answer[2] or b"x" * 1000)  # of a 304 no body is sent
    spare = [0] * len(KINDS)
    for trial in range(3):  # its own lines are known when it has answered
        locations = [location(name, answer, kind[2], n) for name, answer, kind, n in zip(names, ours, KINDS, spare)]
        with started(folder, locations, serve_on) as (port, process):
            theirs = asked_of(port, [(f"/{name}", kind[2]) for name, kind in zip(names, KINDS)])
            off = [header_bytes(mine[1]) - header_bytes(their[1]) for mine, their in zip(ours, theirs)]
            if all(n == 0 for n in off) or trial == 2:
                for mine, their in zip(ours, theirs):
                    assert mine[0] == their[0] and mine[2] == their[2], "nginx does not serve the same"
                yield port, process, names, off
                return
            spare = [n + m for n, m in zip(spare, off)]


def wrk(url, pid, ask_from, etag):
    """Requests per second, and microseconds of the server's processor per request."""
    before = cpu_seconds(pid)
    said = subprocess.run(["taskset", "-c", ask_from, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Accept: */*",
                           *(["-H", f"If-None-Match: {etag}"] if etag else []), url], capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(pid) - before
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return float(re.search(r"Requests/sec:\s*([\d.]+)", said)[1]), used / requests * 1e6


def measure(folder):
    serve_on, ask_from = cores()
    data = os.path.join(folder, "beside")
    served.load(data)
    runs = {name: ([], []) for name, _, _ in KINDS}
    with served.serve(data, "taskset", "-c", serve_on) as site:
        port = int(site.url.rsplit(":", 1)[1])
        ours = asked_of(port, [kind[1:] for kind in KINDS])
        with nginx(os.path.join(folder, "nginx-pages"), ours, serve_on) as (other_port, process, names, off):
            tags = [[etag_of(fetch(p, path)[1]) if kind[2] else None for p, path in ((port, kind[1]), (other_port, f"/{name}"))]
                    for kind, name in zip(KINDS, names)]
            for number in range(ROUNDS):
                for (what, path, _), name, (mine, their) in zip(KINDS, names, tags):
                    turns = [(0, site.url + path, site.process.pid, mine), (1, f"http://127.0.0.1:{other_port}/{name}", process.pid, their)]
                    for who, url, pid, etag in turns if number % 2 == 0 else reversed(turns):
                        runs[what][who].append(wrk(url, pid, ask_from, etag))
    figures = []
    for (what, _, _), answer in zip(KINDS, ours):
        mine, their = runs[what]
        ratios = [a[0] / b[0] for a, b in zip(mine, their)]
        figures += [Figure(f"{what}: Comity", [m[0] for m in mine], "requests/s"), Figure(f"{what}: nginx", [t[0] for t in their], "requests/s"),
                    Figure(f"{what}: Comity : nginx", ratios, "", 2, f">= {GOAL}", statistics.median(ratios) >= GOAL),
                    Figure(f"{what}: processor per request, Comity : nginx", [a[1] / b[1] for a, b in zip(mine, their)], "", 2)]
    return figures, [
        f"beside nginx: bodies of {', '.join(f'{len(answer[2]):,}' for answer in ours)} bytes, headers of as many bytes (nginx differs by {off}); "
        f"wrk -t1 -c{CONNECTIONS} -d{SECONDS}s on processor {ask_from}, servers on {serve_on}; {ROUNDS} rounds, in each every kind from both, in turn; "
        "settings of nginx as in `serve`, etag on where 304 is asked for."]
