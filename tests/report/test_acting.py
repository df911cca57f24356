"""Which division to act on: only one that surely beats plain bands takes the place of RFM."""

import pandas as pd
import pytest

from seglib.report.pages.acting import scheme_to_act_on
from seglib.report.pages.actions import next_actions
from seglib.report.pages.overview import money_segments

RECORD = {"currency": "EUR", "min_group": 30}
SIZES = {"customers": [40, 60], "customers_share": [0.4, 0.6], "revenue": [700.0, 300.0], "revenue_share": [0.7, 0.3]}


@pytest.fixture
def tables(tmp_path):
    pd.DataFrame({"segment": ["Champions", "Lost"], **SIZES}).to_csv(tmp_path / "rfm_segments.csv")
    rules = pd.DataFrame({"segment": ["Regulars", "Night owls"], **SIZES})
    rules.to_csv(tmp_path / "rule_profiles.csv")
    rules.assign(
        group=["R", "N"], status="available", action="Call them.", customers_share=0.2, revenue_share=0.5
    ).to_csv(tmp_path / "segments.csv")
    return tmp_path


def compared(tables, rfm: tuple[float, float], rule: tuple[float, float]) -> None:
    pd.DataFrame({
        "scheme": ["RFM", "Segmentation by rule", "Geographic", "Spend so far, in bands"],
        "kind": ["scheme", "scheme", "scheme", "bands"], "explained": [0.2, 0.3, 0.9, 0.1],
        "rival": "Spend so far, in bands",
        "ahead": [rfm[0], rule[0], 0.8, 0.0], "ahead_low": [rfm[1], rule[1], 0.7, 0.0],
    }).to_csv(tables / "schemes.csv")  # fmt: skip


def test_the_one_surely_ahead_is_acted_on(tables):
    compared(tables, (0.05, 0.01), (0.2, -0.1))
    acting = scheme_to_act_on(tables)
    assert acting.scheme == "rfm_segment"
    assert acting.why == (
        "Act on RFM segments: they surely tell more of what customers do next than plain bands do (20% of the "
        "order of next period's revenue, against 10% by “Spend so far, in bands”)."
    )
    compared(tables, (0.05, 0.01), (0.2, 0.1))
    assert scheme_to_act_on(tables).scheme == "rule_segment"


def test_where_none_is_ahead_it_is_rfm_and_says_so(tables):
    compared(tables, (0.05, -0.01), (0.0, -0.1))
    acting = scheme_to_act_on(tables)
    assert acting.scheme == "rfm_segment"
    assert "none surely tells more of what they do next than plain bands do" in acting.why
    (tables / "rfm_segments.csv").unlink()
    assert scheme_to_act_on(tables).scheme == "rule_segment"


def test_without_a_comparison_it_says_so(tables):
    acting = scheme_to_act_on(tables)
    assert acting.scheme == "rfm_segment"
    assert "could not be compared" in acting.why
    pd.DataFrame({"scheme": ["RFM"]}).to_csv(tables / "schemes.csv")  # of a notebook of one's own
    assert scheme_to_act_on(tables) == acting
    (tables / "segments.csv").unlink()
    assert "no other division" in scheme_to_act_on(tables).why


def test_the_first_page_and_its_actions_follow_it(tables):
    compared(tables, (0.0, -0.1), (0.2, 0.1))
    told = money_segments(tables, "EUR")
    assert [row["name"] for row in told["rows"]] == ["Regulars", "Night owls"]
    assert told["why"].startswith("Act on segments by rule")
    actions = next_actions(RECORD, tables, [])
    assert [each["kind"] for each in actions] == ["Segment by rule", "Segment by rule", "RFM segment", "RFM segment"]


def test_where_another_division_is_ahead_the_sentence_speaks_only_of_those_with_lists(tables):
    compared(tables, (0.0, -0.1), (0.0, -0.1))  # the geographic one is surely ahead, and has no list
    assert "of the divisions with lists of customers that could be compared, none" in scheme_to_act_on(tables).why


def test_personas_are_not_compared_and_give_way_to_what_was(tables):
    compared(tables, (0.0, -0.1), (0.0, -0.1))
    (tables / "rfm_segments.csv").unlink()
    pd.DataFrame({"persona": ["Owls"], "customers": 9, "revenue": 1.0}).to_csv(tables / "personas.csv")
    assert scheme_to_act_on(tables).scheme == "rule_segment"


@pytest.mark.parametrize("low", ["much", float("nan"), float("inf")])
def test_numbers_that_are_none_put_nothing_ahead(tables, low):
    compared(tables, (0.1, 0.05), (0.2, low))
    assert scheme_to_act_on(tables).scheme == "rfm_segment"


def test_in_a_tie_the_best_known_is_acted_on(tables):
    compared(tables, (0.2, 0.1), (0.2, 0.1))
    assert scheme_to_act_on(tables).scheme == "rfm_segment"
