# SPDX-License-Identifier: Apache-2.0
"""Reads the table of allowed includes and finds those in a source tree that it does not allow."""
import fnmatch
import os
import re

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>)', re.M)


def read_table(path):
    """{"rooms": {room: set of rooms}, "libraries": [(pattern, set of rooms and files)], "system": the same}"""
    table = {"rooms": {}, "libraries": [], "system": []}
    section = None
    with open(path) as file:
        for line in file:
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("["):
                section = line.strip("[]")
                continue
            left, _, right = line.partition(":")
            if section == "rooms":
                table["rooms"][left] = {left, *right.split()}
            else:
                table[section] += [(pattern, set(right.split())) for pattern in left.split()]
    return table


def sources(src):
    """The C files below src, as paths from src."""
    for folder, _, names in os.walk(src):
        for name in sorted(names):
            if name.endswith((".c", ".h")):
                yield os.path.relpath(os.path.join(folder, name), src)


def fault(table, path, own, foreign, root):
    """Why the file `path` may not include "own" or <foreign>; None if it may."""
    room = path.split("/")[0]
    if room not in table["rooms"]:
        return f"the room {room} is not in tests/layers/allowed.txt"
    if own is not None:
        # A generated header (a template, a table) stands in the build directory under its room's name too.
        target = own.split("/")[0]
        if "/" not in own or ".." in own.split("/"):
            return f'"{own}": write include paths from src/, as in "{room}/{own}"'
        if target not in table["rooms"]:
            return f'"{own}": there is no room {target}'
        if target not in table["rooms"][room]:
            return f'"{own}": {room} may not know {target}'
        return None
    for pattern, allowed in table["libraries"] + table["system"]:
        if fnmatch.fnmatchcase(foreign, pattern):
            if allowed & {"*", room, path}:
                return None
            return f"<{foreign}>: only {', '.join(sorted(allowed))} may use it"
    return f"<{foreign}> is not in tests/layers/allowed.txt: say there who may use it, and why"


def faults(table, src):
    """All faults below src: (room, "path:line: reason")."""
    for path in sources(src):
        with open(os.path.join(src, path), encoding="utf-8") as file:
            text = file.read()
        for match in INCLUDE.finditer(text):
            reason = fault(table, path, match[1], match[2], src)
            if reason:
                yield path.split("/")[0], f"src/{path}:{text.count(chr(10), 0, match.start()) + 1}: {reason}"
