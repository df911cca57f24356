"""Tables of the journeys page: their columns, and those rows that take words of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.words import days, number, plural
from seglib.show.findings.journeys.prospects import KINDS

__all__ = [
    "CARTS",
    "PRODUCTS",
    "PROSPECTS",
    "THRESHOLDS",
    "TOUCHES",
    "WAITING",
    "product_rows",
    "thresholds",
]

TOP = 10
# columns of the page's tables: heading, and role where the name does not tell
TOUCHES = {
    "group": mark("Group"),
    "people": mark("People"),
    "share": mark("On the first visit"),
    "lower_touches": mark("A quarter within visits"),
    "median_touches": mark("Half within visits"),
    "upper_touches": mark("Three quarters within visits"),
}
PRODUCTS = {
    "product_name": mark("First bought"),
    "began": mark("Began with it"),
    "share": mark("Came back"),
    "than_others": mark("Than others"),
}
PROSPECTS = {
    "prospect": (mark("Prospects"), KINDS),
    "people": mark("People"),
    "share": mark("Of all who never ordered"),
}
CARTS = {
    "product_name": mark("Product"),
    "abandoned": mark("Left"),
    "carts": mark("Put in"),
    "share": mark("Share left"),
    "value": (mark("Worth"), "money"),
}
WAITING = {
    "group": mark("Group"),
    "tickets": mark("Requests"),
    "open": mark("Open"),
    "unanswered": mark("Never answered"),
    "share": mark("Share open"),
    "median_waiting_days": (mark("Half wait longer than"), "days"),
    "longest_waiting_days": (mark("Longest"), "days"),
}
THRESHOLDS = {"who": mark("Counted as"), "meaning": mark("From when on")}


def product_rows(table: pd.DataFrame, top: int = TOP) -> pd.DataFrame:
    """First products whose buyers came back more or less often than others; without any, those bought most.

    Examples
    --------
    >>> table = pd.DataFrame({"product_name": ["Everyone", "Soap"], "share": [0.3, 0.4], "customers": [100, 60]})
    >>> table["differs"] = [False, True]
    >>> product_rows(table)[["product_name", "began", "than_others"]].values.tolist()
    [['Soap', 60, 'more often']]
    """
    if len(table) < 2:
        return table.head(0)
    base, known = table["share"].iloc[0], table.iloc[1:]
    shown = known[known["differs"].astype(bool)] if known["differs"].any() else known
    shown = shown.head(top).sort_values("share", ascending=False, kind="stable")
    than_others = [_than_others(row, base) for row in shown.to_dict("records")]
    return shown.assign(than_others=than_others, began=shown["customers"])


def _than_others(row: Any, base: float) -> str:
    if not row["differs"]:
        return _("not clear")
    return _("more often") if row["share"] > base else _("less often")


def thresholds(limits: Mapping[str, Any]) -> pd.DataFrame:
    """From when on somebody is loyal, dormant, curious, undecided or has left a cart, one row each.

    Parameters
    ----------
    limits : mapping
        From ``journeys.thresholds``.

    Examples
    --------
    >>> limits = {"loyal_orders": 4, "loyal_tenure_days": 180, "dormant_gaps": 1, "dormant_least_days": 30,
    ...           "curious_days": 30, "undecided_span_days": 14, "undecided_recent_days": 90, "undecided_visits": 4,
    ...           "undecided_carts": 2, "undecided_chats": 1, "cart_hours": 24, "cart_days": 30}
    >>> thresholds(limits).iloc[0].tolist()
    ['Loyal', '4 orders or more, one of them 180 days or longer after the first']
    """
    told = {
        _("Loyal"): _(
            "{orders} or more, one of them {tenure} or longer after the first",
            orders=plural(limits["loyal_orders"], "order"),
            tenure=days(limits["loyal_tenure_days"]),
        ),
        _("Dormant"): _(
            "silent for more than {gaps} of their usual gaps for each order, and more than {least}",
            gaps=number(limits["dormant_gaps"]),
            least=days(limits["dormant_least_days"]),
        ),
        _("Curious"): _("never ordered, last visit at most {days} ago", days=days(limits["curious_days"])),
        _("Undecided"): _undecided(limits),
        _("Cart left"): _(
            "put in within the last {days}, and nothing bought within {hours}",
            days=days(limits["cart_days"]),
            hours=plural(limits["cart_hours"], "hour"),
        ),
    }
    return pd.DataFrame({"who": list(told), "meaning": list(told.values())})


def _undecided(limits: Mapping[str, Any]) -> str:
    return _(
        "never ordered, visits over {span} or longer, the last at most {recent} ago, and at least one of {visits}, "
        "{carts}, {chats} or more",
        span=days(limits["undecided_span_days"]),
        recent=days(limits["undecided_recent_days"]),
        visits=plural(limits["undecided_visits"], "visit"),
        carts=plural(limits["undecided_carts"], "cart"),
        chats=plural(limits["undecided_chats"], "chat"),
    )
