"""Plain text for a terminal: aligned columns at most a hundred characters wide, safe whatever the data hold."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seglib.language import words
from seglib.language.cells import cell

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WIDTH", "aligned", "heading", "recognised", "safe", "wrapped"]

WIDTH = 100
GAP = "  "
NARROWEST = 12
GUESS = "guess"  # name of the format that is taken where none is recognised
READ_AS = "read as {}, since "


def safe(text: str, longest: int = 2000) -> str:
    r"""Text that cannot steer a terminal: one line, control characters replaced, the middle of very long text cut out.

    Examples
    --------
    >>> safe("a\x1b[31mb\nc"), safe("x" * 30, longest=9)
    ('a�[31mb c', 'xxxx…xxxx')
    """
    if len(text) > longest:
        half = (longest - 1) // 2
        text = f"{text[:half]}…{text[-half:]}"
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def wrapped(text: str, indent: str = "") -> str:
    """Text broken at spaces, later lines indented.

    Examples
    --------
    >>> wrapped("one two", indent="  ")
    'one two'
    """
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def heading(text: str) -> str:
    """Underlined heading with an empty line above.

    Examples
    --------
    >>> print(heading("Ledger").strip())
    Ledger
    ------
    """
    return f"\n{text}\n{'-' * len(text)}"


def aligned(
    rows: pd.DataFrame,
    columns: Sequence[str] = (),
    *,
    labels: Mapping[str, str] | None = None,
    currency: str = "",
    wrap: str = "",
    digits: int | None = None,
) -> str:
    """Table as text: numbers to the right, text to the left, values written as on the pages.

    Parameters
    ----------
    rows : DataFrame
        One row a line.
    columns : sequence of str
        Which columns, in this order; all by default.
    labels : mapping
        Column -> heading where :func:`seglib.language.words.label` does not fit.
    currency : str
        ISO 4217 code for columns of money.
    wrap : str
        Column that gives way where the table is too wide: its text goes on in the next line. The last one by default.
    digits : int
        Decimals of money; as on the pages by default.

    Returns
    -------
    str; no line is longer than 100 characters unless the other columns alone are.

    Examples
    --------
    >>> import pandas as pd
    >>> print(aligned(pd.DataFrame({"step": ["raw", "no date"], "rows": [1200, 3]}), labels={"rows": "Lines"}))
    Step     Lines
    raw      1,200
    no date      3
    """
    names = list(columns or rows.columns)
    heads = [(labels or {}).get(name) or words.label(name) for name in names]
    texts = [[safe(_cell(value, name, currency, digits), 200) for value in rows[name].tolist()] for name in names]
    right = [rows[name].dtype.kind in "iuf" for name in names]
    widths = [max(map(len, [head, *told])) for head, told in zip(heads, texts, strict=True)]
    elastic = names.index(wrap) if wrap else len(names) - 1
    spare = WIDTH - (sum(widths) - widths[elastic]) - len(GAP) * (len(names) - 1)
    widths[elastic] = min(widths[elastic], max(spare, NARROWEST))
    lines = [_line(row, widths, right) for row in [heads, *zip(*texts, strict=True)]]
    return "\n".join(lines)


def _cell(value: Any, name: str, currency: str, digits: int | None) -> str:
    if isinstance(value, str):
        return value
    return words.money(value, currency, digits) if digits and "amount" in name else cell(value, name, currency)


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    """One row of a table, over as many lines as its longest cell needs."""
    cells = [textwrap.wrap(text, width) or [""] for text, width in zip(row, widths, strict=True)]
    lines = []
    for at in range(max(map(len, cells))):
        parts = [text[at] if at < len(text) else "" for text in cells]
        padded = [p.rjust(w) if r else p.ljust(w) for p, w, r in zip(parts, widths, right, strict=True)]
        lines.append(GAP.join(padded).rstrip())
    return "\n".join(lines)


def recognised(inputs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentences on each file: which format was taken and why, what it lacks, what the reader noted.

    Examples
    --------
    >>> item = {"name": "a.csv", "format": "Shopify orders", "why": "it has Name and Email", "lacking": ["country"]}
    >>> recognised([item])
    ['a.csv: read as Shopify orders, since it has Name and Email.', 'a.csv: has no column for country.']
    """
    told, guesses = [], [item for item in inputs if item.get("format_name") == GUESS and item.get("why")]
    for why in dict.fromkeys(str(item["why"]).rstrip(".") for item in guesses):  # one sentence for files alike
        alike = [str(item["name"]) for item in guesses if str(item["why"]).rstrip(".") == why]
        told.append(f"{words.joined(alike)}: {why}.")
    for item in inputs:
        name, why, guessed = item["name"], str(item.get("why") or "").rstrip("."), item.get("format_name") == GUESS
        lacking = ", ".join(item.get("lacking", ())) if not guessed else ""
        told += [f"{name}: {READ_AS.format(item['format'])}{why}."] if why and not guessed else []
        told += [f"{name}: has no column for {lacking}."] if lacking else []
        told += [note if note.startswith(name) else f"{name}: {note}" for note in item.get("notes", ())]
    return [safe(line) for line in told]
