"""The first page: what each part says comes from the tables of the run, and without them it says nothing."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from seglib.report.pages.actions import next_actions
from seglib.report.pages.index import glossary_facts, index_facts, previous_headline
from seglib.report.pages.overview import changes, key_numbers, money_segments
from seglib.report.pages.pages import read_page, render
from seglib.report.pages.trust import trust
from seglib.report.run.parameters import Notebook
from seglib.report.run.running import Failure, Outcome
from seglib.show.findings import overview as findings

COUNTS = {"customers": 100, "orders": 300, "revenue": 3000.0, "average_order_value": 10.0, "one_time_share": 0.25,
          "rows_read": 400, "rows_analysed": 390}  # fmt: skip
RECORD = {
    "shop": "Tea & <b>Cups</b>", "notice": "", "currency": "EUR", "basis": "100 customers, 300 orders.",
    "as_of": "2024-01-01", "window_days": 365, "counts": COUNTS, "versions": {"seglib": "0.1.0"},
    "inputs": [{"name": "orders.csv", "rows": 400, "sha256": "ab"}], "notebooks": {},
}  # fmt: skip
LEDGER = pd.DataFrame({"step": ["raw", "zero_price", "analysed"], "meaning": ["", "price of zero", ""],
                       "rows": [400, 390, 390], "rows_removed": [0, 10, 0]})  # fmt: skip
RFM = pd.DataFrame({
    "segment": ["Champions", "At Risk", "Lost"], "customers": [40, 35, 25], "customers_share": [0.4, 0.35, 0.25],
    "revenue": [1000.0, 1900.0, 100.0], "revenue_share": [1 / 3, 1.9 / 3, 0.1 / 3], "median_orders": [3, 3, 1],
})  # fmt: skip
RULES = pd.DataFrame({
    "segment": ["Support waiting", "Top spenders", "champions", "By location: Italy", "By location: France", "Few"],
    "group": ["Support waiting", "Top spenders", "champions", "By location", "By location", "Few"],
    "status": "available", "customers": [31, 30, 33, 50, 50, 3], "customers_share": [0.31, 0.3, 0.33, 0.5, 0.5, 0.03],
    "revenue": [20.0, 900.0, 950.0, 1500.0, 1500.0, 999.0], "revenue_share": [0.01, 0.3, 0.32, 0.5, 0.5, 0.33],
    "action": ["Answer first.", "Look after them.", "Praise.", "Write locally.", "Write locally.", "None."],
    "does": ["('help',)", "('promote',)", "()", "()", "()", "()"], "description": "Somebody.",
})  # fmt: skip


def outcome(name: str = "01_a", failure: Failure | None = None, missing: bool = False) -> Outcome:
    told = {"role": "finding", "text": "Half of the revenue."}
    lacking = {"role": "unanswered", "text": "Not available.", "why": "this shop has no events."}
    shown = new_output("display_data", {}, metadata={"seglib": lacking if missing else told})
    document = new_notebook(cells=[new_markdown_cell("# Who?\n\n## Where?"), new_code_cell("", outputs=[shown])])
    return Outcome(Notebook(name, Path(), "Who?"), document, read_page(document), 1.0, failure)


def page_of(tables: Path, *outcomes: Outcome, **changes_) -> str:
    tables.mkdir(exist_ok=True)
    return render("run.html.j2", index_facts({**RECORD, **changes_}, outcomes or [outcome()], tables, LEDGER))


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    return folder


def test_without_tables_only_numbers_rows_and_pages_are_told(tables):
    text = page_of(tables)
    for anchor in ('id="changed"', 'id="segments"', 'id="actions"', 'id="moved"', 'id="data"'):
        assert anchor not in text
    assert 'id="trust"' in text
    assert 'id="pages"' in text
    assert "390 of the 400 rows (98%) are analysed. Left out: 10 rows (price of zero)." in text
    assert "Tea &amp; &lt;b&gt;Cups&lt;/b&gt;" in text


def test_every_link_to_a_section_has_one(tables):
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    text = page_of(tables)
    assert set(re.findall(r'href="#([\w-]+)"', text)) <= set(re.findall(r'id="([\w-]+)"', text))


def test_lines_made_of_the_refunds_of_orders_count_among_all_lines(tables):
    top = pd.DataFrame({"step": ["files", "added"], "meaning": "", "rows": [300, 400], "rows_removed": [0, -100]})
    facts = index_facts(RECORD, [outcome()], tables, pd.concat([top, LEDGER], ignore_index=True))
    assert "390 of the 400 rows (98%) are analysed. Left out: 10 rows (price of zero)." in render("run.html.j2", facts)


def test_a_shop_without_orders_is_told_by_what_it_holds(tables):
    counts = dict.fromkeys(COUNTS, 0)
    numbers = key_numbers({**RECORD, "counts": counts, "held": {"events": 12}})
    assert [(number["term"], number["value"]) for number in numbers] == [("Events", "12")]
    empty = LEDGER.assign(rows=0, rows_removed=0)
    facts = index_facts({**RECORD, "counts": counts, "held": {"events": 12}}, [outcome()], tables, empty)
    assert facts["trust"] == []
    assert "Events" in render("run.html.j2", facts)


def test_key_numbers_tell_the_window_before_where_it_is_known():
    before = {**COUNTS, "revenue": 2400.0, "one_time_share": 0.3}
    small = {each["term"]: each["small"] for each in key_numbers({**RECORD, "previous": before})}
    assert small["Net revenue"] == "€2,400 in the 365 days before (+25%)"
    assert small["One order in the records"] == "30% in the 365 days before"
    assert {each["small"] for each in key_numbers(RECORD)} == {""}
    assert all(each["definition"] for each in key_numbers(RECORD))


def test_the_window_before_is_counted_only_where_there_is_one():
    class Told:
        window_days = 365
        customers = pd.DataFrame({"previous_orders": pd.array([None], dtype="Int64")})

    assert previous_headline(Told()) == {}


def test_a_change_from_nothing_is_no_percentage():
    assert findings.before(5, 0, "0", "in the year before") == "0 in the year before"
    assert findings.before(5, float("nan"), "–", "in the year before") == "– in the year before"
    assert findings.before(-5, 10, "10", "in the year before") == "10 in the year before"
    assert findings.before(100, 100, "100", "then") == "100 then (0%)"


def test_who_ordered_again_and_what_came_and_went_adds_up(tables):
    customers = {"monetary_value": [80.0, 20.0], "previous_orders": [2, 0], "previous_revenue": [90.0, 0.0]}
    pd.DataFrame(customers).to_parquet(tables / "customers.parquet")
    before = {"customers": 4, "revenue": 150.0}
    assert changes({**RECORD, "previous": before}, tables) == [
        "Of the 4 customers of the 365 days before, 1 (25%) ordered again, for €80.00: they had brought "
        "€90.00 before, and the others €60.00. Customers who did not order in those days brought €20.00."
    ]
    assert changes(RECORD, tables) == []


def test_segments_stand_by_revenue_with_shares_as_bars(tables):
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    told = money_segments(tables, "EUR")
    assert [row["name"] for row in told["rows"]] == ["At Risk", "Champions", "Lost"]
    assert "finding" not in told  # true by construction: no headline
    assert (
        "At Risk, 35% of the customers (35 of 100), bring 63% of the revenue (€1,900). That is so by construction."
        in told["caption"]
    )
    assert [cell["width"] for cell in told["rows"][0]["cells"]] == [100.0, 55.3, None, None]
    assert dict(told["definitions"])["Lost"].startswith("RFM segment")


@pytest.mark.parametrize("file", ["rfm_segments.csv", "personas.csv", "rule_profiles.csv"])
def test_whichever_division_a_run_has_is_shown(tables, file):
    column = "persona" if file == "personas.csv" else "segment"
    pd.DataFrame({column: ["NA", "B"], "customers": [3, 1], "revenue": [0.0, 0.0]}).to_csv(tables / file, index=False)
    assert [row["name"] for row in money_segments(tables, "")["rows"]] == ["NA", "B"]


def test_tables_of_other_notebooks_by_the_same_names_are_passed_over(tables):
    for name in (
        "rfm_segments",
        "personas",
        "persona_traits",
        "segments",
        "readiness",
        "revenue_by_month",
        "rule_profiles",
    ):
        pd.DataFrame({"something": [1, 2]}).to_csv(tables / f"{name}.csv", index=False)
    text = page_of(tables)
    assert 'id="segments"' not in text
    assert 'id="actions"' not in text


def test_forty_segments_show_the_twelve_with_most_money(tables):
    many = pd.DataFrame({"segment": [f"S{place:02d}" for place in range(40)], "customers": 1, "customers_share": 0.025,
                         "revenue": np.arange(40.0), "revenue_share": np.arange(40) / 780})  # fmt: skip
    many.to_csv(tables / "rfm_segments.csv", index=False)
    told = money_segments(tables, "EUR")
    assert len(told["rows"]) == 12
    assert told["rows"][0]["name"] == "S39"
    assert "28 more, with less revenue, are on their page." in told["caption"]


@pytest.mark.parametrize("revenue", [0.0, -5.0, float("nan")])
def test_revenue_that_is_zero_negative_or_unknown_makes_a_page(tables, revenue):
    RFM.assign(revenue=revenue, revenue_share=revenue).to_csv(tables / "rfm_segments.csv", index=False)
    text = page_of(tables)
    assert 'id="segments"' in text
    assert 'id="actions"' not in text
    assert not re.search(r"\bnan\b", text)


def test_actions_are_for_most_money_without_names_told_twice_and_help_has_a_place(tables):
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    RULES.to_csv(tables / "segments.csv", index=False)
    told = next_actions(RECORD, tables, ["02_rfm"])
    assert [action["segment"] for action in told] == ["At Risk", "Champions", "Top spenders", "Support waiting"]
    assert told[0]["who"] == "35 customers, who brought €1,900 (63% of the revenue)"
    assert told[0]["action"] == "Write personally, ask what was missing and offer a way back."
    assert [action["href"] for action in told] == ["02_rfm.html", "02_rfm.html", "", ""]


def test_no_action_is_proposed_for_a_segment_that_page_05_calls_too_broad(tables):
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    most = RULES.assign(revenue_share=RULES["revenue_share"].mask(RULES["segment"] == "Top spenders", 0.78))
    most.to_csv(tables / "segments.csv", index=False)
    assert "Top spenders" not in [action["segment"] for action in next_actions(RECORD, tables, [])]


def test_the_page_says_that_help_has_a_place_whatever_the_money(tables):
    """Support waiting brings 1% of the revenue: it is not among those with most money at stake."""
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    RULES.to_csv(tables / "segments.csv", index=False)
    said = "and the largest whose customers need help: that comes before selling."
    assert said in page_of(tables)
    RULES.assign(does="()").to_csv(tables / "segments.csv", index=False)
    text = page_of(tables)
    assert said not in text
    assert "The segments with most money at stake. They overlap" in text


def test_no_action_is_proposed_for_a_group_smaller_than_those_described(tables):
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    told = next_actions({**RECORD, "min_group": 36}, tables, [])
    assert [action["segment"] for action in told] == ["Champions"]


def test_the_shops_own_actions_win(tables):
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    told = next_actions({**RECORD, "actions": {"At Risk": "Send a postcard."}}, tables, [])
    assert told[0]["action"] == "Send a postcard."


def test_personas_are_treated_by_their_traits(tables):
    cards = {
        "persona": ["Big baskets", "Group 2"],
        "customers": [50, 50],
        "customers_share": 0.5,
        "described": [True, False],
    }
    pd.DataFrame({**cards, "revenue": [900.0, 100.0], "revenue_share": [0.9, 0.1]}).to_csv(
        tables / "personas.csv", index=False
    )
    traits = {"persona": ["Big baskets"] * 2, "feature": ["items_per_order", "frequency"], "delta": [0.8, 0.2]}
    pd.DataFrame(traits).to_csv(tables / "persona_traits.csv", index=False)
    assert [(each["segment"], each["action"]) for each in next_actions(RECORD, tables, [])] == [
        ("Big baskets", "Offer bundles and larger packs.")
    ]


def test_trust_says_what_is_good_and_what_to_look_at(tables):
    RFM.to_csv(tables / "rfm_segments.csv", index=False)
    cards = {"persona": ["A", "B"], "described": [True, True], "jaccard": [0.9, 0.8], "kind": "groups"}
    pd.DataFrame(cards).to_csv(tables / "personas.csv", index=False)
    side = [("events", "read", 10), ("events", "used", 4)]
    pd.DataFrame(side, columns=["table", "step", "rows"]).to_csv(tables / "side_ledger.csv", index=False)
    told = {line["what"]: (line["state"], line["text"]) for line in trust(tables, LEDGER, "98%.", 2)}
    assert told["Rows"] == ("good", "98%.")
    assert told["Other tables"] == ("look", "Not all rows beside the orders could be used: Events (4 of 10).")
    assert told["Personas"][0] == "good"
    assert told["Personas"][1].endswith("the weakest reaches 0.80 of 1.")
    assert told["Small segments"] == ("look", "Lost has fewer than 30 customers (25): read its numbers with care.")
    assert told["Open questions"][1].startswith("2 questions of the pages cannot be answered")


def test_rows_outside_the_period_are_no_fault_of_the_data(tables):
    outside = LEDGER.assign(step=["raw", "before_window", "analysed"], rows_removed=[0, 300, 0])
    assert trust(tables, outside, "x", 0)[0]["state"] == "good"
    assert trust(tables, outside.assign(step=["raw", "no_date", "analysed"]), "x", 0)[0]["state"] == "look"


def test_no_personas_that_hold_are_said_plainly(tables):
    columns = ["persona", "described", "jaccard", "kind"]
    text, state = findings.personas(pd.DataFrame(columns=columns))
    assert state == "note"
    assert text.startswith("No division of the customers comes back")
    told = pd.DataFrame([("A", True, float("nan"), "everyone")], columns=columns)
    assert findings.personas(told) == (text, "note")
    two = pd.DataFrame([("A", False, 0.2, "groups"), ("B", False, 0.3, "groups")], columns=columns)
    assert findings.personas(two) == (
        "0 of 2 groups of customers come back when they are split at random, and have a name.",
        "look",
    )


def test_slices_are_neither_good_nor_a_fault(tables):
    """However surely they come back: a cloud cut in three does so too."""
    cards = {"persona": ["A", "B"], "described": True, "jaccard": 0.99, "kind": "slices"}
    pd.DataFrame(cards).to_csv(tables / "personas.csv", index=False)
    line = next(line for line in trust(tables, LEDGER, "98%.", 0) if line["what"] == "Personas")
    assert (line["state"], line["mark"]) == ("note", "Note")
    assert line["text"].startswith("Customers differ by degrees")
    assert '<span class="badge note">Note</span>' in page_of(tables)


def test_what_somebody_settled_is_not_called_good(tables):
    settled = [{"name": "pending", "level": "ask", "settled": True}]
    lines = trust(tables, LEDGER, "98%.", 0, settled)
    assert [(line["what"], line["state"]) for line in lines] == [("Rows", "good"), ("Reading", "note")]


MOVES = {"told": 100, "did": 60, "came_true": 40, "within_days": 30, "did_share": 0.6, "did_share_low": 0.5,
         "did_share_high": 0.69, "came_true_share": 0.67, "came_true_share_low": 0.54, "came_true_share_high": 0.77,
         "others_share": 0.4, "effect": 0.4, "differs": True}  # fmt: skip
BECAME = {"segment": ["Dormant", "Regulars"], "again_share": [0.1, 0.6], "verdict": ["less", "alike"]}
SCHEME = {"scheme": "RFM", "kind": "scheme", "explained": 0.3, "explained_low": 0.2, "explained_high": 0.4,
          "explained_by_cover": 0.0, "money": 0.2, "rival": "", "ahead_low": 0.01, "ahead_high": 0.1,
          "money_ahead_low": 0.01, "judged": 400, "rough": False, "days": 1}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "table", "what", "better"),
    [
        ("moves_before", {**MOVES, "move": ["slips"]}, "Told to slip", {"did_share_low": 0.51}),
        ("moves_before", {**MOVES, "move": ["slips"], "did_share_low": 0.51, "differs": False}, "Told to slip",
         {"differs": True}),
        ("moves_before", {**MOVES, "move": ["slips"], "did_share_low": 0.51, "effect": -0.4}, "Told to slip",
         {"effect": 0.4}),
        ("moves_before", {**MOVES, "move": ["rises"], "came_true_share_low": 0.5}, "Told to rise",
         {"came_true_share_low": 0.51}),
        ("became", BECAME, "Segments by rule", {"verdict": ["less", "more"]}),
        ("schemes", {**SCHEME, "money_ahead_low": [-0.01]}, "Schemes", {"money_ahead_low": [0.01]}),
    ],
)  # fmt: skip
def test_a_backtest_is_good_only_where_it_came_out_so(tables, file, table, what, better):
    for told, state in ((table, "look"), ({**table, **better}, "good")):
        pd.DataFrame(told).to_csv(tables / f"{file}.csv", index=False)
        lines = {line["what"]: line for line in trust(tables, LEDGER, "98%.", 0)}
        assert lines[what]["state"] == state
        assert lines[what]["text"]


def test_without_a_past_nothing_is_said_of_it(tables):
    pd.DataFrame({**MOVES, "move": ["slips"], "told": 29}).to_csv(tables / "moves_before.csv", index=False)
    pd.DataFrame(columns=[*BECAME]).to_csv(tables / "became.csv", index=False)
    pd.DataFrame({**SCHEME, "explained": [None]}).to_csv(tables / "schemes.csv", index=False)
    assert [line["what"] for line in trust(tables, LEDGER, "98%.", 0)] == ["Rows"]


def test_failed_pages_and_open_questions_are_counted(tables):
    failed = outcome("02_b", Failure("Where?", "ValueError", "boom"))
    text = page_of(tables, outcome(missing=True), failed)
    assert "1 of 2 pages is not complete" in text
    assert "1 question of the pages cannot be answered from these data" in text


def test_the_glossary_is_a_page_of_the_same_look(tables):
    text = render("glossary.html.j2", glossary_facts(RECORD, [outcome()]))
    assert '<a href="glossary.html" aria-current="page">Glossary</a>' in text
    assert "<dt>Silhouette</dt>" in text
    assert "Rousseeuw 1987" in text
    assert '<a href="glossary.html">Glossary</a>' in page_of(tables)


def headed(name: str, text: str, distance: float | None) -> Outcome:
    told = {"role": "headline", "text": text} | ({} if distance is None else {"distance": distance})
    other = {"role": "finding", "text": "Champions bring most. That is so by construction."}
    outputs = [new_output("display_data", {}, metadata={"seglib": each}) for each in (told, other)]
    document = new_notebook(cells=[new_markdown_cell("# Who?\n\n## Where?"), new_code_cell("", outputs=outputs)])
    return Outcome(Notebook(name, Path(), "Who?"), document, read_page(document), 1.0, None)


def test_the_three_headlines_furthest_from_chance_surprise_most_and_stand_once(tables):
    outcomes = [headed("01_a", "Small <b>", 0.2), headed("02_b", "Untested", None), headed("03_c", "Largest", 0.9),
                headed("04_d", "Large", 0.5), headed("05_e", "Least", 0.1)]  # fmt: skip
    told = page_of(tables, *outcomes)
    part = told[told.index('<ol class="surprises">') : told.index("</ol>", told.index('<ol class="surprises">'))]
    assert re.findall(r"<li>(.*?) <a href=\"(\w+).html\"", part) == [
        ("Largest", "03_c"), ("Large", "04_d"), ("Small &lt;b&gt;", "01_a")]  # fmt: skip
    assert [told.count(text) for text in ("Largest", "Untested", "Least")] == [1, 1, 1]
    assert told.count("by construction") == 0
    assert "surprises" not in page_of(tables, headed("02_b", "Untested", None)).partition("<main")[2]


@pytest.mark.parametrize("distance", ["far", float("nan"), float("inf")])
def test_a_distance_that_is_no_number_surprises_nobody(tables, distance):
    assert headed("02_b", "Odd", distance).page.headline.distance is None
    told = page_of(tables, headed("01_a", "Twice", 0.5), headed("02_b", "Twice", 0.4), headed("03_c", "Odd", distance))
    assert told.count("Twice") == 1
