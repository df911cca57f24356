"""Paths of this machine, and the runner's own notes, stay out of everything that a run keeps."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["clean_document", "hidden", "paths_to_hide"]

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def paths_to_hide(building: Path, source: str | Path) -> dict[str, str]:
    """Paths of this machine, and what stands in their place in everything that a run keeps."""
    places = {
        building: ".",
        Path(__file__).parents[3]: "",
        Path(sys.prefix): "",
        Path.cwd(): "",
        Path(os.path.expanduser("~")): "~",
        Path(source).absolute().parent: "",
    }
    hidden: dict[str, str] = {}
    for place, shown in places.items():
        for path in {str(place), str(place.resolve())}:
            if len(path) > 3 and path != os.sep:  # a bare root is in every text
                hidden |= {path + os.sep: f"{shown}{os.sep}" if shown else "", path: shown or "."}
    return hidden


def clean_document(document: Any, hide: Mapping[str, str]) -> Any:
    """Document without papermill's notes, and without this machine's paths in its texts."""
    document.metadata.pop("papermill", None)
    document.cells = [c for c in document.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", [])]
    for cell in document.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = hidden(re.sub(r"^run = .*$", 'run = ""', cell.source, flags=re.M), hide)
        if not cell.metadata.get("tags"):
            cell.metadata.pop("tags", None)
        for output in cell.get("outputs", []):
            _clean_output(output, hide)
    return document


def _clean_output(output: Any, hide: Mapping[str, str]) -> None:
    if output.output_type == "stream":
        output.text = hidden(output.text, hide)
    elif output.output_type == "error":
        output.evalue = hidden(output.evalue, hide)
        output.traceback = [hidden(line, hide) for line in output.traceback]
    for mime in [mime for mime in output.get("data", {}) if mime.startswith("text/")]:
        output.data[mime] = hidden(output.data[mime], hide)


def hidden(text: str, hide: Mapping[str, str]) -> str:
    """Text without colour codes and without the paths to hide.

    Examples
    --------
    >>> hidden("\\x1b[31mno /home/ann/orders.csv", {"/home/ann/": "", "/home/": "~/"})
    'no orders.csv'
    """
    text = ANSI.sub("", text)
    for path in sorted(hide, key=len, reverse=True):
        end = "" if path.endswith(("/", os.sep)) else r"(?!\w)"
        text = re.sub(rf"(?<![\w.]){re.escape(path)}{end}", hide[path].replace("\\", r"\\"), text)
    return text
