# SPDX-License-Identifier: Apache-2.0
"""Acts that are signed by other programs: ssh-keygen, openssl, and keys of devices as verify.go makes them (-token). The envelopes are put together
here. The register takes them, serves them, and again others verify them: ssh-keygen what is of OpenSSH, openssl what is a bare signature, the Go
program all of it, from the genesis to the last key.
"""
import base64
import hashlib
import json
import os
import shutil
import subprocess
import tempfile

import ledger
import third
from test_tools import both_ways, public_key, write
from third import served, tap

TYPE = "application/vnd.comity.act.v1+json"
KINDS = ["ed25519", "ssh", "sk-ed25519", "sk-ecdsa", "sk-ecdsa-web", "passkey-ed25519", "passkey-ecdsa"]
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def pae(body):
    return b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(body), body)


def envelope(body, *signatures):
    """In its one spelling; signatures are (keyid, bytes)."""
    signed = ",".join('{"keyid":"%s","sig":"%s"}' % (keyid, base64.b64encode(sig).decode()) for keyid, sig in sorted(signatures))
    return '{"payloadType":"%s","payload":"%s","signatures":[%s]}' % (TYPE, base64.b64encode(body).decode(), signed)


def run(*args, **more):
    return subprocess.run(args, capture_output=True, check=False, **more)


class SSH:
    """A key of ssh-keygen."""

    def __init__(self, folder, name):
        self.file = os.path.join(folder, name)
        assert run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", self.file).returncode == 0
        with open(self.file + ".pub", encoding="utf-8") as file:
            kind, blob = file.read().split()[:2]
        self.text = f"{kind} {blob}"
        self.keyid = "sshsig:" + hashlib.sha256(base64.b64decode(blob)).hexdigest()[:16]

    def sign(self, message):
        done = run("ssh-keygen", "-Y", "sign", "-n", "comity", "-f", self.file, input=message)
        return base64.b64decode("".join(done.stdout.decode().split(BEGIN)[1].split(END)[0].split()))


class OpenSSL:
    """A key of openssl."""

    def __init__(self, folder, name):
        self.folder, self.file = folder, os.path.join(folder, name)
        assert run("openssl", "genpkey", "-algorithm", "ed25519", "-out", self.file).returncode == 0
        raw = run("openssl", "pkey", "-in", self.file, "-pubout", "-outform", "DER").stdout[-32:]
        self.text = "ed25519 " + base64.b64encode(raw).decode()
        self.keyid = "ed25519:" + hashlib.sha256(raw).hexdigest()[:16]

    def sign(self, message):
        return run("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.file, "-in", write(self.folder, "message", data=message)).stdout


class Token:
    """A key of a device, made by verify.go."""

    def __init__(self, folder, verify, kind):
        self.folder, self.verify, self.kind = folder, verify, kind
        self.keyid, self.text = verify("-token", kind).text.splitlines()

    def sign(self, message):
        return base64.b64decode(self.verify("-token", self.kind, "-pae", write(self.folder, "message", data=message)).text.splitlines()[2])


def signed(body, *keys):
    return envelope(body, *[(key.keyid, key.sign(pae(body))) for key in keys])


def file(data, text):
    """Files an envelope; the index of its entry, or what was said."""
    done = subprocess.run([served.COMITY, "file", data, "-"], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stderr
    return third.database(data, "SELECT max(idx) FROM entry")[0][0]


def registration(data, folder, holder, key):
    """Signed by the register's own key, with comity, and by the new key."""
    body = json.dumps({"kind": "key_registered", "register": ledger.ORG["origin"], "holder": holder, "key": key.text}, separators=(",", ":")).encode()
    own = json.loads(third.comity("sign", write(folder, "act.json", data=body), "--key", os.path.join(data, "log.key")))["signatures"][0]
    return envelope(body, (own["keyid"], base64.b64decode(own["sig"])), (key.keyid, key.sign(pae(body))))


def answer(member, paper, mark):
    act = {"register": ledger.ORG["origin"], "id": mark, "kind": "answered", "date": "2020-01-01", "args": {"M": member, "P": paper}}
    return json.dumps(act, ensure_ascii=False).encode()


def armoured(folder, sig):
    text = base64.b64encode(sig).decode()
    lines = "\n".join(text[i:i + 70] for i in range(0, len(text), 70))
    return write(folder, "signature.sig", data=f"{BEGIN}\n{lines}\n{END}\n".encode())


def ssh_verifies(folder, key, message, sig, space="comity"):
    """Does ssh-keygen take it for a signature of this key?"""
    allowed = write(folder, "allowed", data=f"minister {key.text}\n".encode())
    return run("ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "minister", "-n", space, "-s", armoured(folder, sig), input=message).returncode == 0


def check_served(folder, data, verify, filed):
    """filed: index to (body, keys)."""
    with served.serve(data) as site:
        ran = verify("-log", site.url, "-vkey", third.vkey(data), *third.SINGLE, *third.keep(data, os.path.join(folder, "kept")))
        tap.ok(ran.good, "the Go program: all agrees", ran.text)
        tap.same(ran.number("signatures of other keys than the log's"), 2 * (len(KINDS) + 2) + 2, "the Go program: each signature was verified")
        tap.same(ran.number("keys, each put in force by whoever could"), len(KINDS) + 3, "the Go program: each key was followed from the genesis")
        for index, (body, keys) in sorted(filed.items()):
            got = json.loads(third.get(f"{site.url}/act/{index}.dsse"))
            tap.same(base64.b64decode(got["payload"]), body, f"entry {index} is what was signed")
            sigs = {s["keyid"]: base64.b64decode(s["sig"]) for s in got["signatures"]}
            for key in keys:
                sig = sigs[key.keyid]
                if key.keyid.startswith("sshsig:"):
                    name = f"ssh-keygen: entry {index}, {key.text.split()[0]}{', as a browser makes it' if getattr(key, 'kind', '') == 'sk-ecdsa-web' else ''}"
                    tap.ok(ssh_verifies(folder, key, pae(body), sig), name)
                    tap.ok(not ssh_verifies(folder, key, pae(body) + b"\n", sig), name + ": not if a byte more is signed")
                    tap.ok(not ssh_verifies(folder, key, pae(body), sig, "file"), name + ": not for a file")
                elif key.keyid.startswith("ed25519:"):
                    raw = base64.b64decode(key.text.split()[1])
                    pem = public_key(folder, "x+00000000+" + base64.b64encode(b"\1" + raw).decode())
                    both_ways(folder, pem, pae(body), sig, f"entry {index}")
            # A single act, without the log: its keys are then given by hand.
            proof = write(folder, "act.tlog-proof", data=third.get(f"{site.url}/act/{index}.tlog-proof"))
            given = [word for key in keys for word in ("-key", key.text)]
            tap.ok(verify("-vkey", third.vkey(data), "-proof", proof, *given).good, f"the proof file of entry {index}, with the keys given")
            tap.same(verify("-vkey", third.vkey(data), "-proof", proof).status, 1, f"the proof file of entry {index}, its keys not given")


def fill(folder, verify):
    data = ledger.make(folder)
    ledger.load(data, 0, 3)
    members = ["M-ssh", "M-openssl"] + ["T-" + kind for kind in KINDS]
    for member in members:
        file(data, json.dumps({"kind": "joined", "date": "2019-01-01", "args": {"M": member}}))
    keys = dict(zip(members, [SSH(folder, "minister"), OpenSSL(folder, "clerk.pem")] + [Token(folder, verify, kind) for kind in KINDS]))
    for member, key in keys.items():
        index = file(data, registration(data, folder, member, key))
        tap.ok(isinstance(index, int), f"{member}: its key is registered", index)
    filed = {}
    for member, key in keys.items():
        body = answer(member, "P-1", "one-" + member)
        text = signed(body, key)
        index = file(data, text)
        if tap.ok(isinstance(index, int), f"{member}: an act under its signature alone is filed", index):
            filed[index] = body, [key]
        tap.ok(not isinstance(file(data, text), int), f"{member}: not twice")
        sig = base64.b64decode(json.loads(text)["signatures"][0]["sig"])
        other = envelope(answer(member, "P-2", "two-" + member), (key.keyid, sig))
        said = str(file(data, other))
        tap.ok("the signature of " + key.keyid in said, f"{member}: not with the signature of another act", said)
    two = [keys["M-ssh"], keys["M-openssl"]]
    body = answer("M-ssh", "P-0", "both-sign")
    index = file(data, signed(body, *two))
    if tap.ok(isinstance(index, int), "an act that two have signed is filed", index):
        filed[index] = body, two
    return data, filed


def main(folder):
    if not shutil.which("ssh-keygen"):
        return tap.skip("needs the package openssh-client", "third: acts signed by ssh-keygen")
    verify = third.build(folder)
    if verify:
        data, filed = fill(folder, verify)
        check_served(folder, data, verify, filed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-third-") as scratch:
        main(scratch)
    tap.done()
