# SPDX-License-Identifier: Apache-2.0
"""The box that says how to cite a page: its address names the day and the entry, and shows what was cited; as BibTeX, RIS and CSL-JSON the same."""
import html
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

PAGES = ["/en/", "/en/participants", "/en/participants/IN?on=2016-06-24&known=463", "/en/meetings/CHS-2024", "/en/instruments?page=2", "/en/instruments?kind=charter", "/en/decisions/DEC-031", "/en/acts/1012",
         "/en/acts?kind=gavelled", "/en/law/charter-13-membership", "/en/releases/NEWS-001", "/en/why/status/BY", "/en/whynot/status/SA?is=member", "/en/entities/BY-memo-1", "/en/keys", "/en/data"]


def form(path, suffix):
    path, _, query = path.partition("?")
    path = path + "index" if path.endswith("/") else path
    return f"{path}.{suffix}" + ("?" + query if query else "")


def local(site, url):
    return url.split(site.host, 1)[1]


def bib(text):
    """One entry: its kind, its key, its fields; None: it is not well-formed."""
    head = re.match(r"@(\w+)\{([^,\s{}]+),\n", text)
    if not head or not text.endswith("\n}\n"):
        return None
    fields, depth = {}, 0
    for line in text[head.end():-3].split(",\n  "):
        name, _, value = line.strip().partition(" = ")
        plain = value.replace("\\{", "").replace("\\}", "")
        for c in plain:
            depth += (c == "{") - (c == "}")
            if depth < 0:
                return None
        if depth or not re.fullmatch(r"\w+", name):
            return None
        fields[name] = value
    return head[1], head[2], fields


# What the description of RIS by its makers has of these: types of references; tags with one value; tags that may come again.
RIS_TYPES = {"ABST", "ADVS", "ART", "BILL", "BOOK", "CASE", "CHAP", "COMP", "CONF", "CTLG", "DATA", "ELEC", "GEN", "HEAR", "ICOMM", "INPR", "JFULL", "JOUR", "MAP", "MGZN", "MPCT", "MUSIC",
             "NEWS", "PAMP", "PAT", "PCOMM", "RPRT", "SER", "SLIDE", "SOUND", "STAT", "THES", "UNBILL", "UNPB", "VIDEO"}
RIS_ONCE, RIS_MANY = {"TY", "TI", "T2", "PY", "DA", "ET", "LA", "ER"}, {"AU", "N1", "UR"}


def ris(data):
    """One reference as {tag: [values]}; None: it is not well-formed."""
    lines = data.decode("utf-8").split("\r\n")
    if lines.pop() or any("\n" in line or "\r" in line or not re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines):
        return None
    tags, values = [line[:2] for line in lines], {}
    for line in lines:
        values.setdefault(line[:2], []).append(line[6:])
    sound = tags[0] == "TY" and lines[-1] == "ER  - " and values["TY"][0] in RIS_TYPES and values.keys() <= RIS_ONCE | RIS_MANY and all(len(v) == 1 for t, v in values.items() if t in RIS_ONCE)
    sound = sound and all(re.search(r"\S", v) and v == v.strip() for t, all_of in values.items() if t != "ER" for v in all_of) and not any("*" in who for who in values["AU"])
    return values if sound and re.fullmatch(r"\d{4}", values["PY"][0]) and re.fullmatch(r"\d{4}/\d\d/\d\d", values["DA"][0]) else None


def quotes(site):
    """A title that is quoted has, within, the marks that the language keeps for that."""
    found = re.search(r'<dd class="cite">(.*?)<ul', site.get("/en/releases/NEWS-010").text, re.S)
    text = html.unescape(re.sub(r"<[^>]*>", "", found[1]))
    tap.ok(re.search("“[^“”]*‘[^“”]*’[^“”]*”, ", text), "a title that quotes is quoted with the marks for within", text)


def boxes(site):
    for path in PAGES:
        page = site.get(path)
        found = re.search(r'<dd class="cite">(.*?)<ul', page.text, re.S)
        if not tap.ok(page.status == 200 and found, f"{path}: says how to cite it", str(page.status)):
            continue
        text = html.unescape(re.sub(r"<[^>]*>", "", found[1]))
        address = text.rsplit(", ", 1)[1]
        permanent = html.unescape(re.search(r'<code dir="ltr" class="hash">(http[^<]*)</code>', page.text)[1])
        tap.ok(address == permanent and re.search(r"[?&]on=\d{4}-\d\d-\d\d&known=\d+$", address), f"{path}: by its permanent address", address)
        cited = site.get(local(site, address))
        title = re.search(r"<title>(.*?)</title>", page.text)[1]
        tap.ok(cited.status == 200 and title in cited.text, f"{path}: which shows the same page")
        csl = site.get(form(path, "csl.json"))
        entry = json.loads(csl.body)[0]
        tap.ok(csl.type == "application/vnd.citationstyles.csl+json" and entry["URL"] == address and entry["type"] == "webpage" and entry["author"][0]["literal"] in text
               and entry["title"] in text and entry["version"] == address.rsplit("=", 1)[1] and "%d-%02d-%02d" % tuple(entry["issued"]["date-parts"][0]) in address, f"{path}: CSL-JSON says the same", csl.text)
        answer = site.get(form(path, "bib"))
        read = bib(answer.text)
        tap.ok(answer.type == "application/x-bibtex" and read and read[0] == "misc" and read[2]["url"] == "{" + address + "}" and read[2]["date"][1:-1] in address, f"{path}: BibTeX too", answer.text)
        reference = site.get(form(path, "ris"))
        told = ris(reference.body)
        tap.ok(reference.type == "application/x-research-info-systems; charset=utf-8" and told and told["UR"] == [address] and told["TI"] == [entry["title"]] and told["AU"][0] == entry["author"][0]["literal"]
               and told["DA"][0].replace("/", "-") in address and told["PY"][0] == told["DA"][0][:4] and told["ET"][0] == entry["version"] and told["LA"][0] == entry["language"], f"{path}: RIS too", reference.text)
        links = crawl.links(page.text)
        dated = [form(local(site, address), suffix) for suffix in ("bib", "ris", "csl.json")]
        tap.ok(all(one in links for one in dated) and [site.get(one).text for one in dated] == [answer.text, reference.text, csl.text],
               f"{path}: the page leads to citations that name the day and the entry")


def languages(site):
    """In each language of the site: in its own words, with an address in it."""
    names = json.load(open(os.path.join(served.ROOT, "orgs", "sco", "org.json"), encoding="utf-8"))["name"]
    for lang, name in names.items():
        page = site.get(f"/{lang}/meetings/CHS-2024")
        found = re.search(r'<dd class="cite">(.*?)<ul', page.text, re.S)
        text = html.unescape(re.sub(r"<[^>]*>", "", found[1])) if found else ""
        csl = json.loads(site.get(f"/{lang}/meetings/CHS-2024.csl.json").body)[0]
        read = bib(site.get(f"/{lang}/meetings/CHS-2024.bib").text)
        tap.ok(text.startswith(name) and f"//{site.host}/{lang}/meetings/CHS-2024?on=" in text, f"{lang}: the box names the organisation and an address in that language", text)
        tap.ok(csl["author"][0]["literal"] == name and csl["language"].startswith(lang) and csl["URL"] in text, f"{lang}: CSL-JSON in that language", str(csl))
        tap.ok(read and read[2]["author"] == "{{" + name + "}}" and read[2]["langid"].startswith("{" + lang), f"{lang}: BibTeX in that language", str(read))
        told = ris(site.get(f"/{lang}/meetings/CHS-2024.ris").body)
        tap.ok(told and told["AU"] == [name] and told["LA"] == [csl["language"]] and told["N1"] == [csl["note"]], f"{lang}: RIS in that language", str(told))
    with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
        foreign = next(a for a in map(json.loads, file) if a["kind"] == "instrument_adopted" and list(a.get("title", {})) == ["en"])
    words, thing = re.escape(html.escape(foreign["title"]["en"], quote=False)), foreign["args"]["I"]
    for path in (f"/ru/instruments/{thing}", f"/zh/why/in_force/{thing}"):
        box = re.search(r'<dd class="cite">(.*?)<ul', site.get(path).text, re.S)[1]
        tap.ok(re.search(f'lang="en"[^>]*>{words}<', box), f"{path}: a title that is not in the page's language says in which it is, in the box too", box)
    tap.ok(len(names) >= 3, "in three languages at least")


def none(site):
    tap.same([site.get(p).status for p in ("/en/participants/ZZ.bib", "/en/nowhere.bib", "/en/participants/IN.bib?on=2016-13-01", "/checkpoint.bib")], [404, 404, 400, 404], "what is not there is not cited")
    for path in ("/en/participants/ZZ", "/en/date"):
        tap.ok('class="cite"' not in site.get(path).text, f"{path}: not a page to cite")


def hostile():
    title = "100 % of {this} & that_one #1 \\ ~ ^ \"quoted\" <b> $x$"
    with tempfile.TemporaryDirectory(prefix="comity-cite-") as folder:
        data, record = os.path.join(folder, "data"), os.path.join(folder, "record.jsonl")
        with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as source, open(record, "w", encoding="utf-8") as target:
            target.writelines(source.readlines()[:40])
            target.write(json.dumps({"kind": "release_issued", "date": "2026-01-01", "args": {"R": "R-1", "category": "politics"}, "title": {"en": title},
                                     "sources": [{"title": "A source", "url": "https://source.example/"}], "recorded": True}) + "\n")
            target.write(json.dumps({"kind": "release_issued", "date": "2026-01-01", "args": {"R": "R-2", "category": "politics"}, "title": {"en": "  One * line  ER  - TY  - two"},
                                     "sources": [{"title": "A source", "url": "https://source.example/"}], "recorded": True}) + "\n")
        for command in (["init", data, "--org", os.path.join(served.ROOT, "orgs", "sco")], ["load", data, record]):
            subprocess.run([served.COMITY, *command], check=True, capture_output=True)
        with served.serve(data) as running:
            site = crawl.Site(running.url)
            read = bib(site.get("/en/releases/R-1.bib").text)
            tap.same(read and read[2]["title"], "{{100 \\% of \\{this\\} \\& that\\_one \\#1 {\\textbackslash} {\\textasciitilde} {\\textasciicircum} \"quoted\" <b> \\$x\\$}}",
                     "what TeX would read as an order stands as itself")
            tap.same(json.loads(site.get("/en/releases/R-1.csl.json").body)[0]["title"], title, "and as it is in JSON")
            tap.same((ris(site.get("/en/releases/R-1.ris").body) or {}).get("TI"), [title], "and in RIS")
            lines = ris(site.get("/en/releases/R-2.ris").body) or {}
            tap.same([lines.get("TI"), lines.get("ER")], [["One * line ER - TY - two"], [""]], "nor does anything in it look like the next line of RIS")
            tap.same(crawl.faults(site.get("/en/releases/R-1")), [], "and the page is sound")


with served.sample() as running:
    site = crawl.Site(running.url)
    boxes(site)
    quotes(site)
    languages(site)
    none(site)
hostile()
tap.done()
