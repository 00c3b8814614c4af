#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Embeds files in C: every file becomes bytes with a name that holds the SHA-256 of its content ("comity.3f2a....css"),
so that its address may be cached for ever; and the hash as a content security policy writes it, for a page that holds the
file inside itself.

    embed.py --source assets.c file ...
"""
import argparse
import base64
import hashlib
import os
import sys

MEDIA = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}
# What would end the element around it (HTML, 13.2.5: the states of script data and raw text).
INSIDE = {".js": (b"</script", b"<script", b"<!--"), ".css": (b"</style",)}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--source", required=True)
    ap.add_argument("files", nargs="+")
    a = ap.parse_args()
    out = ["/* SPDX-License-Identifier: Apache-2.0\n * Made by embed.py. */", '#include "web/asset.h"\n']
    rows = []
    for i, path in enumerate(a.files):
        with open(path, "rb") as f:
            data = f.read()
        stem, ext = os.path.splitext(os.path.basename(path))
        if any(word in data.lower() for word in INSIDE.get(ext, ())):
            sys.exit(f"{path}: it holds {' or '.join(w.decode() for w in INSIDE[ext])}, and so could not stand inside a page")
        whole = hashlib.sha256(data)
        digest, source = whole.hexdigest()[:16], "sha256-" + base64.b64encode(whole.digest()).decode()
        out.append(f"static const char bytes{i}[] = {{")
        for k in range(0, len(data), 24):
            out.append("".join(f"{b if b < 128 else b - 256}," for b in data[k:k + 24]))
        out.append("};")
        rows.append(f'\t{{STR_INIT("{stem}{ext}"), STR_INIT("{stem}.{digest}{ext}"), "{MEDIA[ext]}", '
                    f'{{bytes{i}, sizeof bytes{i}}}, "{source}"}},')
    out.append("\nconst struct asset assets[] = {\n" + "\n".join(rows) + "\n};")
    out.append("const size_t assets_n = sizeof assets / sizeof *assets;")
    with open(a.source, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
