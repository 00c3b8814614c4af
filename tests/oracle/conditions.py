# SPDX-License-Identifier: Apache-2.0
"""The truth of conditions and the value of expressions in one state: sections 4 and 5 of docs/rules-reference.md.

A variable that has no value yet is tried with everything that stands, now or earlier, in the places where it occurs. What a value
is: text for entities and words ("yes" for a boolean fact that holds), int or Fraction, Date, Span; None if absent.
"""
from fractions import Fraction
from functools import cache

import dates
from dates import Date, Span
from language import Binder

NOTHING = frozenset()  # of names


@cache
def free(tree, inside=False):
    """The variables of a tree that occur outside all quantifiers (inside: anywhere)."""
    if isinstance(tree, Binder):
        return free((tree.cond,), True) | {tree.var} if inside else NOTHING
    if not isinstance(tree, tuple) or isinstance(tree, (Date, Span)):
        return NOTHING
    if tree[:1] == ("var",):
        return frozenset([tree[1]])
    if tree[:1] == ("in",):
        return frozenset([tree[1]])
    if tree[:1] in (("some",), ("every",), ("count",), ("sum",)) and not inside:
        return NOTHING
    return frozenset().union(*(free(part, inside) for part in tree))


def occurrences(tree):
    """How often each variable is written in a tree."""
    if isinstance(tree, Binder):
        return [tree.var] + occurrences((tree.cond,))
    if not isinstance(tree, tuple) or isinstance(tree, (Date, Span)):
        return []
    if tree[:1] == ("var",) or tree[:1] == ("in",):
        return [tree[1]]
    return [name for part in tree for name in occurrences(part)]


@cache
def branch_only(tree, whole=None):
    """Variables that stand in one branch of an `or` and nowhere else in the whole tree."""
    whole = whole or tree
    found = set()
    if isinstance(tree, Binder):
        return branch_only((tree.cond,), whole)
    if isinstance(tree, tuple) and not isinstance(tree, (Date, Span)):
        if tree[:1] == ("or",):
            everywhere = occurrences(whole)
            for branch in tree[1]:
                here = occurrences(branch)
                found |= {name for name in here if here.count(name) == everywhere.count(name)}
        for part in tree:
            found |= branch_only(part, whole)
    return found


@cache
def binds(cond):
    """The variables that a condition binds by being true of them, whatever else stands beside it (5.5)."""
    kind = cond[0]
    if kind == "holds":
        return free(cond[1])
    if kind == "is":
        _, subject, negated, terms = cond
        if negated or ("none",) in terms or subject[0] == "var":
            return NOTHING
        return free(subject) | (free(terms) if len(terms) == 1 else NOTHING)
    if kind in ("in", "had"):
        return frozenset([cond[1]])
    if kind in ("cmp", "reached", "passed"):
        return frozenset().union(*(in_atoms(expr) for expr in cond[1:]))
    if kind == "and":
        return frozenset().union(*(binds(part) for part in cond[1]))
    if kind == "or":
        return frozenset.intersection(*(binds(part) for part in cond[1]))
    if kind == "some" and cond[1].cond:
        return binds(cond[1].cond) - {cond[1].var}
    return NOTHING


@cache
def counts(cond):
    """The variables that a count or a sum binds to what it finds something for (5.5)."""
    if cond[0] == "cmp" and cond[1] in (">", ">=") and cond[2][0] in ("count", "sum"):
        return free((cond[2][-1].cond,), True) - {cond[2][-1].var}
    if cond[0] in ("and", "or"):
        return frozenset().union(*(counts(part) for part in cond[1]))
    return NOTHING


def with_endings(cond):
    """The condition of a trigger that says of its endings what 5.5 says of them: a name that nothing else binds ranges over
    the instances that have had a value. ("had", NAME, atoms): one of the atoms has had one."""
    parts = joined(cond)
    endings = [part[1] for part in parts if part[0] == "not" and part[1][0] == "holds" or part[0] == "is" and part[3] == (("none",),) and not part[2]]
    atoms = [atom[1] if atom[0] == "holds" else atom for atom in endings]
    unbound = frozenset().union(*(free(atom) for atom in atoms if atom[0] == "atom")) - binds(("and", parts)) - counts(("and", parts))
    more = tuple(("had", name, tuple(atom for atom in atoms if name in free(atom))) for name in sorted(unbound))
    return ("and", parts + more) if more else cond


def joined(cond):
    return tuple(part for inner in cond[1] for part in joined(inner)) if cond[0] == "and" else (cond,)


def in_atoms(expr):
    """The variables of fact atoms whose absence makes the expression absent."""
    if not isinstance(expr, tuple) or isinstance(expr, (Date, Span)) or expr[0] in ("count", "sum", "later", "earlier"):
        return NOTHING
    if expr[0] == "atom":
        return free(expr)
    return frozenset().union(*(in_atoms(part) for part in expr[1:]))


@cache
def places(name, tree):
    """Where a variable is written: as ("set", members), ("value", fact) or (("fact", fact), number of the argument)."""
    if isinstance(tree, Binder):
        return (((("set", tree.set),) if tree.var == name and tree.set is not None else ()) + places(name, tree.cond))
    if not isinstance(tree, tuple) or isinstance(tree, (Date, Span)):
        return ()
    found = ()
    if tree[:1] == ("atom",):
        found = tuple((("fact", tree[1]), place) for place, arg in enumerate(tree[2]) if arg == ("var", name))
    elif tree[:1] == ("is",) and ("var", name) in tree[3] and tree[1][0] == "atom":
        found = (("value", tree[1][1]),)
    elif tree[:1] == ("in",) and tree[1] == name:
        found = (("set", tree[2]),)
    return found + tuple(place for part in tree for place in places(name, part))


@cache
def dated(tree):
    """The expressions of every `reached` and `passed` in a tree."""
    if isinstance(tree, Binder):
        return dated(tree.cond)
    if not isinstance(tree, tuple) or isinstance(tree, (Date, Span)):
        return ()
    here = (tree[1],) if tree[:1] in (("reached",), ("passed",)) else ()
    return here + tuple(expr for part in tree for expr in dated(part))


def forget():
    """What was found out about the trees of rulebooks that will not come back."""
    for function in (free, branch_only, binds, counts, places, dated):
        function.cache_clear()


class View:
    """One state, asked: `facts` is name -> {args: value}, `had` name -> args that once had a value, `now` the clock (None: before all)."""

    def __init__(self, sets):
        self.sets, self.facts, self.had, self.now = sets, {}, {}, None

    def value(self, name, args):
        return self.facts.get(name, {}).get(args)

    # Expressions

    def of(self, expr, env):
        """The value of an expression; None if absent."""
        kind = expr[0]
        if kind in ("num", "span", "date", "text", "word"):
            return expr[1]
        if kind == "none":
            return None
        if kind == "var":
            return env.get(expr[1])
        if kind == "that day":
            fired = env.get("that instant")
            return fired and dates.day_of(fired)
        if kind == "that instant":
            return env.get("that instant")
        if kind == "atom":
            args = tuple(self.of(arg, env) for arg in expr[2])
            return None if None in args else self.value(expr[1], args)
        if kind == "count":
            return len(self.members(expr[1], env))
        if kind == "sum":
            return self.sum(expr[1], expr[2], env)
        if kind == "fraction":
            inner = self.of(expr[2], env)
            return None if inner is None else expr[1] * inner
        sides = [self.of(side, env) for side in expr[1:]]
        if kind in ("later", "earlier"):
            there = [side for side in sides if side is not None]
            return (max if kind == "later" else min)(there) if there else None
        return None if None in sides else self.apply(kind, *sides)

    def apply(self, kind, left, right=None):
        if kind in ("+", "-"):
            if isinstance(left, Date):
                return dates.add(left, right, 1 if kind == "+" else -1)
            return left + right if kind == "+" else left - right
        if kind == "*":
            return left * right
        if kind == "percent":
            return left * right * Fraction(1, 100)
        if kind == "rounded":
            return dates.ROUNDINGS[right](left)
        return dates.ROUNDINGS[kind](left)

    def members(self, binder, env, need=NOTHING):
        """The distinct values of the binder's variable that satisfy its condition."""
        return [value for value in self.range(binder, env) if self.satisfies(binder, value, env, need)]

    def range(self, binder, env):
        if binder.set is not None:
            return sorted(set(self.set(binder.set)))
        return self.candidates(binder.var, binder.cond)

    def set(self, members):
        return self.sets[members] if isinstance(members, str) else members

    def satisfies(self, binder, value, env, need=NOTHING):
        if not binder.cond:
            return True
        need = need if binder.set is not None else need | {binder.var}
        return self.for_some(binder.cond, {**env, binder.var: value}, need)

    def sum(self, weight, binder, env, need=NOTHING):
        if binder.cond is None and binder.set is None:
            over = self.candidates(binder.var, weight)
        else:
            over = self.members(binder, env, need)
        return sum(self.of(weight, {**env, binder.var: value}) or 0 for value in over)

    # Conditions

    def for_some(self, cond, env, need=NOTHING):
        """Is it true for some value of the names that have none and that occur outside inner quantifiers?"""
        names = free(cond) - env.keys()
        names -= branch_only(cond) if names else NOTHING
        return any(True for _ in self.solve(cond, env, names, need))

    def solve(self, cond, env, names, need=NOTHING):
        """Every way to give `names` values that makes the condition true, each as a new env."""
        names = sorted(names - env.keys())
        parts = cond[1] if cond[0] == "and" else (cond,)

        def extend(env, rest):
            # a part that can be judged already spares the trying of everything else
            if not all(self.true(part, env, NOTHING) for part in parts if free(part, True) & set(names) <= env.keys()):
                return
            if not rest:
                if self.true(cond, env, need | set(names)):
                    yield env
                return
            for value in self.candidates(rest[0], cond):
                yield from extend({**env, rest[0]: value}, rest[1:])
        yield from extend(env, names)

    def candidates(self, name, tree):
        """Whatever stands, or once stood, in a place where the variable is written."""
        found = {}
        for where, place in places(name, tree):
            if where == "set":
                found.update(dict.fromkeys(self.set(place)))
            elif where == "value":
                found.update(dict.fromkeys(self.facts.get(place, {}).values()))
            else:
                for known in (self.facts, self.had):
                    found.update(dict.fromkeys(args[place] for args in known.get(where[1], ())))
        return list(found)

    def true(self, cond, env, need=NOTHING):
        """Is it true, where every name that counts has a value? `need`: names that something in it must still bind."""
        return getattr(self, "is_" + cond[0])(cond, env, need)

    def is_and(self, cond, env, need):
        need -= binds(cond)
        return all(self.true(part, env, need) for part in cond[1])

    def is_or(self, cond, env, need):
        return any(self.for_some(branch, env, need | (free(branch) - env.keys())) for branch in cond[1])

    def is_not(self, cond, env, need):
        return not self.for_some(cond[1], env)

    def is_had(self, cond, env, need):
        return any(tuple(self.of(arg, env) for arg in atom[2]) in self.had.get(atom[1], ()) for atom in cond[2])

    def is_holds(self, cond, env, need):
        return self.of(cond[1], env) is not None

    def is_is(self, cond, env, need):
        _, subject, negated, terms = cond
        value = self.of(subject, env)
        return (value in [self.of(term, env) for term in terms]) != negated

    def is_in(self, cond, env, need):
        return env.get(cond[1]) in self.set(cond[2])

    def is_cmp(self, cond, env, need):
        _, sign, left, right = cond
        need -= binds(cond)
        if need and left[0] in ("count", "sum") and sign in (">", ">="):
            binder = left[-1]
            # a count binds to what it finds something for, and so does one within it
            if binder.cond and need & free((binder.cond,), True):
                found = self.members(binder, env, need)
                number = len(found) if left[0] == "count" else self.sum(left[1], binder, env, need)
                return bool(found) and self.compare(sign, number, self.of(right, env))
        return self.compare(sign, self.of(left, env), self.of(right, env))

    def compare(self, sign, left, right):
        if left is None or right is None:
            return False
        return {">=": left >= right, ">": left > right, "=": left == right, "<=": left <= right, "<": left < right}[sign]

    def is_some(self, cond, env, need):
        binder = cond[1]
        return any(not binder.cond or self.for_some(binder.cond, {**env, binder.var: value}, need | {binder.var} if binder.set is None else need)
                   for value in self.range(binder, env))

    def is_every(self, cond, env, need):
        _, binder, has = cond
        return all(self.for_some(has, {**env, binder.var: value}) for value in self.members(binder, env))

    def is_reached(self, cond, env, need):
        date = self.of(cond[1], env)
        return date is not None and self.now is not None and self.now >= date

    def is_passed(self, cond, env, need):
        date = self.of(cond[1], env)
        return date is not None and self.now is not None and self.now >= dates.end_of(date)

    def dates_in(self, tree, env):
        """Every date that a `reached` or `passed` of the tree speaks of, for all values of its names; with its end."""
        for expr in dated(tree):
            yield from self.values(expr, env, sorted(free(expr, True) - env.keys()))

    def values(self, expr, env, names):
        if not names:
            date = self.of(expr, env)
            if date is not None:
                yield date
                yield dates.end_of(date)
            return
        for value in self.candidates(names[0], expr):
            yield from self.values(expr, {**env, names[0]: value}, names[1:])
