"""What a notebook shows: key numbers, a figure with its finding, a table with its finding.

Every output carries its role in its metadata (``seglib``), which the report's template reads. Where somebody works in a
notebook (JupyterLab, VS Code, nbconvert, GitHub) nothing styles them: key numbers are plain tables there, and a figure
carries a picture beside its drawing, which Lab hides until a notebook is trusted.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.unanswered import Moot, Unanswered
from seglib.show.findings.leading import Lead
from seglib.show.findings.missing import not_described
from seglib.show.pictures import keep_picture
from seglib.show.table import Columns, table_html
from seglib.show.tiles import basis_html, card_html, from_the_left, numbers_html, numbers_text

__all__ = ["cards", "figure", "headline", "key_numbers", "note", "table", "table_html"]


def _told(text: str | Sequence[str], values: Mapping[str, object]) -> str:
    """Sentences of a notebook in the language of the report, their ``{placeholders}`` filled."""
    filled = {name: words.number(v) if isinstance(v, int | float) else v for name, v in values.items()}
    return " ".join(_(one.strip(), **filled) for one in ([text] if isinstance(text, str) else text) if one)


def _caption(
    caption: str | Sequence[str], basis: str, of: pd.DataFrame | None, values: Mapping[str, object]
) -> tuple[str, str]:
    """Caption with the groups of a table that are too small to be described; the basis, which closes it."""
    small, made_of = (not_described(of), str(of.attrs.get("basis", ""))) if of is not None else ("", "")
    return _joined(_told(caption, values), small), basis or made_of


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _display(bundle: dict[str, Any], role: str, **more: Any) -> None:
    from IPython.display import display

    display(bundle, raw=True, metadata={"seglib": {"role": role, **more}})


def _looked_at() -> bool:
    """Whether somebody works in this notebook: a report hands the notebooks that it runs a folder, ``run``."""
    from IPython import get_ipython

    return get_ipython() is not None and not _run()


def _run() -> str:
    """Folder that a report hands this notebook; empty where it works alone."""
    from IPython import get_ipython

    shell = get_ipython()
    return str(shell.user_ns.get("run") or "") if shell is not None else ""


def _with_basis(body: str, basis: str) -> str:
    """A page says the basis itself, once."""
    return body + basis_html(basis) if _looked_at() else body


def _finding(text: str) -> None:
    role, why = ("unanswered", {"why": text.why}) if isinstance(text, Unanswered) else ("finding", {})
    role = "moot" if isinstance(text, Moot) else role
    if text:
        _display({"text/markdown": f"**{text}**", "text/plain": str(text)}, role, text=str(text), **why)


def note(text: str, **values: object) -> None:
    """Show one plain sentence.

    Parameters
    ----------
    text : str
        The sentence, for instance one from :mod:`seglib.show.findings`.
    **values
        What its ``{placeholders}`` stand for.
    """
    text = _told(text, values)
    _display({"text/markdown": text, "text/plain": text}, "note", text=text)


def headline(text: str) -> None:
    """Show the sentence that leads the page, below its key numbers; the index tells it too.

    Parameters
    ----------
    text : str
        From a ``lead`` of :mod:`seglib.show.findings`.
    """
    far = {"distance": text.distance} if isinstance(text, Lead) else {}
    _display({"text/markdown": f"**{text}**", "text/plain": text}, "headline", text=text, **far)


def key_numbers(numbers: Mapping[str, str], basis: str = "") -> None:
    """Show a row of key numbers.

    Parameters
    ----------
    numbers : mapping of str to str
        What it is -> the number as text; a second line after ``\\n`` is shown small under the number.
    basis : str
        Sample size, period and as-of date, shown below.
    """
    body = numbers_html(numbers, "key-numbers", styled=not _looked_at())
    _display({"text/html": _with_basis(body, basis), "text/plain": numbers_text(numbers)}, "key_numbers", basis=basis)


def cards(
    told: Sequence[tuple[str, Mapping[str, str], Sequence[str]]], basis: str = "", colours: Sequence[str] = ()
) -> None:
    """Show cards side by side: each a title, key numbers and sentences.

    Parameters
    ----------
    told : sequence of (title, key numbers, sentences)
        Key numbers as for :func:`key_numbers`.
    basis : str
        Sample size, period and as-of date, shown below.
    colours : sequence of str
        Of each card, such as that of its segment in the figures.
    """
    plain = "\n".join("\n".join([words.name(title), *sentences]) for title, _numbers, sentences in told)
    styled = not _looked_at()
    body = "".join(
        card_html(*one, colour, styled=styled) for one, colour in zip(told, colours or [""] * len(told), strict=True)
    )
    body = _with_basis(f'<div class="cards">{body}</div>', basis)
    _display({"text/html": body, "text/plain": plain}, "cards", basis=basis)


def figure(
    drawing: Any,
    finding: str,
    caption: str | Sequence[str],
    basis: str = "",
    alt: str = "",
    *,
    of: pd.DataFrame | None = None,
    **values: object,
) -> None:
    """Show a figure under its finding.

    Parameters
    ----------
    drawing : matplotlib Axes, array of Axes or Figure, or None
        What to draw; closed afterwards. None shows the finding alone (nothing to draw).
    finding : str
        Sentence computed from the data; becomes the title.
    caption : str or sequence of str
        What the figure shows, with units; one sentence or several.
    basis : str
        Sample size, period and as-of date; closes the caption.
    alt : str
        Text for those who cannot see it; by default finding, caption and the first numbers written in the figure.
    of : DataFrame
        What is drawn: its ``attrs`` tell the basis where none is given, and ``small_groups`` that are not described.
    **values
        What ``{placeholders}`` of the caption stand for.
    """
    _finding(finding)
    if drawing is None:
        return
    from seglib.show.plots.facts import facts
    from seglib.show.plots.svg import svg

    drawing = drawing.flat[0] if hasattr(drawing, "flat") else drawing
    whole = drawing.get_figure() if hasattr(drawing, "get_figure") and not hasattr(drawing, "savefig") else drawing
    caption, basis = _caption(caption, basis, of, values)
    text, alt = _joined(caption, basis), _(alt) or _joined(finding, caption, facts(whole))
    bundle: dict[str, Any] = {"image/svg+xml": svg(whole), "text/plain": alt}
    if _looked_at():
        bundle = _on_white(whole, bundle)
    else:
        keep_picture(_run(), bundle["image/svg+xml"], whole)
    whole.clf()
    _close(whole)
    _display(bundle, "figure", alt=alt, caption=caption, basis=basis)
    _display({"text/markdown": f"*{text}*", "text/plain": text}, "caption", text=text)


def _on_white(whole: Any, bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The figure for those who look at a notebook, dark or light: a picture too, and white below the drawing."""
    from seglib.show.plots.png import png

    drawing = bundle["image/svg+xml"].replace("<svg ", '<svg style="background:#fff" ', 1)
    picture = png(whole)
    return {**bundle, "image/svg+xml": drawing, "image/png": base64.b64encode(picture).decode("ascii")}


def _close(whole: Any) -> None:
    import sys

    pyplot = sys.modules.get("matplotlib.pyplot")  # an open figure would be shown twice by an inline kernel
    if pyplot is not None:
        pyplot.close(whole)


def table(
    rows: pd.DataFrame,
    finding: str = "",
    caption: str | Sequence[str] = "",
    basis: str = "",
    *,
    of: pd.DataFrame | None = None,
    currency: str = "",
    labels: Mapping[str, str] | None = None,
    columns: Columns | None = None,
    folded: str = "",
    **values: object,
) -> None:
    """Show a table under its finding.

    Parameters
    ----------
    rows : DataFrame
        One row a line, a named index becomes the first column; when empty, only the finding shows. Values are
        written by :func:`seglib.language.cells.cell`.
    finding, caption, basis, of
        As for :func:`figure`.
    currency : str
        ISO 4217 code for columns of money.
    labels : mapping
        Column -> heading where :func:`seglib.language.words.label` does not fit.
    columns : sequence of str, or mapping
        Which columns to show, in this order; a mapping tells the heading of each, or heading and role
        (:func:`seglib.language.cells.cell`). A column ``share`` whose ends ``low_share`` and ``high_share`` (or
        ``share_low`` and ``share_high``) are in the rows, but not asked for, is shown with that interval.
    folded : str
        What the table answers, where it opens only when asked for.
    **values
        What ``{placeholders}`` of the caption stand for.
    """
    _finding(finding)
    if rows.empty:
        return
    caption, basis = _caption(caption, basis, of, values)
    named = _joined(caption, basis) if _looked_at() else caption
    body = table_html(rows, named, currency=currency, labels=labels, columns=columns)
    body = from_the_left(body) if _looked_at() else body
    if folded:
        body = f'<details class="definitions"><summary>{html.escape(_(folded))}</summary>{body}</details>'
    _display({"text/html": body, "text/plain": rows.to_string()}, "table", caption=caption, basis=basis)
