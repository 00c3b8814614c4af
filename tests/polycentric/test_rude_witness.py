# SPDX-License-Identifier: Apache-2.0
"""A witness that answers anything but what it should: the register says what was wrong, publishes nothing on the strength of it, and goes on."""
import json
import os
import time

import polycentric as p
import tap

KEY, OTHER = p.notes.Key("witness.example/rude", 4), p.notes.Key("witness.example/other", 4)


class Rude(p.Stranger):
    """`say(text, old, size)` gives status, type and body; None closes the connection."""

    def __init__(self):
        rude, self.asked, self.say = self, 0, self.good

        class Answering(p.Handler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                head, text = body.split("\n\n")[:2]
                rude.asked += 1
                answer = rude.say(text + "\n", int(head.split("\n")[0][4:]), int(text.split("\n")[1])) if self.path == "/w/add-checkpoint" else (404, "", b"?")
                if answer is None:
                    self.close_connection = True
                    return
                status, kind, content = answer
                self.reply(status, content if isinstance(content, bytes) else content.encode(), ("Content-Type", kind))

        super().__init__(Answering, "/w/")

    @staticmethod
    def good(text, _old, _size):
        return 200, "text/plain", KEY.cosign(text, int(time.time()))


def spoilt(text):
    line = KEY.cosign(text, int(time.time()))
    return line[:-10] + ("A" if line[-10] != "A" else "B") + line[-9:]


sizes = iter(range(1, 10 ** 6))
PLAIN, SIZE = "text/plain", "text/x.tlog.size"
CASES = [
    ("no signature", lambda t, o, n: (200, PLAIN, ""), "refused", "without a signature"),
    ("a page instead", lambda t, o, n: (200, "text/html", "<p>Welcome.\n"), "refused", "cannot be used"),
    ("bytes that are no text", lambda t, o, n: (200, PLAIN, bytes(range(256))), "refused", "cannot be used"),
    ("another key's line", lambda t, o, n: (200, PLAIN, OTHER.cosign(t, int(time.time()))), "refused", "without a signature"),
    ("a signature that does not fit", lambda t, o, n: (200, PLAIN, spoilt(t)), "refused", "does not fit the text"),
    ("a signature under another tree", lambda t, o, n: (200, PLAIN, KEY.cosign(t.replace(f"\n{n}\n", f"\n{n + 1}\n"), int(time.time()))), "refused",
     "does not fit the text"),
    ("a clock an hour ahead", lambda t, o, n: (200, PLAIN, KEY.cosign(t, int(time.time()) + 3600)), "refused", "is a clock wrong?"),
    ("a clock of long ago", lambda t, o, n: (200, PLAIN, KEY.cosign(t, 1)), "refused", "is a clock wrong?"),
    ("409 without a size", lambda t, o, n: (409, SIZE, "seven\n"), "refused", "without the size"),
    ("409 with the size that was sent", lambda t, o, n: (409, SIZE, f"{o}\n"), "refused", "with the size that was sent"),
    ("409 with a size that no log of ours has", lambda t, o, n: (409, SIZE, "4000000000\n"), "refused", "there are two histories"),
    ("409 with another size each time", lambda t, o, n: (409, SIZE, f"{next(sizes)}\n"), "refused", "changes each time"),
    ("404", lambda t, o, n: (404, PLAIN, "unknown log\n"), "refused", "it refused (404): unknown log"),
    ("422 without a word", lambda t, o, n: (422, PLAIN, ""), "refused", "it refused (422)"),
    ("500", lambda t, o, n: (500, PLAIN, "out of order\n"), "silent", "it failed (500): out of order"),
    ("a megabyte", lambda t, o, n: (200, PLAIN, b"x" * (1 << 20)), "silent", "longer than"),
    ("nothing at all", lambda t, o, n: None, "silent", ""),
]

with p.Park() as park:
    register = park.keep(p.Register(park, "register", 30))
    rude = park.keep(Rude())
    with open(os.path.join(register.data, "policy"), "w", encoding="utf-8") as file:
        file.write(f"log {register.vkey}\nwitness rude {KEY.vkey} {rude.url}\nwitness mute {OTHER.vkey}\ngroup g any rude mute\nquorum g\n")
    register.start()

    def state():
        return json.loads(p.get(register.url + "/api/witnesses")[1])

    def published():
        status, body = p.get(register.url + "/checkpoint")
        return int(body.split(b"\n")[1]) if status == 200 else None

    tap.ok(p.wait_for(lambda: published() == 31), "rude: (a witness that is none of these signs, and it is published)", state())
    tap.ok(state()["witnesses"][1]["state"] == "no address", "rude: a witness without an address is not asked", state())
    for name, say, want, why in CASES:
        rude.say = say
        before = published()
        n = register.file(p.listed("X" + str(rude.asked)))
        found = p.wait_for(lambda: state()["witnesses"][0]["state"] == want and why in state()["witnesses"][0]["why"], 20)
        tap.ok(found and published() == before and p.get(f"{register.url}/act/{n}.json")[0] == 200, f"rude: {name}: {want}, and nothing is published",
               (state()["witnesses"][0], published()))
        rude.say = rude.good
        tap.ok(p.wait_for(lambda: published() == n + 1, 40), f"rude: {name}: and when it does as it should, all is well", state())

    # Somebody else took a later tree to it: it is not asked to go back.
    rude.say = lambda text, old, size: (409, SIZE, f"{register.row('SELECT max(size) FROM checkpoint')}\n") if old < size and rude.asked % 2 else rude.good(text, old, size)
    for i in range(5):
        n = register.file(p.listed(f"Y{i}"))
    tap.ok(p.wait_for(lambda: published() == n + 1, 40), "rude: one that was shown a later tree by others", state())

    # Left in peace for longer each time it fails.
    rude.say = lambda text, old, size: (503, PLAIN, "busy\n")
    register.file(p.listed("LAST"))
    p.wait_for(lambda: state()["witnesses"][0]["state"] == "silent")
    asked = rude.asked
    time.sleep(8)
    tap.ok(1 <= rude.asked - asked <= 4, "rude: one that fails is asked again, ever more seldom", rude.asked - asked)
    register.process.terminate()
    started = time.monotonic()
    tap.ok(register.process.wait(timeout=30) == 0 and time.monotonic() - started < 10, "rude: the server ends at once when it is told to")
    register.process = None
    tap.ok("Sound: " in park.run("verify", register.data).stdout, "rude: the register is sound")
tap.done()
