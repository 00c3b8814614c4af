# SPDX-License-Identifier: Apache-2.0
"""Dates and spans of time, after section 4 of docs/rules-reference.md: a Date is a number of seconds of civil time."""
import calendar
import datetime
import re
from typing import NamedTuple

DAY = 86400
UNITS = {unit + plural: unit for unit in ("minute", "hour", "day", "month", "year") for plural in ("", "s")}
SECONDS = {"minute": 60, "hour": 3600, "day": DAY}
LAST = datetime.date.max.toordinal() * DAY + DAY - 1  # the last second of 9999-12-31
FIRST = datetime.date.min.toordinal() * DAY


class Date(NamedTuple):
    seconds: int

    def __str__(self):
        day, second = divmod(self.seconds, DAY)
        text = datetime.date.fromordinal(day).isoformat()
        return text if not second else f"{text}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


class Span(NamedTuple):
    number: int
    unit: str

    def __str__(self):
        return f"{self.number} {self.unit}" + ("" if self.number == 1 else "s")


def date_from(text):
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d):(\d\d))?", text)
    hour, minute, second = (int(part or 0) for part in match.groups()[1:])
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(text)
    return Date(datetime.date.fromisoformat(match[1]).toordinal() * DAY + hour * 3600 + minute * 60 + second)


def span_from(text):
    number, unit = text.split()
    return Span(int(number), UNITS[unit])


def day_of(date):
    """The first second of its day."""
    return Date(date.seconds - date.seconds % DAY)


def end_of(date):
    """The first second after what the date names: a whole day if it is the first second of one, else a second."""
    return Date(date.seconds + (1 if date.seconds % DAY else DAY))


def within(seconds):
    return Date(seconds) if FIRST <= seconds <= LAST else None


def month(date, months):
    """(year, month, days in it) that many months on; None outside the years 1 to 9999."""
    day = datetime.date.fromordinal(date.seconds // DAY)
    year, number = divmod(day.year * 12 + day.month - 1 + months, 12)
    return (year, number + 1, calendar.monthrange(year, number + 1)[1]) if 1 <= year <= 9999 else None


def add(date, span, sign=1):
    """date + span (or minus); the same day of the month, else its last; None outside the years 1 to 9999."""
    if span.unit in SECONDS:
        return within(date.seconds + sign * span.number * SECONDS[span.unit])
    found = month(date, sign * span.number * (12 if span.unit == "year" else 1))
    if not found:
        return None
    year, number, days = found
    day = datetime.date.fromordinal(date.seconds // DAY).day
    return Date(datetime.date(year, number, min(day, days)).toordinal() * DAY + date.seconds % DAY)


def month_after(date):
    found = month(date, 1)
    return found and Date(datetime.date(found[0], found[1], 1).toordinal() * DAY)


def month_of(date):
    year, number, _ = month(date, 0)
    return Date(datetime.date(year, number, 1).toordinal() * DAY)


def month_end(date):
    year, number, days = month(date, 0)
    return Date(datetime.date(year, number, days).toordinal() * DAY)


ROUNDINGS = {"exact": lambda date: date, "month_after": month_after, "month_of": month_of, "month_end": month_end}
