# SPDX-License-Identifier: Apache-2.0
"""Pages from right to left: their direction, their digits, their alphabet; drawings that run the other way; what must not turn. Each is held against
the English page, whose numbers are computed elsewhere."""
import json
import os
import re
import sys
import urllib.parse
import xml.etree.ElementTree

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

with open(os.path.join(served.ROOT, "po", "LINGUAS"), encoding="utf-8") as linguas:
    TONGUES = [line.split()[0] for line in linguas if not line.startswith("#") and line.split()[2:3] == ["rtl"]]
DIGITS = {"fa": "۰۱۲۳۴۵۶۷۸۹", "ar": "٠١٢٣٤٥٦٧٨٩"}
PAGES = ["/{}/", "/{}/participants", "/{}/participants/BY", "/{}/participants/IR?on=2016-06-24", "/{}/meetings/CHS-2017", "/{}/instruments", "/{}/acts", "/{}/acts?page=2", "/{}/acts/421",
         "/{}/why/status/BY", "/{}/whynot/status/BY?on=2016-06-24&value=member", "/{}/admissions/BY", "/{}/cooperation", "/{}/changes?from=2024-01-01&on=2025-01-01", "/{}/law", "/{}/releases",
         "/{}/decisions", "/{}/participants/XX", "/{}/acts/999999", "/{}/?on=2024-02-30"]
# What is written with Latin digits everywhere: names of standards and rules, licences, versions; ISO dates, which are addresses of days.
LATIN = re.compile(r"\d{4}-\d{2}-\d{2}|SHA-256|Apache[- ][A-Za-z ]*2\.0|DCAT 3|OpenAPI 3\.1|Comity [\d.]+|\b[A-Z]\w*[0-9]\w*|24\.kg|https?://\S+", re.ASCII)
QUIET = {"script", "style", "code", "pre", "title", "bdi", "cite"}
PHYSICAL = re.compile(r"(?:margin|padding|border|inset)-(?:left|right)|[{;]\s*(?:left|right)\s*:|float\s*:|text-align:\s*(?:left|right)")


class Own(crawl.html.parser.HTMLParser):
    """What a page says in its own language."""

    def __init__(self, lang):
        super().__init__()
        self.lang, self.stack, self.texts, self.undirected = lang, [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        foreign = attrs.get("lang", self.lang) != self.lang
        if foreign and tag not in ("bdi", "html", "text", "a") and "dir" not in attrs:
            self.undirected.append("%s %s" % (tag, attrs))
        if tag not in crawl.VOID:
            self.stack.append((tag, tag in QUIET or foreign or attrs.get("class") == "cite"))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not any(quiet for _, quiet in self.stack):
            self.texts.append(" ".join(data.split()))


def drawings(page, cls):
    """The drawings of a class, as trees."""
    return [xml.etree.ElementTree.fromstring(text) for text in re.findall(r'<svg[^>]*class="%s".*?</svg>' % cls, page.text, re.S)]


def per_cent(text):
    return float(text.rstrip("%"))


def bars(svg):
    """(from, to) of what is drawn, in per cent of the width"""
    return sorted((per_cent(r.get("x")), per_cent(r.get("x")) + per_cent(r.get("width"))) for r in svg.iter("rect") if (r.get("x") or "").endswith("%"))


def mirrored(pairs):
    return sorted((100 - b, 100 - a) for a, b in pairs)


def near(a, b):
    """Positions are rounded to 0.01, an interval twice."""
    return len(a) == len(b) and all(abs(x - y) < 0.03 for p, q in zip(a, b) for x, y in zip(p, q))


def the_pages(site, code):
    for form in PAGES:
        path = form.format(code)
        page = site.get(path, Accept="text/html")
        html = re.search(r"<html lang=\"([^\"]*)\" dir=\"([^\"]*)\">", page.text)
        tap.same(html and html.groups(), (code, "rtl"), f"{path}: its direction is said")
        own = Own(code)
        own.feed(page.text)
        latin = [t for t in own.texts if re.search("[0-9]", LATIN.sub("", t))]
        tap.ok(not latin, f"{path}: numbers stand in its own digits", "\n".join(latin[:10]))
        tap.ok(not own.undirected, f"{path}: what is in another language has a direction of its own", "\n".join(own.undirected[:5]))
        native = [a for a in re.findall(r'(?:href|action|src)="([^"]*)"', page.text) if set(urllib.parse.unquote(a)) & set(DIGITS[code])]
        tap.ok(not native, f"{path}: no address has those digits", "\n".join(native[:5]))
        tap.ok("»»" not in re.sub(r"<[^>]*>", "", page.text), f"{path}: no quotation ends where one within it does")
        machine = [v for v in re.findall(r'datetime="([^"]*)"', page.text) if not re.fullmatch(r"[0-9T:Z-]+", v)]
        tap.ok(not machine, f"{path}: dates for machines stay", "\n".join(machine[:5]))


def the_drawings(site, code):
    en, own = site.get("/en/participants"), site.get(f"/{code}/participants")
    for cls, what in (("ruler", "the ruler"), ("tl", "the counts")):
        a, b = drawings(en, cls)[0], drawings(own, cls)[0]
        tap.ok(near(bars(b), mirrored(bars(a))), f"{code}: {what} runs from right to left", f"{bars(a)[:4]}\n{bars(b)[:4]}")
        years = [{e.text.translate(str.maketrans(DIGITS[code], "0123456789")): per_cent(e.get("x")) for e in svg.iter("text") if re.fullmatch(r"\d{4}", e.text or "")} for svg in (a, b)]
        tap.ok(len(years[0]) > 3 and years[0].keys() == years[1].keys() and all(abs(100 - years[0][y] - years[1][y]) < 0.03 for y in years[0]), f"{code}: the years of {what}, too", str(years))
    lanes = [re.findall(r'<a href="/\w+/participants/(\w+)[^"]*">[^<]*</a></th><td><svg(.*?)</svg>', page.text, re.S) for page in (en, own)]
    lanes = [{who: sorted((per_cent(x), per_cent(x) + per_cent(w)) for x, w in re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', svg)) for who, svg in rows} for rows in lanes]
    tap.ok(len(lanes[0]) > 20 and lanes[0].keys() == lanes[1].keys() and all(near(lanes[1][k], mirrored(lanes[0][k])) for k in lanes[0]), f"{code}: each lane is mirrored")
    places = [re.findall(r'<rect class="f\d" x="(\d+)" y="(\d+)"', page.text) for page in (en, own)]
    tap.ok(len(places[0]) > 20 and sorted(places[0]) == sorted(places[1]), f"{code}: places on the ground do not turn")
    boxes = [[(float(r.get("x")), float(r.get("width"))) for r in drawings(page, "graph")[0].iter("rect")] for page in (site.get("/en/cooperation"), site.get(f"/{code}/cooperation"))]
    width = max(x + w for x, w in boxes[0])
    left = [min(x for x, _ in b) for b in boxes]
    tap.ok(left[0] == 0 and max(x + w for x, w in boxes[1]) >= width and left[1] > 0 or left == [0, 0], f"{code}: the graph begins on the right", str(left))
    ways = [re.findall(r'cx="([\d.]+)%"', site.get(f"/{c}/admissions/BY").text.split('class="lanes ways"')[1].split("</table>")[0]) for c in ("en", code)]
    tap.ok(len(ways[0]) > 3 and all(abs(100 - per_cent(a) - per_cent(b)) < 0.03 for a, b in zip(*ways)), f"{code}: the way of an accession runs from right to left", str(ways))


def the_alphabet(site):
    """Where the order of code points is not that of the language: pe after be, kaf before he."""
    names = re.findall(r"<option value=\"\w+\">([^<]*)</option>", site.get("/fa/").text)
    order = [names.index(n) for n in ("بلاروس", "پاکستان", "تاجیکستان", "قطر", "کامبوج", "هند")]
    tap.same(order, sorted(order), "fa: names stand in the order of the Persian alphabet")
    tap.ok(names != sorted(names), "fa: ... which is not that of the code points")


def the_plurals(site):
    """Six forms in Arabic, by CLDR: as on days when there were so many."""
    for day, words in (("2001-07-01", "٦\u00a0أعضاء"), ("2004-07-01", "مراقب\u00a0واحد"), ("2026-02-02", "١٦\u00a0شريكًا"), ("2024-07-05", "١٤\u00a0شريك حوار"), ("2024-07-05", "مراقبان"),
                       ("2006-01-01", "٤\u00a0مراقبين")):
        tap.ok(words in site.get(f"/ar/participants?on={day}").text, f"ar: {words} on {day}")


def the_columns(site):
    """A column about the state of things is headed so, though "the project" is another word than "project" in Arabic."""
    headed = re.search(r"<thead>.*?</thead>", site.get("/ar/projects").text, re.S)[0]
    tap.ok(">الحالة<" in headed and ">المشروع<" not in headed, "ar: the state of a project is headed as its state", headed)


def the_search(site):
    """One word, however its letters are typed: Persian and Arabic yeh and kaf, with and without a joint, with a blank for it."""
    want = "/fa/bodies/CNC"
    for words in ("هماهنگ\u200cکنندگان ملی", "هماهنگکنندگان ملي", "هماهنگ كنندگان", "شورای هماهنگ‌كنندگان"):
        page = site.get("/fa/search?q=" + urllib.parse.quote(words))
        tap.ok(page.status == 200 and f'href="{want}"' in page.text, f"fa: {want} is found by “{words}”")
    for words, to in (("بین\u200cبانکی", "bodies/IBC"), ("حمل\u200cونقل", "areas/transport"), ("دادستان\u200cها", "bodies/MHM-JUST"), ("نخست\u200cوزیران", "bodies/CHG")):
        found = [[one["href"] for one in json.loads(site.get("/fa/search.json?q=" + urllib.parse.quote(way)).body)["found"]]
                 for way in (words, words.replace("\u200c", " "), words.replace("\u200c", ""))]
        tap.ok(f"/fa/{to}" in found[0] and found[0] == found[1] == found[2], f"fa: “{words}” is found with a joint, with a blank and joined", str(found))
    near = json.loads(site.get("/fa/search.json?q=" + urllib.parse.quote("هماهنگ\u200cکنندکان")).body)["near"]
    tap.same(near, ["هماهنگ\u200cکنندگان"], "fa: a suggestion is written as people write")
    for words in ("مجلس وزراء الخارجية", "وزراء الخارجيه", "مَجلِس وزراء"):
        page = site.get("/ar/search?q=" + urllib.parse.quote(words))
        tap.ok('href="/ar/bodies/CFM"' in page.text, f"ar: the council is found by “{words}”")
    tap.same(json.loads(site.get("/fa/participants/IR.json").body)["title"], "ایران", "fa: data have the name, too")


def main():
    tap.ok(set(DIGITS) == set(TONGUES), "languages that are written from right to left", str(TONGUES))
    with open(os.path.join(served.ROOT, "src", "web", "assets", "comity.css"), encoding="utf-8") as sheet:
        css = re.sub(r"/\*.*?\*/", "", sheet.read(), flags=re.S)
    # Code never turns: what holds it to the left says so for this direction alone.
    physical = [rule for rule in re.findall(r"[^{}]*\{[^{}]*\}", css) if PHYSICAL.search(rule) and "[dir=rtl]" not in rule]
    tap.ok(not physical, "the sheet knows no left and right", "\n".join(physical))
    with served.sample() as site:
        visitor = crawl.Site(site.url)
        for code in TONGUES:
            the_pages(visitor, code)
            the_drawings(visitor, code)
        the_alphabet(visitor)
        the_plurals(visitor)
        the_columns(visitor)
        the_search(visitor)
    tap.done()


main()
