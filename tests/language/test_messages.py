"""The language a process speaks, and the catalogues: complete, with the same placeholders."""

import datetime as dt
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seglib
from seglib.command.catalogues import all_messages, catalogue_text, faults_of
from seglib.command.cli import main
from seglib.errors import InputError
from seglib.language import messages, words
from seglib.language.cells import cell

LANGUAGES = [code for code in messages.languages() if code != "en"]
SMALL = """msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{n} customer"
msgid_plural "{n} customers"
msgstr[0] "{n} Kunde"
msgstr[1] "{n} Kunden"

msgctxt "answer"
msgid "yes"
msgstr "ja"

msgid "Champions"
msgstr "Meister"
"""


@pytest.fixture(autouse=True)
def english():
    with messages.speaking("en"):
        yield


@pytest.fixture
def german(tmp_path):
    path = tmp_path / "de.po"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_four_languages_come_with_seglib():
    assert messages.languages() == ["en", "it", "ro", "uk"]


def test_one_file_adds_a_language(german):
    messages.speak("de", translation=german)
    assert [words.plural(n, "customer") for n in (1, 2, 1234)] == ["1 Kunde", "2 Kunden", "1.234 Kunden"]
    assert cell(True, "used") == "ja"
    assert words.name("Champions") == "Meister"
    assert words.name("Night owls") == "Night owls"
    assert messages.gettext("{a} of {b}", a="1", b="2") == "1 of 2"


def test_what_is_inserted_is_never_taken_for_a_placeholder():
    assert messages.gettext("{segment} stand out.", segment="{customers}") == "{customers} stand out."
    assert messages.gettext("Text with {braces} of the user") == "Text with {braces} of the user"


@pytest.mark.parametrize(
    ("code", "number", "money", "share", "date", "names"),
    [
        ("en", "1,234.5", "€1,234", "2.3%", "9 December 2011", "a, b and c"),
        ("it", "1.234,5", "1.234\xa0€", "2,3%", "9 dicembre 2011", "a, b e c"),
        ("ro", "1.234,5", "1.234\xa0€", "2,3\xa0%", "9 decembrie 2011", "a, b și c"),
        ("uk", "1\xa0234,5", "1\xa0234\xa0€", "2,3%", "9 грудня 2011", "a, b і c"),
    ],
)
def test_numbers_money_and_dates_in_the_forms_of_cldr(code, number, money, share, date, names):
    messages.speak(code)
    assert words.number(1234.5, 1) == number
    assert words.money(1234.5, "EUR") == money
    assert words.percent(0.0234) == share
    assert words.date(dt.date(2011, 12, 9)) == date
    assert words.joined("abc") == names


def test_numbers_may_have_another_form_than_the_language():
    messages.speak("en", numbers="de_CH")
    assert words.money(-1234.5, "CHF") == "−CHF\xa01’234"
    assert words.date(dt.date(2011, 12, 9)) == "9 December 2011"


@given(value=st.floats(-1e12, 1e12), code=st.sampled_from(["en", "it", "ro", "uk", "de_CH", "en_IN", "pl"]))
def test_every_form_of_a_number_says_the_same(value, code):
    with messages.speaking("en", numbers=code):
        text, symbols = words.number(value, 2), messages.spoken().number_locale.number_symbols["latn"]
    plain = text.replace(symbols["group"], "").replace("\xa0", "").replace(symbols["decimal"], ".").replace("−", "-")
    assert math.isclose(float(plain), value, abs_tol=0.0051)


def test_a_language_holds_within_its_with():
    with messages.speaking("it"):
        assert messages.spoken().code == "it"
    assert messages.spoken().code == "en"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"language": "xx"}, "no catalogue xx.po. Known are en, it, ro, uk"),
        ({"language": "it", "numbers": "qq_QQ"}, "locale 'qq_QQ': not known"),
        ({"language": "de", "translation": "no/such.po"}, "no catalogue such.po"),
    ],
)
def test_what_cannot_be_spoken_is_told(asked, says):
    with pytest.raises(InputError, match=says):
        messages.speak(**asked)
    assert messages.spoken().code == "en"


def test_a_file_that_is_no_catalogue_is_refused(tmp_path):
    (tmp_path / "bad.po").write_text("order_id,amount\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.po: not a gettext catalogue"):
        messages.speak("de", translation=tmp_path / "bad.po")


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_language_has_every_message_with_the_same_placeholders(code):
    assert faults_of(messages.FOLDER / f"{code}.po") == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_catalogues_are_written_as_the_tool_writes_them(code):
    """So that a message that is gone leaves the file, and a difference shows what changed."""
    assert (messages.FOLDER / f"{code}.po").read_text(encoding="utf-8") == catalogue_text(code)


def test_messages_come_from_code_notebooks_and_data():
    rooms = {message.file.partition("/")[0] for message in all_messages()}
    assert {"notebooks", "language", "show", "segments", "analysis", "actions", "shop", "report"} <= rooms
    kept = {message.file for message in all_messages() if message.one.startswith("One row a persona: size")}
    assert kept == {"notebooks/03_personas.ipynb"}, "what a notebook says of a table that it keeps"


def test_a_draft_of_another_language_holds_every_message(tmp_path):
    path = tmp_path / "de.po"
    path.write_text(catalogue_text("de"), encoding="utf-8")
    assert len(faults_of(path)) == len(all_messages())


def test_faults_name_the_message_and_what_is_wrong(tmp_path):
    path = tmp_path / "de.po"
    wrong = SMALL.replace("{n} Kunden", "{m} Kunden")
    path.write_text(wrong, encoding="utf-8")
    assert any("'{n} customer' is translated with ['m']" in fault for fault in faults_of(path))
    assert not any("'Champions'" in fault for fault in faults_of(path))


def test_the_folder_of_catalogues_is_part_of_the_package():
    assert Path(messages.__file__).parent in messages.FOLDER.parents


def test_a_language_is_drafted_and_checked_from_the_command_line(tmp_path, capsys):
    assert main(["language", "de"]) == 0
    draft = tmp_path / "de.po"
    draft.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["language", "de", "--from", str(draft), "--check"]) == 1
    assert "'{n} customer' has no translation." in capsys.readouterr().out
    assert main(["language", "zz"]) == 2
    assert "language 'zz': not known" in capsys.readouterr().err


def test_another_language_does_not_take_the_shops_own_catalogue(german, tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,customer_id,ordered_at,amount\n1,a,2024-01-01,5\n")
    (tmp_path / "shop.toml").write_text(
        '[report]\nlanguage = "de"\ntranslation = "de.po"\n[tables.lines]\npath = "orders.csv"\n'
    )
    assert seglib.open_shop(tmp_path / "shop.toml").basis.startswith("1 Kunde")
    assert seglib.open_shop(tmp_path / "shop.toml", language="en").basis.startswith("1 customer")
