"""One segment in sentences: how large, what it does otherwise, where it goes, how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.cells import cell
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.show.findings.journeys.habits import favourite
from seglib.show.table import ROUGHLY, SURELY

__all__ = ["habits", "moved", "moves", "numbers", "sureness"]

FEW = 3  # places that people come from or go to, told by name
SMALL = 0.2  # an effect below it is a small one, which nobody acts on
MEDIANS = {
    "median_frequency": mark("Median orders"),
    "median_recency_days": mark("Median days since the last order"),
    "median_average_order_value": mark("Median order value"),
}
EACH = mark("{low} to {high}; all customers: {money}")
EACH_ROUGHLY = mark("roughly {low} to {high}; all customers: {money}")


def numbers(row: Mapping[str, Any], currency: str = "") -> list[tuple[str, str, str]]:
    """Key numbers of a segment: term, value, what stands small below it.

    Parameters
    ----------
    row : mapping
        Of :func:`seglib.analysis.profiles.profile_segments`.
    currency : str
        ISO 4217 code.

    Examples
    --------
    >>> numbers({"customers": 50, "customers_share": 0.1, "revenue": 900.0, "revenue_share": 0.3}, "EUR")[:2]
    [('Customers', '50', '10% of all customers'), ('Net revenue', '€900.00', '30% of all revenue')]
    """
    share = _("{share} of all customers", share=words.percent(row["customers_share"]))
    told = [(_("Customers"), words.count(row["customers"]), share)]
    if row["revenue"] == row["revenue"]:
        part = _part(row)
        told.append((_("Net revenue"), words.money(row["revenue"], currency),
                     _("{share} of all revenue", share=part) if part else ""))  # fmt: skip
    if (each := row.get("revenue_per_customer", float("nan"))) == each:
        told.append((_("Revenue a customer"), words.money(each, currency), _beside_all(row, each, currency)))
    known = [name for name in MEDIANS if row.get(name) is not None and row[name] == row[name]]
    return told + [(_(MEDIANS[name]), cell(row[name], name, currency), "") for name in known]


def _part(row: Mapping[str, Any]) -> str:
    """Share of the revenue with its interval, where it has one; empty where it is not known."""
    share, low, high = (row.get(f"revenue_share{end}", float("nan")) for end in ("", "_low", "_high"))
    if share != share:
        return ""
    told = {"value": words.percent(share), "low": words.percent(low), "high": words.percent(high)}
    return _(ROUGHLY if row.get("rough") else SURELY, **told) if low == low else told["value"]


def _beside_all(row: Mapping[str, Any], each: float, currency: str) -> str:
    """The interval of the revenue a customer, beside that of all customers; empty without either."""
    low, high = (row.get(f"revenue_per_customer_{end}", float("nan")) for end in ("low", "high"))
    index = row.get("index", float("nan"))
    if low != low or not index > 0:
        return ""
    told = {"low": words.money(low, currency), "high": words.money(high, currency)}
    return _(EACH_ROUGHLY if row.get("rough") else EACH, money=words.money(100 * each / index, currency), **told)


def moves(table: pd.DataFrame) -> list[str]:
    """Who of a segment slips soon, and whom one more order moves, a sentence for each place.

    Parameters
    ----------
    table : DataFrame
        Rows of :func:`seglib.segments.rfm.summarise_boundaries` of one segment.

    Examples
    --------
    >>> moves(pd.DataFrame({"move": ["slips"], "next_segment": ["At Risk"], "customers": [9], "within_days": [30]}))
    ['9 customers change to At Risk within 30 days unless they order.']
    """
    return [text for row in table.to_dict("records") if (text := _move(row))]


def _move(row: Mapping[Any, Any]) -> str:
    n = int(row["customers"])
    told = {
        "n": words.count(n),
        "segment": words.name(str(row["next_segment"])),
        "days": words.days(row["within_days"]),
    }
    if row["move"] == "slips":
        return ngettext(
            "{n} customer changes to {segment} within {days} unless they order.",
            "{n} customers change to {segment} within {days} unless they order.",
            n,
            **told,
        )
    return ngettext(
        "One order now moves {n} customer to {segment}.", "One order now moves {n} customers to {segment}.", n, **told
    )


def habits(table: pd.DataFrame) -> list[str]:
    """When and through what a segment orders more often than everyone, by more than chance explains.

    Parameters
    ----------
    table : DataFrame
        Rows of one segment of :func:`seglib.analysis.journeys.stack_habits`.
    """
    if not {"by", "segment", "value", "differs", "index", "effect"} <= set(table):
        return []
    clear = table[table["differs"].astype("boolean").fillna(False).to_numpy(bool) & (table["index"] > 100)]
    clear = clear[clear["effect"].abs() >= SMALL]
    best = clear.sort_values("effect", ascending=False, kind="stable").groupby("by", sort=False).head(1)
    return [favourite(row, str(row["by"])) for row in best.rename(columns={"segment": "group"}).to_dict("records")]


def moved(before: int, now: int, came: pd.DataFrame, went: pd.DataFrame, since: str) -> list[str]:
    """How a segment changed since an earlier run.

    Parameters
    ----------
    before, now : int
        Its customers then and now.
    came, went : DataFrame
        ``segment, customers``: where those came from who were in another one, and where those went.
    since : str
        The day of the earlier run, written.
    """
    told = [
        _("On {date} it had {before}, now {now}.", date=since, before=words.plural(before, "customer"),
          now=words.count(now))
    ]  # fmt: skip
    told += [_("From other segments came: {where}.", where=_listed(came))] if len(came) else []
    return told + ([_("To other segments went: {where}.", where=_listed(went))] if len(went) else [])


def _listed(table: pd.DataFrame) -> str:
    top = table.sort_values("customers", ascending=False, kind="stable")
    told = [
        _("{n} ({segment})", n=words.count(n), segment=words.name(str(name)))
        for name, n in zip(top["segment"].head(FEW), top["customers"].head(FEW), strict=True)
    ]
    rest = int(top["customers"].iloc[FEW:].sum())
    return words.joined([*told, *([_("{n} (others)", n=words.count(rest))] if rest else [])])


def sureness(row: Mapping[str, Any]) -> list[str]:
    """How far the numbers of a segment can be relied on.

    Parameters
    ----------
    row : mapping
        Of :func:`seglib.analysis.profiles.profile_segments`.
    """
    told = []
    if row.get("rough"):
        told.append(_("Fewer than 300 customers: the ranges of money are rough."))
    told.append(_("What they spent describes the past, by which they may have been chosen; it is no forecast, and not "
                  "what an action will earn."))  # fmt: skip
    return told
