# SPDX-License-Identifier: Apache-2.0
"""Feeds of the site, in Atom and as JSON Feed, by language, category and thing, held against the schemas of RFC 4287 and of JSON Feed 1.1 and
against one another; the sitemaps, that of news too, against the pages that they name."""
import datetime
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

jsonschema = tap.debian("jsonschema")
A = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
    ACTS = [json.loads(line) for line in file]
FEEDS = ["/en/releases", "/en/releases?category=politics", "/en/releases?language=zh", "/en/acts", "/en/acts?kind=gavelled", "/en/acts?kind=attended&page=2", "/en/participants/BY",
         "/en/participants/IN?on=2016-01-01&known=500", "/en/bodies/CHS", "/en/acts?on=2000-01-01", "/en/instruments/INS-CHARTER-2002", "/en/meetings/CHS-2024", "/en/decisions/DEC-031",
         "/en/releases/NEWS-031", "/en/areas/culture", "/en/entities/tass", "/ru/participants/BY", "/zh/releases?category=security&language=zh", "/en/releases?category=politics&about=CHS-2025"]
# One of the pages of each kind that a feed stands at.
ROOMS = ["participants/BY", "bodies/CHS", "meetings/CHS-2024", "instruments/INS-CHARTER-2002", "decisions/DEC-031", "releases/NEWS-031", "releases", "acts"]


def form(path, suffix):
    path, _, query = path.partition("?")
    return f"{path}.{suffix}" + ("?" + query if query else "")


def atom(site, path):
    page = site.get(path)
    root = xml.etree.ElementTree.fromstring(page.body)
    return page, root, [(e.findtext(A + "id"), e.findtext(A + "title"), e.findtext(A + "updated"), said_in(root, e, "title")) for e in root.findall(A + "entry")]


def said_in(root, entry, name):
    """In which language it is, by the nearest element that says so."""
    return next((x.get(LANG) for x in (entry.find(A + name), entry, root) if x is not None and x.get(LANG)), None)


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


def atom_schema(folder):
    """The RELAX NG of RFC 4287 says of each file whether it is Atom; that it can say no is seen in a feed that lost its id."""
    schema = tap.shared("conformance", "feeds", "schema", "atom.rng")
    files = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    if not schema or not shutil.which("xmllint"):
        tap.skip("needs COMITY_SHARED and xmllint (libxml2-utils)", "each feed fits the schema of RFC 4287")
        return
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--relaxng", schema, *files], capture_output=True, text=True)
    tap.ok(done.returncode == 0 and done.stderr.count("validates") == len(files), f"each of {len(files)} feeds fits the schema of RFC 4287",
           "\n".join(line for line in done.stderr.splitlines() if "validates" not in line)[:2000])
    broken = os.path.join(folder, "broken")
    with open(files[0], "rb") as source, open(broken, "wb") as target:
        text = source.read()
        target.write(text.replace(text[text.index(b"<id>"):text.index(b"</id>") + 5], b"", 1))
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--relaxng", schema, broken], capture_output=True)
    tap.ok(done.returncode != 0, "the schema can say no")


def in_every_language(site):
    """Each page that has a feed has both, in each language, and what is new has the same ids in all of them."""
    languages = [code for code in ("en", "ru", "zh", "fa", "ar") if site.get(f"/{code}/").status == 200]
    for room in ROOMS:
        ids, said, bad = [], [], []
        for lang in languages:
            page, root, entries = atom(site, f"/{lang}/{room}.atom")
            feed = json.loads(site.get(f"/{lang}/{room}.feed.json").body)
            ids.append([i["id"] for i in feed["items"]])
            said.append(root.get(LANG).split("-")[0])
            bad += [page.path] if [e[0] for e in entries] != ids[-1] or not feed["language"].startswith(lang) else []
        tap.same(bad, [], f"{room}: both feeds have the same entries, in the language of the page")
        tap.same(said, languages, f"{room}: each says its language")
        tap.ok(ids[0] and all(i == ids[0] for i in ids), f"{room}: the ids are the same in every language")


class Head(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.links = []

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "link" and a.get("rel") == "alternate" and a.get("type") in ("application/atom+xml", "application/feed+json"):
            self.links.append(a["href"])


def found_from_a_page(site):
    """Who gives a reader of feeds the address of a page finds its feeds there; on the front page, those of the newsroom and of all acts."""
    for path, want in (("/en/", {"/en/releases", "/en/acts"}), ("/ru/", {"/ru/releases", "/ru/acts"}), ("/en/meetings/CHS-2024", {"/en/meetings/CHS-2024"}),
                       ("/en/instruments/INS-CHARTER-2002", {"/en/instruments/INS-CHARTER-2002"})):
        head = Head()
        head.feed(site.get(path).text)
        tap.same(set(head.links), {w + s for w in want for s in (".atom", ".feed.json")}, f"{path}: its head leads to its feeds")
        tap.same([site.get(link).status for link in head.links], [200] * len(head.links), f"{path}: and they answer")


def about_something(site):
    """Releases about a thing: the list, the data and both feeds hold the same."""
    want = [a["args"]["R"] for a in ACTS if a["kind"] == "release_issued" and "CHS-2025" in a.get("about", [])]
    tap.ok(len(want) > 2, "the record has releases about a meeting")
    rows = json.loads(site.get("/en/releases.json?about=CHS-2025").body)["releases"]
    tap.same(sorted(r["id"] for r in rows), sorted(want), "releases about a meeting: those that say so")
    items = json.loads(site.get("/en/releases.feed.json?about=CHS-2025").body)["items"]
    tap.same(sorted(i["url"].rsplit("/", 1)[1] for i in items), sorted(want), "and so in their feed")
    page = site.get("/en/releases?about=CHS-2025").text
    tap.ok('<option value="CHS-2025" selected>' in page, "the page's filter says what was asked for")
    for lang in ("en", "ru", "zh"):
        items = json.loads(site.get(f"/{lang}/releases.feed.json?about=BY&category=politics").body)["items"]
        tap.same([i["url"].rsplit("/", 1)[1] for i in items], ["NEWS-035"], f"{lang}: releases about a participant, of one category")
        tap.ok(f'href="/{lang}/releases?about=BY"' in site.get(f"/{lang}/participants/BY").text, f"{lang}: the participant's page leads there")
    tap.ok("/en/releases?about=INS-MEMO-IR-2022" in site.get("/en/instruments/INS-MEMO-IR-2022").text, "and so does an instrument's")
    for path, want in (("/ru/releases.feed.json?category=politics", "Пресс-центр · Политика"), ("/feed/releases.atom?category=politics&language=zh", "Newsroom · Politics · 中文"),
                       ("/zh/releases.feed.json?about=BY", "新闻 · 白俄罗斯"), ("/en/acts.atom?kind=gavelled&about=CHS", "Acts · Adopted by consensus · Council of Heads of State")):
        feed = site.get(path)
        title = json.loads(feed.body)["title"] if "json" in feed.type else xml.etree.ElementTree.fromstring(feed.body).findtext("{http://www.w3.org/2005/Atom}title")
        tap.ok(title.endswith(want), f"{path}: its title says what was chosen", title)
    span = "from=2017-03-13&to=2017-03-14"
    want = sorted(a["args"]["R"] for a in ACTS if a["kind"] == "release_issued" and "2017-03-13" <= a["date"] <= "2017-03-14")
    rows = json.loads(site.get(f"/en/releases.json?{span}").body)["releases"]
    items = json.loads(site.get(f"/en/releases.feed.json?{span}").body)["items"]
    tap.ok(len(want) == 2 and sorted(r["id"] for r in rows) == want == sorted(i["url"].rsplit("/", 1)[1] for i in items), "releases of a span of days, the last one included", str(rows))
    page = site.get(f"/en/releases?{span}").text
    tap.ok('name="from"' in page and 'value="13\u00a0March 2017"' in page and 'value="14\u00a0March 2017"' in page, "the form says which")
    tap.same(site.get("/en/releases?from=2017-02-30").status, 400, "a day that there is not: 400")
    tap.same(site.get("/en/releases?about=NOTHING").status, 404, "releases about nothing that there is: 404")
    tap.same(site.get("/en/releases.atom?about=NOTHING").status, 404, "and so their feed")


def feeds(site, checker, folder):
    for n, path in enumerate(FEEDS):
        page, root, entries = atom(site, form(path, "atom"))
        with open(os.path.join(folder, f"{n:02}.atom"), "wb") as file:
            file.write(page.body)
        other = site.get(form(path, "feed.json"))
        tap.ok(page.status == 200 and page.type == "application/atom+xml" and other.type == "application/feed+json", f"{path}: both feeds answer", f"{page.type} {other.type}")
        feed = json.loads(other.body)
        if checker:
            tap.same([e.message for e in checker.iter_errors(feed)], [], f"{path}: fits the schema of JSON Feed 1.1")
        else:
            tap.skip("needs COMITY_SHARED and python3-jsonschema", f"{path}: fits the schema of JSON Feed 1.1")
        tap.same([(i["id"], i["title"], i["date_modified"], i["language"]) for i in feed["items"]], entries, f"{path}: the same entries in both")
        if "next_url" in feed:
            tap.same(site.get(feed["next_url"].split(site.host, 1)[1]).status, 200, f"{path}: where it says that there is more, there is")
        local = urllib.parse.urlsplit(feed["feed_url"])
        tap.same(local.path + ("?" + local.query if local.query else ""), form(path, "feed.json"), f"{path}: the feed knows its own address")
        html = site.get(path).text.replace("&amp;", "&")
        tap.ok(f'href="{form(path, "atom")}"' in html and f'href="{form(path, "feed.json")}"' in html, f"{path}: the page leads to its feeds")


def every_id(site, path):
    """Page by page. All pages are of one feed (RFC 4287, 4.2.6), and their page as the reader sees it answers."""
    seen, feed = [], set()
    while path and len(seen) < 2000:
        _, root, entries = atom(site, path)
        seen += [e[0] for e in entries]
        feed.add(root.findtext(A + "id"))
        home = next(link.get("href").split(site.host, 1)[1] for link in root.findall(A + "link") if link.get("rel") == "alternate")
        if len(feed) > 1 or site.get(home).status != 200 or not entries:
            tap.ok(False, f"{path}: a page of the feed {feed}, beside {home}")
        path = next((link.get("href").split(site.host, 1)[1] for link in root.findall(A + "link") if link.get("rel") == "next"), None)
    return seen


def number(entry):
    """Of the act whose address is the id of an entry."""
    return int(entry.rsplit("/", 1)[1].split(".")[0])


def entries_of(site, path):
    return [number(i["id"]) for i in json.loads(site.get(path).body)["items"]]


def of_participants(site):
    """Who follows a participant learns of what names it and of what changed its status, though that may name no one: the decision that completes an
    admission, the merger of two statuses."""
    changed, pages = {}, {}
    today = str((datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date())  # at the seat
    for row in json.loads(site.get("/data/status-events.json").body)["rows"]:
        changed.setdefault(row["participant"], set()).add(row["act"])
    tap.ok(all(n in changed[p] for p, n in (("IR", 921), ("IN", 566), ("BY", 1012), ("AF", 1133), ("LA", 1133))), "the record has changes of status by acts that name nobody", str(changed))
    for who, causes in changed.items():
        numbers = [number(i) for i in every_id(site, f"/en/participants/{who}.atom")]
        named = {n for n, a in enumerate(ACTS, 1) if who in a["args"].values()}
        want = {n for n in named | causes if ACTS[n - 1]["date"] <= today}
        if numbers != sorted(set(numbers), reverse=True) or not want <= set(numbers) or len(set(numbers) - named) > 10:
            tap.ok(False, f"{who}: all acts that concern it, each once, the newest first", f"{numbers} lacks {sorted(want - set(numbers))}")
        pages[who] = -(-len(numbers) // 50)
        items, path = [], f"/en/participants/{who}.feed.json"
        while path:
            feed = json.loads(site.get(path).body)
            items += [number(i["id"]) for i in feed["items"]]
            path = feed.get("next_url", "").partition(site.host)[2]
        if items != numbers:
            tap.ok(False, f"{who}: the same pages in JSON", f"{items} {numbers}")
    tap.ok(len(changed) > 20 and sum(n > 1 for n in pages.values()) > 2,
           "of each participant, page by page: the acts that name it and those that changed its status, each once, the newest first", str(pages))
    tap.same([site.get(f"/en/participants/BY{form}?page=2").status for form in ("", ".json", ".ics")], [400] * 3, "what has no pages takes none")
    tap.same([len(entries_of(site, f"/en/participants/{who}.feed.json?page=99")) for who in changed][:3], [0] * 3, "after the last page there is nothing")
    for body in ("CHS", "RATS"):
        seen = every_id(site, f"/en/bodies/{body}.atom")
        tap.ok(len(seen) > 50 or body != "CHS", f"{body}: there are acts on more than one page", str(len(seen)))
        tap.same(seen, every_id(site, f"/en/acts.atom?about={body}"), f"{body}: page by page, all acts that name it")
    before = entries_of(site, "/en/participants/IR.feed.json?on=2023-07-03")
    tap.ok(before and 921 not in before and max(before) < 921, "on the day before it is not there", str(before))
    merged = next(i for i in json.loads(site.get("/en/participants/BY.feed.json?on=2024-07-05").body)["items"] if i["id"].endswith("/1012.json"))
    tap.ok(merged["title"] and site.get(urllib.parse.urlsplit(merged["url"]).path).status == 200, "it leads to the act")


def letters(text):
    return {script for script, found in (("latin", r"[A-Za-z]{3}"), ("cyrillic", r"[\u0400-\u04ff]{3}"), ("han", r"[\u4e00-\u9fff]{2}")) if re.search(found, text or "")}


def languages_of_texts(site):
    """What is said to be in a language is written in its letters; names from elsewhere may stand in a sentence."""
    script = {"en": "latin", "ru": "cyrillic", "zh": "han"}
    for path in ("/ru/participants/IR", "/zh/participants/IR", "/en/participants/IR", "/ru/acts", "/zh/releases", "/ru/releases", "/en/releases", "/zh/meetings/CHS-2024"):
        _, root, _ = atom(site, path + ".atom")
        wrong, others = [], set()
        for entry in root.iter(A + "entry"):
            if entry.get(LANG):
                wrong.append("the entry says a language for all of its texts")
            for name in ("title", "summary"):
                text, lang = entry.findtext(A + name), said_in(root, entry, name)
                others |= {lang} - {root.get(LANG)}
                if text and script[lang.split("-")[0]] not in letters(text):
                    wrong.append((lang, text))
        tap.same(wrong[:5], [], f"{path}: each text is in the language that it says")
        if "releases" in path or path.endswith("/IR") and not path.startswith("/en"):
            tap.ok(others, f"{path}: there are texts in others", str(others))
        items = json.loads(site.get(path + ".feed.json").body)["items"]
        mixed = [i for i in items if script[i["language"].split("-")[0]] not in letters(i["title"]) | letters(i.get("content_text", ""))]
        tap.same(mixed[:3], [], f"{path}: and so in JSON")
        marked = [re.fullmatch(r'<p lang="([a-z]+)[^"]*" dir="auto">([^<]*)</p>', i["content_html"]) for i in items if "content_html" in i]
        tap.ok(all(m and script[m.group(1)] in letters(m.group(2)) for m in marked), f"{path}: where a remark is in another language than the title, its markup says so")
    for path in ("/en/releases.atom", "/ru/releases.atom", "/feed/releases.atom?language=ru"):
        page, root, entries = atom(site, path)
        tap.ok(root.find(f"{A}entry/{A}summary") is None and "Descriptive title" not in page.text, f"{path}: a remark on the source is no summary of a release")
    tap.ok(entries and all(e[3] == "ru" for e in entries) and root.get(LANG) == "en", "titles in the language that was asked for say so", str(entries[:3]))


def what_is_in_them(site):
    entries = atom(site, "/en/releases.atom?category=politics")[2]
    want = sum(a["kind"] == "release_issued" and a["args"]["category"] == "politics" for a in ACTS)
    tap.same(len(entries), min(want, 50), "releases of one category: each of them")
    chinese = json.loads(site.get("/en/releases.feed.json?language=zh").body)["items"]
    tap.same(len(chinese), sum(a["kind"] == "release_issued" and "zh" in a["title"] for a in ACTS), "releases with a version in Chinese")
    for path in ("/en/acts.atom", "/feed/acts.atom"):
        seen = every_id(site, path)
        tap.ok(len(seen) == len(set(seen)) and len(seen) >= len([a for a in ACTS if a["date"] <= "2026-11-26"]), f"{path}: page by page it holds all acts, each once", str(len(seen)))
    old = atom(site, "/en/acts.atom?on=2004-01-01")[2]
    tap.ok(old and all(u <= "2004-01-01T24" for _, _, u, _ in old), "the feed of a day in the past holds what was then")
    tap.same(site.get("/en/acts.atom?kind=nothing").status, 400, "a kind of act that there is not: 400, as for the page")
    tap.same(site.get("/feed/acts.atom?kind=nothing").status, 400, "and so at the feed's own address")
    tap.same(site.get("/en/participants/ZZ.atom").status, 404, "the feed of nobody: 404")


def sitemap_schemas(site, *files):
    for path, name in files:
        schema = tap.shared("conformance", "sitemap", name)
        if not schema or not shutil.which("xmllint"):
            tap.skip("needs COMITY_SHARED and xmllint (libxml2-utils)", f"{path}: fits the schema of sitemaps.org")
            continue
        text = site.get(path).body
        for bad, body in ((False, text), (True, text.replace(b"<loc>", b"<place>").replace(b"</loc>", b"</place>"))):
            done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema, "-"], input=body, capture_output=True)
            tap.same(done.returncode != 0, bad, f"{path}: {'the schema can say no' if bad else 'fits the schema of sitemaps.org'}")


def sitemaps(site):
    ns = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = xml.etree.ElementTree.fromstring(site.get("/sitemap.xml").body)
    parts = [urllib.parse.urlsplit(e.text).path for e in index.iter(ns + "loc")]
    tap.ok(parts and f"Sitemap: http://{site.host}/sitemap.xml" in site.get("/robots.txt").text, "robots.txt names the sitemaps")
    sitemap_schemas(site, ("/sitemap.xml", "siteindex.xsd"), *((part, "sitemap_xhtml.xsd") for part in parts))
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


def news(folder):
    """The sitemap of news: the organisation's own releases of the last two days, each in the languages that it has, and nothing else."""
    data = os.path.join(folder, "data")
    served.load(data)
    today = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)  # at the seat
    day = [str(today.date() - datetime.timedelta(n)) for n in range(4)]
    N, X, S = "{http://www.google.com/schemas/sitemap-news/0.9}", "{http://www.w3.org/1999/xhtml}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    acts = [("own-today", day[0], {}, {"en": "Communiqué", "ru": "Коммюнике"}), ("own-old", day[3], {}, {"en": "Of old"}), ("of-others", day[0], {"O": "tass"}, {"en": "By an agency"}),
            ("embargoed", day[0], {"embargo": str(today.date() + datetime.timedelta(2))}, {"en": "Not yet out"}), ("killed", day[0], {}, {"en": "Withdrawn"}), ("no-title-here", day[0], {}, {"kk": "Қазақша"})]

    entries = {}

    def file(act):
        done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
        tap.ok(done.returncode == 0, f"filed: {act['kind']} {act['args']['R']}", done.stdout + done.stderr)
        entries[act["args"]["R"]] = int(re.search(r"\bact (\d+)", done.stdout)[1])

    def issue(name, date, more, title):
        file({"kind": "release_issued", "date": date, "args": {"R": name, "category": "politics", **more}, "title": title, "about": ["BY", "CHS-2024"]})

    issue(*acts.pop())
    with served.serve(data) as running:
        site = crawl.Site(running.url)
        sitemap_schemas(site, ("/sitemap/news.xml", "sitemap_xhtml.xsd"))
        page = site.get("/sitemap/news.xml")
        got = [urllib.parse.urlsplit(u.text).path for u in xml.etree.ElementTree.fromstring(page.body).iter(S + "loc")]
        with open(os.path.join(served.ROOT, "orgs", "sco", "org.json"), encoding="utf-8") as org:
            languages = json.load(org)["languages"]["pages"]
        tap.same((page.status, got), (200, [f"/{lang}/releases" for lang in languages]), "without news in any of its languages it names the newsroom in each")
        tap.ok(N[1:-1] not in page.text, "and marks it as no news")
    for act in acts:
        issue(*act)
    file({"kind": "release_killed", "date": day[0], "args": {"R": "killed"}})
    with served.serve(data) as running:
        site = crawl.Site(running.url)
        page = site.get("/sitemap/news.xml")
        tap.same((page.status, page.type), (200, "application/xml"), "the sitemap of news answers")
        urls = list(xml.etree.ElementTree.fromstring(page.body).iter(S + "url"))
        got = [(urllib.parse.urlsplit(u.findtext(S + "loc")).path, u.findtext(f".//{N}language"), u.findtext(f".//{N}title"), u.findtext(f".//{N}publication_date")) for u in urls]
        tap.same(sorted(got), [("/en/releases/own-today", "en", "Communiqué", day[0]), ("/ru/releases/own-today", "ru", "Коммюнике", day[0])],
                 "what is the organisation's own, of the last two days, and stands")
        links = [{l.get("hreflang"): urllib.parse.urlsplit(l.get("href")).path for l in u.iter(X + "link")} for u in urls]
        tap.ok(all(l == {"en": "/en/releases/own-today", "ru": "/ru/releases/own-today", "x-default": "/en/releases/own-today"} for l in links), "each version names all", str(links))
        tap.ok(all(u.findtext(f".//{N}name") for u in urls) and len({u.findtext(f".//{N}name") for u in urls}) == 2, "by whom, in the version's language")
        tap.same([site.get(path).status for path, *_ in got], [200, 200], "what it names is there")
        early = [path for path in ("/en/", "/en/index.json", "/en/participants/BY", "/en/meetings/CHS-2024", "/en/releases", "/en/releases.atom?about=BY", "/en/releases.json", "/data/names.csv", "/data/things.csv", "/data/releases.csv") if "embargoed" in site.get(path).text]
        early += [path for path in ("/en/search.json?q=yet", "/en/releases/embargoed.json", "/en/releases/embargoed.jsonld") if "Not yet out" in site.get(path).text]
        early += [path for path in ("/en/search.json?q=embargoed", "/en/search.json?q=" + str(entries["embargoed"])) if any(h["is"] in ("thing", "act") for h in json.loads(site.get(path).body)["found"])]
        tap.same(early, [], "what is under embargo is nowhere among releases, and no search finds it, by its words, its name or its number")
        out = str(today.date() + datetime.timedelta(2))
        for on, want in ((day[0], out), (out, None)):
            after = re.search(r'<a[^>]*rel="next"[^>]*>', site.get(f"/en/releases?on={on}").text)
            tap.same(after and re.search(r"on=([0-9-]+)", after[0])[1], want, f"on {on} the ruler of the newsroom leads to the day on which it can first be read")
        tap.ok("Not yet out" in site.get(f"/en/releases?on={out}").text and "Not yet out" in site.get(f"/data/names.csv?on={out}").text, "on that day it is there")
        tap.ok("Communiqué" in site.get("/en/participants/BY").text and "Communiqué" in site.get("/en/meetings/CHS-2024").text, "what is out is there")
        tap.ok(f"Sitemap: http://{site.host}/sitemap/news.xml" in site.get("/robots.txt").text, "robots.txt names it")


STAMP = re.compile(rb"<updated>([^<]+)|\"date_modified\": ?\"([^\"]+)|<lastmod>([^<]+)|LAST-MODIFIED:(\S+)")


def stamps(page):
    """What it says of when something changed, as days at the seat."""
    found = [next(x for x in m if x).decode() for m in STAMP.findall(page.body)]
    catalogue = json.loads(page.body)["dct:modified"]["@value"] if page.path.startswith("/data/catalog") else None
    utc = [datetime.datetime.strptime(t, "%Y%m%dT%H%M%SZ") + datetime.timedelta(hours=8) for t in found if t.endswith("Z") and "-" not in t]
    return [t[:10] for t in found if "-" in t] + [str(t.date()) for t in utc] + ([catalogue] if catalogue else [])


def never_ahead(folder):
    """When something changed is said by when the record came to hold it: never a day to come, though acts known by the year count at its last
    day, and acts may be dated ahead; and it is the day of the correction, not of what it corrects."""
    data = os.path.join(folder, "dated")
    served.load(data)
    today = str((datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date())  # at the seat
    ahead = today[:4] + "-12-31"
    exact = max(a.get("received", a["date"]) for a in ACTS if a.get("date_precision", "day") == "day")
    everything = ["/feed/acts.atom", "/en/acts.atom", "/en/acts.feed.json", "/feed/releases.atom", "/en/participants/BY.atom", "/en/bodies/CHS.ics", "/data/catalog", "/sitemap/1.xml"]

    def file(act):
        done = subprocess.run([served.COMITY, "file", data, "-"], input=json.dumps(act), capture_output=True, text=True)
        tap.ok(done.returncode == 0, "filed", done.stdout + done.stderr)

    def look(what, queries=("",)):
        with served.serve(data) as running:
            site = crawl.Site(running.url)
            for query in queries:
                latest = min(query[4:] or today, today)
                asked = [p + (query and "?" + query[1:]) for p in everything if not (query and p.startswith(("/feed", "/sitemap")))]
                said = {p: max(stamps(site.get(p)), default="") for p in asked}
                tap.ok(max(said.values()) and all(day <= latest for day in said.values()), f"{what}{query}: nothing changed after that day", str(said))
            root = atom(site, "/feed/acts.atom")[1]
            return [e.findtext(A + "updated")[:10] for e in root.iter(A + "entry")], stamps(site.get("/data/catalog"))[0], site

    by_year = sum(a["date"] == ahead and a.get("date_precision") == "year" for a in ACTS)
    said, catalogue, _ = look("the record", ("", "?on=2004-12-31", "?on=2022-07-01", "?on=1990-01-01", "?on=2999-01-01"))
    tap.ok(by_year > 2 and set(said[:by_year]) == {exact} and catalogue == exact, "what is known by the year came after the entry before it", f"{said[:9]} {catalogue}")
    nowhere = {"kind": "state_listed", "title": {"en": "Nowhere"}, "args": {"S": "XX"}}
    file({**nowhere, "date": "2999-01-01"})
    said, catalogue, _ = look("with an act dated ahead", ("", "?on=2999-01-01"))
    tap.same((said[0], catalogue), (exact, exact), "so did what is dated ahead")
    release = next(n for n in range(len(ACTS), 0, -1) if ACTS[n - 1]["kind"] == "release_issued" and ACTS[n - 1]["args"]["category"] == "politics")
    file({**nowhere, "args": {"S": "XY"}, "date": "2004-01-01", "received": today})
    file({"corrects": release, "annul": True})
    said, catalogue, _ = look("with an annulment")
    tap.same((said[1], catalogue), (today, today), "what says when it was received came then")
    taken = {"recorded": True, "sources": [{"title": "A source"}]}
    for kind, args in (("decision_tabled", {"B": "CHS", "matter": "withdraw_status"}), ("subject_named", {"P": "AF"}), ("gavelled", {})):
        file({"kind": kind, "date": "2999-01-01", "args": {"D": "OUT", **args}, **taken})
    with served.serve(data) as running:
        site = crawl.Site(running.url)
        last = [r for r in json.loads(site.get("/data/status-events.json?on=2999-01-01").body)["rows"] if r["participant"] == "AF"][-1]
        cause = last["act"]
        tap.ok(last["date"] == "2999-01-01" and "AF" not in site.get(f"/act/{cause}.json").text, "a change of status to come, by an act that is dated ahead and does not name whom it changes", str(last))
        for query, there in (("", False), ("?on=2998-12-31", False), ("?on=2999-01-01", True)):
            page = site.get(f"/en/participants/AF.atom{query}")
            tap.ok((f"/act/{cause}.json" in page.text) == there and "/act/" in page.text and all(day <= today for day in stamps(page)),
                   f"{query or 'today'}: it is {'' if there else 'not '}in the feed of whom it changes, which changed on no day to come", page.text)
        root = atom(site, "/en/releases.atom?category=politics")[1]
        tap.ok(root.findtext(A + "updated")[:10] == today and not any(f"/act/{release}.json" in e.findtext(A + "id") for e in root.iter(A + "entry")),
               "a release that was annulled is gone from its feed, which says that it changed", root.findtext(A + "updated"))
        tap.ok(atom(site, "/en/releases.atom?category=security")[1].findtext(A + "updated")[:10] < today, "the feed of another category did not")


with served.sample() as running, tempfile.TemporaryDirectory(prefix="comity-feeds-") as folder:
    site = crawl.Site(running.url)
    feeds(site, schema(), folder)
    atom_schema(folder)
    what_is_in_them(site)
    of_participants(site)
    languages_of_texts(site)
    in_every_language(site)
    found_from_a_page(site)
    about_something(site)
    sitemaps(site)
with tempfile.TemporaryDirectory(prefix="comity-news-") as folder:
    news(folder)
    never_ahead(folder)
tap.done()
