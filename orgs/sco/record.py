#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns the tables in sources/ into the record: one act a line on standard output.

    python3 record.py [SOURCES] > record.jsonl

The tables say what happened; this script only gives each row the form of an act. It decides no legal question:
which status follows from an act is for the rulebook. So it never looks at the columns of status_history.csv that
hold the answers (from when and until when a status counts, what ended it), nor at the rows of that table that say
who is a member or a partner; a test blanks and removes them and expects the same bytes.

Order: the day on which each act could first be known (`received`, else `date`); within a day, what introduces an
entity comes before what mentions it. A day known only by month or year counts as the last day of that period.
The position of an act is its line number, because the genesis of a register is entry 0.
"""
import calendar
import csv
import json
import os
import sys
from datetime import date, timedelta

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sources")

# Rank of kinds within one day: what is needed by later ones stands first. All else has the rank OTHER.
RANKS = {kind: rank for rank, kinds in enumerate((
    "area_listed state_listed organisation_listed outlet_listed",
    "body_established",
    "meeting_convened",
    "area_assigned session_opened guest_invited",
    "instrument_adopted",
    "instrument_opened provisional_application_agreed",
    "body_founded",     # only here: a body whose founding instrument must come first
    "signed",
    "decision_tabled subject_named gavelled",
    "status_granted status_applied admission_requested criterion_found memorandum_drafted consultations_concluded",
    "memorandum_signed dialogue_memorandum_signed memorandum_approved commitment_made",
    "consent_approved consent_deposited in_force_certified party_certified evidence_filed home_step_taken",
)) for kind in kinds.split()}
OTHER = len(RANKS)
LATE = OTHER + 1
CORRECTION = OTHER + 2

FOUNDING = "INS-DECL-2001"
GENERAL_KNOWLEDGE = "own general knowledge of the researcher (no stored source seen)"

# What a decision does, by the type and title that its list gives it; the words are those of the rulebook.
MATTERS = (
    ("admission step", "Start of admission", "start_admission"),
    ("admission step", "Signing the memorandum", "sign_memorandum"),
    ("status", "Completion of admission", "complete_admission"),
    ("status", "", "grant_status"),
    ("approval of rule", "Status SCO partner", "merge_statuses"),
    ("approval of rule", "", "approve_rule"),
)

# Titles that only describe, in the registrar's words, made of the names of parties; where a name is missing, there is none.
DESCRIBED = {
    "start_admission": {"ru": "Начало процедуры приёма: %s", "zh": "启动接收%s为成员国的程序"},
    "sign_memorandum": {"ru": "Подписание меморандума об обязательствах: %s", "zh": "签署%s义务备忘录"},
    "approve_memorandum": {"ru": "Утверждение меморандума об обязательствах: %s", "zh": "核准%s义务备忘录"},
    "complete_admission": {"ru": "Завершение процедуры приёма: %s", "zh": "完成接收%s为成员国的程序"},
    "grant_status": {"ru": "Предоставление статуса партнёра по диалогу: %s", "zh": "授予%s对话伙伴地位"},     # all that the lists hold are of this status
    "merge_statuses": {"ru": "Установление статуса партнёра", "zh": "确立伙伴地位"},
    "memorandum of obligations": {"ru": "Меморандум об обязательствах: %s", "zh": "%s义务备忘录"},
    "memorandum of dialogue partner": {"ru": "Меморандум о статусе партнёра по диалогу: %s", "zh": "关于%s对话伙伴地位的备忘录"},
    "accede_core": {"ru": "%s: присоединение к Хартии, Шанхайской конвенции и протоколам к ним", "zh": "%s：加入宪章、上海公约及其议定书"},
    "Annex 1 treaties": {"ru": "%s: присоединение к договорам из приложения 1", "zh": "%s：加入附件一所列条约"},
    "Annex 2 treaties": {"ru": "%s: присоединение к договорам из приложения 2", "zh": "%s：加入附件二所列条约"},
}


def described(t, what, party, english):
    """{"en": english} and the same in the other languages that have words for it and a name for the party"""
    titles = {"en": english}
    for lang, words_of in DESCRIBED.get(what, {}).items():
        name = t["names"][lang].get(party)
        if name or "%s" not in words_of:
            titles[lang] = words_of.replace("%s", name or "")
    return titles


def rows(folder, name):
    with open(os.path.join(folder, name + ".csv"), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def sources_of(text):
    """'Title | url ; Title | url' -> [{"title", "url"}]"""
    found = []
    for part in text.split(" ; "):
        title, _, url = part.partition(" | ")
        title = title.strip()
        if title == GENERAL_KNOWLEDGE:
            title = "General knowledge; no source seen"
        if title:
            found.append({"title": title, "url": url.strip()} if url.strip() else {"title": title})
    return found


def day(text):
    """'2022-07' -> ('2022-07-31', 'month'), '..2022-07-04' -> ('2022-07-04', 'latest'); a whole date has no precision to tell"""
    if text.startswith(".."):
        return text[2:], "latest"
    parts = text.split("-")
    if len(parts) == 3:
        return text, None
    if len(parts) == 2:
        year, month = int(parts[0]), int(parts[1])
        return "%04d-%02d-%02d" % (year, month, calendar.monthrange(year, month)[1]), "month"
    return "%04d-12-31" % int(parts[0]), "year"


def words(text):
    return text.strip().lower().replace("-", "_").replace(" ", "_").replace("(", "").replace(")", "")


def split(text):
    return [x.strip() for x in text.split(";") if x.strip()]


class Record:
    def __init__(self):
        self.acts = []

    def add(self, kind, when, args, row=None, title=None, text=None, doubt=None, place=None, about=None,
            received=None, note=None, sources=None, certainty=None, rank=None, precisions=None):
        """`doubt`: pairs (column, field of the act): named in the row's unverified_fields, the field is unverified;
        `precisions`: of arguments that are dates known by month or year only"""
        when, precision = day(when)
        act = {"kind": kind, "date": when}
        if received:
            act["received"] = day(received)[0]
        act["args"] = {k: v for k, v in args.items() if v not in ("", None)}
        titles = {"en": title} if isinstance(title, str) else {k: v for k, v in (title or {}).items() if v}
        if titles:
            act["title"] = titles
        if text and text.strip():
            text = text.strip()
            act["text"] = {"en": text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")}
        if place:
            act["place"] = place
        act["sources"] = sources if sources is not None else sources_of(row["source"])
        act["certainty"] = certainty or (row["confidence"] if row else "sourced")
        if act["certainty"] == "sourced" and row:
            named = split(row.get("unverified_fields") or "")
            fields = []
            for column, field in doubt or ():
                if column in named or column == "*":
                    fields += [f for f in field.split() if f not in fields]
            if fields:
                act["unverified"] = fields
        act["recorded"] = True
        if precision:
            act["date_precision"] = precision
        if precisions:
            act["precisions"] = precisions
        if note:
            act["date_note"] = note
        if about:
            act["about"] = about if isinstance(about, list) else [about]
        act["_rank"] = RANKS.get(kind, OTHER) if rank is None else rank
        act["_seq"] = len(self.acts)
        self.acts.append(act)
        return act

    def find(self, kind, **args):
        found = [a for a in self.acts if a["kind"] == kind and all(str(a["args"].get(k)) == v for k, v in args.items())]
        if len(found) != 1:
            raise SystemExit("%d acts match %s %s" % (len(found), kind, args))
        return found[0]


def known(act):
    return act.get("received") or act["date"]


# ---- the tables ---------------------------------------------------------------------------------------------------

def bodies(rec, t):
    founding = {i["id"]: i for i in t["instruments"]}
    for b in t["bodies"]:
        when, note, doubt = b["established_date"], None, [("established_date", "date"), ("name_ru", "title.ru"), ("name_zh", "title.zh")]
        # A permanent body stands only when its instrument is in force (Charter 4); others need none.
        by = b["established_by"] if b["established_by"] in founding and b["kind"].startswith("permanent") else ""
        if not when and by:
            when = founding[by]["adopted_date"]
        elif not when:
            when, note = founding["INS-CHARTER-2002"]["adopted_date"], "Own date not known; entered at the day of the Charter, which foresees it."
            doubt = doubt + [("*", "date")]
        parent = "RATS" if b["id"].startswith("RATS-") else "MHM" if b["id"].startswith("MHM-") else ""
        rec.add("body_established", when, {"B": b["id"], "parent": parent, "I": by}, b,
                title={"en": b["name_en"], "ru": b["name_ru"], "zh": b["name_zh"]}, text=b["competence"], doubt=doubt, note=note,
                place=b["seat"], rank=RANKS["body_founded"] if by else None)


def areas(rec, t):
    for a in t["areas"]:
        rec.add("area_listed", a["date"], {"A": a["id"]}, sources=sources_of(a["source"]),
                title={"en": a["name_en"], "ru": a["name_ru"], "zh": a["name_zh"]})


def meetings(rec, t):
    body = {b["id"]: b for b in t["bodies"]}
    area = {b: a["id"] for a in t["areas"] for b in split(a["bodies"])}
    for m in t["meetings"]:
        b = body[m["body"]]
        first, last = day(m["start_date"])[0], day(m["end_date"])[0]
        precisions = {k: p for k, p in (("first", day(m["start_date"])[1]), ("last", day(m["end_date"])[1])) if p}
        n, year = m["ordinal"], first[:4]
        title = {"en": "%s, %s, %s" % (b["name_en"], ordinal(n) + " meeting" if n else year, m["place"] + (" " + year if n else "")),
                 "ru": b["name_ru"] and "%s, %s" % (b["name_ru"], "%s\u2011е заседание" % n if n else year),
                 "zh": b["name_zh"] and "%s%s" % (b["name_zh"], "第%s次会议" % n if n else "（%s年）" % year)}
        if m["body"].startswith("MHM-"):
            title = {"en": "%s, %s meeting, %s %s" % (b["name_en"], ordinal(n), m["place"], year)}
        doubt = [("start_date", "date first"), ("end_date", "last"), ("place", "place"), ("ordinal", "title")]
        # The heads of State made themselves a Council on the second day of their first meeting.
        opened = max(first, b["established_date"])
        note = text = None
        if m["format"] == "planned":
            # announced at the meeting before; the days are open
            opened = day(max(x["end_date"] for x in t["meetings"] if x["body"] == m["body"] and x["end_date"] < m["end_date"]))[0]
            doubt = [("*", "first last")]
            note = "Announced for %s; the days are not fixed, the last day of the year stands for them." % m["start_date"]
            title["en"] = "%s, %s meeting, %s (announced)" % (b["name_en"], ordinal(n), m["place"])
        rec.add("meeting_convened", opened, {"M": m["id"], "B": m["body"], "first": first, "last": last, "chair": m["chair"]},
                m, title=title, text=m["note"], doubt=doubt, place=m["place"], note=note, precisions=precisions)
        if m["body"] in area:
            rec.add("area_assigned", opened, {"M": m["id"], "A": area[m["body"]]}, m, title="Area of the meeting: " + area[m["body"]])
        if m["observers_attending"]:
            rec.add("session_opened", first, {"M": m["id"]}, m, title="Session opened to observers")
        for column in ("partners_attending", "guests_attending", "organisations_attending"):
            for p in split(m[column]):
                rec.add("guest_invited", first, {"P": p, "M": m["id"]}, m, title="%s invited" % t["name"][p])
        for column in ("observers_attending", "partners_attending", "guests_attending", "organisations_attending"):
            for p in split(m[column]):
                rec.add("attended", last, {"P": p, "M": m["id"]}, m, title="%s attends" % t["name"][p],
                        certainty="unverified" if column in split(m["unverified_fields"]) else None)
        if m["documents_count"]:
            rec.add("meeting_closed", last, {"M": m["id"], "documents": int(m["documents_count"])}, m, rank=LATE,
                    title="Meeting closed, %s documents" % m["documents_count"], doubt=[("documents_count", "documents")])


def ordinal(n):
    n = int(n)
    return "%d%s" % (n, "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th"))


def instruments(rec, t):
    clauses = {c["instrument_id"]: c for c in t["clauses"]}
    by_law = [p for p in t["instrument_parties"] if p["role"] == "acceding state" and p["party"] == "BY"]
    listed = {p["instrument_id"]: p for p in by_law}
    for i in t["instruments"]:
        when, note, doubt = i["adopted_date"], None, [("adopted_date", "date"), ("adopted_place", "place"), ("meeting_id", "M")]
        if not when:    # known only because the clause of another instrument names it
            heir = next(c["instrument_id"] for c in t["clauses"] if c["parent"] == i["id"])
            when = next(x["adopted_date"] for x in t["instruments"] if x["id"] == heir)
            note = "Its own date is not known; entered at the day of the agreement that names it."
        elif when.startswith(".."):
            note = "When it was adopted is not told: at the latest on this day."
        rec.add("instrument_adopted", when, {"I": i["id"], "M": i["meeting_id"], "kind": words(i["kind"]), "amends": i["amends"],
                "counterparty": i["counterparty"]}, i,
                title=described(t, i["kind"], t["code"].get(i["title_en"].rpartition(" of ")[2]), i["title_en"]), text=i["note"], doubt=doubt,
                place=i["adopted_place"], note=note)
        c = clauses.get(i["id"])
        if c:
            rec.add("instrument_opened", when, {
                "I": i["id"], "threshold": int(c["threshold"]), "delay": c["delay"], "rounding": c["rounding"], "parent": c["parent"],
                "later_delay": c["later_delay"], "later_rounding": c["later_rounding"]}, c,
                title="Clause on entry into force: " + i["title_en"], text=c["note"],
                doubt=[(x, x) for x in ("threshold", "delay", "later_delay")])
        if i["provisional_application_from"]:
            rec.add("provisional_application_agreed", when, {"I": i["id"], "since": i["provisional_application_from"]}, i,
                    title="Provisional application agreed: " + i["title_en"], doubt=[("adopted_date", "date")])
        title = "In force: " + i["title_en"]
        if c and c["count_back"]:
            deposits(rec, t, i)
        elif i["entry_into_force_date"] and not by_decision(i):
            rec.add("in_force_certified", i["entry_into_force_date"], {"I": i["id"]}, i, title=title,
                    doubt=[("entry_into_force_date", "date")])
        elif i["status"] == "in force" and not by_decision(i):
            known_by = [(p["date_in_force_for_party"], p) for p in t["instrument_parties"]
                        if p["instrument_id"] == i["id"] and p["date_in_force_for_party"]]
            known_by += [(p["date_consent"], p) for p in (listed.get(i["id"]), listed.get(i["amends"])) if p]
            if known_by:
                when, p = min(known_by, key=lambda x: x[0])
                rec.add("in_force_certified", ".." + when, {"I": i["id"]}, p, title=title, doubt=[("*", "date")],
                        note="Known to be in force by this day; the day itself is not published.")


def by_decision(i):
    return i["entry_into_force_rule"].lower().startswith(("chs decision", "on approval"))


def deposits(rec, t, i):
    """No deposit is published. Counted back from the day of entry into force (30th day after the fourth)."""
    came = date.fromisoformat(i["entry_into_force_date"])
    by = (came - timedelta(days=30)).isoformat()
    for p in t["instrument_parties"]:
        if p["instrument_id"] == i["id"] and p["role"] == "signatory and party":
            rec.add("consent_deposited", by, {"P": p["party"], "I": i["id"], "form": "ratification"}, i,
                    title="%s: deposit, %s" % (t["name"][p["party"]], i["title_en"]), doubt=[("*", "date")],
                    note="No deposit is published. Counted back from the entry into force on %d %s %d: by this day at least four of the six had been made."
                    % (came.day, calendar.month_name[came.month], came.year))


def instrument_parties(rec, t):
    title = {i["id"]: i["title_en"] for i in t["instruments"]}
    counted_back = {c["instrument_id"] for c in t["clauses"] if c["count_back"]}
    for p in t["instrument_parties"]:
        args = {"P": p["party"], "I": p["instrument_id"]}
        name = "%s: %%s, %s" % (t["name"][p["party"]], title[p["instrument_id"]])
        if p["date_signed"] and p["role"] != "party (applicant)":     # an applicant's signature is a step of its admission
            rec.add("signed", p["date_signed"], args, p, title=name % "signature", text=p["note"] if "ignature" in p["note"] else None,
                    doubt=[("date_signed", "date")])
        # what the tables call consent is the law or decree, except where they say what else
        note = "The day of the law or decree." if p["note"].startswith("Consent =") else p["note"]
        if p["date_consent"]:
            rec.add("consent_approved", p["date_consent"], args, p, title=name % "approval at home", text=note,
                    doubt=[("date_consent", "date")])
        if p["date_in_force_for_party"] and not (p["instrument_id"] in counted_back and p["role"] == "signatory and party"):
            rec.add("party_certified", p["date_in_force_for_party"], args, p, title=name % "in force", text=None if p["note"].startswith("Consent =") else p["note"],
                    doubt=[("date_in_force_for_party", "date")])
    for party in t["parties"]:
        if party["note"].startswith("Founder"):
            i = next(x for x in t["instruments"] if x["id"] == FOUNDING)
            rec.add("signed", i["adopted_date"], {"P": party["code"], "I": FOUNDING}, i,
                    title="%s: signature, %s" % (party["name_en"], i["title_en"]))


def decide(rec, t, d, when, body, row, title, meeting="", matter="", instrument="", party="", text=None, doubt=(), party_name=""):
    rec.add("decision_tabled", when, {"D": d, "B": body, "M": meeting, "matter": matter, "I": instrument}, row,
            title=described(t, matter, party, title), text=text, doubt=doubt)
    if party:
        rec.add("subject_named", when, {"D": d, "P": party}, row, title="Concerns %s: %s" % (party_name, title), doubt=doubt)
    rec.add("gavelled", when, {"D": d}, row, title="Adopted: " + title, doubt=doubt)


def decisions(rec, t):
    end = {m["id"]: day(m["end_date"])[0] for m in t["meetings"]}
    for d in t["decisions"]:
        matter = next((m for kind, title, m in MATTERS if d["decision_type"] == kind and d["title"].startswith(title)), words(d["decision_type"]))
        if d["title"].startswith("Laos"):
            matter = "grant_status"
        named = d["party"] and not t["name"][d["party"]] in d["title"]
        title = d["title"] + (": " + t["name"][d["party"]] if named and matter in ("grant_status",) else "")
        text = ["Number %s in the published list." % d["list_no"]] if d["list_no"] else []
        text += ["Form: %s." % d["form"]] if d["form"] != "signed" else []
        decide(rec, t, d["id"], end[d["meeting_id"]], d["body"], d, title, d["meeting_id"], matter, d["instrument_id"], d["party"],
               " ".join(text) or None, party_name=d["party"] and t["name"][d["party"]])
    have = {d["instrument_id"] for d in t["decisions"]}
    for i in t["instruments"]:
        if by_decision(i) and i["id"] not in have:
            number = "".join(c for c in i["entry_into_force_rule"] if c.isdigit())
            decide(rec, t, "%s-%s" % (i["meeting_id"], number or i["id"][4:-5]), i["adopted_date"], "CHS", i, i["title_en"] + " (approval)",
                   i["meeting_id"], "approve_rule", i["id"], text=number and "Decision %s of the meeting." % number)


def status(rec, t):
    grants = {(d["meeting_id"], d["party"]): d["id"] for d in t["decisions"] if d["decision_type"] == "status"}
    value_name = {"observer": "observer", "dialogue_partner": "dialogue partner"}
    steps = {s["party"] for s in t["accession_steps"]}
    for s in t["status_history"]:
        p, name = s["party"], t["name"][s["party"]]
        if s["status"] in value_name:
            decision = grants.get((s["meeting_id"], p))
            act = rec.add("status_granted", s["decision_date"], {"P": p, "value": s["status"], "D": decision}, s,
                    title="%s: status of %s granted" % (name, value_name[s["status"]]), place=s["place"], about=s["meeting_id"],
                    doubt=[("decision_date", "date"), ("meeting_id", "about")])
            if decision:    # the order of the published list counts: a grant stands right behind its decision
                gavel = rec.find("gavelled", D=decision)
                act["_rank"], act["_seq"] = gavel["_rank"], gavel["_seq"] + 0.5
            if s["memorandum_signed_date"]:
                i = "INS-DPM-" + p
                doubt = [("memorandum_signed_date", "date"), ("memorandum_place", "place")]
                title = "Memorandum on the status of dialogue partner: " + name
                rec.add("instrument_adopted", s["memorandum_signed_date"], {"I": i, "kind": "memorandum"}, s,
                        title=described(t, "memorandum of dialogue partner", p, title), doubt=doubt,
                        place=s["memorandum_place"])
                rec.add("dialogue_memorandum_signed", s["memorandum_signed_date"], {"P": p, "I": i}, s,
                        title="%s signs the memorandum on the status of dialogue partner" % name, text=s["note"], doubt=doubt, place=s["memorandum_place"])
        elif s["status"] == "applicant_member" and p not in steps:
            rec.add("admission_requested", s["decision_date"], {"P": p}, s, title="%s asks for membership" % name, text=s["note"])
        elif s["status"] in ("applicant_partner", "applicant_observer"):
            value = "observer" if s["status"] == "applicant_observer" else "dialogue_partner"
            rec.add("status_applied", s["decision_date"], {"P": p, "value": value}, s,
                    title="%s asks for the status of %s" % (name, value_name[value]), text=s["note"])


def step_of(s):
    return s["step_code"] if s["step_code"] in DESCRIBED else s["step_title"]


def accession(rec, t):
    code = {p["name_en"]: p["code"] for p in t["parties"]}
    at_home = {(p["instrument_id"], p["party"], p["date_consent"]) for p in t["instrument_parties"]}
    decided = {(d["meeting_id"], d["party"]) for d in t["decisions"] if d["decision_type"] in ("admission step", "status")}
    memorandum = {s["party"]: s for s in t["accession_steps"] if s["step_code"] == "memo_sign"}
    batches = {}
    for s in t["accession_steps"]:
        p, step = s["party"], s["step_code"]
        if p == "TEMPLATE":
            continue
        name, doubt = t["name"][p], [("date", "date"), ("deadline", "due")]
        if step == "apply":
            rec.add("admission_requested", s["date"], {"P": p}, s, title="%s asks for membership" % name, text=s["note"], doubt=doubt)
        elif step == "blocked":
            rec.add("criterion_found", s["date"], {"P": p, "criterion": "no_sanctions", "finding": "not_met"}, s,
                    title="%s: %s" % (name, s["step_title"]), text=s["note"], doubt=doubt)
        elif step in ("chs_start", "chs_complete") and (s["meeting_id"], p) not in decided:
            matter, title = ("start_admission", "Start of admission of ") if step == "chs_start" else ("complete_admission", "Completion of admission of ")
            decide(rec, t, "%s-%s-%s" % (s["meeting_id"], "START" if step == "chs_start" else "COMPLETE", p), s["date"], "CHS", s, title + name,
                   s["meeting_id"], matter, party=p, text=s["note"], party_name=name)
        elif step == "memo_cfm":
            decide(rec, t, "%s-MEMO-%s" % (s["meeting_id"], p), s["date"], "CFM", s, "Memorandum of obligations approved: " + name, s["meeting_id"],
                   "approve_memorandum", party=p, text=s["note"], party_name=name)
        elif step == "draft":
            rec.add("memorandum_drafted", s["date"], {"P": p}, s, title="%s: %s" % (name, s["step_title"]), text=s["note"], doubt=doubt)
        elif step == "consultations":
            rec.add("consultations_concluded", s["date"], {"P": p}, s, title="%s: %s" % (name, s["step_title"]), text=s["note"], doubt=doubt)
        elif step == "memo_sign":
            rec.add("memorandum_signed", s["date"], {"P": p, "I": s["instrument_id"]}, s,
                    title="%s signs its memorandum of obligations" % name, text=s["note"], doubt=doubt, about=s["meeting_id"])
        elif step in ("accede_core", "accede_rest"):
            batches.setdefault(p, []).append(s)
        elif step.startswith("law_") or step == "memo_national" or (
                step == "memo_ratify" and (s["instrument_id"], code[s["actor"]], s["date"]) not in at_home):
            who = code.get(s["actor"], p)
            rec.add("home_step_taken", s["date"], {"P": who, "Q": p, "step": words(step)}, s, title="%s: %s" % (t["name"][who], s["step_title"]),
                    text=s["note"], doubt=doubt)
    for p, batch in batches.items():
        m = memorandum[p]
        laws = [x for x in t["instrument_parties"] if x["party"] == p and x["role"] == "acceding state" and x["date_consent"]]
        law = max(laws, key=lambda x: x["date_consent"])
        for n, s in enumerate(batch, 1):
            c = "%s-memo-%d" % (p, n)
            signed = next(i["adopted_date"] for i in t["instruments"] if i["id"] == m["instrument_id"])
            rec.add("commitment_made", signed, {"C": c, "P": p, "I": m["instrument_id"], "due": s["deadline"]}, s,
                    title=described(t, step_of(s), p, "%s: to accede to %s" % (t["name"][p], s["step_title"][0].lower() + s["step_title"][1:]
                                                                       if s["step_title"].startswith("Annex") else s["step_title"])),
                    text=s["note"], doubt=[("deadline", "due")] + ([("*", "due")] if "draft" in s["note"] else []))
            rec.add("evidence_filed", law["date_consent"], {"C": c}, law, title="%s: law on accession" % t["name"][p], doubt=[("date_consent", "date"), ("*", "date")],
                    text="The law on accession stands as evidence. The instruments of accession and their deposit are not published.")


def money_people_projects(rec, t):
    for s in t["budget_shares"]:
        made = next(i["adopted_date"] for i in t["instruments"] if i["id"] == s["instrument_id"])
        rec.add("share_fixed", made if made >= "2024" else s["valid_from"],
                {"P": s["party"], "I": s["instrument_id"], "tenths": round(float(s["share_percent"]) * 10), "since": s["valid_from"]}, s,
                title="%s: share of the budget %s per cent" % (t["name"][s["party"]], s["share_percent"]), text=s["note"],
                doubt=[("valid_from", "since")])
    for o in t["officials"]:
        if o["valid_from"]:
            body = "RATS-EC" if "RATS" in o["office"] else "SEC"
            rec.add("head_appointed", o["valid_from"], {"B": body, "P": o["party"]}, o, title="%s, %s" % (o["name"], o["office"]),
                    doubt=[("valid_from", "date"), ("party", "P")])
    area = {"title": "culture", "theme year": "environment", "media event": "media", "project": "tourism", "event": "culture",
            "security operation": "drugs"}
    for e in t["projects_events"]:
        if e["kind"] == "chairmanship":
            rec.add("chairmanship_passed", e["start_date"], {"P": e["party"]}, e, title="%s takes the chair" % t["name"][e["party"]],
                    text=e["title"])
        elif e["kind"] in area and e["start_date"]:
            rec.add("project_started", e["start_date"], {"J": e["id"], "A": area[e["kind"]]}, e, title={"en": e["title"]}, text=e["note"],
                    doubt=[("start_date", "date")], place=e["place"])
            if e["party"]:
                rec.add("joined", e["start_date"], {"P": e["party"], "J": e["id"], "form": "full"}, e,
                        title="%s takes part as host: %s" % (t["name"][e["party"]], e["title"]), doubt=[("start_date", "date")])
            if e["end_date"]:
                rec.add("project_completed", e["end_date"], {"J": e["id"]}, e, title="Completed: " + e["title"], rank=LATE)


def cooperation(rec, t):
    for c in t["cooperation"]:
        if not c["date"]:
            continue
        doubt = [("date", "date"), ("place", "place"), ("document_title", "title")]
        o, name = c["partner"], t["name"][c["partner"]]
        if c["document_type"] == "status" or "observer status" in c["document_title"]:
            rec.add("own_status_obtained", c["date"], {"O": o, "value": "observer"}, c, title=c["document_title"], text=c["note"], doubt=doubt,
                    place=c["place"])
            continue
        rec.add("instrument_adopted", c["date"], {"I": c["id"], "kind": words(c["document_type"])}, c, title={"en": c["document_title"]},
                text=c["note"], doubt=doubt + [("partner", "about")], place=c["place"], about=o)
        if c["document_type"] != "UN resolution":
            rec.add("cooperation_signed", c["date"], {"O": o, "I": c["id"], "ends": c["valid_to"] and day(c["valid_to"])[0]}, c,
                    title="%s: %s" % (name, c["document_title"]), text=c["note"], doubt=doubt + [("partner", "O")], place=c["place"])


def news(rec, t):
    outlets = {}
    named = {n["news_id"]: split(n["names"]) for n in t["named"]}
    for n in t["news"]:
        outlet = ""
        if n["publisher"] != "SCO Secretariat":
            outlet = "".join(ch for ch in n["publisher"].lower().replace(" ", "-") if ch.isalnum() or ch in "-.")
            outlets.setdefault(outlet, (n["date"], n))
            outlets[outlet] = min(outlets[outlet], (n["date"], n), key=lambda x: x[0])
        title = {"en": n["title_en"], "ru": n["title_ru"], "zh": n["title_zh"]}
        for mark in (" (descriptive)", " (описательное название)", " (описательное)", "（描述性标题）"):
            title = {k: v.replace(mark, "") for k, v in title.items()}
        text = n["note"]
        if any("title" in f for f in split(n["unverified_fields"])) and "descriptive" not in text:
            text = (text + "; " if text else "") + "descriptive title"
        rec.add("release_issued", n["date"], {"R": n["id"], "category": n["category"], "O": outlet}, n, title=title,
                text=text, about=[x for x in [n["meeting_id"], *named.get(n["id"], [])] if x], rank=LATE,
                doubt=[("title_en", "title.en"), ("title_ru", "title.ru"), ("title_zh", "title.zh")])
    for outlet, (when, n) in outlets.items():
        rec.add("outlet_listed", when, {"O": outlet}, n, title=n["publisher"])


def added(rec, t):
    for a in t["added"]:
        args = dict(x.split("=") for x in a["args"].split(";"))
        rec.add(a["kind"], a["date"], args, a, title=a["title_en"], text=a["note"], received=a["received"])


def late(rec, t):
    """What was found when the record stood already: it comes to the register on the day on which it was found."""
    for a in t["late"]:
        args = dict(x.split("=") for x in a["args"].split(";"))
        rec.add(a["kind"], a["date"], args, a, title={"en": a["title_en"], "ru": a["title_ru"], "zh": a["title_zh"]}, text=a["note"], note=a["date_note"],
                place=a["place"], about=split(a["about"]), received=a["received"],
                doubt=[("date", "date"), ("title_ru", "title.ru"), ("title_zh", "title.zh"), ("body", "B"), ("due", "due")])


def titles(rec, t):
    """What an instrument or a decision is called in the languages of its text, as another source than that of the row names it."""
    for x in t["titles"]:
        act = rec.find("decision_tabled", D=x["id"]) if x["id"].startswith("DEC-") else rec.find("instrument_adopted", I=x["id"])
        act["title"] = {k: v for k, v in sorted({**act["title"], x["lang"]: x["title"]}.items())}
        act["sources"] = act["sources"] + [s for s in sources_of(x["source"]) if s not in act["sources"]]
        if x["unverified_fields"]:
            act["unverified"] = act.get("unverified", []) + ["title." + x["lang"]]


def parties(rec, t):
    """Each is listed on the day on which the record first names it."""
    first = {}
    for act in rec.acts:
        for name in list(act["args"].values()) + act.get("about", []):
            if name in t["name"]:
                first[name] = min(first.get(name, "9999"), known(act), act["date"])
    last = max(known(a) for a in rec.acts)
    for p in t["parties"]:
        kind, arg = ("state_listed", "S") if p["kind"] == "state" else ("organisation_listed", "O")
        note = "The day on which the record first names it." if p["code"] in first else "Named by sources without a day; listed at the end of the record."
        rec.add(kind, first.get(p["code"], last[:4]), {arg: p["code"]}, p, title={"en": p["name_en"], "ru": p["name_ru"], "zh": p["name_zh"]},
                text=p["note"] if p["kind"] == "organisation" and not p["note"].startswith("Granted") else None, note=note,
                doubt=[("name_ru", "title.ru"), ("name_zh", "title.zh")])


def corrections(rec, t):
    """An early report stands first, as it was; what is held true now follows as its correction, when it could be known."""
    for c in t["corrections"]:
        settled = rec.find(c["kind"], **dict(x.split("=") for x in c["match"].split(";")))
        early, late = dict(settled), dict(settled)
        early.pop("text", None)     # it would tell what was not known yet
        for act, changes, source in ((early, c["early"], c["early_source"]), (late, c["late"], c["late_source"])):
            act["args"] = dict(act["args"])
            for change in changes.split(";") if changes else ():
                field, value = change.split("=")
                if field in ("date", "certainty"):
                    act[field] = value
                    if field == "date":     # a whole day, which the source tells
                        act.pop("date_precision", None)
                        act["unverified"] = [u for u in act.get("unverified", ()) if u != "date"]
                        if not act["unverified"]:
                            del act["unverified"]
                else:
                    act["args"][field] = int(value) if value.isdigit() else value
            if source:
                act["sources"] = sources_of(source)
        late["received"] = day(c["received"])[0]
        late["text"] = {"en": c["note"]}
        late["corrects"] = early
        late["_rank"] = CORRECTION
        if "documents" in late["args"]:
            for act in (early, late):
                act["title"] = {"en": "Meeting closed, %d documents" % act["args"]["documents"]}
        rec.acts[rec.acts.index(settled)] = early
        late["_seq"] = len(rec.acts)
        rec.acts.append(late)


ORDER = ("kind", "date", "received", "args", "title", "text", "place", "sources", "certainty", "unverified", "recorded",
         "date_precision", "precisions", "date_note", "about", "corrects")


TABLES = ("parties", "bodies", "areas", "meetings", "instruments", "instrument_parties", "clauses", "decisions", "accession_steps",
          "budget_shares", "officials", "projects_events", "cooperation", "news", "named", "status_history", "added", "late", "titles", "corrections")


def build(t):
    """The acts of the tables `t`, in the order of the record, still with their marks for sorting"""
    t = dict(t, name={p["code"]: p["name_en"] for p in t["parties"]}, code={p["name_en"]: p["code"] for p in t["parties"]},
             names={lang: {p["code"]: p["name_" + lang] for p in t["parties"] if p["name_" + lang]} for lang in ("ru", "zh")})
    rec = Record()
    for table in (areas, bodies, meetings, instruments, instrument_parties, decisions, status, accession, money_people_projects,
                  cooperation, news, added, late, titles, corrections, parties):
        table(rec, t)
    rec.acts.sort(key=lambda a: (known(a), a["_rank"], a["_seq"]))
    return rec.acts


def tables(folder):
    return {name: rows(folder, name) for name in TABLES}


def lines(acts):
    position = {id(a): n for n, a in enumerate(acts, 1)}
    for a in acts:
        line = {k: a[k] for k in ORDER if k in a}
        if "corrects" in a:
            line["corrects"] = position[id(a["corrects"])]
        yield json.dumps(line, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.writelines(lines(build(tables(sys.argv[1] if len(sys.argv) > 1 else SOURCES))))


if __name__ == "__main__":
    main()
