"""What the frame of every page and the index say about a run: numbers, pages, segments, files, provenance."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from seglib import words
from seglib.report.running import Outcome

__all__ = ["headline", "index_facts", "page_facts", "provenance", "tables_held", "versions", "without"]

PACKAGES = ("pandas", "numpy", "scikit-learn", "ibis-framework", "duckdb", "papermill", "nbconvert")
MEANINGS = {
    "customers.parquet": "One row a customer: behaviour, attributes, scores, segment and persona.",
    "side_ledger.csv": "Rows of the tables beside the orders: read, left out and why, used.",
    "ledger.csv": "Each cleaning step with rows, orders, customers and money before and after.",
    "quality.csv": "How complete each column of the order lines is.",
    "rfm_segments.csv": "One row an RFM segment: customers, revenue and their shares.",
    "personas.csv": "One row a persona: size, revenue and what sets it apart.",
    "persona_traits.csv": "How far each persona lies from everyone in each measure.",
    "readiness.csv": "The readiness questions with what was measured and what was found.",
    "revenue_by_month.csv": "Orders, customers and revenue of each month.",
    "cohort_retention.csv": "Share of each month's new customers who ordered again, month by month.",
    "memberships.parquet": "One row a customer and segment: who is in which of the segments by rule.",
    "segments.csv": "One row a segment by rule: people, customers, revenue, action, or what it needs.",
    "rule_profiles.csv": "Size and money of each segment by rule when everyone is in one only.",
    "overlaps.csv": "Combinations of segments, with the people who are in exactly these.",
    "contradictions.csv": "Pairs of segments whose actions contradict, with the customers in both.",
    "schemes.csv": "Ways to divide the same customers, compared: coverage, what they explain, stability.",
    "stages.csv": "How many people reached each stage of the journey, with intervals, overall and by group.",
    "first_products.csv": "Of new customers, by the first product: how many came back, with intervals.",
    "abandoned_carts.csv": "Products put into carts and left, by category or product, with their value.",
    "ledger_by_source.csv": "What each cleaning step took of each source and currency.",
    "profiles.csv": "What the customers of each segment are like, measured against everyone.",
}
TOLD_AS = {"lines": "order lines", "responses": "survey responses"}


def versions() -> dict[str, str]:
    """Versions of Python, seglib and the packages that compute the numbers."""
    from seglib import __version__

    found = {"seglib": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # vendored or frozen
            continue
    return found


def headline(customers: pd.DataFrame) -> dict[str, float]:
    """Numbers that sum up a customer table, as the index shows and ``run.json`` holds them.

    Parameters
    ----------
    customers : DataFrame
        Customer table.

    Returns
    -------
    dict with ``customers``, ``orders``, ``revenue`` (net), ``average_order_value`` (before returns), ``one_time_share``
    (who has one order ever).

    Examples
    --------
    >>> day = pd.to_datetime(["2024-01-01", "2024-01-05"])
    >>> table = pd.DataFrame({"frequency": [1, 3], "monetary_value": [5.0, 30.0], "average_order_value": [5.0, 10.0]})
    >>> headline(table.assign(first_order_at=day[[0, 0]], last_order_at=day))["one_time_share"]
    0.5
    """
    orders = int(customers["frequency"].sum())
    once = (customers["frequency"] == 1) & (customers["first_order_at"] == customers["last_order_at"])
    sales = float((customers["average_order_value"] * customers["frequency"]).sum())
    return {
        "customers": len(customers),
        "orders": orders,
        "revenue": round(float(customers["monetary_value"].sum()), 4),
        "average_order_value": round(sales / orders, 4) if orders else 0.0,
        "one_time_share": round(float(once.mean()), 6) if len(customers) else 0.0,
    }


def tables_held(shop: Any) -> dict[str, int]:
    """How many rows of which tables beside the order lines a shop has, as ``run.json`` holds them."""
    used = shop.side_ledger[shop.side_ledger["step"] == "used"]
    return {str(table): int(rows) for table, rows in zip(used["table"], used["rows"], strict=True) if rows}


def without(name: str, tables: Sequence[str]) -> str:
    """Why a page is not in the report.

    Examples
    --------
    >>> without("RFM", ["lines"])
    'Left out: RFM, since this shop tells no order lines.'
    """
    needed = words.joined([TOLD_AS.get(table, words.label(table).lower()) for table in tables])
    return f"Left out: {name}, since this shop tells no {needed}."


def _key_numbers(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    numbers, currency = record["counts"], record["currency"]
    if not numbers["orders"]:  # a shop that tells of no orders
        return [(words.label(table), words.count(rows)) for table, rows in record.get("held", {}).items()]
    return [
        ("Customers", words.count(numbers["customers"])),
        ("Orders", words.count(numbers["orders"])),
        ("Net revenue", words.money(numbers["revenue"], currency)),
        ("Average order value", words.money(numbers["average_order_value"], currency)),
        ("Bought only once", words.percent(numbers["one_time_share"])),
    ]


def provenance(record: Mapping[str, Any], parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Footer of a page: terms and lines.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold.
    parameters : mapping
        Values of the page's notebook.
    """
    window = f"{record['window_days']:,} days" if record["window_days"] else "the whole history"
    entries = [
        _entry("As-of date and window", f"{record['as_of']}, {window}"),
        _entry("Rows", *(f"{item['name']}: {words.count(item['rows'])}" for item in record["inputs"])),
        _entry("Rows analysed", words.count(record["counts"]["rows_analysed"])),
    ]
    if parameters is not None:
        shown = [f"{name} = {value!r}" for name, value in parameters.items() if name != "run"]
        entries.append(_entry("Parameters", *(shown or ["none"]), code=True))
    prints = [f"{item['name']}: {item['sha256']}" for item in record["inputs"]]
    entries.append(_entry("Data fingerprint (SHA-256)", *prints, code=True))
    made_with = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    return [*entries, _entry("Made with", made_with)]


def _entry(term: str, *lines: str, code: bool = False) -> dict[str, Any]:
    return {"term": term, "lines": lines, "code": code}


def _menu(outcomes: Sequence[Outcome], current: str) -> list[dict[str, Any]]:
    pages = [
        {
            "href": f"{outcome.notebook.name}.html",
            "label": outcome.notebook.label,
            "current": outcome.notebook.name == current,
            "failed": outcome.failure is not None,
        }
        for outcome in outcomes
    ]
    return [{"href": "index.html", "label": "Overview", "current": not current, "failed": False}, *pages]


def _turn(outcomes: Sequence[Outcome], current: str) -> list[tuple[str, dict[str, str]]]:
    names = [outcome.notebook.name for outcome in outcomes]
    here = names.index(current)
    stops = [{"href": "index.html", "title": "Overview"}]
    stops += [{"href": f"{o.notebook.name}.html", "title": o.notebook.title} for o in outcomes]
    around = [("Previous", stops[here])]
    return around + ([("Next", stops[here + 2])] if here + 2 < len(stops) else [])


def _frame(
    record: Mapping[str, Any], outcomes: Sequence[Outcome], current: str, parameters: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "shop": record["shop"],
        "notice": record["notice"],
        "dateline": record["basis"],
        "version": record["versions"]["seglib"],
        "menu": _menu(outcomes, current),
        "provenance": provenance(record, parameters),
    }


def page_facts(record: Mapping[str, Any], outcomes: Sequence[Outcome], outcome: Outcome) -> dict[str, Any]:
    """Everything around the evidence of one page."""
    name = outcome.notebook.name
    values = record["notebooks"][name]["parameters"]
    frame = _frame(record, outcomes, name, values)
    return {**frame, "failure": outcome.failure, "turn": _turn(outcomes, name)}


def index_facts(
    record: Mapping[str, Any],
    outcomes: Sequence[Outcome],
    tables: Path,
    ledger: pd.DataFrame,
) -> dict[str, Any]:
    """Everything that the index shows.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold.
    outcomes : sequence of Outcome
        One for each notebook.
    tables : path
        Folder of the run's tables.
    ledger : DataFrame
        Cleaning ledger.
    """
    listed = [_listed(outcome) for outcome in outcomes]
    return {
        **_frame(record, outcomes, "", None),
        "key_numbers": _key_numbers(record),
        "pages": listed,
        "skipped": list(record.get("skipped", {}).values()),
        "failures": [entry for entry in listed if entry["failed"]],
        "segments": _segments(tables / "rfm_segments.csv", record["currency"]),
        "ledger": ledger_line(ledger),
        "downloads": [_download(file) for file in sorted(tables.iterdir())],
    }


def _listed(outcome: Outcome) -> dict[str, Any]:
    notebook, page, failure = outcome.notebook, outcome.page, outcome.failure
    return {
        "href": f"{notebook.name}.html",
        "number": notebook.number,
        "label": notebook.label,
        "title": page.title,
        "finding": page.first_finding,
        "failed": failure is not None,
        "step": failure.step if failure else "",
        "message": failure.message if failure else "",
    }


def ledger_line(ledger: pd.DataFrame) -> str:
    """The cleaning ledger in one sentence.

    Examples
    --------
    >>> steps = {"step": ["raw", "cancelled", "analysed"], "rows": [10, 8, 8], "rows_removed": [0, 2, 0]}
    >>> ledger_line(pd.DataFrame({**steps, "meaning": ["", "order cancelled", ""]}))
    '8 of the 10 rows (80%) are analysed. Left out: 2 rows (order cancelled).'
    """
    found, kept = int(ledger["rows"].iloc[0]), int(ledger["rows"].iloc[-1])
    if not found:
        return ""
    opening = f"{words.count(kept)} of the {words.plural(found, 'row')} ({_share(kept, found)}) are analysed."
    taken = ledger[ledger["rows_removed"] > 0].sort_values("rows_removed", ascending=False)
    parts = [
        f"{words.plural(int(rows), 'row')} ({meaning.partition(':')[0]})"
        for rows, meaning in zip(taken["rows_removed"], taken["meaning"], strict=True)
    ]
    return f"{opening} Left out: {words.joined(parts)}." if parts else f"{opening} No row is left out."


def _share(part: int, whole: int) -> str:
    text = words.percent(part / whole)
    return words.percent(part / whole, 1) if text == "100%" and part < whole else text


def _segments(file: Path, currency: str) -> dict[str, Any]:
    """Small table of the segments, with shares as bars; empty where the run has none."""
    if not file.is_file():
        return {"rows": []}
    table = pd.read_csv(file)
    wanted = ["customers", "customers_share", "revenue", "revenue_share"]
    columns = [column for column in wanted if column in table]
    heads = {"customers_share": "Share of customers", "revenue_share": "Share of revenue"}
    name = next(column for column in ("rfm_segment", "segment", table.columns[0]) if column in table)
    largest = max([*(table[c].max() for c in columns if c.endswith("_share")), 1e-9])
    rows = [
        {"name": str(row[name]), "cells": [_bar(row[column], column, currency, largest) for column in columns]}
        for row in table.to_dict("records")
    ]
    caption = "RFM segments: recency, frequency and monetary value of each customer. Bars compare the shares."
    return {"heads": ["Segment", *(heads.get(c, words.label(c)) for c in columns)], "rows": rows, "caption": caption}


def _bar(value: Any, column: str, currency: str, largest: float) -> dict[str, Any]:
    width = round(max(0.0, 100 * value / largest), 1) if column.endswith("_share") and value == value else None
    return {"text": words.cell(value, column, currency), "width": width}


def _download(file: Path) -> dict[str, str]:
    size = file.stat().st_size
    shown = f"{words.count(max(1, size / 1000))} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"
    return {
        "href": f"tables/{file.name}",
        "name": file.name,
        "size": shown,
        "meaning": MEANINGS.get(file.name, f"{words.label(file.stem)}."),
    }
