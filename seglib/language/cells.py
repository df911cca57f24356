"""One value of a table as text, told by the role of its column: what its name says, or what is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import pgettext

__all__ = ["Role", "cell", "is_money", "kind_of"]

MONEY_WORDS = ("revenue", "monetary_value", "amount", "order_value", "sales", "spend", "money")
TOLD: dict[str, Callable[[Any], str]] = {
    "share": words.percent,
    "count": words.count,
    "days": words.days,
    "time": words.time,  # days, but hours and minutes below one
    "signed": words.signed,
}
NAMES: dict[str, Callable[[Any], str]] = {"label": words.label, "name": words.name}  # label: the name of a column
TOLD |= NAMES
Role = str | Mapping[str, str]  # a key of TOLD, "money", or each value's own text


def kind_of(column: str) -> str:
    """What the numbers of a column are, as far as its name tells: share, money, days, or empty.

    Examples
    --------
    >>> [kind_of(column) for column in ("revenue_share", "revenue", "recency_days", "orders")]
    ['share', 'money', 'days', '']
    """
    if "share" in column.split("_"):
        return "share"
    if any(word in column for word in MONEY_WORDS):
        return "money"
    return "days" if column.endswith("_days") else ""


def is_money(column: str, role: Role = "") -> bool:
    """Whether a column holds money, by its role or its name."""
    return role == "money" or (not role and kind_of(column) == "money")


def cell(value: Any, column: str, currency: str = "", role: Role = "", *, whole: bool = False) -> str:
    """One value of a table as text.

    Parameters
    ----------
    value : any
        A text stays as it is, what is missing becomes a dash.
    column : str
        Its name tells the role: ``share`` in it, ``_days``, words of money.
    currency : str
        ISO 4217 code for money.
    role : str or mapping
        Where the name does not tell: share, count, money, days, time (in days), signed, label or name; or
        value -> message.
    whole : bool
        Money without cents, as in a column that has thousands.

    Examples
    --------
    >>> cell(0.25, "revenue_share"), cell(1200, "revenue", "USD"), cell(12.34, "recency_days"), cell("x", "name")
    ('25%', '$1,200', '12', 'x')
    >>> cell(0.25, "share", role="share"), cell(2.5, "wait", role="days"), cell("a", "kind", role={"a": "Alike"})
    ('25%', '2.5 days', 'Alike')
    """
    if isinstance(role, Mapping):
        return _(role.get(value, str(value)))
    if isinstance(value, str) and role not in NAMES:
        return value
    if role in TOLD:
        return TOLD[role](value)
    if words.missing(value):
        return words.MISSING
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if is_money(column, role):
        return words.money(value, currency, 0 if whole else None)
    return _number(value, column)


def _number(value: Any, column: str) -> str:
    kind = kind_of(column)
    if kind == "share":
        return words.percent(value)
    if kind == "days" and abs(value) >= 10:
        return words.number(value, 0)
    return words.number(value) if isinstance(value, int | float) or hasattr(value, "dtype") else str(value)
