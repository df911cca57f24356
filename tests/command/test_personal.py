"""What tells who a person is stays out of refusals, of the customer table and of pages, through the command line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from seglib.command.cli import main
from seglib.intake.shaping.personal import named_personal
from seglib.shop.shop import open_shop

TELLING = ["Nome", "Cognome", "Telefono", "Indirizzo", "Nume", "Prenume", "Telefon", "Vorname", "Nachname", "DOB"]
TELLING += ["Steuernummer", "Apellidos", "Prénom", "Notes", "Instagram", "kontaktperson", "Ім'я", "Прізвище", "Адреса"]
TELLING += ["Straße", "Dirección", "account_manager", "firstName", "E-Mail2"]
PLAIN = ["plan", "favourite_tea", "emails", "Instagram followers", "mobile", "notes", "shop_visits", "loyalty tier"]


@pytest.mark.parametrize("name", TELLING)
def test_columns_that_tell_who_a_person_is_are_known_in_the_languages_read(name):
    assert named_personal(name)


def contacts(columns: dict[str, list], rows: int) -> str:
    table = pd.DataFrame({"customer_id": [f"c{i}" for i in range(rows)], **columns})
    return table.to_csv(index=False)


def orders(rows: int) -> str:
    return "order_id,customer_id,ordered_at,amount\n" + "".join(f"{i},c{i},2024-01-05,10\n" for i in range(rows))


def test_none_of_them_is_an_attribute_whatever_the_language(write_shop):
    planted = {name: [f"Planted{name}{i}" for i in range(20)] for name in TELLING}
    looks = {
        "extra1": [f"p{i}@planted.example" for i in range(20)],
        "extra2": [f"+49 170 12345{i:02}" for i in range(20)],
        "extra3": [f"DE{i:02}370400440532013000" for i in range(20)],
        "extra4": [f"Via Planted {i}" for i in range(20)],
        "tea": ["green"] * 18 + ["ask ann@planted.example", "black"],
    }
    folder = write_shop({"lines": orders(20), "contacts": contacts({**planted, **looks}, 20)})
    customers = open_shop(folder / "shop.toml").customers
    assert set(customers) & {"tea", "extra1", "extra2", "extra3", "extra4"} == {"tea"}
    assert customers["tea"].isna().sum() == 1
    assert "planted" not in customers.reset_index().to_csv().lower()


def test_plain_counts_and_words_stay_whatever_they_are_called(write_shop):
    told = {name: range(20) if name in PLAIN[2:6] else ["gold", "tin"] * 10 for name in PLAIN}
    told["mobile"] = ["yes", "no"] * 10
    folder = write_shop({"lines": orders(20), "contacts": contacts(told, 20)})
    assert {"_".join(name.lower().split()) for name in PLAIN} <= set(open_shop(folder / "shop.toml").customers)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("order_id,customer_id,ordered_at,amount\n1,a,2024-01-05,ann@secret.example\n", "'a...@...'"),
        ("order_id,customer_id,ordered_at,amount\n1,a,2024-01-05,5\n2,b,+49 170 998877,5\n", "'+00 000 000000'"),
        ("order_id,customer_id,ordered_at,amount\n1,a,2024-01-05,5\n2,Ann Secret\n", "['0', 'aaa a...']"),
        ("order_id,customer_id,ordered_at,amount,is_return\n1,a,2024-01-05,5,Ann Secret\n", "'aaa a...'"),
    ],
)
def test_a_broken_cell_is_told_by_its_shape(orders_csv, capsys, text, shape):
    assert main(["check", str(orders_csv(text))]) == 2
    said = capsys.readouterr().err
    assert shape in said
    for secret in ("secret", "Secret", "998877"):
        assert secret not in said


def test_a_broken_line_of_json_is_told_by_its_shape(tmp_path, capsys):
    Path(tmp_path, "o.jsonl").write_text('{"order_id": 1, "customer_id": "a"}\n{"mail": "ann@secret.example"\n')
    assert main(["check", str(tmp_path / "o.jsonl")]) == 2
    assert "secret" not in capsys.readouterr().err


def test_a_reason_that_few_gave_is_not_told(write_shop):
    from seglib.analysis.feedback import ticket_reasons

    rows = [f"c{i},2024-01-04,late" for i in range(40)] + ["c1,2024-01-05,my neighbour Ann Secret stole it"]
    tickets = "customer_id,opened_at,reason\n" + "\n".join(rows) + "\n"
    folder = write_shop({"lines": orders(50), "tickets": tickets})
    told = ticket_reasons(open_shop(folder / "shop.toml").tickets)["reason"].tolist()
    assert told == ["late", "Other (1)"]
