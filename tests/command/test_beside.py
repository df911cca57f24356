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
