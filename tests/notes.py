# SPDX-License-Identifier: Apache-2.0
"""Logs for tests, written by RFC 8032, RFC 6962 and the C2SP documents and by nothing of ours: keys, signed notes, cosignatures, envelopes,
trees and proof files. Slow (some signatures a second), and enough.

    log, witness = Key("register.example/acts", 1), Key("w.example", 4)
    tree = Tree(log, [b"one", b"two"], [(witness, 1767139200)])
    tree.proof(1)
"""
import base64
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    """Points of the curve in extended coordinates (RFC 8032, 5.1.4)."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, point):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, point)
        point, n = add(point, point), n >> 1
    return out


Y = 4 * pow(5, P - 2, P) % P
X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE = (X, Y, 1, X * Y % P)


def encode(point):
    z = pow(point[2], P - 2, P)
    return (point[1] * z % P | (point[0] * z % P & 1) << 255).to_bytes(32, "little")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data):
    return base64.b64encode(data).decode()


class Key:
    """An Ed25519 key that signs notes (kind 1), or checkpoints as a witness (kind 4). The seed follows from the name, so a test is the same each time."""

    def __init__(self, name, kind=1, seed=None):
        self.name, self.kind = name, kind
        wide = hashlib.sha512(seed or sha(name.encode())).digest()
        low = int.from_bytes(wide[:32], "little")
        self.a, self.prefix = low & (1 << 254) - 8 | 1 << 254, wide[32:]
        self.pub = encode(times(self.a, BASE))
        self.id = sha(name.encode(), b"\n", bytes([kind]), self.pub)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(bytes([kind]) + self.pub)}"
        self.keyid = "ed25519:" + sha(self.pub)[:8].hex()
        self.text = "ed25519 " + b64(self.pub)

    def sign(self, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % L
        point = encode(times(r, BASE))
        k = int.from_bytes(hashlib.sha512(point + self.pub + message).digest(), "little")
        return point + ((r + k * self.a) % L).to_bytes(32, "little")

    def line(self, signature):
        return f"\u2014 {self.name} {b64(self.id + signature)}\n"

    def note(self, text):
        return self.line(self.sign(text.encode()))

    def cosign(self, text, time):
        return self.line(time.to_bytes(8, "big") + self.sign(f"cosignature/v1\ntime {time}\n{text}".encode()))


def envelope(payload, keys, kind="application/vnd.comity.act.v1+json"):
    """A signed act (DSSE) in its one spelling."""
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    signatures = ",".join('{"keyid":"%s","sig":"%s"}' % (key.keyid, b64(key.sign(signed))) for key in sorted(keys, key=lambda key: key.keyid))
    return f'{{"payloadType":"{kind}","payload":"{b64(payload)}","signatures":[{signatures}]}}'.encode()


def split(n):
    return 1 << (n - 1).bit_length() - 1


def root(entries):
    if len(entries) < 2:
        return sha(b"\0", entries[0]) if entries else sha()
    k = split(len(entries))
    return sha(b"\1", root(entries[:k]), root(entries[k:]))


def path(index, entries):
    if len(entries) == 1:
        return []
    k = split(len(entries))
    return path(index, entries[:k]) + [root(entries[k:])] if index < k else path(index - k, entries[k:]) + [root(entries[:k])]


class Tree:
    """A log at one size: its checkpoint, cosigned by witnesses, each with its time, and its proofs."""

    def __init__(self, key, entries, witnesses=()):
        self.entries = entries
        self.text = f"{key.name}\n{len(entries)}\n{b64(root(entries))}\n"
        self.checkpoint = self.text + "\n" + key.note(self.text) + "".join(witness.cosign(self.text, time) for witness, time in witnesses)

    def proof(self, index, extra=None):
        hashes = "".join(b64(hash_) + "\n" for hash_ in path(index, self.entries))
        extra = self.entries[index] if extra is None else extra
        return "c2sp.org/tlog-proof@v1\n" + (f"extra {b64(extra)}\n" if extra else "") + f"index {index}\n{hashes}\n{self.checkpoint}"
