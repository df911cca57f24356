"""The known formats as a table, and the page that documents them."""

from __future__ import annotations

import pandas as pd

from seglib.intake.formats.identities import identity_text
from seglib.intake.formats.layout import GUESS, Format, known_formats, load_format, read_yaml, tables_of
from seglib.intake.formats.patterns import group_names

__all__ = ["format_table", "list_formats"]

COLUMNS = ["name", "title", "kind", "table", "level", "gives", "lacks", "notes", "holds", "tested_on"]


def list_formats() -> pd.DataFrame:
    """Every shipped format, one row for each table it gives.

    Returns
    -------
    DataFrame: name, title, kind, table, level (what one row of the file is), gives, lacks (canonical columns), notes,
    holds (what must hold between its columns, and where that is from), tested_on.

    Examples
    --------
    >>> list_formats().query("name == 'stripe_payments'").kind.tolist()
    ['payments']
    """
    rows = [_row(layout) for layout in _all()]
    order = pd.DataFrame(rows, columns=COLUMNS).astype("str")
    return order.sort_values(["kind", "name", "table"], ignore_index=True)


def _all() -> list[Format]:
    files = {name: path for name, path in known_formats().items() if name != GUESS}
    return [load_format(name, table) for name, path in files.items() for table in tables_of(read_yaml(path))]


def _row(layout: Format) -> list[str]:
    packed = [*layout.items.get("fields", {}), *group_names(layout.items.get("pattern", ""))]
    given = dict.fromkeys([*layout.columns, *packed, *(["refunds"] if "refund" in layout.order_cells else [])])
    told = [layout.name, layout.title, layout.kind, layout.table, layout.level, ", ".join(given)]
    holds = "; ".join(f"{identity_text(each)} ({each['source']})" for each in layout.holds)
    return [*told, ", ".join(layout.lacks), layout.notes.strip(), holds, layout.tested_on]


def format_table() -> str:
    """The table of ``docs/formats.md``: what each format gives, its limits, and how it is known to be right.

    That is what must hold between its columns, with the source of that; else from what it is known.

    Returns
    -------
    str: Markdown.
    """
    lines = ["| format | a row is | gives | lacks | limits | must hold in each row |", "|---|---|---|---|---|---|"]
    for kind, formats in list_formats().groupby("kind", sort=True):
        lines.append(f"| **{kind}** | | | | | |")
        lines += [
            f"| {row.title}<br>`{row.name}` | {row.level} | {row.gives} | {row.lacks} | {_cell(row.notes)} "
            f"| {_cell(row.holds or f'No identity: no columns that add up. Known from {row.tested_on}.')} |"
            for row in formats.itertuples()
        ]
    return "\n".join(lines) + "\n"


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
