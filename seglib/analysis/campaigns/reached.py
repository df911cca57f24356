"""Whom each campaign reached or left alone, and what they did in the days after."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from seglib.language.messages import mark
from seglib.language.naming import MESSAGE
from seglib.tables.canonical import NOT_SENT
from seglib.tables.orders import orders_in
from seglib.tables.period import Period
from seglib.tables.small_tables import empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["DAYS", "reached"]

COLUMNS = "customer_id campaign arm control sent_at cost came revenue before also left_out"
DAYS = 30  # days after a message within which an order is counted
BEFORE = 365  # days before it in which arms must have been alike


def reached(campaigns: Table | None, orders: Table | None, *, as_of: dt.date, days: int = DAYS) -> pd.DataFrame:
    """One row a person and campaign: their arm, and what they did within so many days after it.

    Parameters
    ----------
    campaigns : Ibis table or None
        As known at the as-of date: ``customer_id``, ``campaign``, and ``arm``, ``sent_at``, ``converted``, ``spend``
        (what a message cost) where told. Several messages of one campaign begin with the first.
    orders : Ibis table or None
        Orders, or clean lines, of everyone up to the as-of date.
    as_of : date
    days : int

    Returns
    -------
    DataFrame ``customer_id, campaign, arm, control`` (bool: left alone), ``sent_at``, ``cost`` (NaN: not told),
    ``came`` (whether they ordered; as ``converted`` says where messages have no days or the shop no orders:
    ``attrs["came"]`` says which), ``revenue`` (net, of these orders), ``before`` (of the year before), ``also`` (bool:
    another campaign reached them so many days before or after), ``left_out``: "" or why they cannot be counted
    ("recent": fewer than so many days ago, "early": before the first order of the records, "undated", "two arms").
    Controls without a day have the first of their campaign, and then everyone of it has.

    Examples
    --------
    >>> sent = {"customer_id": ["a", "b"], "campaign": "May", "arm": ["letter", "Control"]}
    >>> sent = ibis.memtable(pd.DataFrame({**sent, "sent_at": pd.Timestamp("2024-05-02")}))
    >>> orders = pd.DataFrame({"customer_id": "a", "order_id": "1", "at": pd.to_datetime(["2024-05-09"]), "net": 7.5})
    >>> told = reached(sent, ibis.memtable(orders), as_of=dt.date(2024, 7, 1))
    >>> told[["arm", "control", "came", "revenue"]].values.tolist()
    [['letter', False, True, 7.5], ['Control', True, False, 0.0]]
    """
    if campaigns is None:
        return empty(COLUMNS, "campaigns")
    dated = "sent_at" in campaigns.columns and orders is not None
    if not dated and "converted" not in campaigns.columns:
        return empty(COLUMNS, mark("campaigns with the day they were sent, and orders"))
    people = _people(campaigns)
    if dated and orders is not None:
        people = _also(_from_one_day(people), days)
        people = _ordered(people, orders_in(orders), Period(as_of).end, days)
    else:
        people = people.assign(came=people["converted"].eq(True), revenue=np.nan, before=np.nan, also=False)
    people["left_out"] = people["left_out"].where(people["arms"] == 1, "two arms")
    people = people.sort_values(["sent_at", "campaign", "control", "arm", "customer_id"], ignore_index=True)
    told = people[COLUMNS.split()]
    told.attrs |= {"came": "ordered" if dated else "converted", "days": days}
    return told


def _people(campaigns: Table) -> pd.DataFrame:
    """One row a person and campaign, whatever was sent how often."""
    asked: dict[str, Any] = {"sent_at": campaigns.sent_at.min()} if "sent_at" in campaigns.columns else {}
    if "converted" in campaigns.columns:
        asked["converted"] = campaigns.converted.max()
    if "spend" in campaigns.columns:
        asked["cost"] = campaigns.spend.sum().cast("float64")
    arm = campaigns.arm.strip().nullif("") if "arm" in campaigns.columns else ibis.null("string")
    arm = ibis.coalesce(arm, ibis.literal(MESSAGE))
    found = campaigns.mutate(arm=arm).group_by("campaign", "customer_id")
    people = frame(found.agg(arm=ibis._.arm.min(), arms=ibis._.arm.nunique(), **asked))
    told = {"sent_at": pd.NaT, "cost": np.nan, "left_out": ""}
    people = people.assign(**{name: value for name, value in told.items() if name not in people})
    return people.assign(control=people["arm"].str.lower().isin(NOT_SENT), cost=people["cost"].astype("float64"))


def _from_one_day(people: pd.DataFrame) -> pd.DataFrame:
    """Days counted alike: where somebody left alone has none, everyone's begin with the campaign."""
    first = people.groupby("campaign")["sent_at"].transform("min")
    alone = (people["control"] & people["sent_at"].isna()).groupby(people["campaign"]).transform("any")
    return people.assign(sent_at=people["sent_at"].where(~alone, first))


def _also(people: pd.DataFrame, days: int) -> pd.DataFrame:
    """Whom another campaign reached so shortly before or after."""
    people = people.sort_values(["customer_id", "sent_at", "campaign"], ignore_index=True)
    got, who = people["sent_at"].where(~people["control"]), people["customer_id"]
    last = got.groupby(who).shift(1).groupby(who).ffill()
    following = got.groupby(who).shift(-1).groupby(who).bfill()
    near = pd.Timedelta(days=days)
    return people.assign(also=(people["sent_at"] - last < near) | (following - people["sent_at"] < near))


def _ordered(people: pd.DataFrame, orders: Table, end: pd.Timestamp, days: int) -> pd.DataFrame:
    """What each did in the days after, and the money of the year before."""
    sent = people["sent_at"]
    first = frame(orders.agg(first=orders["at"].min()))["first"].iloc[0]
    told = [sent.isna(), sent + pd.Timedelta(days=days) > end, ~(sent >= first)]
    why = np.select(told, ["undated", "recent", "early"], "")
    asked = people.loc[sent.notna(), ["customer_id", "campaign", "sent_at"]]
    asked = asked.assign(until=sent + pd.Timedelta(days=days), year=sent - pd.Timedelta(days=BEFORE))
    pairs = ibis.memtable(asked).inner_join(orders.select("customer_id", "at", "net"), "customer_id")
    after = (pairs["at"] >= pairs.sent_at) & (pairs["at"] < pairs.until)
    before = (pairs["at"] < pairs.sent_at) & (pairs["at"] >= pairs.year)
    found = pairs.group_by("customer_id", "campaign").agg(
        came=after.any(), revenue=pairs.net.sum(where=after).cast("float64"),
        before=pairs.net.sum(where=before).cast("float64"),
    )  # fmt: skip
    told = people.merge(frame(found), on=["customer_id", "campaign"], how="left")
    money = {name: told[name].astype("float64").fillna(0.0) for name in ("revenue", "before")}
    return told.assign(came=told["came"].eq(True), left_out=why, **money)
