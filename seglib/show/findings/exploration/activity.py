"""What went on in the shop, in sentences."""

from __future__ import annotations

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.words import count, days, money, percent, plural
from seglib.show.findings.clauses import closed

__all__ = ["ACTIVITY", "activity", "activity_rows"]

# columns of the table, with their headings
ACTIVITY = {
    "source": mark("Source"),
    "what": mark("What"),
    "rows": mark("Lines"),
    "rows_share": mark("Share"),
    "amount": mark("Amount"),
    "why": mark("Why left out"),
}
FEW_DAYS = 28  # told one by one
NOTHING = mark("The sources hold no lines.")
BACK = ("refunds", "disputes")
# What each kind is called, in a table and in a sentence, and why it is left out where it is.
WORDS = {
    "sales": (mark("Sales"), mark("sales"), mark("the line lacks what a sale needs")),
    "refunds": (
        mark("Refunds and returns"),
        mark("refunds"),
        mark("of a customer without an order, or the line lacks what it needs"),
    ),
    "disputes": (
        mark("Disputes"),
        mark("disputed payments"),
        mark("the dispute is open or was won: no money was lost"),
    ),
    "failed": (mark("Failed payments"), mark("failed payments"), mark("the payment failed, so nothing was sold")),
    "pending": (mark("Pending payments"), mark("pending payments"), mark("not paid yet when the export was made")),
    "cancelled": (mark("Cancellations"), mark("cancelled orders"), mark("the order was called off")),
    "test": (mark("Tests"), mark("test orders"), mark("made to try the shop, no customer bought")),
    "transfers": (mark("Transfers"), mark("transfers"), mark("money moved between accounts: payouts, fees, top-ups")),
    "told_twice": (
        mark("Told twice"),
        mark("sales that another source tells too"),
        mark("the same sale is in another source"),
    ),
    "duplicates": (mark("Duplicates"), mark("duplicated lines"), mark("the same as another line in every column")),
    "no_customer": (
        mark("Guests"),
        mark("lines without a customer"),
        mark("no customer is known, and guests are not one customer"),
    ),
    "unusable": (
        mark("Not usable"),
        mark("lines that cannot be used"),
        mark("no order number, right date or amount, or no price"),
    ),
    "later": (mark("Later"), mark("lines after the as-of date"), mark("dated after the last day of the analysis")),
}


def activity(by_week: pd.DataFrame, currency: str = "") -> str:
    """What was sold, what went back, and the largest part of what was left out.

    Examples
    --------
    >>> day = pd.Timestamp("2024-01-03")
    >>> by_week = pd.DataFrame({"first_at": day, "last_at": day, "source": "shop", "rows": [9, 1, 2],
    ...     "kind": ["sales", "refunds", "failed"], "left_out": [False, False, True], "amount": [90.0, -9.0, 20.0]})
    >>> activity(by_week, "EUR")
    'In 1 day sales came to €90.00, and €9.00 (10%) went back; 2 of 12 lines are left out: failed payments.'
    """
    if by_week.empty or not by_week["rows"].sum():
        return _(NOTHING)
    sold, sources = by_week.loc[by_week["kind"] == "sales", "amount"].sum(), by_week["source"].nunique()
    told = _sold(by_week, money(sold, currency), sources)
    if set(by_week["kind"]) != {"sales"}:
        return _(
            "{sold}, and {back}; {left_out}.", sold=told, back=_back(by_week, sold, currency), left_out=_out(by_week)
        )
    if sources > 1:
        rest = _("the sources tell of sales only, not of refunds, disputes, or payments that failed or wait")
    else:
        rest = _("the source tells of sales only, not of refunds, disputes, or payments that failed or wait")
    return closed(told, rest)


def _sold(by_week: pd.DataFrame, amount: str, sources: int) -> str:
    """What was sold, in how much time, quiet days included."""
    long, many = _how_long(by_week), plural(sources, "source")
    if not long and sources == 1:
        return _("Sales came to {amount}", amount=amount)
    if not long:
        return _("Sales of {sources} came to {amount}", sources=many, amount=amount)
    if sources == 1:
        return _("In {weeks} sales came to {amount}", weeks=long, amount=amount)
    return _("In {weeks} sales of {sources} came to {amount}", weeks=long, sources=many, amount=amount)


def _how_long(by_week: pd.DataFrame) -> str:
    """Weeks from the first line to the last, in days below four weeks; the calendar weeks that they touch are more."""
    if not {"first_at", "last_at"} <= set(by_week) or by_week["first_at"].isna().all():
        return ""
    n = (by_week["last_at"].max().normalize() - by_week["first_at"].min().normalize()).days + 1
    return plural(round(n / 7), "week") if n >= FEW_DAYS else days(n)


def _back(by_week: pd.DataFrame, sold: float, currency: str) -> str:
    back = by_week[by_week["kind"].isin(BACK) & ~by_week["left_out"]]
    if back.empty:
        return _("nothing went back")
    returned = -back["amount"].sum()
    if not sold > 0:
        return _("{amount} went back", amount=money(returned, currency))
    return _("{amount} ({share}) went back", amount=money(returned, currency), share=percent(returned / sold))


def _out(by_week: pd.DataFrame) -> str:
    out = by_week[by_week["left_out"]].groupby("kind")["rows"].sum().sort_values(ascending=False, kind="stable")
    if out.empty:
        return _("no line is left out")
    rows, lines, what = int(out.sum()), plural(int(by_week["rows"].sum()), "line"), _(WORDS[str(out.index[0])][1])
    if len(out) == 1:
        return ngettext(
            "{n} of {lines} is left out: {what}",
            "{n} of {lines} are left out: {what}",
            rows,
            n=count(rows),
            lines=lines,
            what=what,
        )
    return ngettext(
        "{n} of {lines} is left out, the largest part {what} ({largest})",
        "{n} of {lines} are left out, the largest part {what} ({largest})",
        rows,
        n=count(rows),
        lines=lines,
        what=what,
        largest=count(out.iloc[0]),
    )


def activity_rows(totals: pd.DataFrame) -> pd.DataFrame:
    """What each source told, in words, with the reason for what is left out.

    Examples
    --------
    >>> totals = pd.DataFrame({"source": ["shop"], "kind": ["test"], "left_out": [True], "rows": [2],
    ...     "rows_share": [1.0], "amount": [3.0]})
    >>> activity_rows(totals)[["what", "why"]].values.tolist()
    [['Tests', 'made to try the shop, no customer bought']]
    """
    kinds = [WORDS[kind] for kind in totals["kind"]]
    why = [_(kind[2]) if out else "" for kind, out in zip(kinds, totals["left_out"], strict=True)]
    told = totals.assign(what=[_(kind[0]) for kind in kinds], why=why)
    return told[["source", "what", "rows", "rows_share", "amount", "why"]]
