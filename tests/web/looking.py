# SPDX-License-Identifier: Apache-2.0
"""Reading pages as a person does: the acts of the sample record (ACTS), the tables and the words of a page, its data."""
import html.parser
import json
import os
import re

import served
import tap

RECORD = os.path.join(served.ROOT, "orgs", "sco", "record.jsonl")
with open(RECORD, encoding="utf-8") as file:
    ACTS = [json.loads(line) for line in file]


class Tables(html.parser.HTMLParser):
    """The rows of every table: lists of the words of their cells; a heading row has one."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell = [], None

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self.cell = []

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data + " ")


def tables(page):
    reader = Tables()
    reader.feed(page.text)
    return reader.tables


def words(page):
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1].split("</main>")[0]).split())
    return re.sub(r" ([,.;:])", r"\1", text)


def under(rows, heading):
    """The rows below a heading row that begins with these words, up to the next one."""
    found, inside = [], False
    for row in rows:
        if len(row) == 1:
            inside = row[0].startswith(heading)
        elif inside:
            found.append(row)
    return found


def count(kind, **args):
    return sum(a["kind"] == kind and all(a["args"].get(k) == v for k, v in args.items()) and "corrects" not in a for a in ACTS)


def page_of(site, path):
    page = site.get(path)
    tap.ok(page.status == 200, "%s answers" % path, "%d" % page.status)
    return page


def data_of(site, path):
    page = site.get(path, Accept="application/json")
    tap.ok(page.status == 200 and page.type.startswith("application/json"), "%s answers in JSON" % path, "%d %s" % (page.status, page.type))
    return json.loads(page.body)
