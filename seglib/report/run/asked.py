"""What a run is asked for, and whether it can be done: every fault of it in one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.addresses import told_source
from seglib.language.naming import HANDED
from seglib.report.handing.chromium import lacking_chromium
from seglib.report.pages.branding import logo_faults
from seglib.report.pages.index import without
from seglib.report.run.folder import check_folder, final_folder, origin_of
from seglib.report.run.kept import Kept
from seglib.report.run.parameters import Notebook, check_parameters, find_notebooks, names_asked, select_notebooks
from seglib.report.run.since import find_earlier

if TYPE_CHECKING:
    from seglib.report.run.progress import Progress
    from seglib.shop.shop import Shop

__all__ = ["Asked", "Plan", "files_asked", "plan_run"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What :func:`seglib.run_report` is told."""

    source: str | Path
    as_of: str = ""
    window_days: int = 0
    format: str = ""
    only: str | Iterable[str] = ()
    out: str | Path = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notebooks: str | Path = ""
    language: str = ""
    since: str | Path = ""
    replace: bool = False
    settle: Sequence[str] = ()
    also: tuple[str, ...] | None = None
    contacts: bool = False


@dataclass
class Plan:
    """The shop, where the run goes, notebooks that shall run and their values, the run that it is compared with."""

    shop: Shop
    name: str
    final: Path
    origin: list[str]
    notebooks: list[Notebook]
    values: dict[str, dict[str, Any]]
    earlier: Kept | None
    also: tuple[str, ...] = ()
    contacts: bool = False

    @property
    def chosen(self) -> list[Notebook]:
        """Notebooks that have something to say on this shop."""
        return [notebook for notebook in self.notebooks if not lacking(notebook, self.shop)]

    @property
    def skipped(self) -> list[Notebook]:
        """Those that have nothing to say."""
        return [notebook for notebook in self.notebooks if lacking(notebook, self.shop)]


def lacking(notebook: Notebook, shop: Shop) -> list[str]:
    """Tables that a notebook needs and the shop has not."""
    return [table for table in notebook.needs if not shop.has(table)]


def plan_run(asked: Asked, tell: Progress) -> Plan:
    """Everything that a run needs; the shop's customers are computed, its segments by rule too.

    Raises
    ------
    InputError
        All faults together.
    """
    shop, earlier, values, faults = None, None, {}, _Faults()
    notebooks = find_notebooks(asked.notebooks)
    with faults:
        notebooks = select_notebooks(notebooks, asked.only)
    with faults:
        values = check_parameters(notebooks, asked.parameters)
    with faults:
        shop = _opened(asked)
        tell.stage("reading", f"reading the orders of {told_source(asked.source)}", 0.3)
        shop.customers  # noqa: B018 - whatever is wrong with the rows shows here
        tell.stage("reading", "finding out who is in which segment", 0.7)
        with faults:
            shop.memberships  # noqa: B018 - whatever is wrong with the rules shows here
        faults += logo_faults(shop.settings.report.get("logo", ""))
        faults += _faults_of_needs(shop, notebooks, asked.only)
        for size in {told["min_group"] for told in values.values() if "min_group" in told}:
            with faults:
                shop.settings.smallest_group(size)
    name = shop.name if shop else "report"
    final = final_folder(asked.out, name)
    origin = origin_of(asked.source, name) if shop else []
    faults += _faults_of_kinds(asked.also or ())
    also = asked.also if asked.also is not None else tuple(shop.settings.report.get("also", ()) if shop else ())
    if "pdf" in also and (lacking := lacking_chromium()):
        faults.append(f"--also pdf: it is printed by Chromium, and {lacking} Or leave pdf out.")
    faults += _faults_of_pages(shop) if shop else []
    faults += check_folder(final, asked.source, name, origin=origin, replace=asked.replace or not shop)
    with faults:
        earlier = find_earlier(asked.since, final, name, lambda line: tell.line(line, "warning"))
    if faults or shop is None:
        raise InputError(faults)
    told = shop.settings.report
    contacts = asked.contacts or told.get("contacts", False)
    return Plan(shop, name, final, origin, notebooks, values, earlier, also, contacts)


class _Faults(list[str]):
    """Collects the faults of what is done within it, so that all are told together."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> bool:
        if isinstance(error, InputError):
            self.extend(error.faults)
        return isinstance(error, InputError)


def _opened(asked: Asked) -> Shop:
    from seglib.shop.shop import open_shop

    return open_shop(
        asked.source,
        as_of=asked.as_of,
        window_days=asked.window_days,
        format=asked.format,
        language=asked.language,
        settle=asked.settle,
    )


def files_asked(also: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """Kinds of files one by one; None where nothing is said, so that the settings of the shop hold.

    Examples
    --------
    >>> files_asked("xlsx, eml"), files_asked(""), files_asked(None)
    (('xlsx', 'eml'), (), None)
    """
    return None if also is None else tuple(dict.fromkeys(names_asked(also)))


def _faults_of_kinds(also: Sequence[str]) -> list[str]:
    """Kinds of files that nobody makes."""
    return [f"--also: no file of the kind {kind!r}.{did_you_mean(kind, HANDED)}" for kind in also if kind not in HANDED]


def _faults_of_pages(shop: Shop) -> list[str]:
    """Segments that shall have a page and are none by rule; faults of the rules themselves are told by them."""
    asked = shop.settings.report.get("pages", ())
    try:
        known = [part.name for part in shop.memberships.parts] if asked else []
    except InputError:
        return []
    return [
        f"report.pages: no segment {name!r}.{did_you_mean(str(name), known)}" for name in asked if name not in known
    ]


def _faults_of_needs(shop: Shop, chosen: Sequence[Notebook], only: str | Iterable[str]) -> list[str]:
    """Notebooks that were asked for by name, or all there are, and have nothing to say on this shop."""
    tables = {notebook.name: lacking(notebook, shop) for notebook in chosen}
    if not only and not all(tables.values()):
        return []
    return [without(name, needed) for name, needed in tables.items() if needed]
