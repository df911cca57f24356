"""Values into cells of Excel: numbers with the form of the language, dates as dates, and text that stays text."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.cells import cell
from seglib.report.handing.columns import unit_of
from seglib.report.handing.sheet import Sheet, headings
from seglib.tables.csv_files import STARTS

__all__ = ["MOST_LETTERS", "MOST_ROWS", "Written", "formats_of", "write_sheet"]

MOST_ROWS = 1_048_575  # what a sheet of Excel holds below its headings
MOST_LETTERS = 32_767  # what a cell holds
LOOKED_AT = 300  # rows that decide how wide a column is
NARROWEST, WIDEST = 8, 60  # letters
INK, HEAD, RULE = "#22272e", "#eef1f5", "#c9ccd1"
STYLE = "Table Style Light 1"


@dataclass(frozen=True)
class Written:
    """How many rows a sheet got, how many it had no room for, and how many texts were cut."""

    rows: int
    left_out: int
    cut: int


def formats_of(book: Any, currency: str) -> dict[str, Any]:
    """Forms of cells by name, those of numbers as the language writes them."""
    share = _around(words.percent(0.5, 1), words.number(50.0, 1), "0.0")
    money = _around(words.money(0.0, currency, 2), words.number(0.0, 2), "#,##0.00")
    numbers = {"share": share, "money": money, "count": "#,##0", "number": "#,##0.00"}
    numbers |= {"date": "yyyy-mm-dd"}
    top = {"valign": "top", "font_color": INK}
    found = {name: book.add_format({**top, "num_format": form}) for name, form in numbers.items()}
    ruled = {**top, "bold": True, "bottom": 1, "bottom_color": RULE, "bg_color": HEAD}
    return found | {
        "text": book.add_format(top),
        "quoted": book.add_format({**top, "quote_prefix": True}),  # stays text when somebody edits the cell
        "wrapped": book.add_format({**top, "text_wrap": True}),
        "term": book.add_format({**top, "bold": True, "text_wrap": True}),
        "title": book.add_format({**top, "bold": True, "font_size": 16}),
        "link": book.add_format({"valign": "top", "font_color": "#1f5fa8", "underline": 1}),
        "head": book.add_format({**ruled, "text_wrap": True}),
    }


def _around(told: str, number: str, form: str) -> str:
    """Form of a number with what the language writes before and after it."""
    before, _number, after = told.partition(number)
    return f"{_literal(before)}{form}{_literal(after)}"


def _literal(text: str) -> str:
    return "".join(sign if sign == "%" else f'"{sign}"' for sign in text.replace('"', ""))


def write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any]) -> Written:
    """Write a table with filters, headings that stay, and columns as wide as what is in them.

    Parameters
    ----------
    page : xlsxwriter Worksheet
        An empty one.
    sheet : Sheet
        Of at least one row.
    formats : dict
        From :func:`formats_of`.
    """
    shown, heads, cut = sheet.rows.head(MOST_ROWS), headings(sheet), 0
    for place, (column, head) in enumerate(zip(shown, heads, strict=True)):
        form = formats[_form(shown[column], unit_of(sheet.table, str(column)))]
        values = shown[column].tolist()
        cut += sum(_write(page, row, place, value, form, formats) for row, value in enumerate(values, 1))
        page.set_column(place, place, _width(values, head, form is formats["date"]))
    columns = [{"header": head, "header_format": formats["head"]} for head in heads]
    page.add_table(0, 0, len(shown), len(heads) - 1, {"columns": columns, "style": STYLE})
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    return Written(len(shown), len(sheet.rows) - len(shown), cut)


def _form(values: pd.Series, unit: str) -> str:
    """Name of the form of a column."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return "text"
    if unit in ("share", "money"):
        return unit
    known = values.dropna().astype("float64")
    return "count" if known.map(float.is_integer).all() else "number"


def _write(page: Any, row: int, place: int, value: Any, form: Any, formats: dict[str, Any]) -> bool:
    """Put one value into its cell; whether it is a text that had to be cut."""
    if words.missing(value):
        return False
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        page.write_number(row, place, value, form)
        return False
    if isinstance(value, dt.date) and 1900 < value.year < 9999:  # what Excel knows
        page.write_datetime(row, place, value.to_pydatetime() if isinstance(value, pd.Timestamp) else value, form)
        return False
    text = value if isinstance(value, str) else cell(value, "")
    short = text if len(text) <= MOST_LETTERS // 2 else _fitting(text)
    page.write_string(row, place, short, formats["quoted" if STARTS.match(short) else "text"])
    return short != text


def _fitting(text: str) -> str:
    """Text of as many letters as a cell holds, as Excel counts them."""
    if len(text.encode("utf-16-le")) <= 2 * MOST_LETTERS:
        return text
    return text.encode("utf-16-le")[: 2 * (MOST_LETTERS - 1)].decode("utf-16-le", "ignore") + "…"


def _width(values: Sequence[Any], head: str, date: bool) -> int:
    if date:
        longest = len("2025-12-31")
    else:
        seen = values[:LOOKED_AT]
        longest = max((len(f"{v:,.2f}" if isinstance(v, float) else str(v)) for v in seen), default=0)
    return max(NARROWEST, min(WIDEST, max(longest, len(head) + 2) + 2))
