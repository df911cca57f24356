"""The explorer: what moving a threshold changes, and the widget that moves it."""

import builtins
import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

import seglib as sg
from seglib.command import explorer
from seglib.errors import InputError
from seglib.segments.rules import RuleBook, Segment
from seglib.segments.rules import find_members as find

SETTINGS = {"good_spend": 100, "share": 0.5, "word": "shoes"}
BIG = Segment("Big", "Spend much.", "monetary_value >= good_spend and 'share' <> word", settings=SETTINGS)
OFTEN = Segment("Often", "Order often.", "frequency >= 3", settings=SETTINGS)
LATE = Segment("Asked", "", "open_tickets > 0", settings=SETTINGS)


@pytest.fixture
def shop():
    people = pd.DataFrame(
        {"monetary_value": [10.0, 90.0, 100.0, 200.0], "frequency": [1, 4, 3, 0]},
        index=pd.Index(list("abcd"), name="customer_id"),
    )
    book, as_of = RuleBook((BIG, OFTEN, LATE)), dt.date(2024, 1, 1)
    return SimpleNamespace(
        people=people, rules=book, as_of=as_of, currency="EUR", measured=lambda calls: None,
        memberships=find(people, book, measured=None, as_of=as_of),
    )  # fmt: skip


def test_moving_a_threshold_by_hand(shop):
    table = explorer.move(shop, "Big", {"good_spend": 90}).table.set_index("measure")
    assert table.loc["People"].tolist() == [2, 3, 1]  # c, d; then b too
    assert table.loc["Customers"].tolist() == [1, 2, 1]  # d has no order
    assert table.loc["Revenue"].tolist() == [300.0, 390.0, 90.0]
    assert table.loc["Share of revenue", "now"] == 0.75
    assert table.loc["Who join"].tolist() == [0, 1, 1]
    assert table.loc["Who leave"].tolist() == [0, 0, 0]
    assert table.loc["Also in Often"].tolist() == [1, 2, 1]


def test_it_says_what_changed(shop):
    moved = explorer.move(shop, "Big", {"good_spend": 150})
    assert moved.sentence() == ("Big with good_spend = 150: 1 person instead of 2, €200.00 revenue instead of €300.00.")
    assert explorer.move(shop, "Big", {}).sentence() == "Big as it stands: 2 people, €300.00 revenue."
    assert "75%" in repr(moved)
    assert "<table>" in moved._repr_html_()


def test_the_rules_of_the_shop_stay_as_they_are(shop):
    explorer.move(shop, "Big", {"good_spend": 1})
    assert shop.rules.settings["good_spend"] == 100
    assert explorer.move(shop, "Big", {}).table["change"].eq(0).all()


@pytest.mark.parametrize(
    ("segment", "settings", "said"),
    [
        ("Bug", {}, "Did you mean 'Big'"),
        ("Big", {"good_spent": 1}, "good_spend"),
        ("Big", {"good_spend": "much"}, "expected a number"),
        ("Asked", {"good_spend": 1}, "needs tickets"),
    ],
)
def test_faults_are_told(shop, segment, settings, said):
    with pytest.raises(InputError, match=said):
        explorer.move(shop, segment, settings)


def test_thresholds_are_the_numbers_that_the_rule_names(shop):
    assert explorer.thresholds(shop, "Big") == [explorer.Threshold("good_spend", 100, 0, 300, 3)]
    assert explorer.thresholds(shop, "Often") == []


@pytest.mark.parametrize(
    ("value", "least", "most", "step"),
    [(0.1, 0, 1, 0.01), (30, 0, 90, 1), (2.5, 0, 7.5, 0.075), (0, 0, 10, 1), (-5, -15, 15, 1), (7.0, 0, 21, 0.21)],
)
def test_how_far_a_slider_moves(value, least, most, step):
    found = explorer._threshold("x", value)
    assert (found.least, found.most, found.step) == pytest.approx((least, most, step))


def test_without_revenue_or_members_nothing_breaks(shop):
    nobody = pd.Series(False, index=shop.people.index)
    table = explorer._table(shop.people[[]], nobody, nobody, pd.DataFrame(index=shop.people.index))
    assert table.set_index("measure").loc["People"].eq(0).all()
    assert "–" in explorer.Moved("Big", {}, table).shown().to_string()


# the widget, without a browser ---------------------------------------------------------------------------------------


def test_a_slider_moves_what_stands_below_it(shop):
    pytest.importorskip("ipywidgets")
    slider, below = sg.explore(shop, "Big").children
    assert "Big as it stands: 2 people" in below.value
    slider.value = 150
    assert "good_spend = 150: 1 person instead of 2" in below.value
    slider.value = 100
    assert "as it stands" in below.value


def test_a_segment_without_numbers_has_no_slider(shop):
    pytest.importorskip("ipywidgets")
    assert len(explorer.explore(shop, "Often").children) == 1


def test_without_widgets_it_says_how_to_get_them(shop, monkeypatch):
    real = builtins.__import__

    def without(name, *given, **more):
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r'pip install "seglib\[explorer\]"'):
        sg.explore(shop, "Big")
