"""What a notebook shows: key numbers, a figure with its finding, a table with its finding.

Every output carries its role in its metadata (``seglib``), which the report's template reads; in
JupyterLab the same outputs show as they are.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seglib import words

__all__ = ["cards", "figure", "key_numbers", "note", "table"]

DPI = 1.5 * 96  # twice costs half as much again, and pages shall stay under 400 kB
COLOURS = 256


def _display(bundle: dict[str, Any], role: str, **more: Any) -> None:
    from IPython.display import display

    display(bundle, raw=True, metadata={"seglib": {"role": role, **more}})


def _png(drawing: Any) -> bytes:
    from PIL import Image

    raw = io.BytesIO()
    drawing.savefig(raw, format="png", dpi=DPI, bbox_inches="tight", facecolor="white")
    packed = io.BytesIO()
    picture = Image.open(raw).convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    picture.save(packed, format="png", optimize=True)
    return packed.getvalue()


def _finding(text: str) -> None:
    if text:
        _display({"text/markdown": f"**{text}**", "text/plain": text}, "finding", text=text)


def note(text: str) -> None:
    """Show one plain sentence.

    Parameters
    ----------
    text : str
        The sentence, for instance one from :mod:`seglib.findings`.
    """
    _display({"text/markdown": text, "text/plain": text}, "note", text=text)


def key_numbers(numbers: Mapping[str, str], basis: str = "") -> None:
    """Show a row of key numbers.

    Parameters
    ----------
    numbers : mapping of str to str
        What it is -> the number as text; a second line after ``\\n`` is shown small under the number.
    basis : str
        Sample size, period and as-of date, shown below.
    """
    tiles = []
    for what, text in numbers.items():
        value, _, small = str(text).partition("\n")
        below = f'<dd class="small">{html.escape(small)}</dd>' if small else ""
        tiles.append(f"<div><dt>{html.escape(what)}</dt><dd>{html.escape(value)}</dd>{below}</div>")
    line = f'<p class="basis">{html.escape(basis)}</p>' if basis else ""
    plain = "\n".join(f"{what}: {text}" for what, text in numbers.items())
    _display({"text/html": f'<dl class="key-numbers">{"".join(tiles)}</dl>{line}', "text/plain": plain}, "key_numbers")


def cards(told: Sequence[tuple[str, Mapping[str, str], Sequence[str]]], basis: str = "") -> None:
    """Show cards side by side: each a title, key numbers and sentences.

    Parameters
    ----------
    told : sequence of (title, key numbers, sentences)
        Key numbers as for :func:`key_numbers`.
    basis : str
        Sample size, period and as-of date, shown below.
    """
    line = f'<p class="basis">{html.escape(basis)}</p>' if basis else ""
    plain = "\n".join("\n".join([title, *sentences]) for title, _, sentences in told)
    body = "".join(card_html(*one) for one in told)
    _display({"text/html": f'<div class="cards">{body}</div>{line}', "text/plain": plain}, "cards")


def card_html(title: str, numbers: Mapping[str, str], sentences: Sequence[str]) -> str:
    """HTML of one card, everything escaped.

    Examples
    --------
    >>> card_html("A & B", {"Customers": "9"}, ["<b>"])[:53]
    '<section class="card"><h3>A &amp; B</h3><dl class="nu'
    """
    tiles = []
    for what, text in numbers.items():
        value, _, small = str(text).partition("\n")
        below = f'<dd class="small">{html.escape(small)}</dd>' if small else ""
        tiles.append(f"<div><dt>{html.escape(what)}</dt><dd>{html.escape(value)}</dd>{below}</div>")
    points = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    facts = f'<dl class="numbers">{"".join(tiles)}</dl><ul>{points}</ul>'
    return f'<section class="card"><h3>{html.escape(title)}</h3>{facts}</section>'


def figure(drawing: Any, finding: str, caption: str, basis: str = "", alt: str = "") -> None:
    """Show a figure under its finding.

    Parameters
    ----------
    drawing : matplotlib Axes, array of Axes or Figure, or None
        What to draw; closed afterwards. None shows the finding alone (nothing to draw).
    finding : str
        Sentence computed from the data; becomes the title.
    caption : str
        What the figure shows, with units.
    basis : str
        Sample size, period and as-of date; closes the caption.
    alt : str
        Text for those who cannot see it; finding and caption by default.
    """
    _finding(finding)
    if drawing is None:
        return
    drawing = drawing.flat[0] if hasattr(drawing, "flat") else drawing
    whole = drawing.get_figure() if hasattr(drawing, "get_figure") and not hasattr(drawing, "savefig") else drawing
    text = " ".join(part for part in (caption, basis) if part)
    alt = alt or f"{finding} {caption}"
    bundle = {"image/png": base64.b64encode(_png(whole)).decode(), "text/plain": alt}
    whole.clf()
    _close(whole)
    _display(bundle, "figure", alt=alt, caption=text)
    _display({"text/markdown": f"*{text}*", "text/plain": text}, "caption", text=text)


def _close(whole: Any) -> None:
    import sys

    pyplot = sys.modules.get("matplotlib.pyplot")  # an open figure would be shown twice by an inline kernel
    if pyplot is not None:
        pyplot.close(whole)


def table(
    rows: pd.DataFrame,
    finding: str = "",
    caption: str = "",
    basis: str = "",
    *,
    currency: str = "",
    labels: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
) -> None:
    """Show a table under its finding.

    Parameters
    ----------
    rows : DataFrame
        One row a line, a named index becomes the first column; when empty, only the finding shows. Values are
        written by :func:`seglib.words.cell`.
    finding, caption, basis : str
        As for :func:`figure`.
    currency : str
        ISO 4217 code for columns of money.
    labels : mapping
        Column -> heading where :func:`seglib.words.label` does not fit.
    columns : sequence of str
        Which columns to show, in this order.
    """
    _finding(finding)
    if rows.empty:
        return
    text = " ".join(part for part in (caption, basis) if part)
    body = table_html(rows, text, currency=currency, labels=labels, columns=columns)
    _display({"text/html": body, "text/plain": rows.to_string()}, "table", caption=text)


def table_html(
    rows: pd.DataFrame,
    caption: str = "",
    *,
    currency: str = "",
    labels: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
) -> str:
    """HTML of a table: everything from the data escaped, numbers right-aligned, first column a row header.

    Examples
    --------
    >>> print(table_html(pd.DataFrame({"name": ["<b>"], "revenue_share": [0.5]})))
    <div class="table" tabindex="0"...><table><thead>...<th scope="row">&lt;b&gt;</th><td class="n">50%</td>...
    """
    shown = rows if rows.index.name is None else rows.reset_index()
    shown = shown[list(columns)] if columns is not None else shown
    labels = labels or {}
    heads, cells = [], []
    for column in shown.columns:
        numeric = pd.api.types.is_numeric_dtype(shown[column]) and not pd.api.types.is_bool_dtype(shown[column])
        side = ' class="n"' if numeric else ""
        heads.append(f'<th scope="col"{side}>{html.escape(labels.get(column) or words.label(column))}</th>')
        texts = [html.escape(words.cell(value, str(column), currency)) for value in shown[column].tolist()]
        cells.append([(side, text) for text in texts])
    lines = []
    for row in zip(*cells, strict=True):
        first, *rest = row
        tds = "".join(f"<td{side}>{text}</td>" for side, text in rest)
        lines.append(f'<tr><th scope="row"{first[0]}>{first[1]}</th>{tds}</tr>')
    below = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    name = html.escape(caption or ", ".join(str(c) for c in shown.columns), quote=True)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{name}"><table>{below}<thead><tr>{"".join(heads)}'
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )
