"""What a run keeps of a shop: tables to stay, and working files that the notebooks share."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from seglib.shop.sides import SIDES

if TYPE_CHECKING:
    from seglib.shop.shop import Shop

__all__ = ["finish", "keep_memberships", "read_frame", "read_note", "read_tables", "save_shop"]

MEMBERSHIPS = "memberships.parquet"


def save_shop(shop: Shop, folder: str | Path) -> None:
    """Write what the notebooks of a run share: ``tables/`` to keep, ``work/`` for the run only."""
    tables, work = Path(folder) / "tables", Path(folder) / "work"
    tables.mkdir(parents=True, exist_ok=True)
    work.mkdir(exist_ok=True)
    note: dict[str, Any] = {"as_of": shop.as_of.isoformat(), "window_days": shop.window_days, "inputs": shop.inputs}
    note |= {"currency": shop.currency, "report": dict(shop.settings.report)}
    shop.customers.reset_index().to_parquet(tables / "customers.parquet", index=False)
    shop.ledger.to_csv(tables / "ledger.csv", index=False)
    shop.ledger_by_source.to_csv(tables / "ledger_by_source.csv", index=False)
    shop.quality.to_csv(tables / "quality.csv", index=False)
    if len(shop.side_ledger):
        shop.side_ledger.to_csv(tables / "side_ledger.csv", index=False)
    shop.numbered.to_parquet(work / "lines.parquet")
    for name in (*SIDES, "products"):
        if (table := getattr(shop, name)) is not None:
            table.to_parquet(work / f"{name}.parquet")
    shop.people.reset_index().to_parquet(work / "people.parquet", index=False)
    if shop.contacts is not None:
        shop.contacts.reset_index().to_parquet(work / "contacts.parquet", index=False)
    (work / "shop.json").write_text(json.dumps(note, default=str), encoding="utf-8")


def read_note(run: Path | None) -> dict[str, Any]:
    """What the run has written down of its shop; empty when working alone."""
    note = run / "work" / "shop.json" if run else None
    return json.loads(note.read_text(encoding="utf-8")) if note and note.is_file() else {}


def read_tables(run: Path, name: str) -> pd.DataFrame:
    """A table that :func:`save_shop` has written: customers, quality, or one of the ledgers."""
    if name == "customers":
        return pd.read_parquet(run / "tables" / "customers.parquet").set_index("customer_id")
    texts = {"quality": {"example": "str"}, "ledger_by_source": {"source": "str", "currency": "str"}}.get(name)
    return pd.read_csv(run / "tables" / f"{name}.csv", dtype=texts, keep_default_na=name != "ledger_by_source")


def read_frame(run: Path, name: str) -> pd.DataFrame | None:
    """A working table of people: contacts or people; None where the shop has none."""
    file = run / "work" / f"{name}.parquet"
    return pd.read_parquet(file).set_index("customer_id") if file.is_file() else None


def keep_memberships(run: Path, table: pd.DataFrame) -> None:
    """Keep who is in which segment, customer_id and segment, until :func:`finish` puts it among the tables."""
    work = run / "work"
    if not (work / MEMBERSHIPS).is_file():
        file = Path(tempfile.mkstemp(dir=work, suffix=".part")[1])
        table.to_parquet(file, index=False)
        file.replace(work / MEMBERSHIPS)  # two notebooks may come to it at once


def finish(run: str | Path) -> Mapping[str, Path]:
    """Close a run's tables: kept columns join customers.parquet, working files go.

    Returns
    -------
    Mapping of table name to its file.
    """
    tables, work = Path(run) / "tables", Path(run) / "work"
    file = tables / "customers.parquet"
    customers = pd.read_parquet(file).set_index("customer_id")
    for kept in sorted((work / "columns").glob("*.parquet")):
        customers[kept.stem] = pd.read_parquet(kept)[kept.stem].reindex(customers.index)
    customers.reset_index().to_parquet(file, index=False)
    if (work / MEMBERSHIPS).is_file():
        shutil.move(work / MEMBERSHIPS, tables / MEMBERSHIPS)
    shutil.rmtree(work, ignore_errors=True)
    return {path.stem: path for path in sorted(tables.iterdir())}
