# SPDX-License-Identifier: Apache-2.0
"""No treaty has a rule, a line of the converter or of the program for itself: neither its number nor its title stands there."""
import os
import re

import ask
import tap
import world

DATA = ask.data()
FENCE = re.compile(r"^```rules\s*$(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
RULES = [os.path.join(ask.ROOT, "rules"), ask.HERE]
HERE = [ask.HERE]
PROGRAM = [os.path.join(ask.ROOT, "src")]


def files(folders, *endings):
    for top in folders:
        for folder, _, names in os.walk(top):
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(endings))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rules(path):
    """The rules of a text, without comments and without the names of its sources: a rule may cite a treaty as the law it carries out."""
    text = read(path)
    if path.endswith(".md"):
        text = "\n".join(FENCE.findall(text))
    lines = (line.split("--")[0] for line in text.splitlines())
    return "\n".join(line for line in lines if not line.startswith("source "))


texts = {path: rules(path) for path in files(RULES, ".md", ".rules")}
texts.update((path, read(path)) for path in files(HERE, ".py"))
texts.update((path, read(path)) for path in files(PROGRAM, ".c", ".h"))
names = sorted({row[column] for row in world.table(DATA, "entry_into_force", "clauses.csv") for column in ("treaty_id", "title")})
pattern = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, names)) + r")(?![\w-])", re.IGNORECASE)
found = [f"{os.path.relpath(path, ask.ROOT)}: {name}" for path, text in texts.items() for name in sorted(set(pattern.findall(text)))]
tap.ok(len(names) > 250, f"names: {len(names)} numbers and titles are looked for in {len(texts)} files")
tap.ok(pattern.search("x = \"" + names[0].upper() + "\""), "names: one that stands there is found")
tap.same(found, [], "names: none stands in a rule, the converter or the program")
tap.done()
