"""What programs wrap records in is taken off: pages of an API, GraphQL, JSON:API, the messages of loaders."""

import json

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.intake.sources import connect, read_table

ORDERS = [
    {"order_id": f"{n}", "customer_id": f"C{n % 7}", "ordered_at": f"2024-03-{n % 28 + 1:02}", "amount": n + 0.5}
    for n in range(1, 61)
]
PEOPLE = [{"customer_id": f"C{n}", "email": f"c{n}@example.org", "city": "Cork"} for n in range(7)]
SHAPES = {
    "list": ORDERS,
    "key": {"orders": ORDERS},
    "many keys": {"orders": ORDERS, **{f"fact_{n}": n for n in range(20)}},
    "several lists": {"customers": PEOPLE, "orders": ORDERS, "errors": []},
    "inside": {"status": "ok", "result": {"page": {"number": 1}, "orders": ORDERS}},
    "edges": {"data": {"orders": {"edges": [{"cursor": "x", "node": one} for one in ORDERS], "pageInfo": {}}}},
    "nodes": {"data": {"orders": {"nodes": ORDERS}}, "extensions": {"cost": {"actual": 3}}},
    "JSON:API": {
        "data": [{"type": "order", "id": one["order_id"], "attributes": one} for one in ORDERS],
        "included": [{"type": "metric", "id": "1", "attributes": {"name": "x"}}],
    },
}
MESSAGES = {
    "airbyte file": [{"stream": "orders", "emitted_at": 1, "data": one} for one in ORDERS],
    "airbyte": [{"type": "RECORD", "record": {"stream": "orders", "emitted_at": 1, "data": one}} for one in ORDERS]
    + [{"type": "STATE", "state": {"data": {}}}],
    "singer": [{"type": "SCHEMA", "stream": "orders", "schema": {}}]
    + [{"type": "RECORD", "stream": "orders", "record": one} for one in ORDERS],
    "airbyte raw": [{"_airbyte_raw_id": "a", "_airbyte_data": json.dumps(one)} for one in ORDERS],
    "two streams": [{"stream": "customers", "emitted_at": 1, "data": one} for one in PEOPLE]
    + [{"stream": "orders", "emitted_at": 1, "data": one} for one in ORDERS],
}


@pytest.fixture(scope="module")
def engine():
    return connect()


def lines_of(path, engine):
    source = read_table(path, engine=engine)
    return source.table.to_pandas(), source.facts


def same(lines):
    assert len(lines) == len(ORDERS)
    assert sorted(lines.order_id, key=int) == [one["order_id"] for one in ORDERS]
    assert float(lines.amount.sum()) == sum(one["amount"] for one in ORDERS)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("shape", SHAPES)
def test_documents(tmp_path, engine, shape, indent):
    path = tmp_path / "orders.json"
    path.write_text(json.dumps(SHAPES[shape], indent=indent))
    lines, facts = lines_of(path, engine)
    same(lines)
    assert facts["rows"] == len(ORDERS)
    assert facts["doubts"] == []


@pytest.mark.parametrize("shape", MESSAGES)
def test_messages_of_loaders(tmp_path, engine, shape):
    path = tmp_path / "orders.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in MESSAGES[shape]))
    lines, facts = lines_of(path, engine)
    same(lines)
    assert any("'customers' are left aside" in note for note in facts["notes"]) == (shape == "two streams")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_column_that_holds_the_records_of_a_loader(tmp_path, engine, ending):
    told = [
        {"_airbyte_raw_id": n, "_airbyte_data": json.dumps(one), "_airbyte_meta": "{}"} for n, one in enumerate(ORDERS)
    ]
    path = tmp_path / f"raw_orders.{ending}"
    table = pd.DataFrame(told)
    table.to_csv(path, index=False) if ending == "csv" else table.to_parquet(path)
    same(lines_of(path, engine)[0])


@pytest.mark.parametrize(
    ("around", "key"),
    [
        ({"has_more": True}, "has_more"),
        ({"links": {"self": "a", "next": "https://example.org/?page=2"}}, "links.next"),
        ({"_links": {"next": {"href": "https://example.org/?page=2"}}}, "_links.next"),
        ({"paging": {"next": {"after": "12", "link": "https://example.org"}}}, "paging.next"),
        ({"cursor": "QWxs"}, "cursor"),
        ({"meta": {"pagination": {"next_page": "2"}}}, "meta.pagination.next_page"),
    ],
)
def test_a_page_that_says_there_are_more(tmp_path, engine, around, key):
    (tmp_path / "1.json").write_text(json.dumps({"orders": ORDERS[:30], **around}))
    _, facts = lines_of(tmp_path / "1.json", engine)
    assert [(one["name"], one["level"]) for one in facts["doubts"]] == [("more_pages", "ask")]
    assert key in facts["doubts"][0]["message"]
    (tmp_path / "2.json").write_text(json.dumps({"orders": ORDERS[30:], "has_more": False, "links": {"next": None}}))
    lines, facts = lines_of(tmp_path, engine)
    same(lines)
    assert facts["doubts"] == []


def test_graphql_tells_of_more_orders_and_of_lines_that_are_cut(tmp_path, engine):
    items = {"nodes": [{"sku": "A", "price": "2.00"}], "pageInfo": {"hasNextPage": True}}
    edges = [{"node": {**one, "lineItems": items}} for one in ORDERS]
    told = {"data": {"orders": {"edges": edges, "pageInfo": {"hasNextPage": True, "endCursor": "x"}}}}
    (tmp_path / "orders.json").write_text(json.dumps(told))
    _, facts = lines_of(tmp_path / "orders.json", engine)
    assert [one["name"] for one in facts["doubts"]] == ["more_pages"]
    assert any("'lineItems' 60 rows hold the first part only" in note for note in facts["notes"])


def test_one_order_is_a_row_and_no_envelope_of_its_lines(tmp_path, engine):
    told = {**ORDERS[0], "items": [{"sku": "A"}, {"sku": "B"}]}
    for text in (told, {"order": told}, {"data": {"order": told}}):
        (tmp_path / "order.json").write_text(json.dumps(text))
        lines, _ = lines_of(tmp_path / "order.json", engine)
        assert lines.order_id.tolist() == ["1"]


def test_two_lists_of_the_same_table_are_asked_about(tmp_path, engine):
    (tmp_path / "orders.json").write_text(json.dumps({"open": ORDERS[:9], "closed": ORDERS[9:]}))
    with pytest.raises(InputError, match=r"several lists: open \(9\), closed \(51\)"):
        read_table(tmp_path / "orders.json", engine=engine)


@pytest.mark.parametrize("text", ['{"orders": []}', "[]", "{}", '{"data": [], "has_more": false}'])
def test_an_empty_page_is_refused_by_itself(tmp_path, engine, text):
    (tmp_path / "orders.json").write_text(text)
    with pytest.raises(InputError):
        read_table(tmp_path / "orders.json", engine=engine)


def test_an_empty_last_page_goes_with_the_others(tmp_path, engine):
    (tmp_path / "1.json").write_text(json.dumps({"orders": ORDERS, "has_more": True}))
    (tmp_path / "2.json").write_text('{"orders": [], "has_more": false}')
    lines, facts = lines_of(tmp_path, engine)
    same(lines)
    assert facts["doubts"] == []
