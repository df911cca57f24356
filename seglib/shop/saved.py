"""What a run keeps of a shop: tables to stay, and working files that the notebooks share."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from seglib.intake.engines import connect
from seglib.shop.sides import SIDE_LEDGER, SIDES
from seglib.shop.tables import Tables, once
from seglib.tables.csv_files import read_csv, write_csv

__all__ = [
    "SavedTables",
    "finish",
    "keep_columns",
    "keep_meaning",
    "keep_memberships",
    "kept_column",
    "read_meanings",
    "save_tables",
    "saved_tables",
]

MEMBERSHIPS = "memberships.parquet"
NOTE, COLUMNS = Path("work", "shop.json"), Path("work", "columns")


def save_tables(tables: Tables, run: str | Path, report: Mapping[str, str]) -> None:
    """Write what the notebooks of a run share: ``tables/`` to keep, ``work/`` for the run only.

    Parameters
    ----------
    tables : Tables
        Of the shop.
    run : str or Path
        Folder of the run.
    report : mapping
        ``[report]`` as the run was asked for it.
    """
    kept, work = Path(run) / "tables", Path(run) / "work"
    kept.mkdir(parents=True, exist_ok=True)
    work.mkdir(exist_ok=True, mode=0o700)  # order lines are in it
    note: dict[str, Any] = {"as_of": tables.as_of.isoformat(), "window_days": tables.window_days}
    note |= {
        "opened": tables.opened.isoformat() if tables.opened else "",
        "joined_doubts": list(tables.joined_doubts),
        "inputs": tables.inputs,
        "currency": tables.currency,
        "report": dict(report),
    }
    tables.customers.reset_index().to_parquet(kept / "customers.parquet", index=False)
    write_csv(tables.ledger, kept / "ledger.csv")
    write_csv(tables.ledger_by_source, kept / "ledger_by_source.csv")
    write_csv(tables.quality, kept / "quality.csv")
    if len(tables.side_ledger):
        write_csv(tables.side_ledger, kept / "side_ledger.csv")
    stored = {"lines": tables.numbered, "orders": tables.orders, **tables.sides, "products": tables.products}
    for name, table in stored.items():
        if table is not None:
            table.to_parquet(work / f"{name}.parquet")
    one_each = {name: getattr(tables, name) for name in ("people", "contacts", "persons", "customer_table")}
    for name, people in one_each.items():
        if people is not None:
            people.reset_index().to_parquet(work / f"{name}.parquet", index=False)
    for file in work.iterdir():
        file.chmod(0o600)
    (Path(run) / NOTE).write_text(json.dumps(note, default=str), encoding="utf-8")


def saved_tables(run: Path | None) -> SavedTables | None:
    """The tables that a run has saved; None when working alone."""
    return SavedTables(run) if run and (run / NOTE).is_file() else None


class SavedTables(Tables):
    """What :func:`save_tables` has written, read back as it is first asked for.

    Parameters
    ----------
    run : Path
        Folder of the run. ``report`` is its ``[report]``.
    """

    def __init__(self, run: Path) -> None:
        note = json.loads((run / NOTE).read_text(encoding="utf-8"))
        self.as_of, self.window_days = dt.date.fromisoformat(note["as_of"]), note["window_days"]
        self.opened = dt.date.fromisoformat(note["opened"]) if note.get("opened") else None
        self.currency, self.inputs, self.report = note["currency"], note["inputs"], note.get("report", {})
        self.joined_doubts = note.get("joined_doubts", [])
        self._tables, self._work = run / "tables", run / "work"

    numbered = once(lambda self: self._stored("lines"))
    orders = once(lambda self: self._stored("orders"))
    products = once(lambda self: self._stored("products"))
    sides = once(lambda self: {name: table for name in SIDES if (table := self._stored(name)) is not None})
    customers = once(lambda self: _by_person(self._tables / "customers.parquet"))
    people = once(lambda self: _by_person(self._work / "people.parquet"))
    contacts = once(lambda self: _by_person(self._work / "contacts.parquet"))
    persons = once(lambda self: _by_person(self._work / "persons.parquet"))
    customer_table = once(lambda self: _by_person(self._work / "customer_table.parquet"))
    ledger = once(lambda self: read_csv(self._tables / "ledger.csv"))
    quality = once(lambda self: read_csv(self._tables / "quality.csv", dtype={"example": "str"}))
    _engine = once(lambda self: connect())

    def _stored(self, name: str) -> ir.Table | None:
        file = self._work / f"{name}.parquet"
        return self._engine.read_parquet(file) if file.is_file() else None

    @once
    def ledger_by_source(self) -> pd.DataFrame:  # noqa: D102 - see Shop
        texts = {"source": "str", "currency": "str"}
        return read_csv(self._tables / "ledger_by_source.csv", dtype=texts, keep_default_na=False)

    @once
    def side_ledger(self) -> pd.DataFrame:  # noqa: D102
        file = self._tables / "side_ledger.csv"
        return read_csv(file) if file.is_file() else pd.DataFrame(columns=SIDE_LEDGER)


def _by_person(file: Path) -> pd.DataFrame | None:
    return pd.read_parquet(file).set_index("customer_id") if file.is_file() else None


def keep_memberships(run: Path, table: pd.DataFrame) -> None:
    """Keep who is in which segment, customer_id and segment, until :func:`finish` puts it among the tables."""
    work = run / "work"
    if not (work / MEMBERSHIPS).is_file():
        file = Path(tempfile.mkstemp(dir=work, suffix=".part")[1])
        table.to_parquet(file, index=False)
        file.replace(work / MEMBERSHIPS)  # two notebooks may come to it at once


def keep_columns(run: Path, columns: pd.DataFrame) -> None:
    """Keep columns of the customers for later notebooks, and for :func:`finish`."""
    folder = run / COLUMNS
    folder.mkdir(exist_ok=True)
    for name in columns:
        columns[[name]].to_parquet(folder / f"{name}.parquet")


def kept_column(run: Path, name: str) -> pd.Series | None:
    """A column that a notebook has kept; None where none has."""
    file = run / COLUMNS / f"{name}.parquet"
    return pd.read_parquet(file)[name] if file.is_file() else None


def keep_meaning(run: Path, name: str, meaning: str) -> None:
    """Keep what a table is, in English, until :func:`finish`; a file each, since notebooks run beside each other."""
    folder = run / "work" / "meanings"
    folder.mkdir(exist_ok=True)
    if meaning:
        (folder / f"{name}.csv").write_text(meaning, encoding="utf-8")


def read_meanings(run: str | Path) -> dict[str, str]:
    """File name of each table that a notebook kept, and what it is."""
    files = sorted((Path(run) / "work" / "meanings").glob("*"))
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def finish(run: str | Path) -> Mapping[str, Path]:
    """Close a run's tables: kept columns join customers.parquet, working files go.

    Returns
    -------
    Mapping of table name to its file.
    """
    tables, work = Path(run) / "tables", Path(run) / "work"
    file = tables / "customers.parquet"
    customers = pd.read_parquet(file).set_index("customer_id")
    for kept in sorted((Path(run) / COLUMNS).glob("*.parquet")):
        customers[kept.stem] = pd.read_parquet(kept)[kept.stem].reindex(customers.index)
    customers.reset_index().to_parquet(file, index=False)
    if (work / MEMBERSHIPS).is_file():
        shutil.move(work / MEMBERSHIPS, tables / MEMBERSHIPS)
        shutil.copymode(file, tables / MEMBERSHIPS)  # a temporary file is its owner's alone
    shutil.rmtree(work, ignore_errors=True)
    return {path.stem: path for path in sorted(tables.iterdir())}
