"""Tables of the journeys page as a person reads them: shares as percentages with their intervals, times in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.words import count, days, money, name, number, percent, plural
from seglib.show.findings.journeys.prospects import KINDS

__all__ = ["cart_rows", "product_rows", "prospect_rows", "thresholds", "touch_rows", "waiting_rows"]

TOP = 10
# headings of the tables, told by words.label
HEADINGS = (
    *(mark("People"), mark("On the first visit"), mark("A quarter within visits"), mark("Half within visits")),
    *(mark("Three quarters within visits"), mark("First bought"), mark("New customers"), mark("Came back")),
    *(mark("Than others"), mark("Prospects"), mark("Of all who never ordered"), mark("Product")),
    *(mark("Left of put in"), mark("Share left"), mark("Worth"), mark("Requests"), mark("Open")),
    *(mark("Never answered"), mark("Share open"), mark("Half wait longer than"), mark("Longest"), mark("Group")),
    *(mark("Who"), mark("Meaning")),
)


def _share(row: Any) -> str:
    if pd.isna(row["share"]):
        return percent(None)
    low, high = percent(row["low_share"]), percent(row["high_share"])
    return _("{value} ({low} to {high})", value=percent(row["share"]), low=low, high=high)


def touch_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Visits up to the first order, one row a group.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a"], "people": 90, "lower_touches": 1.0, "median_touches": 2.0})
    >>> table = table.assign(upper_touches=4.0, share=0.5, low_share=0.4, high_share=0.6)
    >>> touch_rows(table).values.tolist()
    [['a', 90, '50% (40% to 60%)', 1.0, 2.0, 4.0]]
    """
    rows = [
        {
            "group": name(row["group"]),
            "people": row["people"],
            "on_the_first_visit": _share(row),
            "a_quarter_within_visits": row["lower_touches"],
            "half_within_visits": row["median_touches"],
            "three_quarters_within_visits": row["upper_touches"],
        }
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows)


def product_rows(table: pd.DataFrame, top: int = TOP) -> pd.DataFrame:
    """First products whose buyers came back more or less often than others; without any, those bought most.

    Examples
    --------
    >>> table = pd.DataFrame({"product_name": ["Everyone", "Soap"], "customers": [100, 60], "share": [0.3, 0.4]})
    >>> product_rows(table.assign(low_share=0.2, high_share=0.5, differs=[False, True])).values.tolist()
    [['Soap', 60, '40% (20% to 50%)', 'more often']]
    """
    if len(table) < 2:
        return pd.DataFrame()
    base, known = table["share"].iloc[0], table.iloc[1:]
    shown = known[known["differs"].astype(bool)] if known["differs"].any() else known
    shown = shown.head(top).sort_values("share", ascending=False, kind="stable")
    rows = [
        {
            "first_bought": name(row[str(table.columns[0])]),
            "new_customers": row["customers"],
            "came_back": _share(row),
            "than_others": _than_others(row, base),
        }
        for row in shown.to_dict("records")
    ]
    return pd.DataFrame(rows)


def _than_others(row: Any, base: float) -> str:
    if not row["differs"]:
        return _("not clear")
    return _("more often") if row["share"] > base else _("less often")


def prospect_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Prospects of each kind, and their share of all who never ordered.

    Examples
    --------
    >>> table = pd.DataFrame({"prospect": ["lead"], "people": 9, "share": 0.3, "low_share": 0.2, "high_share": 0.4})
    >>> prospect_rows(table).values.tolist()
    [['Known contacts', 9, '30% (20% to 40%)']]
    """
    rows = [
        {
            "prospects": _(KINDS[row["prospect"]]),
            "people": row["people"],
            "of_all_who_never_ordered": _share(row),
        }
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows)


def cart_rows(table: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """Products most often left in carts, one row each.

    Examples
    --------
    >>> table = pd.DataFrame({"product_name": ["Desk", "Other (7)"], "values": [1, 7], "carts": 30, "abandoned": 12})
    >>> cart_rows(table.assign(share=0.4, low_share=0.25, high_share=0.58, value=90.0), "EUR").values.tolist()
    [['Desk', '12 of 30', '40% (25% to 58%)', '€90.00']]
    """
    rows = [
        {
            "product": name(row[str(table.columns[0])]),
            "left_of_put_in": _("{n} of {all}", n=count(row["abandoned"]), all=count(row["carts"])),
            "share_left": _share(row),
            "worth": money(row["value"], currency),
        }
        for row in table.to_dict("records")
        if row["values"] == 1 and row["abandoned"]
    ]
    return pd.DataFrame(rows)


def waiting_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Open requests, one row a group.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["size"], "tickets": 60, "open": 3, "unanswered": 1, "share": 0.05})
    >>> table = table.assign(low_share=0.02, high_share=0.14, median_waiting_days=7.5, longest_waiting_days=40.0)
    >>> waiting_rows(table).values.tolist()
    [['size', 60, 3, 1, '5.0% (2.0% to 14%)', '7.5 days', '40 days']]
    """
    rows = [
        {
            "group": name(row["group"]),
            "requests": row["tickets"],
            "open": row["open"],
            "never_answered": row["unanswered"],
            "share_open": _share(row),
            "half_wait_longer_than": days(row["median_waiting_days"]),
            "longest": days(row["longest_waiting_days"]),
        }
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows)


def thresholds(limits: Any) -> pd.DataFrame:
    """From when on somebody is loyal, dormant, curious, undecided or has left a cart, one row each.

    Parameters
    ----------
    limits : Thresholds
        From ``journeys.thresholds``.

    Examples
    --------
    >>> from seglib.analysis.journeys import Thresholds
    >>> thresholds(Thresholds()).iloc[0].tolist()
    ['Loyal', '4 orders or more, one of them 180 days or longer after the first']
    """
    told = {
        _("Loyal"): _(
            "{orders} or more, one of them {tenure} or longer after the first",
            orders=plural(limits.loyal_orders, "order"),
            tenure=days(limits.loyal_tenure_days),
        ),
        _("Dormant"): _(
            "silent for more than {gaps} usual gaps between orders, and more than {least}",
            gaps=number(limits.dormant_gaps),
            least=days(limits.dormant_least_days),
        ),
        _("Curious"): _("never ordered, last visit at most {days} ago", days=days(limits.curious_days)),
        _("Undecided"): _undecided(limits),
        _("Cart left"): _(
            "put in within the last {days}, and nothing bought within {hours}",
            days=days(limits.cart_days),
            hours=plural(limits.cart_hours, "hour"),
        ),
    }
    return pd.DataFrame({"who": list(told), "meaning": list(told.values())})


def _undecided(limits: Any) -> str:
    return _(
        "never ordered, visits over {span} or longer, the last at most {recent} ago, and at least one of {visits}, "
        "{carts}, {chats} or more",
        span=days(limits.undecided_span_days),
        recent=days(limits.undecided_recent_days),
        visits=plural(limits.undecided_visits, "visit"),
        carts=plural(limits.undecided_carts, "cart"),
        chats=plural(limits.undecided_chats, "chat"),
    )
