# SPDX-License-Identifier: Apache-2.0
"""Linked data, read by rdflib: the catalogue against the shapes of DCAT-AP 3.0, statuses as memberships (W3C ORG), things in the words
of schema.org, reasons as PROV; in the pages the same as in the files."""
import hashlib
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

rdflib = tap.debian("rdflib")
if not rdflib:
    tap.skip("python3-rdflib is not installed", "linked data")
    tap.done()
from rdflib import RDF, Literal, Namespace, URIRef

import shacl

S, ORG, PROV, TIME = (Namespace(n) for n in ("https://schema.org/", "http://www.w3.org/ns/org#", "http://www.w3.org/ns/prov#", "http://www.w3.org/2006/time#"))
DCAT, DCT, FOAF, SKOS, SPDX = (Namespace(n) for n in ("http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2004/02/skos/core#", "http://spdx.org/rdf/terms#"))

LANGUAGES = ["en", "ru", "zh", "fa", "ar"]  # of the sample's pages


class Blocks(html.parser.HTMLParser):
    """What stands in the script elements for linked data."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = [], False

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "script" and ("type", "application/ld+json") in attrs

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found.append(data)


def graph_of(site, path):
    page = site.get(path)
    tap.ok(page.status == 200 and page.type == "application/ld+json", f"{path} answers", f"{page.status} {page.type}")
    return rdflib.Graph().parse(data=page.text, format="json-ld")


def local(url):
    parts = urllib.parse.urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")


def checksums(site):
    """By day and entry, each file has its size and its SHA-256; today's catalogue promises nothing of bytes, and leads there."""
    today = graph_of(site, "/data/catalog.jsonld")
    tap.same(len(list(today.subject_objects(SPDX.checksum))) + len(list(today.subject_objects(DCAT.byteSize))), 0, "today's catalogue has no checksums")
    current = [str(o) for o in today.objects(None, DCAT.hasCurrentVersion)]
    tap.ok(len(current) == 1 and re.search(r"/data/catalog\?on=\d{4}-\d\d-\d\d&known=\d+$", current[0]), "... but names the catalogue that has them", str(current))
    for path in (local(current[0]), "/data/catalog.jsonld?on=2024-01-01&known=900"):
        g, bad, count = graph_of(site, path), [], 0
        tap.same([str(o) for s in g.subjects(RDF.type, DCAT.Catalog) for o in g.objects(s, DCAT.isVersionOf)], [f"http://{site.host}/data/catalog"], f"{path}: is a version of the catalogue")
        for d in g.subjects(RDF.type, DCAT.Distribution):
            data, sum_of, size = site.get(local(str(g.value(d, DCAT.downloadURL)))).body, g.value(d, SPDX.checksum), g.value(d, DCAT.byteSize)
            value = g.value(sum_of, SPDX.checksumValue)
            fine = (sum_of, RDF.type, SPDX.Checksum) in g and g.value(sum_of, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256 and value.datatype == rdflib.XSD.hexBinary \
                and size.datatype == rdflib.XSD.nonNegativeInteger and int(size) == len(data) and str(value) == hashlib.sha256(data).hexdigest()
            count += 1
            bad += [] if fine else [f"{d}: {size} {value}, {len(data)} bytes came"]
        tap.ok(count > 40 and not bad, f"{path}: each of {count} files is as long as it says, with the SHA-256 that it says", "\n".join(bad))


def catalogue(site):
    g = graph_of(site, "/data/catalog.jsonld")
    listed = {s["name"] for s in json.loads(site.get("/en/data.json").body)["sets"]}
    found = {str(o) for d in g.objects(None, DCAT.dataset) for o in g.objects(d, DCT.identifier)}
    tap.ok(listed <= found, "the catalogue names every set", str(listed - found))
    bad = []
    for d in g.subjects(RDF.type, DCAT.Distribution):
        url, media = str(g.value(d, DCAT.downloadURL)), str(g.value(d, DCAT.mediaType)).split("media-types/")[1]
        page = site.get(local(url))
        if page.status != 200 or page.type.split(";")[0] != media:
            bad.append(f"{url}: {page.status} {page.type}, the catalogue says {media}")
    for d in g.objects(None, DCAT.landingPage):
        page = site.get(local(str(d)))
        if page.status != 200 or f'id="{str(d).split("#")[1]}"' not in page.text:
            bad.append(f"{d}: {page.status}")
    tap.same(bad, [], "every distribution answers as the catalogue says")
    folder = tap.shared("conformance", "dcat-ap")
    if not folder:
        tap.skip("needs COMITY_SHARED", "the catalogue fits the shapes of DCAT-AP 3.0")
        return
    certain = graph_of(site, "/data/catalog.jsonld?on=2024-01-01&known=900")
    for name in ("shapes.ttl", "range.ttl"):
        shapes = rdflib.Graph().parse(os.path.join(folder, name), format="turtle")
        # DCAT 3 and the text of DCAT-AP 3.0 take sizes as xsd:nonNegativeInteger; the shapes of 3.0.0 kept xsd:decimal by mistake (SEMICeu/DCAT-AP, issue 422).
        for shape in list(shapes.subjects(shacl.SH.path, DCAT.byteSize)):
            if (shape, shacl.SH.datatype, None) in shapes:
                shapes.set((shape, shacl.SH.datatype, rdflib.XSD.nonNegativeInteger))
        tap.same(shacl.faults(g, shapes), [], f"the catalogue fits {name} of DCAT-AP 3.0")
        tap.same(shacl.faults(certain, shapes), [], f"the catalogue of an entry, with checksums, fits {name} of DCAT-AP 3.0")
        # The shapes can say no.
        for what, change in (("no title", lambda h: h.remove((None, DCT.title, None))),
                             ("a publisher that is no agent", lambda h: h.remove((None, RDF.type, FOAF.Agent))),
                             ("two licences, one of them a text", lambda h: h.add((next(h.subjects(RDF.type, DCAT.Distribution)), DCT.license, Literal("free"))))):
            h = rdflib.Graph()
            for triple in g:
                h.add(triple)
            change(h)
            expected = {"shapes.ttl": what != "a publisher that is no agent", "range.ttl": what != "no title"}[name]
            tap.same(bool(shacl.faults(h, shapes)), expected, f"{name}: {what} {'is found' if expected else 'is not its business'}")


def recommended(site):
    """What DCAT-AP recommends and can be known; and whom to ask, where the organisation names its press office."""
    g = graph_of(site, "/data/catalog.jsonld")
    sets_of = set(g.subjects(RDF.type, DCAT.Dataset))
    missing = [f"{d} {p}" for d in sets_of for p in (DCAT.theme, DCAT.keyword, DCT.temporal) if not list(g.objects(d, p))]
    tap.same(missing, [], "every set has a subject, keywords and the years that it covers")
    tap.same({str(o) for o in g.objects(None, DCAT.startDate)}, {"2001"}, "... from the first year of the register on")
    service = next(g.subjects(RDF.type, DCAT.DataService))
    tap.same(set(g.objects(service, DCAT.servesDataset)), sets_of, "the service serves every set")
    with tempfile.TemporaryDirectory(prefix="comity-linked-") as folder:
        own, data = served.organisation(folder, ["en", "fa"]), os.path.join(folder, "data")
        with open(os.path.join(own, "org.json"), encoding="utf-8") as file:
            org = json.load(file)
        org["press"] = {"name": {"en": "Press office", "fa": "دفتر مطبوعاتی"}, "email": "press@org.example", "page": "https://org.example/press"}
        with open(os.path.join(own, "org.json"), "w", encoding="utf-8") as file:
            json.dump(org, file, ensure_ascii=False)
        subprocess.run([served.COMITY, "init", data, "--org", own], check=True, capture_output=True)
        with served.serve(data) as running:
            h = graph_of(crawl.Site(running.url), "/data/catalog.jsonld")
        vcard = Namespace("http://www.w3.org/2006/vcard/ns#")
        tap.same({(str(h.value(c, vcard.fn)), str(h.value(c, vcard.hasEmail)), str(h.value(c, vcard.hasURL))) for c in h.objects(None, DCAT.contactPoint)},
                 {("Press office", "mailto:press@org.example", "https://org.example/press")}, "whoever has a question is told whom to ask")
        contacts = tap.shared("conformance", "dcat-ap")
        if contacts:
            for name in ("shapes.ttl", "range.ttl"):
                shapes = rdflib.Graph().parse(os.path.join(contacts, name), format="turtle")
                tap.same(shacl.faults(h, shapes), [], f"... in the shape of {name}")


def memberships(site):
    want = {(r["participant"], r["since"], r["until"]) for r in json.loads(site.get("/data/memberships.json").body)["rows"]}
    got = set()
    for who in sorted({w[0] for w in want}):
        g = rdflib.Graph().parse(data=site.get(f"/en/participants/{who}.jsonld").text, format="json-ld")
        for n in g.subjects(RDF.type, ORG.Membership):
            span = g.value(n, ORG.memberDuring)

            def end(which):
                v = g.value(g.value(span, which), TIME.inXSDDate)
                return None if v is None else str(v)
            got.add((str(g.value(n, ORG.member)).rsplit("/", 1)[1], end(TIME.hasBeginning), end(TIME.hasEnd)))
    tap.same(got, want, "memberships: every span of every participant, as in the data set")
    g = graph_of(site, "/en/participants/IN.jsonld?on=2016-01-01")
    tap.same(len(list(g.subjects(RDF.type, ORG.Membership))), 1, "memberships: in 2016 India had held one status")


def labels(site):
    """What a status, and what became of a decision, is called: in each language of the pages, by that language's own words, once, whatever page says it."""
    words = {}
    for lang in LANGUAGES:
        for path in (("rules", "words"), ("orgs", "sco", "words")):
            with open(os.path.join(served.ROOT, *path, f"{lang}.json"), encoding="utf-8") as file:
                words.setdefault(lang, {}).update(json.load(file)["values"])
    tags = {"zh": "zh-Hans"}
    for path in ("/data/memberships.jsonld", *(f"/{lang}/participants/IN.jsonld" for lang in LANGUAGES)):
        g = graph_of(site, path)
        roles = set(g.subjects(RDF.type, ORG.Role))
        bad = []
        for role in roles:
            word = str(role).rsplit("#status-", 1)[1]
            want = {(tags.get(lang, lang), words[lang][word]["label"]) for lang in LANGUAGES}
            got = [(x.language, str(x)) for x in g.objects(role, SKOS.prefLabel)]
            bad += [] if sorted(got) == sorted(want) else [f"{word}: {got}"]
        tap.ok(len(roles) > 1 and not bad, f"{path}: each role is named in each language", "\n".join(bad))
    g = graph_of(site, "/zh/decisions/DEC-031.jsonld")
    tap.same({x.language for x in g.objects(None, S.creativeWorkStatus)}, {tags.get(lang, lang) for lang in LANGUAGES}, "and so is what became of a decision")


def things(site):
    g = graph_of(site, "/en/meetings/CHS-2024.jsonld")
    it = next(g.subjects(RDF.type, S.Event))
    tap.same((str(g.value(it, S.startDate)), str(g.value(it, S.endDate)), g.value(it, S.eventStatus)), ("2024-07-03", "2024-07-04", S.EventScheduled), "a meeting is an Event with days")
    tap.ok(Literal("成员国元首理事会第24次会议", lang="zh-Hans") in set(g.objects(it, S.name)) or any(n.language.startswith("zh") for n in g.objects(it, S.name)), "its names carry their languages")
    g = graph_of(site, "/en/instruments/INS-CHARTER-2002.jsonld")
    it = next(g.subjects(RDF.type, S.Legislation))
    tap.same((str(g.value(it, S.legislationDate)), g.value(it, S.legislationLegalForce), str(g.value(it, S.legislationDateOfApplicability))), ("2002-06-07", S.InForce, "2003-09-19"), "the Charter is Legislation, in force since 2003-09-19")
    g = graph_of(site, "/en/instruments/INS-CHARTER-2002.jsonld?on=2003-01-01")
    it = next(g.subjects(RDF.type, S.Legislation))
    tap.same((g.value(it, S.legislationLegalForce), str(g.value(it, S.legislationDateVersion))), (S.NotInForce, "2003-01-01"), "and was not, at the beginning of 2003")
    g = graph_of(site, "/en/releases/NEWS-001.jsonld")
    it = next(g.subjects(RDF.type, S.NewsArticle))
    tap.same([(h.language, str(g.value(it, S.datePublished))) for h in g.objects(it, S.headline)], [("ru", "2016-03-18")], "a release is a NewsArticle, in its own language")
    g = graph_of(site, "/en/bodies/CHS.jsonld")
    tap.ok(any(g.subjects(RDF.type, S.GovernmentOrganization)), "a body is a GovernmentOrganization")
    g = graph_of(site, "/en/acts/1012.jsonld")
    tap.ok(any(str(s).endswith("/act/1012.json") for s in g.subjects(RDF.type, PROV.Entity)), "an act is named by its file")


# Of schema.org: which class is a kind of which, and of which each word that stands here may be said.
KIND_OF = {"Country": "Place", "GovernmentOrganization": "Organization", "NewsArticle": "Article", "Article": "CreativeWork", "Legislation": "CreativeWork"}
SAID_OF = {"Thing": "name alternateName identifier url subjectOf additionalType", "CreativeWork": "about author creativeWorkStatus dateCreated datePublished genre headline inLanguage isBasedOn position publisher",
           "Article": "articleSection", "Event": "startDate endDate eventStatus location organizer", "Organization": "foundingDate parentOrganization subOrganization",
           "Legislation": "legislationChanges legislationDate legislationDateOfApplicability legislationDateVersion legislationLegalForce legislationPassedBy legislationType"}


def is_a(kind, of):
    return kind == of or of == "Thing" or (kind in KIND_OF and is_a(KIND_OF[kind], of))


def vocabulary(site):
    """Each word of schema.org is one that there is, and is said of what it may be said of."""
    domain, used, bad = {word: kind for kind, words in SAID_OF.items() for word in words.split()}, set(), set()
    for path in ("/en/index.jsonld", "/en/participants/IN.jsonld", "/en/bodies/CHS.jsonld", "/en/areas/trade.jsonld", "/en/decisions/DEC-031.jsonld", "/en/why/status/BY.jsonld",
                 *(f"/data/{name}.jsonld" for name in ("participants", "bodies", "instruments", "meetings", "decisions", "acts", "releases", "things"))):
        g = rdflib.Graph().parse(data=site.get(path).text, format="json-ld")
        for thing, word, _ in g:
            if word.startswith(S):
                kinds = {str(k)[len(S):] for k in g.objects(thing, RDF.type) if k.startswith(S)}
                used.add(word[len(S):])
                bad |= set() if word[len(S):] in domain and any(is_a(k, domain[word[len(S):]]) for k in kinds | {"Thing"}) else {(path, word[len(S):], *sorted(kinds))}
    tap.same(bad, set(), "each word of schema.org is said of what it may be said of")
    tap.same(set(domain) - used, set(), "and each word of the list is used")


TYPES = {"participants": {S.Country, S.GovernmentOrganization}, "memberships": {ORG.Membership}, "bodies": {S.GovernmentOrganization}, "instruments": {S.Legislation}, "meetings": {S.Event},
         "decisions": {S.Legislation}, "acts": {PROV.Entity}, "releases": {S.NewsArticle}}


def sets(site):
    """Each data set as linked data: a node for each row of the table, of its type where there is a word for it, and with its cells where there is none."""
    for name in [s["name"] for s in json.loads(site.get("/en/data.json").body)["sets"]]:
        rows = json.loads(site.get(f"/data/{name}.json").body)["rows"]
        g = graph_of(site, f"/data/{name}.jsonld")
        own = {n for n in g.subjects(RDF.type, DCAT.Dataset)}
        tap.same(len(own), 1, f"{name}.jsonld says of which set it is")
        row = Namespace(f"http://{site.host}/data/{name}.csv#")
        if name in TYPES:
            found = {n for t in TYPES[name] for n in g.subjects(RDF.type, t)} - own
            top = {n for n in found if name == "memberships" or not any(g.subjects(None, n)) or name in ("bodies", "participants", "acts", "instruments")}
            ids = {str(n).rsplit("/", 1)[1] for n in top}
            want = ({f"{r['participant']}#status-{r['since']}" for r in rows} if name == "memberships" else {f"{r['entry']}.json" for r in rows} if name == "acts" else {r["id"] for r in rows})
            tap.ok(want <= ids and len(ids) <= len(want) + 1, f"{name}.jsonld: one node for each row, of its type", str(sorted(want ^ ids)[:5]))
        elif name == "things":
            tap.ok({r["id"] for r in rows} <= {str(o) for o in g.objects(None, S.identifier)}, "things.jsonld: each thing is there")
        else:
            keys = json.loads(site.get(f"/data/{name}.csv-metadata.json").body)["tableSchema"]
            column = next(c["name"] for c in keys["columns"] if c.get("required"))
            tap.same(len(list(g.subject_objects(row[column]))), len(rows), f"{name}.jsonld: a node for each row, with its cells")
            entries = [c["name"] for c in keys["columns"] if c.get("valueUrl", "").endswith("}.json")]
            tap.ok(all(str(o).startswith(f"http://{site.host}/act/") for c in entries for o in g.objects(None, row[c])), f"{name}.jsonld: acts are named by their files")
    g = graph_of(site, "/data/memberships.jsonld?on=2016-01-01&known=500")
    tap.same(len(list(g.subjects(RDF.type, ORG.Membership))), len(json.loads(site.get("/data/memberships.json?on=2016-01-01&known=500").body)["rows"]), "memberships.jsonld keeps the dates")
    meta = json.loads(site.get("/data/meetings.csv-metadata.json").body)["tableSchema"]
    tap.ok(meta["aboutUrl"] == f"http://{site.host}/id/{{id}}" and next(c for c in meta["columns"] if c["name"] == "body")["valueUrl"] == f"http://{site.host}/id/{{body}}",
           "CSVW says by which address a row and a cell name a thing", str(meta["aboutUrl"]))


def reasons(site):
    g = graph_of(site, "/en/why/status/BY.jsonld")
    proof = json.loads(site.get("/en/why/status/BY.json").body)
    for reading in proof["readings"]:
        mark = f"#reading-{reading['reading']}" if len(proof["readings"]) > 1 else ""
        it = next(s for s in g.subjects(PROV.wasGeneratedBy) if str(s).endswith(mark))
        activity = g.value(it, PROV.wasGeneratedBy)
        acts = {int(re.search(r"/act/(\d+)\.json", str(a)).group(1)) for a in g.objects(activity, PROV.used)}
        tap.same(acts, set(reading["basis"]["acts"]), "why: the acts that PROV names are those of the proof")
        plans = {str(n) for p in g.objects(g.value(activity, PROV.qualifiedAssociation), PROV.hadPlan) for n in g.objects(p, S.name)}
        tap.same(plans, set(reading["basis"]["cites"]), "why: and so are the articles")


def in_pages(site):
    for path in ("/en/", "/en/participants/BY", "/en/meetings/CHS-2024", "/en/instruments/INS-CHARTER-2002", "/en/decisions/DEC-031", "/en/releases/NEWS-001", "/en/acts/1012",
                 "/en/participants/IN?on=2016-01-01&known=500"):
        reader = Blocks()
        reader.feed(site.get(path).text)
        file = path.replace("?", ".jsonld?") if "?" in path else "/en/index.jsonld" if path == "/en/" else path + ".jsonld"
        tap.ok(len(reader.found) == 1 and json.loads(reader.found[0]) == json.loads(site.get(file).body), f"{path}: the page says what {file} says")


def names(site):
    for name, lang, where in (("CHS-2024", "zh;q=0.1, en", "/en/meetings/CHS-2024"), ("BY", "en", "/en/participants/BY")):
        page = site.get(f"/id/{name}", **{"Accept-Language": lang})
        tap.same((page.status, page.location), (303, where), f"/id/{name} leads to the page")
    shown = re.search(r'href="http://[^"]*(/id/[^"]+)"', site.get("/en/about").text)
    tap.ok(shown and site.get(shown[1]).status == 303, "the colophon shows such a name", str(shown))
    tap.same(site.get("/id/NOBODY").status, 404, "/id/ of nothing: 404")
    page = site.get("/id/BY?on=2016-01-01&known=500")
    tap.same(page.location, "/en/participants/BY?on=2016-01-01&known=500", "/id/ keeps the dates")


with served.sample() as running:
    site = crawl.Site(running.url)
    catalogue(site)
    checksums(site)
    recommended(site)
    memberships(site)
    labels(site)
    things(site)
    vocabulary(site)
    sets(site)
    reasons(site)
    in_pages(site)
    names(site)
tap.done()
