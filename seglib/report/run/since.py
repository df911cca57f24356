"""The earlier run that a run is compared with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from seglib.errors import InputError
from seglib.report.run.kept import Kept, read_kept
from seglib.report.run.recorded import RECORD, NotOurs, read_record

__all__ = ["LAST", "find_earlier", "told_of"]

LAST = "last"


def find_earlier(
    since: str | Path, final: Path, shop: str, warn: Callable[[str], object] = lambda line: None
) -> Kept | None:
    """The earlier run, with its tables: it is read before a notebook starts, and may be replaced by then.

    Parameters
    ----------
    since : str or Path
        A run's folder; ``"last"`` for the latest complete run on this shop in the final folder or beside it; nothing
        when empty.
    final : Path
        Where the new run will be: one that is there now is read before it is replaced.
    shop : str
        Name of the shop.
    warn : callable
        Told of runs on the way to the last one that cannot be read.

    Returns
    -------
    Kept or None; None where there is no last run yet.

    Raises
    ------
    InputError
        The folder holds no run, or one that is damaged.

    Examples
    --------
    >>> find_earlier("", Path("reports/tea"), "Tea") is None
    True
    >>> find_earlier("no/such", Path("reports/tea"), "Tea")
    Traceback (most recent call last):
    seglib.errors.InputError: --since: no/such holds no report (no run.json). Give the folder of ..., or say last.
    """
    if not str(since):
        return None
    if str(since) == LAST:
        return _last(final, shop, warn)
    folder = Path(since).absolute()
    why = f"no {RECORD}"
    if os.path.lexists(folder / RECORD):
        try:
            return _comparable(folder)
        except InputError as error:
            why = "; ".join(error.faults)
    shown = os.path.relpath(since)
    raise InputError(f"--since: {shown} holds no report ({why}). Give the folder of an earlier report, or say {LAST}.")


def _comparable(folder: Path) -> Kept:
    kept = read_kept(folder)
    if not {"as_of", "counts", "finished_at"} <= set(kept.record):
        raise InputError(f"{RECORD} is damaged: as_of, counts or finished_at is missing")
    return kept


def _last(final: Path, shop: str, warn: Callable[[str], object]) -> Kept | None:
    """Dated folders lie beside each other: the one that was finished last, and can be read, counts."""
    fit = [(str(record["finished_at"]), folder.name, folder) for folder, record in _beside(final, shop, warn)]
    for _, _, folder in sorted(fit, reverse=True):
        try:
            return _comparable(folder)
        except InputError as error:
            warn(_passed_over(folder, error))
    return None


def _beside(final: Path, shop: str, warn: Callable[[str], object]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Complete runs on a shop, in the final folder or beside it."""
    for file in sorted(final.parent.glob(f"[!.]*/{RECORD}")):
        try:
            record = read_record(file.parent)
        except NotOurs:
            continue
        except InputError as error:
            warn(_passed_over(file.parent, error))
            continue
        if record.get("shop") == shop and record["status"] == "ok" and record.get("finished_at"):
            yield file.parent, record


def _passed_over(folder: Path, error: InputError) -> str:
    return f"--since {LAST}: {os.path.relpath(folder)} is passed over ({'; '.join(error.faults)})."


def told_of(earlier: Kept | None) -> dict[str, Any] | None:
    """As-of date and end of an earlier run, as ``run.json`` notes them."""
    return None if earlier is None else {key: earlier.record.get(key, "") for key in ("as_of", "finished_at")}
