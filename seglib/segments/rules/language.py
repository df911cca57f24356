"""The language of rules: text -> a tree, by a small closed grammar of SQL predicates.

What the grammar does not know cannot be said: there is no way to name a table, a file or a function of the database. So
the parser is written out here rather than taken from a library that reads all of SQL, of which most would have to be
refused again; every node knows its place in the text, and nesting is bounded before it can hurt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from seglib.errors import InputError
from seglib.segments.rules.tokens import Token, cut, place

__all__ = ["COMPARISONS", "Node", "parse_rule"]

LONGEST, DEEPEST, MOST_WORDS = 10_000, 30, 2_000  # characters, parentheses, words and signs of a rule
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Node:
    """A piece of a rule: what it is, its parts, its own value, and where it stands in the text."""

    what: str
    parts: tuple[Node, ...] = ()
    value: Any = None
    start: int = 0


@lru_cache(maxsize=1024)
def parse_rule(rule: str) -> Node:
    """Tree of a rule; nothing is looked up or run.

    Parameters
    ----------
    rule : str
        One predicate, for instance ``revenue_rank >= 0.9 and recency_days <= 90``.

    Returns
    -------
    Node

    Raises
    ------
    InputError
        The rule is too long, too deep or not of the language: where, what was found, what was expected.

    Examples
    --------
    >>> parse_rule("not a > 1 or b").what
    'or'
    >>> parse_rule("a >")
    Traceback (most recent call last):
    seglib.errors.InputError: character 4: found the end of the rule, expected a number, a text, a name or '('.
    """
    if len(rule) > LONGEST:
        raise InputError(f"the rule has {len(rule):,} characters, at most {LONGEST:,} are read. Split the segment.")
    tokens = cut(rule)
    if len(tokens) == 1:
        raise InputError("the rule is empty. Write a condition such as recency_days <= 90.")
    if len(tokens) > MOST_WORDS:
        raise InputError(f"the rule has {len(tokens):,} words and signs, at most {MOST_WORDS:,} are read.")
    return _Parser(rule, tokens).whole()


class _Parser:
    """Reads from weak to strong: or, and, not, one comparison, sums, products, minus, a value."""

    def __init__(self, rule: str, tokens: list[Token]) -> None:
        self.rule, self.tokens, self.at, self.depth = rule, tokens, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Node:
        tree = self.either()
        if self.now.what != "end":
            self.fail("'and', 'or', an operator or the end")
        return tree

    def fail(self, expected: str) -> None:
        found = "the end of the rule" if self.now.what == "end" else repr(self.now.value[:60])
        raise InputError(f"{place(self.rule, self.now.start)}: found {found}, expected {expected}.")

    def meets(self, *values: str) -> str:
        """Take the next word or sign if it is one of these."""
        if self.now.what in ("word", "sign") and self.now.value in values:
            self.at += 1
            return self.tokens[self.at - 1].value
        return ""

    def must(self, value: str) -> None:
        if not self.meets(value):
            self.fail(repr(value))

    def deeper(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            where = place(self.rule, self.now.start)
            raise InputError(f"{where}: more than {DEEPEST} conditions or signs inside each other. Make it flatter.")
        node = read()
        self.depth -= 1
        return node

    def either(self) -> Node:
        return self.series("or", self.both)

    def both(self) -> Node:
        return self.series("and", self.negation)

    def series(self, word: str, read: Callable[[], Node]) -> Node:
        start, parts = self.now.start, [read()]
        while self.meets(word):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Node(word, tuple(parts), start=start)

    def negation(self) -> Node:
        start, times = self.now.start, 0
        while self.meets("not"):
            times += 1
        inner = self.comparison()
        return Node("not", (inner,), times % 2 == 1, start) if times else inner

    def comparison(self) -> Node:
        start, left = self.now.start, self.sum()
        if sign := self.meets(*COMPARISONS):
            node = Node("compare", (left, self.sum()), sign, start)
        elif self.meets("is"):
            node = self.null(left, start)
        else:
            node = self.membership(left, start)
        if self.now.what in ("word", "sign") and self.now.value in (
            *COMPARISONS,
            "is",
            "between",
            "in",
            "like",
            "ilike",
        ):
            self.fail("'and', 'or' or the end: one comparison at a time")
        return node

    def null(self, left: Node, start: int) -> Node:
        negated = bool(self.meets("not"))
        self.must("null")
        return _negated(Node("null", (left,), start=start), negated)

    def membership(self, left: Node, start: int) -> Node:
        negated = bool(self.meets("not"))
        if self.meets("between"):
            low = self.sum()
            self.must("and")
            return _negated(Node("between", (left, low, self.sum()), start=start), negated)
        if self.meets("in"):
            self.must("(")
            return _negated(Node("in", (left, *self.listed()), start=start), negated)
        if word := self.meets("like", "ilike"):
            return _negated(Node("like", (left, self.sum()), word, start), negated)
        if negated:
            self.fail("'between', 'in', 'like' or 'ilike' after 'not'")
        return left

    def listed(self) -> list[Node]:
        parts = [self.sum()]
        while self.meets(","):
            parts.append(self.sum())
        self.must(")")
        return parts

    def sum(self) -> Node:
        return self.chain("sum", ("+", "-"), self.product)

    def product(self) -> Node:
        return self.chain("product", ("*", "/"), self.signed)

    def chain(self, what: str, signs: tuple[str, str], read: Callable[[], Node]) -> Node:
        start, parts, between = self.now.start, [read()], [signs[0]]
        while sign := self.meets(*signs):
            between.append(sign)
            parts.append(read())
        return parts[0] if len(parts) == 1 else Node(what, tuple(parts), tuple(between), start)

    def signed(self) -> Node:
        start = self.now.start
        if self.meets("-"):
            return Node("minus", (self.deeper(self.signed),), start=start)
        if self.meets("+"):
            return self.deeper(self.signed)
        return self.value()

    def value(self) -> Node:
        token = self.now
        if self.meets("("):
            inner = self.deeper(self.either)
            self.must(")")
            return inner
        if word := self.meets("true", "false"):
            return Node("truth", value=word == "true", start=token.start)
        if token.what not in ("number", "text", "name"):
            self.fail("'is null' or 'is not null'" if token.value == "null" else "a number, a text, a name or '('")
        self.at += 1
        if token.what == "name" and self.meets("("):
            arguments = [] if self.meets(")") else self.deeper(lambda: Node("arguments", tuple(self.listed()))).parts
            return Node("call", tuple(arguments), token.value, token.start)
        worth = Decimal(token.value) if token.what == "number" else token.value
        return Node(token.what, value=worth, start=token.start)


def _negated(node: Node, negated: bool) -> Node:
    return Node("not", (node,), True, node.start) if negated else node
