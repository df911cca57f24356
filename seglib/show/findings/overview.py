"""The first page in sentences: what changed, who makes the money, how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import ngettext
from seglib.show.findings.exploration.reading import waiting
from seglib.show.findings.missing import FEW

__all__ = ["before", "doubts", "kept_customers", "personas", "side_rows", "small_segments", "unanswered", "worth"]


def before(now: float, then: float, text: str, when: str, *, share: bool = False) -> str:
    """Small print of a key number: what it was, and by how much it changed.

    Parameters
    ----------
    now, then : float
        The numbers.
    text : str
        The earlier one as text.
    when : str
        Of when it is.
    share : bool
        Whether they are shares, whose change is told by both of them.

    Examples
    --------
    >>> before(110, 100, "100", "in the 365 days before"), before(0.5, 0.4, "40%", "in the year before", share=True)
    ('100 in the 365 days before (+10%)', '40% in the year before')
    """
    if share or not then > 0 or now < 0:  # a share of what is below zero says nothing
        return _("{number} {when}", number=text, when=when)
    change = words.percent(now / then - 1)
    sign = "+" if now > then and any(figure in "123456789" for figure in change) else ""
    return _("{number} {when} ({change})", number=text, when=when, change=f"{sign}{change}")


def kept_customers(customers: pd.DataFrame, before_: int, revenue_before: float, days: int, currency: str = "") -> str:
    """How many of the customers of the window before ordered again, and what came with them and without them.

    Parameters
    ----------
    customers : DataFrame
        Customer table, with ``previous_orders`` and ``previous_revenue``.
    before_, revenue_before : int, float
        Customers of the window before, and what they brought then.
    days : int
        Length of the window.

    Examples
    --------
    >>> table = pd.DataFrame({"previous_orders": [2, 0], "previous_revenue": [9.0, 0.0], "monetary_value": [8.0, 5.0]})
    >>> kept_customers(table, 4, 20.0, 365, "EUR")[:75]
    'Of the 4 customers of the 365 days before, 1 (25%) ordered again, for €8.00'
    """
    known = customers.get("previous_orders")
    if known is None or known.isna().all() or not before_:
        return ""
    again = known.fillna(0).to_numpy() > 0
    n = int(again.sum())
    then = float(customers.loc[again, "previous_revenue"].sum())
    return _(
        "Of the {before} customers of the {days} before, {n} ({share}) ordered again, for {now}: they had brought "
        "{then} before, and the others {lost}. Customers who did not order in those days brought {won}.",
        before=words.count(before_),
        days=words.days(days),
        n=words.count(n),
        share=words.percent(n / before_),
        now=words.money(customers.loc[again, "monetary_value"].sum(), currency),
        then=words.money(then, currency),
        lost=words.money(revenue_before - then, currency),
        won=words.money(customers.loc[~again, "monetary_value"].sum(), currency),
    )


def worth(customers: float, revenue: float, revenue_share: float, currency: str = "") -> str:
    """Who an action is for, in numbers.

    Examples
    --------
    >>> worth(385, 156066.2, 0.1925, "EUR")
    '385 customers, who brought €156,066 (19% of the revenue)'
    """
    n = int(customers)
    told = {"n": words.count(n), "money": words.money(revenue, currency), "share": words.percent(revenue_share)}
    if revenue_share != revenue_share:
        return ngettext("{n} customer, who brought {money}", "{n} customers, who brought {money}", n,
                        n=told["n"], money=told["money"])  # fmt: skip
    return ngettext(
        "{n} customer, who brought {money} ({share} of the revenue)",
        "{n} customers, who brought {money} ({share} of the revenue)",
        n,
        **told,
    )


def personas(cards: pd.DataFrame) -> tuple[str, str]:
    """Whether groups with gaps between them come back when the customers are split: "good", "look", or "note".

    Good are groups alone, all of which come back; slices, or everyone in one, are neither good nor a fault.

    Examples
    --------
    >>> personas(pd.DataFrame({"persona": ["A", "B"], "described": [True, False], "jaccard": [0.9, 0.4],
    ...     "kind": "groups"}))
    ('1 of 2 groups of customers comes back when they are split at random, and has a name.', 'look')
    """
    if len(cards) < 2:
        return _("No division of the customers comes back with gaps between its groups: everyone stays in one."), "note"
    if not (cards["kind"] == "groups").all():
        return _("Customers differ by degrees: the {n} personas are slices of them, no kinds.",
                 n=words.count(len(cards))), "note"  # fmt: skip
    named, all_ = cards[cards["described"].astype(bool)], len(cards)
    n, weakest = len(named), words.number(named["jaccard"].min(), 2)
    told = {"n": words.count(n), "all": words.count(all_)}
    if n == all_ and named["jaccard"].notna().all():
        return ngettext(
            "The {n} persona comes back when customers are split at random, with gaps around it: {weakest} of 1.",
            "All {n} personas come back when customers are split at random, with gaps between them: the weakest "
            "reaches {weakest} of 1.",
            n, **told, weakest=weakest), "good"  # fmt: skip
    return (
        ngettext(
            "{n} of {all} groups of customers comes back when they are split at random, and has a name.",
            "{n} of {all} groups of customers come back when they are split at random, and have a name.",
            n,
            **told,
        ),
        "look",
    )


def small_segments(table: pd.DataFrame, column: str) -> str:
    """Segments with too few customers to conclude from; empty where there is none.

    Examples
    --------
    >>> small_segments(pd.DataFrame({"segment": ["Lost", "Champions"], "customers": [12, 40]}), "segment")
    'Lost has fewer than 30 customers (12): read its numbers with care.'
    """
    few = table[(table["customers"] > 0) & (table["customers"] < FEW)]
    names = [_("{segment} ({n})", segment=words.name(row[column]), n=words.count(row["customers"]))
             for row in few.to_dict("records")]  # fmt: skip
    if len(few) == 1:
        row: Any = few.iloc[0]
        return _(
            "{segment} has fewer than {few} customers ({n}): read its numbers with care.",
            segment=words.name(row[column]),
            few=words.count(FEW),
            n=words.count(row["customers"]),
        )
    return _("Fewer than {few} customers are in {segments}: read their numbers with care.",
             few=words.count(FEW), segments=words.joined(names)) if names else ""  # fmt: skip


def doubts(told: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """What is doubted of how the files were read: what waits for an answer, and what was settled.

    Parameters
    ----------
    told : sequence of mapping
        name, level, settled of each doubt.

    Examples
    --------
    >>> doubts([{"name": "pending", "level": "ask", "settled": False}])
    ('How the files were read is doubted in 1 point, which page 01 tells: pending.', '')
    """
    names = list(dict.fromkeys(str(one["name"]) for one in waiting(told)))
    kept = list(dict.fromkeys(str(one["name"]) for one in told if one["settled"]))
    return (
        ngettext(
            "How the files were read is doubted in {n} point, which page 01 tells: {names}.",
            "How the files were read is doubted in {n} points, which page 01 tells: {names}.",
            len(names),
            n=words.count(len(names)),
            names=words.joined(names),
        )
        if names
        else "",
        _("Doubted, and kept as it was read: {names}.", names=words.joined(kept)) if kept else "",
    )


def side_rows(table: pd.DataFrame) -> str:
    """Tables beside the orders of which rows could not be used; empty where all could.

    Examples
    --------
    >>> rows = [("events", "read", 10), ("events", "used", 9), ("tickets", "read", 2), ("tickets", "used", 2)]
    >>> side_rows(pd.DataFrame(rows, columns=["table", "step", "rows"]))
    'Not all rows beside the orders could be used: Events (9 of 10).'
    """
    if table.empty:
        return ""
    wide = table[table["step"].isin(["read", "used"])].pivot_table(index="table", columns="step", values="rows")
    parts = [
        _("{table} ({used} of {read})", table=words.label(name), used=words.count(row["used"]),
          read=words.count(row["read"]))
        for name, row in wide.fillna(0).iterrows() if {"read", "used"} <= set(wide) and row["used"] < row["read"]
    ]  # fmt: skip
    return _("Not all rows beside the orders could be used: {tables}.", tables=words.joined(parts)) if parts else ""


def unanswered(n: int) -> str:
    """How many questions of the pages the data cannot answer; empty for none.

    Examples
    --------
    >>> unanswered(2)
    '2 questions of the pages cannot be answered from these data; each page ends with what it would take.'
    """
    if not n:
        return ""
    return ngettext(
        "{n} question of the pages cannot be answered from these data; its page ends with what it would take.",
        "{n} questions of the pages cannot be answered from these data; each page ends with what it would take.",
        n,
        n=words.count(n),
    )
