# SPDX-License-Identifier: Apache-2.0
"""docs/data.md against the server: each page that answers JSON has a row, its answer has the members of that row and no others, and every name in
the row is one that some answer of that page has."""
import json
import os
import re
import sys

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

# What to ask for, so that all members are seen.
ASK = {"index": [""], "participants/{id}": ["BY", "LA"], "participants/{id}/backgrounder": ["BY"], "admissions/{id}": ["BY", "AF"], "acts/{entry}": ["1012", "844", "1", "555"],
       "instruments/{id}": ["INS-CHARTER-2002", "INS-UC-2025"], "meetings/{id}": ["CHS-2024"], "bodies/{id}": ["CHS"], "decisions/{id}": ["DEC-031"],
       "law/{article}": ["charter-13-membership"], "releases/{id}": ["NEWS-001"], "areas/{id}": ["culture"], "projects/{id}": ["EV-004"], "entities/{id}": ["tass"],
       "search": ["?q=belarus", "?q=memorandum", "?q=charter+members", "?q=observer", "?q=attended", "?q=belarus+2016-01-01"], "verify": ["?sha256=HASH"], "acts": ["", "?page=2"],
       "changes": ["?from=2016-01-01", "?from=2016-01-01&who=IN"]}
ROOMS_OF_ENTITIES = ("areas", "projects", "consultations", "strategy", "authorities", "entities")
# The sample has no document, no text of its own, no press office, no cancelled meeting, no act without effect.
UNSEEN = {"cancelled", "document", "dropped", "exact", "words", "press", "org.json"}
ALWAYS = {"notice", "on", "known"}


def rows():
    with open(os.path.join(served.ROOT, "docs", "data.md"), encoding="utf-8") as file:
        text = file.read()
    table = text[text.index("| page | members |"):].split("\n\n")[0].splitlines()[2:]
    found = {}
    for line in table:
        pages, members = line.strip("| ").split(" | ", 1)
        names = set(re.findall(r"`([a-z_.-]+)`", members.replace("`docs/search.md`", "")))
        for page in re.findall(r"`([a-z/{}]+)`", pages):
            found.setdefault(page, set()).update(names)
    return found


def keys(value):
    if isinstance(value, dict):
        for k, v in value.items():
            yield k
            yield from keys(v)
    elif isinstance(value, list):
        for v in value:
            yield from keys(v)


def words(value):
    """Names stand as keys, or as the values of `is` and their like."""
    if isinstance(value, dict):
        for v in value.values():
            yield from words(v)
    elif isinstance(value, list):
        for v in value:
            yield from words(v)
    elif isinstance(value, str):
        yield value


def addresses(site, page):
    digest = json.loads(site.get("/act/0.json").body)["bundle"].split(":")[1]
    for what in ASK.get(page, [""]):
        if "{" in page:
            yield "/en/" + re.sub(r"\{\w+\}", what, page) + ".json"
        else:
            yield f"/en/{page}.json{what.replace('HASH', digest)}"


with served.sample() as running:
    site = crawl.Site(running.url)
    described = json.loads(site.get("/api/openapi.json").body)["paths"]
    pages = {p[len("/{lang}/"):] or "index" for p, item in described.items()
             if p.startswith("/{lang}/") and "." not in p and "application/json" in item["get"]["responses"]["200"]["content"] and not re.match(r"/\{lang\}/(why|whynot)/", p)}
    table = rows()
    for room in ROOMS_OF_ENTITIES:
        table[room + "/{id}"] = table["areas/{id}"]
    tap.same(pages - set(table), set(), "each page that answers JSON has a row")
    tap.same(set(table) - pages, set(), "and each row is such a page")
    extra, seen = [], {}
    for page in sorted(pages & set(table)):
        if "{" in page and page not in ASK:
            continue  # a room in which the sample has no thing
        for path in addresses(site, page):
            answer = site.get(path)
            if answer.status != 200:
                extra.append(f"{path}: {answer.status}")
                continue
            body = json.loads(answer.body)
            thing = {"id", "type", "title", "href"} if page.startswith("participants/{id}") else set()
            extra += [f"{path}: {k}" for k in body if k not in table[page] | ALWAYS | thing]
            seen.setdefault(frozenset(table[page]), set()).update(keys(body), words(body))
    tap.same(extra, [], "no answer has a member that its row does not name")
    never = {", ".join(sorted(names - have - UNSEEN)) for names, have in seen.items() if names - have - UNSEEN}
    tap.same(never, set(), "and every name of a row is in some answer")
tap.done()
