"""Notebooks as executed, pages and index, written into the run folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from seglib.report.handing.finished import Finished
from seglib.report.handing.kinds import hand_over
from seglib.report.pages.digest import compare_runs
from seglib.report.pages.frame import GLOSSARY
from seglib.report.pages.index import glossary_facts, index_facts, page_facts
from seglib.report.pages.pages import page_html, render
from seglib.report.portraits.choosing import links, missing, with_links
from seglib.report.portraits.writing import portraits_of, write_portraits
from seglib.report.run.asked import Plan
from seglib.report.run.kept import read_kept
from seglib.report.run.record import add_outcome
from seglib.report.run.running import Failure, Job, Outcome
from seglib.show.pictures import read_pictures
from seglib.tables.csv_files import read_csv

__all__ = ["publish"]


def publish(
    folder: Path,
    record: dict[str, Any],
    jobs: Sequence[Job],
    outcomes: Sequence[Outcome],
    source: str | Path,
    plan: Plan,
) -> list[Outcome]:
    """Write notebooks, pages, the files that the plan asks for, and the index that names them all.

    A page that must not be published as it is becomes a failure.
    """
    import nbformat

    from seglib.shop.saved import finish, read_meanings

    begun = time.perf_counter()
    record["meanings"] = read_meanings(folder)
    pictures = read_pictures(folder)
    finish(folder)
    (folder / "notebooks").mkdir()
    outcomes = [_judged(outcome) for outcome in outcomes]
    for job, outcome in zip(jobs, outcomes, strict=True):
        add_outcome(record, job, outcome, source)
        nbformat.write(outcome.document, folder / "notebooks" / f"{outcome.notebook.name}.ipynb")
    portraits = portraits_of(folder / "tables", record)
    places = links(folder / "tables", portraits)
    if untold := missing(record.get("pages", ()), portraits, record["min_group"]):
        record["skipped"]["segments"] = untold
    for outcome in outcomes:
        name = outcome.notebook.name
        page = outcome.page.mapped(lambda body: with_links(body, places))
        html = page_html(outcome.document, page, page_facts(record, outcomes, outcome))
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    ledger = read_csv(folder / "tables" / "ledger.csv")
    digest = compare_runs(plan.earlier, read_kept(folder, record, [])) if plan.earlier else None
    facts = index_facts(record, outcomes, folder / "tables", ledger, digest, places)
    write_portraits(folder, record, outcomes, portraits, digest)
    files = hand_over(Finished(folder, record, outcomes, facts, plan.contacts, pictures), plan.also)
    html = render("run.html.j2", {**facts, "downloads": [*files, *facts["downloads"]]})
    (folder / "index.html").write_text(html, encoding="utf-8")
    (folder / GLOSSARY).write_text(render("glossary.html.j2", glossary_facts(record, outcomes)), encoding="utf-8")
    record["seconds"]["pages"] = round(time.perf_counter() - begun, 2)
    return outcomes


def _judged(outcome: Outcome) -> Outcome:
    """A page ends where its notebook failed; what must not be published as it is counts as a failure."""
    if outcome.failure:
        return replace(outcome, page=outcome.page.until(outcome.failure.step))
    if outcome.page.faults:
        return replace(outcome, failure=Failure("the finished page", "InputError", " ".join(outcome.page.faults)))
    return outcome
