"""What the pages of three shops say, in one go, for a person to read: ``python tests/headlines.py --write``.

Without ``--write`` it prints them. Online Retail is told where its data lie beside the project.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from seglib.report.run.report import run_report

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "headlines.md"
RETAIL = ROOT.parent / "shared" / "data" / "uci_online_retail" / "online_retail.parquet"
ABOUT = """# What the pages say

Written by `python tests/headlines.py --write`: the leading sentence of each page (bold) and the sentences above its
figures and tables, of the demonstration shop and of two real ones, to be read in one go. Whoever changes a sentence
reads them all again: can somebody act on it, and could it have come out otherwise?
"""


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and source of each shop."""
    yield "The demonstration shop", "demo"
    yield "Complete Journey", "complete-journey"
    if RETAIL.is_file():
        shop = folder / "online-retail"
        shutil.copytree(ROOT / "data" / "examples" / "online-retail", shop)
        shutil.copy(RETAIL, shop)
        yield "Online Retail", str(shop / "shop.toml")


def sentences(notebook: Path) -> Iterator[tuple[str, str]]:
    """Role and text of what an executed notebook says."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            told = output.get("metadata", {}).get("seglib", {})
            if told.get("role") in ("headline", "finding") and told.get("text"):
                yield told["role"], told["text"]


def page() -> str:
    """The whole document."""
    parts = [ABOUT]
    with tempfile.TemporaryDirectory() as folder:
        for name, source in sources(Path(folder)):
            run = run_report(source, out=Path(folder) / name, progress=lambda _line: None)
            parts.append(f"## {name}\n")
            for notebook in sorted((run.folder / "notebooks").glob("*.ipynb")):
                told = list(dict.fromkeys(sentences(notebook)))
                lines = [f"- **{text}**" if role == "headline" else f"- {text}" for role, text in told]
                parts.append("\n".join([f"### {notebook.stem}", "", *lines, ""]))
    return "\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/headlines.md")
    text = page()
    if parser.parse_args().write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
