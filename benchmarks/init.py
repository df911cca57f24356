"""``seglib init`` on a folder of 50 files and 2 GB, in a process of its own: seconds, and those of the processor.

``python benchmarks/init.py`` makes the exports of an invented shop in a temporary folder (items and events by month,
orders by year, customers, products, tickets, payments and tables that relate to nothing; CSV, gzip and Parquet), times
the command and looks at what it wrote. ``--megabytes 400 --files 10`` is a smaller try. It ends with 1 above 30 s, or
where the shop.toml is not right.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import duckdb

LONGEST_SECONDS = 30
TEXT = "md5(cast(i * 31 + {salt} AS VARCHAR))"
DAY = "DATE '2019-01-01' + cast(i * 7919 % 2000 AS INTEGER)"
# table -> its columns as SQL of a row number i, of n orders; the share of the bytes it gets; of how many files
TABLES = {
    "order_items": (
        "i AS item_id, i // 3 AS order_id, i * 7 % 5000 AS product_id, 1 + i % 3 AS quantity, "
        "round(5 + i % 90 * 1.1, 2) AS unit_price, 0 AS discount, {text} AS note",
        0.45,
        0.4,
    ),
    "orders": (
        "i AS order_id, i * 13 % {customers} AS customer_id, {day} AS order_date, 'paid' AS status, {text} AS token",
        0.2,
        0.2,
    ),
    "events": (
        "{text} AS visitor_id, i * 17 % {customers} AS customer_id, {day} AS event_time, 'view' AS event",
        0.2,
        0.2,
    ),
    "payments": ("i AS payment_id, i AS order_id, round(9.5, 2) AS payment_value, {text} AS reference", 0.1, 0.1),
    "stock": ("i AS warehouse_row, {text} AS shelf, i % 9 AS zone", 0.05, 0.1),
}
ROW_BYTES = 70


def make_shop(folder: Path, megabytes: int, files: int) -> None:
    """The exports of a shop: tables cut into files with the same columns, and three small tables beside them."""
    orders = int(megabytes * 2**20 * TABLES["order_items"][1] / ROW_BYTES / 3)
    customers = max(orders // 5, 10)
    with duckdb.connect() as link:
        for name, (columns, share, of_files) in TABLES.items():
            parts = max(round((files - 3) * of_files), 1)
            rows = int(megabytes * 2**20 * share / ROW_BYTES / parts)
            for part in range(parts):
                select = columns.format(text=TEXT.format(salt=part), day=DAY, customers=customers)
                made = f"SELECT {select} FROM range({part * rows}, {(part + 1) * rows}) t(i)"
                link.execute(f"COPY ({made}) TO '{folder / f'{name}_{part:02}.csv'}' (HEADER)")
        person = f"i AS customer_id, 'c' || i || '@example.org' AS email, 'Rome' AS city, {DAY} AS signed_up_at"
        link.execute(f"COPY (SELECT {person} FROM range({customers}) t(i)) TO '{folder / 'customers.parquet'}'")
        goods = "i AS product_id, 'Product ' || i AS product_name, 'hats' AS category"
        link.execute(f"COPY (SELECT {goods} FROM range(5000) t(i)) TO '{folder / 'products.csv.gz'}' (HEADER)")
        asked = f"i AS ticket_id, i AS customer_id, {DAY} AS created_at, 'late' AS subject"
        link.execute(f"COPY (SELECT {asked} FROM range({customers // 9}) t(i)) TO '{folder / 'tickets.csv'}' (HEADER)")


def faults(told: dict) -> list[str]:
    """What is wrong in the settings that were written."""
    tables = told["tables"]
    lines = tables.get("lines", {})
    wanted = {
        "items are the lines": str(lines.get("path", "")).startswith("order_items_"),
        "orders are joined": [join["on"] for join in lines.get("join", [])] == ["order_id"],
        "customers": tables.get("contacts", {}).get("path") == "customers.parquet",
        "products": tables.get("products", {}).get("path") == "products.csv.gz",
        "tickets": "tickets" in tables,
    }
    return [what for what, right in wanted.items() if not right]


def _cpu_seconds() -> float:
    """Of all processes that have ended: what a busy neighbour disturbs least."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Make the shop, time the command, look at what it wrote."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--files", type=int, default=50)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="init-"))
    try:
        make_shop(folder, asked.megabytes, asked.files)
        listed = list(folder.iterdir())
        megabytes = sum(file.stat().st_size for file in listed) / 2**20
        started, before = time.perf_counter(), _cpu_seconds()
        done = subprocess.run([sys.executable, "-m", "seglib", "init", str(folder)], capture_output=True, text=True)
        seconds, busy = time.perf_counter() - started, _cpu_seconds() - before
        wrong = faults(tomllib.loads((folder / "shop.toml").read_text())) if done.returncode == 0 else [done.stderr]
        load = round(os.getloadavg()[0], 1)
        took = {"seconds": round(seconds, 1), "cpu_seconds": round(busy, 1), "load": load}
        print(json.dumps({"files": len(listed), "megabytes": round(megabytes), **took, "wrong": wrong}))
        return int(bool(wrong) or seconds > LONGEST_SECONDS)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    raise SystemExit(main())
