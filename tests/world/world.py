# SPDX-License-Identifier: Apache-2.0
"""Turns tables of public data into acts of the standard vocabulary.

    world.py KIND DATA > acts.jsonl        KIND: treaties, organisations, members, council

DATA is the folder that holds the tables. Nothing here knows a treaty, a State or an organisation by its name: what a final clause
says stands in DATA, which table holds whose deposits in lists.csv, what an article says beyond the clause in conditions.csv.
An act may carry more than rules read: `organisation` tells the records apart that `organisations` prints one after the other.
"""
import collections
import csv
import datetime
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# ---- tables and acts --------------------------------------------------------------------------------------------


def table(*path):
    """The rows of a CSV file, as dictionaries; of no file, none."""
    path = os.path.join(*path)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


NAMES = {row["name"]: row["party"] for row in table(HERE, "names.csv")}


def act(kind, date, **args):
    """One act; an argument without a value is left out, a party has one name in all tables."""
    args = {name: value for name, value in args.items() if value not in ("", None)}
    if "P" in args:
        args["P"] = NAMES.get(args["P"], args["P"])
    return {"kind": kind, "date": date, "args": args}


def later(day, days):
    """`day` and so many days."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days)).isoformat()


def filled(text, row):
    """`text`, or the cell of `row` that it names: $column."""
    return row[text[1:]] if text.startswith("$") else text


def arguments(text, row):
    """`P=$state;n=1` with the cells of `row`; a number becomes a number."""
    pairs = (pair.split("=", 1) for pair in text.split(";") if pair)
    values = ((name, filled(value, row)) for name, value in pairs)
    return {name: int(value) if value.isdigit() else value for name, value in values}


# ---- treaties ---------------------------------------------------------------------------------------------------

ROUNDING = {"exact": "exact", "first_of_month_following": "month_after", "first_of_nth_month_after_deposit_month": "month_of"}
FORM = {"ratification": "ratification", "acceptance": "acceptance", "approval": "approval", "accession": "accession",
        "definitive signature": "signature", "succession": "notification"}


def span(row, prefix):
    number, unit = row[prefix + "_n"], row[prefix + "_unit"]
    return f"{number} {unit}" if number else None


def deposits(data):
    """treaty -> its deposits, in the order of lists.csv: (date, party, form, late)."""
    found = collections.defaultdict(list)
    for source in table(HERE, "lists.csv"):
        column, _, value = source["where"].partition("=")
        for row in table(data, source["table"]):
            if row[source["deposit"]] and (not column or row[column] == value):
                form = FORM.get(row.get(source["form"], "").lower())
                found[source["treaty_id"].format(**row)].append((row[source["deposit"]], row[source["party"]], form, source["late"] == "yes"))
    return found


def condition(data, row, opened):
    """The acts that one row of conditions.csv stands for."""
    cells = table(data, row["table"]) if row["table"] else [{}]
    made = (act(row["act"], filled(row["date"], cell) or opened, **arguments(row["args"], cell)) for cell in cells)
    made = [a for a in made if len(a["args"]) == row["args"].count("=")]          # a row of the table without the number says nothing
    for a in made:
        if row["treaty_id"] and "I" not in a["args"] and row["act"] not in ("group_joined", "group_left", "organisation_listed"):
            a["args"]["I"] = row["treaty_id"]
    return made


def opening(clause, opened):
    """The act that opens a treaty, with what its final clause says."""
    return act("instrument_opened", opened, I=clause["treaty_id"], threshold=int(clause["threshold_count"] or 1),
               delay=span(clause, "delay") or "0 days", rounding=ROUNDING[clause["delay_rule"] or "exact"],
               fixed=clause["not_before_date"], parent=clause["not_before_treaty"],
               states_only="yes" if clause["reio_counted"] == "no" else None,
               later_delay=span(clause, "later_delay"), later_rounding=ROUNDING.get(clause["later_delay_rule"]))


def treaties(data, conditions=None):
    """(acts, late): clauses, conditions and deposits, then the deposits that came to light later. A treaty opens on the day of its
    adoption, or with its first deposit if that is earlier or the only day known."""
    beside = collections.defaultdict(list)
    for row in table(HERE, "conditions.csv") if conditions is None else conditions:
        beside[row["treaty_id"]].append(row)
    consents = deposits(data)
    acts = [a for row in beside.pop("", []) for a in condition(data, row, None)]
    late = []
    for clause in table(data, "entry_into_force", "clauses.csv"):
        treaty = clause["treaty_id"]
        first = opening(clause, min([clause["adopted"] or "9999-12-31"] + [date for date, *_ in consents[treaty]]))
        acts.append(first)
        for row in beside[treaty]:
            if row["act"] == first["kind"]:
                said = dict(first["args"], **arguments(row["args"], {}))
                first.update(act(first["kind"], first["date"], **said))         # `fixed=` takes an argument away
            elif row["act"] != "-":
                acts += condition(data, row, first["date"])
        for date, party, form, later in consents[treaty]:
            (late if later else acts).append(act("consent_deposited", date, P=party, I=treaty, form=form))
    return acts, late


# ---- membership -------------------------------------------------------------------------------------------------

def organisations(data):
    """organisation -> the acts of its record. A spell begins with a grant on 1 January of its first year. It ends with a notice on 1 January
    after its last, unless the next spell starts there (a change of status) or the table ends with it. A State that was none for a time
    (absences.csv) is absent in the whole years between, because the table counts by the year."""
    spells = collections.defaultdict(list)
    for row in table(data, "igo_membership", "spells.csv"):
        spells[row["igo"], row["state"]].append((int(row["from_year"]), int(row["to_year"]) + 1, row["status"]))
    last = max(end for those in spells.values() for _, end, _ in those)
    absences = {row["state"]: row for row in table(HERE, "absences.csv")}
    record = collections.defaultdict(list)
    for (igo, state), those in spells.items():
        if state in absences:
            record[igo].append(act("statehood_interrupted", f"{int(absences[state]['absent_from'][:4]) + 1}-01-01", P=state))
            record[igo].append(act("statehood_restored", f"{absences[state]['back'][:4]}-01-01", P=state))
        starts = {start for start, _, _ in those}
        for start, end, status in sorted(those):
            record[igo].append(act("status_granted", f"{start}-01-01", P=state, value=status))
            if end != last and end not in starts:
                record[igo].append(act("withdrawal_notified", f"{end}-01-01", P=state))
    return record


ROUTES = {"original member": ("consent_deposited", {"I": "charter"}), "admission": ("status_granted", {"value": "member"})}


def members(data):
    """One act a State: its ratification, or the resolution that admitted it."""
    acts = []
    for row in table(data, "un_membership", "acts.csv"):
        kind, args = ROUTES[row["route"]]
        ground = {"D": row["resolution"]} if kind == "status_granted" else {}
        acts.append(act(kind, row["date_adopted"], P=row["state"], **args, **ground))
    return acts


def flagged(data):
    """The States that were registered before they were admitted: one of the two dates is wrong."""
    return [row["state"] for row in table(data, "un_membership", "acts.csv") if "" < row["date_registered"] < row["date_adopted"]]


# ---- votes ------------------------------------------------------------------------------------------------------

def ballots(row, seated):
    """seat -> yes, no or abstain, so that the tally is that of the row. The table names only who vetoed: the other votes against are
    dealt from the last elected seat upward, the votes for and the abstentions from the first seat downward."""
    if row["outcome"] == "adopted_adopted_unanimously":
        return {seat: "yes" for seat in seated}
    dealt = {NAMES.get(name, name): "no" for name in row["vetoed_by"].split(";") if name}
    for vote, seats in (("no", reversed(seated)), ("yes", seated), ("abstain", seated)):
        free = [seat for seat in seats if seat not in dealt]
        missing = int(row[vote] or 0) - sum(v == vote for v in dealt.values())
        dealt.update((seat, vote) for seat in free[:missing])
    return dealt


def votes(data):
    """(row, decision, date) for each row of the table; a date that it leaves out comes from vote_dates.csv."""
    dates = {row["item"]: row["date"] for row in table(HERE, "vote_dates.csv")}
    return [(row, f"{n} {row['item']}", row["date"] or dates[row["item"]]) for n, row in enumerate(table(data, "un_votes", "sc_votes.csv"), 1)]


def council(data):
    """The seats, then every draft: tabled, voted on, closed."""
    seats = table(HERE, "seats.csv")
    acts = [act("status_granted", row["date"], P=row["seat"], value=row["status"]) for row in seats]
    for row, decision, date in votes(data):
        acts.append(act("decision_tabled", date, D=decision, B="council"))
        seated = [s["seat"] for s in seats if s["date"] <= date]
        acts += [act("voted", date, P=seat, D=decision, vote=vote) for seat, vote in ballots(row, seated).items()]
        acts.append(act("gavelled", date, D=decision))
    return acts


KINDS = {"treaties": lambda data: sum(treaties(data), []), "members": members, "council": council,
         "organisations": lambda data: [dict(a, organisation=igo) for igo, acts in organisations(data).items() for a in acts]}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    for made in KINDS[sys.argv[1]](sys.argv[2]):
        print(json.dumps(made, ensure_ascii=False))
