"""Quantities in another unit than pieces, from lines by hand; what is bought in bulk is none."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd
import pytest

from seglib.intake.doubts import as_items, measured_in, other_units

ONES = [1, 1, 2, 1, 3] * 12


def lines(spice: list[float], rest: list[float] = ONES, buyers: int = 6, **more: Any) -> ibis.Table:
    """Lines of two categories, the same customers buying both."""
    rows = [("Spice", n % buyers, quantity) for n, quantity in enumerate(spice)]
    rows += [("Cups", n % 6, quantity) for n, quantity in enumerate(rest)]
    table = pd.DataFrame(rows, columns=["category", "who", "quantity"]).astype({"quantity": float})
    table = table.assign(customer_id="c" + table.pop("who").astype(str), is_return=False, product_id="p", **more)
    return ibis.memtable(table)


def names(table: ibis.Table) -> list[str]:
    return [row["value"] for one in measured_in(table) for row in one.values]


GRAMS = [100.0, 250, 500, 60, 1000] * 4


def test_a_category_by_the_gram_is_seen_with_its_numbers():
    (found,) = measured_in(lines(GRAMS))
    (row,) = found.values
    assert (found.key, row["value"], row["lines"], row["usual"], found.ones) == ("category", "Spice", 20, 250, 1)
    assert found.share == pytest.approx(7640 / (7640 + sum(ONES)))
    (doubt,) = other_units([found], "qty")
    assert (doubt.name, doubt.level, doubt.column) == ("other_units", "ask", "qty")
    assert list(other_units([], "qty")) == []


def test_each_of_its_lines_is_one_item_and_all_others_keep_their_quantity():
    table = lines(GRAMS)
    told = as_items(table, measured_in(table)).to_pyarrow().to_pandas()
    assert (told.loc[told["category"] == "Spice", "items"] == 1).all()
    assert told.loc[told["category"] == "Cups", "items"].isna().all()
    assert "items" not in as_items(lines([1] * 20), []).columns


def test_without_a_category_products_are_looked_at():
    table = lines(GRAMS)
    assert names(table.drop("product_id").rename(product_name="category")) == ["Spice"]
    mixed = table.mutate(product_id=table.category, category=ibis.literal("All"))
    assert [one.key for one in measured_in(mixed)] == ["product_id"]


@pytest.mark.parametrize(
    "table",
    [
        lines([1.0, 2, 3] * 10),  # nothing large
        lines(GRAMS[:5]),  # too few lines
        lines(GRAMS, buyers=4),  # too few customers: they buy in bulk
        lines([1.0, 1, 300] * 10),  # large now and then
        lines([60.0] * 30),  # dozens
        lines(GRAMS, rest=[1.0, 48, 144, 12, 96] * 12),  # a shop of bulk
        lines(GRAMS, rest=[2.0, 12, 6, 24, 1] * 12),  # a wholesaler
        lines(GRAMS, rest=[3.0, 4, 6] * 12),  # a few of each
        lines(GRAMS, rest=[]),  # nothing else to hold it against
    ],
)
def test_large_quantities_alone_are_not_doubted(table):
    assert names(table) == []


def test_some_who_buy_all_in_bulk_are_not_doubted():
    small, bulk = lines([1.0, 2] * 30), lines([200.0] * 20, rest=[100.0, 300] * 10)
    renamed = bulk.mutate(customer_id=ibis.literal("b").concat(bulk.customer_id), category=ibis.literal("Gifts"))
    assert names(small.union(renamed.select(small.columns))) == []


def test_lines_without_quantities_are_not_looked_at():
    assert measured_in(lines(GRAMS).drop("quantity")) == []
