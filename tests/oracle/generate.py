# SPDX-License-Identifier: Apache-2.0
"""Rulebooks and records drawn at random: every construct of the language, small worlds, so that acts and rules meet often.

A book is a list of items, each the text of one statement, so that a part of it can be left out. Most are lawful; `comity check` says which.
Acts feed base facts; what is drawn is what follows from them. Variables have one type each, seen from their names.
"""
import re

from acts import ACTS, LEVELS, STATES, THINGS, date, literal, span

# name -> types of its arguments, and of its value (None: boolean). By name, so that a rule may well want two of a kind.
BASE = {"p": ("S", None), "q": ("T", None), "k": ("ST", None), "v": ("S", "Level"), "d": ("T", "Date"), "w": ("S", "Span"),
        "g": ("S", "Rounding"), "n": ("S", "Int"), "o": ("T", "State"), "z": ("", None), "m": ("ST", "Int")}
CHANGED = {"x": ("S", None), "y": ("T", None), "xy": ("ST", None), "lev": ("S", "Level"), "day": ("T", "Date"), "num": ("S", "Int"),
           "own": ("T", "State"), "sum": ("", "Int"), "lit": ("", None)}
DEFINED = {"h1": ("S", None), "h2": ("T", None), "h3": ("ST", None), "h4": ("", None), "h5": ("S", None)}
TABLES = {"tab": ("S", "Int"), "feast": ("T", "Date"), "term": ("S", "Span")}
FACTS = {**BASE, **CHANGED, **DEFINED, **TABLES}
TYPES = {"S": "State", "T": "Thing", "Level": "Level"}

FEEDS = {"p": ["p(S) begins on a(S)", "p(S) ends on b(S)"], "q": ["q(T) begins on c(T)", "q(T) ends on e(T)"],
         "k": ["k(S, T) begins on go(S, T)", "k(S, T) ends on stop(S, T)"], "v": ["v(S) becomes V on grade(S, V)"],
         "d": ["d(T) becomes D on when(T, D)"], "w": ["w(S) becomes W on wait(S, W)"], "g": ["g(S) becomes G on wait(S, r: G)"],
         "n": ["n(S) becomes N on count(S, N)"], "o": ["o(T) becomes O on give(T, O)"], "z": ["z() begins on tick()", "z() ends on tock()"],
         "m": ["m(S, T) becomes N on load(S, T, N)"]}

OUTER = {"S": ["S", "U"], "T": ["T", "R"]}  # variables of a rule
BOUND = {"S": ["A", "B"], "T": ["E", "F"]}  # variables of quantifiers
LOCAL = {"S": ["J"], "T": ["K"]}  # variables that stand only within one quantifier or branch
VALUES = {"Level": "V", "Int": "N", "Date": "D", "State": "O"}  # variables for values
KIND = {name: kind for table in (OUTER, BOUND, LOCAL) for kind, names in table.items() for name in names}


class Book:
    """Draws one rulebook."""

    def __init__(self, rng):
        self.rng = rng
        self.facts = {}  # may be asked
        self.label = 0
        self.in_if = False  # may "that day" be said?
        self.rules = []  # (fact, head, names, trigger, kind of trigger, overridable label) of the rules drawn
        self.quantified = []  # in use by the quantifiers around
        self.labels = []

    # Odds and ends

    def one(self, *choices):
        return self.rng.choice(choices)

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def date(self):
        return date(self.rng)

    def span(self):
        return span(self.rng)

    def fact(self, value, kinds=None):
        """A fact with values of a type ("": boolean) and, if said, just these arguments."""
        def fitting(facts):
            return [name for name, (args, of) in facts.items() if (of or "") == value and (kinds is None or args in kinds)]
        found = fitting(self.facts) or fitting(BASE) or fitting(CHANGED)
        # facts that acts feed are seldom idle
        return self.rng.choice([name for name in found for _ in range(3 if name in BASE else 1)])

    def atom(self, name, names, extra=True):
        """The fact about known variables; where there is none of a type, about an entity."""
        args = []
        for kind in FACTS[name][0]:
            fitting = [var for var in names if KIND[var] == kind]
            if fitting and not (extra and self.chance(7)):
                args.append(self.rng.choice(fitting))
            else:
                args.append('"' + self.rng.choice(STATES if kind == "S" else THINGS) + '"')
        return f"{name}({', '.join(args)})"

    def about(self, name, names):
        """The fact about exactly these variables, in the order of its arguments."""
        rest = list(names)
        args = []
        for kind in FACTS[name][0]:
            var = next(var for var in rest if KIND[var] == kind)
            rest.remove(var)
            args.append(var)
        return f"{name}({', '.join(args)})"

    # Conditions

    def cond(self, need, names, depth=2, tests=None):
        """A condition that binds `need` and speaks of `names` too."""
        parts, left = [], list(need)
        while left:
            some = left[:2] if len(left) > 1 and {KIND[var] for var in left[:2]} == {"S", "T"} and self.chance(70) else left[:1]
            parts.append(self.binder(some, names, depth))
            left = left[len(some):]
        known = list(names) + list(need)
        number = tests if tests is not None else self.one(0, 0, 0, 1, 1, 2)
        for _ in range(number if parts else max(1, number)):
            parts.append(self.test(known, depth))
        self.rng.shuffle(parts)
        return " and ".join(parts)

    def binder(self, need, names, depth):
        """A literal that binds all of `need` (one, or one of each type)."""
        kinds = "".join(sorted(KIND[var] for var in need))
        if depth > 0 and self.chance(8):
            return f"({self.cond(need, names, depth - 1, 0)} or {self.cond(need, names, depth - 1, 0)})"
        how = self.rng.randrange(12)
        if how == 0 and len(need) == 1:
            return f"{need[0]} in {'two' if kinds == 'S' else self.one('pair', '{%s}' % ', '.join(chr(34) + t + chr(34) for t in THINGS))}"
        if how in (1, 2) and kinds == "S":
            return f"{self.about(self.fact('Level', ['S']), need)} is {self.levels()}"
        if how in (3, 4) and kinds == "S":
            return f"{self.about(self.fact('Int', ['S']), need)} {self.one('>=', '>', '<', '<=', '=')} {self.number(names, depth)}"
        if how in (1, 2) and kinds == "T":
            return f"{self.one('reached', 'passed')} {self.about(self.fact('Date', ['T']), need)}{self.one('', '', ' + ' + self.span())}"
        if how == 3 and kinds == "T":
            return f"{self.about(self.fact('State', ['T']), need)} is \"{self.rng.choice(STATES)}\""
        if how == 4 and kinds == "T":
            return f"{self.about(self.fact('Date', ['T']), need)} {self.one('<=', '>', '=')} {self.date()}"
        if how in (3, 4) and kinds == "ST":
            state, thing = sorted(need, key=lambda var: KIND[var])
            return self.one(f"o({thing}) is {state}", f"own({thing}) is {state}", f"m({state}, {thing}) >= {self.rng.randrange(4)}")
        if how in (5, 6) and len(need) == 1 and depth > 0:
            return self.count_of(need, names, depth, self.one(">=", ">"), self.one("0", "1", "2"))
        if how == 7 and len(need) == 1 and depth > 0:
            with_other = self.quantified_name("T" if kinds == "S" else "S")
            if with_other:
                cond = self.around(with_other, need, names, depth)
                return f"some {with_other} with {cond}"
        return self.about(self.fact("", [kinds]), need)

    def quantified_name(self, kind):
        free = [name for name in BOUND[kind] if name not in self.quantified]
        return self.rng.choice(free) if free else None

    def around(self, var, need, names, depth):
        """The condition of a quantifier over var that binds `need` too."""
        self.quantified.append(var)
        local = [] if self.chance(90) or LOCAL[KIND[var]][0] in self.quantified else [LOCAL["S" if KIND[var] == "T" else "T"][0]]
        self.quantified += local
        pair = list(need) + [var]
        cond = self.cond(pair + local, names, depth - 1, self.one(0, 0, 1)) if local else self.pair(pair, names, depth)
        del self.quantified[self.quantified.index(var):]
        return f"({cond})" if " " in cond else cond

    def pair(self, pair, names, depth):
        kinds = "".join(sorted(KIND[var] for var in pair))
        cond = self.about(self.fact("", [kinds]), pair) if kinds in ("ST", "S", "T") else self.cond(pair, names, depth - 1, 0)
        return cond + (" and " + self.test(list(names) + pair, depth - 1) if self.chance(30) else "")

    def count_of(self, need, names, depth, sign, number):
        kind = self.one("S", "T") if not need else ("T" if KIND[need[0]] == "S" else "S")
        var = self.quantified_name(kind)
        if not var:
            return self.about(self.fact("", [KIND[need[0]]]), need) if need else "z()"
        if kind == "S" and self.chance(25):
            self.quantified.append(var)
            weight = self.one(f"n({var})", f"tab({var})", f"num({var})", "n" if self.chance(50) else f"num({var})")
            self.quantified.remove(var)
            return f"sum of {weight} of {var} with {self.around(var, need, names, depth)} {sign} {number}"
        within = f" in {'two' if kind == 'S' else 'pair'}" if self.chance(20) else ""
        return f"count of {var}{within} with {self.around(var, need, names, depth)} {sign} {number}"

    def levels(self):
        return " or ".join(self.rng.sample(LEVELS, self.one(1, 1, 2)))

    def number(self, names, depth):
        how = self.rng.randrange(9)
        if how == 0:
            return self.atom(self.fact("Int", ["S", ""]), names)
        if how == 1:
            return f"{self.one('1/2', '2/3', '3/4')} of {self.rng.randrange(1, 6)}"
        if how == 2:
            return f"{self.one(25, 50, 75)} percent of ({self.rng.randrange(6)} + {self.atom(self.fact('Int', ['S', '']), names)})"
        if how == 3 and depth > 0:
            return "(" + self.quantity(names, depth - 1) + ")" if self.chance(50) else f"{self.one('1/2', '2/3')} of {self.quantity(names, depth - 1)}"
        if how == 4:
            return f"{self.rng.randrange(4)} {self.one('+', '-', '*')} {self.rng.randrange(3)}"
        return str(self.rng.randrange(5))

    def quantity(self, names, depth):
        """A count or a sum."""
        kind = self.one("S", "T")
        var = self.quantified_name(kind)
        if not var:
            return "1"
        if kind == "S" and self.chance(25):
            return f"sum of {self.one('n', 'tab', 'num')} of {var}" + self.one("", " in two")
        if kind == "S" and self.chance(20):
            return f"sum of {self.one('n', 'num')}({var}) of {var} with {self.around(var, [], names, depth)}"
        return f"count of {var} with {self.around(var, [], names, depth)}"

    def test(self, names, depth):
        """A literal about variables that something else binds."""
        if self.in_if and self.chance(12):
            return self.about_firing(names)
        how = self.rng.randrange(24)
        if how in (0, 1):
            return f"not {self.atom(self.fact(''), names)}"
        if how == 2:
            return f"{self.atom(self.fact('Level'), names)} is {self.one('none', 'not ' + self.levels(), 'not none', self.levels(), 'none or ' + LEVELS[0])}"
        if how == 3:
            return f"{self.atom(self.fact('Date'), names)} is {self.one('none', 'not none')}"
        if how in (4, 5):
            return f"{self.one('reached', 'passed')} {self.fact_date(names)}"
        if how == 6:
            return f"not {self.one('reached', 'passed')} {self.fact_date(names)}"
        if how == 7:
            return f"{self.atom(self.fact('Int'), names)} {self.one('>=', '<', '=', '<=', '>')} {self.number(names, depth)}"
        if how == 8:
            return f"not ({self.atom(self.fact('Int'), names)} {self.one('>=', '<')} {self.number(names, depth)})"
        if how in (9, 10, 11) and depth > 0:
            return f"{self.quantity(names, depth)} {self.one('>=', '<', '=', '<=', '>')} {self.number(names, depth - 1)}"
        if how == 12 and depth > 0:
            var = self.quantified_name(self.one("S", "T"))
            if var:
                has = f"({self.around_test(var, names, depth)})"
                over = f" in {'two' if KIND[var] == 'S' else 'pair'}" if self.chance(40) else ""
                cond = f" with {self.around(var, [], names, depth)}" if not over or self.chance(40) else ""
                return f"every {var}{over}{cond} has {has}"
        if how == 13 and depth > 0:
            var = self.quantified_name(self.one("S", "T"))
            if var:
                return f"{self.one('', 'not ')}some {var} with {self.around(var, [], names, depth)}"
        if how == 14 and depth > 0:
            return f"not ({self.test(names, depth - 1)} and {self.test(names, depth - 1)})"
        if how in (15, 16) and depth > 0:
            return f"({self.test(names, depth - 1)} or {self.test(names, depth - 1)})"
        states = [var for var in names if KIND[var] == "S"]
        if how == 17 and states:
            return f"{self.rng.choice(states)} {self.one('in two', 'is ' + chr(34) + 'A' + chr(34), 'is not ' + chr(34) + 'B' + chr(34), 'is not ' + self.rng.choice(states))}"
        things = [var for var in names if KIND[var] == "T"]
        if how == 18 and states and things:
            return f"{self.one('o', 'own')}({self.rng.choice(things)}) is {self.one('', 'not ')}{self.rng.choice(states)}"
        if how == 19 and depth > 0 and things and "J" not in self.quantified:
            thing = self.rng.choice(things)
            self.quantified.append("J")
            found = f"(o({thing}) is none or o({thing}) is J and {self.atom(self.fact('', ['S']), ['J'])})"
            if self.chance(50):
                return found
        return self.atom(self.fact(""), names)

    def about_firing(self, names):
        """A literal about the day on which the rule fires."""
        date = self.atom(self.fact("Date", ["T"]), names)
        day = self.one("that day", "that instant", f"that day + {self.span()}")
        return self.one(f"{day} {self.one('<=', '<', '>=', '>')} {date}", f"not ({day} <= {date})", f"{day} <= {self.date()}", f"{day} <= {self.date()}",
                        f"{day} > {self.date()}", f"not reached {date} + {self.span()}")

    def around_test(self, var, names, depth):
        self.quantified.append(var)
        found = self.cond([var], names, depth - 1, 0) if self.chance(60) else self.test(list(names) + [var], depth - 1)
        self.quantified.remove(var)
        return found

    def fact_date(self, names):
        """A date in which the day of firing has no part."""
        how = self.rng.randrange(8)
        atom = self.atom(self.fact("Date", ["T"]), names)
        if how == 0:
            return self.date()
        if how == 1:
            return f"{atom} {self.one('+', '-')} {self.span()}"
        if how == 2:
            return f"{self.one('first of month after', 'end of month of', 'first of month of')} {atom}"
        if how == 3:
            return f"{self.one('later', 'earlier')} of {atom} and {self.date()}"
        if how == 4:
            return f"{atom} + {self.atom(self.fact('Span', ['S']), names)} rounded by {self.atom('g', names)}"
        return atom

    def effect_date(self, names):
        how = self.rng.randrange(12)
        day = self.one("that day", "that day", "that instant")
        if how == 0:
            return f"first of month after {day} + {self.span()}"
        if how == 1:
            return f"{day} + {self.span()} rounded by {self.one('month_of', 'month_end', 'month_after', 'exact', self.atom('g', names))}"
        if how == 2:
            return f"later of {day} + {self.span()} and {self.fact_date(names)}"
        if how == 3:
            return f"earlier of {self.fact_date(names)} and {day} + {self.span()}"
        if how == 4:
            return self.fact_date(names)
        if how == 5:
            return f"{day} + {self.atom(self.fact('Span', ['S']), names)}"
        if how == 6:
            return f"{day} + {self.span()} + {self.span()}"
        return f"{day} + {self.span()}"

    # Rules

    def head(self, options=True):
        self.label += 1
        label = f"R{self.label}"
        text = f"{label} [C {self.label}]"
        start, end = sorted(f"2020-0{self.one(1, 2, 3, 4, 5, 6)}-{self.one('01', '10', '15', '28')}" for _ in "  ")
        if options and self.chance(12):
            text += " from " + start
        if options and self.chance(12) and start < end:
            text += " until " + end
        if self.labels and self.chance(15):
            text += " overrides " + self.rng.choice(self.labels)
        if options and self.chance(4):
            text += " retroactive"
        if self.readings and self.chance(35):
            text += " in reading " + self.one("One", "Two", "One or Two", "One or Two")
        return label, text

    def pattern(self, names):
        """An act's pattern that binds these variables (and may bind more), or None."""
        wanted = sorted(KIND[var] for var in names)
        fitting = [(kind, params) for kind, params in self.acts.items()
                   if all([param.split(": ")[1] in (TYPES[k], "optional " + TYPES[k]) for param in params].count(True) >= wanted.count(k) for k in wanted)]
        kind, params = self.rng.choice(fitting)
        left, args = list(names), []
        for param in params:
            name, of = param.split(": ")
            var = next((var for var in left if TYPES[KIND[var]] == of.split()[-1]), None)
            if var:
                left.remove(var)
                args.append(self.one(var, f"{name}: {var}"))
            elif of.startswith("optional") and self.chance(15):
                args.append(f"{name}: none")
            else:
                args.append(self.one("_", "_", "_", literal(self.rng, of.split()[-1])))
        return f"{kind}({', '.join(args)})"

    def trigger(self, names):
        """Text of a trigger that binds `names`, its kind, and what it binds."""
        how = self.rng.randrange(20)
        if how < 7 and sorted(KIND[var] for var in names) in ([], ["S"], ["T"], ["S", "T"]):
            return "on " + self.pattern(names), "act"
        if how < 9 and not names:
            return self.one("on ", "after ") + self.date(), "date"
        if how < 10 and names == ["T"]:
            return f"{self.one('on', 'after')} {self.one('d', 'day', 'feast')}(T){self.one('', ' + ' + self.span(), ' - ' + self.span())}", "date"
        if how < 14:
            span = self.span()
            if self.chance(25) and "S" in names:
                span = self.one("w", "term") + "(S)"
            return f"after {span} of {self.bracketed(self.condition(names))}", "span"
        return "once " + self.condition(names), "once"

    def bracketed(self, cond):
        return cond

    def condition(self, names):
        """The condition of a trigger; sometimes an ending."""
        if len(names) == 1 and self.chance(22):
            kind = KIND[names[0]]
            ending = self.one(f"not {self.about(self.fact('', [kind]), names)}",
                              f"{self.about(self.fact('Level' if kind == 'S' else 'State', [kind]), names)} is none")
            more = " and " + self.test(names, 1) if self.chance(35) else ""
            return ending + more
        cond = self.cond(names, [], 2, self.one(0, 0, 0, 1))
        if self.chance(10):
            cond += " or " + self.cond(names, [], 1, 0)
        return cond

    def value(self, of, names, own=True):
        if of == "Level":
            return self.one(*LEVELS, "none", self.atom("v", names) if own else "mid")
        if of == "Date":
            return self.one(self.effect_date(names), self.effect_date(names), "none")
        if of == "Int":
            return self.one(str(self.rng.randrange(5)), self.quantity(names, 1), f"{self.atom(self.fact('Int', ['S', '']), names)} + 1", "none",
                            f"count of A with {self.about('p', ['A'])}")
        if of == "State":
            states = [var for var in names if KIND[var] == "S"]
            return self.one(*states, '"A"', self.atom("o", names), "none") if states else self.one('"B"', self.atom("o", names), "none")
        raise ValueError(of)

    def if_(self, need, names, kind, trigger):
        """What follows `if`."""
        before, self.in_if = self.in_if, True
        cond = self.cond(need, names, 2, self.one(0, 1, 1, 2) if need else self.one(1, 1, 2))
        self.in_if = before
        if kind == "act" and not need and self.chance(50):
            # something that the act itself changes
            fed = [fact for fact, feeds in FEEDS.items() if any(f" on {trigger[3:].split('(')[0]}(" in feed for feed in feeds) and FACTS[fact][1] is None]
            fed = [fact for fact in fed if sorted(FACTS[fact][0]) == sorted(KIND[var] for var in names)]
            if fed:
                cond = self.one("not ", "not ", "") + self.about(fed[0], names) + self.one("", " and " + cond)
        return cond

    def change(self, of, names, kind):
        """What a rule changes its fact to: the words, and the literal that binds the variable of the value, if any."""
        if of is None:
            return self.one("begins", "begins", "begins", "ends"), ""
        if of == "Rounding":
            return self.one("becomes none", "becomes month_of"), ""
        if of == "Span":
            return "becomes " + self.one("none", self.span(), self.atom("w", names)), ""
        if self.chance(30):
            fact = self.fact(of)
            more = {"S": ["S", "U"], "T": ["T", "R"]}
            args = [next((var for var in more[of_arg] if var in names), more[of_arg][0]) if self.chance(60) else more[of_arg][-1] for of_arg in FACTS[fact][0]]
            return "becomes " + VALUES[of], f"{fact}({', '.join(args)}) is {VALUES[of]}"
        return "becomes " + self.value(of, names), ""

    def plain(self, names):
        """A short condition on what acts feed, as most rules have it: it becomes true and false often."""
        small = f"{self.one('>=', '>=', '>', '=', '<')} {self.one(1, 2, 3)}"
        found = {"S": [("p", "p(S)"), ("p", "p(S)"), ("v", f"v(S) is {self.levels()}"), ("n", f"n(S) {small}"), ("k", f"count of E with k(S, E) >= {self.one(1, 2)}")],
                 "T": [("q", "q(T)"), ("q", "q(T)"), ("d", f"{self.one('reached', 'passed')} d(T)"), ("o", f"o(T) is \"{self.one('A', 'B')}\""),
                       ("k", f"count of A with k(A, T) >= {self.one(1, 2, 2)}"), ("m", f"sum of m(A, T) of A with k(A, T) > {self.one(1, 3)}")],
                 "ST": [("k", "k(S, T)"), ("k", "k(S, T)"), ("m", f"m(S, T) {small}"), ("o", "o(T) is S"), ("p", "p(S) and q(T)"), ("p", "k(S, T) and p(S)"),
                        ("q", "k(S, T) and (q(T) or count of A with k(A, T) >= 2)")],
                 "": [("z", "z()"), ("p", f"count of A with p(A) >= {self.one(1, 2)}"), ("q", "some E with q(E)"), ("v", "sum of n of A >= 3"),
                      ("p", "every A with p(A) has (n(A) >= 1)")]}["".join(sorted(KIND[var] for var in names))]
        fed = [text for fact, text in found if fact in self.facts] or [text for _, text in found]
        return self.rng.choice(fed)

    def plain_rule(self):
        """A rule with short conditions: it fires often, and what it awaits often fails."""
        self.quantified = []
        fact = self.rng.choice(sorted(fact for fact in self.targets if self.targets[fact][1] not in ("Span", "Rounding")))
        args, of = self.targets[fact]
        head = [OUTER[kind][0] for kind in args]
        how = self.rng.randrange(10)
        span = self.one(self.span(), self.span(), "12 hours", "36 hours")
        ending = "not " if len(head) == 1 and self.chance(20) else ""
        cond = {"S": "p(S)", "T": "q(T)"}[args] if ending else self.plain(head)
        trigger, kind = ("once " + ending + cond, "once") if how < 4 else (f"after {span} of {ending}{cond}", "span") if how < 7 else ("on " + self.pattern(head), "act")
        text = f"{fact}({', '.join(head)}) {self.one('begins', 'begins', 'ends') if of is None else 'becomes ' + self.value(of, head)} {trigger}"
        conds = []
        if self.chance(50):
            self.in_if = True
            other = self.rng.choice([head, head[:1], head[1:]])
            conds = [self.one("", "", "not ") + f"({self.plain(other)})" if self.chance(60) else self.about_firing(head)]
            if kind == "act" and self.chance(60):
                conds = [self.if_([], head, kind, trigger)]
            self.in_if = False
            text += " if " + conds[0]
        if self.chance(70):
            choice = "regardless" if kind == "act" and not conds else self.one("if still so", "if still so", "regardless")
            span = self.one("1 month", "2 months", "3 months", "10 days", self.span())
            date = f"{self.one('that day', 'that day', 'that instant')} + {span}"
            text += f" with effect from {self.one(date, date, date, 'first of month after that day')} {choice}"
        label, start = self.head()
        self.labels.append(label)
        self.rules.append((fact, of, head, list(head), [], trigger, kind, label))
        return f"rule {start}: {text}"

    def effect_rule(self):
        self.quantified = []
        fact = self.rng.choice(sorted(self.targets))
        args, of = self.targets[fact]
        head = [OUTER[kind][0] for kind in args]
        in_if = [var for var in head if self.chance(15)]  # bound only by `if`
        in_trigger = [var for var in head if var not in in_if]
        more = [OUTER["T" if head == ["S"] else "S"][0 if len(head) < 2 else 1]] if self.chance(12) else []
        trigger, kind = self.trigger(in_trigger + more)
        return self.effect(fact, of, head, in_trigger + more, in_if, trigger, kind)

    def effect(self, fact, of, head, names, in_if, trigger, kind, overrides=""):
        known, conds = list(names), []
        change, binder = self.change(of, names + in_if, kind)
        if binder:
            bound = re.findall(r"\b[SUTR]\b", binder)
            if kind in ("once", "span") and set(bound) <= set(known) and self.chance(60):
                trigger += " and " + binder if " or " not in trigger else ""
                conds += [binder] if " or " in trigger else []
            else:
                conds.append(binder)
        if in_if or self.chance(30):
            extra = [OUTER[KIND[var]][1] for var in names[:1] if self.chance(20) and OUTER[KIND[var]][1] not in names + in_if]
            short = not in_if + extra and names in (["S"], ["T"], ["S", "T"]) and self.chance(60)
            conds.append(self.plain(names) if short else self.if_(in_if + extra, names, kind, trigger))
            names = names + in_if + extra
        label, text = self.head()
        if overrides:
            text = text.split(" overrides")[0] + f" overrides {overrides}"
        # `or` binds less than `and`
        conds = [f"({cond})" if " or " in cond and len(conds) > 1 else cond for cond in conds]
        text = f"rule {text}: {fact}({', '.join(head)}) {change} {trigger}" + (f" if {' and '.join(conds)}" if conds else "")
        if self.chance(45):
            choice = "regardless" if kind == "act" and not conds else self.one("if still so", "if still so", "regardless")
            text += f" with effect from {self.effect_date(known)} {choice}"
        self.labels.append(label)
        self.rules.append((fact, of, head, known, in_if, trigger, kind, label))
        return text

    def twin(self):
        """A rule that fires when another does, and changes the same fact."""
        self.quantified = []
        *same, label = self.rng.choice(self.rules)
        return self.effect(*same, overrides=label if self.chance(50) else "")

    def race(self):
        """A timer and a delayed effect that fall due together, for one fact."""
        self.quantified = []
        fact = self.rng.choice([fact for fact in CHANGED if CHANGED[fact][1] in (None, "Level")])
        head = [OUTER[kind][0] for kind in CHANGED[fact][0]]
        changes = self.rng.sample(["begins", "ends"] if CHANGED[fact][1] is None else ["becomes low", "becomes mid", "becomes none"], 2)
        cond, span = self.plain(head), self.one("1 month", "2 months", "10 days", "12 hours")
        asked = self.one("", "", f" if {self.atom(fact, head)}" + ("" if CHANGED[fact][1] is None else " is low"))
        triggers = [f"after {span} of {cond}{asked}", f"once {cond} with effect from {self.one('that day', 'that instant')} + {span} {self.one('regardless', 'if still so')}"]
        if self.chance(40):
            triggers[0] = triggers[1]  # both wait
        self.rng.shuffle(triggers)
        return [f"rule {self.head(self.chance(30))[1]}: {fact}({', '.join(head)}) {change} {trigger}" for change, trigger in zip(changes, triggers)]

    def watched(self):
        """A delayed effect whose `if` often fails while it waits."""
        self.quantified = []
        fact = self.rng.choice([fact for fact in CHANGED if CHANGED[fact][1] is None and CHANGED[fact][0]])
        head = [OUTER[kind][0] for kind in CHANGED[fact][0]]
        cond = self.one("", "not ") + {"S": "p(S)", "T": "q(T)"}[KIND[self.rng.choice(head)]]
        trigger = self.one("once ", "once ", "after 1 day of ") + self.plain(head)
        date = self.one("that day + 2 months", "that day + 3 months", "that instant + 45 days", "first of month after that day + 1 month", "first of month after that day")
        return [f"rule {self.head(False)[1]}: {fact}({', '.join(head)}) {self.one('begins', 'begins', 'ends')} {trigger} if {cond} with effect from {date} {self.one('if still so', 'if still so', 'regardless')}"]

    def exception(self):
        """A rule for all, and one that overrides it for some."""
        self.quantified = []
        fact, (args, of) = self.one(*[item for item in CHANGED.items() if item[1][0] in ("S", "T") and item[1][1] in (None, "Level", "Int")])
        act, head, plain = self.one("tick()", "tock()"), OUTER[args][0], self.plain([OUTER[args][0]])
        special = self.one(f"{head} in {'two' if args == 'S' else 'pair'}", f"{head} is \"{'A' if args == 'S' else 't1'}\"", "v(S) is not low" if args == "S" else "q(T)")
        values = self.one(("begins", "ends"), ("ends", "begins")) if of is None else self.rng.sample(["becomes low", "becomes high"] if of == "Level" else ["becomes 1", "becomes 2"], 2)
        first, second = self.head(False), self.head(False)
        late = self.one("", "", f" with effect from that day + {self.span()} regardless")
        rules = [f"rule {first[1]}: {fact}({head}) {values[0]} on {act} if {plain}",
                 f"rule {second[1].split(' overrides')[0]} overrides {first[0]}: {fact}({head}) {values[1]} on {act} if {plain} and {special}{late}"]
        return rules

    def gathering(self):
        """A rule whose `if` gives several bindings, for one fact."""
        self.quantified = []
        kind, param = self.one(("c", "T"), ("tick", ""), ("a", "S"))
        var = self.one("U", "R") if param == "" else {"T": "U", "S": "R"}[param]
        args = OUTER[param][:1] if param else []
        found = [(fact, of) for fact, (on, of) in CHANGED.items() if on == param and of in ("Int", "State", "Level", "Date", None)]
        fact, of = self.rng.choice(found)
        cond = self.binder([var], [], 1)
        value = {"Int": self.one("n(U)", "tab(U)", "num(U) + 1") if var == "U" else "1", "State": "U" if var == "U" else "o(R)", "Level": "v(U)" if var == "U" else "low",
                 "Date": "day(R)" if var == "R" else f"that day + {self.one('w', 'term')}(U)"}
        change = self.one("begins", "ends") if of is None else "becomes " + value[of]
        label, text = self.head(False)
        self.labels.append(label)
        effect = f" with effect from that day + {self.one('w(U)', 'term(U)') if var == 'U' else self.span()} regardless" if self.chance(30) else ""
        return f"rule {text}: {fact}({', '.join(args)}) {change} on {kind}({', '.join(args)}) if {cond}{effect}"

    def definition(self, fact):
        self.quantified = []
        args, _ = DEFINED[fact]
        names = [OUTER[kind][0] for kind in args]
        more = [OUTER[kind][1] for kind in "ST" if self.chance(15)]
        cond = self.cond(names + more, [], 2)
        label, text = self.head()
        return f"rule {text.split(' overrides')[0]}: {fact}({', '.join(names)}) holds while {cond}"

    def forbidden(self):
        self.quantified = []
        kind, fed = self.one(("a", "p"), ("b", "p"), ("go", "k"), ("c", "q"), ("stop", "k"), ("e", "q"))
        names = [OUTER["S" if " State" in param else "T"][0] for param in self.acts[kind]]
        _, text = self.head()
        cond = self.one("", "not ") + self.about(fed, names) if self.chance(60) else self.cond([], names, 2)
        return f"rule {text.split(' overrides')[0]}: {kind}({', '.join(names)}) is forbidden while {cond}"

    def obligation(self, number):
        self.quantified = []
        names = self.one(["S"], ["T"], ["S", "T"])
        trigger, _ = self.trigger(names)
        _, text = self.head()
        text = text.split(" overrides")[0]
        text = f"obligation {text}: duty{number}({', '.join(names)}) arises {trigger}"
        if self.chance(35):
            text += f" if {self.cond([], names, 1)}"
        text += f" due {self.effect_date(names)} fulfilled on {self.pattern(names)}"
        if self.chance(40):
            text += f" waived on {self.pattern(names)}"
        if self.chance(50):
            text += f" lapses {self.trigger(self.one(names, names[:1]))[0]}"
        return text

    def procedure(self, number):
        self.quantified = []
        names = self.one(["S"], ["T"])
        stages = ["asked", "heard", "done", "dropped"][:self.one(2, 3, 4)]
        _, text = self.head()
        text = f"procedure {text.split(' overrides')[0]}: course{number}({names[0]})"
        for at, stage in enumerate(stages):
            origin = "" if not at else f" from {' or '.join(sorted(set(self.rng.choices(stages[:at] + ['none'] * self.chance(25), k=2)) ))}"
            if at and "none" not in origin and self.chance(45):
                trigger = f"after {self.one(self.span(), self.span(), 'w(S)' if names == ['S'] else self.span())}"
            else:
                trigger = self.trigger(names)[0] if at else "on " + self.pattern(names)
            text += f"\n  stage {stage}{self.one('', '', ' [C 9]')}{origin} {trigger}" + (f" if {self.cond([], names, 1)}" if self.chance(25) else "")
        return text

    def decision(self, number):
        self.quantified = []
        _, text = self.head()
        text = f"decision {text.split(' overrides')[0]}: vote{number}(T)\n  opens on "
        opening = self.one("c(T)", "go(S, T)", "when(T, L)", "load(S, T, _)")
        text += opening + (f" if {self.cond([], ['T'], 1)}" if self.chance(20) else "")
        closes = self.one("on e(T)", f"after {self.span()} of vote{number}(T) is open", f"after that day + {self.span()}", "after d(T)",
                          "after L" if "L" in opening else "on e(T)", "once q(T)", f"on that day + {self.span()}")
        text += f"\n  closes {closes}\n  voters S with {self.one('p(S)', 'v(S) is mid or high', 'k(S, T)', 'S in two', 'p(S) or n(S) >= 2')}"
        text += "\n  ballot yes on go(S, T)"
        if self.chance(70):
            text += "\n  ballot no on load(S, T, _)"
        if self.chance(50):
            text += "\n  ballot none on stop(S, T)"
        no = " + no" if "ballot no " in text else ""
        adopted = self.one("yes >= 1", f"yes >= {self.one('1/2', '2/3')} of voters", f"yes >= 2/3 of (yes{no})", f"yes >= 50 percent of (yes{no}) and voters >= 1",
                           "voters = yes", "yes > 1 or voters = 0", f"voters - yes < 2 and not q(T)", "count of A with p(A) >= 1 and yes < voters")
        return text + f"\n  adopted if {adopted}"

    def book(self):
        """Its items."""
        rng = self.rng
        self.readings = self.chance(12)
        self.acts = {kind: [param for param in params.split(", ") if param] for kind, params in ACTS.items()}
        items = ['source C "c"', "type State, Thing", "type Level = low | mid | high"]
        if self.readings:
            items += ['reading One "one"', 'reading Two "two"']
        # A few facts only, so that what one rule changes another asks for.
        base = {name: BASE[name] for name in rng.sample(sorted(BASE), self.one(3, 4, 5))}
        self.targets = {name: CHANGED[name] for name in rng.sample(sorted(CHANGED), self.one(2, 3, 4))}
        if self.chance(35):
            self.targets.update(rng.sample(sorted(base.items()), 1))
        self.facts = {**base, **self.targets, **{name: TABLES[name] for name in rng.sample(sorted(TABLES), 1)}}
        drawn = []
        for fact in rng.sample(sorted(DEFINED), self.one(0, 1, 2, 3)):
            drawn.append(self.definition(fact))
            if self.chance(15):
                drawn.append(self.definition(fact))
            self.facts[fact] = DEFINED[fact]
        drawn += [self.plain_rule() if self.chance(55) else self.effect_rule() for _ in range(self.one(2, 3, 4, 5))]
        drawn += [self.twin() for _ in range(self.one(0, 1, 1, 2, 3))]
        drawn += [self.gathering() for _ in range(self.one(0, 0, 0, 1, 2))]
        for draw in (self.race, self.exception, self.watched):
            if self.chance(18):
                drawn += draw()
        for draw, percent in ((self.forbidden, 15), (lambda: self.obligation(0), 22), (lambda: self.procedure(0), 20), (lambda: self.decision(0), 22)):
            if self.chance(percent):
                drawn.append(draw())
        rng.shuffle(drawn)
        named = set(base) | {name for name in FACTS if re.search(rf"\b{name}\(|sum of {name} of", "\n".join(drawn))}
        rules = [f"rule {self.fed()} [C f]: {feed}" for fact in FEEDS if fact in named for feed in FEEDS[fact]]
        text = "\n".join(rules + drawn)
        items += [f"act {kind}({', '.join(params)})" for kind, params in self.acts.items() if f" {kind}(" in text]
        for fact, (args, of) in {**BASE, **CHANGED, **DEFINED}.items():
            params = [f"{OUTER[kind][0]}: {TYPES[kind]}" for kind in args]
            if fact in named:
                items.append(f"fact {fact}({', '.join(params)})" + (f": {of}" if of else ""))
        items += ['set two of State [C s] {"A", "B"}', 'set pair of Thing [C s] {"t1", "t2"}',
                  f'table tab(S: State): Int [C t] {{ "A" {rng.randrange(4)}, "C" {rng.randrange(4)} }}',
                  f'table feast(T: Thing): Date [C t] {{ "t1" {self.date()} }}',
                  f'table term(S: State): Span [C t] {{ "A" {self.span()}, "B" {self.span()} }}']
        return [item for item in items if not item.startswith("table") or item.split()[1].split("(")[0] in named] + rules + drawn

    def fed(self):
        self.label += 1
        if self.chance(30):
            self.labels.append(f"R{self.label}")
        return f"R{self.label}"
