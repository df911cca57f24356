"""What moved between two runs, in sentences: largest amounts of money first, and no claim of more than was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext

__all__ = [
    "SCHEMES",
    "base",
    "caveats",
    "columns",
    "headline_rows",
    "moves",
    "obstacles",
    "quality",
    "renamed",
    "segments",
    "title",
]

NAMES = {
    "customers": mark("Customers"),
    "orders": mark("Orders"),
    "revenue": mark("Net revenue"),
    "average_order_value": mark("Average order value"),
    "one_time_share": mark("One order in the records"),
}
OBSTACLES = {
    "shop": mark("The earlier run is of another shop, so nothing is compared."),
    "currency": mark("The earlier run counts in another currency, so nothing is compared."),
    "window": mark("The earlier run looks at a window of another length, so nothing is compared."),
    "later": mark("The earlier run is of a later day than this one, so nothing is compared."),
}
SCHEMES = {"rfm_segment": mark("RFM segments"), "persona": mark("personas"), "rule_segment": mark("segments by rule")}
MOSTLY_SHARED = mark("The two windows share {shared} of their {days}, so most of what they count is the same.")
SHARED = mark("The two windows share {shared} of their {days}.")
LEAST_SHARE = 0.01  # of a column's values, or of the rows: less is no news


def title(since: dt.date) -> str:
    """Heading of the digest.

    Examples
    --------
    >>> title(dt.date(2026, 11, 14))
    'What moved since 14 November 2026'
    """
    return _("What moved since {date}", date=words.date(since))


def obstacles(found: Sequence[str]) -> list[str]:
    """Why two runs are not compared.

    Examples
    --------
    >>> obstacles(["currency"])
    ['The earlier run counts in another currency, so nothing is compared.']
    """
    return [_(OBSTACLES[name]) for name in found]


def caveats(shared_days: int | None, window_days: int | None, days: int, changed: Sequence[str]) -> list[str]:
    """How the comparison is to be read.

    Examples
    --------
    >>> caveats(358, 365, 7, [])[0]
    'The two windows share 358 of their 365 days, so most of what they count is the same.'
    """
    told = []
    if days == 0:
        told.append(_("Both runs are of the same day: what moved was corrected in the data."))
    elif window_days is None:
        told.append(_("Both runs count the whole history, so everything before the earlier day is in both."))
    elif shared_days:
        most = shared_days * 2 > window_days
        told.append(_(MOSTLY_SHARED if most else SHARED, shared=words.count(shared_days), days=words.days(window_days)))
    for scheme in changed:
        told.append(_("The {scheme} were made with other parameters, and are not compared.", scheme=_(SCHEMES[scheme])))
    return told


def headline_rows(table: pd.DataFrame, currency: str = "") -> list[dict[str, str]]:
    """The headline numbers then and now: what, before, now, change.

    Examples
    --------
    >>> headline_rows(pd.DataFrame({"measure": ["revenue"], "before": [200.0], "now": [150.0]}), "EUR")
    [{'what': 'Net revenue', 'before': '€200.00', 'now': '€150.00', 'change': '−25%'}]
    """
    return [
        {
            "what": _(NAMES[row["measure"]]),
            "before": _written(row["before"], row["measure"], currency),
            "now": _written(row["now"], row["measure"], currency),
            "change": _change(row["before"], row["now"], row["measure"]),
        }
        for row in table.to_dict("records")
    ]


def _written(value: float, measure: str, currency: str) -> str:
    if measure.endswith("_share"):
        return words.percent(value, 1)
    return words.count(value) if measure in ("customers", "orders") else words.money(value, currency)


def _change(before: float, now: float, measure: str) -> str:
    if measure.endswith("_share"):
        points = 100 * (now - before)
        return _("{points} points", points=_signed(words.number(points, 1), points))
    if not before > 0 or now < 0:  # a share of what is below zero says nothing
        return words.MISSING
    change = now / before - 1
    return _signed(words.percent(change), change)


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 and any(figure in "123456789" for figure in text) else text


def base(table: pd.DataFrame, currency: str = "") -> list[str]:
    """Who came, who left, and what those who are in both brought.

    Examples
    --------
    >>> rows = [("both", 90, 900.0, 950.0), ("new", 10, 0.0, 80.0), ("gone", 5, 60.0, 0.0)]
    >>> base(pd.DataFrame(rows, columns=["who", "customers", "revenue_before", "revenue"]), "EUR")[1]
    '5 customers are no longer among the customers; they had brought €60.00.'
    """
    rows = table.set_index("who").reindex(["new", "first seen", "back", "gone", "both"]).fillna(0)
    people = rows["customers"].astype("int64").to_dict()
    told = {who: {"n": words.count(n), "money": words.money(rows.loc[who, "revenue"], currency)}
            for who, n in people.items()}  # fmt: skip
    before = {who: words.money(rows.loc[who, "revenue_before"], currency) for who in people}
    sentences = {
        "new": ngettext("{n} new customer brought {money}.", "{n} new customers brought {money}.", people["new"],
                        **told["new"]),
        "first seen": ngettext(
            "{n} customer, first seen since then, brought {money}; whether new cannot be told.",
            "{n} customers, first seen since then, brought {money}; whether new cannot be told.",
            people["first seen"], **told["first seen"]),
        "back": ngettext("{n} earlier customer came back, and brought {money}.",
                         "{n} earlier customers came back, and brought {money}.", people["back"], **told["back"]),
        "gone": ngettext("{n} customer is no longer among the customers, and had brought {money}.",
                         "{n} customers are no longer among the customers; they had brought {money}.", people["gone"],
                         n=told["gone"]["n"], money=before["gone"]),
        "both": ngettext("{n} customer of both runs brought {now}, before {before}.",
                         "{n} customers of both runs brought {now}, before {before}.", people["both"],
                         n=told["both"]["n"], now=told["both"]["money"], before=before["both"]),
    }  # fmt: skip
    moved = rows.loc["both", "revenue"] != rows.loc["both", "revenue_before"]
    return [text for who, text in sentences.items() if people[who] and (who != "both" or moved)]


def segments(table: pd.DataFrame, currency: str = "", most: int = 3) -> list[str]:
    """Which segments changed most in money.

    Examples
    --------
    >>> row = {"segment": "At Risk", "customers_before": 40, "customers": 46, "revenue_before": 900.0, "revenue": 990.0}
    >>> segments(pd.DataFrame([row]), "EUR")
    ['At Risk: €990.00 from 46 customers, before €900.00 from 40.']
    """
    told = table.assign(moved=(table["revenue"] - table["revenue_before"]).abs()) if len(table) else table
    told = told[told["moved"] > 0] if len(told) else told
    told = told.sort_values("moved", ascending=False, kind="stable").head(most) if len(told) else told
    return [_segment(row, currency) for row in told.to_dict("records")]


def _segment(row: dict[Any, Any], currency: str) -> str:
    n = int(row["customers"])
    return ngettext(
        "{segment}: {now} from {n} customer, before {before} from {customers_before}.",
        "{segment}: {now} from {n} customers, before {before} from {customers_before}.",
        n,
        segment=words.name(row["segment"]),
        now=words.money(row["revenue"], currency),
        before=words.money(row["revenue_before"], currency),
        n=words.count(n),
        customers_before=words.count(row["customers_before"]),
    )


def moves(table: pd.DataFrame, currency: str = "", most: int = 3) -> list[str]:
    """Between which segments the customers with most money moved.

    Examples
    --------
    >>> row = {"from": "Champions", "to": "At Risk", "customers": 37, "revenue_before": 900.0, "revenue": 800.0}
    >>> moves(pd.DataFrame([row]), "EUR")
    ['37 customers moved from Champions to At Risk; they now stand for €800.00, before €900.00.']
    """
    return [_move(row, currency) for row in table.head(most).to_dict("records")]


def _move(row: dict[Any, Any], currency: str) -> str:
    n = int(row["customers"])
    return ngettext(
        "{n} customer moved from {first} to {second}, and now stands for {now}, before {before}.",
        "{n} customers moved from {first} to {second}; they now stand for {now}, before {before}.",
        n,
        n=words.count(n),
        first=words.name(row["from"]),
        second=words.name(row["to"]),
        now=words.money(row["revenue"], currency),
        before=words.money(row["revenue_before"], currency),
    )


def renamed(customers: int, known: int, alike: int) -> str:
    """That the customers go by other ids, and are not compared.

    Examples
    --------
    >>> renamed(295, 0, 295)
    'Of the 295 customers of the earlier run 0 are known in this one by their id, though 295 ordered exactly as somebody
    here did: the ids have changed, and customers are not compared.'
    """
    return _(
        "Of the {n} customers of the earlier run {known} are known in this one by their id, though {alike} ordered "
        "exactly as somebody here did: the ids have changed, and customers are not compared.",
        n=words.count(customers),
        known=words.count(known),
        alike=words.count(alike),
    )


def columns(gone: Sequence[str], new: Sequence[str]) -> list[str]:
    """Columns that went or came.

    Examples
    --------
    >>> columns(["country"], [])
    ['No longer told: Country.']
    """
    told = ((mark("No longer told: {columns}."), gone), (mark("Told now and not before: {columns}."), new))
    return [_(text, columns=words.joined([words.label(one) for one in names])) for text, names in told if names]


def quality(table: pd.DataFrame) -> list[str]:
    """Where the data themselves became better or worse by a percentage point or more.

    Examples
    --------
    >>> quality(pd.DataFrame({"what": ["country"], "before_share": [0.01], "now_share": [0.08]}))
    ['Country is missing in 8.0% of the rows, before in 1.0%.']
    """
    if table.empty:
        return []
    change = (table["now_share"] - table["before_share"]).abs()
    told = table.assign(change=change)[change >= LEAST_SHARE].sort_values("change", ascending=False, kind="stable")
    return [_column(row) for row in told.to_dict("records")]


def _column(row: dict[Any, Any]) -> str:
    shares = {"now": words.percent(row["now_share"], 1), "before": words.percent(row["before_share"], 1)}
    if row["what"] == "rows_analysed":
        return _("{now} of the rows are analysed, before {before}.", **shares)
    return _("{column} is missing in {now} of the rows, before in {before}.", column=words.label(row["what"]), **shares)
