#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No page of a language says anything in another one without marking it: walks over the sample in each language of po/LINGUAS.

What stands outside of elements with another lang="" and of code is held against every message of the catalogue that is not the same in both
languages, and against the words of the standard and of the sample, and has no slot that nothing filled; words in the letters of another script are a
fault in each language, English too; where the language is not written in Latin letters, two Latin words in a row are one fault more. Of each kind of page (acts, meetings, why ...) at most N are read; `./check --long` reads many more.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import crawl  # noqa: E402
import served  # noqa: E402
import tap  # noqa: E402
from tongue import english, faults, languages  # noqa: E402

N = int(os.environ.get("N", "7"))
MOST_FAULTS = int(os.environ.get("FAULTS", "30"))


def kind(path):
    return re.sub(r"\d+", "N", "/".join(path.split("?")[0].split("/")[1:3])) + ("/" if path.count("/") > 2 else "")


def walk(site, code, tag, latin, whole=(), parts=()):
    seen, todo, read, bad, n = {f"/{code}/"}, [f"/{code}/"], {}, [], 0
    while todo:
        path = todo.pop(0)
        read[kind(path)] = read.get(kind(path), 0) + 1
        if read[kind(path)] > N:
            continue
        page = site.get(path)
        if page.status != 200 or not page.type.startswith("text/html"):
            continue
        n += 1
        bad += faults(page, tag, whole, parts, latin)
        bad += [f"{path}: a stop of another language: {text}" for text in re.findall("[\u4e00-\u9fff]\\. ", re.sub(r"<[^>]+>", "", page.text))]
        bad += [f"{path}: two marks where one ends it: {text}" for text in re.findall(r".{0,30}…[.。۔]", re.sub(r"<[^>]+>", "", page.text))]
        for link in sorted(crawl.links(page.text)):
            if link.startswith(f"/{code}/") and link not in seen:
                seen.add(link)
                todo.append(link)
    for path in (f"/{code}/nowhere", f"/{code}/acts/999999", f"/{code}/participants/XX", f"/{code}/?on=2024-02-30", f"/{code}/why/status/XX",
                 f"/{code}/acts?kind=x&other=1", f"/{code}/meetings?page=900", f"/{code}/search?q=membership&kind=article", f"/{code}/search?q=council+of+heads",
                 f"/{code}/search?q=%D0%BF%D0%BE%D0%BB%D0%BD%D0%BE%D0%BC%D0%BE%D1%87", f"/{code}/search?q=%E6%88%90%E5%91%98&page=2"):
        bad += faults(site.get(path, Accept="text/html"), tag, whole, parts, latin)
    tap.ok(n > 60, f"{code}: {n} pages were read")
    tap.ok(not bad, f"{code}: all that is said is said in this language, or marked", "\n".join(bad[:MOST_FAULTS] + ["%d faults" % len(bad)]))


with served.sample() as site:
    visitor = crawl.Site(site.url)
    # The test itself: an English page read as if it were Russian is full of faults.
    for code, tag, _, name in languages():
        whole, parts = english(code)
        page = visitor.get("/en/participants/BY")
        page.body = page.text.replace('lang="en"', f'lang="{tag}"').encode()
        tap.ok(len(list(faults(page, tag, whole, parts, True))) > 20, f"{code}: English would be seen")
        page = visitor.get(f"/{code}/participants/BY")
        page.body = page.text.replace(f'lang="{tag}"', 'lang="en"').encode()
        tap.ok(len(list(faults(page, "en", (), (), True))) > 20, f"{code}: and so would its words on an English page")
        walk(visitor, code, tag, bool(re.match(r"[A-Za-z]", name)), whole, parts)
    walk(visitor, "en", "en", True)
tap.done()
