"""A page a segment: which ones there are, what each says, and that it says nothing that the tables do not."""

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from seglib.command.cli import main
from seglib.report.pages.digest import Digest
from seglib.report.pages.pages import read_page
from seglib.report.portraits.choosing import choose, links, with_links
from seglib.report.portraits.writing import portraits_of, write_portraits
from seglib.report.run.parameters import Notebook
from seglib.report.run.running import Outcome
from seglib.tables.csv_files import read_csv, write_csv

HOSTILE = '<b>=1+1</b> "Tea" / ../..'
ARABIC = "زبائن مخلصون"
RECORD = {
    "shop": "Tea & Cups", "notice": "", "currency": "EUR", "basis": "200 customers.", "as_of": "2024-01-01",
    "window_days": 365, "counts": {"rows_analysed": 9}, "versions": {"seglib": "0.1.0"}, "min_group": 30,
    "inputs": [{"name": "orders.csv", "rows": 9, "sha256": "ab"}], "notebooks": {},
}  # fmt: skip


def outcomes() -> list[Outcome]:
    document = new_notebook(cells=[new_markdown_cell("# Who?")])
    return [Outcome(Notebook("02_rfm", Path(), "Who?"), document, read_page(document), 1.0, None)]


@pytest.fixture
def run(tmp_path):
    """A run of 200 customers in four segments, one of them too small to be described."""
    names = ["Champions"] * 90 + [HOSTILE] * 50 + [ARABIC] * 40 + ["Few"] * 20
    customers = pd.DataFrame({
        "customer_id": [f"=c{n}" for n in range(200)], "recency_days": range(200), "frequency": [2, 1] * 100,
        "monetary_value": [float(n) for n in range(200)], "average_order_value": 10.0,
        "last_order_at": pd.Timestamp("2023-06-01 10:00"), "rfm_segment": names, "slips_in_days": 9, "slips_to": "Few",
        "orders_needed": 1, "rises_to": "Champions", "rule_segment": ["Regulars"] * 100 + [pd.NA] * 100,
    }).astype({"slips_in_days": "Int64", "orders_needed": "Int64", "rule_segment": "str"})  # fmt: skip
    tables = tmp_path / "tables"
    tables.mkdir()
    customers.to_parquet(tables / "customers.parquet")
    sizes = customers.groupby("rfm_segment", sort=False)["monetary_value"].agg(["size", "sum"]).reset_index()
    sizes = sizes.set_axis(["segment", "customers", "revenue"], axis=1)
    write_csv(sizes.assign(revenue_share=sizes["revenue"] / 19900), tables / "rfm_segments.csv")
    return tmp_path


def keep(run: Path, name: str, **columns: object) -> None:
    write_csv(pd.DataFrame(columns), run / "tables" / f"{name}.csv")


def pages(run: Path, digest: Digest | None = None, **changes: object) -> dict[str, str]:
    record = {**RECORD, **changes}
    write_portraits(run, record, outcomes(), portraits_of(run / "tables", record), digest)
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted((run / "segments").glob("*.html"))}


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def test_each_segment_has_a_page_and_none_below_the_floor(run):
    told = pages(run)
    assert sorted(told) == ["rfm-b-1-1-b-tea", "rfm-champions", f"rfm-{ARABIC.replace(' ', '-')}"]
    assert "90" in text(told["rfm-champions"])
    assert "45% of all customers" in text(told["rfm-champions"])
    assert all("Few" not in page.split("<nav class")[-1] for page in told.values())  # no page, no link


def test_every_link_leads_somewhere_and_names_stay_text(run):
    (run / "index.html").touch()
    (run / "glossary.html").touch()
    (run / "02_rfm.html").touch()
    for page in pages(run).values():
        assert "<b>=1+1" not in page
        for href in re.findall(r'href="([^"#]+)"', page):
            assert href.startswith("data:") or (run / "segments" / href).resolve().is_file(), href


def test_the_list_holds_each_customer_once_and_no_formula(run):
    pages(run)
    raw = (run / "segments" / "rfm-champions.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # or Excel takes letters beyond ASCII for others
    listed = read_csv(run / "segments" / "rfm-champions.csv")
    assert sorted(listed["Customer id"]) == sorted(f"=c{n}" for n in range(90))
    assert b",=c" not in raw
    assert b"\n=c" not in raw
    assert listed["Last order"].unique().tolist() == ["2023-06-01"]
    assert listed["Slips without an order before"].unique().tolist() == ["2024-01-10"]
    assert listed["Revenue"].is_monotonic_decreasing


def test_it_tells_what_the_tables_of_the_pages_hold(run):
    keep(run, "moves", segment=["Champions", "Few"], move=["slips", "rises"], next_segment=["Few", "Champions"],
         customers=[7, 5], revenue=[1.0, 1.0], within_days=[30, 30])  # fmt: skip
    fate = {"told": [50, 60], "did": [40, 10], "did_share": [0.8, 0.2], "within_days": [30, 30]}
    keep(run, "moves_before", move=["slips", "rises"], others_share=[0.5, 0.1], **fate)
    trait = {"segmentation": "rfm_segment", "segment": "Champions", "attribute": "category",
             "statistic": "mean share of spend", "elsewhere": 0.1, "n": 90}  # fmt: skip
    keep(run, "traits", value=["Tea", "Rum", "Ink"], in_segment=[0.4, 0.3, 0.2], effect=[0.6, 0.1, 0.5],
         evidence=[True, True, False], **trait)  # fmt: skip
    keep(run, "habits", segmentation="rfm_segment", by=["channel", "hour"], segment="Champions", value=["app", "9"],
         orders=[60, 50], of=[100, 100], share=[0.6, 0.5], index=[200.0, 150.0], effect=[0.5, 0.4],
         differs=[True, False])  # fmt: skip
    told = text(pages(run)["rfm-champions"])
    assert "7 customers change to Few within 30 days unless they order." in told
    assert "Of the 50 customers told 30 days ago that they would slip, 80% did not order since" in told
    assert "one order would move them" not in told  # nobody of this segment is told so
    assert "Spend on Tea" in told
    assert "40%" in told
    assert "Rum" not in told  # a small effect
    assert "Ink" not in told  # chance could make it
    assert "Champions place 60% of their 100 orders via app, 2.0 times the share of everyone." in told
    assert "9:00" not in told


def test_what_changed_since_an_earlier_run(run):
    digest = Digest(
        dt.date(2023, 12, 1), "", dt.date(2024, 1, 1), 365,
        segments=pd.DataFrame({"scheme": "rfm_segment", "segment": ["Champions"], "customers_before": [80.0],
                               "customers": [90.0], "revenue_before": 1.0, "revenue": 2.0}),
        moves=pd.DataFrame({"from": ["Few", "Champions", "Lost", "New", "Old"],
                            "to": ["Champions", "Few", "Champions", "Champions", "Champions"],
                            "customers": [12, 4, 3, 2, 1]}),
    )  # fmt: skip
    told = text(pages(run, digest)["rfm-champions"])
    assert "On 1 December 2023 it had 80 customers, now 90." in told
    assert "From other segments came: 12 (Few), 3 (Lost), 2 (New) and 1 (others)." in told
    assert "To other segments went: 4 (Few)." in told
    (run / "segments").rename(run / "before")
    other = Digest(digest.since, "", digest.as_of, 365, obstacles=["shop"], segments=digest.segments)
    assert "What changed?" not in pages(run, other)["rfm-champions"]


def test_a_segment_by_rule_has_a_page_where_the_shop_asks_for_one(run):
    ids = [f"=c{n}" for n in range(40, 140)]
    pd.DataFrame({"customer_id": ids, "segment": "Regulars"}).to_parquet(run / "tables" / "memberships.parquet")
    keep(run, "segments", segment=["Regulars", "Few"], group=["Regulars", "Few"], status="available",
         customers=[100, 3], customers_share=[0.5, 0.1], revenue=[8950.0, 3.0], revenue_share=[0.45, 0.1],
         action=["Write to them.", "None."], description=["Order often.", ""])  # fmt: skip
    keep(run, "became", segment=["Regulars"], customers=[80], again_share=[0.6], others_again_share=[0.2],
         verdict=["more"])  # fmt: skip
    told = pages(run, pages=["Regulars", "Few"])
    assert "rule-few" not in told
    page = text(told["rule-regulars"])
    assert "Order often." in page
    assert "Write to them." in page
    assert "50% of all customers" in page
    assert "Of 80 customers found so before, 60% bought again in the period after, against 20% of everyone" in page
    assert sorted(read_csv(run / "segments" / "rule-regulars.csv")["Customer id"]) == sorted(ids)


def test_without_segments_there_is_no_folder(tmp_path):
    (tmp_path / "tables").mkdir()
    assert portraits_of(tmp_path / "tables", RECORD) == []
    write_portraits(tmp_path, RECORD, outcomes(), [])
    assert not (tmp_path / "segments").exists()


def test_names_written_alike_have_files_of_their_own_and_a_thousand_are_not_written(tmp_path):
    sizes = pd.Series(50, index=["A b", "a-B", "A!b"])
    stems = [each.stem for each in choose(tmp_path, sizes, "persona")]
    assert stems == ["persona-a-b", "persona-a-b-2", "persona-a-b-3"]
    assert len(choose(tmp_path, pd.Series(50, index=[f"S{n}" for n in range(1000)]), "rfm_segment")) == 40
    assert choose(tmp_path, pd.Series(50, index=["Not covered", "Group 3 (small)"]), "persona") == []


def test_mentions_lead_to_the_page_but_for_names_of_two_schemes(tmp_path):
    told = choose(tmp_path, pd.Series(50, index=["Champions", "Lost"]), "rfm_segment")
    write_csv(pd.DataFrame({"segment": ["Champions", "Lost"]}), tmp_path / "rfm_segments.csv")
    write_csv(pd.DataFrame({"persona": ["lost"]}), tmp_path / "personas.csv")
    places = links(tmp_path, told)
    assert places == {"Champions": "segments/rfm-champions.html"}
    body = '<tr><th scope="row" dir="auto">Champions</th><td>Champions</td></tr><section class="card"><h3>Lost</h3>'
    assert with_links(body, places).count("<a ") == 1
    assert with_links(body, {}) == body


def test_a_page_of_no_segment_is_refused_before_anything_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"o{n},c{n % 7},2024-{1 + n % 9:02d}-15,{10 + n}\n" for n in range(40))
    Path("orders.csv").write_text(f"order_id,customer_id,ordered_at,amount\n{rows}")
    told = '[tables.lines]\npath = "orders.csv"\n[report]\npages = ["Replenisher", "Regulars"]\n'
    Path("shop.toml").write_text(told)
    assert main(["report", "shop.toml", "--quiet"]) == 2
    assert "report.pages: no segment 'Replenisher'. Did you mean 'Replenishers'?" in capsys.readouterr().err
    assert not Path("reports").exists()
