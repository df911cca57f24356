"""``datapackage.json``: what each table and column of a run is, for programs (Frictionless Data Package, version 1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import mark, speaking
from seglib.report.handing.columns import meaning_of_column, unit_of
from seglib.report.handing.finished import Finished, Handed
from seglib.report.handing.page_tables import DAY
from seglib.report.pages.digest import read_csv
from seglib.report.pages.downloads import meaning_of

__all__ = ["datapackage"]

FILE = "datapackage.json"
MEANING = mark("What each column of the tables is, for programs: names, types, units, meanings.")
PROFILES = {".csv": ("csv", "text/csv", "tabular-data-resource")}
PARQUET = ("parquet", "application/vnd.apache.parquet", "data-resource")


def datapackage(run: Finished) -> list[Handed]:
    """Describe every table that the run has kept; names and meanings are English, as in the files.

    Parameters
    ----------
    run : Finished

    Returns
    -------
    list of Handed, of one file.

    References
    ----------
    Frictionless Data Package and Table Schema, version 1: https://specs.frictionlessdata.io
    """
    record = run.record
    with speaking():
        told = {
            "profile": "data-package",
            "name": "seglib-report",
            "title": record["shop"],
            "description": f"Tables of a report by seglib {record['versions']['seglib']}, as of {record['as_of']}.",
            "resources": [_resource(file, record) for file in sorted(run.tables.iterdir())],
        }
    text = json.dumps(told, indent=2, ensure_ascii=False)
    (run.folder / FILE).write_text(text + "\n", encoding="utf-8")
    return [Handed(FILE, MEANING)]


def _resource(file: Path, record: Mapping[str, Any]) -> dict[str, Any]:
    form, kind, profile = PROFILES.get(file.suffix, PARQUET)
    table = pd.read_parquet(file) if form == "parquet" else read_csv(file)
    return {
        "name": file.stem.casefold(),
        "path": f"tables/{file.name}",
        "profile": profile,
        "title": words.label(file.stem),
        "description": meaning_of(file.name, record.get("meanings", {})),
        "format": form,
        "mediatype": kind,
        **({"encoding": "utf-8"} if form == "csv" else {}),
        "bytes": file.stat().st_size,
        "hash": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}",
        "schema": {"fields": [_field(table[name], file.stem, record["currency"]) for name in table]},
    }


def _field(values: pd.Series, table: str, currency: str) -> dict[str, str]:
    column = str(values.name)
    told = {"name": column, "type": _type(values), "title": words.label(column)}
    if meaning := meaning_of_column(table, column):
        told["description"] = meaning
    unit = {"money": currency, "share": "1", "days": "d"}.get(unit_of(table, column), "")
    return {**told, "unit": unit} if unit and told["type"] in ("number", "integer") else told


def _type(values: pd.Series) -> str:
    """Type of Table Schema."""
    kinds = pd.api.types
    if kinds.is_bool_dtype(values):
        return "boolean"
    if kinds.is_integer_dtype(values):
        return "integer"
    if kinds.is_numeric_dtype(values):
        return "number"
    if kinds.is_datetime64_any_dtype(values):
        return "datetime"
    known = values.dropna().astype("str")
    return "date" if len(known) and known.str.fullmatch(DAY).all() else "string"
