# SPDX-License-Identifier: Apache-2.0
"""Reads pages as a strict reader would: fetches, follows links, says what is wrong with the HTML.

    site = crawl.Site(url)
    allowed = crawl.robots(site.get("/robots.txt").text)
    allowed("/en/acts?on=2016-01-01")  # False
    page = site.get("/en/acts")        # .status .type .body .text
    crawl.faults(page)                 # ["line 12: </div> closes <p>", ...]
    crawl.links(page.text)             # {"/en/acts/1", ...}: addresses of this site, without fragments
"""
import base64
import hashlib
import html
import html.parser
import http.client
import json
import re
import urllib.parse
from dataclasses import dataclass

VOID = set("area base br col embed hr img input link meta source track wbr".split())
# What the parser of a browser would close by itself must not be relied on: every element is closed where it was opened.
PHRASING_ONLY = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "summary"} - {"summary"}
BLOCKS = set("p div section ul ol dl table pre h1 h2 h3 h4 h5 h6 form blockquote nav aside figure details header footer main article".split())


@dataclass
class Page:
    path: str
    status: int
    type: str
    body: bytes
    location: str
    policy: str = ""  # Content-Security-Policy

    @property
    def text(self):
        return self.body.decode("utf-8")


class Site:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host = parts.netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def get(self, path, **headers):
        for attempt in (1, 2):
            try:
                self.connection.request("GET", path, headers=headers)
                answer = self.connection.getresponse()
                body = answer.read()
                return Page(path, answer.status, answer.headers.get("Content-Type", ""), body, answer.headers.get("Location", ""),
                            ", ".join(answer.headers.get_all("Content-Security-Policy") or []))
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                if attempt == 2:
                    raise
        return None


class Reader(html.parser.HTMLParser):
    def __init__(self, policy=""):
        super().__init__(convert_charrefs=True)
        self.policy, self.inside, self.data = policy, None, False
        self.open, self.faults, self.ids, self.links, self.labels, self.fors = [], [], set(), set(), [], []
        self.anchor, self.headings, self.form = None, 0, None

    def fault(self, what):
        self.faults.append("line %d: %s" % (self.getpos()[0], what))

    def handle_starttag(self, tag, attrs):
        names = [a for a, _ in attrs]
        values = dict(attrs)
        for a in names:
            if a == "style" or a.startswith("on"):
                self.fault("<%s %s>" % (tag, a))
            if names.count(a) > 1:
                self.fault("<%s> has %s twice" % (tag, a))
        if "id" in values:
            if values["id"] in self.ids:
                self.fault("the id %s stands twice" % values["id"])
            self.ids.add(values["id"])
        if tag in BLOCKS and self.open and self.open[-1] in PHRASING_ONLY:
            self.fault("<%s> inside <%s>" % (tag, self.open[-1]))
        if tag == "a" and "a" in self.open:
            self.fault("a link inside a link")
        if tag in ("a", "button", "input", "select") and "summary" in self.open:
            self.fault("<%s> inside a summary" % tag)
        if tag in ("script", "style"):
            self.inside, self.data = "", values.get("type") == "application/ld+json"  # which no browser runs
        self.headings += tag == "h1"
        if tag == "a":
            self.anchor = ""
        if tag in ("a", "link", "area") and "href" in values:
            self.links.add(values["href"])
        if tag == "form":
            self.form = (values.get("action", "").split("?")[0], [])
        if tag == "input" and values.get("value") and self.form:
            self.form[1].append((values["name"], values["value"]))
        if tag == "label":
            self.fors.append(values.get("for"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID and self.open and self.open[-1] == tag:
            self.open.pop()  # in SVG

    def handle_endtag(self, tag):
        if tag in VOID:
            self.fault("</%s>" % tag)
        elif not self.open or self.open[-1] != tag:
            self.fault("</%s> closes %s" % (tag, "<%s>" % self.open[-1] if self.open else "nothing"))
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
        else:
            self.open.pop()
        if self.inside is not None and tag in ("script", "style"):
            # A page may hold inside itself only what its policy names by its hash.
            if self.data:
                json.loads(self.inside)
            source = "'sha256-%s'" % base64.b64encode(hashlib.sha256(self.inside.encode()).digest()).decode()
            if not self.data and source not in sources(self.policy, tag + "-src"):
                self.fault("<%s> that the policy of the page does not name" % tag)
            self.inside = None
        if tag == "form" and self.form:
            action, fields = self.form
            self.links.add(action + ("?" + urllib.parse.urlencode(fields) if fields else ""))
        if tag == "a":
            if not (self.anchor or "").strip():
                self.fault("a link without words")
            self.anchor = None

    def handle_data(self, data):
        if self.inside is not None:
            self.inside += data
        if self.anchor is not None:
            self.anchor += data
        if "�" in data:
            self.fault("a character that is none: %r" % data[:40])

    def handle_comment(self, data):
        self.fault("a comment: %r" % data[:40])


def sources(policy, directive):
    """What a content security policy allows for one directive."""
    for part in policy.split(";"):
        words = part.split()
        if words and words[0] == directive:
            return words[1:]
    return []


def read(text, policy=""):
    reader = Reader(policy)
    reader.feed(text)
    reader.close()
    if reader.open:
        reader.fault("not closed: %s" % ", ".join(reader.open))
    if reader.headings != 1:
        reader.fault("%d h1" % reader.headings)
    for name in reader.fors:
        if name not in reader.ids:
            reader.fault("a label for %s, which is not there" % name)
    return reader


def faults(page):
    return read(page.text, page.policy).faults


def links(text):
    """Addresses on this site, as the browser would ask for them; those within the page are left out."""
    return {html.unescape(link).split("#")[0] for link in read(text).links if link.startswith("/")}


def fragments(text):
    """Names within the page that are linked to and are not there."""
    reader = read(text)
    return sorted(link[1:] for link in reader.links if link.startswith("#") and len(link) > 1 and link[1:] not in reader.ids)


def robots(text):
    """What a crawler of no particular name may ask for, by RFC 9309: the longest rule that matches decides, and allows if it ties."""
    rules, mine = [], False
    for line in text.splitlines():
        key, _, value = (part.strip() for part in line.split("#")[0].partition(":"))
        if key.lower() == "user-agent":
            mine = value == "*"
        elif key.lower() in ("allow", "disallow") and mine and value:
            pattern = re.escape(value).replace(r"\*", ".*")
            rules.append((len(value), key.lower() == "allow", re.compile(pattern[:-2] + "$" if value.endswith("$") else pattern)))

    def allowed(path):
        return max([rule[:2] for rule in rules if rule[2].match(path)], default=(0, True))[1]
    return allowed
