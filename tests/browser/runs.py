"""Runs of the report, made once for all workers: the first to ask makes it, the others wait."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import hostile
import pytest

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "reports" / "screenshots"
RETAIL = ROOT.parent / "shared" / "data" / "uci_online_retail" / "online_retail.parquet"
MORE = bool(os.environ.get("SEGLIB_BROWSER_MORE")) and RETAIL.exists()  # half a million lines more, and a minute
REAL = ("complete-journey", "demo", *(["online-retail"] if MORE else []))
PRINTED = {"demo": ["--also", "pdf"]}
SEGMENT = "segment"  # of the pages of segments the one that says most; they are of one template
PAGES = ("index", "glossary", SEGMENT, *(sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))))


def run_folder(base: Path, shop: str) -> Path:
    """Folder of a shop's finished report."""
    base.mkdir(parents=True, exist_ok=True)
    folder = base / shop / "run"
    with (base / f"{shop}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(SCREENSHOTS / shop, ignore_errors=True)
            _make(shop, folder)
    return folder


def _make(shop: str, folder: Path) -> None:
    source, only = source_of(shop, folder.parent), hostile.ONLY.get(shop, "")
    told = subprocess.run(
        [
            sys.executable,
            "-m",
            "seglib",
            "report",
            source,
            "--out",
            str(folder),
            *(["--only", only] if only else []),
            *PRINTED.get(shop, []),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "log.txt").write_text(f"exit code {told.returncode}\n{told.stderr}", encoding="utf-8")


def source_of(shop: str, folder: Path) -> str:
    """What the command is asked about: an example's name, or a shop.toml beside its data."""
    if shop in hostile.SHOPS:
        return str(hostile.SHOPS[shop](folder / "shop"))
    if shop == "online-retail":
        shutil.copytree(ROOT / "data" / "examples" / shop, folder / "shop")
        shutil.copy(RETAIL, folder / "shop")
        return str(folder / "shop" / "shop.toml")
    return shop


def page_file(folder: Path, page: str) -> Path:
    """File of a page; skips where this run has none for a reason, fails where it should."""
    told = sorted(folder.glob("segments/*.html"), key=lambda file: file.stat().st_size)
    path = told[-1] if page == SEGMENT and told else folder / f"{page}.html"
    if path.is_file():
        return path
    facts = folder / "run.json"
    if not facts.is_file():
        pytest.fail("there is no report:\n" + (folder.parent / "log.txt").read_text(encoding="utf-8"))
    if page in ("glossary", SEGMENT) or page not in json.loads(facts.read_text(encoding="utf-8"))["notebooks"]:
        pytest.skip("this report has no such page")
    return pytest.fail(f"{path.name} is missing")
