# SPDX-License-Identifier: Apache-2.0
"""House rules that a look at the text of a file can settle. Each rule is a function of (path, text) giving faults."""
import os
import re
import subprocess

CODE = (".c", ".h", ".py", ".mjs", ".js", ".sh", ".css")
PROSE = (".md", ".html", ".svg")
LONGEST = 700  # lines
HEAVIEST = 1_000_000  # bytes of any file; the sample's record is the largest

# Split, so that this file does not break its own rule.
MACHINE = re.compile(r"(?<![\w.])/(?:wo" r"rk|ho" r"me|ro" r"ot|Us" r"ers)/[\w.-]+|/tmp/ba" r"sh_jobs")
REGISTRY = re.compile(r"registry\.(?:npm" r"js|yarn" r"pkg)|(?:deb|security|snapshot)\.deb" r"ian\.org|pyp" r"i\.org"
                      r"|files\.python" r"hosted|\"reso" r"lved\": *\"http")
BANNED = re.compile(r"(?<![\w.>])(strcpy|stpcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|atoi|atol|atoll|atof|alloca|scanf|sscanf)\s*\(")
# Libraries give errors back; the command prints and ends.
TALKS = re.compile(r"(?<![\w.>])(printf|vprintf|puts|putchar|perror|exit|_exit)\s*\(")
# [words](path), not an address, an anchor, or an example in code
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\((?![a-z]+:|#|/)([^)#\s]+)(?:#[^)\s]*)?\)")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def files(root):
    """The files of the checkout, tracked or new, as paths from its root. Without git: all below the known folders."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    if listed.returncode == 0:
        paths = listed.stdout.splitlines()
    else:
        paths = [os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root)
                 for name in names if not re.search(r"/(build[^/]*|data|node_modules|\.git|__pycache__)(/|$)", folder)]
    return sorted(path for path in set(paths) if os.path.isfile(os.path.join(root, path)))


def read(root, path):
    """The text of a file, or None if it is not text."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    try:
        return None if b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


def code_only(text):
    """C text with comments and strings blanked, lines kept."""
    return NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def at(path, text, match):
    return f"{path}:{text.count(chr(10), 0, match.start()) + 1}"


def spdx(path, text):
    """The licence stands in the first lines. Data (records, tables, catalogues of an organisation) has no room for it."""
    name = os.path.basename(path)
    wanted = name.endswith(CODE + PROSE) or name == "meson.build" or text.startswith("#!")
    if wanted and not path.startswith(("orgs/", "rules/")) or path.endswith(".py"):
        if not re.search(r"SPDX-License-Identifier: Apache-2\.0\b", "".join(text.splitlines(True)[:3])):
            yield f"{path}: no line 'SPDX-License-Identifier: Apache-2.0' at its top"


def machine(path, text):
    for match in MACHINE.finditer(text):
        yield f"{at(path, text, match)}: {match[0]} is a path of one machine"


def registry(path, text):
    for match in REGISTRY.finditer(text):
        yield f"{at(path, text, match)}: {match[0]} names a package server"


def long(path, text):
    lines = text.count("\n")
    if path.endswith(CODE) and lines > LONGEST:
        yield f"{path}: {lines} lines, more than {LONGEST}: a crowded room?"


def banned(path, text):
    if path.startswith("src/") and path.endswith((".c", ".h")):
        text = code_only(text)
        for match in BANNED.finditer(text):
            yield f"{at(path, text, match)}: {match[1]}() knows no bounds or hides errors; see src/base/str.h"


def talks(path, text):
    if path.startswith("src/") and path.endswith((".c", ".h")) and not path.startswith("src/cli/") and not path.endswith("/main.c"):
        text = code_only(text)
        for match in TALKS.finditer(text):
            yield f"{at(path, text, match)}: {match[1]}() in a library; give the error back (src/base/err.h)"


def links(path, text):
    """A link of a document to a file of the checkout leads somewhere."""
    if path.endswith(".md"):
        for match in LINK.finditer(text):
            if not os.path.exists(os.path.join(ROOT, os.path.dirname(path), match[1])):
                yield f"{at(path, text, match)}: there is no {match[1]}"


RULES = (spdx, machine, registry, long, banned, talks, links)
