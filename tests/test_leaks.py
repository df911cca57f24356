"""Strings planted in every text field of every table, and where they come out: every byte told is searched.

Each belongs to one customer. The shop's own words (what it sells, where, over which channel) may be told however few
share them; tables for programs hold customers under their own number; all else that one person said or is called stays
inside.
"""

from __future__ import annotations

import base64
import html
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from seglib.command.cli import main

CUSTOMERS = 90
DAY = pd.Timestamp("2024-01-01")
EXTRA = ["Nome", "Cognome", "Telefono", "Indirizzo", "Prenume", "Nachname", "Straße", "Dirección", "Prénom", "Ім'я"]
EXTRA += ["Прізвище", "Full Name", "Phone", "Password", "api token", "Notes"]
OWN_WORDS = {"lines.category", "lines.country", "lines.channel", "lines.product_name", "contacts.country"}
OWN_WORDS |= {"events.channel", "deals.stage", "deals.product_id", "products.product_name", "products.category"}
ATTRIBUTES = ("region", "city", "age_band", "gender", "company", "industry", "revenue_band", "legal_form", "loyalty")
IN_PARQUET = {"lines.customer_id", "contacts.parent_company", "contacts.hobby", *(f"contacts.{a}" for a in ATTRIBUTES)}


class Planted(dict[str, str]):
    """What was planted, by table and column."""

    def sign(self, place: str) -> str:
        """The string of a place."""
        return self.setdefault(place, f"Zq{len(self):02}Xk")

    def each(self, place: str, who: Sequence[int], form: str = "{sign} {i}") -> list[str]:
        """Another text for each customer."""
        return [form.format(sign=self.sign(place), i=i) for i in who]

    def one(self, place: str, who: Sequence[int], *usual: str) -> list[str]:
        """A text of one customer among usual ones."""
        return [self.sign(place) if i == 7 else usual[k % len(usual)] for k, i in enumerate(who)]

    def mails(self, place: str, who: Sequence[int]) -> list[str]:
        """An e-mail address for each customer."""
        return self.each(place, who, "{sign}{i}@planted.example")


def lines(plant: Planted) -> pd.DataFrame:
    who = [i for i in range(CUSTOMERS) for _ in range(1 + i % 4)]
    usual = {"coupon_code": ["", "WINTER"], "product_id": ["p1", "p2"], "product_name": ["Tea", "Cup"]}
    usual |= {"category": ["Drinks", "Ware"], "country": ["Italy", "Spain"], "channel": ["web", "shop"]}
    usual |= {"status": ["paid"], "refund_of": [""]}
    return pd.DataFrame(
        {
            "order_id": plant.each("lines.order_id", range(len(who))),
            "customer_id": plant.each("lines.customer_id", who),
            "ordered_at": [DAY + pd.Timedelta(days=(37 * k + 11 * i) % 300) for k, i in enumerate(who)],
            "amount": [5.5 + k * 7 % 50 for k in range(len(who))],
            **{column: plant.one(f"lines.{column}", who, *values) for column, values in usual.items()},
            "email": plant.mails("lines.email", who),
            "payment_ref": plant.each("lines.payment_ref", range(len(who))),
            "Customer Note": plant.each("lines.Customer Note", who),
        }
    )


def beside(plant: Planted) -> dict[str, pd.DataFrame]:
    who = range(CUSTOMERS)
    seen, asked = [i for i in who for _ in range(4)], [*who, *[8] * 40]
    ids = plant.each("lines.customer_id", who)
    opened = [DAY + pd.Timedelta(days=120 + i % 60) for i in asked]
    contacts = {
        "signed_up_at": [DAY - pd.Timedelta(days=i) for i in who],
        **{name: plant.one(f"contacts.{name}", who, "North", "South") for name in (*ATTRIBUTES, "parent_company")},
        "country": plant.one("contacts.country", who, "Italy", "Spain"),
        "email": plant.mails("lines.email", who),
        **{name: plant.each(f"contacts.{name}", who) for name in (*EXTRA, "hobby")},
        "extra1": plant.mails("contacts.extra1", who),
        "extra2": [f"+49 170 55598{i:02}" for i in who],
        "extra3": plant.each("contacts.extra3", who, "Via {sign} {i}"),
    }
    plant["contacts.extra2"] = "170 55598"
    events = {
        "visitor_id": plant.each("events.visitor_id", seen),
        "at": [DAY + pd.Timedelta(days=30 + i, minutes=k) for k, i in enumerate(seen)],
        "event": plant.one("events.event", seen, "view", "cart", "view", "purchase"),
        "channel": plant.one("events.channel", seen, "ad", "mail"),
        "session_id": plant.each("events.session_id", seen),
        "product_id": plant.one("events.product_id", seen, "p1", "p2"),
        "category": plant.one("events.category", seen, "Drinks", "Ware"),
        "order_id": plant.one("events.order_id", seen, ""),
        "page": plant.each("events.page", seen),
    }
    tickets = {
        "ticket_id": plant.each("tickets.ticket_id", asked),
        "opened_at": opened,
        "answered_at": [at + pd.Timedelta(days=k % 4) if k % 5 else None for k, at in enumerate(opened)],
        "channel": plant.one("tickets.channel", asked, "chat", "phone"),
        "reason": [*plant.one("tickets.reason", who, "late", "size"), *[plant.sign("tickets.often")] * 40],
        "product_id": plant.one("tickets.product_id", asked, "p1"),
        "email": plant.mails("tickets.email", asked),
        "message": plant.each("tickets.message", asked),
    }
    questions = {"Tasty?": plant.one("responses.answer", who, "Yes", "No"), "Why?": plant.each("responses.why", who)}
    questions |= {"Where?": plant.one("responses.word", who, "Home", "Work", "Away"), "Stars?": [*"12345"] * 18}
    questions |= {plant.sign("responses.question"): ["", *["Yes"] * 3, *[""] * (CUSTOMERS - 4)]}
    answered = [*who] * len(questions)
    responses = {
        "question": [question for question in questions for _ in who],
        "answer": [answer for told in questions.values() for answer in told],
        "answered_at": DAY + pd.Timedelta(days=200),
        "survey": "spring",
        "email": plant.mails("responses.email", answered),
        "remark": plant.each("responses.remark", answered),
    }
    campaigns = {
        "campaign": plant.one("campaigns.campaign", who, "spring"),
        "arm": plant.one("campaigns.arm", who, "mail", "control"),
        "sent_at": DAY + pd.Timedelta(days=150),
        "opened": [i % 2 == 0 for i in who],
        "channel": plant.one("campaigns.channel", who, "mail"),
        "subject": plant.each("campaigns.subject", who),
    }
    deals = {
        "deal_id": plant.each("deals.deal_id", who),
        "company": plant.one("deals.company", who, "Acme"),
        "stage": plant.one("deals.stage", who, "prospecting", "won", "lost"),
        "value": [100 + i for i in who],
        "product_id": plant.one("deals.product_id", who, "p1"),
        "opened_at": opened[:CUSTOMERS],
        "owner": plant.each("deals.owner", who),
        "comment": plant.each("deals.comment", who),
    }
    products = {
        "product_id": ["p1", "p2", plant["lines.product_id"]],
        "product_name": ["Tea", "Cup", plant.sign("products.product_name")],
        "category": ["Drinks", "Ware", plant.sign("products.category")],
        "supplier": plant.each("products.supplier", range(3)),
    }
    whose = {"contacts": who, "events": seen, "tickets": asked, "responses": answered, "campaigns": who, "deals": who}
    told = {"contacts": contacts, "events": events, "tickets": tickets, "responses": responses}
    told |= {"campaigns": campaigns, "deals": deals}
    frames = {name: pd.DataFrame({"customer_id": [ids[i] for i in whose[name]], **told[name]}) for name in told}
    return {**frames, "products": pd.DataFrame(products)}


def write_shop(folder: Path, plant: Planted) -> None:
    folder.mkdir()
    link = sqlite3.connect(folder / "shop.sqlite")
    lines(plant).to_sql("orders", link, index=False)
    link.close()
    told = '[database]\nurl = "sqlite:///shop.sqlite"\n[tables.lines]\n'
    told += f"query = \"select * from orders where email <> '{plant.sign('query')}@planted.example'\"\n"
    told += f'[tables.lines.states]\n"{plant.sign("lines.status")}" = "sale"\n'
    for name, table in beside(plant).items():
        table.to_csv(folder / f"{name}.csv", index=False)
        told += f'[tables.{name}]\npath = "{name}.csv"\n'
    (folder / "shop.toml").write_text(told, encoding="utf-8")


def decoded(file: Path) -> str:
    """Text of a file, what is packed or escaped in it too."""
    if file.suffix == ".parquet":
        return pd.read_parquet(file).to_csv() + file.read_bytes().decode("latin-1")
    text = file.read_text(encoding="utf-8")
    text += json.dumps(json.loads(text), ensure_ascii=False) if file.suffix in (".ipynb", ".json") else ""
    packed = re.findall(r"base64,([A-Za-z0-9+/\s]{16,}=*)", text)
    return html.unescape(text) + "".join(base64.b64decode(one).decode("latin-1") for one in packed)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Where each planted string came out: place -> names of files and streams."""
    folder, plant = tmp_path_factory.mktemp("leaks"), Planted()
    write_shop(folder / "shop", plant)
    texts = {}
    for asked in (["check", "shop"], ["report", "shop", "--out", "out", "--log", "log.txt"]):
        ran = subprocess.run([sys.executable, "-m", "seglib", *asked], cwd=folder, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        texts[f"{asked[0]} (printed)"] = ran.stdout + ran.stderr
    files = [folder / "log.txt", *(file for file in (folder / "out").rglob("*") if file.is_file())]
    texts |= {file.relative_to(folder).as_posix(): decoded(file) for file in files}
    assert len(plant) > 75
    return {
        place: {name for name, text in texts.items() if sign.lower() in text.lower()} for place, sign in plant.items()
    }


@pytest.mark.slow
def test_what_one_person_said_or_is_called_comes_out_nowhere(told):
    allowed = OWN_WORDS | IN_PARQUET | {"events.event", "lines.status"}  # what each status was taken for is told
    assert {place: files for place, files in told.items() if files and place not in allowed} == {}


@pytest.mark.slow
def test_customers_stand_in_tables_for_programs_alone(told):
    for place in IN_PARQUET:
        assert told[place] <= {"out/tables/customers.parquet", "out/tables/memberships.parquet"}, place
        assert told[place], place  # what is there is found


@pytest.mark.slow
def test_names_of_events_are_printed_for_who_gives_them_a_meaning(told):
    assert told["events.event"] == {"check (printed)"}
    assert "out/01_exploration.html" in told["lines.category"]


@pytest.mark.parametrize("rest", ["", "?sslpassword={secret}&passfile=/tmp/{secret}"])
def test_a_password_in_the_address_of_a_database_comes_out_nowhere(tmp_path, capsys, rest):
    secret = Planted().sign("url")
    url = f"postgresql://shop:{secret}@127.0.0.1:9/shop{rest.format(secret=secret)}"
    (tmp_path / "shop.toml").write_text(f'[database]\nurl = "{url}"\n[tables.lines]\ntable = "orders"\n')
    log = tmp_path / "log.txt"
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "out"), "--log", str(log)]) == 2
    said = capsys.readouterr()
    assert secret not in said.out + said.err + (log.read_text() if log.exists() else "")
    assert not (tmp_path / "out").exists()
