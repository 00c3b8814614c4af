# SPDX-License-Identifier: Apache-2.0
"""What everybody has at hand says the same: openssl of a checkpoint's signature, an act's signature and a leaf; node's WebCrypto of a
whole log, as a browser could.
"""
import base64
import glob
import json
import os
import shutil
import subprocess
import tempfile

import ledger
import third
from third import served, tap

ED25519 = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of RFC 8410, before the 32 bytes of the key


def write(*path, data):
    with open(os.path.join(*path), "wb") as file:
        file.write(data)
    return os.path.join(*path)


def openssl(*args):
    return subprocess.run(["openssl", *args], capture_output=True, check=False)


def public_key(folder, vkey):
    """The key of a vkey as a file that openssl reads."""
    raw = base64.b64decode(vkey.split("+", 2)[2])
    assert raw[0] == 1 and len(raw) == 33
    text = base64.b64encode(ED25519 + raw[1:]).decode()
    return write(folder, "key.pem", data=f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n".encode())


def signed(folder, key, message, signature):
    """Does openssl take this signature over this message?"""
    files = write(folder, "message", data=message), write(folder, "signature", data=signature)
    return openssl("pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", files[0], "-sigfile", files[1]).returncode == 0


def both_ways(folder, key, message, signature, name):
    tap.ok(signed(folder, key, message, signature), f"openssl: {name}")
    tap.ok(not signed(folder, key, message[:-1] + bytes([message[-1] ^ 1]), signature), f"openssl: not if a bit differs: {name}")


def with_openssl(folder, data, site):
    key = public_key(folder, third.vkey(data))
    for size, note in third.database(data, "SELECT size, note FROM checkpoint ORDER BY size"):
        text, lines = note.decode().rsplit("\n\n", 1)
        both_ways(folder, key, (text + "\n").encode(), base64.b64decode(lines.split()[2])[4:], f"the checkpoint of {size}")
    for n in (0, 1, 255, 299, 600):
        entry = third.get(f"{site.url}/act/{n}.dsse")
        envelope = json.loads(entry)
        kind, body = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
        pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
        both_ways(folder, key, pae, base64.b64decode(envelope["signatures"][0]["sig"]), f"the signature of act {n}")
    tile = third.get(site.url + "/tile/0/001")
    leaf = openssl("dgst", "-sha256", "-binary", write(folder, "leaf", data=b"\0" + third.get(site.url + "/act/299.dsse"))).stdout
    tap.same(leaf.hex(), tile[32 * 43:32 * 44].hex(), "openssl: the leaf of act 299 stands in its tile")
    proof = third.get(site.url + "/act/600.tlog-proof").decode()
    leaf = openssl("dgst", "-sha256", "-binary", write(folder, "leaf", data=b"\0" + third.get(site.url + "/act/600.dsse"))).stdout
    for line in proof[proof.index("index 600\n") + 10:proof.index("\n\n")].split("\n"):  # the last of an odd tree: every hash stands at its left
        leaf = openssl("dgst", "-sha256", "-binary", write(folder, "node", data=b"\1" + base64.b64decode(line) + leaf)).stdout
    tap.same(base64.b64encode(leaf).decode(), proof[proof.index("\n\n") + 2:].split("\n")[2], "openssl: hash by hash from act 600 to the signed root")


def node(*args):
    done = subprocess.run(["node", "--no-warnings", os.path.join(third.HERE, "webcrypto.mjs"), *args], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


def with_webcrypto(data, site):
    key = third.vkey(data)
    indexes = ["0", "1", "255", "256", "299", "511", "512", "600"]
    tap.same(node("log", site.url, key, *indexes), {"entries": 601, "proofs": 8}, "WebCrypto: checkpoint, root, every envelope, proof files")
    proxy = third.Proxy(site.url)
    with third.listen(proxy.handler) as url:
        tap.same(node("log", url, key, *indexes), {"entries": 601, "proofs": 8}, "WebCrypto: the same through a proxy")
        for path in ("/checkpoint", "/tile/entries/001", "/tile/entries/002.p/89", "/act/512.tlog-proof"):
            proxy.change = lambda asked, status, body, path=path: (status, body[:40] + bytes([body[40] ^ 1]) + body[41:]) if asked == path else (status, body)
            tap.ok(isinstance(node("log", url, key, *indexes), str), "WebCrypto: not if a bit differs: " + path)


def with_cosignatures(folder):
    vectors = tap.shared("conformance", "tlog", "cosignature")
    if not vectors:
        return tap.skip("needs COMITY_SHARED", "WebCrypto: cosignatures")
    for name in ("witness", "witness2", "mirror"):
        with open(os.path.join(vectors, name + ".v0.json"), encoding="utf-8") as file:
            key = json.load(file)["verifier_keys"][0]
        for file in sorted(glob.glob(os.path.join(vectors, "*.checkpoint"))):
            good = os.path.basename(file).split(".")[1] == name
            said = node("cosigned", file, key)
            tap.same(said, {"good": True, "time": "1767139200"} if good else {"good": False},
                     f"WebCrypto: {os.path.basename(file)}: {'' if good else 'not '}cosigned by {name}")
            if good:
                with open(file, "rb") as checkpoint:
                    altered = checkpoint.read().replace(b"\n300\n", b"\n301\n")
                tap.same(node("cosigned", write(folder, "altered", data=altered), key).get("good"), False, "WebCrypto: not if its size differs")


def run(folder):
    data = ledger.make(folder)
    filed = 0
    for n in (1, 254, 345):
        ledger.load(data, filed, n)
        filed += n
    with served.serve(data) as site:
        with_openssl(folder, data, site)
        if shutil.which("node"):
            with_webcrypto(data, site)
        else:
            tap.skip("needs the package nodejs", "WebCrypto")
    if shutil.which("node"):
        with_cosignatures(folder)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="comity-third-") as scratch:
        run(scratch)
    tap.done()
