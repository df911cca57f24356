"""What would move a customer to another segment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.segments.rfm.bands import bands, take_names

if TYPE_CHECKING:
    from seglib.segments.rfm.scorer import RFMScorer

__all__ = ["BOUNDARY_COLUMNS", "RISES", "SLIPS", "nearest_boundary", "summarise_boundaries"]

SLIPS = mark("slips")
RISES = mark("rises")
BOUNDARY_COLUMNS = [
    "slips_in_days",
    "slips_to",
    "orders_needed",
    "rises_to",
]  # columns that a run keeps of each customer


def nearest_boundary(customers: pd.DataFrame, scorer: RFMScorer, *, as_of: dt.date | None = None) -> pd.DataFrame:
    """What moves each customer to another segment: so many days without an order, or so many orders now.

    Read on the scorer's cut points. Waiting lets only recency grow: orders that leave the window meanwhile are not
    foreseen. Orders are taken as placed today at the customer's average order value: recency becomes 0, each order
    adds one to frequency and that value to monetary value.

    Parameters
    ----------
    customers : DataFrame
        Customers table; ``average_order_value`` is used where there is one, else revenue per order.
    scorer : RFMScorer
        Fitted.
    as_of : date, optional
        As-of date of the customers; puts dates instead of days into the sentences.

    Returns
    -------
    DataFrame indexed as ``customers``: segment, slips_in_days (Int64; the name changes if there is no order before that
    many days have passed, NA where waiting changes nothing), slips_to, orders_needed (Int64; NA where orders change
    nothing), spend_needed (what they bring at the average order value), rises_to, sentence.

    Examples
    --------
    >>> from seglib.segments.rfm import RFMScorer
    >>> customers = pd.DataFrame(
    ...     {"recency_days": [3, 40, 200], "frequency": [9, 2, 1], "monetary_value": [900.0, 80.0, 20.0]},
    ...     index=pd.Index(["a", "b", "c"], name="customer_id"))
    >>> scorer = RFMScorer(preset="terciles").fit(customers)
    >>> for sentence in nearest_boundary(customers, scorer)["sentence"]:
    ...     print(sentence)
    More orders keep this customer in Champions; without an order for 178 days the customer slips to Loyal.
    One more order moves this customer to Champions; without an order for 141 days the customer slips to Recent.
    One more order moves this customer to Loyal; without an order for 166 days the customer slips to Inactive.
    """
    places = _Places(customers, scorer)
    slips_in, slips_to = places.waiting()
    orders, rises_to = places.ordering()
    moves = pd.DataFrame({"segment": take_names(scorer.segments_, places.code)}, index=customers.index)
    moves["slips_in_days"] = pd.array(slips_in, dtype="Float64").astype("Int64")
    moves["slips_to"] = take_names(scorer.segments_, slips_to)
    moves["orders_needed"] = pd.array(orders, dtype="Float64").astype("Int64")
    moves["spend_needed"] = orders * places.order_value
    moves["rises_to"] = take_names(scorer.segments_, rises_to)
    moves["sentence"] = _sentences(moves, as_of)
    return moves


class _Places:
    """Customers on the grid of bands, and the names around them."""

    def __init__(self, customers: pd.DataFrame, scorer: RFMScorer) -> None:
        self.scorer = scorer
        self.recency, self.orders, self.money = (
            customers[m].to_numpy("float64") for m in ("recency_days", "frequency", "monetary_value")
        )
        given = customers.get("average_order_value", pd.Series(self.money / self.orders, index=customers.index))
        self.order_value = np.nan_to_num(given.to_numpy("float64"), posinf=0).clip(0)
        r, f, m = (levels - 1 for levels in scorer.levels_.values())
        self.names = scorer.cells_[np.ix_(r, f, m)]
        self.place = self.at(self.recency, self.orders, self.money)
        self.code = self.names[self.place]

    def at(self, *measures: np.ndarray) -> tuple[np.ndarray, ...]:
        edges, closed = self.scorer.edges_, self.scorer.closed_
        return tuple(bands(v, edges[name], closed[name]) for name, v in zip(edges, measures, strict=True))

    def waiting(self) -> tuple[np.ndarray, np.ndarray]:
        """Days until the name changes (NaN: never) and the code of the next name (-1: none)."""
        following = np.full(self.names.shape, -1)
        for r in range(len(self.names) - 2, -1, -1):
            following[r] = np.where(self.names[r + 1] != self.names[r], r + 1, following[r + 1])
        band = following[self.place]
        edges, closed = self.scorer.edges_["recency_days"], self.scorer.closed_["recency_days"]
        starts = np.floor(edges) + 1 if closed == "right" else np.ceil(edges)
        days = np.append(starts, np.nan)[band - 1] if len(edges) else np.full(len(band), np.nan)
        f, m = self.place[1:]
        return np.where(band > 0, days, np.nan) - self.recency, np.where(band > 0, self.names[band, f, m], -1)

    def ordering(self) -> tuple[np.ndarray, np.ndarray]:
        """Fewest orders placed today that change the name (NaN: none do) and the code of that name (-1)."""
        fewest, code = np.full(len(self.code), np.inf), np.full(len(self.code), -1)
        for orders in self._candidates():
            known = np.where(np.isfinite(orders), orders, 0)
            bought = self.orders + known, self.money + known * self.order_value
            name = self.names[self.at(np.zeros_like(known), *bought)]
            better = (known > 0) & (known < fewest) & (name != self.code)
            fewest, code = np.where(better, known, fewest), np.where(better, name, code)
        return np.where(np.isfinite(fewest), fewest, np.nan), code

    def _candidates(self) -> list[np.ndarray]:
        ways = [np.ones_like(self.orders)]
        for name, held, each in (
            ("frequency", self.orders, np.ones_like(self.orders)),
            ("monetary_value", self.money, self.order_value),
        ):
            for edge in self.scorer.edges_[name]:
                ways.append(_orders_past(edge, held, each, self.scorer.closed_[name]))
        return ways


def _orders_past(edge: float, held: np.ndarray, each: np.ndarray, closed: str) -> np.ndarray:
    """Fewest orders that lift what is held past an edge; inf where none do."""
    with np.errstate(divide="ignore", invalid="ignore"):
        orders = np.where(each > 0, np.ceil((edge - held) / each), np.inf)
    reached = held + np.where(np.isfinite(orders), orders, 0) * each
    short = reached <= edge if closed == "right" else reached < edge
    return np.maximum(orders + short, 1)


def _sentences(moves: pd.DataFrame, as_of: dt.date | None) -> Any:
    parts = moves[["orders_needed", "rises_to", "slips_in_days", "slips_to", "segment"]]
    codes, cases = pd.MultiIndex.from_frame(parts).factorize(use_na_sentinel=False)
    return take_names([_sentence(case, as_of) for case in cases], codes)


def _sentence(case: tuple[Any, ...], as_of: dt.date | None) -> str:
    orders, rises_to, days, slips_to, segment = case
    return _("{rise}; {slip}.", rise=_rise(orders, rises_to, segment), slip=_slip(days, slips_to, as_of))


def _rise(orders: Any, rises_to: str, segment: str) -> str:
    if pd.isna(orders):
        return _("More orders keep this customer in {segment}", segment=words.name(segment))
    return ngettext(
        "One more order moves this customer to {segment}",
        "{n} more orders move this customer to {segment}",
        int(orders),
        n=words.count(orders),
        segment=words.name(rises_to),
    )


def _slip(days: Any, slips_to: str, as_of: dt.date | None) -> str:
    if pd.isna(days):
        return _("waiting changes nothing")
    if as_of:
        date = as_of + dt.timedelta(days=int(days))
        return _(
            "without an order before {date} the customer slips to {segment}", date=date, segment=words.name(slips_to)
        )
    return ngettext(
        "without an order for {n} day the customer slips to {segment}",
        "without an order for {n} days the customer slips to {segment}",
        int(days),
        n=words.count(days),
        segment=words.name(slips_to),
    )


def summarise_boundaries(
    boundaries: pd.DataFrame, customers: pd.DataFrame, *, within_days: int = 30, order: Sequence[str] = ()
) -> pd.DataFrame:
    """How many customers of each segment are one order, or some days of waiting, away from another segment.

    Parameters
    ----------
    boundaries : DataFrame
        What :func:`nearest_boundary` returned.
    customers : DataFrame
        The customers it was asked about.
    within_days : int
        Days of waiting that count as soon.
    order : sequence of str
        Segments in the order wanted (``scorer.segments_``).

    Returns
    -------
    DataFrame: segment, move (``"slips"`` or ``"rises"``), next_segment, customers, revenue (what they brought in the
    window), within_days.
    """
    soon = boundaries["slips_in_days"].le(within_days).fillna(False).to_numpy(bool)
    one = boundaries["orders_needed"].eq(1).fillna(False).to_numpy(bool)
    moves = boundaries[["segment"]].assign(revenue=customers["monetary_value"].to_numpy())
    slips = moves[soon].assign(move=SLIPS, next_segment=boundaries["slips_to"])
    rises = moves[one].assign(move=RISES, next_segment=boundaries["rises_to"])
    keys = ["segment", "move", "next_segment"]
    counted = pd.concat([slips, rises]).groupby(keys)["revenue"].agg(customers="size", revenue="sum").reset_index()
    rank = {name: place for place, name in enumerate(order)}
    own, following = (counted[column].map(lambda name: rank.get(name, len(rank))) for column in keys[::2])
    counted = counted.iloc[np.lexsort((following, own, counted["move"] == RISES))].reset_index(drop=True)
    return counted[[*keys, "customers", "revenue"]].assign(within_days=within_days)
