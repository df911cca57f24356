"""What a look at the tables beside the orders tells: names of events, and ids that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis.expr.types as ir
import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import VISITOR
from seglib.language.words import count

if TYPE_CHECKING:
    from seglib.shop.tables import Tables

__all__ = ["event_names", "strangers"]

NAMED = 12  # names of events of a kind that are listed
UNKNOWN = mark("{table}: {unknown} of {ids} customer ids are neither in the orders nor in the contacts.")
VISITORS = mark("Besides, {visitors} anonymous visitors.")


def event_names(events: ir.Table) -> pd.DataFrame:
    """Kind of events, how many, and the names that they go by.

    Examples
    --------
    >>> import ibis
    >>> event_names(ibis.memtable({"kind": ["view", "view"], "event": ["detail", "detail"]}))
       kind  rows         names
    0  view     2  detail (2)
    """
    counted = events.group_by(["kind", "event"]).agg(rows=events.count()).to_pyarrow().to_pandas()
    counted = counted.sort_values(["rows", "event"], ascending=[False, True])
    counted["names"] = counted["event"] + " (" + counted["rows"].map("{:,}".format) + ")"
    by_kind = counted.groupby("kind").agg(rows=("rows", "sum"), names=("names", lambda names: ", ".join(names[:NAMED])))
    return by_kind.sort_values("rows", ascending=False).reset_index()


def strangers(tables: Tables) -> list[str]:
    """Sentences on ids of the tables beside the orders that neither orders nor contacts know."""
    known = set(tables.contacts.index) if tables.contacts is not None else set()
    known |= _ids(tables.lines)
    known |= set(tables.customer_table.index) if tables.customer_table is not None else set()
    told = []
    for name, table in tables.sides.items() if known else ():
        ids = _ids(table)
        visitors = {one for one in ids if one.startswith(VISITOR)}
        unknown = len(ids - visitors - known)
        among = _(UNKNOWN, table=name, unknown=count(unknown), ids=count(len(ids - visitors)))
        told.append(f"{among} {_(VISITORS, visitors=count(len(visitors)))}" if visitors else among)
    return told


def _ids(table: ir.Table) -> set[str]:
    return set(table.select("customer_id").distinct().to_pyarrow()["customer_id"].to_pylist())
