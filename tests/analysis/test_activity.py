"""Activity of the shop by week and source: the table, its sentence, its figure."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes

import seglib as sg
from seglib import exploration, findings, plots
from seglib.errors import InputError

STEPS = [
    "raw",
    "duplicate",
    "no_customer",
    "cancelled",
    "failed",
    "no_amount",
    "implausible_date",
    "before_window",
    "returns",
    "analysed",
]
LEDGER = pd.DataFrame({"step": STEPS})
NUMBER = {name: number for number, name in enumerate(STEPS[1:])}
FIELDS = ("step", "at", "amount", "is_return", "source", "state")


def marked(rows: list[tuple[Any, ...]]) -> ibis.Table:
    """Marked lines from (step, day, amount, is_return, source, state)."""
    step, at, amount, back, source, state = zip(*rows, strict=True) if rows else ((),) * 6
    days = [None if day is None else pd.Timestamp(day).to_pydatetime() for day in at]
    table = pa.table(
        {
            "step": pa.array([NUMBER[name] for name in step], pa.int8()),
            "customer_id": pa.array(["ann"] * len(step), pa.string()),
            "ordered_at": pa.array(days, pa.timestamp("us")),
            "amount": pa.array(amount, pa.float64()),
            "is_return": pa.array(back, pa.bool_()),
            "source": pa.array(source, pa.string()),
            "state": pa.array(state, pa.string()),
        }
    )
    return ibis.duckdb.connect().create_table("marked", table)


SMALL = [
    ("analysed", "2024-01-01", 10.0, False, "shop", "sale"),
    ("analysed", "2024-01-07", 30.0, False, "shop", "sale"),
    ("before_window", "2023-12-31", 5.0, False, "shop", "sale"),
    ("analysed", "2024-01-08", -4.0, True, "shop", "refund"),
    ("analysed", "2024-01-08", -3.0, True, "gateway", "disputed"),
    ("failed", "2024-01-08", 7.0, False, "gateway", "failed"),
    ("no_customer", "2024-01-08", 2.0, False, "gateway", "failed"),
    ("no_customer", None, 1.0, False, "gateway", "sale"),
    ("no_amount", "2024-01-08", None, False, "gateway", "sale"),
]


def test_weeks_begin_on_mondays_and_kinds_follow_step_and_state() -> None:
    by_week = exploration.activity(marked(SMALL), LEDGER)
    told = by_week.assign(week=by_week["week"].dt.strftime("%m-%d")).fillna({"week": "none"})
    assert told.drop(columns=["first_at", "last_at"]).to_numpy().tolist() == [
        ["12-25", "shop", "sales", False, 1, 5.0],
        ["01-01", "shop", "sales", False, 2, 40.0],
        ["01-08", "gateway", "disputes", False, 1, -3.0],
        ["01-08", "gateway", "failed", True, 1, 7.0],
        [
            "01-08",
            "gateway",
            "no_customer",
            True,
            1,
            2.0,
        ],  # the ledger's step goes before its state
        ["01-08", "gateway", "unusable", True, 1, 0.0],
        ["01-08", "shop", "refunds", False, 1, -4.0],
        ["none", "gateway", "no_customer", True, 1, 1.0],
    ]


def test_a_date_that_cannot_be_right_has_no_week() -> None:
    by_week = exploration.activity(marked([("implausible_date", "1900-01-01", 5.0, False, "shop", "sale")]), LEDGER)
    assert by_week["week"].isna().all()
    assert by_week[["kind", "left_out", "amount"]].values.tolist() == [["unusable", True, 5.0]]


def test_by_source_adds_up_and_gives_reasons() -> None:
    totals = exploration.activity_by_source(exploration.activity(marked(SMALL), LEDGER))
    assert totals.groupby("source")["rows_share"].sum().tolist() == pytest.approx([1, 1])
    rows = findings.exploration.activity_rows(totals)
    assert rows["what"].tolist()[:2] == ["Disputes", "Failed payments"]
    assert rows["why"].tolist() == [
        "",
        "the payment failed, so nothing was sold",
        "no customer is known, and guests are not one customer",
        "no order number, right date or amount, or no price",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("2018-01-01 04:01", "In 52 weeks sales"),  # 366 days, which touch 54 calendar weeks
        ("2018-01-09", "In 53 weeks sales"),
        ("2017-01-28", "In 4 weeks sales"),
        ("2017-01-27", "In 27 days sales"),
        ("2017-01-01 12:00", "In 1 day sales"),
    ],
)
def test_weeks_are_as_long_as_the_records(last: str, said: str) -> None:
    rows = [("analysed", at, 1.0, False, "s", "sale") for at in ("2017-01-01 11:53", last)]
    assert findings.exploration.activity(exploration.activity(marked(rows), LEDGER), "USD").startswith(said)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "The sources hold no lines."),
        (
            SMALL,
            "In 9 days sales of 2 sources came to €45.00, and €7.00 (16%) went back; 4 of 9 lines are left out, the "
            "largest part lines without a customer (2).",
        ),
        (SMALL[:1], "In 1 day sales came to €10.00; the source tells of sales only, not of refunds, disputes, or "),
        (SMALL[:4], "In 9 days sales came to €45.00, and €4.00 (8.9%) went back; no line is left out."),
        (SMALL[5:6], "In 1 day sales came to €0.00, and nothing went back; 1 of 1 line is left out: failed payments."),
        (SMALL[7:8], "Sales came to €0.00, and nothing went back; 1 of 1 line is left out: lines without a customer."),
        (SMALL[3:4], "In 1 day sales came to €0.00, and €4.00 went back; no line is left out."),
    ],
)
def test_sentence(rows: list[tuple[Any, ...]], said: str) -> None:
    by_week = exploration.activity(marked(rows), LEDGER)
    assert findings.exploration.activity(by_week, "EUR").startswith(said)
    plots.exploration.activity(by_week, "EUR")


def test_lines_without_marks_are_refused() -> None:
    with pytest.raises(InputError, match=r"Give Shop\.marked"):
        exploration.activity(marked(SMALL).drop("step"), LEDGER)


def test_lines_without_source_or_state_and_steps_by_name_do_too() -> None:
    lines = marked(SMALL).drop("source", "state")
    names = lines.mutate(step=ibis.cases(*[(lines.step == n, name) for name, n in NUMBER.items()], else_=""))
    assert exploration.activity(lines, LEDGER).equals(exploration.activity(names, LEDGER))
    assert exploration.activity(lines, LEDGER)["source"].unique().tolist() == ["orders"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(STEPS[1:]),
            st.sampled_from([None, "2024-01-01", "2024-02-29", "1999-12-31"]),
            st.sampled_from([None, 0.0, 1.25, -2.5]),
            st.booleans(),
            st.sampled_from(["a", "b"]),
            st.sampled_from(["sale", "refund", "failed", "disputed", "test", "transfer", "pending", "cancelled"]),
        ),
        max_size=12,
    )
)
def test_every_line_and_cent_is_told_once(rows: list[tuple[Any, ...]]) -> None:
    by_week = exploration.activity(marked(rows), LEDGER)
    assert by_week["rows"].sum() == len(rows)
    assert by_week["amount"].sum() == sum(row[2] or 0 for row in rows)
    assert set(by_week["kind"]) <= set(exploration.ACTIVITY_KINDS)
    assert by_week.loc[by_week["left_out"], "rows"].sum() == sum(
        r[0] not in ("analysed", "before_window") for r in rows
    )


def test_the_demo_shop_adds_up_to_its_ledger() -> None:
    shop = sg.open_shop("demo")
    by_week = exploration.activity(shop.marked, shop.ledger)
    assert by_week["rows"].sum() == shop.ledger["rows"].iloc[0]
    assert by_week["amount"].sum() == pytest.approx(shop.ledger["amount"].iloc[0], abs=0.005)


# --- the figure


def weeks_of(sources: int, kinds: tuple[str, ...] = exploration.ACTIVITY_KINDS, weeks: int = 30) -> pd.DataFrame:
    every = pd.date_range("2024-01-01", periods=weeks, freq="W-MON")
    rows = [(week, f"source {n} $a$", kind, 3, 10.0 * n) for week in every for n in range(sources) for kind in kinds]
    return pd.DataFrame(rows, columns=["week", "source", "kind", "rows", "amount"])


@pytest.mark.parametrize(("sources", "panels"), [(1, 1), (2, 2), (5, 5), (9, 5)])
def test_a_picture_a_source_and_the_smallest_added_up(sources: int, panels: int) -> None:
    axes = plots.exploration.activity(weeks_of(sources), "EUR")
    assert isinstance(axes, Axes)
    drawing: Any = axes.get_figure()
    drawing.canvas.draw()
    assert len(drawing.axes) == panels
    titles = [panel.get_title(loc="left") for panel in drawing.axes]
    assert titles[-1] == ("Other sources (5)" if sources == 9 else "" if sources == 1 else f"source {sources - 1} $a$")


def test_sales_stand_up_and_everything_else_down() -> None:
    axes = plots.exploration.activity(weeks_of(1, ("sales", "refunds", "failed"), weeks=1).assign(amount=[9, -2, 3]))
    assert axes is not None
    ends = sorted((bar.get_y() + bar.get_height(), bar.get_y()) for bar in axes.patches)  # type: ignore[attr-defined]
    assert [tuple(sorted(map(float, pair))) for pair in ends] == [(-5.0, -2.0), (-2.0, 0.0), (0.0, 9.0)]


def test_nothing_beyond_sales_is_not_drawn() -> None:
    assert plots.exploration.activity(weeks_of(1, ("sales",))) is None
    assert plots.exploration.activity(weeks_of(2, ("sales",))) is not None
