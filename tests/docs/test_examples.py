# SPDX-License-Identifier: Apache-2.0
"""Every example in the documents is run: what stands in a `console` block after `$ command` is what the command prints.

An example may be shortened: lines indented as far as a line that holds only `…`, or further, are left out, each run of them
shown by such a line. The examples of a document see `data`, a fresh register with the sample record, and what those before them made. Names and
texts of keys are others each time, and count as the same. `--write` puts what is printed now
into the documents, shortened as before; read the difference before you commit it.
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import served  # noqa: E402
import tap  # noqa: E402

# "$ command" and what follows it, up to an empty line before the next command or the end of the block.
EXAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ |```).*\n)*)", re.M)
KEY = re.compile(r"\b(ed25519|sshsig|webauthn):[0-9a-f]{16}\b|\b(ed25519 |ssh-ed25519 AAAA)[A-Za-z0-9+/]+=*")


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
    path = os.path.dirname(os.path.abspath(served.COMITY)) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(["bash", "-c", command], cwd=folder, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "PATH": path}, timeout=120)
    return done.stdout.rstrip("\n").split("\n")


def masked(lines):
    """Without what is another each time."""
    return [KEY.sub(lambda found: found[1] or found[2], line) for line in lines]


def run_example(match, document, folder):
    """Tries one example; the text that should stand there."""
    want = match[2].rstrip("\n").split("\n")
    got = shorten(printed(match[1], folder), want)
    same = masked(got) == masked(want)
    got = want if same else got
    tap.ok(same, f"examples: {document}: {match[1]}", "\n".join(difflib.unified_diff(want, got, document, "comity prints", lineterm="")))
    end = match[2][len(match[2].rstrip("\n")):]
    return f"$ {match[1]}\n" + "\n".join(got) + end


def main():
    tap.same(shorten(["a", "  b", "    c", "  d", "e"], ["a", "  …", "e"]), ["a", "  …", "e"], "examples: … leaves deeper lines out")
    tap.same(shorten(["a", "  b", "c"], ["a", "    …"]), ["a", "  b", "c"], "examples: and only those")
    tap.same(masked(["sshsig:0123456789abcdef  ed25519:0123456789abcdef"]), masked(["sshsig:fedcba9876543210  ed25519:0000000000000000"]), "examples: keys are others each time")
    tap.ok(masked(["sshsig:0123456789abcdef"]) != masked(["ed25519:0123456789abcdef"]), "examples: of the same kind")
    documents = ["README.md"] + sorted(f"docs/{name}" for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".md"))
    with tempfile.TemporaryDirectory() as folder:
        served.load(os.path.join(folder, "fresh"))
        for document in documents:
            here = os.path.join(folder, document.replace("/", "-"))
            shutil.copytree(os.path.join(folder, "fresh"), os.path.join(here, "data"))
            path = os.path.join(ROOT, document)
            with open(path) as file:
                text = file.read()
            new, count = EXAMPLE.subn(lambda match: run_example(match, document, here), text)
            if document == "README.md":
                tap.ok(count >= 3, "examples: README.md has its worked question")
            if document == "docs/keys.md":
                tap.ok(count >= 40, "examples: docs/keys.md has keys made, added, delegated, rotated and revoked")
            if "--write" in sys.argv[1:] and new != text:
                with open(path, "w") as file:
                    file.write(new)
    tap.done()


main()
