"""One run from orders to a folder of pages and tables."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seglib.intake.files.addresses import told_source
from seglib.intake.scratch import large
from seglib.language import words
from seglib.language.messages import speaking
from seglib.language.naming import PICTURED
from seglib.report.pages.publishing import publish
from seglib.report.run.asked import Asked, Plan, files_asked, plan_run
from seglib.report.run.folder import check_folder
from seglib.report.run.parameters import names_asked
from seglib.report.run.placing import RunFolder, clean_up
from seglib.report.run.privacy import paths_to_hide
from seglib.report.run.progress import PAGES, READING, Progress, listeners
from seglib.report.run.record import close_record, new_record, values_of
from seglib.report.run.recorded import read_run
from seglib.report.run.running import Job, run_notebooks, warm_up
from seglib.report.run.since import LAST, told_of
from seglib.report.run.unchanged import Key, find_unchanged, key_of
from seglib.show.console import recognised
from seglib.show.pictures import ask_for_pictures

__all__ = ["RunResult", "run_report"]


@dataclass(frozen=True)
class RunResult:
    """A finished run: its folder, the status of each notebook (``"ok"`` or why it failed), and how long it took.

    ``unchanged`` says that nothing had changed since the run that was there, which is this one.
    """

    folder: Path
    status: Mapping[str, str]
    seconds: float
    unchanged: bool = False

    @property
    def ok(self) -> bool:
        """Whether every notebook reached its end."""
        return all(state == "ok" for state in self.status.values())

    @property
    def index(self) -> Path:
        """First page of the report."""
        return self.folder / "index.html"


def run_report(
    source: str | Path,
    *,
    as_of: str | dt.date = "",
    window_days: int = 0,
    format: str = "",  # noqa: A002 - the word of the command line
    only: str | Iterable[str] = (),
    out: str | Path = "",
    parameters: Mapping[str, Any] | None = None,
    notebooks: str | Path = "",
    language: str = "",
    since: str | Path = "",
    again: bool = False,
    replace: bool = False,
    settle: Sequence[str] = (),
    also: str | Iterable[str] | None = None,
    contacts: bool = False,
    workers: int = 2,
    timeout_seconds: int = 1800,
    progress: Callable[[str], object] | None = None,
    log: str | Path = "",
) -> RunResult:
    """Run the notebooks on a shop's orders and write a folder of HTML pages and tables.

    Parameters
    ----------
    source : str or Path
        A file of order lines, a ``shop.toml``, or the name of an example (:func:`seglib.open_shop`).
    as_of : str or date
        Last day analysed, YYYY-MM-DD.
    window_days : int
        Days analysed up to the as-of date; 0 for the shop's setting.
    format : str
        Format of an order file, by name or as a YAML file.
    only : str or iterable of str
        Notebooks to run, such as ``"02,03"``; all by default.
    out : str or Path
        Folder of the run, ``reports/<shop>`` under the current folder by default. An earlier run there on the same shop
        is replaced, at the very end; a good one stays where this run fails, which then is in ``<out>.failed``.
    parameters : mapping
        Name -> value for parameters that notebooks declare; text is read as the declared type.
    notebooks : str or Path
        Folder of notebooks; those of seglib by default.
    language : str
        Language of the pages, such as ``"it"``; the shop's setting, else English, when empty.
    since : str or Path
        Folder of an earlier run that the index compares this one with; ``"last"`` for the latest one on this shop that
        is there, or beside it.
    again : bool
        Run even where nothing has changed since the run that is there.
    replace : bool
        Replace an earlier run there even if it is on another shop: neither the same files nor the same name in
        ``shop.toml``.
    settle : sequence of str
        Doubts of which you know that the reading is right (``docs/doubts.md``).
    also : str or iterable of str
        Files to hand over beside the pages, such as ``"xlsx,eml"`` (docs/files.md); the shop's setting when None.
    contacts : bool
        Whether what is told of each contact may stand in them too.
    workers : int
        Kernels at the same time.
    timeout_seconds : int
        The longest that one cell may take.
    progress : callable
        Called with one line at a time. Without it a terminal or a notebook shows how far the run is, anything else
        warnings only.
    log : str or Path
        File that every line is added to, with its time.

    Returns
    -------
    RunResult
        A failing notebook does not raise: the others finish, and ``ok`` is False.

    Raises
    ------
    InputError
        Anything that cannot be used about data, parameters or folder: all faults together, before a kernel starts.

    Examples
    --------
    >>> from seglib import run_report
    >>> run_report("no-such.csv", only="zzz", progress=lambda line: None)
    Traceback (most recent call last):
    seglib.errors.InputError: 2 faults:
      - --only: no notebook 'zzz'. ...
      - no-such.csv: no such file, folder or example. ...
    """
    asked = Asked(
        source=source,
        as_of=str(as_of or ""),
        window_days=window_days,
        format=format,
        only=names_asked(only),
        out=out,
        parameters=parameters or {},
        notebooks=notebooks,
        language=language,
        since=since,
        replace=replace,
        settle=tuple(settle),
        also=files_asked(also),
        contacts=contacts,
    )
    begun = time.perf_counter()
    with speaking(), Progress(*listeners(progress, log)) as tell:  # the shop speaks its language until here
        key = key_of(asked)
        record = find_unchanged(key) if not again else {}
        if record:
            result = _as_it_was(key, record, begun, tell)
        else:
            result = _run(asked, key, workers, timeout_seconds, tell, begun)
        tell.line(f"{os.path.relpath(result.index)} in {result.seconds:.1f} s", "end")
    return result


def _as_it_was(key: Key, record: Mapping[str, Any], begun: float, tell: Progress) -> RunResult:
    """The run that is there, since nothing has changed."""
    clean_up(key.final)
    when = dt.datetime.fromisoformat(record["finished_at"]).astimezone()
    tell.line(
        f"Nothing has changed since {when:%Y-%m-%d %H:%M}, so that report stands (--again makes it anew)", "warning"
    )
    return RunResult(key.final, dict.fromkeys(record["notebooks"], "ok"), time.perf_counter() - begun, unchanged=True)


def _run(asked: Asked, key: Key, workers: int, timeout_seconds: int, tell: Progress, begun: float) -> RunResult:
    """Read, run the notebooks, write the pages."""
    with warm_up() as warm:  # it imports what notebooks need while the data are read
        tell.line(f"Reading the orders of {told_source(asked.source)}", "step")
        _expect(tell, read_run(key.final), key.notebooks, workers)
        plan = plan_run(asked, tell)
        before = plan.earlier.record if plan.earlier else read_run(plan.final)
        _expect(tell, before, [notebook.name for notebook in plan.chosen], workers)
        place = RunFolder(plan.final, lambda: _unfit(plan, asked))
        with place as folder:
            plan.shop.save(folder)
            if PICTURED & set(plan.also):
                ask_for_pictures(folder)
            record = new_record(plan.shop, plan.skipped, time.perf_counter() - begun)
            record |= {"key": key.text if key.covers(plan.shop.inputs) else "", "since": told_of(plan.earlier)}
            record["origin"] = plan.origin
            _tell_plan(plan, key, record, asked, tell)
            jobs = [Job(one, values_of(one, plan.values, record, asked.source, folder)) for one in plan.chosen]
            del plan.shop  # its tables are in the folder now, and the kernels need the memory
            hide = paths_to_hide(folder, asked.source)
            outcomes = run_notebooks(
                jobs, workers=workers, timeout_seconds=timeout_seconds, hide=hide, tell=tell, warm=warm
            )
            tell.stage(PAGES, "writing the pages")
            outcomes = publish(folder, record, jobs, outcomes, asked.source, plan)
            close_record(folder, record, outcomes, time.perf_counter() - begun)
    status = {outcome.notebook.name: outcome.failure.message if outcome.failure else "ok" for outcome in outcomes}
    return RunResult(place.final, status, time.perf_counter() - begun)


def _unfit(plan: Plan, asked: Asked) -> list[str]:
    """What keeps the folder from being replaced, asked again when the run is done."""
    name, replace = plan.name, asked.replace
    return check_folder(plan.final, asked.source, name, origin=plan.origin, replace=replace)


def _expect(tell: Progress, before: Mapping[str, Any], names: Sequence[str], workers: int) -> None:
    """How long it will take, by the run before this one."""
    seconds = before.get("seconds", {})
    tell.expect(names, {**seconds, READING: seconds.get("customers")}, workers)


def _tell_plan(plan: Plan, key: Key, record: Mapping[str, Any], asked: Asked, tell: Progress) -> None:
    """What was found, in English as everything on a terminal."""
    with speaking():
        for line in recognised(plan.shop.inputs):
            tell.line(line)
        for line in record["skipped"].values():
            tell.line(line, "warning")
        if asked.since == LAST and plan.earlier is None:
            tell.line(
                f"--since {LAST}: no earlier report on {plan.shop.name} is there, so this one is the first.", "warning"
            )
        if much := large():
            tell.line(much, "warning")
        if key.why:
            tell.line(key.why)
        tell.line(f"{plan.shop.basis} Running {words.plural(len(plan.chosen), 'notebook')}")
