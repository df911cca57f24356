"""Figures about feedback: they say what the table says, and survive awkward ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from seglib.show.plots import feedback as plots

LONG = "A question far too long to stand beside a dot in any figure that fits a page $ & _ ^ {"
EVERYONE = "Everyone"


def drawn(axes: Any) -> Axes:
    """What a report does: render it."""
    assert isinstance(axes, Axes)
    axes.get_figure().canvas.draw()  # type: ignore[union-attr]
    return axes


def texts(axes: Axes) -> list[str]:
    return [text.get_text().strip() for text in axes.texts]


def answers_of(groups: list[str], questions: list[str], choices: list[str]) -> pd.DataFrame:
    rows = [(group, question, answer) for group in groups for question in questions for answer in choices]
    table = pd.DataFrame(rows, columns=["group", "question", "answer"]).assign(people=40, answers=20, share=0.5)
    return table.assign(low_share=0.35, high_share=0.65, differs=table["group"].isin(["b", "g0"]))


def test_of_two_answers_one_is_drawn() -> None:
    axes = drawn(plots.answers(answers_of([EVERYONE], ["A", "B"], ["no", "yes"])))
    assert texts(axes) == ["50% of 40"] * 2
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["A", "B"]
    three = drawn(plots.answers(answers_of([EVERYONE], ["A"], ["no", "perhaps", "yes"])))
    assert len(three.get_yticks()) == 3


@pytest.mark.parametrize("questions", [["A"], [LONG], [f"Q{n}" for n in range(60)]])
@pytest.mark.parametrize("groups", [["a", "b"], [LONG, "b"], [f"g{n}" for n in range(40)]])
def test_answers_of_any_size(groups: list[str], questions: list[str]) -> None:
    table = answers_of([EVERYONE, *groups], questions, ["no", "yes"])
    assert len(drawn(plots.answers(table)).get_yticks()) == min(20, len(questions))
    axes = drawn(plots.answers_by(table))
    assert len(axes.get_xticks()) == min(14, len(groups))
    assert len(axes.get_yticks()) == min(12, len(questions))


def test_what_differs_is_bold() -> None:
    axes = drawn(plots.answers_by(answers_of([EVERYONE, "a", "b"], ["A"], ["no", "yes"])))
    assert [text.get_fontweight() for text in axes.texts] == ["normal", "bold"]


def ratings_of(groups: list[str], means: list[float]) -> pd.DataFrame:
    rows = [(group, f"{LONG} {n}", 40, mean) for group in groups for n, mean in enumerate(means)]
    table = pd.DataFrame(rows, columns=["group", "question", "people", "mean"])
    return table.assign(low=table["mean"] - 0.2, high=table["mean"] + 0.2, differs=table["group"] == "b")


@pytest.mark.parametrize("means", [[5.0], [0.0, 10.0], [3.0, 3.0, 3.0]])
def test_ratings(means: list[float]) -> None:
    axes = drawn(plots.ratings(ratings_of([EVERYONE], means)))
    assert len(texts(axes)) == len(means)
    assert axes.get_xlim()[0] < min(means)
    assert len(drawn(plots.ratings_by(ratings_of([EVERYONE, "a", "b"], means))).get_yticks()) == len(means)


def test_a_rating_of_one_person_has_no_interval() -> None:
    table = ratings_of([EVERYONE], [4.0]).assign(low=np.nan, high=np.nan)
    assert texts(drawn(plots.ratings(table))) == ["4.00 (40)"]


def test_returns_and_reasons() -> None:
    table = answers_of([EVERYONE, "a", "b"], ["x"], ["y"])
    assert texts(drawn(plots.returns(table))) == ["50% of 40"] * 3
    reasons = table.assign(reason="late", tickets=20, of=40)
    assert len(drawn(plots.ticket_reasons(reasons)).get_xticks()) == 3
    assert texts(drawn(plots.ticket_reasons(reasons.head(1)))) == ["50% (20)"]


@pytest.mark.parametrize("n", [2, 9, 60])
def test_over_time(n: int) -> None:
    table = pd.DataFrame({"period": pd.date_range("2020-01-01", periods=n, freq="QS"), "people": 9, "share": 0.5})
    table = table.assign(low_share=0.4, high_share=0.6, reason="late", of=9)
    axes = drawn(plots.over_time(table, "share", "low_share", "high_share", "Share"))
    assert len(axes.get_xticks()) <= 10
    assert texts(axes) == ["50%"]


def test_one_period_is_not_drawn() -> None:
    table = pd.DataFrame({"period": [pd.Timestamp("2020-01-01")], "share": 0.5, "low_share": 0.4, "high_share": 0.6})
    assert plots.over_time(table, "share", "low_share", "high_share", "Share") is None


@pytest.mark.parametrize("name", [name for name in plots.__all__ if name != "over_time"])
def test_nothing_to_draw_is_none(name: str) -> None:
    assert getattr(plots, name)(pd.DataFrame()) is None


def test_a_value_that_is_missing_is_blank_and_the_others_keep_their_weight() -> None:
    table = ratings_of(["a", "b"], [3.0, 4.0]).drop(index=1)
    axes = drawn(plots.ratings_by(table))
    assert [(text.get_text(), text.get_fontweight()) for text in axes.texts] == [
        *(("3.0", "normal"), ("3.0", "bold"), ("4.0", "bold")),
    ]
    assert not any(line.get_visible() for line in [*axes.get_xgridlines(), *axes.get_ygridlines()])


def test_groups_that_do_not_differ_are_not_drawn() -> None:
    table = answers_of([EVERYONE, "a", "c"], ["A"], ["no", "yes"])
    assert plots.answers_by(table) is None
    assert plots.ratings_by(ratings_of([EVERYONE, "a", "c"], [3.0])) is None
    reasons = table.assign(reason=table["answer"], tickets=20, of=40)
    assert texts(drawn(plots.ticket_reasons(reasons))) == ["50% (20)"] * 2


def test_one_group_is_not_compared() -> None:
    assert plots.answers_by(answers_of([EVERYONE, "a"], ["A"], ["no", "yes"])) is None
    assert plots.ratings_by(ratings_of([EVERYONE], [3.0])) is None
