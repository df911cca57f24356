"""Customers that are companies: shops of a few lines, worked by hand, through the doors that users take."""

from __future__ import annotations

import itertools
import random

import pandas as pd
import pytest

import seglib as sg
from seglib.command.cli import main
from seglib.errors import InputError
from seglib.shop.accounts import Accounts, people_behind

UNIT = '[identities]\nunit = "company"\n'
LINES = """order_id,customer_id,email,date,amount
1,7,ann@acme.example,2024-01-05,100
2,8,bob@acme.example,2024-02-01,50
3,9,cyd@bee.example,2024-02-10,30
4,11,eve@gmail.com,2024-02-13,10
"""
CONTACTS = """customer_id,email,company,Job Title,city,birth_year,newsletter,signed_up_at
7,ann@acme.example,Acme Ltd,Buyer,Rome,1980,no,2023-03-01
8,bob@acme.example,ACME  LTD,Owner,Rome,1970,yes,2023-01-01
9,cyd@bee.example,Bee,Buyer,Bari,1990,no,2023-05-01
10,zoe@bee.example,Bee,Owner,Bari,1991,,2023-06-01
11,eve@gmail.com,,Buyer,Oslo,1992,yes,2023-07-01
"""


@pytest.fixture
def opened(write_shop):
    """A shop of these tables whose customers are companies."""

    def make(tables: dict[str, str | pd.DataFrame], more: str = "", unit: str = UNIT) -> sg.Shop:
        return sg.open_shop(write_shop(tables, more=f"{unit}{more}"))

    return make


def told(shop: sg.Shop) -> str:
    return next(one["message"] for one in shop.doubts if one["name"] == "accounts")


def test_two_contacts_of_one_company_are_one_customer_with_both_orders(opened):
    customers = opened({"lines": LINES, "contacts": CONTACTS}).customers
    assert customers.index.tolist() == ["11", "Acme Ltd", "Bee"]  # as most write it, and not all in capitals
    assert customers["frequency"].to_dict() == {"11": 1, "Acme Ltd": 2, "Bee": 1}
    assert customers["monetary_value"].to_dict() == {"11": 10.0, "Acme Ltd": 150.0, "Bee": 30.0}
    assert customers.loc["Acme Ltd", "interpurchase_days"] == 27  # 5 January to 1 February


def test_a_contact_without_a_company_stays_a_customer_and_is_counted(opened):
    shop = opened({"lines": LINES, "contacts": CONTACTS})
    assert told(shop) == (
        "of 5 persons, contacts of a company: 4, of 2 companies, which are the customers (by the domain of their mail "
        "alone: 0); of no company, and so customers of their own: 1."
    )
    assert shop.customers.loc["11", "birth_year"] == 1992  # a person keeps what a person has
    assert shop.customers.loc["11", ["contacts", "buyers"]].isna().all()


def test_how_many_people_are_known_and_how_many_of_them_bought(opened):
    shop = opened({"lines": LINES, "contacts": CONTACTS})
    assert shop.customers.loc[["Acme Ltd", "Bee"], ["contacts", "buyers"]].values.tolist() == [[2, 2], [2, 1]]
    assert shop.people["contacts"].dropna().to_dict() == {"Acme Ltd": 2, "Bee": 2}


def test_what_a_company_has_of_its_contacts_and_what_it_cannot_have(opened):
    contacts = opened({"lines": LINES, "contacts": CONTACTS}).contacts
    acme = contacts.loc["Acme Ltd"]
    assert acme["email_consent"]  # one agreed
    assert acme["city"] == "Rome"
    assert acme["signed_up_at"] == pd.Timestamp("2023-01-01")  # the first of them
    assert acme[["birth_year", "role"]].isna().all()
    assert not contacts.loc["Bee", "email_consent"]  # one said no, one nothing


def test_the_domain_of_a_mail_tells_the_company_that_its_others_are_of(opened):
    lines = LINES + "5,,dan@acme.example,2024-02-12,20\n6,,eve2@gmail.com,2024-02-12,5\n"
    shop = opened({"lines": lines, "contacts": CONTACTS})
    assert shop.customers.loc["Acme Ltd", ["frequency", "buyers"]].tolist() == [3, 3]
    assert "eve2@gmail.com" in shop.customers.index  # a public provider tells nothing
    assert "by the domain of their mail alone: 1" in told(shop)


def test_a_domain_of_two_companies_tells_none_and_by_email_false_asks_no_domain(opened):
    lines = LINES + "5,,dan@acme.example,2024-02-12,20\n"
    of_two = opened({"lines": lines, "contacts": CONTACTS + "12,kim@acme.example,Acme Trading,,,,,\n"})
    assert "dan@acme.example" in of_two.customers.index
    apart = opened({"lines": lines, "contacts": CONTACTS}, unit=f"{UNIT}by_email = false\n")
    assert "dan@acme.example" in apart.customers.index


def test_lines_may_name_the_company_themselves(opened):
    lines = "order_id,customer_id,company,date,amount\n1,7,Acme,2024-01-05,10\n2,8,acme ,2024-01-06,5\n"
    lines += "3,9,n/a,2024-01-07,4\n4,,Bee,2024-01-08,3\n5,7,Bee,2024-01-09,2\n"
    shop = opened({"lines": lines})
    assert shop.customers["monetary_value"].to_dict() == {"9": 4.0, "Acme": 15.0, "Bee": 5.0}
    assert shop.customers["buyers"].dropna().to_dict() == {"Acme": 2, "Bee": 1}  # of order 4 nobody says who


def test_orders_that_name_the_company_as_customer_have_contacts_and_no_known_buyer(opened):
    lines = "order_id,customer,date,amount\n1,ACME ltd,2024-01-05,10\n2,Acme Ltd,2024-01-06,5\n3,Cee,2024-01-06,1\n"
    shop = opened({"lines": lines, "contacts": CONTACTS})
    assert shop.customers["monetary_value"].to_dict() == {"Acme Ltd": 15.0, "Cee": 1.0}
    assert shop.customers.loc["Acme Ltd", "contacts"] == 2
    assert shop.customers["buyers"].isna().all()


def test_an_id_that_is_a_contact_and_another_company_is_asked_about(opened):
    lines = "order_id,customer_id,date,amount\n1,1,2024-01-05,10\n2,2,2024-01-06,5\n"
    contacts = "customer_id,company\n1,2\n2,3\n3,2\n"
    doubt = next(one for one in opened({"lines": lines, "contacts": contacts}).doubts if one["name"] == "accounts")
    assert doubt["level"] == "ask"
    assert "taken for the contact's: 1." in doubt["message"]
    by_hand = '[tables.lines.columns]\ncompany = "customer_id"\n'
    named = opened({"lines": lines, "contacts": contacts}, more=by_hand)
    assert named.customers["monetary_value"].to_dict() == {"1": 10.0, "2": 5.0}


def test_one_person_under_several_ids_and_addresses_counts_once(opened):
    lines = LINES + "5,cus_1,ann@acme.example,2024-02-12,20\n"
    shop = opened({"lines": lines, "contacts": CONTACTS})
    assert shop.customers.loc["Acme Ltd", ["frequency", "contacts", "buyers"]].tolist() == [3, 2, 2]
    assert shop.persons.customers.loc["7", "frequency"] == 2


def test_tickets_answers_events_and_deals_of_a_contact_are_its_companys(opened):
    tables = {
        "lines": LINES,
        "contacts": CONTACTS,
        "tickets": "ticket_id,email,company,opened_at\n1,bob@acme.example,,2024-01-03\n2,,acme ltd,2024-01-04\n"
        "3,new@acme.example,,2024-01-05\n4,kim@x.example,,2024-01-06\n",
        "responses": "customer_id,question,answer\n7,Again?,yes\n",
        "events": "visitor_id,customer_id,at,event\nv1,7,2024-01-02,view\nv1,,2024-01-03,cart\nv2,,2024-01-03,view\n",
        "deals": "deal_id,company,stage,amount,created_at\n1,BEE,Won,100,2024-01-01\n",
    }
    shop = opened(tables)
    of = {name: table.to_pyarrow().to_pandas()["customer_id"].tolist() for name, table in shop.tables.sides.items()}
    assert sorted(of["tickets"]) == ["Acme Ltd", "Acme Ltd", "Acme Ltd", "kim@x.example"]
    assert of["responses"] == ["Acme Ltd"]
    assert sorted(of["events"]) == ["Acme Ltd", "Acme Ltd", "visitor:v2"]
    assert of["deals"] == ["Bee"]
    theirs = shop.persons.tickets.to_pyarrow().to_pandas().set_index("ticket_id")["customer_id"]
    assert theirs.to_dict() == {"1": "8", "2": "Acme Ltd", "3": "Acme Ltd", "4": "kim@x.example"}


RULES = """[[segments]]
name = "One buyer"
rule = "buyers = 1"
action = "Meet the others."

[[segments]]
name = "Owners"
rule = "role = 'Owner'"
action = "Ask for more."

[[segments]]
name = "Young"
rule = "age < 35"
action = "Greet."
"""


def test_companies_and_people_are_both_segmented(opened, tmp_path):
    (tmp_path / "segments.toml").write_text(RULES, encoding="utf-8")
    shop = opened({"lines": LINES, "contacts": CONTACTS}, more="[segments]\ncatalogue = false\n")

    def members(one: sg.Shop) -> set[tuple[str, str]]:
        return set(one.memberships.table[["segment", "customer_id"]].itertuples(index=False, name=None))

    assert members(shop) == {("One buyer", "Bee"), ("Young", "11")}  # a company has neither role nor age
    young = {("Young", one) for one in ("9", "10", "11")}
    assert members(shop.persons) == {("Owners", "8"), ("Owners", "10")} | young
    assert shop.segmentation("rfm_segment").index.tolist() == ["11", "Acme Ltd", "Bee"]
    assert shop.persons.segmentation("rfm_segment").index.tolist() == ["11", "7", "8", "9"]
    lacking = shop.persons.memberships.lacking
    assert lacking.set_index("segment")["needs"].to_dict() == {"One buyer": ("customers that are companies",)}


def test_a_return_of_a_colleague_is_the_companys_and_no_persons(opened):
    shop = opened({"lines": LINES + "5,10,zoe@bee.example,2024-02-12,-5\n", "contacts": CONTACTS})
    assert shop.customers.loc["Bee", "monetary_value"] == 25
    alone = shop.persons.ledger.set_index("step")["amount_removed"]
    assert alone["return_only"] == -5
    assert shop.persons.customers["monetary_value"].sum() - 5 == shop.customers["monetary_value"].sum()


def test_who_was_not_known_yet_is_not_counted_at_an_earlier_day(opened):
    contacts = CONTACTS + "12,lee@bee.example,Bee,Owner,Bari,1980,,2024-02-12\n"
    shop = opened({"lines": LINES, "contacts": contacts})
    assert shop.people.loc["Bee", "contacts"] == 3
    assert shop.earlier(3).people.loc["Bee", "contacts"] == 2


def test_persons_are_customers_unless_told_otherwise(opened):
    default, said = (
        opened({"lines": LINES, "contacts": CONTACTS}, unit=unit) for unit in ("", '[identities]\nunit = "person"\n')
    )
    pd.testing.assert_frame_equal(default.customers, said.customers)
    assert default.customers.index.tolist() == ["11", "7", "8", "9"]
    assert default.accounts is None
    assert default.persons is default
    assert "contact_id" not in default.lines.columns


@pytest.mark.parametrize(
    ("tables", "more", "fault"),
    [
        ({"lines": LINES}, '[identities]\nunit = "compny"\n', "identities.unit is 'compny'. Did you mean 'company'?"),
        ({"lines": LINES}, UNIT, "neither contacts nor order lines tell one"),
        ({"lines": LINES, "contacts": "customer_id,company\n7,n/a\n8,\n"}, UNIT, "neither contacts nor order lines"),
        ({"customers": "customer_id,frequency\n7,1\n"}, UNIT, "beside tables.customers"),
    ],
)
def test_what_cannot_be_done_says_what_to_do(write_shop, capsys, tables, more, fault):
    folder = write_shop(tables, more=more)
    assert main(["check", str(folder)]) == 2
    assert fault in " ".join(capsys.readouterr().err.split())


def test_check_says_who_is_behind_it(write_shop, capsys):
    assert main(["check", str(write_shop({"lines": LINES, "contacts": CONTACTS}, more=UNIT))]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "can be used: 3 customers, 4 orders" in out
    assert "Note (accounts) customers: of 5 persons, contacts of a company: 4" in out


def test_a_saved_shop_knows_its_people(opened, tmp_path):
    shop = opened({"lines": LINES, "contacts": CONTACTS})
    shop.save(tmp_path / "run")
    again = sg.open_shop(tmp_path, run=tmp_path / "run")
    pd.testing.assert_frame_equal(again.accounts, shop.accounts)
    pd.testing.assert_frame_equal(again.persons.customers, shop.persons.customers)


@pytest.mark.parametrize("seed", range(4))
def test_money_and_orders_are_those_of_the_persons_whoever_is_of_which_company(opened, seed):
    drawn = random.Random(seed)
    persons = [str(100 + n) for n in range(30)]
    companies = ["", "Acme", "ACME", "acme ", "Bee GmbH", "bee gmbh", "n/a", "Cee"]
    contacts = pd.DataFrame({"customer_id": persons, "company": [drawn.choice(companies) for _ in persons]})
    rows = [(n, drawn.choice(persons), f"2024-01-{drawn.randint(1, 28):02d}", drawn.randint(1, 9_999) / 100)
            for n in range(120)]  # fmt: skip
    lines = pd.DataFrame(rows, columns=["order_id", "customer_id", "date", "amount"])
    lines.loc[::9, "amount"] *= -1
    shop = opened({"lines": lines, "contacts": contacts}, more="[doubts]\nsettled = []\n")
    by_person = opened({"lines": lines, "contacts": contacts}, unit="")
    for one in (shop, shop.persons, by_person):
        assert one.customers["monetary_value"].sum() == pytest.approx(one.ledger["amount"].iloc[-1], abs=1e-6)
    raw = [one.ledger.set_index("step")["amount"]["raw"] for one in (shop, by_person)]
    assert raw[0] == raw[1] == pytest.approx(lines["amount"].sum())
    pd.testing.assert_frame_equal(
        shop.persons.customers[["frequency", "monetary_value"]], by_person.customers[["frequency", "monetary_value"]]
    )
    folded = contacts["company"].str.strip().str.lower().replace({"n/a": "", "": None})
    firm = dict(zip(persons, folded, strict=True))
    theirs = by_person.lines.to_pyarrow().to_pandas()
    expected = theirs[~theirs["is_return"]].groupby(theirs["customer_id"].map(lambda one: firm[one] or one)).order_id
    found = shop.customers["frequency"].rename(str.lower)
    assert found.to_dict() == expected.nunique().to_dict()


def test_the_order_of_rows_changes_nothing(opened):
    header, *rows = CONTACTS.splitlines()
    tables = [
        opened({"lines": LINES, "contacts": "\n".join([header, *some])}).customers
        for some in itertools.islice(itertools.permutations(rows), 0, None, 37)
    ]
    for other in tables[1:]:
        pd.testing.assert_frame_equal(other, tables[0])


def test_people_of_a_company_without_orders_are_counted():
    persons = pd.DataFrame({"company": ["Acme", None, "Acme"]}, index=["1", "2", "3"], dtype="str")
    assert people_behind(None, None, persons)["contacts"].to_dict() == {"Acme": 2}


def test_a_company_has_what_most_of_its_contacts_tell_and_nobody_is_lost():
    contacts = pd.DataFrame(
        {"company": "Acme", "city": ["Rome", "Bari", "Rome"], "employees": [None, 5.0, None]}, index=["1", "2", "3"]
    ).rename_axis("customer_id")
    accounts = Accounts(pd.Series("Acme", index=["1", "2", "3"]), pd.Series(["Acme"], index=["Acme"]))
    assert accounts.contacts_of(contacts).loc["Acme"].to_dict() == {"company": "Acme", "city": "Rome", "employees": 5.0}
    with pytest.raises(InputError, match="nobody of that id"):
        sg.open_shop("demo").explain("Acme Ltd")
