# SPDX-License-Identifier: Apache-2.0
"""The site as files, served by a plain nginx: every link of every page leads somewhere, types and headers are those of the server, a question
about another day never gets today's page; and what is published twice, or after an act, is what one publication would be."""
import concurrent.futures
import contextlib
import gzip
import hashlib
import html
import http.client
import json
import os
import re
import shutil
import socket
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")]

import keys
import served
import tap

BASE = "https://register.example"
ENOUGH = 100  # acts of the sample: with several statuses, instruments, meetings
LANGUAGES = ["en", "ru"]  # enough to see that each has its pages
NGINX = """daemon off; {user} worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
map_hash_bucket_size 2048; include {folder}/site.conf; }}
"""


def comity(*words, fails=False, given=""):
    done = subprocess.run([served.COMITY, *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode and not fails:
        sys.exit(f"comity {' '.join(words)}: exit status {done.returncode}\n{done.stderr}")
    return done


def publish(data, out, *options):
    return json.loads(comity("publish", data, out, "--base", BASE, "--json", *options).stdout)


def files(out):
    """Each file below www with the hash of its bytes."""
    found = {}
    for folder, _, names in os.walk(os.path.join(out, "www")):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, os.path.join(out, "www"))] = hashlib.sha256(file.read()).hexdigest()
    return found


@contextlib.contextmanager
def nginx(out, folder):
    """The configuration as it was written, at another port."""
    os.makedirs(folder, exist_ok=True)
    port = served.free_port()
    with open(os.path.join(out, "nginx.conf"), encoding="utf-8") as file:
        conf = file.read()
    conf = conf.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("listen [::]:80;", "")
    for name, text in (("site.conf", conf), ("main.conf", NGINX.format(folder=folder, user="" if os.getuid() else "user root;"))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    process = subprocess.Popen(["nginx", "-e", os.path.join(folder, "error.log"), "-c", os.path.join(folder, "main.conf"), "-p", folder])
    try:
        for _ in range(200):
            try:
                get(port, "/checkpoint")
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


class Answer:
    def __init__(self, r):
        self.status, self.headers, self.body = r.status, r.headers, r.read()

    @property
    def text(self):
        return self.body.decode()

    def said(self, name):
        """Each time that the header is there: of two policies a browser keeps both."""
        return self.headers.get_all(name, [])


def get(port, address, method="GET", **headers):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request(method, address, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = Answer(link.getresponse())
    link.close()
    return answer


def links(page):
    for href in re.findall(r'(?:href|src)="(/[^"]*)"', page):
        yield html.unescape(href).split("#")[0]


# ---- what is served ------------------------------------------------------------------------------------------------------------------------

HEADERS = ["Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
           "Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control", "Access-Control-Allow-Origin"]
OPEN = HEADERS[-1]  # on data alone, for scripts of other sites
ASKED = re.compile(r"^/[a-z]{2}/(whynot|ask|date|search\?|why/.*\.json(ld)?$)|^/(oembed|timemap|api/ask|api/acts|api/witnesses|api/mirror|id)\b")
NAMED = re.compile(rb"as known at entry <a href=\"[^\"]*\">\d+</a>|known=\d+|[Kk]nown at entry \d+|<dt>State of the record</dt>.*?</dd>", re.S)


OWN_DAYS = re.compile(r"/(en|ru)/(?!acts\b)")


def walk(static, live):
    """Follows every link without a question from the front page, on the files and on the server, in two languages."""
    seen, due, wrong, days, steps = {"/en/"}, ["/en/"], [], [], set()
    pool = concurrent.futures.ThreadPoolExecutor(8)
    while due:
        batch, due = due, []
        for address, mine, theirs in pool.map(lambda a: (a, get(static, a), get(live, a)), batch):
            if mine.status != 200 or theirs.status != 200:
                wrong.append((address, mine.status, theirs.status))
                continue
            for name in HEADERS:
                if mine.said(name) != theirs.said(name):
                    wrong.append((address, name, mine.said(name), theirs.said(name)))
            same = ("describedby" in (theirs.headers["Link"] or "")) == ("describedby" in (mine.headers["Link"] or ""))
            if not same:
                wrong.append((address, "Link", mine.headers["Link"], theirs.headers["Link"]))
            if not mine.headers["Content-Type"].startswith("text/html"):
                continue
            if OWN_DAYS.match(address):
                steps |= set(re.findall(r'href="(/[^"?]*\?on=\d{4}-\d\d-\d\d)" rel="(?:prev|next)"', mine.text))
            for href in links(mine.text):
                if re.search(r"[?&]on=\d{4}-\d\d-\d\d$", href):
                    days.append(href)
                if "?" not in href and href not in seen and not re.match(r"/ru/why/", href) and not ASKED.match(href):
                    seen.add(href)
                    due.append(href)
    return seen, wrong, days, steps


def looks(static, live, alone):
    seen, wrong, days, steps = walk(static, live)
    tap.ok(len(seen) > 1000 and not wrong, "every link without a question leads to a file, of the type and with the headers of the server",
           f"{len(seen)} addresses\n" + "\n".join(map(str, wrong[:20])))
    kinds = {a.split("/")[2] for a in seen if a.count("/") > 1 and re.match(r"/(en|ru)/", a)}
    tap.ok({"why", "participants", "acts", "law", "meetings", "instruments", "data", "verify"} <= kinds, "pages of every room are among them", sorted(kinds))
    rooms, gone = {a.split("?")[0].split("/")[2] for a in steps}, [a for a in steps if get(static, a).status != 200]
    tap.ok({"participants", "meetings", "bodies", "instruments", "decisions", "why", "law"} <= rooms and not gone, "the days before and after, on the rulers of pages, are files too", f"{rooms} {gone[:10]}")
    card = get(static, "/ru/participants/KZ/card")
    tap.ok("/ru/participants/KZ/card" in seen and "frame-ancestors *" in card.headers["Content-Security-Policy"], "a card is among them, and any site may frame it", sorted(a for a in seen if "card" in a))
    for address in ("/en/verify", "/en/verify?", "/en/%76erify", "/ru/participants/KZ/card?"):
        mine, theirs = get(static, address), get(live, address)
        tap.ok(mine.status == theirs.status == 200 and [mine.said(n) for n in HEADERS] == [theirs.said(n) for n in HEADERS], f"{address}: with the headers of its page",
               f"{mine.status} {mine.said(HEADERS[1])} {theirs.status} {theirs.said(HEADERS[1])}")
    mine, theirs = get(static, "/en/participants/KZ"), get(live, "/en/participants/KZ")
    plain = [NAMED.sub(b"", a.body) for a in (mine, theirs)]
    tap.ok(plain[0] == plain[1] and len(plain[0]) > 5000, "a page is the server's, but for the entry it names")
    packed = get(static, "/en/participants/KZ", Accept_Encoding="gzip")
    tap.same(packed.headers["Content-Encoding"], "gzip", "compressed, for who takes that")
    tap.same(gzip.decompress(packed.body), mine.body, "compressed, it is the same page")
    tap.ok("No entry after" in mine.text and "signed checkpoint" in mine.text, "it says up to which entry nothing changed it")
    shown = re.search(r'"hash">(https://register\.example/[^<]*)</code>', mine.text).group(1)
    tap.same(get(live, html.unescape(shown)[len(BASE):]).status, 200, "its permanent address is one of the server")
    for said, lang in READERS:
        first = get(static, "/", **said)
        tap.same((first.status, urllib.parse.urlsplit(first.headers["Location"]).path), (302, f"/{lang}/"), f"the front door knows the reader's language: {str(said)[:60]}")
    thing_names(static, live)
    slashes(static, live, True)
    marks(static, live)
    forms(static, live)
    readers(static, live)
    for address in ("/checkpoint", "/robots.txt", "/sitemap.xml", "/sitemap/1.xml", "/sitemap/news.xml", "/tile/0/000", "/data/catalog.jsonld", "/api/openapi.json"):
        if get(live, address).status == 200:
            tap.same(get(static, address).status, 200, f"{address} is published")
    other_days(static, live, days, alone)
    return days


READERS = [({"Accept_Language": "ru, en;q=0.5"}, "ru"), ({"Accept_Language": "kk-KZ,kk;q=0.9,ru-RU;q=0.8,en;q=0.7"}, "ru"), ({"Accept_Language": "rue, en-GB"}, "en"),
           ({"Accept_Language": "de"}, "en"), ({"Accept_Language": "x, " * 2000}, "en"), ({}, "en")]


def thing_names(static, live):
    """/id/NAME, by which the data name things, leads where the server leads, also without it."""
    things = json.loads(get(live, "/data/things.json").body)
    names = [urllib.parse.urlsplit(row["address"]).path for row in (things if isinstance(things, list) else things["rows"])]
    rooms = set()
    for address in names:
        mine, theirs = get(static, address, Accept_Language="ru"), get(live, address, Accept_Language="ru")
        to = urllib.parse.urlsplit(mine.headers["Location"] or "").path
        rooms.add(to.split("/")[2] if to.count("/") > 2 else "")
        if (mine.status, to) != (303, theirs.headers["Location"]) or theirs.status != 303:
            tap.ok(False, f"{address} leads to its page", f"{mine.status} {to}, the server: {theirs.status} {theirs.headers['Location']}")
    tap.ok(len(names) > 50 and {"participants", "bodies", "meetings", "instruments", "decisions"} <= rooms, "each thing on record has a name that leads to its page", f"{len(names)} {rooms}")
    for said, lang in READERS:
        mine = get(static, "/id/KZ?on=2016-01-01", **said)
        tap.same(urllib.parse.urlsplit(mine.headers["Location"])[2:4], (f"/{lang}/participants/KZ", "on=2016-01-01"), f"in the reader's language, with the day that is asked for: {str(said)[:60]}")
    tap.same(get(static, "/id/KZ").said("Vary"), ["Accept-Language"], "which depends on the reader")
    for name in [n for n in HEADERS if n != "Content-Type"]:  # nginx sends words with it
        tap.same(get(static, "/id/KZ").said(name), get(live, "/id/KZ").said(name), f"/id/KZ: {name}")
    for address in ("/id/NOBODY", "/id/", "/id/KZ/card", "/id/x%0d%0aSet-Cookie:a=b"):
        mine = get(static, address)
        tap.ok(mine.status == 404 and mine.headers["Location"] is None, f"{address}: 404", f"{mine.status} {mine.headers['Location']}")
    tap.same(get(static, "/id/KZ", "POST").status, 404, "a name takes nothing")


def readers(static, live):
    """Data are open to the scripts of other sites, as files and when nothing changed; pages are not, nor what is sent or refused."""
    data = ["/en/participants/KZ.json", "/en/participants/KZ.jsonld", "/en/participants/KZ.atom", "/en/participants/KZ.feed.json", "/en/participants/KZ.ics", "/data/acts.csv", "/data/acts.csv-metadata.json",
            "/data/register.sqlite", "/en/instruments/INS-CHARTER-2002.akn.xml", "/api/openapi.json", *(f"/tile/{of}/000.p/{get(live, '/checkpoint').text.splitlines()[1]}" for of in ("0", "entries")), "/checkpoint", "/act/1.json", "/id/KZ"]
    tap.same([a for a in data if get(static, a).status not in (200, 303)], [], "data of every form are files")
    for address in [*data, "/en/participants/KZ", "/en/", "/en/no-such"]:
        for method in ("GET", "HEAD"):
            mine, theirs = get(static, address, method), get(live, address, method)
            said = [[a.said(n) for n in ("Cross-Origin-Resource-Policy", "Access-Control-Allow-Origin")] for a in (mine, theirs)]
            want = [["cross-origin"], ["*"]] if address in data else [["same-origin"], []]
            tap.same((mine.status, said), (theirs.status, [want, want]), f"{method} {address}: {'open' if address in data else 'not open'} to other sites, as of the server")
    tap.same(get(static, "/en/participants/KZ", Accept="application/json").said("Access-Control-Allow-Origin"), ["*"], "a page as data, by the header, is open")
    for address in ("/en/participants/KZ.json", "/en/participants/KZ"):
        etag = get(static, address).headers["ETag"]
        again = get(static, address, If_None_Match=etag)
        tap.same((again.status, again.said("Access-Control-Allow-Origin")), (304, ["*"] if address in data else []), f"{address}: and so when nothing changed")
    for port in (static, live):
        for address, method in (("/api/acts", "POST"), ("/api/acts", "OPTIONS"), ("/checkpoint", "OPTIONS"), ("/checkpoint", "POST"), ("/data/acts.csv", "POST"), ("/data/acts.csv", "OPTIONS")):
            answer = get(port, address, method, Origin="https://elsewhere.example", Access_Control_Request_Method="POST")
            tap.ok(answer.status >= 400 and not [h for h in answer.headers if h.lower().startswith("access-control-")], f"{method} {address}: is not opened", f"{answer.status} {answer.headers}")


def forms(static, live):
    """The form by the header, as the server has it: of pages, of lists, of the front page."""
    for address in ("/en/", "/ru/participants", "/en/participants/KZ", "/en/participants/KZ.json", "/en/about", "/robots.txt"):
        for accept in ("application/json", "application/ld+json", "text/calendar", "application/atom+xml", "text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "image/png"):
            mine, theirs = get(static, address, Accept=accept), get(live, address, Accept=accept)
            tap.same((mine.status, mine.headers["Content-Type"]), (theirs.status, theirs.headers["Content-Type"]), f"{address}: in the form of the server for {accept}")
    tap.ok(any("Accept," in vary + "," for vary in get(static, "/en/participants").said("Vary")), "and says that the form depends on it")


def slashes(static, live, alone):
    """A page that is asked for with a slash at its end is at the address without it; what is nowhere is nowhere with a slash, too, and no address leads to another site."""
    for address, to in (("/ru/participants/", "/ru/participants"), ("/en/participants/KZ/", "/en/participants/KZ"), ("/en/participants/KZ//", "/en/participants/KZ"),
                        ("/en/participants/KZ/?on=2004-01-01", "/en/participants/KZ?on=2004-01-01"), ("/ru/participants/KZ/card/", "/ru/participants/KZ/card"),
                        ("/en/why/status/KZ/", "/en/why/status/KZ")):
        for port in (static, live):
            if port == live and "//" in address:
                continue
            mine = get(port, address)
            tap.same((mine.status, urllib.parse.urlsplit(mine.headers["Location"] or "")[2:4]), (301, urllib.parse.urlsplit(to)[2:4]), f"{address} leads to {to}")
            tap.ok(not urllib.parse.urlsplit(mine.headers["Location"]).netloc, f"{address}: on this site", mine.headers["Location"])
            tap.same((mine.said("Content-Security-Policy") != [], mine.said("Cache-Control")), (True, ["no-cache"]), f"{address}: with headers as a page has them")
    for address in ("/en/no-such/", "/ru/participants/ZZ/", "/x/", "//evil.example/", "//ru/participants/", "/\\evil.example/", "/%5cevil.example/", "/%2f/evil.example/", "///ru/participants/",
                    "/en//participants/", "/./ru/participants/", "/ru/participants/%0d%0aSet-Cookie:a=b/", "/data/no-such.csv/"):
        for port in (static, live):
            mine = get(port, address)
            tap.ok(mine.status in (400, 404) and mine.headers["Location"] is None, f"{address}: leads nowhere", f"{mine.status} {mine.headers['Location']}")
    tap.same([get(port, a).status for port in (static, live) for a in ("/en/", "/")], [200, 302] * 2, "where a slash belongs it stays")
    posted = get(static, "/ru/participants/", "POST")
    tap.ok(posted.status in ((404, 405) if alone else (301,)), "what is posted there is not taken", posted.status)


def marks(static, live):
    """What newsletters and social networks put on links asks nothing: the page is the file, as without them."""
    day = re.search(r'href="(/en/participants/KZ\?on=\d{4}-\d\d-\d\d)" rel="(?:prev|next)"', get(static, "/en/participants/KZ").text)[1]
    for address in ("/en/participants/KZ", "/ru/participants/KZ/card", "/en/", "/en/acts.atom", "/en/acts.feed.json", "/data/acts.csv", day):
        plain = get(static, address)
        tap.same(plain.status, 200, f"{address} is a file")
        for query in ("utm_source=letter", "utm_source=letter&utm_medium=e-mail&utm_campaign=x%20y", "fbclid=IwAR0&", "gclid=1&yclid=2", "ysclid=a=b"):
            path = address + ("&" if "?" in address else "?") + query
            if path.endswith("&") and "?on" in path:
                continue
            for port in (static, live):
                mine = get(port, path)
                if (mine.status, [mine.said(n) for n in HEADERS]) != (plain.status, [plain.said(n) for n in HEADERS]) or (port == static and mine.body != plain.body):
                    tap.ok(False, f"{path}: as {address}", f"{mine.status} {plain.status} {mine.headers}")
    first = get(static, day.replace("?", "?utm_source=x&"))
    tap.ok(first.status == 200 and first.body == get(static, day).body, "marks of who passed a link on ask nothing, wherever they stand")
    today = get(static, "/en/participants/KZ").body
    asks = ("utm=x", "xutm_source=1", "on=1999-03-03&utm_source=x", "fbclid2=x", "known=5&fbclid=x", "utm_source=x&page=2", "UTM_source=x")
    tap.same([q for q in asks if get(static, "/en/participants/KZ?" + q).body == today], [], "what else is asked gets no file of today")
    tap.same([get(live, "/en/participants/KZ?" + q).status for q in asks], [400, 400, 200, 400, 200, 400, 400], "and by the server the answer or the refusal that it is")
    start = time.monotonic()
    tap.ok(get(static, "/en/participants/KZ?" + "utm_a=1&" * 900 + "x=1").body != today and time.monotonic() - start < 2, "nor does a long list of them take long")


def other_days(static, live, days, alone):
    changing = [d for d in days if re.match(r"/en/participants/[A-Z]+\?on=", d)]
    tap.ok(changing, "pages link to the days on which they change")
    for address in changing[:6]:
        mine, theirs = get(static, address), get(live, address)
        tap.ok(mine.status == 200 and NAMED.sub(b"", mine.body) == NAMED.sub(b"", theirs.body), f"{address}: the file of that day",
               f"{mine.status} {theirs.status}")
        path, day = address.split("?on=")
        tap.same(get(static, f"/at/{day}{path}").body, mine.body, f"/at/{day}{path} is it")
        moved = get(live, f"/at/{day}{path}")
        tap.same((moved.status, moved.headers["Location"]), (301, address), "and the server leads there")
    for accept in ("application/json", "application/ld+json", "text/calendar"):
        mine, theirs = get(static, changing[0], Accept=accept), get(live, changing[0], Accept=accept)
        tap.same((mine.status, mine.headers["Content-Type"]), (404, "application/json") if alone else (200, theirs.headers["Content-Type"]), f"{changing[0]}: a page is no answer to who wants {accept}")
    for address, method in (("/checkpoint?known=5", "GET"), ("/checkpoint?on=2015-01-01", "GET"), ("/checkpoint?%6bnown=5", "HEAD"), ("/checkpoint", "POST"), ("/openapi.json?known=5", "GET")):
        mine, theirs = get(static, address, method), get(live, address, method)
        if mine.status == 301:
            mine = get(static, mine.headers["Location"], method)
        tap.ok(mine.status in (404, 405) if alone else mine.status == theirs.status >= 400, f"{method} {address}: what is asked of it is not answered with what stands there today", mine.status)
    for query in ("on=2015-01-01", "on=2015-01-01&known=5"):
        leads = [urllib.parse.urlsplit(get(port, "/?" + query, Accept_Language="ru").headers["Location"] or "")[2:4] for port in (static, live)]
        tap.same(leads, [("/ru/", query)] * 2, f"/?{query}: the front door leads to the page of that day")
    today = get(static, "/ru/participants/KZ").body
    path, day = changing[0].split("?on=")
    for address in ("/ru/participants/KZ?on=1999-03-03", "/ru/why/status/KZ?on=1999-03-03", "/ru/participants/KZ?known=5", "/ru/participants/KZ?on=2024-01-01&known=5", "/ru/participants?page=2",
                    "/ru/participants/KZ?nonsense", "/ru/search?q=x", "/ru/verify?sha256=x", "/ru/participants/KZ/card?on=1999-03-03", "/ru/participants/KZ.csl.json?known=5",
                    "/ru/about.csl.json", f"/at/{day}{path.replace('/en/', '/ru/')}?known=5"):
        mine = get(static, address)
        tap.ok(mine.body != today, f"{address} never gets today's file")
        for name in HEADERS:
            tap.same(len(mine.said(name)), 0 if name == OPEN and mine.headers["Content-Type"].startswith("text/html") else 1, f"{address}: how often it says {name}")
        if alone:
            tap.same(mine.status, 404, f"{address}: not here")
            tap.ok(("lang=\"ru\"" in mine.text or json.loads(mine.text)["lang"] == "ru") and BASE in mine.text and "шкале дат" in mine.text, f"{address}: in its language, with which days there are and where to ask", mine.text[:300])
            tap.ok("опечат" not in mine.text, f"{address}: and does not say that the address is wrong", mine.text)
        else:
            tap.same([mine.said(n) for n in HEADERS], [get(live, address).said(n) for n in HEADERS], f"{address}: with the server's headers")
            named = [get(port, "/id/KZ", Accept_Language="ru").headers["Location"] for port in (static, live)]
            tap.ok(named[0] == named[1] == "/ru/participants/KZ", "a name is the server's answer", named)
            tap.same((mine.status, mine.body), (get(live, address).status, get(live, address).body), f"{address}: the server's answer")
    late = get(static, "/en/participants/KZ", Accept_Datetime="Thu, 01 Jan 2015 00:00:00 GMT")
    tap.ok(late.status == (404 if alone else 302), "another time, asked for by Accept-Datetime, is not today", late.status)
    posted = get(static, "/en/participants/KZ", "POST")
    tap.ok(posted.status in (404, 405), "nothing can be posted to a file", posted.status)
    tap.same(get(static, "/en/no-such").status, 404, "what is not there is not there")
    tap.ok("ru" in re.search(r'<html lang="([^"]*)"', get(static, "/ru/no-such").text).group(1), "and says so in the language of the address")
    tap.same([get(static, f"/refused/{n}.en.html").status for n in (404, 503)], [404, 404], "the pages that refuse are no pages")
    tap.same(get(static, "/.asked").status, 404, "nor is the way to it")


def refuses(static):
    """What nginx itself refuses is refused in the words of the register, in the language of the address, where nginx has taken in as much of it."""
    def send(words):
        with socket.create_connection(("127.0.0.1", static), timeout=10) as line:
            line.sendall(words.encode() + b"\r\n\r\n")
            line.settimeout(10)
            answer = b""
            while part := line.recv(65536):
                answer += part
        return answer.decode()

    host = "\r\nHost: x\r\nConnection: close"
    for words, status, language in ((f"GET /ru/%zz HTTP/1.1{host}", 400, "ru"), (f"GET http://x/ru/acts% HTTP/1.1{host}", 400, "ru"),
                                    ("GET /ru/ HTTP/1.1\r\nConnection: close", 400, "ru"), ("GET /ru HTTP/1.1\r\nConnection: close", 400, "ru"), (f"TRACE /ru/ HTTP/1.1{host}", 405, "ru"),
                                    (f"GET /ru/ HTTP/1.1{host}\r\nTransfer-Encoding: gzip", 400, "ru"), (f"GET /ru/ HTTP/3.0{host}", 400, "ru"),
                                    (f"POST /ru/acts HTTP/1.1{host}\r\nContent-Length: 99000000", 413, "ru"), (f"GET /ru/ HTTP/1.1{host}\r\nCookie: {'x' * 20000}", 431, "ru"),
                                    (f"GET /ru/{'x' * 20000} HTTP/1.1{host}", 431, "ru")):
        answer = send(words)
        tap.ok(answer.startswith(f"HTTP/1.1 {status} ") and f'<html lang="{language}"' in answer and f'href="/{language}/participants"' in answer and "nginx" not in answer.lower().replace("server: nginx", ""),
               f"{words[:30]}: {status}, in the register's words ({language})", answer[:700])
    tap.same((get(static, "/en/participants", Range="bytes=99999999-").status, get(static, "/en/participants", Range="bytes=0-1").status), (200, 200), "a page is whole, whatever part is asked for")
    for address, language in (("/ru-RU/no-such", "ru"), ("/RU/no-such", "ru"), ("/at/1999-03-03/ru-RU/no-such", "ru"), ("/rural", "en")):
        tap.ok(f'<html lang="{language}"' in get(static, address, Accept_Language="en").text, f"{address}: refused in {language}")
    tap.same([(r.status, r.headers["Location"]) for r in (get(static, "/ru?a=b"), get(static, "/index.html", Accept_Language="ru"), get(static, "/openapi.json"))],
             [(301, "/ru/?a=b"), (302, "/ru/"), (301, "/api/openapi.json")], "the short ways to a front page, and to the description of the addresses")
    for address, said, language in (("/ru/no-such.json", {}, "ru"), ("/data/no-such.csv?on=2001-01-01", {"Accept_Language": "ru"}, "ru"), ("/ru/no-such", {"Accept": "application/json"}, "ru")):
        mine = get(static, address, **said)
        tap.same((mine.headers["Content-Type"], json.loads(mine.text)["lang"], json.loads(mine.text)["status"]), ("application/json", language, mine.status), f"{address} {said}: a program is refused as a program")


def away(static):
    """The server is down: what is a file is there, and the rest says so in the reader's language."""
    tap.same(get(static, "/ru/participants/KZ").status, 200, "without the server behind it: what is a file is there")
    for address, lang, said in (("/ru/search?q=x", "ru", {}), ("/en/participants/KZ?on=1999-03-03", "en", {}), ("/at/1999-03-03/ru/participants/KZ", "ru", {}),
                                ("/data/acts.csv?on=1999-03-03", "ru", {"Accept_Language": "ru, en;q=0.5"}), ("/data/acts.csv?on=1999-03-03", "en", {})):
        mine = get(static, address, **said)
        tap.same((mine.status, mine.headers["Retry-After"]), (503, "60"), f"{address}: not now, and when to ask again")
        said_so = f'<html lang="{lang}"' in mine.text and f'href="/{lang}/participants"' in mine.text if mine.headers["Content-Type"].startswith("text/html") else json.loads(mine.text)["lang"] == lang
        tap.ok(said_so and "nginx" not in mine.text, f"{address}: says so in {lang}, and a page leads on", mine.text[:300])
        for name in HEADERS:
            tap.same(len(mine.said(name)), 0 if name == OPEN and mine.headers["Content-Type"].startswith("text/html") else 1, f"{address}: how often it says {name}")
    tap.same(get(static, "/api/acts", "POST").status, 503, "what is handed in is not taken")
    tap.same(get(static, "/en/participants/KZ").headers["Retry-After"], None, "no page says to come back that is there")
    tap.same([get(static, address).said(OPEN) for address in ("/en/participants/KZ", "/data/acts.csv", "/en/participants/KZ.json", "/en/acts.atom", "/checkpoint")],
             [[], ["*"], ["*"], ["*"], ["*"]], "data may be read by scripts of other sites, pages not")


# ---- again, and after an act ----------------------------------------------------------------------------------------------------------------

# Which entry a page names differs with when it was first published: the numbers of the last entries all count as one.
# The page of an act says how it lies in the log as of that entry.
LAST = [str(n).translate(str.maketrans("0123456789", digits)).encode() for n in range(ENOUGH, ENOUGH + 10)
        for digits in ("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")]
ENTRY = re.compile(rb"(?<![0-9])(%s)(?![0-9])|<code class=\"hash\">[^<]*</code>|<details><summary>[^<]*</summary><ol class=\"path\">.*?</ol></details>" % b"|".join(LAST), re.S)


def unnamed(out):
    """As files(), of pages without the entry they name."""
    found = {}
    for folder, _, names in os.walk(os.path.join(out, "www")):
        for name in names:
            path = os.path.join(folder, name)
            if not name.endswith(".gz"):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, os.path.join(out, "www"))] = hashlib.sha256(ENTRY.sub(b"N", file.read())).hexdigest()
    return found


def named(out, file):
    """The entries that a page names in its addresses."""
    with open(os.path.join(out, "www", file), encoding="utf-8") as page:
        return {int(n) for n in re.findall(r"[?;&]known=([0-9]+)", page.read())}


def names(out, position):
    pages = [f for f in files(out) if f.endswith(".html")]
    wrong = {f: entries for f in pages for entries in [named(out, f)] if max(entries, default=0) > position}
    some = sum(bool(named(out, f)) for f in pages)
    tap.ok(some > len(pages) // 2 and not wrong, "each page names an entry that there is", (some, len(pages), sorted(wrong.items())[:5]))


# What publications that did not end may have written, which nothing leads to any more.
LEFT, FOREIGN = ["at/2001-02-03/en/bodies.html", "en/participants/ZZ.html", "en/participants/ZZ.html.gz", "en/law.html.part", "tile/0/000.p/7"], "mark-of-somebody-else.html"


def leave(out):
    for name in (*LEFT, FOREIGN):
        os.makedirs(os.path.dirname(os.path.join(out, "www", name)), exist_ok=True)
        with open(os.path.join(out, "www", name), "w", encoding="utf-8") as file:
            file.write("old")


def again(data, out):
    before, times = files(out), {f: os.stat(os.path.join(out, "www", f)).st_mtime_ns for f in files(out)}
    told = publish(data, out)
    tap.same((told["written"], told["removed"]), (0, 0), "what did not change is not written again")
    tap.ok(told["made"] < told["files"] // 50, "nor is it made again", told)
    tap.ok(files(out) == before and times == {f: os.stat(os.path.join(out, "www", f)).st_mtime_ns for f in before}, "not even touched")
    os.remove(os.path.join(out, "www", "en", "law.html"))
    with open(os.path.join(out, "www", "en", "bodies.html"), "a", encoding="utf-8") as file:
        file.write("not ours")
    with open(os.path.join(out, "www", "robots.txt"), "a", encoding="utf-8") as file: # too short to be shortened: a shortened form was there when it was longer
        file.write("not ours")
    shutil.copy(os.path.join(out, "www", "en", "bodies.html.gz"), os.path.join(out, "www", "robots.txt.gz"))
    tap.same(publish(data, out, "--all")["written"], 3, "what was lost or damaged is mended when every page is made")
    tap.ok(files(out) == before, "and all is as it was")
    with open(os.path.join(out, "published"), "r+b") as file:
        file.truncate(os.path.getsize(file.name) // 2)
    leave(out)
    told = publish(data, out)
    tap.same((told["removed"], os.path.exists(os.path.join(out, "www", FOREIGN))), (len(LEFT), True), "what lies among the files and is none of them is removed, what somebody else put beside them is not")
    os.remove(os.path.join(out, "www", FOREIGN))
    tap.same((told["written"] > 0, told["made"] > told["files"] // 2), (False, True), "a damaged list of what was published is as if there were none")
    tap.ok(files(out) == before, "and again all is as it was")


def after_acts(data, out, entries, folder, most):
    """`entries`: each with what it is, and as it is handed in."""
    for k, (kind, handed) in enumerate(entries):
        comity("file", data, "-", given=handed)
        old = unnamed(out)
        checkpoint = os.path.join(out, "www", "checkpoint")
        ahead = int(time.time()) + 100
        os.utime(checkpoint, (ahead, ahead))
        size = os.path.getsize(checkpoint)
        told = publish(data, out)
        tap.ok(os.path.getsize(checkpoint) != size or int(os.stat(checkpoint).st_mtime) > ahead, "two states of a file that are equally long are of two seconds: by these nginx tells them apart")
        new = unnamed(out)
        changed = {f for f in new if new[f] != old.get(f)}
        tap.ok(0 < told["written"] < told["files"] * 2 // 3, f"after {kind} a part of the files is written", told)
        tap.ok(told["made"] < told["files"] * most, f"and not more than {most:.0%} made", told)
        fresh = os.path.join(folder, f"fresh{k}")
        publish(data, fresh)
        want = unnamed(fresh)
        differ = [f for f in want.keys() | new.keys() if want.get(f) != new.get(f) and not f.endswith(".tlog-proof")]
        tap.ok(not differ, f"after {kind} all files are those of a publication from nothing", sorted(differ)[:20])
        tap.ok(any(f.startswith("en/acts/") for f in changed), "the act has its page")
        older = {f: entries for f in changed if f.endswith(".html") for entries in [named(out, f)] if entries and max(entries) != told["position"]}
        tap.ok(not older, "what changed names the entry by which it did", sorted(older.items())[:5])
        shutil.rmtree(fresh)


def entries_of_keys(data):
    """A key comes, signs, gives way to another and is taken back: what others say of theirs stays as it is."""
    with open(os.path.join(data, "log.key"), encoding="utf-8") as file:
        registrar = keys.read_secret(file.read())
    first, second, origin = keys.Pen("first"), keys.Pen("second"), "register.sco.example/acts"
    asks = keys.act(origin, "consultation_requested", "2002-03-01", P="KZ", Q="RU", A="trade")
    return [(kind, keys.envelope(payload, *pens).decode()) for kind, payload, pens in (
        ("key_registered", keys.registered(origin, "KZ", first), (first, registrar)), ("what it signs", asks, (first,)),
        ("key_rotated", keys.rotated(origin, first, second), (first, second)), ("key_revoked", keys.revoked(origin, second), (registrar,)))]


def elsewhere(data, out, folder):
    """The server that answers what is no file has a name of its own: whoever follows a feed is led to it, as who reads the page that refuses."""
    copy, server = os.path.join(folder, "elsewhere"), "https://ask.example"
    shutil.copytree(out, copy)
    for options, of in ((["--server", server], server), ([], BASE)):
        publish(data, copy, *options)
        said = {}
        for name in ("en/acts.atom", "en/acts.feed.json", "refused/404.en.html"):
            with open(os.path.join(copy, "www", *name.split("/")), encoding="utf-8") as file:
                said[name] = file.read()
        feed = json.loads(said["en/acts.feed.json"])
        tap.ok(f'rel="next" href="{of}/en/acts.atom?page=2"' in said["en/acts.atom"], f"{of}: the older acts of a feed are there", said["en/acts.atom"][:900])
        tap.same((feed["feed_url"], feed["next_url"], len(feed["items"])), (f"{BASE}/en/acts.feed.json", f"{of}/en/acts.feed.json?page=2", 50), f"{of}: and so in JSON; the newest are here")
        tap.ok(f'<a href="{of}">{of}</a>' in said["refused/404.en.html"], f"{of}: the page that refuses leads there")
    shutil.rmtree(copy)


def stopped(data, folder):
    out = os.path.join(folder, "stopped")
    for wait in (0.1, 0.4, 0.8):
        process = subprocess.Popen([served.COMITY, "publish", data, out, "--base", BASE], stdout=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    publish(data, out)
    tap.ok(not os.path.exists(os.path.join(out, "unfinished")), "what is done is no longer marked as unfinished")
    process = subprocess.Popen([served.COMITY, "publish", data, out, "--base", BASE, "--all"], stdout=subprocess.DEVNULL)
    while not os.path.exists(os.path.join(out, "unfinished")):
        if process.poll() is not None:
            sys.exit("a publication ended before it was marked as begun")
    process.send_signal(signal.SIGKILL)
    process.wait()
    told = publish(data, out)
    tap.ok(told["made"] > told["files"] // 2 and told["written"] == 0, "after one that was killed, every page is held against its file", told)
    whole = os.path.join(folder, "whole")
    publish(data, whole)
    tap.ok(files(out) == files(whole), "killed in the middle and begun again, it is whole")


def told():
    """For which days there are files, and what another day gets, stands where it is looked for."""
    said = re.sub(r"\s+", " ", comity("publish", "--help").stdout)
    for words in ("at/DAY every page on each day on which it changes", "a day without a file", "gets 404"):
        tap.ok(words in said, f"the help says: {words}", said)
    with open(os.path.join(served.ROOT, "docs", "operating.md"), encoding="utf-8") as file:
        tap.ok("### Which days have files" in file.read(), "and the manual has a heading for it")


def refused(data, folder):
    for words, want in ((["publish", data, os.path.join(folder, "x")], "--base"), (["publish", data, os.path.join(folder, "x"), "--base", "register.example"], "--base"),
                        (["publish", data, os.path.join(folder, "no", "such"), "--base", BASE], "folder"),
                        (["publish", os.path.join(folder, "nothing"), os.path.join(folder, "x"), "--base", BASE], "nothing"),
                        (["publish", data, os.path.join(folder, "x"), "--base", BASE, "--threads", "1000"], "64"),
                        (["publish", data, os.path.join(folder, "x"), "--base", BASE, "--upstream", "8080; root /"], "127.0.0.1:8080"),
                        (["publish", data, os.path.join(folder, "x"), "--base", 'https://x"; root "/'], "--base")):
        done = comity(*words, fails=True)
        tap.ok(done.returncode == 2 and want in done.stderr, "refused: " + " ".join(words[3:] or ["without --base"]), done.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        data, out = os.path.join(folder, "data"), os.path.join(folder, "out")
        with open(os.path.join(served.ROOT, "orgs", "sco", "record.jsonl"), encoding="utf-8") as file:
            lines = file.readlines()
        part = os.path.join(folder, "part.jsonl")
        with open(part, "w", encoding="utf-8") as file:
            file.writelines(lines[:ENOUGH])
        comity("init", data, "--org", served.organisation(folder, LANGUAGES))
        comity("load", data, part)
        first = publish(data, out)
        tap.ok(first["files"] >= first["written"] > 1500 and first["position"] == ENOUGH, "a publication", first)
        names(out, ENOUGH)
        if not shutil.which("nginx"):
            tap.skip("nginx is not installed", "served by nginx")
        else:
            with served.serve(data, options=["--base", BASE]) as site:
                live = urllib.parse.urlsplit(site.url).port
                with nginx(out, os.path.join(folder, "alone")) as static:
                    days = looks(static, live, True)
                    refuses(static)
                behind = os.path.join(folder, "behind")
                shutil.copytree(out, behind)
                publish(data, behind, "--upstream", f"127.0.0.1:{live}")
                with nginx(behind, os.path.join(folder, "proxied")) as static:
                    other_days(static, live, days, False)
                    slashes(static, live, False)
            with nginx(behind, os.path.join(folder, "widowed")) as static:
                away(static)
                refuses(static)
        again(data, out)
        elsewhere(data, out, folder)
        acts = [json.loads(line) for line in lines[ENOUGH:ENOUGH + 2]]
        last = json.loads(lines[ENOUGH - 1])
        acts.append({**last, "title": {"en": "As it was corrected"}, "corrects": ENOUGH})
        after_acts(data, out, [(act["kind"], json.dumps(act)) for act in acts], folder, 0.5)
        after_acts(data, out, entries_of_keys(data), folder, 0.1)
        with open(os.path.join(out, "www", "en", "keys.html"), encoding="utf-8") as file:
            page = file.read()
        tap.ok(all(keys.Pen(word).keyid in page for word in ("first", "second")), "the page of keys has them all")
        stopped(data, folder)
        refused(data, folder)
        told()
    tap.done()


main()
