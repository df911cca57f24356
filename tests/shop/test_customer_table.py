"""A shop whose customer table exists already, one row a customer: measures as told, each row left out counted."""

import datetime as dt
import json
import random
from pathlib import Path

import pandas as pd
import pytest

from seglib.command.cli import main
from seglib.errors import InputError
from seglib.shop.saved import SavedTables
from seglib.shop.shop import open_shop

ROWS = """Customer ID,Last purchase,Orders,Total spent,City,Phone
a,2024-03-01,4,200.00,Rome,+39 06 1234567
b,2024-01-31,1,30.50,Cluj,+40 21 1234567
c,,0,0,Rome,+39 06 7654321
d,2024-02-10,-1,5,Kyiv,+380 44 1234567
,2024-02-10,2,5,Kyiv,+380 44 1234568
"""


@pytest.fixture
def shop_of(tmp_path, monkeypatch):
    """A shop.toml over a customer table."""
    monkeypatch.chdir(tmp_path)

    def write(rows: str = ROWS, top: str = "", below: str = "") -> Path:
        Path("customers.csv").write_text(rows, encoding="utf-8")
        told = f'name = "Club"\n{top}\n[tables.customers]\npath = "customers.csv"\n{below}\n'
        Path("shop.toml").write_text(told, encoding="utf-8")
        return Path("shop.toml")

    return write


def made(n: int = 300, seed: int = 7) -> str:
    """Two kinds of customers: many small orders lately, few large ones long ago."""
    rng = random.Random(seed)
    rows = ["customer_id,last_order,orders,total_spent,country,plan,e-mail"]
    for i in range(n):
        often = i % 2
        day = dt.date(2024, 6, 30) - dt.timedelta(days=rng.randint(0, 40) if often else rng.randint(120, 400))
        orders = rng.randint(10, 16) if often else rng.randint(1, 3)
        spent = orders * (rng.uniform(10, 20) if often else rng.uniform(150, 260))
        rows.append(f"c{i},{day},{orders},{spent:.2f},{'IT' if i % 3 else 'RO'},{'AB'[i % 5 > 2]},c{i}@shop.example")
    return "\n".join(rows) + "\n"


def test_measures_stand_as_they_are_told_and_each_row_is_counted(shop_of):
    shop = open_shop(shop_of())
    assert shop.as_of == dt.date(2024, 3, 2)
    told = shop.customers[["recency_days", "frequency", "monetary_value", "average_order_value", "city"]]
    assert told.loc["a"].tolist() == [1, 4, 200.0, 50.0, "Rome"]
    assert told.loc["b"].tolist() == [31, 1, 30.5, 30.5, "Cluj"]
    assert "phone" not in shop.customers
    steps = shop.side_ledger.set_index("step")["rows"].to_dict()
    assert steps == {
        "read": 5,
        "without customer_id": 1,
        "without an order: frequency 0": 1,
        "recency or frequency below zero": 1,
        "used": 2,
    }
    assert (shop.has("customers"), shop.has("lines"), shop.basis) == (
        True,
        False,
        "2 customers, 5 orders; as of 2 March 2024, as the customer table tells them.",
    )
    people = shop.people.loc[["a", "c"]]
    assert (people["is_customer"].tolist(), people["frequency"].tolist()) == ([True, False], [4, 0])


def test_other_languages_and_money_with_signs_are_read(shop_of):
    rows = "ID cliente;Ultimo ordine;Numero ordini;Spesa totale\n1;31/01/2024;3;€ 1.234,50\n2;15/01/2024;1;€ 20,00\n"
    shop = open_shop(shop_of(rows))
    assert shop.customers[["recency_days", "frequency", "monetary_value"]].to_numpy().tolist() == [
        [1, 3, 1234.5],
        [17, 1, 20],
    ]


def test_a_customer_that_repeats_is_refused_with_how_many(shop_of):
    with pytest.raises(InputError, match=r"customers: 1 of 4 customers stand in more than one row \(2 rows in all\)"):
        open_shop(shop_of(ROWS + "a,2024-02-01,1,9,Rome,\n")).customers
    with pytest.raises(InputError, match="by_email = false under"):
        open_shop(
            shop_of("id,email,last_order,orders,revenue\n1,a@b.c,2024-01-05,1,5\n2,a@b.c,2024-01-06,1,5\n")
        ).customers


def test_orders_beside_it_are_refused(shop_of, orders_csv):
    path = shop_of(below='[tables.lines]\npath = "orders.csv"')
    orders_csv()
    with pytest.raises(InputError, match=r"tables.customers beside tables.lines: .* under \[tables.contacts\]"):
        open_shop(path)


def test_the_day_that_recency_counts_to_is_asked_for(shop_of):
    rows = "customer_id,recency,frequency,monetary\n1,3,2,20\n2,9,1,5\n"
    with pytest.raises(InputError, match=r"customers\.csv: recency_days counts back from a day that it does not tell"):
        open_shop(shop_of(rows)).customers
    assert open_shop(shop_of(rows, 'as_of = "2024-01-31"')).customers["recency_days"].tolist() == [3, 9]
    both = "customer_id,recency,last order,frequency,monetary\n1,33,2024-01-01,2,20\n2,30,2024-01-04,1,5\n"
    with pytest.raises(
        InputError, match=r"differ in 2 of 2 rows as of 2024-01-05\. Most of them count to 2024-02-03: as_of"
    ):
        open_shop(shop_of(both)).customers
    assert open_shop(shop_of(both), as_of="2024-02-03").customers["recency_days"].tolist() == [33, 30]


def test_a_window_is_refused_and_a_later_last_order_left_out(shop_of):
    with pytest.raises(InputError, match="window_days is 90, and a customer table tells measures of its own time"):
        open_shop(shop_of(), window_days=90)
    shop = open_shop(shop_of(), as_of="2024-02-01")
    assert shop.customers.index.tolist() == ["b"]
    assert shop.side_ledger.set_index("step")["rows"]["after the as-of date"] == 2


def test_two_measures_serve_rules_and_no_rfm(shop_of):
    path = shop_of("customer_id,last_order,orders,plan\n1,2024-01-05,9,gold\n2,2024-02-01,1,free\n")
    Path("segments.toml").write_text(
        '[[segments]]\nname = "Gold"\nrule = "frequency > 5 and plan = \'gold\'"\n', encoding="utf-8"
    )
    shop = open_shop(path)
    assert (shop.has("customers"), shop.customers.empty) == (False, True)
    assert shop.memberships.table.query("segment == 'Gold'")["customer_id"].tolist() == ["1"]
    assert shop.basis.startswith("2 customers, 2 contacts; as of 2 February 2024")


def test_contacts_and_tickets_go_with_it(shop_of):
    below = '[tables.contacts]\npath = "crm.csv"\n[tables.tickets]\npath = "tickets.csv"'
    path = shop_of(below=below)
    Path("crm.csv").write_text("customer_id,gender,city\na,f,Milan\nz,m,Iasi\n", encoding="utf-8")
    Path("tickets.csv").write_text("ticket_id,customer_id,created_at\n1,a,2024-02-01\n", encoding="utf-8")
    shop = open_shop(path)
    assert shop.customers.loc["a", ["city", "gender"]].tolist() == ["Milan", "f"]
    assert shop.people.loc["a", "tickets"] == 1
    used = shop.side_ledger.query("step == 'used'").set_index("table")["rows"].to_dict()
    assert used == {"customers": 2, "contacts": 2, "tickets": 1}


def test_what_a_run_keeps_is_read_back(shop_of, tmp_path):
    shop = open_shop(shop_of())
    shop.save(tmp_path / "run")
    kept = SavedTables(tmp_path / "run")
    assert kept.has("customers")
    pd.testing.assert_frame_equal(kept.customers, shop.customers, check_dtype=False)
    assert open_shop("shop.toml", run=tmp_path / "run").basis == shop.basis


def test_the_customer_table_of_orders_gives_the_same_segments(tmp_path):
    """What a report keeps of a shop with orders is a customer table itself."""
    demo = open_shop("demo")
    demo.customers.reset_index().to_parquet(tmp_path / "customers.parquet", index=False)
    told = f'as_of = {demo.as_of}\ncurrency = "EUR"\n[tables.customers]\npath = "customers.parquet"\n'
    (tmp_path / "shop.toml").write_text(told, encoding="utf-8")
    again = open_shop(tmp_path / "shop.toml")
    measures = ["recency_days", "frequency", "monetary_value", "average_order_value", "tenure_days"]
    pd.testing.assert_frame_equal(again.customers[measures], demo.customers[measures], check_dtype=False)
    assert again.segmentation("rfm_segment").equals(demo.segmentation("rfm_segment"))


def test_a_file_of_one_row_a_customer_is_told_what_it_is(shop_of, capsys):
    shop_of(made())
    Path("shop.toml").unlink()
    for command in ("check", "report"):
        assert main([command, "customers.csv"]) == 2
        said = capsys.readouterr().err
        assert "this is a file of customers, one row each, since it has 'customer_id' and 'last_order'" in said
        assert '    [tables.customers]\n    path = "customers.csv"' in said
    Path("shop.toml").write_text('[tables.customers]\npath = "customers.csv"\n', encoding="utf-8")
    assert main(["check", "shop.toml"]) == 0
    told = capsys.readouterr().out
    assert ("can be used: 300 customers" in told, "not used" in told) == (True, False)  # the plan is an attribute
    Path("recency.csv").write_text("customer_id,recency,orders,revenue\n1,3,2,20\n2,9,1,5\n", encoding="utf-8")
    assert main(["check", "recency.csv"]) == 2
    assert 'as_of = "<the day that recency is counted to' in capsys.readouterr().err
    Path("visits.csv").write_text("customer_id,last_order,orders,revenue\n1,2024-01-05,1,2\n1,2024-01-06,1,2\n")
    assert main(["check", "visits.csv"]) == 2
    assert "one row each" not in capsys.readouterr().err


@pytest.mark.slow
def test_a_report_of_a_customer_table(shop_of, capsys):
    shop_of(made(), 'currency = "EUR"')
    assert main(["report", "shop.toml", "--out", "out"]) == 0
    pages = sorted(path.stem for path in Path("out").glob("0*.html"))
    assert pages == ["02_rfm", "03_personas", "04_profiles", "05_segments", "06_journeys"]
    record = json.loads(Path("out/run.json").read_text(encoding="utf-8"))
    assert record["skipped"] == {"01_exploration": "Left out: Exploration, since this shop tells no order lines."}
    counts = record["counts"]
    assert (counts["customers"], counts["rows_read"], counts["rows_analysed"]) == (300, 300, 300)
    kept = pd.read_parquet("out/tables/customers.parquet").set_index("customer_id")
    orders = kept.groupby("persona")["frequency"].agg(["min", "max"]).sort_values("min")
    ranges = orders.to_numpy().tolist()  # one, two and three orders are heaps too; no persona spans both kinds
    assert ranges[0][0] == 1
    assert ranges[-1] == [10, 16]
    assert all(high <= 3 or low >= 10 for low, high in ranges)
    assert "What they buy is not told: that takes order lines." in Path("out/04_profiles.html").read_text(
        encoding="utf-8"
    )
    assert "shop.example" not in "".join(path.read_text(encoding="utf-8") for path in Path("out").glob("*.html"))


def test_real_customers_of_one_row_each(shared, tmp_path):
    """Kaggle's customer personality: recency and what was bought in two years, no order to be seen."""
    data = pd.read_parquet(shared("customer_personality/marketing_campaign.parquet"))
    purchases = ["NumWebPurchases", "NumCatalogPurchases", "NumStorePurchases"]
    spent = [name for name in data if name.startswith("Mnt")]
    told = data.assign(purchases=data[purchases].sum(axis=1), spent=data[spent].sum(axis=1)).rename(
        columns={"ID": "nr"}
    )
    told.to_parquet(tmp_path / "people.parquet", index=False)
    (tmp_path / "shop.toml").write_text(
        'as_of = "2014-12-31"\n[tables.customers]\npath = "people.parquet"\n[tables.customers.columns]\n'
        'customer_id = "nr"\nrecency_days = "Recency"\nfrequency = "purchases"\nmonetary_value = "spent"\n'
        'signed_up_at = "Dt_Customer"\n',
        encoding="utf-8",
    )
    shop = open_shop(tmp_path / "shop.toml")
    bought = told["purchases"] > 0
    assert len(shop.customers) == bought.sum()
    assert shop.customers["monetary_value"].sum() == told.loc[bought, "spent"].sum()
    assert shop.side_ledger.query("step == 'without an order: frequency 0'")["rows"].tolist() == [(~bought).sum()]
    assert {"education", "income", "birth_year"} <= set(shop.customers)
    assert shop.segmentation("rfm_segment").nunique() > 5
