"""How large the segments by rule are, and which are not available."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import NO_SEGMENT

__all__ = [
    "key_numbers",
    "priority",
    "size_rows",
    "sizes",
    "too_broad",
    "unavailable",
    "unavailable_rows",
    "whole_rows",
]

ADDED = ("people", "customers", "customers_share", "revenue", "revenue_share")
BROAD = 0.6  # of the customers or of the money, from which on a segment sets nobody apart
NOBODY = mark("Nobody is in a segment.")


def key_numbers(
    summary: pd.DataFrame, combinations: pd.DataFrame, conflicts: pd.DataFrame, everyone: int
) -> Mapping[str, str]:
    """Key numbers of the page: segments available, people in at least one, in several, contradictions.

    Parameters
    ----------
    summary : DataFrame
        ``summary`` of the memberships.
    combinations : DataFrame
        From ``overlaps()``.
    conflicts : DataFrame
        From ``contradictions()``.
    everyone : int
        How many people there are in all.
    """
    groups, inside = _groups(summary), combinations["people"].astype(int)
    several = int(inside[combinations["segments"].map(len) > 1].sum())
    return {
        _("Segments available"): _below(groups.sum(), _("of {all}", all=words.count(len(groups)))),
        _("People in at least one"): _below(inside.sum(), _("of {all}", all=words.count(everyone))),
        _("People in several"): _below(
            several, _("{share} of these", share=words.percent(_ratio(several, inside.sum())))
        ),
        _("Contradictions"): _below(len(conflicts), ngettext("pair of segments", "pairs of segments", len(conflicts))),
    }


def _below(n: int, text: str) -> str:
    return f"{words.count(n)}\n{text}"


def sizes(sizes: pd.DataFrame, currency: str = "") -> str:
    """Read the sizes for the segment that brings most for its size.

    Parameters
    ----------
    sizes : DataFrame
        From :func:`whole_rows`.
    currency : str
        ISO 4217 code.
    """
    rows = sizes[sizes["people"].astype("float64").fillna(0) > 0]
    if rows.empty:
        return _(NOBODY)
    gap = (rows["revenue_share"].astype("float64") - rows["customers_share"].astype("float64")).to_numpy()
    top = rows.iloc[int(rows["people"].astype("float64").to_numpy().argmax())]
    broad = [words.name(name) for name in rows.loc[too_broad(rows), "segment"]]
    wide = " " + _("Too broad to set anyone apart: {segments}.", segments=words.joined(broad[:4])) if broad else ""
    gap = np.where(too_broad(rows), np.nan, gap)
    if np.isnan(gap).all() or np.nanmax(gap) <= 0:
        largest = _(
            "The largest segment is {segment} with {people}.",
            segment=words.name(top["segment"]),
            people=words.plural(int(top["people"]), "person", "people"),
        )
        return largest + wide
    best = rows.iloc[int(np.nanargmax(gap))]
    told = _(
        "{segment}: {customers_share} of the customers ({customers}) bring {revenue_share} of the revenue ({revenue}).",
        segment=words.name(best["segment"]),
        customers_share=words.percent(best["customers_share"]),
        customers=words.count(best["customers"]),
        revenue_share=words.percent(best["revenue_share"]),
        revenue=words.money(best["revenue"], currency),
    )
    return told + wide


def whole_rows(summary: pd.DataFrame, *, min_group: int) -> pd.DataFrame:
    """Sizes of the available segments, the parts of a split one together, largest first.

    Segments that only divide everybody (rule ``true``), such as by location, are left out.

    Parameters
    ----------
    summary : DataFrame
        ``summary`` of the memberships.
    min_group : int
        Smallest number of customers whose money is told.

    Returns
    -------
    DataFrame: ``segment, people, customers, customers_share, revenue, revenue_share``.
    """
    rows = summary[_available(summary) & ~_divides(summary)]
    sums = rows.groupby("group", sort=False)[list(ADDED)].sum(min_count=1).rename_axis("segment").reset_index()
    return _told(sums.sort_values("people", ascending=False, kind="stable", ignore_index=True), min_group)


def size_rows(summary: pd.DataFrame, *, min_group: int) -> pd.DataFrame:
    """Sizes of the available segments and of their parts, largest first, those that divide everybody last.

    Parts of fewer people than ``min_group`` are told together: of a few people one says nothing.

    Parameters
    ----------
    summary : DataFrame
        ``summary`` of the memberships.
    min_group : int
        Smallest number of customers whose money is told.

    Returns
    -------
    DataFrame with the columns of the summary, and ``remark``: whether a segment is too broad to set anyone apart.
    """
    people = summary["people"].astype("float64").groupby(summary["group"].astype("str"), sort=False).transform("sum")
    order = pd.DataFrame({"divides": _divides(summary), "people": -people})[_available(summary)]
    rows = summary.loc[order.sort_values(["divides", "people"], kind="stable").index].reset_index(drop=True)
    told = _small_together(rows, min_group)
    remark = np.where(too_broad(told), _("too broad"), "")
    return _told(told.assign(remark=remark), min_group)


def _small_together(rows: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Of each split segment the parts that have people, but few, in one row."""
    few = rows["people"].astype("float64").between(1, min_group - 1) & rows["segment"].ne(rows["group"])
    few &= few.groupby(rows["group"].astype("str")).transform("sum") > 1
    added = rows[few].groupby("group", sort=False)[list(ADDED)].sum(min_count=1)
    first = rows[few].drop_duplicates("group")
    parts = rows.loc[few, "group"].value_counts()
    named = [_smaller(name, int(parts[name])) for name in first["group"]]
    told = {column: added[column].reindex(first["group"]).to_numpy() for column in ADDED}
    average = told["revenue"].astype("float64") / np.where(told["customers"] > 0, told["customers"], np.nan).astype(
        "float64"
    )
    unsure = {"revenue_share_low": np.nan, "revenue_share_high": np.nan}
    merged = first.assign(segment=named, **told, average_revenue=average, **unsure)
    return pd.concat([rows[~few], merged]).sort_index(kind="stable").reset_index(drop=True) if few.any() else rows


def _smaller(group: str, n: int) -> str:
    return ngettext(
        "{group}: {n} smaller one", "{group}: {n} smaller ones", n, group=words.name(group), n=words.count(n)
    )


def unavailable(summary: pd.DataFrame, lacking: pd.DataFrame) -> str:
    """How many segments the data do not allow, and what would bring most of them.

    Parameters
    ----------
    summary, lacking : DataFrame
        Of the memberships.
    """
    rows = unavailable_rows(lacking)
    segments = words.plural(len(_groups(summary)), "segment")
    if rows.empty:
        return _("All {segments} can be found in these data.", segments=segments)
    needs = rows["needs"].value_counts()
    return ngettext(
        "{n} of {segments} is not available; {needs} would bring {most} of them.",
        "{n} of {segments} are not available; {needs} would bring {most} of them.",
        len(rows),
        n=words.count(len(rows)),
        segments=segments,
        needs=needs.index[0],
        most=words.count(needs.iloc[0]),
    )


def unavailable_rows(lacking: pd.DataFrame) -> pd.DataFrame:
    """Segments that are not available and what each needs.

    Parameters
    ----------
    lacking : DataFrame
        Of the memberships: ``segment, needs`` (tuple of texts), ``action``.

    Returns
    -------
    DataFrame: ``segment, needs`` and ``action`` (what it would be for).
    """
    needs = [words.joined([_(need) for need in one]) for one in lacking["needs"]]
    return lacking[["segment", "action"]].assign(needs=needs)[["segment", "needs", "action"]].reset_index(drop=True)


def priority(segments: pd.Series, *, none: str = NO_SEGMENT) -> str:
    """How many customers have a segment of their own once priority has decided.

    Parameters
    ----------
    segments : Series of str
        One segment a customer.
    none : str
        Name of those in no segment.
    """
    total, without = len(segments), int((segments.isna() | segments.eq(none)).sum())
    if not total:
        return _(NOBODY)
    customers = words.plural(total, "customer")
    if not without:
        return _("Each of {customers} is in a segment.", customers=customers)
    inside = words.count(total - without)
    return _("{n} of {customers} are in a segment; the others in none.", n=inside, customers=customers)


MONEY = ("revenue", "revenue_share", "revenue_share_low", "revenue_share_high", "average_revenue")


def _told(rows: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Rows without the money of small groups; who has no customers has none to hide."""
    customers = rows["customers"].astype("float64").fillna(0)
    small = (customers > 0) & (customers < min_group)
    money = [column for column in MONEY if column in rows]
    return rows.assign(**{column: rows[column].astype("float64").mask(small) for column in money})


def too_broad(rows: pd.DataFrame) -> pd.Series:
    """Whether a segment holds most of the customers or of the money: it sets nobody apart.

    Examples
    --------
    >>> too_broad(pd.DataFrame({"customers_share": [0.1, 0.2], "revenue_share": [0.3, 0.7]})).tolist()
    [False, True]
    """
    shares = rows[["customers_share", "revenue_share"]].astype("float64")
    return (shares > BROAD).any(axis="columns")


def _divides(summary: pd.DataFrame) -> pd.Series:
    return summary["rule"].astype("str").str.strip().str.lower().eq("true")


def _groups(summary: pd.DataFrame) -> pd.Series:
    """Whether each segment of the book is available; parts of a split one count once."""
    return _available(summary).groupby(summary["group"].astype("str"), sort=False).any()


def _available(summary: pd.DataFrame) -> pd.Series:
    return summary["status"].astype("str").eq("available")


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
