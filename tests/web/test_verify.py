# SPDX-License-Identifier: Apache-2.0
"""The page that verifies, as the server sends it: whole by itself, with a policy of its own that names all it holds; whom it trusts at first; and
the acts that carry a text or name a file, by hash."""
import hashlib
import html
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import crawl  # noqa: E402
import notes  # noqa: E402
import served  # noqa: E402
import tap  # noqa: E402

TEXT = "Ten members met in Astana.\n\nThey agreed on twenty-four documents.\n"
SOURCES = {"recorded": True, "sources": [{"title": "Gazette", "url": "https://gazette.example/1"}]}


def sha(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def words(text):
    return sha(" ".join(text.split()))


def file_act(data, act):
    done = subprocess.run([served.COMITY, "file", data, "-", "--json"], input=json.dumps({**act, **SOURCES}), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)["position"]


def found(site, **query):
    page = site.get("/en/verify.json?" + "&".join("%s=%s" % one for one in query.items()))
    return [(one["act"], one["is"], one["at"]) for one in json.loads(page.text)["found"]]


def textarea(page, name):
    return html.unescape(re.search(r'<textarea id="%s"[^>]*>([^<]*)</textarea>' % name, page.text)[1])


with tempfile.TemporaryDirectory(prefix="comity-verify-") as folder:
    data = os.path.join(folder, "data")
    served.load(data)
    issued = {"kind": "release_issued", "date": "2026-02-03", "args": {"R": "R-1", "category": "politics"}, "title": {"en": "Ten members met"}, "text": {"en": TEXT, "ru": "Десять."}}
    first = file_act(data, issued)
    second = file_act(data, {**issued, "args": {"R": "R-2", "category": "politics"}, "text": {"en": TEXT.replace("\n\n", " ")}})
    with served.serve(data) as at:
        site = crawl.Site(at.url)
        page = site.get("/en/verify")

        # It needs nothing from elsewhere, and may ask for nothing.
        tap.same(page.status, 200, "verify: the page is there")
        tap.same(re.findall(r'<(?:link|script|img)[^>]*(?:src|href)="(?!data:)([^"]*)"', re.sub(r'<link rel="alternate"[^>]*>', "", page.text)), [], "verify: it loads no file")
        tap.same(crawl.faults(page), [], "verify: its policy names what it holds")
        told = dict((part.split()[0], part.split()[1:]) for part in page.policy.split(";"))
        tap.same({name: told.get(name) for name in ("default-src", "connect-src", "img-src", "base-uri", "form-action", "frame-ancestors", "require-trusted-types-for")},
                 {"default-src": ["'none'"], "connect-src": None, "img-src": ["data:"], "base-uri": ["'none'"], "form-action": ["'self'"], "frame-ancestors": ["'none'"],
                  "require-trusted-types-for": ["'script'"]}, "verify: its policy")
        tap.ok(all(source.startswith("'sha256-") for source in told["script-src"] + told["style-src"]), "verify: nothing runs but by its hash", page.policy)
        inside = html.unescape(re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page.text)[1])
        tap.same(inside + "; frame-ancestors 'none'", page.policy, "verify: the policy stands in the page too, for a copy of it")
        tap.ok(page.text.index("http-equiv") < page.text.index("<style>") < page.text.index("<script>"), "verify: and before what it speaks of")
        tap.ok("script-src" not in site.get("/en/").policy and "sha256" not in site.get("/en/").policy, "verify: other pages have the policy of all pages")

        # Whom it trusts at first.
        vkey = json.loads(site.get("/act/0.json").text)["key"]["vkey"]
        tap.same(textarea(page, "policy"), "log %s\nquorum none\n" % vkey, "verify: the register's key, and no witness")
        tap.same(json.loads(site.get("/en/verify.json").text)["policy"], "log %s\nquorum none\n" % vkey, "verify: the same as JSON")

        # Acts by hash.
        tap.same(found(site, sha256=sha(TEXT)), [(first, "exact", "text.en")], "verify: a text to the last character")
        tap.same(found(site, sha256=sha(TEXT).upper()), [(first, "exact", "text.en")], "verify: in capitals")
        tap.same(found(site, sha256=sha(TEXT + " ")), [], "verify: a blank more")
        tap.same(found(site, sha256=sha(TEXT + " "), words=words(TEXT)), [(first, "words", "text.en"), (second, "words", "text.en")], "verify: its words")
        tap.same(found(site, sha256=sha(TEXT), words=words(TEXT)), [(first, "exact", "text.en"), (second, "words", "text.en")], "verify: both, each act once")
        tap.same(found(site, words=words(TEXT)), [(first, "words", "text.en"), (second, "words", "text.en")], "verify: its words alone")
        tap.same(found(site, sha256=sha("Десять.")), [(first, "exact", "text.ru")], "verify: in another language")
        tap.same(found(site, sha256=sha("Ten members met")), [(first, "exact", "title.en"), (second, "exact", "title.en")], "verify: a title")
        tap.same(found(site, sha256=sha(TEXT), known=first - 1), [], "verify: not known yet")
        bundle = json.loads(site.get("/act/0.json").text)["bundle"].removeprefix("sha256:")
        tap.same(found(site, sha256=bundle), [(0, "named", "bundle")], "verify: the rulebook that the genesis names")
        shown = site.get("/en/verify?sha256=%s&words=%s" % (sha(TEXT), words(TEXT)))
        tap.ok("2 acts speak of it" in shown.text and '<a href="/act/%d.tlog-proof" download>' % first in shown.text, "verify: as a page, with the proofs")
        tap.ok("No public act speaks of it" in site.get("/en/verify?sha256=" + sha("x")).text, "verify: nothing found is said")
        for query in ("sha256=abc", "sha256=" + "g" * 64, "words=" + "0" * 63, "sha256=" + "0" * 65):
            bad = site.get("/en/verify.json?" + query)
            tap.ok(bad.status == 400 and json.loads(bad.text)["error"] == "hash", "verify: %s is refused" % query[:12], bad.text)
        tap.same(site.get("/en/verify?sha=0").status, 400, "verify: a parameter that is none is refused")

    # A register with witnesses asks for them from the start, and tells nobody their addresses.
    one, two = notes.Key("w1.example", 4), notes.Key("w2.example", 4)
    parties = "witness one %s%%s\nwitness two %s\ngroup both %%s one two\nquorum both\n" % (one.vkey, two.vkey)
    with open(os.path.join(data, "policy"), "w", encoding="utf-8") as file:
        file.write("# whom we ask\n" + parties % (" http://127.0.0.1:1/", "2"))
    with served.serve(data) as at:
        page = crawl.Site(at.url).get("/en/verify")
        tap.same(textarea(page, "policy"), "log %s\n" % vkey + parties % ("", "all"), "verify: the register's witnesses")
tap.done()
