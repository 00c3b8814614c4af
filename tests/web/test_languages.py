#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each language of po/LINGUAS is complete: every message of the template, every word of the standard and of the sample organisation.

    test_languages.py
"""
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(ROOT, "tools")]
import poc  # noqa: E402
import tap  # noqa: E402

WORDS = [os.path.join("rules", "words"), os.path.join("orgs", "sco", "words")]
SLOT = re.compile(r"\{([^{}]+)\}")
# Russian: a name that begins a statement and a verb or an adjective after it, which would have to agree with it ("Мальдивы подписывает").
AGREES = re.compile(r"(?:^|[,;:] |\{date\} |Почему )\{\w+\} [^\W\d_]")


def key(e):
    return (e["msgctxt"] + "|" if "msgctxt" in e else "") + e["msgid"]


def texts(words):
    """(section, name, member) -> text; a text by itself has the member ''"""
    for section, entries in words.items():
        for name, entry in entries.items():
            for member, text in (entry if isinstance(entry, dict) else {"": entry}).items():
                yield (section, name, member), text


def read(folder, code):
    with open(os.path.join(ROOT, folder, code + ".json"), encoding="utf-8") as f:
        return dict(texts(json.load(f)))


def said(words, place):
    """Is there a text at the place, or a form of it: what is counted has the plural forms of its own language"""
    section, name, _ = place
    return place in words or (section in ("counts", "units") and (section, name, "other") in words)


with open(os.path.join(ROOT, "po", "LINGUAS"), encoding="utf-8") as f:
    codes = [line.split()[0] for line in f if line.strip() and not line.startswith("#")]
with tempfile.TemporaryDirectory() as work:
    pot = os.path.join(work, "comity.pot")
    done = subprocess.run([os.path.join(ROOT, "po", "extract"), pot], capture_output=True, text=True)
    tap.ok(done.returncode == 0, "the template is written", done.stderr)
    template = [e for _, e in poc.read_po(pot) if e["msgid"]]
tap.ok(len(template) > 500, "the template has the words of the pages", str(len(template)))
for code in codes:
    entries = poc.read_po(os.path.join(ROOT, "po", code + ".po"))
    forms = int(poc.PLURAL.search(next(e.get(0, "") for _, e in entries if e["msgid"] == ""))[1])
    have = {key(e) for line, e in entries if e["msgid"] and poc.check(code, line, e, forms)}
    missing = [key(e) for e in template if key(e) not in have]
    tap.ok(not missing, "%s: every message has a translation" % code, "\n".join(missing[:40]))
    for folder in WORDS:
        en, words = read(folder, "en"), read(folder, code)
        missing = ["/".join(p) for p in en if not said(words, p)]
        tap.ok(not missing, "%s: %s has every text that English has" % (code, folder), "\n".join(missing[:40]))
        # A slot that English has not at this place would stay empty. Members of the language's own have those of "is".
        strange = []
        for (section, name, member), text in words.items():
            english = en.get((section, name, member)) or "".join(t for (s, n, _), t in en.items() if s == section and n in (name, name.split(".")[0]))
            for slot in SLOT.findall(text):
                if section not in ("sources", "counts") and slot not in SLOT.findall(english) and not (section == "phrases" and name.startswith("date")):
                    strange.append("%s/%s/%s: {%s}" % (section, name, member, slot))
        tap.ok(not strange, "%s: %s has no slot that nothing fills" % (code, folder), "\n".join(strange[:40]))
for code in ["en"] + codes:
    # In a list of kinds of facts only the label tells one from another.
    labels = {}
    for folder in WORDS:
        for (section, name, member), text in read(folder, code).items():
            if section == "facts" and member == "label" and "." not in name:
                labels.setdefault(text, set()).add(name)
    twice = ["%s: %s" % (label, ", ".join(sorted(names))) for label, names in labels.items() if len(names) > 1]
    tap.ok(not twice, "%s: no two facts have one label" % code, "\n".join(twice))
# A set of the rulebook has no word but this: its name would stand in the reasons.
with open(os.path.join(ROOT, "orgs", "sco", "rulebook.md"), encoding="utf-8") as f:
    sets = set(re.findall(r"^set (\w+) of", f.read(), re.M))
for code in ["en"] + codes:
    tap.same(sorted(sets - {name for section, name, _ in read(WORDS[1], code) if section == "sets"}), [], "%s: every set of the rulebook has words" % code)
for folder in WORDS:
    agrees = ["/".join(place) + ": " + text for place, text in read(folder, "ru").items() if place[0] in ("facts", "acts") and AGREES.search(text)]
    tap.ok(not agrees, "ru: in %s no word must agree with a name" % folder, "\n".join(agrees[:40]))
tap.done()
