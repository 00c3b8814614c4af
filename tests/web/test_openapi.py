# SPDX-License-Identifier: Apache-2.0
"""The description of all addresses (OpenAPI 3.1) against the server: each path answers as described, in each form, and what is not described is
refused. The description names every row of docs/addresses.md, and nothing else."""
import http.client
import json
import os
import re
import sys
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import crawl
import served
import tap

jsonschema = tap.debian("jsonschema")
# What to put into the holes: by the beginning of the path, then by the name.
THINGS = {"/{lang}/participants/": "IN", "/{lang}/meetings/": "CHS-2024", "/{lang}/bodies/": "CHS", "/{lang}/instruments/": "INS-CHARTER-2002", "/{lang}/decisions/": "DEC-031",
          "/{lang}/releases/": "NEWS-001", "/{lang}/entities/": "BY-memo-1", "/{lang}/admissions/": "BY", "/id/": "CHS-2024"}
ROOMS = {}  # the others: of each type one thing, by the address to which its name leads
HOLES = {"day": "2024-07-04", "lang": "en", "entry": "1012", "article": "charter-13-membership", "set": "acts", "n": "1"}
FACTS = {1: ("status", "BY"), 2: ("party", "BY", "INS-CHARTER-2002")}
QUERIES = {"/oembed": None, "/api/ask": {"q": 'status("BY")'}, "/{lang}/ask": {"who": "BY"}, "/{lang}/search": {"q": "Astana"}}
# Not here: of a mirror alone, of facts that have so many arguments, of files that this register does not have, of what is only asked by POST.
ABSENT = re.compile(r"/\{log\}/|/evidence/|/(why|whynot)/\{fact\}(\.|$)|/\{c\}|/api/mirror|/api/bodies")


def fill(site, path):
    def value(match):
        name = match[1]
        if name == "id":
            return next((v for k, v in {**ROOMS, **THINGS}.items() if path.startswith(k)), "NOBODY")
        if name == "fact" or name in "abc":
            fact = FACTS.get(len(re.findall(r"\{[abc]\}", path)), ("status", "BY", "x", "y"))
            return fact["fabc".index(name[0])]
        if name == "file":
            return "1012.json"
        if name == "sha256":
            return json.loads(site.get("/act/0.json").body)["bundle"].split(":")[1]
        if name == "path":
            return "en/participants" if path.startswith(("/timemap", "/at/")) else "entries/000"
        if name == "name":
            return re.search(r"/asset/([^\"]+\.css)", site.get("/en/").text)[1]
        return HOLES.get(name, "x")
    return re.sub(r"\{(\w+)\}", value, path)


def cannot(path):
    """Not here (ABSENT), or a room in which this record has no thing."""
    return ABSENT.search(path) or ("{id}" in path and not any(path.startswith(k) for k in {**ROOMS, **THINGS}))


def find_rooms(site):
    for row in json.loads(site.get("/data/things.json").body)["rows"]:
        room = re.match(r"/en(/\w+/)", site.get(f"/id/{row['id']}").location)
        if room:
            ROOMS.setdefault("/{lang}" + room[1], row["id"])


def ask(site, path, extra=None):
    query = next((v for k, v in QUERIES.items() if path.split(".")[0] == k), {})
    if query is None:
        query = {"url": f"http://{site.host}/en/participants/IN/card"}
    query = {**query, **(extra or {})}
    return fill(site, path) + ("?" + urllib.parse.urlencode(query) if query else "")


def described_status(responses, status):
    return str(status) in responses or f"{status // 100}XX" in responses


def media_fits(content, media):
    return media in content or "*/*" in content


def sound(doc):
    tap.ok(doc["openapi"].startswith("3.1.") and doc["info"]["title"] and doc["info"]["version"], "it is OpenAPI 3.1")
    ids, faults = [], []
    for path, item in doc["paths"].items():
        for method, op in item.items():
            ids.append(op["operationId"])
            resolved = [resolve(doc, p) for p in op["parameters"]]
            holes = set(re.findall(r"\{(\w+)\}", path))
            if {p["name"] for p in resolved if p["in"] == "path"} != holes or not all(p["required"] for p in resolved if p["in"] == "path"):
                faults.append(f"{path}: its parameters are not its holes")
            if len({(p["in"], p["name"]) for p in resolved}) != len(resolved):
                faults.append(f"{path}: a parameter twice")
            if method not in ("get", "post") or not op["responses"] or not all("description" in resolve(doc, r) for r in op["responses"].values()):
                faults.append(f"{path}: {method}")
    tap.same(faults, [], "parameters and responses are whole")
    tap.same(len(ids), len(set(ids)), "each operation has a name of its own")
    shapes = [re.sub(r"\{\w+\}", "{}", p) for p in doc["paths"]]
    tap.ok(len(shapes) == len(set(shapes)), "no two paths are the same but for names", str([s for s in shapes if shapes.count(s) > 1]))
    with open(os.path.join(served.ROOT, "docs", "addresses.md"), encoding="utf-8") as file:
        rows = {m[1].replace("*", "") for m in re.finditer(r"^\| `([^`]+)` \|", file.read(), re.M)}
    bare = {p for p in doc["paths"] if p in rows}
    tap.same(rows - bare, set(), "every row of docs/addresses.md is described")
    others = {p for p in doc["paths"] if p not in rows and not any(p.startswith(r + ".") or p.startswith(r + "index.") for r in rows)}
    tap.same(others, set(), "and nothing else")


def resolve(doc, node):
    while "$ref" in node:
        target = doc
        for part in node["$ref"][2:].split("/"):
            target = target[part]
        node = target
    return node


def answers(site, doc):
    bad, absent, bodies = [], [], 0
    for path, item in doc["paths"].items():
        if "get" not in item:
            continue
        op = item["get"]
        content = op["responses"]["200"]["content"]
        for media in content:
            page = site.get(ask(site, path), Accept=media)
            kind = page.type.split(";")[0]
            if not described_status(op["responses"], page.status):
                bad.append(f"{path} as {media}: {page.status}")
            elif page.status >= 400:
                absent.append(path)
                if kind not in ("text/html", "application/json"):
                    bad.append(f"{path}: {page.status} as {kind}")
            elif page.status == 200:
                bodies += 1
                if kind != media and media != "*/*":
                    bad.append(f"{path}: asked for {media}, got {page.type}")
                schema = content[media].get("schema")
                if schema and jsonschema:
                    whole = {**schema, "components": doc["components"]}
                    faults = [e.message for e in jsonschema.Draft202012Validator(whole).iter_errors(json.loads(page.body))]
                    if faults:
                        bad.append(f"{path}: {faults[0][:200]}")
    tap.same(bad, [], "each path answers as described, in each form")
    tap.same(sorted({p for p in absent if not cannot(p)}), [], "each address that can answer here does")
    tap.ok(bodies > 200, "that many answers were read", str(bodies))


def tables(site, doc):
    """Every parameter of docs/addresses.md is described at its address or at that of one of its forms: those of the tables of a page, too."""
    with open(os.path.join(served.ROOT, "docs", "addresses.md"), encoding="utf-8") as file:
        rows = re.findall(r"^\| `([^`]+)` \|[^|]*\|[^|]*\| (.*) \|$", file.read(), re.M)
    missing = []
    for pattern, told in rows:
        bare = pattern.replace("*", "")
        mine = [p for p in doc["paths"] if p == bare or p.startswith(bare + ".") or (bare.endswith("/") and p.startswith(bare + "index."))]
        described = {p["name"] for path in mine for p in (resolve(doc, p) for p in doc["paths"][path].get("get", {"parameters": []})["parameters"]) if p["in"] == "query"}
        missing += [f"{pattern}: {name}" for name in re.findall(r"(?:^|, )`(\w+)` (?:day|entry|number|text|`)", told) if name not in described]
    tap.same(missing, [], "every parameter that the manual has is described")


def sets(site, doc):
    if not jsonschema:
        tap.skip("python3-jsonschema is not installed", "each data set fits its schema")
        return
    for name in doc["paths"]["/data/{set}"]["get"]["parameters"][0]["schema"]["enum"]:
        body = json.loads(site.get(f"/data/{name}.json").body)
        whole = {"type": "array", "items": doc["components"]["schemas"]["row_" + name], "components": doc["components"]}
        faults = [e.message for e in jsonschema.Draft202012Validator(whole).iter_errors(body["rows"])][:3]
        tap.same(faults, [], f"{name}: each row fits its schema")


def refusals(site, doc):
    bad = []
    for path, item in doc["paths"].items():
        if "get" not in item or path == "/":
            continue
        op = item["get"]
        names = {p["name"] for p in (resolve(doc, p) for p in op["parameters"]) if p["in"] == "query"}
        if site.get(ask(site, path, {"no_such_parameter": "1"})).status not in (400, 404):
            bad.append(f"{path}: takes a parameter that is not described")
        for name in ("on", "known"):
            status = site.get(ask(site, path, {name: "x"})).status
            if status not in (400, 404):
                bad.append(f"{path}: {name}=x gives {status}")
        if "on" in names and not cannot(path):
            status = site.get(ask(site, path, {"on": "2026-01-01", "known": "1220"})).status
            if status >= 400:
                bad.append(f"{path}: on and known are described and give {status}")
    tap.same(bad, [], "parameters that are not described are refused, those that are taken")


def good(schema):
    """Values that the schema allows."""
    if "enum" in schema:
        return schema["enum"][:1]
    return schema.get("examples") or ["1" if schema["type"] == "integer" else "2026-01-01" if schema.get("format") == "date" else "x"]


def wrong(schema):
    """Values that the schema does not allow."""
    if "enum" in schema:
        return ["no-such-word"]
    if schema["type"] == "integer":
        return ["x", "-1", "1.5", "1 July 2023"] + ([str(schema["maximum"] + 1)] if "maximum" in schema else [])
    if schema.get("format") == "date":
        return ["2026-02-30", "yesterday", "1 July 2023"]
    return ["x" * (schema["maxLength"] + 1)] if "maxLength" in schema else []


def parameters(site, doc):
    """Every parameter of every path: one value as its schema has it is taken, those that it does not allow are refused, and each refusal is
    what the description calls a Problem."""
    problem = {**doc["components"]["schemas"]["Problem"], "components": doc["components"]}
    bad, taken, refused = [], 0, 0
    for path, item in doc["paths"].items():
        if "get" not in item or path == "/" or cannot(path):
            continue
        query = [p for p in (resolve(doc, p) for p in item["get"]["parameters"]) if p["in"] == "query"]
        for p in query:
            programs = set(item["get"]["responses"]["200"]["content"]) != {"text/html"}  # what is for people alone refuses in HTML
            for value in good(p["schema"]):
                page = site.get(ask(site, path, {p["name"]: value}), Accept="application/json")
                said = json.loads(page.body).get("error") if page.status >= 400 and programs else None
                if (said and (said.startswith("parameter.") or said in ("date", "date.form"))) or (page.status == 400 and "examples" in p["schema"]):
                    bad.append(f"{path}: {p['name']}={value} is as described, and gives {page.status} {said}")
                taken += 1
            for value in wrong(p["schema"]):
                page = site.get(ask(site, path, {p["name"]: value}), Accept="application/json")
                refused += 1
                if page.status != 400 or page.type.split(";")[0] != ("application/json" if programs else "text/html"):
                    bad.append(f"{path}: {p['name']}={value[:20]} is not as described, and gives {page.status} {page.type}")
                elif jsonschema and programs:
                    faults = [e.message for e in jsonschema.Draft202012Validator(problem).iter_errors(json.loads(page.body))]
                    bad += [f"{path}: {p['name']}={value[:20]}: {faults[0]}"] if faults else []
    tap.same(bad[:20], [], "every parameter is taken and refused as its schema says")
    tap.ok(taken > 400 and refused > 900, "that many questions were asked", f"{taken} {refused}")


def posts(site, doc):
    """What takes a POST says so; a server that only reads refuses it, and everything else, with a Problem."""
    for path, item in doc["paths"].items():
        connection = http.client.HTTPConnection(site.host, timeout=60)
        connection.request("POST", fill(site, path), body=b"{}", headers={"Accept": "application/json", "Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        allowed = "post" in item
        if allowed and not (answer.status in (400, 403, 404, 415) and described_status(item["post"]["responses"], answer.status)):
            tap.ok(False, f"POST {path}: as described", f"{answer.status}")
        if not allowed and answer.status != 405:
            tap.ok(False, f"POST {path}: not described, and 405", f"{answer.status}")
        people = set(item.get("get", item.get("post"))["responses"].get("200", {"content": {}})["content"]) == {"text/html"}
        kind = (answer.getheader("Content-Type") or "").split(";")[0]
        if people and kind == "text/html":
            continue
        if kind != "application/json" or not {"status", "error"} <= set(json.loads(body)):
            tap.ok(False, f"POST {path}: says why", body.decode()[:200])
        connection.close()
    tap.ok({p for p, item in doc["paths"].items() if "post" in item} == {"/api/acts", "/api/acts.json", "/api/bodies", "/api/bodies.json"}, "two addresses take a POST")


with served.sample() as running:
    site = crawl.Site(running.url)
    page = site.get("/api/openapi.json")
    tap.ok(page.status == 200 and page.type == "application/json", "the description is served")
    lead = site.get("/openapi.json")
    tap.same((lead.status, lead.location), (301, "/api/openapi.json"), "where programs look for it first it is led to")
    doc = json.loads(page.body)
    find_rooms(site)
    sound(doc)
    answers(site, doc)
    tables(site, doc)
    sets(site, doc)
    refusals(site, doc)
    parameters(site, doc)
    posts(site, doc)
tap.done()
