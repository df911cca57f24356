"""One run from orders to a folder of pages and tables."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from seglib import words
from seglib.console import recognised
from seglib.report.folder import check_folder, final_folder, run_folder, write_run
from seglib.report.index import headline, index_facts, page_facts, tables_held, versions, without
from seglib.report.pages import page_html, render
from seglib.report.parameters import COMMON, Notebook, check_parameters, find_notebooks, select_notebooks
from seglib.report.privacy import paths_to_hide
from seglib.report.running import Failure, Job, Outcome, run_notebooks, warm_up
from seglib.tables import InputError

__all__ = ["RunResult", "run_report"]

SCHEMA = 1


@dataclass(frozen=True)
class RunResult:
    """A finished run: its folder, the status of each notebook (``"ok"`` or why it failed), and how long it took."""

    folder: Path
    status: Mapping[str, str]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every notebook reached its end."""
        return all(state == "ok" for state in self.status.values())

    @property
    def index(self) -> Path:
        """First page of the report."""
        return self.folder / "index.html"


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


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
    workers: int = 2,
    timeout_seconds: int = 1800,
    progress: Callable[[str], object] = _to_stderr,
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
        Folder of the run, ``reports/<shop>`` under the current folder by default. An earlier run there is replaced,
        at the very end.
    parameters : mapping
        Name -> value for parameters that notebooks declare; text is read as the declared type.
    notebooks : str or Path
        Folder of notebooks; those of seglib by default.
    workers : int
        Kernels at the same time.
    timeout_seconds : int
        The longest that one cell may take.
    progress : callable
        Called with one line at a time; prints to stderr by default.

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
    seglib.tables.InputError: 2 faults:
      - --only: no notebook 'zzz'. ...
      - no-such.csv: no such file, folder or example. ...
    """
    begun = time.perf_counter()
    with warm_up() as warm:  # it imports what notebooks need while the data are read
        progress(f"Reading the orders of {source}")
        asked, values, shop, final = _checked(
            source, str(as_of or ""), window_days, format, only, out, parameters or {}, notebooks
        )
        chosen = [notebook for notebook in asked if all(shop.has(table) for table in notebook.needs)]
        skipped = [notebook for notebook in asked if notebook not in chosen]
        for line in recognised(shop.inputs):
            progress(line)
        with run_folder(final) as folder:
            shop.save(folder)
            record = _record(shop, skipped, time.perf_counter() - begun)
            for line in record["skipped"].values():
                progress(line)
            progress(f"{shop.basis} Running {words.plural(len(chosen), 'notebook')}")
            del shop  # its tables are in the folder now, and the kernels need the memory
            jobs = [Job(notebook, _values(notebook, values, record, source, folder)) for notebook in chosen]
            hide = paths_to_hide(folder, source)
            outcomes = run_notebooks(
                jobs, workers=workers, timeout_seconds=timeout_seconds, hide=hide, progress=progress, warm=warm
            )
            outcomes = _publish(folder, record, jobs, outcomes, source)
            _close(folder, record, outcomes, time.perf_counter() - begun)
    status = {outcome.notebook.name: outcome.failure.message if outcome.failure else "ok" for outcome in outcomes}
    return RunResult(final, status, time.perf_counter() - begun)


def _checked(
    source: str | Path,
    as_of: str,
    window_days: int,
    layout: str,
    only: str | Iterable[str],
    out: str | Path,
    parameters: Mapping[str, Any],
    folder: str | Path,
) -> tuple[list[Notebook], dict[str, dict[str, Any]], Any, Path]:
    """Notebooks, their values, the shop and the final folder; or every fault of them in one error."""
    from seglib.shop import open_shop

    faults: list[str] = []
    chosen = there_are = find_notebooks(folder)
    values: dict[str, dict[str, Any]] = {}
    shop = None
    try:
        chosen = select_notebooks(there_are, only)
    except InputError as error:
        faults += error.faults
    try:
        values = check_parameters(chosen, parameters)
    except InputError as error:
        faults += error.faults
    try:
        shop = open_shop(source, as_of=as_of, window_days=window_days, format=layout)
        shop.customers  # noqa: B018 - whatever is wrong with the rows shows here
        faults += _faults_of_rules(shop) + _faults_of_needs(shop, chosen, only)
    except InputError as error:
        faults += error.faults
    final = final_folder(out, shop.name if shop else "report")
    faults += check_folder(final, source)
    if faults:
        raise InputError(faults)
    return chosen, values, shop, final


def _faults_of_rules(shop: Any) -> list[str]:
    """What is wrong with the rules of the shop: told before a kernel starts."""
    try:
        shop.memberships  # noqa: B018
    except InputError as error:
        return error.faults
    return []


def _faults_of_needs(shop: Any, chosen: Sequence[Notebook], only: str | Iterable[str]) -> list[str]:
    """Notebooks that were asked for by name, or all there are, and have nothing to say on this shop."""
    lacking = {notebook.name: [table for table in notebook.needs if not shop.has(table)] for notebook in chosen}
    if not only and not all(lacking.values()):
        return []
    return [without(name, tables) for name, tables in lacking.items() if tables]


def _record(shop: Any, skipped: Sequence[Notebook], seconds: float) -> dict[str, Any]:
    """Facts of the run so far, as ``run.json`` will hold them."""
    rows = {"rows_read": int(shop.ledger["rows"].iloc[0]), "rows_analysed": int(shop.ledger["rows"].iloc[-1])}
    return {
        "schema": SCHEMA,
        "status": "running",
        "shop": shop.name,
        "notice": shop.settings.notice,
        "currency": shop.currency,
        "as_of": shop.as_of.isoformat(),
        "window_days": shop.window_days,
        "basis": shop.basis,
        "counts": {**headline(shop.customers), **rows},
        "held": tables_held(shop),
        "skipped": {
            each.name: without(each.label, [table for table in each.needs if not shop.has(table)]) for each in skipped
        },
        "inputs": [{key: value for key, value in item.items() if key != "path"} for item in shop.inputs],
        "versions": versions(),
        "seconds": {"customers": round(seconds, 2)},
        "notebooks": {},
    }


def _values(
    notebook: Notebook,
    values: Mapping[str, Mapping[str, Any]],
    record: Mapping[str, Any],
    source: str | Path,
    folder: Path,
) -> dict[str, Any]:
    """What a notebook is told: its own parameters, and the run whose saved tables it reads."""
    common = {"shop": str(source), "as_of": record["as_of"], "window_days": record["window_days"] or 0}
    common["run"] = str(folder)
    return {**{name: common[name] for name in COMMON if name in notebook.parameters}, **values[notebook.name]}


def _shown(job: Job, source: str | Path) -> dict[str, Any]:
    """All values that a notebook ran with, its defaults too, without paths of this machine."""
    told = {parameter.name: parameter.default for parameter in job.notebook.parameters.values()} | dict(job.values)
    told |= {"shop": Path(source).name} if "shop" in told else {}
    return {name: value for name, value in told.items() if name != "run"}


def _publish(
    folder: Path, record: dict[str, Any], jobs: Sequence[Job], outcomes: Sequence[Outcome], source: str | Path
) -> list[Outcome]:
    """Write notebooks, pages and index; a page that must not be published as it is becomes a failure."""
    import nbformat
    import pandas as pd

    from seglib.shop import finish

    finish(folder)
    (folder / "notebooks").mkdir()
    outcomes = [_judged(outcome) for outcome in outcomes]
    for job, outcome in zip(jobs, outcomes, strict=True):
        record["notebooks"][outcome.notebook.name] = _entry(outcome, _shown(job, source))
        record["seconds"][outcome.notebook.name] = round(outcome.seconds, 2)
        nbformat.write(outcome.document, folder / "notebooks" / f"{outcome.notebook.name}.ipynb")
    for outcome in outcomes:
        name = outcome.notebook.name
        html = page_html(outcome.document, outcome.page, page_facts(record, outcomes, outcome))
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    ledger = pd.read_csv(folder / "tables" / "ledger.csv")
    html = render("run.html.j2", index_facts(record, outcomes, folder / "tables", ledger))
    (folder / "index.html").write_text(html, encoding="utf-8")
    return outcomes


def _judged(outcome: Outcome) -> Outcome:
    """A page ends where its notebook failed; what must not be published as it is counts as a failure."""
    if outcome.failure:
        return replace(outcome, page=outcome.page.until(outcome.failure.step))
    if outcome.page.faults:
        return replace(outcome, failure=Failure("the finished page", "InputError", " ".join(outcome.page.faults)))
    return outcome


def _entry(outcome: Outcome, parameters: Mapping[str, Any]) -> dict[str, Any]:
    name = outcome.notebook.name
    return {
        "title": outcome.notebook.title,
        "status": "failed" if outcome.failure else "ok",
        "failure": asdict(outcome.failure) if outcome.failure else None,
        "page": f"{name}.html",
        "document": f"notebooks/{name}.ipynb",
        "seconds": round(outcome.seconds, 2),
        "parameters": dict(parameters),
    }


def _close(folder: Path, record: dict[str, Any], outcomes: Sequence[Outcome], seconds: float) -> None:
    record["status"] = "failed" if any(outcome.failure for outcome in outcomes) else "ok"
    record["seconds"]["total"] = round(seconds, 2)
    record["finished_at"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    record["tables"] = sorted(file.name for file in (folder / "tables").iterdir())
    write_run(folder, record)
