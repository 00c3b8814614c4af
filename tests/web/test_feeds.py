# SPDX-License-Identifier: Apache-2.0
"""Feeds of the site, in Atom and as JSON Feed, by language, category and thing, held against the schema of JSON Feed 1.1 and against one
another; the sitemaps against the pages that they name."""
import json
import os
import sys
import urllib.parse
import xml.etree.ElementTree

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

jsonschema = tap.debian("jsonschema")
A = "{http://www.w3.org/2005/Atom}"
with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
    ACTS = [json.loads(line) for line in file]
FEEDS = ["/en/releases", "/en/releases?category=politics", "/en/releases?language=zh", "/en/acts", "/en/acts?kind=gavelled", "/en/acts?kind=attended&page=2", "/en/participants/BY",
         "/en/participants/IN?on=2016-01-01&known=500", "/en/bodies/CHS", "/en/acts?on=2000-01-01"]


def form(path, suffix):
    path, _, query = path.partition("?")
    return f"{path}.{suffix}" + ("?" + query if query else "")


def atom(site, path):
    page = site.get(path)
    root = xml.etree.ElementTree.fromstring(page.body)
    return page, root, [(e.findtext(A + "id"), e.findtext(A + "title"), e.findtext(A + "updated"), e.get("{http://www.w3.org/XML/1998/namespace}lang")) for e in root.findall(A + "entry")]


def schema():
    folder = tap.shared("conformance", "jsonfeed")
    if not folder or not jsonschema:
        return None
    with open(os.path.join(folder, "schema_1.1.json"), encoding="utf-8") as file:
        checker = jsonschema.Draft7Validator(json.load(file))
    for name, want in (("should_pass", True), ("should_fail", False)):
        files = sorted(os.listdir(os.path.join(folder, name)))
        got = [checker.is_valid(json.load(open(os.path.join(folder, name, f), encoding="utf-8"))) for f in files]
        tap.ok(len(files) > 2 and all(g == want for g in got), f"the schema tells {name} apart")
    return checker


def feeds(site, checker):
    for path in FEEDS:
        page, root, entries = atom(site, form(path, "atom"))
        other = site.get(form(path, "feed.json"))
        tap.ok(page.status == 200 and page.type == "application/atom+xml" and other.type == "application/feed+json", f"{path}: both feeds answer", f"{page.type} {other.type}")
        feed = json.loads(other.body)
        if checker:
            tap.same([e.message for e in checker.iter_errors(feed)], [], f"{path}: fits the schema of JSON Feed 1.1")
        else:
            tap.skip("needs COMITY_SHARED and python3-jsonschema", f"{path}: fits the schema of JSON Feed 1.1")
        tap.same([(i["id"], i["title"], i["date_modified"], i["language"]) for i in feed["items"]], entries, f"{path}: the same entries in both")
        local = urllib.parse.urlsplit(feed["feed_url"])
        tap.same(local.path + ("?" + local.query if local.query else ""), form(path, "feed.json"), f"{path}: the feed knows its own address")
        html = site.get(path).text.replace("&amp;", "&")
        tap.ok(f'href="{form(path, "atom")}"' in html and f'href="{form(path, "feed.json")}"' in html, f"{path}: the page leads to its feeds")


def what_is_in_them(site):
    entries = atom(site, "/en/releases.atom?category=politics")[2]
    want = sum(a["kind"] == "release_issued" and a["args"]["category"] == "politics" for a in ACTS)
    tap.same(len(entries), min(want, 50), "releases of one category: each of them")
    chinese = json.loads(site.get("/en/releases.feed.json?language=zh").body)["items"]
    tap.same(len(chinese), sum(a["kind"] == "release_issued" and "zh" in a["title"] for a in ACTS), "releases with a version in Chinese")
    by = json.loads(site.get("/en/participants/BY.feed.json").body)["items"]
    numbers = [int(i["id"].rsplit("/", 1)[1].split(".")[0]) for i in by]
    named = [n for n, a in enumerate(ACTS, 1) if "BY" in a["args"].values()]
    tap.ok(numbers == sorted(named, reverse=True)[:50], "of a participant: the acts that name it, the newest first", f"{numbers}\n{named}")
    seen, path = [], "/en/acts.feed.json"
    while path and len(seen) < 2000:
        feed = json.loads(site.get(path).body)
        seen += [i["id"] for i in feed["items"]]
        nxt = feed.get("next_url")
        path = nxt and nxt[nxt.index("/en/"):]
    tap.ok(len(seen) == len(set(seen)) and len(seen) >= len([a for a in ACTS if a["date"] <= "2026-11-26"]), "page by page the feed of acts holds all acts, each once", str(len(seen)))
    old = atom(site, "/en/acts.atom?on=2004-01-01")[2]
    tap.ok(old and all(u <= "2004-01-01T24" for _, _, u, _ in old), "the feed of a day in the past holds what was then")
    tap.same(site.get("/en/acts.atom?kind=nothing").status, 400, "a kind of act that there is not: 400, as for the page")
    tap.same(site.get("/en/participants/ZZ.atom").status, 404, "the feed of nobody: 404")


def sitemaps(site):
    ns = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = xml.etree.ElementTree.fromstring(site.get("/sitemap.xml").body)
    parts = [urllib.parse.urlsplit(e.text).path for e in index.iter(ns + "loc")]
    tap.ok(parts and f"Sitemap: http://{site.host}/sitemap.xml" in site.get("/robots.txt").text, "robots.txt names the sitemaps")
    listed, languages = [], set()
    for part in parts:
        for url in xml.etree.ElementTree.fromstring(site.get(part).body).iter(ns + "url"):
            path = urllib.parse.urlsplit(url.findtext(ns + "loc")).path
            listed.append(path)
            languages.add(path.split("/")[1])
            links = {l.get("hreflang"): urllib.parse.urlsplit(l.get("href")).path for l in url.iter("{http://www.w3.org/1999/xhtml}link")}
            if links and (path not in links.values() or "x-default" not in links):
                tap.ok(False, f"{path}: one of its own languages", str(links))
    tap.same(len(listed), len(set(listed)), "every page once")
    en = {p for p in listed if p.startswith("/en/")}
    tap.same(len(listed), len(en) * len(languages), "the same pages in each language")
    for lang in languages:
        tap.ok({p.replace("/en/", f"/{lang}/", 1) for p in en} <= set(listed), f"the same tree in {lang}")
    for path in ("/en/", "/en/participants/BY", "/en/meetings/CHS-2024", "/en/instruments/INS-CHARTER-2002", "/en/law/charter-13-membership", "/en/acts/1012", "/en/data"):
        tap.ok(path in listed, f"{path} is in the sitemap")
    step = max(1, len(en) // 150)
    bad = [p for p in sorted(en)[::step] if site.get(p).status != 200]
    tap.same(bad, [], "what the sitemap names answers 200 (one in %d)" % step)
    tap.same([site.get(p).status for p in ("/sitemap/0.xml", "/sitemap/999.xml", "/sitemap/x.xml")], [404, 404, 404], "parts that are not there: 404")


with served.sample() as running:
    site = crawl.Site(running.url)
    feeds(site, schema())
    what_is_in_them(site)
    sitemaps(site)
tap.done()
