"""Every source of the settings read and joined: hand-worked shops of several files, and every fault at once."""

from __future__ import annotations

import pytest

from seglib.errors import InputError
from seglib.intake.sources import connect
from seglib.shop.gathering import gather, read_sources
from seglib.shop.settings import read_settings

LINES = "order_id,customer_id,date,product_id,amount\n1,ann,2024-01-05,T1,10.5\n2,bob,2024-02-01,P1,20\n"


@pytest.fixture
def gathered(write_shop):
    """What is gathered of a shop of these tables; nothing has to be stored twice, so tables stay as they are."""

    def make(tables: dict[str, str], more: str = ""):
        settings, engine = read_settings(write_shop(tables, more=more) / "shop.toml"), connect()
        return gather(settings, read_sources(settings, engine), engine, lambda table: table)

    return make


def rows(table, *columns: str) -> list[tuple]:
    return sorted(table.select(*columns).to_pyarrow().to_pandas().itertuples(index=False, name=None))


def test_products_tell_the_category_that_lines_lack(gathered):
    found = gathered({"lines": LINES, "products": "sku,title,category\nT1,Tea,Leaves\nT1,Tea,Leaves\nP1,Pot,Pots\n"})
    assert rows(found.lines, "order_id", "category") == [("1", "Leaves"), ("2", "Pots")]
    assert rows(found.products, "product_id", "product_name") == [("P1", "Pot"), ("T1", "Tea")]


def test_one_row_a_contact_the_first_that_is_told(gathered):
    found = gathered({"lines": LINES, "contacts": "customer_id,city,newsletter\nann,,yes\nann,Rome,\nbob,Bari,no\n"})
    assert found.contacts_read == 3
    assert found.contacts["city"].to_dict() == {"ann": "Rome", "bob": "Bari"}


def test_a_shop_without_orders_has_lines_without_rows(gathered):
    found = gathered({"contacts": "customer_id,city\nann,Rome\n"})
    assert found.lines.count().to_pyarrow().as_py() == 0
    assert {"order_id", "customer_id", "ordered_at", "amount", "is_return", "state", "source"} <= set(
        found.lines.columns
    )


def test_a_company_that_one_contact_alone_belongs_to_tells_whose_its_deals_are(gathered):
    deals = "deal_id,company,stage,amount,created_at\n1,ACME,Won,100,2024-01-01\n2,Bee,Won,50,2024-01-01\n"
    found = gathered({"contacts": "customer_id,company\n7,ACME\n8,Bee\n9,Bee\n", "deals": deals})
    assert rows(found.sides["deals"], "deal_id", "customer_id") == [("1", "7"), ("2", "Bee")]


def test_the_faults_of_all_files_are_told_together(write_shop):
    folder = write_shop({"lines": "a,b\n1,2\n", "contacts": "c,d\n1,2\n"})
    with pytest.raises(InputError) as told:
        read_sources(read_settings(folder / "shop.toml"), connect())
    assert any("lines.csv" in fault for fault in told.value.faults)
    assert any("contacts.csv" in fault for fault in told.value.faults)


def test_a_crosswalk_that_gives_one_id_two_customers_is_refused(write_shop, tmp_path):
    folder = write_shop({"lines": LINES}, more='[identities]\nfile = "who.csv"\n')
    (tmp_path / "who.csv").write_text("id,customer_id\nann,1\nann,2\n")
    settings, engine = read_settings(folder / "shop.toml"), connect()
    with pytest.raises(InputError, match="id 'aaa' belongs to two customers"):
        gather(settings, read_sources(settings, engine), engine, lambda table: table)
