"""The parts of the first page that answer a question, each from the tables that the run kept; without them, nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.cells import cell
from seglib.language.glossary import definition
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.report.pages.acting import scheme_to_act_on
from seglib.report.pages.digest import Digest, read_csv
from seglib.show.findings import digest as told
from seglib.show.findings import overview as findings
from seglib.show.findings.exploration import revenue_by_month

__all__ = ["changes", "digest_facts", "key_numbers", "money_segments"]

NUMBERS = {
    "customers": mark("Customers"),
    "orders": mark("Orders"),
    "revenue": mark("Net revenue"),
    "average_order_value": mark("Average order value"),
    "one_time_share": mark("One order in the records"),
}
RULES = "rule_profiles.csv"  # whose rules may ask for money, or not; the others are made by it
# what divides the customers, best known first: its column of them, file, column of the names, what they are
DIVISIONS = (
    (
        "rfm_segment",
        "rfm_segments.csv",
        "segment",
        mark("RFM segments: recency, frequency and monetary value of each customer."),
    ),
    ("persona", "personas.csv", "persona", mark("Personas: customers who buy alike.")),
    ("rule_segment", RULES, "segment", mark("Segments by rule, each customer in the first that fits.")),
)
MANY = 12  # rows of the table of segments; the rest are on their page


def _written(value: float, measure: str, currency: str) -> str:
    if measure.endswith("_share"):
        return words.percent(value)
    return words.count(value) if measure in ("customers", "orders") else words.money(value, currency)


def key_numbers(record: Mapping[str, Any], digest: Digest | None = None) -> list[dict[str, str]]:
    """The few numbers that matter, each with what it was before where that is known, and what it means.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold; ``previous`` are the numbers of the window before.
    digest : Digest
        What moved since an earlier run, which then takes the place of the window before.
    """
    counts, currency = record["counts"], record["currency"]
    if not counts["orders"]:  # a shop that tells of no orders
        return [_number(words.label(table), words.count(rows)) for table, rows in record.get("held", {}).items()]
    if digest is not None and not digest.obstacles:
        before = dict(zip(digest.headline["measure"], digest.headline["before"], strict=True))
        when = _("on {date}", date=words.date(digest.since))
    else:
        before = record.get("previous") or {}
        when = _("in the {days} before", days=words.days(record["window_days"])) if before else ""
    return [
        _number(_(name), _written(counts[measure], measure, currency), _small(measure, counts, before, when, currency))
        for measure, name in NUMBERS.items()
    ]


def _number(term: str, value: str, small: str = "") -> dict[str, str]:
    return {"term": term, "value": value, "small": small, "definition": definition(term)}


def _small(measure: str, counts: Mapping[str, Any], before: Mapping[str, Any], when: str, currency: str) -> str:
    if measure not in before:
        return ""
    now, then = counts[measure], before[measure]
    return findings.before(now, then, _written(then, measure, currency), when, share=measure.endswith("_share"))


def digest_facts(digest: Digest | None, currency: str) -> dict[str, Any] | None:
    """What moved since an earlier run, as the index tells it; None without one.

    Parameters
    ----------
    digest : Digest
        From :func:`seglib.report.pages.digest.compare_runs`.
    currency : str
        ISO 4217 code.
    """
    if digest is None:
        return None
    facts: dict[str, Any] = {"title": told.title(digest.since), "rows": [], "sentences": []}
    if digest.obstacles:
        return {**facts, "caveats": told.obstacles(digest.obstacles)}
    days = (digest.as_of - digest.since).days
    divided = digest.segments[digest.segments["scheme"] == next(iter(digest.segments["scheme"]), "")]
    facts["rows"] = told.headline_rows(digest.headline, currency)
    facts["sentences"] = [
        *([told.renamed(*digest.renamed)] if digest.renamed else told.base(digest.base, currency)),
        *told.segments(divided, currency),
        *told.moves(digest.moves, currency),
        *told.columns(*digest.columns),
        *told.quality(digest.quality),
    ] or [_("Nothing moved.")]
    facts["heads"] = [_("Number"), words.date(digest.since), words.date(digest.as_of), _("Change")]
    return {**facts, "caveats": told.caveats(digest.shared_days, digest.window_days, days, digest.changed)}


def changes(record: Mapping[str, Any], tables: Path) -> list[str]:
    """What changed within the data of this run: the latest months, and the customers of the window before.

    Parameters
    ----------
    record : mapping
        What ``run.json`` will hold.
    tables : path
        Folder of the run's tables.
    """
    months, found = read_csv(tables / "revenue_by_month.csv"), list[str]()
    if {"month", "complete", "revenue"} <= set(months) and len(months):
        months = months.assign(month=pd.to_datetime(months["month"]))
        found.append(revenue_by_month(months, record["currency"]))
    before, file = record.get("previous") or {}, tables / "customers.parquet"
    if before and file.is_file():
        wanted = ["monetary_value", "previous_orders", "previous_revenue"]
        customers = pd.read_parquet(file, columns=wanted)
        sizes = (int(before["customers"]), float(before["revenue"]), int(record["window_days"]))
        found.append(findings.kept_customers(customers, *sizes, record["currency"]))
    return [text for text in found if text]


def money_segments(tables: Path, currency: str, places: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Which segments make the money: shares of customers and revenue as bars, most first; names lead to ``places``."""
    acting = scheme_to_act_on(tables)
    for _scheme, file, column, what in sorted(DIVISIONS, key=lambda one: one[0] != acting.scheme):
        table = read_csv(tables / file)
        if len(table) and {column, "customers", "revenue"} <= set(table):
            divided = _divided(table.rename(columns={column: "segment"}), currency, _(what), file, places)
            return {**divided, "why": acting.why}
    return {"rows": []}


def _divided(table: pd.DataFrame, currency: str, what: str, file: str, places: Mapping[str, str]) -> dict[str, Any]:
    from seglib.show.findings.rfm import segments

    wanted = ["revenue_share", "customers_share", "revenue", "customers"]
    columns = [column for column in wanted if column in table]
    ordered = table.sort_values("revenue", ascending=False, kind="stable")
    shown, more = ordered.head(MANY), len(ordered) - MANY
    largest = max([*(float(shown[c].max()) for c in columns if c.endswith("_share")), 1e-9])
    rows = [
        {
            "name": words.name(row["segment"]),
            "href": places.get(words.name(row["segment"]), ""),
            "cells": [_bar(row[column], column, currency, largest) for column in columns],
        }
        for row in shown.to_dict("records")
    ]
    heads = {"customers_share": _("Share of customers"), "revenue_share": _("Share of revenue")}
    named = [(words.name(name), definition(name)) for name in shown["segment"] if definition(name)]
    complete = set(wanted) <= set(table) and table["revenue_share"].notna().any()
    caption = [what, segments(table, currency)] if complete and file != RULES else [what]
    caption += [_("Bars compare the shares.")]
    caption += [_("{n} more, with less revenue, are on their page.", n=words.count(more))] if more > 0 else []
    return {
        "heads": [_("Segment"), *(heads.get(column, words.label(column)) for column in columns)],
        "rows": rows,
        "caption": " ".join(caption),
        "definitions": named,
        "file": file,
    }


def _bar(value: Any, column: str, currency: str, largest: float) -> dict[str, Any]:
    width = round(max(0.0, 100 * value / largest), 1) if column.endswith("_share") and value == value else None
    return {"text": cell(value, column, currency), "width": width, "money": column == "revenue_share"}
