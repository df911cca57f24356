"""Whether the customers of a table beside the orders are those of the orders, what keeps them apart, what is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.intake.doubts import ASK, NOTE, Doubt
from seglib.intake.joining import People
from seglib.intake.sources import Source
from seglib.shop.relating import WAYS, counted, related

__all__ = ["customers_of", "met", "renamed", "same_files", "spelled", "told_of"]

FEW, MOST = 0.1, 0.5  # share of a table's customers that meet: below it is doubted; what a change must reach
FEWEST = 10  # customers of which something is concluded


def customers_of(table: ir.Table) -> pd.Series:
    """Different customer ids of a table."""
    if "customer_id" not in table.columns:
        return pd.Series(dtype="str")
    ids = table.select("customer_id").distinct().to_pyarrow().to_pandas()["customer_id"]
    return ids.dropna().astype("str")


def met(ids: pd.Series, known: pd.Series, name: str) -> tuple[dict[str, str], Doubt | None]:
    """What ids of a table are changed to, so that they meet those of the orders, and what is doubted of them.

    Parameters
    ----------
    ids, known : Series of str
        Different ids of the table, and of the orders.
    name : str
        The table, named in the message.

    Examples
    --------
    >>> known = pd.Series([f"{n:05d}" for n in range(40)])
    >>> changed, doubt = met(pd.Series([f"{n}.0" for n in range(20)]), known, "tickets")
    >>> changed["7.0"], doubt.level
    ('00007', 'note')
    """
    if len(ids) < FEWEST or len(known) < FEWEST:
        return {}, None
    share = float(ids.isin(known).mean())
    if share >= FEW:
        return {}, None
    bare = known.set_axis(_bare(known))
    bare = bare[~bare.index.duplicated(keep=False)]
    found = _bare(ids).map(bare)
    told = f"{share:.0%} of the {len(ids):,} customers of {name} are among those of the orders"
    if float(found.notna().mean()) >= MOST:
        changed = dict(zip(ids[found.notna()], found.dropna(), strict=True))
        told = f"{told}; without leading zeros and .0 it is {found.notna().mean():.0%}, so these are taken as equal."
        return changed, Doubt("ids_do_not_meet", NOTE, "customer_id", told)
    settle = (
        f'Name the column that both share: [tables.{name}.columns] customer_id = "..." in shop.toml; or, where ids '
        f'mean nothing elsewhere, ids = "own" under [tables.{name}].'
    )
    return {}, Doubt("ids_do_not_meet", ASK, "customer_id", f"{told}.", settle)


def _meet_otherwise(ways: Mapping[str, int]) -> bool:
    """Whether something else than the number relates rows of a table to the customers of the orders."""
    other = sum(rows for way, rows in ways.items() if way in WAYS)
    return other >= FEW * ways["rows"] > 0


def renamed(table: ir.Table, changed: Mapping[str, str]) -> ir.Table:
    """A table with the ids of the orders."""
    if not changed:
        return table
    names = ibis.memtable(pd.DataFrame({"seglib_was": list(changed), "seglib_is": list(changed.values())}))
    joined = table.left_join(names, table.customer_id == names.seglib_was)
    known = ibis.coalesce(joined.seglib_is, joined.customer_id)
    return joined.mutate(customer_id=known).drop("seglib_was", "seglib_is")


def told_of(sides: Mapping[str, ir.Table], doubts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was related by what; ids that do not meet are no doubt where something else relates the rows."""
    ways = {name: counted(table) for name, table in sides.items()}
    told = [{"source": name, **doubt.told()} for name, each in ways.items() if (doubt := related(each))]
    settled = {name for name, each in ways.items() if _meet_otherwise(each)}
    return [*(one for one in doubts if one["level"] != ASK or one["source"] not in settled), *told]


def spelled(people: People) -> list[dict[str, Any]]:
    """Names as ids that were taken for one."""
    if not people.spelled:
        return []
    told = (
        f"{people.spelled:,} names differ from another only in case or spaces: they are taken for the same customers."
    )
    settle = "by_name = false under [identities] in shop.toml keeps them apart."
    return [{"source": "customers", **Doubt("one_customer", NOTE, "customer_id", told, settle).told()}]


def _bare(ids: pd.Series) -> pd.Series:
    """Ids without what spreadsheets add or take."""
    return ids.str.replace(r"\.0+$", "", regex=True).str.lstrip("0")


def same_files(sources: Mapping[str, Source]) -> list[dict[str, Any]]:
    """Sources of lines with the same content."""
    prints: dict[str, str] = {}
    found = []
    for name, source in sources.items():
        first = prints.setdefault(str(source.facts.get("sha256") or name), name)
        if first != name:
            told = f"{name} and {first} have the same content: the same file under two names. Its lines count once."
            doubt = Doubt("same_file", ASK, "", told, f"Take source {name!r} out of shop.toml, or name the right file.")
            found.append({"source": str(source.facts["name"]), **doubt.told()})
    return found
