# SPDX-License-Identifier: Apache-2.0
"""The text of a rulebook as a tree: words, grammar and files, after sections 1 to 3 of docs/rules-reference.md.

Nothing here is shared with the program, so that a mistake in one is not a mistake in the other. Only lawful rulebooks matter:
there are no checks beyond the grammar.

Expressions and conditions are tuples whose first member says what they are:

    ("num", n) ("span", Span) ("date", Date) ("text", s) ("word", w) ("var", NAME) ("none",)
    ("that day",) ("that instant",) ("atom", NAME, terms) ("count", Binder) ("sum", atom, Binder)
    ("+", a, b) ("-", a, b) ("*", a, b) ("percent", n, a) ("fraction", q, a) ("rounded", date, style)
    ("month_after", a) ("month_of", a) ("month_end", a) ("later", a, b) ("earlier", a, b)
    ("or", conditions) ("and", conditions) ("not", c) ("cmp", sign, a, b) ("holds", atom) ("is", a, negated, terms)
    ("in", NAME, set) ("some", Binder) ("every", Binder, c) ("reached", a) ("passed", a)
"""
import os
import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from dates import Date, Span, date_from, UNITS

TOKEN = re.compile(r"""\s+ | --[^\n]* | (?P<date>\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?) | (?P<fraction>\d+/\d+) | (?P<int>\d+)
                       | (?P<name>[A-Za-z_][A-Za-z0-9_]*) | "(?P<text>[^"\n]*)" | \[(?P<cites>[^\]]*)\] | (?P<sign>>=|<=|[()\[\]{},:;|+*<>=-])""", re.X)
# Words that may stand before a bracket, so that they name no fact or act.
BEFORE_BRACKET = set("after and becomes by due every from has if in is not of on once or passed reached some until while with".split())
ITEMS = set("rulebook include source reading type act fact set table rule obligation procedure decision".split())


class Token(NamedTuple):
    kind: str  # date fraction int name text cites sign end
    text: str
    at: int  # where in the text it begins


END = Token("end", "", -1)


class Binder(NamedTuple):
    """`S in SET with C`: what a count, a sum, `some` and `every` range over."""
    var: str
    set: object  # None, a name, or a tuple of strings
    cond: object  # None or a condition


class Wrong(Exception):
    """The text does not follow the grammar."""


@dataclass
class Trigger:
    """kind: act (pattern), once (cond), span (cond, expr), on and after (expr); `on X(...)` is settled by what X is declared as."""
    kind: str
    expr: object = None
    cond: object = None


@dataclass
class Head:
    label: str
    start: Date = None  # the window [start, end)
    end: Date = None
    overrides: tuple = ()
    readings: tuple = ()


@dataclass
class Rule:
    head: Head
    fact: str
    args: tuple
    value: object = None  # an expression; ("none",) for ends and `becomes none`
    trigger: Trigger = None  # None: a definition, or forbidden
    cond: object = None  # `if`, or `while`
    effect: object = None
    choice: str = ""  # still, regardless
    forbidden: bool = False  # then fact and args are the pattern of an act


@dataclass
class Construct:
    """An obligation, a procedure or a decision as written; constructs.py says what it stands for."""
    kind: str
    head: Head
    fact: str
    args: tuple
    parts: dict


@dataclass
class Book:
    types: dict = field(default_factory=dict)  # name -> words of an enumeration, or None
    acts: dict = field(default_factory=dict)  # name -> [(parameter, domain, optional)]
    facts: dict = field(default_factory=dict)  # name -> domain of its values; None: boolean
    sets: dict = field(default_factory=dict)
    tables: dict = field(default_factory=dict)  # name -> {args: value}
    readings: list = field(default_factory=list)
    rules: list = field(default_factory=list)  # Rule and Construct in the order of the text
    dates: list = field(default_factory=list)  # every DATE written anywhere


def words_of(text):
    """The tokens of bare rule text."""
    tokens, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Wrong(f"no word can begin at: {text[at:at + 30]!r}")
        kind = match.lastgroup
        if kind:
            tokens.append(Token(kind, match[kind], at))
        at = match.end()
    return tokens


def rule_text(text):
    """The rule text of a file: the whole, or what stands in the fences of its Markdown form."""
    lines = text.split("\n")
    if not any(line.rstrip() == "```rules" for line in lines):
        return text
    inside, kept = False, []
    for line in lines:
        line = line.rstrip()
        if not inside and line == "```rules":
            inside = True
        elif inside and line == "```":
            inside = False
        elif inside:
            kept.append(line)
    return "\n".join(kept)


class Parser:
    """One method for one line of the grammar."""

    def __init__(self, text, book, include):
        self.words, self.at, self.book, self.include = words_of(text), 0, book, include

    # Words

    def peek(self, ahead=0):
        at = self.at + ahead
        return self.words[at] if at < len(self.words) else END

    def next(self):
        self.at += 1
        return self.peek(-1)

    def sees(self, *texts):
        """Do these words and signs come next?"""
        return all(self.peek(i).kind in ("name", "sign") and self.peek(i).text == text for i, text in enumerate(texts))

    def took(self, *texts):
        if not self.sees(*texts):
            return False
        self.at += len(texts)
        return True

    def must(self, *texts):
        if not self.took(*texts):
            raise Wrong(f"{' '.join(texts)} was to come, not {' '.join(self.peek(i).text for i in range(5))!r}")

    def kind(self, kind):
        if self.peek().kind != kind:
            raise Wrong(f"a {kind} was to come, not {self.peek().text!r}")
        return self.next().text

    def name(self):
        return self.kind("name")

    def date(self):
        date = date_from(self.kind("date"))
        self.book.dates.append(date)
        return date

    def list_of(self, one, sign=","):
        found = [one()]
        while self.took(sign):
            found.append(one())
        return found

    # Items

    def rulebook(self):
        starts = []
        while self.peek().kind != "end":
            starts.append(self.peek().at)
            item = self.name()
            if item not in ITEMS:
                raise Wrong(f"no item begins with {item!r}")
            getattr(self, "item_" + item)()
        return starts

    def item_rulebook(self):
        self.name(), self.must("version"), self.kind("int")

    def item_include(self):
        self.include(self.next().text)

    def item_source(self):
        self.name(), self.kind("text")

    def item_reading(self):
        self.book.readings.append(self.name())
        self.kind("text")

    def item_type(self):
        def one():
            name, words = self.name(), None
            if self.took("="):
                parts = self.list_of(self.name, "|")
                words = parts if parts[0][0].islower() else None
            self.book.types[name] = words
        self.list_of(one)

    def item_act(self):
        def param():
            name = self.name()
            self.must(":")
            optional = not self.sees("optional", ",") and not self.sees("optional", ")") and self.took("optional")
            return name, self.domain(), optional

        def signer():
            if not self.took("body"):
                return self.name()
            return self.next()

        def one():
            name = self.name()
            self.must("(")
            self.book.acts[name] = [] if self.sees(")") else self.list_of(param)
            self.must(")")
            if self.took("by"):
                self.list_of(signer, "or")
        self.list_of(one)

    def item_fact(self):
        def one():
            name = self.name()
            self.typed_names()
            self.book.facts[name] = self.domain() if self.took(":") else None
        self.list_of(one)

    def typed_names(self):
        def one():
            self.name(), self.must(":"), self.name()
        self.must("(")
        if not self.sees(")"):
            self.list_of(one)
        self.must(")")

    def domain(self):
        """A type's name, or the words written out with `|` between them."""
        return "|".join(self.list_of(self.name, "|"))

    def item_set(self):
        name = self.name()
        self.must("of"), self.name(), self.kind("cites")
        self.book.sets[name] = self.strings()

    def strings(self):
        self.must("{")
        found = self.list_of(lambda: self.kind("text"))
        self.must("}")
        return tuple(found)

    def item_table(self):
        def row():
            args = []
            while self.peek().kind == "text":
                args.append(self.next().text)
            rows[tuple(args)] = value_of(self.prim())
        rows, name = {}, self.name()
        self.typed_names()
        self.must(":")
        self.book.facts[name] = self.name()
        self.book.tables[name] = rows
        self.kind("cites"), self.must("{")
        self.list_of(row)
        self.must("}")

    # Rules

    def head(self):
        head = Head(self.name())
        self.kind("cites")
        while not self.took(":"):
            if self.took("from"):
                head.start = self.date()
            elif self.took("until"):
                head.end = self.date()
            elif self.took("overrides"):
                head.overrides += tuple(self.list_of(self.name))
            elif self.took("in", "reading"):
                head.readings += tuple(self.list_of(self.name, "or"))
            else:
                self.must("retroactive")
        return head

    def item_rule(self):
        head = self.head()
        _, fact, args = atom = self.pattern()
        if self.took("holds", "while"):
            rule = Rule(head, fact, args, ("word", "yes"), cond=self.cond())
        elif self.took("is", "forbidden", "while"):
            rule = Rule(head, fact, args, cond=self.cond(), forbidden=True)
        else:
            rule = self.change(head, *atom[1:])
        self.book.rules.append(rule)

    def change(self, head, fact, args):
        if self.took("begins"):
            value = ("word", "yes")
        elif self.took("ends"):
            value = ("none",)
        else:
            self.must("becomes")
            value = self.term() if self.sees("none") else self.expr()
        rule = Rule(head, fact, args, value, self.trigger(), self.optional_if())
        if self.took("with", "effect", "from"):
            rule.effect = self.expr()
            rule.choice = "regardless" if self.took("regardless") else "still"
            if rule.choice == "still":
                self.must("if", "still", "so")
        return rule

    def optional_if(self):
        # `if still so` belongs to an effect
        return self.cond() if not self.sees("if", "still", "so") and self.took("if") else None

    def trigger(self):
        if self.took("once"):
            return Trigger("once", cond=self.cond())
        if self.took("on"):
            if self.peek().kind == "name" and self.sees(self.peek().text, "(") and not self.peek().text in BEFORE_BRACKET:
                start = self.at
                pattern = self.pattern()
                if not any(self.sees(sign) for sign in ("+", "-", "rounded")):
                    return Trigger("act", pattern)
                self.at = start
            return Trigger("on", self.expr())
        self.must("after")
        expr = self.expr()
        if self.took("of"):
            return Trigger("span", expr, self.cond())
        return Trigger("after", expr)

    def item_obligation(self):
        head = self.head()
        _, fact, args = self.atom()
        parts = {}
        self.must("arises")
        parts["arises"], parts["if"] = self.trigger(), self.optional_if()
        self.must("due")
        parts["due"] = self.expr()
        self.must("fulfilled", "on")
        parts["fulfilled"] = self.pattern()
        if self.took("waived", "on"):
            parts["waived"] = self.pattern()
        if self.took("lapses"):
            parts["lapses"] = self.trigger()
        self.book.rules.append(Construct("obligation", head, fact, args, parts))

    def item_procedure(self):
        head = self.head()
        _, fact, args = self.atom()
        stages = []
        while self.took("stage"):
            word, origin = self.name(), ["none"]
            if self.peek().kind == "cites":
                self.next()
            if self.took("from"):
                origin = self.list_of(self.name, "or")
            stages.append((word, origin, self.trigger(), self.optional_if()))
        self.book.rules.append(Construct("procedure", head, fact, args, {"stages": stages}))

    def item_decision(self):
        head = self.head()
        _, fact, args = self.atom()
        parts = {"ballots": []}
        self.must("opens")
        parts["opens"], parts["if"] = self.trigger(), self.optional_if()
        self.must("closes")
        parts["closes"] = self.trigger()
        self.must("voters")
        parts["voter"] = self.name()
        self.must("with")
        parts["voters"] = self.cond()
        while self.took("ballot"):
            word = self.name()
            self.must("on")
            parts["ballots"].append((word, self.pattern()))
        self.must("adopted", "if")
        parts["adopted"] = self.cond()
        self.book.rules.append(Construct("decision", head, fact, args, parts))

    # Conditions

    def cond(self):
        found = [self.conj()]
        while self.took("or"):
            found.append(self.conj())
        return found[0] if len(found) == 1 else ("or", tuple(found))

    def conj(self):
        found = [self.lit()]
        while self.took("and"):
            found.append(self.lit())
        return found[0] if len(found) == 1 else ("and", tuple(found))

    def lit(self):
        start = self.at
        try:
            left = self.expr()
            for sign in (">=", ">", "=", "<=", "<"):
                if self.took(sign):
                    return "cmp", sign, left, self.expr()
        except Wrong:
            pass
        self.at = start
        return self.simple()

    def simple(self):
        if self.took("not"):
            return "not", self.simple()
        if self.took("("):
            cond = self.cond()
            self.must(")")
            return cond
        if self.took("some"):
            return "some", self.binder()
        if self.took("every"):
            binder = self.binder()
            self.must("has")
            return "every", binder, self.simple()
        for word in ("reached", "passed"):
            if self.took(word):
                return word, self.expr()
        if self.peek(1).text == "(":
            atom = self.atom()
            return self.is_(atom) if self.sees("is") else ("holds", atom)
        name = self.name()
        if self.took("in"):
            return "in", name, self.set_()
        return self.is_(named(name))

    def is_(self, subject):
        self.must("is")
        negated = self.took("not")
        terms = [self.term()]
        while self.sees("or") and self.goes_on():
            self.must("or")
            terms.append(self.term())
        return "is", subject, negated, tuple(terms)

    def goes_on(self):
        """After `is v`: is what follows `or` another value?"""
        first, then = self.peek(1), self.peek(2)
        if first.text in ("not", "some", "every", "reached", "passed") or then.text in ("of", "percent") or first.text == "that" and then.text in ("day", "instant"):
            return False
        return first.kind in ("name", "text", "int", "date") and then.text not in ("(", "in", "is", ">=", ">", "=", "<=", "<", "+", "-", "*")

    def set_(self):
        return self.strings() if self.sees("{") else self.name()

    def binder(self):
        var = self.name()
        members = self.set_() if self.took("in") else None
        cond = self.simple() if not self.sees("with", "effect") and self.took("with") else None
        return Binder(var, members, cond)

    # Expressions

    def expr(self):
        left = self.mul()
        while self.sees("+") or self.sees("-"):
            sign = self.next().text
            left = (sign, left, self.mul())
        if self.took("rounded", "by"):
            left = ("rounded", left, self.prim())
        return left

    def mul(self):
        if self.peek().kind == "fraction":
            top, bottom = self.next().text.split("/")
            self.must("of")
            return "fraction", Fraction(int(top), int(bottom)), self.mul()
        left = self.prim()
        if self.took("*"):
            return "*", left, self.prim()
        if self.took("percent", "of"):
            return "percent", left, self.mul()
        return left

    def prim(self):
        if self.took("("):
            inner = self.expr()
            self.must(")")
            return inner
        if self.peek().kind == "int":
            number = int(self.next().text)
            if self.peek().text in UNITS:
                return "span", Span(number, UNITS[self.next().text])
            return "num", number
        if self.peek().kind == "date":
            return "date", self.date()
        if self.peek().kind == "text":
            return "text", self.next().text
        if self.took("that", "day"):
            return ("that day",)
        if self.took("that", "instant"):
            return ("that instant",)
        for words, kind in ((("first", "of", "month", "after"), "month_after"), (("first", "of", "month", "of"), "month_of"),
                            (("end", "of", "month", "of"), "month_end")):
            if self.took(*words):
                return kind, self.expr()
        for word in ("later", "earlier"):
            if self.took(word, "of"):
                left = self.expr()
                self.must("and")
                return word, left, self.expr()
        if self.took("count", "of"):
            return "count", self.binder()
        if self.took("sum", "of"):
            weight = self.atom() if self.peek(1).text == "(" else self.name()
            self.must("of")
            binder = self.binder()
            return "sum", weight if isinstance(weight, tuple) else ("atom", weight, (("var", binder.var),)), binder
        if self.peek(1).text == "(" and self.peek().text not in BEFORE_BRACKET:
            return self.atom()
        return named(self.name())

    def atom(self):
        name = self.name()
        self.must("(")
        args = [] if self.sees(")") else self.list_of(self.term)
        self.must(")")
        return "atom", name, tuple(args)

    def pattern(self):
        """Like an atom; an argument may be None (written `_`) or ("named", NAME, the argument)."""
        def arg():
            name = None
            if self.peek().kind == "name" and self.peek(1).text == ":":
                name = self.name()
                self.must(":")
            term = None if self.took("_") else self.term()
            return ("named", name, term) if name else term
        name = self.name()
        self.must("(")
        args = [] if self.sees(")") else self.list_of(arg)
        self.must(")")
        return "atom", name, tuple(args)

    def term(self):
        kind = self.peek().kind
        if kind == "text":
            return "text", self.next().text
        if kind == "int":
            return "num", int(self.next().text)
        if kind == "date":
            return "date", self.date()
        if self.took("none"):
            return ("none",)
        return named(self.name())


def named(name):
    return ("var" if name[0].isupper() or name[0] == "_" else "word", name)


def value_of(expr):
    """The value of a literal."""
    return expr[1]


def parse(text, book=None, include=None):
    """The Book of a text, and where each of its items begins. `include(name)` is called for each include."""
    def refuse(name):
        raise Wrong(f"nothing to include {name} from")
    book = book or Book()
    starts = Parser(rule_text(text), book, include or refuse).rulebook()
    return book, starts


def load(path, standard):
    """The Book of a file and of what it includes, from its own folder or the standard one."""
    book, seen = Book(), set()

    def read(path):
        def include(name):
            for folder in (os.path.dirname(path), standard):
                for end in (".md", ".rules"):
                    if os.path.exists(os.path.join(folder, name + end)):
                        return read(os.path.join(folder, name + end))
            raise Wrong(f"{name} is nowhere")
        if os.path.realpath(path) not in seen:
            seen.add(os.path.realpath(path))
            with open(path, encoding="utf-8") as file:
                parse(file.read(), book, include)
    read(path)
    return book


__all__ = ["Binder", "Book", "Construct", "Head", "Rule", "Trigger", "Wrong", "load", "parse", "rule_text", "words_of"]
