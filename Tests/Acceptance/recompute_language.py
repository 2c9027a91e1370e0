"""The language of a plan's formulas, read by the independent computation: text to a tree.

docs/plan-format.md, "Formulas and conditions". Numbers are fractions; nothing is rounded.
"""
import re
from fractions import Fraction

MISSING, UNDEFINED = "\0missing", "\0undefined"
MULTIPLIERS = [("千万", 10**7), ("百万", 10**6), ("亿", 10**8), ("万", 10**4), ("千", 10**3)]
TOKEN = re.compile(r'\s*(?:(\d+(?:\.\d+)?)|"([^"]*)"|([A-Za-z_][A-Za-z0-9_.]*)|(<=|>=|!=|[-+*/()=<>,]))')
FOLDS = ("count", "count_given", "count_distinct", "sum", "sum_given", "median", "exists")


def measure(unit):
    for text, factor in MULTIPLIERS:
        if unit.startswith(text) and len(unit) > len(text):
            return unit[len(text):], Fraction(factor)
    return unit, Fraction(1)


def parse(text):
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, f"{text!r} at {at}"
        number, quoted, name, sign = found.groups()
        tokens.append(("n", Fraction(number)) if number else ("t", quoted) if quoted is not None
                      else ("w", name) if name else ("s", sign))
        at = found.end()
    tokens.append(("e", None))
    place = [0]

    def peek(ahead=0):
        return tokens[min(place[0] + ahead, len(tokens) - 1)]

    def take():
        place[0] += 1
        return tokens[place[0] - 1]

    def expect(sign):
        got = take()
        assert got[1] == sign, (text, got, sign)

    def either():
        left = both()
        while peek() == ("w", "or"):
            take()
            left = ("or", left, both())
        return left

    def both():
        left = negation()
        while peek() == ("w", "and"):
            take()
            left = ("and", left, negation())
        return left

    def negation():
        if peek() == ("w", "not"):
            take()
            return ("not", negation())
        return relation()

    def relation():
        left = total()
        kind, word = peek()
        if kind == "s" and word in ("=", "!=", "<", "<=", ">", ">="):
            take()
            return ("cmp", word, left, total())
        negated = peek() == ("w", "not") and peek(1) == ("w", "in")
        if negated or peek() == ("w", "in"):
            if negated:
                take()
            take()
            expect("(")
            members = [total()]
            while peek() == ("s", ","):
                take()
                members.append(total())
            expect(")")
            found = ("in", left, members)
            return ("not", found) if negated else found
        if peek() == ("w", "is"):
            take()
            no = peek() == ("w", "not")
            if no:
                take()
            expect("missing")
            found = ("missing", left)
            return ("not", found) if no else found
        return left

    def total():
        left = product()
        while peek() in (("s", "+"), ("s", "-")):
            left = ("arith", take()[1], left, product())
        return left

    def product():
        left = atom()
        while peek() in (("s", "*"), ("s", "/")):
            left = ("arith", take()[1], left, atom())
        return left

    def atom():
        kind, word = take()
        if kind == "n":
            return ("num", word)
        if kind == "t":
            return ("text", word)
        if word == "(":
            inner = either()
            expect(")")
            return inner
        if word == "-":
            return ("arith", "-", ("num", Fraction(0)), atom())
        assert kind == "w", (text, word)
        if word in ("true", "false"):
            return ("flag", word == "true")
        if peek() != ("s", "("):
            return ("name", word)
        take()
        if word in FOLDS:
            target = take()[1]
            condition = each = by = None
            if peek() == ("w", "each"):
                take()
                each = total()
            if peek() == ("w", "by"):
                take()
                by = take()[1]
            if peek() == ("w", "where"):
                take()
                condition = either()
            expect(")")
            return ("fold", word, target, condition, each, by)
        arguments = [either()]
        while peek() == ("s", ","):
            take()
            arguments.append(either())
        expect(")")
        return ("call", word, arguments)

    tree = either()
    assert peek()[0] == "e", (text, peek())
    return tree


def lack(values):
    if any(v is MISSING for v in values):
        return MISSING
    return UNDEFINED if any(v is UNDEFINED for v in values) else None
