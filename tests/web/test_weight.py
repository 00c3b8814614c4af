#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages are light: the HTML of each page of the sample in each language is under 60 KB without its drawings, and loads nothing from elsewhere.

Read are the pages of today that the sitemap names, and the reasons, the spans and the searches that hang on them; of what there is in hundreds
(acts, meetings, reasons ...) N of each kind in each language, chosen by SEED; `./check --long` reads many more.
A proof with every step open (`open=all`) is under twice that; the page that verifies holds its scripts in itself, which count as files.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap
from weighing import MOST, addresses, bare

N = int(os.environ.get("N", "12"))
SEED = int(os.environ.get("SEED", "1"))
LOADED = re.compile(r"<(?:script|img|iframe|source|embed|object|video|audio|link)\b[^>]*?\b(?:src|href|data)=\"([^\"]*)\"")
NOT_LOADED = re.compile(r"<link rel=\"(?:alternate|canonical|search|license|next|prev)\"[^>]*>")
EACH = {"participants", "meetings", "law", "instruments", "bodies", "areas"}  # all of them are read: the heaviest are among them
MORE = ("participants", "changes?from=2001-01-01", "changes?from=2001-01-01&who=KZ", "changes?from=2001-01-01&fact=may_attend", "changes?from=2001-01-01&fact=present",
        "participants?on=2016-06-24", "participants/KZ?on=2020-01-01", "?on=2016-06-24", "search?q=council", "search?q=2017", "search?q=belarus", "acts?page=2", "acts?page=9",
        "instruments?page=2", "instruments?list=2", "instruments?on=2012-01-01", "decisions?on=2020-01-01", "releases?page=1", "nowhere", "acts?colour=green",
        "why/meets/BY/prior_status?on=2024-07-04", "why/may_attend/PK/TRADE-2022?on=2022-10-02", "why/may_attend/IN/TRADE-2019?on=2019-09-26", "why/in_rats/PK?on=2017-06-09")


def some(paths, random_):
    """Of each kind at most N, of participants all."""
    kinds = {}
    for path in sorted(set(paths)):
        words = path.split("?")[0].split("/")
        kinds.setdefault((words[2], len(words)), []).append(path)
    return [path for (kind, _), all_ in sorted(kinds.items()) for path in (all_ if kind in EACH else random_.sample(all_, min(N, len(all_))))]


def read(site, lang, named, random_):
    heavy, foreign, weights, hang = [], [], [], set()
    for path in some(named, random_) + [f"/{lang}/{more}" for more in MORE]:
        hang |= look(site, path, heavy, foreign, weights)
    reasons = [link for link in hang if "open=all" not in link and link.startswith((f"/{lang}/why", f"/{lang}/changes?"))]
    for path in some(reasons, random_):
        look(site, path, heavy, foreign, weights)
    for who in {path.split("/")[3] for path in named if re.match(r"/\w+/participants/\w+$", path)}:
        look(site, f"/{lang}/why/status/{who}?open=all", heavy, foreign, weights, 2 * MOST)
    tap.ok(len(weights) > 100, f"{lang}: {len(weights)} pages were read")
    tap.ok(not heavy, f"{lang}: every page is under {MOST // 1000} KB without its drawings", "\n".join(heavy))
    tap.ok(not foreign, f"{lang}: no page loads anything from elsewhere", "\n".join(foreign))
    for weight, whole, path in sorted((w for w in weights if "open=all" not in w[2]), reverse=True)[:3]:
        tap.note(f"{weight} bytes, {whole} with drawings: {path}")


def look(site, path, heavy, foreign, weights, most=MOST):
    page = site.get(path, Accept="text/html")
    if not page.type.startswith("text/html"):
        return set()
    weight = bare(page)
    weights.append((weight, len(page.body), path))
    if weight > most:
        heavy.append(f"{path}: {weight} bytes")
    foreign += [f"{path}: {link}" for link in LOADED.findall(NOT_LOADED.sub("", page.text)) if not re.match(r"/(?!/)|data:", link)]
    return crawl.links(page.text)


SPANS = ("from=2005-01-01&on=2010-01-01", "from=2005-07-10&on=2014-07-10", "from=2001-01-01&on=2026-01-01", "from=2003-01-01&on=2004-01-01")


def rows(page):
    return [len(re.findall(r"<tr>", page.text)), len(re.findall(r"<tr class", page.text))]


def longer(visitor):
    """What changed between two days shows as much as the page holds in its language: where all titles are thrice as long, less in that language alone."""
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        data, record = os.path.join(folder, "data"), os.path.join(folder, "record.jsonl")
        with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
            acts = [json.loads(line) for line in file]
        for act in acts:
            if "ru" in act.get("title", {}):
                act["title"]["ru"] = " ".join([act["title"]["ru"]] * min(3, 1000 // (1 + len(act["title"]["ru"].encode()))))
        with open(record, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(act, ensure_ascii=False) + "\n" for act in acts)
        for command in (["init", data, "--org", os.path.join(served.ROOT, "orgs", "sco")], ["load", data, record]):
            subprocess.run([served.COMITY, *command], stdout=subprocess.DEVNULL, check=True)
        with served.serve(data) as server:
            long = crawl.Site(server.url)
            for span in SPANS:
                page = long.get(f"/ru/changes?{span}", Accept="text/html")
                tap.ok(20000 < bare(page) <= MOST and rows(page)[0] > 4, f"{span}: with longer titles the page is as light", f"{bare(page)} {rows(page)}")
                tap.same(rows(long.get(f"/en/changes?{span}", Accept="text/html")), rows(visitor.get(f"/en/changes?{span}", Accept="text/html")), f"{span}: and in English as full as ever")
                names = [set(re.findall(r"[?&;]fact=(\w+)", site.get(f"/ru/changes?{span}", Accept="text/html").text)) for site in (long, visitor)]
                tap.ok(names[0] >= names[1], f"{span}: each kind leads to all that changed of it", names[1] - names[0])


with served.sample() as server:
    visitor = crawl.Site(server.url)
    for code, found in sorted(addresses(visitor).items()):
        read(visitor, code, found, random.Random(SEED))
    sheet = re.search(r'rel="stylesheet" href="([^"]*)"', visitor.get("/en/").text)[1]
    longer(visitor)
    tap.same(re.findall(r"url\([^)]*\)|@import[^;]*", visitor.get(sheet).text), [], "the style sheet loads nothing")
tap.done()
