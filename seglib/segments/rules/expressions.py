"""Checked rules: what is left of a tree when names are found, kinds agree and constants are worked out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seglib.tables.measures import Call

__all__ = ["Expression", "atoms_of", "calls_of", "constant", "joined", "negate", "to_sql", "told", "walk"]

OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
OPPOSITE |= {word: f"not {word}" for word in ("in", "like", "ilike", "null")}
OPPOSITE |= {f"not {word}": word for word in ("in", "like", "ilike", "null")}
CONDITIONS = {*OPPOSITE, "and", "or", "not"}


@dataclass(frozen=True)
class Expression:
    """A checked piece of a rule.

    ``op`` is constant, column, measured (a :class:`~seglib.tables.measures.Call`), sum, product (``value`` holds their
    signs),
    minus, the name of a function, or a condition: a comparison, in, like, ilike, null (each also with "not "), and, or,
    not (of a yes/no column).
    """

    op: str
    kind: str
    parts: tuple[Expression, ...] = ()
    value: Any = None

    @property
    def is_condition(self) -> bool:
        """Whether it is a condition rather than a value."""
        return self.op in CONDITIONS


def constant(value: Any, kind: str) -> Expression:
    """An expression that is the same for everyone."""
    return Expression("constant", kind, value=value)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all its parts."""
    yield expression
    for part in expression.parts:
        yield from walk(part)


def atoms_of(expression: Expression) -> list[Expression]:
    """The conditions that and/or put together, in order, each once."""
    if expression.op not in ("and", "or"):
        return [expression]
    return list(dict.fromkeys(atom for part in expression.parts for atom in atoms_of(part)))


def negate(expression: Expression) -> Expression:
    """The opposite, with "not" carried down to the conditions (which holds with unknown values too)."""
    op, parts = expression.op, expression.parts
    if op == "constant":
        return constant(not expression.value, "boolean")
    if op in ("and", "or"):
        return Expression("or" if op == "and" else "and", "boolean", tuple(negate(part) for part in parts))
    if op in OPPOSITE:
        return Expression(OPPOSITE[op], "boolean", parts, expression.value)
    return parts[0] if op == "not" else Expression("not", "boolean", (expression,))


def joined(op: str, parts: tuple[Expression, ...]) -> Expression:
    """Conditions put together, without those that are the same for everyone."""
    decides = op == "or"
    left: list[Expression] = []
    for part in parts:
        if part.op == "constant" and part.value is decides:
            return part
        if part.op != "constant":
            left += part.parts if part.op == op else (part,)
    if not left:
        return constant(not decides, "boolean")
    return left[0] if len(left) == 1 else Expression(op, "boolean", tuple(left))


def told(expression: Expression) -> str:
    """The expression as a rule, settings replaced by their values."""
    op, parts = expression.op, [told(part) for part in expression.parts]
    if op == "constant":
        return _told_value(expression.value)
    if op == "column":
        return str(expression.value)
    if op == "measured":
        return str(expression.value.column)
    if op in ("sum", "product"):
        return "(" + "".join([parts[0], *_signed(expression.value, parts)]) + ")"
    if op == "minus":
        return f"(-{parts[0]})"
    return _told_condition(op, parts) if expression.is_condition else f"{op}({', '.join(parts)})"


def _signed(signs: tuple[str, ...], parts: list[str]) -> list[str]:
    return [f" {sign} {part}" for sign, part in zip(signs[1:], parts[1:], strict=True)]


def _told_condition(op: str, parts: list[str]) -> str:
    if op in ("and", "or"):
        return "(" + f" {op} ".join(parts) + ")"
    if op == "not":
        return f"not {parts[0]}"
    if op in ("null", "not null"):
        return f"{parts[0]} is {op}"
    return f"{parts[0]} {op} ({', '.join(parts[1:])})" if op in ("in", "not in") else f"{parts[0]} {op} {parts[1]}"


def _told_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return "'" + str(value).replace("'", "''") + "'"


def to_sql(expression: Expression, columns: Mapping[str, str]) -> str:
    """SQL of a checked rule; nothing of the user's text but quoted constants comes through.

    Parameters
    ----------
    expression : Expression
    columns : mapping of str to str
        Name of a column (of the people, or :attr:`Call.column`) -> its name in SQL.
    """
    op, parts = expression.op, [to_sql(part, columns) for part in expression.parts]
    if op == "constant":
        return _sql_value(expression.value)
    if op == "column":
        return columns[expression.value]
    if op == "measured":
        return columns[expression.value.column]
    if op == "sum":
        return _sql_sum(expression, parts)
    if op == "product":
        signs = expression.value
        parts = [f"nullif({part}, 0)" if sign == "/" else part for sign, part in zip(signs, parts, strict=True)]
        return "(" + "".join([parts[0], *_signed(signs, parts)]) + ")"
    if op == "round" and len(parts) == 2:
        return f"round({parts[0]}, {int(expression.parts[1].value)})"
    if op in ("length", "year", "month"):
        return f"CAST({op}({parts[0]}) AS DOUBLE)"
    if op.removeprefix("not ") in ("like", "ilike"):
        matched = f"regexp_full_match({parts[0]}, {_told_value(_pattern(expression.parts[1].value, op))})"
        return f"(NOT {matched})" if op.startswith("not ") else matched
    if op in ("not", "minus"):
        return f"({'NOT ' if op == 'not' else '-'}{parts[0]})"
    return _told_condition(op, parts) if expression.is_condition else f"{op}({', '.join(parts)})"


def _pattern(like: str, op: str) -> str:
    """A pattern of like as a regular expression, which takes linear time; the database's own like does not."""
    signs = {"%": ".*", "_": "."}
    letters = (signs.get(c) or (f"\\{c}" if c.isascii() and not c.isalnum() else c) for c in like)
    return f"(?{'si' if op.endswith('ilike') else 's'}){''.join(letters)}"


def _sql_sum(expression: Expression, parts: list[str]) -> str:
    kinds = [part.kind for part in expression.parts]
    if kinds == ["date", "date"]:
        return f"CAST({parts[0]} - {parts[1]} AS DOUBLE)"
    if kinds[0] == "date":
        parts = [parts[0], *(str(int(part.value)) for part in expression.parts[1:])]
    return "(" + "".join([parts[0], *_signed(expression.value, parts)]) + ")"


def _sql_value(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"CAST('{float(value)!r}' AS DOUBLE)"
    return f"DATE '{value.isoformat()}'" if isinstance(value, dt.date) else _told_value(value)


def calls_of(expression: Expression) -> list[Call]:
    """The measures to compute for it."""
    return [part.value for part in walk(expression) if part.op == "measured"]
