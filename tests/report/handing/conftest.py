"""One report of the demonstration shop, with every file that it can hand over, but for the PDF (tests/browser)."""

from __future__ import annotations

import pytest

from seglib.command.cli import main
from seglib.language.naming import HANDED


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Folder of the report."""
    out = tmp_path_factory.mktemp("demo") / "out"
    assert (
        main(
            [
                "report",
                "demo",
                "--also",
                ",".join(kind for kind in HANDED if kind != "pdf"),
                "--out",
                str(out),
                "--quiet",
            ]
        )
        == 0
    )
    return out
