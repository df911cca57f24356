"""What the tests share: order lines by hand, and the real data sets where they are present."""

from __future__ import annotations

from pathlib import Path

import ibis
import pandas as pd
import pytest

from seglib.language.messages import speaking

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def english():
    """Each test begins in English, whatever a shop of another one spoke."""
    with speaking():
        yield


@pytest.fixture(scope="session")
def shared():
    """Folder of the real data sets; tests that need one skip where it is missing."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"real data set {name} is not present")
        return path

    return find


@pytest.fixture
def make_lines():
    """Canonical lines from rows of (order_id, customer_id, date, amount[, more columns])."""

    def make(rows: list[tuple], **more: list) -> ibis.Table:
        order, customer, at, amount = (list(column) for column in zip(*rows, strict=True))
        table = pd.DataFrame(
            {
                "order_id": pd.array(order, dtype="str"),
                "customer_id": pd.array(customer, dtype="str"),
                "ordered_at": pd.to_datetime(list(at), format="ISO8601"),
                "amount": [float("nan") if a is None else float(a) for a in amount],
                **more,
            }
        )
        table["is_return"] = table.get("is_return", table["amount"] < 0)
        return ibis.memtable(table).mutate(amount=ibis._.amount.nullif(float("nan")).cast("decimal(18, 4)"))

    return make


@pytest.fixture
def orders_csv(tmp_path):
    """A small order file as a user would export it."""

    def write(text: str = "", name: str = "orders.csv") -> Path:
        path = tmp_path / name
        path.write_text(
            text
            or "Order ID,Customer,Order Date,Total\n1,ann,2024-01-05,10.50\n2,bob,2024-02-01,20\n3,ann,2024-03-01,5\n",
            encoding="utf-8",
        )
        return path

    return write


@pytest.fixture
def write_shop(tmp_path):
    """The folder of a shop.toml beside one CSV file a table, given as text or as a frame."""

    def write(tables: dict[str, str | pd.DataFrame], *, top: str = "", more: str = "") -> Path:
        for name, rows in tables.items():
            text = rows if isinstance(rows, str) else rows.to_csv(index=False)
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        told = "".join(f'[tables.{name}]\npath = "{name}.csv"\n' for name in tables)
        (tmp_path / "shop.toml").write_text(f"{top}{told}{more}", encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def foreign(request, tmp_path):
    """A language whose catalogue is the test file's ``FOREIGN``: sentences stand between quotation marks."""
    catalogue = tmp_path / "foreign.po"
    catalogue.write_text(request.module.FOREIGN, encoding="utf-8")
    with speaking(translation=catalogue):
        yield
