"""Tables of loaders: one shop in every shape, what is deleted or loaded again, what is missing."""

import json
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import seglib as sg
from seglib.command.cli import main
from seglib.errors import InputError
from seglib.intake.formats import known_formats
from seglib.intake.sources import read_table
from seglib.intake.warehouses import SCHEMAS, Schema, shapes_told

sys.path.append(str(Path(__file__).parent))

from loaders import as_airbyte, as_dlt, as_fivetran_shopify, as_stitch, in_duckdb, in_folder, in_sqlite
from shop_writers import make_shop, shopify_api

ORDERS = [json.loads(json.dumps(row, default=str)) for order in make_shop(orders=120) for row in shopify_api(order)]
SHOP = {
    "dlt, a folder": lambda at: in_folder(as_dlt("orders", ORDERS), at / "lake"),
    "dlt, DuckDB": lambda at: in_duckdb(as_dlt("orders", ORDERS), at / "wh.duckdb"),
    "stitch, SQLite": lambda at: in_sqlite(as_stitch("orders", ORDERS), at / "wh.db"),
    "airbyte, a folder": lambda at: in_folder(as_airbyte("orders", ORDERS), at / "lake"),
    "fivetran, DuckDB": lambda at: in_duckdb(as_fivetran_shopify(ORDERS), at / "wh.duckdb"),
}


def _customers(folder, told):
    (folder / "shop.toml").write_text(told, encoding="utf-8")
    return sg.open_shop(folder / "shop.toml").customers


def _named(path, schema, more=""):
    return f'[tables.lines]\npath = "{path.name}"\nschema = "{schema}"\n{more}'


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """The customers of the shop as the answer of the API tells it."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "orders.json").write_text(json.dumps({"orders": ORDERS}), encoding="utf-8")
    return _customers(folder, '[tables.lines]\npath = "orders.json"\n')


@pytest.mark.parametrize("name", SHOP)
def test_one_shop_in_every_shape_has_the_same_customers(name, api, tmp_path):
    path = SHOP[name](tmp_path)
    found = _customers(tmp_path, _named(path, f"{name.partition(',')[0]}_shopify"))
    pd.testing.assert_frame_equal(found, api)


def test_related_files_have_the_same_customers(api, tmp_path):
    """What two files of orders and lines cannot carry is left out of the shop: coupon, refunds without a date."""
    orders = [
        {"id": o["name"], "customer_id": o["customer"]["id"], "ordered_at": o["processed_at"],
         "currency": o["currency"], "email": o["email"], "channel": o["source_name"], "country": "IE",
         "status": "test" if o["test"] else "cancelled" if o["cancelled_at"] else
         {"paid": "paid", "refunded": "paid", "partially_refunded": "paid"}.get(o["financial_status"], "pending")}
        for o in ORDERS
    ]  # fmt: skip
    lines = [
        {"order_id": o["name"], "sku": line["sku"], "quantity": line["quantity"], "unit_price": line["price"],
         "discount": line["discount_allocations"][0]["amount"],
         "amount": str(Decimal(line["price"]) * line["quantity"] - Decimal(line["discount_allocations"][0]["amount"]))}
        for o in ORDERS for line in o["line_items"]
    ]  # fmt: skip
    pd.DataFrame(orders).to_csv(tmp_path / "orders.csv", index=False)
    pd.DataFrame(lines).to_csv(tmp_path / "lines.csv", index=False)
    found = _customers(tmp_path, '[tables.lines]\npath = "lines.csv"\n[[tables.lines.join]]\npath = "orders.csv"\n'
                       'on = {left = "order_id", right = "id"}\n')  # fmt: skip
    back = [column for column in api.columns if column in ("monetary_value", "returns_share", "previous_revenue")]
    pd.testing.assert_frame_equal(found.drop(columns=back), api.drop(columns=back)[found.columns.drop(back)])


def _lines(path, schema="dlt_shopify", engine=None, **told):
    return read_table(path, "lines", schema=Schema(schema, **told), engine=engine)


def _money(source):
    lines = source.table.to_pyarrow().to_pandas()
    return lines[lines.state.isin(["sale", "refund"])].groupby("order_id").amount.sum().to_dict()


def _order(number, *, price="10.00", quantity=1, refund=None, **told):
    back = [
        {
            "created_at": "2024-03-01T00:00:00Z",
            "refund_line_items": [{"subtotal": refund, "quantity": 1}],
            "order_adjustments": [],
        }
    ]
    return {
        "id": number, "name": f"#{number}", "email": f"b{number}@example.com", "customer": {"id": 70 + number},
        "processed_at": "2024-02-01T10:00:00Z", "financial_status": "paid", "currency": "EUR", "test": False,
        "cancelled_at": None, "subtotal_price": str(Decimal(price) * quantity), "total_line_items_price": price,
        "source_name": "web", "discount_codes": [], "shipping_address": None, "billing_address": {"country_code": "IE"},
        "line_items": [{"sku": "A", "name": "Mug", "quantity": quantity, "price": price, "discount_allocations": []}],
        "refunds": back if refund else [], **told,
    }  # fmt: skip


def _left_out(source):
    return {one["why"]: one["rows"] for one in source.facts["skipped"]}


def test_rows_that_fivetran_marks_as_deleted_are_left_out_and_counted(tmp_path):
    tables = as_fivetran_shopify([_order(1), _order(2), _order(3, quantity=2)])
    for row in tables["order"]:
        row["_fivetran_deleted"] = row["id"] == 2
    tables["order_line"].append({**tables["order_line"][0], "id": 900, "price": "99.00", "_fivetran_deleted": True})
    source = _lines(in_folder(tables, tmp_path / "lake"), "fivetran_shopify")
    assert _money(source) == {"#1": Decimal("10.0000"), "#3": Decimal("20.0000")}
    assert _left_out(source) == {"rows that were deleted in the source": 1}
    assert "order_line: 1 rows that were deleted in the source are left out." in source.facts["notes"]


def test_an_order_that_was_loaded_again_counts_as_it_was_last(tmp_path):
    first = as_airbyte("orders", [_order(1), _order(2)], "2025-01-01 00:00:00+00")
    again = as_airbyte("orders", [_order(1, price="7.00")], "2025-02-01 00:00:00+00")
    source = _lines(in_folder({"orders": [*again["orders"], *first["orders"]]}, tmp_path / "lake"), "airbyte_shopify")
    assert _money(source) == {"#1": Decimal("7.0000"), "#2": Decimal("10.0000")}
    assert _left_out(source) == {"earlier versions of a row that was loaded again": 1}


def test_what_dlt_appends_counts_once(tmp_path):
    for number, load in enumerate(("1735787045.1", "1738787045.1")):
        told = as_dlt("orders", [_order(1, price="9.00" if number else "10.00"), _order(2)][: 2 - number], load)
        for name, rows in told.items():
            in_folder({f"{load}.{number}": rows}, tmp_path / "lake" / name)
    assert _money(_lines(tmp_path / "lake")) == {"#1": Decimal("9.0000"), "#2": Decimal("10.0000")}


def test_lines_of_an_earlier_version_stay_out_of_stitchs_next(tmp_path):
    """Stitch writes over the rows of a list by their places: what a shorter list does not reach stays behind."""
    lines = [{"sku": sku, "name": sku, "quantity": 1, "price": "5.00", "discount_allocations": []} for sku in "AB"]
    old = as_stitch("orders", [_order(1, line_items=lines)], sequence=1)
    new = as_stitch("orders", [_order(1, line_items=lines[:1], subtotal_price="5.00")], sequence=2)
    rows = {"orders": new["orders"], "orders__line_items": [*new["orders__line_items"], old["orders__line_items"][1]]}
    source = _lines(in_folder(rows, tmp_path / "lake"), "stitch_shopify")
    assert _money(source) == {"#1": Decimal("5.0000")}
    assert (
        "orders__line_items: 1 earlier versions of a row that was loaded again are left out." in source.facts["notes"]
    )


def test_values_of_another_type_are_of_the_same_column(tmp_path):
    tables = as_dlt("orders", [_order(1), _order(2)])
    for row, price in zip(tables["orders__line_items"], (None, "10.00"), strict=True):
        row |= {"price": price, "price__v_double": None if price else 12.5}
    assert _money(_lines(in_folder(tables, tmp_path / "lake")))["#1"] == Decimal("12.5000")


def test_a_list_without_rows_or_without_a_table_is_empty(tmp_path):
    tables = as_fivetran_shopify([_order(1, refund="4.00"), _order(2)])
    del tables["order_line_refund"]
    file = in_duckdb(tables, tmp_path / "wh.duckdb")
    source = _lines(file, "fivetran_shopify")
    assert sum(_money(source).values()) == 20
    assert any("No table 'order_line_refund'" in note for note in source.facts["notes"])


def test_lines_without_their_table_are_refused(tmp_path):
    tables = as_dlt("orders", [_order(1)])
    del tables["orders__line_items"]
    with pytest.raises(InputError, match="no rows of line_items, which tell what was bought, beside 'orders'"):
        _lines(in_folder(tables, tmp_path / "lake"))


def test_lines_of_other_orders_are_refused(tmp_path):
    tables = as_fivetran_shopify([_order(1), _order(2)])
    tables["order_line"] = [{**row, "order_id": row["order_id"] + 500} for row in tables["order_line"]]
    with pytest.raises(InputError, match="order_line: 0 of 2 rows belong"):
        _lines(in_folder(tables, tmp_path / "lake"), "fivetran_shopify")


def test_many_lines_without_their_order_are_doubted(tmp_path):
    tables = as_fivetran_shopify([_order(n) for n in range(1, 9)])
    tables["order"] = tables["order"][:5]
    source = _lines(in_folder(tables, tmp_path / "lake"), "fivetran_shopify")
    assert [one["name"] for one in source.facts["doubts"]] == ["unrelated_rows"]
    assert "5 of 8" in source.facts["doubts"][0]["message"]


def test_the_dataset_is_found_or_asked_for(tmp_path):
    tables = as_dlt("orders", [_order(1)])
    file = in_duckdb(tables, tmp_path / "wh.duckdb", "shopify_data")
    in_duckdb(as_dlt("orders", [_order(2)]), file, "shopify_data_staging")
    assert list(_money(_lines(file))) == ["#1"]
    in_duckdb(as_dlt("orders", [_order(3)]), file, "old")
    with pytest.raises(
        InputError, match=r'several datasets have such tables: old, shopify_data\. Say which: dataset = "old"'
    ):
        _lines(file)
    assert list(_money(_lines(file, dataset="old"))) == ["#3"]
    with pytest.raises(InputError, match=r"no dataset 'odl'\. Did you mean 'old'"):
        _lines(file, dataset="odl")


def test_a_prefix_before_all_tables_is_known(tmp_path):
    tables = {f"web_{name}": rows for name, rows in as_dlt("orders", [_order(1, refund="4.00")]).items()}
    assert _money(_lines(in_folder(tables, tmp_path / "lake"))) == {"#1": Decimal("6.0000")}


def test_a_schema_that_does_not_fit_says_what_is_there(tmp_path):
    folder = in_folder(as_dlt("orders", [_order(1)]), tmp_path / "lake")
    with pytest.raises(
        InputError, match=r"keeps lines in a table 'order' or 'shopify__orders', which is not there\. Found orders"
    ):
        _lines(folder, "fivetran_shopify")
    with pytest.raises(InputError, match="tells nothing of lines: it tells of tickets"):
        _lines(folder, "dlt_zendesk")
    (tmp_path / "orders.csv").write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"orders\.csv: neither a folder of tables nor a database"):
        _lines(tmp_path / "orders.csv")


def test_models_of_fivetran_tell_the_order_and_what_came_back(tmp_path):
    """They do not tell when it came back, nor money that was given back without a line."""
    tables = {
        "shopify__orders": [
            {"order_id": 1, "name": "#1", "customer_id": 71, "created_timestamp": "2024-02-01 10:00:00",
             "email": "a@b.it", "financial_status": "partially_refunded", "currency": "EUR", "subtotal_price": 27.0,
             "total_discounts": 3.0, "total_line_items_price": 30.0, "refund_subtotal": 9.0, "is_test_order": False,
             "source_relation": ""},
        ],
        "shopify__order_lines": [
            {"order_line_id": 5, "order_id": 1, "sku": "A", "name": "Mug", "quantity": 2, "price": 10.0},
            {"order_line_id": 6, "order_id": 1, "sku": "B", "name": "Cup", "quantity": 1, "price": 10.0},
        ],
    }  # fmt: skip
    source = _lines(in_folder(tables, tmp_path / "lake"), "fivetran_shopify")
    assert _money(source) == {"#1": Decimal("18.0000")}
    assert [(one["checked"], one["failed"]) for one in source.facts["holds"]] == [(1, 0)]


def test_every_schema_tells_formats_that_are_there():
    shapes = list(shapes_told())
    assert {shape.schema for shape in shapes} == set(SCHEMAS)
    assert {shape.format for shape in shapes} <= set(known_formats())


STAGES = [
    {"stage_id": "77", "label": "Signed", "closed_won": True},
    {"stage_id": "78", "label": "Talks", "closed_won": False},
]
DEALS = {
    "fivetran": {
        "deal": [
            {"deal_id": 1, "deal_pipeline_stage_id": "77", "property_amount": 900.0, "is_deleted": False,
             "property_createdate": "2024-01-05 10:00:00", "property_closedate": "2024-02-01 09:00:00"},
            {"deal_id": 2, "deal_pipeline_stage_id": "78", "property_amount": 50.0, "is_deleted": False,
             "property_createdate": "2024-03-05 10:00:00", "property_closedate": None},
            {"deal_id": 3, "deal_pipeline_stage_id": "78", "property_amount": 70.0, "is_deleted": True,
             "property_createdate": "2024-03-06 10:00:00", "property_closedate": None},
        ],
        "deal_pipeline_stage": STAGES,
        "deal_contact": [{"deal_id": 1, "contact_id": 5}, {"deal_id": 2, "contact_id": 6}],
        "contact": [{"id": 5, "property_email": "Ann@Firm.test"}, {"id": 6, "property_email": "bob@other.test"}],
        "deal_company": [{"deal_id": 1, "company_id": 8}],
        "company": [{"id": 8, "property_name": "Firm", "property_domain": "firm.test"}],
    },
    "airbyte": {
        "deals": [
            {"id": "1", "archived": False, "contacts": '["5"]', "companies": '["8"]', "properties_amount": 900.0,
             "properties_dealstage": "closedwon", "properties_createdate": "2024-01-05T10:00:00Z",
             "properties_closedate": "2024-02-01T09:00:00Z", "_airbyte_extracted_at": "2025-01-01T00:00:00Z"},
            {"id": "2", "archived": False, "contacts": '["6"]', "companies": None, "properties_amount": 50.0,
             "properties_dealstage": "Talks", "properties_createdate": "2024-03-05T10:00:00Z",
             "properties_closedate": None, "_airbyte_extracted_at": "2025-01-01T00:00:00Z"},
            {"id": "3", "archived": True, "contacts": None, "companies": None, "properties_amount": 70.0,
             "properties_dealstage": "Talks", "properties_createdate": "2024-03-06T10:00:00Z",
             "properties_closedate": None, "_airbyte_extracted_at": "2025-01-01T00:00:00Z"},
        ],
        "contacts": [
            {"id": "5", "properties_email": "Ann@Firm.test"}, {"id": "6", "properties_email": "bob@other.test"},
        ],
        "companies": [{"id": "8", "properties_name": "Firm", "properties_domain": "firm.test"}],
    },
    "dlt": {
        "deals": [
            {"id": "1", "hs_is_closed_won": "true", "dealstage": "77", "amount": "900.0", "archived": False,
             "createdate": "2024-01-05T10:00:00Z", "closedate": "2024-02-01T09:00:00Z", "_dlt_id": "a"},
            {"id": "2", "hs_is_closed_won": "false", "dealstage": "Talks", "amount": "50.0", "archived": False,
             "createdate": "2024-03-05T10:00:00Z", "closedate": None, "_dlt_id": "b"},
        ],
    },
    "stitch": {
        "deals": [
            {"dealid": 1, "isdeleted": False, "properties__amount__value": "900.0", "_sdc_sequence": 1,
             "properties__dealstage__value": "closedwon", "properties__createdate__value": "2024-01-05T10:00:00Z",
             "properties__closedate__value": "2024-02-01T09:00:00Z"},
            {"dealid": 2, "isdeleted": False, "properties__amount__value": "50.0", "_sdc_sequence": 1,
             "properties__dealstage__value": "Talks", "properties__createdate__value": "2024-03-05T10:00:00Z",
             "properties__closedate__value": None},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("loader", DEALS)
def test_deals_of_hubspot(loader, tmp_path):
    folder = in_folder(DEALS[loader], tmp_path / "lake")
    source = read_table(folder, "deals", schema=Schema(f"{loader}_hubspot"))
    deals = source.table.to_pyarrow().to_pandas().set_index("deal_id").sort_index()
    assert deals.value.tolist() == [900, 50]
    assert str(deals.opened_at["2"]) == "2024-03-05 10:00:00"
    assert str(deals.closed_at["1"]) == "2024-02-01 09:00:00"
    assert deals.stage.str.lower().tolist() in (["won", "talks"], ["closedwon", "talks"])
    if loader in ("fivetran", "airbyte"):
        assert deals.email.str.lower().tolist() == ["ann@firm.test", "bob@other.test"]
        assert (deals.company["1"], deals.domain["1"]) == ("Firm", "firm.test")
        assert _left_out(source) == {"rows that were deleted in the source": 1}


def test_tickets_of_zendesk_with_who_asked(tmp_path):
    """By the address of the user, and not by Zendesk's number of it; a metric tells when it was solved."""
    ticket = {
        "via_channel": "email",
        "type": None,
        "created_at": "2024-05-01 10:00:00",
        "updated_at": "2024-06-01 10:00:00",
    }
    tables = {
        "ticket": [
            {"id": 1, "requester_id": 900, "status": "solved", "organization_id": 5, **ticket},
            {"id": 2, "requester_id": 901, "status": "open", "organization_id": None, **ticket},
            {"id": 3, "requester_id": 901, "status": "deleted", "organization_id": None, **ticket},
        ],
        "user": [{"id": 900, "email": "ann@firm.test"}, {"id": 901, "email": "bob@other.test"}],
        "organization": [{"id": 5, "name": "Firm"}],
        "ticket_metric": [{"id": 71, "ticket_id": 1, "solved_at": "2024-05-03 10:00:00"}],
    }
    for table in tables.values():
        for row in table:
            row["_fivetran_synced"] = "2025-01-01 00:00:00"
    source = read_table(in_folder(tables, tmp_path / "lake"), "tickets", schema=Schema("fivetran_zendesk"))
    found = source.table.order_by("ticket_id").to_pyarrow().to_pylist()
    assert [(one["customer_id"], one["company"], one["channel"]) for one in found] == [
        ("ann@firm.test", "Firm", "email"), ("bob@other.test", None, "email"),
    ]  # fmt: skip
    assert [str(one["closed_at"]) for one in found] == ["2024-05-03 10:00:00", "None"]


def test_charges_invoices_and_customers_of_stripe_by_fivetran(tmp_path):
    mark = {"livemode": True, "_fivetran_synced": "2025-01-01 00:00:00"}
    charge = {"captured": True, "paid": True, "currency": "eur", "created": "2024-05-01 10:00:00", **mark}
    paid = {"status": "succeeded", **charge}
    line = {"invoice_id": "in_1", "description": "Plan", "quantity": 1, "price": None}
    tables = {
        "charge": [
            {"id": "ch_1", "amount": 2450, "amount_refunded": 0, "customer_id": "cus_1", **paid},
            {"id": "ch_2", "amount": 1000, "amount_refunded": 400, "customer_id": "cus_1", **paid},
            {"id": "ch_3", "amount": 9900, "amount_refunded": 0, "customer_id": "cus_2", "status": "failed", **charge},
        ],
        "customer": [
            {"id": "cus_1", "email": "ann@firm.test", "created": "2024-01-01 00:00:00", "address_country": "IE"},
        ],
        "invoice": [
            {"id": "in_1", "customer_id": "cus_1", "total": 3000, "tax": 500, "subtotal": 2500, "amount_due": 3000,
             "amount_paid": 3000, "amount_remaining": 0, "status": "paid", "currency": "eur",
             "created": "2024-05-02 10:00:00", **mark},
        ],
        "invoice_line_item": [{"id": "il_1", "amount": 1500, **line}, {"id": "il_2", "amount": 1000, **line}],
    }  # fmt: skip
    folder = in_folder(tables, tmp_path / "lake")
    assert _money(_lines(folder, "fivetran_stripe")) == {"ch_1": Decimal("24.5000"), "ch_2": Decimal("6.0000")}
    assert _money(_lines(folder, "fivetran_stripe", table="invoice")) == {"in_1": Decimal("25.0000")}
    people = read_table(folder, "contacts", schema=Schema("fivetran_stripe")).table.to_pyarrow().to_pylist()
    assert [(one["customer_id"], one["country"]) for one in people] == [("cus_1", "IE")]


def test_a_shop_of_a_loaders_database_goes_to_its_ledger(tmp_path, capsys):
    """Orders and customers out of one DuckDB file, as the command line checks them."""
    people = [{"id": 70 + n, "email": f"b{n}@example.com", "default_address": {"country_code": "IE"}} for n in (1, 2)]
    tables = as_dlt("orders", [_order(1), _order(2, refund="4.00")]) | as_dlt("customers", people, "1735787045.2")
    in_duckdb(tables, tmp_path / "wh.duckdb", "shopify_data")
    told = '[database]\nurl = "duckdb:///wh.duckdb"\n[tables.lines]\nschema = "dlt_shopify"\n'
    (tmp_path / "shop.toml").write_text(f'{told}[tables.contacts]\nschema = "dlt_shopify"\n', encoding="utf-8")
    assert main(["check", str(tmp_path / "shop.toml"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["orders"], found["customers"], found["amount"]) == (2, 2, 16.0)


@pytest.mark.parametrize("name", ["dlt, a folder", "dlt, DuckDB", "fivetran, DuckDB"])
def test_init_knows_the_tables_of_a_loader(name, tmp_path, capsys):
    path = SHOP[name](tmp_path)
    if path.suffix:  # what dlt keeps beside what it has loaded
        in_duckdb({"orders": [{"id": 1, "_dlt_id": "x"}]}, path, "shop_staging")
        in_duckdb({"_dlt_loads": [{"load_id": 1, "status": 0}]}, path)
    assert main(["init", str(tmp_path), "--yes"]) == 0
    told = tomllib.loads((tmp_path / "shop.toml").read_text(encoding="utf-8"))
    assert list(told["tables"]) == ["lines"]
    lines = told["tables"]["lines"]
    assert (lines["path"], lines["schema"]) == (path.name, f"{name.partition(',')[0]}_shopify")
    assert "Relations" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('schema = "dlt_shopfy"', r"tables\.lines\.schema is 'dlt_shopfy'\. Did you mean 'dlt_shopify'"),
        ('dataset = "x"', r"tables\.lines\.dataset goes with a schema"),
        ('schema = "dlt_shopify"\nformat = "shopify_orders"', "a schema tells the format .* Leave format out"),
    ],
)
def test_settings_that_do_not_go_together_are_told(said, fault, tmp_path):
    (tmp_path / "orders.csv").write_text("id\n1\n", encoding="utf-8")
    (tmp_path / "shop.toml").write_text(f'[tables.lines]\npath = "orders.csv"\n{said}\n', encoding="utf-8")
    with pytest.raises(InputError, match=fault):
        sg.open_shop(tmp_path / "shop.toml")
