"""Notebook 05 gives an answer for every shop: run cell by cell in this process, so that a warning is an error too."""

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import seglib as sg
from seglib import display

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "05_segments.ipynb"
AWKWARD = {
    "one customer": [("o1", "ann", "2024-01-05", 10.0), ("o2", "ann", "2024-02-05", 12.0)],
    "one order": [("o1", "ann", "2024-01-05", 10.0)],
    "everyone once": [(f"o{i}", f"c{i}", f"2024-0{1 + i % 9}-05", 10.0 + i) for i in range(60)],
    "all the same": [(f"o{i}", f"c{i % 40}", "2024-03-05", 10.0) for i in range(40)],
    "returned": [("o1", "ann", "2024-01-05", 10.0), ("o1", "ann", "2024-01-06", -10.0)],
}


def run(shop: str, **parameters: object) -> list[tuple[str, str]]:
    """Run the notebook with these parameters: what it shows, as (role, text) in order."""
    told: list[tuple[str, str]] = []
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(display, "_display", lambda bundle, role, **more: told.append((role, _text(bundle))))
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, cell.id, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"shop": shop, **parameters}
    return told


def _text(bundle: dict) -> str:
    return "\n".join(text for kind, text in bundle.items() if kind.startswith("text/"))


def texts(told: list[tuple[str, str]], role: str) -> str:
    return "\n".join(text for one, text in told if one == role)


def write(folder: Path, rows: list[tuple]) -> str:
    file = folder / "orders.csv"
    pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "amount"]).to_csv(file, index=False)
    return str(file)


@pytest.mark.slow
def test_the_demo_shop_fills_every_part_of_the_page_and_names_nobody():
    told = run("demo")
    roles = [role for role, _ in told]
    assert roles.count("figure") >= 8
    assert roles.count("table") >= 8
    assert re.search(r"All \d+ segments can be found", texts(told, "finding"))
    shown = set(re.findall(r"[\w:-]+", "\n".join(text for _, text in told)))
    assert not shown & set(sg.open_shop("demo").people.index.astype("str"))


@pytest.mark.parametrize("kind", AWKWARD)
def test_awkward_shops_get_an_answer(tmp_path, kind):
    told = run(write(tmp_path, AWKWARD[kind]))
    assert "needs events" in texts(told, "table") or ">events<" in texts(told, "table")
    assert "nan" not in texts(told, "finding").split()


def test_a_shop_with_orders_only_says_what_it_lacks(tmp_path):
    rows = [(f"o{i}", f"c{i % 70}", f"2024-{1 + i % 12:02d}-{1 + i % 27:02d}", 5.0 + (i * 7) % 90) for i in range(400)]
    told = run(write(tmp_path, rows))
    assert re.search(r"\d+ of \d+ segments are not available", texts(told, "finding"))
    assert [role for role, _ in told].count("figure") >= 2


def test_a_shop_without_orders_gets_an_answer(tmp_path):
    events = [(f"v{i % 9}", f"2024-03-{1 + i % 28:02d} 10:00:00", ["visit", "view", "cart"][i % 3]) for i in range(90)]
    pd.DataFrame(events, columns=["visitor_id", "at", "event"]).to_csv(tmp_path / "events.csv", index=False)
    (tmp_path / "shop.toml").write_text('name = "Shop"\n[tables.events]\npath = "events.csv"\n')
    told = run(str(tmp_path / "shop.toml"))
    assert "needs orders" in texts(told, "table") or "orders" in texts(told, "finding")
