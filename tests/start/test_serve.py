# SPDX-License-Identifier: Apache-2.0
"""./run with the real program: the first run loads and serves the sample record, the second opens what is there."""
import atexit
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import served  # noqa: E402
import tap  # noqa: E402


def run(data, port):
    """Starts ./run on the build directory that is under test."""
    child = subprocess.Popen([os.path.join(ROOT, "run")], env={**os.environ, "DATA": data, "PORT": str(port), "SETUP": "skip"},
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    atexit.register(child.kill)  # does nothing to one that has ended
    return child


def answers(child, port):
    """Waits for the server; whether it shows a participant of the sample record. False if ./run ended."""
    while child.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/participants/BY") as page:
                return page.status == 200 and b"Belarus" in page.read()
        except ConnectionError:
            time.sleep(0.05)
    return False


def stop(child):
    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=30)
    return child.returncode, said


def checkpoint(data):
    with open(os.path.join(data, "checkpoint")) as file:
        return file.read()


with tempfile.TemporaryDirectory() as folder:
    data, port = os.path.join(folder, "data"), served.free_port()
    child = run(data, port)
    page = answers(child, port)
    tap.ok(page, "serve: the first run shows the sample record")
    other = run(os.path.join(folder, "other"), port)
    said, _ = other.communicate(timeout=30)
    tap.ok(other.returncode == 2 and f"Port {port} is taken" in said and not os.path.exists(os.path.join(folder, "other")),
           "serve: a second one on the same port is refused before it loads anything", said)
    status, said = stop(child)
    tap.ok(status == 0 and f"http://127.0.0.1:{port}" in said, "serve: it says where to look, and stops when told", said)
    tap.same(os.listdir(folder), ["data"], "serve: nothing is left beside the data directory")
    before = checkpoint(data)
    child = run(data, port)
    page = answers(child, port)
    status, said = stop(child)
    tap.ok(page and status == 0 and checkpoint(data) == before, "serve: the second run opens what is there", said)
    done = subprocess.run([served.COMITY, "verify", data], capture_output=True, text=True)
    tap.same(done.returncode, 0, "serve: the register is sound")
tap.done()
