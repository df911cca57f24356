"""Lines of what is not sold by the piece: once the products beside them tell the categories, they count as one item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis.expr.types as ir

from seglib.intake.doubts import as_items, measured_in, other_units
from seglib.intake.sources import Source
from seglib.shop.settings import ShopSettings

__all__ = ["in_pieces"]


def in_pieces(
    settings: ShopSettings,
    sources: Mapping[str, Source],
    tables: Mapping[str, ir.Table],
    settle: Callable[[ir.Table], ir.Table],
) -> tuple[dict[str, ir.Table], list[dict[str, Any]]]:
    """Lines of each source, with ``items`` where something is in another unit than pieces, and what is doubted of that.

    Parameters
    ----------
    settings : ShopSettings
        ``read = {quantity = "pieces"}`` of a source: its quantities are believed.
    sources, tables : mapping
        Name of the source -> what was read of it, its lines with what the products tell.
    settle : callable
        Stores a table.

    Returns
    -------
    The lines; source, the doubt, and names (categories or products) of each.
    """
    read = {told.name or next(iter(tables)): told.read for told in settings.tables.get("lines", ())}
    found = {name: [] if "quantity" in read[name] else measured_in(lines) for name, lines in tables.items()}
    doubts: list[dict[str, Any]] = []
    for name, measured in found.items():
        facts, names = sources[name].facts, [str(row["value"]) for one in measured for row in one.values]
        header = next((one["from"] for one in facts["columns"] if one["column"] == "quantity"), "quantity")
        doubts += [{"source": facts["name"], **one.told(), "names": names} for one in other_units(measured, header)]
    return {name: settle(as_items(tables[name], one)) if one else tables[name] for name, one in found.items()}, doubts
