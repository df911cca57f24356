from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from seglib import exploration
from seglib.show.plots import exploration as plots

LONG = "A name far too long to stand beside a bar in any figure that fits a page"


def drawn(axes: Any) -> Axes:
    """What a report does: render it."""
    assert isinstance(axes, Axes)
    axes.get_figure().canvas.draw()  # type: ignore[union-attr]
    return axes


def texts(axes: Axes) -> list[str]:
    return [text.get_text().strip() for text in axes.texts]


def orders_of(n: int, days: int = 400, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    at = pd.Timestamp("2023-01-01") + pd.to_timedelta(draw.uniform(0, days, n), "D")
    who = [f"c{number}" for number in draw.integers(0, max(1, n // 3), n)]
    money = draw.lognormal(3, 1, n)
    return pd.DataFrame({"customer_id": who, "at": at, "sales": money, "discount": money / 10})


def months_of(n: int, revenue: float = 100.0) -> pd.DataFrame:
    months = pd.DataFrame({"month": pd.date_range("2020-01-01", periods=n, freq="MS"), "complete": True})
    months["complete"] = months.index < max(1, n - 1)
    return months.assign(revenue=revenue, sales=revenue, returned=revenue / 10, returns_share=0.1)


def mix_of(names: list[str]) -> pd.DataFrame:
    share = np.linspace(2, 1, len(names)) / np.linspace(2, 1, len(names)).sum()
    table = pd.DataFrame({"category": names, "values": 1, "revenue": share * 100, "revenue_share": share})
    return table.assign(sales=table.revenue, returned=1.0, returns_share=0.1, orders=40, customers=30)


@pytest.mark.parametrize("n", [1, 2, 13, 120])
def test_revenue_has_a_bar_a_month(n: int) -> None:
    axes = drawn(plots.revenue_by_month(months_of(n), "EUR"))
    assert len(axes.patches) == n
    assert texts(axes) == (["part"] if n > 1 else [])


def test_revenue_below_zero_is_shown() -> None:
    axes = drawn(plots.revenue_by_month(months_of(3, revenue=-50.0)))
    assert axes.get_ylim()[0] < -50


def test_season_has_twelve_bars() -> None:
    by_month = months_of(30).assign(complete=True, revenue=np.arange(30.0) + 1)
    assert len(drawn(plots.seasonality(exploration.seasonality(by_month))).patches) == 12


def test_hours_are_a_heatmap_and_days_bars() -> None:
    orders = orders_of(50)
    assert len(drawn(plots.weekday_by_hour(exploration.weekday_by_hour(orders))).collections) == 1
    dates = orders.assign(at=orders["at"].dt.normalize())
    assert len(drawn(plots.weekday_by_hour(exploration.weekday_by_hour(dates))).patches) == 7


@pytest.mark.parametrize("sales", [[1.0, 9.0], [0.0, 0.5, 100_000.0], [0.01, 0.02], [-5.0, 10.0, 20.0]])
def test_order_values_of_any_size(sales: list[float]) -> None:
    orders = pd.DataFrame({"sales": sales})
    tables = exploration.order_value_histogram(orders), exploration.order_value_quantiles(orders)
    axes = drawn(plots.order_values(*tables, "EUR"))
    assert axes.get_xscale() == "log"


@pytest.mark.parametrize("sales", [[], [5.0], [5.0, 5.0], [0.0, 0.0]])
def test_order_values_that_do_not_differ_are_not_drawn(sales: list[float]) -> None:
    orders = pd.DataFrame({"sales": np.array(sales, dtype="float64")})
    tables = exploration.order_value_histogram(orders), exploration.order_value_quantiles(orders)
    assert plots.order_values(*tables) is None


@pytest.mark.parametrize("money", [[100.0, 50.0, -20.0], [1.0] * 5, [900.0, *[1.0] * 99]])
def test_pareto_names_half_and_most(money: list[float]) -> None:
    customers = pd.DataFrame({"monetary_value": money})
    axes = drawn(plots.pareto(exploration.pareto(customers), exploration.concentration(customers)))
    assert any(text.endswith("50% of revenue") for text in texts(axes))


@pytest.mark.parametrize("money", [[], [5.0], [-1.0, -2.0]])
def test_pareto_of_hardly_anybody_is_not_drawn(money: list[float]) -> None:
    customers = pd.DataFrame({"monetary_value": np.array(money, dtype="float64")})
    assert plots.pareto(exploration.pareto(customers), exploration.concentration(customers)) is None


@pytest.mark.parametrize("n", [1, 300])
def test_one_time_share_has_a_row_a_band(n: int) -> None:
    table = exploration.one_time_share(orders_of(n), dt.date(2024, 3, 1))
    axes = drawn(plots.one_time_share(table))
    assert len(axes.get_yticks()) == (table.kind == "band").sum()


def test_gaps_are_labelled() -> None:
    axes = drawn(plots.interpurchase_times(exploration.interpurchase_times(orders_of(300))))
    assert [text.split(" ")[0] for text in texts(axes)] == ["50%", "80%", "95%"]


def test_one_gap_is_not_drawn() -> None:
    assert (
        plots.interpurchase_times(pd.DataFrame({"gap_days": [3], "repeat_orders": [9], "within_share": [1.0]})) is None
    )


@pytest.mark.parametrize(("days", "rows"), [(70, 1), (1500, 13)])
def test_cohorts_fit_the_page(days: int, rows: int) -> None:
    axes = drawn(plots.cohort_retention(exploration.cohort_retention(orders_of(2000, days))))
    assert len(axes.get_yticks()) == rows
    assert len(axes.get_xticks()) <= 12


def test_cohorts_too_young_to_tell_are_not_drawn() -> None:
    assert plots.cohort_retention(exploration.cohort_retention(orders_of(50, days=31))) is None


@pytest.mark.parametrize("names", [["a", "b"], [LONG, "$ & _ ^ {", "ß–漢"[:2]], [f"n{n}" for n in range(40)]])
def test_mix_has_a_bar_a_value(names: list[str]) -> None:
    for axes in (plots.mix(mix_of(names), "EUR"), plots.returns_by(mix_of(names))):
        assert len(drawn(axes).patches) == len(names)
        assert max(len(tick.get_text()) for tick in axes.get_yticklabels()) <= 28  # type: ignore[union-attr]


def test_mix_survives_values_below_zero() -> None:
    table = mix_of(["a", "b"]).assign(revenue=[120.0, -20.0], revenue_share=[1.2, -0.2])
    assert drawn(plots.mix(table)).get_xlim()[0] < -0.2


def test_shares_by_month() -> None:
    assert len(drawn(plots.returns(months_of(13))).lines[0].get_xdata()) == 12  # type: ignore[arg-type]
    assert drawn(plots.discounts(exploration.discounts(orders_of(300)))).lines


@pytest.mark.parametrize(
    "nothing",
    [
        lambda: plots.revenue_by_month(months_of(0)),
        lambda: plots.seasonality(exploration.seasonality(months_of(5))),
        lambda: plots.weekday_by_hour(exploration.weekday_by_hour(orders_of(0))),
        lambda: plots.one_time_share(exploration.one_time_share(orders_of(0), dt.date(2024, 1, 1))),
        lambda: plots.interpurchase_times(exploration.interpurchase_times(orders_of(0))),
        lambda: plots.cohort_retention(exploration.cohort_retention(orders_of(0))),
        lambda: plots.mix(mix_of([])),
        lambda: plots.mix(mix_of(["a"])),
        lambda: plots.mix(mix_of(["a", "b"]).assign(revenue_share=np.nan)),
        lambda: plots.returns_by(mix_of(["a", "b"]).assign(returned=0.0)),
        lambda: plots.returns(months_of(13).assign(returns_share=0.0)),
        lambda: plots.returns(months_of(0)),
        lambda: plots.discounts(exploration.discounts(orders_of(300).drop(columns="discount"))),
        lambda: plots.discounts(exploration.discounts(orders_of(300).assign(discount=0.0))),
    ],
)
def test_nothing_to_draw_is_none(nothing: Any) -> None:
    assert nothing() is None
