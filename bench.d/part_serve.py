# SPDX-License-Identifier: Apache-2.0
"""A participant's page from Comity and from nginx, which has the same bytes as a file: requests per second under wrk."""
import contextlib
import http.client
import os
import re
import statistics
import subprocess
import time

import served
from bench import Figure

RUNS, SECONDS, CONNECTIONS = 5, 4, 32
PAGE = "/en/participants/BY"
ENCODING = "gzip"  # what every browser asks for

NGINX = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    open_file_cache max=100 inactive=1h;
    open_file_cache_valid 1h;
    server_tokens off;
    etag off;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/www;
        location = /page {{
            types {{ }}
            default_type "{type}";
            max_ranges 0;
            add_header Last-Modified "";
{headers}
        }}
    }}
}}
"""


def cores():
    """Which processors serve and which ask: the same ones for both servers."""
    count = os.cpu_count() or 1
    if count < 2:
        return "0", "0"
    half = count // 2
    return f"0-{half - 1}" if half > 1 else "0", f"{half}-{count - 1}" if count - half > 1 else str(half)


def fetch(port, path):
    """The answer a browser would get: status, header lines as they came, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Accept-Encoding": ENCODING, "Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.getheaders(), body


def header_bytes(headers):
    return sum(len(f"{name}: {value}\r\n") for name, value in headers)


@contextlib.contextmanager
def nginx(folder, headers, body, serve_on):
    """nginx with `body` as a file, and with the headers of Comity's answer, in as many bytes."""
    port = served.free_port()
    os.makedirs(os.path.join(folder, "www"))
    with open(os.path.join(folder, "www", "page"), "wb") as file:
        file.write(body)
    content_type = next(value for name, value in headers if name.lower() == "content-type")
    own = [("Server", "nginx"), ("Date", "Sat, 01 Jan 2000 00:00:00 GMT"), ("Content-Type", content_type),
           ("Content-Length", str(len(body))), ("Connection", "keep-alive")]
    lines = [(name, value) for name, value in headers if name.lower() not in {name.lower() for name, _ in own} | {"last-modified"}]
    missing = header_bytes(headers) - header_bytes(own + lines + [("X-Padding", "")])
    if missing >= 0:
        lines.append(("X-Padding", "x" * missing))
    else:  # nginx says more of its own: take that off the longest line, so that both send as many bytes
        missing += len("X-Padding: \r\n")
        longest = max(range(len(lines)), key=lambda i: len(lines[i][1]))
        name, value = lines[longest]
        lines[longest] = (name, value[:len(value) + min(missing, 0)])
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w") as file:
        file.write(NGINX.format(
            folder=folder, port=port, type=content_type, user="user root;" if os.geteuid() == 0 else "",
            headers="\n".join(f"            add_header {name} {quote(value)};" for name, value in lines)))
    process = subprocess.Popen(["taskset", "-c", serve_on, "nginx", "-c", path, "-p", folder], stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        _, got, same = fetch(port, "/page")
        assert same == body, "nginx does not serve the same bytes"
        yield port, process, header_bytes(got)
    finally:
        process.terminate()
        process.wait()


def quote(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "") + '"'


def wait_for(port, process):
    for _ in range(100):
        with contextlib.suppress(OSError):
            fetch(port, "/page")
            return
        assert process.poll() is None, "nginx ended; see its error.log"
        time.sleep(0.05)
    raise TimeoutError("nginx does not answer")


def cpu_seconds(pid):
    """Processor time of a process and its children so far."""
    total = 0.0
    pids = [pid]
    for child in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split():
        pids.append(int(child))
    for one in pids:
        with open(f"/proc/{one}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def wrk(url, pid, ask_from):
    """Requests per second, and microseconds of the server's processor per request."""
    before = cpu_seconds(pid)
    said = subprocess.run(["taskset", "-c", ask_from, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s",
                           "-H", f"Accept-Encoding: {ENCODING}", "-H", "Accept: text/html", url],
                          capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(pid) - before
    assert "Non-2xx" not in said and "Socket errors" not in said, said
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return float(re.search(r"Requests/sec:\s*([\d.]+)", said)[1]), used / requests * 1e6


def measure(folder):
    serve_on, ask_from = cores()
    data = os.path.join(folder, "serve")
    served.load(data)
    with served.serve(data, "taskset", "-c", serve_on) as site:
        port = int(site.url.rsplit(":", 1)[1])
        status, headers, body = fetch(port, PAGE)
        assert status == 200, f"{PAGE}: {status}"
        with nginx(os.path.join(folder, "nginx"), headers, body, serve_on) as (other_port, process, other_bytes):
            ours, theirs = [], []
            for _ in range(RUNS):
                ours.append(wrk(site.url + PAGE, site.process.pid, ask_from))
                theirs.append(wrk(f"http://127.0.0.1:{other_port}/page", process.pid, ask_from))
    ratios = [a[0] / b[0] for a, b in zip(ours, theirs)]
    encoding = dict((n.lower(), v) for n, v in headers).get("content-encoding", "identity")
    return [Figure("a participant's page from Comity", [o[0] for o in ours], "requests/s"),
            Figure("the same bytes from nginx", [t[0] for t in theirs], "requests/s"),
            Figure("Comity : nginx", ratios, "", 2, ">= 0.8", statistics.median(ratios) >= 0.8),
            Figure("processor per request, Comity", [o[1] for o in ours], "us", 1),
            Figure("processor per request, nginx", [t[1] for t in theirs], "us", 1)], [
        f"serve: {PAGE}, {len(body):,} bytes of body ({encoding}), {header_bytes(headers)} of headers (nginx {other_bytes}); "
        f"wrk -t1 -c{CONNECTIONS} -d{SECONDS}s on processor {ask_from}, servers on {serve_on}; {RUNS} runs of each, in turn.",
        "nginx: 2 workers, sendfile, tcp_nopush, open_file_cache, access_log off, keep-alive without limit, etag off."]
