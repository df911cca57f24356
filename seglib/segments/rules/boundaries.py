"""Conditions against a customer's values: what holds, and which smallest change would change the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from seglib.segments.rules.expressions import Expression, negate, told

__all__ = ["Atom", "difference", "holds", "nearest_change", "tell_atom", "tell_value"]

CHANGE = "{term} is {value}; {way} by {gap}, and the customer would be {where}."
ANY_CHANGE = "{term} is {value}; any other value, and the customer would be {where}."
ELSE = "{term} is {value}; the customer would be {where} if it were {needs}."
UNKNOWN = "not known"


@dataclass(frozen=True)
class Atom:
    """A condition, the values on its sides, and whether it holds (None: not known)."""

    expression: Expression
    values: tuple[Any, ...]
    holds: bool | None
    whole: bool = False  # whether its column counts in whole numbers

    @property
    def gap(self) -> float | None:
        """How far apart the sides are, in numbers or days; None where they are neither, or not known."""
        if self.expression.op not in ("=", "<>", "<", "<=", ">", ">=") or None in self.values:
            return None
        left, right = self.values
        if isinstance(left, dt.date):
            return float((left - right).days)
        return left - right if self.expression.parts[0].kind == "number" else None


def difference(expression: Expression) -> Expression | None:
    """Left side less right side of a comparison of numbers or dates."""
    if expression.op not in ("=", "<>", "<", "<=", ">", ">=") or expression.parts[0].kind not in ("number", "date"):
        return None
    return Expression("sum", "number", expression.parts, ("+", "-"))


def holds(expression: Expression, states: Mapping[Expression, bool | None]) -> bool | None:
    """Whether a condition holds, given which of its atoms do; unknown as in SQL.

    Examples
    --------
    >>> a, b = (Expression("column", "boolean", value=name) for name in "ab")
    >>> holds(Expression("and", "boolean", (a, b)), {a: None, b: False})
    False
    """
    if expression.op == "constant":
        return bool(expression.value)
    if expression.op not in ("and", "or"):
        return states[expression]
    found = [holds(part, states) for part in expression.parts]
    decides = expression.op == "or"
    if decides in found:
        return decides
    return None if None in found else not decides


def nearest_change(condition: Expression, atoms: Sequence[Atom], spreads: Mapping[Expression, float]) -> str:
    """The one value whose smallest change would change the answer, as a sentence; empty where no single one would.

    Changes of different columns are compared by the distance between the quartiles among all people (``spreads``).
    """
    states = {atom.expression: atom.holds for atom in atoms}
    inside = holds(condition, states) is True
    turning = [atom for atom in atoms if _turns(condition, states, atom, inside)]
    measured = [(_relative(atom, spreads), i) for i, atom in enumerate(turning) if atom.gap is not None]
    where = "out" if inside else "in"
    if measured:
        return _change(turning[min(measured)[1]], inside, where)
    return _otherwise(turning[0], where, inside) if turning else ""


def _turns(condition: Expression, states: Mapping[Expression, bool | None], atom: Atom, inside: bool) -> bool:
    if (atom.holds is True) != inside:
        return False
    return (holds(condition, {**states, atom.expression: not inside}) is True) != inside


def _relative(atom: Atom, spreads: Mapping[Expression, float]) -> float:
    spread = spreads.get(atom.expression, 0.0)
    gap = abs(atom.gap or 0.0)
    return gap / spread if spread > 0 else (float("inf") if gap else 0.0)


def _change(atom: Atom, inside: bool, where: str) -> str:
    op, gap = atom.expression.op, atom.gap or 0.0
    term, value = told(atom.expression.parts[0]), tell_value(atom.values[0])
    if (op == "=" and inside) or (op == "<>" and not inside):
        return ANY_CHANGE.format(term=term, value=value, where=where)
    reaches = op in (">=", "<=", "=") if not inside else op in (">", "<", "<>")  # the border itself is enough
    dated = isinstance(atom.values[0], dt.date)
    size, above = abs(gap), gap > 0 or (gap == 0 and op in ((">=", ">") if inside else ("<", "<=")))
    if not reaches and (atom.whole or dated):
        size, reaches = size + 1, True
    way = ("earlier" if above else "later") if dated else ("lower" if above else "higher")
    text = tell_value(size) + ((" day" if size == 1 else " days") if dated else "")
    told_gap = text if reaches else (f"more than {text}" if size else "anything")
    return CHANGE.format(term=term, value=value, way=way, gap=told_gap, where=where)


def _otherwise(atom: Atom, where: str, inside: bool) -> str:
    term, value, needs = _term(atom.expression), _value(atom), _needs(atom)
    if atom.expression.op == "=" and inside:
        return ANY_CHANGE.format(term=term, value=value, where=where)
    opposite = _needs(replace(atom, expression=negate(atom.expression)))
    return ELSE.format(term=term, value=value, where=where, needs=(opposite if inside else needs).removeprefix("= "))


def tell_atom(atom: Atom) -> str:
    """A condition with the customer's value.

    Examples
    --------
    >>> rank = Expression("column", "number", value="revenue_rank")
    >>> limit = Expression("constant", "number", value=Decimal("0.9"))
    >>> tell_atom(Atom(Expression(">=", "boolean", (rank, limit)), (0.93, 0.9), True))
    'revenue_rank is 0.93, needs >= 0.9: yes'
    """
    answer = {True: "yes", False: "no", None: UNKNOWN}[atom.holds]
    return f"{_term(atom.expression)} is {_value(atom)}, needs {_needs(atom)}: {answer}"


def _term(expression: Expression) -> str:
    return told(expression.parts[0]) if expression.is_condition else told(expression)


def _value(atom: Atom) -> str:
    """The value on the left; with all its digits where it would look as if it met the border that it misses."""
    value = tell_value(atom.values[0])
    return repr(atom.values[0]) if atom.gap and len(atom.values) == 2 and value == tell_value(atom.values[1]) else value


def _needs(atom: Atom) -> str:
    op, parts = atom.expression.op, atom.expression.parts
    if not atom.expression.is_condition:
        return "yes"
    if op == "not":
        return "no"
    if op in ("null", "not null"):
        return UNKNOWN if op == "null" else "known"
    if op in ("in", "not in"):
        return f"{op} ({', '.join(told(part) for part in parts[1:])})"
    if parts[1].op == "constant":
        limit = told(parts[1])
        return f"{op} {tell_value(parts[1].value) if parts[1].kind in ('number', 'date', 'boolean') else limit}"
    return f"{op} {told(parts[1])} (which is {tell_value(atom.values[1])})"


def tell_value(value: Any) -> str:
    """A value as a person writes it; texts in quotes, dates as in ISO 8601.

    Examples
    --------
    >>> tell_value(1234.5), tell_value(0.93), tell_value(True), tell_value("Rome"), tell_value(None)
    ('1,234.5', '0.93', 'yes', "'Rome'", 'not known')
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int | Decimal):
        number = float(value)
        if number and abs(number) < 0.001:
            return f"{number:.3g}"
        return f"{number:,.4f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, dt.date) else repr(value)
