"""How large segments are and what they bring, in sentences."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import NOT_COVERED
from seglib.show.findings.leading import constructed
from seglib.show.findings.profiles.picking import largest, named_segments

__all__ = ["NOBODY", "coverage", "key_numbers", "revenue_per_customer", "sizes"]

SURELY = mark("{segment} ({mean}; 95% interval {low} to {high})")
ROUGHLY = mark("{segment} ({mean}; roughly {low} to {high})")  # fewer customers than an interval of money takes
NOBODY = mark("No customer is in a segment, so there is nothing to describe.")
TYPICAL = 0.1  # a share of revenue within 10% of that of customers is called typical
ALIKE = 0.03  # shares of customers and revenue that differ less are called alike


def key_numbers(profile: pd.DataFrame, traits: pd.DataFrame, currency: str = "") -> dict[str, str]:
    """Key numbers of a segmentation: customers, revenue, segments, the largest by revenue, differences that hold up.

    Parameters
    ----------
    profile : DataFrame
        From :func:`seglib.profile_segments`.
    traits : DataFrame
        From :func:`seglib.segment_traits`.
    currency : str
        ISO 4217 code.

    Returns
    -------
    dict of what it is to the number as text.
    """
    segments = named_segments(profile)
    numbers = {
        _("Customers"): words.count(profile["customers"].sum()),
        _("Revenue"): words.money(profile["revenue"].sum(), currency),
        _("Segments"): words.count(len(segments)),
    }
    if len(segments) and segments["revenue_share"].notna().any():
        top = largest(segments, segments["revenue_share"])
        numbers[_("Largest share of revenue")] = f"{words.percent(top['revenue_share'])}\n{words.name(top['segment'])}"
    found, compared = (
        words.count(traits["evidence"].astype(bool).sum()),
        words.count(traits["tested"].astype(bool).sum()),
    )
    return numbers | {_("Differences that hold up"): f"{found}\n{_('of {n} compared', n=compared)}"}


def sizes(profile: pd.DataFrame, made_from: Collection[str] = ()) -> str:
    """Read the profile for the segment whose share of the revenue is furthest from its share of the customers.

    Parameters
    ----------
    profile : DataFrame
        From :func:`seglib.profile_segments`.
    made_from : collection of str
        In what the segments differ by their making (``shop.made_from(name)``); where money is of it, that is said.
    """
    segments, total = named_segments(profile), int(profile["customers"].sum())
    if segments.empty:
        return _(NOBODY)
    gap = segments["revenue_share"] - segments["customers_share"]
    top = largest(segments, gap.abs() if gap.notna().any() else segments["customers"])
    told = {
        "segment": words.name(top["segment"]),
        "share": words.percent(top["customers_share"]),
        "n": words.count(top["customers"]),
        "all": words.count(total),
    }
    if len(segments) == 1 and top["customers"] == total:
        return _("There is one segment, {segment}, with all customers ({n}).", **told)
    if not gap.notna().any():
        return _(
            "The largest segment is {segment} with {share} of the customers ({n} of {all}); there is no revenue to "
            "share.",
            **told,
        )
    if gap.abs().max() < ALIKE and len(segments) > 1:
        return _(
            "Money is spread like customers: each segment brings about as much of the revenue as its size suggests."
        )
    revenue = words.percent(top["revenue_share"])
    text = _(
        "{segment}: {share} of the customers ({n} of {all}) bring {revenue} of the revenue.", **told, revenue=revenue
    )
    return constructed(text, made_from)


def revenue_per_customer(profile: pd.DataFrame, currency: str = "") -> str:
    """Read the profile for the segments with the highest and the lowest revenue per customer, with 95% intervals."""
    segments = named_segments(profile).dropna(subset=["revenue_per_customer_low", "revenue_per_customer_high"])
    if len(segments) < 2:
        return _("Fewer than two segments have 30 customers or more, so revenue per customer cannot be compared.")
    order = segments.sort_values("revenue_per_customer", kind="stable")
    high, low = order.iloc[-1], order.iloc[0]
    if high["revenue_per_customer"] == low["revenue_per_customer"]:
        amount = words.money(high["revenue_per_customer"], currency)
        return _("A customer brings {amount} on average in every segment.", amount=amount)
    told = {"most": _interval(high, currency), "least": _interval(low, currency)}
    apart = high["revenue_per_customer_low"] > low["revenue_per_customer_high"]
    if apart and high["differs"] and low["differs"]:
        return _("A customer brings most in {most} and least in {least}.", **told)
    return _("A customer brings most in {most} and least in {least}; chance could explain that.", **told)


def _interval(row: pd.Series, currency: str) -> str:
    mean, low, high = (words.money(row[f"revenue_per_customer{end}"], currency) for end in ("", "_low", "_high"))
    return _(
        ROUGHLY if row["rough"] else SURELY,
        segment=words.name(row["segment"]),
        mean=mean,
        low=low,
        high=high,
    )


def coverage(profile: pd.DataFrame, name: str) -> str:
    """Read the profile for how many customers a segmentation covers, and whether they are like the rest.

    Parameters
    ----------
    profile : DataFrame
        From :func:`seglib.profile_segments`.
    name : str
        Column of the segmentation; empty where there is none.
    """
    total = int(profile["customers"].sum())
    segments = profile[profile["segment"] != NOT_COVERED]
    known = int(segments["customers"].sum())
    if not name or not known:
        return _("Nothing about the contacts is known for enough customers to compare groups.")
    told = {"attribute": words.label(name), "customers": words.plural(total, "customer"), "n": words.count(known)}
    if known == total:
        return _("{attribute} is known for each of {customers}.", **told)
    revenue = segments["revenue_share"].sum(min_count=1)
    if np.isnan(revenue):
        return _("{attribute} is known for {n} of {customers}.", **told)
    told |= {"share": words.percent(known / total), "revenue": words.percent(revenue)}
    if abs(revenue / (known / total) - 1) <= TYPICAL:
        return _("{attribute} is known for {n} of {customers} ({share}), who bring {revenue} of the revenue.", **told)
    return _(
        "{attribute} is known for {n} of {customers} ({share}), who bring {revenue} of the revenue: they are not "
        "typical of the others, so read what follows for them alone.",
        **told,
    )
