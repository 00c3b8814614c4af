#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Embeds the standard folder in C, so that the program needs no file beside itself.

    embed_std.py OUTPUT.c FOLDER FILE...

Every FILE becomes bytes under its path in FOLDER ("std.md", "words/en.json"); see src/register/std.h.
"""
import os
import sys


def main():
    output, folder, *files = sys.argv[1:]
    out = ["/* SPDX-License-Identifier: Apache-2.0\n * Made by embed_std.py. */", '#include "register/std.h"\n']
    rows = []
    for i, path in enumerate(files):
        with open(path, "rb") as file:
            data = file.read()
        out.append(f"static const unsigned char bytes{i}[] = {{")
        out += ["".join(f"{byte}," for byte in data[k:k + 24]) for k in range(0, len(data), 24)]
        out.append("0};")
        name = os.path.relpath(path, folder).replace(os.sep, "/")
        rows.append(f'\t{{STR_INIT("{name}"), {{(const char *)bytes{i}, sizeof bytes{i} - 1}}}},')
    out += ["\nconst struct std_file std_files[] = {", *rows, "};",
            "const size_t std_files_n = sizeof std_files / sizeof *std_files;"]
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
