# SPDX-License-Identifier: Apache-2.0
"""The search finds what acts and participants have in common by the words that pages show for it, in each language of the pages: a kind of act,
a status, a word that acts say. The words come from the files of the rulebook, the numbers from the record."""
import json
import os
import re
import sys
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap
from looking import ACTS, data_of, page_of, words

with open(os.path.join(served.ROOT, "orgs", "sco", "org.json"), encoding="utf-8") as file:
    CODES = json.load(file)["languages"]["pages"]


def label(code, section, name):
    for folder in (("orgs", "sco"), ("rules",)):
        with open(os.path.join(served.ROOT, *folder, "words", code + ".json"), encoding="utf-8") as file:
            found = json.load(file)[section].get(name)
        if found:
            return found["label"]
    raise KeyError(name)


def search(site, code, text, more=""):
    """The labels among what is found; the first on the first page."""
    found = data_of(site, f"/{code}/search?q={urllib.parse.quote(text)}{more}")["found"]
    return [f for f in found if f["is"] == "label"]


def begun(text):
    """What somebody types who stops early: two characters of Chinese, else all but the last letter of the first word."""
    return text[:2] if re.match("[\u4e00-\u9fff]", text) else re.split("[ -]", text)[0][:-1]


def acts(test):
    return sum("corrects" not in a and test(a) for a in ACTS)


def kinds(site, code):
    for kind in ("attended", "guest_invited", "consent_deposited"):
        text = label(code, "acts", kind)
        for typed in (text, begun(text)):
            found = [f for f in search(site, code, typed) if f.get("kind") == kind]
            tap.ok(len(found) == 1 and found[0]["title"] == text, f"{code}: “{typed}” finds the acts of the kind “{text}”, in one line", str(found))
        listed = data_of(site, found[0]["href"]) if found else {}
        tap.ok(found and found[0]["n"] == listed["all"] >= acts(lambda a, k=kind: a["kind"] == k) > 1, f"{code}: it says how many, and leads to them", str((found, listed.get("all"))))
        tap.same([f for f in search(site, code, text, "&on=2001-01-01") if f.get("kind") == kind], [], f"{code}: not on a day by which there is none")


def said(site, code):
    text = label(code, "values", "ratification")
    found = [f for f in search(site, code, text) if f.get("argument") == "form"]
    tap.ok(len(found) == 1 and found[0]["n"] == acts(lambda a: a["args"].get("form") == "ratification") > 1, f"{code}: “{text}” finds the acts that say so", str(found))
    page = page_of(site, found[0]["href"])
    tap.ok(text in words(page) and data_of(site, found[0]["href"])["all"] == found[0]["n"], f"{code}: and leads to them", words(page)[:300])


def statuses(site, code):
    for status, day, more in (("member", None, ""), ("observer", "2016-06-24", "&on=2016-06-24")):
        text = label(code, "values", status)
        for typed in (text, begun(text)):
            found = [f for f in search(site, code, typed, more) if (f.get("fact"), f.get("value")) == ("status", status)]
            have = [p for p in data_of(site, f"/{code}/participants" + more.replace("&", "?"))["participants"] if p["status"] and p["status"].get("value") == status]
            tap.ok(len(found) == 1 and found[0]["n"] == len(have) > 1, f"{code}: “{typed}” finds who is “{text}”, on {day or 'this day'}", str((found, len(have))))
        path, anchor = found[0]["href"].split("#")
        tap.ok(path == f"/{code}/participants" + more.replace("&", "?") and f'id="{anchor}"' in page_of(site, path).text, f"{code}: and leads to where they are listed", found[0]["href"])
        page = page_of(site, f"/{code}/search?q={urllib.parse.quote(text)}{more}")
        line = next(l for l in re.findall(r"<li>.*?</li>", page.text, re.S) if f"#{anchor}" in l)
        linked = re.findall(rf'href="/{code}/participants/(\w+)', line)
        tap.same(sorted(linked), sorted(p["id"] for p in have), f"{code}: it names them")


def once(site, code):
    """A status that nobody has any more: who had it last, and until when."""
    found = next(f for f in search(site, code, label(code, "values", "observer")) if f.get("fact") == "status")
    tap.same((found["n"], found["href"]), (0, f"/{code}/participants?on=2025-08-31#status-observer"), f"{code}: nobody has it now; it leads to the last day")
    page = page_of(site, f"/{code}/search?q={urllib.parse.quote(label(code, 'values', 'observer'))}")
    line = next(l for l in re.findall(r"<li>.*?</li>", page.text, re.S) if "#status-observer" in l)
    tap.ok({"AF", "MN"} == set(re.findall(rf'href="/{code}/participants/(\w+)"', line)), f"{code}: it names who had it last", line)


def across(site):
    """The words of one language on the pages of another."""
    other = "ru"
    found = [f for f in search(site, "en", label(other, "acts", "attended")) if f.get("kind") == "attended"]
    tap.ok(found and found[0]["title"] == label("en", "acts", "attended") and found[0]["lang"] == other, "a word of another language: the line is in the page's", str(found))
    tap.same(search(site, "en", "attended", "&kind=act"), [], "where a kind is asked for, there are no such lines")
    feed = site.get("/en/acts.atom?with=form.ratification").text
    tap.ok(feed.count("<entry") == acts(lambda a: a["args"].get("form") == "ratification"), "the feed follows the word, too", str(feed.count("<entry")))
    tap.same(data_of(site, "/en/acts?with=form.nothing")["all"], 0, "a word that no act says: none")
    tap.same(site.get("/en/acts?with=form").status, 400, "an argument without a word is refused")


def main():
    with served.sample() as server:
        site = crawl.Site(server.url)
        while site.get("/en/search?q=x").status == 503:
            pass
        for code in CODES:
            kinds(site, code)
            said(site, code)
            statuses(site, code)
            once(site, code)
        across(site)
    tap.done()


main()
