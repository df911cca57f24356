"""Typed files with values that no shop means: told, or read as they are."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seglib.command.cli import main
from seglib.tables.privacy import shape_of

ORDERS = {"order_id": ["1", "2"], "customer_id": ["a", "b"], "ordered_at": ["2024-01-05", "2024-02-01"]}


@pytest.fixture
def orders(tmp_path):
    def write(**more):
        pq.write_table(pa.table({**ORDERS, "amount": [10, 20], **more}), tmp_path / "orders.parquet")
        return str(tmp_path / "orders.parquet")

    return write


@pytest.mark.parametrize(
    ("number", "kind"), [(2**64 - 1, pa.uint64()), (2**63 - 1, pa.int64()), (-(2**63), pa.int64())]
)
def test_whole_numbers_beyond_any_amount_are_refused_or_left_out(orders, capsys, number, kind):
    beyond = f"row 1 of the data: {shape_of(str(number))} is too large"
    assert main(["check", orders(amount=pa.array([number, 5], kind))]) == 2
    assert f"lines: amount: {beyond}" in capsys.readouterr().err
    assert main(["check", orders(quantity=pa.array([number, 5], kind))]) == 0  # amounts do without
    assert "'quantity' was taken for quantity by its name" in capsys.readouterr().out


def test_unsigned_amounts_are_read(orders, capsys):
    assert main(["check", orders(amount=pa.array([10, 20], pa.uint64()))]) == 0
    assert "2 orders" in capsys.readouterr().out


def test_a_name_with_a_nul_in_it_is_a_name(orders, capsys):
    assert main(["check", orders(**{"a\0b": ["x", "y"]})]) == 0
    assert "2 orders" in capsys.readouterr().out


def test_text_that_is_no_unicode_is_told(orders, capsys):
    lone = pa.array([b"a\xed\xa0\x80", b"y"], pa.binary())
    category = pa.Array.from_buffers(pa.string(), 2, lone.buffers())
    assert main(["check", orders(category=category)]) == 2
    assert "orders.parquet: cannot be read as .parquet" in capsys.readouterr().err
