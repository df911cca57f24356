"""White space: product lines that a customer does not buy although its peers do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.tables.intervals import wilson_interval

__all__ = ["white_space", "white_space_map"]

MIN_PEERS = 10
MIN_SHARE = 0.2  # of the peers must buy the line
COLUMNS = [
    *("customer_id", "segment", "product", "peers", "peers_buying", "peers_share", "peers_share_low"),
    *("peers_share_high", "median_spend", "expected_spend"),
]
MAP_COLUMNS = [
    "segment",
    "product",
    "customers",
    "buying",
    "share",
    "share_low",
    "share_high",
    "median_spend",
    "expected_spend",
]


def white_space(
    spend: pd.DataFrame | None, segments: pd.Series, *, min_peers: int = MIN_PEERS, min_share: float = MIN_SHARE
) -> pd.DataFrame:
    """List the lines that customers do not buy although their peers do.

    Parameters
    ----------
    spend : DataFrame, customers x product lines, or None
        Money spent; 0, less or NaN is not bought.
    segments : Series of names indexed by customer_id
        Peers are the other customers of the same segment. Who has no segment has no peers.
    min_peers : int
        Peers needed to say anything.
    min_share : float
        Share of the peers that must buy the line.

    Returns
    -------
    DataFrame, largest expected spend first: ``customer_id, segment, product, peers, peers_buying, peers_share,
    peers_share_low, peers_share_high`` (Wilson, 95%), ``median_spend`` (of the peers that buy it), ``expected_spend``
    (peers_share x median_spend: what one would expect of a peer drawn at random, not a forecast).

    Examples
    --------
    >>> spend = pd.DataFrame({"paper": [10.0, 20.0, 0.0], "ink": [5.0, 5.0, 5.0]}, index=list("abc"))
    >>> white_space(spend, pd.Series("Offices", index=list("abc")), min_peers=2)[COLUMNS[:6]]
      customer_id  segment product  peers  peers_buying  peers_share
    0           c  Offices   paper      2             2          1.0
    """
    cells = white_space_map(spend, segments)
    cells = cells[(cells["customers"] > min_peers) & (cells["buying"] < cells["customers"])]
    if spend is None or cells.empty:
        return pd.DataFrame(columns=COLUMNS)
    bought = _bought(spend, segments)
    gaps = bought.stack()
    gaps = gaps[~gaps].reset_index().set_axis(["customer_id", "product", "bought"], axis="columns")
    gaps["segment"] = gaps["customer_id"].map(segments.dropna().astype("str"))
    table = gaps.merge(cells, on=["segment", "product"]).rename(columns={"buying": "peers_buying"})
    table["peers"] = table["customers"] - 1
    table["peers_share"] = table["peers_buying"] / table["peers"]
    table["peers_share_low"], table["peers_share_high"] = wilson_interval(table["peers_buying"], table["peers"])
    table["expected_spend"] = table["peers_share"] * table["median_spend"]
    table = table[table["peers_share"] >= min_share]
    order = ["expected_spend", "customer_id", "product"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)[COLUMNS]


def white_space_map(spend: pd.DataFrame | None, segments: pd.Series) -> pd.DataFrame:
    """Share of the customers of each segment that buy each line.

    Returns
    -------
    DataFrame, one row a segment and line, largest segments and lines most bought first: ``segment, product, customers,
    buying, share, share_low, share_high`` (Wilson), ``median_spend`` (of those who buy), ``expected_spend`` (of all who
    do not buy it yet, if they did as their peers).
    """
    known = segments.dropna().astype("str")
    if spend is None or spend.empty or not len(spend.index.intersection(known.index)):
        return pd.DataFrame(columns=MAP_COLUMNS)
    bought = _bought(spend, segments)
    names = known.loc[bought.index].rename("segment")
    money = spend.loc[bought.index].astype("float64").where(bought)
    grouped = bought.astype("float64").groupby(names)
    long = pd.DataFrame({"buying": grouped.sum().stack(), "median_spend": money.groupby(names).median().stack()})
    table = long.rename_axis(["segment", "product"]).reset_index()
    table["customers"] = table["segment"].map(names.value_counts())
    table["buying"] = table["buying"].astype("int64")
    table["share"] = table["buying"] / table["customers"]
    table["share_low"], table["share_high"] = wilson_interval(table["buying"], table["customers"])
    left = table["customers"] - table["buying"]
    table["expected_spend"] = left * table["share"] * table["median_spend"].fillna(0.0)
    everyone = table["product"].map(bought.sum())
    order = np.lexsort((table["product"].astype(str), -everyone, table["segment"], -table["customers"]))
    return table.iloc[order].reset_index(drop=True)[MAP_COLUMNS]


def _bought(spend: pd.DataFrame, segments: pd.Series) -> pd.DataFrame:
    shared = spend.index.intersection(segments.dropna().index)
    return spend.loc[shared].astype("float64") > 0
