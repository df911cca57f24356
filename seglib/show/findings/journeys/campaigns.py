"""What each campaign did against those left alone, in sentences; and that nothing tells it where nobody was."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import MESSAGE
from seglib.language.words import count, days, money, percent, points
from seglib.show.findings.clauses import closed
from seglib.show.findings.leading import Candidate, furthest
from seglib.show.findings.missing import not_available

__all__ = ["campaign_leads", "campaigns", "campaigns_left_out"]

# how a share of those who came is told, by what the data say of them
CAME = {
    "ordered": mark("Of {n} people who got {what} {share} ordered within {days}, of {m} left alone {usual}"),
    "converted": mark("Of {n} people who got {what} {share} did what it asked for, of {m} left alone {usual}"),
}
FEW = mark("No campaign reached enough people to be told of.")


def campaigns(table: pd.DataFrame, untold: pd.DataFrame, currency: str = "") -> str:
    """Which arm did most against those left alone; that none surely did; that nothing tells it.

    Parameters
    ----------
    table, untold : DataFrame
        From :func:`seglib.analysis.campaigns.arm_effects` and :func:`seglib.analysis.campaigns.untold`.
    currency : str
        ISO 4217 code.

    Examples
    --------
    >>> row = {"campaign": "May", "arm": "letter", "control": False, "people": 500, "share": 0.25, "more_share": 0.1}
    >>> row |= {"low_more_share": 0.05, "high_more_share": 0.15, "differs": True, "revenue_differs": False}
    >>> row |= {"doubt": "", "effect": 0.26, "seen_from": 0.07, "cost_per": 8.0, "cost_per_low": 5.0}
    >>> alone = {"campaign": "May", "arm": "none", "control": True, "people": 200, "share": 0.15}
    >>> table = pd.DataFrame([alone, row | {"cost_per_high": 12.0}])
    >>> table.attrs |= {"came": "ordered", "days": 30}
    >>> campaigns(table, pd.DataFrame(), "EUR")[:95]
    'Of 500 people who got letter (May) 25% ordered within 30 days, of 200 left alone 15%: 10 points'
    """
    if table.empty and untold.empty:
        return not_available(table) if table.attrs.get("needs") else _(FEW)
    arms = table[~table["control"].astype(bool)] if len(table) else table
    nothing = _alone(len(untold)) if len(untold) else ""
    if arms.empty:
        return nothing or _(FEW)
    sure = arms[arms["differs"].astype(bool)]
    if len(sure):
        best = sure.loc[sure["effect"].abs().idxmax()]
        told = _more(best, table, currency)
    elif (paid := arms[arms["revenue_differs"].astype(bool)]).size:
        told = _money(paid.iloc[0], table, currency)
    else:
        told = _unclear(arms, table)
    return f"{told} {nothing}".strip()


def _alone(n: int) -> str:
    return ngettext(
        "{n} campaign left nobody alone, or too few, so nothing tells what it did.",
        "{n} campaigns left nobody alone, or too few, so nothing tells what they did.",
        n,
        n=count(n),
    )


def _named(row: Any, table: pd.DataFrame) -> dict[str, str]:
    """Arm, campaign and numbers of a row, beside those left alone."""
    alone: Any = table[(table["campaign"] == row["campaign"]) & table["control"].astype(bool)].iloc[0]
    what = str(row["campaign"]) if row["arm"] == MESSAGE else f"{row['arm']} ({row['campaign']})"
    told = {"what": what, "n": count(row["people"])}
    told |= {"m": count(alone["people"]), "share": percent(row["share"]), "usual": percent(alone["share"])}
    return told | {"days": days(table.attrs.get("days", 0))}


def _more(row: Any, table: pd.DataFrame, currency: str) -> str:
    """Shares, their difference, and what one more cost."""
    came = _(CAME[table.attrs.get("came", "ordered")], **_named(row, table))
    ends = sorted([abs(row["low_more_share"]), abs(row["high_more_share"])])
    told = {"came": came, "points": points(abs(row["more_share"])), "low": points(ends[0]), "high": points(ends[1])}
    if not row["more_share"] > 0:
        return _("{came}: {points} points fewer (95% interval {low} to {high}).", **told)
    if pd.isna(row["cost_per"]):
        return _("{came}: {points} points more (95% interval {low} to {high}).", **told)
    cost = {name: money(row[name], currency) for name in ("cost_per", "cost_per_low", "cost_per_high")}
    return _(
        "{came}: {points} points more (95% interval {low} to {high}); each one more cost {cost_per} ({cost_per_low} to "
        "{cost_per_high}).",
        **told,
        **cost,
    )


def _money(row: Any, table: pd.DataFrame, currency: str) -> str:
    told = {name: money(abs(row[name]), currency) for name in ("more_revenue", "more_revenue_low", "more_revenue_high")}
    ends = ("more_revenue_low", "more_revenue_high")
    low, high = (told[name] for name in (ends if row["more_revenue"] > 0 else ends[::-1]))
    told = {**_named(row, table), "more": told["more_revenue"], "low": low, "high": high}
    if row["more_revenue"] > 0:
        return _(
            "A person who got {what} brought {more} more within {days} than one left alone (95% interval "
            "{low} to {high}).",
            **told,
        )
    return _(
        "A person who got {what} brought {more} less within {days} than one left alone (95% interval {low} to {high}).",
        **told,
    )


def _unclear(arms: pd.DataFrame, table: pd.DataFrame) -> str:
    """What came nearest, and how much it would have taken; or that nothing could be judged."""
    judged = arms[arms["doubt"] == ""]
    if judged.empty:
        return _("No campaign can be judged: those who got it and those left alone were not alike before.")
    best: Any = judged.loc[judged["effect"].abs().idxmax()]
    told = {**_named(best, table), "points": points(best["seen_from"])}
    nothing = ngettext(
        "{k} thing was sent, and did no more than chance explains.",
        "{k} things were sent, and none did more than chance explains.",
        len(judged),
        k=count(len(judged)),
    )
    nearest = _(
        "The furthest is {what}, {share} against {usual} of those left alone; of so many people less than "
        "{points} points goes unseen.",
        **told,
    )
    return f"{nothing} {nearest}"


def campaign_leads(table: pd.DataFrame, currency: str = "") -> list[Candidate]:
    """The arm that did most, as a sentence that may lead the page; none where none surely did anything."""
    return furthest(table, "differs", lambda row: _more(row, table, currency))


def campaigns_left_out(people: pd.DataFrame) -> str:
    """Who is not counted, and who counts in several campaigns.

    Examples
    --------
    >>> people = pd.DataFrame({"customer_id": ["a", "a", "b"], "left_out": ["recent", "", ""]})
    >>> people["also"] = people["customer_id"] == "a"
    >>> people.attrs["days"] = 30
    >>> campaigns_left_out(people)
    '1 message is not counted yet, for it is younger than 30 days; 1 person got another campaign within the same ...'
    """
    if people.empty:
        return ""
    n = people["left_out"].value_counts().to_dict()
    within = days(people.attrs.get("days", 0))
    also = people.loc[(people["left_out"] == "") & people["also"], "customer_id"].nunique()
    told = [_why(why, int(n[why]), within) for why in ("recent", "early", "undated", "two arms") if why in n]
    if also:
        told += [
            ngettext(
                "{n} person got another campaign within the same days, and counts in each",
                "{n} people got another campaign within the same days, and count in each",
                also,
                n=count(also),
            )
        ]
    return closed(*told) if told else ""


def _why(why: str, n: int, within: str) -> str:
    told = {"n": count(n), "days": within}
    match why:
        case "recent":
            return ngettext(
                "{n} message is not counted yet, for it is younger than {days}",
                "{n} messages are not counted yet, for they are younger than {days}",
                n,
                **told,
            )
        case "early":
            return ngettext(
                "{n} message was sent before the orders begin",
                "{n} messages were sent before the orders begin",
                n,
                **told,
            )
        case "undated":
            return ngettext("{n} message has no day", "{n} messages have no day", n, **told)
    return ngettext(
        "{n} person is of two arms of one campaign and counts in neither",
        "{n} people are of two arms of one campaign and count in neither",
        n,
        **told,
    )
