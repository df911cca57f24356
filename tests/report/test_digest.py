"""Digest: two runs side by side, worked by hand, and said plainly where they cannot be compared."""

import datetime as dt
import json

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.report.pages.digest import Digest
from seglib.report.pages.digest import compare_runs as compare_kept
from seglib.report.pages.overview import digest_facts, key_numbers
from seglib.report.run.kept import read_kept
from seglib.show.findings import digest as told

COUNTS = {"customers": 3, "orders": 6, "revenue": 60.0, "average_order_value": 10.0, "one_time_share": 0.5,
          "rows_read": 10, "rows_analysed": 10}  # fmt: skip
BEFORE = {"A": ("Champions", 40.0), "B": ("At Risk", 15.0), "C": ("Lost", 5.0)}
FIRST = {"D": "2026-11-18"}  # all others first ordered in January
NOW = {"A": ("At Risk", 38.0), "B": ("At Risk", 15.0), "D": ("New Customers", 12.0)}


def write_run(folder, as_of, customers, *, counts=None, missing=0.0, bins=5, **record):
    tables = folder / "tables"
    tables.mkdir(parents=True)
    table = pd.DataFrame(
        [(who, segment, money) for who, (segment, money) in customers.items()],
        columns=["customer_id", "rfm_segment", "monetary_value"],
    )
    table["first_order_at"] = pd.to_datetime(table["customer_id"].map(FIRST).fillna("2026-01-01"), format="ISO8601")
    table.to_parquet(tables / "customers.parquet", index=False)
    sizes = table.groupby("rfm_segment")["monetary_value"].agg(["size", "sum"]).reset_index()
    sizes.columns = ["segment", "customers", "revenue"]
    sizes.to_csv(tables / "rfm_segments.csv", index=False)
    pd.DataFrame({"column": ["country"], "missing_share": [missing]}).to_csv(tables / "quality.csv", index=False)
    parameters = {"shop": str(folder), "as_of": as_of, "window_days": 30, "bins": bins}
    told_ = {
        "schema": 1,
        "status": "ok",
        "versions": {"seglib": "0.1.0"},
        "tables": [],
        "shop": "Tea",
        "currency": "EUR",
        "as_of": as_of,
        "window_days": 30,
        "new_since": "2026-06-01",
        "counts": {**COUNTS, **(counts or {})},
    }
    told_ |= {"finished_at": f"{as_of}T08:00:00+00:00", "notebooks": {"02_rfm": {"parameters": parameters}}}
    (folder / "run.json").write_text(json.dumps(told_ | record), encoding="utf-8")
    return folder


def compare_runs(before, now, record=None) -> Digest:
    return compare_kept(read_kept(before), read_kept(now, record))


@pytest.fixture
def runs(tmp_path):
    before = write_run(tmp_path / "before", "2026-11-14", BEFORE)
    counts = {"customers": 3, "revenue": 65.0}
    return before, write_run(tmp_path / "now", "2026-11-21", NOW, counts=counts, missing=0.25)


def test_who_came_who_left_and_who_moved(runs):
    digest = compare_runs(*runs)
    assert digest.base.to_dict("list") == {
        "who": ["both", "new", "first seen", "back", "gone"],
        "customers": [2, 1, 0, 0, 1],
        "revenue_before": [55.0, 0.0, 0.0, 0.0, 5.0],
        "revenue": [53.0, 12.0, 0.0, 0.0, 0.0],
    }
    assert digest.moves.to_dict("records") == [
        {"from": "Champions", "to": "At Risk", "customers": 1, "revenue_before": 40.0, "revenue": 38.0}
    ]
    assert digest.shared_days == 23


def test_the_parts_of_the_revenue_add_up_to_its_change(runs):
    digest = compare_runs(*runs)
    assert digest.base["revenue"].sum() == 65.0
    assert digest.base["revenue_before"].sum() == 60.0
    assert (digest.segments["revenue"] - digest.segments["revenue_before"]).sum() == pytest.approx(5.0)


def test_a_segment_of_one_run_alone_counts_nothing_in_the_other(runs):
    segments = compare_runs(*runs).segments.set_index("segment")
    assert segments.loc["Champions", ["customers_before", "customers", "revenue"]].tolist() == [1.0, 0.0, 0.0]
    assert segments.loc["New Customers", ["customers_before", "revenue"]].tolist() == [0.0, 12.0]


def test_sentences_tell_most_money_first(runs):
    facts = digest_facts(compare_runs(*runs), "EUR")
    assert facts["title"] == "What moved since 14 November 2026"
    assert facts["sentences"][:3] == [
        "1 new customer brought €12.00.",
        "1 customer is no longer among the customers, and had brought €5.00.",
        "2 customers of both runs brought €53.00, before €55.00.",
    ]
    assert facts["sentences"][3] == "Champions: €0.00 from 0 customers, before €40.00 from 1."
    assert facts["sentences"][-1] == "Country is missing in 25.0% of the rows, before in 0.0%."
    assert facts["caveats"] == [
        "The two windows share 23 of their 30 days, so most of what they count is the same.",
    ]
    assert facts["rows"][2] == {"what": "Net revenue", "before": "€60.00", "now": "€65.00", "change": "+8.3%"}


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"currency": "USD"}, "The earlier run counts in another currency, so nothing is compared."),
        ({"window_days": 60}, "The earlier run looks at a window of another length, so nothing is compared."),
        ({"shop": "Coffee"}, "The earlier run is of another shop, so nothing is compared."),
        ({"as_of": "2026-12-01"}, "The earlier run is of a later day than this one, so nothing is compared."),
    ],
)
def test_runs_that_cannot_be_compared_say_so_and_nothing_else(tmp_path, change, obstacle):
    before = write_run(tmp_path / "before", "2026-11-14", BEFORE, **change) if "as_of" not in change else write_run(
        tmp_path / "before", change["as_of"], BEFORE)  # fmt: skip
    digest = compare_runs(before, write_run(tmp_path / "now", "2026-11-21", NOW))
    facts = digest_facts(digest, "EUR")
    assert facts["caveats"] == [obstacle]
    assert (facts["sentences"], facts["rows"]) == ([], [])
    record = {"counts": COUNTS, "currency": "EUR", "window_days": 30}
    assert {number["small"] for number in key_numbers(record, digest)} == {""}


@pytest.mark.parametrize(
    ("first", "new_since", "said"),
    [
        ("2026-01-01", "2025-06-01", "1 earlier customer came back, and brought €12.00."),
        ("2026-11-14 23:59", "2026-06-01", "1 earlier customer came back, and brought €12.00."),
        ("2026-11-15", "2026-06-01", "1 new customer brought €12.00."),
        ("2026-11-15", None, "1 customer, first seen since then, brought €12.00; whether new cannot be told."),
    ],
)
def test_new_is_who_never_ordered_before_not_who_was_outside_the_window(tmp_path, monkeypatch, first, new_since, said):
    monkeypatch.setitem(FIRST, "D", first)
    before = write_run(tmp_path / "before", "2026-11-14", BEFORE)
    now = write_run(tmp_path / "now", "2026-11-21", NOW, new_since=new_since)
    assert digest_facts(compare_runs(before, now), "EUR")["sentences"][0] == said


def test_segments_made_otherwise_are_not_compared(tmp_path):
    before = write_run(tmp_path / "before", "2026-11-14", BEFORE, bins=3)
    digest = compare_runs(before, write_run(tmp_path / "now", "2026-11-21", NOW))
    assert digest.changed == ["rfm_segment"]
    assert digest.segments.empty
    assert digest.moves.empty
    assert len(digest.base) == 5
    assert "The RFM segments were made with other parameters" in digest_facts(digest, "EUR")["caveats"][-1]


def test_the_same_day_and_the_whole_history_are_said(tmp_path):
    before = write_run(tmp_path / "before", "2026-11-14", BEFORE)
    same = digest_facts(compare_runs(before, write_run(tmp_path / "now", "2026-11-14", BEFORE)), "EUR")
    assert same["sentences"] == ["Nothing moved."]
    assert same["caveats"] == ["Both runs are of the same day: what moved was corrected in the data."]
    assert told.caveats(None, None, 7, [])[0].startswith("Both runs count the whole history")
    assert told.caveats(0, 7, 30, []) == []


def test_a_later_run_not_written_yet_is_told_by_its_record(runs):
    before, now = runs
    record = json.loads((now / "run.json").read_text())
    (now / "run.json").unlink()
    assert compare_runs(before, now, record).as_of == dt.date(2026, 11, 21)
    with pytest.raises(InputError, match=r"run.json cannot be read"):
        compare_runs(before, now)


def test_a_run_without_customers_or_tables_still_compares_its_numbers(runs):
    before, now = runs
    for file in [*(before / "tables").iterdir(), *(now / "tables").iterdir()]:
        file.unlink()
    facts = digest_facts(compare_runs(before, now), "EUR")
    assert [row["change"] for row in facts["rows"]] == ["0%", "0%", "+8.3%", "0%", "0.0 points"]
    assert facts["sentences"] == ["Nothing moved."]


def test_key_numbers_say_what_they_were_in_the_earlier_run(runs):
    record = json.loads((runs[1] / "run.json").read_text())
    small = {number["term"]: number["small"] for number in key_numbers(record, compare_runs(*runs))}
    assert small["Net revenue"] == "€60.00 on 14 November 2026 (+8.3%)"
    assert small["One order in the records"] == "50% on 14 November 2026"


def test_nothing_to_tell_is_no_sentence():
    assert told.quality(pd.DataFrame(columns=["what", "before_share", "now_share"])) == []
    assert told.segments(pd.DataFrame()) == []
    assert told.moves(pd.DataFrame()) == []
