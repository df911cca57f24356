"""Names found and kinds held against each other, before anything runs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, Overflow
from typing import Any, ClassVar

from seglib.errors import InputError
from seglib.segments.rules.expressions import Expression, constant, joined, negate
from seglib.segments.rules.hints import MEASURED, as_called, as_seen, hint, unlike
from seglib.segments.rules.language import Node, parse_rule
from seglib.segments.rules.scalars import COMPARE, SCALARS, kind_of, kinds_told
from seglib.segments.rules.tokens import place
from seglib.tables.measures import PEOPLE, Call
from seglib.tables.period import LONGEST_DAYS

__all__ = ["check_rule"]

MEASURES = {measure.name: measure for measure in PEOPLE}
ANY = ""  # the kind of what is already at fault


def check_rule(
    rule: str,
    columns: Mapping[str, str],
    *,
    settings: Mapping[str, Any] | None = None,
    as_of: dt.date | None = None,
) -> Expression:
    """Rule with its names found, settings put in, kinds checked and constants worked out.

    Parameters
    ----------
    rule : str
    columns : mapping of str to str
        Kind of each column there is; the names of :data:`seglib.tables.measures.PEOPLE` are known without.
    settings : mapping of str to number, text, bool or date
    as_of : date
        What ``as_of`` means.

    Returns
    -------
    Expression of kind boolean.

    Raises
    ------
    InputError
        Every fault of the rule.

    Examples
    --------
    >>> from seglib.segments.rules.expressions import told
    >>> told(check_rule("revenue_rank >= 1 - top_share", {}, settings={"top_share": 0.1}))
    'revenue_rank >= 0.9'
    >>> check_rule("revenue_rang >= 0.9", {})
    Traceback (most recent call last):
    seglib.errors.InputError: character 1: no column, setting or function is named 'revenue_rang'. Did you mean ...
    """
    checker = _Checker(rule, columns, settings or {}, as_of or dt.date(2000, 1, 1))
    checked = checker.check(parse_rule(rule))
    if not checker.faults and checked.kind != "boolean":
        checker.faults.append(f"the rule is a {checked.kind}, expected a condition, such as recency_days <= 90.")
    if checker.faults:
        raise InputError(checker.faults)
    return checked


class _Checker:
    def __init__(self, rule: str, columns: Mapping[str, str], settings: Mapping[str, Any], as_of: dt.date) -> None:
        self.rule, self.as_of, self.settings = rule, as_of, settings
        self.columns = {name: measure.kind for name, measure in MEASURES.items()} | dict(columns)
        self.faults: list[str] = []

    def fault(self, node: Node, text: str) -> Expression:
        self.faults.append(f"{place(self.rule, node.start)}: {text}")
        return Expression("fault", ANY)

    def check(self, node: Node) -> Expression:
        return self.CHECKS[node.what](self, node)

    def condition(self, node: Node) -> Expression:
        found = self.check(node)
        if found.kind not in ("boolean", ANY):
            return self.fault(node, f"found a {found.kind}, expected a condition, such as recency_days <= 90.")
        return found

    def term(self, node: Node, kind: str = "") -> Expression:
        """A value, of a kind if one is told."""
        found = self.check(node)
        if found.is_condition:
            return self.fault(node, "found a condition, expected a value. Conditions are put together by and, or, not.")
        if kind and found.kind not in (kind, ANY):
            return self.fault(node, f"found a {kinds_told(found.kind)}, expected a {kinds_told(kind)}.")
        return found

    def _number(self, node: Node) -> Expression:
        if not kind_of(node.value):
            return self.fault(node, f"{node.value:.3g} is too large, expected a number below 1,000,000,000,000,000.")
        return constant(node.value, "number")

    def _text(self, node: Node) -> Expression:
        return constant(node.value, "text")

    def _truth(self, node: Node) -> Expression:
        return constant(node.value, "boolean")

    def _name(self, node: Node) -> Expression:
        name = node.value
        if name == "as_of":
            return constant(self.as_of, "date")
        if name in self.settings:
            value = self.settings[name]
            return constant(Decimal(str(value)) if kind_of(value) == "number" else value, kind_of(value))
        if name in self.columns:
            return Expression("column", self.columns[name], value=name)
        if name in MEASURED or name.lower() in SCALARS:
            return self.fault(node, f"{name} is a function. Call it: {as_called(name)}.")
        known = [*self.columns, *self.settings, *MEASURED, *SCALARS, "as_of"]
        return self.fault(node, f"no column, setting or function is named {as_seen(name)}.{hint(name, known)}")

    def _call(self, node: Node) -> Expression:
        if node.value in MEASURED:
            return self.measured(node)
        if node.value.lower() in SCALARS:
            return self.scalar(node)
        if node.value in self.columns or node.value in self.settings:
            return self.fault(node, f"{node.value} is no function. Write it without parentheses.")
        return self.fault(node, f"no function is named {as_seen(node.value)}.{hint(node.value, [*MEASURED, *SCALARS])}")

    def measured(self, node: Node) -> Expression:
        function = MEASURED[node.value]
        if len(node.parts) != len(function.arguments):
            return self.fault(
                node, f"found {len(node.parts)} values, expected {as_called(function.name)}: {function.meaning}."
            )
        given = [self.argument(part, kind) for part, kind in zip(node.parts, function.arguments, strict=True)]
        known = tuple(value for value in given if value is not None)
        if len(known) < len(given):
            return Expression("fault", ANY)
        return Expression("measured", function.kind, value=Call(function.name, known))

    def argument(self, node: Node, kind: str) -> str | float | int | None:
        """A constant as :class:`~seglib.tables.measures.Call` takes it; None where it is at fault."""
        found = self.dated(self.check(node), node) if kind == "date" else self.term(node, kind)
        if found.kind in (kind, ANY) and found.op not in ("constant", "fault"):
            self.fault(node, "found a value that differs by customer, expected a constant or a setting.")
        elif found.kind not in (kind, ANY):
            self.fault(node, f"found a {kinds_told(found.kind)}, expected a {kind}.")
        if found.op != "constant" or found.kind != kind:
            return None
        if (
            kind == "number" and not 0 <= found.value <= LONGEST_DAYS
        ):  # all numbers that functions take are days or hours
            self.fault(node, f"found {found.value:.6g}, expected a number from 0 to {LONGEST_DAYS:,}.")
            return None
        if kind == "number":
            return int(found.value) if found.value == found.value.to_integral_value() else float(found.value)
        return str(found.value)

    def scalar(self, node: Node) -> Expression:
        name = node.value.lower()
        function = SCALARS[name]
        if not function.least <= len(node.parts) <= function.most:
            return self.fault(node, f"found {len(node.parts)} values, expected {function.written(name)}.")
        if function.arguments[0] == "same":
            parts = self.alike(node.parts)
        else:
            asked = ("number" if kind == "digits" else kind for kind in function.arguments)
            parts = [self.term(part, kind) for part, kind in zip(node.parts, asked, strict=False)]
        if name == "round" and len(parts) == 2 and not self.whole(parts[1], 12):
            return self.fault(node.parts[1], "found no whole number from -12 to 12, the digits to round to.")
        kind = parts[0].kind if function.kind == "same" else function.kind
        return self.folded(Expression(name, kind, tuple(parts)), function.work_out)

    def alike(self, nodes: tuple[Node, ...]) -> list[Expression]:
        """Values of one kind; text beside dates is read as a date."""
        parts = [self.term(node) for node in nodes]
        if any(part.kind == "date" for part in parts):
            parts = [self.dated(part, node) for part, node in zip(parts, nodes, strict=True)]
        kinds = list(dict.fromkeys(part.kind for part in parts if part.kind != ANY))
        if len(kinds) > 1:
            odd = next(node for node, part in zip(nodes, parts, strict=True) if part.kind == kinds[1])
            self.fault(
                odd,
                f"found a {kinds_told(kinds[1])} beside a {kinds_told(kinds[0])}.{unlike(kinds)}",
            )
        return parts

    def dated(self, found: Expression, node: Node) -> Expression:
        if found.op != "constant" or found.kind != "text":
            return found
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found.value):
                raise ValueError
            return constant(dt.date.fromisoformat(found.value), "date")
        except ValueError:
            return self.fault(
                node, f"{found.value[:40]!r} is not a date. Write it as YYYY-MM-DD, for instance '2011-12-09'."
            )

    @staticmethod
    def whole(found: Expression, most: int) -> bool:
        """Whether it is a constant whole number of that size at most."""
        return found.op == "constant" and found.kind == "number" and found.value % 1 == 0 and abs(found.value) <= most

    def folded(self, found: Expression, work_out: Callable[..., Any]) -> Expression:
        if not all(part.op == "constant" for part in found.parts):
            return found
        try:
            return constant(work_out(*(part.value for part in found.parts)), found.kind)
        except ArithmeticError:
            self.faults.append("a constant cannot be worked out: divided by zero, or too large.")
            return Expression("fault", ANY)

    def _minus(self, node: Node) -> Expression:
        return self.folded(Expression("minus", "number", (self.term(node.parts[0], "number"),)), lambda value: -value)

    def _product(self, node: Node) -> Expression:
        parts = tuple(self.term(part, "number") for part in node.parts)
        return self.folded(Expression("product", "number", parts, node.value), lambda *values: _worked(node, values))

    def _sum(self, node: Node) -> Expression:
        parts = [self.term(part) for part in node.parts]
        if any(part.kind == "date" for part in parts):
            return self.days(node, parts)
        for part, of in zip(parts, node.parts, strict=True):
            if part.kind not in ("number", ANY):
                return self.fault(of, f"found a {kinds_told(part.kind)}, expected a number.")
        return self.folded(Expression("sum", "number", tuple(parts), node.value), lambda *values: _worked(node, values))

    def days(self, node: Node, parts: list[Expression]) -> Expression:
        """A date and whole days, or the days between two dates."""
        first, *rest = parts
        if first.kind == "date" and all(self.whole(part, 100_000) for part in rest):
            made = Expression("sum", "date", tuple(parts), node.value)
            return self.folded(made, lambda day, *days: day + dt.timedelta(int(_worked(node, (Decimal(0), *days)))))
        if [part.kind for part in parts] == ["date", "date"] and node.value[1] == "-":
            return self.folded(
                Expression("sum", "number", tuple(parts), node.value), lambda a, b: Decimal((a - b).days)
            )
        return self.fault(node, "with dates there are 'date - date' and 'date + 30' (whole days), nothing else.")

    def _compare(self, node: Node) -> Expression:
        parts = self.alike(node.parts)
        if parts[0].kind == parts[1].kind == "boolean" and node.value not in ("=", "<>"):
            return self.fault(node, f"yes/no values are not compared by {node.value!r}. Use = or <>.")
        return self.folded(Expression(node.value, "boolean", tuple(parts)), COMPARE[node.value])

    def _between(self, node: Node) -> Expression:
        parts = self.alike(node.parts)
        if parts[0].kind == "boolean":
            return self.fault(node, "yes/no values have no between. Use = or <>.")
        low = self.folded(Expression(">=", "boolean", (parts[0], parts[1])), COMPARE[">="])
        return joined("and", (low, self.folded(Expression("<=", "boolean", (parts[0], parts[2])), COMPARE["<="])))

    def _in(self, node: Node) -> Expression:
        parts = self.alike(node.parts)
        for part, of in zip(parts[1:], node.parts[1:], strict=True):
            if part.op not in ("constant", "fault"):
                return self.fault(
                    of, "found a value that differs by customer, expected constants and settings after 'in'."
                )
        return self.folded(Expression("in", "boolean", tuple(parts)), lambda value, *listed: value in listed)

    def _like(self, node: Node) -> Expression:
        value, pattern = (self.term(part, "text") for part in node.parts)
        if pattern.op not in ("constant", "fault") or value.op == "constant":
            return self.fault(
                node, f"'{node.value}' is followed by a constant text such as '%shoe%', after a text column."
            )
        if pattern.op == "constant" and (len(pattern.value) > 200 or pattern.value.count("%") > 6):
            return self.fault(node.parts[1], "a pattern has at most 200 characters and six '%'.")
        return Expression(node.value, "boolean", (value, pattern))

    def _null(self, node: Node) -> Expression:
        found = self.term(node.parts[0])
        return constant(False, "boolean") if found.op == "constant" else Expression("null", "boolean", (found,))

    def _not(self, node: Node) -> Expression:
        inner = self.condition(node.parts[0])
        return negate(inner) if node.value and inner.kind != ANY else inner

    def _and(self, node: Node) -> Expression:
        return joined(node.what, tuple(self.condition(part) for part in node.parts))

    CHECKS: ClassVar[dict[str, Callable[[_Checker, Node], Expression]]] = {
        "number": _number,
        "text": _text,
        "truth": _truth,
        "name": _name,
        "call": _call,
        "minus": _minus,
        "product": _product,
        "sum": _sum,
        "compare": _compare,
        "between": _between,
        "in": _in,
        "like": _like,
        "null": _null,
        "not": _not,
        "and": _and,
        "or": _and,
    }


def _worked(node: Node, values: tuple[Decimal, ...]) -> Decimal:
    total = values[0]
    for sign, value in zip(node.value[1:], values[1:], strict=True):
        total = {"+": total.__add__, "-": total.__sub__, "*": total.__mul__, "/": total.__truediv__}[sign](value)
    if abs(total) >= 10**15:
        raise Overflow
    return total
