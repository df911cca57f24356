"""What went on in the shop, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.words import count, money, percent, plural

__all__ = ["activity", "activity_rows"]

NOTHING = "The sources hold no lines."
BACK = ("refunds", "disputes")
# What each kind is called, in a table and in a sentence, and why it is left out where it is.
WORDS = {
    "sales": ("Sales", "sales", "the line lacks what a sale needs"),
    "refunds": ("Refunds and returns", "refunds", "of a customer without an order, or the line lacks what it needs"),
    "disputes": ("Disputes", "disputed payments", "the dispute is open or was won: no money was lost"),
    "failed": ("Failed payments", "failed payments", "the payment failed, so nothing was sold"),
    "pending": ("Pending payments", "pending payments", "not paid yet when the export was made"),
    "cancelled": ("Cancellations", "cancelled orders", "the order was called off"),
    "test": ("Tests", "test orders", "made to try the shop, no customer bought"),
    "transfers": ("Transfers", "transfers", "money moved between accounts: payouts, fees, top-ups"),
    "told_twice": ("Told twice", "sales that another source tells too", "the same sale is in another source"),
    "duplicates": ("Duplicates", "duplicated lines", "the same as another line in every column"),
    "no_customer": ("Guests", "lines without a customer", "no customer is known, and guests are not one customer"),
    "unusable": ("Not usable", "lines that cannot be used", "no order number, right date or amount, or no price"),
    "later": ("Later", "lines after the as-of date", "dated after the last day of the analysis"),
}  # fmt: skip


def activity(by_week: pd.DataFrame, currency: str = "") -> str:
    """What was sold, what went back, and the largest part of what was left out.

    Examples
    --------
    >>> by_week = pd.DataFrame({"week": pd.to_datetime(["2024-01-01"] * 3), "source": "shop", "rows": [9, 1, 2],
    ...     "kind": ["sales", "refunds", "failed"], "left_out": [False, False, True], "amount": [90.0, -9.0, 20.0]})
    >>> activity(by_week, "EUR")
    'In 1 week sales came to €90.00, and €9.00 (10%) went back; 2 of 12 lines are left out: failed payments.'
    """
    if by_week.empty or not by_week["rows"].sum():
        return NOTHING
    sold, sources = by_week.loc[by_week["kind"] == "sales", "amount"].sum(), by_week["source"].nunique()
    begin = f"sales of {sources} sources came to" if sources > 1 else "sales came to"
    begin = f"{_when(by_week)}{begin} {money(sold, currency)}"
    begin = begin[:1].upper() + begin[1:]
    if set(by_week["kind"]) == {"sales"}:
        whose = "the sources tell" if sources > 1 else "the source tells"
        return f"{begin}; {whose} of sales only, not of refunds, disputes, or payments that failed or wait."
    return f"{begin}{_back(by_week, sold, currency)}; {_left_out(by_week)}."


def _when(by_week: pd.DataFrame) -> str:
    """How many calendar weeks the lines span, quiet ones included."""
    weeks = by_week["week"].dropna()
    return f"in {plural((weeks.max() - weeks.min()).days // 7 + 1, 'week')} " if len(weeks) else ""


def _back(by_week: pd.DataFrame, sold: float, currency: str) -> str:
    back = by_week[by_week["kind"].isin(BACK) & ~by_week["left_out"]]
    if back.empty:
        return ", and nothing went back"
    returned = -back["amount"].sum()
    share = f" ({percent(returned / sold)})" if sold > 0 else ""
    return f", and {money(returned, currency)}{share} went back"


def _left_out(by_week: pd.DataFrame) -> str:
    out = by_week[by_week["left_out"]].groupby("kind")["rows"].sum().sort_values(ascending=False, kind="stable")
    if out.empty:
        return "no line is left out"
    rows, kind = int(out.sum()), str(out.index[0])
    begin = f"{count(rows)} of {plural(int(by_week['rows'].sum()), 'line')} {'is' if rows == 1 else 'are'} left out"
    if len(out) == 1:
        return f"{begin}: {WORDS[kind][1]}"
    return f"{begin}, the largest part {WORDS[kind][1]} ({count(out.iloc[0])})"


def activity_rows(totals: pd.DataFrame) -> pd.DataFrame:
    """What each source told, in words, with the reason for what is left out.

    Examples
    --------
    >>> totals = pd.DataFrame({"source": ["shop"], "kind": ["test"], "left_out": [True], "rows": [2],
    ...     "rows_share": [1.0], "amount": [3.0]})
    >>> activity_rows(totals)[["what", "why"]].values.tolist()
    [['Tests', 'made to try the shop, no customer bought']]
    """
    told: list[dict[str, Any]] = [
        {
            "source": row["source"],
            "what": WORDS[row["kind"]][0],
            "rows": row["rows"],
            "rows_share": row["rows_share"],
            "amount": row["amount"],
            "why": WORDS[row["kind"]][2] if row["left_out"] else "",
        }
        for row in totals.to_dict("records")
    ]
    return pd.DataFrame(told, columns=["source", "what", "rows", "rows_share", "amount", "why"])
