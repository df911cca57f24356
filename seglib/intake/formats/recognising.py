"""Which format a file has, told by its header."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from seglib.errors import InputError
from seglib.intake.formats.layout import GUESS, Format, known_formats, load_format, read_yaml, tables_of

__all__ = ["Recognised", "footers", "header_names", "normalised", "recognise"]

LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})  # that no accent makes


class Recognised(NamedTuple):
    """The format that a header fits, or None, and why, as it goes on after 'since'."""

    format: Format | None
    why: str


@lru_cache(maxsize=20_000)
def normalised(name: str) -> str:
    """Name without case, accents, space and punctuation.

    Examples
    --------
    >>> normalised("Order ID"), normalised("Nº pedido"), normalised("Données clé"), normalised("Wartość zł")
    ('orderid', 'nopedido', 'donneescle', 'wartosczl')
    """
    bare = unicodedata.normalize("NFKD", str(name)).casefold().translate(LETTERS)
    return "".join(sign for sign in bare if sign.isalnum())


def recognise(columns: Iterable[str], table: str = "", *, folder: Path | None = None) -> Recognised:
    """The format whose header these columns are.

    Parameters
    ----------
    columns : iterable of str
        Header of a file; case, spaces and punctuation do not matter, further columns neither.
    table : str
        Table wanted where a format tells of several, such as the purchases among events.
    folder : Path, optional
        Where one's own formats are.

    Returns
    -------
    Recognised: the format with the most of its ``recognise`` headers there, none of its ``unless``; of several, the one
    that knows more of the columns.

    Raises
    ------
    InputError
        Two formats fit equally well.

    Examples
    --------
    >>> header = ["Name", "Email", "Financial Status", "Created at", "Lineitem quantity", "Lineitem price"]
    >>> found = recognise(header)
    >>> found.format.name
    'shopify_orders'
    >>> recognise(["a", "b"]).format is None
    True
    """
    there = {normalised(name) for name in columns}
    fits = _candidates(there, table, folder)
    ranked = sorted(fits, key=lambda layout: _rank(layout, there), reverse=True)
    if not ranked:
        return Recognised(None, "no known format has its header, so columns were taken by their common names")
    best = ranked[0]
    equal = [layout.name for layout in ranked if _rank(layout, there) == _rank(best, there)]
    if len(equal) > 1:
        raise InputError(
            f"the header fits {' and '.join(equal)} equally well. "
            f"Say which: --format {equal[0]}, or format in shop.toml."
        )
    shown = ", ".join(_name(entry) for entry in best.recognise[:4])
    known = sum(normalised(name) in there for name in best.headers)
    return Recognised(best, f"its header has {shown} ({known} of its columns are known)")


def _candidates(there: set[str], table: str, folder: Path | None) -> list[Format]:
    """Formats that the header fits, read for the wanted table where they tell of it."""
    found = []
    for name, path in known_formats(folder).items():
        told = read_yaml(path)
        if name != GUESS and told.get("recognise") and _fits(told, there):
            found.append(load_format(str(path), table if table in tables_of(told) else ""))
    return found


def _name(entry: Any) -> str:
    return str(entry) if isinstance(entry, str) else str(entry[0])


def _has(entry: Any, there: set[str]) -> bool:
    names = [entry] if isinstance(entry, str) else entry
    return any(normalised(str(name)) in there for name in names)


def _fits(told: Mapping[str, Any], there: set[str]) -> bool:
    wanted, unwanted = told["recognise"], told.get("unless", [])
    return all(_has(entry, there) for entry in wanted) and not any(_has(entry, there) for entry in unwanted)


def _rank(layout: Format, there: set[str]) -> tuple[int, int]:
    return len(layout.recognise), sum(normalised(name) in there for name in layout.headers)


def footers() -> list[str]:
    """Remarks that known systems write under the last row, for files whose format is not known yet.

    Examples
    --------
    >>> "record(s) downloaded" in footers()
    True
    """
    told = [read_yaml(path).get("file", {}) for path in known_formats().values()]
    return sorted({text for each in told for text in each.get("footer", [])})


def header_names(columns: Iterable[str]) -> Mapping[str, str]:
    """Normalised name -> name in the file; of two that are alike, the first."""
    found: dict[str, str] = {}
    for name in columns:
        found.setdefault(normalised(name), name)
    return found
