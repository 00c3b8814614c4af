# SPDX-License-Identifier: Apache-2.0
"""What obligations, procedures and decisions stand for, as rules: section 9 of docs/rules-reference.md, line by line."""
from dataclasses import replace

from language import Binder, Construct, Rule, Trigger


def walk(tree, change):
    """A copy of a tree with change(node) in place of each node for which it gives something."""
    if isinstance(tree, Trigger):
        return Trigger(tree.kind, walk(tree.expr, change), walk(tree.cond, change))
    if isinstance(tree, Binder):
        var = change(("var", tree.var))
        return Binder(var[1] if var else tree.var, tree.set, walk(tree.cond, change))
    if isinstance(tree, tuple) and type(tree) is tuple:
        new = change(tree)
        if new is not None:
            return new
        if tree and tree[0] == "in":
            var = change(("var", tree[1]))
            return ("in", var[1] if var else tree[1], tree[2])
        return tuple(walk(part, change) for part in tree)
    return tree


def names_in(tree):
    """Every variable in a tree."""
    found = set()

    def look(node):
        if node[:1] == ("var",):
            found.add(node[1])
    walk(tree, look)
    return found


def renamed(tree, names):
    return walk(tree, lambda node: ("var", names[node[1]]) if node[:1] == ("var",) and node[1] in names else None)


def both(*conds):
    """The conditions that there are, joined by `and`."""
    conds = tuple(cond for cond in conds if cond)
    return conds[0] if len(conds) == 1 else ("and", conds)


def is_(atom, *words):
    return "is", atom, False, tuple(("none",) if word == "none" else ("word", word) for word in words)


def obligation(item, book):
    fact, args, parts = item.fact, item.args, item.parts
    state, due = ("atom", fact, args), ("atom", fact + "_due", args)
    book.facts.update({fact: "Word", fact + "_due": "Date", fact + "_late": None})
    arises = both(parts["if"], is_(state, "none"))
    owed = is_(state, "pending", "overdue")

    def rule(name, value, trigger, cond=None):
        return Rule(item.head, name, args, value, trigger, cond)
    yield rule(fact, ("word", "pending"), parts["arises"], arises)
    yield rule(fact + "_due", parts["due"], parts["arises"], arises)
    yield rule(fact, ("word", "overdue"), Trigger("once", cond=both(("passed", due), is_(state, "pending"))))
    yield rule(fact + "_late", ("word", "yes"), Trigger("once", cond=is_(state, "overdue")))
    yield rule(fact, ("word", "fulfilled"), Trigger("act", parts["fulfilled"]), owed)
    if "waived" in parts:
        yield rule(fact, ("word", "waived"), Trigger("act", parts["waived"]), owed)
    if "lapses" in parts:
        yield rule(fact, ("word", "lapsed"), parts["lapses"], owed)


def is_span(expr, book):
    return expr[0] == "span" or expr[0] == "atom" and book.facts.get(expr[1]) == "Span"


def procedure(item, book):
    fact, args = item.fact, item.args
    state = ("atom", fact, args)
    book.facts[fact] = "Word"
    for word, origin, trigger, cond in item.parts["stages"]:
        if trigger.kind == "after" and is_span(trigger.expr, book):
            for stage in origin:
                yield Rule(item.head, fact, args, ("word", word), Trigger("span", trigger.expr, is_(state, stage)), cond)
        else:
            yield Rule(item.head, fact, args, ("word", word), trigger, both(is_(state, *origin), cond))


def decision(item, book):
    fact, args, parts = item.fact, item.args, item.parts
    state, limit = ("atom", fact, args), ("atom", fact + "_limit", args)
    own = names_in(args)
    # The names of the opening and the voter are variables of their own.
    opening = {name: name + "'" for name in names_in(parts["opens"]) | names_in(parts["if"]) if name not in own}
    voter = parts["voter"] + "*"
    opens, condition = renamed(parts["opens"], opening), renamed(parts["if"], opening)
    book.facts.update({fact: "Word", fact + "_ballot": "Word"})
    fresh = both(condition, is_(state, "none"))

    def rule(name, args, value, trigger, cond):
        return Rule(item.head, name, args, value, trigger, cond)
    closes = parts["closes"]
    yield rule(fact, args, ("word", "open"), opens, fresh)
    date = closes.expr
    if closes.kind == "act" and closes.expr[1] in book.facts:
        closes = Trigger("on", closes.expr)
    # an expression that uses the day of opening, or what only the opening knows, is kept from then on
    if closes.kind in ("on", "after") and (uses_that_day(date) or names_in(date) & set(opening)):
        book.facts[fact + "_limit"] = "Date"
        yield rule(fact + "_limit", args, renamed(date, opening), opens, fresh)
        closes = Trigger(closes.kind, limit)

    electors = renamed(parts["voters"], {parts["voter"]: voter})
    ballots = [word for word, _ in parts["ballots"]]
    ballot = (fact + "_ballot", (("var", parts["voter"]),) + args)
    for word, pattern in parts["ballots"]:
        yield rule(*ballot, ("none",) if word == "none" else ("word", word), Trigger("act", pattern), is_(state, "open"))

    def count(node):
        if node == ("word", "voters"):
            return "count", Binder(voter, None, electors)
        if node[:1] == ("word",) and node[1] in ballots:
            cast = is_(("atom", fact + "_ballot", (("var", voter),) + args), node[1])
            return "count", Binder(voter, None, both(electors, cast))
        return node if node[:1] in (("atom",), ("is",)) else None
    adopted = walk(parts["adopted"], count)
    yield rule(fact, args, ("word", "adopted"), closes, both(is_(state, "open"), adopted))
    yield rule(fact, args, ("word", "rejected"), closes, both(is_(state, "open"), ("not", adopted)))


def uses_that_day(tree):
    found = []
    walk(tree, lambda node: found.append(node) if node[:1] in (("that day",), ("that instant",)) else None)
    return bool(found)


WRITTEN_OUT = {"obligation": obligation, "procedure": procedure, "decision": decision}


def plain_rules(book):
    """All rules of the book in the order of the text, the constructs written out."""
    rules = []
    for item in book.rules:
        rules += WRITTEN_OUT[item.kind](item, book) if isinstance(item, Construct) else [item]
    for at, rule in enumerate(rules):
        # `on X(...)`: an act kind or a Date fact, by its declaration
        if rule.trigger and rule.trigger.kind == "act" and rule.trigger.expr[1] not in book.acts:
            rules[at] = replace(rule, trigger=Trigger("on", rule.trigger.expr))
    return rules
