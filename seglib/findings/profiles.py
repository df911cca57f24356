"""Findings of the profiles notebook: a tidy table in, one sentence out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from seglib import words

__all__ = [
    "ACTION_COLUMNS",
    "HEADINGS",
    "SIZE_COLUMNS",
    "actions",
    "coverage",
    "cross_segments",
    "index_heatmap",
    "key_numbers",
    "mean_positions",
    "revenue_per_customer",
    "sizes",
    "trait_rows",
    "traits",
    "usable_attributes",
]

NO_SEGMENT = r"Not covered|Other \(\d+\)"  # rows that put customers together without a name
SIZE_COLUMNS = (
    *("segment", "customers", "customers_share", "revenue", "revenue_share", "revenue_per_customer"),
    *("revenue_per_customer_low", "revenue_per_customer_high", "index", "median_recency_days", "median_frequency"),
)
ACTION_COLUMNS = ("segment", "customers", "revenue_share", "action", "source")
HEADINGS = {
    "customers_share": "Share of customers",
    "revenue_share": "Share of revenue",
    "revenue_per_customer_low": "95% from",
    "revenue_per_customer_high": "to",
    "median_recency_days": "Median recency (days)",
    "median_frequency": "Median orders",
    "in_segment": "In the segment",
    "effect": "Effect (95% interval)",
    "source": "From",
}
NOBODY = "No customer is in a segment, so there is nothing to describe."
ALIKE = 0.03  # shares of customers and revenue that differ less are called alike
STRENGTHS = ((0.5, "go together closely"), (0.3, "go together in part"), (0.1, "go together a little"))
UNRELATED = "have hardly anything to do with each other"


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
    segments = _segments(profile)
    numbers = {
        "Customers": words.count(profile["customers"].sum()),
        "Revenue": words.money(profile["revenue"].sum(), currency),
        "Segments": words.count(len(segments)),
    }
    if len(segments) and segments["revenue_share"].notna().any():
        top = _largest(segments, segments["revenue_share"])
        numbers["Largest share of revenue"] = f"{words.percent(top['revenue_share'])}\n{top['segment']}"
    found = int(traits["evidence"].astype(bool).sum())
    return numbers | {"Differences that hold up": f"{words.count(found)}\nof {words.count(len(traits))} compared"}


def sizes(profile: pd.DataFrame) -> str:
    """Read the profile for the segment whose share of the revenue is furthest from its share of the customers."""
    segments, total = _segments(profile), int(profile["customers"].sum())
    if segments.empty:
        return NOBODY
    gap = segments["revenue_share"] - segments["customers_share"]
    top = _largest(segments, gap.abs() if gap.notna().any() else segments["customers"])
    name, people = top["segment"], f"{words.count(top['customers'])} of {words.count(total)}"
    share, revenue = words.percent(top["customers_share"]), words.percent(top["revenue_share"])
    if len(segments) == 1 and top["customers"] == total:
        return f"There is one segment, {name}, with all customers ({words.count(total)})."
    if not gap.notna().any():
        return f"The largest segment is {name} with {share} of the customers ({people}); there is no revenue to share."
    if gap.abs().max() < ALIKE and len(segments) > 1:
        return "Money is spread like customers: each segment brings about as much of the revenue as its size suggests."
    return f"{name}: {share} of the customers ({people}) bring {revenue} of the revenue."


def revenue_per_customer(profile: pd.DataFrame, currency: str = "") -> str:
    """Read the profile for the segments with the highest and the lowest revenue per customer, with 95% intervals."""
    segments = _segments(profile).dropna(subset=["revenue_per_customer_low", "revenue_per_customer_high"])
    if len(segments) < 2:
        return "Fewer than two segments have two customers or more, so revenue per customer cannot be compared."
    order = segments.sort_values("revenue_per_customer", kind="stable")
    high, low = order.iloc[-1], order.iloc[0]
    if high["revenue_per_customer"] == low["revenue_per_customer"]:
        return f"A customer brings {words.money(high['revenue_per_customer'], currency)} on average in every segment."
    sure = "" if high["revenue_per_customer_low"] > low["revenue_per_customer_high"] else "; chance could explain that"
    return f"A customer brings most in {_interval(high, currency)} and least in {_interval(low, currency)}{sure}."


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
    segments = profile[profile["segment"] != "Not covered"]
    known = int(segments["customers"].sum())
    if not name or not known:
        return "Nothing about the contacts is known for enough customers to compare groups."
    if known == total:
        return f"{words.label(name)} is known for each of {words.plural(total, 'customer')}."
    told = f"{words.label(name)} is known for {words.count(known)} of {words.plural(total, 'customer')}"
    revenue = segments["revenue_share"].sum(min_count=1)
    if np.isnan(revenue):
        return f"{told}."
    told = f"{told} ({words.percent(known / total)}), who bring {words.percent(revenue)} of the revenue"
    typical = abs(revenue / (known / total) - 1) <= 0.1
    return (
        f"{told}." if typical else f"{told}: they are not typical of the others, so read what follows for them alone."
    )


def index_heatmap(index: pd.DataFrame) -> str:
    """Read the index table for the cells furthest above and below the average."""
    cells = index.rename_axis("segment").melt(ignore_index=False, var_name="measure", value_name="index")
    cells = cells.dropna(subset="index").reset_index()
    if cells.empty:
        return "No measure of a large enough segment can be compared with the average."
    high, low = _largest(cells, cells["index"]), _largest(cells, -cells["index"])
    told = [_cell("above", high)] * bool(high["index"] > 105) + [_cell("below", low)] * bool(low["index"] < 95)
    if not told:
        return "The segments hardly differ: every index lies within five points of the average, 100."
    return f"The average customer is 100; {words.joined(told)}."


def mean_positions(positions: pd.DataFrame) -> str:
    """Read the snake plot's table for the measure that sets two segments furthest apart."""
    spread = (positions.max() - positions.min()).dropna()
    if len(positions) < 2 or spread.empty:
        return "There are no two large enough segments to compare."
    measure = str(spread.idxmax())
    ends = positions[measure].dropna().sort_values(kind="stable")
    return (
        f"{words.label(measure)} sets the segments furthest apart: {ends.index[-1]} at {words.count(ends.iloc[-1])}, "
        f"{ends.index[0]} at {words.count(ends.iloc[0])}, where the middle customer is at 50."
    )


def traits(table: pd.DataFrame, currency: str = "") -> str:
    """Read the traits for how many differences hold up, and the clearest one."""
    if table.empty:
        return "There are no two groups large enough to compare."
    clear, n = table[table["evidence"].astype(bool)], words.count(len(table))
    if clear.empty:
        return f"None of the {n} differences looked at is both beyond chance and large enough to matter."
    top = _largest(clear, clear["effect"].abs())
    row, customers = trait_rows(top.to_frame().T, currency).iloc[0], words.plural(int(top["n"]), "customer")
    return (
        f"Differences that hold up: {words.count(len(clear))} of {n}; the clearest is {row['trait']} of "
        f"{row['segment']}, {row['in_segment']} against {row['elsewhere']} elsewhere ({customers})."
    )


def trait_rows(table: pd.DataFrame, currency: str = "", *, each: int = 5) -> pd.DataFrame:
    """Write the clearest traits of each segment as text.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.segment_traits`.
    currency : str
        ISO 4217 code for medians of money.
    each : int
        Traits a segment.

    Returns
    -------
    DataFrame: ``segment, trait, in_segment, elsewhere, effect`` (text) and ``customers`` (of the segment, known).
    """
    clear = table[table["evidence"].astype(bool)].groupby("segment", sort=False).head(each)
    rows = [
        {
            "segment": row["segment"],
            "trait": words.trait(row["attribute"], row["value"], row["statistic"]),
            "in_segment": _value(row, "in_segment", currency),
            "elsewhere": _value(row, "elsewhere", currency),
            "effect": " ".join(
                (_signed(row["effect"]), f"({_signed(row['effect_low'])} to {_signed(row['effect_high'])})")
            ),
            "customers": int(row["n"]),
        }
        for row in clear.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["segment", "trait", "in_segment", "elsewhere", "effect", "customers"])


def usable_attributes(table: pd.DataFrame) -> str:
    """Read the list of attributes for those that could not be compared, and why."""
    left = table[~table["used"].astype(bool)]
    if table.empty:
        return "The data say nothing about who the customers are beyond what they ordered."
    if left.empty:
        return f"All {words.plural(len(table), 'attribute')} of the customers could be compared."
    reasons = [
        f"{words.label(name)} ({reason})" for name, reason in zip(left["attribute"], left["reason"], strict=True)
    ]
    return f"Not compared: {_listed(reasons)}."


def actions(table: pd.DataFrame) -> str:
    """Read the actions for segments without one, for derived ones, and for where the money is."""
    if table.empty:
        return NOBODY
    missing = table.loc[table["source"] == "none", "segment"].tolist()
    derived, n = int(table["source"].str.startswith("derived").sum()), words.plural(len(table), "segment")
    if missing:
        return f"Without an action yet: {_listed(missing)}; add one under [actions] in shop.toml."
    if derived:
        return f"The data alone suggest the action for {derived} of {n}: check it with whoever knows the customers."
    if "revenue_share" not in table or table["revenue_share"].isna().all():
        return f"There is an action for each of {n}."
    top = _largest(table, table["revenue_share"])
    share = words.percent(top["revenue_share"])
    return f"There is an action for each of {n}; most money is with {top['segment']} ({share} of the revenue)."


def cross_segments(cross: pd.DataFrame, association: pd.Series, first: str, second: str) -> str:
    """Read the crosstab for how closely two segmentations go together, and the pair that meets most above chance.

    Parameters
    ----------
    cross : DataFrame
        From :func:`seglib.profiles.cross_segments`.
    association : Series
        From :func:`seglib.profiles.association`.
    first, second : str
        Columns of the segmentations.
    """
    strength = float(association["cramers_v"])
    if np.isnan(strength):
        return f"{words.label(first)} and {words.label(second)} cannot be compared: one of them has a single segment."
    told = next((text for least, text in STRENGTHS if strength >= least), UNRELATED)
    expected = cross["overall_share"] * cross.groupby("first")["customers"].transform("sum")
    pair = _largest(cross, cross["customers"] - expected)
    return (
        f"{words.label(first)} and {words.label(second)} {told} (Cramér's V {words.number(strength, 2)} of 1): "
        f"{words.percent(pair['row_share'])} of {pair['first']} are {pair['second']}, "
        f"against {words.percent(pair['overall_share'])} of all customers."
    )


def _segments(profile: pd.DataFrame) -> pd.DataFrame:
    return profile[~profile["segment"].astype("str").str.fullmatch(NO_SEGMENT)]


def _value(row: Mapping[Any, Any], side: str, currency: str) -> str:
    return words.cell(row[side], str(row["attribute"]) if row["statistic"] == "median" else "_share", currency)


def _signed(effect: float) -> str:
    return f"{'+' if effect > 0 else ''}{words.number(effect, 2)}"


def _listed(names: list[str], most: int = 4) -> str:
    return words.joined(names if len(names) <= most + 1 else [*names[:most], f"{len(names) - most} more"])


def _largest(table: pd.DataFrame, values: pd.Series) -> pd.Series:
    return table.iloc[int(np.nanargmax(values.to_numpy(dtype=float)))]


def _cell(side: str, cell: pd.Series) -> str:
    return f"furthest {side} is {words.label(cell['measure'])} of {cell['segment']} with {words.count(cell['index'])}"


def _interval(row: pd.Series, currency: str) -> str:
    mean, low, high = (words.money(row[f"revenue_per_customer{end}"], currency) for end in ("", "_low", "_high"))
    return f"{row['segment']} ({mean}; 95% interval {low} to {high})"
