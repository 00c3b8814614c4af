#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each class that the style sheet dresses is given by a template, by C or by a script: there it stands in an attribute that is written out ("%u" for a number),
or in a text of classes and nothing else, which some function takes. So a class whose name is a word of its own may pass unused."""
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import tap  # noqa: E402

WEB = os.path.join(HERE, "..", "..", "src", "web")


def read(path):
    with open(path, encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def names(text):
    return set(re.findall(r"[A-Za-z][\w%-]*", text))


sheet = read(os.path.join(WEB, "assets", "comity.css"))
dressed = set(re.findall(r"\.([A-Za-z][\w-]*)", " ".join(re.findall(r"([^{};]*)\{", sheet))))
given = set()
for path in glob.glob(os.path.join(WEB, "pages", "*.html")):
    for attribute in re.findall(r'\bclass="((?:\{\{.*?\}\}|[^"])*)"', read(path)):
        given |= names(re.sub(r"\{\{.*?\}\}", " ", attribute))
for path in glob.glob(os.path.join(WEB, "..", "*", "*.[ch]")) + glob.glob(os.path.join(WEB, "assets", "*.js")):
    for quote, text in re.findall(r"""(["'])((?:\\.|(?!\1)[^\\\n])*)\1""", read(path)):
        attributes = re.findall(r'\bclass=\\"([^"\\]*)', text)
        given |= names(" ".join(attributes)) if attributes else names(text) if names(text) <= dressed else set()
numbered = {name[:-2] for name in given if name.endswith("%u")}
unused = sorted(name for name in dressed - given if name.rstrip("0123456789") not in numbered)
tap.ok(len(dressed) > 100, "the style sheet was read", str(len(dressed)))
tap.same(unused, [], "each class of the style sheet is used")
tap.done()
