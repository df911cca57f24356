"""What ``run.json`` says of a run: what was asked, what was read, how each notebook ended."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seglib.intake.files.addresses import told_source
from seglib.intake.scratch import LOCK
from seglib.language.messages import spoken
from seglib.report.pages.index import headline, previous_headline, tables_held, versions, without
from seglib.report.run.parameters import COMMON, Notebook
from seglib.report.run.recorded import RECORD, SCHEMA
from seglib.show.findings.exploration import of_lines

if TYPE_CHECKING:
    from seglib.report.run.running import Job, Outcome
    from seglib.shop.shop import Shop

__all__ = ["add_outcome", "close_record", "new_record", "values_of"]


def new_record(shop: Shop, skipped: Sequence[Notebook], seconds: float) -> dict[str, Any]:
    """Facts of the run so far, as ``run.json`` will hold them; ``report.logo`` is a path until it is written."""
    brand = {key: shop.settings.report.get(key, "") for key in ("logo", "accent")}
    brand |= {"url": url} if (url := shop.settings.report.get("url", "")) else {}
    return {
        "schema": SCHEMA,
        "status": "running",
        "shop": shop.name,
        "language": spoken().code,
        "report": {"name": shop.name, **brand},
        "pages": list(shop.settings.report.get("pages", ())),
        "notice": shop.settings.notice,
        "currency": shop.currency,
        "as_of": shop.as_of.isoformat(),
        "window_days": shop.window_days,
        "new_since": shop.new_since.isoformat() if shop.new_since else None,
        "min_group": shop.settings.min_group,
        "basis": shop.basis,
        "counts": {**headline(shop), **_rows(shop)},
        "previous": previous_headline(shop),
        "actions": dict(shop.settings.actions),
        "labels": dict(shop.settings.labels),
        "held": tables_held(shop),
        "skipped": {
            each.name: without(each.label, [table for table in each.needs if not shop.has(table)]) for each in skipped
        },
        "inputs": [{key: value for key, value in item.items() if key != "path"} for item in shop.inputs],
        "doubts": [{key: one[key] for key in ("source", "name", "level", "settled")} for one in shop.doubts],
        "versions": versions(),
        "seconds": {"customers": round(seconds, 2)},
        "notebooks": {},
    }


def _rows(shop: Shop) -> dict[str, int]:
    """Rows read and analysed of the order lines, or of a customer table in their place."""
    side = shop.side_ledger
    left = of_lines(shop.ledger) if shop.tables.customer_table is None else side[side["table"] == "customers"]
    return {"rows_read": int(left["rows"].iloc[0]), "rows_analysed": int(left["rows"].iloc[-1])}


def values_of(
    notebook: Notebook,
    values: Mapping[str, Mapping[str, Any]],
    record: Mapping[str, Any],
    source: str | Path,
    folder: Path,
) -> dict[str, Any]:
    """What a notebook is told: its own parameters, and the run whose saved tables it reads."""
    common = {"shop": told_source(source), "as_of": record["as_of"], "window_days": record["window_days"] or 0}
    common["run"] = str(folder)
    return {**{name: common[name] for name in COMMON if name in notebook.parameters}, **values[notebook.name]}


def add_outcome(record: dict[str, Any], job: Job, outcome: Outcome, source: str | Path) -> None:
    """Note how a notebook ended."""
    name = outcome.notebook.name
    record["seconds"][name] = round(outcome.seconds, 2)
    record["notebooks"][name] = {
        "title": outcome.notebook.title,
        "status": "failed" if outcome.failure else "ok",
        "failure": asdict(outcome.failure) if outcome.failure else None,
        "page": f"{name}.html",
        "document": f"notebooks/{name}.ipynb",
        "seconds": round(outcome.seconds, 2),
        "parameters": _shown(job, source),
    }


def _shown(job: Job, source: str | Path) -> dict[str, Any]:
    """All values that a notebook ran with, its defaults too, without paths of this machine."""
    told = {parameter.name: parameter.default for parameter in job.notebook.parameters.values()} | dict(job.values)
    told |= {"shop": Path(told_source(source)).name} if "shop" in told else {}
    return {name: value for name, value in told.items() if name != "run"}


def close_record(folder: Path, record: dict[str, Any], outcomes: Sequence[Outcome], seconds: float) -> None:
    """Write ``run.json``: status, seconds, files, and no path of this machine."""
    record["status"] = "failed" if any(outcome.failure for outcome in outcomes) else "ok"
    record["seconds"]["total"] = round(seconds, 2)
    record["finished_at"] = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    record["tables"] = sorted(file.name for file in (folder / "tables").iterdir())
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != LOCK)
    record["files"] = sorted(file.relative_to(folder).as_posix() for file in files)
    record["report"]["logo"] = Path(record["report"]["logo"]).name
    text = json.dumps(record, indent=2, ensure_ascii=False, default=str)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")
