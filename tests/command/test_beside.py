"""Tables beside the orders, as `seglib check` reads them: of which day they are, and whose."""

from __future__ import annotations

import json

import pytest

from seglib.command.cli import main
from seglib.shop.shop import open_shop

ORDERS = "order_id,customer_id,date,amount\n1,C-1,2024-01-05,10.5\n2,C-2,2024-02-01,20\n3,C-1,2024-03-01,5\n"
DEALS = """Deal ID,Account Name,Stage,Amount,Created Date,Close Date
d1,Acme,Closed Won,1000,2024-01-05,2024-02-01
d2,Birch,Negotiation,500,2024-01-10,2027-06-30
d3,Cedar,Closed Lost,300,2024-01-12,2024-02-10
"""


@pytest.fixture
def check(write_shop, capsys):
    """What `seglib check` says of a shop of these tables, for programs, or in the words that a user reads."""

    def run(tables: dict[str, str], *more: str, toml: str = "", text: bool = False) -> dict | str:
        folder = write_shop(tables, more=toml)
        code = main(["check", str(folder / "shop.toml"), *([] if text else ["--json"]), *more])
        out = capsys.readouterr().out
        assert code == (0 if text or json.loads(out)["usable"] else 2)
        return " ".join(out.split()) if text else json.loads(out)

    return run


# As of which day -------------------------------------------------------------


def test_a_shop_of_deals_is_of_the_day_after_the_last_thing_that_happened(check):
    assert check({"deals": DEALS})["as_of"] == "2024-02-11"


def test_an_open_deal_does_not_move_the_day_of_the_orders(check):
    assert check({"lines": ORDERS, "deals": DEALS})["as_of"] == "2024-03-02"


def test_an_open_deal_that_only_tells_when_it_is_hoped_to_close_is_open_today(check):
    deals = "Deal ID,Account Name,Stage,Close Date\nd1,Acme,Offer,2027-01-01\nd2,Bee,Closed Won,2024-01-01\n"
    assert check({"deals": deals})["as_of"] == "2024-01-02"
    assert "deals used 2" in check({"deals": deals}, text=True)


def test_an_expected_date_is_never_when_a_deal_was_closed(check):
    told = check({"deals": DEALS.replace("Close Date", "Expected Close Date")})
    assert told["as_of"] == "2024-01-13"
    assert told["unused"] == {"deals.csv": ["Expected Close Date"]}


# Names as ids ----------------------------------------------------------------

NAMED = (
    "order_id,customer,date,amount\n1,Anna  Rossi,2024-01-05,10\n2,anna rossi,2024-01-06,20\n"
    "3,ANNA ROSSI ,2024-01-07,5\n"
    "4,Anna Rossi,2024-01-08,5\n5,Anna Rossi,2024-01-08,1\n6,Олена Коваль,2024-01-08,7\n7,ОЛЕНА КОВАЛЬ,2024-01-09,7\n"
    "8,Bob,2024-01-09,7\n"
)


def test_names_that_differ_in_case_or_spaces_are_one_customer(check):
    told = check({"lines": NAMED})
    assert (told["orders"], told["customers"], told["amount"]) == (8, 3, 62)
    (note,) = told["doubts"]
    assert (note["name"], note["level"]) == ("one_customer", "note")
    assert note["message"].startswith("4 names differ from another only in case or spaces")
    assert "Rossi" not in str(told["doubts"])


def test_names_are_kept_apart_where_the_shop_says_so(check):
    told = check({"lines": NAMED}, toml="[identities]\nby_name = false\n")
    assert (told["customers"], told["doubts"]) == (7, [])


@pytest.mark.parametrize("ids", ["A1,a1,B2,b2", "AB,ab,cd,CD", "C 1,c 1,C 2,c 2"])
def test_codes_that_differ_in_case_are_codes(check, ids):
    rows = [f"{n},{one},2024-01-0{n + 1},5" for n, one in enumerate(ids.split(","), 1)]
    told = check({"lines": "\n".join(["order_id,customer,date,amount", *rows])})
    assert (told["customers"], told["doubts"]) == (4, [])


def test_a_contact_in_other_letters_is_the_customer_of_that_name(write_shop):
    contacts = "customer_id,city\nanna ROSSI,Rome\nBOB,Bari\nMia Poe,Pisa\n"
    shop = open_shop(write_shop({"lines": NAMED, "contacts": contacts}))
    assert shop.contacts["city"].to_dict() == {"Anna Rossi": "Rome", "Bob": "Bari", "Mia Poe": "Pisa"}


# Whose a row is that tells no number ------------------------------------------

BUYERS = (
    "order_id,customer_id,email,date,amount\n1,C-1,ann@acme.example,2024-01-05,10\n2,C-2,bo@gmail.com,2024-02-01,20\n"
    "3,C-3,cy@bee.example,2024-03-01,5\n4,C-4,di@bee.example,2024-03-01,5\n"
)


@pytest.fixture
def whose(write_shop):
    """Whose each row of a table is, by its number."""

    def run(table: str, rows: str, *, toml: str = "", **tables: str) -> dict[str, str]:
        shop = open_shop(write_shop({"lines": BUYERS, table: rows, **tables}, more=toml))
        found = getattr(shop, table).to_pyarrow().to_pandas()
        return found.set_index(found.columns[0])["customer_id"].to_dict()

    return run


def deals(header: str, *cells: str) -> str:
    rows = [f'd{n},Offer,2024-02-01,"{cell}"' for n, cell in enumerate(cells, 1)]
    return "\n".join([f"Deal ID,Deal Stage,Create Date,{header}", *rows])


def tickets(header: str, *cells: str) -> str:
    return "\n".join([f"Ticket ID,Created at,{header}", *(f't{n},2024-02-01,"{c}"' for n, c in enumerate(cells, 1))])


@pytest.mark.parametrize("header", ["Associated Contact", "Contact Email", "Email"])
@pytest.mark.parametrize("cell", ["Ann Poe (ANN@acme.example)", "Ann <ann@acme.example>", "ann@acme.example "])
def test_the_address_of_a_deal_tells_whose_it_is(whose, header, cell):
    assert whose("deals", deals(header, cell)) == {"d1": "C-1"}


@pytest.mark.parametrize("header", ["Requester email", "Requester", "Associated Contact", "Contact"])
def test_the_address_of_a_request_tells_whose_it_is(whose, header):
    assert whose("tickets", tickets(header, "Ann Poe (ann@acme.example)", "zoe@x.example")) == {
        "t1": "C-1",
        "t2": "zoe@x.example",
    }


@pytest.mark.parametrize("header", ["Company domain", "Website", "company_domain", "Domain"])
@pytest.mark.parametrize("table", ["deals", "tickets"])
def test_the_domain_of_a_company_tells_whose_a_row_is(whose, header, table):
    rows = {"deals": deals, "tickets": tickets}[table](header, "https://www.Acme.example/shop?a=1", "bee.example")
    assert list(whose(table, rows).values()) == ["C-1", "bee.example"]


def test_a_company_with_its_domain_in_one_cell(whose):
    assert whose("deals", deals("Associated Company", "Acme Ltd (acme.example)", "Dee (dee.example)")) == {
        "d1": "C-1",
        "d2": "Dee",
    }


def test_strangers_of_a_public_provider_are_never_related(whose):
    rows = deals("Email,Website", 'eve@gmail.com","', 'fay@mail.yahoo.co.uk","gmail.com')
    contacts = "customer_id,email,company,website\nC-2,,Bo Ltd,gmail.com\nC-9,gil@yahoo.co.uk,Gil Ltd,\n"
    assert whose("deals", rows, contacts=contacts) == {"d1": "eve@gmail.com", "d2": "gmail.com"}
    assert whose("tickets", tickets("Email", "eve@gmail.com"), contacts=contacts) == {"t1": "eve@gmail.com"}


def test_two_addresses_relate_people_only_where_the_domain_is_known_to_be_a_companys(whose):
    rows = tickets("Requester email", "bob@acme.example")
    assert whose("tickets", rows) == {"t1": "bob@acme.example"}
    assert whose("tickets", rows, contacts="customer_id,company\nC-1,Acme\n") == {"t1": "C-1"}
    assert whose("deals", deals("Contact Email", "bob@acme.example")) == {"d1": "C-1"}


def test_a_domain_of_several_customers_of_one_company_is_the_companys(whose):
    contacts = "customer_id,company\nC-3,Bee\nC-4,Bee\n"
    assert whose("deals", deals("Company domain", "bee.example"), contacts=contacts) == {"d1": "Bee"}


def test_the_company_of_one_contact_tells_whose_a_request_is(whose):
    rows = tickets("Company", "ACME  ltd", "Bee")
    assert whose("tickets", rows, contacts="customer_id,company\nC-1,Acme Ltd\n") == {"t1": "C-1", "t2": "Bee"}


def test_names_of_a_help_desk_make_no_customers_one(whose, check):
    rows = tickets("Requester,Requester email", 'Ann Poe","ann@acme.example', 'Ann Poe","bo@gmail.com')
    assert whose("tickets", rows) == {"t1": "C-1", "t2": "C-2"}
    assert check({"lines": BUYERS, "tickets": rows})["customers"] == 4


def test_it_is_told_what_was_related_by_what(check):
    rows = deals("Email,Website", 'ann@acme.example","', '","acme.example', '","bee.example', '","dee.example')
    (note,) = check({"lines": BUYERS, "deals": rows})["doubts"]
    assert (note["name"], note["level"], note["source"]) == ("related", "note", "deals")
    assert note["message"] == (
        "of 4 rows these tell no number of a customer: related by e-mail 1; related by company domain 1; "
        "related to none, as the company domain is of several customers, 1."
    )
    off = check({"lines": BUYERS, "deals": rows}, toml="[identities]\nby_email = false\n")
    assert off["doubts"] == []


def test_numbers_of_a_help_desk_that_meet_none_are_no_doubt_where_addresses_do(check):
    lines = "order_id,customer_id,email,date,amount\n" + "".join(
        f"{n},C-{n},p{n}@x.example,2024-01-05,10\n" for n in range(20)
    )
    rows = tickets("Requester ID,Requester email", *[f'900{n}","p{n}@x.example' for n in range(20)])
    told = check({"lines": lines, "tickets": rows})
    assert [one["name"] for one in told["doubts"]] == ["related"]
    assert [one["name"] for one in check({"lines": lines, "tickets": rows.replace("@x", "@y")})["doubts"]] == [
        "ids_do_not_meet"
    ]


def test_rows_with_the_numbers_of_the_shop_are_told_of_by_nothing(check, whose):
    rows = "ticket_id,created_at,customer_id,email\nt1,2024-02-01,C-2,other@acme.example\n"
    assert check({"lines": BUYERS, "tickets": rows})["doubts"] == []
    assert whose("tickets", rows) == {"t1": "C-2"}
