# SPDX-License-Identifier: Apache-2.0
"""A made-up register of a large organisation, always the same: the record of the sample organisation, and after it made-up acts of its kinds.

The organisation has 30 founding members and 130 other participants, 60 meetings of ministers besides the councils, and 25 years of work: of each
hundred acts about 50 are about meetings, 20 about decisions, 13 releases, 12 about treaties, 5 about projects and other things.
"""
import json
import os
import random
import sys
from datetime import date, timedelta

FIRST, LAST = date(2001, 6, 15), date(2025, 12, 1)
# ISO 3166-1, those that the sample has not; the first 24 are founders here.
STATES = """AL DZ AD AO AR AU AT BS BB BE BZ BJ BO BA BW BR BG BF BI CV CM CA CF TD CL CO KM CG CR CI HR CU CY CZ DK DJ DM DO EC SV GQ ER EE SZ
ET FJ FI FR GA GM GE DE GH GR GD GT GN GW GY HT HN HU IS ID IE IL IT JM JO KE KI KR LV LB LS LR LY LI LT LU MG MW MY ML MT MH MR MU MX FM MD MC
ME MA MZ NA NR NL NZ NI NE NG MK NO OM PW PA PG PY PE PH PL PT RO RW KN LC VC WS SM ST SN RS SC SL SG SK SI SB SO ZA SS ES SD SR SE CH""".split()
FOUNDERS = 24
SUBJECTS = """trade transport customs energy education culture health science tourism sport justice agriculture environment water finance investment
drugs borders emergencies information statistics standards space communications industry labour youth railways aviation forests""".split()
CATEGORIES = ["politics", "economy", "culture", "security", "humanitarian"]
WORDS = {
    "en": ("{}: {} on cooperation in the field of {}", ["Statement", "Agreement", "Programme", "Report", "Plan of action", "Declaration"], SUBJECTS),
    "ru": ("{}: {} о сотрудничестве в области «{}»", ["Заявление", "Соглашение", "Программа", "Доклад", "План действий", "Декларация"], None),
    "zh": ("{}：关于{}领域合作的{}", ["声明", "协定", "纲要", "报告", "行动计划", "宣言"], None),
}
TEXT = {
    "en": "The parties took note of the progress in the field of {}, exchanged views on the steps ahead, and agreed to continue the work of experts.",
    "ru": "Стороны отметили ход работы в области «{}», обменялись мнениями о дальнейших шагах и согласились продолжить работу экспертов.",
    "zh": "各方注意到{}领域的进展，就下一步工作交换了意见，并同意继续开展专家工作。",
}


class Record:
    def __init__(self, acts, sample):
        self.dice = random.Random(5)
        self.wanted, self.lines = acts, list(sample)
        self.number = 0
        self.states, self.members, self.observers = [], [], []
        self.bodies, self.organisations = ["CHS", "CHG", "CFM", "CNC"], []
        self.treaties, self.projects = [], []
        seen = [json.loads(line) for line in sample]
        self.taken = {value for act in seen for value in act["args"].values() if isinstance(value, str)}
        self.areas = [act["args"]["A"] for act in seen if act["kind"] == "area_listed"]

    def chance(self, share):
        return self.dice.random() < share

    def one(self, values):
        return values[int(self.dice.random() * len(values))]

    def some(self, values, n):
        """n of them or fewer, each once, in their order."""
        chosen = {int(self.dice.random() * len(values)) for _ in range(n)}
        return [values[i] for i in sorted(chosen)]

    def name(self, prefix):
        self.number += 1
        return f"{prefix}-{self.number:05}"

    def act(self, kind, day, args, title=None, text=None):
        act = {"kind": kind, "date": day.isoformat(), "args": args, "recorded": True, "certainty": "sourced",
               "sources": [{"title": f"Made up: {kind.replace('_', ' ')}", "url": "https://example.org/made-up"}]}
        if title:
            act["title"] = title
        if text:
            act["text"] = text
        self.lines.append(json.dumps(act, ensure_ascii=False))

    def said(self, number, languages=("en", "ru", "zh")):
        """Titles and texts in these languages about a subject."""
        kind, subject = int(self.dice.random() * 6), self.one(SUBJECTS)
        title = {language: WORDS[language][0].format(number, *((subject, WORDS[language][1][kind]) if language == "zh" else (WORDS[language][1][kind], subject)))
                 for language in languages}
        return title, {language: TEXT[language].format(subject) for language in languages}

    # ---- the parts of the record

    def begin(self):
        for state in STATES:
            if state in self.taken:
                continue
            self.act("state_listed", FIRST, {"S": state})
            self.states.append(state)
        for state in self.states[:FOUNDERS]:
            self.act("signed", FIRST, {"P": state, "I": "INS-DECL-2001"})
        self.members = self.states[:FOUNDERS] + ["CN", "KZ", "KG", "RU", "TJ", "UZ"]
        for subject in SUBJECTS:
            for board in ("MIN", "EXP"):
                body = f"{board}-{subject}"
                self.act("body_established", FIRST, {"B": body, "parent": "MHM"}, {"en": f"{'Ministers' if board == 'MIN' else 'Experts'}: {subject}"})
                self.bodies.append(body)
        for number in range(40):
            organisation = f"ORG-M{number:02}"
            self.act("organisation_listed", FIRST, {"O": organisation}, {"en": f"Organisation of {self.one(SUBJECTS)} {number}"})
            self.organisations.append(organisation)

    def statuses(self, day, number):
        """Each of the others becomes an observer or a dialogue partner in its turn, until 2025."""
        if FOUNDERS + number >= len(self.states) or day.year > 2024:
            return
        state = self.states[FOUNDERS + number]
        if number % 3 == 0:
            self.act("status_applied", day, {"P": state, "value": "observer"})
            self.act("status_granted", day + timedelta(200), {"P": state, "value": "observer"})
            self.observers.append(state)
        else:
            instrument = f"INS-DPM-M-{state}"
            self.act("status_applied", day, {"P": state, "value": "dialogue_partner"})
            self.act("status_granted", day + timedelta(120), {"P": state, "value": "dialogue_partner"})
            self.act("instrument_adopted", day + timedelta(121), {"I": instrument, "kind": "memorandum"}, {"en": f"Memorandum on the status of dialogue partner, {state}"})
            self.act("dialogue_memorandum_signed", day + timedelta(150), {"P": state, "I": instrument})

    def meeting(self, day):
        body = self.one(self.bodies)
        meeting = self.name("M")
        called = day - timedelta(30 + int(self.dice.random() * 60))
        last = day + timedelta(int(self.dice.random() * 3))
        title, text = self.said(body)
        self.act("meeting_convened", called, {"M": meeting, "B": body, "first": day.isoformat(), "last": last.isoformat(), "chair": self.one(self.members)}, title, text)
        self.act("area_assigned", called, {"M": meeting, "A": self.one(self.areas)})
        if self.chance(0.5):
            self.act("session_opened", called, {"M": meeting})
        for state in self.some(self.states, 2):
            self.act("guest_invited", called, {"P": state, "M": meeting})
        for state in self.some(self.members, 12) + (self.some(self.observers, 3) if self.observers else []):
            self.act("attended", last, {"P": state, "M": meeting})
        for _ in range(2):
            self.decision(last, body, meeting)
        self.act("meeting_closed", last, {"M": meeting, "documents": 2})

    def decision(self, day, body, meeting):
        decision = self.name("D")
        args = {"D": decision, "B": body, "M": meeting}
        title, text = self.said(decision)
        if self.chance(0.15):
            args["I"], args["matter"] = self.name("INS-REG"), "approve_rule"
            self.act("instrument_adopted", day, {"I": args["I"], "M": meeting, "kind": "regulation"}, *self.said(args["I"]))
        self.act("decision_tabled", day - timedelta(1), args, title, text)
        if self.chance(0.2):
            self.act("subject_named", day - timedelta(1), {"D": decision, "P": self.one(self.states)})
        if self.chance(0.1):
            member = self.one(self.members[:FOUNDERS])
            self.act("objected", day, {"P": member, "D": decision})
            if self.chance(0.7):
                self.act("objection_lifted", day, {"P": member, "D": decision})
        self.act("gavelled", day, {"D": decision})

    def treaty(self, day):
        treaty = self.name("INS-T")
        title, text = self.said(treaty)
        signers = self.some(self.members, 30) + self.some(self.states, 6)
        signers = list(dict.fromkeys(signers))
        self.act("instrument_adopted", day, {"I": treaty, "kind": self.one(["treaty", "protocol", "agreement"])}, title, text)
        self.act("instrument_opened", day, {"I": treaty, "threshold": 3 + int(self.dice.random() * 8), "delay": "30 days", "rounding": "exact",
                                            "later_delay": "30 days", "later_rounding": "exact"})
        for state in signers:
            self.act("signed", day, {"P": state, "I": treaty})
        for state in signers:
            if self.chance(0.7):
                later = day + timedelta(60 + int(self.dice.random() * 1500))
                self.act("consent_approved", later, {"P": state, "I": treaty})
                self.act("consent_deposited", later + timedelta(40), {"P": state, "I": treaty, "form": "ratification"})
        self.treaties.append(treaty)

    def release(self, day):
        release = self.name("NEWS")
        languages = ("en", "ru", "zh") if self.chance(0.6) else ("ru",)
        title, text = self.said(release, languages)
        self.act("release_issued", day, {"R": release, "category": self.one(CATEGORIES)}, title, text)
        if self.chance(0.03):
            self.act("release_corrected", day + timedelta(2), {"R": release})

    def project(self, day):
        project = self.name("PRJ")
        title, text = self.said(project)
        self.act("project_started", day, {"J": project, "A": self.one(self.areas)}, title, text)
        for state in self.some(self.members[:FOUNDERS], 8):
            self.act("joined", day + timedelta(10), {"P": state, "J": project, "form": self.one(["full", "component", "financing"])})
        if self.chance(0.6):
            self.act("project_completed", day + timedelta(900), {"J": project})

    def cooperation(self, day):
        instrument = self.name("INS-C")
        self.act("instrument_adopted", day, {"I": instrument, "kind": "memorandum"}, *self.said(instrument))
        self.act("cooperation_signed", day, {"O": self.one(self.organisations), "I": instrument})

    def consultation(self, day):
        consultation, authority = self.name("CON"), self.name("AUT")
        self.act("consultation_agreed", day, {"K": consultation}, *self.said(consultation))
        self.act("consultation_held", day + timedelta(30), {"K": consultation})
        self.act("authority_designated", day, {"U": authority, "P": self.one(self.members), "A": self.one(self.areas)}, *self.said(authority))

    def commitment(self, day):
        commitment = self.name("COM")
        self.act("commitment_made", day, {"C": commitment, "P": self.one(self.states), "I": "INS-CHARTER-2002", "due": (day + timedelta(400)).isoformat()},
                 {"en": f"To bring the law on {self.one(SUBJECTS)} into line"})
        if self.chance(0.7):
            self.act("evidence_filed", day + timedelta(300), {"C": commitment})

    def go_on(self):
        """25 years in as many steps as it takes: each step is a meeting and what happens around it."""
        step, steps = 0, (self.wanted - len(self.lines)) // 44
        while len(self.lines) < self.wanted:
            day = FIRST + timedelta(100 + min(step, steps) * ((LAST - FIRST).days - 100) // max(steps, 1))
            self.meeting(day)
            for _ in range(5):
                self.release(day)
            if step % 8 == 0:
                self.treaty(day)
            if step % 16 == 0:
                self.statuses(day, step // 16)
                self.commitment(day)
                self.project(day)
            if step % 24 == 0:
                self.cooperation(day)
                self.consultation(day)
            step += 1
        del self.lines[self.wanted:]


def make(sample, acts):
    """The lines of such a record, `acts` of them."""
    with open(sample, encoding="utf-8") as file:
        record = Record(acts, file.read().splitlines())
    record.begin()
    record.go_on()
    return record.lines


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    print("\n".join(make(os.path.join(here, "..", "..", "orgs", "sco", "record.jsonl"), int(sys.argv[1]))))
