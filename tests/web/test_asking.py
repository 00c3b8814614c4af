# SPDX-License-Identifier: Apache-2.0
"""What people type is read as pages write it, in each language: a day beside a name, an act by its name, another name of a State; and where an
address must say it exactly, the page that refuses leads to what was meant."""
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
from looking import page_of, words

CODES = ["en", "ru", "zh", "fa", "ar"]
NAMES = {"en": "Iran", "ru": "Иран", "zh": "伊朗", "fa": "ایران", "ar": "إيران"}
DAY = "2023-07-01"  # Iran is an observer; a member from 4 July on


def quoted(text):
    return urllib.parse.quote(text)


def found(site, code, text, more=""):
    return json.loads(site.get(f"/{code}/search.json?q={quoted(text)}{more}").body)


def answered(site, code, text):
    return found(site, code, text).get("answer", {}).get("question")


def digits(code, number):
    return number.translate(str.maketrans("0123456789", {"fa": "۰۱۲۳۴۵۶۷۸۹", "ar": "٠١٢٣٤٥٦٧٨٩"}.get(code, "0123456789")))


def written(site, code, day):
    """The day as the date bar writes it."""
    return re.search(r'<p class="asof-date">.*?<time[^>]*>([^<]*)</time>', site.get(f"/{code}/participants/IR?on={day}").text)[1]


def days(site):
    for code in CODES:
        for month in range(1, 13):
            day = f"2024-{month:02}-{month + 9:02}"
            text = written(site, code, day)
            tap.same(answered(site, code, f"{NAMES[code]} {text}"), f'status("IR") on {day}', f"{code}: “{text}” is read as it is written")
            tap.same(answered(site, "en", f"{NAMES[code]} {text.replace(chr(160), ' ')}"), f'status("IR") on {day}', f"{code}: and on a page in English")
    for text in ("Iran 01.07.2023", "Iran 1.7.2023", "1.7.2023 Iran", "Iran, 2023-7-1.", "Iran 2023/07/01", "Iran July 1, 2023", "iran 1 JULY 2023", "ИРАН 1 ИЮЛЯ 2023 ГОДА", "Иран 1 июля 2023", "Иран 1 июля 2023 г.",
                 "伊朗2023年7月1日", "2023年7月1日伊朗", "ایران ۱ ژوئیه ۲۰۲۳", "ایران ۱.۷.۲۰۲۳", "ایران ۲۰۲۳/۷/۱", "ایران 1 ژوئیهٔ 2023", "إيران 1 يوليو 2023", "Iran 2023-07-01T12:00:00Z",
                 "Iran 1 Jul 2023", "Iran Jul 1, 2023", "Iran jul. 1, 2023", "Иран 1 июл. 2023", "Иран 1 июл. 2023 г.", "Иран 1 ИЮЛ 2023", "ایران ۱ ژوئیهٔ ۲۰۲۳", "ایران ۱ ژوئی ۲۰۲۳", "إيران ١ يوليو ٢٠٢٣", "إيران 1 يول 2023"):
        tap.same(answered(site, "en", text), f'status("IR") on {DAY}', f"“{text}” names that day")
    for text in ("Iran 3 Sept 2023", "Iran Sep 3, 2023", "Iran Sept. 3, 2023", "Иран 3 сент. 2023 г.", "Иран 3 сен 2023", "伊朗2023年9月3日", "ایران ۳ سپت ۲۰۲۳", "إيران ٣ سبت ٢٠٢٣"):
        tap.same(answered(site, "zh", text), 'status("IR") on 2023-09-03', f"“{text}” is short for a day in September")
    said = found(site, "en", "Iran 1 July 2023")
    tap.ok("observer" in said["answer"]["says"] and any(f.get("id") == "IR" for f in said["found"]), "the answer is that of the day, and the name is found without it", str(said)[:300])
    for code in CODES:
        box = page_of(site, f"/{code}/search?q={quoted('Iran 1 July 2023')}").text.split('class="box answer')[1].split("</section>")[0]
        tap.ok(f'<time datetime="{DAY}">{written(site, code, DAY)}</time>' in box, f"{code}: the answer names its day in words: the page is of another", box)
    for text in ("Iran 01/07/2023", "Iran 31.02.2023", "Iran 1.7.23", "Иран 31 июня 2023", "ایران ۲۰۲۳", "Iran 1 Ju 2023", "ایران ۱ ژوئ ۲۰۲۳", "Iran 30 Feb 2023"):
        page = site.get(f"/en/search?q={quoted(text)}")
        tap.ok(answered(site, "en", text) is None and "No day can be read" in page.text, f"“{text}” names no day, or two: nothing is answered as of today", words(page)[:200])
    tap.same(answered(site, "en", "Iran 2023-07-01-declaration"), None, "what begins a longer name is no day")


FLAT = {"en": r"is not a party|has not consented|names no (?:number|day)", "ru": r"не участник|не действует", "zh": r"不是《[^》]*》的缔约方|未同意受", "fa": r"طرف «[^»]*» نیست|رضایت نداده", "ar": r"ليس طرفًا|لم يوافق"}
OPEN = {"en": "That is no proof that it is not so.", "ru": "Это не доказывает обратного.", "zh": "这并不证明事实并非如此。", "fa": "این خلاف آن را ثابت نمی‌کند.",
        "ar": "وليس هذا دليلًا على عكسه."}


def negatives(site):
    """The record is open: where it only lacks the proof no page says that a thing is not so, and each says what the "no" rests on. An agreement in force
    whose ratifications nobody entered; a status that an act ended."""
    for code in CODES:
        for path in ("whynot/party/RU/INS-RATS-2002", "whynot/party/RU/INS-RATS-2002?on=2010-01-01", "why/party/RU/INS-RATS-2002", "search?q=" + quoted('party("RU", "INS-RATS-2002")')):
            text = words(page_of(site, f"/{code}/{path}"))
            flat = re.search(FLAT[code], text)
            tap.ok(not flat, f"{code}/{path}: nothing flat is said", flat and text[max(0, flat.start() - 80):flat.end() + 80])
            tap.ok(OPEN[code] in text or path.startswith("search"), f"{code}/{path}: what the “no” rests on", text[:400])
    ended = words(page_of(site, "/en/whynot/granted/BY"))
    tap.ok("It was otherwise until 28 April 2010, and was ended by “Belarus signs the memorandum" in ended and OPEN["en"] not in ended, "what an act ended rests on that act", ended[:400])


def acts(site):
    for code in CODES:
        link = re.search(r'<a[^>]*href="/%s/acts/(\d+)[^"]*"[^>]*class="nb"[^>]*>([^<]*)|<a class="nb"[^>]*href="/%s/acts/(\d+)[^"]*"[^>]*>([^<]*)' % (code, code), site.get(f"/{code}/participants/IR").text)
        number, text = link[1] or link[3], link[2] or link[4]
        for typed in (text, text.upper(), number):
            hits = found(site, code, typed)["found"]
            tap.ok(hits and hits[0]["is"] == "act" and str(hits[0].get("entry", hits[0].get("act"))) == number, f"{code}: “{typed}” finds the act that pages call so", str(hits)[:200])
    tap.same(found(site, "en", "act 99999")["all"], 0, "an act that is not on record is not found")
    # Act 1012 is of 4 July 2024, and has a title in English alone.
    for narrowed, there in (("&kind=act", 1), ("&kind=Meeting", 0), ("&from=2024-07-04", 1), ("&from=2024-07-05", 0), ("&to=2024-07-04", 1), ("&to=2024-07-03", 0), ("&language=en", 1), ("&language=fa", 0),
                            ("&kind=act&from=2024-07-01&to=2024-07-31&language=en", 1), ("&kind=act&from=2024-07-01&to=2024-07-31&language=ar", 0), ("&on=2024-07-03", 0)):
        tap.same(sum(h.get("entry") == 1012 for h in found(site, "en", "act 1012", narrowed)["found"]), there, f"an act by its number{narrowed}: {'there' if there else 'left out'}")


def other_names(site):
    for text, who in (("Белоруссия", "BY"), ("Киргизия", "KG")):
        said = found(site, "ru", text)
        tap.ok(said["found"][0]["id"] == who and said["answer"]["question"].startswith(f'status("{who}")'), f"“{text}” finds {who}", str(said)[:200])
        shown = site.get(f"/ru/participants/{who}").text
        tap.ok(text not in shown.split("<main", 1)[1], "its page calls it otherwise")


def addresses(site):
    for text in ("01.07.2023", "1.7.2023", "1 июля 2023", "1 July 2023", "2023-7-1", "2023-07-01T12:00:00Z"):
        page = site.get(f"/ru/participants/IR?on={quoted(text)}")
        tap.ok(page.status == 400 and f'href="/ru/participants/IR?on={DAY}"' in page.text, f"on={text} is refused, and its page leads to that day", words(page)[:300])
    said = json.loads(site.get(f"/en/changes.json?from={quoted('1 July 2023')}&on=2024-01-01").body)
    tap.same((said["error"], said["hint"]), ("date.form", "from=2023-07-01"), "so is, for programs, a day of a parameter of its own")


def known_by(site):
    """The last entry received by the end of the day, as the gate of RFC 7089 has it."""
    gate = site.get("/en/participants/IR", **{"Accept-Datetime": "Sat, 01 Jul 2023 15:59:59 GMT"})  # the last second of that day in Beijing
    number = re.search(r"known=(\d+)", gate.location)[1]
    page = site.get("/en/participants/IR?known=2023-07-01")
    tap.ok(page.status == 400 and f'href="/en/participants/IR?known={number}"' in page.text, "a day in place of an entry is refused; its page leads to the last entry received by then", words(page)[:300])
    for typed in ("2023-07-01", "1 July 2023", "Jul 1, 2023", "1 июля 2023", "1 июл. 2023 г.", "2023年7月1日", "۱ ژوئیه ۲۰۲۳", "١ يوليو ٢٠٢٣", number):
        sent = site.get(f"/en/when?page=/en/participants/IR&on=1.7.2023&known={quoted(typed)}")
        tap.same((sent.status, sent.location), (303, f"/en/participants/IR?on={DAY}&known={number}"), f"the date form takes “{typed}”")
    for typed in ("soon", "1 Ju 2023", "1 July 2023 " * 6):
        tap.same(site.get(f"/en/when?page=/en/participants/IR&on={quoted(typed)}").status, 400, f"and refuses “{typed}”")
    for code in CODES:
        text = written(site, code, "2020-06-30")
        for typed in (text.replace(digits(code, "30"), digits(code, "31")), "31 June 2020", "31.6.2020", "2020-06-31"):
            page = site.get(f"/{code}/when?page=/{code}/meetings&on={quoted(typed)}")
            said = page.text.split('id="fixm"')[1].split("</span>")[0]
            near = re.search(rf'<a href="/{code}/when\?[^"]*on=2020-06-30[^"]*">([^<]*)</a>', page.text)
            tap.ok(page.status == 400 and digits(code, "30") in said and digits(code, "2020") in said and "{" not in said and near and near[1] == text,
                   f"{code}: of “{typed}” it says that June has thirty days, and leads to the thirtieth", words(page)[:300])
            tap.ok(digits(code, "31") in page.text.split("<h1>")[1].split("</h1>")[0], f"{code}: and that there is no such day in June", words(page)[:200])
    refused = json.loads(site.get("/en/participants/IR?on=31+June+2020", Accept="application/json").body)
    tap.same((refused["error"], "June 2020 has 30 days" in refused["what"], "on=2020-06-30" in refused["hint"]), ("date.day_out_of_range", True, True), "programs are told the same")
    form = page_of(site, "/ru/date?page=/ru/meetings&on=2023-07-01").text
    tap.ok('action="/ru/when"' in form and 'name="page" value="/ru/meetings"' in form, "it sends there")
    tap.same(site.get("/ru/when?page=/ru/meetings").location, "/ru/meetings", "without dates it leads to today")
    tap.same(site.get("/ru/when?page=//elsewhere.example/").location, "/ru/", "and to no other site")
    wrong = site.get("/ru/when?page=/ru/meetings&known=soon")
    tap.ok(wrong.status == 400 and 'name="page" value="/ru/meetings"' in wrong.text, "what can be neither is refused, and the form keeps the rest", words(wrong)[:300])
    tap.same(site.get("/en/ask?who=IR&on=1+July+2023").location, f"/en/participants/IR?on={DAY}", "the form of the front page reads a day, too")


def forms(site):
    """A field shows how a day may be written, and takes what it shows."""
    for code in CODES:
        text = written(site, code, "2023-09-28")
        form = page_of(site, f"/{code}/date?page=/{code}/meetings&on=2023-09-28").text.split('id="asof-form"')[1].split("</form>")[0]
        hint = form.split('class="hint" id="onh"')[1].split("</span>")[0]
        tap.ok(text in hint and "2023-09-28" in hint, f"{code}: the date form shows a day in words and in digits", hint)
        home = re.search(r'<input id="day"[^>]*>', page_of(site, f"/{code}/?on=2023-09-28").text)[0]
        for name, of in (("the date form", form), ("the front page", home)):
            tap.ok(" pattern=" not in of and " inputmode=" not in of, f"{code}: {name} lets words be typed", of)
        shown = re.search(r'value="([^"]*)"', home)[1]
        tap.same(site.get(f"/{code}/ask?who=IR&on={quoted(shown)}").location, f"/{code}/participants/IR?on=2023-09-28", f"{code}: what stands in it is read")
        tap.ok(f'value="{text}"' in form, f"{code}: the date form, too, begins with the day in words", form)
        tap.same(site.get(f"/{code}/when?page=/{code}/meetings&on={quoted(text)}").location, f"/{code}/meetings?on=2023-09-28", f"{code}: and reads it")
        wrong = site.get(f"/{code}/when?page=/{code}/&on=soon").text
        today = re.search(r'<input id="day"[^>]*value="([^"]*)"', page_of(site, f"/{code}/").text)[1]
        tap.ok(today in wrong.split('id="fixm"')[1].split("</span>")[0], f"{code}: what is none is answered with one that would be read", wrong[-600:])


def own_days(site):
    """The days that a form of a page asks for are taken as pages write them; the page stands at the address that says them exactly."""
    for code in CODES:
        for room, more in (("search", "q=a&"), ("changes", "on=2024-01-01&"), ("releases", "")):
            text = written(site, code, "2022-09-28")
            fields = dict(re.findall(r'<input id="f-(from|to)"([^>]*)>', page_of(site, f"/{code}/{room}?{more}from=2022-09-28").text))
            shown = re.search(r'value="([^"]*)"', fields["from"])[1]
            tap.same(shown, text, f"{code}/{room}: the first day stands in its field in words")
            tap.ok(all(" pattern=" not in f and " inputmode=" not in f for f in fields.values()), f"{code}/{room}: words may be typed", str(fields))
            sent = site.get(f"/{code}/{room}?{more}from={quoted(shown)}&to=&kind=" if room == "search" else f"/{code}/{room}?{more}from={quoted(shown)}&to=")
            want = {"search": f"/{code}/search?q=a&from=2022-09-28", "changes": f"/{code}/changes?from=2022-09-28&on=2024-01-01", "releases": f"/{code}/releases?from=2022-09-28"}[room]
            tap.same((sent.status, sent.location), (301, want), f"{code}/{room}: what stands in it leads to the address that says it exactly")
            page = page_of(site, f"/{code}/{room}?{more}")
            hint = page.text.split('class="hint" id="f-like"')[1].split("</div>")[0]
            day = re.search(r'<time datetime="([^"]*)">([^<]*)', hint)
            tap.ok(day and day[2] == written(site, code, day[1]) and hint.count(day[1]) == 2, f"{code}/{room}: the hint writes a day in words and in digits", hint)
            wrong = site.get(f"/{code}/{room}?{more}from={quoted('31 June 2020')}")
            tap.ok(wrong.status == 400 and f"from=2020-06-30" in wrong.text, f"{code}/{room}: a day that June does not have is refused, and leads to its last", words(wrong)[:300])
        bar = page_of(site, f"/{code}/date?page=/{code}/").text.split('id="onh"')[1].split("</span>")[0]
        tap.ok(f'<time datetime="2001-01-01">{written(site, code, "2001-01-01")}</time>' in bar, f"{code}: from when on a day may be asked for is said in words", bar)
    sent = site.get(f"/en/changes?to={quoted('1 January 2024')}&from={quoted('1 июля 2023')}")
    tap.same(sent.location, "/en/changes?from=2023-07-01&on=2024-01-01", "both days may be typed, each in a language of its own")
    tap.same(site.get(f"/en/search?q=a&from={quoted('soon')}").status, 400, "what is no day is refused")


def filters(site):
    for code in CODES:
        page = page_of(site, f"/{code}/search").text
        kinds = re.findall(r"<option[^>]*>([^<]*)", page.split('id="f-kind"')[1].split("</select>")[0])
        tap.same(sorted(kinds), sorted(set(kinds)), f"{code}: no two kinds are called the same")
    for query, permitted in (("kind=release", ("act", "document", "Release")), ("language=xx", ("en", "ru", "zh", "fa", "ar"))):
        page = site.get("/en/search?q=a&" + query)
        said = json.loads(site.get("/en/search.json?q=a&" + query).body)
        tap.ok(page.status == 400 and all(re.search(rf"\b{word}\b", words(page)) and word in str(said) for word in permitted), f"{query} is refused, and what is permitted is named", words(page)[:300])


PARTY = 'party("IN", "INS-CTC-2009")'
WORDED = {  # in everyday words; None: something else is asked than could be answered
    "en": {"is India party to the Convention against Terrorism": PARTY, "is India party to INS-CTC-2009?": PARTY, "is India party to INS-NONE-2009": None, "is INS-CTC-2009 in force": 'in_force("INS-CTC-2009")',
           "may India attend CHS-2025": 'may_attend("IN", "CHS-2025")', "is India party to the Charter": 'party("IN", "INS-CHARTER-2002")', "is India party to the convention": None, "status of India": 'status("IN")',
           "is India a member of the SCO?": 'status("IN")', "is Sri Lanka a dialogue partner": 'status("LK")', "who is India married to": None, "India joined": None, "India Pakistan": None, "IN memorandum": None,
           "is India party to INS-CTC-2009 and INS-RATS-2002": None, "INS-CTC-2009": None, "is India party to": None, "since when is India a member": 'status("IN")', "When did India become a member?": 'status("IN")', "印度是成员国吗": 'status("IN")'},
    "ru": {"Россия участник INS-CTC-2009": 'party("RU", "INS-CTC-2009")', "является ли Индия участником документа INS-CTC-2009": PARTY, "статус Индии": 'status("IN")', "Индия вышла": None, "статус Киргизии": 'status("KG")'},
    "zh": {"印度是上海合作组织反恐怖主义公约的缔约方吗": PARTY, "印度是成员国吗": 'status("IN")', "印度是好国家": None, "印度是不是成员国？": 'status("IN")', "印度是否为上海合作组织成员国": 'status("IN")', "印度何时成为成员国": 'status("IN")',
           "印度什么时候成为成员国？": 'status("IN")', "巴基斯坦从什么时候起是观察员国": 'status("PK")', "印度是不是上海合作组织反恐怖主义公约的缔约方": PARTY, "印度何时解体": None},
    "fa": {"آیا هند طرف INS-CTC-2009 است": PARTY, "وضعیت هند": 'status("IN")', "هند بزرگ": None},
    "ar": {"هل الهند طرف في INS-CTC-2009": PARTY, "صفة الهند": 'status("IN")', "الهند الكبرى": None},
}


def worded(site):
    """An answer is to the question that was asked, or there is none; and the page says which it read."""
    for code, questions in WORDED.items():
        nothing = re.findall(r"<p>([^<]+)</p>", page_of(site, f"/{code}/search?q=zzzzqqqq").text.split("</form>")[-1])[0]
        for text, asked in questions.items():
            page = page_of(site, f"/{code}/search?q={quoted(text + ' 2024-03-05')}")
            tap.same(answered(site, code, text + " 2024-03-05"), asked and asked + " on 2024-03-05", f"{code}: “{text}” is " + ("answered as what it asks" if asked else "not answered"))
            tap.ok((asked is None) == ('class="box answer' not in page.text), f"{code}: so it is on the page", words(page)[:300])
            if asked:
                heading = page.text.split('class="box answer')[1].split("<h2>")[1].split("</h2>")[0]
                who = site.get(f"/{code}/participants/{asked[-4:-2]}").text if asked.startswith("status") else ""
                tap.ok(written(site, code, "2024-03-05") in heading and (not who or re.search("<h1[^>]*>([^<]*)", who)[1] in heading), f"{code}: its heading says what was read", heading)
                tap.ok(nothing not in page.text, f"{code}: an answer is not followed by “nothing found”", words(page)[-300:])
    said = words(page_of(site, "/en/search?q=" + quoted("is India party to the Convention against Terrorism")))
    tap.ok("Read as: Party (India, SCO Convention against Terrorism), " in said and "India is not on record as a party to" in said and "has all these words" not in said, "the answer is about the instrument that is named", said[:500])
    tap.ok('<a class="why" href="/en/whynot/party/IN/INS-CTC-2009?on=2020-01-01">Why not</a>' in page_of(site, "/en/search?q=" + quoted("is India party to INS-CTC-2009 2020-01-01")).text, "a no leads to why not, on its day")
    tap.ok('<a class="why" href="/en/why/status/IN">Why</a>' in page_of(site, "/en/search?q=" + quoted("status of India")).text, "what is so leads to why")
    tap.ok(re.search(r"India is a member \( ?since 9 June 2017 ?\)", words(page_of(site, "/en/search?q=India"))), "since when is said in English")
    for day in ("2015年6月1日", "2015-06-01"):
        for text in ("{day}印度是不是观察员国", "印度在{day}是否为观察员国？"):
            tap.same(answered(site, "zh", text.format(day=day)), 'status("IN") on 2015-06-01', f"zh: “{text.format(day=day)}” is asked of that day")
    for code, typed, meant in (("en", "Kazakstan", "Kazakhstan"), ("ru", "Казахстна", "Казахстан"), ("en", "declaraton", "declaration"), ("en", "Kazakstan declaraton", "Kazakhstan declaration"), ("ru", "Асатнинская декларцаия", "Астанинская декларация")):
        tap.ok(meant in found(site, code, typed)["near"], f"{code}: “{typed}” may mean “{meant}”, as it is written", str(found(site, code, typed)["near"]))
    said = words(page_of(site, "/en/search?q=" + quoted("is India party to INS-NONE-2009")))
    tap.ok("No day can be read" not in said and "has all these words" in said, "the number of an instrument is no day that cannot be read", said[:500])


def sections(site):
    """The pages of the navigation are found by their names in the reader's language, before all else."""
    for code in CODES:
        page = page_of(site, f"/{code}/search?on=2024-03-05").text
        listed = [(href, text) for href, text in re.findall(r'<a href="(/%s/[a-z]+\?on=2024-03-05)"[^>]*>([^<]+)</a>' % code, page) if not href.startswith(f"/{code}/search")]
        tap.ok(len(listed) > 10, f"{code}: the navigation has sections", str(listed))
        for href, text in listed:
            said = found(site, code, text, "&on=2024-03-05")
            tap.same(said["found"][0], {"is": "page", "title": text, "href": href}, f"{code}: “{text}” finds the page so called first")
    shown = page_of(site, f"/ru/search?q={quoted('УЧАСТНИКОВ')}").text
    row = shown.split('<ol class="gaz two"')[1].split("</li>")[0]
    tap.ok('href="/ru/participants"' in row and "Страница реестра" in row and "<mark>Участники</mark>" in row, "in any case; it is said to be a page", row)
    tap.ok(not any(one["is"] == "page" for one in found(site, "ru", "участники", "&kind=act")["found"]), "it is no act")
    many = found(site, "en", "acts")
    tap.ok(many["first"] == 1 and many["all"] >= len(many["found"]) > 0, "it counts as a result", str((many["all"], len(many["found"]))))
    tap.ok(not any(one["is"] == "page" for one in found(site, "en", "council")["found"]), "what is no name of a page finds none")


def sentences(site):
    for code, twice in (("en", r"\.,"), ("zh", "。，"), ("ru", r"\.,")):
        text = words(page_of(site, f"/{code}/search?q=LA"))
        tap.ok(not re.search(twice, text), f"{code}: no sentence stands within a sentence", text[:400])
    tap.ok("It has been disputed since" in words(page_of(site, "/en/search?q=LA")), "what is disputed says since when")
    many = found(site, "ru", "совет")
    tap.ok(many["more"] and f"Первые результаты: {many['all']}" in words(page_of(site, f"/ru/search?q={quoted('совет')}")), "whatever their number, the first results are called so", str(many["all"]))


def main():
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        data = os.path.join(folder, "data")
        for command in (["init", data, "--org", served.organisation(folder, CODES)], ["load", data, os.path.join(served.ROOT, "orgs", "sco", "record.jsonl")]):
            subprocess.run([served.COMITY, *command], check=True, stdout=subprocess.DEVNULL)
        with served.serve(data) as server:
            site = crawl.Site(server.url)
            while site.get("/en/search?q=x").status == 503:
                pass
            for part in (days, worded, negatives, acts, other_names, addresses, known_by, forms, own_days, filters, sections, sentences):
                part(site)
    tap.done()


main()
