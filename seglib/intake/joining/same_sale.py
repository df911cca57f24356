"""The same sale told by two sources, such as a cart and a payment gateway, found and counted once."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

__all__ = ["mark_same_sales", "match_orders"]

BY = ("order_id", "email_amount_time")
LONGEST = pd.Timedelta(days=92)  # between an order and its payment by the same number


def mark_same_sales(
    lines: ir.Table, preferred: Sequence[str], *, by: Sequence[str] = BY, minutes: float = 60
) -> tuple[ir.Table, int]:
    """Lines in which a sale of another source than the preferred ones has state ``same_sale``, and how many orders.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines of all sources, with ``source`` and ``state``.
    preferred : sequence of str
        Sources whose lines are kept.
    by : sequence of {"order_id", "email_amount_time"}
        By which the same sale is known.
    minutes : float
        How far apart in time, at most, of the same e-mail and amount.

    Returns
    -------
    Lines and the number of orders told twice. A refund that only the other source tells is kept, and goes to the
    preferred source's order.
    """
    orders = _orders(lines)
    mine = orders["source"].isin(list(preferred))
    matches = [
        match_orders(orders[mine], other, by=by, minutes=minutes) for _, other in orders[~mine].groupby("source")
    ]
    found = pd.concat(matches, ignore_index=True) if matches else pd.DataFrame()
    return (_marked(lines, found), len(found)) if len(found) else (lines, 0)


def _orders(lines: ir.Table) -> pd.DataFrame:
    """One row an order of a source: what it is known by."""
    real = lines.filter(lines.state.isin(["sale", "refund", "disputed"]) & lines.order_id.notnull())
    sale = ~real.is_return
    asked = {
        "at": real.ordered_at.min(where=sale),
        "amount": real.amount.sum(where=sale).cast("float64"),
        "customer_id": real.customer_id.min(where=sale),
        "returns": real.is_return.any(),
    }
    asked |= {name: real[name].min() for name in ("email", "payment_ref", "currency") if name in real.columns}
    orders = real.group_by(["source", "order_id"]).agg(**asked).to_pyarrow().to_pandas()
    for name in ("email", "payment_ref", "currency"):
        orders[name] = orders.get(name)
    mails = orders["customer_id"].where(orders["customer_id"].str.contains("@", na=False))
    orders["email"] = orders["email"].fillna(mails).str.strip().str.lower()
    return orders[orders["at"].notna()].sort_values(["source", "at", "order_id"], ignore_index=True)


def match_orders(
    mine: pd.DataFrame, other: pd.DataFrame, *, by: Sequence[str] = BY, minutes: float = 60
) -> pd.DataFrame:
    """Which orders of another source are which of mine: by reference first, then one to one by e-mail, amount and time.

    Returns
    -------
    DataFrame source, order_id (of the other), to_order, to_customer, to_email, to_returns (whether mine tells refunds).

    Examples
    --------
    >>> cart = pd.DataFrame({"source": "cart", "order_id": ["#1"], "at": pd.to_datetime(["2024-01-01 10:00"]),
    ...     "amount": [9.0], "customer_id": ["7"], "email": ["a@x"], "payment_ref": [None], "currency": ["EUR"],
    ...     "returns": [False]})
    >>> paid = cart.assign(source="gateway", order_id="ch_1", at=pd.to_datetime("2024-01-01 10:03"))
    >>> match_orders(cart, paid)[["order_id", "to_order", "to_customer"]].values.tolist()
    [['ch_1', '#1', '7']]
    """
    pairs = _by_reference(mine, other) if "order_id" in by else []
    if "email_amount_time" in by:
        used, told = {a for a, _ in pairs}, {b for _, b in pairs}
        pairs += _by_email(mine[~mine.index.isin(used)], other[~other.index.isin(told)], minutes)
    ours, theirs = [mine.loc[[pair[0] for pair in pairs]], other.loc[[pair[1] for pair in pairs]]]
    known = {f"to_{name}": ours[name].to_numpy() for name in ("customer_id", "email", "returns")}
    return (
        theirs[["source", "order_id"]]
        .reset_index(drop=True)
        .assign(to_order=ours["order_id"].to_numpy(), **known)
        .rename(columns={"to_customer_id": "to_customer"})
    )


def _by_reference(mine: pd.DataFrame, other: pd.DataFrame) -> list[tuple[int, int]]:
    """Index pairs whose numbers are the same, each of the other's at most once."""
    keys = [_keys(mine), _keys(other)]
    both = keys[0].merge(keys[1], on="key", suffixes=("", "_other"))
    near = (both["at"] - both["at_other"]).abs() <= LONGEST
    both = both[near].sort_values(["row_other", "row"]).drop_duplicates("row_other")
    return list(zip(both["row"], both["row_other"], strict=True))


def _keys(orders: pd.DataFrame) -> pd.DataFrame:
    told = [orders[["at"]].assign(row=orders.index, key=orders[name]) for name in ("order_id", "payment_ref")]
    keys = pd.concat(told, ignore_index=True).dropna(subset="key")
    return keys.assign(key=keys["key"].astype("str").str.strip().str.lstrip("#").str.lower()).drop_duplicates(
        ["row", "key"]
    )


def _by_email(mine: pd.DataFrame, other: pd.DataFrame, minutes: float) -> list[tuple[int, int]]:
    """Index pairs of the same e-mail and amount, the earliest first, so that as many as can be are paired."""
    same = ["email", "cents"]
    frames = [
        orders.assign(row=orders.index, cents=(orders["amount"] * 100).round()).dropna(subset="email")[
            [*same, "row", "at", "currency"]
        ]
        for orders in (mine, other)
    ]
    both = frames[0].merge(frames[1], on=same, suffixes=("", "_other"))
    near = (both["at"] - both["at_other"]).abs() <= pd.Timedelta(minutes=minutes)
    alike = (both["currency"] == both["currency_other"]) | both[["currency", "currency_other"]].isna().any(axis=1)
    both = both[near & alike].sort_values(["at", "row", "at_other", "row_other"])
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for row, row_other in zip(both["row"], both["row_other"], strict=True):
        if row not in pairs and row_other not in taken:
            pairs[row] = row_other
            taken.add(row_other)
    return list(pairs.items())


def _marked(lines: ir.Table, found: pd.DataFrame) -> ir.Table:
    found = found.rename(columns={"source": "in_source", "order_id": "in_order"})
    found = found.astype(dict.fromkeys(("in_source", "in_order", "to_order", "to_customer", "to_email"), "str"))
    twice = ibis.memtable(pa.Table.from_pandas(found, preserve_index=False))
    about = ibis.ifelse(lines.is_return, ibis.coalesce(lines.refund_of, lines.order_id), lines.order_id)
    joined = lines.left_join(twice, [lines.source == twice.in_source, about == twice.in_order])
    hit = joined.in_order.notnull() & joined.state.isin(["sale", "refund", "disputed"])
    again = hit & (~joined.is_return | joined.to_returns)
    moved = hit & ~again  # a refund that the preferred source does not tell: it goes to the order there
    changed = {
        "state": ibis.ifelse(again, "same_sale", joined.state),
        "order_id": ibis.ifelse(moved, joined.to_order, joined.order_id),
        "customer_id": ibis.ifelse(moved, joined.to_customer, joined.customer_id),
        "email": ibis.ifelse(moved, joined.to_email, joined.email),
    }
    return joined.mutate(**changed).drop("in_source", "in_order", "to_order", "to_customer", "to_email", "to_returns")
