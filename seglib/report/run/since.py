"""The earlier run that a run is compared with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from seglib.errors import InputError
from seglib.report.run.folder import RECORD, read_run

__all__ = ["LAST", "find_earlier", "told_of"]

LAST = "last"


def find_earlier(since: str | Path, final: Path, shop: str) -> Path | None:
    """Folder of the earlier run.

    Parameters
    ----------
    since : str or Path
        A run's folder; ``"last"`` for the latest complete run on this shop in the final folder or beside it; nothing
        when empty.
    final : Path
        Where the new run will be: one that is there now is read before it is replaced.
    shop : str
        Name of the shop.

    Returns
    -------
    Path or None; None where there is no last run yet.

    Raises
    ------
    InputError
        The folder holds no run.

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
        return _last(final, shop)
    if not read_run(Path(since)).get("finished_at"):
        raise InputError(
            f"--since: {os.path.relpath(since)} holds no report (no {RECORD}). Give the folder of an earlier report, "
            f"or say {LAST}."
        )
    return Path(since).absolute()


def _last(final: Path, shop: str) -> Path | None:
    """Dated folders lie beside each other: the one that was finished last counts."""
    records = {file.parent: read_run(file.parent) for file in final.parent.glob(f"*/{RECORD}")}
    fit = {
        folder: str(record["finished_at"])
        for folder, record in records.items()
        if record.get("shop") == shop and record.get("status") == "ok" and record.get("finished_at")
    }
    return max(fit, key=lambda folder: (fit[folder], folder.name), default=None)


def told_of(earlier: Path | None) -> dict[str, Any] | None:
    """As-of date and end of an earlier run, as ``run.json`` notes them."""
    record = read_run(earlier) if earlier else {}
    return None if earlier is None else {key: record.get(key, "") for key in ("as_of", "finished_at")}
