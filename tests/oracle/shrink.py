# SPDX-License-Identifier: Apache-2.0
"""Makes a case smaller while something stays true of it: drops acts, statements, then words within statements.

`wrong(case)` says whether the case still shows what is looked for. A case that is no longer lawful must be False there.
"""
import time
from typing import NamedTuple

from language import Wrong, words_of


class Case(NamedTuple):
    items: tuple  # statements of the rulebook
    acts: tuple
    known: object  # a position, or None: all

    def text(self):
        return "\n".join(self.items) + "\n"


def without_acts(acts, drop):
    """The acts without those at the places `drop` (0, 1, ...), nor the corrections of these; the others still correct what they did."""
    kept, place = [], {}
    for at, act in enumerate(acts):
        corrected = act.get("corrects")
        if at in drop or corrected and corrected not in place:
            continue
        kept.append({**act, "corrects": place[corrected]} if corrected else act)
        place[at + 1] = len(kept)
    return tuple(kept)


def chunks(number):
    """Ranges to leave out: the halves, the quarters, down to each alone."""
    size = number
    while size:
        for start in range(0, number, size):
            yield range(start, min(number, start + size))
        size //= 2


def fewer_acts(case):
    if case.known and case.known < len(case.acts):
        yield case._replace(acts=case.acts[:case.known], known=None)
    if case.known:
        yield case._replace(known=None)
    for drop in chunks(len(case.acts)):
        acts = without_acts(case.acts, drop)
        yield case._replace(acts=acts, known=case.known and min(case.known, len(acts)))


def fewer_items(case):
    for drop in chunks(len(case.items)):
        yield case._replace(items=tuple(item for at, item in enumerate(case.items) if at not in drop))


def fewer_words(case):
    """Each range of words left out, the longest first; a pair of brackets left out."""
    for at, item in enumerate(case.items):
        try:
            words = words_of(item)
        except Wrong:
            continue
        ends = [word.at for word in words[1:]] + [len(item)]

        def put(text):
            return case._replace(items=case.items[:at] + (text,) + case.items[at + 1:])
        for size in (20, 14, 10, 8, 7, 6, 5, 4, 3, 2, 1):
            for start in range(1, len(words) - size + 1):
                yield put((item[:words[start].at] + item[ends[start + size - 1]:]).strip())
        for start, word in enumerate(words):
            if word.text == "(" and word.kind == "sign":
                end = closing(words, start)
                if end:
                    yield put(item[:word.at] + " " + item[ends[start]:words[end].at] + " " + item[ends[end]:])


def closing(words, start):
    depth = 0
    for at in range(start, len(words)):
        depth += (words[at].text == "(") - (words[at].text == ")")
        if not depth:
            return at
    return None


def plainer_acts(case):
    """Acts that are no corrections, that have no time of day, or no optional argument."""
    for at, act in enumerate(case.acts):
        plainer = []
        if act.get("corrects") and not act.get("annul"):
            plainer.append({key: value for key, value in act.items() if key != "corrects"})
        if "T" in act.get("date", ""):
            plainer.append({**act, "date": act["date"][:10]})
        for name in act.get("args", {}):
            plainer.append({**act, "args": {key: value for key, value in act["args"].items() if key != name}})
        for one in plainer:
            yield case._replace(acts=case.acts[:at] + (one,) + case.acts[at + 1:])


WAYS = (fewer_acts, fewer_items, fewer_words, plainer_acts)


def shrink(case, wrong, seconds=60):
    """The smallest case found in that time of which `wrong` is still true."""
    end = time.monotonic() + seconds
    size = None
    while size != (len(case.text()), len(str(case.acts))):
        size = len(case.text()), len(str(case.acts))
        for way in WAYS:
            case = smaller(case, way, wrong, end)
    return case


def smaller(case, way, wrong, end):
    """Tries one way until it finds nothing more; goes on from where it found something."""
    at = 0
    while True:
        tries = list(way(case))
        for number in list(range(at, len(tries))) + list(range(min(at, len(tries)))):
            if time.monotonic() > end:
                return case
            if tries[number] != case and wrong(tries[number]):
                case, at = tries[number], number
                break
        else:
            return case
