"""A table as HTML: headings, cells told by the role of their column, estimates with their interval."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.cells import Role, cell, is_money
from seglib.language.glossary import definition
from seglib.language.messages import gettext as _
from seglib.language.messages import mark

__all__ = ["OURS", "RIGHT_TO_LEFT", "Columns", "table_html"]

Columns = Sequence[str] | Mapping[str, str | tuple[str, Role]]
# columns whose words are seglib's own and shown in the language of the report; what the data say (product, category,
# country, question, answer, stage of a deal, reason of a request, ...) stays as it is
OURS = {
    *("segment", "rfm_segment", "rule_segment", "next_segment", "persona", "group", "scheme", "a", "b", "move"),
    *("status", "why", "meaning", "action", "what", "direction", "statistic", "needs", "transform", "conflict"),
    "verdict",
}
THOUSAND = 1000
DURATIONS = ("days", "time")  # roles whose column reads as numbers, even where a cell says "not reached"
PROSE = 40  # letters from which a cell is a sentence: on a phone each row becomes a card
WITHHELD = "(not shown)"  # in place of an example that would tell who somebody is
SURELY, ROUGHLY = mark("{value} ({low} to {high})"), mark("{value} (roughly {low} to {high})")  # too few for more
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def table_html(
    rows: pd.DataFrame,
    caption: str = "",
    *,
    currency: str = "",
    labels: Mapping[str, str] | None = None,
    columns: Columns | None = None,
) -> str:
    """HTML of a table: everything from the data escaped, numbers right-aligned, first column a row header.

    Examples
    --------
    >>> print(table_html(pd.DataFrame({"name": ["<b>"], "revenue_share": [0.5]})))
    <div class="table" tabindex="0"...><table><thead>...<th scope="row">&lt;b&gt;</th><td class="n">50%</td>...
    """
    shown = rows if rows.index.name is None else rows.reset_index()
    asked = _asked(shown.columns if columns is None else columns, labels or {})
    names, heads, cells = [heading for heading, _role in asked.values()], list[str](), []
    for column, (heading, role) in asked.items():
        ends = _ends(column, shown.columns, asked)
        side = ' class="n"' if (_numeric(shown[column]) or role in DURATIONS) and not ends else ""
        heads.append(f'<th scope="col"{side}>{html.escape(heading)}</th>')
        cells.append([(side + _direction(text), text) for text in _texts(shown, column, ends, role, currency)])
    told = any(len(text) > PROSE for column in cells[1:] for _side, text in column)
    named = [f' data-head="{html.escape(name, quote=True)}"' if told else "" for name in names]
    lines = []
    for (side, text), *rest in zip(*cells, strict=True):
        tds = zip(named[1:], rest, strict=True)
        row = "".join(f"<td{side}{head}>{html.escape(text)}</td>" for head, (side, text) in tds)
        lines.append(f'<tr><th scope="row"{side}>{html.escape(text)}</th>{row}</tr>')
    below = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    name = html.escape(caption or ", ".join(names), quote=True)
    kind = "table prose" if told else "table"
    return (
        f'<div class="{kind}" tabindex="0" role="group" aria-label="{name}"><table>{below}<thead><tr>{"".join(heads)}'
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table></div>{_definitions(list(asked), names)}"
    )


def _asked(columns: Columns, labels: Mapping[str, str]) -> dict[str, tuple[str, Role]]:
    """Heading and role of each column to show."""
    told = columns if isinstance(columns, Mapping) else {}
    pairs = {str(each): told.get(each, "") for each in columns}
    split = {column: pair if isinstance(pair, tuple) else (pair, "") for column, pair in pairs.items()}
    return {
        column: (_(labels.get(column) or heading) or words.label(column), role)
        for column, (heading, role) in split.items()
    }


def _numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _ends(column: str, known: Sequence[str], asked: Mapping[str, object]) -> tuple[str, str] | None:
    """Columns of the interval of an estimate, where they are there and not shown themselves."""
    for ends in ((f"low_{column}", f"high_{column}"), (f"{column}_low", f"{column}_high")):
        if set(ends) <= set(known) and not set(ends) & set(asked):
            return ends
    return None


def _texts(rows: pd.DataFrame, column: str, ends: tuple[str, str] | None, role: Role, currency: str) -> list[str]:
    """Cells of a column."""
    whole = is_money(column, role) and _thousands(rows[column])
    told, *interval = (
        [_cell(x, column, role, currency, whole) for x in rows[c].tolist()] for c in (column, *(ends or ()))
    )
    if not ends:
        return told
    known = rows[column].notna() & rows[ends[0]].notna()
    rough = rows["rough"].astype(bool) if "rough" in rows else ~known
    return [
        _(ROUGHLY if roughly else SURELY, value=value, low=low, high=high) if there else value
        for value, low, high, there, roughly in zip(told, *interval, known, rough & known, strict=True)
    ]


def _thousands(values: pd.Series) -> bool:
    """Whether a column has so much money that cents would only push its numbers out of line."""
    return _numeric(values) and bool((values.abs() >= THOUSAND).any())


def _cell(value: Any, column: str, role: Role, currency: str, whole: bool = False) -> str:
    text = cell(value, column, currency, role, whole=whole)
    return words.name(text) if not role and (column in OURS or text == WITHHELD) else text


def _direction(text: str) -> str:
    return ' dir="auto"' if RIGHT_TO_LEFT.search(text) else ""


def _definitions(columns: Sequence[str], names: Sequence[str]) -> str:
    """What the columns mean, folded; nothing where the glossary has none of them."""
    pairs = zip(columns, names, strict=True)  # a column under another heading means what that says
    told = {name: definition(column if name == words.label(column) else name) for column, name in pairs}
    rows = [
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(meaning)}</dd></div>"
        for name, meaning in told.items()
        if meaning
    ]
    if not rows:
        return ""
    summary = html.escape(_("What the columns mean"))
    return f'<details class="definitions"><summary>{summary}</summary><dl>{"".join(rows)}</dl></details>'
