# SPDX-License-Identifier: Apache-2.0
"""Every example in the documents is run: what stands in a `console` block after `$ comity ...` is what comity prints.

A line that holds only `…` stands for any lines. The examples see `data`, a fresh register with the sample record.
"""
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import served  # noqa: E402
import tap  # noqa: E402

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)


def examples(text):
    """The examples of one document: (command, lines expected)."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, said = part.partition("\n")
            yield command, said.strip("\n").split("\n")


def fits(want, got):
    """Whether the lines `got` are those of `want`, in which `…` stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == "…" else re.escape(line) + r"\n" for line in want)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in got)) is not None


tap.ok(fits(["a", "  …", "d"], ["a", "b", "c", "d"]) and fits(["a", "…"], ["a"]), "examples: … stands for any lines")
tap.ok(not fits(["a", "…", "d"], ["a", "b"]) and not fits(["a"], ["a", "b"]) and not fits(["a.c"], ["abc"]),
       "examples: and for nothing else")

documents = ["README.md"] + sorted(f"docs/{name}" for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".md"))
with tempfile.TemporaryDirectory() as folder:
    served.load(os.path.join(folder, "data"))
    for document in documents:
        with open(os.path.join(ROOT, document)) as file:
            found = list(examples(file.read()))
        for command, want in found:
            words = shlex.split(command)
            if words[0] != "comity":
                continue  # other programs are the reader's own
            said = subprocess.run([served.COMITY, *words[1:]], cwd=folder, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT).stdout
            got = said.strip("\n").split("\n")
            tap.ok(fits(want, got), f"examples: {document}: {command}",
                   "\n".join(difflib.unified_diff(want, got, document, "comity", lineterm="")))
        if document == "README.md":
            tap.ok(len(found) >= 3, "examples: README.md has its worked question")
tap.done()
