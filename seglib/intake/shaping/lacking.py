"""The columns that a table must have, and that nothing in a file tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats import Format
from seglib.intake.formats.layout import GUESS
from seglib.tables.canonical import TABLES, missing_columns

__all__ = ["LackingError", "check_columns", "check_names", "optional_columns"]

SHOWN = 30  # columns of the file
OURS = "seglib_"  # begins the names of columns that no file has


class LackingError(InputError):
    """A file without columns that its table needs: ``missing`` are canonical names, ``where`` is the file."""

    def __init__(self, missing: Sequence[str], table: str, found: Iterable[str], where: str) -> None:
        self.missing, self.table, self.where = list(missing), table, where
        names = [*map(_named, self.missing)]
        shown = [name for name in found if not name.startswith(OURS)][:SHOWN]
        told = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        super().__init__(f"{where}: no column for {told}. Found {shown}.")


def _named(column: str) -> str:
    return "'amount' (or 'quantity' and 'unit_price')" if column == "amount" else repr(column)


def check_names(given: Iterable[str], table: str, where: str) -> None:
    """Refuse names that are no columns of the canonical table.

    Examples
    --------
    >>> check_names(["statsu"], "lines", "a.csv")
    Traceback (most recent call last):
    seglib.errors.InputError: a.csv: columns: lines have no column 'statsu'. Did you mean 'status', 'state'?
    """
    known = [column.name for column in TABLES[table]]
    faults = [
        f"{where}: columns: {table} have no column {name!r}.{did_you_mean(name, known)}"
        for name in given
        if name not in known
    ]
    if faults:
        raise InputError(faults)


def check_columns(given: Iterable[str], table: str, found: Iterable[str], where: str) -> None:
    """Refuse a table whose required columns nothing tells.

    Parameters
    ----------
    given : iterable of str
        Canonical columns that the file tells.
    table : str
        A key of :data:`seglib.tables.canonical.TABLES`.
    found : iterable of str
        Columns of the file.
    where : str
        File, named in the message.

    Raises
    ------
    LackingError
        All of them together.

    Examples
    --------
    >>> check_columns(["order_id", "customer_id", "ordered_at", "quantity", "unit_price"], "lines", [], "a.csv")
    >>> check_columns(["amount"], "lines", ["Nr", "Sum"], "a.csv")
    Traceback (most recent call last):
    seglib.intake.shaping.lacking.LackingError: a.csv: no column for 'order_id', 'customer_id' and 'ordered_at'. ...
    """
    given = set(given)
    if table == "lines" and {"quantity", "unit_price"} <= given:
        given.add("amount")
    if missing := missing_columns(given, table):
        raise LackingError([column.name for column in missing], table, found, where)


def optional_columns(layout: Format, by_hand: Iterable[str]) -> frozenset[str]:
    """Columns that were guessed and that a table does without: they are left out where they cannot be read.

    Never what takes money back.
    """
    if layout.name != GUESS:
        return frozenset()
    kept = {*by_hand, "is_return"}
    return frozenset(one.name for one in TABLES[layout.table] if not one.required and one.name not in kept)
