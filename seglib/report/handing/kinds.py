"""The kinds of files that a run can hand over, each a function: a finished run in, the files that it wrote out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from seglib.language.messages import gettext as _
from seglib.language.naming import HANDED
from seglib.report.handing.datapackage import datapackage
from seglib.report.handing.document import document
from seglib.report.handing.figures import figures
from seglib.report.handing.finished import Finished, Handed
from seglib.report.handing.mail import mail
from seglib.report.handing.workbook import workbook
from seglib.report.pages.downloads import size_of

__all__ = ["KINDS", "hand_over"]

KINDS: Mapping[str, Callable[[Finished], list[Handed]]] = {
    "xlsx": workbook,
    "pdf": document,
    "eml": mail,
    "figures": figures,
}


def hand_over(run: Finished, also: Sequence[str]) -> list[dict[str, str]]:
    """Write the files asked for into the run's folder.

    Parameters
    ----------
    run : Finished
        Its pages but for the first are written, its tables are closed.
    also : sequence of str
        Kinds, of :data:`seglib.language.naming.HANDED`.

    Returns
    -------
    list of dict: ``href`` (empty for a folder), ``name``, ``size``, ``meaning``, as the first page lists them.
    """
    makers = [*(KINDS[kind] for kind in HANDED if kind in also), datapackage]  # the last one whatever is asked for
    handed = [one for make in makers for one in make(run)]
    return [_listed(run.folder / one.path, one) for one in handed]


def _listed(place: Path, one: Handed) -> dict[str, str]:
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    name, href = (f"{one.path}/", "") if place.is_dir() else (one.path, one.path)
    return {"href": href, "name": name, "size": size_of(files), "meaning": _(one.meaning)}
