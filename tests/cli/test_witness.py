#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""comity witness on raw sockets: the shared sequence of requests, statuses and types, and the command line around it.

    test_witness.py COMITY        (COMITY_SHARED: the vectors)
"""
import base64
import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

COMITY = sys.argv[1]
SHARED = os.environ.get("COMITY_SHARED", "")
DASH = "\u2014"


def run(*args, status=0):
    done = subprocess.run([COMITY, *args], capture_output=True, text=True, timeout=60)
    if done.returncode != status:
        tap.ok(False, f"witness: {' '.join(args[:3])} ends with {status}", f"{done.returncode}: {done.stdout}{done.stderr}")
    return done


def ask(port, target, body=None, head="", method=None):
    """(status, headers, body) of one request on a connection of its own."""
    data = b"" if body is None else body if isinstance(body, bytes) else body.encode()
    method = method or ("GET" if body is None else "POST")
    lines = f"{method} {target} HTTP/1.1\r\nHost: w\r\nConnection: close\r\n{head}"
    if body is not None:
        lines += f"Content-Length: {len(data)}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        try:
            s.sendall(lines.encode() + b"\r\n" + data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        got = b""
        while True:
            try:
                more = s.recv(65536)
            except ConnectionResetError:
                break
            if not more:
                break
            got += more
    top, _, rest = got.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    return int(first.split()[1]), headers, rest


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def witness(folder):
    port = free_port()
    process = subprocess.Popen([COMITY, "witness", "run", folder, "--port", str(port)], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"comity witness run does not answer: {process.stderr.read()}")
            time.sleep(0.05)
    process.port = port
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()


def key_hash(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name, kind, public):
    return f"{name}+{key_hash(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


def cosignature_time(folder, key, text, line):
    """The time of a good cosignature/v1 line, judged by openssl; None of a bad one."""
    name, digest, public = key.split("+", 2)
    mark, who, signature = line.split(" ")
    raw = base64.b64decode(signature)
    if mark != DASH or who != name or raw[:4].hex() != digest or len(raw) != 76:
        return None
    when = int.from_bytes(raw[4:12], "big")
    files = {"message": f"cosignature/v1\ntime {when}\n{text}".encode(), "sig": raw[12:],
             "pub": bytes.fromhex("302a300506032b6570032100") + base64.b64decode(public)[1:]}
    for file, data in files.items():
        with open(os.path.join(folder, file), "wb") as out:
            out.write(data)
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "pub", "-rawin", "-in", "message",
                           "-sigfile", "sig"], cwd=folder, capture_output=True, text=True)
    return when if done.returncode == 0 else None


def sequence(folder, port, key):
    with open(os.path.join(SHARED, "conformance/tlog/witness/add-checkpoint-sequence.json"), encoding="utf-8") as file:
        vectors = json.load(file)
    where = "/" + hashlib.sha256(vectors["origin"].encode()).hexdigest() + "/checkpoint"
    tap.same(ask(port, where)[0], 404, "witness: before the first request there is no checkpoint")
    newest = None
    for step in vectors["steps"]:
        status, headers, body = ask(port, "/add-checkpoint", step["request_body"])
        good = status == step["want_status"]
        text = step["request_body"].split("\n\n")[1] + "\n"
        if status == 200:
            newest = text
            when = cosignature_time(folder, key, text, body.decode().rstrip("\n"))
            good &= when is not None and abs(when - time.time()) < 60 and body.endswith(b"\n") and body.count(b"\n") == 1
        if status == 409:
            good &= body.decode() == step["want_body_contains"] and headers["content-type"] == "text/x.tlog.size"
        else:
            good &= headers["content-type"] == "text/plain; charset=utf-8"
        tap.ok(good, f"witness: {step['name']}: {step['want_status']}", (status, headers, body))
    status, headers, body = ask(port, where)
    lines = body.decode().split("\n")
    tap.ok(status == 200 and headers["content-type"] == "text/plain; charset=utf-8" and body.decode().startswith(newest + "\n")
           and lines[4].split(" ")[1] == vectors["origin"] and len(lines) == 7 and cosignature_time(folder, key, newest, lines[5]) is not None,
           "witness: the newest checkpoint is served, signed by both", (status, body))


def golden():
    with open(os.path.join(SHARED, "conformance/tlog/golden-600/checkpoint"), encoding="utf-8") as file:
        return file.read()


def with_vectors(folder):
    data = os.path.join(folder, "w")
    key = run("witness", "init", data, "--name", "witness.example/w").stdout.strip()
    shown = json.loads(run("witness", "show", data, "--json").stdout)
    tap.ok(shown["key"] == key and key.startswith("witness.example/w+") and base64.b64decode(key.split("+", 2)[2])[0] == 4,
           "witness: init prints the key, of type 4, and show shows it", (key, shown))
    with open(os.path.join(SHARED, "conformance/tlog/witness/add-checkpoint-sequence.json"), encoding="utf-8") as file:
        vectors = json.load(file)
    log = vkey(vectors["origin"], 1, bytes.fromhex(vectors["log_public_key_hex"]))
    with witness(data) as w:
        run("witness", "add", data, log)  # one that runs learns of it
        sequence(folder, w.port, key)
        status, _, body = ask(w.port, "/", head="Accept: application/json\r\n")
        told = json.loads(body)["logs"][0]
        held = ask(w.port, told["checkpoint"])[2].decode().split("\n")
        tap.ok(told["origin"] == vectors["origin"] and told["size"] == 5 and told["root"] == held[2] and told["contradictions"] == 0 and told["unproved"] == 1,
               "witness: the page for programs says what it signed last, and what it refused", told)
        status, headers, body = ask(w.port, "/")
        tap.ok(status == 200 and headers["content-type"].startswith("text/html") and vectors["origin"].encode() in body and key.encode() in body,
               "witness: the page for people too", (status, headers))
        # A second key of the same log, and a second log.
        golden_key = "register.example/golden+bbee142e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
        run("witness", "add", data, golden_key)
        done = run("witness", "add", data, golden_key, status=2)
        tap.ok("is there already" in done.stderr, "witness: a key is added once", done.stderr)
        time.sleep(1.1)
        status, _, body = ask(w.port, "/add-checkpoint", "old 0\n\n" + golden())
        tap.ok(status == 200 and cosignature_time(folder, key, golden().split("\n\n")[0] + "\n", body.decode().strip()) is not None,
               "witness: a log that was added while it ran", (status, body))
        status, _, body = ask(w.port, "/add-checkpoint", "old 600\n" + "A" * 43 + "=\n\n" + golden())
        tap.same(status, 422, "witness: the same size with a proof is refused")
        # Many at once, all of them the same: each gets a line.
        got = []
        threads = [threading.Thread(target=lambda: got.append(ask(w.port, "/add-checkpoint", "old 600\n\n" + golden())[0])) for _ in range(40)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        tap.same(got, [200] * 40, "witness: forty at once are all answered")
        done = run("witness", "run", data, "--port", "0", status=2)
        tap.ok("running already" in done.stderr, "witness: a second one on the same directory is refused", done.stderr)
        w.kill()
        w.wait()
    with witness(data) as w:
        status, _, body = ask(w.port, "/add-checkpoint", "old 0\n\n" + golden())
        tap.same((status, body), (409, b"600\n"), "witness: killed and started again, it remembers")
    words = run("witness", "show", data).stdout
    tap.ok("register.example/golden: 600 entries, signed " in words and "2 newer trees without a proof" in words or "1 newer tree without a proof" in words,
           "witness: show says so in words", words)
    listed = run("witness", "evidence", data).stdout.splitlines()
    out = os.path.join(folder, "evidence")
    run("witness", "evidence", data, out)
    tap.ok(len(listed) >= 2 and os.path.exists(os.path.join(out, "0001.refused")), "witness: evidence is listed, and written as files", listed)
    with open(os.path.join(out, f"{len(listed):04}.refused"), encoding="utf-8") as file:
        tap.ok(file.read().startswith("register.example/golden\n600\n"), "witness: what was refused is a checkpoint, as it came")
    run("witness", "evidence", data, out, status=2)


def without_vectors(folder):
    data = os.path.join(folder, "v")
    for args, words in (((data,), "--name"), ((data, "--name", "https://w.example"), "cannot be called"), ((data, "--name", "a b"), "cannot be called")):
        done = run("witness", "init", *args, status=2)
        tap.ok(words in done.stderr and not os.path.exists(data), f"witness: init {args[1:]} is refused", done.stderr)
    run("witness", "init", data, "--name", "witness.example/v")
    tap.same(os.stat(os.path.join(data, "witness.key")).st_mode & 0o777, 0o600, "witness: its key is for its owner")
    run("witness", "init", data, "--name", "witness.example/v", status=2)
    own = run("witness", "show", data).stdout.split()[0]
    for args, words in (((data,), "VKEY"), ((data, "nonsense"), "name+hash+base64"), ((data, own), "its type byte is 4"),
                        ((folder, own.replace("+B", "+A")), "")):
        done = run("witness", "add", *args, status=2)
        tap.ok(words in done.stderr, f"witness: add {args[1:]} is refused", done.stderr)
    for verb in ("dance", "RUN"):
        tap.ok("none of init, add" in run("witness", verb, data, status=2).stderr, f"witness: there is no verb {verb}")
    for verb in ("run", "show", "evidence"):
        tap.ok("no witness here" in run("witness", verb, folder, status=2).stderr, f"witness: {verb} wants a witness")
    with witness(data) as w:
        for target, method, body, head, want in (
                ("/add-checkpoint", None, None, "", 405), ("/add-checkpoint", "PUT", "x", "", 405), ("/", "POST", "x", "", 405),
                ("/add-checkpoint", None, "", "", 400), ("/add-checkpoint", None, "old 0\n\n", "", 400), ("/add-checkpoint", None, b"\xff\0", "", 400),
                ("/add-checkpoint", None, "x" * 100000, "", 413), ("/add-checkpoint/", None, "old 0\n", "", 404), ("/add%2Dcheckpoint", None, "old 0\n", "", 404),
                ("/" + "0" * 64 + "/checkpoint", None, None, "", 404), ("/" + "A" * 64 + "/checkpoint", None, None, "", 404),
                ("/xyz/checkpoint", None, None, "", 404), ("/checkpoint", None, None, "", 404), ("/nowhere", None, None, "Accept: text/html\r\n", 404)):
            status, headers, _ = ask(w.port, target, body, head, method)
            tap.ok(status == want and (want != 405 or headers["allow"] == ("GET, HEAD" if target == "/" else "POST")),
                   f"witness: {method or ('GET' if body is None else 'POST')} {target[:30]} of {len(body or '')} bytes: {want}", (status, headers))
        tap.ok(ask(w.port, "/", method="HEAD")[0] == 200, "witness: HEAD")
        with socket.create_connection(("127.0.0.1", w.port), timeout=30) as s:  # one connection, two requests
            s.sendall(2 * b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nold \r\n2\r\n0\n\r\n0\r\n\r\n")
            got = b""
            while got.count(b"HTTP/1.1 400") < 2:
                more = s.recv(65536)
                if not more:
                    break
                got += more
            tap.same(got.count(b"HTTP/1.1 400"), 2, "witness: a connection is kept open")
        w.send_signal(signal.SIGTERM)
        tap.same(w.wait(timeout=30), 0, "witness: it ends when it is told to")


with tempfile.TemporaryDirectory(prefix="comity-") as scratch:
    without_vectors(scratch)
    if SHARED and os.path.isdir(os.path.join(SHARED, "conformance/tlog/witness")):
        with_vectors(scratch)
    else:
        tap.skip("set COMITY_SHARED to the folder of test vectors", "witness: the shared sequence of requests")
tap.done()
