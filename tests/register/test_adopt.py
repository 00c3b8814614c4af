# SPDX-License-Identifier: Apache-2.0
"""Another text of the rulebook: refused with words and nothing changed, or adopted from an entry on, with the old one for what was known before."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(os.path.dirname(HERE), "web")]
import crawl  # noqa: E402
import served  # noqa: E402
import tap  # noqa: E402

SCO = os.path.join(served.ROOT, "orgs", "sco")
LAOS = 'status("LA") on 2025-09-02'
with open(os.path.join(SCO, "record.jsonl"), encoding="utf-8") as record:
    ADOPTED = 1 + sum(1 for line in record)  # the entry that adopts the next text, after the first text and all acts
BEFORE = ADOPTED - 1


def comity(*args, **how):
    return subprocess.run([served.COMITY, *args], capture_output=True, text=True, **how)


class Folder:
    """The organisation's folder, with changes; each text begins as the one before."""

    def __init__(self, path):
        self.path = path
        shutil.copytree(SCO, path, ignore=shutil.ignore_patterns("sources", "record.*"))

    def change(self, file, *pairs):
        name = os.path.join(self.path, file)
        with open(name, encoding="utf-8") as old:
            text = old.read()
        for was, now in pairs:
            assert was in text, was
            text = text.replace(was, now, 1)
        with open(name, "w", encoding="utf-8") as new:
            new.write(text)


def without_rule(folder, label):
    """The rule of that label, up to the blank line or the next item."""
    with open(os.path.join(folder.path, "rulebook.md"), encoding="utf-8") as file:
        found = re.search(r"^rule %s \[.*?(?=^rule |^```)" % label, file.read(), re.M | re.S)
    return found[0], ""


def entries(data):
    return int(re.match(r"Sound: (\d+) entries", comity("verify", data).stdout)[1])


def refused(data, folder, what, name):
    done = comity("adopt", data, "--org", folder.path)
    tap.ok(done.returncode == 1 and re.search(what, done.stderr), f"{name}: refused in words", done.stdout + done.stderr)
    tap.same((entries(data), version(data)), (ADOPTED, "partner"), f"{name}: the text in force stays")


def version(data):
    """What reading A says of Laos tells the texts apart."""
    return json.loads(comity("ask", data, LAOS, "--json").stdout)["answers"][0]["value"]


def refusals(data, folder):
    refused(data, folder, r"this is the rulebook in force", "the same text")
    folder.change("rulebook.md", ("status(P) becomes observer", "statux(P) becomes observer"))
    refused(data, folder, r"rulebook\.md:\d+: \[Observers 4\] .*statux.*status", "a misspelt fact: file, line, article and suggestion")
    folder.change("rulebook.md", ("statux(P)", "status(P)"), without_rule(folder, "MERGE_GRANTED"))
    refused(data, folder, r"version is 1.*give the new one a higher one", "other rules under the same version")
    folder.change("rulebook.md", ("rulebook SCO version 1", "rulebook SCO version 2"))
    folder.change("org.json", ("register.sco.example/acts", "register.other.example/acts"))
    refused(data, folder, r"origin is register\.other", "another register's")
    folder.change("org.json", ("register.other.example/acts", "register.sco.example/acts"))
    with open(os.path.join(folder.path, "rulebook.md"), encoding="utf-8") as file:
        declared = re.search(r"\bact (\w+)\(", file.read())[1]
    folder.change("rulebook.md", (f"act {declared}(", "act rulebook_adopted("))
    done = comity("adopt", data, "--org", folder.path)
    tap.same((done.returncode, entries(data)), (1, ADOPTED), "an act with a name of the log's own: refused")
    folder.change("rulebook.md", ("act rulebook_adopted(", f"act {declared}("))


ENDLESS = """
## Extra

```rules
act spark(P: Party) by secretariat
fact tick(P: Party): on | off
rule TICK1 [Extra]: tick(%s) becomes on on state_listed(%s)
rule TICK2 [Extra]: tick(P) becomes off after 1 day of tick(P) is on
rule TICK3 [Extra]: tick(P) becomes on after 1 day of tick(P) is off
```
"""


def tries(data, where, name, what, *pairs, more=""):
    folder = Folder(os.path.join(where, name))
    folder.change("rulebook.md", ("rulebook SCO version 1", "rulebook SCO version 2"), *pairs)
    with open(os.path.join(folder.path, "rulebook.md"), "a", encoding="utf-8") as file:
        file.write(more)
    refused(data, folder, what, name)
    return folder


def hostile(data, where):
    """Texts that are sound by themselves, but not on this record."""
    folder = tries(data, where, "retyped", r"entry \d+: args\.P: \w+ is of the type State, not Instrument",
                   ("head_appointed(B: Body, P: Party)", "head_appointed(B: Body, P: Instrument)"), ("head(B: Body): Party", "head(B: Body): Instrument"))
    late = comity("adopt", data, "--org", folder.path, "--date", "2999-01-01")
    tap.ok(late.returncode == 1 and "before the day" in late.stderr, "decided in the future: refused", late.stdout + late.stderr)


def endless(data, where):
    """Texts with which time never ends: a million instants are computed before that is said."""
    tries(data, where, "endless", r"rule TICK\d keeps time running without end", more=ENDLESS % ('"CN"', '"CN"'))
    sealed = os.path.join(where, "sealed")
    shutil.copytree(data, sealed)
    done = comity("file", sealed, "-", input=json.dumps({"kind": "state_listed", "date": "2026-01-01", "args": {"S": "NR"}, "for": ["members"]}))
    tap.same(done.returncode, 0, "an act is sealed to the members")
    folder = Folder(os.path.join(where, "behind"))
    folder.change("rulebook.md", ("rulebook SCO version 1", "rulebook SCO version 2"))
    with open(os.path.join(folder.path, "rulebook.md"), "a", encoding="utf-8") as file:
        file.write(ENDLESS % ('"NR"', '"NR"'))
    done = comity("adopt", sealed, "--org", folder.path)
    tap.ok(done.returncode == 1 and "without end" in done.stderr, "endless only for those who read a sealed act: refused as well", done.stdout + done.stderr)


def other_shapes(data, where):
    """What cannot be compared is named, and nothing is compared by number."""
    folder = Folder(os.path.join(where, "shapes"))
    folder.change("rulebook.md", ("rulebook SCO version 1", "rulebook SCO version 2"),
                  ("fact adopted_text(I: Instrument), ", "fact aaa_new(I: Instrument, P: Party), adopted_text(I: Instrument), "),
                  ("in_rats(P: Party)", "in_rats(P: Party): yes_it_is | no_it_is_not"), ("in_rats(P) holds while", "in_rats(P) becomes yes_it_is once"))
    said = json.loads(preview_of(data, folder).stdout)
    tap.same((said["facts_gone"], said["facts_new"], said["facts_retyped"]), ([], ["aaa_new"], ["in_rats"]), "facts without a counterpart are named")
    tap.same(comity("adopt", data, "--org", folder.path).returncode, 0, "and the text is adopted")
    with served.serve(data) as server:
        site = crawl.Site(server.url)
        page = site.get(f"/en/participants/BY?known={BEFORE}")
        tap.ok(page.status == 200 and "anti-terrorist" not in page.text.split('id="differ"')[-1].split("</table>")[0]
               if 'id="differ"' in page.text else page.status == 200, "a page as known before compares like with like", page.text[:300])
        now = site.get("/en/participants/BY")
        tap.ok(now.status == 200, "and the page of today stands")
        feed = site.get("/feed/acts.atom").text
        tap.ok("1970-01-01" not in feed and "Another text of the rulebook" in feed, "the adoption is in the feed, on its day")
        folder.change("org.json", ("Unofficial demonstration.", "Another notice."))
        tap.same(comity("adopt", data, "--org", folder.path).returncode, 0, "another notice is adopted beside the server")
        tap.ok("Another notice." in site.get("/en/").text and "Another notice." in site.get("/feed/acts.atom").text, "pages and feeds say it")
        tap.ok("Unofficial demonstration." in site.get(f"/en/?known={BEFORE}").text, "and as known before the old one")
    gone = Folder(os.path.join(where, "one-reading"))
    with open(os.path.join(gone.path, "rulebook.md"), encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r'^reading B ".*"\n', "", text, flags=re.M)
    text = re.sub(r"^rule \w+ \[[^]]*\][^\n]* in reading B:.*?(?=^rule |^```)", "", text, flags=re.M | re.S)
    with open(os.path.join(gone.path, "rulebook.md"), "w", encoding="utf-8") as file:
        file.write(text.replace("rulebook SCO version 1", "rulebook SCO version 3"))
    dry = preview_of(data, gone)
    said = json.loads(dry.stdout) if dry.returncode == 0 else {}
    tap.ok(said.get("readings_gone") == ["B"], "a reading that is given up is named", dry.stdout[:300] + dry.stderr)
    tap.ok(any(c["fact"] == "status" and c["args"] == ["LA"] and c["before"] is None and c["after"] == "partner" and c["readings"] == ["B"]
               for c in said.get("changes", [])), "and who had another value in it", dry.stdout[:600])


def preview_of(data, folder, *more):
    return comity("diff", data, "--rulebook", os.path.join(folder.path, "rulebook.md"), "--json", *more)


def preview(data, folder):
    dry = preview_of(data, folder)
    said = json.loads(dry.stdout)
    tap.same((said["filed"], said["position"]), (False, ADOPTED), "a preview says where it would stand")
    lost = {"fact": "status", "args": ["LA"], "before": "partner", "after": None, "from": "2025-09-01", "until": None, "readings": ["A"]}
    tap.ok(lost in said["changes"], "and who would lose what, from when", dry.stdout)
    tap.ok(all("LA" in c["args"] for c in said["changes"]), "and nobody else", dry.stdout)
    tap.same((entries(data), version(data)), (ADOPTED, "partner"), "and writes nothing")
    table = comity("diff", data, "--rulebook", os.path.join(folder.path, "rulebook.md")).stdout
    tap.ok(re.search(r'^2025-09-01 +partner none +A +status\("LA"\)$', table, re.M) and f"It would be entry {ADOPTED}" in table, "as a table as well", table)
    alone = os.path.join(os.path.dirname(folder.path), "new.md")
    shutil.copy(os.path.join(folder.path, "rulebook.md"), alone)
    tap.same(json.loads(comity("diff", data, "--rulebook", alone, "--json").stdout)["changes"], said["changes"],
             "a text alone goes with the org.json and the words in force")
    tap.same(comity("adopt", data, "--org", folder.path, "--date", "2026-02-30").returncode, 2, "a date that is none")
    tap.same(comity("diff", data, "--rulebook", alone, "--known", "3").returncode, 2, "two questions at once")
    tap.same(comity("diff", data, "--known", "3", "--date", "2026-01-01").returncode, 2, "a day for no text")
    tap.same(comity("diff", data, "--rulebook", os.path.join(temporary, "nowhere.md")).returncode, 2, "a text that is not there")


def past_of(data, folder, date):
    return [(x["rule"], x["article"], x["gone"], x["facts"], x["from"]) for x in json.loads(preview_of(data, folder, "--date", date).stdout)["past"]]


NEW_RULE = """
## Extra 7

```rules
rule EXTRA [Extra 7]%s: status(P) becomes observer on state_listed(P) if P is "TM"
```
"""


def the_past(data, folder):
    """What a text would change of before the day of its decision, it changes by rules that say so, or it is refused."""
    done = comity("adopt", data, "--org", folder.path, "--date", "2026-07-01")
    with open(os.path.join(served.ROOT, "orgs", "sco", "rulebook.md"), encoding="utf-8") as file:
        stood = next(n for n, line in enumerate(file, 1) if line.startswith("rule MERGE_GRANTED "))
    tap.ok(done.returncode == 1 and re.search(
        rf"^rulebook\.md:{stood}: \[Tianjin 2025 Merger\] rule MERGE_GRANTED is no longer in the text, and \d facts? of before 2026-07-01 with it, "
        r"from 2025-09-01 on \(keep it, with \"until 2026-07-01\"; ", done.stderr, re.M), "a rule that is gone, and with it facts of the past: refused",
        done.stdout + done.stderr)
    tap.ok("not marked retroactive (comity diff with --rulebook lists the facts)" in done.stderr, "with a word on where to look", done.stderr)
    tap.same((entries(data), version(data)), (ADOPTED, "partner"), "and the text in force stays")
    named = past_of(data, folder, "2026-07-01")
    tap.ok([n[:3] + n[4:] for n in named] == [("MERGE_GRANTED", "Tianjin 2025 Merger", True, "2025-09-01")], "a preview names it", str(named))
    tap.same(preview_of(data, folder, "--date", "2026-07-01").returncode, 1, "and says by its status that the text would be refused")
    tap.same((past_of(data, folder, "2025-09-01"), preview_of(data, folder, "--date", "2025-09-01").returncode), ([], 0),
             "from the day on which it began it changes nothing that was")
    more = Folder(os.path.join(temporary, "more"))
    more.change("rulebook.md", ("rulebook SCO version 1", "rulebook SCO version 2"))
    with open(os.path.join(more.path, "rulebook.md"), encoding="utf-8") as file:
        text = file.read()
    for head, want in (("", [("EXTRA", "Extra 7", False)]), (" from 2026-07-01", []), (" retroactive", [])):
        with open(os.path.join(more.path, "rulebook.md"), "w", encoding="utf-8") as file:
            file.write(text + NEW_RULE % head)
        tap.same([n[:3] for n in past_of(data, more, "2026-07-01")], want, f"a new rule{head or ' that says nothing of it'}: as it says")
    with open(os.path.join(more.path, "rulebook.md"), "w", encoding="utf-8") as file:
        file.write(text + NEW_RULE % "")
    done = comity("adopt", data, "--org", more.path, "--date", "2026-07-01")
    line = text.count("\n") + 5
    tap.ok(done.returncode == 1 and f"rulebook.md:{line}: [Extra 7] rule EXTRA changes " in done.stderr and 'mark it "retroactive")' in done.stderr,
           "a new rule is refused with its line, its article and what to do", done.stderr)
    with open(os.path.join(more.path, "rulebook.md"), "w", encoding="utf-8") as file:
        file.write(text.replace("becomes observer", "becomes  observer").replace("```rules\n", "```rules\n-- words only\n"))
    tap.same(past_of(data, more, "2026-07-01"), [], "a text that is only written otherwise changes nothing")


def adoption(data, folder):
    done = comity("adopt", data, "--org", folder.path, "--date", "2026-07-01")
    tap.ok(done.returncode == 0 and f"Adopted by entry {ADOPTED}: rulebook SCO, version 2 (before: version 1)" in done.stdout, "adopted",
           done.stdout + done.stderr)
    tap.same(entries(data), ADOPTED + 1, "by one entry, which verifies")
    tap.same(version(data), None, "from then on the new text answers")
    then = json.loads(comity("why", data, f"{LAOS} as known at {BEFORE}", "--json").stdout)
    now = json.loads(comity("why", data, LAOS, "--json").stdout)
    tap.same([r["value"] for r in then["readings"]], ["partner", None], "as known before, the old one does")
    tap.ok((then["rulebook"]["version"], now["rulebook"]["version"]) == (1, 2) and then["rulebook"]["sha256"] != now["rulebook"]["sha256"],
           "and each answer names its text", str((then["rulebook"], now["rulebook"])))
    changes = json.loads(comity("diff", data, "--known", str(BEFORE), str(ADOPTED), "--json").stdout)
    tap.ok(any(c["fact"] == "status" and c["args"] == ["LA"] for c in changes), "the two points of knowledge differ in that", str(changes)[:400])
    filed = comity("file", data, "-", input=json.dumps({"kind": "state_listed", "date": "2026-07-02", "args": {"S": "NR"}}))
    tap.same(filed.returncode, 0, "acts are filed under the new text")
    folder.change("words/en.json", ('"label": "Stands"', '"label": "Stands by itself"'))
    tap.ok(comity("adopt", data, "--org", folder.path).returncode == 0 and entries(data) == ADOPTED + 3, "new words need no new version")


def marked(folder):
    """The rule that was left out stands again, and says that it no longer decides what it decided."""
    with open(os.path.join(SCO, "rulebook.md"), encoding="utf-8") as file:
        kept = re.search(r"^rule MERGE_GRANTED \[.*?(?=^rule )", file.read(), re.M | re.S)[0]
    kept = kept.replace(" in reading A:", " retroactive until 2025-09-01 in reading A:", 1)
    folder.change("rulebook.md", ("rule PARTNER [Tianjin", kept + "rule PARTNER [Tianjin"))


def followed(data, folder):
    """A server that runs goes on under the text it has, and takes the new one when it is adopted."""
    with served.serve(data) as server:
        site = crawl.Site(server.url)
        told = json.loads(site.get("/en/law", Accept="application/json").text)["version"]
        folder.change("rulebook.md", ("rule OBSERVER [", "rule OBSERVER"))
        bad = comity("adopt", data, "--org", folder.path).returncode
        tap.same((told, bad, server.alive()), (1, 1, True), "a text with errors is refused beside a running server")
        tap.same(json.loads(site.get("/en/law", Accept="application/json").text)["version"], 1, "which keeps the one it has")
        folder.change("rulebook.md", ("rule OBSERVER", "rule OBSERVER ["))
        done = comity("adopt", data, "--org", folder.path)
        tap.same(done.returncode, 0, "a good one is adopted beside it")
        for _ in range(100):
            told = json.loads(site.get("/en/law", Accept="application/json").text)["version"]
            if told == 2:
                break
            time.sleep(0.1)
        tap.same(told, 2, "and the server takes it")
        tap.same(json.loads(site.get(f"/en/law?known={BEFORE}", Accept="application/json").text)["version"], 1, "but answers as known before under the old")
        page = site.get(f"/en/acts/{ADOPTED}")
        tap.ok(page.status == 200 and "Another text of the rulebook was adopted" in page.text and not crawl.faults(page),
               "the entry has a page", str(crawl.faults(page)))
        tap.ok("Another text of the rulebook was adopted" in site.get("/en/acts").text, "and stands in the list")
        tap.ok("Annulled" not in page.text, "and is not taken for an annulment")


def tampered(data):
    """The text that an entry adopts is held to its hash."""
    with sqlite3.connect(os.path.join(data, "log.db")) as db:
        table = next(t for (t,) in db.execute("select name from sqlite_master where type='table'") if "blob" in t)
        columns = [c[1] for c in db.execute(f"pragma table_info({table})")]
        bytes_ = next(c for c in columns if c in ("bytes", "body", "data", "value"))
        key = columns[0]
        last = db.execute(f"select {key}, {bytes_} from {table} order by length({bytes_}) desc").fetchone()
        db.execute(f"update {table} set {bytes_} = ? where {key} = ?", (last[1].replace(b"SCO", b"SCX", 1), last[0]))
    done = comity("verify", data)
    tap.ok(done.returncode == 1, "a changed text is found", done.stdout + done.stderr)


with tempfile.TemporaryDirectory(prefix="comity-") as temporary:
    first, second = os.path.join(temporary, "data"), os.path.join(temporary, "live")
    served.load(first)
    shutil.copytree(first, second)
    org = Folder(os.path.join(temporary, "org"))
    third = os.path.join(temporary, "shapes-data")
    shutil.copytree(first, third)
    if "--endless" in sys.argv:
        endless(first, temporary)
    else:
        hostile(first, temporary)
        other_shapes(third, temporary)
        refusals(first, org)
        preview(first, org)
        the_past(first, org)
        marked(org)
        followed(second, org)
        adoption(first, org)
        tampered(first)
tap.done()
