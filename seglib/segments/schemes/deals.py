"""Deals: open ones by stage, how often they are won, what was bought through them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from seglib.language.naming import EVERYONE, NOT_KNOWN
from seglib.segments.schemes.scheme import frame_of
from seglib.tables.intervals import wilson_interval

__all__ = ["open_deals", "read_deals", "spend_from_deals", "win_rates"]

STATES = ("open", "won", "lost")
STAGE_COLUMNS = ["stage", "segment", "deals", "valued", "value", "median_age_days", "win_rate", "expected_value"]
RATE_COLUMNS = [
    *("group", "deals", "open", "won", "lost", "win_rate", "win_rate_low", "win_rate_high"),
    *("won_value", "median_won_value"),
]


def read_deals(deals: Any) -> pd.DataFrame:
    """Deals as pandas: who (customer or, without a number, company), stage, state, value, product, dates.

    Examples
    --------
    >>> read_deals(pd.DataFrame({"customer_id": ["a"], "stage": ["Won"]}))[["who", "state"]].values.tolist()
    [['a', 'won']]
    """
    table = frame_of(deals)
    if table is None:
        table = pd.DataFrame(columns=["customer_id", "stage"])
    blank = pd.Series(pd.NA, index=table.index, dtype="str")
    stage = table["stage"].astype("str")
    who = table.get("customer_id", blank).astype("str")
    state = table.get("state", stage.str.lower().where(stage.str.lower().isin(["won", "lost"]), "open"))
    read = {
        "who": who.fillna(table.get("company", blank).astype("str")),
        "stage": stage,
        "state": state.astype("str"),
        "value": pd.to_numeric(table.get("value", pd.Series(np.nan, index=table.index)), errors="coerce").astype(float),
        "product_id": table.get("product_id", blank).astype("str"),
        "owner": table.get("owner", blank).astype("str"),
        "opened_at": pd.to_datetime(table.get("opened_at", pd.Series(pd.NaT, index=table.index))),
    }
    return pd.DataFrame(read, index=table.index).reset_index(drop=True)


def open_deals(
    deals: Any, *, segments: pd.Series | None = None, as_of: dt.date | None = None, by_segment: bool = False
) -> pd.DataFrame:
    """List the open deals by stage, and what they can be expected to bring.

    How many deals of a stage are won in the end cannot be known from a list of deals as they stand now. The win rate is
    therefore that of the closed deals of the same segments, and a deal without a value counts with the mean value of
    the deals won for its product.

    Parameters
    ----------
    deals : DataFrame or Ibis table, or None
        Canonical deals.
    segments : Series of names indexed by customer_id (or company), optional
    as_of : date, optional
        For the age of the deals.
    by_segment : bool
        One row a stage and segment.

    Returns
    -------
    DataFrame, most deals first: ``stage, segment, deals, valued`` (with a value of their own), ``value`` (of those),
    ``median_age_days, win_rate, expected_value`` (value times win rate; NaN where nothing was closed).

    Examples
    --------
    >>> deals = pd.DataFrame({"customer_id": list("abcd"), "stage": ["Offer", "Offer", "won", "lost"]})
    >>> open_deals(deals.assign(value=[100.0, 50.0, 80.0, None]))[["stage", "deals", "value", "expected_value"]]
       stage  deals  value  expected_value
    0  Offer      2  150.0            75.0
    """
    told = _with_segment(read_deals(deals), segments)
    still = told[told["state"] == "open"].copy()
    if still.empty:
        return pd.DataFrame(columns=STAGE_COLUMNS)
    rates = win_rates(deals, segments=segments).set_index("group")["win_rate"]
    won = told[told["state"] == "won"]
    typical = still["product_id"].map(won.groupby("product_id")["value"].mean()).fillna(won["value"].mean())
    still["rate"] = still["segment"].map(rates).fillna(_overall_rate(told))
    still["expected"] = still["value"].fillna(typical) * still["rate"]
    day = pd.Timestamp(as_of) if as_of is not None else pd.NaT
    still["age"] = (day - still["opened_at"]).dt.days.astype("float64")
    keys = ["stage", "segment"] if by_segment else ["stage"]
    table = still.groupby(keys, as_index=False).agg(
        deals=("stage", "size"),
        valued=("value", "count"),
        value=("value", lambda part: part.sum(min_count=1)),
        median_age_days=("age", "median"),
        win_rate=("rate", "mean"),
        expected_value=("expected", lambda part: part.sum(min_count=1)),
    )
    table = table if by_segment else table.assign(segment=EVERYONE)
    return table.sort_values(["deals", *keys], ascending=[False, *[True] * len(keys)], ignore_index=True)[STAGE_COLUMNS]


def win_rates(deals: Any, by: str = "segment", *, segments: pd.Series | None = None) -> pd.DataFrame:
    """Share of the closed deals that were won, with its 95% interval.

    Parameters
    ----------
    deals : DataFrame or Ibis table, or None
    by : {"segment", "product_id", "owner"}
    segments : Series of names indexed by customer_id (or company), optional

    Returns
    -------
    DataFrame, most deals first: ``group, deals, open, won, lost, win_rate`` (won / (won + lost)), ``win_rate_low,
    win_rate_high`` (Wilson), ``won_value, median_won_value``. Deals without a known group are ``Not known``.

    Examples
    --------
    >>> deals = pd.DataFrame({"customer_id": list("abc"), "stage": ["won", "lost", "Offer"]})
    >>> win_rates(deals)[["group", "won", "lost", "open", "win_rate"]]
          group  won  lost  open  win_rate
    0  Everyone    1     1     1       0.5
    """
    told = _with_segment(read_deals(deals), segments)
    if told.empty:
        return pd.DataFrame(columns=RATE_COLUMNS)
    group = told[by].fillna(NOT_KNOWN).rename("group")
    counts = pd.crosstab(group, told["state"]).reindex(columns=[*STATES], fill_value=0)
    table = counts.reset_index().rename_axis(columns=None)
    closed = table["won"] + table["lost"]
    low, high = wilson_interval(table["won"], closed)
    values = told["value"].where(told["state"] == "won").groupby(group)
    table = table.assign(
        deals=closed + table["open"],
        win_rate=table["won"] / closed.where(closed > 0).astype("float64"),
        win_rate_low=low,
        win_rate_high=high,
        won_value=values.sum(min_count=1).to_numpy(),
        median_won_value=values.median().to_numpy(),
    )
    return table.sort_values(["deals", "group"], ascending=[False, True], ignore_index=True)[RATE_COLUMNS]


def spend_from_deals(deals: Any) -> pd.DataFrame:
    """What each company spent on each product through deals won: companies x products, 0 where nothing.

    Examples
    --------
    >>> deals = pd.DataFrame({"customer_id": ["a", "b"], "stage": ["won", "lost"], "value": [80.0, None]})
    >>> spend_from_deals(deals.assign(product_id="loom")).to_dict()
    {'loom': {'a': 80.0, 'b': 0.0}}
    """
    told = read_deals(deals).dropna(subset=["who", "product_id"])
    spent = told["value"].where(told["state"] == "won", 0.0).fillna(0.0)
    wide = told.assign(spent=spent).pivot_table(index="who", columns="product_id", values="spent", aggfunc="sum")
    return wide.fillna(0.0).rename_axis(index="customer_id", columns=None)


def _with_segment(told: pd.DataFrame, segments: pd.Series | None) -> pd.DataFrame:
    if segments is None:
        return told.assign(segment=EVERYONE)
    return told.assign(segment=told["who"].map(segments.dropna().astype("str")).fillna(NOT_KNOWN))


def _overall_rate(told: pd.DataFrame) -> float:
    closed = told["state"].isin(["won", "lost"]).sum()
    return float((told["state"] == "won").sum() / closed) if closed else float("nan")
