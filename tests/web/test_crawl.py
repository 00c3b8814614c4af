# SPDX-License-Identifier: Apache-2.0
"""Follows the links of the site from its front page, today, on a day in the past, and as known at an earlier entry.

Each page: answers 200, is well-formed, without inline style and without a script that its policy does not name, holds less than 200 KB, keeps the dates it was asked with, and
says what the organisation says about its register; so does each answer in JSON and each feed.
Of each kind of page (acts, meetings, why ...) at most N are read, chosen by SEED; `./check --long` reads many more.
"""
import html
import json
import os
import random
import re
import sys
import time
import xml.etree.ElementTree

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

N = int(os.environ.get("N", "8"))
SEED = int(os.environ.get("SEED", "1"))
MOST = 200 * 1024
DATES = ["", "?on=2016-01-01", "?known=500"]
with open(os.path.join(served.ROOT, "orgs", "sco", "org.json"), encoding="utf-8") as file:
    NOTICES = json.load(file)["notice"]
with open(os.path.join(served.ROOT, "po", "LINGUAS"), encoding="utf-8") as file:
    TONGUES = "(?:%s)" % "|".join(["en"] + [line.split()[0] for line in file if line.strip() and not line.startswith("#")])


def says_notice(page):
    """In the language of the address; None: a file that has no room for it (an entry as signed, an asset, a table)."""
    about = re.match(r"/oembed\?url=[^&]*?(?:%2F|/)(?:%2F|/)[^&]*?(?:%2F|/)([a-z-]+)(?:%2F|/)", page.path)  # of a page of some language
    notice = NOTICES.get(about[1] if about else page.path.split("/")[1], NOTICES["en"])
    if page.path.startswith(("/act/", "/asset/")):
        return None
    if page.type.startswith("text/html"):
        return '<aside class="demo"' in page.text and notice in html.unescape(page.text)
    if page.type.startswith("application/json"):
        answer = json.loads(page.body)
        return (answer["info"].get("description") if "openapi" in answer else answer.get("notice")) == notice
    if page.type.startswith("application/feed+json"):
        return json.loads(page.body)["description"] == notice
    if page.type.startswith("application/ld+json"):
        code = page.path.split("/")[1]
        return json.loads(page.body).get("rdfs:comment") == {"@language": {"zh": "zh-Hans"}.get(code, code) if code in NOTICES else "en", "@value": notice}
    if page.type.startswith("application/csvm+json"):
        return json.loads(page.body).get("rdfs:comment") == notice
    if page.type.startswith("application/atom+xml"):
        return xml.etree.ElementTree.fromstring(page.body).findtext("{http://www.w3.org/2005/Atom}subtitle") == notice
    return None


def kind(path):
    """/en/acts/7?on=... -> en/acts/N, /act/7.json -> act/N.json"""
    return re.sub(r"\d+", "N", "/".join(path.split("?")[0].split("/")[1:3])) + ("/" if path.count("/") > 2 else "")


def with_dates(link, dates):
    """A page of the site keeps the dates; machine addresses (/act/7.json, feeds, assets) carry none."""
    return not dates or not re.match("/%s/" % TONGUES, link) or dates[1:] in link


def run(site, dates, random_):
    seen, todo, read = {"/en/" + dates}, ["/en/" + dates], {}
    bad, heavy, broken, lost, dead, silent, forms = [], [], [], [], [], [], {}
    while todo:
        path = todo.pop(random_.randrange(len(todo)))
        read[kind(path)] = read.get(kind(path), 0) + 1
        if read[kind(path)] > N:
            continue
        page = site.get(path)
        if page.status in (301, 302, 303, 307, 308) and page.location:
            if page.location not in seen:
                seen.add(page.location)
                todo.append(page.location)
            continue
        if page.status != 200:
            bad.append("%s: %d" % (path, page.status))
            continue
        said = says_notice(page)
        if said is not None:
            forms[page.type.split(";")[0]] = forms.get(page.type.split(";")[0], 0) + 1
        if said is False:
            silent.append("%s: %s" % (path, page.type))
        if not page.type.startswith("text/html"):
            continue
        if len(page.body) > MOST:
            heavy.append("%s: %d bytes" % (path, len(page.body)))
        text = page.text
        broken += ["%s: %s" % (path, f) for f in crawl.faults(page)]
        dead += ["%s: #%s" % (path, f) for f in crawl.fragments(text)]
        for link in sorted(crawl.links(text)):
            if not with_dates(link, dates):
                # "Back to today" and its like lead to the same page; other days, the reasons on another day, and what changed since name it; a card that
                # others frame shows the day on which it is read.
                if ("on=" not in link and "/changes?from=" not in link and link.split("?")[0] != path.split("?")[0] and not re.match("/%s/date" % TONGUES, path)
                        and not link.endswith("/card")):
                    lost.append("%s -> %s" % (path, link))
                continue
            if link not in seen:
                seen.add(link)
                todo.append(link)
    where = dates or "today"
    tap.note("%s: links by kind: %s" % (where, ", ".join("%s %d" % x for x in sorted(read.items()))))
    tap.ok(not bad, "%s: every link answers" % where, "\n".join(bad[:20]))
    tap.ok(not broken, "%s: pages are well-formed, without inline style, and without a script that their policy does not name" % where, "\n".join(broken[:20]))
    tap.ok(not heavy, "%s: no page is larger than 200 KB" % where, "\n".join(heavy[:20]))
    tap.ok(not dead, "%s: links within a page lead somewhere" % where, "\n".join(dead[:20]))
    tap.ok(not lost, "%s: links keep the dates" % where, "\n".join(lost[:20]))
    tap.ok(not silent, "%s: pages, answers in JSON and feeds carry the notice" % where, "\n".join(silent[:20]))
    tap.ok({"text/html", "application/json", "application/atom+xml"} <= set(forms), "%s: all these forms were met" % where, str(forms))
    tap.note("%s: with a notice: %s" % (where, forms))
    tap.ok(sum(min(n, N) for n in read.values()) > 10 * min(N, 12), "%s: many pages were read" % where, str(read))


with served.sample() as server:
    site = crawl.Site(server.url)
    for dates in DATES:
        began = time.monotonic()
        run(site, dates, random.Random(SEED))
        tap.note("%.1f seconds" % (time.monotonic() - began))
    tap.ok(server.alive(), "the server lives")
tap.done()
