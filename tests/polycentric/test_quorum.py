# SPDX-License-Identifier: Apache-2.0
"""A register with three witnesses, of which two must confirm what it publishes: one is down, two are down, one has seen another history."""
import json
import os
import re
import subprocess
import time

import polycentric as p
import tap

DEADLINE = 2  # seconds


class Register(p.Register):
    options = ("--deadline", str(DEADLINE))

    def checkpoint(self):
        """(size, names of those who signed) of what is published; None: nothing is."""
        status, body = p.get(self.url + "/checkpoint")
        if status != 200:
            return None
        lines = body.decode().split("\n")
        return int(lines[1]), sorted(line.split(" ")[1].split("/")[-1] for line in lines[4:-1])

    def publishes(self, size, seconds=p.PATIENCE):
        return p.wait_for(lambda: (self.checkpoint() or (0,))[0] == size, seconds)

    def state(self):
        return json.loads(p.get(self.url + "/api/witnesses")[1])

    def alert(self, path="/en/"):
        found = re.search(r'<aside class="alert".*?</aside>', p.get(self.url + path)[1].decode(), re.S)
        return found and re.sub(r"<[^>]*>", "", found[0])

    def cosigned(self, entry):
        page = p.get(f"{self.url}/en/acts/{entry}")[1].decode()
        return re.sub(r"<[^>]*>", " ", re.search(r"<dt>Cosigned</dt>\s*<dd>(.*?)</dd>", page, re.S)[1])


with p.Park() as park:
    register = park.keep(Register(park, "register", 20))
    a, b, c = (park.keep(p.Witness(park, name, register.vkey)).start() for name in "abc")
    two_of_three = f"# two of three\nlog {register.vkey}\n{a.line}{b.line}{c.line}group members 2 a b c\nquorum members\n"
    policy = park.at("policy")
    with open(policy, "w", encoding="utf-8") as file:
        file.write(two_of_three)

    # Without a policy, what is signed is published; with one, what its witnesses confirmed.
    register.start()
    tap.same(register.checkpoint(), (21, ["acts"]), "quorum: without a policy what is signed is published")
    register.policy(two_of_three)
    tap.ok(p.wait_for(lambda: register.checkpoint() == (21, ["a", "acts", "b", "c"])), "quorum: a policy is taken up, and three witnesses sign",
           register.checkpoint())
    n = register.file(p.listed("ONE"))
    tap.ok(register.publishes(n + 1) and register.checkpoint()[1] == ["a", "acts", "b", "c"], "quorum: a new entry is published with their signatures",
           register.checkpoint())
    words = register.cosigned(n)
    tap.ok(all(f"witness.example/{w}" in words for w in "abc") and re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", words),
           "quorum: the page of the act names who cosigned it, and when", words)
    with open(park.at("proof"), "wb") as file:
        file.write(p.get(f"{register.url}/act/{n}.tlog-proof")[1])
    told = park.run("verify", park.at("proof"), "--policy", policy).stdout
    tap.ok("witness.example/a" in told or re.search(r"\ba\b", told), "quorum: the proof of the act verifies offline under the policy", told)
    tap.ok("cosigned by" in p.get(register.url + "/en/")[1].decode() and not register.alert(), "quorum: the foot of the page says so, and there is no alert")

    # One is down: nothing is missing.
    c.stop()
    n = register.file(p.listed("TWO"))
    tap.ok(register.publishes(n + 1) and register.checkpoint()[1] == ["a", "acts", "b"], "quorum: with one witness down the others are enough", register.checkpoint())
    time.sleep(DEADLINE + 1)
    tap.same(register.alert(), None, "quorum: and there is no alert")
    tap.ok([w["state"] for w in register.state()["witnesses"]] == ["signed", "signed", "silent"], "quorum: for programs it is named", register.state())

    # Two are down: what is published stays, the site goes on, and after the deadline everybody is told.
    b.stop()
    before, held = n + 1, register.err()
    n = register.file(p.listed("THREE"))
    tap.same(p.get(f"{register.url}/en/acts/{n}")[0], 200, "quorum: with two down acts are filed and shown")
    tap.ok(p.wait_for(register.alert, 20), "quorum: after the deadline there is an alert on the page")
    words = register.alert()
    tap.ok(words and f"signed {n + 1} entries" in words and f"the first {before}" in words and "needs 2; missing: b, c" in words,
           "quorum: it says how far the witnesses confirmed, and who is missing", words)
    tap.ok(register.alert(f"/en/acts/{n}") and register.alert("/en/participants") and register.alert("/en/nowhere"), "quorum: on every page")
    tap.same(register.checkpoint(), (before, ["a", "acts", "b"]), "quorum: what was published stays published")
    tap.ok("waits for the witnesses" in register.cosigned(n), "quorum: the page of the act says that it waits", register.cosigned(n))
    tap.same([p.get(f"{register.url}/act/{n}.{kind}")[0] for kind in ("json", "dsse", "tlog-proof")], [200, 200, 503],
             "quorum: its files are there, its proof is not yet")
    tap.same(p.get(f"{register.url}/act/{n - 1}.tlog-proof")[0], 200, "quorum: that of the one before is")
    p.wait_for(lambda: register.err().count("witness c:") > held.count("witness c:"))
    fresh = register.err()[len(held):]
    tap.ok(fresh.count("needs 2; missing: b, c") == 1 and re.search(r"witness b: .*(refused|connect)", fresh, re.I) and re.search(r"witness c: ", fresh),
           "quorum: standard error says it once, with the reason of each", fresh)
    time.sleep(2)
    tap.same(register.err()[len(held):], fresh, "quorum: and not again")

    ran = park.run("proof", register.data, str(n), park.at("none"), status=1)
    tap.ok(f"no checkpoint over entry {n} has the quorum" in ran.stderr and "--wait" in ran.stderr and not p.os.path.exists(park.at("none")),
           "quorum: nor is it on the command line, in words", ran.stderr)
    began = time.monotonic()
    park.run("proof", register.data, str(n), "--wait", "2", status=1)
    tap.ok(time.monotonic() - began >= 1, "quorum: also after waiting for it in vain")
    ran = park.run("proof", register.data, str(n), park.at("early"), "--unconfirmed")
    tap.same(ran.stderr, "", "quorum: unless it is asked for without")
    park.run("proof", register.data, str(n - 1), park.at("before"))
    waiting = p.subprocess.Popen([p.COMITY, "proof", register.data, str(n), park.at("late"), "--wait", "60"])
    tap.ok("missing: a, b, c" in park.run("verify", park.at("early"), "--policy", policy, status=1).stderr, "quorum: and the policy refuses it")

    # Back: published, and over.
    b.start()
    tap.ok(register.publishes(n + 1), "quorum: when one is back, it is published", register.state())
    tap.ok(p.wait_for(lambda: not register.alert(), 5), "quorum: and the alert is gone", register.alert())
    tap.ok(p.wait_for(lambda: "the quorum of witnesses is there again" in register.err(), 5), "quorum: standard error says that too", register.err())
    tap.same(p.get(f"{register.url}/act/{n}.tlog-proof")[0], 200, "quorum: the proof is there")
    tap.same(waiting.wait(60), 0, "quorum: and whoever waited for it has it")
    told = park.run("verify", park.at("late"), "--policy", policy).stdout
    tap.ok("witness.example/a" in told or re.search(r"\ba\b", told), "quorum: with the signatures that the policy wants", told)

    # Started again, it knows what was published, and where each witness stands.
    register.stop()
    c.start()
    register.start()
    tap.same((register.checkpoint() or (0,))[0], n + 1, "quorum: started again, it publishes what had its quorum")

    # A witness that was shown another history.
    older = register.copy("older")
    other = park.keep(Register(park, "unused", 0))
    other.data = older
    other.file(p.listed("FALSE"))
    other.policy(f"log {register.vkey}\n{c.line}quorum c\n")
    other.start(older)
    tap.ok(other.publishes(n + 2), "quorum: (a second history, signed with the same key, is shown to one witness)", other.state())
    other.stop()
    n = register.file(p.listed("TRUE1"))
    n = register.file(p.listed("TRUE2"))
    tap.ok(register.publishes(n + 1) and register.checkpoint()[1] == ["a", "acts", "b"], "quorum: the two that saw the true one confirm it", register.checkpoint())
    tap.ok(p.wait_for(lambda: register.state()["witnesses"][2]["state"] == "refused"), "quorum: the third refuses", register.state())
    why = register.state()["witnesses"][2].get("why", "")
    tap.ok(re.search("another tree of this size|consistency proof", why) and re.search(r"witness c: it refused \(422\)", register.err()), "quorum: it is named, with what it said", why)
    kept = park.run("witness", "evidence", c.data, park.at("evidence")).stdout
    tap.ok(re.search("another tree of the same size, signed by the log|a newer tree, signed by the log, without a proof", kept) and os.path.exists(park.at("evidence", "0001.signed")) and os.path.exists(park.at("evidence", "0001.refused")),
           "quorum: and it keeps both trees as evidence", kept)

    # The policy asks for all: the one that refuses is what is missing.
    register.policy(two_of_three.replace("members 2", "members all"))
    tap.ok(p.wait_for(lambda: register.checkpoint() is None), "quorum: under a policy that wants all three, nothing is published yet", register.checkpoint())
    tap.ok(p.wait_for(lambda: "missing: c)" in (register.alert() or "")), "quorum: the alert names the one", register.alert())
    status, body = p.get(register.url + "/checkpoint")
    tap.ok(status == 503 and b"quorum" in body, "quorum: /checkpoint says so with 503", (status, body))

    # A policy that cannot be used changes nothing but the alert.
    register.policy(two_of_three)
    tap.ok(register.publishes(n + 1), "quorum: back to two of three")
    register.policy("quorum nobody\n")
    tap.ok(p.wait_for(lambda: "cannot be used" in (register.alert() or "")), "quorum: a wrong policy is an alert", register.alert())
    n = register.file(p.listed("LAST"))
    tap.ok(register.publishes(n + 1), "quorum: and the one before is in force")
    os.unlink(os.path.join(register.data, "policy"))
    tap.ok(p.wait_for(lambda: not register.alert()), "quorum: taken away", register.alert())
    n = register.file(p.listed("FREE"))
    tap.same(register.checkpoint(), (n + 1, ["acts"]), "quorum: what is signed is published again")
    tap.ok("Sound: " in park.run("verify", register.data).stdout, "quorum: the register is sound")

    # A policy that is wrong from the beginning, or of another log.
    register.stop()
    for text, words in (("quorum nobody\n", "policy:1"), (f"log {p.notes.Key('other.example').vkey}\nquorum none\n", "it names logs, but not this one")):
        register.policy(text)
        ran = subprocess.run([p.COMITY, "serve", register.data, "--port", "0"], capture_output=True, text=True, timeout=p.PATIENCE)
        tap.ok(ran.returncode == 2 and words in ran.stderr, "quorum: a server does not start on a policy that is wrong", ran.stderr)
tap.done()
