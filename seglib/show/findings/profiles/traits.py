"""How segments differ, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.cells import cell
from seglib.language.messages import gettext as _
from seglib.language.messages import ngettext
from seglib.show.findings.leading import furthest, leading
from seglib.show.findings.profiles.picking import largest, listed

__all__ = [
    "apart",
    "index_caption",
    "index_heatmap",
    "lead",
    "mean_positions",
    "positions_caption",
    "trait_rows",
    "traits",
    "usable_attributes",
]

SMALL = 0.2  # effects below it are called small (Cohen 1988), and are not told


def index_heatmap(index: pd.DataFrame) -> str:
    """Read the index table for the cells furthest above and below the average."""
    cells = index.rename_axis("segment").melt(ignore_index=False, var_name="measure", value_name="index")
    cells = cells.dropna(subset="index").reset_index()
    if cells.empty:
        return _("No measure of a large enough segment can be compared with the average.")
    high, low = largest(cells, cells["index"]), largest(cells, -cells["index"])
    told = [_("furthest above is {measure} of {segment} with {index}", **_cell(high))] * bool(high["index"] > 105)
    told += [_("furthest below is {measure} of {segment} with {index}", **_cell(low))] * bool(low["index"] < 95)
    if not told:
        return _("The segments hardly differ: every index lies within five points of the average, 100.")
    return _("The average customer is 100; {what}.", what=words.joined(told))


def _cell(cell: pd.Series) -> dict[str, str]:
    return {
        "measure": words.label(cell["measure"]),
        "segment": words.name(cell["segment"]),
        "index": words.count(cell["index"]),
    }


def index_caption(min_group: int) -> str:
    """What the figure of the index shows.

    Examples
    --------
    >>> index_caption(30)
    'Index of each measure; segments of at least 30 customers.'
    """
    return _("Index of each measure; segments of at least {customers}.", customers=words.plural(min_group, "customer"))


def mean_positions(positions: pd.DataFrame) -> str:
    """Read the snake plot's table for the measure that sets two segments furthest apart."""
    spread = (positions.max() - positions.min()).dropna()
    if len(positions) < 2 or spread.empty:
        return _("There are no two large enough segments to compare.")
    measure = str(spread.idxmax())
    ends = positions[measure].dropna().sort_values(kind="stable")
    return _(
        "{measure} sets the segments furthest apart: {most} at {high}, {least} at {low}, where the middle customer is "
        "at 50.",
        measure=words.label(measure),
        most=words.name(ends.index[-1]),
        high=words.count(ends.iloc[-1]),
        least=words.name(ends.index[0]),
        low=words.count(ends.iloc[0]),
    )


def positions_caption(min_group: int) -> str:
    """What the figure of mean positions shows.

    Examples
    --------
    >>> positions_caption(30)
    'Mean position of each group; groups of at least 30 customers.'
    """
    return _(
        "Mean position of each group; groups of at least {customers}.", customers=words.plural(min_group, "customer")
    )


def traits(table: pd.DataFrame, currency: str = "") -> str:
    """Read the traits for how many differences hold up, the clearest one, and what differs by construction."""
    if table.empty:
        return _("There are no two groups large enough to compare.")
    tested = table["tested"].astype(bool)
    made = table[~tested & table["effect"].notna()]
    return " ".join([*([_held_up(table[tested], currency)] if tested.any() else []), *_made(made, currency)])


def _held_up(table: pd.DataFrame, currency: str) -> str:
    clear, n = table[table["evidence"].astype(bool)], words.count(len(table))
    if clear.empty:
        return _("None of the {n} differences looked at is both beyond chance and large enough to matter.", n=n)
    return _(
        "Differences that hold up: {found} of {n}; the clearest is {trait} of {segment}, {inside} against {elsewhere} "
        "elsewhere ({customers}).",
        found=words.count(len(clear)),
        n=n,
        **_largest(clear, currency),
    )


def _made(table: pd.DataFrame, currency: str) -> list[str]:
    """What the groups were made from, by the size of the difference alone."""
    if table.empty:
        return []
    told = _largest(table, currency)
    told.pop("customers")
    return [
        _(
            "By their making the groups lie furthest apart in {trait} of {segment}, {inside} against {elsewhere} "
            "elsewhere; that says how they were cut and is not tested.",
            **told,
        )
    ]


def _largest(table: pd.DataFrame, currency: str) -> dict[str, str]:
    top = largest(table, table["effect"].abs())
    row: Any = _written(top.to_frame().T, currency).iloc[0]
    return {
        "trait": row["trait"],
        "segment": words.name(row["segment"]),
        "inside": row["in_segment"],
        "elsewhere": row["elsewhere"],
        "customers": words.plural(int(top["n"]), "customer"),
    }


def lead(*tables: pd.DataFrame, currency: str = "") -> str:
    """What leads the page: of all differences that hold up, in what segments were not made from, the largest.

    Parameters
    ----------
    *tables : DataFrame
        From :func:`seglib.segment_traits`, adjusted together.
    currency : str
        ISO 4217 code for medians of money.
    """
    found = [one for table in tables for one in furthest(table, "evidence", lambda row: _furthest(row, currency))]
    return leading(found, tested=any(bool(table["tested"].astype(bool).any()) for table in tables))


def _furthest(row: pd.Series, currency: str) -> str:
    return _(
        "Furthest from what chance would give is {trait} of {segment}: {inside} against {elsewhere} elsewhere "
        "({customers}).",
        **_largest(row.to_frame().T, currency),
    )


def trait_rows(table: pd.DataFrame, currency: str = "", *, each: int = 3) -> pd.DataFrame:
    """Write the clearest traits of each segment as text; small effects, below 0.2, are not told.

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
    DataFrame: those rows with ``trait, in_segment, elsewhere`` as text, and ``customers`` (of the segment, known).
    """
    told = table[table["evidence"].astype(bool) & (table["effect"].abs() >= SMALL)]
    return _written(told.groupby("segment", sort=False).head(each), currency)


def apart(table: pd.DataFrame, currency: str = "", *, each: int = 3) -> dict[str, str]:
    """What sets each segment apart, in one line, by its name; :func:`trait_rows` tells how surely."""
    rows = trait_rows(table, currency, each=each)
    told = [
        _("{trait}: {inside}, elsewhere {elsewhere}", trait=row["trait"], inside=row["in_segment"],
          elsewhere=row["elsewhere"]) for row in rows.to_dict("records")
    ]  # fmt: skip
    return pd.Series(told, rows["segment"].astype("str"), dtype="str").groupby(level=0).agg("; ".join).to_dict()


def _written(clear: pd.DataFrame, currency: str) -> pd.DataFrame:
    rows = clear.to_dict("records")
    return clear.assign(
        trait=[words.trait(row["attribute"], row["value"], row["statistic"]) for row in rows],
        in_segment=[_value(row, "in_segment", currency) for row in rows],
        elsewhere=[_value(row, "elsewhere", currency) for row in rows],
        customers=clear["n"],
    )


def _value(row: Mapping[Any, Any], side: str, currency: str) -> str:
    return cell(row[side], str(row["attribute"]) if row["statistic"] == "median" else "_share", currency)


def usable_attributes(table: pd.DataFrame, *, bought: bool = True) -> str:
    """Read the list of attributes for those that could not be compared, and why; ``bought``: are orders told?"""
    told = _attributes(table)
    return told if bought else _("{attributes} What they buy is not told: that takes order lines.", attributes=told)


def _attributes(table: pd.DataFrame) -> str:
    left = table[~table["used"].astype(bool)]
    if table.empty:
        return _("The data say nothing about who the customers are beyond what they ordered.")
    if left.empty:
        n = len(table)
        return ngettext(
            "All {n} attribute of the customers could be compared.",
            "All {n} attributes of the customers could be compared.",
            n,
            n=words.count(n),
        )
    reasons = [
        _("{attribute} ({reason})", attribute=words.label(name), reason=reason)
        for name, reason in zip(left["attribute"], left["reason"], strict=True)
    ]
    return _("Not compared: {what}.", what=listed(reasons))
