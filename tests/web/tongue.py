# SPDX-License-Identifier: Apache-2.0
"""What a page says in another language than its own, without marking it.

    import tongue
    for code, tag, direction, name in tongue.languages(): ...
    whole, parts = tongue.english(code)
    for fault in tongue.faults(page, tag, whole, parts, latin): ...     # page: has .path and .text
"""
import html.parser
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(os.path.dirname(os.path.dirname(HERE)), "tools")]
import crawl  # noqa: E402
import poc  # noqa: E402
import served  # noqa: E402

# Names that are the same in every language.
NAMES = {"JSON", "JSON-LD", "CSV", "Atom", "iCalendar", "HTML", "XML", "API", "SHA-256", "Akoma Ntoso", "JSON Feed", "DCAT 3", "POST /add-checkpoint",
         "C2SP tlog-policy", "C2SP tlog-witness", "Creative Commons", "OpenAPI 3.1", "Apache License 2.0"}
VOID = crawl.VOID
# <title> can hold no markup; its words stand in the heading, marked.
QUIET = {"title", "script", "style", "code", "pre", "kbd", "samp", "textarea", "template"}
SPOKEN = ("title", "aria-label", "alt", "data-l", "placeholder")
SLOT = re.compile(r"\{[^{}]*\}|\[|\]")
# By the letters alone: a word of a script that is not that of the page.
SCRIPTS = {"ru": "\u0400-\u052f", "zh": "\u3400-\u4dbf\u4e00-\u9fff", "ar": "\u0600-\u06ff\u0750-\u077f"}
SCRIPT_OF = {"fa": "ar"}
LATIN = re.compile(r"(?<![\w./@-])[A-Za-z][a-z'’-]+(?: [A-Za-z][A-Za-z'’-]*)+(?![\w/@])")


class Reader(html.parser.HTMLParser):
    """The texts of a page in its own language: [(text, line)]; texts of one paragraph together."""

    def __init__(self, lang):
        super().__init__(convert_charrefs=True)
        self.lang, self.stack, self.texts, self.now = lang, [], [], ""

    def own(self):
        return all(own for _, own in self.stack)

    def flush(self):
        if self.now.strip():
            self.texts.append((" ".join(self.now.split()), self.getpos()[0]))
        self.now = ""

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        # A citation is one line of plain text, to be copied as it is: the title in it keeps its language.
        own = attrs.get("lang", self.lang) == self.lang and tag not in QUIET and attrs.get("class") != "cite"
        if tag not in ("a", "b", "em", "strong", "span", "time", "mark", "bdi", "cite", "small", "abbr"):
            self.flush()
        if self.own() and own:
            for name in SPOKEN:
                if attrs.get(name):
                    self.texts.append((" ".join(attrs[name].split()), self.getpos()[0]))
        if not own and self.own():
            self.now += " … "
        if tag not in VOID:
            self.stack.append((tag, own))

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag not in ("a", "b", "em", "strong", "span", "time", "mark", "bdi", "cite", "small", "abbr"):
            self.flush()

    def handle_data(self, data):
        if self.own():
            self.now += data


def pieces(text):
    """What stands between the slots, long enough to be recognised: three words at least"""
    return {" ".join(p.split()).strip(" .,:;()“”?") for p in SLOT.split(text) if len(p.split()) >= 3}


def english(code):
    """(whole texts, pieces) that a page in this language must not have"""
    whole, parts = set(), set()
    same = set()
    for _, e in poc.read_po(os.path.join(served.ROOT, "po", code + ".po")):
        for text in (e["msgid"], e.get("msgid_plural", "")):
            if text and text == e.get(0):
                same.add(text)
            elif text:
                whole |= {text.strip()} if not SLOT.search(text) else set()
                parts |= pieces(text)
    for folder in ("rules/words", "orgs/sco/words"):
        words = {}
        for name in ("en", code):
            with open(os.path.join(served.ROOT, folder, name + ".json"), encoding="utf-8") as file:
                words[name] = {(s, n, m): t for s, all_ in json.load(file).items() for n, one in all_.items()
                               for m, t in (one.items() if isinstance(one, dict) else [("", one)])}
        for place, text in words["en"].items():
            if words[code].get(place) != text:
                whole |= {text} if not SLOT.search(text) and len(text) > 3 else set()
                parts |= pieces(text)
    return whole - same - NAMES, parts - same


def strange(tag):
    """What is written in no script of this language: two characters of Chinese, three letters of another."""
    own = tag.split("-")[0]
    return re.compile("|".join("[%s]{%d,}" % (letters, 2 if code == "zh" else 3) for code, letters in SCRIPTS.items() if code != SCRIPT_OF.get(own, own)))


def faults(page, tongue, whole, parts, latin, letters=True):
    """`letters`: false for a page that repeats what it was asked, in whatever script."""
    reader, foreign = Reader(tongue), strange(tongue)
    reader.feed(page.text)
    reader.flush()
    for text, line in reader.texts:
        slot = re.search(r"\{[a-z_]+\}", text)
        found = slot[0] if slot else text if text.strip(" .:;") in whole else next((p for p in parts if p in text), None)
        if not found and letters and (other := foreign.search(text)):
            found = other[0]
        if not found and not latin:
            rest = text
            for name in sorted(NAMES, key=len, reverse=True):
                rest = rest.replace(name, "")
            run = LATIN.search(rest)
            found = run and run[0]
        if found:
            yield "%s:%d: “%s” in: %s" % (page.path, line, found, text[:160])


def languages():
    """The languages of pages beside English: [code, tag, direction, name]"""
    with open(os.path.join(served.ROOT, "po", "LINGUAS"), encoding="utf-8") as linguas:
        return [line.split() for line in linguas if line.strip() and not line.startswith("#")]
