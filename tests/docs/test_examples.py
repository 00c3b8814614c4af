# SPDX-License-Identifier: Apache-2.0
"""Every example in the documents is run: what stands in a `console` block after `$ comity ...` is what comity prints.

An example may be shortened: lines indented as far as a line that holds only `…`, or further, are left out, each run of them
shown by such a line. The examples see `data`, a fresh register with the sample record. `--write` puts what comity prints now
into the documents, shortened as before; read the difference before you commit it.
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

# "$ comity ..." and what follows it, up to an empty line before the next command or the end of the block.
EXAMPLE = re.compile(r"^\$ (comity .*)\n((?:(?!\$ |```).*\n)*)", re.M)


def indent(line):
    return len(line) - len(line.lstrip(" "))


def shorten(lines, like):
    """`lines` shortened in the way that the example `like` is."""
    depth = next((indent(line) for line in like if line.strip() == "…"), None)
    short = []
    for line in lines:
        if depth is None or indent(line) < depth:
            short.append(line)
        elif not short or short[-1].strip() != "…":
            short.append(" " * depth + "…")
    return short


def printed(command, folder):
    """The lines that a command prints, standing in `folder`."""
    done = subprocess.run([served.COMITY, *shlex.split(command)[1:]], cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.stdout.rstrip("\n").split("\n")


def run_example(match, document, folder):
    """Tries one example; the text that should stand there."""
    want = match[2].rstrip("\n").split("\n")
    got = shorten(printed(match[1], folder), want)
    tap.ok(got == want, f"examples: {document}: {match[1]}",
           "\n".join(difflib.unified_diff(want, got, document, "comity prints", lineterm="")))
    end = match[2][len(match[2].rstrip("\n")):]
    return f"$ {match[1]}\n" + "\n".join(got) + end


def main():
    tap.same(shorten(["a", "  b", "    c", "  d", "e"], ["a", "  …", "e"]), ["a", "  …", "e"], "examples: … leaves deeper lines out")
    tap.same(shorten(["a", "  b", "c"], ["a", "    …"]), ["a", "  b", "c"], "examples: and only those")
    documents = ["README.md"] + sorted(f"docs/{name}" for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".md"))
    with tempfile.TemporaryDirectory() as folder:
        served.load(os.path.join(folder, "data"))
        for document in documents:
            path = os.path.join(ROOT, document)
            with open(path) as file:
                text = file.read()
            new, count = EXAMPLE.subn(lambda match: run_example(match, document, folder), text)
            if document == "README.md":
                tap.ok(count >= 3, "examples: README.md has its worked question")
            if "--write" in sys.argv[1:] and new != text:
                with open(path, "w") as file:
                    file.write(new)
    tap.done()


main()
