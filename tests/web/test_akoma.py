# SPDX-License-Identifier: Apache-2.0
"""Every decision and every instrument of the sample record as Akoma Ntoso, by the schema of OASIS, in each language of the site."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

A = "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def languages(site):
    return [code for code in ("en", "ru", "zh", "fa", "ar") if site.get(f"/{code}/").status == 200]


def all_of_them(site, folder):
    ids = [(s, r["id"]) for s in ("decisions", "instruments") for r in json.loads(site.get(f"/data/{s}.json").body)["rows"]]
    files, bad = [], []
    for lang in languages(site):
        for room, name in ids:
            page = site.get(f"/{lang}/{room}/{name}.akn.xml")
            if page.status != 200 or page.type != "application/akn+xml":
                bad.append(f"{page.path}: {page.status} {page.type}")
                continue
            files.append(os.path.join(folder, f"{lang}-{name}.xml"))
            with open(files[-1], "wb") as file:
                file.write(page.body)
    tap.same(bad, [], "every decision and every instrument answers")
    tap.ok(len(files) > 150, "there are many", str(len(files)))
    schema = tap.shared("conformance", "akomantoso", "akomantoso30.xsd")
    if not schema or not shutil.which("xmllint"):
        tap.skip("needs COMITY_SHARED and xmllint (libxml2-utils)", "each fits the schema")
        return
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema, *files], capture_output=True, text=True)
    tap.ok(done.returncode == 0 and done.stderr.count("validates") == len(files), "each fits the schema",
           "\n".join(line for line in done.stderr.splitlines() if "validates" not in line)[:2000])
    broken = os.path.join(folder, "broken.xml")
    with open(files[0], encoding="utf-8") as source, open(broken, "w", encoding="utf-8") as target:
        target.write(source.read().replace("FRBRcountry", "FRBRland"))
    done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema, broken], capture_output=True)
    tap.ok(done.returncode != 0, "the schema can say no")


def what_they_say(site):
    root = xml.etree.ElementTree.fromstring(site.get("/en/decisions/DEC-031.akn.xml").body)
    tap.same([root[0].tag, root[0].get("name")], [A + "statement", "decision"], "a decision is a statement")
    tap.same(root.find(f".//{A}FRBRalias").get("value"), f"http://{site.host}/id/DEC-031", "its alias is its name for ever")
    steps = [(s.get("date"), root.find(f".//{A}TLCConcept[@eId='{s.get('outcome')[1:]}']").get("href").rsplit("/", 1)[1]) for s in root.iter(A + "step")]
    tap.same(steps[0][1], "1010.json", "its first step is that it was tabled")
    tap.same(steps[-1], ("2024-07-04", "1012.json"), "its last step is its adoption")
    sources = [o.get("href") for o in root.iter(A + "TLCObject") if o.get("eId").startswith("source_")]
    tap.ok(sources and len(sources) == len(set(sources)), "a source that it names twice stands there once", str(sources))
    for lang in languages(site):
        for name in ("INS-CHARTER-2002", "CHS-2003-REG-BODIES"):
            room = "instruments" if name.startswith("INS") else "decisions"
            root = xml.etree.ElementTree.fromstring(site.get(f"/{lang}/{room}/{name}.akn.xml").body)
            row = next(r for r in json.loads(site.get(f"/data/{room}.json").body)["rows"] if r["id"] == name)
            title, said = root.find(f".//{A}docTitle").text, root.find(f".//{A}preface").get(LANG)
            tap.same(title, row["title_" + said[:2]], f"{lang}/{name}: the title is that of the language that it names")
            tap.same(root.find(f".//{A}FRBRauthoritative").get("value"), "false", f"{lang}/{name}: recorded from sources it is no authentic text, in whatever language")
            tap.ok(said.startswith(lang) or row.get("title_" + lang) in (None, ""), f"{lang}/{name}: in the language asked for, where there is a version in it")
    row = next(r for r in json.loads(site.get("/data/instruments.json").body)["rows"] if r["id"] == "INS-DPM-BY")
    iso3 = {"en": "eng", "ru": "rus", "zh": "zho", "fa": "fas", "ar": "ara"}
    for lang in ("en", "zh"):
        others = [iso3[code] for code in iso3 if code != lang and row["title_" + code]]
        root = xml.etree.ElementTree.fromstring(site.get(f"/{lang}/instruments/INS-DPM-BY.akn.xml").body)
        tap.same([o.get("showAs") for o in root.iter(A + "TLCObject") if "/INS-DPM-BY/" in o.get("href")], others, f"{lang}: the expressions in other languages are named")
    for day, want in (("2003-01-01", ["2002-06-07"]), ("2003-09-19", ["2002-06-07", "2003-09-19"])):
        root = xml.etree.ElementTree.fromstring(site.get(f"/en/instruments/INS-CHARTER-2002.akn.xml?on={day}").body)
        tap.same([s.get("date") for s in root.iter(A + "step")], want, f"on {day}: what had become of it by then, and no more")
    tap.same(site.get("/en/decisions/DEC-031.akn.xml?on=2020-01-01").status, 404, "before it was tabled there is no document")
    tap.same(site.get("/en/decisions/NOTHING.akn.xml").status, 404, "nor one of nothing")


def dates(site):
    """Known by its month or year, a date says so as the data sets do: an instrument by its act, a step by the act that it came from."""
    time, seen = "{http://www.w3.org/2006/time#}unitType", set()
    bad = []
    for room in ("decisions", "instruments"):
        for row in json.loads(site.get(f"/data/{room}.json").body)["rows"]:
            root = xml.etree.ElementTree.fromstring(site.get(f"/en/{room}/{row['id']}.akn.xml").body)
            date, doc, step = root.find(f".//{A}FRBRWork/{A}FRBRdate"), root.find(f".//{A}docDate"), root.find(f".//{A}step")
            precision, day = row["date_precision"], (row.get("adopted") or row["tabled"])[:10]
            known = day[:{"day": 10, "latest": 10, "month": 7, "year": 4}[precision]]
            unit = None if precision in ("day", "latest") else f"http://www.w3.org/2006/time#unit{precision.capitalize()}"
            seen.add(precision)
            if [x.get(time) for x in (date, doc, step)] != [unit] * 3 or [x.get("date") for x in (date, doc, step)] != [day] * 3 or doc.text != known \
                    or root.find(f".//{A}FRBRWork/{A}FRBRuri").get("value").split("/")[-2] != (day if precision in ("day", "latest") else day[:4]):
                bad.append(f"{row['id']}: {precision} {day}, {date.attrib} {doc.text}")
    tap.ok(not bad and {"day", "latest", "month", "year"} >= seen > {"day"}, "each date says how exactly it is known, and no day is made up", "\n".join(bad) + str(seen))


with served.sample() as running, tempfile.TemporaryDirectory(prefix="comity-akoma-") as folder:
    site = crawl.Site(running.url)
    all_of_them(site, folder)
    what_they_say(site)
    dates(site)
tap.done()
