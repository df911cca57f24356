"""Records of an API as the tables that loaders make of them: what the tests of the schemas read back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

Tables = dict[str, list[dict[str, Any]]]
Record = Mapping[str, Any]
LOADED = "2025-01-02 03:04:05+00"


def as_dlt(name: str, records: Iterable[Record], load: str = "1735787045.1") -> Tables:
    """Lists in tables of their own, by ``_dlt_parent_id``; objects in columns with two strokes."""
    tables: Tables = {}
    numbers = count()

    def add(table: str, record: Record, marks: dict[str, Any]) -> None:
        own = f"{load}-{next(numbers)}"
        tables.setdefault(table, []).append({**_flat(record), **marks, "_dlt_id": own})
        for key, rows in _lists(record):
            for place, row in enumerate(rows):
                add(f"{table}__{key}", row, {"_dlt_parent_id": own, "_dlt_list_idx": place})

    for record in records:
        add(name, record, {"_dlt_load_id": load})
    return tables


def as_stitch(name: str, records: Iterable[Record], key: str = "id", sequence: int = 1) -> Tables:
    """Lists in tables of their own, by the key of the outermost row and the places in the lists."""
    tables: Tables = {}

    def add(table: str, record: Record, marks: dict[str, Any], of: Any, levels: tuple[int, ...]) -> None:
        tables.setdefault(table, []).append({**_flat(record), **marks, "_sdc_sequence": sequence})
        for inner, rows in _lists(record):
            for place, row in enumerate(rows):
                places = (*levels, place)
                told = {f"_sdc_source_key_{key}": of, **{f"_sdc_level_{n}_id": at for n, at in enumerate(places)}}
                add(f"{table}__{inner}", row, told, of, places)

    for record in records:
        add(name, record, {"_sdc_batched_at": LOADED}, record[key], ())
    return tables


def as_airbyte(name: str, records: Iterable[Record], at: str = LOADED) -> Tables:
    """A column for each key; lists and objects as JSON."""
    return {
        name: [
            {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in record.items()}
            | {"_airbyte_raw_id": f"{at}-{number}", "_airbyte_extracted_at": at}
            for number, record in enumerate(records)
        ]
    }


def as_fivetran_shopify(orders: Iterable[Record]) -> Tables:
    """Orders of Shopify's API as its tables: one for each list, by the numbers of the rows that they are of."""
    tables: Tables = {}
    numbers = count(1)
    mark = {"_fivetran_synced": LOADED}

    def add(table: str, row: Record, **told: Any) -> int:
        own = next(numbers)
        plain = {key: value for key, value in row.items() if not isinstance(value, dict | list)}
        tables.setdefault(table, []).append({"id": own, **plain, **told, **mark})
        return own

    for order in orders:
        places = {
            f"{key}_{name}": value
            for key in ("shipping_address", "billing_address") for name, value in (order[key] or {}).items()
        }  # fmt: skip
        add("order", {key: one for key, one in order.items() if key != "shipping_address"},
            customer_id=order["customer"]["id"], **places)  # fmt: skip
        for place, line in enumerate(order["line_items"]):
            own = add("order_line", line, order_id=order["id"], index=place)
            for off in line["discount_allocations"]:
                add("discount_allocation", off, order_line_id=own)
        for code in order["discount_codes"]:
            add("order_discount_code", code, order_id=order["id"])
        for back in order["refunds"]:
            refund = add("refund", back, order_id=order["id"])
            for key, table in (("refund_line_items", "order_line_refund"), ("order_adjustments", "order_adjustment")):
                for row in back[key]:
                    add(table, row, refund_id=refund)
    return tables


def in_folder(tables: Tables, folder: Path) -> Path:
    """A folder with a Parquet file for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        pd.DataFrame(rows).to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def in_duckdb(tables: Tables, file: Path, dataset: str = "shop") -> Path:
    """A DuckDB file with the tables in a schema of its own."""
    with duckdb.connect(str(file)) as link:
        link.execute(f'CREATE SCHEMA IF NOT EXISTS "{dataset}"')
        for name, rows in tables.items():
            link.register("told", pd.DataFrame(rows))
            link.execute(f'CREATE OR REPLACE TABLE "{dataset}"."{name}" AS SELECT * FROM told')
    return file


def in_sqlite(tables: Tables, file: Path) -> Path:
    """An SQLite file."""
    with sqlite3.connect(file) as link:
        for name, rows in tables.items():
            pd.DataFrame(rows).to_sql(name, link, index=False)
    return file


def _flat(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            found |= {f"{key}__{name}": inner for name, inner in _flat(value).items()}
        elif not isinstance(value, list):
            found[key] = value
    return found


def _lists(record: Record) -> Iterable[tuple[str, list[Record]]]:
    for key, value in record.items():
        if isinstance(value, list):
            yield key, [row if isinstance(row, dict) else {"value": row} for row in value]
        elif isinstance(value, dict):
            yield from ((f"{key}__{name}", rows) for name, rows in _lists(value))
