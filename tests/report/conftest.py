"""A shop of forty orders and a report of one page, made in a second or two: what happens to folders is told by it."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from seglib.report.run import parameters

sys.path.append(str(Path(__file__).parent))  # recount.py is a script, with its parts in recounting/

ORDERS = "order_id,customer_id,ordered_at,amount\n" + "".join(
    f"o{n},c{n % 7},2024-{1 + n % 9:02d}-15,{10 + n}\n" for n in range(40)
)
PAGE = 'import seglib as sg\ndata = sg.open_shop(shop, as_of=as_of, run=run)\ndata.keep("one", data.customers.head(1))'


def written(folder: Path, source: str = PAGE, name: str = "01_one") -> None:
    told = 'shop: str = "demo"  # shop\nas_of: str = ""\nwindow_days: int = 0\nrun: str = ""\n'
    cells = [new_markdown_cell("# Who?"), new_code_cell(told, metadata={"tags": ["parameters"]}), new_code_cell(source)]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / f"{name}.ipynb")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """The current folder, with ``orders.csv``; ``seglib report`` runs the page in ``pages/``."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "pages").mkdir()
    written(tmp_path / "pages")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parameters, "notebooks_path", lambda: tmp_path / "pages")
    return tmp_path


@pytest.fixture
def write_page(tiny):
    """Writes the page of the tiny shop anew: the code of its only cell, after ``more`` of what it has by itself."""
    return lambda more="", name="01_one": written(tiny / "pages", f"{PAGE}\n{more}", name)
