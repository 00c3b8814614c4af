# SPDX-License-Identifier: Apache-2.0
"""A rulebook over a record of acts: sections 6 to 8 of docs/rules-reference.md, done slowly and in the order of the text.

After every round all definitions are computed anew and every condition of every rule is tried again from nothing. Methods are
small so that mutants.py can get one of them wrong.
"""
import copy

import dates
from conditions import View, branch_only, free, occurrences, with_endings
from constructs import both, plain_rules
from dates import LAST
from language import Trigger


INSTANTS = 300  # more than a random record needs, unless its rules keep time running


class TooLong(Exception):
    """The rules keep time running."""


class Act:
    def __init__(self, place, date, kind, args):
        self.place, self.date, self.kind, self.args = place, date, kind, args


class Pending:
    """A change that waits for its date."""

    def __init__(self, firing):
        self.firing, self.date = firing, firing.date


class Firing:
    """A rule that fires: with which instance of its trigger, which full binding, and what it changes."""

    def __init__(self, rule, instance, env):
        self.rule, self.instance, self.env = rule, instance, env
        self.key = self.value = self.date = None

    def order(self):
        names = sorted(self.rule.bound)
        return self.rule.place, [printed(self.env.get(name)).encode() for name in names]


def printed(value):
    return "none" if value is None else str(value)


def prepare(rule, place):
    """Says once for each rule what the text says about its names."""
    rule.place = place
    trigger = rule.trigger
    if trigger and trigger.kind in ("on", "after"):
        rule.trigger = trigger = Trigger(trigger.kind, trigger.expr, ("reached" if trigger.kind == "on" else "passed", trigger.expr))
    if trigger and trigger.kind in ("once", "span"):
        rule.trigger = trigger = Trigger(trigger.kind, trigger.expr, with_endings(trigger.cond))
    expr = trigger.expr if trigger and trigger.kind in ("act", "span") else None
    whole = (rule.args, rule.value, trigger and trigger.cond, expr, rule.cond, rule.effect)
    outer = free(whole) - branch_only(whole)
    rule.whole = whole
    rule.named = set(occurrences((trigger and trigger.cond,)))
    rule.instance = outer & set(occurrences((trigger and trigger.cond, expr)))
    rule.asked = outer & set(occurrences((rule.cond,)))
    rule.bound = rule.instance | rule.asked
    return rule


class Evaluation:
    view_class = View
    most_instants = 100000

    def __init__(self, book, reading=None):
        self.book = book = copy.copy(book)
        book.facts = dict(book.facts)
        rules = [prepare(copy.copy(rule), place) for place, rule in enumerate(self.written_out(book)) if self.applies(rule, reading)]
        self.definitions = [rule for rule in rules if not rule.trigger and not rule.forbidden]
        self.forbidden = [rule for rule in rules if rule.forbidden]
        self.on_acts = [rule for rule in rules if rule.trigger and rule.trigger.kind == "act"]
        self.once = [rule for rule in rules if rule.trigger and rule.trigger.kind in ("once", "on", "after")]
        self.timed = [rule for rule in rules if rule.trigger and rule.trigger.kind == "span"]
        self.rules = rules
        self.changed = {}  # fact -> {args: value}
        self.view = self.view_class(book.sets)
        self.fired = set()  # instances in this step
        self.timers = {}  # (place of the rule, instance) -> when it is due
        self.at_once = []  # timers that are due in the next round
        self.pending = []
        self.fixed_instants = self.written_instants()
        self.log = {}  # (fact, args) -> [(from, value)]
        self.firings = {}  # label -> how often it fired, for those who ask whether anything happens

    def written_out(self, book):
        return plain_rules(book)

    def applies(self, rule, reading):
        return not rule.head.readings or reading in rule.head.readings

    def written_instants(self):
        found = set()
        for date in self.book.dates:
            found |= {date, dates.end_of(date)}
        return found

    # Time

    def run(self, acts):
        self.refresh()
        self.remember()
        self.before = self.at_the_beginning()
        self.note_values(None)
        acts = sorted(acts, key=self.act_order)
        for _ in range(self.most_instants):
            now = self.next_instant(acts)
            if now is None:
                return self.intervals()
            self.instant(now, [act for act in acts if act.date == now])
            self.note_values(now)
        raise TooLong

    def at_the_beginning(self):
        return self.triggered()

    def act_order(self, act):
        return act.date, act.place

    def next_instant(self, acts):
        found = self.fixed_instants | {act.date for act in acts} | {item.date for item in self.pending} | set(self.timers.values())
        for rule in self.rules:
            found |= set(self.view.dates_in(rule.whole, {}))
        for item in self.pending:
            found |= set(self.view.dates_in((self.watched(item.firing),), item.firing.env))
        now = self.view.now
        later = [date for date in found if (now is None or date > now) and date.seconds <= LAST]
        return min(later) if later else None

    def instant(self, now, acts):
        """The steps of one instant, in their order (section 7)."""
        self.view.now = now
        self.calendar()
        self.run_timers(now)
        self.run_pending(now)
        for act in acts:
            self.run_act(act)

    def calendar(self):
        self.step([])

    def run_timers(self, now):
        due = [key for key, date in self.timers.items() if date == now]
        for key in due:
            del self.timers[key]
        if due:
            self.step([(self.rule_at(place), instance) for place, instance in due])

    def rule_at(self, place):
        return next(rule for rule in self.rules if rule.place == place)

    def run_pending(self, now):
        due = [item for item in self.pending if item.date == now]
        self.pending = [item for item in self.pending if item.date != now]
        if due:
            self.step([], due=[item.firing for item in due])

    def run_act(self, act):
        matching = []
        for rule in self.on_acts:
            found = self.match(rule.trigger.expr, act)
            if found is not None:
                matching.append((rule, frozenset(found.items())))
        breaches = []
        for rule in self.forbidden:
            found = self.match(("atom", rule.fact, rule.args), act)
            if found is not None and self.open(rule) and self.solutions(rule.cond, found, rule.asked):
                breaches.append(act)
        self.step(matching, breaches)

    def match(self, pattern, act):
        """The values that a pattern gives to its variables, or None if the act is another."""
        _, kind, args = pattern
        if kind != act.kind:
            return None
        params = [name for name, _, _ in self.book.acts[kind]]
        found = {}
        for place, arg in enumerate(args):
            name, term = arg[1:] if arg and arg[0] == "named" else (params[place], arg)
            if term is None:
                continue
            value = act.args.get(name)
            if term[0] == "var":
                if term[1] in found and found[term[1]] != value:
                    return None
                found[term[1]] = value
            elif self.view.of(term, {}) != value:
                return None
        return found

    # Rounds

    def step(self, firing, breaches=(), due=()):
        self.fired = set()
        self.cascade(self.round(firing, due, breaches))

    def cascade(self, firing):
        while firing:
            firing = self.round(firing)

    def round(self, firing, due=(), breaches=()):
        """One round; gives the instances that fire in the next."""
        self.fired |= {(rule.place, instance) for rule, instance in firing}
        made = [made for rule, instance in firing for made in self.fire(rule, instance)]
        for item in made:
            self.firings[item.rule.head.label] = self.firings.get(item.rule.head.label, 0) + 1
        made = [item for item in made if not self.overridden(item, made)]
        for item in sorted(made, key=self.conflict_order):
            self.change(item)
        for item in due:
            self.put(*item.key, item.value)
        for act in breaches:
            self.put("breach", (str(act.place),), "yes")
        self.after_changes()
        return self.follow()

    def after_changes(self):
        self.refresh()
        self.remember()
        self.drop_pending()

    def change(self, item):
        if item.date is None or item.date <= self.view.now:
            self.put(*item.key, item.value)
        else:
            self.pending.append(Pending(item))

    def conflict_order(self, item):
        return item.order()

    def fire(self, rule, instance):
        """What a rule would change, computed in the state before the round."""
        if not self.open(rule):
            return
        env = {**dict(instance), "that instant": self.view.now}
        for full in self.solutions(rule.cond, env, rule.asked):
            item = Firing(rule, instance, full)
            args = tuple(self.view.of(arg, full) for arg in rule.args)
            item.key, item.value = (rule.fact, args), self.view.of(rule.value, full)
            if rule.effect:
                item.date = self.view.of(rule.effect, full)
            if self.complete(item):
                yield item

    def complete(self, item):
        """An absent argument or effect date: the rule does not fire."""
        return None not in item.key[1] and not (item.rule.effect and item.date is None)

    def solutions(self, cond, env, names):
        return list(self.view.solve(cond, env, names)) if cond else [env]

    def open(self, rule):
        """Is now within the window of the rule?"""
        now, head = self.view.now, rule.head
        if now is None:
            return head.start is None
        return (head.start is None or now >= head.start) and (head.end is None or now < head.end)

    def overridden(self, item, made):
        return any(item.rule.head.label in other.rule.head.overrides and other.key == item.key for other in made)

    def put(self, fact, args, value):
        values = self.changed.setdefault(fact, {})
        if value is None:
            values.pop(args, None)
        else:
            values[args] = value

    def refresh(self):
        """Definitions, computed anew until nothing more follows."""
        view = self.view
        base = {**self.book.tables, **{fact: dict(values) for fact, values in self.changed.items()}}
        defined = {rule.fact: {} for rule in self.definitions}
        while True:
            view.facts = {**base, **defined}
            found = {rule.fact: {} for rule in self.definitions}
            for rule in self.definitions:
                if self.defines(rule):
                    for env in view.solve(rule.cond, {}, rule.asked):
                        args = tuple(view.of(arg, env) for arg in rule.args)
                        if None not in args:
                            found[rule.fact][args] = "yes"
            if found == defined:
                return
            defined = found

    def defines(self, rule):
        return self.open(rule)

    def remember(self):
        for fact, values in self.view.facts.items():
            self.view.had.setdefault(fact, set()).update(values)

    def triggered(self):
        """Of each rule that waits for a condition, the instances for which it is true."""
        return {rule.place: {frozenset(env.items()) for env in self.view.solve(rule.trigger.cond, {}, rule.instance & rule.named)}
                for rule in self.once + self.timed}

    def follow(self):
        """What became true: timers start, and what fires in the next round is given back. What became false stops its timer."""
        now, before = self.triggered(), self.before
        self.before = now
        self.timers = {key: due for key, due in self.timers.items() if self.keeps(key, now)}
        firing = []
        for rule in self.once:
            firing += [(rule, instance) for instance in now[rule.place] - before[rule.place]]
        for rule in self.timed:
            for instance in now[rule.place] - before[rule.place]:
                for env in self.with_span(rule, dict(instance)):
                    due = self.due(self.view.of(rule.trigger.expr, env))
                    key = rule.place, frozenset(env.items())
                    if due and due > self.view.now:
                        self.timers[key] = due
                    elif due:
                        firing.append((rule, key[1]))
        return [(rule, instance) for rule, instance in firing if (rule.place, instance) not in self.fired]

    def keeps(self, key, now):
        place, instance = key
        names = self.rule_at(place).named
        return frozenset((name, value) for name, value in instance if name in names) in now[place]

    def with_span(self, rule, env):
        """The span may have names of its own, bound by the facts it reads."""
        return self.view.solve(("cmp", "=", rule.trigger.expr, rule.trigger.expr), env, rule.instance)

    def due(self, span):
        if span is None:
            return None
        start = self.view.now if span.unit in ("minute", "hour") else dates.day_of(self.view.now)
        return dates.add(start, span)

    def watched(self, firing):
        """What must stay true for a pending change, or None."""
        if firing.rule.choice != "still":
            return None
        return both(firing.rule.trigger.cond, firing.rule.cond)

    def drop_pending(self):
        self.pending = [item for item in self.pending if self.still(item.firing)]

    def still(self, firing):
        if firing.rule.choice != "still":
            return True
        rule, view = firing.rule, self.view
        if rule.trigger.cond and not view.for_some(rule.trigger.cond, dict(firing.instance), rule.instance & rule.named):
            return False
        return not rule.cond or view.for_some(rule.cond, firing.env, rule.asked - rule.instance)

    # What is kept

    def note_values(self, now):
        """The values after the last step of an instant."""
        values = {(fact, args): value for fact, instances in self.view.facts.items() for args, value in instances.items()}
        for key in self.log.keys() | values.keys():
            steps = self.log.setdefault(key, [])
            if (steps[-1][1] if steps else None) != values.get(key):
                steps.append((now, values.get(key)))

    def intervals(self):
        """(fact, args, value, from, to), the dates None where open."""
        found = []
        for (fact, args), steps in self.log.items():
            for (start, value), (end, _) in zip(steps, steps[1:] + [(None, None)]):
                if value is not None:
                    found.append((fact, args, value, start, end))
        return found
