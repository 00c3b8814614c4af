# SPDX-License-Identifier: Apache-2.0
"""Evaluators with one mistake each, in the place that the name and the section of the reference say.

A comparison that lets one of them pass would let the same mistake of the program pass.
"""
import re

import dates
import oracle
from conditions import View
from constructs import plain_rules
from dates import DAY, Date
from evaluate import Evaluation

MUTANTS = {}  # name -> (what a rulebook must say, Evaluation, Record)


def mutant(section, about=""):
    """Registers a class: a View, an Evaluation or a Record that is wrong in one respect. Only a rulebook with `about` can show it."""
    def register(wrong):
        evaluation, record = Evaluation, oracle.Record
        if issubclass(wrong, View):
            evaluation = type(wrong.__name__, (Evaluation,), {"view_class": wrong})
        elif issubclass(wrong, Evaluation):
            evaluation = wrong
        else:
            record = wrong
        MUTANTS[f"{wrong.__name__} ({section})"] = re.compile(about), evaluation, record
        return wrong
    return register


# Conditions and expressions


@mutant("4.2", r"passed|after|due")
class EveryDateNamesItsDay(View):
    def is_passed(self, cond, env, need):
        date = self.of(cond[1], env)
        return date is not None and self.now is not None and self.now.seconds >= dates.day_of(date).seconds + DAY


@mutant("5.2", r"reached| on d| on feast| on 2020")
class ReachedADayLate(View):
    def is_reached(self, cond, env, need):
        return self.is_passed(cond, env, need)


@mutant("5.2", r"passed|after d|due|after 2020|after feast")
class PassedAtOnce(View):
    def is_passed(self, cond, env, need):
        return self.is_reached(cond, env, need)


@mutant("4.4", r"<")
class AbsentIsSmall(View):
    def compare(self, sign, left, right):
        return sign in ("<", "<=") if left is None or right is None else super().compare(sign, left, right)


@mutant("4.4", r"(later|earlier) of")
class LaterOfNeedsBoth(View):
    def of(self, expr, env):
        if expr[0] in ("later", "earlier") and None in [super(LaterOfNeedsBoth, self).of(side, env) for side in expr[1:]]:
            return None
        return super().of(expr, env)


@mutant("4.4", r"sum of \w+\(\w+\) of \w+ with")
class AbsentWeightIsOne(View):
    def sum(self, weight, binder, env, *need):
        if binder.cond is None:
            return super().sum(weight, binder, env, *need)
        weights = [self.of(weight, {**env, binder.var: value}) for value in self.members(binder, env, *need)]
        return sum(1 if one is None else one for one in weights)


@mutant("4.5", r"percent|\d/\d")
class Floats(View):
    def of(self, expr, env):
        found = super().of(expr, env)
        return int(found) if expr[0] in ("percent", "fraction") and found is not None else found


@mutant("4.6", r"months?\b|year")
class MonthsRunOver(View):
    def apply(self, kind, left, right=None):
        if kind == "+" and isinstance(left, Date) and right.unit in ("month", "year"):
            first = dates.month_of(left)
            return Date(dates.add(first, right).seconds + left.seconds - first.seconds)
        return super().apply(kind, left, right)


@mutant("4.6", r"first of month after|month_after|wait")
class FirstOfThisMonth(View):
    def apply(self, kind, left, right=None):
        if kind == "month_after" and left == dates.month_of(left):
            return left
        return super().apply(kind, left, right)


@mutant("4.6", r"rounded by")
class RoundedByMonthAfter(View):
    def apply(self, kind, left, right=None):
        if kind == "rounded" and right == "month_of":
            right = "month_after"
        return super().apply(kind, left, right)


@mutant("4.7", r"if [^\n]*that (day|instant)[^\n]*still so")
class ThatDayIsNow(View):
    """Also in the test of a pending change."""

    def of(self, expr, env):
        return super().of(expr, {**env, "that instant": self.now} if expr[0] in ("that day", "that instant") else env)


@mutant("5.3", r"every")
class EveryOfNobodyIsFalse(View):
    def is_every(self, cond, env, need):
        return bool(self.members(cond[1], env)) and super().is_every(cond, env, need)


@mutant("5.3", r"(of|every|some) \w in")
class SumNeedsItsCondition(View):
    """A sum without `with` counts only who has a positive weight, a count of those in a set all of it."""

    def members(self, binder, env, *need):
        return self.range(binder, env) if binder.set is not None else super().members(binder, env, *need)


@mutant("5.1", r"is not")
class IsNotIsOneOfThem(View):
    def is_is(self, cond, env, need):
        _, subject, negated, terms = cond
        if negated and len(terms) == 1 and terms[0] != ("none",) and self.of(subject, env) is None:
            return False
        return super().is_is(cond, env, need)


# Rounds


@mutant("5.5", r"(once|of|lapses|after) [^\n]*(not|is none)")
class NothingEverWas(Evaluation):
    """Endings have nothing to range over."""

    def remember(self):
        pass


@mutant("6.2", r"once|after")
class TrueFromTheBeginning(Evaluation):
    def at_the_beginning(self):
        return {place: set() for place in super().at_the_beginning()}


@mutant("6.2", r"after [^\n]* of")
class PeriodsRunFromTheSecond(Evaluation):
    def due(self, span):
        return span and dates.add(self.view.now, span)


@mutant("6.2", r"after \d+ (hours|minutes) of")
class HoursRunFromMidnight(Evaluation):
    def due(self, span):
        return span and dates.add(dates.day_of(self.view.now), span)


@mutant("6.2", r"after [^\n]* of")
class TimersRunOn(Evaluation):
    def keeps(self, key, now):
        return True


@mutant("6.2", r"after 0|after [wt]")
class NoTimeAtAllNeverFires(Evaluation):
    def due(self, span):
        due = super().due(span)
        return due if due and due > self.view.now else None


@mutant("6.3")
class RulesFireOneByOne(Evaluation):
    """Each sees what the one before it changed."""

    def fire(self, rule, instance):
        made = list(super().fire(rule, instance))
        for item in made:
            if not item.date:
                self.put(*item.key, item.value)
        self.refresh()
        return made


@mutant("6.4", r"until")
class UntilIsWithin(Evaluation):
    def open(self, rule):
        return super().open(rule) or rule.head.end is not None and self.view.now == rule.head.end


@mutant("6.4", r"\] from")
class FromIsOutside(Evaluation):
    def open(self, rule):
        return super().open(rule) and self.view.now != rule.head.start


@mutant("6.4", r"until[^\n]*with effect")
class ClosedRulesDropWhatWaits(Evaluation):
    def still(self, firing):
        return super().still(firing) and self.open(firing.rule)


@mutant("6.4", r"\] from[^\n]*(once|after)")
class OpeningFires(Evaluation):
    def triggered(self):
        found = super().triggered()
        return {rule.place: found[rule.place] if self.open(rule) else set() for rule in self.once + self.timed}


@mutant("6.5", r"still so")
class StillAtTheEndOnly(Evaluation):
    def drop_pending(self):
        pass

    def run_pending(self, now):
        self.pending = [item for item in self.pending if item.date != now or self.still(item.firing)]
        super().run_pending(now)


@mutant("6.5", r" if [^\n]*still so")
class StillForgetsIf(Evaluation):
    def still(self, firing):
        rule, view = firing.rule, self.view
        if rule.choice != "still" or not rule.trigger.cond:
            return True
        return view.for_some(rule.trigger.cond, dict(firing.instance), rule.instance & rule.named)


@mutant("6.5", r"(once|after)[^\n]*still so")
class StillForgetsTheTrigger(Evaluation):
    def still(self, firing):
        rule = firing.rule
        return rule.choice != "still" or not rule.cond or self.view.for_some(rule.cond, firing.env, rule.asked - rule.instance)


@mutant("6.5", r"(once|after)[^\n]*regardless")
class RegardlessOfNothing(Evaluation):
    def still(self, firing):
        if firing.rule.choice == "regardless" and firing.rule.trigger.cond:
            return self.view.for_some(firing.rule.trigger.cond, dict(firing.instance))
        return super().still(firing)


@mutant("6.5", r"with effect")
class ThePastIsLost(Evaluation):
    def complete(self, item):
        return super().complete(item) and not (item.date and item.date < self.view.now)


@mutant("4.4", r"with effect")
class NoDateIsNow(Evaluation):
    def complete(self, item):
        return None not in item.key[1]


@mutant("4.4")
class AbsentChangesNothing(Evaluation):
    def complete(self, item):
        return super().complete(item) and not (item.value is None and item.rule.value != ("none",))


@mutant("6.7")
class TheEarlierStands(Evaluation):
    def conflict_order(self, item):
        place, binding = item.order()
        return -place, binding


@mutant("6.7")
class TheEarlierBindingStands(Evaluation):
    def conflict_order(self, item):
        place, binding = item.order()
        return place, [bytes(255 - c for c in text) + b"\xff" for text in binding]


@mutant("6.7", r"overrides")
class NothingOverrides(Evaluation):
    def overridden(self, item, made):
        return False


@mutant("6.7", r"overrides[^\n]*with effect")
class DelayedOverridesNothing(Evaluation):
    def overridden(self, item, made):
        return super().overridden(item, [other for other in made if not other.date or other.date <= self.view.now])


@mutant("6.7", r"overrides")
class OverridesForAll(Evaluation):
    """Not only for the same instance."""

    def overridden(self, item, made):
        return any(item.rule.head.label in other.rule.head.overrides for other in made)


@mutant("6.9", r"(until|from)[^\n]*holds")
class DefinitionsKnowNoWindow(Evaluation):
    def defines(self, rule):
        return True


@mutant("6.10", r"forbidden")
class ForbiddenAfterwards(Evaluation):
    def run_act(self, act):
        super().run_act(act)
        for rule in self.forbidden:
            found = self.match(("atom", rule.fact, rule.args), act)
            if found is not None and self.open(rule) and self.solutions(rule.cond, found, rule.asked):
                self.put("breach", (str(act.place),), "yes")
        self.refresh()


# Steps


@mutant("7")
class ActsFirst(Evaluation):
    def instant(self, now, acts):
        self.view.now = now
        for act in acts:
            self.run_act(act)
        super().instant(now, [])


@mutant("7", r"(?s)after [^\n]* of.*with effect|with effect.*after [^\n]* of")
class PendingBeforeTimers(Evaluation):
    def run_timers(self, now):
        self.run_pending(now)
        super().run_timers(now)


@mutant("7", r"after [^\n]* of")
class TimersOneByOne(Evaluation):
    def run_timers(self, now):
        due = sorted((key for key, date in self.timers.items() if date == now), key=lambda key: (key[0], sorted(map(str, key[1]))))
        for key in due:
            if self.timers.pop(key, None):
                self.step([(self.rule_at(key[0]), key[1])])


@mutant("7", r"with effect")
class PendingTheEarlierMadeStands(Evaluation):
    def run_pending(self, now):
        self.pending.reverse()
        super().run_pending(now)
        self.pending.reverse()


@mutant("7", r"with effect")
class OnePendingForAFact(Evaluation):
    def change(self, item):
        self.pending = [other for other in self.pending if other.firing.key != item.key]
        super().change(item)


@mutant("7")
class NoCascade(Evaluation):
    def cascade(self, firing):
        if firing:
            self.round(firing)


@mutant("12")
class EmptyIntervals(Evaluation):
    """What lived only within an instant is shown from that instant on."""

    def after_changes(self):
        super().after_changes()
        self.note_values(self.view.now)


# Acts and corrections


@mutant("8.3")
class ByPlaceAlone(Evaluation):
    def act_order(self, act):
        return act.date, -act.place


@mutant("8.3")
class TheFirstCorrectionDecides(oracle.Record):
    def corrections(self, place):
        return super().corrections(place)[::-1]


@mutant("8.3")
class CorrectionsStand(oracle.Record):
    """A correction cannot be corrected."""

    def version(self, place):
        for at in self.corrections(place):
            act = self.acts[at - 1]
            return oracle.VOID if act.get("annul") else act
        return self.acts[place - 1]


@mutant("8.3")
class AnnulledForGood(oracle.Record):
    def version(self, place):
        found = [self.version(at) for at in self.corrections(place)]
        return oracle.VOID if oracle.ANNUL in found or oracle.VOID in found else super().version(place)


@mutant("8.4")
class KnowsOneMore(oracle.Record):
    def __init__(self, acts, known):
        super().__init__(acts, known and known + 1)


@mutant("8.3")
class CorrectedActsComeLast(oracle.Record):
    def in_force(self):
        found = list(super().in_force())
        yield from [(place, act) for place, act in found if act is self.acts[place - 1]]
        yield from [(1000 + place, act) for place, act in found if act is not self.acts[place - 1]]


@mutant("3", r": none")
class NoneMatchesAnything(Evaluation):
    def match(self, pattern, act):
        args = tuple(None if arg == ("none",) or arg and arg[-1] == ("none",) else arg for arg in pattern[2])
        return super().match(("atom", pattern[1], args), act)


# Constructs


class WrittenOtherwise(Evaluation):
    def written_out(self, book):
        return [self.otherwise(rule) for rule in plain_rules(book)]


def without_none(cond, prefix):
    """A condition without its test that a fact of a construct is none."""
    if cond and cond[0] == "and":
        return ("and", tuple(part for part in cond[1] if without_none(part, prefix) is not None))
    return None if cond and cond[0] == "is" and cond[3] == (("none",),) and cond[1][0] == "atom" and cond[1][1].startswith(prefix) else cond


@mutant("9", r"duty")
class ArisesAgain(WrittenOtherwise):
    def otherwise(self, rule):
        if rule.fact.startswith("duty"):
            rule.cond = without_none(rule.cond, "duty")
        return rule


@mutant("9", r"course")
class StagesStartAnywhere(WrittenOtherwise):
    def otherwise(self, rule):
        if rule.fact.startswith("course"):
            rule.cond = without_none(rule.cond, "course")
        return rule


@mutant("9", r"duty")
class LateOnTheDay(WrittenOtherwise):
    def otherwise(self, rule):
        if rule.fact.startswith("duty") and rule.value == ("word", "overdue"):
            passed, pending = rule.trigger.cond[1]
            rule.trigger.cond = ("and", (("reached", passed[1]), pending))
        return rule


@mutant("9", r"vote")
class BallotsAnyTime(WrittenOtherwise):
    def otherwise(self, rule):
        if rule.fact.endswith("_ballot"):
            rule.cond = None
        return rule


@mutant("9", r"duty")
class OverdueIsFinal(WrittenOtherwise):
    def otherwise(self, rule):
        if rule.fact.startswith("duty") and rule.value in (("word", "fulfilled"), ("word", "waived")):
            rule.cond = ("is", rule.cond[1], False, (("word", "pending"),))
        return rule


@mutant("10", r"in reading One or Two")
class OnlyTheFirstReading(Evaluation):
    def applies(self, rule, reading):
        return not rule.head.readings or reading == rule.head.readings[0]
