"""Why a notebook did not reach its end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Failure", "failure_of", "unfinished"]


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not reach its end: the step (heading) it was in, and what happened."""

    step: str
    kind: str
    message: str


def failure_of(document: Any, problem: Exception, options: Mapping[str, Any]) -> Failure:
    """What went wrong, in words for whoever reads the page."""
    kind = type(problem).__name__
    reasons = {
        "PapermillExecutionError": lambda: str(getattr(problem, "evalue", "")),
        "CellTimeoutError": lambda: f"The step took longer than {options['timeout']} seconds and was stopped.",
        "DeadKernelError": lambda: "The kernel died, most often because the machine had no memory left.",
    }
    message = reasons.get(kind, lambda: str(problem))()
    named = str(getattr(problem, "ename", "")) if kind == "PapermillExecutionError" else kind
    if named == "SystemExit":
        return Failure(_step(document), named, "The notebook stopped before its end.")
    return Failure(_step(document), named, message or "No message.")


def unfinished(document: Any) -> Failure | None:
    """That a notebook ended before its last cell without an error, where it did."""
    # papermill takes sys.exit(0) for the end, and calls cells complete that never ran
    code = [cell for cell in document.cells if cell.cell_type == "code" and cell.source.strip()]
    if all(cell.execution_count is not None and not _stopped(cell) for cell in code):
        return None
    return Failure(_step(document), "SystemExit", "The notebook stopped before its end.")


def _stopped(cell: Any) -> bool:
    return any(output.output_type == "error" for output in cell.outputs)


def _step(document: Any) -> str:
    """Heading over the last cell that began."""
    heading, step = "", "start of the kernel"
    for cell in document.cells:
        if cell.cell_type == "markdown" and "papermill-error-cell-tag" not in cell.metadata.get("tags", []):
            found = re.findall(r"^#{1,2} +(.+)$", cell.source, re.M)
            heading = found[-1].strip() if found else heading
        elif cell.cell_type == "code" and cell.metadata.get("papermill", {}).get("start_time"):
            step = heading or "first cell"
    return step
