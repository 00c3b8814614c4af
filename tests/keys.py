# SPDX-License-Identifier: Apache-2.0
"""Keys of members for tests: made, written and signed with here by RFC 8032 and DSSE, by nothing of ours.

    kz = Pen("KZ")
    kz.secret                                   # the text of a secret key file
    envelope(act(ORIGIN, "thanked", P="KZ"), kz)
"""
import base64
import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import notes  # noqa: E402

TYPE = "application/vnd.comity.act.v1+json"
_count = 0


class Pen(notes.Key):
    """A key, always the same for the same word."""

    def __init__(self, word):
        self.word, self.seed = word, notes.sha(b"pen ", word.encode())
        super().__init__(word, 1, self.seed)
        self.secret = f"PRIVATE+KEY+{word}+{self.id.hex()}+{notes.b64(bytes([1]) + self.seed)}\n"


def read_secret(text):
    """The key of such a file: of a register, say."""
    _, _, name, _, body = text.strip().split("+", 4)
    return notes.Key(name, 1, base64.b64decode(body)[1:])


def fresh_id():
    global _count
    _count += 1
    return f"test-{os.getpid()}-{_count}"


def act(origin, kind, date="2026-03-01", more=None, **args):
    """An act as it is signed: with its register and an id. `more`: members beside the arguments; one that is None is left out."""
    members = {"register": origin, "id": fresh_id(), "kind": kind, "date": date, "args": args, **(more or {})}
    return text({name: value for name, value in members.items() if value is not None})


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def pae(payload, kind=TYPE):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def sign(payload, pen, kind=TYPE):
    """(keyid, signature)"""
    return pen.keyid, pen.sign(pae(payload, kind))


def write(payload, signatures, kind=TYPE):
    """An envelope with these signatures, in the order in which they are given."""
    rows = ",".join(f'{{"keyid":"{keyid}","sig":"{notes.b64(sig)}"}}' for keyid, sig in signatures)
    return f'{{"payloadType":"{kind}","payload":"{notes.b64(payload)}","signatures":[{rows}]}}'.encode()


def envelope(payload, *pens, kind=TYPE):
    return write(payload, sorted(sign(payload, pen, kind) for pen in pens), kind)


def seal(payload):
    """What the log gets of a sealed act, and its body."""
    body = b'{"salt":"' + hashlib.sha256(payload).hexdigest().encode() + b'","act":' + payload + b"}"
    return text({"kind": "sealed", "commitment": "sha256:" + hashlib.sha256(body).hexdigest()}), body


def registered(origin, holder, pen, **more):
    return text({"kind": "key_registered", "register": origin, "holder": holder, "key": pen.text, **more})


def delegated(origin, holder, pen, acts, **more):
    return text({"kind": "key_delegated", "register": origin, "holder": holder, "key": pen.text, "acts": acts, **more})


def rotated(origin, old, pen, **more):
    return text({"kind": "key_rotated", "register": origin, "old": old.keyid, "key": pen.text, **more})


def revoked(origin, old, **more):
    return text({"kind": "key_revoked", "register": origin, "old": old.keyid, **more})
