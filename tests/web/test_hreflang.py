# SPDX-License-Identifier: Apache-2.0
"""The languages of a page in its head: absolute addresses that answer in that language, and name each other; none where there is no such page."""
import html
import json
import os
import re
import sys
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

LINK = re.compile(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">')
with open(os.path.join(served.ROOT, "orgs", "sco", "org.json"), encoding="utf-8") as file:
    CODES = json.load(file)["languages"]["pages"]
with open(os.path.join(served.ROOT, "po", "LINGUAS"), encoding="utf-8") as linguas:
    TAGS = {"en": "en", **{line.split()[0]: line.split()[1] for line in linguas if line.strip() and not line.startswith("#")}}
PATHS = ["/{}/", "/{}/participants/BY", "/{}/participants?on=2016-06-24&known=120", "/{}/acts?kind=attended&page=2&on=2024-01-01", "/{}/search?q=%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0",
         "/{}/why/status/BY", "/{}/law", "/{}/verify", "/{}/date?page=/en/meetings", "/{}/about"]


def alternates(page):
    """What the head says: [(tag, address)]"""
    return [(tag, html.unescape(href)) for tag, href in LINK.findall(page.text.split("</head>")[0])]


def main():
    with served.sample() as site:
        visitor = crawl.Site(site.url)
        for form in PATHS:
            said = alternates(visitor.get(form.format("en")))
            wanted = [(TAGS[code], site.url + form.format(code)) for code in CODES]
            decoded = [(tag, urllib.parse.unquote(href)) for tag, href in said]
            tap.same(decoded, [(t, urllib.parse.unquote(h)) for t, h in [*wanted, ("x-default", wanted[0][1])]],
                     f"{form}: each language by an absolute address, and the first for all others")
            for tag, href in said[:-1]:
                page = visitor.get(href[len(site.url):])
                tap.same((page.status, re.search(r'<html lang="([^"]*)"', page.text)[1], alternates(page)), (200, tag, said), f"{href} is in {tag}, and names the same")
        for path in ("/en/nowhere", "/ru/participants/XX", "/zh/?on=2024-02-30"):
            page = visitor.get(path, Accept="text/html")
            tap.same((page.status >= 400, alternates(page)), (True, []), f"{path}: an error has none")
        form = visitor.get("/ru/date?page=/en/meetings")
        tap.ok('name="page" value="/ru/meetings"' in form.text, "the date form in another language leads to the page in that language")
    tap.done()


main()
