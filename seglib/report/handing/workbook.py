"""The workbook ``report.xlsx``: a page to read first, customers by segment, the tables of the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.report.handing.finished import Finished, Handed
from seglib.report.handing.lists import customer_sheets
from seglib.report.handing.page_tables import page_sheets
from seglib.report.handing.sheet import Sheet, legal_names
from seglib.report.handing.writing import MOST_LETTERS, MOST_ROWS, Written, formats_of, write_sheet

__all__ = ["workbook"]

FILE = "report.xlsx"
MEANING = mark("Workbook for Excel: a list of customers for each segment, who is about to slip, tables of the pages.")
LETTERS, LINE = 90, 15  # letters in a line of Read me, points of its height
READ_ME = mark("Read me")
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(run: Finished) -> list[Handed]:
    """Write the workbook: the same bytes for the same run; its owner's alone where contacts stand in it.

    Parameters
    ----------
    run : Finished

    Returns
    -------
    list of Handed, of one file.
    """
    import xlsxwriter

    sheets = [*customer_sheets(run), *page_sheets(run)]
    names = legal_names([_(READ_ME), *(sheet.title for sheet in sheets)])
    path = run.folder / FILE
    path.touch(0o600 if run.contacts else 0o666)
    book = xlsxwriter.Workbook(str(path), {**SAFE, "tmpdir": str(run.folder)})
    made = dt.datetime.combine(dt.date.fromisoformat(run.record["as_of"]), dt.time())
    version = run.record["versions"]["seglib"]
    book.set_properties({"title": run.record["shop"], "author": f"seglib {version}", "created": made})
    formats = formats_of(book, run.record["currency"])
    first = book.add_worksheet(names[0])
    written = [
        write_sheet(book.add_worksheet(name), sheet, formats) for name, sheet in zip(names[1:], sheets, strict=True)
    ]
    _read_me(first, names[1:], sheets, written, formats, run)
    if run.facts.get("direction") == "rtl":
        for each in book.worksheets():
            each.right_to_left()
    book.close()
    return [Handed(FILE, MEANING)]


def _read_me(
    page: Any, names: Sequence[str], sheets: Sequence[Sheet], written: Sequence[Written], formats: Any, run: Finished
) -> None:
    page.set_column(0, 0, 30, formats["text"])
    page.set_column(1, 1, LETTERS + 10, formats["wrapped"])
    page.set_column(2, 2, 12, formats["count"])
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, run.record["shop"], formats["title"])
    row = 1
    for term, text in [*_what(run), *_limits(written)]:
        page.write_string(row, 0, term, formats["term"])
        row = _row(page, row, text, formats)
    row = _heading(page, row, formats, _("How far can this be trusted?"))
    for line in run.facts["trust"]:
        page.write_string(row, 0, f"{line['mark']}: {line['what']}", formats["term"])
        row = _row(page, row, line["text"], formats)
    row = _heading(page, row, formats, _("Sheet"), _("What is on it"), _("Lines"))
    for name, sheet, done in zip(names, sheets, written, strict=True):
        quoted = name.replace("'", "''")
        page.write_url(row, 0, f"internal:'{quoted}'!A1", formats["link"], name)
        page.write_string(row, 1, sheet.what, formats["wrapped"])
        page.write_number(row, 2, done.rows, formats["count"])
        row += 1


def _row(page: Any, row: int, text: str, formats: Any) -> int:
    """A wrapped text, its row as high as it takes: not every program makes room by itself."""
    page.set_row(row, LINE * -(-len(text) // LETTERS))
    page.write_string(row, 1, text, formats["wrapped"])
    return row + 1


def _heading(page: Any, row: int, formats: Any, *texts: str) -> int:
    for place, text in enumerate(texts):
        page.write_string(row + 1, place, text, formats["head"])
    return row + 2


def _what(run: Finished) -> list[tuple[str, str]]:
    """What the file is, of when, and who may see it."""
    private = _(
        "This file names customers by their ids. Keep it where customer data are kept, and send it to nobody who may "
        "not see them."
    )
    if run.contacts:
        private += " " + _("It also holds what is told of each contact, and is its owner's alone.")
    told = [
        (_("What this is"), _("Customers by segment, to filter and to act on, and the tables of the pages.")),
        (_("As-of date and window"), run.facts["dateline"]),
        (_("Private"), private),
        (_("Made with"), f"seglib {run.record['versions']['seglib']}"),
    ]
    return [*told, *([(_("Note"), run.record["notice"])] if run.record.get("notice") else [])]


def _limits(written: Sequence[Written]) -> list[tuple[str, str]]:
    """What Excel has no room for, where that is so."""
    rows, cells = sum(one.left_out for one in written), sum(one.cut for one in written)
    told = []
    if rows:
        told.append(
            _(
                "A sheet holds {most} lines: {n} more stand in tables/ only.",
                most=words.count(MOST_ROWS),
                n=words.count(rows),
            )
        )
    if cells:
        told.append(
            _("A cell holds {most} letters: {n} texts are cut.", most=words.count(MOST_LETTERS), n=words.count(cells))
        )
    return [(_("Left out"), " ".join(told))] if told else []
