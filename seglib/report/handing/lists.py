"""Customers to act on, a list for each segment, for those about to slip and for those one order away."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import NOT_COVERED
from seglib.report.handing.finished import Finished
from seglib.report.handing.sheet import Sheet
from seglib.report.pages.acting import scheme_to_act_on
from seglib.report.pages.actions import advice
from seglib.report.pages.digest import read_csv
from seglib.report.run.kept import CUSTOMERS, SCHEMES
from seglib.segments.rfm import BOUNDARY_COLUMNS
from seglib.tables.canonical import TABLES

__all__ = ["customer_sheets", "customers_told", "list_of"]

MOST = 40  # segments with a sheet of their own: nobody turns over more; the others share one
HEADS = {
    "segment": mark("Segment"),
    "last_order_at": mark("Last order"),
    "slips_at": mark("Slips without an order before"),
    "slips_to": mark("Slips to"),
    "orders_needed": mark("Orders to rise"),
    "rises_to": mark("Rises to"),
    "action": mark("What to do"),
}
FIRST = ("customer_id", "last_order_at", "frequency", "monetary_value")
SLIPS = "rfm_segment"  # of which it is known who slips and who rises
LAST = ("slips_at", "slips_to", "orders_needed", "rises_to", "action")


def customer_sheets(run: Finished) -> list[Sheet]:
    """Lists of the scheme to act on, those who move soon first; none where no page names segments.

    Parameters
    ----------
    run : Finished
    """
    file = run.tables / CUSTOMERS
    customers = pd.read_parquet(file) if file.is_file() else pd.DataFrame()
    acting = scheme_to_act_on(run.tables).scheme
    ordered = sorted(SCHEMES, key=lambda name: name != acting)
    scheme = next((name for name in ordered if name in customers and customers[name].notna().any()), "")
    if not scheme:
        return []
    told = _acted(customers, scheme, run)
    return [*_moving_sheets(customers, run), *_segments(told, _shown(told, scheme, run), run, scheme)]


def _acted(customers: pd.DataFrame, scheme: str, run: Finished) -> pd.DataFrame:
    actions = advice(run.record, run.tables, scheme)
    told = customers_told(customers, run.record["as_of"])
    told["segment"] = told[scheme].astype("object").fillna(NOT_COVERED).astype("str")
    return told.assign(action=[actions.get(name, "") for name in told["segment"]])


def _shown(told: pd.DataFrame, scheme: str, run: Finished) -> list[str]:
    return [*_columns(told, scheme), *_contacts(told, run)]


def _columns(told: pd.DataFrame, scheme: str) -> list[str]:
    """Columns of a list: days and places of slips only where these are of the scheme."""
    return [name for name in (*FIRST, *(LAST if scheme == SLIPS else LAST[-1:])) if name in told]


def _moving_sheets(customers: pd.DataFrame, run: Finished) -> list[Sheet]:
    """Who slips soon, and who is one order away, whatever scheme is acted on."""
    moves = read_csv(run.tables / "moves.csv")
    if not len(moves) or not {SLIPS, *BOUNDARY_COLUMNS} <= set(customers):
        return []
    told = _acted(customers, SLIPS, run)
    shown = ["segment", *_shown(told, SLIPS, run)]
    moving = _moving(told, int(moves["within_days"].max()))
    return [Sheet(title, what, rows[shown], HEADS) for title, what, rows in moving if len(rows)]


def _contacts(told: pd.DataFrame, run: Finished) -> list[str]:
    """Columns of the contacts, where they may leave the tables."""
    names = [column.name for column in TABLES["contacts"] if column.name != "customer_id"]
    return [name for one in names for name in (one, f"contact_{one}") if name in told] if run.contacts else []


def customers_told(customers: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """One row a customer as lists show it, most revenue first.

    Parameters
    ----------
    customers : DataFrame
        One row a customer.
    as_of : str
        Day of the run, YYYY-MM-DD.
    """
    told = customers.copy()
    if "slips_in_days" in told:
        waits = pd.to_timedelta(told["slips_in_days"].astype("Float64"), unit="D")
        told["slips_at"] = pd.Timestamp(as_of) + waits
    if "last_order_at" in told:
        told["last_order_at"] = told["last_order_at"].dt.normalize()
    for name in ("slips_to", "rises_to"):
        if name in told:
            told[name] = told[name].map(words.name, na_action="ignore")
    by = [name for name in ("monetary_value",) if name in told]
    return told.sort_values(by, ascending=False, kind="stable") if by else told


def list_of(told: pd.DataFrame, scheme: str, title: str) -> Sheet:
    """The customers of one segment as a list of their own.

    Parameters
    ----------
    told : DataFrame
        From :func:`customers_told`, with ``action``.
    scheme : str
        Column of the customers.
    title : str
        Name of the segment.
    """
    return Sheet(title, "", told[_columns(told, scheme)], HEADS)


def _moving(told: pd.DataFrame, soon: int) -> list[tuple[str, str, pd.DataFrame]]:
    """Who slips within some days, soonest first, and who needs one order to rise."""
    named = told.assign(segment=told["segment"].map(words.name))
    slips = named[named["slips_in_days"].le(soon).fillna(False).to_numpy(bool)]
    rises = named[named["orders_needed"].eq(1).fillna(False).to_numpy(bool)]
    within = _("Customers who change to a worse segment within {days} unless they order, soonest first.",
               days=words.days(soon))  # fmt: skip
    one = _("Customers whom one more order moves to another segment, most revenue first.")
    return [
        (_("About to slip"), within, slips.sort_values("slips_in_days", kind="stable")),
        (_("One order away"), one, rises),
    ]


def _segments(told: pd.DataFrame, shown: list[str], run: Finished, scheme: str) -> Iterator[Sheet]:
    """A sheet a segment, in the order of its page; small ones, and what is beyond what one reads, share the last."""
    sizes = told["segment"].value_counts()
    file, column, _page = SCHEMES[scheme]
    told_order = read_csv(run.tables / file)
    order = [name for name in told_order.get(column, pd.Series(dtype="str")).astype("str") if name in sizes]
    order += [name for name in sizes.index if name not in set(order)]
    large = [name for name in order if sizes[name] >= run.record.get("min_group", 1)][:MOST]
    for name in large:
        what = _("Customers of the segment {segment}, most revenue first.", segment=words.name(name))
        yield Sheet(words.name(name), what, told.loc[told["segment"] == name, shown], HEADS)
    rest = told[~told["segment"].isin(large)]
    if len(rest):
        least = words.count(run.record.get("min_group", 1))
        what = _("Customers of segments of fewer than {least}, or beyond the first {most}.", least=least, most=MOST)
        named = rest.assign(segment=rest["segment"].map(words.name))
        yield Sheet(_("Other segments"), what, named[["segment", *shown]], HEADS)
